//! Syslog, RFC 3164 and RFC 5424.
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Payload, Problem, Protocol, Verdict, fields, text};

fields! {
    FACILITY: Uint => "syslog.facility", "Facility";
    LEVEL: Uint => "syslog.level", "Level";
    MESSAGE: Text => "syslog.msg", "Message";
}

pub(super) static SYSLOG: Protocol = Protocol {
    name: "syslog",
    title: "Syslog message",
    short: "Syslog",
    fields: FIELDS,
    claims: &[Claim::UdpPort(514), Claim::TcpPort(601), Claim::TcpPort(1468)],
    probe: Some(probe),
    dissect,
    ..Protocol::PLAIN
};

/// `<PRI>`: at most three digits, up to 191; also what follows.
fn priority(bytes: &[u8]) -> Option<(u8, &[u8])> {
    let rest = bytes.strip_prefix(b"<")?;
    let end = rest.iter().take(4).position(|&byte| byte == b'>')?;
    let (digits, rest) = rest.split_at_checked(end)?;
    let mut value = 0_u8;
    for digit in digits {
        value = value.checked_mul(10)?.checked_add(u8::try_from(char::from(*digit).to_digit(10)?).ok()?)?;
    }
    (!digits.is_empty() && value <= 191).then_some((value, rest.get(1..).unwrap_or_default()))
}

/// `Jan  1 00:00:00` or `1 2026-01-01T…`.
fn dated(rest: &[u8]) -> bool {
    let months = [b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec"];
    let month = rest.first_chunk::<3>().is_some_and(|start| months.contains(&start)) && rest.get(3) == Some(&b' ');
    month || matches!(rest, [b'1', b' ', b'-', b' ', ..] | [b'1', b' ', b'1' | b'2', b'0'..=b'9', b'0'..=b'9', b'0'..=b'9', b'-', ..])
}

fn probe(payload: &Payload<'_>) -> Verdict {
    if !payload.is_udp() && !payload.is_tcp() {
        return Verdict::NotMine;
    }
    match priority(payload.bytes) {
        Some((_, rest)) => Verdict::certain_if(dated(rest)),
        None => Verdict::possible_if(text::looks_like_text(payload.bytes)),
    }
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if d.wants() {
        let (at, message) = match priority(bytes.all()) {
            Some((value, rest)) => {
                let at = bytes.len().saturating_sub(rest.len());
                d.field(&FACILITY, bytes.span(0..at), value >> 3);
                d.field(&LEVEL, bytes.span(0..at), value & 7);
                let facilities = [
                    "KERN", "USER", "MAIL", "DAEMON", "AUTH", "SYSLOG", "LPR", "NEWS", "UUCP", "CRON", "AUTHPRIV", "FTP", "NTP", "LOGAUDIT",
                    "LOGALERT", "CRON", "LOCAL0", "LOCAL1", "LOCAL2", "LOCAL3", "LOCAL4", "LOCAL5", "LOCAL6", "LOCAL7",
                ];
                let levels = ["EMERG", "ALERT", "CRIT", "ERR", "WARNING", "NOTICE", "INFO", "DEBUG"];
                let facility = facilities.get(usize::from(value >> 3)).copied().unwrap_or_default();
                let level = levels.get(usize::from(value & 7)).copied().unwrap_or_default();
                d.info(|| format!("{facility}.{level}: {}", text::shown(text::line(rest))));
                (at, rest)
            }
            None => {
                d.info(|| text::shown(text::line(bytes.all())));
                (0, bytes.all())
            }
        };
        d.field(&MESSAGE, bytes.span(at..bytes.len()), text::shown(message));
    }
    Ok(Next::End)
}
