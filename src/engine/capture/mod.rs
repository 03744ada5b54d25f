//! The bytes of a capture file become records.
//!
//! A [`Reader`] is fed with chunks of any size, front to back. Invariant: how the file is cut into chunks changes nothing, neither
//! records nor warnings. A record that lies whole inside a chunk is handed out without copying; only one that straddles chunks is
//! collected first. The containers are read by the crate `pcap-parser`, on this window; [`pcapng`] says where not and why.
//!
//! Sources: libpcap's pcap-savefile(5) for pcap, draft-ietf-opsawg-pcapng for pcapng.

#![cfg_attr(
    not(test),
    deny(
        clippy::arithmetic_side_effects,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::panic,
        clippy::unwrap_used
    )
)]

mod contents;
mod files;
mod interface;
mod pcap;
mod pcapng;
mod sniff;
#[cfg(test)]
mod testing;

use crate::api::count;
use std::fmt;
use std::mem;
use std::net::IpAddr;
use std::ops::Range;

pub use contents::{Section, Warning};
pub use files::{Files, MOST_FILES, Member, Want};
pub use interface::Interface;
pub use pcap::longest as longest_in_pcap;

use contents::Contents;
use sniff::Sniffed;

/// No record or block may claim to be longer than this many bytes (256 MiB): it is what a lying length can make us hold.
const LONGEST_BLOCK: u32 = 256 << 20;
/// A carry that grew larger than this (1 MiB) is given back once its record was read.
const KEPT_CARRY: usize = 1 << 20;

/// One packet, as it stands in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Record<'a> {
    /// Where the captured bytes start, in bytes from the start of the file; of a data set see [`crate::engine::source::place`].
    pub offset: u64,
    /// The captured bytes.
    pub bytes: &'a [u8],
    /// Length on the wire in bytes, as the file says; a damaged or odd file may say less than was captured.
    pub wire_len: u32,
    /// Nanoseconds since 1970-01-01 UTC. `None` where the file has no time (pcapng Simple Packet Block) or one out of range.
    pub time: Option<i64>,
    /// Of a time out of range: nanoseconds since 1970-01-01 UTC.
    pub clock: Option<i128>,
    /// Index into [`Reader::interfaces`], counted over all sections; of a data set into [`Files::interfaces`].
    pub interface: u32,
    /// `LINKTYPE_` number of that interface: what the bytes begin with.
    pub link: u16,
    /// The first comment that the record carries (pcapng `opt_comment`).
    pub comment: Option<&'a [u8]>,
}

/// The container and, for pcap, its dialect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// pcap with microseconds, magic number a1b2c3d4.
    Pcap,
    /// pcap with nanoseconds, magic number a1b23c4d.
    PcapNanoseconds,
    /// pcap with Alexey Kuznetzov's longer record headers, magic number a1b2cd34.
    PcapModified,
    /// pcapng.
    Pcapng,
}

impl Format {
    /// The name Wireshark's tools print.
    pub fn name(self) -> &'static str {
        match self {
            Format::Pcap => "pcap",
            Format::PcapNanoseconds => "nsecpcap",
            Format::PcapModified => "modpcap",
            Format::Pcapng => "pcapng",
        }
    }
}

/// Why a file cannot be opened as a capture at all: one sentence, what it is and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// The sentence, for the user.
    pub message: String,
}

