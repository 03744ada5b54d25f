//! Dynamic Host Configuration Protocol, RFC 2131, and its options, RFC 2132.
use crate::engine::dissect::{Address, Bytes, Claim, Dissection, Next, Payload, Problem, Protocol, Verdict, fields, text};

fields! {
    OPERATION: Uint => "dhcp.type", "Message type";
    ID: Hex(8) => "dhcp.id", "Transaction ID";
    CLIENT: Address => "dhcp.ip.client", "Client IP address";
    YOUR: Address => "dhcp.ip.your", "Your (client) IP address";
    SERVER: Address => "dhcp.ip.server", "Next server IP address";
    RELAY: Address => "dhcp.ip.relay", "Relay agent IP address";
    MAC: Address => "dhcp.hw.mac_addr", "Client MAC address";
    KIND: Uint => "dhcp.option.dhcp", "DHCP";
    HOST: Text => "dhcp.option.hostname", "Host Name";
    REQUESTED: Address => "dhcp.option.requested_ip_address", "Requested IP Address";
    VENDOR: Text => "dhcp.option.vendor_class_id", "Vendor class identifier";
}

pub(super) static DHCP: Protocol = Protocol {
    name: "dhcp",
    title: "Dynamic Host Configuration Protocol",
    short: "DHCP",
    fields: FIELDS,
    claims: &[Claim::UdpPort(67), Claim::UdpPort(68), Claim::UdpPort(4011)],
    probe: Some(probe),
    dissect,
    ..Protocol::PLAIN
};

const FIXED: usize = 236;
const COOKIE: [u8; 4] = [0x63, 0x82, 0x53, 0x63];

fn probe(payload: &Payload<'_>) -> Verdict {
    // Operation, hardware type and address length; hops are few.
    let [1 | 2, 1..=32, 0..=16, 0..=16, ..] = payload.bytes else { return Verdict::NotMine };
    if !payload.is_udp() {
        return Verdict::NotMine;
    }
    match payload.window().array::<4>(FIXED) {
        Ok(COOKIE) => Verdict::Certain,
        // BOOTP, RFC 951, or cut off by the capture.
        _ => Verdict::Possible,
    }
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if !d.wants() {
        return Ok(Next::End);
    }
    let (operation, hardware, id) = (bytes.u8(0)?, bytes.u8(1)?, bytes.u32(4)?);
    d.field(&OPERATION, bytes.span(0..1), operation);
    d.field(&ID, bytes.span(4..8), id);
    // Without a message type it is BOOTP (RFC 951).
    d.column("BOOTP");
    d.info(|| if operation == 1 { "Boot Request" } else { "Boot Reply" }.to_owned());
    for (field, at) in [(&CLIENT, 12), (&YOUR, 16), (&SERVER, 20), (&RELAY, 24)] {
        d.field(field, bytes.span(at..at.saturating_add(4)), Address::ipv4(bytes.array(at)?));
    }
    if hardware == 1 {
        let mac = Address::ethernet(bytes.array(28)?);
        d.field(&MAC, bytes.span(28..34), mac);
        if operation == 1 {
            d.info(|| format!("Boot Request from {mac} ({mac})"));
        }
    }
    if bytes.array(FIXED)? != COOKIE {
        return Ok(Next::End);
    }
    let mut at = FIXED.saturating_add(4);
    let mut named = None;
    while at < bytes.wire_len() {
        let code = bytes.u8(at)?;
        if code == 0 {
            at = at.saturating_add(1);
            continue;
        }
        if code == 255 {
            break;
        }
        let start = at.saturating_add(2);
        let end = start.saturating_add(usize::from(bytes.u8(at.saturating_add(1))?));
        let (value, span) = (bytes.take(start..end)?, bytes.span(start..end));
        match (code, value) {
            (12, text) => d.field(&HOST, span, text::shown(text)),
            (50, &[a, b, c, e]) => d.field(&REQUESTED, span, Address::ipv4([a, b, c, e])),
            (53, &[kind]) => {
                d.noted(&KIND, span, kind, title(kind));
                named = Some(kind);
            }
            (60, text) => d.field(&VENDOR, span, text::shown(text)),
            (61, &[1, a, b, c, e, f, g]) => d.field(&MAC, span, Address::ethernet([a, b, c, e, f, g])),
            _ => {}
        }
        at = end;
    }
    if let Some(kind) = named {
        d.column("DHCP");
        d.info(|| format!("DHCP {:<8} - Transaction ID 0x{id:x}", title(kind)));
    }
    Ok(Next::End)
}

fn title(kind: u8) -> &'static str {
    match kind {
        1 => "Discover",
        2 => "Offer",
        3 => "Request",
        4 => "Decline",
        5 => "ACK",
        6 => "NAK",
        7 => "Release",
        8 => "Inform",
        9 => "Force Renew",
        10 => "Lease query",
        11 => "Lease Unassigned",
        12 => "Lease Unknown",
        13 => "Lease Active",
        _ => "Unknown",
    }
}
