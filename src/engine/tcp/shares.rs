//! Whose time a request took: the network's, the server's or the client's.
//!
//! Waiting is the server's but for the way from the capture point to it and back: nothing where the capture was taken beside the
//! server, a whole round trip beside the client. Sending and receiving are the network's but for what an end itself held up.
use super::place::Ways;
use super::stalls::Halt;
use super::turns::Exchange;
use crate::api::{Phase, Stall, StallKind};
use crate::engine::store::flows::{End, Flow};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Shares {
    pub sending: i64,
    pub waiting: i64,
    pub receiving: i64,
    pub network: i64,
    pub server: i64,
    pub client: i64,
    /// The server's part of the waiting.
    pub thinking: i64,
    /// How far away the server is is not known.
    pub uncertain: bool,
}

impl Shares {
    pub fn total(&self) -> i64 {
        self.sending.saturating_add(self.waiting).saturating_add(self.receiving)
    }
}

/// When the request's last byte left: the retransmission, unless the answer came too soon after it to answer that.
fn asked(exchange: &Exchange, way: i64) -> i64 {
    let (_, first) = exchange.asked;
    let Some((_, again)) = exchange.resent else { return first };
    let answered = exchange.answer.map_or(i64::MAX, |((_, begun), _)| begun);
    if answered.saturating_sub(again) >= way / 10 * 9 { again.max(first) } else { first }
}

/// `halts`: the flow's, ascending. Those within the exchange are told to `stall`.
pub fn shares(exchange: &Exchange, flow: &Flow, ways: &Ways, halts: &[Halt], mut stall: impl FnMut(Stall)) -> Shares {
    let way = ways.to_server;
    let begun = exchange.first.1;
    let asked = asked(exchange, way.unwrap_or(0)).max(begun);
    let (answered, ended) = match exchange.answer {
        Some(((_, from), (_, to))) => (from.max(asked), to.max(from).max(asked)),
        None => (asked, asked),
    };
    let mut shares = Shares {
        sending: asked - begun,
        waiting: answered - asked,
        receiving: ended - answered,
        uncertain: way.is_none() && exchange.answer.is_some(),
        ..Shares::default()
    };
    let (mut held_by_client, mut held_by_server, mut resending) = (0_i64, 0_i64, 0_i64);
    let mut free = begun;
    let from = halts.partition_point(|halt| halt.to <= begun);
    for halt in halts.get(from..).unwrap_or_default().iter().take_while(|halt| halt.from < ended) {
        let (from, to) = (halt.from.max(free), halt.to.min(ended));
        if to <= from {
            continue;
        }
        free = to;
        let ns = to - from;
        let phase = match to {
            _ if to <= asked => Phase::Sending,
            _ if to <= answered => Phase::Waiting,
            _ => Phase::Receiving,
        };
        // While the server thinks, nobody's data waits, unless the request was lost.
        if phase == Phase::Waiting && halt.kind == StallKind::Pause {
            continue;
        }
        let by: End = match halt.kind {
            StallKind::ZeroWindow => 1 - halt.of,
            _ => halt.of,
        };
        match (halt.kind, phase) {
            (StallKind::Timeout | StallKind::FastRetransmission, Phase::Waiting) => resending += ns,
            (StallKind::Timeout | StallKind::FastRetransmission, _) => {}
            (_, Phase::Waiting) => {}
            _ if by == flow.client => held_by_client += ns,
            _ => held_by_server += ns,
        }
        stall(Stall {
            kind: halt.kind,
            phase,
            from_client: halt.of == flow.client,
            from_ns: from,
            ns,
            packet: halt.packet.saturating_add(1),
        });
    }
    let resending = resending.min(shares.waiting);
    shares.thinking = shares.waiting.saturating_sub(resending).saturating_sub(way.unwrap_or(0)).max(0);
    shares.client = held_by_client;
    shares.server = shares.thinking.saturating_add(held_by_server);
    shares.network = shares.total().saturating_sub(shares.client).saturating_sub(shares.server).max(0);
    shares
}
