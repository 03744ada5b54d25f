//! JavaScript Object Notation, RFC 8259.
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Problem, Protocol, Span, fields, text};

fields! {
    OBJECT: Label => "json.object", "Object";
    ARRAY: Label => "json.array", "Array";
    MEMBER: Text => "json.member", "Member";
    PATH_VALUE: Text => "json.path_with_value", "Path with value";
    MEMBER_VALUE: Text => "json.member_with_value", "Member with value";
    KEY: Text => "json.key", "Key";
    PATH: Text => "json.path", "Path";
    STRING: Text => "json.value.string", "String value";
    NUMBER: Text => "json.value.number", "Number value";
    TRUE: Label => "json.value.true", "True value";
    FALSE: Label => "json.value.false", "False value";
    NULL: Label => "json.value.null", "Null value";
}

pub(super) static JSON: Protocol =
    Protocol { name: "json", title: "JavaScript Object Notation", fields: FIELDS, dissect, ..Protocol::PLAIN };

/// Deeper nesting is not followed.
const MOST_DEPTH: usize = 100;
/// More values are checked, but not shown.
const MOST_SHOWN: usize = 5000;

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    d.column_add("JSON");
    let mut reader = Reader { all: bytes.all(), at: 0, shown: 0, path: String::new(), member: None };
    let whole = reader.value(d, &bytes, 0).is_some() && {
        reader.blanks();
        reader.at >= reader.all.len()
    };
    // Of a long text the first pass has but the beginning: that must do.
    if whole || bytes.is_cut() {
        return Ok(Next::End);
    }
    Ok(Next::Claim(Claim::Named("data-text-lines"), bytes))
}

struct Reader<'b> {
    all: &'b [u8],
    at: usize,
    shown: usize,
    /// The members that the value at hand is in: `/list/[]/name`.
    path: String,
    /// The member whose value comes next.
    member: Option<String>,
}

impl<'b> Reader<'b> {
    fn peek(&self) -> Option<u8> {
        self.all.get(self.at).copied()
    }

    fn skip(&mut self, count: usize) {
        self.at = self.at.saturating_add(count);
    }

