//! ZooKeeper client protocol, zookeeper.jute of its sources: the connection request.
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Payload, Problem, Protocol, Verdict};

pub(super) static ZOOKEEPER: Protocol = Protocol {
    name: "zookeeper",
    title: "ZooKeeper",
    short: "ZooKeeper",
    fields: &[],
    claims: &[Claim::TcpPort(2181)],
    probe: Some(probe),
    dissect,
    ..Protocol::PLAIN
};

fn probe(payload: &Payload<'_>) -> Verdict {
    if payload.is_tcp() { look(payload).unwrap_or(Verdict::Possible) } else { Verdict::NotMine }
}

/// Length 44 or 45, version 0, nothing seen, time-out below an hour, a password of sixteen bytes.
fn connects(bytes: &Bytes<'_>) -> Result<bool, Problem> {
    let length = bytes.u32(0)?;
    Ok(matches!(length, 44 | 45)
        && usize::try_from(length).is_ok_and(|length| length.saturating_add(4) == bytes.len())
        && bytes.u32(4)? == 0
        && (1000..=3_600_000).contains(&bytes.u32(16)?)
        && bytes.u32(28)? == 16)
}

fn look(payload: &Payload<'_>) -> Result<Verdict, Problem> {
    Ok(Verdict::certain_if(connects(&payload.window())?))
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    d.info(|| if connects(&bytes).unwrap_or(false) { "Connect Request" } else { "ZooKeeper" }.to_owned());
    Ok(Next::End)
}
