//! Handshake messages: RFC 8446 §4, RFC 5246 §7.4 and the extensions' RFCs.
use super::hello::{self, Hello, extension};
use super::names::Names;
use super::{parameters, words, x509};
use crate::api::NameFrom;
use crate::engine::dissect::{Bytes, Dissection, Field, Named, Problem, Value};
use md5::{Digest, Md5};

pub(super) const HELLO_REQUEST: u8 = 0;
pub(super) const CLIENT_HELLO: u8 = 1;
pub(super) const SERVER_HELLO: u8 = 2;
const HELLO_VERIFY_REQUEST: u8 = 3;
const NEW_SESSION_TICKET: u8 = 4;
const CERTIFICATE: u8 = 11;
const SERVER_KEY_EXCHANGE: u8 = 12;
const CERTIFICATE_REQUEST: u8 = 13;
const CERTIFICATE_VERIFY: u8 = 15;
const CLIENT_KEY_EXCHANGE: u8 = 16;
const FINISHED: u8 = 20;
const CERTIFICATE_STATUS: u8 = 22;
/// A longer message is none: these are encrypted bytes.
pub(super) const MAX_MESSAGE: usize = 1 << 17;

/// What carries the handshake, as JA4 tells them apart.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Over {
    Tcp,
    Datagrams,
    Quic,
}

/// Reads a message field by field.
struct Reader<'d, 'p> {
    d: &'d mut Dissection,
    bytes: Bytes<'p>,
    at: usize,
}

impl<'p> Reader<'_, 'p> {
    /// The next `size` bytes as a number.
    fn number(&mut self, field: &'static Field, size: usize) -> Result<u64, Problem> {
        self.noted(field, size, |_| None)
    }

    fn noted(
        &mut self,
        field: &'static Field,
        size: usize,
        name: fn(u64) -> Option<&'static str>,
    ) -> Result<u64, Problem> {
        let end = self.at.saturating_add(size);
        let value =
            self.bytes.take(self.at..end)?.iter().fold(0_u64, |value, &byte| value.wrapping_shl(8) | u64::from(byte));
        let span = self.bytes.span(self.at..end);
        match name(value) {
            Some(name) => self.d.noted(field, span, value, name),
            None => self.d.field(field, span, value),
        }
        self.at = end;
        Ok(value)
    }

    /// The next `size` bytes as they are; nothing is said of none.
    fn bytes(&mut self, field: &'static Field, size: usize) -> Result<Bytes<'p>, Problem> {
        let end = self.at.saturating_add(size);
        let value = self.bytes.take(self.at..end)?;
        if size > 0 {
            self.d.field(field, self.bytes.span(self.at..end), value);
        }
        let window = self.bytes.from(self.at).limit(size);
        self.at = end;
        Ok(window)
    }

    fn text(&mut self, field: &'static Field, size: usize) -> Result<(), Problem> {
        let end = self.at.saturating_add(size);
        let value = String::from_utf8_lossy(self.bytes.take(self.at..end)?).into_owned();
        self.d.field(field, self.bytes.span(self.at..end), Value::Text(value));
        self.at = end;
        Ok(())
    }

    fn left(&self) -> usize {
        self.bytes.wire_len().saturating_sub(self.at)
    }
}

/// A whole handshake message's facts and fields, its header of four bytes included; its name.
pub(super) fn message(d: &mut Dissection, names: &'static Names, over: Over, bytes: &Bytes<'_>) -> &'static str {
    d.shakes_hands = true;
    let kind = bytes.u8(0).unwrap_or_default();
    let name = facts(d, over, kind, bytes.all());
    if !d.wants() {
        return name;
    }
    d.label(&names.handshake, bytes.span(0..bytes.len()), || format!("Handshake Protocol: {name}"));
    // What is damaged in a body spoils no other message.
    _ = d.nest(|d| {
        let mut reader = Reader { d, bytes: *bytes, at: 0 };
        reader.noted(&names.kind, 1, |kind| words::handshake(u8::try_from(kind).ok()?))?;
        reader.number(&names.length, 3)?;
        self::body(d, names, over, kind, bytes.all(), bytes.from(hello::HEADER))
    });
    name
}

