//! The flow table: any window of it, sorted by any column, searched by words.
use super::Asked;
use super::matched::{Counts, Matched};
use super::search::Search;
use crate::api::{FlowColumn, FlowPage, FlowRow, FlowSort, Flows, NameFrom, Outcome};
use crate::engine::dissect::{Address, Family, Transport};
use crate::engine::geo::Place;
use crate::engine::protocols::{PROTOCOLS, protocol};
use crate::engine::sort;
use crate::engine::store::flows::{End, Flow, NO_PROTOCOL};
use crate::engine::store::names::NameId;
use crate::engine::store::packets::{FlowId, NO_TIME};
use std::borrow::Cow;

/// Rows of one answer at most.
const MOST_ROWS: u32 = 10_000;

/// The table's order as last asked for: scrolling must not sort a million flows again.
#[derive(Default)]
pub struct FlowOrder {
    sort: FlowSort,
    search: String,
    /// Packets when it was made, and which were meant: with others, totals have changed.
    made_of: Option<(u32, u64)>,
    /// Sort keys and flows; ordered up to `sorted`, whatever follows sorts after it.
    keys: Vec<(u64, FlowId)>,
    sorted: usize,
}

/// Flows with a packet that is meant: packets, bytes, payload and times are those of such packets (as in Wireshark's conversations,
/// limited to the display filter); what is told of the connection is told of it whole.
pub fn answer(asked: &Asked<'_>, matched: &Matched, order: &mut FlowOrder, question: &Flows) -> FlowPage {
    let made_of = Some((asked.store.packets.len(), asked.version()));
    if order.made_of != made_of || order.sort != question.sort || order.search != question.search {
        *order = FlowOrder::new(asked, matched, question.sort, question.search.clone());
        order.made_of = made_of;
    }
    let row_of_around = question.around.and_then(|id| order.row_of(asked, id));
    let end = question.rows.end.min(question.rows.start.saturating_add(MOST_ROWS)) as usize;
    order.sort_to(asked, end);
    let ids = order.keys.get(question.rows.start as usize..end.min(order.keys.len())).unwrap_or_default();
    FlowPage {
        total: asked.store.flows.conversations(None),
        matching: u32::try_from(order.keys.len()).unwrap_or(u32::MAX),
        row: row_of_around,
        rows: ids.iter().filter_map(|&(_, id)| Some(row(asked, matched, id, asked.store.flows.get(id)?))).collect(),
    }
}

impl FlowOrder {
    fn new(asked: &Asked<'_>, matched: &Matched, sort: FlowSort, search: String) -> Self {
        let ranks = if sort.by == FlowColumn::Name { asked.store.names.ranks() } else { Vec::new() };
        let words = Search::new(asked, &search);
        let found = matched.flows(asked).filter(|(id, flow, _)| words.matches(asked, *id, flow));
        let key = |(id, flow, counts): (FlowId, &Flow, Counts)| {
            let key = key(asked, id, flow, &counts, sort.by, &ranks);
            // What is unknown stays last, whichever way the rest is turned.
            (if sort.descending && key != u64::MAX { !key } else { key }, id)
        };
        let keys = found.map(key).collect();
        Self { sort, search, made_of: None, keys, sorted: 0 }
    }

    /// Where a flow stands in the whole order.
    fn row_of(&mut self, asked: &Asked<'_>, id: FlowId) -> Option<u32> {
        self.sort_to(asked, self.keys.len());
        self.keys.iter().position(|(_, flow)| *flow == id).and_then(|row| u32::try_from(row).ok())
    }

    /// Brings the first `end` rows into order: all of them only when someone looks that far.
    fn sort_to(&mut self, asked: &Asked<'_>, end: usize) {
        if end <= self.sorted || self.sorted == self.keys.len() {
            return;
        }
        let Self { sort, keys, .. } = self;
        let tie = |a, b| match sort.by {
            FlowColumn::Client | FlowColumn::Server => by_address(asked, *sort, a, b),
            _ => std::cmp::Ordering::Equal,
        };
        let most = if end < keys.len() / 8 { end } else { keys.len() };
        sort::keyed(keys, most, &tie);
        self.sorted = most;
    }
}

