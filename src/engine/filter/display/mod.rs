//! Display filters (wireshark-filter(4)).
mod datum;
mod pattern;
mod tree;
mod values;
pub mod words;

use super::Wrong;
use crate::engine::sight::Sight;
pub use datum::{Datum, Type};
pub use tree::{Compare, Cut, Expr, FieldRef, Member, Named, Node, Op, Test};
pub use values::{Item, Values};

/// A display filter that was understood.
#[derive(Debug)]
pub struct Filter {
    pub root: Node,
    /// It is valid, but this may not be what was meant.
    pub doubts: Vec<Wrong>,
}

impl Filter {
    /// # Errors
    /// Where the text is no filter.
    pub fn parse(text: &str) -> Result<Self, Wrong> {
        Err(Wrong { message: "Display filters are not there yet.".to_owned(), at: 0..text.len() })
    }

    /// Whether the packet matches that these values are of. None: they do not tell.
    pub fn decide(&self, values: &dyn Values) -> Option<bool> {
        let _ = values;
        None
    }

    /// Whether a dissected packet matches.
    pub fn matches(&self, _packet: &Sight<'_>) -> bool {
        false
    }

    /// Every field that it asks for, once for each time.
    pub fn fields(&self) -> Vec<&FieldRef> {
        let mut fields = Vec::new();
        self.root.each_field(&mut |field| fields.push(field));
        fields
    }
}
