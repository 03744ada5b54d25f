//! One row a packet: times, lengths, layers, columns, addresses, ports, TCP numbers.
use super::Sight;
use serde_json::{Value, json};
use wireglass::engine::capture::{Files, Format};
use wireglass::engine::dissect::{Family, Transport, seconds, tcp_flag};
use wireglass::engine::flow::sequence::Finding;
use wireglass::engine::protocols::protocol;
use wireglass::engine::replay::Seen;
use wireglass::engine::sight::layer_names;
use wireglass::engine::store::flows::Flow;
use wireglass::engine::store::marks::kinds;
use wireglass::engine::store::packets::NO_TIME;

const COLUMNS: [&str; 25] = [
    "n",
    "time",
    "len",
    "cap",
    "if",
    "protocols",
    "src",
    "dst",
    "proto",
    "info",
    "ip_src",
    "ip_dst",
    "sport",
    "dport",
    "tcp_stream",
    "udp_stream",
    "tcp_flags",
    "seq",
    "ack",
    "tcplen",
    "win",
    "ack_rtt",
    "acks_frame",
    "bif",
    "analysis",
];

#[derive(Default)]
pub struct Collector {
    rows: Vec<(u32, Vec<Value>)>,
}

impl Collector {
    pub fn add(&mut self, sight: &Sight<'_>) {
        let packet = &sight.packet;
        let time = match sight.store.start {
            Some(start) if packet.time != NO_TIME => seconds(start.saturating_add(packet.time)),
            _ => String::new(),
        };
        let (source, destination) = sight.d.source_destination();
        let [ip_src, ip_dst] = addresses(sight);
        let [sport, dport] = ports(sight);
        let row = vec![
            json!(sight.n),
            json!(time),
            json!(packet.wire_len),
            json!(packet.captured),
            Value::Null,
            json!(layer_names(sight.d).join(":")),
            json!(source),
            json!(destination),
            json!(sight.d.protocol_name(|id| protocol(id).short)),
            json!(sight.d.info_text()),
            json!(ip_src),
            json!(ip_dst),
            json!(sport),
            json!(dport),
            json!(streams(sight, Transport::Tcp)),
            json!(streams(sight, Transport::Udp)),
            json!(sight.texts("tcp.flags")),
            json!(tcp(sight, |seen, flow| relative(seen.segment.tcp?.seq, flow, seen.end))),
            json!(tcp(sight, |seen, flow| {
                let head = seen.segment.tcp?;
                if head.flags & tcp_flag::ACK == 0 { Some(head.ack) } else { relative(head.ack, flow, 1 - seen.end) }
            })),
            json!(tcp(sight, |seen, _| seen.segment.tcp.map(|_| seen.segment.payload_len))),
            json!(tcp(sight, |seen, flow| seen.segment.tcp.map(|head| window(
                head.window,
                head.flags,
                flow,
                seen.end
            )))),
            json!(found(sight, |finding| finding.acks.filter(|&(_, ns)| ns != 0).map(|(_, ns)| seconds(ns)))),
            json!(found(sight, |finding| finding.acks.map(|(packet, _)| (packet + 1).to_string()))),
            json!(found(sight, |finding| finding.in_flight.map(|bytes| bytes.to_string()))),
            json!(found(sight, |finding| {
                let names = kinds(finding.marks).map(|kind| kind.name);
                Some(names.collect::<Vec<_>>().join(",")).filter(|names| !names.is_empty())
            })),
        ];
        self.rows.push((sight.store.stacks.interface(packet.stack), row));
    }

    pub fn facts(self, reader: &Files) -> Value {
        let is_pcapng = reader.format() == Some(Format::Pcapng);
        let rows = self.rows.into_iter().map(|(interface, mut row)| {
            if let (true, Some(cell)) = (is_pcapng, row.get_mut(4)) {
                *cell = json!(reader.interfaces().get(interface as usize).map_or(interface, |i| i.local_id));
            }
            row
        });
        json!({ "cols": COLUMNS, "rows": rows.collect::<Vec<_>>() })
    }
}

/// Sources and destinations of all IPv4 layers; only without one, of all IPv6 layers.
fn addresses(sight: &Sight<'_>) -> [String; 2] {
    let of = |family: Family| {
        let pairs = sight.d.pairs.iter().filter(move |(source, _, _)| source.family() == family);
        let (sources, destinations): (Vec<_>, Vec<_>) = pairs.map(|(s, d, _)| (s.to_string(), d.to_string())).unzip();
        [sources.join(","), destinations.join(",")]
    };
    let ipv4 = of(Family::Ipv4);
    if ipv4 == [const { String::new() }; 2] { of(Family::Ipv6) } else { ipv4 }
}

fn ports(sight: &Sight<'_>) -> [String; 2] {
    let tcp = [sight.texts("tcp.srcport"), sight.texts("tcp.dstport")];
    let [source, _] = &tcp;
    if source.is_empty() { [sight.texts("udp.srcport"), sight.texts("udp.dstport")] } else { tcp }
}

fn streams(sight: &Sight<'_>, transport: Transport) -> String {
    let of = sight.transports.iter().filter(|seen| seen.segment.transport == transport);
    let numbers = of.filter_map(|seen| Some(sight.store.flows.get(seen.flow)?.stream.to_string()));
    numbers.collect::<Vec<_>>().join(",")
}

/// A number of each TCP layer.
fn tcp(sight: &Sight<'_>, number: impl Fn(&Seen, &Flow) -> Option<u32>) -> String {
    let numbers = sight.transports.iter().filter_map(|seen| number(seen, sight.store.flows.get(seen.flow)?));
    numbers.map(|n| n.to_string()).collect::<Vec<_>>().join(",")
}

/// What each TCP layer's numbers say.
fn found(sight: &Sight<'_>, text: impl Fn(&Finding) -> Option<String>) -> String {
    sight.transports.iter().filter_map(|seen| text(&seen.finding)).collect::<Vec<_>>().join(",")
}

fn relative(number: u32, flow: &Flow, end: usize) -> Option<u32> {
    Some(number.wrapping_sub(Flow::by(flow.tcp.base, end).unwrap_or(0)))
}

/// The receive window after scaling; SYNs are never scaled (RFC 7323 §2.2).
fn window(window: u16, flags: u16, flow: &Flow, end: usize) -> u32 {
    let shift = Flow::by(flow.tcp.scale, end).filter(|_| flags & tcp_flag::SYN == 0);
    u32::from(window) << shift.unwrap_or(0)
}
