//! What was exchanged with each country: sums over address paths and flows; every distinct address is looked up once.
use super::Asked;
use super::flows::{application, of_application, of_transport, transport_name};
use super::local::Us;
use super::matched::Matched;
use crate::api::{CountriesAnswer, CountryRow, CountryShare};
use crate::engine::dissect::{Address, Family};
use crate::engine::geo::Place;
use crate::engine::sort;
use crate::engine::store::flows::{Flow, NO_PROTOCOL, number};
use crate::engine::store::paths::PairId;
use rustc_hash::FxHashMap;

/// Protocols and addresses that are told of a country.
const MOST: usize = 5;
/// No host: it is ours, has no IP address, or nobody knows its place.
const NOBODY: u32 = u32::MAX;
/// Not looked at yet.
const OPEN: u32 = u32::MAX - 1;

#[derive(Clone, Copy, Default)]
struct Sum {
    flows: u64,
    packets: u64,
    bytes: u64,
}

impl Sum {
    fn add(&mut self, packets: u64, bytes: u64) {
        self.packets += packets;
        self.bytes += bytes;
    }
}

/// An address that is not ours, and the row of its place.
struct Host {
    address: Address,
    row: usize,
    sum: Sum,
}

/// What is summed up.
struct Sums<'a> {
    asked: &'a Asked<'a>,
    us: &'a [Address],
    rows: Vec<CountryRow>,
    by_place: FxHashMap<Place, usize>,
    hosts: Vec<Host>,
    by_address: FxHashMap<Address, u32>,
    /// By pair: the hosts of its low and its high end.
    pairs: Vec<[u32; 2]>,
    /// By row and what is spoken: the application's number, or that of the transport where nobody knows.
    protocols: FxHashMap<(usize, u32), (Sum, &'a Flow)>,
}

pub fn answer<'a>(asked: &'a Asked<'_>, matched: &'a Matched, us: &'a Us) -> CountriesAnswer {
    let pairs = vec![[OPEN; 2]; asked.store.paths.pairs().count()];
    let mut sums = Sums {
        asked,
        us: &us.hosts,
        rows: Vec::new(),
        by_place: FxHashMap::default(),
        hosts: Vec::new(),
        by_address: FxHashMap::default(),
        pairs,
        protocols: FxHashMap::default(),
    };
    let mut answer = CountriesAnswer {
        table: asked.store.geo.facts(),
        local: us.hosts.iter().map(ToString::to_string).collect(),
        ..CountriesAnswer::default()
    };
    sums.packets(&mut answer);
    for (_, flow, counts) in matched.flows(asked) {
        answer.flows += 1;
        sums.flow(flow, Sum { flows: 1, packets: counts.total_packets(), bytes: counts.total_bytes() });
    }
    answer.rows = sums.finish();
    answer
}

impl<'a> Sums<'a> {
    fn packets(&mut self, answer: &mut CountriesAnswer) {
        let paths = &self.asked.store.paths;
        let mut by_path = vec![(0_u64, 0_u64); paths.len()];
        self.asked.each(|_, packet| {
            if let Some((packets, bytes)) = by_path.get_mut(packet.path as usize) {
                *packets += 1;
                *bytes += u64::from(packet.wire_len);
            }
        });
        for (path, (packets, bytes)) in (0..).zip(by_path).filter(|(_, (packets, _))| *packets > 0) {
            answer.packets += packets;
            answer.bytes += bytes;
            let Some((pair, reversed)) = paths.innermost(path) else {
                answer.other_packets += packets;
                continue;
            };
            let Some(addresses) = paths.addresses(pair).filter(|[low, _]| is_ip(low)) else {
                answer.other_packets += packets;
                continue;
            };
            let turn = |[low, high]: [u32; 2]| if reversed { [high, low] } else { [low, high] };
            let [from, to] = turn(self.ends(pair));
            let [is_sent, is_received] = {
                let [low, high] = addresses.map(|address| self.us.contains(&address));
                if reversed { [high, low] } else { [low, high] }
            };
            if is_sent {
                answer.sent_bytes += bytes;
            } else if is_received {
                answer.received_bytes += bytes;
            }
            let row_from = self.host(from, Sum { flows: 0, packets, bytes });
            let row_to = if to == from { row_from } else { self.host(to, Sum { flows: 0, packets, bytes }) };
            if let Some(row) = row_from.and_then(|at| self.rows.get_mut(at)) {
                row.received_packets += packets;
                row.received_bytes += bytes;
            }
            if let Some(row) = row_to.and_then(|at| self.rows.get_mut(at)) {
                row.sent_packets += packets;
                row.sent_bytes += bytes;
            }
            for at in [row_from, row_to.filter(|_| row_to != row_from)].into_iter().flatten() {
                if let Some(row) = self.rows.get_mut(at) {
                    row.packets += packets;
                    row.bytes += bytes;
                }
            }
        }
    }

