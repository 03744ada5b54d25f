//! The protocol hierarchy: which protocols, inside which, with how much of the capture.
use super::words;
use crate::api::{Hierarchy, HierarchyAnswer, ProtocolRow};
use crate::sorted::Sorted;
use crate::ui::client::ask;
use crate::ui::filter::{More, Only};
use crate::ui::save::{SaveButton, Wish};
use crate::ui::say::{fill, t};
use crate::ui::state::State;
use crate::ui::{dom, format};
use leptos::prelude::*;

#[component]
pub(crate) fn Protocols() -> impl IntoView {
    let state = expect_context::<State>();
    let asked = ask(move || Some(Hierarchy {}));
    let collapsed = RwSignal::new(Sorted::<String, ()>::default());
    let active = RwSignal::new(None::<String>);
    let visible = Memo::new(move |_| {
        asked.answer.with(|a| {
            a.as_ref()
                .map(|(_, answer)| collapsed.with(|collapsed| unfolded(&answer.rows, collapsed)))
                .unwrap_or_default()
        })
    });
    let totals = Memo::new(move |_| {
        asked.answer.with(|a| a.as_ref().map(|(_, h)| HierarchyAnswer { rows: Vec::new(), ..h.clone() }))
    });

    let fold = move |path: &str, fold: bool| {
        collapsed.update(|collapsed| {
            if fold {
                collapsed.insert(path.to_owned(), ());
            } else {
                collapsed.remove(path);
            }
        });
    };
    let go = move |row: Option<&Shown>| {
        if let Some(row) = row {
            active.set(Some(row.row.path.clone()));
            dom::focus(&element_id(&row.row.path));
        }
    };
    let on_key = move |event: leptos::ev::KeyboardEvent| {
        let rows = visible.get_untracked();
        let at =
            active.with_untracked(|path| path.as_ref().and_then(|path| rows.iter().position(|r| r.row.path == *path)));
        let here = at.and_then(|i| rows.get(i));
        match (event.key().as_str(), here) {
            ("ArrowDown", _) => go(rows.get(at.map_or(0, |i| i + 1))),
            ("ArrowUp", _) => go(rows.get(at.unwrap_or(0).saturating_sub(1))),
            ("Home", _) => go(rows.first()),
            ("End", _) => go(rows.last()),
            ("ArrowRight", Some(row)) if row.folded => fold(&row.row.path, false),
            ("ArrowRight", Some(_)) => {
                go(at.and_then(|i| rows.get(i + 1)).filter(|next| here.is_some_and(|h| next.row.depth > h.row.depth)))
            }
            ("ArrowLeft", Some(row)) if row.has_children && !row.folded => fold(&row.row.path, true),
            ("ArrowLeft", Some(row)) => {
                go(rows.iter().take(at.unwrap_or(0)).rev().find(|r| r.row.depth < row.row.depth))
            }
            ("Enter", Some(row)) if has_flows(&row.row) && event.target().is_some_and(|t| !is_button(&t)) => {
                state.show_flows(row.row.name.clone())
            }
            _ => return,
        }
        event.prevent_default();
    };

    let draw = move |shown: Shown| {
        let path = shown.row.path.clone();
        let row = Memo::new(move |_| {
            visible.with(|rows| rows.iter().find(|r| r.row.path == path).cloned()).unwrap_or_else(|| shown.clone())
        });
        tree_row(state, row, totals, active, move |path, folded| fold(path, folded))
    };
    let first = Memo::new(move |_| visible.with(|rows| rows.first().map(|r| r.row.path.clone())));
    Effect::new(move |_| {
        if let (Some(first), true) = (first.get(), active.with_untracked(Option::is_none)) {
            active.set(Some(first));
        }
    });
    view! {
        <div class="protocols">
            <div class="toolbar">
                <h2>{t("Protocol Hierarchy")}</h2>
                <span class="muted">{move || totals.get().map(|h| fill("{0}, {1} on the wire, {2}", &[&format::counted(h.packets, "{0} packet", "{0} packets"), &format::bytes(h.bytes), &format::duration(h.duration_ns)]))}</span>
                <span class="muted" id="seen-from">{move || totals.get().map(|t| words::seen_from(&t.local))}</span>
                <span class="space"></span>
                <button type="button" class="button small" on:click=move |_| collapsed.set(Sorted::default())>{t("Expand all")}</button>
                <button type="button" class="button small" on:click=move |_| collapsed.set(asked.answer.with_untracked(|a| a.as_ref().map(|(_, h)| h.rows.iter().map(|r| (r.path.clone(), ())).collect()).unwrap_or_default()))>{t("Collapse all")}</button>
                <SaveButton wish=Wish::Table />
            </div>
            {move || asked.failure.get().map(|message| view! { <p class="refusal" role="alert">{message}</p> })}
            <div class="scroll-x">
                <table class="plain tree" id="hierarchy" role="treegrid" aria-label=t("Protocol Hierarchy") on:keydown=on_key>
                    <thead><tr>
                        <th scope="col">{t("Protocol")}</th>
                        <th scope="col" class="num">{t("Packets")}</th><th scope="col" colspan="2">{t("% Packets")}</th>
                        <th scope="col" class="num">{t("Bytes")}</th><th scope="col" colspan="2">{t("% Bytes")}</th>
                        <th scope="col" class="num" title=t("This protocol's own bytes only")>{t("Layer bytes")}</th>
                        <th scope="col" class="num">{t("Bits/s")}</th>
                        <th scope="col" class="num" title=t("Packets in which this is the last protocol")>{t("End packets")}</th>
                        <th scope="col" class="num" title=t("Bytes of those packets")>{t("End bytes")}</th>
                        <th scope="col" class="num" title=t("Bytes that left the local hosts")>{t("Sent ↑")}</th>
                        <th scope="col" class="num" title=t("Bytes that came to the local hosts")>{t("Received ↓")}</th>
                        <th scope="col"><span class="visually-hidden">{t("Flows")}</span></th>
                    </tr></thead>
                    <tbody>
                        <For each=move || visible.get() key=|shown| shown.row.path.clone() children=draw />
                    </tbody>
                </table>
            </div>
            {move || (totals.get().is_some() && visible.with(Vec::is_empty)).then(|| view! { <p class="muted">{t("No packets so far.")}</p><Only /> })}
        </div>
    }
}

