//! Version 1.0: performatives (OASIS AMQP 1.0 part 2 §2.7), sections of messages (part 3 §3.2) and SASL (part 5 §5.3), as lists of
//! typed values (part 1).
use super::*;
use crate::engine::dissect::{Kind, Names, details, name_of};
use std::ops::Range;

/// Places of a list, in its order; [`FIELD`] is one that is not shown.
type Rows = &'static [&'static Field];
/// Lists in lists that are looked into.
const DEEPEST: u8 = 6;

/// What described lists hold, by their descriptor; and what they are called, if the place where they stand does not say it.
static LISTS: &[(u8, Option<&Field>, Rows)] = &[
    (
        0x10,
        Some(&ALL),
        &[
            &CONTAINER,
            &HOST_NAME,
            &FRAME_SIZE,
            &CHANNELS,
            &IDLE,
            &LOCALES_OUT,
            &LOCALES_IN,
            &OFFERED,
            &DESIRED,
            &PROPERTIES_1,
        ],
    ),
    (
        0x11,
        Some(&ALL),
        &[&REMOTE_CHANNEL, &NEXT_OUT, &WINDOW_IN, &WINDOW_OUT, &HANDLE_MAX, &OFFERED, &DESIRED, &PROPERTIES_1],
    ),
    (
        0x12,
        Some(&ALL),
        &[
            &LINK,
            &HANDLE,
            &ROLE,
            &SEND_MODE,
            &RECEIVE_MODE,
            &SOURCE_1,
            &TARGET_1,
            &UNSETTLED,
            &INCOMPLETE,
            &FIRST_COUNT,
            &SIZE_MAX,
            &OFFERED,
            &DESIRED,
            &PROPERTIES_1,
        ],
    ),
    (
        0x13,
        Some(&ALL),
        &[
            &NEXT_IN,
            &WINDOW_IN,
            &NEXT_OUT,
            &WINDOW_OUT,
            &HANDLE,
            &DELIVERY_COUNT,
            &CREDIT,
            &AVAILABLE,
            &DRAIN,
            &ECHO,
            &PROPERTIES_1,
        ],
    ),
    (
        0x14,
        Some(&ALL),
        &[&HANDLE, &DELIVERY_ID, &TAG, &FORMAT, &SETTLED, &MORE, &RECEIVE_MODE, &STATE, &RESUME, &ABORTED, &BATCHABLE],
    ),
    (0x15, Some(&ALL), &[&ROLE, &FIRST, &LAST, &SETTLED, &STATE, &BATCHABLE]),
    (0x16, Some(&ALL), &[&HANDLE, &CLOSED, &ERROR]),
    (0x17, Some(&ALL), &[&ERROR]),
    (0x18, Some(&ALL), &[&ERROR]),
    (0x1d, None, &[&CONDITION, &DESCRIPTION]),
    (0x23, Some(&RECEIVED), &[&SECTION_NUMBER]),
    (0x24, Some(&ACCEPTED), &[]),
    (0x25, Some(&REJECTED), &[&ERROR]),
    (0x26, Some(&RELEASED), &[]),
    (0x27, Some(&MODIFIED), &[&FAILED, &UNDELIVERABLE]),
    (0x28, None, &[&ADDRESS, &TERMINUS]),
    (0x29, None, &[&ADDRESS, &TERMINUS]),
    (0x40, Some(&ALL), &[&SASL_MECHANISMS]),
    (0x41, Some(&ALL), &[&SASL_MECHANISM, &SASL_INITIAL, &HOST_NAME]),
    (0x42, Some(&ALL), &[&SASL_CHALLENGE]),
    (0x43, Some(&ALL), &[&SASL_RESPONSE]),
    (0x44, Some(&ALL), &[&SASL_CODE, &SASL_MORE]),
    (0x70, Some(&MESSAGE_HEADER), &[&DURABLE_1, &PRIORITY_1, &TTL]),
    (
        0x73,
        Some(&MESSAGE_PROPERTIES),
        &[
            &MESSAGE_ID_1,
            &USER_ID_1,
            &TO,
            &SUBJECT,
            &REPLY_TO_1,
            &CORRELATION,
            &TYPE_1,
            &ENCODING_1,
            &FIELD,
            &FIELD,
            &GROUP,
        ],
    ),
];
/// Of places for several symbols: where a single one is told.
static SINGLE: &[(&Field, &Field)] = &[
    (&LOCALES_OUT, &LOCALE_OUT),
    (&LOCALES_IN, &LOCALE_IN),
    (&DESIRED, &DESIRED_ONE),
    (&SASL_MECHANISMS, &SASL_MECHANISM_ONE),
];
static NAMED: &[(&Field, Names)] = &[
    (&SEND_MODE, "unsettled|settled|mixed"),
    (&RECEIVE_MODE, "first|second"),
    (&SASL_CODE, "ok|auth|sys|sys-perm|sys-temp"),
    (&TERMINUS, "none|configuration|unsettled-state"),
    (&ROLE, "sender|receiver"),
];

