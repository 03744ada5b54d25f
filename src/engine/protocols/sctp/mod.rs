//! Stream Control Transmission Protocol, RFC 9260; extensions RFC 3758, 4895, 5061, 6525, 8260.
mod words;

use super::walk::Numbers;
use crate::engine::dissect::{
    Bytes, Claim, Dissection, Field, Found, Kind, Next, Problem, Protocol, Role, Segment, Transport, Value, fields,
};
use std::fmt::Write;

fields! {
    SOURCE_PORT: Uint => "sctp.srcport", "Source port";
    DESTINATION_PORT: Uint => "sctp.dstport", "Destination port";
    VERIFICATION_TAG: Hex(8) => "sctp.verification_tag", "Verification tag";
    CHECKSUM: Hex(8) => "sctp.checksum", "Checksum";
    CHECKSUM_STATUS: Uint => "sctp.checksum.status", "Checksum Status";
    CHUNK: Uint => "sctp.chunk_type", "Chunk type";
    CHUNK_BIT_1: Bool => "sctp.chunk_bit_1", "Bit";
    CHUNK_BIT_2: Bool => "sctp.chunk_bit_2", "Bit";
    FLAGS: Hex(2) => "sctp.chunk_flags", "Chunk flags";
    LENGTH: Uint => "sctp.chunk_length", "Chunk length";
    IMMEDIATE: Bool => "sctp.data_i_bit", "I-Bit";
    END: Bool => "sctp.data_e_bit", "E-Bit";
    BEGIN: Bool => "sctp.data_b_bit", "B-Bit";
    UNORDERED: Bool => "sctp.data_u_bit", "U-Bit";
    TSN_RELATIVE: Uint => "sctp.data_tsn", "Transmission sequence number (relative)";
    TSN: Uint => "sctp.data_tsn_raw", "Transmission sequence number (absolute)";
    STREAM: Hex(4) => "sctp.data_sid", "Stream identifier";
    STREAM_SEQUENCE: Uint => "sctp.data_ssn", "Stream sequence number";
    MESSAGE: Uint => "sctp.data_mid", "Message identifier";
    PAYLOAD_PROTOCOL: Uint => "sctp.data_payload_proto_id", "Payload protocol identifier";
    RETRANSMISSION: Uint => "sctp.retransmission", "This TSN is a retransmission of one in frame";
    INITIATE_TAG: Hex(8) => "sctp.initiate_tag", "Initiate tag";
    INIT_TAG: Hex(8) => "sctp.init_initiate_tag", "Initiate tag";
    INIT_ACK_TAG: Hex(8) => "sctp.initack_initiate_tag", "Initiate tag";
    CREDIT: Uint => "sctp.init_credit", "Advertised receiver window credit (a_rwnd)";
    OUTBOUND: Uint => "sctp.init_nr_out_streams", "Number of outbound streams";
    INBOUND: Uint => "sctp.init_nr_in_streams", "Number of inbound streams";
    INITIAL_TSN: Uint => "sctp.init_initial_tsn", "Initial TSN";
    ACK_CREDIT: Uint => "sctp.initack_credit", "Advertised receiver window credit (a_rwnd)";
    ACK_OUTBOUND: Uint => "sctp.initack_nr_out_streams", "Number of outbound streams";
    ACK_INBOUND: Uint => "sctp.initack_nr_in_streams", "Number of inbound streams";
    ACK_INITIAL_TSN: Uint => "sctp.initack_initial_tsn", "Initial TSN";
    NONCE_SUM: Uint => "sctp.sack_nounce_sum", "Nounce sum";
    ACK_RELATIVE: Uint => "sctp.sack_cumulative_tsn_ack", "Cumulative TSN ACK (relative)";
    ACK: Uint => "sctp.sack_cumulative_tsn_ack_raw", "Cumulative TSN ACK (absolute)";
    WINDOW: Uint => "sctp.sack_a_rwnd", "Advertised receiver window credit (a_rwnd)";
    GAPS: Uint => "sctp.sack_number_of_gap_blocks", "Number of gap acknowledgement blocks";
    DUPLICATES: Uint => "sctp.sack_number_of_duplicated_tsns", "Number of duplicated TSNs";
    GAP_START: Uint => "sctp.sack_gap_block_start", "Gap Acknowledgement: start";
    GAP_END: Uint => "sctp.sack_gap_block_end", "Gap Acknowledgement: end";
    DUPLICATE: Uint => "sctp.sack_duplicate_tsn", "Duplicate TSN";
    COOKIE: Bytes => "sctp.cookie", "Cookie";
    SHUTDOWN_ACK: Uint => "sctp.shutdown_cumulative_tsn_ack", "Cumulative TSN Ack";
    PARAMETER: Hex(4) => "sctp.parameter_type", "Parameter type";
    PARAMETER_BIT_1: Bool => "sctp.parameter_bit_1", "Bit";
    PARAMETER_BIT_2: Bool => "sctp.parameter_bit_2", "Bit";
    PARAMETER_LENGTH: Uint => "sctp.parameter_length", "Parameter length";
    PARAMETER_VALUE: Bytes => "sctp.parameter_value", "Parameter value";
    PARAMETER_IPV4: Address => "sctp.parameter_ipv4_address", "IP Version 4 address";
    PARAMETER_IPV6: Address => "sctp.parameter_ipv6_address", "IP Version 6 address";
    PARAMETER_COOKIE: Bytes => "sctp.parameter_state_cookie", "State cookie";
    PARAMETER_HEARTBEAT: Bytes => "sctp.parameter_heartbeat_information", "Heartbeat information";
    PARAMETER_TYPES: Uint => "sctp.parameter_supported_address_type", "Supported address type";
    PARAMETER_PADDING: Bytes => "sctp.parameter_padding", "Parameter padding";
    CAUSE: Hex(4) => "sctp.cause_code", "Cause code";
    CAUSE_LENGTH: Uint => "sctp.cause_length", "Cause length";
    VALUE: Bytes => "sctp.chunk_value", "Chunk value";
}

