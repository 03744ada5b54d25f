//! A table of any number of rows: draws what is visible, and says which rows it needs. The arithmetic is in [`super::rows`].
use super::rows::Rows;
use crate::ui::dom;
use leptos::ev::{KeyboardEvent, WheelEvent};
use leptos::html::Div;
use leptos::prelude::*;
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

/// Heights in px; the style sheet has the same as `--row` and `--head`.
const ROW: f64 = 26.0;
const HEAD: f64 = 30.0;

#[derive(Clone, Copy, PartialEq)]
pub(crate) struct Column {
    /// What [`Sort`] calls it; `None`: cannot be sorted by.
    pub key: Option<usize>,
    pub title: &'static str,
    pub hint: &'static str,
    /// A CSS grid track.
    pub width: &'static str,
    /// Of its cells: `num`, `mono` or empty.
    pub class: &'static str,
}

#[derive(Clone, PartialEq, Default)]
pub(crate) struct Cell {
    pub text: String,
    pub title: String,
    pub class: &'static str,
}

/// One row, ready to draw.
#[derive(Clone, PartialEq)]
pub(crate) struct Line {
    /// What the row stands for, whatever place it has.
    pub id: u32,
    pub cells: Vec<Cell>,
}

#[derive(Clone, Copy)]
pub(crate) struct Sort {
    /// Key and whether descending.
    pub by: Signal<(usize, bool)>,
    pub change: Callback<usize>,
}

#[derive(Clone, Copy)]
pub(crate) struct Open {
    /// Id of the line whose details are shown.
    pub shown: Signal<Option<u32>>,
    pub open: Callback<u32>,
}

/// Gives the line at a row, when it is known yet.
pub(crate) type Lines = Arc<dyn Fn(u32) -> Option<Line> + Send + Sync>;

/// Scrolling: the position is the truth, the browser's offset follows it or moves it.
#[derive(Clone, Copy)]
struct Scroll {
    element: NodeRef<Div>,
    rows: Memo<Rows>,
    position: RwSignal<f64>,
    /// The browser's offset as last seen or set: an event that brings the same one is our own echo.
    offset: RwSignal<f64>,
    moves: StoredValue<u32>,
}

impl Scroll {
    fn go(&self, position: f64) {
        let rows = self.rows.get_untracked();
        let position = rows.clamp(position);
        if let Some(element) = self.element.get_untracked() {
            element.set_scroll_top(rows.offset_of(position).round() as i32);
            self.offset.set(f64::from(element.scroll_top()));
        }
        self.position.set(position);
    }

    fn scrolled(&self) {
        let Some(element) = self.element.get_untracked() else { return };
        let (from, to) = (self.offset.get_untracked(), f64::from(element.scroll_top()));
        if from == to {
            return;
        }
        let rows = self.rows.get_untracked();
        self.offset.set(to);
        self.position.set(rows.scrolled(self.position.get_untracked(), from, to));
        if rows.scaled() {
            // Exact movements let the scroll bar drift from the position; put it right when the hand rests.
            self.moves.update_value(|n| *n += 1);
            let (this, move_) = (*self, self.moves.get_value());
            set_timeout(
                move || {
                    if this.moves.try_get_value() == Some(move_) {
                        this.go(this.position.get_untracked());
                    }
                },
                Duration::from_millis(200),
            );
        }
    }

    fn wheel(&self, event: &WheelEvent) {
        let rows = self.rows.get_untracked();
        if !rows.scaled() || event.ctrl_key() || event.shift_key() || event.delta_x().abs() > event.delta_y().abs() {
            return;
        }
        event.prevent_default();
        let pixels = match event.delta_mode() {
            WheelEvent::DOM_DELTA_LINE => event.delta_y() * rows.row,
            WheelEvent::DOM_DELTA_PAGE => event.delta_y() * rows.view,
            _ => event.delta_y(),
        };
        self.go(self.position.get_untracked() + pixels / rows.row);
    }

    fn reveal(&self, row: u32) {
        let position = self.position.get_untracked();
        let next = self.rows.get_untracked().revealing(position, row);
        if next != position {
            self.go(next);
        }
    }
}

/// Where a key takes the active row.
fn destination(key: &str, active: Option<u32>, top: u32, rows: &Rows) -> Option<u32> {
    let last = rows.total.checked_sub(1)?;
    let here = active.unwrap_or(top).min(last);
    Some(match (key, active) {
        ("Home", _) => 0,
        ("End", _) => last,
        ("ArrowDown" | "ArrowUp" | "j" | "k", None) => here,
        ("ArrowDown" | "j", _) => here.saturating_add(1).min(last),
        ("ArrowUp" | "k", _) => here.saturating_sub(1),
        ("PageDown", _) => here.saturating_add(rows.page()).min(last),
        ("PageUp", _) => here.saturating_sub(rows.page()),
        _ => return None,
    })
}

