//! Numbers by their names: services, IP protocols, Ethernet types, what 802.11, 802.2, pf and B.A.T.M.A.N. call their kinds.
use super::linktype::{ether, sap};

/// IANA's services that are in daily use, as most systems list them: name, port, and over which transport (both, TCP, UDP).
const SERVICES: &str = "tcpmux 1t echo 7b discard 9b systat 11t daytime 13b qotd 17t chargen 19b ftp-data 20t ftp 21t ssh 22t telnet 23t \
smtp 25t time 37b whois 43t nicname 43t tacacs 49b domain 53b bootps 67u bootpc 68u tftp 69u gopher 70t finger 79t http 80t www 80t \
kerberos 88b iso-tsap 102t pop3 110t pop-3 110t sunrpc 111b portmapper 111b auth 113t ident 113t nntp 119t ntp 123u epmap 135t \
loc-srv 135t netbios-ns 137u netbios-dgm 138u netbios-ssn 139t imap2 143t imap 143t snmp 161b snmp-trap 162b snmptrap 162b xdmcp 177u \
bgp 179t irc 194b smux 199t ipx 213u ptp-event 319u ptp-general 320u ldap 389b svrloc 427b https 443b microsoft-ds 445t kpasswd 464b \
submissions 465t smtps 465t isakmp 500u exec 512t biff 512u login 513t who 513u shell 514t syslog 514b printer 515t talk 517u ntalk 518u \
route 520u router 520u ripng 521u uucp 540t dhcpv6-client 546u dhcpv6-server 547u afpovertcp 548t rtsp 554b nntps 563t submission 587t \
asf-rmcp 623u ipp 631t ldaps 636b ldp 646b kerberos-adm 749t kerberos4 750b domain-s 853b rsync 873t ftps-data 989t ftps 990t \
telnets 992t imaps 993t pop3s 995t socks 1080t openvpn 1194b ms-sql-s 1433t ms-sql-m 1434u l2tp 1701u radius 1812b radius-acct 1813b \
mqtt 1883b nfs 2049t cvspserver 2401t dict 2628t icpv2 3130u isns 3205b iscsi-target 3260t mysql 3306t ms-wbt-server 3389t stun 3478b \
svn 3690t epmd 4369t ipsec-nat-t 4500u iax 4569u sip 5060b sip-tls 5061b xmpp-client 5222t xmpp-server 5269t mdns 5353u postgresql 5432t \
amqps 5671t amqp 5672t x11 6000t redis 6379t syslog-tls 6514t ircd 6667t ircs-u 6697t afs3-fileserver 7000u http-alt 8080t git 9418t \
webmin 10000t zabbix-agent 10050t zabbix-trapper 10051t hkp 11371t";

const PROTOCOLS: &str = "ip 0 hopopt 0 icmp 1 igmp 2 ggp 3 ipencap 4 ip-encap 4 st 5 tcp 6 egp 8 igp 9 pup 12 udp 17 hmp 20 xns-idp 22 \
rdp 27 iso-tp4 29 dccp 33 xtp 36 ddp 37 idpr-cmtp 38 ipv6 41 ipv6-route 43 ipv6-frag 44 idrp 45 rsvp 46 gre 47 esp 50 ipsec-esp 50 ah 51 \
ipsec-ah 51 skip 57 ipv6-icmp 58 icmp6 58 ipv6-nonxt 59 ipv6-opts 60 rspf 73 vmtp 81 eigrp 88 ospf 89 ospfigp 89 ax.25 93 ipip 94 \
etherip 97 encap 98 pim 103 ipcomp 108 vrrp 112 carp 112 l2tp 115 isis 124 sctp 132 fc 133 mobility-header 135 udplite 136 mpls-in-ip 137 \
manet 138 hip 139 shim6 140 wesp 141 rohc 142 ethernet 143";

fn find<'a>(table: &'a str, name: &str) -> Option<&'a str> {
    let mut words = table.split_ascii_whitespace();
    while let Some(known) = words.next() {
        let value = words.next()?;
        if known.eq_ignore_ascii_case(name) {
            return Some(value);
        }
    }
    None
}

/// A service's port, and its transport if it has only one: 6 or 17.
pub fn service(name: &str) -> Option<(u32, Option<u32>)> {
    let value = find(SERVICES, name)?;
    let (port, transport) = value.split_at_checked(value.len().checked_sub(1)?)?;
    let transport = match transport {
        "t" => Some(super::ports::TCP),
        "u" => Some(super::ports::UDP),
        _ => None,
    };
    Some((port.parse().ok()?, transport))
}

pub fn protocol(name: &str) -> Option<u32> {
    find(PROTOCOLS, name)?.parse().ok()
}

type Table = &'static [(&'static str, u32)];

pub fn among(table: Table, name: &str) -> Option<u32> {
    table.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| *value)
}

/// "a, b or c", for messages.
pub fn list(table: Table) -> String {
    table.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ")
}

