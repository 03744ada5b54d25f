//! Packets, bytes, new flows and errors over time.
use super::Asked;
use crate::api::{Severity, Timeline, TimelineAnswer};
use crate::engine::dissect::tcp_flag::RST;
use crate::engine::store::packets::{Marks, NO_FLOW, NO_TIME, Row};

const DEFAULT_BUCKETS: u16 = 120;
/// Buckets of one answer, however narrow somebody wants them.
const MOST_BUCKETS: u16 = 2000;
const SECOND: i64 = 1_000_000_000;
const DAY: i64 = 86_400 * SECOND;

pub fn answer(asked: &Asked<'_>, question: &Timeline) -> TimelineAnswer {
    let store = asked.store;
    // The line stays where it is, whatever the filter.
    let totals = &store.totals;
    if totals.earliest == NO_TIME {
        return TimelineAnswer { width_ns: 1, ..TimelineAnswer::default() };
    }
    let whole = (totals.earliest, totals.latest);
    let (from, to) =
        question.span.map_or(whole, |(from, to)| (from.clamp(whole.0, whole.1), to.clamp(whole.0, whole.1)));
    let to = to.max(from);
    let line = Line::new(from, to, width(to.saturating_sub(from), question));
    let counted = || vec![0_u32; line.count];
    let (mut packets, mut resets, mut retransmissions) = (counted(), counted(), counted());
    let mut bytes = vec![0_u64; line.count];
    // Without a filter flows know themselves when they began.
    let mut firsts = if asked.selected.is_some() { vec![NO_TIME; store.flows.len() as usize] } else { Vec::new() };
    // Packets of a bucket come one after the other: dividing is slow.
    let (mut at, mut begins) = (0, line.start);
    asked.each(|_, Row { time, wire_len, marks, flow, path, .. }| {
        if time == NO_TIME {
            return;
        }
        if !firsts.is_empty() {
            let inner = Some(flow).filter(|&flow| flow != NO_FLOW);
            for flow in inner.into_iter().chain(store.paths.outer_flows(path).map(|(flow, _)| flow)) {
                if let Some(first) = firsts.get_mut(flow as usize) {
                    *first = if *first == NO_TIME { time } else { time.min(*first) };
                }
            }
        }
        if !(0..line.width).contains(&time.saturating_sub(begins)) {
            let Some(bucket) = line.bucket(time) else { return };
            at = bucket;
            begins = line.start.saturating_add((at as i64).saturating_mul(line.width));
        }
        if let (Some(packets), Some(bytes)) = (packets.get_mut(at), bytes.get_mut(at)) {
            *packets += 1;
            *bytes += u64::from(wire_len);
        }
        if marks.tcp_flags() & RST != 0 {
            add(&mut resets, at);
        }
        if marks.has(Marks::RETRANSMISSION | Marks::FAST_RETRANSMISSION | Marks::SPURIOUS_RETRANSMISSION) {
            add(&mut retransmissions, at);
        }
    });
    let mut flows = counted();
    for (id, flow) in store.flows.iter().filter(|(id, flow)| !flow.quoted && asked.means_flow(*id)) {
        let first = firsts.get(id as usize).map_or(flow.first, |&first| first);
        if let Some(bucket) = Some(first).filter(|&first| first != NO_TIME).and_then(|first| line.bucket(first)) {
            add(&mut flows, bucket);
        }
    }
    let errors = errors(asked, &line);
    let Line { start: start_ns, width: width_ns, .. } = line;
    TimelineAnswer { start_ns, width_ns, packets, bytes, flows, resets, retransmissions, errors, whole, undecided: 0 }
}

/// Packets with a finding that is an error, each once.
fn errors(asked: &Asked<'_>, line: &Line) -> Vec<u32> {
    let store = asked.store;
    let mut errors = vec![0; line.count];
    let mut last = None;
    for (packet, item) in store.experts.rows() {
        let is_error = store.experts.item(item).is_some_and(|item| item.expert.severity == Severity::Error);
        if !is_error || last == Some(packet) || !asked.means(packet) {
            continue;
        }
        last = Some(packet);
        let time = store.packets.time(packet).filter(|&time| time != NO_TIME);
        if let Some(bucket) = time.and_then(|time| line.bucket(time)) {
            add(&mut errors, bucket);
        }
    }
    errors
}

fn add(counts: &mut [u32], at: usize) {
    if let Some(count) = counts.get_mut(at) {
        *count += 1;
    }
}

/// Buckets side by side.
struct Line {
    start: i64,
    width: i64,
    count: usize,
}

impl Line {
    fn new(from: i64, to: i64, width: i64) -> Self {
        let start = from.div_euclid(width).saturating_mul(width);
        let count = usize::try_from(to.saturating_sub(start) / width).unwrap_or(0).saturating_add(1);
        Self { start, width, count }
    }

    fn bucket(&self, time: i64) -> Option<usize> {
        let past = time.checked_sub(self.start).filter(|past| *past >= 0)?;
        usize::try_from(past / self.width).ok().filter(|bucket| *bucket < self.count)
    }
}

