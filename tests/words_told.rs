//! What the engine says of all test captures is found in the catalogue, and nothing of it stays English.
mod support;

use std::collections::BTreeMap;
use std::path::Path;
use support::{ask, captures, read};
use wireglass::api::{
    CheckFilter, ExpertPackets, Experts, Filter, Flow, FlowColumn, FlowSort, Flows, GraphKind, Losses, Report,
    ReportFormat, RoundTrips, States, Summary, TcpGraph, Verdicts,
};
use wireglass::catalogue::Catalogue;

/// Flows of a capture that are asked about.
const FLOWS: u32 = 12;
/// Findings whose messages are a packet's own words.
const OWN_WORDS: [&str; 2] = ["http.chat", "frame.comment.expert"];
/// No filters, and some that are doubtful.
const WRONG: &[&str] = &[
    "tcp.prt == 1",
    "foo",
    "ip.addr == 1.2.3",
    "tcp.port == \"x\"",
    "tcp.port ==",
    "(tcp",
    "ip.addr = 1",
    "tcp.port in 80",
    "tcp.port in {80 443}",
    "eth.addr == 1:2:3",
    "ip.addr == 1.2.3.4/40",
    "frame.time > \"x\"",
    "frame.time > \"2024-05-06 07:08:09\"",
    "len(5)",
    "upper(tcp.port)",
    "foo(1)",
    "tcp.port == 99999",
    "tcp.port matches \"a\"",
    "http.host matches \"(?=a)\"",
    "tcp and or",
    "tcp[",
    "\"abc",
    "tcp and udp or dns",
    "$x(1)",
    "tcp.port#0 == 1",
    "tcp contains 5",
    "tcp ||",
    "ip.proto == \"abc\"",
    "any 5 == 6",
    "tcp.flags == true",
];

/// Each sentence once, with where it was said.
#[derive(Default)]
struct Said(BTreeMap<String, String>);

impl Said {
    fn note(&mut self, place: &str, sentence: &str) {
        if !sentence.is_empty() {
            self.0.entry(sentence.to_owned()).or_insert_with(|| place.to_owned());
        }
    }
}

#[test]
fn what_the_engine_says_is_told() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("www/words/ko.txt");
    let korean = Catalogue::parse(String::leak(std::fs::read_to_string(path).expect("the catalogue")));
    let mut said = Said::default();
    for capture in captures() {
        let (mut session, refused) = read(&capture.bytes);
        let (name, bytes) = (capture.name.as_str(), capture.bytes.as_slice());
        if let Some(sentence) = refused {
            said.note(name, &sentence);
            continue;
        }
        ask(&mut session, bytes, Summary {}).warnings.iter().for_each(|w| said.note(name, &w.message));
        let verdicts = ask(&mut session, bytes, Verdicts { flow: None });
        said.note(name, &verdicts.summary);
        for one in &verdicts.verdicts {
            [&one.sentence, &one.because, &one.but].into_iter().for_each(|sentence| said.note(name, sentence));
        }
        let states = ask(&mut session, bytes, States { rows: 0..200, ..States::default() });
        states.rows.iter().for_each(|row| said.note(name, &row.sentence));
        states.findings.iter().for_each(|finding| said.note(name, &finding.sentence));
        for group in ask(&mut session, bytes, Experts::default()).groups {
            [&group.summary, &group.rule, &group.false_causes]
                .into_iter()
                .for_each(|sentence| said.note(&group.name, sentence));
            if !OWN_WORDS.contains(&group.name.as_str()) {
                let question = ExpertPackets { protocol: group.protocol, name: group.name.clone(), rows: 0..5 };
                ask(&mut session, bytes, question).rows.iter().for_each(|row| said.note(&group.name, &row.message));
            }
        }
        let sort = FlowSort { by: FlowColumn::Number, descending: false };
        let flows = ask(&mut session, bytes, Flows { rows: 0..FLOWS, sort, ..Flows::default() }).rows;
        for row in flows {
            ask(&mut session, bytes, Flow { id: row.id, packets: 0..0 })
                .notes
                .iter()
                .for_each(|note| said.note(name, note));
            if row.transport != "TCP" {
                continue;
            }
            ask(&mut session, bytes, Losses { flow: row.id })
                .sentences
                .iter()
                .for_each(|sentence| said.note(name, sentence));
            let trips = ask(&mut session, bytes, RoundTrips { flow: row.id, buckets: 1 });
            said.note(name, &trips.place_by);
            trips
                .directions
                .iter()
                .filter_map(|d| d.growth.as_ref())
                .for_each(|growth| said.note(name, &growth.sentence));
            for (from_client, kind) in [(true, GraphKind::Tcptrace), (false, GraphKind::RoundTrips)] {
                let graph = TcpGraph { flow: row.id, from_client, kind, span: None, width: 500 };
                ask(&mut session, bytes, graph).notes.iter().for_each(|note| said.note(name, note));
            }
        }
        if said.0.len() > 40 && capture.name.starts_with("tls") {
            for text in WRONG {
                let filter = Filter { text: (*text).to_owned(), ..Filter::default() };
                said.note(text, &ask(&mut session, bytes, CheckFilter { filter }).message);
            }
        }
    }
    assert!(said.0.len() > 250, "only {} sentences were said", said.0.len());
    let wrong: Vec<String> = said
        .0
        .iter()
        .filter_map(|(sentence, place)| match korean.told(sentence) {
            None => Some(format!("not told ({place}): {sentence}")),
            Some(text) => english(&text).map(|word| format!("stays English ({place}): {word:?} in {text}")),
        })
        .collect();
    assert!(wrong.is_empty(), "{}\n{} of {}", wrong.join("\n"), wrong.len(), said.0.len());
}

