//! Multipath TCP, RFC 8684 (version 1) and RFC 6824 (version 0): an option of TCP's header.
use crate::engine::dissect::{Address, Bytes, Dissection, Field, Problem, fields};

fields! {
    OPTION: Label => "tcp.options.mptcp", "Multipath Transmission Control Protocol";
    SUBTYPE: Uint => "tcp.options.mptcp.subtype", "Multipath TCP subtype";
    VERSION: Uint => "tcp.options.mptcp.version", "Multipath TCP version";
    FLAGS: Hex(2) => "tcp.options.mptcp.flags", "Multipath TCP flags";
    SENDER_KEY: Uint => "tcp.options.mptcp.sendkey", "Sender's Key";
    RECEIVER_KEY: Uint => "tcp.options.mptcp.recvkey", "Receiver's Key";
    RECEIVER_TOKEN: Uint => "tcp.options.mptcp.recvtok", "Receiver's Token";
    RANDOM: Uint => "tcp.options.mptcp.sendrand", "Sender's Random Number";
    SHORT_HMAC: Uint => "tcp.options.mptcp.sendtrunchmac", "Sender's Truncated HMAC";
    HMAC: Bytes => "tcp.options.mptcp.sendhmac", "Sender's HMAC";
    ADDRESS_ID: Uint => "tcp.options.mptcp.addrid", "Address ID";
    BACKUP: Bool => "tcp.options.mptcp.backup.flag", "Backup flag";
    DATA_FIN: Bool => "tcp.options.mptcp.datafin.flag", "DATA_FIN";
    LONG_SEQUENCE: Bool => "tcp.options.mptcp.dseqn8.flag", "Data Sequence Number is 8 octets";
    HAS_SEQUENCE: Bool => "tcp.options.mptcp.dseqnpresent.flag", "Data Sequence Number present";
    LONG_ACK: Bool => "tcp.options.mptcp.dataack8.flag", "Data ACK is 8 octets";
    HAS_ACK: Bool => "tcp.options.mptcp.dataackpresent.flag", "Data ACK is present";
    DATA_ACK: Uint => "tcp.options.mptcp.rawdataack", "Original MPTCP Data ACK";
    SEQUENCE: Uint => "tcp.options.mptcp.rawdataseqno", "Data Sequence Number";
    SUBFLOW_SEQUENCE: Uint => "tcp.options.mptcp.subflowseqno", "Subflow Sequence Number";
    DATA_LENGTH: Uint => "tcp.options.mptcp.datalvllen", "Data-level Length";
    CHECKSUM: Hex(4) => "tcp.options.mptcp.checksum", "Checksum";
    ECHO: Bool => "tcp.options.mptcp.echo", "Echo";
    IPV4: Address => "tcp.options.mptcp.ipv4", "Advertised IPv4 Address";
    IPV6: Address => "tcp.options.mptcp.ipv6", "Advertised IPv6 Address";
    PORT: Uint => "tcp.options.mptcp.port", "Advertised port";
    RESET_REASON: Uint => "tcp.options.mptcp.rst_reason", "TCPRST Reason";
}

/// For the registry.
pub(super) static ALL: &[&Field] = FIELDS;

/// The option from its kind on.
pub(super) fn option(d: &mut Dissection, bytes: &Bytes<'_>) -> Result<(), Problem> {
    d.mention("mptcp");
    d.column("MPTCP");
    let (subtype, low) = bytes.u8(2).map(|byte| (byte >> 4, byte & 15))?;
    let name = name(subtype);
    d.label(&OPTION, bytes.span(0..bytes.len()), || format!("Multipath Transmission Control Protocol: {name}"));
    d.nest(|d| {
        super::head(d, bytes, 30, "Multipath TCP");
        d.noted(&SUBTYPE, bytes.span(2..3), subtype, name);
        match subtype {
            0 => {
                d.field(&VERSION, bytes.span(2..3), low);
                d.field(&FLAGS, bytes.span(3..4), bytes.u8(3)?);
                for (field, at) in [(&SENDER_KEY, 4_usize), (&RECEIVER_KEY, 12)] {
                    if let Ok(key) = bytes.u64(at) {
                        d.field(field, bytes.span(at..at.saturating_add(8)), key);
                    }
                }
                Ok(())
            }
            1 => join(d, bytes, low),
            2 => signal(d, bytes),
            3 => advertise(d, bytes, low),
            4 => {
                for (at, id) in (3_usize..).zip(bytes.from(3).all()) {
                    d.field(&ADDRESS_ID, bytes.span(at..at.saturating_add(1)), *id);
                }
                Ok(())
            }
            5 => {
                d.field(&BACKUP, bytes.span(2..3), low & 1 != 0);
                if let Ok(id) = bytes.u8(3) {
                    d.field(&ADDRESS_ID, bytes.span(3..4), id);
                }
                Ok(())
            }
            6 => {
                d.field(&SEQUENCE, bytes.span(4..12), bytes.u64(4)?);
                Ok(())
            }
            7 => {
                d.field(&RECEIVER_KEY, bytes.span(4..12), bytes.u64(4)?);
                Ok(())
            }
            8 => {
                d.field(&RESET_REASON, bytes.span(3..4), bytes.u8(3)?);
                Ok(())
            }
            _ => Ok(()),
        }
    })
}

