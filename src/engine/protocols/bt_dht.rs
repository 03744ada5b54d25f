//! BitTorrent distributed hash table, BEP 5 and BEP 32 (IPv6): bencoded dictionaries over UDP, in which nodes and peers are packed bytes.
use crate::engine::dissect::{
    Address, Bytes, Claim, Dissection, Field, Next, Payload, Problem, Protocol, Verdict, fields, text,
};

fields! {
    STRING: Text => "bt-dht.bencoded.string", "String";
    INTEGER: Text => "bt-dht.bencoded.int", "Int";
    LIST: Label => "bt-dht.bencoded.list", "List";
    DICTIONARY: Label => "bt-dht.bencoded.dict", "Dictionary";
    ENTRY: Label => "bt-dht.bencoded.dict_entry", "Dictionary Entry";
    END: Text => "bt-dht.bencoded.list.terminator", "Terminator";
    ERROR: Label => "bt-dht.error", "Error";
    PEERS: Label => "bt-dht.peers", "Peers";
    PEER: Label => "bt-dht.peer", "Peer";
    NODES: Label => "bt-dht.nodes", "Nodes";
    NODE: Label => "bt-dht.node", "Node";
    ID: Bytes => "bt-dht.id", "ID";
    IPV4: Address => "bt-dht.ip", "IP";
    IPV6: Address => "bt-dht.ip6", "IP";
    PORT: Uint => "bt-dht.port", "Port";
}

pub(super) static BT_DHT: Protocol = Protocol {
    name: "bt-dht",
    title: "BitTorrent DHT Protocol",
    short: "BT-DHT",
    fields: FIELDS,
    claims: &[Claim::UdpPort(6881)],
    probe: Some(probe),
    dissect,
    ..Protocol::PLAIN
};

/// A dictionary begins with one of the few keys of a message, in the order of the alphabet.
fn starts(bytes: &[u8]) -> bool {
    let [b'd', b'1' | b'2', b':' | b'0'..=b'9', ..] = bytes else { return false };
    let starts: [&[u8]; 6] = [b"d1:ad", b"d1:rd", b"d1:el", b"d2:ip6:", b"d2:ip18:", b"d1:t"];
    starts.iter().any(|start| bytes.starts_with(start))
}

fn probe(payload: &Payload<'_>) -> Verdict {
    if payload.is_udp() && starts(payload.bytes) { Verdict::Certain } else { Verdict::NotMine }
}

/// Deeper nesting is nobody's.
const DEEPEST: u8 = 10;

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if !d.wants() {
        return Ok(Next::End);
    }
    d.info(|| "BitTorrent DHT Protocol".to_owned());
    // The message is one dictionary, shown without a line of its own.
    if bytes.u8(0)? == b'd' {
        entries(d, &bytes, 1, DEEPEST)?;
    }
    Ok(Next::End)
}

/// What a value is and where it ends; its text is for the line above.
type Told = (usize, String);

/// The digits from `at` up to a sign; where they end.
fn digits<'p>(bytes: &Bytes<'p>, at: usize, sign: u8) -> Result<(&'p str, usize), Problem> {
    const LONGEST: usize = 20;
    let rest = bytes.all().get(at..).unwrap_or_default();
    let length = rest.iter().take(LONGEST).position(|&byte| byte == sign);
    let length = length.ok_or_else(|| bytes.out_of_reach(bytes.len().saturating_add(1)))?;
    let digits = std::str::from_utf8(rest.get(..length).unwrap_or_default()).map_err(|_| Problem::Malformed)?;
    Ok((digits, at.saturating_add(length)))
}

/// A byte string: where its content stands.
fn string(bytes: &Bytes<'_>, at: usize) -> Result<std::ops::Range<usize>, Problem> {
    let (length, colon) = digits(bytes, at, b':')?;
    let start = colon.saturating_add(1);
    let end = start.saturating_add(length.parse().map_err(|_| Problem::Malformed)?);
    bytes.take(start..end)?;
    Ok(start..end)
}

