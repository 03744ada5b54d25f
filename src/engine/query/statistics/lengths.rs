//! Packets by their length on the wire, in the steps of Wireshark's statistics.
use super::super::Asked;
use super::{Ends, Sum};
use crate::api::{StatisticsAnswer, StatisticsRow};
use crate::engine::store::flows::End;
use crate::engine::store::packets::Marks;

/// Where each step begins.
const STEPS: [u32; 10] = [0, 20, 40, 80, 160, 320, 640, 1280, 2560, 5120];

pub(super) fn answer(asked: &Asked<'_>) -> StatisticsAnswer {
    let mut sums = [Sum::default(); STEPS.len()];
    let ends = Ends::new(asked, |_| 0);
    asked.each(|_, packet| {
        if let Some(sum) = sums.get_mut(step(packet.wire_len)) {
            let (_, client) = ends.of(packet.flow);
            sum.add_packet(packet.wire_len, End::from(packet.marks.has(Marks::FROM_B)), client);
        }
    });
    let rows = sums.iter().enumerate().map(|(step, sum)| {
        let from = STEPS.get(step).copied().unwrap_or_default();
        let (label, filter) = match STEPS.get(step + 1) {
            None => (format!("≥ {from}"), format!("frame.len >= {from}")),
            Some(next) if from == 0 => (format!("0–{}", next - 1), format!("frame.len < {next}")),
            Some(next) => (format!("{from}–{}", next - 1), format!("frame.len >= {from} && frame.len < {next}")),
        };
        StatisticsRow { label, filter, ..sum.row() }
    });
    StatisticsAnswer { groups: STEPS.len() as u32, rows: rows.collect(), ..StatisticsAnswer::default() }
}

/// Twenty, doubled so many times, is not above the length.
fn step(length: u32) -> usize {
    (length / 20).checked_ilog2().map_or(0, |doubled| (doubled as usize + 1).min(STEPS.len() - 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_begin_where_they_say() {
        for (at, from) in STEPS.iter().enumerate() {
            assert_eq!(step(*from), at, "{from}");
            assert_eq!(from.checked_sub(1).map_or(0, step), at.saturating_sub(1), "below {from}");
        }
        assert_eq!(step(u32::MAX), STEPS.len() - 1);
    }
}
