//! Questions answered from what is remembered: pure functions, one file per question.
mod answers;
mod check;
mod colour;
mod complete;
mod countries;
pub mod experts;
pub mod fields;
mod files;
mod find;
mod fingerprint;
mod flow;
pub mod flows;
mod graph;
mod hierarchy;
mod ladder;
mod lines;
mod links;
mod local;
mod losses;
mod matched;
mod measured;
mod network;
mod packet;
mod packets;
mod report;
mod round_trips;
mod rtt;
mod save;
mod search;
mod shown;
mod states;
mod statistics;
mod stream;
mod summary;
mod timeline;
mod times;
mod unpacked;
mod unwanted;
mod verdict_words;
mod verdicts;

use flows::FlowOrder;
pub use links::encapsulation;

use super::capture::Files;
use super::dissect::Address;
use super::filter::selection::Selection;
use super::replay::States;
use super::source::Source;
use super::store::Store;
use super::store::packets::{FlowId, PacketId, Row};
use crate::api::{self, Answer, Query};

/// What every question may look at.
#[derive(Clone, Copy)]
pub struct Asked<'a> {
    pub store: &'a Store,
    pub reader: &'a Files,
    /// Addresses the user chose as "us".
    pub local: Option<&'a [Address]>,
    pub given_up_fragments: u64,
    /// The packets that are meant; all of them without.
    pub selected: Option<&'a Selection>,
}

impl Asked<'_> {
    /// The same about all packets: what is told of one connection is told of it whole, and who "we" are does not depend on a filter.
    pub fn whole(&self) -> Self {
        Self { selected: None, ..*self }
    }

    /// Every packet that is meant.
    #[inline]
    pub fn each(&self, take: impl FnMut(PacketId, Row)) {
        match self.selected {
            None => self.store.packets.each(take),
            Some(selected) => self.store.packets.each_of(selected.packets.words(), take),
        }
    }

    /// How many packets are meant.
    pub fn count(&self) -> u32 {
        self.selected.map_or(self.store.packets.len(), |selected| selected.packets.len())
    }

    /// Whether a packet is meant.
    #[inline]
    pub fn means(&self, packet: PacketId) -> bool {
        self.selected.is_none_or(|selected| selected.has(packet))
    }

    /// Whether a flow is: when one of its packets is.
    #[inline]
    pub fn means_flow(&self, flow: FlowId) -> bool {
        self.selected.is_none_or(|selected| selected.has_flow(flow))
    }

    /// Another number for every set of packets that was ever meant: what is kept from question to question holds for one only.
    pub fn version(&self) -> u64 {
        self.selected.map_or(0, |selected| selected.version)
    }
}

/// What is kept from question to question: windows of the same table or stream are asked for one after the other.
#[derive(Default)]
pub struct Kept {
    answers: answers::Answers,
    order: FlowOrder,
    stream: stream::Followed,
    states: States,
    matched: matched::Matched,
    us: local::Us,
    measured: measured::Measured,
    lost: losses::Lost,
    requests: times::Requests,
    connections: states::Connections,
    reading: unwanted::Reading,
    network: network::Network,
    total: statistics::Total,
}

impl Kept {
    /// Who "we" are is another matter now, or a capture came to its end.
    pub fn is_other(&mut self) {
        self.answers.forget();
        self.requests = times::Requests::default();
    }

    /// A followed stream's bodies would be others now.
    pub fn bodies_are_known(&mut self) {
        self.stream.forget_messages();
    }

    /// Another table of countries: orders go by them, too.
    pub fn has_other_places(&mut self) {
        self.answers.forget_places();
        (self.order, self.network) = (FlowOrder::default(), network::Network::default());
    }
}

/// Packets, and messages, of one step of [`prepare`]: a few milliseconds' work.
const PREPARED_AT_ONCE: usize = if cfg!(test) { 1 } else { 5000 };
const READ_AT_ONCE: u32 = 10;

/// Rows that a table asks for first.
const SHOWN_FIRST: std::ops::Range<u32> = 0..60;

