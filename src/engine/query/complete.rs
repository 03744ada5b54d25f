//! What could stand at the cursor of a filter.
use super::Asked;
use crate::api::{CompleteFilter, Completions};

pub fn answer(_asked: &Asked<'_>, _question: &CompleteFilter) -> Completions {
    Completions::default()
}
