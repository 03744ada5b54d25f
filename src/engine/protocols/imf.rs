//! Internet Message Format, RFC 5322: the messages that mail protocols carry.
use super::media_type;
use crate::engine::dissect::{Bytes, Claim, Dissection, Field, Next, Problem, Protocol, fields, text};
use std::ops::Range;

fields! {
    // Headers, by their titles.
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
    COMMENTS: Text => "imf.comments", "Comments";
    AGENT: Text => "imf.user_agent", "User-Agent";
    KEYWORDS: Text => "imf.keywords", "Keywords";
    RESENT_DATE: Text => "imf.resent.date", "Resent-Date";
    RESENT_FROM: Text => "imf.resent.from", "Resent-From";
    RESENT_SENDER: Text => "imf.resent.sender", "Resent-Sender";
    RESENT_TO: Text => "imf.resent.to", "Resent-To";
    RESENT_CC: Text => "imf.resent.cc", "Resent-Cc";
    RESENT_BCC: Text => "imf.resent.bcc", "Resent-Bcc";
    RESENT_ID: Text => "imf.resent.message_id", "Resent-Message-ID";
    RETURN_PATH: Text => "imf.return_path", "Return-Path";
    RECEIVED: Text => "imf.received", "Received";
    CONTENT_TYPE: Text => "imf.content.type", "Content-Type";
    DESCRIPTION: Text => "imf.content.description", "Content-Description";
    CONTENT_ID: Text => "imf.content.id", "Content-ID";
    ENCODING: Text => "imf.content.transfer_encoding", "Content-Transfer-Encoding";
    MIME_VERSION: Text => "imf.mime_version", "MIME-Version";
    AUTOFORWARDED: Text => "imf.autoforwarded", "Autoforwarded";
    AUTOSUBMITTED: Text => "imf.autosubmitted", "Autosubmitted";
    LANGUAGE: Text => "imf.content_language", "Content-Language";
    DELIVERY_DATE: Text => "imf.delivery_date", "Delivery-Date";
    DEFERRED: Text => "imf.deferred_delivery", "Deferred-Delivery";
    EXPIRES: Text => "imf.expires", "Expires";
    IMPORTANCE: Text => "imf.importance", "Importance";
    MESSAGE_TYPE: Text => "imf.message_type", "Message-Type";
    PRIORITY: Text => "imf.priority", "Priority";
    REPLY_BY: Text => "imf.reply_by", "Reply-By";
    SENSITIVITY: Text => "imf.sensitivity", "Sensitivity";
    SUPERSEDES: Text => "imf.supersedes", "Supersedes";
    DELIVERED_TO: Text => "imf.delivered_to", "Delivered-To";
    MAILER: Text => "imf.ext.mailer", "X-Mailer";
    MIMEOLE: Text => "imf.ext.mimeole", "X-MimeOLE";
    EXPIRY: Text => "imf.ext.expiry-date", "Expiry-Date";
    TNEF: Text => "imf.ext.tnef-correlator", "X-MS-TNEF-Correlator";
    UIDL: Text => "imf.ext.uidl", "X-UIDL";
    WARNING: Text => "imf.ext.authentication_warning", "X-Authentication-Warning";
    SCANNED: Text => "imf.ext.virus_scanned", "X-Virus-Scanned";
    ORIGINAL_TO: Text => "imf.ext.original-to", "X-Original-To";
    THREAD: Text => "imf.thread-index", "Thread-Index";
    LINES: Text => "imf.lines", "Lines";
    PRECEDENCE: Text => "imf.precedence", "Precedence";
    OTHER: Text => "imf.extension", "Unknown-Extension";
    OTHER_NAME: Text => "imf.extension.type", "Type";
    OTHER_VALUE: Text => "imf.extension.value", "Value";
    TYPE: Text => "imf.content.type.type", "Type";
    PARAMETERS: Text => "imf.content.type.parameters", "Parameters";
    MAILBOX: Text => "imf.mailbox_list.item", "Item";
    ITEM: Text => "imf.address_list.item", "Item";
    DISPLAY_NAME: Text => "imf.display_name", "Display-Name";
    ADDRESS: Text => "imf.address", "Address";
    MESSAGE_TEXT: Label => "imf.message_text", "Message-Text";
}