/// One step of the work that answers about the whole capture need and that would keep whoever asks waiting; whether there is more.
#[inline(never)]
pub fn prepare(asked: &Asked<'_>, kept: &mut Kept, source: &mut dyn Source) -> bool {
    let asked = &asked.whole();
    if kept.measured.go_on(asked, PREPARED_AT_ONCE) || kept.connections.go_on(asked, PREPARED_AT_ONCE) {
        return true;
    }
    if times::prepare(asked, kept, source) {
        // Nothing of it is kept, but a browser compiles code when it runs first.
        let question = api::States { rows: SHOWN_FIRST, ..api::States::default() };
        states::answer(asked, kept.us.of(asked), &mut kept.connections, &question);
    }
    // Where the file cannot be read again, whoever asks is told.
    kept.reading.go_on(asked, source, READ_AT_ONCE).is_ok_and(|unread| unread > 0)
}

/// # Errors
/// One sentence for the user.
pub fn answer(asked: &Asked<'_>, kept: &mut Kept, query: &Query, source: &mut dyn Source) -> Result<Answer, String> {
    if let Some(known) = kept.answers.find(asked, query) {
        return Ok(known);
    }
    let answer = answer_anew(asked, kept, query, source)?;
    kept.answers.keep(asked, query, &answer);
    Ok(answer)
}

/// Whether a question is one that the first thing on screen asks: what it takes is in the part of the worker that comes first.
pub fn comes_first(query: &Query, filter: &api::Filter) -> bool {
    filter.is_empty()
        && matches!(query, Query::Summary(_) | Query::Timeline(_) | Query::Flows(_) | Query::Fingerprint(_))
}

/// All others, whose code comes behind (`scripts/later.mjs`).
#[inline(never)]
fn later<T>(answer: impl FnOnce() -> T) -> T {
    answer()
}

fn answer_anew(asked: &Asked<'_>, kept: &mut Kept, query: &Query, source: &mut dyn Source) -> Result<Answer, String> {
    Ok(match query {
        Query::Summary(_) => Answer::Summary(summary::answer(asked, kept.matched.of(asked), kept.us.of(asked))),
        Query::Timeline(q) => Answer::Timeline(timeline::answer(asked, q)),
        Query::Statistics(q) => {
            Answer::Statistics(later(|| statistics::answer(asked, kept.matched.of(asked), &mut kept.total, q)))
        }
        Query::Hierarchy(_) => {
            Answer::Hierarchy(later(|| hierarchy::answer(asked, kept.matched.of(asked), kept.us.of(asked))))
        }
        Query::Flows(q) => Answer::Flows(flows::answer(asked, kept.matched.of(asked), &mut kept.order, q)),
        Query::Flow(q) => Answer::Flow(later(|| flow::answer(asked, kept.matched.of(asked), q))?),
        Query::Rtt(_) => Answer::Rtt(later(|| rtt::answer(asked, kept.matched.of(asked)))),
        Query::RoundTrips(q) => Answer::RoundTrips(later(|| round_trips::answer(asked, q))?),
        Query::DataRtt(_) => Answer::DataRtt(later(|| round_trips::all(asked, &mut kept.measured))),
        Query::Times(q) => Answer::Times(later(|| times::answer(asked, kept, q, source))),
        Query::Verdicts(q) => Answer::Verdicts(later(|| verdicts::answer(asked, &mut kept.measured, q))?),
        Query::Packets(q) => Answer::Packets(later(|| packets::answer(asked, &mut kept.states, q, source))?),
        Query::Packet(q) => Answer::Packet(later(|| packet::answer(asked, &mut kept.states, q, source))?),
        Query::Find(q) => Answer::Find(later(|| find::answer(asked, &mut kept.states, q, source))?),
        Query::Lines(q) => Answer::Lines(later(|| lines::answer(asked, q, source))?),
        Query::Stream(q) => Answer::Stream(later(|| stream::answer(asked, &mut kept.stream, q, source))?),
        Query::StreamBytes(q) => Answer::StreamBytes(later(|| stream::bytes(asked, &mut kept.stream, q, source))?),
        Query::StreamFind(q) => Answer::StreamFind(later(|| stream::find(asked, &mut kept.stream, q, source))?),
        Query::TcpGraph(q) => Answer::TcpGraph(later(|| graph::answer(asked, q))?),
        Query::Ladder(q) => Answer::Ladder(later(|| ladder::answer(asked, q))?),
        Query::States(q) => {
            Answer::States(later(|| states::answer(asked, kept.us.of(asked), &mut kept.connections, q)))
        }
        Query::Losses(q) => Answer::Losses(later(|| losses::answer(asked, q))?),
        Query::LossSummary(_) => Answer::LossSummary(later(|| losses::summary(asked, &mut kept.lost))),
        Query::Experts(q) => Answer::Experts(later(|| experts::answer(asked, q))),
        Query::ExpertPackets(q) => Answer::ExpertPackets(later(|| experts::packets(asked, q))),
        Query::Countries(_) => {
            Answer::Countries(later(|| countries::answer(asked, kept.matched.of(asked), kept.us.of(asked))))
        }
        Query::Fingerprint(_) => Answer::Fingerprint(fingerprint::answer(asked, source)?),
        Query::Fields(q) => Answer::Fields(later(|| fields::answer(q))),
        Query::CheckFilter(q) => Answer::CheckFilter(later(|| check::answer(asked, q))),
        Query::CompleteFilter(q) => Answer::CompleteFilter(later(|| complete::answer(asked, q))),
        Query::Unwanted(q) => Answer::Unwanted(later(|| unwanted::answer(asked, kept, q, source))?),
        Query::Report(q) => Answer::Report(later(|| report::answer(asked, kept, q, source))?),
        Query::SavePackets(q) => Answer::SavePackets(later(|| save::packets(asked, q, source))?),
        Query::SaveTable(q) => Answer::SaveTable(later(|| save::table(asked, kept, q, source))?),
        Query::Endpoints(q) => {
            Answer::Endpoints(later(|| network::endpoints(asked, kept.matched.of(asked), &mut kept.network, q)))
        }
        Query::Conversations(q) => {
            Answer::Conversations(later(|| network::conversations(asked, kept.matched.of(asked), &mut kept.network, q)))
        }
        Query::StatsTree(q) => {
            Answer::StatsTree(later(|| network::tree(asked, kept.matched.of(asked), &mut kept.network, q)))
        }
        Query::Host(q) => {
            let (matched, us) = (kept.matched.of(asked), kept.us.of(asked));
            Answer::Host(later(|| network::host(asked, matched, us, &mut kept.network, q))?)
        }
    })
}

