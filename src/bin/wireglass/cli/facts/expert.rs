//! `expert`: protocol, severity, group, message with numbers as `#`, count.
use serde_json::{Value, json};
use std::collections::BTreeMap;
use wireglass::engine::query::experts::each;
use wireglass::engine::store::Store;

pub fn facts(store: &Store) -> Value {
    let mut counts: BTreeMap<[String; 4], u64> = BTreeMap::new();
    each(store, None, &mut |finding| {
        let expert = finding.expert;
        if !expert.field.name().starts_with("wireglass.") {
            let words = [finding.protocol_name(), expert.severity.name(), expert.concern.name()].map(str::to_owned);
            let [protocol, severity, concern] = words;
            *counts.entry([protocol, severity, concern, masked(&finding.message(store))]).or_default() += 1;
        }
    });
    let rows = counts
        .into_iter()
        .map(|([protocol, severity, concern, message], count)| json!([protocol, severity, concern, message, count]));
    rows.collect()
}

/// Every run of digits as one `#`.
fn masked(message: &str) -> String {
    let mut text = String::with_capacity(message.len());
    let mut in_number = false;
    for c in message.chars() {
        let is_digit = c.is_ascii_digit();
        if !is_digit || !in_number {
            text.push(if is_digit { '#' } else { c });
        }
        in_number = is_digit;
    }
    text
}
