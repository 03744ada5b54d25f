//! SNMP (RFC 1157, 3416, 3412), read without a MIB.
use super::{Bytes, Out, Printed, safe};
use crate::engine::dissect::Problem;

/// An element as tcpdump tells them apart.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Octets,
    Null,
    Oid,
    Int,
    Unsigned,
    Unsigned64,
    Text,
    Sequence,
    Address,
    Exception,
    Pdu,
}

#[derive(Clone, Copy)]
struct Element<'p> {
    kind: Kind,
    id: u8,
    value: Bytes<'p>,
    length: usize,
    /// With its header.
    whole: usize,
}

/// What has been said when the rest cannot be read.
type Read<T> = Result<Option<T>, Problem>;

const PDUS: [&str; 9] =
    ["GetRequest", "GetNextRequest", "GetResponse", "SetRequest", "Trap", "GetBulk", "Inform", "V2Trap", "Report"];

const ERRORS: [&str; 19] = [
    "noError",
    "tooBig",
    "noSuchName",
    "badValue",
    "readOnly",
    "genErr",
    "noAccess",
    "wrongType",
    "wrongLength",
    "wrongEncoding",
    "wrongValue",
    "noCreation",
    "inconsistentValue",
    "resourceUnavailable",
    "commitFailed",
    "undoFailed",
    "authorizationError",
    "notWritable",
    "inconsistentName",
];

pub fn print(out: &mut Out<'_>, bytes: Bytes<'_>) -> Printed {
    out.protocol = "snmp";
    out.put(" ");
    message(out, bytes).map(|_| ())
}

fn parse<'p>(out: &mut Out<'_>, bytes: &Bytes<'p>) -> Read<Element<'p>> {
    let mut left = bytes.wire_len();
    if left < 1 {
        out.put("[nothing to parse]");
        return Ok(None);
    }
    let first = bytes.u8(0)?;
    let (class, constructed, id) = (first >> 6, first & 0x20 != 0, first & 0x1f);
    let mut at = 1usize;
    left = left.saturating_sub(1);
    if id == 0x1f {
        // Tags this large do not occur.
        out.put("[Xtagfield?]");
        return Ok(None);
    }
    if left < 1 {
        out.put("[no asnlen]");
        return Ok(None);
    }
    let size = bytes.u8(at)?;
    at = at.saturating_add(1);
    left = left.saturating_sub(1);
    let mut length = usize::from(size);
    if size & 0x80 != 0 {
        let count = usize::from(size & 0x7f);
        if left < count {
            say!(out, "[asnlen? {left}<{count}]");
            return Ok(None);
        }
        length = 0;
        for _ in 0..count {
            length = (length & 0xff_ffff) << 8 | usize::from(bytes.u8(at)?);
            at = at.saturating_add(1);
            left = left.saturating_sub(1);
        }
    }
    if left < length {
        say!(out, "[len{left}<asnlen{length}]");
        return Ok(None);
    }
    let kind = match (constructed, class, id) {
        (false, 0, 4) => Kind::Text,
        (false, 0, 2) => Kind::Int,
        (false, 0, 6) => Kind::Oid,
        (false, 0, 5) => Kind::Null,
        (false, 1, 0) => Kind::Address,
        (false, 1, 1..=3) => Kind::Unsigned,
        (false, 1, 6) => Kind::Unsigned64,
        (false, 2, 0..=2) => Kind::Exception,
        (true, 0, 16) => Kind::Sequence,
        (true, 2, _) => Kind::Pdu,
        _ => {
            let form = if constructed { "C" } else { "P" };
            let class = ["U", "A", "C", "P"].get(usize::from(class)).unwrap_or(&"U");
            say!(out, "[{form}/{class}/{}]", universal(class, id));
            Kind::Octets
        }
    };
    let value = bytes.from(at).limit(length);
    value.take(0..length)?;
    Ok(Some(Element { kind, id, value, length, whole: at.saturating_add(length) }))
}

