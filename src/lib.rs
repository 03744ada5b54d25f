//! Wireglass reads packet captures inside the browser.
//!
//! Three modules, one direction: `ui → api ← engine`; and one beside them.
//! - [`api`]: every type that crosses the border between page and worker. Plain data, imports nothing of ours.
//! - [`engine`]: bytes in, answers out. Pure and synchronous: no DOM, no clock, no threads.
//! - [`unpack`]: compressed files become captures, before anybody reads them. Uses nothing of ours.
//! - [`catalogue`]: a language's texts, for the page and for reports.
//! - `rest` (feature `web`): whether all of the program has come.
//! - `sorted`: a small map for all of them.
//! - `ui` (feature `web`): what the page draws. It sees only `api`.
pub mod api;
pub mod catalogue;
pub mod engine;
#[cfg(feature = "web")]
pub mod rest;
mod sorted;
#[cfg(feature = "web")]
pub mod ui;
pub mod unpack;
