//! Address Resolution Protocol, RFC 826; the reverse one, RFC 903; the inverse one, RFC 2390.
use crate::engine::dissect::{Address, Bytes, Claim, Dissection, Next, Problem, Protocol, fields};

fields! {
    HARDWARE_TYPE: Uint => "arp.hw.type", "Hardware type";
    PROTOCOL_TYPE: Hex(4) => "arp.proto.type", "Protocol type";
    HARDWARE_SIZE: Uint => "arp.hw.size", "Hardware size";
    PROTOCOL_SIZE: Uint => "arp.proto.size", "Protocol size";
    OPCODE: Uint => "arp.opcode", "Opcode";
    GRATUITOUS: Bool => "arp.isgratuitous", "Is gratuitous";
    PROBE: Bool => "arp.isprobe", "Is probe";
    ANNOUNCEMENT: Bool => "arp.isannouncement", "Is announcement";
    SENDER_HARDWARE: Bytes => "arp.src.hw", "Sender hardware address";
    SENDER_MAC: Address => "arp.src.hw_mac", "Sender MAC address";
    SENDER_PROTOCOL: Bytes => "arp.src.proto", "Sender protocol address";
    SENDER_IP: Address => "arp.src.proto_ipv4", "Sender IP address";
    TARGET_HARDWARE: Bytes => "arp.dst.hw", "Target hardware address";
    TARGET_MAC: Address => "arp.dst.hw_mac", "Target MAC address";
    TARGET_PROTOCOL: Bytes => "arp.dst.proto", "Target protocol address";
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

const HEADER: usize = 8;
const ETHERNET: u16 = 1;
const IEEE_802: u16 = 6;
const IPV4: u16 = 0x0800;

/// An address of a kind that has a form of its own, or bytes.
enum Place {
    Known(Address),
    Bytes(Vec<u8>),
}

impl Place {
    fn is(&self, address: Address) -> bool {
        matches!(self, Self::Known(known) if *known == address)
    }

    fn text(&self) -> String {
        match self {
            Self::Known(address) => address.to_string(),
            Self::Bytes(bytes) if bytes.is_empty() => "<No address>".to_owned(),
            Self::Bytes(bytes) => bytes.iter().map(|byte| format!("{byte:02x}")).collect(),
        }
    }
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let (hardware, protocol) = (bytes.u16(0)?, bytes.u16(2)?);
    let (hardware_size, protocol_size, opcode) = (bytes.u8(4)?, bytes.u8(5)?, bytes.u16(6)?);
    if !d.wants() {
        return Ok(Next::End);
    }
    let (name, column) = words(opcode);
    d.column(column);
    d.noted(&HARDWARE_TYPE, bytes.span(0..2), hardware, hardware_name(hardware));
    d.noted(&PROTOCOL_TYPE, bytes.span(2..4), protocol, super::numbers::ether_type(protocol));
    d.field(&HARDWARE_SIZE, bytes.span(4..5), hardware_size);
    d.field(&PROTOCOL_SIZE, bytes.span(5..6), protocol_size);
    d.noted(&OPCODE, bytes.span(6..8), opcode, name);
    let has_macs = matches!(hardware, ETHERNET | IEEE_802) && hardware_size == 6;
    let has_ips = protocol == IPV4 && protocol_size == 4;
    let mut at = HEADER;
    let mut next = |size: u8, known: bool| -> Result<_, Problem> {
        let range = at..at.saturating_add(size.into());
        let place = match (known, size) {
            (true, 6) => Place::Known(Address::ethernet(bytes.array(at)?)),
            (true, _) => Place::Known(Address::ipv4(bytes.array(at)?)),
            _ => Place::Bytes(bytes.take(range.clone())?.to_vec()),
        };
        at = range.end;
        Ok((place, bytes.span(range)))
    };
    let (sender_hardware, sender_hardware_at) = next(hardware_size, has_macs)?;
    let (sender, sender_at) = next(protocol_size, has_ips)?;
    let (target_hardware, target_hardware_at) = next(hardware_size, has_macs)?;
    let (target, target_at) = next(protocol_size, has_ips)?;
    let same = matches!((&sender, &target), (Place::Known(a), Place::Known(b)) if a == b);
    let mac = |place: &Place, byte: u8| place.is(Address::ethernet([byte; 6]));
    let asks = matches!(opcode, 1 | 2);
    let announces = opcode == 1 && same && mac(&target_hardware, 0);
    let gratuitous = asks && same && !announces;
    let probes = opcode == 1 && sender.is(Address::ipv4([0; 4]));
    let here = bytes.span(0..0);
    for (is, field) in [(gratuitous || announces, &GRATUITOUS), (probes, &PROBE), (announces, &ANNOUNCEMENT)] {
        if is {
            d.generated(field, here, true);
        }
    }
    let (sender_text, target_text) = (sender.text(), target.text());
    let (sender_mac, target_mac) = (sender_hardware.text(), target_hardware.text());
    for (place, at, known, other) in [
        (sender_hardware, sender_hardware_at, &SENDER_MAC, &SENDER_HARDWARE),
        (sender, sender_at, &SENDER_IP, &SENDER_PROTOCOL),
        (target_hardware, target_hardware_at, &TARGET_MAC, &TARGET_HARDWARE),
        (target, target_at, &TARGET_IP, &TARGET_PROTOCOL),
    ] {
        match place {
            Place::Known(address) => d.field(known, at, address),
            Place::Bytes(bytes) if bytes.is_empty() => {}
            Place::Bytes(bytes) => d.field(other, at, bytes),
        }
    }
    d.info(|| match opcode {
        1 if announces => format!("ARP Announcement for {target_text}"),
        1 if gratuitous => format!("Gratuitous ARP for {target_text} (Request)"),
        1 if probes => format!("Who has {target_text}? (ARP Probe)"),
        1 => format!("Who has {target_text}? Tell {sender_text}"),
        2 if gratuitous => format!("Gratuitous ARP for {sender_text} (Reply)"),
        2 => format!("{sender_text} is at {sender_mac}"),
        3 | 5 | 8 => format!("Who is {target_mac}? Tell {sender_mac}"),
        4 | 6 => format!("{target_mac} is at {target_text}"),
        9 => format!("{sender_mac} is at {sender_text}"),
        7 => "DRARP Error".to_owned(),
        10 => "ARP NAK".to_owned(),
        11..=22 => format!("MARS {} from {sender_mac} at {sender_text}", name.trim_start_matches("mars ")),
        23 => format!("MAPOS UNARP request from {sender_mac} at {sender_text}"),
        24 => "Experimental 1 ( opcode 24 )".to_owned(),
        25 => "Experimental 2 ( opcode 25 )".to_owned(),
        0 | 0xffff => format!("Reserved opcode {opcode}"),
        other => format!("Unknown ARP opcode 0x{other:04x}"),
    });
    Ok(Next::End)
}

/// An opcode's name, and the Protocol column.
fn words(opcode: u16) -> (&'static str, &'static str) {
    match opcode {
        1 => ("request", "ARP"),
        2 => ("reply", "ARP"),
        3 => ("reverse request", "RARP"),
        4 => ("reverse reply", "RARP"),
        5 => ("drarp request", "DRARP"),
        6 => ("drarp reply", "DRARP"),
        7 => ("drarp error", "DRARP"),
        8 => ("inverse request", "Inverse ARP"),
        9 => ("inverse reply", "Inverse ARP"),
        10 => ("arp nak", "ARP"),
        11 => ("mars request", "MARS"),
        12 => ("mars MULTI request", "MARS"),
        13 => ("mars MSERV request", "MARS"),
        14 => ("mars JOIN request", "MARS"),
        15 => ("mars LEAVE", "MARS"),
        16 => ("mars NAK", "MARS"),
        17 => ("mars UNSERV request", "MARS"),
        18 => ("mars SJOIN request", "MARS"),
        19 => ("mars SLEAVE", "MARS"),
        20 => ("mars grouplist request", "MARS"),
        21 => ("mars grouplist reply", "MARS"),
        22 => ("mars redirect map", "MARS"),
        23 => ("mapos unarp", "MAPOS"),
        24 => ("experimental 1", "ARP"),
        25 => ("experimental 2", "ARP"),
        0 | 0xffff => ("reserved", "ARP"),
        _ => ("unknown", "ARP"),
    }
}

fn hardware_name(hardware: u16) -> &'static str {
    match hardware {
        1 => "Ethernet",
        3 => "AX.25",
        4 => "ProNET",
        6 => "IEEE 802",
        7 => "ARCNET",
        15 => "Frame Relay DLCI",
        16 | 19 | 21 => "ATM",
        17 => "HDLC",
        18 => "Fibre Channel",
        20 => "Serial Line",
        24 => "IEEE 1394.1995",
        27 => "EUI-64",
        31 => "IPsec tunnel",
        32 => "InfiniBand",
        _ => "Unknown",
    }
}
