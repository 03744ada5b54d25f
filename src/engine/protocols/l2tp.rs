//! Layer Two Tunneling Protocol, RFC 2661; version 3, RFC 3931.
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Payload, Problem, Protocol, Verdict, fields};

fields! {
    FLAGS: Hex(4) => "l2tp.flags", "Flags";
    VERSION: Uint => "l2tp.version", "Version";
    TUNNEL: Uint => "l2tp.tunnel", "Tunnel ID";
    SESSION: Uint => "l2tp.session", "Session ID";
    LENGTH: Uint => "l2tp.length", "Length";
    SENT: Uint => "l2tp.Ns", "Ns";
    RECEIVED: Uint => "l2tp.Nr", "Nr";
    PAIR: Label => "l2tp.avp", "AVP";
    MANDATORY: Bool => "l2tp.avp.mandatory", "Mandatory";
    HIDDEN: Bool => "l2tp.avp.hidden", "Hidden";
    PAIR_LENGTH: Uint => "l2tp.avp.length", "Length";
    VENDOR: Uint => "l2tp.avp.vendor_id", "Vendor ID";
    PAIR_TYPE: Uint => "l2tp.avp.type", "AVP Type";
    MESSAGE: Uint => "l2tp.avp.message_type", "Message Type";
    HOST: Text => "l2tp.avp.host_name", "Host Name";
    MAKER: Text => "l2tp.avp.vendor_name", "Vendor Name";
    ASSIGNED_TUNNEL: Uint => "l2tp.avp.assigned_tunnel_id", "Assigned Tunnel ID";
    ASSIGNED_SESSION: Uint => "l2tp.avp.assigned_session_id", "Assigned Session ID";
    WINDOW: Uint => "l2tp.avp.receive_window_size", "Receive Window Size";
}

pub(super) static L2TP: Protocol = Protocol {
    name: "l2tp",
    title: "Layer 2 Tunneling Protocol",
    short: "L2TP",
    fields: FIELDS,
    claims: &[OVER_IP, Claim::UdpPort(1701)],
    probe: Some(probe),
    dissect,
    ..Protocol::PLAIN
};

const OVER_IP: Claim = Claim::Ip(115);

const CONTROL: u16 = 0x8000;
const HAS_LENGTH: u16 = 0x4000;
const HAS_SEQUENCE: u16 = 0x0800;
const HAS_OFFSET: u16 = 0x0200;
/// Bits that are always zero (RFC 2661 §3.1).
const RESERVED: u16 = 0x34f0;

fn probe(payload: &Payload<'_>) -> Verdict {
    match payload.bytes.first_chunk::<2>().map(|flags| u16::from_be_bytes(*flags)) {
        Some(flags) if flags & RESERVED == 0 && matches!(flags & 0x0f, 2 | 3) => Verdict::Possible,
        _ => Verdict::NotMine,
    }
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if d.through == OVER_IP {
        // Session 0 is for control messages (RFC 3931 §4.1.1.2); what others carry was agreed on in those.
        let session = bytes.u32(0)?;
        d.field(&SESSION, bytes.span(0..4), session);
        return Ok(if session == 0 { Next::End } else { Next::Data(bytes.from(4)) });
    }
    let flags = bytes.u16(0)?;
    let version = flags & 0x0f;
    d.field(&FLAGS, bytes.span(0..2), flags);
    d.field(&VERSION, bytes.span(0..2), version);
    if flags & CONTROL != 0 {
        if d.wants() && version == 2 {
            control(d, &bytes)?;
        }
        return Ok(Next::End);
    }
    if version != 2 {
        return Ok(Next::Data(bytes.from(8)));
    }
    let mut at = 2_usize;
    let mut whole = bytes;
    if flags & HAS_LENGTH != 0 {
        whole = bytes.limit(usize::from(bytes.u16(at)?));
        at = at.saturating_add(2);
    }
    let (tunnel, session) = (at..at.saturating_add(2), at.saturating_add(2)..at.saturating_add(4));
    d.field(&TUNNEL, bytes.span(tunnel.clone()), bytes.u16(tunnel.start)?);
    d.field(&SESSION, bytes.span(session.clone()), bytes.u16(session.start)?);
    at = session.end;
    if flags & HAS_SEQUENCE != 0 {
        at = at.saturating_add(4);
    }
    if flags & HAS_OFFSET != 0 {
        at = at.saturating_add(2).saturating_add(usize::from(bytes.u16(at)?));
    }
    let rest = whole.from(at);
    Ok(if rest.wire_len() == 0 { Next::End } else { Next::Claim(Claim::Named("ppp"), rest) })
}

