//! Remote framebuffer protocol, RFC 6143.
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Payload, Problem, Protocol, Verdict, fields, text};

fields! {
    VERSION: Text => "vnc.server_proto_ver", "Server protocol version";
    CLIENT_VERSION: Text => "vnc.client_proto_ver", "Client protocol version";
    TYPES: Uint => "vnc.num_security_types", "Number of security types";
    TYPE: Uint => "vnc.security_type", "Security type";
    RESULT: Uint => "vnc.auth_result", "Authentication result";
}

pub(super) static VNC: Protocol = Protocol {
    name: "vnc",
    title: "Virtual Network Computing",
    short: "VNC",
    fields: FIELDS,
    claims: &[Claim::TcpPort(5900), Claim::TcpPort(5901), Claim::TcpPort(5500), Claim::TcpPort(5501)],
    probe: Some(probe),
    dissect,
    stateful: true,
    ..Protocol::PLAIN
};

/// `RFB 003.008` and a line end.
fn version(bytes: &[u8]) -> Option<&[u8]> {
    match bytes {
        [b'R', b'F', b'B', b' ', version @ .., b'\n'] if version.len() == 7 && version.get(3) == Some(&b'.') => {
            Some(version)
        }
        _ => None,
    }
}

fn probe(payload: &Payload<'_>) -> Verdict {
    if !payload.is_tcp() {
        return Verdict::NotMine;
    }
    Verdict::certain_if(version(payload.bytes).is_some())
}

/// How far the opening has come (§7.1): each step is one packet of either side.
#[derive(Default, Clone, Copy, PartialEq)]
enum Step {
    #[default]
    ServerVersion,
    ClientVersion,
    Types,
    Type,
    Challenge,
    Response,
    Result,
    ClientInit,
    ServerInit,
    Open,
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let server = d.from_server(&[5900, 5901, 5500, 5501]);
    if let Some(version) = version(bytes.all()) {
        d.with_state(|_, step: &mut Step| *step = if server { Step::ClientVersion } else { Step::Types });
        if d.wants() {
            let (who, field) = if server { ("Server", &VERSION) } else { ("Client", &CLIENT_VERSION) };
            d.field(field, bytes.span(4..11), text::shown(version));
            d.info(|| format!("{who} protocol version: {}", text::shown(version)));
        }
        return Ok(Next::End);
    }
    d.with_state(|d, step: &mut Step| opening(d, step, &bytes, server))?;
    Ok(Next::End)
}

fn security_title(kind: u8) -> &'static str {
    match kind {
        0 => "Invalid",
        1 => "None",
        2 => "VNC",
        5 => "RA2",
        6 => "RA2ne",
        16 => "Tight",
        17 => "Ultra",
        18 => "TLS",
        19 => "VeNCrypt",
        20 => "GTK-VNC SASL",
        30 => "Apple Remote Desktop",
        _ => "Unknown",
    }
}

fn opening(d: &mut Dissection, step: &mut Step, bytes: &Bytes<'_>, server: bool) -> Result<(), Problem> {
    match *step {
        Step::ServerVersion | Step::ClientVersion => {}
        Step::Types => {
            *step = Step::Type;
            d.info(|| "Security types supported".to_owned());
            let count = usize::from(bytes.u8(0)?);
            d.field(&TYPES, bytes.span(0..1), count);
            for nth in 1..=count {
                let kind = bytes.u8(nth)?;
                d.noted(&TYPE, bytes.span(nth..nth.saturating_add(1)), kind, security_title(kind));
            }
        }
        Step::Type => {
            let kind = bytes.u8(0)?;
            d.noted(&TYPE, bytes.span(0..1), kind, security_title(kind));
            d.info(|| format!("Security type {} ({kind}) selected by client", security_title(kind)));
            *step = match kind {
                1 => Step::ClientInit,
                2 => Step::Challenge,
                _ => Step::Open,
            };
        }
        Step::Challenge => {
            d.info(|| "Authentication challenge from server".to_owned());
            bytes.take(0..16)?;
            *step = Step::Response;
        }
        Step::Response => {
            d.info(|| "Authentication response from client".to_owned());
            bytes.take(0..16)?;
            *step = Step::Result;
        }
        Step::Result => {
            d.info(|| "Authentication result".to_owned());
            let result = bytes.u32(0)?;
            d.noted(&RESULT, bytes.span(0..4), result, if result == 0 { "OK" } else { "Failed" });
            if result == 0 {
                *step = Step::ClientInit;
            }
        }
        Step::ClientInit => {
            d.info(|| "Share desktop flag".to_owned());
            *step = Step::ServerInit;
        }
        Step::ServerInit => {
            d.info(|| "Server framebuffer parameters".to_owned());
            *step = Step::Open;
        }
        Step::Open => message(d, bytes.u8(0)?, server),
    }
    Ok(())
}

fn message(d: &mut Dissection, kind: u8, server: bool) {
    let title = match (server, kind) {
        (false, 0) => "Client set pixel format",
        (false, 2) => "Client set encodings",
        (false, 3) => "Client framebuffer update request",
        (false, 4) => "Client key event",
        (false, 5) => "Client pointer event",
        (false, 6) => "Client cut text",
        (true, 0) => "Server framebuffer update",
        (true, 1) => "Server set colormap entries",
        (true, 2) => "Server ring bell on client",
        (true, 3) => "Server cut text",
        _ => return,
    };
    d.info(|| title.to_owned());
}
