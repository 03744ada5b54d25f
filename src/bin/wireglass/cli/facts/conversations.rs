//! Conversations, endpoints, Destinations and Ports: what the page's tables have.
use super::super::network::whole;
use super::super::{Loaded, Stop};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use wireglass::api::{AddressKind, ConversationRow, Conversations, Endpoints, StatsTree, TreeKind, Unfolded};
use wireglass::engine::store::Store;
use wireglass::engine::store::packets::{FlowId, NO_FLOW, NO_TIME};
use wireglass::engine::store::paths::Step;

/// Rows by the table's name.
pub type Tables = BTreeMap<&'static str, Vec<Value>>;

pub fn conversations(loaded: &mut Loaded) -> Result<Tables, Stop> {
    let clocks = Clocks::of(loaded.session.store());
    let mut tables = Tables::new();
    for of in AddressKind::ALL {
        let question = Conversations { of, rows: 0..u32::MAX, ..Conversations::default() };
        let page = whole(loaded, question, |q| &mut q.rows, |a| &mut a.rows)?;
        for row in &page.rows {
            let port = |port: Option<u16>| port.map(|port| port.to_string()).unwrap_or_default();
            let (start, duration) = clocks
                .of_row(row)
                .unwrap_or_else(|| (row.start_ns.unwrap_or(0) as f64 / 1e9, row.duration_ns as f64 / 1e9));
            let there = (row.packets_a_to_b, row.bytes_a_to_b);
            let back = (row.packets_b_to_a, row.bytes_b_to_a);
            tables.entry(of.name()).or_default().push(json!([
                row.a,
                port(row.a_port),
                row.b,
                port(row.b_port),
                there.0,
                there.1,
                back.0,
                back.1,
                start,
                duration
            ]));
        }
    }
    Ok(tables)
}

pub fn endpoints(loaded: &mut Loaded) -> Result<Tables, Stop> {
    let mut tables = Tables::new();
    for of in AddressKind::ALL {
        let question = Endpoints { of, rows: 0..u32::MAX, ..Endpoints::default() };
        let page = whole(loaded, question, |q| &mut q.rows, |a| &mut a.rows)?;
        for row in &page.rows {
            let port = row.port.map(|port| port.to_string()).unwrap_or_default();
            let cells = json!([row.address, port, row.tx_packets, row.tx_bytes, row.rx_packets, row.rx_bytes]);
            tables.entry(of.name()).or_default().push(cells);
        }
    }
    Ok(tables)
}

pub fn destinations(loaded: &mut Loaded) -> Result<Tables, Stop> {
    let mut tables = Tables::new();
    for (ipv6, name) in
        [(false, "IPv4 Statistics/Destinations and Ports"), (true, "IPv6 Statistics/Destinations and Ports")]
    {
        let (of, rows, unfolded) = (TreeKind::Destinations, 0..u32::MAX, Unfolded::All);
        let question = StatsTree { of, ipv6, rows, unfolded, ..StatsTree::default() };
        let page = whole(loaded, question, |q| &mut q.rows, |a| &mut a.rows)?;
        let rows: Vec<Value> =
            page.rows.iter().filter(|row| row.packets > 0).map(|row| json!([row.path, row.packets])).collect();
        if !rows.is_empty() {
            tables.insert(name, rows);
        }
    }
    Ok(tables)
}

/// Of captures with packets that have no time, or one that nobody lives in: what Wireshark makes of it. It takes no time for 1970, and
/// shows any other as it is, to the precision of a double. (The page says that there is no time.)
struct Clocks {
    /// First and last packet, ns after the first packet of the file.
    pairs: BTreeMap<[String; 2], (i128, i128)>,
    flows: BTreeMap<FlowId, (i128, i128)>,
}

impl Clocks {
    fn of(store: &Store) -> Self {
        let mut clocks = Self { pairs: BTreeMap::new(), flows: BTreeMap::new() };
        let rows = || store.packets.rows(0..store.packets.len());
        if rows().all(|(_, row)| row.time != NO_TIME) {
            return clocks;
        }
        let start = i128::from(store.start.unwrap_or(0));
        let moment = |packet: u32, time: i64| {
            let clock = store.packets.clocks.binary_search_by_key(&packet, |(id, _)| *id).ok();
            let clock = clock.and_then(|at| store.packets.clocks.get(at)).map_or(0, |(_, clock)| *clock);
            if time == NO_TIME { clock } else { start + i128::from(time) }
        };
        let zero = rows().next().map_or(0, |(id, row)| moment(id, row.time));
        for (id, row) in rows() {
            let now = moment(id, row.time) - zero;
            let widen = |(first, last): &mut (i128, i128)| (*first, *last) = ((*first).min(now), (*last).max(now));
            let outer = store.paths.outer_flows(row.path).map(|(flow, _)| flow);
            for flow in outer.chain((row.flow != NO_FLOW).then_some(row.flow)) {
                widen(clocks.flows.entry(flow).or_insert((now, now)));
            }
            for step in store.paths.steps(row.path) {
                let Step::Pair { pair, .. } = step else { continue };
                let Some(ends) = store.paths.addresses(pair) else { continue };
                let mut ends = ends.map(|address| address.to_string());
                ends.sort();
                widen(clocks.pairs.entry(ends).or_insert((now, now)));
            }
        }
        clocks
    }

    /// Start and duration, seconds.
    fn of_row(&self, row: &ConversationRow) -> Option<(f64, f64)> {
        let (first, last) = match row.flow {
            Some(flow) => *self.flows.get(&flow)?,
            None => {
                let mut ends = [row.a.clone(), row.b.clone()];
                ends.sort();
                *self.pairs.get(&ends)?
            }
        };
        let seconds = |ns: i128| (ns / 1_000_000_000) as f64 + (ns % 1_000_000_000) as f64 / 1e9;
        Some((seconds(first), seconds(last) - seconds(first)))
    }
}
