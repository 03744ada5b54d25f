//! A TCP connection over time.
use super::Asked;
use crate::api::{GraphAnswer, GraphKind, GraphSeries, Shown, TcpGraph};
use crate::engine::dissect::Transport;
use crate::engine::store::flows::{End, Flow};
use crate::engine::store::packets::{FlowId, NO_TIME};
use crate::engine::tcp::graph::{Graph, Wanted, draw, knows_scale};
use crate::engine::tcp::pixels::Point;

const USUAL_WIDTH: u16 = 1000;
const MOST_WIDTH: u16 = 4096;

/// The TCP flow of this number.
///
/// # Errors
/// When there is none.
pub fn tcp_flow<'a>(asked: &Asked<'a>, id: FlowId) -> Result<&'a Flow, String> {
    let Some(flow) = asked.store.flows.get(id) else { return Err(format!("There is no flow {}.", u64::from(id) + 1)) };
    match flow.key.transport {
        Transport::Tcp => Ok(flow),
        _ => Err(format!("Flow {} is no TCP connection: only TCP has sequence numbers.", u64::from(id) + 1)),
    }
}

/// # Errors
/// When there is no such flow, or it is none of TCP.
pub fn answer(asked: &Asked<'_>, question: &TcpGraph) -> Result<GraphAnswer, String> {
    let flow = tcp_flow(asked, question.flow)?;
    let sender = if question.from_client { flow.client } else { flow.server() };
    let whole = if flow.first == NO_TIME { (0, 0) } else { (flow.first, flow.last) };
    let span = question.span.filter(|(from, to)| from < to).unwrap_or(whole);
    let columns = if question.width == 0 { USUAL_WIDTH } else { question.width.min(MOST_WIDTH) };
    let wanted = Wanted { kind: question.kind, sender, span, columns: columns.into() };
    let graph = draw(asked.store, question.flow, wanted).unwrap_or_default();
    Ok(GraphAnswer {
        span,
        whole,
        sender: endpoint(asked, flow, sender),
        receiver: endpoint(asked, flow, 1 - sender),
        segments: graph.segments,
        bucket_ns: graph.bucket,
        left_out: graph.left_out,
        notes: notes(flow, sender, question.kind, &graph),
        series: graph.series.into_iter().map(|(shows, points)| series(shows, &points)).collect(),
    })
}

/// `10.0.0.1:50000`, `[2001:db8::1]:443`.
pub fn endpoint(asked: &Asked<'_>, flow: &Flow, end: End) -> String {
    let address = asked.store.address(flow, end).map(|address| address.to_string()).unwrap_or_default();
    let port = flow.port(end);
    if address.contains(':') { format!("[{address}]:{port}") } else { format!("{address}:{port}") }
}

fn series(shows: Shown, points: &[Point]) -> GraphSeries {
    let has_bars = points.iter().any(|point| point.low != point.value);
    let has_packets = !matches!(shows, Shown::Throughput | Shown::Goodput);
    let has_counts = points.iter().any(|point| point.count > 1);
    GraphSeries {
        shows,
        x: points.iter().map(|point| point.time as f64).collect(),
        y: points.iter().map(|point| point.value).collect(),
        low: points.iter().filter(|_| has_bars && has_packets).map(|point| point.low).collect(),
        packets: points.iter().filter(|_| has_packets).map(|point| point.packet.saturating_add(1)).collect(),
        counts: points.iter().filter(|_| has_counts).map(|point| point.count).collect(),
    }
}

fn notes(flow: &Flow, sender: End, kind: GraphKind, graph: &Graph) -> Vec<String> {
    let mut notes = Vec::new();
    let receiver = 1 - sender;
    let both = |packets: [u32; 2]| packets.iter().all(|&n| n > 0);
    if flow.first == NO_TIME {
        notes.push("The packets of this connection have no times in the file.");
        return notes.into_iter().map(str::to_owned).collect();
    }
    if !both(flow.packets) {
        notes.push(match Flow::by(flow.packets, sender) {
            0 => {
                "Nothing of this side was captured: what it sent is known from the other side's acknowledgements only."
            }
            _ => "Nothing of the other side was captured: there are no acknowledgements and no window.",
        });
    } else if !graph.has_payload {
        notes.push("This side sent no payload.");
    }
    let has_scale = knows_scale(flow, receiver) || Flow::by(flow.packets, receiver) == 0;
    if !has_scale && matches!(kind, GraphKind::Tcptrace | GraphKind::Window) {
        notes.push("The handshake was not captured: the scale of the window is not known, so the window is not drawn.");
    }
    let is_counted = matches!(kind, GraphKind::Tcptrace | GraphKind::Stevens);
    if is_counted && !knows_scale(flow, sender) && Flow::by(flow.packets, sender) > 0 {
        notes.push("Its SYN was not captured: numbers count from the first segment that was.");
    }
    if kind == GraphKind::RoundTrips && graph.has_payload && graph.series.is_empty() && both(flow.packets) {
        notes.push("No acknowledgement answers a segment that was sent only once.");
    }
    notes.into_iter().map(str::to_owned).collect()
}
