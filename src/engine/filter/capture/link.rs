//! What is known of link layers: where the type field and the payload are, and what they are called.
/// Not there, or not at a place that can be told before a packet is seen.
pub const UNSET: u32 = u32::MAX;

/// Link types by their numbers in files (`LINKTYPE_`).
pub mod kind {
    pub const NULL: u16 = 0;
    pub const ETHERNET: u16 = 1;
    pub const TOKEN_RING: u16 = 6;
    pub const ARCNET: u16 = 7;
    pub const SLIP: u16 = 8;
    pub const PPP: u16 = 9;
    pub const FDDI: u16 = 10;
    pub const PPP_HDLC: u16 = 50;
    pub const PPP_ETHER: u16 = 51;
    pub const ATM: u16 = 100;
    pub const RAW: u16 = 101;
    pub const SLIP_BSDOS: u16 = 102;
    pub const PPP_BSDOS: u16 = 103;
    pub const C_HDLC: u16 = 104;
    pub const WLAN: u16 = 105;
    pub const ATM_CLIP: u16 = 106;
    pub const FRAME_RELAY: u16 = 107;
    pub const LOOP: u16 = 108;
    pub const ENC: u16 = 109;
    pub const SLL: u16 = 113;
    pub const LOCALTALK: u16 = 114;
    pub const PFLOG: u16 = 117;
    pub const PRISM: u16 = 119;
    pub const IP_OVER_FC: u16 = 122;
    pub const SUNATM: u16 = 123;
    pub const RADIOTAP: u16 = 127;
    pub const ARCNET_LINUX: u16 = 129;
    pub const MTP2_PHDR: u16 = 139;
    pub const MTP2: u16 = 140;
    pub const AVS: u16 = 163;
    pub const BACNET: u16 = 165;
    pub const PPP_PPPD: u16 = 166;
    pub const MFR: u16 = 182;
    pub const PPI: u16 = 192;
    pub const ERF: u16 = 197;
    pub const IPNET: u16 = 226;
    pub const IPV4: u16 = 228;
    pub const IPV6: u16 = 229;
    pub const NETANALYZER: u16 = 240;
    pub const NETANALYZER_TRANSPARENT: u16 = 241;
    pub const SLL2: u16 = 276;
    pub const DSA_BRCM: u16 = 281;
    pub const DSA: u16 = 284;
}

/// Where things are: type field, payload, then in the payload the network layer behind SNAP and without it.
const PLACES: &[(&[u16], [u32; 4])] = &[
    (&[kind::ETHERNET], [12, 14, 0, 3]),
    (&[kind::DSA_BRCM, kind::DSA], [16, 18, 0, 3]),
    (&[kind::NETANALYZER], [16, 18, 0, 3]),
    (&[kind::NETANALYZER_TRANSPARENT], [24, 26, 0, 3]),
    (&[kind::ARCNET], [2, 6, 0, 0]),
    (&[kind::ARCNET_LINUX], [4, 8, 0, 0]),
    (&[kind::SLIP], [UNSET, 16, 0, 0]),
    (&[kind::SLIP_BSDOS], [UNSET, 24, 0, 0]),
    (&[kind::NULL, kind::LOOP], [0, 4, 0, 0]),
    (&[kind::ENC], [0, 12, 0, 0]),
    (&[kind::PPP, kind::PPP_PPPD, kind::C_HDLC, kind::PPP_HDLC], [2, 4, 0, 0]),
    (&[kind::PPP_ETHER], [6, 8, 0, 0]),
    (&[kind::PPP_BSDOS], [5, 24, 0, 0]),
    (&[kind::FDDI], [13, 13, 8, 3]),
    (&[kind::TOKEN_RING], [14, 14, 8, 3]),
    (&[kind::WLAN, kind::PRISM, kind::AVS, kind::RADIOTAP, kind::PPI], [24, 0, 8, 3]),
    (&[kind::ATM, kind::ATM_CLIP], [0, 0, 8, 3]),
    (&[kind::SUNATM], [4, 4, 8, 3]),
    (&[kind::RAW, kind::IPV4, kind::IPV6, kind::LOCALTALK, kind::FRAME_RELAY], [UNSET, 0, 0, 0]),
    (&[kind::SLL], [14, 16, 0, 0]),
    (&[kind::SLL2], [0, 20, 0, 0]),
    (&[kind::IP_OVER_FC], [16, 16, 8, 3]),
    (&[kind::MFR], [UNSET, 0, 4, 0]),
    (&[138], [16, 18, 0, 0]),
    (&[99], [6, 44, 0, 0]),
    (&[kind::PFLOG], [0, 0, 0, 0]),
    (&[kind::IPNET], [1, 24, 0, UNSET]),
    // PFSYNC
    (&[246], [UNSET, 4, 0, 0]),
    // Juniper's
    (&[130, 131, 134, 179, 180, 181], [4, 4, 0, UNSET]),
    (&[137], [4, 4, 0, 10]),
    (&[135], [8, 8, 0, 10]),
    (&[167, 178], [16, 14, 18, 21]),
    (&[168], [4, 6, 0, UNSET]),
    (&[133], [6, 12, 0, UNSET]),
    (&[132], [6, UNSET, UNSET, UNSET]),
    (&[164], [12, 12, 0, UNSET]),
    (&[136], [12, UNSET, UNSET, UNSET]),
    (&[183, 200], [18, UNSET, UNSET, UNSET]),
    (&[194, 232, 233, 234, 238], [8, UNSET, UNSET, UNSET]),
];

