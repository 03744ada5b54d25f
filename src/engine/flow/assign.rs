//! Which flow a segment belongs to, and which of its ends is the client.
use crate::api::ClientBy;
use crate::engine::dissect::{Address, Family, Segment, Transport, tcp_flag};
use crate::engine::protocols::registry;
use crate::engine::store::Store;
use crate::engine::store::flows::{End, Ends, Flow};
use crate::engine::store::packets::{FlowId, PacketId};
use crate::engine::store::paths::Pair;

/// The flow of a segment between two addresses and the end that sent it; started if it is new.
#[inline]
pub fn assign(
    store: &mut Store,
    source: &Address,
    destination: &Address,
    segment: &Segment,
    packet: PacketId,
) -> Option<(FlowId, End)> {
    if !matches!(source.family(), Family::Ipv4 | Family::Ipv6) {
        return None;
    }
    let (ends, reversed) = ends(source, destination, segment);
    if let Some(id) = store.flows.passed(&store.paths, &ends)
        && let Some(flow) = store.flows.get(id)
    {
        let end = End::from(flow.reversed != reversed);
        if !is_reuse(flow, end, segment) {
            return Some((id, end));
        }
    }
    let id = store.flows.start(&mut store.paths, &ends, reversed, packet);
    if let Some(flow) = store.flows.get_mut(id) {
        (flow.client, flow.client_by) = by_ports(segment);
    }
    Some((id, 0))
}

/// What a segment's flow is found by, and whether its sender is the second of the ends.
#[inline]
pub fn ends(source: &Address, destination: &Address, segment: &Segment) -> (Ends, bool) {
    let (pair, high_first) = Pair::of(source, destination);
    let (from, to) = (segment.from_port, segment.to_port);
    let reversed = match source == destination {
        // A ping to oneself: only the direction tells request from reply.
        true if from == to => segment.asks == Some(false),
        true => from > to,
        false => high_first,
    };
    (Ends { pair, transport: segment.transport, ports: if reversed { [to, from] } else { [from, to] } }, reversed)
}

/// Whether the segment opens a new connection between the same ports (definitions B.1): a SYN whose sequence number is not the one
/// its sender's numbers are counted from, or any pure SYN after a FIN or reset.
fn is_reuse(flow: &Flow, end: End, segment: &Segment) -> bool {
    let Some(head) = segment.tcp.filter(|head| head.flags & tcp_flag::SYN != 0) else { return false };
    let Some(base) = Flow::by(flow.tcp.base, end) else { return false };
    let [a, b] = flow.tcp.flags;
    let ended = u16::from(a | b) & (tcp_flag::FIN | tcp_flag::RST) != 0;
    head.seq != base || head.flags & tcp_flag::ACK == 0 && ended
}

/// Who is the client as far as the first packet's ports tell: the one whose port is not a service's.
fn by_ports(segment: &Segment) -> (End, ClientBy) {
    let rank =
        |port: u16| match segment.transport {
            Transport::Tcp | Transport::Udp | Transport::Sctp => {
                if registry().on_port(segment.transport, port).is_some() { 2 } else { u8::from(port < 1024) }
            }
            _ => 0,
        };
    match (rank(segment.from_port), rank(segment.to_port)) {
        (from, to) if from > to => (1, ClientBy::Port),
        (from, to) if from < to => (0, ClientBy::Port),
        _ => (0, ClientBy::FirstPacket),
    }
}

#[cfg(test)]
mod tests {
    use crate::engine::testing::flows;

    /// Packets of each flow.
    fn counts(talk: &str) -> Vec<u64> {
        flows(talk).iter().map(|flow| flow.total_packets()).collect()
    }

    #[test]
    fn a_syn_with_another_number_starts_a_new_connection() {
        let open = "> SYN / < SYN ACK / > ACK / > 100";
        let cases: [(&str, &[u64]); 8] = [
            ("> SYN seq=7000 / < SYN ACK seq=9000 / > ACK", &[4, 3]),
            // Sent again: the same number.
            ("> SYN seq=1000 / < SYN ACK seq=5000", &[6]),
            ("< SYN ACK seq=5000 / > ACK", &[6]),
            // 4.4: a SYN/ACK with another number, too.
            ("< SYN ACK seq=9000 / > ACK", &[4, 2]),
            ("> FIN ACK / < FIN ACK / > ACK / > SYN seq=1000", &[7, 1]),
            ("< RST / > SYN seq=1000", &[5, 1]),
            // An end alone starts nothing.
            ("< RST / > 100 / < ACK", &[7]),
            ("> FIN ACK / < SYN ACK seq=5000", &[6]),
        ];
        for (then, packets) in cases {
            assert_eq!(counts(&format!("{open} / {then}")), packets, "{then}");
        }
    }

    #[test]
    fn streams_are_numbered_in_order_of_first_packets() {
        let streams: Vec<u32> =
            flows("> SYN / < RST ACK / > SYN seq=70 / < RST ACK / > SYN seq=90").iter().map(|f| f.stream).collect();
        assert_eq!(streams, [0, 1, 2]);
    }

    #[test]
    fn both_directions_are_one_flow_and_its_first_sender_is_end_0() {
        let flow = &flows("< 300 / > ACK / > 100")[0];
        assert_eq!((flow.packets, flow.payload), ([1, 2], [300, 100]));
    }
}
