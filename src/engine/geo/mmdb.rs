//! MaxMind's database format (`.mmdb`, specification 2.0), as much of it as a country needs: a tree of address bits, and records that
//! are looked through for `country.iso_code`, `registered_country.iso_code` or `country_code`. GeoLite2, DB-IP, IPinfo and others use it.
use crate::api::{GeoFacts, Moment};
use std::net::IpAddr;

/// Before the description at the file's end.
pub(super) const MARK: &[u8] = b"\xab\xcd\xefMaxMind.com";
/// The description is at most so long, with its mark.
const MOST_DESCRIPTION: usize = 128 << 10;
/// Zeros between tree and records.
const GAP: usize = 16;
/// Values looked at for one answer: records that point in circles end there.
const MOST_VALUES: u32 = 2000;
const DEEPEST: u32 = 16;

#[derive(Debug)]
pub struct Mmdb {
    bytes: Vec<u8>,
    nodes: u32,
    /// Of a node's half: 24, 28 or 32.
    bits: u8,
    /// Where records begin.
    records: usize,
    is_v6: bool,
    /// The node behind 96 zeros, where IPv4 addresses begin in a tree of IPv6.
    v4_root: u32,
    facts: GeoFacts,
}

/// What stands at a place of the records.
enum Value<'b> {
    Text(&'b str),
    Number(u64),
    /// So many keys with values.
    Map(usize),
    /// So many values.
    List(usize),
    Other,
}

/// A part of the file in which pointers count from its beginning.
#[derive(Clone, Copy)]
struct Records<'b>(&'b [u8]);

impl Mmdb {
    pub fn is(bytes: &[u8]) -> bool {
        description(bytes).is_some()
    }

    /// # Errors
    /// One sentence, when the file cannot be used.
    pub fn read(bytes: Vec<u8>) -> Result<Self, String> {
        let mut file = Self::parse(bytes).ok_or("The .mmdb file is damaged: its description does not fit it.")?;
        file.v4_root =
            if file.is_v6 { (0..96).try_fold(0, |node, _| file.next(node, false)).unwrap_or(file.nodes) } else { 0 };
        Ok(file)
    }

    fn parse(bytes: Vec<u8>) -> Option<Self> {
        let (start, about) = description(&bytes)?;
        let number = |name| match about.find(0, name, &mut { MOST_VALUES })? {
            (Value::Number(number), _) => Some(number),
            _ => None,
        };
        let source = match about.find(0, "database_type", &mut { MOST_VALUES }) {
            Some((Value::Text(text), _)) => text.to_owned(),
            _ => "mmdb".to_owned(),
        };
        let nodes = u32::try_from(number("node_count")?).ok()?;
        let bits = u8::try_from(number("record_size")?).ok().filter(|bits| [24, 28, 32].contains(bits))?;
        let is_v6 = number("ip_version")? == 6;
        let tree = (nodes as usize).checked_mul(usize::from(bits) / 4)?;
        let records = tree.checked_add(GAP).filter(|records| *records <= start)?;
        let seconds = number("build_epoch").and_then(|at| i64::try_from(at).ok());
        let calendar = seconds.map(|seconds| Moment { seconds, nanos: 0 }.calendar()).unwrap_or_default();
        let date = calendar.split(' ').next().unwrap_or_default().to_owned();
        let facts = GeoFacts { source, date, ranges: nodes, shipped: false };
        let mut file = Self { bytes, nodes, bits, records, is_v6, v4_root: 0, facts };
        file.bytes.truncate(start);
        Some(file)
    }

    pub fn facts(&self) -> GeoFacts {
        self.facts.clone()
    }

    pub fn country(&self, address: IpAddr) -> Option<[u8; 2]> {
        let (mut node, value, bits) = match address {
            IpAddr::V4(v4) => (self.v4_root, u128::from(v4.to_bits()), 32),
            IpAddr::V6(v6) if self.is_v6 => (0, v6.to_bits(), 128),
            IpAddr::V6(_) => return None,
        };
        for bit in (0..bits).rev() {
            if node >= self.nodes {
                break;
            }
            node = self.next(node, value.checked_shr(bit)? & 1 != 0)?;
        }
        // The tree's own number of nodes: nobody is there; behind it, a place among the records.
        let at = node.checked_sub(self.nodes)?.checked_sub(GAP as u32)?;
        let records = Records(self.bytes.get(self.records..)?);
        let mut left = MOST_VALUES;
        let text = |path: &[&str], left: &mut u32| {
            let at = path.iter().try_fold(at as usize, |at, name| records.find(at, name, left).map(|(_, at)| at))?;
            match records.value(at)?.0 {
                Value::Text(text) => <[u8; 2]>::try_from(text.as_bytes()).ok(),
                _ => None,
            }
        };
        text(&["country", "iso_code"], &mut left)
            .or_else(|| text(&["registered_country", "iso_code"], &mut left))
            .or_else(|| text(&["country_code"], &mut left))
            .or_else(|| text(&["country"], &mut left))
    }

