//! Simple Network Management Protocol, RFC 3416 and RFC 3412 (with the user-based security of RFC 3414), in ASN.1 BER.
use super::numbers::ENTERPRISES;
use crate::engine::dissect::{
    Bytes, Claim, Dissection, Field, Kind, Names, Next, Part, Payload, Problem, Protocol, Role, Value, Verdict, ber,
    fields, text,
};

fields! {
    VERSION: Int => "snmp.version", "version";
    COMMUNITY: Text => "snmp.community", "community";
    VERSION3: Int => "snmp.msgVersion", "msgVersion";
    GLOBAL: Label => "snmp.msgGlobalData_element", "msgGlobalData";
    MESSAGE: Int => "snmp.msgID", "msgID";
    LARGEST: Int => "snmp.msgMaxSize", "msgMaxSize";
    FLAGS: Hex(2) => "snmp.msgFlags", "msgFlags";
    REPORTABLE: Bool => "snmp.v3.flags.report", "Reportable";
    ENCRYPTED: Bool => "snmp.v3.flags.crypt", "Encrypted";
    AUTHENTICATED: Bool => "snmp.v3.flags.auth", "Authenticated";
    MODEL: Uint => "snmp.msgSecurityModel", "msgSecurityModel";
    ENGINE: Bytes => "snmp.msgAuthoritativeEngineID", "msgAuthoritativeEngineID";
    BOOTS: Uint => "snmp.msgAuthoritativeEngineBoots", "msgAuthoritativeEngineBoots";
    ENGINE_TIME: Uint => "snmp.msgAuthoritativeEngineTime", "msgAuthoritativeEngineTime";
    USER: Text => "snmp.msgUserName", "msgUserName";
    AUTHENTICATION: Bytes => "snmp.msgAuthenticationParameters", "msgAuthenticationParameters";
    PRIVACY: Bytes => "snmp.msgPrivacyParameters", "msgPrivacyParameters";
    CONFORMS: Bool => "snmp.engineid.conform", "Engine ID Conformance";
    ENTERPRISE_ID: Uint => "snmp.engineid.enterprise", "Engine Enterprise ID";
    FORMAT: Uint => "snmp.engineid.format", "Engine ID Format";
    ENGINE4: Address => "snmp.engineid.ipv4", "Engine ID Data: IPv4 address";
    ENGINE6: Address => "snmp.engineid.ipv6", "Engine ID Data: IPv6 address";
    ENGINE_MAC: Address => "snmp.engineid.mac", "Engine ID Data: MAC address";
    ENGINE_TEXT: Text => "snmp.engineid.text", "Engine ID Data: Text";
    ENGINE_DATA: Bytes => "snmp.engineid.data", "Engine ID Data";
    ENGINE_MADE: Text => "snmp.engineid.time", "Engine ID Data: Creation Time";
    TRAILER: Bytes => "snmp.agentid_trailer", "AgentID Trailer";
    DATA3: Uint => "snmp.msgData", "msgData";
    CIPHER: Bytes => "snmp.encryptedPDU", "encryptedPDU";
    CONTEXT_ENGINE: Bytes => "snmp.contextEngineID", "contextEngineID";
    CONTEXT: Text => "snmp.contextName", "contextName";
    DATA: Uint => "snmp.data", "data";
    REQUEST: Int => "snmp.request_id", "request-id";
    ERROR: Int => "snmp.error_status", "error-status";
    ERROR_INDEX: Int => "snmp.error_index", "error-index";
    NON_REPEATERS: Int => "snmp.non_repeaters", "non-repeaters";
    REPETITIONS: Int => "snmp.max_repetitions", "max-repetitions";
    ENTERPRISE: Text => "snmp.enterprise", "enterprise";
    AGENT: Address => "snmp.agent_addr", "agent-addr";
    GENERIC: Int => "snmp.generic_trap", "generic-trap";
    SPECIFIC: Int => "snmp.specific_trap", "specific-trap";
    STAMP: Uint => "snmp.time_stamp", "time-stamp";
    BINDINGS: Uint => "snmp.variable_bindings", "variable-bindings";
    BINDING: Label => "snmp.VarBind_element", "VarBind";
    NAME: Text => "snmp.name", "Object Name";
    INTEGER: Int => "snmp.value.int", "Value (Integer32)";
    OCTETS: Bytes => "snmp.value.octets", "Value (OctetString)";
    STRING: Text => "snmp.var-bind_str", "Variable-binding-string";
    NULL: Label => "snmp.value.null", "Value (Null)";
    OBJECT: Text => "snmp.value.oid", "Value (OID)";
    ADDRESS: Address => "snmp.value.ipv4", "Value (IpAddress)";
    COUNTER: Uint => "snmp.value.counter", "Value (Counter)";
    GAUGE: Uint => "snmp.value.g32", "Value (Gauge32)";
    TICKS: Uint => "snmp.value.timeticks", "Value (Timeticks)";
    OPAQUE: Bytes => "snmp.value.opaque", "Value (Opaque)";
    UNSIGNED: Uint => "snmp.value.u32", "Value (Unsigned32)";
    NO_OBJECT: Label => "snmp.noSuchObject", "noSuchObject";
    NO_INSTANCE: Label => "snmp.noSuchInstance", "noSuchInstance";
    END_OF_VIEW: Label => "snmp.endOfMibView", "endOfMibView";
    RESPONSE_IN: Frame => "snmp.response_in", "Response In";
    RESPONSE_TO: Frame => "snmp.response_to", "Response To";
    TIME: Seconds => "snmp.time", "Time";
}

