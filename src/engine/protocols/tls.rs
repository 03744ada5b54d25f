//! Transport Layer Security: records (RFC 8446 §5), TLS 1.0 to 1.2 (RFC 5246), SSL 3.0 (RFC 6101), hellos of SSL 2.0.
//!
//! What is encrypted stays so; the hellos say who talks to whom.
mod dtls;
mod handshake;
mod hello;
mod names;
mod ocsp;
mod old;
mod parameters;
#[cfg(test)]
mod tests;
mod words;
mod x509;

use crate::engine::dissect::{
    Bytes, Claim, Dissection, Field, Frame, Next, Payload, Problem, Protocol, Stream, Transport, Verdict, count, experts,
    joined,
};
pub(super) use dtls::DTLS;
use handshake::{CLIENT_HELLO, HELLO_REQUEST, MAX_MESSAGE, Over, SERVER_HELLO};
use names::TLS as F;
pub(super) use ocsp::OCSP;
use old::old_hello;

const FIELD_LISTS: &[&[&Field]] = &[names::TLS_FIELDS, old::ALL_FIELDS];
static ALL_FIELDS: [&Field; count(FIELD_LISTS)] = joined(FIELD_LISTS);

pub(super) static TLS: Protocol = Protocol {
    name: "tls",
    title: "Transport Layer Security",
    short: "TLS",
    fields: &ALL_FIELDS,
    layouts: parameters::ALL,
    claims: &[
        Claim::TcpPort(443),
        Claim::TcpPort(636),
        Claim::TcpPort(993),
        Claim::TcpPort(995),
        Claim::Inside("quic"),
    ],
    probe: Some(probe),
    dissect,
    framing: Some(framing),
    stateful: true,
    shaping: 64,
    ..Protocol::PLAIN
};

/// The fields of certificates: a protocol of their own for filters, not a layer.
pub(super) static X509: Protocol = Protocol {
    name: "x509af",
    title: "X.509 Authentication Framework",
    fields: x509::X509_FIELDS,
    layouts: x509::X509_LAYOUTS,
    ..Protocol::PLAIN
};

const RECORD_HEADER: usize = 5;
const CHANGE_CIPHER_SPEC: u8 = 20;
const ALERT: u8 = 21;
const HANDSHAKE: u8 = 22;
const APPLICATION_DATA: u8 = 23;
const HEARTBEAT: u8 = 24;
/// RFC 8446 §5.2 and RFC 5246 §6.2.3: no record is longer.
const MAX_RECORD: usize = (1 << 14) + 2048;
const TLS_1_0: u16 = 0x0301;
const TLS_1_2: u16 = 0x0303;

/// The header of a record: content type, version, length.
fn record_header(bytes: &[u8]) -> Option<(u8, u16, usize)> {
    let &[kind, major, minor, high, low] = bytes.first_chunk()?;
    let length = usize::from(u16::from_be_bytes([high, low]));
    let is_one = (CHANGE_CIPHER_SPEC..=HEARTBEAT).contains(&kind) && major == 3 && minor <= 4 && length <= MAX_RECORD;
    is_one.then_some((kind, u16::from_be_bytes([major, minor]), length))
}

/// All whole records of a segment are read together; the first that is not whole begins a message of its own.
fn framing(stream: &Stream<'_>) -> Frame {
    let mut end = 0_usize;
    loop {
        let rest = stream.bytes.get(end..).unwrap_or_default();
        let begins = rest.first().is_none_or(|kind| (CHANGE_CIPHER_SPEC..=HEARTBEAT).contains(kind));
        if rest.len() < RECORD_HEADER && begins {
            return if end > 0 { Frame::Message(end) } else { Frame::More };
        }
        let next = match (record_header(rest), end) {
            (Some((_, _, length)), _) => end.saturating_add(RECORD_HEADER).saturating_add(length),
            (None, 0) => return old_hello(rest).map_or(Frame::Unframed, Frame::Message),
            // What is no record ends with the segment.
            (None, _) => return Frame::Message(stream.bytes.len()),
        };
        if next > stream.bytes.len() {
            return Frame::Message(if end > 0 { end } else { next });
        }
        end = next;
    }
}

