//! Words in front of addresses, and words that are conditions of their own.
use super::code::{Code, Cond};
use super::emit::{Compared, Gen, Made};
use super::lexer::Kind;
use super::parser::{Parsed, Parser, Part, Quals, UNKNOWN, What};
use super::special::Pf;
use super::words::{Dir, Proto, Word};

impl Parser<'_> {
    /// `src or dst port 80`, `ether broadcast`, `wlan type mgt`; None if no such word follows.
    pub(super) fn qualified(&mut self, proto: Proto) -> Parsed<Option<Part>> {
        let from = self.next;
        let Some(word) = self.word() else { return Ok(None) };
        self.next += 1;
        let term = |code| Ok(Some(Part::Term(code, UNKNOWN)));
        let mut dir = Dir::Any;
        let what = match word {
            Word::Broadcast => {
                let made = self.emit.broadcast(proto);
                return term(self.about(made)?);
            }
            Word::Multicast => {
                let made = self.emit.multicast(proto);
                return term(self.about(made)?);
            }
            Word::Type | Word::Subtype | Word::Direction => return term(self.wlan(word)?),
            Word::Way(way) => {
                dir = self.both_ways(way)?;
                let what = self
                    .word()
                    .and_then(what)
                    .filter(|what| !matches!(what, What::Gateway | What::Proto | What::ProtoChain));
                self.next += usize::from(what.is_some());
                what.unwrap_or(What::Any)
            }
            other => match what(other) {
                Some(what) => what,
                None => {
                    self.next = from;
                    return Ok(None);
                }
            },
        };
        let quals = Quals { proto, dir, what: Some(what) };
        let code = self.id(quals)?;
        Ok(Some(Part::Term(code, quals)))
    }

    /// `src`, `src or dst`, `src and dst`.
    fn both_ways(&mut self, way: Dir) -> Parsed<Dir> {
        let other = match way {
            Dir::Src => Dir::Dst,
            Dir::Dst => Dir::Src,
            _ => return Ok(way),
        };
        let Some(how) = self.and_or() else { return Ok(way) };
        if !self.take_word(Word::Way(other)) {
            return Err(self.syntax(&format!("\"{}\"", other.name())));
        }
        Ok(if how == Word::And { Dir::And } else { Dir::Or })
    }

    /// A number, in brackets or not.
    pub(super) fn bracketed_number(&mut self) -> Parsed<u32> {
        let mut open = 0_u32;
        while self.take_symbol(b'(') {
            open += 1;
        }
        let number = self.plain_number()?;
        for _ in 0..open {
            if !self.take_symbol(b')') {
                return Err(self.syntax("\")\""));
            }
        }
        Ok(number)
    }

    pub(super) fn plain_number(&mut self) -> Parsed<u32> {
        let Some(Kind::Number(number)) = self.peek() else { return Err(self.syntax("a number")) };
        self.next += 1;
        Ok(*number)
    }

    pub(super) fn optional_number(&mut self) -> Parsed<Option<u32>> {
        match self.peek() {
            Some(Kind::Number(_) | Kind::Symbol(b'(')) => self.bracketed_number().map(Some),
            _ => Ok(None),
        }
    }

    pub(super) fn special(&mut self, from: usize) -> Parsed<Code> {
        let Some(word) = self.word() else { return Err(self.syntax("a condition")) };
        self.next += 1;
        let made = match word {
            Word::Less | Word::Greater => {
                let number = self.plain_number()?;
                self.emit.length(word == Word::Greater, number)
            }
            Word::Byte => {
                let at = self.plain_number()?;
                let Some(Kind::Symbol(operator @ (b'&' | b'|' | b'<' | b'>' | b'='))) = self.peek() else {
                    return Err(self.syntax("one of = < > & |"));
                };
                self.next += 1;
                let value = self.plain_number()?;
                self.emit.byte(at, *operator, value)
            }
            Word::Inbound => self.emit.bound(false),
            Word::Outbound => self.emit.bound(true),
            Word::IfIndex => {
                let number = self.plain_number()?;
                self.emit.interface(number)
            }
            Word::Vlan => {
                let id = self.optional_number()?;
                self.emit.vlan(id)
            }
            Word::Mpls => {
                let id = self.optional_number()?;
                self.emit.mpls(id)
            }
            Word::Pppoed => self.emit.carries(0x8863),
            Word::Pppoes => {
                let id = self.optional_number()?;
                self.emit.pppoe_session(id)
            }
            Word::Geneve => {
                let id = self.optional_number()?;
                self.emit.geneve(id)
            }
            Word::Vxlan => {
                let id = self.optional_number()?;
                self.emit.vxlan(id)
            }
            Word::Batadv => {
                let version = self.optional_number()?;
                let packet = match (version, self.peek()) {
                    (Some(version), Some(Kind::Name)) => Some(self.batadv_type(version)?),
                    (Some(_), _) => self.optional_number()?,
                    _ => None,
                };
                self.emit.batadv(version, packet)
            }
            Word::Llc => {
                let control = self.llc()?;
                match control {
                    None => self.emit.llc(),
                    Some(control) => self.emit.llc_control(control),
                }
            }
            Word::IfName | Word::Ruleset => {
                let name = self.name("a name")?;
                self.emit.pf_name(word == Word::Ruleset, name)
            }
            Word::Rule | Word::SubRule => {
                let number = self.plain_number()?;
                self.emit.pf(if word == Word::Rule { Pf::Rule } else { Pf::SubRule }, number)
            }
            Word::Reason | Word::Action => {
                let (field, number) = self.pf(word)?;
                self.emit.pf(field, number)
            }
            Word::Circuit(_) | Word::Oam | Word::Connect(_) | Word::Lane => {
                let name = self.spelling(&self.last());
                self.emit.atm_word(word, name)
            }
            Word::Unit(fast, unit) => {
                let name = self.spelling(&self.last());
                self.emit.ss7_unit(fast, unit, name)
            }
            Word::Atm(channel) => return self.field(&|emit, how, value| emit.atm(channel, how, value)),
            Word::Ss7(fast, field) => return self.field(&|emit, how, value| emit.ss7((fast, field), how, value)),
            _ => {
                self.next = from;
                return Err(self.syntax("a condition such as \"host\", \"port\" or \"tcp\""));
            }
        };
        self.since(from, made)
    }

    /// `vpi 3`, `vpi > 3`, `vpi (3 or 4)`.
    fn field(&mut self, make: &dyn Fn(&mut Gen, Compared, u32) -> Made) -> Parsed<Code> {
        let equal = (Cond::Eq, false);
        if self.take_symbol(b'(') {
            let number = self.plain_number()?;
            let made = make(&mut self.emit, equal, number);
            let mut code = self.about(made)?;
            while self.take_word(Word::Or) {
                let number = self.plain_number()?;
                let made = make(&mut self.emit, equal, number);
                let next = self.about(made)?;
                code = self.emit.or(code, next);
            }
            if !self.take_symbol(b')') {
                return Err(self.syntax("\"or\" or \")\""));
            }
            return Ok(code);
        }
        let how = self.relation();
        self.next += usize::from(how.is_some());
        let number = self.plain_number()?;
        let made = make(&mut self.emit, how.unwrap_or(equal), number);
        self.about(made)
    }
}

fn what(word: Word) -> Option<What> {
    Some(match word {
        Word::Host => What::Host,
        Word::Net => What::Net,
        Word::Port => What::Port,
        Word::PortRange => What::PortRange,
        Word::Gateway => What::Gateway,
        Word::ProtoOf => What::Proto,
        Word::ProtoChain => What::ProtoChain,
        _ => return None,
    })
}
