//! Distributed Network Protocol, IEEE 1815: the link layer.
use crate::engine::dissect::{
    Bytes, Claim, Dissection, Next, Payload, Problem, Protocol, Reader, Verdict, fields, layouts,
};

fields! {
    TRANSPORT: Hex(2) => "dnp3.tr.ctl", "Transport Control";
    APPLICATION: Hex(2) => "dnp3.al.ctl", "Application Control";
    INDICATIONS: Hex(4) => "dnp3.al.iin", "Internal Indications";
    FUNCTION: Uint => "dnp3.al.func", "Application Layer Function Code";
}

layouts! {
    HEAD = [
        Hex(4) => "dnp3.start", "Start Bytes", 2;
        Uint => "dnp3.len", "Length", 1;
        Hex(2) => "dnp3.ctl", "Control", 1;
        Bool => "dnp3.ctl.dir", "Direction", &0x80;
        Bool => "dnp3.ctl.prm", "Primary", &0x40;
        Bool => "dnp3.ctl.fcb", "Frame Count Bit", &0x20;
        Bool => "dnp3.ctl.fcv", "Frame Count Valid", &0x10;
        Uint => "dnp3.ctl.prifunc", "Control Function Code", &0xf: "Reset of Remote Link|Reset of User Process|Test Function For Link|User Data|Unconfirmed User Data|9=Request Link Status";
        Uint => "dnp3.dst", "Destination", 2;
        Uint => "dnp3.src", "Source", 2;
        Hex(4) => "dnp3.hdr.CRC", "Data Link Header checksum", 2;
    ]
}

pub(super) static DNP3: Protocol = Protocol {
    name: "dnp3",
    title: "Distributed Network Protocol 3.0",
    short: "DNP 3.0",
    fields: FIELDS,
    layouts: LAYOUTS,
    claims: &[Claim::TcpPort(20000), Claim::UdpPort(20000)],
    probe: Some(probe),
    dissect,
    ..Protocol::PLAIN
};

/// Start bytes and a length that counts at least the rest of the header.
fn probe(payload: &Payload<'_>) -> Verdict {
    match payload.bytes {
        [0x05, 0x64, 5..=255, control, _, _, _, _, _, _, ..] if payload.is_tcp() || payload.is_udp() => {
            Verdict::certain_if(matches!(control & 0x0f, 0..=4 | 9 | 11 | 14..=15))
        }
        _ => Verdict::NotMine,
    }
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if !d.wants() {
        return Ok(Next::End);
    }
    let (length, to, from) = (bytes.u8(2)?, bytes.u16_le(4)?, bytes.u16_le(6)?);
    // The start bytes are written the other way round.
    let mut r = Reader::little(bytes, 0);
    r.layout(d, HEAD)?;
    d.info(|| format!("from {from} to {to}"));
    // A first segment of the transport layer: its byte, the application's control byte, the function.
    if length > 7 && bytes.u8(10)? & 0x40 != 0 {
        let function = bytes.u8(12)?;
        d.field(&TRANSPORT, bytes.span(10..11), bytes.u8(10)?);
        d.field(&APPLICATION, bytes.span(11..12), bytes.u8(11)?);
        d.field(&FUNCTION, bytes.span(12..13), function);
        if matches!(function, 129 | 130) {
            d.field(&INDICATIONS, bytes.span(13..15), bytes.u16(13)?);
        }
        let name = match function {
            0 => "Confirm",
            1 => "Read",
            2 => "Write",
            3 => "Select",
            4 => "Operate",
            5 => "Direct Operate",
            13 => "Cold Restart",
            14 => "Warm Restart",
            20 => "Enable Spontaneous Messages",
            21 => "Disable Spontaneous Messages",
            23 => "Delay Measurement",
            24 => "Record Current Time",
            129 => "Response",
            130 => "Unsolicited Response",
            _ => "Unknown function",
        };
        d.info(|| name.to_owned());
    }
    Ok(Next::End)
}
