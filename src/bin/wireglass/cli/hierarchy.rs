//! `wireglass hierarchy`: protocols inside each other, with their share of packets and bytes.
use super::numbers::{bit_rate, count, counted, duration, percent, size};
use super::output::{Out, Table};
use super::{Loaded, Stop};
use std::net::IpAddr;
use wireglass::api::{Hierarchy, HierarchyAnswer, Summary};

pub fn print(loaded: &mut Loaded, out: &mut Out, json: bool, local: &[IpAddr]) -> Result<(), Stop> {
    loaded.session.set_local(&local.iter().map(IpAddr::to_string).collect::<Vec<_>>());
    let hierarchy = loaded.ask(Hierarchy {})?;
    if json {
        return out.json(&hierarchy);
    }
    let packets = counted(hierarchy.packets, "packet");
    out.line(format_args!("{packets}, {} in {}", size(hierarchy.bytes), duration(hierarchy.duration_ns)))?;
    let hosts = loaded.ask(Summary {})?.local;
    let us: Vec<String> = hosts.into_iter().filter(|host| host.chosen).map(|host| host.address).collect();
    if us.is_empty() {
        out.line("No host is taken as local, so nothing counts as sent or received.")?;
    } else {
        let how = if local.is_empty() { " (the busiest; --local says otherwise)" } else { "" };
        out.line(format_args!("Sent and received are packets, as seen from {}{how}", us.join(", ")))?;
    }
    out.line("")?;
    rows(&hierarchy).all(out)
}

fn rows(hierarchy: &HierarchyAnswer) -> Table {
    let titles = [
        "Protocol",
        "filter",
        ">% packets",
        ">packets",
        ">% bytes",
        ">bytes",
        ">rate",
        ">end packets",
        ">sent",
        ">received",
    ];
    let mut table = Table::new(&titles);
    for row in &hierarchy.rows {
        table.row([
            format!("{:indent$}{}", "", row.title, indent = 2 * row.depth as usize),
            row.name.clone(),
            percent(row.packets, hierarchy.packets),
            count(row.packets),
            percent(row.bytes, hierarchy.bytes),
            count(row.bytes),
            bit_rate(row.bytes, hierarchy.duration_ns),
            count(row.end_packets),
            count(row.sent_packets),
            count(row.received_packets),
        ]);
    }
    table
}