/// The three steps of joining a connection (§3.2) are told apart by their lengths.
fn join(d: &mut Dissection, bytes: &Bytes<'_>, low: u8) -> Result<(), Problem> {
    d.field(&BACKUP, bytes.span(2..3), low & 1 != 0);
    if bytes.wire_len() == 24 {
        d.field(&HMAC, bytes.span(4..24), bytes.take(4..24)?);
        return Ok(());
    }
    d.field(&ADDRESS_ID, bytes.span(3..4), bytes.u8(3)?);
    if bytes.wire_len() == 12 {
        d.field(&RECEIVER_TOKEN, bytes.span(4..8), bytes.u32(4)?);
        d.field(&RANDOM, bytes.span(8..12), bytes.u32(8)?);
    } else {
        d.field(&SHORT_HMAC, bytes.span(4..12), bytes.u64(4)?);
        d.field(&RANDOM, bytes.span(12..16), bytes.u32(12)?);
    }
    Ok(())
}

/// Data sequence signal (§3.3).
fn signal(d: &mut Dissection, bytes: &Bytes<'_>) -> Result<(), Problem> {
    let flags = bytes.u8(3)?;
    d.field(&FLAGS, bytes.span(3..4), flags);
    let bits =
        [(0x10, &DATA_FIN), (0x08, &LONG_SEQUENCE), (0x04, &HAS_SEQUENCE), (0x02, &LONG_ACK), (0x01, &HAS_ACK)];
    d.nest(|d| bits.iter().for_each(|(bit, field)| d.field(field, bytes.span(3..4), flags & bit != 0)));
    let mut at = 4_usize;
    let mut number = |d: &mut Dissection, field: &'static Field, size: usize| -> Result<(), Problem> {
        let value = match size {
            2 => bytes.u16(at)?.into(),
            4 => bytes.u32(at)?.into(),
            _ => bytes.u64(at)?,
        };
        let end = at.saturating_add(size);
        d.field(field, bytes.span(at..end), value);
        at = end;
        Ok(())
    };
    if flags & 0x01 != 0 {
        number(d, &DATA_ACK, if flags & 0x02 != 0 { 8 } else { 4 })?;
    }
    if flags & 0x04 != 0 {
        number(d, &SEQUENCE, if flags & 0x08 != 0 { 8 } else { 4 })?;
        number(d, &SUBFLOW_SEQUENCE, 4)?;
        number(d, &DATA_LENGTH, 2)?;
        // Only with checksums agreed on.
        _ = number(d, &CHECKSUM, 2);
    }
    Ok(())
}

/// Another address of the sender (§3.4.1).
fn advertise(d: &mut Dissection, bytes: &Bytes<'_>, low: u8) -> Result<(), Problem> {
    d.field(&ECHO, bytes.span(2..3), low & 1 != 0);
    d.field(&ADDRESS_ID, bytes.span(3..4), bytes.u8(3)?);
    // Version 0 tells the family; version 1 by the length only.
    let is_ipv6 = low == 6 || low != 4 && bytes.wire_len() >= 20 && bytes.wire_len() != 26;
    let end = if is_ipv6 {
        d.field(&IPV6, bytes.span(4..20), Address::ipv6(bytes.array(4)?));
        20_usize
    } else {
        d.field(&IPV4, bytes.span(4..8), Address::ipv4(bytes.array(4)?));
        8
    };
    if let Ok(port) = bytes.u16(end) {
        d.field(&PORT, bytes.span(end..end.saturating_add(2)), port);
    }
    Ok(())
}

fn name(subtype: u8) -> &'static str {
    match subtype {
        0 => "Multipath Capable",
        1 => "Join Connection",
        2 => "Data Sequence Signal",
        3 => "Add Address",
        4 => "Remove Address",
        5 => "Change Subflow Priority",
        6 => "TCP Fallback",
        7 => "Fast Close",
        8 => "TCP Reset",
        _ => "Unknown",
    }
}
