//! Classic pcap, libpcap's pcap-savefile(5): a header of 24 bytes, then records.

use pcap_parser::{parse_pcap_frame, parse_pcap_frame_be, parse_pcap_header};

use super::{Container, Contents, Error, Format, Interface, Record, Step};

/// Record header: seconds, fraction, captured length, length on the wire.
const RECORD_HEADER: usize = 16;
/// The modified format appends interface index, protocol and packet type.
const MODIFIED_RECORD_HEADER: usize = 24;
const FILE_HEADER: usize = 24;

/// A pcap file of one dialect.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Pcap {
    format: Format,
    big_endian: bool,
    /// Bytes before the packet in each record.
    header: usize,
    /// Nanoseconds in a unit of the time stamp's fraction.
    unit: i64,
    /// A captured length above this is damage.
    longest: u32,
    opened: bool,
}

impl Pcap {
    /// From the first four bytes of a file.
    pub(super) fn from_magic(magic: [u8; 4]) -> Option<Pcap> {
        let (format, big_endian) = match magic {
            [0xd4, 0xc3, 0xb2, 0xa1] => (Format::Pcap, false),
            [0xa1, 0xb2, 0xc3, 0xd4] => (Format::Pcap, true),
            [0x4d, 0x3c, 0xb2, 0xa1] => (Format::PcapNanoseconds, false),
            [0xa1, 0xb2, 0x3c, 0x4d] => (Format::PcapNanoseconds, true),
            [0x34, 0xcd, 0xb2, 0xa1] => (Format::PcapModified, false),
            [0xa1, 0xb2, 0xcd, 0x34] => (Format::PcapModified, true),
            _ => return None,
        };
        let header = if format == Format::PcapModified { MODIFIED_RECORD_HEADER } else { RECORD_HEADER };
        let unit = if format == Format::PcapNanoseconds { 1 } else { 1000 };
        Some(Pcap { format, big_endian, header, unit, longest: 0, opened: false })
    }

    fn open<'w>(&mut self, window: &'w [u8], offset: u64, contents: &mut Contents) -> Step<'w> {
        let Some(mut header) = window.first_chunk::<FILE_HEADER>().copied() else { return Step::Need(FILE_HEADER) };
        // The fields are the same in all dialects, but pcap-parser does not know the modified one in big-endian order.
        let standard: [u8; 4] = if self.big_endian { [0xa1, 0xb2, 0xc3, 0xd4] } else { [0xd4, 0xc3, 0xb2, 0xa1] };
        if let Some(magic) = header.first_chunk_mut::<4>() {
            *magic = standard;
        }
        let Ok((_, header)) = parse_pcap_header(&header) else {
            return Step::Refused(Error::new("The header of this pcap file cannot be read."));
        };
        if header.version_major < 2 {
            let (major, minor) = (header.version_major, header.version_minor);
            let message = format!("This is a pcap file of version {major}.{minor}; only version 2 can be read.");
            return Step::Refused(Error::new(message));
        }
        // The upper half may tell how long the frames' checksums are; it is no part of the link type.
        let [_, _, high, low] = header.network.0.to_be_bytes();
        let link = u16::from_be_bytes([high, low]);
        let ticks = if self.format == Format::PcapNanoseconds { 1_000_000_000 } else { 1_000_000 };
        contents.interfaces.push(Interface::new(link, header.snaplen, ticks, 0));
        contents.format = Some(self.format);
        self.longest = longest(link);
        contents.other(offset, FILE_HEADER, true);
        self.opened = true;
        Step::Pass(FILE_HEADER)
    }

    /// A record whose packet is not all there yet: only its lengths can be looked at.
    #[cold]
    fn incomplete<'w>(&self, window: &'w [u8]) -> Step<'w> {
        let captured = window.first_chunk::<RECORD_HEADER>().and_then(|header| header.get(8..)?.first_chunk::<4>());
        match captured {
            None => Step::Need(RECORD_HEADER),
            Some(bytes) => {
                let captured = if self.big_endian { u32::from_be_bytes(*bytes) } else { u32::from_le_bytes(*bytes) };
                if captured > self.longest {
                    return self.too_long(captured);
                }
                Step::Need(self.header.saturating_add(captured as usize))
            }
        }
    }

    #[cold]
    fn too_long<'w>(&self, captured: u32) -> Step<'w> {
        Step::Damaged(format!(
            "a packet claims {captured} captured bytes, but no more than {} are possible",
            self.longest
        ))
    }
}

