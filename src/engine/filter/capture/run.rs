//! The program: blocks laid out in a line, and the machine that runs it on a packet. A load outside of what was captured ends it: no match.
use super::code::{Alu, Block, Cond, End, NO, Op, Size, Step, Test, YES};

/// A line of the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    Step(Step),
    /// Where to go on, when the test holds and when not.
    If(Test, [u32; 2]),
    Ret(bool),
}

/// Lays the blocks out as libpcap does: each in front of where it goes, the way of success first.
pub fn lay_out(blocks: &[Block], root: usize) -> Vec<Line> {
    let mut backwards = Vec::new();
    let mut seen = vec![false; blocks.len()];
    let mut pending = vec![(root, false)];
    while let Some((at, done)) = pending.pop() {
        if done {
            backwards.push(at);
        } else if !std::mem::replace(&mut seen[at], true) {
            pending.push((at, true));
            if matches!(blocks[at].end, End::If(_)) {
                pending.extend([(blocks[at].to[YES], false), (blocks[at].to[NO], false)]);
            }
        }
    }
    let mut starts = vec![0; blocks.len()];
    let mut next = 0;
    for &at in backwards.iter().rev() {
        starts[at] = next;
        next += 1 + blocks[at].steps.iter().filter(|step| step.op != Op::Nop).count() as u32;
    }
    let mut lines = Vec::with_capacity(next as usize);
    for &at in backwards.iter().rev() {
        let block = &blocks[at];
        lines.extend(block.steps.iter().filter(|step| step.op != Op::Nop).map(|step| Line::Step(*step)));
        lines.push(match block.end {
            End::If(test) => Line::If(test, block.to.map(|to| starts[to])),
            End::Ret(matches) => Line::Ret(matches),
        });
    }
    lines
}

fn load(bytes: &[u8], at: u32, size: Size) -> Option<u32> {
    let rest = bytes.get(at as usize..)?;
    Some(match size {
        Size::Byte => u32::from(*rest.first()?),
        Size::Half => u32::from(u16::from_be_bytes(*rest.first_chunk()?)),
        Size::Word => u32::from_be_bytes(*rest.first_chunk()?),
    })
}

/// None where the machine stops: division by zero.
pub fn compute(alu: Alu, a: u32, b: u32) -> Option<u32> {
    Some(match alu {
        Alu::Add => a.wrapping_add(b),
        Alu::Sub => a.wrapping_sub(b),
        Alu::Mul => a.wrapping_mul(b),
        Alu::Div => a.checked_div(b)?,
        Alu::Mod => a.checked_rem(b)?,
        Alu::And => a & b,
        Alu::Or => a | b,
        Alu::Xor => a ^ b,
        Alu::Shl => a.checked_shl(b).unwrap_or(0),
        Alu::Shr => a.checked_shr(b).unwrap_or(0),
    })
}

pub fn holds(cond: Cond, a: u32, b: u32) -> bool {
    match cond {
        Cond::Eq => a == b,
        Cond::Gt => a > b,
        Cond::Ge => a >= b,
        Cond::Set => a & b != 0,
    }
}

#[derive(Default)]
struct Machine {
    a: u32,
    x: u32,
    cells: [u32; 16],
}

impl Machine {
    fn cell(&mut self, k: u32) -> &mut u32 {
        &mut self.cells[k as usize & 15]
    }

