//! Capture filters as libpcap's own tests have them (`corpus/peer/libpcap` of the shared folder): what matches in its captures, what must
//! be refused, what must compile. They cannot be part of this repository, so that these tests pass without them.
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use wireglass::engine::capture::Reader;
use wireglass::engine::filter::capture::Filter;

/// The share of expressions that must compile, without asking whether anything can match (some of them never do).
const COMPILED: f64 = 0.995;

/// What is not as there, and why.
const APART: [(&str, &str); 7] = [
    ("rfc1051_ip", "libpcap 1.10.3 says otherwise, which the corpus follows"),
    ("wlan_subtype_ack_PPI", "libpcap 1.10.3 refuses 802.11 types on PPI, and so does the corpus"),
    ("gateway_eth_ipv4_ipv6", "names of hosts are not looked up"),
    ("gateway_eth_ipv4_noipv6", "names of hosts are not looked up"),
    ("ip_gateway_eth_ipv4_ipv6", "names of hosts are not looked up"),
    ("arp_gateway_eth_ipv4_ipv6", "names of hosts are not looked up"),
    ("protochain_disabled", "is about a libpcap that was built without it"),
];

fn folder() -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared");
    let shared = std::env::var_os("WIREGLASS_SHARED").map_or_else(beside, PathBuf::from);
    let folder = shared.join("corpus/peer/libpcap");
    if !folder.is_dir() {
        println!("skipped: {} is not there", folder.display());
        return None;
    }
    Some(folder)
}

fn read<T: for<'de> Deserialize<'de>>(folder: &Path, name: &str) -> Vec<T> {
    let text = fs::read_to_string(folder.join(name)).expect("a suite");
    serde_json::from_str(&text).expect("its cases")
}

fn is_apart(name: &str) -> bool {
    APART.iter().any(|(apart, _)| *apart == name)
}

/// `LINKTYPE_` numbers by the names of DLTs.
fn link(name: &str) -> u16 {
    let known: BTreeMap<&str, u16> = "NULL 0 EN10MB 1 IEEE802 6 ARCNET 7 SLIP 8 PPP 9 FDDI 10 PPP_SERIAL 50 PPP_ETHER 51 \
        SYMANTEC_FIREWALL 99 ATM_RFC1483 100 RAW 101 SLIP_BSDOS 102 PPP_BSDOS 103 C_HDLC 104 IEEE802_11 105 ATM_CLIP 106 FRELAY 107 \
        LOOP 108 ENC 109 LINUX_SLL 113 LTALK 114 PFLOG 117 PRISM_HEADER 119 IP_OVER_FC 122 SUNATM 123 IEEE802_11_RADIO 127 \
        ARCNET_LINUX 129 APPLE_IP_OVER_IEEE1394 138 MTP2 140 IEEE802_11_RADIO_AVS 163 BACNET_MS_TP 165 PPP_PPPD 166 PPI 192 IPNET 226 \
        IPV4 228 IPV6 229 LINUX_SLL2 276 DSA_TAG_BRCM 281 DSA_TAG_DSA 284"
        .split_whitespace()
        .collect::<Vec<_>>()
        .chunks(2)
        .map(|pair| (pair[0], pair[1].parse().expect("a number")))
        .collect();
    *known.get(name).unwrap_or_else(|| panic!("{name}: which link type is that?"))
}

#[derive(Deserialize)]
struct Applied {
    name: String,
    savefile: String,
    expr: String,
    /// How many bytes of each packet match, which is all or nothing.
    results: String,
}

#[test]
fn filters_match_what_libpcap_says() {
    let Some(folder) = folder() else { return };
    let mut wrong = Vec::new();
    let cases: Vec<Applied> = read(&folder, "filter_apply.open.json");
    assert!(cases.len() > 80, "only {} cases", cases.len());
    for case in &cases {
        let bytes = fs::read(folder.join("savefiles").join(&case.savefile)).expect("a capture");
        let mut packets = Vec::new();
        let mut reader = Reader::new();
        reader.feed(&bytes, |record| packets.push((record.bytes.to_vec(), record.wire_len))).expect("records");
        reader.finish().expect("an end");
        let link = reader.interfaces().first().expect("an interface").link;
        let expected: Vec<bool> = case.results.split(',').map(|result| result.trim() != "0").collect();
        let found: Vec<bool> = match Filter::compile(&case.expr, link, 0) {
            Ok(filter) => packets.iter().map(|(bytes, wire_len)| filter.matches(bytes, *wire_len)).collect(),
            // What can match no packet is refused, but matches none either.
            Err(refused) if refused.message.starts_with("expression rejects all") => vec![false; packets.len()],
            Err(refused) => {
                wrong.push(format!("{}: `{}`: {}", case.name, case.expr, refused.message));
                continue;
            }
        };
        if found.iter().ne(expected.iter().take(found.len())) || found.len() != expected.len() {
            wrong.push(format!("{}: `{}` on {}: {found:?}, not {expected:?}", case.name, case.expr, case.savefile));
        }
    }
    wrong.retain(|text| !is_apart(text.split(':').next().unwrap_or_default()));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[derive(Deserialize)]
struct Refused {
    name: String,
    dlt: Option<String>,
    expr: Option<String>,
    errstr: Option<String>,
}

#[test]
fn filters_are_refused_as_by_libpcap() {
    let Some(folder) = folder() else { return };
    let mut wrong = Vec::new();
    for case in read::<Refused>(&folder, "filter_reject.open.json") {
        let (Some(dlt), Some(expr)) = (&case.dlt, &case.expr) else { continue };
        // No file knows its network's mask, which is taken for 0; these two are about one that is not known.
        if is_apart(&case.name) || case.name.starts_with("ip_broadcast_") {
            continue;
        }
        match (Filter::compile(expr, link(dlt), 0), &case.errstr) {
            (Ok(_), _) => wrong.push(format!("{}: `{expr}` is taken", case.name)),
            (Err(refused), Some(words)) if !refused.message.contains(&words.replace("\\'", "'")) => {
                println!("{}: `{expr}`: {:?}, libpcap says {words:?}", case.name, refused.message);
            }
            _ => {}
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[derive(Deserialize)]
struct Compiled {
    name: String,
    dlt: String,
    exprs: Vec<String>,
    /// Needs names of hosts, or another system.
    skip: bool,
}

#[test]
fn filters_compile_as_by_libpcap() {
    let Some(folder) = folder() else { return };
    let mut cases: Vec<Compiled> = read(&folder, "filter_expressions.open.json");
    // The first is a command to libpcap's test program.
    cases.retain(|case| !case.skip && case.name != "bpf_image");
    let mut wrong = Vec::new();
    for case in &cases {
        let link = link(&case.dlt);
        let mut programs = Vec::new();
        let mut refused = None;
        for expr in &case.exprs {
            match Filter::as_written(expr, link) {
                Ok(written) => programs.push(Filter::compile(expr, link, 0).unwrap_or(written)),
                Err(why) => refused = Some(format!("{} on {}: `{expr}`: {}", case.name, case.dlt, why.message)),
            }
        }
        // Several texts of one case mean the same.
        let differs = programs.windows(2).any(|pair| pair[0] != pair[1]);
        wrong.extend(refused.or(differs.then(|| format!("{} on {}: {:?} differ", case.name, case.dlt, case.exprs))));
    }
    let share = 1.0 - wrong.len() as f64 / cases.len() as f64;
    println!("{share:.4} of {}\n{}", cases.len(), wrong.join("\n"));
    assert!(share >= COMPILED, "only {share:.4}:\n{}", wrong.join("\n"));
}
