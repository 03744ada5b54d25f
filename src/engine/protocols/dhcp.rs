//! Dynamic Host Configuration Protocol, RFC 2131, and its options, RFC 2132.
use crate::engine::dissect::{
    Address, Bytes, Claim, Dissection, Field, Kind, Next, Payload, Problem, Protocol, Reader, Verdict, fields, layouts,
    named, text,
};

fields! {
    CLIENT: Address => "dhcp.ip.client", "Client IP address";
    YOUR: Address => "dhcp.ip.your", "Your (client) IP address";
    SERVER: Address => "dhcp.ip.server", "Next server IP address";
    RELAY: Address => "dhcp.ip.relay", "Relay agent IP address";
    MAC: Address => "dhcp.hw.mac_addr", "Client MAC address";
    PADDING: Bytes => "dhcp.hw.addr_padding", "Client hardware address padding";
    SERVER_NAME: Text => "dhcp.server", "Server host name";
    FILE: Text => "dhcp.file", "Boot file name";
    MAGIC: Address => "dhcp.cookie", "Magic cookie";
    OPTION: Uint => "dhcp.option.type", "Option";
    LENGTH: Uint => "dhcp.option.length", "Length";
    VALUE: Bytes => "dhcp.option.value", "Value";
    END: Uint => "dhcp.option.end", "Option End";
    FILLED: Bytes => "dhcp.option.padding", "Padding";
    HARDWARE: Hex(2) => "dhcp.hw.type", "Hardware type";
    KIND: Uint => "dhcp.option.dhcp", "DHCP";
    ASKED: Uint => "dhcp.option.request_list_item", "Parameter Request List Item";
    SUBOPTION: Uint => "dhcp.option.agent_information_option.suboption", "Option 82 Suboption";
    SUBVALUE: Bytes => "dhcp.option.agent_information_option.value", "Value";
    CIRCUIT: Bytes => "dhcp.option.agent_information_option.agent_circuit_id", "Agent Circuit ID";
    REMOTE: Bytes => "dhcp.option.agent_information_option.agent_remote_id", "Agent Remote ID";
    FQDN: Text => "dhcp.fqdn.name", "Client name";
    MASK: Address => "dhcp.option.subnet_mask", "Subnet Mask";
    TIME_OFFSET: Int => "dhcp.option.time_offset", "Time Offset";
    ROUTER: Address => "dhcp.option.router", "Router";
    TIME_SERVER: Address => "dhcp.option.time_server", "Time Server";
    NAME_SERVER: Address => "dhcp.option.name_server", "Name Server";
    DNS: Address => "dhcp.option.domain_name_server", "Domain Name Server";
    LOG_SERVER: Address => "dhcp.option.log_server", "Log Server";
    HOST: Text => "dhcp.option.hostname", "Host Name";
    BOOT_SIZE: Uint => "dhcp.option.boot_file_size", "Boot File Size";
    DOMAIN: Text => "dhcp.option.domain_name", "Domain Name";
    ROOT_PATH: Text => "dhcp.option.root_path", "Root Path";
    FORWARDING: Bool => "dhcp.option.ip_forwarding", "IP Forwarding";
    TTL: Uint => "dhcp.option.default_ip_ttl", "Default IP Time-to-Live";
    MTU: Uint => "dhcp.option.interface_mtu", "Interface MTU";
    BROADCAST: Address => "dhcp.option.broadcast_address", "Broadcast Address";
    DISCOVER: Bool => "dhcp.option.perform_router_discover", "Perform Router Discover";
    NIS_DOMAIN: Text => "dhcp.option.nis_domain", "Network Information Service Domain";
    NIS_SERVER: Address => "dhcp.option.nis_server", "Network Information Service Server";
    NTP: Address => "dhcp.option.ntp_server", "Network Time Protocol Server";
    NETBIOS: Address => "dhcp.option.netbios_over_tcpip_name_server", "NetBIOS over TCP/IP Name Server";
    NODE_TYPE: Uint => "dhcp.option.netbios_over_tcpip_node_type", "NetBIOS over TCP/IP Node Type";
    SCOPE: Text => "dhcp.option.netbios_over_tcpip_scope", "NetBIOS over TCP/IP Scope";
    REQUESTED: Address => "dhcp.option.requested_ip_address", "Requested IP Address";
    LEASE: Uint => "dhcp.option.ip_address_lease_time", "IP Address Lease Time";
    OVERLOAD: Uint => "dhcp.option.option_overload", "Option Overload";
    SERVER_ID: Address => "dhcp.option.dhcp_server_id", "DHCP Server Identifier";
    MESSAGE: Text => "dhcp.option.message", "Message";
    MOST_BYTES: Uint => "dhcp.option.dhcp_max_message_size", "Maximum DHCP Message Size";
    RENEWAL: Uint => "dhcp.option.renewal_time_value", "Renewal Time Value";
    REBINDING: Uint => "dhcp.option.rebinding_time_value", "Rebinding Time Value";
    VENDOR: Text => "dhcp.option.vendor_class_id", "Vendor class identifier";
    TFTP_NAME: Text => "dhcp.option.tftp_server_name", "TFTP Server Name";
    BOOT_FILE: Text => "dhcp.option.bootfile_name", "Bootfile name";
    ARCHITECTURE: Uint => "dhcp.option.client_system_architecture", "Client System Architecture";
    AUTOMATIC: Uint => "dhcp.option.dhcp_auto_configuration", "DHCP Auto-Configuration";
    TFTP: Address => "dhcp.option.tftp_server_address", "TFTP Server Address";
    PROXY: Text => "dhcp.option.private_proxy_autodiscovery", "Private/Proxy autodiscovery";
}

