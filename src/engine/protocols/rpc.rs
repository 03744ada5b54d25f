//! ONC remote procedure call, RFC 5531, and the programs that ride on it: port mapper and NFS.
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Payload, Problem, Protocol, Transport, Verdict, fields};

fields! {
    XID: Hex(8) => "rpc.xid", "XID";
    KIND: Uint => "rpc.msgtyp", "Message Type";
    PROGRAM: Uint => "rpc.program", "Program";
    VERSION: Uint => "rpc.programversion", "Program Version";
    PROCEDURE: Uint => "rpc.procedure", "Procedure";
}

pub(super) static RPC: Protocol = Protocol {
    name: "rpc",
    title: "Remote Procedure Call",
    short: "RPC",
    fields: FIELDS,
    claims: &[Claim::TcpPort(111), Claim::UdpPort(111), Claim::TcpPort(2049), Claim::UdpPort(2049)],
    probe: Some(probe),
    dissect,
    ..Protocol::PLAIN
};

/// The message: in a stream a mark of four bytes stands before each fragment.
fn message<'p>(bytes: Bytes<'p>, stream: bool) -> Bytes<'p> {
    if stream { bytes.from(4) } else { bytes }
}

fn probe(payload: &Payload<'_>) -> Verdict {
    look(payload).unwrap_or(Verdict::NotMine)
}

fn look(payload: &Payload<'_>) -> Result<Verdict, Problem> {
    if !payload.is_udp() && !payload.is_tcp() {
        return Ok(Verdict::NotMine);
    }
    let message = message(payload.window(), payload.is_tcp());
    Ok(match message.u32(4)? {
        // A call: version 2, a program of the public range, a plausible version, procedure and credentials.
        0 if message.u32(8)? == 2 => {
            let (program, version, procedure, flavor) = (message.u32(12)?, message.u32(16)?, message.u32(20)?, message.u32(24)?);
            let plausible = (100_000..=500_000).contains(&program) && (1..=8).contains(&version) && procedure < 64;
            Verdict::certain_if(plausible && matches!(flavor, 0..=6))
        }
        // An answer: accepted or denied, and how it is verified.
        1 => Verdict::possible_if(message.u32(8)? <= 1),
        _ => Verdict::possible_if(payload.is_tcp()),
    })
}

fn program_title(program: u32) -> Option<&'static str> {
    Some(match program {
        100_000 => "Portmap",
        100_003 => "NFS",
        100_004 => "YPSERV",
        100_005 => "MOUNT",
        100_021 => "NLM",
        100_024 => "STAT",
        100_227 => "NFSACL",
        _ => return None,
    })
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let stream = d.segment.is_some_and(|segment| segment.transport == Transport::Tcp);
    let message = message(bytes, stream);
    let (xid, kind) = (message.u32(0)?, message.u32(4)?);
    if kind > 1 || kind == 0 && message.u32(8)? != 2 {
        d.info(|| "Continuation".to_owned());
        return Ok(Next::End);
    }
    d.field(&XID, message.span(0..4), xid);
    d.field(&KIND, message.span(4..8), kind);
    if kind == 1 {
        d.info(|| format!("Reply XID 0x{xid:x}"));
        return Ok(Next::End);
    }
    let (program, version, procedure) = (message.u32(12)?, message.u32(16)?, message.u32(20)?);
    d.field(&PROGRAM, message.span(12..16), program);
    d.field(&VERSION, message.span(16..20), version);
    d.field(&PROCEDURE, message.span(20..24), procedure);
    d.info(|| match (program_title(program), procedure) {
        (Some(title), 0) => format!("{title} V{version} NULL Call"),
        (Some(title), _) => format!("{title} V{version} proc-{procedure} Call"),
        (None, _) => format!("V{version} proc-{procedure} Call, program {program}"),
    });
    Ok(Next::End)
}