/// A line, what stands under it, and then its text and its end.
fn group(
    d: &mut Dissection,
    bytes: &Bytes<'_>,
    at: usize,
    line: &'static Field,
    add: impl FnOnce(&mut Dissection) -> Result<Told, Problem>,
) -> Result<Told, Problem> {
    let place = d.fields.len();
    d.label(line, bytes.span(at..at), || line.title().to_owned());
    let (end, text) = d.nest(add)?;
    if let Some(found) = d.fields.get_mut(place) {
        found.span = bytes.span(at..end);
        found.note = Some(text.as_str().into());
    }
    Ok((end, text))
}

fn ends(d: &mut Dissection, bytes: &Bytes<'_>, at: usize) -> usize {
    let end = at.saturating_add(1);
    d.field(&END, bytes.span(at..end), "e");
    end
}

/// Entries of a dictionary up to its end.
fn entries(d: &mut Dissection, bytes: &Bytes<'_>, mut at: usize, depth: u8) -> Result<usize, Problem> {
    while bytes.u8(at)? != b'e' {
        (at, _) = group(d, bytes, at, &ENTRY, |d| entry(d, bytes, at, depth))?;
    }
    Ok(ends(d, bytes, at))
}

/// Names of the keys that are one letter (BEP 5).
fn titled(key: &[u8]) -> String {
    match key {
        b"a" => "Request arguments".to_owned(),
        b"e" => "Error".to_owned(),
        b"q" => "Request type".to_owned(),
        b"r" => "Response values".to_owned(),
        b"t" => "Transaction ID".to_owned(),
        b"v" => "Version".to_owned(),
        b"y" => "Message type".to_owned(),
        _ => text::shown(key),
    }
}

fn entry(d: &mut Dissection, bytes: &Bytes<'_>, at: usize, depth: u8) -> Result<Told, Problem> {
    let key_at = string(bytes, at)?;
    let (key, after) = (bytes.take(key_at.clone())?, key_at.end);
    d.field(&STRING, bytes.span(key_at), text::shown(key));
    let first = bytes.u8(after)?;
    let (end, told) = match (key, first) {
        (b"nodes", b'0'..=b'9') => nodes(d, bytes, after, 4)?,
        (b"nodes6", b'0'..=b'9') => nodes(d, bytes, after, 16)?,
        (b"values", b'l') => peers(d, bytes, after)?,
        (b"e", b'l') => group(d, bytes, after, &ERROR, |d| error(d, bytes, after, depth))?,
        (b"ip", b'0'..=b'9') if matches!(string(bytes, after)?.len(), 6 | 18) => {
            let found = string(bytes, after)?;
            (found.end, endpoint(d, &bytes.from(found.start), found.len().saturating_sub(2))?.0)
        }
        _ => value(d, bytes, after, depth, key)?,
    };
    let told = match (key, told.as_str()) {
        (b"y", "q") => "Request",
        (b"y", "r") => "Response",
        (b"y", "e") => "Error",
        (_, told) => told,
    };
    Ok((end, format!("{}: {told}", titled(key))))
}

fn value(d: &mut Dissection, bytes: &Bytes<'_>, at: usize, depth: u8, key: &[u8]) -> Result<Told, Problem> {
    let Some(depth) = depth.checked_sub(1) else { return Err(Problem::Malformed) };
    let inside = at.saturating_add(1);
    match bytes.u8(at)? {
        b'i' => {
            let (number, end) = digits(bytes, inside, b'e')?;
            number.parse::<i64>().map_err(|_| Problem::Malformed)?;
            d.field(&INTEGER, bytes.span(inside..end), number);
            Ok((ends(d, bytes, end), number.to_owned()))
        }
        b'0'..=b'9' => {
            let found = string(bytes, at)?;
            let content = bytes.take(found.clone())?;
            // What is no text to anybody, even where its bytes happen to be letters.
            let is_text = !matches!(key, b"id" | b"target" | b"info_hash" | b"t" | b"v" | b"token" | b"ip")
                && content.iter().all(|byte| matches!(byte, b' '..=b'~'));
            let shown = match is_text {
                true => text::shown(content),
                false => content.iter().map(|byte| format!("{byte:02x}")).collect(),
            };
            d.field(&STRING, bytes.span(found.clone()), shown.clone());
            Ok((found.end, shown))
        }
        b'l' => group(d, bytes, at, &LIST, |d| {
            let mut at = inside;
            while bytes.u8(at)? != b'e' {
                (at, _) = value(d, bytes, at, depth, b"")?;
            }
            Ok((ends(d, bytes, at), "List...".to_owned()))
        }),
        b'd' => {
            group(d, bytes, at, &DICTIONARY, |d| Ok((entries(d, bytes, inside, depth)?, "Dictionary...".to_owned())))
        }
        _ => Err(Problem::Malformed),
    }
}

