//! X Window System protocol, x.org/releases/current/doc/xproto.
use crate::engine::dissect::{
    Bytes, Claim, Dissection, Frame, Next, Payload, Problem, Protocol, Stream, Verdict, fields, text,
};
use crate::sorted::Sorted;

fields! {
    OPCODE: Uint => "x11.opcode", "opcode";
    REQUEST_LENGTH: Uint => "x11.request-length", "request-length";
    EVENT: Uint => "x11.eventcode", "eventcode";
    ERROR: Uint => "x11.errorcode", "errorcode";
    REPLY: Uint => "x11.reply", "reply";
    SEQUENCE: Uint => "x11.event-sequencenumber", "event-sequencenumber";
    REPLY_SEQUENCE: Uint => "x11.reply-sequencenumber", "sequencenumber";
    REPLY_LENGTH: Uint => "x11.replylength", "replylength";
    BYTE_ORDER: Uint => "x11.byte-order", "byte-order";
    MAJOR: Uint => "x11.protocol-major-version", "protocol-major-version";
    MINOR: Uint => "x11.protocol-minor-version", "protocol-minor-version";
    AUTHORIZATION: Text => "x11.authorization-protocol-name", "authorization-protocol-name";
    VENDOR: Text => "x11.vendor", "vendor";
    SUCCESS: Uint => "x11.success", "success";
}

pub(super) static X11: Protocol = Protocol {
    name: "x11",
    title: "X11",
    short: "X11",
    fields: FIELDS,
    claims: &[
        Claim::TcpPort(6000),
        Claim::TcpPort(6001),
        Claim::TcpPort(6002),
        Claim::TcpPort(6003),
        Claim::TcpPort(6004),
        Claim::TcpPort(6005),
        Claim::TcpPort(6006),
        Claim::TcpPort(6007),
        Claim::TcpPort(6008),
        Claim::TcpPort(6009),
        Claim::TcpPort(6010),
    ],
    probe: Some(probe),
    dissect,
    framing: Some(framing),
    stateful: true,
    ..Protocol::PLAIN
};

const SERVERS: &[u16] = &[6000, 6001, 6002, 6003, 6004, 6005, 6006, 6007, 6008, 6009, 6010];

/// Which byte comes first; what a flow remembers of it.
#[derive(Clone, Copy, PartialEq)]
enum Order {
    Little = 1,
    Big = 2,
}

impl Order {
    /// As remembered; else by what the first length would be.
    fn of(memory: u16, bytes: &[u8]) -> Self {
        match (memory, bytes) {
            (1, _) => Self::Little,
            (2, _) => Self::Big,
            (_, [_, _, a, b, ..]) if u16::from_be_bytes([*a, *b]) < u16::from_le_bytes([*a, *b]) => Self::Big,
            _ => Self::Little,
        }
    }

    fn u16(self, bytes: &Bytes<'_>, at: usize) -> Result<u16, Problem> {
        if self == Self::Little { bytes.u16_le(at) } else { bytes.u16(at) }
    }

    fn u32(self, bytes: &Bytes<'_>, at: usize) -> Result<u32, Problem> {
        if self == Self::Little { bytes.u32_le(at) } else { bytes.u32(at) }
    }
}

/// Requests by their number, for the replies.
#[derive(Default)]
struct Connection {
    /// Number of the last request; `None` until one is known.
    number: Option<u16>,
    requests: Sorted<u16, u8>,
    /// Extensions asked for, by request; then by the opcode that the reply tells.
    asked: Sorted<u16, String>,
    extensions: Sorted<u8, String>,
}

/// The first request: byte order, version 11.0, lengths of the authorization's name and data, padded to four. Its length.
fn opening(bytes: &Bytes<'_>) -> Option<(Order, usize)> {
    let order = match bytes.u8(0) {
        Ok(b'B') => Order::Big,
        Ok(b'l') => Order::Little,
        _ => return None,
    };
    let half = |at: usize| order.u16(bytes, at).ok();
    let (name, data) = (usize::from(half(6)?), usize::from(half(8)?));
    let length = name.next_multiple_of(4).saturating_add(data.next_multiple_of(4)).saturating_add(12);
    (half(2)? == 11 && half(4)? == 0 && length < 1024).then_some((order, length))
}

