//! Follow stream.
use super::Asked;
use crate::api::{Stream, StreamAnswer, StreamBytes, StreamBytesAnswer, StreamFind, StreamFound};
use crate::engine::source::Source;

pub fn answer(_: &Asked<'_>, _: &Stream, _: &mut dyn Source) -> Result<StreamAnswer, String> {
    Err("Not built yet.".to_owned())
}
pub fn bytes(_: &Asked<'_>, _: &StreamBytes, _: &mut dyn Source) -> Result<StreamBytesAnswer, String> {
    Err("Not built yet.".to_owned())
}
pub fn find(_: &Asked<'_>, _: &StreamFind, _: &mut dyn Source) -> Result<StreamFound, String> {
    Err("Not built yet.".to_owned())
}
