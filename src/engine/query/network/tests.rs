//! The tables of addresses, and their trees, of conversations that are small enough to count by hand. What tshark makes of real
//! captures is compared by `wireglass facts`.
use crate::api::{
    AddressKind, ConversationColumn, ConversationPage, ConversationSort, Conversations, EndpointColumn, EndpointPage,
    EndpointSort, Endpoints, Filter, Host, HostAnswer, Question, StatsPage, StatsTree, TreeColumn, TreeKind, TreeSort,
    Unfolded,
};
use crate::engine::session::Session;
use crate::engine::testing::{capture, talk};

/// Two packets to the server 10 ms apart, its answer, an acknowledgement after a second: 40, 40, 40 and 140 bytes.
const TALK: &str = "> SYN / < SYN ACK +10ms / > ACK +10ms / > 100 +1000ms";

fn ask<Q: Question>(session: &mut Session, question: Q, filter: &str) -> Q::Answer {
    let filter = Filter { text: filter.to_owned(), ..Filter::default() };
    let file = capture(TALK);
    let answer = session.answer_within(&question.query(), &filter, &mut &file[..]).expect("an answer");
    Q::take(answer).expect("of its kind")
}

fn tree(session: &mut Session, of: TreeKind, unfolded: Unfolded) -> StatsPage {
    ask(session, StatsTree { of, rows: 0..100, unfolded, ..StatsTree::default() }, "")
}

fn items(page: &StatsPage) -> Vec<(u32, &str, u64)> {
    page.rows.iter().map(|row| (row.depth, row.item.as_str(), row.packets)).collect()
}

#[test]
fn services_are_servers_with_both_directions() {
    let mut session = talk(TALK);
    let page = tree(&mut session, TreeKind::Services, Unfolded::Fitting);
    assert_eq!(items(&page), [(0, "10.0.0.2", 4), (1, "TCP", 4), (2, "47777", 4)]);
    let port = page.rows.last().expect("a row");
    assert_eq!((port.flows, port.percent, port.path.as_str()), (1, 100.0, "10.0.0.2 / TCP / 47777"));
    assert_eq!(port.bytes, 40 + 40 + 40 + 140);
    let expected = "(ip.src == 10.0.0.2 && tcp.srcport == 47777) || (ip.dst == 10.0.0.2 && tcp.dstport == 47777)";
    assert_eq!(port.filter, expected);
    assert_eq!((page.nodes, page.unfolded, page.of_family), (3, true, [1, 0]));
}

#[test]
fn packets_count_for_their_destination() {
    let mut session = talk(TALK);
    let page = tree(&mut session, TreeKind::Destinations, Unfolded::All);
    let expected = [
        (0, "Destinations and Ports", 4),
        (1, "10.0.0.2", 3),
        (2, "TCP", 3),
        (3, "47777", 3),
        (1, "10.0.0.1", 1),
        (2, "TCP", 1),
        (3, "40000", 1),
    ];
    assert_eq!(items(&page), expected);
    let server = page.rows.get(1).expect("a row");
    assert_eq!((server.percent, server.burst_rate), (75.0, Some(0.02)));
    // Four packets in 1020 ms.
    assert!(page.rows.first().is_some_and(|root| (root.rate - 4.0 / 1020.0).abs() < 1e-9));
}

#[test]
fn other_trees_count_what_their_names_say() {
    let mut session = talk(TALK);
    let addresses = tree(&mut session, TreeKind::Addresses, Unfolded::All);
    assert_eq!(items(&addresses), [(0, "All Addresses", 4), (1, "10.0.0.1", 4), (1, "10.0.0.2", 4)]);
    let sides = tree(&mut session, TreeKind::Sides, Unfolded::All);
    assert_eq!(sides.rows.iter().filter(|row| row.depth == 0).count(), 2);
    assert_eq!(sides.rows.get(1).map(|row| row.path.as_str()), Some("Source IPv4 Addresses / 10.0.0.1"));
    let protocols = tree(&mut session, TreeKind::Protocols, Unfolded::All);
    assert_eq!(items(&protocols), [(0, "IP Protocol Types", 4), (1, "TCP", 4)]);
    let hops = tree(&mut session, TreeKind::Hops, Unfolded::All);
    assert_eq!(items(&hops).iter().filter(|(depth, ..)| *depth == 2).map(|(.., count)| count).sum::<u64>(), 4);
    let lengths = tree(&mut session, TreeKind::Lengths, Unfolded::All);
    let counted: Vec<_> = lengths.rows.iter().filter(|row| row.depth == 1 && row.packets > 0).collect();
    assert_eq!((lengths.rows.len(), counted.len()), (11, 2));
    assert_eq!(counted.iter().map(|row| row.item.as_str()).collect::<Vec<_>>(), ["40-79", "80-159"]);
}

