//! Proofs and security layers of SASL (RFC 4422) in LDAP: the tokens of a bind, and buffers with messages in them.
use super::{SASL_LENGTH, SEALED, message};
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Problem, ber};

/// What a buffer's token does with the messages in it.
#[derive(Debug)]
enum Wrapped<'p> {
    Signed(Bytes<'p>),
    Sealed(Bytes<'p>),
}

/// Of Kerberos (RFC 4121 §4.2.6.2) and of NTLM ([MS-NLMP] §2.2.2.9), whose signature stands before what it sealed.
fn opened<'p>(token: &Bytes<'p>) -> Option<Wrapped<'p>> {
    const HEAD: usize = 16;
    const IS_SEALED: u8 = 2;
    /// Confounder, the encrypted copy of the header, checksum of the AES ciphers.
    const AROUND: usize = 44;
    let content = token.from(HEAD);
    match token.array(0).ok()? {
        [5, 4, flags, 0xff] => {
            let [extra, rotated] = [4, 6].map(|at| token.u16(at).map(usize::from));
            let (extra, rotated) = (extra.ok()?, rotated.ok()?);
            Some(match (flags & IS_SEALED != 0, rotated) {
                (true, _) => Wrapped::Sealed(content.from(extra.saturating_add(AROUND))),
                (false, 0) => Wrapped::Signed(content.limit(content.wire_len().saturating_sub(extra))),
                // What stood at the end, the checksum, was rotated to the front.
                (false, _) => Wrapped::Signed(content.from(rotated)),
            })
        }
        [1, 0, 0, 0] => Some(Wrapped::Sealed(content)),
        _ => None,
    }
}

/// A buffer of SASL's: a length, the security layer's token, and the messages that it holds where they are only signed.
pub(super) fn buffer<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let length = bytes.u32(0)?;
    d.field(&SASL_LENGTH, bytes.span(0..4), length);
    let token = bytes.from(4).limit(usize::try_from(length).unwrap_or(usize::MAX));
    match opened(&token) {
        Some(Wrapped::Signed(mut rest)) => {
            d.info(|| "SASL GSS-API Integrity: ".to_owned());
            while rest.wire_len() > 0 {
                message(d, rest, "")?;
                (_, rest) = ber::element(&rest)?;
            }
        }
        Some(Wrapped::Sealed(sealed)) => {
            if d.wants() {
                d.field(&SEALED, sealed.span(0..sealed.len()), sealed.all());
            }
            d.info(|| match sealed.wire_len() {
                1 => "SASL GSS-API Privacy: payload (1 byte)".to_owned(),
                length => format!("SASL GSS-API Privacy: payload ({length} bytes)"),
            });
        }
        None => {
            d.info(|| "SASL GSS-API".to_owned());
            return Ok(Next::End);
        }
    }
    Ok(self::token(d, "gss-api", token))
}

/// A token stands inside the message.
pub(super) fn token<'p>(d: &mut Dissection, reader: &'static str, token: Bytes<'p>) -> Next<'p> {
    d.inside();
    Next::Claim(Claim::Named(reader), token)
}

