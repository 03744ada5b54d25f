//! Port Control Protocol, RFC 6887, and what it grew out of: NAT Port Mapping Protocol, RFC 6886. Both ask a router on the same port to
//! let packets in; the version tells which it is.
use crate::engine::dissect::{
    Bytes, Claim, Dissection, Field, Names, Next, Payload, Problem, Protocol, Reader, Verdict, fields, layouts, name_of,
};

fields! {
    VERSION: Uint => "portcontrol.version", "Version";
    RESPONSE: Bool => "portcontrol.r", "R";
    OPCODE: Uint => "portcontrol.opcode", "Opcode";
    MAP_NONCE: Bytes => "portcontrol.map.nonce", "Mapping Nonce";
    MAP_PROTOCOL: Uint => "portcontrol.map.protocol", "Protocol";
    MAP_RESERVED: Uint => "portcontrol.map.reserved", "Reserved";
    MAP_INTERNAL: Uint => "portcontrol.map.internal_port", "Internal Port";
    MAP_SUGGESTED: Uint => "portcontrol.map.req_sug_external_port", "Suggested External Port";
    MAP_SUGGESTED_IP: Address => "portcontrol.map.req_sug_external_ip", "Suggested External IP Address";
    MAP_ASSIGNED: Uint => "portcontrol.map.rsp_assigned_external_port", "Assigned External Port";
    MAP_ASSIGNED_IP: Address => "portcontrol.map.rsp_assigned_ext_ip", "Assigned External IP Address";
    PEER_NONCE: Bytes => "portcontrol.peer.nonce", "Mapping Nonce";
    PEER_PROTOCOL: Uint => "portcontrol.peer.protocol", "Protocol";
    PEER_RESERVED: Bytes => "portcontrol.peer.reserved", "Reserved";
    PEER_INTERNAL: Uint => "portcontrol.peer.internal_port", "Internal Port";
    PEER_SUGGESTED: Uint => "portcontrol.peer.req_sug_external_port", "Suggested External Port";
    PEER_SUGGESTED_IP: Address => "portcontrol.peer.req_sug_external_ip", "Suggested External IP Address";
    PEER_ASSIGNED: Uint => "portcontrol.peer.rsp_assigned_external_port", "Assigned External Port";
    PEER_ASSIGNED_IP: Address => "portcontrol.peer.rsp_assigned_ext_ip", "Assigned External IP Address";
    REMOTE_PORT: Uint => "portcontrol.peer.remote_peer_port", "Remote Peer Port";
    REMOTE_IP: Address => "portcontrol.peer.remote_peer_ip", "Remote Peer IP Address";
    OPTION: Label => "portcontrol.option", "Option";
    OPTION_CODE: Uint => "portcontrol.option.code", "Option";
    OPTION_RESERVED: Uint => "portcontrol.option.reserved", "Reserved";
    OPTION_LENGTH: Uint => "portcontrol.option.length", "Option Length";
    THIRD_PARTY: Address => "portcontrol.option.third_party.internal_ip", "Internal IP Address";
    FILTER_RESERVED: Uint => "portcontrol.option.filter.reserved", "Reserved";
    FILTER_LENGTH: Uint => "portcontrol.option.filter.prefix_length", "Prefix Length";
    FILTER_PORT: Uint => "portcontrol.option.filter.remote_peer_port", "Remote Peer Port";
    FILTER_IP: Address => "portcontrol.option.filter.remote_peer_ip", "Remote Peer IP Address";
    DESCRIPTION: Text => "portcontrol.option.description", "Description";
    SET_SIZE: Uint => "portcontrol.option.portset.size", "Port Set Size";
    SET_FIRST: Uint => "portcontrol.option.portset.req_sug_first_external_port", "Suggested First Port";
    SET_ASSIGNED: Uint => "portcontrol.option.portset.rsp_assigned_first_external_port", "Assigned First Port";
    PADDING: Bytes => "portcontrol.option.padding", "Padding";
}

