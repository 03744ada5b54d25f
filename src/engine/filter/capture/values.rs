//! What addresses, ports and names in the text stand for, by the words in front of them.
use super::super::Wrong;
use super::code::Code;
use super::emit::Refusal;
use super::lexer::Kind;
use super::names;
use super::parser::{Parser, Quals, What};
use super::ports::{self, Ports};
use super::words::{Proto, Word};
use std::net::Ipv6Addr;
use std::ops::Range;

type Parsed<T> = Result<T, Wrong>;

const NO_GATEWAY: &str =
    "'gateway' not supported in this configuration: it needs names of hosts; write \"ether host MAC and not host IP\"";

/// `10.1`: its bits to the left, and how many there are.
pub(super) fn address4(text: &str) -> Option<(u32, u32)> {
    let (mut address, mut bits) = (0, 0);
    for part in text.split('.') {
        if !part.bytes().all(|digit| digit.is_ascii_digit()) {
            return None;
        }
        address = address << 8 | part.parse::<u32>().ok().filter(|part| *part <= 255)?;
        bits += 8;
    }
    Some((address << (32 - bits), bits))
}

pub(super) fn mask(bits: u32) -> u32 {
    u32::MAX.checked_shl(32 - bits).unwrap_or(0)
}

pub(super) fn mac(text: &str) -> [u8; 6] {
    let parts: Vec<&str> = text.split([':', '.', '-']).collect();
    let hex = |text: &str| u64::from_str_radix(text, 16).unwrap_or(0);
    if parts.len() == 6 {
        let mut address = [0; 6];
        for (byte, part) in address.iter_mut().zip(parts) {
            *byte = hex(part) as u8;
        }
        return address;
    }
    let [_, _, bytes @ ..] = hex(&parts.concat()).to_be_bytes();
    bytes
}

impl<'t> Parser<'t> {
    /// A number alone, with what stood in front.
    pub fn numbered(&mut self, number: u32, at: &Range<usize>, quals: Quals) -> Parsed<Code> {
        let made = self.of_number(number, quals);
        made.map_err(|refusal| Wrong { message: refusal.into_owned(), at: at.clone() })
    }

    fn of_number(&mut self, number: u32, quals: Quals) -> Result<Code, Refusal> {
        let Quals { proto, dir, what: Some(what) } = quals else {
            return Err(
                "can't parse filter expression: syntax error: a number needs a word in front, such as \"port\"".into(),
            );
        };
        match what {
            What::Any | What::Host | What::Net => {
                match proto {
                    Proto::Decnet => return Err("malformed decnet address: an area and a node such as 1.23".into()),
                    Proto::Link => return Err("illegal link layer address: six bytes such as 00:11:22:33:44:55".into()),
                    _ => {}
                }
                let (mut address, mut mask) = (number, u32::MAX);
                if what == What::Net {
                    while address != 0 && address >> 24 == 0 {
                        address <<= 8;
                        mask <<= 8;
                    }
                }
                self.emit.host4(address, mask, proto, dir, name_of(what))
            }
            What::Port | What::PortRange => {
                let transport = transport(proto, what)?;
                let port = port(number)?;
                let ports = if what == What::Port { Ports::One(port) } else { Ports::Range(port, port) };
                self.emit.ports(ports, transport, dir)
            }
            What::Gateway => Err("'gateway' requires a name".into()),
            What::Proto => self.emit.proto(number, proto),
            What::ProtoChain => self.emit.proto_chain(number, proto),
        }
    }

    /// A name or an address, with what stood in front.
    pub fn address(&mut self, quals: Quals) -> Parsed<Code> {
        let kind = self.peek();
        self.advance();
        let at = self.last();
        let text = self.spelling(&at);
        if quals.what.is_none() {
            return self.about(Err(format!(
                "can't parse filter expression: syntax error: write \"host {text}\", \"port {text}\" …"
            )
            .into()));
        }
        match kind {
            Some(Kind::Address4) => {
                if self.take_symbol(b'/') {
                    let bits = self.prefix_length()?;
                    let made = self.network4(text, Ok(bits), quals);
                    return made
                        .map_err(|refusal| Wrong { message: refusal.into_owned(), at: at.start..self.last().end });
                }
                if self.take_mask() {
                    if self.peek() != Some(&Kind::Address4) {
                        return Err(self.syntax("a mask such as 255.255.0.0"));
                    }
                    self.advance();
                    let mask = self.spelling(&self.last());
                    let made = self.network4(text, Err(mask), quals);
                    return made
                        .map_err(|refusal| Wrong { message: refusal.into_owned(), at: at.start..self.last().end });
                }
                let made = self.of_address4(text, quals);
                self.about(made)
            }
            Some(Kind::Address6) => {
                let bits = if self.take_symbol(b'/') { Some(self.prefix_length()?) } else { None };
                let made = self.of_address6(text, bits, quals);
                made.map_err(|refusal| Wrong { message: refusal.into_owned(), at: at.start..self.last().end })
            }
            Some(Kind::Mac) => {
                let made =
                    match (quals.what, quals.proto) {
                        (Some(What::Any | What::Host), Proto::Link) => self.emit.mac_host(mac(text), quals.dir),
                        _ => Err(format!("ethernet address used in non-ether expression: write \"ether host {text}\"")
                            .into()),
                    };
                self.about(made)
            }
            Some(Kind::Short) => {
                let address = text.get(1..).and_then(|digits| u8::from_str_radix(digits, 16).ok()).unwrap_or(0);
                let made = match (quals.what, quals.proto) {
                    (Some(What::Any | What::Host), Proto::Link) => self.emit.short_host(address, quals.dir),
                    _ => Err("ARCnet address used in non-arc expression: write \"link host\" in front".into()),
                };
                self.about(made)
            }
            _ => {
                let made = self.of_name(text.trim_start_matches('\\'), quals);
                self.about(made)
            }
        }
    }

