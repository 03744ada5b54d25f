//! Names of the TCP findings among a packet's marks: what the Info column, filters and facts call them.
use super::packets::Marks;

/// What TCP sequence analysis can find on a segment.
#[derive(Debug)]
pub struct Kind {
    /// Its bit among [`Marks`].
    pub mark: u32,
    pub name: &'static str,
    /// The field a display filter asks for.
    pub filter: &'static str,
    /// What the Info column begins with; a duplicate ACK's has numbers in it, see [`info_prefix`].
    pub info: &'static str,
}

macro_rules! kinds {
    ($($mark:ident $name:literal $info:literal;)*) => {
        /// In the order in which the Info column has them.
        pub static KINDS: &[Kind] = &[$(Kind {
            mark: Marks::$mark,
            name: $name,
            filter: concat!("tcp.analysis.", $name),
            info: concat!("[TCP ", $info, "]"),
        }),*];
    };
}

kinds! {
    ZERO_WINDOW_PROBE_ACK "zero_window_probe_ack" "ZeroWindowProbeAck";
    ZERO_WINDOW "zero_window" "ZeroWindow";
    ZERO_WINDOW_PROBE "zero_window_probe" "ZeroWindowProbe";
    DUPLICATE_ACK "duplicate_ack" "Dup ACK";
    KEEP_ALIVE_ACK "keep_alive_ack" "Keep-Alive ACK";
    KEEP_ALIVE "keep_alive" "Keep-Alive";
    WINDOW_FULL "window_full" "Window Full";
    WINDOW_UPDATE "window_update" "Window Update";
    ACK_LOST_SEGMENT "ack_lost_segment" "ACKed unseen segment";
    LOST_SEGMENT "lost_segment" "Previous segment not captured";
    OUT_OF_ORDER "out_of_order" "Out-Of-Order";
    SPURIOUS_RETRANSMISSION "spurious_retransmission" "Spurious Retransmission";
    FAST_RETRANSMISSION "fast_retransmission" "Fast Retransmission";
    RETRANSMISSION "retransmission" "Retransmission";
    REUSED_PORTS "reused_ports" "Port numbers reused";
}

/// What sequence analysis found on a packet.
pub fn kinds(marks: Marks) -> impl Iterator<Item = &'static Kind> + Clone {
    KINDS.iter().filter(move |kind| marks.has(kind.mark))
}

/// `[TCP Dup ACK 12#1] `: what stands before a segment's Info; nothing for an ordinary one. A duplicate ACK repeats packet 12 (from 1)
/// for the first time.
pub fn info_prefix(marks: Marks, duplicate: Option<(u32, u32)>) -> String {
    let mut text = String::new();
    // A retransmission that was told apart is not called a plain one as well.
    let told_apart = marks.has(Marks::FAST_RETRANSMISSION | Marks::SPURIOUS_RETRANSMISSION);
    for kind in kinds(marks).filter(|kind| kind.mark != Marks::RETRANSMISSION || !told_apart) {
        match duplicate {
            Some((of, count)) if kind.mark == Marks::DUPLICATE_ACK => {
                text += &format!("[TCP Dup ACK {of}#{count}] ");
            }
            _ => text.extend([kind.info, " "]),
        }
    }
    text
}
