//! Mojito, the Kademlia DHT of Gnutella ("Mojito DHT", LimeWire wiki): messages in Gnutella's descriptors.
use crate::engine::dissect::{
    Bytes, Claim, Dissection, Names, Next, Payload, Problem, Protocol, Reader, Verdict, fields, layouts, name_of,
};

fields! {
    ADDRESS_VERSION: Uint => "mojito.socketaddressversion", "IP Version";
    IPV4: Address => "mojito.socketaddressipv4", "IP Address";
    IPV6: Address => "mojito.socketaddressipv6", "IP Address";
    PORT: Uint => "mojito.socketaddressport", "IP Port";
    TARGET: Bytes => "mojito.kuid", "Kademlia Unique ID (KUID)";
    DATA: Bytes => "mojito.opcode.data", "Data";
}

layouts! {
    DESCRIPTOR = [
        Bytes => "mojito.messageid", "Message ID", 16;
        Hex(2) => "mojito.fdhtmessage", "FDHTMessage", 1;
        Uint => "mojito.majorversion", "Major Version", 1;
        Uint => "mojito.minorversion", "Minor Version", 1;
        Uint => "mojito.payloadlength", "Payload Length", 4;
        Uint => "mojito.opcode", "OPCode", 1: OPCODES;
    ]
    CONTACT = [
        Text => "mojito.vendor", "Vendor", 4;
        Uint => "mojito.majorversion", "Major Version", 1;
        Uint => "mojito.minorversion", "Minor Version", 1;
        Bytes => "mojito.kuid", "Kademlia Unique ID (KUID)", 20;
    ]
    INSTANCE = [
        Uint => "mojito.instanceid", "Instance ID", 1;
        Hex(2) => "mojito.flags", "Flags", 1;
        Bool => "mojito.shutdownflag", "SHUTDOWN", &0x02;
        Bool => "mojito.firewalledflag", "Firewalled", &0x01;
    ]
}

const OPCODES: Names = "1=PING REQUEST|PING RESPONSE|STORE REQUEST|STORE RESPONSE|FIND NODE REQUEST|FIND NODE RESPONSE|\
    FIND VALUE REQUEST|FIND VALUE RESPONSE|STATS REQUEST (DEPRECATED)|STATS RESPONSE (DEPRECATED)";

pub(super) static MOJITO: Protocol = Protocol {
    name: "mojito",
    title: "Mojito DHT",
    short: "Mojito",
    fields: FIELDS,
    layouts: LAYOUTS,
    probe: Some(probe),
    dissect,
    ..Protocol::PLAIN
};

/// Gnutella's head; what it counts begins behind it.
const HEAD: usize = 23;

/// Whether it is a whole one: what the head counts is there, and behind the opcode a contact and what it says of itself.
fn is_message(bytes: &Bytes<'_>) -> bool {
    const SHORTEST: usize = 61;
    let (Ok(0x44), Ok(length), Ok(opcode)) = (bytes.u8(16), bytes.u32_le(19), bytes.u8(HEAD)) else { return false };
    let whole = usize::try_from(length).unwrap_or(usize::MAX).saturating_add(HEAD);
    whole == bytes.wire_len() && whole >= SHORTEST && (1..=10).contains(&opcode)
}

fn probe(payload: &Payload<'_>) -> Verdict {
    let is_one = payload.is_udp() && is_message(&payload.window());
    if is_one { Verdict::Certain } else { Verdict::NotMine }
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    // On the same ports Gnutella's own messages pass.
    if !is_message(&bytes) {
        return Ok(Next::Instead(Claim::Named("data"), bytes));
    }
    // Lengths are little endian, as Gnutella's; all else is not.
    let opcode = Reader::little(bytes, 0).layout(d, DESCRIPTOR)?;
    let name = name_of(OPCODES, opcode);
    d.info(|| name.to_owned());
    let mut reader = Reader::new(bytes, HEAD.saturating_add(1));
    reader.layout(d, CONTACT)?;
    match reader.number(d, &ADDRESS_VERSION, 1)? {
        4 => reader.field(d, &IPV4, 4)?,
        6 => reader.field(d, &IPV6, 16)?,
        _ => return Err(Problem::Malformed),
    };
    reader.field(d, &PORT, 2)?;
    reader.layout(d, INSTANCE)?;
    // What later versions add.
    let extended = reader.size(2)?;
    reader.take(extended)?;
    if matches!(opcode, 5 | 7) {
        reader.field(d, &TARGET, 20)?;
    }
    reader.rest(d, &DATA);
    Ok(Next::End)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::dissect::Wanted;

    #[test]
    fn messages_name_their_sender() {
        let mut bytes = [&[7; 16][..], &[0x44, 0, 0, 58, 0, 0, 0, 5], b"GTKG", &[0, 0], &[9; 20]].concat();
        bytes.extend([4, 93, 47, 226, 53, 0x70, 0x09, 1, 1, 0, 0]);
        bytes.extend([8; 20]);
        let mut d = Dissection::new(Wanted::Everything);
        assert!(dissect(&mut d, Bytes::frame(&bytes, 0)).is_ok());
        assert_eq!(d.info_text(), "FIND NODE REQUEST");
        let fields: Vec<_> = d.fields.iter().map(|found| format!("{}={}", found.field.name(), found.text())).collect();
        for field in ["mojito.vendor=GTKG", "mojito.socketaddressipv4=93.47.226.53", "mojito.firewalledflag=1"] {
            assert!(fields.iter().any(|found| found == field), "{field} not in {fields:?}");
        }
        assert!(matches!(dissect(&mut d, Bytes::frame(&bytes[..70], 0)), Ok(Next::Instead(..))));
    }
}
