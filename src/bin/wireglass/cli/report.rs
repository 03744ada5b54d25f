//! `wireglass report`: what a capture holds, for people who do not have it.
use super::Stop;
use super::arguments::Progress;
use super::load::{self, Need};
use super::output::{Out, complain};
use super::unwanted;
use clap::Args;
use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::path::{Path, PathBuf};
use std::time::SystemTime;
use wireglass::api::{Filter, Moment, Report as Question, ReportFormat, ReportSection};

/// A report for people who do not have the capture: one HTML page that needs nothing else, or Markdown for a ticket
#[derive(Args)]
#[command(after_help = "\
Examples:
  wireglass report trace.pcap -o report.html
  wireglass report --markdown --sections file,verdicts,unwanted trace.pcap
  wireglass report --pseudonyms -Y tls trace.pcap -o report.html

Sections: file, overview, verdicts, unwanted, expert, protocols, flows, destinations, rtt, losses.
Pseudonyms are others in each report: what they are made with is kept nowhere.")]
pub struct Report {
    /// The capture, pcap or pcapng, also packed; `-` is standard input. Several are merged by time
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Where to; without it, or with `-`, to standard output
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// As HTML: what is made unless the output's name ends in .md
    #[arg(long, conflicts_with = "markdown")]
    html: bool,
    /// As Markdown
    #[arg(long)]
    markdown: bool,
    /// Which parts; all without it
    #[arg(long, value_name = "LIST", value_delimiter = ',', value_parser = section)]
    sections: Vec<ReportSection>,
    /// Other addresses and names instead of the real ones, the same everywhere in the report
    #[arg(long)]
    pseudonyms: bool,
    /// What the machine should speak; see `unwanted`
    #[arg(long, value_name = "LIST")]
    allow: Option<PathBuf>,
    #[command(flatten)]
    progress: Progress,
}

fn section(word: &str) -> Result<ReportSection, String> {
    let found = ReportSection::ALL.into_iter().find(|section| section.slug() == word);
    found.ok_or_else(|| format!("the sections are {}", ReportSection::ALL.map(ReportSection::slug).join(", ")))
}

/// Random text, from what the system gives every new hash table.
fn salt() -> String {
    let random = || RandomState::new().build_hasher().finish();
    format!("{:016x}{:016x}", random(), random())
}

/// `2026-11-22 18:00 UTC`
#[expect(clippy::disallowed_methods, reason = "when a report was made is said by who makes it, not by the engine")]
fn now() -> String {
    let seconds = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_secs() as i64);
    let text = Moment { seconds, nanos: 0 }.calendar();
    format!("{} UTC", text.get(..16).unwrap_or(&text))
}

pub fn print(arguments: &Report, filter: Filter) -> Result<(), Stop> {
    let Report { files, output, html, markdown, sections, pseudonyms, allow, progress } = arguments;
    let is_markdown = |output: &PathBuf| output.extension().is_some_and(|ending| ending == "md");
    let as_markdown = *markdown || !html && output.as_ref().is_some_and(is_markdown);
    let allow = unwanted::list(allow.as_deref())?;
    let text = filter.text.clone();
    let mut loaded = load::load(files, progress.quiet, Need::Again, filter)?;
    for wrong in unwanted::ask(&mut loaded, &allow)?.wrong {
        complain(format_args!("warning: line {} of the list: {}", wrong.line, wrong.message));
    }
    let names = files.iter().map(|file| match file.file_name() {
        Some(name) if file != Path::new("-") => name.to_string_lossy().into_owned(),
        _ => "standard input".to_owned(),
    });
    let name = names.collect::<Vec<_>>().join(", ");
    let question = Question {
        format: if as_markdown { ReportFormat::Markdown } else { ReportFormat::Html },
        sections: sections.clone(),
        name,
        made: now(),
        filter: text,
        allow,
        salt: if *pseudonyms { salt() } else { String::new() },
        ..Question::default()
    };
    let text = loaded.ask(question)?.text;
    match output.as_deref().filter(|output| *output != Path::new("-")) {
        Some(output) => std::fs::write(output, text)
            .map_err(|error| Stop::Failed(format!("{}: {}", output.display(), load::reason(&error)))),
        None => {
            let mut out = Out::new();
            out.bytes(text.as_bytes())?;
            out.flush()
        }
    }
}
