//! The display filter that asks the same, for what people type every day: hosts, networks, ports, protocols, tags, lengths, flags, joined by
//! `and`, `or`, `not`. None for all else. A display filter looks deeper than a capture filter (into tunnels, behind tags and extension
//! headers), so that it may match more.
use super::lexer::{self, Kind, Token};
use super::names;
use super::values::{address4, mask};
use super::words::{Dir, Proto, Word};
use std::net::{Ipv4Addr, Ipv6Addr};

/// What a text asks, in the other language.
pub fn to_display(text: &str) -> Option<String> {
    let tokens = lexer::tokens(text).ok()?;
    let mut reader = Reader { text, tokens: &tokens, next: 0, depth: 0 };
    if tokens.is_empty() {
        return Some(String::new());
    }
    let shown = reader.terms(None)?;
    reader.peek().is_none().then_some(shown.text)
}

/// A part, and what joins its own parts if it has several.
struct Shown {
    text: String,
    joint: Option<&'static str>,
}

fn one(text: impl Into<String>) -> Option<Shown> {
    Some(Shown { text: text.into(), joint: None })
}

impl Shown {
    /// In brackets, unless it may stand next to a joint as it is.
    fn beside(self, joint: &str) -> String {
        match self.joint {
            Some(own) if own != joint => format!("({})", self.text),
            _ => self.text,
        }
    }
}

fn join(parts: impl IntoIterator<Item = Shown>, joint: &'static str) -> Option<Shown> {
    let texts: Vec<String> = parts.into_iter().map(|part| part.beside(joint)).collect();
    let several = texts.len() > 1;
    (!texts.is_empty()).then(|| Shown { text: texts.join(joint), joint: several.then_some(joint) })
}

/// What an address that stands alone is: as the words in front of the last one said.
#[derive(Clone, Copy)]
struct Quals {
    proto: Proto,
    dir: Dir,
    what: Word,
}

struct Reader<'t> {
    text: &'t str,
    tokens: &'t [Token],
    next: usize,
    depth: u32,
}

