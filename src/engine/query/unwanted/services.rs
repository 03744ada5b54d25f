//! What no host should offer to the internet, and what is worth knowing of ports: tables.
use crate::api::Severity;
use crate::engine::dissect::{Address, Protocol, ProtocolId, Transport};
use crate::engine::protocols::{protocol, registry};
use std::net::IpAddr;

/// A service for administrators or programs.
pub struct Service {
    pub title: &'static str,
    /// Filter names: whoever speaks one is it, at whichever port.
    apps: &'static str,
    ports: &'static [u16],
    /// Filter names of what may carry it at its ports.
    carriers: &'static str,
    pub severity: Severity,
    /// Why that is bad.
    pub because: &'static str,
}

const fn service(
    title: &'static str,
    apps: &'static str,
    ports: &'static [u16],
    carriers: &'static str,
    severity: Severity,
    because: &'static str,
) -> Service {
    Service { title, apps, ports, carriers, severity, because }
}

const GUESSED: &str =
    "Passwords of remote access are guessed all day from everywhere, and its flaws are used within days.";
const NO_LOGIN: &str = "It often asks for no password: whoever reaches it reads, changes or deletes everything.";
const DATA: &str =
    "A database belongs behind the programs that use it: one flaw or guessed password, and the data are gone.";
const MACHINES: &str = "It steers machines and asks nobody who they are.";

use Severity::{Error, Warning};

/// Graver ones first where a flow could be several.
pub const SERVICES: &[Service] = &[
    service("RDP", "rdp", &[3389], "tls", Error, GUESSED),
    service("Telnet", "telnet", &[23], "", Error, "Everything, the password too, can be read on the way."),
    service(
        "SMB",
        "smb smb2 nbss",
        &[445, 139],
        "",
        Error,
        "File sharing is how worms spread (WannaCry); no provider should let it pass.",
    ),
    service("VNC", "vnc", &[5900, 5901, 5902, 5903], "tls", Error, GUESSED),
    service("WinRM", "", &[5985, 5986], "http tls", Error, GUESSED),
    service(
        "X11",
        "x11",
        &[6000, 6001, 6002],
        "",
        Error,
        "Whoever reaches a display sees the screen and types on the keyboard.",
    ),
    service("Docker", "", &[2375, 2376], "http tls", Error, "Whoever reaches the Docker API is root of the host."),
    service(
        "the Kubernetes kubelet",
        "",
        &[10250, 10255],
        "http tls",
        Error,
        "Whoever reaches the kubelet runs commands in containers.",
    ),
    service("etcd", "", &[2379, 2380], "http http2 tls", Error, NO_LOGIN),
    service("Redis", "resp", &[6379], "tls", Error, NO_LOGIN),
    service(
        "memcached",
        "memcache",
        &[11211],
        "",
        Error,
        "It asks for no password, and over UDP it multiplies attacks on others by thousands.",
    ),
    service("MongoDB", "mongo", &[27017, 27018, 27019], "tls", Error, NO_LOGIN),
    service("Elasticsearch", "elasticsearch", &[9200, 9300], "http tls", Error, NO_LOGIN),
    service("CouchDB", "", &[5984], "http", Error, NO_LOGIN),
    service("InfluxDB", "", &[8086], "http", Error, NO_LOGIN),
    service("ZooKeeper", "zookeeper", &[2181], "", Error, NO_LOGIN),
    service("Kafka", "kafka", &[9092], "tls", Error, NO_LOGIN),
    service("ClickHouse", "clickhouse", &[8123, 9000], "http tls", Error, DATA),
    service("MySQL", "mysql", &[3306], "tls", Error, DATA),
    service("PostgreSQL", "pgsql", &[5432], "tls", Error, DATA),
    service("SQL Server", "tds", &[1433], "tls", Error, DATA),
    service("Oracle", "tns", &[1521], "tls", Error, DATA),
    service("Db2", "drda", &[50000], "tls", Error, DATA),
    service("Cassandra", "cql", &[9042], "tls", Error, DATA),
    service("NFS", "nfs mount rpc", &[2049], "", Error, NO_LOGIN),
    service(
        "the RPC port mapper",
        "portmap",
        &[111],
        "",
        Error,
        "It tells which services there are, and multiplies attacks on others.",
    ),
    service(
        "Microsoft RPC",
        "dcerpc",
        &[135],
        "",
        Error,
        "It tells which services there are; its flaws made worms (Blaster).",
    ),
    service("rsync", "rsync", &[873], "", Error, NO_LOGIN),
    service("TFTP", "tftp", &[69], "", Error, "It has no passwords at all."),
    service(
        "SNMP",
        "snmp",
        &[161],
        "",
        Error,
        "Its communities are read on the way and guessed (public), and it multiplies attacks on others.",
    ),
    service("Modbus", "mbtcp modbus", &[502], "", Error, MACHINES),
    service("DNP3", "dnp3", &[20000], "", Error, MACHINES),
    service("S7 (ISO-TSAP)", "tpkt", &[102], "", Error, MACHINES),
    service("EtherNet/IP", "enip", &[44818], "", Error, MACHINES),
    service("BACnet", "bvlc", &[47808], "", Error, MACHINES),
    service("IEC 104", "iec60870_104", &[2404], "", Error, MACHINES),
    service("OPC UA", "opcua", &[4840], "", Warning, MACHINES),
    service("a SOCKS proxy", "socks", &[1080], "", Error, "Others surf, attack and send mail in your name."),
    service("SSH", "ssh", &[22], "", Warning, GUESSED),
    service(
        "LDAP",
        "ldap cldap",
        &[389, 3268],
        "tls",
        Error,
        "The directory names everybody who works there, and over UDP it multiplies attacks on others.",
    ),
    service("Kerberos", "kerberos", &[88], "", Warning, "Tickets of accounts can be taken away and cracked."),
    service("MQTT", "mqtt", &[1883], "", Warning, NO_LOGIN),
    service("AMQP", "amqp", &[5672], "", Warning, GUESSED),
    service("NATS", "nats", &[4222], "", Warning, NO_LOGIN),
    service("syslog", "syslog", &[514], "", Warning, "Anybody can fill the log or forge it."),
];

