//! How views say what the answers' enums mean.
use crate::api::{
    Blame, ClientBy, FlowRow, LossKind, Measures, NameFrom, Outcome, Place, Severity, SocketState, StallKind, Verdict,
};
use crate::ui::format;
use crate::ui::say::{fill, t};
use crate::ui::wanted::{self, STATES};

pub(crate) fn outcome(outcome: Outcome) -> (&'static str, &'static str, &'static str) {
    let (word, meaning, class) = match outcome {
        Outcome::Unknown => ("", "", ""),
        Outcome::NoAnswer => ("✕ no answer", "SYNs without any answer", "bad"),
        Outcome::Refused => ("✕ refused", "The SYN was answered by a reset", "bad"),
        Outcome::Open => ("○ open", "Handshake seen, no end seen", ""),
        Outcome::Closed => ("● closed", "Ended by FIN", ""),
        Outcome::Reset => ("! reset", "Ended by a reset after the handshake", "doubtful"),
    };
    (t(word), t(meaning), class)
}

pub(crate) fn client_by(by: ClientBy) -> &'static str {
    t(match by {
        ClientBy::Handshake => "it sent the first SYN, INIT or echo request",
        ClientBy::Port => "the other port is one a known service listens on",
        ClientBy::FirstPacket => "assumed: it sent the first packet that was captured",
    })
}

pub(crate) fn name_from(from: NameFrom) -> &'static str {
    t(match from {
        NameFrom::Nowhere => "",
        NameFrom::Sni => "from the TLS Server Name Indication",
        NameFrom::Host => "from the HTTP Host header",
        NameFrom::Dns => "from a DNS answer in the capture",
        NameFrom::File => "from a name record in the capture file",
    })
}

pub(crate) fn place(place: Place) -> (&'static str, &'static str) {
    let (word, meaning) = match place {
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
    };
    (t(word), t(meaning))
}

/// A socket's state as netstat prints it, what it means, and how it is shown.
pub(crate) fn socket(state: SocketState) -> (&'static str, &'static str, &'static str) {
    let (meaning, class) = match state {
        SocketState::Unknown => {
            ("Nothing was seen of this end: whether it listens, or is there at all, is not known", "muted")
        }
        SocketState::SynSent => ("Asked for a connection, no answer yet", "doubtful"),
        SocketState::SynReceived => ("Answered the SYN; the client's ACK is not there", "doubtful"),
        SocketState::Established => ("Open", ""),
        SocketState::FinWait1 => ("Has closed, and waits for the ACK of its FIN", ""),
        SocketState::FinWait2 => ("Has closed, and waits for the other end to close", ""),
        SocketState::CloseWait => ("The other end has closed; the application here has not", "doubtful"),
        SocketState::Closing => ("Both ends closed at the same time", ""),
        SocketState::LastAck => ("Has closed as the second; waits for the last ACK", ""),
        SocketState::TimeWait => ("Closed; stays for a while so that late packets harm nobody", ""),
        SocketState::Closed => ("Closed", "muted"),
    };
    (wanted::slug(&STATES, &state), t(meaning), class)
}

/// What became of a connection: sign and word, what it means, and how it is shown.
pub(crate) fn verdict(verdict: Verdict) -> (&'static str, &'static str, &'static str) {
    let (word, meaning, class) = match verdict {
        Verdict::Open => ("○ open", "Established, and in order as far as the capture shows", ""),
        Verdict::Normal => ("● closed", "Both ends closed", ""),
        Verdict::Closing => ("◐ closing", "One end has closed, the other not yet; no reason to worry", ""),
        Verdict::Refused => {
            ("✕ refused", "The SYN was answered by a reset: nothing listens there, or a firewall rejects", "bad")
        }
        Verdict::Unanswered => {
            ("✕ unanswered", "SYNs without any answer: filtered on the way, or the host is not there", "bad")
        }
        Verdict::Unfinished => ("! unfinished", "The SYN/ACK was never acknowledged", "doubtful"),
        Verdict::Reset => ("! reset", "Ended by a reset", "doubtful"),
        Verdict::HalfOpen => ("✕ half-open", "One end sends again and again and nothing comes back", "bad"),
        Verdict::CloseWait => {
            ("! not closed", "The other end has closed, and the application does not close its own", "doubtful")
        }
    };
    (t(word), t(meaning), class)
}

/// Sign, word and class of a severity: Wireshark's colours, and never the colour alone.
pub(crate) fn severity(severity: Severity) -> (&'static str, &'static str, &'static str) {
    match severity {
        Severity::Comment => ("✎", t("Comment"), "sev-comment"),
        Severity::Chat => ("·", t("Chat"), "sev-chat"),
        Severity::Note => ("●", t("Note"), "sev-note"),
        Severity::Warning => ("▲", t("Warning"), "sev-warning"),
        Severity::Error => ("✖", t("Error"), "sev-error"),
    }
}

/// Several of a severity.
pub(crate) fn severities(severity: Severity) -> &'static str {
    match severity {
        Severity::Comment => t("Comments"),
        Severity::Chat => t("Chats"),
        Severity::Note => t("Notes"),
        Severity::Warning => t("Warnings"),
        Severity::Error => t("Errors"),
    }
}

pub(crate) fn blame(blame: Blame) -> (&'static str, &'static str) {
    let (who, class) = match blame {
        Blame::Nobody => ("", ""),
        Blame::Network => ("Network", "blame-network"),
        Blame::Server => ("Server", "blame-server"),
        Blame::Client => ("Client", "blame-client"),
    };
    (t(who), class)
}

pub(crate) fn stall(kind: StallKind) -> (&'static str, &'static str) {
    let (word, meaning) = match kind {
        StallKind::Timeout => ("time-out", "Nothing came until the sender's timer sent it again"),
        StallKind::FastRetransmission => ("loss", "Sent again because duplicate ACKs said that it was missing"),
        StallKind::ZeroWindow => ("zero window", "The receiver had no room"),
        StallKind::DelayedAck => (
            "delayed ACK",
            "A small segment waited for the ACK of the one before (Nagle), and the receiver delayed that ACK",
        ),
        StallKind::Pause => ("pause", "The sender had room to send, and sent nothing"),
    };
    (t(word), t(meaning))
}

pub(crate) fn measures(measures: Measures) -> &'static str {
    t(match measures {
        Measures::Unknown => "what it measures cannot be told",
        Measures::Network => "the way to the other end and back",
        Measures::LocalStack => "no network: how fast a kernel beside the capture acknowledges",
        Measures::PartOfTheWay => "the part of the way behind the place of capture",
    })
}

pub(crate) fn loss(kind: LossKind) -> &'static str {
    t(match kind {
        LossKind::Before => "lost before the capture",
        LossKind::After => "lost after the capture",
        LossKind::AckLost => "its ACK was lost, or came late",
        LossKind::Needless => "sent again for nothing",
        LossKind::Reordered => "overtaken, not lost",
        LossKind::Duplicate => "captured twice",
        LossKind::NotCaptured => "acknowledged, but not captured",
    })
}

/// An arrow towards the side that got more bytes.
pub(crate) fn direction(row: &FlowRow) -> (&'static str, String) {
    let (out, back) = (row.bytes_out, row.bytes_in);
    let title = fill("{0} to the server, {1} to the client", &[&format::bytes(out), &format::bytes(back)]);
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
        [] => t("Sent and received cannot be told: there is no local host.").to_owned(),
        hosts => fill("Sent and received as seen from {0}.", &[&hosts.join(", ")]),
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
