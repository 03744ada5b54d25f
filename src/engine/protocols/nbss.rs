//! NetBIOS session service, RFC 1002 §4.3; on port 445 the same frame with a length of 24 bits, [MS-SMB2] §2.1.
use crate::engine::dissect::{
    Bytes, Claim, Dissection, Frame, Next, Payload, Problem, Protocol, Stream, Verdict, fields,
};

fields! {
    KIND: Hex(2) => "nbss.type", "Message Type";
    LENGTH: Uint => "nbss.length", "Length";
}

pub(super) static NBSS: Protocol = Protocol {
    name: "nbss",
    title: "NetBIOS Session Service",
    short: "NBSS",
    fields: FIELDS,
    claims: &[Claim::TcpPort(139), Claim::TcpPort(445)],
    probe: Some(probe),
    dissect,
    framing: Some(framing),
    // For what rides on it.
    stateful: true,
    ..Protocol::PLAIN
};

fn probe(payload: &Payload<'_>) -> Verdict {
    look(payload).unwrap_or(Verdict::NotMine)
}

const HEADER: usize = 4;

/// Who speaks inside a session message.
fn inner(content: &[u8]) -> Option<&'static str> {
    match content {
        [0xff, b'S', b'M', b'B', ..] => Some("smb"),
        [0xfc..=0xfe, b'S', b'M', b'B', ..] => Some("smb2"),
        _ => None,
    }
}

fn look(payload: &Payload<'_>) -> Result<Verdict, Problem> {
    let bytes = payload.window();
    if !payload.is_tcp() {
        return Ok(Verdict::NotMine);
    }
    let certain = match bytes.u8(0)? {
        0 => inner(bytes.from(HEADER).all()).is_some(),
        // Called and calling name.
        0x81 => bytes.u24(1)? == 68 && bytes.u8(4)? == 32,
        _ => false,
    };
    Ok(Verdict::certain_if(certain))
}

fn framing(stream: &Stream<'_>) -> Frame {
    match stream.bytes {
        [0, _, _, _, rest @ ..] if rest.len() >= 4 && inner(rest).is_none() => return Frame::Unframed,
        // A lone byte keeps a connection alive.
        [_] => return Frame::Unframed,
        [0 | 0x81..=0x85, ..] => {}
        _ => return Frame::Unframed,
    }
    stream.headed(HEADER, 1 << 24, |head| usize::try_from(head.u24(1).ok()?).ok()?.checked_add(HEADER))
}

/// A name in the first encoding of RFC 1001 §14.1 with its last byte's number: `NAME<20>`.
fn name(bytes: &[u8]) -> Option<String> {
    let letters = bytes.get(1..33)?;
    let decoded: Vec<u8> = letters
        .chunks_exact(2)
        .filter_map(|pair| pair.first_chunk::<2>())
        .map(|[a, b]| a.wrapping_sub(b'A') << 4 | b.wrapping_sub(b'A') & 15)
        .collect();
    let (kind, text) = decoded.split_last()?;
    Some(format!("{}<{kind:02x}>", String::from_utf8_lossy(text.trim_ascii_end())))
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let kind = bytes.u8(0)?;
    let title = match kind {
        0x00 => "Session message",
        0x81 => "Session request",
        0x82 => "Positive session response",
        0x83 => "Negative session response",
        0x84 => "Retarget session response",
        0x85 => "Session keep-alive",
        _ => {
            d.info(|| "NBSS Continuation Message".to_owned());
            return Ok(Next::End);
        }
    };
    let Ok(length) = bytes.u24(1) else { return Ok(Next::End) };
    let content = bytes.from(HEADER);
    let inner = if kind == 0 { inner(content.all()) } else { None };
    if kind == 0 && inner.is_none() {
        d.info(|| "NBSS Continuation Message".to_owned());
        return Ok(Next::End);
    }
    d.field(&KIND, bytes.span(0..1), kind);
    d.field(&LENGTH, bytes.span(1..4), length);
    d.info(|| title.to_owned());
    if kind == 0x81
        && d.wants()
        && let (Some(called), Some(calling)) = (name(content.all()), name(content.from(34).all()))
    {
        d.info(|| format!("{title}, to {called} from {calling}"));
    }
    let content = content.limit(usize::try_from(length).unwrap_or(usize::MAX));
    Ok(inner.map_or(Next::End, |name| Next::Claim(Claim::Named(name), content)))
}
