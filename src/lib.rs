//! Wireglass reads packet captures inside the browser.
//!
//! Three modules, one direction: `ui → api ← engine`.
//! - [`api`]: every type that crosses the border between page and worker. Plain data, imports nothing of ours.
//! - [`engine`]: bytes in, answers out. Pure and synchronous: no DOM, no clock, no threads.
//! - `ui` (feature `web`): what the page draws. It sees only `api`.
pub mod api;
pub mod engine;
#[cfg(feature = "web")]
pub mod ui;
