//! Messages out of segments: the bytes of a stream's direction are cut where its protocol says that a message ends, and the message
//! belongs to the packet that completes it (DESIGN §5.8, Wireshark's default preferences).
//!
//! What waits is bounded: of a long message only its head is kept in the index pass, for nothing but the head tells facts.
use crate::engine::dissect::{Frame, Framing, Stream};
use crate::engine::protocols::Cut;
use crate::engine::store::cuttings::Cutting;
use crate::engine::store::flows::End;
use crate::engine::store::packets::{FlowId, PacketId};
use rustc_hash::FxHashMap;

/// Bytes kept of a message in the index pass.
pub const HEAD: usize = 20 << 10;
/// A message whose end cannot be told after so many bytes is given up.
const LONGEST_UNKNOWN: usize = 1 << 20;
/// Segments after which a message whose end cannot be told is given up: its bytes are gone through again with each of them.
const MOST_ASKED: u16 = 1024;
/// Bytes of all waiting messages; past it they go.
const MOST_BYTES: usize = 48 << 20;
/// Messages waiting at most: streams that broke off never complete theirs.
const MOST_WAITING: usize = 65_536;
/// Streams whose latest message is remembered.
const MOST_LATEST: usize = 16_384;
/// Pieces of a message behind a hole.
const MOST_PIECES: usize = 64;

/// A segment on its way.
#[derive(Clone, Copy)]
pub struct Arriving<'a> {
    pub packet: PacketId,
    pub flow: FlowId,
    pub from: End,
    /// Of the first payload byte.
    pub seq: u32,
    /// Whether the stream ends with it.
    pub fin: bool,
    /// Seen before or out of order: kept for its message, but nothing is read here (`tcp.no_subdissector_on_error`).
    pub stale: bool,
    /// Seen before, but read unless it was a piece of a message of several segments.
    pub repeated: bool,
    pub bytes: &'a [u8],
    /// Payload bytes on the wire.
    pub wire_len: usize,
    pub from_port: u16,
    pub to_port: u16,
    pub from_client: bool,
    pub memory: u16,
}

impl Arriving<'_> {
    fn stream<'b>(&self, bytes: &'b [u8], resume: usize) -> Stream<'b> {
        let Self { from_port, to_port, from_client, memory, .. } = *self;
        Stream { bytes, from_port, to_port, from_client, memory, resume }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Until {
    /// So many bytes.
    Length(usize),
    /// Asked again with every segment.
    Told,
    Fin,
}

/// A message of which bytes are missing.
#[derive(Debug)]
pub struct Waiting {
    first: PacketId,
    seq: u32,
    until: Until,
    /// Its first bytes, up to `keep`.
    bytes: Vec<u8>,
    /// Bytes from its first on without a hole.
    have: usize,
    /// Pieces behind a hole: where they begin, their length, their bytes as far as they are kept.
    behind: Vec<(usize, usize, Vec<u8>)>,
    keep: usize,
    /// How often its protocol was asked where it ends.
    asked: u16,
    /// Bytes there must be before it is asked again, and where it goes on then.
    least: usize,
    resume: usize,
}

impl Waiting {
    /// Made again from all its segments, keeping up to `keep` bytes.
    pub fn again(seq: u32, length: usize, keep: usize) -> Self {
        Self {
            first: 0,
            seq,
            until: Until::Length(length),
            bytes: Vec::new(),
            have: 0,
            behind: Vec::new(),
            keep,
            asked: 0,
            least: 0,
            resume: 0,
        }
    }

    /// Where in the message a sequence number stands, if it lies in it.
    fn offset(&self, seq: u32) -> Option<usize> {
        let offset = seq.wrapping_sub(self.seq);
        let inside = match self.until {
            Until::Length(length) => (offset as usize) < length,
            // What comes behind a hole begins anew: nobody knows where the message would have ended.
            Until::Told => offset as usize == self.have,
            Until::Fin => offset < 1 << 30,
        };
        inside.then_some(offset as usize)
    }

