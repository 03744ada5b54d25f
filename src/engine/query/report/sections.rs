//! The parts of a report: what a question answers, as blocks.
use super::page::Block;
use crate::api::*;
use crate::engine::query::shown::{count, duration, percent, plural, size};
use crate::engine::query::{Asked, Kept, answer};
use crate::engine::source::Source;

/// Rows of tables, findings, packets of a finding.
const MOST_ROWS: u32 = 25;
const MOST_DESTINATIONS: u32 = 60;
const MOST_PACKETS: usize = 8;
/// Columns of a drawing.
const BUCKETS: u16 = 120;

pub struct Sections<'s, 'a> {
    pub asked: &'s Asked<'a>,
    pub kept: &'s mut Kept,
    pub source: &'s mut dyn Source,
    /// Nothing may be told that could name somebody.
    pub hidden: bool,
    pub blocks: Vec<Block>,
}

fn fact(name: &str, text: impl Into<String>) -> (String, String) {
    (name.to_owned(), text.into())
}

fn packets(numbers: &[u32]) -> String {
    let shown: Vec<String> = numbers.iter().take(MOST_PACKETS).map(|n| count(*n)).collect();
    let more = if numbers.len() > shown.len() { " \u{2026}" } else { "" };
    format!("{}{more}", shown.join(", "))
}

fn endpoint(address: &str, port: Option<u16>) -> String {
    match port {
        None => address.to_owned(),
        Some(port) if address.contains(':') => format!("[{address}]:{port}"),
        Some(port) => format!("{address}:{port}"),
    }
}

/// A country's letters, or what else an address is, in words.
fn place(country: &str) -> String {
    let class = CLASSES.iter().find(|(class, _)| *class == country);
    class.map_or(country, |(_, title)| title).to_owned()
}

fn time(ns: Option<i64>) -> String {
    ns.map(duration).unwrap_or_default()
}

impl Sections<'_, '_> {
    pub fn ask<Q: Question>(&mut self, question: Q) -> Result<Q::Answer, String> {
        let answer = answer(self.asked, self.kept, &question.query(), self.source)?;
        Q::take(answer).ok_or_else(|| "another question was answered".to_owned())
    }

    fn say(&mut self, text: impl Into<String>) {
        self.blocks.push(Block::Paragraph(text.into()));
    }

