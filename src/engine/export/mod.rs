//! What is saved, in windows that a caller can write to a disk one after the other: packets as a capture file, rows of a table as
//! text, flows as Zeek's conn.log.
pub mod conn_log;
mod connections;
mod gaps;
pub mod packets;
pub mod text;
pub mod value;
