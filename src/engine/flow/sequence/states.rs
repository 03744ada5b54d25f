//! What is followed of each connection, for a bounded number of them: one that was silent longest makes room for a new one.
use super::Talk;
use crate::engine::store::column::Column;
use crate::engine::store::packets::{FlowId, NO_FLOW};
use rustc_hash::FxHashMap;

/// Connections followed at a time; with 200 bytes each, and what they remember of their segments, about 8 MiB.
const MOST: usize = 1 << 15;
/// From so many on, one that is over makes room rather than more memory.
const ENOUGH: usize = 1 << 12;
/// Slots looked at for one that is over.
const TRIED: usize = 2;

#[derive(Debug)]
struct Slot {
    flow: FlowId,
    /// Had a segment since the hand passed.
    used: bool,
    talk: Talk,
}

/// Slots are reused by the clock algorithm: the hand passes over those used since it came by last, and takes the first that was not.
/// A connection whose state was taken and that goes on is followed anew, as one whose beginning was not captured.
#[derive(Debug)]
pub struct States {
    slots: Column<Slot, 256>,
    places: FxHashMap<FlowId, u32>,
    hand: usize,
    /// Most segments belong to the flow of the one before.
    latest: (FlowId, u32),
    /// Segments that all of them remember.
    pub unacked: usize,
}

impl Default for States {
    fn default() -> Self {
        let (slots, places) = Default::default();
        Self { slots, places, hand: 0, latest: (NO_FLOW, 0), unacked: 0 }
    }
}

impl States {
    /// The flow's state, and the count of segments remembered in all.
    #[inline]
    pub fn of(&mut self, flow: FlowId) -> Option<(&mut Talk, &mut usize)> {
        if self.latest.0 != flow {
            let place = self.places.get(&flow).copied();
            self.latest = (flow, place.unwrap_or_else(|| self.place(flow)));
        }
        let slot = self.slots.get_mut(self.latest.1 as usize)?;
        slot.used = true;
        Some((&mut slot.talk, &mut self.unacked))
    }

    fn place(&mut self, flow: FlowId) -> u32 {
        let slot = Slot { flow, used: true, talk: Talk::default() };
        let over = if self.slots.len() < ENOUGH { None } else { self.over() };
        let place = if over.is_none() && self.slots.len() < MOST {
            self.slots.push(slot);
            self.slots.len() - 1
        } else {
            let place = over.unwrap_or_else(|| self.longest_silent());
            if let Some(old) = self.slots.get_mut(place) {
                self.unacked = self.unacked.saturating_sub(old.talk.unacked());
                self.places.remove(&old.flow);
                *old = slot;
            }
            place
        };
        self.places.insert(flow, place as u32);
        place as u32
    }

    /// A connection that is over and was silent since the hand passed, if there is one among the next.
    fn over(&mut self) -> Option<usize> {
        (0..TRIED).find_map(|_| {
            let place = self.hand;
            self.hand = (place + 1) % self.slots.len();
            let slot = self.slots.get_mut(place)?;
            let was_used = std::mem::take(&mut slot.used);
            if !was_used {
                slot.talk.rest();
            }
            (slot.talk.is_over() && !was_used).then_some(place)
        })
    }

    fn longest_silent(&mut self) -> usize {
        loop {
            let place = self.hand;
            self.hand = (place + 1) % MOST;
            match self.slots.get_mut(place) {
                Some(slot) if slot.used => slot.used = false,
                _ => return place,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_silent_makes_room() {
        let mut states = States::default();
        let busy = 7;
        for flow in 0..(3 * MOST as FlowId) {
            let (talk, _) = states.of(flow).expect("a state");
            talk.sides[0].window = 9;
            if let Some((talk, _)) = states.of(busy).filter(|_| flow > busy) {
                assert_eq!(talk.sides[0].window, 9, "after {flow}");
            }
        }
        assert_eq!((states.slots.len(), states.places.len()), (MOST, MOST));
        let (talk, _) = states.of(0).expect("a state");
        assert_eq!(talk.sides[0].window, 0, "followed anew");
    }
}
