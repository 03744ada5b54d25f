//! What a display filter is once it is understood: a tree of tests, and what they ask a packet for.
use super::datum::{Datum, Type};
use super::pattern::Pattern;
use crate::engine::dissect::{Field, ProtocolId};

/// Tests and how they are joined. Chains are flat: a thousand `or`s nest no deeper than two.
#[derive(Debug)]
pub enum Node {
    Not(Box<Node>),
    And(Vec<Node>),
    Or(Vec<Node>),
    Xor(Vec<Node>),
    Test(Test),
}

/// What is decided on values alone.
#[derive(Debug)]
pub enum Test {
    /// Something is there.
    Exists(Expr),
    /// Something is there that is not zero: arithmetic, and what functions count.
    NotZero(Expr),
    Compare(Compare),
    /// One of the values (or all) stands in the set.
    Within {
        expr: Expr,
        set: Vec<Member>,
        all: bool,
    },
    Matches {
        expr: Expr,
        pattern: Pattern,
        all: bool,
    },
}

#[derive(Debug)]
pub struct Compare {
    pub left: Expr,
    pub op: Op,
    pub right: Expr,
    /// For all pairs of values, instead of any. Never true of nothing.
    pub all: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Op {
    Eq,
    Ne,
    Gt,
    Ge,
    Lt,
    Le,
    Contains,
}

/// An element of a set.
#[derive(Debug)]
pub enum Member {
    One(Expr),
    Range(Expr, Expr),
}

/// Where a test's values come from.
#[derive(Debug)]
pub enum Expr {
    Field(FieldRef),
    Literal(Datum<'static>),
    Slice(Box<Expr>, Vec<Cut>),
    Call(&'static super::words::Function, Vec<Expr>),
    Math(Math, Box<Expr>, Box<Expr>),
    Minus(Box<Expr>),
    /// The value in the selected packet, which the filter was bound to; nothing before.
    Reference(FieldRef, Vec<Datum<'static>>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Math {
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
    And,
}

/// Part of a value's bytes or characters; negative numbers count from the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// From there on so many.
    Length(i32, u32),
    /// From there up to and with that one.
    Through(i32, i32),
    /// From there on.
    From(i32),
}

/// A field or protocol that a filter names.
#[derive(Clone, Debug)]
pub struct FieldRef {
    /// Wireshark's filter name: `tcp.port`.
    pub name: &'static str,
    pub names: Named,
    pub kind: Type,
    /// `#2`: in which of the protocol's layers in the packet, from 1; negative from the end. Empty: in any.
    pub layers: Vec<Layers>,
    /// `@`: the bytes as they stand in the packet.
    pub raw: bool,
    /// Not the values but what they are called: `eth.type == "IPv4"`.
    pub by_name: bool,
}

/// First and last.
pub type Layers = (i32, i32);

/// What a name stands for.
#[derive(Clone, Debug)]
pub enum Named {
    Protocol(ProtocolId),
    /// Several may have one name, and one name may mean several: `ip.addr`.
    Fields(Vec<&'static Field>),
    /// A finding: known by its name alone.
    Expert,
    /// A column of the packet list (`_ws.col.info`), by its place in the list of them.
    Column(usize),
}

impl FieldRef {
    pub fn is(&self, field: &'static Field) -> bool {
        match &self.names {
            Named::Fields(fields) => fields.iter().any(|named| std::ptr::eq(*named, field)),
            Named::Expert => field.name() == self.name,
            Named::Protocol(_) | Named::Column(_) => false,
        }
    }
}

impl Node {
    /// Calls `see` with every field that is asked for.
    pub fn each_field<'n>(&'n self, see: &mut dyn FnMut(&'n FieldRef)) {
        match self {
            Self::Not(inner) => inner.each_field(see),
            Self::And(nodes) | Self::Or(nodes) | Self::Xor(nodes) => {
                nodes.iter().for_each(|node| node.each_field(see));
            }
            Self::Test(test) => test.each_field(see),
        }
    }
}

impl Node {
    /// Calls `see` with every test.
    fn each_test(&mut self, see: &mut dyn FnMut(&mut Test)) {
        match self {
            Self::Not(inner) => inner.each_test(see),
            Self::And(nodes) | Self::Or(nodes) | Self::Xor(nodes) => {
                nodes.iter_mut().for_each(|node| node.each_test(see))
            }
            Self::Test(test) => see(test),
        }
    }

    /// Calls `bind` with every field reference and the place of its values.
    pub fn each_reference(&mut self, bind: &mut dyn FnMut(&FieldRef, &mut Vec<Datum<'static>>)) {
        self.each_test(&mut |test| {
            for expr in test.expressions() {
                expr.each_reference(bind);
            }
        });
    }
}

impl Test {
    fn expressions(&mut self) -> Vec<&mut Expr> {
        match self {
            Self::Exists(expr) | Self::NotZero(expr) | Self::Matches { expr, .. } => vec![expr],
            Self::Compare(compare) => vec![&mut compare.left, &mut compare.right],
            Self::Within { expr, set, .. } => {
                let members = set.iter_mut().flat_map(|member| match member {
                    Member::One(one) => vec![one],
                    Member::Range(first, last) => vec![first, last],
                });
                std::iter::once(expr).chain(members).collect()
            }
        }
    }

    pub fn each_field<'n>(&'n self, see: &mut dyn FnMut(&'n FieldRef)) {
        match self {
            Self::Exists(expr) | Self::NotZero(expr) | Self::Matches { expr, .. } => expr.each_field(see),
            Self::Compare(compare) => {
                compare.left.each_field(see);
                compare.right.each_field(see);
            }
            Self::Within { expr, set, .. } => {
                expr.each_field(see);
                for member in set {
                    match member {
                        Member::One(one) => one.each_field(see),
                        Member::Range(first, last) => {
                            first.each_field(see);
                            last.each_field(see);
                        }
                    }
                }
            }
        }
    }
}

impl Expr {
    fn each_reference(&mut self, bind: &mut dyn FnMut(&FieldRef, &mut Vec<Datum<'static>>)) {
        match self {
            Self::Reference(field, values) => bind(field, values),
            Self::Field(_) | Self::Literal(_) => {}
            Self::Slice(inner, _) | Self::Minus(inner) => inner.each_reference(bind),
            Self::Call(_, inputs) => inputs.iter_mut().for_each(|input| input.each_reference(bind)),
            Self::Math(_, left, right) => {
                left.each_reference(bind);
                right.each_reference(bind);
            }
        }
    }

    pub fn each_field<'n>(&'n self, see: &mut dyn FnMut(&'n FieldRef)) {
        match self {
            Self::Field(field) => see(field),
            Self::Literal(_) | Self::Reference(..) => {}
            Self::Slice(inner, _) | Self::Minus(inner) => inner.each_field(see),
            Self::Call(_, inputs) => inputs.iter().for_each(|input| input.each_field(see)),
            Self::Math(_, left, right) => {
                left.each_field(see);
                right.each_field(see);
            }
        }
    }
}
