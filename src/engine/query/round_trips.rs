//! Round-trip times of data.
use super::Asked;
use super::times::Measured;
use crate::api::{DataRttAnswer, RoundTrips, RoundTripsAnswer};

pub fn answer(_asked: &Asked<'_>, _question: &RoundTrips) -> Result<RoundTripsAnswer, String> {
    Ok(RoundTripsAnswer::default())
}

pub fn all(_asked: &Asked<'_>, _measured: &mut Measured) -> DataRttAnswer {
    DataRttAnswer::default()
}
