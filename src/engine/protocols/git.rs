//! Git pack protocol, gitprotocol-pack(5): packet lines over its own port.
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Payload, Problem, Protocol, Verdict, fields};

fields! {
    LENGTH: Hex(4) => "git.length", "Packet length";
    KIND: Uint => "git.packet_type", "Git Packet Type";
    DATA: Bytes => "git.data", "Packet data";
    VERSION: Uint => "git.version", "Git Protocol Version";
}

pub(super) static GIT: Protocol = Protocol {
    name: "git",
    title: "Git Smart Protocol",
    short: "Git",
    fields: FIELDS,
    claims: &[Claim::TcpPort(9418)],
    probe: Some(probe),
    dissect,
    ..Protocol::PLAIN
};

/// The length of a packet line, four hexadecimal digits that count themselves; 0 to 2 are marks without content.
fn length(bytes: &[u8]) -> Option<u16> {
    let digits = bytes.first_chunk::<4>()?;
    let mut length = 0_u16;
    for digit in digits {
        let value = char::from(*digit).to_digit(16)?;
        length = length.checked_mul(16)?.checked_add(u16::try_from(value).ok()?)?;
    }
    (length != 3).then_some(length)
}

fn probe(payload: &Payload<'_>) -> Verdict {
    if !payload.is_tcp() || length(payload.bytes).is_none() {
        return Verdict::NotMine;
    }
    let content = payload.bytes.get(4..).unwrap_or_default();
    let asks = [b"git-upload-pack /".as_slice(), b"git-receive-pack /", b"git-upload-archive /"];
    Verdict::certain_if(asks.iter().any(|ask| content.starts_with(ask)))
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if d.wants() {
        let mut at = 0_usize;
        while let Some(rest) = bytes.all().get(at..)
            && let Some(length) = length(rest)
        {
            let start = at.saturating_add(4);
            let end = at.saturating_add(usize::from(length).max(4));
            match length {
                0..=2 => {
                    let name =
                        ["Flush", "Delimiter", "Response end"].get(usize::from(length)).copied().unwrap_or_default();
                    d.noted(&KIND, bytes.span(at..start), length, name);
                }
                _ => {
                    d.field(&LENGTH, bytes.span(at..start), length);
                    let data = bytes.from(start).limit(usize::from(length).saturating_sub(4));
                    if let [b'v', b'e', b'r', b's', b'i', b'o', b'n', b' ', number @ b'0'..=b'9', ..] = data.all() {
                        d.field(&VERSION, data.span(8..9), number.saturating_sub(b'0'));
                    }
                    d.field(&DATA, data.span(0..data.len()), data.all());
                }
            }
            at = end;
        }
        d.info(|| "Git Smart Protocol".to_owned());
    }
    Ok(Next::End)
}
