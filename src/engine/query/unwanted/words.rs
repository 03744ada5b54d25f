//! Findings in words, and the filters that show them.
use super::{Group, Key};
use crate::api::{UnwantedKind, Way};
use crate::engine::dissect::{Address, Transport};
use crate::engine::protocols::protocol;
use crate::engine::query::measured::{endpoint, ip};
use crate::engine::query::shown::{plural, size};

/// What sentences, filters and commands are made of.
pub struct Parts<'p> {
    pub key: &'p Key,
    pub group: &'p Group,
    /// Busiest first, with their packets.
    pub peers: &'p [(Address, u64)],
    pub name: &'p str,
}

pub const STRATUM: &str = "Its messages are those of mining pools (Stratum): the computer works for somebody else's coins, often after a break-in.";
pub const POOL: &str =
    "The server's name is that of a mining pool: the computer works for somebody else's coins, often after a break-in.";
pub const BITTORRENT: &str = "Its handshakes, its DHT or its trackers were recognised by content: it takes bandwidth, shares files with strangers, and servers have no use for it.";
pub const PEERS: &str = "It connects to strangers all over the world and accepts their connections, too.";
pub const PLAIN: &str =
    "The password goes over the network as it is: whoever sees the packets, as in this capture, has it.";
pub const ANONYMOUS: &str = "Anybody may come in without a password; what is fetched and left can be read on the way.";
pub const FOREIGN: &str = "The host has a resolver in its own network and asks others on the internet as well: names leave the network unfiltered, and DNS can carry other traffic.";

/// Why a protocol that is not on the list matters.
pub fn outside(name: &str) -> &'static str {
    match name {
        "telnet" => {
            "It is not on the allow-list. Everything typed, passwords too, can be read on the way; SSH does the same safely."
        }
        "tftp" => "It is not on the allow-list. It knows no passwords: whoever reaches it reads and writes files.",
        "socks" => "It is not on the allow-list. A proxy carries any other traffic past the rules of a firewall.",
        "irc" => "It is not on the allow-list. Few people chat there today; malware still takes its orders there.",
        "vnc" | "x11" => {
            "It is not on the allow-list. Screen, keyboard and mouse go over the network, mostly unencrypted."
        }
        "data" => "It is not on the allow-list, and nobody can say what it is.",
        _ => "It is not on the allow-list.",
    }
}

pub fn summary(findings: usize, flows: u32) -> String {
    let looked = plural(flows, "flow");
    match findings {
        0 => format!("Nothing unwanted in {looked}."),
        1 => format!("One finding in {looked}."),
        n => format!("{n} findings in {looked}."),
    }
}

/// The server and its port, with its name.
fn service(parts: &Parts<'_>) -> String {
    let at = match parts.key.port {
        Some(port) => endpoint(parts.key.address, port),
        None => parts.key.address.to_string(),
    };
    if parts.name.is_empty() || parts.name == parts.key.address.to_string() {
        at
    } else {
        format!("{} ({at})", parts.name)
    }
}

fn ports(list: &[u16]) -> String {
    let shown: Vec<String> = list.iter().take(5).map(u16::to_string).collect();
    let more = if list.len() > shown.len() { ", \u{2026}" } else { "" };
    format!("{}{more}", shown.join(", "))
}

