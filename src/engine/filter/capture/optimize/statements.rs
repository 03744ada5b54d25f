//! Values by numbers: the same operation on the same values has the same number. With them statements become shorter or go.
use super::super::code::{Alu, Block, Cond, End, NO, Op, Step, Test, YES, step as make};
use super::super::run::{compute, holds};
use super::{Optimizer, Refused};
use hashbrown::HashMap;
use rustc_hash::FxBuildHasher;

/// Sixteen cells and two registers.
pub const ATOMS: usize = 18;
pub const A: usize = 16;
const X: usize = 17;

#[derive(Default)]
pub struct Values {
    numbers: HashMap<(Op, u32, u32), u32, FxBuildHasher>,
    constants: Vec<Option<u32>>,
}

impl Values {
    fn of(&mut self, op: Op, first: u32, second: u32) -> u32 {
        if self.constants.is_empty() {
            self.constants.push(None);
        }
        let next = self.constants.len() as u32;
        let number = *self.numbers.entry((op, first, second)).or_insert(next);
        if number == next {
            self.constants.push((op == Op::Imm).then_some(first));
        }
        number
    }

    fn constant(&mut self, value: u32) -> u32 {
        self.of(Op::Imm, value, 0)
    }

    /// The number itself, if it is known.
    fn known(&self, value: u32) -> Option<u32> {
        self.constants.get(value as usize).copied().flatten()
    }
}

/// The registers that a step reads, as bits.
fn reads(step: Step) -> u32 {
    match step.op {
        Op::Ind(_) | Op::StX | Op::Txa => 1 << X,
        Op::Mem | Op::XMem => 1 << (step.k & 15),
        Op::St | Op::Alu(_) | Op::Neg | Op::Tax => 1 << A,
        Op::AluX(_) => 1 << A | 1 << X,
        _ => 0,
    }
}

/// The register that it writes.
fn writes(step: Step) -> Option<usize> {
    match step.op {
        Op::Abs(_) | Op::Ind(_) | Op::Len | Op::Imm | Op::Mem | Op::Alu(_) | Op::AluX(_) | Op::Neg | Op::Txa => Some(A),
        Op::XImm | Op::XHeader | Op::XMem | Op::Tax => Some(X),
        Op::St | Op::StX => Some(step.k as usize & 15),
        _ => None,
    }
}

fn test_reads(end: End) -> u32 {
    match end {
        End::If(Test { x: true, .. }) => 1 << A | 1 << X,
        End::If(_) => 1 << A,
        End::Ret(_) => 0,
    }
}

/// Registers used from before, defined, and defined without being used first.
pub fn uses(block: &Block) -> [u32; 3] {
    let (mut used, mut defined, mut killed) = (0, 0, 0);
    for step in &block.steps {
        used |= reads(*step) & !defined;
        if let Some(atom) = writes(*step) {
            killed |= 1 << atom & !used;
            defined |= 1 << atom;
        }
    }
    used |= test_reads(block.end) & !defined;
    [used, defined, killed]
}

impl Optimizer {
    /// Numbers the values of a block, and makes its statements better.
    pub(super) fn block(&mut self, at: usize, alter: bool) -> Result<(), Refused> {
        let mut values = [0; ATOMS];
        let entries = &self.known[at].entries;
        if let Some((first, rest)) = entries.split_first() {
            values = self.known[first.0].values;
            for (by, _) in rest {
                for (value, other) in values.iter_mut().zip(self.known[*by].values) {
                    if *value != other {
                        *value = 0;
                    }
                }
            }
        }
        let (a, x) = (values[A], values[X]);
        let mut steps = std::mem::take(&mut self.blocks[at].steps);
        for step in &mut steps {
            self.statement(step, &mut values, alter)?;
        }
        self.known[at].values = values;
        let same = self.known[at].used_after == 0 && a != 0 && values[A] == a && x != 0 && values[X] == x;
        if alter && (same || self.is_leaf(at)) {
            if !steps.is_empty() {
                steps.clear();
                self.changed();
            }
        } else {
            self.peephole(at, &mut steps);
            self.drop_dead(at, &mut steps);
        }
        self.blocks[at].steps = steps;
        self.known[at].other = match self.blocks[at].end {
            End::If(Test { x: true, .. }) => self.known[at].values[X],
            End::If(test) => self.values.constant(test.k),
            End::Ret(matches) => self.values.constant(u32::from(matches)),
        };
        Ok(())
    }

    /// Puts a value into a register; a step that puts there what is there already goes.
    fn store(step: &mut Step, register: &mut u32, value: u32, alter: bool) {
        if alter && value != 0 && *register == value {
            step.op = Op::Nop;
        } else {
            *register = value;
        }
    }

