//! Several captures as one, and captures that are packed: the same answers however they are cut, and what is saved of them is what was there.
mod support;

use std::process::{Command, Stdio};
use support::read;
use wireglass::api::*;
use wireglass::engine::capture::Want;
use wireglass::engine::session::Session;

const HTTP: &str = "tests/captures/http/capture.pcap";
const DNS: &str = "tests/captures/dns/capture.pcap";
/// Five interfaces of four link types, micro- and nanoseconds, comments, names, packets without a time.
const MANY: &str = "tests/captures/pcapng-many/capture.pcapng";

fn bytes(path: &str) -> Vec<u8> {
    std::fs::read(format!("{}/{path}", env!("CARGO_MANIFEST_DIR"))).expect("a test capture")
}

/// Reads captures in chunks of a size, as the session asks for them.
fn read_set(size: usize, files: &[Vec<u8>], shift_ns: i64) -> Session {
    let named: Vec<OpenFile> = (1..=files.len())
        .map(|n| OpenFile { name: format!("file {n}"), shift_ns: shift_ns * (n as i64 - 1) })
        .collect();
    let (mut session, mut at) = (Session::of(&named), vec![0; files.len()]);
    while let Some(want) = session.wants() {
        match want {
            Want::Head { file, bytes } => {
                let end = bytes.min(files[file].len());
                session.begins(file, &files[file][..end], end == files[file].len());
            }
            Want::Next { file } if at[file] == files[file].len() => {
                session.end_of(file).expect("the others can be read")
            }
            Want::Next { file } => {
                let end = (at[file] + size).min(files[file].len());
                session.feed_of(file, &files[file][at[file]..end]).expect("the others can be read");
                at[file] = end;
            }
        }
    }
    session.finish().expect("captures");
    session
}

fn ask<Q: Question>(session: &mut Session, files: &[Vec<u8>], filter: &Filter, question: Q) -> Q::Answer {
    let mut source: Vec<&[u8]> = files.iter().map(Vec::as_slice).collect();
    let answer = session.answer_within(&question.query(), filter, &mut source).expect("an answer");
    Q::take(answer).expect("the answer to the question")
}

fn packets(session: &mut Session, files: &[Vec<u8>], filter: &Filter) -> PacketPage {
    let columns = vec!["file.number".to_owned(), "file.name".to_owned(), "frame.interface_id".to_owned()];
    ask(session, files, filter, Packets { rows: 0..u32::MAX, columns, ..Packets::default() })
}

fn display(text: &str) -> Filter {
    Filter { text: text.to_owned(), language: Language::Display }
}

#[test]
fn chunks_change_nothing() {
    // The same capture shifted by 2 ms goes in between itself.
    for (files, shift) in [(vec![HTTP, DNS, MANY], 0), (vec![HTTP, HTTP, MANY], 2_000_000)] {
        let files: Vec<Vec<u8>> = files.into_iter().map(bytes).collect();
        let all = Filter::default();
        let answers = |size| {
            let mut session = read_set(size, &files, shift);
            let flows = ask(&mut session, &files, &all, Flows { rows: 0..u32::MAX, ..Flows::default() });
            let summary = ask(&mut session, &files, &all, Summary {});
            format!("{summary:?} {flows:?} {:?}", packets(&mut session, &files, &all))
        };
        let whole = answers(usize::MAX / 2);
        for size in [1, 100, 5000] {
            assert!(answers(size) == whole, "chunks of {size}");
        }
    }
}

