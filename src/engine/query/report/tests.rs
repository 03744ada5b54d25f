use crate::api::{Answer, Query, Report, ReportFormat, ReportSection};
use crate::engine::testing::talk;

fn report(question: Report) -> String {
    let mut session = talk("> SYN / < SYN ACK +20ms / > ACK / > 100 / < 500 +5ms / > FIN ACK / < FIN ACK / > ACK");
    let mut nothing: &[u8] = &[];
    match session.answer(&Query::Report(question), &mut nothing) {
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
    let ask = |format, salt| {
        report(Report { format, salt, name: "secret.pcap".into(), made: "today".into(), ..Report::default() })
    };
    for format in [ReportFormat::Html, ReportFormat::Markdown] {
        let plain = ask(format, None);
        assert!(ReportSection::ALL.iter().all(|section| plain.contains(section.title())), "{plain}");
        assert!(plain.contains("secret.pcap") && plain.contains("10.0.0.1") && plain.contains("today"));
        let hidden = ask(format, Some((3, 4)));
        assert!(!hidden.contains("secret") && !hidden.contains("10.0.0.1") && !hidden.contains("10.0.0.2"), "{hidden}");
        assert!(hidden.contains("47777") || hidden.contains("47,777"), "ports stay");
        assert_eq!(hidden, ask(format, Some((3, 4))));
        assert_ne!(hidden, ask(format, Some((3, 5))));
    }
}
