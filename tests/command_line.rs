//! The command line from outside: arguments in; exit code and lines out.
use serde_json::Value;
use std::io::{Read, Write};
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

const HTTP: &str = "tests/captures/http/capture.pcap";
const CUT_SHORT: &str = "tests/captures/snaplen/capture.pcap";

fn wireglass(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_wireglass"));
    command.args(arguments).current_dir(env!("CARGO_MANIFEST_DIR"));
    command
}

fn run(arguments: &[&str]) -> Output {
    wireglass(arguments).output().expect("wireglass runs")
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("output is UTF-8")
}

fn answer(arguments: &[&str]) -> Value {
    let output = run(arguments);
    assert!(output.status.success(), "{arguments:?}: {}", text(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{arguments:?}: {error}"))
}

/// A file that goes when the test is over.
struct Made(PathBuf);

impl Made {
    fn new(name: &str, bytes: &[u8]) -> Self {
        let path = std::env::temp_dir().join(format!("wireglass-{}-{name}", std::process::id()));
        std::fs::write(&path, bytes).expect("the temporary folder can be written");
        Self(path)
    }

    fn path(&self) -> &str {
        self.0.to_str().expect("the path is UTF-8")
    }
}

impl Drop for Made {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

/// A pcap file of UDP packets 192.0.2.1 → 192.0.2.2, one per pair of ports, a millisecond apart.
fn capture(packets: impl IntoIterator<Item = (u16, u16)>) -> Vec<u8> {
    let mut file = vec![0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 1, 0, 0, 0];
    for (n, (from, to)) in (0u32..).zip(packets) {
        let mut packet = vec![2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 8, 0];
        packet.extend([0x45, 0, 0, 28, 0, 0, 0, 0, 64, 17, 0, 0, 192, 0, 2, 1, 192, 0, 2, 2]);
        packet.extend(from.to_be_bytes().into_iter().chain(to.to_be_bytes()).chain([0, 8, 0, 0]));
        for number in [1_600_000_000 + n / 1000, n % 1000 * 1000, packet.len() as u32, packet.len() as u32] {
            file.extend(number.to_le_bytes());
        }
        file.extend(packet);
    }
    file
}

#[test]
fn arguments_lead_to_exit_codes_and_first_lines() {
    // Arguments, exit code, start of the first line of standard output, start of that of standard error.
    let cases: &[(&[&str], i32, &str, &str)] = &[
        (&["--version"], 0, concat!("wireglass ", env!("CARGO_PKG_VERSION")), ""),
        (&["--help"], 0, "Reads packet captures", ""),
        (&["summary", HTTP], 0, "File            pcap, 45.8 kB (45,780 bytes)", ""),
        (&["timeline", HTTP], 0, "Each row is 100.000 ms", ""),
        (&["timeline", "--series", "http", HTTP], 0, "Each row is 100.000 ms", ""),
        (&["statistics", "--of", "ports", HTTP], 0, "          flows  packets", ""),
        (&["timeline", "--buckets", "0", HTTP], 2, "", "wireglass: invalid value '0' for '--buckets <N>'"),
        (&["hierarchy", HTTP], 0, "178 packets, 42.9 kB (42,908 bytes) in 4.643 s", ""),
        (&["hierarchy", "--local", "nobody", HTTP], 2, "", "wireglass: invalid value 'nobody' for '--local"),
        (&["flows", HTTP], 0, "18 flows", ""),
        (&["flows", "--search", ":53", HTTP], 0, "2 of 18 flows match", ""),
        (&["flows", "--search", "no such thing", HTTP], 0, "0 of 18 flows match", ""),
        (
            &["flows", "--sort", "size", HTTP],
            2,
            "",
            "wireglass: invalid value 'size' for '--sort <COLUMN[:desc]>': there is no such column; there are number, start,",
        ),
        (&["flows", "--sort", "bytes:up", HTTP], 2, "", "wireglass: invalid value 'bytes:up'"),
        (&["flows", "--from", "0", HTTP], 2, "", "wireglass: invalid value '0' for '--from <N>'"),
        (&["rtt", HTTP], 0, "Initial round-trip times of ", ""),
        (&["packets", HTTP], 0, "178 packets", ""),
        (&["expert", "--severity", "chat", HTTP], 0, "28 Notes, 93 Chats", ""),
        (&["expert", "--severity", "loud", HTTP], 2, "", "wireglass: invalid value 'loud'"),
        (&["flows", "--csv", HTTP], 0, "id,transport,stream,client,client_port,server,", ""),
        (
            &["hierarchy", "--csv", "--json", HTTP],
            2,
            "",
            "wireglass: the argument '--csv' cannot be used with '--json'",
        ),
        (&["packets", "--ndjson", "--limit", "1", HTTP], 0, "{\"number\":1,\"utc\":\"2026-", ""),
        (&["flows", "--conn-log", HTTP], 0, "#separator \\x09", ""),
        (&["flows", "--conn-log", "--ndjson", HTTP], 0, "{\"ts\":1", ""),
        (&["save", HTTP, "-o", HTTP], 2, "", "wireglass: tests/captures/http/capture.pcap is the capture itself"),
        (&["save", HTTP, "-o", "x.unknown"], 2, "", "wireglass: x.unknown: its name does not tell the format"),
        (&["save", HTTP, "-o", "-", "--format", "csv"], 0, "number,utc,time_ns,", ""),
        (
            &["save", "tests/captures/pcapng-many/capture.pcapng", "-o", "no.pcap"],
            1,
            "",
            "wireglass: A pcap file holds packets of one link type, and these are of 4: interface 0 (link type 1), ",
        ),
        (&["ask", r#"{"Summary":{}}"#, HTTP], 0, r#"{"Summary":{"format":"pcap""#, ""),
        (&["ask", "{}", HTTP], 2, "", "wireglass: invalid value '{}' for '<QUERY>': not a valid question"),
        (&["ask", r#"{"Flow":{"id":99999}}"#, HTTP], 1, "", "wireglass: There is no flow 99999."),
        (&["facts", HTTP], 0, "{", ""),
        (&[], 2, "", "wireglass: no command given; see wireglass --help"),
        (&["flow", HTTP], 2, "", "wireglass: unrecognized subcommand 'flow'; tip: "),
        (&["flows"], 2, "", "wireglass: the following required arguments were not provided: <FILE>"),
        (&["summary", "no-such-file"], 2, "", "wireglass: no-such-file: "),
        (&["summary", "tests"], 2, "", "wireglass: tests: "),
        (&["summary", "Cargo.toml"], 2, "", "wireglass: Cargo.toml: This is not a packet capture"),
        (&["facts", "Cargo.toml"], 2, "", "wireglass: Cargo.toml: This is not a packet capture"),
        (&["summary", CUT_SHORT], 0, "File ", "warning: "),
        (&["summary", "--json", CUT_SHORT], 0, "{", ""),
    ];
    for (arguments, code, out, err) in cases {
        let output = run(arguments);
        let lines = [&output.stdout, &output.stderr].map(|bytes| text(bytes).lines().next().unwrap_or_default());
        assert_eq!(output.status.code(), Some(*code), "{arguments:?}: {lines:?}");
        for (line, expected) in lines.into_iter().zip([out, err]) {
            assert!(line.starts_with(expected), "{arguments:?}: {line:?} instead of {expected:?}");
            assert_eq!(line.is_empty(), expected.is_empty(), "{arguments:?}: {line:?}");
        }
        if *code != 0 {
            assert_eq!(text(&output.stderr).lines().count(), 1, "{arguments:?}");
        }
    }
}

#[test]
fn every_command_has_examples() {
    for command in [
        "summary",
        "timeline",
        "statistics",
        "hierarchy",
        "flows",
        "rtt",
        "states",
        "losses",
        "expert",
        "packets",
        "save",
        "ask",
        "facts",
    ] {
        let help = run(&[command, "--help"]);
        assert!(help.status.success(), "{command}");
        assert!(text(&help.stdout).contains(&format!("Examples:\n  wireglass {command} ")), "{command}");
    }
}

#[test]
fn json_is_the_inner_answer() {
    let cases = [
        ("summary", "Summary"),
        ("timeline", "Timeline"),
        ("hierarchy", "Hierarchy"),
        ("countries", "Countries"),
        ("rtt", "Rtt"),
        ("losses", "LossSummary"),
        ("expert", "Experts"),
    ];
    for (command, question) in cases {
        let buckets = if command == "timeline" { r#""buckets":60"# } else { "" };
        let asked = answer(&["ask", &format!("{{\"{question}\":{{{buckets}}}}}"), HTTP]);
        assert_eq!(asked.get(question), Some(&answer(&[command, "--json", HTTP])), "{command}");
    }
    for (command, question) in [("flows", "Flows"), ("states", "States"), ("packets", "Packets")] {
        let asked = answer(&["ask", &format!(r#"{{"{question}":{{"rows":{{"start":2,"end":9}}}}}}"#), HTTP]);
        let page = answer(&[command, "--json", "--from", "3", "--limit", "7", HTTP]);
        assert_eq!(asked.get(question), Some(&page), "{command}");
    }
}

#[test]
fn standard_input_is_read_like_a_file() {
    let bytes = std::fs::read(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(HTTP)).expect("the capture is there");
    for command in [
        "summary",
        "timeline",
        "statistics",
        "hierarchy",
        "flows",
        "rtt",
        "states",
        "losses",
        "expert",
        "packets",
        "facts",
    ] {
        let mut child = wireglass(&[command, "-"]);
        let child = child.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = child.spawn().expect("wireglass runs");
        child.stdin.take().expect("it is piped").write_all(&bytes).expect("wireglass reads");
        let output = child.wait_with_output().expect("wireglass ends");
        let expected = run(&[command, HTTP]);
        assert!(output.status.success() && output.stdout == expected.stdout, "{command}: {}", text(&output.stderr));
    }
}

#[test]
fn windows_of_a_long_table_join_without_a_seam() {
    let ports = (0..25_000u32).map(|n| (1024 + (n % 25_000) as u16, 9));
    let file = Made::new("seam.pcap", &capture(ports));
    let page = answer(&["flows", "--json", "--limit", "0", "--sort", "number:desc", file.path()]);
    let ids = page["rows"].as_array().expect("rows").iter().map(|row| row["id"].as_u64());
    assert!(ids.eq((0..25_000u64).rev().map(Some)));
    let table = run(&["flows", "--limit", "0", file.path()]);
    let first_cells = text(&table.stdout).lines().skip(3).map(|line| line.split_whitespace().next());
    let expected: Vec<String> = (0..25_000).map(|n| n.to_string()).collect();
    assert!(first_cells.eq(expected.iter().map(|id| Some(id.as_str()))));
    let packets = run(&["packets", "--limit", "0", file.path()]);
    assert_eq!(text(&packets.stdout).lines().count(), 25_000 + 3);
}

#[test]
fn unknown_round_trips_sort_last_both_ways() {
    for order in ["initial-rtt", "initial-rtt:desc"] {
        let page = answer(&["flows", "--json", "--sort", order, HTTP]);
        let times: Vec<Option<i64>> =
            page["rows"].as_array().expect("rows").iter().map(|row| row["initial_rtt_ns"].as_i64()).collect();
        let known: Vec<i64> = times.iter().map_while(|time| *time).collect();
        assert!(!known.is_empty() && times[known.len()..].iter().all(Option::is_none), "{order}: {times:?}");
        assert!(
            if order.ends_with("desc") { known.is_sorted_by(|a, b| a >= b) } else { known.is_sorted() },
            "{times:?}"
        );
    }
}

#[test]
fn a_closed_pipe_ends_quietly() {
    let file = Made::new("pipe.pcap", &capture((0..20_000).map(|n| (1024 + n, 9))));
    for arguments in [
        &["flows", "--limit", "0"][..],
        &["flows", "--limit", "0", "--json"],
        &["packets", "--limit", "0"],
        &["packets", "--limit", "0", "--json"],
        &["facts"],
        &["ask", r#"{"Flows":{"rows":{"start":0,"end":10000}}}"#],
    ] {
        let mut child = wireglass(&[arguments, &[file.path()]].concat());
        let mut child = child.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("wireglass runs");
        let mut some = [0; 10];
        child.stdout.take().expect("it is piped").read_exact(&mut some).expect("it prints");
        let output = child.wait_with_output().expect("wireglass ends");
        assert_eq!((output.status.code(), text(&output.stderr)), (Some(0), ""), "{arguments:?}");
    }
}

/// A name record with an escape sequence, as an attacker would write it.
#[test]
fn names_in_a_capture_cannot_steer_the_terminal() {
    let block = |kind: u32, body: &[u8]| {
        let length = (body.len() as u32 + 12).to_le_bytes();
        [&kind.to_le_bytes()[..], &length, body, &length].concat()
    };
    let name = b"\x1b[2Jevil\x00";
    let length = (4 + name.len() as u16).to_le_bytes();
    let mut record = [&[1, 0][..], &length, &[192, 0, 2, 2], name].concat();
    record.resize(record.len().next_multiple_of(4), 0);
    record.extend([0; 4]);
    let section = [&0x1a2b_3c4du32.to_le_bytes()[..], &[1, 0, 0, 0], &[0xff; 8]].concat();
    let packet = capture([(4000, 9)]).split_off(24 + 16);
    let mut captured =
        [&[0; 12][..], &(packet.len() as u32).to_le_bytes(), &(packet.len() as u32).to_le_bytes()].concat();
    captured.extend(&packet);
    captured.resize(captured.len().next_multiple_of(4), 0);
    let interface = [1, 0, 0, 0, 0, 0, 0, 0];
    let blocks = [block(0x0a0d_0d0a, &section), block(1, &interface), block(4, &record), block(6, &captured)];
    let file = Made::new("names.pcapng", &blocks.concat());
    let printed = run(&["flows", file.path()]);
    assert!(text(&printed.stdout).contains("\u{fffd}[2Jevil"), "{:?}", text(&printed.stdout));
    assert!(!printed.stdout.contains(&0x1b));
    let page = answer(&["flows", "--json", file.path()]);
    assert_eq!(page["rows"][0]["name"], "\u{1b}[2Jevil");
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_told() {
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").expect("Linux has /dev/full");
    let output = wireglass(&["summary", HTTP]).stdout(full).stderr(Stdio::piped()).output().expect("wireglass runs");
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).starts_with("wireglass: the output cannot be written: "), "{}", text(&output.stderr));
}

#[test]
fn filters_say_where_they_are_wrong_and_what_is_left() {
    for arguments in [
        ["flows", "-Y", "tcp.port == ", HTTP],
        ["flows", "-f", "port (", HTTP],
        ["tcpdump", "-f", "port (", HTTP],
        ["explain", "--display", "ip.addr == 300.1.1.1", "--json"],
    ] {
        if arguments[0] == "explain" {
            let told = answer(&arguments);
            assert_eq!(told["verdict"], "Invalid");
            continue;
        }
        let output = run(&arguments);
        let lines: Vec<&str> = text(&output.stderr).lines().collect();
        assert_eq!((output.status.code(), text(&output.stdout)), (Some(2), ""), "{arguments:?}");
        let [message, filter, place] = lines.as_slice() else { panic!("{arguments:?}: {lines:?}") };
        assert!(
            message.starts_with("wireglass: ") && filter.trim_end().ends_with(arguments[2].trim_end()),
            "{lines:?}"
        );
        assert!(place.ends_with('^') && place.trim_start().chars().all(|c| c == '^'), "{lines:?}");
    }
    for arguments in [["summary", "-Y", "frame.number > 9999", HTTP], ["tcpdump", "-f", "sctp", HTTP]] {
        let output = run(&arguments);
        assert_eq!(output.status.code(), Some(0), "{arguments:?}");
        assert_eq!(text(&output.stderr).trim_end(), format!("no packet matches {}", arguments[2]));
    }
    let packets = |arguments: &[&str]| text(&run(arguments).stdout).lines().count();
    let by_both = [packets(&["tcpdump", "-f", "udp", HTTP]), packets(&["tcpdump", "-Y", "udp", HTTP])];
    let all = answer(&["packets", "--json", "--limit", "0", "-f", "udp", HTTP]);
    assert_eq!((by_both[0], all["total"].as_u64()), (by_both[1], Some(by_both[0] as u64)));
    assert!(by_both[0] > 0);
    let output = run(&["explain", "tcp.port == 443 && http"]);
    for part in ["display filter", "all of these hold", "  http", "tcp.port", "Hypertext Transfer Protocol"] {
        assert!(text(&output.stdout).contains(part), "{part}: {}", text(&output.stdout));
    }
}

#[test]
fn unwanted_protocols_are_judged_by_a_list() {
    const MAIL: &str = "tests/captures/mail/capture.pcap";
    let said = run(&["unwanted", MAIL]);
    let said = text(&said.stdout).to_owned();
    assert!(said.contains("A login in plain text") && said.contains("password \u{2022}"), "{said}");
    assert!(said.contains("  See: packets ") && !said.contains("az network"), "{said}");
    assert!(text(&run(&["unwanted", "--commands", MAIL]).stdout).contains("az network nsg rule create"));
    assert!(text(&run(&["unwanted", HTTP]).stdout).starts_with("Nothing unwanted in "));
    let list = Made::new("allow.txt", b"dns\nno such thing\n");
    let output = run(&["unwanted", "--allow", list.path(), "--quiet", HTTP]);
    assert!(text(&output.stdout).contains("HTTP"), "{}", text(&output.stdout));
    assert!(text(&output.stderr).contains("line 2 of the list"), "{}", text(&output.stderr));
    assert!(answer(&["unwanted", "--preset", "web-server", "--json", HTTP])["findings"].is_array());
    assert!(text(&run(&["unwanted", "--show-list", "--preset", "cloud-vm"]).stdout).contains("168.63.129.16"));
    assert_eq!(run(&["unwanted", "--preset", "nonsense", HTTP]).status.code(), Some(2));
    assert_eq!(run(&["unwanted", "--allow", "/nowhere", HTTP]).status.code(), Some(2));
}

#[test]
fn reports_are_written() {
    let report = Made::new("report.md", b"");
    let done = run(&["report", "--quiet", HTTP, "-o", report.path(), "--sections", "file,flows"]);
    assert!(done.status.success(), "{}", text(&done.stderr));
    let written = std::fs::read_to_string(report.path()).expect("the report");
    assert!(written.starts_with("# Report on capture.pcap\n") && written.contains("## Largest flows"), "{written}");
    assert!(!written.contains("## Overview") && written.contains("192.0.2.10"));
    let html = run(&["report", HTTP]);
    assert!(text(&html.stdout).starts_with("<!doctype html>"));
    let hidden = run(&["report", "--markdown", "--pseudonyms", HTTP]);
    let hidden = text(&hidden.stdout);
    assert!(!hidden.contains("192.0.2.10") && !hidden.contains("capture.pcap"), "{hidden}");
    assert_eq!(run(&["report", "--sections", "nonsense", HTTP]).status.code(), Some(2));
}

#[test]
fn clocks_are_shifted_exactly() {
    let first = Made::new("shift-a.pcap", &capture([(1, 2), (3, 4)]));
    let second = Made::new("shift-b.pcap", &capture([(5, 6)]));
    let ports = |arguments: &[&str]| -> Vec<u64> {
        let mut all = vec!["packets", "--json", "-q"];
        all.extend(arguments);
        let rows = answer(&[&all[..], &[first.path(), second.path()]].concat())["rows"].take();
        rows.as_array()
            .expect("rows")
            .iter()
            .map(|row| row["info"].as_str().and_then(|i| i.split(' ').next()?.parse().ok()).expect("a port"))
            .collect()
    };
    assert_eq!(ports(&["--shift", "2=0.0005"]), [1, 5, 3]);
    assert_eq!(ports(&["--shift", "2=-1"]), [5, 1, 3]);
    assert_eq!(ports(&["--shift", "2=1", "--shift", "1=2.5"]), [5, 1, 3]);
    // Of a single file, and of packets printed while it is read.
    let starts = |arguments: &[&str]| {
        let output = run(&[arguments, &[first.path()]].concat());
        assert!(output.status.success(), "{arguments:?}: {}", text(&output.stderr));
        text(&output.stdout).split_whitespace().next().expect("a time").to_owned()
    };
    assert_eq!(starts(&["tcpdump", "-tt"]), "1600000000.000000");
    assert_eq!(starts(&["tcpdump", "-tt", "--shift", "-0.25"]), "1599999999.750000");
    let epoch = |arguments: &[&str]| {
        answer(
            &[&["packets", "--json", "-q", "-Y", "frame.time_epoch == 1600003600"], arguments, &[first.path()]]
                .concat(),
        )["total"]
            .as_u64()
    };
    assert_eq!((epoch(&["--shift", "3600"]), epoch(&["--shift", "1=3599"])), (Some(1), Some(0)));
    // A file that is not there, and no number.
    for wrong in ["2=1", "x"] {
        assert_eq!(run(&["packets", "--shift", wrong, first.path()]).status.code(), Some(2), "{wrong}");
    }
}
