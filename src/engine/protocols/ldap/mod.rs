//! Lightweight Directory Access Protocol, RFC 4511; over UDP, RFC 1798 and [MS-ADTS] §6.3.3.
mod filter;
mod sasl;
mod words;

use crate::engine::dissect::asn::Tags;
use crate::engine::dissect::{
    Bytes, Claim, Dissection, Frame, Next, Partner, Payload, Problem, Protocol, Role, Stream, Value, Verdict, ber,
    details, fields, name_of, text,
};
use crate::sorted::Sorted;

fields! {
    MESSAGE_LINE: Label => "ldap.LDAPMessage_element", "LDAPMessage";
    MESSAGE_ID: Uint => "ldap.messageID", "messageID";
    PROTOCOL_OP: Uint => "ldap.protocolOp", "protocolOp";
    BIND_REQUEST: Label => "ldap.bindRequest_element", "bindRequest";
    BIND_RESPONSE: Label => "ldap.bindResponse_element", "bindResponse";
    UNBIND_REQUEST: Label => "ldap.unbindRequest_element", "unbindRequest";
    SEARCH_REQUEST: Label => "ldap.searchRequest_element", "searchRequest";
    ENTRY: Label => "ldap.searchResEntry_element", "searchResEntry";
    DONE: Label => "ldap.searchResDone_element", "searchResDone";
    REFERENCE: Uint => "ldap.searchResRef", "searchResRef";
    MODIFY_REQUEST: Label => "ldap.modifyRequest_element", "modifyRequest";
    MODIFY_RESPONSE: Label => "ldap.modifyResponse_element", "modifyResponse";
    ADD_REQUEST: Label => "ldap.addRequest_element", "addRequest";
    ADD_RESPONSE: Label => "ldap.addResponse_element", "addResponse";
    DELETE_REQUEST: Text => "ldap.delRequest", "delRequest";
    DELETE_RESPONSE: Label => "ldap.delResponse_element", "delResponse";
    MOVE_REQUEST: Label => "ldap.modDNRequest_element", "modDNRequest";
    MOVE_RESPONSE: Label => "ldap.modDNResponse_element", "modDNResponse";
    COMPARE_REQUEST: Label => "ldap.compareRequest_element", "compareRequest";
    COMPARE_RESPONSE: Label => "ldap.compareResponse_element", "compareResponse";
    ABANDON_REQUEST: Uint => "ldap.abandonRequest", "abandonRequest";
    EXTENDED_REQUEST: Label => "ldap.extendedReq_element", "extendedReq";
    EXTENDED_RESPONSE: Label => "ldap.extendedResp_element", "extendedResp";
    INTERMEDIATE: Label => "ldap.intermediateResponse_element", "intermediateResponse";
    VERSION: Uint => "ldap.version", "version";
    NAME: Text => "ldap.name", "name";
    AUTHENTICATION: Uint => "ldap.authentication", "authentication";
    SIMPLE: Text => "ldap.simple", "simple";
    SASL: Label => "ldap.sasl_element", "sasl";
    MECHANISM: Text => "ldap.mechanism", "mechanism";
    CREDENTIALS: Bytes => "ldap.credentials", "credentials";
    NTLM_NEGOTIATE: Bytes => "ldap.ntlmsspNegotiate", "ntlmsspNegotiate";
    NTLM_AUTHENTICATE: Bytes => "ldap.ntlmsspAuth", "ntlmsspAuth";
    SERVER_CREDENTIALS: Bytes => "ldap.serverSaslCreds", "serverSaslCreds";
    RESULT: Uint => "ldap.resultCode", "resultCode";
    MATCHED: Text => "ldap.matchedDN", "matchedDN";
    ERROR: Text => "ldap.errorMessage", "errorMessage";
    REFERRAL: Uint => "ldap.referral", "referral";
    URL: Text => "ldap.LDAPURL", "LDAPURL";
    BASE: Text => "ldap.baseObject", "baseObject";
    SCOPE: Uint => "ldap.scope", "scope";
    DEREFERENCE: Uint => "ldap.derefAliases", "derefAliases";
    SIZE_LIMIT: Uint => "ldap.sizeLimit", "sizeLimit";
    TIME_LIMIT: Uint => "ldap.timeLimit", "timeLimit";
    TYPES_ONLY: Bool => "ldap.typesOnly", "typesOnly";
    FILTER_TEXT: Text => "ldap.filter_text", "Filter";
    FILTER: Uint => "ldap.filter", "filter";
    AND: Uint => "ldap.and", "and";
    AND_ITEM: Uint => "ldap.and_item", "and item";
    OR: Uint => "ldap.or", "or";
    OR_ITEM: Uint => "ldap.or_item", "or item";
    NOT: Uint => "ldap.not", "not";
    EQUAL: Label => "ldap.equalityMatch_element", "equalityMatch";
    GREATER: Label => "ldap.greaterOrEqual_element", "greaterOrEqual";
    LESS: Label => "ldap.lessOrEqual_element", "lessOrEqual";
    APPROXIMATE: Label => "ldap.approxMatch_element", "approxMatch";
    PRESENT: Text => "ldap.present", "present";
    SUBSTRINGS: Label => "ldap.substrings_element", "substrings";
    PIECES: Uint => "ldap.substrings", "substrings";
    PIECE: Uint => "ldap.substrings_item", "substrings item";
    INITIAL: Text => "ldap.initial", "initial";
    ANY: Text => "ldap.any", "any";
    FINAL: Text => "ldap.final", "final";
    EXTENSIBLE: Label => "ldap.extensibleMatch_element", "extensibleMatch";
    RULE: Text => "ldap.matchingRule", "matchingRule";
    MATCH: Text => "ldap.matchValue", "matchValue";
    IN_NAME: Bool => "ldap.dnAttributes", "dnAttributes";
    DESCRIPTION: Text => "ldap.attributeDesc", "attributeDesc";
    ASSERTION: Text => "ldap.assertionValue", "assertionValue";
    ATTRIBUTES: Uint => "ldap.attributes", "attributes";
    ATTRIBUTE: Text => "ldap.AttributeDescription", "AttributeDescription";
    OBJECT_NAME: Text => "ldap.objectName", "objectName";
    PARTIAL: Label => "ldap.PartialAttributeList_item_element", "PartialAttributeList item";
    ADDED: Label => "ldap.AttributeList_item_element", "AttributeList item";
    TYPE: Text => "ldap.type", "type";
    VALUES: Uint => "ldap.vals", "vals";
    VALUE: Bytes => "ldap.AttributeValue", "AttributeValue";
    OBJECT: Text => "ldap.object", "object";
    CHANGES: Uint => "ldap.modification", "modification";
    CHANGE: Label => "ldap.modification_item_element", "modification item";
    CHANGE_KIND: Uint => "ldap.operation", "operation";
    CHANGED: Label => "ldap.modification_element", "modification";
    NEW_ENTRY: Text => "ldap.entry", "entry";
    NEW_NAME: Text => "ldap.newrdn", "newrdn";
    DELETE_OLD: Bool => "ldap.deleteoldrdn", "deleteoldrdn";
    NEW_SUPERIOR: Text => "ldap.newSuperior", "newSuperior";
    COMPARED: Label => "ldap.ava_element", "ava";
    REQUEST_NAME: Text => "ldap.requestName", "requestName";
    REQUEST_VALUE: Bytes => "ldap.requestValue", "requestValue";
    RESPONSE_NAME: Text => "ldap.responseName", "responseName";
    RESPONSE: Bytes => "ldap.response", "response";
    RESPONSE_VALUE: Bytes => "ldap.responseValue", "responseValue";
    CONTROLS: Uint => "ldap.controls", "controls";
    CONTROL: Label => "ldap.Control_element", "Control";
    CONTROL_TYPE: Text => "ldap.controlType", "controlType";
    CRITICAL: Bool => "ldap.criticality", "criticality";
    CONTROL_VALUE: Bytes => "ldap.controlValue", "controlValue";
    SASL_LENGTH: Uint => "ldap.sasl_buffer_length", "SASL Buffer Length";
    SEALED: Bytes => "ldap.gssapi_encrypted_payload", "GSS-API Encrypted payload";
    RESPONSE_IN: Frame => "ldap.response_in", "Response In";
    RESPONSE_TO: Frame => "ldap.response_to", "Response To";
    TIME: Seconds => "ldap.time", "Time";
}
pub(super) static LDAP: Protocol = Protocol {
    name: "ldap",
    title: "Lightweight Directory Access Protocol",
    short: "LDAP",
    fields: FIELDS,
    claims: &[Claim::TcpPort(389), Claim::TcpPort(3268)],
    probe: Some(probe),
    dissect,
    framing: Some(framing),
    stateful: true,
    ..Protocol::PLAIN
};