    #[inline]
    fn step(&mut self, step: Step, bytes: &[u8], wire_len: u32) -> Option<()> {
        let k = step.k;
        match step.op {
            Op::Nop => {}
            Op::Abs(size) => self.a = load(bytes, k, size)?,
            Op::Ind(size) => self.a = load(bytes, self.x.checked_add(k)?, size)?,
            Op::Len => self.a = wire_len,
            Op::Imm => self.a = k,
            Op::Mem => self.a = *self.cell(k),
            Op::XImm => self.x = k,
            Op::XHeader => self.x = (load(bytes, k, Size::Byte)? & 0xf) << 2,
            Op::XMem => self.x = *self.cell(k),
            Op::St => *self.cell(k) = self.a,
            Op::StX => *self.cell(k) = self.x,
            Op::Alu(alu) => self.a = compute(alu, self.a, k)?,
            Op::AluX(alu) => self.a = compute(alu, self.a, self.x)?,
            Op::Neg => self.a = self.a.wrapping_neg(),
            Op::Tax => self.x = self.a,
            Op::Txa => self.a = self.x,
            Op::Prism => {
                let is_avs = load(bytes, 0, Size::Word)? & 0xffff_f000 == 0x8021_1000;
                self.a = if is_avs { load(bytes, 4, Size::Word)? } else { 144 };
            }
            Op::Wlan { radiotap } => *self.cell(k) = wlan_payload(bytes, self.x, radiotap)?,
            Op::Chain { v6, want } => self.a = chain(bytes, k, v6, u32::from(want))?,
            Op::Inner { link, kind } => {
                let transparent = load(bytes, self.x.checked_add(2)?, Size::Half)? == 0x6558;
                let mut payload = *self.cell(link.into());
                if transparent {
                    *self.cell(kind.into()) = payload.wrapping_add(12);
                    payload = payload.wrapping_add(14);
                }
                *self.cell(k) = payload;
            }
        }
        Some(())
    }
}

pub fn run(lines: &[Line], bytes: &[u8], wire_len: u32) -> bool {
    let mut machine = Machine::default();
    let mut at = 0;
    loop {
        match lines.get(at) {
            Some(Line::Step(step)) => {
                if machine.step(*step, bytes, wire_len).is_none() {
                    return false;
                }
                at += 1;
            }
            Some(Line::If(test, to)) => {
                let other = if test.x { machine.x } else { test.k };
                at = to[usize::from(!holds(test.cond, machine.a, other))] as usize;
            }
            Some(Line::Ret(matches)) => return *matches,
            None => return false,
        }
    }
}

/// Behind the header of a data frame, with QoS and the padding that Atheros' cards put there; 24 bytes for all else.
fn wlan_payload(bytes: &[u8], start: u32, radiotap: bool) -> Option<u32> {
    let mut payload = start.wrapping_add(24);
    let kind = load(bytes, start, Size::Byte)?;
    if kind & 0x0c != 0x08 {
        return Some(payload);
    }
    if kind & 0x80 != 0 {
        payload = payload.wrapping_add(2);
    }
    if radiotap {
        let present = load(bytes, 4, Size::Word)?;
        let (flags, more, tsft) = (0x0200_0000, 0x0000_0080, 0x0100_0000);
        if present & flags != 0 && present & more == 0 {
            let flags_at = if present & tsft != 0 { 16 } else { 8 };
            if load(bytes, flags_at, Size::Byte)? & 0x20 != 0 {
                payload = payload.wrapping_add(3) & !3;
            }
        }
    }
    Some(payload)
}

/// Follows extension and authentication headers from the packet at `head`. As in libpcap, an authentication header's length counts
/// from the packet's start, not from the header.
fn chain(bytes: &[u8], head: u32, v6: bool, want: u32) -> Option<u32> {
    let byte = |at: u32, more: u32| load(bytes, at.checked_add(head)?.checked_add(more)?, Size::Byte);
    let (mut protocol, mut at) = if v6 { (byte(0, 6)?, 40) } else { (byte(0, 9)?, (byte(0, 0)? & 0xf) << 2) };
    // Each header has two bytes at least; whoever needs more goes round in circles.
    for _ in 0..bytes.len() {
        let next = match protocol {
            _ if protocol == want => return Some(protocol),
            0 | 43 | 44 | 60 if v6 => at.wrapping_add(byte(at, 1)?.wrapping_add(1).wrapping_mul(8)),
            51 => byte(at, 1)?.wrapping_add(2).wrapping_mul(4),
            _ => return Some(protocol),
        };
        protocol = byte(at, 0)?;
        at = next;
    }
    None
}
