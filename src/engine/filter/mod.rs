//! Filters in the two languages people know: Wireshark's display filters and tcpdump's capture filters. Both are right, and differ:
//! a display filter asks what was dissected, a capture filter what stands at an offset.
pub mod capture;
pub mod display;
pub mod matching;
pub mod parts;
pub mod selection;
pub mod translate;

use crate::api::{self, Language};
use crate::engine::capture::Interface;
use crate::engine::sight::Sight;
use crate::engine::store::Store;
use crate::engine::store::packets::PacketId;
use std::ops::Range;

/// Why a text is no filter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    /// One sentence: what is wrong, and what would be right.
    pub message: String,
    /// Where in the text, bytes.
    pub at: Range<usize>,
}

/// A filter that was understood.
pub enum Compiled {
    Display(display::Filter),
    /// For each interface of the file: capture filters depend on the link type. None where no packet can match.
    Capture(Vec<Option<capture::Filter>>),
}

impl Compiled {
    /// # Errors
    /// Where the text is no filter: in the language chosen, or in none.
    pub fn new(filter: &api::Filter, interfaces: &[Interface]) -> Result<Self, Wrong> {
        let display = || display::Filter::parse(&filter.text).map(Self::Display);
        let capture = || capture(&filter.text, interfaces);
        match filter.language {
            Language::Display => display(),
            Language::Capture => capture(),
            Language::Either => match display() {
                Ok(compiled) => Ok(compiled),
                // Whoever understood more of it says what is wrong.
                Err(wrong) => capture().map_err(|other| if other.at.start > wrong.at.start { other } else { wrong }),
            },
        }
    }

    pub fn language(&self) -> Language {
        match self {
            Self::Display(_) => Language::Display,
            Self::Capture(_) => Language::Capture,
        }
    }

    /// What columns tell of packets, without the file: `None` where they do not.
    pub fn by_columns(&self, _store: &Store, ids: Range<PacketId>, mut told: impl FnMut(PacketId, Option<bool>)) {
        ids.for_each(|id| told(id, None));
    }

    /// Whether some packets may have to be read again.
    pub fn reads(&self) -> bool {
        true
    }

    /// Whether a packet matches, read from the file.
    ///
    /// # Errors
    /// When that cannot be read again.
    pub fn by_bytes(&self, sight: &mut Sight<'_>, id: PacketId) -> Result<bool, String> {
        match self {
            Self::Display(filter) => {
                sight.turn_to(id)?;
                Ok(filter.matches(sight))
            }
            Self::Capture(filters) => {
                let store = sight.replay.store();
                let Some(packet) = store.packets.get(id) else { return Ok(false) };
                let interface = store.stacks.interface(packet.stack) as usize;
                let Some(filter) = filters.get(interface).and_then(Option::as_ref) else { return Ok(false) };
                let bytes = sight.replay.read(id)?;
                Ok(filter.matches(&bytes, packet.wire_len))
            }
        }
    }
}

/// A capture filter for every interface; wrong when it is for the first one.
fn capture(text: &str, interfaces: &[Interface]) -> Result<Compiled, Wrong> {
    let Some(first) = interfaces.first() else { return Ok(Compiled::Capture(Vec::new())) };
    let mut filters = vec![Some(capture::Filter::compile(text, first.link, first.snaplen)?)];
    let others = interfaces.iter().skip(1);
    filters.extend(others.map(|interface| capture::Filter::compile(text, interface.link, interface.snaplen).ok()));
    Ok(Compiled::Capture(filters))
}