/// A typed value.
struct Item {
    descriptor: Option<u64>,
    /// Of its type.
    code: u8,
    /// Where the code stands.
    start: usize,
    /// Behind the code and the size.
    content: Range<usize>,
}

impl Item {
    /// The value at `at`. How long it is follows from the upper half of its type's code (part 1 §1.2).
    fn read(bytes: &Bytes<'_>, at: usize) -> Result<Self, Problem> {
        let (mut at, mut descriptor) = (at, None);
        if bytes.u8(at)? == 0 {
            let by = Self::plain(bytes, at.saturating_add(1))?;
            // Descriptors by name are not known.
            descriptor = matches!(by.code, 0x44 | 0x53 | 0x80).then(|| by.number(bytes)).transpose()?;
            at = by.content.end;
        }
        Ok(Self { descriptor, ..Self::plain(bytes, at)? })
    }

    fn plain(bytes: &Bytes<'_>, start: usize) -> Result<Self, Problem> {
        let code = bytes.u8(start)?;
        let at = start.saturating_add(1);
        let (head, size) = match code >> 4 {
            4 => (0, 0),
            5 => (0, 1),
            6 => (0, 2),
            7 => (0, 4),
            8 => (0, 8),
            9 => (0, 16),
            0xa | 0xc | 0xe => (1, usize::from(bytes.u8(at)?)),
            0xb | 0xd | 0xf => (4, long(bytes, at)?),
            _ => return Err(Problem::Malformed),
        };
        let from = at.saturating_add(head);
        let end = from.saturating_add(size);
        if end > bytes.len() {
            return Err(bytes.out_of_reach(end));
        }
        Ok(Self { descriptor: None, code, start, content: from..end })
    }

    fn number(&self, bytes: &Bytes<'_>) -> Result<u64, Problem> {
        Ok(bytes.take(self.content.clone())?.iter().fold(0, |value, byte| value << 8 | u64::from(*byte)))
    }

    /// Values in a list, a map or an array: where they begin, and for an array of which type they are.
    fn first(&self) -> usize {
        self.content.start.saturating_add(match self.code >> 4 {
            0xc | 0xe => 1,
            0xd | 0xf => 4,
            _ => 0,
        })
    }

    /// As text, of the types that are short.
    fn said(&self, bytes: &Bytes<'_>) -> Result<String, Problem> {
        Ok(match self.code {
            0x40 => "null".to_owned(),
            0x41 => "true".to_owned(),
            0x42 => "false".to_owned(),
            0x43 | 0x44 | 0x50 | 0x52 | 0x53 | 0x60 | 0x70 | 0x80 => self.number(bytes)?.to_string(),
            0xa1 | 0xa3 | 0xb1 | 0xb3 => text::shown(bytes.take(self.content.clone())?),
            _ => "…".to_owned(),
        })
    }
}

/// A frame: its header, what it performs, and the message that it transfers.
pub(super) fn frame(d: &mut Dissection, bytes: &Bytes<'_>) -> Result<(), Problem> {
    const NAMES: [&str; 9] = ["open", "begin", "attach", "flow", "transfer", "disposition", "detach", "end", "close"];
    const SASL: [&str; 5] = ["sasl.mechanisms", "sasl.init", "sasl.challenge", "sasl.response", "sasl.outcome"];
    const TRANSFER: u8 = 0x14;
    if !d.wants() {
        return Ok(());
    }
    let (offset, kind) = (bytes.u8(4)?, bytes.u8(5)?);
    d.field(&LENGTH, bytes.span(0..4), bytes.u32(0)?);
    d.field(&OFFSET, bytes.span(4..5), offset);
    d.noted(&KIND, bytes.span(5..6), kind, if kind == 1 { "SASL" } else { "AMQP" });
    d.field(&CHANNEL, bytes.span(6..8), bytes.u16(6)?);
    let at = usize::from(offset).saturating_mul(4);
    if bytes.from(at).is_empty() {
        d.info_add("", || "(empty)".to_owned());
        return Ok(());
    }
    // A described type, its descriptor a small unsigned long.
    let (0, 0x53) = (bytes.u8(at)?, bytes.u8(at.saturating_add(1))?) else { return Ok(()) };
    let code = bytes.u8(at.saturating_add(2))?;
    let names: &[&str] = if kind == 1 { &SASL } else { &NAMES };
    let first = if kind == 1 { 0x40 } else { 0x10 };
    let Some(name) = code.checked_sub(first).and_then(|nth| names.get(usize::from(nth))) else { return Ok(()) };
    let place = at.saturating_add(2);
    let field = if kind == 1 { &SASL_METHOD } else { &PERFORMATIVE };
    d.noted(field, bytes.span(place..place.saturating_add(1)), code, name);
    d.info_add("", || format!("{name} "));
    details(arguments(d, bytes, at, code == TRANSFER))
}

