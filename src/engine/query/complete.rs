//! What could stand at the cursor of a filter: names, operators, values that this capture has.
use super::Asked;
use super::check::units;
use crate::api::{CompleteFilter, Completion, CompletionKind, Completions, Language, NameFrom};
use crate::engine::dissect::{Address, Family, Kind, Transport};
use crate::engine::filter::{capture, columns, display};
use crate::engine::geo::Place;
use crate::engine::protocols::PROTOCOLS;
use crate::engine::store::flows::Flow;
use rustc_hash::FxHashMap;
use std::fmt::Display;
use std::hash::Hash;

/// Choices of one answer at most: more nobody looks through.
const MOST: usize = 40;
/// The same where only values can stand.
const MOST_ONLY_VALUES: usize = 300;
/// Values shown of a field.
const MOST_VALUES: usize = 20;

pub fn answer(asked: &Asked<'_>, question: &CompleteFilter) -> Completions {
    let text = &question.filter.text;
    let end = byte_at(text, question.cursor);
    let before = text.get(..end).unwrap_or_default();
    let start =
        before.rfind(|c: char| !is_word(c)).map_or(0, |at| at + before[at..].chars().next().map_or(1, char::len_utf8));
    let word = before.get(start..).unwrap_or_default();
    let tokens = tokens(before.get(..start).unwrap_or_default());
    // What has just been closed is not gone on with.
    if word.is_empty() && before.ends_with(['"', '\'', ')', '}']) {
        return Completions::default();
    }
    let mut choices = match question.filter.language {
        Language::Capture => expression(asked, &tokens),
        language => {
            let mut choices = filter(asked, &tokens, word);
            // Both languages begin with a name.
            if language == Language::Either && !word.is_empty() && tokens.is_empty() {
                choices.extend(capture_words());
            }
            choices
        }
    };
    let typed = word.to_ascii_lowercase();
    choices.retain(|choice| contains(choice, &typed) && choice.text != word);
    // What begins with the word stands before what has it inside; shorter names before longer ones.
    choices.sort_by_cached_key(|choice| rank(choice, &typed));
    choices.dedup_by(|a, b| a.text == b.text);
    // Where only a value can stand, all there are: countries, names of an enumeration.
    let only_values = choices.iter().all(|choice| choice.kind == CompletionKind::Value);
    choices.truncate(if only_values { MOST_ONLY_VALUES } else { MOST });
    Completions { replace: units(text, &(start..end)), choices }
}

fn contains(choice: &Completion, typed: &str) -> bool {
    let of_name = choice.text.to_ascii_lowercase().contains(typed);
    // Two letters are in too many titles.
    of_name || typed.len() > 2 && choice.help.to_ascii_lowercase().contains(typed)
}

fn rank(choice: &Completion, typed: &str) -> (u8, usize, String) {
    let name = choice.text.to_ascii_lowercase();
    match choice.kind {
        // In the order they were found: the most frequent first.
        CompletionKind::Value | CompletionKind::Operator => (0, 0, String::new()),
        _ if name.starts_with(typed) => (0, name.len(), name),
        _ if name.contains(typed) => (1, name.len(), name),
        _ => (2, name.len(), name),
    }
}

fn byte_at(text: &str, units: u32) -> usize {
    let mut left = units as usize;
    for (at, c) in text.char_indices() {
        if left < c.len_utf16() {
            return at;
        }
        left -= c.len_utf16();
    }
    text.len()
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-' | ':')
}

/// Words, signs and brackets; texts in quotes whole.
fn tokens(text: &str) -> Vec<&str> {
    let (mut tokens, mut rest) = (Vec::new(), text.trim_start());
    while let Some(first) = rest.chars().next() {
        let is_sign = |c: char| matches!(c, '=' | '!' | '<' | '>' | '&' | '|' | '~' | '^');
        let length = match first {
            '"' | '\'' => rest.get(1..).and_then(|inner| inner.find(first)).map_or(rest.len(), |at| at + 2),
            _ if is_word(first) => rest.find(|c| !is_word(c)).unwrap_or(rest.len()),
            _ if is_sign(first) => rest.find(|c| !is_sign(c)).unwrap_or(rest.len()),
            _ => first.len_utf8(),
        };
        let (token, others) = rest.split_at(length);
        tokens.push(token);
        rest = others.trim_start();
    }
    tokens
}