pub fn places(link: u16) -> [u32; 4] {
    PLACES.iter().find(|(links, _)| links.contains(&link)).map_or([UNSET; 4], |(_, places)| *places)
}

/// What DLT_ numbers some files carry instead of `LINKTYPE_` numbers.
pub const fn canonical(link: u16) -> u16 {
    match link {
        11 => kind::ATM,
        12 | 14 => kind::RAW,
        other => other,
    }
}

pub fn is_ethernet(link: u16) -> bool {
    matches!(link, kind::ETHERNET | kind::NETANALYZER | kind::NETANALYZER_TRANSPARENT)
}

/// A switch's tag between the addresses and the type.
pub fn is_tagged(link: u16) -> bool {
    matches!(link, kind::DSA_BRCM | kind::DSA)
}

pub fn is_wlan(link: u16) -> bool {
    matches!(link, kind::WLAN | kind::PRISM | kind::AVS | kind::RADIOTAP | kind::PPI)
}

pub fn is_juniper(link: u16) -> bool {
    matches!(link, 130..=137 | 164 | 167 | 168 | 178..=181 | 183 | 194 | 200 | 232..=234 | 238)
}

pub fn is_ss7(link: u16) -> bool {
    matches!(link, kind::MTP2 | kind::MTP2_PHDR | kind::ERF)
}

/// As libpcap calls them in its messages.
const NAMES: &[(u16, &str)] = &[
    (kind::NULL, "BSD loopback"),
    (kind::ETHERNET, "Ethernet"),
    (kind::TOKEN_RING, "Token ring"),
    (kind::ARCNET, "BSD ARCNET"),
    (kind::SLIP, "SLIP"),
    (kind::PPP, "PPP"),
    (kind::FDDI, "FDDI"),
    (kind::PPP_HDLC, "PPP over serial"),
    (kind::PPP_ETHER, "PPPoE"),
    (99, "Symantec Firewall"),
    (kind::ATM, "RFC 1483 LLC-encapsulated ATM"),
    (kind::RAW, "Raw IP"),
    (kind::SLIP_BSDOS, "BSD/OS SLIP"),
    (kind::PPP_BSDOS, "BSD/OS PPP"),
    (kind::C_HDLC, "Cisco HDLC"),
    (kind::WLAN, "802.11"),
    (kind::FRAME_RELAY, "Frame Relay"),
    (kind::LOOP, "OpenBSD loopback"),
    (kind::ENC, "OpenBSD encapsulated IP"),
    (kind::SLL, "Linux cooked v1"),
    (kind::LOCALTALK, "LocalTalk"),
    (kind::PFLOG, "OpenBSD pflog file"),
    (kind::PRISM, "802.11 plus Prism header"),
    (kind::IP_OVER_FC, "RFC 2625 IP-over-Fibre Channel"),
    (kind::SUNATM, "Sun raw ATM"),
    (kind::RADIOTAP, "802.11 plus radiotap header"),
    (kind::ARCNET_LINUX, "Linux ARCNET"),
    (kind::MTP2_PHDR, "SS7 MTP2 with Pseudo-header"),
    (kind::MTP2, "SS7 MTP2"),
    (143, "DOCSIS"),
    (144, "Linux IrDA"),
    (kind::AVS, "802.11 plus AVS radio information header"),
    (kind::BACNET, "BACnet MS/TP"),
    (kind::PPP_PPPD, "PPP for pppd, with direction flag"),
    (178, "Juniper Ethernet"),
    (187, "Bluetooth"),
    (189, "USB"),
    (190, "CAN"),
    (kind::PPI, "Per-Packet Information"),
    (195, "IEEE 802.15.4"),
    (kind::ERF, "ERF"),
    (201, "Bluetooth"),
    (202, "AX.25"),
    (209, "IPMB"),
    (215, "IEEE 802.15.4"),
    (216, "IEEE 802.15.4"),
    (220, "USB"),
    (kind::IPNET, "Solaris ipnet"),
    (227, "CAN"),
    (kind::IPV4, "Raw IPv4"),
    (kind::IPV6, "Raw IPv6"),
    (230, "IEEE 802.15.4"),
    (239, "NFLOG"),
    (247, "Infiniband"),
    (249, "USB"),
    (251, "Bluetooth LE"),
    (253, "Linux netlink"),
    (258, "Apple PKTAP"),
    (271, "Linux vsock"),
    (272, "nRF Bluetooth LE sniffer"),
    (kind::SLL2, "Linux cooked v2"),
    (kind::DSA_BRCM, "Broadcom tag"),
    (283, "IEEE 802.15.4"),
    (kind::DSA, "Marvell DSA"),
    (288, "USB 2.0"),
];

pub fn name(link: u16) -> String {
    let known = NAMES.iter().find(|(number, _)| *number == link);
    known.map_or_else(|| format!("DLT {link}"), |(_, name)| (*name).to_owned())
}