    fn statement(&mut self, step: &mut Step, values: &mut [u32; ATOMS], alter: bool) -> Result<(), Refused> {
        let cell = step.k as usize & 15;
        match step.op {
            Op::Abs(_) | Op::Len | Op::Imm => {
                let value = self.values.of(step.op, if step.op == Op::Len { 0 } else { step.k }, 0);
                Self::store(step, &mut values[A], value, alter);
            }
            Op::Ind(size) => {
                let mut value = values[X];
                if let (true, Some(x)) = (alter, self.values.known(value)) {
                    *step = make(Op::Abs(size), step.k.wrapping_add(x));
                    value = self.values.of(step.op, step.k, 0);
                    self.changed();
                } else {
                    value = self.values.of(step.op, step.k, value);
                }
                Self::store(step, &mut values[A], value, alter);
            }
            Op::XImm => {
                let value = self.values.constant(step.k);
                Self::store(step, &mut values[X], value, alter);
            }
            Op::XHeader => {
                let value = self.values.of(step.op, step.k, 0);
                Self::store(step, &mut values[X], value, alter);
            }
            Op::Neg => match (alter, self.values.known(values[A])) {
                (true, Some(a)) => {
                    *step = make(Op::Imm, a.wrapping_neg());
                    values[A] = self.values.constant(step.k);
                }
                _ => values[A] = self.values.of(step.op, values[A], 0),
            },
            Op::Alu(alu) => self.with_number(step, alu, values, alter)?,
            Op::AluX(alu) => self.with_register(step, alu, values, alter)?,
            Op::Txa => {
                let value = values[X];
                Self::store(step, &mut values[A], value, alter);
            }
            Op::Mem | Op::XMem => {
                let value = values[cell];
                let to_x = step.op == Op::XMem;
                if let (true, Some(known)) = (alter, self.values.known(value)) {
                    *step = make(if to_x { Op::XImm } else { Op::Imm }, known);
                    self.changed();
                }
                Self::store(step, &mut values[if to_x { X } else { A }], value, alter);
            }
            Op::Tax => {
                let value = values[A];
                Self::store(step, &mut values[X], value, alter);
            }
            Op::St | Op::StX => {
                let value = values[if step.op == Op::St { A } else { X }];
                Self::store(step, &mut values[cell], value, alter);
            }
            Op::Nop | Op::Prism | Op::Wlan { .. } | Op::Chain { .. } | Op::Inner { .. } => {}
        }
        Ok(())
    }

    fn fold(&mut self, step: &mut Step, alu: Alu, a: u32, b: u32) -> Result<(), Refused> {
        let value = compute(alu, a, b).ok_or(by_zero(alu))?;
        *step = make(Op::Imm, value);
        self.changed();
        Ok(())
    }

    /// A op k
    fn with_number(
        &mut self,
        step: &mut Step,
        alu: Alu,
        values: &mut [u32; ATOMS],
        alter: bool,
    ) -> Result<(), Refused> {
        if alter {
            if step.k == 0 {
                match alu {
                    Alu::Add | Alu::Shl | Alu::Shr | Alu::Or | Alu::Xor => {
                        step.op = Op::Nop;
                        return Ok(());
                    }
                    Alu::Mul | Alu::And => {
                        step.op = Op::Imm;
                        values[A] = self.values.constant(0);
                        return Ok(());
                    }
                    Alu::Div | Alu::Mod => return Err(by_zero(alu)),
                    Alu::Sub => {}
                }
            }
            if let Some(a) = self.values.known(values[A]) {
                self.fold(step, alu, a, step.k)?;
                values[A] = self.values.constant(step.k);
                return Ok(());
            }
        }
        let k = self.values.constant(step.k);
        values[A] = self.values.of(step.op, values[A], k);
        Ok(())
    }

    /// A op X
    fn with_register(
        &mut self,
        step: &mut Step,
        alu: Alu,
        values: &mut [u32; ATOMS],
        alter: bool,
    ) -> Result<(), Refused> {
        let (a, x) = (self.values.known(values[A]), self.values.known(values[X]));
        if let (true, Some(x)) = (alter, x) {
            if let Some(a) = a {
                self.fold(step, alu, a, x)?;
                values[A] = self.values.constant(step.k);
            } else {
                *step = make(Op::Alu(alu), x);
                if matches!(alu, Alu::Shl | Alu::Shr) && x > 31 {
                    return Err("shift by more than 31 bits");
                }
                self.changed();
                let k = self.values.constant(x);
                values[A] = self.values.of(step.op, values[A], k);
            }
            return Ok(());
        }
        if alter && a == Some(0) {
            match alu {
                Alu::Add | Alu::Or | Alu::Xor => {
                    step.op = Op::Txa;
                    let value = values[X];
                    Self::store(step, &mut values[A], value, alter);
                    return Ok(());
                }
                Alu::Sub => {}
                _ => {
                    *step = make(Op::Imm, 0);
                    let value = self.values.constant(0);
                    Self::store(step, &mut values[A], value, alter);
                    return Ok(());
                }
            }
        }
        values[A] = self.values.of(step.op, values[A], values[X]);
        Ok(())
    }

