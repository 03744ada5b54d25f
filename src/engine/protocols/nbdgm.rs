//! NetBIOS datagram service, RFC 1002 §4.4.
use crate::engine::dissect::{
    Bytes, Claim, Dissection, Next, Payload, Problem, Protocol, Reader, Verdict, fields, layouts, text,
};

fields! {
    KIND: Uint => "nbdgm.type", "Message Type";
    SOURCE_NAME: Text => "nbdgm.source_name", "Source name";
    DESTINATION_NAME: Text => "nbdgm.destination_name", "Destination name";
}

layouts! {
    HEAD = [
        Hex(2) => "nbdgm.flags", "Flags", 1;
        Bool => "nbdgm.next", "More fragments follow", &0x1;
        Bool => "nbdgm.first", "This is first fragment", &0x2;
        Uint => "nbdgm.node_type", "Node Type", &0xc: "B node|P node|M node|NBDD";
        Hex(4) => "nbdgm.dgram_id", "Datagram ID", 2;
        Address => "nbdgm.src.ip", "Source IP", 4;
        Uint => "nbdgm.src.port", "Source Port", 2;
    ]
    LENGTHS = [
        Uint => "nbdgm.dgram_len", "Datagram length", 2;
        Uint => "nbdgm.pkt_offset", "Packet offset", 2;
    ]
}

pub(super) static NBDGM: Protocol = Protocol {
    name: "nbdgm",
    title: "NetBIOS Datagram Service",
    short: "NBDS",
    fields: FIELDS,
    layouts: LAYOUTS,
    claims: &[Claim::UdpPort(138)],
    probe: Some(probe),
    dissect,
    ..Protocol::PLAIN
};

fn probe(payload: &Payload<'_>) -> Verdict {
    let [0x10..=0x16, flags, ..] = payload.bytes else { return Verdict::NotMine };
    if !payload.is_udp() || flags & 0xf0 != 0 {
        return Verdict::NotMine;
    }
    // The encoded name of the sender, thirty-two letters.
    let name = payload.bytes.get(14..47).unwrap_or_default();
    Verdict::certain_if(matches!(name, [b' ', letters @ ..] if letters.iter().all(|byte| matches!(byte, b'A'..=b'P'))))
}

/// Past a name of labels.
fn skip_name(bytes: &Bytes<'_>, mut at: usize) -> Result<usize, Problem> {
    loop {
        let length = bytes.u8(at)?;
        at = at.saturating_add(1);
        match length {
            0 => return Ok(at),
            1..=63 => at = at.saturating_add(usize::from(length)),
            _ => return Err(Problem::Malformed),
        }
    }
}

/// Two letters, A to P, for each of sixteen characters behind a length (RFC 1001 §14.1); the last one says what the name is of.
fn name(encoded: &[u8]) -> String {
    let letters = encoded.get(1..33).unwrap_or_default();
    let half = |letter: u8| letter.wrapping_sub(b'A') & 0x0f;
    let pairs = letters.chunks_exact(2).filter_map(|pair| pair.first_chunk::<2>());
    let characters: Vec<u8> = pairs.map(|[high, low]| half(*high) << 4 | half(*low)).collect();
    let Some((kind, name)) = characters.split_last() else { return String::new() };
    format!("{}<{kind:02x}>", text::shown(name.trim_ascii_end()))
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let kind = bytes.u8(0)?;
    d.field(&KIND, bytes.span(0..1), kind);
    let title = match kind {
        0x10 => "Direct_unique datagram",
        0x11 => "Direct_group datagram",
        0x12 => "Broadcast datagram",
        0x13 => "Datagram error",
        0x14 => "Datagram query request",
        0x15 => "Datagram positive query response",
        _ => "Datagram negative query response",
    };
    d.info(|| title.to_owned());
    if d.wants() {
        let mut reader = Reader::new(bytes, 1);
        reader.layout(d, HEAD)?;
        if kind <= 0x12 {
            reader.layout(d, LENGTHS)?;
        }
    }
    if kind > 0x12 {
        return Ok(Next::End);
    }
    let to = skip_name(&bytes, 14)?;
    let end = skip_name(&bytes, to)?;
    if d.wants() {
        for (field, place) in [(&SOURCE_NAME, 14..to), (&DESTINATION_NAME, to..end)] {
            d.field(field, bytes.span(place.clone()), name(bytes.take(place)?));
        }
    }
    let rest = bytes.from(end);
    Ok(if rest.all().starts_with(b"\xffSMB") { Next::Claim(Claim::Named("smb"), rest) } else { Next::Data(rest) })
}
