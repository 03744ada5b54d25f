//! A followed HTTP stream message by message, with bodies as they were before they were sent (chunks and content codings undone).
use crate::api::StreamChunk;
use crate::engine::dissect::{self, Frame, Framing};
use crate::engine::follow::Stream;
use crate::engine::protocols::{http_unpacked, protocol};
use crate::engine::source::Source;
use crate::engine::store::Store;
use crate::engine::store::flows::{End, NO_PROTOCOL};
use crate::engine::store::packets::{FlowId, NO_TIME};

/// Bytes of a stream that are unpacked; behind them it is shown as it was sent.
const MOST: u64 = 16 << 20;

/// What one end said and no message has taken yet.
#[derive(Default)]
struct Pending {
    bytes: Vec<u8>,
    offset: u64,
    gap: u64,
}

/// The messages of both sides in the order of their last packets; `None` when the flow does not speak HTTP.
///
/// # Errors
/// When the file cannot be read.
pub(super) fn messages(
    store: &Store,
    id: FlowId,
    stream: &Stream,
    source: &mut dyn Source,
) -> Result<Option<Vec<StreamChunk>>, String> {
    let Some(flow) = store.flows.get(id).filter(|flow| flow.app != NO_PROTOCOL) else { return Ok(None) };
    let Some(framing) = protocol(flow.app).framing.filter(|_| protocol(flow.app).name == "http") else {
        return Ok(None);
    };
    let mut sides = [Pending::default(), Pending::default()];
    let (mut messages, mut read) = (Vec::new(), 0);
    let mut last = [0, 0];
    for chunk in &stream.chunks {
        let (Some(side), Some(last)) = (sides.get_mut(chunk.from), last.get_mut(chunk.from)) else { continue };
        let bytes = Stream::read(store, id, chunk, source)?;
        read += bytes.len() as u64;
        if chunk.gap > 0 || read > MOST {
            // Nobody knows what the missing bytes were: what came before stands as it is.
            messages.extend(side.rest(store, chunk.from, *last));
            side.gap = chunk.gap.into();
        }
        if side.bytes.is_empty() {
            side.offset = chunk.offset;
        }
        side.bytes.extend_from_slice(&bytes);
        *last = chunk.packet;
        if read > MOST {
            messages.extend(side.rest(store, chunk.from, chunk.packet));
        } else {
            side.cut(framing, store, chunk.from, chunk.packet, flow.client == chunk.from, &mut messages);
        }
    }
    for (from, side) in sides.iter_mut().enumerate() {
        messages.extend(side.rest(store, from, last.get(from).copied().unwrap_or(0)));
    }
    Ok(Some(messages))
}

impl Pending {
    /// Takes whole messages off the front.
    fn cut(
        &mut self,
        framing: Framing,
        store: &Store,
        from: End,
        packet: u32,
        from_client: bool,
        messages: &mut Vec<StreamChunk>,
    ) {
        while !self.bytes.is_empty() {
            let bytes = self.bytes.as_slice();
            let stream = dissect::Stream { bytes, from_port: 0, to_port: 0, from_client, memory: 0, resume: 0 };
            let length = match framing(&stream) {
                Frame::Message(length) if length <= bytes.len() => length.max(1),
                Frame::Unframed => bytes.len(),
                _ => return,
            };
            let rest = self.bytes.split_off(length);
            let message = std::mem::replace(&mut self.bytes, rest);
            messages.push(self.said(store, from, packet, message));
        }
    }

    /// What is left, as it is.
    fn rest(&mut self, store: &Store, from: End, packet: u32) -> Option<StreamChunk> {
        let message = std::mem::take(&mut self.bytes);
        (!message.is_empty()).then(|| self.said(store, from, packet, message))
    }

    fn said(&mut self, store: &Store, from: End, packet: u32, message: Vec<u8>) -> StreamChunk {
        let (offset, gap) = (self.offset, std::mem::take(&mut self.gap));
        self.offset += message.len() as u64;
        let (bytes, decoded) = match http_unpacked(&message) {
            Some((bytes, title)) => (bytes, Some(title.to_owned())),
            None => (message, None),
        };
        let time_ns = store.packets.time(packet).filter(|&time| time != NO_TIME);
        StreamChunk { from: from as u8, packet, time_ns, offset, gap, bytes, decoded }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::protocols::registry;

    /// What an HTTP server said in pieces, as messages.
    fn said(pieces: &[&[u8]]) -> Vec<StreamChunk> {
        let framing = registry().named("http").and_then(|id| protocol(id).framing).expect("HTTP has messages");
        let (store, mut side, mut messages) = (Store::default(), Pending::default(), Vec::new());
        for (packet, piece) in (0..).zip(pieces) {
            side.bytes.extend_from_slice(piece);
            side.cut(framing, &store, 1, packet, false, &mut messages);
        }
        messages.extend(side.rest(&store, 1, pieces.len() as u32));
        messages
    }

    #[test]
    fn messages_are_cut_and_their_bodies_unpacked() {
        let messages = said(&[
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nab",
            b"c\r\n0\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nxyHTTP/1.1 20",
        ]);
        let [chunked, plain, open] = messages.as_slice() else { panic!("{messages:?}") };
        assert!(chunked.bytes.ends_with(b"\r\n\r\nabc") && chunked.decoded.is_some());
        assert_eq!((chunked.packet, chunked.offset, chunked.from), (1, 0, 1));
        // Offsets are those of what was sent.
        assert_eq!((plain.offset, plain.decoded.as_deref()), (60, None));
        assert!(plain.bytes.ends_with(b"\r\n\r\nxy"));
        assert_eq!((open.bytes.as_slice(), open.packet), (b"HTTP/1.1 20".as_slice(), 2));
    }

    #[test]
    fn what_is_no_message_stands_as_it_is() {
        let messages = said(&[b"\x16\x03\x01", b"HTTP/1.1 204 No\r\n\r\n"]);
        assert_eq!(messages.iter().map(|message| message.bytes.len()).collect::<Vec<_>>(), [3, 19]);
    }
}