pub const ETHER: Table = &[
    ("aarp", ether::AARP),
    ("arp", ether::ARP),
    ("atalk", ether::ATALK),
    ("decnet", ether::DECNET),
    ("ip", ether::IPV4),
    ("ip6", ether::IPV6),
    ("lat", 0x6004),
    ("loopback", 0x9000),
    ("mopdl", 0x6001),
    ("moprc", 0x6002),
    ("rarp", ether::RARP),
    ("sca", 0x6007),
    ("batadv", 0x4305),
    ("lldp", 0x88cc),
    ("slow", 0x8809),
    ("iso", sap::ISO),
    ("stp", sap::STP),
    ("ipx", sap::IPX),
    ("netbeui", sap::NETBEUI),
];
pub const ISO: Table = &[("esis", 0x82), ("isis", 0x83), ("clnp", 0x81)];
pub const WLAN_TYPES: Table = &[("mgt", 0), ("management", 0), ("ctl", 4), ("control", 4), ("data", 8)];
const MANAGEMENT: Table = &[
    ("assocreq", 0x00),
    ("assoc-req", 0x00),
    ("assocresp", 0x10),
    ("assoc-resp", 0x10),
    ("reassocreq", 0x20),
    ("reassoc-req", 0x20),
    ("reassocresp", 0x30),
    ("reassoc-resp", 0x30),
    ("probereq", 0x40),
    ("probe-req", 0x40),
    ("proberesp", 0x50),
    ("probe-resp", 0x50),
    ("beacon", 0x80),
    ("atim", 0x90),
    ("disassoc", 0xa0),
    ("disassociation", 0xa0),
    ("auth", 0xb0),
    ("authentication", 0xb0),
    ("deauth", 0xc0),
    ("deauthentication", 0xc0),
];
const CONTROL: Table = &[
    ("bar", 0x80),
    ("ba", 0x90),
    ("ps-poll", 0xa0),
    ("rts", 0xb0),
    ("cts", 0xc0),
    ("ack", 0xd0),
    ("cf-end", 0xe0),
    ("cf-end-ack", 0xf0),
];
const DATA: Table = &[
    ("data", 0x00),
    ("data-cf-ack", 0x10),
    ("data-cf-poll", 0x20),
    ("data-cf-ack-poll", 0x30),
    ("null", 0x40),
    ("cf-ack", 0x50),
    ("cf-poll", 0x60),
    ("cf-ack-poll", 0x70),
    ("qos-data", 0x80),
    ("qos-data-cf-ack", 0x90),
    ("qos-data-cf-poll", 0xa0),
    ("qos-data-cf-ack-poll", 0xb0),
    ("qos", 0xc0),
    ("qos-cf-poll", 0xe0),
    ("qos-cf-ack-poll", 0xf0),
];
/// Subtypes of 802.11 by type.
pub const WLAN_SUBTYPES: [(u32, Table); 3] = [(0, MANAGEMENT), (4, CONTROL), (8, DATA)];
pub const WLAN_DIRECTIONS: Table = &[("nods", 0), ("tods", 1), ("fromds", 2), ("dstods", 3)];
pub const LLC_SUPERVISORY: Table = &[("rr", 0x01), ("rnr", 0x05), ("rej", 0x09)];
pub const LLC_UNNUMBERED: Table = &[
    ("ui", 0x03),
    ("ua", 0x63),
    ("disc", 0x43),
    ("dm", 0x0f),
    ("sabme", 0x6f),
    ("test", 0xe3),
    ("xid", 0xaf),
    ("frmr", 0x87),
];
pub const PF_REASONS: Table = &[
    ("match", 0),
    ("bad-offset", 1),
    ("fragment", 2),
    ("short", 3),
    ("normalize", 4),
    ("memory", 5),
    ("bad-timestamp", 6),
    ("congestion", 7),
    ("ip-option", 8),
    ("proto-cksum", 9),
    ("state-mismatch", 10),
    ("state-insert", 11),
    ("state-limit", 12),
    ("src-limit", 13),
    ("synproxy", 14),
];
pub const PF_ACTIONS: Table = &[
    ("pass", 0),
    ("accept", 0),
    ("drop", 1),
    ("block", 1),
    ("scrub", 2),
    ("noscrub", 3),
    ("nat", 4),
    ("nonat", 5),
    ("binat", 6),
    ("nobinat", 7),
    ("rdr", 8),
    ("nordr", 9),
    ("synproxy-drop", 10),
];
/// Packet types of B.A.T.M.A.N. advanced, versions 14 and 15.
pub const BATADV: [(u32, Table); 2] = [
    (
        14,
        &[
            ("iv_ogm", 1),
            ("icmp", 2),
            ("unicast", 3),
            ("bcast", 4),
            ("vis", 5),
            ("unicast_frag", 6),
            ("tt_query", 7),
            ("roam_adv", 8),
            ("unicast_4addr", 9),
            ("coded", 10),
        ],
    ),
    (
        15,
        &[
            ("iv_ogm", 0),
            ("bcast", 1),
            ("coded", 2),
            ("elp", 3),
            ("ogm2", 4),
            ("unicast", 0x40),
            ("unicast_frag", 0x41),
            ("unicast_4addr", 0x42),
            ("icmp", 0x43),
            ("unicast_tvlv", 0x44),
        ],
    ),
];
