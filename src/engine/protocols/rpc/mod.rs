//! ONC remote procedure call, RFC 5531, and the programs that ride on it: port mapper, mount and NFS.
mod nfs;
mod programs;
mod xdr;

use crate::engine::dissect::{
    Bytes, Claim, Dissection, Frame, Names, Next, Part, Payload, Problem, Protocol, Role, Stream, Transport, Value,
    Verdict, fields, name_of,
};
use crate::sorted::Sorted;
pub(super) use nfs::NFS;
pub(super) use programs::{LOCKS, MOUNT, PORTMAP};
use xdr::Step;

fields! {
    XID: Hex(8) => "rpc.xid", "XID";
    KIND: Uint => "rpc.msgtyp", "Message Type";
    PROGRAM: Uint => "rpc.program", "Program";
    VERSION: Uint => "rpc.programversion", "Program Version";
    PROCEDURE: Uint => "rpc.procedure", "Procedure";
    RPC_VERSION: Uint => "rpc.version", "RPC Version";
    FRAGMENT: Hex(8) => "rpc.fraglen", "Fragment header";
    FLAVOR: Uint => "rpc.auth.flavor", "Flavor";
    FLAVOR_LENGTH: Uint => "rpc.auth.length", "Length";
    STAMP: Hex(8) => "rpc.auth.stamp", "Stamp";
    MACHINE: Text => "rpc.auth.machinename", "Machine Name";
    UID: Uint => "rpc.auth.uid", "UID";
    GID: Uint => "rpc.auth.gid", "GID";
    REPLY_STATE: Uint => "rpc.replystat", "Reply State";
    ACCEPT_STATE: Uint => "rpc.state_accept", "Accept State";
    REPLY_IN: Frame => "rpc.reqframe", "The reply to this request is in frame";
    CALL_IN: Frame => "rpc.repframe", "This is a reply to a request in frame";
    TIME: Seconds => "rpc.time", "Time from request";
}

pub(super) static RPC: Protocol = Protocol {
    name: "rpc",
    title: "Remote Procedure Call",
    short: "RPC",
    fields: FIELDS,
    claims: &[Claim::TcpPort(111), Claim::UdpPort(111), Claim::TcpPort(2049), Claim::UdpPort(2049)],
    probe: Some(probe),
    dissect,
    framing: Some(framing),
    stateful: true,
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
            let (program, version, procedure, flavor) =
                (message.u32(12)?, message.u32(16)?, message.u32(20)?, message.u32(24)?);
            let plausible = (100_000..=500_000).contains(&program) && (1..=8).contains(&version) && procedure < 64;
            Verdict::certain_if(plausible && matches!(flavor, 0..=6))
        }
        // An answer: accepted or denied, and how it is verified.
        1 => Verdict::possible_if(message.u32(8)? <= 1),
        _ => Verdict::possible_if(payload.is_tcp()),
    })
}

/// The record is a chain of fragments, the last marked; usually it is the only one (RFC 5531 §11).
fn framing(stream: &Stream<'_>) -> Frame {
    const LONGEST: usize = 4 << 20;
    let bytes = stream.window();
    let mut end = 0_usize;
    loop {
        let Ok(mark) = bytes.u32(end) else { return Frame::More };
        let length = usize::try_from(mark & 0x7fff_ffff).unwrap_or(usize::MAX);
        end = end.saturating_add(4).saturating_add(length);
        if length == 0 || end > LONGEST {
            return Frame::Unframed;
        }
        if mark >> 31 == 1 {
            return Frame::Message(end);
        }
    }
}

/// Calls under way: program, version and procedure by transaction.
type Calls = Sorted<u32, (u32, u32, u32)>;

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let stream = d.segment.is_some_and(|segment| segment.transport == Transport::Tcp);
    let message = message(bytes, stream);
    let (xid, kind) = (message.u32(0)?, message.u32(4)?);
    if kind > 1 || kind == 0 && message.u32(8)? != 2 {
        d.info(|| "Continuation".to_owned());
        return Ok(Next::End);
    }
    if stream {
        d.field(&FRAGMENT, bytes.span(0..4), bytes.u32(0)?);
    }
    d.field(&XID, message.span(0..4), xid);
    d.noted(&KIND, message.span(4..8), kind, if kind == 0 { "Call" } else { "Reply" });
    if kind == 0 { call(d, &message, xid) } else { reply(d, &message, xid) }
}

static FLAVORS: Names = "AUTH_NULL|AUTH_UNIX|AUTH_SHORT|AUTH_DES|6=RPCSEC_GSS";
static ACCEPTED: Names = "RPC executed successfully|remote hasn't exported program|remote can't support version #|\
    program can't support procedure|procedure can't decode params|system errors like memory allocation failure";
