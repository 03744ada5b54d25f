//! Packets as a capture file. Where source and target are the same container, bytes of the file are copied: whatever it says of its
//! packets (comments, flags, hashes), interfaces, names and secrets stays as it is, in its order. Else records are made; of a data set
//! too, as mergecap does it: its interfaces stand side by side, and what pcapng says of a packet goes along.
//!
//! Sources: draft-ietf-opsawg-pcapng §3–4; libpcap's pcap-savefile(5).
use crate::api::CaptureFormat;
use crate::engine::capture::{Files, Format, Interface, Reader, Section, longest_in_pcap};
use crate::engine::sort;
use crate::engine::source::{self, Source};
use crate::engine::store::Store;
use crate::engine::store::packets::{NO_TIME, Packet, PacketId};
use std::ops::Range;

/// What is in front of a packet's bytes in its block or record.
const ENHANCED_HEAD: u64 = 28;
const SIMPLE_HEAD: u64 = 12;
const RECORD_HEAD: u64 = 16;
const MODIFIED_HEAD: u64 = 24;
const SECTION_HEADER: u32 = 0x0a0d_0d0a;
const INTERFACE_DESCRIPTION: u32 = 1;
const SIMPLE_PACKET: u32 = 3;
const NAME_RESOLUTION: u32 = 4;
const DECRYPTION_SECRETS: u32 = 10;
/// Of a Section Header Block: its length, which changes with its packets. All bits set: not known.
const SECTION_LENGTH: Range<u64> = 16..24;
const MICROSECOND: i64 = 1000;
/// Ticks of a second that microseconds can hold.
const FINE: u64 = 1_000_000;

/// A capture file that is being written.
pub struct Packets<'a> {
    store: &'a Store,
    files: &'a Files,
    /// The file whose bytes are copied.
    copied: Option<&'a Reader>,
    source: &'a mut dyn Source,
    to: CaptureFormat,
    /// Times of the source are finer than microseconds.
    is_fine: bool,
    bytes: Vec<u8>,
}

/// The next bytes of it.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Window {
    pub bytes: Vec<u8>,
    pub packets: u32,
    /// Where to go on: in the source file where its bytes are copied, else one more than the number of the packet. `None`: that was all.
    pub next: Option<u64>,
}

impl<'a> Packets<'a> {
    pub fn new(store: &'a Store, files: &'a Files, source: &'a mut dyn Source, to: CaptureFormat) -> Self {
        let is_coarse = |interface: &Interface| FINE.is_multiple_of(interface.ticks_per_second.max(1));
        let is_fine = used(files).any(|interface| !is_coarse(interface));
        let is_alike = |format| (format == Format::Pcapng) == (to == CaptureFormat::Pcapng);
        let copied = files.single().filter(|reader| reader.format().is_some_and(is_alike));
        Self { store, files, copied, source, to, is_fine, bytes: Vec::new() }
    }

    /// The first packet to go on with from [`Window::next`]: none before it are missing in a file that was written up to there.
    pub fn first(&self, from: u64) -> PacketId {
        if self.copied.is_none() {
            return PacketId::try_from(from.saturating_sub(1)).unwrap_or(PacketId::MAX);
        }
        let (mut low, mut high) = (0, self.store.packets.len());
        while low < high {
            let middle = low.midpoint(high);
            match self.store.packets.get(middle) {
                Some(packet) if packet.offset < from => low = middle + 1,
                _ => high = middle,
            }
        }
        low
    }

    /// # Errors
    /// When a pcap file cannot hold all of these packets.
    pub fn check(&self, ids: impl Iterator<Item = PacketId>) -> Result<(), String> {
        if self.to != CaptureFormat::Pcap {
            return Ok(());
        }
        let mut kinds: Vec<(u32, u16)> = Vec::new();
        let mut stack = None;
        for packet in ids.filter_map(|id| self.store.packets.get(id)) {
            if stack.replace(packet.stack) == Some(packet.stack) {
                continue;
            }
            let interface = self.store.stacks.interface(packet.stack);
            if !kinds.iter().any(|(known, _)| *known == interface) {
                kinds.push((interface, self.link(interface)));
            }
        }
        let mut links: Vec<u16> = kinds.iter().map(|(_, link)| *link).collect();
        sort::by(&mut links, Ord::cmp);
        links.dedup();
        if links.len() < 2 {
            return Ok(());
        }
        kinds.truncate(8);
        let named = |&(id, link): &(u32, u16)| {
            let name = self.interface(id).and_then(|interface| interface.name.clone());
            format!("{} (link type {link})", name.unwrap_or_else(|| format!("interface {id}")))
        };
        let named: Vec<String> = kinds.iter().map(named).collect();
        Err(format!(
            "A pcap file holds packets of one link type, and these are of {}: {}. Save as pcapng, or the packets of one only.",
            links.len(),
            named.join(", ")
        ))
    }

