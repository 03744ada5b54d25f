//! Hashing of small keys, the same on every machine.
//!
//! `FxHasher` works in the machine's word, and 32 bits of WebAssembly spread consecutive ids and ports too poorly for a million flows.

/// Takes the next number of a key into its hash.
#[inline]
pub fn add(hash: u64, number: u64) -> u64 {
    (hash.rotate_left(26) ^ number).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// The last step: every bit of the key reaches every bit of the hash (the finisher of splitmix64).
#[inline]
pub fn finish(hash: u64) -> u64 {
    let mixed = (hash ^ hash >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed ^ mixed >> 31
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn consecutive_keys_spread_over_low_and_high_bits() {
        let hashes: Vec<u64> = (0..4096).map(|n| finish(add(add(0, n), 443))).collect();
        let low: BTreeSet<u64> = hashes.iter().map(|hash| hash & 0xfff).collect();
        let tags: BTreeSet<u64> = hashes.iter().map(|hash| hash >> 25 & 0x7f).collect();
        // Of 4096 random values about 63 % of 4096 places are taken.
        assert!(low.len() > 2400, "{}", low.len());
        assert_eq!(tags.len(), 128);
    }
}
