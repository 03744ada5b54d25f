//! Advanced Message Queuing Protocol, 0-9-1 specification and OASIS 1.0.
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Payload, Problem, Protocol, Verdict, fields};

fields! {
    CLASS: Uint => "amqp.method.class", "Class";
    METHOD: Uint => "amqp.method.method", "Method";
    CHANNEL: Uint => "amqp.channel", "Channel";
}

pub(super) static AMQP: Protocol = Protocol {
    name: "amqp",
    title: "Advanced Message Queuing Protocol",
    short: "AMQP",
    fields: FIELDS,
    claims: &[Claim::TcpPort(5672)],
    probe: Some(probe),
    dissect,
    ..Protocol::PLAIN
};

fn probe(payload: &Payload<'_>) -> Verdict {
    if payload.is_tcp() { look(payload).unwrap_or(Verdict::Possible) } else { Verdict::NotMine }
}

/// Every frame of 0-9-1 ends with this.
const END: u8 = 0xce;

fn frame(bytes: &Bytes<'_>) -> Result<(u8, u16, usize), Problem> {
    let (kind, channel, length) = (bytes.u8(0)?, bytes.u16(1)?, bytes.u32(3)?);
    Ok((kind, channel, usize::try_from(length).unwrap_or(usize::MAX)))
}

fn look(payload: &Payload<'_>) -> Result<Verdict, Problem> {
    let bytes = payload.window();
    if matches!(payload.bytes, [b'A', b'M', b'Q', b'P', 0..=3, ..]) {
        return Ok(Verdict::certain_if(bytes.len() >= 8));
    }
    let (kind, _, length) = frame(&bytes)?;
    let known = match kind {
        1 => length >= 4 && matches!(bytes.u16(7)?, 10 | 20 | 30 | 40 | 50 | 60 | 85 | 90) && bytes.u16(9)? < 120,
        2 => length >= 14 && bytes.u16(7)? == 60 && bytes.u16(9)? == 0,
        8 => length == 0,
        _ => false,
    };
    Ok(Verdict::certain_if(known && bytes.u8(length.saturating_add(7)) == Ok(END)))
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if !d.wants() {
        return Ok(Next::End);
    }
    if bytes.all().starts_with(b"AMQP") {
        let [kind, major, minor, revision] = bytes.array(4)?;
        d.info(|| if kind == 0 { format!("Protocol-Header {kind}-{major}-{minor}") } else { format!("Protocol-Header {major}-{minor}-{revision}") });
        return Ok(Next::End);
    }
    let (mut rest, mut all) = (bytes, Vec::new());
    while !rest.is_empty() {
        let (kind, channel, length) = frame(&rest)?;
        if !matches!(kind, 1..=3 | 8) {
            break;
        }
        d.field(&CHANNEL, rest.span(1..3), channel);
        all.push(match kind {
            1 => {
                let (class, method) = (rest.u16(7)?, rest.u16(9)?);
                d.field(&CLASS, rest.span(7..9), class);
                d.field(&METHOD, rest.span(9..11), method);
                title(class, method)
            }
            2 => "Content-Header ".to_owned(),
            3 => "Content-Body ".to_owned(),
            _ => "Heartbeat".to_owned(),
        });
        rest = rest.from(length.saturating_add(8));
        d.info(|| all.join(" "));
    }
    Ok(Next::End)
}

fn title(class: u16, method: u16) -> String {
    let name = match (class, method) {
        (10, 10) => "Connection.Start",
        (10, 11) => "Connection.Start-Ok",
        (10, 20) => "Connection.Secure",
        (10, 30) => "Connection.Tune",
        (10, 31) => "Connection.Tune-Ok",
        (10, 40) => "Connection.Open",
        (10, 41) => "Connection.Open-Ok",
        (10, 50) => "Connection.Close",
        (10, 51) => "Connection.Close-Ok",
        (20, 10) => "Channel.Open",
        (20, 11) => "Channel.Open-Ok",
        (20, 20) => "Channel.Flow",
        (20, 40) => "Channel.Close",
        (20, 41) => "Channel.Close-Ok",
        (40, 10) => "Exchange.Declare",
        (40, 11) => "Exchange.Declare-Ok",
        (50, 10) => "Queue.Declare",
        (50, 11) => "Queue.Declare-Ok",
        (50, 20) => "Queue.Bind",
        (50, 21) => "Queue.Bind-Ok",
        (60, 10) => "Basic.Qos",
        (60, 11) => "Basic.Qos-Ok",
        (60, 20) => "Basic.Consume",
        (60, 21) => "Basic.Consume-Ok",
        (60, 40) => "Basic.Publish",
        (60, 50) => "Basic.Return",
        (60, 60) => "Basic.Deliver",
        (60, 70) => "Basic.Get",
        (60, 71) => "Basic.Get-Ok",
        (60, 72) => "Basic.Get-Empty",
        (60, 80) => "Basic.Ack",
        (60, 90) => "Basic.Reject",
        _ => return format!("Class {class} Method {method}"),
    };
    name.to_owned()
}
