//! What can be typed: commands, options, help.
use super::columns::parse_sort;
use super::report::Report;
use super::save::{Save, Text};
use super::shift::{self, Shift};
use super::states::parse_state;
use super::statistics::Of;
use super::timeline::Line;
use super::times::parse_time_sort;
use super::unwanted::Unwanted;
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::net::IpAddr;
use std::path::PathBuf;
use wireglass::api::{Filter, FlowSort, Language, Query, Severity, SocketState, TimeSort};
use wireglass::engine::dissect::Transport;

/// Reads packet captures: who talked to whom, over which protocols, how fast, and what went wrong
#[derive(Parser)]
#[command(name = "wireglass", version, max_term_width = 100, after_help = EXAMPLES)]
pub struct Arguments {
    #[command(subcommand)]
    pub command: Command,
    #[command(flatten)]
    pub filter: FilterArguments,
}

/// Which packets a command is about.
#[derive(Args, Clone, Default)]
pub struct FilterArguments {
    /// Only packets that match this Wireshark display filter
    #[arg(
        short = 'Y',
        long = "display-filter",
        value_name = "FILTER",
        global = true,
        allow_hyphen_values = true,
        conflicts_with = "capture_filter"
    )]
    pub display_filter: Option<String>,
    /// Only packets that match this tcpdump (pcap-filter) expression
    #[arg(short = 'f', long = "capture-filter", value_name = "FILTER", global = true, allow_hyphen_values = true)]
    pub capture_filter: Option<String>,
    /// Adds so many seconds to the times of all files, or of the N-th: 2=-1.5
    #[arg(long, value_name = "[N=]SECONDS", global = true, allow_hyphen_values = true, value_parser = shift::parse)]
    pub shift: Vec<Shift>,
}

impl FilterArguments {
    pub fn filter(self) -> Filter {
        match (self.display_filter, self.capture_filter) {
            (Some(text), _) => Filter { text, language: Language::Display },
            (None, Some(text)) => Filter { text, language: Language::Capture },
            (None, None) => Filter::default(),
        }
    }
}

const EXAMPLES: &str = "\
Examples:
  wireglass summary trace.pcap                     what is in the file
  wireglass flows trace.pcap --sort bytes:desc     the largest conversations first
  wireglass rtt trace.pcapng                       how long TCP handshakes took
  wireglass flows -Y 'dns || tls' trace.pcap       only what matches a display filter
  wireglass flows -f 'port 53 or 443' trace.pcap   only what matches a tcpdump expression
  wireglass flows ring_*.pcapng.gz                 several files as one, merged by time
  tcpdump -w - -c 1000 | wireglass hierarchy -     read a capture from standard input

Captures are pcap or pcapng, also packed (gz, zst, lz4, xz, bz2, zip). Exit codes: 0 done; 2 not a capture, cannot be opened, no valid filter, or wrong usage;
1 anything else that failed.";

