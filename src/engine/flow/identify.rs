//! Which application protocol a flow speaks: the flow's knowledge, gathered from its first payloads.
use crate::engine::dissect::{Bytes, Payload, ProtocolId, Segment, Transport, Verdict};
use crate::engine::protocols::{protocol, registry};
use crate::engine::store::flows::{Flow, NO_PROTOCOL, SETTLED};

/// Payloads looked at before giving up on certainty.
const LOOKS: u8 = 8;

/// The protocol of this flow as known once its payload `bytes` has been seen.
#[inline]
pub fn speaks(flow: &mut Flow, segment: &Segment, bytes: &Bytes<'_>) -> Option<ProtocolId> {
    if flow.looks != SETTLED && !bytes.is_empty() {
        look(flow, segment, bytes);
    }
    Some(flow.app).filter(|&app| app != NO_PROTOCOL)
}

/// What the datagram that an ICMP error quotes speaks: its flow's protocol, if one is known.
pub fn quoted(app: ProtocolId, segment: &Segment, bytes: &Bytes<'_>) -> Option<ProtocolId> {
    if segment.transport != Transport::Udp || bytes.is_empty() {
        return None;
    }
    let payload = Payload {
        bytes: bytes.all(),
        transport: segment.transport,
        from_port: segment.from_port,
        to_port: segment.to_port,
    };
    Some(app).filter(|&app| app != NO_PROTOCOL).or_else(|| registry().identify(&payload).0)
}

#[cold]
fn look(flow: &mut Flow, segment: &Segment, bytes: &Bytes<'_>) {
    // Inside another protocol the ports are that one's.
    let (from_port, to_port) = if flow.carrier == NO_PROTOCOL { (segment.from_port, segment.to_port) } else { (0, 0) };
    let payload = Payload { bytes: bytes.all(), transport: segment.transport, from_port, to_port };
    flow.looks = flow.looks.saturating_add(1);
    match registry().identify(&payload) {
        (Some(app), Verdict::Certain) => {
            (flow.app, flow.looks) = (app, SETTLED);
            let outer = protocol(app).inside.and_then(|outer| registry().named(outer));
            let on_port = |port| outer.is_some() && registry().on_port(segment.transport, port) == outer;
            if let Some(outer) = outer.filter(|_| on_port(from_port) || on_port(to_port)) {
                flow.carrier = outer;
            }
        }
        (Some(app), _) if flow.app == NO_PROTOCOL => flow.app = app,
        _ => {}
    }
    if flow.looks >= LOOKS {
        flow.looks = SETTLED;
    }
}
