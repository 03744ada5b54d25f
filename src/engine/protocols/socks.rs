//! SOCKS: version 4 (openssh.com/txt/socks4.protocol) and 5, RFC 1928.
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Payload, Problem, Protocol, Reader, Verdict, fields, text};

fields! {
    VERSION: Uint => "socks.version", "Version";
    METHODS: Uint => "socks.auth_method_count", "Authentication Method Count";
    METHOD: Uint => "socks.auth_method", "Method";
    ACCEPTED: Uint => "socks.auth_accepted_method", "Accepted Auth Method";
    SUBVERSION: Uint => "socks.subnegotiation_version", "Subnegotiation Version";
    STATUS: Uint => "socks.auth_status", "Status";
    COMMAND: Uint => "socks.command", "Command";
    RESULT: Uint => "socks.results", "Results(V5)";
    RESULT_4: Uint => "socks.results_v4", "Results(V4)";
    RESERVED: Uint => "socks.reserved", "Reserved";
    ADDRESS_TYPE: Uint => "socks.address_type", "Address Type";
    ADDRESS: Address => "socks.dst", "Remote Address";
    ADDRESS_6: Address => "socks.dstV6", "Remote Address(ipv6)";
    NAME: Text => "socks.remote_name", "Remote name";
    NAME_4: Text => "socks.v4a_dns_name", "SOCKS v4a Remote Domain Name";
    USER: Text => "socks.username", "User name";
    PASSWORD: Text => "socks.password", "Password";
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
    stateful: true,
    shaping: HANDSHAKE,
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

fn method_name(method: u64) -> Option<&'static str> {
    Some(match method {
        0 => "No authentication",
        1 => "GSSAPI",
        2 => "Username/Password",
        0xff => "No acceptable methods",
        _ => return None,
    })
}

fn result_name(result: u64) -> Option<&'static str> {
    let names = [
        "Succeeded", "General SOCKS server failure", "Connection not allowed by ruleset", "Network unreachable", "Host unreachable",
        "Connection refused", "TTL expired", "Command not supported", "Address type not supported",
    ];
    names.get(usize::try_from(result).ok()?).copied()
}

fn result_name_4(result: u64) -> Option<&'static str> {
    Some(match result {
        90 => "Granted",
        91 => "Rejected or Failed",
        92 => "Rejected because SOCKS server cannot connect to identd on the client",
        93 => "Rejected because the client program and identd report different user-ids",
        _ => return None,
    })
}

fn command_name(command: u64) -> Option<&'static str> {
    Some(match command {
        1 => "Connect",
        2 => "Bind",
        3 => "UdpAssociate",
        0x80 => "Ping",
        0x81 => "Traceroute",
        _ => return None,
    })
}

/// What the handshake asked for. The flow's memory belongs to what is carried behind it.
#[derive(Default)]
struct Asked {
    command: u8,
    password: bool,
}

/// A greeting, a password, a command, each with its answer.
const HANDSHAKE: usize = 8;

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    d.with_state(|d, asked: &mut Asked| handshake(d, bytes, asked)).map(|()| Next::End)
}

fn handshake(d: &mut Dissection, bytes: Bytes<'_>, asked: &mut Asked) -> Result<(), Problem> {
    let server = d.from_server(&[1080]);
    let mut reader = Reader::new(bytes, 0);
    match (bytes.all(), server) {
        ([4, ..], false) => {
            d.info(|| "Version: 4".to_owned());
            asked_4(d, &mut reader)?;
        }
        ([0, 90..=93, ..], true) => {
            d.info(|| "Version: 4".to_owned());
            reader.number(d, &VERSION, 1)?;
            if reader.named(d, &RESULT_4, 1, result_name_4)? == 90 {
                d.carry(None);
            }
            reader.number(d, &PORT, 2)?;
            reader.field(d, &ADDRESS, 4)?;
        }
        ([5, count, methods @ ..], false) if usize::from(*count) == methods.len() => {
            d.info(|| "Version: 5 Connect to server request".to_owned());
            reader.number(d, &VERSION, 1)?;
            reader.number(d, &METHODS, 1)?;
            while reader.left() > 0 {
                reader.named(d, &METHOD, 1, method_name)?;
            }
        }
        ([5, command, 0, 1 | 3 | 4, ..], false) => {
            let name = command_name((*command).into()).unwrap_or("Unknown");
            asked.command = *command;
            d.info(|| format!("Version: 5 Command Request - {name}"));
            reader.number(d, &VERSION, 1)?;
            reader.named(d, &COMMAND, 1, command_name)?;
            reader.number(d, &RESERVED, 1)?;
            address(d, &mut reader)?;
        }
        ([5, method], true) => {
            d.info(|| "Version: 5 Connect to server response".to_owned());
            if *method == 2 {
                asked.password = true;
            }
            reader.number(d, &VERSION, 1)?;
            reader.named(d, &ACCEPTED, 1, method_name)?;
        }
        ([5, result, 0, 1 | 3 | 4, ..], true) => {
            let command = asked.command;
            let name = command_name(command.into()).unwrap_or_default();
            if *result == 0 && command != 3 {
                d.carry(None);
            }
            d.info(|| format!("Version: 5 Command Response - {name}"));
            reader.number(d, &VERSION, 1)?;
            reader.named(d, &RESULT, 1, result_name)?;
            reader.number(d, &RESERVED, 1)?;
            address(d, &mut reader)?;
        }
        // Name and password, RFC 1929.
        ([1, ..], _) if asked.password => {
            d.info(|| "Version: 5".to_owned());
            reader.number(d, &SUBVERSION, 1)?;
            if server {
                reader.named(d, &STATUS, 1, |status| Some(if status == 0 { "success" } else { "failure" }))?;
                return Ok(());
            }
            let length = reader.size(1)?;
            reader.field(d, &USER, length)?;
            let length = reader.size(1)?;
            reader.field(d, &PASSWORD, length)?;
        }
        _ => {}
    }
    Ok(())
}

/// A request of version 4; a host by name stands behind an address that cannot be (4a).
fn asked_4(d: &mut Dissection, reader: &mut Reader<'_>) -> Result<(), Problem> {
    reader.number(d, &VERSION, 1)?;
    reader.named(d, &COMMAND, 1, command_name)?;
    reader.number(d, &PORT, 2)?;
    let by_name = matches!(reader.bytes.array(reader.at)?, [0, 0, 0, 1..=255]);
    reader.field(d, &ADDRESS, 4)?;
    reader.zero_ended(d, &USER)?;
    if by_name {
        reader.zero_ended(d, &NAME_4)?;
    }
    Ok(())
}

fn address(d: &mut Dissection, reader: &mut Reader<'_>) -> Result<(), Problem> {
    let name = |kind| match kind {
        1 => Some("IPv4"),
        3 => Some("Domain Name"),
        4 => Some("IPv6"),
        _ => None,
    };
    match reader.named(d, &ADDRESS_TYPE, 1, name)? {
        1 => _ = reader.field(d, &ADDRESS, 4)?,
        4 => _ = reader.field(d, &ADDRESS_6, 16)?,
        _ => {
            let length = reader.size(1)?;
            reader.field(d, &NAME, length)?;
        }
    }
    reader.number(d, &PORT, 2).map(|_| ())
}
