//! What is known: one file per protocol. No file knows a sibling; they meet through claims.
//!
//! To add a protocol: write its file, add its line to [`PROTOCOLS`].

#![cfg_attr(
    not(test),
    deny(
        clippy::arithmetic_side_effects,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::panic,
        clippy::unwrap_used
    )
)]

mod media_type;
mod numbers;
mod walk;

macro_rules! protocols {
    ($($file:ident: $($protocol:ident),+;)*) => {
        $(mod $file;)*
        /// Every protocol, outer layers first. An index into it is a protocol's id for as long as the program runs.
        pub static PROTOCOLS: &[&Protocol] = &[$($(&$file::$protocol),+),*];
        /// The same by file: no code but its file's says a protocol's fields.
        pub static FILES: &[&[&Protocol]] = &[$(&[$(&$file::$protocol),+]),*];
    };
}

protocols! {
    data: DATA, SHORT, MALFORMED, SEGMENTS, UNREASSEMBLED;
    frame: FRAME, EXPERT;
    ours: FLOW, ROUND_TRIP, GEO, FILE;
    // Links and what stands between them and the network layer.
    ethernet: ETHERNET, ETHERTYPE;
    vlan: VLAN, QINQ;
    null: NULL;
    sll: SLL;
    ppp: PPP;
    ppp_control: LCP, IPCP, IPV6CP, CCP, BRIDGING, MPLS_CONTROL, CDP_CONTROL, OSI_CONTROL, PAP, CHAP;
    eap: EAP;
    stp: STP;
    pppoe: DISCOVERY, SESSION;
    chdlc: CHDLC, SLARP;
    frame_relay: FRAME_RELAY;
    arcnet: ARCNET;
    llc: LLC;
    mpls: MPLS, PSEUDOWIRE, CONTROL_WORD, NO_CONTROL_WORD, ASSOCIATED_CHANNEL;
    wlan: WLAN, WLAN_RADIO, WLAN_MANAGEMENT;
    wlan_capture: RADIOTAP, PPI, PRISM, AVS;
    wpan: WPAN, TAP;
    zigbee: NETWORK, BEACON, SUPPORT;
    old_rings: FDDI, TOKEN_RING;
    juniper: JUNIPER;
    nflog: NFLOG;
    netlink: NETLINK;
    pflog: PFLOG;
    pktap: PKTAP, PACKET_DATA;
    erf: ERF;
    ipoib: IPOIB;
    sixlowpan: SIXLOWPAN;
    vsock: VSOCK;
    usb: USB, USBLL;
    bluetooth: BLUETOOTH, H4, HCI_COMMAND, HCI_EVENT, HCI_ACL, HCI_SCO, L2CAP, PAIRINGS, ATT, RADIO_HEADER, BTLE, COMMON;
    can: CAN, CAN_FD;
    ipx: IPX;
    osi: OSI;
    eapol: EAPOL;
    slow: SLOW;
    netbios: NETBIOS;
    shims: IPCOMP, TRILL, MACSEC;
    leaves: BCP, COMPRESSED, MULTILINK, CALLBACK, BANDWIDTH, VAN_JACOBSON, RING_MAC, DOCSIS, LMI, Q933, VTP, DTP, PAGP, UDLD,
        EDP, OAM, OSSP, SNA, XNS, VINES, DDP, AARP, LLAP, IDP, DECNET, LAT, LOOP, REALTEK,
        MAC_CONTROL, PTP, CFM, GOOSE, SAMPLED_VALUES, PROFINET, ETHERCAT, AOE, HOMEPLUG, HOMEPLUG_AV, WSMP,
        TIPC, FCOE, FIP, IRLAP, ISIS, CLNP, ESIS, NETLINK_ROUTE, NETLINK_DIAG, NETLINK_NETFILTER,
        NETLINK_GENERIC, HCI_ISO, IGRP, XTP, RSVP, NHRP, PGM, MIPV6, HIP, DVMRP, IGAP, BFD, GTP_PRIME, CAPWAP;
    // Tunnels and what stands on the network layer.
    gre: GRE, WCCP;
    erspan: ERSPAN;
    ah: AH;
    etherip: ETHERIP;
    igmp: IGMP;
    rgmp: RGMP;
    pim: PIM;
    esp: ESP;
    ospf: OSPF;
    vrrp: VRRP;
    eigrp: EIGRP;
    lacp: LACP;
    lldp: LLDP;
    cdp: CDP;
    dccp: DCCP;
    udplite: UDPLITE;
    l2tp: L2TP;
    vxlan: VXLAN, GPE;
    geneve: GENEVE;
    gtp: GTP;
    gtpv2: GTPV2;
    pfcp: PFCP;
    teredo: TEREDO;
    nsh: NSH;
    arp: ARP;
    ipv4: IPV4, RAW_IP;
    ipv6: IPV6;
    ipv6_extension: HOP_BY_HOP, ROUTING, FRAGMENT, DESTINATION_OPTIONS, SHIM6;
    icmp: ICMP;
    icmpv6: ICMPV6, OPTIONS;
    tcp: TCP, ANALYSIS_FIELDS, MPTCP;
    udp: UDP;
    sctp: SCTP;
    ssh: SSH;
    smtp: SMTP;
    imf: IMF;
    ftp: FTP, FTP_DATA;
    imap: IMAP;
    pop: POP;
    telnet: TELNET;
    sip: SIP;
    rtsp: RTSP;
    sdp: SDP;
    websocket: WEBSOCKET, FRAGMENTS;
    irc: IRC;
    xmpp: XMPP;
    nntp: NNTP;
    git: GIT;
    rsync: RSYNC;
    vnc: VNC;
    whois: WHOIS;
    finger: FINGER;
    nats: NATS;
    memcache: MEMCACHE;
    resp: RESP;
    mojito: MOJITO;
    gnutella: GNUTELLA;
    lsd: LSD;
    portcontrol: PORT_CONTROL, NAT_PMP;
    fix: FIX;
    syslog: SYSLOG;
    dns: DNS, MDNS, LLMNR;
    tls: TLS, DTLS, X509, OCSP;
    http: HTTP, SSDP;
    text_lines: TEXT_LINES;
    json: JSON;
    xml: XML;
    media: MEDIA, PNG, GIF, JFIF, CBOR, MESSAGE, FORM, MULTIPART;
    http2: HTTP2;
    quic: QUIC;
    gquic: GQUIC;
    dhcp: DHCP;
    dhcpv6: DHCPV6;
    ntp: NTP;
    nbns: NBNS;
    nbdgm: NBDGM;
    nbss: NBSS;
    smb: SMB, SMB2, PIPE, MAILSLOT, BROWSER, NETLOGON_MAILSLOT;
    gssapi: GSS_API, SPNEGO, KRB5, NTLMSSP;
    snmp: SNMP;
    ldap: LDAP, CLDAP;
    kerberos: KERBEROS;
    bittorrent: BITTORRENT;
    bencode: BENCODE;
    bt_dht: BT_DHT;
    bt_utp: BT_UTP;
    stun: STUN, CLASSIC_STUN;
    wireguard: WIREGUARD;
    openvpn: OPENVPN;
    radius: RADIUS;
    tftp: TFTP;
    isakmp: ISAKMP, UDPENCAP;
    coap: COAP;
    rip: RIP, RIPNG;
    ldp: LDP;
    rtp: RTP, RTCP;
    sflow: SFLOW;
    cflow: CFLOW;
    hsrp: HSRP;
    db_lsp_disc: DB_LSP_DISC;
    bacnet: BVLC, BACNET, BACAPP;
    rdp: TPKT, COTP, T125, T124, RDP;
    mysql: MYSQL;
    pgsql: PGSQL;
    tds: TDS;
    mqtt: MQTT;
    mongo: MONGO;
    cql: CQL;
    thrift: THRIFT;
    amqp: AMQP;
    kafka: KAFKA;
    rpc: RPC, PORTMAP, MOUNT, NFS, LOCKS;
    bgp: BGP;
    socks: SOCKS;
    bitcoin: BITCOIN;
    modbus: MBTCP, MODBUS;
    dnp3: DNP3;
    enip: ENIP;
    cip: CIP;
    iec104: IEC104, ASDU;
    opcua: OPCUA;
    diameter: DIAMETER;
    dcerpc: DCERPC, EPM, DRSUAPI, SRVSVC, LSARPC, SAMR, WKSSVC, NETLOGON, SVCCTL, WINREG, ATSVC, SPOOLSS, DSSETUP, EVENTLOG,
        INITSHUTDOWN, MGMT, OXID, SYSACT, REMUNK2, REMUNK, NETDFS, TSCH, RPCBROWSER, MSGSVC, NSPI, EFS;
    pptp: PPTP;
    rtmpt: RTMPT;
    x11: X11;
    elasticsearch: ELASTICSEARCH;
    zookeeper: ZOOKEEPER;
    clickhouse: CLICKHOUSE;
    tns: TNS;
    drda: DRDA;
}

