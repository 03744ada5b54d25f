//! `wireglass expert`: what in the capture deserves a look.
use super::numbers::{count, counted, seconds};
use super::output::{Out, Table};
use super::{Loaded, Stop};
use wireglass::api::{ExpertGroup, ExpertPackets, Experts, Severity};

/// How many packets are listed with a group.
const PACKETS: u32 = 20;

pub fn print(
    loaded: &mut Loaded,
    out: &mut Out,
    json: bool,
    (least, search, packets): (Severity, String, bool),
) -> Result<(), Stop> {
    let answer = loaded.ask(Experts { least, search })?;
    if json {
        return out.json(&answer);
    }
    let counts = answer.counts.iter().zip(Severity::ALL).rev().filter(|(n, _)| **n > 0);
    let counts: Vec<_> = counts.map(|(&n, severity)| counted(n, severity.name())).collect();
    out.line(if counts.is_empty() { "Nothing was found.".to_owned() } else { counts.join(", ") })?;
    if answer.groups.is_empty() {
        return Ok(());
    }
    out.line("")?;
    if !packets {
        let mut table = Table::new(&["Severity", "group", "protocol", ">count", "first in", "finding"]);
        for group in &answer.groups {
            let first: Vec<_> = group.first.iter().map(|packet| count(packet + 1)).collect();
            let summary = if group.ours { format!("{} (ours)", group.summary) } else { group.summary.clone() };
            let (severity, concern) = (group.severity.name().to_owned(), group.concern.name().to_owned());
            table.row([severity, concern, group.protocol.clone(), count(group.count), first.join(" "), summary]);
        }
        return table.all(out);
    }
    answer.groups.iter().try_for_each(|group| one(loaded, out, group))
}

/// A group with its packets.
fn one(loaded: &mut Loaded, out: &mut Out, group: &ExpertGroup) -> Result<(), Stop> {
    let ExpertGroup { protocol, name, summary, .. } = group;
    out.line(format_args!("{} {protocol}: {summary} ({})", group.severity.name(), count(group.count)))?;
    out.line(format_args!("  {}", group.rule))?;
    if !group.false_causes.is_empty() {
        out.line(format_args!("  Or else: {}", group.false_causes))?;
    }
    let page = loaded.ask(ExpertPackets { protocol: protocol.clone(), name: name.clone(), rows: 0..PACKETS })?;
    let mut table = Table::new(&[">Packet", ">time", "flow", "message"]);
    for row in &page.rows {
        let time = row.time_ns.map(|ns| seconds(ns, 6)).unwrap_or_default();
        let flow = row.flow.map(|flow| format!("flow {flow}")).unwrap_or_default();
        table.row([count(row.packet + 1), time, flow, row.message.clone()]);
    }
    table.all(out)?;
    match page.total.saturating_sub(page.rows.len() as u32) {
        0 => out.line(""),
        more => out.line(format_args!("… and {} more\n", count(more))),
    }
}