/// What a message tells of its flow; its name. A ServerHello chooses the version.
pub(super) fn facts(d: &mut Dissection, over: Over, kind: u8, message: &[u8]) -> &'static str {
    /// RFC 8446 §4.1.3: a ServerHello with this random asks for another ClientHello.
    const RETRY: [u8; 8] = [0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11];
    match kind {
        CLIENT_HELLO => {
            if let Some(name) = Hello::client(message).and_then(|hello| hello.server_name()) {
                d.names.push(Named::Server(NameFrom::Sni, name));
            }
        }
        SERVER_HELLO => {
            if let Some(hello) = Hello::server(message) {
                // A flow of QUIC remembers other things.
                if over != Over::Quic {
                    d.remember(hello.chosen_version());
                }
                if hello.random.starts_with(&RETRY) {
                    return "Hello Retry Request";
                }
            }
        }
        _ => {}
    }
    words::handshake(kind).unwrap_or("Handshake")
}

/// The fields of a message's body. `message` is all of it, its header of four bytes included.
pub(super) fn body(
    d: &mut Dissection,
    names: &'static Names,
    over: Over,
    kind: u8,
    message: &[u8],
    body: Bytes<'_>,
) -> Result<(), Problem> {
    let mut reader = Reader { d, bytes: body, at: 0 };
    let r = &mut reader;
    match kind {
        CLIENT_HELLO => client_hello(r, names, over, message),
        SERVER_HELLO => server_hello(r, names, message),
        HELLO_VERIFY_REQUEST => {
            version(r, &names.version)?;
            let length = r.number(&names.cookie_length, 1)?;
            r.bytes(&names.cookie, size(length)).map(drop)
        }
        NEW_SESSION_TICKET if r.left() >= 6 => {
            r.number(&names.ticket_lifetime, 4)?;
            let length = r.number(&names.ticket_length, 2)?;
            r.bytes(&names.ticket, size(length)).map(drop)
        }
        CERTIFICATE => certificates(r, names),
        SERVER_KEY_EXCHANGE => server_key_exchange(r, names),
        CLIENT_KEY_EXCHANGE => {
            // An elliptic curve's point fills the message behind its length.
            let left = r.left();
            if r.bytes.u8(0).is_ok_and(|length| usize::from(length).saturating_add(1) == left) {
                let length = r.number(&names.client_point_length, 1)?;
                r.bytes(&names.client_point, size(length))?;
            }
            Ok(())
        }
        CERTIFICATE_REQUEST => certificate_request(r, names),
        CERTIFICATE_VERIFY => signature(r, names),
        CERTIFICATE_STATUS => {
            r.noted(&names.status_response_type, 1, |kind| (kind == 1).then_some("OCSP"))?;
            let length = r.number(&names.status_response_length, 3)?;
            let response = r.bytes.from(r.at).limit(size(length));
            super::ocsp::response(r.d, &response);
            Ok(())
        }
        FINISHED => {
            let left = r.left();
            r.bytes(&names.verify_data, left).map(drop)
        }
        _ => Ok(()),
    }
}

fn size(length: u64) -> usize {
    usize::try_from(length).unwrap_or(usize::MAX)
}

fn version(r: &mut Reader<'_, '_>, field: &'static Field) -> Result<u64, Problem> {
    r.noted(field, 2, |version| words::version_name(u16::try_from(version).ok()?))
}

fn suite(value: u64) -> Option<&'static str> {
    words::suite(u16::try_from(value).ok()?)
}

/// Up to TLS 1.2 its first four bytes may be a time (RFC 5246 §7.4.1.2).
fn random(r: &mut Reader<'_, '_>, names: &'static Names, timed: bool) -> Result<(), Problem> {
    let random = r.bytes(&names.random, 32)?;
    if timed {
        let time = crate::engine::dissect::text::utc(random.u32(0)?.into());
        nested(r, |r| {
            r.d.field(&names.random_time, random.span(0..4), time);
            r.d.field(&names.random_bytes, random.span(4..32), random.take(4..32)?);
            Ok(())
        })?;
    }
    Ok(())
}

/// An algorithm of hash and signature (RFC 5246 §7.4.1.4.1), which TLS 1.3 gave new numbers.
fn algorithm(r: &mut Reader<'_, '_>, names: &'static Names) -> Result<(), Problem> {
    const HASHES: &str = "None|MD5|SHA1|SHA224|SHA256|SHA384|SHA512|8=Unknown";
    const SIGNATURES: &str = "Anonymous|RSA|DSA|ECDSA|SM2|7=Ed25519|Ed448";
    let start = r.at;
    let both = r.noted(&names.algorithm, 2, words::signature)?;
    for (field, value, words, at) in [
        (&names.hash, both >> 8, HASHES, start),
        (&names.hash_signature, both & 0xff, SIGNATURES, start.saturating_add(1)),
    ] {
        let span = r.bytes.span(at..at.saturating_add(1));
        r.d.nest(|d| d.noted(field, span, value, crate::engine::dissect::named(words, value).unwrap_or("Unknown")));
    }
    Ok(())
}

