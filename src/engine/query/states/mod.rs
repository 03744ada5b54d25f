//! What became of TCP connections: a window of them as netstat lists sockets, and counts of all.
mod order;

use super::Asked;
use super::flows::{application, filter, server_name, transport_name};
use super::local::Us;
use crate::api::*;
use crate::engine::dissect::{Address, Family, Transport};
use crate::engine::sort;
use crate::engine::store::flows::{End, Flow};
use crate::engine::store::numbers::ByFlow;
use crate::engine::store::packets::{FlowId, NO_TIME};
use crate::engine::tcp::sockets::{Sockets, since};
use crate::engine::tcp::zeek::{self, Zeek};
use order::order;
use rustc_hash::FxHashMap;

/// Rows, services and findings of one answer at most.
const MOST_ROWS: u32 = 10_000;
const MOST_SERVICES: usize = 200;
const MOST_FINDINGS: usize = 50;
/// A filter names so many connections at most; more are named by their service.
const MOST_STREAMS: usize = 20;
/// So many sockets of a service that wait to be closed are a leak, or one for so long: ns.
const LEAK: u32 = 3;
const LONG: i64 = 10_000_000_000;
/// What comes so soon belongs to what was before: ns.
const SOON: i64 = 1_000_000_000;

/// Kinds of verdicts and of states: as many as their enums have.
const VERDICTS: usize = Verdict::CloseWait as usize + 1;
const STATES: usize = SocketState::Closed as usize + 1;

/// A connection as remembered between questions.
#[derive(Clone, Copy)]
struct Record {
    flow: FlowId,
    /// When the later of its ends entered its state.
    since: i64,
    client: SocketState,
    server: SocketState,
    word: zeek::Word,
    verdict: Verdict,
    /// What the verdict is about: whether it is the server, and how long it lasts: ns.
    by_server: bool,
    long: i64,
}

/// What all questions about the same capture share, and the order last asked for.
#[derive(Default)]
pub struct Connections {
    /// Packets when it was made.
    made_at: Option<u32>,
    /// What it is made from, until it is.
    by_flow: Option<ByFlow>,
    /// The flow that comes next then.
    next: FlowId,
    local: Vec<Address>,
    records: Vec<Record>,
    /// Counts and findings, without rows; and of which packets they are.
    totals: StatesAnswer,
    totals_of: Option<u64>,
    asked: States,
    order: Vec<u32>,
}

pub fn answer(asked: &Asked<'_>, us: &Us, kept: &mut Connections, question: &States) -> StatesAnswer {
    kept.go_on(asked, usize::MAX);
    if kept.local != us.hosts {
        kept.local.clone_from(&us.hosts);
        kept.totals_of = None;
    }
    let is_other = kept.totals_of != Some(asked.version());
    if is_other && question.flow.is_none() {
        kept.totals = totals(asked, &kept.local, &kept.records);
        kept.totals_of = Some(asked.version());
    }
    if let Some(flow) = question.flow {
        // The order last asked for stays: its table is on screen beside.
        let at = kept.records.binary_search_by_key(&flow, |record| record.flow).ok();
        let found = at.and_then(|at| row(asked, &kept.local, kept.records.get(at)?));
        return StatesAnswer { total: 1, matching: 1, rows: found.into_iter().collect(), ..StatesAnswer::default() };
    }
    let wanted = States { rows: 0..0, ..question.clone() };
    if is_other || kept.asked != wanted {
        kept.order = order(asked, &kept.local, &kept.records, question);
        kept.asked = wanted;
    }
    let rows =
        question.rows.start as usize..question.rows.end.min(question.rows.start.saturating_add(MOST_ROWS)) as usize;
    let shown = kept.order.get(rows.start..rows.end.min(kept.order.len())).unwrap_or_default();
    let records = shown.iter().filter_map(|&at| kept.records.get(at as usize));
    let transport = (!question.every_transport).then_some(Transport::Tcp);
    StatesAnswer {
        total: asked.store.flows.conversations(transport),
        matching: kept.order.len() as u32,
        rows: records.filter_map(|record| row(asked, &kept.local, record)).collect(),
        ..kept.totals.clone()
    }
}

