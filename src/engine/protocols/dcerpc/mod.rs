//! DCE/RPC, The Open Group C706 chapter 12, and [MS-RPCE].
mod interfaces;

use crate::engine::dissect::{
    Bytes, Claim, Dissection, Frame, Next, Payload, Problem, Protocol, Reader, Role, Stream, Transport, Verdict, fields, layouts,
};
use crate::sorted::Sorted;
pub(super) use interfaces::*;

fields! {
    VERSION: Uint => "dcerpc.ver", "Version";
    VERSION_MINOR: Uint => "dcerpc.ver_minor", "Version (minor)";
    TYPE: Uint => "dcerpc.pkt_type", "Packet type";
    DREP: Bytes => "dcerpc.drep", "Data Representation";
    LENGTH: Uint => "dcerpc.cn_frag_len", "Frag Length";
    AUTH_LENGTH: Uint => "dcerpc.cn_auth_len", "Auth Length";
    CALL: Uint => "dcerpc.cn_call_id", "Call ID";
    MAX_XMIT: Uint => "dcerpc.cn_max_xmit", "Max Xmit Frag";
    MAX_RECV: Uint => "dcerpc.cn_max_recv", "Max Recv Frag";
    GROUP: Hex(8) => "dcerpc.cn_assoc_group", "Assoc Group";
    ITEMS: Uint => "dcerpc.cn_num_ctx_items", "Num Ctx Items";
    RESULTS: Uint => "dcerpc.cn_num_results", "Num results";
    RESULT: Uint => "dcerpc.cn_ack_result", "Ack result";
    CONTEXT: Uint => "dcerpc.cn_ctx_id", "Context ID";
    INTERFACE: Text => "dcerpc.cn_bind_to_uuid", "Interface UUID";
    INTERFACE_VERSION: Uint => "dcerpc.cn_bind_if_ver", "Interface Ver";
    ALLOC: Uint => "dcerpc.cn_alloc_hint", "Alloc hint";
    OPERATION: Uint => "dcerpc.opnum", "Opnum";
    STATUS: Hex(8) => "dcerpc.cn_status", "Status";
    STUB: Bytes => "dcerpc.stub_data", "Stub data";
    AUTH_TYPE: Uint => "dcerpc.auth_type", "Auth type";
    AUTH_LEVEL: Uint => "dcerpc.auth_level", "Auth level";
    REQUEST_IN: Uint => "dcerpc.request_in", "Request in frame";
    RESPONSE_IN: Uint => "dcerpc.response_in", "Response in frame";
    TIME: Seconds => "dcerpc.time", "Time from request";
}

layouts! {
    PACKET_FLAGS = [
        Hex(2) => "dcerpc.cn_flags", "Packet Flags", 1;
        Bool => "dcerpc.cn_flags.object", "Object", &0x80;
        Bool => "dcerpc.cn_flags.maybe", "Maybe", &0x40;
        Bool => "dcerpc.cn_flags.dne", "Did Not Execute", &0x20;
        Bool => "dcerpc.cn_flags.mpx", "Multiplex", &0x10;
        Bool => "dcerpc.cn_flags.reserved", "Reserved", &0x8;
        Bool => "dcerpc.cn_flags.cancel_pending", "Cancel Pending", &0x4;
        Bool => "dcerpc.cn_flags.last_frag", "Last Frag", &0x2;
        Bool => "dcerpc.cn_flags.first_frag", "First Frag", &0x1;
    ]
    REPRESENTATION = [
        Label => "", "", 1;
        Uint => "dcerpc.drep.byteorder", "Byte order", &0xf0: "Big-endian|Little-endian";
        Uint => "dcerpc.drep.character", "Character", &0xf: "ASCII|EBCDIC";
        Uint => "dcerpc.drep.fp", "Floating-point", 1: "IEEE|VAX|Cray|IBM";
    ]
}

pub(super) static DCERPC: Protocol = Protocol {
    name: "dcerpc",
    title: "Distributed Computing Environment / Remote Procedure Call (DCE/RPC)",
    short: "DCERPC",
    fields: FIELDS,
    layouts: LAYOUTS,
    claims: &[Claim::TcpPort(135)],
    probe: Some(probe),
    dissect,
    framing: Some(framing),
    stateful: true,
    ..Protocol::PLAIN
};

