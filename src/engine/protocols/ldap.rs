//! Lightweight Directory Access Protocol, RFC 4511; over UDP, RFC 1798 and [MS-ADTS] §6.3.3.
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Payload, Problem, Protocol, Verdict, ber, fields, text};

fields! {
    MESSAGE: Uint => "ldap.messageID", "messageID";
    OPERATION: Uint => "ldap.protocolOp", "protocolOp";
    NAME: Text => "ldap.name", "name";
    BASE: Text => "ldap.baseObject", "baseObject";
    RESULT: Uint => "ldap.resultCode", "resultCode";
}

pub(super) static LDAP: Protocol = Protocol {
    name: "ldap",
    title: "Lightweight Directory Access Protocol",
    short: "LDAP",
    fields: FIELDS,
    claims: &[Claim::TcpPort(389), Claim::TcpPort(3268)],
    probe: Some(probe),
    dissect,
    ..Protocol::PLAIN
};

pub(super) static CLDAP: Protocol = Protocol {
    name: "cldap",
    title: "Connectionless Lightweight Directory Access Protocol",
    short: "CLDAP",
    fields: &[],
    claims: &[Claim::UdpPort(389)],
    probe: Some(probe_datagram),
    dissect,
    ..Protocol::PLAIN
};

fn probe(payload: &Payload<'_>) -> Verdict {
    if payload.is_tcp() { look(payload).unwrap_or(Verdict::NotMine) } else { Verdict::NotMine }
}

fn probe_datagram(payload: &Payload<'_>) -> Verdict {
    if payload.is_udp() { look(payload).unwrap_or(Verdict::NotMine) } else { Verdict::NotMine }
}

fn look(payload: &Payload<'_>) -> Result<Verdict, Problem> {
    if payload.bytes.first() != Some(&ber::SEQUENCE) {
        // Sealed by SASL: a length of four bytes and something opaque.
        return Ok(Verdict::possible_if(payload.bytes.first() == Some(&0)));
    }
    let (message, _) = ber::expect(&payload.window(), ber::SEQUENCE)?;
    let (_, operation) = ber::integer(&message)?;
    let (element, _) = ber::element(&operation)?;
    Ok(match title(element.tag) {
        Some(_) => Verdict::certain_if(operation.len() <= message.len() && element.content.wire_len() <= message.wire_len()),
        None => Verdict::NotMine,
    })
}

/// Name of an operation by its application tag.
fn title(tag: u8) -> Option<&'static str> {
    Some(match tag {
        0x60 => "bindRequest",
        0x61 => "bindResponse",
        0x42 => "unbindRequest",
        0x63 => "searchRequest",
        0x64 => "searchResEntry",
        0x65 => "searchResDone",
        0x66 => "modifyRequest",
        0x67 => "modifyResponse",
        0x68 => "addRequest",
        0x69 => "addResponse",
        0x4a => "delRequest",
        0x6b => "delResponse",
        0x6c => "modifyDNRequest",
        0x6d => "modifyDNResponse",
        0x6e => "compareRequest",
        0x6f => "compareResponse",
        0x50 => "abandonRequest",
        0x73 => "searchResRef",
        0x77 => "extendedReq",
        0x78 => "extendedResp",
        0x79 => "intermediateResponse",
        _ => return None,
    })
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if !d.wants() {
        return Ok(Next::End);
    }
    if bytes.u8(0)? != ber::SEQUENCE {
        d.info(|| "SASL GSS-API".to_owned());
        return Ok(Next::End);
    }
    let (message, _) = ber::expect(&bytes, ber::SEQUENCE)?;
    let (id, operation) = ber::integer(&message)?;
    d.field(&MESSAGE, message.span(0..message.len().saturating_sub(operation.len())), id);
    let (element, _) = ber::element(&operation)?;
    d.field(&OPERATION, operation.span(0..1), element.tag & 0x1f);
    let title = title(element.tag).unwrap_or("unknown");
    let content = element.content;
    d.info(|| format!("{title}({id}) "));
    let or_root = |name: &[u8]| if name.is_empty() { "<ROOT>".to_owned() } else { text::shown(name) };
    match element.tag {
        0x60 => {
            let (_, rest) = ber::integer(&content)?;
            let (name, rest) = ber::expect(&rest, ber::OCTET_STRING)?;
            d.field(&NAME, name.span(0..name.len()), text::shown(name.all()));
            let how = if rest.u8(0)? == 0x80 { "simple" } else { "sasl" };
            d.info(|| format!("{title}({id}) \"{}\" {how} ", or_root(name.all())));
        }
        0x63 => {
            let (base, rest) = ber::expect(&content, ber::OCTET_STRING)?;
            d.field(&BASE, base.span(0..base.len()), text::shown(base.all()));
            let (scope, _) = ber::integer(&rest)?;
            let scope = match scope {
                0 => "baseObject",
                1 => "singleLevel",
                _ => "wholeSubtree",
            };
            d.info(|| format!("{title}({id}) \"{}\" {scope} ", or_root(base.all())));
        }
        0x61 | 0x65 | 0x67 | 0x69 | 0x6b | 0x6d | 0x6f | 0x78 => {
            let (code, rest) = ber::integer(&content)?;
            d.field(&RESULT, content.span(0..content.len().saturating_sub(rest.len())), code);
            let name = match code {
                0 => "success",
                1 => "operationsError",
                14 => "saslBindInProgress",
                32 => "noSuchObject",
                49 => "invalidCredentials",
                _ => "",
            };
            d.info(|| format!("{title}({id}) {name} "));
        }
        _ => {}
    }
    Ok(Next::End)
}
