//! QUIC: what all versions share (RFC 8999), version 1 (RFC 9000), version 2 (RFC 9369) and the drafts before them.
//!
//! Nothing is decrypted: packet numbers and frames stay hidden.
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Payload, Problem, Protocol, Transport, Verdict, fields};
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

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if d.wants() {
        describe(d, &bytes);
    }
    if bytes.is_cut() { Err(Problem::Truncated) } else { Ok(Next::End) }
}

fn describe(d: &mut Dissection, bytes: &Bytes<'_>) {
    let mut info: Vec<String> = Vec::new();
    let mut window = *bytes;
    // Packets of one datagram stand one behind the other (RFC 9000 §12.2).
    while let Some(&first) = window.all().first() {
        let span = |from: usize, to: usize| window.span(from..to);
        let is_long = first & LONG_FORM != 0;
        if !is_long && first & FIXED_BIT == 0 {
            // Padding behind the last packet.
            break;
        }
        d.field(&LONG, span(0, 1), is_long);
        d.field(&FIXED, span(0, 1), first & FIXED_BIT != 0);
        if !is_long {
            d.field(&SPIN, span(0, 1), first & 0x20 != 0);
            info.push("Protected Payload (KP0)".to_owned());
            break;
        }
        let Some(long) = Long::read(window.all()) else { break };
        long_fields(d, &window, &long, first);
        info.push(said(&long));
        window = match long.kind {
            Kind::Initial | Kind::ZeroRtt | Kind::Handshake => {
                let Some((token, at, end)) = end_of_packet(window.all(), &long) else { break };
                if let Some(token) = token {
                    d.field(&TOKEN_LENGTH, span(long.after, long.after.saturating_add(1)), token);
                }
                if let Some((length, size)) = varint(window.all(), at) {
                    d.field(&LENGTH, span(at, at.saturating_add(size)), length);
                }
                window.from(end)
            }
            Kind::Negotiation => {
                let versions = window.all().get(long.after..).unwrap_or_default();
                for (chunk, at) in versions.chunks_exact(4).zip((long.after..).step_by(4)) {
                    if let Some(&version) = chunk.first_chunk() {
                        d.field(&SUPPORTED, span(at, at.saturating_add(4)), u32::from_be_bytes(version));
                    }
                }
                break;
            }
            Kind::Retry | Kind::Unknown => break,
        };
    }
    d.info(|| info.join(", "));
}

fn long_fields(d: &mut Dissection, window: &Bytes<'_>, long: &Long<'_>, first: u8) {
    let at = |from: usize, len: usize| window.span(from..from.saturating_add(len));
    if !matches!(long.kind, Kind::Negotiation | Kind::Unknown) {
        let field = if long.version == V2 { &LONG_TYPE_V2 } else { &LONG_TYPE };
        d.field(field, at(0, 1), (first >> 4) & 3);
    }
    d.field(&VERSION, at(1, 4), long.version);
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

fn said(long: &Long<'_>) -> String {
    let name = match long.kind {
        Kind::Initial => "Initial",
        Kind::ZeroRtt => "0-RTT",
        Kind::Handshake => "Handshake",
        Kind::Retry => "Retry",
        Kind::Negotiation => "Version Negotiation",
        Kind::Unknown => "Payload (Encrypted)",
    };
    let mut text = name.to_owned();
    for (title, id) in [("DCID", long.dcid), ("SCID", long.scid)] {
        if !id.is_empty() {
            _ = write!(text, ", {title}=");
            id.iter().for_each(|byte| _ = write!(text, "{byte:02x}"));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

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
