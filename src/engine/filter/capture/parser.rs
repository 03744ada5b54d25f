//! The grammar of pcap-filter(7), as libpcap's parser takes it: code is made while reading, left to right, since words such as `vlan` change
//! the meaning of what follows. `and` and `or` bind alike; `%` and `^` take all of the arithmetic to their right.
use super::super::Wrong;
use super::arith::Value;
use super::code::{Alu, Code, Cond, not};
use super::emit::{Gen, Refusal};
use super::lexer::{Kind, Token};
use super::special::Pf;
use super::words::{Dir, Proto, Word};
use std::ops::Range;

/// How deep brackets may be nested.
const DEEPEST: u32 = 100;

/// What an address without a word in front of it is: what the one before was.
#[derive(Clone, Copy, Debug)]
pub struct Quals {
    pub proto: Proto,
    pub dir: Dir,
    /// None: nothing is known, so that an address cannot stand here alone.
    pub what: Option<What>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// Not said: a host.
    Any,
    Host,
    Net,
    Port,
    PortRange,
    Gateway,
    Proto,
    ProtoChain,
}

const UNKNOWN: Quals = Quals { proto: Proto::Any, dir: Dir::Any, what: None };

/// What a part of the text turned out to be.
enum Part {
    /// A number that stands alone: perhaps an address, perhaps a value.
    Number(u32, Range<usize>),
    Value(Value),
    /// An address after an address: it keeps the words in front of the first.
    Address(Code, Quals),
    Term(Code, Quals),
}

pub struct Parser<'t> {
    pub text: &'t str,
    tokens: &'t [Token],
    next: usize,
    depth: u32,
    pub emit: Gen,
}

type Parsed<T> = Result<T, Wrong>;

impl<'t> Parser<'t> {
    pub fn new(text: &'t str, tokens: &'t [Token], emit: Gen) -> Self {
        Self { text, tokens, next: 0, depth: 0, emit }
    }

    /// The whole text; None if it is empty.
    pub fn filter(&mut self) -> Parsed<Option<Code>> {
        if self.tokens.is_empty() {
            return Ok(None);
        }
        let first = self.part(UNKNOWN)?;
        let Part::Term(code, quals) = first else { return Err(self.stray(first)) };
        let (code, _) = self.terms(code, quals)?;
        match self.peek() {
            None => Ok(Some(code)),
            Some(_) => Err(self.syntax("\"and\", \"or\" or the end")),
        }
    }

