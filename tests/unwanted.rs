//! Unwanted protocols: what must be found, and what must not, in captures of real programs and in ones written down here.
mod support;

use std::net::Ipv4Addr;
use support::{Capture, ask, captures, read};
use wireglass::api::{Severity, Unwanted, UnwantedAnswer, UnwantedFinding, UnwantedKind, Way};

/// A capture of raw IPv4 packets, made packet by packet.
struct Made {
    file: Vec<u8>,
    time: u32,
}

type End = (&'static str, u16);

impl Made {
    fn new() -> Self {
        let words = [0xa1b2_c3d4_u32, 0x0004_0002, 0, 0, 65_535, 101];
        Self { file: words.into_iter().flat_map(u32::to_le_bytes).collect(), time: 0 }
    }

    fn packet(&mut self, from: End, to: End, transport: u8, header: &[u8], payload: &[u8]) {
        let address = |end: End| end.0.parse::<Ipv4Addr>().expect("an address").octets();
        let length = 20 + 4 + header.len() + payload.len();
        let mut packet = vec![0x45, 0];
        packet.extend((length as u16).to_be_bytes());
        packet.extend([0, 0, 0x40, 0, 64, transport, 0, 0]);
        packet.extend(address(from).into_iter().chain(address(to)));
        packet.extend(from.1.to_be_bytes().into_iter().chain(to.1.to_be_bytes()));
        packet.extend(header);
        packet.extend(payload);
        self.time += 1;
        for word in [1_700_000_000, self.time * 1000, packet.len() as u32, packet.len() as u32] {
            self.file.extend(word.to_le_bytes());
        }
        self.file.extend(packet);
    }

    fn segment(&mut self, from: End, to: End, numbers: (u32, u32), flags: u8, payload: &[u8]) {
        let mut header = Vec::new();
        header.extend(numbers.0.to_be_bytes());
        header.extend(numbers.1.to_be_bytes());
        header.extend([0x50, flags, 0x20, 0, 0, 0, 0, 0]);
        self.packet(from, to, 6, &header, payload);
    }

    /// A connection: `>` before what the client says, `<` before what the server says.
    fn talk(mut self, client: End, server: End, said: &[&str]) -> Self {
        let [mut ours, mut theirs] = [1001_u32, 5001];
        self.segment(client, server, (ours - 1, 0), 0x02, b"");
        self.segment(server, client, (theirs - 1, ours), 0x12, b"");
        self.segment(client, server, (ours, theirs), 0x10, b"");
        for text in said {
            let (by, bytes) = text.split_at(1);
            match by {
                ">" => {
                    self.segment(client, server, (ours, theirs), 0x18, bytes.as_bytes());
                    ours += bytes.len() as u32;
                }
                "<" => {
                    self.segment(server, client, (theirs, ours), 0x18, bytes.as_bytes());
                    theirs += bytes.len() as u32;
                }
                other => panic!("{other} is neither > nor <"),
            }
        }
        self
    }

    /// A SYN, and what answers it.
    fn knock(mut self, client: End, server: End, answer: Option<u8>) -> Self {
        self.segment(client, server, (1000, 0), 0x02, b"");
        if let Some(flags) = answer {
            self.segment(server, client, (5000, 1001), flags, b"");
        }
        self
    }

    fn datagram(mut self, from: End, to: End, payload: &[u8]) -> Self {
        let length = (8 + payload.len()) as u16;
        let header: Vec<u8> = length.to_be_bytes().into_iter().chain([0, 0]).collect();
        self.packet(from, to, 17, &header, payload);
        self
    }

    fn ask(&self, us: &str, allow: &str) -> UnwantedAnswer {
        let (mut session, error) = read(&self.file);
        assert_eq!(error, None);
        session.set_local(&[us.to_owned()]);
        ask(&mut session, &self.file, Unwanted { allow: allow.to_owned(), read: 1000 })
    }

    fn found(&self, us: &str) -> Vec<(UnwantedKind, Severity)> {
        self.ask(us, "").findings.iter().map(|finding| (finding.kind, finding.severity)).collect()
    }
}

const US: &str = "10.0.0.4";
const NEAR: &str = "10.0.0.9";
const FAR: &str = "203.0.113.7";

fn one(answer: &UnwantedAnswer) -> &UnwantedFinding {
    assert_eq!(answer.findings.len(), 1, "{answer:#?}");
    &answer.findings[0]
}

#[test]
fn a_login_in_plain_text_is_told_without_its_secret() {
    let ftp = ["<220 FTP ready\r\n", ">USER ada\r\n", "<331 go on\r\n", ">PASS geheim7\r\n", "<230 in\r\n"];
    let answer = Made::new().talk((US, 50_000), (FAR, 21), &ftp).ask(US, "");
    let finding = one(&answer);
    assert_eq!((finding.kind, finding.severity), (UnwantedKind::PlainLogin, Severity::Error));
    assert_eq!((finding.protocol.as_str(), finding.address.as_str(), finding.port), ("ftp", FAR, Some(21)));
    assert_eq!((finding.logins[0].user.as_str(), finding.logins[0].packet), ("ada", 7));
    assert_eq!((finding.evidence.as_slice(), finding.way), ([7].as_slice(), Way::Out));
    assert_eq!(finding.filter, format!("ip.addr == {FAR} && tcp.port == 21 && ftp"));
    assert!(!serde_json::to_string(&answer).expect("JSON").contains("geheim"), "{answer:#?}");
    // Inside one's own network it is less grave; with nobody's password it is none.
    let near = Made::new().talk((US, 50_000), (NEAR, 21), &ftp);
    assert_eq!(near.found(US), [(UnwantedKind::PlainLogin, Severity::Warning)]);
    let anybody = ["<220 FTP ready\r\n", ">USER anonymous\r\n", ">PASS a@b\r\n", "<230 in\r\n"];
    assert_eq!(
        Made::new().talk((US, 50_000), (NEAR, 21), &anybody).found(US),
        [(UnwantedKind::PlainLogin, Severity::Note)]
    );
    let none = ["<220 FTP ready\r\n", ">USER ada\r\n", "<331 go on\r\n", ">QUIT\r\n"];
    assert_eq!(Made::new().talk((US, 50_000), (NEAR, 21), &none).found(US), []);
}

#[test]
fn logins_of_pages_and_of_remote_shells() {
    let basic = [
        ">GET / HTTP/1.1\r\nHost: x\r\nAuthorization: Basic YWRhOmdlaGVpbQ==\r\n\r\n",
        "<HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
    ];
    let answer = Made::new().talk((US, 50_000), (NEAR, 80), &basic).ask(US, "");
    assert_eq!((one(&answer).kind, one(&answer).logins[0].user.as_str()), (UnwantedKind::PlainLogin, "ada"));
    let page = [">GET /login?next=1 HTTP/1.1\r\nHost: x\r\n\r\n", "<HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"];
    assert_eq!(Made::new().talk((US, 50_000), (NEAR, 80), &page).found(US), []);
    let telnet = ["<\u{0}login: ", ">ada\r\n", "<Password: ", ">geheim\r\n"];
    let found = Made::new().talk((US, 50_000), (NEAR, 23), &telnet).found(US);
    assert_eq!(found, [(UnwantedKind::PlainLogin, Severity::Warning), (UnwantedKind::Outside, Severity::Warning)]);
}

#[test]
fn only_what_answers_the_internet_is_open_to_it() {
    let ssh = ["<SSH-2.0-OpenSSH_9.2\r\n", ">SSH-2.0-OpenSSH_9.9\r\n"];
    let answer = Made::new().talk((FAR, 40_000), (US, 22), &ssh).ask(US, "");
    let finding = one(&answer);
    assert_eq!((finding.kind, finding.severity, finding.way), (UnwantedKind::Exposed, Severity::Warning, Way::In));
    let azure = &finding.blocks.iter().find(|block| block.tool == "Azure").expect("Azure").text;
    assert!(
        azure.contains("--direction Inbound --access Deny --protocol Tcp --source-address-prefixes Internet"),
        "{azure}"
    );
    assert!(azure.ends_with(&format!("--destination-address-prefixes {US} --destination-port-ranges 22")), "{azure}");
    let windows = &finding.blocks.iter().find(|block| block.tool == "Windows").expect("Windows").text;
    assert!(
        windows.ends_with("-Direction Inbound -Action Block -Protocol TCP -LocalPort 22 -RemoteAddress Internet"),
        "{windows}"
    );
    // From one's own network, and a service of somebody else, are no matter of ours.
    assert_eq!(Made::new().talk((NEAR, 40_000), (US, 22), &ssh).found(US), []);
    assert_eq!(Made::new().talk((US, 40_000), (FAR, 22), &ssh).found(US), []);
    // A port that answers is open, whatever would be spoken there; one that is silent or refuses is not.
    let knock = |answer| Made::new().knock((FAR, 40_000), (US, 3389), answer).found(US);
    assert_eq!(knock(Some(0x12)), [(UnwantedKind::Exposed, Severity::Error)]);
    assert_eq!((knock(None), knock(Some(0x14))), (vec![], vec![]));
    // Who says with whom it may be, knows.
    let made = Made::new().talk((FAR, 40_000), (US, 22), &ssh);
    assert_eq!(made.ask(US, "ssh 22 in with any").findings, []);
    assert_eq!(made.ask(US, "ssh 22 in with 203.0.113.0/24").findings, []);
    assert_eq!(made.ask(US, "ssh 22 in").findings.len(), 1);
}

#[test]
fn content_at_an_unusual_port() {
    let ssh = ["<SSH-2.0-OpenSSH_9.2\r\n", ">SSH-2.0-OpenSSH_9.9\r\n"];
    let page = [">GET / HTTP/1.1\r\nHost: x\r\n\r\n", "<HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"];
    let at = |port, said| Made::new().talk((US, 50_000), (NEAR, port), said).found(US);
    assert_eq!(at(443, &ssh), [(UnwantedKind::UnusualPort, Severity::Error)]);
    assert_eq!(at(2222, &ssh), [(UnwantedKind::UnusualPort, Severity::Note)]);
    assert_eq!(at(22, &ssh), []);
    assert_eq!(at(8081, &page), [(UnwantedKind::UnusualPort, Severity::Note)]);
    assert_eq!((at(80, &page), at(8080, &page)), (vec![], vec![]));
    let made = Made::new().talk((US, 50_000), (NEAR, 2222), &ssh);
    assert_eq!(made.ask(US, "ssh 22,2222 out").findings, []);
    assert_eq!(one(&made.ask(US, "ssh 22 out")).kind, UnwantedKind::Outside);
}

#[test]
fn mining_and_trackers_are_known_by_what_they_say() {
    let stratum =
        [">{\"id\":1,\"method\":\"mining.subscribe\",\"params\":[\"cpuminer\"]}\n", "<{\"id\":1,\"result\":[]}\n"];
    let answer = Made::new().talk((US, 50_000), (FAR, 3333), &stratum).ask(US, "");
    assert_eq!((one(&answer).kind, one(&answer).severity), (UnwantedKind::Mining, Severity::Error));
    let rpc = [">{\"id\":1,\"method\":\"sum\",\"params\":[1]}\n", "<{\"id\":1,\"result\":1}\n"];
    assert_eq!(Made::new().talk((US, 50_000), (FAR, 3333), &rpc).found(US), []);
    let announce = [
        ">GET /announce?info_hash=%01%02&peer_id=x&port=6881 HTTP/1.1\r\nHost: t\r\n\r\n",
        "<HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
    ];
    let answer = Made::new().talk((US, 50_000), (FAR, 80), &announce).ask(US, "");
    assert_eq!((one(&answer).kind, one(&answer).protocol.as_str()), (UnwantedKind::PeerToPeer, "bittorrent"));
    assert!(one(&answer).filter.contains("info_hash"), "{}", one(&answer).filter);
    let udp = b"\0\0\x04\x17\x27\x10\x19\x80\0\0\0\0\x01\x02\x03\x04";
    let made = Made::new().datagram((US, 50_000), (FAR, 6969), udp);
    assert_eq!(made.found(US), [(UnwantedKind::PeerToPeer, Severity::Error)]);
    assert_eq!(made.ask(US, "bittorrent\ndata").findings, []);
}

#[test]
fn names_asked_past_ones_own_resolver() {
    let question = b"\x12\x34\x01\0\0\x01\0\0\0\0\0\0\x03www\x07example\0\0\x01\0\x01";
    let mut reply = question.to_vec();
    reply[2] = 0x81;
    let near = |made: Made| made.datagram((US, 5000), (NEAR, 53), question).datagram((NEAR, 53), (US, 5000), &reply);
    let far = |made: Made| made.datagram((US, 5001), (FAR, 53), question).datagram((FAR, 53), (US, 5001), &reply);
    assert_eq!(far(near(Made::new())).found(US), [(UnwantedKind::ForeignDns, Severity::Note)]);
    // Who has no resolver in its network asks those of the internet.
    assert_eq!((far(Made::new()).found(US), near(Made::new()).found(US)), (vec![], vec![]));
    // A resolver asks others for its clients.
    let resolver =
        far(near(Made::new())).datagram((NEAR, 5002), (US, 53), question).datagram((US, 53), (NEAR, 5002), &reply);
    assert_eq!(resolver.found(US), []);
}

#[test]
fn lists_decide() {
    let snmp = b"\x30\x26\x02\x01\x01\x04\x06public\xa0\x19\x02\x01\x01\x02\x01\0\x02\x01\0\x30\x0e\x30\x0c\x06\x08\x2b\x06\x01\x02\x01\x01\x05\0\x05\0";
    let made = Made::new().datagram((US, 5000), (NEAR, 161), snmp);
    let answer = made.ask(US, "");
    assert_eq!((one(&answer).kind, one(&answer).protocol.as_str()), (UnwantedKind::PlainLogin, "snmp"));
    assert!(!serde_json::to_string(&answer).expect("JSON").contains("public"));
    let kinds = |allow: &str| made.ask(US, allow).findings.iter().map(|finding| finding.kind).collect::<Vec<_>>();
    assert_eq!(kinds("tls"), [UnwantedKind::PlainLogin, UnwantedKind::Outside]);
    assert_eq!(kinds("snmp in"), [UnwantedKind::PlainLogin, UnwantedKind::Outside]);
    assert_eq!(kinds("* out"), [UnwantedKind::PlainLogin]);
    let wrong = made.ask(US, "# nothing\nnonsense\n* out").wrong;
    assert_eq!((wrong.len(), wrong[0].line), (1, 2));
}

fn case(name: &str) -> Capture {
    captures()
        .into_iter()
        .find(|capture| {
            capture.name == format!("{name}/capture.pcap") || capture.name == format!("{name}/capture.pcapng")
        })
        .expect("a test capture")
}

fn of(name: &str) -> UnwantedAnswer {
    let capture = case(name);
    let (mut session, _) = read(&capture.bytes);
    let some = Unwanted { read: 100, ..Unwanted::default() };
    let mut answer = ask(&mut session, &capture.bytes, some.clone());
    while answer.unread > 0 {
        let before = answer.unread;
        answer = ask(&mut session, &capture.bytes, some.clone());
        assert!(answer.unread < before, "reading goes on");
    }
    answer
}

fn kinds(name: &str) -> Vec<(UnwantedKind, String)> {
    of(name).findings.into_iter().map(|finding| (finding.kind, finding.protocol)).collect()
}

#[test]
fn real_programs_that_do_it() {
    let sample = kinds("sample");
    assert!(sample.contains(&(UnwantedKind::PeerToPeer, "bittorrent".into())), "{sample:?}");
    assert!(sample.contains(&(UnwantedKind::Exposed, "ssh".into())), "{sample:?}");
    let mail = kinds("mail");
    for protocol in ["pop", "imap"] {
        assert!(mail.contains(&(UnwantedKind::PlainLogin, protocol.into())), "{mail:?}");
    }
    for (name, protocol) in [("redis", "resp"), ("mysql", "mysql"), ("postgres", "pgsql")] {
        let found = kinds(name);
        assert!(found.contains(&(UnwantedKind::Exposed, protocol.into())), "{name}: {found:?}");
        // Their passwords are hashed.
        assert!(!found.iter().any(|(kind, _)| *kind == UnwantedKind::PlainLogin), "{name}: {found:?}");
    }
    assert!(kinds("tls").contains(&(UnwantedKind::UnusualPort, "tls".into())));
}

#[test]
fn real_programs_that_do_not() {
    for name in ["http", "dns", "quic", "icmp", "dhcp", "multicast", "fragments", "loss", "sctp"] {
        let answer = of(name);
        assert_eq!(answer.findings, [], "{name}");
        assert!(answer.summary.starts_with("Nothing unwanted in "), "{name}: {}", answer.summary);
    }
}

/// The secrets of the captures' own making are nowhere in what is told of them.
#[test]
fn no_secret_is_told() {
    for capture in captures() {
        let (mut session, _) = read(&capture.bytes);
        let told = serde_json::to_string(&ask(&mut session, &capture.bytes, Unwanted::default())).expect("JSON");
        for secret in ["hunter2", "s3cret", "geheim", "secret"] {
            assert!(!told.contains(secret), "{}: {secret}", capture.name);
        }
    }
}

/// Filters that findings come with select packets.
#[test]
fn filters_show_what_was_found() {
    for capture in captures() {
        let (mut session, _) = read(&capture.bytes);
        for finding in ask(&mut session, &capture.bytes, Unwanted::default()).findings {
            let filter = wireglass::api::Filter { text: finding.filter.clone(), ..Default::default() };
            let progress = session.filter(&filter, &mut capture.bytes.as_slice(), u32::MAX);
            let progress =
                progress.unwrap_or_else(|failure| panic!("{}: {}: {}", capture.name, finding.filter, failure.message));
            assert!(progress.matched > 0, "{}: {} selects nothing: {}", capture.name, finding.filter, finding.sentence);
            assert!(!finding.evidence.is_empty() && !finding.blocks.is_empty(), "{}: {finding:?}", capture.name);
        }
    }
}
