//! ClientHello and ServerHello (RFC 8446 §4.1.2, §4.1.3), as much of them as is there.
use super::words::is_reserved;
use sha2::{Digest, Sha256};

/// Type and length of a handshake message.
pub(super) const HEADER: usize = 4;

/// Length of a handshake message, its header included.
pub(super) fn message_len(message: &[u8]) -> Option<usize> {
    let &[_, a, b, c] = message.first_chunk::<HEADER>()?;
    usize::try_from(u32::from_be_bytes([0, a, b, c])).ok()?.checked_add(HEADER)
}

/// A hello's parts, with where they stand in the message.
pub(super) struct Hello<'m> {
    message: &'m [u8],
    version: u16,
    pub(super) random: [u8; 32],
    ciphers: &'m [u8],
    extensions_at: usize,
    extensions_end: usize,
    /// Whether nothing is missing at its end.
    pub(super) whole: bool,
}

const VERSION_AT: usize = HEADER;
/// After version and random.
const SESSION_AT: usize = HEADER + 34;

struct Extension<'m> {
    kind: u16,
    data: &'m [u8],
}

pub(super) mod extension {
    pub(crate) const SERVER_NAME: u16 = 0;
    pub(crate) const STATUS_REQUEST: u16 = 5;
    pub(crate) const GROUPS: u16 = 10;
    pub(crate) const POINT_FORMATS: u16 = 11;
    pub(crate) const SIGNATURE_ALGORITHMS: u16 = 13;
    pub(crate) const HEARTBEAT: u16 = 15;
    pub(crate) const ALPN: u16 = 16;
    pub(crate) const PADDING: u16 = 21;
    pub(crate) const SUPPORTED_VERSIONS: u16 = 43;
    pub(crate) const PSK_MODES: u16 = 45;
    pub(crate) const KEY_SHARE: u16 = 51;
    pub(crate) const QUIC: u16 = 57;
    pub(crate) const QUIC_DRAFT: u16 = 0xffa5;
    pub(crate) const RENEGOTIATION: u16 = 0xff01;
}

impl<'m> Hello<'m> {
    pub(super) fn client(message: &'m [u8]) -> Option<Self> {
        Self::of_client(message, false)
    }

