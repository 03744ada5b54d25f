//! What is followed from packet to packet while they pass.
pub mod assign;
pub mod expected;
pub mod fragments;
pub mod handshake;
pub mod heads;
pub mod identify;
pub mod messages;
pub mod sequence;
pub mod states;
pub mod transactions;