impl<'t> Reader<'t> {
    fn peek(&self) -> Option<&'t Kind> {
        self.tokens.get(self.next).map(|token| &token.kind)
    }

    /// The next token with its text.
    fn take(&mut self) -> Option<(&'t Kind, &'t str)> {
        let token = self.tokens.get(self.next)?;
        self.next += 1;
        Some((&token.kind, self.text.get(token.at.clone())?))
    }

    fn takes(&mut self, kind: &Kind) -> bool {
        let here = self.peek() == Some(kind);
        self.next += usize::from(here);
        here
    }

    fn number(&mut self) -> Option<u32> {
        if let (Kind::Number(number), _) = self.take()? { Some(*number) } else { None }
    }

    fn optional_number(&mut self) -> Option<u32> {
        if let Some(Kind::Number(_)) = self.peek() { self.number() } else { None }
    }

    fn terms(&mut self, mut quals: Option<Quals>) -> Option<Shown> {
        let mut shown = self.term(&mut quals)?;
        loop {
            let joint = match self.peek() {
                Some(Kind::Word(Word::And)) => " and ",
                Some(Kind::Word(Word::Or)) => " or ",
                _ => return Some(shown),
            };
            self.next += 1;
            let next = self.term(&mut quals)?;
            shown = join([shown, next], joint)?;
        }
    }

    fn term(&mut self, quals: &mut Option<Quals>) -> Option<Shown> {
        let mut negate = false;
        while self.takes(&Kind::Word(Word::Not)) {
            negate = !negate;
        }
        let shown = if self.takes(&Kind::Symbol(b'(')) {
            self.depth += 1;
            let shown = if self.depth > 50 { None } else { self.terms(*quals) }?;
            self.depth -= 1;
            self.takes(&Kind::Symbol(b')')).then_some(shown)?
        } else {
            self.plain(quals)?
        };
        if !negate {
            return Some(shown);
        }
        let simple = shown.text.bytes().all(|byte| byte.is_ascii_alphanumeric());
        one(if simple { format!("!{}", shown.text) } else { format!("!({})", shown.text) })
    }

    fn plain(&mut self, quals: &mut Option<Quals>) -> Option<Shown> {
        match self.peek()? {
            Kind::Number(_) | Kind::Name | Kind::Address4 | Kind::Address6 | Kind::Mac => {
                return self.address((*quals)?);
            }
            _ => {}
        }
        let Kind::Word(word) = self.take()?.0 else { return None };
        let proto = if let Word::P(proto) = word { *proto } else { Proto::Any };
        if proto != Proto::Any {
            match self.peek() {
                Some(Kind::Symbol(b'[')) => return self.index(proto),
                Some(Kind::Word(Word::Broadcast | Word::Multicast | Word::Way(_))) => {}
                Some(Kind::Word(Word::Host | Word::Net | Word::Port | Word::PortRange | Word::ProtoOf)) => {}
                _ => return one(protocol(proto)?),
            }
        } else {
            self.next -= 1;
        }
        let Kind::Word(word) = self.take()?.0 else { return None };
        let numbered = |this: &mut Self, name: &str, field: &str| {
            one(this.optional_number().map_or_else(|| name.to_owned(), |number| format!("{field} == {number}")))
        };
        match word {
            Word::Broadcast if matches!(proto, Proto::Any | Proto::Link) => one("eth.dst == ff:ff:ff:ff:ff:ff"),
            Word::Broadcast => one("ip.dst in {0.0.0.0, 255.255.255.255}"),
            Word::Multicast => one(match proto {
                Proto::Ip => "ip.dst >= 224.0.0.0",
                Proto::Ip6 => "ipv6.dst == ff00::/8",
                _ => "eth.dst.ig == 1",
            }),
            Word::Less => Some(format!("frame.len <= {}", self.number()?)).and_then(one),
            Word::Greater => Some(format!("frame.len >= {}", self.number()?)).and_then(one),
            Word::Len => {
                let relation = self.relation()?;
                Some(format!("frame.len {relation} {}", self.number()?)).and_then(one)
            }
            Word::Vlan => numbered(self, "vlan", "vlan.id"),
            Word::Mpls => numbered(self, "mpls", "mpls.label"),
            Word::Pppoed => one("pppoed"),
            Word::Pppoes => numbered(self, "pppoes", "pppoe.session_id"),
            Word::Geneve => numbered(self, "geneve", "geneve.vni"),
            Word::Vxlan => numbered(self, "vxlan", "vxlan.vni"),
            Word::Llc if self.peek() != Some(&Kind::Name) => one("llc"),
            Word::Way(way) => {
                let dir = self.direction(*way)?;
                let what = match self.peek() {
                    Some(Kind::Word(what @ (Word::Host | Word::Net | Word::Port | Word::PortRange))) => {
                        self.next += 1;
                        *what
                    }
                    _ => Word::Host,
                };
                self.addresses(quals, Quals { proto, dir, what })
            }
            Word::Host | Word::Net | Word::Port | Word::PortRange | Word::ProtoOf => {
                self.addresses(quals, Quals { proto, dir: Dir::Any, what: *word })
            }
            _ => None,
        }
    }

    fn direction(&mut self, way: Dir) -> Option<Dir> {
        let other = match way {
            Dir::Src => Dir::Dst,
            Dir::Dst => Dir::Src,
            _ => return None,
        };
        let both = match self.peek() {
            Some(Kind::Word(Word::And)) => Dir::And,
            Some(Kind::Word(Word::Or)) => Dir::Any,
            _ => return Some(way),
        };
        self.next += 1;
        self.takes(&Kind::Word(Word::Way(other))).then_some(both)
    }

    fn addresses(&mut self, quals: &mut Option<Quals>, own: Quals) -> Option<Shown> {
        *quals = Some(own);
        if matches!(self.peek(), Some(Kind::Symbol(b'(') | Kind::Word(Word::Not))) {
            self.term(quals)
        } else {
            self.address(own)
        }
    }

    fn address(&mut self, Quals { proto, dir, what }: Quals) -> Option<Shown> {
        let (kind, text) = self.take()?;
        let name = text.trim_start_matches('\\');
        match what {
            Word::Port => {
                let (port, transport) = match kind {
                    Kind::Number(port) => (*port, None),
                    _ => names::service(name)?,
                };
                ports(proto, transport, dir, &format!("== {port}"))
            }
            Word::PortRange => {
                let (first, last) = name.split_once('-')?;
                let (first, last): (u16, u16) = (first.parse().ok()?, last.parse().ok()?);
                ports(proto, None, dir, &format!("in {{{} .. {}}}", first.min(last), first.max(last)))
            }
            Word::ProtoOf => {
                let number = match (kind, proto) {
                    (Kind::Number(number), _) => *number,
                    (_, Proto::Link) => names::among(names::ETHER, name)?,
                    _ => names::protocol(name)?,
                };
                match proto {
                    Proto::Link if number > 1500 => one(format!("eth.type == 0x{number:04x}")),
                    Proto::Ip => one(format!("ip.proto == {number}")),
                    Proto::Ip6 => one(format!("ipv6.nxt == {number}")),
                    Proto::Any => one(format!("ip.proto == {number} or ipv6.nxt == {number}"))
                        .map(|shown| Shown { joint: Some(" or "), ..shown }),
                    _ => None,
                }
            }
            _ => {
                let (value, fields): (String, &[[&str; 3]]) = match kind {
                    Kind::Mac if proto == Proto::Link => (mac(text), &[["eth.addr", "eth.src", "eth.dst"]]),
                    Kind::Address6 if matches!(proto, Proto::Any | Proto::Ip6) => {
                        let address: Ipv6Addr = text.parse().ok()?;
                        let bits = if self.takes(&Kind::Symbol(b'/')) { self.number()? } else { 128 };
                        (with_bits(&address.to_string(), bits, 128)?, &[["ipv6.addr", "ipv6.src", "ipv6.dst"]])
                    }
                    Kind::Address4 | Kind::Number(_) => {
                        let (address, mut of) = match kind {
                            Kind::Number(number @ ..=255) if what == Word::Net => (number << 24, mask(8)),
                            Kind::Number(_) => return None,
                            _ => address4(text).map(|(address, bits)| (address, mask(bits)))?,
                        };
                        let whole = *kind == Kind::Address4;
                        if whole && self.takes(&Kind::Symbol(b'/')) {
                            of = mask(self.number().filter(|bits| *bits <= 32)?);
                        } else if whole && self.takes(&Kind::Word(Word::Mask)) {
                            of = address4(self.take()?.1)?.0;
                        }
                        let bits = of.leading_ones();
                        (mask(bits) == of).then_some(())?;
                        let arp = ["arp.proto", "arp.src.proto_ipv4", "arp.dst.proto_ipv4"];
                        let ip = ["ip.addr", "ip.src", "ip.dst"];
                        let fields: &[[&str; 3]] = match proto {
                            Proto::Ip => &[ip],
                            Proto::Arp => &[arp],
                            Proto::Any => &[ip, arp],
                            _ => return None,
                        };
                        let value = with_bits(&Ipv4Addr::from(address).to_string(), bits, 32)?;
                        return sides(fields, dir, &format!("== {value}"));
                    }
                    _ => return None,
                };
                sides(fields, dir, &format!("== {value}"))
            }
        }
    }

    fn relation(&mut self) -> Option<&'static str> {
        Some(match self.take()?.0 {
            Kind::Symbol(b'=') => "==",
            Kind::Symbol(b'>') => ">",
            Kind::Symbol(b'<') => "<",
            Kind::AtLeast => ">=",
            Kind::AtMost => "<=",
            Kind::Differs => "!=",
            _ => return None,
        })
    }

    /// `tcp[tcpflags] & tcp-syn != 0`, `icmp[icmptype] = 8`: bytes that are a field of their own.
    fn index(&mut self, proto: Proto) -> Option<Shown> {
        self.next += 1;
        let at = self.number()?;
        self.takes(&Kind::Symbol(b']')).then_some(())?;
        let field = match (proto, at) {
            (Proto::Tcp, 13) => "tcp.flags",
            (Proto::Icmp, 0) => "icmp.type",
            (Proto::Icmp, 1) => "icmp.code",
            (Proto::Icmp6, 0) => "icmpv6.type",
            (Proto::Icmp6, 1) => "icmpv6.code",
            (Proto::Ip, 8) => "ip.ttl",
            (Proto::Ip, 9) => "ip.proto",
            (Proto::Ip6, 6) => "ipv6.nxt",
            (Proto::Ip6, 7) => "ipv6.hlim",
            _ => return None,
        };
        let mut text = field.to_owned();
        if self.takes(&Kind::Symbol(b'&')) {
            text = format!("{field} & 0x{:02x}", self.bits()?);
        }
        let relation = self.relation()?;
        let value = self.bits()?;
        // Of all flags the display filter sees twelve bits.
        (field != "tcp.flags" || text != field).then_some(())?;
        one(if text == field {
            format!("{text} {relation} {value}")
        } else {
            format!("{text} {relation} 0x{value:02x}")
        })
    }

    /// A number, or several with `|` in brackets.
    fn bits(&mut self) -> Option<u32> {
        if !self.takes(&Kind::Symbol(b'(')) {
            return self.number();
        }
        let mut bits = self.number()?;
        while self.takes(&Kind::Symbol(b'|')) {
            bits |= self.number()?;
        }
        self.takes(&Kind::Symbol(b')')).then_some(bits)
    }
}

