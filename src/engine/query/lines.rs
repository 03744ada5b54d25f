//! Packets as tcpdump prints them.
use super::Asked;
use crate::api::{Lines, LinesAnswer};
use crate::engine::source::Source;

pub fn answer(_: &Asked<'_>, _: &Lines, _: &mut dyn Source) -> Result<LinesAnswer, String> {
    Err("Not built yet.".to_owned())
}
