//! Arithmetic: `ip[2:2] - ((ip[0] & 0xf) << 2)`. Each value lives in a cell; a value that stands in a packet brings the test along that
//! the packet has it.
use super::code::{Alu, Code, Cond, Op, Size, Step, Test, not, step};
use super::emit::{Gen, Refusal};
use super::link::kind;
use super::words::Proto;

#[derive(Debug)]
pub struct Value {
    /// What the packet must be for the value to be there.
    needs: Option<Code>,
    steps: Vec<Step>,
    cell: u8,
}

type Valued = Result<Value, Refusal>;

impl Gen {
    fn stored(&mut self, op: Op, k: u32) -> Valued {
        let cell = self.cell()?;
        Ok(Value { needs: None, steps: vec![step(op, k), step(Op::St, cell.into())], cell })
    }

    pub fn number(&mut self, number: u32) -> Valued {
        self.stored(Op::Imm, number)
    }

    pub fn packet_length(&mut self) -> Valued {
        self.stored(Op::Len, 0)
    }

    pub fn negated(mut value: Value) -> Value {
        let cell = value.cell.into();
        value.steps.extend([step(Op::Mem, cell), step(Op::Neg, 0), step(Op::St, cell)]);
        value
    }

    /// X = the right value, A = the left one, behind the steps that compute both.
    fn both(left: &mut Value, mut right: Value) -> (u8, Option<Code>) {
        left.steps.append(&mut right.steps);
        left.steps.extend([step(Op::XMem, right.cell.into()), step(Op::Mem, left.cell.into())]);
        (right.cell, right.needs)
    }

    fn joined(&mut self, first: Option<Code>, second: Option<Code>) -> Option<Code> {
        match (first, second) {
            (Some(first), Some(second)) => Some(self.and(first, second)),
            (first, second) => first.or(second),
        }
    }

    pub fn computed(&mut self, alu: Alu, mut left: Value, right: Value) -> Valued {
        if let Some(Step { op: Op::Imm, k }) = right.steps.first() {
            match alu {
                Alu::Div if *k == 0 => return Err("division by zero".into()),
                Alu::Mod if *k == 0 => return Err("modulus by zero".into()),
                Alu::Shl | Alu::Shr if *k > 31 => return Err("shift by more than 31 bits".into()),
                _ => {}
            }
        }
        // What the right value needs is forgotten, as by libpcap: `1 & tcp[13]` does not ask for TCP.
        let (other, _) = Self::both(&mut left, right);
        left.steps.push(step(Op::AluX(alu), 0));
        self.free(left.cell);
        self.free(other);
        left.cell = self.cell()?;
        left.steps.push(step(Op::St, left.cell.into()));
        Ok(left)
    }

    pub fn relation(
        &mut self,
        (cond, reverse): super::emit::Compared,
        mut left: Value,
        right: Value,
    ) -> Result<Code, Refusal> {
        let (other, needs) = Self::both(&mut left, right);
        let x = cond != Cond::Eq;
        if !x {
            left.steps.push(step(Op::AluX(Alu::Sub), 0));
        }
        let needs = self.joined(left.needs.take(), needs);
        let code = self.blocks.test(left.steps, Test { cond, x, k: 0 });
        let code = if reverse { not(code) } else { code };
        self.free(left.cell);
        self.free(other);
        Ok(match needs {
            Some(needs) => self.and(needs, code),
            None => code,
        })
    }

    /// `proto[index:size]`
    pub fn indexed(&mut self, proto: Proto, mut index: Value, size: u32) -> Valued {
        let cell = self.cell()?;
        self.free(index.cell);
        let size = match size {
            1 => Size::Byte,
            2 => Size::Half,
            4 => Size::Word,
            _ => return Err("data size must be 1, 2, or 4".into()),
        };
        let of_index = u32::from(index.cell);
        // X = variable part of the place + index
        let sum = |mut variable: Vec<Step>| {
            if variable.is_empty() {
                vec![step(Op::XMem, of_index)]
            } else {
                variable.extend([step(Op::Mem, of_index), step(Op::AluX(Alu::Add), 0), step(Op::Tax, 0)]);
                variable
            }
        };
        let mut needs = None;
        let (mut steps, at) = match proto {
            Proto::Radio => {
                if !matches!(self.link, kind::AVS | kind::RADIOTAP | kind::PRISM) {
                    return Err("radio information not present in capture".into());
                }
                (vec![step(Op::XMem, of_index)], 0)
            }
            Proto::Link => (sum(self.variable(|emit| &mut emit.header)?), self.header.constant),
            Proto::Ip
            | Proto::Arp
            | Proto::Rarp
            | Proto::Atalk
            | Proto::Decnet
            | Proto::Sca
            | Proto::Lat
            | Proto::Moprc
            | Proto::Mopdl
            | Proto::Ip6 => {
                let steps = sum(self.variable(|emit| &mut emit.payload)?);
                needs = Some(self.is_proto(proto)?);
                (steps, self.network_at())
            }
            Proto::Sctp
            | Proto::Tcp
            | Proto::Udp
            | Proto::Icmp
            | Proto::Igmp
            | Proto::Igrp
            | Proto::Pim
            | Proto::Vrrp
            | Proto::Carp => {
                let steps = sum(self.header_length()?);
                let protocol = self.is_proto(proto)?;
                let first = self.is_first_fragment()?;
                let code = self.and(protocol, first);
                let code = self.joined(index.needs.take(), Some(code));
                let ip = self.is_proto(Proto::Ip)?;
                needs = self.joined(Some(ip), code);
                (steps, self.network_at())
            }
            Proto::Icmp6 => {
                let ip6 = self.is_proto(Proto::Ip6)?;
                let code = self.joined(index.needs.take(), Some(ip6));
                let here = self.is(super::emit::From::Payload, 6, Size::Byte, 58)?;
                needs = self.joined(code, Some(here));
                (sum(self.variable(|emit| &mut emit.payload)?), self.network_at().wrapping_add(40))
            }
            _ => {
                return Err(
                    "unsupported index operation: ip, ip6, tcp, udp, icmp, ether … can stand in front of \"[\"".into(),
                );
            }
        };
        steps.extend([step(Op::Ind(size), at), step(Op::St, cell.into())]);
        index.steps.append(&mut steps);
        index.needs = self.joined(index.needs.take(), needs);
        index.cell = cell;
        Ok(index)
    }
}