fn protocol(proto: Proto) -> Option<&'static str> {
    Some(match proto {
        Proto::Tcp => "tcp",
        Proto::Udp => "udp",
        Proto::Sctp => "sctp",
        Proto::Ip => "ip",
        Proto::Ip6 => "ipv6",
        Proto::Arp => "arp",
        Proto::Icmp => "icmp",
        Proto::Icmp6 => "icmpv6",
        Proto::Igmp => "igmp",
        Proto::Pim => "pim",
        Proto::Vrrp => "vrrp",
        Proto::Ah => "ah",
        Proto::Esp => "esp",
        Proto::Stp => "stp",
        Proto::Isis => "isis",
        Proto::Clnp => "clnp",
        Proto::Ipx => "ipx",
        _ => return None,
    })
}

fn with_bits(address: &str, bits: u32, all: u32) -> Option<String> {
    match bits.cmp(&all) {
        std::cmp::Ordering::Equal => Some(address.to_owned()),
        std::cmp::Ordering::Less => Some(format!("{address}/{bits}")),
        std::cmp::Ordering::Greater => None,
    }
}

fn mac(text: &str) -> String {
    super::values::mac(text).map(|byte| format!("{byte:02x}")).join(":")
}

/// Fields for either side, source and destination, of all that may carry the address.
fn sides(fields: &[[&str; 3]], dir: Dir, test: &str) -> Option<Shown> {
    let each = fields.iter().map(|[any, src, dst]| match dir {
        Dir::Src => one(format!("{src} {test}")),
        Dir::Dst => one(format!("{dst} {test}")),
        Dir::And => join([one(format!("{src} {test}"))?, one(format!("{dst} {test}"))?], " and "),
        _ if *any == "arp.proto" => join([one(format!("{src} {test}"))?, one(format!("{dst} {test}"))?], " or "),
        _ => one(format!("{any} {test}")),
    });
    join(each.collect::<Option<Vec<_>>>()?, " or ")
}

fn ports(proto: Proto, own: Option<u32>, dir: Dir, test: &str) -> Option<Shown> {
    let all = [
        (Proto::Tcp, super::ports::TCP, "tcp"),
        (Proto::Udp, super::ports::UDP, "udp"),
        (Proto::Sctp, super::ports::SCTP, "sctp"),
    ];
    let asked = all
        .iter()
        .filter(|(of, number, _)| (proto == Proto::Any || proto == *of) && own.is_none_or(|own| own == *number));
    let each = asked.map(|(_, _, name)| {
        let [any, src, dst] = ["port", "srcport", "dstport"].map(|field| format!("{name}.{field}"));
        sides(&[[&any, &src, &dst]], dir, test)
    });
    join(each.collect::<Option<Vec<_>>>()?, " or ")
}