experts! {
    IGNORED: Warning Protocol => "tls.ignored_unknown_record", "Ignored Unknown Record" [protocol: "TLS"];
    RESUMED: Note Sequence => "tls.resumed", "This session reuses previously negotiated keys (Session resumption)" [protocol: "TLS"];
    EMPTY: Error Protocol => "tls.record.length.invalid", "Zero-length Handshake fragments are not allowed" [protocol: "TLS"];
}

/// What one side has sent so far.
#[derive(Default)]
struct Side {
    /// A handshake message of which records are missing.
    pending: Vec<u8>,
    /// Whether its handshake is encrypted from here on.
    ciphered: bool,
    /// Its hello was seen.
    hello: bool,
}

#[derive(Default)]
struct State {
    client: Side,
    server: Side,
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if d.through == Claim::Inside("quic") {
        return messages_of_quic(d, bytes);
    }
    let shapes = d.wants() || bytes.all().first() != Some(&APPLICATION_DATA);
    if !shapes {
        remember(d, record_header(bytes.all()).map(|(_, version, _)| version));
    } else {
        let from_client = d.from_client().unwrap_or_else(|| !d.from_server(&[443]));
        d.with_state(|d, state: &mut State| {
            // The server changes ciphers first only where the keys of an earlier session serve again.
            let resumes = !from_client && !state.client.ciphered && !state.server.ciphered;
            let side = if from_client { &mut state.client } else { &mut state.server };
            records(d, bytes, side);
            let version = d.memory();
            if resumes && side.ciphered && side.hello && (TLS_1_0..=TLS_1_2).contains(&version) {
                d.expert(&RESUMED);
            }
        });
    }
    if bytes.is_cut() { Err(Problem::Truncated) } else { Ok(Next::End) }
}

/// The version in a record's header counts until a server chooses one.
fn remember(d: &mut Dissection, version: Option<u16>) {
    if d.memory() == 0
        && let Some(version) = version
    {
        d.remember(version);
    }
}

/// Handshake messages without records (RFC 9001 §4.1.3).
fn messages_of_quic<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let mut rest = bytes;
    d.column("QUIC");
    while let Some(needed) = hello::message_len(rest.all()).filter(|&needed| needed <= rest.wire_len()) {
        let one = rest.limit(needed);
        let name = words::handshake(one.u8(0)?).unwrap_or("Handshake");
        d.label(&F.record, one.span(0..needed), || format!("TLSv1.3 Record Layer: Handshake Protocol: {name}"));
        d.nest(|d| handshake::message(d, &F, Over::Quic, &one));
        rest = rest.from(needed);
    }
    Ok(Next::End)
}

/// Reads all records of a message.
fn records(d: &mut Dissection, bytes: Bytes<'_>, side: &mut Side) {
    let mut rest = bytes;
    while !rest.is_empty() {
        let known = d.memory();
        if let Some(length) = old_hello(rest.all()) {
            old::hello(d, &rest.limit(length));
            rest = rest.from(length);
            continue;
        }
        let Some((kind, version, length)) = record_header(rest.all()) else {
            let Some(after) = unknown(d, &rest, known) else { return };
            rest = rest.from(after);
            continue;
        };
        let content = rest.from(RECORD_HEADER).limit(length);
        if kind != HANDSHAKE {
            remember(d, Some(version));
        }
        if d.wants() {
            header(d, &rest, kind, version, length);
        }
        d.nest(|d| match kind {
            CHANGE_CIPHER_SPEC => {
                side.ciphered = true;
                d.label(&F.change, content.span(0..length), || "Change Cipher Spec Message".to_owned());
                d.info_append(", ", || "Change Cipher Spec".to_owned());
            }
            ALERT => alert(d, &F, &content),
            HANDSHAKE => {
                if length == 0 {
                    d.expert(&EMPTY);
                }
                side.hello |= content.u8(0) == Ok(SERVER_HELLO);
                handshakes(d, content, side, content.wire_len() == length)
            }
            APPLICATION_DATA => {
                if d.wants() {
                    d.field(&F.app_data, content.span(0..length), content.all());
                }
                d.info_append(", ", || "Application Data".to_owned());
            }
            _ => d.info_append(", ", || "Heartbeat".to_owned()),
        });
        rest = rest.from(RECORD_HEADER.saturating_add(length));
    }
}

