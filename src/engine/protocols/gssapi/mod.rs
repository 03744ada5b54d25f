//! Security tokens: GSS-API (RFC 2743), SPNEGO (RFC 4178), Kerberos in it (RFC 4121).
mod ntlmssp;
pub(super) use ntlmssp::NTLMSSP;

use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Problem, Protocol, Reader, ber, fields, layouts};

fields! {
    OID: Text => "gss-api.OID", "OID";
    MECHANISM: Text => "spnego.MechType", "MechType";
    RESULT: Uint => "spnego.negResult", "negResult";
    SUPPORTED: Text => "spnego.supportedMech", "supportedMech";
    TOKEN: Bytes => "spnego.mechToken", "mechToken";
    RESPONSE: Bytes => "spnego.responseToken", "responseToken";
    MIC: Bytes => "spnego.mechListMIC", "mechListMIC";
    KRB5_OID: Text => "spnego.krb5_oid", "KRB5 OID";
    TOKEN_ID: Hex(4) => "spnego.krb5.tok_id", "krb5_tok_id";
}

layouts! {
    // Of a token that wraps a message, behind its identifier (RFC 4121 §4.2.6.2).
    WRAPPED = [
        Hex(2) => "spnego.krb5.cfx_flags", "krb5_cfx_flags", 1;
        Bool => "spnego.krb5.acceptor_subkey", "AcceptorSubkey", &4;
        Bool => "spnego.krb5.sealed", "Sealed", &2;
        Bool => "spnego.krb5.send_by_acceptor", "SendByAcceptor", &1;
        Bytes => "spnego.krb5.filler", "krb5_filler", 1;
        Uint => "spnego.krb5.cfx_ec", "krb5_cfx_ec", 2;
        Uint => "spnego.krb5.cfx_rrc", "krb5_cfx_rrc", 2;
        Uint => "spnego.krb5.cfx_seq", "krb5_cfx_seq", 8;
    ]
}

pub(super) static GSS_API: Protocol = Protocol {
    name: "gss-api",
    title: "GSS-API Generic Security Service Application Program Interface",
    fields: &[&OID],
    dissect: dissect_generic,
    ..Protocol::PLAIN
};

pub(super) static SPNEGO: Protocol = Protocol {
    name: "spnego",
    title: "Simple Protected Negotiation",
    fields: &[&MECHANISM, &RESULT, &SUPPORTED, &TOKEN, &RESPONSE, &MIC],
    dissect: dissect_negotiation,
    ..Protocol::PLAIN
};

pub(super) static KRB5: Protocol = Protocol {
    name: "spnego-krb5",
    title: "SPNEGO-KRB5",
    fields: &[&KRB5_OID, &TOKEN_ID],
    layouts: LAYOUTS,
    dissect: dissect_kerberos,
    ..Protocol::PLAIN
};

const NEGOTIATION: &[u8] = &[0x2b, 6, 1, 5, 5, 2];
const NTLM: &[u8] = &[0x2b, 6, 1, 4, 1, 0x82, 0x37, 2, 2, 10];

/// An object identifier in digits (X.690 §8.19).
fn oid(bytes: &[u8]) -> String {
    let mut parts: Vec<u32> = Vec::new();
    let mut value = 0_u32;
    for &byte in bytes {
        value = value << 7 | u32::from(byte & 0x7f);
        if byte & 0x80 == 0 {
            match parts.is_empty() {
                true => parts.extend([
                    value.wrapping_div(40).min(2),
                    value.saturating_sub(value.wrapping_div(40).min(2).saturating_mul(40)),
                ]),
                false => parts.push(value),
            }
            value = 0;
        }
    }
    parts.iter().map(u32::to_string).collect::<Vec<_>>().join(".")
}

fn mechanism_name(bytes: &[u8]) -> &'static str {
    match bytes {
        NEGOTIATION => "SPNEGO - Simple Protected Negotiation",
        NTLM => "NTLMSSP - Microsoft NTLM Security Support Provider",
        [0x2a, 0x86, 0x48, 0x82, 0xf7, 0x12, 1, 2, 2] => "MS KRB5 - Microsoft Kerberos 5",
        [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x12, 1, 2, 2] => "KRB5 - Kerberos 5",
        [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x12, 1, 2, 2, 3] => "KRB5 - Kerberos 5 - User to User",
        [0x2b, 6, 1, 4, 1, 0x82, 0x37, 2, 2, 30] => "NEGOEX - SPNEGO Extended Negotiation Security Mechanism",
        _ => "Unknown mechanism",
    }
}

/// An initial token names its mechanism; later ones are SPNEGO's or those of what it chose.
fn dissect_generic<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if bytes.u8(0)? != 0x60 {
        return Ok(Next::Claim(Claim::Named(by_content(&bytes).unwrap_or("spnego")), bytes));
    }
    let (token, _) = ber::element(&bytes)?;
    let (mechanism, rest) = ber::expect(&token.content, ber::OBJECT)?;
    if d.wants() {
        d.noted(&OID, mechanism.span(0..mechanism.len()), oid(mechanism.all()), mechanism_name(mechanism.all()));
    }
    Ok(match mechanism.all() {
        NEGOTIATION => Next::Claim(Claim::Named("spnego"), rest),
        NTLM => Next::Claim(Claim::Named("ntlmssp"), rest),
        _ => Next::Claim(Claim::Named("spnego-krb5"), bytes),
    })
}

