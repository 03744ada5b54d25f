//! Reports of a conversation written down here; those of whole captures are in `tests/report.rs`.
use crate::api::{Answer, Query, Report, ReportFormat, ReportSection};
use crate::engine::testing::{capture, talk};

fn report(question: Report) -> String {
    let text = "> SYN / < SYN ACK +20ms / > ACK / > 100 / < 500 +5ms / > FIN ACK / < FIN ACK / > ACK";
    let (mut session, bytes) = (talk(text), capture(text));
    let mut bytes = bytes.as_slice();
    match session.answer(&Query::Report(question), &mut bytes) {
        Ok(Answer::Report(answer)) => answer.text,
        other => panic!("{other:?}"),
    }
}

#[test]
fn chosen_sections_stand_in_their_order() {
    let sections = vec![ReportSection::Flows, ReportSection::File];
    let text = report(Report { sections, format: ReportFormat::Markdown, name: "a.pcap".into(), ..Report::default() });
    let headings: Vec<&str> = text.lines().filter(|line| line.starts_with("## ")).collect();
    assert_eq!(headings, ["## The file", "## Largest flows"]);
    assert!(text.starts_with("# Report on a.pcap\n") && text.contains("10.0.0.1"), "{text}");
}

#[test]
fn all_of_it_and_with_pseudonyms() {
    let ask = |format, salt: &str| {
        report(Report {
            format,
            salt: salt.to_owned(),
            name: "secret.pcap".into(),
            made: "today".into(),
            ..Report::default()
        })
    };
    for format in [ReportFormat::Html, ReportFormat::Markdown] {
        let plain = ask(format, "");
        assert!(ReportSection::ALL.iter().all(|section| plain.contains(section.title())), "{plain}");
        assert!(plain.contains("secret.pcap") && plain.contains("10.0.0.1") && plain.contains("today"));
        let hidden = ask(format, "one");
        assert!(!hidden.contains("secret") && !hidden.contains("10.0.0.1") && !hidden.contains("10.0.0.2"), "{hidden}");
        assert!(hidden.contains("47777") || hidden.contains("47,777"), "ports stay");
        assert_eq!(hidden, ask(format, "one"));
        assert_ne!(hidden, ask(format, "two"));
    }
}
