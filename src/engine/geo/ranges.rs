//! Our own table: every address belongs to a stretch, and only their starts are kept. How they are written: `scripts/geo/ranges.mjs`.
use crate::api::GeoFacts;
use crate::engine::dissect::coding;
use std::net::IpAddr;

/// Bytes of a table that is not compressed any more; ours has 1.5 MB.
const MOST: usize = 16 << 20;
const MAGIC: &str = "wireglass-countries 1";

#[derive(Debug, Default)]
pub struct Ranges {
    source: String,
    date: String,
    /// Letters and English name; the first is number 1.
    countries: Vec<([u8; 2], String)>,
    v4: Stretches<u32>,
    v6: Stretches<u128>,
}

/// Ascending; whose addresses begin there, by number.
#[derive(Debug, Default)]
struct Stretches<T> {
    starts: Vec<T>,
    countries: Vec<u8>,
}

impl<T: Copy + PartialOrd> Stretches<T> {
    fn country(&self, address: T) -> Option<u8> {
        let at = self.starts.partition_point(|start| *start <= address).checked_sub(1)?;
        self.countries.get(at).copied()
    }
}

impl Ranges {
    /// # Errors
    /// One sentence, when the bytes are no such table.
    pub fn read(bytes: &[u8]) -> Result<Self, String> {
        // A host may have undone gzip on the way.
        let plain = coding::decoded(b"gzip", bytes, MOST);
        Self::parse(plain.as_deref().unwrap_or(bytes))
            .ok_or_else(|| "This is no table of countries: neither Wireglass's own nor an .mmdb file.".to_owned())
    }

    fn parse(bytes: &[u8]) -> Option<Self> {
        let (head, rest) = line(bytes)?;
        let mut words = head.split('\t');
        let (MAGIC, source, date) = (words.next()?, words.next()?, words.next()?) else { return None };
        let (names, rest) = line(rest)?;
        let country = |text: &str| {
            let (letters, name) = text.split_once(' ')?;
            Some((letters.as_bytes().try_into().ok()?, name.to_owned()))
        };
        let countries = names.split('\t').map(country).collect::<Option<_>>()?;
        let mut reader = Reader(rest);
        let v4 = reader.stretches(32, |start| u32::try_from(start).ok())?;
        let v6 = reader.stretches(128, Some)?;
        Some(Self { source: source.to_owned(), date: date.to_owned(), countries, v4, v6 })
    }

    pub fn country(&self, address: IpAddr) -> Option<[u8; 2]> {
        let number = match address {
            IpAddr::V4(v4) => self.v4.country(v4.to_bits()),
            IpAddr::V6(v6) => self.v6.country(v6.to_bits()),
        };
        self.countries.get(usize::from(number?).checked_sub(1)?).map(|(letters, _)| *letters)
    }

    pub fn name(&self, letters: [u8; 2]) -> Option<&str> {
        self.countries.iter().find(|(own, _)| *own == letters).map(|(_, name)| name.as_str())
    }

    pub fn facts(&self) -> GeoFacts {
        GeoFacts {
            source: self.source.clone(),
            date: self.date.clone(),
            ranges: u32::try_from(self.v4.starts.len().saturating_add(self.v6.starts.len())).unwrap_or(u32::MAX),
            shipped: true,
        }
    }
}

/// A text up to the end of its line, and what follows.
fn line(bytes: &[u8]) -> Option<(&str, &[u8])> {
    let end = bytes.iter().take(64 << 10).position(|byte| *byte == b'\n')?;
    let (line, rest) = bytes.split_at(end);
    Some((std::str::from_utf8(line).ok()?, rest.get(1..)?))
}

struct Reader<'b>(&'b [u8]);

impl<'b> Reader<'b> {
    fn varint(&mut self) -> Option<u128> {
        let (mut value, mut shift) = (0_u128, 0_u32);
        loop {
            let (first, rest) = self.0.split_first()?;
            self.0 = rest;
            value |= u128::from(first & 0x7f).checked_shl(shift)?;
            if first & 0x80 == 0 {
                return Some(value);
            }
            shift = shift.checked_add(7)?;
        }
    }

    fn length(&mut self) -> Option<usize> {
        usize::try_from(self.varint()?).ok()
    }

    /// So many parts, each as long as its length before them says.
    fn group(&mut self, parts: usize) -> Option<Vec<Reader<'b>>> {
        let lengths = (0..parts).map(|_| self.length()).collect::<Option<Vec<_>>>()?;
        let part = |length| {
            let (part, rest) = self.0.split_at_checked(length)?;
            self.0 = rest;
            Some(Reader(part))
        };
        lengths.into_iter().map(part).collect()
    }

    fn stretches<T>(&mut self, bits: usize, address: impl Fn(u128) -> Option<T>) -> Option<Stretches<T>> {
        let count = self.length()?;
        let mut steps = self.group(bits.checked_add(1)?)?;
        let mut odds = self.group(bits.checked_add(1)?)?;
        let [Reader(countries)] = self.group(1)?.try_into().ok()?;
        if countries.len() != count {
            return None;
        }
        let mut starts = Vec::with_capacity(count);
        let mut start = 0_u128;
        for nth in 0..count {
            starts.push(address(start)?);
            if nth.checked_add(1)? == count {
                break;
            }
            let zeros = (start.trailing_zeros() as usize).min(bits);
            let [step] = steps.get_mut(zeros)?.take()?;
            let odd = odds.get_mut(usize::from(step))?.varint()?;
            let length = odd.checked_mul(2)?.checked_add(1)?.checked_mul(1_u128.checked_shl(step.into())?)?;
            start = start.checked_add(length)?;
        }
        Some(Stretches { starts, countries: countries.to_vec() })
    }

    fn take(&mut self) -> Option<[u8; 1]> {
        let (taken, rest) = self.0.split_first_chunk::<1>()?;
        self.0 = rest;
        Some(*taken)
    }
}