/// An interface: its operations' names by number, separated by blanks.
pub struct Interface {
    uuid: u128,
    version: u16,
    /// As the list of a bind names it.
    bind: &'static str,
    protocol: &'static str,
    operations: &'static str,
}

impl Interface {
    fn operation(&self, number: u16) -> String {
        match self.operations.split(' ').nth(number.into()) {
            Some(name) if name != "-" => name.to_owned(),
            _ => format!("Unknown operation {number}"),
        }
    }
}

/// What a bind agreed on, and calls under way.
#[derive(Default)]
struct Binds {
    contexts: Sorted<u16, (u128, u16)>,
    /// Operation by call; the latest of them.
    calls: Sorted<u32, u16>,
}

const HEADER: usize = 16;

fn probe(payload: &Payload<'_>) -> Verdict {
    if payload.is_tcp() { look(payload).unwrap_or(Verdict::Possible) } else { Verdict::NotMine }
}

fn look(payload: &Payload<'_>) -> Result<Verdict, Problem> {
    let bytes = payload.window();
    let ([version, minor, kind], drep) = (bytes.array(0)?, bytes.array::<4>(4)?);
    let length = usize::from(if drep.first() == Some(&0) { bytes.u16(8)? } else { bytes.u16_le(8)? });
    let known = version == 5 && minor <= 1 && kind <= 19 && matches!(drep, [0x00 | 0x10, 0..=3, 0, 0]);
    Ok(Verdict::certain_if(known && length >= HEADER && (length <= bytes.len() || bytes.len() > 1000)))
}

fn framing(stream: &Stream<'_>) -> Frame {
    if stream.bytes.first().is_some_and(|&version| version != 5) {
        return Frame::Unframed;
    }
    stream.headed(HEADER, 0xffff, |head| {
        let little = head.u8(4).ok()? & 0x10 != 0;
        let length = if little { head.u16_le(8) } else { head.u16(8) };
        length.ok().map(usize::from)
    })
}

/// A PDU in its byte order.
#[derive(Clone, Copy)]
struct Pdu<'p> {
    bytes: Bytes<'p>,
    little: bool,
}

impl Pdu<'_> {
    fn u16(&self, at: usize) -> Result<u16, Problem> {
        if self.little { self.bytes.u16_le(at) } else { self.bytes.u16(at) }
    }

    fn u32(&self, at: usize) -> Result<u32, Problem> {
        if self.little { self.bytes.u32_le(at) } else { self.bytes.u32(at) }
    }

    /// The first three parts of a UUID have the byte order of the rest.
    fn uuid(&self, at: usize) -> Result<u128, Problem> {
        let mut uuid = self.bytes.array::<16>(at)?;
        if self.little {
            for part in [0..4, 4..6, 6..8] {
                uuid.get_mut(part).unwrap_or_default().reverse();
            }
        }
        Ok(u128::from_be_bytes(uuid))
    }
}

fn uuid_text(uuid: u128) -> String {
    let [a, b, c, d, e] =
        [uuid >> 96, uuid >> 80 & 0xffff, uuid >> 64 & 0xffff, uuid >> 48 & 0xffff, uuid & 0xffff_ffff_ffff];
    format!("{a:08x}-{b:04x}-{c:04x}-{d:04x}-{e:012x}")
}

fn interface(uuid: u128) -> Option<&'static Interface> {
    interfaces::INTERFACES.iter().find(|interface| interface.uuid == uuid)
}

fn interface_name(uuid: u128) -> String {
    interface(uuid).map_or_else(|| uuid_text(uuid), |interface| interface.bind.to_owned())
}