/// The answer to it, with its length: no reply looks so.
fn opening_reply(order: Order, bytes: &Bytes<'_>) -> Option<usize> {
    let half = |at: usize| order.u16(bytes, at).ok();
    let is_one = bytes.u8(0).is_ok_and(|status| status <= 2) && half(2)? == 11 && half(4)? == 0;
    is_one.then_some(usize::from(half(6)?).saturating_mul(4).saturating_add(8))
}

fn probe(payload: &Payload<'_>) -> Verdict {
    let bytes = payload.window();
    let certain = || opening(&bytes).is_some_and(|(_, length)| length == bytes.len());
    if payload.is_tcp() { Verdict::certain_if(certain()) } else { Verdict::NotMine }
}

/// Length of the first message; 0 when it is no message.
fn length(order: Order, bytes: &Bytes<'_>, server: bool) -> Result<usize, Problem> {
    const REPLY: u8 = 1;
    const GENERIC_EVENT: u8 = 35;
    if !server {
        if let Some((_, length)) = opening(bytes) {
            return Ok(length);
        }
        return Ok(match order.u16(bytes, 2)? {
            // BIG-REQUESTS: the length is in the next word.
            0 => usize::try_from(order.u32(bytes, 4)?).unwrap_or_default().saturating_mul(4),
            words => usize::from(words).saturating_mul(4),
        });
    }
    if let Some(length) = opening_reply(order, bytes) {
        return Ok(length);
    }
    Ok(match bytes.u8(0)? & 0x7f {
        REPLY | GENERIC_EVENT => {
            usize::try_from(order.u32(bytes, 4)?).unwrap_or_default().saturating_mul(4).saturating_add(32)
        }
        _ => 32,
    })
}

/// No single message is longer: a bigger number is no length.
const LONGEST: usize = 64 << 20;

/// All whole messages of a segment are read together.
fn framing(stream: &Stream<'_>) -> Frame {
    let (mut end, mut rest) = (0_usize, stream.window());
    let server = match (SERVERS.contains(&stream.from_port), SERVERS.contains(&stream.to_port)) {
        (from, to) if from != to => from,
        _ => !stream.from_client,
    };
    let order = Order::of(stream.memory, stream.bytes);
    loop {
        let next = length(order, &rest, server);
        if rest.is_empty() {
            return Frame::Message(end);
        }
        match next {
            Err(_) if end == 0 => return Frame::More,
            Err(_) => return Frame::Message(end),
            // Nothing begins here: all the rest goes with it.
            Ok(length) if length == 0 || length > LONGEST => return Frame::Unframed,
            Ok(length) if length > rest.len() => return Frame::Message(if end == 0 { length } else { end }),
            Ok(length) => {
                end = end.saturating_add(length);
                rest = rest.from(length);
            }
        }
    }
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let server = d.from_server(SERVERS);
    if let Some((order, _)) = opening(&bytes).filter(|_| !server) {
        d.remember(order as u16);
    }
    let order = Order::of(d.memory(), bytes.all());
    d.with_state(|d, connection: &mut Connection| {
        let (mut rest, mut nth) = (bytes, 0_usize);
        while rest.wire_len() > 0 {
            let length = length(order, &rest, server)?;
            if length == 0 {
                break;
            }
            // A message that the capture cut is not begun.
            rest.take(0..length).map_err(|problem| if rest.is_cut() { Problem::Truncated } else { problem })?;
            let message = rest.limit(length);
            if nth > 0 {
                d.another(&message);
            }
            match server {
                true => answer(d, connection, order, &message, nth)?,
                false => request(d, connection, order, &message, nth)?,
            }
            rest = rest.from(length);
            nth = nth.saturating_add(1);
        }
        Ok(Next::End)
    })
}

/// The Info column: what kind the messages of a segment are stands once before them.
fn say(d: &mut Dissection, nth: usize, kind: &str, name: &str) {
    match nth {
        0 => d.info_add("", || format!("{kind}: {name}")),
        _ => d.info_add(", ", || name.to_owned()),
    }
}