pub(super) static SCTP: Protocol = Protocol {
    name: "sctp",
    title: "Stream Control Transmission Protocol",
    short: "SCTP",
    fields: FIELDS,
    claims: &[Claim::Ip(132)],
    probe: None,
    dissect,
    ..Protocol::PLAIN
};

const HEADER: usize = 12;
const DATA: u8 = 0;
const INIT: u8 = 1;
const INIT_ACK: u8 = 2;
const SACK: u8 = 3;
const HEARTBEAT: u8 = 4;
const HEARTBEAT_ACK: u8 = 5;
const ABORT: u8 = 6;
const SHUTDOWN: u8 = 7;
const ERROR: u8 = 9;
const COOKIE_ECHO: u8 = 10;
/// With a message identifier (RFC 8260 §2.1).
const I_DATA: u8 = 64;
/// A message that is not cut into several chunks: it begins and ends in this one.
const WHOLE: u8 = 0x03;

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let (from, to) = (bytes.u16(0)?, bytes.u16(2)?);
    d.field(&SOURCE_PORT, bytes.span(0..2), from);
    d.field(&DESTINATION_PORT, bytes.span(2..4), to);
    let tag = bytes.u32(4)?;
    d.field(&VERIFICATION_TAG, bytes.span(4..8), tag);
    d.heading(|| format!("Src Port: {from}, Dst Port: {to}"));
    d.info(|| format!("{from} → {to}"));
    if let Ok(checksum) = bytes.u32(8) {
        d.field(&CHECKSUM, bytes.span(8..12), checksum);
        d.add_generated(&CHECKSUM_STATUS, bytes.span(8..8), 2_u8, "Unverified");
    }
    // The first DATA chunk's payload stands for the packet: what flows need to know is who speaks. Others are read after it.
    let mut at = HEADER;
    let mut payload: Option<Bytes<'p>> = None;
    let mut first_tsn = None;
    while let (Ok(kind), Ok(flags), Ok(length)) =
        (bytes.u8(at), bytes.u8(at.saturating_add(1)), bytes.u16(at.saturating_add(2)))
    {
        let length = usize::from(length).max(4);
        let chunk = bytes.from(at).limit(length);
        if d.wants() {
            d.noted(&CHUNK, chunk.span(0..1), kind, words::chunk(kind));
            d.nest(|d| {
                let unknown = [(&CHUNK_BIT_1, 0x80, SKIPS_CHUNK), (&CHUNK_BIT_2, 0x40, REPORTS)];
                for (field, bit, [no, yes]) in unknown {
                    d.noted(field, chunk.span(0..1), kind & bit != 0, if kind & bit == 0 { no } else { yes });
                }
                describe(d, &chunk, kind, flags)
            })
            .ok();
        }
        match kind {
            DATA | I_DATA => {
                let tsn = chunk.u32(4)?;
                first_tsn = first_tsn.or(Some(tsn));
                let rest = chunk.from(if kind == DATA { 16 } else { 20 });
                if !is_repeated(d, tsn) && flags & WHOLE == WHOLE && rest.wire_len() > 0 {
                    match payload {
                        None => payload = Some(rest),
                        Some(_) => d.also(Claim::SctpPort(from.min(to)), rest),
                    }
                }
            }
            INIT | INIT_ACK => first_tsn = first_tsn.or(chunk.u32(16).ok()),
            _ => {}
        }
        // Chunks are padded to four bytes (§3.2).
        at = at.saturating_add(length.next_multiple_of(4));
    }
    let len = bytes.wire_len().saturating_sub(HEADER);
    let payload = payload.unwrap_or_else(|| bytes.from(bytes.wire_len()));
    let segment = Segment { tsn: first_tsn, ..Segment::between(Transport::Sctp, from, to, len) };
    Ok(d.transport(segment, payload))
}

