//! Internet Control Message Protocol, RFC 792; router discovery, RFC 1256; extensions, RFC 4884; extended echo, RFC 8335.
use crate::engine::dissect::{
    Address, Bytes, Claim, Dissection, Next, Partner, Problem, Protocol, Role, Segment, Transport, UNREACHABLE, Value, checksum, experts,
    fields,
};

fields! {
    TYPE: Uint => "icmp.type", "Type";
    CODE: Uint => "icmp.code", "Code";
    CHECKSUM: Hex(4) => "icmp.checksum", "Checksum";
    STATUS: Uint => "icmp.checksum.status", "Checksum Status";
    IDENTIFIER: Uint => "icmp.ident", "Identifier (BE)";
    IDENTIFIER_LE: Uint => "icmp.ident_le", "Identifier (LE)";
    SEQUENCE: Uint => "icmp.seq", "Sequence Number (BE)";
    SEQUENCE_LE: Uint => "icmp.seq_le", "Sequence Number (LE)";
    RESPONSE_IN: Uint => "icmp.resp_in", "Response frame";
    RESPONSE_TO: Uint => "icmp.resp_to", "Request frame";
    RESPONSE_TIME: Float => "icmp.resptime", "Response time (ms)";
    NO_RESPONSE: Label => "icmp.no_resp", "No response seen";
    UNUSED: Bytes => "icmp.unused", "Unused";
    LENGTH: Uint => "icmp.length", "Length";
    ORIGINAL_LENGTH: Uint => "icmp.length.original_datagram", "Length of original datagram";
    MTU: Uint => "icmp.mtu", "MTU of next hop";
    POINTER: Uint => "icmp.pointer", "Pointer";
    GATEWAY: Address => "icmp.redir_gw", "Gateway Address";
    ADDRESS_COUNT: Uint => "icmp.num_addrs", "Number of addresses";
    ENTRY_SIZE: Uint => "icmp.addr_entry_size", "Address entry size";
    LIFETIME: Uint => "icmp.lifetime", "Lifetime";
    ROUTER: Address => "icmp.router_address", "Router address";
    PREFERENCE: Int => "icmp.pref_level", "Preference level";
    ORIGINATED: Uint => "icmp.originate_timestamp", "Originate Timestamp";
    RECEIVED: Uint => "icmp.receive_timestamp", "Receive Timestamp";
    TRANSMITTED: Uint => "icmp.transmit_timestamp", "Transmit Timestamp";
    MASK: Address => "icmp.address_mask", "Address Mask";
}

pub(super) static ICMP: Protocol = Protocol {
    name: "icmp",
    title: "Internet Control Message Protocol",
    short: "ICMP",
    fields: FIELDS,
    claims: &[Claim::Ip(1)],
    probe: None,
    dissect,
    ..Protocol::PLAIN
};

experts! {
    NO_ANSWER: Warning Sequence => "icmp.resp_not_found", "No response seen to ICMP request" [when: Unanswered];
    BAD_CHECKSUM: Warning Checksum => "icmp.checksum_bad", "Bad checksum";
}

const HEADER: usize = 8;
const ECHO_REPLY: u8 = 0;
const ECHO: u8 = 8;
/// The longest original datagram before the extensions of RFC 4884 may follow.
const QUOTE_WITH_EXTENSIONS: usize = 128;

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let (kind, code) = (bytes.u8(0)?, bytes.u8(1)?);
    let what = words(kind, code);
    d.noted(&TYPE, bytes.span(0..1), kind, what.0);
    match what.1 {
        Some(meaning) => d.noted(&CODE, bytes.span(1..2), code, meaning),
        None => d.field(&CODE, bytes.span(1..2), code),
    }
    // Read in either pass: both must find the same layers.
    let found = bytes.u16(2)?;
    d.field(&CHECKSUM, bytes.span(2..4), found);
    let right = checksum::should_be(d, &bytes, 2, &[]);
    checksum::status(d, &bytes, &STATUS, right.is_some());
    if let Some(right) = right {
        d.expert_text(&BAD_CHECKSUM, &format_args!("Bad checksum [should be {right:#06x}]"));
    }
    d.info(|| title(what, code));
    let rest = bytes.from(HEADER);
    let mut segment = Segment::plain(Transport::Icmp, rest.wire_len());
    match kind {
        ECHO | ECHO_REPLY => {
            let (identifier, sequence) = (bytes.u16(4)?, bytes.u16(6)?);
            (segment.from_port, segment.to_port, segment.asks) = (identifier, identifier, Some(kind == ECHO));
            d.segment(segment);
            echo(d, &bytes, kind, (identifier, sequence), found);
            d.inside();
            Ok(Next::Data(rest))
        }
        // Destination unreachable, source quench, redirect, time exceeded, parameter problem: they quote the packet they are about.
        3 | 4 | 5 | 11 | 12 => {
            d.segment(segment);
            if (kind, code) == (3, 4) && d.quoted_from.is_none() {
                d.too_big = bytes.u16(6).ok().map(u32::from);
            }
            if kind == 3 {
                d.expert_text(&UNREACHABLE, &what.1.unwrap_or(what.0));
            }
            if d.wants() {
                error(d, &bytes, kind, code)?;
            }
            d.quote();
            // RFC 4884: length of the quotation in 32-bit words; extensions stand behind it.
            let words = usize::from(bytes.u8(5)?);
            let quoted = words.saturating_mul(4);
            let rest = if kind != 5 && quoted >= QUOTE_WITH_EXTENSIONS { rest.limit(quoted) } else { rest };
            Ok(if rest.wire_len() == 0 { Next::End } else { Next::Claim(Claim::Named("ip"), rest) })
        }
        9 => {
            d.segment(segment);
            let (count, size) = (bytes.u8(4)?, bytes.u8(5)?);
            if d.wants() {
                d.field(&ADDRESS_COUNT, bytes.span(4..5), count);
                d.field(&ENTRY_SIZE, bytes.span(5..6), size);
                d.field(&LIFETIME, bytes.span(6..8), bytes.u16(6)?);
            }
            // Entries of another size than an address and its preference are nobody's.
            if size != 2 {
                d.inside();
                return Ok(Next::Data(rest));
            }
            for entry in (HEADER..).step_by(8).take(usize::from(count)) {
                let end = entry.saturating_add(8);
                let address = Address::ipv4(bytes.array(entry)?);
                let level = bytes.u32(end.saturating_sub(4))?.cast_signed();
                d.field(&ROUTER, bytes.span(entry..end.saturating_sub(4)), address);
                d.field(&PREFERENCE, bytes.span(end.saturating_sub(4)..end), level);
            }
            Ok(Next::End)
        }
        13..=18 => {
            d.segment(segment);
            if d.wants() {
                numbered(d, &bytes, kind)?;
            }
            Ok(Next::End)
        }
        _ => {
            d.segment(segment);
            Ok(Next::End)
        }
    }
}

