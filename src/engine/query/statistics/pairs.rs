//! Which protocols are spoken with which countries.
use super::super::Asked;
use super::super::matched::Matched;
use super::groups::{of_place, place};
use super::speech::Speech;
use super::{Sum, largest};
use crate::api::{Measure, StatisticsAnswer, StatisticsRow};
use crate::engine::geo::Place;
use rustc_hash::FxHashMap;

pub(super) fn answer(asked: &Asked<'_>, matched: &Matched, by: Measure, top: usize) -> StatisticsAnswer {
    let speech = Speech::new();
    let mut pairs: FxHashMap<(usize, Option<Place>), Sum> = FxHashMap::default();
    for (_, flow, counts) in matched.flows(asked) {
        if let Some(place) = place(asked, flow) {
            pairs.entry((speech.of(flow), place)).or_default().add_flow(flow, &counts);
        }
    }
    // Both sides by themselves; in an order that does not depend on that of a hash table.
    let mut all: Vec<_> = pairs.into_iter().collect();
    all.sort_unstable_by_key(|(pair, _)| *pair);
    let (mut protocols, mut places) = (Side::default(), Side::default());
    let both: Vec<(usize, usize, Sum)> = all
        .iter()
        .map(|((protocol, place), sum)| (protocols.add(*protocol, sum), places.add(*place, sum), *sum))
        .collect();
    let (left, right) = (largest(&protocols.sums, by, top), largest(&places.sums, by, top));
    // The last of each side are the others.
    let mut cells = vec![Sum::default(); (left.len() + 1) * (right.len() + 1)];
    for (protocol, place, sum) in &both {
        let row = left.iter().position(|at| at == protocol).unwrap_or(left.len());
        let column = right.iter().position(|at| at == place).unwrap_or(right.len());
        if let Some(cell) = cells.get_mut(row * (right.len() + 1) + column) {
            cell.add(sum);
        }
    }
    let mut rows = Vec::new();
    for (at, sum) in cells.iter().enumerate().filter(|(_, sum)| !sum.is_nothing()) {
        let (row, column) = (at / (right.len() + 1), at % (right.len() + 1));
        let protocol = left.get(row).and_then(|&at| protocols.keys.get(at)).map(|&at| speech.words(at));
        let place = right.get(column).and_then(|&at| places.keys.get(at)).map(|&place| of_place(place));
        let ((label, of_protocol), (second, of_place)) = (protocol.unwrap_or_default(), place.unwrap_or_default());
        let filter = match (of_protocol.is_empty(), of_place.is_empty()) {
            (false, false) => format!("{of_protocol} && ({of_place})"),
            _ => String::new(),
        };
        rows.push(StatisticsRow { label, second, filter, ..sum.row() });
    }
    StatisticsAnswer {
        groups: protocols.keys.len() as u32,
        seconds: places.keys.len() as u32,
        rows,
        no_countries: asked.store.geo.facts().is_none(),
        ..StatisticsAnswer::default()
    }
}

/// One side of the pairs: what there is, numbered, and its sums.
struct Side<K> {
    places: FxHashMap<K, usize>,
    keys: Vec<K>,
    sums: Vec<Sum>,
}

impl<K> Default for Side<K> {
    fn default() -> Self {
        Self { places: FxHashMap::default(), keys: Vec::new(), sums: Vec::new() }
    }
}

impl<K: Copy + Eq + std::hash::Hash> Side<K> {
    fn add(&mut self, key: K, sum: &Sum) -> usize {
        let at = *self.places.entry(key).or_insert(self.keys.len());
        if at == self.keys.len() {
            self.keys.push(key);
            self.sums.push(Sum::default());
        }
        if let Some(whole) = self.sums.get_mut(at) {
            whole.add(sum);
        }
        at
    }
}
