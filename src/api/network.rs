//! Who talked to whom, address by address: endpoints, conversations, trees of destinations, and one address with all about it.
use super::NameFrom;
use serde::{Deserialize, Serialize};

/// Wireshark's tables of endpoints and conversations: one for each kind of address.
#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum AddressKind {
    Ethernet,
    /// IEEE 802.11.
    Wlan,
    #[default]
    Ipv4,
    Ipv6,
    /// Addresses with ports.
    Tcp,
    Udp,
    Sctp,
}

impl AddressKind {
    pub const ALL: [Self; 7] = [Self::Ethernet, Self::Wlan, Self::Ipv4, Self::Ipv6, Self::Tcp, Self::Udp, Self::Sctp];

    /// As Wireshark's tabs say it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ethernet => "Ethernet",
            Self::Wlan => "IEEE 802.11",
            Self::Ipv4 => "IPv4",
            Self::Ipv6 => "IPv6",
            Self::Tcp => "TCP",
            Self::Udp => "UDP",
            Self::Sctp => "SCTP",
        }
    }
}

#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct EndpointSort {
    pub by: EndpointColumn,
    pub descending: bool,
}

#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum EndpointColumn {
    #[default]
    Address,
    Port,
    Name,
    Country,
    Packets,
    Bytes,
    TxPackets,
    TxBytes,
    RxPackets,
    RxBytes,
}

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Default)]
pub struct EndpointPage {
    /// How many endpoints there are, and how many of them the search finds.
    pub total: u32,
    pub matching: u32,
    /// How many each table has, in the order of [`AddressKind::ALL`]; `None`: some, not counted yet.
    pub tables: Vec<Option<u32>>,
    pub rows: Vec<EndpointRow>,
}

/// One address, with TCP, UDP and SCTP one port of it. Bytes are whole frames on the wire.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Default)]
pub struct EndpointRow {
    pub address: String,
    pub port: Option<u16>,
    /// What the capture calls the address; empty when it does not.
    pub name: String,
    pub name_from: NameFrom,
    /// Empty when unknown.
    pub country: String,
    pub packets: u64,
    pub bytes: u64,
    /// Sent by it.
    pub tx_packets: u64,
    pub tx_bytes: u64,
    /// Sent to it.
    pub rx_packets: u64,
    pub rx_bytes: u64,
    /// A Wireshark display filter that selects it.
    pub filter: String,
}

#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct ConversationSort {
    pub by: ConversationColumn,
    pub descending: bool,
}

#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum ConversationColumn {
    /// Order of first packets in the file.
    #[default]
    Number,
    AddressA,
    PortA,
    AddressB,
    PortB,
    Packets,
    Bytes,
    /// Wireshark's `tcp.stream`.
    Stream,
    PacketsAtoB,
    BytesAtoB,
    PacketsBtoA,
    BytesBtoA,
    Start,
    Duration,
    BitsAtoB,
    BitsBtoA,
}

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Default)]
pub struct ConversationPage {
    /// How many conversations there are, and how many of them the search finds.
    pub total: u32,
    pub matching: u32,
    /// How many each table has, in the order of [`AddressKind::ALL`].
    pub tables: Vec<u32>,
    pub rows: Vec<ConversationRow>,
}

/// What passed between two addresses. A is the source of the first packet. Bytes are whole frames on the wire.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Default)]
pub struct ConversationRow {
    pub a: String,
    pub a_port: Option<u16>,
    pub b: String,
    pub b_port: Option<u16>,
    /// What the capture calls them; empty when it does not.
    pub a_name: String,
    pub b_name: String,
    pub packets: u64,
    pub bytes: u64,
    /// Wireshark's `tcp.stream` or `udp.stream`.
    pub stream: Option<u32>,
    /// The flow, where it is one.
    pub flow: Option<u32>,
    pub packets_a_to_b: u64,
    pub bytes_a_to_b: u64,
    pub packets_b_to_a: u64,
    pub bytes_b_to_a: u64,
    /// `None` when no packet of it has a time.
    pub start_ns: Option<i64>,
    pub duration_ns: i64,
    /// Bits per second over the conversation's duration; `None` where that is no time.
    pub bits_a_to_b: Option<f64>,
    pub bits_b_to_a: Option<f64>,
    /// A Wireshark display filter that selects it.
    pub filter: String,
}

