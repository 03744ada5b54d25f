//! Every question about some packets: what they and the others say adds up to what all say.
mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;
use support::write::{header_of, record_of};
use support::{ask, captures, read};
use wireglass::api::*;
use wireglass::engine::filter::selection::Selection;
use wireglass::engine::session::Session;
use wireglass::engine::store::Store;
use wireglass::engine::store::packets::{Marks, NO_FLOW, Row};

/// Longer captures say nothing more.
const MOST_PACKETS: u32 = 4000;

type Choice = (&'static str, fn(u32, &Row) -> bool);

/// Ways to choose packets.
const CHOICES: [Choice; 6] = [
    ("every third", |id, _| id % 3 == 0),
    ("those of one end", |_, packet| packet.marks.has(Marks::FROM_B)),
    ("the long ones", |_, packet| packet.wire_len >= 100),
    ("flows of even number", |_, packet| packet.flow % 2 == 0),
    ("all", |_, _| true),
    ("none", |_, _| false),
];

fn select(store: &Store, version: u64, choose: impl Fn(u32, &Row) -> bool) -> Selection {
    let mut selection = Selection { version, ..Selection::default() };
    store.packets.each(|id, packet| {
        if choose(id, &packet) {
            selection.add(store, id);
        }
    });
    selection
}

/// A capture, its packets that are chosen, and the others.
struct Case<'a> {
    name: String,
    session: Session,
    bytes: &'a [u8],
    chosen: Selection,
    others: Selection,
}

impl Case<'_> {
    fn about<Q: Question>(&mut self, selection: bool, question: Q) -> Q::Answer {
        let selection = if selection { &self.chosen } else { &self.others };
        let answer = self.session.answer_about(&question.query(), selection, &mut &self.bytes[..]);
        Q::take(answer.expect("an answer")).expect("the answer to the question")
    }

    /// What is said of the chosen packets, of the others, and of all.
    fn three<Q: Question + Clone>(&mut self, question: &Q) -> [Q::Answer; 3] {
        [
            self.about(true, question.clone()),
            self.about(false, question.clone()),
            ask(&mut self.session, self.bytes, question.clone()),
        ]
    }

    /// Whether a sum over the chosen and one over the others is one over all.
    fn adds_up<T: PartialEq + Debug>(&self, what: &str, [chosen, others, all]: [T; 3], sum: impl Fn(T, T) -> T) {
        assert_eq!(sum(chosen, others), all, "{}: {what}", self.name);
    }
}

