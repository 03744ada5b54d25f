//! Flows that others announced: an address and port in a session description or an FTP command.
use crate::engine::dissect::{Address, Expected, ProtocolId, Segment, Transport};
use crate::engine::protocols::registry;
use rustc_hash::FxHashMap;
use std::net::IpAddr;

/// Announcements kept at most; past it they are dropped.
const MOST: usize = 16_384;

#[derive(Debug, Default)]
pub struct Expectations(FxHashMap<(Transport, u16), (Option<IpAddr>, ProtocolId)>);

impl Expectations {
    pub fn add(&mut self, told: &mut Vec<Expected>) {
        for expected in told.drain(..) {
            let Some(protocol) = registry().named(expected.protocol) else { continue };
            if self.0.len() >= MOST {
                self.0.clear();
            }
            self.0.insert((expected.transport, expected.port), (expected.address, protocol));
        }
    }

    /// The protocol of a flow that begins with this segment, if it was announced.
    #[inline]
    pub fn of(&self, segment: &Segment, source: &Address, destination: &Address) -> Option<ProtocolId> {
        if self.0.is_empty() {
            return None;
        }
        [(segment.to_port, destination), (segment.from_port, source)].into_iter().find_map(|(port, end)| {
            let (address, protocol) = self.0.get(&(segment.transport, port))?;
            address.is_none_or(|address| Address::from(address) == *end).then_some(*protocol)
        })
    }
}