/// Whose token it is, where it says so itself.
fn by_content(bytes: &Bytes<'_>) -> Option<&'static str> {
    match bytes.all() {
        all if all.starts_with(b"NTLMSSP\0") || ntlmssp::is_signature(all) => Some("ntlmssp"),
        // GSS-API's frame around Kerberos, its tokens of RFC 4121 §4.2.6, and AP-REQ or AP-REP as they are.
        [0x60 | 0x6e | 0x6f, ..] | [4 | 5, 4, ..] => Some("spnego-krb5"),
        _ => None,
    }
}

fn dissect_negotiation<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let mut choice = ber::element(&bytes)?.0;
    // DCE/RPC has the initial token with its frame here.
    if choice.tag == 0x60 {
        let (_, rest) = ber::expect(&choice.content, ber::OBJECT)?;
        choice = ber::element(&rest)?.0;
    }
    let initial = choice.tag == 0xa0;
    let (mut rest, _) = ber::expect(&choice.content, ber::SEQUENCE)?;
    let mut tokens = Vec::new();
    while !rest.is_empty() {
        let (part, after) = ber::element(&rest)?;
        rest = after;
        match (part.tag, initial) {
            (0xa0, true) => mechanisms(d, &part.content)?,
            (0xa0, false) => {
                let (result, _) = ber::integer(&part.content)?;
                let name = ["accept-completed", "accept-incomplete", "reject", "request-mic"];
                let name = usize::try_from(result).ok().and_then(|at| name.get(at)).copied().unwrap_or("Unknown");
                d.noted(&RESULT, part.content.span(0..part.content.len()), result, name);
            }
            (0xa1, false) => {
                let (mechanism, _) = ber::expect(&part.content, ber::OBJECT)?;
                if d.wants() {
                    d.noted(
                        &SUPPORTED,
                        mechanism.span(0..mechanism.len()),
                        oid(mechanism.all()),
                        mechanism_name(mechanism.all()),
                    );
                }
            }
            (0xa2, _) => {
                let (token, _) = ber::expect(&part.content, ber::OCTET_STRING)?;
                d.field(if initial { &TOKEN } else { &RESPONSE }, token.span(0..token.len()), token.all());
                tokens.push(token);
            }
            (0xa3, _) => {
                // In the initial token of old this is a text for hints.
                if let Ok((mic, _)) = ber::expect(&part.content, ber::OCTET_STRING) {
                    d.field(&MIC, mic.span(0..mic.len()), mic.all());
                    tokens.push(mic);
                }
            }
            _ => {}
        }
    }
    let mut known = tokens.iter().filter_map(|token| by_content(token).map(|name| (Claim::Named(name), *token)));
    let Some((claim, first)) = known.next() else { return Ok(Next::End) };
    for (claim, token) in known {
        d.also(claim, token);
    }
    Ok(Next::Claim(claim, first))
}

fn mechanisms(d: &mut Dissection, list: &Bytes<'_>) -> Result<(), Problem> {
    let (mut rest, _) = ber::expect(list, ber::SEQUENCE)?;
    while d.wants() && !rest.is_empty() {
        let (mechanism, after) = ber::expect(&rest, ber::OBJECT)?;
        d.noted(&MECHANISM, mechanism.span(0..mechanism.len()), oid(mechanism.all()), mechanism_name(mechanism.all()));
        rest = after;
    }
    Ok(())
}

fn dissect_kerberos<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if !d.wants() {
        return Ok(Next::End);
    }
    let mut id = bytes;
    if bytes.u8(0)? == 0x60 {
        let (token, _) = ber::element(&bytes)?;
        let (mechanism, rest) = ber::expect(&token.content, ber::OBJECT)?;
        d.noted(&KRB5_OID, mechanism.span(0..mechanism.len()), oid(mechanism.all()), mechanism_name(mechanism.all()));
        id = rest;
    }
    if matches!(id.all(), [0x6e | 0x6f, ..]) {
        return Ok(Next::End);
    }
    let name = match id.u16_le(0)? {
        0x0001 => "KRB5_AP_REQ",
        0x0002 => "KRB5_AP_REP",
        0x0003 => "KRB5_ERROR",
        0x0404 => "KRB_TOKEN_CFX_GetMic",
        0x0405 => "KRB_TOKEN_CFX_WRAP",
        0x0101 => "KRB5_GSS_GetMIC",
        0x0102 => "KRB5_GSS_Wrap",
        _ => "Unknown",
    };
    d.noted(&TOKEN_ID, id.span(0..2), id.u16_le(0)?, name);
    if name == "KRB_TOKEN_CFX_WRAP" {
        Reader::new(id, 2).layout(d, WRAPPED)?;
    }
    Ok(Next::End)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_say_whose_they_are() {
        let cases: [(&[u8], Option<&str>); 6] = [
            (b"NTLMSSP\0", Some("ntlmssp")),
            // A signature of NTLM's, as it stands for the MIC of a negotiation.
            (&[1, 0, 0, 0, 9, 9, 9, 9, 9, 9, 9, 9, 0, 0, 0, 0], Some("ntlmssp")),
            (&[1, 0, 0, 0], None),
            (&[5, 4, 4, 0xff], Some("spnego-krb5")),
            (&[0x60, 0], Some("spnego-krb5")),
            (&[0xa1, 0], None),
        ];
        for (bytes, whose) in cases {
            assert_eq!(by_content(&Bytes::frame(bytes, bytes.len() as u32)), whose, "{bytes:02x?}");
        }
    }
}
