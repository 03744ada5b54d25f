//! Groups of flows: by an end's address, protocol, port, duration, country.
use super::super::Asked;
use super::super::flows::transport_name;
use super::super::matched::Matched;
use super::speech::Speech;
use super::{Sum, largest, seconds};
use crate::api::{Measure, StatisticsAnswer, StatisticsKind, StatisticsRow};
use crate::engine::dissect::{Address, Transport};
use crate::engine::geo::Place;
use crate::engine::store::flows::Flow;
use rustc_hash::{FxHashMap, FxHashSet};

/// What the flows of a group have in common.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Key {
    Address(Address),
    Speech(usize),
    Port(u16, Transport),
    Step(usize),
    /// Of the server; a country that nobody knows while no table is loaded has none.
    Place(Option<Place>),
}

const MS: i64 = 1_000_000;
const SECOND: i64 = 1000 * MS;
const MINUTE: i64 = 60 * SECOND;

/// Durations below these, ns, and what they are called.
const STEPS: [(i64, &str); 10] = [
    (1, "0"),
    (MS, "< 1 ms"),
    (10 * MS, "1–10 ms"),
    (100 * MS, "10–100 ms"),
    (SECOND, "0.1–1 s"),
    (10 * SECOND, "1–10 s"),
    (MINUTE, "10–60 s"),
    (10 * MINUTE, "1–10 min"),
    (60 * MINUTE, "10–60 min"),
    (i64::MAX, "≥ 1 h"),
];

pub(super) fn answer(
    asked: &Asked<'_>,
    matched: &Matched,
    kind: StatisticsKind,
    by: Measure,
    top: usize,
) -> StatisticsAnswer {
    let speech = Speech::new();
    let mut groups = Groups::default();
    if kind == StatisticsKind::Durations {
        // In their own order, and those that nothing lasted too.
        (0..STEPS.len()).for_each(|step| _ = groups.place(Key::Step(step)));
    }
    for (_, flow, counts) in matched.flows(asked) {
        let Some(key) = key(asked, &speech, kind, flow) else { continue };
        let at = groups.place(key);
        if let Some(sum) = groups.sums.get_mut(at) {
            sum.add_flow(flow, &counts);
        }
    }
    let Groups { keys, sums, .. } = groups;
    let order = match kind {
        StatisticsKind::Durations => (0..sums.len()).collect(),
        _ => largest(&sums, by, top),
    };
    let mut rest = Sum::default();
    (0..sums.len()).filter(|at| !order.contains(at)).filter_map(|at| sums.get(at)).for_each(|sum| rest.add(sum));
    let shown: Vec<(Key, Sum)> = order.iter().filter_map(|&at| Some((*keys.get(at)?, *sums.get(at)?))).collect();
    let row = |(key, sum): &(Key, Sum)| {
        let (label, filter) = words(&speech, kind, *key);
        StatisticsRow { label, filter, ..sum.row() }
    };
    let mut rows: Vec<StatisticsRow> = shown.iter().map(row).collect();
    if kind == StatisticsKind::Protocols {
        count_ends(asked, matched, &speech, &shown, &mut rows);
    }
    let no_countries = kind == StatisticsKind::Countries && asked.store.geo.facts().is_none();
    StatisticsAnswer { groups: sums.len() as u32, rows, rest: rest.row(), no_countries, ..StatisticsAnswer::default() }
}

fn key(asked: &Asked<'_>, speech: &Speech, kind: StatisticsKind, flow: &Flow) -> Option<Key> {
    Some(match kind {
        StatisticsKind::Sources => Key::Address(asked.store.address(flow, flow.client)?),
        StatisticsKind::Destinations => Key::Address(asked.store.address(flow, flow.server())?),
        StatisticsKind::Protocols => Key::Speech(speech.of(flow)),
        StatisticsKind::Ports if flow.has_ports() => Key::Port(flow.port(flow.server()), flow.key.transport),
        StatisticsKind::Durations => Key::Step(step(flow.duration())),
        StatisticsKind::Countries => Key::Place(place(asked, flow)?),
        _ => return None,
    })
}