/// A control message: always with a length and numbers, then pairs of attribute and value (RFC 2661 §4.1, §6).
fn control(d: &mut Dissection, bytes: &Bytes<'_>) -> Result<(), Problem> {
    let length = usize::try_from(d.read(&LENGTH, bytes, 2..4)?).unwrap_or_default();
    let (tunnel, session) = (bytes.u16(4)?, bytes.u16(6)?);
    let mut rest = bytes.limit(length).from(d.read_row(bytes, 4, &[(&TUNNEL, 2), (&SESSION, 2), (&SENT, 2), (&RECEIVED, 2)])?);
    // The first pair names the message; without any it only acknowledges.
    let name = match rest.u16(6) {
        Ok(message) if rest.u16(4) == Ok(0) => message_name(message),
        _ => "ZLB     ",
    };
    d.info(|| format!("Control Message - {name} (tunnel id={tunnel}, session id={session})"));
    while rest.wire_len() >= 6 {
        let (head, vendor, kind) = (rest.u16(0)?, rest.u16(2)?, rest.u16(4)?);
        let size = usize::from(head & 0x03ff);
        if size < 6 {
            return Err(Problem::Malformed);
        }
        let pair = rest.limit(size);
        let name = if vendor == 0 { pair_name(kind) } else { "Vendor-Specific" };
        d.label(&PAIR, pair.span(0..size), || format!("{name} AVP"));
        d.nest(|d| {
            d.field(&MANDATORY, pair.span(0..2), head & 0x8000 != 0);
            d.field(&HIDDEN, pair.span(0..2), head & 0x4000 != 0);
            d.field(&PAIR_LENGTH, pair.span(0..2), size);
            d.field(&VENDOR, pair.span(2..4), vendor);
            d.noted(&PAIR_TYPE, pair.span(4..6), kind, name);
            let field = match kind {
                0 => {
                    let message = pair.u16(6)?;
                    d.noted(&MESSAGE, pair.span(6..8), message, message_name(message));
                    return Ok(());
                }
                7 => &HOST,
                8 => &MAKER,
                9 => &ASSIGNED_TUNNEL,
                10 => &WINDOW,
                14 => &ASSIGNED_SESSION,
                _ => return Ok(()),
            };
            if vendor == 0 && head & 0x4000 == 0 {
                d.read(field, &pair, 6..size)?;
            }
            Ok(())
        })?;
        rest = rest.from(size);
    }
    Ok(())
}

fn message_name(message: u16) -> &'static str {
    let names = [
        "Reserved", "SCCRQ", "SCCRP", "SCCCN", "StopCCN", "Reserved", "Hello", "OCRQ", "OCRP", "OCCN", "ICRQ", "ICRP", "ICCN",
        "Reserved", "CDN", "WEN", "SLI", "MDMST", "SRRQ", "SRRP", "ACK", "FSQ", "FSR",
    ];
    names.get(usize::from(message)).copied().unwrap_or("Unknown")
}

fn pair_name(kind: u16) -> &'static str {
    let names = [
        "Control Message", "Result-Error Code", "Protocol Version", "Framing Capabilities", "Bearer Capabilities", "Tie Breaker",
        "Firmware Revision", "Host Name", "Vendor Name", "Assigned Tunnel ID", "Receive Window Size", "Challenge",
        "Q.931 Cause Code", "Challenge Response", "Assigned Session", "Call Serial Number", "Minimum BPS", "Maximum BPS",
        "Bearer Type", "Framing Type",
    ];
    names.get(usize::from(kind)).copied().unwrap_or("Unknown")
}