/// The finding with its numbers.
pub fn sentence(parts: &Parts<'_>) -> String {
    let Parts { key, group, peers, .. } = parts;
    let (title, place, hosts) = (key.title, service(parts), plural(peers.len() as u32, "host"));
    let flows = plural(group.flows.len() as u32, "flow");
    let much = format!("{flows}, {}", size(group.bytes));
    match (key.kind, key.port, group.way) {
        (UnwantedKind::Mining, ..) => {
            format!("{place} mines coins for {hosts} at port {}: {much}.", ports(&group.ports))
        }
        (UnwantedKind::PeerToPeer, ..) => format!("{place} speaks {title} with {hosts}: {much}."),
        (UnwantedKind::Exposed, ..) => {
            format!("{title} at {place} answers the internet: {hosts} reached it, {much}.")
        }
        (UnwantedKind::PlainLogin, ..) => {
            let users: Vec<&str> =
                group.logins.iter().map(|login| login.user.as_str()).filter(|user| !user.is_empty()).collect();
            let who = match users.len() {
                0 => String::new(),
                _ => format!(" as {}", users.join(", ")),
            };
            format!("A login in plain text{who} to {title} at {place}, from {hosts}: {flows}.")
        }
        (UnwantedKind::UnusualPort, Some(_), _) => format!("{title} is spoken at {place}: {hosts}, {much}."),
        (UnwantedKind::UnusualPort, None, _) => {
            format!("{place} speaks {title} at port {}, with {hosts}: {much}.", ports(&group.ports))
        }
        (UnwantedKind::ForeignDns, ..) => {
            format!("{place} asks {hosts} of the internet for names, past its own resolver: {flows}.")
        }
        (UnwantedKind::Outside, None, _) => format!("{place} speaks {title} with {hosts}: {much}."),
        (UnwantedKind::Outside, Some(port), Way::Out) => {
            format!("{} sends {title} to port {port} of {hosts}: {much}.", key.address)
        }
        (UnwantedKind::Outside, Some(_), _) => format!("{title} is spoken at {place}, by {hosts}: {much}."),
    }
}

/// What else could explain it.
pub fn but(key: &Key, group: &Group) -> &'static str {
    match key.kind {
        UnwantedKind::Mining => "Somebody who mines on purpose, or reads the pool's pages.",
        UnwantedKind::PeerToPeer if key.title == "BitTorrent" => {
            "Updates of some games and systems come that way; a download of one's own."
        }
        UnwantedKind::PeerToPeer => "A node that runs on purpose.",
        UnwantedKind::Exposed if group.way == Way::Passing => {
            "The capture shows only one side of the firewall: the addresses may be translated."
        }
        UnwantedKind::Exposed => {
            "It is meant to be open: then say so with a rule (\u{2026} in with any). Addresses of a company's own network that are public ones."
        }
        UnwantedKind::PlainLogin => "A test with a password that is none; a network that nobody else can reach.",
        UnwantedKind::Outside => "It belongs there: then add it to the allow-list.",
        UnwantedKind::UnusualPort => "A port chosen on purpose: then say so with a rule that names it.",
        UnwantedKind::ForeignDns => {
            "A second resolver that is set up on purpose; a tool that was told which server to ask."
        }
    }
}

/// A display filter for what was found.
pub fn filter(parts: &Parts<'_>) -> String {
    let Parts { key, group, peers, .. } = parts;
    let host = format!("{}.addr == {}", ip(key.address), key.address);
    let transport = match key.transport {
        Transport::Tcp => "tcp",
        Transport::Udp => "udp",
        Transport::Sctp => "sctp",
        _ => "",
    };
    let at_port = |port: u16| format!("{host} && {transport}.port == {port}");
    let condition = |name: &'static str| match (name, key.kind) {
        ("data", _) => None,
        // Trackers are asked in HTTP.
        ("http", UnwantedKind::PeerToPeer) => Some("http.request.uri contains \"info_hash\""),
        _ => Some(name),
    };
    let names: Vec<&str> = group.protocols.iter().filter_map(|&id| condition(protocol(id).name)).collect();
    let names = match names.as_slice() {
        [] => String::new(),
        [one] => format!(" && {one}"),
        several => format!(" && ({})", several.join(" || ")),
    };
    match (key.kind, key.port, group.ports.as_slice()) {
        (UnwantedKind::ForeignDns, ..) => {
            let servers: Vec<String> = peers.iter().take(8).map(|(peer, _)| peer.to_string()).collect();
            format!("{host} && dns && {}.addr in {{{}}}", ip(key.address), servers.join(", "))
        }
        (UnwantedKind::PlainLogin, Some(port), _) => format!("{}{names}", at_port(port)),
        (_, Some(port), _) if !transport.is_empty() => at_port(port),
        (UnwantedKind::Mining, _, [port, ..]) => at_port(*port),
        (UnwantedKind::UnusualPort, None, [port]) => format!("{}{names}", at_port(*port)),
        _ => format!("{host}{names}"),
    }
}
