//! Code on its way from text to program, as libpcap shapes it: blocks of statements for a machine of two registers and sixteen cells,
//! each block ending in one test with two ways to go on. What a filter's parts become is joined by patching ways that lead nowhere yet.

/// How much is loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Size {
    Byte,
    Half,
    Word,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Alu {
    Add,
    Sub,
    Mul,
    Div,
    Mod,
    And,
    Or,
    Xor,
    Shl,
    Shr,
}

/// What a statement does; `k` is its number, `A` and `X` the registers, `M` the cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Op {
    Nop,
    /// A = `packet[k]`
    Abs(Size),
    /// A = packet[X + k]
    Ind(Size),
    /// A = length on the wire
    Len,
    /// A = k
    Imm,
    /// A = `M[k]`
    Mem,
    /// X = k
    XImm,
    /// X = length of the IPv4 header at k
    XHeader,
    /// X = `M[k]`
    XMem,
    /// `M[k]` = A
    St,
    /// `M[k]` = X
    StX,
    /// A = A op k
    Alu(Alu),
    /// A = A op X
    AluX(Alu),
    Neg,
    /// X = A
    Tax,
    /// A = X
    Txa,
    // Where libpcap jumps to and fro within a block, we have one step:
    /// A = length of the Prism or AVS header in front of an 802.11 frame
    Prism,
    /// `M[k]` = where the payload of the 802.11 frame at X begins
    Wlan {
        radiotap: bool,
    },
    /// A = the protocol at the end of the chain of headers of the packet at k, or the wanted one
    Chain {
        v6: bool,
        want: u8,
    },
    /// X is at a Geneve header, `M[link]` behind it. `M[kind]` = where the inner type is, `M[k]` = where the inner payload begins
    Inner {
        link: u8,
        kind: u8,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Step {
    pub op: Op,
    pub k: u32,
}

pub const fn step(op: Op, k: u32) -> Step {
    Step { op, k }
}

/// How A is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Cond {
    Eq,
    Gt,
    Ge,
    /// Any bit in common.
    Set,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Test {
    pub cond: Cond,
    /// With X instead of `k`.
    pub x: bool,
    pub k: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum End {
    If(Test),
    /// The packet matches, or does not.
    Ret(bool),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    pub steps: Vec<Step>,
    pub end: End,
    /// Where it goes on when the test holds, and when it does not.
    pub to: [usize; 2],
}

pub const YES: usize = 0;
pub const NO: usize = 1;

/// A part of a filter: where it begins, and its ways out for packets that match and those that do not. The ways out of a kind are a list
/// that lies in the blocks themselves: a way that leads nowhere yet holds the next one.
#[derive(Clone, Copy, Debug)]
pub struct Code {
    pub head: usize,
    exits: [Exits; 2],
}

/// The first and the last way of a list, each a block's number twice plus the side.
#[derive(Clone, Copy, Debug)]
struct Exits {
    first: usize,
    last: usize,
}

const END: usize = usize::MAX;

/// All blocks made so far.
#[derive(Debug, Default)]
pub struct Blocks(pub Vec<Block>);

impl Blocks {
    pub fn test(&mut self, steps: Vec<Step>, test: Test) -> Code {
        let head = self.0.len();
        self.0.push(Block { steps, end: End::If(test), to: [END; 2] });
        Code { head, exits: [YES, NO].map(|side| Exits { first: 2 * head + side, last: 2 * head + side }) }
    }

    pub fn ret(&mut self, matches: bool) -> usize {
        self.0.push(Block { steps: Vec::new(), end: End::Ret(matches), to: [0; 2] });
        self.0.len() - 1
    }

    fn way(&mut self, way: usize) -> &mut usize {
        &mut self.0[way / 2].to[way % 2]
    }

    fn patch(&mut self, exits: Exits, target: usize) {
        let mut next = exits.first;
        while next != END {
            next = std::mem::replace(self.way(next), target);
        }
    }

    /// Both: what leaves `first` by `side` goes on at `second`.
    fn join(&mut self, first: Code, second: Code, side: usize) -> Code {
        self.patch(first.exits[side], second.head);
        let mut exits = second.exits;
        let out = first.exits[1 - side];
        *self.way(exits[1 - side].last) = out.first;
        exits[1 - side].last = out.last;
        Code { head: first.head, exits }
    }

    pub fn and(&mut self, first: Code, second: Code) -> Code {
        self.join(first, second, YES)
    }

    pub fn or(&mut self, first: Code, second: Code) -> Code {
        self.join(first, second, NO)
    }

    /// Ends a filter: the block that it begins with.
    pub fn finish(&mut self, code: Code) -> usize {
        let ends = [self.ret(true), self.ret(false)];
        self.patch(code.exits[YES], ends[YES]);
        self.patch(code.exits[NO], ends[NO]);
        code.head
    }
}

pub fn not(mut code: Code) -> Code {
    code.exits.swap(YES, NO);
    code
}
