//! A followed HTTP stream message by message, with bodies as they were before they were sent (chunks and content codings undone).
use crate::api::StreamChunk;
use crate::engine::dissect::{self, Frame, Framing};
use crate::engine::follow::{Chunk, Stream};
use crate::engine::protocols::{http_unpacked, protocol};
use crate::engine::source::Source;
use crate::engine::store::Store;
use crate::engine::store::flows::{End, NO_PROTOCOL};
use crate::engine::store::packets::{FlowId, NO_TIME};

/// Bytes of a stream that are unpacked; behind them it is shown as it was sent.
const MOST: u64 = 16 << 20;

/// What is told of a stream whose messages are unpacked.
#[derive(Clone, Debug)]
pub(super) enum Told {
    /// A message, its body as it was before it was sent.
    Message(StreamChunk),
    /// Bytes as they were sent, read when somebody looks.
    AsSent(Chunk),
}

impl Told {
    pub(super) fn from(&self) -> End {
        match self {
            Self::Message(message) => message.from.into(),
            Self::AsSent(chunk) => chunk.from,
        }
    }
}

/// What one end said and no message has taken yet.
#[derive(Default)]
struct Pending {
    bytes: Vec<u8>,
    /// Where these bytes are.
    chunks: Vec<Chunk>,
    /// The message cannot end before so many bytes are there, and was looked at so far ([`Frame::Later`]).
    least: usize,
    resume: usize,
    /// Bytes still to come of a message that is too long to be unpacked.
    beyond: u64,
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
) -> Result<Option<Vec<Told>>, String> {
    let Some(flow) = store.flows.get(id).filter(|flow| flow.app != NO_PROTOCOL) else { return Ok(None) };
    let Some(framing) = protocol(flow.app).framing.filter(|_| protocol(flow.app).name == "http") else {
        return Ok(None);
    };
    let is_client = |end: End| flow.client == end;
    cut(store, &stream.chunks, framing, is_client, |chunk| Stream::read(store, id, chunk, source)).map(Some)
}

fn cut(
    store: &Store,
    chunks: &[Chunk],
    framing: Framing,
    is_client: impl Fn(End) -> bool,
    mut bytes_of: impl FnMut(&Chunk) -> Result<Vec<u8>, String>,
) -> Result<Vec<Told>, String> {
    let mut sides = [Pending::default(), Pending::default()];
    let (mut told, mut read) = (Vec::new(), 0);
    for &chunk in chunks {
        let Some(side) = sides.get_mut(chunk.from) else { continue };
        if chunk.gap > 0 || read > MOST {
            // Nobody knows what the missing bytes were: what came before stands as it is.
            told.extend(side.rest(store));
        }
        let Some(chunk) = side.passed(chunk, &mut told) else { continue };
        if read > MOST {
            told.push(Told::AsSent(chunk));
            continue;
        }
        let bytes = bytes_of(&chunk)?;
        read += bytes.len() as u64;
        side.chunks.push(chunk);
        side.bytes.extend_from_slice(&bytes);
        side.cut(framing, store, is_client(chunk.from), &mut told);
    }
    for side in &mut sides {
        told.extend(side.rest(store));
    }
    Ok(told)
}

impl Pending {
    /// What is left of a chunk behind the message that is too long.
    fn passed(&mut self, chunk: Chunk, told: &mut Vec<Told>) -> Option<Chunk> {
        if chunk.gap > 0 {
            self.beyond = 0;
        }
        let passed = self.beyond.min(chunk.length.into());
        self.beyond -= passed;
        let (of_message, rest) = chunk.split(passed as u32);
        told.extend(of_message.map(Told::AsSent));
        rest
    }

    /// Takes whole messages off the front.
    fn cut(&mut self, framing: Framing, store: &Store, from_client: bool, told: &mut Vec<Told>) {
        while !self.bytes.is_empty() && self.bytes.len() >= self.least {
            let (bytes, resume) = (self.bytes.as_slice(), self.resume);
            let stream = dissect::Stream { bytes, from_port: 0, to_port: 0, from_client, memory: 0, resume };
            let length = match framing(&stream) {
                Frame::Message(length) if length <= bytes.len() => length.max(1),
                Frame::Message(length) if length as u64 > MOST => {
                    self.beyond = (length - bytes.len()) as u64;
                    told.extend(self.chunks.drain(..).map(Told::AsSent));
                    self.bytes.clear();
                    return;
                }
                Frame::Message(length) => {
                    self.least = length;
                    return;
                }
                Frame::Later { least, resume } => {
                    (self.least, self.resume) = (least.max(bytes.len() + 1), resume);
                    return;
                }
                Frame::Unframed => bytes.len(),
                Frame::More | Frame::UntilFin => return,
            };
            told.extend(self.take(length, store));
        }
    }

