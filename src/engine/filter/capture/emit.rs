//! The compiler's state, and the smallest parts of code: loads relative to a layer, comparisons of what was loaded.
use super::code::{Blocks, Code, Cond, Op, Size, Step, Test, not, step};
use super::link::{self, UNSET, kind};
use std::borrow::Cow;

/// Why a part cannot be compiled.
pub type Refusal = Cow<'static, str>;
pub type Made = Result<Code, Refusal>;
/// How a value is compared, and whether the answer is turned round.
pub type Compared = (Cond, bool);

/// A place in the packet: a number known now, and one in a cell that is known when the packet is seen.
#[derive(Clone, Copy, Debug, Default)]
pub struct Place {
    pub constant: u32,
    pub variable: bool,
    pub cell: Option<u8>,
}

/// What a load's offset counts from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum From {
    Packet,
    Link,
    /// The link layer around the current one.
    Outer,
    /// The 802.2 header.
    Llc,
    /// The MPLS label before.
    Label,
    Payload,
    /// The payload behind an 802.2 header without SNAP.
    Plain,
    Kind,
    Transport4,
    Transport6,
}

#[derive(Debug)]
pub struct Gen {
    pub blocks: Blocks,
    pub outermost: u16,
    pub link: u16,
    pub outer_link: u16,
    pub header: Place,
    pub outer_header: Place,
    pub kind: Place,
    pub payload: Place,
    /// The network layer in the payload, behind SNAP and without it.
    pub network: u32,
    pub plain: u32,
    pub labels: u32,
    /// Inside a tunnel whose frame may have no Ethernet header.
    pub tunnel: bool,
    /// Steps that the optimiser does not understand.
    pub opaque: bool,
    pub netmask: super::Netmask,
    /// The outermost header and payload, once we are inside of a tunnel.
    roots: Option<[Place; 2]>,
    used: [bool; 16],
    current: usize,
}

impl Gen {
    pub fn new(link: u16, netmask: super::Netmask) -> Self {
        let link = link::canonical(link);
        let [kind_at, payload, network, plain] = link::places(link);
        let mut header = Place::default();
        match link {
            kind::PRISM | kind::AVS | kind::RADIOTAP | kind::PPI => header.variable = true,
            kind::NETANALYZER => header.constant = 4,
            kind::NETANALYZER_TRANSPARENT => header.constant = 12,
            _ => {}
        }
        let variable = link::is_wlan(link) || link == kind::PFLOG;
        Self {
            blocks: Blocks::default(),
            outermost: link,
            link,
            outer_link: link,
            header,
            outer_header: header,
            kind: Place { constant: kind_at, ..Place::default() },
            payload: Place { constant: payload, variable, cell: None },
            network,
            plain,
            labels: 0,
            tunnel: false,
            opaque: false,
            netmask,
            roots: None,
            used: [false; 16],
            current: 0,
        }
    }

    pub fn cell(&mut self) -> Result<u8, Refusal> {
        for _ in 0..self.used.len() {
            if !std::mem::replace(&mut self.used[self.current], true) {
                return Ok(self.current as u8);
            }
            self.current = (self.current + 1) % self.used.len();
        }
        Err("too many registers needed to evaluate expression: split it with \"and\"".into())
    }

    pub fn free(&mut self, cell: u8) {
        self.used[usize::from(cell)] = false;
    }

    /// What follows is inside of a further link layer.
    pub fn enter(&mut self, link: u16, header: Place) {
        self.roots.get_or_insert([self.header, self.payload]);
        self.outer_link = self.link;
        self.outer_header = self.header;
        self.link = link;
        self.header = header;
        self.tunnel = false;
    }

    pub fn and(&mut self, first: Code, second: Code) -> Code {
        self.blocks.and(first, second)
    }

    pub fn or(&mut self, first: Code, second: Code) -> Code {
        self.blocks.or(first, second)
    }

