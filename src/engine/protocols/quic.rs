//! QUIC: what all versions share (RFC 8999), version 1 (RFC 9000), version 2 (RFC 9369) and the drafts before them.
//!
//! Initial packets are opened, for their keys are no secret; everything later stays hidden.
mod frames;
mod initial;

use crate::engine::dissect::{
    Bytes, Claim, Dissection, Field, Next, Payload, Problem, Protocol, Transport, Verdict, experts, fields,
};
use frames::{Given, Stream};
use initial::{Keys, Opened};
use std::fmt::Write;

fields! {
    LONG: Bool => "quic.header_form", "Header Form";
    FIXED: Bool => "quic.fixed_bit", "Fixed Bit";
    LONG_TYPE: Uint => "quic.long.packet_type", "Packet Type";
    LONG_TYPE_V2: Uint => "quic.long.packet_type_v2", "Packet Type";
    VERSION: Hex(8) => "quic.version", "Version";
    DCID_LENGTH: Uint => "quic.dcil", "Destination Connection ID Length";
    DCID: Bytes => "quic.dcid", "Destination Connection ID";
    SCID_LENGTH: Uint => "quic.scil", "Source Connection ID Length";
    SCID: Bytes => "quic.scid", "Source Connection ID";
    TOKEN_LENGTH: Uint => "quic.token_length", "Token Length";
    TOKEN: Bytes => "quic.token", "Token";
    RETRY_TOKEN: Bytes => "quic.retry_token", "Retry Token";
    PACKET_LENGTH: Uint => "quic.packet_length", "Packet Length";
    RESERVED: Uint => "quic.long.reserved", "Reserved";
    NUMBER_LENGTH: Uint => "quic.packet_number_length", "Packet Number Length";
    NUMBER: Uint => "quic.packet_number", "Packet Number";
    PAYLOAD: Bytes => "quic.payload", "Payload";
    REMAINING: Bytes => "quic.remaining_payload", "Remaining Payload";
    FRAME: Label => "quic.frame", "Frame";
    KIND: Uint => "quic.frame_type", "Frame Type";
    PADDING: Uint => "quic.padding_length", "Padding Length";
    LARGEST: Uint => "quic.ack.largest_acknowledged", "Largest Acknowledged";
    DELAY: Uint => "quic.ack.ack_delay", "ACK Delay";
    RANGES: Uint => "quic.ack.ack_range_count", "ACK Range Count";
    FIRST_RANGE: Uint => "quic.ack.first_ack_range", "First ACK Range";
    GAP: Uint => "quic.ack.gap", "Gap";
    RANGE: Uint => "quic.ack.ack_range", "ACK Range";
    CRYPTO_OFFSET: Uint => "quic.crypto.offset", "Offset";
    CRYPTO_LENGTH: Uint => "quic.crypto.length", "Length";
    CRYPTO_DATA: Bytes => "quic.crypto.crypto_data", "Crypto Data";
    CLOSE_CODE: Hex(4) => "quic.cc.error_code", "Error code";
    CLOSE_FRAME: Uint => "quic.cc.frame_type", "Frame Type";
    CLOSE_LENGTH: Uint => "quic.cc.reason_phrase.length", "Reason phrase Length";
    CLOSE_REASON: Text => "quic.cc.reason_phrase", "Reason phrase";
    SHORT: Label => "quic.short", "QUIC Short Header";
    LENGTH: Uint => "quic.length", "Length";
    SUPPORTED: Hex(8) => "quic.supported_version", "Supported Version";
    SPIN: Bool => "quic.spin_bit", "Spin Bit";
}

pub(super) static QUIC: Protocol = Protocol {
    name: "quic",
    title: "QUIC IETF",
    short: "QUIC",
    fields: FIELDS,
    claims: &[Claim::UdpPort(443)],
    probe: Some(probe),
    dissect,
    stateful: true,
    shaping: 64,
    ..Protocol::PLAIN
};

const LONG_FORM: u8 = 0x80;
const FIXED_BIT: u8 = 0x40;
const V2: u32 = 0x6b33_43cf;
/// RFC 9000 §17.2: longer connection ids are another version's.
const MAX_ID: u8 = 20;
/// RFC 9000 §14.1: a client's first datagram is filled up to this.
const FIRST_DATAGRAM: usize = 1200;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Initial,
    ZeroRtt,
    Handshake,
    Retry,
    Negotiation,
    /// Of a version that is not known.
    Unknown,
}

