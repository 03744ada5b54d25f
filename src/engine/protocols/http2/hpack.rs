//! Header compression, RFC 7541: what the indices and the Huffman code stand for.
use std::collections::VecDeque;

/// A sender's dynamic table (§2.3.2).
#[derive(Debug)]
pub(super) struct Table {
    entries: VecDeque<(Vec<u8>, Vec<u8>)>,
    size: usize,
    most: usize,
}

/// What an entry takes beside its name and value (§4.1).
const OVERHEAD: usize = 32;
/// Tables grow no larger here, whatever a sender says.
const MOST: usize = 1 << 16;
/// What the headers of a block come to at most, each with its overhead: a byte can stand for all of a table's greatest entry.
const MOST_OF_A_LIST: usize = 1 << 18;

impl Default for Table {
    fn default() -> Self {
        Self { entries: VecDeque::new(), size: 0, most: 4096 }
    }
}

/// A header and where it stands in its block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Header {
    pub name: Vec<u8>,
    pub value: Vec<u8>,
    pub from: usize,
    pub to: usize,
    /// The first byte, which says how it is written; and the number in the tables that it names.
    pub first: u8,
    pub index: Option<usize>,
    /// No header, but the size that the table is to have from here on.
    pub resized: Option<usize>,
}

impl Table {
    /// The headers of a block, as far as it makes sense. What an index stands for that was told before the capture began is not known:
    /// such headers have no name or value.
    pub(super) fn decode(&mut self, block: &[u8]) -> Vec<Header> {
        let (mut headers, mut at, mut total) = (Vec::new(), 0_usize, 0_usize);
        while at < block.len() {
            let Some(header) = self.next(block, at) else { break };
            total = total.saturating_add(header.name.len()).saturating_add(header.value.len()).saturating_add(OVERHEAD);
            if total > MOST_OF_A_LIST {
                break;
            }
            at = header.to;
            headers.push(header);
        }
        headers
    }

    /// The representation at `from` (§6).
    fn next(&mut self, block: &[u8], from: usize) -> Option<Header> {
        let first = *block.get(from)?;
        let mut header =
            Header { from, to: from, first, index: None, resized: None, name: Vec::new(), value: Vec::new() };
        if first & 0x80 != 0 {
            let (index, to) = integer(block, from, 7)?;
            let (name, value) = self.get(index).unwrap_or_default();
            return Some(Header { name, value, to, index: Some(index), ..header });
        }
        if first & 0xe0 == 0x20 {
            let (size, to) = integer(block, from, 5)?;
            self.most = size.min(MOST);
            self.shrink();
            return Some(Header { to, resized: Some(size), ..header });
        }
        let remembered = first & 0x40 != 0;
        let (index, mut at) = integer(block, from, if remembered { 6 } else { 4 })?;
        if index == 0 {
            (header.name, at) = string(block, at)?;
        } else {
            header.name = self.get(index).unwrap_or_default().0;
            header.index = Some(index);
        }
        (header.value, header.to) = string(block, at)?;
        if remembered {
            let (name, value) = (header.name.clone(), header.value.clone());
            self.size = self.size.saturating_add(name.len()).saturating_add(value.len()).saturating_add(OVERHEAD);
            self.entries.push_front((name, value));
            self.shrink();
        }
        Some(header)
    }

    fn get(&self, index: usize) -> Option<(Vec<u8>, Vec<u8>)> {
        let index = index.checked_sub(1)?;
        if let Some((name, value)) = STATIC.get(index) {
            return Some((name.as_bytes().to_vec(), value.as_bytes().to_vec()));
        }
        self.entries.get(index.checked_sub(STATIC.len())?).cloned()
    }

    fn shrink(&mut self) {
        while self.size > self.most {
            let Some((name, value)) = self.entries.pop_back() else { break };
            self.size = self.size.saturating_sub(name.len().saturating_add(value.len()).saturating_add(OVERHEAD));
        }
    }
}

/// An integer with a prefix of so many bits (§5.1), and where it ends.
fn integer(block: &[u8], at: usize, prefix: u32) -> Option<(usize, usize)> {
    let most = 1_usize.checked_shl(prefix)?.checked_sub(1)?;
    let mut value = usize::from(*block.get(at)?) & most;
    let mut at = at.saturating_add(1);
    if value < most {
        return Some((value, at));
    }
    for shift in [0, 7, 14, 21] {
        let byte = *block.get(at)?;
        value = value.saturating_add(usize::from(byte & 0x7f) << shift);
        at = at.saturating_add(1);
        if byte & 0x80 == 0 {
            return Some((value, at));
        }
    }
    None
}

/// A string literal (§5.2), and where it ends.
fn string(block: &[u8], at: usize) -> Option<(Vec<u8>, usize)> {
    let coded = block.get(at)? & 0x80 != 0;
    let (length, start) = integer(block, at, 7)?;
    let end = start.checked_add(length)?;
    let bytes = block.get(start..end)?;
    Some((if coded { decoded(bytes) } else { bytes.to_vec() }, end))
}

/// Undoes the Huffman code. It is canonical: among codes of one length the symbols ascend, and every code is the one before plus one.
fn decoded(bytes: &[u8]) -> Vec<u8> {
    let mut text = Vec::with_capacity(bytes.len().saturating_mul(2));
    let (mut code, mut length) = (0_u32, 0_usize);
    for bit in bytes.iter().flat_map(|byte| (0..8).rev().map(move |at| byte >> at & 1)) {
        code = code << 1 | u32::from(bit);
        length = length.saturating_add(1);
        let Some(level) = LEVELS.get(length) else { break };
        let Some(within) = code.checked_sub(level.first).filter(|&within| within < level.count) else { continue };
        let nth = level.before.saturating_add(within);
        let Some(&symbol) = SYMBOLS.get(nth as usize) else { break };
        text.push(symbol);
        (code, length) = (0, 0);
    }
    text
}

