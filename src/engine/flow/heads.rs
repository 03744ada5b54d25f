//! First messages that are longer than a segment: a TLS ClientHello with post-quantum keys, a request with many cookies. Their
//! bytes are kept until the message is whole, because the server's name may stand in its later part. Bounded.
use crate::engine::dissect::ProtocolId;
use crate::engine::protocols::{head_is_complete, protocol};
use crate::engine::store::flows::End;
use crate::engine::store::packets::FlowId;
use rustc_hash::FxHashMap;

/// A longer head is given up.
const LONGEST: usize = 16 << 10;
/// Heads waiting at most; a flood of half requests keeps no more memory than 16 MiB.
const MOST_WAITING: usize = 1024;

#[derive(Debug)]
struct Waiting {
    bytes: Vec<u8>,
    /// Sequence number of the byte that comes next.
    next: u32,
}

#[derive(Debug, Default)]
pub struct Heads {
    waiting: FxHashMap<(FlowId, End), Waiting>,
}

/// Whether the bytes begin a message that tells names and goes on behind them.
fn is_unfinished(app: ProtocolId, bytes: &[u8]) -> bool {
    match protocol(app).name {
        "http" => bytes.first().is_some_and(u8::is_ascii_uppercase) && !head_is_complete(bytes),
        _ => false,
    }
}

impl Heads {
    /// Payload of a flow without a name passes; the whole head when this segment completes one.
    #[inline]
    pub fn follow(&mut self, flow: FlowId, end: End, app: ProtocolId, seq: u32, payload: &[u8]) -> Option<Vec<u8>> {
        if payload.is_empty() {
            return None;
        }
        let next = seq.wrapping_add(payload.len() as u32);
        let Some(waiting) = self.waiting.get_mut(&(flow, end)) else {
            if is_unfinished(app, payload) {
                // Heads whose rest was lost never leave by themselves; so many of them make room together.
                if self.waiting.len() >= MOST_WAITING {
                    self.waiting.clear();
                }
                self.waiting.insert((flow, end), Waiting { bytes: payload.to_vec(), next });
            }
            return None;
        };
        if waiting.next != seq {
            return None; // sent again, or out of order: the missing piece may still come
        }
        waiting.bytes.extend_from_slice(payload);
        waiting.next = next;
        if waiting.bytes.len() <= LONGEST && is_unfinished(app, &waiting.bytes) {
            return None;
        }
        self.waiting.remove(&(flow, end)).map(|waiting| waiting.bytes)
    }

    /// The flow's name is known: nothing more to wait for.
    pub fn settle(&mut self, flow: FlowId, end: End) {
        self.waiting.remove(&(flow, end));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::protocols::registry;

    #[test]
    fn a_request_in_three_segments_is_given_back_whole() {
        let http = registry().named("http").expect("HTTP is known");
        let mut heads = Heads::default();
        assert_eq!(heads.follow(1, 0, http, 100, b"GET / HTTP/1.1\r\nCookie: "), None);
        assert_eq!(heads.follow(1, 0, http, 124, b"a=b\r\n"), None);
        assert_eq!(heads.follow(1, 0, http, 124, b"a=b\r\n"), None, "sent again");
        let whole = heads.follow(1, 0, http, 129, b"Host: x\r\n\r\n").expect("complete");
        assert_eq!(whole, b"GET / HTTP/1.1\r\nCookie: a=b\r\nHost: x\r\n\r\n");
        assert!(heads.waiting.is_empty());
    }

    #[test]
    fn what_waits_is_bounded() {
        let http = registry().named("http").expect("HTTP is known");
        let mut heads = Heads::default();
        for flow in 0..2000 {
            heads.follow(flow, 0, http, 0, b"GET /");
            assert!(heads.waiting.len() <= MOST_WAITING);
        }
        let long = vec![b'a'; LONGEST];
        assert!(heads.follow(1999, 0, http, 5, &long).is_some(), "given back, however long, not kept");
    }
}
