//! Virtual Router Redundancy Protocol: version 2, RFC 3768; version 3, RFC 5798.
use crate::engine::dissect::{Bytes, Claim, Dissection, Family, Next, Problem, Protocol, fields};

fields! {
    TYPE_VERSION: Hex(2) => "vrrp.typever", "VRRP message version and type";
    VERSION: Uint => "vrrp.version", "VRRP protocol version";
    TYPE: Uint => "vrrp.type", "VRRP packet type";
    ROUTER: Uint => "vrrp.virt_rtr_id", "Virtual Rtr ID";
    PRIORITY: Uint => "vrrp.prio", "Priority";
    COUNT: Uint => "vrrp.addr_count", "Addr Count";
    AUTH: Uint => "vrrp.auth_type", "Auth Type";
    INTERVAL: Uint => "vrrp.adver_int", "Adver Int";
    RESERVED: Uint => "vrrp.reserved_mbz", "Reserved";
    SHORT_INTERVAL: Uint => "vrrp.short_adver_int", "Adver Int";
    CHECKSUM: Hex(4) => "vrrp.checksum", "Checksum";
    IPV4: Address => "vrrp.ip_addr", "IP Address";
    IPV6: Address => "vrrp.ipv6_addr", "IPv6 Address";
    PASSWORD: Text => "vrrp.auth_string", "Authentication String";
}

pub(super) static VRRP: Protocol = Protocol {
    name: "vrrp",
    title: "Virtual Router Redundancy Protocol",
    short: "VRRP",
    fields: FIELDS,
    claims: &[Claim::Ip(112)],
    dissect,
    ..Protocol::PLAIN
};

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if !d.wants() {
        return Ok(Next::End);
    }
    let first = bytes.u8(0)?;
    let version = first >> 4;
    let name = if first & 15 == 1 { "Announcement" } else { "Unknown" };
    d.info(|| format!("{name} (v{version})"));
    d.field(&TYPE_VERSION, bytes.span(0..1), first);
    d.nest(|d| {
        d.field(&VERSION, bytes.span(0..1), version);
        d.noted(&TYPE, bytes.span(0..1), first & 15, if first & 15 == 1 { "Advertisement" } else { "Unknown" });
    });
    d.read(&ROUTER, &bytes, 1..2)?;
    d.read_named(&PRIORITY, &bytes, 2..3, |priority| match priority {
        255 => "This VRRP router owns the virtual router's IP address(es)",
        100 => "Default priority for a backup VRRP router",
        0 => "Current Master has stopped participating in VRRP",
        _ => "Non-default backup priority",
    })?;
    let count = d.read(&COUNT, &bytes, 3..4)?;
    let mut password = false;
    if version == 3 {
        d.field(&RESERVED, bytes.span(4..5), bytes.u8(4)? >> 4);
        d.field(&SHORT_INTERVAL, bytes.span(4..6), bytes.u16(4)? & 0xfff);
    } else {
        let auth = d.read_named(&AUTH, &bytes, 4..5, |auth| match auth {
            0 => "No Authentication",
            1 => "Simple Text Authentication",
            2 => "IP Authentication Header",
            _ => "",
        })?;
        password = auth == 1;
        d.read(&INTERVAL, &bytes, 5..6)?;
    }
    let mut at = d.read_row(&bytes, 6, &[(&CHECKSUM, 2)])?;
    let is_v6 = d.pairs.last().is_some_and(|(from, ..)| from.family() == Family::Ipv6);
    for _ in 0..count {
        at = d.read_row(&bytes, at, &[if is_v6 { (&IPV6, 16) } else { (&IPV4, 4) }])?;
    }
    if password {
        d.read(&PASSWORD, &bytes, at..at.saturating_add(8))?;
    }
    Ok(Next::End)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::dissect::Wanted;

    #[test]
    fn both_versions_announce() {
        let table: [(&[u8], &str); 2] = [
            (&[0x21, 1, 100, 1, 0, 1, 0, 0, 10, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0], "Announcement (v2)"),
            (&[0x31, 1, 100, 1, 0, 100, 0, 0, 10, 0, 0, 1], "Announcement (v3)"),
        ];
        for (bytes, info) in table {
            let mut d = Dissection::new(Wanted::Everything);
            assert!(dissect(&mut d, Bytes::frame(bytes, 0)).is_ok());
            assert_eq!(d.info_text(), info);
            assert!(d.fields.iter().any(|found| found.field.name() == "vrrp.ip_addr" && found.text() == "10.0.0.1"));
        }
    }
}
