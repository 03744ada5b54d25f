//! Link Layer Discovery Protocol, IEEE 802.1AB.
use crate::engine::dissect::{Bytes, Claim, Dissection, Field, Next, Problem, Protocol, Row, fields, text};

fields! {
    UNIT: Label => "lldp.tlv", "TLV";
    TYPE: Uint => "lldp.tlv.type", "TLV Type";
    LENGTH: Uint => "lldp.tlv.len", "TLV Length";
    CHASSIS_KIND: Uint => "lldp.chassis.subtype", "Chassis Id Subtype";
    CHASSIS: Text => "lldp.chassis.id", "Chassis Id";
    CHASSIS_MAC: Address => "lldp.chassis.id.mac", "Chassis Id";
    CHASSIS_IP4: Address => "lldp.chassis.id.ip4", "Chassis Id";
    CHASSIS_IP6: Address => "lldp.chassis.id.ip6", "Chassis Id";
    PORT_KIND: Uint => "lldp.port.subtype", "Port Id Subtype";
    PORT: Text => "lldp.port.id", "Port Id";
    PORT_MAC: Address => "lldp.port.id.mac", "Port Id";
    PORT_IP4: Address => "lldp.port.id.ip4", "Port Id";
    PORT_IP6: Address => "lldp.port.id.ip6", "Port Id";
    FAMILY: Uint => "lldp.network_address.subtype", "Network Address family";
    SECONDS: Uint => "lldp.time_to_live", "Seconds";
    PORT_TEXT: Text => "lldp.port.desc", "Port Description";
    NAME: Text => "lldp.tlv.system.name", "System Name";
    TEXT: Text => "lldp.tlv.system.desc", "System Description";
    CAN: Hex(4) => "lldp.tlv.system_cap", "Capabilities";
    CAN_OTHER: Bool => "lldp.tlv.system_cap.other", "Other";
    CAN_REPEATER: Bool => "lldp.tlv.system_cap.repeater", "Repeater";
    CAN_BRIDGE: Bool => "lldp.tlv.system_cap.bridge", "Bridge";
    CAN_WLAN: Bool => "lldp.tlv.system_cap.wlan_access_pt", "WLAN access point";
    CAN_ROUTER: Bool => "lldp.tlv.system_cap.router", "Router";
    CAN_TELEPHONE: Bool => "lldp.tlv.system_cap.telephone", "Telephone";
    CAN_DOCSIS: Bool => "lldp.tlv.system_cap.docsis_cable_device", "DOCSIS cable device";
    CAN_STATION: Bool => "lldp.tlv.system_cap.station_only", "Station only";
    DOES: Hex(4) => "lldp.tlv.enable_system_cap", "Enabled Capabilities";
    DOES_OTHER: Bool => "lldp.tlv.enable_system_cap.other", "Other";
    DOES_REPEATER: Bool => "lldp.tlv.enable_system_cap.repeater", "Repeater";
    DOES_BRIDGE: Bool => "lldp.tlv.enable_system_cap.bridge", "Bridge";
    DOES_WLAN: Bool => "lldp.tlv.enable_system_cap.wlan_access_pt", "WLAN access point";
    DOES_ROUTER: Bool => "lldp.tlv.enable_system_cap.router", "Router";
    DOES_TELEPHONE: Bool => "lldp.tlv.enable_system_cap.telephone", "Telephone";
    DOES_DOCSIS: Bool => "lldp.tlv.enable_system_cap.docsis_cable_device", "DOCSIS cable device";
    DOES_STATION: Bool => "lldp.tlv.enable_system_cap.station_only", "Station only";
    ADDRESS_LENGTH: Uint => "lldp.mgn.address.len", "Address String Length";
    ADDRESS_KIND: Uint => "lldp.mgn.address.subtype", "Address Subtype";
    ADDRESS_IP4: Address => "lldp.mgn.addr.ip4", "Management Address";
    ADDRESS_IP6: Address => "lldp.mgn.addr.ip6", "Management Address";
    ADDRESS: Bytes => "lldp.mgn.addr.hex", "Management Address";
    INTERFACE_KIND: Uint => "lldp.mgn.interface.subtype", "Interface Subtype";
    INTERFACE: Uint => "lldp.mgn.interface.number", "Interface Number";
    OBJECT_LENGTH: Uint => "lldp.mgn.obj.len", "OID String Length";
    OBJECT: Bytes => "lldp.mgn.obj.id", "Object Identifier";
    ORGANIZATION: Hex(6) => "lldp.orgtlv.oui", "Organization Unique Code";
    SUBTYPE1: Hex(2) => "lldp.ieee.802_1.subtype", "IEEE 802.1 Subtype";
    PORT_VLAN: Uint => "lldp.ieee.802_1.port_vlan.id", "Port VLAN Identifier";
    VLAN: Uint => "lldp.ieee.802_1.vlan.id", "VLAN Identifier";
    VLAN_LENGTH: Uint => "lldp.ieee.802_1.vlan.name_len", "VLAN Name Length";
    VLAN_NAME: Text => "lldp.ieee.802_1.vlan.name", "VLAN Name";
    SUBTYPE3: Hex(2) => "lldp.ieee.802_3.subtype", "IEEE 802.3 Subtype";
    NEGOTIATION: Hex(2) => "lldp.ieee.802_3.mac_phy_auto_neg_status", "Auto-Negotiation Support/Status";
    ADVERTISED: Hex(4) => "lldp.ieee.802_3.pmd_auto_neg_advertised_caps", "PMD Auto-Negotiation Advertised Capability";
    UNIT_TYPE: Hex(4) => "lldp.ieee.802_3.pmd_mau_type", "Operational MAU Type";
    POWER: Hex(2) => "lldp.ieee.802_3.mdi_power_support", "MDI Power Support";
    POWER_PAIR: Uint => "lldp.ieee.802_3.mdi_pse_pair", "PSE Power Pair";
    POWER_CLASS: Uint => "lldp.ieee.802_3.mdi_power_class", "Power Class";
    AGGREGATION: Hex(2) => "lldp.ieee.802_3.aggregation_status", "Aggregation Status";
    AGGREGATED: Uint => "lldp.ieee.802_3.aggregated_port_id", "Aggregated Port Id";
    FRAME_SIZE: Uint => "lldp.ieee.802_3.max_frame_size", "Maximum Frame Size";
    MEDIA: Hex(2) => "lldp.media.subtype", "Media Subtype";
    MEDIA_CAN: Hex(4) => "lldp.media.subtype.caps", "Capabilities";
    MEDIA_CLASS: Uint => "lldp.media.subtype.class", "Class Type";
    UNKNOWN: Bytes => "lldp.unknown_subtype.content", "Unknown Subtype Content";
}

