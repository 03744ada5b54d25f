//! The next packet that holds something: a text of the list or the tree, bytes, a field.
use super::{Asked, packet, packets};
use crate::api::{Find, Found, Needle};
use crate::engine::replay::States;
use crate::engine::sight::Sight;
use crate::engine::source::Source;
use crate::engine::store::packets::PacketId;

/// Packets looked at for one answer: so that a search can be given up and shows how far it came.
const MOST_PACKETS: u32 = 500;

/// Bytes that are looked for.
pub(super) struct Pattern {
    bytes: Vec<u8>,
    /// Letters of either case.
    is_folded: bool,
}

impl Pattern {
    /// # Errors
    /// One sentence, when the digits are none or nothing is looked for.
    pub(super) fn of(needle: &Needle) -> Result<Self, String> {
        let (bytes, is_folded) = match needle {
            Needle::Hex(digits) => (hexadecimal(digits)?, false),
            Needle::Text { text, exact } => (text.clone().into_bytes(), !exact),
            Needle::List(text) | Needle::Tree(text) => (text.clone().into_bytes(), true),
            Needle::Field { .. } => return Err("A field is looked for in packets, not in bytes.".to_owned()),
        };
        if bytes.is_empty() {
            return Err("Say what to look for.".to_owned());
        }
        let bytes = if is_folded { bytes.to_ascii_lowercase() } else { bytes };
        Ok(Self { bytes, is_folded })
    }

    pub(super) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Where the first match begins.
    pub(super) fn find(&self, text: &[u8]) -> Option<usize> {
        let same = |window: &[u8]| match self.is_folded {
            true => window.eq_ignore_ascii_case(&self.bytes),
            false => window == self.bytes,
        };
        text.windows(self.bytes.len()).position(same)
    }
}

/// `0d0a`, `0d:0a`, `0d 0a`.
fn hexadecimal(text: &str) -> Result<Vec<u8>, String> {
    let digits: String = text.chars().filter(|c| !matches!(c, ' ' | ':' | '-')).collect();
    let wrong = || format!("\u{201c}{text}\u{201d} is no list of hexadecimal bytes such as 0d 0a.");
    if !digits.len().is_multiple_of(2) || !digits.is_ascii() {
        return Err(wrong());
    }
    let pairs = (0..digits.len()).step_by(2);
    pairs.map(|at| u8::from_str_radix(digits.get(at..at + 2).unwrap_or_default(), 16).map_err(|_| wrong())).collect()
}

/// # Errors
/// When the needle cannot be understood, or the file cannot be read again.
pub fn answer(asked: &Asked<'_>, kept: &mut States, question: &Find, source: &mut dyn Source) -> Result<Found, String> {
    let Find { from, backwards, ref what } = *question;
    let total = asked.store.packets.len();
    let pattern = match what {
        Needle::Field { .. } => None,
        other => Some(Pattern::of(other)?),
    };
    // A stretch of the packets that are meant, in the order of the file.
    let meant = |from: PacketId, to: PacketId| (from..to).filter(|&id| asked.means(id));
    let most = MOST_PACKETS as usize;
    let ids: Vec<PacketId> = if backwards {
        let mut ids: Vec<_> = meant(0, from.saturating_add(1).min(total)).rev().take(most).collect();
        ids.reverse();
        ids
    } else {
        meant(from, total).take(most).collect()
    };
    let (Some(&first), Some(&last)) = (ids.first(), ids.last()) else { return Ok(Found::default()) };
    let next = if backwards { meant(0, first).next_back() } else { meant(last.saturating_add(1), total).next() };
    let mut answer = Found { packet: None, bytes: None, next };
    let mut sight = Sight::of(asked.store, source, std::mem::take(kept), first)?;
    // In the order of the file either way: the states of protocols only go forward. Backwards the last match counts.
    for id in ids {
        if let Some(bytes) = matches(&mut sight, id, what, pattern.as_ref())? {
            answer = Found { packet: Some(id), bytes: bytes.filter(|bytes| !bytes.is_empty()), next: None };
            if !backwards {
                break;
            }
        }
    }
    *kept = sight.finish();
    Ok(answer)
}

/// Whether a packet matches, and where in its bytes.
type Match = Option<Option<std::ops::Range<u32>>>;

fn matches(sight: &mut Sight<'_>, id: PacketId, what: &Needle, pattern: Option<&Pattern>) -> Result<Match, String> {
    let contains = |text: &str| pattern.is_some_and(|pattern| pattern.find(text.as_bytes()).is_some());
    match what {
        Needle::Text { .. } | Needle::Hex(_) => {
            // Needs no dissection.
            let bytes = sight.replay.read(id)?;
            let Some(pattern) = pattern else { return Ok(None) };
            let at = pattern.find(&bytes).and_then(|at| u32::try_from(at).ok());
            Ok(at.map(|at| Some(at..at + pattern.len() as u32)))
        }
        Needle::List(_) => {
            sight.turn_to(id)?;
            let row = packets::row(sight, &[]);
            let found =
                [&row.source, &row.destination, &row.protocol, &row.info].into_iter().any(|text| contains(text));
            Ok(found.then_some(None))
        }
        Needle::Tree(_) => {
            sight.turn_to(id)?;
            let rows = packet::tree(sight);
            let row = rows.iter().find(|row| contains(&row.text));
            Ok(row.map(|row| place(row.buffer, row.start, row.length)))
        }
        Needle::Field { name, value } => {
            sight.turn_to(id)?;
            let frame = sight.frame();
            let found = sight.d.fields.iter().chain(&frame).find(|found| {
                found.field.name() == name && (value.is_empty() || found.text().eq_ignore_ascii_case(value))
            });
            let is_layer = || value.is_empty() && packet::has_layer(&sight.d, name);
            match found {
                Some(found) => Ok(Some(place(found.span.buffer(), found.span.start(), found.span.len()))),
                None => Ok(is_layer().then_some(None)),
            }
        }
    }
}

/// A range of the frame's own bytes.
fn place(buffer: u8, start: u32, length: u32) -> Option<std::ops::Range<u32>> {
    (buffer == 0).then_some(start..start.saturating_add(length))
}
