//! `wireglass save`, and `--csv`, `--ndjson` and `--conn-log` of the commands that print a table.
use super::arguments::{Command, Input, Progress};
use super::load::{self, Need};
use super::output::{Out, complain};
use super::{Loaded, Stop, ask};
use clap::{Args, ValueEnum};
use std::fs::File;
use std::io::{Write, stdout};
use std::path::{Path, PathBuf};
use wireglass::api::*;

/// How a table is printed, instead of as text for people.
#[derive(Args)]
pub struct Text {
    /// The rows as CSV: fields by their names in the JSON, times in nanoseconds
    #[arg(long, conflicts_with = "json")]
    csv: bool,
    /// With --csv: an apostrophe before texts that a spreadsheet would take for a formula
    #[arg(long, requires = "csv")]
    no_formulas: bool,
    /// The rows as JSON, one a line
    #[arg(long, conflicts_with_all = ["json", "csv"])]
    ndjson: bool,
}

impl Text {
    fn format(&self) -> Option<TextFormat> {
        match (self.csv, self.ndjson) {
            (true, _) => Some(TextFormat::Csv),
            (_, true) => Some(TextFormat::Ndjson),
            _ => None,
        }
    }
}

/// What is saved, and where.
#[derive(Args)]
pub struct Save {
    /// The captures, pcap or pcapng, also packed; `-` is standard input. Several are merged by time
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The new file; `-` is standard output
    #[arg(long, short, value_name = "FILE")]
    output: PathBuf,
    /// Without it, by the new file's name: .pcap, .pcapng, .csv, .json, .ndjson, .log; to standard output pcapng
    #[arg(long, value_enum)]
    format: Option<SaveFormat>,
    /// Only the packets of this flow (number as in `flows`)
    #[arg(long, value_name = "FLOW")]
    flow: Option<u32>,
    #[command(flatten)]
    progress: Progress,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SaveFormat {
    Pcap,
    Pcapng,
    /// The packet list
    Csv,
    /// The packet list
    Json,
    /// The packet list, a packet a line
    Ndjson,
    /// All flows as Zeek's conn.log
    ConnLog,
}

impl SaveFormat {
    fn of(output: &Path) -> Result<Self, Stop> {
        let extension = output.extension().map(|extension| extension.to_string_lossy().to_lowercase());
        Ok(match extension.as_deref() {
            _ if output.as_os_str() == "-" => Self::Pcapng,
            Some("pcap" | "cap" | "dmp") => Self::Pcap,
            Some("pcapng" | "ntar") => Self::Pcapng,
            Some("csv") => Self::Csv,
            Some("json") => Self::Json,
            Some("ndjson" | "jsonl") => Self::Ndjson,
            Some("log") => Self::ConnLog,
            _ => {
                let name = output.display();
                return Err(Stop::Refused(format!("{name}: its name does not tell the format; say it with --format")));
            }
        })
    }

    fn text(self) -> TextFormat {
        match self {
            Self::Json => TextFormat::Json,
            Self::Ndjson => TextFormat::Ndjson,
            Self::ConnLog => TextFormat::ConnLog,
            _ => TextFormat::Csv,
        }
    }
}

pub fn save(save: &Save, filter: Filter) -> Result<(), Stop> {
    let Save { files, output, flow, .. } = save;
    let format = save.format.map_or_else(|| SaveFormat::of(output), Ok)?;
    let name = output.display();
    if files.iter().any(|file| is_same(file, output)) {
        return Err(Stop::Refused(format!("{name} is the capture itself: save it elsewhere")));
    }
    let mut loaded = load::load(files, save.progress.quiet, Need::Again, filter)?;
    let is_stdout = output.as_os_str() == "-";
    let failed = |error: &std::io::Error| Stop::Failed(format!("{name}: {}", load::reason(error)));
    // Made when there is something to write: what cannot be saved leaves no file behind.
    let mut to: Option<Box<dyn Write>> = is_stdout.then(|| Box::new(stdout().lock()) as Box<dyn Write>);
    let mut write = |bytes: &[u8]| {
        let to = match &mut to {
            Some(to) => to,
            None => to.insert(Box::new(File::create(output).map_err(|error| failed(&error))?)),
        };
        match to.write_all(bytes) {
            Err(error) if !is_stdout => Err(failed(&error)),
            done => Ok(done?),
        }
    };
    let saved = match format {
        SaveFormat::Pcap => packets(&mut loaded, CaptureFormat::Pcap, *flow, &mut write)?,
        SaveFormat::Pcapng => packets(&mut loaded, CaptureFormat::Pcapng, *flow, &mut write)?,
        SaveFormat::ConnLog => rows(&mut loaded, of(Flows::default(), TextFormat::ConnLog), &mut write)?,
        _ => rows(&mut loaded, of(Packets { flow: *flow, ..Packets::default() }, format.text()), &mut write)?,
    };
    to.map_or(Ok(()), |mut to| to.flush())?;
    if !is_stdout && !save.progress.quiet {
        let what = if format == SaveFormat::ConnLog { "flow" } else { "packet" };
        complain(format_args!("{} saved to {name}", super::numbers::counted(saved, what)));
    }
    Ok(())
}

/// The new file is the one that is read, by whatever name.
fn is_same(file: &Path, output: &Path) -> bool {
    let (Ok(a), Ok(b)) = (file.canonicalize(), output.canonicalize()) else { return false };
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        if let (Ok(a), Ok(b)) = (a.metadata(), b.metadata()) {
            return (a.dev(), a.ino()) == (b.dev(), b.ino());
        }
    }
    a == b
}