/// Where the server is; nothing of flows without addresses that could be anywhere.
pub(super) fn place(asked: &Asked<'_>, flow: &Flow) -> Option<Option<Place>> {
    let server = asked.store.address(flow, flow.server()).filter(|address| address.ip().is_some())?;
    Some(asked.store.place(&server))
}

/// What a place is called in filters, and a display filter for flows whose server is there.
pub(super) fn of_place(place: Option<Place>) -> (String, String) {
    let Some(place) = place else { return (String::new(), String::new()) };
    let name = place.text();
    let side = |from_client, end| format!("(flow.from_client == {from_client} && geo.{end}_country == \"{name}\")");
    (name.to_owned(), format!("{} || {}", side(1, "dst"), side(0, "src")))
}

fn step(duration: i64) -> usize {
    STEPS.iter().position(|(end, _)| duration < *end).unwrap_or(STEPS.len() - 1)
}

/// What a group is called, and a display filter for it.
fn words(speech: &Speech, kind: StatisticsKind, key: Key) -> (String, String) {
    match key {
        Key::Address(address) => {
            let field = if kind == StatisticsKind::Sources { "flow.client" } else { "flow.server" };
            (address.to_string(), format!("{field} == {address}"))
        }
        Key::Speech(at) => speech.words(at),
        Key::Place(place) => of_place(place),
        Key::Port(port, transport) => {
            let name = transport_name(transport);
            let filter = format!("flow.server_port == {port} && {}", name.to_ascii_lowercase());
            (format!("{port}/{name}"), filter)
        }
        Key::Step(step) => {
            let from = step.checked_sub(1).and_then(|before| STEPS.get(before)).map_or(0, |(end, _)| *end);
            let (to, label) = STEPS.get(step).copied().unwrap_or_default();
            let filter = match (from, to) {
                (0, _) => "flow.duration == 0".to_owned(),
                (1, to) => format!("flow.duration > 0 && flow.duration < {}", seconds(to)),
                (from, i64::MAX) => format!("flow.duration >= {}", seconds(from)),
                (from, to) => format!("flow.duration >= {} && flow.duration < {}", seconds(from), seconds(to)),
            };
            (label.to_owned(), filter)
        }
    }
}

/// How many addresses speak each of these, on either side.
fn count_ends(asked: &Asked<'_>, matched: &Matched, speech: &Speech, shown: &[(Key, Sum)], rows: &mut [StatisticsRow]) {
    let mut places = vec![None; speech.len()];
    for (row, (key, _)) in shown.iter().enumerate() {
        if let Key::Speech(at) = key
            && let Some(place) = places.get_mut(*at)
        {
            *place = Some(row);
        }
    }
    let mut seen: FxHashSet<(usize, bool, Address)> = FxHashSet::default();
    for (_, flow, _) in matched.flows(asked) {
        let Some(row) = places.get(speech.of(flow)).copied().flatten() else { continue };
        for (is_server, end) in [(false, flow.client), (true, flow.server())] {
            let Some(address) = asked.store.address(flow, end) else { continue };
            if seen.insert((row, is_server, address))
                && let Some(row) = rows.get_mut(row)
            {
                *(if is_server { &mut row.servers } else { &mut row.clients }) += 1;
            }
        }
    }
}

#[derive(Default)]
struct Groups {
    places: FxHashMap<Key, usize>,
    keys: Vec<Key>,
    sums: Vec<Sum>,
}

impl Groups {
    /// Where a key's sum stands.
    fn place(&mut self, key: Key) -> usize {
        let Self { places, keys, sums } = self;
        *places.entry(key).or_insert_with(|| {
            keys.push(key);
            sums.push(Sum::default());
            sums.len() - 1
        })
    }
}