const COMPARISONS: &[&str] = &[
    "==", "eq", "!=", "ne", "===", "!==", "~=", ">", "gt", ">=", "ge", "<", "lt", "<=", "le", "contains", "matches",
    "~", "in", "&", "any_eq", "all_eq", "any_ne", "all_ne",
];
const JOINTS: &[&str] = &["&&", "and", "||", "or", "^^", "xor", "!", "not", "(", "any", "all", "&&!", "||!"];

/// What may stand behind a whole comparison.
const BEHIND: &[&str] = &["&&", "||", "^^"];

/// Of a display filter.
fn filter(asked: &Asked<'_>, tokens: &[&str], word: &str) -> Vec<Completion> {
    let Some(last) = tokens.last() else { return names() };
    // The operator that a value would belong to: directly before it, or before the set it is in.
    let in_set =
        tokens.iter().rposition(|token| *token == "{" || *token == "}").filter(|&at| tokens.get(at) == Some(&"{"));
    let operator = match in_set {
        Some(at) => at.checked_sub(1),
        None => Some(tokens.len() - 1),
    };
    let operator = operator.filter(|&at| tokens.get(at).is_some_and(|token| COMPARISONS.contains(token)));
    if let Some(name) = operator.and_then(|at| tokens.get(at.checked_sub(1)?)) {
        let mut choices = values(asked, name);
        if !word.is_empty() && in_set.is_none() {
            choices.extend(names());
        }
        return choices;
    }
    if JOINTS.contains(last) || *last == "," {
        return names();
    }
    // Behind a whole comparison another may follow, but no second operator.
    let before = tokens.len().checked_sub(2).and_then(|at| tokens.get(at));
    let is_whole = last.ends_with(['"', '\'', ')', '}']) || before.is_some_and(|token| COMPARISONS.contains(token));
    let operators = display::words::OPERATORS.iter().filter(|(sign, ..)| !is_whole || BEHIND.contains(sign));
    operators.map(|(sign, _, help)| choice(*sign, CompletionKind::Operator, *help)).collect()
}

/// Of a capture filter.
fn expression(asked: &Asked<'_>, tokens: &[&str]) -> Vec<Completion> {
    match tokens.last().copied() {
        Some("host" | "src" | "dst") => addresses(asked, None),
        Some("port") => ports(asked, None),
        _ => capture_words().collect(),
    }
}

fn choice(text: impl Into<String>, kind: CompletionKind, help: impl Into<String>) -> Completion {
    Completion { text: text.into(), kind, help: help.into() }
}

fn capture_words() -> impl Iterator<Item = Completion> {
    capture::words().map(|(word, help)| choice(word, CompletionKind::Operator, format!("tcpdump: {help}")))
}

/// Protocols, fields, functions.
fn names() -> Vec<Completion> {
    let mut choices = Vec::new();
    for protocol in PROTOCOLS {
        choices.push(choice(protocol.name, CompletionKind::Protocol, protocol.title));
        let fields = protocol.all_fields().filter(|field| field.kind != Kind::Label);
        choices.extend(fields.map(|field| choice(field.name(), CompletionKind::Field, field.title())));
    }
    let several = display::aliases();
    choices.extend(
        several.map(|(name, of)| choice(name, CompletionKind::Field, format!("{} (any of them)", of.join(", ")))),
    );
    let functions = display::words::FUNCTIONS.iter();
    choices.extend(functions.map(|f| choice(format!("{}(", f.name), CompletionKind::Function, f.help)));
    choices
}

/// Values that a field has here, the most frequent first.
fn values(asked: &Asked<'_>, name: &str) -> Vec<Completion> {
    match name {
        "ip.addr" | "ip.src" | "ip.dst" | "ip.host" => addresses(asked, Some(Family::Ipv4)),
        "ipv6.addr" | "ipv6.src" | "ipv6.dst" | "ipv6.host" => addresses(asked, Some(Family::Ipv6)),
        "tcp.port" | "tcp.srcport" | "tcp.dstport" => ports(asked, Some(Transport::Tcp)),
        "udp.port" | "udp.srcport" | "udp.dstport" => ports(asked, Some(Transport::Udp)),
        "geo.country" | "geo.src_country" | "geo.dst_country" => countries(asked),
        "tls.handshake.extensions_server_name" => told(asked, NameFrom::Sni),
        "http.host" => told(asked, NameFrom::Host),
        "dns.qry.name" | "dns.resp.name" => resolved(asked),
        "ip.ttl" => hops(asked, Family::Ipv4),
        "ipv6.hlim" => hops(asked, Family::Ipv6),
        _ => {
            // What is here first, then what else there could be.
            let mut choices = here(asked, name);
            let known: Vec<String> = choices.iter().map(|choice| choice.text.clone()).collect();
            choices.extend(named(name).into_iter().filter(|choice| !known.contains(&choice.text)));
            choices
        }
    }
}

