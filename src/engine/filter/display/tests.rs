//! The language as a whole: what is understood, what is wrong and where, and that nothing makes it panic.
use super::*;
use crate::engine::dissect::{Address, Field};
use std::borrow::Cow;

/// Fields by name, each with its values.
struct Told(&'static [(&'static str, &'static [Datum<'static>])]);

impl Values for Told {
    fn of<'s>(&'s self, field: &FieldRef, into: &mut Vec<Item<'s>>) -> bool {
        if field.name == "frame.len" {
            return false;
        }
        for (_, values) in self.0.iter().filter(|(name, _)| *name == field.name) {
            into.extend((1..).zip(values.iter()).map(|(layer, value)| Item { value: value.clone(), layer }));
        }
        true
    }
}

const PACKET: Told = Told(&[
    ("tcp", &[Datum::Bytes(Cow::Borrowed(b"\x00\x50GET / HTTP"))]),
    ("tcp.port", &[Datum::Uint(80), Datum::Uint(3267)]),
    ("tcp.srcport", &[Datum::Uint(80)]),
    ("tcp.dstport", &[Datum::Uint(3267)]),
    ("tcp.flags", &[Datum::Uint(0x18)]),
    ("tcp.flags.syn", &[Datum::Uint(0)]),
    ("ip.addr", &[Datum::Ipv4(0x0a00_0005), Datum::Ipv4(0x0808_0808)]),
    ("ip.src", &[Datum::Ipv4(0x0a00_0005)]),
    ("eth.dst", &[Datum::Ether([0, 0x50, 0x56, 1, 2, 3])]),
    ("http.host", &[Datum::Text(Cow::Borrowed("www.Example.com"))]),
    ("frame.time_delta", &[Datum::Nanos(500_000_000)]),
    ("ntp.precision", &[Datum::Int(-11)]),
]);

fn decide(text: &str) -> Option<bool> {
    Filter::parse(text).unwrap_or_else(|wrong| panic!("{text}: {wrong:?}")).decide(&PACKET)
}

#[test]
fn filters_match_as_in_wireshark() {
    for text in [
        "",
        "tcp",
        "tcp.port == 80",
        "tcp.port != 443",
        "tcp.port !== 80",
        "any tcp.port > 1024",
        "not all tcp.port > 1024",
        "tcp.port in {443, 80..90}",
        "tcp.port not in {443}",
        "tcp.flags & 0x08",
        "tcp.flags & 0x0f == 8",
        "tcp.flags.syn",
        "ip.addr == 10.0.0.0/8",
        "ip.src[0:2] == 0a:00",
        "eth.dst[0:3] == 00:50:56",
        "eth.dst[-1] == 3",
        "eth.dst[0,2] == 00:56",
        "http.host contains \"Example\"",
        "http.host matches \"example[.]COM$\"",
        "lower(http.host) == \"www.example.com\"",
        "http.host[0:3] == \"www\"",
        "len(http.host) == 15",
        "count(tcp.port) == 2",
        "max(tcp.srcport, 100) == 100",
        "tcp contains \"GET\"",
        "tcp.srcport + 3187 == tcp.dstport",
        "tcp.srcport * {1 + 1} == 160",
        "tcp.dstport % 2 == 1",
        "frame.time_delta > 0.4",
        "frame.time_delta in {-1 .. 0.5}",
        "ntp.precision > -12",
        "-12 < ntp.precision < -2",
        "80 == tcp.srcport",
        "ip.addr#2 == 8.8.8.8",
        "ip.addr#[-1] == 8.8.8.8",
        "tcp xor udp",
        "tcp && !udp || arp",
        "tcp.port == 'P'",
        "tcp.port == 0x50",
        "tcp.srcport == 0120",
        "tcp.srcport == 0b1010000",
        "ip_rfc1918(ip.src)",
        "$private_ipv4(ip.src)",
        "${private_ipv4:ip.src}",
        "frame.len > 10 or tcp",
        "string(ip.src) == \"10.0.0.5\"",
        "abs(ntp.precision) == 11",
        "tcp.flags.syn == \"Not set\"",
        "tcp.flags.syn == False",
    ] {
        assert_eq!(decide(text), Some(true), "{text}");
    }
    for text in [
        "udp",
        "tcp.port != 80",
        "tcp.port === 80",
        "all tcp.port > 1024",
        "ip.addr != 10.0.0.0/8",
        "udp.port != 53",
        "all udp.port > 1",
        "tcp.port in {443}",
        "ip.addr#3",
        "frame.len > 10 and udp",
        "tcp.port == -1",
        "tcp.srcport / 0 == 1",
        "eth.dst[6]",
        "not tcp",
        "tcp.stream == ${tcp.stream}",
        "http.host matches \"^example\"",
        "tcp.flags & 0x02",
    ] {
        assert_eq!(decide(text), Some(false), "{text}");
    }
    for text in
        ["frame.len > 10", "frame.len > 10 and tcp", "not frame.len == 1", "frame.len > 1 xor tcp", "frame.len in {1}"]
    {
        assert_eq!(decide(text), None, "{text}");
    }
}

