//! One direction of a connection: its graph, what the signs in it mean, and what must be known to read it.
use crate::api::{GraphAnswer, GraphKind, GraphSeries, Shown, TcpGraph};
use crate::ui::client::{Asked, ask};
use crate::ui::curves::{Curve, Curves};
use crate::ui::filter::Filters;
use crate::ui::format;
use crate::ui::parts::menu::Item;
use crate::ui::parts::plot::{Plot, Series, Told};
use crate::ui::say::{self, fill, t};
use crate::ui::state::{State, set};
use leptos::prelude::*;

fn kind(curve: Curve) -> GraphKind {
    match curve {
        Curve::Tcptrace | Curve::Ladder => GraphKind::Tcptrace,
        Curve::Stevens => GraphKind::Stevens,
        Curve::RoundTrips => GraphKind::RoundTrips,
        Curve::Throughput => GraphKind::Throughput,
        Curve::Window => GraphKind::Window,
    }
}

fn unit(kind: GraphKind) -> &'static str {
    match kind {
        GraphKind::RoundTrips => "time",
        GraphKind::Throughput => "rate",
        _ => "bytes",
    }
}

/// Its name, the sign it has in the legend, and what it means.
fn words(shows: Shown) -> (&'static str, &'static str, &'static str) {
    let (name, sign, meaning) = match shows {
        Shown::Segments => ("Segment", "┃", "Payload on its way: from its first to its last byte"),
        Shown::Acks => ("Acknowledged", "━", "Up to here the receiver has everything"),
        Shown::WindowEdge => ("Window's edge", "┅", "Up to here the receiver lets the sender go"),
        Shown::Sacks => {
            ("Received beyond a gap (SACK)", "┃", "The receiver has this, but something before it is missing")
        }
        Shown::RoundTrips => ("Round trip", "▪", "From a segment to its acknowledgement"),
        Shown::Throughput => ("Throughput", "━", "Payload sent, whatever was sent again included"),
        Shown::Goodput => ("Goodput", "┅", "Payload acknowledged for the first time"),
        Shown::InFlight => ("In flight", "━", "Bytes sent and not acknowledged yet"),
        Shown::Window => ("Receiver's window", "┅", "Bytes the receiver has room for"),
        Shown::Retransmission => ("Retransmission", "✕", "Sent again"),
        Shown::OutOfOrder => ("Out of order", "◇", "Came after segments that were sent later"),
        Shown::Missing => {
            ("Segment missing before", "△", "Something before this segment is not in the capture, or comes later")
        }
        Shown::KeepAlive => ("Keep-alive", "□", "Asks whether the other side is still there"),
        Shown::WindowFull => ("Window full", "▽", "The sender has used the window up and has to wait"),
        Shown::DuplicateAck => ("Duplicate ACK", "+", "The receiver asks again for what is missing"),
        Shown::ZeroWindow => ("Zero window", "○", "The receiver has no room: the sender has to wait"),
        Shown::Syn => ("SYN", "S", "Opens the connection"),
        Shown::Fin => ("FIN", "F", "Ends this direction"),
        Shown::Reset => ("RST", "R", "Breaks the connection off"),
    };
    (t(name), sign, t(meaning))
}