impl Connections {
    /// Looks at connections of about so many packets more; whether some are left.
    pub fn go_on(&mut self, asked: &Asked<'_>, most: usize) -> bool {
        let store = asked.store;
        if self.made_at != Some(store.packets.len()) {
            let by_flow = Some(ByFlow::new(store));
            *self = Self { made_at: Some(store.packets.len()), by_flow, ..Self::default() };
        }
        let Some(by_flow) = self.by_flow.take() else { return false };
        let mut looked_at = 0_usize;
        while let Some(flow) = store.flows.get(self.next) {
            if looked_at >= most {
                self.by_flow = Some(by_flow);
                return true;
            }
            looked_at = looked_at.saturating_add(flow.total_packets() as usize + 1);
            if !flow.quoted {
                self.records.push(record(asked, self.next, flow, &by_flow));
            }
            self.next += 1;
        }
        false
    }
}

fn record(asked: &Asked<'_>, id: FlowId, flow: &Flow, by_flow: &ByFlow) -> Record {
    if flow.key.transport != Transport::Tcp {
        return stateless(id, flow);
    }
    let (store, end) = (asked.store, asked.store.totals.latest);
    let (mut sockets, mut zeek) = (Sockets::default(), Zeek::new([flow.port(0), flow.port(1)]));
    for segment in by_flow.segments(store, id) {
        sockets.observe(&segment);
        zeek.observe(&segment);
    }
    sockets.finish(end);
    let (client, server) = (sockets.end(flow.client), sockets.end(flow.server()));
    let verdict = sockets.verdict(flow.client, end);
    let (who, long) = culprit(&sockets, verdict, flow.client, end);
    Record {
        flow: id,
        since: client.since.max(server.since),
        client: client.state,
        server: server.state,
        word: zeek.earlier.first().copied().unwrap_or_else(|| zeek.word()),
        verdict,
        by_server: who != flow.client,
        long,
    }
}

/// Counts and findings of the connections that are meant.
fn totals(asked: &Asked<'_>, local: &[Address], records: &[Record]) -> StatesAnswer {
    let mut counts = Counts::new(asked, local);
    for record in records.iter().filter(|record| asked.means_flow(record.flow)) {
        let flow = asked.store.flows.get(record.flow);
        if let Some(flow) = flow.filter(|flow| flow.key.transport == Transport::Tcp) {
            counts.add(flow, record);
        }
    }
    counts.finish(asked)
}

/// A flow without connections: only Zeek has a word for it.
fn stateless(id: FlowId, flow: &Flow) -> Record {
    let sent = flow.packets.map(|packets| packets > 0);
    let word = if flow.key.transport == Transport::Udp {
        let begins = End::from(zeek::flips(flow.port(0), flow.port(1)));
        zeek::stateless(Flow::by(sent, begins), Flow::by(sent, 1 - begins))
    } else {
        zeek::stateless(false, false)
    };
    let unknown = SocketState::Unknown;
    let (verdict, by_server, long) = (Verdict::Open, false, 0);
    Record { flow: id, since: flow.last, client: unknown, server: unknown, word, verdict, by_server, long }
}

/// Zeek's letters for UDP: who sent something, in order; turned where it guesses that the server was heard first.
fn stateless_history(flow: &Flow) -> String {
    let turned = zeek::flips(flow.port(0), flow.port(1));
    let letters = if turned { ["^d", "D"] } else { ["D", "d"] };
    let said = letters.into_iter().zip(flow.payload).filter(|(_, bytes)| *bytes > 0);
    said.map(|(letter, _)| letter).collect()
}