#[test]
fn mistakes_are_underlined_and_told() {
    for (text, at, word) in [
        ("tcp.prot == 80", 0..8, "tcp.port"),
        ("tcp.port ==", 11..11, "ends"),
        ("tcp.port == 1.2.3.4", 12..19, "not a number"),
        ("tcp.port == 70000", 12..17, "65535"),
        ("ip.addr == \"foo\"", 11..16, "quotes"),
        ("ip.addr == 1.2.3.4/33", 11..21, "0 to 32"),
        ("tcp.port contains 80", 0..8, "contains looks"),
        ("tcp.port matches \"80\"", 0..8, "matches looks"),
        ("tcp matches HEAD", 12..16, "double quotes"),
        ("ip.src == tcp.port", 10..18, "cannot be compared"),
        ("tcp.port == 68-1", 12..16, "not a number"),
        ("tcp.port in {53 5353}", 16..20, "commas"),
        ("tcp.port in 80", 12..14, "set"),
        ("123 in {tcp}", 0..3, "Only a field"),
        ("6 == 7", 0..6, "of the packet"),
        ("1 - 2", 0..5, "of the packet"),
        ("(tcp", 0..1, ")"),
        ("tcp udp", 4..7, "not expected"),
        ("tcp.flags.syn == true", 17..21, "True"),
        ("-tcp", 1..4, "sign"),
        ("frame == tcp()", 9..12, "no function"),
        ("upper(tcp.seq) == 4", 6..13, "texts"),
        ("(tcp.port) == 80", 11..13, "braces"),
        ("tcp.port[0] == 1", 0..8, "sliced"),
        ("eth.dst[3-1] == ff", 8..11, "slice"),
        ("frame.time == \"2002-12-31 13:55.3\"", 14..34, "no time"),
        ("http.host matches \"(?=a)\"", 18..25, "look-ahead"),
        ("$private_ipv4()", 0..13, "Arguments"),
        ("tcp = 1", 4..5, "=="),
        ("frame.ignored == \"Unset\"", 17..24, "not a flag"),
        ("any tcp", 0..3, "before a comparison"),
    ] {
        let wrong = Filter::parse(text).expect_err(text);
        assert_eq!(wrong.at, at, "{text}: {}", wrong.message);
        assert!(wrong.message.contains(word), "{text}: {}", wrong.message);
    }
    let doubts = |text: &str| Filter::parse(text).expect(text).doubts.len();
    assert_eq!(
        [
            doubts("frame.time > \"2024-05-06 07:08:09\""),
            doubts("frame.time > \"2024-05-06 07:08:09Z\" && frame.time < \"2024-05-06T09:00:00+0900\""),
            doubts("frame.time in {\"2024-05-06\" .. \"2024-05-07 00:00 UTC\"}"),
        ],
        [1, 0, 1]
    );
    assert_eq!(
        (doubts("tcp or udp and ip"), doubts("tcp or (udp and ip)"), doubts("bootp"), doubts("frame contains fc")),
        (1, 0, 1, 1)
    );
}

#[test]
fn deep_and_long_filters_are_bounded() {
    let deep = format!("{}tcp{}", "(".repeat(5000), ")".repeat(5000));
    assert!(Filter::parse(&deep).is_err());
    assert!(Filter::parse(&format!("{}1 == tcp.port", "-".repeat(5000))).is_err());
    assert!(Filter::parse(&format!("tcp.port == 1{}", " + 1".repeat(5000))).is_err());
    assert!(Filter::parse(&format!("{}tcp", "!".repeat(5001))).is_ok());
    let long = format!("tcp{}", " or tcp.port == 1".repeat(2000));
    assert_eq!(decide(&long), Some(true));
    assert!(Filter::parse(&" ".repeat(70_000)).is_err());
}

