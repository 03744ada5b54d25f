//! Follow stream: windows of what the two ends of a flow said to each other.
use super::Asked;
use super::find::Pattern;
use super::unpacked::{self, Told};
use crate::api::{self, StreamAnswer, StreamBytesAnswer, StreamChunk, StreamFound, StreamSide};
use crate::engine::follow::{Chunk, Stream};
use crate::engine::source::Source;
use crate::engine::store::flows::{End, Flow};
use crate::engine::store::packets::{FlowId, NO_TIME};
use std::ops::Range;

/// Payload bytes of one answer, about.
const MOST_BYTES: usize = 1 << 20;
/// Chunks of one answer.
const MOST_CHUNKS: u32 = 4096;

/// Bytes of an unpacked message that are told as one chunk: the page draws what is in sight, and one of 16 MiB would keep it for minutes.
const PIECE: usize = 2 << 10;

/// Bytes searched for one answer: so that a search can be given up.
const MOST_SEARCHED: usize = 16 << 20;

/// The stream looked at last: its windows are asked for one after the other.
#[derive(Debug, Default)]
pub struct Followed {
    heard: Heard,
    /// The search that goes on where the last answer stopped, with what may begin a match.
    search: Option<(api::StreamFind, Tails)>,
}

#[derive(Debug, Default)]
struct Heard {
    flow: FlowId,
    /// The flow's packets when it was read: with more it may have grown.
    packets: u64,
    stream: Option<Stream>,
    /// Its messages unpacked, once somebody asked; `None` inside: it is no HTTP.
    unpacked: Option<Option<Vec<Told>>>,
}

/// What each side said last, as far as a match may begin there: a byte, its chunk and its place in that.
type Tails = [Vec<(u8, u32, u32)>; 2];

impl Followed {
    /// They would be others now.
    pub fn forget_messages(&mut self) {
        self.heard.unpacked = None;
    }
}

impl Heard {
    /// Reads a flow's stream, and its messages if they are to be unpacked.
    fn read(
        &mut self,
        asked: &Asked<'_>,
        flow: FlowId,
        decoded: bool,
        source: &mut dyn Source,
    ) -> Result<&Stream, String> {
        self.get(asked, flow, source)?;
        if let (true, None, Some(stream)) = (decoded, &self.unpacked, &self.stream) {
            self.unpacked = Some(unpacked::messages(asked.store, flow, stream, source)?);
        }
        self.get(asked, flow, source)
    }

    /// What a side said, as it is told: chunk by chunk, or of unpacked messages piece by piece.
    fn parts(&self, side: StreamSide, decoded: bool) -> impl Iterator<Item = Part<'_>> {
        let told = self.unpacked.as_ref().filter(|_| decoded).and_then(Option::as_deref);
        let chunks = self.stream.as_ref().filter(|_| told.is_none()).map(|stream| stream.chunks.as_slice());
        let told = told.into_iter().flatten().filter(move |told| is_on(side, told.from())).flat_map(|told| {
            let (pieces, chunk) = match told {
                Told::Message(message) => (Some(pieces(message)), None),
                Told::AsSent(chunk) => (None, Some(Part::Chunk(chunk))),
            };
            pieces.into_iter().flatten().chain(chunk)
        });
        let chunks = chunks.into_iter().flatten().filter(move |chunk| is_on(side, chunk.from));
        told.chain(chunks.map(Part::Chunk))
    }

    fn get(&mut self, asked: &Asked<'_>, flow: FlowId, source: &mut dyn Source) -> Result<&Stream, String> {
        let packets = asked.store.flows.get(flow).map_or(0, Flow::total_packets);
        let known = self.stream.take().filter(|_| (self.flow, self.packets) == (flow, packets));
        let stream = match known {
            Some(stream) => stream,
            None => {
                self.unpacked = None;
                Stream::of(asked.store, flow, source)?
            }
        };
        (self.flow, self.packets) = (flow, packets);
        Ok(self.stream.insert(stream))
    }
}

fn is_on(side: StreamSide, from: End) -> bool {
    match side {
        StreamSide::Both => true,
        StreamSide::A => from == 0,
        StreamSide::B => from == 1,
    }
}

/// What is told, drawn and found as one.
enum Part<'m> {
    Chunk(&'m Chunk),
    /// Of a message, from here on.
    Piece(&'m StreamChunk, usize),
}

/// A message piece by piece.
fn pieces(message: &StreamChunk) -> impl Iterator<Item = Part<'_>> {
    (0..message.bytes.len().max(1)).step_by(PIECE).map(move |start| Part::Piece(message, start))
}