/// `10.0.0.2:443`, `[2001:db8::1]:443`
pub fn endpoint(asked: &Asked<'_>, flow: &Flow, end: End) -> String {
    let Some(address) = asked.store.address(flow, end) else { return String::new() };
    text_of(&address, flow.port(end))
}

fn text_of(address: &Address, port: u16) -> String {
    if address.family() == Family::Ipv6 { format!("[{address}]:{port}") } else { format!("{address}:{port}") }
}

/// The endpoint that a flow's server listens on.
pub fn service(asked: &Asked<'_>, flow: &Flow) -> String {
    endpoint(asked, flow, flow.server())
}

/// A display filter that selects a service's connections.
pub fn service_filter(address: &Address, port: u16) -> String {
    let field = if address.family() == Family::Ipv6 { "ipv6.addr" } else { "ip.addr" };
    format!("{field} == {address} && tcp.port == {port}")
}

/// What a service's connections are.
#[derive(Default)]
struct Service {
    flow: FlowId,
    connections: u32,
    verdicts: [u32; VERDICTS],
    states: [u32; STATES],
}

/// Connections of a service with the same trouble.
#[derive(Default)]
struct Trouble {
    connections: u32,
    streams: Vec<u32>,
    /// Of them those in which the server is to blame: it waits, resets, or vanished.
    by_server: u32,
    /// The longest wait, ns.
    longest: i64,
}

struct Counts {
    services: FxHashMap<(Address, u16), Service>,
    troubles: FxHashMap<(Address, u16, Verdict), Trouble>,
    states: [StateCount; STATES],
    verdicts: [u32; VERDICTS],
    words: [u32; zeek::WORDS.len()],
    addresses: Vec<[(Address, bool); 2]>,
}

impl Counts {
    fn new(asked: &Asked<'_>, local: &[Address]) -> Self {
        let of = |address: Address| (address, local.contains(&address));
        let addresses = asked.store.paths.pairs().map(|pair| pair.addresses().map(of)).collect();
        Self {
            services: FxHashMap::default(),
            troubles: FxHashMap::default(),
            states: ALL_STATES.map(|state| StateCount { state, ..StateCount::default() }),
            verdicts: [0; VERDICTS],
            words: [0; zeek::WORDS.len()],
            addresses,
        }
    }

    fn add(&mut self, flow: &Flow, record: &Record) {
        let Record { client, server, verdict, .. } = *record;
        increase(&mut self.verdicts, verdict as usize);
        increase(&mut self.words, record.word.into());
        let Some([low, high]) = self.addresses.get(flow.key.pair as usize) else { return };
        let of = |end: End| if (end == 0) == flow.reversed { high } else { low };
        let (asks, answers) = (of(flow.client), of(flow.server()));
        if let Some(count) = self.states.get_mut(client as usize) {
            count.clients += 1;
            count.local += u32::from(asks.1);
        }
        if let Some(count) = self.states.get_mut(server as usize) {
            count.servers += 1;
            count.local += u32::from(answers.1);
        }
        let (address, port) = (answers.0, flow.port(flow.server()));
        let service =
            self.services.entry((address, port)).or_insert_with(|| Service { flow: record.flow, ..Service::default() });
        service.connections += 1;
        increase(&mut service.verdicts, verdict as usize);
        increase(&mut service.states, server as usize);
        if matches!(verdict, Verdict::Open | Verdict::Normal | Verdict::Closing) {
            return;
        }
        let trouble = self.troubles.entry((address, port, verdict)).or_default();
        trouble.connections += 1;
        if trouble.streams.len() <= MOST_STREAMS {
            trouble.streams.push(flow.stream);
        }
        trouble.by_server += u32::from(record.by_server);
        trouble.longest = trouble.longest.max(record.long);
    }

