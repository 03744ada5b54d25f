//! Redis serialization protocol, redis.io/docs/reference/protocol-spec.
use crate::engine::dissect::{
    Bytes, Claim, Dissection, Frame, Next, Payload, Problem, Protocol, Stream, Verdict, fields, text,
};

fields! {
    STRING: Text => "resp.string", "String";
    ERROR: Text => "resp.error", "Error";
    INTEGER: Int => "resp.integer", "Integer";
    ARRAY: Label => "resp.array", "Array";
    ARRAY_LENGTH: Int => "resp.array.length", "Length";
    BULK: Label => "resp.bulk_string", "Bulk String";
    BULK_LENGTH: Int => "resp.bulk_string.length", "Length";
    VALUE: Bytes => "resp.bulk_string.value", "Value";
    FRAGMENT: Label => "resp.fragment", "Fragment";
}

pub(super) static RESP: Protocol = Protocol {
    name: "resp",
    title: "REdis Serialization Protocol",
    short: "RESP",
    fields: FIELDS,
    claims: &[Claim::TcpPort(6379)],
    probe: Some(probe),
    framing: Some(framing),
    dissect,
    ..Protocol::PLAIN
};

/// Arrays in arrays that are looked into.
const DEEPEST: u8 = 8;

/// A decimal number and CR LF at the front of `bytes`; also what follows.
fn number(bytes: &[u8]) -> Option<(i64, &[u8])> {
    let end = bytes.iter().take(21).position(|&byte| byte == b'\r')?;
    let (digits, rest) = bytes.split_at_checked(end)?;
    let rest = rest.strip_prefix(b"\r\n")?;
    Some((std::str::from_utf8(digits).ok()?.parse().ok()?, rest))
}

/// A bulk string, none if its length is negative; also what follows it.
fn bulk(bytes: &[u8]) -> Option<(Option<&[u8]>, &[u8])> {
    let (length, rest) = number(bytes.strip_prefix(b"$")?)?;
    let Ok(length) = usize::try_from(length) else { return Some((None, rest)) };
    let (content, rest) = rest.split_at_checked(length)?;
    Some((Some(content), rest.strip_prefix(b"\r\n").unwrap_or(rest)))
}

fn probe(payload: &Payload<'_>) -> Verdict {
    if !payload.is_tcp() {
        return Verdict::NotMine;
    }
    match payload.bytes {
        // A command: an array of bulk strings, the first a word.
        [b'*', rest @ ..] => {
            let first = number(rest).and_then(|(count, rest)| Some((count, bulk(rest)?.0?)));
            match first {
                Some((1.., word)) => Verdict::certain_if(!word.is_empty() && text::readable(word)),
                _ => Verdict::Possible,
            }
        }
        [b'+' | b'-' | b':' | b'$' | b'_' | b'#' | b',' | b'%' | b'~' | b'>', ..] => Verdict::Possible,
        // Inline commands; else the middle of a long value.
        bytes => Verdict::possible_if(text::looks_like_text(bytes)),
    }
}

/// Values that are not waited for.
const LONGEST: usize = 16 << 20;
/// The shortest element: `+` and the end of its line.
const SHORTEST: usize = 3;

/// All elements that are whole make one message, as in Wireshark; one that is not is waited for.
fn framing(stream: &Stream<'_>) -> Frame {
    let mut end = 0;
    while end < stream.bytes.len() {
        end = match whole(stream.bytes, end) {
            Ok(next) => next,
            Err(least) if end == 0 && least > LONGEST => return Frame::Unframed,
            Err(least) if end == 0 => return Frame::Later { least, resume: 0 },
            Err(_) => break,
        };
    }
    if end == 0 { Frame::More } else { Frame::Message(end) }
}

/// Where the element at `at` ends with all that it holds; or how many bytes have to be there before that can be told.
fn whole(bytes: &[u8], mut at: usize) -> Result<usize, usize> {
    let mut open = 1_usize;
    while let Some(others) = open.checked_sub(1) {
        let least = at.saturating_add(open.saturating_mul(SHORTEST)).max(bytes.len().saturating_add(1));
        let rest = bytes.get(at..).unwrap_or_default();
        let Some(line) = rest.windows(2).position(|pair| pair == b"\r\n") else {
            let is_element = rest.first().is_none_or(|kind| b"+-:$*".contains(kind));
            // An inline command, or the middle of a long value.
            return if is_element && rest.len() < LONGEST { Err(least) } else { Ok(bytes.len()) };
        };
        at = at.saturating_add(line).saturating_add(2);
        open = others;
        let count = match rest {
            [b'$' | b'*', rest @ ..] => number(rest).and_then(|(count, _)| usize::try_from(count).ok()),
            _ => None,
        };
        match (rest.first(), count) {
            (Some(b'$'), Some(length)) => {
                at = at.saturating_add(length).saturating_add(2);
                if at > bytes.len() {
                    return Err(at.saturating_add(others.saturating_mul(SHORTEST)));
                }
            }
            (Some(b'*'), Some(count)) => open = open.saturating_add(count),
            _ => {}
        }
    }
    Ok(at)
}

/// Bytes that Wireshark writes out: text, lines of it too.
fn is_text(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_ok() && bytes.iter().all(|byte| !matches!(byte, 0..=8 | 11 | 12 | 14..=31 | 127))
}

