//! Extensible Authentication Protocol, RFC 3748.
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Problem, Protocol, fields};

fields! {
    CODE: Uint => "eap.code", "Code";
    ID: Uint => "eap.id", "Id";
    LENGTH: Uint => "eap.len", "Length";
    TYPE: Uint => "eap.type", "Type";
    IDENTITY: Text => "eap.identity", "Identity";
    DESIRED: Uint => "eap.desired_type", "Desired Auth Type";
}

pub(super) static EAP: Protocol = Protocol {
    name: "eap",
    title: "Extensible Authentication Protocol",
    short: "EAP",
    fields: FIELDS,
    claims: &[Claim::Ppp(0xc227)],
    dissect,
    ..Protocol::PLAIN
};

const REQUEST: u8 = 1;
const RESPONSE: u8 = 2;

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let (code, id, length) = (bytes.u8(0)?, bytes.u8(1)?, bytes.u16(2)?);
    if !d.wants() {
        return Ok(Next::End);
    }
    // As an attribute of RADIUS it does not name the packet; on links it stands on EAPOL or PPP.
    let is_part = d.through == Claim::Named("eap") && d.segment.is_some();
    if is_part {
        d.column_nothing();
    }
    let name = match code {
        REQUEST => "Request",
        RESPONSE => "Response",
        3 => "Success",
        4 => "Failure",
        5 => "Initiate",
        6 => "Finish",
        _ => "Unknown code",
    };
    if !is_part {
        d.info(|| name.to_owned());
    }
    d.noted(&CODE, bytes.span(0..1), code, name);
    d.field(&ID, bytes.span(1..2), id);
    d.field(&LENGTH, bytes.span(2..4), length);
    let whole = bytes.limit(length.into());
    if !matches!(code, REQUEST | RESPONSE) || whole.wire_len() < 5 {
        return Ok(Next::End);
    }
    let kind = whole.u8(4)?;
    let method = method(kind);
    d.noted(&TYPE, whole.span(4..5), kind, method);
    if !is_part {
        d.info(|| format!("{name}, {method}"));
    }
    let rest = whole.from(5);
    match (code, kind) {
        (RESPONSE, 1) if !rest.is_empty() => {
            d.field(&IDENTITY, rest.span(0..rest.len()), String::from_utf8_lossy(rest.all()).into_owned());
        }
        (RESPONSE, 3) => {
            for (at, &wish) in rest.all().iter().enumerate() {
                d.noted(&DESIRED, rest.span(at..at.saturating_add(1)), wish, self::method(wish));
            }
        }
        _ => {}
    }
    Ok(Next::End)
}

/// IANA "EAP Method Types".
fn method(kind: u8) -> &'static str {
    match kind {
        1 => "Identity",
        2 => "Notification",
        3 => "Legacy Nak (Response Only)",
        4 => "MD5-Challenge EAP (EAP-MD5-CHALLENGE)",
        5 => "One-Time Password EAP (EAP-OTP)",
        6 => "Generic Token Card EAP (EAP-GTC)",
        9 => "RSA Public Key Authentication EAP (EAP-RSA-PKA)",
        13 => "TLS EAP (EAP-TLS)",
        15 => "RSA Security SecurID EAP (EAP-RSA-SECURID)",
        17 => "Cisco Wireless EAP / Lightweight EAP (EAP-LEAP)",
        18 => "GSM Subscriber Identity Modules EAP (EAP-SIM)",
        21 => "Tunneled TLS EAP (EAP-TTLS)",
        23 => "UMTS Authentication and Key Agreement EAP (EAP-AKA)",
        25 => "Protected EAP (EAP-PEAP)",
        26 => "MS-Authentication EAP (EAP-MS-AUTH)",
        29 => "MS-CHAP-v2 EAP (EAP-MS-CHAP-V2)",
        32 => "Protected One-Time Password EAP (EAP-POTP)",
        33 => "MS-Authentication TLV EAP (EAP-MS-AUTH-TLV)",
        43 => "Flexible Authentication via Secure Tunneling EAP (EAP-FAST)",
        46 => "Password Authenticated eXchange EAP (EAP-PAX)",
        47 => "Pre-Shared Key EAP (EAP-PSK)",
        48 => "Shared-secret Authentication and Key Establishment EAP (EAP-SAKE)",
        49 => "Internet Key Exchange v2 EAP (EAP-IKEv2)",
        50 => "UMTS Authentication and Key Agreement' EAP (EAP-AKA')",
        51 => "Generalized Pre-Shared Key EAP (EAP-GPSK)",
        52 => "Password EAP (EAP-pwd)",
        53 => "Encrypted Key Exchange v1 EAP (EAP-EKEv1)",
        55 => "Tunneled EAP protocol",
        254 => "Expanded Type",
        255 => "Experimental",
        _ => "Unknown",
    }
}
