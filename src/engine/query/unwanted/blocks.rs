//! Ready commands that block what was found: for Linux (nftables, iptables), Windows and Azure.
use super::Group;
use super::words::Parts;
use crate::api::{Block, UnwantedKind, Way};
use crate::engine::dissect::{Address, Family, Transport};
use crate::engine::sort;
use crate::engine::store::flows::number;

/// Addresses and ports of one command at most.
const MOST_ADDRESSES: usize = 20;
const MOST_PORTS: usize = 15;

/// Who is not let through.
enum From {
    Anybody,
    /// All but one's own network.
    Internet,
    These(Vec<Address>),
}

/// What is blocked, as seen from the host at `here`.
struct Rule {
    title: String,
    here: Address,
    inbound: bool,
    /// A router blocks it, not the host itself.
    passing: bool,
    protocol: Option<&'static str>,
    number: u8,
    /// Ports of the server; in a rule for what comes in those of this host.
    ports: Vec<u16>,
    others: From,
}

/// Networks that are one's own, IPv4 and IPv6.
const OWN: [&[&str]; 2] =
    [&["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"], &["fc00::/7", "fe80::/10"]];

pub fn blocks(parts: &Parts<'_>) -> Vec<Block> {
    let rules = rules(parts);
    let tool = |tool: &str, print: fn(&Rule) -> Vec<String>| {
        let mut lines: Vec<String> = rules.iter().flat_map(print).collect();
        if parts.key.kind == UnwantedKind::PeerToPeer {
            lines.push("# Peers change all the time: stop the program, or let out only what is needed.".to_owned());
        }
        Block { tool: tool.to_owned(), text: lines.join("\n") }
    };
    vec![tool("nftables", nftables), tool("iptables", iptables), tool("Windows", windows), tool("Azure", azure)]
}

fn rules(parts: &Parts<'_>) -> Vec<Rule> {
    let Parts { key, group, peers, .. } = parts;
    let rule = |transport: Transport, inbound, here, ports: Vec<u16>, others| Rule {
        title: key.title.to_owned(),
        here,
        inbound,
        passing: group.way == Way::Passing,
        protocol: match transport {
            Transport::Tcp => Some("tcp"),
            Transport::Udp => Some("udp"),
            Transport::Sctp => Some("sctp"),
            _ => None,
        },
        number: number(transport),
        ports,
        others,
    };
    let addresses = || From::These(peers.iter().take(MOST_ADDRESSES).map(|(peer, _)| *peer).collect());
    let most_ports = || if group.ports.len() <= MOST_PORTS { group.ports.clone() } else { Vec::new() };
    let peer = peers.first().map_or(key.address, |(peer, _)| *peer);
    match (key.kind, key.port, group.way) {
        (UnwantedKind::PeerToPeer, ..) => {
            let own = own_port(group);
            let mut rules = Vec::new();
            for transport in [Transport::Tcp, Transport::Udp] {
                rules.extend(own.map(|port| rule(transport, true, key.address, vec![port], From::Anybody)));
                rules.push(rule(transport, false, key.address, Vec::new(), addresses()));
            }
            rules
        }
        (UnwantedKind::Exposed, Some(port), _) => {
            vec![rule(key.transport, true, key.address, vec![port], From::Internet)]
        }
        // The server is somewhere else: what goes out to it.
        (UnwantedKind::PlainLogin, Some(port), Way::Out) => {
            vec![rule(key.transport, false, peer, vec![port], From::These(vec![key.address]))]
        }
        (UnwantedKind::ForeignDns, ..) => {
            let both = [Transport::Udp, Transport::Tcp];
            both.map(|transport| rule(transport, false, key.address, vec![53], addresses())).into()
        }
        (_, Some(port), Way::Out) => vec![rule(key.transport, false, key.address, vec![port], addresses())],
        (_, Some(port), _) => vec![rule(key.transport, true, key.address, vec![port], From::Anybody)],
        (_, None, Way::In) => vec![rule(key.transport, true, key.address, most_ports(), addresses())],
        (_, None, _) => vec![rule(key.transport, false, key.address, most_ports(), addresses())],
    }
}

/// The port at which a peer waits for others: one that several of its flows have.
fn own_port(group: &Group) -> Option<u16> {
    let mut ports: Vec<(u16, u32)> = group.own_ports.iter().map(|(&port, &count)| (port, count)).collect();
    sort::by(&mut ports, |a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    ports.first().filter(|(_, count)| *count > 1 || group.flows.len() == 1).map(|(port, _)| *port)
}

impl Rule {
    fn is_v6(&self) -> bool {
        self.here.family() == Family::Ipv6
    }

    fn own(&self) -> &'static [&'static str] {
        if self.is_v6() { OWN[1] } else { OWN[0] }
    }

    fn ports(&self, between: &str) -> String {
        self.ports.iter().map(u16::to_string).collect::<Vec<_>>().join(between)
    }

    fn addresses(&self, between: &str) -> String {
        match &self.others {
            From::These(list) => list.iter().map(ToString::to_string).collect::<Vec<_>>().join(between),
            _ => String::new(),
        }
    }

    /// The name of the rule: letters and digits only.
    fn name(&self) -> String {
        let title: String = self.title.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
        let ports = self.ports.first().map_or(String::new(), |port| format!("-{port}"));
        let way = if self.inbound { "in" } else { "out" };
        format!("Wireglass-{title}-{}{ports}-{way}", self.protocol.unwrap_or("ip"))
    }
}

