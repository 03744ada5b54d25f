//! DCE/RPC, The Open Group C706 chapter 12, and [MS-RPCE].
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Payload, Problem, Protocol, Verdict, fields};

fields! {
    VERSION: Uint => "dcerpc.ver", "Version";
    TYPE: Uint => "dcerpc.pkt_type", "Packet type";
    LENGTH: Uint => "dcerpc.cn_frag_len", "Frag Length";
    CALL: Uint => "dcerpc.cn_call_id", "Call ID";
    OPERATION: Uint => "dcerpc.opnum", "Opnum";
}

pub(super) static DCERPC: Protocol = Protocol {
    name: "dcerpc",
    title: "Distributed Computing Environment / Remote Procedure Call (DCE/RPC)",
    short: "DCERPC",
    fields: FIELDS,
    claims: &[Claim::TcpPort(135)],
    probe: Some(probe),
    dissect,
    ..Protocol::PLAIN
};

fn probe(payload: &Payload<'_>) -> Verdict {
    if payload.is_tcp() { look(payload).unwrap_or(Verdict::Possible) } else { Verdict::NotMine }
}

fn look(payload: &Payload<'_>) -> Result<Verdict, Problem> {
    let bytes = payload.window();
    let ([version, minor, kind], drep) = (bytes.array(0)?, bytes.array::<4>(4)?);
    let length = usize::from(if drep.first() == Some(&0) { bytes.u16(8)? } else { bytes.u16_le(8)? });
    let known = version == 5 && minor <= 1 && kind <= 19 && matches!(drep, [0x00 | 0x10, 0..=3, 0, 0]);
    Ok(Verdict::certain_if(known && length >= 16 && (length <= bytes.len() || bytes.len() > 1000)))
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if !d.wants() {
        return Ok(Next::End);
    }
    let [version, _, kind, flags] = bytes.array(0)?;
    let little = bytes.u8(4)? & 0x10 != 0;
    let half = |at: usize| if little { bytes.u16_le(at) } else { bytes.u16(at) };
    let call = if little { bytes.u32_le(12)? } else { bytes.u32(12)? };
    d.field(&VERSION, bytes.span(0..1), version);
    d.field(&TYPE, bytes.span(2..3), kind);
    d.field(&LENGTH, bytes.span(8..10), half(8)?);
    d.field(&CALL, bytes.span(12..16), call);
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
    let fragment = ["Mid", "1st", "Last", "Single"].get(usize::from(flags & 3)).copied().unwrap_or_default();
    let mut info = format!("{title}: call_id: {call}, Fragment: {fragment}");
    if kind == 0 {
        let operation = half(22)?;
        d.field(&OPERATION, bytes.span(22..24), operation);
        info.push_str(&format!(", opnum: {operation}, Ctx: {}", half(20)?));
    }
    d.info(|| info);
    Ok(Next::End)
}
