//! Address Resolution Protocol, RFC 826.
use crate::engine::dissect::{Address, Bytes, Claim, Dissection, Next, Problem, Protocol, fields};

fields! {
    HARDWARE_TYPE: Uint => "arp.hw.type", "Hardware type";
    PROTOCOL_TYPE: Hex(4) => "arp.proto.type", "Protocol type";
    HARDWARE_SIZE: Uint => "arp.hw.size", "Hardware size";
    PROTOCOL_SIZE: Uint => "arp.proto.size", "Protocol size";
    OPCODE: Uint => "arp.opcode", "Opcode";
    SENDER_MAC: Address => "arp.src.hw_mac", "Sender MAC address";
    SENDER_IP: Address => "arp.src.proto_ipv4", "Sender IP address";
    TARGET_MAC: Address => "arp.dst.hw_mac", "Target MAC address";
    TARGET_IP: Address => "arp.dst.proto_ipv4", "Target IP address";
}

pub(super) static ARP: Protocol = Protocol {
    name: "arp",
    title: "Address Resolution Protocol",
    short: "ARP",
    fields: FIELDS,
    claims: &[Claim::EtherType(0x0806), Claim::EtherType(0x8035)],
    probe: None,
    dissect,
    ..Protocol::PLAIN
};

const ETHERNET: u16 = 1;
const IPV4: u16 = 0x0800;

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let (hardware, protocol) = (bytes.u16(0)?, bytes.u16(2)?);
    let (hardware_size, protocol_size, opcode) = (bytes.u8(4)?, bytes.u8(5)?, bytes.u16(6)?);
    if !d.wants() {
        return Ok(Next::End);
    }
    d.field(&HARDWARE_TYPE, bytes.span(0..2), hardware);
    d.field(&PROTOCOL_TYPE, bytes.span(2..4), protocol);
    d.field(&HARDWARE_SIZE, bytes.span(4..5), hardware_size);
    d.field(&PROTOCOL_SIZE, bytes.span(5..6), protocol_size);
    d.field(&OPCODE, bytes.span(6..8), opcode);
    if (hardware, hardware_size, protocol, protocol_size) != (ETHERNET, 6, IPV4, 4) {
        return Ok(Next::End);
    }
    let mac = |at: usize| bytes.array(at).map(Address::ethernet);
    let ip = |at: usize| bytes.array(at).map(Address::ipv4);
    d.field(&SENDER_MAC, bytes.span(8..14), mac(8)?);
    let sender = ip(14)?;
    d.field(&SENDER_IP, bytes.span(14..18), sender);
    d.field(&TARGET_MAC, bytes.span(18..24), mac(18)?);
    let target = ip(24)?;
    d.field(&TARGET_IP, bytes.span(24..28), target);
    let sender_mac = mac(8)?;
    d.info(|| match opcode {
        1 if sender == target => format!("ARP Announcement for {sender}"),
        1 if sender == Address::ipv4([0; 4]) => format!("Who has {target}? (ARP Probe)"),
        1 => format!("Who has {target}? Tell {sender}"),
        2 if sender == target => format!("Gratuitous ARP for {sender} (Reply)"),
        2 => format!("{sender} is at {sender_mac}"),
        other => format!("Opcode {other}"),
    });
    Ok(Next::End)
}
