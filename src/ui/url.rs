//! What the page shows ↔ the fragment of its address, so that views can be linked, reloaded and gone back to.
//! The file is never part of it; a fragment is never sent to a server. Pure.
//!
//! Versioned: `v=1`. What is added to it later gets a new key, which older pages pass over; the version changes only when a key would
//! have to mean something else. No key ever loses its meaning: links outlive versions.
use super::curves::CurvePlace;
use super::desk::{Panel, TimeFormat, split};
use super::net::NetPlace;
use super::timeline::LinePlace;
use super::wanted::WantedPlace;
use crate::api::{Filter, FlowColumn, FlowSort, Language};

/// The part of the page's state that belongs into a link.
#[derive(Clone, Debug, PartialEq, Default)]
pub(crate) struct Route {
    /// Slug of the view; empty: the first.
    pub view: String,
    pub sort: FlowSort,
    pub search: String,
    pub filter: Filter,
    /// The flow whose details are open.
    pub flow: Option<u32>,
    pub desk: DeskPlace,
    pub curves: CurvePlace,
    pub wanted: WantedPlace,
    pub net: NetPlace,
    pub line: LinePlace,
    /// The capture that a shared link was made for.
    pub capture: Option<CaptureMark>,
    /// The link is of a version that is not known; all else has its default then. Never printed.
    pub newer: bool,
}

/// What a capture is known by.
#[derive(Clone, Debug, PartialEq, Default)]
pub(crate) struct CaptureMark {
    /// Empty: not told.
    pub name: String,
    /// Bytes of the file.
    pub size: u64,
    /// [`crate::api::FingerprintAnswer::print`]; empty: not known.
    pub print: String,
}

/// The part of it about single packets. Ids count from 0; a link has the packet's number, which counts from 1.
#[derive(Clone, Debug, PartialEq, Default)]
pub(crate) struct DeskPlace {
    pub packet: Option<u32>,
    /// The flow whose packets alone are listed.
    pub of: Option<u32>,
    pub panel: Panel,
    /// The flow whose stream is shown.
    pub followed: Option<u32>,
    /// `None`: the reader's own choice.
    pub time: Option<TimeFormat>,
    pub columns: Option<Vec<String>>,
}

const PANELS: [(Panel, &str); 3] = [(Panel::Details, "details"), (Panel::Stream, "stream"), (Panel::Lines, "tcpdump")];
const TIMES: [(TimeFormat, &str); 5] = [
    (TimeFormat::Start, "start"),
    (TimeFormat::Previous, "previous"),
    (TimeFormat::Utc, "utc"),
    (TimeFormat::Local, "local"),
    (TimeFormat::Epoch, "epoch"),
];

pub(crate) fn time_slug(time: TimeFormat) -> &'static str {
    TIMES.iter().find(|(t, _)| *t == time).map_or("start", |(_, slug)| slug)
}

pub(crate) fn time_of(slug: &str) -> Option<TimeFormat> {
    TIMES.iter().find(|(_, s)| *s == slug).map(|(time, _)| *time)
}

const LANGUAGES: [(Language, &str); 2] = [(Language::Display, "display"), (Language::Capture, "capture")];

const VERSION: &str = "1";