    /// The node, or record, that a bit leads to.
    fn next(&self, node: u32, bit: bool) -> Option<u32> {
        if node >= self.nodes {
            return Some(node);
        }
        let size = usize::from(self.bits) / 4;
        let at = (node as usize).checked_mul(size)?;
        let bytes = self.bytes.get(at..at.checked_add(size)?)?;
        let number = |parts: &[u8]| parts.iter().fold(0_u32, |sum, byte| (sum << 8) | u32::from(*byte));
        match (bytes, bit) {
            ([a, b, c, _, _, _], false) | ([_, _, _, a, b, c], true) => Some(number(&[*a, *b, *c])),
            ([a, b, c, high, _, _, _], false) => Some(number(&[high >> 4, *a, *b, *c])),
            ([_, _, _, high, a, b, c], true) => Some(number(&[high & 15, *a, *b, *c])),
            ([a, b, c, d, _, _, _, _], false) | ([_, _, _, _, a, b, c, d], true) => Some(number(&[*a, *b, *c, *d])),
            _ => None,
        }
    }
}

/// Where the description's mark is, and what follows it.
fn description(bytes: &[u8]) -> Option<(usize, Records<'_>)> {
    let from = bytes.len().saturating_sub(MOST_DESCRIPTION);
    let at = bytes.get(from..)?.windows(MARK.len()).rposition(|window| window == MARK)?.checked_add(from)?;
    Some((at, Records(bytes.get(at.checked_add(MARK.len())?..)?)))
}

impl<'b> Records<'b> {
    fn byte(&self, at: usize) -> Option<u8> {
        self.0.get(at).copied()
    }

    fn number(&self, at: usize, length: usize) -> Option<u64> {
        let bytes = self.0.get(at..at.checked_add(length)?)?;
        Some(bytes.iter().fold(0, |sum: u64, byte| (sum << 8) | u64::from(*byte)))
    }

    /// What stands there, pointers followed, and where its contents begin; for single values where they end.
    fn value(&self, at: usize) -> Option<(Value<'b>, usize)> {
        let (kind, size, start) = self.control(at)?;
        // A pointer leads to no other one.
        let (kind, size, start) = if kind == 1 { self.control(size)? } else { (kind, size, start) };
        let end = || start.checked_add(size);
        Some(match kind {
            2 => (Value::Text(std::str::from_utf8(self.0.get(start..end()?)?).ok()?), end()?),
            5 | 6 | 9 if size <= 8 => (Value::Number(self.number(start, size)?), end()?),
            7 => (Value::Map(size), start),
            11 => (Value::List(size), start),
            // A bool is its own length.
            14 => (Value::Other, start),
            3 | 4 | 8 | 10 | 15 => (Value::Other, end()?),
            _ => return None,
        })
    }

    /// Kind, size and where the contents begin; of a pointer (1) where it leads instead of a size.
    fn control(&self, at: usize) -> Option<(u8, usize, usize)> {
        let first = self.byte(at)?;
        let mut next = at.checked_add(1)?;
        let low = usize::from(first & 31);
        if first >> 5 == 1 {
            let (length, base) = [(1, 0), (2, 2048), (3, 526_336), (4, 0)].get(low >> 3).copied()?;
            let high = if length == 4 { 0 } else { (low & 7).checked_shl(8_u32.checked_mul(length)?)? };
            let number = usize::try_from(self.number(next, length as usize)?).ok()?;
            return Some((1, high.checked_add(number)?.checked_add(base)?, next.checked_add(length as usize)?));
        }
        let kind = match first >> 5 {
            0 => {
                next = next.checked_add(1)?;
                self.byte(at.checked_add(1)?)?.checked_add(7)?
            }
            kind => kind,
        };
        let (length, base) = match low {
            29 => (1, 29),
            30 => (2, 285),
            31 => (3, 65_821),
            _ => return Some((kind, low, next)),
        };
        let size = usize::try_from(self.number(next, length)?).ok()?.checked_add(base)?;
        Some((kind, size, next.checked_add(length)?))
    }

    /// Where the value at `at` ends, and what it holds with it.
    fn skip(&self, at: usize, left: &mut u32, deep: u32) -> Option<usize> {
        *left = left.checked_sub(1)?;
        let (kind, _, next) = self.control(at)?;
        if kind == 1 {
            return Some(next);
        }
        let (value, mut at) = self.value(at)?;
        let values = match value {
            Value::Map(size) => size.checked_mul(2)?,
            Value::List(size) => size,
            _ => return Some(at),
        };
        let deep = deep.checked_add(1).filter(|deep| *deep <= DEEPEST)?;
        for _ in 0..values {
            at = self.skip(at, left, deep)?;
        }
        Some(at)
    }

    /// The value of a key of the map at `at`, and where it stands.
    fn find(&self, at: usize, name: &str, left: &mut u32) -> Option<(Value<'b>, usize)> {
        let (Value::Map(size), mut at) = self.value(at)? else { return None };
        for _ in 0..size {
            let is_it = matches!(self.value(at)?.0, Value::Text(text) if text == name);
            at = self.skip(at, left, 0)?;
            if is_it {
                return Some((self.value(at)?.0, at));
            }
            at = self.skip(at, left, 0)?;
        }
        None
    }
}