/// What they may find, by file.
pub static EXPERTS: &[&[&Expert]] = &[
    dissect::OUR_EXPERTS,
    dccp::EXPERTS,
    dns::EXPERTS,
    ethernet::EXPERTS,
    http::EXPERTS,
    icmp::EXPERTS,
    icmpv6::EXPERTS,
    ipv4::EXPERTS,
    quic::EXPERTS,
    tcp::EXPERTS,
    tls::EXPERTS,
    udp::EXPERTS,
    walk::EXPERTS,
    wireguard::EXPERTS,
    wlan::EXPERTS,
    xmpp::EXPERTS,
];

pub use dns::{REPEATED as DNS_REPEATED, message as dns_message};
pub use ethernet::behind as behind_ethernet;
pub use frame::{Facts as FrameFacts, fields_of as frame_fields};
pub use http::unpacked as http_unpacked;
pub use tcp::{Analysis, analyse as tcp_analyse, experts as tcp_experts};
pub use udp::timed as udp_timed;
pub use walk::{Conversations, Cut, FRAME, Numbers, SEGMENTS, Told, is_only_in_tree, walk_frame};

use super::dissect::{self, Claim, Dissection, Expert, Payload, Protocol, ProtocolId, Transport, Verdict};
use rustc_hash::FxHashMap;
use std::sync::LazyLock;
use walk::{MALFORMED_ID, SHORT_ID};

