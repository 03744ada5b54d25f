//! Frames (RFC 9000 §19) of packets that could be opened, and the handshake's bytes out of them.
use super::{FRAME, KIND, PADDING, LARGEST, DELAY, RANGES, FIRST_RANGE, GAP, RANGE, CRYPTO_OFFSET, CRYPTO_LENGTH, CRYPTO_DATA, CLOSE_CODE, CLOSE_FRAME, CLOSE_LENGTH, CLOSE_REASON, varint};
use crate::engine::dissect::{Bytes, Dissection};


/// Longer handshakes are not put together.
const MOST_BYTES: usize = 1 << 16;
/// Pieces that wait for what is before them.
const MOST_PIECES: usize = 128;

/// The handshake's bytes of one direction.
#[derive(Default)]
pub(super) struct Stream {
    bytes: Vec<u8>,
    /// Pieces behind a hole.
    behind: Vec<(usize, Vec<u8>)>,
    /// Bytes already given to TLS.
    given: usize,
}

impl Stream {
    /// Takes a piece in. Whether TLS is asked, as Wireshark does: when nothing waits behind a hole.
    fn take(&mut self, offset: usize, data: &[u8]) -> bool {
        let end = offset.saturating_add(data.len());
        if end <= self.bytes.len() || end > MOST_BYTES {
            return false;
        }
        if offset > self.bytes.len() {
            if self.behind.len() < MOST_PIECES {
                self.behind.push((offset, data.to_vec()));
            }
            return false;
        }
        self.extend(offset, data);
        while let Some(at) = self.behind.iter().position(|(offset, _)| *offset <= self.bytes.len()) {
            let (offset, data) = self.behind.swap_remove(at);
            self.extend(offset, &data);
        }
        self.behind.is_empty()
    }

    fn extend(&mut self, offset: usize, data: &[u8]) {
        if let Some(new) = data.get(self.bytes.len().saturating_sub(offset)..) {
            self.bytes.extend_from_slice(new);
        }
    }

    /// Where the message at hand ends.
    fn end(&self) -> Option<usize> {
        let &[_, a, b, c] = self.bytes.get(self.given..)?.first_chunk()?;
        let length = usize::try_from(u32::from_be_bytes([0, a, b, c])).ok()?;
        self.given.checked_add(4)?.checked_add(length)
    }

    /// Whole messages that have not been given to TLS.
    fn whole(&mut self) -> Option<Vec<u8>> {
        let start = self.given;
        while let Some(end) = self.end().filter(|&end| end <= self.bytes.len()) {
            self.given = end;
        }
        (self.given > start).then(|| self.bytes.get(start..self.given).unwrap_or_default().to_vec())
    }

    /// Whether a message came through.
    pub(super) fn is_done(&self) -> bool {
        self.given > 0
    }
}

/// What the frames of a packet gave.
#[derive(Default)]
pub(super) struct Given {
    /// How often TLS is asked.
    pub(super) asked: usize,
    /// Handshake messages; empty while the first is not whole.
    pub(super) messages: Vec<u8>,
}

/// Reads the frames of an opened packet; their names go to `info`.
pub(super) fn read(d: &mut Dissection, bytes: Bytes<'_>, stream: &mut Stream, given: &mut Given, info: &mut String) {
    let mut at = 0;
    let mut asked = 0_usize;
    while let Some(next) = frame(d, &bytes, at, stream, &mut asked, info) {
        at = next;
    }
    let whole = stream.whole();
    if whole.is_some() && asked == 0 {
        asked = 1;
    }
    given.asked = given.asked.saturating_add(asked);
    given.messages.extend(whole.unwrap_or_default());
}

/// The frame at `at`; where the next one stands.
fn frame(d: &mut Dissection, bytes: &Bytes<'_>, at: usize, stream: &mut Stream, asked: &mut usize, info: &mut String) -> Option<usize> {
    let all = bytes.all();
    let (kind, size) = varint(all, at)?;
    let mut end = at.checked_add(size)?;
    let mut number = || {
        let (value, size) = varint(all, end)?;
        let place = end;
        end = end.checked_add(size)?;
        Some((value, bytes.span(place..end)))
    };
    let (mut found, mut data) = (Vec::new(), None);
    let name = match kind {
        0 => {
            let run = all.get(at..)?.iter().take_while(|&&byte| byte == 0).count();
            end = at.checked_add(run)?;
            found.push((&PADDING, bytes.span(at..end), run as u64));
            "PADDING"
        }
        1 => "PING",
        2 | 3 => {
            for field in [&LARGEST, &DELAY] {
                let (value, span) = number()?;
                found.push((field, span, value));
            }
            let (ranges, span) = number()?;
            found.push((&RANGES, span, ranges));
            let (first, span) = number()?;
            found.push((&FIRST_RANGE, span, first));
            for field in (0..ranges.min(1 << 10)).flat_map(|_| [&GAP, &RANGE]) {
                let (value, span) = number()?;
                found.push((field, span, value));
            }
            // Counts of marks of congestion.
            for _ in 0..if kind == 3 { 3 } else { 0 } {
                number()?;
            }
            "ACK"
        }
        6 => {
            let (offset, span) = number()?;
            found.push((&CRYPTO_OFFSET, span, offset));
            let (length, span) = number()?;
            found.push((&CRYPTO_LENGTH, span, length));
            let start = end;
            end = start.checked_add(usize::try_from(length).ok()?)?;
            data = Some(start);
            *asked = asked.saturating_add(stream.take(usize::try_from(offset).ok()?, all.get(start..end)?).into());
            "CRYPTO"
        }
        0x1c | 0x1d => {
            let (code, span) = number()?;
            found.push((&CLOSE_CODE, span, code));
            if kind == 0x1c {
                let (frame, span) = number()?;
                found.push((&CLOSE_FRAME, span, frame));
            }
            let (length, span) = number()?;
            found.push((&CLOSE_LENGTH, span, length));
            data = Some(end);
            end = end.checked_add(usize::try_from(length).ok()?)?;
            all.get(..end)?;
            "CC"
        }
        // No other frame may stand in an Initial packet.
        _ => return None,
    };
    if d.wants() {
        info.push_str(", ");
        info.push_str(name);
        let whole = bytes.span(at..end);
        d.label(&FRAME, whole, || name.to_owned());
        d.nest(|d| {
            d.noted(&KIND, bytes.span(at..at.saturating_add(size)), kind, name);
            found.into_iter().for_each(|(field, span, value)| d.field(field, span, value));
            match data {
                Some(start) if name == "CRYPTO" => {
                    d.field(&CRYPTO_DATA, bytes.span(start..end), all.get(start..end).unwrap_or_default());
                }
                Some(start) => {
                    let reason = String::from_utf8_lossy(all.get(start..end).unwrap_or_default()).into_owned();
                    d.field(&CLOSE_REASON, bytes.span(start..end), reason);
                }
                None => {}
            }
        });
    }
    Some(end)
}