    fn of_address4(&mut self, text: &str, quals: Quals) -> Result<Code, Refusal> {
        let Quals { proto, dir, what } = quals;
        match what {
            None => return Err(format!("can't parse filter expression: syntax error: write \"host {text}\"").into()),
            Some(what @ (What::Port | What::PortRange | What::Proto | What::ProtoChain)) => {
                return Err(format!(
                    "'{0}' modifier applied to ip host ('{0}' qualifier applied to IPv4 address)",
                    name_of(what)
                )
                .into());
            }
            Some(What::Gateway) => return Err(NO_GATEWAY.into()),
            _ => {}
        }
        if proto == Proto::Decnet {
            let mut parts = text.split('.').map(|part| part.parse::<u16>().ok());
            return match (parts.next().flatten(), parts.next().flatten(), parts.next()) {
                (Some(area @ ..=63), Some(node @ ..=1023), None) => self.emit.decnet_host(area << 10 | node, dir),
                _ => {
                    Err(format!("malformed decnet address '{text}': area (at most 63) and node (at most 1023)").into())
                }
            };
        }
        let Some((address, bits)) = address4(text) else {
            return Err(format!("invalid IPv4 address '{text}': numbers go up to 255").into());
        };
        if proto == Proto::Link {
            return Err("illegal link layer address: six bytes such as 00:11:22:33:44:55".into());
        }
        let what = what.unwrap_or(What::Host);
        self.emit.host4(address, mask(bits), proto, dir, name_of(what))
    }

    /// With a prefix length, or with a mask in words.
    fn network4(&mut self, text: &str, by: Result<u32, &str>, quals: Quals) -> Result<Code, Refusal> {
        let invalid = |text: &str| Refusal::from(format!("invalid IPv4 address '{text}': numbers go up to 255"));
        let (address, _) = address4(text).ok_or_else(|| invalid(text))?;
        let (mask, shown) = match by {
            Ok(bits) if bits > 32 => return Err("mask length must be <= 32".into()),
            Ok(bits) => (mask(bits), format!("{text}/{bits}")),
            Err(mask) => (address4(mask).ok_or_else(|| invalid(mask))?.0, format!("{text} mask {mask}")),
        };
        if address & !mask != 0 {
            let right = std::net::Ipv4Addr::from(address & mask);
            return Err(format!("non-network bits set in \"{shown}\": the network's address is {right}").into());
        }
        if quals.what != Some(What::Net) {
            return Err(format!("Mask syntax for networks only: write \"net {shown}\"").into());
        }
        self.emit.host4(address, mask, quals.proto, quals.dir, "net")
    }

    fn of_address6(&mut self, text: &str, bits: Option<u32>, quals: Quals) -> Result<Code, Refusal> {
        let address: Ipv6Addr = text.parse().map_err(|_| Refusal::from(format!("invalid ip6 address {text}")))?;
        let bits = bits.unwrap_or(128);
        if bits > 128 {
            return Err("mask length must be <= 128".into());
        }
        let mask = u128::MAX.checked_shl(128 - bits).unwrap_or(0);
        if address.to_bits() & !mask != 0 {
            let right = Ipv6Addr::from(address.to_bits() & mask);
            return Err(format!("non-network bits set in \"{text}/{bits}\": the network's address is {right}").into());
        }
        match quals.what {
            None => Err(format!("can't parse filter expression: syntax error: write \"host {text}\"").into()),
            Some(What::Any | What::Host) if bits != 128 => {
                Err(format!("Mask syntax for networks only: write \"net {text}/{bits}\"").into())
            }
            Some(what @ (What::Any | What::Host | What::Net)) => {
                self.emit.host6(address, bits, quals.proto, quals.dir, name_of(what))
            }
            Some(_) => Err("invalid qualifier against IPv6 address".into()),
        }
    }

