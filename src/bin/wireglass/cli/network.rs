//! `wireglass destinations`, `endpoints`, `conversations` and `host`: who talked to whom.
use super::arguments::{Input, Window};
use super::flows::endpoint;
use super::numbers::{bit_rate, count, counted, duration, percent, seconds, size};
use super::output::{Out, Table};
use super::save::Text;
use super::{Loaded, Stop};
use clap::{Args, ValueEnum};
use serde::de::DeserializeOwned;
use std::ops::Range;
use wireglass::api::{
    self, AddressKind, ConversationColumn, ConversationSort, EndpointColumn, EndpointSort, HostAnswer, HostPart,
    HostPort, NameFrom, Question, StatsTree, TreeColumn, TreeKind, TreeSort, Unfolded,
};

/// Rows asked for at a time; the engine's limit.
const WINDOW: u32 = 10_000;

#[derive(Clone, Copy, ValueEnum)]
enum Of {
    Ethernet,
    Wlan,
    Ipv4,
    Ipv6,
    Tcp,
    Udp,
    Sctp,
}

impl From<Of> for AddressKind {
    fn from(of: Of) -> Self {
        match of {
            Of::Ethernet => Self::Ethernet,
            Of::Wlan => Self::Wlan,
            Of::Ipv4 => Self::Ipv4,
            Of::Ipv6 => Self::Ipv6,
            Of::Tcp => Self::Tcp,
            Of::Udp => Self::Udp,
            Of::Sctp => Self::Sctp,
        }
    }
}

#[derive(Args)]
pub struct Endpoints {
    #[command(flatten)]
    pub input: Input,
    #[command(flatten)]
    pub text: Text,
    /// Which addresses
    #[arg(long, value_enum, default_value = "ipv4")]
    of: Of,
    /// Order of the rows, `bytes` or `bytes:desc`; an unknown column lists the valid ones
    #[arg(long, value_name = "COLUMN[:desc]", default_value = "bytes:desc", value_parser = parse_sort::<EndpointColumn>)]
    sort: (EndpointColumn, bool),
    /// Only endpoints in whose address or name all these words occur, or that have this port (`:443`)
    #[arg(long, value_name = "WORDS", default_value = "", hide_default_value = true)]
    search: String,
    #[command(flatten)]
    window: Window,
}

impl Endpoints {
    pub fn question(&self) -> api::Endpoints {
        let (by, descending) = self.sort;
        let sort = EndpointSort { by, descending };
        api::Endpoints { of: self.of.into(), rows: self.window.rows(), sort, search: self.search.clone() }
    }
}

#[derive(Args)]
pub struct Conversations {
    #[command(flatten)]
    pub input: Input,
    #[command(flatten)]
    pub text: Text,
    /// Between which addresses
    #[arg(long, value_enum, default_value = "ipv4")]
    of: Of,
    /// Order of the rows, `bytes` or `bytes:desc`; an unknown column lists the valid ones
    #[arg(
        long, value_name = "COLUMN[:desc]", default_value = "number", value_parser = parse_sort::<ConversationColumn>
    )]
    sort: (ConversationColumn, bool),
    /// Only conversations in whose addresses or names all these words occur, or that have this port (`:443`)
    #[arg(long, value_name = "WORDS", default_value = "", hide_default_value = true)]
    search: String,
    #[command(flatten)]
    window: Window,
}

impl Conversations {
    pub fn question(&self) -> api::Conversations {
        let (by, descending) = self.sort;
        let sort = ConversationSort { by, descending };
        api::Conversations { of: self.of.into(), rows: self.window.rows(), sort, search: self.search.clone() }
    }
}

#[derive(Clone, Copy, ValueEnum)]
enum Kind {
    /// Servers and their ports, by what passed between them and their clients
    Services,
    /// Packets by destination address and port (Wireshark's Destinations and Ports)
    Packets,
    /// Packets by their addresses (All Addresses)
    Addresses,
    /// Packets by source and by destination (Source and Destination Addresses)
    Sides,
    /// Packets by transport (IP Protocol Types)
    Protocols,
    /// Packets by source and time to live
    Hops,
    /// Packets by length (Packet Lengths)
    Lengths,
}

