//! Graphs of one direction of a connection: sequence numbers, round trips, throughput, window. One sweep over its segments; what is kept
//! are the points that are seen.
use super::pixels::{Axis, Bars, Line, Marked, Point};
use super::round_trips::{self, Samples};
use super::steps::Track;
use crate::api::{GraphKind, Shown};
use crate::engine::dissect::tcp_flag::*;
use crate::engine::sort;
use crate::engine::store::Store;
use crate::engine::store::flows::{End, Flow};
use crate::engine::store::numbers::Segment;
use crate::engine::store::packets::{FlowId, Marks, NO_TIME, PacketId};

/// Numbers further apart have nothing to do with each other (no window is larger, RFC 7323 §2.3).
const FAR: i64 = 1 << 30;
/// Buckets of a throughput are this many pixels wide at least.
const BUCKET_PIXELS: usize = 4;

/// What is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Wanted {
    pub kind: GraphKind,
    pub sender: End,
    /// ns since the capture's first packet.
    pub span: (i64, i64),
    pub columns: usize,
}

#[derive(Debug, Default)]
pub struct Graph {
    pub series: Vec<(Shown, Vec<Point>)>,
    /// Of the sender in the span.
    pub segments: u32,
    /// Payload of the sender, and an ACK of the other side, were seen at all.
    pub has_payload: bool,
    pub has_acks: bool,
    /// Marks left out.
    pub left_out: u32,
    /// ns.
    pub bucket: i64,
}

/// One side's sequence numbers, relative and without their wrapping around.
#[derive(Debug)]
struct Unwrapped {
    base: Option<u32>,
    highest: i64,
}

impl Unwrapped {
    /// `None` for a number that cannot be of this connection.
    #[inline]
    fn of(&mut self, number: u32) -> Option<i64> {
        let base = *self.base.get_or_insert(number);
        let highest = base.wrapping_add(self.highest as u32);
        let away = i64::from(number.wrapping_sub(highest) as i32);
        if away.abs() > FAR {
            return None;
        }
        let found = self.highest + away;
        self.highest = self.highest.max(found);
        Some(found)
    }
}

/// Whether a connection's window scale is known for an end: its SYN was seen.
pub fn knows_scale(flow: &Flow, end: End) -> bool {
    Flow::by(flow.tcp.flags, end) & SYN as u8 != 0
}

/// The window an end announces, bytes; `None` where its scale is not known.
pub fn window(flow: &Flow, segment: &Segment) -> Option<u32> {
    let known = segment.has(SYN) || knows_scale(flow, segment.from);
    let shift = Flow::by(flow.tcp.scale, segment.from).filter(|_| !segment.has(SYN)).unwrap_or(0);
    known.then(|| u32::from(segment.header.window) << shift.min(14))
}

/// What is drawn of each kind: the marks, by whose segments have them.
const SENDERS: [(u32, Shown); 5] = [
    (Marks::RETRANSMISSION | Marks::FAST_RETRANSMISSION | Marks::SPURIOUS_RETRANSMISSION, Shown::Retransmission),
    (Marks::OUT_OF_ORDER, Shown::OutOfOrder),
    (Marks::LOST_SEGMENT, Shown::Missing),
    (Marks::KEEP_ALIVE, Shown::KeepAlive),
    (Marks::WINDOW_FULL, Shown::WindowFull),
];
const RECEIVERS: [(u32, Shown); 2] =
    [(Marks::DUPLICATE_ACK, Shown::DuplicateAck), (Marks::ZERO_WINDOW, Shown::ZeroWindow)];
const FLAGS: [(u16, Shown); 3] = [(SYN, Shown::Syn), (FIN, Shown::Fin), (RST, Shown::Reset)];
/// Findings on a segment that is drawn as a mark and not among the others.
const SENT_AGAIN: u32 = Marks::RETRANSMISSION
    | Marks::FAST_RETRANSMISSION
    | Marks::SPURIOUS_RETRANSMISSION
    | Marks::OUT_OF_ORDER
    | Marks::KEEP_ALIVE;

