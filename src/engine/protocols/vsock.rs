//! Linux vsock monitoring header (LINKTYPE_VSOCK), `struct af_vsockmon_hdr` of Linux's vsockmon.h.
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Problem, Protocol, fields};

fields! {
    SOURCE: Uint => "vsock.src_cid", "Source cid";
    DESTINATION: Uint => "vsock.dst_cid", "Destination cid";
    SOURCE_PORT: Uint => "vsock.src_port", "Source port";
    DESTINATION_PORT: Uint => "vsock.dst_port", "Destination port";
    OPERATION: Uint => "vsock.op", "Operation";
}

pub(super) static VSOCK: Protocol = Protocol {
    name: "vsock",
    title: "vSocket Packet",
    short: "vSocket",
    fields: FIELDS,
    claims: &[Claim::Link(271)],
    probe: None,
    dissect,
    ..Protocol::PLAIN
};

const HEADER: usize = 32;

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if !d.wants() {
        return Ok(Next::End);
    }
    let (source, destination) = (bytes.array(0).map(u64::from_le_bytes)?, bytes.array(8).map(u64::from_le_bytes)?);
    d.columns(|| (name(source), name(destination)));
    d.field(&SOURCE, bytes.span(0..8), source);
    d.field(&DESTINATION, bytes.span(8..16), destination);
    d.field(&SOURCE_PORT, bytes.span(16..20), bytes.u32_le(16)?);
    d.field(&DESTINATION_PORT, bytes.span(20..24), bytes.u32_le(20)?);
    d.field(&OPERATION, bytes.span(24..26), bytes.u16_le(24)?);
    let (operation, transport) = (bytes.u16_le(24)?, bytes.u16_le(26)?);
    bytes.take(0..HEADER)?;
    let word = match operation {
        1 => "Connect",
        2 => "Disconnect",
        3 => "Control",
        4 => "Payload",
        _ => "Unknown",
    };
    d.info(|| format!("[{word}]"));
    // Virtio's own header (`struct virtio_vsock_hdr`) follows where it was captured.
    const VIRTIO: u16 = 2;
    if transport == VIRTIO && bytes.len() >= 76 {
        let (kind, operation) = (bytes.u16_le(60)?, bytes.u16_le(62)?);
        let (buffer, forwarded) = (bytes.u32_le(68)?, bytes.u32_le(72)?);
        let kind = if kind == 1 { "Stream" } else { "Unknown" };
        let name = match operation {
            0 => "Invalid",
            1 => "Request",
            2 => "Response",
            3 => "Rst",
            4 => "Shutdown",
            5 => "RW",
            6 => "Credit update",
            7 => "Credit request",
            _ => "Unknown",
        };
        d.info(|| format!("[{word}] Virtio: {kind}, Op: {name}, Buf alloc: {buffer}, Fwd cnt: {forwarded}"));
    }
    Ok(Next::End)
}

/// Context identifiers: vsock(7).
fn name(context: u64) -> String {
    match context {
        2 => "host".to_owned(),
        other => other.to_string(),
    }
}
