//! Captures made in memory: classic pcap with nanoseconds, Ethernet, IPv4, TCP.

/// The header of a pcap file with nanoseconds and Ethernet frames.
pub fn header() -> Vec<u8> {
    header_of(1)
}

/// The same with frames of a link type.
pub fn header_of(link: u16) -> Vec<u8> {
    let mut bytes = Vec::new();
    for word in [0xa1b2_3c4d_u32, 0x0004_0002, 0, 0, 262_144, link.into()] {
        bytes.extend(word.to_le_bytes());
    }
    bytes
}

/// A record of the file: a frame at a time in ns.
pub fn record(to: &mut Vec<u8>, time: u64, frame: &[u8]) {
    record_of(to, time, frame.len() as u32, frame);
}

/// A frame of which so many bytes were on the wire.
pub fn record_of(to: &mut Vec<u8>, time: u64, wire_len: u32, frame: &[u8]) {
    let (seconds, nanos) = (time / 1_000_000_000, time % 1_000_000_000);
    for word in [seconds as u32, nanos as u32, frame.len() as u32, wire_len] {
        to.extend(word.to_le_bytes());
    }
    to.extend(frame);
}

/// A TCP segment: sender and receiver as (last three bytes of 10.x.x.x, port).
#[derive(Clone, Copy)]
pub struct Tcp {
    pub from: ([u8; 3], u16),
    pub to: ([u8; 3], u16),
    pub seq: u32,
    pub ack: u32,
    pub flags: u8,
}

pub fn tcp(segment: &Tcp, payload: &[u8]) -> Vec<u8> {
    let Tcp { from, to, seq, ack, flags } = *segment;
    let mut frame = vec![2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 0x08, 0x00];
    let length = (40 + payload.len()) as u16;
    frame.extend([0x45, 0]);
    frame.extend(length.to_be_bytes());
    frame.extend([0, 0, 0x40, 0, 64, 6, 0, 0, 10]);
    frame.extend(from.0);
    frame.push(10);
    frame.extend(to.0);
    frame.extend(from.1.to_be_bytes());
    frame.extend(to.1.to_be_bytes());
    frame.extend(seq.to_be_bytes());
    frame.extend(ack.to_be_bytes());
    frame.extend([0x50, flags, 0x20, 0, 0, 0, 0, 0]);
    frame.extend(payload);
    frame
}

const SYN: u8 = 0x02;
const ACK: u8 = 0x10;

/// A connection with a handshake of 20 ms, requests and answers: as many packets as asked for (at least three), a ms apart.
pub fn connection(to: &mut Vec<u8>, number: u32, packets: u32, start: u64) {
    let [_, a, b, c] = number.to_be_bytes();
    let (client, server) = (([a, b, c], 40_000), ([200, 0, 1], 7777));
    let segment = |out: bool, seq, ack, flags| {
        let (from, to) = if out { (client, server) } else { (server, client) };
        Tcp { from, to, seq, ack, flags }
    };
    record(to, start, &tcp(&segment(true, 99, 0, SYN), b""));
    record(to, start + 15_000_000, &tcp(&segment(false, 499, 100, SYN | ACK), b""));
    record(to, start + 20_000_000, &tcp(&segment(true, 100, 500, ACK), b""));
    for n in 3..packets {
        let (out, turn) = (n % 2 == 1, (n - 3) / 2 * 10);
        let (seq, ack) = if out { (100 + turn, 500 + turn) } else { (500 + turn, 110 + turn) };
        record(
            to,
            start + u64::from(n + 20) * 1_000_000,
            &tcp(&segment(out, seq, ack, ACK | 0x08), b"\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a"),
        );
    }
}
