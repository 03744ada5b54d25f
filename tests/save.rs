//! What is saved is what was there: every test capture saved as pcap and pcapng and read again; tables as the answers have them.
mod support;

use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use support::{ask, captures, read, try_ask};
use wireglass::api::*;
use wireglass::engine::capture::Reader;
use wireglass::engine::export::packets::Packets as File;
use wireglass::engine::session::Session;

/// Everything that a saved packet must keep.
#[derive(Clone, Debug, PartialEq)]
struct Kept {
    time: Option<i64>,
    wire_len: u32,
    bytes: Vec<u8>,
    link: u16,
    interface: (Option<String>, u32, u64, i64, u32),
    comment: Option<Vec<u8>>,
}

fn records(bytes: &[u8]) -> (Vec<Kept>, Reader) {
    let (mut reader, mut found) = (Reader::new(), Vec::new());
    let each = |record: wireglass::engine::capture::Record<'_>| {
        found.push((
            record.interface,
            Kept {
                time: record.time,
                wire_len: record.wire_len,
                bytes: record.bytes.to_vec(),
                link: record.link,
                interface: (None, 0, 0, 0, 0),
                comment: record.comment.map(<[u8]>::to_vec),
            },
        ));
    };
    let _ = reader.feed(bytes, each);
    let _ = reader.finish();
    let named = |(id, kept): (u32, Kept)| {
        let i = &reader.interfaces()[id as usize];
        Kept { interface: (i.name.clone(), i.snaplen, i.ticks_per_second, i.offset_seconds, id), ..kept }
    };
    (found.into_iter().map(named).collect(), reader)
}

/// A capture as it would be saved.
fn saved(session: &mut Session, bytes: &[u8], format: CaptureFormat, flow: Option<u32>) -> Result<Vec<u8>, String> {
    let (mut file, mut from) = (Vec::new(), 0);
    loop {
        let part = SavePackets::take(try_ask(session, bytes, SavePackets { format, flow, from }.query())?);
        let part = part.expect("the answer to the question");
        file.extend(part.bytes);
        match part.next {
            Some(next) if next > from => from = next,
            Some(next) => panic!("from {from} to {next}"),
            None => return Ok(file),
        }
    }
}

/// The same in windows of about `most` bytes.
fn saved_in(most: usize, session: &Session, mut bytes: &[u8], format: CaptureFormat) -> Vec<u8> {
    let (store, reader) = (session.store(), session.reader());
    let (mut file, mut from) = (Vec::new(), Some(0));
    while let Some(at) = from {
        let writer = File::new(store, reader, &mut bytes, format);
        let ids = writer.first(at)..store.packets.len();
        let window = writer.window(ids, at, most).expect("a window");
        file.extend(window.bytes);
        from = window.next;
    }
    file
}

fn is_pcapng(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0x0a, 0x0d, 0x0d, 0x0a])
}

/// Captures of the corpus of the shared folder too, where it is.
fn all() -> Vec<(String, Vec<u8>)> {
    let mut all: Vec<_> = captures().into_iter().map(|capture| (capture.name, capture.bytes)).collect();
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared");
    let shared = std::env::var_os("WIREGLASS_SHARED").map_or_else(beside, PathBuf::from);
    let folders = fs::read_dir(shared.join("corpus/captures")).into_iter().flatten().flatten();
    let files = folders.filter_map(|folder| fs::read_dir(folder.path()).ok()).flatten().flatten();
    all.extend(files.map(|file| (file.path().display().to_string(), fs::read(file.path()).expect("a capture"))));
    all
}

#[test]
fn saved_captures_have_the_same_packets() {
    let mut checked = [0; 2];
    for (name, bytes) in all() {
        let (mut session, error) = read(&bytes);
        if error.is_some() && session.packets() == 0 {
            continue;
        }
        let (before, reader) = records(&bytes);
        for format in [CaptureFormat::Pcapng, CaptureFormat::Pcap] {
            let file = match saved(&mut session, &bytes, format, None) {
                Ok(file) => file,
                Err(message) => {
                    let mut links: Vec<u16> = before.iter().map(|kept| kept.link).collect();
                    links.sort_unstable();
                    links.dedup();
                    assert!(format == CaptureFormat::Pcap && links.len() > 1, "{name}: {message}");
                    assert!(message.contains(&format!("these are of {}", links.len())), "{name}: {message}");
                    continue;
                }
            };
            for most in [1, 100, 5000] {
                assert!(saved_in(most, &session, &bytes, format) == file, "{name}: windows of {most} bytes");
            }
            let (after, saved) = records(&file);
            // What the file says wrongly is copied with it.
            let messages = |reader: &Reader| -> Vec<String> {
                reader.warnings().iter().map(|warning| warning.message.clone()).collect()
            };
            let is_known = |message: &String| messages(&reader).contains(message);
            assert!(messages(&saved).iter().all(is_known), "{name} as {format:?}: {:?}", messages(&saved));
            assert_eq!(after.len(), before.len(), "{name} as {format:?}");
            let is_copy = is_pcapng(&bytes) == (format == CaptureFormat::Pcapng);
            for (nth, (before, after)) in before.iter().zip(&after).enumerate() {
                let expected = match is_copy {
                    true => before.clone(),
                    // What pcap has no room for; times are there always.
                    false => Kept {
                        time: before.time.or(after.time),
                        interface: after.interface.clone(),
                        comment: None,
                        ..before.clone()
                    },
                };
                assert_eq!(&expected, after, "{name} as {format:?}, packet {nth}");
            }
            if is_copy && reader.warnings().is_empty() && reader.sections().len() < 2 {
                assert_eq!(file.len(), bytes.len(), "{name} as {format:?}: nothing is left out");
            }
            assert_eq!(saved.names(), if is_copy { reader.names() } else { &[] }, "{name}");
            checked[format as usize] += 1;
        }
    }
    println!("{checked:?} captures saved as pcapng and pcap");
    assert!(checked[0] > 50 && checked[1] > 50, "{checked:?}");
}