    fn blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.skip(1);
        }
    }

    fn is(&mut self, byte: u8) -> bool {
        self.blanks();
        let is = self.peek() == Some(byte);
        self.skip(is.into());
        is
    }

    /// Whether values are still shown.
    fn shows(&mut self, d: &Dissection) -> bool {
        self.shown = self.shown.saturating_add(1);
        d.wants() && self.shown <= MOST_SHOWN
    }

    /// A value and the blanks before it; nothing when there is none.
    fn value(&mut self, d: &mut Dissection, bytes: &Bytes<'_>, depth: usize) -> Option<()> {
        if depth > MOST_DEPTH {
            return None;
        }
        self.blanks();
        let start = self.at;
        let member = self.member.take();
        match self.peek()? {
            b'{' => self.members(d, bytes, depth, b'}'),
            b'[' => self.members(d, bytes, depth, b']'),
            b'"' => {
                let text = self.string()?;
                if self.shows(d) {
                    let (span, text) = (bytes.span(start..self.at), unescaped(text));
                    self.locate(d, span, member, &text);
                    d.field(&STRING, span, text);
                }
                Some(())
            }
            b'-' | b'0'..=b'9' => {
                let number = self.number()?;
                if self.shows(d) {
                    let (span, text) = (bytes.span(start..self.at), text::shown(number));
                    self.locate(d, span, member, &text);
                    d.field(&NUMBER, span, text);
                }
                Some(())
            }
            _ => {
                let (word, field) = [("true", &TRUE), ("false", &FALSE), ("null", &NULL)]
                    .into_iter()
                    .find(|(word, _)| self.all.get(start..).is_some_and(|rest| rest.starts_with(word.as_bytes())))?;
                self.skip(word.len());
                if self.shows(d) {
                    let span = bytes.span(start..self.at);
                    self.locate(d, span, member, word);
                    d.label(field, span, || word.to_owned());
                }
                Some(())
            }
        }
    }

    /// Where a member's value stands, with it.
    fn locate(&self, d: &mut Dissection, span: Span, member: Option<String>, value: &str) {
        if let Some(member) = member {
            d.generated(&PATH_VALUE, span, format!("{}:{value}", self.path));
            d.generated(&MEMBER_VALUE, span, format!("{member}:{value}"));
        }
    }

    /// An object or an array, its line in the tree as long as it is.
    fn members(&mut self, d: &mut Dissection, bytes: &Bytes<'_>, depth: usize, end: u8) -> Option<()> {
        let (start, line, shown) = (self.at, d.fields.len(), self.shows(d));
        if shown {
            let (field, name) = if end == b'}' { (&OBJECT, "Object") } else { (&ARRAY, "Array") };
            d.label(field, bytes.span(start..start.saturating_add(1)), || name.to_owned());
        }
        self.skip(1);
        let (path, deeper) = (self.path.len(), depth.saturating_add(1));
        if d.wants() && end == b']' {
            self.path.push_str("/[]");
        }
        let whole = d.nest(|d| self.inside(d, bytes, deeper, end));
        self.path.truncate(path);
        if shown {
            self.ends(d, bytes, line, start);
        }
        whole
    }

    fn inside(&mut self, d: &mut Dissection, bytes: &Bytes<'_>, depth: usize, end: u8) -> Option<()> {
        if self.is(end) {
            return Some(());
        }
        loop {
            if end == b'}' {
                self.member(d, bytes, depth)?
            } else {
                self.value(d, bytes, depth)?
            }
            if self.is(end) {
                return Some(());
            }
            if !self.is(b',') {
                return None;
            }
        }
    }

    /// A name and its value.
    fn member(&mut self, d: &mut Dissection, bytes: &Bytes<'_>, depth: usize) -> Option<()> {
        self.blanks();
        let (start, line) = (self.at, d.fields.len());
        let name = self.string()?;
        let (key, shown) = (bytes.span(start..self.at), self.shows(d));
        let name = if shown { unescaped(name) } else { String::new() };
        let path = self.path.len();
        if shown {
            d.field(&MEMBER, key, name.clone());
            self.path.push('/');
            self.path.push_str(&name);
            self.member = Some(name.clone());
        }
        if !self.is(b':') {
            return None;
        }
        let whole = d.nest(|d| {
            let whole = self.value(d, bytes, depth);
            if shown {
                d.field(&KEY, key, name);
                d.generated(&PATH, bytes.span(start..self.at), self.path.clone());
            }
            whole
        });
        self.path.truncate(path);
        if shown {
            self.ends(d, bytes, line, start);
        }
        whole
    }

    /// Says of a line of the tree that it is of all bytes since its start.
    fn ends(&self, d: &mut Dissection, bytes: &Bytes<'_>, line: usize, start: usize) {
        if let Some(found) = d.fields.get_mut(line) {
            found.span = bytes.span(start..self.at);
        }
    }

    /// What stands between two quotes.
    fn string(&mut self) -> Option<&'b [u8]> {
        if self.peek() != Some(b'"') {
            return None;
        }
        self.skip(1);
        let start = self.at;
        loop {
            match self.peek()? {
                b'"' => {
                    let text = self.all.get(start..self.at);
                    self.skip(1);
                    return text;
                }
                b'\\' => self.skip(2),
                0..=0x1f => return None,
                _ => self.skip(1),
            }
        }
    }

    fn digits(&mut self) -> usize {
        let from = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.skip(1);
        }
        self.at.saturating_sub(from)
    }

    fn number(&mut self) -> Option<&'b [u8]> {
        let start = self.at;
        self.skip((self.peek() == Some(b'-')).into());
        if self.digits() == 0 {
            return None;
        }
        if self.peek() == Some(b'.') {
            self.skip(1);
            if self.digits() == 0 {
                return None;
            }
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.skip(1);
            self.skip(matches!(self.peek(), Some(b'+' | b'-')).into());
            if self.digits() == 0 {
                return None;
            }
        }
        self.all.get(start..self.at)
    }
}

