//! Network News Transfer Protocol, RFC 3977.
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Payload, Problem, Protocol, Verdict, fields, text};

fields! {
    REQUEST: Bool => "nntp.request", "Request";
    RESPONSE: Bool => "nntp.response", "Response";
}

pub(super) static NNTP: Protocol = Protocol {
    name: "nntp",
    title: "Network News Transfer Protocol",
    short: "NNTP",
    fields: FIELDS,
    claims: &[Claim::TcpPort(119)],
    probe: Some(probe),
    dissect,
    ..Protocol::PLAIN
};

fn probe(payload: &Payload<'_>) -> Verdict {
    if !payload.is_tcp() || !text::looks_like_text(payload.bytes) {
        return Verdict::NotMine;
    }
    let Some(line) = text::whole_line(payload.bytes) else { return Verdict::Possible };
    let greeting = matches!(text::reply_code(line), Some(200 | 201)) && (text::contains(line, b"NNTP") || text::contains(line, b"InterNetNews"));
    let asked = line.eq_ignore_ascii_case(b"MODE READER") || line.eq_ignore_ascii_case(b"LIST OVERVIEW.FMT");
    Verdict::certain_if(greeting || asked)
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if d.wants() {
        let line = text::line(bytes.all());
        let response = text::reply_code(line).is_some() || d.from_server(&[119]);
        let (what, field) = if response { ("Response", &RESPONSE) } else { ("Request", &REQUEST) };
        d.field(field, bytes.span(0..line.len()), true);
        d.info(|| format!("{what}: {}", text::shown(line)));
    }
    Ok(Next::End)
}
