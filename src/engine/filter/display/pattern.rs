//! Regular expressions over bytes.

#[derive(Debug)]
pub struct Pattern {}
