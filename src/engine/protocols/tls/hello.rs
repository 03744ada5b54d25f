//! ClientHello and ServerHello (RFC 8446 §4.1.2, §4.1.3), as much of them as is there.
use super::{HANDSHAKE, HANDSHAKE_HEADER, RECORD_HEADER, record_header};
use std::borrow::Cow;

/// Handshake bytes out of the records they are cut into.
pub(super) struct Joined<'b> {
    pub(super) bytes: Cow<'b, [u8]>,
    /// (where in `bytes`, where in the buffer) each record's content begins.
    pieces: Vec<(usize, usize)>,
    /// Where the record after the last one stands.
    pub(super) next: usize,
}

impl<'b> Joined<'b> {
    /// The content of the handshake record at `at`.
    pub(super) fn at(buffer: &'b [u8], at: usize) -> Option<Self> {
        let (kind, _, length) = record_header(buffer.get(at..)?)?;
        let start = at.checked_add(RECORD_HEADER)?;
        let next = start.checked_add(length)?;
        let bytes = buffer.get(start..next.min(buffer.len()))?;
        (kind == HANDSHAKE).then(|| Self { bytes: Cow::Borrowed(bytes), pieces: vec![(0, start)], next })
    }

    /// Adds the next record's content. False when the next record is none of handshakes, or is not there.
    pub(super) fn extend(&mut self, buffer: &'b [u8]) -> bool {
        let Some(more) = Self::at(buffer, self.next).filter(|more| !more.bytes.is_empty()) else { return false };
        self.pieces.extend(more.pieces.iter().map(|&(_, at)| (self.bytes.len(), at)));
        self.bytes.to_mut().extend_from_slice(&more.bytes);
        self.next = more.next;
        true
    }

    /// Where a position in `bytes` stands in the buffer.
    pub(super) fn place(&self, at: usize) -> usize {
        let piece = self.pieces.iter().rev().find(|(start, _)| *start <= at);
        piece.map_or(at, |(start, place)| place.saturating_add(at.saturating_sub(*start)))
    }
}

/// The first handshake message of a buffer, or what there is of it. Copies only what several records share.
pub(super) fn joined(buffer: &[u8]) -> Cow<'_, [u8]> {
    let first = record_header(buffer).and_then(|(_, _, length)| {
        buffer.get(RECORD_HEADER..length.saturating_add(RECORD_HEADER).min(buffer.len()))
    });
    let first = first.unwrap_or_default();
    if message_len(first).is_none_or(|needed| needed <= first.len()) {
        return Cow::Borrowed(first);
    }
    let Some(mut all) = Joined::at(buffer, 0) else { return Cow::Borrowed(first) };
    while message_len(&all.bytes).is_some_and(|needed| needed > all.bytes.len()) && all.extend(buffer) {}
    all.bytes
}

/// Length of a handshake message, its header included.
pub(super) fn message_len(message: &[u8]) -> Option<usize> {
    let &[_, a, b, c] = message.first_chunk::<HANDSHAKE_HEADER>()?;
    usize::try_from(u32::from_be_bytes([0, a, b, c])).ok()?.checked_add(HANDSHAKE_HEADER)
}

/// A hello's parts, with where they stand in the message.
pub(super) struct Hello<'m> {
    message: &'m [u8],
    pub(super) version: u16,
    pub(super) random: [u8; 32],
    pub(super) ciphers_at: usize,
    pub(super) ciphers: &'m [u8],
    extensions_at: usize,
    extensions_end: usize,
    /// Whether nothing is missing at its end.
    pub(super) whole: bool,
}

pub(super) const VERSION_AT: usize = HANDSHAKE_HEADER;
/// After version and random.
const SESSION_AT: usize = HANDSHAKE_HEADER + 34;

pub(super) struct Extension<'m> {
    pub(super) kind: u16,
    /// Where its data stands in the message.
    pub(super) at: usize,
    pub(super) data: &'m [u8],
}

pub(super) mod extension {
    pub(crate) const SERVER_NAME: u16 = 0;
    pub(crate) const GROUPS: u16 = 10;
    pub(crate) const POINT_FORMATS: u16 = 11;
    pub(crate) const ALPN: u16 = 16;
    pub(crate) const SUPPORTED_VERSIONS: u16 = 43;
}

impl<'m> Hello<'m> {
    pub(super) fn client(message: &'m [u8]) -> Option<Self> {
        let mut hello = Self::start(message)?;
        let at = hello.after_session()?;
        let length = usize::from(u16_at(hello.message, at)?);
        hello.ciphers_at = at.checked_add(2)?;
        let end = hello.ciphers_at.checked_add(length)?;
        hello.ciphers = hello.message.get(hello.ciphers_at..end.min(hello.message.len()))?;
        let Some(&compressions) = hello.message.get(end) else {
            hello.whole = false;
            return Some(hello);
        };
        hello.find_extensions(end.checked_add(1)?.checked_add(usize::from(compressions))?);
        Some(hello)
    }

    pub(super) fn server(message: &'m [u8]) -> Option<Self> {
        let mut hello = Self::start(message)?;
        // Drafts of TLS 1.3 up to 21 had neither session nor compression here.
        let is_draft = hello.version >> 8 == 0x7f;
        let at = if is_draft { SESSION_AT } else { hello.after_session()? };
        let end = at.checked_add(2)?;
        hello.ciphers_at = at;
        hello.ciphers = hello.message.get(at..end)?;
        hello.find_extensions(if is_draft { end } else { end.checked_add(1)? });
        Some(hello)
    }