    fn finish(self, asked: &Asked<'_>) -> StatesAnswer {
        let mut services: Vec<_> = self.services.into_iter().collect();
        let bad = |service: &Service| -> u32 {
            let harmless = |verdict: &Verdict| matches!(verdict, Verdict::Open | Verdict::Normal | Verdict::Closing);
            counted(&ALL_VERDICTS, &service.verdicts).filter(|(verdict, _)| !harmless(verdict)).map(|(_, n)| n).sum()
        };
        let worst_first = |a: &((Address, u16), Service), b: &((Address, u16), Service)| {
            let key = |service: &Service| (bad(service), service.connections);
            key(&b.1).cmp(&key(&a.1)).then(a.0.cmp(&b.0))
        };
        sort::by(&mut services, worst_first);
        services.truncate(MOST_SERVICES);
        let mut findings: Vec<_> = self.troubles.into_iter().collect();
        sort::by(&mut findings, |((a, x, v), t), ((b, y, w), u)| {
            (rank(*v), u.connections).cmp(&(rank(*w), t.connections)).then((a, x).cmp(&(b, y)))
        });
        findings.truncate(MOST_FINDINGS);
        StatesAnswer {
            states: self.states.into_iter().filter(|count| count.clients + count.servers > 0).collect(),
            verdicts: most_first(counted(&ALL_VERDICTS, &self.verdicts)),
            conn_states: most_first(counted(&zeek::WORDS.map(str::to_owned), &self.words)),
            services: services.into_iter().filter_map(|(key, service)| service_row(asked, key, &service)).collect(),
            findings: findings
                .into_iter()
                .map(|((address, port, verdict), trouble)| finding(&address, port, verdict, &trouble))
                .collect(),
            ..StatesAnswer::default()
        }
    }
}

const ALL_STATES: [SocketState; STATES] = {
    use SocketState::*;
    [Unknown, SynSent, SynReceived, Established, FinWait1, FinWait2, CloseWait, Closing, LastAck, TimeWait, Closed]
};
const ALL_VERDICTS: [Verdict; VERDICTS] = {
    use Verdict::*;
    [Open, Normal, Closing, Refused, Unanswered, Unfinished, Reset, HalfOpen, CloseWait]
};

fn increase(counts: &mut [u32], at: usize) {
    if let Some(count) = counts.get_mut(at) {
        *count += 1;
    }
}

fn counted<'a, T: Clone>(of: &'a [T], counts: &'a [u32]) -> impl Iterator<Item = (T, u32)> + 'a {
    of.iter().cloned().zip(counts.iter().copied()).filter(|(_, count)| *count > 0)
}

fn most_first<T>(counts: impl Iterator<Item = (T, u32)>) -> Vec<(T, u32)> {
    let mut counts: Vec<_> = counts.collect();
    sort::by_key(&mut counts, |(_, count)| std::cmp::Reverse(*count));
    counts
}

fn service_row(asked: &Asked<'_>, (address, port): (Address, u16), service: &Service) -> Option<ServiceStates> {
    let flow = asked.store.flows.get(service.flow)?;
    Some(ServiceStates {
        service: text_of(&address, port),
        name: server_name(asked, flow).0,
        application: application(flow).to_owned(),
        connections: service.connections,
        verdicts: most_first(counted(&ALL_VERDICTS, &service.verdicts)),
        states: most_first(counted(&ALL_STATES, &service.states)),
        filter: service_filter(&address, port),
    })
}

/// The end a trouble is about (who waits, who reset, who is not heard), and how long it lasts: ns.
fn culprit(sockets: &Sockets, verdict: Verdict, client: End, end: i64) -> (End, i64) {
    match verdict {
        Verdict::CloseWait => {
            let who = sockets.waiting_to_close(end).unwrap_or(1 - client);
            (who, sockets.end(who).age(end).unwrap_or(0))
        }
        Verdict::HalfOpen => {
            let who = 1 - sockets.unheard(end).unwrap_or(client);
            (who, since(sockets.end(who).last, end))
        }
        Verdict::Reset => sockets.reset.map_or((client, 0), |reset| (reset.by, reset.silence)),
        Verdict::Unfinished => (client, since(sockets.end(1 - client).first_syn, end)),
        _ => (1 - client, since(sockets.end(client).first_syn, end)),
    }
}

