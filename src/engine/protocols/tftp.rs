//! Trivial File Transfer Protocol, RFC 1350. Only the first packet goes to its port: the answer comes from another.
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Payload, Problem, Protocol, Verdict, fields, text};

fields! {
    OPCODE: Uint => "tftp.opcode", "Opcode";
    SOURCE: Text => "tftp.source_file", "Source File";
    DESTINATION: Text => "tftp.destination_file", "DESTINATION File";
    KIND: Text => "tftp.type", "Type";
    BLOCK: Uint => "tftp.block", "Block";
}

pub(super) static TFTP: Protocol = Protocol {
    name: "tftp",
    title: "Trivial File Transfer Protocol",
    short: "TFTP",
    fields: FIELDS,
    claims: &[Claim::UdpPort(69)],
    probe: Some(probe),
    dissect,
    ..Protocol::PLAIN
};

/// Name and mode of a request, each ended by a zero.
fn request(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let [0, 1 | 2, rest @ ..] = bytes else { return None };
    let mut words = rest.splitn(3, |&byte| byte == 0);
    let (name, mode) = (words.next()?, words.next()?);
    words.next()?;
    let known = text::one_of(mode, &[b"netascii", b"octet", b"mail"]);
    (known && !name.is_empty() && text::readable(name)).then_some((name, mode))
}

fn probe(payload: &Payload<'_>) -> Verdict {
    if !payload.is_udp() {
        return Verdict::NotMine;
    }
    match payload.bytes {
        [0, 1 | 2, ..] if request(payload.bytes).is_some() => Verdict::Certain,
        [0, 1..=6, _, _, ..] => Verdict::Possible,
        _ => Verdict::NotMine,
    }
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if !d.wants() {
        return Ok(Next::End);
    }
    let opcode = bytes.u16(0)?;
    d.field(&OPCODE, bytes.span(0..2), opcode);
    match opcode {
        1 | 2 => {
            let Some((name, mode)) = request(bytes.all()) else { return Err(bytes.out_of_reach(bytes.wire_len())) };
            let (what, preposition, field) =
                if opcode == 1 { ("Read Request", "File", &SOURCE) } else { ("Write Request", "File", &DESTINATION) };
            let end = name.len().saturating_add(2);
            let start = end.saturating_add(1);
            d.field(field, bytes.span(2..end), text::shown(name));
            d.field(&KIND, bytes.span(start..start.saturating_add(mode.len())), text::shown(mode));
            d.info(|| format!("{what}, {preposition}: {}, Transfer type: {}", text::shown(name), text::shown(mode)));
        }
        3 | 4 => {
            let block = bytes.u16(2)?;
            d.field(&BLOCK, bytes.span(2..4), block);
            let last = opcode == 3 && bytes.wire_len() < 516;
            let what = if opcode == 3 { "Data Packet" } else { "Acknowledgement" };
            d.info(|| format!("{what}, Block: {block}{}", if last { " (last)" } else { "" }));
        }
        5 => d.info(|| "Error Code".to_owned()),
        6 => d.info(|| "Option Acknowledgement".to_owned()),
        _ => return Err(Problem::Malformed),
    }
    Ok(Next::End)
}