/// A long header, up to what the versions differ in.
struct Long<'b> {
    version: u32,
    kind: Kind,
    dcid: &'b [u8],
    scid: &'b [u8],
    /// Where what follows the connection ids stands.
    after: usize,
}

/// Version 1, version 2 and the drafts.
fn is_known(version: u32) -> bool {
    matches!(version, 1 | V2 | 0x709a_50c4 | 0xff00_0000..=0xff00_0022 | 0xff02_0000..=0xff02_00ff | 0xface_b001..=0xface_b00f)
        // Reserved to keep servers tolerant (RFC 9000 §15).
        || version & 0x0f0f_0f0f == 0x0a0a_0a0a
}

impl<'b> Long<'b> {
    const DCID_AT: usize = 6;

    fn read(bytes: &'b [u8]) -> Option<Self> {
        let &[first, a, b, c, d, dcid_len] = bytes.first_chunk()?;
        let version = u32::from_be_bytes([a, b, c, d]);
        let dcid_end = Self::DCID_AT.checked_add(usize::from(dcid_len))?;
        let dcid = bytes.get(Self::DCID_AT..dcid_end)?;
        let scid_len = *bytes.get(dcid_end)?;
        let scid_at = dcid_end.checked_add(1)?;
        let after = scid_at.checked_add(usize::from(scid_len))?;
        let scid = bytes.get(scid_at..after)?;
        let of_v2 = matches!(version, V2 | 0x709a_50c4);
        let number = (first >> 4) & 3;
        let kind = match (version, if of_v2 { number.wrapping_sub(1) & 3 } else { number }) {
            (0, _) => Kind::Negotiation,
            (version, _) if !is_known(version) => Kind::Unknown,
            (_, 0) => Kind::Initial,
            (_, 1) => Kind::ZeroRtt,
            (_, 2) => Kind::Handshake,
            _ => Kind::Retry,
        };
        let fits = dcid_len <= MAX_ID && scid_len <= MAX_ID;
        (first & LONG_FORM != 0 && (fits || matches!(kind, Kind::Unknown | Kind::Negotiation)))
            .then_some(Self { version, kind, dcid, scid, after })
    }
}

/// A variable-length integer (RFC 9000 §16) and how many bytes it takes.
fn varint(bytes: &[u8], at: usize) -> Option<(u64, usize)> {
    let rest = bytes.get(at..)?;
    let first = *rest.first()?;
    let length = 1usize << (first >> 6);
    let value = rest.get(..length)?.iter().fold(0u64, |value, &byte| value << 8 | u64::from(byte));
    Some((value & u64::MAX >> 64u32.saturating_sub(u32::try_from(length).ok()?.saturating_mul(8)).saturating_add(2), length))
}

fn probe(payload: &Payload<'_>) -> Verdict {
    if payload.transport != Transport::Udp {
        return Verdict::NotMine;
    }
    let Some(&first) = payload.bytes.first() else { return Verdict::NotMine };
    if first & LONG_FORM == 0 {
        // A short header says nothing of itself: only a long one before it makes a flow known.
        return Verdict::NotMine;
    }
    let Some(long) = Long::read(payload.bytes) else { return Verdict::NotMine };
    let left = payload.bytes.len().saturating_sub(long.after);
    let exact = match long.kind {
        Kind::Negotiation => return if left >= 4 && left.is_multiple_of(4) && !long.scid.is_empty() { Verdict::Certain } else { Verdict::NotMine },
        Kind::Unknown => return Verdict::NotMine,
        Kind::Retry => left > 16,
        Kind::Initial | Kind::ZeroRtt | Kind::Handshake => {
            end_of_packet(payload.bytes, &long).is_some_and(|(_, _, end)| end <= payload.bytes.len())
        }
    };
    let asks = payload.to_port == 443 || payload.bytes.len() >= FIRST_DATAGRAM;
    match (exact && first & FIXED_BIT != 0, is_greased(long.version)) {
        (true, false) => Verdict::Certain,
        (true, true) if asks => Verdict::Certain,
        _ if payload.on_port(443) => Verdict::Possible,
        _ => Verdict::NotMine,
    }
}

fn is_greased(version: u32) -> bool {
    version & 0x0f0f_0f0f == 0x0a0a_0a0a
}