/// A row on screen.
#[derive(Clone, PartialEq, Debug)]
struct Shown {
    row: ProtocolRow,
    has_children: bool,
    folded: bool,
}

/// The rows that no folded ancestor hides.
fn unfolded(rows: &[ProtocolRow], collapsed: &Sorted<String, ()>) -> Vec<Shown> {
    let mut shown = Vec::new();
    let mut hidden_below = None;
    for (i, row) in rows.iter().enumerate() {
        if hidden_below.is_some_and(|depth| row.depth > depth) {
            continue;
        }
        let has_children = rows.get(i + 1).is_some_and(|next| next.depth > row.depth);
        let folded = has_children && collapsed.contains_key(&row.path);
        hidden_below = folded.then_some(row.depth);
        shown.push(Shown { row: row.clone(), has_children, folded });
    }
    shown
}

const TRANSPORTS: [&str; 7] = ["tcp", "udp", "udplite", "sctp", "dccp", "icmp", "icmpv6"];
/// What stands below a transport, and what is no protocol to search for.
const BELOW: [&str; 10] = ["eth", "wlan", "llc", "ppp", "vlan", "mpls", "arp", "ip", "ipv6", "data"];

/// Flows exist from the transport layer up; the lower layers that a tunnel carries have none of their own.
fn has_flows(row: &ProtocolRow) -> bool {
    let names: Vec<&str> = row.path.split(':').collect();
    let transport = names.iter().rposition(|name| TRANSPORTS.contains(name));
    transport.is_some_and(|at| names.iter().skip(at).all(|name| !BELOW.contains(name)))
}

fn is_button(target: &web_sys::EventTarget) -> bool {
    use wasm_bindgen::JsCast;
    target.dyn_ref::<web_sys::Element>().is_some_and(|e| e.tag_name() == "BUTTON")
}

fn element_id(path: &str) -> String {
    format!("protocol-{}", path.replace(':', "-"))
}

