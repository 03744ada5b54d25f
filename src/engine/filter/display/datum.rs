//! Values that tests compare, from packets and from the filter's own text.
use std::borrow::Cow;
use std::cmp::Ordering;

/// What a field's values are: what may be written beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    /// Nothing but presence.
    None,
    Protocol,
    Uint,
    Int,
    Float,
    Bool,
    Text,
    Bytes,
    Ether,
    Ipv4,
    Ipv6,
    /// An address whose family only the packet tells.
    Address,
    /// A moment, ns since 1970.
    Time,
    /// A length of time, ns.
    Duration,
}

/// One value.
#[derive(Clone, Debug, PartialEq)]
pub enum Datum<'v> {
    /// There, and nothing to compare.
    Present,
    Uint(u64),
    Int(i64),
    Float(f64),
    Text(Cow<'v, str>),
    Bytes(Cow<'v, [u8]>),
    Ether([u8; 6]),
    Ipv4(u32),
    Ipv6(u128),
    /// ns since 1970, or of a duration.
    Nanos(i64),
    /// All addresses that begin with these bits: address, and the mask of what counts.
    Net4(u32, u32),
    Net6(u128, u128),
}

impl Datum<'_> {
    /// The same, with bytes of its own.
    pub fn into_owned(self) -> Datum<'static> {
        match self {
            Self::Text(text) => Datum::Text(Cow::Owned(text.into_owned())),
            Self::Bytes(bytes) => Datum::Bytes(Cow::Owned(bytes.into_owned())),
            Self::Present => Datum::Present,
            Self::Uint(v) => Datum::Uint(v),
            Self::Int(v) => Datum::Int(v),
            Self::Float(v) => Datum::Float(v),
            Self::Ether(v) => Datum::Ether(v),
            Self::Ipv4(v) => Datum::Ipv4(v),
            Self::Ipv6(v) => Datum::Ipv6(v),
            Self::Nanos(v) => Datum::Nanos(v),
            Self::Net4(v, mask) => Datum::Net4(v, mask),
            Self::Net6(v, mask) => Datum::Net6(v, mask),
        }
    }

    /// Its bytes, most significant first: what slices cut, and what is compared when the types differ.
    pub fn bytes(&self) -> Cow<'_, [u8]> {
        match self {
            Self::Text(text) => Cow::Borrowed(text.as_bytes()),
            Self::Bytes(bytes) => Cow::Borrowed(bytes),
            Self::Ether(bytes) => Cow::Borrowed(bytes),
            Self::Ipv4(v) | Self::Net4(v, _) => Cow::Owned(v.to_be_bytes().to_vec()),
            Self::Ipv6(v) | Self::Net6(v, _) => Cow::Owned(v.to_be_bytes().to_vec()),
            Self::Uint(v) => Cow::Owned(v.to_be_bytes().to_vec()),
            Self::Int(v) | Self::Nanos(v) => Cow::Owned(v.to_be_bytes().to_vec()),
            Self::Float(v) => Cow::Owned(v.to_be_bytes().to_vec()),
            Self::Present => Cow::Borrowed(&[]),
        }
    }

    /// A number without fractions.
    pub fn whole(&self) -> Option<i128> {
        match self {
            Self::Uint(v) => Some(i128::from(*v)),
            Self::Int(v) => Some(i128::from(*v)),
            _ => None,
        }
    }

    pub fn is_zero(&self) -> bool {
        match self {
            Self::Uint(v) => *v == 0,
            Self::Int(v) | Self::Nanos(v) => *v == 0,
            Self::Float(v) => *v == 0.0,
            Self::Bytes(bytes) => bytes.iter().all(|&byte| byte == 0),
            Self::Text(text) => text.is_empty(),
            Self::Ether(bytes) => bytes.iter().all(|&byte| byte == 0),
            Self::Ipv4(v) => *v == 0,
            Self::Ipv6(v) => *v == 0,
            Self::Present | Self::Net4(..) | Self::Net6(..) => false,
        }
    }
}

impl Datum<'_> {
    /// How they stand to each other. None: they have nothing in common.
    pub fn compare(&self, other: &Datum<'_>) -> Option<Ordering> {
        use Datum::{Ether, Float, Ipv4, Ipv6, Nanos, Net4, Net6, Present};
        match (self, other) {
            (Datum::Uint(a), Datum::Uint(b)) => a.partial_cmp(b),
            (Ipv4(a), Ipv4(b)) => a.partial_cmp(b),
            (Ipv6(a), Ipv6(b)) => a.partial_cmp(b),
            (Ether(a), Ether(b)) => a.partial_cmp(b),
            (Nanos(a), Nanos(b)) => a.partial_cmp(b),
            (Float(a), Float(b)) => a.partial_cmp(b),
            (Ipv4(a) | Net4(a, _), Net4(b, mask)) | (Net4(a, mask), Ipv4(b)) => (a & mask).partial_cmp(&(b & mask)),
            (Ipv6(a) | Net6(a, _), Net6(b, mask)) | (Net6(a, mask), Ipv6(b)) => (a & mask).partial_cmp(&(b & mask)),
            (Ipv4(_) | Net4(..), Ipv6(_) | Net6(..)) | (Ipv6(_) | Net6(..), Ipv4(_) | Net4(..)) => None,
            (Present, _) | (_, Present) => None,
            (Datum::Text(_) | Datum::Bytes(_) | Ether(_) | Ipv4(_) | Ipv6(_) | Net4(..) | Net6(..), _)
            | (_, Datum::Text(_) | Datum::Bytes(_) | Ether(_) | Ipv4(_) | Ipv6(_) | Net4(..) | Net6(..)) => {
                self.bytes().partial_cmp(&other.bytes())
            }
            _ => match (self.whole(), other.whole()) {
                (Some(a), Some(b)) => a.partial_cmp(&b),
                _ => self.number().partial_cmp(&other.number()),
            },
        }
    }

    /// With the other sign.
    #[must_use]
    pub fn minus(&self) -> Datum<'static> {
        match self {
            Self::Uint(v) => Datum::Int(i64::try_from(-i128::from(*v)).unwrap_or(i64::MIN)),
            Self::Int(v) => Datum::Int(v.saturating_neg()),
            Self::Nanos(v) => Datum::Nanos(v.saturating_neg()),
            Self::Float(v) => Datum::Float(-v),
            _ => Datum::Present,
        }
    }

    /// As people write it.
    pub fn text(&self) -> String {
        use crate::engine::dissect::Address;
        match self {
            Self::Present => String::new(),
            Self::Uint(v) => v.to_string(),
            Self::Int(v) => v.to_string(),
            Self::Float(v) => v.to_string(),
            Self::Text(text) => text.to_string(),
            Self::Bytes(bytes) => bytes.iter().map(|byte| format!("{byte:02x}")).collect(),
            Self::Ether(v) => Address::ethernet(*v).to_string(),
            Self::Ipv4(v) | Self::Net4(v, _) => Address::ipv4(v.to_be_bytes()).to_string(),
            Self::Ipv6(v) | Self::Net6(v, _) => Address::ipv6(v.to_be_bytes()).to_string(),
            Self::Nanos(v) => crate::engine::dissect::seconds(*v),
        }
    }

    /// As a number with fractions; a time in seconds.
    pub fn number(&self) -> f64 {
        match self {
            Self::Uint(v) => *v as f64,
            Self::Int(v) => *v as f64,
            Self::Float(v) => *v,
            Self::Nanos(v) => *v as f64 / 1e9,
            _ => f64::NAN,
        }
    }
}
