//! Rows that are fetched window by window while their JSON is written: a million of them need no memory of their own.
use super::Stop;
use serde::ser::{Error, Serialize, SerializeSeq, Serializer};
use std::cell::RefCell;

/// The first window, and where the further ones come from; an empty one is the end.
pub struct Rows<'a, T, F> {
    first: &'a [T],
    next: RefCell<F>,
}

impl<'a, T, F: FnMut() -> Result<Vec<T>, Stop>> Rows<'a, T, F> {
    pub fn new(first: &'a [T], next: F) -> Self {
        Self { first, next: RefCell::new(next) }
    }
}

impl<T: Serialize, F: FnMut() -> Result<Vec<T>, Stop>> Serialize for Rows<'_, T, F> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut sequence = serializer.serialize_seq(None)?;
        self.first.iter().try_for_each(|row| sequence.serialize_element(row))?;
        loop {
            let rows = (self.next.borrow_mut())().map_err(|stop| match stop {
                Stop::Closed => S::Error::custom("the output was closed"),
                Stop::Refused(message) | Stop::Failed(message) | Stop::Wrong { message, .. } => {
                    S::Error::custom(message)
                }
            })?;
            if rows.is_empty() {
                return sequence.end();
            }
            rows.iter().try_for_each(|row| sequence.serialize_element(row))?;
        }
    }
}
