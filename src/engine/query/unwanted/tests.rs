//! The rules, on captures written down here; whole captures are in `tests/unwanted.rs`.
use super::*;
