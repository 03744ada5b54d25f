//! Saving what is on screen: packets as a capture file, tables as text.
mod choices;
mod dialog;
mod job;
mod sink;

use crate::ui::say::t;
pub(crate) use dialog::SaveDialog;
pub(crate) use job::{Done, Job, save};
pub(crate) use sink::safe as safe_name;

use super::parts::icon;
use super::state::State;
use leptos::prelude::*;

/// What a button asks to be saved first; the rest can be chosen in the dialog.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wish {
    Packets,
    /// The table of the view on screen.
    Table,
    /// The choice with this slug.
    Of(&'static str),
}

#[component]
pub(crate) fn SaveButton(wish: Wish) -> impl IntoView {
    let state = expect_context::<State>();
    let (id, name, title) = match wish {
        Wish::Packets => ("save", t("Save …"), t("Save packets or tables (Ctrl S, w)")),
        Wish::Table | Wish::Of(_) => ("save-table", t("Save … this table"), t("Save this table")),
    };
    view! {
        <button type="button" class="button" id=id title=title aria-label=name aria-haspopup="dialog" on:click=move |_| state.saving.set(Some(wish))>
            {icon::icon(icon::DROP)}<span class="wide">{t("Save …")}</span>
        </button>
    }
}
