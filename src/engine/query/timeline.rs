//! Packets, bytes, new flows and resets over time.
use super::Asked;
use super::matched::Matched;
use crate::api::{Timeline, TimelineAnswer};
use crate::engine::dissect::tcp_flag::RST;
use crate::engine::store::packets::{NO_TIME, Row};

const DEFAULT_BUCKETS: u16 = 120;

pub fn answer(asked: &Asked<'_>, matched: &Matched, question: &Timeline) -> TimelineAnswer {
    let store = asked.store;
    // The line stays where it is, whatever the filter.
    let totals = &store.totals;
    if totals.earliest == NO_TIME {
        return TimelineAnswer { width_ns: 1, ..TimelineAnswer::default() };
    }
    let wanted = if question.buckets == 0 { DEFAULT_BUCKETS } else { question.buckets };
    let width = round_width(totals.duration(), wanted);
    let start = totals.earliest.div_euclid(width).saturating_mul(width);
    let count = bucket(totals.latest, start, width).saturating_add(1);
    let mut answer = TimelineAnswer {
        start_ns: start,
        width_ns: width,
        packets: vec![0; count],
        bytes: vec![0; count],
        flows: vec![0; count],
        resets: vec![0; count],
    };
    // Packets of a bucket come one after the other: dividing is slow.
    let (mut at, mut from) = (0, start);
    asked.each(|_, Row { time, wire_len, marks, .. }| {
        if time == NO_TIME {
            return;
        }
        if !(0..width).contains(&time.saturating_sub(from)) {
            at = bucket(time, start, width);
            from = start.saturating_add((at as i64).saturating_mul(width));
        }
        if let (Some(packets), Some(bytes)) = (answer.packets.get_mut(at), answer.bytes.get_mut(at)) {
            *packets += 1;
            *bytes += u64::from(wire_len);
        }
        if marks.tcp_flags() & RST != 0
            && let Some(resets) = answer.resets.get_mut(at)
        {
            *resets += 1;
        }
    });
    for (_, _, counts) in matched.flows(asked).filter(|(_, _, counts)| counts.first != NO_TIME) {
        if let Some(flows) = answer.flows.get_mut(bucket(counts.first, start, width)) {
            *flows += 1;
        }
    }
    answer
}

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

    fn line(talk: &str, buckets: u16) -> TimelineAnswer {
        let mut nothing: &[u8] = &[];
        let query = crate::api::Query::Timeline(Timeline { buckets });
        match crate::engine::testing::talk(talk).answer(&query, &mut nothing) {
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
}
