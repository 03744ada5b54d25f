//! `wireglass unwanted`: what a machine should not speak.
use super::arguments::Progress;
use super::load::{self, Need};
use super::numbers::{count, counted, seconds};
use super::output::{Out, clean, complain};
use super::{Loaded, Stop};
use clap::Args;
use std::path::{Path, PathBuf};
use wireglass::api::{Filter, LOGINS_AT_ONCE, Login, PRESETS, Unwanted as Question, UnwantedAnswer, UnwantedFinding};

/// What a machine should not speak: unwanted protocols, odd ports, plain-text logins, services open to the internet
#[derive(Args)]
#[command(after_help = "\
Examples:
  wireglass unwanted trace.pcap
  wireglass unwanted --preset web-server --commands trace.pcap
  wireglass unwanted --show-list > mine.txt      then edit it:
  wireglass unwanted --allow mine.txt trace.pcap")]
pub struct Unwanted {
    /// The capture, pcap or pcapng, also packed; `-` is standard input. Several are merged by time
    #[arg(required_unless_present = "show_list", value_name = "FILE")]
    files: Vec<PathBuf>,
    /// What the machine should speak: a text file, one rule a line: [no] PROTOCOL [PORTS] [in|out] [with ADDRESS]
    #[arg(long, value_name = "LIST", conflicts_with = "preset")]
    allow: Option<PathBuf>,
    /// A list that is there already: usual, web-server, database-server, desktop, cloud-vm, nothing
    #[arg(long, value_name = "NAME", value_parser = preset)]
    preset: Option<String>,
    /// Print the list instead, to begin one of your own
    #[arg(long)]
    show_list: bool,
    /// Commands that block what was found
    #[arg(long)]
    commands: bool,
    /// The answer as JSON: exact numbers, times in nanoseconds
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    progress: Progress,
}

/// A preset's rules, by its name.
fn preset(name: &str) -> Result<String, String> {
    let names: Vec<&str> = PRESETS.iter().map(|preset| preset.slug).collect();
    let found = PRESETS.iter().find(|preset| preset.slug == name);
    found.map(|preset| preset.rules.to_owned()).ok_or_else(|| format!("the lists are {}", names.join(", ")))
}

/// The text of an allow-list; empty without one.
///
/// # Errors
/// When the file cannot be read.
pub fn list(file: Option<&Path>) -> Result<String, Stop> {
    let Some(file) = file else { return Ok(String::new()) };
    let failed = |error: std::io::Error| Stop::Refused(format!("{}: {}", file.display(), load::reason(&error)));
    std::fs::read_to_string(file).map_err(failed)
}

pub fn print(arguments: &Unwanted, filter: Filter) -> Result<(), Stop> {
    let allow = match &arguments.preset {
        Some(rules) => rules.clone(),
        None => list(arguments.allow.as_deref())?,
    };
    let mut out = Out::new();
    if arguments.show_list {
        let list = if allow.is_empty() { PRESETS[0].rules } else { &allow };
        out.line(list.trim_end())?;
        return out.flush();
    }
    let mut loaded = load::load(&arguments.files, arguments.progress.quiet, Need::Again, filter)?;
    let answer = ask(&mut loaded, &allow)?;
    for wrong in &answer.wrong {
        complain(format_args!("warning: line {} of the list: {}", wrong.line, wrong.message));
    }
    if arguments.json {
        out.json(&answer)?;
        return out.flush();
    }
    out.line(&answer.summary)?;
    answer.findings.iter().try_for_each(|finding| one(&mut out, finding, arguments.commands))?;
    if answer.more > 0 {
        out.line(format_args!("\n… and {} more", count(answer.more)))?;
    }
    if answer.skipped > 0 {
        out.line(format_args!(
            "\n{} that may hold logins were too many to be read",
            counted(answer.skipped, "packet")
        ))?;
    }
    out.flush()
}

/// Asks until everything is read that may hold a login.
pub fn ask(loaded: &mut Loaded, allow: &str) -> Result<UnwantedAnswer, Stop> {
    loop {
        let answer = loaded.ask(Question { allow: allow.to_owned(), read: LOGINS_AT_ONCE })?;
        if answer.unread == 0 {
            return Ok(answer);
        }
    }
}

fn one(out: &mut Out, finding: &UnwantedFinding, commands: bool) -> Result<(), Stop> {
    out.line(format_args!("\n{}: {}", finding.severity.urgency(), clean(&finding.sentence)))?;
    out.line(format_args!("  Because: {}", finding.because))?;
    out.line(format_args!("  Unless: {}", finding.but))?;
    for Login { how, user, packet } in &finding.logins {
        let who = if user.is_empty() { String::new() } else { format!(" by {}", clean(user)) };
        out.line(format_args!("  Login: {how}{who}, password ••••••, in packet {packet}"))?;
    }
    if let (Some(first), Some(last)) = (finding.first_ns, finding.last_ns) {
        let (first, last) = (seconds(first, 3), seconds(last, 3));
        out.line(format_args!("  When: {first} s to {last} s, {}", counted(finding.packets, "packet")))?;
    }
    if !finding.peers.is_empty() {
        let more = finding.peer_count as usize - finding.peers.len().min(finding.peer_count as usize);
        let more = if more > 0 { format!(" and {} more", count(more as u64)) } else { String::new() };
        out.line(format_args!("  With: {}{more}", finding.peers.join(", ")))?;
    }
    let packets: Vec<String> = finding.evidence.iter().map(u32::to_string).collect();
    out.line(format_args!("  See: packets {} ({})", packets.join(", "), finding.filter))?;
    if commands {
        for block in &finding.blocks {
            out.line(format_args!("  Block with {}:", block.tool))?;
            block.text.lines().try_for_each(|line| out.line(format_args!("    {line}")))?;
        }
    }
    Ok(())
}
