//! What the page says, in the language of its reader.
//!
//! The English text is the key: [`t`] looks it up in the catalogue of the language (`www/words/ko.txt`), [`fill`] puts values into it,
//! and [`told`] finds the text that the engine filled in, for the engine speaks English only. A text that the catalogue lacks stays
//! English; `tests/words.rs` sees to it that none does.
use std::fmt::Display;

/// This text in the page's language.
pub(crate) fn t(english: &'static str) -> &'static str {
    english
}

/// This text in the page's language with `{0}`, `{1}` … replaced by the values.
pub(crate) fn fill(english: &'static str, values: &[&dyn Display]) -> String {
    let mut parts = t(english).split('{');
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        match part.split_once('}').and_then(|(place, rest)| Some((values.get(place.parse::<usize>().ok()?)?, rest))) {
            Some((value, rest)) => out.push_str(&format!("{value}{rest}")),
            None => {
                out.push('{');
                out.push_str(part);
            }
        }
    }
    out
}
