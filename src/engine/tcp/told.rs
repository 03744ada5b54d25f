//! All that a connection's segments tell, in one go over them.
use super::place::Ways;
use super::round_trips::{self, Samples};
use super::stalls::Stalls;
use super::steps::{Step, Track, after};
use super::turns::{self, At, Exchange, Turns};
use crate::engine::dissect::tcp_flag;
use crate::engine::sort;
use crate::engine::store::flows::{End, Flow};
use crate::engine::store::numbers::Segment;
use crate::engine::store::packets::{NO_TIME, PacketId};

/// Packets kept as evidence.
const MOST_PACKETS: usize = 20;
/// Sent so often, and so long, without an ACK, a segment is stuck.
const STUCK_TIMES: u32 = 3;
const STUCK_FOR: i64 = 1_000_000_000;
/// Missing so long while its sender goes on talking, bytes were sent again several times (0.2, 0.4, 0.8, 1.6 s) and swallowed each time.
const SWALLOWED_FOR: i64 = 3_000_000_000;
/// A payload larger than this is a full segment, one so small may be anything.
const FULL: u32 = 1300;
const LEAST_SWALLOWED: u32 = 1000;
/// More is not missing but another connection's.
const MOST_SWALLOWED: u32 = 1 << 24;

/// What one end sent.
#[derive(Debug, Default)]
pub struct Sender {
    /// Segments with payload, and those among them that were sent because the ones before may have got lost.
    pub segments: u32,
    pub resent: u32,
    /// Those, the first of them.
    pub packets: Vec<PacketId>,
    repeated: Repeated,
    /// Behind the highest number that was seen, and the longest payload.
    next: Option<u32>,
    longest: u32,
    missing: Option<Missing>,
}

/// Bytes that were sent, as later segments show, and of which nothing came here.
#[derive(Clone, Copy, Debug)]
pub struct Missing {
    from: u32,
    to: u32,
    /// When that was seen, by which packet; and their sender's latest packet.
    pub since: i64,
    pub packet: PacketId,
    pub last: i64,
    /// The longest payload of the sender that did come.
    pub longest: u32,
}

impl Missing {
    pub fn bytes(&self) -> u32 {
        self.to.wrapping_sub(self.from)
    }
}

/// A segment that is sent again and again.
#[derive(Clone, Debug, Default)]
pub struct Repeated {
    pub seq: u32,
    pub len: u32,
    /// How often it was seen.
    pub times: u32,
    pub first: i64,
    pub last: i64,
    pub packets: Vec<PacketId>,
    /// The other end sent something after it was first sent again.
    pub alive: bool,
}

/// How a connection was reset.
#[derive(Clone, Copy, Debug)]
pub struct Reset {
    pub by: End,
    pub packet: PacketId,
    /// ns since the last payload, and who sent that.
    pub after: i64,
    pub speaker: End,
    /// Payload came from the other end all the same: it had not been done.
    pub more: bool,
}

/// Kept from connection to connection: its lists are used again.
#[derive(Debug, Default)]
pub struct Told {
    track: Track,
    pub samples: [Samples; 2],
    turns: Turns,
    pub stalls: Stalls,
    pub senders: [Sender; 2],
    heard: [Vec<At>; 2],
    fin: bool,
    /// Time of the latest payload.
    payload: i64,
    speaker: End,
    pub reset: Option<Reset>,
    /// First SYN, and the client's first segment that is no SYN after the server's answer.
    syn: i64,
    pub established: Option<i64>,
    pub exchanges: Vec<Exchange>,
    pub ways: Ways,
}

impl Told {
    fn clear(&mut self) {
        self.samples.iter_mut().for_each(Samples::clear);
        self.turns.clear();
        self.stalls.clear();
        self.senders = <_>::default();
        self.heard.iter_mut().for_each(Vec::clear);
        (self.fin, self.payload, self.reset, self.syn, self.established) = (false, NO_TIME, None, NO_TIME, None);
        self.exchanges.clear();
    }