/// Whether the sender has sent this number before.
fn is_repeated(d: &mut Dissection, tsn: u32) -> bool {
    let Some((source, destination, _)) = d.pairs.last() else { return false };
    let key = u64::from(source < destination) << 32 | u64::from(tsn);
    let earlier = d.transaction(Role::Response, key);
    d.transaction(Role::Once, key);
    if let Some(earlier) = earlier {
        d.nest(|d| d.generated(&RETRANSMISSION, Default::default(), earlier.packet));
    }
    earlier.is_some()
}

fn describe(d: &mut Dissection, chunk: &Bytes<'_>, kind: u8, flags: u8) -> Result<(), Problem> {
    d.field(&FLAGS, chunk.span(1..2), flags);
    let bits: &[(u8, &'static Field)] = match kind {
        DATA | I_DATA => &[(8, &IMMEDIATE), (4, &UNORDERED), (2, &BEGIN), (1, &END)],
        SACK => &[(1, &NONCE_SUM)],
        _ => &[],
    };
    d.nest(|d| {
        for &(bit, field) in bits {
            match field.kind {
                Kind::Bool => d.field(field, chunk.span(1..2), flags & bit != 0),
                _ => d.field(field, chunk.span(1..2), flags & bit),
            }
        }
    });
    d.field(&LENGTH, chunk.span(2..4), chunk.u16(2)?);
    let at4 = chunk.span(4..8);
    match kind {
        DATA | I_DATA => {
            d.field(&TSN, at4, chunk.u32(4)?);
            d.field(&STREAM, chunk.span(8..10), chunk.u16(8)?);
            if kind == I_DATA {
                d.field(&MESSAGE, chunk.span(12..16), chunk.u32(12)?);
                return Ok(());
            }
            d.field(&STREAM_SEQUENCE, chunk.span(10..12), chunk.u16(10)?);
            let protocol = chunk.u32(12)?;
            d.noted(&PAYLOAD_PROTOCOL, chunk.span(12..16), protocol, words::payload(protocol));
        }
        INIT | INIT_ACK => {
            let row: &[(&'static Field, usize)] = match kind {
                INIT => &[(&INIT_TAG, 4), (&CREDIT, 4), (&OUTBOUND, 2), (&INBOUND, 2), (&INITIAL_TSN, 4)],
                _ => &[
                    (&INIT_ACK_TAG, 4),
                    (&ACK_CREDIT, 4),
                    (&ACK_OUTBOUND, 2),
                    (&ACK_INBOUND, 2),
                    (&ACK_INITIAL_TSN, 4),
                ],
            };
            let at = d.read_row(chunk, 4, row)?;
            // The same for both kinds of chunk.
            d.generated(&INITIATE_TAG, at4, chunk.u32(4)?);
            parameters(d, &chunk.from(at))?;
        }
        SACK => {
            d.field(&ACK, at4, chunk.u32(4)?);
            d.field(&WINDOW, chunk.span(8..12), chunk.u32(8)?);
            let (gaps, duplicates) = (chunk.u16(12)?, chunk.u16(14)?);
            d.field(&GAPS, chunk.span(12..14), gaps);
            d.field(&DUPLICATES, chunk.span(14..16), duplicates);
            let gaps_end = usize::from(gaps).saturating_mul(4).saturating_add(16);
            for at in (16..gaps_end).step_by(4) {
                let (middle, end) = (at.saturating_add(2), at.saturating_add(4));
                d.field(&GAP_START, chunk.span(at..middle), chunk.u16(at)?);
                d.field(&GAP_END, chunk.span(middle..end), chunk.u16(middle)?);
            }
            for at in (gaps_end..).step_by(4).take(duplicates.into()) {
                d.field(&DUPLICATE, chunk.span(at..at.saturating_add(4)), chunk.u32(at)?);
            }
        }
        HEARTBEAT | HEARTBEAT_ACK => parameters(d, &chunk.from(4))?,
        ABORT | ERROR => causes(d, &chunk.from(4))?,
        SHUTDOWN => d.field(&SHUTDOWN_ACK, at4, chunk.u32(4)?),
        COOKIE_ECHO => d.field(&COOKIE, chunk.span(4..chunk.len()), chunk.from(4).all()),
        _ if chunk.wire_len() > 4 => d.field(&VALUE, chunk.span(4..chunk.len()), chunk.from(4).all()),
        _ => {}
    }
    Ok(())
}

/// Type, length and value, padded to four bytes (§3.2.1).
fn parameters(d: &mut Dissection, bytes: &Bytes<'_>) -> Result<(), Problem> {
    let mut at = 0_usize;
    while at.saturating_add(4) <= bytes.wire_len() {
        let parameter = bytes.from(at);
        let (kind, length) = (parameter.u16(0)?, usize::from(parameter.u16(2)?).max(4));
        let parameter = parameter.limit(length);
        d.noted(&PARAMETER, parameter.span(0..2), kind, words::parameter(kind));
        d.nest(|d| -> Result<(), Problem> {
            for (field, bit, [no, yes]) in [(&PARAMETER_BIT_1, 0x8000, SKIPS), (&PARAMETER_BIT_2, 0x4000, REPORTS)] {
                d.noted(field, parameter.span(0..2), kind & bit != 0, if kind & bit == 0 { no } else { yes });
            }
            d.field(&PARAMETER_LENGTH, parameter.span(2..4), length);
            let field = match kind {
                1 => &PARAMETER_HEARTBEAT,
                5 => &PARAMETER_IPV4,
                6 => &PARAMETER_IPV6,
                7 => &PARAMETER_COOKIE,
                12 => {
                    for at in (4..length).step_by(2) {
                        d.read(&PARAMETER_TYPES, &parameter, at..at.saturating_add(2))?;
                    }
                    return Ok(());
                }
                _ => &PARAMETER_VALUE,
            };
            if length > 4 {
                d.read(field, &parameter, 4..length)?;
            }
            Ok(())
        })?;
        let padded = length.next_multiple_of(4);
        if let Ok(padding) = bytes.take(at.saturating_add(length)..at.saturating_add(padded))
            && !padding.is_empty()
        {
            d.nest(|d| {
                d.field(&PARAMETER_PADDING, bytes.span(at.saturating_add(length)..at.saturating_add(padded)), padding)
            });
        }
        at = at.saturating_add(length.next_multiple_of(4));
    }
    Ok(())
}

/// What the upper bits of a chunk's or a parameter's type ask of who does not know it (§3.2, §3.2.1).
const SKIPS_CHUNK: [&str; 2] = ["Stop processing of the packet", "Skip chunk and continue processing of the packet"];
const SKIPS: [&str; 2] = ["Stop processing of chunk", "Skip parameter and continue processing of the chunk"];
const REPORTS: [&str; 2] = ["Do not report", "Do report"];

fn causes(d: &mut Dissection, bytes: &Bytes<'_>) -> Result<(), Problem> {
    let mut at = 0_usize;
    while at.saturating_add(4) <= bytes.wire_len() {
        let (code, length) = (bytes.u16(at)?, usize::from(bytes.u16(at.saturating_add(2))?).max(4));
        let middle = at.saturating_add(2);
        d.noted(&CAUSE, bytes.span(at..middle), code, words::cause(code));
        d.nest(|d| d.field(&CAUSE_LENGTH, bytes.span(middle..at.saturating_add(4)), length));
        at = at.saturating_add(length.next_multiple_of(4));
    }
    Ok(())
}

/// The Info column: the chunks in their order, with numbers relative to each side's first.
pub(super) fn tell(d: &mut Dissection, numbers: &Numbers) {
    let layer = d.layers.len().saturating_sub(1);
    let mut info = String::new();
    let mut fragment = false;
    let mut acknowledged = 0;
    let mut relative = Vec::new();
    for (nth, found) in d.fields.iter().enumerate().filter(|(_, found)| usize::from(found.layer) == layer) {
        let field = found.field;
        if std::ptr::eq(field, &TSN) || std::ptr::eq(field, &ACK) {
            relative.push(nth);
        }
        match found.value {
            Value::Uint(kind) if std::ptr::eq(field, &CHUNK) => {
                info.push_str(words::chunk(u8::try_from(kind).unwrap_or(u8::MAX)));
                info.push(' ');
                fragment = false;
            }
            Value::Bool(false) if std::ptr::eq(field, &BEGIN) || std::ptr::eq(field, &END) => fragment = true,
            // Writing to a text cannot fail.
            Value::Uint(tsn) if std::ptr::eq(field, &TSN) => {
                _ = write!(info, "(TSN={}) ", (tsn as u32).wrapping_sub(numbers.seq));
                if fragment {
                    info.push_str("(Message Fragment) ");
                }
            }
            Value::Uint(ack) if std::ptr::eq(field, &ACK) => {
                acknowledged = (ack as u32).wrapping_sub(numbers.ack_base);
                _ = write!(info, "(Ack={acknowledged}, ");
            }
            Value::Uint(window) if std::ptr::eq(field, &WINDOW) => _ = write!(info, "Arwnd={window}) "),
            Value::Uint(end) if std::ptr::eq(field, &GAP_END) => {
                // The last gap's end stands behind the number acknowledged.
                if let Some(at) = info.rfind(", Arwnd=") {
                    let start = info.get(..at).and_then(|before| before.rfind("(Ack=")).unwrap_or(at);
                    info.replace_range(start..at, &format!("(Ack={acknowledged}+{end}"));
                }
            }
            Value::Uint(_) if std::ptr::eq(field, &RETRANSMISSION) => info.push_str("(retransmission) "),
            _ => {}
        }
    }
    d.info(|| info);
    // Each number in front of the one that it was counted from.
    if relative.is_empty() {
        return;
    }
    let mut relative = relative.into_iter().peekable();
    for (nth, found) in std::mem::take(&mut d.fields).into_iter().enumerate() {
        if relative.next_if_eq(&nth).is_some()
            && let Value::Uint(number) = found.value
        {
            let is_sent = std::ptr::eq(found.field, &TSN);
            let (field, first) = if is_sent { (&TSN_RELATIVE, numbers.seq) } else { (&ACK_RELATIVE, numbers.ack_base) };
            let value = Value::Uint((number as u32).wrapping_sub(first).into());
            d.fields.push(Found { field, value, ..found.clone() });
        }
        d.fields.push(found);
    }
}
