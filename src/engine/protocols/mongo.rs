//! MongoDB wire protocol, mongodb.com/docs/manual/reference/mongodb-wire-protocol; its documents, bsonspec.org.
use crate::engine::dissect::{
    Bytes, Claim, Dissection, Field, Frame, Next, Payload, Problem, Protocol, Reader, Stream, Verdict, details, fields,
};

fields! {
    LENGTH: Int => "mongo.message_length", "Message Length";
    REQUEST: Hex(8) => "mongo.request_id", "Request ID";
    RESPONSE: Hex(8) => "mongo.response_to", "Response To";
    OPCODE: Int => "mongo.opcode", "OpCode";
    FLAGS: Hex(8) => "mongo.msg.flags", "Message Flags";
    HAS_CHECKSUM: Bool => "mongo.msg.flags.checksumpresent", "ChecksumPresent";
    MORE: Bool => "mongo.msg.flags.moretocome", "MoreToCome";
    EXHAUST: Bool => "mongo.msg.flags.exhaustallowed", "ExhaustAllowed";
    SECTION: Label => "mongo.msg.sections.section", "Section";
    SECTION_KIND: Int => "mongo.msg.sections.section.kind", "Kind";
    SECTION_SIZE: Int => "mongo.msg.sections.section.size", "Size";
    SEQUENCE: Text => "mongo.msg.sections.section.doc_sequence_id", "SeqID";
    BODY: Label => "mongo.msg.sections.section.body", "BodyDocument";
    QUERY_FLAGS: Hex(8) => "mongo.query.flags", "Query Flags";
    REPLY_FLAGS: Hex(8) => "mongo.reply.flags", "Reply Flags";
    OTHER_FLAGS: Hex(8) => "mongo.update.flags", "Flags";
    COLLECTION: Text => "mongo.full_collection_name", "fullCollectionName";
    SKIP: Int => "mongo.number_to_skip", "Number To Skip";
    WANTED: Int => "mongo.number_to_return", "Number to Return";
    CURSOR: Int => "mongo.cursor_id", "Cursor ID";
    STARTING: Int => "mongo.starting_from", "Starting From";
    RETURNED: Int => "mongo.number_returned", "Number Returned";
    CURSORS: Int => "mongo.number_to_cursor_ids", "Number of Cursor IDS";
    QUERY: Label => "mongo.query", "Query";
    SELECTOR: Label => "mongo.selector", "Selector";
    UPDATE: Label => "mongo.update", "Update";
    DOCUMENT: Label => "mongo.document", "Document";
    DOCUMENT_LENGTH: Int => "mongo.document.length", "Document length";
    ELEMENT: Text => "mongo.element.name", "Element";
    TYPE: Hex(2) => "mongo.element.type", "Type";
    ELEMENT_LENGTH: Int => "mongo.element.length", "Length";
    BOOL: Bool => "mongo.element.value.bool", "Value";
    INT: Int => "mongo.element.value.int", "Value";
    INT64: Int => "mongo.element.value.int64", "Value";
    DOUBLE: Float => "mongo.element.value.double", "Value";
    STRING: Text => "mongo.element.value.string", "Value";
    BYTES: Bytes => "mongo.element.value.bytes", "Value";
    PATTERN: Text => "mongo.element.value.regex.pattern", "Value";
    PATTERN_OPTIONS: Text => "mongo.element.value.regex.options", "Value";
    OBJECT: Bytes => "mongo.element.value.objectid", "ObjectID";
    ORIGINAL: Int => "mongo.compression.original_opcode", "Original OpCode";
    ORIGINAL_SIZE: Int => "mongo.compression.original_size", "Uncompressed Size";
    COMPRESSOR: Int => "mongo.compression.compressor", "Compressor";
    DATABASE: Text => "mongo.database", "database";
    COMMAND: Text => "mongo.commandname", "commandName";
}

pub(super) static MONGO: Protocol = Protocol {
    name: "mongo",
    title: "Mongo Wire Protocol",
    short: "MONGO",
    fields: FIELDS,
    claims: &[Claim::TcpPort(27017)],
    probe: Some(probe),
    dissect,
    framing: Some(framing),
    ..Protocol::PLAIN
};

const HEADER: usize = 16;
const MOST: usize = 48_000_000;
/// Documents nest no deeper in a tree that people read.
const DEEPEST: u8 = 20;

fn probe(payload: &Payload<'_>) -> Verdict {
    if payload.is_tcp() { look(payload).unwrap_or(Verdict::Possible) } else { Verdict::NotMine }
}

fn operation(opcode: u32) -> Option<&'static str> {
    Some(match opcode {
        1 => "Reply",
        1000 => "Message",
        2001 => "Update document",
        2002 => "Insert document",
        2003 => "Reserved",
        2004 => "Query",
        2005 => "Get More",
        2006 => "Delete document",
        2007 => "Kill Cursors",
        2010 => "Command Request",
        2011 => "Command Reply",
        2012 => "Compressed Data",
        2013 => "Extensible Message Format",
        _ => return None,
    })
}

