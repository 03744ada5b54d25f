//! Arguments in, text out, exit code. The only place of the program that prints.
mod arguments;
mod ask;
mod columns;
mod countries;
mod expert;
mod facts;
mod fields;
mod filter;
mod flows;
mod follow;
mod hierarchy;
mod inputs;
mod load;
mod losses;
mod network;
mod numbers;
mod output;
mod packet;
mod packets;
mod progress;
mod report;
mod rows;
mod rtt;
mod save;
mod shift;
mod states;
mod statistics;
mod summary;
mod tcp;
mod tcpdump;
mod timeline;
mod times;
mod unwanted;

use arguments::{Arguments, Command};
use clap::Parser;
pub use load::Loaded;
use load::Need;
use output::{Out, complain};
use std::process::ExitCode;
use wireglass::api::{Filter, Language, Question, StateFilter, States, Summary, Times};

/// Why a command ends before its work is done.
pub enum Stop {
    /// Whoever reads the output has read enough.
    Closed,
    /// The file is no capture or cannot be opened.
    Refused(String),
    /// A filter that is none: why, and where, in characters.
    Wrong {
        message: String,
        text: String,
        at: std::ops::Range<usize>,
    },
    Failed(String),
}

impl From<std::io::Error> for Stop {
    /// Of writing the output.
    fn from(error: std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::BrokenPipe => Self::Closed,
            _ => Self::Failed(format!("the output cannot be written: {}", load::reason(&error))),
        }
    }
}

pub fn run() -> ExitCode {
    wireglass::engine::dissect::coding::decode_with(wireglass::unpack::body::decoded);
    let Arguments { command, filter } = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        // Help or version; that nobody reads it is no error.
        Err(said) if !said.use_stderr() => {
            let _ = said.print();
            return ExitCode::SUCCESS;
        }
        Err(error) => {
            complain(format_args!("wireglass: {}", arguments::one_line(&error)));
            return ExitCode::from(2);
        }
    };
    shift::remember(filter.shift.clone());
    let (code, message) = match obey(command, filter.filter()) {
        Ok(()) | Err(Stop::Closed) => return ExitCode::SUCCESS,
        Err(Stop::Wrong { message, text, at }) => {
            filter::point_out(&message, &text, &at);
            return ExitCode::from(2);
        }
        Err(Stop::Refused(message)) => (2, message),
        Err(Stop::Failed(message)) => (1, message),
    };
    complain(format_args!("wireglass: {message}"));
    ExitCode::from(code)
}

