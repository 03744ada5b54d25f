//! A table of any number of rows: draws what is visible, and says which rows it needs. The arithmetic is in [`super::rows`].
use super::rows::Rows;
use super::scroll::Scroll;
use super::widths::Edges;
use crate::ui::dom;
use crate::ui::say::t;
use crate::ui::state::set;
use leptos::ev::{KeyboardEvent, MouseEvent};
use leptos::html::Div;
use leptos::prelude::*;
use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

/// Heights in px; the style sheet has the same as `--row` and `--head`.
const ROW: f64 = 26.0;
const HEAD: f64 = 30.0;
/// Narrower windows are small, px; as in the style sheet.
const SMALL: f64 = 600.0;

/// Cells of a column whose class begins so hold numbers, drawn as the parts of a bar.
pub(crate) const BARS: &str = "bars";

#[derive(Clone, PartialEq)]
pub(crate) struct Column {
    /// What [`Sort`] calls it; `None`: cannot be sorted by.
    pub key: Option<usize>,
    pub title: Cow<'static, str>,
    pub hint: Cow<'static, str>,
    /// A CSS grid track.
    pub width: &'static str,
    /// Of its cells: `num`, `mono` or empty; [`BARS`] and what follows draws numbers as a bar.
    pub class: &'static str,
}

impl Column {
    pub(crate) const fn new(
        title: &'static str,
        hint: &'static str,
        width: &'static str,
        class: &'static str,
    ) -> Column {
        Column { key: None, title: Cow::Borrowed(title), hint: Cow::Borrowed(hint), width, class }
    }

    /// Can be sorted by.
    pub(crate) const fn keyed(mut self, key: usize) -> Column {
        self.key = Some(key);
        self
    }
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
    pub class: String,
    pub cells: Vec<Cell>,
}

impl Line {
    /// With its cells in another order.
    pub(crate) fn arranged(mut self, order: &[usize]) -> Line {
        self.cells = order.iter().filter_map(|at| self.cells.get(*at).cloned()).collect();
        self
    }
}

/// Columns in another order: on a small screen what matters stands first.
pub(crate) fn arranged(
    columns: &[Column],
    wide: &'static [usize],
    small: &'static [usize],
) -> (Signal<Vec<Column>>, &'static [usize]) {
    let order = if dom::window_size().0 < SMALL { small } else { wide };
    (Signal::stored(order.iter().filter_map(|at| columns.get(*at).cloned()).collect()), order)
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
    /// Whether moving by keyboard opens the row, even if none is open, and so does the press of the mouse. Opening it again changes nothing.
    pub follows: bool,
}

/// A context menu was asked for.
#[derive(Clone, Copy)]
pub(crate) struct MenuAt {
    /// The row's id.
    pub id: u32,
    /// The column under the pointer.
    pub column: usize,
    /// Where on the screen.
    pub at: (i32, i32),
}

