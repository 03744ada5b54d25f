//! Flows as Zeek's conn.log, one line a connection: <https://docs.zeek.org/en/master/logs/conn.html>
use super::connections::{Connection, Connections, Side, is_same};
use super::text;
use super::value::Value;
use crate::api::Moment;
use crate::engine::dissect::{Address, Transport};
use crate::engine::protocols::protocol;
use crate::engine::store::Store;
use crate::engine::store::flows::{End, Flow, NO_PROTOCOL, number};
use crate::engine::store::packets::{FlowId, NO_TIME};
use std::borrow::Cow;
use std::net::IpAddr;

/// Names and types of the columns.
const FIELDS: [(&str, &str); 21] = [
    ("ts", "time"),
    ("uid", "string"),
    ("id.orig_h", "addr"),
    ("id.orig_p", "port"),
    ("id.resp_h", "addr"),
    ("id.resp_p", "port"),
    ("proto", "enum"),
    ("service", "string"),
    ("duration", "interval"),
    ("orig_bytes", "count"),
    ("resp_bytes", "count"),
    ("conn_state", "string"),
    ("local_orig", "bool"),
    ("local_resp", "bool"),
    ("missed_bytes", "count"),
    ("history", "string"),
    ("orig_pkts", "count"),
    ("orig_ip_bytes", "count"),
    ("resp_pkts", "count"),
    ("resp_ip_bytes", "count"),
    ("tunnel_parents", "set[string]"),
];

/// Our names of protocols, and those that Zeek calls otherwise. What it has no analyzer for has no service there.
const SERVICES: &str = "bittorrent dhcp dhcpv6:dhcp dcerpc:dce_rpc dnp3 dns dtls:ssl ftp ftp-data geneve gtp:gtpv1 http http2:http \
    imap irc kerberos:krb ldap:ldap_tcp llmnr:dns mbtcp:modbus mdns:dns mqtt mysql nbns:dns ntp pgsql:postgresql pop:pop3 quic radius \
    rdp resp:redis sip smb smb2:smb smtp snmp socks ssh stun syslog teredo tftp tls:ssl vnc:rfb vxlan websocket:http xmpp";

/// Addresses that are local without being told so: those of special purposes (RFC 6890), as Zeek has them.
const LOCAL: [&str; 22] = [
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.168.0.0/16",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "239.0.0.0/8",
    "240.0.0.0/4",
    "::/128",
    "::1/128",
    "100::/64",
    "2001::/23",
    "2001:db8::/32",
    "2002::/16",
    "fc00::/7",
    "fe80::/10",
];

/// Makes the lines of any flows of a capture.
pub struct ConnLog<'a> {
    store: &'a Store,
    connections: Connections<'a>,
    local: Vec<(Address, u32)>,
}

impl<'a> ConnLog<'a> {
    pub fn new(store: &'a Store) -> Self {
        let local = LOCAL.iter().filter_map(|net| {
            let (address, bits) = net.split_once('/')?;
            Some((Address::from(address.parse::<IpAddr>().ok()?), bits.parse().ok()?))
        });
        Self { store, connections: Connections::new(store), local: local.collect() }
    }

