//! Which connections match a question, and in which order.
use super::super::Asked;
use super::super::flows::{address_key, application, text_key};
use super::super::search::Search;
use super::{Record, service};
use crate::api::{StateColumn, States};
use crate::engine::dissect::{Address, Transport};
use crate::engine::sort;
use crate::engine::store::flows::{End, Flow};
use crate::engine::tcp::zeek;

/// Places of the matching records, in the order asked for.
pub fn order(asked: &Asked<'_>, local: &[Address], records: &[Record], question: &States) -> Vec<u32> {
    let words = Search::new(asked, &question.search);
    let filter = &question.filter;
    let word = zeek::WORDS.iter().position(|word| *word == filter.conn_state);
    let matches = |record: &Record| {
        let flow = asked.store.flows.get(record.flow)?;
        let right = asked.means_flow(record.flow)
            && (question.every_transport || flow.key.transport == Transport::Tcp)
            && filter.state.is_none_or(|state| record.client == state || record.server == state)
            && filter.verdict.is_none_or(|verdict| record.verdict == verdict)
            && (filter.conn_state.is_empty() || word == Some(record.word.into()))
            && (filter.service.is_empty() || service(asked, flow) == filter.service)
            && words.matches(asked, record.flow, flow);
        right.then_some(flow)
    };
    let column = question.sort.by;
    let mut found: Vec<(u64, u32)> = (0..)
        .zip(records)
        .filter_map(|(at, record)| {
            let key = key(asked, local, record, matches(record)?, column);
            Some((if question.sort.descending { !key } else { key }, at))
        })
        .collect();
    if column != StateColumn::Number || question.sort.descending {
        sort::keyed(&mut found, usize::MAX, &|_, _| std::cmp::Ordering::Equal);
    }
    found.into_iter().map(|(_, at)| at).collect()
}

fn key(asked: &Asked<'_>, local: &[Address], record: &Record, flow: &Flow, column: StateColumn) -> u64 {
    let address = |end| asked.store.address(flow, end).map_or(u64::MAX, address_key);
    let is_local = |end: End| asked.store.address(flow, end).is_some_and(|address| local.contains(&address));
    // Whether the server's end is "ours".
    let serves = || is_local(flow.server()) && !is_local(flow.client);
    let end = |server: bool| if server { flow.server() } else { flow.client };
    let state = |server: bool| if server { record.server } else { record.client };
    match column {
        StateColumn::Number => record.flow.into(),
        StateColumn::Client => address(flow.client),
        StateColumn::Server => address(flow.server()),
        StateColumn::ClientPort => flow.port(flow.client).into(),
        StateColumn::ServerPort => flow.port(flow.server()).into(),
        StateColumn::Application => text_key(application(flow)),
        StateColumn::ClientState => record.client as u64,
        StateColumn::ServerState => record.server as u64,
        // The older, the more.
        StateColumn::Age => !((record.since as u64) ^ (1 << 63)),
        StateColumn::ConnState => record.word.into(),
        StateColumn::Verdict => record.verdict as u64,
        StateColumn::Local => address(end(serves())),
        StateColumn::Foreign => address(end(!serves())),
        StateColumn::LocalState => state(serves()) as u64,
        StateColumn::ForeignState => state(!serves()) as u64,
    }
}