fn universal(class: &str, id: u8) -> String {
    const NAMES: [&str; 17] = [
        "U-0",
        "Boolean",
        "Integer",
        "Bitstring",
        "String",
        "Null",
        "OID",
        "OD",
        "External",
        "Real",
        "Enum",
        "Embedded PDV",
        "U-12",
        "U-13",
        "U-14",
        "U-15",
        "Sequence",
    ];
    const APPLICATION: [&str; 8] = ["IpAddress", "Counter", "Gauge", "TimeTicks", "Opaque", "C64", "A-6", "A-7"];
    let names: &[&str] = if class == "U" { &NAMES } else { &APPLICATION };
    names.get(usize::from(id)).map_or_else(|| format!("{class}-{id}"), |name| (*name).to_owned())
}

fn show(out: &mut Out<'_>, element: &Element<'_>) -> Printed {
    let value = element.value.all();
    match element.kind {
        Kind::Octets => value.iter().for_each(|byte| say!(out, "_{byte:02x}")),
        Kind::Null => {}
        Kind::Oid => oid(out, value),
        Kind::Int => say!(out, "{}", integer(value)),
        Kind::Unsigned | Kind::Unsigned64 => {
            say!(out, "{}", value.iter().fold(0u64, |sum, byte| sum << 8 | u64::from(*byte)));
        }
        Kind::Text => {
            if value.iter().all(|byte| byte.is_ascii_graphic() || *byte == b' ') {
                out.put("\"");
                safe(out, value);
                out.put("\"");
            } else {
                for (n, byte) in value.iter().enumerate() {
                    say!(out, "{}{byte:02x}", if n == 0 { "" } else { "_" });
                }
            }
        }
        Kind::Sequence => say!(out, "Seq({})", element.length),
        Kind::Address => {
            if element.length != 4 {
                out.put("[inetaddr len!=4]");
            }
            for (n, byte) in value.iter().enumerate() {
                say!(out, "{}{byte}", if n == 0 { "" } else { "." });
            }
        }
        Kind::Exception => {
            let names = ["noSuchObject", "noSuchInstance", "endOfMibView"];
            say!(out, "[{}]", names.get(usize::from(element.id)).unwrap_or(&""));
        }
        Kind::Pdu => match PDUS.get(usize::from(element.id)) {
            Some(name) => say!(out, "{name}({})", element.length),
            None => say!(out, "CONTEXT-{}({})", element.id, element.length),
        },
    }
    Ok(())
}

fn oid(out: &mut Out<'_>, value: &[u8]) {
    let mut number = 0u32;
    let mut first = true;
    for byte in value {
        number = number << 7 | u32::from(byte & 0x7f);
        if byte & 0x80 != 0 {
            continue;
        }
        if first {
            let top = (number / 40).min(2);
            say!(out, ".{top}");
            number = number.saturating_sub(top.saturating_mul(40));
            first = false;
        }
        say!(out, ".{number}");
        number = 0;
    }
}

fn integer(value: &[u8]) -> i32 {
    let start = if value.first().is_some_and(|byte| byte & 0x80 != 0) { -1i32 } else { 0 };
    value.iter().fold(start, |sum, byte| sum << 8 | i32::from(*byte))
}

/// Reads an element that must be of a kind; says so when it is not.
fn expect<'p>(out: &mut Out<'_>, bytes: &Bytes<'p>, kind: Kind, otherwise: &str) -> Read<Element<'p>> {
    let Some(element) = parse(out, bytes)? else { return Ok(None) };
    if element.kind != kind {
        out.put(otherwise);
        show(out, &element)?;
        return Ok(None);
    }
    Ok(Some(element))
}

fn extra(out: &mut Out<'_>, element: &Element<'_>, bytes: &Bytes<'_>, what: &str) {
    if element.whole < bytes.wire_len() {
        say!(out, "[{} extra after {what}]", bytes.wire_len().saturating_sub(element.whole));
    }
}