    /// The bytes behind those that ended at `from` (0: the file's start): those of these packets, ascending from
    /// [`Packets::first`] on, about `most` bytes.
    ///
    /// # Errors
    /// When the source cannot be read, or a pcap file cannot hold a packet.
    pub fn window(mut self, ids: impl Iterator<Item = PacketId>, from: u64, most: usize) -> Result<Window, String> {
        if !self.files.is_capture() {
            return Err("There is no capture to save.".to_owned());
        }
        let format = self.copied.and_then(Reader::format);
        let (mut at, mut packets) = (from, 0);
        let mut ids = ids.peekable();
        if format.is_none() && from == 0 {
            self.head(ids.peek().copied())?;
            at = 1;
        }
        for id in ids {
            let Some(packet) = self.store.packets.get(id) else { break };
            if self.bytes.len() >= most {
                return Ok(Window { bytes: self.bytes, packets, next: Some(at) });
            }
            if let Some(format) = format {
                let place = self.place(&packet, format)?;
                if let Some(stopped) = self.others(at..place.start, most)? {
                    return Ok(Window { bytes: self.bytes, packets, next: Some(stopped) });
                }
                at = place.end.max(packet.offset.saturating_add(1));
                self.copy(place)?;
            } else {
                at = u64::from(id).saturating_add(2);
                self.record(id, &packet)?;
            }
            packets += 1;
        }
        let next = if format.is_some() { self.others(at..u64::MAX, most)? } else { None };
        Ok(Window { bytes: self.bytes, packets, next })
    }

    fn interface(&self, id: u32) -> Option<&'a Interface> {
        self.files.interfaces().get(id as usize)
    }

    fn link(&self, interface: u32) -> u16 {
        self.interface(interface).map_or(0, |interface| interface.link)
    }
}

/// Interfaces that captured something.
fn used(files: &Files) -> impl Iterator<Item = &Interface> {
    files.interfaces().iter().filter(|interface| interface.packets > 0)
}

/// Copying.
impl Packets<'_> {
    /// Where the source has a packet, with what is around it.
    fn place(&mut self, packet: &Packet, format: Format) -> Result<Range<u64>, String> {
        if format == Format::Pcapng {
            let mut head = [0; ENHANCED_HEAD as usize];
            let is_big = self.section(packet).is_some_and(|section| section.big_endian);
            let before = packet.offset.saturating_sub(ENHANCED_HEAD);
            self.read(before, &mut head)?;
            // An Enhanced Packet Block has its captured length where a Simple one has the block's.
            let is_simple = number(&head, 16, is_big) == SIMPLE_PACKET
                && number(&head, 20, is_big) >= packet.captured.saturating_add(16);
            let (ahead, length) = if is_simple { (SIMPLE_HEAD, 20) } else { (ENHANCED_HEAD, 4) };
            let start = packet.offset.saturating_sub(ahead);
            let length = u64::from(number(&head, length, is_big)).next_multiple_of(4);
            return Ok(start..start.saturating_add(length));
        }
        let ahead = if format == Format::PcapModified { MODIFIED_HEAD } else { RECORD_HEAD };
        Ok(packet.offset.saturating_sub(ahead)..packet.offset.saturating_add(packet.captured.into()))
    }

    /// The section of its file that a packet is in.
    fn section(&self, packet: &Packet) -> Option<&Section> {
        let interface = self.interface(self.store.stacks.interface(packet.stack))?;
        self.files.members().get(interface.file as usize)?.reader.sections().get(interface.section as usize)
    }

    /// Copies what between two places is no packet; where it stopped because there was too much.
    fn others(&mut self, between: Range<u64>, most: usize) -> Result<Option<u64>, String> {
        let others = self.copied.map(Reader::others).unwrap_or_default();
        let first = others.partition_point(|other| other.end <= between.start);
        for other in others.iter().skip(first).take_while(|other| other.start < between.end) {
            let mut start = other.start.max(between.start);
            let end = other.end.min(between.end);
            while start < end {
                let room = most.saturating_sub(self.bytes.len()) as u64;
                if room == 0 {
                    return Ok(Some(start));
                }
                let part = start..end.min(start.saturating_add(room));
                start = part.end;
                self.copy(part)?;
            }
        }
        Ok(None)
    }

    fn copy(&mut self, place: Range<u64>) -> Result<(), String> {
        let start = self.bytes.len();
        let length = usize::try_from(place.end.saturating_sub(place.start)).unwrap_or(0);
        self.append(place.start, length)?;
        let sections = self.copied.map(Reader::sections).unwrap_or_default();
        let first =
            sections.partition_point(|section| section.offset.saturating_add(SECTION_LENGTH.end) <= place.start);
        for section in sections.iter().skip(first).take_while(|section| section.offset < place.end) {
            for byte in SECTION_LENGTH.map(|byte| section.offset.saturating_add(byte)) {
                let at = byte.checked_sub(place.start).and_then(|at| usize::try_from(at).ok());
                if let Some(byte) = at.and_then(|at| self.bytes.get_mut(start..)?.get_mut(at)) {
                    *byte = 0xff;
                }
            }
        }
        Ok(())
    }

    /// Appends bytes of the source.
    fn append(&mut self, offset: u64, length: usize) -> Result<(), String> {
        let start = self.bytes.len();
        self.bytes.resize(start.saturating_add(length), 0);
        let Self { source, bytes, .. } = self;
        let into = bytes.get_mut(start..).unwrap_or_default();
        match source.read_at(offset, into)? {
            read if read == length => Ok(()),
            _ => Err(CHANGED.to_owned()),
        }
    }

    fn read(&mut self, offset: u64, into: &mut [u8]) -> Result<(), String> {
        let length = into.len();
        if self.source.read_at(offset, into)? == length { Ok(()) } else { Err(CHANGED.to_owned()) }
    }
}

