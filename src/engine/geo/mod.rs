//! Where an address belongs: to a country, as a table says, or to none, as its first bits say. The table is ours (`www/geo`, made by
//! `scripts/geo` from DB-IP Lite) or an `.mmdb` file of somebody else's; both come as bytes.
#![cfg_attr(
    not(test),
    deny(
        clippy::arithmetic_side_effects,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::panic,
        clippy::unwrap_used
    )
)]

mod mmdb;
mod ranges;
#[cfg(test)]
mod tests;

use crate::api::{CLASSES, GeoFacts};
use mmdb::Mmdb;
use ranges::Ranges;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
#[cfg(not(target_arch = "wasm32"))]
use std::sync::LazyLock;

/// Where an address belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Place {
    /// Two letters of ISO 3166-1.
    Country([u8; 2]),
    /// Which of [`CLASSES`].
    Class(u8),
}

const PRIVATE: u8 = 0;
const SHARED: u8 = 1;
const LOOPBACK: u8 = 2;
const LINK_LOCAL: u8 = 3;
const MULTICAST: u8 = 4;
const BROADCAST: u8 = 5;
const DOCUMENTATION: u8 = 6;
const UNKNOWN: u8 = 7;

impl Place {
    /// `KR`, or a word of [`CLASSES`].
    pub fn text(&self) -> &str {
        match self {
            Self::Country(letters) => std::str::from_utf8(letters).unwrap_or_default(),
            Self::Class(class) => CLASSES.get(usize::from(*class)).map_or("", |(word, _)| word),
        }
    }

    fn country(letters: &[u8]) -> Option<Self> {
        let letters = <[u8; 2]>::try_from(letters).ok()?;
        letters.iter().all(u8::is_ascii_uppercase).then_some(Self::Country(letters))
    }
}

/// The countries of addresses, as far as a table is loaded. The command line has ours with it; the page brings it when it is needed.
#[derive(Debug, Default)]
pub struct Geo {
    loaded: Option<Table>,
}

#[derive(Debug)]
enum Table {
    Ranges(Ranges),
    Mmdb(Mmdb),
}

/// The table that the program has with it.
#[cfg(not(target_arch = "wasm32"))]
fn shipped() -> Option<&'static Table> {
    static SHIPPED: LazyLock<Option<Table>> =
        LazyLock::new(|| Table::read(include_bytes!("../../../www/geo/countries.bin").to_vec()).ok());
    SHIPPED.as_ref()
}

#[cfg(target_arch = "wasm32")]
fn shipped() -> Option<&'static Table> {
    None
}

impl Geo {
    /// Takes another table: our own, compressed or not, or an `.mmdb` file.
    ///
    /// # Errors
    /// One sentence, when it is none. The one that was there stays.
    pub fn load(&mut self, bytes: Vec<u8>) -> Result<GeoFacts, String> {
        let table = Table::read(bytes)?;
        let facts = table.facts();
        self.loaded = Some(table);
        Ok(facts)
    }

    fn table(&self) -> Option<&Table> {
        self.loaded.as_ref().or_else(|| shipped())
    }

    /// What is loaded.
    pub fn facts(&self) -> Option<GeoFacts> {
        self.table().map(Table::facts)
    }

    /// The place of an address; `None`: a table would have to tell, and there is none.
    pub fn place(&self, address: IpAddr) -> Option<Place> {
        let address = inner(address);
        class(address).map(Place::Class).or_else(|| {
            let country = match self.table()? {
                Table::Ranges(ranges) => ranges.country(address),
                Table::Mmdb(file) => file.country(address),
            };
            Some(country.and_then(|letters| Place::country(&letters)).unwrap_or(Place::Class(UNKNOWN)))
        })
    }

    /// The place's English name, as our own table has it.
    pub fn title(&self, place: Place) -> String {
        let named = match place {
            Place::Class(class) => CLASSES.get(usize::from(class)).map(|(_, title)| (*title).to_owned()),
            Place::Country(letters) => {
                let tables = [self.loaded.as_ref(), shipped()].into_iter().flatten();
                tables.filter_map(Table::ranges).find_map(|ranges| ranges.name(letters)).map(str::to_owned)
            }
        };
        named.unwrap_or_else(|| place.text().to_owned())
    }
}

impl Table {
    fn read(bytes: Vec<u8>) -> Result<Self, String> {
        if Mmdb::is(&bytes) {
            return Mmdb::read(bytes).map(Self::Mmdb);
        }
        Ranges::read(&bytes).map(Self::Ranges)
    }

    fn ranges(&self) -> Option<&Ranges> {
        match self {
            Self::Ranges(ranges) => Some(ranges),
            Self::Mmdb(_) => None,
        }
    }

    fn facts(&self) -> GeoFacts {
        match self {
            Self::Ranges(ranges) => ranges.facts(),
            Self::Mmdb(file) => file.facts(),
        }
    }
}

/// The IPv4 address that an IPv6 address stands for: mapped (`::ffff:0:0/96`), or translated (`64:ff9b::/96`, RFC 6052).
fn inner(address: IpAddr) -> IpAddr {
    let IpAddr::V6(v6) = address else { return address };
    let [a, b, c, d, e, f, g, h] = v6.segments();
    match [a, b, c, d, e, f] {
        [0, 0, 0, 0, 0, 0xffff] | [0x64, 0xff9b, 0, 0, 0, 0] => {
            IpAddr::V4(Ipv4Addr::from((u32::from(g) << 16) | u32::from(h)))
        }
        _ => address,
    }
}

/// Which of [`CLASSES`] an address is in by itself (RFC 6890 and its registries).
fn class(address: IpAddr) -> Option<u8> {
    match address {
        IpAddr::V4(v4) => class_v4(v4),
        IpAddr::V6(v6) => class_v6(v6),
    }
}

fn class_v4(address: Ipv4Addr) -> Option<u8> {
    match address.octets() {
        [10, ..] | [172, 16..=31, ..] | [192, 168, ..] => Some(PRIVATE),
        [100, 64..=127, ..] => Some(SHARED),
        [127, ..] => Some(LOOPBACK),
        [169, 254, ..] => Some(LINK_LOCAL),
        [224..=239, ..] => Some(MULTICAST),
        [255, 255, 255, 255] => Some(BROADCAST),
        [192, 0, 2, _] | [198, 51, 100, _] | [203, 0, 113, _] => Some(DOCUMENTATION),
        // "This network", benchmarks, protocol assignments, the future: nobody is there.
        [0, ..] | [198, 18..=19, ..] | [192, 0, 0, _] | [240..=255, ..] => Some(UNKNOWN),
        _ => None,
    }
}

fn class_v6(address: Ipv6Addr) -> Option<u8> {
    match address.segments() {
        // Unique local, and what was site-local before.
        [0xfc00..=0xfdff | 0xfec0..=0xfeff, ..] => Some(PRIVATE),
        [0, 0, 0, 0, 0, 0, 0, 1] => Some(LOOPBACK),
        [0xfe80..=0xfebf, ..] => Some(LINK_LOCAL),
        [0xff00..=0xffff, ..] => Some(MULTICAST),
        [0x2001, 0xdb8, ..] | [0x3fff, 0..=0xfff, ..] => Some(DOCUMENTATION),
        // Only 2000::/3 is given to anybody.
        [0x2000..=0x3fff, ..] => None,
        _ => Some(UNKNOWN),
    }
}
