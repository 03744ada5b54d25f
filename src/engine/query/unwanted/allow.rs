//! Allow-lists: what a machine should speak, one rule a line.
//!
//! `PROTOCOL [PORTS] [in|out] [with ADDRESS[/LENGTH]]`: the protocol by filter name (`*`: any), the server's ports (`80,8000-8999`),
//! whether the local host answers (`in`) or asks (`out`), and with whom (`with any` says that even the internet may). A rule behind
//! `no` takes out again; the last rule that fits decides. What follows `#` is a comment.
use crate::api::{Way, WrongLine};
use crate::engine::dissect::{Address, Family, ProtocolId};
use crate::engine::protocols::registry;
use std::net::IpAddr;
use std::ops::RangeInclusive;

/// Rules in a list at most; a longer one was not written by hand.
const MOST_RULES: usize = 2000;

/// Words for several protocols, and those that people use for one.
const FAMILIES: [(&str, &str); 17] = [
    ("bittorrent", "bittorrent bt-dht bt-utp lsd bencode"),
    ("smb", "smb smb2 nbss"),
    ("rtp", "rtp rtcp"),
    ("sip", "sip sdp"),
    ("http", "http http2 websocket"),
    ("https", "tls"),
    ("redis", "resp"),
    ("memcached", "memcache"),
    ("mongodb", "mongo"),
    ("postgres", "pgsql"),
    ("postgresql", "pgsql"),
    ("mssql", "tds"),
    ("oracle", "tns"),
    ("cassandra", "cql"),
    ("ftp", "ftp ftp-data"),
    ("wireguard", "wg"),
    ("unknown", "data"),
];

#[derive(Default)]
pub struct AllowList {
    rules: Vec<Rule>,
    pub wrong: Vec<WrongLine>,
}

struct Rule {
    /// It takes out what earlier ones let in.
    denies: bool,
    /// Empty: any.
    protocols: Vec<ProtocolId>,
    /// Empty: any.
    ports: Vec<RangeInclusive<u16>>,
    way: Option<Way>,
    with: With,
}

#[derive(Clone, Copy, PartialEq)]
enum With {
    Unsaid,
    Anybody,
    Network(Address, u32),
}

/// What a flow is, for a rule.
pub struct Spoken {
    pub protocol: ProtocolId,
    /// The server's.
    pub port: u16,
    pub way: Way,
    /// Both ends.
    pub ends: [Address; 2],
}

/// How a list lets a flow pass.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub struct Allowed {
    pub at_all: bool,
    /// By a rule that names its protocol and its port.
    pub at_its_port: bool,
    /// By a rule that says with whom.
    pub with_whom: bool,
}

impl AllowList {
    pub fn read(text: &str) -> Self {
        let mut list = Self::default();
        for (line, text) in (1..).zip(text.lines()) {
            let rule = text.split('#').next().unwrap_or_default().trim();
            if rule.is_empty() {
                continue;
            }
            match self::rule(rule) {
                Ok(rule) if list.rules.len() < MOST_RULES => list.rules.push(rule),
                Ok(_) => {}
                Err(message) => list.wrong.push(WrongLine { line, message }),
            }
        }
        list
    }

    pub fn allows(&self, spoken: &Spoken) -> Allowed {
        let mut allowed = Allowed::default();
        for rule in self.rules.iter().filter(|rule| rule.fits(spoken)) {
            if rule.denies {
                allowed = Allowed::default();
                continue;
            }
            allowed.at_all = true;
            allowed.at_its_port |= !rule.protocols.is_empty() && !rule.ports.is_empty();
            allowed.with_whom |= rule.with != With::Unsaid;
        }
        allowed
    }
}

impl Rule {
    fn fits(&self, spoken: &Spoken) -> bool {
        let with = match self.with {
            With::Unsaid | With::Anybody => true,
            With::Network(network, bits) => spoken.ends.iter().any(|&end| is_in(end, network, bits)),
        };
        with && (self.protocols.is_empty() || self.protocols.contains(&spoken.protocol))
            && (self.ports.is_empty() || self.ports.iter().any(|ports| ports.contains(&spoken.port)))
            // Of traffic between others nobody knows who it is that should not.
            && self.way.is_none_or(|way| spoken.way == Way::Passing || spoken.way == way)
    }
}

/// Whether the first bits of two addresses are the same.
pub fn is_in(address: Address, network: Address, bits: u32) -> bool {
    let value = |address: Address| {
        let [high, low] = address.words();
        u128::from(high) << 64 | u128::from(low)
    };
    let mask = u128::MAX.checked_shl(128_u32.saturating_sub(bits)).unwrap_or(0);
    address.family() == network.family() && (value(address) ^ value(network)) & mask == 0
}

fn rule(text: &str) -> Result<Rule, String> {
    let mut words = text.split_whitespace();
    let first = words.next().unwrap_or_default();
    let denies = first == "no";
    let protocols = protocols(if denies { words.next().unwrap_or_default() } else { first })?;
    let mut rule = Rule { denies, protocols, ports: Vec::new(), way: None, with: With::Unsaid };
    while let Some(word) = words.next() {
        match word {
            "in" => rule.way = Some(Way::In),
            "out" => rule.way = Some(Way::Out),
            "with" => rule.with = with(words.next().unwrap_or_default())?,
            _ if word.starts_with(|c: char| c.is_ascii_digit()) => rule.ports = ports(word)?,
            _ => return Err(format!("\u{201c}{word}\u{201d} is none of: ports, in, out, with ADDRESS.")),
        }
    }
    Ok(rule)
}

