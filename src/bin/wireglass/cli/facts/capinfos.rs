//! What `capinfos` says of the file.
use serde_json::{Value, json};
use wireglass::api::Moment;
use wireglass::engine::capture::{Files, Interface};
use wireglass::engine::query::encapsulation;
use wireglass::engine::store::Store;
use wireglass::engine::store::packets::NO_TIME;

pub fn facts(reader: &Files, store: &Store) -> Value {
    let interfaces: Vec<Value> = reader.interfaces().iter().map(interface).collect();
    let mut links: Vec<u16> = reader.interfaces().iter().map(|interface| interface.link).collect();
    links.sort_unstable();
    links.dedup();
    let encapsulation = if let [only] = links.as_slice() { encapsulation(*only) } else { "per-packet".to_owned() };
    json!({
        "File type": reader.format().map_or("", |format| format.name()),
        "File encapsulation": encapsulation,
        "Number of packets": store.packets.len(),
        "Data size (bytes)": store.totals.wire_bytes,
        "Start time": clock(store, store.totals.earliest),
        "End time": clock(store, store.totals.latest),
        "interfaces": interfaces,
    })
}

fn interface(interface: &Interface) -> Value {
    let mut facts = json!({
        "id": interface.local_id,
        "Encapsulation": encapsulation(interface.link),
        "Capture length": interface.snaplen,
        "Time ticks per second": interface.ticks_per_second,
        "Number of packets": interface.packets,
    });
    let texts =
        [("Name", &interface.name), ("Description", &interface.description), ("Filter string", &interface.filter)];
    for (key, text) in texts {
        if let (Some(text), Some(facts)) = (text, facts.as_object_mut()) {
            facts.insert(key.to_owned(), json!(text));
        }
    }
    facts
}

/// UTC, `2011-03-18 19:06:07.096535000`.
fn clock(store: &Store, relative: i64) -> String {
    let Some(start) = store.start.filter(|_| relative != NO_TIME) else { return "n/a".to_owned() };
    let ns = start.saturating_add(relative);
    let (seconds, nanos) = (ns.div_euclid(1_000_000_000), ns.rem_euclid(1_000_000_000) as u32);
    format!("{}.{nanos:09}", Moment { seconds, nanos }.calendar())
}