fn nftables(rule: &Rule) -> Vec<String> {
    let (ip, chain) = (
        if rule.is_v6() { "ip6" } else { "ip" },
        match (rule.passing, rule.inbound) {
            (true, _) => "forward",
            (_, true) => "input",
            _ => "output",
        },
    );
    let mut words = vec![format!("nft add rule inet filter {chain}")];
    if rule.passing {
        words.push(format!("{ip} {} {}", if rule.inbound { "daddr" } else { "saddr" }, rule.here));
    }
    let side = if rule.inbound { "saddr" } else { "daddr" };
    match &rule.others {
        From::Anybody => {}
        From::Internet => words.push(format!("{ip} {side} != {{ {} }}", rule.own().join(", "))),
        From::These(_) => words.push(format!("{ip} {side} {{ {} }}", rule.addresses(", "))),
    }
    match rule.protocol {
        Some(protocol) if rule.ports.is_empty() => words.push(format!("meta l4proto {protocol}")),
        Some(protocol) => words.push(format!("{protocol} dport {{ {} }}", rule.ports(", "))),
        None => words.push(format!("meta l4proto {}", rule.number)),
    }
    words.push("counter drop".to_owned());
    // Braces are the shell's, too.
    let words = words.join(" ");
    vec![match words.strip_prefix("nft ") {
        Some(rest) => format!("nft '{rest}'"),
        None => words,
    }]
}

fn iptables(rule: &Rule) -> Vec<String> {
    let program = if rule.is_v6() { "ip6tables" } else { "iptables" };
    let chain = match (rule.passing, rule.inbound) {
        (true, _) => "FORWARD",
        (_, true) => "INPUT",
        _ => "OUTPUT",
    };
    let here = match (rule.passing, rule.inbound) {
        (false, _) => String::new(),
        (true, true) => format!(" -d {}", rule.here),
        (true, false) => format!(" -s {}", rule.here),
    };
    let protocol = rule.protocol.map_or_else(|| rule.number.to_string(), str::to_owned);
    let ports = match rule.ports.as_slice() {
        [] => String::new(),
        [port] => format!(" --dport {port}"),
        _ => format!(" -m multiport --dports {}", rule.ports(",")),
    };
    let side = if rule.inbound { "-s" } else { "-d" };
    let line = |who: String, what: &str| format!("{program} -I {chain}{here}{who} -p {protocol}{ports} -j {what}");
    match &rule.others {
        From::Anybody => vec![line(String::new(), "DROP")],
        From::These(_) => vec![line(format!(" {side} {}", rule.addresses(",")), "DROP")],
        // What is inserted last stands first.
        From::Internet => {
            let own = rule.own().iter().map(|network| line(format!(" {side} {network}"), "ACCEPT"));
            std::iter::once(line(String::new(), "DROP")).chain(own).collect()
        }
    }
}

fn windows(rule: &Rule) -> Vec<String> {
    let (direction, side) = if rule.inbound { ("Inbound", "LocalPort") } else { ("Outbound", "RemotePort") };
    let protocol = match rule.protocol {
        Some(protocol @ ("tcp" | "udp")) => protocol.to_uppercase(),
        _ => rule.number.to_string(),
    };
    let ports = if rule.ports.is_empty() { String::new() } else { format!(" -{side} {}", rule.ports(",")) };
    let who = match &rule.others {
        From::Anybody => String::new(),
        From::Internet => " -RemoteAddress Internet".to_owned(),
        From::These(_) => format!(" -RemoteAddress {}", rule.addresses(",")),
    };
    vec![format!(
        "New-NetFirewallRule -DisplayName \"{}\" -Direction {direction} -Action Block -Protocol {protocol}{ports}{who}",
        rule.name()
    )]
}

fn azure(rule: &Rule) -> Vec<String> {
    let direction = if rule.inbound { "Inbound" } else { "Outbound" };
    let protocol = match rule.protocol {
        Some("tcp") => "Tcp",
        Some("udp") => "Udp",
        _ => "'*'",
    };
    let others = match &rule.others {
        From::Anybody => "'*'".to_owned(),
        From::Internet => "Internet".to_owned(),
        From::These(_) => rule.addresses(" "),
    };
    let (source, destination) =
        if rule.inbound { (others, rule.here.to_string()) } else { (rule.here.to_string(), others) };
    let ports = if rule.ports.is_empty() { "'*'".to_owned() } else { rule.ports(" ") };
    vec![format!(
        "az network nsg rule create --resource-group RESOURCE_GROUP --nsg-name NSG --name {} --priority 100 --direction {direction} --access Deny --protocol {protocol} --source-address-prefixes {source} --source-port-ranges '*' --destination-address-prefixes {destination} --destination-port-ranges {ports}",
        rule.name()
    )]
}
