//! Enhanced Interior Gateway Routing Protocol, RFC 7868.
use crate::engine::dissect::{Address, Bytes, Claim, Dissection, Next, Problem, Protocol, Row, fields};

fields! {
    VERSION: Uint => "eigrp.version", "Version";
    OPCODE: Uint => "eigrp.opcode", "Opcode";
    CHECKSUM: Hex(4) => "eigrp.checksum", "Checksum";
    FLAGS: Hex(8) => "eigrp.flags", "Flags";
    INIT: Bool => "eigrp.flags.init", "Init";
    CONDITIONAL: Bool => "eigrp.flags.condrecv", "Conditional Receive";
    RESTART: Bool => "eigrp.flags.restart", "Restart";
    END: Bool => "eigrp.flags.eot", "End Of Table";
    SEQUENCE: Uint => "eigrp.seq", "Sequence";
    ACKNOWLEDGE: Uint => "eigrp.ack", "Acknowledge";
    ROUTER: Uint => "eigrp.vrid", "Virtual Router ID";
    SYSTEM: Uint => "eigrp.as", "Autonomous System";
    ENTRY: Label => "eigrp.tlv", "TLV";
    TYPE: Hex(4) => "eigrp.tlv_type", "Type";
    LENGTH: Uint => "eigrp.tlv.len", "Length";
    K1: Uint => "eigrp.par.k1", "K1";
    K2: Uint => "eigrp.par.k2", "K2";
    K3: Uint => "eigrp.par.k3", "K3";
    K4: Uint => "eigrp.par.k4", "K4";
    K5: Uint => "eigrp.par.k5", "K5";
    K6: Uint => "eigrp.par.k6", "K6";
    HOLD: Uint => "eigrp.par.holdtime", "Hold Time";
    AUTH_TYPE: Uint => "eigrp.auth.type", "Type";
    AUTH_LENGTH: Uint => "eigrp.auth.length", "Length";
    KEY: Uint => "eigrp.auth.keyid", "Key ID";
    KEY_SEQUENCE: Uint => "eigrp.auth.keyseq", "Key Sequence";
    RELEASE: Text => "eigrp.release_version", "EIGRP Release";
    TLV_RELEASE: Text => "eigrp.tlv_version", "EIGRP TLV version";
    NEXT_SEQUENCE: Uint => "eigrp.next_mcast_seq", "Multicast Sequence";
    STUB: Hex(4) => "eigrp.stub_options", "Stub Options";
    STUB_CONNECTED: Bool => "eigrp.stub_options.connected", "Connected";
    STUB_STATIC: Bool => "eigrp.stub_options.static", "Static";
    STUB_SUMMARY: Bool => "eigrp.stub_options.summary", "Summary";
    STUB_RECEIVE: Bool => "eigrp.stub_options.recvonly", "Receive-Only";
    STUB_REDISTRIBUTED: Bool => "eigrp.stub_options.redist", "Redistributed";
    STUB_LEAK: Bool => "eigrp.stub_options.leakmap", "Leak-Map";
    NEXT4: Address => "eigrp.ipv4.nexthop", "NextHop";
    NEXT6: Address => "eigrp.ipv6.nexthop", "NextHop";
    ORIGIN: Address => "eigrp.extdata.origrid", "Originating RouterID";
    ORIGIN_SYSTEM: Uint => "eigrp.extdata.as", "Originating A.S.";
    TAG: Uint => "eigrp.extdata.tag", "Administrative Tag";
    EXTERNAL_METRIC: Uint => "eigrp.extdata.metric", "External Metric";
    RESERVED: Uint => "eigrp.extdata.reserved", "Reserved";
    EXTERNAL: Uint => "eigrp.extdata.proto", "External Protocol ID";
    OPAQUE: Hex(2) => "eigrp.extdata.flags", "External Flags";
    DELAY: Uint => "eigrp.old_metric.delay", "Scaled Delay";
    BANDWIDTH: Uint => "eigrp.old_metric.bw", "Scaled BW";
    MTU: Uint => "eigrp.old_metric.mtu", "MTU";
    HOPS: Uint => "eigrp.old_metric.hopcount", "Hop Count";
    RELIABILITY: Uint => "eigrp.old_metric.rel", "Reliability";
    LOAD: Uint => "eigrp.old_metric.load", "Load";
    INTERNAL_TAG: Uint => "eigrp.old_metric.intag", "Route Tag";
    METRIC_FLAGS: Hex(2) => "eigrp.metric.flags", "Flags";
    PREFIX4: Uint => "eigrp.ipv4.prefixlen", "Prefix Length";
    PREFIX6: Uint => "eigrp.ipv6.prefixlen", "Prefix Length";
    DESTINATION4: Address => "eigrp.ipv4.destination", "Destination";
    DESTINATION6: Address => "eigrp.ipv6.destination", "Destination";
}

