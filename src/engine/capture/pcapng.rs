//! pcapng, draft-ietf-opsawg-pcapng: a sequence of blocks, each with its length before and after.
//!
//! `pcap-parser` reads the blocks that describe (section, interface, statistics, names) and the options. The packet blocks are
//! read here: its parser collects every block's options into a `Vec`, has no obsolete Packet Block, and insists on padding.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use pcap_parser::pcapng::{Block, NameRecordType, PcapNGOption};
use pcap_parser::{PcapError, nom};
use pcap_parser::{parse_block_be, parse_block_le, parse_option_be, parse_option_le};

use super::interface::resolution;
use super::{Container, Contents, Error, Format, Interface, LONGEST_BLOCK, Record, Section, Step};

pub(super) const SECTION_HEADER: u32 = 0x0a0d_0d0a;
const INTERFACE_DESCRIPTION: u32 = 1;
const PACKET: u32 = 2;
const SIMPLE_PACKET: u32 = 3;
const NAME_RESOLUTION: u32 = 4;
const INTERFACE_STATISTICS: u32 = 5;
const ENHANCED_PACKET: u32 = 6;
const DECRYPTION_SECRETS: u32 = 10;

/// Type and length before a block's body, length after it: no block is shorter.
const SHORTEST_BLOCK: usize = 12;
/// Fixed part of the body of an Enhanced Packet Block; the obsolete Packet Block has the same size.
const PACKET_FIXED: usize = 20;

const COMMENT: u16 = 1;

/// Where in a pcapng file we are.
#[derive(Debug, Default)]
pub(super) struct Pcapng {
    big_endian: bool,
    /// Number of the current section, and index of its first interface.
    section: u32,
    first_interface: u32,
}

/// What a block says when it can be read; else why the file cannot be read on.
type Outcome<'w> = Result<Option<Record<'w>>, String>;

impl Container for Pcapng {
    #[inline]
    fn step<'w>(&mut self, window: &'w [u8], offset: u64, contents: &mut Contents) -> Step<'w> {
        let Some(start) = window.first_chunk::<SHORTEST_BLOCK>() else { return Step::Need(SHORTEST_BLOCK) };
        // The type of a Section Header Block reads the same in both byte orders; what follows tells which one it is.
        let section = self.u32(start, 0) == SECTION_HEADER;
        if section {
            self.big_endian = match start.last_chunk::<4>() {
                Some([0x1a, 0x2b, 0x3c, 0x4d]) => true,
                Some([0x4d, 0x3c, 0x2b, 0x1a]) => false,
                _ => return refuse_or_end(contents, "a section has no byte-order magic"),
            };
        }
        let (kind, length) = (self.u32(start, 0), self.u32(start, 4));
        if (length as usize) < SHORTEST_BLOCK || length > LONGEST_BLOCK {
            return refuse_or_end(contents, &format!("a block claims to be {length} bytes long"));
        }
        // Some writers forget to count the padding in; tshark rounds up, too. Cannot overflow below LONGEST_BLOCK.
        let size = (length as usize).next_multiple_of(4);
        let Some(block) = window.get(..size) else { return Step::Need(size) };
        let Some((body, trailer)) = block.get(8..).and_then(|rest| rest.split_last_chunk::<4>()) else {
            return Step::Need(size);
        };
        let trailer = self.u32(trailer, 0);
        if trailer != length {
            return refuse_or_end(
                contents,
                &format!("a block is {length} bytes long at its start, {trailer} at its end"),
            );
        }
        let outcome = match kind {
            ENHANCED_PACKET | PACKET => Ok(self.packet(kind, body, offset, contents)),
            SIMPLE_PACKET => Ok(self.simple_packet(body, offset, contents)),
            DECRYPTION_SECRETS => {
                contents.secrets = true;
                Ok(None)
            }
            SECTION_HEADER | INTERFACE_DESCRIPTION | NAME_RESOLUTION | INTERFACE_STATISTICS => {
                self.describe(kind, block, offset, contents)
            }
            // Custom Blocks, journal entries and whatever is to come: no packets.
            _ => Ok(None),
        };
        match outcome {
            Ok(Some(record)) => Step::Packet(size, record),
            Ok(None) => {
                if !matches!(kind, ENHANCED_PACKET | PACKET | SIMPLE_PACKET) {
                    contents.other(offset, size, matches!(kind, SECTION_HEADER | INTERFACE_DESCRIPTION));
                }
                Step::Pass(size)
            }
            Err(why) => refuse_or_end(contents, &why),
        }
    }
}

