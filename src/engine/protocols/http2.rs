//! HTTP/2 in clear, RFC 9113: the preface and the heads of frames.
use crate::engine::dissect::{Bytes, Dissection, Next, Payload, Problem, Protocol, Transport, Verdict, fields};

fields! {
    MAGIC: Text => "http2.magic", "Magic";
    LENGTH: Uint => "http2.length", "Length";
    TYPE: Uint => "http2.type", "Type";
    FLAGS: Hex(2) => "http2.flags", "Flags";
    STREAM: Uint => "http2.streamid", "Stream Identifier";
}

pub(super) static HTTP2: Protocol = Protocol {
    name: "http2",
    title: "HyperText Transfer Protocol 2",
    short: "HTTP2",
    fields: FIELDS,
    claims: &[],
    probe: Some(probe),
    dissect,
    ..Protocol::PLAIN
};

const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
const FRAME_HEADER: usize = 9;

fn probe(payload: &Payload<'_>) -> Verdict {
    // The first line alone tells: nothing else speaks of this version in clear.
    let certain = payload.transport == Transport::Tcp && payload.bytes.starts_with(b"PRI * HTTP/2.0\r\n");
    if certain { Verdict::Certain } else { Verdict::NotMine }
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if d.wants() {
        describe(d, &bytes);
    }
    if bytes.is_cut() { Err(Problem::Truncated) } else { Ok(Next::End) }
}

fn describe(d: &mut Dissection, bytes: &Bytes<'_>) {
    let mut said: Vec<String> = Vec::new();
    let mut at = 0usize;
    if bytes.all().starts_with(PREFACE) {
        d.field(&MAGIC, bytes.span(0..PREFACE.len()), "PRI * HTTP/2.0\\r\\n\\r\\nSM\\r\\n\\r\\n");
        said.push("Magic".to_owned());
        at = PREFACE.len();
    }
    // A frame that begins in a segment before this one leaves no way to tell where the next begins: unknown types end the walk.
    while let Some(&[a, b, c, kind, flags, w, x, y, z]) = bytes.all().get(at..).and_then(|rest| rest.first_chunk()) {
        let Some(name) = name(kind) else { break };
        let (length, stream) = (u32::from_be_bytes([0, a, b, c]), u32::from_be_bytes([w & 0x7f, x, y, z]));
        let end = |len: usize| at.saturating_add(len);
        d.field(&LENGTH, bytes.span(at..end(3)), length);
        d.field(&TYPE, bytes.span(end(3)..end(4)), kind);
        d.field(&FLAGS, bytes.span(end(4)..end(5)), flags);
        d.field(&STREAM, bytes.span(end(5)..end(FRAME_HEADER)), stream);
        said.push(format!("{name}[{stream}]"));
        at = end(FRAME_HEADER).saturating_add(usize::try_from(length).unwrap_or(usize::MAX));
    }
    d.info(|| said.join(", "));
}

/// Types of RFC 9113 §6, and of its extensions.
fn name(kind: u8) -> Option<&'static str> {
    Some(match kind {
        0 => "DATA",
        1 => "HEADERS",
        2 => "PRIORITY",
        3 => "RST_STREAM",
        4 => "SETTINGS",
        5 => "PUSH_PROMISE",
        6 => "PING",
        7 => "GOAWAY",
        8 => "WINDOW_UPDATE",
        9 => "CONTINUATION",
        10 => "ALTSVC",
        12 => "ORIGIN",
        16 => "PRIORITY_UPDATE",
        _ => return None,
    })
}
