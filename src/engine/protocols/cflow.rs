//! NetFlow and IPFIX: version 5 as Cisco documents it, version 9, RFC 3954, and 10, RFC 7011.
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Payload, Problem, Protocol, Verdict, fields};

fields! {
    VERSION: Uint => "cflow.version", "Version";
    COUNT: Uint => "cflow.count", "Count";
    SEQUENCE: Uint => "cflow.sequence", "FlowSequence";
    DOMAIN: Uint => "cflow.od_id", "Observation Domain Id";
}

pub(super) static CFLOW: Protocol = Protocol {
    name: "cflow",
    title: "Cisco NetFlow/IPFIX",
    short: "CFLOW",
    fields: FIELDS,
    claims: &[Claim::UdpPort(2055), Claim::UdpPort(9995), Claim::UdpPort(9996), Claim::UdpPort(4739)],
    probe: Some(probe),
    dissect,
    ..Protocol::PLAIN
};

fn probe(payload: &Payload<'_>) -> Verdict {
    look(payload).unwrap_or(Verdict::NotMine)
}

/// Whether sets fill the datagram from `at` to its end.
fn sets_fit(bytes: &Bytes<'_>, mut at: usize) -> Result<bool, Problem> {
    while at < bytes.len() {
        let (id, length) = (bytes.u16(at)?, bytes.u16(at.saturating_add(2))?);
        if !matches!(id, 0..=3 | 256..) || length < 4 {
            return Ok(false);
        }
        at = at.saturating_add(usize::from(length));
    }
    Ok(at == bytes.len())
}

fn look(payload: &Payload<'_>) -> Result<Verdict, Problem> {
    let bytes = payload.window();
    if !payload.is_udp() {
        return Ok(Verdict::NotMine);
    }
    let (version, count) = (bytes.u16(0)?, usize::from(bytes.u16(2)?));
    // Header and record of a fixed layout.
    let exact = |header: usize, record: usize| (1..=30).contains(&count) && bytes.len() == count.saturating_mul(record).saturating_add(header);
    Ok(match version {
        1 => Verdict::possible_if(exact(16, 52)),
        5 if exact(24, 48) => Verdict::Certain,
        7 if exact(24, 52) => Verdict::Certain,
        9 if count > 0 => Verdict::certain_if(sets_fit(&bytes, 20)? && bytes.u32(8)? > 0x3000_0000),
        10 if count == bytes.len() => Verdict::certain_if(sets_fit(&bytes, 16)? && bytes.u32(4)? > 0x3000_0000),
        _ => Verdict::NotMine,
    })
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if !d.wants() {
        return Ok(Next::End);
    }
    let (version, count) = (bytes.u16(0)?, bytes.u16(2)?);
    d.field(&VERSION, bytes.span(0..2), version);
    d.info(|| format!("total: {count} (v{version}) records"));
    match version {
        9 => {
            let domain = bytes.u32(16)?;
            d.field(&COUNT, bytes.span(2..4), count);
            d.field(&SEQUENCE, bytes.span(12..16), bytes.u32(12)?);
            d.field(&DOMAIN, bytes.span(16..20), domain);
            let plural = if count == 1 { "" } else { "s" };
            d.info(|| format!("total: {count} (v9) record{plural} Obs-Domain-ID={domain:>5}"));
        }
        10 => {
            let domain = bytes.u32(12)?;
            d.field(&SEQUENCE, bytes.span(8..12), bytes.u32(8)?);
            d.field(&DOMAIN, bytes.span(12..16), domain);
            d.info(|| format!("IPFIX flow ({count:>4} bytes) Obs-Domain-ID={domain:>5}"));
        }
        _ => d.field(&COUNT, bytes.span(2..4), count),
    }
    Ok(Next::End)
}