pub(super) static SNMP: Protocol = Protocol {
    name: "snmp",
    title: "Simple Network Management Protocol",
    short: "SNMP",
    fields: FIELDS,
    claims: &[Claim::UdpPort(161), Claim::UdpPort(162), Claim::TcpPort(161), Claim::TcpPort(162)],
    probe: Some(probe),
    dissect,
    ..Protocol::PLAIN
};

const PDUS: [&str; 9] = [
    "get-request",
    "get-next-request",
    "get-response",
    "set-request",
    "trap",
    "getBulkRequest",
    "informRequest",
    "snmpV2-trap",
    "report",
];
const RESPONSE: u8 = 2;
const TRAP: u8 = 4;
const BULK: u8 = 5;
static ERRORS: Names = "noError|tooBig|noSuchName|badValue|readOnly|genErr|noAccess|wrongType|wrongLength|wrongEncoding|wrongValue|\
    noCreation|inconsistentValue|resourceUnavailable|commitFailed|undoFailed|authorizationError|notWritable|inconsistentName";
static TRAPS: Names = "coldStart|warmStart|linkDown|linkUp|authenticationFailure|egpNeighborLoss|enterpriseSpecific";
static FORMATS: Names = "1=IPv4 address|IPv6 address|MAC address|Text, administratively assigned|Octets, administratively assigned|\
    128=Reserved/Enterprise-specific";

/// What values are by their tags (RFC 3416 §3).
static VALUES: &[(u8, &Field)] = &[
    (ber::INTEGER, &INTEGER),
    (ber::OCTET_STRING, &OCTETS),
    (0x05, &NULL),
    (ber::OBJECT, &OBJECT),
    (0x40, &ADDRESS),
    (0x41, &COUNTER),
    (0x42, &GAUGE),
    (0x43, &TICKS),
    (0x44, &OPAQUE),
    (0x46, &COUNTER),
    (0x47, &UNSIGNED),
    (0x80, &NO_OBJECT),
    (0x81, &NO_INSTANCE),
    (0x82, &END_OF_VIEW),
];

fn probe(payload: &Payload<'_>) -> Verdict {
    look(payload).unwrap_or(Verdict::NotMine)
}