/// Token length (of an Initial), where the length field stands, and where the packet ends.
fn end_of_packet(bytes: &[u8], long: &Long<'_>) -> Option<(Option<u64>, usize, usize)> {
    let (mut at, mut token) = (long.after, None);
    if long.kind == Kind::Initial {
        let (length, size) = varint(bytes, at)?;
        token = Some(length);
        at = at.checked_add(size)?.checked_add(usize::try_from(length).ok()?)?;
    }
    let (length, size) = varint(bytes, at)?;
    Some((token, at, at.checked_add(size)?.checked_add(usize::try_from(length).ok()?)?))
}

/// What Initial packets of a connection need of earlier ones.
#[derive(Default)]
struct State {
    version: u32,
    /// Which the keys are made of: the first that the client chose for the server.
    dcid: Vec<u8>,
    /// Of the client and of the server.
    keys: Option<[Keys; 2]>,
    largest: [u64; 2],
    streams: [Stream; 2],
    /// The server asked the client to begin again (RFC 9000 §17.2.5).
    retried: bool,
}

impl State {
    /// Opens an Initial packet whose number stands at `at`; also which side sent it.
    fn open(&mut self, packet: &[u8], at: usize, long: &Long<'_>) -> Option<(Opened, usize)> {
        if self.version == long.version
            && let Some(found) = self.keys.as_ref().and_then(|keys| Self::try_keys(keys, self.largest, packet, at))
        {
            return Some(found);
        }
        // Another connection, or the client begins this one again with another version or a token.
        let keys = initial::keys(long.version, long.dcid)?;
        let (opened, side) = Self::try_keys(&keys, [0; 2], packet, at).filter(|(_, side)| *side == 0)?;
        if self.dcid != long.dcid && !self.retried {
            self.streams = Default::default();
        }
        (self.version, self.dcid, self.keys) = (long.version, long.dcid.to_vec(), Some(keys));
        (self.largest, self.retried) = ([0; 2], false);
        Some((opened, side))
    }

    fn try_keys(keys: &[Keys; 2], largest: [u64; 2], packet: &[u8], at: usize) -> Option<(Opened, usize)> {
        let mut sides = keys.iter().zip(largest).zip(0..);
        sides.find_map(|((keys, largest), side)| keys.open(packet, at, largest).map(|opened| (opened, side)))
    }
}

/// What a flow remembers: how long the connection ids are that each side chose for itself, each behind a bit that says it is known.
fn remember(d: &mut Dissection, long: &Long<'_>, from_client: bool) {
    let known = u16::try_from(long.scid.len()).unwrap_or(0) | 0x20;
    let shift = if from_client { 0 } else { 8 };
    d.remember(d.memory() & !(0x3f << shift) | known << shift);
}

/// In a flow's memory: the first packet behind the handshake was seen.
const SHORT_SEEN: u16 = 0x80;

/// How long the id is that a packet to the other side has.
fn id_length(memory: u16, from_client: bool) -> Option<usize> {
    let known = if from_client { memory >> 8 } else { memory & 0xff };
    (known & 0x20 != 0).then_some(usize::from(known & 0x1f))
}

experts! {
    NO_SECRETS: Warning Decryption => "quic.decryption_failed",
        "Failed to create decryption context: Secrets are not available";
    FILLED: Note Protocol => "quic.coalesced_padding_data", "(Random) padding data appended to the datagram";
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let from_client = d.from_client().unwrap_or_else(|| !d.from_server(&[443]));
    let is_long = bytes.u8(0)? & LONG_FORM != 0;
    if !is_long && !d.wants() {
        // Tried once.
        if matches!(d.memory(), memory @ 1.. if memory & SHORT_SEEN == 0) {
            d.remember(d.memory() | SHORT_SEEN);
            d.expert(&NO_SECRETS);
        }
        return if bytes.is_cut() { Err(Problem::Truncated) } else { Ok(Next::End) };
    }
    let mut given = Given::default();
    if is_long {
        d.with_state(|d, state: &mut State| packets(d, &bytes, from_client, Some(state), &mut given));
    } else {
        packets(d, &bytes, from_client, None, &mut given);
    }
    if given.asked > 0 {
        // Each time TLS was asked is a line of its own; the last has the messages.
        (1..given.asked).for_each(|_| d.mention("tls"));
        d.inside();
        return Ok(Next::Made(Claim::Inside("quic"), "QUIC handshake", given.messages));
    }
    if bytes.is_cut() { Err(Problem::Truncated) } else { Ok(Next::End) }
}