    /// Takes a piece in.
    pub fn add(&mut self, seq: u32, bytes: &[u8]) {
        let offset = seq.wrapping_sub(self.seq) as usize;
        let bytes = match self.until {
            Until::Length(length) => bytes.get(..length.saturating_sub(offset)).unwrap_or(bytes),
            Until::Told | Until::Fin => bytes,
        };
        if offset > self.have {
            if self.behind.len() < MOST_PIECES {
                let kept = bytes.get(..self.keep.saturating_sub(offset)).unwrap_or(bytes);
                self.behind.push((offset, bytes.len(), kept.to_vec()));
            }
            return;
        }
        self.extend(offset, bytes.len(), bytes);
        while let Some(at) = self.behind.iter().position(|(offset, _, _)| *offset <= self.have) {
            let (offset, length, bytes) = self.behind.swap_remove(at);
            self.extend(offset, length, &bytes);
        }
    }

    /// Takes a piece in, if a part of the message begins with it.
    pub fn add_if_inside(&mut self, seq: u32, bytes: &[u8]) {
        if let Some(skip) = self.before(seq) {
            self.add(self.seq, bytes.get(skip..).unwrap_or_default());
        } else if self.offset(seq).is_some() {
            self.add(seq, bytes);
        }
    }

    /// How far before the message's first byte a piece begins that reaches into it.
    fn before(&self, seq: u32) -> Option<usize> {
        let before = self.seq.wrapping_sub(seq);
        (before > 0 && before < 1 << 16).then_some(before as usize)
    }

    /// A piece that begins in or right behind what is there.
    fn extend(&mut self, offset: usize, length: usize, bytes: &[u8]) {
        let known = self.have.saturating_sub(offset);
        if length <= known {
            return;
        }
        if self.bytes.len() == self.have
            && let Some(new) = bytes.get(known..)
        {
            let room = self.keep.saturating_sub(self.bytes.len());
            self.bytes.extend_from_slice(new.get(..room).unwrap_or(new));
        }
        self.have = offset + length;
    }

    /// Whether nothing more will be kept of it.
    pub fn is_complete(&self) -> bool {
        self.bytes.len() >= self.keep || matches!(self.until, Until::Length(length) if self.have >= length)
    }

    /// Where the protocol says that it ends.
    fn ask(&mut self, framing: Framing, arriving: &Arriving<'_>) -> Frame {
        self.asked = self.asked.saturating_add(1);
        framing(&arriving.stream(&self.bytes, self.resume))
    }

    /// Bytes held.
    fn size(&self) -> usize {
        self.bytes.capacity() + self.behind.iter().map(|(_, _, bytes)| bytes.capacity()).sum::<usize>()
    }

    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }
}

/// The streams' unfinished messages.
#[derive(Debug, Default)]
pub struct Messages {
    waiting: FxHashMap<(FlowId, End), Waiting>,
    /// Bytes kept in `waiting`, about.
    held: usize,
    /// Where the latest message of several segments stood: its first sequence number and its length.
    latest: FxHashMap<(FlowId, End), (u32, usize)>,
    /// Messages given up because they, or all of them together, were too long.
    pub given_up: u64,
    /// How the payload at hand is being cut.
    pub cutting: Option<Cutting>,
}

impl Messages {
    /// The next message in a payload from the byte `at` on.
    pub fn cut(&mut self, framing: Option<Framing>, arriving: &Arriving<'_>, at: usize) -> Cut {
        if at == 0 {
            self.cutting = None;
            let key = (arriving.flow, arriving.from);
            if !self.waiting.is_empty()
                && let Some(waiting) = self.waiting.get(&key)
                && (waiting.offset(arriving.seq).is_some() || arriving.bytes.is_empty())
                && let Some(framing) = framing
            {
                return self.go_on(framing, arriving);
            }
        }
        let left = arriving.wire_len.saturating_sub(at);
        if left == 0 {
            return Cut::End;
        }
        if arriving.stale || arriving.repeated && at == 0 && self.was_a_piece(arriving) {
            return Cut::Segment;
        }
        let Some(framing) = framing.filter(|_| arriving.bytes.len() == arriving.wire_len) else {
            return Cut::Message(left);
        };
        let bytes = arriving.bytes.get(at..).unwrap_or_default();
        let mut later = (0, 0);
        let until = match framing(&arriving.stream(bytes, 0)) {
            Frame::Unframed => return Cut::Message(left),
            Frame::UntilFin if arriving.fin => return Cut::Message(left),
            Frame::Message(length) if length <= left => return Cut::Message(length.max(1)),
            // Sequence numbers tell no more apart; so long a message is not completed.
            Frame::Message(length) => Until::Length(length.min(1 << 31)),
            Frame::More => Until::Told,
            Frame::Later { least, resume } => {
                later = (least, resume);
                Until::Told
            }
            Frame::UntilFin => Until::Fin,
        };
        let keep = if until == Until::Told { LONGEST_UNKNOWN } else { HEAD };
        let seq = arriving.seq.wrapping_add(at as u32);
        let (first, asked, (least, resume)) = (arriving.packet, 1, later);
        let (bytes_kept, behind) = (Vec::new(), Vec::new());
        let mut waiting = Waiting { first, seq, until, bytes: bytes_kept, have: 0, behind, keep, asked, least, resume };
        waiting.add(seq, bytes);
        self.wait(arriving, waiting);
        let cutting = self.cutting.get_or_insert_with(|| Cutting::nothing(arriving.packet, arriving.flow));
        cutting.rest = at as u32;
        Cut::Segment
    }