/// Addresses in full, where the key holds only their first half.
fn by_address(asked: &Asked<'_>, sort: FlowSort, a: FlowId, b: FlowId) -> std::cmp::Ordering {
    let address = |id| {
        let flow = asked.store.flows.get(id)?;
        asked.store.address(flow, if sort.by == FlowColumn::Client { flow.client } else { flow.server() })
    };
    let order = address(a).cmp(&address(b));
    if sort.descending { order.reverse() } else { order }
}

/// What a flow sorts by, ascending; unknown values last.
fn key(asked: &Asked<'_>, id: FlowId, flow: &Flow, counts: &Counts, column: FlowColumn, ranks: &[u32]) -> u64 {
    let time = |ns: i64| (ns as u64) ^ (1 << 63);
    let known = |ns: Option<i64>| ns.map_or(u64::MAX, time);
    let out = |values| Flow::by(values, flow.client);
    let back = |values| Flow::by(values, flow.server());
    match column {
        FlowColumn::Number => id.into(),
        FlowColumn::Start => known(Some(counts.first).filter(|&t| t != NO_TIME)),
        FlowColumn::Duration => time(counts.duration()),
        FlowColumn::Transport => text_key(&transport_name(flow.key.transport)),
        FlowColumn::Application => match application(flow) {
            "" => u64::MAX,
            name => text_key(name),
        },
        FlowColumn::Name => name_id(asked, flow)
            .map_or(u64::MAX, |name| ranks.get(name as usize - 1).map_or(u64::MAX, |&rank| rank.into())),
        FlowColumn::Client => asked.store.address(flow, flow.client).map_or(u64::MAX, address_key),
        FlowColumn::Server => asked.store.address(flow, flow.server()).map_or(u64::MAX, address_key),
        FlowColumn::ClientPort => flow.port(flow.client).into(),
        FlowColumn::ServerPort => flow.port(flow.server()).into(),
        FlowColumn::Packets => counts.total_packets(),
        FlowColumn::PacketsOut => out(counts.packets.map(u64::from)),
        FlowColumn::PacketsIn => back(counts.packets.map(u64::from)),
        FlowColumn::Bytes => counts.total_bytes(),
        FlowColumn::BytesOut => out(counts.bytes),
        FlowColumn::BytesIn => back(counts.bytes),
        FlowColumn::PayloadOut => out(counts.payload),
        FlowColumn::PayloadIn => back(counts.payload),
        FlowColumn::InitialRtt => known(initial_rtt(flow)),
        FlowColumn::SynToSynAck => known(halves(flow).map(|(first, _)| first)),
        FlowColumn::SynAckToAck => known(halves(flow).map(|(_, second)| second)),
        FlowColumn::Flags => text_key(&flag_letters(flow)),
        FlowColumn::Outcome => outcome(flow) as u64,
        FlowColumn::ClientCountry => place_key(asked, flow, flow.client),
        FlowColumn::ServerCountry => place_key(asked, flow, flow.server()),
    }
}

/// Countries by their letters, then classes of addresses, then what nobody knows.
fn place_key(asked: &Asked<'_>, flow: &Flow, end: End) -> u64 {
    let place = asked.store.address(flow, end).and_then(|address| asked.store.place(&address));
    place.map_or(u64::MAX, |place| text_key(place.text()) | u64::from(!matches!(place, Place::Country(_))) << 63)
}

/// The first eight bytes, as a number that sorts as they do.
pub fn text_key(text: &str) -> u64 {
    let mut bytes = text.bytes().map(|b| b.to_ascii_lowercase()).chain(std::iter::repeat(0));
    u64::from_be_bytes(std::array::from_fn(|_| bytes.next().unwrap_or(0)))
}

