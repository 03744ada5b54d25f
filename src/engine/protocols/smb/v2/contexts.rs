//! What SMB2's commands carry beside their fixed parts: contexts of CREATE ([MS-SMB2] §2.2.13.2, §2.2.14.2) and of NEGOTIATE (§2.2.3.1).
use super::{CONTEXT, DATA, EXTRA, Message, NETNAME, TAG};
use crate::engine::dissect::{Bytes, Dissection, Problem, Reader, Slot, layouts};

layouts! {
    BLOB = [
        Hex(8) => "smb2.olb.offset", "Blob Offset", 2;
        Uint => "smb2.olb.length", "Blob Length", 2;
    ]
    ELEMENT = [
        Hex(8) => "smb2.create.chain_offset", "Chain Offset", 4;
        Hex(8) => "smb2.olb.offset", "Blob Offset", 2;
        Uint => "smb2.olb.length", "Blob Length", 2;
        Bytes => "smb2.reserved", "Reserved", 2;
        Hex(8) => "smb2.olb.offset", "Blob Offset", 2;
        Uint => "smb2.olb.length", "Blob Length", 4;
    ]
    LEASE = [
        Guid => "smb2.lease.lease_key", "Lease Key", 16;
        Hex(8) => "smb2.lease.lease_state", "Lease State", 4;
        Bool => "smb2.lease.lease_state.read_caching", "Read Caching", &0x1;
        Bool => "smb2.lease.lease_state.handle_caching", "Handle Caching", &0x2;
        Bool => "smb2.lease.lease_state.write_caching", "Write Caching", &0x4;
        Hex(8) => "smb2.lease.lease_flags", "Lease Flags", 4;
        Hex(16) => "smb2.lease.lease_duration", "Lease Duration", 8;
    ]
    PARENT = [
        Guid => "smb2.lease.parent_lease_key", "Parent Lease Key", 16;
        Hex(4) => "smb2.lease.lease_oplock", "Lease Epoch", 2;
        Hex(4) => "smb2.lease.lease_reserved", "Lease Reserved", 2;
    ]
    DURABLE = [
        Uint => "smb2.dh2x.timeout", "Timeout", 4;
        Hex(8) => "smb2.dh2x.flags", "Flags", 4;
        Bool => "smb2.dh2x.flags.persistent_handle", "Persistent Handle", &0x2;
    ]
    DURABLE_GUID = [
        Hex(16) => "smb2.dh2x.reserved", "Reserved", 8;
        Guid => "smb2.dh2x.create_guid", "Create Guid", 16;
    ]
    MAXIMAL = [
        Hex(8) => "smb2.mxac_status", "Query Status", 4;
    ]
    NEGOTIATED = [
        Hex(4) => "smb2.negotiate_context.type", "Type", 2: "1=SMB2_PREAUTH_INTEGRITY_CAPABILITIES|SMB2_ENCRYPTION_CAPABILITIES|SMB2_COMPRESSION_CAPABILITIES|5=SMB2_NETNAME_NEGOTIATE_CONTEXT_ID|SMB2_TRANSPORT_CAPABILITIES|SMB2_RDMA_TRANSFORM_CAPABILITIES|SMB2_SIGNING_CAPABILITIES|256=SMB2_POSIX_EXTENSIONS_CAPABILITIES";
        Uint => "smb2.negotiate_context.data_length", "DataLength", 2;
        Bytes => "smb2.reserved", "Reserved", 4;
    ]
    HASHES = [
        Uint => "smb2.negotiate_context.hash_alg_count", "HashAlgorithmCount", 2;
        Uint => "smb2.negotiate_context.salt_length", "SaltLength", 2;
        Hex(4) => "smb2.negotiate_context.hash_algorithm", "HashAlgorithm", 2: "1=SHA-512";
        Bytes => "smb2.negotiate_context.salt", "Salt", *REST;
    ]
    CIPHERS = [
        Uint => "smb2.negotiate_context.cipher_count", "CipherCount", 2;
    ]
    CIPHER = [
        Hex(4) => "smb2.negotiate_context.cipher_id", "CipherId", 2: "1=AES-128-CCM|AES-128-GCM|AES-256-CCM|AES-256-GCM";
    ]
    SIGNERS = [
        Uint => "smb2.negotiate_context.signing_alg_count", "SigningAlgorithmCount", 2;
    ]
    SIGNER = [
        Hex(4) => "smb2.negotiate_context.signing_id", "SigningAlgorithmId", 2: "HMAC-SHA256|AES-CMAC|AES-GMAC";
    ]
}

/// For the registry.
pub static ALL: &[&[Slot]] = LAYOUTS;

/// Elements of one message that are looked at.
const MOST: usize = 32;

