//! Display filters (wireshark-filter(4)).
use super::Wrong;
use crate::engine::sight::Sight;

/// A display filter that was understood.
#[derive(Debug)]
pub struct Filter {}

impl Filter {
    /// # Errors
    /// Where the text is no filter.
    pub fn parse(text: &str) -> Result<Self, Wrong> {
        Err(Wrong { message: "Display filters are not there yet.".to_owned(), at: 0..text.len() })
    }

    /// Whether a dissected packet matches.
    pub fn matches(&self, _packet: &Sight<'_>) -> bool {
        false
    }
}
