//! What is told of TCP connections: pure folds over their segments ([`super::store::numbers`]), one idea a file.
pub mod graph;
pub mod losses;
pub mod pixels;
pub mod sockets;
pub mod zeek;
