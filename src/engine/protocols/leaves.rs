//! Protocols that are known by name only: nothing of ours looks inside, and nothing follows them.
//!
//! One that learns to read its bytes moves to a file of its own.
use crate::engine::dissect::{Claim, Protocol};
use Claim::{EtherType, Gre, Ip, Ppp, Sap, Snap};

const fn leaf(name: &'static str, title: &'static str, short: &'static str, claims: &'static [Claim]) -> Protocol {
    Protocol { name, title, short, claims, ..Protocol::PLAIN }
}

/// Organisations that number protocols of their own under SNAP.
const CISCO: u32 = 0x00_000c;
const APPLE: u32 = 0x08_0007;
const EXTREME: u32 = 0x00_e02b;

// PPP: RFC 1661 and the protocols numbered with it.
pub(super) static BCP: Protocol = leaf("bcp_bpdu", "PPP Bridging Control Protocol Bridged PDU", "PPP BCP BPDU", &[Ppp(0x0031)]);
pub(super) static COMPRESSED: Protocol = leaf("comp_data", "PPP Compressed Datagram", "PPP Comp", &[Ppp(0x00fd)]);
pub(super) static MULTILINK: Protocol = leaf("mp", "PPP Multilink Protocol", "PPP MP", &[Ppp(0x003d)]);
pub(super) static CALLBACK: Protocol = leaf("cbcp", "PPP Callback Control Protocol", "PPP CBCP", &[Ppp(0xc029)]);
pub(super) static BANDWIDTH: Protocol = leaf("bacp", "PPP Bandwidth Allocation Control Protocol", "PPP BACP", &[Ppp(0xc02b)]);
pub(super) static VAN_JACOBSON: Protocol = leaf("vjc", "Van Jacobson PPP compression", "PPP", &[Ppp(0x002d), Ppp(0x002f)]);

// Links and local networks.
pub(super) static RING_MAC: Protocol = leaf("trmac", "Token-Ring Media Access Control", "TR MAC", &[]);
pub(super) static DOCSIS: Protocol = leaf("docsis", "DOCSIS", "DOCSIS", &[Claim::Link(143)]);
pub(super) static LMI: Protocol = leaf("lmi", "Local Management Interface", "LMI", &[]);
pub(super) static Q933: Protocol = leaf("q933", "Q.933", "Q.933", &[]);
pub(super) static VTP: Protocol = leaf("vtp", "VLAN Trunking Protocol", "VTP", &[Snap(CISCO, 0x2003)]);
pub(super) static DTP: Protocol = leaf("dtp", "Dynamic Trunk Protocol", "DTP", &[Snap(CISCO, 0x2004)]);
pub(super) static PAGP: Protocol = leaf("pagp", "Port Aggregation Protocol", "PAGP", &[Snap(CISCO, 0x0104)]);
pub(super) static UDLD: Protocol = leaf("udld", "Unidirectional Link Detection", "UDLD", &[Snap(CISCO, 0x0111)]);
pub(super) static EDP: Protocol = leaf("edp", "Extreme Discovery Protocol", "EDP", &[Snap(EXTREME, 0x00bb)]);
pub(super) static OAM: Protocol = leaf("oampdu", "Operation, Administration and Maintenance PDU", "OAM", &[]);
pub(super) static OSSP: Protocol = leaf("ossp", "Organization Specific Slow Protocol", "OSSP", &[]);
pub(super) static SNA: Protocol = leaf("sna", "Systems Network Architecture", "SNA", &[Sap(0x04)]);
pub(super) static XNS: Protocol = leaf("3comxns", "3Com XNS Encapsulation", "3Com XNS", &[Sap(0x80)]);
pub(super) static VINES: Protocol = leaf("vines_llc", "Banyan Vines LLC", "Vines LLC", &[Sap(0xbc)]);
pub(super) static DDP: Protocol = leaf("ddp", "Datagram Delivery Protocol", "DDP", &[Snap(APPLE, 0x809b), Ppp(0x0029)]);
pub(super) static AARP: Protocol = leaf("aarp", "AppleTalk Address Resolution Protocol", "AARP", &[EtherType(0x80f3)]);
pub(super) static LLAP: Protocol = leaf("llap", "LocalTalk Link Access Protocol", "LLAP", &[EtherType(0x809b)]);
pub(super) static IDP: Protocol = leaf("idp", "Xerox Internet Datagram Protocol", "IDP", &[EtherType(0x0600)]);
pub(super) static DECNET: Protocol = leaf("dec_dna", "DEC DNA Routing Protocol", "DEC DNA", &[EtherType(0x6003), Ppp(0x0027)]);
pub(super) static LAT: Protocol = leaf("lat", "Local Area Transport", "LAT", &[EtherType(0x6004)]);
pub(super) static LOOP: Protocol = leaf("loop", "Configuration Test Protocol (loopback)", "LOOP", &[EtherType(0x9000)]);
pub(super) static REALTEK: Protocol = leaf("realtek", "Realtek Layer 2 Protocols", "Realtek", &[EtherType(0x8899)]);
pub(super) static MAC_CONTROL: Protocol = leaf("macc", "MAC Control", "MAC CTRL", &[EtherType(0x8808)]);
pub(super) static PTP: Protocol = leaf("ptp", "Precision Time Protocol (IEEE 1588)", "PTP", &[EtherType(0x88f7)]);
pub(super) static CFM: Protocol = leaf("cfm", "Connectivity Fault Management", "CFM", &[EtherType(0x8902)]);
pub(super) static GOOSE: Protocol = leaf("goose", "IEC 61850 GOOSE", "GOOSE", &[EtherType(0x88b8)]);
pub(super) static SAMPLED_VALUES: Protocol = leaf("sv", "IEC 61850 Sampled Values", "IEC61850 Sampled Values", &[EtherType(0x88ba)]);
pub(super) static PROFINET: Protocol = leaf("pn_rt", "PROFINET Real-Time Protocol", "PN-RT", &[EtherType(0x8892)]);
pub(super) static ETHERCAT: Protocol = leaf("ecatf", "EtherCAT frame header", "ECATF", &[EtherType(0x88a4)]);
pub(super) static AOE: Protocol = leaf("aoe", "ATA over Ethernet", "AoE", &[EtherType(0x88a2)]);
pub(super) static HOMEPLUG: Protocol = leaf("homeplug", "HomePlug protocol", "HomePlug", &[EtherType(0x887b)]);
pub(super) static HOMEPLUG_AV: Protocol = leaf("homeplug-av", "HomePlug AV protocol", "HomePlug AV", &[EtherType(0x88e1)]);
pub(super) static WSMP: Protocol = leaf("wsmp", "Wave Short Message Protocol", "WSMP", &[EtherType(0x88dc)]);
pub(super) static TIPC: Protocol = leaf("tipc", "Transparent Inter Process Communication", "TIPC", &[EtherType(0x88ca)]);
pub(super) static FCOE: Protocol = leaf("fcoe", "Fibre Channel over Ethernet", "FCoE", &[EtherType(0x8906)]);
pub(super) static FIP: Protocol = leaf("fip", "FCoE Initialization Protocol", "FIP", &[EtherType(0x8914)]);
pub(super) static IRLAP: Protocol = leaf("irlap", "IrDA Link Access Protocol", "IrLAP", &[]);

