//! Internet Message Access Protocol, RFC 9051.
use crate::engine::dissect::{
    Bytes, Claim, Dissection, Field, Frame, MAX_LAYERS, Next, Payload, Problem, Protocol, Stream, Verdict, fields, text,
};

fields! {
    REQUEST: Text => "imap.request", "Request";
    TAG: Text => "imap.request_tag", "Request Tag";
    COMMAND: Text => "imap.request.command", "Request Command";
    BY_UID: Bool => "imap.request.command.uid", "Request isUID";
    RESPONSE: Text => "imap.response", "Response";
    LINE: Text => "imap.line", "Line";
    USER: Text => "imap.request.username", "Request Username";
    PASSWORD: Text => "imap.request.password", "Request Password";
    FOLDER: Text => "imap.request.folder", "Request Folder";
    RESPONSE_TAG: Text => "imap.response_tag", "Response Tag";
    STATUS: Text => "imap.response.status", "Response Status";
    DONE: Text => "imap.response.command", "Response Command";
}

pub(super) static IMAP: Protocol = Protocol {
    name: "imap",
    title: "Internet Message Access Protocol",
    short: "IMAP",
    fields: FIELDS,
    claims: &[Claim::TcpPort(143)],
    probe: Some(probe),
    dissect,
    framing: Some(framing),
    ..Protocol::PLAIN
};

const COMMANDS: &[&[u8]] = &[
    b"CAPABILITY",
    b"NOOP",
    b"LOGOUT",
    b"STARTTLS",
    b"AUTHENTICATE",
    b"LOGIN",
    b"ENABLE",
    b"SELECT",
    b"EXAMINE",
    b"CREATE",
    b"DELETE",
    b"RENAME",
    b"SUBSCRIBE",
    b"UNSUBSCRIBE",
    b"LIST",
    b"LSUB",
    b"NAMESPACE",
    b"STATUS",
    b"APPEND",
    b"IDLE",
    b"CLOSE",
    b"UNSELECT",
    b"EXPUNGE",
    b"SEARCH",
    b"FETCH",
    b"STORE",
    b"COPY",
    b"MOVE",
    b"UID",
    b"CHECK",
    b"ID",
    b"GETQUOTAROOT",
    b"SORT",
    b"THREAD",
];

/// Tag and command of a request.
fn request(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let (tag, rest) = text::word(line);
    let (command, _) = text::word(rest);
    let is_tag =
        !tag.is_empty() && tag.len() <= 16 && tag.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'.');
    (is_tag && text::one_of(command, COMMANDS)).then_some((tag, command))
}

fn probe(payload: &Payload<'_>) -> Verdict {
    if !payload.is_tcp() || !text::looks_like_text(payload.bytes) {
        return Verdict::NotMine;
    }
    let Some(line) = text::whole_line(payload.bytes) else { return Verdict::Possible };
    let greeting = line.starts_with(b"* OK") && text::contains(line, b"IMAP") || line.starts_with(b"* CAPABILITY IMAP");
    // A tag holds a digit, or any two words would do.
    let asked = request(line).is_some_and(|(tag, command)| command.len() > 3 && tag.iter().any(u8::is_ascii_digit));
    Verdict::certain_if(greeting || asked)
}

/// Number of bytes that follow a line which ends with a literal's length, `{310}` (§4.3).
fn literal(line: &[u8]) -> Option<usize> {
    let digits = line.strip_suffix(b"}")?;
    let open = digits.iter().rposition(|&byte| byte == b'{')?;
    let digits = digits.get(open..)?.get(1..)?;
    let digits = digits.strip_suffix(b"+").unwrap_or(digits);
    std::str::from_utf8(digits).ok()?.parse().ok()
}

/// All whole lines of a server's segment, each with the literals in it, are read together.
fn framing(stream: &Stream<'_>) -> Frame {
    if stream.from_client {
        return Frame::Unframed;
    }
    let (mut end, mut at) = (0_usize, 0_usize);
    while let Some(rest) = stream.bytes.get(at..).filter(|rest| !rest.is_empty()) {
        if !rest.contains(&b'\n') {
            break;
        }
        let (line, after) = text::next_line(rest);
        let next = stream.bytes.len().saturating_sub(after.len());
        match literal(line) {
            Some(length) if length < 1 << 26 => at = next.saturating_add(length),
            _ => (at, end) = (next, next),
        }
    }
    match end {
        0 => Frame::More,
        end => Frame::Message(end),
    }
}

const SECURE: u16 = 1;

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if d.from_server(&[143]) {
        response(d, &bytes);
        return Ok(Next::End);
    }
    let line = text::line(bytes.all());
    if request(line).is_some_and(|(_, command)| command.eq_ignore_ascii_case(b"STARTTLS")) {
        d.remember(SECURE);
    }
    if d.wants() {
        let whole = bytes.len().saturating_sub(text::next_line(bytes.all()).1.len());
        d.field(&LINE, bytes.span(0..whole), text::shown(line));
        d.nest(|d| {
            d.field(&REQUEST, bytes.span(0..line.len()), text::shown(line));
            let mut words = words(line);
            let Some((_, command)) = request(line) else { return };
            tell(d, &bytes, &TAG, words.next());
            let by_uid = command.eq_ignore_ascii_case(b"UID");
            // What the command is about is named by unique identifiers; the command itself stands behind the word (§6.4.9).
            let command = if by_uid { words.nth(1) } else { words.next() };
            tell(d, &bytes, &COMMAND, command);
            if by_uid {
                d.generated(&BY_UID, bytes.span(0..line.len()), true);
            }
            match command.map(|(_, word)| word.to_ascii_uppercase()).as_deref() {
                Some(b"LOGIN") => {
                    tell(d, &bytes, &USER, words.next());
                    tell(d, &bytes, &PASSWORD, words.next());
                }
                Some(
                    b"SELECT" | b"EXAMINE" | b"CREATE" | b"DELETE" | b"SUBSCRIBE" | b"STATUS" | b"APPEND",
                ) => tell(d, &bytes, &FOLDER, words.next()),
                _ => {}
            }
        });
        d.info(|| format!("Request: {}", text::shown(line)));
    }
    Ok(Next::End)
}