    /// Adds to a host; its row.
    fn host(&mut self, host: u32, sum: Sum) -> Option<usize> {
        let host = self.hosts.get_mut(host as usize)?;
        host.sum.flows += sum.flows;
        host.sum.add(sum.packets, sum.bytes);
        Some(host.row)
    }

    fn flow(&mut self, flow: &'a Flow, sum: Sum) {
        let [low, high] = self.ends(flow.key.pair);
        let one = Sum { flows: 1, ..Sum::default() };
        let first = self.host(low, one);
        let second = if low == high { None } else { self.host(high, one) };
        let spoken = match flow.app {
            NO_PROTOCOL => 1 << 16 | u32::from(number(flow.key.transport)),
            app => app.into(),
        };
        for at in [first, second.filter(|_| second != first)].into_iter().flatten() {
            if let Some(row) = self.rows.get_mut(at) {
                row.flows += 1;
            }
            let (protocol, _) = self.protocols.entry((at, spoken)).or_insert((Sum::default(), flow));
            protocol.flows += 1;
            protocol.add(sum.packets, sum.bytes);
        }
    }

    /// The hosts of a pair's low and high end that count for a place.
    fn ends(&mut self, pair: PairId) -> [u32; 2] {
        let known = self.pairs.get(pair as usize).copied().unwrap_or([NOBODY; 2]);
        if known != [OPEN; 2] {
            return known;
        }
        let Some(addresses) = self.asked.store.paths.addresses(pair) else { return [NOBODY; 2] };
        let ours = addresses.map(|address| self.us.contains(&address));
        let [low, high] = addresses;
        let found = match ours {
            // Among ourselves: whoever it is, it is a place.
            [true, true] => [NOBODY, self.of(&high)],
            [low_is_us, high_is_us] => {
                [if low_is_us { NOBODY } else { self.of(&low) }, if high_is_us { NOBODY } else { self.of(&high) }]
            }
        };
        if let Some(place) = self.pairs.get_mut(pair as usize) {
            *place = found;
        }
        found
    }

    /// The host with this address.
    fn of(&mut self, address: &Address) -> u32 {
        if let Some(host) = self.by_address.get(address) {
            return *host;
        }
        let host = match self.asked.store.place(address) {
            Some(place) => {
                let row = self.row(place);
                self.hosts.push(Host { address: *address, row, sum: Sum::default() });
                self.hosts.len() as u32 - 1
            }
            None => NOBODY,
        };
        self.by_address.insert(*address, host);
        host
    }

    fn row(&mut self, place: Place) -> usize {
        if let Some(at) = self.by_place.get(&place) {
            return *at;
        }
        let country = place.text().to_owned();
        self.rows.push(CountryRow {
            title: self.asked.store.geo.title(place),
            is_country: matches!(place, Place::Country(_)),
            filter: format!("geo.country == {country:?}"),
            country,
            ..CountryRow::default()
        });
        self.by_place.insert(place, self.rows.len() - 1);
        self.rows.len() - 1
    }

    /// The rows, with the largest of each.
    fn finish(self) -> Vec<CountryRow> {
        let Self { asked, mut rows, hosts, protocols, .. } = self;
        for host in hosts.iter().filter(|host| host.sum.packets > 0 || host.sum.flows > 0) {
            let Some(row) = rows.get_mut(host.row) else { continue };
            row.addresses += 1;
            put(&mut row.peers, host.sum, || {
                let name = host.address.ip().and_then(|ip| asked.store.names.get(asked.store.names.id_of_address(ip)?));
                let field = if host.address.family() == Family::Ipv6 { "ipv6.addr" } else { "ip.addr" };
                let address = host.address.to_string();
                (format!("{field} == {address}"), name.map(|(name, _)| name.to_owned()).unwrap_or_default(), address)
            });
        }
        for ((row, _), (sum, flow)) in protocols {
            let Some(row) = rows.get_mut(row) else { continue };
            put(&mut row.protocols, sum, || match application(flow) {
                "" => {
                    let transport = flow.key.transport;
                    (of_transport(transport), String::new(), transport_name(transport).into_owned())
                }
                name => (of_application(name), String::new(), name.to_owned()),
            });
        }
        rows.retain(|row| row.packets > 0 || row.flows > 0);
        sort::by(&mut rows, |a, b| b.bytes.cmp(&a.bytes).then_with(|| a.country.cmp(&b.country)));
        rows
    }
}

fn is_ip(address: &Address) -> bool {
    matches!(address.family(), Family::Ipv4 | Family::Ipv6)
}

/// Puts one among the largest, by bytes; equals by name, so that the order never depends on chance.
fn put(list: &mut Vec<CountryShare>, sum: Sum, share: impl FnOnce() -> (String, String, String)) {
    let is_small = |least: &CountryShare| least.bytes > sum.bytes;
    if list.len() == MOST && list.last().is_some_and(is_small) {
        return;
    }
    let (filter, name, what) = share();
    let made = CountryShare { what, name, flows: sum.flows, packets: sum.packets, bytes: sum.bytes, filter };
    let at = list.partition_point(|other| (other.bytes, &made.what) > (made.bytes, &other.what));
    list.insert(at, made);
    list.truncate(MOST);
}