// OSI.
pub(super) static ISIS: Protocol = leaf("isis", "Intermediate System to Intermediate System", "ISIS", &[]);
pub(super) static CLNP: Protocol = leaf("clnp", "ConnectionLess Network Protocol", "CLNP", &[]);
pub(super) static ESIS: Protocol = leaf("esis", "End System to Intermediate System", "ESIS", &[]);

// Linux netlink families.
pub(super) static NETLINK_ROUTE: Protocol = leaf("netlink-route", "Linux rtnetlink (route netlink) protocol", "Netlink route", &[]);
pub(super) static NETLINK_DIAG: Protocol = leaf("netlink-sock_diag", "Linux netlink sock diag protocol", "Netlink sock_diag", &[]);
pub(super) static NETLINK_NETFILTER: Protocol = leaf("netlink-netfilter", "Linux netlink netfilter protocol", "Netlink netfilter", &[]);
pub(super) static NETLINK_GENERIC: Protocol = leaf("genl", "Linux Generic Netlink protocol", "Netlink generic", &[]);

// Bluetooth.
pub(super) static HCI_ISO: Protocol = leaf("bthci_iso", "Bluetooth HCI ISO Packet", "HCI_ISO", &[]);

// On the Internet Protocol.
pub(super) static IGRP: Protocol = leaf("igrp", "Cisco Interior Gateway Routing Protocol", "IGRP", &[Ip(9)]);
pub(super) static XTP: Protocol = leaf("xtp", "Xpress Transport Protocol", "XTP", &[Ip(36)]);
pub(super) static RSVP: Protocol = leaf("rsvp", "Resource ReserVation Protocol", "RSVP", &[Ip(46)]);
pub(super) static NHRP: Protocol = leaf("nhrp", "NBMA Next Hop Resolution Protocol", "NHRP", &[Ip(54), Gre(0x2001)]);
pub(super) static PGM: Protocol = leaf("pgm", "Pragmatic General Multicast", "PGM", &[Ip(113)]);
pub(super) static MIPV6: Protocol = leaf("mipv6", "Mobile IPv6", "MIPv6", &[Ip(135)]);
pub(super) static HIP: Protocol = leaf("hip", "Host Identity Protocol", "HIP", &[Ip(139)]);
pub(super) static DVMRP: Protocol = leaf("dvmrp", "Distance Vector Multicast Routing Protocol", "DVMRP", &[]);
pub(super) static IGAP: Protocol = leaf("igap", "Internet Group membership Authentication Protocol", "IGAP", &[]);
pub(super) static BFD: Protocol = leaf("bfd", "Bidirectional Forwarding Detection Control Message", "BFD Control", &[]);
pub(super) static GTP_PRIME: Protocol = leaf("gtpprime", "GPRS Tunneling Protocol Prime", "GTP", &[Claim::UdpPort(3386)]);
pub(super) static CAPWAP: Protocol = leaf("capwap", "Control And Provisioning of Wireless Access Points", "CAPWAP", &[Claim::UdpPort(5246)]);