impl Container for Pcap {
    #[inline]
    fn step<'w>(&mut self, window: &'w [u8], offset: u64, contents: &mut Contents) -> Step<'w> {
        if !self.opened {
            return self.open(window, offset, contents);
        }
        let parsed = if self.big_endian { parse_pcap_frame_be(window) } else { parse_pcap_frame(window) };
        let Ok((_, frame)) = parsed else { return self.incomplete(window) };
        if frame.caplen > self.longest {
            return self.too_long(frame.caplen);
        }
        // Not `frame.data`: that starts too early in the modified format.
        let size = self.header.saturating_add(frame.caplen as usize);
        let Some(bytes) = window.get(self.header..size) else { return Step::Need(size) };
        let Some(interface) = contents.interfaces.first_mut() else { return Step::Need(size) };
        interface.packets = interface.packets.saturating_add(1);
        let seconds = i64::from(frame.ts_sec).saturating_mul(1_000_000_000);
        let fraction = i64::from(frame.ts_usec).saturating_mul(self.unit);
        let record = Record {
            offset: offset.saturating_add(self.header as u64),
            bytes,
            wire_len: frame.origlen,
            time: Some(seconds.saturating_add(fraction)),
            clock: None,
            interface: 0,
            link: interface.link,
            comment: None,
        };
        Step::Packet(size, record)
    }
}

/// The longest packet in bytes that libpcap and Wireshark take from a file; the snapshot length does not count, it is too often wrong.
pub fn longest(link: u16) -> u32 {
    match link {
        220 | 231 | 249 => 128 << 20, // USB with mmapped header, D-Bus, USBPcap
        279 => 32 << 20,              // Elektrobit high speed capture and replay
        _ => 262_144,
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Capture, read};
    use super::*;

    #[test]
    fn dialects() {
        let microseconds = Some(1_000_005_000);
        for (magic, format, name, extra, time) in [
            (0xa1b2_c3d4, Format::Pcap, "pcap", &[][..], microseconds),
            (0xa1b2_3c4d, Format::PcapNanoseconds, "nsecpcap", &[][..], Some(1_000_000_005)),
            (0xa1b2_cd34, Format::PcapModified, "modpcap", &[9; 8][..], microseconds),
        ] {
            for big_endian in [false, true] {
                let capture = Capture::pcap(big_endian, magic, 113).record(1, 5, 60, extra, b"abc");
                let outcome = read(&capture.record(2, 0, 0, extra, b"").bytes);
                assert_eq!((outcome.reader.format(), format.name()), (Some(format), name));
                assert_eq!(outcome.times(), [time, Some(2_000_000_000)], "{name} {big_endian}");
                let first = &outcome.records[0];
                assert_eq!((&first.bytes[..], first.wire_len, first.interface), (&b"abc"[..], 60, 0));
                assert_eq!(first.offset, 24 + 16 + extra.len() as u64);
                let interface = &outcome.reader.interfaces()[0];
                assert_eq!((interface.link, interface.snaplen, interface.packets), (113, 65535, 2));
                assert!(outcome.reader.warnings().is_empty());
            }
        }
    }

    #[test]
    fn link_type_without_checksum_length() {
        for big_endian in [false, true] {
            let outcome = read(&Capture::pcap(big_endian, 0xa1b2_c3d4, 0x5400_0069).bytes);
            assert_eq!(outcome.reader.interfaces()[0].link, 105);
        }
    }

    #[test]
    fn odd_but_readable() {
        let capture = Capture::pcap(false, 0xa1b2_c3d4, 1);
        // Captured more than there was; times at the limits and backwards; longer than the snapshot length.
        let capture = capture.record(u32::MAX, u32::MAX, 2, &[], b"abc").record(0, 0, 70_000, &[], &[7; 70_000]);
        let outcome = read(&capture.bytes);
        assert_eq!(outcome.times(), [Some(4_294_967_295_000_000_000 + 4_294_967_295_000), Some(0)]);
        assert_eq!((outcome.records[0].bytes.len(), outcome.records[0].wire_len), (3, 2));
        assert_eq!(outcome.records[1].bytes.len(), 70_000);
        assert!(outcome.reader.warnings().is_empty());
    }

    #[test]
    fn impossible_length_ends_reading() {
        let start = Capture::pcap(true, 0xa1b2_c3d4, 1).record(1, 0, 3, &[], b"abc");
        for bad in [start.clone().u32(0).u32(0).u32(262_145).u32(60), start.record(0, 0, 0, &[], &[0; 262_145])] {
            let outcome = read(&bad.record(1, 0, 3, &[], b"abc").bytes);
            assert_eq!(outcome.records.len(), 1);
            let (offset, message) = outcome.warning();
            assert_eq!(offset, 24 + 19);
            assert!(message.starts_with("The file is damaged: a packet claims 262145 captured bytes"), "{message}");
        }
        let large = Capture::pcap(true, 0xa1b2_c3d4, 249).record(0, 0, 0, &[], &[0; 262_145]);
        assert_eq!(read(&large.bytes).records.len(), 1, "USBPcap packets may be larger");
    }

    #[test]
    fn old_versions() {
        let outcome = read(&Capture::new(false).u32(0xa1b2_c3d4).u16(1).u16(2).u64(0).u64(0).bytes);
        assert!(outcome.error.is_some_and(|error| error.message.contains("version 1.2")));
    }
}