#[test]
fn a_flow_alone_is_saved_with_what_describes_it() {
    for capture in captures() {
        let (mut session, _) = read(&capture.bytes);
        let (all, reader) = records(&capture.bytes);
        for flow in 0..session.flows().min(3) {
            let packets = &session.store().packets;
            let of_flow =
                (0..).zip(&all).filter(|(id, _)| packets.flow(*id) == Some(flow)).map(|(_, kept)| kept.clone());
            let wanted: Vec<Kept> = of_flow.collect();
            let format = if is_pcapng(&capture.bytes) { CaptureFormat::Pcapng } else { CaptureFormat::Pcap };
            let file = saved(&mut session, &capture.bytes, format, Some(flow)).expect("a flow has one link type");
            let (found, saved) = records(&file);
            assert_eq!(found, wanted, "{}, flow {flow}", capture.name);
            assert_eq!(saved.interfaces().len(), reader.interfaces().len(), "{}", capture.name);
        }
    }
}

/// What another tool says of a file, without the file's own name and size.
fn capinfos(path: &Path) -> Option<String> {
    let output =
        Command::new("capinfos").args(["-M", "-E", "-c", "-d", "-a", "-e", "-o", "-S", "-l"]).arg(path).output();
    let said = String::from_utf8_lossy(&output.ok()?.stdout).into_owned();
    let own = |line: &&str| !line.starts_with("File name") && !line.trim_start().starts_with("Packet size limit");
    Some(said.lines().filter(own).collect::<Vec<_>>().join("\n"))
}

#[test]
fn other_tools_read_what_was_saved() {
    let folder = std::env::temp_dir().join(format!("wireglass-save-{}", std::process::id()));
    fs::create_dir_all(&folder).expect("the temporary folder can be written");
    let mut compared = 0;
    for capture in captures() {
        let (mut session, error) = read(&capture.bytes);
        let Some(before) = capinfos(&capture.path).filter(|said| error.is_none() && !said.is_empty()) else { continue };
        for (format, extension) in [(CaptureFormat::Pcapng, "pcapng"), (CaptureFormat::Pcap, "pcap")] {
            let Ok(file) = saved(&mut session, &capture.bytes, format, None) else { continue };
            let path = folder.join(format!("saved.{extension}"));
            fs::write(&path, file).expect("the temporary folder can be written");
            let after = capinfos(&path).expect("it ran before");
            let is_copy = is_pcapng(&capture.bytes) == (format == CaptureFormat::Pcapng);
            let is_whole = session.reader().warnings().next().is_none()
                && session.reader().interfaces().iter().all(|i| i.packets > 0);
            if is_copy && is_whole {
                assert_eq!(after, before, "{} as {extension}", capture.name);
            }
            let count = |said: &str| said.lines().find(|line| line.starts_with("Number of packets")).map(str::to_owned);
            let packets = session.packets();
            let told = count(&after).unwrap_or_default();
            assert!(told.ends_with(&format!(" {packets}")), "{} as {extension}: {after}", capture.name);
            compared += 1;
        }
    }
    let _ = fs::remove_dir_all(&folder);
    println!("{compared} files compared");
}

/// A table as text.
fn text(session: &mut Session, bytes: &[u8], of: Query, format: TextFormat) -> String {
    let (mut text, mut from) = (String::new(), 0);
    loop {
        let question = SaveTable { of: Some(Box::new(of.clone())), format, from, ..SaveTable::default() };
        let part = ask(session, bytes, question);
        text += &part.text;
        match part.next {
            Some(next) if next > from => from = next,
            Some(next) => panic!("from {from} to {next}"),
            None => return text,
        }
    }
}

/// Takes away what only saved rows have.
fn without_date(mut row: Value) -> Value {
    if let Value::Object(fields) = &mut row {
        fields.remove("utc");
        fields.remove("columns");
    }
    row
}

