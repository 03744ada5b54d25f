//! Reports of every test capture: whole, harmless, and with pseudonyms without a trace of the real addresses and names.
mod support;

use std::collections::BTreeSet;
use support::{ask, captures, read};
use wireglass::api::{Report, ReportFormat, ReportSection, Unwanted};

const FORMATS: [ReportFormat; 2] = [ReportFormat::Html, ReportFormat::Markdown];

#[test]
fn pseudonyms_leave_no_address_and_no_name() {
    let mut checked = 0;
    for capture in captures() {
        let (mut session, _) = read(&capture.bytes);
        // Addresses that are somebody's, as texts print them.
        let store = session.store();
        let mut real: BTreeSet<String> = BTreeSet::new();
        for address in store.paths.pairs().flat_map(|pair| pair.addresses()) {
            let is_somebodys = match (address.ip(), address.mac()) {
                (Some(ip), _) => {
                    let is_special = match ip {
                        std::net::IpAddr::V4(v4) => v4.is_broadcast() || v4.octets()[0] == 0,
                        std::net::IpAddr::V6(_) => false,
                    };
                    !(ip.is_multicast() || ip.is_loopback() || ip.is_unspecified() || is_special)
                }
                (_, Some([first, rest @ ..])) => first & 1 == 0 && (first, rest) != (0, [0; 5]),
                _ => false,
            };
            if is_somebodys {
                real.insert(address.to_string());
            }
        }
        let names: BTreeSet<String> = store
            .names
            .texts()
            .map(|name| name.trim_end_matches('.').to_ascii_lowercase())
            .filter(|name| name.parse::<std::net::IpAddr>().is_err())
            .collect();
        let all = Unwanted { read: u32::MAX, ..Unwanted::default() };
        assert_eq!(ask(&mut session, &capture.bytes, all).unread, 0, "{}", capture.name);
        for format in FORMATS {
            let question = Report {
                format,
                salt: "a salt".into(),
                name: "secret-name.pcap".into(),
                filter: "ip.addr == 192.0.2.10 || dns.qry.name == \"www.shop.example\"".into(),
                ..Report::default()
            };
            let text = ask(&mut session, &capture.bytes, question).text.replace('\\', "").to_ascii_lowercase();
            assert!(!text.contains("secret-name") && !text.contains("shop.example"), "{}", capture.name);
            let is_part = |c: char| c.is_alphanumeric() || matches!(c, '.' | ':' | '-' | '_');
            let words: BTreeSet<&str> =
                text.split(|c| !is_part(c)).map(|word| word.trim_end_matches(['.', ':', '-'])).collect();
            let bare: BTreeSet<&str> =
                words.iter().flat_map(|word| [*word, word.rsplit_once(':').map_or("", |(before, _)| before)]).collect();
            for address in &real {
                assert!(!bare.contains(address.as_str()), "{}: {address} is left", capture.name);
            }
            for name in &names {
                assert!(!words.contains(name.as_str()), "{}: {name} is left", capture.name);
            }
            checked += real.len() + names.len();
        }
    }
    assert!(checked > 500, "only {checked} were looked for");
}

#[test]
fn a_report_is_one_page_that_fetches_nothing() {
    for capture in captures() {
        let (mut session, _) = read(&capture.bytes);
        let html = ask(&mut session, &capture.bytes, Report { name: capture.name.clone(), ..Report::default() }).text;
        for tag in ["<script", "<link", "<img", "<iframe", "src=", "url(", "@import", "http-equiv=\"refresh"] {
            assert!(!html.contains(tag), "{}: {tag}", capture.name);
        }
        assert!(html.contains("default-src 'none'") && html.ends_with("</html>\n"), "{}", capture.name);
        // Every element that is opened is closed.
        for tag in ["table", "tr", "td", "th", "dl", "dd", "p", "section", "figure", "svg", "details", "main", "body"] {
            let opened = html.matches(&format!("<{tag}>")).count() + html.matches(&format!("<{tag} ")).count();
            assert_eq!(opened, html.matches(&format!("</{tag}>")).count(), "{}: {tag}", capture.name);
        }
    }
}

#[test]
fn the_report_says_what_the_questions_answer() {
    let capture = captures().into_iter().find(|capture| capture.name == "sample/capture.pcapng").expect("the sample");
    let (mut session, _) = read(&capture.bytes);
    let question = Report { format: ReportFormat::Markdown, name: "shop.pcapng".into(), ..Report::default() };
    let text = ask(&mut session, &capture.bytes, question.clone()).text;
    for section in ReportSection::ALL {
        assert!(text.contains(&format!("## {}\n", section.title())), "{}", section.title());
    }
    for fact in ["1,881", "BitTorrent", "192.0.2.10", "shop.example"] {
        assert!(text.contains(fact), "{fact}\n{text}");
    }
    let some = Report { sections: vec![ReportSection::Rtt], ..question };
    let text = ask(&mut session, &capture.bytes, some).text;
    assert!(text.contains("## Round-trip times") && !text.contains("## Overview"));
}
