//! Where the values come from that a filter asks for.
use super::datum::Datum;
use super::tree::FieldRef;

/// A field's value in a packet.
#[derive(Clone, Debug, PartialEq)]
pub struct Item<'v> {
    pub value: Datum<'v>,
    /// In which of its protocol's layers in the packet it stands, from 1.
    pub layer: u8,
}

/// A source of values about one packet. Sources that know but a part of them (columns) say so, and the filter's answer may be unknown.
pub trait Values {
    /// Adds the occurrences of a field, in the packet's order, whatever its `layers` say (the evaluator chooses); with `raw` its bytes.
    /// False: this source cannot tell. What was added then does not count.
    fn of<'s>(&'s self, field: &FieldRef, into: &mut Vec<Item<'s>>) -> bool;

    /// Whether it occurs at all, where that is easier to say. None: this source cannot tell.
    fn has(&self, field: &FieldRef) -> Option<bool> {
        let mut items = Vec::new();
        self.of(field, &mut items).then_some(!items.is_empty())
    }
}
