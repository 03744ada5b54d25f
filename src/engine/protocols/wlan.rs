//! Wireless LAN, IEEE 802.11-2020 §9; Wireshark's layer of radio facts that stands before it.
mod words;

use crate::engine::dissect::{Address, Bytes, Claim, Dissection, Next, Problem, Protocol, fields};

fields! {
    FRAME_CONTROL: Hex(4) => "wlan.fc", "Frame Control Field";
    TYPE: Uint => "wlan.fc.type", "Type";
    SUBTYPE: Uint => "wlan.fc.subtype", "Subtype";
    PROTECTED: Bool => "wlan.fc.protected", "Protected flag";
    RETRY: Bool => "wlan.fc.retry", "Retry";
    DURATION: Uint => "wlan.duration", "Duration";
    RECEIVER: Address => "wlan.ra", "Receiver address";
    TRANSMITTER: Address => "wlan.ta", "Transmitter address";
    DESTINATION: Address => "wlan.da", "Destination address";
    SOURCE: Address => "wlan.sa", "Source address";
    BSSID: Address => "wlan.bssid", "BSS Id";
}

pub(super) static WLAN: Protocol = Protocol {
    name: "wlan",
    title: "IEEE 802.11 wireless LAN",
    short: "802.11",
    fields: FIELDS,
    claims: &[Claim::Link(105), Claim::Gre(0x8200)],
    probe: None,
    dissect,
    ..Protocol::PLAIN
};

/// Its fields of management frames.
pub(super) static WLAN_MANAGEMENT: Protocol = Protocol {
    name: "wlan.mgt",
    title: "IEEE 802.11 Wireless Management",
    fields: words::ALL,
    dissect: words::management,
    ..Protocol::PLAIN
};

pub(super) static WLAN_RADIO: Protocol = Protocol {
    name: "wlan_radio",
    title: "802.11 radio information",
    short: "802.11 Radio",
    fields: &[],
    claims: &[],
    probe: None,
    dissect: |_, bytes| Ok(Next::Claim(Claim::Named("wlan"), bytes)),
    ..Protocol::PLAIN
};

const MANAGEMENT: u8 = 0;
const CONTROL: u8 = 1;
const DATA: u8 = 2;

// Subtypes of control frames; those without a sender's address, and those with a base station's.
const WRAPPER: u8 = 0x7;
const CTS: u8 = 0xc;
const ACKNOWLEDGEMENT: u8 = 0xd;
const PS_POLL: u8 = 0xa;
const CF_END: u8 = 0xe;

// Bits of the second byte.
const TO_DS: u8 = 0x01;
const FROM_DS: u8 = 0x02;
const MORE_FRAGMENTS: u8 = 0x04;
const RETRIED: u8 = 0x08;
const PROTECTION: u8 = 0x40;
const ORDER: u8 = 0x80;

// Bits of a data frame's subtype.
const NO_DATA: u8 = 0x04;
const QOS: u8 = 0x08;

/// Of the QoS control field: several frames aggregated in this one.
const AGGREGATE: u16 = 0x0080;

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let (first, flags) = (bytes.u8(0)?, bytes.u8(1)?);
    let (version, kind, subtype) = (first & 0x03, first >> 2 & 0x03, first >> 4);
    if d.wants() {
        d.field(&FRAME_CONTROL, bytes.span(0..2), bytes.u16(0)?);
        d.field(&TYPE, bytes.span(0..1), kind);
        d.field(&SUBTYPE, bytes.span(0..1), subtype);
        d.field(&RETRY, bytes.span(1..2), flags & RETRIED != 0);
        d.field(&PROTECTED, bytes.span(1..2), flags & PROTECTION != 0);
        d.field(&DURATION, bytes.span(2..4), bytes.u16_le(2)?);
    }
    if version != 0 {
        return Ok(Next::End);
    }
    if d.wants() {
        words::tell(d, &bytes, kind, subtype, flags);
    }
    match kind {
        MANAGEMENT => {
            let (destination, source) = (address(&bytes, 4)?, address(&bytes, 10)?);
            d.pair(source, destination);
            d.field(&DESTINATION, bytes.span(4..10), destination);
            d.field(&SOURCE, bytes.span(10..16), source);
            d.field(&BSSID, bytes.span(16..22), address(&bytes, 16)?);
            if flags & PROTECTION != 0 {
                return Ok(Next::Data(bytes.from(24)));
            }
            // A part of this layer: it has a line of its own in the tree, but is not listed.
            d.again(true);
            Ok(if d.wants() { Next::Claim(Claim::Named("wlan.mgt"), bytes.from(24)) } else { Next::End })
        }
        CONTROL => control(d, &bytes, subtype),
        DATA => data(d, bytes, flags, subtype),
        _ => Ok(Next::End),
    }
}

