//! Zeek's word for what became of a connection (`conn_state`) and its letters (`history`): the rules of its conn.log.
//! <https://docs.zeek.org/en/master/scripts/base/protocols/conn/main.zeek.html>
use crate::engine::dissect::tcp_flag::*;
use crate::engine::store::flows::End;
use crate::engine::store::numbers::Segment;
use crate::engine::store::packets::NO_TIME;

const SECOND: i64 = 1_000_000_000;
/// A connection is forgotten so long after both ends closed, after an attempt that nobody answers, after silence: ns. What follows
/// is another connection.
const AFTER_CLOSE: i64 = 5 * SECOND;
const AFTER_ATTEMPT: i64 = 5 * SECOND;
const AFTER_SILENCE: i64 = 300 * SECOND;
/// A number so far from those before is not believed on SYNs and resets.
const TOO_FAR: u32 = 1 << 20;

/// Ports that services listen on, by which it guesses who began.
const SERVERS: [u16; 47] = [
    21, 22, 23, 25, 53, 69, 80, 81, 88, 110, 137, 143, 161, 162, 389, 443, 445, 502, 514, 563, 585, 587, 614, 631, 636,
    989, 990, 992, 993, 995, 1080, 1812, 3128, 3268, 3306, 3389, 3544, 5060, 5072, 5223, 5353, 5355, 5432, 6379, 6667,
    8080, 8888,
];

/// The words, by their place.
pub const WORDS: [&str; 13] =
    ["OTH", "S0", "S1", "SF", "REJ", "S2", "S3", "RSTO", "RSTR", "RSTOS0", "RSTRH", "SH", "SHR"];

/// The place of a word in [`WORDS`].
pub type Word = u8;

mod word {
    use super::Word;
    pub(super) const OTH: Word = 0;
    pub(super) const S0: Word = 1;
    pub(super) const S1: Word = 2;
    pub(super) const SF: Word = 3;
    pub(super) const REJ: Word = 4;
    pub(super) const S2: Word = 5;
    pub(super) const S3: Word = 6;
    pub(super) const RSTO: Word = 7;
    pub(super) const RSTR: Word = 8;
    pub(super) const RSTOS0: Word = 9;
    pub(super) const RSTRH: Word = 10;
    pub(super) const SH: Word = 11;
    pub(super) const SHR: Word = 12;
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    Inactive,
    SynSent,
    SynAckSent,
    Partial,
    Established,
    Closed,
    Reset,
}
use State::*;

#[derive(Clone, Copy, Debug, Default)]
struct Side {
    now: State,
    before: State,
    closed: bool,
    has_payload: bool,
    /// Its SYN's number, and the one behind all it has sent.
    start: u32,
    last: u32,
    /// Letters told once, a bit each.
    told: u8,
    /// Numbers of the latest SYN, FIN, reset that were told.
    flagged: [u32; 3],
    /// Segments sent again, and windows of nothing: told at the first, the tenth, the hundredth.
    repeats: u32,
    zeros: u32,
}

impl Side {
    fn enter(&mut self, state: State) {
        (self.before, self.now) = (self.now, state);
    }

    fn is_quiet(&self) -> bool {
        matches!(self.now, Inactive | Partial)
    }
}

/// Follows a connection as Zeek does.
#[derive(Clone, Debug)]
pub struct Zeek {
    /// By end, A first.
    sides: [Side; 2],
    /// Who began.
    originator: End,
    ports: [u16; 2],
    last: i64,
    /// When it is forgotten; [`NO_TIME`].
    gone: i64,
    /// All letters so far were the originator's SYNs; then its reset came.
    only_syn: bool,
    reset_after_syn: bool,
    /// Words of earlier connections on the same ports.
    pub earlier: Vec<Word>,
    /// Letters, where they are wanted.
    pub history: Option<String>,
    begun: bool,
}

impl Zeek {
    /// Ports of A and B.
    pub fn new(ports: [u16; 2]) -> Self {
        Self {
            sides: [Side::default(); 2],
            originator: 0,
            ports,
            last: NO_TIME,
            gone: NO_TIME,
            only_syn: false,
            reset_after_syn: false,
            earlier: Vec::new(),
            history: None,
            begun: false,
        }
    }