layouts! {
    HEAD = [
        Uint => "dhcp.type", "Message type", 1: "1=Boot Request|Boot Reply";
        Hex(2) => "dhcp.hw.type", "Hardware type", 1: "1=Ethernet";
        Uint => "dhcp.hw.len", "Hardware address length", 1;
        Uint => "dhcp.hops", "Hops", 1;
        Hex(8) => "dhcp.id", "Transaction ID", 4;
        Uint => "dhcp.secs", "Seconds elapsed", 2;
        Hex(4) => "dhcp.flags", "Bootp flags", 2;
        Bool => "dhcp.flags.bc", "Broadcast flag", &0x8000;
        Hex(4) => "dhcp.flags.reserved", "Reserved flags", &0x7fff;
    ]
    NAME = [
        Hex(2) => "dhcp.fqdn.flags", "Flags", 1;
        Hex(2) => "dhcp.fqdn.mbz", "Reserved flags", &0xf0;
        Bool => "dhcp.fqdn.n", "Server DDNS", &0x8;
        Bool => "dhcp.fqdn.e", "Encoding", &0x4;
        Bool => "dhcp.fqdn.o", "Server overrides", &0x2;
        Bool => "dhcp.fqdn.s", "Server", &0x1;
        Uint => "dhcp.fqdn.rcode1", "A-RR result", 1;
        Uint => "dhcp.fqdn.rcode2", "PTR-RR result", 1;
    ]
}

/// Options whose data is all of one kind: addresses, a number, a text.
static OPTIONS: &[(u8, &Field)] = &[
    (1, &MASK),
    (2, &TIME_OFFSET),
    (3, &ROUTER),
    (4, &TIME_SERVER),
    (5, &NAME_SERVER),
    (6, &DNS),
    (7, &LOG_SERVER),
    (12, &HOST),
    (13, &BOOT_SIZE),
    (15, &DOMAIN),
    (17, &ROOT_PATH),
    (19, &FORWARDING),
    (23, &TTL),
    (26, &MTU),
    (28, &BROADCAST),
    (31, &DISCOVER),
    (40, &NIS_DOMAIN),
    (41, &NIS_SERVER),
    (42, &NTP),
    (44, &NETBIOS),
    (46, &NODE_TYPE),
    (47, &SCOPE),
    (50, &REQUESTED),
    (51, &LEASE),
    (52, &OVERLOAD),
    (53, &KIND),
    (54, &SERVER_ID),
    (56, &MESSAGE),
    (57, &MOST_BYTES),
    (58, &RENEWAL),
    (59, &REBINDING),
    (60, &VENDOR),
    (66, &TFTP_NAME),
    (67, &BOOT_FILE),
    (93, &ARCHITECTURE),
    (116, &AUTOMATIC),
    (150, &TFTP),
    (252, &PROXY),
];

/// What else options are called (IANA's list of BOOTP vendor extensions and DHCP options).
const TITLES: &str = "24=Path MTU Aging Timeout|25=Path MTU Plateau Table|27=All Subnets are Local|29=Perform Mask Discovery|\
    32=Router Solicitation Address|33=Static Route|34=Trailer Encapsulation|35=ARP Cache Timeout|36=Ethernet Encapsulation|\
    43=Vendor-Specific Information|45=NetBIOS over TCP/IP Datagram Distribution Name Server|53=DHCP Message Type|55=Parameter Request List|\
    61=Client identifier|77=User Class Information|80=Rapid commit|81=Client Fully Qualified Domain Name|82=Agent Information Option|\
    94=Client Network Device Interface|97=UUID/GUID-based Client Identifier|108=IPv6-Only Preferred|114=DHCP Captive-Portal|\
    119=Domain Search|120=SIP Servers|121=Classless Static Route|124=V-I Vendor Class|125=V-I Vendor-specific Information|\
    249=Private/Classless Static Route (Microsoft)";

