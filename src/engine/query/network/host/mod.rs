//! One address: who it is, with whom it talked, about what and when.
mod flows;
mod packets;

use super::super::Asked;
use super::super::local::Us;
use super::super::matched::Matched;
use super::hosts::HostId;
use super::{MOST_ROWS, Network, country, filter};
use crate::api::{Host, HostAnswer, HostPart, Traffic};
use crate::engine::dissect::{Address, Family};
use crate::engine::sort;
use crate::engine::store::packets::NO_TIME;
use crate::engine::store::paths::Step;
use std::cmp::Ordering;
use std::net::IpAddr;
use std::ops::Range;

/// Rows of each list, where no others are asked for.
const FIRST: u32 = 100;

/// # Errors
/// When the text is no address.
pub fn answer(
    asked: &Asked<'_>,
    matched: &Matched,
    us: &Us,
    kept: &mut Network,
    question: &Host,
) -> Result<HostAnswer, String> {
    kept.hosts.up_to(asked.store);
    let address = parse(&question.address).ok_or_else(|| format!("“{}” is no address.", question.address))?;
    // IEEE 802.11 has addresses that look like Ethernet's.
    let wlan = address.mac().map(Address::wlan);
    let (address, host) = match (kept.hosts.find(&address), wlan.and_then(|wlan| Some((wlan, kept.hosts.find(&wlan)?))))
    {
        (Some(host), _) => (address, host),
        (None, Some(found)) => found,
        (None, None) => (address, HostId::MAX),
    };
    let mut answer = HostAnswer {
        address: address.to_string(),
        local: us.hosts.contains(&address),
        country: country(asked, &address),
        filter: filter(&address),
        ..HostAnswer::default()
    };
    let first = question.rows.start;
    let end = if question.rows.is_empty() { first.saturating_add(FIRST) } else { question.rows.end };
    let end = end.min(first.saturating_add(MOST_ROWS));
    let page = Page { asked, us, kept, address, host, rows: first as usize..end as usize };
    page.packets(&mut answer, question.buckets);
    if address.ip().is_some() {
        page.flows(&mut answer, matched);
    }
    Ok(answer)
}

fn parse(text: &str) -> Option<Address> {
    if let Ok(ip) = text.parse::<IpAddr>() {
        return Some(ip.into());
    }
    let mut bytes = [0; 6];
    let mut parts = text.split([':', '-']);
    for byte in &mut bytes {
        *byte = u8::from_str_radix(parts.next().filter(|part| part.len() == 2)?, 16).ok()?;
    }
    parts.next().is_none().then(|| Address::ethernet(bytes))
}

struct Page<'a> {
    asked: &'a Asked<'a>,
    us: &'a Us,
    kept: &'a Network,
    address: Address,
    host: HostId,
    /// Those of each list.
    rows: Range<usize>,
}

/// What a path's packets are to the address.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Sent,
    Received,
}

/// Of the packets of one path or stack.
#[derive(Clone, Copy)]
struct Sum {
    traffic: Traffic,
    first: i64,
    last: i64,
}

impl Default for Sum {
    fn default() -> Self {
        Self { traffic: Traffic::default(), first: NO_TIME, last: NO_TIME }
    }
}

impl Sum {
    #[inline]
    fn packet(&mut self, wire_len: u32, time: i64) {
        self.traffic.packets += 1;
        self.traffic.bytes += u64::from(wire_len);
        self.span(time, time);
    }

    fn add(&mut self, other: &Self) {
        add(&mut self.traffic, other.traffic);
        self.span(other.first, other.last);
    }

    fn span(&mut self, first: i64, last: i64) {
        if first != NO_TIME {
            self.first = if self.first == NO_TIME { first } else { self.first.min(first) };
            self.last = self.last.max(last);
        }
    }
}

fn add(sum: &mut Traffic, other: Traffic) {
    sum.packets += other.packets;
    sum.bytes += other.bytes;
}

fn known(time: i64) -> Option<i64> {
    Some(time).filter(|&time| time != NO_TIME)
}

impl Page<'_> {
    /// Of a list, in this order, the rows asked for.
    fn window<T>(&self, mut list: Vec<T>, order: impl Fn(&T, &T) -> Ordering) -> Vec<T> {
        let Range { start, end } = self.rows;
        sort::top(&mut list, end, order);
        list.truncate(end);
        list.drain(..start.min(list.len()));
        list
    }

    /// Whether the address sent or received a path's packets, and whose they are at the other end.
    fn way(&self, path: u32) -> Option<(Way, HostId)> {
        self.asked.store.paths.steps(path).find_map(|step| {
            let Step::Pair { pair, reversed } = step else { return None };
            let [source, destination] = self.kept.hosts.of_pair(pair, reversed)?;
            match (source == self.host, destination == self.host) {
                (true, _) => Some((Way::Sent, destination)),
                (_, true) => Some((Way::Received, source)),
                _ => None,
            }
        })
    }

    /// Who stands beside the address in a path, on the same side: for an IP address the link address, and the other way round.
    fn beside(&self, path: u32, way: Way) -> Option<HostId> {
        let is_link = |family| matches!(family, Family::Ethernet | Family::Wlan);
        let of_link = is_link(self.address.family());
        self.asked.store.paths.steps(path).find_map(|step| {
            let Step::Pair { pair, reversed } = step else { return None };
            let family = self.asked.store.paths.get(pair)?.family;
            let [source, destination] = self.kept.hosts.of_pair(pair, reversed)?;
            (is_link(family) != of_link).then_some(if way == Way::Sent { source } else { destination })
        })
    }
}

/// Most bytes first.
fn busiest(mut parts: Vec<HostPart>) -> Vec<HostPart> {
    sort::by(&mut parts, by_bytes);
    parts
}

fn by_bytes(a: &HostPart, b: &HostPart) -> Ordering {
    b.bytes.cmp(&a.bytes).then_with(|| a.name.cmp(&b.name))
}