/// The packets of a datagram, one behind the other (RFC 9000 §12.2).
fn packets(d: &mut Dissection, bytes: &Bytes<'_>, from_client: bool, mut state: Option<&mut State>, given: &mut Given) {
    let mut info = String::new();
    let (mut window, mut dcid) = (*bytes, None);
    while let Some(&first) = window.all().first() {
        let again = window.start() > bytes.start();
        if first & LONG_FORM == 0 {
            // The packets of a datagram are one connection's (§12.2): what has another id only fills it up.
            let is_packet = |dcid: &[u8]| first & FIXED_BIT != 0 && window.all().get(1..).is_some_and(|id| id.starts_with(dcid));
            if !dcid.is_none_or(is_packet) {
                d.another(&window);
                d.expert(&FILLED);
                break;
            }
            if again {
                d.another(&window);
            }
            // The last packet speaks for the datagram.
            info.clear();
            short(d, &window, first, from_client, &mut info);
            break;
        }
        let Some(long) = Long::read(window.all()) else { break };
        dcid = dcid.or(Some(long.dcid));
        if again {
            d.another(&window);
        }
        if !matches!(long.kind, Kind::Negotiation | Kind::Unknown) {
            remember(d, &long, from_client);
        }
        info.clear();
        if long.kind == Kind::Handshake {
            d.expert(&NO_SECRETS);
        }
        said(&long, &mut info);
        let places = match long.kind {
            Kind::Initial | Kind::ZeroRtt | Kind::Handshake => end_of_packet(window.all(), &long),
            _ => None,
        };
        let end = places.map_or(window.wire_len(), |(_, _, end)| end);
        if let Some(state) = state.as_deref_mut() {
            state.retried |= long.kind == Kind::Retry;
            let number_at = places.and_then(|(_, at, _)| varint(window.all(), at).map(|(_, size)| at.saturating_add(size)));
            let opened = number_at.filter(|_| long.kind == Kind::Initial && worthwhile(d, state)).and_then(|at| {
                let packet = window.all().get(..end)?;
                state.open(packet, at, &long).map(|(opened, side)| (at, opened, side))
            });
            header(d, &window, &long, first, places, opened.as_ref().map(|(at, opened, _)| (*at, opened)));
            if let Some((_, opened, side)) = opened {
                if d.wants() {
                    _ = write!(info, ", PKN: {}", opened.number);
                }
                if let Some(largest) = state.largest.get_mut(side) {
                    *largest = opened.number.max(*largest);
                }
                let plain = Bytes::reassembled(&opened.payload, d.buffer("Decrypted QUIC", &opened.payload));
                if let Some(stream) = state.streams.get_mut(side) {
                    frames::read(d, plain, stream, given, &mut info);
                }
            }
        }
        window = window.from(end);
    }
    d.info(|| info);
}

/// In the index pass nothing more is to be learnt once both hellos are read.
fn worthwhile(d: &Dissection, state: &State) -> bool {
    d.wants() || !state.streams.iter().all(Stream::is_done) || state.retried
}

fn short(d: &mut Dissection, window: &Bytes<'_>, first: u8, from_client: bool, info: &mut String) {
    let end = id_length(d.memory(), from_client).unwrap_or(0).saturating_add(1);
    let dcid = window.all().get(1..end).unwrap_or_default();
    let text = dcid.iter().fold(String::new(), |mut text, byte| {
        _ = write!(text, "{byte:02x}");
        text
    });
    d.generated(&PACKET_LENGTH, window.span(0..window.len()), window.wire_len());
    d.label(&SHORT, window.span(0..end), || match text.is_empty() {
        true => "QUIC Short Header".to_owned(),
        false => format!("QUIC Short Header DCID={text}"),
    });
    d.nest(|d| {
        d.noted(&LONG, window.span(0..1), false, "Short Header");
        d.field(&FIXED, window.span(0..1), first & FIXED_BIT != 0);
        d.field(&SPIN, window.span(0..1), first & 0x20 != 0);
        if !dcid.is_empty() {
            d.field(&DCID, window.span(1..end), dcid);
        }
    });
    let rest = window.from(end);
    d.field(&REMAINING, rest.span(0..rest.len()), rest.all());
    info.push_str("Protected Payload (KP0)");
    if !text.is_empty() {
        _ = write!(info, ", DCID={text}");
    }
}