    /// A segment passes.
    pub fn observe(&mut self, segment: &Segment) {
        let now = segment.time;
        if self.begun && now != NO_TIME && self.is_gone(now) {
            let (mut earlier, history) = (std::mem::take(&mut self.earlier), self.history.take());
            earlier.push(self.word());
            let history = history.map(|letters| letters + ",");
            *self = Self { earlier, history, originator: self.originator, ..Self::new(self.ports) };
        }
        if !self.begun {
            self.begin(segment);
        }
        let is_originator = segment.from == self.originator;
        let [a, b] = &mut self.sides;
        let (me, peer) = if segment.from == 0 { (a, b) } else { (b, a) };
        let header = &segment.header;
        let (syn, fin, rst) = (segment.has(SYN), segment.has(FIN), segment.has(RST));
        let counted = u32::from(syn) + u32::from(fin) + if rst { 0 } else { header.len };
        let end = header.seq.wrapping_add(counted);
        if me.now == Inactive {
            me.start = if syn { header.seq } else { header.seq.wrapping_sub(1) };
            me.last = if syn { end } else { header.seq };
        }
        let advance = end.wrapping_sub(me.last) as i32;
        let far = (syn || rst) && advance.unsigned_abs() > TOO_FAR;
        let again = !far && advance <= 0 && header.len > 0 && !syn && me.now != Reset;
        if !far && advance > 0 && me.now != Reset {
            me.last = end;
        }
        if let Some(history) = &mut self.history {
            letters(history, me, peer, segment, is_originator, again);
        }
        if is_originator {
            self.reset_after_syn |= rst && self.only_syn;
            self.only_syn &= !(fin || syn && segment.has(ACK) || counted == 0 && !rst);
        }
        me.has_payload |= header.len > 0;
        if !(me.closed && peer.closed) && now != NO_TIME {
            self.last = self.last.max(now);
        }
        let closes = step(me, peer, segment, is_originator);
        if closes && !me.closed {
            me.closed = true;
            if me.now == Reset || peer.closed || peer.now == Inactive {
                self.gone = self.last.saturating_add(AFTER_CLOSE);
            }
        }
    }

    /// Who began, as far as was seen.
    pub fn originator(&self) -> End {
        self.originator
    }

    /// Both ends have closed: what still comes does not count.
    pub fn is_over(&self) -> bool {
        self.sides.iter().all(|side| side.closed)
    }

    fn is_gone(&self, now: i64) -> bool {
        let [a, b] = &self.sides;
        let (begins, answers) = if self.originator == 0 { (a, b) } else { (b, a) };
        let attempt = matches!(begins.now, SynSent | SynAckSent) && answers.now == Inactive;
        let silence = if attempt { AFTER_ATTEMPT } else { AFTER_SILENCE };
        self.gone != NO_TIME && now > self.gone || now.saturating_sub(self.last) > silence
    }

    /// The first segment tells who began; one that opens nothing only with the help of its ports.
    fn begin(&mut self, segment: &Segment) {
        self.begun = true;
        let (syn, ack) = (segment.has(SYN), segment.has(ACK));
        let [a, b] = self.ports;
        let (from, to) = if segment.from == 0 { (a, b) } else { (b, a) };
        let is_server = |port| SERVERS.contains(&port);
        let flips = (!syn || ack) && is_server(from) && (!is_server(to) || !syn && from < to);
        self.originator = if flips { 1 - segment.from } else { segment.from };
        self.only_syn = syn && !ack;
        if let Some(history) = self.history.as_mut().filter(|_| flips) {
            history.push('^');
        }
    }

    /// What became of it, so far.
    pub fn word(&self) -> Word {
        let [a, b] = &self.sides;
        let (begins, answers) = if self.originator == 0 { (a, b) } else { (b, a) };
        match (begins.now, answers.now) {
            (SynSent | SynAckSent, Reset) => word::REJ,
            (Reset, Reset) if !begins.has_payload && !answers.has_payload => word::REJ,
            (Inactive | Partial, Reset) => word::RSTRH,
            (_, Reset) => word::RSTR,
            (Reset, _) if answers.is_quiet() => {
                if self.reset_after_syn {
                    word::RSTOS0
                } else {
                    word::OTH
                }
            }
            (Reset, _) => word::RSTO,
            (Closed, Closed) => word::SF,
            (Closed, _) if answers.is_quiet() => word::SH,
            (Closed, _) => word::S2,
            (_, Closed) if begins.is_quiet() => word::SHR,
            (_, Closed) => word::S3,
            (SynSent, Inactive) => word::S0,
            (Established, Established) => word::S1,
            _ => word::OTH,
        }
    }

    /// Words of all connections seen on these ports, in order.
    pub fn words(&self) -> String {
        let words = self.earlier.iter().copied().chain([self.word()]);
        words.filter_map(|word| WORDS.get(usize::from(word)).copied()).collect::<Vec<_>>().join(",")
    }
}

/// The word for a flow without states (UDP): whether its originator and the other end sent something.
pub fn stateless(originator: bool, other: bool) -> Word {
    match (originator, other) {
        (true, true) => word::SF,
        (true, false) => word::S0,
        (false, true) => word::SHR,
        (false, false) => word::OTH,
    }
}

/// Who began a UDP flow, by its first packet's sender and the ports of A and B; and whether that was guessed.
pub fn flips(from_port: u16, to_port: u16) -> bool {
    SERVERS.contains(&from_port) && !SERVERS.contains(&to_port)
}