/// A line over the rest.
fn line(r: &mut Reader<'_, '_>, field: &'static Field, count: usize, word: &str) {
    let span = r.bytes.span(r.at..r.bytes.len());
    r.d.label(field, span, || format!("{} ({count} {word}{})", field.title(), if count == 1 { "" } else { "s" }));
}

fn client_hello(r: &mut Reader<'_, '_>, names: &'static Names, over: Over, message: &[u8]) -> Result<(), Problem> {
    version(r, &names.version)?;
    random(r, names, over != Over::Quic)?;
    let length = r.number(&names.session_length, 1)?;
    r.bytes(&names.session, size(length))?;
    if over == Over::Datagrams {
        let length = r.number(&names.cookie_length, 1)?;
        r.bytes(&names.cookie, size(length))?;
    }
    let length = r.number(&names.suites_length, 2)?;
    let count = length / 2;
    let span = r.bytes.span(r.at..r.at.saturating_add(size(length)));
    r.d.label(&names.suites, span, || format!("Cipher Suites ({count} suites)"));
    nested(r, |r| (0..count).try_for_each(|_| r.noted(&names.suite, 2, suite).map(drop)))?;
    let count = r.number(&names.compressions_length, 1)?;
    let span = r.bytes.span(r.at..r.at.saturating_add(size(count)));
    r.d.label(&names.compressions, span, || {
        format!("Compression Methods ({count} method{})", if count == 1 { "" } else { "s" })
    });
    nested(r, |r| (0..count).try_for_each(|_| r.noted(&names.compression, 1, words::compression).map(drop)))?;
    extensions(r, names, true)?;
    let all = r.bytes.span(0..r.bytes.len());
    if let Some(hello) = Hello::of_client(message, over == Over::Datagrams).filter(|hello| hello.whole) {
        let full = hello.ja3();
        r.d.generated(
            &names.ja4,
            all,
            hello.ja4(match over {
                Over::Tcp => 't',
                Over::Datagrams => 'd',
                Over::Quic => 'q',
            }),
        );
        let hash = md5_of(&full);
        r.d.generated(&names.ja3_full, all, full);
        r.d.generated(&names.ja3, all, hash);
    }
    Ok(())
}

fn server_hello(r: &mut Reader<'_, '_>, names: &'static Names, message: &[u8]) -> Result<(), Problem> {
    let version = version(r, &names.version)?;
    let chosen = Hello::server(message).map_or(0, |hello| hello.chosen_version());
    random(r, names, chosen <= 0x0303 || chosen >> 8 == 0xfe)?;
    // Drafts of TLS 1.3 up to 21 had neither session nor compression here.
    let is_draft = version >> 8 == 0x7f;
    if !is_draft {
        let length = r.number(&names.session_length, 1)?;
        r.bytes(&names.session, size(length))?;
    }
    r.noted(&names.suite, 2, suite)?;
    if !is_draft {
        r.noted(&names.compression, 1, words::compression)?;
    }
    extensions(r, names, false)?;
    let all = r.bytes.span(0..r.bytes.len());
    if let Some(hello) = Hello::server(message).filter(|hello| hello.whole) {
        let full = hello.ja3s();
        let hash = md5_of(&full);
        r.d.generated(&names.ja3s_full, all, full);
        r.d.generated(&names.ja3s, all, hash);
    }
    Ok(())
}

