//! What a capture says about itself, beside its packets.

use std::net::IpAddr;
use std::ops::Range;

use super::{Format, Interface};

/// This many warnings are kept with their text; the rest is counted.
const KEPT_WARNINGS: usize = 100;
/// This many names are kept: a bound on memory, far above what any capture of a network brings along.
const KEPT_NAMES: usize = 1 << 20;
/// This many places of blocks that describe nothing are kept: the same.
const KEPT_PLACES: usize = 1 << 20;

/// Something wrong with the file that did not keep the rest from being read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// Where, in bytes from the start of the file: the start of the record concerned.
    pub offset: u64,
    /// One sentence, for the user.
    pub message: String,
}

/// A section of a pcapng file (draft-ietf-opsawg-pcapng, Section Header Block).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Section {
    /// Where its header starts, in bytes from the start of the file.
    pub offset: u64,
    /// Numbers are stored most significant byte first.
    pub big_endian: bool,
    /// The machine captured on (`shb_hardware`).
    pub hardware: Option<String>,
    /// Its operating system (`shb_os`).
    pub os: Option<String>,
    /// The program that wrote the section (`shb_userappl`).
    pub application: Option<String>,
    /// Comments on the whole section (`opt_comment`).
    pub comments: Vec<String>,
}

/// Filled by the containers while they read.
#[derive(Debug, Default)]
pub(super) struct Contents {
    /// Set once the file's header was understood.
    pub(super) format: Option<Format>,
    pub(super) interfaces: Vec<Interface>,
    pub(super) sections: Vec<Section>,
    pub(super) names: Vec<(IpAddr, String)>,
    /// Ascending; neighbours are one.
    pub(super) others: Vec<Range<u64>>,
    pub(super) secrets: bool,
    pub(super) warnings: Vec<Warning>,
    pub(super) further_warnings: u64,
}

impl Contents {
    #[cold]
    pub(super) fn warn(&mut self, offset: u64, message: impl Into<String>) {
        if self.warnings.len() < KEPT_WARNINGS {
            self.warnings.push(Warning { offset, message: message.into() });
        } else {
            self.further_warnings = self.further_warnings.saturating_add(1);
        }
    }

    /// Bytes of the file that are no packet. Those that packets depend on are remembered however many there are.
    pub(super) fn other(&mut self, offset: u64, size: usize, needed: bool) {
        let end = offset.saturating_add(size as u64);
        let has_room = needed || self.others.len() < KEPT_PLACES;
        match self.others.last_mut() {
            Some(last) if last.end == offset => last.end = end,
            _ if has_room => self.others.push(offset..end),
            _ => {}
        }
    }

    pub(super) fn name(&mut self, address: IpAddr, name: String) {
        if self.names.len() < KEPT_NAMES {
            self.names.push((address, name));
        }
    }
}
