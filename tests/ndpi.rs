//! What nDPI said about captures of its own: a flow's application is the same here. Its answers (`corpus/peer/ndpi` of the shared
//! folder) cannot be part of this repository, so that the test passes without them.
mod support;

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use support::{ask, read};
use wireglass::api::Flows;

/// The share of flows that must have the same name.
const FLOOR: f64 = 0.90;

/// nDPI's names of the protocols that we read, and ours for them. Its second name (`TLS.Google`) tells whose service it is.
const NAMES: &[(&str, &[&str])] = &[
    ("AMQP", &["AMQP"]),
    ("BGP", &["BGP"]),
    ("BITCOIN", &["Bitcoin"]),
    ("BitTorrent", &["BitTorrent", "BT-DHT", "BT-uTP", "LSD"]),
    ("COAP", &["CoAP"]),
    ("DHCP", &["DHCP"]),
    ("DHCPV6", &["DHCPv6"]),
    ("DNS", &["DNS"]),
    ("DTLS", &["DTLS", "DTLSv1.0", "DTLSv1.2"]),
    ("Diameter", &["DIAMETER"]),
    ("Dropbox", &["DB-LSP-DISC"]),
    ("HTTP", &["HTTP"]),
    ("Jabber", &["XMPP", "XMPP/XML"]),
    ("MDNS", &["MDNS"]),
    ("MQTT", &["MQTT"]),
    ("MongoDB", &["MONGO"]),
    ("NTP", &["NTP"]),
    ("PostgreSQL", &["PGSQL"]),
    ("QUIC", &["QUIC", "HTTP3"]),
    ("RTSP", &["RTSP"]),
    ("SMTPS", &["SMTP", "TLS"]),
    ("SOCKS", &["Socks"]),
    ("SSDP", &["SSDP"]),
    ("SSH", &["SSH", "SSHv1", "SSHv2"]),
    ("Steam", &["STEAMDISCOVER"]),
    ("TLS", &["TLS", "SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"]),
    ("Usenet", &["NNTP"]),
    ("WebSocket", &["HTTP", "WebSocket"]),
];

fn shared() -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared");
    let shared = std::env::var_os("WIREGLASS_SHARED").map_or_else(beside, PathBuf::from);
    shared.join("corpus/peer/ndpi").is_dir().then_some(shared)
}

/// One flow of nDPI's list: transport, its ends in the order of text, and the protocol.
struct Theirs {
    key: (String, [String; 2]),
    name: String,
}

/// `\t1\tTCP 10.0.0.1:5 <-> 10.0.0.2:80 [proto: 7/HTTP]…`
fn flow(line: &str) -> Option<Theirs> {
    let mut columns = line.strip_prefix('\t')?.split('\t');
    columns.next()?.parse::<u32>().ok()?;
    let rest = columns.next()?;
    let (ends, after) = rest.split_once(" [proto: ")?;
    let (_, names) = after.split_once(']')?.0.split_once('/')?;
    let mut words = ends.split_whitespace();
    let (transport, one, _, other) = (words.next()?, words.next()?, words.next()?, words.next()?);
    let name = names.split('.').next()?.to_owned();
    Some(Theirs { key: key(transport, one.to_owned(), other.to_owned()), name })
}

fn key(transport: &str, one: String, other: String) -> (String, [String; 2]) {
    let mut ends = [one, other];
    ends.sort();
    (transport.to_ascii_uppercase(), ends)
}

fn end(address: &str, port: Option<u16>) -> String {
    let port = port.unwrap_or(0);
    if address.contains(':') { format!("[{address}]:{port}") } else { format!("{address}:{port}") }
}

/// Names of our applications by flow.
fn ours(capture: &Path) -> BTreeMap<(String, [String; 2]), Vec<String>> {
    let bytes = fs::read(capture).expect("a capture");
    let (mut session, _) = read(&bytes);
    let question = Flows { rows: 0..100_000, ..Flows::default() };
    let page = ask(&mut session, &bytes, question);
    let mut found: BTreeMap<_, Vec<String>> = BTreeMap::new();
    for row in page.rows {
        let ends = key(&row.transport, end(&row.client, row.client_port), end(&row.server, row.server_port));
        found.entry(ends).or_default().push(row.application);
    }
    found
}

#[test]
fn flows_speak_what_ndpi_says() {
    let Some(shared) = shared() else { return };
    let (mut right, mut all) = (0_u32, 0_u32);
    let mut wrong: BTreeMap<String, u32> = BTreeMap::new();
    let mut answers: Vec<PathBuf> = fs::read_dir(shared.join("corpus/peer/ndpi"))
        .expect("the folder")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension() == Some(OsStr::new("out")))
        .collect();
    answers.sort();
    for answer in answers {
        let name = answer.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let capture = shared.join("corpus/captures/ndpi").join(&name);
        if !capture.is_file() {
            continue;
        }
        let ours = ours(&capture);
        for theirs in fs::read_to_string(&answer).expect("text").lines().filter_map(flow) {
            let Some((_, wanted)) = NAMES.iter().find(|(name, _)| *name == theirs.name) else { continue };
            let got = ours.get(&theirs.key).map(Vec::as_slice).unwrap_or_default();
            all += 1;
            if got.iter().any(|name| wanted.contains(&name.as_str())) {
                right += 1;
            } else {
                *wrong.entry(format!("{name}: {} is {got:?} here ({:?})", theirs.name, theirs.key)).or_default() += 1;
            }
        }
    }
    let share = f64::from(right) / f64::from(all.max(1));
    let shown: Vec<String> = wrong.iter().map(|(what, count)| format!("{count} × {what}")).collect();
    println!("{right} of {all} flows as nDPI has them\n{}", shown.join("\n"));
    assert!(all > 100 && share >= FLOOR, "{right} of {all} flows as nDPI has them:\n{}", shown.join("\n"));
}
