//! Display filters (wireshark-filter(4)): a text becomes a tree of tests, which is decided on values that a source tells.
mod datum;
mod evaluate;
mod lexer;
mod literal;
mod macros;
mod names;
mod parser;
mod pattern;
mod seen;
mod special;
#[cfg(test)]
mod tests;
mod times;
mod tree;
mod typing;
mod values;
pub mod words;

use super::Wrong;
use crate::engine::sight::Sight;
pub use datum::{Datum, Type};
pub use macros::MACROS;
pub use names::{aliases, find, near};
pub use seen::{Seen, of_address};
pub use tree::{Compare, Cut, Expr, FieldRef, Math, Member, Named, Node, Op, Test};
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
        let mut parser = parser::Parser::new(text)?;
        let root = parser.filter()?;
        Ok(Self { root, doubts: parser.doubts })
    }

    /// Whether the packet passes that these values are of. None: they do not tell.
    pub fn decide(&self, values: &dyn Values) -> Option<bool> {
        self.root.decide(values)
    }

    /// Whether a dissected packet passes.
    pub fn matches(&self, packet: &Sight<'_>) -> bool {
        self.decide(&seen::Seen::new(packet)) == Some(true)
    }

    /// Takes the values for `${field}` from the selected packet; before, they are none.
    pub fn bind(&mut self, packet: &Sight<'_>) {
        let seen = seen::Seen::new(packet);
        self.root.each_reference(&mut |field, bound| {
            let mut items = Vec::new();
            seen.of(field, &mut items);
            evaluate::choose(field, &mut items);
            *bound = items.into_iter().map(|item| item.value.into_owned()).collect();
        });
    }

    /// Every field that it asks for, once for each time.
    pub fn fields(&self) -> Vec<&FieldRef> {
        let mut fields = Vec::new();
        self.root.each_field(&mut |field| fields.push(field));
        fields
    }
}
