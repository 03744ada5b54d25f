//! GPRS Tunnelling Protocol: user plane 3GPP TS 29.281, control plane version 1 TS 29.060; version 2 (TS 29.274) by name.
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Payload, Problem, Protocol, Verdict, fields};

fields! {
    FLAGS: Hex(2) => "gtp.flags", "Flags";
    MESSAGE: Hex(2) => "gtp.message", "Message Type";
    LENGTH: Uint => "gtp.length", "Length";
    VERSION: Uint => "gtp.flags.version", "Version";
    PROTOCOL_TYPE: Uint => "gtp.flags.payload", "Protocol type";
    HAS_EXTENSION: Bool => "gtp.flags.e", "Is Next Extension Header present?";
    HAS_SEQUENCE: Bool => "gtp.flags.s", "Is Sequence Number present?";
    HAS_NUMBER: Bool => "gtp.flags.pn", "Is N-PDU number present?";
    SEQUENCE: Hex(4) => "gtp.seq_number", "Sequence number";
    NUMBER: Uint => "gtp.npdu_number", "N-PDU Number";
    NEXT_EXTENSION: Hex(2) => "gtp.ext_hdr.next", "Next extension header type";
    TUNNEL: Hex(8) => "gtp.teid", "TEID";
}

pub(super) static GTP: Protocol = Protocol {
    name: "gtp",
    title: "GPRS Tunneling Protocol",
    short: "GTP",
    fields: FIELDS,
    claims: &[Claim::UdpPort(2152), Claim::UdpPort(2123)],
    probe: Some(probe),
    dissect,
    ..Protocol::PLAIN
};

const HEADER: usize = 8;
/// A subscriber's packet.
const USER_PACKET: u8 = 0xff;
/// Any of: extension header, sequence number, N-PDU number. Four bytes follow for all of them.
const OPTIONAL: u8 = 0x07;
const EXTENSION: u8 = 0x04;
const SEQUENCED: u8 = 0x02;
const NUMBERED: u8 = 0x01;

/// Version 1 as GTP and not GTP', or version 2; with a length that is not more than there is.
fn probe(payload: &Payload<'_>) -> Verdict {
    let Some([flags, message, high, low, ..]) = payload.bytes.first_chunk::<HEADER>() else { return Verdict::NotMine };
    let known = match flags >> 5 {
        0 => flags & 0x0e == 0x0e,
        1 => flags & 0x18 == 0x10,
        2 => true,
        _ => false,
    };
    let length = usize::from(u16::from_be_bytes([*high, *low]));
    let fits = payload.bytes.len() >= length || payload.bytes.len() >= 48;
    if known && fits && *message != 0 { Verdict::Possible } else { Verdict::NotMine }
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let (flags, message, length) = (bytes.u8(0)?, bytes.u8(1)?, usize::from(bytes.u16(2)?));
    let version = flags >> 5;
    if version == 2 {
        return Ok(Next::Claim(Claim::Named("gtpv2"), bytes));
    }
    let tunnel = bytes.u32(4)?;
    if d.wants() {
        head(d, &bytes, flags, message, length);
        if version == 1 {
            d.field(&TUNNEL, bytes.span(4..8), tunnel);
            optional(d, &bytes, flags)?;
        }
    }
    if message != USER_PACKET {
        return Ok(Next::End);
    }
    // Version 0 has a header of twenty bytes and no extensions (GSM 09.60 §6).
    let mut at = if version == 0 { 20 } else { HEADER };
    let whole = bytes.limit(length.saturating_add(at));
    if version == 1 && flags & OPTIONAL != 0 {
        let mut next = if flags & EXTENSION != 0 { whole.u8(11)? } else { 0 };
        at = at.saturating_add(4);
        // Each in units of four bytes, its last byte names the next.
        while next != 0 {
            let size = usize::from(whole.u8(at)?).saturating_mul(4);
            if size == 0 {
                return Err(Problem::Malformed);
            }
            at = at.saturating_add(size);
            next = whole.u8(at.saturating_sub(1))?;
        }
    }
    let rest = whole.from(at);
    // A subscriber may use PPP too; then nothing is to be told about it here.
    let packet = matches!(rest.u8(0).map(|first| first >> 4), Ok(4 | 6));
    Ok(if packet { Next::Claim(Claim::IpVersion, rest) } else { Next::End })
}

fn head(d: &mut Dissection, bytes: &Bytes<'_>, flags: u8, message: u8, length: usize) {
    let name = words(message);
    if message == USER_PACKET {
        // What the subscriber sends is named inside.
        d.column_wrap("GTP");
    }
    d.info(|| name.to_owned());
    let at = bytes.span(0..1);
    d.field(&FLAGS, at, flags);
    d.nest(|d| {
        d.field(&VERSION, at, flags >> 5);
        d.noted(&PROTOCOL_TYPE, at, flags >> 4 & 1, if flags & 0x10 == 0 { "GTP'" } else { "GTP" });
        for (bit, field) in [(EXTENSION, &HAS_EXTENSION), (SEQUENCED, &HAS_SEQUENCE), (NUMBERED, &HAS_NUMBER)] {
            d.field(field, at, flags & bit != 0);
        }
    });
    d.noted(&MESSAGE, bytes.span(1..2), message, name);
    d.field(&LENGTH, bytes.span(2..4), length);
}

