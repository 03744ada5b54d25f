//! DNS messages, RFC 1035 §4, typed: what fields, facts and statistics are made of.
use super::name;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::ops::Range;

/// One message. All ranges count from the first byte given to [`parse`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Message {
    /// Without the two bytes of length that TCP has before it.
    pub at: Range<usize>,
    pub id: u16,
    /// The sixteen bits as on the wire.
    pub flags: u16,
    /// What the header says there is: questions, answers, authority, additional. Damaged messages have fewer.
    pub counts: [u16; 4],
    pub questions: Vec<Question>,
    /// In wire order, pseudo records (OPT) too.
    pub records: Vec<Record>,
    /// What stopped the reading, if something did.
    pub ended: Option<Ended>,
}

/// Why a message was not read to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// In the header or a name: what follows cannot be told.
    Broken,
    /// In the data of a record of this type, which is longer than the message.
    InData(u16),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    pub name: String,
    pub kind: u16,
    /// The upper bit is multicast DNS's wish for a unicast answer.
    pub class: u16,
    pub name_at: Range<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    Answer,
    Authority,
    Additional,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    pub name: String,
    pub kind: u16,
    /// The upper bit is multicast DNS's cache flush.
    pub class: u16,
    pub ttl: u32,
    pub section: Section,
    pub data: RecordData,
    pub name_at: Range<usize>,
    pub data_at: Range<usize>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RecordData {
    A(Ipv4Addr),
    Aaaa(Ipv6Addr),
    Cname(String),
    Dname(String),
    Ns(String),
    Ptr(String),
    Mx {
        preference: u16,
        exchange: String,
    },
    Srv {
        priority: u16,
        weight: u16,
        port: u16,
        target: String,
    },
    Soa {
        primary: String,
    },
    /// Its strings.
    Txt(Vec<String>),
    /// Another type, or data that is not what its type says.
    Other,
}

impl RecordData {
    /// The one address, name or text people know the record by.
    pub fn text(&self) -> Option<String> {
        match self {
            Self::A(ip) => Some(ip.to_string()),
            Self::Aaaa(ip) => Some(ip.to_string()),
            Self::Cname(name) | Self::Ns(name) | Self::Ptr(name) => Some(name.clone()),
            Self::Mx { exchange: name, .. } | Self::Srv { target: name, .. } | Self::Soa { primary: name } => {
                Some(name.clone())
            }
            Self::Txt(strings) => strings.first().cloned(),
            Self::Dname(_) | Self::Other => None,
        }
    }
}

pub mod kind {
    pub const A: u16 = 1;
    pub const NS: u16 = 2;
    pub const CNAME: u16 = 5;
    pub const SOA: u16 = 6;
    pub const PTR: u16 = 12;
    pub const MX: u16 = 15;
    pub const TXT: u16 = 16;
    pub const AAAA: u16 = 28;
    pub const SRV: u16 = 33;
    pub const DNAME: u16 = 39;
    pub const OPT: u16 = 41;
}

const HEADER: usize = 12;
/// Type, class, TTL and length of data.
const RECORD_FIXED: usize = 10;
/// The shortest record: a root name and the fixed part. Bounds what is set aside for a count that lies.
const SHORTEST: usize = 1 + RECORD_FIXED;

impl Message {
    pub fn is_response(&self) -> bool {
        self.flags & 0x8000 != 0
    }

    pub fn opcode(&self) -> u16 {
        self.flags >> 11 & 0xf
    }

    pub fn rcode(&self) -> u16 {
        self.flags & 0xf
    }

    /// Records that are there, without the pseudo record of EDNS.
    pub fn real_records(&self) -> impl Iterator<Item = &Record> {
        self.records.iter().filter(|record| record.kind != kind::OPT)
    }
}

/// Whole messages of a datagram or of a TCP segment, and what there is of a damaged one.
///
/// A message that TCP has not yet brought to its end is not returned.
pub fn parse(bytes: &[u8], tcp: bool) -> Vec<Message> {
    ranges(bytes, tcp).map(|at| read(bytes, at)).collect()
}

