//! The WebSocket protocol, RFC 6455, after HTTP has handed the connection over.
use crate::engine::dissect::{Bytes, Claim, Dissection, Frame, Next, Problem, Protocol, Stream, fields, gather, text};

fields! {
    FIN: Bool => "websocket.fin", "Fin";
    RESERVED: Hex(1) => "websocket.rsv", "Reserved";
    OPCODE: Uint => "websocket.opcode", "Opcode";
    MASK: Bool => "websocket.mask", "Mask";
    LENGTH: Uint => "websocket.payload_length", "Payload length";
    LENGTH_16: Uint => "websocket.payload_length_ext_16", "Extended Payload length (16 bits)";
    LENGTH_64: Uint => "websocket.payload_length_ext_64", "Extended Payload length (64 bits)";
    KEY: Bytes => "websocket.masking_key", "Masking-Key";
    MASKED: Label => "websocket.masked_payload", "Masked payload";
    PAYLOAD: Label => "websocket.payload", "Payload";
    TEXT_PAYLOAD: Text => "websocket.payload.text", "Text";
    PING: Bytes => "websocket.payload.ping", "Ping";
    PONG: Bytes => "websocket.payload.pong", "Pong";
    UNKNOWN: Bytes => "websocket.payload.unknown", "Unknown";
    CLOSING: Label => "websocket.payload.close", "Close";
    STATUS: Uint => "websocket.payload.close.status_code", "Status code";
    REASON: Text => "websocket.payload.close.reason", "Reason";
}

pub(super) static WEBSOCKET: Protocol = Protocol {
    name: "websocket",
    title: "WebSocket",
    short: "WebSocket",
    fields: FIELDS,
    dissect,
    framing: Some(framing),
    stateful: true,
    inside: Some("http"),
    ..Protocol::PLAIN
};

pub(super) static FRAGMENTS: Protocol =
    Protocol { name: "websocket.fragments", title: "Reassembled fragments", ..Protocol::PLAIN };

const CONTINUATION: u8 = 0;
const TEXT: u8 = 1;
const BINARY: u8 = 2;
const CLOSE: u8 = 8;

/// A message in fragments, by sender: its opcode and what came of it so far.
#[derive(Default)]
struct Fragments {
    open: [Option<(u8, Vec<u8>)>; 2],
}

/// Where the payload begins, and its length.
fn lengths(bytes: &Bytes<'_>) -> Result<(usize, usize), Problem> {
    let second = bytes.u8(1)?;
    let (head, length) = match second & 0x7f {
        126 => (4, u64::from(bytes.u16(2)?)),
        127 => (10, bytes.u64(2)?),
        short => (2, u64::from(short)),
    };
    let key = if second & 0x80 == 0 { 0_usize } else { 4 };
    Ok((key.saturating_add(head), usize::try_from(length).unwrap_or(usize::MAX)))
}

