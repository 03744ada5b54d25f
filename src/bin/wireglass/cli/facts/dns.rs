//! DNS messages, one row each.
use super::Sight;
use serde_json::{Value, json};
use wireglass::engine::dissect::Transport;
use wireglass::engine::protocols::dns_message::{Message, parse};
use wireglass::engine::protocols::protocol;

#[derive(Default)]
pub struct Collector {
    rows: Vec<Value>,
}

impl Collector {
    pub fn add(&mut self, sight: &Sight<'_>) {
        let is_dns = |name: &str| matches!(name, "dns" | "mdns" | "llmnr");
        let Some(layer) = sight.d.layers.iter().find(|layer| is_dns(protocol(layer.protocol).name)) else { return };
        if layer.span.buffer() != 0 {
            return; // reassembled: its bytes are not the frame's
        }
        let (start, len) = (layer.span.start() as usize, layer.span.len() as usize);
        let bytes = sight.bytes.get(start..).unwrap_or_default();
        let bytes = bytes.get(..len).unwrap_or(bytes);
        let over_tcp = sight.transports.last().is_some_and(|seen| seen.segment.transport == Transport::Tcp);
        let Some(mut row) = parse(bytes, over_tcp).first().map(|message| row(sight.n, message)) else { return };
        if let Some(row) = row.as_object_mut() {
            for (key, name) in [("time", "dns.time"), ("response_to", "dns.response_to")] {
                let found = sight.d.fields.iter().find(|found| found.field.name() == name);
                row.extend(found.map(|found| (key.to_owned(), json!(found.text()))));
            }
        }
        self.rows.push(row);
    }

    pub fn facts(self) -> Value {
        json!(self.rows)
    }
}

fn row(n: u32, message: &Message) -> Value {
    let questions: Vec<Value> = message.questions.iter().map(|q| json!([q.name, q.kind])).collect();
    let records = message.real_records().map(|r| json!([r.name, r.kind, r.ttl, r.data.text()]));
    // A damaged header has not all of them; an update (RFC 2136) calls two of them otherwise.
    let update = message.opcode() == 5;
    let count = |at: usize, hidden: bool| {
        let there = !hidden && message.at.len() >= at * 2 + 6;
        message.counts.get(at).filter(|_| there).map_or_else(|| json!([]), |count| json!([count]))
    };
    let mut row = json!({
        "n": n,
        "id": [format!("0x{:04x}", message.id)],
        "qr": [u8::from(message.is_response())],
        "q": questions,
        "rr": records.collect::<Vec<_>>(),
        "counts": [count(1, update), count(2, update), count(3, false)],
    });
    if let (true, Some(row)) = (message.is_response(), row.as_object_mut()) {
        row.insert("rcode".to_owned(), json!([message.rcode()]));
    }
    row
}