impl Pcapng {
    /// Enhanced Packet Block, and the obsolete Packet Block, whose interface number is shorter.
    #[inline]
    fn packet<'w>(&self, kind: u32, body: &'w [u8], offset: u64, contents: &mut Contents) -> Option<Record<'w>> {
        let Some((fixed, rest)) = body.split_first_chunk::<PACKET_FIXED>() else {
            contents.warn(offset, "A packet block is too short for its own fields; it was left out.");
            return None;
        };
        let local_id = if kind == PACKET { u32::from(self.u16(fixed, 0)) } else { self.u32(fixed, 0) };
        let ticks = u64::from(self.u32(fixed, 4)) << 32 | u64::from(self.u32(fixed, 8));
        let captured = self.u32(fixed, 12) as usize;
        let Some(bytes) = rest.get(..captured) else {
            let message =
                format!("A packet claims {captured} captured bytes, more than its block holds; it was left out.");
            contents.warn(offset, message);
            return None;
        };
        let (interface, found) = self.interface(local_id, offset, contents)?;
        let (time, link) = (found.time(ticks), found.link);
        let clock = if time.is_none() { found.clock(ticks) } else { None };
        if time.is_none() && found.ticks_per_second != 0 {
            contents.warn(offset, "A packet's time stamp lies outside the years 1677 to 2262; it has no time here.");
        }
        // Cannot overflow: `captured` is no longer than the block.
        let options = rest.get(captured.next_multiple_of(4)..).unwrap_or_default();
        Some(Record {
            offset: offset.saturating_add(8).saturating_add(PACKET_FIXED as u64),
            bytes,
            wire_len: self.u32(fixed, 16),
            time,
            clock,
            interface,
            link,
            comment: if options.is_empty() { None } else { self.comment(options) },
        })
    }

    /// Simple Packet Block: only the length on the wire; always of the section's first interface, and without a time.
    fn simple_packet<'w>(&self, body: &'w [u8], offset: u64, contents: &mut Contents) -> Option<Record<'w>> {
        let Some((wire_len, rest)) = body.split_first_chunk::<4>() else {
            contents.warn(offset, "A packet block is too short for its own fields; it was left out.");
            return None;
        };
        let wire_len = self.u32(wire_len, 0);
        let (interface, found) = self.interface(0, offset, contents)?;
        let limit = if found.snaplen == 0 { u32::MAX } else { found.snaplen };
        let captured = (wire_len.min(limit) as usize).min(rest.len());
        let bytes = rest.get(..captured)?;
        Some(Record {
            offset: offset.saturating_add(12),
            bytes,
            wire_len,
            time: None,
            clock: None,
            interface,
            link: found.link,
            comment: None,
        })
    }

    /// The interface of a packet, which is counted.
    #[inline]
    fn interface<'c>(&self, local_id: u32, offset: u64, contents: &'c mut Contents) -> Option<(u32, &'c Interface)> {
        let index = self.first_interface.saturating_add(local_id);
        // Looked up twice, because a borrow that is returned cannot be given up again to warn.
        if (index as usize) >= contents.interfaces.len() {
            let message =
                format!("A packet belongs to interface {local_id}, which the file does not describe; it was left out.");
            contents.warn(offset, message);
            return None;
        }
        let interface = contents.interfaces.get_mut(index as usize)?;
        interface.packets = interface.packets.saturating_add(1);
        Some((index, interface))
    }

    fn comment<'o>(&self, mut options: &'o [u8]) -> Option<&'o [u8]> {
        let parse = if self.big_endian { parse_option_be } else { parse_option_le };
        loop {
            let parsed: nom::IResult<_, _, PcapError<&[u8]>> = parse(options);
            match parsed {
                Ok((_, option)) if option.code.0 == COMMENT => return options.get(4..)?.get(..option.len.into()),
                Ok((rest, option)) if option.code.0 != 0 => options = rest,
                _ => return None,
            }
        }
    }

    /// The blocks that describe. Where one that packets depend on cannot be read, the rest would be guesswork.
    fn describe<'w>(&mut self, kind: u32, block: &'w [u8], offset: u64, contents: &mut Contents) -> Outcome<'w> {
        let parsed = if self.big_endian { parse_block_be(block) } else { parse_block_le(block) };
        match parsed.map(|(_, block)| block) {
            Ok(Block::SectionHeader(header)) => {
                if header.major_version != 1 {
                    let version = header.major_version;
                    return Err(format!("a section is in version {version} of pcapng, which nobody knows yet"));
                }
                self.section = u32::try_from(contents.sections.len()).map_err(|_| "it has too many sections")?;
                self.first_interface = count(contents)?;
                contents.format = Some(Format::Pcapng);
                contents.sections.push(Section {
                    offset,
                    big_endian: self.big_endian,
                    hardware: text(&header.options, 2),
                    os: text(&header.options, 3),
                    application: text(&header.options, 4),
                    comments: texts(&header.options, COMMENT).collect(),
                });
            }
            Ok(Block::InterfaceDescription(block)) => {
                // Not the parser's own `if_tsresol` and `if_tsoffset`: the offset is wrong in big-endian files.
                let octet = value(&block.options, 9).and_then(|value| value.first().copied()).unwrap_or(6);
                let ticks = resolution(octet);
                if ticks.is_none() {
                    contents.warn(
                        offset,
                        "The time resolution of an interface is too fine to count in; its packets have no time.",
                    );
                }
                let seconds = value(&block.options, 14).and_then(|value| self.i64(value)).unwrap_or(0);
                let [_, _, high, low] = block.linktype.0.to_be_bytes();
                let link = u16::from_be_bytes([high, low]);
                let mut interface = Interface::new(link, block.snaplen, ticks.unwrap_or(0), seconds);
                interface.name = text(&block.options, 2);
                interface.description = text(&block.options, 3);
                interface.filter = filter(&block.options);
                interface.os = text(&block.options, 12);
                interface.section = self.section;
                interface.local_id = count(contents)?.saturating_sub(self.first_interface);
                contents.interfaces.push(interface);
            }
            Ok(Block::NameResolution(block)) => {
                for record in &block.nr {
                    self.names(record.record_type, record.record_value, contents);
                }
            }
            Ok(Block::InterfaceStatistics(block)) => {
                let dropped = value(&block.options, 5).and_then(|value| self.i64(value)).map(i64::cast_unsigned);
                let index = self.first_interface.saturating_add(block.if_id) as usize;
                if let Some(interface) = contents.interfaces.get_mut(index) {
                    interface.dropped = dropped.or(interface.dropped);
                }
            }
            _ if kind == SECTION_HEADER || kind == INTERFACE_DESCRIPTION => {
                return Err("the description of a section or an interface cannot be read".to_owned());
            }
            _ => contents.warn(offset, "A block of names or statistics cannot be read; it was left out."),
        }
        Ok(None)
    }

    /// One record of a Name Resolution Block: an address, then names, each ended by a zero.
    fn names(&self, kind: NameRecordType, value: &[u8], contents: &mut Contents) {
        let split = match kind {
            NameRecordType::Ipv4 => {
                value.split_first_chunk::<4>().map(|(octets, rest)| (IpAddr::V4(Ipv4Addr::from(*octets)), rest))
            }
            NameRecordType::Ipv6 => {
                value.split_first_chunk::<16>().map(|(octets, rest)| (IpAddr::V6(Ipv6Addr::from(*octets)), rest))
            }
            _ => None,
        };
        let Some((address, names)) = split else { return };
        for name in names.split(|&octet| octet == 0).filter(|name| !name.is_empty()) {
            contents.name(address, String::from_utf8_lossy(name).into_owned());
        }
    }

    #[inline]
    fn u16(&self, bytes: &[u8], at: usize) -> u16 {
        let octets = bytes.get(at..).and_then(|rest| rest.first_chunk()).copied().unwrap_or_default();
        if self.big_endian { u16::from_be_bytes(octets) } else { u16::from_le_bytes(octets) }
    }

    #[inline]
    fn u32(&self, bytes: &[u8], at: usize) -> u32 {
        let octets = bytes.get(at..).and_then(|rest| rest.first_chunk()).copied().unwrap_or_default();
        if self.big_endian { u32::from_be_bytes(octets) } else { u32::from_le_bytes(octets) }
    }

    fn i64(&self, bytes: &[u8]) -> Option<i64> {
        let octets = *bytes.first_chunk()?;
        Some(if self.big_endian { i64::from_be_bytes(octets) } else { i64::from_le_bytes(octets) })
    }
}

