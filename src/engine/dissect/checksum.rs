//! The internet checksum, RFC 1071.
use super::{Bytes, Dissection, Field};

/// The ones' complement sum of the bytes of parts, all but the last of an even length: 0xffff if a checksum among them is right.
pub fn sum(parts: &[&[u8]]) -> u16 {
    let mut sum = 0_u64;
    for part in parts {
        let (words, rest) = part.as_chunks::<4>();
        sum = words.iter().fold(sum, |sum, &word| sum.wrapping_add(u32::from_be_bytes(word).into()));
        let mut last = [0; 4];
        last.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
        sum = sum.wrapping_add(u32::from_be_bytes(last).into());
    }
    while sum > 0xffff {
        sum = (sum & 0xffff).wrapping_add(sum >> 16);
    }
    u16::try_from(sum).unwrap_or(u16::MAX)
}

/// What the checksum in these bytes at `at` should be, if it is wrong; `pseudo` is summed with them. `None` too when bytes are missing
/// or only quoted.
pub fn should_be(d: &Dissection, bytes: &Bytes<'_>, at: usize, pseudo: &[u8]) -> Option<u16> {
    if bytes.is_cut() || d.quoted_from.is_some() || d.in_part {
        return None;
    }
    let found = bytes.u16(at).ok()?;
    let sum = sum(&[pseudo, bytes.all()]);
    // Without what stands there, complemented; 0 and 0xffff are the same number.
    let mut without = u32::from(sum).wrapping_add(u32::from(!found));
    while without > 0xffff {
        without = (without & 0xffff).wrapping_add(without >> 16);
    }
    (sum != 0xffff).then(|| !u16::try_from(without).unwrap_or_default())
}

/// What became of the check of the checksum in the third and fourth byte, as Wireshark says it.
pub fn status(d: &mut Dissection, bytes: &Bytes<'_>, field: &'static Field, is_wrong: bool) {
    let unread = bytes.is_cut() || d.quoted_from.is_some() || d.in_part;
    let (status, words) = match (unread, is_wrong) {
        (true, _) => (2_u8, "Unverified"),
        (_, false) => (1, "Good"),
        (_, true) => (0, "Bad"),
    };
    d.add_generated(field, bytes.span(2..4), status, words);
}

/// The pseudo header of the packet's innermost network layer (RFC 8200 §8.1; RFC 9293 §3.1 for version 4).
pub fn pseudo_header(d: &Dissection, protocol: u8, length: usize) -> [u8; 40] {
    let mut header = [0; 40];
    let length = u64::try_from(length).unwrap_or_default();
    if let Some((source, destination, _)) = d.pairs.last() {
        let ([a, b], [c, d]) = (source.words(), destination.words());
        let words = [a, b, c, d, length << 32 | u64::from(protocol)].map(u64::to_be_bytes);
        header.iter_mut().zip(words.as_flattened()).for_each(|(to, from)| *to = *from);
    }
    header
}

#[cfg(test)]
mod tests {
    use super::super::Wanted;
    use super::*;

    #[test]
    fn a_wrong_sum_tells_the_right_one() {
        let d = Dissection::new(Wanted::Facts);
        // An echo request, RFC 1071's way.
        let mut echo = vec![8, 0, 0, 0, 0, 1, 0, 1, b'a', b'b', b'c'];
        let right = should_be(&d, &Bytes::frame(&echo, 0), 2, &[]);
        assert_eq!(right, Some(!sum(&[&echo])));
        echo[2..4].copy_from_slice(&right.unwrap_or_default().to_be_bytes());
        assert_eq!(should_be(&d, &Bytes::frame(&echo, 0), 2, &[]), None);
        echo[8] ^= 0x40;
        assert!(should_be(&d, &Bytes::frame(&echo, 0), 2, &[]).is_some());
    }
}
