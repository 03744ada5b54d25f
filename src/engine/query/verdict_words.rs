//! Verdicts in words.
use super::verdicts::Finding;
use crate::api::{Blame, VerdictKind, count as grouped, long};

const MS: i64 = 1_000_000;

/// `12 ms`, `1.2 s`
pub fn time(ns: i64) -> String {
    let (ms, s) = (ns / MS, ns / (1000 * MS));
    match ms {
        0..10 => format!("{ms}.{} ms", ns / (MS / 10) % 10),
        10..1000 => format!("{ms} ms"),
        1000..10_000 => format!("{s}.{} s", ms / 100 % 10),
        _ => long(s),
    }
}

/// The finding in words: what it is, why it stands out, what else could explain it.
pub fn said(worst: &Finding, service: &str, flows: u32, ns: i64) -> (String, &'static str, &'static str) {
    let Finding { a, b, count: times, of, .. } = *worst;
    let (count, all, connections) = (grouped(times), grouped(of), grouped(flows));
    let [a_bytes, b_bytes] = [a, b].map(|bytes| grouped(bytes.unsigned_abs()));
    let (who, other) = match worst.blame {
        Blame::Client => ("client", "server"),
        _ => ("server", "client"),
    };
    let (s, of_these) = match flows {
        1 => ("", String::new()),
        _ => ("s", format!(" The same in {connections} connections to it; these are the numbers of the worst one.")),
    };
    let (what, because, but) = match worst.kind {
        VerdictKind::SlowServer => (
            format!(
                "{service} takes {} to begin an answer ({}{all} requests); the way to it and back is {} of the waiting.",
                time(a),
                if times == 1 { "to one of ".to_owned() } else { format!("median of the {count} slow ones of ") },
                time(b)
            ),
            "More than half of the time of its requests is the server's, and each of these answers took more than the 100 ms that people take for at once.",
            "A server that answers late on purpose (long polling, waiting for news or for a lock); a request or an answer that was lost before it came to the capture point and sent again.",
        ),
        VerdictKind::FarAway => (
            format!(
                "The way to {service} and back takes {}; the network takes most of the time of its requests.",
                time(a)
            ),
            "Light in fibre needs 200 ms to the other side of the Earth and back: a longer way is a satellite, a detour or a queue.",
            "A mobile or satellite link that is simply like that; an end that is slow to answer handshakes.",
        ),
        VerdictKind::Loss => (
            format!(
                "{count} of {all} segments of the {} on a connection to {service} were sent again{}.",
                if a == 1 { "client" } else { "server" },
                if worst.ns >= MS { format!("; it stood still for {}", time(worst.ns)) } else { String::new() }
            ),
            "From one lost segment in a hundred on TCP slows down noticeably; a retransmission time-out stops it for at least 200 ms.",
            "Packets in another order; ACKs that come late; packets that the capture, not the network, missed.",
        ),
        VerdictKind::ZeroWindow => (
            format!(
                "The {who} of a connection with {service} had no room for more data for {}: its application does not read.",
                time(worst.ns)
            ),
            "A window of zero stops the sender; here for at least 200 ms and a tenth of the time.",
            "A reader that stops on purpose (a paused player, a rate limit).",
        ),
        VerdictKind::DelayedAck => (
            format!(
                "{count} times the {who}'s data waited for a delayed ACK of the {other}, {} each (median): the {who} writes its messages to {service} in small pieces, and holds each back until the one before is acknowledged (Nagle).",
                time(a)
            ),
            "At least three such waits, together more than 100 ms. TCP_NODELAY, or writing a message at once, ends them.",
            "An application that waits by itself just as long as its peer's ACK takes.",
        ),
        VerdictKind::PathMtu if worst.router.is_some() => (
            format!(
                "The router {} dropped packets of a connection between {service} and its client, and said so {count} times: {}.",
                worst.router.map(|router| router.to_string()).unwrap_or_default(),
                match a {
                    0 => "they are too large for its next link (path MTU)".to_owned(),
                    _ => format!("more than {a_bytes} bytes do not fit its next link (path MTU)"),
                }
            ),
            "An ICMP message (\"fragmentation needed\", \"packet too big\") quotes the connection; what was dropped is sent again in smaller segments, which takes a round trip.",
            "A message that somebody else sent in the router's name.",
        ),
        VerdictKind::PathMtu if a == 0 => (
            format!(
                "{count} bytes in one piece that were sent on a connection between {service} and its client never came here, in {}, while segments of up to {b_bytes} bytes do: a black hole for large packets.",
                time(worst.ns)
            ),
            "Their sender goes on for more than three seconds, time enough to send them again several times, and nobody acknowledges them; no full segment of it was ever seen.",
            "A capture that misses packets just here; a sender that gave up what it had to say.",
        ),
        VerdictKind::PathMtu => (
            format!(
                "Segments of {a_bytes} bytes do not get through (sent {count} times in {}), while segments of up to {b_bytes} bytes do, on the way between {service} and its client: a black hole for large packets.",
                time(worst.ns)
            ),
            "A full segment is never acknowledged though it was sent at least three times, and smaller ones are.",
            "A peer that vanished just when the first large segment was sent.",
        ),
        VerdictKind::Queue => (
            format!(
                "Round trips between {service} and its client grow from {} to {} while a lot of data is under way: a long queue fills up.",
                time(a),
                time(b)
            ),
            "Three times as long and by more than 100 ms: calls and games suffer while a transfer runs.",
            "A link whose delay changes by itself (mobile); a receiver that acknowledges late under load.",
        ),
        VerdictKind::Vanished => (
            format!(
                "The {who} of a connection with {service} does not answer any more: the same segment was sent {count} times in {}.",
                time(worst.ns)
            ),
            "At least three transmissions over more than a second without any packet back.",
            "A firewall that forgot the connection; a cut link; a capture that misses one direction.",
        ),
        VerdictKind::Refused => (
            format!("{service} refused {connections} connection{s}: nothing listens there."),
            "A reset answers the SYN.",
            "A firewall that answers with resets in the server's name.",
        ),
        VerdictKind::Unanswered if of > 0 => (
            format!("{count} of {all} queries to {service} got no answer, or only when they were asked again."),
            "Two or more, and one in a hundred: each costs its client a second or more until it asks again.",
            "A server that does not answer what it does not like; an answer that takes another way than the captured one.",
        ),
        VerdictKind::CloseWait => (
            format!(
                "{service} left {connections} connections open that its clients had closed, the oldest for {} (CLOSE_WAIT).",
                time(a)
            ),
            "Its kernel acknowledged the FIN; the application has not closed its socket. Three or more of ten seconds are a leak.",
            "A server that still has much to send, or closes late on purpose.",
        ),
        VerdictKind::SlowClient => (
            format!(
                "The client of {service} pauses {} (median of {count}) before its next request; server and network are quicker.",
                time(a)
            ),
            "At least two thirds of the connection's time are pauses of 100 ms to 1 s between an answer and the next request.",
            "A program that asks at intervals on purpose.",
        ),
        VerdictKind::Unanswered => (
            format!("{connections} connection{s} to {service} got no answer at all, in {}.", time(ns)),
            "SYNs, and nothing came back: lost, filtered, or no such host.",
            "An answer that takes another way than the captured one.",
        ),
        VerdictKind::Reset => (
            format!(
                "The {who} reset {connections} connection{s} with {service} in the middle of a request or an answer."
            ),
            "A reset less than a second after data, without a FIN, before the answer was whole.",
            "An application that closes its connections that way when it has all it wants; a firewall.",
        ),
    };
    let alone = matches!(
        worst.kind,
        VerdictKind::Refused | VerdictKind::Unanswered | VerdictKind::Reset | VerdictKind::CloseWait
    );
    (if alone { what } else { what + &of_these }, because, but)
}
