//! What the page says, in the language of its reader.
//!
//! The English text is the key: [`t`] looks it up in the catalogue of the language (`www/words/ko.txt`), [`fill`] puts values into it,
//! and [`told`] finds the text that the engine filled in, for the engine speaks English only. A text that the catalogue lacks stays
//! English; `tests/words.rs` sees to it that none does. All three are plain look-ups, not signals: when the language changes, the
//! whole page is drawn anew (see [`language`]).
pub(crate) mod language;

use crate::catalogue::{self, Catalogue};
use std::cell::Cell;
use std::fmt::Display;

thread_local! {
    /// That of the page's language; none for English.
    static SPOKEN: Cell<Option<&'static Catalogue<'static>>> = const { Cell::new(None) };
}

/// This text in the page's language.
pub(crate) fn t(english: &'static str) -> &'static str {
    SPOKEN.get().and_then(|catalogue| catalogue.text(english)).unwrap_or(english)
}

/// This text in the page's language with `{0}`, `{1}` … replaced by the values.
pub(crate) fn fill(english: &'static str, values: &[&dyn Display]) -> String {
    catalogue::fill(t(english), |place| values.get(place).map(ToString::to_string))
}

/// The catalogue, for what is made elsewhere in the page's language: empty for English.
pub(crate) fn words() -> &'static str {
    SPOKEN.get().map_or("", |catalogue| catalogue.file)
}

/// A text that the engine made, in the page's language.
pub(crate) fn told(english: &str) -> String {
    SPOKEN.get().and_then(|catalogue| catalogue.told(english)).unwrap_or_else(|| english.to_owned())
}
