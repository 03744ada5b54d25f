//! Cisco Discovery Protocol, as Cisco's documentation of its types describes it.
use crate::engine::dissect::{Address, Bytes, Claim, Dissection, Field, Next, Problem, Protocol, fields, text};

fields! {
    VERSION: Uint => "cdp.version", "Version";
    TTL: Uint => "cdp.ttl", "TTL";
    CHECKSUM: Hex(4) => "cdp.checksum", "Checksum";
    ENTRY: Label => "cdp.tlv", "TLV";
    TYPE: Hex(4) => "cdp.tlv.type", "Type";
    LENGTH: Uint => "cdp.tlv.len", "Length";
    DEVICE: Text => "cdp.deviceid", "Device ID";
    PLATFORM: Text => "cdp.platform", "Platform";
    PORT: Text => "cdp.portid", "Sent through Interface";
    SOFTWARE: Text => "cdp.software_version", "Software version";
    CAN: Hex(8) => "cdp.capabilities", "Capabilities";
    CAN_ROUTER: Bool => "cdp.capabilities.router", "Router";
    CAN_BRIDGE: Bool => "cdp.capabilities.trans_bridge", "Transparent Bridge";
    CAN_SOURCE: Bool => "cdp.capabilities.src_bridge", "Source Route Bridge";
    CAN_SWITCH: Bool => "cdp.capabilities.switch", "Switch";
    CAN_HOST: Bool => "cdp.capabilities.host", "Host";
    CAN_IGMP: Bool => "cdp.capabilities.igmp_capable", "IGMP capable";
    CAN_REPEATER: Bool => "cdp.capabilities.repeater", "Repeater";
    CAN_PHONE: Bool => "cdp.capabilities.voip_phone", "VoIP Phone";
    CAN_REMOTE: Bool => "cdp.capabilities.remote", "Remotely Managed Device";
    COUNT: Uint => "cdp.number_of_addresses", "Number of addresses";
    PROTOCOL_TYPE: Hex(2) => "cdp.protocol_type", "Protocol type";
    PROTOCOL_LENGTH: Uint => "cdp.protocol_length", "Protocol length";
    PROTOCOL: Bytes => "cdp.protocol", "Protocol";
    ADDRESS_LENGTH: Uint => "cdp.address_length", "Address length";
    IP: Address => "cdp.nrgyz.ip_address", "IP Address";
    ADDRESS: Bytes => "cdp.address", "Address";
    GATEWAY: Address => "cdp.odr_default_gateway", "ODR Default gateway";
    PREFIX: Address => "cdp.ip_prefix", "IP Prefix";
    DOMAIN: Text => "cdp.vtp_management_domain", "VTP Management Domain";
    VLAN: Uint => "cdp.native_vlan", "Native VLAN";
    DUPLEX: Bool => "cdp.duplex", "Duplex";
    VOICE_DATA: Bytes => "cdp.data", "Data";
    VOICE_VLAN: Uint => "cdp.voice_vlan", "Voice VLAN";
    POWER: Uint => "cdp.power_consumption", "Power Consumption";
    MTU: Uint => "cdp.mtu", "MTU";
    TRUST: Hex(2) => "cdp.trust_bitmap", "Trust Bitmap";
    UNTRUSTED: Hex(2) => "cdp.untrusted_port_cos", "Untrusted port CoS";
    NAME: Text => "cdp.system_name", "System Name";
    OBJECT: Bytes => "cdp.system_object_identifier", "System Object Identifier";
}

pub(super) static CDP: Protocol = Protocol {
    name: "cdp",
    title: "Cisco Discovery Protocol",
    short: "CDP",
    fields: FIELDS,
    claims: &[Claim::Snap(0x00_000c, 0x2000), Claim::Gre(0x2000)],
    dissect,
    ..Protocol::PLAIN
};

const CAPABILITIES: &[(&Field, u64)] = &[
    (&CAN_ROUTER, 1),
    (&CAN_BRIDGE, 2),
    (&CAN_SOURCE, 4),
    (&CAN_SWITCH, 8),
    (&CAN_HOST, 16),
    (&CAN_IGMP, 32),
    (&CAN_REPEATER, 64),
    (&CAN_PHONE, 128),
    (&CAN_REMOTE, 256),
];

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if !d.wants() {
        return Ok(Next::End);
    }
    let mut at = d.read_row(&bytes, 0, &[(&VERSION, 1), (&TTL, 1), (&CHECKSUM, 2)])?;
    while at.saturating_add(4) <= bytes.wire_len() {
        let length = usize::from(bytes.u16(at.saturating_add(2))?);
        if length < 4 {
            break;
        }
        let entry = bytes.from(at).limit(length);
        let (kind, value) = (entry.u16(0)?, entry.from(4));
        match kind {
            1 => d.info_add("", || format!("Device ID: {}  ", text::shown(value.all()))),
            3 => d.info_add("", || format!("Port ID: {}  ", text::shown(value.all()))),
            _ => {}
        }
        d.label(&ENTRY, entry.span(0..length), || match kind {
            1 | 3 | 6 | 9 | 0x14 => format!("{}: {}", name(kind), text::shown(value.all())),
            _ => name(kind).to_owned(),
        });
        d.nest(|d| {
            d.noted(&TYPE, entry.span(0..2), kind, name(kind));
            d.field(&LENGTH, entry.span(2..4), length);
            read(d, kind, &value)
        })?;
        at = at.saturating_add(length);
    }
    Ok(Next::End)
}

