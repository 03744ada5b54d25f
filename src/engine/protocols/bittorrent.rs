//! BitTorrent peer protocol, BEP 3; fast extension BEP 6, extension protocol BEP 10.
use crate::engine::dissect::{
    Bytes, Claim, Dissection, Field, Frame, Next, Payload, Problem, Protocol, Stream, Verdict, fields, text,
};

fields! {
    NAME_LENGTH: Uint => "bittorrent.protocol.name.length", "Protocol Name Length";
    NAME: Text => "bittorrent.protocol.name", "Protocol Name";
    RESERVED: Bytes => "bittorrent.reserved", "Reserved Extension Bytes";
    HASH: Bytes => "bittorrent.info_hash", "SHA1 Hash of info dictionary";
    PEER: Bytes => "bittorrent.peer_id", "Peer ID";
    MESSAGE: Label => "bittorrent.msg", "Message";
    LENGTH: Uint => "bittorrent.msg.length", "Message Length";
    KIND: Uint => "bittorrent.msg.type", "Message Type";
    BITFIELD: Bytes => "bittorrent.msg.bitfield", "Bitfield data";
    PIECE: Hex(8) => "bittorrent.piece.index", "Piece index";
    BEGIN: Hex(8) => "bittorrent.piece.begin", "Begin offset of piece";
    PIECE_LENGTH: Hex(8) => "bittorrent.piece.length", "Piece Length";
    DATA: Bytes => "bittorrent.piece.data", "Data in a piece";
    PORT: Uint => "bittorrent.port", "Port";
    EXTENDED_ID: Uint => "bittorrent.extended.id", "Extended Message ID";
    EXTENDED: Bytes => "bittorrent.extended", "Extended Message";
    CONTINUED: Bytes => "bittorrent.continuous_data", "Extended Message";
}

pub(super) static BITTORRENT: Protocol = Protocol {
    name: "bittorrent",
    title: "BitTorrent",
    short: "BitTorrent",
    fields: FIELDS,
    claims: &[
        Claim::TcpPort(6881),
        Claim::TcpPort(6882),
        Claim::TcpPort(6883),
        Claim::TcpPort(6884),
        Claim::TcpPort(6885),
        Claim::TcpPort(6886),
        Claim::TcpPort(6887),
        Claim::TcpPort(6888),
        Claim::TcpPort(6889),
    ],
    probe: Some(probe),
    dissect,
    framing: Some(framing),
    ..Protocol::PLAIN
};

const HANDSHAKE: &[u8] = b"\x13BitTorrent protocol";
const HANDSHAKE_LENGTH: usize = 68;
/// Pieces come in blocks of 16 KiB; what says it is longer is none.
const LONGEST: u32 = 1 << 16;

fn probe(payload: &Payload<'_>) -> Verdict {
    if !payload.is_tcp() {
        return Verdict::NotMine;
    }
    Verdict::certain_if(payload.bytes.starts_with(HANDSHAKE))
}

fn title(kind: u8) -> Option<&'static str> {
    Some(match kind {
        0 => "Choke",
        1 => "Unchoke",
        2 => "Interested",
        3 => "Not Interested",
        4 => "Have",
        5 => "Bitfield",
        6 => "Request",
        7 => "Piece",
        8 => "Cancel",
        9 => "Port",
        13 => "Suggest Piece",
        14 => "Have All",
        15 => "Have None",
        16 => "Reject Request",
        17 => "Allowed Fast",
        20 => "Extended",
        _ => return None,
    })
}

/// Length of the message that begins here, if one does: encrypted streams and the middle of a piece show none.
fn message(bytes: &[u8]) -> Option<usize> {
    let length = u32::from_be_bytes(*bytes.first_chunk()?);
    let known = length == 0 || length < LONGEST && bytes.get(4).is_none_or(|&kind| title(kind).is_some());
    usize::try_from(length).ok().filter(|_| known)?.checked_add(4)
}

