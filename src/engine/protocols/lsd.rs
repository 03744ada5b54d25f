//! BitTorrent local service discovery, BEP 14.
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Payload, Problem, Protocol, Verdict, fields, text};

fields! {
    PORT: Text => "lsd.port", "Port";
    HASH: Text => "lsd.infohash", "Infohash";
}

pub(super) static LSD: Protocol = Protocol {
    name: "lsd",
    title: "Local Service Discovery",
    short: "LSD",
    fields: FIELDS,
    claims: &[Claim::UdpPort(6771)],
    probe: Some(probe),
    dissect,
    ..Protocol::PLAIN
};

const START: &[u8] = b"BT-SEARCH * HTTP/1.";

fn probe(payload: &Payload<'_>) -> Verdict {
    if payload.is_udp() && payload.bytes.starts_with(START) { Verdict::Certain } else { Verdict::NotMine }
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    d.info(String::new);
    if d.wants() {
        let (_, mut rest) = text::next_line(bytes.all());
        while !rest.is_empty() {
            let at = bytes.len().saturating_sub(rest.len());
            let (line, after) = text::next_line(rest);
            rest = after;
            for (name, field) in [(b"Port:".as_slice(), &PORT), (b"Infohash:", &HASH)] {
                if text::starts_with(line, name) {
                    let value = line.get(name.len()..).unwrap_or_default().trim_ascii();
                    d.field(field, bytes.span(at..at.saturating_add(line.len())), text::shown(value));
                }
            }
        }
    }
    Ok(Next::End)
}