/// A word of a line, if there is one.
fn tell(d: &mut Dissection, bytes: &Bytes<'_>, field: &'static Field, word: Option<(usize, &[u8])>) {
    if let Some((at, word)) = word {
        d.field(field, bytes.span(at..at.saturating_add(word.len())), text::shown(word));
    }
}

/// The words of a line, each with its place; one in quotes may have blanks in it.
fn words(line: &[u8]) -> impl Iterator<Item = (usize, &[u8])> {
    let mut at = 0_usize;
    std::iter::from_fn(move || {
        let rest = line.get(at..)?;
        let start = at.saturating_add(rest.iter().take_while(|&&byte| byte == b' ').count());
        let word = line.get(start..).filter(|word| !word.is_empty())?;
        let end = match word.first() {
            Some(b'"') => word.iter().skip(1).position(|&byte| byte == b'"').map(|end| end.saturating_add(2)),
            _ => word.iter().position(|&byte| byte == b' '),
        };
        let word = word.get(..end.unwrap_or(word.len()))?;
        at = start.saturating_add(word.len());
        Some((start, word))
    })
}

/// The line that completes a response: with the request's tag.
fn tagged(d: &mut Dissection, bytes: &Bytes<'_>, at: usize, line: &[u8]) {
    let is_tagged = line.first().is_some_and(u8::is_ascii_alphanumeric);
    let is_status = words(line).nth(1).is_some_and(|(_, word)| text::one_of(word, &[b"OK", b"NO", b"BAD"]));
    if !is_tagged || !is_status {
        return;
    }
    d.field(&RESPONSE, bytes.span(at..at.saturating_add(line.len())), text::shown(line));
    for (field, (start, word)) in [&RESPONSE_TAG, &STATUS, &DONE].into_iter().zip(words(line)) {
        let start = at.saturating_add(start);
        d.field(field, bytes.span(start..start.saturating_add(word.len())), text::shown(word));
    }
}

fn response(d: &mut Dissection, bytes: &Bytes<'_>) {
    let (mut at, mut last) = (0_usize, bytes.all().get(..0).unwrap_or_default());
    // Of more messages the packet has no room for layers.
    let mut mails = 0..MAX_LAYERS;
    while let Some(rest) = bytes.all().get(at..).filter(|rest| !rest.is_empty()) {
        let (line, after) = text::next_line(rest);
        let next = bytes.len().saturating_sub(after.len());
        if d.wants() {
            d.field(&LINE, bytes.span(at..next), text::shown(line));
            d.nest(|d| tagged(d, bytes, at, line));
        }
        last = line;
        at = next;
        if let Some(length) = literal(line) {
            let content = bytes.from(next).limit(length);
            if text::contains(line, b" FETCH ") && mails.next().is_some() {
                d.also(Claim::Named("imf"), content);
            }
            at = next.saturating_add(length);
        }
    }
    let accepted = last.split(|&byte| byte == b' ').nth(1).is_some_and(|word| word.eq_ignore_ascii_case(b"OK"));
    if d.memory() == SECURE && accepted {
        d.switch("tls");
    }
    // The last line tells what came of it.
    d.info(|| format!("Response: {}", text::shown(last)));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::dissect::{Segment, Transport, Wanted};

    #[test]
    fn a_command_by_uid_is_the_word_behind() {
        let cases: [(&[u8], &[&str]); 3] = [
            (b"a1 UID FETCH 1:* (FLAGS)\r\n", &["a1", "FETCH", "1"]),
            (b"a1 FETCH 1:* (FLAGS)\r\n", &["a1", "FETCH"]),
            (b"a1 SELECT INBOX\r\n", &["a1", "SELECT", "INBOX"]),
        ];
        for (line, expected) in cases {
            let bytes = Bytes::frame(line, line.len() as u32);
            let mut d = Dissection::new(Wanted::Everything);
            d.enter(0, &bytes);
            d.segment = Some(Segment::between(Transport::Tcp, 40_000, 143, line.len()));
            assert!(dissect(&mut d, bytes).is_ok());
            let told: Vec<_> = d.fields.iter().skip(2).map(|found| found.text()).collect();
            assert_eq!(told, expected);
        }
    }

    #[test]
    fn no_more_messages_follow_than_there_are_layers() {
        let bytes = b"* 1 FETCH {1}\r\na\r\n".repeat(1000);
        let mut d = Dissection::new(Wanted::Facts);
        d.enter(0, &Bytes::reassembled(&bytes, 0));
        response(&mut d, &Bytes::reassembled(&bytes, 0));
        assert_eq!(d.context.later.len(), MAX_LAYERS);
    }
}