pub(super) static IMF: Protocol = Protocol {
    name: "imf",
    title: "Internet Message Format",
    fields: FIELDS,
    claims: &[Claim::Named("imf")],
    dissect,
    ..Protocol::PLAIN
};

/// The field of a header: they are the first ones.
fn known(name: &[u8]) -> Option<&'static Field> {
    let headers = FIELDS.iter().copied().take_while(|field| !std::ptr::eq(*field, &OTHER));
    headers.into_iter().find(|field| name.eq_ignore_ascii_case(field.title().as_bytes()))
}

/// What stands under a header's line.
enum Inside {
    Nothing,
    /// One address.
    Address,
    /// Addresses, each with this line above it.
    List(&'static Field),
    /// A media type and its parameters.
    Type,
}

fn inside(field: &'static Field) -> Inside {
    match field.title() {
        "Sender" | "Resent-Sender" | "Delivered-To" => Inside::Address,
        "From" | "Resent-From" => Inside::List(&MAILBOX),
        "Reply-To" | "To" | "Cc" | "Bcc" | "Resent-To" | "Resent-Cc" | "Resent-Bcc" | "X-Original-To" => {
            Inside::List(&ITEM)
        }
        "Content-Type" => Inside::Type,
        _ => Inside::Nothing,
    }
}

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

/// A part of a header's value, without the blanks around it.
fn trimmed(bytes: &Bytes<'_>, range: Range<usize>) -> Range<usize> {
    let raw = bytes.all().get(range.clone()).unwrap_or_default();
    let blanks = raw.len().saturating_sub(raw.trim_ascii_start().len());
    let start = range.start.saturating_add(blanks);
    start..start.saturating_add(raw.trim_ascii().len())
}

fn add(d: &mut Dissection, bytes: &Bytes<'_>, field: &'static Field, range: Range<usize>) {
    let range = trimmed(bytes, range);
    let raw = bytes.all().get(range.clone()).unwrap_or_default();
    if !raw.is_empty() {
        d.field(field, bytes.span(range), text::shown(raw));
    }
}

/// `name <address>`, an address alone, or a group's name (RFC 5322 §3.4).
fn address(d: &mut Dissection, bytes: &Bytes<'_>, range: Range<usize>) {
    let raw = bytes.all().get(range.clone()).unwrap_or_default();
    let place = |sign: u8| raw.iter().rposition(|&byte| byte == sign).map(|at| range.start.saturating_add(at));
    match (place(b'<'), place(b'>')) {
        (Some(open), Some(close)) if open < close => {
            add(d, bytes, &DISPLAY_NAME, range.start..open);
            add(d, bytes, &ADDRESS, open.saturating_add(1)..close);
        }
        _ => match (raw.trim_ascii().ends_with(b";"), place(b':')) {
            (true, Some(colon)) => add(d, bytes, &DISPLAY_NAME, range.start..colon),
            _ => add(d, bytes, &ADDRESS, range),
        },
    }
}

/// Addresses divided by commas, but not by those in quotes and comments.
fn list(d: &mut Dissection, bytes: &Bytes<'_>, line: &'static Field) {
    let (mut start, mut quoted, mut depth, mut escaped) = (0_usize, false, 0_usize, false);
    let all = bytes.all();
    let end = (all.len(), &b',');
    for (at, &byte) in all.iter().enumerate().chain([end]) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => quoted = !quoted,
            b'(' if !quoted => depth = depth.saturating_add(1),
            b')' if !quoted => depth = depth.saturating_sub(1),
            b',' if !quoted && depth == 0 || at == all.len() => {
                add(d, bytes, line, start..at);
                d.nest(|d| address(d, bytes, start..at));
                start = at.saturating_add(1);
            }
            _ => {}
        }
    }
}

