//! Programs as `tcpdump -d` prints them.
use super::code::{Alu, Cond, Op, Size, Step};
use super::run::Line;
use std::fmt::Write;

fn sized(size: Size) -> &'static str {
    match size {
        Size::Byte => "ldb",
        Size::Half => "ldh",
        Size::Word => "ld",
    }
}

fn alu(alu: Alu) -> &'static str {
    match alu {
        Alu::Add => "add",
        Alu::Sub => "sub",
        Alu::Mul => "mul",
        Alu::Div => "div",
        Alu::Mod => "mod",
        Alu::And => "and",
        Alu::Or => "or",
        Alu::Xor => "xor",
        Alu::Shl => "lsh",
        Alu::Shr => "rsh",
    }
}

fn step(Step { op, k }: Step) -> (&'static str, String) {
    match op {
        Op::Nop => ("nop", String::new()),
        Op::Abs(size) => (sized(size), format!("[{}]", k.cast_signed())),
        Op::Ind(size) => (sized(size), format!("[x + {}]", k.cast_signed())),
        Op::Len => ("ld", "#pktlen".to_owned()),
        Op::Imm => ("ld", format!("#0x{k:x}")),
        Op::Mem => ("ld", format!("M[{k}]")),
        Op::XImm => ("ldx", format!("#0x{k:x}")),
        Op::XHeader => ("ldxb", format!("4*([{k}]&0xf)")),
        Op::XMem => ("ldx", format!("M[{k}]")),
        Op::St => ("st", format!("M[{k}]")),
        Op::StX => ("stx", format!("M[{k}]")),
        Op::Alu(how @ (Alu::And | Alu::Or | Alu::Xor)) => (alu(how), format!("#0x{k:x}")),
        Op::Alu(how) => (alu(how), format!("#{k}")),
        Op::AluX(how) => (alu(how), "x".to_owned()),
        Op::Neg => ("neg", String::new()),
        Op::Tax => ("tax", String::new()),
        Op::Txa => ("txa", String::new()),
        Op::Prism => ("ld", "length of the radio header".to_owned()),
        Op::Wlan { .. } => ("st", format!("M[{k}] = payload of the 802.11 frame at x")),
        Op::Chain { want, .. } => ("ld", format!("protocol {want} in the chain of headers at {k}, or the last")),
        Op::Inner { .. } => ("st", format!("M[{k}] = payload behind the Geneve header at x")),
    }
}

pub fn listing(lines: &[Line]) -> String {
    let mut text = String::new();
    for (n, line) in lines.iter().enumerate() {
        let _ = match line {
            Line::Step(what) => {
                let (name, rest) = step(*what);
                writeln!(text, "({n:03}) {name:<8} {rest}")
            }
            Line::If(test, [yes, no]) => {
                let name = match test.cond {
                    Cond::Eq => "jeq",
                    Cond::Gt => "jgt",
                    Cond::Ge => "jge",
                    Cond::Set => "jset",
                };
                let with = if test.x { "x".to_owned() } else { format!("#0x{:x}", test.k) };
                writeln!(text, "({n:03}) {name:<8} {with:<16} jt {yes}\tjf {no}")
            }
            Line::Ret(matches) => writeln!(text, "({n:03}) ret      #{}", if *matches { 262_144 } else { 0 }),
        };
    }
    text
}