impl Service {
    fn has(list: &str, name: &str) -> bool {
        list.split(' ').any(|known| known == name)
    }

    /// Which of [`SERVICES`] a server's port is; `app`: what was heard there, if anything was.
    pub fn at(app: Option<&Protocol>, port: u16) -> Option<usize> {
        let speaks = |service: &&Service| app.is_some_and(|app| Self::has(service.apps, app.name));
        let stands = |service: &&Service| {
            let fits = app.is_none_or(|app| app.name == "data" || Self::has(service.carriers, app.name));
            service.ports.contains(&port) && fits
        };
        SERVICES.iter().position(|service| speaks(&service)).or_else(|| SERVICES.iter().position(|s| stands(&s)))
    }
}

/// An address that the whole internet reaches, or could: not private, shared, loopback, link-local, or of no host. Those kept for
/// documentation stand for such.
pub fn is_internet(address: Address) -> bool {
    match address.ip() {
        Some(IpAddr::V4(v4)) => !matches!(
            v4.octets(),
            [0 | 10 | 127 | 224..=255, ..]
                | [172, 16..=31, ..]
                | [192, 168, ..]
                | [100, 64..=127, ..]
                | [169, 254, ..]
                // Azure's platform: seen from inside only.
                | [168, 63, 129, 16]
        ),
        Some(IpAddr::V6(v6)) => match v6.to_ipv4_mapped() {
            Some(v4) => is_internet(Address::from(IpAddr::V4(v4))),
            None => matches!(v6.segments(), [0x2000..=0x3fff, ..] | [0x64, 0xff9b, ..]),
        },
        None => false,
    }
}

/// What peers do among each other.
pub fn is_peer_to_peer(name: &str) -> bool {
    matches!(name, "bittorrent" | "bt-dht" | "bt-utp" | "lsd" | "bencode" | "gnutella" | "bitcoin")
}