fn syntax_name(uuid: u128) -> String {
    match uuid {
        0x8a88_5d04_1ceb_11c9_9fe8_0800_2b10_4860 => "32bit NDR".to_owned(),
        0x7171_0533_beba_4937_8319_b5db_ef9c_cc36 => "64bit NDR".to_owned(),
        _ => uuid_text(uuid),
    }
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let [version, minor, kind, flags] = bytes.array(0)?;
    if version != 5 || d.segment.is_some_and(|segment| segment.transport == Transport::Udp) {
        return Ok(Next::End);
    }
    let pdu = Pdu { bytes, little: bytes.u8(4)? & 0x10 != 0 };
    let (length, auth, call) = (pdu.u16(8)?, pdu.u16(10)?, pdu.u32(12)?);
    let title = match kind {
        0 => "Request",
        2 => "Response",
        3 => "Fault",
        11 => "Bind",
        12 => "Bind_ack",
        13 => "Bind_nak",
        14 => "Alter_context",
        15 => "Alter_context_resp",
        16 => "AUTH3",
        17 => "Shutdown",
        18 => "Co_cancel",
        19 => "Orphaned",
        _ => "Unknown",
    };
    d.field(&VERSION, bytes.span(0..1), version);
    d.field(&VERSION_MINOR, bytes.span(1..2), minor);
    d.noted(&TYPE, bytes.span(2..3), kind, title);
    if d.wants() {
        Reader::new(bytes, 3).layout(d, PACKET_FLAGS)?;
        d.field(&DREP, bytes.span(4..8), bytes.take(4..8)?);
        d.nest(|d| Reader::new(bytes, 4).layout(d, REPRESENTATION))?;
    }
    d.field(&LENGTH, bytes.span(8..10), length);
    d.field(&AUTH_LENGTH, bytes.span(10..12), auth);
    d.field(&CALL, bytes.span(12..16), call);
    let fragment = ["Mid", "1st", "Last", "Single"].get(usize::from(flags & 3)).copied().unwrap_or_default();
    let mut info = if d.wants() { format!("{title}: call_id: {call}, Fragment: {fragment}") } else { String::new() };
    let trailer = if auth > 0 { usize::from(auth).saturating_add(8) } else { 0 };
    let body_end = usize::from(length).saturating_sub(trailer);
    let next = match kind {
        11 | 14 => bind(d, &pdu, &mut info)?,
        12 | 15 => bind_ack(d, &pdu, &mut info)?,
        13 => {
            info.push_str(&format!(" reason: {}", nak_reason(pdu.u16(16)?)));
            Next::End
        }
        0 | 2 => return call_body(d, &pdu, kind, flags, body_end, info),
        3 => {
            let (context, status) = (pdu.u16(20)?, pdu.u32(24)?);
            d.field(&CONTEXT, bytes.span(20..22), context);
            d.noted(&STATUS, bytes.span(24..28), status, &fault(status));
            info.push_str(&format!(", Ctx: {context}, status: {}", fault(status)));
            answered(d, Role::Response, call);
            Next::End
        }
        _ => Next::End,
    };
    d.info(|| info);
    if trailer == 0 {
        return Ok(next);
    }
    Ok(credentials(d, &bytes.limit(length.into()).from(body_end))?.unwrap_or(next))
}

fn nak_reason(reason: u16) -> &'static str {
    match reason {
        0 => "Reason not specified",
        1 => "Temporary congestion",
        2 => "Local limit exceeded",
        4 => "Protocol version not supported",
        8 => "Authentication type not recognized",
        9 => "Invalid checksum",
        _ => "Unknown",
    }
}

fn fault(status: u32) -> String {
    let name = match status {
        0x1c00_0001 => "nca_s_fault_object_not_found",
        0x1c01_0001 => "nca_s_comm_failure",
        0x1c01_0002 => "nca_op_rng_error",
        0x1c01_0003 => "nca_unk_if",
        0x1c01_0006 => "nca_wrong_boot_time",
        0x1c01_0009 => "nca_you_crashed",
        0x1c01_000b => "nca_proto_error",
        0x1c01_0013 => "nca_out_args_too_big",
        0x1c01_0014 => "nca_server_too_busy",
        0x1c00_000d => "nca_fault_context_mismatch",
        0x1c00_001a => "nca_s_fault_context_mismatch",
        0x0000_0005 => "nca_s_fault_access_denied",
        0x0000_06f7 => "nca_s_fault_ndr",
        0x0000_0721 => "nca_s_fault_sec_pkg_error",
        _ => return format!("Unknown (0x{status:08x})"),
    };
    name.to_owned()
}