/// Gives the line at a row, when it is known yet.
pub(crate) type Lines = Arc<dyn Fn(u32) -> Option<Line> + Send + Sync>;

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
    /// Set by the table: rows among which are those it draws, and therefore needs.
    window: RwSignal<Range<u32>>,
    /// When this changes, the table starts over at its top.
    #[prop(into)]
    start_over: Signal<String>,
    #[prop(optional)] sort: Option<Sort>,
    #[prop(optional)] open: Option<Open>,
    /// A row to bring into sight when it changes, with an occasion that tells it from the same row before.
    #[prop(optional, into)]
    reveal: Option<Signal<Option<(u32, u32)>>>,
    #[prop(optional)] menu: Option<Callback<MenuAt>>,
) -> impl IntoView {
    let element = NodeRef::<Div>::new();
    let size = dom::size_of(element);
    let rows = Memo::new(move |_| Rows { total: total.get(), row: ROW, view: (size.get().1 - HEAD).max(ROW) });
    let scroll = Scroll::new(element, rows);
    let active = RwSignal::new(None::<u32>);
    // The cell that the menu is about: the one clicked last, or moved to by keyboard, which then is to be seen.
    let cell = StoredValue::new(0usize);
    let cursor = RwSignal::new(None::<usize>);
    // How far the sheet is moved sideways: the mark of a row's menu stays in sight.
    let sideways = RwSignal::new(0);
    // A row was reached by keyboard while details are open: they follow as soon as the row is known.
    let follow = StoredValue::new(None::<u32>);

    let drawn = Memo::new(move |_| rows.get().window(scroll.position.get()));
    Effect::new(move |_| {
        let drawn = drawn.get();
        // Rows that are there need not be asked for again.
        if window.with_untracked(|there| drawn.start < there.start || there.end < drawn.end) && !drawn.is_empty() {
            window.set(drawn);
        }
    });
    Effect::new(move |before: Option<String>| {
        let now = start_over.get();
        if before.is_some_and(|before| before != now) {
            active.set(None);
            scroll.go(0.0);
        }
        now
    });
    Effect::new(move |before: Option<Option<(u32, u32)>>| {
        let wanted = reveal?.get().filter(|(row, _)| *row < rows.get().total);
        if let Some((row, _)) = wanted.filter(|_| before != Some(wanted)) {
            active.set(Some(row));
            scroll.show(row);
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
        if menu.is_some()
            && matches!(event.key().as_str(), "ArrowRight" | "ArrowLeft")
            && active.get_untracked().is_some()
        {
            event.prevent_default();
            let last = columns.with_untracked(Vec::len).saturating_sub(1);
            let here = cell.get_value();
            let to = match cursor.get_untracked() {
                None => here.min(last),
                _ if event.key() == "ArrowRight" => (here + 1).min(last),
                _ => here.saturating_sub(1),
            };
            cell.set_value(to);
            set(cursor, Some(to));
            dom::reveal(&format!("#{id}-{} [data-column='{to}']", active.get_untracked().unwrap_or(0)));
            return;
        }
        let top = scroll.position.get_untracked().ceil() as u32;
        if let Some(row) = destination(&event.key(), active.get_untracked(), top, &rows.get_untracked()) {
            event.prevent_default();
            scroll.reveal(row);
            if open.is_some_and(|open| open.follows || open.shown.get_untracked().is_some()) {
                follow.set_value(Some(row));
            }
            active.set(Some(row));
        }
    };

    let edges = Edges::new(id, columns, element);
    let template = move || columns.with(|columns| edges.widths.template(id, columns));
    let slots = Memo::new(move |_| rows.get().drawn().min(total.get()));
    let pointed = lines.clone();
    let open_menu = Arc::new(move |event: &MouseEvent| {
        let Some(menu) = menu else { return };
        // The menu key asks for the active row, the pointer for the one below it.
        let row = dom::ancestor_data(event, "row").or(active.get_untracked());
        let Some(line) = row.and_then(|row| untrack(|| pointed(row))) else { return };
        event.prevent_default();
        active.set(row);
        let column = dom::ancestor_data(event, "column").map_or_else(|| cell.get_value(), |column| column as usize);
        let at = dom::menu_place(event, row.map(|row| format!("{id}-{row}")));
        menu.run(MenuAt { id: line.id, column, at });
    });
    let on_menu = {
        let open_menu = open_menu.clone();
        move |event: MouseEvent| open_menu(&event)
    };
    // Before the row's own: what was clicked is known when the row opens.
    let on_click = move |event: MouseEvent| {
        set(cursor, None);
        if dom::ancestor_data(&event, "more").is_some() {
            event.stop_propagation();
            open_menu(&event);
        } else if let Some(column) = dom::ancestor_data(&event, "column") {
            cell.set_value(column as usize);
        }
    };

    view! {
        <div
            class="grid" role="grid" tabindex="0" id=id aria-label=label node_ref=element
            aria-rowcount=move || total.get().saturating_add(1)
            aria-colcount=move || columns.with(Vec::len)
            aria-activedescendant=move || active.get().filter(|row| drawn.get().contains(row)).map(|row| format!("{id}-{row}"))
            style=("--columns", template)
            style=("--more", move || format!("{}px", size.get().0 + f64::from(sideways.get()) - 34.0))
            on:scroll=move |_| { scroll.scrolled(); set(sideways, element.get_untracked().map_or(0, |element| element.scroll_left())); }
            on:wheel=move |event| scroll.wheel(&event)
            on:keydown=on_key
            on:contextmenu=on_menu on:click:capture=on_click
        >
            // The head makes the sheet as wide as its columns need; the rows then share that width.
            <div class="grid-sheet" role="presentation">
                <div class="grid-head" role="row" aria-rowindex="1">
                    {move || columns.get().into_iter().enumerate().map(|(at, column)| head(at, column, sort, edges)).collect_view()}
                </div>
                <div class="grid-body" role="rowgroup" style:height=move || format!("{}px", rows.get().spacer())>
                    <div class="grid-layer" role="presentation" style:transform=move || scroll.layer(drawn.get().start)>
                        <For each=move || 0..slots.get() key=|slot| *slot let(slot)>
                            {row(id, slot, drawn, total, columns, lines.clone(), active, open, menu.is_some().then_some(cursor))}
                        </For>
                    </div>
                </div>
            </div>
        </div>
    }
}

fn head(at: usize, column: Column, sort: Option<Sort>, edges: Edges) -> impl IntoView {
    let named = in_words(if column.title.is_empty() { column.hint.clone() } else { column.title.clone() });
    let state = move || {
        sort.zip(column.key)
            .map(|(sort, key)| (sort.by.get(), key))
            .filter(|((by, _), key)| by == key)
            .map(|((_, down), _)| down)
    };
    let aria = move || state().map(|down| if down { "descending" } else { "ascending" });
    let sortable = sort.zip(column.key);
    view! {
        <div class=format!("grid-cell {}", column.class) role="columnheader" aria-sort=aria title=in_words(column.hint)>
            {match sortable {
                Some((sort, key)) => view! {
                    <button type="button" class="sort" on:click=move |_| sort.change.run(key)>
                        <span class="sort-title">{in_words(column.title)}</span>
                        <span class="sort-mark" aria-hidden="true">{move || state().map_or("", |down| if down { "▼" } else { "▲" })}</span>
                    </button>
                }.into_any(),
                // A column that has no title to show has one to be heard.
                None if column.title.is_empty() => view! { <span class="visually-hidden">{in_words(column.hint.clone())}</span> }.into_any(),
                None => view! { <span class="sort-title">{in_words(column.title)}</span> }.into_any(),
            }}
            {edges.edge(at, &named)}
        </div>
    }
}

/// A column's own words in the page's language; names of fields as they are.
fn in_words(text: Cow<'static, str>) -> String {
    match text {
        Cow::Borrowed(words) => t(words).to_owned(),
        Cow::Owned(name) => name,
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
    // Where rows have a menu: the cell that the keyboard is on.
    cursor: Option<RwSignal<Option<usize>>>,
) -> impl IntoView {
    let index = Memo::new(move |_| drawn.get().start + slot);
    let line = Memo::new(move |_| lines(index.get()));
    let shown = move || {
        open.is_some_and(|open| line.with(|l| l.as_ref().map(|l| l.id)).is_some_and(|id| open.shown.get() == Some(id)))
    };
    let is_active = move || active.get() == Some(index.get());
    let beyond = move || index.get() >= total.get();
    let select = move || {
        active.set(Some(index.get_untracked()));
        if let Some((open, line)) = open.zip(line.get_untracked()) {
            open.open.run(line.id);
        }
    };
    // What follows the selection does so from the press on, as in every list of a desktop: a click takes another tenth of a second.
    // A finger may be about to scroll, and other buttons mean something else. The click then selects the same once more.
    let on_press = move |event: leptos::ev::PointerEvent| {
        if open.is_some_and(|open| open.follows) && event.button() == 0 && event.pointer_type() == "mouse" {
            select();
        }
    };
    view! {
        <div
            class=move || line.with(|line| format!("grid-row {}", line.as_ref().map_or("", |line| &line.class))) role="row"
            class:active=is_active class:shown=shown
            class:odd=move || index.get() % 2 == 1
            id=move || format!("{id}-{}", index.get()) data-row=move || index.get()
            aria-rowindex=move || index.get().saturating_add(2)
            aria-selected=move || if shown() { "true" } else { "false" }
            hidden=beyond
            on:pointerdown=on_press on:click=move |_| select()
        >
            {move || columns.with(|columns| {
                let cells = line.get().map(|line| line.cells);
                let here = cursor.and_then(|cursor| cursor.get()).filter(|_| is_active());
                columns.iter().enumerate().map(|(i, column)| {
                    let cell = cells.as_ref().map_or_else(|| Cell { text: "…".into(), ..Cell::default() }, |cells| cells.get(i).cloned().unwrap_or_default());
                    view! {
                        <div role="gridcell" data-column=i class=format!("grid-cell {} {}{}", column.class, cell.class, if here == Some(i) { " here" } else { "" }) title=cell.title>{inside(column.class, cell.text)}</div>
                    }
                }).collect::<Vec<_>>()
            })}
            {cursor.map(|_| view! { <span class="row-more" data-more="1" title=t("What can be done with it") aria-hidden="true">"⋯"</span> })}
        </div>
    }
}

fn inside(class: &str, text: String) -> AnyView {
    if class.starts_with(BARS) { bar(&text).into_any() } else { text.into_any() }
}

/// `3 1.5 7`: a bar of three parts with these shares.
pub(crate) fn bar(numbers: &str) -> impl IntoView + use<> {
    let parts = numbers.split(' ').filter(|part| part.starts_with(|c: char| c.is_ascii_digit()));
    let parts = parts.map(|part| view! { <i style:flex-grow=part.to_owned()></i> }).collect_view();
    view! { <span class="shares" aria-hidden="true">{parts}</span> }
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
