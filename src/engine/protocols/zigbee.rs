//! ZigBee network layer, ZigBee Specification (053474) §3.3.
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Problem, Protocol, Reader, fields, layouts};

fields! {
    TO_LONG: Bytes => "zbee_nwk.dst64", "Extended Destination";
    FROM_LONG: Bytes => "zbee_nwk.src64", "Extended Source";
    SECURED_BY: Bytes => "zbee.sec.src64", "Extended Source";
    KEY_NUMBER: Uint => "zbee.sec.key_seqno", "Key Sequence Number";
    GROUP: Hex(4) => "zbee_aps.group", "Group";
}

layouts! {
    NWK = [
        Hex(4) => "zbee_nwk.fcf", "Frame Control Field", 2;
        Hex(1) => "zbee_nwk.frame_type", "Frame Type", &0x3: "Data|Command|3=Interpan";
        Uint => "zbee_nwk.proto_version", "Protocol Version", &0x3c;
        Hex(1) => "zbee_nwk.discovery", "Discover Route", &0xc0: "Suppress|Enable|3=Force";
        Bool => "zbee_nwk.multicast", "Multicast", &0x100;
        Bool => "zbee_nwk.security", "Security", &0x200;
        Bool => "zbee_nwk.src_route", "Source Route", &0x400;
        Bool => "zbee_nwk.ext_dst", "Destination", &0x800;
        Bool => "zbee_nwk.ext_src", "Extended Source", &0x1000;
        Bool => "zbee_nwk.end_device_initiator", "End Device Initiator", &0x2000;
        Hex(4) => "zbee_nwk.dst", "Destination", 2;
        Hex(4) => "zbee_nwk.src", "Source", 2;
        Uint => "zbee_nwk.radius", "Radius", 1;
        Uint => "zbee_nwk.seqno", "Sequence Number", 1;
    ]
    SECURITY = [
        Hex(2) => "zbee.sec.field", "Security Control Field", 1;
        Hex(1) => "zbee.sec.key_id", "Key Id", &0x18: "Link Key|Network Key|Key-Transport Key|Key-Load Key";
        Bool => "zbee.sec.ext_nonce", "Extended Nonce", &0x20;
        Uint => "zbee.sec.counter", "Frame Counter", 4;
    ]
    ZBEACON = [
        Uint => "zbee_beacon.protocol", "Protocol ID", 1;
        Label => "", "", 2;
        Hex(1) => "zbee_beacon.profile", "Stack Profile", &0xf: "Network Specific|ZigBee Home|ZigBee PRO";
        Uint => "zbee_beacon.version", "Protocol Version", &0xf0;
        Bool => "zbee_beacon.router", "Router Capacity", &0x400;
        Uint => "zbee_beacon.depth", "Device Depth", &0x7800;
        Bool => "zbee_beacon.end_dev", "End Device Capacity", &0x8000;
        Bytes => "zbee_beacon.ext_panid", "Extended PAN ID", 8;
        Uint => "zbee_beacon.tx_offset", "Tx Offset", 3;
        Uint => "zbee_beacon.update_id", "Update ID", 1;
    ]
    APS = [
        Hex(2) => "zbee_aps.fcf", "Frame Control Field", 1;
        Hex(1) => "zbee_aps.type", "Frame Type", &0x3: "Data|Command|Ack|Interpan";
        Hex(1) => "zbee_aps.delivery", "Delivery Mode", &0xc: "Unicast|Indirect|Broadcast|Group";
        Bool => "zbee_aps.ack_format", "Acknowledgement Format", &0x10;
        Bool => "zbee_aps.security", "Security", &0x20;
        Bool => "zbee_aps.ack_req", "Acknowledgement Request", &0x40;
        Bool => "zbee_aps.ext_header", "Extended Header", &0x80;
    ]
    APS_DATA = [
        Uint => "zbee_aps.dst", "Destination Endpoint", 1;
        Hex(4) => "zbee_aps.cluster", "Cluster", 2;
        Hex(4) => "zbee_aps.profile", "Profile", 2;
        Uint => "zbee_aps.src", "Source Endpoint", 1;
        Uint => "zbee_aps.counter", "Counter", 1;
    ]
}

pub(super) static NETWORK: Protocol = Protocol {
    name: "zbee_nwk",
    title: "ZigBee Network Layer",
    short: "ZigBee",
    fields: FIELDS,
    layouts: LAYOUTS,
    claims: &[],
    probe: None,
    dissect,
    ..Protocol::PLAIN
};

/// Destinations from here on are groups of all, of awake nodes, of routers.
const FIRST_BROADCAST: u16 = 0xfff8;

// Bits of the frame control field.
const MULTICAST: u16 = 0x0100;
const SECURED: u16 = 0x0200;
const SOURCE_ROUTE: u16 = 0x0400;
const LONG_DESTINATION: u16 = 0x0800;
const LONG_SOURCE: u16 = 0x1000;

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let (control, to, from) = (bytes.u16_le(0)?, bytes.u16_le(2)?, bytes.u16_le(4)?);
    let mut r = Reader::little(bytes, 0);
    r.layout(d, NWK)?;
    let text = |address: u16| {
        if address >= FIRST_BROADCAST { "Broadcast".to_owned() } else { format!("0x{address:04x}") }
    };
    d.columns(|| (text(from), text(to)));
    let mut at = 8_usize;
    for (bit, field) in [(LONG_DESTINATION, &TO_LONG), (LONG_SOURCE, &FROM_LONG)] {
        if control & bit != 0 {
            r.field(d, field, 8)?;
            at = at.saturating_add(8);
        }
    }
    if control & MULTICAST != 0 {
        at = at.saturating_add(1);
    }
    if control & SOURCE_ROUTE != 0 {
        at = at.saturating_add(2).saturating_add(usize::from(bytes.u8(at)?).saturating_mul(2));
    }
    // A secured frame has a header of its own before what is encrypted.
    let rest = bytes.from(at);
    if control & SECURED != 0 && d.wants() {
        r.at = at;
        let flags = r.peek()?;
        r.layout(d, SECURITY)?;
        if flags & 0x20 != 0 {
            r.field(d, &SECURED_BY, 8)?;
        }
        if flags >> 3 & 3 == 1 {
            r.number(d, &KEY_NUMBER, 1)?;
        }
    }
    Ok(if control & SECURED != 0 || control & 3 != 0 {
        Next::Data(rest)
    } else {
        Next::Claim(Claim::Named("zbee_aps"), rest)
    })
}

pub(super) static BEACON: Protocol = Protocol {
    name: "zbee_beacon",
    title: "ZigBee Beacon",
    short: "ZigBee",
    dissect: |d, bytes| Reader::little(bytes, 0).layout(d, ZBEACON).map(|_| Next::End),
    ..Protocol::PLAIN
};

pub(super) static SUPPORT: Protocol = Protocol {
    name: "zbee_aps",
    title: "ZigBee Application Support Layer",
    short: "ZigBee",
    dissect: support,
    ..Protocol::PLAIN
};

fn support<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let control = bytes.u8(0)?;
    let mut r = Reader::little(bytes, 0);
    r.layout(d, APS)?;
    // Data, or the acknowledgement of data; to a group there is its number instead of an endpoint.
    if matches!(control & 0x13, 0 | 2) && d.wants() {
        if control & 0x0c == 0x0c {
            r.number(d, &GROUP, 2)?;
            r.layout(d, APS_DATA.get(1..).unwrap_or_default())?;
        } else {
            r.layout(d, APS_DATA)?;
        }
    }
    Ok(Next::End)
}
