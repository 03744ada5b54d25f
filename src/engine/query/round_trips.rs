//! Round-trip times of data: of one connection in both directions, of all by server and by the clients' networks.
use super::Asked;
use super::measured::{Measured, Pairs};
use super::rtt::{histogram, statistics};
use super::timeline::round_width;
use crate::api::{
    DataRttAnswer, DirectionRtt, HandshakeTimes, Measures, Place, RoundTrips, RoundTripsAnswer, RttGrowth, RttMoment,
};
use crate::engine::dissect::Transport;
use crate::engine::store::flows::{End, Flow};
use crate::engine::tcp::place::halves;
use crate::engine::tcp::round_trips::{self, Sample, Samples, median};
use crate::engine::tcp::told::Told;

const DEFAULT_BUCKETS: u16 = 120;
/// ACKs as fast as this, and nothing to compare them with, say nothing about a network.
const LOCAL: i64 = 100_000;

/// # Errors
/// When there is no such TCP connection.
pub fn answer(asked: &Asked<'_>, question: &RoundTrips) -> Result<RoundTripsAnswer, String> {
    let id = question.flow;
    let Some(flow) = asked.store.flows.get(id).filter(|flow| flow.key.transport == Transport::Tcp) else {
        return Err(format!("There is no TCP connection {id}."));
    };
    let mut told = Told::default();
    told.read(flow, asked.store.segments(id), &Pairs::new(asked).of(id));
    let tcp = &flow.tcp;
    let known = tcp.syn_to_syn_ack >= 0 && tcp.initial_rtt > 0 && !tcp.refused;
    let by_handshake = halves(flow).is_some_and(|(first, second)| {
        crate::engine::tcp::place::place(first, second) == told.ways.place && told.ways.place != Place::Unknown
    });
    let place_by = match (told.ways.place, by_handshake) {
        (Place::Unknown, _) => "Where the capture was taken cannot be told from this connection.".to_owned(),
        (place, by_handshake) => format!(
            "Captured {}: told by {}.",
            match place {
                Place::NearClient => "near the client",
                Place::NearServer => "near the server",
                _ => "between client and server",
            },
            if by_handshake { "the halves of the handshake" } else { "how fast each end acknowledges data" }
        ),
    };
    let direction = |end: End| direction(flow, end, &told, question.buckets);
    Ok(RoundTripsAnswer {
        handshake: HandshakeTimes {
            syns: tcp.syns.into(),
            connect_ns: told.established.filter(|_| known),
            initial_rtt_ns: Some(tcp.initial_rtt).filter(|_| known),
            syn_to_syn_ack_ns: Some(tcp.syn_to_syn_ack).filter(|_| known),
            syn_ack_to_ack_ns: Some(tcp.initial_rtt.saturating_sub(tcp.syn_to_syn_ack)).filter(|_| known),
        },
        place: told.ways.place,
        place_by,
        directions: [direction(flow.client), direction(flow.server())],
        filter: format!("tcp.stream == {}", flow.stream),
    })
}

/// What the samples of an end's data say.
fn measures(flow: &Flow, end: End, place: Place) -> Measures {
    match (place, end == flow.client) {
        (Place::NearClient, true) | (Place::NearServer, false) => Measures::Network,
        (Place::NearClient, false) | (Place::NearServer, true) => Measures::LocalStack,
        (Place::Between, _) => Measures::PartOfTheWay,
        (Place::Unknown, _) => Measures::Unknown,
    }
}

fn direction(flow: &Flow, end: End, told: &Told, buckets: u16) -> DirectionRtt {
    let nothing = Samples::default();
    let samples = told.samples.get(end).unwrap_or(&nothing);
    let mut times: Vec<i64> = samples.list.iter().map(|sample| sample.rtt).collect();
    let (width_ns, over_time) = over_time(&samples.list, buckets);
    DirectionRtt {
        from_client: end == flow.client,
        measures: measures(flow, end, told.ways.place),
        ambiguous: samples.ambiguous,
        histogram: histogram(&times),
        statistics: statistics(&mut times),
        over_time,
        width_ns,
        slowest: samples.list.iter().max_by_key(|s| s.rtt).map(|sample| sample.packet.saturating_add(1)),
        growth: growth(flow, end, told),
    }
}

fn over_time(samples: &[Sample], buckets: u16) -> (i64, Vec<RttMoment>) {
    let (Some(first), Some(last)) = (samples.first(), samples.last()) else { return (1, Vec::new()) };
    let wanted = if buckets == 0 { DEFAULT_BUCKETS } else { buckets };
    let width = round_width(last.time.saturating_sub(first.time), wanted);
    let bucket = |sample: &Sample| sample.time.div_euclid(width);
    let moment = |samples: &[Sample]| {
        let mut times: Vec<i64> = samples.iter().map(|sample| sample.rtt).collect();
        Some(RttMoment {
            from_ns: bucket(samples.first()?).saturating_mul(width),
            count: u32::try_from(times.len()).unwrap_or(u32::MAX),
            min_ns: *times.iter().min()?,
            max_ns: *times.iter().max()?,
            median_ns: median(&mut times)?,
        })
    };
    let same = samples.chunk_by(|a, b| bucket(a) == bucket(b));
    (width, same.filter_map(moment).collect())
}

/// Whether an end's round trips grew, unless they are those of a kernel beside the capture.
pub fn growth(flow: &Flow, end: End, told: &Told) -> Option<RttGrowth> {
    if measures(flow, end, told.ways.place) == Measures::LocalStack {
        return None;
    }
    let idle = halves(flow).map(|(first, second)| if end == flow.client { first } else { second });
    let grown = round_trips::growth(&told.samples.get(end)?.list, idle)?;
    let times = grown.loaded as f64 / grown.idle.max(1) as f64;
    let sentence = format!(
        "Round trips grow from {} to {} ({times:.1} times) while {} kB are under way: a queue fills up.",
        super::verdict_words::time(grown.idle),
        super::verdict_words::time(grown.loaded),
        grown.in_flight / 1000
    );
    Some(RttGrowth { idle_ns: grown.idle, loaded_ns: grown.loaded, in_flight: grown.in_flight.into(), sentence })
}

/// Whose data measure the network, if any: that of the end beside the capture; where that is not known, the slower one.
pub fn measuring(flow: &Flow, told: &Told) -> Option<End> {
    let least = |end: End| told.samples.get(end)?.list.iter().map(|sample| sample.rtt).min();
    let (client, server) = (flow.client, flow.server());
    match (told.ways.place, least(client), least(server)) {
        (Place::NearClient, Some(_), _) => Some(client),
        (Place::NearServer, _, Some(_)) => Some(server),
        (Place::NearClient | Place::NearServer, ..) => None,
        (_, Some(first), Some(second)) => Some(if first >= second { client } else { server }),
        (_, Some(only), None) if only >= LOCAL => Some(client),
        (_, None, Some(only)) if only >= LOCAL => Some(server),
        _ => None,
    }
}

pub fn all(asked: &Asked<'_>, measured: &mut Measured) -> DataRttAnswer {
    measured.all(asked);
    measured.together(asked).data.clone()
}