fn protocols(word: &str) -> Result<Vec<ProtocolId>, String> {
    let word = word.to_ascii_lowercase();
    if matches!(word.as_str(), "*" | "any") {
        return Ok(Vec::new());
    }
    let names = FAMILIES.iter().find(|(family, _)| *family == word).map_or(word.as_str(), |(_, names)| names);
    let ids: Vec<ProtocolId> = names.split(' ').filter_map(|name| registry().named(name)).collect();
    if ids.is_empty() { Err(format!("There is no protocol \u{201c}{word}\u{201d}.")) } else { Ok(ids) }
}

fn ports(word: &str) -> Result<Vec<RangeInclusive<u16>>, String> {
    let one = |part: &str| {
        let (from, to) = part.split_once('-').unwrap_or((part, part));
        let (from, to) = (from.parse().ok()?, to.parse().ok()?);
        (from <= to).then_some(from..=to)
    };
    let ranges: Option<Vec<_>> = word.split(',').map(one).collect();
    ranges.ok_or_else(|| format!("\u{201c}{word}\u{201d} is no list of ports such as 80,8000-8999."))
}

fn with(word: &str) -> Result<With, String> {
    if matches!(word, "any" | "*") {
        return Ok(With::Anybody);
    }
    let (address, length) = word.split_once('/').map_or((word, None), |(address, length)| (address, Some(length)));
    let network = || {
        let address = Address::from(address.parse::<IpAddr>().ok()?);
        let most = if address.family() == Family::Ipv4 { 32 } else { 128 };
        let bits = length.map_or(Some(most), |length| length.parse().ok())?;
        (bits <= most).then_some(With::Network(address, bits))
    };
    network().ok_or_else(|| format!("\u{201c}{word}\u{201d} is no address or network such as 10.0.0.0/8."))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::PRESETS;

    fn address(text: &str) -> Address {
        Address::from(text.parse::<IpAddr>().expect("an address"))
    }

    #[test]
    fn every_preset_is_understood() {
        for preset in PRESETS {
            let list = AllowList::read(preset.rules);
            assert_eq!(list.wrong, [], "{}", preset.slug);
            assert!(list.rules.len() >= 6, "{}", preset.slug);
        }
    }

    #[test]
    fn rules_say_protocol_ports_direction_and_with_whom() {
        let list = AllowList::read(
            "# mine\nssh 22,2200-2299 in\nHTTP 80 in with 192.0.2.0/24 # the office\ntls out\n*  9 in with any\ntls 993",
        );
        assert_eq!(list.wrong, []);
        let peer = address("192.0.2.77");
        let ask = |protocol: &str, port, way, peer| {
            let protocol = registry().named(protocol).expect("a protocol");
            let allowed = list.allows(&Spoken { protocol, port, way, ends: [address("10.0.0.1"), peer] });
            (allowed.at_all, allowed.at_its_port, allowed.with_whom)
        };
        assert_eq!(ask("ssh", 22, Way::In, peer), (true, true, false));
        assert_eq!(ask("ssh", 2250, Way::In, peer), (true, true, false));
        assert_eq!(ask("ssh", 2300, Way::In, peer), (false, false, false));
        assert_eq!(ask("ssh", 22, Way::Out, peer), (false, false, false));
        assert_eq!(ask("ssh", 22, Way::Passing, peer), (true, true, false));
        assert_eq!(ask("http2", 80, Way::In, peer), (true, true, true));
        assert_eq!(ask("http", 80, Way::In, address("192.0.3.77")), (false, false, false));
        assert_eq!(ask("tls", 4, Way::Out, peer), (true, false, false));
        assert_eq!(ask("vnc", 9, Way::In, peer), (true, false, true));
    }

    #[test]
    fn the_last_rule_that_fits_decides() {
        let list = AllowList::read("*\nno telnet\nno bittorrent\ntelnet 2323\n");
        assert_eq!(list.wrong, []);
        let ask = |protocol: &str, port| {
            let protocol = registry().named(protocol).expect("a protocol");
            list.allows(&Spoken { protocol, port, way: Way::Out, ends: [address("10.0.0.1"); 2] }).at_all
        };
        assert!(ask("tls", 443) && !ask("telnet", 23) && ask("telnet", 2323));
        assert!(!ask("bittorrent", 1) && !ask("bt-dht", 1) && !ask("bt-utp", 1));
    }

    #[test]
    fn lines_that_say_nothing_are_told() {
        let list = AllowList::read("nonsense\nssh 22-\n\nssh 9-8\nssh up\nssh with 10.0.0.0/33\nssh with\nssh 70000\n");
        assert_eq!(list.wrong.iter().map(|wrong| wrong.line).collect::<Vec<_>>(), [1, 2, 4, 5, 6, 7, 8]);
        assert!(list.rules.is_empty());
    }

    #[test]
    fn networks_are_compared_by_their_first_bits() {
        let is_in = |a, n, bits| super::is_in(address(a), address(n), bits);
        assert!(is_in("10.1.2.3", "10.0.0.0", 8) && !is_in("11.1.2.3", "10.0.0.0", 8));
        assert!(is_in("11.1.2.3", "10.0.0.0", 0) && !is_in("::1", "10.0.0.0", 0));
        assert!(is_in("2001:db8::1", "2001:db8::", 32) && is_in("::1", "::1", 128) && !is_in("::2", "::1", 128));
    }
}
