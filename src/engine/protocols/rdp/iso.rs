//! ISO transport over TCP: RFC 1006 (TPKT) and RFC 905 (COTP).
use crate::engine::dissect::{
    Bytes, Claim, Dissection, Field, Frame, Next, Payload, Problem, Protocol, Stream, Verdict, field, fields, name_of,
};

fields! {
    VERSION: Uint => "tpkt.version", "Version";
    RESERVED: Uint => "tpkt.reserved", "Reserved";
    LENGTH: Uint => "tpkt.length", "Length";
    CONTINUATION: Bytes => "tpkt.continuation_data", "Continuation data";
}

pub static TPKT: Protocol = Protocol {
    name: "tpkt",
    title: "TPKT - ISO on TCP - RFC1006",
    short: "TPKT",
    fields: FIELDS,
    claims: &[Claim::TcpPort(102), Claim::TcpPort(3389)],
    probe: Some(probe),
    dissect,
    framing: Some(framing),
    // For what rides on it.
    stateful: true,
    ..Protocol::PLAIN
};

pub static COTP: Protocol = Protocol {
    name: "cotp",
    title: "ISO 8073/X.224 COTP Connection-Oriented Transport Protocol",
    short: "COTP",
    fields: COTP_FIELDS,
    dissect: dissect_transport,
    ..Protocol::PLAIN
};

fn probe(payload: &Payload<'_>) -> Verdict {
    if payload.is_tcp() { look(payload).unwrap_or(Verdict::Possible) } else { Verdict::NotMine }
}

static COTP_LENGTH: Field = field!(Uint => "cotp.li", "Length");
static COTP_KIND: Field = field!(Hex(2) => "cotp.type", "PDU Type");
static DESTINATION: Field = field!(Hex(4) => "cotp.destref", "Destination reference");
static SOURCE: Field = field!(Hex(4) => "cotp.srcref", "Source reference");
static EXTENDED: Field = field!(Bool => "cotp.opts.extended_formats", "Extended formats");
static NO_FLOW_CONTROL: Field = field!(Bool => "cotp.opts.no_explicit_flow_control", "No explicit flow control");
static CAUSE: Field = field!(Uint => "cotp.cause", "Cause");
static CLASS: Field = field!(Uint => "cotp.class", "Class");
static NUMBER: Field = field!(Hex(2) => "cotp.tpdu-number", "TPDU number");
static LAST: Field = field!(Bool => "cotp.eot", "Last data unit");
static COTP_FIELDS: &[&Field] =
    &[&COTP_LENGTH, &COTP_KIND, &DESTINATION, &SOURCE, &CLASS, &EXTENDED, &NO_FLOW_CONTROL, &CAUSE, &NUMBER, &LAST];

const HEADER: usize = 4;
/// Reasons of a disconnect request (ISO 8073 §13.5.3).
const CAUSES: &str = "Reason not specified|Congestion at TSAP|Session entity not attached to TSAP|Address unknown|\
    128=Normal disconnect|Remote transport entity congestion|Connection negotiation failed|Duplicate source reference|\
    Mismatched references|Protocol error|136=Reference overflow|138=Connection request refused|Header or parameter length invalid";

fn look(payload: &Payload<'_>) -> Result<Verdict, Problem> {
    let bytes = payload.window();
    let ([3, 0], length) = (bytes.array(0)?, usize::from(bytes.u16(2)?)) else { return Ok(Verdict::Possible) };
    // A connection asked for or confirmed, the header's length right: code, two references, class 0.
    let (indicator, code) = (usize::from(bytes.u8(4)?), bytes.u8(5)?);
    let connects = matches!(code, 0xd0 | 0xe0) && indicator >= 6 && indicator.saturating_add(5) <= length;
    // What asks for RDP is named so.
    Ok(Verdict::certain_if(connects && length == bytes.len() && !is_remote_desktop(&bytes)))
}

/// Whether a connection is asked for or confirmed as RDP does it.
pub fn is_remote_desktop(bytes: &Bytes<'_>) -> bool {
    let Ok([3, 0, high, low, _, 0xd0 | 0xe0]) = bytes.array(0) else { return false };
    usize::from(u16::from_be_bytes([high, low])) == bytes.len() && negotiates(&bytes.from(HEADER.saturating_add(7)))
}

/// What RDP says when it connects stands in the header's variable part ([MS-RDPBCGR] §2.2.1.1).
fn negotiates(variable: &Bytes<'_>) -> bool {
    let all = variable.all();
    matches!(all, [1..=3, _, 8, 0, ..]) || all.starts_with(b"Cookie: ") || all.starts_with(b"tsv:")
}

pub fn framing(stream: &Stream<'_>) -> Frame {
    if stream.bytes.first() != Some(&3) {
        return Frame::Unframed;
    }
    stream.headed(HEADER, 0xffff, |head| head.u16(2).ok().map(usize::from))
}

