//! `wireglass facts`: everything the engine knows of a capture as one JSON object, in the layout that `../shared/parity/CONTRACT.md`
//! lays down, so that independent tools can be compared with.
mod apps;
mod capinfos;
mod conversations;
mod dns;
mod expert;
mod filters;
mod follow;
mod packets;
mod streams;
mod tcpdump;
mod trees;

use super::Stop;
use super::load::Loaded;
use super::output::Out;
use serde_json::{Value, json};
use std::path::Path;
use wireglass::api::{Question, States};
use wireglass::engine::dissect::Dissection;
use wireglass::engine::replay::{Replay, Seen};
use wireglass::engine::sight;
use wireglass::engine::store::Store;
use wireglass::engine::store::packets::Packet;

/// One packet dissected with everything, as the collectors see it.
struct Sight<'a> {
    /// Number in the file, from 1.
    n: u32,
    store: &'a Store,
    packet: Packet,
    d: &'a Dissection,
    /// Transports of the packet, outermost first, quoted ones included.
    transports: &'a [Seen],
    bytes: &'a [u8],
}

impl Sight<'_> {
    /// All values of a field, outermost layer first, joined by commas.
    fn texts(&self, name: &str) -> String {
        let found = self.d.fields.iter().filter(|found| found.field.name() == name);
        found.map(|found| found.text()).collect::<Vec<_>>().join(",")
    }
}

/// Prints the facts of a capture; with what matches the filters that a file lists.
pub fn print(loaded: &mut Loaded, out: &mut Out, filters: Option<&Path>) -> Result<(), Stop> {
    let tables = [
        conversations::conversations(loaded)?,
        conversations::endpoints(loaded)?,
        conversations::destinations(loaded)?,
    ];
    let facts = facts(loaded, filters, tables).map_err(Stop::Failed)?;
    out.json(&facts)?;
    out.flush()
}

fn facts(
    loaded: &mut Loaded,
    list: Option<&Path>,
    [conversations, endpoints, destinations]: [conversations::Tables; 3],
) -> Result<Value, String> {
    let Loaded { session, file, .. } = loaded;
    let states = States { rows: 0..u32::MAX, ..States::default() };
    let states = session.answer(&states.query(), file).map_err(|failure| failure.message)?;
    let store = session.store();
    let mut packets = packets::Collector::default();
    let mut streams = streams::Collector::default();
    let mut hierarchy = trees::Hierarchy::default();
    let mut apps = apps::Collector::default();
    let mut dns = dns::Collector::default();
    let mut tcpdump = tcpdump::Collector::default();
    let mut filters = filters::Collector::of(list, session.reader().interfaces())?;
    let mut replay = Replay::new(store, file).following();
    replay.in_detail();
    let mut look = sight::Sight::before(replay);
    for id in 0..store.packets.len() {
        look.turn_to(id)?;
        filters.add(&look);
        let sight::Sight { replay, d, packet, bytes, .. } = &look;
        let sight = Sight { n: id + 1, store, packet: *packet, d, transports: &replay.seen, bytes };
        packets.add(&sight);
        streams.add(&sight);
        hierarchy.add(&sight);
        apps.add(&sight);
        dns.add(&sight);
        tcpdump.add(session.reader().interfaces(), &sight);
    }
    drop(look);
    let follow = follow::facts(store, file)?;
    let reader = session.reader();
    let [dfilters, bpf] = filters.facts();
    Ok(json!({
        "dfilters": dfilters,
        "bpf": bpf,
        "follow": follow,
        "capinfos": capinfos::facts(reader, store),
        "packets": packets.facts(reader),
        "tcp_streams": streams.facts(store),
        "states": States::take(states).map(|answer| answer.rows),
        "phs": hierarchy.facts(),
        "conv": { "by": conversations },
        "endpoints": { "by": endpoints },
        "trees": destinations,
        "apps": apps.facts(),
        "dns": dns.facts(),
        "expert": expert::facts(store),
        "tcpdump": tcpdump.facts(),
    }))
}
