//! Simple Network Management Protocol, RFC 3416 and RFC 3412, in ASN.1 BER.
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Payload, Problem, Protocol, Verdict, ber, fields, text};

fields! {
    VERSION: Uint => "snmp.version", "version";
    COMMUNITY: Text => "snmp.community", "community";
    REQUEST: Uint => "snmp.request_id", "request-id";
    NAME: Text => "snmp.name", "Object Name";
}

pub(super) static SNMP: Protocol = Protocol {
    name: "snmp",
    title: "Simple Network Management Protocol",
    short: "SNMP",
    fields: FIELDS,
    claims: &[Claim::UdpPort(161), Claim::UdpPort(162), Claim::TcpPort(161), Claim::TcpPort(162)],
    probe: Some(probe),
    dissect,
    ..Protocol::PLAIN
};

fn probe(payload: &Payload<'_>) -> Verdict {
    look(payload).unwrap_or(Verdict::NotMine)
}

fn look(payload: &Payload<'_>) -> Result<Verdict, Problem> {
    if payload.bytes.first() != Some(&ber::SEQUENCE) || !payload.is_udp() && !payload.is_tcp() {
        return Ok(Verdict::NotMine);
    }
    let (message, _) = ber::expect(&payload.window(), ber::SEQUENCE)?;
    let (version, rest) = ber::integer(&message)?;
    let (second, rest) = ber::element(&rest)?;
    Ok(match (version, second.tag) {
        (0 | 1, ber::OCTET_STRING) => Verdict::certain_if(matches!(rest.u8(0), Ok(0xa0..=0xa8))),
        // A version between them was tried and given up.
        (2, ber::OCTET_STRING) => Verdict::Possible,
        // Version 3: identifier, largest size, flags of one byte, security model.
        (3, ber::SEQUENCE) => {
            let (_, size) = ber::integer(&second.content)?;
            let (_, flags) = ber::integer(&size)?;
            Verdict::certain_if(ber::expect(&flags, ber::OCTET_STRING)?.0.len() == 1)
        }
        _ => Verdict::NotMine,
    })
}

/// Dotted numbers of an object identifier (X.690 §8.19).
fn object(content: &[u8]) -> String {
    let (mut text, mut value) = (String::new(), 0_u64);
    for &byte in content.iter().take(128) {
        value = value << 7 | u64::from(byte & 0x7f);
        if byte & 0x80 != 0 {
            continue;
        }
        if text.is_empty() {
            let first = (value / 40).min(2);
            text = format!("{first}.{}", value.saturating_sub(first.saturating_mul(40)));
        } else {
            text.push_str(&format!(".{value}"));
        }
        value = 0;
    }
    text
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if !d.wants() {
        return Ok(Next::End);
    }
    let (message, _) = ber::expect(&bytes, ber::SEQUENCE)?;
    let (version, rest) = ber::integer(&message)?;
    d.field(&VERSION, message.span(0..3), version);
    let (second, rest) = ber::element(&rest)?;
    if version == 3 {
        d.info(|| "SNMPv3".to_owned());
        let (_, data) = ber::expect(&rest, ber::OCTET_STRING)?;
        return match ber::element(&data)? {
            (scoped, _) if scoped.tag == ber::SEQUENCE => {
                let (_, context) = ber::element(&scoped.content)?;
                let (_, pdu) = ber::element(&context)?;
                pdu_of(d, &pdu)
            }
            _ => {
                d.info(|| "encryptedPDU: privKey Unknown".to_owned());
                Ok(Next::End)
            }
        };
    }
    let community = second.content;
    d.field(&COMMUNITY, community.span(0..community.len()), text::shown(community.all()));
    pdu_of(d, &rest)
}

fn pdu_of<'p>(d: &mut Dissection, bytes: &Bytes<'_>) -> Result<Next<'p>, Problem> {
    let (pdu, _) = ber::element(bytes)?;
    let titles = ["get-request", "get-next-request", "get-response", "set-request", "trap", "getBulkRequest", "informRequest", "snmpV2-trap", "report"];
    let title = titles.get(usize::from(pdu.tag & 0x1f)).copied().unwrap_or("unknown");
    d.info(|| title.to_owned());
    if pdu.tag == 0xa4 {
        return Ok(Next::End);
    }
    let (request, rest) = ber::integer(&pdu.content)?;
    d.field(&REQUEST, pdu.content.span(0..pdu.content.len().saturating_sub(rest.len())), request);
    let (_, rest) = ber::integer(&rest)?;
    let (_, rest) = ber::integer(&rest)?;
    let (mut list, _) = ber::expect(&rest, ber::SEQUENCE)?;
    let mut info = title.to_owned();
    while !list.is_empty() {
        let (binding, after) = ber::expect(&list, ber::SEQUENCE)?;
        let (name, _) = ber::expect(&binding, ber::OBJECT)?;
        let text = object(name.all());
        info.push(' ');
        info.push_str(&text);
        d.field(&NAME, name.span(0..name.len()), text);
        list = after;
    }
    d.info(|| info);
    Ok(Next::End)
}
