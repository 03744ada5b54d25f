//! `wireglass statistics`: how much there was of what, as bars.
use super::arguments::Input;
use super::numbers::{count, duration, percent, seconds};
use super::output::{Out, Table};
use super::save::Text;
use super::{Loaded, Stop};
use clap::{Args, ValueEnum};
use wireglass::api::{Measure, Statistics, StatisticsAnswer, StatisticsKind, StatisticsRow};

/// What is printed.
#[derive(Args)]
pub struct Of {
    #[command(flatten)]
    pub input: Input,
    #[command(flatten)]
    pub text: Text,
    /// What to group by
    #[arg(long, value_enum, default_value_t = Kind::Protocols)]
    of: Kind,
    /// What to compare
    #[arg(long, value_enum, default_value_t = By::Flows)]
    by: By,
    /// Groups at most
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u16).range(1..))]
    top: u16,
    /// Minutes that clocks on the wall are ahead of UTC, for hours
    #[arg(long, value_name = "MINUTES", default_value_t = 0, allow_negative_numbers = true)]
    utc_offset: i16,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Kind {
    /// Addresses that began flows
    Sources,
    /// Addresses that were asked
    Destinations,
    Protocols,
    /// Of servers
    Countries,
    /// Of servers
    Ports,
    Durations,
    /// Of packets
    Lengths,
    /// Days and hours, or finer for short captures
    Hours,
    ProtocolCountries,
    ProtocolTimes,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum By {
    Flows,
    Packets,
    Data,
    Sent,
    Received,
    Duration,
}

impl Of {
    pub fn question(&self) -> Statistics {
        let kind = match self.of {
            Kind::Sources => StatisticsKind::Sources,
            Kind::Destinations => StatisticsKind::Destinations,
            Kind::Protocols => StatisticsKind::Protocols,
            Kind::Countries => StatisticsKind::Countries,
            Kind::Ports => StatisticsKind::Ports,
            Kind::Durations => StatisticsKind::Durations,
            Kind::Lengths => StatisticsKind::Lengths,
            Kind::Hours => StatisticsKind::Hours,
            Kind::ProtocolCountries => StatisticsKind::ProtocolCountries,
            Kind::ProtocolTimes => StatisticsKind::ProtocolTimes,
        };
        let by = Measure::ALL.get(self.by as usize).copied().unwrap_or_default();
        Statistics { kind, by, top: self.top, utc_offset: i32::from(self.utc_offset) * 60 }
    }
}

/// Characters of the longest bar.
const BAR: u128 = 30;

pub fn print(loaded: &mut Loaded, out: &mut Out, of: &Of) -> Result<(), Stop> {
    let question = of.question();
    let answer = loaded.ask(question.clone())?;
    if of.input.json {
        return out.json(&answer);
    }
    if answer.rows.is_empty() {
        return out.line("There is nothing to count.");
    }
    if let Some(grid) = answer.grid {
        let (row, cell) = (duration(grid.row_ns), duration(grid.cell_ns));
        out.line(format_args!("Rows of {row}, cells of {cell}; times are seconds since the first packet."))?;
        out.line("")?;
    }
    rows(&answer, question.by).all(out)?;
    let left_out = answer.groups as usize - answer.rows.len().min(answer.groups as usize);
    if answer.seconds == 0 && left_out > 0 {
        out.line(format_args!("and {} more, with {} flows", count(left_out as u64), count(answer.rest.flows)))?;
    }
    Ok(())
}

fn rows(answer: &StatisticsAnswer, by: Measure) -> Table {
    let titles = ["", "", ">flows", ">packets", ">data", ">sent", ">received", ">duration", ">share", "", "filter"];
    let mut table = Table::new(&titles);
    let most = answer.rows.iter().map(|row| row.measure(by)).max().unwrap_or(0).max(1);
    for row in &answer.rows {
        let measure = row.measure(by);
        table.row([
            if row.label.is_empty() && row.start_ns.is_none_or(|_| answer.seconds > 0) {
                "others".to_owned()
            } else {
                row.label.clone()
            },
            second(row),
            count(row.flows),
            count(row.packets),
            count(row.data),
            count(row.sent),
            count(row.received),
            duration(row.duration_ns),
            percent(measure, answer.total.measure(by)),
            "#".repeat((u128::from(measure) * BAR).div_ceil(u128::from(most)) as usize),
            row.filter.clone(),
        ]);
    }
    table
}

fn second(row: &StatisticsRow) -> String {
    row.start_ns.map_or_else(|| row.second.clone(), |start| seconds(start, 3))
}