impl Part<'_> {
    /// As a chunk of its own. What is said of a message as a whole is said with its first piece.
    fn read(&self, asked: &Asked<'_>, flow: FlowId, source: &mut dyn Source) -> Result<StreamChunk, String> {
        match *self {
            Self::Chunk(chunk) => Ok(StreamChunk {
                from: chunk.from as u8,
                packet: chunk.packet,
                time_ns: asked.store.packets.time(chunk.packet).filter(|&time| time != NO_TIME),
                offset: chunk.offset,
                gap: chunk.gap.into(),
                bytes: Stream::read(asked.store, flow, chunk, source)?,
                decoded: None,
            }),
            Self::Piece(message, start) => {
                let end = start.saturating_add(PIECE).min(message.bytes.len());
                Ok(StreamChunk {
                    from: message.from,
                    packet: message.packet,
                    time_ns: message.time_ns,
                    offset: message.offset.saturating_add(start as u64),
                    gap: if start == 0 { message.gap } else { 0 },
                    bytes: message.bytes.get(start..end).unwrap_or_default().to_vec(),
                    decoded: message.decoded.clone().filter(|_| start == 0),
                })
            }
        }
    }

    /// Whether a match may begin before it and go on in it.
    fn goes_on(&self) -> bool {
        match *self {
            Self::Chunk(chunk) => chunk.gap == 0,
            Self::Piece(_, start) => start > 0,
        }
    }
}

/// # Errors
/// When there is no such flow, or the file cannot be read again.
pub fn answer(
    asked: &Asked<'_>,
    kept: &mut Followed,
    question: &api::Stream,
    source: &mut dyn Source,
) -> Result<StreamAnswer, String> {
    let Some(flow) = asked.store.flows.get(question.flow) else {
        return Err(format!("There is no flow {}.", question.flow));
    };
    let heard = &mut kept.heard;
    let stream = heard.read(asked, question.flow, question.decoded, source)?;
    let range = question.chunks.start..question.chunks.end.min(question.chunks.start.saturating_add(MOST_CHUNKS));
    let mut answer = StreamAnswer {
        total: 0,
        bytes: stream.bytes,
        missing: stream.missing,
        turns: stream.turns(),
        a_is_client: flow.client == 0,
        ends: [0, 1].map(|end| name(asked, flow, end)),
        chunks: Vec::new(),
        is_cut: stream.is_cut,
    };
    let parts = || heard.parts(question.side, question.decoded);
    answer.total = parts().count() as u32;
    let mut sum = 0;
    for part in parts().skip(range.start as usize).take(range.len()) {
        let chunk = part.read(asked, question.flow, source)?;
        sum += chunk.bytes.len();
        answer.chunks.push(chunk);
        if sum >= MOST_BYTES {
            break;
        }
    }
    Ok(answer)
}

/// `10.0.0.1:50000`, `[2001:db8::1]:443`.
fn name(asked: &Asked<'_>, flow: &Flow, end: End) -> String {
    let address = asked.store.address(flow, end).map(|address| address.to_string()).unwrap_or_default();
    let address = if address.contains(':') { format!("[{address}]") } else { address };
    if flow.has_ports() { format!("{address}:{}", flow.port(end)) } else { address }
}

/// # Errors
/// As [`answer`].
pub fn bytes(
    asked: &Asked<'_>,
    kept: &mut Followed,
    question: &api::StreamBytes,
    source: &mut dyn Source,
) -> Result<StreamBytesAnswer, String> {
    let stream = kept.heard.get(asked, question.flow, source)?;
    let [a, b] = stream.bytes;
    let total = match question.side {
        StreamSide::Both => a + b,
        StreamSide::A => a,
        StreamSide::B => b,
    };
    let Range { start, end } = question.bytes;
    let end = end.min(start.saturating_add(8 * MOST_BYTES as u64));
    let mut bytes = Vec::new();
    let mut at = 0_u64;
    for chunk in stream.chunks.iter().filter(|chunk| is_on(question.side, chunk.from)) {
        let next = at + u64::from(chunk.length);
        if next > start && at < end {
            let read = Stream::read(asked.store, question.flow, chunk, source)?;
            let from = start.saturating_sub(at) as usize;
            let to = (end - at).min(read.len() as u64) as usize;
            bytes.extend_from_slice(read.get(from..to).unwrap_or_default());
        }
        if at >= end {
            break;
        }
        at = next;
    }
    Ok(StreamBytesAnswer { total, bytes })
}

