//! A command's words and bytes as its table says (`tables.rs`).
use super::tables::{AND_X, ANY, COMMANDS, Command, SERVER_ID, Step};
use super::{BLOB, CHALLENGE, DOMAIN, FILE, FILE_ID, Message, Open, PADDING, SERVER};
use crate::engine::dissect::{Dissection, Field, Problem, Reader, text};

/// The words behind the count of them.
pub fn words(
    d: &mut Dissection,
    open: &Open,
    message: &Message<'_>,
    command: u8,
    chained: bool,
) -> Result<(), Problem> {
    let (mut reader, count) = (Reader::little(message.words, 0), message.words.wire_len() >> 1);
    if chained {
        reader.at = 1;
        reader.layout(d, AND_X)?;
    }
    let Some((.., steps, _)) = found(message, command, count) else { return Ok(()) };
    for step in *steps {
        // Servers of older dialects answer with fewer words.
        if reader.left() == 0 {
            break;
        }
        match *step {
            Step::Is(layout) => _ = reader.layout(d, layout)?,
            Step::File => {
                let start = reader.at;
                let id = reader.number(d, &FILE_ID, 2)?;
                if let Some(name) = u16::try_from(id).ok().and_then(|id| open.files.get(&id)) {
                    d.nest(|d| d.generated(&FILE, message.words.span(start..start.saturating_add(2)), name.as_str()));
                }
            }
            Step::Time(field) => time(d, field, &mut reader)?,
            Step::Seconds(field) => {
                let start = reader.at;
                let seconds = reader.uint(4)?;
                let shown = if seconds == 0xffff_ffff {
                    "No time specified (0xffffffff)".to_owned()
                } else {
                    text::utc(seconds.cast_signed())
                };
                d.field(field, reader.since(start), shown);
            }
            _ => {}
        }
    }
    Ok(())
}

fn found(message: &Message<'_>, command: u8, count: usize) -> Option<&'static Command> {
    COMMANDS.iter().find(|(number, response, words, ..)| {
        *number == command && *response == message.response && (*words == ANY || usize::from(*words) == count)
    })
}

pub fn time(d: &mut Dissection, field: &'static Field, reader: &mut Reader<'_>) -> Result<(), Problem> {
    let start = reader.at;
    let ticks = reader.uint(8)?;
    d.field(field, reader.since(start), text::file_time(ticks));
    Ok(())
}

/// The bytes, all of them in the message's characters.
pub fn bytes(d: &mut Dissection, message: &Message<'_>, command: u8) -> Result<(), Problem> {
    let (mut reader, words) = (Reader::little(message.bytes, 0), &message.words);
    if message.response && command == 0x72 && words.wire_len() == 34 {
        return negotiated(d, message, reader);
    }
    let Some((.., steps)) = found(message, command, words.wire_len() >> 1) else { return Ok(()) };
    for step in *steps {
        if reader.left() == 0 {
            break;
        }
        match *step {
            Step::Is(layout) => _ = reader.layout(d, layout)?,
            Step::Text(field) => string(d, message, field, &mut reader, message.unicode),
            Step::Ascii(field) => string(d, message, field, &mut reader, false),
            Step::Rest(field) => reader.rest(d, field),
            Step::Counted(field, at) => {
                let size = words.u16_le(at)?.into();
                if size > 0 {
                    reader.field(d, field, size)?;
                }
            }
            Step::Placed(field, offset, length) => {
                let data = message.at(words.u16_le(offset)?, words.u16_le(length)?);
                let before = data.start().saturating_sub(message.bytes.start()) as usize;
                if before > 0 && before < message.bytes.len() {
                    reader.field(d, &PADDING, before)?;
                }
                if !data.is_empty() {
                    d.field(field, data.span(0..data.len()), data.all());
                }
            }
            _ => {}
        }
    }
    Ok(())
}

/// Which server it is, and how it will tell who one is.
fn negotiated(d: &mut Dissection, message: &Message<'_>, mut reader: Reader<'_>) -> Result<(), Problem> {
    if message.is_extended()? {
        let mut server = Reader::new(message.bytes, 0);
        server.layout(d, SERVER_ID)?;
        server.rest(d, &BLOB);
        return Ok(());
    }
    let challenge = message.words.u8(33)?.into();
    if challenge > 0 {
        reader.field(d, &CHALLENGE, challenge)?;
    }
    for field in [&DOMAIN, &SERVER] {
        let (shown, end) = message.string_of(&reader.bytes, reader.at);
        let end = end.min(reader.bytes.wire_len());
        if reader.at < end {
            d.field(field, reader.bytes.span(reader.at..end), shown);
        }
        reader.at = end;
    }
    Ok(())
}

/// Text up to its zero, at an even place where it has two bytes a character.
fn string(d: &mut Dissection, message: &Message<'_>, field: &'static Field, reader: &mut Reader<'_>, unicode: bool) {
    let odd = message.bytes_at.saturating_add(reader.at) & 1;
    let start = reader.at.saturating_add(if unicode { odd } else { 0 });
    let (shown, end) = Message { unicode, ..*message }.string_of(&message.bytes, start);
    let end = end.min(message.bytes.wire_len());
    if start < end {
        d.field(field, message.bytes.span(start..end), shown);
    }
    reader.at = end;
}