fn md5_of(text: &str) -> String {
    Md5::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn nested<R>(r: &mut Reader<'_, '_>, read: impl FnOnce(&mut Reader<'_, '_>) -> R) -> R {
    let Reader { d, bytes, at } = r;
    d.nest(|d| {
        let mut inner = Reader { d, bytes: *bytes, at: *at };
        let result = read(&mut inner);
        *at = inner.at;
        result
    })
}

/// The list of extensions; a hello may end without one (RFC 5246 §7.4.1.2).
fn extensions(r: &mut Reader<'_, '_>, names: &'static Names, client: bool) -> Result<(), Problem> {
    if r.left() == 0 {
        return Ok(());
    }
    let length = r.number(&names.extensions_length, 2)?;
    let end = r.at.saturating_add(size(length)).min(r.bytes.wire_len());
    while r.at < end {
        let (kind, length) = (r.bytes.u16(r.at)?, r.bytes.u16(r.at.saturating_add(2))?);
        let behind = r.at.saturating_add(4).saturating_add(length.into());
        let name = words::extension(kind);
        r.d.label(&names.extension, r.bytes.span(r.at..behind), || format!("Extension: {name} (len={length})"));
        nested(r, |r| {
            r.noted(&names.extension_type, 2, |kind| Some(words::extension(u16::try_from(kind).ok()?)))?;
            r.number(&names.extension_length, 2)?;
            let data = r.bytes.from(r.at).limit(length.into());
            let mut inner = Reader { d: &mut *r.d, bytes: data, at: 0 };
            // A damaged extension spoils no other.
            _ = extension_body(&mut inner, names, kind, client);
            Ok::<_, Problem>(())
        })?;
        r.at = behind;
    }
    Ok(())
}

fn heartbeat(mode: u64) -> Option<&'static str> {
    crate::engine::dissect::named("|Peer allowed to send requests|Peer not allowed to send requests", mode)
}

/// Numbers of so many bytes up to the end.
fn each(
    r: &mut Reader<'_, '_>,
    field: &'static Field,
    size: usize,
    name: fn(u64) -> Option<&'static str>,
) -> Result<(), Problem> {
    while r.left() >= size {
        r.noted(field, size, name)?;
    }
    Ok(())
}

fn extension_body(r: &mut Reader<'_, '_>, names: &'static Names, kind: u16, client: bool) -> Result<(), Problem> {
    match kind {
        extension::SERVER_NAME if r.left() > 0 => {
            r.number(&names.name_list_length, 2)?;
            while r.left() > 0 {
                r.noted(&names.name_type, 1, |kind| (kind == 0).then_some("host_name"))?;
                let length = r.number(&names.name_length, 2)?;
                r.text(&names.server_name, size(length))?;
            }
            Ok(())
        }
        extension::STATUS_REQUEST if client => {
            r.noted(&names.status_type, 1, |kind| (kind == 1).then_some("OCSP"))?;
            let length = r.number(&names.responders_length, 2)?;
            r.at = r.at.saturating_add(size(length));
            r.number(&names.requests_length, 2).map(drop)
        }
        extension::GROUPS => {
            r.number(&names.groups_length, 2)?;
            line(r, &names.groups, r.left() / 2, "group");
            nested(r, |r| each(r, &names.group, 2, words::group))
        }
        extension::POINT_FORMATS => {
            r.number(&names.formats_length, 1)?;
            let (left, span) = (r.left(), r.bytes.span(r.at..r.bytes.len()));
            r.d.label(&names.formats, span, || format!("Elliptic curves point formats ({left})"));
            nested(r, |r| each(r, &names.format, 1, words::point_format))
        }
        extension::SIGNATURE_ALGORITHMS => {
            r.number(&names.algorithms_length, 2)?;
            line(r, &names.algorithms, r.left() / 2, "algorithm");
            nested(r, |r| {
                while r.left() >= 2 {
                    algorithm(r, names)?;
                }
                Ok(())
            })
        }
        extension::ALPN => {
            r.number(&names.alpn_length, 2)?;
            let span = r.bytes.span(r.at..r.bytes.len());
            r.d.label(&names.alpn_list, span, || "ALPN Protocol".to_owned());
            nested(r, |r| {
                while r.left() > 0 {
                    let length = r.number(&names.alpn_name_length, 1)?;
                    r.text(&names.alpn, size(length))?;
                }
                Ok(())
            })
        }
        extension::HEARTBEAT => r.noted(&names.heartbeat_mode, 1, heartbeat).map(drop),
        extension::PADDING => {
            let left = r.left();
            r.bytes(&names.padding, left).map(drop)
        }
        extension::SUPPORTED_VERSIONS => {
            let word = |version| words::version_name(u16::try_from(version).ok()?);
            match client {
                true => {
                    r.number(&names.versions_length, 1)?;
                    each(r, &names.supported_version, 2, word)
                }
                false => r.noted(&names.supported_version, 2, word).map(drop),
            }
        }
        extension::PSK_MODES => {
            r.number(&names.modes_length, 1)?;
            each(r, &names.mode, 1, words::psk_mode)
        }
        extension::KEY_SHARE => {
            if client {
                r.number(&names.shares_length, 2)?;
            }
            while r.left() >= 2 {
                r.noted(&names.share_group, 2, words::group)?;
                if r.left() > 0 {
                    let length = r.number(&names.share_length, 2)?;
                    r.bytes(&names.share, size(length))?;
                }
            }
            Ok(())
        }
        extension::QUIC | extension::QUIC_DRAFT => parameters::tell(r.d, r.bytes),
        extension::RENEGOTIATION => r.number(&names.renegotiation_length, 1).map(drop),
        _ => {
            let left = r.left();
            r.bytes(&names.extension_data, left).map(drop)
        }
    }
}

