//! How a filter is decided for many packets: what a test says depends on little of a packet's row, and packets have that in common. So
//! each test is decided once for every kind of row, and looked up from then on.
use super::table::{Entry, Layers, Row};
use super::told::{About, Told, needs};
use super::{Asked, Columns};
use crate::engine::filter::display::{Datum, Expr, Filter, Node, Op, Test};
use crate::engine::flow::sequence::Sequences;
use crate::engine::sort;
use crate::engine::store::Store;
use crate::engine::store::flows::End;
use crate::engine::store::numbers::{Headers, Segment};
use crate::engine::store::packets::{self, Marks, PacketId};
use std::cmp::Ordering;
use std::ops::Range;

/// A filter made ready for columns.
pub struct Plan<'p> {
    store: &'p Store,
    asked: Vec<Asked>,
    leaves: Vec<Leaf<'p>>,
    root: Join,
    /// By stack.
    layers: Vec<Layers>,
    headers: Option<Headers>,
    history: Option<Sequences>,
    /// The latest packet of each flow.
    latest: Option<Vec<PacketId>>,
    /// By flow, whether [`Store::late`] has it, where the filter asks for what stands above the transport.
    late: Vec<bool>,
}

/// How leaves are joined.
enum Join {
    Leaf(usize),
    Not(Box<Join>),
    And(Vec<Join>),
    Or(Vec<Join>),
    Xor(Vec<Join>),
}

struct Leaf<'p> {
    test: &'p Test,
    how: How,
    /// It asks for something that packets with the same layers may have or not, as columns know.
    alone: bool,
}

/// How a test is decided.
enum How {
    /// By the packet's layers alone: by stack, what was found or [`OPEN`].
    Stack(Vec<u8>),
    /// By some of its row.
    Kind(Mask, Memo),
    /// A number that stands beside a column.
    Number {
        entry: Entry,
        op: Op,
        limit: i64,
        is_time: bool,
    },
    Each,
}

/// What is found: [`NO`], [`YES`], [`UNKNOWN`]; and what is still to be found.
const OPEN: u8 = 0;
const NO: u8 = 1;
const YES: u8 = 2;
const UNKNOWN: u8 = 3;

fn pack(found: Option<bool>) -> u8 {
    match found {
        Some(false) => NO,
        Some(true) => YES,
        None => UNKNOWN,
    }
}

#[inline]
fn unpack(found: u8) -> Option<bool> {
    match found {
        NO => Some(false),
        YES => Some(true),
        _ => None,
    }
}

/// A row's parts in numbers: flow, path, stack, marks, length.
type Key = [u32; 5];
/// Which bits of them matter.
type Mask = Key;

#[inline]
fn key(packet: &packets::Row, mask: &Mask) -> Key {
    let [flow, path, stack, marks, length] = mask;
    [
        packet.flow & flow,
        packet.path & path,
        u32::from(packet.stack) & stack,
        packet.marks.0 & marks,
        packet.wire_len & length,
    ]
}

fn mask(needs: u16) -> Mask {
    let all = |need| if needs & need != 0 { u32::MAX } else { 0 };
    let (flow, flags, marks) = (all(needs::FLOW), all(needs::TCP_FLAGS), all(needs::MARKS));
    let marks = flow & Marks::FROM_B | flags & Marks::TCP_FLAGS | marks & !(Marks::TCP_FLAGS | Marks::FROM_B);
    [flow, all(needs::PATH), all(needs::STACK), marks, all(needs::LENGTH)]
}

/// What was found for kinds of rows, each at a place that follows from its key: another of the same place takes it over.
#[derive(Default)]
struct Memo(Vec<(Key, u8)>);

/// Places of a memo: what fits a core's own cache.
const PLACE_BITS: u32 = 14;

impl Memo {
    #[inline]
    fn place(&mut self, key: &Key) -> Option<&mut (Key, u8)> {
        let Self(places) = self;
        if places.is_empty() {
            places.resize(1 << PLACE_BITS, (Key::default(), OPEN));
        }
        let hash = key.iter().fold(0_u32, |hash, part| (hash.rotate_left(5) ^ part).wrapping_mul(0x9e37_79b9));
        places.get_mut((hash >> (32 - PLACE_BITS)) as usize)
    }
}