#[component]
pub(crate) fn Table(
    /// Prefix of the element ids.
    id: &'static str,
    label: &'static str,
    #[prop(into)] columns: Signal<Vec<Column>>,
    #[prop(into)] total: Signal<u32>,
    lines: Lines,
    /// Set by the table: the rows it draws, and therefore needs.
    window: RwSignal<Range<u32>>,
    /// When this changes, the table starts over at its top.
    #[prop(into)]
    start_over: Signal<String>,
    #[prop(optional)] sort: Option<Sort>,
    #[prop(optional)] open: Option<Open>,
    /// A row to bring into sight when it changes.
    #[prop(optional, into)]
    reveal: Option<Signal<Option<u32>>>,
) -> impl IntoView {
    let element = NodeRef::<Div>::new();
    let size = dom::size_of(element);
    let rows = Memo::new(move |_| Rows { total: total.get(), row: ROW, view: (size.get().1 - HEAD).max(ROW) });
    let scroll =
        Scroll { element, rows, position: RwSignal::new(0.0), offset: RwSignal::new(0.0), moves: StoredValue::new(0) };
    let active = RwSignal::new(None::<u32>);
    // A row was reached by keyboard while details are open: they follow as soon as the row is known.
    let follow = StoredValue::new(None::<u32>);

    let drawn = Memo::new(move |_| rows.get().window(scroll.position.get()));
    Effect::new(move |_| {
        let drawn = drawn.get();
        if window.with_untracked(|now| *now != drawn) {
            window.set(drawn);
        }
    });
    Effect::new(move |before: Option<Rows>| {
        let now = rows.get();
        // Rows came, went, or the window changed its size: the scroll bar has to tell the same position.
        if before.is_some_and(|before| before != now) && (now.scaled() || before.is_some_and(|b| b.scaled())) {
            scroll.go(scroll.position.get_untracked());
        }
        now
    });
    Effect::new(move |before: Option<String>| {
        let now = start_over.get();
        if before.is_some_and(|before| before != now) {
            active.set(None);
            scroll.go(0.0);
        }
        now
    });
    Effect::new(move |before: Option<Option<u32>>| {
        let wanted = reveal?.get().filter(|row| *row < rows.get().total);
        if let Some(row) = wanted.filter(|_| before != Some(wanted)) {
            active.set(wanted);
            let rows = rows.get_untracked();
            let away = rows.revealing(scroll.position.get_untracked(), row) != scroll.position.get_untracked();
            if away {
                // With what is around it.
                scroll.go(f64::from(row) - rows.view / rows.row / 2.0);
            }
        }
        wanted
    });
    let following = lines.clone();
    Effect::new(move |_| {
        let Some((row, open)) = active.get().zip(open) else { return };
        if follow.get_value() == Some(row)
            && let Some(line) = following(row)
        {
            follow.set_value(None);
            open.open.run(line.id);
        }
    });

    let opening = lines.clone();
    let on_key = move |event: KeyboardEvent| {
        if event.ctrl_key() || event.alt_key() || event.meta_key() || event.default_prevented() {
            return;
        }
        if matches!(event.key().as_str(), "Enter" | " ") && event.target() == event.current_target() {
            if let Some((line, open)) = active.get_untracked().and_then(|row| untrack(|| opening(row))).zip(open) {
                event.prevent_default();
                open.open.run(line.id);
            }
            return;
        }
        let top = scroll.position.get_untracked().ceil() as u32;
        if let Some(row) = destination(&event.key(), active.get_untracked(), top, &rows.get_untracked()) {
            event.prevent_default();
            scroll.reveal(row);
            if open.is_some_and(|open| open.shown.get_untracked().is_some()) {
                follow.set_value(Some(row));
            }
            active.set(Some(row));
        }
    };

    let template = move || columns.with(|columns| columns.iter().map(|c| c.width).collect::<Vec<_>>().join(" "));
    let slots = Memo::new(move |_| rows.get().drawn().min(total.get()));
    let layer = move || {
        let (position, offset) = (scroll.position.get(), scroll.offset.get());
        format!("translateY({}px)", rows.get().layer(position, offset, drawn.get().start).round())
    };

    view! {
        <div
            class="grid" role="grid" tabindex="0" id=id aria-label=label node_ref=element
            aria-rowcount=move || total.get().saturating_add(1)
            aria-colcount=move || columns.with(Vec::len)
            aria-activedescendant=move || active.get().filter(|row| drawn.get().contains(row)).map(|row| format!("{id}-{row}"))
            style=("--columns", template)
            on:scroll=move |_| scroll.scrolled()
            on:wheel=move |event| scroll.wheel(&event)
            on:keydown=on_key
        >
            // The head makes the sheet as wide as its columns need; the rows then share that width.
            <div class="grid-sheet" role="presentation">
                <div class="grid-head" role="row" aria-rowindex="1">
                    {move || columns.get().into_iter().map(|column| head(column, sort)).collect_view()}
                </div>
                <div class="grid-body" role="rowgroup" style:height=move || format!("{}px", rows.get().spacer())>
                    <div class="grid-layer" role="presentation" style:transform=layer>
                        <For each=move || 0..slots.get() key=|slot| *slot let(slot)>
                            {row(id, slot, drawn, total, columns, lines.clone(), active, open)}
                        </For>
                    </div>
                </div>
            </div>
        </div>
    }
}

