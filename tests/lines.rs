//! tcpdump's lines asked for one by one, from the middle of the file, are those of a pass from its start.
mod support;

use support::{captures, read};
use wireglass::api::{Answer, Lines, Query};
use wireglass::engine::capture::Reader;
use wireglass::engine::tcpdump::{Options, Printer};

#[test]
fn a_line_does_not_depend_on_where_printing_began() {
    let mut compared = 0;
    let mut bad = 0;
    for capture in captures() {
        let (mut session, _) = read(&capture.bytes);
        let mut printer = Printer::new(Options::default());
        let mut lines = Vec::new();
        let mut reader = Reader::new();
        let print = |record: wireglass::engine::capture::Record<'_>| {
            lines.push(printer.packet(record.link, record.time, record.bytes, record.wire_len));
        };
        // A broken file ends where it ends; what came before is compared.
        let _ = reader.feed(&capture.bytes, print);
        let packets = session.packets();
        let backwards = (0..packets).rev().collect();
        let question = Query::Lines(Lines { packets: backwards, ..Lines::default() });
        let answer = session.answer(&question, &mut capture.bytes.as_slice()).expect("an answer");
        let Answer::Lines(answer) = answer else { panic!("another answer") };
        for (at, (found, expected)) in answer.lines.iter().rev().zip(&lines).enumerate() {
            if found != expected {
                eprintln!("{} {}\n  {found}\n  {expected}", capture.name, at + 1);
                bad += 1;
            }
            compared += 1;
        }
    }
    assert_eq!(bad, 0);
    assert!(compared > 3000, "only {compared} lines");
}