    /// Steps that are there for each other only.
    fn peephole(&mut self, at: usize, steps: &mut [Step]) {
        if steps.is_empty() {
            return;
        }
        let real = |steps: &[Step], from: usize| (from..steps.len()).find(|n| steps[*n].op != Op::Nop);
        let x_used_after = self.known[at].used_after & 1 << X != 0;
        let mut last = 0;
        let mut from = real(steps, 0);
        while let Some(n) = from {
            let Some(next) = real(steps, n + 1) else { break };
            last = next;
            from = Some(next);
            // st M[k], ldx M[k]: the value is still in A.
            if steps[n].op == Op::St && steps[next] == make(Op::XMem, steps[n].k) {
                steps[next].op = Op::Tax;
                self.changed();
            }
            if steps[n].op == Op::Imm && steps[next].op == Op::Tax {
                steps[n].op = Op::XImm;
                steps[next].op = Op::Txa;
                self.changed();
            }
            // A number that is added to X for a load goes into the load.
            if steps[n].op == Op::Imm && !x_used_after {
                let add = if steps[next].op == Op::XHeader { real(steps, next + 1) } else { Some(next) };
                let Some(add) = add.filter(|add| steps[*add].op == Op::AluX(Alu::Add)) else { continue };
                let Some(tax) = real(steps, add + 1).filter(|tax| steps[*tax].op == Op::Tax) else { continue };
                let Some(load) = real(steps, tax + 1).filter(|load| matches!(steps[*load].op, Op::Ind(_))) else {
                    continue;
                };
                steps[load].k = steps[load].k.wrapping_add(steps[n].k);
                for gone in [n, add, tax] {
                    steps[gone].op = Op::Nop;
                }
                self.changed();
            }
        }
        let Some(mut test) = self.test(at) else { return };
        let a_used_after = self.known[at].used_after & 1 << A != 0;
        let x = self.values.known(self.known[at].values[X]);
        if test.cond == Cond::Eq && !test.x && !a_used_after {
            let before = steps[last];
            match before.op {
                Op::AluX(Alu::Sub) => match x {
                    Some(x) => {
                        test.k = test.k.wrapping_add(x);
                        steps[last].op = Op::Nop;
                        self.changed();
                    }
                    None if test.k == 0 => {
                        test.x = true;
                        steps[last].op = Op::Nop;
                        self.changed();
                    }
                    None => {}
                },
                Op::Alu(Alu::Sub) => {
                    test.k = test.k.wrapping_add(before.k);
                    steps[last].op = Op::Nop;
                    self.changed();
                }
                Op::Alu(Alu::And) if test.k == 0 => {
                    test = Test { cond: Cond::Set, x: false, k: before.k };
                    steps[last].op = Op::Nop;
                    self.blocks[at].to.swap(YES, NO);
                    self.changed();
                }
                _ => {}
            }
        }
        if test.cond == Cond::Set && !test.x {
            let [_, no] = self.blocks[at].to;
            // libpcap takes all bits for always, though there may be none.
            if test.k == 0 {
                self.blocks[at].to = [no; 2];
            }
        }
        if let (true, Some(x)) = (test.x, x) {
            test.x = false;
            test.k = x;
        }
        if let (false, Some(a)) = (test.x, self.values.known(self.known[at].values[A])) {
            let [yes, no] = self.blocks[at].to;
            if yes != no {
                self.changed();
            }
            self.blocks[at].to = [if holds(test.cond, a, test.k) { yes } else { no }; 2];
        }
        self.blocks[at].end = End::If(test);
    }

    /// Values that nobody reads are not computed.
    fn drop_dead(&mut self, at: usize, steps: &mut [Step]) {
        let mut pending: [Option<usize>; ATOMS] = [None; ATOMS];
        for n in 0..steps.len() {
            let read = reads(steps[n]);
            for (atom, pending) in pending.iter_mut().enumerate() {
                if read & 1 << atom != 0 {
                    *pending = None;
                }
            }
            if let Some(dead) = writes(steps[n]).and_then(|atom| pending[atom].replace(n)) {
                steps[dead].op = Op::Nop;
                self.changed();
            }
        }
        let read = test_reads(self.blocks[at].end);
        for (atom, pending) in pending.iter_mut().enumerate() {
            if read & 1 << atom != 0 {
                *pending = None;
            }
            if let (Some(dead), 0) = (*pending, self.known[at].used_after & 1 << atom) {
                steps[dead].op = Op::Nop;
                self.known[at].values[atom] = 0;
                self.changed();
            }
        }
    }
}

fn by_zero(alu: Alu) -> Refused {
    if alu == Alu::Mod { "modulus by zero" } else { "division by zero" }
}