/// Columns by the name they have in a link. Names stay for ever: links outlive versions.
const COLUMNS: &[(FlowColumn, &str)] = &[
    (FlowColumn::Number, "number"),
    (FlowColumn::Start, "start"),
    (FlowColumn::Duration, "duration"),
    (FlowColumn::Transport, "transport"),
    (FlowColumn::Application, "application"),
    (FlowColumn::Name, "name"),
    (FlowColumn::Client, "client"),
    (FlowColumn::ClientPort, "client-port"),
    (FlowColumn::Server, "server"),
    (FlowColumn::ServerPort, "server-port"),
    (FlowColumn::Packets, "packets"),
    (FlowColumn::PacketsOut, "packets-out"),
    (FlowColumn::PacketsIn, "packets-in"),
    (FlowColumn::Bytes, "bytes"),
    (FlowColumn::BytesOut, "bytes-out"),
    (FlowColumn::BytesIn, "bytes-in"),
    (FlowColumn::PayloadOut, "payload-out"),
    (FlowColumn::PayloadIn, "payload-in"),
    (FlowColumn::InitialRtt, "rtt"),
    (FlowColumn::SynToSynAck, "syn-to-synack"),
    (FlowColumn::SynAckToAck, "synack-to-ack"),
    (FlowColumn::Flags, "flags"),
    (FlowColumn::Outcome, "outcome"),
    (FlowColumn::ClientCountry, "client-country"),
    (FlowColumn::ServerCountry, "country"),
];

/// The name a column has in links and in the remembered choice of columns.
pub(crate) fn column_slug(column: FlowColumn) -> &'static str {
    COLUMNS.iter().find(|(c, _)| *c == column).map_or("number", |(_, slug)| slug)
}

fn column_of(slug: &str) -> Option<FlowColumn> {
    COLUMNS.iter().find(|(_, s)| *s == slug).map(|(c, _)| *c)
}

impl Route {
    /// Reads a fragment, with or without `#`. What is missing, unknown or of another version has its default.
    pub(crate) fn parse(hash: &str) -> Route {
        let mut route = Route::default();
        let pairs: Vec<(&str, String)> = hash
            .trim_start_matches('#')
            .split('&')
            .filter_map(|pair| pair.split_once('='))
            .map(|(key, value)| (key, decode(value)))
            .collect();
        if pairs.iter().any(|(key, value)| *key == "v" && value != VERSION) {
            return Route { newer: true, ..route };
        }
        let mut mark = CaptureMark::default();
        for (key, value) in pairs {
            match key {
                "file" => mark.name = value,
                "size" => mark.size = value.parse().unwrap_or_default(),
                "print" => mark.print = value,
                "view" => route.view = value,
                "search" => route.search = value,
                "filter" => route.filter.text = value,
                "language" => {
                    let known = LANGUAGES.iter().find(|(_, slug)| *slug == value);
                    route.filter.language = known.map_or(Language::Either, |(language, _)| *language);
                }
                "flow" => route.flow = value.parse().ok(),
                "packet" => route.desk.packet = value.parse::<u32>().ok().and_then(|number| number.checked_sub(1)),
                "of" => route.desk.of = value.parse().ok(),
                "follow" => route.desk.followed = value.parse().ok(),
                "panel" => {
                    route.desk.panel = PANELS.iter().find(|(_, s)| *s == value).map_or(Panel::default(), |(p, _)| *p);
                }
                "time" => route.desk.time = time_of(&value),
                "columns" => route.desk.columns = split(&value),
                "sort" => {
                    let (slug, descending) =
                        value.strip_prefix('-').map_or((value.as_str(), false), |slug| (slug, true));
                    route.sort = column_of(slug).map_or(FlowSort::default(), |by| FlowSort { by, descending });
                }
                _ if route.wanted.read(key, &value) || route.net.read(key, &value) => {}
                _ if route.line.read(key, &value) => {}
                _ => route.curves.read(key, &value),
            }
        }
        route.capture = Some(mark).filter(|mark| *mark != CaptureMark::default());
        route
    }

