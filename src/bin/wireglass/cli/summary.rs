//! `wireglass summary`: the capture as a whole.
use super::numbers::{bit_rate, count, counted, duration, percent, size, utc};
use super::output::{Out, Table, clean};
use super::{Loaded, Stop};
use wireglass::api::{Summary, SummaryAnswer};

pub fn print(loaded: &mut Loaded, out: &mut Out, json: bool) -> Result<(), Stop> {
    let summary = loaded.ask(Summary {})?;
    if json {
        return out.json(&summary);
    }
    facts(out, &summary)?;
    files(out, &summary)?;
    applications(out, &summary)?;
    hosts(out, &summary)?;
    interfaces(out, &summary)?;
    if !summary.warnings.is_empty() {
        out.line("")?;
        out.line(format_args!("{}, see below", counted(summary.warnings.len() as u64, "warning")))?;
    }
    Ok(())
}

fn facts(out: &mut Out, s: &SummaryAnswer) -> Result<(), Stop> {
    let mut fact = |name: &str, text: String| match text.is_empty() {
        true => Ok(()),
        false => out.line(format_args!("{name:15} {}", clean(&text))),
    };
    fact("File", format!("{}, {}", s.format, size(s.file_bytes)))?;
    fact("Encapsulation", s.encapsulation.clone())?;
    let of = |all: Option<String>| all.map(|all| format!(" of {all}")).unwrap_or_default();
    fact("Packets", count(s.packets) + &of(s.all.map(|all| count(all.packets))))?;
    fact("On the wire", size(s.wire_bytes) + &of(s.all.map(|all| size(all.wire_bytes))))?;
    if s.captured_bytes != s.wire_bytes {
        fact("Captured", format!("{}, {} cut short", size(s.captured_bytes), counted(s.truncated_packets, "packet")))?;
    }
    let start = s.start.map(|start| format!("{} UTC", utc(start, 0, 6)));
    fact("First packet", start.unwrap_or_else(|| "at an unknown time".to_owned()))?;
    fact("Duration", duration(s.duration_ns) + &of(s.all.map(|all| duration(all.duration_ns))))?;
    fact("Rate", rate(s))?;
    if s.packets > 0 {
        fact("Average packet", format!("{} bytes", count(s.wire_bytes / u64::from(s.packets))))?;
    }
    fact("Times", if s.in_order { "in order" } else { "go backwards in places" }.to_owned())?;
    let others = u64::from(s.flows).saturating_sub(u64::from(s.tcp_flows) + u64::from(s.udp_flows));
    fact(
        "Flows",
        format!("{} ({} TCP, {} UDP, {} other)", count(s.flows), count(s.tcp_flows), count(s.udp_flows), count(others))
            + &of(s.all.map(|all| count(all.flows))),
    )?;
    s.made_by.iter().try_for_each(|text| fact("Made by", text.clone()))
}

/// The files of a data set.
fn files(out: &mut Out, s: &SummaryAnswer) -> Result<(), Stop> {
    if s.files.is_empty() {
        return Ok(());
    }
    let mut table = Table::new(&[">File", "name", "format", ">size", ">packets", "first packet (UTC)", ">duration"]);
    for file in &s.files {
        let times = file.first_ns.zip(file.last_ns);
        let start = times.zip(s.start).map(|((first, _), start)| utc(start, first, 6));
        table.row([
            file.number.to_string(),
            file.name.clone(),
            file.format.clone(),
            size(file.bytes),
            count(file.packets),
            start.unwrap_or_default(),
            times.map(|(first, last)| duration(last - first)).unwrap_or_default(),
        ]);
    }
    out.line("")?;
    table.all(out)
}

fn rate(s: &SummaryAnswer) -> String {
    if s.duration_ns <= 0 {
        return String::new();
    }
    let packets = (f64::from(s.packets) * 1e9 / s.duration_ns as f64).round() as u64;
    format!("{}, {} packets/s", bit_rate(s.wire_bytes, s.duration_ns), count(packets))
}

fn applications(out: &mut Out, s: &SummaryAnswer) -> Result<(), Stop> {
    if s.applications.is_empty() {
        return Ok(());
    }
    let mut table = Table::new(&["Application", ">flows", ">packets", ">bytes", ">of bytes"]);
    for total in &s.applications {
        let share = percent(total.bytes, s.wire_bytes);
        table.row([total.name.clone(), count(total.flows), count(total.packets), count(total.bytes), share]);
    }
    out.line("")?;
    table.all(out)
}

fn hosts(out: &mut Out, s: &SummaryAnswer) -> Result<(), Stop> {
    if s.local.is_empty() {
        return Ok(());
    }
    let mut table = Table::new(&["Busiest hosts", ">packets", "taken as local"]);
    for host in &s.local {
        table.row([host.address.clone(), count(host.packets), if host.chosen { "yes" } else { "" }.to_owned()]);
    }
    out.line("")?;
    table.all(out)
}

fn interfaces(out: &mut Out, s: &SummaryAnswer) -> Result<(), Stop> {
    if s.interfaces.is_empty() {
        return Ok(());
    }
    let mut table = Table::new(&[
        ">Interface",
        "name",
        "encapsulation",
        ">packets",
        ">snap length",
        ">ticks/s",
        "capture filter",
        "description",
    ]);
    for interface in &s.interfaces {
        let snap = if interface.snap_length == 0 { "unlimited".to_owned() } else { count(interface.snap_length) };
        table.row([
            interface.id.to_string(),
            interface.name.clone(),
            interface.encapsulation.clone(),
            count(interface.packets),
            snap,
            count(interface.ticks_per_second),
            interface.filter.clone(),
            interface.description.clone(),
        ]);
    }
    out.line("")?;
    table.all(out)
}