pub(super) static LLDP: Protocol = Protocol {
    name: "lldp",
    title: "Link Layer Discovery Protocol",
    short: "LLDP",
    fields: FIELDS,
    claims: &[Claim::EtherType(0x88cc)],
    dissect,
    ..Protocol::PLAIN
};

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if !d.wants() {
        return Ok(Next::End);
    }
    let mut rest = bytes;
    while rest.wire_len() >= 2 {
        // Seven bits of type, nine of length (§8.4).
        let head = rest.u16(0)?;
        let (kind, length) = (head >> 9, usize::from(head & 0x1ff));
        let unit = rest.limit(length.saturating_add(2));
        let body = unit.from(2);
        let title = title(kind, &body);
        d.label(&UNIT, unit.span(0..unit.len()), || title);
        d.nest(|d| {
            d.noted(&TYPE, unit.span(0..2), kind, name(kind));
            d.field(&LENGTH, unit.span(0..2), length);
            read(d, kind, &body)
        })?;
        if kind == 0 {
            break;
        }
        rest = rest.from(length.saturating_add(2));
    }
    Ok(Next::End)
}

fn read(d: &mut Dissection, kind: u16, body: &Bytes<'_>) -> Result<(), Problem> {
    let end = body.wire_len();
    match kind {
        1 => {
            let (short, id) =
                identity(d, body, &CHASSIS_KIND, chassis_name, [&CHASSIS, &CHASSIS_MAC, &CHASSIS_IP4, &CHASSIS_IP6])?;
            d.info_add("", || format!("{short}/{id} "));
        }
        2 => {
            let (short, id) = identity(d, body, &PORT_KIND, port_name, [&PORT, &PORT_MAC, &PORT_IP4, &PORT_IP6])?;
            d.info_add("", || format!("{short}/{id} "));
        }
        3 => {
            let seconds = d.read(&SECONDS, body, 0..2)?;
            d.info_add("", || format!("{seconds} "));
        }
        4 => _ = d.read(&PORT_TEXT, body, 0..end)?,
        5 => {
            d.read(&NAME, body, 0..end)?;
            d.info_add("", || format!("SysN={} ", text::shown(body.all())));
        }
        6 => {
            d.read(&TEXT, body, 0..end)?;
            d.info_add("", || format!("SysD={} ", text::shown(body.all())));
        }
        7 => {
            d.read(&CAN, body, 0..2)?;
            d.read_bits(
                body,
                0..2,
                &[
                    (&CAN_OTHER, 1),
                    (&CAN_REPEATER, 2),
                    (&CAN_BRIDGE, 4),
                    (&CAN_WLAN, 8),
                    (&CAN_ROUTER, 16),
                    (&CAN_TELEPHONE, 32),
                    (&CAN_DOCSIS, 64),
                    (&CAN_STATION, 128),
                ],
            )?;
            d.read(&DOES, body, 2..4)?;
            d.read_bits(
                body,
                2..4,
                &[
                    (&DOES_OTHER, 1),
                    (&DOES_REPEATER, 2),
                    (&DOES_BRIDGE, 4),
                    (&DOES_WLAN, 8),
                    (&DOES_ROUTER, 16),
                    (&DOES_TELEPHONE, 32),
                    (&DOES_DOCSIS, 64),
                    (&DOES_STATION, 128),
                ],
            )?;
        }
        8 => management(d, body)?,
        127 => organization(d, body)?,
        _ => {}
    }
    Ok(())
}