fn tree_row(
    state: State,
    shown: Memo<Shown>,
    totals: Memo<Option<HierarchyAnswer>>,
    active: RwSignal<Option<String>>,
    fold: impl Fn(&str, bool) + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let number = move |of: fn(&ProtocolRow) -> u64| move || shown.with(|s| format::count(of(&s.row)));
    let size = move |of: fn(&ProtocolRow) -> u64| move || shown.with(|s| format::bytes(of(&s.row)));
    let exact = move |of: fn(&ProtocolRow) -> u64| move || shown.with(|s| format::exact_bytes(of(&s.row)));
    let of_packets = move || totals.with(|t| t.as_ref().map_or(0, |t| t.packets));
    let of_bytes = move || totals.with(|t| t.as_ref().map_or(0, |t| t.bytes));
    let share = |part: u64, whole: u64| format!("{:.2}%", part as f64 * 100.0 / whole.max(1) as f64);
    let rate =
        move || format::bit_rate(shown.with(|s| s.row.bytes), totals.with(|t| t.as_ref().map_or(0, |t| t.duration_ns)));
    let path = shown.with_untracked(|s| s.row.path.clone());
    let here = path.clone();
    let is_active = move || active.with(|a| a.as_deref() == Some(here.as_str()));
    let (focused, depth) = (path.clone(), shown.with_untracked(|s| s.row.depth));
    let toggle = move || {
        shown.with(|s| s.has_children).then(|| {
        let folded = shown.with(|s| s.folded);
        view! {
            <button type="button" class="twist" tabindex="-1" aria-label=if folded { t("Expand") } else { t("Collapse") } on:click=move |_| shown.with_untracked(|s| fold(&s.row.path, !s.folded))>
                {if folded { "▸" } else { "▾" }}
            </button>
        }
    })
    };
    let name = shown.with_untracked(|s| s.row.name.clone());
    let more = view! { <More condition=name.clone() /> };
    let flows = shown.with_untracked(|s| has_flows(&s.row)).then(|| view! {
        <button type="button" class="link" tabindex="-1" on:click=move |_| state.show_flows(shown.with_untracked(|s| s.row.name.clone()))>{t("Show flows")}</button>
    });
    let tab_index = {
        let is_active = is_active.clone();
        move || if is_active() { "0" } else { "-1" }
    };
    view! {
        <tr
            id=element_id(&path) tabindex=tab_index class:active=is_active
            attr:aria-level=depth + 1 data-filter=name.clone()
            aria-expanded=move || shown.with(|s| s.has_children.then_some(if s.folded { "false" } else { "true" }))
            on:focus=move |_| active.set(Some(focused.clone()))
            on:dblclick=move |_| shown.with_untracked(|s| if s.has_children { fold(&s.row.path, !s.folded) })
        >
            <th scope="row">
                <span class="tree-cell" style:padding-left=format!("calc({depth} * var(--indent, 18px))")>
                    <span class="twist-place">{toggle}</span>
                    <span class="tree-title" title=move || shown.with(|s| s.row.title.clone())>{move || shown.with(|s| s.row.title.clone())}</span>
                    <span class="muted mono">{name.clone()}</span>
                </span>
            </th>
            <td class="num">{number(|r| r.packets)}</td>
            <td class="num">{move || format::percent(shown.with(|s| s.row.packets), of_packets())}</td>
            <td class="bar-cell"><span class="bar" style:width=move || share(shown.with(|s| s.row.packets), of_packets())></span></td>
            <td class="num" title=exact(|r| r.bytes)>{size(|r| r.bytes)}</td>
            <td class="num">{move || format::percent(shown.with(|s| s.row.bytes), of_bytes())}</td>
            <td class="bar-cell"><span class="bar bytes" style:width=move || share(shown.with(|s| s.row.bytes), of_bytes())></span></td>
            <td class="num" title=exact(|r| r.layer_bytes)>{size(|r| r.layer_bytes)}</td>
            <td class="num">{rate}</td>
            <td class="num">{number(|r| r.end_packets)}</td>
            <td class="num" title=exact(|r| r.end_bytes)>{size(|r| r.end_bytes)}</td>
            <td class="num" title=move || shown.with(|s| format::counted(s.row.sent_packets, "{0} packet", "{0} packets"))>{size(|r| r.sent_bytes)}</td>
            <td class="num" title=move || shown.with(|s| format::counted(s.row.received_packets, "{0} packet", "{0} packets"))>{size(|r| r.received_bytes)}</td>
            <td class="row-end">{flows}{more}</td>
        </tr>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(depth: u32, path: &str) -> ProtocolRow {
        ProtocolRow {
            depth,
            path: path.into(),
            name: path.rsplit(':').next().unwrap_or_default().into(),
            ..ProtocolRow::default()
        }
    }

    #[test]
    fn folding_hides_what_is_below_and_only_that() {
        let rows = [row(0, "eth"), row(1, "eth:ip"), row(2, "eth:ip:tcp"), row(1, "eth:arp")];
        let shown = unfolded(&rows, &[("eth:ip".to_owned(), ())].into_iter().collect());
        assert_eq!(shown.iter().map(|s| s.row.path.as_str()).collect::<Vec<_>>(), ["eth", "eth:ip", "eth:arp"]);
        assert_eq!(
            shown.iter().map(|s| (s.has_children, s.folded)).collect::<Vec<_>>(),
            [(true, false), (true, true), (false, false)]
        );
    }

    #[test]
    fn flows_begin_at_the_transport() {
        assert!(!has_flows(&row(1, "eth:ip")));
        assert!(has_flows(&row(2, "eth:ip:udp")));
        assert!(has_flows(&row(3, "eth:ip:udp:dns")));
        assert!(!has_flows(&row(3, "eth:ip:udp:data")));
        assert!(!has_flows(&row(5, "eth:ip:udp:vxlan:eth:ip")));
        assert!(has_flows(&row(6, "eth:ip:udp:vxlan:eth:ip:tcp")));
    }
}