fn optional(d: &mut Dissection, bytes: &Bytes<'_>, flags: u8) -> Result<(), Problem> {
    if flags & SEQUENCED != 0 {
        d.field(&SEQUENCE, bytes.span(8..10), bytes.u16(8)?);
    }
    if flags & NUMBERED != 0 {
        d.field(&NUMBER, bytes.span(10..11), bytes.u8(10)?);
    }
    if flags & EXTENSION != 0 {
        d.field(&NEXT_EXTENSION, bytes.span(11..12), bytes.u8(11)?);
    }
    Ok(())
}

/// Messages, 3GPP TS 29.060 §7.1.
fn words(message: u8) -> &'static str {
    match message {
        1 => "Echo request",
        2 => "Echo response",
        3 => "Version not supported",
        4 => "Node alive request",
        5 => "Node alive response",
        6 => "Redirection request",
        7 => "Redirection response",
        16 => "Create PDP context request",
        17 => "Create PDP context response",
        18 => "Update PDP context request",
        19 => "Update PDP context response",
        20 => "Delete PDP context request",
        21 => "Delete PDP context response",
        22 => "Initiate PDP Context Activation Request",
        23 => "Initiate PDP Context Activation Response",
        24 => "Delete AA PDP Context Request",
        25 => "Delete AA PDP Context Response",
        26 => "Error indication",
        27 => "PDU notification request",
        28 => "PDU notification response",
        29 => "PDU notification reject request",
        30 => "PDU notification reject response",
        31 => "Supported extension header notification",
        32 => "Send routing information for GPRS request",
        33 => "Send routing information for GPRS response",
        34 => "Failure report request",
        35 => "Failure report response",
        36 => "Note MS GPRS present request",
        37 => "Note MS GPRS present response",
        48 => "Identification request",
        49 => "Identification response",
        50 => "SGSN context request",
        51 => "SGSN context response",
        52 => "SGSN context acknowledgement",
        53 => "Forward relocation request",
        54 => "Forward relocation response",
        55 => "Forward relocation complete",
        56 => "Relocation cancel request",
        57 => "Relocation cancel response",
        58 => "Forward SRNS context",
        59 => "Forward relocation complete acknowledge",
        60 => "Forward SRNS context acknowledge",
        61 => "UE Registration Query Request",
        62 => "UE Registration Query Response",
        70 => "RAN Information Relay",
        96 => "MBMS Notification Request",
        97 => "MBMS Notification Response",
        98 => "MBMS Notification Reject Request",
        99 => "MBMS Notification Reject Response",
        100 => "Create MBMS Context Request",
        101 => "Create MBMS Context Response",
        102 => "Update MBMS Context Request",
        103 => "Update MBMS Context Response",
        104 => "Delete MBMS Context Request",
        105 => "Delete MBMS Context Response",
        112 => "MBMS Registration Request",
        113 => "MBMS Registration Response",
        114 => "MBMS De-Registration Request",
        115 => "MBMS De-Registration Response",
        116 => "MBMS Session Start Request",
        117 => "MBMS Session Start Response",
        118 => "MBMS Session Stop Request",
        119 => "MBMS Session Stop Response",
        120 => "MBMS Session Update Request",
        121 => "MBMS Session Update Response",
        128 => "MS Info Change Notification Request",
        129 => "MS Info Change Notification Response",
        240 => "Data record transfer request",
        241 => "Data record transfer response",
        254 => "End Marker",
        255 => "T-PDU",
        _ => "Unknown",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::dissect::Wanted;

    fn inner(bytes: &[u8]) -> Option<u32> {
        let mut d = Dissection::new(Wanted::Facts);
        match dissect(&mut d, Bytes::frame(bytes, 0)) {
            Ok(Next::Claim(Claim::IpVersion, rest)) => Some(rest.start()),
            _ => None,
        }
    }

    #[test]
    fn the_packet_stands_behind_all_extension_headers() {
        assert_eq!(inner(&[0x30, 0xff, 0, 1, 0, 0, 0, 1, 0x45]), Some(8));
        assert_eq!(inner(&[0x32, 0xff, 0, 5, 0, 0, 0, 1, 0, 7, 0, 0, 0x45]), Some(12));
        let two = [0x34, 0xff, 0, 13, 0, 0, 0, 1, 0, 7, 0, 0x85, 1, 0, 0, 0xc0, 1, 0, 0, 0, 0x45];
        assert_eq!(inner(&two), Some(20));
        assert_eq!(inner(&[0x34, 0xff, 0, 13, 0, 0, 0, 1, 0, 7, 0, 0x85, 0, 0, 0, 0, 0x45]), None);
    }
}