/// Entries found so far, by the search's message.
type Found = Sorted<u32, u32>;

const ENTRY_TAG: u8 = 0x64;
const DONE_TAG: u8 = 0x65;

pub(super) static CLDAP: Protocol = Protocol {
    name: "cldap",
    title: "Connectionless Lightweight Directory Access Protocol",
    short: "CLDAP",
    fields: &[],
    claims: &[Claim::UdpPort(389)],
    probe: Some(probe_datagram),
    dissect,
    ..Protocol::PLAIN
};

fn probe(payload: &Payload<'_>) -> Verdict {
    if payload.is_tcp() { look(payload).unwrap_or(Verdict::NotMine) } else { Verdict::NotMine }
}

fn probe_datagram(payload: &Payload<'_>) -> Verdict {
    if payload.is_udp() { look(payload).unwrap_or(Verdict::NotMine) } else { Verdict::NotMine }
}

fn look(payload: &Payload<'_>) -> Result<Verdict, Problem> {
    if payload.bytes.first() != Some(&ber::SEQUENCE) {
        // Wrapped by SASL: a length of four bytes and a token.
        return Ok(Verdict::possible_if(payload.bytes.first() == Some(&0)));
    }
    let (message, _) = ber::expect(&payload.window(), ber::SEQUENCE)?;
    let (_, operation) = ber::integer(&message)?;
    let (element, _) = ber::element(&operation)?;
    Ok(match title(element.tag) {
        Some(_) => {
            Verdict::certain_if(operation.len() <= message.len() && element.content.wire_len() <= message.wire_len())
        }
        None => Verdict::NotMine,
    })
}