fn packets(
    loaded: &mut Loaded,
    format: CaptureFormat,
    flow: Option<u32>,
    write: &mut dyn FnMut(&[u8]) -> Result<(), Stop>,
) -> Result<u64, Stop> {
    let (mut from, mut saved) = (0, 0);
    loop {
        let part = loaded.ask(SavePackets { format, flow, from })?;
        write(&part.bytes)?;
        saved += u64::from(part.packets);
        match part.next {
            Some(next) => from = next,
            None => return Ok(saved),
        }
    }
}

fn rows(
    loaded: &mut Loaded,
    mut question: SaveTable,
    write: &mut dyn FnMut(&[u8]) -> Result<(), Stop>,
) -> Result<u64, Stop> {
    loop {
        let part = loaded.ask(question.clone())?;
        write(part.text.as_bytes())?;
        match part.next {
            Some(next) => question.from = next,
            None => return Ok(u64::from(question.from) + u64::from(part.rows)),
        }
    }
}

fn of(question: impl Question, format: TextFormat) -> SaveTable {
    SaveTable { of: Some(Box::new(question.query())), format, ..SaveTable::default() }
}

/// The table that a command would print, where it is wanted in another format.
pub fn table(command: &Command) -> Option<(&Input, SaveTable)> {
    let (input, text, query) = match command {
        Command::Timeline(line) => (&line.input, &line.text, line.question().query()),
        Command::Statistics(of) => (&of.input, &of.text, of.question().query()),
        Command::Hierarchy { input, text, .. } => (input, text, Hierarchy {}.query()),
        Command::Countries(wanted) => (&wanted.input, &wanted.text, Countries {}.query()),
        Command::Destinations(wanted) => (&wanted.input, &wanted.text, wanted.question().query()),
        Command::Endpoints(wanted) => (&wanted.input, &wanted.text, wanted.question().query()),
        Command::Conversations(wanted) => (&wanted.input, &wanted.text, wanted.question().query()),
        Command::Flows { input, text, sort, search, conn_log, window } => {
            let query = Flows { rows: window.rows(), sort: *sort, search: search.clone(), around: None }.query();
            if *conn_log {
                let format = if text.ndjson { TextFormat::ConnLogJson } else { TextFormat::ConnLog };
                return Some((input, SaveTable { of: Some(Box::new(query)), format, ..SaveTable::default() }));
            }
            (input, text, query)
        }
        Command::Rtt { input, text, flow: None, .. } => (input, text, Rtt {}.query()),
        Command::Rtt { input, text, flow: Some(flow), .. } => {
            (input, text, RoundTrips { flow: *flow, ..RoundTrips::default() }.query())
        }
        Command::Times { input, text, sort, flow, search, window } => {
            let times = Times { rows: window.rows(), sort: *sort, flow: *flow, search: search.clone() };
            (input, text, times.query())
        }
        Command::States { input, text, zeek, search, state, window } => {
            let filter = StateFilter { state: *state, ..StateFilter::default() };
            let states = States {
                rows: window.rows(),
                search: search.clone(),
                filter,
                every_transport: *zeek,
                ..States::default()
            };
            (input, text, states.query())
        }
        Command::Losses { input, text, flow: Some(flow) } => (input, text, Losses { flow: *flow }.query()),
        Command::Losses { input, text, flow: None } => (input, text, LossSummary {}.query()),
        Command::Expert { input, text, severity, search, .. } => {
            (input, text, Experts { least: (*severity).into(), search: search.clone() }.query())
        }
        Command::Packets { input, text, window, .. } => {
            (input, text, Packets { rows: window.rows(), ..Packets::default() }.query())
        }
        _ => return None,
    };
    let (format, no_formulas) = (text.format()?, text.no_formulas);
    Some((input, SaveTable { of: Some(Box::new(query)), format, no_formulas, from: 0 }))
}

pub fn print(input: &Input, filter: Filter, command: &Command, question: SaveTable) -> Result<(), Stop> {
    let need = question.of.as_deref().map_or(Need::Again, ask::needs);
    let mut loaded = load::load(&input.files, input.progress.quiet, need, filter)?;
    if let Command::Hierarchy { local, .. } = command {
        let local: Vec<String> = local.iter().map(ToString::to_string).collect();
        loaded.session.set_local(&local);
    }
    if let Command::Countries(wanted) = command {
        wanted.prepare(&mut loaded)?;
    }
    let mut out = Out::new();
    rows(&mut loaded, question, &mut |text| out.bytes(text))?;
    out.flush()
}
