//! `wireglass timeline`: packets, bytes, new flows and errors over time.
use super::arguments::Input;
use super::numbers::{count, duration, seconds};
use super::output::{Out, Table};
use super::save::Text;
use super::{Loaded, Stop};
use clap::Args;
use wireglass::api::{Filter, Language, Timeline, TimelineAnswer};

/// What is printed.
#[derive(Args)]
pub struct Line {
    #[command(flatten)]
    pub input: Input,
    #[command(flatten)]
    pub text: Text,
    /// Rows at most; each is a round number of seconds wide
    #[arg(long, value_name = "N", default_value_t = 60, value_parser = clap::value_parser!(u16).range(1..))]
    buckets: u16,
    /// Width of a row instead: 1ms, 500us, 10s, 5m, 1h, 1d
    #[arg(long, value_name = "TIME", value_parser = parse_width, conflicts_with = "buckets")]
    interval: Option<i64>,
    /// One more column: packets that match this display filter, whatever the others show. May be given several times
    #[arg(long, value_name = "FILTER")]
    pub series: Vec<String>,
}

impl Line {
    pub fn question(&self) -> Timeline {
        Timeline { buckets: self.buckets, width_ns: self.interval.unwrap_or(0), ..Timeline::default() }
    }
}

/// Characters of the longest bar.
const BAR: u64 = 40;

pub fn print(loaded: &mut Loaded, out: &mut Out, line: &Line) -> Result<(), Stop> {
    let timeline = loaded.ask(line.question())?;
    let mut series = Vec::new();
    for text in &line.series {
        let own = Filter { text: text.clone(), language: Language::Display };
        series.push(whole(loaded, Timeline { own: Some(own), ..line.question() })?);
    }
    if line.input.json {
        return match series.is_empty() {
            true => out.json(&timeline),
            false => out.json(&std::iter::once(&timeline).chain(&series).collect::<Vec<_>>()),
        };
    }
    if timeline.packets.is_empty() {
        return out.line("There is no packet with a time.");
    }
    out.line(format_args!("Each row is {}; times are seconds since the first packet.", duration(timeline.width_ns)))?;
    for (n, text) in (1..).zip(&line.series) {
        out.line(format_args!("({n}) are the packets that match {text}"))?;
    }
    out.line("")?;
    rows(&timeline, &series).all(out)
}

/// A line with a filter of its own, when that is decided for every packet.
fn whole(loaded: &mut Loaded, question: Timeline) -> Result<TimelineAnswer, Stop> {
    loop {
        let answer = loaded.ask(question.clone())?;
        if answer.undecided == 0 {
            return Ok(answer);
        }
    }
}

/// How columns of further series are called; there are never more.
const SERIES: [&str; 6] = [">(1)", ">(2)", ">(3)", ">(4)", ">(5)", ">(6)"];

fn rows(timeline: &TimelineAnswer, series: &[TimelineAnswer]) -> Table {
    let mut titles = vec![">Time", ">packets", ">bytes", ">new flows", ">resets", ">sent again", ">errors"];
    titles.extend(SERIES.iter().take(series.len()));
    titles.push("bytes");
    let mut table = Table::new(&titles);
    let most = timeline.bytes.iter().copied().max().unwrap_or(0).max(1);
    let decimals = decimals(timeline.width_ns);
    for (n, (&packets, &bytes)) in timeline.packets.iter().zip(&timeline.bytes).enumerate() {
        let start = timeline.start_ns.saturating_add(timeline.width_ns.saturating_mul(n as i64));
        let of = |counts: &[u32]| count(counts.get(n).copied().unwrap_or(0));
        let bar = (u128::from(bytes) * u128::from(BAR)).div_ceil(u128::from(most)) as usize;
        let mut row = vec![seconds(start, decimals), count(packets), count(bytes)];
        row.extend(
            [&timeline.flows, &timeline.resets, &timeline.retransmissions, &timeline.errors].map(|counts| of(counts)),
        );
        row.extend(series.iter().take(SERIES.len()).map(|series| of(&series.packets)));
        row.push("#".repeat(bar));
        table.row(row);
    }
    table
}

/// As many as tell one start from the next; widths are round.
fn decimals(width_ns: i64) -> usize {
    (0..9).find(|&digits| width_ns % 10_i64.pow(9 - digits) == 0).map_or(9, |digits| digits.max(1) as usize)
}

/// A number and a unit of time, ns.
fn parse_width(text: &str) -> Result<i64, String> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let unit: i64 = match text.get(digits..).unwrap_or_default() {
        "ns" => 1,
        "us" | "µs" => 1000,
        "ms" => 1_000_000,
        "" | "s" => 1_000_000_000,
        "m" | "min" => 60_000_000_000,
        "h" => 3_600_000_000_000,
        "d" => 86_400_000_000_000,
        _ => return Err("a time is a whole number and ns, us, ms, s, m, h or d: 10ms".to_owned()),
    };
    let number = text.get(..digits).and_then(|digits| digits.parse::<i64>().ok()).filter(|number| *number > 0);
    number.and_then(|number| number.checked_mul(unit)).ok_or_else(|| "a time is a whole number above 0".to_owned())
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

    #[test]
    fn widths_have_units() {
        assert_eq!(parse_width("10ms"), Ok(10_000_000));
        assert_eq!(parse_width("3"), Ok(3_000_000_000));
        assert_eq!(parse_width("1d"), Ok(86_400_000_000_000));
        for wrong in ["", "ms", "0s", "1.5s", "9999999999999d", "1 s"] {
            assert!(parse_width(wrong).is_err(), "{wrong}");
        }
    }
}
