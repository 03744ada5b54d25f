//! A window on a packet's bytes that remembers where it stands. Every read is checked.
use super::Problem;
use std::ops::Range;

/// A stretch of bytes of one of the packet's buffers: what a field or layer covers. One number, because every field is told with one:
/// eight bits of buffer, then start and length of 28 bits each (no packet and nothing put together is longer than 256 MiB).
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub struct Span(u64);

impl Span {
    const MOST: u32 = (1 << 28) - 1;

    pub fn new(buffer: u8, start: u32, len: u32) -> Self {
        Self(u64::from(buffer) << 56 | u64::from(start.min(Self::MOST)) << 28 | u64::from(len.min(Self::MOST)))
    }

    /// 0 is the frame itself; reassembled bytes have buffers of their own.
    pub fn buffer(self) -> u8 {
        (self.0 >> 56) as u8
    }

    pub fn start(self) -> u32 {
        (self.0 >> 28) as u32 & Self::MOST
    }

    #[allow(clippy::len_without_is_empty, reason = "nobody asks")]
    pub fn len(self) -> u32 {
        self.0 as u32 & Self::MOST
    }

    /// Where the byte behind it stands.
    pub fn end(self) -> u32 {
        self.start().saturating_add(self.len())
    }
}

impl std::fmt::Debug for Span {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}+{}", self.buffer(), self.start(), self.len())
    }
}

/// The bytes a layer has before it.
///
/// What the capture cut off is known too: `missing` bytes followed on the wire, so that a length field is checked against the wire
/// and a read past the captured end is told apart ([`Problem::Truncated`]) from a length that lies ([`Problem::Malformed`]).
#[derive(Clone, Copy, Debug)]
pub struct Bytes<'p> {
    data: &'p [u8],
    start: u32,
    missing: u32,
    buffer: u8,
}

impl<'p> Bytes<'p> {
    /// A captured frame of which `wire_len` bytes were on the wire.
    pub fn frame(data: &'p [u8], wire_len: u32) -> Self {
        let missing = wire_len.saturating_sub(u32::try_from(data.len()).unwrap_or(u32::MAX));
        Self { data, start: 0, missing, buffer: 0 }
    }

    /// Bytes put together from several packets; `buffer` counts from 1.
    pub fn reassembled(data: &'p [u8], buffer: u8) -> Self {
        Self { data, start: 0, missing: 0, buffer }
    }

    /// The same, of which only the first bytes were kept.
    pub fn reassembled_in_part(data: &'p [u8], buffer: u8, length: usize) -> Self {
        let missing = u32::try_from(length.saturating_sub(data.len())).unwrap_or(u32::MAX);
        Self { data, start: 0, missing, buffer }
    }

