//! Packets as `tcpdump -nn` prints them (4.99): a line for each, sometimes more.
//!
//! tcpdump's printers write as they read, and where the captured bytes end they stop with ` [|protocol]`. Here a printer is a function
//! over [`Bytes`] that writes to [`Out`] and returns `Err` at that place; [`Printer::packet`] writes the mark. Facts (words, order,
//! punctuation) are those of tcpdump's own output.

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

/// Writes formatted text to an [`Out`].
macro_rules! say {
    ($out:expr, $($arg:tt)*) => {
        match format_args!($($arg)*) {
            words => $crate::engine::tcpdump::write(&mut $out.text, words),
        }
    };
}

mod arp;
mod bfd;
mod bgp;
mod cdp;
mod dccp;
mod dhcp;
mod dns;
mod eap;
mod hex;
mod icmp;
mod icmp6;
mod igmp;
mod ip;
mod ipsec;
mod ipx;
mod l2tp;
mod link;
mod llc;
mod mptcp;
mod ntp;
mod ppp;
mod radio;
mod radius;
mod resp;
mod rings;
mod routing;
mod rpc;
mod sctp;
mod services;
mod sflow;
mod small;
mod snmp;
mod stp;
mod tcp;
mod telnet;
#[cfg(test)]
mod tests;
mod text;
mod tunnels;
mod udp;
mod vsock;
mod wlan;
mod wlan_words;
mod wpan;

use super::dissect::{Bytes, Problem};
use rustc_hash::FxHashMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Of [`say!`], which stands in hundreds of places: as little as possible there.
#[inline(never)]
fn write(text: &mut String, words: std::fmt::Arguments<'_>) {
    use std::fmt::Write as _;
    // Writing to a String cannot fail.
    let _ = text.write_fmt(words);
}

/// How the time of a packet is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Time {
    /// `-t`
    None,
    /// `12:34:56.123456` (UTC, for want of a place)
    #[default]
    Clock,
    /// `-tt`: seconds since 1970
    Epoch,
    /// `-tttt`: with the date
    Date,
}

/// What is printed of a packet, by tcpdump's letters.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    pub time: Time,
    /// `-e`: the link header too.
    pub e: bool,
    /// `-v`, `-vv`, `-vvv`.
    pub v: u8,
    /// `-A`: the packet as text.
    pub a: bool,
    /// `-X`: as hex and text.
    pub x: bool,
    /// `-S`: sequence numbers of TCP as they stand.
    pub absolute: bool,
}

/// Whether a printer came to the packet's end, or to the end of the bytes.
type Printed = Result<(), Problem>;

/// A TCP connection, the same for both directions: (address, port) of the end with the lower port, then of the other.
type Connection = [(IpAddr, u16); 2];

/// Where relative sequence numbers start, by end as in [`Connection`].
type Bases = [u32; 2];

/// What libpcap hands over of a packet: no more than the file's snapshot length, whatever stands in the file.
pub fn snapped(bytes: &[u8], snaplen: u32) -> &[u8] {
    let most = if snaplen == 0 { usize::MAX } else { snaplen as usize };
    bytes.get(..most).unwrap_or(bytes)
}

/// Prints one packet after the other, and remembers what tcpdump does in between: where a TCP connection's numbers started.
#[derive(Debug, Default)]
pub struct Printer {
    options: Options,
    connections: FxHashMap<Connection, Bases>,
}

/// What the line is written to, and what its printers share.
struct Out<'a> {
    text: String,
    options: Options,
    /// Whose bytes end when a printer fails.
    protocol: &'static str,
    /// Link header in front of the network's, which `-A` and `-X` leave out.
    link_len: usize,
    /// Printers that are inside each other: tunnels in tunnels must come to an end.
    depth: u8,
    connections: &'a mut FxHashMap<Connection, Bases>,
}

/// Tunnels inside each other that are followed.
const DEEPEST: u8 = 24;

