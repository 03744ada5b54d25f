//! Filters in the two languages people know: Wireshark's display filters and tcpdump's capture filters. Both are right, and differ:
//! a display filter asks what was dissected, a capture filter what stands at an offset.
pub mod capture;
pub mod columns;
pub mod display;
pub mod matching;
pub mod parts;
pub mod selection;
pub mod translate;

use crate::api::{self, Language};
use crate::engine::capture::Interface;
use crate::engine::dissect::{Dissection, Wanted};
use crate::engine::replay::Replay;
use crate::engine::sight::Sight;
use crate::engine::store::Store;
use crate::engine::store::packets::PacketId;
use columns::Look;
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
#[expect(clippy::large_enum_variant, reason = "few are kept")]
pub enum Compiled {
    /// And how closely packets are looked at for it.
    Display(display::Filter, Look),
    /// For each interface of the file: capture filters depend on the link type. None where no packet can match.
    Capture(Vec<Option<capture::Filter>>),
}

impl Compiled {
    /// # Errors
    /// Where the text is no filter: in the language chosen, or in none.
    pub fn new(filter: &api::Filter, interfaces: &[Interface]) -> Result<Self, Wrong> {
        let display = || {
            let filter = display::Filter::parse(&filter.text)?;
            let look = Look::of(&filter);
            Ok(Self::Display(filter, look))
        };
        let capture = || capture(&filter.text, interfaces);
        match filter.language {
            Language::Display => display(),
            Language::Capture => capture(),
            Language::Either => match display() {
                Ok(compiled) => Ok(compiled),
                // Whoever understood more of it says what is wrong; of a capture filter not even the first word has a point in it.
                Err(wrong) => capture().map_err(|other| {
                    let first = filter.text.split(|c: char| !(c.is_ascii_alphanumeric() || "._".contains(c))).next();
                    let is_capture = capture::words().any(|(word, _)| Some(word) == first);
                    if is_capture && other.at.start > wrong.at.start { other } else { wrong }
                }),
            },
        }
    }

    pub fn language(&self) -> Language {
        match self {
            Self::Display(..) => Language::Display,
            Self::Capture(_) => Language::Capture,
        }
    }

    /// What columns tell of packets, without the file: `None` where they do not.
    pub fn by_columns(&self, store: &Store, ids: Range<PacketId>, mut told: impl FnMut(PacketId, Option<bool>)) {
        match self {
            Self::Display(filter, _) => columns::Plan::new(filter, store).decide(ids, told),
            Self::Capture(_) => ids.for_each(|id| told(id, None)),
        }
    }

    /// Whether packets have to be read again, other than a few of which columns do not know enough.
    pub fn reads(&self) -> bool {
        match self {
            Self::Display(filter, _) => !columns::hold(&filter.root),
            Self::Capture(_) => true,
        }
    }

    /// Looks at packets as closely as [`Compiled::by_bytes`] needs it.
    pub fn sight<'a>(&self, replay: Replay<'a>) -> Sight<'a> {
        let mut sight = Sight::before(replay);
        if let Self::Display(_, Look::Layers(protocols)) = self {
            sight.d = Dissection::new(Wanted::Everything).only(protocols.clone());
        }
        sight
    }

    /// Whether a packet matches, read from the file. The sight is one of [`Compiled::sight`].
    ///
    /// # Errors
    /// When that cannot be read again.
    pub fn by_bytes(&self, sight: &mut Sight<'_>, id: PacketId) -> Result<bool, String> {
        match self {
            Self::Display(filter, look) => {
                match look {
                    Look::Bytes => sight.turn_to_bytes(id)?,
                    Look::Layers(_) | Look::Everything => sight.turn_to(id)?,
                }
                Ok(filter.matches(sight))
            }
            Self::Capture(filters) => {
                let store = sight.replay.store();
                let Some(packet) = store.packets.get(id) else { return Ok(false) };
                let interface = store.stacks.interface(packet.stack) as usize;
                let Some(filter) = filters.get(interface).and_then(Option::as_ref) else { return Ok(false) };
                sight.turn_to_bytes(id)?;
                Ok(filter.matches(&sight.bytes, packet.wire_len))
            }
        }
    }
}

/// A capture filter for every interface; wrong when it is for the first one.
fn capture(text: &str, interfaces: &[Interface]) -> Result<Compiled, Wrong> {
    let Some(first) = interfaces.first() else { return Ok(Compiled::Capture(Vec::new())) };
    let mut filters = vec![Some(capture::Filter::compile(text, first.link, capture::MASK_OF_FILES)?)];
    let others = interfaces.iter().skip(1);
    filters.extend(others.map(|other| capture::Filter::compile(text, other.link, capture::MASK_OF_FILES).ok()));
    Ok(Compiled::Capture(filters))
}