/// A name for people, and for what belongs together.
pub fn title(id: ProtocolId) -> &'static str {
    let protocol = protocol(id);
    match protocol.name {
        "bittorrent" | "bt-dht" | "bt-utp" | "lsd" | "bencode" => "BitTorrent",
        "gnutella" => "Gnutella",
        "wg" => "WireGuard",
        "resp" => "Redis",
        "smb" | "smb2" | "nbss" => "SMB",
        "pgsql" => "PostgreSQL",
        "mysql" => "MySQL",
        "tds" => "SQL Server",
        "tns" => "Oracle",
        "tpkt" => "ISO-TSAP",
        "mongo" => "MongoDB",
        "memcache" => "memcached",
        "data" => "an unknown protocol",
        "telnet" => "Telnet",
        "pop" => "POP3",
        _ if protocol.short.is_empty() => protocol.name,
        _ => protocol.short,
    }
}

/// Ports on which TLS is at home, or begins after a word in plain text.
const TLS: &[u16] = &[
    21, 25, 110, 119, 143, 389, 443, 465, 563, 587, 636, 843, 853, 989, 990, 992, 993, 994, 995, 2376, 2465, 3269,
    3389, 4443, 5061, 5222, 5223, 5269, 5349, 5432, 5671, 6443, 6514, 6697, 8080, 8443, 8883, 9443, 10250,
];
/// Second homes of HTTP.
const HTTP: &[u16] = &[80, 443, 8000, 8008, 8080, 8081, 8088, 8888, 5985, 2375, 9200, 5984, 8086, 8123, 32526];
/// What carries other traffic past a firewall when it stands on a port that is open for something else.
const TUNNELS: &str = "ssh socks openvpn wg rdp vnc telnet";

/// Why a protocol, recognised by its content, is out of place at a server's port; `None`: it is not.
pub fn out_of_place(id: ProtocolId, transport: Transport, ports: [u16; 2]) -> Option<(Severity, &'static str)> {
    let own = protocol(id);
    let [port, _] = ports;
    let is_at_home = ports.iter().any(|&port| registry().on_port(transport, port) == Some(id));
    let claims = |claim: &crate::engine::dissect::Claim| {
        use crate::engine::dissect::Claim::{SctpPort, TcpPort, UdpPort};
        matches!(
            (claim, transport),
            (TcpPort(_), Transport::Tcp) | (UdpPort(_), Transport::Udp) | (SctpPort(_), Transport::Sctp)
        )
    };
    // What has no port of its own is nowhere out of place.
    let has_home = own.claims.iter().any(claims) || own.name == "rdp";
    let is_tunnel = Service::has(TUNNELS, own.name);
    if is_at_home || !has_home || own.name == "rdp" && port == 3389 || is_peer_to_peer(own.name) {
        return None;
    }
    let other = registry().on_port(transport, port).map(protocol);
    match own.name {
        "tls" if TLS.contains(&port) || !matches!(other.map_or("", |p| p.name), "http" | "ssh" | "dns" | "telnet") => {
            None
        }
        // Versions of the same, and what begins as the other.
        "http2" | "websocket" | "json" | "data" | "tpkt" | "dtls" => None,
        // Those that agree on a port first.
        "stun" | "classicstun" | "gquic" | "tftp" | "dcerpc" | "rpc" | "mount" | "nfs" | "rtcp" | "sip" | "rtsp" => {
            None
        }
        "http" if HTTP.contains(&port) && port != 443 => {
            Some((Severity::Note, "It is a second home of HTTP, for tests and administration."))
        }
        "http" if other.is_some_and(|p| matches!(p.name, "tls" | "ssh" | "dns" | "smtp")) => {
            Some((Severity::Warning, "A port that is open for something else is a way past a firewall."))
        }
        "http" => Some((Severity::Note, "Web servers of devices, tests and administration often stand there.")),
        _ if other.is_some() && is_tunnel => Some((
            Severity::Error,
            "A port that is open for something else is the usual way to carry traffic past a firewall.",
        )),
        _ if other.is_some() => {
            Some((Severity::Warning, "A port that is open for something else is a way past a firewall."))
        }
        _ => Some((
            Severity::Note,
            "A port of one's own choice hides a service from the simplest scans, and from firewalls that go by ports.",
        )),
    }
}

/// Parts of names of mining pools, as TLS and DNS tell them.
const POOLS: &[&str] = &[
    "nanopool.",
    "minexmr.",
    "supportxmr.",
    "moneroocean.",
    "hashvault.",
    "f2pool.",
    "ethermine.",
    "2miners.",
    "nicehash.",
    "antpool.",
    "viabtc.",
    "unmineable.",
    "xmrpool.",
    "minergate.",
    "c3pool.",
    "flypool.",
    "slushpool.",
    "braiins.",
    "herominers.",
    "monerohash.",
    "coinhive.",
    "crypto-pool.",
    "woolypooly.",
    "poolin.",
];

