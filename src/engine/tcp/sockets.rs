//! The state of a connection's two sockets as its segments tell it, and what became of the connection (definitions B.5, RFC 9293 §3.3.2).
//! Only what passed here counts: a FIN is received when its receiver acknowledges it.
use crate::api::{SocketState, Verdict};
use crate::engine::dissect::tcp_flag::*;
use crate::engine::store::flows::End;
use crate::engine::store::numbers::Segment;
use crate::engine::store::packets::{Marks, NO_TIME};
use SocketState::*;

const SECOND: i64 = 1_000_000_000;
/// How long TIME_WAIT lasts (Linux), ns.
pub const TIME_WAIT: i64 = 60 * SECOND;
/// An answer that did not come for so long before the capture's end does not come any more, ns.
const SILENCE: i64 = SECOND;
/// An application that closes does so sooner after its peer has, ns.
const SLOW_TO_CLOSE: i64 = 5 * SECOND;

/// One end.
#[derive(Clone, Copy, Debug)]
pub struct Socket {
    pub state: SocketState,
    /// When it entered it; [`NO_TIME`].
    pub since: i64,
    /// Segments it sent.
    pub segments: u32,
    /// SYNs it sent, with ACK or without, and when the first.
    pub syns: u32,
    pub first_syn: i64,
    /// Its latest segment, and the latest with payload.
    pub last: i64,
    pub last_payload: i64,
    /// Segments sent again since the other end was last heard, and when the first of them.
    pub repeats: u32,
    pub repeats_since: i64,
    /// When its peer's FIN arrived, and how long it then waited to close itself; [`NO_TIME`] while it does.
    pub close_wait: i64,
    pub close_waited: i64,
    /// Numbers behind its SYN, its FIN and all it has sent; what it acknowledged last.
    syn: Option<u32>,
    fin: Option<u32>,
    next: Option<u32>,
    ack: Option<u32>,
    fin_acked: bool,
    /// It sent more than SYNs and resets.
    pub spoke: bool,
}

/// How a connection was reset.
#[derive(Clone, Copy, Debug)]
pub struct Reset {
    pub by: End,
    pub time: i64,
    /// ns since the segment before.
    pub silence: i64,
    /// It answered a SYN.
    pub refuses: bool,
    /// It answered a SYN/ACK.
    pub of_syn_ack: bool,
    /// Something sent was not acknowledged yet.
    pub pending: bool,
    /// The other end had not been heard for long: it was given up.
    pub gave_up: bool,
    /// One of the ends had closed before.
    pub after_fin: bool,
}

/// A connection's two sockets, A first.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sockets {
    pub ends: [Socket; 2],
    pub reset: Option<Reset>,
}

impl Default for Socket {
    fn default() -> Self {
        Self {
            state: Unknown,
            since: NO_TIME,
            segments: 0,
            syns: 0,
            first_syn: NO_TIME,
            last: NO_TIME,
            last_payload: NO_TIME,
            repeats: 0,
            repeats_since: NO_TIME,
            close_wait: NO_TIME,
            close_waited: NO_TIME,
            syn: None,
            fin: None,
            next: None,
            ack: None,
            fin_acked: false,
            spoke: false,
        }
    }
}

/// Whether a number acknowledged reaches another (modulo 2³²).
fn reaches(ack: u32, number: u32) -> bool {
    ack.wrapping_sub(number) as i32 >= 0
}

/// ns from one time to another; 0 when one is missing.
pub fn since(earlier: i64, later: i64) -> i64 {
    if earlier == NO_TIME || later == NO_TIME { 0 } else { later.saturating_sub(earlier) }
}

impl Socket {
    fn enter(&mut self, state: SocketState, now: i64) {
        if self.state == state {
            return;
        }
        if self.state == CloseWait {
            self.close_waited = since(self.close_wait, now);
        }
        if state == CloseWait {
            self.close_wait = now;
        }
        (self.state, self.since) = (state, now);
    }

    /// Enters the state that a table has for its present one.
    fn step(&mut self, steps: &[(SocketState, SocketState)], now: i64) {
        if let Some((_, next)) = steps.iter().find(|(from, _)| *from == self.state) {
            self.enter(*next, now);
        }
    }

