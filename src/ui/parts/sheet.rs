//! Any number of lines of one height, drawn where they are in sight: dumps.
use super::rows::Rows;
use super::scroll::Scroll;
use crate::ui::dom;
use leptos::html::Div;
use leptos::prelude::*;
use std::sync::Arc;

/// Draws a line's inside.
pub(crate) type DrawLine = Arc<dyn Fn(u32) -> AnyView + Send + Sync>;

#[component]
pub(crate) fn Sheet(
    id: &'static str,
    /// Height of a line, px; the style sheet must agree.
    height: f64,
    #[prop(into)] total: Signal<u32>,
    draw: DrawLine,
    /// A line to bring into sight when it changes, with an occasion that tells it from the same line before.
    #[prop(into)]
    reveal: Signal<Option<(u32, u32)>>,
) -> impl IntoView {
    let element = NodeRef::<Div>::new();
    let size = dom::size_of(element);
    let rows = Memo::new(move |_| Rows { total: total.get(), row: height, view: size.get().1.max(height) });
    let scroll = Scroll::new(element, rows);
    let drawn = Memo::new(move |_| rows.get().window(scroll.position.get()));
    let slots = Memo::new(move |_| rows.get().drawn().min(total.get()));
    Effect::new(move |before: Option<Option<(u32, u32)>>| {
        let wanted = reveal.get();
        let rows = rows.get();
        if let Some((line, _)) = wanted.filter(|(line, _)| *line < rows.total && size.get_untracked().1 > 0.0)
            && before != Some(wanted)
        {
            scroll.show(line);
            return wanted;
        }
        before.flatten().filter(|_| wanted.is_some())
    });
    let slot = move |slot: u32| {
        let line = Memo::new(move |_| drawn.get().start + slot);
        let draw = draw.clone();
        let beyond = move || line.get() >= total.get();
        view! {
            <div class="sheet-line" data-line=move || line.get() hidden=beyond>
                {move || (!beyond()).then(|| draw(line.get()))}
            </div>
        }
    };
    view! {
        <div class="sheet" id=id node_ref=element on:scroll=move |_| scroll.scrolled() on:wheel=move |event| scroll.wheel(&event)>
            <div class="sheet-body" style:height=move || format!("{}px", rows.get().spacer())>
                <div class="sheet-layer" style:transform=move || scroll.layer(drawn.get().start)>
                    <For each=move || 0..slots.get() key=|slot| *slot children=slot />
                </div>
            </div>
        </div>
    }
}
