//! Datagram TLS: RFC 6347 and, as far as its records are those of DTLS 1.2, RFC 9147.
use super::handshake::{self, MAX_MESSAGE, Over};
use super::names::{self, DTLS as F};
use super::{ALERT, APPLICATION_DATA, CHANGE_CIPHER_SPEC, HANDSHAKE, hello, words};
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Payload, Problem, Protocol, Verdict};

pub(in super::super) static DTLS: Protocol = Protocol {
    name: "dtls",
    title: "Datagram Transport Layer Security",
    short: "DTLS",
    fields: names::DTLS_FIELDS,
    claims: &[Claim::UdpPort(4433), Claim::UdpPort(5684)],
    probe: Some(probe),
    dissect,
    stateful: true,
    shaping: 64,
    ..Protocol::PLAIN
};

const HEADER: usize = 13;
/// Type, length, message sequence, fragment's offset and length.
const MESSAGE_HEADER: usize = 12;
/// Fragments of a message.
const MOST_FRAGMENTS: usize = 256;
/// With the connection's id, whose length is not told, behind the sequence number (RFC 9146).
const WITH_ID: u8 = 25;

fn probe(payload: &Payload<'_>) -> Verdict {
    look(payload).unwrap_or(Verdict::NotMine)
}

fn look(payload: &Payload<'_>) -> Result<Verdict, Problem> {
    let bytes = payload.window();
    let content = bytes.u8(0)?;
    if !payload.is_udp() || !matches!(content, 20..=25) || !matches!(bytes.u16(1)?, 0xfeff | 0xfefd | 0x0100) {
        return Ok(Verdict::NotMine);
    }
    let (epoch, length) = (bytes.u16(3)?, usize::from(bytes.u16(11)?));
    let end = length.saturating_add(HEADER);
    let plain_handshake =
        content == HANDSHAKE && epoch == 0 && matches!(bytes.u8(HEADER), Ok(0..=4 | 8 | 11..=16 | 20..=24));
    // The record ends with the datagram, or another one of the same version follows.
    let fits =
        end == bytes.len() || bytes.u16(end.saturating_add(1)) == bytes.u16(1) || epoch == 0 && end > bytes.len();
    Ok(Verdict::certain_if(fits && length > 0 && (plain_handshake || epoch < 16)))
}

/// A message of which fragments are missing.
#[derive(Default)]
struct Pending {
    sequence: u16,
    total: usize,
    /// Fragments that came and where they begin, in order: no more is kept than was there, whatever length is claimed.
    pieces: Vec<(usize, Vec<u8>)>,
}

impl Pending {
    fn add(&mut self, at: usize, piece: &[u8]) {
        let end = at.saturating_add(piece.len());
        if !self.pieces.iter().any(|(from, kept)| *from <= at && end <= from.saturating_add(kept.len())) {
            let place = self.pieces.partition_point(|(from, _)| *from < at);
            self.pieces.insert(place, (at, piece.to_vec()));
        }
    }

    /// The message, when its fragments leave no hole.
    fn whole(&mut self) -> Option<Vec<u8>> {
        let reach = self.pieces.iter().fold(0, |reach, (at, piece)| match *at {
            at if at <= reach => reach.max(at.saturating_add(piece.len())),
            _ => reach,
        });
        if reach < self.total {
            return None;
        }
        let mut body = Vec::with_capacity(self.total);
        for (at, piece) in std::mem::take(self).pieces {
            let known = body.len().saturating_sub(at);
            body.extend_from_slice(piece.get(known..).unwrap_or_default());
        }
        Some(body)
    }
}

#[derive(Default)]
struct State {
    client: Pending,
    server: Pending,
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    // Others may share the flow (RFC 7983).
    match bytes.u8(0)? {
        0..=3 => return Ok(Next::Instead(Claim::Named("stun"), bytes)),
        128..=191 => return Ok(Next::Instead(Claim::Named("rtp"), bytes)),
        _ => {}
    }
    if bytes.u8(0) == Ok(APPLICATION_DATA) && !d.wants() {
        return Ok(Next::End);
    }
    let from_client = d.from_client().unwrap_or_else(|| !d.from_server(&[4433, 5684, 443]));
    d.with_state(|d, state: &mut State| {
        let pending = if from_client { &mut state.client } else { &mut state.server };
        let mut rest = bytes;
        while !rest.is_empty() {
            rest = record(d, rest, pending)?;
        }
        Ok(Next::End)
    })
}

