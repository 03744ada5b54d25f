//! Keys of Initial packets: RFC 9001 §5.2 and §5.3, RFC 9369 §3.3. They hide nothing: everybody who sees the first packet can make them.
use aes::Aes128;
use aes::cipher::{Array, BlockCipherEncrypt, KeyInit};
use hmac::{Hmac, Mac};
use sha2::Sha256;

const TAG: usize = 16;

/// The salt of a version, and what stands before the labels of its keys.
fn salt(version: u32) -> Option<([u8; 20], &'static str)> {
    const V2: &str = "quicv2";
    let salt = match version {
        1 => "38762cf7f55934b34d179ae6a4c80cadccbb7f0a",
        0x6b33_43cf => return Some((bytes("0dede3def700a6db819381be6e269dcbf9bd2ed9")?, V2)),
        // An earlier draft of version 2.
        0x709a_50c4 => return Some((bytes("a707c203a59b47184a1d62ca570406ea7ae3e5d3")?, V2)),
        0xff00_001d..=0xff00_0020 => "afbfec289993d24c9e9786f19c6111e04390a899",
        // Facebook's and Google's variants of draft 27 among them.
        0xff00_0017..=0xff00_001c | 0xface_b002 | 0xface_b00e => "c3eef712c72ebb5a11a7d2432bb46365bef9f502",
        0xff00_0011..=0xff00_0014 => "ef4fb0abb47470c41befcf8031334fae485e09a0",
        0x5130_3530 => "504574efd066fe2f9d945cfcdbd3a7f0d3b56b45",
        0x5430_3530 => "7ff579e5acd072915580304c43a2367c60488310",
        0x5430_3531 => "7a4edef4e7ccee5fa4506c19124fc8ccda6e033d",
        _ => return None,
    };
    Some((bytes(salt)?, "quic"))
}

fn bytes(digits: &str) -> Option<[u8; 20]> {
    let mut bytes = [0; 20];
    for (place, at) in bytes.iter_mut().zip((0..).step_by(2)) {
        *place = u8::from_str_radix(digits.get(at..)?.get(..2)?, 16).ok()?;
    }
    Some(bytes)
}

fn hmac(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    let Ok(mut mac) = <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(key) else { return [0; 32] };
    parts.iter().for_each(|part| mac.update(part));
    mac.finalize().into_bytes().into()
}

/// HKDF-Expand-Label (RFC 8446 §7.1) of up to 32 bytes.
fn expand<const N: usize>(secret: &[u8], label: &str) -> [u8; N] {
    let name = [b"tls13 ", label.as_bytes()].concat();
    let (length, size) = (u8::try_from(N).unwrap_or(32), u8::try_from(name.len()).unwrap_or(0));
    let made = hmac(secret, &[&[0, length, size], &name, &[0, 1]]);
    made.first_chunk().copied().unwrap_or([0; N])
}

/// How one side protects its Initial packets.
pub(super) struct Keys {
    key: Aes128,
    iv: [u8; 12],
    header: Aes128,
}

/// The keys of client and server, from the first connection id that the client chose for the server.
pub(super) fn keys(version: u32, dcid: &[u8]) -> Option<[Keys; 2]> {
    let (salt, prefix) = salt(version)?;
    let secret = hmac(&salt, &[dcid]);
    Some(["client in", "server in"].map(|side| {
        let secret: [u8; 32] = expand(&secret, side);
        Keys {
            key: Aes128::new(&expand::<16>(&secret, &format!("{prefix} key")).into()),
            iv: expand(&secret, &format!("{prefix} iv")),
            header: Aes128::new(&expand::<16>(&secret, &format!("{prefix} hp")).into()),
        }
    }))
}

/// A packet without its protection.
pub(super) struct Opened {
    /// The first byte as it was before its lower bits were masked.
    pub(super) first: u8,
    pub(super) number: u64,
    /// Bytes of the packet number.
    pub(super) number_len: usize,
    pub(super) payload: Vec<u8>,
}

impl Keys {
    /// Opens a packet whose number stands at `at`, if these are its keys.
    pub(super) fn open(&self, packet: &[u8], at: usize, largest: u64) -> Option<Opened> {
        let sample = packet.get(at.checked_add(4)?..)?.first_chunk::<16>()?;
        let mut mask = Array::from(*sample);
        self.header.encrypt_block(&mut mask);
        let mut mask = mask.into_iter();
        let first = packet.first()? ^ (mask.next()? & 0x0f);
        let number_len = usize::from(first & 3).checked_add(1)?;
        let behind = at.checked_add(number_len)?;
        let number: Vec<u8> = packet.get(at..behind)?.iter().zip(mask).map(|(byte, mask)| byte ^ mask).collect();
        let mut header = packet.get(..at)?.to_vec();
        *header.first_mut()? = first;
        header.extend(&number);
        let truncated = number.iter().fold(0_u64, |value, &byte| value.wrapping_shl(8) | u64::from(byte));
        let number = full_number(truncated, number_len, largest);
        let sealed = packet.get(behind..)?;
        let (sealed, tag) = sealed.split_at_checked(sealed.len().checked_sub(TAG)?)?;
        let mut nonce = self.iv;
        nonce.iter_mut().rev().zip(number.to_le_bytes()).for_each(|(place, byte)| *place ^= byte);
        let payload = self.decrypt(&nonce, &header, sealed, tag)?;
        Some(Opened { first, number, number_len, payload })
    }

