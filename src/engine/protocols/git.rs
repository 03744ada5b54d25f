//! Git pack protocol, gitprotocol-pack(5): packet lines over its own port.
use crate::engine::dissect::{
    Bytes, Claim, Dissection, Frame, Next, Payload, Problem, Protocol, Stream, Verdict, fields,
};

fields! {
    LENGTH: Hex(4) => "git.length", "Packet length";
    MARK: Uint => "git.packet_type", "Git Packet Type";
    CONTENT: Bytes => "git.data", "Packet data";
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
    framing: Some(framing),
    ..Protocol::PLAIN
};

const DIGITS: usize = 4;

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

fn framing(stream: &Stream<'_>) -> Frame {
    stream.headed(DIGITS, usize::from(u16::MAX), |bytes| Some(usize::from(length(bytes.all())?).max(DIGITS)))
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if d.wants() {
        let head = bytes.span(0..DIGITS);
        match length(bytes.all()) {
            Some(mark @ 0..=2) => {
                let names = ["Flush", "Delimiter", "Response end"];
                d.noted(&MARK, head, mark, names.get(usize::from(mark)).copied().unwrap_or_default());
            }
            Some(length) => {
                d.field(&LENGTH, head, length);
                let content = bytes.from(DIGITS).limit(usize::from(length).saturating_sub(DIGITS));
                if let [b'v', b'e', b'r', b's', b'i', b'o', b'n', b' ', number @ b'0'..=b'9', ..] = content.all() {
                    d.field(&VERSION, content.span(8..9), number.saturating_sub(b'0'));
                }
                d.field(&CONTENT, content.span(0..content.len()), content.all());
            }
            None => {}
        }
        d.info(|| "Git Smart Protocol".to_owned());
    }
    Ok(Next::End)
}
