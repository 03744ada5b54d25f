//! What views are made of. A part knows no view and no question.
pub(crate) mod chart;
pub(crate) mod crash;
pub(crate) mod drop_zone;
pub(crate) mod header;
pub(crate) mod help;
pub(crate) mod icon;
pub(crate) mod ladder;
pub(crate) mod menu;
pub(crate) mod plot;
pub(crate) mod progress;
pub(crate) mod rows;
pub(crate) mod scroll;
pub(crate) mod sheet;
pub(crate) mod split;
pub(crate) mod start;
pub(crate) mod table;
pub(crate) mod theme;