fn look(payload: &Payload<'_>) -> Result<Verdict, Problem> {
    if payload.bytes.first() != Some(&ber::SEQUENCE) || !payload.is_udp() && !payload.is_tcp() {
        return Ok(Verdict::NotMine);
    }
    let (message, _) = ber::expect(&payload.window(), ber::SEQUENCE)?;
    let (version, rest) = ber::integer(&message)?;
    let (second, rest) = ber::element(&rest)?;
    Ok(match (version, second.tag) {
        (0 | 1, ber::OCTET_STRING) => Verdict::certain_if(matches!(rest.u8(0), Ok(0xa0..=0xa8))),
        // A version between them was tried and given up.
        (2, ber::OCTET_STRING) => Verdict::Possible,
        // Version 3: identifier, largest size, flags of one byte, security model.
        (3, ber::SEQUENCE) => {
            let (_, size) = ber::integer(&second.content)?;
            let (_, flags) = ber::integer(&size)?;
            Verdict::certain_if(ber::expect(&flags, ber::OCTET_STRING)?.0.len() == 1)
        }
        _ => Verdict::NotMine,
    })
}

/// Dotted numbers of an object identifier (X.690 §8.19).
fn object(content: &[u8]) -> String {
    let (mut text, mut value) = (String::new(), 0_u64);
    for &byte in content.iter().take(128) {
        value = value << 7 | u64::from(byte & 0x7f);
        if byte & 0x80 != 0 {
            continue;
        }
        if text.is_empty() {
            let first = (value / 40).min(2);
            text = format!("{first}.{}", value.saturating_sub(first.saturating_mul(40)));
        } else {
            text.push_str(&format!(".{value}"));
        }
        value = 0;
    }
    text
}

/// The element at the front of `bytes` as a field; also what it holds, and what follows it.
fn leaf<'p>(
    d: &mut Dissection,
    field: &'static Field,
    bytes: &Bytes<'p>,
    names: Names,
) -> Result<(Bytes<'p>, Bytes<'p>), Problem> {
    let (found, rest) = ber::element(bytes)?;
    let content = found.content;
    if d.wants() {
        let (whole, all) = (content.span(0..content.len()), content.all());
        match field.kind {
            Kind::Text if found.tag == ber::OBJECT => {
                let text = object(all);
                let named = text.strip_prefix('1').map(|rest| format!("iso{rest}")).unwrap_or_default();
                d.noted(field, whole, text, &named);
            }
            Kind::Text | Kind::Bytes => _ = d.read(field, &content, 0..all.len())?,
            _ => _ = d.read_layout(&content, 0, &[Part::Next(field, content.wire_len(), names)])?,
        }
    }
    Ok((content, rest))
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let (message, _) = ber::expect(&bytes, ber::SEQUENCE)?;
    let (version, rest) = ber::integer(&message)?;
    let (second, third) = ber::element(&rest)?;
    if version != 3 {
        leaf(d, &VERSION, &message, "version-1|v2c|v2u")?;
        leaf(d, &COMMUNITY, &rest, "")?;
        return pdu(d, &third);
    }
    d.info(|| "SNMPv3".to_owned());
    leaf(d, &VERSION3, &message, "3=snmpv3")?;
    d.label(&GLOBAL, rest.span(0..rest.len().saturating_sub(third.len())), || GLOBAL.title().to_owned());
    d.nest(|d| {
        let (_, rest) = leaf(d, &MESSAGE, &second.content, "")?;
        let (_, rest) = leaf(d, &LARGEST, &rest, "")?;
        let (flags, rest) = ber::expect(&rest, ber::OCTET_STRING)?;
        let parts = [
            Part::Next(&FLAGS, 1, ""),
            Part::Bits(&REPORTABLE, 4, ""),
            Part::Bits(&ENCRYPTED, 2, ""),
            Part::Bits(&AUTHENTICATED, 1, ""),
        ];
        d.read_layout(&flags, 0, &parts)?;
        leaf(d, &MODEL, &rest, "Any|V1|V2C|USM")
    })?;
    let (parameters, data) = ber::expect(&third, ber::OCTET_STRING)?;
    if d.wants()
        && let Ok((parameters, _)) = ber::expect(&parameters, ber::SEQUENCE)
    {
        let (id, rest) = leaf(d, &ENGINE, &parameters, "")?;
        engine(d, &id)?;
        [&BOOTS, &ENGINE_TIME, &USER, &AUTHENTICATION, &PRIVACY]
            .into_iter()
            .try_fold(rest, |rest, field| leaf(d, field, &rest, "").map(|(_, rest)| rest))?;
    }
    let (scoped, _) = ber::element(&data)?;
    let plain = scoped.tag == ber::SEQUENCE;
    d.noted(&DATA3, data.span(0..data.len()), u8::from(!plain), if plain { "plaintext" } else { "encryptedPDU" });
    if !plain {
        d.nest(|d| leaf(d, &CIPHER, &data, ""))?;
        d.info(|| "encryptedPDU: privKey Unknown".to_owned());
        return Ok(Next::End);
    }
    d.nest(|d| {
        let (id, rest) = leaf(d, &CONTEXT_ENGINE, &scoped.content, "")?;
        engine(d, &id)?;
        let (_, rest) = leaf(d, &CONTEXT, &rest, "")?;
        pdu(d, &rest)
    })
}

