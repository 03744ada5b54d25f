//! Round-trip times of TCP handshakes: real ones told apart from refusals and retried SYNs (definitions B.2).
use super::Asked;
use super::flows::{outcome, row, server_name};
use super::matched::Matched;
use crate::api::{Outcome, Place, RttAnswer, RttBucket, RttStatistics, ServerRtt};
use crate::engine::dissect::{Address, ProtocolId, Transport};
use crate::engine::protocols::protocol;
use crate::engine::sort;
use crate::engine::store::flows::{Flow, NO_PROTOCOL};
use crate::engine::store::packets::FlowId;
pub use crate::engine::tcp::place::place;
use rustc_hash::FxHashMap;

const MOST_SERVERS: usize = 1000;
const MOST_SLOWEST: usize = 10;

/// What a TCP flow's handshake is worth as a measurement.
enum Measure {
    /// ns.
    RoundTrip(i64),
    Refused,
    Retried,
    Unanswered,
    NotCaptured,
}

fn measure(flow: &Flow) -> Measure {
    let tcp = &flow.tcp;
    match outcome(flow) {
        Outcome::Refused => Measure::Refused,
        Outcome::NoAnswer => Measure::Unanswered,
        // Times that go backwards (merged files) measure nothing.
        _ if tcp.syns == 0 || tcp.syn_to_syn_ack < 0 || tcp.initial_rtt <= 0 => Measure::NotCaptured,
        _ if tcp.syn_to_syn_ack > tcp.initial_rtt => Measure::NotCaptured,
        // Which of several SYNs was answered cannot be told.
        _ if tcp.syns > 1 => Measure::Retried,
        _ => Measure::RoundTrip(tcp.initial_rtt),
    }
}

#[derive(Default)]
struct Server {
    times: Vec<i64>,
    refused: u32,
    retried: u32,
    connections: u32,
    name: String,
    app: Option<ProtocolId>,
}

pub fn answer(asked: &Asked<'_>, matched: &Matched) -> RttAnswer {
    let mut answer = RttAnswer::default();
    let mut servers: FxHashMap<(Address, u16), Server> = FxHashMap::default();
    let (mut times, mut firsts, mut seconds) = (Vec::new(), Vec::new(), Vec::new());
    let mut slowest: Vec<(i64, FlowId)> = Vec::new();
    for (id, flow, _) in matched.flows(asked).filter(|(_, flow, _)| flow.key.transport == Transport::Tcp) {
        let Some(address) = asked.store.address(flow, flow.server()) else { continue };
        let measure = measure(flow);
        if matches!(measure, Measure::NotCaptured) {
            answer.not_captured += 1;
            continue;
        }
        let server = servers.entry((address, flow.port(flow.server()))).or_default();
        server.connections += 1;
        if server.name.is_empty() {
            server.name = server_name(asked, flow).0;
        }
        server.app = server.app.or(Some(flow.app).filter(|&app| app != NO_PROTOCOL));
        match measure {
            Measure::RoundTrip(time) => {
                times.push(time);
                let place = slowest.partition_point(|&(other, _)| other >= time);
                if place < MOST_SLOWEST {
                    slowest.insert(place, (time, id));
                    slowest.truncate(MOST_SLOWEST);
                }
                server.times.push(time);
                firsts.push(flow.tcp.syn_to_syn_ack);
                seconds.push(time.saturating_sub(flow.tcp.syn_to_syn_ack));
            }
            Measure::Refused => (answer.refused, server.refused) = (answer.refused + 1, server.refused + 1),
            Measure::Retried => (answer.retried, server.retried) = (answer.retried + 1, server.retried + 1),
            Measure::Unanswered => answer.unanswered += 1,
            Measure::NotCaptured => {}
        }
    }
    (answer.place, answer.place_votes) = vote(&firsts, &seconds);
    answer.histogram = histogram(&times);
    answer.statistics = statistics(&mut times);
    answer.syn_to_syn_ack_ns = median(firsts);
    answer.syn_ack_to_ack_ns = median(seconds);
    answer.servers = by_server(servers);
    let rows = slowest.into_iter().filter_map(|(_, id)| Some(row(asked, matched, id, asked.store.flows.get(id)?)));
    answer.slowest = rows.collect();
    answer
}

