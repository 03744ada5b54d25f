//! A packet dissected again with everything, for lists, trees, searches and filters.
use crate::api::Moment;
use super::dissect::{Dissection, Found, LayerKind, Wanted};
use super::protocols::{FrameFacts, frame_fields, is_only_in_tree, protocol};
use super::replay::{Replay, States};
use super::source::Source;
use super::store::Store;
use super::store::packets::{NO_TIME, Packet, PacketId};

/// Dissects packets, one after the other.
pub struct Sight<'a> {
    pub replay: Replay<'a>,
    pub d: Dissection,
    pub id: PacketId,
    pub packet: Packet,
    pub bytes: Vec<u8>,
}

impl<'a> Sight<'a> {
    /// Looks at a packet; with what was kept of earlier looks.
    ///
    /// # Errors
    /// When there is none, or the file cannot be read again.
    pub fn of(store: &'a Store, source: &'a mut dyn Source, states: States, id: PacketId) -> Result<Self, String> {
        let mut sight = Self::before(Replay::new(store, source).knowing(states));
        sight.turn_to(id)?;
        Ok(sight)
    }

    /// Looks at no packet yet.
    pub fn before(replay: Replay<'a>) -> Self {
        let d = Dissection::new(Wanted::Everything);
        Self { replay, d, id: PacketId::MAX, packet: Packet::default(), bytes: Vec::new() }
    }

    /// Looks at another packet.
    ///
    /// # Errors
    /// As [`Sight::of`].
    pub fn turn_to(&mut self, id: PacketId) -> Result<(), String> {
        // A second look would have to begin the states of its flow's protocols anew.
        if id != self.id {
            (self.packet, self.bytes) = self.replay.walk(&mut self.d, id)?;
            self.id = id;
        }
        Ok(())
    }

    /// What is kept for the next look.
    pub fn finish(self) -> States {
        self.replay.finish()
    }

    /// ns since the first packet.
    pub fn time(&self) -> Option<i64> {
        Some(self.packet.time).filter(|&time| time != NO_TIME)
    }

    /// ns since the packet before it in the file.
    pub fn delta(&self) -> Option<i64> {
        let before = self.replay.store().packets.time(self.id.checked_sub(1)?);
        self.time().zip(before.filter(|&time| time != NO_TIME)).map(|(now, before)| now.saturating_sub(before))
    }

    /// What the file says about it.
    pub fn frame(&self) -> Vec<Found> {
        let store = self.replay.store();
        let epoch = self.time().zip(store.start).map(|(time, start)| start.saturating_add(time));
        let moment = |ns: i64| {
            let (seconds, nanos) = (ns.div_euclid(1_000_000_000), ns.rem_euclid(1_000_000_000) as u32);
            (ns, format!("{}.{nanos:09}", Moment { seconds, nanos }.calendar()))
        };
        frame_fields(&FrameFacts {
            number: self.id.saturating_add(1),
            time: epoch.map(moment),
            delta: self.delta(),
            relative: self.time(),
            length: self.packet.wire_len,
            captured: self.packet.captured,
            interface: store.stacks.interface(self.packet.stack),
            protocols: &layer_names(&self.d).join(":"),
            comment: self.packet.marks.has(super::store::packets::Marks::COMMENT),
        })
    }

    /// A field's values, joined by commas, as a column shows them.
    pub fn column(&self, name: &str) -> String {
        let join = |fields: &[Found]| {
            fields
                .iter()
                .filter(|found| found.field.name() == name)
                .map(|found| found.text())
                .collect::<Vec<_>>()
                .join(",")
        };
        if name.starts_with("frame.") { join(&self.frame()) } else { join(&self.d.fields) }
    }
}

/// Layer names as `frame.protocols` has them, outermost first: lines of the tree that are no layers are left out.
pub fn layer_names(d: &Dissection) -> Vec<&'static str> {
    let mut mentions = d.mentions.iter().peekable();
    let mut names = Vec::new();
    for (index, layer) in d.layers.iter().enumerate() {
        while let Some((_, name)) = mentions.next_if(|(at, _)| *at <= index) {
            names.push(*name);
        }
        if layer.kind != LayerKind::Again && !is_only_in_tree(layer.protocol) {
            names.push(protocol(layer.protocol).name);
        }
    }
    names.extend(mentions.map(|(_, name)| *name));
    names
}
