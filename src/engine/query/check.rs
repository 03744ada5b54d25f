//! What there is to say of a filter while it is typed.
use super::Asked;
use crate::api::{CheckFilter, Filter, FilterCheck, FilterVerdict};
use crate::engine::filter::Compiled;
use std::ops::Range;

pub fn answer(asked: &Asked<'_>, question: &CheckFilter) -> FilterCheck {
    let Filter { text, language } = &question.filter;
    if question.filter.is_empty() {
        return FilterCheck { language: *language, ..FilterCheck::default() };
    }
    match Compiled::new(&question.filter, asked.reader.interfaces()) {
        Ok(compiled) => {
            FilterCheck { verdict: FilterVerdict::Valid, language: compiled.language(), ..FilterCheck::default() }
        }
        Err(wrong) => FilterCheck {
            verdict: FilterVerdict::Invalid,
            language: *language,
            message: wrong.message,
            at: Some(units(text, &wrong.at)),
            ..FilterCheck::default()
        },
    }
}

/// A range of bytes as one of UTF-16 units.
pub fn units(text: &str, at: &Range<usize>) -> Range<u32> {
    let count = |end: usize| {
        let before = text.char_indices().take_while(|(place, _)| *place < end);
        before.map(|(_, c)| c.len_utf16() as u32).sum()
    };
    count(at.start)..count(at.end)
}
