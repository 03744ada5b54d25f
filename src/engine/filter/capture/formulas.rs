//! Arithmetic in the text: what binds closer, and what is compared.
use super::arith::Value;
use super::code::{Alu, Cond};
use super::emit::Gen;
use super::lexer::Kind;
use super::parser::{Parsed, Parser, Part, UNKNOWN};
use super::words::{Proto, Word};

impl Parser<'_> {
    pub(super) fn value_of(&mut self, part: Part) -> Parsed<Value> {
        match part {
            Part::Value(value) => Ok(value),
            Part::Number(number, _) => {
                let made = self.emit.number(number);
                self.about(made)
            }
            other => Err(self.stray(other)),
        }
    }

    pub(super) fn operator(&self) -> Option<(Alu, u8)> {
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
    pub(super) fn arithmetic(&mut self, mut left: Value, rank: u8) -> Parsed<Value> {
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

    pub(super) fn operand(&mut self) -> Parsed<Value> {
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

    pub(super) fn index(&mut self, proto: Proto) -> Parsed<Value> {
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

    pub(super) fn relation(&self) -> Option<(Cond, bool)> {
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
}
