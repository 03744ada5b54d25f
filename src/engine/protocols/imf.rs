//! Internet Message Format, RFC 5322: the messages that mail protocols carry.
use super::media_type;
use crate::engine::dissect::{Bytes, Claim, Dissection, Field, Next, Problem, Protocol, fields, text};

fields! {
    DATE: Text => "imf.date", "Date";
    FROM: Text => "imf.from", "From";
    SENDER: Text => "imf.sender", "Sender";
    REPLY_TO: Text => "imf.reply_to", "Reply-To";
    TO: Text => "imf.to", "To";
    CC: Text => "imf.cc", "Cc";
    BCC: Text => "imf.bcc", "Bcc";
    MESSAGE_ID: Text => "imf.message_id", "Message-ID";
    IN_REPLY_TO: Text => "imf.in_reply_to", "In-Reply-To";
    REFERENCES: Text => "imf.references", "References";
    SUBJECT: Text => "imf.subject", "Subject";
    RECEIVED: Text => "imf.received", "Received";
    RETURN_PATH: Text => "imf.return_path", "Return-Path";
    MIME_VERSION: Text => "imf.mime_version", "MIME-Version";
    CONTENT_TYPE: Text => "imf.content.type", "Content-Type";
    ENCODING: Text => "imf.content.transfer_encoding", "Content-Transfer-Encoding";
    MAILER: Text => "imf.ext.mailer", "X-Mailer";
    AGENT: Text => "imf.ext.user_agent", "User-Agent";
    OTHER: Text => "imf.extension", "Unknown-Extension";
}

pub(super) static IMF: Protocol = Protocol {
    name: "imf",
    title: "Internet Message Format",
    fields: FIELDS,
    claims: &[Claim::Named("imf")],
    dissect,
    ..Protocol::PLAIN
};

static HEADERS: &[&Field] = &[
    &DATE,
    &FROM,
    &SENDER,
    &REPLY_TO,
    &TO,
    &CC,
    &BCC,
    &MESSAGE_ID,
    &IN_REPLY_TO,
    &REFERENCES,
    &SUBJECT,
    &RECEIVED,
    &RETURN_PATH,
    &MIME_VERSION,
    &CONTENT_TYPE,
    &ENCODING,
    &MAILER,
    &AGENT,
];

/// A header's length: lines that begin with a blank go on with the one before (§2.2.3). None at the empty line.
fn header(bytes: &[u8]) -> Option<usize> {
    let mut rest = bytes;
    loop {
        let (line, after) = text::next_line(rest);
        if line.is_empty() && rest.len() == bytes.len() {
            return None;
        }
        rest = after;
        if !matches!(rest.first(), Some(b' ' | b'\t')) {
            return Some(bytes.len().saturating_sub(rest.len()));
        }
    }
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let all = bytes.all();
    d.column_add("IMF");
    let (mut at, mut content_type, mut said) = (0_usize, None, String::new());
    while let Some(rest) = all.get(at..).filter(|rest| !rest.is_empty()) {
        let Some(length) = header(rest) else {
            at = all.len().saturating_sub(text::next_line(rest).1.len());
            break;
        };
        let whole = rest.get(..length).unwrap_or(rest);
        let colon = whole.iter().position(|&byte| byte == b':').unwrap_or(whole.len());
        let (name, value) = whole.split_at_checked(colon).unwrap_or((whole, &[]));
        let value = value.get(1..).unwrap_or_default().trim_ascii();
        if name.eq_ignore_ascii_case(b"Content-Type") {
            content_type = Some(value);
        }
        if d.wants() {
            let shown = text::shown(value);
            if name.eq_ignore_ascii_case(b"From") {
                said.push_str(&format!("from: {}, ", shown.replace('\r', "\\r").replace('\n', "\\n")));
            } else if name.eq_ignore_ascii_case(b"Subject") {
                said.push_str(&format!("subject: {}, ", shown.replace('\r', "\\r").replace('\n', "\\n")));
            }
            let known = HEADERS.iter().find(|field| name.eq_ignore_ascii_case(field.title().as_bytes()));
            let end = at.saturating_add(length);
            // What stands behind the name, without the end of the line.
            let blanks = whole.get(colon.saturating_add(1)..).unwrap_or_default();
            let blanks = blanks.len().saturating_sub(blanks.trim_ascii_start().len());
            let from = at.saturating_add(colon).saturating_add(1).saturating_add(blanks);
            match known {
                Some(field) => d.field(field, bytes.span(from..from.saturating_add(value.len())), shown),
                None => d.field(&OTHER, bytes.span(at..end), format!("{}: {shown}", text::shown(name))),
            }
        }
        at = at.saturating_add(length);
    }
    let body = bytes.from(at);
    let reader = content_type.map(|name| media_type::reader(Some(name), body.all()));
    if d.wants() {
        if let Some(reader) = &reader {
            said.push_str(&reader.words());
        }
        if !said.is_empty() {
            // Of several messages only the last one's body is named.
            d.info_strip(" (text/plain)");
            d.info_add("", || said);
        }
    }
    Ok(match reader {
        Some(reader) if !body.is_empty() => Next::Claim(reader.claim(), body),
        _ => Next::End,
    })
}
