//! NetBIOS name service, RFC 1002 §4.2.
use crate::engine::dissect::{Address, Bytes, Claim, Dissection, Next, Payload, Problem, Protocol, Verdict, fields};

fields! {
    ID: Hex(4) => "nbns.id", "Transaction ID";
    FLAGS: Hex(4) => "nbns.flags", "Flags";
    RESPONSE: Bool => "nbns.flags.response", "Response";
    OPCODE: Uint => "nbns.flags.opcode", "Opcode";
    AUTHORITATIVE: Bool => "nbns.flags.authoritative", "Authoritative";
    TRUNCATED: Bool => "nbns.flags.truncated", "Truncated";
    DESIRED: Bool => "nbns.flags.recdesired", "Recursion desired";
    AVAILABLE: Bool => "nbns.flags.recavail", "Recursion available";
    BROADCAST: Bool => "nbns.flags.broadcast", "Broadcast";
    CODE: Uint => "nbns.flags.rcode", "Reply code";
    QUESTIONS: Uint => "nbns.count.queries", "Questions";
    ANSWERS: Uint => "nbns.count.answers", "Answer RRs";
    AUTHORITIES: Uint => "nbns.count.auth_rr", "Authority RRs";
    ADDITIONALS: Uint => "nbns.count.add_rr", "Additional RRs";
    NAME: Text => "nbns.name", "Name";
    TYPE: Uint => "nbns.type", "Type";
    CLASS: Uint => "nbns.class", "Class";
    TTL: Uint => "nbns.ttl", "Time to live";
    DATA_LENGTH: Uint => "nbns.data_length", "Data length";
    NAME_FLAGS: Hex(4) => "nbns.nb_flags", "Name flags";
    GROUP: Bool => "nbns.nb_flags.group", "Name type";
    NODE: Uint => "nbns.nb_flags.ont", "ONT";
    ADDRESS: Address => "nbns.addr", "Addr";
    NUMBER: Uint => "nbns.number_of_names", "Number of names";
    NODE_NAME: Text => "nbns.netbios_name", "Name";
    STATUS: Hex(4) => "nbns.name_flags", "Name flags";
    STATUS_GROUP: Bool => "nbns.name_flags.group", "Name type";
    STATUS_NODE: Uint => "nbns.name_flags.ont", "ONT";
    DEREGISTERED: Bool => "nbns.name_flags.drg", "Name is being deregistered";
    CONFLICT: Bool => "nbns.name_flags.cnf", "Name is in conflict";
    ACTIVE: Bool => "nbns.name_flags.act", "Name is active";
    PERMANENT: Bool => "nbns.name_flags.prm", "Permanent node name";
    UNIT: Address => "nbns.unit_id", "Unit ID";
    DATA: Bytes => "nbns.data", "Data";
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
/// The type of a question about a node; every other one is about a name.
const NODE_STATUS: u16 = 0x21;

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

/// What a name stands for, by its suffix.
fn purpose(name: &str) -> Option<&'static str> {
    const PURPOSES: [(&str, &str); 12] = [
        ("<00>", "Workstation/Redirector"),
        ("<01>", "Browser"),
        ("<02>", "Workstation/Redirector"),
        ("<03>", "Messenger service/Main name"),
        ("<05>", "Forwarded name"),
        ("<06>", "RAS Server service"),
        ("<1b>", "Domain Master Browser"),
        ("<1c>", "Domain Controllers"),
        ("<1d>", "Local Master Browser"),
        ("<1e>", "Browser Election Service"),
        ("<1f>", "Net DDE Service"),
        ("<20>", "Server service"),
    ];
    PURPOSES.iter().find(|(suffix, _)| name.ends_with(suffix)).map(|(_, purpose)| *purpose)
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
    let flags = bytes.u16(2)?;
    d.read(&ID, &bytes, 0..2)?;
    d.read(&FLAGS, &bytes, 2..4)?;
    d.read_bits(
        &bytes,
        2..4,
        &[
            (&RESPONSE, 0x8000), (&OPCODE, 0x7800), (&AUTHORITATIVE, 0x0400), (&TRUNCATED, 0x0200), (&DESIRED, 0x0100),
            (&AVAILABLE, 0x0080), (&BROADCAST, 0x0010), (&CODE, 15),
        ],
    )?;
    let counts = [&QUESTIONS, &ANSWERS, &AUTHORITIES, &ADDITIONALS].map(|field| (field, 2));
    d.read_row(&bytes, 4, &counts)?;
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
    let after = HEADER.saturating_add(NAME_LENGTH);
    let kind = if bytes.u16(after)? == NODE_STATUS { "NBSTAT" } else { "NB" };
    // A resource record: type, class, time to live, length, then flags and address.
    let address = bytes.array(after.saturating_add(12)).map(Address::ipv4);
    d.info(|| match (response, kind, address) {
        (true, "NB", Ok(address)) if flags & 15 == 0 => format!("{what} NB {address}"),
        (true, "NBSTAT", _) => format!("{what} NBSTAT"),
        _ => format!("{what} {kind} {name}"),
    });
    let (mut at, questions) = (HEADER, usize::from(bytes.u16(4)?));
    // Three sections of records, which rarely are more than one.
    let records = (6..HEADER).step_by(2).filter_map(|at| bytes.u16(at).ok()).fold(0_usize, |all, n| all.saturating_add(n.into()));
    for nth in 0..questions.saturating_add(records) {
        let Ok(end) = record(d, &bytes, at, nth < questions) else { break };
        at = end;
    }
    Ok(Next::End)
}