/// What a tree counts.
#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum TreeKind {
    /// Servers: address → transport → port, by what passed between them and their clients, in both directions.
    #[default]
    Services,
    /// Wireshark's Destinations and Ports: every packet by destination address → transport → destination port.
    Destinations,
    /// Wireshark's All Addresses: every packet counts for its source and for its destination.
    Addresses,
    /// Wireshark's Source and Destination Addresses.
    Sides,
    /// Wireshark's IP Protocol Types.
    Protocols,
    /// Time to live (IPv6: hop limit) by source address, of the innermost header.
    Hops,
    /// Wireshark's Packet Lengths, of all packets.
    Lengths,
}

#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct TreeSort {
    pub by: TreeColumn,
    pub descending: bool,
}

#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum TreeColumn {
    /// The usual order of the tree: services by bytes, lengths from short to long, the others by count, most first.
    #[default]
    Usual,
    Item,
    Name,
    Country,
    Flows,
    Packets,
    Bytes,
    Average,
    Least,
    Most,
    BurstRate,
    BurstStart,
}

/// Which nodes show what is below them.
#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Unfolded {
    /// All of a small tree, none of a large one.
    #[default]
    Fitting,
    All,
    /// Only the roots.
    None,
}

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Default)]
pub struct StatsPage {
    /// Rows there are with what is unfolded.
    pub total: u32,
    /// Nodes of the whole tree, and how many of them the search finds.
    pub nodes: u32,
    pub matching: u32,
    /// Whether nodes are unfolded unless said otherwise.
    pub unfolded: bool,
    /// From the first to the last packet that the tree counts.
    pub duration_ns: i64,
    /// Packets that the tree of IPv4 and that of IPv6 count; for services, their flows.
    pub of_family: [u64; 2],
    pub rows: Vec<StatsRow>,
}

/// One node.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Default)]
pub struct StatsRow {
    /// 0 for the outermost.
    pub depth: u32,
    /// All items from the outermost: `10.0.0.1 / TCP / 443`. Names the node in [`super::StatsTree::turned`].
    pub path: String,
    /// `443`
    pub item: String,
    /// Whether it shows what is below it; `None`: there is nothing.
    pub unfolded: Option<bool>,
    /// Of an address: what the capture calls it. Of a port: what the servers are called, or the service that is usual there.
    pub name: String,
    pub name_from: NameFrom,
    /// It has other names as well.
    pub more_names: bool,
    /// Empty when unknown.
    pub country: String,
    /// Services only.
    pub flows: u64,
    /// Wireshark's Count.
    pub packets: u64,
    /// Whole frames on the wire.
    pub bytes: u64,
    /// Of packet lengths, bytes; `None` where there is none.
    pub average: Option<f64>,
    pub least: Option<u32>,
    pub most: Option<u32>,
    /// Packets per millisecond.
    pub rate: f64,
    /// Of the node around it; of the outermost 100.
    pub percent: f64,
    /// Most packets in 100 ms (in steps of 5), per millisecond, and when, ns; none where nothing was counted.
    pub burst_rate: Option<f64>,
    pub burst_start_ns: Option<i64>,
    /// A Wireshark display filter that selects it; empty where there is none.
    pub filter: String,
}