    /// Reads a connection. `pairs`: packets that the protocol says are request and response, ascending.
    pub fn read(&mut self, flow: &Flow, segments: impl Iterator<Item = Segment>, pairs: &[(PacketId, PacketId)]) {
        self.clear();
        self.track = Track::new(flow);
        for segment in segments {
            if let Some(step) = self.track.step(segment) {
                self.step(&step, flow, !pairs.is_empty());
            }
        }
        self.turns.finish();
        self.ways = Ways::new(flow, &self.samples);
        self.stalls.finish(flow, &self.ways);
        let Self { heard, exchanges, turns, .. } = self;
        if pairs.is_empty() {
            exchanges.append(&mut turns.done);
            return;
        }
        turns::by_protocol(pairs, heard, exchanges);
        // What the protocol says nothing about: unanswered requests, what came before it was known.
        let span = |e: &Exchange| (e.first.0, e.answer.map_or(e.asked.0, |(_, last)| last.0));
        let mut told: Vec<_> = exchanges.iter().map(span).collect();
        sort::by(&mut told, Ord::cmp);
        let mut end = 0;
        told.iter_mut().for_each(|(_, last)| (end, *last) = ((*last).max(end), (*last).max(end)));
        let is_told = |turn: &Exchange| {
            let (first, last) = span(turn);
            let at = told.partition_point(|&(from, _)| from <= last);
            told.get(..at).and_then(|before| before.last()).is_some_and(|&(_, to)| to >= first)
        };
        // Where a turn has one message each way, it knows more: the end of a long response, what was sent again.
        for exchange in exchanges.iter_mut() {
            let at = turns.done.partition_point(|turn| turn.first.0 <= exchange.asked.0);
            let Some(turn) = at.checked_sub(1).and_then(|at| turns.done.get(at)) else { continue };
            let (first, last) = span(turn);
            let within = |packet: PacketId| (first..=last).contains(&packet);
            let from = pairs.partition_point(|&(request, _)| request < first);
            let is_alone = pairs.get(from).is_some_and(|&(request, _)| request == exchange.asked.0)
                && pairs.get(from + 1).is_none_or(|&(request, _)| !within(request));
            if is_alone && turn.answer.is_some() && within(span(exchange).1) {
                *exchange = Exchange { by_protocol: true, ..*turn };
            }
        }
        exchanges.extend(turns.done.drain(..).filter(|turn| !is_told(turn)));
        sort::by_key(exchanges, |exchange| exchange.asked.0);
    }

    #[inline]
    fn step(&mut self, step: &Step, flow: &Flow, has_pairs: bool) {
        round_trips::step(&mut self.samples, step);
        self.turns.step(step, flow.client);
        self.stalls.step(step);
        let (from, time, packet) = (step.from(), step.time(), step.segment.packet);
        let [a, b] = &mut self.senders;
        let (mine, theirs) = if from == 0 { (a, b) } else { (b, a) };
        mine.passes(step);
        if step.acks && theirs.missing.is_some_and(|missing| after(step.segment.header.ack, missing.from)) {
            theirs.missing = None; // its receiver has it: only the capture lacks it
        }
        if step.fresh || step.again {
            mine.sent(step);
            (self.payload, self.speaker) = (time, from);
            if let Some(reset) = &mut self.reset {
                reset.more |= step.fresh && reset.by != from;
            }
            if has_pairs
                && step.fresh
                && let Some(heard) = self.heard.get_mut(usize::from(from != flow.client))
            {
                heard.push((packet, time));
            }
        }
        if theirs.repeated.times > 0 {
            theirs.repeated.alive = true;
            if step.acks && after(step.segment.header.ack, theirs.repeated.seq) {
                theirs.repeated = Repeated::default();
            }
        }
        let flags = step.segment.marks.tcp_flags();
        if flags & (tcp_flag::SYN | tcp_flag::FIN | tcp_flag::RST) != 0 {
            self.flags(step, flags);
        } else if self.established.is_none() && self.syn != NO_TIME && from == flow.client {
            self.established = Some(time.saturating_sub(self.syn));
        }
    }

