//! A filter taken apart where its outermost `and`s or `or`s are: for showing its parts one by one.
use std::ops::Range;

/// How parts are joined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Join {
    And,
    Or,
    /// In another way that parts do not stand for themselves in.
    Other,
}

/// The joints outside all brackets and quotes.
fn joints(text: &str) -> Vec<(Join, Range<usize>)> {
    let (bytes, mut joints, mut depth, mut at) = (text.as_bytes(), Vec::new(), 0_usize, 0);
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-');
    while let Some(&byte) = bytes.get(at) {
        let rest = bytes.get(at..).unwrap_or_default();
        let length = match byte {
            b'(' | b'[' | b'{' => {
                depth += 1;
                1
            }
            b')' | b']' | b'}' => {
                depth = depth.saturating_sub(1);
                1
            }
            b'"' | b'\'' => quoted(rest),
            _ if is_word(&byte) => rest.iter().take_while(|byte| is_word(byte)).count(),
            _ if rest.starts_with(b"&&") || rest.starts_with(b"||") || rest.starts_with(b"^^") => 2,
            _ => 1,
        };
        let token = rest.get(..length).unwrap_or_default().to_ascii_lowercase();
        let join = match token.as_slice() {
            b"and" | b"&&" => Some(Join::And),
            b"or" | b"||" => Some(Join::Or),
            b"xor" | b"^^" => Some(Join::Other),
            _ => None,
        };
        if let (Some(join), 0) = (join, depth) {
            joints.push((join, at..at + length));
        }
        at += length.max(1);
    }
    joints
}

/// Length of what stands in quotes, with them.
fn quoted(text: &[u8]) -> usize {
    let Some((&quote, inner)) = text.split_first() else { return 0 };
    let mut at = 0;
    while let Some(&byte) = inner.get(at) {
        match byte {
            b'\\' => at += 2,
            _ if byte == quote => return at + 2,
            _ => at += 1,
        }
    }
    text.len()
}

/// The outermost parts, without the blanks around them, and how they are joined; one part when that is not one way. `and` binds
/// tighter than `or` in display filters, and no tighter in capture filters.
pub fn parts(text: &str, and_binds_tighter: bool) -> (Join, Vec<Range<usize>>) {
    let joints = joints(text);
    let has = |wanted: Join| joints.iter().any(|(join, _)| *join == wanted);
    let join = match (has(Join::And), has(Join::Or)) {
        _ if has(Join::Other) => Join::Other,
        (true, true) if !and_binds_tighter => Join::Other,
        (_, true) => Join::Or,
        _ => Join::And,
    };
    let mut parts = Vec::new();
    let mut start = 0;
    for (_, at) in joints.iter().filter(|(found, _)| *found == join && join != Join::Other) {
        parts.push(start..at.start);
        start = at.end;
    }
    parts.push(start..text.len());
    let trimmed = |part: Range<usize>| {
        let inner = text.get(part.clone()).unwrap_or_default();
        let start = part.start + (inner.len() - inner.trim_start().len());
        start..start + inner.trim().len()
    };
    (join, parts.into_iter().map(trimmed).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_fall_apart_at_their_outermost_joints() {
        let cases = [
            ("tcp", true, Join::And, vec!["tcp"]),
            ("tcp && ip.addr == 1.2.3.4 and not dns", true, Join::And, vec!["tcp", "ip.addr == 1.2.3.4", "not dns"]),
            ("a && b || c", true, Join::Or, vec!["a && b", "c"]),
            ("a and b or c", false, Join::Other, vec!["a and b or c"]),
            ("tcp and (port 80 or port 443)", false, Join::And, vec!["tcp", "(port 80 or port 443)"]),
            (r#"http.host == "a && \" b" || x.and.y"#, true, Join::Or, vec![r#"http.host == "a && \" b""#, "x.and.y"]),
            ("a xor b && c", true, Join::Other, vec!["a xor b && c"]),
            ("tcp.port in {1 or 2} ^^ é", true, Join::Other, vec!["tcp.port in {1 or 2} ^^ é"]),
            ("\"open && ", true, Join::And, vec!["\"open &&"]),
            ("", true, Join::And, vec![""]),
        ];
        for (text, tighter, join, expected) in cases {
            let (found, ranges) = parts(text, tighter);
            let texts: Vec<_> = ranges.into_iter().map(|range| &text[range]).collect();
            assert_eq!((found, texts), (join, expected), "{text}");
        }
    }
}
