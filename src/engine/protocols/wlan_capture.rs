//! What capture programs put before IEEE 802.11 frames: radiotap (<https://www.radiotap.org>), PPI ("Per-Packet Information Header
//! Specification" 1.0.10), Prism and AVS (<https://www.tcpdump.org/linktypes.html>).
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Problem, Protocol, fields};

fields! {
    RADIOTAP_LENGTH: Uint => "radiotap.length", "Header length";
    RADIOTAP_PRESENT: Hex(8) => "radiotap.present.word", "Present flags word";
    RADIOTAP_CHECK: Bool => "radiotap.flags.fcs", "FCS at end";
}

pub(super) static RADIOTAP: Protocol = Protocol {
    name: "radiotap",
    title: "IEEE 802.11 Radiotap Capture header",
    short: "Radiotap",
    fields: FIELDS,
    claims: &[Claim::Link(127)],
    probe: None,
    dissect,
    ..Protocol::PLAIN
};

pub(super) static PPI: Protocol = Protocol {
    name: "ppi",
    title: "PPI Packet Header",
    short: "PPI",
    fields: &[],
    claims: &[Claim::Link(192)],
    probe: None,
    dissect: dissect_ppi,
    ..Protocol::PLAIN
};

pub(super) static PRISM: Protocol = Protocol {
    name: "prism",
    title: "Prism capture header",
    short: "Prism",
    fields: &[],
    claims: &[Claim::Link(119)],
    probe: None,
    dissect: dissect_prism,
    ..Protocol::PLAIN
};

pub(super) static AVS: Protocol = Protocol {
    name: "wlancap",
    title: "AVS WLAN Capture header",
    short: "AVS",
    fields: &[],
    claims: &[Claim::Link(163)],
    probe: None,
    dissect: dissect_avs,
    ..Protocol::PLAIN
};

/// Bytes of the frame check sequence at a frame's end.
const CHECK: usize = 4;

/// IEEE 802.11 follows, with its check sequence or without.
fn frame(rest: Bytes<'_>, checked: bool) -> Next<'_> {
    let rest = if checked { rest.limit(rest.wire_len().saturating_sub(CHECK)) } else { rest };
    Next::Claim(Claim::Named("wlan_radio"), rest)
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    /// Of the first word of present flags.
    const TIMESTAMP: u32 = 0x1;
    const FLAGS: u32 = 0x2;
    /// Another word follows.
    const MORE: u32 = 0x8000_0000;
    /// Of the flags: a check sequence is at the end.
    const HAS_CHECK: u8 = 0x10;

    let length = bytes.u16_le(2)?;
    d.field(&RADIOTAP_LENGTH, bytes.span(2..4), length);
    let present = bytes.u32_le(4)?;
    let mut at = 4_usize;
    loop {
        let word = bytes.u32_le(at)?;
        let end = at.saturating_add(4);
        d.field(&RADIOTAP_PRESENT, bytes.span(at..end), word);
        at = end;
        if word & MORE == 0 {
            break;
        }
    }
    // Fields stand in the order of their bits, each at a multiple of its size.
    if present & TIMESTAMP != 0 {
        at = at.next_multiple_of(8).saturating_add(8);
    }
    let flags = if present & FLAGS != 0 { bytes.u8(at)? } else { 0 };
    if flags & HAS_CHECK != 0 {
        d.generated(&RADIOTAP_CHECK, bytes.span(0..0), true);
    }
    Ok(frame(bytes.from(usize::from(length)), flags & HAS_CHECK != 0))
}

fn dissect_ppi<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    const WLAN_LINK: u32 = 105;
    const COMMON_FIELD: u16 = 2;

    let (length, link) = (usize::from(bytes.u16_le(2)?), bytes.u32_le(4)?);
    let rest = bytes.from(length);
    if link != WLAN_LINK {
        return Ok(match u16::try_from(link) {
            Ok(link) => Next::Claim(Claim::Linked(link), rest),
            Err(_) => Next::Data(rest),
        });
    }
    let header = bytes.limit(length);
    let mut at = 8_usize;
    let mut checked = false;
    while let (Ok(kind), Ok(size)) = (header.u16_le(at), header.u16_le(at.saturating_add(2))) {
        if kind == COMMON_FIELD {
            checked = header.u16_le(at.saturating_add(12))? & 1 != 0;
        }
        at = at.saturating_add(4).saturating_add(usize::from(size));
    }
    if checked {
        d.generated(&RADIOTAP_CHECK, bytes.span(0..0), true);
    }
    Ok(frame(rest, checked))
}

/// Cookie and version of an AVS header, which some drivers send under Prism's link type.
const AVS_MAGIC: u32 = 0x8021_1000;

fn dissect_prism<'p>(_: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    const LENGTH: usize = 144;
    if bytes.u32(0)? & 0xffff_fff0 == AVS_MAGIC {
        return Ok(Next::Claim(Claim::Named("wlancap"), bytes));
    }
    bytes.take(0..8)?;
    Ok(frame(bytes.from(LENGTH), false))
}

fn dissect_avs<'p>(_: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let length = usize::try_from(bytes.u32(4)?).unwrap_or(usize::MAX);
    Ok(frame(bytes.from(length), false))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::dissect::Wanted;

    fn rest(bytes: &[u8]) -> Option<(u32, usize)> {
        let mut d = Dissection::new(Wanted::Facts);
        match dissect(&mut d, Bytes::frame(bytes, 0)) {
            Ok(Next::Claim(_, rest)) => Some((rest.start(), rest.len())),
            _ => None,
        }
    }

    #[test]
    fn radiotap_flags_tell_whether_a_check_sequence_follows() {
        // Length 17, timestamp and flags present: flags stand behind the timestamp, which stands at a multiple of 8.
        let mut bytes = [0_u8; 17 + 10];
        (bytes[2], bytes[4], bytes[16]) = (17, 3, 0x10);
        assert_eq!(rest(&bytes), Some((17, 6)));
        bytes[16] = 0;
        assert_eq!(rest(&bytes), Some((17, 10)));
        // A second word of present flags moves the timestamp to 16.
        let mut bytes = [0_u8; 25 + 10];
        (bytes[2], bytes[4], bytes[7], bytes[24]) = (25, 3, 0x80, 0x10);
        assert_eq!(rest(&bytes), Some((25, 6)));
    }
}
