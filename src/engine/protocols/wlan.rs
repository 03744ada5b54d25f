//! Wireless LAN, IEEE 802.11-2020 §9; Wireshark's layer of radio facts that stands before it.
mod management;
mod radio;
mod words;

pub(super) use management::WLAN_MANAGEMENT;
pub(super) use radio::WLAN_RADIO;

use crate::engine::dissect::{Address, Bytes, Claim, Dissection, Next, Problem, Protocol, Reader, experts, fields, layouts};

fields! {
    DURATION: Uint => "wlan.duration", "Duration";
    RECEIVER: Address => "wlan.ra", "Receiver address";
    TRANSMITTER: Address => "wlan.ta", "Transmitter address";
    DESTINATION: Address => "wlan.da", "Destination address";
    SOURCE: Address => "wlan.sa", "Source address";
    BSSID: Address => "wlan.bssid", "BSS Id";
    STATION: Address => "wlan.staa", "STA address";
    TYPE_SUBTYPE: Hex(4) => "wlan.fc.type_subtype", "Type/Subtype";
    FRAGMENT: Uint => "wlan.frag", "Fragment number";
    SEQUENCE: Uint => "wlan.seq", "Sequence number";
    EXTENDED_VECTOR: Bytes => "wlan.ccmp.extiv", "CCMP Ext. Initialization Vector";
    KEY_INDEX: Uint => "wlan.wep.key", "Key Index";
    BITMAP: Bytes => "wlan.ba.bm", "Block Ack Bitmap";
}

layouts! {
    CONTROL = [
        Hex(4) => "wlan.fc", "Frame Control Field", 2;
    ]
    FIRST = [
        Label => "", "", 1;
        Uint => "wlan.fc.version", "Version", &0x3;
        Uint => "wlan.fc.type", "Type", &0xc: "Management frame|Control frame|Data frame|Extension frame|PV1 Reserved|PV1 Reserved|PV1 Reserved|PV1 Extension (currently reserved)";
        Uint => "wlan.fc.subtype", "Subtype", &0xf0;
    ]
    FLAGS = [
        Hex(2) => "wlan.flags", "Flags", 1;
        Hex(1) => "wlan.fc.ds", "DS status", &0x3;
        Bool => "wlan.fc.tods", "To DS", &0x1: "Frame is not entering DS|Frame is entering DS";
        Bool => "wlan.fc.fromds", "From DS", &0x2: "Frame is not exiting DS|Frame is exiting DS";
        Bool => "wlan.fc.frag", "More Fragments", &0x4: "This is the last fragment|More fragments follow";
        Bool => "wlan.fc.retry", "Retry", &0x8: "Frame is not being retransmitted|Frame is being retransmitted";
        Bool => "wlan.fc.pwrmgt", "PWR MGT", &0x10: "STA will stay up|STA will go to sleep";
        Bool => "wlan.fc.moredata", "More Data", &0x20: "No data buffered|Data is buffered for STA at AP";
        Bool => "wlan.fc.protected", "Protected flag", &0x40: "Data is not protected|Data is protected";
        Bool => "wlan.fc.order", "+HTC/Order flag", &0x80: "Not strictly ordered|Strictly ordered";
    ]
    QUALITY = [
        Hex(4) => "wlan.qos", "Qos Control", 2;
        Uint => "wlan.qos.tid", "TID", &0xf;
        Uint => "wlan.qos.priority", "Priority", &0x7: "Best Effort (Best Effort)|Background (Background)|Spare (Background)|Excellent Effort (Best Effort)|Controlled Load (Video)|Video (Video)|Voice (Voice)|Network Control (Voice)";
        Hex(1) => "wlan.qos.ack", "Ack Policy", &0x60: "Normal Ack|No Ack|No explicit acknowledgment|Block Ack";
        Bool => "wlan.qos.amsdupresent", "Payload Type", &0x80: "MSDU|A-MSDU";
    ]
    BA = [
        Hex(4) => "wlan.ba.control", "Block Ack Control", 2;
        Bool => "wlan.ba.control.ackpolicy", "BA Ack Policy", &0x1: "Immediate Acknowledgement Required|Sender Does Not Require Immediate Acknowledgement";
        Hex(1) => "wlan.ba.control.ba_type", "BA Type", &0x1e: "Basic BlockAck|Extended Compressed BlockAck|Compressed BlockAck|Multi-TID BlockAck|6=GCR BlockAck|10=GLK-GCR BlockAck|Multi-STA BlockAck";
        Hex(2) => "wlan.ba.control.reserved", "Reserved", &0xfe0;
        Hex(1) => "wlan.ba.basic.tidinfo", "TID for which a Basic BlockAck frame is requested", &0xf000;
    ]
}

pub(super) static WLAN: Protocol = Protocol {
    name: "wlan",
    title: "IEEE 802.11 wireless LAN",
    short: "802.11",
    fields: FIELDS,
    layouts: LAYOUTS,
    claims: &[Claim::Link(105), Claim::Gre(0x8200)],
    probe: None,
    dissect,
    ..Protocol::PLAIN
};

const MANAGEMENT: u8 = 0;
const CONTROL_FRAME: u8 = 1;
const DATA: u8 = 2;

// Subtypes of control frames; those without a sender's address, and those with a base station's.
const WRAPPER: u8 = 0x7;
const CTS: u8 = 0xc;
const ACKNOWLEDGEMENT: u8 = 0xd;
const BLOCK_REQUEST: u8 = 0x8;
const BLOCK: u8 = 0x9;
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