    fn flags(&mut self, step: &Step, flags: u16) {
        if flags & tcp_flag::SYN != 0 && flags & tcp_flag::ACK == 0 && self.syn == NO_TIME {
            self.syn = step.time();
        }
        if flags & tcp_flag::RST != 0 && !self.fin && self.reset.is_none() && self.payload != NO_TIME {
            let after = step.time().saturating_sub(self.payload);
            let (by, packet, speaker) = (step.from(), step.segment.packet, self.speaker);
            self.reset = Some(Reset { by, packet, after, speaker, more: false });
        }
        self.fin |= flags & tcp_flag::FIN != 0;
    }

    /// The end whose segment was sent again and again without an ACK until the capture ended.
    pub fn stuck(&self) -> Option<(End, &Repeated)> {
        let ends = [0, 1].into_iter().zip(&self.senders).map(|(end, sender)| (end, &sender.repeated));
        ends.filter(|(_, r)| r.times >= STUCK_TIMES && r.last.saturating_sub(r.first) >= STUCK_FOR)
            .max_by_key(|(_, repeated)| repeated.times)
    }
}

impl Told {
    /// The end of whose large segments nothing comes here, though it goes on and its small ones do.
    pub fn swallowed(&self) -> Option<(End, Missing)> {
        let ends = [0, 1].into_iter().zip(&self.senders);
        let missing =
            ends.filter_map(|(end, sender)| Some((end, Missing { longest: sender.longest, ..sender.missing? })));
        missing
            .filter(|(_, missing)| {
                missing.bytes() >= LEAST_SWALLOWED.max(missing.longest)
                    && (1..FULL).contains(&missing.longest)
                    && missing.last.saturating_sub(missing.since) >= SWALLOWED_FOR
            })
            .max_by_key(|(_, missing)| missing.bytes())
    }
}

impl Sender {
    /// Any of its segments passes.
    #[inline]
    fn passes(&mut self, step: &Step) {
        let segment = &step.segment;
        if segment.has(tcp_flag::SYN | tcp_flag::RST) {
            self.missing = None;
            self.next = segment.has(tcp_flag::SYN).then(|| segment.end());
            return;
        }
        let (seq, end) = (segment.header.seq, segment.end());
        self.longest = self.longest.max(segment.header.len);
        let Some(next) = self.next else {
            self.next = Some(end);
            return;
        };
        if let Some(missing) = &mut self.missing {
            missing.last = step.time();
            if segment.header.len > 0 && after(missing.to, seq) && after(end, missing.from) {
                self.missing = None;
            }
        } else if after(seq, next) && seq.wrapping_sub(next) < MOST_SWALLOWED {
            let (since, packet) = (step.time(), segment.packet);
            self.missing = Some(Missing { from: next, to: seq, since, packet, last: since, longest: 0 });
        }
        if after(end, next) {
            self.next = Some(end);
        }
    }

    fn sent(&mut self, step: &Step) {
        self.segments += 1;
        if !step.is_resent() {
            return;
        }
        let segment = &step.segment;
        self.resent += 1;
        if self.packets.len() < MOST_PACKETS {
            self.packets.push(segment.packet);
        }
        let repeated = &mut self.repeated;
        if repeated.times == 0 || repeated.seq != segment.header.seq {
            let (seq, len, first) = (segment.header.seq, segment.header.len, segment.time);
            *repeated = Repeated { seq, len, times: 1, first, ..Repeated::default() };
        }
        repeated.times += 1;
        repeated.last = segment.time;
        if repeated.packets.len() < MOST_PACKETS {
            repeated.packets.push(segment.packet);
        }
    }
}
