//! Google's QUIC before the IETF's, versions Q001 to Q043 ("QUIC Wire Layout Specification", 2016) and Q046.
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Payload, Problem, Protocol, Transport, Verdict, fields};

fields! {
    FLAGS: Hex(2) => "gquic.puflags", "Public Flags";
    CID: Uint => "gquic.cid", "CID";
    VERSION: Text => "gquic.version", "Version";
}

pub(super) static GQUIC: Protocol = Protocol {
    name: "gquic",
    title: "GQUIC (Google Quick UDP Internet Connections)",
    short: "GQUIC",
    fields: FIELDS,
    claims: &[Claim::UdpPort(80)],
    probe: Some(probe),
    dissect,
    ..Protocol::PLAIN
};

const HAS_VERSION: u8 = 0x01;
const HAS_CID: u8 = 0x08;
const RESERVED: u8 = 0x80;
const LONG_FORM: u8 = 0xc0;

/// `Q043`: three digits.
fn is_version(version: [u8; 4]) -> bool {
    let [q, digits @ ..] = version;
    matches!(q, b'Q' | b'T') && digits.iter().all(u8::is_ascii_digit)
}

/// Where the version stands, and where the connection id does: behind the flags, or as the IETF has it (Q044 on).
fn places(bytes: &[u8]) -> Option<(usize, usize)> {
    let &[flags, .., w, x, y, z] = bytes.first_chunk::<13>()?;
    if flags & (HAS_VERSION | HAS_CID | RESERVED) == HAS_VERSION | HAS_CID && is_version([w, x, y, z]) {
        return Some((9, 1));
    }
    let &[first, a, b, c, d, 0x50, ..] = bytes.first_chunk::<14>()? else { return None };
    (first & LONG_FORM == LONG_FORM && is_version([a, b, c, d])).then_some((1, 6))
}

fn probe(payload: &Payload<'_>) -> Verdict {
    let is_udp = payload.transport == Transport::Udp;
    if is_udp && places(payload.bytes).is_some() { Verdict::Certain } else { Verdict::NotMine }
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if d.wants() {
        d.field(&FLAGS, bytes.span(0..1), bytes.u8(0)?);
        let mut said = "Payload (Encrypted)".to_owned();
        if let Some((version_at, cid_at)) = places(bytes.all()) {
            let version: [u8; 4] = bytes.array(version_at)?;
            let (version_end, cid_end) = (version_at.saturating_add(4), cid_at.saturating_add(8));
            let cid = bytes.u64(cid_at)?;
            d.field(&CID, bytes.span(cid_at..cid_end), cid);
            d.field(&VERSION, bytes.span(version_at..version_end), String::from_utf8_lossy(&version).into_owned());
            said = format!("{said}, CID: {cid}");
        }
        d.info(|| said);
    }
    if bytes.is_cut() { Err(Problem::Truncated) } else { Ok(Next::End) }
}
