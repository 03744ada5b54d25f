//! What the ends of the first TCP streams said.
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use wireglass::engine::dissect::Transport;
use wireglass::engine::follow::Stream;
use wireglass::engine::source::Source;
use wireglass::engine::store::Store;

const STREAMS: u32 = 6;

pub fn facts(store: &Store, source: &mut dyn Source) -> Result<Vec<Value>, String> {
    let mut rows = Vec::new();
    let of_tcp = store.flows.iter().filter(|(_, flow)| flow.key.transport == Transport::Tcp);
    let first: Vec<_> = of_tcp.filter(|(_, flow)| flow.stream < STREAMS).map(|(id, flow)| (id, flow.stream)).collect();
    for (id, number) in first {
        let stream = Stream::of(store, id, source)?;
        let mut hashes = [Sha256::new(), Sha256::new()];
        let mut bytes = [0_u64; 2];
        for chunk in stream.chunks.iter().take(stream.unacknowledged) {
            if let Some(bytes) = bytes.get_mut(chunk.from) {
                *bytes += u64::from(chunk.length);
            }
            if let Some(hash) = hashes.get_mut(chunk.from) {
                hash.update(Stream::read(store, id, chunk, source)?);
            }
        }
        let [a, b] = hashes.map(|hash| hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect::<String>());
        let [bytes_a, bytes_b] = bytes;
        rows.push(json!({
            "filter": format!("tcp.stream eq {number}"),
            "bytes0": bytes_a, "bytes1": bytes_b, "sha256_0": a, "sha256_1": b,
        }));
    }
    Ok(rows)
}