fn message(out: &mut Out<'_>, bytes: Bytes<'_>) -> Read<()> {
    let Some(sequence) = expect(out, &bytes, Kind::Sequence, "[!init SEQ]")? else { return Ok(None) };
    extra(out, &sequence, &bytes, "iSEQ");
    let inner = sequence.value;
    let Some(version) = expect(out, &inner, Kind::Int, "[version!=INT]")? else { return Ok(None) };
    let number = integer(version.value.all());
    let rest = inner.from(version.whole);
    match number {
        0 | 1 => {
            if out.verbose() {
                say!(out, "{{ {} ", if number == 0 { "SNMPv1" } else { "SNMPv2c" });
            }
            community(out, rest)?;
        }
        3 => {
            if out.verbose() {
                out.put("{ SNMPv3 ");
            }
            version3(out, rest)?;
        }
        _ => {
            say!(out, "SNMP [version = {number}]");
            return Ok(None);
        }
    }
    if out.verbose() {
        out.put("} ");
    }
    Ok(Some(()))
}

fn community(out: &mut Out<'_>, bytes: Bytes<'_>) -> Read<()> {
    let Some(name) = expect(out, &bytes, Kind::Text, "[comm!=STR]")? else { return Ok(None) };
    if name.value.all() != b"public" || out.verbose() {
        out.put("C=");
        show(out, &name)?;
        out.put(" ");
    }
    pdu(out, bytes.from(name.whole))
}

fn pdu(out: &mut Out<'_>, bytes: Bytes<'_>) -> Read<()> {
    let Some(element) = parse(out, &bytes)? else { return Ok(None) };
    if element.kind != Kind::Pdu {
        out.put("[no PDU]");
        return Ok(None);
    }
    extra(out, &element, &bytes, "PDU");
    if out.verbose() {
        out.put("{ ");
    }
    show(out, &element)?;
    out.put(" ");
    let read = match element.id {
        4 => trap(out, element.value)?,
        0..=8 => request(out, element.id, element.value)?,
        _ => None,
    };
    if out.verbose() {
        out.put(" } ");
    }
    Ok(read)
}

fn request(out: &mut Out<'_>, kind: u8, bytes: Bytes<'_>) -> Read<()> {
    let Some(id) = expect(out, &bytes, Kind::Int, "[reqId!=INT]")? else { return Ok(None) };
    if out.verbose() {
        say!(out, "R={} ", integer(id.value.all()));
    }
    let bytes = bytes.from(id.whole);
    let Some(status) = expect(out, &bytes, Kind::Int, "[errorStatus!=INT]")? else { return Ok(None) };
    let asks = matches!(kind, 0 | 1 | 3 | 6 | 7 | 8);
    let value = integer(status.value.all());
    let name = usize::try_from(value).ok().and_then(|value| ERRORS.get(value)).copied();
    let name = name.map_or_else(|| format!("ErrorStatus-{value}"), str::to_owned);
    let mut error = false;
    match () {
        () if asks && value != 0 => say!(out, "[errorStatus({name})!=0]"),
        () if kind == 5 => say!(out, " N={value}"),
        () if value != 0 => {
            say!(out, " {name}");
            error = true;
        }
        () => {}
    }
    let bytes = bytes.from(status.whole);
    let Some(index) = expect(out, &bytes, Kind::Int, "[errorIndex!=INT]")? else { return Ok(None) };
    let value = integer(index.value.all());
    match () {
        () if asks && value != 0 => say!(out, "[errorIndex({value})!=0]"),
        () if kind == 5 => say!(out, " M={value}"),
        () if value != 0 && !error => say!(out, "[errorIndex==0]"),
        () if value != 0 => say!(out, "@{value}"),
        () if error => out.put("[errorIndex==0]"),
        () => {}
    }
    variables(out, kind, bytes.from(index.whole))
}

