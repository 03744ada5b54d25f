//! Statistics of flows that are made for it.

use super::*;
use crate::api::{Answer, Query};
use crate::engine::testing;

fn ask(talk: &str, question: Statistics) -> StatisticsAnswer {
    let mut nothing: &[u8] = &[];
    match testing::talk(talk).answer(&Query::Statistics(question), &mut nothing) {
        Ok(Answer::Statistics(answer)) => answer,
        other => panic!("{other:?}"),
    }
}

const TALK: &str = "> SYN / < SYN ACK +5ms / > ACK +1ms / > 100 +1s / < 1000 +20ms / > FIN ACK +2s / < FIN ACK / > ACK";

fn of(kind: StatisticsKind) -> StatisticsAnswer {
    ask(TALK, Statistics { kind, ..Statistics::default() })
}

#[test]
fn every_kind_counts_the_connection_once() {
    use StatisticsKind::*;
    for kind in [Sources, Destinations, Protocols, Ports, Durations, Countries, ProtocolCountries, ProtocolTimes, Hours]
    {
        let answer = of(kind);
        let sum = |measure| answer.rows.iter().map(|row| row.measure(measure)).sum::<u64>();
        for measure in Measure::ALL {
            assert_eq!(sum(measure), answer.total.measure(measure), "{kind:?} {measure:?}");
        }
        assert_eq!((sum(Measure::Flows), sum(Measure::Packets)), (1, 8), "{kind:?}");
    }
    let lengths = of(StatisticsKind::Lengths);
    assert_eq!(lengths.rows.iter().map(|row| row.packets).collect::<Vec<_>>(), [0, 0, 6, 1, 0, 0, 1, 0, 0, 0]);
}

#[test]
fn bars_say_what_they_are_and_filter() {
    let first = |kind| {
        let row = of(kind).rows.swap_remove(0);
        (row.label, row.filter)
    };
    let is = |kind, label: &str, filter: &str| assert_eq!(first(kind), (label.to_owned(), filter.to_owned()));
    is(StatisticsKind::Sources, "10.0.0.1", "flow.client == 10.0.0.1");
    is(StatisticsKind::Destinations, "10.0.0.2", "flow.server == 10.0.0.2");
    is(StatisticsKind::Ports, "47777/TCP", "flow.server_port == 47777 && tcp");
    is(StatisticsKind::Protocols, "TCP", "tcp && !flow.application");
    let lasting = of(StatisticsKind::Durations).rows;
    let filters: Vec<_> = lasting.iter().filter(|row| row.flows > 0).map(|row| row.filter.as_str()).collect();
    assert_eq!(filters, ["flow.duration >= 1 && flow.duration < 10"]);
    assert_eq!(lasting.len(), 10);
}

#[test]
fn largest_first_and_the_rest_together() {
    let sum = |flows, data| Sum { flows, packets: flows, data, ..Sum::default() };
    let sums = [sum(1, 50), sum(3, 10), Sum::default(), sum(1, 90)];
    assert_eq!(largest(&sums, Measure::Flows, 10), [1, 3, 0]);
    assert_eq!(largest(&sums, Measure::Data, 2), [3, 0]);
}

#[test]
fn an_empty_capture_has_no_bars() {
    for kind in [StatisticsKind::Sources, StatisticsKind::Hours, StatisticsKind::ProtocolTimes] {
        let answer = ask("", Statistics { kind, ..Statistics::default() });
        assert_eq!((answer.rows.len(), answer.groups), (0, 0), "{kind:?}");
    }
}