/// By the length of the outer element; what SASL wraps has four bytes of length before it (RFC 4422 §3.7).
fn framing(stream: &Stream<'_>) -> Frame {
    let bytes = stream.window();
    match stream.bytes {
        [ber::SEQUENCE, first @ 0x80..=0x84, rest @ ..] if rest.len() < usize::from(first & 7) => Frame::More,
        [ber::SEQUENCE] => Frame::More,
        [ber::SEQUENCE, ..] => match ber::element(&bytes) {
            // What the element does not have stands behind it: the rest tells how long header and content are.
            Ok((_, rest)) => {
                let length = ber_length(&bytes).unwrap_or(rest.start() as usize);
                if length > 1 << 24 { Frame::Unframed } else { Frame::Message(length) }
            }
            Err(_) => Frame::Unframed,
        },
        [0, ..] => stream.headed(4, 1 << 24, |head| usize::try_from(head.u32(0).ok()?).ok()?.checked_add(4)),
        _ => Frame::Unframed,
    }
}

/// Header and content of the element at the front, there or not.
fn ber_length(bytes: &Bytes<'_>) -> Option<usize> {
    let (head, length) = match bytes.u8(1).ok()? {
        first @ 0..=0x7f => (2_usize, usize::from(first)),
        0x81 => (3, usize::from(bytes.u8(2).ok()?)),
        0x82 => (4, usize::from(bytes.u16(2).ok()?)),
        0x83 => (5, usize::try_from(bytes.u24(2).ok()?).ok()?),
        0x84 => (6, usize::try_from(bytes.u32(2).ok()?).ok()?),
        _ => return None,
    };
    head.checked_add(length)
}

