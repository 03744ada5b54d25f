//! Kerberos version 5, RFC 4120.
mod words;

use crate::engine::dissect::asn::Tags;
use crate::engine::dissect::{
    Bytes, Claim, Dissection, Frame, Next, Payload, Problem, Protocol, Stream, Transport, Verdict, ber, fields, name_of,
};

pub(super) static KERBEROS: Protocol = Protocol {
    name: "kerberos",
    title: "Kerberos",
    short: "KRB5",
    fields: words::ALL,
    layouts: words::LAYOUTS,
    claims: &[Claim::UdpPort(88), Claim::TcpPort(88)],
    probe: Some(probe),
    dissect,
    framing: Some(framing),
    ..Protocol::PLAIN
};

fn probe(payload: &Payload<'_>) -> Verdict {
    look(payload).unwrap_or(Verdict::NotMine)
}

/// The message: over TCP a length of four bytes stands before it.
fn message<'p>(bytes: &Bytes<'p>) -> Result<Bytes<'p>, Problem> {
    match bytes.u8(0)? {
        0 | 1 => Ok(bytes.from(4).limit(usize::try_from(bytes.u32(0)?).unwrap_or(usize::MAX))),
        _ => Ok(*bytes),
    }
}

/// Over TCP a length stands before each message; its first bit is reserved (RFC 4120 §7.2.2).
fn framing(stream: &Stream<'_>) -> Frame {
    if stream.bytes.first().is_some_and(|&first| first > 1) {
        return Frame::Unframed;
    }
    stream.headed(4, 1 << 24, |head| usize::try_from(head.u32(0).ok()?).ok()?.checked_add(4))
}

fn title(tag: u8) -> Option<&'static str> {
    Some(match tag {
        0x6a => "AS-REQ",
        0x6b => "AS-REP",
        0x6c => "TGS-REQ",
        0x6d => "TGS-REP",
        0x6e => "AP-REQ",
        0x6f => "AP-REP",
        0x74 => "KRB-SAFE",
        0x75 => "KRB-PRIV",
        0x76 => "KRB-CRED",
        0x7e => "KRB Error",
        _ => return None,
    })
}

fn look(payload: &Payload<'_>) -> Result<Verdict, Problem> {
    let bytes = payload.window();
    let message = match payload.transport {
        Transport::Tcp => message(&bytes)?,
        Transport::Udp => bytes,
        _ => return Ok(Verdict::NotMine),
    };
    if title(message.u8(0)?).is_none() {
        return Ok(Verdict::NotMine);
    }
    let (outer, _) = ber::element(&message)?;
    let (sequence, _) = ber::expect(&outer.content, ber::SEQUENCE)?;
    // pvno, 0 or 1 in its sequence: always 5.
    let version = matches!(sequence.array(0), Ok([0xa0 | 0xa1, 3, 2, 1, 5]));
    Ok(if version { Verdict::Certain } else { Verdict::NotMine })
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if !d.wants() {
        return Ok(Next::End);
    }
    let message = message(&bytes)?;
    let Some(title) = title(message.u8(0)?) else {
        d.info(|| "Continuation".to_owned());
        return Ok(Next::End);
    };
    if message.start() != bytes.start() {
        let mark = bytes.u32(0)?;
        d.field(words::RECORD_RESERVED, bytes.span(0..4), mark >> 31 != 0);
        d.field(words::RECORD_LENGTH, bytes.span(0..4), mark & 0x7fff_ffff);
    }
    d.info(|| title.to_owned());
    if let (0x7e, Ok(code)) = (message.u8(0)?, error(&message))
        && code > 0
    {
        d.info(|| match name_of(words::ERRORS, code.into()) {
            "" => format!("{title}: Unknown error code {code:#x}"),
            name => format!("{title}: {name}"),
        });
    }
    Tags::Explicit.elements(d, &message, words::MESSAGES)?;
    Ok(Next::End)
}

/// The code of an error: its element `[6]`.
fn error(message: &Bytes<'_>) -> Result<u32, Problem> {
    let (outer, _) = ber::element(message)?;
    let (mut rest, _) = ber::expect(&outer.content, ber::SEQUENCE)?;
    loop {
        let (found, after) = ber::element(&rest)?;
        if found.tag == 0xa6 {
            return Ok(ber::integer(&found.content)?.0);
        }
        rest = after;
    }
}
