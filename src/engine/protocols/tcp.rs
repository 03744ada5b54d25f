//! Transmission Control Protocol, RFC 9293.
mod analysis;
pub mod experts;
pub(super) use experts::EXPERTS;
mod mptcp;

pub(super) use analysis::ANALYSIS_FIELDS;
pub use analysis::{Analysis, analyse};

use super::walk::Numbers;
use crate::engine::dissect::{
    Bytes, Claim, Dissection, Found, Next, Problem, Protocol, Segment, Span, TcpHead, Transport, Value, fields,
    tcp_flag,
};
use etherparse::{TcpHeaderSlice, TcpOptionElement};

fields! {
    SOURCE_PORT: Uint => "tcp.srcport", "Source Port";
    DESTINATION_PORT: Uint => "tcp.dstport", "Destination Port";
    STREAM: Uint => "tcp.stream", "Stream index";
    LENGTH: Uint => "tcp.len", "TCP Segment Len";
    RELATIVE_SEQUENCE: Uint => "tcp.seq", "Sequence Number (relative)";
    SEQUENCE: Uint => "tcp.seq_raw", "Sequence Number (raw)";
    NEXT_SEQUENCE: Uint => "tcp.nxtseq", "Next Sequence Number (relative)";
    RELATIVE_ACKNOWLEDGEMENT: Uint => "tcp.ack", "Acknowledgment Number (relative)";
    ACKNOWLEDGEMENT: Uint => "tcp.ack_raw", "Acknowledgment number (raw)";
    HEADER_LENGTH: Uint => "tcp.hdr_len", "Header Length";
    FLAGS: Hex(4) => "tcp.flags", "Flags";
    RESERVED: Bool => "tcp.flags.res", "Reserved";
    AE: Bool => "tcp.flags.ae", "Accurate ECN";
    CWR: Bool => "tcp.flags.cwr", "Congestion Window Reduced";
    ECE: Bool => "tcp.flags.ece", "ECN-Echo";
    URG: Bool => "tcp.flags.urg", "Urgent";
    ACK: Bool => "tcp.flags.ack", "Acknowledgment";
    PSH: Bool => "tcp.flags.push", "Push";
    RST: Bool => "tcp.flags.reset", "Reset";
    SYN: Bool => "tcp.flags.syn", "Syn";
    FIN: Bool => "tcp.flags.fin", "Fin";
    FLAG_LETTERS: Text => "tcp.flags.str", "TCP Flags";
    WINDOW: Uint => "tcp.window_size_value", "Window";
    SCALED_WINDOW: Uint => "tcp.window_size", "Calculated window size";
    FACTOR: Int => "tcp.window_size_scalefactor", "Window size scaling factor";
    CHECKSUM: Hex(4) => "tcp.checksum", "Checksum";
    STATUS: Uint => "tcp.checksum.status", "Checksum Status";
    URGENT: Uint => "tcp.urgent_pointer", "Urgent Pointer";
    OPTIONS: Bytes => "tcp.options", "Options";
    OPTION_KIND: Uint => "tcp.option_kind", "Kind";
    OPTION_LENGTH: Uint => "tcp.option_len", "Length";
    END_OPTION: Bytes => "tcp.options.eol", "TCP Option - End of Option List (EOL)";
    NOTHING_OPTION: Bytes => "tcp.options.nop", "TCP Option - No-Operation (NOP)";
    MSS_OPTION: Bytes => "tcp.options.mss", "TCP Option - Maximum segment size";
    MSS: Uint => "tcp.options.mss_val", "Maximum segment size";
    SCALE_OPTION: Bytes => "tcp.options.wscale", "TCP Option - Window scale";
    SCALE: Uint => "tcp.options.wscale.shift", "Window scale shift count";
    MULTIPLIER: Uint => "tcp.options.wscale.multiplier", "Multiplier";
    SACK_PERMITTED: Bytes => "tcp.options.sack_perm", "SACK permitted";
    SACK_OPTION: Bytes => "tcp.options.sack", "TCP Option - SACK";
    SACK_COUNT: Uint => "tcp.options.sack.count", "TCP SACK Count";
    SACK_LEFT: Uint => "tcp.options.sack_le", "SACK left edge";
    SACK_RIGHT: Uint => "tcp.options.sack_re", "SACK right edge";
    TIMESTAMP_OPTION: Bytes => "tcp.options.timestamp", "TCP Option - Timestamps";
    TIMESTAMP: Uint => "tcp.options.timestamp.tsval", "Timestamp value";
    TIMESTAMP_ECHO: Uint => "tcp.options.timestamp.tsecr", "Timestamp echo reply";
    DIGEST_OPTION: Bytes => "tcp.options.md5", "TCP Option - TCP MD5 signature";
    DIGEST: Bytes => "tcp.options.md5.digest", "MD5 digest";
    FAST_OPEN: Bytes => "tcp.options.tfo", "TCP Option - TCP Fast Open";
    COOKIE: Bytes => "tcp.options.tfo.cookie", "Fast Open Cookie";
    COOKIE_REQUEST: Label => "tcp.options.tfo.request", "Fast Open Cookie Request";
    EXPERIMENT: Bytes => "tcp.options.experimental", "TCP Option - Experimental";
    EXPERIMENT_ID: Hex(4) => "tcp.options.experimental.exid", "Experiment Identifier";
    OTHER_OPTION: Bytes => "tcp.options.unknown", "TCP Option";
    PAYLOAD: Bytes => "tcp.payload", "TCP payload";
    SEGMENT_DATA: Bytes => "tcp.segment_data", "TCP segment data";
}

