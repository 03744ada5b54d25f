//! A span of time as the last condition of the filter: what the timeline zooms into. The filter alone says it, so links, history and
//! every view have it.
use super::{Filters, words};
use crate::api::{Filter, Language};
use leptos::prelude::*;

impl Filters {
    /// From and to before, ns, of what is applied.
    pub(crate) fn span(self) -> Option<(i64, i64)> {
        self.state.filter.with(span_of)
    }

    /// Another span beside the other conditions, or none.
    pub(crate) fn set_span(self, span: Option<(i64, i64)>) {
        let now = self.joined_to().unwrap_or_default();
        let others = words::without_span(&now).map_or(now.clone(), |(others, _)| others);
        let text = match span {
            Some(span) => words::joined(&others, words::Join::And, &words::within(span)),
            None => others,
        };
        self.draft.set(Filter { text, language: Language::Either });
        self.apply();
    }
}

/// From and to before, ns, where the filter ends with a span of time.
pub(crate) fn span_of(filter: &Filter) -> Option<(i64, i64)> {
    let may = filter.language != Language::Capture;
    words::without_span(&filter.text).filter(|_| may).map(|(_, span)| span)
}