/// The identity of a chassis or port by its subtype: how the Info column calls it, and its text.
fn identity(
    d: &mut Dissection,
    body: &Bytes<'_>,
    kind_field: &'static Field,
    names: fn(u64) -> (&'static str, &'static str),
    [plain, mac, ip4, ip6]: [&'static Field; 4],
) -> Result<(&'static str, String), Problem> {
    let kind = d.read_named(kind_field, body, 0..1, |kind| names(kind).1)?;
    let (short, long) = names(kind);
    let (mut from, end) = (1, body.wire_len());
    let field = match (long, end) {
        ("MAC address", 7) => mac,
        ("Network address", _) => {
            from = 2;
            match d.read_named(&FAMILY, body, 1..2, family)? {
                1 if end == 6 => ip4,
                2 if end == 18 => ip6,
                _ => plain,
            }
        }
        _ => plain,
    };
    d.read(field, body, from..end)?;
    let id = d.fields.last().map(|found| found.text()).unwrap_or_default();
    Ok((short, id))
}

fn management(d: &mut Dissection, body: &Bytes<'_>) -> Result<(), Problem> {
    let length = usize::try_from(d.read(&ADDRESS_LENGTH, body, 0..1)?).unwrap_or_default();
    let kind = d.read_named(&ADDRESS_KIND, body, 1..2, family)?;
    let end = length.saturating_add(1);
    let field = match (kind, length) {
        (1, 5) => &ADDRESS_IP4,
        (2, 17) => &ADDRESS_IP6,
        _ => &ADDRESS,
    };
    d.read(field, body, 2..end)?;
    let at = end.saturating_add(1);
    d.read_named(&INTERFACE_KIND, body, end..at, |kind| match kind {
        1 => "Unknown",
        2 => "ifIndex",
        3 => "System port number",
        _ => "",
    })?;
    let at = d.read_row(body, at, &[(&INTERFACE, 4), (&OBJECT_LENGTH, 1)])?;
    if at < body.wire_len() {
        d.read(&OBJECT, body, at..body.wire_len())?;
    }
    Ok(())
}

fn organization(d: &mut Dissection, body: &Bytes<'_>) -> Result<(), Problem> {
    let (code, kind) = (body.u24(0)?, body.u8(3)?);
    let (company, what) = organized(code, kind);
    d.noted(&ORGANIZATION, body.span(0..3), code, company);
    let (field, row): (_, Row) = match (code, kind) {
        (IEEE_1, 1) => (&SUBTYPE1, const { &[(&PORT_VLAN, 2)] }),
        (IEEE_1, 3) => (&SUBTYPE1, const { &[(&VLAN, 2), (&VLAN_LENGTH, 1)] }),
        (IEEE_1, _) => (&SUBTYPE1, &[]),
        (IEEE_3, 1) => (&SUBTYPE3, const { &[(&NEGOTIATION, 1), (&ADVERTISED, 2), (&UNIT_TYPE, 2)] }),
        (IEEE_3, 2) => (&SUBTYPE3, const { &[(&POWER, 1), (&POWER_PAIR, 1), (&POWER_CLASS, 1)] }),
        (IEEE_3, 3) => (&SUBTYPE3, const { &[(&AGGREGATION, 1), (&AGGREGATED, 4)] }),
        (IEEE_3, 4) => (&SUBTYPE3, const { &[(&FRAME_SIZE, 2)] }),
        (IEEE_3, _) => (&SUBTYPE3, &[]),
        (TIA, 1) => (&MEDIA, const { &[(&MEDIA_CAN, 2), (&MEDIA_CLASS, 1)] }),
        (TIA, _) => (&MEDIA, &[]),
        _ => return d.read(&UNKNOWN, body, 3..body.wire_len()).map(|_| ()),
    };
    d.read_named(field, body, 3..4, |_| what)?;
    let at = d.read_row(body, 4, row)?;
    if (code, kind) == (IEEE_1, 3) {
        d.read(&VLAN_NAME, body, at..at.saturating_add(body.u8(6)?.into()))?;
    }
    Ok(())
}

const IEEE_1: u32 = 0x00_80c2;
const IEEE_3: u32 = 0x00_120f;
const TIA: u32 = 0x00_12bb;

/// Whose, and what it is about.
fn organized(code: u32, kind: u8) -> (&'static str, &'static str) {
    match (code, kind) {
        (IEEE_1, 1) => ("Ieee 802.1", "Port VLAN ID"),
        (IEEE_1, 2) => ("Ieee 802.1", "Port and Protocol VLAN ID"),
        (IEEE_1, 3) => ("Ieee 802.1", "VLAN Name"),
        (IEEE_1, 4) => ("Ieee 802.1", "Protocol Identity"),
        (IEEE_1, 7) => ("Ieee 802.1", "Link Aggregation"),
        (IEEE_1, _) => ("Ieee 802.1", "Unknown subtype"),
        (IEEE_3, 1) => ("Ieee 802.3", "MAC/PHY Configuration/Status"),
        (IEEE_3, 2) => ("Ieee 802.3", "Power Via MDI"),
        (IEEE_3, 3) => ("Ieee 802.3", "Link Aggregation"),
        (IEEE_3, 4) => ("Ieee 802.3", "Maximum Frame Size"),
        (IEEE_3, _) => ("Ieee 802.3", "Unknown subtype"),
        (TIA, 1) => ("TR-41 Committee", "Media Capabilities"),
        (TIA, 2) => ("TR-41 Committee", "Network Policy"),
        (TIA, 3) => ("TR-41 Committee", "Location Identification"),
        (TIA, 4) => ("TR-41 Committee", "Extended Power-via-MDI"),
        (TIA, 5) => ("TR-41 Committee", "Inventory - Hardware Revision"),
        (TIA, 6) => ("TR-41 Committee", "Inventory - Firmware Revision"),
        (TIA, 7) => ("TR-41 Committee", "Inventory - Software Revision"),
        (TIA, 8) => ("TR-41 Committee", "Inventory - Serial Number"),
        (TIA, 9) => ("TR-41 Committee", "Inventory - Manufacturer Name"),
        (TIA, 10) => ("TR-41 Committee", "Inventory - Model Name"),
        (TIA, 11) => ("TR-41 Committee", "Inventory - Asset ID"),
        (TIA, _) => ("TR-41 Committee", "Unknown subtype"),
        (0x00_0ecf, _) => ("PROFIBUS Nutzerorganisation e.V.", "Unknown subtype"),
        (0x00_000c, _) => ("Cisco Systems, Inc", "Unknown subtype"),
        _ => ("Unknown", "Unknown subtype"),
    }
}

fn title(kind: u16, body: &Bytes<'_>) -> String {
    match kind {
        0 => "End of LLDPDU".to_owned(),
        3 => format!("Time To Live = {} sec", body.u16(0).unwrap_or_default()),
        4..=6 => format!("{} = {}", name(kind), text::shown(body.all())),
        7 => "Capabilities".to_owned(),
        127 => {
            let (company, what) = organized(body.u24(0).unwrap_or_default(), body.u8(3).unwrap_or_default());
            format!("{company} - {what}")
        }
        _ => name(kind).to_owned(),
    }
}

fn name(kind: u16) -> &'static str {
    match kind {
        0 => "End of LLDPDU",
        1 => "Chassis Id",
        2 => "Port Id",
        3 => "Time to Live",
        4 => "Port Description",
        5 => "System Name",
        6 => "System Description",
        7 => "System Capabilities",
        8 => "Management Address",
        127 => "Organization Specific",
        _ => "Reserved",
    }
}