fn look(payload: &Payload<'_>) -> Result<Verdict, Problem> {
    let bytes = payload.window();
    let (length, opcode) = (bytes.u32_le(0)?, bytes.u32_le(12)?);
    let fits = usize::try_from(length).is_ok_and(|length| length == bytes.len() || length > bytes.len() && bytes.len() >= 500);
    let known = operation(opcode).is_some() && opcode != 1;
    Ok(Verdict::certain_if(known && fits && (17..48_000_000).contains(&length)))
}

fn framing(stream: &Stream<'_>) -> Frame {
    stream.headed(HEADER, MOST, |head| {
        operation(head.u32_le(12).ok()?)?;
        usize::try_from(head.u32_le(0).ok()?).ok()
    })
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if !d.wants() {
        return Ok(Next::End);
    }
    let opcode = bytes.u32_le(12)?;
    let Some(operation_name) = operation(opcode) else { return Ok(Next::End) };
    let mut reader = Reader::little(bytes, 0);
    reader.signed(d, &LENGTH, 4)?;
    reader.number(d, &REQUEST, 4)?;
    reader.number(d, &RESPONSE, 4)?;
    reader.named(d, &OPCODE, 4, |_| Some(operation_name))?;
    let side = if matches!(opcode, 1 | 2011) { "Response" } else { "Request" };
    d.info(|| format!("{side} : {operation_name}"));
    details(content(d, &mut reader, opcode)).map(|()| Next::End)
}

fn content(d: &mut Dissection, reader: &mut Reader<'_>, opcode: u32) -> Result<(), Problem> {
    match opcode {
        1 => {
            reader.number(d, &REPLY_FLAGS, 4)?;
            reader.signed(d, &CURSOR, 8)?;
            reader.signed(d, &STARTING, 4)?;
            reader.signed(d, &RETURNED, 4)?;
            documents(d, reader)
        }
        1000 => reader.zero_ended(d, &STRING).map(|_| ()),
        2001 => {
            reader.take(4)?;
            reader.zero_ended(d, &COLLECTION)?;
            reader.number(d, &OTHER_FLAGS, 4)?;
            document(d, reader, &SELECTOR, 0)?;
            document(d, reader, &UPDATE, 0)
        }
        2002 => {
            reader.number(d, &OTHER_FLAGS, 4)?;
            reader.zero_ended(d, &COLLECTION)?;
            documents(d, reader)
        }
        2004 => {
            reader.number(d, &QUERY_FLAGS, 4)?;
            reader.zero_ended(d, &COLLECTION)?;
            reader.signed(d, &SKIP, 4)?;
            reader.signed(d, &WANTED, 4)?;
            document(d, reader, &QUERY, 0)?;
            documents(d, reader)
        }
        2005 => {
            reader.take(4)?;
            reader.zero_ended(d, &COLLECTION)?;
            reader.signed(d, &WANTED, 4)?;
            reader.signed(d, &CURSOR, 8).map(|_| ())
        }
        2006 => {
            reader.take(4)?;
            reader.zero_ended(d, &COLLECTION)?;
            reader.number(d, &OTHER_FLAGS, 4)?;
            document(d, reader, &SELECTOR, 0)
        }
        2007 => {
            reader.take(4)?;
            reader.signed(d, &CURSORS, 4)?;
            while reader.left() > 0 {
                reader.signed(d, &CURSOR, 8)?;
            }
            Ok(())
        }
        2010 => {
            reader.zero_ended(d, &DATABASE)?;
            reader.zero_ended(d, &COMMAND)?;
            documents(d, reader)
        }
        2011 => documents(d, reader),
        2012 => {
            reader.signed(d, &ORIGINAL, 4)?;
            reader.signed(d, &ORIGINAL_SIZE, 4)?;
            let name = |kind| ["Noop", "Snappy", "Zlib", "Zstd"].get(usize::try_from(kind).ok()?).copied();
            reader.named(d, &COMPRESSOR, 1, name).map(|_| ())
        }
        _ => sections(d, reader),
    }
}

/// The one kind of message that servers of today speak.
fn sections(d: &mut Dissection, reader: &mut Reader<'_>) -> Result<(), Problem> {
    let start = reader.at;
    let flags = reader.number(d, &FLAGS, 4)?;
    let span = reader.since(start);
    d.nest(|d| {
        d.field(&HAS_CHECKSUM, span, flags & 1 != 0);
        d.field(&MORE, span, flags & 2 != 0);
        d.field(&EXHAUST, span, flags & 0x1_0000 != 0);
    });
    let trailer = if flags & 1 == 0 { 0 } else { 4 };
    while reader.left() > trailer {
        reader.group(d, &SECTION, || "Section".to_owned(), |d, reader| {
            let name = |kind| ["Body", "Document Sequence"].get(usize::try_from(kind).ok()?).copied();
            if reader.named(d, &SECTION_KIND, 1, name)? == 0 {
                return document(d, reader, &BODY, 0);
            }
            let size = usize::try_from(reader.signed(d, &SECTION_SIZE, 4)?).unwrap_or_default();
            let mut part = reader.part(size.checked_sub(4).ok_or(Problem::Malformed)?);
            part.zero_ended(d, &SEQUENCE)?;
            documents(d, &mut part)
        })?;
    }
    Ok(())
}

