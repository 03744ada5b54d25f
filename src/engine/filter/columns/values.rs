//! Which values a field has in the capture, as far as columns alone tell: for completion.
use super::table::{Entry, Layers, Read, Row};
use super::told::{About, Told, needs};
use crate::engine::filter::display::{Datum, Item};
use crate::engine::protocols::protocol;
use crate::engine::store::Store;
use rustc_hash::FxHashMap;

/// Packets looked at, evenly over the capture: who types waits for it.
pub const MOST: u32 = 20_000;

/// Values as filters write them, with how many of the packets looked at have each; without any where columns do not tell, or where
/// hardly two packets have the same (numbers, times).
pub fn values(store: &Store, name: &str) -> Vec<(String, u32)> {
    let mut counts: FxHashMap<String, u32> = FxHashMap::default();
    let mut add = |text: Option<String>| {
        if let Some(text) = text {
            *counts.entry(text).or_default() += 1;
        }
    };
    let packets = store.packets.len();
    let ids = (0..packets).step_by((packets / MOST) as usize + 1);
    let rows = ids.filter_map(|id| Some((id, store.packets.get(id)?.row())));
    if name == "frame.protocols" {
        for (_, packet) in rows {
            add(layers(store, packet.stack));
        }
        return counts.into_iter().collect();
    }
    let Some(entry) = Entry::of(name).filter(|entry| entry.needs & needs::ALL == 0) else { return Vec::new() };
    let mut items: Vec<Item<'_>> = Vec::new();
    for (id, packet) in rows {
        let about = About { store, id, packet, finding: None, previous: None };
        let row = Row { about, layers: Layers::of(&store.stacks, packet.stack), alike: packet.stack, header: None };
        items.clear();
        match entry.read {
            Read::Each(read, which) => _ = read(&row, which, &mut items),
            _ => {
                if let Told::Is(value) = entry.one(&row) {
                    add(written(&value));
                }
            }
        }
        items.iter().for_each(|item| add(written(&item.value)));
    }
    counts.into_iter().collect()
}

fn written(value: &Datum<'_>) -> Option<String> {
    match value {
        // Times are as many as there are flows.
        Datum::Present | Datum::Nanos(_) => None,
        Datum::Text(text) => Some(format!("{text:?}")),
        other => Some(other.text()),
    }
}

/// `"eth:ethertype:ip:tcp"`, where the packet has no layers that are remembered only as being somewhere in it.
fn layers(store: &Store, stack: u16) -> Option<String> {
    let names: Vec<&str> = store.stacks.levels(stack).map(|(id, _)| protocol(id).name).collect();
    let is_whole = store.stacks.others(stack).next().is_none() && !store.stacks.is_in_part(stack);
    (is_whole && !names.is_empty()).then(|| format!("{:?}", names.join(":")))
}