#[derive(Subcommand)]
pub enum Command {
    /// The capture as a whole: times, sizes, applications, hosts, interfaces, warnings
    #[command(after_help = "\
Examples:
  wireglass summary trace.pcap
  wireglass summary --json trace.pcap | jq .packets")]
    Summary {
        #[command(flatten)]
        input: Input,
    },
    /// Packets, bytes, new flows and errors over time
    #[command(after_help = "\
Examples:
  wireglass timeline trace.pcap
  wireglass timeline --interval 10ms --series dns --series 'tcp.flags.reset == 1' trace.pcap
  wireglass timeline --buckets 24 --json trace.pcap")]
    Timeline(Line),
    /// How much there was of what: addresses, protocols, ports, durations, lengths, hours
    #[command(after_help = "\
Examples:
  wireglass statistics trace.pcap
  wireglass statistics --of destinations --by data trace.pcap
  wireglass statistics --of hours --utc-offset 540 --csv trace.pcap")]
    Statistics(Of),
    /// The protocol hierarchy: packets and bytes of each protocol inside each other
    #[command(after_help = "\
Examples:
  wireglass hierarchy trace.pcap
  wireglass hierarchy --local 10.0.0.5,fd00::5 trace.pcap")]
    Hierarchy {
        #[command(flatten)]
        input: Input,
        #[command(flatten)]
        text: Text,
        /// Whose packets count as sent; without it, the busiest hosts are taken
        #[arg(long, value_name = "ADDRESS", value_delimiter = ',')]
        local: Vec<IpAddr>,
    },
    /// What was exchanged with each country, and with addresses that are in none
    #[command(after_help = "\
Examples:
  wireglass countries trace.pcap
  wireglass countries --table GeoLite2-Country.mmdb trace.pcap
  wireglass flows -Y 'geo.country == \"KR\"' trace.pcap

IP Geolocation by DB-IP, https://db-ip.com (CC BY 4.0).")]
    Countries(super::countries::Arguments),
    /// Destinations and Ports: which servers and ports were talked to; and Wireshark's trees of packets
    #[command(after_help = "\
Examples:
  wireglass destinations trace.pcap
  wireglass destinations --tree packets --unfold trace.pcap   as `tshark -z dests,tree`
  wireglass destinations --tree lengths trace.pcap")]
    Destinations(super::network::Destinations),
    /// Endpoints: what each address sent and received
    #[command(after_help = "\
Examples:
  wireglass endpoints trace.pcap
  wireglass endpoints --of tcp --sort bytes:desc trace.pcap")]
    Endpoints(super::network::Endpoints),
    /// Conversations: what passed between two addresses
    #[command(after_help = "\
Examples:
  wireglass conversations trace.pcap
  wireglass conversations --of ethernet --sort bytes:desc trace.pcap")]
    Conversations(super::network::Conversations),
    /// One address: names, roles, peers, protocols, ports, interface
    #[command(after_help = "\
Examples:
  wireglass host 10.0.0.5 trace.pcap
  wireglass host 10.0.0.5 --json trace.pcap | jq .names")]
    Host(super::network::Host),
    /// The flow table: conversations of TCP, UDP, SCTP, ICMP
    #[command(after_help = "\
Examples:
  wireglass flows trace.pcap
  wireglass flows --sort initial-rtt:desc --limit 10 trace.pcap
  wireglass flows --search 'tls :443 example.com' trace.pcap
  wireglass flows --ndjson --limit 0 trace.pcap | jq -c .filter
  wireglass flows --conn-log --limit 0 trace.pcap > conn.log")]
    Flows {
        #[command(flatten)]
        input: Input,
        #[command(flatten)]
        text: Text,
        /// Order of the rows, `bytes` or `bytes:desc`; an unknown column lists the valid ones
        #[arg(long, value_name = "COLUMN[:desc]", default_value = "number", value_parser = parse_sort)]
        sort: FlowSort,
        /// Only flows in whose addresses, ports (`:443`), protocol, application or name all these words occur
        #[arg(long, value_name = "WORDS", default_value = "", hide_default_value = true)]
        search: String,
        /// As Zeek's conn.log; with --ndjson as its JSON
        #[arg(long, conflicts_with_all = ["json", "csv"])]
        conn_log: bool,
        #[command(flatten)]
        window: Window,
    },
    /// Round-trip times of TCP handshakes: distribution, slowest flows, by server
    #[command(after_help = "\
Examples:
  wireglass rtt trace.pcap
  wireglass rtt --limit 0 trace.pcap            all servers and flows, not just ten
  wireglass rtt --flow 3 trace.pcap             the data of one connection, in both directions
  wireglass rtt --json trace.pcap | jq .statistics")]
    Rtt {
        #[command(flatten)]
        input: Input,
        #[command(flatten)]
        text: Text,
        /// Servers and slowest flows shown at most; 0 shows all. JSON has all servers and no flows
        #[arg(long, value_name = "N", default_value_t = 10)]
        limit: u32,
        /// Only this connection (number as in `flows`)
        #[arg(long, value_name = "FLOW")]
        flow: Option<u32>,
    },
    /// All about one TCP connection: verdict, handshake, round trips, losses, where its time went
    #[command(after_help = "\
Examples:
  wireglass tcp 3 trace.pcap
  wireglass tcp 3 --json trace.pcap | jq .verdicts")]
    Tcp {
        /// The flow's number, as in `flows`
        flow: u32,
        #[command(flatten)]
        input: Input,
    },
    /// Where the time went: requests with their responses; whose fault it is
    #[command(after_help = "\
Examples:
  wireglass times trace.pcap
  wireglass times --sort server:desc --limit 10 trace.pcap
  wireglass times --flow 3 --limit 0 trace.pcap")]
    Times {
        #[command(flatten)]
        input: Input,
        #[command(flatten)]
        text: Text,
        /// Order of the rows: start, flow, sending, waiting, receiving, total, network, server, client, stalled; `:desc` turns it
        #[arg(long, value_name = "COLUMN[:desc]", default_value = "total:desc", value_parser = parse_time_sort)]
        sort: TimeSort,
        /// Only requests of this flow
        #[arg(long, value_name = "FLOW")]
        flow: Option<u32>,
        /// Only requests of flows in which all these words occur, as in `flows`
        #[arg(long, value_name = "WORDS", default_value = "", hide_default_value = true)]
        search: String,
        #[command(flatten)]
        window: Window,
    },
    /// Sockets as `netstat -ant` would print them at the capture's end, and what became of each connection
    #[command(after_help = "\
Examples:
  wireglass states trace.pcap
  wireglass states --state close-wait trace.pcap
  wireglass states --zeek --limit 0 trace.pcap   Zeek's conn_state and history
  wireglass states --json trace.pcap | jq .findings")]
    States {
        #[command(flatten)]
        input: Input,
        #[command(flatten)]
        text: Text,
        /// As Zeek's conn.log has it, UDP and the others too
        #[arg(long)]
        zeek: bool,
        /// Only connections that match these words, as in `flows`
        #[arg(long, value_name = "WORDS", default_value = "", hide_default_value = true)]
        search: String,
        /// Only connections of which an end is in this state
        #[arg(long, value_name = "STATE", value_parser = parse_state)]
        state: Option<SocketState>,
        #[command(flatten)]
        window: Window,
    },
    /// Where segments were lost: before the place of capture or behind it
    #[command(
        allow_missing_positional = true,
        after_help = "\
Examples:
  wireglass losses trace.pcap
  wireglass losses 3 trace.pcap                  every event of one connection"
    )]
    Losses {
        /// One connection, by its number in the flow table
        flow: Option<u32>,
        #[command(flatten)]
        input: Input,
        #[command(flatten)]
        text: Text,
    },
    /// Expert information: what deserves a look, by severity and kind
    #[command(after_help = "\
