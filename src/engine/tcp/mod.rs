//! What is told of TCP connections: pure folds over their segments ([`super::store::numbers`]), one idea a file.
pub mod findings;
pub mod graph;
pub mod losses;
pub mod pixels;
pub mod place;
pub mod round_trips;
pub mod shares;
pub mod sockets;
pub mod stalls;
pub mod steps;
pub mod told;
pub mod turns;
pub mod zeek;