pub(super) static TCP: Protocol = Protocol {
    name: "tcp",
    title: "Transmission Control Protocol",
    short: "TCP",
    fields: FIELDS,
    claims: &[Claim::Ip(6)],
    probe: None,
    dissect,
    ..Protocol::PLAIN
};

/// Its options of TCP's header are fields of their own.
pub(super) static MPTCP: Protocol =
    Protocol { name: "mptcp", title: "Multipath Transmission Control Protocol", fields: mptcp::ALL, ..Protocol::PLAIN };

const FIXED: usize = 20;

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let Ok(header) = TcpHeaderSlice::from_slice(bytes.all()) else { return dissect_cut(d, bytes) };
    let [_, _, .., high, low] = bytes.array::<14>(0)?;
    let flags = u16::from_be_bytes([high & 0x0f, low]);
    let rest = bytes.from(header.slice().len());
    let mut head = TcpHead {
        seq: header.sequence_number(),
        ack: header.acknowledgment_number(),
        flags,
        window: header.window_size(),
        scale: None,
        sacked: 0,
        sack_edges: Default::default(),
        sack_blocks: 0,
    };
    sacked(&header, &mut head);
    if flags & 0x02 != 0 {
        head.scale = header.options_iterator().find_map(|option| match option {
            Ok(TcpOptionElement::WindowScale(shift)) => Some(shift),
            _ => None,
        });
    }
    let (from, to) = (header.source_port(), header.destination_port());
    if d.wants() {
        describe(d, &bytes, &header, head.flags, rest.wire_len());
    }
    let is_usual =
        matches!(header.options(), [] | [1, 1, 8, 10, _, _, _, _, _, _, _, _]) && header.urgent_pointer() == 0;
    if !is_usual || flags & (tcp_flag::SYN | tcp_flag::ACK) != tcp_flag::ACK {
        experts::header(d, &header, &head);
    }
    let segment = Segment { tcp: Some(head), ..Segment::between(Transport::Tcp, from, to, rest.wire_len()) };
    Ok(d.transport(segment, rest))
}