/// A record's own fields; the line of the tree says which messages are in it.
fn header(d: &mut Dissection, rest: &Bytes<'_>, kind: u8, version: u16, length: usize) {
    let name = words::version(d.memory()).or_else(|| words::version(version)).unwrap_or("SSL");
    if !d.has_column() {
        d.column(name);
    }
    let whole = rest.span(0..RECORD_HEADER.saturating_add(length));
    let (content, message) = (words::content(kind), rest.u8(RECORD_HEADER).ok().and_then(words::handshake));
    d.label(&F.record, whole, || match (kind, message) {
        (HANDSHAKE, Some(message)) => format!("{name} Record Layer: {content} Protocol: {message}"),
        _ => format!("{name} Record Layer: {content}"),
    });
    d.nest(|d| {
        // What TLS 1.3 encrypts says of itself only that it is data.
        let opaque = kind == APPLICATION_DATA && matches!(d.memory(), 0x0304 | 0x7f00..=0x7fff);
        d.noted(if opaque { &F.opaque_type } else { &F.content_type }, rest.span(0..1), kind, content);
        d.noted(&F.record_version, rest.span(1..3), version, words::version_name(version).unwrap_or("Unknown"));
        d.field(&F.record_length, rest.span(3..RECORD_HEADER), length);
    });
}

/// Bytes that are no record; where to go on behind them. What is not known to be a session's bytes is taken for another protocol's.
fn unknown(d: &mut Dissection, rest: &Bytes<'_>, known: u16) -> Option<usize> {
    if !d.has_column() && d.wants() {
        d.column(words::version(known).unwrap_or("SSL"));
    }
    let is_content = rest.u8(0).is_ok_and(|kind| (CHANGE_CIPHER_SPEC..=HEARTBEAT).contains(&kind));
    if (TLS_1_0..=TLS_1_2).contains(&known) && !is_content {
        d.info_append(", ", || "Ignored Unknown Record".to_owned());
        d.expert(&IGNORED);
        return None;
    }
    d.info_append(", ", || "Continuation Data".to_owned());
    let length = rest.u16(3).ok().filter(|_| known != 0)?;
    Some(RECORD_HEADER.saturating_add(length.into()))
}

fn alert(d: &mut Dissection, names: &'static names::Names, content: &Bytes<'_>) {
    const PLAIN: usize = 2;
    let both = content.u8(0).and_then(|level| Ok((level, content.u8(1)?)));
    let Ok((level, description)) = both else { return d.info_append(", ", || "Alert".to_owned()) };
    let level_name = words::alert_level(level).filter(|_| content.wire_len() == PLAIN);
    let Some(level_name) = level_name else {
        return d.info_append(", ", || "Encrypted Alert".to_owned());
    };
    let name = words::alert(description).map_or_else(|| format!("Unknown ({description})"), str::to_owned);
    d.label(&names.alert, content.span(0..PLAIN), || "Alert Message".to_owned());
    d.nest(|d| {
        d.noted(&names.alert_level, content.span(0..1), level, level_name);
        d.noted(&names.alert_description, content.span(1..PLAIN), description, &name);
    });
    d.info_append(", ", || format!("Alert (Level: {level_name}, Description: {name})"));
}

fn is_hello_kind(kind: Option<u8>) -> bool {
    matches!(kind, Some(CLIENT_HELLO | SERVER_HELLO))
}

/// Whether a handshake record begins with a hello that fills it: for middleboxes one can follow a change of ciphers (RFC 8446 §D.4).
fn is_hello(content: &[u8]) -> bool {
    is_hello_kind(content.first().copied()) && hello::message_len(content) == Some(content.len())
}