/// The marks of a graph, by what they show.
struct Signs {
    axis: Axis,
    kinds: Vec<(Shown, Marked)>,
}

impl Signs {
    fn put(&mut self, shows: Shown, time: i64, low: f64, value: f64, packet: PacketId) {
        let at = self.kinds.iter().position(|(known, _)| *known == shows).unwrap_or_else(|| {
            self.kinds.push((shows, Marked::new(self.axis)));
            self.kinds.len() - 1
        });
        if let Some((_, marked)) = self.kinds.get_mut(at) {
            marked.push(time, low, value, packet);
        }
    }
}

/// A sweep in progress.
struct Sweep<'s> {
    flow: &'s Flow,
    store: &'s Store,
    wanted: Wanted,
    axis: Axis,
    numbers: Unwrapped,
    /// The sender's next number and the highest one acknowledged.
    next: Option<i64>,
    acked: Option<i64>,
    /// Next SACK block that may be of a segment.
    sack: usize,
    graph: Graph,
    signs: Signs,
    bars: Bars,
    sacks: Bars,
    one: Line,
    two: Line,
    track: Track,
    samples: [Samples; 2],
    buckets: [Vec<f64>; 2],
}

/// # Returns
/// `None` when there is no such flow.
pub fn draw(store: &Store, id: FlowId, wanted: Wanted) -> Option<Graph> {
    let flow = store.flows.get(id)?;
    let axis = Axis::new(wanted.span, wanted.columns);
    let bucket = bucket(wanted.span, wanted.columns);
    let buckets = match wanted.kind {
        GraphKind::Throughput => (wanted.span.1.saturating_sub(wanted.span.0) / bucket) as usize + 1,
        _ => 0,
    };
    let mut sweep = Sweep {
        flow,
        store,
        wanted,
        axis,
        numbers: Unwrapped { base: Flow::by(flow.tcp.base, wanted.sender), highest: 0 },
        next: None,
        acked: None,
        sack: 0,
        graph: Graph { bucket, ..Graph::default() },
        signs: Signs { axis, kinds: Vec::new() },
        bars: Bars::new(axis),
        sacks: Bars::new(axis),
        one: Line::new(axis),
        two: Line::new(axis),
        track: Track::default(),
        samples: Default::default(),
        buckets: [vec![0.0; buckets], vec![0.0; buckets]],
    };
    for segment in store.segments(id).filter(|segment| segment.time != NO_TIME) {
        if wanted.kind == GraphKind::RoundTrips {
            sweep.measure(segment);
        }
        if segment.from == wanted.sender { sweep.sent(&segment) } else { sweep.answered(&segment) }
    }
    Some(sweep.finish())
}

/// Widths are round numbers: 1, 2 or 5 times a power of ten.
fn bucket((from, to): (i64, i64), columns: usize) -> i64 {
    let least = to.saturating_sub(from) / (columns / BUCKET_PIXELS).max(1) as i64;
    let powers = std::iter::successors(Some(1_i64), |power| power.checked_mul(10));
    powers.flat_map(|power| [1, 2, 5].map(|n| power.saturating_mul(n))).find(|&width| width > least).unwrap_or(i64::MAX)
}

