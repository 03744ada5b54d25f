//! What a TCP connection's segments tell together: each file a fold over `Store::segments`, the file is not read again.
pub mod graph;
pub mod pixels;
