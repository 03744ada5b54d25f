//! ISO transport over TCP: RFC 1006 (TPKT) and RFC 905 (COTP).
use crate::engine::dissect::{Field, Kind, Bytes, Claim, Dissection, Next, Payload, Problem, Protocol, Verdict, fields};

fields! {
    VERSION: Uint => "tpkt.version", "Version";
    LENGTH: Uint => "tpkt.length", "Length";
}

pub(super) static TPKT: Protocol = Protocol {
    name: "tpkt",
    title: "TPKT - ISO on TCP - RFC1006",
    short: "TPKT",
    fields: FIELDS,
    claims: &[Claim::TcpPort(102), Claim::TcpPort(3389)],
    probe: Some(probe),
    dissect,
    ..Protocol::PLAIN
};

pub(super) static COTP: Protocol = Protocol {
    name: "cotp",
    title: "ISO 8073/X.224 COTP Connection-Oriented Transport Protocol",
    short: "COTP",
    fields: COTP_FIELDS,
    claims: &[],
    probe: None,
    dissect: dissect_transport,
    ..Protocol::PLAIN
};

fn probe(payload: &Payload<'_>) -> Verdict {
    if payload.is_tcp() { look(payload).unwrap_or(Verdict::Possible) } else { Verdict::NotMine }
}

static COTP_KIND: Field = Field { name: "cotp.type", title: "PDU Type", kind: Kind::Hex(2) };
static COTP_FIELDS: &[&Field] = &[&COTP_KIND];

const HEADER: usize = 4;

fn look(payload: &Payload<'_>) -> Result<Verdict, Problem> {
    let bytes = payload.window();
    let ([3, 0], length) = (bytes.array(0)?, usize::from(bytes.u16(2)?)) else { return Ok(Verdict::Possible) };
    // A connection asked for or confirmed, the header's length right: code, two references, class 0.
    let (indicator, code) = (usize::from(bytes.u8(4)?), bytes.u8(5)?);
    let connects = matches!(code, 0xd0 | 0xe0) && indicator >= 6 && indicator.saturating_add(5) <= length;
    Ok(Verdict::certain_if(connects && length == bytes.len()))
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    // RDP's short form of later packets has no TPKT header; so have pieces of a message.
    if bytes.u8(0)? != 3 {
        d.info(|| "Continuation".to_owned());
        return Ok(Next::End);
    }
    let length = usize::from(bytes.u16(2)?);
    d.field(&VERSION, bytes.span(0..1), 3_u8);
    d.field(&LENGTH, bytes.span(2..4), length);
    d.info(|| format!("Continuation ({length} bytes)"));
    Ok(Next::Claim(Claim::Named("cotp"), bytes.from(HEADER).limit(length.saturating_sub(HEADER))))
}

fn dissect_transport<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let (indicator, code) = (usize::from(bytes.u8(0)?), bytes.u8(1)?);
    d.field(&COTP_KIND, bytes.span(1..2), code);
    let rest = bytes.from(indicator.saturating_add(1));
    let name = match code & 0xf0 {
        0xe0 => "CR",
        0xd0 => "CC",
        0x80 => "DR",
        0xf0 => {
            d.info(|| "DT TPDU".to_owned());
            return Ok(if rest.wire_len() == 0 { Next::End } else { Next::Data(rest) });
        }
        _ => "Unknown",
    };
    if d.wants() && indicator >= 6 {
        let (to, from) = (bytes.u16(2)?, bytes.u16(4)?);
        d.info(|| format!("{name} TPDU src-ref: 0x{from:04x} dst-ref: 0x{to:04x}"));
    }
    // What RDP says when it connects stands in the header's variable part ([MS-RDPBCGR] §2.2.1.1).
    let variable = bytes.limit(indicator.saturating_add(1)).from(7);
    let negotiates = matches!(variable.all(), [1..=3, _, 8, 0, ..]) || variable.all().starts_with(b"Cookie: mstshash=");
    Ok(if negotiates { Next::Claim(Claim::Named("rdp"), variable) } else { Next::End })
}