fn certificates(r: &mut Reader<'_, '_>, names: &'static Names) -> Result<(), Problem> {
    // TLS 1.3 has a context in front, and extensions behind each certificate (RFC 8446 §4.4.2).
    let length = |at: usize| r.bytes.u24(at).map(|length| length as usize);
    let (old, new) =
        (length(0)?.saturating_add(3) == r.left(), length(1).is_ok_and(|n| n.saturating_add(4) == r.left()));
    if new && !old {
        r.at = 1;
    }
    r.number(&names.certificates_length, 3)?;
    let (left, span) = (r.left(), r.bytes.span(r.at..r.bytes.len()));
    r.d.label(&names.certificates, span, || format!("Certificates ({left} bytes)"));
    nested(r, |r| certificate_list(r, names, new && !old))
}

fn certificate_list(r: &mut Reader<'_, '_>, names: &'static Names, with_extensions: bool) -> Result<(), Problem> {
    while r.left() > 3 {
        let length = r.number(&names.certificate_length, 3)?;
        let certificate = r.bytes(&names.certificate, size(length))?;
        // A damaged one spoils no other.
        _ = nested(r, |r| x509::certificate(r.d, &certificate));
        if with_extensions {
            r.at = r.at.saturating_add(2).saturating_add(r.bytes.u16(r.at)?.into());
        }
    }
    Ok(())
}

/// Elliptic curves only: the parameters of others cannot be told from the message alone.
fn server_key_exchange(r: &mut Reader<'_, '_>, names: &'static Names) -> Result<(), Problem> {
    const NAMED_CURVE: u8 = 3;
    let (kind, length) = (r.bytes.u8(0)?, usize::from(r.bytes.u8(3)?));
    if kind != NAMED_CURVE || length.saturating_add(4) > r.left() {
        return Ok(());
    }
    r.noted(&names.curve_type, 1, |_| Some("named_curve"))?;
    r.noted(&names.named_curve, 2, words::group)?;
    let length = r.number(&names.server_point_length, 1)?;
    r.bytes(&names.server_point, size(length))?;
    if r.left() > 0 { signature(r, names) } else { Ok(()) }
}

/// With its algorithm from TLS 1.2 on.
fn signature(r: &mut Reader<'_, '_>, names: &'static Names) -> Result<(), Problem> {
    let has_algorithm = usize::from(r.bytes.u16(r.at)?).saturating_add(2) != r.left();
    if has_algorithm {
        algorithm(r, names)?;
    }
    let length = r.number(&names.signature_length, 2)?;
    r.bytes(&names.signature, size(length)).map(drop)
}

fn certificate_request(r: &mut Reader<'_, '_>, names: &'static Names) -> Result<(), Problem> {
    let count = r.number(&names.certificate_types_count, 1)?;
    (0..count).try_for_each(|_| r.number(&names.certificate_type, 1).map(drop))?;
    let length = r.bytes.u16(r.at)?;
    // TLS 1.2 has a list of algorithms in front of the names.
    if usize::from(length).saturating_add(2) != r.left() {
        r.number(&names.algorithms_length, 2)?;
        let span = r.bytes.span(r.at..r.at.saturating_add(length.into()));
        r.d.label(&names.algorithms, span, || format!("Signature Hash Algorithms ({} algorithms)", length / 2));
        nested(r, |r| (0..length / 2).try_for_each(|_| algorithm(r, names)))?;
    }
    r.number(&names.names_length, 2)?;
    while r.left() >= 2 {
        let length = r.number(&names.distinguished_name_length, 2)?;
        let name = r.bytes(&names.distinguished_name, size(length))?;
        nested(r, |r| {
            if let Ok((name, _)) = crate::engine::dissect::ber::element(&name) {
                x509::name(r.d, name.content);
            }
        });
    }
    Ok(())
}
