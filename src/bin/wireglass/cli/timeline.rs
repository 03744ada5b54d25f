//! `wireglass timeline`: packets, bytes, new flows and resets over time.
use super::numbers::{count, duration, seconds};
use super::output::{Out, Table};
use super::{Loaded, Stop};
use wireglass::api::{Timeline, TimelineAnswer};

/// Characters of the longest bar.
const BAR: u64 = 40;

pub fn print(loaded: &mut Loaded, out: &mut Out, json: bool, buckets: u16) -> Result<(), Stop> {
    let timeline = loaded.ask(Timeline { buckets })?;
    if json {
        return out.json(&timeline);
    }
    if timeline.packets.is_empty() {
        return out.line("There is no packet with a time.");
    }
    out.line(format_args!("Each row is {}; times are seconds since the first packet.", duration(timeline.width_ns)))?;
    out.line("")?;
    rows(&timeline).all(out)
}

fn rows(timeline: &TimelineAnswer) -> Table {
    let mut table = Table::new(&[">Time", ">packets", ">bytes", ">new flows", ">resets", "bytes"]);
    let most = timeline.bytes.iter().copied().max().unwrap_or(0).max(1);
    let decimals = decimals(timeline.width_ns);
    let counts = timeline.packets.iter().zip(&timeline.bytes).zip(timeline.flows.iter().zip(&timeline.resets));
    for (n, ((&packets, &bytes), (&flows, &resets))) in (0..).zip(counts) {
        let start = timeline.start_ns.saturating_add(timeline.width_ns.saturating_mul(n));
        let bar = (u128::from(bytes) * u128::from(BAR)).div_ceil(u128::from(most)) as usize;
        let bar = "#".repeat(bar);
        table.row([seconds(start, decimals), count(packets), count(bytes), count(flows), count(resets), bar]);
    }
    table
}

/// As many as tell one start from the next; widths are round.
fn decimals(width_ns: i64) -> usize {
    (0..9).find(|&digits| width_ns % 10_i64.pow(9 - digits) == 0).map_or(9, |digits| digits.max(1) as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths_decide_the_decimals() {
        for (width, digits) in [(2_000_000_000, 1), (500_000_000, 1), (20_000_000, 2), (1, 9)] {
            assert_eq!(decimals(width), digits, "{width}");
        }
    }
}
