//! Where a capture was taken, and how far away the two ends are from there.
use super::round_trips::Samples;
use crate::api::Place;
use crate::engine::store::flows::{End, Flow};

/// Where a handshake was recorded: the half that takes at least nine tenths of the time is the network on the other side.
pub fn place(syn_to_syn_ack: i64, syn_ack_to_ack: i64) -> Place {
    let (first, second) = (syn_to_syn_ack.max(0), syn_ack_to_ack.max(0));
    // Below, clocks and scheduling say more than distance.
    const LEAST_NS: i64 = 100_000;
    if first.saturating_add(second) < LEAST_NS {
        Place::Unknown
    } else if first / 9 >= second {
        Place::NearClient
    } else if second / 9 >= first {
        Place::NearServer
    } else {
        Place::Between
    }
}

/// The way from the capture point to each end and back, ns: the shortest seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ways {
    pub to_server: Option<i64>,
    pub to_client: Option<i64>,
    pub place: Place,
}

/// The handshake's halves, if they measure anything.
pub fn halves(flow: &Flow) -> Option<(i64, i64)> {
    let tcp = &flow.tcp;
    let is_measure =
        tcp.syns == 1 && !tcp.refused && tcp.syn_to_syn_ack >= 0 && tcp.initial_rtt >= tcp.syn_to_syn_ack.max(1);
    is_measure.then(|| (tcp.syn_to_syn_ack, tcp.initial_rtt.saturating_sub(tcp.syn_to_syn_ack)))
}

impl Ways {
    pub fn new(flow: &Flow, samples: &[Samples; 2]) -> Self {
        let halves = halves(flow);
        let least = |end: End, half: Option<i64>| {
            let samples = samples.get(end).into_iter().flat_map(|s| &s.list).map(|sample| sample.rtt);
            samples.chain(half).min()
        };
        let to_server = least(flow.client, halves.map(|(first, _)| first));
        let to_client = least(flow.server(), halves.map(|(_, second)| second));
        let told = halves.map_or(Place::Unknown, |(first, second)| place(first, second));
        // Data tells it where the handshake does not.
        let place = match (told, to_server, to_client) {
            (Place::Unknown, Some(first), Some(second)) => place(first, second),
            _ => told,
        };
        Self { to_server, to_client, place }
    }

    /// From the capture point to an end and back.
    pub fn to(&self, end: End, flow: &Flow) -> Option<i64> {
        if end == flow.client { self.to_client } else { self.to_server }
    }

    /// From end to end and back.
    pub fn whole(&self) -> Option<i64> {
        Some(self.to_server?.saturating_add(self.to_client?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longer_half_tells_the_place() {
        let ms = 1_000_000;
        let cases = [
            (40 * ms, ms / 10, Place::NearClient),
            (ms / 10, 40 * ms, Place::NearServer),
            (20 * ms, 60 * ms, Place::Between),
            (30_000, 20_000, Place::Unknown),
        ];
        for (first, second, expected) in cases {
            assert_eq!(place(first, second), expected);
        }
    }
}