/// The worst first.
fn rank(verdict: Verdict) -> u8 {
    use Verdict::*;
    [CloseWait, HalfOpen, Unanswered, Refused, Reset, Unfinished].iter().position(|v| *v == verdict).unwrap_or(9) as u8
}

fn finding(address: &Address, port: u16, verdict: Verdict, trouble: &Trouble) -> StateFinding {
    let Trouble { connections, by_server, longest, .. } = *trouble;
    let (service, n) = (text_of(address, port), plural(connections, "connection"));
    let long = duration(longest);
    let by_clients = connections - by_server;
    let who = match (by_server, by_clients) {
        (0, 1) => "the client".to_owned(),
        (0, _) => "the clients".to_owned(),
        (_, 0) => "the server".to_owned(),
        _ => format!("the server ({by_server}) and the clients ({by_clients})"),
    };
    let sentence = match verdict {
        Verdict::CloseWait if connections >= LEAK || longest >= LONG => format!(
            "{n} of {service} in CLOSE_WAIT, the oldest for {long}: the application at {who} does not close what its peer has closed (a leak)."
        ),
        Verdict::CloseWait => {
            format!("{n} of {service} in CLOSE_WAIT for {long}: the application at {who} has not closed yet.")
        }
        Verdict::HalfOpen => format!(
            "{n} of {service} half open: {who} fell silent up to {long} before the end, and what is sent again is not answered."
        ),
        Verdict::Unanswered => format!(
            "{n} to {service} not answered: SYNs for up to {long} without a word. A filter drops them, or the host is not there."
        ),
        Verdict::Refused => {
            format!("{n} to {service} refused: the host answers, but nothing listens there (or a firewall rejects).")
        }
        Verdict::Reset => format!("{n} of {service} reset by {who}."),
        _ => format!("{n} to {service} not finished: the SYN/ACK is not acknowledged (answers lost, or a SYN flood)."),
    };
    let filter = if trouble.streams.len() <= MOST_STREAMS {
        let streams: Vec<String> = trouble.streams.iter().map(u32::to_string).collect();
        match streams.as_slice() {
            [only] => format!("tcp.stream == {only}"),
            _ => format!("tcp.stream in {{{}}}", streams.join(", ")),
        }
    } else {
        service_filter(address, port)
    };
    StateFinding { verdict, sentence, connections, service, filter }
}

pub fn plural(n: u32, thing: &str) -> String {
    format!("{} {thing}{}", count(n), if n == 1 { "" } else { "s" })
}

pub fn duration(ns: i64) -> String {
    let seconds = ns as f64 / 1e9;
    match ns {
        ..1_000_000 => format!("{:.2} ms", seconds * 1e3),
        1_000_000..1_000_000_000 => format!("{:.0} ms", seconds * 1e3),
        1_000_000_000..60_000_000_000 => format!("{seconds:.1} s"),
        _ => long(ns / 1_000_000_000),
    }
}

