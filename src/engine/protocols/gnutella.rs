//! Gnutella 0.4 and 0.6, rfc-gnutella.sourceforge.net.
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Payload, Problem, Protocol, Verdict, text};

pub(super) static GNUTELLA: Protocol = Protocol {
    name: "gnutella",
    title: "Gnutella Protocol",
    short: "Gnutella",
    fields: &[],
    claims: &[Claim::TcpPort(6346), Claim::UdpPort(6346)],
    probe: Some(probe),
    dissect,
    ..Protocol::PLAIN
};

/// Descriptor header: identifier, kind, time to live, hops, length (little endian).
fn descriptor(bytes: &Bytes<'_>) -> Option<(u8, u32)> {
    let (kind, ttl, hops) = (bytes.u8(16).ok()?, bytes.u8(17).ok()?, bytes.u8(18).ok()?);
    let length = bytes.u32_le(19).ok()?;
    let known = matches!(kind, 0x00 | 0x01 | 0x02 | 0x30 | 0x31 | 0x40 | 0x80 | 0x81);
    (known && ttl <= 15 && hops <= 15 && length < 65_536).then_some((kind, length))
}

fn probe(payload: &Payload<'_>) -> Verdict {
    let bytes = payload.bytes;
    if payload.is_tcp() {
        return Verdict::certain_if(bytes.starts_with(b"GNUTELLA CONNECT/") || bytes.starts_with(b"GNUTELLA/0."));
    }
    if !payload.is_udp() {
        return Verdict::NotMine;
    }
    if bytes.starts_with(b"GND") && bytes.len() > 8 {
        return Verdict::Possible;
    }
    let window = payload.window();
    let Some((_, length)) = descriptor(&window) else { return Verdict::NotMine };
    let exact = usize::try_from(length).is_ok_and(|length| length.saturating_add(23) == bytes.len());
    // Identifiers of modern servents have 0xff in the middle and 0 at the end.
    Verdict::certain_if(exact && bytes.get(8) == Some(&0xff) && bytes.get(15) == Some(&0))
}

/// Whether this is the client's last word before the connection goes on in TLS: it takes what the server offered (`Upgrade: TLS/1.0`,
/// as RFC 2817 §3.2 has it for HTTP).
fn takes_tls(d: &Dissection, bytes: &[u8]) -> bool {
    let upgrades = |(_, _, name, value): (usize, usize, &[u8], &[u8])| {
        name.eq_ignore_ascii_case(b"connection") && text::contains(value, b"upgrade")
    };
    d.from_client() == Some(true) && bytes.starts_with(b"GNUTELLA/0.6 200") && text::headers(bytes).any(upgrades)
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if takes_tls(d, bytes.all()) {
        d.switch("tls");
    }
    if d.wants() {
        if bytes.all().starts_with(b"GNUTELLA") {
            d.info(|| text::shown(text::line(bytes.all())));
        } else {
            let name = match descriptor(&bytes) {
                Some((0x00, _)) => "Ping",
                Some((0x01, _)) => "Pong",
                Some((0x40, _)) => "Push",
                Some((0x80, _)) => "Query",
                Some((0x81, _)) => "QueryHit",
                _ => "Data",
            };
            d.info(|| format!("Gnutella {name}"));
        }
    }
    Ok(Next::End)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::dissect::Wanted;

    #[test]
    fn a_client_that_takes_tls_speaks_it_next() {
        let accepted = b"GNUTELLA/0.6 200 OK\r\nConnection: Upgrade\r\n\r\n";
        let cases: [(&[u8], Option<bool>, Option<&str>); 3] = [
            (accepted, Some(true), Some("tls")),
            (accepted, Some(false), None),
            (b"GNUTELLA CONNECT/0.6\r\nUpgrade: TLS/1.0\r\nConnection: Upgrade\r\n\r\n", Some(true), None),
        ];
        for (bytes, from_client, next) in cases {
            let mut d = Dissection::new(Wanted::Facts);
            d.context.from_client = from_client;
            assert!(dissect(&mut d, Bytes::frame(bytes, 0)).is_ok());
            assert_eq!(d.context.switch, next);
        }
    }
}