/// Name of an operation by its application tag.
fn title(tag: u8) -> Option<&'static str> {
    Some(match tag {
        0x60 => "bindRequest",
        0x61 => "bindResponse",
        0x42 => "unbindRequest",
        0x63 => "searchRequest",
        0x64 => "searchResEntry",
        0x65 => "searchResDone",
        0x66 => "modifyRequest",
        0x67 => "modifyResponse",
        0x68 => "addRequest",
        0x69 => "addResponse",
        0x4a => "delRequest",
        0x6b => "delResponse",
        0x6c => "modDNRequest",
        0x6d => "modDNResponse",
        0x6e => "compareRequest",
        0x6f => "compareResponse",
        0x50 => "abandonRequest",
        0x73 => "searchResRef",
        0x77 => "extendedReq",
        0x78 => "extendedResp",
        0x79 => "intermediateResponse",
        _ => return None,
    })
}

/// Pairs a request with its (last) response.
fn pair(d: &mut Dissection, id: u32, tag: u8) -> Option<(Role, Partner)> {
    let role = match tag {
        0x60 | 0x63 | 0x66 | 0x68 | 0x4a | 0x6c | 0x6e | 0x77 => Role::Latest,
        0x61 | 0x65 | 0x67 | 0x69 | 0x6b | 0x6d | 0x6f | 0x78 => Role::Response,
        _ => return None,
    };
    Some((role, d.transaction(role, id.into())?))
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if bytes.u8(0)? == ber::SEQUENCE { message(d, bytes, " | ") } else { sasl::buffer(d, bytes) }
}

/// The message at the front of `bytes`; what it proves its sender with comes next.
fn message<'p>(d: &mut Dissection, bytes: Bytes<'p>, separator: &str) -> Result<Next<'p>, Problem> {
    let (message, _) = ber::expect(&bytes, ber::SEQUENCE)?;
    let (id, operation) = ber::integer(&message)?;
    let (element, rest) = ber::element(&operation)?;
    let partner = pair(d, id, element.tag);
    let found = d.with_state(|_, found: &mut Found| match element.tag {
        ENTRY_TAG => {
            let count = found.get(&id).copied().unwrap_or_default();
            found.insert(id, count.saturating_add(1));
            if found.len() > 1024 {
                found.pop_first();
            }
            None
        }
        DONE_TAG => found.remove(&id).or(Some(0)),
        _ => None,
    });
    let next = match sasl::proof(element.tag, &element.content) {
        Some((reader, token)) => sasl::token(d, reader, token),
        None => Next::End,
    };
    if !d.wants() {
        return Ok(next);
    }
    let said = match said(id, element.tag, &element.content, found) {
        Ok(said) => said,
        Err(_) => format!("{}({id}) ", title(element.tag).unwrap_or("unknown")),
    };
    let outer = usize::try_from(message.start().saturating_sub(bytes.start())).unwrap_or_default();
    let whole = bytes.span(0..outer.saturating_add(message.len()));
    d.label(&MESSAGE_LINE, whole, || format!("LDAPMessage {}", said.trim_end()));
    d.info_add(separator, || said);
    d.nest(|d| {
        let id_size = message.len().saturating_sub(operation.len());
        d.field(&MESSAGE_ID, message.span(2.min(id_size)..id_size), id);
        let here = operation.span(0..operation.len().saturating_sub(rest.len()));
        d.noted(&PROTOCOL_OP, here, element.tag & 0x1f, title(element.tag).unwrap_or("unknown"));
        let read = d.nest(|d| {
            Tags::Implicit.elements(
                d,
                &operation.limit(operation.wire_len().saturating_sub(rest.wire_len())),
                words::OPERATIONS,
            )
        });
        if let Some((role, partner)) = partner {
            let (start, response) = (operation.span(0..0), role == Role::Response);
            d.generated(if response { &RESPONSE_TO } else { &RESPONSE_IN }, start, partner.packet);
            if let Some(elapsed) = partner.elapsed.filter(|_| response) {
                d.generated(&TIME, start, Value::Nanos(elapsed));
            }
        }
        details(read)?;
        if rest.u8(0) == Ok(words::CONTROLS_ROW.0) {
            details(Tags::Implicit.element(d, &words::CONTROLS_ROW, &rest))?;
        }
        Ok(())
    })?;
    Ok(next)
}

