//! rsync daemon protocol, rsyncd.conf(5) and the rsync technical report.
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Payload, Problem, Protocol, Verdict, fields, text};

fields! {
    VERSION: Text => "rsync.hdr_version", "Header Version";
}

pub(super) static RSYNC: Protocol = Protocol {
    name: "rsync",
    title: "RSYNC File Synchroniser",
    short: "RSYNC",
    fields: FIELDS,
    claims: &[Claim::TcpPort(873)],
    probe: Some(probe),
    dissect,
    ..Protocol::PLAIN
};

const MAGIC: &[u8] = b"@RSYNCD: ";

fn probe(payload: &Payload<'_>) -> Verdict {
    if !payload.is_tcp() {
        return Verdict::NotMine;
    }
    Verdict::certain_if(payload.bytes.starts_with(MAGIC))
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if d.wants() {
        let line = text::line(bytes.all());
        let who = if d.from_server(&[873]) { "Server" } else { "Client" };
        match line.strip_prefix(MAGIC) {
            Some(version) if version.first().is_some_and(u8::is_ascii_digit) => {
                d.field(&VERSION, bytes.span(MAGIC.len()..line.len()), text::shown(version));
                d.info(|| format!("{who} Initialisation (Version {})", text::shown(version)));
            }
            Some(word) => d.info(|| format!("{who} {}", text::shown(word))),
            None => d.info(|| "Data".to_owned()),
        }
    }
    Ok(Next::End)
}