/// xorshift: the same numbers every time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % sides as u64) as usize
    }
}

#[test]
fn nothing_makes_the_parser_panic() {
    const WORDS: &[&str] = &[
        "tcp",
        "tcp.port",
        "ip.addr",
        "eth.dst",
        "http.host",
        "frame",
        "frame.time",
        "frame.time_delta",
        "tcp.flags.syn",
        "10.0.0.1/8",
        "fe80::1",
        "00:50:56",
        "80",
        "-1",
        "1.5",
        "0x",
        "08",
        "\"a\\n\"",
        "r\"\\d\"",
        "'x'",
        "==",
        "!=",
        "===",
        "!==",
        "~=",
        ">",
        "<=",
        "contains",
        "matches",
        "in",
        "{",
        "}",
        "..",
        ",",
        "(",
        ")",
        "[0:2]",
        "[-1]",
        "[1-]",
        "#",
        "#2",
        "@",
        "&",
        "&&",
        "||",
        "^^",
        "!",
        "and",
        "or",
        "xor",
        "not",
        "any",
        "all",
        "+",
        "-",
        "*",
        "/",
        "%",
        "len(",
        "max(",
        "upper(",
        "string(",
        "count(",
        "${tcp.port}",
        "$private_ipv4(ip.src)",
        "$",
        "é",
        "\"",
        "'",
        "\\",
        "[",
        "]",
        "_ws.col.info",
        ".fc",
        ":fc",
        "fc:",
        "2002-12-31",
        "True",
        "\t",
    ];
    const VALID: &[&str] = &[
        "tcp.port in {80, 443, 8000..8100} and not http.host matches r\"^a[0-9]+\"",
        "any ip.addr#[1-2] == ${ip.src} or max(len(tcp), count(ip.addr) * {2 + 3}) & 0xff > -12",
        "frame.time >= \"2002-12-31 13:55:31.3 +02:00\" xor eth.dst[0:3,-1] == 00:50:56:ff",
        "tcp.flags.str == \"·······AP···\" && -12 < ntp.precision < -2",
    ];
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    for round in 0..4000 {
        let text = if round % 2 == 0 {
            let words: Vec<&str> = (0..dice.roll(12) + 1).map(|_| WORDS[dice.roll(WORDS.len())]).collect();
            words.join(if dice.roll(4) == 0 { "" } else { " " })
        } else {
            let mut bytes = VALID[dice.roll(VALID.len())].as_bytes().to_vec();
            for _ in 0..=dice.roll(4) {
                let at = dice.roll(bytes.len());
                match dice.roll(3) {
                    0 => _ = bytes.remove(at),
                    1 => bytes[at] = dice.roll(256) as u8,
                    _ => bytes.insert(at, b"()[]{}\"'!=<>.,#$-+:/"[dice.roll(20)]),
                }
                if bytes.is_empty() {
                    break;
                }
            }
            String::from_utf8_lossy(&bytes).into_owned()
        };
        match Filter::parse(&text) {
            Ok(filter) => _ = filter.decide(&PACKET),
            Err(wrong) => {
                assert!(wrong.at.end <= text.len() && wrong.at.start <= wrong.at.end, "{text}: {wrong:?}");
                assert!(
                    text.is_char_boundary(wrong.at.start) && text.is_char_boundary(wrong.at.end),
                    "{text}: {wrong:?}"
                );
            }
        }
    }
}

#[test]
fn fields_are_told_by_address() {
    let filter = Filter::parse("ip.addr == 1.2.3.4 and len(tcp) > 1").expect("a filter");
    let names: Vec<_> = filter.fields().iter().map(|field| field.name).collect();
    assert_eq!(names, ["ip.addr", "tcp"]);
    let Named::Fields(fields) = &filter.fields()[0].names else { panic!("fields") };
    let names: Vec<_> = fields.iter().map(|field: &&'static Field| field.name()).collect();
    assert_eq!(names, ["ip.src", "ip.dst"]);
    assert_eq!(of_address(&Address::ipv4([1, 2, 3, 4])), Datum::Ipv4(0x0102_0304));
}
