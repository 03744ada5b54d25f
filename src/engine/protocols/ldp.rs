//! Label Distribution Protocol, RFC 5036.
use crate::engine::dissect::{Address, Bytes, Claim, Dissection, Next, Payload, Problem, Protocol, Verdict, fields};

fields! {
    VERSION: Uint => "ldp.hdr.version", "Version";
    ROUTER: Address => "ldp.hdr.ldpid.lsr", "LSR ID";
    KIND: Hex(4) => "ldp.msg.type", "Message Type";
}

pub(super) static LDP: Protocol = Protocol {
    name: "ldp",
    title: "Label Distribution Protocol",
    short: "LDP",
    fields: FIELDS,
    claims: &[Claim::UdpPort(646), Claim::TcpPort(646)],
    probe: Some(probe),
    dissect,
    ..Protocol::PLAIN
};

fn probe(payload: &Payload<'_>) -> Verdict {
    look(payload).unwrap_or(Verdict::NotMine)
}

fn look(payload: &Payload<'_>) -> Result<Verdict, Problem> {
    let bytes = payload.window();
    let known = title(bytes.u16(10)? & 0x7fff).is_some();
    Ok(Verdict::possible_if((payload.is_tcp() || payload.is_udp()) && bytes.u16(0)? == 1 && known))
}

fn title(kind: u16) -> Option<&'static str> {
    Some(match kind {
        0x0001 => "Notification Message",
        0x0100 => "Hello Message",
        0x0200 => "Initialization Message",
        0x0201 => "Keep Alive Message",
        0x0300 => "Address Message",
        0x0301 => "Address Withdrawal Message",
        0x0400 => "Label Mapping Message",
        0x0401 => "Label Request Message",
        0x0402 => "Label Withdrawal Message",
        0x0403 => "Label Release Message",
        0x0404 => "Label Abort Request Message",
        _ => return None,
    })
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if d.wants() {
        let kind = bytes.u16(10)?;
        d.field(&VERSION, bytes.span(0..2), bytes.u16(0)?);
        d.field(&ROUTER, bytes.span(4..8), Address::ipv4(bytes.array(4)?));
        d.field(&KIND, bytes.span(10..12), kind);
        d.info(|| title(kind & 0x7fff).unwrap_or("Unknown").to_owned());
    }
    Ok(Next::End)
}
