//! Novell Internetwork Packet Exchange, "IPX Router Specification" (Novell, 1992).
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Problem, Protocol, fields};

fields! {
    CHECKSUM: Hex(4) => "ipx.checksum", "Checksum";
    LENGTH: Uint => "ipx.len", "Length";
    TYPE: Uint => "ipx.packet_type", "Packet Type";
    DESTINATION_NET: Hex(8) => "ipx.dst.net", "Destination Network";
    DESTINATION_NODE: Address => "ipx.dst.node", "Destination Node";
    DESTINATION_SOCKET: Hex(4) => "ipx.dst.socket", "Destination Socket";
    SOURCE_NET: Hex(8) => "ipx.src.net", "Source Network";
    SOURCE_NODE: Address => "ipx.src.node", "Source Node";
    SOURCE_SOCKET: Hex(4) => "ipx.src.socket", "Source Socket";
}

pub(super) static IPX: Protocol = Protocol {
    name: "ipx",
    title: "Internetwork Packet eXchange",
    short: "IPX",
    fields: FIELDS,
    claims: &[Claim::EtherType(0x8137), Claim::Sap(0xe0), Claim::Sap(0x10), Claim::Ppp(0x002b)],
    probe: None,
    dissect,
    ..Protocol::PLAIN
};

const HEADER: usize = 30;

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let (checksum, length, kind) = (bytes.u16(0)?, bytes.u16(2)?, bytes.u8(5)?);
    let (to, from) = (bytes.array::<10>(6)?, bytes.array::<10>(18)?);
    let (to_socket, _) = (bytes.u16(16)?, bytes.u16(28)?);
    if usize::from(length) < HEADER {
        return Err(Problem::Malformed);
    }
    if d.wants() {
        d.field(&CHECKSUM, bytes.span(0..2), checksum);
        d.field(&LENGTH, bytes.span(2..4), length);
        d.field(&TYPE, bytes.span(5..6), kind);
        d.read_row(&bytes, 6, &[
            (&DESTINATION_NET, 4),
            (&DESTINATION_NODE, 6),
            (&DESTINATION_SOCKET, 2),
            (&SOURCE_NET, 4),
            (&SOURCE_NODE, 6),
            (&SOURCE_SOCKET, 2),
        ])?;
        d.columns(|| (node(from), node(to)));
    }
    // NCP, SAP, RIP, NetBIOS, diagnostics: known, but not read.
    if matches!(to_socket, 0x0451..=0x0453 | 0x0455 | 0x0456) {
        return Ok(Next::End);
    }
    Ok(Next::Data(bytes.limit(usize::from(length)).from(HEADER)))
}

/// Network and node: `00000001.0123456789ab`.
fn node([a, b, c, d, rest @ ..]: [u8; 10]) -> String {
    let node: String = rest.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{a:02x}{b:02x}{c:02x}{d:02x}.{node}")
}
