//! Network Time Protocol, RFC 5905; control messages, RFC 9327.
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Payload, Problem, Protocol, Verdict, fields};

fields! {
    FLAGS: Hex(2) => "ntp.flags", "Flags";
    VERSION: Uint => "ntp.flags.vn", "Version number";
    MODE: Uint => "ntp.flags.mode", "Mode";
    LEAP: Uint => "ntp.flags.li", "Leap Indicator";
    STRATUM: Uint => "ntp.stratum", "Peer Clock Stratum";
    POLL: Uint => "ntp.ppoll", "Peer Polling Interval";
    PRECISION: Int => "ntp.precision", "Peer Clock Precision";
    DELAY: Float => "ntp.rootdelay", "Root Delay";
    DISPERSION: Float => "ntp.rootdispersion", "Root Dispersion";
    REFERENCE: Bytes => "ntp.refid", "Reference ID";
    REFERENCE_TIME: Hex(16) => "ntp.reftime", "Reference Timestamp";
    ORIGIN_TIME: Hex(16) => "ntp.org", "Origin Timestamp";
    RECEIVE_TIME: Hex(16) => "ntp.rec", "Receive Timestamp";
    TRANSMIT_TIME: Hex(16) => "ntp.xmt", "Transmit Timestamp";
}

pub(super) static NTP: Protocol = Protocol {
    name: "ntp",
    title: "Network Time Protocol",
    short: "NTP",
    fields: FIELDS,
    claims: &[Claim::UdpPort(123)],
    probe: Some(probe),
    dissect,
    ..Protocol::PLAIN
};

fn probe(payload: &Payload<'_>) -> Verdict {
    look(payload).unwrap_or(Verdict::NotMine)
}

const LENGTH: usize = 48;

fn look(payload: &Payload<'_>) -> Result<Verdict, Problem> {
    let bytes = payload.window();
    let flags = bytes.u8(0)?;
    let (version, mode) = (flags >> 3 & 7, flags & 7);
    if !payload.is_udp() || !(1..=4).contains(&version) {
        return Ok(Verdict::NotMine);
    }
    // 6 control, 7 private: other layouts.
    if mode >= 6 {
        return Ok(Verdict::possible_if(bytes.len() >= 8));
    }
    if bytes.len() < LENGTH || bytes.u8(1)? > 16 {
        return Ok(Verdict::NotMine);
    }
    // Delay and dispersion below 256 s; seconds since 1900 of an answer's receipt and its sending agree.
    let small = bytes.u8(4)? == 0 && bytes.u8(8)? == 0;
    let plain = version >= 3 && bytes.len() == LENGTH && small;
    let (received, sent) = (bytes.u32(32)?, bytes.u32(40)?);
    let certain = match mode {
        3 => bytes.take(4..40)?.iter().all(|&byte| byte == 0) && sent != 0,
        4 => received.abs_diff(sent) <= 1 && sent > 0xb000_0000,
        _ => false,
    };
    Ok(Verdict::certain_if(plain && certain))
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if !d.wants() {
        return Ok(Next::End);
    }
    let flags = bytes.u8(0)?;
    let (version, mode) = (flags >> 3 & 7, flags & 7);
    d.field(&FLAGS, bytes.span(0..1), flags);
    let modes = ["reserved", "symmetric active", "symmetric passive", "client", "server", "broadcast", "control", "private"];
    d.info(|| format!("NTP Version {version}, {}", modes.get(usize::from(mode)).copied().unwrap_or_default()));
    d.nest(|d| {
        let leaps = ["no warning", "last minute of the day has 61 seconds", "last minute of the day has 59 seconds", "unknown (clock unsynchronized)"];
        let leap = leaps.get(usize::from(flags >> 6)).copied().unwrap_or_default();
        d.noted(&LEAP, bytes.span(0..1), flags >> 6, leap);
        d.field(&VERSION, bytes.span(0..1), version);
        d.noted(&MODE, bytes.span(0..1), mode, modes.get(usize::from(mode)).copied().unwrap_or_default());
    });
    if mode < 6 {
        let stratum = |stratum| match stratum {
            0 => "unspecified or invalid",
            1 => "primary reference",
            2..=15 => "secondary reference",
            16 => "unsynchronized",
            _ => "reserved",
        };
        d.read_named(&STRATUM, &bytes, 1..2, stratum)?;
        d.read(&POLL, &bytes, 2..3)?;
        d.field(&PRECISION, bytes.span(3..4), i8::from_be_bytes(bytes.array(3)?));
        // Seconds, sixteen bits of them behind the point.
        d.field(&DELAY, bytes.span(4..8), f64::from(bytes.u32(4)?) / 65536.0);
        d.field(&DISPERSION, bytes.span(8..12), f64::from(bytes.u32(8)?) / 65536.0);
        d.read_row(&bytes, 12, &[(&REFERENCE, 4), (&REFERENCE_TIME, 8), (&ORIGIN_TIME, 8), (&RECEIVE_TIME, 8), (&TRANSMIT_TIME, 8)])?;
    }
    Ok(Next::End)
}
