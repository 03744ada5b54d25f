//! Countries: where the addresses of a capture belong, and what was exchanged with each place.
//!
//! A place is a country as two letters (ISO 3166-1, and `XK` for Kosovo), or a class of addresses that no country has: [`CLASSES`].
//! Text of a place is empty where nothing is known yet, because no table of countries is loaded.
use serde::{Deserialize, Serialize};

/// What an address is that belongs to no country, as `geo.country` says it, and a title. The last is a public address that the table
/// does not know.
pub const CLASSES: [(&str, &str); 8] = [
    ("private", "Private"),
    ("shared", "Shared (carrier-grade NAT)"),
    ("loopback", "Loopback"),
    ("link-local", "Link-local"),
    ("multicast", "Multicast"),
    ("broadcast", "Broadcast"),
    ("documentation", "Documentation"),
    ("unknown", "Unknown"),
];

/// The table of countries that is loaded.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq, Default)]
#[serde(default)]
pub struct GeoFacts {
    /// Who made it: `DB-IP Lite`, or the `database_type` of the `.mmdb` file: `GeoLite2-Country`.
    pub source: String,
    /// Day of the data, `2026-06-01`.
    pub date: String,
    /// Ranges of addresses.
    pub ranges: u32,
    /// It came with Wireglass. Else the user dropped it.
    pub shipped: bool,
}

/// Under the filter. A packet belongs to the place of its end that is not ours; to those of both ends where neither is ours, and to
/// that of its destination where both are. Tunnels: the innermost addresses.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Default)]
#[serde(default)]
pub struct CountriesAnswer {
    /// `None`: no table is loaded. Public addresses are in no row then.
    pub table: Option<GeoFacts>,
    /// The hosts that are "us".
    pub local: Vec<String>,
    /// All that is meant, whatever its place: what shares are of. Whole frames.
    pub flows: u64,
    pub packets: u64,
    pub bytes: u64,
    pub sent_bytes: u64,
    pub received_bytes: u64,
    /// Packets without an IP address (ARP, spanning tree), which are in no row.
    pub other_packets: u64,
    /// Most bytes first; countries and classes.
    pub rows: Vec<CountryRow>,
}

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Default)]
#[serde(default)]
pub struct CountryRow {
    /// `KR`, or a word of [`CLASSES`].
    pub country: String,
    /// Its English name.
    pub title: String,
    /// A country; else a class of addresses.
    pub is_country: bool,
    /// Different addresses.
    pub addresses: u32,
    pub flows: u64,
    pub packets: u64,
    /// Whole frames.
    pub bytes: u64,
    /// To it.
    pub sent_packets: u64,
    pub sent_bytes: u64,
    /// From it.
    pub received_packets: u64,
    pub received_bytes: u64,
    /// By bytes, the five largest.
    pub protocols: Vec<CountryShare>,
    pub peers: Vec<CountryShare>,
    /// A display filter: `geo.country == "KR"`.
    pub filter: String,
}

/// What of a country's flows one protocol or address has.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Default)]
#[serde(default)]
pub struct CountryShare {
    /// `TLS`, or an address.
    pub what: String,
    /// The address's name, where the capture tells one.
    pub name: String,
    pub flows: u64,
    pub packets: u64,
    pub bytes: u64,
    /// A display filter; empty where there is none.
    pub filter: String,
}