#[component]
pub(crate) fn Direction(
    from_client: bool,
    /// The connection, or what of it is looked at.
    condition: Memo<Option<String>>,
) -> impl IntoView {
    let state = expect_context::<State>();
    let filters = expect_context::<Filters>();
    let curves = state.curves;
    let width = RwSignal::new(0.0_f64);
    // A window that is being resized asks now and then.
    let columns = Memo::new(move |_| (width.get() / 100.0).ceil() as u16 * 100);
    let asked = ask(move || {
        let width = Some(columns.get()).filter(|&width| width > 0)?;
        let (flow, kind) = (curves.flow.get()?, kind(curves.curve.get()));
        Some(TcpGraph { flow, from_client, kind, span: curves.span.get(), width })
    });
    let whole = Memo::new(move |_| seen(curves, asked, |_, answer| answer.whole));
    let view = Memo::new(move |_| {
        let (from, to) = curves.span.get().or_else(|| whole.get().map(padded)).unwrap_or((0, 1));
        (from as f64, to as f64)
    });
    let series = move || seen(curves, asked, |question, answer| (arrays(answer), unit(question.kind)));
    let told = Told {
        span: Callback::new(move |span: Option<(i64, i64)>| {
            let inside = span.zip(whole.get_untracked()).and_then(|(span, whole)| inside(span, padded(whole)));
            set(curves.span, inside);
        }),
        packet: Callback::new(move |number: u32| state.show_packet(number.saturating_sub(1))),
        menu: Callback::new(move |(packet, at): (Option<u32>, (i32, i32))| {
            let mut items =
                packet.map(|number| filters.items(&format!("frame.number == {number}"))).unwrap_or_default();
            if packet.is_some() {
                items.push(Item::Line);
            }
            items.extend(filters.items(&condition.get_untracked().unwrap_or_default()));
            filters.open_menu(at, items);
        }),
    };
    let way = if from_client { t("From client") } else { t("From server") };
    let label = Signal::derive(move || {
        fill(
            "{0}: graph over time. Arrow keys go from point to point, Enter to its packet, the menu key to filters, plus and minus zoom.",
            &[&way],
        )
    });
    let text = move |f: fn(&GraphAnswer) -> String| move || seen(curves, asked, |_, answer| f(answer));
    let is_empty = move || {
        let empty = seen(curves, asked, |_, answer| answer.series.iter().all(|one| one.x.is_empty()));
        let words =
            if curves.span.get().is_some() { t("Nothing in this part of the time.") } else { t("Nothing to draw.") };
        (empty == Some(true)).then(|| view! { <p class="plot-empty">{words}</p> })
    };
    view! {
        <section class="direction" id=if from_client { "graph-client" } else { "graph-server" } aria-label=way>
            <h2><span class=if from_client { "from-client" } else { "from-server" }>{way}</span>" "<span class="mono">{text(|answer| format!("{} → {}", answer.sender, answer.receiver))}</span>" "<span class="muted">{text(facts)}</span></h2>
            {move || asked.failure.get().map(|message| view! { <p class="refusal" role="alert">{message}</p> })}
            <div class="plot-frame">
                <Plot label=label series=series view=view width=width told=told />
                {is_empty}
            </div>
            <ul class="plot-legend">{move || seen(curves, asked, |_, answer| legend(answer))}</ul>
            <p class="plot-notes">{text(notes)}</p>
        </section>
    }
}

/// What is on screen: the last answer until the next one is there, but not one about another connection or kind.
fn seen<T>(curves: Curves, asked: Asked<TcpGraph>, f: impl FnOnce(&TcpGraph, &GraphAnswer) -> T) -> Option<T> {
    let (flow, kind) = (curves.flow.get(), kind(curves.curve.get()));
    asked.answer.with(|a| {
        let (question, answer) = a.as_ref()?;
        (Some(question.flow) == flow && question.kind == kind).then(|| f(question, answer))
    })
}

/// A little room at both ends.
fn padded((from, to): (i64, i64)) -> (i64, i64) {
    let room = (to.saturating_sub(from) / 40).max(500_000);
    (from.saturating_sub(room), to.saturating_add(room))
}

/// A span kept inside the whole; `None` when it is the whole.
fn inside((from, to): (i64, i64), whole: (i64, i64)) -> Option<(i64, i64)> {
    let width = to.saturating_sub(from);
    if width >= whole.1.saturating_sub(whole.0) {
        return None;
    }
    let from = from.clamp(whole.0, whole.1.saturating_sub(width));
    Some((from, from.saturating_add(width)))
}

fn arrays(answer: &GraphAnswer) -> js_sys::Array {
    let object = |one: &GraphSeries| {
        let name = format!("{:?}", one.shows);
        let label = words(one.shows).0;
        Series { shows: &name, label, x: &one.x, y: &one.y, low: &one.low, packets: &one.packets, counts: &one.counts }
            .object()
    };
    answer.series.iter().map(object).collect()
}

fn facts(answer: &GraphAnswer) -> String {
    let mut facts = vec![format::counted(answer.segments.into(), "{0} segment", "{0} segments")];
    if answer.bucket_ns > 0 {
        facts.push(fill("each step {0}", &[&format::duration(answer.bucket_ns)]));
    }
    if answer.left_out > 0 {
        facts.push(fill("{0} more marks: zoom in", &[&format::count(answer.left_out.into())]));
    }
    facts.join(" · ")
}

fn notes(answer: &GraphAnswer) -> String {
    answer.notes.iter().map(|note| say::told(note)).collect::<Vec<_>>().join(" ")
}

fn legend(answer: &GraphAnswer) -> Vec<AnyView> {
    let item = |one: &GraphSeries| {
        let (name, sign, meaning) = words(one.shows);
        let count = (one.shows >= Shown::Retransmission && one.shows < Shown::Syn)
            .then(|| format!(" {}", format::count(one.x.len() as u64)));
        view! { <li title=meaning><i class=format!("shows-{:?}", one.shows) aria-hidden="true">{sign}</i>{name}<b>{count}</b></li> }.into_any()
    };
    answer.series.iter().map(item).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_stays_inside_the_connection() {
        assert_eq!(inside((-50, 20), (0, 100)), Some((0, 70)));
        assert_eq!(inside((90, 130), (0, 100)), Some((60, 100)));
        assert_eq!(inside((10, 20), (0, 100)), Some((10, 20)));
        assert_eq!(inside((-10, 120), (0, 100)), None);
    }
}