fn obey(command: Command, filter: Filter) -> Result<(), Stop> {
    if let Some((input, question)) = save::table(&command) {
        return save::print(input, filter, &command, question);
    }
    match command {
        Command::Save(save) => save::save(&save, filter),
        Command::Unwanted(unwanted) => unwanted::print(&unwanted, filter),
        Command::Report(report) => report::print(&report, filter),
        Command::Summary { input } => answer(&input, filter, Need::Once, summary::print),
        Command::Timeline(line) => {
            // A series' filter may have to read packets again.
            let need = if line.series.is_empty() { Need::Once } else { Need::Again };
            answer(&line.input, filter, need, |loaded, out, _| timeline::print(loaded, out, &line))
        }
        Command::Statistics(of) => {
            answer(&of.input, filter, Need::Once, |loaded, out, _| statistics::print(loaded, out, &of))
        }
        Command::Hierarchy { input, local, .. } => {
            answer(&input, filter, Need::Once, |loaded, out, json| hierarchy::print(loaded, out, json, &local))
        }
        Command::Countries(wanted) => {
            answer(&wanted.input, filter, Need::Once, |loaded, out, json| countries::print(loaded, out, json, &wanted))
        }
        Command::Destinations(wanted) => answer(&wanted.input, filter, Need::Once, |loaded, out, json| {
            network::destinations(loaded, out, json, wanted.question())
        }),
        Command::Endpoints(wanted) => answer(&wanted.input, filter, Need::Once, |loaded, out, json| {
            network::endpoints(loaded, out, json, wanted.question())
        }),
        Command::Conversations(wanted) => answer(&wanted.input, filter, Need::Once, |loaded, out, json| {
            network::conversations(loaded, out, json, wanted.question())
        }),
        Command::Host(wanted) => {
            answer(&wanted.input, filter, Need::Once, |loaded, out, json| network::host(loaded, out, json, &wanted))
        }
        Command::Flows { input, sort, search, window, .. } => {
            answer(&input, filter, Need::Once, |loaded, out, json| {
                flows::print(loaded, out, json, sort, search, window.rows())
            })
        }
        Command::Rtt { input, limit, flow, .. } => answer(&input, filter, Need::Once, |loaded, out, json| match flow {
            Some(flow) => rtt::print_flow(loaded, out, json, flow),
            None => rtt::print(loaded, out, json, limit),
        }),
        Command::Tcp { flow, input } => {
            answer(&input, filter, Need::Again, |loaded, out, json| tcp::print(loaded, out, json, flow))
        }
        Command::Times { input, sort, flow, search, window, .. } => {
            answer(&input, filter, Need::Again, |loaded, out, json| {
                times::print(loaded, out, json, Times { rows: window.rows(), sort, flow, search })
            })
        }
        Command::States { input, zeek, search, state, window, .. } => {
            let only = StateFilter { state, ..StateFilter::default() };
            let question =
                States { rows: window.rows(), search, filter: only, every_transport: zeek, ..States::default() };
            answer(&input, filter, Need::Once, |loaded, out, json| states::print(loaded, out, json, zeek, question))
        }
        Command::Losses { input, flow, .. } => {
            answer(&input, filter, Need::Once, |loaded, out, json| losses::print(loaded, out, json, flow))
        }
        Command::Expert { input, severity, search, packets, .. } => {
            answer(&input, filter, Need::Once, |loaded, out, json| {
                expert::print(loaded, out, json, (severity.into(), search, packets))
            })
        }
        Command::Packets { input, utc, window, .. } => answer(&input, filter, Need::Again, |loaded, out, json| {
            packets::print(loaded, out, json, utc, window.rows())
        }),
        Command::Packet { number, input, hex } => {
            answer(&input, filter, Need::Again, |loaded, out, json| packet::print(loaded, out, json, number, hex))
        }
        Command::Follow { stream, files, side, show, progress } => {
            let mut loaded = load::load(&files, progress.quiet, Need::Again, filter)?;
            let mut out = Out::new();
            follow::print(&mut loaded, &mut out, stream, side, show)?;
            out.flush()
        }
        Command::Explain { text, display, capture, link, json } => {
            let language = match (display, capture) {
                (true, _) => Language::Display,
                (_, true) => Language::Capture,
                _ => Language::Either,
            };
            filter::explain(Filter { text, language }, link, json)
        }
        Command::Fields { pattern, json } => fields::print(pattern, json),
        Command::Tcpdump { style, from, limit, files } => {
            let end = if limit == 0 { u64::MAX } else { from.saturating_add(limit) };
            tcpdump::print(&files, &style, from..end, &filter, &mut Out::new())
        }
        Command::Ask { query, files, progress } => {
            let mut loaded = load::load(&files, progress.quiet, ask::needs(&query), filter)?;
            ask::print(&mut loaded, &mut Out::new(), &query)
        }
        Command::Facts { filters, files, progress } => {
            let mut loaded = load::load(&files, progress.quiet, Need::Again, filter)?;
            facts::print(&mut loaded, &mut Out::new(), filters.as_deref())
        }
    }
}

/// Reads the capture, prints what `print` makes of it, and after text what is wrong with it.
fn answer(
    input: &arguments::Input,
    filter: Filter,
    need: Need,
    print: impl FnOnce(&mut Loaded, &mut Out, bool) -> Result<(), Stop>,
) -> Result<(), Stop> {
    let mut loaded = load::load(&input.files, input.progress.quiet, need, filter)?;
    let mut out = Out::new();
    print(&mut loaded, &mut out, input.json)?;
    out.flush()?;
    if !input.json {
        for warning in loaded.ask(Summary {})?.warnings {
            match warning.offset {
                Some(offset) => complain(format_args!("warning: {} (at byte {offset})", warning.message)),
                None => complain(format_args!("warning: {}", warning.message)),
            }
        }
    }
    Ok(())
}

impl Loaded {
    fn ask<Q: Question>(&mut self, question: Q) -> Result<Q::Answer, Stop> {
        let answer = self.session.answer_within(&question.query(), &self.filter, &mut self.file);
        let answer = answer.map_err(|failure| Stop::Failed(failure.message))?;
        Q::take(answer).ok_or_else(|| Stop::Failed("the engine answered another question".to_owned()))
    }
}
