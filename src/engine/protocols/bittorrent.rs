//! BitTorrent peer protocol, BEP 3.
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Payload, Problem, Protocol, Verdict, fields};

fields! {
    HASH: Bytes => "bittorrent.info_hash", "SHA1 Hash of info dictionary";
    PEER: Bytes => "bittorrent.peer_id", "Peer ID";
    LENGTH: Uint => "bittorrent.msg.length", "Message Length";
    KIND: Uint => "bittorrent.msg.type", "Message Type";
}

pub(super) static BITTORRENT: Protocol = Protocol {
    name: "bittorrent",
    title: "BitTorrent",
    short: "BitTorrent",
    fields: FIELDS,
    claims: &[Claim::TcpPort(6881), Claim::TcpPort(6882), Claim::TcpPort(6883), Claim::TcpPort(6884), Claim::TcpPort(6885), Claim::TcpPort(6886), Claim::TcpPort(6887), Claim::TcpPort(6888), Claim::TcpPort(6889)],
    probe: Some(probe),
    dissect,
    ..Protocol::PLAIN
};

const HANDSHAKE: &[u8] = b"\x13BitTorrent protocol";
const HANDSHAKE_LENGTH: usize = 68;
/// Pieces come in blocks of 16 KiB; bitfields are longer.
const LONGEST: u32 = 1 << 20;

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
        13 => "Suggest",
        14 => "Have All",
        15 => "Have None",
        16 => "Reject Request",
        17 => "Allowed Fast",
        20 => "Extended",
        _ => return None,
    })
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if !d.wants() {
        return Ok(Next::End);
    }
    let (mut info, mut rest) = (String::new(), bytes);
    if bytes.all().starts_with(HANDSHAKE) {
        d.field(&HASH, bytes.span(28..48), bytes.take(28..48)?);
        if let Ok(peer) = bytes.take(48..HANDSHAKE_LENGTH) {
            d.field(&PEER, bytes.span(48..HANDSHAKE_LENGTH), peer);
        }
        info.push_str("Handshake  ");
        rest = bytes.from(HANDSHAKE_LENGTH);
    }
    while let Ok(length) = rest.u32(0) {
        let end = usize::try_from(length).unwrap_or(usize::MAX).saturating_add(4);
        if length == 0 {
            info.push_str("Keep-Alive  ");
        } else {
            let Some((kind, title)) = rest.u8(4).ok().and_then(|kind| Some((kind, title(kind)?))).filter(|_| length < LONGEST) else { break };
            d.field(&LENGTH, rest.span(0..4), length);
            d.field(&KIND, rest.span(4..5), kind);
            info.push_str(title);
            info.push_str("  ");
        }
        rest = rest.from(end);
    }
    if info.is_empty() {
        info.push_str("Continuation data");
    }
    d.info(|| info);
    Ok(Next::End)
}