/// Who sits where: made once from every protocol's claims.
pub struct Registry {
    ip: ByNumber,
    links: ByNumber,
    ether_types: ByNumber,
    ether_typed: Option<ProtocolId>,
    ports: FxHashMap<Claim, ProtocolId>,
    others: FxHashMap<Claim, ProtocolId>,
    names: FxHashMap<&'static str, ProtocolId>,
    /// Protocols that can tell their payload.
    probing: Vec<ProtocolId>,
}

/// Protocols by a number of a header that every packet has: a table instead of a hash.
#[derive(Default)]
struct ByNumber(Vec<Option<ProtocolId>>);

impl ByNumber {
    fn insert(&mut self, number: u16, id: ProtocolId) {
        let number = usize::from(number);
        if number >= self.0.len() {
            self.0.resize(number.saturating_add(1), None);
        }
        if let Some(place) = self.0.get_mut(number) {
            *place = Some(id);
        }
    }

    #[inline]
    fn get(&self, number: u16) -> Option<ProtocolId> {
        self.0.get(usize::from(number)).copied().flatten()
    }
}

pub fn registry() -> &'static Registry {
    static REGISTRY: LazyLock<Registry> = LazyLock::new(Registry::new);
    &REGISTRY
}

/// The protocol with this id.
pub fn protocol(id: ProtocolId) -> &'static Protocol {
    PROTOCOLS.get(usize::from(id)).copied().unwrap_or(&data::DATA)
}

/// Whether the protocol hierarchy has a row for it: the EtherType hinge, IPv6's extension headers and session descriptions count for
/// the layer around them, as in Wireshark.
pub fn is_level(id: ProtocolId) -> bool {
    !matches!(protocol(id).name, "ethertype" | "sdp") && !is_extension(id)
}

/// Whether it is a header between IPv6 and its payload.
fn is_extension(id: ProtocolId) -> bool {
    let name = protocol(id).name;
    name.starts_with("ipv6.") || matches!(name, "mipv6" | "shim6")
}

/// Whether the chain of extension headers before an IPv6 payload could not be followed. Wireshark counts such a packet for no IPv6
/// conversation (neither one that ends in Mobile IPv6, seen with tshark 4.0.17).
pub fn chain_is_broken(d: &Dissection) -> bool {
    let mut innermost = d.layers.iter().rev().map(|layer| layer.protocol);
    match innermost.next() {
        Some(SHORT_ID | MALFORMED_ID) => innermost.next().is_some_and(is_extension),
        Some(id) => protocol(id).name == "mipv6",
        None => false,
    }
}

