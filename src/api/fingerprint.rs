//! How a link knows the capture that it was made for.
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq, Default)]
pub struct FingerprintAnswer {
    /// Bytes read of the capture.
    pub bytes: u64,
    /// SHA-256 of the number of bytes (8 bytes, little endian), the first 64 KiB and the last 64 KiB (a smaller capture whole, twice),
    /// of it the first 16 bytes in hexadecimal. Two captures with the same fingerprint are the same, unless somebody made them so.
    pub print: String,
}
