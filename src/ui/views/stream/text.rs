//! Chunks of a stream as text: who speaks when, and what of it is where. Pure.
use crate::api::StreamChunk;
use std::ops::Range;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(crate) enum Show {
    #[default]
    Utf8,
    Ascii,
    Hex,
    Raw,
}

/// What one chunk adds to a turn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Piece {
    pub chunk: u32,
    pub packet: u32,
    /// Bytes missing in the capture before it.
    pub gap: u64,
    /// What the bytes are when they were unpacked: `gzip`.
    pub decoded: Option<String>,
    /// The text, and whether a search found it.
    pub text: Vec<(bool, String)>,
}

/// What one end says until the other speaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Turn {
    pub from: u8,
    /// Whether it began before these chunks.
    pub goes_on: bool,
    pub packet: u32,
    pub time_ns: Option<i64>,
    /// Since the other end's last bytes.
    pub waited_ns: Option<i64>,
    pub pieces: Vec<Piece>,
}

/// Where a search found something: chunk, and bytes in it.
pub(crate) type Hit = (u32, Range<u32>);

/// The chunks from number `first` on. `before` is the one in front of them.
pub(crate) fn turns(
    before: Option<&StreamChunk>,
    chunks: &[StreamChunk],
    first: u32,
    show: Show,
    hit: Option<&Hit>,
) -> Vec<Turn> {
    let mut turns: Vec<Turn> = Vec::new();
    let mut last = before;
    // Bytes of a character that the next chunk completes.
    let mut carried: Vec<u8> = Vec::new();
    for (number, chunk) in (first..).zip(chunks) {
        let same = last.is_some_and(|last| last.from == chunk.from);
        if !same || turns.is_empty() {
            let waited = last.filter(|_| !same).and_then(|last| Some(chunk.time_ns?.saturating_sub(last.time_ns?)));
            carried.clear();
            turns.push(Turn {
                from: chunk.from,
                goes_on: same,
                packet: chunk.packet,
                time_ns: chunk.time_ns,
                waited_ns: waited,
                pieces: Vec::new(),
            });
        }
        let hit = hit.filter(|(found, _)| *found == number).map(|(_, range)| range.clone());
        let piece = Piece {
            chunk: number,
            packet: chunk.packet,
            gap: chunk.gap,
            decoded: chunk.decoded.clone(),
            text: text(chunk, show, hit, &mut carried),
        };
        if let Some(turn) = turns.last_mut() {
            turn.pieces.push(piece);
        }
        last = Some(chunk);
    }
    turns
}

fn text(chunk: &StreamChunk, show: Show, hit: Option<Range<u32>>, carried: &mut Vec<u8>) -> Vec<(bool, String)> {
    let bytes = &chunk.bytes;
    if show == Show::Hex {
        return vec![(hit.is_some(), dump(bytes, chunk.offset))];
    }
    let cuts = hit.map_or([0, 0], |hit| [hit.start as usize, hit.end as usize].map(|at| at.min(bytes.len())));
    let parts = [(false, bytes.get(..cuts[0])), (true, bytes.get(cuts[0]..cuts[1])), (false, bytes.get(cuts[1]..))];
    let mut out = Vec::new();
    for (found, part) in parts {
        let part = part.unwrap_or_default();
        let text = match show {
            Show::Utf8 => utf8(part, carried),
            Show::Ascii => part.iter().filter(|byte| **byte != b'\r').map(|byte| ascii(*byte)).collect(),
            Show::Raw | Show::Hex => part.iter().map(|byte| format!("{byte:02x}")).collect(),
        };
        if !text.is_empty() {
            out.push((found, text));
        }
    }
    out
}

/// Of text no more than one byte in so many is no character.
const LOST_OF_TEXT: usize = 16;

fn ascii(byte: u8) -> char {
    if byte == b'\n' || byte == b'\t' || (0x20..0x7f).contains(&byte) { char::from(byte) } else { '.' }
}

/// What is no character shows as `�`, what cannot be seen as `·`. The start of a character at the end is kept for the next bytes.
/// Among bytes that are no text, what happens to be a letter is none: browsers seek every script's letters in many fonts.
fn utf8(bytes: &[u8], carried: &mut Vec<u8>) -> String {
    carried.extend_from_slice(bytes);
    let whole = carried.len() - unfinished(carried);
    let rest = carried.split_off(whole);
    let text = String::from_utf8_lossy(carried);
    let lost = text.chars().filter(|c| *c == char::REPLACEMENT_CHARACTER).count();
    let is_text = lost * LOST_OF_TEXT <= text.len();
    let seen = |c: char| match c {
        '\n' | '\t' => c,
        _ if c.is_control() => '·',
        _ if is_text || c.is_ascii() => c,
        _ => char::REPLACEMENT_CHARACTER,
    };
    let text = text.chars().filter(|c| *c != '\r').map(seen).collect();
    *carried = rest;
    text
}

