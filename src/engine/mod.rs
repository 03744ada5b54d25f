//! Bytes in, answers out. Pure and synchronous: no DOM, no clock, no threads, no global state.
pub mod source;