layouts! {
    REQUEST_HEAD = [
        Uint => "portcontrol.reserved", "Reserved", 2;
        Uint => "portcontrol.lifetime_req", "Requested Lifetime", 4;
        Address => "portcontrol.client_ip", "Client IP Address", 16;
    ]
    RESPONSE_HEAD = [
        Uint => "portcontrol.reserved", "Reserved", 1;
        Uint => "portcontrol.result_code", "Result Code", 1: RESULTS;
        Uint => "portcontrol.lifetime_rsp", "Lifetime", 4;
        Uint => "portcontrol.epoch_time", "Epoch Time", 4;
        Bytes => "portcontrol.rsp_reserved", "Reserved", 12;
    ]
    OLD_HEAD = [
        Uint => "nat-pmp.version", "Version", 1;
        Uint => "nat-pmp.opcode", "Opcode", 1: OLD_OPCODES;
    ]
    OLD_RESULT = [
        Uint => "nat-pmp.result_code", "Result Code", 2: OLD_RESULTS;
        Uint => "nat-pmp.sssoe", "Seconds Since Start of Epoch", 4;
    ]
    OLD_ADDRESS = [Address => "nat-pmp.external_ip", "External IP Address", 4;]
    OLD_RESERVED = [Uint => "nat-pmp.reserved", "Reserved", 2;]
    OLD_MAPPING = [
        Uint => "nat-pmp.internal_port", "Internal Port", 2;
        Uint => "nat-pmp.external_port", "External Port", 2;
        Uint => "nat-pmp.pml", "Port Mapping Lifetime", 4;
    ]
}

const OPCODES: Names = "Announce|Map|Peer";
/// RFC 6887 §7.4.
const RESULTS: Names = "Success|Unsupported Version|Not Authorized/Refused|Malformed Request|Unsupported opcode|Unsupported option|\
    Malformed option|Network failure|No resources|Unsupported protocol|User exceeds quota|Cannot provide external port|\
    Address mismatch|Excessive remote peers";
const OPTIONS: Names = "Reserved|Third Party|Prefer Failure|Filter|128=Description|Prefix64|Port Set";
const OLD_OPCODES: Names = "External Address Request|Map UDP Request|Map TCP Request|128=External Address Response|Map UDP Response|\
    Map TCP Response";
/// RFC 6886 §3.5.
const OLD_RESULTS: Names = "Success|Unsupported Version|Not Authorized/Refused|Network Failure|Out of resources|Unsupported opcode";

pub(super) static PORT_CONTROL: Protocol = Protocol {
    name: "portcontrol",
    title: "Port Control Protocol",
    short: "PCP",
    fields: FIELDS,
    layouts: &[REQUEST_HEAD, RESPONSE_HEAD],
    claims: &[Claim::UdpPort(5350), Claim::UdpPort(5351)],
    probe: Some(probe),
    dissect,
    ..Protocol::PLAIN
};

/// Read on the same ports: `frame.protocols` has the later one's name for both.
pub(super) static NAT_PMP: Protocol = Protocol {
    name: "nat-pmp",
    title: "NAT Port Mapping Protocol",
    short: "NAT-PMP",
    layouts: &[OLD_HEAD, OLD_RESULT, OLD_ADDRESS, OLD_RESERVED, OLD_MAPPING],
    dissect: dissect_old,
    ..Protocol::PLAIN
};

/// The bit that tells a response, in both.
const ANSWERS: u8 = 0x80;

fn probe(payload: &Payload<'_>) -> Verdict {
    let is_one = match payload.bytes {
        [0, opcode, ..] => opcode & !ANSWERS <= 2,
        // The shortest has a head of 24 bytes, the longest 1100 (§7).
        [1 | 2, ..] => (24..=1100).contains(&payload.bytes.len()),
        _ => false,
    };
    Verdict::possible_if(payload.is_udp() && is_one)
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let (version, kind) = (bytes.u8(0)?, bytes.u8(1)?);
    if version == 0 {
        return Ok(Next::Instead(Claim::Named("nat-pmp"), bytes));
    }
    let (opcode, answers) = (kind & !ANSWERS, kind & ANSWERS != 0);
    let name = name_of(OPCODES, opcode.into());
    let direction = if answers { "Response" } else { "Request" };
    if d.wants() {
        d.column(format!("PCP v{version}"));
        d.field(&VERSION, bytes.span(0..1), version);
        d.noted(&RESPONSE, bytes.span(1..2), answers, direction);
        d.noted(&OPCODE, bytes.span(1..2), opcode, if name.is_empty() { "Unknown" } else { name });
        d.info(|| if name.is_empty() { format!("Unknown opcode: {opcode}") } else { format!("{name} {direction}") });
    }
    let mut reader = Reader::new(bytes, 2);
    reader.layout(d, if answers { RESPONSE_HEAD } else { REQUEST_HEAD })?;
    match opcode {
        1 => mapping(d, &mut reader, &MAP, answers)?,
        2 => mapping(d, &mut reader, &PEER, answers)?,
        _ => return Ok(Next::End),
    }
    options(d, &mut reader, answers)?;
    Ok(Next::End)
}

