//! sFlow version 5, sflow.org/sflow_version_5.txt.
use crate::engine::dissect::{Address, Bytes, Claim, Dissection, Next, Payload, Problem, Protocol, Verdict, fields};

fields! {
    VERSION: Uint => "sflow.datagram_version", "Datagram version";
    AGENT: Address => "sflow.agent_address", "Agent address";
    SEQUENCE: Uint => "sflow.sequence_number", "Sequence number";
    SAMPLES: Uint => "sflow.numsamples", "NumSamples";
}

pub(super) static SFLOW: Protocol = Protocol {
    name: "sflow",
    title: "InMon sFlow",
    short: "sFlow",
    fields: FIELDS,
    claims: &[Claim::UdpPort(6343)],
    probe: Some(probe),
    dissect,
    ..Protocol::PLAIN
};

fn probe(payload: &Payload<'_>) -> Verdict {
    look(payload).unwrap_or(Verdict::NotMine)
}

/// Where the fields after the agent's address begin.
fn after_agent(bytes: &Bytes<'_>) -> Result<usize, Problem> {
    match bytes.u32(4)? {
        1 => Ok(12),
        2 => Ok(24),
        _ => Err(Problem::Malformed),
    }
}

fn look(payload: &Payload<'_>) -> Result<Verdict, Problem> {
    let bytes = payload.window();
    let version = bytes.u32(0)?;
    if !payload.is_udp() || !matches!(version, 2 | 4 | 5) {
        return Ok(Verdict::NotMine);
    }
    let at = after_agent(&bytes)?;
    let (samples, format) = (bytes.u32(at.saturating_add(12))?, bytes.u32(at.saturating_add(16)).unwrap_or(1));
    Ok(Verdict::certain_if(version == 5 && (1..=64).contains(&samples) && (1..=4).contains(&format)))
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if !d.wants() {
        return Ok(Next::End);
    }
    let version = bytes.u32(0)?;
    let at = after_agent(&bytes)?;
    let agent = if at == 12 { Address::ipv4(bytes.array(8)?) } else { Address::ipv6(bytes.array(8)?) };
    d.field(&VERSION, bytes.span(0..4), version);
    d.field(&AGENT, bytes.span(8..at), agent);
    if version == 5 {
        let (sub, sequence, samples) = (bytes.u32(at)?, bytes.u32(at.saturating_add(4))?, bytes.u32(at.saturating_add(12))?);
        d.field(&SEQUENCE, bytes.span(at.saturating_add(4)..at.saturating_add(8)), sequence);
        d.field(&SAMPLES, bytes.span(at.saturating_add(12)..at.saturating_add(16)), samples);
        d.info(|| format!("V5, agent {agent}, sub-agent ID {sub}, seq {sequence}, {samples} samples"));
    }
    Ok(Next::End)
}