impl Sweep<'_> {
    /// A segment of the side that is looked at.
    #[inline]
    fn sent(&mut self, segment: &Segment) {
        let Segment { time, packet, marks, .. } = *segment;
        let len = segment.header.len;
        self.graph.has_payload |= len > 0;
        self.graph.segments += u32::from(self.axis.column(time).is_some());
        let found = self.numbers.of(segment.header.seq);
        // A reset may have any number.
        let seq = match found {
            Some(seq) => seq,
            None if segment.has(RST) => self.numbers.highest,
            None => return,
        };
        let end = seq + i64::from(segment.end().wrapping_sub(segment.header.seq));
        let takes = end > seq;
        let (low, high) = (seq as f64, end as f64);
        match self.wanted.kind {
            GraphKind::Stevens if takes => self.one.push(time, low, low, packet),
            GraphKind::Tcptrace if takes && !marks.has(SENT_AGAIN) => self.bars.push(time, low, high, packet),
            GraphKind::Throughput => self.add(0, time, i64::from(len)),
            _ => {}
        }
        if takes {
            self.next = Some(self.next.map_or(end, |next| next.max(end)));
        }
        if self.wanted.kind == GraphKind::Window {
            self.in_flight(segment, marks.has(Marks::WINDOW_FULL));
        }
        if matches!(self.wanted.kind, GraphKind::Stevens | GraphKind::Tcptrace) && is_marked(segment) {
            let value = if self.wanted.kind == GraphKind::Stevens { low } else { high };
            let by_mark = SENDERS.iter().filter(|(mark, _)| marks.has(*mark)).map(|(_, shows)| *shows);
            let by_flag = FLAGS.iter().filter(|(flag, _)| segment.has(*flag)).map(|(_, shows)| *shows);
            by_mark.chain(by_flag).for_each(|shows| self.signs.put(shows, time, low, value, packet));
        }
    }

    /// A segment of the other side, which acknowledges.
    #[inline]
    fn answered(&mut self, segment: &Segment) {
        if !segment.has(ACK) {
            return;
        }
        let Segment { time, packet, marks, .. } = *segment;
        let Some(ack) = self.numbers.of(segment.header.ack) else { return };
        // Of a reset that answers a SYN the number is right, the window means nothing.
        let window = window(self.flow, segment).filter(|_| !segment.has(RST));
        self.graph.has_acks = true;
        let before = self.acked;
        let highest = before.map_or(ack, |acked| acked.max(ack));
        self.acked = Some(highest);
        let value = ack as f64;
        let mut sign = value;
        match self.wanted.kind {
            GraphKind::Stevens => return,
            GraphKind::Tcptrace => {
                self.one.push(time, value, value, packet);
                if let Some(window) = window {
                    self.two.push(time, value + f64::from(window), value, packet);
                }
                while let Some((left, right)) = self.sack(packet) {
                    if let (Some(left), Some(right)) = (self.numbers.of(left), self.numbers.of(right))
                        && right > left
                    {
                        self.sacks.push(time, left as f64, right as f64, packet);
                    }
                }
            }
            GraphKind::RoundTrips => return,
            GraphKind::Throughput => {
                // The first ACK only says where the connection stands.
                if let Some(before) = before {
                    self.add(1, time, highest - before);
                }
                return;
            }
            GraphKind::Window => {
                if let Some(window) = window {
                    self.two.push(time, window.into(), window.into(), packet);
                }
                self.in_flight(segment, false);
                sign = 0.0;
            }
        }
        for (mark, shows) in RECEIVERS {
            if marks.has(mark) && (self.wanted.kind == GraphKind::Tcptrace || shows == Shown::ZeroWindow) {
                self.signs.put(shows, time, sign, sign, packet);
            }
        }
    }

    /// Round trips of the sender's data.
    fn measure(&mut self, segment: Segment) {
        let Some(step) = self.track.step(segment) else { return };
        round_trips::step(&mut self.samples, &step);
        for (end, samples) in self.samples.iter_mut().enumerate() {
            for sample in samples.list.drain(..).filter(|_| end == self.wanted.sender) {
                let value = sample.rtt as f64;
                self.one.push(sample.time, value, value, sample.packet);
            }
        }
    }

    fn in_flight(&mut self, segment: &Segment, is_full: bool) {
        let (Some(next), Some(acked)) = (self.next, self.acked) else { return };
        let value = (next - acked).max(0) as f64;
        self.one.push(segment.time, value, value, segment.packet);
        if is_full {
            self.signs.put(Shown::WindowFull, segment.time, value, value, segment.packet);
        }
    }

    /// The next SACK block of a packet; packets are asked for in their order.
    #[inline]
    fn sack(&mut self, packet: PacketId) -> Option<(u32, u32)> {
        let sacks = &self.store.numbers.sacks;
        while let Some(sack) = sacks.get(self.sack).filter(|sack| sack.packet <= packet) {
            self.sack += 1;
            if sack.packet == packet {
                return Some(sack.block);
            }
        }
        None
    }

    #[inline]
    fn add(&mut self, which: usize, time: i64, bytes: i64) {
        if bytes <= 0 || self.axis.column(time).is_none() {
            return;
        }
        let bucket = time.saturating_sub(self.wanted.span.0) / self.graph.bucket.max(1);
        if let Some(sum) = self.buckets.get_mut(which).and_then(|sums| sums.get_mut(bucket as usize)) {
            *sum += bytes as f64;
        }
    }

    fn finish(self) -> Graph {
        let Self { mut graph, wanted, .. } = self;
        let mut series = match wanted.kind {
            GraphKind::Stevens => vec![(Shown::Segments, self.one.finish(false))],
            GraphKind::Tcptrace => vec![
                (Shown::WindowEdge, self.two.finish(true)),
                (Shown::Acks, self.one.finish(true)),
                (Shown::Sacks, self.sacks.finish()),
                (Shown::Segments, self.bars.finish()),
            ],
            GraphKind::RoundTrips => vec![(Shown::RoundTrips, self.one.finish(false))],
            GraphKind::Window => {
                vec![(Shown::Window, self.two.finish(true)), (Shown::InFlight, self.one.finish(true))]
            }
            GraphKind::Throughput => {
                let [sent, acked] = self.buckets;
                let rate = |sums: Vec<f64>| {
                    let place = |at: usize| wanted.span.0.saturating_add(graph.bucket.saturating_mul(at as i64));
                    let sums = sums.into_iter().enumerate();
                    let rates = sums.map(|(at, sum)| (place(at), sum * 8e9 / graph.bucket.max(1) as f64));
                    rates.map(|(time, value)| Point { time, value, ..Point::default() }).collect()
                };
                vec![(Shown::Throughput, rate(sent)), (Shown::Goodput, rate(acked))]
            }
        };
        if wanted.kind != GraphKind::Throughput {
            graph.bucket = 0;
        }
        let mut signs = self.signs.kinds;
        sort::by_key(&mut signs, |(shows, _)| *shows);
        for (shows, marked) in signs {
            let (points, left_out) = marked.finish();
            graph.left_out = graph.left_out.saturating_add(left_out);
            series.push((shows, points));
        }
        series.retain(|(shows, points)| !points.is_empty() && (*shows != Shown::Goodput || graph.has_acks));
        graph.series = series;
        graph
    }
}