impl Printer {
    pub fn new(options: Options) -> Self {
        Self { options, connections: FxHashMap::default() }
    }

    /// The lines of a packet, joined by `\n`: what the capture begins with (`LINKTYPE_`), nanoseconds since 1970, captured bytes,
    /// length on the wire.
    pub fn packet(&mut self, link: u16, time: Option<i64>, bytes: &[u8], wire_len: u32) -> String {
        let options = self.options;
        let mut out = Out {
            text: String::with_capacity(160),
            options,
            protocol: "",
            link_len: 0,
            depth: 0,
            connections: &mut self.connections,
        };
        stamp(&mut out, time.unwrap_or(0));
        let whole = Bytes::frame(bytes, wire_len);
        if link::print(&mut out, link, whole).is_err() {
            out.cut();
        }
        let shown = if options.e { whole } else { whole.from(out.link_len) };
        if options.x {
            hex::hex_and_text(&mut out, shown.all());
        } else if options.a {
            hex::text(&mut out, shown.all());
        }
        out.text
    }

    /// Takes note of a packet without printing it: what follows has the same relative numbers as if it had been printed.
    pub fn pass(&mut self, link: u16, bytes: &[u8], wire_len: u32) {
        let options = std::mem::replace(&mut self.options, Options { time: Time::None, ..Options::default() });
        let _ = self.packet(link, None, bytes, wire_len);
        self.options = options;
    }

    /// Starts in the middle of a file: sequence numbers of a connection's two ends, each with the number that is relative 0.
    pub fn know(&mut self, ends: [(IpAddr, u16); 2], bases: [u32; 2]) {
        let (connection, swapped) = tcp::connection(ends);
        let [a, b] = bases;
        self.connections.insert(connection, if swapped { [b, a] } else { [a, b] });
    }
}

impl Out<'_> {
    fn put(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// The mark where bytes end.
    fn cut(&mut self) {
        let protocol = self.protocol;
        say!(self, " [|{protocol}]");
    }

    fn invalid(&mut self) {
        self.put(" (invalid)");
    }

    /// A layer that ends its own part of the line when its bytes end; what is around it goes on.
    fn part(&mut self, printed: Printed) {
        if printed.is_err() {
            self.cut();
        }
    }

    fn verbose(&self) -> bool {
        self.options.v > 0
    }

    /// Bytes nobody understands: as hex, unless that is printed anyway.
    fn unknown(&mut self, bytes: &[u8]) {
        if !self.options.a && !self.options.x {
            hex::hex_and_text(self, bytes);
        }
    }

    /// Goes into another layer, but not for ever.
    fn inside(&mut self, print: impl FnOnce(&mut Self) -> Printed) -> Printed {
        if self.depth >= DEEPEST {
            return Ok(());
        }
        self.depth = self.depth.saturating_add(1);
        let printed = print(self);
        self.depth = self.depth.saturating_sub(1);
        printed
    }
}

fn stamp(out: &mut Out<'_>, ns: i64) {
    let micros = ns.div_euclid(1000);
    let (seconds, fraction) = (micros.div_euclid(1_000_000), micros.rem_euclid(1_000_000));
    let day = seconds.rem_euclid(86_400);
    let (h, m, s) = (day.div_euclid(3600), day.div_euclid(60).rem_euclid(60), day.rem_euclid(60));
    match out.options.time {
        Time::None => {}
        Time::Clock => say!(out, "{h:02}:{m:02}:{s:02}.{fraction:06} "),
        Time::Epoch => say!(out, "{seconds}.{fraction:06} "),
        Time::Date => {
            let (year, month, day) = date(seconds.div_euclid(86_400));
            say!(out, "{year:04}-{month:02}-{day:02} {h:02}:{m:02}:{s:02}.{fraction:06} ");
        }
    }
}