experts! {
    RETRY_SEEN: Note Sequence => "wlan.fc.retry.expert", "Retransmission (retry)" [protocol: "IEEE 802.11"];
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let (first, flags) = (bytes.u8(0)?, bytes.u8(1)?);
    let (version, kind, subtype) = (first & 0x03, first >> 2 & 0x03, first >> 4);
    if d.wants() {
        let number = kind << 4 | subtype;
        d.noted(&TYPE_SUBTYPE, bytes.span(0..1), number, words::name(kind, subtype));
        let mut r = Reader::new(bytes, 0);
        r.layout(d, CONTROL)?;
        r.at = 0;
        r.layout(d, FIRST)?;
        d.nest(|d| r.layout(d, FLAGS))?;
        d.field(&DURATION, bytes.span(2..4), bytes.u16_le(2)? & 0x7fff);
    }
    if version != 0 {
        return Ok(Next::End);
    }
    if flags & RETRIED != 0 {
        d.expert(&RETRY_SEEN);
    }
    if d.wants() {
        words::tell(d, &bytes, kind, subtype, flags);
    }
    match kind {
        MANAGEMENT => {
            let (destination, source, base) = (address(&bytes, 4)?, address(&bytes, 10)?, address(&bytes, 16)?);
            d.pair(source, destination);
            let named = [(&RECEIVER, 4, destination), (&DESTINATION, 4, destination), (&TRANSMITTER, 10, source), (&SOURCE, 10, source)];
            for (field, at, address) in named.into_iter().chain([(&BSSID, 16, base)]) {
                d.field(field, bytes.span(at..at.saturating_add(6)), address);
            }
            sequence(d, &bytes);
            // Order in a management frame: HT control follows the header.
            let rest = bytes.from(if flags & ORDER != 0 { 28 } else { 24 });
            if flags & PROTECTION != 0 {
                return Ok(Next::Data(rest));
            }
            // A level of the hierarchy that `frame.protocols` leaves out.
            d.ends_at(&rest);
            d.again(true);
            Ok(Next::Claim(Claim::Named("wlan.mgt"), rest))
        }
        CONTROL_FRAME => control(d, &bytes, subtype),
        DATA => data(d, bytes, flags, subtype),
        _ => Ok(Next::End),
    }
}

fn sequence(d: &mut Dissection, bytes: &Bytes<'_>) {
    if d.wants()
        && let Ok(control) = bytes.u16_le(22)
    {
        d.field(&FRAGMENT, bytes.span(22..24), control & 15);
        d.field(&SEQUENCE, bytes.span(22..24), control >> 4);
    }
}

fn address(bytes: &Bytes<'_>, at: usize) -> Result<Address, Problem> {
    bytes.array(at).map(Address::wlan)
}

fn control<'p>(d: &mut Dissection, bytes: &Bytes<'p>, subtype: u8) -> Result<Next<'p>, Problem> {
    let receiver = address(bytes, 4)?;
    let names = match subtype {
        PS_POLL => (&BSSID, &TRANSMITTER),
        CF_END => (&RECEIVER, &BSSID),
        _ => (&RECEIVER, &TRANSMITTER),
    };
    d.field(names.0, bytes.span(4..10), receiver);
    let transmitter = match subtype {
        WRAPPER | CTS | ACKNOWLEDGEMENT => None,
        _ => Some(address(bytes, 10)?),
    };
    if let Some(transmitter) = transmitter {
        d.field(names.1, bytes.span(10..16), transmitter);
        d.pair(transmitter, receiver);
    }
    if matches!(subtype, BLOCK_REQUEST | BLOCK) && d.wants() {
        let mut r = Reader::little(*bytes, 16);
        let kind = r.layout(d, BA)? >> 1 & 15;
        let start = r.at;
        let number = r.uint(2)?;
        d.field(&FRAGMENT, r.since(start), number & 15);
        d.field(&SEQUENCE, r.since(start), number >> 4);
        // A compressed bitmap has a bit for each of 64 frames, a basic one sixteen.
        if subtype == BLOCK {
            r.field(d, &BITMAP, if kind == 0 { 128 } else { 8 })?;
        }
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
    bytes.take(4..22)?;
    let mut at = 24_usize;
    // Where source, destination and base station stand depends on the direction.
    let (from, to, base) = match flags & (TO_DS | FROM_DS) {
        0 => (10, 4, Some(16)),
        TO_DS => (10, 16, Some(4)),
        FROM_DS => (16, 4, Some(10)),
        _ => {
            at = 30;
            (24, 16, None)
        }
    };
    let (source, destination) = (address(&bytes, from)?, address(&bytes, to)?);
    d.pair(source, destination);
    if d.wants() {
        let station = match flags & (TO_DS | FROM_DS) {
            FROM_DS => Some(4),
            TO_DS | 0 => Some(10),
            _ => None,
        };
        let places = [
            (&RECEIVER, Some(4)),
            (&TRANSMITTER, Some(10)),
            (&DESTINATION, Some(to)),
            (&SOURCE, Some(from)),
            (&BSSID, base),
            (&STATION, station),
        ];
        for (field, place) in places {
            if let Some(place) = place {
                d.field(field, bytes.span(place..place.saturating_add(6)), address(&bytes, place)?);
            }
        }
        sequence(d, &bytes);
    }
    let mut aggregate = false;
    if subtype & QOS != 0 {
        aggregate = bytes.u16_le(at)? & AGGREGATE != 0;
        Reader::little(bytes, at).layout(d, QUALITY)?;
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
    if flags & PROTECTION != 0
        && let Ok([.., key]) = rest.array::<4>(0)
    {
        // The extended vector says that the counter of CCMP or TKIP is eight bytes long.
        if key & 0x20 != 0 {
            d.field(&EXTENDED_VECTOR, rest.span(0..8), rest.take(0..8).unwrap_or_default());
        }
        d.field(&KEY_INDEX, rest.span(3..4), key >> 6);
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