    /// AES-GCM, NIST SP 800-38D.
    fn decrypt(&self, nonce: &[u8; 12], header: &[u8], sealed: &[u8], tag: &[u8]) -> Option<Vec<u8>> {
        let block = |counter: u32| {
            let mut input = [0; 16];
            let (front, back) = input.split_at_mut(12);
            front.copy_from_slice(nonce);
            back.copy_from_slice(&counter.to_be_bytes());
            self.encrypt(input)
        };
        let key = u128::from_be_bytes(self.encrypt([0; 16]));
        let bits = |bytes: &[u8]| (bytes.len() as u128).wrapping_mul(8);
        let lengths = bits(header).wrapping_shl(64) | bits(sealed);
        let mut hash = 0;
        for chunk in header.chunks(16).chain(sealed.chunks(16)) {
            let mut padded = [0; 16];
            padded.iter_mut().zip(chunk).for_each(|(place, byte)| *place = *byte);
            hash = multiply(hash ^ u128::from_be_bytes(padded), key);
        }
        hash = multiply(hash ^ lengths, key) ^ u128::from_be_bytes(block(1));
        if tag != hash.to_be_bytes() {
            return None;
        }
        let mut plain = sealed.to_vec();
        for (chunk, counter) in plain.chunks_mut(16).zip(2..) {
            chunk.iter_mut().zip(block(counter)).for_each(|(byte, mask)| *byte ^= mask);
        }
        Some(plain)
    }

    fn encrypt(&self, input: [u8; 16]) -> [u8; 16] {
        let mut block = Array::from(input);
        self.key.encrypt_block(&mut block);
        block.into()
    }
}

/// In GF(2^128), bits the way GCM has them.
fn multiply(x: u128, y: u128) -> u128 {
    const REDUCTION: u128 = 0xe1 << 120;
    let (mut product, mut factor) = (0, y);
    for bit in (0..128).rev() {
        product ^= factor & 0_u128.wrapping_sub(x.wrapping_shr(bit) & 1);
        factor = factor.wrapping_shr(1) ^ (REDUCTION & 0_u128.wrapping_sub(factor & 1));
    }
    product
}

/// RFC 9000 §A.3: the number nearest to the one expected.
fn full_number(truncated: u64, size: usize, largest: u64) -> u64 {
    let window = 1_u64.wrapping_shl(u32::try_from(size).unwrap_or(4).wrapping_mul(8));
    let expected = largest.saturating_add(1);
    let candidate = expected & !window.wrapping_sub(1) | truncated;
    let half = window / 2;
    if candidate.saturating_add(half) <= expected {
        candidate.saturating_add(window)
    } else if candidate > expected.saturating_add(half) && candidate >= window {
        candidate.saturating_sub(window)
    } else {
        candidate
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 9001 §A.1 and §A.3.
    #[test]
    fn the_server_initial_of_the_rfc_opens() {
        let packet = "cf000000010008f067a5502a4262b5004075c0d95a482cd0991cd25b0aac406a5816b6394100f37a1c69797554780bb3\
            8cc5a99f5ede4cf73c3ec2493a1839b3dbcba3f6ea46c5b7684df3548e7ddeb9c3bf9c73cc3f3bded74b562bfb19fb84022f8ef4cdd93795d7\
            7d06edbb7aaf2f58891850abbdca3d20398c276456cbc42158407dd074ee";
        let packet: Vec<u8> = packet.as_bytes().chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap()).collect();
        let [client, server] = keys(1, &[0x83, 0x94, 0xc8, 0xf0, 0x3e, 0x51, 0x57, 0x08]).expect("version 1 is known");
        assert!(client.open(&packet, 18, 0).is_none());
        let opened = server.open(&packet, 18, 0).expect("the right keys");
        assert_eq!((opened.first, opened.number, opened.number_len), (0xc1, 1, 2));
        assert_eq!(opened.payload.get(..5), Some(&[0x02, 0, 0, 0, 0][..]));
    }

    #[test]
    fn packet_numbers_are_those_nearest_to_the_expected() {
        assert_eq!(full_number(0x9b32, 2, 0xa82f_30ea), 0xa82f_9b32);
        assert_eq!(full_number(0, 1, 255), 256);
        assert_eq!(full_number(7, 1, 0), 7);
    }
}
