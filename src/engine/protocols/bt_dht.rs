//! BitTorrent distributed hash table, BEP 5: bencoded dictionaries over UDP.
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Payload, Problem, Protocol, Verdict, fields, text};

fields! {
    STRING: Text => "bt-dht.bencoded.string", "String";
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

/// A byte string of bencoding; also what follows.
fn string(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = bytes.iter().take(6).position(|&byte| byte == b':')?;
    let (digits, rest) = bytes.split_at_checked(end)?;
    let mut length = 0_usize;
    for digit in digits {
        length = length.checked_mul(10)?.checked_add(usize::try_from(char::from(*digit).to_digit(10)?).ok()?)?;
    }
    rest.get(1..)?.split_at_checked(length)
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if !d.wants() {
        return Ok(Next::End);
    }
    d.info(|| "BitTorrent DHT Protocol".to_owned());
    let mut rest = bytes.all();
    while let Some(&first) = rest.first() {
        if first.is_ascii_digit() {
            let Some((content, after)) = string(rest) else { return Err(bytes.out_of_reach(bytes.wire_len())) };
            let end = bytes.len().saturating_sub(after.len());
            let shown = if content.iter().all(|byte| matches!(byte, b' '..=b'~')) {
                text::shown(content)
            } else {
                content.iter().map(|byte| format!("{byte:02x}")).collect()
            };
            d.field(&STRING, bytes.span(end.saturating_sub(content.len())..end), shown);
            rest = after;
        } else {
            rest = rest.get(1..).unwrap_or_default();
        }
    }
    Ok(Next::End)
}