fn identify(d: &mut Dissection, bytes: &Bytes<'_>, identifier: u16, sequence: u16) {
    d.field(&IDENTIFIER, bytes.span(4..6), identifier);
    d.field(&IDENTIFIER_LE, bytes.span(4..6), identifier.swap_bytes());
    d.field(&SEQUENCE, bytes.span(6..8), sequence);
    d.field(&SEQUENCE_LE, bytes.span(6..8), sequence.swap_bytes());
}

/// Reply and request differ in their type only, and so by its weight in their checksums: that is what pairs them.
fn pairing(kind: u8, checksum: u16) -> u64 {
    let sum = !checksum;
    let sum = if kind == ECHO { u32::from(sum).saturating_add(0xffff).saturating_sub(0x0800) } else { sum.into() };
    let folded = (sum & 0xffff).saturating_add(sum >> 16) & 0xffff;
    u64::from(if folded == 0xffff { 0 } else { folded })
}

fn echo(d: &mut Dissection, bytes: &Bytes<'_>, kind: u8, (identifier, sequence): (u16, u16), checksum: u16) {
    let asks = kind == ECHO;
    let role = if asks { Role::Latest } else { Role::Response };
    let partner = d.transaction(role, pairing(kind, checksum));
    if asks && partner.is_none() {
        d.expert(&NO_ANSWER);
    }
    if !d.wants() {
        return;
    }
    identify(d, bytes, identifier, sequence);
    let here = bytes.span(0..0);
    let end = match (asks, partner) {
        (true, Some(Partner { packet, .. })) => {
            d.generated(&RESPONSE_IN, here, packet);
            format!(" (reply in {packet})")
        }
        (true, None) => {
            if d.quoted_from.is_none() {
                d.label(&NO_RESPONSE, here, || "[No response seen]".to_owned());
            }
            " (no response found!)".to_owned()
        }
        (false, Some(Partner { packet, elapsed })) => {
            d.generated(&RESPONSE_TO, here, packet);
            if let Some(elapsed) = elapsed {
                d.generated(&RESPONSE_TIME, here, milliseconds(elapsed));
            }
            format!(" (request in {packet})")
        }
        (false, None) => String::new(),
    };
    let start = line(d, words(kind, 0).0, identifier, sequence);
    d.info(|| start + &end);
}

/// To the microsecond's thousandth, as the capture has it.
fn milliseconds(nanos: i64) -> f64 {
    nanos as f64 / 1e6
}

/// `Echo (ping) request  id=0x0001, seq=1/256, ttl=64`.
fn line(d: &Dissection, name: &str, identifier: u16, sequence: u16) -> String {
    let ttl = d.fields.iter().rev().find(|found| found.field.name() == "ip.ttl").map(|found| &found.value);
    let ttl = if let Some(Value::Uint(ttl)) = ttl { format!(", ttl={ttl}") } else { String::new() };
    format!("{name:<20} id=0x{identifier:04x}, seq={sequence}/{}{ttl}", sequence.swap_bytes())
}

