//! Other addresses and names in the place of the real ones, the same everywhere in a report.
//!
//! Addresses keep their structure (Xu, Fan, Ammar, Moon: Prefix-Preserving IP Address Anonymization, 2002): two that share their first n
//! bits share as many afterwards. Those of a special kind (private, link-local …) stay of that kind. Each bit is turned or not by a
//! keyed hash of the bits before it; the key is random and kept by nobody.
use crate::engine::dissect::Address;
use crate::engine::protocols::registry;
use crate::engine::query::search::folded;
use rustc_hash::FxHashMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// SipHash-2-4 (Aumasson, Bernstein 2012) of two words.
fn sip((k0, k1): (u64, u64), words: [u64; 2]) -> u64 {
    let mut v = [
        k0 ^ 0x736f_6d65_7073_6575,
        k1 ^ 0x646f_7261_6e64_6f6d,
        k0 ^ 0x6c79_6765_6e65_7261,
        k1 ^ 0x7465_6462_7974_6573,
    ];
    for word in words.into_iter().chain([16 << 56]) {
        v[3] ^= word;
        round(&mut v);
        round(&mut v);
        v[0] ^= word;
    }
    v[2] ^= 0xff;
    (0..4).for_each(|_| round(&mut v));
    v[0] ^ v[1] ^ v[2] ^ v[3]
}

fn round([a, b, c, d]: &mut [u64; 4]) {
    *a = a.wrapping_add(*b);
    *b = b.rotate_left(13) ^ *a;
    *a = a.rotate_left(32);
    *c = c.wrapping_add(*d);
    *d = d.rotate_left(16) ^ *c;
    *a = a.wrapping_add(*d);
    *d = d.rotate_left(21) ^ *a;
    *c = c.wrapping_add(*b);
    *b = b.rotate_left(17) ^ *c;
    *c = c.rotate_left(32);
}

pub struct Pseudonyms {
    salt: (u64, u64),
    /// Real names, in small letters, and what stands in their place: none yet for those that were not met.
    names: FxHashMap<String, Option<String>>,
    /// Names with spaces and the like, which are no words of a text; the longest first.
    odd: Vec<String>,
    met: [u32; 2],
    users: Vec<String>,
}

