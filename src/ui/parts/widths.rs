//! Widths of columns that somebody set: by the edge of a column's head, with pointer or keys; remembered for each table.
use super::table::Column;
use crate::ui::dom;
use crate::ui::say::{fill, t};
use leptos::ev::{KeyboardEvent, MouseEvent, PointerEvent};
use leptos::html::Div;
use leptos::prelude::*;
use std::borrow::Cow;
use wasm_bindgen::JsCast;

/// Of a column, px.
const LEAST: i32 = 24;
const MOST: i32 = 4000;
/// By so much an arrow key moves an edge, px.
const STEP: i32 = 10;
const KEY: &str = "widths";

/// All widths that were set, of all tables: the rest are as the columns say.
#[derive(Clone, Copy)]
pub(crate) struct Widths(RwSignal<Vec<(String, i32)>>);

impl Widths {
    /// As the browser remembers them.
    pub(crate) fn remembered() -> Widths {
        Widths(RwSignal::new(read(&dom::recall(KEY).unwrap_or_default())))
    }

    fn of(self, name: &str) -> Option<i32> {
        self.0.with(|all| all.iter().find(|(known, _)| known == name).map(|(_, width)| *width))
    }

    fn set(self, name: &str, width: Option<i32>) {
        self.0.update(|all| {
            all.retain(|(known, _)| known != name);
            all.extend(width.map(|width| (name.to_owned(), width.clamp(LEAST, MOST))));
        });
    }

    fn keep(self) {
        dom::remember(KEY, &self.0.with_untracked(|all| print(all)));
    }

    /// A table's columns are as wide as usual again.
    pub(crate) fn reset(self, table: &str) {
        self.0.update(|all| all.retain(|(name, _)| name.split_once('/').is_none_or(|(of, _)| of != table)));
        self.keep();
    }

    /// The columns as tracks of a CSS grid.
    pub(crate) fn template(self, table: &str, columns: &[Column]) -> String {
        let track = |column: &Column| match self.of(&name(table, column)) {
            Some(width) => Cow::Owned(format!("{width}px")),
            None => Cow::Borrowed(column.width),
        };
        columns.iter().map(track).collect::<Vec<_>>().join(" ")
    }
}

/// What a column's width is remembered by. A title alone may stand for two columns, and for one with other contents.
fn name(table: &str, column: &Column) -> String {
    match (&column.title, &column.hint) {
        (Cow::Borrowed(title), Cow::Borrowed(hint)) => format!("{table}/{title}/{hint}"),
        (title, _) => format!("{table}/{title}"),
    }
}

/// Lines of a width and a name.
fn print(all: &[(String, i32)]) -> String {
    all.iter().map(|(name, width)| format!("{width} {name}\n")).collect()
}

fn read(text: &str) -> Vec<(String, i32)> {
    let line = |line: &str| {
        let (width, name) = line.split_once(' ')?;
        let width = width.parse::<i32>().ok().filter(|width| (LEAST..=MOST).contains(width))?;
        Some((name.to_owned(), width))
    };
    text.lines().filter_map(line).collect()
}

/// A table's edges: which of them the keyboard comes to, and what is being dragged.
#[derive(Clone, Copy)]
pub(crate) struct Edges {
    pub widths: Widths,
    table: &'static str,
    columns: Signal<Vec<Column>>,
    element: NodeRef<Div>,
    /// The one edge that Tab comes to.
    reached: RwSignal<usize>,
    /// The column, the pointer's place and the width when the drag began.
    drag: RwSignal<Option<(usize, i32, i32)>>,
}

impl Edges {
    pub(crate) fn new(table: &'static str, columns: Signal<Vec<Column>>, element: NodeRef<Div>) -> Edges {
        let widths = expect_context::<Widths>();
        Edges { widths, table, columns, element, reached: RwSignal::new(0), drag: RwSignal::new(None) }
    }

    fn name(self, at: usize) -> String {
        self.columns
            .with_untracked(|columns| columns.get(at).map(|column| name(self.table, column)).unwrap_or_default())
    }

    /// The heads of all columns.
    fn heads(self) -> Vec<web_sys::Element> {
        self.cells(".grid-head>div")
    }

    fn cells(self, selector: &str) -> Vec<web_sys::Element> {
        let cells = self.element.get_untracked().and_then(|grid| grid.query_selector_all(selector).ok());
        let cell = |cells: &web_sys::NodeList, at| cells.item(at)?.dyn_into().ok();
        cells.map(|cells| (0..cells.length()).filter_map(|at| cell(&cells, at)).collect()).unwrap_or_default()
    }

    fn width(self, at: usize) -> i32 {
        self.heads().get(at).map_or(0, |head| head.get_bounding_client_rect().width().round() as i32)
    }

    /// Columns before this one keep the width they have, or the edge would not stay under the pointer.
    fn hold(self, at: usize) {
        for (before, head) in self.heads().iter().enumerate().take(at) {
            let is_fluid = self
                .columns
                .with_untracked(|columns| columns.get(before).is_some_and(|column| column.width.contains("fr")));
            if is_fluid {
                let name = self.name(before);
                if untrack(|| self.widths.of(&name)).is_none() {
                    self.widths.set(&name, Some(head.get_bounding_client_rect().width().round() as i32));
                }
            }
        }
    }

