//! What is wanted of the tables of connections, requests and findings: which of them, in which order.
use super::dom;
use super::geo::Metric;
use super::state::set;
use super::url::encode;
use crate::api::{Severity, SocketState, StateColumn, StateFilter, StateSort, TimeColumn, TimeSort, Verdict};
use leptos::prelude::*;

/// The part of the page's state that belongs into a link.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct WantedPlace {
    /// Services instead of single connections or requests.
    pub by_service: bool,
    pub states: StateSort,
    pub which: StateFilter,
    pub times: TimeSort,
    /// The flow whose requests alone are listed.
    pub requests_of: Option<u32>,
    pub least: Severity,
    /// The kind of finding that is open: its protocol and name.
    pub kind: Option<(String, String)>,
    /// What the map shows.
    pub metric: Metric,
    /// What charts of the statistics compare, where it is not what they compare at first.
    pub charts: Vec<ChartWish>,
}

/// A chart and the words for what is chosen there; only the view knows which there are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ChartWish {
    pub chart: String,
    pub words: Vec<String>,
}

/// `ports:data~bubbles:data:clients:servers`
fn read_charts(text: &str) -> Vec<ChartWish> {
    let one = |text: &str| {
        let (chart, words) = text.split_once(':')?;
        Some(ChartWish { chart: chart.to_owned(), words: words.split(':').map(str::to_owned).collect() })
    };
    text.split('~').filter_map(one).collect()
}

fn print_charts(charts: &[ChartWish]) -> String {
    let one = |wish: &ChartWish| format!("{}:{}", wish.chart, wish.words.join(":"));
    charts.iter().map(one).collect::<Vec<_>>().join("~")
}

const REMEMBERED: &str = "charts";

/// How requests are sorted before the user chose: where the time went stands first.
const SLOWEST: TimeSort = TimeSort { by: TimeColumn::Total, descending: true };

impl Default for WantedPlace {
    fn default() -> WantedPlace {
        WantedPlace {
            by_service: false,
            states: StateSort::default(),
            which: StateFilter::default(),
            times: SLOWEST,
            requests_of: None,
            least: Severity::default(),
            kind: None,
            metric: Metric::default(),
            charts: Vec::new(),
        }
    }
}

/// Slugs stay for ever: links outlive versions. The words of states are netstat's.
pub(crate) const STATES: [(SocketState, &str); 11] = [
    (SocketState::Unknown, "UNKNOWN"),
    (SocketState::SynSent, "SYN_SENT"),
    (SocketState::SynReceived, "SYN_RECV"),
    (SocketState::Established, "ESTABLISHED"),
    (SocketState::FinWait1, "FIN_WAIT1"),
    (SocketState::FinWait2, "FIN_WAIT2"),
    (SocketState::CloseWait, "CLOSE_WAIT"),
    (SocketState::Closing, "CLOSING"),
    (SocketState::LastAck, "LAST_ACK"),
    (SocketState::TimeWait, "TIME_WAIT"),
    (SocketState::Closed, "CLOSED"),
];
const VERDICTS: [(Verdict, &str); 9] = [
    (Verdict::Open, "open"),
    (Verdict::Normal, "normal"),
    (Verdict::Closing, "closing"),
    (Verdict::Refused, "refused"),
    (Verdict::Unanswered, "unanswered"),
    (Verdict::Unfinished, "unfinished"),
    (Verdict::Reset, "reset"),
    (Verdict::HalfOpen, "half-open"),
    (Verdict::CloseWait, "close-wait"),
];
const STATE_COLUMNS: [(StateColumn, &str); 15] = [
    (StateColumn::Number, "number"),
    (StateColumn::Client, "client"),
    (StateColumn::ClientPort, "client-port"),
    (StateColumn::Server, "server"),
    (StateColumn::ServerPort, "server-port"),
    (StateColumn::Application, "application"),
    (StateColumn::ClientState, "client-state"),
    (StateColumn::ServerState, "server-state"),
    (StateColumn::Age, "age"),
    (StateColumn::ConnState, "conn-state"),
    (StateColumn::Verdict, "became"),
    (StateColumn::Local, "local"),
    (StateColumn::Foreign, "foreign"),
    (StateColumn::LocalState, "state"),
    (StateColumn::ForeignState, "foreign-state"),
];
const METRICS: [(Metric, &str); 4] =
    [(Metric::Flows, "flows"), (Metric::Data, "data"), (Metric::Sent, "sent"), (Metric::Received, "received")];
