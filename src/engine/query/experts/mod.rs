//! Expert information: findings by kind, and the packets of one kind. From columns; the file is not read.
mod columns;
mod words;

pub use columns::{Finding, each, of_packet};

use super::Asked;
use crate::api::{ExpertAnswer, ExpertGroup, ExpertPackets, ExpertPage, ExpertRow, Experts};
use crate::engine::dissect::{Expert, ProtocolId};
use crate::engine::sort;
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
    each(asked.store, asked.selected, &mut |finding| {
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
    let wanted = question.search.to_ascii_lowercase();
    let fits = |group: &ExpertGroup| {
        let texts = [&group.protocol, &group.name, &group.summary];
        group.severity >= question.least && texts.iter().any(|text| text.to_ascii_lowercase().contains(&wanted))
    };
    answer.groups = groups.into_values().map(group).filter(fits).collect();
    sort::by(&mut answer.groups, |a, b| {
        let key = |group: &ExpertGroup| (Reverse(group.severity), Reverse(group.count));
        key(a).cmp(&key(b)).then_with(|| (&a.protocol, &a.name).cmp(&(&b.protocol, &b.name)))
    });
    answer
}

fn group(Group { expert, protocol, count, first }: Group) -> ExpertGroup {
    let name = expert.field.name();
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
    each(store, asked.selected, &mut |finding| {
        let expert = finding.expert;
        if expert.field.name() != question.name || columns::protocol_name(expert, finding.protocol) != question.protocol
        {
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
mod tests;
