//! Bencoding, BEP 3: integers, strings, lists and dictionaries.
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Problem, Protocol, Span, fields, text};

fields! {
    STRING_LENGTH: Uint => "bencode.str.length", "String Length";
    STRING: Text => "bencode.str", "String";
    INTEGER: Int => "bencode.int", "Integer";
    DICTIONARY: Label => "bencode.dict", "Dictionary";
    ENTRY: Label => "bencode.dict.entry", "Entry";
    LIST: Label => "bencode.list", "List";
}

pub(super) static BENCODE: Protocol = Protocol {
    name: "bencode",
    title: "Bencode",
    short: "",
    fields: FIELDS,
    claims: &[Claim::Named("bencode")],
    dissect,
    ..Protocol::PLAIN
};

/// Deeper nesting is nobody's.
const DEEPEST: u8 = 10;

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if d.wants() {
        value(d, &bytes, 0, DEEPEST)?;
    }
    Ok(Next::End)
}

/// Adds the value at `at`; where it ends, and its text where that is short.
fn value(d: &mut Dissection, bytes: &Bytes<'_>, at: usize, depth: u8) -> Result<(usize, Option<String>), Problem> {
    let Some(depth) = depth.checked_sub(1) else { return Err(Problem::Malformed) };
    let inside = at.saturating_add(1);
    match bytes.u8(at)? {
        b'i' => {
            let digits = until(bytes, inside, b'e')?;
            let end = inside.saturating_add(digits.len()).saturating_add(1);
            let number = std::str::from_utf8(digits).ok().and_then(|digits| digits.parse::<i64>().ok());
            let number = number.ok_or(Problem::Malformed)?;
            d.field(&INTEGER, bytes.span(at..end), number);
            Ok((end, Some(number.to_string())))
        }
        b'0'..=b'9' => {
            let (span, length_span, content, end) = string(bytes, at)?;
            d.field(&STRING_LENGTH, length_span, content.len());
            d.field(&STRING, span, text::shown(content));
            Ok((end, (content.len() < 32).then(|| text::shown(content))))
        }
        b'l' => {
            let all = bytes.span(at..bytes.len());
            d.label(&LIST, all, || "List".to_owned());
            d.nest(|d| {
                let mut at = inside;
                while bytes.u8(at)? != b'e' {
                    (at, _) = value(d, bytes, at, depth)?;
                }
                Ok((at.saturating_add(1), None))
            })
        }
        b'd' => {
            d.label(&DICTIONARY, bytes.span(at..bytes.len()), || "Dictionary".to_owned());
            d.nest(|d| {
                let mut at = inside;
                while bytes.u8(at)? != b'e' {
                    at = entry(d, bytes, at, depth)?;
                }
                Ok((at.saturating_add(1), None))
            })
        }
        _ => Err(Problem::Malformed),
    }
}

fn entry(d: &mut Dissection, bytes: &Bytes<'_>, at: usize, depth: u8) -> Result<usize, Problem> {
    let (_, _, key, after) = string(bytes, at)?;
    let place = d.fields.len();
    d.label(&ENTRY, bytes.span(at..after), || format!("Entry Key: {}", text::shown(key)));
    let (end, shown) = d.nest(|d| {
        value(d, bytes, at, depth)?;
        value(d, bytes, after, depth)
    })?;
    if let (Some(label), Some(shown)) = (d.fields.get_mut(place), shown) {
        label.note = Some(format!("Entry Key: {}  Value: {shown}", text::shown(key)).into());
        label.span = bytes.span(at..end);
    }
    Ok(end)
}

fn until<'p>(bytes: &Bytes<'p>, at: usize, end: u8) -> Result<&'p [u8], Problem> {
    const LONGEST: usize = 20;
    let rest = bytes.all().get(at..).unwrap_or_default();
    let length = rest.iter().take(LONGEST).position(|&byte| byte == end).ok_or_else(|| bytes.out_of_reach(bytes.len()))?;
    rest.get(..length).ok_or(Problem::Malformed)
}

type Text<'p> = (Span, Span, &'p [u8], usize);

/// The string at `at`: where it and its length stand, its bytes and its end.
fn string<'p>(bytes: &Bytes<'p>, at: usize) -> Result<Text<'p>, Problem> {
    let digits = until(bytes, at, b':')?;
    let length = std::str::from_utf8(digits).ok().and_then(|digits| digits.parse::<usize>().ok());
    let start = at.saturating_add(digits.len()).saturating_add(1);
    let end = start.saturating_add(length.ok_or(Problem::Malformed)?);
    Ok((bytes.span(start..end), bytes.span(at..start), bytes.take(start..end)?, end))
}