    fn start(message: &'m [u8]) -> Option<Self> {
        let needed = message_len(message)?;
        let whole = needed <= message.len();
        let message = message.get(..needed).unwrap_or(message);
        let version = u16_at(message, VERSION_AT)?;
        let random = *message.get(VERSION_AT.checked_add(2)?..)?.first_chunk()?;
        let ciphers: &[u8] = &[];
        Some(Self { message, version, random, ciphers_at: 0, ciphers, extensions_at: 0, extensions_end: 0, whole })
    }

    fn after_session(&self) -> Option<usize> {
        let session = usize::from(*self.message.get(SESSION_AT)?);
        SESSION_AT.checked_add(1)?.checked_add(session)
    }

    /// A hello may end without extensions (RFC 5246 §7.4.1.2).
    fn find_extensions(&mut self, at: usize) {
        self.extensions_at = at.saturating_add(2);
        let length = u16_at(self.message, at).map_or(0, usize::from);
        self.extensions_end = self.extensions_at.saturating_add(length);
        // A length that leaves the message lies, unless the message itself is cut.
        self.whole &= at == self.message.len() || self.extensions_end <= self.message.len();
    }

    /// As many as are there; the last may be a part.
    pub(super) fn extensions(&self) -> impl Iterator<Item = Extension<'m>> + use<'m> {
        let (message, mut at, end) = (self.message, self.extensions_at, self.extensions_end);
        std::iter::from_fn(move || {
            let (kind, length) = (u16_at(message, at)?, u16_at(message, at.checked_add(2)?)?);
            let start = at.checked_add(4).filter(|&start| start <= end)?;
            at = start.checked_add(usize::from(length))?;
            Some(Extension { kind, at: start, data: message.get(start..at.min(message.len()))? })
        })
    }

    /// The first host name asked for.
    pub(super) fn server_name(&self) -> Option<String> {
        let extension = self.extensions().find(|extension| extension.kind == extension::SERVER_NAME)?;
        let (_, name) = server_names(extension.data).next()?;
        let is_host = !name.is_empty() && name.iter().all(u8::is_ascii_graphic);
        if is_host { std::str::from_utf8(name).ok().map(str::to_owned) } else { None }
    }

    /// The version a server chose.
    pub(super) fn chosen_version(&self) -> u16 {
        let chosen = self.extensions().find(|extension| extension.kind == extension::SUPPORTED_VERSIONS);
        chosen.and_then(|extension| u16_at(extension.data, 0)).unwrap_or(self.version)
    }

    /// The fingerprint's text before hashing: <https://github.com/salesforce/ja3>.
    pub(super) fn ja3(&self) -> String {
        let list = |kind: u16| self.extensions().find(move |extension| extension.kind == kind).map(|e| e.data);
        let groups = list(extension::GROUPS).and_then(|data| data.get(2..)).unwrap_or_default();
        let formats = list(extension::POINT_FORMATS).and_then(|data| data.get(1..)).unwrap_or_default();
        let parts = [
            self.version.to_string(),
            dashed(pairs(self.ciphers).filter(real)),
            dashed(self.extensions().map(|extension| extension.kind).filter(real)),
            dashed(pairs(groups).filter(real)),
            dashed(formats.iter().map(|&format| u16::from(format))),
        ];
        parts.join(",")
    }

    /// The same of a server's choice.
    pub(super) fn ja3s(&self) -> String {
        let extensions = dashed(self.extensions().map(|extension| extension.kind));
        format!("{},{},{extensions}", self.version, dashed(pairs(self.ciphers)))
    }
}

/// Not one of the reserved values that keep servers tolerant (RFC 8701).
fn real(value: &u16) -> bool {
    let [high, low] = value.to_be_bytes();
    high != low || low & 0x0f != 0x0a
}

fn dashed(values: impl Iterator<Item = u16>) -> String {
    values.map(|value| value.to_string()).collect::<Vec<_>>().join("-")
}

pub(super) fn pairs(bytes: &[u8]) -> impl Iterator<Item = u16> {
    bytes.chunks_exact(2).filter_map(|pair| u16_at(pair, 0))
}

/// Whole host names of a server_name extension (RFC 6066 §3) and where they stand in it.
pub(super) fn server_names(data: &[u8]) -> impl Iterator<Item = (usize, &[u8])> {
    let mut at = 2usize;
    std::iter::from_fn(move || {
        let length = usize::from(u16_at(data, at.checked_add(1)?)?);
        let start = at.checked_add(3)?;
        at = start.checked_add(length)?;
        Some((start, data.get(start..at)?))
    })
}

/// Whole protocol names of an ALPN extension (RFC 7301 §3.1) and where they stand in it.
pub(super) fn protocol_names(data: &[u8]) -> impl Iterator<Item = (usize, &[u8])> {
    let mut at = 2usize;
    std::iter::from_fn(move || {
        let length = usize::from(*data.get(at)?);
        let start = at.checked_add(1)?;
        at = start.checked_add(length)?;
        Some((start, data.get(start..at)?))
    })
}

pub(super) fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..)?.first_chunk().copied().map(u16::from_be_bytes)
}
