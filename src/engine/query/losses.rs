//! Where segments were lost.
use super::Asked;
use crate::api::{LossSummaryAnswer, Losses, LossesAnswer};

pub fn answer(_asked: &Asked<'_>, _question: &Losses) -> LossesAnswer {
    LossesAnswer::default()
}

pub fn summary(_asked: &Asked<'_>) -> LossSummaryAnswer {
    LossSummaryAnswer::default()
}
