//! Lightweight Directory Access Protocol, RFC 4511; over UDP, RFC 1798 and [MS-ADTS] §6.3.3.
use crate::engine::dissect::{
    Bytes, Claim, Dissection, Frame, Next, Payload, Problem, Protocol, Role, Stream, Value, Verdict, ber, fields, text,
};
use crate::sorted::Sorted;

fields! {
    MESSAGE: Uint => "ldap.messageID", "messageID";
    OPERATION: Uint => "ldap.protocolOp", "protocolOp";
    NAME: Text => "ldap.name", "name";
    BASE: Text => "ldap.baseObject", "baseObject";
    RESULT: Uint => "ldap.resultCode", "resultCode";
    RESPONSE_IN: Uint => "ldap.response_in", "Response In";
    RESPONSE_TO: Uint => "ldap.response_to", "Response To";
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
        // Sealed by SASL: a length of four bytes and something opaque.
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

/// By the length of the outer element; a sealed message has four bytes before it.
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
        [0, 0 | 1, ..] => stream.headed(4, 1 << 24, |head| usize::try_from(head.u32(0).ok()?).ok()?.checked_add(4)),
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
        0x6c => "modifyDNRequest",
        0x6d => "modifyDNResponse",
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
fn pair(d: &mut Dissection, id: u32, tag: u8) {
    let role = match tag {
        0x60 | 0x63 | 0x66 | 0x68 | 0x4a | 0x6c | 0x6e | 0x77 => Role::Latest,
        0x61 | 0x65 | 0x67 | 0x69 | 0x6b | 0x6d | 0x6f | 0x78 => Role::Response,
        _ => return,
    };
    let Some(partner) = d.transaction(role, id.into()) else { return };
    let response = role == Role::Response;
    d.generated(if response { &RESPONSE_TO } else { &RESPONSE_IN }, Default::default(), partner.packet);
    if let Some(elapsed) = partner.elapsed.filter(|_| response) {
        d.generated(&TIME, Default::default(), Value::Nanos(elapsed));
    }
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if bytes.u8(0)? != ber::SEQUENCE {
        d.info(|| "SASL GSS-API".to_owned());
        return Ok(Next::End);
    }
    let (message, _) = ber::expect(&bytes, ber::SEQUENCE)?;
    let (id, operation) = ber::integer(&message)?;
    d.field(&MESSAGE, message.span(0..message.len().saturating_sub(operation.len())), id);
    let (element, _) = ber::element(&operation)?;
    d.field(&OPERATION, operation.span(0..1), element.tag & 0x1f);
    pair(d, id, element.tag);
    let found = d.with_state(|_, found: &mut Found| match element.tag {
        0x64 => {
            let count = found.get(&id).copied().unwrap_or_default();
            found.insert(id, count.saturating_add(1));
            if found.len() > 1024 {
                found.pop_first();
            }
            None
        }
        0x65 => found.remove(&id).or(Some(0)),
        _ => None,
    });
    if !d.wants() {
        return Ok(Next::End);
    }
    let title = title(element.tag).unwrap_or("unknown");
    let content = element.content;
    d.info(|| format!("{title}({id}) "));
    let or_root = |name: &[u8]| if name.is_empty() { "<ROOT>".to_owned() } else { text::shown(name) };
    match element.tag {
        0x60 => {
            let (_, rest) = ber::integer(&content)?;
            let (name, rest) = ber::expect(&rest, ber::OCTET_STRING)?;
            d.field(&NAME, name.span(0..name.len()), text::shown(name.all()));
            let how = if rest.u8(0)? == 0x80 { "simple" } else { "sasl" };
            d.info(|| format!("{title}({id}) \"{}\" {how} ", or_root(name.all())));
        }
        0x63 => {
            let (base, rest) = ber::expect(&content, ber::OCTET_STRING)?;
            d.field(&BASE, base.span(0..base.len()), text::shown(base.all()));
            let (scope, _) = ber::integer(&rest)?;
            let scope = match scope {
                0 => "baseObject",
                1 => "singleLevel",
                _ => "wholeSubtree",
            };
            d.info(|| format!("{title}({id}) \"{}\" {scope} ", or_root(base.all())));
        }
        0x61 | 0x65 | 0x67 | 0x69 | 0x6b | 0x6d | 0x6f | 0x78 => {
            let (code, rest) = ber::integer(&content)?;
            d.field(&RESULT, content.span(0..content.len().saturating_sub(rest.len())), code);
            let name = match code {
                0 => "success",
                1 => "operationsError",
                2 => "protocolError",
                3 => "timeLimitExceeded",
                4 => "sizeLimitExceeded",
                5 => "compareFalse",
                6 => "compareTrue",
                7 => "authMethodNotSupported",
                8 => "strongerAuthRequired",
                10 => "referral",
                12 => "unavailableCriticalExtension",
                14 => "saslBindInProgress",
                16 => "noSuchAttribute",
                20 => "attributeOrValueExists",
                21 => "invalidAttributeSyntax",
                32 => "noSuchObject",
                34 => "invalidDNSyntax",
                48 => "inappropriateAuthentication",
                49 => "invalidCredentials",
                50 => "insufficientAccessRights",
                51 => "busy",
                52 => "unavailable",
                53 => "unwillingToPerform",
                64 => "namingViolation",
                65 => "objectClassViolation",
                68 => "entryAlreadyExists",
                80 => "other",
                _ => "",
            };
            d.info(|| match found {
                Some(1) => format!("{title}({id}) {name}  [1 result]"),
                Some(count) => format!("{title}({id}) {name}  [{count} results]"),
                None => format!("{title}({id}) {name} "),
            });
        }
        _ => {}
    }
    Ok(Next::End)
}