    /// Whether all of what it sent was acknowledged by the other end.
    fn is_acked_by(&self, peer: &Self) -> bool {
        match (self.next, peer.ack) {
            (Some(next), Some(ack)) => reaches(ack, next),
            _ => true,
        }
    }

    pub fn has_payload(&self) -> bool {
        self.last_payload != NO_TIME
    }

    /// Age of its state.
    pub fn age(&self, end: i64) -> Option<i64> {
        (self.since != NO_TIME && end != NO_TIME).then(|| end.saturating_sub(self.since).max(0))
    }
}

impl Sockets {
    /// A segment passes.
    #[inline]
    pub fn observe(&mut self, segment: &Segment) {
        let [a, b] = &mut self.ends;
        let (me, peer) = if segment.from == 0 { (a, b) } else { (b, a) };
        let (now, header) = (segment.time, &segment.header);
        if segment.has(RST) {
            self.reset = self.reset.or(Some(reset(me, peer, segment)));
            me.enter(Closed, now);
            // One that is older than what was acknowledged meanwhile is not believed.
            if peer.ack.is_none_or(|ack| reaches(header.seq, ack)) || peer.state == SynSent {
                peer.enter(Closed, now);
            }
        } else if segment.has(SYN) {
            if !segment.has(ACK) && matches!(me.state, Closed | TimeWait) {
                // Once more with the same numbers.
                (*peer, self.reset) = (Socket { segments: peer.segments, ..Socket::default() }, None);
                (me.fin, me.fin_acked) = (None, false);
            }
            opened(me, peer, segment);
        } else {
            spoken(me, peer, segment);
        }
        peer.repeats = 0;
        if segment.marks.has(Marks::RETRANSMISSION | Marks::KEEP_ALIVE | Marks::ZERO_WINDOW_PROBE) {
            me.repeats += 1;
            if me.repeats == 1 {
                me.repeats_since = now;
            }
        }
        me.segments += 1;
        if now != NO_TIME {
            me.last = me.last.max(now);
            if header.len > 0 {
                me.last_payload = now;
            }
        }
        if segment.has(ACK) && !segment.has(RST) {
            me.ack = Some(header.ack);
        }
        let end = segment.end();
        if !segment.has(RST) && me.next.is_none_or(|next| reaches(end, next)) {
            me.next = Some(end);
        }
    }

    /// The capture ends: what would have run out by then has.
    pub fn finish(&mut self, end: i64) {
        for socket in &mut self.ends {
            if socket.state == TimeWait && since(socket.since, end) >= TIME_WAIT {
                socket.enter(Closed, socket.since.saturating_add(TIME_WAIT));
            }
        }
    }

    pub fn end(&self, end: End) -> &Socket {
        let [a, b] = &self.ends;
        if end == 0 { a } else { b }
    }

    fn both_closed(&self) -> bool {
        self.ends.iter().all(|end| end.fin.is_some())
    }

    /// The end that sends into nothing.
    pub fn unheard(&self, end: i64) -> Option<End> {
        if let Some(reset) = self.reset.filter(|reset| reset.gave_up) {
            return Some(reset.by);
        }
        let one_sided = self.ends.iter().any(|end| end.segments == 0);
        (0..2).filter(|_| !one_sided).find(|&from| {
            let (me, peer) = (self.end(from), self.end(1 - from));
            me.repeats >= 2 && since(peer.last, end) >= SILENCE && me.state != Closed
        })
    }

    /// The end whose application does not close, though its peer has.
    pub fn waiting_to_close(&self, end: i64) -> Option<End> {
        let one_sided = self.ends.iter().any(|end| end.segments == 0);
        (0..2).filter(|_| !one_sided).find(|&which| {
            let me = self.end(which);
            let idle = since(me.close_wait.max(me.last_payload), end);
            me.state == CloseWait && idle >= SLOW_TO_CLOSE
        })
    }