impl Registry {
    fn new() -> Self {
        let mut new = Self {
            ip: ByNumber::default(),
            links: ByNumber::default(),
            ether_types: ByNumber::default(),
            ether_typed: None,
            ports: FxHashMap::default(),
            others: FxHashMap::default(),
            names: FxHashMap::default(),
            probing: Vec::new(),
        };
        for (id, protocol) in (0..).zip(PROTOCOLS) {
            new.names.insert(protocol.name, id);
            if protocol.probe.is_some() {
                new.probing.push(id);
            }
            for &claim in protocol.claims {
                match claim {
                    Claim::Ip(number) => new.ip.insert(number.into(), id),
                    Claim::Link(number) => new.links.insert(number, id),
                    Claim::EtherType(number) => new.ether_types.insert(number, id),
                    Claim::EtherTyped => new.ether_typed = Some(id),
                    Claim::TcpPort(_) | Claim::UdpPort(_) | Claim::SctpPort(_) => _ = new.ports.insert(claim, id),
                    _ => _ = new.others.insert(claim, id),
                }
            }
        }
        new
    }

    #[inline]
    pub fn claimed(&self, claim: Claim) -> Option<ProtocolId> {
        match claim {
            Claim::Ip(number) => self.ip.get(number.into()),
            Claim::Link(number) => self.links.get(number),
            Claim::EtherType(number) => self.ether_types.get(number),
            Claim::EtherTyped => self.ether_typed,
            Claim::TcpPort(_) | Claim::UdpPort(_) | Claim::SctpPort(_) => self.ports.get(&claim).copied(),
            Claim::Named(name) => self.named(name),
            Claim::Gre(number) => self.others.get(&claim).copied().or_else(|| self.claimed(Claim::EtherType(number))),
            other => self.others.get(&other).copied(),
        }
    }

    pub fn named(&self, name: &str) -> Option<ProtocolId> {
        self.names.get(name).copied()
    }

    /// Who sits on a port of a transport.
    pub fn on_port(&self, transport: Transport, port: u16) -> Option<ProtocolId> {
        match transport {
            Transport::Tcp => self.claimed(Claim::TcpPort(port)),
            Transport::Udp => self.claimed(Claim::UdpPort(port)),
            Transport::Sctp => self.claimed(Claim::SctpPort(port)),
            _ => None,
        }
    }

    /// Which protocol a flow's payload is: by content where it is certain, else by port where the content does not speak against it.
    pub fn identify(&self, payload: &Payload<'_>) -> (Option<ProtocolId>, Verdict) {
        let verdict = |id: ProtocolId| protocol(id).probe.map_or(Verdict::Possible, |probe| probe(payload));
        let claims = [payload.to_port, payload.from_port].map(|port| self.on_port(payload.transport, port));
        let mut possible = None;
        for id in claims.into_iter().flatten() {
            match verdict(id) {
                Verdict::Certain => return (Some(id), Verdict::Certain),
                Verdict::Possible => possible = possible.or(Some(id)),
                Verdict::NotMine => {}
            }
        }
        let certain = self.probing.iter().copied().find(|&id| verdict(id) == Verdict::Certain);
        match certain {
            Some(id) => (Some(id), Verdict::Certain),
            None => (possible, if possible.is_some() { Verdict::Possible } else { Verdict::NotMine }),
        }
    }
}

#[cfg(test)]
mod probe_tests;
#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_claims_are_unique_and_ids_fit() {
        let mut names = std::collections::BTreeSet::new();
        let mut claims = Vec::new();
        assert!(PROTOCOLS.len() < 1024);
        for protocol in PROTOCOLS {
            assert!(names.insert(protocol.name), "{} is declared twice", protocol.name);
            for claim in protocol.claims {
                assert!(!claims.contains(claim), "{claim:?} is claimed twice, by {} too", protocol.name);
                claims.push(*claim);
            }
        }
    }

    #[test]
    fn field_names_are_unique_in_a_protocol() {
        for protocol in PROTOCOLS {
            let mut names = std::collections::BTreeSet::new();
            for field in protocol.fields {
                assert!(names.insert(field.name()), "{} is declared twice", field.name());
            }
        }
    }
}
