//! Transmission Control Protocol, RFC 9293.
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Problem, Protocol, Segment, TcpHead, Transport, fields};
use etherparse::{TcpHeaderSlice, TcpOptionElement};

fields! {
    SOURCE_PORT: Uint => "tcp.srcport", "Source Port";
    DESTINATION_PORT: Uint => "tcp.dstport", "Destination Port";
    SEQUENCE: Uint => "tcp.seq_raw", "Sequence Number (raw)";
    ACKNOWLEDGEMENT: Uint => "tcp.ack_raw", "Acknowledgment number (raw)";
    HEADER_LENGTH: Uint => "tcp.hdr_len", "Header Length";
    FLAGS: Hex(4) => "tcp.flags", "Flags";
    WINDOW: Uint => "tcp.window_size_value", "Window";
    CHECKSUM: Hex(4) => "tcp.checksum", "Checksum";
    URGENT: Uint => "tcp.urgent_pointer", "Urgent Pointer";
    MSS: Uint => "tcp.options.mss_val", "Maximum segment size";
    SCALE: Uint => "tcp.options.wscale.shift", "Window scale shift count";
    SACK_PERMITTED: Bool => "tcp.options.sack_perm", "SACK permitted";
    TIMESTAMP: Uint => "tcp.options.timestamp.tsval", "Timestamp value";
    TIMESTAMP_ECHO: Uint => "tcp.options.timestamp.tsecr", "Timestamp echo reply";
    LENGTH: Uint => "tcp.len", "TCP Segment Len";
}

pub(super) static TCP: Protocol = Protocol {
    name: "tcp",
    title: "Transmission Control Protocol",
    short: "TCP",
    fields: FIELDS,
    claims: &[Claim::Ip(6)],
    probe: None,
    dissect,
};

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
        sacked: sacked(&header),
    };
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
    let segment = Segment { tcp: Some(head), ..Segment::between(Transport::Tcp, from, to, rest.wire_len()) };
    Ok(Next::Transport(segment, rest))
}

/// Bytes that the SACK option names (RFC 2018 §3).
#[inline]
fn sacked(header: &TcpHeaderSlice<'_>) -> u32 {
    match header.options() {
        // Nothing, or timestamps alone: nearly always.
        [] | [1, 1, 8, 10, _, _, _, _, _, _, _, _] => 0,
        _ => header.options_iterator().fold(0, |sum: u32, option| match option {
            Ok(TcpOptionElement::SelectiveAcknowledgement(first, rest)) => {
                let blocks = std::iter::once(first).chain(rest.into_iter().flatten());
                blocks.fold(sum, |sum, (left, right)| sum.wrapping_add(right.wrapping_sub(left)))
            }
            _ => sum,
        }),
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
    let (ack, length_and_flags, window) = (bytes.u32(8)?, bytes.u16(12)?, bytes.u16(14)?);
    let header_len = usize::from(length_and_flags >> 12).saturating_mul(4);
    let flags = length_and_flags & 0x0fff;
    if d.wants() {
        d.field(&ACKNOWLEDGEMENT, bytes.span(8..12), ack);
        d.field(&HEADER_LENGTH, bytes.span(12..13), header_len);
        d.field(&FLAGS, bytes.span(12..14), flags);
        d.field(&WINDOW, bytes.span(14..16), window);
        d.info(|| format!("{from} → {to} [{}]", flag_names(flags)));
    }
    if header_len < FIXED {
        return Err(Problem::Malformed);
    }
    let rest = bytes.from(header_len);
    let tcp = Some(TcpHead { seq, ack, flags, window, scale: None, sacked: 0 });
    let segment = Segment { tcp, ..Segment::between(Transport::Tcp, from, to, rest.wire_len()) };
    Ok(Next::Transport(segment, rest))
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
    d.field(&WINDOW, at(14..16), header.window_size());
    d.field(&CHECKSUM, at(16..18), header.checksum());
    d.field(&URGENT, at(18..20), header.urgent_pointer());
    let options = at(FIXED..header_len);
    for option in header.options_iterator().flatten() {
        match option {
            TcpOptionElement::MaximumSegmentSize(size) => d.field(&MSS, options, size),
            TcpOptionElement::WindowScale(shift) => d.field(&SCALE, options, shift),
            TcpOptionElement::SelectiveAcknowledgementPermitted => d.field(&SACK_PERMITTED, options, true),
            TcpOptionElement::Timestamp(value, echo) => {
                d.field(&TIMESTAMP, options, value);
                d.field(&TIMESTAMP_ECHO, options, echo);
            }
            _ => {}
        }
    }
    d.field(&LENGTH, at(header_len..header_len), payload);
    d.info(|| format!("{from} → {to} [{}] Len={payload}", flag_names(flags)));
}

/// `SYN, ACK`, as Wireshark's Info column has it.
fn flag_names(flags: u16) -> String {
    const NAMES: [&str; 9] = ["FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR", "AE"];
    let set = NAMES.iter().enumerate().filter(|(bit, _)| flags >> bit & 1 != 0).map(|(_, name)| *name);
    let text = set.collect::<Vec<_>>().join(", ");
    if text.is_empty() { "<None>".to_owned() } else { text }
}