Examples:
  wireglass expert trace.pcap
  wireglass expert --severity warning --packets trace.pcap   with the rules and the packets
  wireglass expert --json trace.pcap | jq '.groups[].name'")]
    Expert {
        #[command(flatten)]
        input: Input,
        #[command(flatten)]
        text: Text,
        /// Only what is at least so grave
        #[arg(long, value_enum, default_value_t = Least::Comment)]
        severity: Least,
        /// Only groups in whose protocol, name or summary this occurs
        #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
        search: String,
        /// What each group means, and its first packets
        #[arg(long)]
        packets: bool,
    },
    /// The packet list, with Wireshark's columns
    #[command(after_help = "\
Examples:
  wireglass packets trace.pcap
  wireglass packets --from 1000 --limit 20 --utc trace.pcap
  wireglass packets --limit 0 trace.pcap | grep RST")]
    Packets {
        #[command(flatten)]
        input: Input,
        #[command(flatten)]
        text: Text,
        /// Date and time in UTC instead of seconds since the first packet
        #[arg(long)]
        utc: bool,
        #[command(flatten)]
        window: Window,
    },
    /// One packet: its layers and fields as a tree
    #[command(after_help = "\
Examples:
  wireglass packet 7 trace.pcap
  wireglass packet 7 --hex trace.pcap          with its bytes
  wireglass packet 7 --json trace.pcap | jq '.tree[] | select(.name == \"tcp.seq\")'")]
    Packet {
        /// Its number, from 1
        #[arg(value_parser = clap::value_parser!(u32).range(1..))]
        number: u32,
        #[command(flatten)]
        input: Input,
        /// Its bytes too, and those put together or unpacked from it
        #[arg(long)]
        hex: bool,
    },
    /// What the two ends of a TCP, UDP or other stream said, in order
    #[command(after_help = "\