impl<'p> Plan<'p> {
    pub fn new(filter: &'p Filter, store: &'p Store) -> Self {
        let mut asked: Vec<Asked> = Vec::new();
        for field in filter.fields() {
            if !asked.iter().any(|known| known.is(field)) {
                asked.push(Asked::new(field));
            }
        }
        let mut leaves = Vec::new();
        let root = join(&filter.root, &asked, &mut leaves);
        let needs = |bits| asked.iter().any(|asked| asked.needs() & bits == bits);
        let headers = needs(needs::HEADER).then(Headers::default);
        let history = needs(needs::HISTORY).then(Sequences::default);
        let latest = needs(needs::PREVIOUS).then(|| vec![PacketId::MAX; store.flows.len() as usize]);
        let layers = (0..=u16::MAX).take(store.stacks.len()).map(|stack| Layers::of(&store.stacks, stack)).collect();
        let mut late: Vec<bool> = Vec::new();
        if !store.late.is_empty() && asked.iter().any(|asked| asked.above) {
            late = (0..store.flows.len()).map(|flow| store.late.contains_key(&flow)).collect();
        }
        Self { store, asked, leaves, root, layers, headers, history, latest, late }
    }

    /// Whether packets match; `None` where columns do not tell.
    pub fn decide(&mut self, ids: Range<PacketId>, mut told: impl FnMut(PacketId, Option<bool>)) {
        let Self { store, asked, leaves, root, layers, headers, history, latest, late } = self;
        let store = *store;
        let is_late = |flow: u32| late.get(flow as usize).is_some_and(|&is| is);
        // Connections are followed from their beginning.
        let first = if headers.is_some() || latest.is_some() { 0 } else { ids.start };
        for (id, packet) in store.packets.rows(first..ids.end) {
            let header = headers.as_mut().and_then(|headers| headers.next(store, id, &packet));
            let finding = match (history.as_mut(), &header) {
                (Some(history), Some(header)) => {
                    let from = End::from(packet.marks.has(Marks::FROM_B));
                    let segment = Segment { packet: id, time: packet.time, from, header: *header, marks: packet.marks };
                    history.observe_again(store, packet.flow, &segment)
                }
                _ => None,
            };
            let latest = latest.as_mut().and_then(|latest| latest.get_mut(packet.flow as usize));
            let previous = latest.map(|latest| std::mem::replace(latest, id)).filter(|&id| id != PacketId::MAX);
            if id < ids.start {
                continue;
            }
            if is_late(packet.flow) && store.late.get(&packet.flow).is_some_and(|&behind| id < behind) {
                told(id, None);
                continue;
            }
            let layers = layers.get(usize::from(packet.stack)).copied().unwrap_or_default();
            let row = Row { about: About { store, id, packet, finding, previous }, layers, header };
            told(id, root.decide(&row, asked, leaves));
        }
    }
}

/// The tests of a tree, the cheap ones first.
fn join<'p>(node: &'p Node, asked: &[Asked], leaves: &mut Vec<Leaf<'p>>) -> Join {
    let mut all = |nodes: &'p [Node]| {
        let mut joined: Vec<Join> = nodes.iter().map(|node| join(node, asked, leaves)).collect();
        sort::by_key(&mut joined, |join| join.cost(leaves));
        joined
    };
    match node {
        Node::Not(inner) => Join::Not(Box::new(join(inner, asked, leaves))),
        Node::And(nodes) => Join::And(all(nodes)),
        Node::Or(nodes) => Join::Or(all(nodes)),
        Node::Xor(nodes) => Join::Xor(all(nodes)),
        Node::Test(test) => {
            let mut alone = false;
            test.each_field(&mut |field| alone |= asked.iter().any(|asked| asked.is(field) && asked.in_handshake));
            leaves.push(Leaf { test, how: How::of(test, asked), alone });
            Join::Leaf(leaves.len() - 1)
        }
    }
}

impl How {
    fn of(test: &Test, asked: &[Asked]) -> Self {
        if let Some(number) = Self::number(test, asked) {
            return number;
        }
        let mut needed = 0;
        test.each_field(&mut |field| {
            let known = asked.iter().find(|asked| asked.is(field));
            needed |= known.map_or(needs::STACK, Asked::needs);
        });
        match needed {
            0 | needs::STACK => Self::Stack(Vec::new()),
            _ if needed & needs::ALL != 0 => Self::Each,
            _ => Self::Kind(mask(needed), Memo::default()),
        }
    }

