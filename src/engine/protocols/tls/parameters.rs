//! QUIC's transport parameters, RFC 9000 §18, in an extension of the handshake; and some of others.
use crate::engine::dissect::{Bytes, Dissection, Kind, Problem, Reader, Slot, layouts};

layouts! {
    HEAD = [
        Uint => "tls.quic.parameter.type", "Type",;
        Uint => "tls.quic.parameter.length", "Length",;
        Bytes => "tls.quic.parameter.value", "Value",;
    ]
    // By their number.
    KNOWN = [
        Bytes => "tls.quic.parameter.original_destination_connection_id", "original_destination_connection_id",;
        Uint => "tls.quic.parameter.max_idle_timeout", "max_idle_timeout",;
        Bytes => "tls.quic.parameter.stateless_reset_token", "stateless_reset_token",;
        Uint => "tls.quic.parameter.max_udp_payload_size", "max_udp_payload_size",;
        Uint => "tls.quic.parameter.initial_max_data", "initial_max_data",;
        Uint => "tls.quic.parameter.initial_max_stream_data_bidi_local", "initial_max_stream_data_bidi_local",;
        Uint => "tls.quic.parameter.initial_max_stream_data_bidi_remote", "initial_max_stream_data_bidi_remote",;
        Uint => "tls.quic.parameter.initial_max_stream_data_uni", "initial_max_stream_data_uni",;
        Uint => "tls.quic.parameter.initial_max_streams_bidi", "initial_max_streams_bidi",;
        Uint => "tls.quic.parameter.initial_max_streams_uni", "initial_max_streams_uni",;
        Uint => "tls.quic.parameter.ack_delay_exponent", "ack_delay_exponent",;
        Uint => "tls.quic.parameter.max_ack_delay", "max_ack_delay",;
        Label => "", "disable_active_migration",;
        Label => "", "preferred_address",;
        Uint => "tls.quic.parameter.active_connection_id_limit", "Active Connection ID Limit",;
        Bytes => "tls.quic.parameter.initial_source_connection_id", "Initial Source Connection ID",;
        Bytes => "tls.quic.parameter.retry_source_connection_id", "Retry Source Connection ID",;
    ]
    OTHERS = [
        Uint => "tls.quic.parameter.max_datagram_frame_size", "max_datagram_frame_size", &0x20;
        Uint => "tls.quic.parameter.loss_bits", "loss_bits", &0x1057;
        Text => "tls.quic.parameter.google.user_agent", "Google UserAgent", &0x3129;
        Uint => "tls.quic.parameter.google.initial_rtt", "Google Initial RTT", &0x3127;
    ]
}
pub(super) static ALL: &[&[Slot]] = LAYOUTS;

/// A number whose first two bits say how many bytes it takes (RFC 9000 §16).
fn number(reader: &mut Reader<'_>) -> Result<u64, Problem> {
    let size = 1_usize << (reader.peek()? >> 6);
    let bits = u32::try_from(size).unwrap_or(8).saturating_mul(8).saturating_sub(2);
    Ok(reader.uint(size)? & 1_u64.wrapping_shl(bits).wrapping_sub(1))
}

pub(super) fn tell(d: &mut Dissection, bytes: Bytes<'_>) -> Result<(), Problem> {
    let [kind_slot, length_slot, value_slot] = HEAD else { return Ok(()) };
    let mut reader = Reader::new(bytes, 0);
    while reader.left() > 0 {
        let start = reader.at;
        let kind = number(&mut reader)?;
        let slot = usize::try_from(kind).ok().and_then(|kind| KNOWN.get(kind));
        // A mask stands for the number of the others: they have no bits.
        let slot = slot.or_else(|| OTHERS.iter().find(|slot| slot.mask == kind));
        // Reserved ones keep the others honest (§18.1).
        let name = slot.map_or(if kind % 31 == 27 { "GREASE" } else { "Unknown" }, |slot| slot.field.title());
        d.noted(&kind_slot.field, reader.since(start), kind, name);
        let start = reader.at;
        let length = number(&mut reader)?;
        d.field(&length_slot.field, reader.since(start), length);
        let (mut value, start) = (reader, reader.at);
        let content = reader.take(usize::try_from(length).unwrap_or(usize::MAX))?;
        d.field(&value_slot.field, reader.since(start), content);
        match slot.map(|slot| &slot.field) {
            Some(field) if field.kind == Kind::Uint && !content.is_empty() => {
                let value = number(&mut value)?;
                d.field(field, reader.since(start), value);
            }
            Some(field) if matches!(field.kind, Kind::Bytes | Kind::Text) => {
                _ = value.field(d, field, content.len())?
            }
            _ => {}
        }
    }
    Ok(())
}
