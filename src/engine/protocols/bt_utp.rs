//! uTorrent transport protocol, BEP 29.
use crate::engine::dissect::{Bytes, Dissection, Next, Payload, Problem, Protocol, Verdict, fields};

fields! {
    KIND: Uint => "bt-utp.type", "Type";
    CONNECTION: Uint => "bt-utp.connection_id", "Connection ID";
    SEQUENCE: Uint => "bt-utp.seq_nr", "Sequence number";
    ACKNOWLEDGED: Uint => "bt-utp.ack_nr", "ACK number";
}

pub(super) static BT_UTP: Protocol = Protocol {
    name: "bt-utp",
    title: "uTorrent Transport Protocol",
    short: "BT-uTP",
    fields: FIELDS,
    claims: &[],
    probe: Some(probe),
    dissect,
    ..Protocol::PLAIN
};

fn probe(payload: &Payload<'_>) -> Verdict {
    look(payload).unwrap_or(Verdict::NotMine)
}

const HEADER: usize = 20;
const SYN: u8 = 0x41;
const STATE: u8 = 0x21;

fn look(payload: &Payload<'_>) -> Result<Verdict, Problem> {
    let bytes = payload.window();
    let first = bytes.u8(0)?;
    if first & 0x0f != 1 || first > 0x41 || bytes.u8(1)? > 2 || !payload.is_udp() {
        return Ok(Verdict::NotMine);
    }
    // An opening has nothing but a header, the first sequence number, no delay measured and a window.
    let window = bytes.u32(12)?;
    let (sequence, acknowledged) = (bytes.u16(16)?, bytes.u16(18)?);
    let alone = bytes.len() == HEADER && bytes.u8(1)? == 0;
    let opening = first == SYN && alone && sequence == 1 && acknowledged == 0 && bytes.u32(8)? == 0;
    Ok(Verdict::certain_if(opening && (1..=1 << 24).contains(&window)))
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if !d.wants() {
        return Ok(Next::End);
    }
    let first = bytes.u8(0)?;
    d.field(&KIND, bytes.span(0..1), first >> 4);
    d.field(&CONNECTION, bytes.span(2..4), bytes.u16(2)?);
    d.field(&SEQUENCE, bytes.span(16..18), bytes.u16(16)?);
    d.field(&ACKNOWLEDGED, bytes.span(18..20), bytes.u16(18)?);
    d.info(|| {
        match first {
            0x01 => "Data",
            0x11 => "Fin",
            STATE => "State",
            0x31 => "Reset",
            SYN => "Syn",
            _ => "Unknown",
        }
        .to_owned()
    });
    Ok(Next::End)
}