fn each(check: impl Fn(&mut Case<'_>)) {
    for capture in captures() {
        let (session, _) = read(&capture.bytes);
        if session.packets() > MOST_PACKETS {
            continue;
        }
        let mut session = Some(session);
        for (nth, (how, choose)) in (1..).zip(CHOICES) {
            let known = session.take().expect("given back");
            let store = known.store();
            let chosen = select(store, nth * 2, choose);
            let others = select(store, nth * 2 + 1, |id, packet| !choose(id, packet));
            let name = format!("{}, {how}", capture.name);
            let mut case = Case { name, session: known, bytes: &capture.bytes, chosen, others };
            check(&mut case);
            session = Some(case.session);
        }
    }
}

/// Sums by key.
fn merged<K: Ord, const N: usize>(a: BTreeMap<K, [u64; N]>, b: BTreeMap<K, [u64; N]>) -> BTreeMap<K, [u64; N]> {
    let mut sums = a;
    for (key, values) in b {
        let sum = sums.entry(key).or_insert([0; N]);
        sum.iter_mut().zip(values).for_each(|(sum, value)| *sum += value);
    }
    sums
}

#[test]
fn hierarchies_add_up() {
    each(|case| {
        let answers = case.three(&Hierarchy {});
        let rows = |answer: &HierarchyAnswer| -> BTreeMap<String, [u64; 9]> {
            let sums = |r: &ProtocolRow| {
                let directions = [r.sent_packets, r.sent_bytes, r.received_packets, r.received_bytes];
                let [a, b, c, d] = directions;
                [r.packets, r.bytes, r.layer_bytes, r.end_packets, r.end_bytes, a, b, c, d]
            };
            let rows = answer.rows.iter().map(|row| (row.path.clone(), sums(row)));
            // Who "we" are does not depend on the filter.
            rows.chain([("in all".to_owned(), [answer.packets, answer.bytes, 0, 0, 0, 0, 0, 0, 0])]).collect()
        };
        case.adds_up("rows", [0, 1, 2].map(|n| rows(&answers[n])), merged);
        let [chosen, _, all] = answers;
        assert_eq!(chosen.local, all.local, "{}", case.name);
        assert_eq!(chosen.packets, u64::from(case.chosen.packets.len()), "{}", case.name);
        if case.chosen.packets.len() == case.session.packets() {
            assert_eq!(chosen, all, "{}", case.name);
        }
    });
}

#[test]
fn timelines_add_up() {
    each(|case| {
        let answers = case.three(&Timeline { buckets: 50, ..Timeline::default() });
        let wide = |numbers: &[u32]| numbers.iter().map(|&n| u64::from(n)).collect::<Vec<_>>();
        let lines = |t: &TimelineAnswer| {
            vec![wide(&t.packets), t.bytes.clone(), wide(&t.resets), wide(&t.retransmissions), wide(&t.errors)]
        };
        let sum = |a: Vec<Vec<u64>>, b: Vec<Vec<u64>>| -> Vec<Vec<u64>> {
            a.iter().zip(&b).map(|(a, b)| a.iter().zip(b).map(|(a, b)| a + b).collect()).collect()
        };
        case.adds_up("lines", [0, 1, 2].map(|n| lines(&answers[n])), sum);
        let timed = answers[2].packets.iter().sum::<u32>() == case.session.packets();
        if timed {
            let flows: u32 = answers[0].flows.iter().sum();
            assert_eq!(flows, case.chosen.flows.len(), "{}: flows", case.name);
        }
        if case.chosen.packets.len() == case.session.packets() {
            assert_eq!(answers[0], answers[2], "{}", case.name);
        }
    });
}

#[test]
fn summaries_add_up_and_say_what_the_file_has() {
    each(|case| {
        let answers = case.three(&Summary {});
        let sums = |s: &SummaryAnswer| {
            let [packets, truncated] = [s.packets, s.truncated_packets].map(u64::from);
            let interfaces: u64 = s.interfaces.iter().map(|interface| interface.packets).sum();
            ([packets, s.wire_bytes, s.captured_bytes, truncated], interfaces)
        };
        let own = |(sums, _): ([u64; 4], u64)| sums;
        let add = |a: [u64; 4], b: [u64; 4]| [0, 1, 2, 3].map(|n| a[n] + b[n]);
        case.adds_up("sums", [0, 1, 2].map(|n| own(sums(&answers[n]))), add);
        let applications = |s: &SummaryAnswer| -> BTreeMap<String, [u64; 2]> {
            s.applications.iter().map(|app| (app.name.clone(), [app.packets, app.bytes])).collect()
        };
        if answers[2].applications.len() < 50 {
            case.adds_up("applications", [0, 1, 2].map(|n| applications(&answers[n])), merged);
        }
        let [chosen, _, all] = answers;
        assert_eq!(sums(&chosen).1, sums(&all).1, "{}: interfaces are the file's", case.name);
        assert_eq!((chosen.start, chosen.flows), (all.start, case.chosen.flows.len()), "{}", case.name);
        let whole = AllOfFile {
            packets: all.packets,
            wire_bytes: all.wire_bytes,
            duration_ns: all.duration_ns,
            flows: all.flows,
        };
        assert_eq!((chosen.all, all.all), (Some(whole), None), "{}", case.name);
        if chosen.packets == all.packets {
            assert_eq!(SummaryAnswer { all: None, ..chosen }, all, "{}", case.name);
        }
    });
}

#[test]
fn flows_have_what_their_chosen_packets_have() {
    each(|case| {
        let question = Flows { rows: 0..u32::MAX, ..Flows::default() };
        let [chosen, others, all] = case.three(&question);
        assert_eq!((chosen.total, chosen.matching), (all.total, case.chosen.flows.len()), "{}", case.name);
        // Of datagrams in fragments, the flow has all the payload, the packet that completed one only its own.
        let with_payload = case.session.store().reassembled.is_empty();
        let sums = |page: &FlowPage| -> BTreeMap<u32, [u64; 6]> {
            let row = |r: &FlowRow| {
                let payload = [r.payload_out, r.payload_in];
                let [out, back] = if with_payload && r.transport != "SCTP" { payload } else { [0, 0] };
                (r.id, [r.packets_out, r.packets_in, r.bytes_out, r.bytes_in, out, back])
            };
            page.rows.iter().map(row).collect()
        };
        case.adds_up("flows", [&chosen, &others, &all].map(sums), merged);
        // The packet list says when, too.
        let packets = case.about(true, Packets { rows: 0..5000, ..Packets::default() });
        let mut times: BTreeMap<u32, Vec<i64>> = BTreeMap::new();
        for packet in &packets.rows {
            if let (Some(flow), Some(time)) = (packet.flow, packet.time_ns) {
                times.entry(flow).or_default().push(time);
            }
        }
        let has_tunnels =
            |row: &FlowRow| times.get(&row.id).map_or(0, Vec::len) as u64 != row.packets_out + row.packets_in;
        for row in chosen.rows.iter().filter(|row| !has_tunnels(row)) {
            let times = &times[&row.id];
            let (first, last) = (times.iter().min().copied(), times.iter().max().copied());
            let expected = (first, last.zip(first).map_or(0, |(last, first)| last - first));
            assert_eq!((row.first_ns, row.duration_ns), expected, "{}, flow {}", case.name, row.id);
        }
        for row in &chosen.rows {
            let whole = all.rows.iter().find(|other| other.id == row.id).expect("the same flow");
            let own =
                |r: &FlowRow| (r.outcome, r.flags.clone(), r.initial_rtt_ns, r.name.clone(), r.application.clone());
            assert_eq!(own(row), own(whole), "{}, flow {}", case.name, row.id);
        }
        for row in chosen.rows.iter().take(5) {
            let detail = case.about(true, Flow { id: row.id, packets: 0..5000 });
            assert_eq!(detail.row, *row, "{}", case.name);
            let meant = detail.packets.iter().all(|packet| case.chosen.has(packet.number - 1));
            assert!(meant && detail.packets.len() == detail.total_packets as usize, "{}", case.name);
            let whole = all.rows.iter().find(|other| other.id == row.id).map(|r| (r.packets_out + r.packets_in) as u32);
            assert_eq!(detail.all_packets, whole, "{}", case.name);
        }
    });
}

#[test]
fn tables_are_sorted_by_what_they_show() {
    each(|case| {
        for (by, value) in [
            (FlowColumn::Packets, (|r| r.packets_out + r.packets_in) as fn(&FlowRow) -> u64),
            (FlowColumn::PayloadIn, |r| r.payload_in),
            (FlowColumn::Duration, |r| r.duration_ns as u64),
        ] {
            let question = Flows { rows: 0..u32::MAX, sort: FlowSort { by, descending: true }, ..Flows::default() };
            let page = case.about(true, question);
            assert!(page.rows.is_sorted_by_key(|row| u64::MAX - value(row)), "{}: {by:?}", case.name);
        }
    });
}

#[test]
fn conversations_add_up() {
    each(|case| {
        for of in AddressKind::ALL {
            let question = Conversations { of, rows: 0..u32::MAX, ..Conversations::default() };
            let sums = |page: &ConversationPage| -> BTreeMap<_, [u64; 4]> {
                assert_eq!(page.rows.len() as u32, page.matching);
                let in_order = page.rows.iter().map(|row| {
                    let (a, b) = ((&row.a, row.a_port), (&row.b, row.b_port));
                    let [out, back] = [[row.packets_a_to_b, row.bytes_a_to_b], [row.packets_b_to_a, row.bytes_b_to_a]];
                    let (ends, [[w, x], [y, z]]) = if a < b { ([a, b], [out, back]) } else { ([b, a], [back, out]) };
                    let key = (ends.map(|(address, port)| (address.clone(), port)), row.flow);
                    // What a host says to itself has one direction.
                    (key, if a == b { [w + y, x + z, 0, 0] } else { [w, x, y, z] })
                });
                in_order.collect()
            };
            let pages = case.three(&question);
            case.adds_up(of.name(), pages.each_ref().map(sums), merged);
        }
    });
}

#[test]
fn connections_count_when_one_of_their_packets_does() {
    each(|case| {
        let is_tcp = |row: &&FlowRow| row.transport == "TCP";
        let flows = case.about(true, Flows { rows: 0..u32::MAX, ..Flows::default() });
        let tcp = flows.rows.iter().filter(is_tcp).count() as u32;
        let [rtt, _, all_rtt] = case.three(&Rtt {});
        let counted = rtt.statistics.count + rtt.refused + rtt.retried + rtt.unanswered + rtt.not_captured;
        let states = case.about(true, States { rows: 0..10_000, ..States::default() });
        let losses = case.about(true, LossSummary {});
        let verdicts = case.about(true, Verdicts::default());
        let said = [counted, states.matching, states.rows.len() as u32, losses.connections, verdicts.flows];
        assert_eq!(said, [tcp; 5], "{}", case.name);
        let by_verdict: u32 = states.verdicts.iter().map(|(_, count)| count).sum();
        assert_eq!(by_verdict, tcp, "{}", case.name);
        if case.chosen.packets.len() == case.session.packets() {
            assert_eq!(rtt, all_rtt, "{}", case.name);
            let [data, _, all] = case.three(&DataRtt {});
            assert_eq!(data, all, "{}", case.name);
            let [losses, _, all] = case.three(&LossSummary {});
            assert_eq!(losses, all, "{}", case.name);
            let [states, _, all] = case.three(&States { rows: 0..10_000, ..States::default() });
            assert_eq!(states, all, "{}", case.name);
            let [verdicts, _, all] = case.three(&Verdicts::default());
            assert_eq!(verdicts, all, "{}", case.name);
        }
        if case.chosen.packets.is_empty() {
            assert_eq!(case.about(true, DataRtt {}), DataRttAnswer::default(), "{}", case.name);
        }
    });
}

#[test]
fn requests_count_when_one_of_their_packets_does() {
    each(|case| {
        let [chosen, _, all] = case.three(&Times { rows: 0..5000, ..Times::default() });
        let store = case.session.store();
        let is_meant = |row: &TimeRow| {
            let mut packets = row.first - 1..=row.last.unwrap_or(row.request) - 1;
            packets.any(|id| case.chosen.has(id) && store.packets.flow(id) == Some(row.flow))
        };
        let key = |row: &TimeRow| (row.flow, row.first, row.request);
        let expected: BTreeSet<_> = all.rows.iter().filter(|row| is_meant(row)).map(key).collect();
        let found: BTreeSet<_> = chosen.rows.iter().map(key).collect();
        assert_eq!(found, expected, "{}", case.name);
        assert_eq!((chosen.matching, chosen.total), (chosen.rows.len() as u32, all.total), "{}", case.name);
        assert_eq!(chosen.totals.requests, chosen.matching, "{}", case.name);
    });
}

#[test]
fn findings_add_up() {
    each(|case| {
        let answers = case.three(&Experts::default());
        let counts = |answer: &ExpertAnswer| -> BTreeMap<_, [u64; 1]> {
            let group = |group: &ExpertGroup| ((group.protocol.clone(), group.name.clone()), [group.count]);
            answer.groups.iter().map(group).collect()
        };
        case.adds_up("groups", [0, 1, 2].map(|n| counts(&answers[n])), merged);
        for group in answers[0].groups.iter().take(3) {
            let (protocol, name) = (group.protocol.clone(), group.name.clone());
            let page = case.about(true, ExpertPackets { protocol, name, rows: 0..5000 });
            assert_eq!(u64::from(page.total), group.count, "{}", case.name);
            assert!(page.rows.iter().all(|row| case.chosen.has(row.packet)), "{}", case.name);
        }
    });
}

/// All packets in which something is found, either way.
fn found(case: &mut Case<'_>, backwards: bool) -> Vec<u32> {
    let last = case.session.packets().saturating_sub(1);
    let mut from = if backwards { last } else { 0 };
    let mut packets = Vec::new();
    loop {
        let what = Needle::Field { name: "udp".to_owned(), value: String::new() };
        let answer = case.about(true, Find { from, backwards, what });
        packets.extend(answer.packet);
        let further = |id: u32| if backwards { id.checked_sub(1) } else { Some(id + 1).filter(|&id| id <= last) };
        match answer.next.or_else(|| further(answer.packet?)) {
            Some(next) => from = next,
            None => return packets,
        }
    }
}

#[test]
fn only_chosen_packets_are_found() {
    each(|case| {
        let forwards = found(case, false);
        let mut backwards = found(case, true);
        backwards.reverse();
        assert_eq!(forwards, backwards, "{}", case.name);
        assert!(forwards.iter().all(|&id| case.chosen.has(id)), "{}", case.name);
        let layers = case
            .about(true, Packets { rows: 0..5000, columns: vec!["frame.protocols".to_owned()], ..Packets::default() });
        let has_udp = |row: &&PacketRow| row.columns.iter().any(|text| text.split(':').any(|name| name == "udp"));
        let expected: Vec<u32> = layers.rows.iter().filter(has_udp).map(|row| row.number - 1).collect();
        assert_eq!(forwards, expected, "{}", case.name);
    });
}

/// Captures whose flows do not depend on each other.
const INDEPENDENT: [&str; 10] =
    ["http", "tls", "postgres", "redis", "rtt-client", "port-reuse", "quic", "sll", "vlan", "refused-retried"];

#[test]
fn a_part_is_told_as_a_capture_of_that_part() {
    let choices: [Choice; 2] = [CHOICES[3], ("those of a flow", |_, packet| packet.flow != NO_FLOW)];
    let mut checked = 0;
    for capture in captures() {
        let (mut session, _) = read(&capture.bytes);
        let case = capture.name.split('/').next().unwrap_or_default();
        if !INDEPENDENT.contains(&case) || session.store().links.len() != 1 {
            continue;
        }
        checked += 1;
        for (nth, (how, choose)) in (1..).zip(choices) {
            let name = format!("{}, {how}", capture.name);
            let store = session.store();
            let mut part = header_of(store.links[0]);
            store.packets.each(|id, packet| {
                if choose(id, &packet) {
                    let place = store.packets.get(id).expect("a packet");
                    let frame = &capture.bytes[place.offset as usize..][..place.captured as usize];
                    let time = store.start.unwrap_or(0) + packet.time;
                    record_of(&mut part, time as u64, packet.wire_len, frame);
                }
            });
            let selection = select(store, nth, choose);
            let local = ask(&mut session, &capture.bytes, Hierarchy {}).local;
            let (mut alone, failure) = read(&part);
            assert_eq!(failure, None, "{name}");
            session.set_local(&local);
            alone.set_local(&local);
            let mut about = |query: Query| {
                let filtered = session.answer_about(&query, &selection, &mut &capture.bytes[..]).expect("an answer");
                (filtered, alone.answer(&query, &mut &part[..]).expect("an answer"))
            };
            let (Answer::Hierarchy(filtered), Answer::Hierarchy(expected)) = about(Hierarchy {}.query()) else {
                panic!()
            };
            assert_eq!(filtered.rows, expected.rows, "{name}");
            assert_eq!((filtered.packets, filtered.duration_ns), (expected.packets, expected.duration_ns), "{name}");
            let (Answer::Summary(filtered), Answer::Summary(expected)) = about(Summary {}.query()) else { panic!() };
            let sums = |s: &SummaryAnswer| [s.packets, s.flows, s.tcp_flows, s.udp_flows, s.truncated_packets];
            assert_eq!(sums(&filtered), sums(&expected), "{name}");
            assert_eq!(filtered.applications, expected.applications, "{name}");
            assert_eq!(filtered.local, expected.local, "{name}");
            let question = Flows { rows: 0..u32::MAX, ..Flows::default() };
            let (Answer::Flows(filtered), Answer::Flows(expected)) = about(question.query()) else { panic!() };
            let sums = |page: &FlowPage| -> Vec<_> {
                let row = |r: &FlowRow| {
                    let ends = (r.client.clone(), r.client_port, r.server.clone(), r.server_port);
                    (
                        ends,
                        [r.packets_out, r.packets_in, r.bytes_out, r.bytes_in, r.payload_out, r.payload_in],
                        r.duration_ns,
                    )
                };
                page.rows.iter().map(row).collect()
            };
            assert_eq!(sums(&filtered), sums(&expected), "{name}");
            let (Answer::Rtt(filtered), Answer::Rtt(expected)) = about(Rtt {}.query()) else { panic!() };
            assert_eq!((filtered.statistics, filtered.histogram), (expected.statistics, expected.histogram), "{name}");
        }
    }
    assert!(checked >= 8, "only {checked} captures");
}