/// What columns tell of a field.
fn here(asked: &Asked<'_>, name: &str) -> Vec<Completion> {
    let mut counts = columns::values(asked.store, name);
    let number = |text: &str| text.parse::<u64>().unwrap_or(u64::MAX);
    counts.sort_by(|(a, n), (b, m)| m.cmp(n).then_with(|| number(a).cmp(&number(b))).then_with(|| a.cmp(b)));
    let help = |n: u32| format!("{n} packet{}", if n == 1 { "" } else { "s" });
    // As the details print it.
    let field = PROTOCOLS.iter().flat_map(|protocol| protocol.all_fields()).find(|field| field.name() == name);
    let shown = |text: String| match (field.map(|field| field.kind), text.parse::<u64>()) {
        (Some(Kind::Hex(digits)), Ok(number)) => format!("0x{number:0width$x}", width = usize::from(digits)),
        _ => text,
    };
    // Of a large capture some packets stand for all.
    let is_part = asked.store.packets.len() > columns::MOST;
    let title = |n: u32| if is_part { String::new() } else { help(n) };
    counts.into_iter().take(MOST_VALUES).map(|(text, n)| choice(shown(text), CompletionKind::Value, title(n))).collect()
}

/// The time to live that the flows' ends began with.
fn hops(asked: &Asked<'_>, family: Family) -> Vec<Completion> {
    let is_meant = |flow: &&Flow| asked.store.address(flow, 0).is_some_and(|address| address.family() == family);
    counted(flows(asked).filter(is_meant).flat_map(|flow| flow.hops).filter(|hops| *hops != 0), "flow")
}

/// Names that DNS told, by how many flows go to what they stand for.
fn resolved(asked: &Asked<'_>) -> Vec<Completion> {
    let names = &asked.store.names;
    let told = (1..).map_while(|id| names.get(id)).filter(|(_, from)| *from == NameFrom::Dns);
    let mut counts: FxHashMap<&str, u32> = told.map(|(name, _)| (name, 0)).collect();
    for flow in flows(asked) {
        let name = asked.store.address(flow, flow.server()).and_then(|server| names.id_of_address(server.ip()?));
        if let Some(count) = name.and_then(|id| counts.get_mut(names.get(id)?.0)) {
            *count += 1;
        }
    }
    let mut counts: Vec<(&str, u32)> = counts.into_iter().collect();
    counts.sort_by(|(a, n), (b, m)| m.cmp(n).then_with(|| a.cmp(b)));
    let help = |n: u32| match n {
        0 => String::new(),
        1 => "1 flow".to_owned(),
        n => format!("{n} flows"),
    };
    let shown = counts.into_iter().take(MOST_VALUES);
    shown.map(|(name, n)| choice(format!("{name:?}"), CompletionKind::Value, help(n))).collect()
}

/// What the values of a field are called.
fn named(name: &str) -> Vec<Completion> {
    let mut choices = Vec::new();
    let slots = PROTOCOLS.iter().flat_map(|protocol| protocol.layouts.iter().flat_map(|layout| layout.iter()));
    for slot in slots.filter(|slot| slot.field.name() == name && !slot.names.is_empty()) {
        let mut next = 0_u64;
        for word in slot.names.split('|') {
            let (number, called) = match word.split_once('=').map(|(number, called)| (number.parse(), called)) {
                Some((Ok(number), called)) => (number, called),
                _ => (next, word),
            };
            next = number.saturating_add(1);
            if !called.is_empty() {
                choices.push(choice(number.to_string(), CompletionKind::Value, called));
            }
        }
    }
    choices
}

/// How often each occurs, as choices: the most frequent first.
fn counted<T: Hash + Eq + Ord + Display>(all: impl Iterator<Item = T>, what: &str) -> Vec<Completion> {
    let mut counts: FxHashMap<T, u32> = FxHashMap::default();
    for one in all {
        *counts.entry(one).or_default() += 1;
    }
    let mut counts: Vec<(T, u32)> = counts.into_iter().collect();
    counts.sort_by(|(a, n), (b, m)| m.cmp(n).then_with(|| a.cmp(b)));
    let help = |n: u32| format!("{n} {what}{}", if n == 1 { "" } else { "s" });
    counts
        .into_iter()
        .take(MOST_VALUES)
        .map(|(one, n)| choice(one.to_string(), CompletionKind::Value, help(n)))
        .collect()
}