/// Whether a segment has anything that is marked: most have not.
#[inline]
fn is_marked(segment: &Segment) -> bool {
    segment.has(SYN | FIN | RST) || segment.marks.findings().0 != 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::testing::talk;

    fn graph(text: &str, kind: GraphKind, sender: End) -> Graph {
        let session = talk(text);
        let flow = session.store().flows.get(0).expect("a flow");
        let span = (flow.first, flow.last);
        draw(session.store(), 0, Wanted { kind, sender, span, columns: 1000 }).expect("a graph")
    }

    /// (ms, value) of a series.
    fn points(graph: &Graph, shows: Shown) -> Vec<(i64, f64)> {
        let found = graph.series.iter().find(|(shown, _)| *shown == shows);
        found.map_or(Vec::new(), |(_, points)| points.iter().map(|p| (p.time / 1_000_000, p.value)).collect())
    }

    const LOSS: &str = "> SYN scale=2 / < SYN ACK +10ms scale=3 / > ACK / > 100 +1ms / > 100 +1ms seq=1201 / < ACK ack=1101 +10ms \
        / < ACK ack=1101 +1ms / > 100 seq=1101 +5ms / < ACK ack=1301 +10ms";

    #[test]
    fn tcptrace_has_segments_acks_window_and_marks() {
        let graph = graph(LOSS, GraphKind::Tcptrace, 0);
        assert_eq!(points(&graph, Shown::Segments), [(0, 1.0), (11, 101.0), (12, 301.0)]);
        assert_eq!(points(&graph, Shown::Acks), [(10, 1.0), (22, 101.0), (23, 101.0), (38, 301.0)]);
        assert_eq!(points(&graph, Shown::WindowEdge).last(), Some(&(38, 301.0 + f64::from(0x2000 << 3))));
        assert_eq!(points(&graph, Shown::Missing), [(12, 301.0)]);
        let again = [Shown::Retransmission, Shown::OutOfOrder].map(|shows| points(&graph, shows)).concat();
        assert_eq!(again, [(28, 201.0)]);
        assert_eq!(points(&graph, Shown::Syn), [(0, 1.0)]);
        assert_eq!((graph.segments, graph.has_payload, graph.has_acks), (5, true, true));
    }

    #[test]
    fn round_trips_are_those_of_segments_sent_once() {
        let graph = graph(LOSS, GraphKind::RoundTrips, 0);
        assert_eq!(points(&graph, Shown::RoundTrips), [(22, 11e6)]);
    }

    #[test]
    fn bytes_in_flight_fall_with_acks() {
        let text = "> SYN / < SYN ACK / > ACK / > 100 +1ms / > 100 / < ACK +5ms / < ACK +1ms win=0 / > 50";
        let graph = graph(text, GraphKind::Window, 0);
        let values: Vec<f64> = points(&graph, Shown::InFlight).into_iter().map(|(_, value)| value).collect();
        assert_eq!(values, [0.0, 0.0, 100.0, 200.0, 0.0, 0.0, 50.0]);
        assert_eq!(points(&graph, Shown::Window).last(), Some(&(7, 0.0)));
        assert_eq!(points(&graph, Shown::ZeroWindow), [(7, 0.0)]);
    }

    #[test]
    fn throughput_counts_all_that_was_sent_and_goodput_what_arrived() {
        let graph = graph(LOSS, GraphKind::Throughput, 0);
        let bytes = |shows| {
            let sum: f64 = points(&graph, shows).iter().map(|(_, rate)| rate).sum();
            (sum * graph.bucket as f64 / 8e9).round()
        };
        assert_eq!((bytes(Shown::Throughput), bytes(Shown::Goodput)), (300.0, 300.0));
    }

    #[test]
    fn numbers_that_wrap_around_go_on() {
        let text = "> SYN seq=4294967290 / < SYN ACK / > ACK / > 100 +1ms / < ACK / > 100 +1ms";
        let graph = graph(text, GraphKind::Stevens, 0);
        assert_eq!(points(&graph, Shown::Segments).iter().map(|(_, seq)| *seq).collect::<Vec<_>>(), [0.0, 1.0, 101.0]);
    }

    #[test]
    fn a_span_shows_what_is_in_it_and_lines_come_from_outside() {
        let session = talk(LOSS);
        let wanted = Wanted { kind: GraphKind::Tcptrace, sender: 0, span: (11_500_000, 25_000_000), columns: 100 };
        let graph = draw(session.store(), 0, wanted).expect("a graph");
        assert_eq!(points(&graph, Shown::Segments), [(12, 301.0)]);
        assert_eq!(points(&graph, Shown::Acks), [(10, 1.0), (22, 101.0), (23, 101.0), (38, 301.0)]);
    }

    #[test]
    fn buckets_are_round() {
        assert_eq!(bucket((0, 1_000_000_000), 400), 20_000_000);
        assert_eq!(bucket((0, 0), 0), 1);
    }
}