const TIME_COLUMNS: [(TimeColumn, &str); 10] = [
    (TimeColumn::Start, "start"),
    (TimeColumn::Flow, "flow"),
    (TimeColumn::Sending, "sending"),
    (TimeColumn::Waiting, "waiting"),
    (TimeColumn::Receiving, "receiving"),
    (TimeColumn::Total, "total"),
    (TimeColumn::Network, "network"),
    (TimeColumn::Server, "server"),
    (TimeColumn::Client, "client"),
    (TimeColumn::Stalled, "stalled"),
];

fn of<T: Copy>(table: &[(T, &str)], slug: &str) -> Option<T> {
    table.iter().find(|(_, known)| *known == slug).map(|(value, _)| *value)
}

pub(crate) fn slug<T: PartialEq>(table: &[(T, &'static str)], value: &T) -> &'static str {
    table.iter().find(|(known, _)| known == value).map_or("", |(_, slug)| slug)
}

fn sign(descending: bool) -> &'static str {
    if descending { "-" } else { "" }
}

impl WantedPlace {
    /// Takes a part of a link; false when it is none of these.
    pub(crate) fn read(&mut self, key: &str, value: &str) -> bool {
        let (column, descending) = value.strip_prefix('-').map_or((value, false), |column| (column, true));
        match key {
            "by" => self.by_service = value == "service",
            "states" => {
                self.states =
                    of(&STATE_COLUMNS, column).map_or_else(Default::default, |by| StateSort { by, descending });
            }
            "state" => self.which.state = of(&STATES, value),
            "became" => self.which.verdict = of(&VERDICTS, value),
            "service" => self.which.service = value.to_owned(),
            "conn-state" => self.which.conn_state = value.to_owned(),
            "times" => {
                self.times = of(&TIME_COLUMNS, column).map_or(SLOWEST, |by| TimeSort { by, descending });
            }
            "requests-of" => self.requests_of = value.parse().ok(),
            "least" => {
                self.least = Severity::ALL.into_iter().find(|s| s.name() == value).unwrap_or_default();
            }
            "finding" => self.kind = value.split_once('/').map(|(protocol, name)| (protocol.into(), name.into())),
            "map" => self.metric = of(&METRICS, value).unwrap_or_default(),
            "charts" => self.charts = read_charts(value),
            _ => return false,
        }
        true
    }

    pub(crate) fn print(&self) -> String {
        let mut out = String::new();
        let mut put = |key: &str, value: &str| {
            if !value.is_empty() {
                out += &format!("&{key}={}", encode(value));
            }
        };
        put("by", if self.by_service { "service" } else { "" });
        if self.states != StateSort::default() {
            put("states", &[sign(self.states.descending), slug(&STATE_COLUMNS, &self.states.by)].concat());
        }
        put("state", self.which.state.map_or("", |state| slug(&STATES, &state)));
        put("became", self.which.verdict.map_or("", |verdict| slug(&VERDICTS, &verdict)));
        put("service", &self.which.service);
        put("conn-state", &self.which.conn_state);
        if self.times != SLOWEST {
            put("times", &[sign(self.times.descending), slug(&TIME_COLUMNS, &self.times.by)].concat());
        }
        put("requests-of", &self.requests_of.map(|flow| flow.to_string()).unwrap_or_default());
        put("least", if self.least == Severity::default() { "" } else { self.least.name() });
        put("finding", &self.kind.as_ref().map(|(protocol, name)| format!("{protocol}/{name}")).unwrap_or_default());
        put("map", if self.metric == Metric::default() { "" } else { slug(&METRICS, &self.metric) });
        put("charts", &print_charts(&self.charts));
        out
    }
}

#[derive(Clone, Copy)]
pub(crate) struct Wanted {
    pub by_service: RwSignal<bool>,
    pub states: RwSignal<StateSort>,
    pub which: RwSignal<StateFilter>,
    pub times: RwSignal<TimeSort>,
    pub requests_of: RwSignal<Option<u32>>,
    pub least: RwSignal<Severity>,
    pub kind: RwSignal<Option<(String, String)>>,
    pub metric: RwSignal<Metric>,
    pub charts: RwSignal<Vec<ChartWish>>,
    /// What to search findings for; not part of links.
    pub finding: RwSignal<String>,
}

impl Wanted {
    /// As a link has it; charts that it says nothing of as they were left.
    pub(crate) fn new(mut place: WantedPlace) -> Wanted {
        if place.charts.is_empty() {
            place.charts = read_charts(&dom::recall(REMEMBERED).unwrap_or_default());
        }
        let charts = RwSignal::new(place.charts);
        Effect::new(move |before: Option<()>| {
            let now = charts.with(|charts| print_charts(charts));
            if before.is_some() {
                dom::remember(REMEMBERED, &now);
            }
        });
        Wanted {
            charts,
            by_service: RwSignal::new(place.by_service),
            states: RwSignal::new(place.states),
            which: RwSignal::new(place.which),
            times: RwSignal::new(place.times),
            requests_of: RwSignal::new(place.requests_of),
            least: RwSignal::new(place.least),
            kind: RwSignal::new(place.kind),
            metric: RwSignal::new(place.metric),
            finding: RwSignal::default(),
        }
    }

    pub(crate) fn place(&self) -> WantedPlace {
        WantedPlace {
            by_service: self.by_service.get(),
            states: self.states.get(),
            which: self.which.get(),
            times: self.times.get(),
            requests_of: self.requests_of.get(),
            least: self.least.get(),
            kind: self.kind.get(),
            metric: self.metric.get(),
            charts: self.charts.get(),
        }
    }

    pub(crate) fn go(&self, place: WantedPlace) {
        set(self.by_service, place.by_service);
        set(self.states, place.states);
        set(self.which, place.which);
        set(self.times, place.times);
        set(self.requests_of, place.requests_of);
        set(self.least, place.least);
        set(self.kind, place.kind);
        set(self.metric, place.metric);
        set(self.charts, place.charts);
    }

    /// Another capture: everything of it, in the order chosen.
    pub(crate) fn clear(&self) {
        let (states, times) = (self.states.get_untracked(), self.times.get_untracked());
        let (metric, charts) = (self.metric.get_untracked(), self.charts.get_untracked());
        self.go(WantedPlace { states, times, metric, charts, ..WantedPlace::default() });
        set(self.finding, String::new());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wanted_survives_a_link() {
        let which = StateFilter {
            state: Some(SocketState::CloseWait),
            verdict: Some(Verdict::HalfOpen),
            service: "10.0.0.2:443".into(),
            conn_state: "S1".into(),
        };
        let place = WantedPlace {
            by_service: true,
            states: StateSort { by: StateColumn::Age, descending: true },
            which,
            times: TimeSort { by: TimeColumn::Waiting, descending: false },
            requests_of: Some(7),
            least: Severity::Warning,
            kind: Some(("TCP".into(), "tcp.analysis.retransmission".into())),
            metric: Metric::Sent,
            charts: vec![
                ChartWish { chart: "ports".into(), words: vec!["data".into()] },
                ChartWish { chart: "bubbles".into(), words: vec!["sent".into(), "clients".into(), "per-flow".into()] },
            ],
        };
        let mut read = WantedPlace::default();
        for (key, value) in place.print().split('&').filter_map(|pair| pair.split_once('=')) {
            assert!(read.read(key, &value.replace("%2F", "/")), "{key}");
        }
        assert_eq!(read, place);
        assert_eq!(WantedPlace::default().print(), "");
        assert!(!read.read("graph", "1"));
    }
}
