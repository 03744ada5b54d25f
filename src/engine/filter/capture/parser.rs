//! The grammar of pcap-filter(7), as libpcap's parser takes it: code is made while reading, left to right, since words such as `vlan` change
//! the meaning of what follows. `and` and `or` bind alike; `%` and `^` take all of the arithmetic to their right.
use super::super::Wrong;
use super::arith::Value;
use super::code::{Code, not};
use super::emit::{Gen, Refusal};
use super::lexer::{Kind, Token};
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

pub const UNKNOWN: Quals = Quals { proto: Proto::Any, dir: Dir::Any, what: None };

/// What a part of the text turned out to be.
pub enum Part {
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
    pub(super) next: usize,
    pub(super) depth: u32,
    pub emit: Gen,
}

pub type Parsed<T> = Result<T, Wrong>;

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

    pub(super) fn word(&self) -> Option<Word> {
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

    pub(super) fn take_word(&mut self, word: Word) -> bool {
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

    pub(super) fn since<T>(&self, from: usize, made: Result<T, Refusal>) -> Parsed<T> {
        let start = self.tokens.get(from).map_or(0, |token| token.at.start);
        made.map_err(|refusal| Wrong { message: refusal.into_owned(), at: start..self.last().end })
    }

    /// An address or a number where a condition must be.
    pub(super) fn stray(&self, part: Part) -> Wrong {
        let at = if let Part::Number(_, at) = part { at } else { self.last() };
        let text = self.spelling(&at);
        let message = format!(
            "can't parse filter expression: syntax error: \"{text}\" needs a word in front, such as \"host\" or \"port\", or a comparison"
        );
        Wrong { message, at }
    }

    pub(super) fn as_address(&mut self, part: Part, quals: Quals) -> Parsed<(Code, Quals)> {
        match part {
            Part::Address(code, quals) => Ok((code, quals)),
            Part::Number(number, at) => self.numbered(number, &at, quals).map(|code| (code, quals)),
            other => Err(self.stray(other)),
        }
    }

    pub(super) fn and_or(&mut self) -> Option<Word> {
        let word = self.word().filter(|word| matches!(word, Word::And | Word::Or))?;
        self.next += 1;
        Some(word)
    }

    pub(super) fn join(&mut self, how: Word, first: Code, second: Code) -> Code {
        if how == Word::And { self.emit.and(first, second) } else { self.emit.or(first, second) }
    }

    /// Further conditions behind the first.
    pub(super) fn terms(&mut self, mut code: Code, mut quals: Quals) -> Parsed<(Code, Quals)> {
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
    pub(super) fn part(&mut self, quals: Quals) -> Parsed<Part> {
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

    /// One level deeper.
    pub(super) fn enter(&mut self) -> Parsed<()> {
        if self.depth == DEEPEST {
            return Err(Wrong {
                message: format!("the expression is nested more than {DEEPEST} deep"),
                at: self.last(),
            });
        }
        self.depth += 1;
        Ok(())
    }

    /// What stands in brackets: conditions, addresses, or a value.
    pub(super) fn group(&mut self, quals: Quals) -> Parsed<Part> {
        self.enter()?;
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

    /// The address or addresses behind the words.
    pub(super) fn id(&mut self, quals: Quals) -> Parsed<Code> {
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

    /// A name behind a word.
    pub fn name(&mut self, expected: &str) -> Parsed<&'t str> {
        if self.peek() != Some(&Kind::Name) {
            return Err(self.syntax(expected));
        }
        self.next += 1;
        Ok(self.spelling(&self.last()).trim_start_matches('\\'))
    }
}