/// What the SACK option names (RFC 2018 §3).
#[inline]
fn sacked(header: &TcpHeaderSlice<'_>, head: &mut TcpHead) {
    // Nothing, or timestamps alone: nearly always.
    if let [] | [1, 1, 8, 10, _, _, _, _, _, _, _, _] = header.options() {
        return;
    }
    for option in header.options_iterator() {
        let Ok(TcpOptionElement::SelectiveAcknowledgement(first, rest)) = option else { continue };
        for block in std::iter::once(first).chain(rest.into_iter().flatten()) {
            head.sacked = head.sacked.wrapping_add(block.1.wrapping_sub(block.0));
            if let Some(place) = head.sack_edges.get_mut(usize::from(head.sack_blocks)) {
                *place = block;
                head.sack_blocks = head.sack_blocks.saturating_add(1);
            }
        }
    }
}

/// A header of which the capture (or an ICMP error's quotation) has only a part, or whose options lie.
fn dissect_cut<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let (from, to) = (bytes.u16(0)?, bytes.u16(2)?);
    if d.wants() {
        d.field(&SOURCE_PORT, bytes.span(0..2), from);
        d.field(&DESTINATION_PORT, bytes.span(2..4), to);
        d.info(|| format!("{from} → {to}"));
    }
    let seq = bytes.u32(4)?;
    if d.wants() {
        d.field(&SEQUENCE, bytes.span(4..8), seq);
    }
    // An ICMP error need not quote more than these eight bytes (RFC 792).
    if d.quoted_from.is_some() && bytes.wire_len() < FIXED {
        return Ok(Next::End);
    }
    let (ack, length_and_flags, window) = (bytes.u32(8)?, bytes.u16(12)?, bytes.u16(14)?);
    let header_len = usize::from(length_and_flags >> 12).saturating_mul(4);
    let flags = length_and_flags & 0x0fff;
    if d.wants() {
        d.field(&ACKNOWLEDGEMENT, bytes.span(8..12), ack);
        d.field(&HEADER_LENGTH, bytes.span(12..13), header_len);
        d.field(&FLAGS, bytes.span(12..14), flags);
        d.nest(|d| flag_bits(d, bytes.span(12..14), flags));
        d.field(&WINDOW, bytes.span(14..16), window);
        d.info(|| format!("{from} → {to} [{}]", flag_names(flags)));
    }
    if header_len < FIXED {
        let length = format_args!("Bogus TCP header length ({header_len}, must be at least {FIXED})");
        d.expert_text(&experts::BAD_HEADER_LENGTH, &length);
        return Err(Problem::Malformed);
    }
    let rest = bytes.from(header_len);
    let (sack_edges, sack_blocks) = Default::default();
    let tcp = Some(TcpHead { seq, ack, flags, window, scale: None, sacked: 0, sack_edges, sack_blocks });
    let segment = Segment { tcp, ..Segment::between(Transport::Tcp, from, to, rest.wire_len()) };
    Ok(d.transport(segment, rest))
}

fn describe(d: &mut Dissection, bytes: &Bytes<'_>, header: &TcpHeaderSlice<'_>, flags: u16, payload: usize) {
    let at = |range| bytes.span(range);
    let (from, to) = (header.source_port(), header.destination_port());
    let header_len = header.slice().len();
    d.field(&SOURCE_PORT, at(0..2), from);
    d.field(&DESTINATION_PORT, at(2..4), to);
    d.field(&SEQUENCE, at(4..8), header.sequence_number());
    d.field(&ACKNOWLEDGEMENT, at(8..12), header.acknowledgment_number());
    d.field(&HEADER_LENGTH, at(12..13), header_len);
    d.field(&FLAGS, at(12..14), flags);
    d.nest(|d| flag_bits(d, at(12..14), flags));
    d.field(&WINDOW, at(14..16), header.window_size());
    d.field(&CHECKSUM, at(16..18), header.checksum());
    d.add_generated(&STATUS, at(16..18), 2_u8, "Unverified");
    d.field(&URGENT, at(18..20), header.urgent_pointer());
    if header_len > FIXED {
        d.field(&OPTIONS, at(FIXED..header_len), bytes.all().get(FIXED..header_len).unwrap_or_default());
        d.nest(|d| options(d, bytes, header));
    }
    if payload > 0 {
        let all = bytes.from(header_len);
        d.field(&PAYLOAD, all.span(0..payload), all.all());
    }
    d.info(|| format!("{from} → {to} [{}] Len={payload}", flag_names(flags)));
}