fn arguments(d: &mut Dissection, bytes: &Bytes<'_>, at: usize, has_message: bool) -> Result<(), Problem> {
    let performed = Item::read(bytes, at)?;
    value(d, bytes, &ALL, &performed, 0)?;
    let mut at = performed.content.end;
    while has_message && at < bytes.len() {
        let section = Item::read(bytes, at)?;
        let field: &'static Field = match section.descriptor {
            Some(0x70) => &MESSAGE_HEADER,
            Some(0x71) => &DELIVERY_NOTES,
            Some(0x72) => &MESSAGE_NOTES,
            Some(0x73) => &MESSAGE_PROPERTIES,
            Some(0x74) => &APPLICATION_PROPERTIES,
            Some(0x75) => &DATA,
            Some(0x77) => &BODY_VALUE,
            Some(0x78) => &FOOTER,
            // The rest of a message that began in an earlier transfer.
            _ => return Ok(()),
        };
        value(d, bytes, field, &section, 0)?;
        at = section.content.end;
    }
    Ok(())
}

/// A value in its place. One of another type than the place has is not shown.
fn value(d: &mut Dissection, bytes: &Bytes<'_>, field: &'static Field, item: &Item, depth: u8) -> Result<(), Problem> {
    let content = bytes.span(item.content.clone());
    let code = bytes.span(item.start..item.start.saturating_add(1));
    let names = NAMED.iter().find(|(named, _)| std::ptr::eq(*named, field)).map_or("", |(_, names)| *names);
    match (field.kind, item.code) {
        _ if std::ptr::eq(field, &FIELD) => {}
        (Kind::Text, 0xa1 | 0xa3 | 0xb1 | 0xb3) => d.field(field, content, item.said(bytes)?),
        (Kind::Bytes, 0xa0 | 0xb0) => d.field(field, content, bytes.take(item.content.clone())?),
        (Kind::Uint, 0x43 | 0x44 | 0x50 | 0x52 | 0x53 | 0x60 | 0x70 | 0x80) => {
            let (number, span) = (item.number(bytes)?, if item.content.is_empty() { code } else { content });
            match name_of(names, number) {
                "" => d.field(field, span, number),
                name => d.noted(field, span, number, name),
            }
        }
        (Kind::Bool, 0x41 | 0x42 | 0x56) => {
            let is = item.code == 0x41 || item.number(bytes)? != 0;
            let span = if item.content.is_empty() { code } else { content };
            match name_of(names, is.into()) {
                "" => d.field(field, span, is),
                name => d.noted(field, span, is, name),
            }
        }
        (Kind::Label, 0x41..) => compound(d, bytes, field, item, depth)?,
        _ => {}
    }
    Ok(())
}

/// A value that has others in it, or whose type is open.
fn compound(
    d: &mut Dissection,
    bytes: &Bytes<'_>,
    field: &'static Field,
    item: &Item,
    depth: u8,
) -> Result<(), Problem> {
    let whole = bytes.span(item.start..item.content.end);
    let list = LISTS.iter().find(|(descriptor, ..)| item.descriptor == Some(u64::from(*descriptor)));
    let single = SINGLE.iter().find(|(several, _)| std::ptr::eq(*several, field));
    match (list, single, item.code) {
        _ if depth >= DEEPEST => {}
        (Some((_, own, rows)), _, 0x45 | 0xc0 | 0xd0) => {
            let label = own.unwrap_or(field);
            d.label(label, whole, || label.title().to_owned());
            let mut at = item.first();
            d.nest(|d| {
                for row in *rows {
                    if at >= item.content.end {
                        break;
                    }
                    let next = Item::read(bytes, at)?;
                    value(d, bytes, row, &next, depth.saturating_add(1))?;
                    at = next.content.end;
                }
                Ok(())
            })?;
        }
        (_, Some((_, one)), 0xa3 | 0xb3) => d.field(one, bytes.span(item.content.clone()), item.said(bytes)?),
        (_, _, 0xc1 | 0xd1) => {
            d.label(field, whole, || field.title().to_owned());
            let mut at = item.first();
            d.nest(|d| {
                while at < item.content.end {
                    let key = Item::read(bytes, at)?;
                    let told = Item::read(bytes, key.content.end)?;
                    let said = format!("{}: {}", key.said(bytes)?, told.said(bytes)?);
                    d.label(&ELEMENT, bytes.span(told.content.clone()), || said);
                    at = told.content.end;
                }
                Ok(())
            })?;
        }
        // Symbols or strings, one behind the other without their code.
        (_, _, 0xe0 | 0xf0) => {
            d.label(field, whole, || field.title().to_owned());
            let first = item.first();
            let wide = match bytes.u8(first)? {
                0xa1 | 0xa3 => 1,
                0xb1 | 0xb3 => 4,
                _ => return Ok(()),
            };
            let mut at = first.saturating_add(1);
            d.nest(|d| {
                while at < item.content.end {
                    let size = if wide == 1 { usize::from(bytes.u8(at)?) } else { long(bytes, at)? };
                    let start = at.saturating_add(wide);
                    at = start.saturating_add(size);
                    let said = text::shown(bytes.take(start..at)?);
                    d.label(&ELEMENT, bytes.span(start..at), || format!("{}: {said}", field.title()));
                }
                Ok(())
            })?;
        }
        _ => {
            let said = item.said(bytes)?;
            d.label(field, whole, || format!("{}: {said}", field.title()));
        }
    }
    Ok(())
}