fn bind<'p>(d: &mut Dissection, pdu: &Pdu<'p>, info: &mut String) -> Result<Next<'p>, Problem> {
    let bytes = &pdu.bytes;
    let count = bytes.u8(24)?;
    d.field(&MAX_XMIT, bytes.span(16..18), pdu.u16(16)?);
    d.field(&MAX_RECV, bytes.span(18..20), pdu.u16(18)?);
    d.field(&GROUP, bytes.span(20..24), pdu.u32(20)?);
    d.field(&ITEMS, bytes.span(24..25), count);
    let mut at = 28_usize;
    let mut named = Vec::new();
    for _ in 0..count {
        let item = Pdu { bytes: bytes.from(at), little: pdu.little };
        let (context, syntaxes, uuid) = (item.u16(0)?, item.bytes.u8(2)?, item.uuid(4)?);
        let (major, minor) = (item.u16(20)?, item.u16(22)?);
        d.with_state(|_, binds: &mut Binds| binds.contexts.insert(context, (uuid, major)));
        if d.wants() {
            d.field(&CONTEXT, item.bytes.span(0..2), context);
            d.nest(|d| {
                d.field(&INTERFACE, item.bytes.span(4..20), uuid_text(uuid));
                d.field(&INTERFACE_VERSION, item.bytes.span(20..22), major);
            });
            let syntax = item.uuid(24).map(syntax_name).unwrap_or_default();
            named.push(format!("{} V{major}.{minor} ({syntax})", interface_name(uuid)));
        }
        at = at.saturating_add(24).saturating_add(usize::from(syntaxes).saturating_mul(20));
    }
    if d.wants() {
        info.push_str(&format!(", {count} context items: {}", named.join(", ")));
    }
    Ok(Next::End)
}

fn bind_ack<'p>(d: &mut Dissection, pdu: &Pdu<'p>, info: &mut String) -> Result<Next<'p>, Problem> {
    if !d.wants() {
        return Ok(Next::End);
    }
    let bytes = &pdu.bytes;
    let (xmit, recv) = (pdu.u16(16)?, pdu.u16(18)?);
    d.field(&MAX_XMIT, bytes.span(16..18), xmit);
    d.field(&MAX_RECV, bytes.span(18..20), recv);
    d.field(&GROUP, bytes.span(20..24), pdu.u32(20)?);
    let results = usize::from(pdu.u16(24)?).saturating_add(26).next_multiple_of(4);
    let count = bytes.u8(results)?;
    d.field(&RESULTS, bytes.span(results..results.saturating_add(1)), count);
    let mut named = Vec::new();
    let mut at = results.saturating_add(4);
    for _ in 0..count {
        let result = pdu.u16(at)?;
        let name = match result {
            0 => "Acceptance",
            1 => "User rejection",
            2 => "Provider rejection",
            3 => "Negotiate ACK",
            _ => "Unknown",
        };
        d.noted(&RESULT, bytes.span(at..at.saturating_add(2)), result, name);
        named.push(name);
        at = at.saturating_add(24);
    }
    info.push_str(&format!(", max_xmit: {xmit} max_recv: {recv}, {count} results: {}", named.join(", ")));
    Ok(Next::End)
}

fn answered(d: &mut Dissection, role: Role, call: u32) {
    let Some(partner) = d.transaction(role, call.into()) else { return };
    match role {
        Role::Response => {
            d.generated(&REQUEST_IN, Default::default(), partner.packet);
            if let Some(elapsed) = partner.elapsed {
                d.generated(&TIME, Default::default(), elapsed_value(elapsed));
            }
        }
        _ => d.generated(&RESPONSE_IN, Default::default(), partner.packet),
    }
}

fn elapsed_value(nanos: i64) -> crate::engine::dissect::Value {
    crate::engine::dissect::Value::Nanos(nanos)
}

