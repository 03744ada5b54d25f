//! Conversations and endpoints, as Wireshark's tables have them.
use serde_json::{Value, json};
use std::collections::BTreeMap;
use wireglass::engine::dissect::{Family, Transport};
use wireglass::engine::store::Store;
use wireglass::engine::store::packets::NO_TIME;

/// A conversation of either kind.
struct Row {
    table: &'static str,
    /// (address, port) of A and B.
    ends: [(String, String); 2],
    packets: [u64; 2],
    bytes: [u64; 2],
    first: i64,
    last: i64,
}

fn rows(store: &Store) -> Vec<Row> {
    let pairs = of_addresses(store, None).into_iter().map(|conversation| Row {
        table: match conversation.a.family() {
            Family::Ethernet => "Ethernet",
            Family::Wlan => "IEEE 802.11",
            Family::Ipv4 => "IPv4",
            Family::Ipv6 => "IPv6",
        },
        ends: [conversation.a, conversation.b].map(|address| (address.to_string(), String::new())),
        packets: conversation.packets,
        bytes: conversation.bytes,
        first: conversation.first,
        last: conversation.last,
    });
    let flows = store.flows.iter().filter(|(_, flow)| !flow.quoted).filter_map(|(_, flow)| {
        let table = match flow.key.transport {
            Transport::Tcp => "TCP",
            Transport::Udp => "UDP",
            Transport::Sctp => "SCTP",
            _ => return None,
        };
        let end =
            |end| (store.address(flow, end).map(|a| a.to_string()).unwrap_or_default(), flow.port(end).to_string());
        Some(Row {
            table,
            ends: [end(0), end(1)],
            packets: flow.packets.map(u64::from),
            bytes: flow.bytes,
            first: flow.first,
            last: flow.last,
        })
    });
    pairs.chain(flows).collect()
}

pub fn conversations(store: &Store) -> BTreeMap<&'static str, Vec<Value>> {
    let mut tables: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for row in rows(store) {
        let [(a, a_port), (b, b_port)] = &row.ends;
        let ([packets, packets_back], [bytes, bytes_back]) = (row.packets, row.bytes);
        let (first, last) = if row.first == NO_TIME { (0, 0) } else { (row.first, row.last) };
        let (start, duration) = (first as f64 / 1e9, last.saturating_sub(first) as f64 / 1e9);
        let cells = json!([a, a_port, b, b_port, packets, bytes, packets_back, bytes_back, start, duration]);
        tables.entry(row.table).or_default().push(cells);
    }
    tables
}

pub fn endpoints(store: &Store) -> BTreeMap<&'static str, Vec<Value>> {
    let mut sums: BTreeMap<(&str, (String, String)), [u64; 4]> = BTreeMap::new();
    for row in rows(store) {
        let [a, b] = row.ends;
        let ([packets, packets_back], [bytes, bytes_back]) = (row.packets, row.bytes);
        for (end, sent) in
            [(a, [packets, bytes, packets_back, bytes_back]), (b, [packets_back, bytes_back, packets, bytes])]
        {
            let sum = sums.entry((row.table, end)).or_default();
            sum.iter_mut().zip(sent).for_each(|(sum, n)| *sum += n);
        }
    }
    let mut tables: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for ((table, (address, port)), [tx, tx_bytes, rx, rx_bytes]) in sums {
        tables.entry(table).or_default().push(json!([address, port, tx, tx_bytes, rx, rx_bytes]));
    }
    tables
}
