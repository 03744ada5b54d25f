//! Hellos of SSL 2.0, in which clients of newer versions said so to servers that might not know them: RFC 6101 §E, RFC 5246 §E.2.
use super::handshake::CLIENT_HELLO;
use super::names::TLS as F;
use super::words;
use crate::engine::dissect::{Bytes, Dissection, Field, Problem, Reader, details, fields};

fields! {
    SPECS_LENGTH: Uint => "tls.handshake.cipher_spec_len", "Cipher Spec Length";
    SPEC: Hex(6) => "tls.handshake.cipherspec", "Cipher Spec";
    CHALLENGE_LENGTH: Uint => "tls.handshake.challenge_length", "Challenge Length";
    CHALLENGE: Bytes => "tls.handshake.challenge", "Challenge";
}
pub(super) static ALL_FIELDS: &[&Field] = FIELDS;

/// Whether such a hello begins here: its whole length.
pub(super) fn old_hello(bytes: &[u8]) -> Option<usize> {
    let &[high, low, kind, a, b] = bytes.first_chunk()?;
    let length = usize::from(u16::from_be_bytes([high & 0x7f, low]));
    let version = match kind {
        CLIENT_HELLO => u16::from_be_bytes([a, b]),
        // Whether the session is known, and the certificate's type come first.
        4 if a <= 1 && b == 1 => u16::from_be_bytes([*bytes.get(5)?, *bytes.get(6)?]),
        _ => return None,
    };
    (high & 0x80 != 0 && (12..=4096).contains(&length) && matches!(version, 2 | 0x0300..=0x0304))
        .then_some(length.saturating_add(2))
}

/// A hello as [`old_hello`] found it: a record of its own kind.
pub(super) fn hello(d: &mut Dissection, bytes: &Bytes<'_>) {
    let is_client = bytes.u8(2) == Ok(CLIENT_HELLO);
    let name = if is_client { "Client Hello" } else { "Server Hello" };
    d.column("SSLv2");
    d.info_append(", ", || name.to_owned());
    d.shakes_hands = true;
    d.label(&F.record, bytes.span(0..bytes.len()), || format!("SSLv2 Record Layer: {name}"));
    if d.wants() && is_client {
        // A damaged one still is one.
        _ = d.nest(|d| details(client(d, bytes)));
    }
}

/// Lengths of three lists, then the lists: ciphers of three bytes, of which those of newer versions begin with a zero.
fn client(d: &mut Dissection, bytes: &Bytes<'_>) -> Result<(), Problem> {
    let mut r = Reader::new(*bytes, 0);
    let head = r.uint(2)?;
    d.field(&F.record_length, r.since(0), head & 0x7fff);
    r.named(d, &F.kind, 1, |kind| words::handshake(u8::try_from(kind).ok()?))?;
    r.named(d, &F.version, 2, |version| words::version_name(u16::try_from(version).ok()?))?;
    let specs = r.length(d, &SPECS_LENGTH, 2)?;
    let session = r.length(d, &F.session_length, 2)?;
    let challenge = r.length(d, &CHALLENGE_LENGTH, 2)?;
    let mut list = r.part(specs);
    while list.left() >= 3 {
        let (start, spec) = (list.at, list.uint(3)?);
        let name = u16::try_from(spec).ok().and_then(words::suite).unwrap_or("Unknown");
        d.noted(&SPEC, list.since(start), spec, name);
    }
    if session > 0 {
        r.field(d, &F.session, session)?;
    }
    r.field(d, &CHALLENGE, challenge).map(drop)
}