fn framing(stream: &Stream<'_>) -> Frame {
    let bytes = stream.bytes;
    let is_handshake = bytes.starts_with(HANDSHAKE.get(..bytes.len().min(HANDSHAKE.len())).unwrap_or_default());
    match bytes {
        _ if is_handshake && bytes.len() >= 4 => Frame::Message(HANDSHAKE_LENGTH),
        [_, _, _, _, ..] => message(bytes).map_or(Frame::Unframed, Frame::Message),
        _ => Frame::More,
    }
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let all = bytes.all();
    if all.starts_with(HANDSHAKE) {
        if d.wants() {
            d.info_add("", || "Handshake  ".to_owned());
            handshake(d, &bytes)?;
        }
        return Ok(Next::End);
    }
    let Some(length) = message(all) else {
        d.info_add("", || "Continuation data  ".to_owned());
        if d.wants() {
            d.field(&CONTINUED, bytes.span(0..all.len()), all);
        }
        return Ok(Next::End);
    };
    let bytes = bytes.limit(length);
    let Ok(kind) = bytes.u8(4) else {
        d.info_add("", || "BitTorrent  ".to_owned());
        return Ok(Next::End);
    };
    if d.wants() {
        describe(d, &bytes, kind)?;
    }
    // The extension protocol's own handshake is a dictionary.
    let is_dictionary = kind == 20 && bytes.u8(5) == Ok(0);
    d.inside();
    Ok(if is_dictionary { Next::Claim(Claim::Named("bencode"), bytes.from(6)) } else { Next::End })
}

fn handshake(d: &mut Dissection, bytes: &Bytes<'_>) -> Result<(), Problem> {
    d.field(&NAME_LENGTH, bytes.span(0..1), bytes.u8(0)?);
    d.field(&NAME, bytes.span(1..20), text::shown(bytes.take(1..20)?));
    d.field(&RESERVED, bytes.span(20..28), bytes.take(20..28)?);
    d.field(&HASH, bytes.span(28..48), bytes.take(28..48)?);
    d.field(&PEER, bytes.span(48..HANDSHAKE_LENGTH), bytes.take(48..HANDSHAKE_LENGTH)?);
    Ok(())
}

fn describe(d: &mut Dissection, bytes: &Bytes<'_>, kind: u8) -> Result<(), Problem> {
    let (name, end) = (title(kind).unwrap_or_default(), bytes.wire_len());
    let (piece, begin) = (bytes.u32(5), bytes.u32(9));
    let said = match (kind, piece, begin, bytes.u32(13)) {
        (4 | 13 | 17, Ok(piece), ..) => format!("{name}, Piece (Idx:0x{piece:x})"),
        (5, ..) => format!("{name}, Len:0x{:x}", end.saturating_sub(5)),
        (6 | 8 | 16, Ok(piece), Ok(begin), Ok(length)) => {
            format!("{name}, Piece (Idx:0x{piece:x},Begin:0x{begin:x},Len:0x{length:x})")
        }
        (7, Ok(piece), Ok(begin), _) => {
            format!("{name}, Idx:0x{piece:x},Begin:0x{begin:x},Len:0x{:x}", end.saturating_sub(13))
        }
        _ => name.to_owned(),
    };
    d.info_add("", || format!("{said}  "));
    d.label(&MESSAGE, bytes.span(0..end), || format!("Message: Len:{}, {said}", end.saturating_sub(4)));
    d.nest(|d| {
        d.field(&LENGTH, bytes.span(0..4), bytes.u32(0)?);
        d.noted(&KIND, bytes.span(4..5), kind, name);
        let rest = |from: usize| bytes.take(from..bytes.len());
        let number = |d: &mut Dissection, field: &'static Field, at: usize| -> Result<(), Problem> {
            d.field(field, bytes.span(at..at.saturating_add(4)), bytes.u32(at)?);
            Ok(())
        };
        match kind {
            4 | 13 | 17 => number(d, &PIECE, 5)?,
            5 => d.field(&BITFIELD, bytes.span(5..end), rest(5)?),
            6 | 8 | 16 => {
                number(d, &PIECE, 5)?;
                number(d, &BEGIN, 9)?;
                number(d, &PIECE_LENGTH, 13)?;
            }
            7 => {
                number(d, &PIECE, 5)?;
                number(d, &BEGIN, 9)?;
                d.field(&DATA, bytes.span(13..end), rest(13)?);
            }
            9 => d.field(&PORT, bytes.span(5..7), bytes.u16(5)?),
            20 => {
                let id = bytes.u8(5)?;
                d.field(&EXTENDED_ID, bytes.span(5..6), id);
                if id != 0 {
                    d.field(&EXTENDED, bytes.span(6..end), rest(6)?);
                }
            }
            _ => {}
        }
        Ok(())
    })
}