/// IPv4 before IPv6; of IPv6 the first 63 bits.
pub fn address_key(address: Address) -> u64 {
    let [high, _] = address.words();
    match address.family() {
        Family::Ipv4 => high >> 32,
        _ => 1 << 63 | high >> 1,
    }
}

/// A flow as the table shows it.
pub fn row(asked: &Asked<'_>, matched: &Matched, id: FlowId, flow: &Flow) -> FlowRow {
    let counts = matched.counts(asked, id, flow);
    let address = |end: End| asked.store.address(flow, end).map(|a| a.to_string()).unwrap_or_default();
    let country = |end: End| asked.store.address(flow, end).map(|a| asked.store.country(&a)).unwrap_or_default();
    let port = |end: End| flow.has_ports().then(|| flow.port(end));
    let (client, server) = (flow.client, flow.server());
    let (name, name_from) = server_name(asked, flow);
    let halves = halves(flow);
    FlowRow {
        id,
        transport: transport_name(flow.key.transport).into_owned(),
        stream: flow.stream,
        client: address(client),
        client_port: port(client),
        server: address(server),
        server_port: port(server),
        client_by: flow.client_by,
        client_country: country(client),
        server_country: country(server),
        application: application(flow).to_owned(),
        name,
        name_from,
        packets_out: Flow::by(counts.packets, client).into(),
        packets_in: Flow::by(counts.packets, server).into(),
        bytes_out: Flow::by(counts.bytes, client),
        bytes_in: Flow::by(counts.bytes, server),
        payload_out: Flow::by(counts.payload, client),
        payload_in: Flow::by(counts.payload, server),
        first_ns: Some(counts.first).filter(|&time| time != NO_TIME),
        duration_ns: counts.duration(),
        flags: flag_letters(flow),
        initial_rtt_ns: initial_rtt(flow),
        syn_to_syn_ack_ns: halves.map(|(first, _)| first),
        syn_ack_to_ack_ns: halves.map(|(_, second)| second),
        outcome: outcome(flow),
        filter: filter(asked, flow),
    }
}

/// Wireshark's `tcp.analysis.initial_rtt`, ns.
pub fn initial_rtt(flow: &Flow) -> Option<i64> {
    Some(flow.tcp.initial_rtt).filter(|&ns| ns != 0)
}

/// SYN → SYN/ACK and SYN/ACK → ACK, ns.
pub fn halves(flow: &Flow) -> Option<(i64, i64)> {
    let (total, first) = (initial_rtt(flow)?, flow.tcp.syn_to_syn_ack);
    (first >= 0).then(|| (first, total.saturating_sub(first)))
}

/// As people write it.
pub fn transport_name(transport: Transport) -> Cow<'static, str> {
    let name = match transport {
        Transport::Tcp => "TCP",
        Transport::Udp => "UDP",
        Transport::Sctp => "SCTP",
        Transport::Dccp => "DCCP",
        Transport::Icmp => "ICMP",
        Transport::Icmpv6 => "ICMPv6",
        Transport::Ip(number) => {
            let known = PROTOCOLS.iter().find(|p| p.claims.contains(&crate::engine::dissect::Claim::Ip(number)));
            return known
                .filter(|p| !p.short.is_empty())
                .map_or_else(|| Cow::Owned(format!("IP {number}")), |p| Cow::Borrowed(p.short));
        }
    };
    Cow::Borrowed(name)
}

/// The application protocol's short name; empty when unknown.
pub fn application(flow: &Flow) -> &'static str {
    if flow.app == NO_PROTOCOL { "" } else { protocol(flow.app).short }
}

/// A display filter for flows of an application, by its name.
pub fn of_application(name: &str) -> String {
    format!("flow.application == {name:?}")
}

/// The same for those of a transport of which no more is known.
pub fn of_transport(transport: Transport) -> String {
    let all = match transport {
        Transport::Ip(number) => format!("(ip.proto == {number} || ipv6.nxt == {number})"),
        _ => transport_name(transport).to_ascii_lowercase(),
    };
    format!("{all} && !flow.application")
}