fn framing(stream: &Stream<'_>) -> Frame {
    const LONGEST: usize = 1 << 30;
    match lengths(&stream.window()) {
        Ok((head, length)) if length <= LONGEST => Frame::Message(head.saturating_add(length)),
        Ok(_) => Frame::Unframed,
        Err(_) => Frame::More,
    }
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let [first, second] = bytes.array(0)?;
    let (head, length) = lengths(&bytes)?;
    let (fin, opcode, masked) = (first & 0x80 != 0, first & 0x0f, second & 0x80 != 0);
    let name = match opcode {
        CONTINUATION => "Continuation",
        TEXT => "Text",
        BINARY => "Binary",
        CLOSE => "Connection Close",
        9 => "Ping",
        10 => "Pong",
        _ => "Unknown Opcode",
    };
    d.field(&FIN, bytes.span(0..1), fin);
    d.field(&RESERVED, bytes.span(0..1), (first >> 4) & 7);
    d.noted(&OPCODE, bytes.span(0..1), opcode, name);
    d.field(&MASK, bytes.span(1..2), masked);
    d.field(&LENGTH, bytes.span(1..2), second & 0x7f);
    match second & 0x7f {
        126 => d.field(&LENGTH_16, bytes.span(2..4), length),
        127 => d.field(&LENGTH_64, bytes.span(2..10), length),
        _ => {}
    }
    d.info(|| {
        let (end, mask) = (if fin { " [FIN]" } else { "[FRAGMENT] " }, if masked { "[MASKED]" } else { "" });
        format!("WebSocket {name}{end} {mask}")
    });
    let payload = bytes.from(head).limit(length);
    let key = if masked { Some(bytes.array::<4>(head.saturating_sub(4))?) } else { None };
    if let Some(key) = key {
        d.field(&KEY, bytes.span(head.saturating_sub(4)..head), key.as_slice());
    }
    let plain = || -> Vec<u8> {
        let key = key.unwrap_or_default();
        payload.all().iter().zip(key.iter().cycle()).map(|(byte, key)| byte ^ key).collect()
    };
    if length > 0 {
        let span = payload.span(0..payload.len());
        if masked {
            d.label(&MASKED, span, || MASKED.title().to_owned());
        }
        d.label(&PAYLOAD, span, || PAYLOAD.title().to_owned());
    }
    if opcode > BINARY {
        if d.wants() {
            d.nest(|d| control(d, &bytes, head, opcode, &plain()));
        }
        return Ok(Next::End);
    }
    let told = |d: &mut Dissection, opcode: u8, whole: &[u8]| {
        if d.wants() && opcode == TEXT {
            d.nest(|d| d.field(&TEXT_PAYLOAD, payload.span(0..payload.len()), text::shown(whole)));
        }
    };
    if fin && opcode != CONTINUATION {
        if length > 0 {
            told(d, opcode, &if d.wants() { plain() } else { Vec::new() });
        }
        return Ok(match key {
            _ if payload.is_empty() => Next::End,
            Some(_) => Next::Made(reader(opcode), "Unmasked data", plain()),
            None => Next::Claim(reader(opcode), payload),
        });
    }
    let side = usize::from(d.from_client() == Some(true));
    let whole = d.with_state(|_, fragments: &mut Fragments| {
        let open = fragments.open.get_mut(side)?;
        let (_, bytes) = match opcode {
            CONTINUATION => open.as_mut()?,
            _ => open.insert((opcode, Vec::new())),
        };
        gather(bytes, &plain());
        open.take_if(|_| fin)
    });
    Ok(match whole {
        Some((opcode, bytes)) => {
            told(d, opcode, &bytes);
            // The line that tells of the fragments, where Wireshark counts it.
            if let Some(id) = super::registry().named(FRAGMENTS.name).filter(|_| d.wants()) {
                d.again(true);
                d.enter(id, &payload);
            }
            Next::Made(reader(opcode), "Reassembled WebSocket message", bytes)
        }
        None => Next::End,
    })
}

fn reader(opcode: u8) -> Claim {
    Claim::Named(if opcode == TEXT { "data-text-lines" } else { "data" })
}

/// The payload of a close, ping or pong (§5.5).
fn control(d: &mut Dissection, bytes: &Bytes<'_>, at: usize, opcode: u8, plain: &[u8]) {
    let span = bytes.span(at..at.saturating_add(plain.len()));
    match plain {
        [] => {}
        [a, b, reason @ ..] if opcode == CLOSE => {
            let code = u16::from_be_bytes([*a, *b]);
            let name = match code {
                1000 => "Normal Closure",
                1001 => "Going Away",
                1002 => "Protocol error",
                1003 => "Unsupported Data",
                1007 => "Invalid frame payload data",
                1008 => "Policy Violation",
                1009 => "Message Too Big",
                1010 => "Mandatory Extension",
                1011 => "Internal Server Error",
                _ => "",
            };
            d.label(&CLOSING, span, || CLOSING.title().to_owned());
            d.nest(|d| {
                let middle = at.saturating_add(2);
                d.noted(&STATUS, bytes.span(at..middle), code, name);
                if !reason.is_empty() {
                    let end = middle.saturating_add(reason.len());
                    d.field(&REASON, bytes.span(middle..end), text::shown(reason));
                }
            });
        }
        _ => {
            let field = match opcode {
                9 => &PING,
                10 => &PONG,
                _ => &UNKNOWN,
            };
            d.field(field, span, plain);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::dissect::Wanted;

    #[test]
    fn fragments_are_kept_up_to_a_bound() {
        let mut d = Dissection::new(Wanted::Facts);
        let fragment = |first: u8| [&[first, 127, 0, 0, 0, 0, 0, 0, 0x9c, 0x40], [b'a'; 40_000].as_slice()].concat();
        for first in [TEXT, CONTINUATION, CONTINUATION] {
            assert!(dissect(&mut d, Bytes::reassembled(&fragment(first), 0)).is_ok());
        }
        let last = fragment(0x80 | CONTINUATION);
        let whole = dissect(&mut d, Bytes::reassembled(&last, 0));
        assert!(matches!(whole, Ok(Next::Made(_, _, bytes)) if bytes.len() == 64 << 10));
    }
}