fn request(
    d: &mut Dissection,
    connection: &mut Connection,
    order: Order,
    bytes: &Bytes<'_>,
    nth: usize,
) -> Result<(), Problem> {
    if opening(bytes).is_some() {
        connection.number = Some(0);
        d.info(|| "Initial connection request".to_owned());
        d.field(&BYTE_ORDER, bytes.span(0..1), bytes.u8(0)?);
        d.field(&MAJOR, bytes.span(2..4), 11_u8);
        d.field(&MINOR, bytes.span(4..6), 0_u8);
        let end = usize::from(order.u16(bytes, 6)?).saturating_add(12);
        if d.wants() {
            d.field(&AUTHORIZATION, bytes.span(12..end), text::shown(bytes.take(12..end)?));
        }
        return Ok(());
    }
    const QUERY_EXTENSION: u8 = 98;
    let opcode = bytes.u8(0)?;
    if let Some(number) = connection.number {
        let number = number.wrapping_add(1);
        connection.number = Some(number);
        connection.requests.insert(number, opcode);
        // Answers come soon: what is far behind is forgotten.
        if connection.requests.len() > 4096 {
            connection.requests.pop_first();
        }
        if opcode == QUERY_EXTENSION {
            let end = usize::from(order.u16(bytes, 4)?).saturating_add(8);
            connection.asked.insert(number, text::shown(bytes.take(8..end)?));
        }
    }
    if d.wants() {
        let name = opcode_name(connection, opcode);
        d.noted(&OPCODE, bytes.span(0..1), opcode, &name);
        d.field(&REQUEST_LENGTH, bytes.span(2..4), order.u16(bytes, 2)?);
        say(d, nth, "Requests", &name);
    }
    Ok(())
}

fn opcode_name(connection: &Connection, opcode: u8) -> String {
    match (REQUESTS.get(usize::from(opcode)), connection.extensions.get(&opcode)) {
        (Some(name), _) if !name.is_empty() => (*name).to_owned(),
        (_, Some(extension)) => extension.clone(),
        _ => format!("<Unknown opcode {opcode}>"),
    }
}

fn answer(
    d: &mut Dissection,
    connection: &mut Connection,
    order: Order,
    bytes: &Bytes<'_>,
    nth: usize,
) -> Result<(), Problem> {
    let (code, number) = (bytes.u8(0)?, order.u16(bytes, 2)?);
    if opening_reply(order, bytes).is_some() {
        connection.number.get_or_insert(0);
        d.info(|| "Initial connection reply".to_owned());
        d.field(&SUCCESS, bytes.span(0..1), code);
        d.field(&MAJOR, bytes.span(2..4), 11_u8);
        d.field(&MINOR, bytes.span(4..6), 0_u8);
        if code == 1 && d.wants() {
            let end = usize::from(order.u16(bytes, 24)?).saturating_add(40);
            d.field(&VENDOR, bytes.span(40..end), text::shown(bytes.take(40..end)?));
        }
        return Ok(());
    }
    let asked = if code <= 1 { connection.requests.remove(&number) } else { None };
    // Begun in the middle: a reply's number is that of the last request, an event's may be.
    connection.number.get_or_insert(number);
    match code {
        0 => {
            let error = bytes.u8(1)?;
            let name = ERRORS.get(usize::from(error)).copied().unwrap_or("<Unknown errorcode>");
            d.noted(&ERROR, bytes.span(1..2), error, name);
            d.field(&SEQUENCE, bytes.span(2..4), number);
            say(d, nth, "Error", name);
        }
        1 => {
            if let Some(name) = connection.asked.remove(&number)
                && bytes.u8(8)? == 1
            {
                connection.extensions.insert(bytes.u8(9)?, name);
            }
            if d.wants() {
                let name = asked.map_or_else(|| "to unknown request".to_owned(), |code| opcode_name(connection, code));
                d.field(&REPLY, bytes.span(0..1), code);
                d.noted(&REPLY_SEQUENCE, bytes.span(2..4), number, &name);
                d.field(&REPLY_LENGTH, bytes.span(4..8), order.u32(bytes, 4)?);
                say(d, nth, "Reply", &name);
            }
        }
        _ if d.wants() => {
            let event = code & 0x7f;
            let name = match EVENTS.get(usize::from(event)) {
                Some(name) => (*name).to_owned(),
                None => format!("<Unknown eventcode {event}>"),
            };
            d.noted(&EVENT, bytes.span(0..1), event, &name);
            d.field(&SEQUENCE, bytes.span(2..4), number);
            say(d, nth, "Event", &name);
        }
        _ => {}
    }
    Ok(())
}