/// The codes of one length.
#[derive(Clone, Copy)]
struct Level {
    first: u32,
    count: u32,
    /// Codes that are shorter.
    before: u32,
}

const LONGEST: usize = 30;

/// By length.
static LEVELS: [Level; LONGEST + 1] = levels();
/// By code.
static SYMBOLS: [u8; 256] = symbols();

#[allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    reason = "computed when compiled"
)]
const fn levels() -> [Level; LONGEST + 1] {
    let mut levels = [Level { first: 0, count: 0, before: 0 }; LONGEST + 1];
    let (mut length, mut code, mut before) = (1, 0, 0);
    while length <= LONGEST {
        let (mut count, mut at) = (0, 0);
        while at < LENGTHS.len() {
            count += (LENGTHS[at] as usize == length) as u32;
            at += 1;
        }
        code <<= 1;
        levels[length] = Level { first: code, count, before };
        code += count;
        before += count;
        length += 1;
    }
    levels
}

#[allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    reason = "computed when compiled"
)]
const fn symbols() -> [u8; 256] {
    let mut symbols = [0; 256];
    let (mut length, mut nth) = (1, 0);
    while length <= LONGEST {
        let mut symbol = 0;
        while symbol < 256 {
            if LENGTHS[symbol] as usize == length {
                symbols[nth] = symbol as u8;
                nth += 1;
            }
            symbol += 1;
        }
        length += 1;
    }
    symbols
}

/// Lengths of the codes of all bytes, and of the end of a string (appendix B).
#[rustfmt::skip]
const LENGTHS: [u8; 257] = [
    13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 28,
    6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6, 5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10,
    13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6,
    15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5, 6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28,
    20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23, 24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24,
    22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23, 21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23,
    26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25, 19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27,
    20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23, 26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26,
    30,
];

/// Appendix A.
#[rustfmt::skip]
static STATIC: [(&str, &str); 61] = [
    (":authority", ""),
    (":method", "GET"),
    (":method", "POST"),
    (":path", "/"),
    (":path", "/index.html"),
    (":scheme", "http"),
    (":scheme", "https"),
    (":status", "200"),
    (":status", "204"),
    (":status", "206"),
    (":status", "304"),
    (":status", "400"),
    (":status", "404"),
    (":status", "500"),
    ("accept-charset", ""),
    ("accept-encoding", "gzip, deflate"),
    ("accept-language", ""),
    ("accept-ranges", ""),
    ("accept", ""),
    ("access-control-allow-origin", ""),
    ("age", ""),
    ("allow", ""),
    ("authorization", ""),
    ("cache-control", ""),
    ("content-disposition", ""),
    ("content-encoding", ""),
    ("content-language", ""),
    ("content-length", ""),
    ("content-location", ""),
    ("content-range", ""),
    ("content-type", ""),
    ("cookie", ""),
    ("date", ""),
    ("etag", ""),
    ("expect", ""),
    ("expires", ""),
    ("from", ""),
    ("host", ""),
    ("if-match", ""),
    ("if-modified-since", ""),
    ("if-none-match", ""),
    ("if-range", ""),
    ("if-unmodified-since", ""),
    ("last-modified", ""),
    ("link", ""),
    ("location", ""),
    ("max-forwards", ""),
    ("proxy-authenticate", ""),
    ("proxy-authorization", ""),
    ("range", ""),
    ("referer", ""),
    ("refresh", ""),
    ("retry-after", ""),
    ("server", ""),
    ("set-cookie", ""),
    ("strict-transport-security", ""),
    ("transfer-encoding", ""),
    ("user-agent", ""),
    ("vary", ""),
    ("via", ""),
    ("www-authenticate", ""),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(hex: &str) -> Vec<u8> {
        let hex: String = hex.split_whitespace().collect();
        (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).expect("hex")).collect()
    }

    fn texts(headers: &[Header]) -> Vec<String> {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        headers.iter().map(|header| format!("{}: {}", text(&header.name), text(&header.value))).collect()
    }

    #[test]
    fn the_examples_of_the_standard() {
        // Appendix C.4: requests with Huffman coding.
        let mut table = Table::default();
        let first = table.decode(&bytes("8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff"));
        assert_eq!(texts(&first), [":method: GET", ":scheme: http", ":path: /", ":authority: www.example.com"]);
        let second = table.decode(&bytes("8286 84be 5886 a8eb 1064 9cbf"));
        assert_eq!(texts(&second)[3..], [":authority: www.example.com", "cache-control: no-cache"]);
        let third = table.decode(&bytes("8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf"));
        assert_eq!(texts(&third)[3..], [":authority: www.example.com", "custom-key: custom-value"]);
        assert_eq!(table.size, 164);
    }

    #[test]
    fn a_list_does_not_outgrow_its_bound() {
        let mut table = Table::default();
        // An entry of 4,000 bytes under a name of one, then its index 10,000 times.
        let mut block = bytes("40 01 61 7f a1 1e");
        block.extend([b'x'; 4000]);
        block.extend([0xbe; 10_000]);
        let headers = table.decode(&block);
        assert_eq!(headers.len(), MOST_OF_A_LIST / (1 + 4000 + OVERHEAD));
        assert!(headers.iter().all(|header| header.value.len() == 4000));
    }

    #[test]
    fn what_is_damaged_ends() {
        let mut table = Table::default();
        assert_eq!(texts(&table.decode(&bytes("82 ff ff ff ff ff ff"))), [":method: GET"]);
        assert_eq!(texts(&table.decode(&bytes("c0"))), [": "]);
        assert!(table.decode(&bytes("40 ff")).is_empty());
    }
}