    /// What became of the connection.
    pub fn verdict(&self, client: End, end: i64) -> Verdict {
        let (asks, answers) = (self.end(client), self.end(1 - client));
        if answers.segments == 0 && asks.syns > 0 && !asks.spoke {
            let tried = asks.syns > 1 || since(asks.last, end) >= SILENCE;
            return if tried { Verdict::Unanswered } else { Verdict::Open };
        }
        if let Some(reset) = self.reset {
            let harmless = self.both_closed() || reset.after_fin && !reset.pending;
            return match reset.refuses {
                true => Verdict::Refused,
                false if reset.gave_up => Verdict::HalfOpen,
                false if harmless => Verdict::Normal,
                false => Verdict::Reset,
            };
        }
        let open = asks.state == SynSent || answers.state == SynReceived;
        if open && answers.syns > 0 {
            let waited = answers.syns > 1 || since(answers.last, end) >= SILENCE;
            return if waited && asks.segments > 0 { Verdict::Unfinished } else { Verdict::Open };
        }
        let done = self.ends.iter().all(|end| end.fin_acked);
        if !done && self.unheard(end).is_some() {
            Verdict::HalfOpen
        } else if self.both_closed() {
            Verdict::Normal
        } else if self.waiting_to_close(end).is_some() {
            Verdict::CloseWait
        } else if self.ends.iter().any(|end| end.fin.is_some()) {
            Verdict::Closing
        } else {
            Verdict::Open
        }
    }
}

fn reset(me: &Socket, peer: &Socket, segment: &Segment) -> Reset {
    Reset {
        by: segment.from,
        time: segment.time,
        silence: since(me.last.max(peer.last), segment.time),
        refuses: peer.state == SynSent && me.syns == 0 && !me.spoke,
        of_syn_ack: peer.state == SynReceived,
        pending: !me.is_acked_by(peer) || !peer.is_acked_by(me),
        gave_up: me.repeats >= 2 && since(peer.last, segment.time) >= SILENCE && peer.segments > 0,
        after_fin: me.fin.is_some() || peer.fin.is_some(),
    }
}

/// A SYN or SYN/ACK.
fn opened(me: &mut Socket, peer: &mut Socket, segment: &Segment) {
    let now = segment.time;
    me.syns += 1;
    if me.syns == 1 {
        me.first_syn = now;
    }
    me.syn = Some(segment.header.seq.wrapping_add(1));
    if !segment.has(ACK) {
        me.step(&[(Unknown, SynSent), (Closed, SynSent), (TimeWait, SynSent)], now);
    } else {
        me.step(&[(Unknown, SynReceived), (SynSent, SynReceived), (Closed, SynReceived)], now);
        peer.step(&[(Unknown, SynSent)], now);
    }
}

