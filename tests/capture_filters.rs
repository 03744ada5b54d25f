//! Capture filters as libpcap's own tests have them (`corpus/peer/libpcap` of the shared folder): what matches in its captures, what must
//! be refused, what must compile. They cannot be part of this repository, so that these tests pass without them.
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use wireglass::engine::capture::Reader;
use wireglass::engine::filter::capture::{Filter, MASK_OF_FILES};

/// What is not as there, and why: each of them must really differ, and nothing else may.
const APART: [(&str, &str); 9] = [
    ("rfc1051_ip", "was taken out after libpcap 1.10.3, whose answers the corpus has"),
    ("wlan_subtype_ack_PPI", REFUSED_ON_PPI),
    ("wlan_dir_fromds_PPI", REFUSED_ON_PPI),
    ("llc_PPI", REFUSED_ON_PPI),
    ("gateway_eth_ipv4_ipv6", NO_NAMES),
    ("gateway_eth_ipv4_noipv6", NO_NAMES),
    ("ip_gateway_eth_ipv4_ipv6", NO_NAMES),
    ("arp_gateway_eth_ipv4_ipv6", NO_NAMES),
    ("protochain_disabled", "is about a libpcap built without `protochain`; all other tests are about one that has it"),
];
const REFUSED_ON_PPI: &str = "libpcap 1.10.3 refuses types of 802.11 on PPI, and so does the corpus, on the same file";
const NO_NAMES: &str =
    "needs /etc/hosts and /etc/ethers of libpcap's own machine; names are not looked up, so that it is refused";

/// What the suite writes with a variable of its own, written out: a name that belongs to nobody (RFC 6761).
const WRITTEN_OUT: [(&str, &str); 11] = [
    ("ip_net_unknown", "ip net host.invalid"),
    ("ip_dst_net_unknown", "ip dst net host.invalid"),
    ("dst_net_unknown", "dst net host.invalid"),
    ("src_or_dst_net_unknown", "src or dst net host.invalid"),
    ("arp_host_nonexistent", "arp host host.invalid"),
    ("ip_host_nonexistent", "ip host host.invalid"),
    ("decnet_host", "decnet host host.invalid"),
    ("src_gateway", "src gateway host.invalid"),
    ("dst_gateway", "dst gateway host.invalid"),
    ("mpls_and_gateway", "mpls and gateway host.invalid"),
    ("vxlan_and_gateway", "vxlan and gateway host.invalid"),
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

/// Of what differs, by name and with words: nothing that is not said above, and all of it that a suite has.
fn only_apart(differs: &[(&str, String)], suite: &[&str]) {
    let is_apart = |name: &str| APART.iter().any(|(apart, _)| *apart == name);
    let wrong: Vec<&str> =
        differs.iter().filter(|(name, _)| !is_apart(name)).map(|(_, words)| words.as_str()).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    for (name, why) in APART.iter().filter(|(name, _)| suite.contains(name)) {
        assert!(differs.iter().any(|(differing, _)| differing == name), "{name} is as there, though it {why}");
    }
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
        let found: Vec<bool> = match Filter::compile(&case.expr, link, MASK_OF_FILES) {
            Ok(filter) => packets.iter().map(|(bytes, wire_len)| filter.matches(bytes, *wire_len)).collect(),
            // What can match no packet is refused, but matches none either.
            Err(refused) if refused.message.starts_with("expression rejects all") => vec![false; packets.len()],
            Err(refused) => {
                wrong.push((case.name.as_str(), format!("{}: `{}`: {}", case.name, case.expr, refused.message)));
                continue;
            }
        };
        if found.iter().ne(expected.iter().take(found.len())) || found.len() != expected.len() {
            let words = format!("{}: `{}` on {}: {found:?}, not {expected:?}", case.name, case.expr, case.savefile);
            wrong.push((case.name.as_str(), words));
        }
    }
    only_apart(&wrong, &cases.iter().map(|case| case.name.as_str()).collect::<Vec<_>>());
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
    let cases: Vec<Refused> = read(&folder, "filter_reject.open.json");
    for case in &cases {
        let written_out = WRITTEN_OUT.iter().find(|(name, _)| *name == case.name).map(|(_, expr)| *expr);
        // The rest are about files that cannot be read.
        let Some((dlt, expr)) = case.dlt.as_deref().zip(case.expr.as_deref().or(written_out)) else {
            assert!(case.dlt.is_none(), "{}: which expression is that?", case.name);
            continue;
        };
        // The suite knows no mask unless a case says so, and no case that must be refused does.
        match (Filter::compile(expr, link(dlt), None), &case.errstr) {
            (Ok(_), _) => wrong.push((case.name.as_str(), format!("{}: `{expr}` is taken", case.name))),
            (Err(refused), Some(words)) if !refused.message.contains(&words.replace("\\'", "'")) => {
                println!("{}: `{expr}`: {:?}, libpcap says {words:?}", case.name, refused.message);
            }
            _ => {}
        }
    }
    only_apart(&wrong, &cases.iter().map(|case| case.name.as_str()).collect::<Vec<_>>());
}

#[test]
fn broadcasts_are_told_by_the_mask() {
    let bytes = |[a, b, c, d]: [u8; 4]| [&[0; 12][..], &[8, 0, 0x45], &[0; 15], &[a, b, c, d]].concat();
    let found = |netmask: Option<u32>, address| {
        let filter = Filter::compile("ip broadcast", 1, netmask).expect("a filter");
        filter.matches(&bytes(address), 34)
    };
    let class_c = Some(u32::from_be_bytes([255, 255, 255, 0]));
    assert!(
        found(class_c, [192, 168, 1, 255]) && found(class_c, [192, 168, 1, 0]) && !found(class_c, [192, 168, 1, 7])
    );
    assert!(
        found(MASK_OF_FILES, [255; 4]) && found(MASK_OF_FILES, [0; 4]) && !found(MASK_OF_FILES, [192, 168, 1, 255])
    );
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
        for expr in &case.exprs {
            // Some of them can match nothing, which is not asked here.
            match Filter::as_written(expr, link) {
                Ok(written) => programs.push(Filter::compile(expr, link, MASK_OF_FILES).unwrap_or(written)),
                Err(why) => {
                    let words = format!("{} on {}: `{expr}`: {}", case.name, case.dlt, why.message);
                    wrong.push((case.name.as_str(), words));
                }
            }
        }
        // Several texts of one case mean the same.
        if programs.windows(2).any(|pair| pair[0] != pair[1]) {
            wrong.push((case.name.as_str(), format!("{} on {}: {:?} differ", case.name, case.dlt, case.exprs)));
        }
    }
    only_apart(&wrong, &cases.iter().map(|case| case.name.as_str()).collect::<Vec<_>>());
}
