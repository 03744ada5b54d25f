//! Spanning Tree Protocol, IEEE 802.1D; rapid and multiple ones, IEEE 802.1Q.
use crate::engine::dissect::{Address, Bytes, Claim, Dissection, Next, Problem, Protocol, Span, fields};

fields! {
    PROTOCOL: Hex(4) => "stp.protocol", "Protocol Identifier";
    VERSION: Uint => "stp.version", "Protocol Version Identifier";
    TYPE: Hex(2) => "stp.type", "BPDU Type";
    FLAGS: Hex(2) => "stp.flags", "BPDU flags";
    TOPOLOGY_ACK: Bool => "stp.flags.tcack", "Topology Change Acknowledgment";
    AGREEMENT: Bool => "stp.flags.agreement", "Agreement";
    FORWARDING: Bool => "stp.flags.forwarding", "Forwarding";
    LEARNING: Bool => "stp.flags.learning", "Learning";
    PORT_ROLE: Uint => "stp.flags.port_role", "Port Role";
    PROPOSAL: Bool => "stp.flags.proposal", "Proposal";
    TOPOLOGY: Bool => "stp.flags.tc", "Topology Change";
    ROOT_PRIORITY: Uint => "stp.root.prio", "Root Bridge Priority";
    ROOT_EXTENSION: Uint => "stp.root.ext", "Root Bridge System ID Extension";
    ROOT_ADDRESS: Address => "stp.root.hw", "Root Bridge System ID";
    COST: Uint => "stp.root.cost", "Root Path Cost";
    BRIDGE_PRIORITY: Uint => "stp.bridge.prio", "Bridge Priority";
    BRIDGE_EXTENSION: Uint => "stp.bridge.ext", "Bridge System ID Extension";
    BRIDGE_ADDRESS: Address => "stp.bridge.hw", "Bridge System ID";
    PORT: Hex(4) => "stp.port", "Port identifier";
    AGE: Float => "stp.msg_age", "Message Age";
    MAX_AGE: Float => "stp.max_age", "Max Age";
    HELLO: Float => "stp.hello", "Hello Time";
    DELAY: Float => "stp.forward", "Forward Delay";
}

pub(super) static STP: Protocol = Protocol {
    name: "stp",
    title: "Spanning Tree Protocol",
    short: "STP",
    fields: FIELDS,
    claims: &[
        Claim::Sap(0x42),
        Claim::Snap(CISCO, 0x010b),
        Claim::Snap(CISCO, 0x010c),
        Claim::Snap(BRIDGING, 0x000e),
    ],
    dissect,
    ..Protocol::PLAIN
};

const CISCO: u32 = 0x00_000c;
const BRIDGING: u32 = 0x00_80c2;
const CONFIGURATION: u8 = 0;
const RAPID: u8 = 2;
const NOTIFICATION: u8 = 0x80;

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if !d.wants() {
        return Ok(Next::End);
    }
    let (version, kind) = (bytes.u8(2)?, bytes.u8(3)?);
    d.field(&PROTOCOL, bytes.span(0..2), bytes.u16(0)?);
    let version_name = match version {
        0 => "Spanning Tree",
        2 => "Rapid Spanning Tree",
        3 => "Multiple Spanning Tree",
        4 => "Shortest Path Tree",
        _ => "Unknown",
    };
    d.noted(&VERSION, bytes.span(2..3), version, version_name);
    let (name, word) = match (kind, version) {
        (CONFIGURATION, _) => ("Configuration", "Conf."),
        (NOTIFICATION, _) => ("Topology Change Notification", ""),
        (RAPID, 3) => ("Rapid/Multiple Spanning Tree", "MST."),
        (RAPID, 4..) => ("Rapid/Multiple Spanning Tree", "SPT."),
        (RAPID, _) => ("Rapid/Multiple Spanning Tree", "RST."),
        _ => ("Unknown", ""),
    };
    d.noted(&TYPE, bytes.span(3..4), kind, name);
    if word.is_empty() {
        d.info(|| if kind == NOTIFICATION { name.to_owned() } else { format!("Unknown BPDU type ({kind})") });
        return Ok(Next::End);
    }
    let flags = bytes.u8(4)?;
    describe_flags(d, bytes.span(4..5), flags, kind == RAPID);
    let root = bridge(d, &bytes, 5, [&ROOT_PRIORITY, &ROOT_EXTENSION, &ROOT_ADDRESS])?;
    let cost = bytes.u32(13)?;
    d.field(&COST, bytes.span(13..17), cost);
    bridge(d, &bytes, 17, [&BRIDGE_PRIORITY, &BRIDGE_EXTENSION, &BRIDGE_ADDRESS])?;
    let port = bytes.u16(25)?;
    d.field(&PORT, bytes.span(25..27), port);
    let changes = if flags & 1 != 0 { "TC + " } else { "" };
    d.info(|| format!("{word} {changes}Root = {root}  Cost = {cost}  Port = 0x{port:04x}"));
    for (field, at) in [(&AGE, 27_usize), (&MAX_AGE, 29), (&HELLO, 31), (&DELAY, 33)] {
        // In 256ths of a second.
        d.field(field, bytes.span(at..at.saturating_add(2)), f64::from(bytes.u16(at)?) / 256.0);
    }
    Ok(Next::End)
}

/// Priority, extension and address; as one text.
fn bridge(
    d: &mut Dissection,
    bytes: &Bytes<'_>,
    at: usize,
    [priority, extension, address]: [&'static crate::engine::dissect::Field; 3],
) -> Result<String, Problem> {
    let (number, middle) = (bytes.u16(at)?, at.saturating_add(2));
    let mac = Address::ethernet(bytes.array(middle)?);
    d.field(priority, bytes.span(at..middle), number & 0xf000);
    d.field(extension, bytes.span(at..middle), number & 0x0fff);
    d.field(address, bytes.span(middle..middle.saturating_add(6)), mac);
    Ok(format!("{}/{}/{mac}", number & 0xf000, number & 0x0fff))
}

fn describe_flags(d: &mut Dissection, at: Span, flags: u8, is_rapid: bool) {
    d.field(&FLAGS, at, flags);
    d.nest(|d| {
        d.field(&TOPOLOGY_ACK, at, flags & 0x80 != 0);
        if is_rapid {
            d.field(&AGREEMENT, at, flags & 0x40 != 0);
            d.field(&FORWARDING, at, flags & 0x20 != 0);
            d.field(&LEARNING, at, flags & 0x10 != 0);
            let role = flags >> 2 & 3;
            let name = match role {
                1 => "Alternate or Backup",
                2 => "Root",
                3 => "Designated",
                _ => "Unknown",
            };
            d.noted(&PORT_ROLE, at, role, name);
            d.field(&PROPOSAL, at, flags & 0x02 != 0);
        }
        d.field(&TOPOLOGY, at, flags & 0x01 != 0);
    });
}
