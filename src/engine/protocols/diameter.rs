//! Diameter, RFC 6733.
use crate::engine::dissect::{
    Bytes, Claim, Dissection, Frame, Next, Payload, Problem, Protocol, Role, Stream, Transport, Value, Verdict, fields,
};

fields! {
    VERSION: Hex(2) => "diameter.version", "Version";
    LENGTH: Uint => "diameter.length", "Length";
    FLAGS: Hex(2) => "diameter.flags", "Flags";
    COMMAND: Uint => "diameter.cmd.code", "Command Code";
    APPLICATION: Uint => "diameter.applicationId", "ApplicationId";
    HOP: Hex(8) => "diameter.hopbyhopid", "Hop-by-Hop Identifier";
    END: Hex(8) => "diameter.endtoendid", "End-to-End Identifier";
    AVP: Uint => "diameter.avp.code", "AVP Code";
    AVP_LENGTH: Uint => "diameter.avp.len", "AVP Length";
    ANSWER_IN: Uint => "diameter.answer_in", "Answer In";
    ANSWER_TO: Uint => "diameter.answer_to", "Request In";
    TIME: Seconds => "diameter.resp_time", "Response Time";
}

pub(super) static DIAMETER: Protocol = Protocol {
    name: "diameter",
    title: "Diameter Protocol",
    short: "DIAMETER",
    fields: FIELDS,
    claims: &[Claim::TcpPort(3868), Claim::SctpPort(3868)],
    probe: Some(probe),
    dissect,
    framing: Some(framing),
    ..Protocol::PLAIN
};

const HEADER: u32 = 20;

fn probe(payload: &Payload<'_>) -> Verdict {
    look(payload).unwrap_or(Verdict::NotMine)
}

fn look(payload: &Payload<'_>) -> Result<Verdict, Problem> {
    let bytes = payload.window();
    let (version, length, flags, command) = (bytes.u8(0)?, bytes.u24(1)?, bytes.u8(4)?, bytes.u24(5)?);
    if !matches!(payload.transport, Transport::Tcp | Transport::Sctp)
        || version != 1
        || length < HEADER
        || length % 4 != 0
    {
        return Ok(Verdict::NotMine);
    }
    // Exchange of capabilities and those the registry knows; the first attribute is mandatory and fits.
    let known = matches!(command, 257..=282 | 300..=325 | 8_388_608..=8_388_737);
    let (attribute, attribute_length) = (bytes.u32(20)?, bytes.u24(25)?);
    let fits =
        (1..=10_000).contains(&attribute) && attribute_length >= 8 && attribute_length <= length.saturating_sub(HEADER);
    Ok(Verdict::certain_if(known && flags & 0x0f == 0 && fits))
}

fn framing(stream: &Stream<'_>) -> Frame {
    if stream.bytes.first().is_some_and(|&version| version != 1) {
        return Frame::Unframed;
    }
    stream.headed(4, 1 << 24, |head| usize::try_from(head.u24(1).ok()?).ok())
}

/// Of the applications that IANA numbers.
fn application_name(application: u32) -> &'static str {
    match application {
        0 => "Diameter Common Messages",
        1 => "NASREQ",
        2 => "Diameter Mobile IPv4",
        3 => "Diameter Base Accounting",
        4 => "Diameter Credit Control Application",
        5 => "Diameter Extensible Authentication Protocol (EAP) Application",
        6 => "Diameter Session Initiation Protocol (SIP) Application",
        16_777_216 => "3GPP Cx",
        16_777_217 => "3GPP Sh",
        16_777_236 => "3GPP Rx",
        16_777_238 => "3GPP Gx",
        16_777_251 => "3GPP S6a/S6d",
        16_777_252 => "3GPP S13/S13'",
        0xffff_ffff => "Relay",
        _ => "Unknown",
    }
}

/// The attributes' headers.
fn attributes(d: &mut Dissection, mut rest: Bytes<'_>) -> Result<(), Problem> {
    while rest.wire_len() >= 8 {
        let length = usize::try_from(rest.u24(5)?).unwrap_or(usize::MAX);
        d.field(&AVP, rest.span(0..4), rest.u32(0)?);
        d.nest(|d| d.field(&AVP_LENGTH, rest.span(5..8), length));
        rest = rest.from(length.max(8).next_multiple_of(4));
    }
    Ok(())
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let (flags, command, application) = (bytes.u8(4)?, bytes.u24(5)?, bytes.u32(8)?);
    let (hop, end) = (bytes.u32(12)?, bytes.u32(16)?);
    let request = flags & 0x80 != 0;
    let partner = d.transaction(if request { Role::Latest } else { Role::Response }, hop.into());
    if !d.wants() {
        return Ok(Next::End);
    }
    d.field(&VERSION, bytes.span(0..1), bytes.u8(0)?);
    d.field(&LENGTH, bytes.span(1..4), bytes.u24(1)?);
    d.field(&FLAGS, bytes.span(4..5), flags);
    d.field(&COMMAND, bytes.span(5..8), command);
    d.field(&APPLICATION, bytes.span(8..12), application);
    let name = match command {
        257 => "Capabilities-Exchange",
        258 => "Re-Auth",
        265 => "AA",
        271 => "Accounting",
        272 => "Credit-Control",
        274 => "Abort-Session",
        275 => "Session-Termination",
        280 => "Device-Watchdog",
        282 => "Disconnect-Peer",
        300 => "User-Authorization",
        301 => "Server-Assignment",
        302 => "Location-Info",
        303 => "Multimedia-Auth",
        306 => "User-Data",
        316 => "3GPP-Update-Location",
        317 => "3GPP-Cancel-Location",
        318 => "3GPP-Authentication-Information",
        321 => "3GPP-Purge-UE",
        323 => "3GPP-Notify",
        _ => "Unknown",
    };
    let what = if flags & 0x80 == 0 { "Answer" } else { "Request" };
    let letters: String = [(0x80, 'R'), (0x40, 'P'), (0x20, 'E'), (0x10, 'T')]
        .into_iter()
        .map(|(bit, letter)| if flags & bit == 0 { '-' } else { letter })
        .collect();
    d.field(&HOP, bytes.span(12..16), hop);
    d.field(&END, bytes.span(16..20), end);
    if let Some(partner) = partner {
        d.generated(if request { &ANSWER_IN } else { &ANSWER_TO }, Default::default(), partner.packet);
        if let Some(elapsed) = partner.elapsed.filter(|_| !request) {
            d.generated(&TIME, Default::default(), Value::Nanos(elapsed));
        }
    }
    let by = application_name(application);
    d.info_add("", || {
        format!("cmd={name} {what}({command}) flags={letters} appl={by}({application}) h2h={hop:x} e2e={end:x} | ")
    });
    attributes(d, bytes.limit(usize::try_from(bytes.u24(1)?).unwrap_or_default()).from(20))?;
    Ok(Next::End)
}