    pub fn test(&mut self, steps: Vec<Step>, cond: Cond, k: u32) -> Code {
        self.blocks.test(steps, Test { cond, x: false, k })
    }

    /// Always or never.
    pub fn constant(&mut self, holds: bool) -> Code {
        self.test(vec![step(Op::Imm, u32::from(!holds))], Cond::Eq, 0)
    }

    /// Puts the variable part of a place into X, if it has one.
    pub fn variable(&mut self, which: fn(&mut Self) -> &mut Place) -> Result<Vec<Step>, Refusal> {
        let mut place = *which(self);
        if !place.variable {
            return Ok(Vec::new());
        }
        let cell = match place.cell {
            Some(cell) => cell,
            None => self.cell()?,
        };
        place.cell = Some(cell);
        *which(self) = place;
        Ok(vec![step(Op::XMem, cell.into())])
    }

    /// A = what stands at an offset.
    pub fn load(&mut self, from: From, offset: u32, size: Size) -> Result<Vec<Step>, Refusal> {
        let (which, more): (fn(&mut Self) -> &mut Place, u32) = match from {
            From::Packet => return Ok(vec![step(Op::Abs(size), offset)]),
            From::Link => (|emit| &mut emit.header, 0),
            From::Outer => (|emit| &mut emit.outer_header, 0),
            From::Kind => (|emit| &mut emit.kind, 0),
            From::Llc => (|emit| &mut emit.payload, 0),
            From::Label => (|emit| &mut emit.payload, self.network.wrapping_sub(4)),
            From::Payload => (|emit| &mut emit.payload, self.network),
            From::Plain => (|emit| &mut emit.payload, self.plain),
            From::Transport6 => (|emit| &mut emit.payload, self.network.wrapping_add(40)),
            From::Transport4 => {
                let mut steps = self.header_length()?;
                steps.push(step(Op::Ind(size), self.network_at().wrapping_add(offset)));
                return Ok(steps);
            }
        };
        let mut steps = self.variable(which)?;
        let at = which(self).constant.wrapping_add(more).wrapping_add(offset);
        steps.push(step(if steps.is_empty() { Op::Abs(size) } else { Op::Ind(size) }, at));
        Ok(steps)
    }

    /// The constant part of where the network layer begins.
    pub fn network_at(&self) -> u32 {
        self.payload.constant.wrapping_add(self.network)
    }

    /// X = length of the IPv4 header, and the variable part of where the payload begins.
    pub fn header_length(&mut self) -> Result<Vec<Step>, Refusal> {
        let at = self.network_at();
        let mut steps = self.variable(|emit| &mut emit.payload)?;
        if steps.is_empty() {
            return Ok(vec![step(Op::XHeader, at)]);
        }
        use super::code::Alu::{Add, And, Shl};
        steps.extend([
            step(Op::Ind(Size::Byte), at),
            step(Op::Alu(And), 0xf),
            step(Op::Alu(Shl), 2),
            step(Op::AluX(Add), 0),
            step(Op::Tax, 0),
        ]);
        Ok(steps)
    }

    /// Whether the bits of `mask` in what stands there compare so; `reverse` turns the answer round.
    pub fn compare(
        &mut self,
        from: From,
        offset: u32,
        size: Size,
        mask: u32,
        (cond, reverse): Compared,
        k: u32,
    ) -> Made {
        let mut steps = self.load(from, offset, size)?;
        if mask != u32::MAX {
            steps.push(step(Op::Alu(super::code::Alu::And), mask));
        }
        let code = self.test(steps, cond, k);
        Ok(if reverse { not(code) } else { code })
    }

    pub fn is(&mut self, from: From, offset: u32, size: Size, k: u32) -> Made {
        self.compare(from, offset, size, u32::MAX, (Cond::Eq, false), k)
    }

    pub fn masked(&mut self, from: From, offset: u32, size: Size, k: u32, mask: u32) -> Made {
        self.compare(from, offset, size, mask, (Cond::Eq, false), k)
    }

