//! States that protocols keep from message to message of a flow.
use crate::engine::store::packets::FlowId;
use rustc_hash::FxHashMap;
use std::any::Any;

/// States kept at most. Past it all are dropped: their protocols begin anew.
const MOST: usize = 16_384;

#[derive(Default)]
pub struct States(FxHashMap<FlowId, Option<Box<dyn Any + Send>>>);

impl States {
    pub fn take(&mut self, flow: FlowId) -> Option<Box<dyn Any + Send>> {
        self.0.get_mut(&flow)?.take()
    }

    pub fn keep(&mut self, flow: FlowId, state: Box<dyn Any + Send>) {
        if let Some(place) = self.0.get_mut(&flow) {
            *place = Some(state);
            return;
        }
        if self.0.len() >= MOST {
            self.0.clear();
        }
        self.0.insert(flow, Some(state));
    }
}
