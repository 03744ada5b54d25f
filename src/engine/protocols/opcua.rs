//! OPC Unified Architecture, part 6 §7.1: connection protocol.
use crate::engine::dissect::{
    Bytes, Claim, Dissection, Field, Frame, Kind, Next, Payload, Problem, Protocol, Reader, Stream, Verdict, details, fields,
};

fields! {
    TYPE: Text => "opcua.transport.type", "Message Type";
    CHUNK: Text => "opcua.transport.chunk", "Chunk Type";
    SIZE: Uint => "opcua.transport.size", "Message Size";
    VERSION: Uint => "opcua.transport.ver", "Version";
    RECEIVES: Uint => "opcua.transport.rbs", "ReceiveBufferSize";
    SENDS: Uint => "opcua.transport.sbs", "SendBufferSize";
    LARGEST: Uint => "opcua.transport.mms", "MaxMessageSize";
    CHUNKS: Uint => "opcua.transport.mcc", "MaxChunkCount";
    ENDPOINT: Text => "opcua.transport.endpoint", "EndpointUrl";
    SERVER: Text => "opcua.transport.suri", "ServerUri";
    ERROR: Hex(8) => "opcua.transport.error", "Error";
    REASON: Text => "opcua.transport.reason", "Reason";
    CHANNEL: Uint => "opcua.transport.scid", "SecureChannelId";
    POLICY: Text => "opcua.security.spu", "SecurityPolicyUri";
    CERTIFICATE: Bytes => "opcua.security.scert", "SenderCertificate";
    THUMBPRINT: Bytes => "opcua.security.rcthumb", "ReceiverCertificateThumbprint";
    TOKEN: Uint => "opcua.security.tokenid", "Security Token Id";
    SEQUENCE: Uint => "opcua.security.seq", "SequenceNumber";
    REQUEST: Uint => "opcua.security.rqid", "RequestId";
    SERVICE: Uint => "opcua.servicenodeid.numeric", "NodeId Identifier Numeric";
}

pub(super) static OPCUA: Protocol = Protocol {
    name: "opcua",
    title: "OpcUa Binary Protocol",
    short: "OpcUa",
    fields: FIELDS,
    claims: &[Claim::TcpPort(4840)],
    probe: Some(probe),
    dissect,
    framing: Some(framing),
    ..Protocol::PLAIN
};

fn probe(payload: &Payload<'_>) -> Verdict {
    if payload.is_tcp() { look(payload).unwrap_or(Verdict::Possible) } else { Verdict::NotMine }
}

fn title(kind: [u8; 3]) -> Option<&'static str> {
    Some(match &kind {
        b"HEL" => "Hello message",
        b"ACK" => "Acknowledge message",
        b"ERR" => "Error message",
        b"RHE" => "Reverse Hello message",
        b"OPN" => "OpenSecureChannel message",
        b"MSG" => "UA Secure Conversation Message",
        b"CLO" => "CloseSecureChannel message",
        _ => return None,
    })
}

fn look(payload: &Payload<'_>) -> Result<Verdict, Problem> {
    let bytes = payload.window();
    let (known, chunk, size) = (title(bytes.array(0)?).is_some(), bytes.u8(3)?, bytes.u32_le(4)?);
    let fits = usize::try_from(size).is_ok_and(|size| size == bytes.len() || size > bytes.len() && bytes.len() > 1000);
    Ok(Verdict::certain_if(known && matches!(chunk, b'F' | b'C' | b'A') && fits))
}

fn framing(stream: &Stream<'_>) -> Frame {
    stream.headed(8, 1 << 26, |head| {
        title(head.array(0).ok()?)?;
        usize::try_from(head.u32_le(4).ok()?).ok()
    })
}

