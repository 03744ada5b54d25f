//! What the form says as a display filter. Pure.
use super::words::{quoted, together};
use std::net::IpAddr;

/// Label, kind of the input, example.
pub(crate) const FIELDS: [(&str, &str, &str); 15] = [
    ("Address or name", "text", "10.0.0.1, 10.1.0.0/16, example.com"),
    ("Port", "text", "443, 8000-8100"),
    ("Sender", "text", "10.0.0.1"),
    ("Receiver", "text", "10.0.0.2"),
    ("Protocol", "protocol", "tls, dns"),
    ("Country", "country", "KR, JP"),
    ("Text in the packet", "wide", "password"),
    ("Bytes from the client", "text", "at least: 10 KB"),
    ("… at most", "text", "5 MB"),
    ("Bytes from the server", "text", "at least: 1 MB"),
    ("… at most", "text", "2 GB"),
    ("Duration of the flow", "text", "at least: 500 ms"),
    ("… at most", "text", "2 min"),
    ("From date and hour", "datetime-local", ""),
    ("to date and hour", "datetime-local", ""),
];

/// What was put into the form.
#[derive(Clone, Default, PartialEq)]
pub(crate) struct Given {
    /// Into each of the [`FIELDS`].
    pub fields: [String; FIELDS.len()],
    /// Files that were chosen, by name.
    pub files: Vec<String>,
    /// The countries of this capture: code and name in the page's language. Either may be put in.
    pub places: Vec<(String, String)>,
}

/// The filter; or which field cannot be understood, and why.
pub(crate) fn written(given: &Given, any: bool) -> Result<String, (usize, &'static str)> {
    let mut parts = Vec::new();
    if !given.files.is_empty() {
        parts.push(one_of("file.name", &given.files));
    }
    for (at, value) in given.fields.iter().enumerate() {
        let value = value.trim();
        if value.is_empty() {
            continue;
        }
        let compared = |field: &str, operator: &str, units: Units, wrong| {
            measured(value, units).map(|value| format!("{field} {operator} {value}")).ok_or((at, wrong))
        };
        const SIZE: &str = "A number of bytes, as 1500, 10 KB or 5 MB.";
        const TIME: &str = "A time, as 500 ms, 2 s or 3 min.";
        parts.push(match at {
            0 => listed(value, |one| host(one, "addr")).ok_or((at, HOST))?,
            1 => port(value).ok_or((at, "Ports are numbers up to 65535, as 443, or 8000-8100."))?,
            2 => listed(value, |one| host(one, "src")).ok_or((at, HOST))?,
            3 => listed(value, |one| host(one, "dst")).ok_or((at, HOST))?,
            4 => listed(value, protocol).ok_or((at, "Names of protocols, as tls or dns."))?,
            5 => countries(value, &given.places)
                .ok_or((at, "Countries of this capture by name, or two letters, as KR."))?,
            6 => format!("frame contains {}", quoted(value)),
            7 => compared("flow.bytes_out", ">=", SIZES, SIZE)?,
            8 => compared("flow.bytes_out", "<=", SIZES, SIZE)?,
            9 => compared("flow.bytes_in", ">=", SIZES, SIZE)?,
            10 => compared("flow.bytes_in", "<=", SIZES, SIZE)?,
            11 => compared("flow.duration", ">=", TIMES, TIME)?,
            12 => compared("flow.duration", "<=", TIMES, TIME)?,
            13 => format!("frame.time >= \"{}\"", moment(value)),
            _ => format!("frame.time <= \"{}\"", moment(value)),
        });
    }
    Ok(together(&parts.iter().map(String::as_str).collect::<Vec<_>>(), any))
}

const HOST: &str = "Addresses, as 10.0.0.1 or 10.1.0.0/16; names only of either end.";

/// Several, parted by commas.
fn parted(value: &str, one: impl Fn(&str) -> Option<String>) -> Option<Vec<String>> {
    let all: Option<Vec<String>> = value.split(',').map(str::trim).filter(|one| !one.is_empty()).map(one).collect();
    all.filter(|all| !all.is_empty())
}

