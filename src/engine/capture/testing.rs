//! For tests: builds captures in memory, and reads them in chunks of any size.

use super::{Error, Reader, Warning};

/// A capture under construction.
#[derive(Clone, Default)]
pub(super) struct Capture {
    pub(super) bytes: Vec<u8>,
    pub(super) big_endian: bool,
}

impl Capture {
    pub(super) fn new(big_endian: bool) -> Capture {
        Capture { bytes: Vec::new(), big_endian }
    }

    fn number<const N: usize>(&mut self, little_endian: [u8; N]) {
        let mut octets = little_endian;
        if self.big_endian {
            octets.reverse();
        }
        self.bytes.extend(octets);
    }

    pub(super) fn u16(mut self, value: u16) -> Self {
        self.number(value.to_le_bytes());
        self
    }

    pub(super) fn u32(mut self, value: u32) -> Self {
        self.number(value.to_le_bytes());
        self
    }

    pub(super) fn u64(mut self, value: u64) -> Self {
        self.number(value.to_le_bytes());
        self
    }

    pub(super) fn raw(mut self, bytes: &[u8]) -> Self {
        self.bytes.extend(bytes);
        self
    }

    fn pad(mut self, len: usize) -> Self {
        self.bytes.resize(self.bytes.len() + len.next_multiple_of(4) - len, 0);
        self
    }

    /// pcap: the file header.
    pub(super) fn pcap(big_endian: bool, magic: u32, link: u32) -> Self {
        Capture::new(big_endian).u32(magic).u16(2).u16(4).u32(0).u32(0).u32(65535).u32(link)
    }

    /// pcap: a record, with `extra` between header and packet as in the modified format.
    pub(super) fn record(self, seconds: u32, fraction: u32, wire_len: u32, extra: &[u8], packet: &[u8]) -> Self {
        self.u32(seconds).u32(fraction).u32(packet.len() as u32).u32(wire_len).raw(extra).raw(packet)
    }

    /// pcapng: any block.
    pub(super) fn block(self, kind: u32, body: &[u8]) -> Self {
        let len = 12 + body.len().next_multiple_of(4) as u32;
        self.u32(kind).u32(len).raw(body).pad(body.len()).u32(len)
    }

    /// A part of a block, in the same byte order.
    pub(super) fn part(&self) -> Capture {
        Capture::new(self.big_endian)
    }

    pub(super) fn option(self, code: u16, value: &[u8]) -> Self {
        self.u16(code).u16(value.len() as u16).raw(value).pad(value.len())
    }

    /// pcapng: a Section Header Block; changes the byte order.
    pub(super) fn section(mut self, big_endian: bool, options: impl Fn(Capture) -> Capture) -> Self {
        self.big_endian = big_endian;
        let body = options(self.part().u32(0x1a2b_3c4d).u16(1).u16(0).u64(u64::MAX));
        self.block(0x0a0d_0d0a, &body.bytes)
    }

    /// pcapng: an Interface Description Block.
    pub(super) fn interface(self, link: u16, snaplen: u32, options: impl Fn(Capture) -> Capture) -> Self {
        let body = options(self.part().u16(link).u16(0).u32(snaplen));
        self.block(1, &body.bytes)
    }

    /// pcapng: an Enhanced Packet Block.
    pub(super) fn packet(self, interface: u32, ticks: u64, wire_len: u32, packet: &[u8], options: &[u8]) -> Self {
        let (high, low) = ((ticks >> 32) as u32, ticks as u32);
        let body = self.part().u32(interface).u32(high).u32(low).u32(packet.len() as u32).u32(wire_len);
        let body = body.raw(packet).pad(packet.len()).raw(options);
        self.block(6, &body.bytes)
    }

    /// pcapng: a Simple Packet Block.
    pub(super) fn simple(self, wire_len: u32, packet: &[u8]) -> Self {
        let body = self.part().u32(wire_len).raw(packet);
        self.block(3, &body.bytes)
    }
}

pub(super) fn none(options: Capture) -> Capture {
    options
}

/// A record that outlives its chunk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Owned {
    pub(super) offset: u64,
    pub(super) bytes: Vec<u8>,
    pub(super) wire_len: u32,
    pub(super) time: Option<i64>,
    pub(super) interface: u32,
    pub(super) comment: bool,
}

/// What came out of reading a file.
#[derive(Debug)]
pub(super) struct Outcome {
    pub(super) reader: Reader,
    pub(super) records: Vec<Owned>,
    pub(super) error: Option<Error>,
}

impl Outcome {
    /// Everything a chunk size must not change.
    pub(super) fn facts(&self) -> (&[Owned], Option<&Error>, &[Warning], u64, String) {
        let reader = &self.reader;
        let described = format!("{:?} {:?} {:?}", reader.interfaces(), reader.sections(), reader.names());
        (&self.records, self.error.as_ref(), reader.warnings(), reader.further_warnings(), described)
    }

    /// The only warning's offset and text.
    pub(super) fn warning(&self) -> (u64, &str) {
        assert_eq!(self.reader.warnings().len(), 1, "{:?}", self.reader.warnings());
        (self.reader.warnings()[0].offset, &self.reader.warnings()[0].message)
    }

    pub(super) fn times(&self) -> Vec<Option<i64>> {
        self.records.iter().map(|record| record.time).collect()
    }
}

/// Reads a file in chunks of `size` bytes.
pub(super) fn read_in(size: usize, bytes: &[u8]) -> Outcome {
    let mut reader = Reader::new();
    let mut records = Vec::new();
    for chunk in bytes.chunks(size) {
        let fed = reader.feed(chunk, |record| {
            records.push(Owned {
                offset: record.offset,
                bytes: record.bytes.to_vec(),
                wire_len: record.wire_len,
                time: record.time,
                interface: record.interface,
                comment: record.comment.is_some(),
            });
        });
        if fed.is_err() {
            break;
        }
    }
    let error = reader.finish().err();
    for record in &records {
        let start = record.offset as usize;
        assert_eq!(&bytes[start..start + record.bytes.len()], record.bytes, "the offset leads back to the bytes");
    }
    Outcome { reader, records, error }
}

/// Reads a file whole, and checks that chunks of other sizes give the same.
pub(super) fn read(bytes: &[u8]) -> Outcome {
    let whole = read_in(bytes.len().max(1), bytes);
    for size in [1, 7, 4096] {
        assert_eq!(read_in(size, bytes).facts(), whole.facts(), "chunks of {size}");
    }
    whole
}
