//! Addresses of the link and network layers.
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Family {
    Ethernet,
    /// IEEE 802.11: an Ethernet-like address, but a table of its own in Wireshark.
    Wlan,
    Ipv4,
    Ipv6,
}

/// An address of any family: its bytes from the most significant on, the rest zero. Two words, because comparing addresses is what
/// every packet does several times.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Address {
    family: Family,
    high: u64,
    low: u64,
}

impl Address {
    #[inline]
    pub fn ethernet([a, b, c, d, e, f]: [u8; 6]) -> Self {
        Self { family: Family::Ethernet, high: u64::from_be_bytes([a, b, c, d, e, f, 0, 0]), low: 0 }
    }

    pub fn wlan(address: [u8; 6]) -> Self {
        Self { family: Family::Wlan, ..Self::ethernet(address) }
    }

    #[inline]
    pub fn ipv4([a, b, c, d]: [u8; 4]) -> Self {
        Self { family: Family::Ipv4, high: u64::from_be_bytes([a, b, c, d, 0, 0, 0, 0]), low: 0 }
    }

    #[inline]
    pub fn ipv6(bytes: [u8; 16]) -> Self {
        let value = u128::from_be_bytes(bytes);
        Self { family: Family::Ipv6, high: (value >> 64) as u64, low: value as u64 }
    }

    /// From [`Address::family`] and [`Address::words`].
    pub fn of(family: Family, [high, low]: [u64; 2]) -> Self {
        Self { family, high, low }
    }

    pub fn family(&self) -> Family {
        self.family
    }

    /// The sixteen bytes, zero beyond the family's length, as two numbers.
    pub fn words(&self) -> [u64; 2] {
        [self.high, self.low]
    }

    fn bytes(&self) -> [u8; 16] {
        (u128::from(self.high) << 64 | u128::from(self.low)).to_be_bytes()
    }

    /// The six bytes of a link address.
    pub fn mac(&self) -> Option<[u8; 6]> {
        let [a, b, c, d, e, f, ..] = self.bytes();
        matches!(self.family, Family::Ethernet | Family::Wlan).then_some([a, b, c, d, e, f])
    }

    /// The same as the standard library's type, for the IP families.
    pub fn ip(&self) -> Option<IpAddr> {
        let [a, b, c, d, ..] = self.bytes();
        match self.family {
            Family::Ipv4 => Some(IpAddr::V4(Ipv4Addr::new(a, b, c, d))),
            Family::Ipv6 => Some(IpAddr::V6(Ipv6Addr::from(self.bytes()))),
            Family::Ethernet | Family::Wlan => None,
        }
    }
}

impl From<IpAddr> for Address {
    fn from(address: IpAddr) -> Self {
        match address {
            IpAddr::V4(v4) => Self::ipv4(v4.octets()),
            IpAddr::V6(v6) => Self::ipv6(v6.octets()),
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, c, d, e, g, ..] = self.bytes();
        match self.family {
            Family::Ethernet | Family::Wlan => write!(f, "{a:02x}:{b:02x}:{c:02x}:{d:02x}:{e:02x}:{g:02x}"),
            Family::Ipv4 => write!(f, "{a}.{b}.{c}.{d}"),
            Family::Ipv6 => write!(f, "{}", Ipv6Text(self.bytes())),
        }
    }
}

/// RFC 5952, except that IPv4-compatible addresses (`::1.2.3.4`) stay as `inet_ntop` prints them.
struct Ipv6Text([u8; 16]);

impl fmt::Display for Ipv6Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(bytes) = self;
        let segments = Ipv6Addr::from(*bytes).segments();
        // inet_ntop's rule: six zero groups and a non-zero seventh read as an embedded IPv4 address; std has it for ::ffff:0:0/96 only.
        if let [0, 0, 0, 0, 0, 0, high, _] = segments
            && high != 0
            && let [.., a, b, c, d] = bytes
        {
            return write!(f, "::{a}.{b}.{c}.{d}");
        }
        write!(f, "{}", Ipv6Addr::from(*bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_as_inet_ntop_does() {
        let cases = ["::", "::1", "fe80::1", "2001:db8::1:0:0:1", "::ffff:1.2.3.4", "::1.2.3.4", "1:0:2:3:4:5:6:7"];
        for text in cases {
            let ip: IpAddr = text.parse().expect("an address");
            assert_eq!(Address::from(ip).to_string(), text);
        }
    }
}
