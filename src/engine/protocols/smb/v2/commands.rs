//! The bodies of SMB2's commands, [MS-SMB2] §2.2.
use super::{
    CLASS, DIALECT, DISPOSITION, ENTRY, FILE, FILE_ID, FILE_LEVEL, FILE_OFFSET, FIND_LEVEL, FOUND, FS_LEVEL, FUNCTION,
    INFO_LEVEL, PATH, PATTERN, READ_LENGTH, SECURITY_BLOB, SECURITY_LEVEL, SHARE_TYPE, WRITE_LENGTH,
};
use super::{Inner, Message, Open, words};
use crate::engine::dissect::{Bytes, Claim, Dissection, Problem, details, text};

const BREAK: u16 = 18;

/// As the Info column begins.
pub fn title(message: &Message<'_>) -> Result<String, Problem> {
    let side = if message.response { "Response" } else { "Request" };
    if message.command == BREAK {
        let size = message.body().u16_le(0)?;
        let kind = if size == 24 { "Oplock" } else { "Lease" };
        let what = match (message.response, message.id) {
            (false, _) => "Acknowledgment",
            (true, u64::MAX) => "Notification",
            (true, _) => "Response",
        };
        return Ok(format!("{kind} Break {what}"));
    }
    let name = words::COMMANDS.get(usize::from(message.command)).copied().unwrap_or("unknown");
    Ok(format!("{name} {side}"))
}

/// A file by its id, with its name where that is known, in the Info column too.
fn file(d: &mut Dissection, open: &Open, body: &Bytes<'_>, at: usize) -> Result<(), Problem> {
    let id = body.array::<16>(at)?;
    if d.wants() {
        let (span, mut guid) = (body.span(at..at.saturating_add(16)), id);
        for part in [0..4, 4..6, 6..8] {
            guid.get_mut(part).unwrap_or_default().reverse();
        }
        let Some(name) = open.files.get(&id) else {
            d.field(&FILE_ID, span, guid.to_vec());
            return Ok(());
        };
        d.noted(&FILE_ID, span, guid.to_vec(), &format!("File: {name}"));
        d.info_join("", || format!(" File: {name}"));
    }
    Ok(())
}

/// Whose token a security blob is.
fn security<'p>(d: &mut Dissection, message: &Message<'p>, at: usize) -> Result<Inner<'p>, Problem> {
    let body = message.body();
    let (offset, length) = (body.u16_le(at)?, body.u16_le(at.saturating_add(2))?);
    let blob = message.at(offset.into(), length.into());
    if blob.is_empty() {
        return Ok(None);
    }
    d.field(&SECURITY_BLOB, blob.span(0..blob.len()), blob.all());
    d.inside();
    let name = if blob.all().starts_with(b"NTLMSSP\0") { "ntlmssp" } else { "gss-api" };
    Ok(Some((Claim::Named(name), blob)))
}

/// What is read from or written to a file: a pipe speaks DCE/RPC.
fn content<'p>(open: &Open, message: &Message<'p>, bytes: Bytes<'p>) -> Inner<'p> {
    let pipe = open.pipes.get(&message.tree).copied().unwrap_or(false);
    let calls = matches!(bytes.all(), [5, 0..=1, 0..=19, _, 0 | 0x10, 0..=3, 0, 0, ..]);
    let name = if pipe && calls { "dcerpc" } else { "data" };
    (bytes.wire_len() > 0).then_some((Claim::Named(name), bytes))
}

pub fn dissect<'p>(d: &mut Dissection, open: &mut Open, message: &Message<'p>) -> Result<Inner<'p>, Problem> {
    const MORE_PROCESSING: u32 = 0xc000_0016;
    // Failed: the body only says so.
    if message.response && message.status & 0xc000_0000 == 0xc000_0000 && message.status != MORE_PROCESSING {
        open.creates.remove(&message.id);
        if d.wants() {
            details(super::bodies::failed(d, message))?;
        }
        return Ok(None);
    }
    let body = message.body();
    if d.wants() {
        // What is only a warning has the body of an error, too; the others may be shorter than they should be.
        let failed = message.response && message.status != 0 && body.u16_le(0) == Ok(9) && body.wire_len() <= 9;
        _ = if failed { super::bodies::failed(d, message) } else { super::bodies::tell(d, message) };
        _ = super::contexts::tell(d, message);
    }
    match message.response {
        true => response(d, open, message),
        false => request(d, open, message),
    }
}