impl Pseudonyms {
    /// `names` of hosts and `users` are those that may occur.
    pub fn new<'n>(salt: &str, names: impl Iterator<Item = &'n str>, users: Vec<String>) -> Self {
        let salt = salt.bytes().fold((0, 0), |key, byte| (sip(key, [byte.into(), 1]), sip(key, [byte.into(), 2])));
        let mut new = Self { salt, names: FxHashMap::default(), odd: Vec::new(), met: [0; 2], users };
        let all: Vec<String> = names.map(str::to_owned).chain(new.users.clone()).collect();
        for name in all {
            let name = folded(name.trim_end_matches('.'));
            if name.is_empty() || parse(&name).is_some() {
                continue;
            }
            if name.chars().any(|c| !is_word(c)) && !new.names.contains_key(&name) {
                new.odd.push(name.clone());
            }
            new.names.insert(name, None);
        }
        crate::engine::sort::by(&mut new.odd, |a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
        new
    }

    /// Another key: for when a pseudonym happens to be somebody's real address.
    pub fn turn(&mut self) {
        self.salt = (sip(self.salt, [1, 0]), sip(self.salt, [2, 0]));
    }

    fn host(&mut self, name: &str) -> Option<String> {
        let is_user = self.users.iter().any(|user| user.eq_ignore_ascii_case(name));
        let known = self.names.get_mut(name)?;
        let [hosts, users] = &mut self.met;
        Some(
            known
                .get_or_insert_with(|| {
                    let met = if is_user { users } else { hosts };
                    *met += 1;
                    if is_user { format!("user-{met}") } else { format!("host-{met}.example") }
                })
                .clone(),
        )
    }

    /// The text with every address and name replaced.
    pub fn text(&mut self, text: &str) -> String {
        let mut text = text.to_owned();
        for name in self.odd.clone() {
            while let Some(at) = find(&text, &name) {
                let other = self.host(&name).unwrap_or_default();
                text.replace_range(at..at + name.len(), &other);
            }
        }
        self.words(&text, &mut |me, word| me.host(&folded(word)))
    }

    /// A filter: what stands between quotation marks is no word, and what looks like a host's name and is no field is one.
    pub fn filter(&mut self, text: &str) -> String {
        let mut out = String::new();
        let mut is_quoted = false;
        for part in text.split('"') {
            if is_quoted {
                out.push_str("\"\u{2026}\"");
            } else {
                out.push_str(&self.words(part, &mut |me, word| {
                    let small = folded(word);
                    let labels = small.split('.');
                    let first = labels.clone().next().unwrap_or_default();
                    let is_name = labels.count() > 1
                        && registry().named(first).is_none()
                        && !matches!(first, "frame" | "flow" | "rtt" | "file" | "geo" | "_ws")
                        && small.chars().any(|c| c.is_ascii_alphabetic());
                    if is_name {
                        me.names.entry(small.clone()).or_default();
                    }
                    me.host(&small)
                }));
            }
            is_quoted = !is_quoted;
        }
        out
    }

    /// Goes through the words of a text: addresses get others, the rest is asked about.
    fn words(&mut self, text: &str, name: &mut dyn FnMut(&mut Self, &str) -> Option<String>) -> String {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(start) = rest.find(is_part) {
            let (before, from) = rest.split_at(start);
            out.push_str(before);
            let end = from.find(|c| !is_part(c)).unwrap_or(from.len());
            let (word, after) = from.split_at(end);
            self.word(&mut out, word, name);
            rest = after;
        }
        out.push_str(rest);
        out
    }

    fn word(&mut self, out: &mut String, word: &str, name: &mut dyn FnMut(&mut Self, &str) -> Option<String>) {
        // A sentence's full stop, or a colon behind it, are not the word's.
        let trimmed = word.trim_end_matches(['.', ':', '-']);
        let tail = word.get(trimmed.len()..).unwrap_or_default();
        let other = match parse(trimmed) {
            Some(Real::Ip(address)) => Some(self.ip(address).to_string()),
            Some(Real::Mac(mac)) => Some(self.mac(mac)),
            None => name(self, trimmed),
        };
        match other {
            Some(other) => out.push_str(&other),
            // `10.0.0.1:443`, `www.example:80`
            None if trimmed.contains(':') => {
                for (at, part) in trimmed.split(':').enumerate() {
                    if at > 0 {
                        out.push(':');
                    }
                    self.word(out, part, name);
                }
            }
            None => out.push_str(trimmed),
        }
        out.push_str(tail);
    }

    fn mac(&self, mac: [u8; 6]) -> String {
        let [first, ..] = mac;
        // Broadcast and multicast are nobody's.
        if first & 1 == 1 || mac == [0; 6] {
            return Address::ethernet(mac).to_string();
        }
        let word = mac.iter().fold(0, |sum, &byte| sum << 8 | u64::from(byte));
        let [_, _, _, a, b, c, d, e] = sip(self.salt, [word, 48]).to_be_bytes();
        // Locally administered: no maker's.
        Address::ethernet([2, a, b, c, d, e]).to_string()
    }

    pub fn ip(&self, address: IpAddr) -> IpAddr {
        match address {
            IpAddr::V4(v4) => {
                let real = u32::from(v4);
                let fixed = fixed_v4(v4);
                let mut value = u128::from(real) << 96;
                // Public ones must stay public: the same again until it is.
                for _ in 0..64 {
                    value = self.permuted(value, fixed, 32);
                    if fixed_v4(Ipv4Addr::from((value >> 96) as u32)) == fixed {
                        break;
                    }
                }
                IpAddr::V4(Ipv4Addr::from((value >> 96) as u32))
            }
            IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from(self.permuted(u128::from(v6), fixed_v6(v6), 128))),
        }
    }

    /// The bits behind the fixed ones, each turned by what stands before it.
    fn permuted(&self, value: u128, fixed: u32, bits: u32) -> u128 {
        let mut out = value;
        let key = (self.salt.0, self.salt.1 ^ u64::from(bits));
        for bit in fixed..bits {
            // The bits before it, and a one that says how many they are.
            let before = value.checked_shr(128 - bit).unwrap_or(0) | 1 << bit;
            let hash = sip(key, [(before >> 64) as u64, before as u64]);
            out ^= u128::from(hash & 1) << (127 - bit);
        }
        out
    }
}

