//! How views say what the answers' enums mean.
use crate::api::{ClientBy, FlowRow, NameFrom, Outcome, Place};
use crate::ui::format;

pub(crate) fn outcome(outcome: Outcome) -> (&'static str, &'static str, &'static str) {
    match outcome {
        Outcome::Unknown => ("", "", ""),
        Outcome::NoAnswer => ("✕ no answer", "SYNs without any answer", "bad"),
        Outcome::Refused => ("✕ refused", "The SYN was answered by a reset", "bad"),
        Outcome::Open => ("○ open", "Handshake seen, no end seen", ""),
        Outcome::Closed => ("● closed", "Ended by FIN", ""),
        Outcome::Reset => ("! reset", "Ended by a reset after the handshake", "doubtful"),
    }
}

pub(crate) fn client_by(by: ClientBy) -> &'static str {
    match by {
        ClientBy::Handshake => "it sent the first SYN, INIT or echo request",
        ClientBy::Port => "the other port is one a known service listens on",
        ClientBy::FirstPacket => "assumed: it sent the first packet that was captured",
    }
}

pub(crate) fn name_from(from: NameFrom) -> &'static str {
    match from {
        NameFrom::Nowhere => "",
        NameFrom::Sni => "from the TLS Server Name Indication",
        NameFrom::Host => "from the HTTP Host header",
        NameFrom::Dns => "from a DNS answer in the capture",
        NameFrom::File => "from a name record in the capture file",
    }
}

pub(crate) fn place(place: Place) -> (&'static str, &'static str) {
    match place {
        Place::Unknown => {
            ("Place of capture unknown", "The handshakes do not tell on which side the capture was taken.")
        }
        Place::NearClient => (
            "Captured near the client",
            "Almost all of the round trip lies between the capture and the server: the initial RTT is what the client experienced, and delays to the server are seen in full.",
        ),
        Place::NearServer => (
            "Captured near the server",
            "Almost all of the round trip lies between the capture and the client: a fast SYN/ACK only says that the server was close to the capture.",
        ),
        Place::Between => (
            "Captured between client and server",
            "Both halves of the handshake take time: each shows its own side of the way, the initial RTT both together.",
        ),
    }
}

/// An arrow towards the side that got more bytes.
pub(crate) fn direction(row: &FlowRow) -> (&'static str, String) {
    let (out, back) = (row.bytes_out, row.bytes_in);
    let title = format!("{} to the server, {} to the client", format::bytes(out), format::bytes(back));
    let arrow = match (out, back) {
        (_, 0) => "→",
        (0, _) => "←",
        _ if out > back.saturating_mul(3) => "⇒",
        _ if back > out.saturating_mul(3) => "⇐",
        _ => "⇄",
    };
    (arrow, title)
}

/// `SA` → `SYN, ACK`.
pub(crate) fn flags(letters: &str) -> String {
    let name = |letter| match letter {
        'F' => "FIN",
        'S' => "SYN",
        'R' => "RST",
        'P' => "PSH",
        'A' => "ACK",
        'U' => "URG",
        'E' => "ECE",
        'C' => "CWR",
        _ => "?",
    };
    letters.chars().map(name).collect::<Vec<_>>().join(", ")
}

/// Whose packets count as sent.
pub(crate) fn seen_from(local: &[String]) -> String {
    match local {
        [] => "Sent and received cannot be told: there is no local host.".to_owned(),
        hosts => format!("Sent and received as seen from {}.", hosts.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrows_follow_the_bytes() {
        let arrow = |bytes_out, bytes_in| direction(&FlowRow { bytes_out, bytes_in, ..FlowRow::default() }).0;
        assert_eq!([arrow(1, 0), arrow(0, 1), arrow(5, 4), arrow(100, 1), arrow(1, 100)], ["→", "←", "⇄", "⇒", "⇐"]);
    }

    #[test]
    fn flags_are_spelled_out() {
        assert_eq!(flags("SA"), "SYN, ACK");
        assert_eq!(flags(""), "");
    }
}
