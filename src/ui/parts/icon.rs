//! A few small drawings, inline: no font, no request.
use leptos::prelude::*;

/// Strokes on a 16 × 16 grid.
pub(crate) fn icon(path: &'static str) -> impl IntoView {
    view! {
        <svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">
            <path d=path />
        </svg>
    }
}

pub(crate) const OPEN: &str = "M2 12.5v-9h4l1.5 2H14v7z";
pub(crate) const CHECK: &str = "M3 8.5l3.3 3.5L13 4.5";
pub(crate) const FILTER: &str = "M2 3h12l-4.7 5.6V13l-2.6-1.6V8.6z";
pub(crate) const PLUS: &str = "M8 3v10M3 8h10";
pub(crate) const STAR: &str = "M8 2.2l1.8 3.7 4 .6-2.9 2.8.7 4L8 11.4l-3.6 1.9.7-4L2.2 6.5l4-.6z";
pub(crate) const CLOSE: &str = "M4 4l8 8M12 4l-8 8";
pub(crate) const SEARCH: &str = "M7 11.5a4.5 4.5 0 1 1 0-9 4.5 4.5 0 0 1 0 9zM10.5 10.5L14 14";
pub(crate) const COLUMNS: &str = "M2.5 3h11v10h-11zM6.2 3v10M9.8 3v10";
pub(crate) const COPY: &str = "M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3";
pub(crate) const SUN: &str = "M8 5a3 3 0 1 1 0 6 3 3 0 0 1 0-6zM8 1v1.5M8 13.5V15M1 8h1.5M13.5 8H15M3 3l1.1 1.1M11.9 11.9L13 13M13 3l-1.1 1.1M4.1 11.9L3 13";
pub(crate) const MOON: &str = "M13.5 9.5A6 6 0 0 1 6.5 2.5a6 6 0 1 0 7 7z";
pub(crate) const AUTO: &str = "M8 2a6 6 0 1 1 0 12A6 6 0 0 1 8 2zM8 2v12M8 5h3.8M8 8h6M8 11h3.8";
pub(crate) const WARNING: &str = "M8 2l6.5 11.5h-13zM8 6.5v3.5M8 11.8v.4";
pub(crate) const DROP: &str = "M8 2v7.5M4.5 6.5L8 10l3.5-3.5M2.5 11v2.5h11V11";
pub(crate) const LINK: &str =
    "M6.5 9.5l3-3M7 4.8l1.6-1.6a2.6 2.6 0 0 1 3.7 3.7L10.7 8.5M9 11.2l-1.6 1.6a2.6 2.6 0 0 1-3.7-3.7L5.3 7.5";
pub(crate) const LOCK: &str = "M4 7.5h8v6H4zM5.5 7.5V5a2.5 2.5 0 0 1 5 0v2.5";
pub(crate) const DROPLET: &str = "M8 2.5c2.4 2.9 4 4.8 4 7a4 4 0 0 1-8 0c0-2.2 1.6-4.1 4-7z";
