//! For unit tests: a conversation written down becomes a capture, and is read.
//!
//! One TCP connection, a packet a line (or between slashes): `>` is from the client, `<` from the server, then what it carries:
//! flags (`SYN ACK`), payload bytes (`100`), and where it matters `+20ms` after the packet before, `seq=7` or `ack=7` instead of the
//! numbers that follow from what was sent, `win=7` for the window, `scale=7` and `sack=7-8,9-10` for the
//! options. ACK goes without saying beside payload.
use super::session::Session;
use super::store::flows::Flow;

/// Port of the client; the server's is one that no protocol claims.
pub const CLIENT: ([u8; 4], u16) = ([10, 0, 0, 1], 40_000);
pub const SERVER: ([u8; 4], u16) = ([10, 0, 0, 2], 47_777);

/// One end: what it sends next.
struct Side {
    first: u32,
    next: u32,
}

/// The capture of a conversation: classic pcap with nanoseconds and raw IP.
pub fn capture(talk: &str) -> Vec<u8> {
    let mut file = Vec::new();
    for word in [0xa1b2_3c4d_u32, 0x0004_0002, 0, 0, 65_535, 101] {
        file.extend(word.to_le_bytes());
    }
    let mut time = 1_700_000_000_000_000_000_u64;
    let mut sides = [Side { first: 1000, next: 1000 }, Side { first: 5000, next: 5000 }];
    for line in talk.split(['/', '\n']).map(str::trim).filter(|line| !line.is_empty()) {
        let (segment, after) = segment(line, &mut sides);
        time += after;
        let length = segment.len() as u32;
        for word in [(time / 1_000_000_000) as u32, (time % 1_000_000_000) as u32, length, length] {
            file.extend(word.to_le_bytes());
        }
        file.extend(segment);
    }
    file
}

/// An IPv4 packet as a line describes it, and how many ns after the one before it comes.
fn segment(line: &str, sides: &mut [Side; 2]) -> (Vec<u8>, u64) {
    let mut words = line.split_whitespace();
    let from = match words.next() {
        Some(">") => 0,
        Some("<") => 1,
        other => panic!("{line:?} begins with {other:?}, not with > or <"),
    };
    let (mut flags, mut payload, mut after, mut seq, mut ack) = (0_u8, 0_usize, 0, None, None);
    let (mut window, mut scale, mut blocks) = (0x2000, None, Vec::new());
    let number = |text: &str| text.parse::<u32>().unwrap_or_else(|_| panic!("{line:?}: {text:?} is no number"));
    for word in words {
        match word {
            "FIN" => flags |= 0x01,
            "SYN" => flags |= 0x02,
            "RST" => flags |= 0x04,
            "ACK" => flags |= 0x10,
            _ if word.starts_with("seq=") => seq = Some(number(&word[4..])),
            _ if word.starts_with("ack=") => ack = Some(number(&word[4..])),
            _ if word.starts_with("win=") => window = number(&word[4..]) as u16,
            _ if word.starts_with("scale=") => scale = Some(number(&word[6..]) as u8),
            _ if word.starts_with("sack=") => {
                for edge in word[5..].split([',', '-']) {
                    blocks.extend(number(edge).to_be_bytes());
                }
            }
            _ if word.starts_with('+') => after = duration(&word[1..]),
            _ => (payload, flags) = (number(word) as usize, flags | 0x10),
        }
    }
    let (syn, fin) = (flags & 0x02 != 0, flags & 0x01 != 0);
    let theirs = sides[1 - from].next;
    let mine = &mut sides[from];
    if syn {
        mine.first = seq.unwrap_or(mine.first);
        mine.next = mine.first;
    }
    let seq = seq.unwrap_or(mine.next);
    mine.next = seq.wrapping_add(payload as u32 + u32::from(syn) + u32::from(fin));
    let ack = if flags & 0x10 != 0 { ack.unwrap_or(theirs) } else { 0 };
    let ends = if from == 0 { [CLIENT, SERVER] } else { [SERVER, CLIENT] };
    let mut options = scale.map_or(Vec::new(), |shift| vec![3, 3, shift, 1]);
    if !blocks.is_empty() {
        options.extend([1, 1, 5, blocks.len() as u8 + 2]);
        options.append(&mut blocks);
    }
    (packet(ends, seq, ack, (flags, window), &options, payload), after)
}

fn duration(text: &str) -> u64 {
    let units = [("ms", 1_000_000), ("us", 1000), ("ns", 1), ("s", 1_000_000_000)];
    let (unit, factor) = units.into_iter().find(|(unit, _)| text.ends_with(unit)).expect("s, ms, us or ns");
    text.trim_end_matches(unit).parse::<u64>().expect("a whole number") * factor
}

fn packet(
    [from, to]: [([u8; 4], u16); 2],
    seq: u32,
    ack: u32,
    (flags, window): (u8, u16),
    options: &[u8],
    payload: usize,
) -> Vec<u8> {
    let mut bytes = vec![0x45, 0];
    bytes.extend(((40 + options.len() + payload) as u16).to_be_bytes());
    bytes.extend([0, 0, 0x40, 0, 64, 6, 0, 0]);
    bytes.extend(from.0);
    bytes.extend(to.0);
    bytes.extend(from.1.to_be_bytes());
    bytes.extend(to.1.to_be_bytes());
    bytes.extend(seq.to_be_bytes());
    bytes.extend(ack.to_be_bytes());
    bytes.extend([(5 + options.len() as u8 / 4) << 4, flags]);
    bytes.extend(window.to_be_bytes());
    bytes.extend([0; 4]);
    bytes.extend(options);
    bytes.resize(40 + options.len() + payload, 0xee);
    bytes
}

/// The conversation, read.
pub fn talk(text: &str) -> Session {
    let mut session = Session::new();
    session.feed(&capture(text)).expect("a capture");
    session.finish().expect("its end");
    session
}

/// All flows of a conversation.
pub fn flows(text: &str) -> Vec<Flow> {
    talk(text).store().flows.iter().map(|(_, flow)| flow.clone()).collect()
}

/// The only flow of a conversation.
pub fn flow(text: &str) -> Flow {
    let mut flows = flows(text);
    assert_eq!(flows.len(), 1, "{text}: flows");
    flows.remove(0)
}