/// How many bits say what kind of address it is; all of them of addresses that are nobody's.
fn fixed_v4(address: Ipv4Addr) -> u32 {
    match address.octets() {
        [0 | 127 | 224..=255, ..] => 32,
        [10, ..] => 8,
        [172, 16..=31, ..] => 12,
        [192, 168, ..] | [169, 254, ..] => 16,
        [100, 64..=127, ..] => 10,
        _ => 0,
    }
}

fn fixed_v6(address: Ipv6Addr) -> u32 {
    match address.segments() {
        [0, 0, 0, 0, 0, 0, 0, _] | [0xff00..=0xffff, ..] => 128,
        [0, 0, 0, 0, 0, 0xffff, ..] => 96,
        [0xfe80, 0, 0, 0, ..] => 64,
        [0xfc00..=0xfdff, ..] => 8,
        [0xfe80..=0xfebf, ..] => 10,
        [0x2000..=0x3fff, ..] => 3,
        _ => 0,
    }
}

enum Real {
    Ip(IpAddr),
    Mac([u8; 6]),
}

fn parse(word: &str) -> Option<Real> {
    if let Ok(ip) = word.parse() {
        return Some(Real::Ip(ip));
    }
    let mut mac = [0; 6];
    let mut parts = word.split([':', '-']);
    for byte in &mut mac {
        *byte = parts.next().filter(|part| part.len() == 2).and_then(|part| u8::from_str_radix(part, 16).ok())?;
    }
    parts.next().is_none().then_some(Real::Mac(mac))
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '.' | '-' | '_')
}

fn is_part(c: char) -> bool {
    is_word(c) || c == ':'
}

/// Where a name begins, whatever its case.
fn find(text: &str, name: &str) -> Option<usize> {
    let at = text.as_bytes().windows(name.len().max(1)).position(|part| part.eq_ignore_ascii_case(name.as_bytes()))?;
    (text.is_char_boundary(at) && text.is_char_boundary(at + name.len())).then_some(at)
}

