//! Whether a packet passes, from its values: true, false or unknown.
use super::datum::Datum;
use super::special;
use super::tree::{Compare, Cut, Expr, FieldRef, Layers, Math, Member, Node, Op, Test};
use super::values::{Item, Values};
use super::words::Does;
use std::borrow::Cow;
use std::cmp::Ordering;

type Items<'v> = Vec<Item<'v>>;

impl Node {
    /// Kleene's logic: what is unknown may not matter.
    pub fn decide(&self, values: &dyn Values) -> Option<bool> {
        match self {
            Self::Test(test) => test.decide(values),
            Self::Not(inner) => inner.decide(values).map(|passes| !passes),
            Self::And(nodes) => until(nodes, values, false),
            Self::Or(nodes) => until(nodes, values, true),
            Self::Xor(nodes) => nodes.iter().try_fold(false, |passes, node| Some(passes ^ node.decide(values)?)),
        }
    }
}

/// The first that decides, else its opposite; unknown if one of them is.
fn until(nodes: &[Node], values: &dyn Values, decides: bool) -> Option<bool> {
    let mut known = true;
    for node in nodes {
        match node.decide(values) {
            Some(passes) if passes == decides => return Some(decides),
            Some(_) => {}
            None => known = false,
        }
    }
    known.then_some(!decides)
}

impl Test {
    pub fn decide(&self, values: &dyn Values) -> Option<bool> {
        match self {
            Self::Exists(Expr::Field(field)) if field.layers.is_empty() => values.has(field),
            Self::Exists(expr) => Some(!all_of(expr, values)?.is_empty()),
            Self::NotZero(expr) => Some(all_of(expr, values)?.iter().any(|item| !item.value.is_zero())),
            Self::Compare(compare) => compare.decide(values),
            Self::Matches { expr, pattern, all } => {
                let items = all_of(expr, values)?;
                Some(quantified(&items, *all, |item| pattern.fits(&item.value.bytes())))
            }
            Self::Within { expr, set, all } => {
                let items = all_of(expr, values)?;
                if items.is_empty() {
                    return Some(false);
                }
                let mut members = Vec::with_capacity(set.len());
                for member in set {
                    members.push(match member {
                        Member::One(Expr::Literal(value)) => Bounds::Literal(value),
                        Member::One(expr) => Bounds::One(all_of(expr, values)?),
                        Member::Range(first, last) => Bounds::Range(all_of(first, values)?, all_of(last, values)?),
                    });
                }
                Some(quantified(&items, *all, |item| members.iter().any(|member| member.hold(&item.value))))
            }
        }
    }
}

/// An element of a set, with its values.
enum Bounds<'v> {
    Literal(&'v Datum<'v>),
    One(Items<'v>),
    Range(Items<'v>, Items<'v>),
}

impl Bounds<'_> {
    fn hold(&self, value: &Datum<'_>) -> bool {
        match self {
            Self::Literal(one) => holds(value, Op::Eq, one),
            Self::One(items) => items.iter().any(|one| holds(value, Op::Eq, &one.value)),
            Self::Range(first, last) => {
                first.iter().any(|first| holds(value, Op::Ge, &first.value))
                    && last.iter().any(|last| holds(value, Op::Le, &last.value))
            }
        }
    }
}

/// Of nothing, nothing holds.
fn quantified(items: &[Item<'_>], all: bool, holds: impl FnMut(&Item<'_>) -> bool) -> bool {
    if all { !items.is_empty() && items.iter().all(holds) } else { items.iter().any(holds) }
}

impl Compare {
    fn decide(&self, values: &dyn Values) -> Option<bool> {
        if let Expr::Literal(right) = &self.right {
            let left = all_of(&self.left, values)?;
            return Some(quantified(&left, self.all, |item| holds(&item.value, self.op, right)));
        }
        let left = all_of(&self.left, values)?;
        if left.is_empty() {
            return Some(false);
        }
        let right = all_of(&self.right, values)?;
        if right.is_empty() {
            return Some(false);
        }
        Some(quantified(&left, self.all, |a| quantified(&right, self.all, |b| holds(&a.value, self.op, &b.value))))
    }
}

