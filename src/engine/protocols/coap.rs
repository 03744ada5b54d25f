//! Constrained Application Protocol, RFC 7252.
use super::media_type;
use crate::engine::dissect::{
    Bytes, Claim, Dissection, Field, Kind, Next, Payload, Problem, Protocol, Verdict, fields, text,
};

fields! {
    VERSION: Uint => "coap.version", "Version";
    TOKEN_LENGTH: Uint => "coap.token_len", "Token Length";
    OPTION: Bytes => "coap.opt.unknown", "Option";
    NAME: Label => "coap.opt.name", "Opt Name";
    DELTA: Uint => "coap.opt.delta", "Opt Delta";
    LENGTH: Uint => "coap.opt.length", "Opt Length";
    IF_MATCH: Bytes => "coap.opt.if_match", "If-Match";
    TAG: Bytes => "coap.opt.etag", "Etag";
    OBSERVE: Uint => "coap.opt.observe", "Observe";
    PORT: Uint => "coap.opt.uri_port", "Uri-Port";
    PLACE: Text => "coap.opt.location_path", "Location-Path";
    AGE: Uint => "coap.opt.max_age", "Max-age";
    PLACE_QUERY: Text => "coap.opt.location_query", "Location-Query";
    BLOCK_NUMBER: Uint => "coap.opt.block_number", "Block Number";
    BLOCK_MORE: Bool => "coap.opt.block_mflag", "More Flag";
    BLOCK_SIZE: Uint => "coap.opt.block_size", "Encoded Block Size";
    SIZE_2: Uint => "coap.opt.size2", "Size2";
    SIZE_1: Uint => "coap.opt.size1", "Size1";
    PROXY: Text => "coap.opt.proxy_uri", "Proxy-Uri";
    END: Uint => "coap.opt.end_marker", "End of options marker";
    PAYLOAD_LENGTH: Uint => "coap.payload_length", "Payload Length";
    HOST: Text => "coap.opt.uri_host", "Uri-Host";
    PATH: Text => "coap.opt.uri_path", "Uri-Path";
    QUERY: Text => "coap.opt.uri_query", "Uri-Query";
    FORMAT: Uint => "coap.opt.ctype", "Content-type";
    ACCEPT: Uint => "coap.opt.accept", "Accept";
    KIND: Uint => "coap.type", "Type";
    CODE: Uint => "coap.code", "Code";
    MESSAGE: Uint => "coap.mid", "Message ID";
    TOKEN: Bytes => "coap.token", "Token";
}

pub(super) static COAP: Protocol = Protocol {
    name: "coap",
    title: "Constrained Application Protocol",
    short: "CoAP",
    fields: FIELDS,
    claims: &[Claim::UdpPort(5683)],
    probe: Some(probe),
    dissect,
    stateful: true,
    ..Protocol::PLAIN
};

fn probe(payload: &Payload<'_>) -> Verdict {
    look(payload).unwrap_or(Verdict::NotMine)
}

fn look(payload: &Payload<'_>) -> Result<Verdict, Problem> {
    let bytes = payload.window();
    let (first, code) = (bytes.u8(0)?, bytes.u8(1)?);
    let token = usize::from(first & 15);
    if !payload.is_udp() || first >> 6 != 1 || token > 8 || !matches!(code, 0..=7 | 0x40..=0x5f | 0x80..=0xbf) {
        return Ok(Verdict::NotMine);
    }
    // Among other protocols' ports, a path alone does not make it CoAP.
    let elsewhere = ![5683, 5684].iter().any(|&port| payload.on_port(port));
    if elsewhere && payload.from_port.min(payload.to_port) < 20_000 {
        return Ok(Verdict::NotMine);
    }
    // The options of a request: in ascending order, up to the end or 0xff, a readable path or host among them.
    let (mut at, mut option, mut named) = (token.saturating_add(4), 0_usize, false);
    while at < bytes.len() {
        let byte = bytes.u8(at)?;
        if byte == 0xff {
            break;
        }
        let (delta, length) = (usize::from(byte >> 4), usize::from(byte & 15));
        if delta > 13 || length > 13 {
            return Ok(Verdict::possible_if(delta != 15 && length != 15));
        }
        at = at.saturating_add(1);
        let mut extended = |value: usize| -> Result<usize, Problem> {
            if value < 13 {
                return Ok(value);
            }
            let more = usize::from(bytes.u8(at)?);
            at = at.saturating_add(1);
            Ok(more.saturating_add(13))
        };
        option = option.saturating_add(extended(delta)?);
        let length = extended(length)?;
        let end = at.saturating_add(length);
        let value = bytes.take(at..end)?;
        named |= matches!(option, 3 | 11) && length > 0 && value.iter().all(|byte| matches!(byte, b'!'..=b'~'));
        if !matches!(option, 0..=30 | 35 | 39 | 60 | 252 | 258 | 292) {
            return Ok(Verdict::Possible);
        }
        at = end;
    }
    Ok(Verdict::certain_if(named && matches!(code, 1..=7) && first >> 4 & 3 < 2))
}