/// Where the whole messages stand.
pub fn ranges(bytes: &[u8], tcp: bool) -> impl Iterator<Item = Range<usize>> {
    let mut at = 0usize;
    std::iter::from_fn(move || {
        if !tcp {
            let all = 0..bytes.len();
            return (std::mem::replace(&mut at, 1) == 0).then_some(all);
        }
        loop {
            let start = at.checked_add(2)?;
            let end = start.checked_add(usize::from(u16_at(bytes, at)?))?;
            if end > bytes.len() {
                return None;
            }
            at = end;
            if start < end {
                return Some(start..end);
            }
        }
    })
}

pub fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..)?.first_chunk().copied().map(u16::from_be_bytes)
}

/// The fixed part of a record after its name: type, class, TTL, and where its data stands.
pub fn record_at(message: &[u8], after_name: usize) -> Option<(u16, u16, u32, Range<usize>)> {
    let &[a, b, c, d, e, f, g, h, i, j] = message.get(after_name..)?.first_chunk::<RECORD_FIXED>()?;
    let start = after_name.checked_add(RECORD_FIXED)?;
    let end = start.checked_add(usize::from(u16::from_be_bytes([i, j])))?;
    Some((u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d]), u32::from_be_bytes([e, f, g, h]), start..end))
}

/// Reads one message; positions count from its first byte and are moved by `base` when they are kept.
struct Reader<'m> {
    message: &'m [u8],
    base: usize,
    at: usize,
}

/// The message in a stretch of `bytes`.
pub fn read(bytes: &[u8], at: Range<usize>) -> Message {
    let message = bytes.get(at.clone()).unwrap_or_default();
    let mut reader = Reader { message, base: at.start, at: 0 };
    let mut found = Message { at, ..Message::default() };
    found.ended = reader.fill(&mut found).err();
    found
}

impl Reader<'_> {
    fn fill(&mut self, found: &mut Message) -> Result<(), Ended> {
        found.id = self.u16()?;
        found.flags = self.u16()?;
        for count in &mut found.counts {
            *count = self.u16()?;
        }
        let [questions, answers, authority, additional] = found.counts;
        for _ in 0..questions {
            let (name, name_at) = self.name()?;
            let (kind, class) = (self.u16()?, self.u16()?);
            found.questions.push(Question { name, kind, class, name_at });
        }
        let left = self.message.len().saturating_sub(self.at).checked_div(SHORTEST).unwrap_or(0);
        let said = [answers, authority, additional].into_iter().map(usize::from).sum::<usize>();
        found.records.reserve(said.min(left));
        let sections = [(Section::Answer, answers), (Section::Authority, authority), (Section::Additional, additional)];
        for (section, count) in sections {
            for _ in 0..count {
                found.records.push(self.record(section)?);
            }
        }
        Ok(())
    }

    fn record(&mut self, section: Section) -> Result<Record, Ended> {
        let (name, name_at) = self.name()?;
        let (kind, class, ttl, data_at) = record_at(self.message, self.at).ok_or(Ended::Broken)?;
        if data_at.end > self.message.len() {
            return Err(Ended::InData(kind));
        }
        self.at = data_at.end;
        let data = self.data(kind, &data_at).unwrap_or(RecordData::Other);
        Ok(Record { name, kind, class, ttl, section, data, name_at, data_at: self.moved(data_at) })
    }

    fn data(&self, kind: u16, at: &Range<usize>) -> Option<RecordData> {
        let bytes = self.message.get(at.clone())?;
        if bytes.is_empty() {
            // Dynamic updates (RFC 2136 §2.4) name a record without saying it.
            return None;
        }
        let name = |skip: usize| name::text(self.message, at.start.checked_add(skip)?);
        Some(match kind {
            kind::A => RecordData::A(Ipv4Addr::from(*bytes.first_chunk::<4>()?)),
            kind::AAAA => RecordData::Aaaa(Ipv6Addr::from(*bytes.first_chunk::<16>()?)),
            kind::CNAME => RecordData::Cname(name(0)?),
            kind::DNAME => RecordData::Dname(name(0)?),
            kind::NS => RecordData::Ns(name(0)?),
            kind::PTR => RecordData::Ptr(name(0)?),
            kind::SOA => RecordData::Soa { primary: name(0)? },
            kind::MX => RecordData::Mx { preference: u16_at(bytes, 0)?, exchange: name(2)? },
            kind::SRV => RecordData::Srv {
                priority: u16_at(bytes, 0)?,
                weight: u16_at(bytes, 2)?,
                port: u16_at(bytes, 4)?,
                target: name(6)?,
            },
            kind::TXT => RecordData::Txt(strings(bytes).map(name::printable).collect()),
            _ => return None,
        })
    }

    fn name(&mut self) -> Result<(String, Range<usize>), Ended> {
        let (text, end) = name::read(self.message, self.at).ok_or(Ended::Broken)?;
        let at = self.at..end;
        self.at = end;
        Ok((text, self.moved(at)))
    }

    fn u16(&mut self) -> Result<u16, Ended> {
        let value = u16_at(self.message, self.at).ok_or(Ended::Broken)?;
        self.at = self.at.saturating_add(2);
        Ok(value)
    }

    fn moved(&self, at: Range<usize>) -> Range<usize> {
        self.base.saturating_add(at.start)..self.base.saturating_add(at.end)
    }
}