#[cfg(test)]
mod tests {
    use crate::api::{Countries, CountriesAnswer, Filter, Language, Question};
    use crate::engine::session::Session;
    use crate::engine::testing::capture;

    /// A conversation whose client is 10.0.0.1, and its server this address.
    fn talk(text: &str, server: [u8; 4]) -> Session {
        let mut bytes = capture(text);
        for at in 0..bytes.len() - 4 {
            if bytes[at..at + 4] == [10, 0, 0, 2] {
                bytes[at..at + 4].copy_from_slice(&server);
            }
        }
        let mut session = Session::new();
        session.feed(&bytes).expect("a capture");
        session.finish().expect("its end");
        session
    }

    fn ask(session: &mut Session, filter: &str) -> CountriesAnswer {
        let filter = Filter { text: filter.to_owned(), language: Language::Display };
        let answer = session.answer_within(&Countries {}.query(), &filter, &mut &[][..]).expect("an answer");
        Countries::take(answer).expect("of countries")
    }

    const KOREA: [u8; 4] = [211, 45, 27, 231];

    #[test]
    fn what_goes_to_a_country_and_comes_from_it() {
        let mut session = talk("> SYN / < SYN ACK / > ACK / > 100 / < 1000", KOREA);
        session.set_local(&["10.0.0.1".to_owned()]);
        let answer = ask(&mut session, "");
        let [row] = answer.rows.as_slice() else { panic!("{answer:?}") };
        assert_eq!((row.country.as_str(), row.title.as_str(), row.is_country), ("KR", "South Korea", true));
        assert_eq!((row.addresses, row.flows, row.packets, row.bytes), (1, 1, 5, 5 * 40 + 1100));
        assert_eq!((row.sent_packets, row.sent_bytes), (3, 3 * 40 + 100));
        assert_eq!((row.received_packets, row.received_bytes), (2, 2 * 40 + 1000));
        assert_eq!((answer.sent_bytes, answer.received_bytes, answer.packets, answer.flows), (220, 1080, 5, 1));
        assert_eq!(row.peers.iter().map(|peer| peer.what.as_str()).collect::<Vec<_>>(), ["211.45.27.231"]);
        assert_eq!(row.protocols.iter().map(|one| (one.what.as_str(), one.bytes)).collect::<Vec<_>>(), [("TCP", 1300)]);
        // Under a filter: of its own fields, decided by columns.
        let of = |session: &mut Session, filter: &str| ask(session, filter).packets;
        assert_eq!(of(&mut session, "geo.country == \"KR\""), 5);
        assert_eq!(of(&mut session, "geo.src_country == \"KR\""), 2);
        assert_eq!(of(&mut session, "geo.dst_country == \"KR\""), 3);
        assert_eq!(of(&mut session, "geo.country == \"private\""), 5);
        assert_eq!(of(&mut session, "geo.country != \"KR\""), 0);
        assert_eq!(of(&mut session, "geo.country in {\"US\", \"JP\"}"), 0);
    }

    #[test]
    fn without_a_side_of_ours_both_ends_count() {
        let mut session = talk("> SYN / < SYN ACK", KOREA);
        session.set_local(&["192.0.2.1".to_owned()]);
        let answer = ask(&mut session, "");
        let rows: Vec<_> =
            answer.rows.iter().map(|row| (row.country.as_str(), row.packets, row.sent_packets)).collect();
        assert_eq!(rows, [("KR", 2, 1), ("private", 2, 1)]);
        // And among ourselves the one that is spoken to, or the traffic would be nowhere.
        session.set_local(&["10.0.0.1".to_owned(), "211.45.27.231".to_owned()]);
        let answer = ask(&mut session, "");
        assert_eq!(answer.rows.iter().map(|row| row.packets).sum::<u64>(), 2);
    }

    #[test]
    fn another_table_changes_the_answers() {
        let mut session = talk("> SYN / < SYN ACK", KOREA);
        session.set_local(&["10.0.0.1".to_owned()]);
        assert_eq!(ask(&mut session, "geo.country == \"KR\"").packets, 2);
        // A table in which everybody is in Japan: no more than a head and a stretch for each version.
        let mut table = b"wireglass-countries 1\tTest\t2030-01-01\nJP Japan\n".to_vec();
        for bits in [32, 128] {
            table.push(1);
            table.extend(vec![0; 2 * (bits + 1)]);
            table.extend([1, 1]);
        }
        let facts = session.set_geo(table).expect("a table");
        assert_eq!((facts.source.as_str(), facts.ranges), ("Test", 2));
        assert_eq!(ask(&mut session, "geo.country == \"KR\"").packets, 0);
        assert_eq!(ask(&mut session, "geo.country == \"JP\"").packets, 2);
        assert_eq!(ask(&mut session, "").rows[0].country, "JP");
        assert!(session.set_geo(b"nothing".to_vec()).is_err());
        assert_eq!(ask(&mut session, "").rows[0].country, "JP", "the table that was there stays");
    }
}