/// The security token of a bind, and who reads it: of SASL (RFC 4511 §4.2), or NTLM's as [MS-ADTS] §5.1.1.1.3 has it.
pub(super) fn proof<'p>(tag: u8, content: &Bytes<'p>) -> Option<(&'static str, Bytes<'p>)> {
    const REQUEST: u8 = 0x60;
    const RESPONSE: u8 = 0x61;
    const SASL: u8 = 0xa3;
    const NTLM_TAGS: [u8; 2] = [0x8a, 0x8b];
    const SERVER_PROOF: u8 = 0x87;
    let (_, rest) = ber::integer(content).ok()?;
    let (name, rest) = ber::expect(&rest, ber::OCTET_STRING).ok()?;
    match tag {
        REQUEST => {
            let (how, _) = ber::element(&rest).ok()?;
            if NTLM_TAGS.contains(&how.tag) {
                return Some(("ntlmssp", how.content)).filter(|_| how.content.wire_len() > 0);
            }
            let (mechanism, rest) = ber::expect(&how.content, ber::OCTET_STRING).ok().filter(|_| how.tag == SASL)?;
            let (credentials, _) = ber::expect(&rest, ber::OCTET_STRING).ok()?;
            let is_generic = matches!(mechanism.all(), b"GSS-SPNEGO" | b"GSSAPI");
            Some(("gss-api", credentials)).filter(|_| is_generic && credentials.wire_len() > 0)
        }
        // The challenge to NTLM stands where others have a name.
        RESPONSE if name.all().starts_with(b"NTLMSSP\0") => Some(("ntlmssp", name)),
        RESPONSE => {
            let (_, mut rest) = ber::expect(&rest, ber::OCTET_STRING).ok()?;
            loop {
                let (found, behind) = ber::element(&rest).ok()?;
                match (found.tag, found.content.all().first()) {
                    // What answers a negotiation is one without the frame of its beginning.
                    (SERVER_PROOF, Some(0xa1)) => return Some(("spnego", found.content)),
                    (SERVER_PROOF, Some(0x60 | b'N' | 5)) => return Some(("gss-api", found.content)),
                    (SERVER_PROOF, _) => return None,
                    _ => rest = behind,
                }
            }
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::{dissect, framing};
    use super::*;
    use crate::engine::dissect::{Frame, Stream, Wanted};

    /// Who reads what follows, and what the Info column says.
    fn read(bytes: &[u8], wanted: Wanted) -> (String, String) {
        let mut d = Dissection::new(wanted);
        d.enter(0, &Bytes::frame(bytes, bytes.len() as u32));
        let next = match dissect(&mut d, Bytes::frame(bytes, bytes.len() as u32)) {
            Ok(Next::Claim(Claim::Named(name), bytes)) => format!("{name} {}", bytes.len()),
            other => format!("{other:?}"),
        };
        (next, d.info_text())
    }

    const UNBIND: &[u8] = &[0x30, 5, 2, 1, 9, 0x42, 0];

    /// A buffer with Kerberos' token: flags, bytes of checksum, how far they are rotated, what is behind the header.
    fn buffer_of(flags: u8, extra: u8, rotated: u8, content: &[u8]) -> Vec<u8> {
        let token = [&[5, 4, flags, 0xff, 0, extra, 0, rotated][..], &[0; 8], content].concat();
        [&(token.len() as u32).to_be_bytes()[..], &token].concat()
    }

    #[test]
    fn messages_that_are_only_signed_are_read() {
        let (checksum, sealed) = ([7; 12], [7; 44 + 5]);
        let cases = [
            (buffer_of(4, 12, 12, &[&checksum, UNBIND].concat()), "Integrity: unbindRequest(9) "),
            (buffer_of(4, 12, 0, &[UNBIND, &checksum].concat()), "Integrity: unbindRequest(9) "),
            (buffer_of(4, 0, 0, &[UNBIND, UNBIND].concat()), "Integrity: unbindRequest(9) unbindRequest(9) "),
            (buffer_of(6, 0, 28, &sealed), "Privacy: payload (5 bytes)"),
            ([&[0, 0, 0, 17, 1, 0, 0, 0][..], &[7; 13]].concat(), "Privacy: payload (1 byte)"),
        ];
        for (bytes, info) in cases {
            let next = format!("gss-api {}", bytes.len() - 4);
            assert_eq!(read(&bytes, Wanted::Everything), (next.clone(), format!("SASL GSS-API {info}")));
            assert_eq!(read(&bytes, Wanted::Facts).0, next);
        }
    }

    #[test]
    fn a_bind_carries_a_token() {
        let bind = |tag: u8, operation: &[u8]| {
            let inner = [&[2, 1, 3, tag, operation.len() as u8][..], operation].concat();
            [&[0x30, inner.len() as u8][..], &inner].concat()
        };
        let sasl = |mechanism: &[u8]| {
            let sasl = [&[4, mechanism.len() as u8][..], mechanism, &[4, 2, 0x60, 0]].concat();
            bind(0x60, &[&[2, 1, 3, 4, 0, 0xa3, sasl.len() as u8][..], &sasl].concat())
        };
        let answered = |proof: &[u8]| {
            bind(0x61, &[&[10, 1, 0, 4, 0, 4, 0, 0x87, proof.len() as u8][..], proof].concat())
        };
        let cases = [
            (sasl(b"GSS-SPNEGO"), "gss-api 2"),
            (sasl(b"GSSAPI"), "gss-api 2"),
            (sasl(b"EXTERNAL"), "Ok(End)"),
            (bind(0x60, b"\x02\x01\x03\x04\x00\x8a\x08NTLMSSP\0"), "ntlmssp 8"),
            (bind(0x60, b"\x02\x01\x03\x04\x00\x80\x02pw"), "Ok(End)"),
            (answered(&[0xa1, 0]), "spnego 2"),
            (answered(&[0x60, 0]), "gss-api 2"),
            (answered(b"rspauth="), "Ok(End)"),
            (bind(0x61, b"\x0a\x01\x0e\x04\x08NTLMSSP\0\x04\x00"), "ntlmssp 8"),
        ];
        for (bytes, next) in cases {
            assert_eq!(read(&bytes, Wanted::Facts).0, next, "{bytes:02x?}");
        }
    }

    #[test]
    fn long_buffers_are_one_message() {
        let bytes = [0, 4, 0x61, 0, 5, 4];
        let stream = Stream { bytes: &bytes, from_port: 389, to_port: 1, from_client: false, memory: 0, resume: 0 };
        assert_eq!(framing(&stream), Frame::Message(0x4_6104));
    }
}