/// A question, or a resource record; where it ends.
fn record(d: &mut Dissection, bytes: &Bytes<'_>, at: usize, question: bool) -> Result<usize, Problem> {
    // A name that stood before is two bytes that point to it.
    let pointer = (bytes.u8(at)? >= 0xc0).then(|| bytes.u16(at)).transpose()?.map(|pointer| usize::from(pointer & 0x3fff));
    let name = letters(bytes, pointer.unwrap_or(at)).and_then(name).ok_or(Problem::Malformed)?;
    let start = at.saturating_add(if pointer.is_some() { 2 } else { NAME_LENGTH });
    // Wireshark has what a record's name stands for in the field itself.
    match purpose(&name) {
        Some(purpose) if question => d.noted(&NAME, bytes.span(at..start), name, purpose),
        Some(purpose) => d.field(&NAME, bytes.span(at..start), format!("{name} ({purpose})")),
        _ => d.field(&NAME, bytes.span(at..start), name),
    }
    let kind = bytes.u16(start)?;
    d.noted(&TYPE, bytes.span(start..start.saturating_add(2)), kind, if kind == NODE_STATUS { "NBSTAT" } else { "NB" });
    let class = start.saturating_add(2);
    if question {
        return d.read_row(bytes, class, &[(&CLASS, 2)]);
    }
    let from = d.read_row(bytes, class, &[(&CLASS, 2), (&TTL, 4), (&DATA_LENGTH, 2)])?;
    let end = from.saturating_add(bytes.u16(from.saturating_sub(2))?.into());
    let data = bytes.limit(end);
    let mut at = from;
    if kind == NODE_STATUS {
        return status(d, &data, at).map(|()| end);
    }
    while at.saturating_add(6) <= end {
        let flags = at..at.saturating_add(2);
        d.read(&NAME_FLAGS, &data, flags.clone())?;
        d.read_bits(&data, flags, &[(&GROUP, 0x8000), (&NODE, 0x6000)])?;
        at = d.read_row(&data, at.saturating_add(2), &[(&ADDRESS, 4)])?;
    }
    Ok(end)
}

/// The names a node has (RFC 1002 §4.2.18), then its hardware address and statistics.
fn status(d: &mut Dissection, data: &Bytes<'_>, from: usize) -> Result<(), Problem> {
    let mut at = from.saturating_add(1);
    for _ in 0..d.read(&NUMBER, data, from..at)? {
        let [name @ .., suffix] = data.array::<16>(at)?;
        let name = String::from_utf8_lossy(name.trim_ascii_end()).into_owned();
        let flags = at.saturating_add(16)..at.saturating_add(18);
        let meaning = format!("<{suffix:02x}>");
        d.noted(&NODE_NAME, data.span(at..flags.start), name, purpose(&meaning).unwrap_or(&meaning));
        d.read(&STATUS, data, flags.clone())?;
        let bits: [_; 6] = [
            (&STATUS_GROUP, 0x8000), (&STATUS_NODE, 0x6000), (&DEREGISTERED, 0x1000), (&CONFLICT, 0x0800),
            (&ACTIVE, 0x0400), (&PERMANENT, 0x0200),
        ];
        d.read_bits(data, flags.clone(), &bits)?;
        at = flags.end;
    }
    let unit = d.read_row(data, at, &[(&UNIT, 6)])?;
    d.read(&DATA, data, unit..data.len().max(unit)).map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::dissect::Wanted;

    #[test]
    fn a_record_says_what_its_name_stands_for() {
        // __MSBROWSE__ between control characters: every character as two letters.
        let raw = [&[1, 2][..], b"__MSBROWSE__", &[2, 1]].concat();
        let letters: Vec<u8> = raw.iter().flat_map(|byte| [b'A' + (byte >> 4), b'A' + (byte & 15)]).collect();
        let question = [&[32][..], &letters, &[0, 0, 0x20, 0, 1]].concat();
        let record = [0xc0, 12, 0, 0x20, 0, 1, 0, 0, 0, 0, 0, 6, 0, 0, 10, 0, 0, 1];
        let bytes = [&[0, 0, 0x28, 0, 0, 1, 0, 0, 0, 0, 0, 1][..], &question, &record].concat();
        let mut d = Dissection::new(Wanted::Everything);
        d.enter(0, &Bytes::frame(&bytes, bytes.len() as u32));
        assert!(dissect(&mut d, Bytes::frame(&bytes, bytes.len() as u32)).is_ok());
        let names: Vec<_> = d.fields.iter().filter(|found| found.field.name() == "nbns.name").map(|f| f.text()).collect();
        assert_eq!(names, ["<01><02>__MSBROWSE__<02><01>", "<01><02>__MSBROWSE__<02><01> (Browser)"]);
    }
}