/// A list of the error's number and what it says.
fn error(d: &mut Dissection, bytes: &Bytes<'_>, at: usize, depth: u8) -> Result<Told, Problem> {
    let (mut at, mut told) = (at.saturating_add(1), String::from("error"));
    while bytes.u8(at)? != b'e' {
        let (end, text) = value(d, bytes, at, depth, b"")?;
        told.push_str(if told.len() > 5 { ", " } else { " " });
        told.push_str(&text);
        at = end;
    }
    Ok((ends(d, bytes, at), told))
}

/// An address and a port; both as text.
fn endpoint(d: &mut Dissection, bytes: &Bytes<'_>, size: usize) -> Result<(String, String), Problem> {
    let (field, address) = match size {
        16 => (&IPV6, Address::ipv6(bytes.array(0)?)),
        _ => (&IPV4, Address::ipv4(bytes.array(0)?)),
    };
    let port = bytes.u16(size)?;
    d.field(field, bytes.span(0..size), address);
    d.field(&PORT, bytes.span(size..size.saturating_add(2)), port);
    let whole = if size == 16 { format!("[{address}]:{port}") } else { format!("{address}:{port}") };
    Ok((address.to_string(), whole))
}

/// Nodes side by side: each an id of 20 bytes, an address and a port.
fn nodes(d: &mut Dissection, bytes: &Bytes<'_>, at: usize, size: usize) -> Result<Told, Problem> {
    const ID_SIZE: usize = 20;
    let found = string(bytes, at)?;
    let each = ID_SIZE.saturating_add(size).saturating_add(2);
    let all = bytes.from(found.start).limit(found.len());
    let count = found.len().checked_div(each).unwrap_or(0);
    d.label(&NODES, bytes.span(found.clone()), || format!("{count} nodes"));
    let version = if size == 16 { "IPv6" } else { "IPv4" };
    d.nest(|d| {
        (1..=count).zip((0..).step_by(each)).try_for_each(|(number, start)| {
            let node = all.from(start).limit(each);
            group(d, &node, 0, &NODE, |d| {
                let id = node.take(0..ID_SIZE)?;
                d.field(&ID, node.span(0..ID_SIZE), id);
                let (_, whole) = endpoint(d, &node.from(ID_SIZE), size)?;
                let id: String = id.iter().map(|byte| format!("{byte:02x}")).collect();
                Ok((each, format!("Node {number} (id: {id}, {version}/Port: {whole})")))
            })
            .map(drop)
        })
    })?;
    Ok((found.end, count.to_string()))
}

/// A list of strings, each an address and a port.
fn peers(d: &mut Dissection, bytes: &Bytes<'_>, at: usize) -> Result<Told, Problem> {
    group(d, bytes, at, &PEERS, |d| {
        let (mut at, mut count) = (at.saturating_add(1), 0_usize);
        while bytes.u8(at)? != b'e' {
            let found = string(bytes, at)?;
            let size = found.len().saturating_sub(2);
            if !matches!(size, 4 | 16) {
                return Err(Problem::Malformed);
            }
            count = count.saturating_add(1);
            let peer = bytes.from(found.start).limit(found.len());
            group(d, &peer, 0, &PEER, |d| {
                let (_, whole) = endpoint(d, &peer, size)?;
                let version = if size == 16 { "IPv6" } else { "IP" };
                Ok((found.len(), format!("Peer {count} ({version}/Port: {whole})")))
            })?;
            at = found.end;
        }
        Ok((ends(d, bytes, at), format!("{count} peers")))
    })
}