impl From<Kind> for TreeKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Services => Self::Services,
            Kind::Packets => Self::Destinations,
            Kind::Addresses => Self::Addresses,
            Kind::Sides => Self::Sides,
            Kind::Protocols => Self::Protocols,
            Kind::Hops => Self::Hops,
            Kind::Lengths => Self::Lengths,
        }
    }
}

#[derive(Args)]
pub struct Destinations {
    #[command(flatten)]
    pub input: Input,
    #[command(flatten)]
    pub text: Text,
    /// What is counted
    #[arg(long, value_enum, default_value = "services")]
    tree: Kind,
    /// Of IPv6 addresses
    #[arg(long)]
    ipv6: bool,
    /// Everything below the addresses too, of large trees
    #[arg(long)]
    unfold: bool,
    /// Order of the rows, `bytes` or `bytes:desc`; an unknown column lists the valid ones
    #[arg(long, value_name = "COLUMN[:desc]", default_value = "usual", value_parser = parse_sort::<TreeColumn>)]
    sort: (TreeColumn, bool),
    /// Only what has all these words in its address, name or protocol, or this port (`:443`)
    #[arg(long, value_name = "WORDS", default_value = "", hide_default_value = true)]
    search: String,
    #[command(flatten)]
    window: Window,
}

impl Destinations {
    pub fn question(&self) -> StatsTree {
        let (by, descending) = self.sort;
        StatsTree {
            of: self.tree.into(),
            ipv6: self.ipv6,
            rows: self.window.rows(),
            sort: TreeSort { by, descending },
            search: self.search.clone(),
            unfolded: if self.unfold { Unfolded::All } else { Unfolded::Fitting },
            turned: Vec::new(),
        }
    }
}

#[derive(Args)]
pub struct Host {
    /// IPv4, IPv6, or a link address (00:00:5e:00:53:01)
    address: String,
    #[command(flatten)]
    pub input: Input,
    #[command(flatten)]
    window: Window,
}

/// A column by its name, `bytes-a-to-b`, and whether the largest stands first.
fn parse_sort<C: DeserializeOwned>(text: &str) -> Result<(C, bool), String> {
    let (column, order) = text.split_once(':').unwrap_or((text, "asc"));
    let descending = match order {
        "asc" => false,
        "desc" => true,
        _ => return Err(format!("the order is asc or desc, not {order}")),
    };
    let mut name = String::new();
    for part in column.split('-') {
        let mut letters = part.chars();
        name.extend(letters.next().map(|c| c.to_ascii_uppercase()));
        name.push_str(letters.as_str());
    }
    let name = name.replace("ATo", "Ato").replace("BTo", "Bto");
    serde_json::from_value(serde_json::Value::String(name)).map(|by| (by, descending)).map_err(|error| {
        let error = error.to_string();
        let known = error.split("one of ").nth(1).unwrap_or_default().replace('`', "");
        format!("there is no such column; there are {}", known.split(", ").map(kebab).collect::<Vec<_>>().join(", "))
    })
}

/// `BytesAtoB` is `bytes-a-to-b`.
fn kebab(name: &str) -> String {
    let mut out = String::new();
    for letter in name.replace("Ato", "ATo").replace("Bto", "BTo").chars() {
        if letter.is_uppercase() && !out.is_empty() {
            out.push('-');
        }
        out.extend(letter.to_lowercase());
    }
    out
}

/// An answer with all the rows asked for, window by window.
pub fn whole<Q: Question + Clone, R>(
    loaded: &mut Loaded,
    mut question: Q,
    rows: fn(&mut Q) -> &mut Range<u32>,
    list: fn(&mut Q::Answer) -> &mut Vec<R>,
) -> Result<Q::Answer, Stop> {
    let Range { mut start, end } = rows(&mut question).clone();
    let mut all: Option<Q::Answer> = None;
    loop {
        *rows(&mut question) = start..end.min(start.saturating_add(WINDOW));
        let mut answer = loaded.ask(question.clone())?;
        let more = list(&mut answer).len() as u32;
        start = start.saturating_add(more);
        match &mut all {
            None => all = Some(answer),
            Some(all) => list(all).append(list(&mut answer)),
        }
        if let Some(all) = all.take_if(|_| more < WINDOW || start >= end) {
            return Ok(all);
        }
    }
}