fn address(bytes: &Bytes<'_>, at: usize) -> Result<Address, Problem> {
    bytes.array(at).map(Address::wlan)
}

fn control<'p>(d: &mut Dissection, bytes: &Bytes<'p>, subtype: u8) -> Result<Next<'p>, Problem> {
    let receiver = address(bytes, 4)?;
    d.field(&RECEIVER, bytes.span(4..10), receiver);
    let transmitter = match subtype {
        WRAPPER | CTS | ACKNOWLEDGEMENT => None,
        _ => Some(address(bytes, 10)?),
    };
    if let Some(transmitter) = transmitter {
        d.field(&TRANSMITTER, bytes.span(10..16), transmitter);
        d.pair(transmitter, receiver);
    }
    // PS-Poll goes to the base station, CF-End comes from it.
    let (from, to) = match subtype {
        PS_POLL => ("TA", "BSSID"),
        CF_END => ("BSSID", "RA"),
        _ => ("TA", "RA"),
    };
    d.columns(|| {
        let transmitter = transmitter.map(|transmitter| format!("{transmitter} ({from})"));
        (transmitter.unwrap_or_default(), format!("{receiver} ({to})"))
    });
    Ok(Next::End)
}

fn data<'p>(d: &mut Dissection, bytes: Bytes<'p>, flags: u8, subtype: u8) -> Result<Next<'p>, Problem> {
    let (one, two, three) = (address(&bytes, 4)?, address(&bytes, 10)?, address(&bytes, 16)?);
    let mut at = 24_usize;
    let (source, destination) = match flags & (TO_DS | FROM_DS) {
        0 => (two, one),
        TO_DS => (two, three),
        FROM_DS => (three, one),
        _ => {
            at = 30;
            (address(&bytes, 24)?, three)
        }
    };
    d.pair(source, destination);
    d.field(&RECEIVER, bytes.span(4..10), one);
    d.field(&TRANSMITTER, bytes.span(10..16), two);
    d.field(&DESTINATION, bytes.span(4..10), destination);
    d.field(&SOURCE, bytes.span(10..16), source);
    let mut aggregate = false;
    if subtype & QOS != 0 {
        aggregate = bytes.u16_le(at)? & AGGREGATE != 0;
        at = at.saturating_add(2);
        if flags & ORDER != 0 {
            // HT control.
            at = at.saturating_add(4);
        }
    }
    let rest = bytes.from(at);
    let first_fragment = bytes.u16_le(22)? & 0x0f == 0;
    if subtype & NO_DATA != 0 || rest.wire_len() == 0 {
        return Ok(Next::End);
    }
    if flags & PROTECTION != 0 || flags & MORE_FRAGMENTS != 0 || !first_fragment {
        return Ok(Next::Data(rest));
    }
    if aggregate {
        // Each frame has addresses and a length before it; the first stands for all.
        let length = usize::from(rest.u16(12)?);
        return Ok(Next::Claim(Claim::Llc, rest.from(14).limit(length)));
    }
    Ok(Next::Claim(Claim::Llc, rest))
}