/// An end's next state; whether the segment closes its side.
fn step(me: &mut Side, peer: &mut Side, segment: &Segment, is_originator: bool) -> bool {
    let (syn, fin, rst, ack) = (segment.has(SYN), segment.has(FIN), segment.has(RST), segment.has(ACK));
    match me.now {
        Inactive => {
            if syn && is_originator {
                // A SYN/ACK that came before its SYN: two interfaces, or packets out of order.
                let late = !ack && peer.now == Established;
                me.enter(if ack { SynAckSent } else { SynSent });
                if late {
                    me.enter(Established);
                }
            } else if syn {
                if matches!(peer.now, SynSent | SynAckSent) {
                    peer.enter(Established);
                }
                me.enter(Established);
            }
            if fin {
                me.enter(Closed);
            }
            if rst {
                me.enter(Reset);
            }
            if me.now == Inactive {
                // Some acknowledge a SYN before they answer it.
                let early = !is_originator && segment.header.len == 0 && peer.now == SynSent;
                if !early {
                    me.enter(if ack && peer.now == Established { Established } else { Partial });
                }
            }
        }
        SynSent | SynAckSent => {
            if fin {
                me.enter(Closed);
            }
            if rst {
                me.enter(Reset);
            }
        }
        Established | Partial => {
            if syn && !ack && me.now == Partial && peer.now == Inactive {
                me.enter(SynSent);
            }
            if fin && !rst {
                me.enter(Closed);
                if peer.now == Reset && peer.before == Closed {
                    peer.enter(Closed);
                }
            }
            if rst {
                me.enter(Reset);
            }
        }
        Closed => {
            if !rst || peer.now == Closed {
                return false;
            }
            me.enter(Reset);
        }
        Reset => return false,
    }
    fin || rst
}

/// Adds a segment's letters: the originator's are capitals.
fn letters(history: &mut String, me: &mut Side, peer: &Side, segment: &Segment, is_originator: bool, again: bool) {
    let header = &segment.header;
    let (syn, fin, rst) = (segment.has(SYN), segment.has(FIN), segment.has(RST));
    let mut tell = |letter: char| history.push(if is_originator { letter.to_ascii_uppercase() } else { letter });
    let bit = |nth: u8| 1_u8 << nth;
    // Flags are told again when their number is another.
    let flag = |me: &mut Side, nth: usize, number: u32| {
        let first = me.told & bit(nth as u8) == 0;
        me.told |= bit(nth as u8);
        me.flagged.get_mut(nth).is_some_and(|told| std::mem::replace(told, number) != number || first)
    };
    let once = |me: &mut Side, nth: u8| {
        let first = me.told & bit(nth) == 0;
        me.told |= bit(nth);
        first
    };
    match (u8::from(syn) + u8::from(fin) + u8::from(rst), header.len > 0) {
        (0, true) if once(me, 3) => tell('d'),
        (0, false) if segment.has(ACK) && once(me, 4) => tell('a'),
        (0, _) => {}
        (1, _) if syn && flag(me, 0, header.seq) => tell(if segment.has(ACK) { 'h' } else { 's' }),
        (1, _) if fin && flag(me, 1, header.seq.wrapping_add(header.len)) => tell('f'),
        (1, _) if rst && flag(me, 2, header.seq) => tell('r'),
        (1, _) => {}
        _ if fin && rst && once(me, 5) => tell('i'),
        _ if !(fin && rst) && once(me, 6) => tell('q'),
        _ => {}
    }
    if header.window == 0 && !rst && peer.now != Closed && me.now != Reset {
        me.zeros += 1;
        if is_round(me.zeros) {
            tell('w');
        }
    }
    if again {
        me.repeats += 1;
        if is_round(me.repeats) {
            tell('t');
        }
    }
}

/// 1, 10, 100 …
fn is_round(count: u32) -> bool {
    std::iter::successors(Some(1_u32), |power| power.checked_mul(10)).any(|power| power == count)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::testing::talk;

    #[test]
    fn words_are_zeeks() {
        let cases = [
            ("> SYN", "S0", "S"),
            ("> SYN / < RST ACK", "REJ", "Sr"),
            ("> SYN / < SYN ACK / > ACK", "S1", "ShA"),
            ("> SYN / < SYN ACK / > ACK / > 100 / < 50 / > FIN ACK / < FIN ACK / > ACK", "SF", "ShADdFf"),
            ("> SYN / < SYN ACK / > ACK / > FIN ACK / < ACK", "S2", "ShAFa"),
            ("> SYN / < SYN ACK / > ACK / < FIN ACK", "S3", "ShAf"),
            ("> SYN / < SYN ACK / > RST", "RSTO", "ShR"),
            ("> SYN / < SYN ACK / > ACK / < RST", "RSTR", "ShAr"),
            ("> SYN / > RST", "RSTOS0", "SR"),
            ("> SYN / > FIN ACK", "SH", "SF"),
            ("> 100 / < 100", "OTH", "Dd"),
            ("> 100 / < RST", "RSTRH", "Dr"),
            // Forgotten, and begun anew.
            ("> SYN / < SYN ACK / > RST / > 100 +9s / < RST", "RSTO,RSTRH", "ShR,Dr"),
        ];
        for (text, word, history) in cases {
            let session = talk(text);
            let mut zeek = Zeek::new([40_000, 47_777]);
            zeek.history = Some(String::new());
            session.store().segments(0).for_each(|segment| zeek.observe(&segment));
            assert_eq!((zeek.words().as_str(), zeek.history.as_deref()), (word, Some(history)), "{text}");
        }
    }
}