fn flag_bits(d: &mut Dissection, at: Span, flags: u16) {
    let byte = |nth: u32| Span::new(at.buffer(), at.start().saturating_add(nth), 1);
    d.field(&RESERVED, byte(0), flags & 0xe00 != 0);
    for (bit, field) in [&FIN, &SYN, &RST, &PSH, &ACK, &URG, &ECE, &CWR, &AE].into_iter().enumerate().rev() {
        d.field(field, byte(u32::from(bit < 8)), flags >> bit & 1 != 0);
    }
    d.generated(&FLAG_LETTERS, at, flag_letters(flags));
}

fn options(d: &mut Dissection, bytes: &Bytes<'_>, header: &TcpHeaderSlice<'_>) {
    let all = bytes.limit(header.slice().len());
    let (mut start, mut has_ended) = (FIXED, false);
    while let Ok(kind) = all.u8(start) {
        // Behind the list's end only zeros mean something.
        if has_ended && kind != 0 {
            return;
        }
        has_ended = kind == 0;
        let length = match (kind, all.u8(start.saturating_add(1))) {
            (0 | 1, _) => 1,
            (_, Ok(length @ 2..)) => usize::from(length),
            _ => return,
        };
        let option = all.from(start).limit(length);
        if option_of(d, &option, kind).is_err() {
            return;
        }
        if kind == 0 {
            return;
        }
        start = start.saturating_add(length);
    }
}

/// An option (RFC 9293 §3.2): a line for all of it, with its parts below.
fn option_of(d: &mut Dissection, option: &Bytes<'_>, kind: u8) -> Result<(), Problem> {
    let (whole, name) = match kind {
        0 => (&END_OPTION, "End of Option List"),
        1 => (&NOTHING_OPTION, "No-Operation"),
        2 => (&MSS_OPTION, "Maximum Segment Size"),
        3 => (&SCALE_OPTION, "Window Scale"),
        4 => (&SACK_PERMITTED, "SACK Permitted"),
        5 => (&SACK_OPTION, "SACK"),
        8 => (&TIMESTAMP_OPTION, "Time Stamp Option"),
        19 => (&DIGEST_OPTION, "MD5 Signature Option"),
        34 => (&FAST_OPEN, "TCP Fast Open Cookie"),
        253 | 254 => (&EXPERIMENT, "RFC3692-style Experiment"),
        // Its line is made where its parts are read.
        30 => return mptcp::option(d, option),
        _ => (&OTHER_OPTION, "Unknown"),
    };
    let length = option.wire_len();
    d.field(whole, option.span(0..length), option.all());
    d.nest(|d| {
        head(d, option, kind, name);
        parts_of(d, option, kind)
    })
}

/// What an option is, and how long.
fn head(d: &mut Dissection, option: &Bytes<'_>, kind: u8, name: &str) {
    d.noted(&OPTION_KIND, option.span(0..1), kind, name);
    if kind > 1 {
        d.field(&OPTION_LENGTH, option.span(1..2), option.wire_len());
    }
}