    /// The fragment, with `#`. Defaults are left out, so the plain page has a plain address.
    pub(crate) fn print(&self) -> String {
        let mut out = format!("#v={VERSION}");
        if !self.view.is_empty() {
            out += &format!("&view={}", encode(&self.view));
        }
        if self.sort != FlowSort::default() {
            out += &format!("&sort={}{}", if self.sort.descending { "-" } else { "" }, column_slug(self.sort.by));
        }
        if !self.search.is_empty() {
            out += &format!("&search={}", encode(&self.search));
        }
        if !self.filter.is_empty() {
            out += &format!("&filter={}", encode(&self.filter.text));
            if let Some((_, slug)) = LANGUAGES.iter().find(|(language, _)| *language == self.filter.language) {
                out += &format!("&language={slug}");
            }
        }
        if let Some(flow) = self.flow {
            out += &format!("&flow={flow}");
        }
        let desk = &self.desk;
        if let Some(flow) = desk.of {
            out += &format!("&of={flow}");
        }
        if let Some((_, slug)) = PANELS.iter().find(|(p, _)| *p == desk.panel && *p != Panel::default()) {
            out += &format!("&panel={slug}");
        }
        if let Some(flow) = desk.followed {
            out += &format!("&follow={flow}");
        }
        if let Some(packet) = desk.packet {
            out += &format!("&packet={}", u64::from(packet) + 1);
        }
        if let Some(time) = desk.time {
            out += &format!("&time={}", time_slug(time));
        }
        if let Some(columns) = &desk.columns {
            out += &format!("&columns={}", columns.join(","));
        }
        out = out + &self.curves.print() + &self.wanted.print() + &self.line.print() + &self.net.print();
        if let Some(CaptureMark { name, size, print }) = &self.capture {
            let print = encode(print);
            for (key, value) in [("file", encode(name)), ("size", size.to_string()), ("print", print)] {
                if !value.is_empty() {
                    out += &format!("&{key}={value}");
                }
            }
        }
        out
    }

    /// Whether going from `before` to this deserves an entry in the history (typing in the search box does not, nor going from
    /// packet to packet).
    pub(crate) fn is_step_from(&self, before: &Route) -> bool {
        let desk = |route: &Route| {
            (route.desk.of, route.desk.panel, route.desk.followed, route.curves.flow, route.curves.curve)
        };
        if self.wanted != before.wanted || self.filter != before.filter || self.net.is_step_from(&before.net) {
            return true;
        }
        (&self.view, self.flow, self.sort, desk(self)) != (&before.view, before.flow, before.sort, desk(before))
    }
}

pub(crate) fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b':' => out.push(char::from(byte)),
            _ => out += &format!("%{byte:02X}"),
        }
    }
    out
}