    /// `frame.time_relative < 3`: a field that there is at most once, and a number.
    fn number(test: &Test, asked: &[Asked]) -> Option<Self> {
        let Test::Compare(compare) = test else { return None };
        let (Expr::Field(field), Expr::Literal(literal)) = (&compare.left, &compare.right) else { return None };
        let entry = asked.iter().find(|asked| asked.is(field))?.entry?;
        let is_apart = entry.needs & needs::ALL != 0 || entry.needs & !(needs::STACK | needs::FLOW) == needs::TCP_FLAGS;
        let is_number = matches!(literal, Datum::Uint(_) | Datum::Nanos(_)) && compare.op != Op::Contains;
        let (limit, is_time) = whole(literal)?;
        (is_apart && is_number && field.layers.is_empty()).then_some(Self::Number {
            entry,
            op: compare.op,
            limit,
            is_time,
        })
    }
}

/// A number, and whether it is a time.
#[inline]
fn whole(value: &Datum<'_>) -> Option<(i64, bool)> {
    match value {
        Datum::Uint(value) => i64::try_from(*value).ok().map(|value| (value, false)),
        Datum::Nanos(value) => Some((*value, true)),
        _ => None,
    }
}

impl Join {
    fn cost(&self, leaves: &[Leaf<'_>]) -> u8 {
        match self {
            Self::Leaf(at) => match leaves.get(*at).map(|leaf| &leaf.how) {
                Some(How::Stack(_)) => 0,
                Some(How::Number { .. }) => 1,
                Some(How::Kind(..)) => 2,
                _ => 3,
            },
            Self::Not(inner) => inner.cost(leaves),
            Self::And(all) | Self::Or(all) | Self::Xor(all) => {
                all.iter().map(|join| join.cost(leaves)).max().unwrap_or(0)
            }
        }
    }

    /// Kleene's logic, as [`Node::decide`] has it.
    fn decide(&self, row: &Row<'_>, asked: &[Asked], leaves: &mut [Leaf<'_>]) -> Option<bool> {
        match self {
            Self::Leaf(at) => leaves.get_mut(*at)?.decide(row, asked),
            Self::Not(inner) => inner.decide(row, asked, leaves).map(|passes| !passes),
            Self::And(all) => until(all, false, row, asked, leaves),
            Self::Or(all) => until(all, true, row, asked, leaves),
            Self::Xor(all) => {
                all.iter().try_fold(false, |passes, join| Some(passes ^ join.decide(row, asked, leaves)?))
            }
        }
    }
}

/// The first that decides, else its opposite; unknown if one of them is.
fn until(all: &[Join], decides: bool, row: &Row<'_>, asked: &[Asked], leaves: &mut [Leaf<'_>]) -> Option<bool> {
    let mut known = true;
    for join in all {
        match join.decide(row, asked, leaves) {
            Some(passes) if passes == decides => return Some(decides),
            Some(_) => {}
            None => known = false,
        }
    }
    known.then_some(!decides)
}

impl Leaf<'_> {
    #[inline]
    fn decide(&mut self, row: &Row<'_>, asked: &[Asked]) -> Option<bool> {
        let found = |test: &Test| pack(test.decide(&Columns { row, asked, alone: false }));
        let decided = match &mut self.how {
            How::Stack(known) => {
                let at = usize::from(row.about.packet.stack);
                if known.is_empty() {
                    known.resize(usize::from(u16::MAX) + 1, OPEN);
                }
                let place = known.get_mut(at)?;
                if *place == OPEN {
                    *place = found(self.test);
                }
                unpack(*place)
            }
            How::Kind(mask, memo) => {
                let key = key(&row.about.packet, mask);
                let place = memo.place(&key)?;
                if place.1 == OPEN || place.0 != key {
                    *place = (key, found(self.test));
                }
                unpack(place.1)
            }
            How::Number { entry, op, limit, is_time } => match entry.one(row) {
                Told::Absent => Some(false),
                Told::Is(value) => match whole(&value) {
                    Some((value, is)) if is == *is_time => Some(compare(value, *op, *limit)),
                    _ => unpack(found(self.test)),
                },
                // Perhaps the packet's layers say that it cannot have it.
                Told::Unknown => unpack(found(self.test)),
            },
            How::Each => unpack(found(self.test)),
        };
        match decided {
            None if self.alone => self.test.decide(&Columns { row, asked, alone: true }),
            _ => decided,
        }
    }
}

fn compare(value: i64, op: Op, limit: i64) -> bool {
    let order = value.cmp(&limit);
    match op {
        Op::Eq => order == Ordering::Equal,
        Op::Ne => order != Ordering::Equal,
        Op::Gt => order == Ordering::Greater,
        Op::Ge => order != Ordering::Less,
        Op::Lt => order == Ordering::Less,
        Op::Le => order != Ordering::Greater,
        Op::Contains => false,
    }
}
