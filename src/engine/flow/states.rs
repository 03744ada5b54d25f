//! States that protocols keep from message to message of a flow.
use crate::engine::store::packets::FlowId;
use rustc_hash::FxHashMap;
use std::any::Any;

type State = Box<dyn Any + Send>;

/// States kept at most.
const MOST: usize = 16_384;

/// In two generations: a state that is used is young again. When the young ones are half of what is kept, the old ones, which nobody
/// has used for as long, are dropped: their protocols begin anew.
#[derive(Default)]
pub struct States {
    young: FxHashMap<FlowId, State>,
    old: FxHashMap<FlowId, State>,
}

impl States {
    pub fn take(&mut self, flow: FlowId) -> Option<State> {
        self.young.remove(&flow).or_else(|| self.old.remove(&flow))
    }

    /// Keeps what was taken, or a flow's first state.
    pub fn keep(&mut self, flow: FlowId, state: State) {
        if self.young.len() >= MOST / 2 {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(flow, state);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_in_use_outlive_the_others() {
        let mut states = States::default();
        let (live, idle) = (0, 1);
        states.keep(live, Box::new(0_u32));
        states.keep(idle, Box::new(0_u32));
        for other in 2..100_000 {
            states.keep(other, Box::new(0_u32));
            let state = states.take(live).expect("in use");
            let count = state.downcast_ref::<u32>().expect("a count").saturating_add(1);
            states.keep(live, Box::new(count));
            assert!(states.young.len() + states.old.len() <= MOST);
        }
        assert!(states.take(idle).is_none());
        assert_eq!(states.take(live).and_then(|state| state.downcast_ref::<u32>().copied()), Some(99_998));
    }
}