/// Any of several.
fn listed(value: &str, one: impl Fn(&str) -> Option<String>) -> Option<String> {
    Some(together(&parted(value, one)?.iter().map(String::as_str).collect::<Vec<_>>(), true))
}

/// A field that has one of these texts.
fn one_of(field: &str, texts: &[String]) -> String {
    match texts {
        [one] => format!("{field} == {}", quoted(one)),
        _ => format!("{field} in {{{}}}", texts.iter().map(|text| quoted(text)).collect::<Vec<_>>().join(", ")),
    }
}

/// Countries and classes of addresses, by code or name. A name may have a comma of its own.
fn countries(value: &str, places: &[(String, String)]) -> Option<String> {
    let code = |one: &str| {
        let lower = one.to_lowercase();
        let known = places.iter().find(|(code, name)| code.to_lowercase() == lower || name.to_lowercase() == lower);
        // A country that is not in this capture may be asked for by its code.
        let is_code = one.len() == 2 && one.bytes().all(|b| b.is_ascii_alphabetic());
        known.map(|(code, _)| code.clone()).or_else(|| is_code.then(|| one.to_ascii_uppercase()))
    };
    let codes = code(value).map_or_else(|| parted(value, code), |whole| Some(vec![whole]))?;
    Some(one_of("geo.country", &codes))
}

fn host(one: &str, end: &str) -> Option<String> {
    let (address, width) = one.split_once('/').map_or((one, None), |(address, width)| (address, Some(width)));
    if let Ok(parsed) = address.parse::<IpAddr>() {
        let most = if parsed.is_ipv4() { 32 } else { 128 };
        let fits = width.is_none_or(|width| width.parse::<u8>().is_ok_and(|width| width <= most));
        return fits.then(|| format!("{}.{end} == {one}", if parsed.is_ipv4() { "ip" } else { "ipv6" }));
    }
    if one.len() == 17 && one.bytes().filter(|b| [b':', b'-'].contains(b)).count() == 5 {
        return Some(format!("eth.{end} == {}", one.replace('-', ":")));
    }
    // A name: of either end only, because nobody says in which direction it is meant.
    let is_name = one.bytes().all(|b| b.is_ascii_alphanumeric() || b".-_".contains(&b))
        && !one.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    (is_name && end == "addr").then(|| format!("flow.name contains {}", quoted(one)))
}

fn port(value: &str) -> Option<String> {
    let number = |text: &str| text.trim().parse::<u16>().ok();
    let one = |one: &str| match one.split_once('-') {
        Some((from, to)) => {
            number(from).zip(number(to)).filter(|(from, to)| from <= to).map(|(from, to)| format!("{from}..{to}"))
        }
        None => number(one).map(|port| port.to_string()),
    };
    let all = parted(value, one)?;
    let tail = match all.as_slice() {
        [one] if !one.contains('.') => format!("== {one}"),
        _ => format!("in {{{}}}", all.join(", ")),
    };
    Some(format!("tcp.port {tail} || udp.port {tail}"))
}

fn protocol(one: &str) -> Option<String> {
    let is_name = one.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b));
    is_name.then(|| one.to_ascii_lowercase())
}

type Units = &'static [(&'static str, f64)];
const SIZES: Units =
    &[("gb", 1e9), ("mb", 1e6), ("kb", 1e3), ("g", 1e9), ("m", 1e6), ("k", 1e3), ("b", 1.0), ("", 1.0)];
const TIMES: Units = &[("ms", 1e-3), ("µs", 1e-6), ("us", 1e-6), ("min", 60.0), ("h", 3600.0), ("s", 1.0), ("", 1.0)];

/// A number with its unit, as a number.
fn measured(value: &str, units: Units) -> Option<String> {
    let value = value.to_ascii_lowercase();
    let (rest, unit) = units.iter().find_map(|(unit, factor)| Some((value.strip_suffix(unit)?, factor)))?;
    let number = decimal(rest.trim())?;
    // What a factor below 1 leaves of rounding is not worth showing.
    let number = (number * unit * 1e9).round() / 1e9;
    Some(number.to_string())
}

