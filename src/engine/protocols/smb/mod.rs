//! Server Message Block: version 1 ([MS-CIFS]), versions 2 and 3 ([MS-SMB2]), and what rides on version 1's transactions.
mod browser;
mod v1;
mod v2;

pub(super) use browser::{BROWSER, MAILSLOT, NETLOGON_MAILSLOT, PIPE};
pub(super) use v1::SMB;
pub(super) use v2::SMB2;
