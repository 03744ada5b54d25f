//! Real Time Streaming Protocol, RFC 2326 and RFC 7826.
use crate::engine::dissect::{
    Bytes, Claim, Dissection, Frame, Next, Payload, Problem, Protocol, Stream, Transport, Verdict, fields, text,
};

fields! {
    METHOD: Text => "rtsp.method", "Method";
    URL: Text => "rtsp.url", "URL";
    STATUS: Uint => "rtsp.status", "Status";
    REQUEST: Label => "rtsp.request", "Request";
    RESPONSE: Label => "rtsp.response", "Response";
    CONTENT_TYPE: Text => "rtsp.content-type", "Content-type";
    CONTENT_LENGTH: Text => "rtsp.content-length", "Content-length";
    TRANSPORT: Text => "rtsp.transport", "Transport";
    SESSION: Text => "rtsp.session", "Session";
    SEQUENCE: Text => "rtsp.cseq", "CSeq";
    HEADER: Text => "rtsp.header", "Header";
    CHANNEL: Hex(2) => "rtsp.channel", "Channel";
    FRAME_LENGTH: Uint => "rtsp.length", "Length";
}

pub(super) static RTSP: Protocol = Protocol {
    name: "rtsp",
    title: "Real Time Streaming Protocol",
    short: "RTSP",
    fields: FIELDS,
    claims: &[Claim::TcpPort(554), Claim::TcpPort(8554)],
    probe: Some(probe),
    dissect,
    framing: Some(framing),
    ..Protocol::PLAIN
};

const METHODS: &[&[u8]] = &[
    b"OPTIONS", b"DESCRIBE", b"ANNOUNCE", b"SETUP", b"PLAY", b"PAUSE", b"TEARDOWN", b"GET_PARAMETER", b"SET_PARAMETER", b"REDIRECT", b"RECORD",
];

fn first_line(bytes: &[u8]) -> Option<&[u8]> {
    bytes.first().filter(|byte| byte.is_ascii_uppercase())?;
    let line = text::line(bytes.get(..2048).unwrap_or(bytes));
    let (word, rest) = text::word(line);
    let reply = word.starts_with(b"RTSP/") && text::reply_code(rest).is_some();
    let request = text::one_of(word, METHODS) && text::word(rest).1.starts_with(b"RTSP/");
    (reply || request).then_some(line)
}

fn probe(payload: &Payload<'_>) -> Verdict {
    if first_line(payload.bytes).is_some() {
        return Verdict::Certain;
    }
    Verdict::possible_if(payload.is_tcp())
}

/// A message of the other plane between RTSP's own: `$`, channel, length (RFC 2326 §10.12).
const INTERLEAVED: u8 = b'$';

fn framing(stream: &Stream<'_>) -> Frame {
    let all = stream.bytes;
    if all.first() == Some(&INTERLEAVED) {
        return stream.headed(4, 1 << 17, |bytes| Some(usize::from(bytes.u16(2).ok()?).saturating_add(4)));
    }
    if first_line(all).is_none() {
        return if all.contains(&b'\n') || !text::looks_like_text(all) { Frame::Unframed } else { Frame::More };
    }
    let Some(head) = text::head_end(all) else { return Frame::More };
    let length = text::headers(all).find(|(_, _, name, _)| name.eq_ignore_ascii_case(b"content-length"));
    let length = length.and_then(|(_, _, _, value)| text::number(value)).unwrap_or_default();
    Frame::Message(head.saturating_add(length))
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let all = bytes.all();
    if all.first() == Some(&INTERLEAVED) {
        return interleaved(d, &bytes);
    }
    let Some(line) = first_line(all) else {
        d.info(|| "Continuation".to_owned());
        return Ok(Next::End);
    };
    let (word, rest) = text::word(line);
    if let Some(code) = text::reply_code(rest) {
        let at = word.len().saturating_add(1);
        d.label(&RESPONSE, bytes.span(0..line.len()), || text::shown(line));
        d.nest(|d| d.field(&STATUS, bytes.span(at..at.saturating_add(3)), code));
        d.info(|| format!("Reply: {}", text::shown(line)));
    } else {
        let (url, _) = text::word(rest);
        let at = word.len().saturating_add(1);
        d.label(&REQUEST, bytes.span(0..line.len()), || text::shown(line));
        if d.wants() {
            d.nest(|d| {
                d.field(&METHOD, bytes.span(0..word.len()), text::shown(word));
                d.field(&URL, bytes.span(at..at.saturating_add(url.len())), text::shown(url));
            });
        }
        d.info(|| text::shown(line));
    }
    let mut content_type = None;
    for (at, length, name, value) in text::headers(all) {
        let field = match name.to_ascii_lowercase().as_slice() {
            b"content-type" => {
                content_type = Some(value);
                &CONTENT_TYPE
            }
            b"content-length" => &CONTENT_LENGTH,
            b"transport" => {
                transport(d, value);
                &TRANSPORT
            }
            b"session" => &SESSION,
            b"cseq" => &SEQUENCE,
            _ => &HEADER,
        };
        if d.wants() {
            let value = if std::ptr::eq(field, &HEADER) { all.get(at..at.saturating_add(length)).unwrap_or_default() } else { value };
            d.field(field, bytes.span(at..at.saturating_add(length)), text::shown(value));
        }
    }
    let body = bytes.from(text::head_end(all).unwrap_or(all.len()));
    Ok(match content_type {
        Some(kind) if !body.is_empty() && text::starts_with(kind, b"application/sdp") => Next::Claim(Claim::Named("sdp"), body),
        _ => Next::End,
    })
}

/// What a client and a server agree on for a stream: `RTP/AVP;unicast;client_port=4588-4589` (§12.39).
fn transport(d: &mut Dissection, value: &[u8]) {
    if text::contains(value, b"/TCP") || !text::starts_with(value, b"RTP/") {
        return;
    }
    for part in value.split(|&byte| byte == b';') {
        let ports = part.strip_prefix(b"client_port=").or_else(|| part.strip_prefix(b"server_port="));
        let Some(ports) = ports else { continue };
        let mut ports = ports.split(|&byte| byte == b'-').map(|port| text::number(port).and_then(|port| u16::try_from(port).ok()));
        if let Some(Some(port)) = ports.next() {
            d.announce(Transport::Udp, None, port, "rtp");
        }
        if let Some(Some(port)) = ports.next() {
            d.announce(Transport::Udp, None, port, "rtcp");
        }
    }
}

/// By convention even channels carry RTP, odd ones its control protocol.
fn interleaved<'p>(d: &mut Dissection, bytes: &Bytes<'p>) -> Result<Next<'p>, Problem> {
    let (channel, length) = (bytes.u8(1)?, bytes.u16(2)?);
    d.field(&CHANNEL, bytes.span(1..2), channel);
    d.field(&FRAME_LENGTH, bytes.span(2..4), length);
    d.info(|| format!("Interleaved channel 0x{channel:02x}, {length} bytes"));
    let inner = bytes.from(4).limit(length.into());
    let kind = if inner.u8(1).is_ok_and(|kind| (192..=223).contains(&kind)) { "rtcp" } else { "rtp" };
    Ok(Next::Claim(Claim::Named(kind), inner))
}
