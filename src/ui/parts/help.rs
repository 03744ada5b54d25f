//! Keys and words.
use crate::ui::dom;
use crate::ui::say::{fill, t};
use crate::ui::state::State;
use leptos::html::Dialog;
use leptos::prelude::*;

const KEYS: [(&str, &str); 16] = [
    ("Ctrl O, o", "Open a capture"),
    ("Ctrl V", "Open a capture from the clipboard"),
    ("Ctrl S, w", "Save packets or tables"),
    ("1 … 9", "The first nine views, from the top"),
    ("/", "The filter: Enter applies it, Esc takes back what was typed"),
    ("↑ ↓, Tab", "In the filter: what was applied before; what could stand there, and take it"),
    ("s", "Search the flows; find a packet"),
    ("↑ ↓, PgUp PgDn, Home End", "Move in a table"),
    ("← →", "Collapse or expand a protocol; move along a chart"),
    ("Enter", "Details of the row"),
    ("Shift F10, menu key", "Apply a cell, line or bar as filter, and more; ← → choose the cell"),
    ("Shift ← →, Enter", "In the timeline: choose a span of time and zoom into it"),
    ("Esc, double click", "In the timeline: zoom out"),
    ("+ − 0, Shift arrows", "In the map: zoom, show all of it, move it"),
    ("Esc", "Close what is open"),
    ("?", "This help"),
];

/// Where packets are listed. Ctrl is Command on a Mac.
const PACKET_KEYS: [(&str, &str); 13] = [
    ("↑ ↓, j k, Ctrl ↑ ↓", "Packet above or below; with Ctrl from any pane"),
    (". ,", "Next or previous packet of the same flow (also with Ctrl)"),
    ("Ctrl G, g", "Go to packet"),
    ("Ctrl F, s", "Find a packet"),
    ("n, p", "Next or previous that was looked for"),
    ("Ctrl M, m", "Mark or unmark the packet"),
    ("t", "Set or unset the time reference"),
    ("f", "Follow the stream"),
    ("d", "Details and bytes"),
    ("← →", "Collapse or expand in the details"),
    ("Ctrl ← →", "Collapse or expand all details"),
    ("Enter", "In the details: go to the packet that the line leads to"),
    ("Tab, then arrows", "From pane to pane; the bar between two panes moves them"),
];

/// In a graph.
const GRAPH_KEYS: [(&str, &str); 7] = [
    ("Drag, wheel, + −", "Zoom"),
    ("Shift drag, Shift ← →", "Move along the time"),
    ("Double click, 0, Esc", "The whole connection"),
    ("← →", "Point before or after"),
    ("Click, Enter", "Go to the packet"),
    ("Shift F10, menu key", "Filters: of the point, and of the connection or the span that is seen"),
    ("Tab", "To the other direction"),
];

const WORDS: [(&str, &str); 15] = [
    (
        "Filter",
        "Everything shown is about the packets that match it: Wireshark's display filters (tcp.port == 443) and tcpdump's expressions (port 443) are both understood.",
    ),
    (
        "Times in filters",
        "Without a zone they are UTC, so that a link means the same everywhere; Wireshark takes them for local time. Z, UTC or +09:00 behind a time says it: frame.time >= \"2024-05-06 16:00:00+09:00\".",
    ),
    (
        "Flow",
        "All packets between two endpoints, both directions: what Wireshark calls a conversation. A reused TCP port begins a new flow.",
    ),
    (
        "Client, server",
        "The client opened the connection. Where no handshake was captured, the well-known port decides, or else the first packet: then it is marked as assumed.",
    ),
    ("→ and ←", "From client to server, and back."),
    ("Bytes", "Whole frames on the wire. KB, MB, GB are powers of 1000; the tooltip has the exact number."),
    ("Payload", "What TCP or UDP carried, retransmissions included."),
    ("Initial RTT", "Round-trip time of the TCP handshake, SYN to ACK: Wireshark's tcp.analysis.initial_rtt."),
    (
        "Server half, client half",
        "SYN to SYN/ACK is the way from the capture to the server and back; SYN/ACK to ACK the way to the client. The smaller half tells where the capture was taken.",
    ),
    (
        "Waiting",
        "From the last byte of a request to the first byte of its response: the way there and back, and the server's own time.",
    ),
    (
        "Network, server, client",
        "Whose time it was. What the way there and back takes is known from the handshake and from ACKs; the rest of the waiting is the server's.",
    ),
    (
        "Lost before, lost after the capture",
        "A segment that is sent again and had been seen here got lost behind the capture; one that had not been seen, before it.",
    ),
    ("State", "What netstat would print of an end when the capture ended."),
    ("Layer bytes", "A protocol's own bytes only, without what is below it."),
    ("End packets", "Packets in which the protocol is the last one understood."),
];

#[component]
pub(crate) fn HelpDialog() -> impl IntoView {
    let state = expect_context::<State>();
    let dialog = NodeRef::<Dialog>::new();
    state.keys.set(dom::recall("keys").as_deref() != Some("off"));
    Effect::new(move |_| {
        let Some(dialog) = dialog.get() else { return };
        match state.help.get() {
            true if !dialog.open() => {
                let _ = dialog.show_modal();
            }
            false if dialog.open() => dialog.close(),
            _ => {}
        }
    });
    let switch = move |_| {
        state.keys.update(|on| *on = !*on);
        dom::remember("keys", if state.keys.get_untracked() { "on" } else { "off" });
    };
    view! {
        <dialog class="dialog help" id="help" node_ref=dialog aria-labelledby="help-title" on:close=move |_| state.help.set(false)>
            <h2 id="help-title">{t("Keys and words")}</h2>
            <div class="help-columns">
                <section>
                    <h3>{t("Keys")}</h3>
                    <dl class="keys">
                        {KEYS.map(|(key, what)| view! { <dt><kbd>{t(key)}</kbd></dt><dd>{t(what)}</dd> }).collect_view()}
                    </dl>
                    <h3>{t("Keys of the packet list")}</h3>
                    <dl class="keys">
                        {PACKET_KEYS.map(|(key, what)| view! { <dt><kbd>{t(key)}</kbd></dt><dd>{t(what)}</dd> }).collect_view()}
                    </dl>
                    <h3>{t("Keys of a graph")}</h3>
                    <dl class="keys">
                        {GRAPH_KEYS.map(|(key, what)| view! { <dt><kbd>{t(key)}</kbd></dt><dd>{t(what)}</dd> }).collect_view()}
                    </dl>
                    <label class="check"><input type="checkbox" prop:checked=move || state.keys.get() on:change=switch />{t("Single keys (o, w, /, s, ?, 1 … 9, and those of the packet list) are on")}</label>
                </section>
                <section>
                    <h3>{t("Words")}</h3>
                    <dl class="words">
                        {WORDS.map(|(word, what)| view! { <dt>{t(word)}</dt><dd>{t(what)}</dd> }).collect_view()}
                    </dl>
                </section>
            </div>
            <p class="muted">{fill("Wireglass {0} · everything happens in this browser; no capture, address or name leaves it.", &[&env!("CARGO_PKG_VERSION")])}
                " "<button type="button" class="link" id="help-private" on:click=move |_| { state.help.set(false); state.private.set(true) }>{t("How to check")}</button>
            </p>
            <div class="dialog-buttons">
                <button type="button" class="button primary" autofocus on:click=move |_| state.help.set(false)>{t("Close")}</button>
            </div>
        </dialog>
    }
}