/// Values of different kinds are neither equal nor ordered.
fn holds(a: &Datum<'_>, op: Op, b: &Datum<'_>) -> bool {
    if op == Op::Contains {
        let (whole, part) = (a.bytes(), b.bytes());
        return memchr::memmem::find(&whole, &part).is_some();
    }
    let Some(order) = a.compare(b) else { return op == Op::Ne };
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

/// An expression's values; none if the source cannot tell.
fn all_of<'v>(expr: &'v Expr, values: &'v dyn Values) -> Option<Items<'v>> {
    let mut items = Vec::new();
    evaluate(expr, values, &mut items).then_some(items)
}

fn evaluate<'v>(expr: &'v Expr, values: &'v dyn Values, into: &mut Items<'v>) -> bool {
    match expr {
        Expr::Literal(value) => into.push(plain(borrowed(value))),
        Expr::Field(field) => {
            if !values.of(field, into) {
                return false;
            }
            choose(field, into);
        }
        Expr::Reference(_, bound) => into.extend(bound.iter().map(|value| plain(borrowed(value)))),
        Expr::Slice(inner, cuts) => {
            let Some(items) = all_of(inner, values) else { return false };
            into.extend(
                items.into_iter().filter_map(|item| Some(Item { value: slice(&item.value, cuts)?, layer: item.layer })),
            );
        }
        Expr::Minus(inner) => {
            let Some(items) = all_of(inner, values) else { return false };
            into.extend(items.iter().map(|item| plain(item.value.minus())));
        }
        Expr::Math(math, left, right) => {
            let (Some(left), Some(right)) = (all_of(left, values), all_of(right, values)) else { return false };
            for a in &left {
                into.extend(right.iter().filter_map(|b| calculate(*math, &a.value, &b.value)).map(plain));
            }
        }
        Expr::Call(function, inputs) => {
            let mut all = Vec::new();
            for input in inputs {
                if !evaluate(input, values, &mut all) {
                    return false;
                }
            }
            call(function.does, all, into);
        }
    }
    true
}