/// A record's fields; what follows it.
fn record<'p>(d: &mut Dissection, rest: Bytes<'p>, pending: &mut Pending) -> Result<Bytes<'p>, Problem> {
    let (kind, version) = (rest.u8(0)?, rest.u16(1)?);
    if !matches!(kind, 20..=26) || !matches!(version, 0xfefc..=0xfeff | 0x0100) {
        d.info_append(", ", || "Continuation Data".to_owned());
        return Ok(rest.from(rest.wire_len()));
    }
    let (epoch, sequence, length) = (rest.u16(3)?, rest.u64(3)? & (u64::MAX >> 16), usize::from(rest.u16(11)?));
    let content = rest.from(HEADER).limit(length);
    if d.memory() == 0 && kind != HANDSHAKE {
        d.remember(version);
    }
    if d.wants() {
        let name = words::version(d.memory()).or_else(|| words::version(version)).unwrap_or("DTLS");
        if !d.has_column() {
            d.column(name);
        }
        let content = words::content(kind);
        d.label(&F.record, rest.span(0..HEADER.saturating_add(length)), || format!("{name} Record Layer: {content}"));
        d.nest(|d| {
            d.noted(&F.content_type, rest.span(0..1), kind, content);
            d.noted(&F.record_version, rest.span(1..3), version, words::version_name(version).unwrap_or("Unknown"));
            d.field(&F.record_epoch, rest.span(3..5), epoch);
            d.field(&F.record_sequence, rest.span(5..11), sequence);
            d.field(&F.record_length, rest.span(11..HEADER), length);
        });
    }
    d.nest(|d| match kind {
        CHANGE_CIPHER_SPEC => d.info_append(", ", || "Change Cipher Spec".to_owned()),
        ALERT if epoch == 0 => super::alert(d, &F, &content),
        ALERT => d.info_append(", ", || "Encrypted Alert".to_owned()),
        HANDSHAKE if epoch == 0 => messages(d, content, pending),
        HANDSHAKE => d.info_append(", ", || "Encrypted Handshake Message".to_owned()),
        APPLICATION_DATA => {
            if d.wants() {
                d.field(&F.app_data, content.span(0..length), content.all());
            }
            d.info_append(", ", || "Application Data".to_owned());
        }
        WITH_ID => d.info_append(", ", || "Connection ID".to_owned()),
        _ => d.info_append(", ", || "Heartbeat".to_owned()),
    });
    Ok(rest.from(HEADER.saturating_add(length)))
}

/// The messages of a handshake record, each whole or a fragment.
fn messages(d: &mut Dissection, content: Bytes<'_>, pending: &mut Pending) {
    let mut rest = content;
    while !rest.is_empty() {
        let Ok(next) = message(d, rest, pending) else {
            return d.info_append(", ", || "Encrypted Handshake Message".to_owned());
        };
        rest = next;
    }
}

fn message<'p>(d: &mut Dissection, rest: Bytes<'p>, pending: &mut Pending) -> Result<Bytes<'p>, Problem> {
    let (kind, total, sequence) = (rest.u8(0)?, rest.u24(1)? as usize, rest.u16(4)?);
    let (offset, length) = (rest.u24(6)? as usize, rest.u24(9)? as usize);
    let end = offset.saturating_add(length);
    let Some(name) = words::handshake(kind)
        .filter(|_| end <= total && total <= MAX_MESSAGE && MESSAGE_HEADER.saturating_add(length) <= rest.wire_len())
    else {
        return Err(Problem::Malformed);
    };
    let here = rest.limit(MESSAGE_HEADER.saturating_add(length));
    let body = here.from(MESSAGE_HEADER);
    let is_fragment = length < total;
    let whole = if is_fragment {
        if pending.sequence != sequence || pending.total != total || pending.pieces.len() >= MOST_FRAGMENTS {
            *pending = Pending { sequence, total, pieces: Vec::new() };
        }
        if let Some(piece) = body.all().get(..length) {
            pending.add(offset, piece);
        }
        pending.whole()
    } else {
        None
    };
    // As hellos are read: type, length, body.
    let message = |body: &[u8]| [here.all().get(..hello::HEADER).unwrap_or_default(), body].concat();
    let said = match (&whole, is_fragment) {
        (Some(whole), _) => format!("{} (Reassembled)", handshake::facts(d, Over::Datagrams, kind, &message(whole))),
        (None, true) => format!("{name} (Fragment)"),
        (None, false) => handshake::facts(d, Over::Datagrams, kind, &message(body.all())).to_owned(),
    };
    if d.wants() {
        d.label(&F.handshake, here.span(0..here.len()), || format!("Handshake Protocol: {said}"));
        d.nest(|d| {
            d.noted(&F.kind, here.span(0..1), kind, name);
            d.field(&F.length, here.span(1..4), total);
            d.field(&F.message_seq, here.span(4..6), sequence);
            d.field(&F.fragment_offset, here.span(6..9), offset);
            d.field(&F.fragment_length, here.span(9..MESSAGE_HEADER), length);
            // A damaged body spoils no other message.
            _ = match &whole {
                Some(whole) => {
                    let bytes = Bytes::reassembled(whole, d.buffer("Reassembled handshake message", whole));
                    handshake::body(d, &F, Over::Datagrams, kind, &message(whole), bytes)
                }
                None if is_fragment => Ok(()),
                None => handshake::body(d, &F, Over::Datagrams, kind, &message(body.all()), body),
            };
        });
        d.info_append(", ", || said);
    }
    Ok(rest.from(MESSAGE_HEADER.saturating_add(length)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::dissect::Wanted;

    #[test]
    fn fragments_in_any_order_make_a_message() {
        let mut pending = Pending { sequence: 1, total: 6, pieces: Vec::new() };
        for (at, piece) in [(4, b"ef".as_slice()), (4, b"ef"), (2, b"cd"), (4, b"e"), (4, b"")] {
            pending.add(at, piece);
            assert_eq!(pending.whole(), None);
        }
        assert_eq!(pending.pieces.len(), 2, "what is known is not kept again");
        pending.add(0, b"abc");
        assert_eq!(pending.whole().as_deref(), Some(b"abcdef".as_slice()));
        assert!(pending.pieces.is_empty());
    }

    #[test]
    fn a_claimed_length_takes_no_memory() {
        // A fragment of no bytes of a certificate of 128 KiB.
        let message = [11, 2, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0];
        let (mut d, mut pending) = (Dissection::new(Wanted::Everything), Pending::default());
        d.enter(0, &Bytes::reassembled(&message, 0));
        messages(&mut d, Bytes::reassembled(&message, 0), &mut pending);
        assert_eq!(pending.total, MAX_MESSAGE);
        assert!(pending.pieces.iter().all(|(_, piece)| piece.capacity() == 0));
    }
}
