//! Tabular data stream, [MS-TDS].
use crate::engine::dissect::{
    Bytes, Claim, Dissection, Frame, Next, Payload, Problem, Protocol, Stream, Verdict, fields,
};

fields! {
    TYPE: Uint => "tds.type", "Type";
    STATUS: Hex(2) => "tds.status", "Status";
    LENGTH: Uint => "tds.length", "Length";
    QUERY: Text => "tds.query", "Query";
}

pub(super) static TDS: Protocol = Protocol {
    name: "tds",
    title: "Tabular Data Stream",
    short: "TDS",
    fields: FIELDS,
    claims: &[Claim::TcpPort(1433), Claim::TcpPort(2433)],
    probe: Some(probe),
    dissect,
    framing: Some(framing),
    ..Protocol::PLAIN
};

fn probe(payload: &Payload<'_>) -> Verdict {
    if payload.is_tcp() { look(payload).unwrap_or(Verdict::Possible) } else { Verdict::NotMine }
}

const HEADER: usize = 8;

fn title(kind: u8) -> Option<&'static str> {
    Some(match kind {
        1 => "SQL batch",
        2 => "Login",
        3 => "Remote Procedure Call",
        4 => "Response",
        6 => "Attention",
        7 => "Bulk load data",
        14 => "Transaction Manager Request",
        16 => "TDS7 login",
        17 => "SSPI message",
        18 => "TDS7 pre-login message",
        _ => return None,
    })
}

fn look(payload: &Payload<'_>) -> Result<Verdict, Problem> {
    let bytes = payload.window();
    let ([kind, status], length) = (bytes.array(0)?, usize::from(bytes.u16(2)?));
    if title(kind).is_none() || status & 0xe0 != 0 || length < HEADER {
        return Ok(Verdict::Possible);
    }
    let exact = length == bytes.len() && bytes.u8(7)? == 0;
    let certain = match kind {
        // The first option of a pre-login is the version, six bytes behind the list.
        18 => bytes.array(HEADER)? == [0, 0] && bytes.u16(11)? == 6,
        // Length of the login record, little endian.
        16 => bytes.u32_le(HEADER)?.saturating_add(8) == u32::try_from(length).unwrap_or_default(),
        _ => false,
    };
    Ok(Verdict::certain_if(exact && certain))
}

fn framing(stream: &Stream<'_>) -> Frame {
    if stream.bytes.first().is_some_and(|&kind| title(kind).is_none()) {
        return Frame::Unframed;
    }
    stream.headed(HEADER, 0xffff, |head| head.u16(2).ok().map(usize::from))
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if !d.wants() {
        return Ok(Next::End);
    }
    let (kind, length) = (bytes.u8(0)?, bytes.u16(2)?);
    let Some(title) = title(kind) else {
        d.info(|| "Continuation".to_owned());
        return Ok(Next::End);
    };
    d.field(&TYPE, bytes.span(0..1), kind);
    d.field(&STATUS, bytes.span(1..2), bytes.u8(1)?);
    d.field(&LENGTH, bytes.span(2..4), length);
    d.info(|| title.to_owned());
    if kind == 1 {
        let content = bytes.limit(usize::from(length)).from(HEADER);
        // Headers of TDS 7.2: their length, then (for transactions) 18 and type 2.
        let skip = match (content.u32_le(0), content.u16_le(8)) {
            (Ok(total @ 4..=512), Ok(1..=3)) => usize::try_from(total).unwrap_or_default(),
            _ => 0,
        };
        let query = content.from(skip);
        let units =
            query.all().chunks_exact(2).filter_map(|pair| pair.first_chunk::<2>().copied().map(u16::from_le_bytes));
        let text: String = char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
        d.field(&QUERY, query.span(0..query.len()), text);
    }
    Ok(Next::End)
}
