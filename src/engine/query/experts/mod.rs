//! Expert information: findings by kind, and the packets of one kind. From columns; the file is not read.
mod columns;
mod words;

pub use columns::{Finding, each, of_packet};

use super::Asked;
use crate::api::{ExpertAnswer, ExpertGroup, ExpertPackets, ExpertPage, ExpertRow, Experts};
use crate::engine::dissect::{Expert, ProtocolId};
use crate::engine::store::packets::{NO_FLOW, NO_TIME, PacketId};
use rustc_hash::FxHashMap;
use std::cmp::Reverse;

/// Packets named with a group.
const MOST_FIRST: usize = 5;
/// Rows of one answer at most.
const MOST_ROWS: usize = 5000;

struct Group {
    expert: &'static Expert,
    protocol: ProtocolId,
    count: u64,
    first: Vec<PacketId>,
}

pub fn answer(asked: &Asked<'_>, question: &Experts) -> ExpertAnswer {
    let mut groups: FxHashMap<(*const Expert, ProtocolId), Group> = FxHashMap::default();
    each(asked.store, &mut |finding| {
        let Finding { expert, protocol, packet, .. } = *finding;
        let key = (std::ptr::from_ref(expert), protocol);
        let group = groups.entry(key).or_insert_with(|| Group { expert, protocol, count: 0, first: Vec::new() });
        group.count += 1;
        if group.first.len() < MOST_FIRST && group.first.last() != Some(&packet) {
            group.first.push(packet);
        }
    });
    let mut answer = ExpertAnswer::default();
    for group in groups.values() {
        if let Some(count) = answer.counts.get_mut(group.expert.severity as usize) {
            *count += group.count;
        }
    }
    let wanted = question.search.to_lowercase();
    let fits = |group: &ExpertGroup| {
        let texts = [&group.protocol, &group.name, &group.summary];
        group.severity >= question.least && texts.iter().any(|text| text.to_lowercase().contains(&wanted))
    };
    answer.groups = groups.into_values().map(group).filter(fits).collect();
    answer.groups.sort_by(|a, b| {
        let key = |group: &ExpertGroup| (Reverse(group.severity), Reverse(group.count));
        key(a).cmp(&key(b)).then_with(|| (&a.protocol, &a.name).cmp(&(&b.protocol, &b.name)))
    });
    answer
}

fn group(Group { expert, protocol, count, first }: Group) -> ExpertGroup {
    let name = expert.field.name;
    let ours = columns::is_ours(name);
    let protocol = columns::protocol_name(expert, protocol);
    let (rule, false_causes) = words::explain(expert);
    ExpertGroup {
        severity: expert.severity,
        concern: expert.concern,
        filter: if ours { String::new() } else { name.to_owned() },
        name: name.to_owned(),
        protocol: protocol.to_owned(),
        summary: expert.text().to_owned(),
        count,
        first,
        ours,
        rule: rule.to_owned(),
        false_causes: false_causes.to_owned(),
    }
}

pub fn packets(asked: &Asked<'_>, question: &ExpertPackets) -> ExpertPage {
    let store = asked.store;
    let mut page = ExpertPage::default();
    let most = question.rows.start.saturating_add(MOST_ROWS as u32).min(question.rows.end);
    each(store, &mut |finding| {
        let expert = finding.expert;
        if expert.field.name != question.name || columns::protocol_name(expert, finding.protocol) != question.protocol {
            return;
        }
        if (question.rows.start..most).contains(&page.total) {
            page.rows.push(ExpertRow {
                packet: finding.packet,
                time_ns: store.packets.time(finding.packet).filter(|&time| time != NO_TIME),
                flow: store.packets.flow(finding.packet).filter(|&flow| flow != NO_FLOW),
                message: finding.message(store),
            });
        }
        page.total += 1;
    });
    page
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::{Answer, Query, Severity};
    use crate::engine::testing::talk;

    fn ask(talk_: &str, query: &Query) -> Answer {
        let mut nothing: &[u8] = &[];
        talk(talk_).answer(query, &mut nothing).expect("an answer")
    }

    fn found(talk: &str, least: Severity) -> Vec<(String, u64)> {
        match ask(talk, &Query::Experts(Experts { least, search: String::new() })) {
            Answer::Experts(answer) => answer.groups.into_iter().map(|group| (group.name, group.count)).collect(),
            other => panic!("{other:?}"),
        }
    }

    const OPENED: &str = "> SYN / < SYN ACK +20ms / > ACK +5ms";

    #[test]
    fn connections_are_made_and_closed() {
        let closed = format!("{OPENED} / > 100 / < FIN ACK +30ms / > FIN ACK +5ms / < FIN ACK +9ms");
        let expected = [
            ("tcp.connection.fin_active", 2),
            ("tcp.options.mss.absent", 2),
            ("tcp.connection.fin_passive", 1),
            ("tcp.connection.fin", 3),
            ("tcp.connection.syn", 1),
            ("tcp.connection.synack", 1),
        ];
        let found = found(&closed, Severity::Comment);
        for (name, count) in expected {
            assert!(found.contains(&(name.to_owned(), count)), "{name} {count} in {found:?}");
        }
    }

    #[test]
    fn the_gravest_come_first_and_a_floor_holds() {
        let reset = format!("{OPENED} / > 100 seq=1001 / > 100 seq=1001 +300ms / < RST");
        let warnings = found(&reset, Severity::Warning);
        assert_eq!(warnings, [("tcp.connection.rst".to_owned(), 1)]);
        let all = found(&reset, Severity::Comment);
        assert_eq!(all.first(), warnings.first());
        assert!(all.contains(&("tcp.analysis.retransmission".to_owned(), 1)), "{all:?}");
    }

    #[test]
    fn packets_of_a_kind_come_with_their_own_words() {
        let question = ExpertPackets { protocol: "TCP".to_owned(), name: "tcp.connection.syn".to_owned(), rows: 0..10 };
        match ask(OPENED, &Query::ExpertPackets(question)) {
            Answer::ExpertPackets(ExpertPage { total: 1, rows }) => {
                let expected = "Connection establish request (SYN): server port 47777";
                assert_eq!((rows[0].packet, rows[0].flow, rows[0].message.as_str()), (0, Some(0), expected));
            }
            other => panic!("{other:?}"),
        }
    }
}