fn plain(value: Datum<'_>) -> Item<'_> {
    Item { value, layer: 0 }
}

fn borrowed<'v>(value: &'v Datum<'_>) -> Datum<'v> {
    match value {
        Datum::Text(text) => Datum::Text(Cow::Borrowed(text)),
        Datum::Bytes(bytes) => Datum::Bytes(Cow::Borrowed(bytes)),
        other => other.clone().into_owned(),
    }
}

/// Keeps what stands in the layers that are asked for.
pub fn choose(field: &FieldRef, items: &mut Items<'_>) {
    if field.layers.is_empty() {
        return;
    }
    let last = items.iter().map(|item| i32::from(item.layer)).max().unwrap_or(0);
    let place = |number: i32| if number < 0 { last.saturating_add(number).saturating_add(1) } else { number };
    let is_chosen =
        |layer: i32| field.layers.iter().any(|&(from, to): &Layers| (place(from)..=place(to)).contains(&layer));
    items.retain(|item| is_chosen(i32::from(item.layer)));
}

/// What the cuts leave of a value, one after the other; nothing if one of them does not lie within it.
fn slice(value: &Datum<'_>, cuts: &[Cut]) -> Option<Datum<'static>> {
    if let Datum::Text(text) = value {
        let characters: Vec<char> = text.chars().collect();
        let mut part = String::new();
        for cut in cuts {
            part.extend(characters.get(range(*cut, characters.len())?)?);
        }
        return Some(Datum::Text(part.into()));
    }
    let bytes = value.bytes();
    let mut part = Vec::new();
    for cut in cuts {
        part.extend_from_slice(bytes.get(range(*cut, bytes.len())?)?);
    }
    Some(Datum::Bytes(part.into()))
}

fn range(cut: Cut, length: usize) -> Option<std::ops::Range<usize>> {
    let place = |at: i32| if at < 0 { length.checked_sub(at.unsigned_abs() as usize) } else { Some(at as usize) };
    let range = match cut {
        Cut::Length(from, size) => place(from)?..place(from)?.checked_add(size as usize)?,
        Cut::Through(first, last) => place(first)?..place(last)?.checked_add(1)?,
        Cut::From(first) => place(first)?..length,
    };
    (range.start < range.end && range.end <= length).then_some(range)
}

/// Nothing for a division by zero and what is too large.
fn calculate(math: Math, a: &Datum<'_>, b: &Datum<'_>) -> Option<Datum<'static>> {
    if math == Math::And
        && let (Datum::Bytes(_) | Datum::Ether(_) | Datum::Ipv4(_) | Datum::Ipv6(_), _) = (a, b)
    {
        if let (Datum::Ipv4(a), Datum::Ipv4(b)) = (a, b) {
            return Some(Datum::Ipv4(a & b));
        }
        let (a, b) = (a.bytes(), b.bytes());
        return Some(Datum::Bytes(a.iter().zip(b.iter()).map(|(a, b)| a & b).collect::<Vec<u8>>().into()));
    }
    match (a, b) {
        (Datum::Float(_), _) | (_, Datum::Float(_)) | (Datum::Nanos(_), Datum::Uint(_) | Datum::Int(_)) => {
            let nanos = matches!(a, Datum::Nanos(_));
            let (a, b) = (a.number(), b.number());
            let result = match math {
                Math::Add => a + b,
                Math::Subtract => a - b,
                Math::Multiply => a * b,
                Math::Divide if b != 0.0 => a / b,
                Math::Modulo if b != 0.0 => a % b,
                _ => return None,
            };
            Some(if nanos { Datum::Nanos((result * 1e9).round() as i64) } else { Datum::Float(result) })
        }
        (Datum::Nanos(a), Datum::Nanos(b)) => match math {
            Math::Add => a.checked_add(*b).map(Datum::Nanos),
            Math::Subtract => a.checked_sub(*b).map(Datum::Nanos),
            _ => None,
        },
        _ => {
            let (a, b) = (a.whole()?, b.whole()?);
            let result = match math {
                Math::Add => a.checked_add(b),
                Math::Subtract => a.checked_sub(b),
                Math::Multiply => a.checked_mul(b),
                Math::Divide => a.checked_div(b),
                Math::Modulo => a.checked_rem(b),
                Math::And => Some(a & b),
            }?;
            u64::try_from(result).map(Datum::Uint).or_else(|_| i64::try_from(result).map(Datum::Int)).ok()
        }
    }
}

fn call<'v>(does: Does, all: Items<'v>, into: &mut Items<'v>) {
    let each = |into: &mut Items<'v>, value: fn(&Datum<'v>) -> Option<Datum<'v>>| {
        into.extend(all.iter().filter_map(|item| Some(Item { value: value(&item.value)?, layer: item.layer })));
    };
    match does {
        Does::Count => {
            if !all.is_empty() {
                into.push(plain(Datum::Uint(all.len() as u64)));
            }
        }
        Does::Length => each(into, |value| match value {
            Datum::Text(text) => Some(Datum::Uint(text.chars().count() as u64)),
            other => Some(Datum::Uint(other.bytes().len() as u64)),
        }),
        Does::Upper => each(into, |value| Some(Datum::Text(value.text().to_ascii_uppercase().into()))),
        Does::Lower => each(into, |value| Some(Datum::Text(value.text().to_ascii_lowercase().into()))),
        Does::Text => each(into, |value| Some(Datum::Text(value.text().into()))),
        Does::Decimal => each(into, |value| value.whole().map(|number| Datum::Text(number.to_string().into()))),
        Does::SpecialName => each(into, |value| match value {
            Datum::Ipv4(v) => special::of_ipv4(*v).map(|name| Datum::Text(name.into())),
            Datum::Ipv6(v) => special::of_ipv6(*v).map(|name| Datum::Text(name.into())),
            _ => None,
        }),
        Does::Names => into.extend(all),
        Does::Float => each(into, |value| Some(Datum::Float(value.number()))),
        Does::Magnitude => each(into, |value| match value {
            Datum::Int(v) => Some(Datum::Uint(v.unsigned_abs())),
            Datum::Nanos(v) => Some(Datum::Nanos(v.saturating_abs())),
            Datum::Float(v) => Some(Datum::Float(v.abs())),
            other => Some(other.clone()),
        }),
        Does::Largest => into.extend(farthest(all, Ordering::Greater)),
        Does::Smallest => into.extend(farthest(all, Ordering::Less)),
        Does::Private => each(into, |value| match value {
            Datum::Ipv4(v) => Some(Datum::Uint((*v >> 24 == 10 || *v >> 20 == 0xac1 || *v >> 16 == 0xc0a8).into())),
            _ => None,
        }),
        Does::Multicast => each(into, |value| match value {
            Datum::Ipv4(v) => Some(Datum::Uint((*v >> 28 == 0xe).into())),
            Datum::Ipv6(v) => Some(Datum::Uint((*v >> 120 == 0xff).into())),
            _ => None,
        }),
        Does::UniqueLocal => each(into, |value| match value {
            Datum::Ipv6(v) => Some(Datum::Uint((*v >> 121 == 0xfc >> 1).into())),
            _ => None,
        }),
        Does::LinkLocal => each(into, |value| match value {
            Datum::Ipv4(v) => Some(Datum::Uint((*v >> 16 == 0xa9fe).into())),
            Datum::Ipv6(v) => Some(Datum::Uint((*v >> 118 == 0xfe80 >> 6).into())),
            _ => None,
        }),
    }
}

fn farthest<'v>(all: Items<'v>, way: Ordering) -> Option<Item<'v>> {
    all.into_iter().reduce(|best, item| if item.value.compare(&best.value) == Some(way) { item } else { best })
}