/// A PDU of RDP's fast path ([MS-RDPBCGR] §2.2.9.1.2) has no TPKT header: action 0 in two bits, then the length.
pub fn is_fast_path(bytes: &Bytes<'_>) -> bool {
    let length = match bytes.array::<3>(0) {
        Ok([_, high, low]) if high & 0x80 != 0 => u16::from_be_bytes([high & 0x7f, low]),
        Ok([_, length, _]) => u16::from(length),
        Err(_) => return false,
    };
    bytes.u8(0).is_ok_and(|first| first & 3 == 0) && usize::from(length) == bytes.wire_len()
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if bytes.u8(0)? != 3 {
        if is_fast_path(&bytes) {
            return Ok(Next::Instead(Claim::Named("rdp"), bytes));
        }
        d.info(|| "Continuation".to_owned());
        d.field(&CONTINUATION, bytes.span(0..bytes.len()), bytes.all());
        return Ok(Next::End);
    }
    let length = usize::from(bytes.u16(2)?);
    d.field(&VERSION, bytes.span(0..1), 3_u8);
    d.field(&RESERVED, bytes.span(1..2), bytes.u8(1)?);
    d.field(&LENGTH, bytes.span(2..4), length);
    d.info(|| format!("Continuation ({length} bytes)"));
    Ok(Next::Claim(Claim::Named("cotp"), bytes.from(HEADER).limit(length.saturating_sub(HEADER))))
}

fn dissect_transport<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let (indicator, code) = (usize::from(bytes.u8(0)?), bytes.u8(1)?);
    let (short, title) = match code >> 4 {
        0xe => ("CR", "CR Connect Request"),
        0xd => ("CC", "CC Connect Confirm"),
        0x8 => ("DR", "DR Disconnect Request"),
        0xc => ("DC", "DC Disconnect Confirm"),
        0x7 => ("ER", "ER TPDU Error"),
        0x1 => ("ED", "ED Expedited Data"),
        0x6 => ("AK", "AK Data Acknowledgement"),
        0x2 => ("EA", "EA Expedited Data Acknowledgement"),
        0x5 => ("RJ", "RJ Reject"),
        0xf => ("DT", "DT Data"),
        _ => ("Unknown", "Unknown"),
    };
    d.field(&COTP_LENGTH, bytes.span(0..1), indicator);
    d.noted(&COTP_KIND, bytes.span(1..2), code >> 4, title);
    let rest = bytes.from(indicator.saturating_add(1));
    if code >> 4 == 0xf {
        return data(d, &bytes, rest);
    }
    if indicator >= 6 {
        let (to, from) = (bytes.u16(2)?, bytes.u16(4)?);
        d.field(&DESTINATION, bytes.span(2..4), to);
        d.field(&SOURCE, bytes.span(4..6), from);
        if short == "CR" || short == "CC" {
            let class = bytes.u8(6)?;
            d.field(&CLASS, bytes.span(6..7), class >> 4);
            d.field(&EXTENDED, bytes.span(6..7), class & 2 != 0);
            d.field(&NO_FLOW_CONTROL, bytes.span(6..7), class & 1 != 0);
        }
        if short == "DR" {
            let cause = bytes.u8(6)?;
            d.noted(&CAUSE, bytes.span(6..7), cause, name_of(CAUSES, cause.into()));
        }
        d.info(|| format!("{short} TPDU src-ref: 0x{from:04x} dst-ref: 0x{to:04x}"));
    }
    let variable = bytes.limit(indicator.saturating_add(1)).from(7);
    Ok(if negotiates(&variable) { Next::Claim(Claim::Named("rdp"), variable) } else { Next::End })
}

fn data<'p>(d: &mut Dissection, bytes: &Bytes<'p>, rest: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let number = bytes.u8(2)?;
    let (last, number) = (number & 0x80 != 0, number & 0x7f);
    // Class 0 has no reference: it means the one connection there is.
    d.generated(&DESTINATION, bytes.span(2..2), 0_u16);
    d.field(&NUMBER, bytes.span(2..3), number);
    d.field(&LAST, bytes.span(2..3), last);
    let length = rest.wire_len();
    d.info(|| match last {
        true => format!("DT TPDU ({number}) EOT"),
        false => format!("DT TPDU ({number}) [COTP fragment, {length} bytes]"),
    });
    Ok(match rest.all() {
        _ if length == 0 => Next::End,
        _ if !last => Next::Data(rest),
        [0x32, 1..=3 | 7, ..] => Next::Claim(Claim::Named("s7comm"), rest),
        // ConnectMCSPDU by its BER tag, DomainMCSPDU by its PER choice (T.125 §7).
        [0x7f, 0x65..=0x68, ..] => Next::Claim(Claim::Named("t125"), rest),
        [first, ..] if first >> 2 <= 42 && d.segment.is_some_and(|s| s.from_port != 102 && s.to_port != 102) => {
            Next::Claim(Claim::Named("t125"), rest)
        }
        _ => Next::Data(rest),
    })
}