pub(super) static EIGRP: Protocol = Protocol {
    name: "eigrp",
    title: "Enhanced Interior Gateway Routing Protocol",
    short: "EIGRP",
    fields: FIELDS,
    claims: &[Claim::Ip(88)],
    dissect,
    ..Protocol::PLAIN
};

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if !d.wants() {
        return Ok(Next::End);
    }
    let (opcode, acknowledged) = (bytes.u8(1)?, bytes.u32(12)?);
    let name = opcode_name(opcode.into());
    d.info(|| match (name, acknowledged) {
        ("", _) => format!("Unknown (0x{opcode:04x})"),
        ("Hello", 1..) => "Hello (Ack)".to_owned(),
        _ => name.to_owned(),
    });
    d.read(&VERSION, &bytes, 0..1)?;
    d.read_named(&OPCODE, &bytes, 1..2, opcode_name)?;
    d.read_row(&bytes, 2, &[(&CHECKSUM, 2), (&FLAGS, 4)])?;
    d.read_bits(&bytes, 4..8, &[(&INIT, 1), (&CONDITIONAL, 2), (&RESTART, 4), (&END, 8)])?;
    let mut at = d.read_row(&bytes, 8, &[(&SEQUENCE, 4), (&ACKNOWLEDGE, 4), (&ROUTER, 2), (&SYSTEM, 2)])?;
    while at.saturating_add(4) <= bytes.wire_len() {
        let length = usize::from(bytes.u16(at.saturating_add(2))?);
        if length < 4 {
            return Err(Problem::Malformed);
        }
        let tlv = bytes.from(at).limit(length);
        let kind = tlv.u16(0)?;
        d.label(&ENTRY, tlv.span(0..length), || type_name(kind).to_owned());
        d.nest(|d| entry(d, &tlv, kind))?;
        at = at.saturating_add(length);
    }
    Ok(Next::End)
}