    fn table(&mut self, titles: &[&'static str], rows: Vec<Vec<String>>) {
        self.blocks.push(Block::Table { titles: titles.to_vec(), rows });
    }

    fn more(&mut self, shown: usize, all: usize) {
        if all > shown {
            self.say(format!("\u{2026} and {} more.", count((all - shown) as u64)));
        }
    }

    pub fn file(&mut self, question: &Report) -> Result<(), String> {
        let s = self.ask(Summary {})?;
        let start = s.start.map_or("unknown".to_owned(), |start| format!("{} UTC", start.calendar()));
        let packets = s.all.map_or(s.packets, |all| all.packets);
        let length = s.all.map_or(s.duration_ns, |all| all.duration_ns);
        let mut facts = Vec::new();
        if !self.hidden {
            facts.push(fact("Name", &question.name));
        }
        facts.extend([
            fact("Format", &s.format),
            fact("Size", size(s.file_bytes)),
            fact("Link type", &s.encapsulation),
            fact("Packets", count(packets)),
            fact("First packet", start),
            fact("Duration", duration(length)),
        ]);
        if s.truncated_packets > 0 {
            facts.push(fact("Cut short", plural(s.truncated_packets, "packet")));
        }
        if !self.hidden {
            facts.extend(s.made_by.iter().map(|text| fact("Made by", text)));
            for interface in s.interfaces.iter().filter(|interface| !interface.name.is_empty()) {
                facts.push(fact("Interface", format!("{} {}", interface.name, interface.description).trim()));
            }
        }
        facts.extend(s.warnings.iter().take(20).map(|warning| fact("Warning", &warning.message)));
        self.blocks.push(Block::Facts(facts));
        Ok(())
    }

    pub fn overview(&mut self) -> Result<(), String> {
        let s = self.ask(Summary {})?;
        let of = |all: Option<String>| all.map(|all| format!(" / {all}")).unwrap_or_default();
        let local: Vec<String> = s.local.iter().filter(|host| host.chosen).map(|host| host.address.clone()).collect();
        let mut facts = vec![
            fact("Packets", count(s.packets) + &of(s.all.map(|all| count(all.packets)))),
            fact("On the wire", size(s.wire_bytes) + &of(s.all.map(|all| size(all.wire_bytes)))),
            fact("Flows", count(s.flows) + &of(s.all.map(|all| count(all.flows)))),
            fact("TCP, UDP", format!("{}, {}", count(s.tcp_flows), count(s.udp_flows))),
            fact("Duration", duration(s.duration_ns)),
        ];
        if s.duration_ns > 0 {
            let rate = s.wire_bytes as f64 * 8.0 / (s.duration_ns as f64 / 1e9);
            facts.push(fact("Rate", format!("{}/s", size(rate as u64).replace('B', "bit"))));
        }
        if !local.is_empty() {
            facts.push(fact("Taken as local", local.join(", ")));
        }
        self.blocks.push(Block::Facts(facts));
        let t = self.ask(Timeline { buckets: BUCKETS, ..Timeline::default() })?;
        if t.bytes.len() > 1 {
            let end = t.start_ns.saturating_add(t.width_ns.saturating_mul(t.bytes.len() as i64));
            let most = t.bytes.iter().copied().max().unwrap_or(0);
            self.blocks.push(Block::Columns {
                title: format!("Bytes over time, {} a column", duration(t.width_ns)),
                from: duration(t.start_ns.max(0)),
                to: duration(end),
                most: size(most),
                values: t.bytes,
            });
        }
        let rows = s.applications.iter().take(12).map(|total| {
            let (bytes, share, flows) = (size(total.bytes), percent(total.bytes, s.wire_bytes), count(total.flows));
            let text = match total.flows {
                1 => format!("{bytes} ({share}), {flows} flow"),
                _ => format!("{bytes} ({share}), {flows} flows"),
            };
            (total.name.clone(), total.bytes, text)
        });
        let rows: Vec<_> = rows.collect();
        if !rows.is_empty() {
            self.blocks.push(Block::Bars { title: "Applications by bytes".to_owned(), rows });
        }
        Ok(())
    }

    pub fn verdicts(&mut self) -> Result<(), String> {
        let answer = self.ask(Verdicts { flow: None })?;
        self.say(answer.summary);
        for j in answer.verdicts {
            let grade = match j.blame {
                Blame::Network => "Network",
                Blame::Server => "Server",
                Blame::Client => "Client",
                Blame::Nobody => "Finding",
            };
            let more = vec![
                fact("Because", j.because),
                fact("Unless", j.but),
                fact("Packets", packets(&j.packets)),
                fact("Filter", j.filter),
            ];
            let more = more.into_iter().filter(|(_, text)| !text.is_empty()).collect();
            self.blocks.push(Block::Finding { grade: grade.to_owned(), text: j.sentence, more, commands: Vec::new() });
        }
        Ok(())
    }

    pub fn unwanted(&mut self, answer: UnwantedAnswer) {
        self.say(answer.summary);
        let unread = answer.unread.saturating_add(answer.skipped);
        if unread > 0 {
            self.say(format!("{} packets that may hold logins were not read.", count(unread)));
        }
        let (shown, more) = (answer.findings.len().min(MOST_ROWS as usize), answer.more as usize);
        let all = answer.findings.len() + more;
        for finding in answer.findings.into_iter().take(shown) {
            let at = endpoint(&finding.address, finding.port);
            let mut more = vec![fact("Where", format!("{at} {}", finding.transport)), fact("Because", finding.because)];
            for login in finding.logins {
                let (how, user, packet) = (login.how, login.user, count(login.packet));
                let text = match user.is_empty() {
                    true => {
                        format!("{how}, password \u{2022}\u{2022}\u{2022}\u{2022}\u{2022}\u{2022}, packet {packet}")
                    }
                    false => {
                        format!(
                            "{how} by {user}, password \u{2022}\u{2022}\u{2022}\u{2022}\u{2022}\u{2022}, packet {packet}"
                        )
                    }
                };
                more.push(fact("Login", text));
            }
            let rest = finding.peer_count.saturating_sub(finding.peers.len().min(8) as u32);
            let others = if rest > 0 { format!(" \u{2026} (+{})", count(rest)) } else { String::new() };
            let peers: Vec<&str> = finding.peers.iter().take(8).map(String::as_str).collect();
            more.extend([
                fact("Talked with", format!("{}{others}", peers.join(", "))),
                fact("Unless", finding.but),
                fact("Packets", packets(&finding.evidence)),
                fact("Filter", finding.filter),
            ]);
            let commands = finding.blocks.into_iter().map(|block| (block.tool, block.text)).collect();
            let grade = finding.severity.urgency().to_owned();
            self.blocks.push(Block::Finding { grade, text: finding.sentence, more, commands });
        }
        self.more(shown, all);
    }

    pub fn expert(&mut self) -> Result<(), String> {
        let answer = self.ask(Experts { least: Severity::Note, search: String::new() })?;
        if answer.groups.is_empty() {
            self.say("Nothing was found.");
            return Ok(());
        }
        let row = |group: &ExpertGroup| {
            let first: Vec<u32> = group.first.iter().map(|packet| packet.saturating_add(1)).collect();
            vec![
                group.severity.name().to_owned(),
                group.summary.clone(),
                group.protocol.clone(),
                count(group.count),
                packets(&first),
            ]
        };
        let shown = answer.groups.len().min(MOST_ROWS as usize);
        let rows = answer.groups.iter().take(shown).map(row).collect();
        self.table(&["~Severity", "~Summary", "Protocol", ">Count", "First packets"], rows);
        self.more(shown, answer.groups.len());
        Ok(())
    }

    pub fn protocols(&mut self) -> Result<(), String> {
        let answer = self.ask(Hierarchy {})?;
        let row = |row: &ProtocolRow| {
            let indent = "\u{2003}".repeat(row.depth as usize);
            vec![
                format!("{indent}{}", row.title),
                count(row.packets),
                percent(row.packets, answer.packets),
                size(row.bytes),
                percent(row.bytes, answer.bytes),
                count(row.end_packets),
            ]
        };
        let rows = answer.rows.iter().take(200).map(row).collect();
        self.table(&["Protocol", ">Packets", ">of all", ">Bytes", ">of all", ">Last layer"], rows);
        self.more(200, answer.rows.len());
        Ok(())
    }

    pub fn flows(&mut self) -> Result<(), String> {
        let sort = FlowSort { by: FlowColumn::Bytes, descending: true };
        let page = self.ask(Flows { rows: 0..MOST_ROWS, sort, ..Flows::default() })?;
        let row = |row: &FlowRow| {
            vec![
                endpoint(&row.client, row.client_port),
                endpoint(&row.server, row.server_port),
                row.name.clone(),
                if row.application.is_empty() { row.transport.clone() } else { row.application.clone() },
                count(row.packets_out + row.packets_in),
                size(row.bytes_out),
                size(row.bytes_in),
                duration(row.duration_ns),
                time(row.initial_rtt_ns),
            ]
        };
        let rows = page.rows.iter().map(row).collect();
        self.table(
            &["Client", "Server", "Name", "Application", ">Packets", ">Sent", ">Received", ">Duration", ">RTT"],
            rows,
        );
        self.more(page.rows.len(), page.matching as usize);
        Ok(())
    }

    pub fn destinations(&mut self) -> Result<(), String> {
        let mut nothing = true;
        for ipv6 in [false, true] {
            let question = StatsTree {
                of: TreeKind::Services,
                ipv6,
                rows: 0..MOST_DESTINATIONS,
                unfolded: Unfolded::All,
                ..StatsTree::default()
            };
            let page = self.ask(question)?;
            if page.rows.is_empty() {
                continue;
            }
            nothing = false;
            let row = |row: &StatsRow| {
                let indent = "\u{2003}".repeat(row.depth as usize);
                vec![
                    format!("{indent}{}", row.item),
                    row.name.clone(),
                    place(&row.country),
                    count(row.flows),
                    count(row.packets),
                    size(row.bytes),
                ]
            };
            let rows = page.rows.iter().map(row).collect();
            self.table(&["Server, transport, port", "Name", "~Country", ">Flows", ">Packets", ">Bytes"], rows);
            self.more(page.rows.len(), page.total as usize);
        }
        if nothing {
            self.say("There are no IP packets.");
        }
        Ok(())
    }

    pub fn rtt(&mut self) -> Result<(), String> {
        let answer = self.ask(Rtt {})?;
        let s = answer.statistics;
        if s.count == 0 {
            self.say("No handshake of a TCP connection was captured whole.");
            return Ok(());
        }
        self.blocks.push(Block::Facts(vec![
            fact("Handshakes", count(s.count)),
            fact("Median", duration(s.median_ns)),
            fact("95th percentile", duration(s.p95_ns)),
            fact("Least, most", format!("{}, {}", duration(s.min_ns), duration(s.max_ns))),
            fact(
                "Left out",
                format!(
                    "{} refused, {} tried again, {} unanswered",
                    count(answer.refused),
                    count(answer.retried),
                    count(answer.unanswered)
                ),
            ),
        ]));
        let bars = answer.histogram.iter().map(|bucket| {
            let label = format!("{} \u{2013} {}", duration(bucket.from_ns), duration(bucket.to_ns));
            (label, bucket.count.into(), count(bucket.count))
        });
        let rows: Vec<_> = bars.collect();
        self.blocks.push(Block::Bars { title: "Initial RTT".to_owned(), rows });
        let row = |row: &ServerRtt| {
            vec![
                endpoint(&row.server, Some(row.server_port)),
                row.name.clone(),
                count(row.statistics.count),
                duration(row.statistics.median_ns),
                duration(row.statistics.p95_ns),
                duration(row.statistics.max_ns),
            ]
        };
        let shown = answer.servers.len().min(MOST_ROWS as usize);
        let rows = answer.servers.iter().take(shown).map(row).collect();
        self.table(&["Server", "Name", ">Handshakes", ">Median", ">95th percentile", ">Most"], rows);
        self.more(shown, answer.servers.len());
        Ok(())
    }

    pub fn losses(&mut self) -> Result<(), String> {
        let answer = self.ask(LossSummary {})?;
        self.say(format!(
            "{} of {} TCP connections lost something.",
            count(answer.with_loss),
            count(answer.connections)
        ));
        answer.sentences.into_iter().for_each(|sentence| self.say(sentence));
        Ok(())
    }
}