/// What a Unix host says of who calls (RFC 5531, appendix A).
static UNIX: &[Step] = &[
    Step::Word(&STAMP, ""),
    Step::Opaque(&MACHINE),
    Step::Word(&UID, ""),
    Step::Word(&GID, ""),
    Step::Array(&[Step::Word(&GID, "")]),
];

/// Past an authenticator: flavor, length, content.
fn authenticator(d: &mut Dissection, bytes: &Bytes<'_>, at: usize) -> Result<usize, Problem> {
    let length = usize::try_from(bytes.u32(at.saturating_add(4))?).unwrap_or(usize::MAX);
    if d.wants() {
        let start = d.read_layout(bytes, at, &[Part::Next(&FLAVOR, 4, FLAVORS), Part::Next(&FLAVOR_LENGTH, 4, "")])?;
        if bytes.u32(at)? == 1 && length >= 20 {
            d.nest(|d| xdr::run(d, &bytes.limit(start.saturating_add(length)), start, UNIX))?;
        }
    }
    Ok(at.saturating_add(8).saturating_add(length.checked_next_multiple_of(4).unwrap_or(usize::MAX)))
}

fn call<'p>(d: &mut Dissection, message: &Bytes<'p>, xid: u32) -> Result<Next<'p>, Problem> {
    let (program, version, procedure) = (message.u32(12)?, message.u32(16)?, message.u32(20)?);
    d.field(&RPC_VERSION, message.span(8..12), 2_u8);
    d.field(&PROGRAM, message.span(12..16), program);
    d.field(&VERSION, message.span(16..20), version);
    d.noted(&PROCEDURE, message.span(20..24), procedure, &programs::procedure(program, version, procedure));
    d.with_state(|_, calls: &mut Calls| {
        calls.insert(xid, (program, version, procedure));
        if calls.len() > 4096 {
            calls.pop_first();
        }
    });
    let partner = d.transaction(Role::Once, xid.into());
    let credentials = authenticator(d, message, 24)?;
    let body = message.from(authenticator(d, message, credentials)?);
    if let Some(partner) = partner {
        d.generated(&REPLY_IN, Default::default(), partner.packet);
    }
    let place = partner.map(|partner| format!(" (Reply In {})", partner.packet)).unwrap_or_default();
    Ok(inside(d, (program, version, procedure), &format!("Call{place}"), body))
}

fn reply<'p>(d: &mut Dissection, message: &Bytes<'p>, xid: u32) -> Result<Next<'p>, Problem> {
    let partner = d.transaction(Role::Response, xid.into());
    let state = message.u32(8)?;
    d.noted(&REPLY_STATE, message.span(8..12), state, if state == 0 { "accepted" } else { "denied" });
    if let Some(partner) = partner {
        d.generated(&CALL_IN, Default::default(), partner.packet);
        if let Some(elapsed) = partner.elapsed {
            d.generated(&TIME, Default::default(), Value::Nanos(elapsed));
        }
    }
    let Some(of) = d.with_state(|_, calls: &mut Calls| calls.get(&xid).copied()) else {
        d.info(|| format!("Reply XID 0x{xid:x}"));
        return Ok(Next::End);
    };
    let place = partner.map(|partner| format!(" (Call In {})", partner.packet)).unwrap_or_default();
    let mut body = message.from(message.wire_len());
    if state == 0 {
        let at = authenticator(d, message, 12)?;
        let accepted = message.u32(at)?;
        d.noted(&ACCEPT_STATE, message.span(at..at.saturating_add(4)), accepted, name_of(ACCEPTED, accepted.into()));
        if accepted == 0 {
            body = message.from(at.saturating_add(4));
        }
    }
    Ok(inside(d, of, &format!("Reply{place}"), body))
}

/// The program's layer, if it says anything at all; the Info column either way.
fn inside<'p>(
    d: &mut Dissection,
    (program, version, procedure): (u32, u32, u32),
    what: &str,
    body: Bytes<'p>,
) -> Next<'p> {
    let Some((title, layer)) = programs::of(program) else {
        d.info(|| format!("V{version} proc-{procedure} {what}"));
        return Next::End;
    };
    if d.wants() {
        d.column(title);
        let name = programs::procedure(program, version, procedure);
        // Procedures of NFS 4 are compounds: their parts are named.
        d.info(|| {
            if (program, version, procedure) == (100_003, 4, 1) {
                format!("V4 {what}")
            } else {
                format!("V{version} {name} {what}")
            }
        });
    }
    let Some(layer) = layer.filter(|_| body.wire_len() > 0) else { return Next::End };
    let entered = super::registry().named(layer).is_some_and(|id| d.enter(id, &body));
    if entered && d.wants() {
        let told = programs::describe(d, (program, version, procedure), what.starts_with("Call"), &body);
        if let Err(problem) = told {
            d.problem = Some(problem);
        }
    }
    Next::End
}