fn by_server(servers: FxHashMap<(Address, u16), Server>) -> Vec<ServerRtt> {
    let mut servers: Vec<_> = servers.into_iter().collect();
    sort::by(&mut servers, |(a, x), (b, y)| y.connections.cmp(&x.connections).then(a.cmp(b)));
    let row = |((address, port), mut server): ((Address, u16), Server)| ServerRtt {
        server: address.to_string(),
        server_port: port,
        name: server.name,
        application: server.app.map_or("", |app| protocol(app).short).to_owned(),
        statistics: statistics(&mut server.times),
        refused: server.refused,
        retried: server.retried,
    };
    servers.into_iter().take(MOST_SERVERS).map(row).collect()
}

/// Exact, by nearest rank: the p-th percentile is the value at place ⌈p·n⌉ of the sorted ones.
pub fn statistics(times: &mut [i64]) -> RttStatistics {
    // Only these are brought to their places, the larger ones first: those before each are the smaller ones.
    let (count, mut unsorted) = (times.len(), times.len());
    let (min, max) = (times.iter().min().copied(), times.iter().max().copied());
    let mut at = |percent: usize| {
        let place = (count * percent).div_ceil(100).saturating_sub(1);
        if let Some(smaller) = times.get_mut(..unsorted).filter(|smaller| place < smaller.len()) {
            smaller.select_nth_unstable(place);
            unsorted = place;
        }
        times.get(place).copied().unwrap_or(0)
    };
    let (p99_ns, p95_ns, median_ns) = (at(99), at(95), at(50));
    RttStatistics {
        count: u32::try_from(count).unwrap_or(u32::MAX),
        min_ns: min.unwrap_or(0),
        median_ns,
        p95_ns,
        p99_ns,
        max_ns: max.unwrap_or(0),
    }
}

fn median(mut times: Vec<i64>) -> Option<i64> {
    times.sort_unstable();
    times.get(times.len().div_ceil(2).checked_sub(1)?).copied()
}

/// Buckets of 1–2–5 steps from the smallest to the largest time, empty ones between included.
pub fn histogram(times: &[i64]) -> Vec<RttBucket> {
    let (Some(&least), Some(&most)) = (times.iter().min(), times.iter().max()) else { return Vec::new() };
    let mut edges = vec![0];
    let mut power: i64 = 1;
    // Edges saturate: damaged times must not keep this going.
    while edges.last().is_some_and(|&edge| edge <= most && edge < i64::MAX) {
        edges.extend([1, 2, 5].map(|factor| power.saturating_mul(factor)));
        power = power.saturating_mul(10);
    }
    let ranges = edges.iter().zip(edges.iter().skip(1)).filter(|&(&from, &to)| to > least && from <= most);
    let mut buckets: Vec<RttBucket> = ranges.map(|(&from_ns, &to_ns)| RttBucket { from_ns, to_ns, count: 0 }).collect();
    for time in times {
        // The first edge is not above any time, the last one is.
        let next = buckets.partition_point(|bucket| bucket.from_ns <= *time);
        if let Some(bucket) = next.checked_sub(1).and_then(|at| buckets.get_mut(at)) {
            bucket.count += 1;
        }
    }
    buckets
}