    fn of_name(&mut self, name: &str, quals: Quals) -> Result<Code, Refusal> {
        let Quals { proto, dir, what: Some(what) } = quals else {
            return Err(format!(
                "can't parse filter expression: syntax error: \"{name}\" is no word of capture filters"
            )
            .into());
        };
        match what {
            What::Net => Err(format!("unknown network '{name}': an address such as 10.0.0.0/8").into()),
            What::Any | What::Host => Err(match proto {
                Proto::Link => format!("unknown ether host '{name}': six bytes such as 00:11:22:33:44:55").into(),
                Proto::Decnet => format!("decnet name support not included, '{name}' cannot be translated").into(),
                _ => format!("unknown host '{name}': names are not looked up, an address is needed").into(),
            }),
            What::Port => {
                let (port, of) = service(name)?;
                let transport = reconcile(name, of, transport(proto, what)?)?;
                self.emit.ports(Ports::One(port), transport, dir)
            }
            What::PortRange => {
                let asked = transport(proto, what)?;
                let Some((first, second)) = range(name) else {
                    return Err(format!("unknown port in range '{name}': two ports such as 1024-65535").into());
                };
                let (first, second) = (first?, second?);
                let of = if first.1 == second.1 { first.1 } else { None };
                let transport = reconcile(name, of, asked)?;
                self.emit.ports(Ports::Range(first.0, second.0), transport, dir)
            }
            What::Gateway => Err(NO_GATEWAY.into()),
            What::Proto | What::ProtoChain => {
                let number = match proto {
                    Proto::Any | Proto::Ip | Proto::Ip6 => names::protocol(name)
                        .ok_or_else(|| format!("unknown ip proto '{name}': a number, or a name such as \\tcp")),
                    Proto::Link => names::among(names::ETHER, name).ok_or_else(|| {
                        format!("unknown ether proto '{name}': a number, or one of {}", names::list(names::ETHER))
                    }),
                    Proto::Iso => names::among(names::ISO, name)
                        .ok_or_else(|| format!("unknown osi proto '{name}': {}", names::list(names::ISO))),
                    _ => Err(format!("unknown protocol: {name}")),
                }?;
                if what == What::Proto { self.emit.proto(number, proto) } else { self.emit.proto_chain(number, proto) }
            }
        }
    }

    // Names behind words.