fn option_title(code: u8) -> &'static str {
    let field = OPTIONS.iter().find(|(known, _)| *known == code).map(|(_, field)| field.title());
    match named(TITLES, code.into()) {
        Some(title) => title,
        None => field.unwrap_or("Unknown"),
    }
}

pub(super) static DHCP: Protocol = Protocol {
    name: "dhcp",
    title: "Dynamic Host Configuration Protocol",
    short: "DHCP",
    fields: FIELDS,
    layouts: LAYOUTS,
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
    Reader::new(bytes, 0).layout(d, HEAD)?;
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
        d.field(&PADDING, bytes.span(34..44), bytes.take(34..44)?);
    }
    for (field, place) in [(&SERVER_NAME, 44..108), (&FILE, 108..236)] {
        let name = bytes.take(place.clone())?.split(|&byte| byte == 0).next().unwrap_or_default();
        if !name.is_empty() {
            d.field(field, bytes.span(place), text::shown(name));
        }
    }
    if bytes.array(FIXED)? != COOKIE {
        return Ok(Next::End);
    }
    d.field(&MAGIC, bytes.span(FIXED..FIXED.saturating_add(4)), Address::ipv4(COOKIE));
    let mut at = FIXED.saturating_add(4);
    let mut said = None;
    while at < bytes.wire_len() {
        let code = bytes.u8(at)?;
        if code == 0 {
            let rest = bytes.from(at).all();
            let end = at.saturating_add(rest.iter().take_while(|&&byte| byte == 0).count());
            d.field(&FILLED, bytes.span(at..end), bytes.take(at..end)?);
            at = end;
            continue;
        }
        if code == 255 {
            d.field(&END, bytes.span(at..at.saturating_add(1)), code);
            break;
        }
        let start = at.saturating_add(2);
        let end = start.saturating_add(usize::from(bytes.u8(at.saturating_add(1))?));
        bytes.take(start..end)?;
        d.noted(&OPTION, bytes.span(at..end), code, option_title(code));
        d.nest(|d| option(d, code, &bytes.limit(end).from(at)))?;
        if let (53, [kind]) = (code, bytes.take(start..end)?) {
            said = Some(*kind);
        }
        at = end;
    }
    if let Some(kind) = said {
        d.column("DHCP");
        d.info(|| format!("DHCP {:<8} - Transaction ID 0x{id:x}", title(kind)));
    }
    Ok(Next::End)
}

/// An option with its code and length.
fn option(d: &mut Dissection, code: u8, option: &Bytes<'_>) -> Result<(), Problem> {
    let length = option.u8(1)?;
    d.field(&LENGTH, option.span(1..2), length);
    let data = option.from(2);
    let (all, value) = (data.span(0..data.len()), data.all());
    let known = OPTIONS.iter().find(|(known, _)| *known == code).map(|(_, field)| *field);
    match (code, known, value) {
        (53, Some(field), [kind]) => d.noted(field, all, *kind, title(*kind)),
        (_, Some(field), _) => match field.kind {
            Kind::Text => d.field(field, all, text::shown(value.strip_suffix(b"\0").unwrap_or(value))),
            Kind::Address => {
                for at in (0..data.len()).step_by(4) {
                    d.field(field, data.span(at..at.saturating_add(4)), Address::ipv4(data.array(at)?));
                }
            }
            _ if value.len() <= 8 && !value.is_empty() => _ = Reader::new(data, 0).field(d, field, value.len())?,
            _ => d.field(&VALUE, all, value),
        },
        (55, _, _) => {
            for (at, &asked) in value.iter().enumerate() {
                d.noted(&ASKED, data.span(at..at.saturating_add(1)), asked, option_title(asked));
            }
        }
        (61, _, &[kind @ 1, a, b, c, e, f, g]) => {
            d.noted(&HARDWARE, data.span(0..1), kind, "Ethernet");
            d.field(&MAC, data.span(1..7), Address::ethernet([a, b, c, e, f, g]));
        }
        (81, _, [flags, _, _, name @ ..]) => {
            Reader::new(data, 0).layout(d, NAME)?;
            // Encoded as in DNS, or plain.
            let name = if flags & 4 != 0 { text::labels(name).0 } else { text::shown(name) };
            d.field(&FQDN, data.span(3..data.len()), name);
        }
        (82, _, _) => {
            let mut rest = data;
            while !rest.is_empty() {
                let end = usize::from(rest.u8(1)?).saturating_add(2);
                let (kind, value) = (rest.u8(0)?, rest.take(2..end)?);
                d.field(&SUBOPTION, rest.span(0..end), kind);
                let field = match kind {
                    1 => &CIRCUIT,
                    2 => &REMOTE,
                    _ => &SUBVALUE,
                };
                d.nest(|d| d.field(field, rest.span(2..end), value));
                rest = rest.from(end);
            }
        }
        _ => d.field(&VALUE, all, value),
    }
    Ok(())
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
