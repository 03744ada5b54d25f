//! What can be saved of what is on screen, and as what.
use crate::api::{
    Answer, CaptureFormat, Countries, DataRtt, ExpertPackets, Experts, Flows, Hierarchy, Host, Ladder, Packets, Query,
    Question, Rtt, States, Summary, TextFormat, Timeline, Times, Unwanted,
};
use crate::ui::say::{fill, t};
use crate::ui::state::State;
use crate::ui::views::{allow_list, charts, current, network, packet_fields, statistics_question};
use leptos::prelude::*;

/// Bars of a timeline that is saved.
const BARS: u16 = 480;

#[derive(Clone, PartialEq)]
pub(crate) enum What {
    /// All, or those of a flow.
    Packets(Option<u32>),
    Table(Query),
}

#[derive(Clone, PartialEq)]
pub(crate) struct Choice {
    pub title: String,
    /// What its file's name says besides the capture's.
    pub slug: String,
    pub what: What,
}

#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Format {
    Capture(CaptureFormat),
    Text(TextFormat),
}

/// Title and how a file's name ends; the first of a kind is the usual one.
pub(crate) const FORMATS: [(Format, &str, &str); 7] = [
    (Format::Capture(CaptureFormat::Pcapng), "pcapng: keeps interfaces, comments and names", ".pcapng"),
    (Format::Capture(CaptureFormat::Pcap), "pcap: for older programs", ".pcap"),
    (Format::Text(TextFormat::Csv), "CSV: for spreadsheets", ".csv"),
    (Format::Text(TextFormat::Json), "JSON: one array", ".json"),
    (Format::Text(TextFormat::Ndjson), "NDJSON: a row a line", ".ndjson"),
    (Format::Text(TextFormat::ConnLog), "Zeek's conn.log", ".log"),
    (Format::Text(TextFormat::ConnLogJson), "Zeek's conn.log as JSON", ".log"),
];

impl What {
    /// Places in [`FORMATS`].
    pub(crate) fn formats(&self) -> std::ops::Range<usize> {
        match self {
            What::Packets(_) => 0..2,
            What::Table(Query::Flows(_)) => 2..7,
            What::Table(_) => 2..5,
        }
    }

    /// What tells how many there are.
    pub(crate) fn counting(&self) -> Query {
        match self {
            What::Packets(flow) => Packets { flow: *flow, ..Packets::default() }.query(),
            What::Table(query) => query.clone(),
        }
    }
}

/// How many are saved, and how many there would be without a search.
pub(crate) fn counted(answer: &Answer) -> Option<(usize, usize)> {
    let (matching, total) = match answer {
        Answer::Flows(page) => (page.matching, page.total),
        Answer::States(page) => (page.matching, page.total),
        Answer::Times(page) => (page.matching, page.total),
        Answer::Endpoints(page) => (page.matching, page.total),
        Answer::Conversations(page) => (page.matching, page.total),
        Answer::StatsTree(page) => (page.total, page.total),
        Answer::Host(answer) => (answer.all_peers, answer.all_peers),
        Answer::Packets(page) => (page.total, page.total),
        Answer::Ladder(page) => (page.total, page.total),
        Answer::ExpertPackets(page) => (page.total, page.total),
        rest => {
            let rows = match rest {
                Answer::Hierarchy(answer) => answer.rows.len(),
                Answer::Timeline(answer) => answer.packets.len(),
                Answer::Statistics(answer) => answer.rows.len(),
                Answer::Summary(answer) => answer.applications.len(),
                Answer::Rtt(answer) => answer.servers.len(),
                Answer::DataRtt(answer) => answer.servers.len(),
                Answer::Experts(answer) => answer.groups.len(),
                Answer::Countries(answer) => answer.rows.len(),
                Answer::Unwanted(answer) => answer.findings.len(),
                _ => return None,
            };
            return Some((rows, rows));
        }
    };
    Some((matching as usize, total as usize))
}