fn parts_of(d: &mut Dissection, option: &Bytes<'_>, kind: u8) -> Result<(), Problem> {
    let length = option.wire_len();
    match kind {
        2 => d.field(&MSS, option.span(2..4), option.u16(2)?),
        3 => {
            let shift = option.u8(2)?;
            d.field(&SCALE, option.span(2..3), shift);
            // More than 14 is taken as 14 (RFC 7323 §2.3).
            d.generated(&MULTIPLIER, option.span(2..3), 1_u32.checked_shl(shift.min(14).into()).unwrap_or(0));
        }
        5 => {
            let (from, blocks) = (option.span(2..length), length.saturating_sub(2) / 8);
            for at in (2..length).step_by(8) {
                let (middle, end) = (at.saturating_add(4), at.saturating_add(8));
                d.field(&SACK_LEFT, option.span(at..middle), option.u32(at)?);
                d.field(&SACK_RIGHT, option.span(middle..end), option.u32(middle)?);
            }
            d.generated(&SACK_COUNT, from, blocks);
        }
        8 => {
            d.field(&TIMESTAMP, option.span(2..6), option.u32(2)?);
            d.field(&TIMESTAMP_ECHO, option.span(6..10), option.u32(6)?);
        }
        19 => d.field(&DIGEST, option.span(2..length), option.take(2..length)?),
        // As TCP Fast Open was known before it had a number (RFC 7413 §4.1.1).
        253 | 254 => {
            let id = option.u16(2)?;
            d.field(&EXPERIMENT_ID, option.span(2..4), id);
            if id == 0xf989 && length > 4 {
                d.field(&COOKIE, option.span(4..length), option.take(4..length)?);
            }
        }
        34 if length == 2 => d.label(&COOKIE_REQUEST, option.span(0..2), || "Fast Open Cookie Request".to_owned()),
        34 => d.field(&COOKIE, option.span(2..length), option.take(2..length)?),
        _ => {}
    }
    Ok(())
}

/// What the stream knows of the header read last.
pub(super) fn tell(d: &mut Dissection, segment: &Segment, numbers: &Numbers) {
    let Some(head) = segment.tcp else { return };
    let length = segment.payload_len;
    let is_ack = head.flags & tcp_flag::ACK != 0;
    if numbers.factor != 0 {
        d.generated_after(&WINDOW, &FACTOR, numbers.factor);
    }
    d.generated_after(&WINDOW, &SCALED_WINDOW, numbers.window);
    if is_ack {
        d.generated_after(&SEQUENCE, &RELATIVE_ACKNOWLEDGEMENT, numbers.ack);
    }
    let taken = u32::from(head.flags & tcp_flag::SYN != 0).saturating_add(u32::from(head.flags & tcp_flag::FIN != 0));
    d.generated_after(&SEQUENCE, &NEXT_SEQUENCE, numbers.seq.wrapping_add(length).wrapping_add(taken));
    d.generated_after(&DESTINATION_PORT, &RELATIVE_SEQUENCE, numbers.seq);
    d.generated_after(&DESTINATION_PORT, &LENGTH, length);
    d.generated_after(&DESTINATION_PORT, &STREAM, numbers.stream);
    let options = option_words(d, numbers);
    // Only the flag gives the pointer a meaning (RFC 9293 §3.1), whatever its number.
    let pointer = |found: &&Found| head.flags & tcp_flag::URG != 0 && std::ptr::eq(found.field, &URGENT);
    let urgent = d.fields.iter().rev().find(pointer).map_or_else(String::new, |found| format!(" Urg={}", found.text()));
    d.heading(|| {
        format!("Src Port: {}, Dst Port: {}, Seq: {}, Len: {length}", segment.from_port, segment.to_port, numbers.seq)
    });
    d.info(|| {
        let ack = if is_ack { format!(" Ack={}", numbers.ack) } else { String::new() };
        let (from, to, flags) = (segment.from_port, segment.to_port, flag_names(head.flags));
        let (seq, window) = (numbers.seq, numbers.window);
        format!("{from} → {to} [{flags}] Seq={seq}{ack} Win={window}{urgent} Len={length}{options}")
    });
    d.info_prefix(numbers.prefix.clone());
}