    /// The captured bytes.
    pub fn all(&self) -> &'p [u8] {
        self.data
    }

    /// Captured bytes.
    pub fn len(&self) -> usize {
        self.data.len()
    }

    pub fn is_empty(&self) -> bool {
        self.data.is_empty()
    }

    /// Bytes on the wire, captured or not.
    pub fn wire_len(&self) -> usize {
        self.data.len().saturating_add(self.missing as usize)
    }

    /// Whether the capture cut bytes off.
    pub fn is_cut(&self) -> bool {
        self.missing > 0
    }

    /// Where the window starts in its buffer.
    pub fn start(&self) -> u32 {
        self.start
    }

    pub fn buffer(&self) -> u8 {
        self.buffer
    }

    /// Why bytes up to `end` are not there.
    pub fn out_of_reach(&self, end: usize) -> Problem {
        if end <= self.wire_len() { Problem::Truncated } else { Problem::Malformed }
    }

    /// # Errors
    /// When the range is not there.
    #[inline]
    pub fn take(&self, range: Range<usize>) -> Result<&'p [u8], Problem> {
        let end = range.end;
        self.data.get(range).ok_or_else(|| self.out_of_reach(end))
    }

    /// # Errors
    /// When the `N` bytes are not there.
    #[inline]
    pub fn array<const N: usize>(&self, at: usize) -> Result<[u8; N], Problem> {
        let found = self.data.get(at..).and_then(|rest| rest.first_chunk::<N>());
        found.copied().ok_or_else(|| self.out_of_reach(at.saturating_add(N)))
    }

    /// # Errors
    /// When the byte is not there.
    #[inline(always)]
    pub fn u8(&self, at: usize) -> Result<u8, Problem> {
        self.byte(at).map(|byte| byte as u8)
    }

    /// In WebAssembly a result with two bytes comes back in one register, one with a single byte by way of memory.
    #[cfg_attr(target_family = "wasm", inline(never))]
    fn byte(&self, at: usize) -> Result<u16, Problem> {
        self.array(at).map(|[byte]| u16::from(byte))
    }

    /// Big endian, as networks have it.
    /// # Errors
    /// When the bytes are not there.
    #[inline]
    pub fn u16(&self, at: usize) -> Result<u16, Problem> {
        self.array(at).map(u16::from_be_bytes)
    }

    /// Big endian.
    /// # Errors
    /// When the bytes are not there.
    #[inline]
    pub fn u24(&self, at: usize) -> Result<u32, Problem> {
        self.array(at).map(|[a, b, c]| u32::from_be_bytes([0, a, b, c]))
    }

    /// Big endian.
    /// # Errors
    /// When the bytes are not there.
    #[inline]
    pub fn u32(&self, at: usize) -> Result<u32, Problem> {
        self.array(at).map(u32::from_be_bytes)
    }

    /// Big endian.
    /// # Errors
    /// When the bytes are not there.
    #[inline]
    pub fn u64(&self, at: usize) -> Result<u64, Problem> {
        self.array(at).map(u64::from_be_bytes)
    }

    /// Little endian.
    /// # Errors
    /// When the bytes are not there.
    #[inline]
    pub fn u16_le(&self, at: usize) -> Result<u16, Problem> {
        self.array(at).map(u16::from_le_bytes)
    }

    /// Little endian.
    /// # Errors
    /// When the bytes are not there.
    #[inline]
    pub fn u32_le(&self, at: usize) -> Result<u32, Problem> {
        self.array(at).map(u32::from_le_bytes)
    }

    /// The window from `at` on; empty past the end.
    #[inline]
    #[must_use]
    pub fn from(&self, at: usize) -> Self {
        let at = at.min(self.wire_len());
        let data = self.data.get(at..).unwrap_or_default();
        let beyond = u32::try_from(at.saturating_sub(self.data.len())).unwrap_or(u32::MAX);
        let start = self.start.saturating_add(u32::try_from(at).unwrap_or(u32::MAX));
        Self { data, start, missing: self.missing.saturating_sub(beyond), buffer: self.buffer }
    }

    /// The first `wire_len` bytes of the wire: what a length field says is left; the rest is a trailer.
    #[inline]
    #[must_use]
    pub fn limit(&self, wire_len: usize) -> Self {
        match self.data.get(..wire_len) {
            Some(data) => Self { data, missing: 0, ..*self },
            None => {
                let wanted = u32::try_from(wire_len.saturating_sub(self.data.len())).unwrap_or(u32::MAX);
                Self { missing: self.missing.min(wanted), ..*self }
            }
        }
    }

    /// What `range` of this window covers in its buffer, for a field: what was captured of it.
    #[must_use]
    #[inline(never)]
    pub fn span(&self, range: Range<usize>) -> Span {
        self.wire_span(range.start..range.end.min(self.data.len()))
    }

    /// The same, captured or not.
    #[must_use]
    pub fn wire_span(&self, range: Range<usize>) -> Span {
        let narrow = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let len = narrow(range.end.saturating_sub(range.start));
        Span::new(self.buffer, self.start.saturating_add(narrow(range.start)), len)
    }
}

/// Adds to what a flow's state keeps of a message in pieces as much as there is room for. The bound is the same in every pass, for
/// states are also made by replays that want but facts.
pub fn gather(kept: &mut Vec<u8>, piece: &[u8]) {
    const MOST: usize = 64 << 10;
    let room = MOST.saturating_sub(kept.len());
    kept.extend_from_slice(piece.get(..room).unwrap_or(piece));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_is_gathered_than_there_is_room_for() {
        let mut kept = Vec::new();
        gather(&mut kept, b"ab");
        assert_eq!(kept, b"ab");
        gather(&mut kept, &[0; 1 << 20]);
        gather(&mut kept, b"c");
        assert_eq!(kept.len(), 64 << 10);
    }

    #[test]
    fn reads_past_the_end_say_why() {
        let cut = Bytes::frame(&[1, 2, 3], 10);
        assert_eq!(cut.u16(1), Ok(0x0203));
        assert_eq!(cut.u16(2), Err(Problem::Truncated));
        assert_eq!(cut.u32(7), Err(Problem::Malformed));
        assert_eq!(cut.limit(3).u16(2), Err(Problem::Malformed));
    }

    #[test]
    fn windows_keep_their_place_and_what_is_missing() {
        let cut = Bytes::frame(&[0; 8], 20);
        let inner = cut.from(4).limit(10);
        assert_eq!((inner.len(), inner.wire_len(), inner.start()), (4, 10, 4));
        assert_eq!(inner.span(1..3), Span::new(0, 5, 2));
        let past = cut.from(12);
        assert_eq!((past.len(), past.wire_len()), (0, 8));
    }
}