/// A message in a line, as Wireshark's Info has it; `found` entries stand before it.
fn said(id: u32, tag: u8, content: &Bytes<'_>, found: Option<u32>) -> Result<String, Problem> {
    let title = title(tag).unwrap_or("unknown");
    let quoted =
        |name: &[u8]| if name.is_empty() { "\"<ROOT>\"".to_owned() } else { format!("\"{}\"", text::shown(name)) };
    Ok(match tag {
        0x60 => {
            let (_, rest) = ber::integer(content)?;
            let (name, rest) = ber::expect(&rest, ber::OCTET_STRING)?;
            let how = match rest.u8(0)? {
                0x80 => "simple ",
                0xa3 => "sasl ",
                0x8a => "NTLMSSP_NEGOTIATE ",
                0x8b => "NTLMSSP_AUTH ",
                _ => "",
            };
            format!("{title}({id}) {} {how}", quoted(name.all()))
        }
        0x63 => {
            let (base, rest) = ber::expect(content, ber::OCTET_STRING)?;
            let (scope, _) = ber::integer(&rest)?;
            format!("{title}({id}) {} {} ", quoted(base.all()), name_of(words::SCOPES, scope.into()))
        }
        ENTRY_TAG | 0x66 | 0x68 | 0x6c | 0x6e => {
            let (name, _) = ber::expect(content, ber::OCTET_STRING)?;
            format!("{title}({id}) {} ", quoted(name.all()))
        }
        0x4a => format!("{title}({id}) {} ", quoted(content.all())),
        // Which message is no longer waited for.
        0x50 => {
            format!("{title}({}) ", content.all().iter().fold(0_u32, |id, byte| id.wrapping_shl(8) | u32::from(*byte)))
        }
        0x77 | 0x79 => {
            let (name, _) = ber::expect(content, 0x80)?;
            format!("{title}({id}) {} ", words::object_name(&text::shown(name.all())))
        }
        0x61 | DONE_TAG | 0x67 | 0x69 | 0x6b | 0x6d | 0x6f | 0x78 => {
            let (code, rest) = ber::integer(content)?;
            let (_, rest) = ber::expect(&rest, ber::OCTET_STRING)?;
            let (error, rest) = ber::expect(&rest, ber::OCTET_STRING)?;
            let mut said = format!("{title}({id}) ");
            if tag != 0x78 {
                said.push_str(&format!("{} ", words::result_name(code)));
            }
            if !error.is_empty() {
                said.push_str(&format!("({}) ", text::shown(error.all())));
            }
            if let (0x78, Ok((name, _))) = (tag, ber::expect(&rest, 0x8a)) {
                said.push_str(&format!("{} ", words::object_name(&text::shown(name.all()))));
            }
            match found {
                Some(1) => said.push_str(" [1 result]"),
                Some(count) => said.push_str(&format!(" [{count} results]")),
                None => {}
            }
            said
        }
        _ => format!("{title}({id}) "),
    })
}