/// One address with all about it.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Default)]
pub struct HostAnswer {
    pub address: String,
    /// Whether a packet that matches the filter has it.
    pub found: bool,
    /// It is one of "us".
    pub local: bool,
    pub country: String,
    /// What it is called, and where that comes from: the rows asked for.
    pub names: Vec<HostName>,
    pub all_names: u32,
    /// ns; `None` without any time.
    pub first_ns: Option<i64>,
    pub last_ns: Option<i64>,
    /// All packets that have it as a source, and as a destination.
    pub sent: Traffic,
    pub received: Traffic,
    /// Its flows as a client, and as a server.
    pub as_client: HostRole,
    pub as_server: HostRole,
    /// By protocol, most bytes first.
    pub protocols: Vec<HostPart>,
    /// Ports it serves, and ports of others it asked, most bytes first: the rows asked for.
    pub ports_served: Vec<HostPort>,
    pub ports_asked: Vec<HostPort>,
    /// How many there are.
    pub served: u32,
    pub asked: u32,
    /// Whom it exchanged packets with, most bytes first: the rows asked for.
    pub peers: Vec<HostPeer>,
    pub all_peers: u32,
    /// Its peers by country; empty while countries are not known.
    pub countries: Vec<HostPart>,
    /// Packets and bytes over time: always over the time of the whole capture.
    pub activity: Activity,
    pub interfaces: Vec<HostInterface>,
    /// Link addresses beside it (of a host beyond a router: the router's); of a link address, the IP addresses beside it. The rows
    /// asked for, most bytes first.
    pub beside: Vec<HostPart>,
    pub all_beside: u32,
    /// Time to live of what it sent: each value with packets.
    pub hops: Vec<HostPart>,
    /// A Wireshark display filter that selects it.
    pub filter: String,
}

/// Packets, and whole frames on the wire.
#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Traffic {
    pub packets: u64,
    pub bytes: u64,
}

/// A name of an address.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Default)]
pub struct HostName {
    pub name: String,
    pub from: NameFrom,
    /// Flows that say it; 0 for DNS and name records.
    pub flows: u32,
    /// Selects these flows; empty without any.
    pub filter: String,
}

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Default)]
pub struct HostRole {
    pub flows: u32,
    pub sent: Traffic,
    pub received: Traffic,
    pub first_ns: Option<i64>,
    pub last_ns: Option<i64>,
}

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Default)]
pub struct HostPart {
    pub name: String,
    /// Of countries: peers; 0 where flows mean nothing.
    pub flows: u32,
    pub packets: u64,
    pub bytes: u64,
    /// A Wireshark display filter that selects it together with the address; empty where there is none.
    pub filter: String,
}

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Default)]
pub struct HostPort {
    pub transport: String,
    pub port: u16,
    /// The protocol spoken there, where known.
    pub application: String,
    pub flows: u32,
    pub packets: u64,
    pub bytes: u64,
    pub filter: String,
}

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Default)]
pub struct HostPeer {
    pub address: String,
    pub name: String,
    pub country: String,
    /// From the address whose page it is to the peer.
    pub sent: Traffic,
    pub received: Traffic,
    pub first_ns: Option<i64>,
    pub last_ns: Option<i64>,
    pub filter: String,
}

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Default)]
pub struct Activity {
    /// Start of the first bucket, ns.
    pub start_ns: i64,
    /// Width of every bucket, ns; a round number.
    pub width_ns: i64,
    pub sent_packets: Vec<u32>,
    pub received_packets: Vec<u32>,
    pub sent_bytes: Vec<u64>,
    pub received_bytes: Vec<u64>,
}

/// An interface of the file on which it was seen, as `ifconfig` would tell of it.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Default)]
pub struct HostInterface {
    pub id: u32,
    pub name: String,
    pub description: String,
    pub encapsulation: String,
    /// Of the capture's own hosts: the link address they send with; empty otherwise, or where there is none.
    pub link_address: String,
    /// IP addresses that send with the same link address on it, own hosts only, at most 20.
    pub addresses: Vec<String>,
    /// Packets of the address on this interface.
    pub sent: Traffic,
    pub received: Traffic,
    /// The longest frame it sent, bytes.
    pub longest: u32,
}