pub fn tell(d: &mut Dissection, message: &Message<'_>) -> Result<(), Problem> {
    let body = message.body();
    let long = |at| body.u32_le(at).map(|value| usize::try_from(value).unwrap_or(usize::MAX));
    let short = |at| body.u16_le(at).map(usize::from);
    // Where names and security blobs stand.
    let blob = match (message.command, message.response) {
        (0, true) => Some(56),
        (1, false) => Some(12),
        (1, true) | (3, false) => Some(4),
        (5, false) => Some(44),
        (14, false) => Some(24),
        _ => None,
    };
    if let Some(at) = blob {
        Reader::little(body, at).layout(d, BLOB)?;
    }
    match (message.command, message.response) {
        (5, false) => created(d, message.at(long(48)?, long(52)?), false),
        (5, true) => created(d, message.at(long(80)?, long(84)?), true),
        // Dialect 3.1.1 alone has them.
        (0, true) if short(4)? == 0x0311 => negotiated(d, message.bytes.from(long(60)?), short(6)?),
        (0, false) if has_dialect(&body, 0x0311) => negotiated(d, message.bytes.from(long(28)?), short(32)?),
        _ => Ok(()),
    }
}

fn has_dialect(body: &Bytes<'_>, dialect: u16) -> bool {
    let count = body.u16_le(2).map_or(0, usize::from).min(64);
    (0..count).any(|nth| body.u16_le(nth.saturating_mul(2).saturating_add(36)) == Ok(dialect))
}

fn created(d: &mut Dissection, all: Bytes<'_>, answer: bool) -> Result<(), Problem> {
    if all.is_empty() {
        return Ok(());
    }
    d.label(&EXTRA, all.span(0..all.len()), || "ExtraInfo".to_owned());
    d.nest(|d| {
        let mut element = all;
        for _ in 0..MOST {
            let next = usize::try_from(element.u32_le(0)?).unwrap_or(usize::MAX);
            one(d, &if next == 0 { element } else { element.limit(next) }, answer)?;
            if next == 0 {
                break;
            }
            element = element.from(next);
        }
        Ok(())
    })
}

fn one(d: &mut Dissection, element: &Bytes<'_>, answer: bool) -> Result<(), Problem> {
    let tag = element.from(element.u16_le(4)?.into()).limit(element.u16_le(6)?.into());
    let length = usize::try_from(element.u32_le(12)?).unwrap_or(usize::MAX);
    let data = element.from(element.u16_le(10)?.into()).limit(length);
    Reader::little(*element, 0).layout(d, ELEMENT)?;
    let name = tag.all();
    d.field(&TAG, tag.span(0..tag.len()), crate::engine::dissect::text::shown(name));
    if length == 0 {
        return Ok(());
    }
    d.label(&DATA, data.span(0..data.len()), || "Data".to_owned());
    d.nest(|d| {
        let mut reader = Reader::little(data, 0);
        match (name, answer) {
            (b"RqLs", _) => {
                reader.layout(d, LEASE)?;
                // The second version has more.
                if data.wire_len() > 32 {
                    reader.layout(d, PARENT)?;
                }
            }
            (b"DH2Q", _) => {
                reader.layout(d, DURABLE)?;
                if !answer {
                    reader.layout(d, DURABLE_GUID)?;
                }
            }
            (b"MxAc", true) => _ = reader.layout(d, MAXIMAL)?,
            _ => {}
        }
        Ok(())
    })
}

fn negotiated(d: &mut Dissection, mut rest: Bytes<'_>, count: usize) -> Result<(), Problem> {
    for _ in 0..count.min(MOST) {
        let (kind, length) = (rest.u16_le(0)?, usize::from(rest.u16_le(2)?));
        let whole = length.saturating_add(8);
        let data = rest.from(8).limit(length);
        d.label(&CONTEXT, rest.span(0..whole), || "Negotiate Context".to_owned());
        d.nest(|d| -> Result<(), Problem> {
            Reader::little(rest, 0).layout(d, NEGOTIATED)?;
            let mut reader = Reader::little(data, 0);
            match kind {
                1 => _ = reader.layout(d, HASHES)?,
                2 => list(d, &mut reader, CIPHERS, CIPHER)?,
                8 => list(d, &mut reader, SIGNERS, SIGNER)?,
                5 => {
                    d.field(&NETNAME, data.span(0..data.len()), crate::engine::dissect::text::utf16(data.all()));
                }
                _ => {}
            }
            Ok(())
        })?;
        // Each begins at a multiple of eight.
        rest = rest.from(whole.next_multiple_of(8));
    }
    Ok(())
}

fn list(
    d: &mut Dissection,
    reader: &mut Reader<'_>,
    count: &'static [Slot],
    each: &'static [Slot],
) -> Result<(), Problem> {
    for _ in 0..reader.layout(d, count)?.min(MOST as u64) {
        reader.layout(d, each)?;
    }
    Ok(())
}
