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
use crate::engine::store::packets::{Marks, PacketId};
use rustc_hash::FxHashMap;
use std::cmp::Ordering;
use std::ops::Range;

/// A filter made ready for columns.
pub struct Plan<'p> {
    store: &'p Store,
    asked: Vec<Asked>,
    leaves: Vec<Leaf<'p>>,
    root: Join,
    /// By stack: its layers, and the first stack that this filter cannot tell from it.
    stacks: Vec<(Layers, u16)>,
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
    /// By the packet's layers alone: by the first of stacks alike, what was found or [`OPEN`].
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

/// A row's parts in numbers: flow, path, the first of stacks alike, marks, length.
type Key = [u32; 5];
/// Which bits of them matter.
type Mask = Key;

#[inline]
fn key(row: &Row<'_>, mask: &Mask) -> Key {
    let [flow, path, stack, marks, length] = mask;
    let packet = &row.about.packet;
    [
        packet.flow & flow,
        packet.path & path,
        u32::from(row.alike) & stack,
        packet.marks.0 & marks,
        packet.wire_len & length,
    ]
}

fn mask(needs: u16, store: &Store) -> Mask {
    let all = |need| if needs & need != 0 { u32::MAX } else { 0 };
    let (sender, flags, marks) = (all(needs::SENDER), all(needs::TCP_FLAGS), all(needs::MARKS));
    let marks = sender & Marks::FROM_B | flags & Marks::TCP_FLAGS | marks & !(Marks::TCP_FLAGS | Marks::FROM_B);
    let path = all(if store.paths.has_flows() { needs::PATH | needs::AROUND } else { needs::PATH });
    [all(needs::FLOW), path, all(needs::STACK), marks, all(needs::LENGTH)]
}

/// What was found for kinds of rows, each at a place that follows from its key: another of the same place takes it over.
struct Memo {
    places: Vec<(Key, u8)>,
    bits: u32,
}

/// Places of a memo at least and at most, as powers of two: 24 bytes each.
const PLACE_BITS: std::ops::RangeInclusive<u32> = 8..=17;

impl Memo {
    /// With a place for each kind, if they are not too many.
    fn new(kinds: u32) -> Self {
        let bits = (u32::BITS - kinds.leading_zeros()).clamp(*PLACE_BITS.start(), *PLACE_BITS.end());
        Self { places: vec![(Key::default(), OPEN); 1 << bits], bits }
    }

    #[inline]
    fn place(&mut self, key: &Key) -> Option<&mut (Key, u8)> {
        let hash = key.iter().fold(0_u32, |hash, part| (hash.rotate_left(5) ^ part).wrapping_mul(0x9e37_79b9));
        self.places.get_mut((hash >> (u32::BITS - self.bits)) as usize)
    }
}

/// By stack: its layers, and the first stack that a filter cannot tell from it, which asks for these.
fn alike(store: &Store, asked: &[Asked]) -> Vec<(Layers, u16)> {
    let stacks = &store.stacks;
    let mut kinds: FxHashMap<(Layers, u32, usize, Vec<u8>), u16> = FxHashMap::default();
    let of = |stack: u16| {
        let layers = Layers::of(stacks, stack);
        let seen = |asked: &Asked| {
            u8::from(asked.is_absent(stacks, stack))
                | u8::from(asked.layer.is_some() && asked.is_layer(stacks, stack)) << 1
        };
        let file = store.packets.file(PacketId::MAX, stack);
        let kind = (layers, stacks.interface(stack), file, asked.iter().map(seen).collect());
        (layers, *kinds.entry(kind).or_insert(stack))
    };
    (0..=u16::MAX).take(stacks.len()).map(of).collect()
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
        let root = join(&filter.root, store, &asked, &mut leaves);
        let needs = |bits| asked.iter().any(|asked| asked.needs() & bits == bits);
        let headers = needs(needs::HEADER).then(Headers::default);
        let history = needs(needs::HISTORY).then(Sequences::default);
        let latest = needs(needs::PREVIOUS).then(|| vec![PacketId::MAX; store.flows.len() as usize]);
        let stacks = alike(store, &asked);
        let mut late: Vec<bool> = Vec::new();
        if !store.late.is_empty() && asked.iter().any(|asked| asked.above) {
            late = (0..store.flows.len()).map(|flow| store.late.contains_key(&flow)).collect();
        }
        Self { store, asked, leaves, root, stacks, headers, history, latest, late }
    }

    /// Whether packets match; `None` where columns do not tell.
    pub fn decide(&mut self, ids: Range<PacketId>, mut told: impl FnMut(PacketId, Option<bool>)) {
        let Self { store, asked, leaves, root, stacks, headers, history, latest, late } = self;
        let store = *store;
        let is_late = |flow: u32| late.get(flow as usize).is_some_and(|&is| is);
        // Connections are followed from their beginning.
        let first = if headers.is_some() || latest.is_some() { 0 } else { ids.start };
        // Rows one after the other in a closure: as a loop over an iterator of chunks they cost twice as much.
        store.packets.rows(first..ids.end).for_each(|(id, packet)| {
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
                return;
            }
            if is_late(packet.flow) && store.late.get(&packet.flow).is_some_and(|&behind| id < behind) {
                told(id, None);
                return;
            }
            let (layers, alike) = stacks.get(usize::from(packet.stack)).copied().unwrap_or_default();
            let row = Row { about: About { store, id, packet, finding, previous }, layers, alike, header };
            told(id, root.decide(&row, asked, leaves));
        });
    }
}

/// The tests of a tree, the cheap ones first.
fn join<'p>(node: &'p Node, store: &Store, asked: &[Asked], leaves: &mut Vec<Leaf<'p>>) -> Join {
    let mut all = |nodes: &'p [Node]| {
        let mut joined: Vec<Join> = nodes.iter().map(|node| join(node, store, asked, leaves)).collect();
        sort::by_key(&mut joined, |join| join.cost(leaves));
        joined
    };
    match node {
        Node::Not(inner) => Join::Not(Box::new(join(inner, store, asked, leaves))),
        Node::And(nodes) => Join::And(all(nodes)),
        Node::Or(nodes) => Join::Or(all(nodes)),
        Node::Xor(nodes) => Join::Xor(all(nodes)),
        Node::Test(test) => {
            let mut alone = false;
            test.each_field(&mut |field| alone |= asked.iter().any(|asked| asked.is(field) && asked.in_handshake));
            leaves.push(Leaf { test, how: How::of(test, store, asked), alone });
            Join::Leaf(leaves.len() - 1)
        }
    }
}

impl How {
    fn of(test: &Test, store: &Store, asked: &[Asked]) -> Self {
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
            _ => {
                let by = |need, count: usize| if needed & need != 0 { count } else { 0 };
                let kinds = by(needs::FLOW, store.flows.len() as usize).max(by(needs::PATH, store.paths.len()));
                Self::Kind(mask(needed, store), Memo::new(u32::try_from(kinds).unwrap_or(u32::MAX)))
            }
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
                let at = usize::from(row.alike);
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
                let key = key(row, mask);
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