/// `1.5`; the standard library's reading of such numbers comes with a table of 10 KB.
fn decimal(text: &str) -> Option<f64> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let digits = [whole, part].concat();
    let is_number = digits.len() < 18 && digits.bytes().all(|b| b.is_ascii_digit());
    let number = digits.parse::<u64>().ok().filter(|_| is_number)?;
    Some(number as f64 / 10_u64.pow(part.len() as u32) as f64)
}

/// `2024-05-06T07:08` of an input as filters have it, in UTC.
fn moment(value: &str) -> String {
    let seconds = if value.matches(':').count() < 2 { ":00" } else { "" };
    format!("{}{seconds}Z", value.replacen('T', " ", 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(pairs: &[(usize, &str)], any: bool) -> Result<String, (usize, &'static str)> {
        let mut given = Given::default();
        for (at, value) in pairs {
            given.fields[*at] = (*value).to_owned();
        }
        written(&given, any)
    }

    #[test]
    fn a_form_becomes_a_filter() {
        assert_eq!(of(&[], false).as_deref(), Ok(""));
        assert_eq!(of(&[(0, "10.0.0.1")], false).as_deref(), Ok("ip.addr == 10.0.0.1"));
        assert_eq!(
            of(&[(0, "10.0.0.0/8, fe80::1")], false).as_deref(),
            Ok("ip.addr == 10.0.0.0/8 || ipv6.addr == fe80::1")
        );
        assert_eq!(of(&[(2, "00-11-22-33-44-55")], false).as_deref(), Ok("eth.src == 00:11:22:33:44:55"));
        assert_eq!(
            of(&[(0, "example.com"), (1, "443")], false).as_deref(),
            Ok("flow.name contains \"example.com\" && (tcp.port == 443 || udp.port == 443)")
        );
        assert_eq!(
            of(&[(1, "80, 8000-8100"), (4, "TLS")], true).as_deref(),
            Ok("tcp.port in {80, 8000..8100} || udp.port in {80, 8000..8100} || tls")
        );
        assert_eq!(
            of(&[(7, "10 KB"), (12, "1.5ms")], false).as_deref(),
            Ok("flow.bytes_out >= 10000 && flow.duration <= 0.0015")
        );
        assert_eq!(of(&[(13, "2024-05-06T07:08")], false).as_deref(), Ok("frame.time >= \"2024-05-06 07:08:00Z\""));
        assert_eq!(of(&[(14, "2024-05-06T07:08:09")], false).as_deref(), Ok("frame.time <= \"2024-05-06 07:08:09Z\""));
    }

    #[test]
    fn files_and_countries_are_chosen_by_name() {
        let places = [("KR", "South Korea"), ("MO", "Macao, China"), ("private", "Private")]
            .map(|(code, name)| (code.to_owned(), name.to_owned()));
        let mut given = Given { places: places.to_vec(), ..Given::default() };
        let mut written = |text: &str, files: &[&str]| {
            text.clone_into(&mut given.fields[5]);
            given.files = files.iter().map(|file| (*file).to_owned()).collect();
            super::written(&given, false).unwrap_or_default()
        };
        assert_eq!(written("south korea", &[]), "geo.country == \"KR\"");
        assert_eq!(written("Macao, China", &[]), "geo.country == \"MO\"");
        assert_eq!(written("kr, Private, de", &[]), "geo.country in {\"KR\", \"private\", \"DE\"}");
        assert_eq!(written("", &["a \"b\".pcap"]), "file.name == \"a \\\"b\\\".pcap\"");
        let both = "file.name in {\"a.pcap\", \"b.pcap\"} && geo.country == \"KR\"";
        assert_eq!(written("KR", &["a.pcap", "b.pcap"]), both);
    }

    #[test]
    fn what_is_not_understood_is_said() {
        for (at, value) in [
            (0, "10.0.0.999"),
            (0, "10.0.0.0/33"),
            (2, "example.com"),
            (1, "http"),
            (1, "90-80"),
            (7, "many"),
            (11, "-1 s"),
            (5, "Nowhere"),
            (4, "a b"),
        ] {
            assert_eq!(of(&[(at, value)], false).map_err(|(at, _)| at), Err(at), "{value}");
        }
    }
}