pub fn name_id(asked: &Asked<'_>, flow: &Flow) -> Option<NameId> {
    asked.store.server_name(flow)
}

fn name<'a>(asked: &Asked<'a>, flow: &Flow) -> Option<(&'a str, NameFrom)> {
    asked.store.names.get(name_id(asked, flow)?)
}

/// The server's name: what the flow itself says (SNI, Host), else what its address was called in the capture.
pub fn server_name(asked: &Asked<'_>, flow: &Flow) -> (String, NameFrom) {
    name(asked, flow).map(|(name, from)| (name.to_owned(), from)).unwrap_or_default()
}

/// TCP flags seen in either direction, as letters.
fn flag_letters(flow: &Flow) -> String {
    let [a, b] = flow.tcp.flags;
    letters(u16::from(a | b))
}

/// TCP flags as letters, in the order a connection has them.
pub fn letters(flags: u16) -> String {
    const LETTERS: [(u16, char); 8] =
        [(0x02, 'S'), (0x01, 'F'), (0x04, 'R'), (0x08, 'P'), (0x10, 'A'), (0x20, 'U'), (0x40, 'E'), (0x80, 'C')];
    LETTERS.iter().filter(|(bit, _)| flags & bit != 0).map(|(_, letter)| letter).collect()
}

/// What became of a TCP connection.
pub fn outcome(flow: &Flow) -> Outcome {
    flow.outcome()
}

/// A Wireshark display filter that selects the flow.
pub fn filter(asked: &Asked<'_>, flow: &Flow) -> String {
    match flow.key.transport {
        Transport::Tcp => format!("tcp.stream == {}", flow.stream),
        Transport::Udp => format!("udp.stream == {}", flow.stream),
        other => {
            let field = |a: &Address| if a.family() == Family::Ipv6 { "ipv6.addr" } else { "ip.addr" };
            let ends = [0, 1].into_iter().filter_map(|end| asked.store.address(flow, end));
            let ends: Vec<String> = ends.map(|a| format!("{} == {a}", field(&a))).collect();
            let proto = match other {
                Transport::Sctp => "sctp".to_owned(),
                Transport::Dccp => "dccp".to_owned(),
                Transport::Icmp => "icmp".to_owned(),
                Transport::Icmpv6 => "icmpv6".to_owned(),
                other => format!("ip.proto == {}", crate::engine::store::flows::number(other)),
            };
            format!("{proto} && {}", ends.join(" && "))
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::api::{FlowColumn, FlowSort, Flows, Question};
    use crate::engine::session::Session;
    use crate::engine::testing::capture;

    /// Where flow `id` stands.
    fn row(session: &mut Session, by: FlowColumn, descending: bool, search: &str, id: u32) -> Option<u32> {
        let question =
            Flows { sort: FlowSort { by, descending }, search: search.to_owned(), around: Some(id), rows: 0..0 };
        let answer = session.answer(&question.query(), &mut &[][..]).expect("an answer");
        Flows::take(answer).expect("of flows").row
    }

    #[test]
    fn a_flow_is_found_where_the_table_has_it() {
        let mut session = Session::new();
        session
            .feed(&capture("> SYN / < RST ACK / > SYN seq=70 / < SYN ACK / > 300 / > RST / > SYN seq=90"))
            .expect("a capture");
        session.finish().expect("an end");
        assert_eq!(row(&mut session, FlowColumn::Number, false, "", 2), Some(2));
        assert_eq!(row(&mut session, FlowColumn::Number, true, "", 2), Some(0));
        assert_eq!(row(&mut session, FlowColumn::Bytes, true, "", 1), Some(0));
        assert_eq!(row(&mut session, FlowColumn::Bytes, true, "nothing", 1), None);
        assert_eq!(row(&mut session, FlowColumn::Bytes, true, "tcp", 9), None);
    }
}