fn parameters(d: &mut Dissection, bytes: &Bytes<'_>) {
    let all = bytes.all();
    let end = all.iter().position(|&byte| byte == b';').unwrap_or(all.len());
    add(d, bytes, &TYPE, 0..end);
    let rest = end.saturating_add(1)..all.len();
    if let Some(raw) = all.get(rest.clone()).filter(|raw| !raw.is_empty()) {
        d.field(&PARAMETERS, bytes.span(rest), text::shown(raw));
    }
}

/// The message's own text in the Info column, as long as Wireshark's: line by line, their ends as blanks.
fn say_text(said: &mut String, body: &[u8]) {
    const MOST: usize = 4095;
    let is_blank = |c: char| matches!(c, '\r' | '\n' | '\t');
    for line in body.split_inclusive(|&byte| byte == b'\n') {
        if said.len() > MOST {
            break;
        }
        if !said.is_empty() {
            said.push_str(", ");
        }
        said.push_str(&text::shown(line).replace(is_blank, " "));
    }
    let end = (0..=MOST.min(said.len())).rev().find(|&at| said.is_char_boundary(at));
    said.truncate(end.unwrap_or_default());
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
            let end = at.saturating_add(length);
            // What stands behind the name, without the end of the line.
            let blanks = whole.get(colon.saturating_add(1)..).unwrap_or_default();
            let blanks = blanks.len().saturating_sub(blanks.trim_ascii_start().len());
            let from = at.saturating_add(colon).saturating_add(1).saturating_add(blanks);
            let here = bytes.from(from).limit(value.len());
            match known(name) {
                Some(field) => {
                    d.field(field, here.span(0..value.len()), shown);
                    d.nest(|d| match inside(field) {
                        Inside::Nothing => {}
                        Inside::Address => address(d, &here, 0..value.len()),
                        Inside::List(line) => list(d, &here, line),
                        Inside::Type => parameters(d, &here),
                    });
                }
                None => {
                    d.field(&OTHER, bytes.span(at..end), format!("{}: {shown}", text::shown(name)));
                    d.nest(|d| {
                        d.field(&OTHER_NAME, bytes.span(at..at.saturating_add(colon)), text::shown(name));
                        d.field(&OTHER_VALUE, here.span(0..value.len()), shown);
                    });
                }
            }
        }
        at = at.saturating_add(length);
    }
    let body = bytes.from(at);
    // Without parameters Wireshark takes the body for this message's own text, whatever its type.
    let content_type = content_type.filter(|name| name.contains(&b';') || !text::starts_with(name, b"text/"));
    let reader = content_type.map(|name| media_type::reader(Some(name), body.all()));
    if d.wants() {
        if let Some(reader) = &reader {
            said.push_str(&reader.words());
        } else if at > 0 {
            say_text(&mut said, body.all());
        }
        if !said.is_empty() {
            // Of several messages only the last one's body is named.
            d.info_strip(" (text/plain)");
            d.info_add("", || said);
        }
    }
    if reader.is_none() && at > 0 {
        d.label(&MESSAGE_TEXT, body.span(0..body.len()), || "Message-Text".to_owned());
    }
    Ok(match reader {
        Some(reader) if !body.is_empty() => Next::Claim(reader.claim(), body),
        _ => Next::End,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::dissect::Wanted;

    #[test]
    fn a_text_without_a_type_is_said() {
        let long = "x".repeat(5000);
        let cases = [
            ("From: a@b\r\nSubject: hi\r\n\r\none\r\n\ttwo\r\n", "from: a@b, subject: hi, , one  ,  two  ".to_owned()),
            ("Subject: hi\r\nContent-Type: text/plain; charset=x\r\n\r\none\r\n", "subject: hi,  (text/plain)".to_owned()),
            (&format!("X: y\r\n\r\n{long}\r\n"), long[..4095].to_owned()),
        ];
        for (message, expected) in cases {
            let mut d = Dissection::new(Wanted::Everything);
            d.enter(0, &Bytes::frame(message.as_bytes(), 0));
            assert!(dissect(&mut d, Bytes::frame(message.as_bytes(), 0)).is_ok());
            assert_eq!(d.info_text(), expected);
        }
    }
}