pub(crate) fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let escaped =
            text.get(at + 1..at + 3).filter(|_| byte == b'%').and_then(|hex| u8::from_str_radix(hex, 16).ok());
        out.push(escaped.unwrap_or(if byte == b'+' { b' ' } else { byte }));
        at += if escaped.is_some() { 3 } else { 1 };
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::wanted::ChartWish;

    #[test]
    fn every_state_survives_the_address() {
        for (by, _) in COLUMNS {
            for search in ["", "10.0.0.1 :443", "ä&b=c#d%41+e", "日本"] {
                for flow in [None, Some(0), Some(u32::MAX)] {
                    let sort = FlowSort { by: *by, descending: flow.is_some() };
                    let route = Route { view: "flows".into(), sort, search: search.into(), flow, ..Route::default() };
                    assert_eq!(Route::parse(&route.print()), route);
                }
            }
        }
    }

    #[test]
    fn what_is_open_of_the_packets_survives_the_address() {
        let desk = DeskPlace {
            packet: Some(16),
            of: Some(3),
            panel: Panel::Stream,
            followed: Some(3),
            time: Some(TimeFormat::Epoch),
            columns: Some(vec!["number".into(), "tcp.seq".into()]),
        };
        let route = Route { view: "packets".into(), desk, ..Route::default() };
        assert!(route.print().contains("&packet=17"));
        assert_eq!(Route::parse(&route.print()), route);
    }

    #[test]
    fn a_filter_survives_the_address() {
        for (text, language) in
            [("tcp.port == 443 && !(ip.addr == 10.0.0.1)", Language::Either), ("ip[8] < 64", Language::Capture)]
        {
            let filter = Filter { text: text.into(), language };
            let route = Route { filter, ..Route::default() };
            assert_eq!(Route::parse(&route.print()), route);
            assert!(route.is_step_from(&Route::default()));
        }
    }

    #[test]
    fn the_plain_page_has_a_plain_address() {
        assert_eq!(Route::default().print(), "#v=1");
        assert_eq!(Route::parse(""), Route::default());
        assert_eq!(Route::parse("#"), Route::default());
    }

    #[test]
    fn what_is_not_understood_is_left_out() {
        let route = Route::parse("#v=1&view=flows&sort=colour&flow=x&new=1&&=&search=%zz%");
        assert_eq!(route, Route { view: "flows".into(), search: "%zz%".into(), ..Route::default() });
        assert_eq!(Route::parse("#v=2&view=flows"), Route { newer: true, ..Route::default() });
    }

    /// As they were given to others, word for word: never change one of these.
    #[test]
    fn old_links_keep_working() {
        let text = "tcp.port == 443";
        let filter = Filter { text: text.into(), language: Language::Display };
        let flows = Route { view: "flows".into(), flow: Some(2), search: "10.0.0.1 :443".into(), ..Route::default() };
        let sort = FlowSort { by: FlowColumn::Start, descending: true };
        let desk = DeskPlace {
            packet: Some(16),
            of: Some(3),
            panel: Panel::Stream,
            followed: Some(3),
            time: Some(TimeFormat::Utc),
            columns: Some(vec!["number".into(), "tcp.seq".into()]),
        };
        let wish = |chart: &str, words: &[&str]| ChartWish {
            chart: chart.into(),
            words: words.iter().map(|word| (*word).to_owned()).collect(),
        };
        let charts = WantedPlace {
            metric: crate::ui::geo::Metric::Sent,
            charts: vec![wish("ports", &["data"]), wish("bubbles", &["sent", "clients", "servers"])],
            ..WantedPlace::default()
        };
        let mark = CaptureMark { name: "shop & co.pcapng".into(), size: 35_412, print: "0123456789abcdef".into() };
        for (link, route) in [
            ("#v=1", Route::default()),
            ("#v=1&view=flows&sort=-start&search=10.0.0.1%20:443&flow=2", Route { sort, ..flows }),
            (
                "#v=1&view=flows&filter=tcp.port%20%3D%3D%20443&language=display",
                Route { view: "flows".into(), filter, ..Route::default() },
            ),
            (
                "#v=1&view=packets&of=3&panel=stream&follow=3&packet=17&time=utc&columns=number,tcp.seq",
                Route { view: "packets".into(), desk, ..Route::default() },
            ),
            (
                "#v=1&view=statistics&map=sent&charts=ports:data~bubbles:sent:clients:servers",
                Route { view: "statistics".into(), wanted: charts, ..Route::default() },
            ),
            (
                "#v=1&view=rtt&file=shop%20%26%20co.pcapng&size=35412&print=0123456789abcdef",
                Route { view: "rtt".into(), capture: Some(mark), ..Route::default() },
            ),
        ] {
            assert_eq!(Route::parse(link), route);
            assert_eq!(route.print(), link);
        }
        let graph = Route::parse("#v=1&view=graphs&graph=7&kind=rtt&side=server&span=5,9");
        assert_eq!((graph.curves.flow, graph.curves.span), (Some(7), Some((5, 9))));
    }

    #[test]
    fn typing_is_no_step_in_the_history() {
        let before = Route { view: "flows".into(), ..Route::default() };
        assert!(!Route { search: "a".into(), ..before.clone() }.is_step_from(&before));
        assert!(Route { flow: Some(1), ..before.clone() }.is_step_from(&before));
        let selected = DeskPlace { packet: Some(1), ..DeskPlace::default() };
        assert!(!Route { desk: selected, ..before.clone() }.is_step_from(&before));
    }
}