/// Character strings (RFC 1035 §3.3): a byte of length before each.
pub fn strings(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = bytes;
    std::iter::from_fn(move || {
        let (&len, after) = rest.split_first()?;
        let (string, left) = after.split_at_checked(usize::from(len))?;
        rest = left;
        Some(string)
    })
}

/// Goes through a message as [`parse`] does, but keeps nothing: the index pass runs this on every message.
///
/// Calls `found` with each address an answer tells and where the name it belongs to stands; aliases lead back to the name asked for.
/// None when the message cannot be read to its end.
pub fn skim(message: &[u8], mut found: impl FnMut(IpAddr, usize, Section)) -> Option<()> {
    const MAX_ALIASES: usize = 16;
    let counts = message.get(..HEADER)?;
    let (questions, answers) = (u16_at(counts, 4)?, u32::from(u16_at(counts, 6)?));
    let authority = answers.saturating_add(u32::from(u16_at(counts, 8)?));
    let additional = authority.saturating_add(u32::from(u16_at(counts, 10)?));
    let mut at = HEADER;
    for _ in 0..questions {
        at = name::skip(message, at)?.checked_add(4).filter(|&end| end <= message.len())?;
    }
    let asked = (questions == 1).then_some(HEADER);
    // Where names stand that mean the one asked for: itself and its aliases, as they come.
    let mut aliases = [HEADER; MAX_ALIASES];
    let mut known = usize::from(asked.is_some());
    for number in 0..additional {
        let owner = at;
        let (kind, _, _, data_at) = record_at(message, name::skip(message, at)?)?;
        at = data_at.end;
        let data = message.get(data_at.clone())?;
        let means_asked = matches!(kind, kind::A | kind::AAAA | kind::CNAME)
            && aliases.iter().take(known).any(|&alias| name::same(message, alias, owner));
        let address = match kind {
            kind::A => data.first_chunk::<4>().map(|&a| IpAddr::from(a)),
            kind::AAAA => data.first_chunk::<16>().map(|&a| IpAddr::from(a)),
            kind::CNAME if !data.is_empty() && means_asked => {
                if let Some(free) = aliases.get_mut(known) {
                    *free = data_at.start;
                    known = known.saturating_add(1);
                }
                None
            }
            _ => None,
        };
        if let Some(address) = address {
            let section = match number {
                n if n < answers => Section::Answer,
                n if n < authority => Section::Authority,
                _ => Section::Additional,
            };
            found(address, asked.filter(|_| means_asked).unwrap_or(owner), section);
        }
    }
    Some(())
}