/// `7 of 34 endpoints match; 1 to 5 shown`
fn head(what: &str, total: u32, matching: u32, rows: &Range<u32>, shown: usize) -> String {
    let mut line = if matching == total {
        counted(total, what)
    } else {
        let verb = if matching == 1 { "matches" } else { "match" };
        format!("{} of {} {verb}", count(matching), counted(total, what))
    };
    if (shown as u32) < matching && shown > 0 {
        let from = rows.start + 1;
        line += &format!("; {} to {} shown (--limit, --from)", count(from), count(from + shown as u32 - 1));
    }
    line
}

pub fn endpoints(loaded: &mut Loaded, out: &mut Out, json: bool, question: api::Endpoints) -> Result<(), Stop> {
    let (of, rows) = (question.of, question.rows.clone());
    let page = whole(loaded, question, |q| &mut q.rows, |a| &mut a.rows)?;
    if json {
        return out.json(&page);
    }
    out.line(format_args!("{} {}", of.name(), head("endpoint", page.total, page.matching, &rows, page.rows.len())))?;
    if page.rows.is_empty() {
        return Ok(());
    }
    out.line("")?;
    let titles =
        ["Address", ">packets", ">bytes", ">Tx packets", ">Tx bytes", ">Rx packets", ">Rx bytes", "country", "name"];
    let mut table = Table::new(&titles);
    for row in &page.rows {
        table.row([
            endpoint(&row.address, row.port),
            count(row.packets),
            count(row.bytes),
            count(row.tx_packets),
            count(row.tx_bytes),
            count(row.rx_packets),
            count(row.rx_bytes),
            row.country.clone(),
            row.name.clone(),
        ]);
    }
    table.all(out)
}

pub fn conversations(loaded: &mut Loaded, out: &mut Out, json: bool, question: api::Conversations) -> Result<(), Stop> {
    let (of, rows) = (question.of, question.rows.clone());
    let page = whole(loaded, question, |q| &mut q.rows, |a| &mut a.rows)?;
    if json {
        return out.json(&page);
    }
    let line = head("conversation", page.total, page.matching, &rows, page.rows.len());
    out.line(format_args!("{} {line}", of.name()))?;
    if page.rows.is_empty() {
        return Ok(());
    }
    out.line("")?;
    let mut table = Table::new(&[
        "Address A",
        "address B",
        ">packets",
        ">bytes",
        ">stream",
        ">packets A → B",
        ">bytes A → B",
        ">packets B → A",
        ">bytes B → A",
        ">rel start",
        ">duration",
        ">bits/s A → B",
        ">bits/s B → A",
    ]);
    for row in &page.rows {
        let rate = |bits: Option<f64>, bytes| bits.map_or(String::new(), |_| bit_rate(bytes, row.duration_ns));
        table.row([
            endpoint(&row.a, row.a_port),
            endpoint(&row.b, row.b_port),
            count(row.packets),
            count(row.bytes),
            row.stream.map(|stream| stream.to_string()).unwrap_or_default(),
            count(row.packets_a_to_b),
            count(row.bytes_a_to_b),
            count(row.packets_b_to_a),
            count(row.bytes_b_to_a),
            row.start_ns.map(|ns| seconds(ns, 6)).unwrap_or_default(),
            duration(row.duration_ns),
            rate(row.bits_a_to_b, row.bytes_a_to_b),
            rate(row.bits_b_to_a, row.bytes_b_to_a),
        ]);
    }
    table.all(out)
}