fn trap(out: &mut Out<'_>, bytes: Bytes<'_>) -> Read<()> {
    let Some(enterprise) = expect(out, &bytes, Kind::Oid, "[enterprise!=OID]")? else { return Ok(None) };
    show(out, &enterprise)?;
    out.put(" ");
    let bytes = bytes.from(enterprise.whole);
    let Some(agent) = expect(out, &bytes, Kind::Address, "[agent-addr!=INETADDR]")? else { return Ok(None) };
    show(out, &agent)?;
    let bytes = bytes.from(agent.whole);
    let Some(generic) = expect(out, &bytes, Kind::Int, "[generic-trap!=INT]")? else { return Ok(None) };
    let names = [
        "coldStart",
        "warmStart",
        "linkDown",
        "linkUp",
        "authenticationFailure",
        "egpNeighborLoss",
        "enterpriseSpecific",
    ];
    let number = integer(generic.value.all());
    let name = usize::try_from(number).ok().and_then(|number| names.get(number)).copied();
    say!(out, " {}", name.map_or_else(|| format!("GenericTrap-{number}"), str::to_owned));
    let bytes = bytes.from(generic.whole);
    let Some(specific) = expect(out, &bytes, Kind::Int, "[specific-trap!=INT]")? else { return Ok(None) };
    let value = integer(specific.value.all());
    if number != 6 {
        if value != 0 {
            say!(out, "[specific-trap({value})!=0]");
        }
    } else {
        say!(out, " s={value}");
        if value < 0 {
            out.put("[specific-trap<0]");
        }
    }
    out.put(" ");
    let bytes = bytes.from(specific.whole);
    let Some(time) = expect(out, &bytes, Kind::Unsigned, "[timestamp!=TIMETICKS]")? else { return Ok(None) };
    show(out, &time)?;
    let bytes = bytes.from(time.whole);
    if bytes.wire_len() > 0 {
        return variables(out, 4, bytes);
    }
    Ok(Some(()))
}

fn variables(out: &mut Out<'_>, kind: u8, bytes: Bytes<'_>) -> Read<()> {
    let Some(list) = expect(out, &bytes, Kind::Sequence, "[!SEQ of varbind]")? else { return Ok(None) };
    extra(out, &list, &bytes, "SEQ of varbind");
    let mut rest = list.value;
    while rest.wire_len() > 0 {
        out.put(" ");
        let Some(pair) = expect(out, &rest, Kind::Sequence, "[!varbind]")? else { return Ok(None) };
        rest = rest.from(pair.whole);
        let Some(name) = expect(out, &pair.value, Kind::Oid, "[objName!=OID]")? else { return Ok(None) };
        show(out, &name)?;
        let asks = matches!(kind, 0 | 1 | 5);
        if !asks {
            out.put("=");
        }
        let Some(value) = parse(out, &pair.value.from(name.whole))? else { return Ok(None) };
        if value.kind != Kind::Null {
            if asks {
                out.put("[objVal!=NULL]");
            }
            show(out, &value)?;
        }
    }
    Ok(Some(()))
}