/// What is neither SYN nor reset.
fn spoken(me: &mut Socket, peer: &mut Socket, segment: &Segment) {
    let now = segment.time;
    me.spoke = true;
    me.step(&[(Unknown, Established), (SynSent, Established), (SynReceived, Established)], now);
    if segment.has(ACK) {
        let ack = segment.header.ack;
        if peer.syn.is_none_or(|syn| reaches(ack, syn)) {
            peer.step(&[(Unknown, Established), (SynReceived, Established)], now);
        }
        if !peer.fin_acked && peer.fin.is_some_and(|fin| reaches(ack, fin)) {
            peer.fin_acked = true;
            peer.step(&[(FinWait1, FinWait2), (Closing, TimeWait), (LastAck, Closed)], now);
            me.step(&[(Established, CloseWait), (FinWait1, Closing), (FinWait2, TimeWait)], now);
        }
    }
    if segment.has(FIN) && me.fin.is_none() {
        me.fin = Some(segment.end());
        me.step(&[(Established, FinWait1), (CloseWait, LastAck)], now);
        if peer.segments == 0 {
            // Nothing of it is captured: that it receives is all that can be said.
            peer.step(&[(Unknown, CloseWait), (Established, CloseWait)], now);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::testing::talk;

    fn sockets(text: &str) -> (Sockets, i64) {
        let session = talk(text);
        let store = session.store();
        let mut sockets = Sockets::default();
        store.segments(0).for_each(|segment| sockets.observe(&segment));
        sockets.finish(store.totals.latest);
        (sockets, store.totals.latest)
    }

    const OPEN: &str = "> SYN / < SYN ACK +20ms / > ACK / > 100 / < ACK +20ms";

    #[test]
    fn states_are_those_of_netstat() {
        let cases = [
            // what follows the handshake, client's and server's state
            ("", Established, Established),
            ("/ > FIN ACK", FinWait1, Established),
            ("/ > FIN ACK / < ACK", FinWait2, CloseWait),
            ("/ > FIN ACK / < 100 / < ACK", FinWait2, CloseWait),
            ("/ > FIN ACK / < FIN ACK", FinWait2, LastAck),
            ("/ > FIN ACK / < FIN ACK / > ACK", TimeWait, Closed),
            ("/ > FIN ACK / < ACK / < FIN ACK / > ACK", TimeWait, Closed),
            ("/ < FIN ACK / > ACK / > FIN ACK / < ACK", Closed, TimeWait),
            // Crossing.
            ("/ > FIN ACK / < FIN ACK ack=1101 / > ACK", Closing, FinWait2),
            ("/ > FIN ACK / < FIN ACK ack=1101 / > ACK / < ACK", TimeWait, TimeWait),
            ("/ > RST", Closed, Closed),
            ("/ > FIN ACK / < ACK / < RST", Closed, Closed),
        ];
        for (talk, client, server) in cases {
            let (found, _) = sockets(&format!("{OPEN}{talk}"));
            assert_eq!((found.ends[0].state, found.ends[1].state), (client, server), "{talk}");
        }
        let cases = [
            ("> SYN", SynSent, Unknown),
            ("> SYN / < SYN ACK", SynSent, SynReceived),
            ("> SYN / < RST ACK", Closed, Closed),
            // One side only, and from the middle on.
            ("> SYN / > ACK ack=5001 / > 100", Established, Established),
            ("> 100", Established, Established),
            ("> 100 / > FIN ACK", FinWait1, CloseWait),
        ];
        for (talk, client, server) in cases {
            let (found, _) = sockets(talk);
            assert_eq!((found.ends[0].state, found.ends[1].state), (client, server), "{talk}");
        }
    }

    #[test]
    fn time_wait_ends_after_a_minute() {
        let (found, _) = sockets(&format!("{OPEN}/ > FIN ACK / < FIN ACK / > ACK / < RST +70s seq=1"));
        assert_eq!(found.ends[0].state, Closed);
        assert_eq!(found.ends[0].since, 40_000_000 + TIME_WAIT);
    }

    #[test]
    fn what_became_of_it() {
        let open = |text: &str| format!("{OPEN}{text}");
        let cases = [
            (open(""), Verdict::Open),
            (open("/ > FIN ACK / < FIN ACK / > ACK"), Verdict::Normal),
            (open("/ > FIN ACK / < FIN ACK / > RST"), Verdict::Normal),
            (open("/ > FIN ACK / < ACK / < RST"), Verdict::Normal),
            (open("/ > 100 / < RST"), Verdict::Reset),
            (open("/ > FIN ACK / < ACK +10ms / < ACK +30s seq=5000"), Verdict::CloseWait),
            (open("/ > FIN ACK / < ACK +10ms / < 100 +30s / > ACK"), Verdict::Closing),
            (
                open("/ > 100 / > 100 seq=1101 +400ms / > 100 seq=1101 +800ms / > 100 seq=1101 +1600ms"),
                Verdict::HalfOpen,
            ),
            (open("/ > 100 / > 100 seq=1101 +400ms / < ACK"), Verdict::Open),
            (open("/ > 100 / > 100 seq=1101 +400ms / > 100 seq=1101 +800ms / > RST +9s"), Verdict::HalfOpen),
            ("> SYN".to_owned(), Verdict::Open),
            ("> SYN / > SYN +1s / > SYN +2s".to_owned(), Verdict::Unanswered),
            ("> SYN / < RST ACK".to_owned(), Verdict::Refused),
            ("> SYN / < RST ACK / > SYN +1s / < RST ACK".to_owned(), Verdict::Refused),
            ("> SYN / < SYN ACK / > RST".to_owned(), Verdict::Reset),
            ("> SYN / < SYN ACK / < SYN ACK +1s / < SYN ACK +2s".to_owned(), Verdict::Unfinished),
            // One side only.
            (
                "> SYN / > ACK ack=5001 / > 100 / > 100 seq=1001 +1s / > 100 seq=1001 +1s / > FIN ACK +9s".to_owned(),
                Verdict::Closing,
            ),
        ];
        for (text, verdict) in cases {
            let (found, end) = sockets(&text);
            assert_eq!(found.verdict(0, end), verdict, "{text}");
        }
    }
}