    /// What is before the first line.
    pub fn head(&self) -> String {
        let columns = |what: &str, of: fn(&(&'static str, &'static str)) -> &'static str| {
            let columns: Vec<_> = FIELDS.iter().map(of).collect();
            format!("#{what}\t{}\n", columns.join("\t"))
        };
        let start = "#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\tconn\n";
        let open = format!("#open\t{}\n", self.moment(0));
        [start.to_owned(), open, columns("fields", |field| field.0), columns("types", |field| field.1)].concat()
    }

    /// What is behind the last one.
    pub fn tail(&self) -> String {
        format!("#close\t{}\n", self.moment(self.store.totals.duration()))
    }

    fn moment(&self, ns: i64) -> String {
        let seconds = self.store.start.unwrap_or(0).saturating_add(ns).div_euclid(1_000_000_000);
        Moment { seconds, nanos: 0 }.calendar().replace([' ', ':'], "-")
    }

    /// The lines of a flow.
    pub fn lines(&self, into: &mut String, id: FlowId, as_json: bool) {
        let Some(flow) = self.store.flows.get(id) else { return };
        for (nth, connection) in self.connections.of(id, flow).iter_mut().enumerate() {
            let values = self.values(id, flow, nth, connection);
            let fields = FIELDS.iter().map(|(name, _)| (*name).into()).zip(values);
            if as_json {
                let fields = fields.filter(|(_, value)| !is_unset(value));
                text::json(into, &Value::Fields(fields.collect()));
            } else {
                let columns: Vec<String> = fields.map(|(_, value)| column(value)).collect();
                into.push_str(&columns.join("\t"));
            }
            into.push('\n');
        }
    }

    fn values(&self, id: FlowId, flow: &Flow, nth: usize, connection: &mut Connection) -> [Value; FIELDS.len()] {
        let (from, to) = (connection.originator, 1 - connection.originator);
        let is_tcp = flow.key.transport == Transport::Tcp;
        let address = |end| self.store.address(flow, end);
        let host = |end| address(end).map_or(Value::Null, |address| Value::Text(address.to_string().into()));
        let local = |end| Value::Bool(address(end).is_some_and(|address| self.is_local(&address)));
        let known = connection.first != NO_TIME;
        let start = self.store.start.unwrap_or(0).saturating_add(if known { connection.first } else { 0 });
        let duration = Some(connection.last.saturating_sub(connection.first)).filter(|&ns| known && ns > 0);
        let missing = connection.sides.iter_mut().map(|side| side.gaps.missing()).sum();
        let side = |end: End| connection.sides.get(end);
        let bytes = |end| match side(end).filter(|_| duration.is_some()) {
            Some(side) if is_tcp => Value::Uint(side.gaps.length()),
            Some(side) => Value::Uint(side.payload),
            None => Value::Null,
        };
        let count = |end, of: fn(&Side) -> u64| Value::Uint(side(end).map_or(0, of));
        let history =
            if connection.history.is_empty() { Value::Null } else { Value::Text(connection.history.clone().into()) };
        [
            seconds(start),
            Value::Text(self.uid(id, nth).into()),
            host(from),
            port(flow, from, from),
            host(to),
            port(flow, to, from),
            Value::Text(Cow::Borrowed(match flow.key.transport {
                Transport::Tcp => "tcp",
                Transport::Udp => "udp",
                Transport::Icmp | Transport::Icmpv6 => "icmp",
                _ => "unknown_transport",
            })),
            service(flow).map_or(Value::Null, |name| Value::Text(name.into())),
            duration.map_or(Value::Null, seconds),
            bytes(from),
            bytes(to),
            Value::Text(connection.word.into()),
            local(from),
            local(to),
            Value::Uint(missing),
            history,
            count(from, |side| side.packets),
            count(from, |side| side.ip_bytes),
            count(to, |side| side.packets),
            count(to, |side| side.ip_bytes),
            self.parents(flow),
        ]
    }

    /// Flows of the tunnels around a flow's first packet.
    fn parents(&self, flow: &Flow) -> Value {
        let path = self.store.packets.get(flow.first_packet).map(|packet| packet.path);
        let around = path.into_iter().flat_map(|path| self.connections.flows_around(path));
        let uids =
            around.filter(|(id, _)| !is_same(self.store, *id, flow)).map(|(id, _)| Value::Text(self.uid(id, 0).into()));
        Value::List(uids.collect())
    }

    fn is_local(&self, address: &Address) -> bool {
        self.local.iter().any(|(net, bits)| {
            let [different, rest] = [0, 1].map(|word: usize| net.words()[word] ^ address.words()[word]);
            let same = if different == 0 { 64 + rest.leading_zeros() } else { different.leading_zeros() };
            net.family() == address.family() && same >= *bits
        })
    }

    /// The same for the same connection in every run and in every cut of the capture that has its start: FNV-1a in 128 bits over
    /// its ends and its time, in base 62.
    fn uid(&self, id: FlowId, nth: usize) -> String {
        let Some(flow) = self.store.flows.get(id) else { return String::new() };
        let time = self.store.start.unwrap_or(0).saturating_add(flow.first);
        let ends = [0, 1].into_iter().filter_map(|end| Some((self.store.address(flow, end)?, flow.port(end))));
        let mut numbers = vec![time.cast_unsigned(), number(flow.key.transport).into(), nth as u64];
        ends.for_each(|(address, port)| numbers.extend(address.words().into_iter().chain([port.into()])));
        let mut hash = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d_u128;
        for byte in numbers.into_iter().flat_map(u64::to_le_bytes) {
            hash = (hash ^ u128::from(byte)).wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013b);
        }
        let digits = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
        let digits = (0..17).map(|_| {
            let digit = digits.get((hash % 62) as usize).copied().unwrap_or(b'0');
            hash /= 62;
            char::from(digit)
        });
        std::iter::once('C').chain(digits).collect()
    }
}