/// The fields of a long header and of what follows it in clear.
fn header(
    d: &mut Dissection,
    window: &Bytes<'_>,
    long: &Long<'_>,
    first: u8,
    places: Option<(Option<u64>, usize, usize)>,
    opened: Option<(usize, &Opened)>,
) {
    if !d.wants() {
        return;
    }
    let span = |from: usize, to: usize| window.span(from..to);
    let end = places.map_or(window.wire_len(), |(_, _, end)| end);
    d.generated(&PACKET_LENGTH, span(0, end), end);
    d.noted(&LONG, span(0, 1), true, "Long Header");
    d.field(&FIXED, span(0, 1), first & FIXED_BIT != 0);
    if let Some((_, opened)) = opened {
        d.field(&RESERVED, span(0, 1), (opened.first >> 2) & 3);
        d.noted(&NUMBER_LENGTH, span(0, 1), opened.first & 3, &format!("{} bytes", opened.number_len));
    }
    long_fields(d, window, long, first);
    let all = window.all();
    match (long.kind, places) {
        (Kind::Negotiation, _) => {
            let versions = all.get(long.after..).unwrap_or_default();
            for (chunk, at) in versions.chunks_exact(4).zip((long.after..).step_by(4)) {
                if let Some(&version) = chunk.first_chunk() {
                    let version = u32::from_be_bytes(version);
                    d.noted(&SUPPORTED, span(at, at.saturating_add(4)), version, &version_name(version));
                }
            }
        }
        (Kind::Retry, _) => {
            let end = all.len().saturating_sub(16).max(long.after);
            d.field(&RETRY_TOKEN, span(long.after, end), all.get(long.after..end).unwrap_or_default());
        }
        (_, Some((token, at, _))) => {
            if let Some(token) = token {
                let token_at = at.saturating_sub(usize::try_from(token).unwrap_or(0));
                d.field(&TOKEN_LENGTH, span(long.after, token_at), token);
                if token > 0 {
                    d.field(&TOKEN, span(token_at, at), all.get(token_at..at).unwrap_or_default());
                }
            }
            let Some((length, size)) = varint(all, at) else { return };
            let behind = at.saturating_add(size);
            d.field(&LENGTH, span(at, behind), length);
            let payload = opened.map_or(behind, |(at, opened)| {
                let to = at.saturating_add(opened.number_len);
                d.field(&NUMBER, span(at, to), opened.number);
                to
            });
            let field: &'static Field = if opened.is_some() { &PAYLOAD } else { &REMAINING };
            d.field(field, span(payload, end), all.get(payload..end.min(all.len())).unwrap_or_default());
        }
        _ => {}
    }
}

fn version_name(version: u32) -> String {
    match version {
        0 => "Version Negotiation".to_owned(),
        1 => "1".to_owned(),
        V2 => "2".to_owned(),
        0xff00_0000..=0xff00_00ff => format!("draft-{}", version & 0xff),
        0xface_b000..=0xface_b0ff => "Facebook mvfst".to_owned(),
        _ if is_greased(version) => "Forcing Version Negotiation".to_owned(),
        _ => "Unknown".to_owned(),
    }
}

fn long_fields(d: &mut Dissection, window: &Bytes<'_>, long: &Long<'_>, first: u8) {
    let at = |from: usize, len: usize| window.span(from..from.saturating_add(len));
    if !matches!(long.kind, Kind::Negotiation | Kind::Unknown) {
        let field = if long.version == V2 { &LONG_TYPE_V2 } else { &LONG_TYPE };
        let name = match long.kind {
            Kind::Initial => "Initial",
            Kind::ZeroRtt => "0-RTT",
            Kind::Handshake => "Handshake",
            _ => "Retry",
        };
        d.noted(field, at(0, 1), (first >> 4) & 3, name);
    }
    d.noted(&VERSION, at(1, 4), long.version, &version_name(long.version));
    d.field(&DCID_LENGTH, at(5, 1), long.dcid.len());
    let scid_length = Long::DCID_AT.saturating_add(long.dcid.len());
    if !long.dcid.is_empty() {
        d.field(&DCID, at(Long::DCID_AT, long.dcid.len()), long.dcid);
    }
    d.field(&SCID_LENGTH, at(scid_length, 1), long.scid.len());
    if !long.scid.is_empty() {
        d.field(&SCID, at(scid_length.saturating_add(1), long.scid.len()), long.scid);
    }
}

