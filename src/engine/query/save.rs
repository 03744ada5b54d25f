//! Windows of what is saved: packets as a capture file, tables as text.
use super::{Asked, Kept};
use crate::api::{SavePackets, SaveTable, SavedBytes, SavedText};
use crate::engine::source::Source;

pub fn packets(_: &Asked<'_>, _: &SavePackets, _: &mut dyn Source) -> Result<SavedBytes, String> {
    Err("Not built yet.".to_owned())
}

pub fn table(_: &Asked<'_>, _: &mut Kept, _: &SaveTable, _: &mut dyn Source) -> Result<SavedText, String> {
    Err("Not built yet.".to_owned())
}