fn row(asked: &Asked<'_>, local: &[Address], record: &Record) -> Option<StateRow> {
    let store = asked.store;
    let flow = store.flows.get(record.flow)?;
    let end = store.totals.latest;
    let (mut sockets, mut zeek) = (Sockets::default(), Zeek::new([flow.port(0), flow.port(1)]));
    zeek.history = Some(String::new());
    let is_tcp = flow.key.transport == Transport::Tcp;
    if is_tcp {
        // They are all there when as many as it has were seen; the rest of the capture is not looked at.
        for segment in store.segments(record.flow).take(flow.total_packets() as usize) {
            sockets.observe(&segment);
            zeek.observe(&segment);
        }
        sockets.finish(end);
    }
    if flow.key.transport == Transport::Udp {
        zeek.history = Some(stateless_history(flow));
    }
    let (client, server) = (sockets.end(flow.client), sockets.end(flow.server()));
    let address = |end: End| store.address(flow, end);
    let is_local = |end: End| address(end).is_some_and(|address| local.contains(&address));
    let text = |end: End| address(end).map(|address| address.to_string()).unwrap_or_default();
    let port = |end: End| flow.has_ports().then(|| flow.port(end));
    let known = |time: i64| Some(time).filter(|&time| time != NO_TIME);
    let word = zeek::WORDS.get(usize::from(record.word)).copied().unwrap_or_default();
    Some(StateRow {
        flow: record.flow,
        stream: flow.stream,
        transport: transport_name(flow.key.transport).into_owned(),
        client: text(flow.client),
        client_port: port(flow.client),
        server: text(flow.server()),
        server_port: port(flow.server()),
        client_is_local: is_local(flow.client),
        server_is_local: is_local(flow.server()),
        application: application(flow).to_owned(),
        name: server_name(asked, flow).0,
        client_state: record.client,
        server_state: record.server,
        client_since_ns: known(client.since),
        server_since_ns: known(server.since),
        client_age_ns: client.age(end),
        server_age_ns: server.age(end),
        conn_state: if is_tcp { zeek.words() } else { word.to_owned() },
        history: zeek.history.take().unwrap_or_default(),
        verdict: record.verdict,
        sentence: if is_tcp { sentence(&sockets, record.verdict, flow, end) } else { String::new() },
        filter: filter(asked, flow),
    })
}

/// The verdict on one connection, with its numbers.
fn sentence(sockets: &Sockets, verdict: Verdict, flow: &Flow, end: i64) -> String {
    let (client, server) = (sockets.end(flow.client), sockets.end(flow.server()));
    let name = |end: End| if end == flow.client { "client" } else { "server" };
    let (who, long) = culprit(sockets, verdict, flow.client, end);
    let (who_name, other, long) = (name(who), name(1 - who), duration(long));
    let syns = plural(client.syns, "SYN");
    match verdict {
        Verdict::Open if client.state == SocketState::SynSent => "The capture ends during the handshake.".to_owned(),
        Verdict::Open => {
            let idle = since(client.last.max(server.last), end);
            if idle > LONG { format!("Open, nothing said for {}.", duration(idle)) } else { "Open.".to_owned() }
        }
        Verdict::Normal if sockets.reset.is_some() => "Closed, the last of it with a reset.".to_owned(),
        Verdict::Normal => "Closed by both ends.".to_owned(),
        Verdict::Closing => "One end has closed, the other not yet.".to_owned(),
        Verdict::Refused => {
            let after = sockets.reset.map_or(0, |reset| reset.silence);
            format!(
                "Refused: a reset answered the SYN after {}; nothing listens, or a firewall rejects.",
                duration(after)
            )
        }
        Verdict::Unanswered => {
            format!("Not answered: {syns} in {long} and not a word back; filtered, or the host is not there.")
        }
        Verdict::Unfinished => {
            format!("{} sent over {long}, never acknowledged by the client.", plural(server.syns, "SYN/ACK"))
        }
        Verdict::HalfOpen => {
            let again = plural(sockets.end(1 - who).repeats, "segment");
            let end = if sockets.reset.is_some() { ", then gave up with a reset" } else { "" };
            format!("The {who_name} is gone: silent for {long}, while the {other} sent {again} again for nothing{end}.")
        }
        Verdict::CloseWait => {
            format!("In CLOSE_WAIT for {long}: the {other} has closed, the application at the {who_name} has not.")
        }
        Verdict::Reset => reset_sentence(sockets, flow, who_name, name),
    }
}