/// What the Info column says of a long header.
fn said(long: &Long<'_>, info: &mut String) {
    info.push_str(match long.kind {
        Kind::Initial => "Initial",
        Kind::ZeroRtt => "0-RTT",
        Kind::Handshake => "Handshake",
        Kind::Retry => "Retry",
        Kind::Negotiation => "Version Negotiation",
        Kind::Unknown => "Payload (Encrypted)",
    });
    for (title, id) in [("DCID", long.dcid), ("SCID", long.scid)] {
        if !id.is_empty() {
            _ = write!(info, ", {title}=");
            id.iter().for_each(|byte| _ = write!(info, "{byte:02x}"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_another_id_fills_the_datagram() {
        use crate::engine::dissect::Wanted;
        let packet = [0xe0, 0, 0, 0, 1, 2, 0xaa, 0xbb, 1, 0xcc, 5, 1, 2, 3, 4, 5];
        let cases: [(&[u8], usize, bool); 5] = [
            (&[], 1, false),
            (&[0x40, 0xaa, 0xbb, 7, 7], 2, false),
            (&[0x40, 0xaa, 0xbc, 7, 7], 2, true),
            (&[0x00, 0xaa, 0xbb, 7, 7], 2, true),
            (&[0, 0], 2, true),
        ];
        for (behind, lines, filled) in cases {
            let bytes = [&packet[..], behind].concat();
            let mut d = Dissection::new(Wanted::Everything);
            d.enter(0, &Bytes::frame(&bytes, 0));
            assert!(dissect(&mut d, Bytes::frame(&bytes, 0)).is_ok());
            let told = d.experts.iter().any(|said| std::ptr::eq(said.expert, &FILLED));
            assert_eq!((d.layers.len(), told), (lines, filled), "{behind:?}");
            assert_eq!(d.info_text().starts_with("Handshake"), behind.first() != Some(&0x40) || filled);
        }
    }

    #[test]
    fn variable_length_integers_are_those_of_the_rfc() {
        type Case<'a> = (&'a [u8], Option<(u64, usize)>);
        let cases: [Case<'_>; 5] = [
            (&[0xc2, 0x19, 0x7c, 0x5e, 0xff, 0x14, 0xe8, 0x8c], Some((151_288_809_941_952_652, 8))),
            (&[0x9d, 0x7f, 0x3e, 0x7d], Some((494_878_333, 4))),
            (&[0x7b, 0xbd], Some((15_293, 2))),
            (&[0x25], Some((37, 1))),
            (&[0x40], None),
        ];
        for (bytes, expected) in cases {
            assert_eq!(varint(bytes, 0), expected);
        }
    }

    #[test]
    fn long_headers_are_known_by_version_and_lengths() {
        let initial = |version: u32, first: u8| {
            let mut bytes = vec![first];
            bytes.extend(version.to_be_bytes());
            bytes.extend([2, 0xaa, 0xbb, 1, 0xcc, 0, 0x44, 0xb0]);
            bytes.resize(13 + 0x4b0, 0);
            bytes
        };
        let verdict = |bytes: &[u8], port| {
            probe(&Payload { bytes, transport: Transport::Udp, from_port: 40000, to_port: port })
        };
        for (version, first, kind) in
            [(1, 0xc3, Kind::Initial), (V2, 0xd3, Kind::Initial), (0xff00_001d, 0xe0, Kind::Handshake)]
        {
            let bytes = initial(version, first);
            let long = Long::read(&bytes).expect("a long header");
            assert!(long.kind == kind, "{version:#x}");
            assert_eq!((long.dcid, long.scid), (&[0xaa, 0xbb][..], &[0xcc][..]));
        }
        assert_eq!(verdict(&initial(1, 0xc3), 9999), Verdict::Certain);
        assert_eq!(verdict(&initial(0x1234_5678, 0xc3), 9999), Verdict::NotMine);
        assert_eq!(verdict(&[0x40; 30], 443), Verdict::NotMine);
    }
}