fn documents(d: &mut Dissection, reader: &mut Reader<'_>) -> Result<(), Problem> {
    while reader.left() > 4 {
        document(d, reader, &DOCUMENT, 0)?;
    }
    Ok(())
}

fn type_name(kind: u64) -> Option<&'static str> {
    Some(match kind {
        0x01 => "Double",
        0x02 => "String",
        0x03 => "Document",
        0x04 => "Array",
        0x05 => "Binary",
        0x06 => "Undefined",
        0x07 => "Object ID",
        0x08 => "Boolean",
        0x09 => "Datetime",
        0x0a => "NULL",
        0x0b => "Regular Expression",
        0x0c => "DBPointer",
        0x0d => "JavaScript Code",
        0x0e => "Symbol",
        0x0f => "JavaScript Code w/Scope",
        0x10 => "Int32",
        0x11 => "Timestamp",
        0x12 => "Int64",
        0x13 => "Decimal128",
        0xff => "Min Key",
        0x7f => "Max Key",
        _ => return None,
    })
}

fn document(d: &mut Dissection, reader: &mut Reader<'_>, label: &'static Field, depth: u8) -> Result<(), Problem> {
    if depth > DEEPEST {
        return Err(Problem::Malformed);
    }
    reader.group(d, label, || label.title().to_owned(), |d, reader| {
        let length = usize::try_from(reader.signed(d, &DOCUMENT_LENGTH, 4)?).unwrap_or_default();
        let mut part = reader.part(length.checked_sub(4).ok_or(Problem::Malformed)?);
        while part.left() > 1 {
            let at = part.at;
            let kind = part.uint(1)?;
            // The name is the line of the tree; its type and value stand under it.
            part.zero_ended(d, &ELEMENT)?;
            let span = part.bytes.span(at..at.saturating_add(1));
            d.nest(|d| {
                d.noted(&TYPE, span, kind, type_name(kind).unwrap_or("Unknown"));
                value(d, &mut part, kind, depth)
            })?;
        }
        Ok(())
    })
}

fn value(d: &mut Dissection, reader: &mut Reader<'_>, kind: u64, depth: u8) -> Result<(), Problem> {
    match kind {
        0x01 => {
            let start = reader.at;
            let value = f64::from_bits(reader.uint(8)?);
            d.field(&DOUBLE, reader.since(start), value);
        }
        0x02 | 0x0d | 0x0e => {
            let length = usize::try_from(reader.signed(d, &ELEMENT_LENGTH, 4)?).unwrap_or_default();
            reader.field(d, &STRING, length.checked_sub(1).ok_or(Problem::Malformed)?)?;
            reader.take(1)?;
        }
        0x03 | 0x04 => document(d, reader, &DOCUMENT, depth.saturating_add(1))?,
        0x05 => {
            let length = usize::try_from(reader.signed(d, &ELEMENT_LENGTH, 4)?).unwrap_or_default();
            reader.take(1)?;
            reader.field(d, &BYTES, length)?;
        }
        0x07 => _ = reader.field(d, &OBJECT, 12)?,
        0x08 => {
            let start = reader.at;
            let value = reader.uint(1)? != 0;
            d.field(&BOOL, reader.since(start), value);
        }
        0x09 | 0x11 | 0x12 => _ = reader.signed(d, &INT64, 8)?,
        0x0b => {
            reader.zero_ended(d, &PATTERN)?;
            reader.zero_ended(d, &PATTERN_OPTIONS)?;
        }
        0x10 => _ = reader.signed(d, &INT, 4)?,
        0x13 => _ = reader.field(d, &BYTES, 16)?,
        0x06 | 0x0a | 0x7f | 0xff => {}
        _ => return Err(Problem::Malformed),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::dissect::Wanted;

    #[test]
    fn elements_of_a_command_are_named() {
        let body = b"\x13\0\0\0\x10ping\0\x01\0\0\0\x08a\0\x01\0";
        let mut bytes = vec![40, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0, 0xdd, 7, 0, 0, 0, 0, 0, 0, 0];
        bytes.extend_from_slice(body);
        let mut d = Dissection::new(Wanted::Everything);
        dissect(&mut d, Bytes::frame(&bytes, 40)).unwrap();
        assert_eq!(d.info_text(), "Request : Extensible Message Format");
        let names: Vec<String> = d.fields.iter().filter(|found| found.field.name() == "mongo.element.name").map(|f| f.text()).collect();
        assert_eq!(names, ["ping", "a"]);
    }
}
