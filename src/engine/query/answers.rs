//! Answers that are kept: whoever comes back to a view finds it as it was. Only those without windows, which no scrolling asks for by
//! the dozen, and which tell the same while the capture, the filter and the local hosts stay the same.
use super::Asked;
use crate::api::{Answer, Query, StatisticsKind};

/// A view asks for a dozen at most.
const MOST: usize = 40;

#[derive(Default)]
pub struct Answers {
    /// Packets and bytes read when they were given.
    made_of: (u32, u64),
    /// With the version of what was meant; the one asked for last at the end.
    list: Vec<(u64, Query, Answer)>,
}

impl Answers {
    pub fn find(&mut self, asked: &Asked<'_>, query: &Query) -> Option<Answer> {
        let made_of = (asked.store.packets.len(), asked.reader.bytes_read());
        if self.made_of != made_of {
            *self = Self { made_of, list: Vec::new() };
        }
        let version = asked.version();
        let at = self.list.iter().position(|(of, known, _)| *of == version && known == query)?;
        let found = self.list.remove(at);
        let answer = found.2.clone();
        self.list.push(found);
        Some(answer)
    }

    /// Keeps an answer, if it is one to be kept; [`Answers::find`] was asked before.
    pub fn keep(&mut self, asked: &Asked<'_>, query: &Query, answer: &Answer) {
        let is_whole = match answer {
            Answer::Summary(_)
            | Answer::Statistics(_)
            | Answer::Hierarchy(_)
            | Answer::Rtt(_)
            | Answer::Verdicts(_)
            | Answer::Experts(_)
            | Answer::Countries(_) => true,
            // Who zooms asks for one span after the other.
            Answer::Timeline(_) => matches!(query, Query::Timeline(of) if of.span.is_none()),
            // Not before everything is read that may hold a login.
            Answer::Unwanted(answer) => answer.unread == 0,
            _ => false,
        };
        if is_whole {
            if self.list.len() >= MOST {
                self.list.remove(0);
            }
            self.list.push((asked.version(), query.clone(), answer.clone()));
        }
    }

    /// Places have other countries.
    pub fn forget_places(&mut self) {
        self.list.retain(|(_, query, _)| !tells_places(query));
    }

    /// Something else changed that answers depend on.
    pub fn forget(&mut self) {
        self.list.clear();
    }
}

fn tells_places(query: &Query) -> bool {
    match query {
        Query::Statistics(of) => {
            matches!(of.kind, StatisticsKind::Countries | StatisticsKind::ProtocolCountries)
        }
        // Its slowest flows are rows of flows.
        Query::Countries(_) | Query::Rtt(_) => true,
        _ => false,
    }
}
