//! Dropbox LAN sync discovery: broadcast JSON objects.
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Payload, Problem, Protocol, Verdict};

pub(super) static DB_LSP_DISC: Protocol = Protocol {
    name: "db-lsp-disc",
    title: "Dropbox LAN sync Discovery Protocol",
    short: "DB-LSP-DISC",
    fields: &[],
    claims: &[Claim::UdpPort(17500)],
    probe: Some(probe),
    dissect,
    ..Protocol::PLAIN
};

fn probe(payload: &Payload<'_>) -> Verdict {
    if !payload.is_udp() {
        return Verdict::NotMine;
    }
    Verdict::certain_if(payload.bytes.starts_with(b"{\"host_int\":"))
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    d.info(|| "Dropbox LAN sync Discovery Protocol".to_owned());
    Ok(if bytes.all().first() == Some(&b'{') { Next::Claim(Claim::Named("json"), bytes) } else { Next::End })
}