/// The header's options as the Info column has them, in their order.
fn option_words(d: &Dissection, numbers: &Numbers) -> String {
    let mut words = String::new();
    let layer = d.layers.len().saturating_sub(1);
    for found in d
        .fields
        .iter()
        .rev()
        .take_while(|found| usize::from(found.layer) == layer)
        .collect::<Vec<_>>()
        .into_iter()
        .rev()
    {
        let Value::Uint(value) = found.value else {
            if std::ptr::eq(found.field, &SACK_PERMITTED) {
                words.push_str(" SACK_PERM");
            }
            continue;
        };
        let word = match found.field {
            field if std::ptr::eq(field, &MSS) => format!(" MSS={value}"),
            field if std::ptr::eq(field, &SCALE) => {
                format!(" WS={}", 1_u64.checked_shl(value.min(32) as u32).unwrap_or(0))
            }
            field if std::ptr::eq(field, &TIMESTAMP) => format!(" TSval={value}"),
            field if std::ptr::eq(field, &TIMESTAMP_ECHO) => format!(" TSecr={value}"),
            field if std::ptr::eq(field, &SACK_LEFT) => {
                format!(" SLE={}", (value as u32).wrapping_sub(numbers.ack_base))
            }
            field if std::ptr::eq(field, &SACK_RIGHT) => {
                format!(" SRE={}", (value as u32).wrapping_sub(numbers.ack_base))
            }
            _ => continue,
        };
        words.push_str(&word);
    }
    words
}

/// The part of a payload that a later segment's message takes.
pub(super) fn segment_data(d: &mut Dissection, bytes: &Bytes<'_>) {
    d.field(&SEGMENT_DATA, bytes.span(0..bytes.wire_len()), bytes.all());
}

/// `·······AP···`: all twelve bits.
fn flag_letters(flags: u16) -> String {
    let letters = "RRRACEUAPRSF".chars().zip((0..12).rev());
    letters.map(|(letter, bit)| if flags >> bit & 1 != 0 { letter } else { '·' }).collect()
}

/// `SYN, ACK`, as Wireshark's Info column has it.
fn flag_names(flags: u16) -> String {
    const NAMES: [&str; 9] = ["FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR", "AE"];
    let set = NAMES.iter().enumerate().filter(|(bit, _)| flags >> bit & 1 != 0).map(|(_, name)| *name);
    let text = set.collect::<Vec<_>>().join(", ");
    if text.is_empty() { "<None>".to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::dissect::Wanted;

    #[test]
    fn a_quotation_may_end_behind_eight_bytes() {
        let quoted = [0xc4, 0x37, 0xb0, 0x17, 0xd6, 0xe7, 0x12, 0xee];
        for is_quoted in [true, false] {
            let mut d = Dissection::new(Wanted::Everything);
            d.enter(0, &Bytes::frame(&quoted, 8));
            if is_quoted {
                d.quote();
            }
            assert_eq!(dissect(&mut d, Bytes::frame(&quoted, 8)).is_ok(), is_quoted);
            assert!(d.fields.iter().any(|found| found.field.name() == "tcp.seq_raw" && found.text() == "3605467886"));
        }
    }

    #[test]
    fn the_urgent_pointer_is_said_when_its_flag_is_set() {
        for (flags, pointer, expected) in [(0x30, 0, " Urg=0 "), (0x20, 5, " Urg=5 "), (0x10, 5, " ")] {
            let header = [0, 1, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0x50, flags, 0, 9, 0, 0, 0, pointer];
            let mut d = Dissection::new(Wanted::Everything);
            d.enter(0, &Bytes::frame(&header, 0));
            assert!(dissect(&mut d, Bytes::frame(&header, 0)).is_ok());
            let segment = d.carried();
            tell(&mut d, &segment, &Numbers { window: 9, ..Numbers::default() });
            assert!(d.info_text().ends_with(&format!(" Win=9{expected}Len=0")), "{}", d.info_text());
        }
    }
}
