//! Kerberos version 5, RFC 4120.
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Payload, Problem, Protocol, Transport, Verdict, ber, fields, text};

fields! {
    KIND: Uint => "kerberos.msg_type", "msg-type";
    CLIENT: Text => "kerberos.CNameString", "CNameString";
    REALM: Text => "kerberos.realm", "realm";
}

pub(super) static KERBEROS: Protocol = Protocol {
    name: "kerberos",
    title: "Kerberos",
    short: "KRB5",
    fields: FIELDS,
    claims: &[Claim::UdpPort(88), Claim::TcpPort(88)],
    probe: Some(probe),
    dissect,
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
    d.info(|| title.to_owned());
    let (outer, _) = ber::element(&message)?;
    d.field(&KIND, message.span(0..1), outer.tag & 0x1f);
    let (mut fields, _) = ber::expect(&outer.content, ber::SEQUENCE)?;
    let request = matches!(outer.tag, 0x6a | 0x6c);
    // Of a request, the body [4] holds cname [1] and realm [2]; of a reply, crealm [3] and cname [4] stand outside.
    let (mut name_tag, mut realm_tag) = (0xa4, 0xa3);
    while request && !fields.is_empty() {
        let (field, after) = ber::element(&fields)?;
        if field.tag == 0xa4 {
            (fields, _) = ber::expect(&field.content, ber::SEQUENCE)?;
            (name_tag, realm_tag) = (0xa1, 0xa2);
            break;
        }
        fields = after;
    }
    if !request && !matches!(outer.tag, 0x6b | 0x6d) {
        return Ok(Next::End);
    }
    while !fields.is_empty() {
        let (field, after) = ber::element(&fields)?;
        if field.tag == name_tag {
            let (name, _) = ber::expect(&field.content, ber::SEQUENCE)?;
            let (_, rest) = ber::element(&name)?;
            let (strings, _) = ber::element(&rest)?;
            let (mut strings, _) = ber::expect(&strings.content, ber::SEQUENCE)?;
            while !strings.is_empty() {
                let (part, after) = ber::element(&strings)?;
                d.field(&CLIENT, part.content.span(0..part.content.len()), text::shown(part.content.all()));
                strings = after;
            }
        } else if field.tag == realm_tag {
            let (realm, _) = ber::element(&field.content)?;
            d.field(&REALM, realm.content.span(0..realm.content.len()), text::shown(realm.content.all()));
        }
        fields = after;
    }
    Ok(Next::End)
}
