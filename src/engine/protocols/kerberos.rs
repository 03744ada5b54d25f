//! Kerberos version 5, RFC 4120.
use crate::engine::dissect::{
    Bytes, Claim, Dissection, Frame, Next, Payload, Problem, Protocol, Stream, Transport, Verdict, ber, fields, text,
};

fields! {
    KIND: Uint => "kerberos.msg_type", "msg-type";
    CLIENT: Text => "kerberos.CNameString", "CNameString";
    REALM: Text => "kerberos.realm", "realm";
    ERROR: Uint => "kerberos.error_code", "error-code";
}

pub(super) static KERBEROS: Protocol = Protocol {
    name: "kerberos",
    title: "Kerberos",
    short: "KRB5",
    fields: FIELDS,
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

/// RFC 4120 §7.5.9.
fn error_name(code: u32) -> &'static str {
    match code {
        0 => "KRB5KDC_ERR_NONE",
        1 => "KRB5KDC_ERR_NAME_EXP",
        2 => "KRB5KDC_ERR_SERVICE_EXP",
        3 => "KRB5KDC_ERR_BAD_PVNO",
        6 => "KRB5KDC_ERR_C_PRINCIPAL_UNKNOWN",
        7 => "KRB5KDC_ERR_S_PRINCIPAL_UNKNOWN",
        9 => "KRB5KDC_ERR_NULL_KEY",
        10 => "KRB5KDC_ERR_CANNOT_POSTDATE",
        11 => "KRB5KDC_ERR_NEVER_VALID",
        12 => "KRB5KDC_ERR_POLICY",
        13 => "KRB5KDC_ERR_BADOPTION",
        14 => "KRB5KDC_ERR_ETYPE_NOSUPP",
        15 => "KRB5KDC_ERR_SUMTYPE_NOSUPP",
        16 => "KRB5KDC_ERR_PADATA_TYPE_NOSUPP",
        17 => "KRB5KDC_ERR_TRTYPE_NOSUPP",
        18 => "KRB5KDC_ERR_CLIENT_REVOKED",
        19 => "KRB5KDC_ERR_SERVICE_REVOKED",
        20 => "KRB5KDC_ERR_TGT_REVOKED",
        21 => "KRB5KDC_ERR_CLIENT_NOTYET",
        22 => "KRB5KDC_ERR_SERVICE_NOTYET",
        23 => "KRB5KDC_ERR_KEY_EXP",
        24 => "KRB5KDC_ERR_PREAUTH_FAILED",
        25 => "KRB5KDC_ERR_PREAUTH_REQUIRED",
        26 => "KRB5KDC_ERR_SERVER_NOMATCH",
        27 => "KRB5KDC_ERR_MUST_USE_USER2USER",
        29 => "KRB5KDC_ERR_SVC_UNAVAILABLE",
        31 => "KRB5KRB_AP_ERR_BAD_INTEGRITY",
        32 => "KRB5KRB_AP_ERR_TKT_EXPIRED",
        33 => "KRB5KRB_AP_ERR_TKT_NYV",
        34 => "KRB5KRB_AP_ERR_REPEAT",
        35 => "KRB5KRB_AP_ERR_NOT_US",
        36 => "KRB5KRB_AP_ERR_BADMATCH",
        37 => "KRB5KRB_AP_ERR_SKEW",
        38 => "KRB5KRB_AP_ERR_BADADDR",
        39 => "KRB5KRB_AP_ERR_BADVERSION",
        40 => "KRB5KRB_AP_ERR_MSG_TYPE",
        41 => "KRB5KRB_AP_ERR_MODIFIED",
        44 => "KRB5KRB_AP_ERR_BADKEYVER",
        52 => "KRB5KRB_ERR_RESPONSE_TOO_BIG",
        60 => "KRB5KRB_ERR_GENERIC",
        68 => "KRB5KDC_ERR_WRONG_REALM",
        _ => "Unknown",
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
    while outer.tag == 0x7e && !fields.is_empty() {
        let (field, after) = ber::element(&fields)?;
        if field.tag == 0xa6 {
            let (code, _) = ber::integer(&field.content)?;
            d.noted(&ERROR, field.content.span(0..field.content.len()), code, error_name(code));
            d.info(|| format!("{title}: {}", error_name(code)));
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