/// The fields of a mapping (§11.1, §12.1): nonce, protocol, reserved, internal port, external port and address as they are asked for
/// and as they are given, and for whom.
struct Mapping {
    head: [(&'static Field, usize); 4],
    external: [[(&'static Field, usize); 2]; 2],
    is_peer: bool,
}

static MAP: Mapping = Mapping {
    head: [(&MAP_NONCE, 12), (&MAP_PROTOCOL, 1), (&MAP_RESERVED, 3), (&MAP_INTERNAL, 2)],
    external: [[(&MAP_SUGGESTED, 2), (&MAP_SUGGESTED_IP, 16)], [(&MAP_ASSIGNED, 2), (&MAP_ASSIGNED_IP, 16)]],
    is_peer: false,
};
static PEER: Mapping = Mapping {
    head: [(&PEER_NONCE, 12), (&PEER_PROTOCOL, 1), (&PEER_RESERVED, 3), (&PEER_INTERNAL, 2)],
    external: [[(&PEER_SUGGESTED, 2), (&PEER_SUGGESTED_IP, 16)], [(&PEER_ASSIGNED, 2), (&PEER_ASSIGNED_IP, 16)]],
    is_peer: true,
};

fn mapping(d: &mut Dissection, reader: &mut Reader<'_>, mapping: &Mapping, answers: bool) -> Result<(), Problem> {
    let start = reader.at;
    let [asked, given] = &mapping.external;
    for &(field, size) in mapping.head.iter().chain(if answers { given } else { asked }) {
        reader.field(d, field, size)?;
    }
    if mapping.is_peer {
        for (field, size) in [(&REMOTE_PORT, 2), (&PEER_RESERVED, 2), (&REMOTE_IP, 16)] {
            reader.field(d, field, size)?;
        }
    } else {
        let said = reader.bytes.from(start);
        let (protocol, internal, external) = (said.u8(12)?, said.u16(16)?, said.u16(18)?);
        d.info_extend(|| format!(": {internal} -> {external} [{}]", super::numbers::ip_protocol(protocol)));
    }
    Ok(())
}

/// Options are padded to four bytes (§7.3).
fn options(d: &mut Dissection, reader: &mut Reader<'_>, answers: bool) -> Result<(), Problem> {
    while reader.left() > 0 {
        let code = reader.peek()?;
        let name = name_of(OPTIONS, code.into());
        let title = || if name.is_empty() { format!("Option: Unknown option: {code}") } else { format!("Option: {name}") };
        reader.group(d, &OPTION, title, |d, reader| option(d, reader, code, answers))?;
    }
    Ok(())
}

fn option(d: &mut Dissection, reader: &mut Reader<'_>, code: u8, answers: bool) -> Result<(), Problem> {
    reader.named(d, &OPTION_CODE, 1, |code| Some(name_of(OPTIONS, code)).filter(|name| !name.is_empty()))?;
    reader.field(d, &OPTION_RESERVED, 1)?;
    let length = reader.length(d, &OPTION_LENGTH, 2)?;
    let mut content = reader.part(length);
    let first = if answers { &SET_ASSIGNED } else { &SET_FIRST };
    let row: &[(&'static Field, usize)] = match code {
        1 => &[(&THIRD_PARTY, 16)],
        3 => &[(&FILTER_RESERVED, 1), (&FILTER_LENGTH, 1), (&FILTER_PORT, 2), (&FILTER_IP, 16)],
        128 => &[(&DESCRIPTION, length)],
        130 => &[(&SET_SIZE, 2), (first, 2)],
        _ => &[],
    };
    for &(field, size) in row {
        content.field(d, field, size)?;
    }
    let padding = length.next_multiple_of(4).saturating_sub(length).min(reader.left());
    if padding > 0 {
        reader.field(d, &PADDING, padding)?;
    }
    Ok(())
}

fn dissect_old<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let mut reader = Reader::new(bytes, 0);
    let opcode = reader.layout(d, OLD_HEAD)?;
    let name = name_of(OLD_OPCODES, opcode);
    d.info(|| if name.is_empty() { format!("Unknown opcode: {opcode}") } else { name.to_owned() });
    let answers = opcode >= u64::from(ANSWERS);
    if answers && !name.is_empty() {
        reader.layout(d, OLD_RESULT)?;
        // What was not granted need not be there (§3.5).
        if bytes.u16(2)? != 0 && reader.left() == 0 {
            return Ok(Next::End);
        }
    }
    match opcode {
        128 => _ = reader.layout(d, OLD_ADDRESS)?,
        1 | 2 => {
            reader.layout(d, OLD_RESERVED)?;
            reader.layout(d, OLD_MAPPING)?;
        }
        129 | 130 => _ = reader.layout(d, OLD_MAPPING)?,
        _ => {}
    }
    Ok(Next::End)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::dissect::Wanted;

    fn told(bytes: &[u8]) -> (bool, String, Vec<String>) {
        let mut d = Dissection::new(Wanted::Everything);
        let read = if bytes.first() == Some(&0) { dissect_old } else { dissect };
        let is_whole = read(&mut d, Bytes::frame(bytes, 0)).is_ok();
        let fields = d.fields.iter().map(|found| format!("{}={}", found.field.name(), found.text()));
        (is_whole, d.info_text(), fields.collect())
    }

    #[test]
    fn the_older_protocol_is_read() {
        let cases: [(&[u8], &str, bool, &str); 6] = [
            (&[0, 0], "External Address Request", true, "nat-pmp.opcode=0"),
            (&[0, 128, 0, 0, 0, 0, 0, 9, 1, 2, 3, 4], "External Address Response", true, "nat-pmp.external_ip=1.2.3.4"),
            (&[0, 128, 0, 3, 0, 0, 0, 9], "External Address Response", true, "nat-pmp.result_code=3"),
            (&[0, 2, 0, 0, 0x12, 0x34, 0, 80, 0, 0, 14, 16], "Map TCP Request", true, "nat-pmp.internal_port=4660"),
            (&[0, 129, 0, 0, 0, 0, 0, 9, 0x12, 0x34, 0, 80, 0, 0, 14], "Map UDP Response", false, "nat-pmp.external_port=80"),
            (&[0, 133, 0, 5], "Unknown opcode: 133", true, "nat-pmp.opcode=133"),
        ];
        for (bytes, info, is_whole, field) in cases {
            let (whole, said, fields) = told(bytes);
            assert_eq!((whole, said.as_str()), (is_whole, info), "{bytes:?}");
            assert!(fields.iter().any(|found| found == field), "{field} not in {fields:?}");
        }
    }

    #[test]
    fn mappings_and_options_are_read() {
        let ip = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 10, 0, 0, 1];
        let mut asked = [&[2, 1, 0, 0, 0, 0, 14, 16][..], &ip, &[7; 12], &[6, 0, 0, 0, 0x12, 0x34, 0, 80], &ip].concat();
        asked.extend([128, 0, 0, 5, b'h', b'e', b'l', b'l', b'o', 0, 0, 0]);
        let (whole, info, fields) = told(&asked);
        assert_eq!((whole, info.as_str()), (true, "Map Request: 4660 -> 80 [TCP]"));
        let padded = ["portcontrol.option.description=hello", "portcontrol.option.padding=000000"];
        assert!(padded.iter().all(|field| fields.iter().any(|found| found == field)), "{fields:?}");
        let (whole, info, _) = told(&asked[..50]);
        assert_eq!((whole, info.as_str()), (false, "Map Request"));
        let answer = [&[2, 0x80, 0, 0, 0, 0, 14, 16, 0, 0, 0, 7][..], &[0; 12]].concat();
        assert_eq!(told(&answer).1, "Announce Response");
        let peer = [&[2, 0x82, 0, 0, 0, 0, 14, 16, 0, 0, 0, 7][..], &[0; 12], &[7; 12], &[17, 0, 0, 0, 0, 9, 0, 80], &ip];
        let peer = [&peer.concat()[..], &[0, 81, 0, 0], &ip].concat();
        let (whole, info, fields) = told(&peer);
        assert_eq!((whole, info.as_str()), (true, "Peer Response"));
        assert!(fields.contains(&"portcontrol.peer.remote_peer_port=81".to_owned()), "{fields:?}");
    }
}