    /// As wide as what is shown of the column.
    fn fit(self, at: usize) -> Option<i32> {
        let grid: web_sys::HtmlElement = self.element.get_untracked()?.into();
        let before = grid.style().get_property_value("--columns").ok()?;
        let mut tracks: Vec<String> =
            self.columns.with_untracked(|columns| columns.iter().map(|_| "0px".to_owned()).collect());
        *tracks.get_mut(at)? = "max-content".to_owned();
        let _ = grid.style().set_property("--columns", &tracks.join(" "));
        let cells = format!(".grid-head > :nth-child({0}), .grid-row:not([hidden]) > :nth-child({0})", at + 1);
        let cells = self.cells(&cells);
        let widest = cells.iter().map(|cell| cell.get_bounding_client_rect().width()).fold(0.0, f64::max);
        let _ = grid.style().set_property("--columns", &before);
        Some(widest.ceil() as i32)
    }

    /// Fits the column; if it did already, it is as wide as usual again.
    fn fit_or_reset(self, at: usize) {
        let name = self.name(at);
        let fitting = self.fit(at).map(|width| width.clamp(LEAST, MOST));
        let now = untrack(|| self.widths.of(&name));
        self.widths.set(&name, fitting.filter(|_| now != fitting));
        self.widths.keep();
    }

    fn move_by(self, at: usize, by: i32) {
        let width = self.width(at);
        self.hold(at);
        self.widths.set(&self.name(at), Some(width + by));
        self.widths.keep();
    }

    fn on_key(self, at: usize, event: &KeyboardEvent) {
        if event.ctrl_key() || event.alt_key() || event.meta_key() {
            return;
        }
        let step = if event.shift_key() { 1 } else { STEP };
        match event.key().as_str() {
            "ArrowLeft" => self.move_by(at, -step),
            "ArrowRight" => self.move_by(at, step),
            "Enter" | " " => self.fit_or_reset(at),
            "Delete" => {
                self.widths.set(&self.name(at), None);
                self.widths.keep();
            }
            key @ ("ArrowUp" | "ArrowDown") => {
                let to = if key == "ArrowUp" { at.saturating_sub(1) } else { at + 1 };
                if let Some(head) = self.heads().get(to) {
                    self.reached.set(to);
                    let edge = head.query_selector(".column-edge").ok().flatten();
                    if let Some(edge) = edge.and_then(|edge| edge.dyn_into::<web_sys::HtmlElement>().ok()) {
                        let _ = edge.focus();
                    }
                }
            }
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    }

    /// The edge at the end of a column's head.
    pub(crate) fn edge(self, at: usize, title: &str) -> impl IntoView + use<> {
        let name = self.name(at);
        let set = Memo::new(move |_| self.widths.of(&name));
        let down = move |event: PointerEvent| {
            if event.button() != 0 {
                return;
            }
            if let Some(edge) = event.current_target().and_then(|edge| edge.dyn_into::<web_sys::Element>().ok()) {
                let _ = edge.set_pointer_capture(event.pointer_id());
            }
            self.drag.set(Some((at, event.client_x(), self.width(at))));
        };
        let moved = move |event: PointerEvent| {
            if let Some((at, from, width)) = self.drag.get_untracked() {
                let to = width + event.client_x() - from;
                if to != width || untrack(|| set.get()).is_some() {
                    self.hold(at);
                    self.widths.set(&self.name(at), Some(to));
                }
            }
        };
        let up = move |_: PointerEvent| {
            if self.drag.get_untracked().is_some() {
                self.drag.set(None);
                self.widths.keep();
            }
        };
        let is_dragged = move || self.drag.get().is_some_and(|(dragged, ..)| dragged == at);
        view! {
            <span
                class="column-edge" class:dragging=is_dragged role="separator" aria-orientation="vertical"
                tabindex=move || if self.reached.get() == at { "0" } else { "-1" }
                aria-label=fill("Width of {0}", &[&title])
                aria-valuemin=LEAST aria-valuemax=MOST aria-valuenow=move || set.get().unwrap_or(LEAST)
                aria-valuetext=move || set.get().map_or_else(|| t("as usual").to_owned(), |width| format!("{width} px"))
                title=t("Drag, or use the arrow keys; double click: as wide as what is shown, once more: as usual")
                on:pointerdown=down on:pointermove=moved on:pointerup=up on:pointercancel=up
                on:focus=move |_| self.reached.set(at)
                on:keydown=move |event| self.on_key(at, &event)
                on:click=move |event: MouseEvent| event.stop_propagation()
                on:dblclick=move |event: MouseEvent| { event.stop_propagation(); self.fit_or_reset(at); }
            ></span>
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths_are_remembered() {
        let all = vec![("packets-table/Time/Seconds since 1970".to_owned(), 90), ("a/tcp.seq".to_owned(), 300)];
        assert_eq!(read(&print(&all)), all);
        assert_eq!(read("x\n-5 a/b\n99999 a/c\n40 a/d e\n"), [("a/d e".to_owned(), 40)]);
    }

    #[test]
    fn columns_with_one_title_have_two_names() {
        let [client, server] = ["Client's port", "Server's port"].map(|hint| Column::new("Port", hint, "7ch", "num"));
        assert_ne!(name("flow-table", &client), name("flow-table", &server));
    }
}
