//! WireGuard, wireguard.com/papers/wireguard.pdf §5.4.
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Payload, Problem, Protocol, Reader, Verdict, experts, fields};

fields! {
    KIND: Uint => "wg.type", "Type";
    RESERVED: Bytes => "wg.reserved", "Reserved";
    SENDER: Hex(8) => "wg.sender", "Sender";
    RECEIVER: Hex(8) => "wg.receiver", "Receiver";
    EPHEMERAL: Bytes => "wg.ephemeral", "Ephemeral";
    STATIC: Bytes => "wg.encrypted_static", "Encrypted Static";
    TIMESTAMP: Bytes => "wg.encrypted_timestamp", "Encrypted Timestamp";
    EMPTY: Bytes => "wg.encrypted_empty", "Encrypted Empty";
    MAC_1: Bytes => "wg.mac1", "mac1";
    MAC_2: Bytes => "wg.mac2", "mac2";
    NONCE: Bytes => "wg.nonce", "Nonce";
    COOKIE: Bytes => "wg.encrypted_cookie", "Encrypted Cookie";
    COUNTER: Uint => "wg.counter", "Counter";
    PACKET: Bytes => "wg.encrypted_packet", "Encrypted Packet";
}

pub(super) static WIREGUARD: Protocol = Protocol {
    name: "wg",
    title: "WireGuard Protocol",
    short: "WireGuard",
    fields: FIELDS,
    claims: &[Claim::UdpPort(51820)],
    probe: Some(probe),
    dissect,
    ..Protocol::PLAIN
};

fn probe(payload: &Payload<'_>) -> Verdict {
    look(payload).unwrap_or(Verdict::NotMine)
}

fn look(payload: &Payload<'_>) -> Result<Verdict, Problem> {
    if !payload.is_udp() {
        return Ok(Verdict::NotMine);
    }
    let bytes = payload.window();
    let [kind, 0, 0, 0] = bytes.array(0)? else { return Ok(Verdict::NotMine) };
    let index: [u8; 4] = bytes.array(4)?;
    // Indices are random: one with three zero bytes belongs to something else.
    let random = index.iter().filter(|&&byte| byte == 0).count() < 3;
    Ok(match (kind, bytes.len()) {
        (1, 148) | (2, 92) | (3, 64) => Verdict::certain_if(random),
        // Filled up to sixteen bytes; the counter does not reach four milliards.
        (4, length) if length >= 32 && length % 16 == 0 => Verdict::certain_if(random && bytes.u32(12)? == 0),
        // Some do not fill up.
        (4, 32..) => Verdict::Possible,
        _ => Verdict::NotMine,
    })
}

/// A header of sixteen bytes and a tag of sixteen.
const EMPTY_DATA: usize = 32;

experts! {
    KEEPALIVE: Chat Sequence => "wg.keepalive", "This is a Keepalive message";
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if bytes.wire_len() == EMPTY_DATA && bytes.u8(0) == Ok(4) {
        d.expert(&KEEPALIVE);
    }
    if !d.wants() {
        return Ok(Next::End);
    }
    let (kind, first) = (bytes.u8(0)?, bytes.u32_le(4)?);
    let mut reader = Reader::little(bytes, 0);
    reader.named(d, &KIND, 1, |kind| {
        let names = ["Handshake Initiation", "Handshake Response", "Cookie Reply", "Transport Data"];
        names.get(usize::try_from(kind.checked_sub(1)?).ok()?).copied()
    })?;
    reader.field(d, &RESERVED, 3)?;
    match kind {
        1 => {
            d.info(|| format!("Handshake Initiation, sender=0x{first:08X}"));
            reader.number(d, &SENDER, 4)?;
            for (field, size) in [(&EPHEMERAL, 32), (&STATIC, 48), (&TIMESTAMP, 28), (&MAC_1, 16), (&MAC_2, 16)] {
                reader.field(d, field, size)?;
            }
        }
        2 => {
            let receiver = bytes.u32_le(8)?;
            d.info(|| format!("Handshake Response, sender=0x{first:08X}, receiver=0x{receiver:08X}"));
            reader.number(d, &SENDER, 4)?;
            reader.number(d, &RECEIVER, 4)?;
            for (field, size) in [(&EPHEMERAL, 32), (&EMPTY, 16), (&MAC_1, 16), (&MAC_2, 16)] {
                reader.field(d, field, size)?;
            }
        }
        3 => {
            d.info(|| format!("Cookie Reply, receiver=0x{first:08X}"));
            reader.number(d, &RECEIVER, 4)?;
            reader.field(d, &NONCE, 24)?;
            reader.field(d, &COOKIE, 32)?;
        }
        4 => {
            let counter = bytes.array(8).map(u64::from_le_bytes)?;
            // A header of sixteen bytes and a tag of sixteen are no data.
            let length = bytes.wire_len().saturating_sub(32);
            d.info(|| match length {
                0 => format!("Keepalive, receiver=0x{first:08X}, counter={counter}"),
                _ => format!("Transport Data, receiver=0x{first:08X}, counter={counter}, datalen={length}"),
            });
            reader.number(d, &RECEIVER, 4)?;
            reader.number(d, &COUNTER, 8)?;
            reader.rest(d, &PACKET);
        }
        _ => return Err(Problem::Malformed),
    }
    Ok(Next::End)
}