pub fn destinations(loaded: &mut Loaded, out: &mut Out, json: bool, question: StatsTree) -> Result<(), Stop> {
    let (of, rows, searched) = (question.of, question.rows.clone(), !question.search.is_empty());
    let page = whole(loaded, question, |q| &mut q.rows, |a| &mut a.rows)?;
    if json {
        return out.json(&page);
    }
    let mut line = head("row", page.total, page.total, &rows, page.rows.len());
    if searched {
        line += &format!(", {} of {} items match", count(page.matching), count(page.nodes));
    } else if page.total < page.nodes {
        line += &format!(" of {} (--unfold)", count(page.nodes));
    }
    out.line(line)?;
    if page.rows.is_empty() {
        return Ok(());
    }
    out.line("")?;
    let is_services = of == TreeKind::Services;
    let mut table = Table::new(match of {
        TreeKind::Services => &["Item", ">flows", ">packets", ">bytes", ">percent", "country", "name"],
        TreeKind::Lengths => {
            &["Item", ">count", ">average", ">min", ">max", ">rate (ms)", ">percent", ">burst rate", ">burst start"]
        }
        _ => &["Item", ">count", ">rate (ms)", ">percent", ">burst rate", ">burst start", "country", "name"],
    });
    for row in &page.rows {
        let item = format!("{}{}", "  ".repeat(row.depth as usize), row.item);
        let share = format!("{:.2} %", row.percent);
        let more = if row.more_names { format!("{} …", row.name) } else { row.name.clone() };
        if is_services {
            let cells =
                [item, count(row.flows), count(row.packets), count(row.bytes), share, row.country.clone(), more];
            table.row(cells);
            continue;
        }
        let rate = format!("{:.4}", row.rate);
        let burst = row.burst_rate.map(|rate| format!("{rate:.4}")).unwrap_or_default();
        let start = row.burst_start_ns.map(|ns| seconds(ns, 3)).unwrap_or_default();
        if of == TreeKind::Lengths {
            let whole = |n: Option<u32>| n.map(count).unwrap_or_default();
            let average = row.average.map(|average| format!("{average:.2}")).unwrap_or_default();
            table.row([
                item,
                count(row.packets),
                average,
                whole(row.least),
                whole(row.most),
                rate,
                share,
                burst,
                start,
            ]);
        } else {
            table.row([item, count(row.packets), rate, share, burst, start, row.country.clone(), more]);
        }
    }
    table.all(out)
}

pub fn host(loaded: &mut Loaded, out: &mut Out, json: bool, wanted: &Host) -> Result<(), Stop> {
    let answer = loaded.ask(api::Host { address: wanted.address.clone(), buckets: 0, rows: wanted.window.rows() })?;
    if json {
        return out.json(&answer);
    }
    let place = [answer.country.as_str(), if answer.local { "one of the capture's own hosts" } else { "" }];
    let place: Vec<&str> = place.into_iter().filter(|text| !text.is_empty()).collect();
    out.line(format_args!("{} {}", answer.address, place.join(", ")))?;
    if !answer.found {
        return out.line("No packet has this address.");
    }
    for name in &answer.names {
        let flows = if name.flows > 0 { format!(" of {}", counted(name.flows, "flow")) } else { String::new() };
        out.line(format_args!("  {} ({}{flows})", name.name, told_by(name.from)))?;
    }
    more(out, wanted.window.rows().start, answer.names.len(), answer.all_names)?;
    card(out, &answer)?;
    let time = |ns: Option<i64>| ns.map_or("-".to_owned(), |ns| format!("{} s", seconds(ns, 6)));
    out.line(format_args!("\nSeen {} to {}", time(answer.first_ns), time(answer.last_ns)))?;
    let mut table = Table::new(&["", ">flows", ">packets out", ">bytes out", ">packets in", ">bytes in"]);
    let all = ("All packets", None, answer.sent, answer.received);
    let role = |title, role: &api::HostRole| (title, Some(role.flows), role.sent, role.received);
    for (title, flows, sent, received) in
        [all, role("As client", &answer.as_client), role("As server", &answer.as_server)]
    {
        table.row([
            title.to_owned(),
            flows.map(count).unwrap_or_default(),
            count(sent.packets),
            count(sent.bytes),
            count(received.packets),
            count(received.bytes),
        ]);
    }
    table.all(out)?;
    parts(out, "Protocol", ">flows", &answer.protocols)?;
    let first = wanted.window.rows().start;
    ports(out, "Ports it serves", &answer.ports_served, first, answer.served)?;
    ports(out, "Ports of others it asked", &answer.ports_asked, first, answer.asked)?;
    parts(out, "Country of peers", ">peers", &answer.countries)?;
    parts(out, "Beside it", ">flows", &answer.beside)?;
    parts(out, "Time to live", ">flows", &answer.hops)?;
    out.line("")?;
    let mut table = Table::new(&["Peer", ">packets out", ">bytes out", ">packets in", ">bytes in", "country", "name"]);
    for peer in &answer.peers {
        table.row([
            peer.address.clone(),
            count(peer.sent.packets),
            count(peer.sent.bytes),
            count(peer.received.packets),
            count(peer.received.bytes),
            peer.country.clone(),
            peer.name.clone(),
        ]);
    }
    table.all(out)?;
    more(out, first, answer.peers.len(), answer.all_peers)
}

