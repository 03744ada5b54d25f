//! Real-time Transport Protocol and its control protocol, RFC 3550; payload types, RFC 3551.
use crate::engine::dissect::{Field, Kind, Bytes, Claim, Dissection, Next, Payload, Problem, Protocol, Verdict, fields};

fields! {
    KIND: Uint => "rtp.p_type", "Payload type";
    SEQUENCE: Uint => "rtp.seq", "Sequence number";
    TIMESTAMP: Uint => "rtp.timestamp", "Timestamp";
    SOURCE: Hex(8) => "rtp.ssrc", "Synchronization Source identifier";
}

pub(super) static RTP: Protocol = Protocol {
    name: "rtp",
    title: "Real-Time Transport Protocol",
    short: "RTP",
    fields: FIELDS,
    claims: &[],
    probe: Some(probe),
    dissect,
    ..Protocol::PLAIN
};

pub(super) static RTCP: Protocol = Protocol {
    name: "rtcp",
    title: "Real-time Transport Control Protocol",
    short: "RTCP",
    fields: CONTROL_FIELDS,
    claims: &[Claim::UdpPort(5005)],
    probe: Some(probe_control),
    dissect: dissect_control,
    ..Protocol::PLAIN
};

static CONTROL_KIND: Field = Field { name: "rtcp.pt", title: "Packet type", kind: Kind::Uint };
static CONTROL_FIELDS: &[&Field] = &[&CONTROL_KIND];

const HEADER: usize = 12;

fn probe(payload: &Payload<'_>) -> Verdict {
    look(payload).unwrap_or(Verdict::NotMine)
}

fn probe_control(payload: &Payload<'_>) -> Verdict {
    look_control(payload).unwrap_or(Verdict::NotMine)
}

/// One packet says little: certain only for the narrow-band codecs, whose frames have a few fixed lengths, between even ports.
fn look(payload: &Payload<'_>) -> Result<Verdict, Problem> {
    let bytes = payload.window();
    let [first, second] = bytes.array(0)?;
    if !payload.is_udp() || first >> 6 != 2 || matches!(second, 192..=223) {
        return Ok(Verdict::NotMine);
    }
    let even = payload.from_port.is_multiple_of(2) && payload.to_port.is_multiple_of(2) && payload.from_port.min(payload.to_port) >= 1024;
    let sized = match second & 0x7f {
        // µ-law, A-law, G.722: 8 bytes a millisecond, in frames of 10, 20, 30 or 40.
        0 | 8 | 9 => matches!(bytes.len(), 92 | 172 | 252 | 332),
        // GSM
        3 => bytes.len() == 45,
        // G.723
        4 => matches!(bytes.len(), 32 | 36 | 60),
        // G.729
        18 => matches!(bytes.len(), 22 | 32 | 42 | 52),
        _ => false,
    };
    Ok(Verdict::certain_if(first == 0x80 && even && sized && bytes.u32(8)? > 0xffff))
}

/// A compound packet: a report first, and the lengths of its parts fill the datagram.
fn look_control(payload: &Payload<'_>) -> Result<Verdict, Problem> {
    let bytes = payload.window();
    let [first, kind] = bytes.array(0)?;
    if !payload.is_udp() || first >> 6 != 2 || !matches!(kind, 192..=207) {
        return Ok(Verdict::NotMine);
    }
    let (mut at, mut parts) = (0_usize, 0_u8);
    while at < bytes.len() {
        let ([first, kind], words) = (bytes.array(at)?, bytes.u16(at.saturating_add(2))?);
        if first >> 6 != 2 || !matches!(kind, 192..=213) {
            return Ok(Verdict::NotMine);
        }
        parts = parts.saturating_add(1);
        at = at.saturating_add(usize::from(words).saturating_add(1).saturating_mul(4));
    }
    // Blocks of a report have fixed lengths (§6.4).
    let blocks = u16::from(first & 31).saturating_mul(6);
    let words = bytes.u16(2)?;
    let report = match kind {
        200 => words >= blocks.saturating_add(6),
        201 => words >= blocks.saturating_add(1),
        _ => false,
    };
    Ok(Verdict::certain_if(at == bytes.len() && report && (parts >= 2 || bytes.len() >= 28)))
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if !d.wants() {
        return Ok(Next::End);
    }
    let (second, sequence, timestamp, source) = (bytes.u8(1)?, bytes.u16(2)?, bytes.u32(4)?, bytes.u32(8)?);
    let kind = second & 0x7f;
    d.field(&KIND, bytes.span(1..2), kind);
    d.field(&SEQUENCE, bytes.span(2..4), sequence);
    d.field(&TIMESTAMP, bytes.span(4..8), timestamp);
    d.field(&SOURCE, bytes.span(8..HEADER), source);
    let codec = match kind {
        0 => "ITU-T G.711 PCMU".to_owned(),
        3 => "GSM 06.10".to_owned(),
        4 => "ITU-T G.723".to_owned(),
        8 => "ITU-T G.711 PCMA".to_owned(),
        9 => "ITU-T G.722".to_owned(),
        18 => "ITU-T G.729".to_owned(),
        96..=127 => format!("DynamicRTP-Type-{kind}"),
        _ => format!("Type-{kind}"),
    };
    let mark = if second & 0x80 == 0 { "" } else { ", Mark" };
    d.info(|| format!("PT={codec}, SSRC=0x{source:X}, Seq={sequence}, Time={timestamp}{mark}"));
    Ok(Next::End)
}

fn dissect_control<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if !d.wants() {
        return Ok(Next::End);
    }
    let (mut rest, mut info) = (bytes, String::new());
    while !rest.is_empty() {
        let (kind, words) = (rest.u8(1)?, rest.u16(2)?);
        d.field(&CONTROL_KIND, rest.span(1..2), kind);
        info.push_str(match kind {
            200 => "Sender Report   ",
            201 => "Receiver Report   ",
            202 => "Source description   ",
            203 => "Goodbye   ",
            204 => "Application specific   ",
            205 => "Generic RTP Feedback   ",
            206 => "Payload-specific Feedback   ",
            _ => "Extended report   ",
        });
        rest = rest.from(usize::from(words).saturating_add(1).saturating_mul(4));
    }
    d.info(|| info);
    Ok(Next::End)
}