/// Timestamps, information, address masks.
fn numbered(d: &mut Dissection, bytes: &Bytes<'_>, kind: u8) -> Result<(), Problem> {
    let (identifier, sequence) = (bytes.u16(4)?, bytes.u16(6)?);
    identify(d, bytes, identifier, sequence);
    let start = line(d, words(kind, 0).0, identifier, sequence);
    d.info(|| start);
    match kind {
        13 | 14 => {
            for (field, at) in [(&ORIGINATED, 8_usize), (&RECEIVED, 12), (&TRANSMITTED, 16)] {
                d.field(field, bytes.span(at..at.saturating_add(4)), bytes.u32(at)?);
            }
        }
        17 | 18 => d.field(&MASK, bytes.span(8..12), Address::ipv4(bytes.array(8)?)),
        _ => {}
    }
    Ok(())
}

/// What an error says besides the quotation.
fn error(d: &mut Dissection, bytes: &Bytes<'_>, kind: u8, code: u8) -> Result<(), Problem> {
    match kind {
        5 => {
            d.field(&GATEWAY, bytes.span(4..8), Address::ipv4(bytes.array(4)?));
            return Ok(());
        }
        4 => {
            d.field(&UNUSED, bytes.span(4..8), bytes.take(4..8)?);
            return Ok(());
        }
        12 => d.field(&POINTER, bytes.span(4..5), bytes.u8(4)?),
        _ => d.field(&UNUSED, bytes.span(4..5), bytes.take(4..5)?),
    }
    let words = bytes.u8(5)?;
    d.field(&LENGTH, bytes.span(5..6), words);
    if words > 0 {
        d.generated(&ORIGINAL_LENGTH, bytes.span(5..6), u32::from(words).saturating_mul(4));
    }
    match (kind, code) {
        (3, 4) => d.field(&MTU, bytes.span(6..8), bytes.u16(6)?),
        _ => d.field(&UNUSED, bytes.span(6..8), bytes.take(6..8)?),
    }
    Ok(())
}

/// What a type means, and a code of it, where codes have meanings.
fn words(kind: u8, code: u8) -> (&'static str, Option<&'static str>) {
    const UNREACHABLE: [&str; 16] = [
        "Network unreachable", "Host unreachable", "Protocol unreachable", "Port unreachable", "Fragmentation needed",
        "Source route failed", "Destination network unknown", "Destination host unknown", "Source host isolated",
        "Network administratively prohibited", "Host administratively prohibited", "Network unreachable for TOS",
        "Host unreachable for TOS", "Communication administratively filtered", "Host precedence violation",
        "Precedence cutoff in effect",
    ];
    const REDIRECT: [&str; 4] =
        ["Redirect for network", "Redirect for host", "Redirect for TOS and network", "Redirect for TOS and host"];
    const EXCEEDED: [&str; 2] = ["Time to live exceeded in transit", "Fragment reassembly time exceeded"];
    const PARAMETER: [&str; 3] = ["Pointer indicates the error", "Required option missing", "Bad length"];
    const PHOTURIS: [&str; 6] = [
        "Bad SPI", "Authentication Failed", "Decompression Failed", "Decryption Failed", "Need Authentication", "Need Authorization",
    ];
    const EXTENDED: [&str; 5] =
        ["No error", "Malformed Query", "No Such Interface", "No Such Table Entry", "Multiple Interfaces Satisfy Query"];
    let of = |list: &'static [&'static str]| Some(list.get(usize::from(code)).copied().unwrap_or(""));
    match kind {
        0 => ("Echo (ping) reply", None),
        1 | 2 => ("Reserved", None),
        3 => ("Destination unreachable", of(&UNREACHABLE)),
        4 => ("Source quench (flow control)", None),
        5 => ("Redirect", of(&REDIRECT)),
        6 => ("Alternate host address", of(&["Alternate address for host"])),
        8 => ("Echo (ping) request", None),
        9 if code == 0 => ("Mobile IP Advertisement", Some("Normal router advertisement")),
        9 if code == 16 => ("Mobile IP Advertisement", Some("Does not route common traffic")),
        9 => ("Router advertisement", Some("")),
        10 => ("Router solicitation", None),
        11 => ("Time-to-live exceeded", of(&EXCEEDED)),
        12 => ("Parameter problem", of(&PARAMETER)),
        13 => ("Timestamp request", None),
        14 => ("Timestamp reply", None),
        15 => ("Information request", None),
        16 => ("Information reply", None),
        17 => ("Address mask request", None),
        18 => ("Address mask reply", None),
        19 => ("Reserved (for security)", None),
        30 => ("Traceroute", None),
        31 => ("Datagram Conversion Error", None),
        37 => ("Domain Name Request", None),
        38 => ("Domain Name Reply", None),
        40 => ("Photuris", of(&PHOTURIS)),
        41 => ("Experimental mobility protocols", None),
        42 => ("Extended Echo request", of(&["No error"])),
        43 => ("Extended Echo reply", of(&EXTENDED)),
        _ => ("Unknown ICMP (obsolete or malformed?)", None),
    }
}

fn title((name, meaning): (&str, Option<&str>), code: u8) -> String {
    match meaning {
        None => format!("{name:<20}"),
        Some("") => format!("{name:<20} (Unknown code: {code})"),
        Some(meaning) => format!("{name:<20} ({meaning})"),
    }
}
