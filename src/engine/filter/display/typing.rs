//! Which values may stand side by side, and what literals are read as.
use super::super::Wrong;
use super::datum::{Datum, Type};
use super::lexer::wrong;
use super::literal::{self, Written};
use super::names;
use super::pattern::Pattern;
use super::tree::{Compare, Cut, Expr, FieldRef, Math, Member, Named, Op, Test};
use super::words::{Does, Function};
use crate::engine::dissect::Kind;
use crate::engine::protocols::PROTOCOLS;
use std::ops::Range;

/// What was read, before its types are known.
#[derive(Clone, Debug)]
pub struct Part {
    pub raw: Raw,
    pub at: Range<usize>,
}

#[derive(Clone, Debug)]
pub enum Raw {
    Written(Written),
    Field(FieldRef),
    Reference(FieldRef),
    Slice(Box<Part>, Vec<Cut>),
    Call(&'static Function, Vec<Part>),
    Math(Math, Box<Part>, Box<Part>),
    Minus(Box<Part>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quantifier {
    Any,
    All,
}

/// There is no such name.
pub fn unknown(name: &str, at: Range<usize>) -> Wrong {
    let near = names::near(name);
    let hint = match near.as_slice() {
        [] => String::new(),
        near => format!(" Did you mean {}?", near.join(", ")),
    };
    Wrong { message: format!("There is no field or protocol \"{name}\" here.{hint}"), at }
}

impl Part {
    /// Its type; None for literals, which take what they are compared with.
    fn kind(&self) -> Option<Type> {
        match &self.raw {
            Raw::Written(_) => None,
            Raw::Field(field) | Raw::Reference(field) => Some(if field.raw { Type::Bytes } else { field.kind }),
            Raw::Slice(inner, _) => Some(if inner.kind() == Some(Type::Text) { Type::Text } else { Type::Bytes }),
            Raw::Call(function, inputs) => function.does.gives().or_else(|| inputs.iter().find_map(Self::kind)),
            Raw::Math(_, left, right) => left.kind().or_else(|| right.kind()),
            Raw::Minus(inner) => inner.kind(),
        }
    }

    /// The field it is, for its values' names.
    fn field(&self) -> Option<&FieldRef> {
        match &self.raw {
            Raw::Field(field) => Some(field),
            _ => None,
        }
    }

    /// As an expression; literals as values of `kind`. `part`: an address may be a piece of one.
    fn typed(self, kind: Option<Type>, part: bool) -> Result<Expr, Wrong> {
        let at = self.at;
        match self.raw {
            Raw::Field(field) => Ok(Expr::Field(field)),
            Raw::Reference(field) => Ok(Expr::Reference(field, Vec::new())),
            Raw::Written(written) => {
                let Some(kind) = kind else { return Err(no_field(&written, at)) };
                if let Written::Word(word) = &written
                    && word.starts_with('.')
                {
                    return Err(unknown(word, at));
                }
                match literal::value(&written, kind, part) {
                    Ok(value) => Ok(Expr::Literal(value)),
                    Err(reason) => wrong(at, format!("{} {reason}.", shown(&written))),
                }
            }
            Raw::Slice(mut inner, cuts) => {
                let (kind, at) = (inner.kind(), inner.at.clone());
                // A protocol's slice is one of its own header; contains and matches look at all that it carries.
                if let Raw::Field(field) = &mut inner.raw {
                    field.raw |= kind == Some(Type::Protocol);
                }
                match kind {
                    Some(
                        Type::Text
                        | Type::Bytes
                        | Type::Protocol
                        | Type::Ether
                        | Type::Ipv4
                        | Type::Ipv6
                        | Type::Address
                        | Type::None,
                    ) => Ok(Expr::Slice(Box::new(inner.typed(None, false)?), cuts)),
                    Some(kind) => wrong(
                        at,
                        format!(
                            "This is {}: it cannot be sliced into bytes. @ before a field asks for its bytes.",
                            literal::name(kind)
                        ),
                    ),
                    None => Err(match inner.raw {
                        Raw::Written(Written::Word(word)) => unknown(&word, at),
                        _ => Wrong { message: "Only fields and functions can be sliced.".to_owned(), at },
                    }),
                }
            }
            Raw::Call(function, inputs) => call(function, inputs, &at, kind),
            Raw::Math(math, left, right) => {
                let kind = left.kind().or_else(|| right.kind()).or(kind);
                let kind = kind.map(|kind| if kind == Type::Bool { Type::Uint } else { kind });
                let fits = match math {
                    Math::And => !matches!(
                        kind,
                        Some(Type::Text | Type::Float | Type::Duration | Type::Time | Type::Protocol | Type::None)
                    ),
                    _ => {
                        matches!(kind, None | Some(Type::Uint | Type::Int | Type::Float | Type::Duration | Type::Time))
                    }
                };
                if !fits {
                    return wrong(
                        at,
                        format!("This cannot be calculated with: it is {}.", kind.map_or("", literal::name)),
                    );
                }
                // A time is multiplied by a number, not by a time.
                let scaled = matches!(math, Math::Multiply | Math::Divide | Math::Modulo)
                    && matches!(kind, Some(Type::Duration | Type::Time));
                let other = if scaled || kind == Some(Type::Time) {
                    Some(if scaled { Type::Float } else { Type::Duration })
                } else {
                    kind
                };
                for side in [&left, &right] {
                    if let (Some(a), Some(b)) = (kind, side.kind())
                        && !compatible(a, b)
                        && !(is_number(b) && scaled)
                    {
                        return wrong(
                            side.at.clone(),
                            format!("This is {}, and cannot be combined with {}.", literal::name(b), literal::name(a)),
                        );
                    }
                }
                let left_kind = if left.kind().is_some() { kind } else { other };
                Ok(Expr::Math(math, Box::new(left.typed(left_kind, false)?), Box::new(right.typed(other, false)?)))
            }
            Raw::Minus(inner) => {
                let kind = inner.kind().or(kind);
                if !matches!(kind, None | Some(Type::Uint | Type::Int | Type::Float | Type::Duration)) {
                    return wrong(
                        inner.at.clone(),
                        format!("This has no sign: it is {}.", kind.map_or("", literal::name)),
                    );
                }
                Ok(match inner.typed(kind, false)? {
                    Expr::Literal(value) => Expr::Literal(value.minus()),
                    other => Expr::Minus(Box::new(other)),
                })
            }
        }
    }
}

/// A literal stands where something of the packet is expected.
fn no_field(written: &Written, at: Range<usize>) -> Wrong {
    match written {
        Written::Word(word)
            if !word.starts_with(|c: char| c.is_ascii_digit()) || word.chars().any(|c| c.is_ascii_alphabetic()) =>
        {
            unknown(word, at)
        }
        _ => Wrong {
            message: format!("{} says nothing about a packet: a field or protocol is expected.", shown(written)),
            at,
        },
    }
}

fn shown(written: &Written) -> String {
    match written {
        Written::Word(word) => format!("\"{word}\""),
        Written::Text(text) => format!("\"{}\"", String::from_utf8_lossy(text)),
        Written::Char(byte) => format!("'{}'", char::from(*byte)),
    }
}

fn is_number(kind: Type) -> bool {
    matches!(kind, Type::Uint | Type::Int | Type::Float | Type::Bool)
}

fn compatible(a: Type, b: Type) -> bool {
    use Type::{Address, Bytes, Duration, Ether, Ipv4, Ipv6, None, Protocol, Time};
    let bytes = |kind| matches!(kind, Bytes | Protocol | Ether | None);
    let addresses = |kind| matches!(kind, Ether | Ipv4 | Ipv6 | Address);
    let times = |kind| matches!(kind, Time | Duration);
    a == b
        || is_number(a) && is_number(b)
        || bytes(a) && bytes(b)
        || times(a) && times(b)
        || a == Address && addresses(b)
        || b == Address && addresses(a)
}

fn call(function: &'static Function, inputs: Vec<Part>, at: &Range<usize>, kind: Option<Type>) -> Result<Expr, Wrong> {
    let name = function.name;
    let kinds = inputs.iter().find_map(Part::kind).or(kind);
    let mut exprs = Vec::new();
    for mut input in inputs {
        let (kind, input_at) = (input.kind(), input.at.clone());
        let wanted = match function.does {
            Does::Upper | Does::Lower if kind != Some(Type::Text) => Err("texts"),
            Does::Largest | Does::Smallest if kind.is_some_and(|kind| matches!(kind, Type::Protocol | Type::None)) => {
                Err("values that can be compared")
            }
            Does::Magnitude if !kind.or(kinds).is_some_and(|kind| is_number(kind) || kind == Type::Duration) => {
                Err("numbers")
            }
            Does::Decimal if !matches!(kind, Some(Type::Uint | Type::Int)) => Err("whole numbers"),
            Does::Float if !kind.is_some_and(is_number) => Err("numbers"),
            Does::Private | Does::Multicast | Does::LinkLocal | Does::UniqueLocal | Does::SpecialName
                if !matches!(kind, Some(Type::Ipv4 | Type::Ipv6 | Type::Address)) =>
            {
                Err("addresses")
            }
            Does::Text if matches!(kind, None | Some(Type::Protocol | Type::Bytes | Type::None | Type::Text)) => {
                Err("numbers and addresses")
            }
            Does::Names if input.field().is_none() => Err("fields"),
            Does::Length | Does::Count if kind.is_none() => Err("fields"),
            _ => Ok(()),
        };
        if let Err(wanted) = wanted {
            if let Raw::Written(Written::Word(word)) = &input.raw
                && !word.starts_with(|c: char| c.is_ascii_digit())
            {
                return Err(unknown(word, input_at));
            }
            return wrong(input_at, format!("{name} takes {wanted} only."));
        }
        if let Raw::Field(field) = &mut input.raw {
            // The length of a number is that of its bytes.
            field.raw |= function.does == Does::Length && kind != Some(Type::Text);
            field.by_name = function.does == Does::Names;
        }
        exprs.push(input.typed(kinds, false)?);
    }
    if kinds.is_none() && exprs.iter().all(|expr| matches!(expr, Expr::Literal(_))) {
        return wrong(at.clone(), "Nothing here is of the packet.");
    }
    Ok(Expr::Call(function, exprs))
}

/// The name of a value, in quotes or not, beside a field whose values have names: the field's names are compared.
fn by_name(doubts: &mut Vec<Wrong>, field: &Part, literal: &Part) -> Option<Result<(Expr, Expr), Wrong>> {
    let Raw::Field(reference) = &field.raw else { return None };
    let kind = reference.kind;
    let (Raw::Written(written), false) = (&literal.raw, reference.raw) else { return None };
    if !matches!(kind, Type::Uint | Type::Int | Type::Bool) {
        return None;
    }
    let text = match written {
        Written::Text(text) => String::from_utf8_lossy(text).into_owned(),
        Written::Word(word) if word.starts_with(|c: char| c.is_ascii_alphabetic()) => word.clone(),
        _ => return None,
    };
    let Named::Fields(fields) = &reference.names else { return None };
    let at = literal.at.clone();
    let found = |value: u64| Some(Ok((Expr::Field(reference.clone()), Expr::Literal(Datum::Uint(value)))));
    if kind == Type::Bool
        && let Some(set) = literal::flag(&text)
    {
        return found(set.into());
    }
    if let Some(names) = value_names(fields) {
        return match names.iter().find(|(_, name)| *name == text) {
            Some((value, _)) => found(*value),
            None => {
                let known: Vec<_> = names.iter().take(12).map(|(_, name)| *name).collect();
                Some(wrong(at, format!("{} has no value \"{text}\". There are {}.", reference.name, known.join(", "))))
            }
        };
    }
    if kind == Type::Bool && !text.contains(' ') {
        return Some(wrong(at, format!("\"{text}\" is not a flag: write 1 or 0, True or False.")));
    }
    if nameless(reference.name) {
        return Some(wrong(at, format!("\"{text}\" is not {}.", literal::name(kind))));
    }
    let message = format!("Compared with what the values of {} are called in the details.", reference.name);
    doubts.push(Wrong { message, at });
    let mut named = reference.clone();
    named.by_name = true;
    Some(Ok((Expr::Field(named), Expr::Literal(Datum::Text(text.into())))))
}

/// Numbers that only count, whatever they are of: their values have no names.
fn nameless(name: &str) -> bool {
    let last = name.rsplit(['.', '_']).next().unwrap_or(name);
    let ends = [
        "port", "len", "length", "number", "stream", "ttl", "count", "id", "seq", "ack", "raw", "value", "size",
        "flags", "offset", "window",
    ];
    ends.iter().any(|end| last.ends_with(end))
}

/// Names of a field's values, where a table has them.
fn value_names(fields: &[&'static crate::engine::dissect::Field]) -> Option<Vec<(u64, &'static str)>> {
    let field = *fields.first()?;
    let slots = PROTOCOLS.iter().flat_map(|protocol| protocol.layouts.iter().copied().flatten());
    let slot = slots.into_iter().find(|slot| std::ptr::eq(&slot.field, field)).filter(|slot| !slot.names.is_empty())?;
    if slot.field.kind == Kind::Label {
        return None;
    }
    let mut next = 0_u64;
    let mut found = Vec::new();
    for word in slot.names.split('|') {
        let (number, name) = match word.split_once('=').map(|(number, name)| (number.parse(), name)) {
            Some((Ok(number), name)) => (number, name),
            _ => (next, word),
        };
        next = number.saturating_add(1);
        if !name.is_empty() {
            found.push((number, name));
        }
    }
    Some(found)
}

/// The largest number that a field can have, where that is plain: ports, and what is shown with so many hexadecimal digits.
fn largest(field: &FieldRef) -> Option<u64> {
    let Named::Fields(fields) = &field.names else { return None };
    match fields.first()?.kind {
        Kind::Hex(digits @ 1..=14) => Some((1 << (u32::from(digits).next_multiple_of(2) * 4)) - 1),
        Kind::Uint if field.name.ends_with("port") => Some(0xffff),
        _ => None,
    }
}

/// A bare name that is also a byte: which of them is meant in Wireshark.
fn also_protocol(doubts: &mut Vec<Wrong>, part: &Part) {
    if let Raw::Written(Written::Word(word)) = &part.raw
        && matches!(word.as_str(), "fc" | "ff")
    {
        let message = format!("Wireshark takes {word} for a protocol; {word}: or 0x{word} is the byte everywhere.");
        doubts.push(Wrong { message, at: part.at.clone() });
    }
}

/// A date without a zone: Wireshark takes the time of the place where it runs. Here it is UTC for everybody, because links to what a
/// page shows are given to people elsewhere.
fn no_zone(doubts: &mut Vec<Wrong>, kind: Type, part: &Part) {
    let text = match &part.raw {
        Raw::Written(Written::Text(bytes)) => String::from_utf8_lossy(bytes).into_owned(),
        Raw::Written(Written::Word(word)) => word.clone(),
        _ => return,
    };
    if kind == Type::Time && super::times::moment(&text).is_some() && !super::times::has_zone(&text) {
        let message = "A time without a zone is UTC here; Wireshark takes it for local time. With Z or +09:00 behind it both agree.";
        doubts.push(Wrong { message: message.to_owned(), at: part.at.clone() });
    }
}

/// Hosts are texts in Wireshark (their names, if it knows them): `ip.host == "192.0.2.1"`.
fn host_as_text(part: Part) -> Part {
    let is_host = |field: &FieldRef| {
        let of = field.name.strip_prefix("ipv6.").or(field.name.strip_prefix("ip."));
        of.is_some_and(|name| matches!(name, "host" | "src_host" | "dst_host")) && !field.raw
    };
    match (part.field().is_some_and(is_host), super::words::find("string")) {
        (true, Some(string)) => Part { at: part.at.clone(), raw: Raw::Call(string, vec![part]) },
        _ => part,
    }
}

pub fn compare(
    doubts: &mut Vec<Wrong>,
    left: Part,
    (op, usual): (Op, Quantifier),
    at: &Range<usize>,
    right: Part,
    quantifier: Option<Quantifier>,
) -> Result<Compare, Wrong> {
    let (left, right) = (host_as_text(left), host_as_text(right));
    let all = quantifier.unwrap_or(usual) == Quantifier::All;
    if quantifier.is_some() && left.kind().is_none() {
        return wrong(left.at, "any and all stand before a field.");
    }
    let part = op == Op::Contains;
    if !part && let Some(named) = by_name(doubts, &left, &right) {
        let (left, right) = named?;
        return Ok(Compare { left, op, right, all });
    }
    if !part && let Some(named) = by_name(doubts, &right, &left) {
        let (right, left) = named?;
        return Ok(Compare { left, op, right, all });
    }
    let (kind, other) = (left.kind(), right.kind());
    let Some(common) = kind.or(other) else {
        return match (&left.raw, &right.raw) {
            (Raw::Written(Written::Word(word)), _) if !word.starts_with(|c: char| c.is_ascii_digit()) => {
                Err(unknown(word, left.at))
            }
            _ => wrong(left.at.start..right.at.end, "Nothing here is of the packet: one side must be a field."),
        };
    };
    also_protocol(doubts, &right);
    [&left, &right].into_iter().for_each(|part| no_zone(doubts, common, part));
    if part && !matches!(kind, Some(Type::Text | Type::Bytes | Type::Protocol | Type::Ether | Type::None)) {
        return wrong(left.at, format!("contains looks into texts and bytes; this is {}.", literal::name(common)));
    }
    // Order needs more than presence.
    if common == Type::None && matches!(op, Op::Gt | Op::Ge | Op::Lt | Op::Le) {
        return wrong(at.clone(), "A label has no order.");
    }
    if let (Some(a), Some(b)) = (kind, other)
        && !compatible(a, b)
        && !(part && b == Type::Text)
    {
        return wrong(
            right.at,
            format!("This is {}, and cannot be compared with {}.", literal::name(b), literal::name(a)),
        );
    }
    let common = if common == Type::None { Type::Bytes } else { common };
    if let (Some(most), Raw::Written(Written::Word(word))) = (left.field().and_then(largest), &right.raw)
        && literal::whole(word).is_some_and(|number| number > most)
    {
        return wrong(right.at, format!("\"{word}\" is larger than this field can be: {most} at most."));
    }
    Ok(Compare { left: left.typed(Some(common), part)?, op, right: right.typed(Some(common), part)?, all })
}

pub fn within(
    doubts: &mut Vec<Wrong>,
    expr: Part,
    set: Vec<(Part, Option<Part>)>,
    quantifier: Option<Quantifier>,
) -> Result<Test, Wrong> {
    let Some(kind) = expr.kind() else {
        return wrong(expr.at, "Only a field or what is made of one can be in a set.");
    };
    let all = quantifier == Some(Quantifier::All);
    // Names of values: as many tests as elements, on what they are called.
    let names = set.iter().all(|(first, last)| last.is_none() && matches!(first.raw, Raw::Written(Written::Text(_))));
    let mut expr = expr;
    let mut members = Vec::new();
    for (first, last) in set {
        if names && let Some(named) = by_name(doubts, &expr, &first) {
            let (named, value) = named?;
            if let (Raw::Field(field), Expr::Field(named)) = (&mut expr.raw, named) {
                field.by_name = named.by_name;
            }
            members.push(Member::One(value));
            continue;
        }
        let mut check = |part: Part| {
            if let Some(other) = part.kind()
                && !compatible(kind, other)
            {
                return wrong(
                    part.at,
                    format!("This is {}, and cannot be compared with {}.", literal::name(other), literal::name(kind)),
                );
            }
            also_protocol(doubts, &part);
            no_zone(doubts, kind, &part);
            part.typed(Some(kind), false)
        };
        let first = check(first)?;
        members.push(match last {
            Some(last) => Member::Range(first, check(last)?),
            None => Member::One(first),
        });
    }
    Ok(Test::Within { expr: expr.typed(None, false)?, set: members, all })
}

pub fn matching(left: Part, pattern: &Part, quantifier: Option<Quantifier>) -> Result<Test, Wrong> {
    let Raw::Written(Written::Text(text)) = &pattern.raw else {
        return wrong(pattern.at.clone(), "matches takes a regular expression in double quotes: \"^GET|POST\".");
    };
    let mut left = host_as_text(left);
    match left.kind() {
        Some(Type::Text | Type::Bytes | Type::Protocol | Type::Ether | Type::None) => {}
        // Their names are texts: tcp.checksum.status matches "good".
        Some(Type::Uint | Type::Int) if left.field().is_some_and(|field| !nameless(field.name)) => {
            if let Raw::Field(field) = &mut left.raw {
                field.by_name = true;
            }
        }
        Some(kind) => {
            let message = format!(
                "matches looks into texts and bytes; this is {}. string(…) makes a text of it.",
                literal::name(kind)
            );
            return wrong(left.at, message);
        }
        None => {
            return Err(left
                .typed(None, false)
                .err()
                .unwrap_or(Wrong { message: String::new(), at: pattern.at.clone() }));
        }
    }
    let pattern = Pattern::new(text).map_err(|message| Wrong { message, at: pattern.at.clone() })?;
    Ok(Test::Matches { expr: left.typed(None, false)?, pattern, all: quantifier == Some(Quantifier::All) })
}

/// Something that is compared with nothing.
pub fn alone(part: Part) -> Result<Test, Wrong> {
    match &part.raw {
        Raw::Math(..) | Raw::Minus(_) => {
            if part.kind().is_none() {
                return wrong(part.at, "Nothing here is of the packet.");
            }
            Ok(Test::NotZero(part.typed(None, false)?))
        }
        Raw::Call(function, _) if function.does.gives().is_some_and(is_number) => {
            Ok(Test::NotZero(part.typed(None, false)?))
        }
        Raw::Reference(_) => {
            wrong(part.at, "A value of the selected packet is compared with something: tcp.stream == ${tcp.stream}.")
        }
        _ => Ok(Test::Exists(part.typed(None, false)?)),
    }
}
