//! Multiprotocol Label Switching, RFC 3032; pseudowires, RFC 4385 and RFC 4448; the associated channel, RFC 5586.
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Problem, Protocol, fields};

fields! {
    LABEL: Uint => "mpls.label", "MPLS Label";
    EXPERIMENTAL: Uint => "mpls.exp", "MPLS Experimental Bits";
    BOTTOM: Bool => "mpls.bottom", "MPLS Bottom Of Label Stack";
    TTL: Uint => "mpls.ttl", "MPLS TTL";
}

pub(super) static MPLS: Protocol = Protocol {
    name: "mpls",
    title: "MultiProtocol Label Switching Header",
    short: "MPLS",
    fields: FIELDS,
    claims: &[Claim::EtherType(0x8847), Claim::EtherType(0x8848), Claim::Ip(137), Claim::Ppp(0x0281), Claim::UdpPort(6635)],
    probe: Some(probe),
    dissect,
    ..Protocol::PLAIN
};

/// Ethernet in a pseudowire whose set-up the capture did not see: with a control word or without is a guess.
pub(super) static PSEUDOWIRE: Protocol =
    pseudowire("pwethheuristic", "Ethernet PW (CW is heuristically detected)", dissect_pseudowire);
pub(super) static CONTROL_WORD: Protocol =
    pseudowire("pwethcw", "Ethernet PW (with CW)", |_, bytes| Ok(Next::Claim(Claim::Named("eth"), bytes.from(4))));
pub(super) static NO_CONTROL_WORD: Protocol =
    pseudowire("pwethnocw", "Ethernet PW (no CW)", |_, bytes| Ok(Next::Claim(Claim::Named("eth"), bytes)));
pub(super) static ASSOCIATED_CHANNEL: Protocol = pseudowire("pwach", "PW Associated Channel Header", dissect_channel);

const fn pseudowire(name: &'static str, title: &'static str, dissect: crate::engine::dissect::Dissect) -> Protocol {
    Protocol { name, title, short: "", fields: &[], claims: &[], probe: None, dissect, ..Protocol::PLAIN }
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let mut at = 0_usize;
    loop {
        let entry = bytes.u32(at)?;
        let end = at.saturating_add(4);
        let bottom = entry & 0x100 != 0;
        if d.wants() {
            d.field(&LABEL, bytes.span(at..end), entry >> 12);
            d.field(&EXPERIMENTAL, bytes.span(at..end), entry >> 9 & 7);
            d.field(&BOTTOM, bytes.span(at..end), bottom);
            d.field(&TTL, bytes.span(at..end), entry & 0xff);
        }
        at = end;
        if bottom {
            break;
        }
    }
    let rest = bytes.from(at);
    if rest.wire_len() == 0 {
        return Ok(Next::End);
    }
    // Nothing names what the labels carry; the first four bits tell (RFC 4928).
    Ok(match rest.u8(0)? >> 4 {
        0 => Next::Claim(Claim::Named("pwethheuristic"), rest),
        1 => Next::Claim(Claim::Named("pwach"), rest),
        _ => Next::Claim(Claim::IpVersion, rest),
    })
}

/// A stack that ends within eight labels, before IP.
fn probe(payload: &crate::engine::dissect::Payload<'_>) -> crate::engine::dissect::Verdict {
    use crate::engine::dissect::Verdict;
    let (entries, _) = payload.bytes.as_chunks::<4>();
    let Some(labels) = entries.iter().take(8).position(|[_, _, low, _]| low & 1 != 0) else { return Verdict::NotMine };
    match entries.get(labels.saturating_add(1)) {
        Some([0x45..=0x4f | 0x60..=0x6f, ..]) => Verdict::Possible,
        _ => Verdict::NotMine,
    }
}

fn dissect_pseudowire<'p>(_: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let word = bytes.u32(0)?;
    let known = |at| bytes.u16(at).is_ok_and(|kind| matches!(kind, 0x0800 | 0x0806 | 0x8100 | 0x86dd | 0x88a8));
    let plain = word != 0 && known(12) && !known(16);
    Ok(Next::Claim(Claim::Named(if plain { "pwethnocw" } else { "pwethcw" }), bytes))
}

fn dissect_channel<'p>(_: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let rest = bytes.from(4);
    let claim = match bytes.u16(2)? {
        0x0007 => Claim::Named("bfd"),
        0x0021 | 0x0057 => Claim::IpVersion,
        0x8902 => Claim::EtherType(0x8902),
        _ => return Ok(Next::Data(rest)),
    };
    Ok(Next::Claim(claim, rest))
}