fn request<'p>(d: &mut Dissection, open: &mut Open, message: &Message<'p>) -> Result<Inner<'p>, Problem> {
    let body = message.body();
    let long = |at: usize| body.array(at).map(u64::from_le_bytes);
    match message.command {
        0 => {
            for nth in 0..usize::from(body.u16_le(2)?).min(64) {
                let at = nth.saturating_mul(2).saturating_add(36);
                d.field(&DIALECT, body.span(at..at.saturating_add(2)), body.u16_le(at)?);
            }
        }
        1 => return security(d, message, 12),
        3 if d.wants() => {
            let path = message.at(body.u16_le(4)?.into(), body.u16_le(6)?.into());
            let name = text::utf16(path.all());
            d.field(&PATH, path.span(0..path.len()), name.clone());
            d.info_join("", || format!(" Tree: {name}"));
        }
        5 => {
            let path = message.at(body.u16_le(44)?.into(), body.u16_le(46)?.into());
            let name = text::utf16(path.all());
            if d.wants() {
                let disposition = body.u32_le(36)?;
                let title = words::DISPOSITIONS.get(usize::try_from(disposition).unwrap_or(usize::MAX));
                d.noted(&DISPOSITION, body.span(36..40), disposition, title.copied().unwrap_or("Unknown"));
                d.field(&FILE, path.span(0..path.len()), name.clone());
                d.info_join("", || format!(" File: {name}"));
            }
            open.creates.insert(message.id, name);
        }
        6 | 7 | 10 | 15 | 18 => {
            let at = if matches!(message.command, 18) && body.u16_le(0)? != 24 { return Ok(None) } else { 8 };
            file(d, open, &body, at)?;
        }
        8 | 9 => {
            let (length, offset) = (body.u32_le(4)?, long(8)?);
            d.field(if message.command == 8 { &READ_LENGTH } else { &WRITE_LENGTH }, body.span(4..8), length);
            d.field(&FILE_OFFSET, body.span(8..16), offset);
            d.info_join("", || format!(" Len:{length} Off:{offset}"));
            file(d, open, &body, 16)?;
            if message.command == 9 {
                let length = usize::try_from(length).unwrap_or(usize::MAX);
                return Ok(content(open, message, message.at(body.u16_le(2)?.into(), length)));
            }
        }
        11 => return control(d, open, message),
        14 => {
            let level = body.u8(2)?;
            open.searches.insert(message.id, level);
            if !d.wants() {
                return Ok(None);
            }
            let pattern = message.at(body.u16_le(24)?.into(), body.u16_le(26)?.into());
            d.noted(&FIND_LEVEL, body.span(2..3), level, words::find_level(level));
            file(d, open, &body, 8)?;
            let pattern_text = text::utf16(pattern.all());
            d.info_join("", || format!(" {} Pattern: {pattern_text}", words::find_level(level)));
            d.field(&PATTERN, pattern.span(0..pattern.len()), pattern_text);
        }
        16 | 17 if d.wants() => {
            let [class, level] = body.array(2)?;
            let (class_name, level_name) = (words::class(class), words::info_level(class, level));
            d.noted(&CLASS, body.span(2..3), class, class_name);
            let field = match class {
                1 => &FILE_LEVEL,
                2 => &FS_LEVEL,
                3 => &SECURITY_LEVEL,
                _ => &INFO_LEVEL,
            };
            d.noted(field, body.span(3..4), level, &level_name);
            d.info_join("", || format!(" {class_name}/{level_name}"));
            file(d, open, &body, if message.command == 16 { 24 } else { 16 })?;
        }
        _ => {}
    }
    Ok(None)
}