/// The place most handshakes tell, and how many of how many do.
fn vote(firsts: &[i64], seconds: &[i64]) -> (Place, (u32, u32)) {
    const PLACES: [Place; 3] = [Place::NearClient, Place::NearServer, Place::Between];
    let places: Vec<Place> =
        firsts.iter().zip(seconds).map(|(&a, &b)| place(a, b)).filter(|&p| p != Place::Unknown).collect();
    let count = |wanted: Place| places.iter().filter(|&&p| p == wanted).count() as u32;
    let (winner, votes) = PLACES.map(|p| (p, count(p))).into_iter().max_by_key(|&(_, n)| n).unwrap_or_default();
    let winner = if votes == 0 { Place::Unknown } else { winner };
    (winner, (votes, places.len() as u32))
}

/// Whether any segment of the flow has one of the flags.
pub fn has_flag(flow: &Flow, end: usize, flag: u16) -> bool {
    flow.has_flag(end, flag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_by_nearest_rank() {
        let mut times: Vec<i64> = (1..=20).rev().collect();
        let expected = RttStatistics { count: 20, min_ns: 1, median_ns: 10, p95_ns: 19, p99_ns: 20, max_ns: 20 };
        assert_eq!(statistics(&mut times), expected);
        assert_eq!(statistics(&mut []), RttStatistics::default());
    }

    fn rtt(talk: &str) -> RttAnswer {
        let mut nothing: &[u8] = &[];
        let answer =
            crate::engine::testing::talk(talk).answer(&crate::api::Query::Rtt(crate::api::Rtt {}), &mut nothing);
        match answer.expect("an answer") {
            crate::api::Answer::Rtt(answer) => answer,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn only_real_round_trips_are_measured() {
        let cases = [
            // conversation, [measured, refused, retried, unanswered, not captured]
            ("> SYN / < SYN ACK +20ms / > ACK +5ms", [1, 0, 0, 0, 0]),
            ("> SYN / < RST ACK +20ms", [0, 1, 0, 0, 0]),
            ("> SYN / > SYN +1s / < RST ACK +20ms", [0, 1, 0, 0, 0]),
            ("> SYN / > SYN +1s / < SYN ACK +20ms / > ACK +5ms", [0, 0, 1, 0, 0]),
            ("> SYN / > SYN +1s / > SYN +2s", [0, 0, 0, 1, 0]),
            ("> 100 / < ACK +20ms", [0, 0, 0, 0, 1]),
            ("< SYN ACK / > ACK +20ms", [0, 0, 0, 0, 1]),
            ("> SYN / < SYN ACK / > ACK", [0, 0, 0, 0, 1]),
            ("> SYN / < SYN ACK +20ms / > ACK +5ms / > RST / > SYN seq=70 / < RST ACK +1ms", [1, 1, 0, 0, 0]),
        ];
        for (talk, expected) in cases {
            let RttAnswer { statistics, refused, retried, unanswered, not_captured, .. } = rtt(talk);
            assert_eq!([statistics.count, refused, retried, unanswered, not_captured], expected, "{talk}");
        }
    }

    #[test]
    fn halves_and_place_come_with_the_round_trip() {
        let answer = rtt("> SYN / < SYN ACK +40ms / > ACK +1ms");
        assert_eq!((answer.syn_to_syn_ack_ns, answer.syn_ack_to_ack_ns), (Some(40_000_000), Some(1_000_000)));
        assert_eq!((answer.place, answer.place_votes), (Place::NearClient, (1, 1)));
        assert_eq!(answer.statistics.median_ns, 41_000_000);
        let server = answer.servers.first().expect("the server");
        assert_eq!((server.server.as_str(), server.server_port, server.statistics.count), ("10.0.0.2", 47_777, 1));
    }

    #[test]
    fn every_time_falls_into_one_bucket() {
        let times = [999, 1000, 1999, 2000, 70_000];
        let histogram = histogram(&times);
        assert_eq!(histogram.iter().map(|b| b.count).sum::<u32>(), 5);
        assert_eq!(histogram.first(), Some(&RttBucket { from_ns: 500, to_ns: 1000, count: 1 }));
        assert_eq!(histogram.last(), Some(&RttBucket { from_ns: 50_000, to_ns: 100_000, count: 1 }));
    }
}
