//! Trivial File Transfer Protocol, RFC 1350. Only the first packet goes to its port: the answer comes from another.
use crate::engine::dissect::{
    Bytes, Claim, Dissection, Next, Payload, Problem, Protocol, Transport, Verdict, fields, text,
};

fields! {
    OPCODE: Uint => "tftp.opcode", "Opcode";
    SOURCE: Text => "tftp.source_file", "Source File";
    DESTINATION: Text => "tftp.destination_file", "DESTINATION File";
    KIND: Text => "tftp.type", "Type";
    BLOCK: Uint => "tftp.block", "Block";
    ERROR: Uint => "tftp.error.code", "Error code";
    MESSAGE: Text => "tftp.error.message", "Error message";
    OPTION_NAME: Text => "tftp.option.name", "Option name";
    OPTION_VALUE: Text => "tftp.option.value", "Option value";
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
    let opcode = bytes.u16(0)?;
    if matches!(opcode, 1 | 2)
        && let (Some(segment), Some((source, ..))) = (d.segment, d.pairs.last())
    {
        let address = source.ip();
        d.expect(Transport::Udp, address, segment.from_port, "tftp");
    }
    if d.wants() {
        describe(d, &bytes, opcode)?;
    }
    Ok(if opcode == 3 { Next::Data(bytes.from(4)) } else { Next::End })
}

fn describe(d: &mut Dissection, bytes: &Bytes<'_>, opcode: u16) -> Result<(), Problem> {
    const NAMES: [&str; 7] =
        ["", "Read Request", "Write Request", "Data Packet", "Acknowledgement", "Error Code", "Option Acknowledgement"];
    let Some(what) = NAMES.get(usize::from(opcode)).filter(|name| !name.is_empty()) else {
        return Err(Problem::Malformed);
    };
    d.noted(&OPCODE, bytes.span(0..2), opcode, what);
    d.info(|| (*what).to_owned());
    match opcode {
        1 | 2 => {
            let Some((name, mode)) = request(bytes.all()) else { return Err(bytes.out_of_reach(bytes.wire_len())) };
            let field = if opcode == 1 { &SOURCE } else { &DESTINATION };
            let end = name.len().saturating_add(2);
            let start = end.saturating_add(1);
            let after = start.saturating_add(mode.len());
            d.field(field, bytes.span(2..end), text::shown(name));
            d.field(&KIND, bytes.span(start..after), text::shown(mode));
            let options = options(d, bytes, after.saturating_add(1));
            d.info(|| format!("{what}, File: {}, Transfer type: {}{options}", text::shown(name), text::shown(mode)));
        }
        3 | 4 => {
            let block = bytes.u16(2)?;
            d.field(&BLOCK, bytes.span(2..4), block);
            let last = opcode == 3 && bytes.wire_len() < 516;
            d.info(|| format!("{what}, Block: {block}{}", if last { " (last)" } else { "" }));
        }
        5 => {
            const ERRORS: [&str; 9] = [
                "Not defined",
                "File not found",
                "Access violation",
                "Disk full or allocation exceeded",
                "Illegal TFTP Operation",
                "Unknown transfer ID",
                "File already exists",
                "No such user",
                "Option negotiation failed",
            ];
            let code = bytes.u16(2)?;
            let name = ERRORS.get(usize::from(code)).copied().unwrap_or("Unknown");
            let message = bytes.from(4).all();
            let message = message.strip_suffix(&[0]).unwrap_or(message);
            d.noted(&ERROR, bytes.span(2..4), code, name);
            d.field(&MESSAGE, bytes.span(4..bytes.len()), text::shown(message));
            d.info(|| format!("{what}, Code: {name}, Message: {}", text::shown(message)));
        }
        _ => {
            let options = options(d, bytes, 2);
            d.info(|| format!("{what}{options}"));
        }
    }
    Ok(())
}

/// Names and values in turn (RFC 2347).
fn options(d: &mut Dissection, bytes: &Bytes<'_>, from: usize) -> String {
    let (mut said, mut at) = (String::new(), from);
    let rest = bytes.all().get(from..).unwrap_or_default();
    let mut words = rest.strip_suffix(&[0]).unwrap_or(rest).split(|&byte| byte == 0);
    while let (Some(name), Some(value)) = (words.next(), words.next()) {
        let middle = at.saturating_add(name.len()).saturating_add(1);
        let end = middle.saturating_add(value.len());
        d.field(&OPTION_NAME, bytes.span(at..middle), text::shown(name));
        d.field(&OPTION_VALUE, bytes.span(middle..end), text::shown(value));
        said.push_str(&format!(", {}={}", text::shown(name), text::shown(value)));
        at = end.saturating_add(1);
    }
    said
}