impl Error {
    fn new(message: impl Into<String>) -> Error {
        Error { message: message.into() }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

/// What a container found at the start of a window.
enum Step<'w> {
    /// Nothing can be said before the window holds this many bytes (always more than it has now, never more than the record).
    Need(usize),
    /// This many bytes were no packet, and are done with.
    Pass(usize),
    /// A packet; the record with its header takes this many bytes.
    Packet(usize, Record<'w>),
    /// The file cannot be read on from here. The text completes "The file is damaged: …".
    Damaged(String),
    /// The file cannot be opened.
    Refused(Error),
}

/// A capture file format.
trait Container {
    /// Looks at one record, which starts at the window's first byte and at `offset` in the file. Must depend on the record's bytes
    /// only, not on how many follow: that makes chunks of any size equal.
    fn step<'w>(&mut self, window: &'w [u8], offset: u64, contents: &mut Contents) -> Step<'w>;
}

#[derive(Debug)]
enum State {
    Sniffing,
    Pcap(pcap::Pcap),
    Pcapng(pcapng::Pcapng),
    /// Damaged or finished: what is still fed is counted, not read.
    Ended,
    Refused(Error),
}

/// Reads a capture that is fed to it.
#[derive(Debug)]
pub struct Reader {
    state: State,
    contents: Contents,
    /// The beginning of a record that the chunk before cut off.
    carry: Vec<u8>,
    /// How long `carry` must be before looking at it again: no byte is looked at twice without need, however small the chunks.
    need: usize,
    /// Where in the file the carry starts, or when it is empty, the next byte.
    offset: u64,
    bytes_read: u64,
}

impl Default for Reader {
    fn default() -> Self {
        Reader::new()
    }
}

impl Reader {
    /// A reader at the start of a file.
    pub fn new() -> Self {
        Reader {
            state: State::Sniffing,
            contents: Contents::default(),
            carry: Vec::new(),
            need: 0,
            offset: 0,
            bytes_read: 0,
        }
    }

    /// Takes the next bytes of the file and calls `each` for every record completed by them. Fails only when the file cannot be
    /// opened as a capture at all; damage further on is a [`Warning`].
    pub fn feed<F: FnMut(Record<'_>)>(&mut self, chunk: &[u8], mut each: F) -> Result<(), Error> {
        self.bytes_read = self.bytes_read.saturating_add(chunk.len() as u64);
        let mut rest = chunk;
        while !self.carry.is_empty() && !rest.is_empty() {
            let missing = self.need.saturating_sub(self.carry.len());
            let (more, after) = rest.split_at_checked(missing).unwrap_or((rest, &[]));
            self.keep(more);
            rest = after;
            if self.carry.len() >= self.need {
                let mut carry = mem::take(&mut self.carry);
                let left = self.walk(&carry, &mut each)?.len();
                carry.drain(..carry.len().saturating_sub(left));
                if !carry.is_empty() || carry.capacity() <= KEPT_CARRY {
                    self.carry = carry;
                }
            }
        }
        if self.carry.is_empty() {
            let left = self.walk(rest, &mut each)?;
            self.keep(left);
        }
        Ok(())
    }

    /// The end of the file was reached. A record that is cut off is left out, with a warning, as tshark and tcpdump do; hence
    /// nothing is handed out here. An empty file or one that ends before it could be opened is an error.
    pub fn finish(&mut self) -> Result<(), Error> {
        let state = mem::replace(&mut self.state, State::Ended);
        let error = match state {
            State::Refused(error) => error,
            State::Sniffing if self.bytes_read == 0 => Error::new("The file is empty."),
            State::Sniffing => sniff::foreign(&self.carry),
            State::Pcap(_) | State::Pcapng(_) if self.contents.format.is_none() => {
                Error::new("The file ends inside its own header: it is a capture, but nothing of it is there.")
            }
            State::Pcap(_) | State::Pcapng(_) | State::Ended => {
                if !self.carry.is_empty() {
                    let left = count(self.carry.len() as u64);
                    let message =
                        format!("The file is cut off in the middle of a packet; its last {left} bytes were left out.");
                    self.contents.warn(self.offset, message);
                    self.carry = Vec::new();
                }
                return Ok(());
            }
        };
        self.state = State::Refused(error.clone());
        Err(error)
    }

    /// What the file is; `None` until its header was read.
    pub fn format(&self) -> Option<Format> {
        self.contents.format
    }

    /// The interfaces seen so far, over all sections. A pcap file is one interface.
    pub fn interfaces(&self) -> &[Interface] {
        &self.contents.interfaces
    }

    /// The sections seen so far: none in a pcap file, one or more in pcapng.
    pub fn sections(&self) -> &[Section] {
        &self.contents.sections
    }

