//! Capture filters (pcap-filter(7)), with libpcap's meaning.
use super::Wrong;

/// A capture filter, compiled for one link type.
#[derive(Debug)]
pub struct Filter {}

impl Filter {
    /// Compiles for packets of a link type (`LINKTYPE_`), of which at most `snaplen` bytes were captured (0: no limit).
    ///
    /// # Errors
    /// Where the text is no filter, or can match no packet of this link type.
    pub fn compile(text: &str, _link: u16, _snaplen: u32) -> Result<Self, Wrong> {
        Err(Wrong { message: "Capture filters are not there yet.".to_owned(), at: 0..text.len() })
    }

    /// Whether a packet matches: its captured bytes, and how many it had on the wire.
    pub fn matches(&self, _bytes: &[u8], _wire_len: u32) -> bool {
        false
    }
}
