//! NATS client protocol, docs.nats.io.
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Payload, Problem, Protocol, Verdict, text};

pub(super) static NATS: Protocol = Protocol {
    name: "nats",
    title: "NATS",
    short: "NATS",
    fields: &[],
    claims: &[Claim::TcpPort(4222)],
    probe: Some(probe),
    dissect,
    ..Protocol::PLAIN
};

const COMMANDS: &[&[u8]] =
    &[b"INFO", b"CONNECT", b"PUB", b"HPUB", b"SUB", b"UNSUB", b"MSG", b"HMSG", b"PING", b"PONG", b"+OK", b"-ERR"];

fn probe(payload: &Payload<'_>) -> Verdict {
    if !payload.is_tcp() || !text::looks_like_text(payload.bytes) {
        return Verdict::NotMine;
    }
    let info = payload.bytes.starts_with(b"INFO {\"server_id\":");
    let connect = payload.bytes.starts_with(b"CONNECT {\"") && payload.bytes.windows(7).any(|window| window == b"verbose");
    Verdict::certain_if(info || connect)
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if d.wants() {
        let (word, rest) = text::word(text::line(bytes.all()));
        let subject = if text::one_of(word, &[b"PUB", b"HPUB", b"SUB", b"MSG", b"HMSG"]) { text::word(rest).0 } else { &[] };
        if text::one_of(word, COMMANDS) {
            d.info(|| format!("{} {}", text::shown(word), text::shown(subject)).trim_end().to_owned());
        }
    }
    Ok(Next::End)
}