Examples:
  wireglass follow tcp:0 trace.pcap
  wireglass follow udp:3 --show hex trace.pcap
  wireglass follow tcp:5 --side server --show raw trace.pcap > answer.bin")]
    Follow {
        /// `tcp:N` or `udp:N`: the stream's number as Wireshark counts (tcp.stream, udp.stream)
        #[arg(value_parser = parse_stream)]
        stream: (Transport, u32),
        /// The captures, as above; `-` is standard input
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
        /// Whose bytes
        #[arg(long, value_enum, default_value_t = FollowSide::Both)]
        side: FollowSide,
        /// How they are shown
        #[arg(long, value_enum, default_value_t = FollowShown::Text)]
        show: FollowShown,
        #[command(flatten)]
        progress: Progress,
    },
    /// Packets into a new capture file, or their list or flows as text
    #[command(after_help = "\
Examples:
  wireglass save trace.pcapng -o trace.pcap
  wireglass save -Y 'dns || http' trace.pcapng -o part.pcapng
  wireglass save --flow 3 trace.pcapng -o connection.pcapng
  wireglass save trace.pcap -o packets.csv
  wireglass save trace.pcap -o - | tcpdump -r -

The same kind of file is copied byte by byte: comments, interfaces, names and secrets stay. A pcap file holds
packets of one link type.")]
    Save(Save),
    Unwanted(Unwanted),
    Report(Report),
    /// What a filter means: language, parts, fields, and the same for the other tool
    #[command(after_help = "\
Examples:
  wireglass explain 'tcp.port == 443 && tcp.flags.syn == 1'
  wireglass explain 'tcp port 443 and not host 10.0.0.1'
  wireglass explain --capture 'ether host 00:00:5e:00:53:01' --link 113")]
    Explain {
        /// The filter, in whichever language understands it
        #[arg(value_name = "FILTER")]
        text: String,
        /// It is a Wireshark display filter
        #[arg(long, conflicts_with = "capture")]
        display: bool,
        /// It is a tcpdump (pcap-filter) expression
        #[arg(long)]
        capture: bool,
        /// The packets' link type, as pcap files number it: a tcpdump expression depends on it
        #[arg(long, value_name = "N", default_value_t = 1)]
        link: u16,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Every field of every protocol, by filter name
    #[command(after_help = "\
Examples:
  wireglass fields                             all of them
  wireglass fields tcp.options")]
    Fields {
        /// Part of a name or title
        #[arg(default_value = "", hide_default_value = true)]
        pattern: String,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Packets as `tcpdump -nn` prints them, while the file is read; with a filter, those that match
    #[command(after_help = "\
Examples:
  wireglass tcpdump trace.pcap
  wireglass tcpdump -f 'tcp port 80 and host 10.0.0.1' trace.pcap
  wireglass tcpdump -tttt -v --from 1000 --limit 20 trace.pcap
  tcpdump -w - | wireglass tcpdump -X -")]
    Tcpdump {
        #[command(flatten)]
        style: TcpdumpStyle,
        /// First packet printed, counted from 1 (of those that match)
        #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..))]
        from: u64,
        /// Packets at most; 0 prints all
        #[arg(long, value_name = "N", default_value_t = 0)]
        limit: u64,
        /// The captures, as above; `-` is standard input
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    /// Any question the page can ask; question and answer are JSON
    #[command(after_help = "\
Examples:
  wireglass ask '{\"Summary\":{}}' trace.pcap
  wireglass ask '{\"Flows\":{\"rows\":{\"start\":0,\"end\":10},\"sort\":{\"by\":\"Bytes\",\"descending\":true}}}' trace.pcap
  wireglass ask '{\"Flow\":{\"id\":3,\"packets\":{\"start\":0,\"end\":100}}}' trace.pcap

Questions: Summary, Timeline, Statistics, Hierarchy, Flows, Flow, Rtt, RoundTrips, DataRtt, Times, Verdicts, Packets,
Packet, Find, Lines, Countries, Endpoints, Conversations, StatsTree, Host, Stream, StreamBytes, StreamFind, States,
Losses, LossSummary, TcpGraph, Ladder, Experts, ExpertPackets, Fingerprint, Fields, SavePackets, SaveTable, Unwanted,
Report. What is left out has its default.")]
    Ask {
        /// The question as JSON
        #[arg(value_parser = parse_query)]
        query: Query,
        /// The captures, as above; `-` is standard input
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
        #[command(flatten)]
        progress: Progress,
    },
    /// Everything that other tools also compute, one JSON object: what parity tests compare
    #[command(after_help = "\
Examples:
  wireglass facts trace.pcap | jq .packets
  wireglass facts trace.pcap > facts.json")]
    Facts {
        /// JSON file with filters whose matches are to be listed: {"display": ["tcp"], "capture": ["tcp port 80"]}
        #[arg(long, value_name = "FILE", hide = true)]
        filters: Option<PathBuf>,
        /// The captures, as above; `-` is standard input
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
        #[command(flatten)]
        progress: Progress,
    },
}

/// Whose bytes of a stream.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FollowSide {
    Both,
    Client,
    Server,
}

/// How grave a finding is at least.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Least {
    Comment,
    Chat,
    Note,
    Warning,
    Error,
}