/// What an engine's identifier says (RFC 3411 §5, SnmpEngineID).
fn engine(d: &mut Dissection, id: &Bytes<'_>) -> Result<(), Problem> {
    const NET_SNMP: u32 = 8072;
    if !d.wants() || id.wire_len() < 5 {
        return Ok(());
    }
    d.nest(|d| {
        d.read_layout(
            id,
            0,
            &[Part::Peek(&CONFORMS, 1, 0x80, ""), Part::Peek(&ENTERPRISE_ID, 4, 0x7fff_ffff, ENTERPRISES)],
        )?;
        let enterprise = id.u32(0)?;
        if enterprise >> 31 == 0 {
            return d.read_layout(id, 4, &[Part::Next(&TRAILER, 8, "")]);
        }
        let format = id.u8(4)?;
        let rest = match (format, id.wire_len()) {
            (1, 9) => [Part::Next(&ENGINE4, 4, ""), Part::Skip(0)],
            (2, 21) => [Part::Next(&ENGINE6, 16, ""), Part::Skip(0)],
            (3, 11) => [Part::Next(&ENGINE_MAC, 6, ""), Part::Skip(0)],
            (4, _) => [Part::Next(&ENGINE_TEXT, 0, ""), Part::Skip(0)],
            (128, 13) if enterprise & 0x7fff_ffff == NET_SNMP => {
                d.noted(&FORMAT, id.span(4..5), format, "Reserved/Enterprise-specific: Net-SNMP Random");
                // The time is the one number of the format that is little endian.
                let time = id.u32_le(9)?;
                d.read(&ENGINE_DATA, id, 5..9)?;
                d.field(&ENGINE_MADE, id.span(9..13), text::utc(time.into()));
                return Ok(0);
            }
            _ => [Part::Next(&ENGINE_DATA, 0, ""), Part::Skip(0)],
        };
        let at = d.read_layout(id, 4, &[Part::Next(&FORMAT, 1, FORMATS)])?;
        d.read_layout(id, at, &rest)
    })?;
    Ok(())
}