/// Part 4; the numbers of their binary encodings (NodeIds.csv), of requests: responses follow three behind.
fn service(number: u64) -> Option<String> {
    let name = |number| {
        Some(match number {
            422 => "FindServers",
            428 => "GetEndpoints",
            437 => "RegisterServer",
            446 => "OpenSecureChannel",
            452 => "CloseSecureChannel",
            461 => "CreateSession",
            467 => "ActivateSession",
            473 => "CloseSession",
            479 => "Cancel",
            488 => "AddNodes",
            494 => "AddReferences",
            500 => "DeleteNodes",
            506 => "DeleteReferences",
            527 => "Browse",
            533 => "BrowseNext",
            554 => "TranslateBrowsePathsToNodeIds",
            560 => "RegisterNodes",
            566 => "UnregisterNodes",
            615 => "QueryFirst",
            621 => "QueryNext",
            631 => "Read",
            664 => "HistoryRead",
            673 => "Write",
            700 => "HistoryUpdate",
            712 => "Call",
            751 => "CreateMonitoredItems",
            763 => "ModifyMonitoredItems",
            769 => "SetMonitoringMode",
            775 => "SetTriggering",
            781 => "DeleteMonitoredItems",
            787 => "CreateSubscription",
            793 => "ModifySubscription",
            799 => "SetPublishingMode",
            826 => "Publish",
            832 => "Republish",
            841 => "TransferSubscriptions",
            847 => "DeleteSubscriptions",
            _ => return None,
        })
    };
    if number == 397 {
        return Some("ServiceFault".to_owned());
    }
    let response = || name(number.checked_sub(3)?).map(|name: &str| format!("{name}Response"));
    name(number).map(|name| format!("{name}Request")).or_else(response)
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if !d.wants() {
        return Ok(Next::End);
    }
    let kind = bytes.array(0)?;
    let Some(title) = title(kind) else { return Ok(Next::End) };
    d.info(|| title.to_owned());
    let mut reader = Reader::little(bytes, 0);
    reader.field(d, &TYPE, 3)?;
    let chunk = reader.field(d, &CHUNK, 1)?;
    reader.number(d, &SIZE, 4)?;
    let read = match &kind {
        b"HEL" | b"ACK" => greeting(d, &mut reader, &kind == b"HEL"),
        b"ERR" => reader.number(d, &ERROR, 4).and_then(|_| string(d, &mut reader, &REASON)),
        b"RHE" => string(d, &mut reader, &SERVER).and_then(|()| string(d, &mut reader, &ENDPOINT)),
        _ => secured(d, &mut reader, kind, chunk, title),
    };
    details(read).map(|()| Next::End)
}

fn greeting(d: &mut Dissection, reader: &mut Reader<'_>, hello: bool) -> Result<(), Problem> {
    for field in [&VERSION, &RECEIVES, &SENDS, &LARGEST, &CHUNKS] {
        reader.number(d, field, 4)?;
    }
    if hello { string(d, reader, &ENDPOINT) } else { Ok(()) }
}

/// Behind its length; -1 stands for none.
fn string(d: &mut Dissection, reader: &mut Reader<'_>, field: &'static Field) -> Result<(), Problem> {
    match reader.size(4)? {
        0xffff_ffff => Ok(()),
        length if matches!(field.kind, Kind::Bytes) => reader.field(d, field, length).map(|_| ()),
        length => reader.field(d, field, length).map(|_| ()),
    }
}

/// A message of a secure channel: its head, and the service when the message is not encrypted.
fn secured(d: &mut Dissection, reader: &mut Reader<'_>, kind: [u8; 3], chunk: &[u8], title: &str) -> Result<(), Problem> {
    reader.number(d, &CHANNEL, 4)?;
    if &kind == b"OPN" {
        for field in [&POLICY, &CERTIFICATE, &THUMBPRINT] {
            string(d, reader, field)?;
        }
    } else {
        reader.number(d, &TOKEN, 4)?;
    }
    // A node of namespace 0 by number, in four bytes: everything else is encrypted or a later chunk.
    let clear = matches!(reader.bytes.array(reader.at.saturating_add(8)), Ok([1, 0]));
    let named = match (clear, chunk) {
        (true, b"F") => reader.bytes.u16_le(reader.at.saturating_add(10)).ok().and_then(|number| service(number.into())),
        _ => None,
    };
    let Some(name) = named else { return Ok(()) };
    reader.number(d, &SEQUENCE, 4)?;
    reader.number(d, &REQUEST, 4)?;
    reader.take(2)?;
    let start = reader.at;
    let number = reader.uint(2)?;
    d.noted(&SERVICE, reader.since(start), number, &name);
    d.info(|| format!("{title}: {name}"));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn responses_stand_behind_their_requests() {
        let names = [(631, "ReadRequest"), (634, "ReadResponse"), (397, "ServiceFault"), (829, "PublishResponse")];
        for (number, name) in names {
            assert_eq!(service(number).as_deref(), Some(name));
        }
        assert_eq!(service(1), None);
    }
}
