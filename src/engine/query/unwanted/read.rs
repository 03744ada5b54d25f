//! Packets that may give a login away, or a tracker or a mining pool: found from columns, read a few at a time.
use super::logins::{self, Before, look};
use crate::engine::dissect::{Layer, Transport};
use crate::engine::protocols::protocol;
use crate::engine::query::Asked;
use crate::engine::replay::{Replay, States};
use crate::engine::sight::Sight;
use crate::engine::source::Source;
use crate::engine::store::flows::{End, NO_PROTOCOL};
use crate::engine::store::packets::{FlowId, Marks, NO_FLOW, PacketId};
use rustc_hash::FxHashMap;

/// Protocols whose messages may hold a password, and how many messages of a flow are read; those of the server too where it says
/// what the client's next message is.
const READ: &[(&str, u16, Sender)] = &[
    ("ftp", 30, Sender::Client),
    ("telnet", 60, Sender::Server),
    ("pop", 20, Sender::Client),
    ("imap", 30, Sender::Client),
    ("smtp", 30, Sender::Client),
    ("nntp", 20, Sender::Client),
    ("http", 100, Sender::Client),
    ("snmp", 1, Sender::Client),
    ("ldap", 20, Sender::Client),
    ("mysql", 8, Sender::Either),
    ("pgsql", 8, Sender::Either),
    ("resp", 30, Sender::Client),
    ("mqtt", 2, Sender::Client),
    ("socks", 4, Sender::Client),
    ("irc", 20, Sender::Client),
    ("xmpp", 20, Sender::Client),
    // Flows that nobody recognises: their first message.
    ("data", 1, Sender::Client),
];

#[derive(Clone, Copy, PartialEq)]
enum Sender {
    Client,
    Server,
    Either,
}

/// Packets that are read at all, and of them flows that nobody recognises.
const MOST: usize = 10_000;
const MOST_UNKNOWN: u32 = 2000;
/// Bytes of a message that are looked at.
const MOST_BYTES: usize = 64 << 10;

/// Something that was found.
#[derive(Clone, Debug)]
pub struct Hit {
    pub flow: FlowId,
    pub packet: PacketId,
    /// Filter name of what holds it.
    pub protocol: &'static str,
    pub sight: logins::Sight,
}

/// What was read so far: it holds whatever the filter, and grows with the capture.
#[derive(Default)]
pub struct Reading {
    /// Packets whose columns were looked at.
    upto: PacketId,
    /// What of [`READ`] a stack holds, by its id: 0 is nothing.
    stacks: Vec<u8>,
    candidates: Vec<(PacketId, FlowId, u8)>,
    next: usize,
    /// Candidates of a flow.
    counts: FxHashMap<FlowId, u16>,
    unknown: u32,
    /// Candidates that were too many.
    dropped: u32,
    before: FxHashMap<FlowId, Before>,
    pub hits: Vec<Hit>,
    /// Flows that have one: one is enough.
    done: FxHashMap<FlowId, ()>,
    /// Its own: what a click looks at is not to be forgotten for it.
    states: States,
}

impl Reading {
    /// Reads at most so many packets more; how many are still to be read.
    ///
    /// # Errors
    /// When the file cannot be read again.
    pub fn go_on(&mut self, asked: &Asked<'_>, source: &mut dyn Source, most: u32) -> Result<u32, String> {
        self.find(asked);
        if most > 0 && self.unread() > 0 {
            let replay = Replay::new(asked.store, source).knowing(std::mem::take(&mut self.states));
            let mut sight = Sight::before(replay);
            let read = self.read(asked, &mut sight, most);
            self.states = sight.finish();
            read?;
        }
        Ok(self.unread())
    }

    fn unread(&self) -> u32 {
        self.candidates.len().saturating_sub(self.next) as u32
    }

    fn read(&mut self, asked: &Asked<'_>, sight: &mut Sight<'_>, most: u32) -> Result<(), String> {
        let mut read = 0;
        while let Some(&(packet, flow, kind)) = self.candidates.get(self.next).filter(|_| read < most) {
            if !self.done.contains_key(&flow) {
                read += 1;
                self.look(asked, sight, packet, flow, kind)?;
            }
            self.next += 1;
        }
        Ok(())
    }

    /// Packets that were not, and will not be read.
    pub fn left_out(&self) -> u32 {
        self.dropped
    }

    /// Candidates among the packets that are new.
    fn find(&mut self, asked: &Asked<'_>) {
        let store = asked.store;
        for id in self.stacks.len()..store.stacks.len() {
            let names: Vec<&str> = store.stacks.levels(id as u16).map(|(id, _)| protocol(id).name).collect();
            let is_hidden =
                names.iter().any(|name| matches!(*name, "tls" | "dtls" | "quic" | "ssh" | "icmp" | "icmpv6"));
            let known = READ.iter().rposition(|(read, ..)| names.contains(read)).filter(|_| !is_hidden);
            self.stacks.push(known.map_or(0, |at| at as u8 + 1));
        }
        let end = store.packets.len();
        for (id, row) in store.packets.rows(self.upto..end) {
            let kind = self.stacks.get(usize::from(row.stack)).copied().unwrap_or(0);
            if kind == 0 || row.flow == NO_FLOW {
                continue;
            }
            let (Some(flow), Some(&(name, most, sender))) =
                (store.flows.get(row.flow), READ.get(usize::from(kind) - 1))
            else {
                continue;
            };
            let by_client = End::from(row.marks.has(Marks::FROM_B)) == flow.client;
            if sender != Sender::Either && by_client != (sender == Sender::Client) {
                continue;
            }
            if name == "data" {
                let has_ports = matches!(flow.key.transport, Transport::Tcp | Transport::Udp);
                if flow.app != NO_PROTOCOL || !has_ports || self.unknown >= MOST_UNKNOWN {
                    continue;
                }
            }
            let count = self.counts.entry(row.flow).or_default();
            if *count >= most {
                continue;
            }
            *count += 1;
            self.unknown += u32::from(name == "data");
            if self.candidates.len() < MOST {
                self.candidates.push((id, row.flow, kind));
            } else {
                self.dropped = self.dropped.saturating_add(1);
            }
        }
        self.upto = end;
    }

    fn look(
        &mut self,
        asked: &Asked<'_>,
        sight: &mut Sight<'_>,
        packet: PacketId,
        flow: FlowId,
        kind: u8,
    ) -> Result<(), String> {
        let Some(&(name, ..)) = READ.get(usize::from(kind).saturating_sub(1)) else { return Ok(()) };
        sight.turn_to(packet)?;
        let is_it = |layer: &&Layer| protocol(layer.protocol).name == name;
        let Some(layer) = sight.d.layers.iter().find(is_it) else { return Ok(()) };
        let (buffer, start) = (layer.span.buffer(), layer.span.start() as usize);
        let all = match buffer {
            0 => Some(&sight.bytes),
            n => sight.d.buffers.get(usize::from(n) - 1).map(|buffer| &buffer.bytes),
        };
        let Some(bytes) = all.and_then(|all| all.get(start..all.len().min(start.saturating_add(MOST_BYTES)))) else {
            return Ok(());
        };
        let client = asked.store.flows.get(flow).map(|flow| flow.client);
        let from_client = client == Some(End::from(sight.packet.marks.has(Marks::FROM_B)));
        let before = self.before.entry(flow).or_default();
        if let Some(found) = look(name, bytes, from_client, &sight.d, before) {
            self.hits.push(Hit { flow, packet, protocol: name, sight: found });
            self.done.insert(flow, ());
            self.before.remove(&flow);
        }
        Ok(())
    }
}