    /// Over datagrams a cookie stands behind the session (RFC 6347 §4.2.1).
    pub(super) fn of_client(message: &'m [u8], over_datagrams: bool) -> Option<Self> {
        let mut hello = Self::start(message)?;
        let mut at = hello.after_session()?;
        if over_datagrams {
            at = at.checked_add(1)?.checked_add(usize::from(*hello.message.get(at)?))?;
        }
        let length = usize::from(u16_at(hello.message, at)?);
        let start = at.checked_add(2)?;
        let end = start.checked_add(length)?;
        hello.ciphers = hello.message.get(start..end.min(hello.message.len()))?;
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
        Some(Self { message, version, random, ciphers, extensions_at: 0, extensions_end: 0, whole })
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
    fn extensions(&self) -> impl Iterator<Item = Extension<'m>> + use<'m> {
        let (message, mut at, end) = (self.message, self.extensions_at, self.extensions_end);
        std::iter::from_fn(move || {
            let (kind, length) = (u16_at(message, at)?, u16_at(message, at.checked_add(2)?)?);
            let start = at.checked_add(4).filter(|&start| start <= end)?;
            at = start.checked_add(usize::from(length))?;
            Some(Extension { kind, data: message.get(start..at.min(message.len()))? })
        })
    }

    /// The first host name asked for.
    pub(super) fn server_name(&self) -> Option<String> {
        let extension = self.extensions().find(|extension| extension.kind == extension::SERVER_NAME)?;
        let name = server_names(extension.data).next()?;
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

    /// The client's other fingerprint, <https://github.com/FoxIO-LLC/ja4>: what carries it, then counts in clear, then hashes of the
    /// sorted suites and extensions.
    pub(super) fn ja4(&self, carrier: char) -> String {
        let data = |kind: u16| self.extensions().find(move |extension| extension.kind == kind).map(|e| e.data);
        let offered = data(extension::SUPPORTED_VERSIONS).and_then(|data| data.get(1..)).unwrap_or_default();
        let version = match pairs(offered).filter(real).max().unwrap_or(self.version) {
            0x0304 => "13",
            0x0303 => "12",
            0x0302 => "11",
            0x0301 => "10",
            0x0300 => "s3",
            0x0002 => "s2",
            0xfeff => "d1",
            0xfefd => "d2",
            0xfefc => "d3",
            _ => "00",
        };
        let name = if data(extension::SERVER_NAME).is_some() { 'd' } else { 'i' };
        let mut suites: Vec<u16> = pairs(self.ciphers).filter(real).collect();
        let mut kinds: Vec<u16> = self.extensions().map(|extension| extension.kind).filter(real).collect();
        let counts = (suites.len().min(99), kinds.len().min(99));
        let protocol = data(extension::ALPN).and_then(|data| data.get(3..)?.get(..usize::from(*data.get(2)?)));
        let alpn = match protocol {
            Some([first, .., last]) if first.is_ascii_alphanumeric() && last.is_ascii_alphanumeric() => {
                [char::from(*first), char::from(*last)]
            }
            Some([only]) if only.is_ascii_alphanumeric() => [char::from(*only); 2],
            Some([first, .., last] | [first @ last]) => {
                let digit = |value: u8| char::from_digit(value.into(), 16).unwrap_or('0');
                [digit(first >> 4), digit(last & 0x0f)]
            }
            _ => ['0', '0'],
        };
        suites = ascending(&suites);
        kinds.retain(|&kind| !matches!(kind, extension::SERVER_NAME | extension::ALPN));
        kinds = ascending(&kinds);
        let algorithms = data(extension::SIGNATURE_ALGORITHMS).and_then(|data| data.get(2..)).unwrap_or_default();
        let algorithms: Vec<u16> = pairs(algorithms).filter(real).collect();
        let mut second = commas(&kinds);
        if !algorithms.is_empty() {
            second = format!("{second}_{}", commas(&algorithms));
        }
        let [first, last] = alpn;
        let (suites, second) = (short_hash(&commas(&suites)), short_hash(&second));
        format!("{carrier}{version}{name}{:02}{:02}{first}{last}_{suites}_{second}", counts.0, counts.1)
    }

    /// The same of a server's choice.
    pub(super) fn ja3s(&self) -> String {
        let extensions = dashed(self.extensions().map(|extension| extension.kind));
        format!("{},{},{extensions}", self.version, dashed(pairs(self.ciphers)))
    }
}

/// Not one of the reserved values.
fn real(value: &u16) -> bool {
    !is_reserved(*value)
}

fn dashed(values: impl Iterator<Item = u16>) -> String {
    values.map(|value| value.to_string()).collect::<Vec<_>>().join("-")
}

/// In order. Few numbers: the standard library's sort would be more code than this file.
fn ascending(numbers: &[u16]) -> Vec<u16> {
    let mut sorted = Vec::with_capacity(numbers.len());
    for number in numbers {
        sorted.insert(sorted.partition_point(|known| known < number), *number);
    }
    sorted
}

fn commas(values: &[u16]) -> String {
    values.iter().map(|value| format!("{value:04x}")).collect::<Vec<_>>().join(",")
}

/// The first twelve digits of a text's hash; zeros for none.
fn short_hash(text: &str) -> String {
    match text {
        "" => "0".repeat(12),
        _ => Sha256::digest(text.as_bytes()).iter().take(6).map(|byte| format!("{byte:02x}")).collect(),
    }
}

fn pairs(bytes: &[u8]) -> impl Iterator<Item = u16> {
    bytes.chunks_exact(2).filter_map(|pair| u16_at(pair, 0))
}

/// Whole host names of a server_name extension (RFC 6066 §3).
fn server_names(data: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut at = 2usize;
    std::iter::from_fn(move || {
        let length = usize::from(u16_at(data, at.checked_add(1)?)?);
        let start = at.checked_add(3)?;
        at = start.checked_add(length)?;
        data.get(start..at)
    })
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..)?.first_chunk().copied().map(u16::from_be_bytes)
}