#[test]
fn reports_are_told_whole() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("www/words/ko.txt");
    let words = std::fs::read_to_string(path).expect("the catalogue");
    let is_korean = |text: &str| text.chars().any(|c| ('가'..='힣').contains(&c));
    let is_told = |text: &str| is_korean(text) || ["RTT", "TCP, UDP"].contains(&text);
    let (mut wrong, mut lines) = (Vec::new(), 0);
    for capture in captures() {
        let (mut session, refused) = read(&capture.bytes);
        if refused.is_some() {
            continue;
        }
        let question = Report {
            format: ReportFormat::Markdown,
            name: capture.name.clone(),
            language: "ko".into(),
            words: words.clone(),
            ..Report::default()
        };
        let text = ask(&mut session, &capture.bytes, question).text;
        let mut before = "";
        for line in text.lines().filter(|line| !line.is_empty()) {
            lines += 1;
            // Of facts, findings and bars what stands before the colon; of tables the heads; paragraphs and headings whole.
            let told = match line {
                _ if line.starts_with("| ") && before.starts_with('|') => true,
                _ if line.starts_with("| ") => line.trim_matches([' ', '|']).split(" | ").all(is_told),
                _ if line.starts_with("- **") || line.starts_with("  - ") => {
                    is_told(line.trim_start_matches([' ', '-', '*']).split(['*', ':']).next().unwrap_or_default())
                }
                _ if line.starts_with("- ") || line.starts_with("---") || line.contains('`') => true,
                _ => is_told(line),
            };
            if !told {
                wrong.push(format!("{}: {line}", capture.name));
            }
            before = line;
        }
    }
    assert!(lines > 5000, "only {lines} lines");
    wrong.sort();
    assert!(
        wrong.is_empty(),
        "{}\n{} lines stay English",
        wrong.iter().take(40).cloned().collect::<Vec<_>>().join("\n"),
        wrong.len()
    );
}

/// A count that was not translated: `3 requests`.
fn english(text: &str) -> Option<String> {
    let words: Vec<&str> = text.split([' ', '(', ')', ',', '.']).collect();
    let is_word = |word: &str| word.len() > 4 && word.bytes().all(|b| b.is_ascii_lowercase());
    let is_number = |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_digit());
    words.windows(2).find(|pair| is_number(pair[0]) && is_word(pair[1])).map(|pair| pair.join(" "))
}