fn pdu<'p>(d: &mut Dissection, bytes: &Bytes<'p>) -> Result<Next<'p>, Problem> {
    let (pdu, after) = ber::element(bytes)?;
    let kind = pdu.tag & 0x1f;
    let title = PDUS.get(usize::from(kind)).copied().unwrap_or("unknown");
    let whole = bytes.span(0..bytes.len().saturating_sub(after.len()));
    d.info(|| title.to_owned());
    d.noted(&DATA, whole, kind, title);
    let mut partner = None;
    if kind != TRAP {
        let (request, _) = ber::integer(&pdu.content)?;
        let role = match kind {
            0 | 1 | 3 | BULK | 6 => Some(Role::Once),
            RESPONSE => Some(Role::Response),
            _ => None,
        };
        partner = role.and_then(|role| d.transaction(role, request.into()));
    }
    if !d.wants() {
        return Ok(Next::End);
    }
    let rows: &[(&'static Field, Names)] = match kind {
        TRAP => &[(&ENTERPRISE, ""), (&AGENT, ""), (&GENERIC, TRAPS), (&SPECIFIC, ""), (&STAMP, "")],
        BULK => &[(&REQUEST, ""), (&NON_REPEATERS, ""), (&REPETITIONS, "")],
        _ => &[(&REQUEST, ""), (&ERROR, ERRORS), (&ERROR_INDEX, "")],
    };
    d.nest(|d| {
        let mut rest = pdu.content;
        for (field, names) in rows {
            let (content, after) = leaf(d, field, &rest, names)?;
            if kind == TRAP && std::ptr::eq(*field, &ENTERPRISE) {
                d.info_add(" ", || object(content.all()).replacen('1', "iso", 1));
            }
            rest = after;
        }
        let (mut list, _) = ber::expect(&rest, ber::SEQUENCE)?;
        let (at, mut count) = (d.fields.len(), 0_u64);
        d.field(&BINDINGS, list.span(0..list.len()), 0_u64);
        let read = d.nest(|d| {
            while list.wire_len() > 0 {
                list = binding(d, &list)?;
                count = count.saturating_add(1);
            }
            Ok(())
        });
        if let Some(found) = d.fields.get_mut(at) {
            found.value = Value::Uint(count);
        }
        read
    })?;
    if let Some(partner) = partner {
        let (here, answers) = (bytes.span(0..0), kind == RESPONSE);
        d.generated(if answers { &RESPONSE_TO } else { &RESPONSE_IN }, here, partner.packet);
        if let Some(elapsed) = partner.elapsed.filter(|_| answers) {
            d.generated(&TIME, here, Value::Nanos(elapsed));
        }
    }
    Ok(Next::End)
}

/// A name and its value; returns what follows them.
fn binding<'p>(d: &mut Dissection, list: &Bytes<'p>) -> Result<Bytes<'p>, Problem> {
    let (binding, after) = ber::expect(list, ber::SEQUENCE)?;
    let (name, value) = ber::expect(&binding, ber::OBJECT)?;
    let object = object(name.all());
    d.info_add(" ", || object.clone());
    let line = d.fields.len();
    d.label(&BINDING, list.span(0..list.len().saturating_sub(after.len())), String::new);
    let shown = d.nest(|d| {
        leaf(d, &NAME, &binding, "")?;
        let (found, _) = ber::element(&value)?;
        let Some((_, field)) = VALUES.iter().find(|(tag, _)| *tag == found.tag) else { return Ok(String::new()) };
        if field.kind == Kind::Label {
            d.label(field, found.content.span(0..0), || field.title().to_owned());
            return Ok(field.title().to_owned());
        }
        leaf(d, field, &value, "")?;
        let printable = !found.content.is_empty()
            && found.content.all().iter().all(|byte| matches!(byte, b' '..=b'~' | b'\t' | b'\r' | b'\n'));
        let shown = d.fields.last().map(|found| found.text()).unwrap_or_default();
        if std::ptr::eq(*field, &OCTETS) && printable {
            let text = text::shown(found.content.all());
            // sysDescr and sysName are read by a table of strings, which lists the name again.
            if matches!(object.as_str(), "1.3.6.1.2.1.1.1.0" | "1.3.6.1.2.1.1.5.0") {
                d.mention("snmp");
                d.nest(|d| d.field(&STRING, found.content.span(0..found.content.len()), text.clone()));
            }
            return Ok(format!("\"{text}\""));
        }
        Ok(shown)
    });
    if let Some(found) = d.fields.get_mut(line) {
        found.note = Some(format!("{object}: {}", shown.as_deref().unwrap_or_default()).into());
    }
    shown.map(|_| after)
}