#[test]
fn packets_are_read_again_from_their_files() {
    let files: Vec<Vec<u8>> = [HTTP, MANY, HTTP].into_iter().map(bytes).collect();
    let mut session = read_set(3000, &files, 1_500_000);
    let page = packets(&mut session, &files, &Filter::default());
    let alone = |path| {
        let bytes = bytes(path);
        let (mut session, _) = read(&bytes);
        packets(&mut session, &[bytes], &Filter::default()).rows
    };
    let (http, many) = (alone(HTTP), alone(MANY));
    assert_eq!(page.total as usize, 2 * http.len() + many.len());
    let of = |number: &'static str| page.rows.iter().filter(move |row| row.columns[0] == number);
    for (number, alone) in [("1", &http), ("2", &many), ("3", &http)] {
        // What an address resolves to and what a segment repeats depends on the other files; these do not.
        let same = |row: &PacketRow| (row.source.clone(), row.destination.clone(), row.length, row.comment);
        assert!(of(number).map(same).eq(alone.iter().map(same)), "file {number}");
        assert!(of(number).all(|row| row.columns[1] == format!("file {number}")));
    }
    // Where both have a time it does not go backwards, as it does in none of the files.
    let times: Vec<i64> = page.rows.iter().filter_map(|row| row.time_ns).collect();
    assert!(times.is_sorted(), "{times:?}");
}

#[test]
fn a_file_is_a_filter_that_columns_decide() {
    let files: Vec<Vec<u8>> = [DNS, HTTP, MANY].into_iter().map(bytes).collect();
    let mut session = read_set(4096, &files, 0);
    let summary = ask(&mut session, &files, &Filter::default(), Summary {});
    let mut sum = 0;
    for file in &summary.files {
        for text in [format!("file.number == {}", file.number), format!("file.name == \"{}\"", file.name)] {
            let filter = display(&text);
            let mut nothing: Vec<&[u8]> = Vec::new();
            // Without a byte of the files.
            let progress = session.filter(&filter, &mut nothing, u32::MAX).expect("a filter");
            assert!(progress.done, "{text}");
            assert_eq!(u64::from(progress.matched), file.packets, "{text}");
        }
        sum += file.packets;
    }
    assert_eq!(sum, u64::from(session.packets()));
    assert_eq!(summary.files.iter().map(|file| file.packets).collect::<Vec<_>>(), [63, 178, 189]);
    assert_eq!((summary.format.as_str(), summary.encapsulation.as_str()), ("mixed", "per-packet"));
    // The same looked at packet by packet: what a filter on other fields has to read.
    let both = display("file.number == 2 && frame contains \"GET\"");
    let mut source: Vec<&[u8]> = files.iter().map(Vec::as_slice).collect();
    let looked = session.filter(&both, &mut source, u32::MAX).expect("a filter").matched;
    let (mut http, _) = read(&files[1]);
    let alone = http.filter(&display("frame contains \"GET\""), &mut files[1].as_slice(), u32::MAX);
    assert_eq!(looked, alone.expect("a filter").matched);
    assert!(looked > 0);
}