    /// What is left, as it is.
    fn rest(&mut self, store: &Store) -> Option<Told> {
        self.take(self.bytes.len(), store)
    }

    /// The first bytes as a message, told with the packet that brought the last of them.
    fn take(&mut self, length: usize, store: &Store) -> Option<Told> {
        (self.least, self.resume) = (0, 0);
        let first = *self.chunks.first()?;
        let after = self.bytes.split_off(length);
        let message = std::mem::replace(&mut self.bytes, after);
        let (mut left, mut packet, mut used) = (length, first.packet, 0);
        for chunk in &mut self.chunks {
            if left == 0 {
                break;
            }
            packet = chunk.packet;
            let (taken, rest) = chunk.split(left.min(chunk.length as usize) as u32);
            left -= taken.map_or(0, |taken| taken.length as usize);
            match rest {
                Some(rest) => *chunk = rest,
                None => used += 1,
            }
        }
        self.chunks.drain(..used);
        let (bytes, decoded) = match http_unpacked(&message) {
            Some((bytes, title)) => (bytes, Some(title.to_owned())),
            None => (message, None),
        };
        let time_ns = store.packets.time(packet).filter(|&time| time != NO_TIME);
        let (from, offset, gap) = (first.from as u8, first.offset, first.gap.into());
        Some(Told::Message(StreamChunk { from, packet, time_ns, offset, gap, bytes, decoded }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::protocols::registry;

    /// What an HTTP server said in pieces, as it is told, with how many bytes were read for it.
    fn told(pieces: &[&[u8]]) -> (Vec<Told>, usize) {
        let framing = registry().named("http").and_then(|id| protocol(id).framing).expect("HTTP has messages");
        let (mut chunks, mut at, mut read) = (Vec::new(), 0, 0);
        for (packet, piece) in (0..).zip(pieces) {
            chunks.push(Chunk::there(1, packet, at, piece.len() as u32));
            at += piece.len() as u64;
        }
        let all = pieces.concat();
        let bytes = |chunk: &Chunk| {
            read += chunk.length as usize;
            Ok(all[chunk.offset as usize..][..chunk.length as usize].to_vec())
        };
        let told = cut(&Store::default(), &chunks, framing, |_| false, bytes).expect("it can be read");
        (told, read)
    }

    fn said(pieces: &[&[u8]]) -> Vec<StreamChunk> {
        let message = |told| match told {
            Told::Message(message) => message,
            Told::AsSent(chunk) => panic!("{chunk:?}"),
        };
        told(pieces).0.into_iter().map(message).collect()
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
        assert_eq!((open.bytes.as_slice(), open.packet), (b"HTTP/1.1 20".as_slice(), 1));
    }

    #[test]
    fn what_is_no_message_stands_as_it_is() {
        let messages = said(&[b"\x16\x03\x01", b"HTTP/1.1 204 No\r\n\r\n"]);
        assert_eq!(messages.iter().map(|message| message.bytes.len()).collect::<Vec<_>>(), [3, 19]);
    }

    #[test]
    fn what_is_too_long_to_be_unpacked_is_not_even_read() {
        let (told, read) = told(&[
            b"HTTP/1.1 200 OK\r\nContent-Length: 20000000\r\n\r\nab",
            &[b'.'; 19_999_000],
            b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nxy",
        ]);
        // The head in its packet, the next packet, and what the third one has of the body: nothing says where it ends.
        let parts: Vec<_> = told.iter().map(|told| matches!(told, Told::AsSent(_))).collect();
        assert_eq!((parts, read), (vec![true; 3], 47));
        let (told, read) = super::tests::told(&[
            b"HTTP/1.1 200 OK\r\nContent-Length: 20000000\r\n\r\n",
            &[b'.'; 19_999_999],
            b".HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nxy",
        ]);
        let [Told::AsSent(head), Told::AsSent(_), Told::AsSent(last), Told::Message(next)] = told.as_slice() else {
            panic!("{told:?}");
        };
        assert_eq!((head.length, last.length, last.packet, read), (45, 1, 2, 45 + 40));
        assert_eq!((next.bytes.len(), next.offset, next.packet), (40, 20_000_045, 2));
    }

    #[test]
    fn a_body_of_chunks_in_many_packets_is_gone_through_once() {
        let head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec();
        let body: Vec<u8> = b"1\r\n.\r\n".repeat(50_000);
        let mut pieces = vec![head.as_slice()];
        pieces.extend(body.chunks(1));
        pieces.push(b"0\r\n\r\n");
        let messages = said(&pieces);
        assert_eq!(messages.iter().map(|message| message.bytes.len()).collect::<Vec<_>>(), [head.len() + 50_000]);
    }
}