    /// Whether any of the bits is set.
    pub fn any_bit(&mut self, from: From, offset: u32, size: Size, bits: u32) -> Made {
        self.compare(from, offset, size, u32::MAX, (Cond::Set, false), bits)
    }

    /// Whether these bytes stand there. From the end, as the ends of addresses differ more.
    pub fn bytes(&mut self, from: From, offset: u32, bytes: &[u8]) -> Made {
        let mut code: Option<Code> = None;
        let mut rest = bytes;
        while !rest.is_empty() {
            let (taken, size) = match rest.len() {
                1 => (1, Size::Byte),
                2 | 3 => (2, Size::Half),
                _ => (4, Size::Word),
            };
            let (before, value) = rest.split_at(rest.len() - taken);
            let value = value.iter().fold(0, |value, byte| value << 8 | u32::from(*byte));
            let next = self.is(from, offset.wrapping_add(before.len() as u32), size, value)?;
            code = Some(match code {
                Some(code) => self.and(code, next),
                None => next,
            });
            rest = before;
        }
        Ok(code.unwrap_or_else(|| self.constant(true)))
    }

    /// Both of them, or one of them.
    pub fn all(&mut self, first: Made, second: Made) -> Made {
        let (first, second) = (first?, second?);
        Ok(self.and(first, second))
    }

    pub fn either(&mut self, first: Made, second: Made) -> Made {
        let (first, second) = (first?, second?);
        Ok(self.or(first, second))
    }

    /// The whole filter: what every packet needs first, and the ends. Gives the block to begin with.
    pub fn finish(&mut self, code: Option<Code>) -> Result<usize, Refusal> {
        let Some(code) = code else { return Ok(self.blocks.ret(true)) };
        let [mut header, payload] = self.roots.unwrap_or([self.header, self.payload]);
        if payload.cell.is_some() && header.variable && header.cell.is_none() {
            header.cell = Some(self.cell()?);
        }
        let mut steps = self.prefix(header.cell, payload.cell);
        let head = &mut self.blocks.0[code.head].steps;
        steps.append(head);
        *head = steps;
        let code = if self.link == kind::PPI {
            let is_wlan = self.is(From::Packet, 4, Size::Word, u32::from(kind::WLAN).swap_bytes())?;
            self.and(is_wlan, code)
        } else {
            code
        };
        Ok(self.blocks.finish(code))
    }

    /// Fills the cells of variable places.
    fn prefix(&mut self, header: Option<u8>, payload: Option<u8>) -> Vec<Step> {
        use super::code::Alu::{Add, And, Or, Shl};
        let byte = |at| step(Op::Abs(Size::Byte), at);
        let mut steps = match (self.outermost, header) {
            (kind::PRISM, Some(_)) => {
                self.opaque = true;
                vec![step(Op::Prism, 0)]
            }
            (kind::AVS, Some(_)) => vec![step(Op::Abs(Size::Word), 4)],
            (kind::RADIOTAP | kind::PPI, Some(_)) => {
                vec![byte(3), step(Op::Alu(Shl), 8), step(Op::Tax, 0), byte(2), step(Op::AluX(Or), 0)]
            }
            _ => Vec::new(),
        };
        if let (false, Some(cell)) = (steps.is_empty(), header) {
            steps.extend([step(Op::St, cell.into()), step(Op::Tax, 0)]);
        }
        let Some(payload) = payload else { return steps };
        if link::is_wlan(self.outermost) {
            self.opaque = true;
            if steps.is_empty() {
                steps.push(step(Op::XImm, 0));
            }
            steps.push(step(Op::Wlan { radiotap: self.outermost == kind::RADIOTAP }, payload.into()));
        } else if self.outermost == kind::PFLOG {
            let round_up = [byte(0), step(Op::Alu(Add), 3), step(Op::Alu(And), !3), step(Op::St, payload.into())];
            steps.extend(round_up);
        }
        steps
    }
}

pub const fn is_unset(place: u32) -> bool {
    place == UNSET
}