fn reset_sentence(sockets: &Sockets, flow: &Flow, who: &str, name: impl Fn(End) -> &'static str) -> String {
    let Some(reset) = sockets.reset else { return String::new() };
    let mut text = format!("Reset by the {who} after {}", duration(since(flow.first, reset.time)));
    let [said_a, said_b] = sockets.ends.map(|end| end.last_payload);
    let by_resetter = if reset.by == 0 { said_a > said_b } else { said_b > said_a };
    text += &match () {
        () if reset.of_syn_ack => ", in answer to the SYN/ACK".to_owned(),
        () if said_a == NO_TIME && said_b == NO_TIME => ", right after the handshake: nothing was said".to_owned(),
        () if !by_resetter && reset.by == flow.client => ", in the middle of the server's data".to_owned(),
        () if !by_resetter => ", instead of an answer to the client".to_owned(),
        () if reset.pending || reset.silence < SOON => ", in the middle of its data".to_owned(),
        () => String::new(),
    };
    if reset.silence >= LONG {
        text += &format!(", after {} of silence", duration(reset.silence));
    }
    for end in 0..2 {
        let waited = sockets.end(end).close_waited;
        if waited >= LONG {
            text += &format!("; the {} had been in CLOSE_WAIT for {}", name(end), duration(waited));
        }
    }
    text + "."
}

#[cfg(test)]
mod tests {
    use crate::api::{Question, SocketState, StateColumn, StateFilter, StateSort, States, StatesAnswer, Verdict};
    use crate::engine::session::Session;
    use crate::engine::testing::talk;

    const TALK: &str = "> SYN / < RST ACK / > SYN seq=70000 +1s / < SYN ACK +20ms / > ACK / > 300 / < RST +5ms / \
                        > SYN seq=900000 +1s / < SYN ACK / > ACK";

    fn ask(session: &mut Session, question: States) -> StatesAnswer {
        let answer = session.answer(&question.query(), &mut &[][..]).expect("an answer");
        States::take(answer).expect("of states")
    }

    #[test]
    fn rows_are_counted_sorted_and_filtered() {
        let mut session = talk(TALK);
        let all = ask(&mut session, States { rows: 0..9, ..States::default() });
        assert_eq!((all.total, all.matching, all.rows.len()), (3, 3, 3));
        let verdicts: Vec<Verdict> = all.rows.iter().map(|row| row.verdict).collect();
        assert_eq!(verdicts, [Verdict::Refused, Verdict::Reset, Verdict::Open]);
        let words: Vec<&str> = all.rows.iter().map(|row| row.conn_state.as_str()).collect();
        assert_eq!(words, ["REJ", "RSTR", "S1"]);
        assert_eq!(all.findings.len(), 2);
        assert_eq!(all.services.iter().map(|service| service.connections).collect::<Vec<_>>(), [3]);
        let closed = all.states.iter().find(|count| count.state == SocketState::Closed).expect("some");
        assert_eq!((closed.clients, closed.servers, closed.local), (2, 2, 2));

        let sort = StateSort { by: StateColumn::Age, descending: true };
        let oldest = ask(&mut session, States { rows: 0..1, sort, ..States::default() });
        assert_eq!(oldest.rows.first().map(|row| row.flow), Some(0));
        let filter = StateFilter { state: Some(SocketState::Established), ..StateFilter::default() };
        let open = ask(&mut session, States { rows: 0..9, filter, ..States::default() });
        assert_eq!((open.total, open.matching, open.rows.first().map(|row| row.flow)), (3, 1, Some(2)));
        let service = "10.0.0.2:47777".to_owned();
        let filter = StateFilter { service, conn_state: "REJ".to_owned(), ..StateFilter::default() };
        assert_eq!(ask(&mut session, States { filter, ..States::default() }).matching, 1);
        let search = ":1".to_owned();
        assert_eq!(ask(&mut session, States { search, ..States::default() }).matching, 0);
    }

    #[test]
    fn a_reset_is_told_with_its_numbers() {
        let mut session = talk(TALK);
        let all = ask(&mut session, States { rows: 0..9, ..States::default() });
        let said = all.rows.get(1).map(|row| row.sentence.as_str());
        assert_eq!(said, Some("Reset by the server after 25 ms, instead of an answer to the client."));
    }
}