fn version3(out: &mut Out<'_>, bytes: Bytes<'_>) -> Read<()> {
    let Some(head) = expect(out, &bytes, Kind::Sequence, "[!message]")? else { return Ok(None) };
    let rest = bytes.from(head.whole);
    if out.verbose() {
        out.put("{ ");
    }
    let inner = head.value;
    let Some(id) = expect(out, &inner, Kind::Int, "[msgID!=INT]")? else { return Ok(None) };
    let inner = inner.from(id.whole);
    let Some(size) = expect(out, &inner, Kind::Int, "[msgMaxSize!=INT]")? else { return Ok(None) };
    let inner = inner.from(size.whole);
    let Some(flags) = expect(out, &inner, Kind::Text, "[msgFlags!=INT]")? else { return Ok(None) };
    let bits = flags.value.u8(0)?;
    if !matches!(bits, 0 | 1 | 3 | 4 | 5 | 7) {
        say!(out, "[msgFlags=0x{bits:02X}]");
        return Ok(None);
    }
    let set = |bit: u8, letter: &'static str| if bits & bit != 0 { letter } else { "" };
    say!(out, "F={}{}{} ", set(1, "a"), set(2, "p"), set(4, "r"));
    let inner = inner.from(flags.whole);
    let Some(model) = expect(out, &inner, Kind::Int, "[msgSecurityModel!=INT]")? else { return Ok(None) };
    let model_number = integer(model.value.all());
    if model.whole < inner.wire_len() {
        say!(out, "[{} extra after message SEQ]", inner.wire_len().saturating_sub(model.whole));
    }
    if out.verbose() {
        out.put("} ");
    }
    if model_number != 3 {
        say!(out, "[security {model_number}]");
        return Ok(None);
    }
    if out.verbose() {
        out.put("{ USM ");
    }
    let Some(security) = expect(out, &rest, Kind::Text, "[msgSecurityParameters!=STR]")? else { return Ok(None) };
    usm(out, security.value)?;
    if out.verbose() {
        out.put("} ");
    }
    if bits & 2 != 0 {
        out.put("[!scopedPDU]");
        let after = rest.from(security.whole);
        let Some(hidden) = parse(out, &after)? else { return Ok(None) };
        show(out, &hidden)?;
        return Ok(Some(()));
    }
    let scoped = rest.from(security.whole);
    let Some(sequence) = expect(out, &scoped, Kind::Sequence, "[!scopedPDU]")? else { return Ok(None) };
    let inner = sequence.value;
    let Some(engine) = expect(out, &inner, Kind::Text, "[contextEngineID!=STR]")? else { return Ok(None) };
    out.put("E=");
    engine.value.all().iter().for_each(|byte| say!(out, "{byte:02X}"));
    out.put(" ");
    let inner = inner.from(engine.whole);
    let Some(name) = expect(out, &inner, Kind::Text, "[contextName!=STR]")? else { return Ok(None) };
    out.put("C=");
    show(out, &name)?;
    out.put(" ");
    pdu(out, inner.from(name.whole))
}

fn usm(out: &mut Out<'_>, bytes: Bytes<'_>) -> Read<()> {
    let Some(sequence) = expect(out, &bytes, Kind::Sequence, "[!usm SEQ]")? else { return Ok(None) };
    extra(out, &sequence, &bytes, "usm SEQ");
    let inner = sequence.value;
    let Some(engine) = expect(out, &inner, Kind::Text, "[msgAuthoritativeEngineID!=STR]")? else { return Ok(None) };
    let inner = inner.from(engine.whole);
    let Some(boots) = expect(out, &inner, Kind::Int, "[msgAuthoritativeEngineBoots!=INT]")? else { return Ok(None) };
    let inner = inner.from(boots.whole);
    let Some(time) = expect(out, &inner, Kind::Int, "[msgAuthoritativeEngineTime!=INT]")? else { return Ok(None) };
    if out.verbose() {
        say!(out, "B={} T={} ", integer(boots.value.all()), integer(time.value.all()));
    }
    let inner = inner.from(time.whole);
    let Some(user) = expect(out, &inner, Kind::Text, "[msgUserName!=STR]")? else { return Ok(None) };
    if user.length > 0 {
        out.put("U=");
        show(out, &user)?;
        out.put(" ");
    }
    let inner = inner.from(user.whole);
    let Some(authentication) = expect(out, &inner, Kind::Text, "[msgAuthenticationParameters!=STR]")? else {
        return Ok(None);
    };
    let inner = inner.from(authentication.whole);
    let Some(_) = expect(out, &inner, Kind::Text, "[msgPrivacyParameters!=STR]")? else { return Ok(None) };
    Ok(Some(()))
}