fn response<'p>(d: &mut Dissection, open: &mut Open, message: &Message<'p>) -> Result<Inner<'p>, Problem> {
    let body = message.body();
    // What is only a warning has the body of an error, too.
    let failed = body.u16_le(0)? == 9 && body.wire_len() <= 9 && message.status != 0;
    match message.command {
        _ if failed => {}
        0 => {
            let dialect = body.u16_le(4)?;
            d.field(&DIALECT, body.span(4..6), dialect);
            return security(d, message, 56);
        }
        1 => return security(d, message, 4),
        3 => {
            let kind = body.u8(2)?;
            d.noted(
                &SHARE_TYPE,
                body.span(2..3),
                kind,
                ["Unknown", "Physical disk", "Named pipe", "Printer"]
                    .get(usize::from(kind))
                    .copied()
                    .unwrap_or("Unknown"),
            );
            open.pipes.insert(message.tree, kind == 2);
        }
        5 => {
            let id = body.array::<16>(64)?;
            if let Some(name) = open.creates.remove(&message.id) {
                open.files.insert(id, name);
            }
            file(d, open, &body, 64)?;
        }
        8 => {
            let length = usize::try_from(body.u32_le(4)?).unwrap_or(usize::MAX);
            d.field(&READ_LENGTH, body.span(4..8), length);
            return Ok(content(open, message, message.at(body.u8(2)?.into(), length)));
        }
        11 => return control(d, open, message),
        14 => {
            let level = open.searches.remove(&message.id).unwrap_or_default();
            let length = usize::try_from(body.u32_le(4)?).unwrap_or(usize::MAX);
            let all = message.at(body.u16_le(2)?.into(), length);
            d.add_generated(&FIND_LEVEL, body.span(0..0), level, words::find_level(level));
            d.field(&FOUND, all.span(0..all.len()), all.all());
            d.nest(|d| found(d, level, all))?;
        }
        18 if body.u16_le(0)? == 24 => file(d, open, &body, 8)?,
        _ => {}
    }
    Ok(None)
}

/// The names of a directory's entries, [MS-FSCC] §2.4: each entry begins with the way to the next one.
fn found(d: &mut Dissection, level: u8, mut entry: Bytes<'_>) -> Result<(), Problem> {
    // Where the length of the name stands, and the name.
    let (length_at, name_at) = match level {
        1 => (60, 64),
        2 => (60, 68),
        3 => (60, 94),
        12 => (8, 12),
        37 => (60, 104),
        38 => (60, 80),
        _ => return Ok(()),
    };
    while d.wants() && entry.wire_len() > 0 {
        let next = entry.u32_le(0)?;
        let length = usize::try_from(entry.u32_le(length_at)?).unwrap_or(usize::MAX);
        let span = name_at..length.saturating_add(name_at);
        let name = text::utf16(entry.take(span.clone())?);
        let tell = |d: &mut Dissection| {
            // A cut one has its name, at least.
            _ = super::bodies::entry(d, level, entry);
            d.field(&FILE, entry.span(span.clone()), name.clone());
        };
        if level == 37 {
            d.label(&ENTRY, entry.span(0..span.end), || format!("FileIdBothDirectoryInfo: {name}"));
            d.nest(tell);
        } else {
            tell(d);
        }
        if next == 0 {
            break;
        }
        entry = entry.from(usize::try_from(next).unwrap_or(usize::MAX));
    }
    Ok(())
}

fn control<'p>(d: &mut Dissection, open: &mut Open, message: &Message<'p>) -> Result<Inner<'p>, Problem> {
    const TRANSCEIVE: u32 = 0x0011_c017;
    const PIPE_WAIT: u32 = 0x0011_0018;
    let body = message.body();
    let code = body.u32_le(4)?;
    if d.wants() {
        let name = words::control(code);
        d.noted(&FUNCTION, body.span(4..8), code, &name);
        d.info_join("", || format!(" {name}"));
    }
    file(d, open, &body, 8)?;
    if code == PIPE_WAIT && !message.response && d.wants() {
        // Timeout, length of the name, whether there is a timeout.
        let wait = message.bytes.from(usize::try_from(body.u32_le(24)?).unwrap_or(usize::MAX));
        let end = usize::try_from(wait.u32_le(8)?).unwrap_or(usize::MAX).saturating_add(14);
        let name = text::utf16(wait.take(14..end)?);
        d.info_join("", || format!(" Pipe: {name}"));
    }
    if code != TRANSCEIVE {
        return Ok(None);
    }
    let at = if message.response { 32 } else { 24 };
    let (offset, length) = (body.u32_le(at)?, body.u32_le(at.saturating_add(4))?);
    let narrow = |n: u32| usize::try_from(n).unwrap_or(usize::MAX);
    Ok(content(open, message, message.at(narrow(offset), narrow(length))))
}