/// The messages of a handshake record, the first of which may have begun in earlier ones.
///
/// A record that is not `complete` has no rest that could be waited for.
fn handshakes(d: &mut Dissection, content: Bytes<'_>, side: &mut Side, complete: bool) {
    d.shakes_hands = true;
    let mut rest = content;
    if side.ciphered && !is_hello(content.all()) {
        d.label(&F.handshake, content.span(0..content.len()), || {
            "Handshake Protocol: Encrypted Handshake Message".to_owned()
        });
        return d.info_append(", ", || "Encrypted Handshake Message".to_owned());
    }
    if !side.pending.is_empty() {
        let before = side.pending.len();
        side.pending.extend_from_slice(content.all());
        let needed = hello::message_len(&side.pending).filter(|&needed| needed <= side.pending.len());
        let Some(needed) = needed else {
            if side.pending.len() > MAX_MESSAGE {
                side.pending.clear();
            }
            return fragment(d, &content, side.pending.first().copied());
        };
        let mut whole = std::mem::take(&mut side.pending);
        whole.truncate(needed);
        let whole_bytes = Bytes::reassembled(&whole, d.buffer("Reassembled handshake message", &whole));
        let name = handshake::message(d, &F, Over::Tcp, &whole_bytes);
        d.info_append(", ", || name.to_owned());
        rest = rest.from(needed.saturating_sub(before));
    }
    while !rest.is_empty() {
        let needed = hello::message_len(rest.all());
        let kind = rest.u8(0).ok().filter(|&kind| words::handshake(kind).is_some());
        // An explicit nonce of zeros looks like requests for hellos.
        let is_plain = match kind {
            Some(HELLO_REQUEST) => needed == Some(hello::HEADER) && rest.wire_len() == hello::HEADER,
            Some(_) => needed.is_none_or(|needed| needed <= MAX_MESSAGE),
            None => false,
        };
        if !is_plain {
            return d.info_append(", ", || "Encrypted Handshake Message".to_owned());
        }
        match needed.filter(|&needed| needed <= rest.wire_len()) {
            Some(needed) => {
                let one = rest.limit(needed);
                let name = handshake::message(d, &F, Over::Tcp, &one);
                d.info_append(", ", || name.to_owned());
                rest = rest.from(needed);
            }
            None if complete => {
                side.pending = rest.all().to_vec();
                let name = kind.and_then(words::handshake).unwrap_or_default();
                d.info_append(", ", || format!("[{name} Fragment]"));
                return fragment(d, &rest, kind);
            }
            None => {
                // The beginning of a hello says much already.
                if is_hello_kind(kind) {
                    let name = handshake::message(d, &F, Over::Tcp, &rest);
                    d.info_append(", ", || name.to_owned());
                }
                return;
            }
        }
    }
}

fn fragment(d: &mut Dissection, content: &Bytes<'_>, kind: Option<u8>) {
    let name = kind.and_then(words::handshake).unwrap_or_default();
    d.label(&F.handshake, content.span(0..content.len()), || format!("Handshake Protocol: {name} (fragment)"));
}

fn probe(payload: &Payload<'_>) -> Verdict {
    if payload.transport != Transport::Tcp {
        return Verdict::NotMine;
    }
    let on_port = [443, 636, 993, 995].iter().any(|&port| payload.on_port(port));
    let unsure = if on_port { Verdict::Possible } else { Verdict::NotMine };
    let Some((kind, _, length)) = record_header(payload.bytes) else {
        let old = old_hello(payload.bytes).is_some_and(|length| length == payload.bytes.len());
        return if old { Verdict::Certain } else { unsure };
    };
    let content = payload.bytes.get(RECORD_HEADER..).unwrap_or_default();
    let certain = match (kind, content.first()) {
        // A hello whose own length does not outgrow what a hello can be, with a version behind it.
        (HANDSHAKE, Some(&(CLIENT_HELLO | SERVER_HELLO))) => {
            hello::message_len(content)
                .is_some_and(|needed| (38..=1 << 16).contains(&needed) && length >= hello::HEADER)
                && content.get(hello::HEADER) == Some(&3)
        }
        (ALERT, Some(&(1 | 2))) => length == 2 && content.len() == 2,
        (CHANGE_CIPHER_SPEC, Some(&1)) => length == 1,
        // Someone else's bytes seldom are records to their end.
        (APPLICATION_DATA, Some(_)) => length > 16 && length == content.len(),
        _ => false,
    };
    if certain { Verdict::Certain } else { unsure }
}
