//! NetBIOS name service, RFC 1002 §4.2.
use crate::engine::dissect::{Address, Bytes, Claim, Dissection, Next, Payload, Problem, Protocol, Verdict, fields};

fields! {
    ID: Hex(4) => "nbns.id", "Transaction ID";
    FLAGS: Hex(4) => "nbns.flags", "Flags";
    NAME: Text => "nbns.name", "Name";
    ADDRESS: Address => "nbns.addr", "Addr";
}

pub(super) static NBNS: Protocol = Protocol {
    name: "nbns",
    title: "NetBIOS Name Service",
    short: "NBNS",
    fields: FIELDS,
    claims: &[Claim::UdpPort(137)],
    probe: Some(probe),
    dissect,
    ..Protocol::PLAIN
};

fn probe(payload: &Payload<'_>) -> Verdict {
    look(payload).unwrap_or(Verdict::NotMine)
}

const HEADER: usize = 12;
/// Length byte, 32 letters, end of the name.
const NAME_LENGTH: usize = 34;

/// Fifteen characters and a suffix, each as two letters A to P (RFC 1001 §14.1).
fn name(letters: &[u8]) -> Option<String> {
    let mut characters = [0_u8; 16];
    for (character, pair) in characters.iter_mut().zip(letters.chunks_exact(2)) {
        let [high @ b'A'..=b'P', low @ b'A'..=b'P'] = pair else { return None };
        *character = high.wrapping_sub(b'A') << 4 | low.wrapping_sub(b'A');
    }
    let [name @ .., suffix] = characters;
    let mut text = String::new();
    for &character in name.trim_ascii_end() {
        match character {
            b' '..=b'~' => text.push(char::from(character)),
            other => text.push_str(&format!("<{other:02x}>")),
        }
    }
    Some(format!("{text}<{suffix:02x}>"))
}

fn letters<'p>(bytes: &Bytes<'p>, at: usize) -> Option<&'p [u8]> {
    let all = bytes.take(at..at.saturating_add(NAME_LENGTH.saturating_sub(1))).ok()?;
    let letters = all.strip_prefix(b" ")?;
    letters.iter().all(|byte| matches!(byte, b'A'..=b'P')).then_some(letters)
}

fn look(payload: &Payload<'_>) -> Result<Verdict, Problem> {
    if !payload.is_udp() {
        return Ok(Verdict::NotMine);
    }
    let bytes = payload.window();
    let (flags, questions, answers) = (bytes.u16(2)?, bytes.u16(4)?, bytes.u16(6)?);
    let operation = flags >> 11 & 15;
    if !matches!(operation, 0 | 5..=9 | 15) || questions > 1 || answers > 1 {
        return Ok(Verdict::NotMine);
    }
    let named = letters(&bytes, HEADER).is_some() && matches!(bytes.u16(HEADER.saturating_add(NAME_LENGTH)), Ok(0x20 | 0x21));
    Ok(Verdict::certain_if(named))
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if !d.wants() {
        return Ok(Next::End);
    }
    let (id, flags) = (bytes.u16(0)?, bytes.u16(2)?);
    d.field(&ID, bytes.span(0..2), id);
    d.field(&FLAGS, bytes.span(2..4), flags);
    let what = match flags >> 11 & 15 {
        0 => "Name query",
        5 => "Registration",
        6 => "Release",
        7 => "WACK",
        8 | 9 => "Refresh",
        15 => "Multi-homed registration",
        _ => "Unknown operation",
    };
    let response = flags & 0x8000 != 0;
    let what = if response { format!("{what} response") } else { what.to_owned() };
    let Some(name) = letters(&bytes, HEADER).and_then(name) else {
        d.info(|| what);
        return Ok(Next::End);
    };
    d.field(&NAME, bytes.span(HEADER..HEADER.saturating_add(NAME_LENGTH)), name.clone());
    let kind = if bytes.u16(HEADER.saturating_add(NAME_LENGTH))? == 0x21 { "NBSTAT" } else { "NB" };
    let mut info = format!("{what} {kind} {name}");
    // A resource record: type, class, time to live, length, then flags and address.
    if response && kind == "NB" && flags & 15 == 0 {
        let at = HEADER.saturating_add(NAME_LENGTH).saturating_add(12);
        if let Ok(address) = bytes.array(at) {
            let address = Address::ipv4(address);
            d.field(&ADDRESS, bytes.span(at..at.saturating_add(4)), address);
            info = format!("{what} {kind} {address}");
        }
    }
    d.info(|| info);
    Ok(Next::End)
}
