//! One row a TCP stream.
use super::Sight;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use wireglass::engine::dissect::{Transport, seconds};
use wireglass::engine::query::flows::initial_rtt;
use wireglass::engine::store::Store;
use wireglass::engine::store::packets::FlowId;

#[derive(Default)]
struct Stream {
    first_frame: u32,
    last_frame: u32,
    frames: u32,
    payload: u64,
    flags: BTreeMap<String, u32>,
}

#[derive(Default)]
pub struct Collector {
    streams: BTreeMap<FlowId, Stream>,
}

impl Collector {
    /// A frame with several TCP layers counts for the innermost.
    pub fn add(&mut self, sight: &Sight<'_>) {
        let Some(seen) = sight.transports.iter().rev().find(|seen| seen.segment.transport == Transport::Tcp) else {
            return;
        };
        let Some(head) = seen.segment.tcp else { return };
        let stream = self.streams.entry(seen.flow).or_default();
        if stream.frames == 0 {
            stream.first_frame = sight.n;
        }
        stream.last_frame = sight.n;
        stream.frames += 1;
        stream.payload += u64::from(seen.segment.payload_len);
        *stream.flags.entry(format!("0x{:04x}", head.flags)).or_default() += 1;
    }

    pub fn facts(self, store: &Store) -> Vec<Value> {
        let row = |(id, stream): (FlowId, Stream)| {
            let flow = store.flows.get(id)?;
            Some(json!({
                "stream": flow.stream,
                "first_frame": stream.first_frame,
                "last_frame": stream.last_frame,
                "frames": stream.frames,
                "payload": stream.payload,
                "flags": stream.flags,
                "initial_rtt": initial_rtt(flow).map(seconds),
                "completeness": flow.tcp.completeness,
            }))
        };
        self.streams.into_iter().filter_map(row).collect()
    }
}
