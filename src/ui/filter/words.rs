//! Filters as texts: joined, turned round, quoted. What is right in both languages. Pure.
use std::ops::Range;

/// How a condition comes to what stands in the bar: the entries of Wireshark's menus.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Join {
    Selected,
    Not,
    And,
    Or,
    AndNot,
    OrNot,
}

pub(crate) const JOINS: [(Join, &str); 6] = [
    (Join::Selected, "Selected"),
    (Join::Not, "Not Selected"),
    (Join::And, "…and Selected"),
    (Join::Or, "…or Selected"),
    (Join::AndNot, "…and not Selected"),
    (Join::OrNot, "…or not Selected"),
];

/// The filter that comes of it.
pub(crate) fn joined(now: &str, join: Join, part: &str) -> String {
    let turned = matches!(join, Join::Not | Join::AndNot | Join::OrNot);
    let part = if turned { negated(part) } else { part.trim().to_owned() };
    match join {
        Join::Selected | Join::Not => part,
        _ if now.trim().is_empty() => part,
        Join::And | Join::AndNot => together(&[now, &part], false),
        Join::Or | Join::OrNot => together(&[now, &part], true),
    }
}

/// Conditions that must all hold, or of which any may.
pub(crate) fn together(parts: &[&str], any: bool) -> String {
    let with = if any { "||" } else { "&&" };
    let wrapped = |part: &&str| {
        let part = part.trim();
        if parts.len() > 1 && operators(part).any(|operator| operator != with) {
            format!("({part})")
        } else {
            part.to_owned()
        }
    };
    parts.iter().map(wrapped).collect::<Vec<_>>().join(&format!(" {with} "))
}

/// The opposite; of an opposite, what it is the opposite of.
pub(crate) fn negated(part: &str) -> String {
    let part = part.trim();
    let inner = part.strip_prefix('!').or_else(|| part.strip_prefix("not ")).map(str::trim);
    if let Some(inner) = inner {
        if is_word(inner) {
            return inner.to_owned();
        }
        let within = inner.strip_prefix('(').and_then(|inner| inner.strip_suffix(')'));
        if let Some(within) = within.filter(|within| is_balanced(within)) {
            return within.trim().to_owned();
        }
    }
    if is_word(part) { format!("!{part}") } else { format!("!({part})") }
}

/// A protocol or a field alone.
fn is_word(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(is_name)
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"._-".contains(&byte)
}

/// Runs through a text outside of its quotes: what follows a place, and how deep in brackets it is.
fn outside(text: &str, mut tell: impl FnMut(usize, i32)) {
    let (mut depth, mut quote, mut escaped) = (0, 0u8, false);
    for (at, byte) in text.bytes().enumerate() {
        if quote != 0 {
            if !escaped && byte == quote {
                quote = 0;
            }
            escaped = !escaped && byte == b'\\';
            continue;
        }
        match byte {
            b'"' | b'\'' => quote = byte,
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth -= 1,
            _ => {}
        }
        tell(at, depth);
    }
}

fn is_balanced(text: &str) -> bool {
    let (mut least, mut last) = (0, 0);
    outside(text, |_, depth| (least, last) = (least.min(depth), depth));
    least == 0 && last == 0
}

/// The operators that join conditions, outside of brackets and quotes: as signs, whichever way they are written.
fn operators(text: &str) -> impl Iterator<Item = &'static str> {
    const SIGNS: [(&str, &str); 6] =
        [("&&", "&&"), ("||", "||"), ("^^", "^^"), ("and", "&&"), ("or", "||"), ("xor", "^^")];
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut word_before = false;
    outside(text, |at, depth| {
        let rest = bytes.get(at..).unwrap_or_default();
        let sign = SIGNS.iter().find(|(written, _)| {
            let ends = rest.get(written.len()).is_none_or(|byte| !is_name(*byte));
            rest.get(..written.len()).is_some_and(|there| there.eq_ignore_ascii_case(written.as_bytes()))
                && (!is_word(written) || (!word_before && ends))
        });
        if let Some((_, sign)) = sign.filter(|_| depth == 0) {
            found.push(*sign);
        }
        word_before = rest.first().is_some_and(|byte| is_name(*byte));
    });
    found.into_iter()
}

/// A text as a display filter has it.
pub(crate) fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// A text as one word of a shell's command.
pub(crate) fn shell(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// What is before, at and behind a place that counts UTF-16 units.
pub(crate) fn cut<'a>(text: &'a str, at: &Range<u32>) -> [&'a str; 3] {
    let byte = |units: u32| {
        let mut passed = 0;
        let reached = |c: &char| {
            passed += c.len_utf16() as u32;
            passed <= units
        };
        text.chars().take_while(reached).map(char::len_utf8).sum::<usize>()
    };
    let (from, to) = (byte(at.start), byte(at.end.max(at.start)));
    [text.get(..from), text.get(from..to), text.get(to..)].map(Option::unwrap_or_default)
}

/// From one time to another, ns since the capture's first packet.
pub(crate) fn span(times: (i64, i64)) -> String {
    between(TIME, times)
}

const TIME: &str = "frame.time_relative";

/// From a time to before another.
pub(crate) fn within((from, before): (i64, i64)) -> String {
    format!("{TIME} >= {} && {TIME} < {}", seconds(from), seconds(before))
}