fn escaped(bytes: &[u8]) -> String {
    text::shown(bytes.get(..256).unwrap_or(bytes)).replace('\r', "\\r").replace('\n', "\\n").replace('\t', "\\t")
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if !d.wants() {
        return Ok(Next::End);
    }
    let is_response = d.from_server(&[6379]);
    let mut message = Message { bytes, is_response, said: String::new() };
    let mut at = 0;
    while at < bytes.len() {
        at = match message.element(d, at, 0) {
            Some(end) => end,
            None => message.fragment(d, at),
        };
    }
    d.info(|| format!("{}:{}", if is_response { "Response" } else { "Request" }, message.said));
    Ok(Next::End)
}

struct Message<'p> {
    bytes: Bytes<'p>,
    is_response: bool,
    /// What the Info column has of the elements so far.
    said: String,
}

impl Message<'_> {
    fn say(&mut self, words: &str) {
        self.said.push(' ');
        self.said.push_str(words);
    }

    /// The element at `at`; returns where it ends. None when it is of no known kind or not all there.
    fn element(&mut self, d: &mut Dissection, at: usize, depth: u8) -> Option<usize> {
        let all = self.bytes.all();
        let (kind, rest) = all.get(at..)?.split_first()?;
        let end_of = |rest: &[u8]| all.len().saturating_sub(rest.len());
        match kind {
            b'+' | b'-' => {
                let line = text::whole_line(rest)?;
                let end = at.saturating_add(line.len()).saturating_add(3);
                let (is_error, span) = (*kind == b'-', self.bytes.span(at..end));
                d.field(if is_error { &ERROR } else { &STRING }, span, text::shown(line));
                if is_error {
                    self.say(&format!("Error: {}", escaped(line)));
                } else if depth == 0 {
                    self.say(&escaped(line));
                }
                Some(end)
            }
            b':' => {
                let (value, rest) = number(rest)?;
                d.field(&INTEGER, self.bytes.span(at..end_of(rest)), value);
                if depth == 0 {
                    self.say(&value.to_string());
                }
                Some(end_of(rest))
            }
            b'$' => {
                let (content, after) = bulk(all.get(at..)?)?;
                let (length, value) = number(rest)?;
                let (start, end) = (end_of(value), end_of(after));
                let said = match content {
                    None => "[NULL]".to_owned(),
                    Some(content) if is_text(content) => escaped(content),
                    Some(content) => format!("BulkString({})", content.len()),
                };
                d.label(&BULK, self.bytes.span(at..end), || format!("Bulk String: {said}"));
                d.nest(|d| {
                    d.field(&BULK_LENGTH, self.bytes.span(at..start), length);
                    if let Some(content) = content.filter(|content| !content.is_empty()) {
                        d.field(&VALUE, self.bytes.span(start..start.saturating_add(content.len())), content);
                    }
                });
                let is_word = content.is_some_and(is_text);
                if content.is_some() && if self.is_response { depth == 0 } else { is_word } {
                    self.say(&said);
                }
                Some(end)
            }
            b'*' if depth < DEEPEST => {
                let (count, rest) = number(rest)?;
                let (line, start) = (d.fields.len(), end_of(rest));
                d.label(&ARRAY, self.bytes.span(at..start), || match count {
                    ..0 => "Array: NULL".to_owned(),
                    0 => "Array: Empty".to_owned(),
                    _ => format!("Array: Length {count}"),
                });
                if depth == 0 && self.is_response && count > 0 {
                    self.say(&format!("Array({count})"));
                }
                let mut end = start;
                let whole = d.nest(|d| {
                    d.field(&ARRAY_LENGTH, self.bytes.span(at..start), count);
                    (0..count).all(|_| {
                        let next = self.element(d, end, depth.saturating_add(1));
                        end = next.unwrap_or(end);
                        next.is_some()
                    })
                });
                if let Some(found) = d.fields.get_mut(line) {
                    found.span = self.bytes.span(at..end);
                }
                (whole || end > start).then_some(end)
            }
            _ => None,
        }
    }

    /// Something else up to the end of its line: an inline command, or the middle of a long value.
    fn fragment(&mut self, d: &mut Dissection, at: usize) -> usize {
        let rest = self.bytes.all().get(at..).unwrap_or_default();
        let size = rest.windows(2).position(|pair| pair == b"\r\n").map_or(rest.len(), |end| end.saturating_add(2));
        let end = at.saturating_add(size.max(1));
        d.label(&FRAGMENT, self.bytes.span(at..end), || "Fragment".to_owned());
        if !self.said.ends_with("[fragment]") {
            self.say("[fragment]");
        }
        end
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn framed(bytes: &[u8]) -> Frame {
        framing(&Stream { bytes, from_port: 1, to_port: 6379, from_client: true, memory: 0, resume: 0 })
    }

    #[test]
    fn elements_are_waited_for() {
        assert_eq!(framed(b"*2\r\n$3\r\nGET\r\n$1\r\na\r\n"), Frame::Message(20));
        assert_eq!(framed(b"*2\r\n$3\r\nGET\r\n$5\r\na"), Frame::Later { least: 24, resume: 0 });
        assert_eq!(framed(b"*2\r\n$3\r\nGE"), Frame::Later { least: 16, resume: 0 });
        assert_eq!(framed(b"+O"), Frame::Later { least: 3, resume: 0 });
        // What is whole is read, the rest waits.
        assert_eq!(framed(b":1\r\n+OK\r\n$9\r\nx"), Frame::Message(9));
        assert_eq!(framed(b"*2\r\n*1\r\n:1\r\n$-1\r\n*0\r\n"), Frame::Message(21));
        assert_eq!(framed(b"PING"), Frame::Message(4));
        assert_eq!(framed(b"$99999999999\r\n"), Frame::Unframed);
    }
}