#[test]
fn tables_say_what_the_answers_say() {
    let bytes = fs::read("tests/captures/http/capture.pcap").expect("a capture");
    let (mut session, _) = read(&bytes);
    let rows = 0..1_000_000;
    let cases = [
        (Flows { rows: rows.clone(), ..Flows::default() }.query(), "rows"),
        (Hierarchy {}.query(), "rows"),
        (Rtt {}.query(), "servers"),
        (States { rows: rows.clone(), every_transport: true, ..States::default() }.query(), "rows"),
        (Times { rows: rows.clone(), ..Times::default() }.query(), "rows"),
        (Experts::default().query(), "groups"),
        (Packets { rows, ..Packets::default() }.query(), "rows"),
        (Losses { flow: 0 }.query(), "events"),
        (LossSummary {}.query(), "flows"),
        (Verdicts::default().query(), "verdicts"),
        (RoundTrips::default().query(), "directions"),
        (Fields { pattern: "tcp.".to_owned() }.query(), "fields"),
    ];
    for (query, member) in cases {
        let answer =
            serde_json::to_value(try_ask(&mut session, &bytes, query.clone()).expect("an answer")).expect("JSON");
        let inner = answer.as_object().and_then(|answer| answer.values().next()).expect("the answer's own name");
        let expected: Vec<Value> = inner[member].as_array().expect("rows").iter().cloned().map(without_date).collect();
        let lines = text(&mut session, &bytes, query.clone(), TextFormat::Ndjson);
        let parse =
            |line: &str| without_date(serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")));
        assert_eq!(lines.lines().map(parse).collect::<Vec<_>>(), expected, "{member}");
        let whole = text(&mut session, &bytes, query.clone(), TextFormat::Json);
        let whole: Vec<Value> = serde_json::from_str(&whole).unwrap_or_else(|error| panic!("{error}: {whole}"));
        assert_eq!(whole.into_iter().map(without_date).collect::<Vec<_>>(), expected, "{member}");
        let csv = text(&mut session, &bytes, query, TextFormat::Csv);
        let table = cells(&csv);
        assert_eq!(table.len(), expected.len() + 1, "{member}");
        assert!(table.iter().all(|row| row.len() == table[0].len()), "{member}: {csv}");
        for (row, expected) in table.iter().skip(1).zip(&expected) {
            for (title, cell) in table[0].iter().zip(row).filter(|(title, _)| *title != "utc") {
                let value = title.split('.').fold(expected, |value, name| &value[name]);
                let plain = match value {
                    Value::Null => String::new(),
                    Value::String(text) => text.clone(),
                    Value::Array(_) | Value::Object(_) => continue,
                    other => other.to_string(),
                };
                assert_eq!(*cell, plain, "{title}");
            }
        }
    }
}

/// RFC 4180, read.
fn cells(csv: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut cell, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut letters = csv.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if quoted && letters.peek() == Some(&'"') => cell.extend(letters.next()),
            '"' => quoted = !quoted,
            ',' if !quoted => row.push(std::mem::take(&mut cell)),
            '\r' if !quoted => {}
            '\n' if !quoted => {
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            letter => cell.push(letter),
        }
    }
    assert!(cell.is_empty() && row.is_empty() && !quoted, "the last line ends");
    rows
}

#[test]
fn windows_are_those_of_the_question() {
    let bytes = fs::read("tests/captures/http/capture.pcap").expect("a capture");
    let (mut session, _) = read(&bytes);
    let sort = FlowSort { by: FlowColumn::Bytes, descending: true };
    let flows = Flows { rows: 2..5, sort, search: "tcp".to_owned(), around: None };
    let expected = ask(&mut session, &bytes, flows.clone()).rows;
    let saved = text(&mut session, &bytes, flows.query(), TextFormat::Ndjson);
    let ids = saved.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON")["id"].clone());
    assert!(ids.eq(expected.iter().map(|row| Value::from(row.id))), "{saved}");

    let columns = vec!["ip.ttl".to_owned(), "tcp.port".to_owned()];
    let packets = Packets { rows: 0..2, columns, ..Packets::default() };
    let csv = cells(&text(&mut session, &bytes, packets.query(), TextFormat::Csv));
    assert_eq!(csv[0][csv[0].len() - 3..], ["comment", "ip.ttl", "tcp.port"]);
    assert_eq!(csv[1][csv[1].len() - 2], "63");

    let empty = Flows { search: "no such thing".to_owned(), ..Flows::default() }.query();
    assert_eq!(text(&mut session, &bytes, empty.clone(), TextFormat::Json), "[]\n");
    assert_eq!(cells(&text(&mut session, &bytes, empty, TextFormat::Csv)).len(), 1);
    let log = text(&mut session, &bytes, Flows::default().query(), TextFormat::ConnLog);
    assert!(
        log.starts_with("#separator \\x09\n") && log.lines().last().is_some_and(|line| line.starts_with("#close\t"))
    );
    assert_eq!(log.lines().filter(|line| !line.starts_with('#')).count(), session.flows() as usize);
    for wrong in [None, Some(Box::new(Summary {}.query())), Some(Box::new(SaveTable::default().query()))] {
        let question = SaveTable { of: wrong, format: TextFormat::ConnLog, ..SaveTable::default() };
        assert!(try_ask(&mut session, &bytes, question.query()).is_err());
    }
}
