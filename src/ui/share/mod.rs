//! Sharing what is seen: a link with the view but never with data, and what becomes of one that was opened.
mod dialog;
mod fragment;
mod opened;

pub(crate) use dialog::{ShareButton, ShareDialog};
pub(crate) use opened::{Awaited, OtherCapture};
