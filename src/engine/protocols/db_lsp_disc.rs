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
    // As in Wireshark the port decides, whatever else the bytes look like.
    if !payload.is_udp() {
        return Verdict::NotMine;
    }
    if payload.on_port(17500) || payload.bytes.starts_with(b"{\"host_int\":") { Verdict::Certain } else { Verdict::NotMine }
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    d.info(|| "Dropbox LAN sync Discovery Protocol".to_owned());
    let is_json = bytes.all().first() == Some(&b'{');
    if is_json {
        d.info_extend(|| ", JavaScript Object Notation".to_owned());
    }
    d.inside();
    Ok(if is_json { Next::Claim(Claim::Named("json"), bytes) } else { Next::End })
}