#[rustfmt::skip]
static EVENTS: &[&str] = &[
    "Error", "Reply", "KeyPress", "KeyRelease", "ButtonPress", "ButtonRelease", "MotionNotify", "EnterNotify", "LeaveNotify", "FocusIn",
    "FocusOut", "KeymapNotify", "Expose", "GraphicsExposure", "NoExposure", "VisibilityNotify", "CreateNotify", "DestroyNotify",
    "UnmapNotify", "MapNotify", "MapRequest", "ReparentNotify", "ConfigureNotify", "ConfigureRequest", "GravityNotify",
    "ResizeRequest", "CirculateNotify", "CirculateRequest", "PropertyNotify", "SelectionClear", "SelectionRequest",
    "SelectionNotify", "ColormapNotify", "ClientMessage", "MappingNotify", "GenericEvent",
];

#[rustfmt::skip]
static ERRORS: &[&str] = &[
    "Success", "BadRequest", "BadValue", "BadWindow", "BadPixmap", "BadAtom", "BadCursor", "BadFont", "BadMatch", "BadDrawable",
    "BadAccess", "BadAlloc", "BadColor", "BadGC", "BadIDChoice", "BadName", "BadLength", "BadImplementation",
];

#[rustfmt::skip]
static REQUESTS: &[&str] = &[
    "", "CreateWindow", "ChangeWindowAttributes", "GetWindowAttributes", "DestroyWindow", "DestroySubwindows", "ChangeSaveSet",
    "ReparentWindow", "MapWindow", "MapSubwindows", "UnmapWindow", "UnmapSubwindows", "ConfigureWindow", "CirculateWindow",
    "GetGeometry", "QueryTree", "InternAtom", "GetAtomName", "ChangeProperty", "DeleteProperty", "GetProperty", "ListProperties",
    "SetSelectionOwner", "GetSelectionOwner", "ConvertSelection", "SendEvent", "GrabPointer", "UngrabPointer", "GrabButton",
    "UngrabButton", "ChangeActivePointerGrab", "GrabKeyboard", "UngrabKeyboard", "GrabKey", "UngrabKey", "AllowEvents", "GrabServer",
    "UngrabServer", "QueryPointer", "GetMotionEvents", "TranslateCoordinates", "WarpPointer", "SetInputFocus", "GetInputFocus",
    "QueryKeymap", "OpenFont", "CloseFont", "QueryFont", "QueryTextExtents", "ListFonts", "ListFontsWithInfo", "SetFontPath",
    "GetFontPath", "CreatePixmap", "FreePixmap", "CreateGC", "ChangeGC", "CopyGC", "SetDashes", "SetClipRectangles", "FreeGC",
    "ClearArea", "CopyArea", "CopyPlane", "PolyPoint", "PolyLine", "PolySegment", "PolyRectangle", "PolyArc", "FillPoly",
    "PolyFillRectangle", "PolyFillArc", "PutImage", "GetImage", "PolyText8", "PolyText16", "ImageText8", "ImageText16",
    "CreateColormap", "FreeColormap", "CopyColormapAndFree", "InstallColormap", "UninstallColormap", "ListInstalledColormaps",
    "AllocColor", "AllocNamedColor", "AllocColorCells", "AllocColorPlanes", "FreeColors", "StoreColors", "StoreNamedColor",
    "QueryColors", "LookupColor", "CreateCursor", "CreateGlyphCursor", "FreeCursor", "RecolorCursor", "QueryBestSize",
    "QueryExtension", "ListExtensions", "ChangeKeyboardMapping", "GetKeyboardMapping", "ChangeKeyboardControl", "GetKeyboardControl",
    "Bell", "ChangePointerControl", "GetPointerControl", "SetScreenSaver", "GetScreenSaver", "ChangeHosts", "ListHosts",
    "SetAccessControl", "SetCloseDownMode", "KillClient", "RotateProperties", "ForceScreenSaver", "SetPointerMapping",
    "GetPointerMapping", "SetModifierMapping", "GetModifierMapping", "", "", "", "", "", "", "", "NoOperation",
];
