//! Bytes in, answers out. Pure and synchronous: no DOM, no clock, no threads, no global state.
pub mod dissect;
pub mod protocols;
pub mod source;