#[test]
fn what_is_saved_of_a_set_is_the_set() {
    let mut files: Vec<Vec<u8>> = [HTTP, MANY, DNS].into_iter().map(bytes).collect();
    // A name of an address, and keys: none of the test captures has them.
    for word in [4, 32, 0x000c_0001, 0x0a00_000a, u32::from_le_bytes(*b"db.t"), u32::from_le_bytes(*b"est\0"), 0, 32] {
        files[1].extend(word.to_le_bytes());
    }
    for word in [10, 24, 0x544c_534b, 4, u32::from_le_bytes(*b"keys"), 24] {
        files[1].extend(u32::to_le_bytes(word));
    }
    let mut session = read_set(4096, &files, 0);
    let page = packets(&mut session, &files, &Filter::default());
    let (mut saved, mut from) = (Vec::new(), 0);
    loop {
        let part = ask(
            &mut session,
            &files,
            &Filter::default(),
            SavePackets { format: CaptureFormat::Pcapng, flow: None, from },
        );
        saved.extend(part.bytes);
        match part.next {
            Some(next) => from = next,
            None => break,
        }
    }
    let (mut again, error) = read(&saved);
    assert_eq!(error, None);
    let saved = [saved];
    let other = packets(&mut again, &saved, &Filter::default());
    assert_eq!(other.total, page.total);
    for (before, after) in page.rows.iter().zip(&other.rows) {
        let same = |row: &PacketRow| {
            (
                row.source.clone(),
                row.protocol.clone(),
                row.info.clone(),
                row.length,
                row.comment,
                row.columns[2].clone(),
            )
        };
        assert_eq!(same(before), same(after));
        // What has no time is of 1970 in a block that always has one.
        assert!(before.time_ns.is_none() || before.time_ns == after.time_ns, "{before:?} {after:?}");
    }
    // Interfaces with their link types and names, and the names of addresses.
    let interfaces = |session: &Session| {
        session.reader().interfaces().iter().map(|i| (i.link, i.name.clone(), i.packets)).collect::<Vec<_>>()
    };
    assert_eq!(interfaces(&session), interfaces(&again));
    assert!(session.reader().names().eq(again.reader().names()));
    assert_eq!(session.reader().names().count(), 1);
    assert!(session.reader().has_secrets() && again.reader().has_secrets());
    // A pcap file cannot hold four link types.
    let question = SavePackets { format: CaptureFormat::Pcap, flow: None, from: 0 }.query();
    let mut source: Vec<&[u8]> = files.iter().map(Vec::as_slice).collect();
    let refused = session.answer(&question, &mut source).expect_err("a pcap file of several link types").message;
    assert!(refused.starts_with("A pcap file holds packets of one link type"), "{refused}");
}

fn wireglass(arguments: &[&str]) -> std::process::Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_wireglass"));
    command.args(arguments).current_dir(env!("CARGO_MANIFEST_DIR")).output().expect("wireglass runs")
}

#[test]
fn packed_captures_are_opened_like_others() {
    let plain = wireglass(&["packets", "--json", "--limit", "0", DNS]).stdout;
    assert!(plain.len() > 1000);
    for ending in ["gz", "zst", "lz4", "xz", "bz2"] {
        let path = format!("tests/captures/packed/day.pcap.{ending}");
        assert!(wireglass(&["packets", "--json", "--limit", "0", &path]).stdout == plain, "{ending}");
        let mut piped = Command::new(env!("CARGO_BIN_EXE_wireglass"));
        piped.args(["packets", "--json", "--limit", "0", "-"]).current_dir(env!("CARGO_MANIFEST_DIR"));
        let file = std::fs::File::open(format!("{}/{path}", env!("CARGO_MANIFEST_DIR"))).expect("there");
        let output = piped.stdin(Stdio::from(file)).output().expect("wireglass runs");
        assert!(output.stdout == plain, "{ending} on standard input");
    }
    let zip = wireglass(&["summary", "--json", "tests/captures/packed/days.zip"]).stdout;
    let summary: serde_json::Value = serde_json::from_slice(&zip).expect("JSON");
    let names: Vec<_> = summary["files"].as_array().expect("files").iter().map(|file| file["name"].clone()).collect();
    assert_eq!(names, ["day.pcap", "stored.pcap", "again.pcap"]);
    assert_eq!(summary["packets"], 3 * 63);
    assert_eq!(summary["files"][2]["duplicates"], 63);
}

#[test]
fn several_files_on_the_command_line() {
    let output = wireglass(&["summary", HTTP, DNS, "tests/captures/README.md"]);
    let (out, warnings) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && out.contains("Packets         241\n"), "{out}");
    assert!(warnings.contains("warning: README.md was left out: This is not a packet capture but text"), "{warnings}");
    let output = wireglass(&["tcpdump", "-tttt", DNS, HTTP]);
    let lines = String::from_utf8_lossy(&output.stdout);
    // Dates at the beginnings of lines.
    assert_eq!(lines.lines().count(), 241);
    assert!(lines.lines().map(|line| line.get(..26)).is_sorted(), "in the order of time");
    let output = wireglass(&["summary", "tests/captures/README.md", "tests/captures/make.sh"]);
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.starts_with("wireglass: None of the 2 files is a capture that can be read. README.md: "), "{said}");
}