#[test]
fn nodes_fold_and_are_found() {
    let mut session = talk(TALK);
    let mut question =
        StatsTree { of: TreeKind::Destinations, rows: 0..9, unfolded: Unfolded::None, ..StatsTree::default() };
    let folded = ask(&mut session, question.clone(), "");
    assert_eq!(folded.rows.iter().map(|row| row.unfolded).collect::<Vec<_>>(), [Some(true), Some(false), Some(false)]);
    question.turned = vec!["10.0.0.1".into(), "10.0.0.1 / TCP".into(), "192.0.2.1".into()];
    let turned = ask(&mut session, question.clone(), "");
    assert_eq!(
        turned.rows.iter().map(|row| row.item.as_str()).collect::<Vec<_>>().get(2..),
        Some(&["10.0.0.1", "TCP", "40000"][..])
    );
    question = StatsTree { search: ":40000".into(), unfolded: Unfolded::All, turned: vec![], ..question };
    let found = ask(&mut session, question.clone(), "");
    assert_eq!((found.matching, found.nodes, found.total), (4, 7, 4));
    question = StatsTree { search: "10.0.0.9".into(), ..question };
    assert_eq!(ask(&mut session, question.clone(), "").total, 0);
    question =
        StatsTree { search: String::new(), sort: TreeSort { by: TreeColumn::Item, descending: false }, ..question };
    assert_eq!(ask(&mut session, question, "").rows.get(1).map(|row| row.item.clone()), Some("10.0.0.1".into()));
}

fn endpoints(session: &mut Session, of: AddressKind, search: &str, filter: &str) -> EndpointPage {
    let sort = EndpointSort { by: EndpointColumn::TxPackets, descending: true };
    ask(session, Endpoints { of, rows: 0..10, sort, search: search.to_owned() }, filter)
}

#[test]
fn endpoints_sent_and_received() {
    let mut session = talk(TALK);
    let page = endpoints(&mut session, AddressKind::Tcp, "", "");
    let rows: Vec<_> = page.rows.iter().map(|r| (r.address.as_str(), r.port, r.tx_packets, r.rx_packets)).collect();
    assert_eq!(rows, [("10.0.0.1", Some(40_000), 3, 1), ("10.0.0.2", Some(47_777), 1, 3)]);
    assert_eq!(page.tables, [Some(0), Some(0), Some(2), Some(0), Some(2), Some(0), Some(0)]);
    assert_eq!(endpoints(&mut session, AddressKind::Tcp, ":47777", "").matching, 1);
    // Under a filter only what matches counts.
    let page = endpoints(&mut session, AddressKind::Ipv4, "", "tcp.len > 0");
    assert_eq!(page.rows.iter().map(|r| (r.tx_packets, r.rx_packets)).collect::<Vec<_>>(), [(1, 0), (0, 1)]);
    assert!(endpoints(&mut session, AddressKind::Ipv6, "", "").rows.is_empty());
}

#[test]
fn conversations_begin_with_who_began() {
    let mut session = talk(TALK);
    let page = |session: &mut Session, of, filter: &str| -> ConversationPage {
        let sort = ConversationSort { by: ConversationColumn::Bytes, descending: true };
        ask(session, Conversations { of, rows: 0..10, sort, ..Conversations::default() }, filter)
    };
    for of in [AddressKind::Ipv4, AddressKind::Tcp] {
        let page = page(&mut session, of, "");
        let row = page.rows.first().expect("a conversation");
        assert_eq!((row.a.as_str(), row.b.as_str()), ("10.0.0.1", "10.0.0.2"));
        assert_eq!((row.packets_a_to_b, row.packets_b_to_a, row.duration_ns), (3, 1, 1_020_000_000));
        assert_eq!(row.bits_b_to_a, Some(row.bytes_b_to_a as f64 * 8.0 / 1.02));
        assert_eq!(row.flow.is_some(), of == AddressKind::Tcp);
    }
    let part = page(&mut session, AddressKind::Tcp, "tcp.flags.syn == 1");
    assert_eq!(part.rows.first().map(|row| (row.packets, row.duration_ns)), Some((2, 10_000_000)));
    assert_eq!(part.tables.get(AddressKind::Tcp as usize), Some(&1));
}

#[test]
fn an_address_and_all_about_it() {
    let mut session = talk(TALK);
    let host = |session: &mut Session, address: &str| -> HostAnswer {
        ask(session, Host { address: address.to_owned(), buckets: 10, rows: 0..0 }, "")
    };
    let server = host(&mut session, "10.0.0.2");
    assert_eq!(
        (server.sent.packets, server.received.packets, server.as_server.flows, server.as_client.flows),
        (1, 3, 1, 0)
    );
    assert_eq!(server.ports_served.iter().map(|port| port.port).collect::<Vec<_>>(), [47_777]);
    assert_eq!((server.first_ns, server.last_ns), (Some(0), Some(1_020_000_000)));
    assert_eq!(server.activity.received_packets.iter().sum::<u32>(), 3);
    assert_eq!(server.peers.first().map(|peer| (peer.address.as_str(), peer.received.packets)), Some(("10.0.0.1", 3)));
    assert_eq!(server.hops.iter().map(|part| part.packets).sum::<u64>(), 1);
    assert!(!host(&mut session, "192.0.2.7").found);
    let question = Host { address: "shop.example".into(), buckets: 0, rows: 0..0 };
    assert!(session.answer_within(&question.query(), &Filter::default(), &mut &[][..]).is_err());
}