    fn was_a_piece(&self, arriving: &Arriving<'_>) -> bool {
        let latest = self.latest.get(&(arriving.flow, arriving.from));
        latest.is_some_and(|&(seq, length)| (arriving.seq.wrapping_sub(seq) as usize) < length)
    }

    /// A segment of an unfinished message.
    fn go_on(&mut self, framing: Framing, arriving: &Arriving<'_>) -> Cut {
        let key = (arriving.flow, arriving.from);
        let Some(waiting) = self.waiting.get_mut(&key) else { return Cut::End };
        let (before, held, open) = (waiting.have, waiting.size(), waiting.until == Until::Told);
        waiting.add(arriving.seq, arriving.bytes);
        self.held = (self.held + waiting.size()).saturating_sub(held);
        if self.held > MOST_BYTES {
            self.given_up += 1;
            self.forget(key);
            return Cut::Segment;
        }
        let ends = match waiting.until {
            Until::Length(length) => (waiting.have >= length).then_some(length),
            Until::Fin => arriving.fin.then_some(waiting.have),
            Until::Told if waiting.have < waiting.least.min(LONGEST_UNKNOWN) && !arriving.fin => None,
            Until::Told => match waiting.ask(framing, arriving) {
                Frame::Message(length) => {
                    waiting.until = Until::Length(length);
                    (waiting.have >= length).then_some(length)
                }
                Frame::Unframed => Some(waiting.have),
                Frame::UntilFin if arriving.fin => Some(waiting.have),
                Frame::UntilFin => {
                    waiting.until = Until::Fin;
                    None
                }
                // Its head is read all the same.
                Frame::More | Frame::Later { .. } if waiting.have >= LONGEST_UNKNOWN || waiting.asked > MOST_ASKED => {
                    self.given_up += 1;
                    Some(waiting.have)
                }
                Frame::More => None,
                Frame::Later { least, resume } => {
                    (waiting.least, waiting.resume) = (least, resume);
                    None
                }
            },
        };
        let Some(length) = ends else {
            return if arriving.bytes.is_empty() { Cut::End } else { Cut::Segment };
        };
        let Some(mut whole) = self.forget(key).filter(|_| !arriving.stale) else { return Cut::Segment };
        // What stood behind a hole was not in this segment.
        let used = length.saturating_sub(before).min(arriving.bytes.len());
        self.cutting = Some(Cutting {
            first: whole.first,
            seq: whole.seq,
            length: length as u32,
            used: used as u32,
            open,
            ..Cutting::nothing(arriving.packet, arriving.flow)
        });
        if self.latest.len() >= MOST_LATEST {
            self.latest.clear();
        }
        self.latest.insert(key, (whole.seq, length));
        whole.bytes.truncate(length);
        Cut::Assembled { bytes: whole.bytes, length, used, open }
    }

    /// A message waits no more.
    fn forget(&mut self, key: (FlowId, End)) -> Option<Waiting> {
        let waiting = self.waiting.remove(&key)?;
        self.held = self.held.saturating_sub(waiting.size());
        Some(waiting)
    }

    fn wait(&mut self, arriving: &Arriving<'_>, waiting: Waiting) {
        if self.held > MOST_BYTES || self.waiting.len() >= MOST_WAITING {
            self.given_up += self.waiting.len() as u64;
            self.waiting.clear();
            self.held = 0;
        }
        self.held += waiting.size();
        if let Some(old) = self.waiting.insert((arriving.flow, arriving.from), waiting) {
            self.held = self.held.saturating_sub(old.size());
        }
    }
}
