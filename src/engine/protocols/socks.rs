//! SOCKS: version 4 (openssh.com/txt/socks4.protocol) and 5, RFC 1928.
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Payload, Problem, Protocol, Verdict, fields, text};

fields! {
    VERSION: Uint => "socks.version", "Version";
    COMMAND: Uint => "socks.command", "Command";
    PORT: Uint => "socks.port", "Remote Port";
}

pub(super) static SOCKS: Protocol = Protocol {
    name: "socks",
    title: "Socks Protocol",
    short: "Socks",
    fields: FIELDS,
    claims: &[Claim::TcpPort(1080)],
    probe: Some(probe),
    dissect,
    ..Protocol::PLAIN
};

fn probe(payload: &Payload<'_>) -> Verdict {
    if payload.is_tcp() { look(payload).unwrap_or(Verdict::Possible) } else { Verdict::NotMine }
}

fn look(payload: &Payload<'_>) -> Result<Verdict, Problem> {
    let bytes = payload.bytes;
    // Certain would ask for more than these few bytes: on an odd port version 4 with its user and zero, or a host by name.
    let known = match bytes {
        [4, 1 | 2, _, _, _, _, _, _, rest @ ..] => rest.last() == Some(&0),
        [5, count @ 1..=8, methods @ ..] => usize::from(*count) == methods.len(),
        [5, 0..=3 | 255] | [0, 90..=93, ..] => true,
        _ => false,
    };
    let host = matches!(bytes, [4, 1, _, _, 0, 0, 0, 1..=255, rest @ ..]
        if rest.last() == Some(&0) && rest.split(|&byte| byte == 0).nth(1).is_some_and(|host| host.contains(&b'.') && text::readable(host)));
    // On its port a greeting is enough: what the proxy then carries must not take the flow over.
    Ok(if host || known && payload.on_port(1080) {
        Verdict::Certain
    } else {
        Verdict::possible_if(known || !matches!(bytes, [b'A'..=b'Z', ..]))
    })
}

fn command_name(command: u16) -> &'static str {
    ["", "Connect", "Bind", "UdpAssociate"].get(usize::from(command)).copied().unwrap_or_default()
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let server = d.from_server(&[1080]);
    if let ([5, command @ 1..=3, 0, 1 | 3 | 4, ..], false) = (bytes.all(), server) {
        d.remember((*command).into());
    }
    if !d.wants() {
        return Ok(Next::End);
    }
    match (bytes.all(), server) {
        ([4, command, ..], false) => {
            let command = *command;
            d.field(&VERSION, bytes.span(0..1), 4_u8);
            d.field(&COMMAND, bytes.span(1..2), command);
            d.field(&PORT, bytes.span(2..4), bytes.u16(2)?);
            d.info(|| "Version: 4".to_owned());
        }
        ([5, count, methods @ ..], false) if usize::from(*count) == methods.len() => {
            d.field(&VERSION, bytes.span(0..1), 5_u8);
            d.info(|| "Version: 5 Connect to server request".to_owned());
        }
        ([5, command @ 1..=3, 0, 1 | 3 | 4, ..], false) => {
            let command = *command;
            let name = command_name(command.into());
            d.field(&VERSION, bytes.span(0..1), 5_u8);
            d.field(&COMMAND, bytes.span(1..2), command);
            d.info(|| format!("Version: 5 Command Request - {name}"));
        }
        ([5, _], true) => {
            d.field(&VERSION, bytes.span(0..1), 5_u8);
            d.info(|| "Version: 5 Connect to server response".to_owned());
        }
        ([5, _, 0, 1 | 3 | 4, ..], true) => {
            let name = command_name(d.memory());
            d.info(|| format!("Version: 5 Command Response - {name}"));
        }
        ([0, 90..=93, ..], true) => d.info(|| "Version: 4".to_owned()),
        _ => {}
    }
    Ok(Next::End)
}