    pub fn peek(&self) -> Option<&'t Kind> {
        self.tokens.get(self.next).map(|token| &token.kind)
    }

    fn word(&self) -> Option<Word> {
        if let Some(Kind::Word(word)) = self.peek() { Some(*word) } else { None }
    }

    pub fn take_symbol(&mut self, symbol: u8) -> bool {
        let here = self.peek() == Some(&Kind::Symbol(symbol));
        self.next += usize::from(here);
        here
    }

    pub fn advance(&mut self) {
        self.next += 1;
    }

    pub fn take_mask(&mut self) -> bool {
        self.take_word(Word::Mask)
    }

    /// Behind a slash.
    pub fn prefix_length(&mut self) -> Parsed<u32> {
        self.plain_number()
    }

    fn take_word(&mut self, word: Word) -> bool {
        let here = self.word() == Some(word);
        self.next += usize::from(here);
        here
    }

    /// Where the token is that was taken last.
    pub fn last(&self) -> Range<usize> {
        self.tokens.get(self.next.wrapping_sub(1)).map_or(0..0, |token| token.at.clone())
    }

    pub fn spelling(&self, at: &Range<usize>) -> &'t str {
        self.text.get(at.clone()).unwrap_or_default()
    }

    /// What is expected does not come.
    pub fn syntax(&self, expected: &str) -> Wrong {
        let (found, at) = match self.tokens.get(self.next) {
            Some(token) => (format!("\"{}\"", self.spelling(&token.at)), token.at.clone()),
            None => ("the end".to_owned(), self.text.trim_end().len()..self.text.len()),
        };
        let at = if at.is_empty() { self.last() } else { at };
        Wrong { message: format!("can't parse filter expression: syntax error: {expected} expected, not {found}"), at }
    }

    /// A refusal is about what was read last.
    pub fn about<T>(&self, made: Result<T, Refusal>) -> Parsed<T> {
        made.map_err(|refusal| Wrong { message: refusal.into_owned(), at: self.last() })
    }

    fn since<T>(&self, from: usize, made: Result<T, Refusal>) -> Parsed<T> {
        let start = self.tokens.get(from).map_or(0, |token| token.at.start);
        made.map_err(|refusal| Wrong { message: refusal.into_owned(), at: start..self.last().end })
    }

    /// An address or a number where a condition must be.
    fn stray(&self, part: Part) -> Wrong {
        let at = if let Part::Number(_, at) = part { at } else { self.last() };
        let text = self.spelling(&at);
        let message = format!(
            "can't parse filter expression: syntax error: \"{text}\" needs a word in front, such as \"host\" or \"port\", or a comparison"
        );
        Wrong { message, at }
    }

    fn as_address(&mut self, part: Part, quals: Quals) -> Parsed<(Code, Quals)> {
        match part {
            Part::Address(code, quals) => Ok((code, quals)),
            Part::Number(number, at) => self.numbered(number, &at, quals).map(|code| (code, quals)),
            other => Err(self.stray(other)),
        }
    }

    fn and_or(&mut self) -> Option<Word> {
        let word = self.word().filter(|word| matches!(word, Word::And | Word::Or))?;
        self.next += 1;
        Some(word)
    }

    fn join(&mut self, how: Word, first: Code, second: Code) -> Code {
        if how == Word::And { self.emit.and(first, second) } else { self.emit.or(first, second) }
    }

    /// Further conditions behind the first.
    fn terms(&mut self, mut code: Code, mut quals: Quals) -> Parsed<(Code, Quals)> {
        while let Some(how) = self.and_or() {
            let (next, of) = match self.part(quals)? {
                Part::Term(code, quals) => (code, quals),
                other => self.as_address(other, quals)?,
            };
            code = self.join(how, code, next);
            quals = of;
        }
        Ok((code, quals))
    }

    /// Further addresses behind the first, in brackets: nothing else can stand there.
    fn addresses(&mut self, mut code: Code, mut quals: Quals) -> Parsed<(Code, Quals)> {
        while let Some(how) = self.and_or() {
            let part = self.part(quals)?;
            let (next, of) = self.as_address(part, quals)?;
            code = self.join(how, code, next);
            quals = of;
        }
        Ok((code, quals))
    }

    /// A condition, an address or a value, with `not` in front or not.
    fn part(&mut self, quals: Quals) -> Parsed<Part> {
        let mut negate = false;
        let mut any = false;
        while self.take_word(Word::Not) {
            negate = !negate;
            any = true;
        }
        let mut part = self.plain(quals)?;
        if !any {
            return Ok(part);
        }
        if let Part::Number(..) = part {
            let (code, quals) = self.as_address(part, quals)?;
            part = Part::Address(code, quals);
        }
        let turn = |code| if negate { not(code) } else { code };
        match part {
            Part::Address(code, quals) => Ok(Part::Address(turn(code), quals)),
            Part::Term(code, quals) => Ok(Part::Term(turn(code), quals)),
            other => Err(self.stray(other)),
        }
    }

    fn plain(&mut self, quals: Quals) -> Parsed<Part> {
        let first = self.first(quals)?;
        if !matches!(first, Part::Number(..) | Part::Value(_)) || self.operator().is_none() && self.relation().is_none()
        {
            return Ok(first);
        }
        let value = self.value_of(first)?;
        let value = self.arithmetic(value, 0)?;
        let Some(how) = self.relation() else { return Ok(Part::Value(value)) };
        let from = self.next;
        self.next += 1;
        let right = self.operand()?;
        let right = self.arithmetic(right, 0)?;
        let made = self.emit.relation(how, value, right);
        Ok(Part::Term(self.since(from, made)?, UNKNOWN))
    }

    /// Brackets, a number, a word, an address.
    fn first(&mut self, quals: Quals) -> Parsed<Part> {
        let from = self.next;
        match self.peek() {
            Some(Kind::Symbol(b'(')) => {
                let part = self.group(quals)?;
                Ok(part)
            }
            Some(Kind::Number(number)) => {
                self.next += 1;
                Ok(Part::Number(*number, self.last()))
            }
            Some(Kind::Symbol(b'-') | Kind::Word(Word::Len)) => Ok(Part::Value(self.operand()?)),
            Some(Kind::Word(Word::P(proto))) => {
                self.next += 1;
                if self.peek() == Some(&Kind::Symbol(b'[')) {
                    return Ok(Part::Value(self.index(*proto)?));
                }
                match self.qualified(*proto)? {
                    Some(part) => Ok(part),
                    None => {
                        let made = self.emit.is_proto(*proto);
                        Ok(Part::Term(self.about(made)?, UNKNOWN))
                    }
                }
            }
            Some(Kind::Word(_)) => match self.qualified(Proto::Any)? {
                Some(part) => Ok(part),
                None => {
                    let code = self.special(from)?;
                    Ok(Part::Term(code, UNKNOWN))
                }
            },
            Some(Kind::Name | Kind::Address4 | Kind::Address6 | Kind::Mac | Kind::Short) => {
                let code = self.address(quals)?;
                Ok(Part::Address(code, quals))
            }
            _ => Err(self.syntax("a condition such as \"host\", \"port\" or \"tcp\"")),
        }
    }

    /// What stands in brackets: conditions, addresses, or a value.
    fn group(&mut self, quals: Quals) -> Parsed<Part> {
        if self.depth == DEEPEST {
            return Err(Wrong { message: format!("brackets are nested more than {DEEPEST} deep"), at: self.last() });
        }
        self.depth += 1;
        self.next += 1;
        let mut part = self.part(quals)?;
        if matches!(self.word(), Some(Word::And | Word::Or)) {
            part = match part {
                // Behind the bracket counts what counted in front of it.
                Part::Term(code, of) => Part::Term(self.terms(code, of)?.0, quals),
                other => {
                    let (code, of) = self.as_address(other, quals)?;
                    let (code, of) = self.addresses(code, of)?;
                    Part::Address(code, of)
                }
            };
        } else if let Part::Term(code, _) = part {
            part = Part::Term(code, quals);
        }
        self.depth -= 1;
        if !self.take_symbol(b')') {
            return Err(self.syntax("\")\""));
        }
        Ok(part)
    }

    /// `src or dst port 80`, `ether broadcast`, `wlan type mgt`; None if no such word follows.
    fn qualified(&mut self, proto: Proto) -> Parsed<Option<Part>> {
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

    /// The address or addresses behind the words.
    fn id(&mut self, quals: Quals) -> Parsed<Code> {
        let mut negate = false;
        while self.take_word(Word::Not) {
            negate = !negate;
        }
        let code = match self.peek() {
            Some(Kind::Symbol(b'(')) => {
                let part = self.group(quals)?;
                self.as_address(part, quals)?.0
            }
            Some(Kind::Number(number)) => {
                self.next += 1;
                self.numbered(*number, &self.last(), quals)?
            }
            Some(Kind::Name | Kind::Address4 | Kind::Address6 | Kind::Mac | Kind::Short) => self.address(quals)?,
            _ => {
                let expected = match quals.what {
                    Some(What::Port | What::PortRange) => "a port",
                    Some(What::Proto | What::ProtoChain) => "a protocol: a number, or a name after a backslash",
                    _ => "an address",
                };
                return Err(self.syntax(expected));
            }
        };
        Ok(if negate { not(code) } else { code })
    }

    /// A number, in brackets or not.
    fn bracketed_number(&mut self) -> Parsed<u32> {
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

    fn plain_number(&mut self) -> Parsed<u32> {
        let Some(Kind::Number(number)) = self.peek() else { return Err(self.syntax("a number")) };
        self.next += 1;
        Ok(*number)
    }

    fn optional_number(&mut self) -> Parsed<Option<u32>> {
        match self.peek() {
            Some(Kind::Number(_) | Kind::Symbol(b'(')) => self.bracketed_number().map(Some),
            _ => Ok(None),
        }
    }

    /// A name behind a word.
    pub fn name(&mut self, expected: &str) -> Parsed<&'t str> {
        if self.peek() != Some(&Kind::Name) {
            return Err(self.syntax(expected));
        }
        self.next += 1;
        Ok(self.spelling(&self.last()).trim_start_matches('\\'))
    }

    // Values.

    fn value_of(&mut self, part: Part) -> Parsed<Value> {
        match part {
            Part::Value(value) => Ok(value),
            Part::Number(number, _) => {
                let made = self.emit.number(number);
                self.about(made)
            }
            other => Err(self.stray(other)),
        }
    }

    fn operator(&self) -> Option<(Alu, u8)> {
        Some(match self.peek()? {
            Kind::Symbol(b'|') => (Alu::Or, 1),
            Kind::Symbol(b'&') => (Alu::And, 2),
            Kind::ShiftLeft => (Alu::Shl, 3),
            Kind::ShiftRight => (Alu::Shr, 3),
            Kind::Symbol(b'+') => (Alu::Add, 4),
            Kind::Symbol(b'-') => (Alu::Sub, 4),
            Kind::Symbol(b'*') => (Alu::Mul, 5),
            Kind::Symbol(b'/') => (Alu::Div, 5),
            // They have no rank in libpcap's grammar: they come when they stand there, and take all that follows.
            Kind::Symbol(b'%') => (Alu::Mod, u8::MAX),
            Kind::Symbol(b'^') => (Alu::Xor, u8::MAX),
            _ => return None,
        })
    }

    /// What follows a first value, as long as it binds closer than `rank`.
    fn arithmetic(&mut self, mut left: Value, rank: u8) -> Parsed<Value> {
        while let Some((alu, of)) = self.operator() {
            if of <= rank {
                break;
            }
            self.enter()?;
            self.next += 1;
            let right = self.operand()?;
            let right = self.arithmetic(right, if of == u8::MAX { 0 } else { of })?;
            let made = self.emit.computed(alu, left, right);
            left = self.about(made)?;
            self.depth -= 1;
        }
        Ok(left)
    }

    fn enter(&mut self) -> Parsed<()> {
        if self.depth == DEEPEST {
            return Err(Wrong {
                message: format!("the expression is nested more than {DEEPEST} deep"),
                at: self.last(),
            });
        }
        self.depth += 1;
        Ok(())
    }

    fn operand(&mut self) -> Parsed<Value> {
        match self.peek() {
            Some(Kind::Number(number)) => {
                self.next += 1;
                let made = self.emit.number(*number);
                self.about(made)
            }
            Some(Kind::Word(Word::Len)) => {
                self.next += 1;
                let made = self.emit.packet_length();
                self.about(made)
            }
            Some(Kind::Symbol(b'-')) => {
                self.next += 1;
                self.enter()?;
                let value = self.operand()?;
                // It binds closest, but for the two that take all.
                let value = self.arithmetic(value, 5)?;
                self.depth -= 1;
                Ok(Gen::negated(value))
            }
            Some(Kind::Symbol(b'(')) => {
                let part = self.group(UNKNOWN)?;
                self.value_of(part)
            }
            Some(Kind::Word(Word::P(proto))) => {
                self.next += 1;
                self.index(*proto)
            }
            _ => Err(self.syntax("a value: a number, \"len\", or bytes such as \"ip[0]\"")),
        }
    }

    fn index(&mut self, proto: Proto) -> Parsed<Value> {
        let from = self.next - 1;
        if !self.take_symbol(b'[') {
            return Err(self.syntax("\"[\""));
        }
        self.enter()?;
        let index = self.operand()?;
        let index = self.arithmetic(index, 0)?;
        let size = if self.take_symbol(b':') { self.plain_number()? } else { 1 };
        if !self.take_symbol(b']') {
            return Err(self.syntax("\"]\""));
        }
        self.depth -= 1;
        let made = self.emit.indexed(proto, index, size);
        self.since(from, made)
    }

    fn relation(&self) -> Option<(Cond, bool)> {
        Some(match self.peek()? {
            Kind::Symbol(b'>') => (Cond::Gt, false),
            Kind::AtLeast => (Cond::Ge, false),
            Kind::Symbol(b'=') => (Cond::Eq, false),
            Kind::AtMost => (Cond::Gt, true),
            Kind::Symbol(b'<') => (Cond::Ge, true),
            Kind::Differs => (Cond::Eq, true),
            _ => return None,
        })
    }

    // Words that are conditions of their own.

    fn special(&mut self, from: usize) -> Parsed<Code> {
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
            Word::Atm(channel) => return self.field(|emit, how, value| emit.atm(channel, how, value)),
            Word::Ss7(fast, field) => return self.field(|emit, how, value| emit.ss7((fast, field), how, value)),
            _ => {
                self.next = from;
                return Err(self.syntax("a condition such as \"host\", \"port\" or \"tcp\""));
            }
        };
        self.since(from, made)
    }

    /// `vpi 3`, `vpi > 3`, `vpi (3 or 4)`.
    fn field(&mut self, mut make: impl FnMut(&mut Gen, (Cond, bool), u32) -> Result<Code, Refusal>) -> Parsed<Code> {
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
