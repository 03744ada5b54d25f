//! What `capinfos` says of the file.
use serde_json::{Value, json};
use wireglass::engine::capture::{Interface, Reader};
use wireglass::engine::query::encapsulation;
use wireglass::engine::store::Store;
use wireglass::engine::store::packets::NO_TIME;

pub fn facts(reader: &Reader, store: &Store) -> Value {
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
    let (seconds, nanos) = (ns.div_euclid(1_000_000_000), ns.rem_euclid(1_000_000_000));
    let (days, second) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let (year, month, day) = date(days);
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}.{nanos:09}")
}

/// Year, month and day of a day counted from 1970-01-01, in the Gregorian calendar.
fn date(days: i64) -> (i64, i64, i64) {
    // Counted from 1 March of year 0, so that the leap day is a year's last.
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (year + era * 400 + i64::from(month <= 2), month, day)
}
