//! What is followed from packet to packet while they pass.
pub mod assign;
pub mod fragments;
pub mod handshake;
pub mod heads;
pub mod identify;
pub mod sequence;