/// As far as microseconds.
fn seconds(ns: i64) -> Value {
    Value::Float((ns as f64 / 1e3).round() / 1e6)
}

/// ICMP's types are ports there: known of echoes, which have an identifier.
fn port(flow: &Flow, end: End, originator: End) -> Value {
    let asks = u8::from(end == originator);
    match flow.key.transport {
        Transport::Icmp if flow.port(end) != 0 => Value::Uint((asks * 8).into()),
        Transport::Icmpv6 if flow.port(end) != 0 => Value::Uint((129 - asks).into()),
        Transport::Icmp | Transport::Icmpv6 => Value::Null,
        _ if flow.has_ports() => Value::Uint(flow.port(end).into()),
        _ => Value::Uint(0),
    }
}

/// What a connection speaks. Of TCP Zeek says it only when both sides took part.
fn service(flow: &Flow) -> Option<&'static str> {
    if flow.key.transport == Transport::Tcp && flow.payload.contains(&0) {
        return None;
    }
    let app = Some(flow.app).filter(|&app| app != NO_PROTOCOL)?;
    let ours = protocol(app).name;
    let pairs = SERVICES.split_whitespace().map(|pair| pair.split_once(':').unwrap_or((pair, pair)));
    pairs.into_iter().find(|(name, _)| *name == ours).map(|(_, zeeks)| zeeks)
}

fn is_unset(value: &Value) -> bool {
    matches!(value, Value::Null) || matches!(value, Value::List(list) if list.is_empty())
}

fn column(value: Value) -> String {
    match value {
        value if is_unset(&value) => "-".to_owned(),
        Value::Float(seconds) => format!("{seconds:.6}"),
        Value::Bool(yes) => if yes { "T" } else { "F" }.to_owned(),
        Value::List(list) => list.into_iter().map(column).collect::<Vec<_>>().join(","),
        value => text::plain(&value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::testing::talk;

    fn columns(text: &str) -> Vec<Vec<String>> {
        let session = talk(text);
        let log = ConnLog::new(session.store());
        let mut lines = String::new();
        log.lines(&mut lines, 0, false);
        lines.lines().map(|line| line.split('\t').map(str::to_owned).collect()).collect()
    }

    #[test]
    fn a_connection_is_a_line() {
        let lines = columns(
            "> SYN / < SYN ACK +20ms / > ACK / > 100 / < 50 / > 10 seq=1111 / > FIN ACK / < FIN ACK / > ACK +3s",
        );
        let [line] = lines.as_slice() else { panic!("{lines:?}") };
        let expected = [
            "1700000000.000000",
            &line[1],
            "10.0.0.1",
            "40000",
            "10.0.0.2",
            "47777",
            "tcp",
            "-",
            "0.020000",
            "120",
            "50",
            "SF",
            "T",
            "T",
            "10",
            "ShADdFf",
            "6",
            "350",
            "3",
            "170",
            "-",
        ];
        assert_eq!(line, &expected);
        assert!(line[1].starts_with('C') && line[1].len() == 18, "{}", line[1]);
    }

    #[test]
    fn what_zeek_forgets_is_several_connections() {
        let lines = columns("> SYN / < SYN ACK / > RST / > 100 +9s / < RST");
        let words: Vec<_> = lines.iter().map(|line| (&*line[0], &*line[11], &*line[15], &*line[16])).collect();
        assert_eq!(words, [("1700000000.000000", "RSTO", "ShR", "2"), ("1700000009.000000", "RSTRH", "Dr", "1")]);
        assert_ne!(lines[0][1], lines[1][1], "their own names");
    }

    #[test]
    fn services_are_protocols_of_ours() {
        for pair in SERVICES.split_whitespace() {
            let ours = pair.split(':').next().unwrap_or_default();
            let known = crate::engine::protocols::PROTOCOLS.iter().any(|p| p.name == ours);
            assert!(known, "{ours}");
        }
    }
}