const CHANGED: &str = "The capture's file is shorter than it was: it changed meanwhile.";

fn number(bytes: &[u8], at: usize, is_big: bool) -> u32 {
    let octets = bytes.get(at..).and_then(|rest| rest.first_chunk()).copied().unwrap_or_default();
    if is_big { u32::from_be_bytes(octets) } else { u32::from_le_bytes(octets) }
}

/// Making, least significant byte first.
impl Packets<'_> {
    fn u32(&mut self, value: u32) {
        self.bytes.extend(value.to_le_bytes());
    }

    fn pad(&mut self) {
        self.bytes.resize(self.bytes.len().next_multiple_of(4), 0);
    }

    /// Of a file that begins with this packet.
    fn head(&mut self, first: Option<PacketId>) -> Result<(), String> {
        let first = first.and_then(|id| self.store.packets.get(id));
        let first = self.interface(first.map_or(0, |packet| self.store.stacks.interface(packet.stack)));
        let (files, is_fine) = (self.files, self.is_fine);
        if self.to == CaptureFormat::Pcap {
            let link = first.map_or(1, |interface| interface.link);
            // No limit is the longest there may be.
            let limit = |interface: &Interface| Some(interface.snaplen).filter(|&length| length > 0);
            let snaplen = used(files).map(|interface| limit(interface).unwrap_or(longest_in_pcap(link))).max();
            let magic = if is_fine { 0xa1b2_3c4d } else { 0xa1b2_c3d4 };
            for word in [magic, 0x0004_0002, 0, 0, snaplen.unwrap_or(longest_in_pcap(link)), link.into()] {
                self.u32(word);
            }
            return Ok(());
        }
        self.block(SECTION_HEADER, |file| {
            for word in [0x1a2b_3c4d, 1, u32::MAX, u32::MAX] {
                file.u32(word);
            }
            file.option(4, concat!("Wireglass ", env!("CARGO_PKG_VERSION")).as_bytes());
            file.u32(0);
        });
        for interface in files.interfaces() {
            self.block(INTERFACE_DESCRIPTION, |file| file.interface_body(interface));
        }
        (0..files.members().len()).try_for_each(|file| self.names_and_secrets(file))
    }

    fn interface_body(&mut self, interface: &Interface) {
        self.u32(interface.link.into());
        self.u32(interface.snaplen);
        let filter = interface.filter.as_ref().map(|filter| format!("\0{filter}"));
        let texts = [(2, &interface.name), (3, &interface.description), (11, &filter), (12, &interface.os)];
        let mut has_options = self.is_fine;
        for (code, text) in texts {
            if let Some(text) = text {
                has_options = true;
                self.option(code, text.as_bytes());
            }
        }
        if self.is_fine {
            self.option(9, &[9]);
        }
        if has_options {
            self.u32(0);
        }
    }

    /// The blocks of a pcapng file that name addresses and give keys. Those in the other byte order are left out.
    fn names_and_secrets(&mut self, file: usize) -> Result<(), String> {
        let Some(reader) = self.files.members().get(file).map(|member| &member.reader) else { return Ok(()) };
        if reader.names().is_empty() && !reader.has_secrets() {
            return Ok(());
        }
        for other in reader.others() {
            let mut at = other.start;
            while at < other.end {
                let mut head = [0; 8];
                self.read(source::place(file, at), &mut head)?;
                let section = reader.sections().partition_point(|section| section.offset <= at);
                let section = section.checked_sub(1).and_then(|section| reader.sections().get(section));
                let is_big = section.is_some_and(|section| section.big_endian);
                let kind = number(&head, 0, is_big);
                let length = u64::from(number(&head, 4, is_big)).next_multiple_of(4).max(12);
                if !is_big && (kind == NAME_RESOLUTION || kind == DECRYPTION_SECRETS) {
                    self.append(source::place(file, at), usize::try_from(length).unwrap_or(0))?;
                }
                at = at.saturating_add(length);
            }
        }
        Ok(())
    }

    fn block(&mut self, kind: u32, body: impl FnOnce(&mut Self)) {
        let start = self.bytes.len();
        self.u32(kind);
        self.u32(0);
        body(self);
        self.pad();
        let length = u32::try_from(self.bytes.len() - start + 4).unwrap_or(u32::MAX);
        if let Some(claim) = self.bytes.get_mut(start + 4..).and_then(|rest| rest.first_chunk_mut()) {
            *claim = length.to_le_bytes();
        }
        self.u32(length);
    }

    fn option(&mut self, code: u16, value: &[u8]) {
        self.bytes.extend(code.to_le_bytes());
        self.bytes.extend((value.len() as u16).to_le_bytes());
        self.bytes.extend(value);
        self.pad();
    }

    /// What pcapng says of a packet besides: comments, flags, hashes. What is in the other byte order is left out.
    fn options(&mut self, packet: &Packet) -> Result<Vec<u8>, String> {
        if self.section(packet).is_none_or(|section| section.big_endian) {
            return Ok(Vec::new());
        }
        let place = self.place(packet, Format::Pcapng)?;
        let start = packet.offset.saturating_add(u64::from(packet.captured).next_multiple_of(4));
        let end = place.end.saturating_sub(4);
        let mut options = vec![0; usize::try_from(end.saturating_sub(start)).unwrap_or(0)];
        if !options.is_empty() {
            self.read(start, &mut options)?;
        }
        Ok(options)
    }

    fn record(&mut self, id: PacketId, packet: &Packet) -> Result<(), String> {
        let Packet { offset, captured, wire_len, .. } = *packet;
        let start = self.store.start.unwrap_or(0);
        // What has no time is of 1970, as in Wireshark.
        let time = if packet.time == NO_TIME { 0 } else { start.saturating_add(packet.time) };
        let is_fine = self.is_fine;
        if self.to == CaptureFormat::Pcapng {
            let ticks = if is_fine { time } else { time / MICROSECOND };
            let (interface, options) = (self.store.stacks.interface(packet.stack), self.options(packet)?);
            let mut done = Ok(());
            self.block(6, |file| {
                for word in [interface, (ticks >> 32) as u32, ticks as u32, captured, wire_len] {
                    file.u32(word);
                }
                done = file.append(offset, captured as usize);
                file.pad();
                file.bytes.extend(options);
            });
            return done;
        }
        let longest = longest_in_pcap(self.link(self.store.stacks.interface(packet.stack)));
        if captured > longest {
            let number = id.saturating_add(1);
            return Err(format!(
                "Packet {number} is {captured} bytes long, and a pcap file holds no more than {longest}: save as pcapng."
            ));
        }
        let (seconds, rest) = (time.div_euclid(1_000_000_000), time.rem_euclid(1_000_000_000));
        let fraction = if is_fine { rest } else { rest / MICROSECOND };
        let (seconds, fraction) = u32::try_from(seconds).map_or((0, 0), |seconds| (seconds, fraction as u32));
        for word in [seconds, fraction, captured, wire_len] {
            self.u32(word);
        }
        self.append(offset, captured as usize)
    }
}