/// # Errors
/// As [`answer`]; when the needle cannot be understood.
pub fn find(
    asked: &Asked<'_>,
    kept: &mut Followed,
    question: &api::StreamFind,
    source: &mut dyn Source,
) -> Result<StreamFound, String> {
    let pattern = Pattern::of(&question.what)?;
    let known = kept.search.take().filter(|(search, _)| search == question);
    let mut tails = known.map(|(_, tails)| tails).unwrap_or_default();
    let Followed { heard, search } = kept;
    heard.read(asked, question.flow, question.decoded, source)?;
    let mut searched = 0;
    for (index, part) in (0_u32..).zip(heard.parts(question.side, question.decoded)).skip(question.from as usize) {
        if searched >= MOST_SEARCHED {
            *search = Some((api::StreamFind { from: index, ..question.clone() }, tails));
            return Ok(StreamFound { next: Some(index), ..StreamFound::default() });
        }
        let read = part.read(asked, question.flow, source)?;
        searched += read.bytes.len();
        let Some(tail) = tails.get_mut(usize::from(read.from)) else { continue };
        if !part.goes_on() {
            tail.clear();
        }
        let mut text: Vec<u8> = tail.iter().map(|(byte, _, _)| *byte).collect();
        text.extend_from_slice(&read.bytes);
        if let Some(found) = pattern.find(&text) {
            let (chunk, at) = match tail.get(found) {
                Some((_, chunk, at)) => (*chunk, *at),
                None => (index, (found - tail.len()) as u32),
            };
            return Ok(StreamFound { chunk: Some(chunk), at, next: None });
        }
        tail.extend((0_u32..).zip(&read.bytes).map(|(at, byte)| (*byte, index, at)));
        let keep = pattern.len().saturating_sub(1).min(tail.len());
        tail.drain(..tail.len() - keep);
    }
    Ok(StreamFound::default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::Needle;
    use crate::engine::capture::Files;
    use crate::engine::store::Store;

    fn following<const N: usize>(messages: [StreamChunk; N]) -> Followed {
        let unpacked = Some(Some(messages.map(Told::Message).to_vec()));
        let heard = Heard { stream: Some(Stream::default()), unpacked, ..Heard::default() };
        Followed { heard, search: None }
    }

    #[test]
    fn unpacked_messages_are_searched_one_by_one() {
        let message = |from, bytes: &[u8]| StreamChunk { from, bytes: bytes.to_vec(), ..StreamChunk::default() };
        let messages = [message(0, b"ask"), message(1, b"the answer"), message(0, b"answer?")];
        let (store, reader, mut nothing) = (Store::default(), Files::new([]), &[][..]);
        let asked = Asked { store: &store, reader: &reader, local: None, given_up_fragments: 0, selected: None };
        let mut kept = following(messages);
        let mut search = |side, from, text: &str| {
            let what = Needle::Text { text: text.to_owned(), exact: true };
            let question = api::StreamFind { flow: 0, side, what, from, decoded: true };
            let found = find(&asked, &mut kept, &question, &mut nothing).expect("an answer");
            found.chunk.map(|chunk| (chunk, found.at))
        };
        assert_eq!(search(StreamSide::Both, 0, "answer"), Some((1, 4)));
        assert_eq!(search(StreamSide::Both, 2, "answer"), Some((2, 0)));
        // Counted on that side alone.
        assert_eq!(search(StreamSide::A, 0, "answer"), Some((1, 0)));
        assert_eq!(search(StreamSide::B, 1, "answer"), None);
        // A match does not go from one message to the next.
        assert_eq!(search(StreamSide::Both, 0, "askthe"), None);
    }

    #[test]
    fn long_messages_are_told_and_searched_in_pieces() {
        let mut bytes = vec![b'.'; 3 * PIECE];
        bytes.splice(2 * PIECE - 2..2 * PIECE + 3, *b"found");
        let kind = || Some("gzip".to_owned());
        let long = StreamChunk { from: 1, bytes, gap: 7, offset: 100, decoded: kind(), ..StreamChunk::default() };
        let short = StreamChunk { from: 1, bytes: b"found".to_vec(), ..StreamChunk::default() };
        let messages = [long.clone(), StreamChunk::default(), short];
        let mut kept = following(messages);
        let (store, reader, mut nothing) = (Store::default(), Files::new([]), &[][..]);
        let asked = Asked { store: &store, reader: &reader, local: None, given_up_fragments: 0, selected: None };
        let read = |part: Part<'_>| part.read(&asked, 0, &mut &[][..]).expect("it is there");
        let told: Vec<_> = kept.heard.parts(StreamSide::Both, true).map(read).collect();
        assert_eq!(told.iter().map(|piece| piece.bytes.len()).collect::<Vec<_>>(), [PIECE, PIECE, PIECE, 0, 5]);
        assert_eq!(told.iter().take(3).flat_map(|piece| piece.bytes.clone()).collect::<Vec<_>>(), long.bytes);
        assert_eq!((told[0].gap, &told[0].decoded, told[0].offset), (7, &kind(), 100));
        assert_eq!((told[1].gap, &told[1].decoded, told[1].offset), (0, &None, 100 + PIECE as u64));
        let mut search = |from| {
            let what = Needle::Text { text: "found".to_owned(), exact: true };
            let question = api::StreamFind { flow: 0, side: StreamSide::Both, what, from, decoded: true };
            let found = find(&asked, &mut kept, &question, &mut nothing).expect("an answer");
            found.chunk.map(|chunk| (chunk, found.at))
        };
        let edge = PIECE as u32 - 2;
        assert_eq!(
            [search(0), search(1), search(2), search(4), search(5)],
            [Some((1, edge)), Some((1, edge)), Some((4, 0)), Some((4, 0)), None]
        );
    }
}