/// Year, month, day of a day counted from 1970-01-01, by counting in eras of 400 years that start in March.
fn date(days: i64) -> (i64, i64, i64) {
    let days = days.saturating_add(719_468);
    let (era, day) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let leaps = day.div_euclid(1460).saturating_sub(day.div_euclid(36_524)).saturating_add(day.div_euclid(146_096));
    let year = day.saturating_sub(leaps).div_euclid(365);
    let before = year.saturating_mul(365).saturating_add(year.div_euclid(4)).saturating_sub(year.div_euclid(100));
    let day = day.saturating_sub(before);
    let month = day.saturating_mul(5).saturating_add(2).div_euclid(153);
    let first = month.saturating_mul(153).saturating_add(2).div_euclid(5);
    let (day, month) =
        (day.saturating_sub(first).saturating_add(1), month.saturating_add(if month < 10 { 3 } else { -9 }));
    (era.saturating_mul(400).saturating_add(year).saturating_add(i64::from(month <= 2)), month, day)
}

fn ipv4(bytes: &Bytes<'_>, at: usize) -> Result<Ipv4Addr, Problem> {
    bytes.array::<4>(at).map(Ipv4Addr::from)
}

fn ipv6(bytes: &Bytes<'_>, at: usize) -> Result<V6, Problem> {
    bytes.array::<16>(at).map(|octets| V6(Ipv6Addr::from(octets)))
}

fn mac(bytes: &Bytes<'_>, at: usize) -> Result<Octets<6>, Problem> {
    bytes.array::<6>(at).map(Octets)
}

/// An IPv6 address: also one that only ends in an IPv4 address shows that.
#[derive(Clone, Copy, PartialEq, Eq)]
struct V6(Ipv6Addr);

impl std::fmt::Display for V6 {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0.segments() {
            [0, 0, 0, 0, 0, 0, high, low] if high != 0 => {
                let [a, b] = high.to_be_bytes();
                let [c, d] = low.to_be_bytes();
                write!(f, "::{a}.{b}.{c}.{d}")
            }
            _ => write!(f, "{}", self.0),
        }
    }
}

/// Either kind of address.
#[derive(Clone, Copy)]
struct Host(IpAddr);

impl std::fmt::Display for Host {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0 {
            IpAddr::V4(address) => write!(f, "{address}"),
            IpAddr::V6(address) => write!(f, "{}", V6(address)),
        }
    }
}

/// Octets in hex with colons: link addresses.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Octets<const N: usize>([u8; N]);

impl<const N: usize> std::fmt::Display for Octets<N> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", Colons(&self.0))
    }
}

/// The same for a length that is only known when reading.
struct Colons<'a>(&'a [u8]);

impl std::fmt::Display for Colons<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (n, octet) in self.0.iter().enumerate() {
            let colon = if n == 0 { "" } else { ":" };
            write!(f, "{colon}{octet:02x}")?;
        }
        Ok(())
    }
}

/// The word for a number, or what is written without one.
fn word(
    words: &[(u32, &'static str)],
    value: u32,
    otherwise: impl FnOnce(u32) -> String,
) -> std::borrow::Cow<'static, str> {
    match words.iter().find(|(number, _)| *number == value) {
        Some((_, word)) => (*word).into(),
        None => otherwise(value).into(),
    }
}

/// The words of the bits that are set, or `none`.
fn bits(words: &[(u32, &'static str)], value: u32, none: &str, between: &str) -> String {
    let set: Vec<&str> = words.iter().filter(|(bit, _)| value & bit == *bit).map(|(_, word)| *word).collect();
    if set.is_empty() { none.to_owned() } else { set.join(between) }
}

/// Text of the packet; what a terminal could not show is written as `^X` and `M-`, as tcpdump does.
fn safe(out: &mut Out<'_>, text: &[u8]) {
    for &byte in text {
        let low = byte & 0x7f;
        if byte & 0x80 != 0 {
            out.put("M-");
        }
        match low {
            0x20..=0x7e => out.text.push(char::from(low)),
            _ => {
                out.text.push('^');
                out.text.push(char::from(low ^ 0x40));
            }
        }
    }
}
