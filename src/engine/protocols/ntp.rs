//! Network Time Protocol, RFC 5905; control messages, RFC 9327.
use crate::engine::dissect::{
    Bytes, Claim, Dissection, Next, Payload, Problem, Protocol, Role, Value, Verdict, fields, text,
};

fields! {
    FLAGS: Hex(2) => "ntp.flags", "Flags";
    VERSION: Uint => "ntp.flags.vn", "Version number";
    MODE: Uint => "ntp.flags.mode", "Mode";
    LEAP: Uint => "ntp.flags.li", "Leap Indicator";
    STRATUM: Uint => "ntp.stratum", "Peer Clock Stratum";
    POLL: Uint => "ntp.ppoll", "Peer Polling Interval";
    PRECISION: Int => "ntp.precision", "Peer Clock Precision";
    DELAY: Uint => "ntp.rootdelay", "Root Delay";
    DISPERSION: Uint => "ntp.rootdispersion", "Root Dispersion";
    REFERENCE: Bytes => "ntp.refid", "Reference ID";
    REFERENCE_TIME: Text => "ntp.reftime", "Reference Timestamp";
    ORIGIN_TIME: Text => "ntp.org", "Origin Timestamp";
    RECEIVE_TIME: Text => "ntp.rec", "Receive Timestamp";
    TRANSMIT_TIME: Text => "ntp.xmt", "Transmit Timestamp";
    RESPONSE_IN: Frame => "ntp.response_in", "Response In";
    REQUEST_IN: Frame => "ntp.request_in", "Request In";
    DELTA: Seconds => "ntp.delta_time", "Delta Time";
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
    let flags = bytes.u8(0)?;
    let (version, mode) = (flags >> 3 & 7, flags & 7);
    let role = match mode {
        3 => Some(Role::Latest),
        4 => Some(Role::Response),
        6 => Some(if bytes.u8(1)? & 0x80 == 0 { Role::Latest } else { Role::Response }),
        _ => None,
    };
    // As Wireshark does: the next answer is that to the last question, whatever it says of its origin.
    let partner = role.and_then(|role| d.transaction(role, 0));
    if !d.wants() {
        return Ok(Next::End);
    }
    d.field(&FLAGS, bytes.span(0..1), flags);
    let modes =
        ["reserved", "symmetric active", "symmetric passive", "client", "server", "broadcast", "control", "private"];
    d.info(|| format!("NTP Version {version}, {}", modes.get(usize::from(mode)).copied().unwrap_or_default()));
    d.nest(|d| {
        let leaps = [
            "no warning",
            "last minute of the day has 61 seconds",
            "last minute of the day has 59 seconds",
            "unknown (clock unsynchronized)",
        ];
        let leap = leaps.get(usize::from(flags >> 6)).copied().unwrap_or_default();
        d.noted(&LEAP, bytes.span(0..1), flags >> 6, leap);
        d.field(&VERSION, bytes.span(0..1), version);
        d.noted(&MODE, bytes.span(0..1), mode, modes.get(usize::from(mode)).copied().unwrap_or_default());
    });
    if let Some(partner) = partner {
        let at = bytes.span(0..0);
        d.generated(if role == Some(Role::Response) { &REQUEST_IN } else { &RESPONSE_IN }, at, partner.packet);
        if let Some(elapsed) = partner.elapsed.filter(|_| role == Some(Role::Response)) {
            d.generated(&DELTA, at, Value::Nanos(elapsed));
        }
    }
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
        // Signed (RFC 5905 §7.3), as in Wireshark's own suite of filters; 4.0 shows it without.
        let precision = bytes.u8(3)?.cast_signed();
        let seconds = f64::from(precision).exp2();
        d.noted(&PRECISION, bytes.span(3..4), precision, &format!("{seconds:.6} seconds"));
        // Seconds, sixteen bits of them behind the point.
        for (field, at) in [(&DELAY, 4), (&DISPERSION, 8)] {
            let value = bytes.u32(at)?;
            let seconds = f64::from(value) / 65536.0;
            d.noted(field, bytes.span(at..at.saturating_add(4)), value, &format!("{seconds:.6} seconds"));
        }
        d.read(&REFERENCE, &bytes, 12..16)?;
        for (field, at) in [(&REFERENCE_TIME, 16), (&ORIGIN_TIME, 24), (&RECEIVE_TIME, 32), (&TRANSMIT_TIME, 40)] {
            let (seconds, fraction) = (bytes.u32(at)?, bytes.u32(at.saturating_add(4))?);
            d.field(field, bytes.span(at..at.saturating_add(8)), moment(seconds, fraction));
        }
    }
    Ok(Next::End)
}

/// Seconds since 1900, or since 2036 where the first bit is not set (RFC 4330 §3); and parts of 2³² of one.
fn moment(seconds: u32, fraction: u32) -> String {
    const TO_1970: i64 = 2_208_988_800;
    if (seconds, fraction) == (0, 0) {
        return "NULL".to_owned();
    }
    let era = if seconds >> 31 == 0 { 1 << 32 } else { 0 };
    let nanos = u64::from(fraction).wrapping_mul(1_000_000_000) >> 32;
    let seconds = i64::from(seconds).saturating_add(era).saturating_sub(TO_1970);
    text::utc(seconds).replace("000000000", &format!("{nanos:09}"))
}

#[cfg(test)]
mod tests {
    use super::moment;

    #[test]
    fn times_have_two_eras() {
        assert_eq!(moment(0xe100_0000, 0x8000_0000), "Aug 15, 2019 16:00:00.500000000 UTC");
        assert_eq!(moment(0, 1), "Feb  7, 2036 06:28:16.000000000 UTC");
        assert_eq!(moment(0, 0), "NULL");
    }
}
