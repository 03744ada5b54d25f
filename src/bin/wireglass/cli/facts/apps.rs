//! Fields of the application layers, per frame.
use super::Sight;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// Groups of field names by the prefix of the protocol that owns them.
const GROUPS: [(&str, &[&str]); 5] = [
    ("http", &["http."]),
    ("http2", &["http2."]),
    ("tls", &["tls.", "quic."]),
    ("sql", &["mysql.", "pgsql.", "tds."]),
    (
        "other",
        &[
            "ftp.",
            "smtp.",
            "imap.",
            "pop.",
            "sip.",
            "dhcp.",
            "arp.",
            "icmp.",
            "icmpv6.",
            "snmp.",
            "mqtt.",
            "modbus.",
            "dnp3.",
            "bittorrent.",
            "bt-dht.",
            "kerberos.",
            "ntlmssp.",
            "smb.",
            "smb2.",
            "ssh.",
            "telnet.",
            "nbns.",
            "stun.",
            "vlan.",
            "ip.fragment.count",
            "ip.reassembled_in",
        ],
    ),
];

/// Ends of lines and tabs as tshark's fields have them: a line is a packet there.
fn escaped(text: String) -> String {
    if !text.contains(['\n', '\r', '\t']) {
        return text;
    }
    text.replace('\n', "\\n").replace('\r', "\\r").replace('\t', "\\t")
}

#[derive(Default)]
pub struct Collector {
    rows: BTreeMap<&'static str, Vec<Value>>,
}

impl Collector {
    pub fn add(&mut self, sight: &Sight<'_>) {
        for (group, prefixes) in GROUPS {
            let mut row: Map<String, Value> = Map::new();
            let found =
                sight.d.fields.iter().filter(|found| prefixes.iter().any(|p| found.field.name().starts_with(p)));
            for found in found {
                let text = escaped(found.text());
                match row.get_mut(found.field.name()) {
                    Some(Value::String(before)) => {
                        before.push(',');
                        before.push_str(&text);
                    }
                    _ => _ = row.insert(found.field.name().to_owned(), json!(text)),
                }
            }
            if !row.is_empty() {
                row.insert("n".to_owned(), json!(sight.n));
                self.rows.entry(group).or_default().push(Value::Object(row));
            }
        }
    }

    pub fn facts(self) -> Value {
        json!(self.rows)
    }
}