fn told_by(from: NameFrom) -> &'static str {
    match from {
        NameFrom::Nowhere => "",
        NameFrom::Sni => "TLS or QUIC server name",
        NameFrom::Host => "HTTP Host",
        NameFrom::Dns => "DNS in the capture",
        NameFrom::File => "name record of the file",
    }
}

/// As ifconfig prints an interface, as far as a capture tells it.
fn card(out: &mut Out, answer: &HostAnswer) -> Result<(), Stop> {
    for interface in &answer.interfaces {
        let name =
            if interface.name.is_empty() { format!("interface {}", interface.id) } else { interface.name.clone() };
        out.line(format_args!("\n{name}: {} {}", interface.encapsulation, interface.description))?;
        for address in &interface.addresses {
            let family = if address.contains(':') { "inet6" } else { "inet" };
            out.line(format_args!("        {family} {address}"))?;
        }
        if !interface.link_address.is_empty() {
            out.line(format_args!("        ether {}", interface.link_address))?;
        }
        let (sent, received) = (interface.sent, interface.received);
        out.line(format_args!(
            "        RX packets {}  bytes {} ({})",
            received.packets,
            received.bytes,
            size(received.bytes)
        ))?;
        out.line(format_args!("        TX packets {}  bytes {} ({})", sent.packets, sent.bytes, size(sent.bytes)))?;
    }
    Ok(())
}

fn parts(out: &mut Out, title: &'static str, of: &'static str, parts: &[HostPart]) -> Result<(), Stop> {
    if parts.is_empty() {
        return Ok(());
    }
    out.line("")?;
    let all = parts.iter().map(|part| part.packets).sum();
    let mut table = Table::new(&[title, of, ">packets", ">of them", ">bytes"]);
    for part in parts {
        let flows = if part.flows > 0 { count(part.flows) } else { String::new() };
        let bytes = if part.bytes > 0 { count(part.bytes) } else { String::new() };
        table.row([part.name.clone(), flows, count(part.packets), percent(part.packets, all), bytes]);
    }
    table.all(out)
}

/// How many there are behind the last that was told.
fn more(out: &mut Out, first: u32, told: usize, all: u32) -> Result<(), Stop> {
    match all.saturating_sub(first).saturating_sub(told as u32) {
        0 => Ok(()),
        rest => out.line(format_args!("… and {} more", count(rest))),
    }
}

fn ports(out: &mut Out, title: &'static str, ports: &[HostPort], first: u32, all: u32) -> Result<(), Stop> {
    if ports.is_empty() {
        return Ok(());
    }
    out.line("")?;
    let mut table = Table::new(&[title, "protocol", ">flows", ">packets", ">bytes"]);
    for port in ports {
        let name = format!("{}/{}", port.transport, port.port);
        table.row([name, port.application.clone(), count(port.flows), count(port.packets), count(port.bytes)]);
    }
    table.all(out)?;
    more(out, first, ports.len(), all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_by_name() {
        assert_eq!(parse_sort("bytes-a-to-b:desc"), Ok((ConversationColumn::BytesAtoB, true)));
        assert_eq!(parse_sort("tx-packets"), Ok((EndpointColumn::TxPackets, false)));
        assert_eq!(kebab("BytesBtoA"), "bytes-b-to-a");
        assert!(parse_sort::<EndpointColumn>("size").is_err_and(|said| said.contains("tx-packets")));
    }
}