    /// A number, or a name of a table.
    fn number_or_name(&mut self, table: &'static [(&'static str, u32)], wrong: &str) -> Parsed<u32> {
        if let Some(Kind::Number(number)) = self.peek() {
            self.advance();
            return Ok(*number);
        }
        let name = self.name("a number or a name")?;
        self.known(table, name, wrong)
    }

    fn known(&self, table: &'static [(&'static str, u32)], name: &str, wrong: &str) -> Parsed<u32> {
        let unknown = || Refusal::from(format!("{wrong} \"{name}\": one of {}", names::list(table)));
        self.about(names::among(table, name).ok_or_else(unknown))
    }

    /// `type mgt subtype beacon`, `subtype beacon`, `dir tods`.
    pub fn wlan(&mut self, word: Word) -> Parsed<Code> {
        if word == Word::Direction {
            let value = self.number_or_name(names::WLAN_DIRECTIONS, "unknown 802.11 direction")?;
            let made = if value > 3 {
                Err("invalid 802.11 direction: at most 3".into())
            } else {
                self.emit.wlan_direction(value)
            };
            return self.about(made);
        }
        if word == Word::Subtype {
            let name = self.name("the name of a subtype")?;
            let found = names::WLAN_SUBTYPES.iter().find_map(|(kind, table)| Some(kind | names::among(table, name)?));
            let unknown = || Refusal::from(format!("unknown 802.11 type name \"{name}\""));
            let value = self.about(found.ok_or_else(unknown))?;
            let made = self.emit.wlan_type(value, 0xfc);
            return self.about(made);
        }
        let kind = self.number_or_name(names::WLAN_TYPES, "unknown 802.11 type name")?;
        if kind & !0x0c != 0 {
            return self.about(Err(format!("invalid 802.11 type value 0x{kind:02x}: 0, 4, 8 or 12").into()));
        }
        if self.peek() != Some(&Kind::Word(Word::Subtype)) {
            let made = self.emit.wlan_type(kind, 0x0c);
            return self.about(made);
        }
        self.advance();
        let subtype = match self.peek() {
            Some(Kind::Number(number)) => {
                self.advance();
                if number & !0xf0 != 0 {
                    return self.about(Err(format!(
                        "invalid 802.11 subtype value 0x{number:02x}: a multiple of 16, at most 0xf0"
                    )
                    .into()));
                }
                *number
            }
            _ => {
                let name = self.name("a number or the name of a subtype")?;
                match names::WLAN_SUBTYPES.iter().find(|(of, _)| *of == kind) {
                    Some((_, table)) => self.known(table, name, "unknown 802.11 subtype name")?,
                    None => return self.about(Err("unknown 802.11 type".into())),
                }
            }
        };
        let made = self.emit.wlan_type(kind | subtype, 0xfc);
        self.about(made)
    }

    /// What kind of 802.2 frame; `Some(None)` is an information frame.
    pub fn llc(&mut self) -> Parsed<Option<Option<(u32, u32)>>> {
        // "rnr" is a word of pf's as well.
        if self.peek() == Some(&Kind::Word(Word::Rule)) {
            self.advance();
            return Ok(Some(Some((0x05, 0x0f))));
        }
        if self.peek() != Some(&Kind::Name) {
            return Ok(None);
        }
        let name = self.name("")?;
        let control = match name.to_ascii_lowercase().as_str() {
            "i" => None,
            "s" => Some((1, 3)),
            "u" => Some((3, 3)),
            _ => match names::among(names::LLC_SUPERVISORY, name) {
                Some(value) => Some((value, 0x0f)),
                None => Some((self.known(names::LLC_UNNUMBERED, name, "unknown LLC type name")?, 0xef)),
            },
        };
        Ok(Some(control))
    }

    pub fn pf(&mut self, word: Word) -> Parsed<(super::special::Pf, u32)> {
        if word == Word::Reason {
            let reason = self.number_or_name(names::PF_REASONS, "unknown PF reason")?;
            return Ok((super::special::Pf::Reason, reason));
        }
        let name = self.name("an action such as \"pass\" or \"block\"")?;
        Ok((super::special::Pf::Action, self.known(names::PF_ACTIONS, name, "unknown PF action")?))
    }

    pub fn batadv_type(&mut self, version: u32) -> Parsed<u32> {
        let name = self.name("a packet type")?;
        match names::BATADV.iter().find(|(of, _)| *of == version) {
            Some((_, table)) => self.known(table, name, "invalid batman-adv packet type value"),
            None => self
                .about(Err(format!("batman-adv compatibility version number {version} unsupported: 14 or 15").into())),
        }
    }
}

fn name_of(what: What) -> &'static str {
    match what {
        What::Any | What::Host => "host",
        What::Net => "net",
        What::Port => "port",
        What::PortRange => "portrange",
        What::Gateway => "gateway",
        What::Proto => "proto",
        What::ProtoChain => "protochain",
    }
}

/// The transport that a port is asked of.
fn transport(proto: Proto, what: What) -> Result<Option<u32>, Refusal> {
    Ok(match proto {
        Proto::Any => None,
        Proto::Tcp => Some(ports::TCP),
        Proto::Udp => Some(ports::UDP),
        Proto::Sctp => Some(ports::SCTP),
        _ => return Err(format!("illegal qualifier of '{}': only tcp, udp and sctp have ports", name_of(what)).into()),
    })
}

fn port(number: u32) -> Result<u32, Refusal> {
    if number > 65535 { Err(format!("illegal port number {number} > 65535").into()) } else { Ok(number) }
}

fn service(name: &str) -> Result<(u32, Option<u32>), Refusal> {
    names::service(name)
        .ok_or_else(|| format!("unknown port '{name}': a number, or a service such as http or ssh").into())
}

/// A service has a transport of its own, which must be the one that is asked of.
fn reconcile(name: &str, of: Option<u32>, asked: Option<u32>) -> Result<Option<u32>, Refusal> {
    match (of, asked) {
        (Some(of), Some(asked)) if of != asked => {
            Err(format!("port '{name}' is {}", if of == ports::TCP { "tcp" } else { "udp" }).into())
        }
        _ => Ok(asked.or(of)),
    }
}

type End = Result<(u32, Option<u32>), Refusal>;

/// Two ports with a dash, each a number or a name (which may have dashes, too).
fn range(name: &str) -> Option<(End, End)> {
    let end = |text: &str| match text.parse::<u32>() {
        Ok(number) => port(number).map(|port| (port, None)),
        Err(_) => service(text),
    };
    let known = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()) || names::service(text).is_some();
    let mut splits = name.match_indices('-').take(16).map(|(at, _)| (&name[..at], &name[at + 1..]));
    let first = name.split_once('-')?;
    let (a, b) = splits.find(|(a, b)| known(a) && known(b)).unwrap_or(first);
    Some((end(a), end(b)))
}