/// Whether a server's name is that of a mining pool.
pub fn is_pool(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let is_it = |pool: &&str| name.match_indices(*pool).any(|(at, _)| at == 0 || name[..at].ends_with('.'));
    POOLS.iter().any(is_it)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_in_the_tables_is_a_protocol() {
        let names = SERVICES.iter().flat_map(|service| [service.apps, service.carriers]).chain([TUNNELS]);
        for name in names.flat_map(|list| list.split(' ')).filter(|name| !name.is_empty()) {
            assert!(registry().named(name).is_some(), "{name}");
        }
    }

    #[test]
    fn a_service_is_what_it_speaks_else_where_it_stands() {
        let at = |app: Option<&str>, port| {
            let app = app.map(|name| protocol(registry().named(name).expect("a protocol")));
            Service::at(app, port).and_then(|at| SERVICES.get(at)).map(|service| service.title)
        };
        assert_eq!(at(Some("ssh"), 443), Some("SSH"));
        assert_eq!(at(None, 3306), Some("MySQL"));
        assert_eq!(at(Some("http"), 9200), Some("Elasticsearch"));
        assert_eq!(at(Some("http"), 3306), None);
        assert_eq!(at(Some("tls"), 443), None);
        assert_eq!(at(Some("tls"), 3389), Some("RDP"));
        assert_eq!(at(None, 443), None);
    }

    #[test]
    fn addresses_of_the_internet() {
        let is = |text: &str| is_internet(Address::from(text.parse::<IpAddr>().expect("an address")));
        for address in
            ["8.8.8.8", "203.0.113.9", "172.32.0.1", "100.128.0.1", "2001:db8::1", "2a00::1", "::ffff:8.8.8.8"]
        {
            assert!(is(address), "{address}");
        }
        for address in [
            "10.1.1.1",
            "172.16.0.1",
            "192.168.0.1",
            "100.64.0.1",
            "127.0.0.1",
            "169.254.1.1",
            "224.0.0.1",
            "fe80::1",
            "fd00::1",
            "::1",
            "ff02::1",
            "::ffff:10.0.0.1",
            "0.0.0.0",
            "255.255.255.255",
        ] {
            assert!(!is(address), "{address}");
        }
    }

    #[test]
    fn places_are_judged_by_content_and_port() {
        let at = |name: &str, transport, port| {
            let id = registry().named(name).expect("a protocol");
            out_of_place(id, transport, [port, 50_000]).map(|(severity, _)| severity)
        };
        assert_eq!(at("ssh", Transport::Tcp, 22), None);
        assert_eq!(at("ssh", Transport::Tcp, 443), Some(Severity::Error));
        assert_eq!(at("ssh", Transport::Tcp, 2222), Some(Severity::Note));
        assert_eq!(at("http", Transport::Tcp, 80), None);
        assert_eq!(at("http", Transport::Tcp, 8081), Some(Severity::Note));
        assert_eq!(at("http", Transport::Tcp, 443), Some(Severity::Warning));
        assert!(at("tls", Transport::Tcp, 80).is_some() && at("tls", Transport::Tcp, 8443).is_none());
        assert_eq!(at("tls", Transport::Tcp, 12345), None);
        assert_eq!(at("mysql", Transport::Tcp, 5432), Some(Severity::Warning));
        assert_eq!(at("bittorrent", Transport::Tcp, 443), None);
        assert_eq!(at("rtp", Transport::Udp, 20_000), None);
        assert_eq!(at("rdp", Transport::Tcp, 3389), None);
        assert_eq!(at("rdp", Transport::Tcp, 80), Some(Severity::Error));
    }

    #[test]
    fn pools_are_known_by_name() {
        assert!(is_pool("xmr-eu1.nanopool.org") && is_pool("pool.supportxmr.com") && is_pool("nicehash.com"));
        assert!(!is_pool("www.example.com") && !is_pool("notnanopoolish.example"));
    }
}