fn head(column: Column, sort: Option<Sort>) -> impl IntoView {
    let state = move || {
        sort.zip(column.key)
            .map(|(sort, key)| (sort.by.get(), key))
            .filter(|((by, _), key)| by == key)
            .map(|((_, down), _)| down)
    };
    let aria = move || state().map(|down| if down { "descending" } else { "ascending" });
    let sortable = sort.zip(column.key);
    view! {
        <div class=format!("grid-cell {}", column.class) role="columnheader" aria-sort=aria title=column.hint>
            {match sortable {
                Some((sort, key)) => view! {
                    <button type="button" class="sort" on:click=move |_| sort.change.run(key)>
                        <span class="sort-title">{column.title}</span>
                        <span class="sort-mark" aria-hidden="true">{move || state().map_or("", |down| if down { "▼" } else { "▲" })}</span>
                    </button>
                }.into_any(),
                None => view! { <span class="sort-title">{column.title}</span> }.into_any(),
            }}
        </div>
    }
}

#[expect(clippy::too_many_arguments, reason = "the table's own pieces, handed on once")]
fn row(
    id: &'static str,
    slot: u32,
    drawn: Memo<Range<u32>>,
    total: Signal<u32>,
    columns: Signal<Vec<Column>>,
    lines: Lines,
    active: RwSignal<Option<u32>>,
    open: Option<Open>,
) -> impl IntoView {
    let index = Memo::new(move |_| drawn.get().start + slot);
    let line = Memo::new(move |_| lines(index.get()));
    let shown = move || {
        open.is_some_and(|open| line.with(|l| l.as_ref().map(|l| l.id)).is_some_and(|id| open.shown.get() == Some(id)))
    };
    let is_active = move || active.get() == Some(index.get());
    let beyond = move || index.get() >= total.get();
    let on_click = move |_: leptos::ev::MouseEvent| {
        active.set(Some(index.get_untracked()));
        if let Some((open, line)) = open.zip(line.get_untracked()) {
            open.open.run(line.id);
        }
    };
    view! {
        <div
            class="grid-row" role="row"
            class:active=is_active class:shown=shown
            class:odd=move || index.get() % 2 == 1
            id=move || format!("{id}-{}", index.get())
            aria-rowindex=move || index.get().saturating_add(2)
            aria-selected=move || if shown() { "true" } else { "false" }
            hidden=beyond
            on:click=on_click
        >
            {move || columns.with(|columns| {
                let cells = line.get().map(|line| line.cells);
                columns.iter().enumerate().map(|(i, column)| {
                    let cell = cells.as_ref().map_or_else(|| Cell { text: "…".into(), ..Cell::default() }, |cells| cells.get(i).cloned().unwrap_or_default());
                    view! {
                        <div role="gridcell" class=format!("grid-cell {} {}", column.class, cell.class) title=cell.title>{cell.text}</div>
                    }
                }).collect::<Vec<_>>()
            })}
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_move_the_active_row() {
        let rows = Rows { total: 100, row: 26.0, view: 260.0 };
        assert_eq!(destination("End", None, 0, &rows), Some(99));
        assert_eq!(destination("ArrowDown", None, 40, &rows), Some(40));
        assert_eq!(destination("ArrowDown", Some(99), 0, &rows), Some(99));
        assert_eq!(destination("PageUp", Some(5), 0, &rows), Some(0));
        assert_eq!(destination("PageDown", Some(5), 0, &rows), Some(14));
        assert_eq!(destination("x", Some(5), 0, &rows), None);
        assert_eq!(destination("Home", None, 0, &Rows { total: 0, ..rows }), None);
    }
}