/// The width that was chosen, or the next round one with which there are not too many.
fn width(span: i64, question: &Timeline) -> i64 {
    let wanted = if question.buckets == 0 { DEFAULT_BUCKETS } else { question.buckets.min(MOST_BUCKETS) };
    match question.width_ns {
        ..=0 => readable_width(span, wanted),
        chosen => chosen.max(readable_width(span, MOST_BUCKETS)),
    }
}

/// As [`round_width`], in seconds, minutes, hours and days where it is longer than a second.
pub fn readable_width(span: i64, buckets: u16) -> i64 {
    const LONG: [i64; 17] = [1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 21_600, 43_200, 86_400];
    let least = (span / i64::from(buckets.max(2) - 1)).saturating_add(1);
    match least {
        ..SECOND => round_width(span, buckets),
        SECOND..=DAY => LONG.iter().map(|s| s * SECOND).find(|width| *width >= least).unwrap_or(DAY),
        _ => ((least - 1) / DAY + 1).saturating_mul(DAY),
    }
}

/// The bucket a time is in, of those of this width from `start` on.
pub fn bucket(time: i64, start: i64, width: i64) -> usize {
    usize::try_from(time.saturating_sub(start) / width).unwrap_or(0)
}

/// The smallest of 1, 2, 5 times a power of ten (ns) with which a span needs no more buckets than wanted.
pub fn round_width(span: i64, buckets: u16) -> i64 {
    // A span of n widths can touch n + 1 buckets.
    let least = (span / i64::from(buckets.max(2) - 1)).saturating_add(1);
    let mut power: i64 = 1;
    loop {
        for factor in [1, 2, 5] {
            let width = power.saturating_mul(factor);
            if width >= least {
                return width;
            }
        }
        power = power.saturating_mul(10);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths_are_round_and_never_too_many() {
        for (span, buckets, width) in [(0, 100, 1), (99, 100, 2), (1_000_000, 11, 200_000), (999_999, 2, 1_000_000)] {
            assert_eq!(round_width(span, buckets), width, "{span} in {buckets}");
            assert!(span / width < i64::from(buckets));
        }
        assert!(round_width(i64::MAX, 2) > 0);
    }

    #[test]
    fn long_widths_are_those_of_clocks() {
        let minutes = |n: i64| n * 60 * SECOND;
        for (span, width) in [
            (minutes(1), SECOND),
            (minutes(60), minutes(1)),
            (minutes(8 * 60), minutes(5)),
            (30 * DAY, DAY / 2),
            (400 * DAY, 4 * DAY),
        ] {
            assert_eq!(readable_width(span, 120), width, "{span}");
            assert!(span / width < 120);
        }
        assert!(readable_width(i64::MAX, 2) > 0);
    }

    #[test]
    fn a_width_that_is_chosen_holds_unless_there_were_too_many() {
        let of = |width_ns, span| width(span, &Timeline { width_ns, ..Timeline::default() });
        assert_eq!(of(1_000_000, SECOND), 1_000_000);
        assert_eq!(of(1_000_000, 3600 * SECOND), 2 * SECOND);
        assert_eq!(of(DAY, SECOND), DAY);
    }

    fn line(talk: &str, buckets: u16) -> TimelineAnswer {
        ask(talk, Timeline { buckets, ..Timeline::default() })
    }

    fn ask(talk: &str, question: Timeline) -> TimelineAnswer {
        let mut nothing: &[u8] = &[];
        match crate::engine::testing::talk(talk).answer(&crate::api::Query::Timeline(question), &mut nothing) {
            Ok(crate::api::Answer::Timeline(answer)) => answer,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn packets_flows_and_resets_fall_into_their_buckets() {
        let answer = line("> SYN / < RST ACK +9ms / > SYN seq=70 +1ms / < SYN ACK +10ms / > RST +4ms", 3);
        assert_eq!((answer.start_ns, answer.width_ns), (0, 20_000_000));
        assert_eq!((answer.packets, answer.bytes), (vec![3, 2], vec![120, 80]));
        assert_eq!((answer.flows, answer.resets), (vec![2, 0], vec![1, 1]));
    }

    #[test]
    fn an_empty_capture_and_a_moment_have_lines_too() {
        assert_eq!((line("", 100).width_ns, line("", 100).packets.len()), (1, 0));
        assert_eq!(line("> SYN", 0).packets, [1]);
    }

    #[test]
    fn a_span_of_it_is_cut_finer_and_a_line_has_its_own_filter() {
        let talk = "> SYN / < SYN ACK +1s / > ACK +1s / > FIN ACK +1s / < RST +1s";
        let part = ask(talk, Timeline { buckets: 5, span: Some((SECOND, 2 * SECOND)), ..Timeline::default() });
        assert_eq!((part.start_ns, part.width_ns, part.packets.len()), (SECOND, SECOND / 2, 3));
        assert_eq!((part.packets, part.flows), (vec![1, 0, 1], vec![0, 0, 0]));
        assert_eq!(part.whole, (0, 4 * SECOND));
        let own = Some(crate::api::Filter { text: "tcp.flags.reset == 1".into(), ..crate::api::Filter::default() });
        let resets = ask(talk, Timeline { buckets: 5, own, ..Timeline::default() });
        assert_eq!((resets.packets.iter().sum::<u32>(), resets.undecided), (1, 0));
        assert_eq!((resets.resets, resets.flows), (vec![0, 0, 1], vec![0, 0, 1]));
    }
}
