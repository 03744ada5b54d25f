//! What there is to say of a filter while it is typed.
use super::Asked;
use crate::api::{CheckFilter, Filter, FilterCheck, FilterPart, FilterVerdict, Language};
use crate::engine::filter::parts::{Join, parts};
use crate::engine::filter::{Compiled, capture, translate};
use std::ops::Range;

pub fn answer(asked: &Asked<'_>, question: &CheckFilter) -> FilterCheck {
    let Filter { text, language } = &question.filter;
    if question.filter.is_empty() {
        return FilterCheck { language: *language, ..FilterCheck::default() };
    }
    let interfaces = asked.reader.interfaces();
    let compile = |text: &str, language| Compiled::new(&Filter { text: text.to_owned(), language }, interfaces);
    let compiled = match compile(text, *language) {
        Ok(compiled) => compiled,
        Err(wrong) => {
            return FilterCheck {
                verdict: FilterVerdict::Invalid,
                language: *language,
                message: wrong.message,
                at: Some(units(text, &wrong.at)),
                ..FilterCheck::default()
            };
        }
    };
    let understood = compiled.language();
    let other = if understood == Language::Display { Language::Capture } else { Language::Display };
    let doubt = match &compiled {
        Compiled::Display(filter, _) => filter.doubts.first(),
        Compiled::Capture(_) => None,
    };
    let (join, ranges) = parts(text, understood == Language::Display);
    // What only means something beside the others (`port 80 or 443`) is no part.
    let stands_alone = |part: &Range<usize>| compile(text.get(part.clone()).unwrap_or_default(), understood).is_ok();
    let whole = || std::iter::once(0..text.len()).collect();
    let parts: Vec<Range<usize>> = if ranges.iter().all(stands_alone) { ranges } else { whole() };
    FilterCheck {
        verdict: if doubt.is_some() { FilterVerdict::Doubtful } else { FilterVerdict::Valid },
        language: understood,
        message: doubt.map(|doubt| doubt.message.clone()).unwrap_or_default(),
        at: doubt.map(|doubt| units(text, &doubt.at)),
        both: compile(text, other).is_ok(),
        display: match &compiled {
            // Our own fields are no other tool's.
            Compiled::Display(filter, _) if filter.fields().iter().any(|field| is_own(field.name)) => String::new(),
            Compiled::Display(..) => text.clone(),
            Compiled::Capture(_) => capture::to_display(text).unwrap_or_default(),
        },
        capture: match &compiled {
            Compiled::Display(filter, _) => translate::to_capture(&filter.root).unwrap_or_default(),
            Compiled::Capture(_) => text.clone(),
        },
        any: join == Join::Or,
        parts: parts
            .into_iter()
            .map(|part| FilterPart {
                text: text.get(part.clone()).unwrap_or_default().to_owned(),
                at: units(text, &part),
            })
            .collect(),
        reads: compiled.reads(),
    }
}

/// Fields that Wireshark does not have (`protocols/ours.rs`).
fn is_own(name: &str) -> bool {
    ["flow.", "rtt.", "geo.", "file."].iter().any(|own| name.starts_with(own))
}

/// A range of bytes as one of UTF-16 units.
pub fn units(text: &str, at: &Range<usize>) -> Range<u32> {
    let count = |end: usize| {
        let before = text.char_indices().take_while(|(place, _)| *place < end);
        before.map(|(_, c)| c.len_utf16() as u32).sum()
    };
    count(at.start)..count(at.end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::Question;
    use crate::engine::testing::talk;

    #[test]
    fn a_filter_is_offered_to_tools_that_understand_it() {
        let check = |text: &str| {
            let question = CheckFilter { filter: Filter { text: text.to_owned(), language: Language::Either } };
            let answer = talk("> SYN / < SYN ACK").answer(&question.query(), &mut &[][..]);
            let check = CheckFilter::take(answer.expect("an answer")).expect("of a filter");
            (check.display, check.capture)
        };
        assert_eq!(check("tcp.port == 80"), ("tcp.port == 80".to_owned(), "tcp port 80".to_owned()));
        assert_eq!(check("tcp && geo.country == \"KR\""), Default::default());
        assert_eq!(check("tcp.completeness == 31").0, "tcp.completeness == 31");
    }
}