/// A request or response: the interface of its context names it.
fn call_body<'p>(
    d: &mut Dissection,
    pdu: &Pdu<'p>,
    kind: u8,
    flags: u8,
    body_end: usize,
    mut info: String,
) -> Result<Next<'p>, Problem> {
    const OBJECT: u8 = 0x80;
    const FIRST: u8 = 1;
    let bytes = &pdu.bytes;
    let (context, call) = (pdu.u16(20)?, pdu.u32(12)?);
    let request = kind == 0;
    d.field(&ALLOC, bytes.span(16..20), pdu.u32(16)?);
    d.field(&CONTEXT, bytes.span(20..22), context);
    let operation = if request { Some(pdu.u16(22)?) } else { None };
    let (bound, operation) = d.with_state(|_, binds: &mut Binds| {
        if let Some(operation) = operation {
            binds.calls.insert(call, operation);
            if binds.calls.len() > 1024 {
                binds.calls.pop_first();
            }
        }
        (binds.contexts.get(&context).copied(), operation.or_else(|| binds.calls.get(&call).copied()))
    });
    if flags & FIRST != 0 {
        answered(d, if request { Role::Request } else { Role::Response }, call);
    }
    if !d.wants() {
        return Ok(Next::End);
    }
    if let Some(operation) = operation {
        if request {
            d.field(&OPERATION, bytes.span(22..24), operation);
            info.push_str(&format!(", opnum: {operation}"));
        } else {
            d.generated(&OPERATION, Default::default(), operation);
        }
    }
    info.push_str(&format!(", Ctx: {context}"));
    let known = bound.and_then(|(uuid, _)| interface(uuid)).zip(operation).filter(|_| flags & 3 == 3);
    if let Some((uuid, version)) = bound.filter(|_| known.is_none() && flags & 3 == 3) {
        info.push_str(&format!(" {} V{version}", interface_name(uuid)));
    }
    let stub_at = if request && flags & OBJECT != 0 { 40 } else { 24 };
    let stub = bytes.limit(body_end).from(stub_at);
    if stub.wire_len() > 0 {
        d.field(&STUB, stub.span(0..stub.len()), stub.all());
    }
    d.info(|| info);
    let mut level = None;
    if body_end < bytes.wire_len() {
        let trailer = bytes.from(body_end);
        (level, _) = (Some((trailer.u8(1)?, trailer.from(8))), auth_header(d, &trailer)?);
    }
    // A signature of Kerberos is a token of its own, and so is what it wraps.
    if let Some((level, token)) = level.filter(|(_, token)| matches!(token.all(), [4 | 5, 4, ..] | [0x60, ..])) {
        for _ in 5..=level.min(6) {
            d.mention("spnego-krb5");
        }
        _ = token;
    }
    let Some((interface, operation)) = known else { return Ok(Next::End) };
    let Some(id) = super::registry().named(interface.protocol) else { return Ok(Next::End) };
    d.again(true);
    d.enter(id, &stub);
    let what = if request { "request" } else { "response" };
    let name = interface.operation(operation);
    let mut text = format!("{name} {what}");
    if interface.protocol == "epm" && operation == 3 {
        text.push_str(&towers(&stub));
    }
    if stub.wire_len() == 0 {
        text.push_str(&format!(" {} V{}", interface.bind, interface.version));
    }
    d.info(|| text);
    Ok(Next::End)
}

/// The interface and the syntax that the first tower of a Map names: `, DRSUAPI, 32bit NDR`.
fn towers(stub: &Bytes<'_>) -> String {
    // A floor of a UUID: length 19, protocol 13.
    let floors = stub.all().windows(3).enumerate().filter(|(_, window)| *window == [0x13, 0, 0x0d]);
    let mut uuids =
        floors.filter_map(|(at, _)| Pdu { bytes: stub.from(at.saturating_add(3)), little: true }.uuid(0).ok());
    match (uuids.next(), uuids.next()) {
        (Some(interface), Some(syntax)) => format!(", {}, {}", interface_name(interface), syntax_name(syntax)),
        _ => String::new(),
    }
}

fn auth_header(d: &mut Dissection, trailer: &Bytes<'_>) -> Result<u8, Problem> {
    let [kind, level] = trailer.array(0)?;
    let kind_name = match kind {
        0 => "None",
        9 => "SPNEGO",
        10 => "NTLMSSP",
        14 => "SCHANNEL SSP",
        16 => "Kerberos",
        68 => "SCHANNEL",
        _ => "Unknown",
    };
    let level_name = ["Default", "None", "Connect", "Call", "Packet", "Packet integrity", "Packet privacy"];
    d.noted(&AUTH_TYPE, trailer.span(0..1), kind, kind_name);
    d.noted(&AUTH_LEVEL, trailer.span(1..2), level, level_name.get(usize::from(level)).copied().unwrap_or("Unknown"));
    Ok(kind)
}

/// The security context's token behind a bind.
fn credentials<'p>(d: &mut Dissection, trailer: &Bytes<'p>) -> Result<Option<Next<'p>>, Problem> {
    let kind = auth_header(d, trailer)?;
    let token = trailer.from(8);
    // Wireshark counts it as part of the call.
    d.inside();
    Ok(match kind {
        _ if token.wire_len() == 0 => None,
        9 => Some(Next::Claim(Claim::Named("spnego"), token)),
        10 => Some(Next::Claim(Claim::Named("ntlmssp"), token)),
        16 => Some(Next::Claim(Claim::Named("spnego-krb5"), token)),
        _ => None,
    })
}