/// How many bytes at the end begin a character that is not complete.
fn unfinished(bytes: &[u8]) -> usize {
    let tail = bytes.iter().rev().take(3);
    for (back, byte) in tail.enumerate() {
        let needs = match byte {
            0x80..=0xbf => continue,
            0xc2..=0xdf => 2,
            0xe0..=0xef => 3,
            0xf0..=0xf4 => 4,
            _ => return 0,
        };
        return if needs > back + 1 { back + 1 } else { 0 };
    }
    0
}

/// Sixteen bytes a line behind their place in the stream.
fn dump(bytes: &[u8], offset: u64) -> String {
    let mut out = String::with_capacity(bytes.len() * 5);
    for (row, chunk) in (0u64..).zip(bytes.chunks(16)) {
        let mut digits = String::new();
        for (i, byte) in chunk.iter().enumerate() {
            digits += if i == 8 {
                "  "
            } else if i > 0 {
                " "
            } else {
                ""
            };
            digits += &format!("{byte:02x}");
        }
        let text: String =
            chunk.iter().map(|byte| if (0x20..0x7f).contains(byte) { char::from(*byte) } else { '.' }).collect();
        out += &format!("{:08x}  {digits:<48}  {text}\n", offset + row * 16);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chunk(from: u8, packet: u32, time: i64, bytes: &[u8]) -> StreamChunk {
        StreamChunk { from, packet, time_ns: Some(time), bytes: bytes.to_vec(), ..StreamChunk::default() }
    }

    fn plain(turn: &Turn) -> String {
        turn.pieces.iter().flat_map(|piece| &piece.text).map(|(_, text)| text.as_str()).collect()
    }

    #[test]
    fn a_turn_lasts_until_the_other_end_speaks() {
        let chunks = [chunk(0, 1, 10, b"GET "), chunk(0, 2, 20, b"/\r\n"), chunk(1, 3, 50, b"200")];
        let turns = turns(None, &chunks, 0, Show::Utf8, None);
        assert_eq!(turns.len(), 2);
        assert_eq!((plain(&turns[0]), turns[0].waited_ns), ("GET /\n".to_owned(), None));
        assert_eq!((turns[1].from, turns[1].waited_ns, turns[1].goes_on), (1, Some(30), false));
        let again = super::turns(Some(&chunks[0]), &chunks[1..], 1, Show::Utf8, None);
        assert!(again[0].goes_on);
        assert_eq!(again[0].pieces[0].chunk, 1);
    }

    #[test]
    fn a_character_may_come_in_two_packets() {
        let euro = "€uro".as_bytes();
        let chunks = [chunk(0, 1, 0, &euro[..2]), chunk(0, 2, 0, &euro[2..])];
        assert_eq!(plain(&turns(None, &chunks, 0, Show::Utf8, None)[0]), "€uro");
        let chunks = [chunk(0, 1, 0, &[0xff, b'a', 0]), chunk(0, 2, 0, b"b")];
        assert_eq!(plain(&turns(None, &chunks, 0, Show::Utf8, None)[0]), "\u{fffd}a·b");
    }

    #[test]
    fn letters_among_bytes_that_are_no_text_are_none() {
        let shown = |bytes: &[u8]| plain(&turns(None, &[chunk(0, 1, 0, bytes)], 0, Show::Utf8, None)[0]);
        assert_eq!(shown(b"\xff\xd5\xa1z\xfe"), "\u{fffd}\u{fffd}z\u{fffd}");
        // One byte of another encoding leaves the letters around it.
        let mixed = ["ein Wort wie Übergröße und so fort".as_bytes(), b"\xe4"].concat();
        assert!(shown(&mixed).starts_with("ein Wort wie Übergröße"));
    }

    #[test]
    fn what_was_found_is_set_apart() {
        let turns = turns(None, &[chunk(0, 1, 0, b"abcdef")], 7, Show::Ascii, Some(&(7, 2..4)));
        let wanted = [(false, "ab".to_owned()), (true, "cd".to_owned()), (false, "ef".to_owned())];
        assert_eq!(turns[0].pieces[0].text, wanted);
    }

    #[test]
    fn bytes_are_dumped_at_their_place() {
        let text = dump(b"0123456789abcdefX", 16);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[0], "00000010  30 31 32 33 34 35 36 37  38 39 61 62 63 64 65 66  0123456789abcdef");
        assert!(lines[1].starts_with("00000020  58 ") && lines[1].ends_with("  X"));
    }
}