/// As the Info column and as the tree call it.
fn chassis_name(kind: u64) -> (&'static str, &'static str) {
    match kind {
        1 => ("CC", "Chassis component"),
        2 => ("IA", "Interface alias"),
        3 => ("PC", "Port component"),
        4 => ("MA", "MAC address"),
        5 => ("NA", "Network address"),
        6 => ("IN", "Interface name"),
        7 => ("LA", "Locally assigned"),
        _ => ("Rsv", "Reserved"),
    }
}

fn port_name(kind: u64) -> (&'static str, &'static str) {
    match kind {
        1 => ("IA", "Interface alias"),
        2 => ("PC", "Port component"),
        3 => ("MA", "MAC address"),
        4 => ("NA", "Network address"),
        5 => ("IN", "Interface name"),
        6 => ("AC", "Agent circuit Id"),
        7 => ("LA", "Locally assigned"),
        _ => ("Rsv", "Reserved"),
    }
}

fn family(family: u64) -> &'static str {
    match family {
        1 => "IPv4",
        2 => "IPv6",
        6 => "802",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::dissect::Wanted;

    #[test]
    fn neighbours_introduce_themselves() {
        let table: [(&[u8], &str); 2] = [
            (
                &[2, 7, 4, 0, 0x22, 0x2d, 0x81, 0xdb, 0x10, 4, 2, 7, b'1', 6, 2, 0, 120, 0, 0],
                "MA/00:22:2d:81:db:10 LA/1 120 ",
            ),
            (
                &[2, 6, 5, 1, 10, 0, 0, 1, 4, 3, 5, b'e', b'0', 6, 2, 0, 9, 10, 1, b'n', 0, 0],
                "NA/10.0.0.1 IN/e0 9 SysN=n ",
            ),
        ];
        for (bytes, info) in table {
            let mut d = Dissection::new(Wanted::Everything);
            _ = d.enter(0, &Bytes::frame(bytes, 0));
            assert!(dissect(&mut d, Bytes::frame(bytes, 0)).is_ok());
            assert_eq!(d.info_text(), info);
        }
    }
}
