//! Regular expressions over bytes, letters of either case, in time linear in what they look at.
use regex_lite::{Regex, RegexBuilder};
use std::borrow::Cow;

/// Bytes are looked at as the characters U+0000 to U+00FF: the engine knows texts only.
#[derive(Clone, Debug)]
pub struct Pattern(Regex);

impl Pattern {
    /// # Errors
    /// One sentence: why it is none.
    pub fn new(text: &[u8]) -> Result<Self, String> {
        if let Some((_, what)) = UNKNOWN.iter().find(|(sign, _)| contains(text, sign.as_bytes())) {
            return Err(format!("Regular expressions work without {what} here: they take linear time."));
        }
        let mut builder = RegexBuilder::new(&characters(text));
        match builder.case_insensitive(true).size_limit(1 << 20).nest_limit(100).build() {
            Ok(regex) => Ok(Self(regex)),
            Err(error) => Err(format!("This is no regular expression: {error}.")),
        }
    }

    pub fn fits(&self, bytes: &[u8]) -> bool {
        self.0.is_match(&characters(bytes))
    }
}

/// What needs more than linear time.
const UNKNOWN: &[(&str, &str)] = &[
    ("(?=", "look-ahead"),
    ("(?!", "look-ahead"),
    ("(?<=", "look-behind"),
    ("(?<!", "look-behind"),
    ("(?>", "atomic groups"),
    ("\\1", "references back to groups"),
    ("\\2", "references back to groups"),
    ("(?P=", "references back to groups"),
    ("\\k<", "references back to groups"),
];

fn contains(text: &[u8], part: &[u8]) -> bool {
    memchr::memmem::find(text, part).is_some()
}

fn characters(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) if bytes.is_ascii() => Cow::Borrowed(text),
        _ => Cow::Owned(bytes.iter().map(|&byte| char::from(byte)).collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_looked_at() {
        let fits = |pattern: &[u8], bytes: &[u8]| Pattern::new(pattern).expect("a pattern").fits(bytes);
        assert!(fits(b"^get|post", b"GET / HTTP"));
        assert!(fits("caf\u{e9}".as_bytes(), "un caf\u{e9}".as_bytes()));
        assert!(fits(b"a\\x00\xff", b"A\0\xff"));
        assert!(fits(b"(?i)user-agent", b"\xff\xfeUser-Agent"));
        assert!(!fits(b"[.](com|net)$", b"x.org"));
        for (pattern, part) in [("(?=a)", "look-ahead"), ("(a)\\1", "references"), ("[", "no regular expression")] {
            let told = Pattern::new(pattern.as_bytes()).expect_err("no pattern");
            assert!(told.contains(part), "{told}");
        }
    }
}
