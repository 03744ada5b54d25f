//! Requests and their responses on a connection: by who speaks in turn, and by the protocol's own messages where they are known (then
//! also those that overlap).
use super::steps::Step;
use crate::engine::sort;
use crate::engine::store::flows::End;
use crate::engine::store::packets::PacketId;

/// A packet and its time.
pub type At = (PacketId, i64);

/// A request, and what answered it. "Last" is the packet after which nothing is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exchange {
    pub first: At,
    /// The request's last byte; when it was sent again because it may have got lost, then too.
    pub asked: At,
    pub resent: Option<At>,
    /// The response's first byte and its last.
    pub answer: Option<(At, At)>,
    /// Told by the protocol, not by the direction.
    pub by_protocol: bool,
}

/// A pause this long ends a response: what comes later was not asked for (a server that pushes news), ns.
const ENDS: i64 = 5_000_000_000;

/// Who speaks, in turns.
#[derive(Debug, Default)]
pub struct Turns {
    open: Option<Exchange>,
    /// What was said last belongs to no exchange (a greeting, news).
    astray: bool,
    pub done: Vec<Exchange>,
}

impl Turns {
    pub fn clear(&mut self) {
        self.done.clear();
        (self.open, self.astray) = (None, false);
    }

    #[inline]
    pub fn step(&mut self, step: &Step, client: End) {
        if !step.fresh && !step.is_resent() {
            return;
        }
        let at = (step.segment.packet, step.time());
        match (&mut self.open, step.from() == client) {
            (Some(open), true) if open.answer.is_none() => match step.fresh {
                true => (open.asked, open.resent) = (at, None),
                false => open.resent = Some(at),
            },
            // The end of a request that was lost, not a new one.
            (_, true) if !step.fresh => {}
            (open, true) => {
                self.done.extend(open.take());
                *open = Some(Exchange { first: at, asked: at, resent: None, answer: None, by_protocol: false });
                self.astray = false;
            }
            (Some(open), false) => match &mut open.answer {
                None => open.answer = Some((at, at)),
                Some((_, last)) if step.fresh && at.1.saturating_sub(last.1) >= ENDS => self.astray = true,
                Some((_, last)) if !self.astray => *last = at,
                Some(_) => {}
            },
            (None, false) => {}
        }
    }

    pub fn finish(&mut self) {
        self.done.extend(self.open.take());
    }
}

/// Exchanges that the protocol told: `pairs` of packets that complete a request and its response, `heard` all segments with fresh
/// payload of client and server. Ascending by request.
pub fn by_protocol(pairs: &[(PacketId, PacketId)], heard: &[Vec<At>; 2], out: &mut Vec<Exchange>) {
    let [client, server] = heard;
    let find = |list: &[At], packet: PacketId| list.partition_point(|&(at, _)| at < packet);
    let mut answers: Vec<PacketId> = pairs.iter().map(|&(_, response)| response).collect();
    sort::by(&mut answers, Ord::cmp);
    let mut before = None;
    for &(request, response) in pairs {
        // Several in one packet: each is the whole packet.
        let start = before.filter(|&before| before < request).map_or(0, |before| find(client, before + 1));
        before = Some(request);
        let asked = find(client, request);
        let (Some(&asked_at), Some(&answered)) = (client.get(asked), server.get(find(server, response))) else {
            continue;
        };
        if asked_at.0 != request || answered.0 != response {
            continue;
        }
        // A request begins after what the server said before it.
        let said = server.get(..find(server, request)).and_then(|said| said.last()).map_or(0, |&(packet, _)| packet);
        let start = start.max(find(client, said)).min(asked);
        let previous = answers.get(..answers.partition_point(|&a| a < response)).and_then(|a| a.last()).copied();
        let begin = find(server, previous.map_or(0, |packet| packet + 1).max(request)).min(find(server, response));
        let (Some(&first), Some(&begun)) = (client.get(start), server.get(begin)) else { continue };
        out.push(Exchange { first, asked: asked_at, resent: None, answer: Some((begun, answered)), by_protocol: true });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::tcp::steps::steps;

    /// Times in ms: first, asked, resent, begun, ended.
    fn turns(talk: &str) -> Vec<[i64; 5]> {
        let mut turns = Turns::default();
        steps(talk).iter().for_each(|step| turns.step(step, 0));
        turns.finish();
        let ms = |at: Option<At>| at.map_or(-1, |(_, time)| time / 1_000_000);
        let row = |e: &Exchange| {
            [Some(e.first), Some(e.asked), e.resent, e.answer.map(|a| a.0), e.answer.map(|a| a.1)].map(ms)
        };
        turns.done.iter().map(row).collect()
    }

    #[test]
    fn turns_change_with_the_direction() {
        let cases = [
            ("> 100 / < 200 +20ms", vec![[0, 0, -1, 20, 20]]),
            (
                "> 100 / > 100 +5ms / < 100 +20ms / < 100 +3ms / > 10 +1s / < 10 +7ms",
                vec![[0, 5, -1, 25, 28], [1028, 1028, -1, 1035, 1035]],
            ),
            // a greeting is no answer
            ("> ACK / < 50 / > 10 +2ms / < 10 +3ms", vec![[2, 2, -1, 5, 5]]),
            // sent again
            ("> 100 / > 100 seq=1000 +300ms / < ACK +20ms / < 10", vec![[0, 0, 300, 320, 320]]),
            // the answer was lost behind the capture point
            ("> 100 / < 200 +5ms / < 200 seq=5000 +400ms / > ACK +5ms", vec![[0, 0, -1, 5, 405]]),
            // unanswered
            ("> 100", vec![[0, 0, -1, -1, -1]]),
            // news
            ("> 100 / < 10 +1ms / < 10 +60s / < 10 / > 7 +1s", vec![[0, 0, -1, 1, 1], [61_001, 61_001, -1, -1, -1]]),
        ];
        for (talk, expected) in cases {
            assert_eq!(turns(talk), expected, "{talk}");
        }
    }

    #[test]
    fn overlapping_messages_are_told_apart() {
        let list = |packets: &[u32]| packets.iter().map(|&p| (p, i64::from(p) * 10)).collect::<Vec<At>>();
        // Two requests in packets 1 and 2–3, answers of packets 4–5 and 6.
        let heard = [list(&[1, 2, 3]), list(&[4, 5, 6])];
        let mut found = Vec::new();
        by_protocol(&[(1, 5), (3, 6)], &heard, &mut found);
        let packets: Vec<_> =
            found.iter().map(|e| (e.first.0, e.asked.0, e.answer.map(|(from, to)| (from.0, to.0)))).collect();
        assert_eq!(packets, [(1, 1, Some((4, 5))), (2, 3, Some((6, 6)))]);
    }
}