fn read(d: &mut Dissection, kind: u16, value: &Bytes<'_>) -> Result<(), Problem> {
    let all = 0..value.wire_len();
    let field = match kind {
        1 => &DEVICE,
        2 | 0x16 => return addresses(d, value),
        3 => &PORT,
        4 => {
            d.read(&CAN, value, 0..4)?;
            return d.read_bits(value, 0..4, CAPABILITIES);
        }
        5 => {
            let mut at = 0_usize;
            for line in value.all().split(|&byte| byte == b'\n') {
                let end = at.saturating_add(line.len());
                d.field(&SOFTWARE, value.span(at..end), text::shown(line));
                at = end.saturating_add(1);
            }
            return Ok(());
        }
        6 => &PLATFORM,
        7 if all.end == 4 => &GATEWAY,
        7 => {
            for at in all.step_by(5) {
                let bits = value.u8(at.saturating_add(4))?.to_string();
                let ip = Address::ipv4(value.array(at)?);
                d.noted(&PREFIX, value.span(at..at.saturating_add(5)), ip, &format!("/{bits}"));
            }
            return Ok(());
        }
        9 => &DOMAIN,
        0x0a => &VLAN,
        0x0b => {
            let full = value.u8(0)? != 0;
            d.noted(&DUPLEX, value.span(0..1), full, if full { "Full" } else { "Half" });
            return Ok(());
        }
        0x0e | 0x0f if all.end >= 3 => return d.read_row(value, 0, &[(&VOICE_DATA, 1), (&VOICE_VLAN, 2)]).map(|_| ()),
        0x10 => {
            d.noted(&POWER, value.span(0..2), value.u16(0)?, "mW");
            return Ok(());
        }
        0x11 => &MTU,
        0x12 => &TRUST,
        0x13 => &UNTRUSTED,
        0x14 => &NAME,
        0x15 => &OBJECT,
        _ => return Ok(()),
    };
    d.read(field, value, all).map(|_| ())
}

/// How many, and each with its protocol: kind, length and number; then its own length and bytes.
fn addresses(d: &mut Dissection, value: &Bytes<'_>) -> Result<(), Problem> {
    let count = d.read(&COUNT, value, 0..4)?;
    let mut at = 4_usize;
    for _ in 0..count {
        d.read_named(&PROTOCOL_TYPE, value, at..at.saturating_add(1), |kind| match kind {
            1 => "NLPID",
            2 => "802.2",
            _ => "",
        })?;
        let protocol = usize::from(value.u8(at.saturating_add(1))?);
        at = d.read_row(
            value,
            at.saturating_add(1),
            &[(&PROTOCOL_LENGTH, 1), (&PROTOCOL, protocol), (&ADDRESS_LENGTH, 2)],
        )?;
        let length = usize::from(value.u16(at.saturating_sub(2))?);
        at = d.read_row(value, at, &[if matches!(length, 4 | 16) { (&IP, length) } else { (&ADDRESS, length) }])?;
    }
    Ok(())
}

fn name(kind: u16) -> &'static str {
    match kind {
        0x01 => "Device ID",
        0x02 => "Addresses",
        0x03 => "Port ID",
        0x04 => "Capabilities",
        0x05 => "Software version",
        0x06 => "Platform",
        0x07 => "IP Prefix/Gateway (used for ODR)",
        0x08 => "Protocol Hello",
        0x09 => "VTP Management Domain",
        0x0a => "Native VLAN",
        0x0b => "Duplex",
        0x0e => "VoIP VLAN Reply",
        0x0f => "VoIP VLAN Query",
        0x10 => "Power consumption",
        0x11 => "MTU",
        0x12 => "Trust Bitmap",
        0x13 => "Untrusted Port CoS",
        0x14 => "System Name",
        0x15 => "System Object ID",
        0x16 => "Management Address",
        0x17 => "Location",
        0x18 => "External Port-ID",
        0x19 => "Power Requested",
        0x1a => "Power Available",
        0x1b => "Port Unidirectional",
        0x1d => "EnergyWise over CDP",
        0x1f => "Spare Pair PoE",
        _ => "Unknown",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::dissect::Wanted;

    #[test]
    fn a_neighbour_says_who_it_is() {
        let bytes = b"\x02\xb4\0\0\0\x01\0\x06R1\0\x03\0\x07e/1\0\x0a\0\x06\0\x09\0\x10\0\x06\x17\x70";
        let mut d = Dissection::new(Wanted::Everything);
        _ = d.enter(0, &Bytes::frame(bytes, 0));
        assert!(dissect(&mut d, Bytes::frame(bytes, 0)).is_ok());
        assert_eq!(d.info_text(), "Device ID: R1  Port ID: e/1  ");
        assert!(d.fields.iter().any(|found| found.field.name() == "cdp.native_vlan" && found.text() == "9"));
    }
}