/// Paths of requests by token, so that answers say what they are about; the oldest go.
#[derive(Debug, Default)]
struct Asked(Vec<(Vec<u8>, String)>);

const MOST_ASKED: usize = 64;

/// What the options of a message say.
#[derive(Debug, Default)]
struct Options {
    path: String,
    query: String,
    format: Option<u32>,
    /// Where the payload begins.
    payload: Option<usize>,
}

/// An option's number or length: four bits, or more behind them (§3.1).
fn extended(bytes: &Bytes<'_>, nibble: u8, at: &mut usize) -> Result<usize, Problem> {
    let (value, size) = match nibble {
        13 => (usize::from(bytes.u8(*at)?).saturating_add(13), 1),
        14 => (usize::from(bytes.u16(*at)?).saturating_add(269), 2),
        15 => return Err(Problem::Malformed),
        small => (usize::from(small), 0),
    };
    *at = at.saturating_add(size);
    Ok(value)
}

/// Options with a field of their own (§5.10, RFC 7641, RFC 7959).
const NAMES: [(usize, &Field); 17] = [
    (1, &IF_MATCH),
    (3, &HOST),
    (4, &TAG),
    (6, &OBSERVE),
    (7, &PORT),
    (8, &PLACE),
    (11, &PATH),
    (12, &FORMAT),
    (14, &AGE),
    (15, &QUERY),
    (17, &ACCEPT),
    (20, &PLACE_QUERY),
    (23, &BLOCK_NUMBER),
    (27, &BLOCK_NUMBER),
    (28, &SIZE_2),
    (35, &PROXY),
    (60, &SIZE_1),
];

/// A number without its leading zeros (§3.2).
fn uint(value: &[u8]) -> u64 {
    value.iter().take(8).fold(0, |all, byte| all << 8 | u64::from(*byte))
}