fn entry(d: &mut Dissection, tlv: &Bytes<'_>, kind: u16) -> Result<(), Problem> {
    d.read_named(&TYPE, tlv, 0..2, |_| type_name(kind))?;
    d.read(&LENGTH, tlv, 2..4)?;
    let row: Row = match kind {
        0x0001 => const { &[(&K1, 1), (&K2, 1), (&K3, 1), (&K4, 1), (&K5, 1), (&K6, 1), (&HOLD, 2)] },
        0x0002 => const { &[(&AUTH_TYPE, 2), (&AUTH_LENGTH, 2), (&KEY, 4), (&KEY_SEQUENCE, 4)] },
        0x0004 => {
            let [major, minor, tlv_major, tlv_minor] = tlv.array(4)?;
            d.field(&RELEASE, tlv.span(4..6), format!("{major}.{minor:02}"));
            d.field(&TLV_RELEASE, tlv.span(6..8), format!("{tlv_major}.{tlv_minor:02}"));
            return Ok(());
        }
        0x0005 => const { &[(&NEXT_SEQUENCE, 4)] },
        0x0006 => const { &[(&STUB, 2)] },
        0x0102 | 0x0103 => const { &[(&NEXT4, 4)] },
        0x0402 | 0x0403 => const { &[(&NEXT6, 16)] },
        _ => return Ok(()),
    };
    let mut at = d.read_row(tlv, 4, row)?;
    if kind == 0x0006 {
        return d.read_bits(
            tlv,
            4..6,
            &[
                (&STUB_CONNECTED, 1),
                (&STUB_STATIC, 2),
                (&STUB_SUMMARY, 4),
                (&STUB_RECEIVE, 8),
                (&STUB_REDISTRIBUTED, 16),
                (&STUB_LEAK, 32),
            ],
        );
    }
    if !matches!(kind, 0x0102 | 0x0103 | 0x0402 | 0x0403) {
        return Ok(());
    }
    if kind & 1 != 0 {
        let external: Row =
            const { &[(&ORIGIN, 4), (&ORIGIN_SYSTEM, 4), (&TAG, 4), (&EXTERNAL_METRIC, 4), (&RESERVED, 2)] };
        at = d.read_row(tlv, at, external)?;
        d.read_named(&EXTERNAL, tlv, at..at.saturating_add(1), external_name)?;
        at = d.read_row(tlv, at.saturating_add(1), &[(&OPAQUE, 1)])?;
    }
    at = d.read_row(
        tlv,
        at,
        &[
            (&DELAY, 4),
            (&BANDWIDTH, 4),
            (&MTU, 3),
            (&HOPS, 1),
            (&RELIABILITY, 1),
            (&LOAD, 1),
            (&INTERNAL_TAG, 1),
            (&METRIC_FLAGS, 1),
        ],
    )?;
    // Destinations: a length in bits, and as many bytes as it needs.
    let is_v4 = kind & 0x0400 == 0;
    while at < tlv.wire_len() {
        let bits = usize::from(tlv.u8(at)?);
        let (start, end) = (at.saturating_add(1), at.saturating_add(1).saturating_add(bits.div_ceil(8)));
        let mut address = [0; 16];
        address.iter_mut().zip(tlv.take(start..end)?).for_each(|(to, from)| *to = *from);
        d.read(if is_v4 { &PREFIX4 } else { &PREFIX6 }, tlv, at..start)?;
        match address {
            [a, b, c, e, ..] if is_v4 => d.field(&DESTINATION4, tlv.span(start..end), Address::ipv4([a, b, c, e])),
            _ => d.field(&DESTINATION6, tlv.span(start..end), Address::ipv6(address)),
        }
        at = end;
    }
    Ok(())
}

fn opcode_name(opcode: u64) -> &'static str {
    match opcode {
        1 => "Update",
        2 => "Request",
        3 => "Query",
        4 => "Reply",
        5 => "Hello",
        6 => "IPX/SAP Update",
        7 => "Route Probe",
        8 => "Hello (Ack)",
        9 => "Stub Info",
        10 => "SIA-Query",
        11 => "SIA-Reply",
        _ => "",
    }
}

fn type_name(kind: u16) -> &'static str {
    match kind {
        0x0001 => "Parameters",
        0x0002 => "Authentication",
        0x0003 => "Sequence",
        0x0004 => "Software Version",
        0x0005 => "Next multicast sequence",
        0x0006 => "Peer Stub Information",
        0x0007 => "Peer Termination",
        0x0008 => "Peer TID List",
        0x0102 => "Internal Route(IPv4)",
        0x0103 => "External Route(IPv4)",
        0x0402 => "Internal Route(IPv6)",
        0x0403 => "External Route(IPv6)",
        0x0602 => "Internal Route(MTR)",
        0x0603 => "External Route(MTR)",
        _ => "Unknown",
    }
}

fn external_name(protocol: u64) -> &'static str {
    match protocol {
        1 => "IGRP",
        2 => "EIGRP",
        3 => "Static Route",
        4 => "RIP",
        5 => "HELLO",
        6 => "OSPF",
        7 => "IS-IS",
        8 => "EGP",
        9 => "BGP",
        10 => "IDRP",
        11 => "Connected",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::dissect::Wanted;

    #[test]
    fn messages_are_named_and_routes_read() {
        let head =
            |opcode: u8, ack: u8| [&[2, opcode, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, ack, 0, 0, 0, 100][..]].concat();
        let route = [1, 2, 0, 28, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 5, 0, 0, 5, 220, 0, 255, 1, 0, 0, 24, 10, 1, 1];
        let update = [&head(1, 0)[..], &route].concat();
        for (bytes, info) in [(head(5, 0), "Hello"), (head(5, 7), "Hello (Ack)"), (update, "Update")] {
            let mut d = Dissection::new(Wanted::Everything);
            assert!(dissect(&mut d, Bytes::frame(&bytes, 0)).is_ok());
            assert_eq!(d.info_text(), info);
            let found = d.fields.iter().any(|found| found.text() == "10.1.1.0");
            assert_eq!(found, info == "Update");
        }
    }
}