impl From<Least> for Severity {
    fn from(least: Least) -> Self {
        Self::ALL.get(least as usize).copied().unwrap_or_default()
    }
}

/// How a stream's bytes are shown.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FollowShown {
    /// As text, in turns
    Text,
    /// As text, with HTTP bodies unpacked
    Decoded,
    /// As hexadecimal and text
    Hex,
    /// Nothing but the bytes
    Raw,
}

/// What of a packet is printed, by tcpdump's letters.
#[derive(Args)]
pub struct TcpdumpStyle {
    /// Once: no time; twice: seconds since 1970; four times: date and time (UTC)
    #[arg(short = 't', action = clap::ArgAction::Count)]
    pub t: u8,
    /// The link header too
    #[arg(short = 'e')]
    pub e: bool,
    /// More of each packet; up to three times
    #[arg(short = 'v', action = clap::ArgAction::Count)]
    pub v: u8,
    /// The packet as text as well
    #[arg(short = 'A')]
    pub ascii: bool,
    /// The packet in hex and text as well
    #[arg(short = 'X')]
    pub hex: bool,
    /// Sequence numbers as they stand, not relative
    #[arg(short = 'S')]
    pub absolute: bool,
}

/// What is read, and how it is answered.
#[derive(Args)]
pub struct Input {
    /// The capture, pcap or pcapng, also packed (gz, zst, lz4, xz, bz2, zip); `-` is standard input. Several are merged by time
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// The answer as JSON: exact numbers, times in nanoseconds
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub progress: Progress,
}

#[derive(Args)]
pub struct Progress {
    /// No progress on standard error while reading
    #[arg(long, short)]
    pub quiet: bool,
}

/// Which rows of a table.
#[derive(Args)]
pub struct Window {
    /// Rows at most; 0 shows all
    #[arg(long, value_name = "N", default_value_t = 50)]
    pub limit: u32,
    /// First row, counted from 1
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    pub from: u32,
}

impl Window {
    /// The rows meant, from 0.
    pub fn rows(&self) -> std::ops::Range<u32> {
        let start = self.from.saturating_sub(1);
        start..if self.limit == 0 { u32::MAX } else { start.saturating_add(self.limit) }
    }
}

fn parse_stream(text: &str) -> Result<(Transport, u32), String> {
    let (transport, number) = text.split_once(':').ok_or("expected tcp:N or udp:N")?;
    let transport = match transport {
        "tcp" => Transport::Tcp,
        "udp" => Transport::Udp,
        _ => return Err("expected tcp:N or udp:N".to_owned()),
    };
    Ok((transport, number.parse().map_err(|_| format!("{number} is no stream number"))?))
}

fn parse_query(text: &str) -> Result<Query, String> {
    serde_json::from_str(text).map_err(|error| format!("not a valid question: {error}"))
}

/// clap's several lines as one.
pub fn one_line(error: &clap::Error) -> String {
    if error.kind() == clap::error::ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        return "no command given; see wireglass --help".to_owned();
    }
    let text = error.render().to_string();
    let said = text.split("\nUsage:").next().unwrap_or_default();
    let said = said.split("\nFor more information").next().unwrap_or_default();
    let said = said.trim().trim_start_matches("error: ");
    let paragraphs = said.split("\n\n").map(|part| part.split_whitespace().collect::<Vec<_>>().join(" "));
    paragraphs.collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_definition_holds() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn windows_are_counted_from_one() {
        assert_eq!(Window { limit: 50, from: 1 }.rows(), 0..50);
        assert_eq!(Window { limit: 0, from: 11 }.rows(), 10..u32::MAX);
        assert_eq!(Window { limit: 5, from: u32::MAX }.rows(), u32::MAX - 1..u32::MAX);
    }
}