#[cfg(test)]
mod tests {
    use crate::api::{Answer, DataRtt, Query, Question, States, Summary, Times, Unwanted, Verdicts};
    use crate::engine::session::Session;
    use crate::engine::testing::capture;

    /// Three connections, one after the other.
    fn read() -> (Session, Vec<u8>) {
        let one =
            "> SYN seq=SEQ / < SYN ACK +30ms / > ACK / > 100 / < 900 +250ms / > ACK / > FIN ACK / < FIN ACK / > ACK / ";
        let file = capture(&["1000", "700000", "90000000"].map(|seq| one.replace("SEQ", seq)).concat());
        let mut session = Session::new();
        session.feed(&file).expect("a capture");
        session.finish().expect("an end");
        (session, file)
    }

    #[test]
    fn prepared_step_by_step_or_not_answers_are_the_same() {
        let ((mut plain, file), (mut prepared, _)) = (read(), read());
        let mut steps = 1;
        while prepared.prepare(&mut file.as_slice()) {
            steps += 1;
        }
        assert_eq!(steps, 5, "connection by connection, twice; the last ones of each with what follows");
        let questions = [
            DataRtt {}.query(),
            Times { rows: 0..9, ..Times::default() }.query(),
            States { rows: 0..9, ..States::default() }.query(),
            Verdicts::default().query(),
            Unwanted { read: 9, ..Unwanted::default() }.query(),
        ];
        for question in questions {
            let expected = plain.answer(&question, &mut file.as_slice());
            assert!(expected.is_ok(), "{question:?}");
            assert_eq!(prepared.answer(&question, &mut file.as_slice()), expected);
            assert_eq!(prepared.answer(&question, &mut file.as_slice()), expected, "again");
        }
        assert!(
            matches!(plain.answer(&Times::default().query(), &mut &[][..]), Ok(Answer::Times(page)) if page.total == 3)
        );
    }

    #[test]
    fn a_kept_answer_is_forgotten_when_another_host_is_ours() {
        let (mut session, file) = read();
        let mut ours = || {
            let answer = session.answer(&Query::Summary(Summary {}), &mut file.as_slice());
            let Ok(Answer::Summary(summary)) = answer else { panic!("{answer:?}") };
            let first = summary.local.into_iter().find(|host| host.chosen).map(|host| host.address);
            session.set_local(&["10.0.0.2".to_owned()]);
            first
        };
        assert_eq!([ours(), ours()].map(Option::unwrap_or_default), ["10.0.0.1", "10.0.0.2"]);
    }
}