/// Before the first section was understood there is nothing to keep; later there is.
#[cold]
fn refuse_or_end<'w>(contents: &Contents, why: &str) -> Step<'w> {
    if contents.format.is_some() {
        return Step::Damaged(why.to_owned());
    }
    Step::Refused(Error::new(format!("This begins like a pcapng file, but {why}: it is damaged, or something else.")))
}

fn count(contents: &Contents) -> Result<u32, String> {
    u32::try_from(contents.interfaces.len()).map_err(|_| "it has too many interfaces".to_owned())
}

/// The values of an option, up to the end of options.
fn values<'o>(options: &'o [PcapNGOption<'_>], code: u16) -> impl Iterator<Item = &'o [u8]> {
    let options = options.iter().take_while(|option| option.code.0 != 0);
    options.filter(move |option| option.code.0 == code).filter_map(|option| option.as_bytes().ok())
}

fn value<'o>(options: &'o [PcapNGOption<'_>], code: u16) -> Option<&'o [u8]> {
    values(options, code).next()
}

fn texts(options: &[PcapNGOption<'_>], code: u16) -> impl Iterator<Item = String> {
    values(options, code).map(|value| String::from_utf8_lossy(value).trim_end_matches('\0').to_owned())
}

fn text(options: &[PcapNGOption<'_>], code: u16) -> Option<String> {
    texts(options, code).next()
}

/// `if_filter`: the first octet tells what follows; 0 is libpcap's text, 1 its byte code.
fn filter(options: &[PcapNGOption<'_>]) -> Option<String> {
    match value(options, 11)?.split_first()? {
        (0, text) => Some(String::from_utf8_lossy(text).trim_end_matches('\0').to_owned()),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
