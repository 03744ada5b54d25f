//! Point-to-Point Tunneling Protocol, RFC 2637: the control connection.
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Payload, Problem, Protocol, Verdict, fields};

fields! {
    LENGTH: Uint => "pptp.length", "Length";
    KIND: Uint => "pptp.control_message_type", "Control Message Type";
}

pub(super) static PPTP: Protocol = Protocol {
    name: "pptp",
    title: "Point-to-Point Tunnelling Protocol",
    short: "PPTP",
    fields: FIELDS,
    claims: &[Claim::TcpPort(1723)],
    probe: Some(probe),
    dissect,
    ..Protocol::PLAIN
};

fn probe(payload: &Payload<'_>) -> Verdict {
    if payload.is_tcp() { look(payload).unwrap_or(Verdict::Possible) } else { Verdict::NotMine }
}

const COOKIE: u32 = 0x1a2b_3c4d;

fn look(payload: &Payload<'_>) -> Result<Verdict, Problem> {
    Ok(Verdict::certain_if(payload.window().u32(4)? == COOKIE))
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if d.wants() {
        let kind = bytes.u16(8)?;
        d.field(&LENGTH, bytes.span(0..2), bytes.u16(0)?);
        d.field(&KIND, bytes.span(8..10), kind);
        let titles = [
            "", "Start-Control-Connection-Request", "Start-Control-Connection-Reply", "Stop-Control-Connection-Request",
            "Stop-Control-Connection-Reply", "Echo-Request", "Echo-Reply", "Outgoing-Call-Request", "Outgoing-Call-Reply",
            "Incoming-Call-Request", "Incoming-Call-Reply", "Incoming-Call-Connected", "Call-Clear-Request", "Call-Disconnect-Notify",
            "WAN-Error-Notify", "Set-Link-Info",
        ];
        d.info(|| titles.get(usize::from(kind)).copied().unwrap_or("Unknown").to_owned());
    }
    Ok(Next::End)
}
