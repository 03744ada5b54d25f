//! Findings explained: the rule that makes one, and what else can look like it.
use crate::engine::dissect::{Concern, Expert};

/// By filter name: rule, false causes.
static WORDS: &[(&str, &str, &str)] = &[
    ("tcp.connection.syn", "A segment with SYN and without ACK.", ""),
    ("tcp.connection.synack", "A segment with SYN and ACK.", ""),
    ("tcp.connection.fin", "A segment with FIN.", ""),
    (
        "tcp.connection.fin_active",
        "The first FIN of the connection, and what its sender repeats of it.",
        "The other end's FIN may have passed before the capture began, or was not captured.",
    ),
    ("tcp.connection.fin_passive", "A FIN after the other end's.", ""),
    (
        "tcp.connection.rst",
        "A segment with RST.",
        "Many programs close with a reset on purpose once all data is there; firewalls send resets in an end's name.",
    ),
    (
        "tcp.analysis.retransmission",
        "Bytes before the highest number that this end has sent, not told apart as another kind.",
        "The same frame captured twice (several interfaces, a mirror port); a segment that was overtaken for longer than a round trip.",
    ),
    (
        "tcp.analysis.fast_retransmission",
        "A retransmission within 20 ms of the second duplicate ACK that asks for it.",
        "Frames captured twice look like duplicate ACKs and repetitions.",
    ),
    (
        "tcp.analysis.spurious_retransmission",
        "Bytes that the other end has acknowledged already.",
        "The ACK got lost behind the capture point: then the sender had to repeat.",
    ),
    (
        "tcp.analysis.out_of_order",
        "Bytes before the highest number, within a round trip of it (3 ms if that is unknown).",
        "A quick retransmission; a capture that mixes queues or interfaces and writes packets in another order.",
    ),
    ("tcp.analysis.reused_ports", "A SYN with another number on addresses and ports of an earlier connection.", ""),
    (
        "tcp.analysis.lost_segment",
        "A number behind the one that this end should have sent next.",
        "The capture began within the connection, lost packets itself, or sees one of several paths only.",
    ),
    (
        "tcp.analysis.ack_lost_segment",
        "An ACK for bytes that were not seen.",
        "Nearly always the capture's own loss: the receiver had them. Also one-sided captures and the start of a capture.",
    ),
    ("tcp.analysis.window_update", "An ACK that changes the window and nothing else.", ""),
    (
        "tcp.analysis.window_full",
        "Payload that ends exactly where the receiver's window does.",
        "With a handshake that was not captured the window's scale is not known.",
    ),
    ("tcp.analysis.keep_alive", "At most one byte, at the number before the next one.", ""),
    ("tcp.analysis.keep_alive_ack", "An ACK without news after a keep-alive.", ""),
    (
        "tcp.analysis.duplicate_ack",
        "An ACK without payload that repeats number, ACK and window of the one before.",
        "Frames captured twice; an idle end's keep-alive answers that were not seen together.",
    ),
    ("tcp.analysis.zero_window_probe", "One byte at the next number while the other end's window is zero.", ""),
    ("tcp.analysis.zero_window_probe_ack", "An ACK with window zero after a probe.", ""),
    (
        "tcp.analysis.zero_window",
        "A window of zero without SYN, FIN or RST.",
        "Some stacks send it once while they close.",
    ),
    (
        "tcp.options.sack.dsack",
        "The first SACK block lies behind the ACK or inside the second block (RFC 2883).",
        "Says that a segment came twice at the receiver: an unneeded retransmission, or a network that doubles packets.",
    ),
    (
        "tcp.ack.nonzero",
        "An acknowledgement number without the ACK flag.",
        "Some stacks leave old numbers in resets; scanners do it on purpose.",
    ),
    (
        "tcp.options.mss.absent",
        "A SYN without the option of the maximum segment size.",
        "Scanners and small stacks leave it out.",
    ),
    ("http.chat", "The first line of a request or response.", ""),
    (
        "http.bad_header_name",
        "A header's name with a blank or another character that no name may have.",
        "Old senders break long headers into lines that begin with a blank.",
    ),
    (
        "quic.coalesced_padding_data",
        "Bytes behind the last QUIC packet of a datagram that are no packet of the same connection.",
        "Some clients fill up the datagram instead of the packet; receivers take no notice.",
    ),
    (
        "ip.ttl.too_small",
        "A time to live below 5 on a packet to another network.",
        "Routing protocols and traceroute send such on purpose.",
    ),
    (
        "icmp.resp_not_found",
        "An echo request without its reply in the capture.",
        "The reply took another path, or the capture ended first.",
    ),
    (
        "icmpv6.resp_not_found",
        "An echo request without its reply in the capture.",
        "The reply took another path, or the capture ended first.",
    ),
    (
        "dns.retransmit_request",
        "The same question again within seconds, before any answer.",
        "The answer is not in the capture, or the question was captured twice.",
    ),
    (
        "wireglass.ttl_changed",
        "The time to live (or hop limit) is not that of the sender's packets before it; told once for each end of a flow.",
        "Several paths at once (load balancing) and changes of route do it; a single reset with another value may come from a box in between.",
    ),
    (
        "wireglass.unreachable",
        "A router or host answers a packet of the flow with \"destination unreachable\".",
        "Traceroute and port scans provoke such answers; another path may still work.",
    ),
    (
        "wireglass.fragment_lost",
        "Not all fragments of the datagram are in the capture.",
        "The capture began, ended or lost packets in between; the fragments may have taken several paths.",
    ),
];

/// The rule and its false causes, as sentences.
pub(super) fn explain(expert: &Expert) -> (&'static str, &'static str) {
    if let Some((_, rule, other)) = WORDS.iter().find(|(name, _, _)| *name == expert.field.name()) {
        return (rule, other);
    }
    match expert.concern {
        Concern::Malformed => (
            "A length or a value contradicts the protocol, and reading stopped there or went on without it.",
            "The protocol was guessed wrong, or bytes before it are missing in the capture.",
        ),
        Concern::Checksum => (
            "The checksum is not that of the bytes.",
            "The capture has the packet before its sender's network card filled the checksum in.",
        ),
        Concern::Undecoded => ("The protocol has something here that is not read.", ""),
        Concern::Assumption => ("The capture does not tell; a usual value was taken.", ""),
        _ => ("The protocol's own rules, checked while the packet was read.", ""),
    }
}