fn flows<'a>(asked: &'a Asked<'_>) -> impl Iterator<Item = &'a Flow> {
    asked.store.flows.iter().map(|(_, flow)| flow).filter(|flow| !flow.quoted)
}

fn addresses(asked: &Asked<'_>, family: Option<Family>) -> Vec<Completion> {
    let of = |flow| [0, 1].into_iter().filter_map(move |end| asked.store.address(flow, end));
    let meant = |address: &Address| family.is_none_or(|family| address.family() == family);
    counted(flows(asked).flat_map(of).filter(meant), "flow")
}

/// Places of the flows' ends, quoted as filters write texts.
fn countries(asked: &Asked<'_>) -> Vec<Completion> {
    let place = |flow, end| asked.store.place(&asked.store.address(flow, end)?);
    let of = |flow| {
        let (one, other) = (place(flow, 0), place(flow, 1));
        [one, other.filter(|_| other != one)].into_iter().flatten()
    };
    let mut counts: FxHashMap<Place, u32> = FxHashMap::default();
    flows(asked).flat_map(of).for_each(|place| *counts.entry(place).or_default() += 1);
    let mut counts: Vec<(Place, u32)> = counts.into_iter().collect();
    counts.sort_by(|(a, n), (b, m)| m.cmp(n).then_with(|| a.cmp(b)));
    let title = |(place, n): (Place, u32)| {
        let help = format!("{}: {n} flow{}", asked.store.geo.title(place), if n == 1 { "" } else { "s" });
        choice(format!("{:?}", place.text()), CompletionKind::Value, help)
    };
    counts.into_iter().map(title).collect()
}

fn ports(asked: &Asked<'_>, transport: Option<Transport>) -> Vec<Completion> {
    let meant = |flow: &&Flow| flow.has_ports() && transport.is_none_or(|transport| flow.key.transport == transport);
    counted(flows(asked).filter(meant).map(|flow| flow.port(flow.server())), "flow")
}

fn told(asked: &Asked<'_>, from: NameFrom) -> Vec<Completion> {
    let names = flows(asked).filter_map(|flow| asked.store.names.get(flow.name));
    counted(names.filter(|(_, by)| *by == from).map(|(name, _)| format!("{name:?}")), "flow")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::{Filter, Question};
    use crate::engine::testing::talk;

    fn choices(text: &str, language: Language) -> Vec<String> {
        let filter = Filter { text: text.replace('^', ""), language };
        let cursor = text.find('^').expect("a cursor") as u32;
        let answer = talk("> SYN / < SYN ACK / > 10").answer(&CompleteFilter { filter, cursor }.query(), &mut &[][..]);
        let answer = CompleteFilter::take(answer.expect("an answer")).expect("of choices");
        answer.choices.into_iter().map(|choice| choice.text).collect()
    }

    #[test]
    fn what_fits_is_offered() {
        let has = |text: &str, wanted: &str| {
            let choices = choices(text, Language::Display);
            assert!(choices.iter().any(|choice| choice == wanted), "{text}: {choices:?}");
        };
        has("tcp.po^", "tcp.port");
        has("tcp && dns.qry.na^", "dns.qry.name");
        has("tcp.port ^", "==");
        has("tcp.port == ^", "47777");
        has("tcp.port in {443, ^", "47777");
        has("le^n", "len(");
        has("tcp.stream == ^", "0");
        has("frame.protocols == ^", "\"raw:ip:tcp\"");
        has("flow.server_port in {^", "47777");
        has("tcp.flags == ^", "0x0012");
        has("tcp.port == 80 ^", "&&");
        assert!(!choices("tcp.port == 80 ^", Language::Display).contains(&"==".to_owned()));
        assert_eq!(choices("frame.protocols == \"eth\"^", Language::Display), Vec::<String>::new());
        assert_eq!(choices("tcp.po^", Language::Display).first().map(String::as_str), Some("tcp.port"));
        assert!(choices("tcp port ^", Language::Capture).contains(&"47777".to_owned()));
        assert!(choices("ho^", Language::Capture).contains(&"host".to_owned()));
    }
}
