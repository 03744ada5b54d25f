//! Remote framebuffer protocol, RFC 6143.
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Payload, Problem, Protocol, Verdict, fields, text};

fields! {
    VERSION: Text => "vnc.server_proto_ver", "Server protocol version";
    CLIENT_VERSION: Text => "vnc.client_proto_ver", "Client protocol version";
}

pub(super) static VNC: Protocol = Protocol {
    name: "vnc",
    title: "Virtual Network Computing",
    short: "VNC",
    fields: FIELDS,
    claims: &[Claim::TcpPort(5900), Claim::TcpPort(5901), Claim::TcpPort(5500), Claim::TcpPort(5501)],
    probe: Some(probe),
    dissect,
    ..Protocol::PLAIN
};

/// `RFB 003.008` and a line end.
fn version(bytes: &[u8]) -> Option<&[u8]> {
    match bytes {
        [b'R', b'F', b'B', b' ', version @ .., b'\n'] if version.len() == 7 && version.get(3) == Some(&b'.') => Some(version),
        _ => None,
    }
}

fn probe(payload: &Payload<'_>) -> Verdict {
    if !payload.is_tcp() {
        return Verdict::NotMine;
    }
    Verdict::certain_if(version(payload.bytes).is_some())
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if d.wants()
        && let Some(version) = version(bytes.all())
    {
        let server = d.from_server(&[5900, 5901, 5500, 5501]);
        let (who, field) = if server { ("Server", &VERSION) } else { ("Client", &CLIENT_VERSION) };
        d.field(field, bytes.span(4..11), text::shown(version));
        d.info(|| format!("{who} protocol version: {}", text::shown(version)));
    }
    Ok(Next::End)
}