fn options(d: &mut Dissection, bytes: &Bytes<'_>, from: usize) -> Result<Options, Problem> {
    let (mut at, mut number, mut nth, mut said) = (from, 0_usize, 0_usize, Options::default());
    while at < bytes.wire_len() {
        let byte = bytes.u8(at)?;
        let start = at;
        at = at.saturating_add(1);
        if byte == 0xff {
            d.field(&END, bytes.span(start..at), byte);
            d.generated(&PAYLOAD_LENGTH, bytes.span(at..at), bytes.wire_len().saturating_sub(at));
            said.payload = Some(at);
            break;
        }
        number = number.saturating_add(extended(bytes, byte >> 4, &mut at)?);
        let length = extended(bytes, byte & 15, &mut at)?;
        let end = at.saturating_add(length);
        let value = bytes.take(at..end)?;
        match number {
            11 => {
                said.path.push('/');
                said.path.push_str(&text::shown(value));
            }
            15 => {
                said.query.push(if said.query.is_empty() { '?' } else { '&' });
                said.query.push_str(&text::shown(value));
            }
            12 => said.format = Some(u32::try_from(uint(value)).unwrap_or(u32::MAX)),
            _ => {}
        }
        if d.wants() {
            nth = nth.saturating_add(1);
            let known = NAMES.iter().find(|(known, ..)| *known == number);
            let field = known.map_or(&OPTION, |(_, field)| *field);
            let name = known.map_or("Unknown Option", |(_, field)| field.title());
            d.label(&NAME, bytes.span(start..end), || format!("Opt Name: #{nth}: {name}"));
            d.nest(|d| {
                d.field(&DELTA, bytes.span(start..start.saturating_add(1)), byte >> 4);
                d.field(&LENGTH, bytes.span(start..start.saturating_add(1)), byte & 15);
                let span = bytes.span(at..end);
                match (field.kind, number) {
                    (_, 23 | 27) => {
                        let block = uint(value);
                        d.field(&BLOCK_NUMBER, span, block >> 4);
                        d.field(&BLOCK_MORE, span, block & 8 != 0);
                        d.noted(&BLOCK_SIZE, span, block & 7, &(16_u32 << (block & 7)).to_string());
                    }
                    (Kind::Text, _) => d.field(field, span, text::shown(value)),
                    (Kind::Uint, _) => d.field(field, span, uint(value)),
                    _ => d.field(field, span, value),
                }
            });
        }
        at = end;
    }
    Ok(said)
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let (first, code, message) = (bytes.u8(0)?, bytes.u8(1)?, bytes.u16(2)?);
    let end = usize::from(first & 15).saturating_add(4);
    let kind = usize::from(first >> 4 & 3);
    let token = bytes.take(4..end)?;
    if d.wants() {
        let names = ["Confirmable", "Non-Confirmable", "Acknowledgement", "Reset"];
        d.field(&VERSION, bytes.span(0..1), first >> 6);
        d.noted(&KIND, bytes.span(0..1), first >> 4 & 3, names.get(kind).copied().unwrap_or_default());
        d.field(&TOKEN_LENGTH, bytes.span(0..1), first & 15);
        d.noted(&CODE, bytes.span(1..2), code, &name(code));
        d.field(&MESSAGE, bytes.span(2..4), message);
        if !token.is_empty() {
            d.field(&TOKEN, bytes.span(4..end), token);
        }
    }
    let options = options(d, &bytes, end)?;
    let about = d.with_state(|_, asked: &mut Asked| {
        let own = format!("{}{}", options.path, options.query);
        match code {
            0 => own,
            // Without a token nothing joins an answer to its request but the message's number.
            _ if token.is_empty() => own,
            1..=31 => {
                asked.0.retain(|(other, _)| other != token);
                if asked.0.len() >= MOST_ASKED {
                    asked.0.remove(0);
                }
                asked.0.push((token.to_vec(), own.clone()));
                own
            }
            _ => asked.0.iter().find(|(other, _)| other == token).map(|(_, about)| about.clone()).unwrap_or(own),
        }
    });
    d.info(|| {
        let kind = ["CON", "NON", "ACK", "RST"].get(kind).copied().unwrap_or_default();
        let mut info = format!("{kind}, MID:{message}, {}", name(code));
        if !token.is_empty() {
            let hex: Vec<String> = token.iter().map(|byte| format!("{byte:02x}")).collect();
            info.push_str(&format!(", TKN:{}", hex.join(" ")));
        }
        if !about.is_empty() {
            info.push_str(&format!(", {about}"));
        }
        info
    });
    let Some(payload) = options.payload.map(|at| bytes.from(at)).filter(|payload| payload.wire_len() > 0) else {
        return Ok(Next::End);
    };
    let format = match options.format {
        Some(0) => Some("text/plain"),
        Some(41) => Some("application/xml"),
        Some(50) => Some("application/json"),
        _ => None,
    };
    let reader = format.map(|name| media_type::reader(Some(name.as_bytes()), payload.all()));
    if let Some(reader) = &reader {
        let words = reader.words();
        d.info_add("", || words);
        return Ok(Next::Claim(reader.claim(), payload));
    }
    Ok(Next::Data(payload))
}

fn name(code: u8) -> String {
    let name = match code {
        0 => "Empty Message",
        1 => "GET",
        2 => "POST",
        3 => "PUT",
        4 => "DELETE",
        5 => "FETCH",
        6 => "PATCH",
        7 => "iPATCH",
        0x41 => "2.01 Created",
        0x42 => "2.02 Deleted",
        0x43 => "2.03 Valid",
        0x44 => "2.04 Changed",
        0x45 => "2.05 Content",
        0x5f => "2.31 Continue",
        0x80 => "4.00 Bad Request",
        0x81 => "4.01 Unauthorized",
        0x82 => "4.02 Bad Option",
        0x83 => "4.03 Forbidden",
        0x84 => "4.04 Not Found",
        0x85 => "4.05 Method Not Allowed",
        0x86 => "4.06 Not Acceptable",
        0x8c => "4.12 Precondition Failed",
        0x8d => "4.13 Request Entity Too Large",
        0x8f => "4.15 Unsupported Content-Format",
        0xa0 => "5.00 Internal Server Error",
        0xa1 => "5.01 Not Implemented",
        0xa2 => "5.02 Bad Gateway",
        0xa3 => "5.03 Service Unavailable",
        0xa4 => "5.04 Gateway Timeout",
        0xa5 => "5.05 Proxying Not Supported",
        _ => return format!("{}.{:02}", code >> 5, code & 31),
    };
    name.to_owned()
}