/// First the packets, then the tables of the view on screen, in the order and with the search that they have there; at last the flows
/// and the timeline.
pub(crate) fn choices(state: State) -> Vec<Choice> {
    let choice = |title: &str, slug: &str, what| Choice { title: title.to_owned(), slug: slug.to_owned(), what };
    let table = |title: &str, slug: &str, query| choice(title, slug, What::Table(query));
    let of_flow = |text: &'static str, flow: u32| fill(text, &[&(u64::from(flow) + 1)]);
    let (desk, wanted, search) = (state.desk, state.wanted, state.search.get_untracked());
    let view = current(&state.view.get_untracked()).slug;
    let mut list = vec![choice(t("Packets"), "", What::Packets(None))];
    match view {
        "overview" => list.push(table(t("Protocols and their flows"), "applications", Summary {}.query())),
        "unwanted" => {
            list.push(table(t("Unwanted protocols"), "unwanted", Unwanted { allow: allow_list(), read: 0 }.query()))
        }
        "protocols" => list.push(table(t("Protocol Hierarchy"), "protocols", Hierarchy {}.query())),
        "destinations" => list.push(table(
            t("Destinations and Ports"),
            "destinations",
            untrack(|| network::tree(state, 0..0)).query(),
        )),
        "endpoints" => {
            list.push(table(t("Endpoints"), "endpoints", untrack(|| network::endpoints(state, 0..0)).query()))
        }
        "conversations" => {
            list.push(table(
                t("Conversations"),
                "conversations",
                untrack(|| network::conversations(state, 0..0)).query(),
            ));
        }
        "address" => {
            let address = state.net.host.get_untracked();
            list.push(table(t("Peers of the address"), "peers", Host { address, buckets: 1, rows: 0..0 }.query()));
        }
        "rtt" => list.extend([
            table(t("Initial RTT by server"), "rtt", Rtt {}.query()),
            table(t("RTT of data by server"), "data-rtt", DataRtt {}.query()),
        ]),
        "packets" => {
            let flow = desk.of.get_untracked();
            if let Some(flow) = flow {
                let slug = format!("flow-{}", u64::from(flow) + 1);
                list.insert(0, choice(&of_flow("Packets of flow {0}", flow), &slug, What::Packets(Some(flow))));
            }
            let columns = desk.columns.with_untracked(|columns| packet_fields(columns));
            list.push(table(t("The packet list"), "list", Packets { flow, columns, ..Packets::default() }.query()));
        }
        "graphs" => {
            list.extend(
                state.curves.flow.get_untracked().map(|flow| {
                    table(&of_flow("Ladder of flow {0}", flow), "ladder", Ladder { flow, rows: 0..0 }.query())
                }),
            )
        }
        "states" => {
            let (sort, filter) = (wanted.states.get_untracked(), wanted.which.get_untracked());
            list.push(table(
                t("Connections"),
                "connections",
                States { sort, filter, search: search.clone(), ..States::default() }.query(),
            ));
        }
        "times" => {
            let (sort, flow) = (wanted.times.get_untracked(), wanted.requests_of.get_untracked());
            let query = Times { rows: 0..0, sort, flow, search: search.clone() }.query();
            list.push(table(t("Requests and response times"), "requests", query));
        }
        "map" => list.push(table(t("Countries"), "countries", Countries {}.query())),
        "expert" => {
            let (least, search) = (wanted.least.get_untracked(), wanted.finding.get_untracked());
            list.push(table(t("Findings by kind"), "findings", Experts { least, search }.query()));
            list.extend(wanted.kind.get_untracked().map(|(protocol, name)| {
                let query = ExpertPackets { protocol, name: name.clone(), rows: 0..0 }.query();
                table(&fill("Packets with {0}", &[&name]), "finding", query)
            }));
        }
        "statistics" => list.extend(charts().filter_map(|(slug, title)| {
            let query = statistics_question(state, slug)?.query();
            Some(table(title, slug, query))
        })),
        _ => {}
    }
    // Elsewhere the search is that of another table.
    let search = if view == "flows" { search } else { String::new() };
    let sort = state.sort.get_untracked();
    list.push(table(t("Flows"), "flows", Flows { sort, search, ..Flows::default() }.query()));
    let span = state.filter.with_untracked(crate::ui::filter::span_of);
    let (width_ns, span) = (state.line.interval.get_untracked(), span.map(|(from, before)| (from, before - 1)));
    list.push(table(t("Timeline"), "timeline", Timeline { buckets: BARS, width_ns, span, own: None }.query()));
    list
}