/// All addresses in a text.
pub fn addresses(text: &str) -> impl Iterator<Item = IpAddr> + '_ {
    let words = text.split(|c| !is_part(c)).map(|word| word.trim_end_matches(['.', ':', '-']));
    words.flat_map(|word| {
        let whole: Option<IpAddr> = word.parse().ok();
        let parts = if whole.is_some() { None } else { Some(word.split(':').filter_map(|part| part.parse().ok())) };
        whole.into_iter().chain(parts.into_iter().flatten())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(names: &[&str]) -> Pseudonyms {
        Pseudonyms::new("a salt", names.iter().copied(), vec!["ada".into()])
    }

    #[test]
    #[allow(deprecated, reason = "the standard library's SipHash-2-4, which nothing replaces")]
    fn the_hash_is_siphash() {
        use std::hash::{Hasher, SipHasher};
        for words in [[0, 0], [1, 2], [u64::MAX, 0x0706_0504_0302_0100]] {
            let mut known = SipHasher::new_with_keys(7, 9);
            words.iter().for_each(|word: &u64| known.write(&word.to_le_bytes()));
            assert_eq!(sip((7, 9), words), known.finish());
        }
    }

    #[test]
    fn prefixes_and_kinds_are_kept() {
        let names = made(&[]);
        let same = |a: IpAddr, b: IpAddr| {
            let bits = |ip| match ip {
                IpAddr::V4(v4) => (u128::from(u32::from(v4)) << 96, 32),
                IpAddr::V6(v6) => (u128::from(v6), 128),
            };
            ((bits(a).0 ^ bits(b).0).leading_zeros()).min(bits(a).1)
        };
        let list = [
            "10.1.2.3",
            "10.1.2.4",
            "10.1.3.3",
            "10.200.1.1",
            "192.168.1.7",
            "172.20.3.4",
            "100.64.9.9",
            "169.254.3.3",
            "8.8.8.8",
            "8.8.4.4",
            "93.184.216.34",
            "2001:db8::1",
            "2001:db8::2",
            "2001:db8:1::1",
            "fe80::1:2",
            "fd00:1::5",
        ];
        let list: Vec<IpAddr> = list.iter().map(|text| text.parse().expect("an address")).collect();
        for &a in &list {
            let other = names.ip(a);
            assert_ne!(a, other, "{a}");
            let class = |ip| match ip {
                IpAddr::V4(v4) => fixed_v4(v4),
                IpAddr::V6(v6) => fixed_v6(v6),
            };
            for &b in list.iter().filter(|b| b.is_ipv4() == a.is_ipv4() && class(**b) == class(a)) {
                assert_eq!(same(a, b), same(other, names.ip(b)), "{a} {b}");
            }
            assert_eq!(class(a), class(other), "{a} → {other}");
        }
        for nobody in ["255.255.255.255", "0.0.0.0", "127.0.0.1", "224.0.0.251", "::1", "ff02::fb", "::"] {
            let address: IpAddr = nobody.parse().expect("an address");
            assert_eq!(names.ip(address), address);
        }
    }

    #[test]
    fn texts_lose_their_addresses_and_names_and_nothing_else() {
        let mut names = made(&["www.shop.example", "shop.example", "Ada's Printer", "10.9.9.9", "Élan.example"]);
        let text = "WWW.shop.example (10.0.0.1:443) and [2001:db8::7]:80 took 1.5 s. Ada's printer, \
            00:00:5e:00:53:01 at 12:34:56 said tcp.port == 443 to shop.example. ada did, as ADA; ff:ff:ff:ff:ff:ff élan.example";
        let other = names.text(text);
        for gone in ["shop", "10.0.0.1", "2001:db8", "rinter", "00:00:5e", " ada", "ADA", "lan.example"] {
            assert!(!other.contains(gone), "{gone}: {other}");
        }
        for kept in [
            "(10.",
            ":443)",
            "]:80 took 1.5 s. ",
            "12:34:56 said tcp.port == 443",
            "host-1.example",
            "user-1 did, as user-1; ff:ff:ff:ff:ff:ff",
        ] {
            assert!(other.contains(kept), "{kept}: {other}");
        }
        assert_eq!(names.text("www.shop.example"), names.text("Www.Shop.Example.").trim_end_matches('.'));
    }

    #[test]
    fn filters_stay_filters() {
        let mut names = made(&[]);
        let other =
            names.filter("ip.addr == 10.0.0.0/8 && http.host == \"a.b\" && frame.number > 3 && tcp.flags.syn == 1");
        assert!(
            other.starts_with("ip.addr == 10.")
                && other.ends_with("/8 && http.host == \"…\" && frame.number > 3 && tcp.flags.syn == 1"),
            "{other}"
        );
        assert_eq!(names.filter("host www.secret.example and port 80"), "host host-1.example and port 80");
    }

    #[test]
    fn addresses_are_found_in_texts() {
        let found: Vec<String> =
            addresses("a 10.0.0.1:443, [2001:db8::1]:80 1.2.3.4. x").map(|ip| ip.to_string()).collect();
        assert_eq!(found, ["10.0.0.1", "2001:db8::1", "1.2.3.4"]);
    }
}