    /// The comments on the sections, that is on the capture as a whole (`opt_comment` of the Section Header Blocks).
    pub fn comments(&self) -> impl Iterator<Item = &str> {
        self.contents.sections.iter().flat_map(|section| section.comments.iter().map(String::as_str))
    }

    /// Names of addresses that the file brings along (pcapng Name Resolution Blocks), in file order.
    pub fn names(&self) -> &[(IpAddr, String)] {
        &self.contents.names
    }

    /// What of the file is no packet, in bytes from its start: headers, and blocks of all other kinds. Ascending.
    pub fn others(&self) -> &[Range<u64>] {
        &self.contents.others
    }

    /// The file holds keys for decryption (pcapng Decryption Secrets Block).
    pub fn has_secrets(&self) -> bool {
        self.contents.secrets
    }

    /// The first hundred things that were wrong with the file, in file order.
    pub fn warnings(&self) -> &[Warning] {
        &self.contents.warnings
    }

    /// How many warnings there were beyond those in [`Reader::warnings`].
    pub fn further_warnings(&self) -> u64 {
        self.contents.further_warnings
    }

    /// Bytes fed so far.
    pub fn bytes_read(&self) -> u64 {
        self.bytes_read
    }

    /// Reads every whole record of the window and returns what is left; then `need` says how long that must become.
    fn walk<'w>(&mut self, window: &'w [u8], each: &mut impl FnMut(Record<'_>)) -> Result<&'w [u8], Error> {
        if matches!(self.state, State::Sniffing) {
            self.state = match sniff::sniff(window) {
                Sniffed::Pcap(pcap) => State::Pcap(pcap),
                Sniffed::Pcapng => State::Pcapng(pcapng::Pcapng::default()),
                Sniffed::Need(need) => {
                    self.need = need;
                    return Ok(window);
                }
                Sniffed::Foreign(error) => State::Refused(error),
            };
        }
        let (left, end) = match &mut self.state {
            State::Pcap(pcap) => steps(pcap, window, &mut self.offset, &mut self.contents, each),
            State::Pcapng(pcapng) => steps(pcapng, window, &mut self.offset, &mut self.contents, each),
            State::Refused(error) => return Err(error.clone()),
            State::Sniffing | State::Ended => return Ok(&[]),
        };
        match end {
            End::Need(need) => {
                self.need = need;
                Ok(left)
            }
            End::Damaged(why) => {
                let message = format!("The file is damaged: {why}. Everything before was read.");
                self.contents.warn(self.offset, message);
                self.state = State::Ended;
                Ok(&[])
            }
            End::Refused(error) => {
                self.state = State::Refused(error.clone());
                Err(error)
            }
        }
    }

    /// Keeps bytes for later. Grows with what is really there, never ahead to what a length claims, and never far beyond `need`.
    fn keep(&mut self, bytes: &[u8]) {
        let wanted = self.carry.len().saturating_add(bytes.len());
        if wanted > self.carry.capacity() {
            let room = wanted.max(self.carry.len().saturating_mul(2).min(self.need));
            self.carry.reserve_exact(room.saturating_sub(self.carry.len()));
        }
        self.carry.extend_from_slice(bytes);
    }
}

/// Why [`steps`] came to an end.
enum End {
    Need(usize),
    Damaged(String),
    Refused(Error),
}

/// The hot loop: record after record, until the window holds no whole one.
#[inline]
fn steps<'w>(
    container: &mut impl Container,
    mut window: &'w [u8],
    offset: &mut u64,
    contents: &mut Contents,
    each: &mut impl FnMut(Record<'_>),
) -> (&'w [u8], End) {
    loop {
        let size = match container.step(window, *offset, contents) {
            Step::Packet(size, record) => {
                each(record);
                size
            }
            Step::Pass(size) => size,
            Step::Need(need) => return (window, End::Need(need)),
            Step::Damaged(why) => return (window, End::Damaged(why)),
            Step::Refused(error) => return (window, End::Refused(error)),
        };
        window = window.get(size..).unwrap_or_default();
        *offset = offset.saturating_add(size as u64);
    }
}

#[cfg(test)]
mod tests;
