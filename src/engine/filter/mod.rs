//! Filters in the two languages people know: Wireshark's display filters and tcpdump's capture filters. Both are right, and differ:
//! a display filter asks what was dissected, a capture filter what stands at an offset.
pub mod capture;
pub mod display;

use std::ops::Range;

/// Why a text is no filter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    /// One sentence: what is wrong, and what would be right.
    pub message: String,
    /// Where in the text, bytes.
    pub at: Range<usize>,
}
