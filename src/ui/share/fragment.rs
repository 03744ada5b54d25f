//! The fragment of a link that is given to others: what the address has, less what names somebody, and the capture it was made for. Pure.
use crate::ui::state::FileFacts;
use crate::ui::url::{CaptureMark, Route, decode};
use std::net::IpAddr;

/// Parts of a link that say which packets are meant in the reader's own words.
const FILTER: [&str; 3] = ["filter", "language", "search"];
/// Parts that say something of addresses or hosts whatever stands in them.
const NAMING: [&str; 7] = ["search", "service", "address", "host", "name", "peer", "server"];

/// What a link is to have of the things that may tell more than they should.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Told {
    /// Filter, search and whatever else names addresses or hosts.
    pub filter: bool,
    /// The capture's name.
    pub name: bool,
}

/// `print`: the capture's fingerprint; empty: not known.
pub(crate) fn fragment(route: &Route, file: &FileFacts, print: &str, told: Told) -> String {
    let name = if told.name { file.name.clone() } else { String::new() };
    let capture = Some(CaptureMark { name, size: file.size, print: print.to_owned() });
    let whole = Route { capture, ..route.clone() }.print();
    if told.filter {
        return whole;
    }
    let stays = |pair: &&str| {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        !FILTER.contains(&key) && !names_somebody(key, &decode(value))
    };
    let kept: Vec<&str> = whole.trim_start_matches('#').split('&').filter(stays).collect();
    format!("#{}", kept.join("&"))
}

/// What the switch [`Told::filter`] is about, as it would be read.
pub(crate) fn in_own_words(route: &Route) -> Vec<String> {
    parts(route).into_iter().map(|(_, value)| value).collect()
}

/// Whether one of them names an address or a host.
pub(crate) fn is_naming(route: &Route) -> bool {
    parts(route).iter().any(|(key, value)| names_somebody(key, value))
}

fn parts(route: &Route) -> Vec<(String, String)> {
    let whole = Route { capture: None, ..route.clone() }.print();
    let pairs = whole.trim_start_matches('#').split('&').filter_map(|pair| pair.split_once('='));
    pairs
        .map(|(key, value)| (key.to_owned(), decode(value)))
        .filter(|(key, value)| key != "language" && (FILTER.contains(&key.as_str()) || names_somebody(key, value)))
        .collect()
}

fn names_somebody(key: &str, value: &str) -> bool {
    if value.is_empty() || matches!(key, "file" | "size" | "print" | "columns" | "view") {
        return false;
    }
    // A series of the timeline has a filter of its own.
    NAMING.contains(&key) || has_address(value) || matches!(key, "filter" | "series") && has_name(value)
}

/// An IP or MAC address, with or without a port or a prefix.
fn has_address(text: &str) -> bool {
    text.split(|c: char| !(c.is_ascii_alphanumeric() || ".:".contains(c))).any(|word| {
        let before_port = word.rsplit_once(':').map_or(word, |(host, _)| host);
        let is_mac = word.len() == 17 && word.split(':').all(|part| part.len() == 2) && word.contains(':');
        // Of an IPv4 network three parts may be all there is (net 10.0.0).
        let numbers = word.split('.').filter(|part| part.parse::<u8>().is_ok()).count();
        is_mac
            || word.parse::<IpAddr>().is_ok()
            || before_port.parse::<IpAddr>().is_ok()
            || numbers > 2 && numbers == word.split('.').count()
    })
}

/// A filter has a text in quotes, or compares with a word: that may be a name. Rather too often than not.
fn has_name(filter: &str) -> bool {
    const BEFORE: [&str; 12] =
        ["==", "!=", "===", "!==", "eq", "ne", "contains", "matches", "~", "host", "net", "gateway"];
    let words: Vec<&str> = filter.split(|c: char| c.is_whitespace() || "(){},".contains(c)).collect();
    let is_word = |word: &str| !word.starts_with("0x") && word.chars().any(char::is_alphabetic);
    filter.contains(['"', '\''])
        || words.windows(2).any(|pair| BEFORE.contains(&pair[0]) && is_word(pair[1]))
        || words
            .iter()
            .any(|word| word.split_once("==").is_some_and(|(field, value)| !field.is_empty() && is_word(value)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::{Filter, Language};

    fn filtered(text: &str) -> Route {
        Route {
            view: "flows".into(),
            filter: Filter { text: text.into(), language: Language::Display },
            ..Route::default()
        }
    }

    fn shop() -> FileFacts {
        FileFacts { name: "shop & co.pcapng".into(), size: 35_412 }
    }

    #[test]
    fn names_and_addresses_in_filters_are_seen() {
        for naming in [
            "ip.addr == 10.0.0.1",
            "ip.src==10.0.0.0/8 && tcp",
            "eth.addr == 00:11:22:33:44:55",
            "ipv6.addr == fe80::1",
            "http.host == \"example.com\"",
            "dns.qry.name contains example",
            "http.host==example.com",
            "host printer",
            "net 10.0.0",
            "tcp port 443 and host 2001:db8::1",
        ] {
            assert!(is_naming(&filtered(naming)), "{naming}");
        }
        for plain in [
            "tcp.port == 443",
            "tcp",
            "frame.len > 100 and udp",
            "tcp.flags == 0x12",
            "port 53",
            "tls.handshake.type in {1,2}",
            "ip.ttl < 5.5",
        ] {
            assert!(!is_naming(&filtered(plain)), "{plain}");
            assert_eq!(in_own_words(&filtered(plain)), [plain]);
        }
        assert!(is_naming(&Route { search: "printer".into(), ..Route::default() }));
        assert!(!is_naming(&Route::default()));
    }

    #[test]
    fn what_names_somebody_is_left_out_and_the_rest_stays() {
        let mut route = filtered("ip.addr == 10.0.0.1");
        route.flow = Some(3);
        route.wanted.which.service = "10.0.0.2:443".into();
        let some = fragment(&route, &shop(), "ab12", Told { filter: false, name: true });
        assert_eq!(some, "#v=1&view=flows&flow=3&file=shop%20%26%20co.pcapng&size=35412&print=ab12");
        let all = fragment(&route, &shop(), "ab12", Told { filter: true, name: true });
        let back = Route::parse(&all);
        assert_eq!((back.filter, back.wanted), (route.filter.clone(), route.wanted.clone()));
        let least = fragment(&route, &shop(), "", Told { filter: false, name: false });
        assert_eq!(least, "#v=1&view=flows&flow=3&size=35412");
    }

    #[test]
    fn a_filter_that_names_nobody_is_left_out_as_well_when_asked() {
        let told = Told { filter: false, name: false };
        assert_eq!(fragment(&filtered("tcp.port == 443"), &shop(), "", told), "#v=1&view=flows&size=35412");
    }
}
