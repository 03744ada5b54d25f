//! `wireglass follow`: what the two ends of a stream said.
use super::arguments::{FollowShown, FollowSide};
use super::output::{Out, clean};
use super::{Loaded, Stop};
use wireglass::api::{Stream, StreamAnswer, StreamSide};
use wireglass::engine::dissect::Transport;
use wireglass::engine::store::flows::Flow;

/// Chunks asked for at a time.
const WINDOW: u32 = 1000;

pub fn print(
    loaded: &mut Loaded,
    out: &mut Out,
    stream: (Transport, u32),
    side: FollowSide,
    shown: FollowShown,
) -> Result<(), Stop> {
    let (transport, number) = stream;
    let store = loaded.session.store();
    let is_it = |flow: &Flow| (flow.key.transport, flow.stream) == (transport, number);
    let found = store.flows.iter().find(|(_, flow)| is_it(flow)).map(|(id, flow)| (id, flow.client));
    let Some((flow, client)) = found else {
        return Err(Stop::Failed(format!("there is no stream {number}; see wireglass flows")));
    };
    let side = match side {
        FollowSide::Both => StreamSide::Both,
        FollowSide::Client if client == 0 => StreamSide::A,
        FollowSide::Server if client == 1 => StreamSide::A,
        FollowSide::Client | FollowSide::Server => StreamSide::B,
    };
    let mut next = 0;
    let mut previous = None;
    loop {
        let chunks = next..next + WINDOW;
        let answer = loaded.ask(Stream { flow, side, chunks, decoded: shown == FollowShown::Decoded })?;
        if next == 0 && shown != FollowShown::Raw {
            heading(out, &answer)?;
        }
        if answer.chunks.is_empty() {
            return Ok(());
        }
        next += answer.chunks.len() as u32;
        for chunk in &answer.chunks {
            if shown == FollowShown::Raw {
                out.bytes(&chunk.bytes)?;
                continue;
            }
            if previous != Some(chunk.from) {
                let name = answer.ends.get(usize::from(chunk.from)).map_or("", String::as_str);
                let arrow = if (chunk.from == 0) == answer.a_is_client { "→" } else { "←" };
                let seconds = chunk.time_ns.map(|ns| format!(" at {:.6} s", ns as f64 / 1e9)).unwrap_or_default();
                out.line(format_args!("\n{arrow} {name}, packet {}{seconds}", chunk.packet + 1))?;
            }
            previous = Some(chunk.from);
            if chunk.gap > 0 {
                out.line(format_args!("[{} bytes missing in the capture]", chunk.gap))?;
            }
            match shown {
                FollowShown::Hex => out.dump(chunk.offset, &chunk.bytes)?,
                _ => out.line(text(&chunk.bytes))?,
            }
        }
        if next >= answer.total {
            return Ok(());
        }
    }
}

fn heading(out: &mut Out, answer: &StreamAnswer) -> Result<(), Stop> {
    let ([a, b], [from_a, from_b]) = (&answer.ends, answer.bytes);
    out.line(format_args!("{a} sent {from_a} bytes, {b} sent {from_b} bytes, {} changes of direction", answer.turns))?;
    let [lost_a, lost_b] = answer.missing;
    if lost_a + lost_b > 0 {
        out.line(format_args!("missing in the capture: {lost_a} bytes of {a}, {lost_b} bytes of {b}"))?;
    }
    Ok(())
}

/// Text with its lines; what no terminal should be sent is replaced.
fn text(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    text.lines().map(clean).collect::<Vec<_>>().join("\n")
}