/// A string's text: its escapes undone, if all of them are some (RFC 8259 §7).
fn unescaped(text: &[u8]) -> String {
    let mut out = Vec::with_capacity(text.len());
    let mut parts = text.split(|&byte| byte == b'\\');
    out.extend_from_slice(parts.next().unwrap_or_default());
    // The unit before, when it is the first half of a character beyond the first 65,536.
    let mut high = None;
    while let Some(part) = parts.next() {
        let (rest, unit) = match part {
            // The backslash escapes the next one, and what follows that is plain.
            [] => (parts.next().unwrap_or_default(), u16::from(b'\\')),
            [b'u', a, b, c, d, rest @ ..] => {
                let Some(unit) = hex(&[*a, *b, *c, *d]) else { return text::shown(text) };
                (rest, unit)
            }
            [letter, rest @ ..] => {
                let Some(at) = b"bfnrt\"/".iter().position(|known| known == letter) else { return text::shown(text) };
                (rest, b"\x08\x0c\n\r\t\"/".get(at).copied().unwrap_or_default().into())
            }
        };
        let units = high.take().into_iter().chain([unit]);
        if (0xd800..0xdc00).contains(&unit) && rest.is_empty() {
            high = Some(unit);
            continue;
        }
        for c in char::decode_utf16(units) {
            let Ok(c) = c else { return text::shown(text) };
            out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
        }
        out.extend_from_slice(rest);
    }
    text::shown(if high.is_none() { &out } else { text })
}

fn hex(digits: &[u8]) -> Option<u16> {
    digits.iter().try_fold(0, |all: u16, digit| Some(all << 4 | char::from(*digit).to_digit(16)? as u16))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::dissect::Wanted;

    fn read(json: &[u8]) -> (bool, Vec<String>) {
        let bytes = Bytes::reassembled(json, 0);
        let mut d = Dissection::new(Wanted::Everything);
        d.enter(0, &bytes);
        let whole = matches!(dissect(&mut d, bytes), Ok(Next::End));
        (
            whole,
            d.fields.iter().map(|found| format!("{}:{}{}", found.depth, found.field.title(), found.text())).collect(),
        )
    }

    #[test]
    fn values_nest() {
        let (whole, lines) = read(b" {\"a\\n\": [1, -2.5e3, true], \"b\": {}} \n");
        assert!(whole);
        let expected = [
            "0:Object",
            "1:Membera\n",
            "2:Array",
            "3:Number value1",
            "3:Number value-2.5e3",
            "3:True value",
            "1:Memberb",
            "2:Object",
        ];
        let lines: Vec<&str> =
            lines.iter().map(String::as_str).filter(|line| !line[2..].starts_with(['K', 'P'])).collect();
        assert_eq!(lines, expected);
    }

    #[test]
    fn members_say_where_they_are() {
        let (_, lines) = read(b"{\"a\": [{\"b\": 7}]}");
        let wanted =
            ["5:Path with value/a/[]/b:7", "5:Member with valueb:7", "5:Number value7", "5:Keyb", "5:Path/a/[]/b"];
        assert_eq!(lines.iter().filter(|line| line.starts_with('5')).collect::<Vec<_>>(), wanted);
    }

    #[test]
    fn what_is_none_is_lines() {
        for text in ["{", "{}x", "nothing", "[1,]", "{\"a\" 1}", "1.", "", "\"a\nb\""] {
            assert!(!read(text.as_bytes()).0, "{text}");
        }
        let deep = "[".repeat(100_000);
        assert!(!read(deep.as_bytes()).0);
    }
}
