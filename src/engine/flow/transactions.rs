//! Requests meet responses: by flow and key, in their order.
use crate::engine::dissect::Role;
use crate::engine::store::packets::FlowId;
use crate::engine::store::transactions::{Place, Transactions};
use rustc_hash::FxHashMap;
use std::collections::VecDeque;

/// Requests that wait at most, over all flows: those without answers never leave by themselves.
const MOST_WAITING: usize = 262_144;
/// Requests of one flow and key.
const MOST_OF_ONE: usize = 4096;

/// ns.
const SECOND: i64 = 1_000_000_000;

#[derive(Debug, Default)]
pub struct Pending {
    waiting: FxHashMap<(FlowId, u64), VecDeque<Place>>,
    count: usize,
}

impl Pending {
    /// A packet told a request or a response; `age` tells how long ago another one passed, ns. The request it repeats, if it does.
    pub fn told(
        &mut self,
        pairs: &mut Transactions,
        flow: FlowId,
        at: Place,
        role: Role,
        key: u64,
        age: impl Fn(Place) -> i64,
    ) -> Option<Place> {
        if role == Role::Response {
            let waiting = self.waiting.get_mut(&(flow, key))?;
            if let Some(request) = waiting.pop_front() {
                self.count -= 1;
                pairs.add(request, at);
            }
            if waiting.is_empty() {
                self.waiting.remove(&(flow, key));
            }
            return None;
        }
        if self.count >= MOST_WAITING {
            self.waiting.clear();
            self.count = 0;
        }
        let waiting = self.waiting.entry((flow, key)).or_default();
        match role {
            Role::Once if !waiting.is_empty() => return waiting.front().copied(),
            Role::OnceFor(seconds)
                if waiting.front().is_some_and(|&first| age(first) < i64::from(seconds) * SECOND) =>
            {
                return waiting.front().copied();
            }
            Role::Latest | Role::OnceFor(_) => {
                self.count -= waiting.len();
                waiting.clear();
            }
            _ if waiting.len() >= MOST_OF_ONE => return None,
            _ => {}
        }
        waiting.push_back(at);
        self.count += 1;
        None
    }
}
