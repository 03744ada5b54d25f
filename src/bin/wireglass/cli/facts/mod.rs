//! `wireglass facts`: everything the engine knows of a capture as one JSON object, in the layout that `../shared/parity/CONTRACT.md`
//! lays down, so that independent tools can be compared with.
mod apps;
mod capinfos;
mod conversations;
mod dns;
mod expert;
mod follow;
mod packets;
mod streams;
mod tcpdump;
mod trees;

use super::Stop;
use super::load::Loaded;
use super::output::Out;
use serde_json::{Value, json};
use wireglass::api::{Question, States};
use wireglass::engine::dissect::{Dissection, Wanted};
use wireglass::engine::replay::{Replay, Seen};
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
        let found = self.d.fields.iter().filter(|found| found.field.name == name);
        found.map(|found| found.text()).collect::<Vec<_>>().join(",")
    }
}

/// Prints the facts of a capture.
pub fn print(loaded: &mut Loaded, out: &mut Out) -> Result<(), Stop> {
    let facts = facts(loaded).map_err(Stop::Failed)?;
    out.json(&facts)?;
    out.flush()
}

fn facts(loaded: &mut Loaded) -> Result<Value, String> {
    let Loaded { session, file } = loaded;
    let states = States { rows: 0..u32::MAX, ..States::default() };
    let states = session.answer(&states.query(), file).map_err(|failure| failure.message)?;
    let store = session.store();
    let mut packets = packets::Collector::default();
    let mut streams = streams::Collector::default();
    let mut trees = trees::Collector::default();
    let mut hierarchy = trees::Hierarchy::default();
    let mut apps = apps::Collector::default();
    let mut dns = dns::Collector::default();
    let mut tcpdump = tcpdump::Collector::default();
    let mut replay = Replay::new(store, file).following();
    replay.in_detail();
    let mut d = Dissection::new(Wanted::Everything);
    for id in 0..store.packets.len() {
        let (packet, bytes) = replay.walk(&mut d, id)?;
        let sight = Sight { n: id + 1, store, packet, d: &d, transports: &replay.seen, bytes: &bytes };
        packets.add(&sight);
        streams.add(&sight);
        trees.add(&sight);
        hierarchy.add(&sight);
        apps.add(&sight);
        dns.add(&sight);
        tcpdump.add(session.reader().interfaces(), &sight);
    }
    drop(replay);
    let follow = follow::facts(store, file)?;
    let reader = session.reader();
    Ok(json!({
        "follow": follow,
        "capinfos": capinfos::facts(reader, store),
        "packets": packets.facts(reader),
        "tcp_streams": streams.facts(store),
        "states": States::take(states).map(|answer| answer.rows),
        "phs": hierarchy.facts(),
        "conv": { "by": conversations::conversations(store) },
        "endpoints": { "by": conversations::endpoints(store) },
        "trees": trees.facts(),
        "apps": apps.facts(),
        "dns": dns.facts(),
        "expert": expert::facts(store),
        "tcpdump": tcpdump.facts(),
    }))
}
