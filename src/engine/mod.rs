//! Bytes in, answers out. Pure and synchronous: no DOM, no clock, no threads, no global state.
//!
//! Reading order: [`session`] (all the outside calls) → `ingest` (one packet's way) → `dissect` and `protocols` → `store` → `query`.
//! Each module uses only what stands to its left:
//! `source · capture · sort → dissect → protocols → geo → store → flow → tcp → replay → sight → follow → tcpdump → filter → export → query → ingest, session`.
pub mod capture;
pub mod dissect;
pub mod export;
pub mod filter;
pub mod flow;
pub mod follow;
pub mod geo;
mod ingest;
pub mod protocols;
pub mod query;
pub mod replay;
pub mod session;
pub mod sight;
mod sort;
pub mod source;
pub mod store;
pub mod tcp;
pub mod tcpdump;
#[cfg(test)]
mod testing;