/// A filter that ends with a span of time, as [`within`] and [`span`] write it: the other conditions, and from and to before.
pub(crate) fn without_span(text: &str) -> Option<(String, (i64, i64))> {
    let start = text.rfind(&format!("{TIME} >= "))?;
    let (others, span) = (text.get(..start)?.trim(), text.get(start..)?.trim());
    let (from, to) = span.split_once(" && ")?;
    let from = nanos(from.strip_prefix(TIME)?.strip_prefix(" >= ")?)?;
    let to = to.strip_prefix(TIME)?;
    let before = match to.strip_prefix(" <= ") {
        Some(last) => nanos(last)?.checked_add(1)?,
        None => nanos(to.strip_prefix(" < ")?)?,
    };
    let others = match others.strip_suffix("&&") {
        Some(others) => others.trim(),
        None if others.is_empty() => others,
        None => return None,
    };
    if before <= from || !is_balanced(others) || operators(others).any(|operator| operator != "&&") {
        return None;
    }
    let within = others.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')).filter(|within| is_balanced(within));
    Some((within.unwrap_or(others).to_owned(), (from, before)))
}

/// The opposite of [`seconds`].
fn nanos(text: &str) -> Option<i64> {
    let (sign, text) = text.strip_prefix('-').map_or((1, text), |text| (-1, text));
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    if part.len() > 9 || !(whole.bytes().chain(part.bytes())).all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let part: i64 = format!("{part:0<9}").parse().ok()?;
    whole.parse::<i64>().ok()?.checked_mul(1_000_000_000)?.checked_add(part).map(|ns| ns * sign)
}

/// A field that is a time, ns.
pub(crate) fn between(field: &str, (from, to): (i64, i64)) -> String {
    if from == to {
        return format!("{field} == {}", seconds(from));
    }
    format!("{field} >= {} && {field} <= {}", seconds(from), seconds(to))
}

/// Seconds without needless digits.
fn seconds(ns: i64) -> String {
    let all = format!(
        "{}{}.{:09}",
        if ns < 0 { "-" } else { "" },
        ns.unsigned_abs() / 1_000_000_000,
        ns.unsigned_abs() % 1_000_000_000
    );
    all.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_are_joined_as_wireshark_does_with_parentheses_where_needed() {
        let cases = [
            ("", Join::And, "tcp", "tcp"),
            ("", Join::OrNot, "tcp.port == 80", "!(tcp.port == 80)"),
            ("udp", Join::Selected, "tcp", "tcp"),
            ("udp", Join::Not, "tcp", "!tcp"),
            ("tcp.port == 80", Join::And, "ip.ttl > 3", "tcp.port == 80 && ip.ttl > 3"),
            ("a && b", Join::And, "c", "a && b && c"),
            ("a and b AND d", Join::And, "c", "a and b AND d && c"),
            ("a || b", Join::And, "c", "(a || b) && c"),
            ("a && b", Join::Or, "c || d", "(a && b) || c || d"),
            ("a xor b", Join::AndNot, "c or d", "(a xor b) && !(c or d)"),
            ("x == \"a || b\"", Join::And, "c", "x == \"a || b\" && c"),
            ("(a || b)", Join::And, "c", "(a || b) && c"),
            ("tcp.flags & 2", Join::Or, "d[1:2] == 0:1", "tcp.flags & 2 || d[1:2] == 0:1"),
            ("x contains \"\\\"or\" or y", Join::And, "c", "(x contains \"\\\"or\" or y) && c"),
            ("http.author == 1", Join::And, "and.or", "http.author == 1 && and.or"),
        ];
        for (now, join, part, wanted) in cases {
            assert_eq!(joined(now, join, part), wanted, "{now} {join:?} {part}");
        }
    }

    #[test]
    fn turned_round_twice_is_the_same() {
        for part in ["tcp", "tcp.port == 80", "a && b", "x == \")\""] {
            assert_eq!(negated(&negated(part)), part);
        }
        assert_eq!(negated("not tcp"), "tcp");
        assert_eq!(negated("!(a) && (b)"), "!(!(a) && (b))");
        assert_eq!(negated("!a == 1"), "!(!a == 1)");
    }

    #[test]
    fn texts_are_quoted_for_filters_and_for_shells() {
        assert_eq!(quoted("a\"b\\"), "\"a\\\"b\\\\\"");
        assert_eq!(shell("a'b"), r"'a'\''b'");
    }

    #[test]
    fn places_count_utf_16_units() {
        assert_eq!(cut("ä𝄞x", &(1..3)), ["ä", "𝄞", "x"]);
        assert_eq!(cut("ab", &(2..2)), ["ab", "", ""]);
        assert_eq!(cut("ab", &(1..9)), ["a", "b", ""]);
    }

    #[test]
    fn a_span_of_time_is_found_again_behind_the_other_conditions() {
        let span = (-1_500_000_000, 20_000_000_001);
        for others in ["", "tcp", "a && b", "a || b", "x == \"frame.time_relative >= 1\""] {
            let text = joined(others, Join::And, &within(span));
            assert_eq!(without_span(&text), Some((others.to_owned(), span)), "{text}");
        }
        let last = "tcp && frame.time_relative >= 1 && frame.time_relative <= 1.5";
        assert_eq!(without_span(last), Some(("tcp".into(), (1_000_000_000, 1_500_000_001))));
        for other in [
            "",
            "tcp",
            "a || b && frame.time_relative >= 1 && frame.time_relative < 2",
            "!(frame.time_relative >= 1 && frame.time_relative < 2)",
            "frame.time_relative >= 1 && frame.time_relative < 2 && tcp",
            "frame.time_relative >= 2 && frame.time_relative < 1",
            "frame.time_relative >= 1 && frame.time_relative < x",
        ] {
            assert_eq!(without_span(other), None, "{other}");
        }
    }

    #[test]
    fn spans_of_time_are_exact() {
        assert_eq!(
            span((-1_500_000_000, 20_000_000_001)),
            "frame.time_relative >= -1.5 && frame.time_relative <= 20.000000001"
        );
        assert_eq!(seconds(3_000_000_000), "3");
        assert_eq!(seconds(0), "0");
        assert_eq!(seconds(10_000_000_000), "10");
    }
}
