//! The columns of the flow table: what they are called, how wide they are, and what they show of a flow.
use super::words;
use crate::api::{ClientBy, FlowColumn, FlowRow};
use crate::ui::filter::quoted;
use crate::ui::format;
use crate::ui::geo;
use crate::ui::parts::table::{Cell, Column};
use crate::ui::say::{fill, t};
use std::borrow::Cow;

pub(crate) struct FlowField {
    /// What it sorts by; `None`: nothing.
    pub by: Option<FlowColumn>,
    pub column: Column,
    /// Whether it is shown before the user chose.
    pub shown: bool,
    pub cell: fn(&FlowRow) -> Cell,
}

impl FlowField {
    /// Its name in the remembered choice.
    pub(crate) fn slug(&self) -> &'static str {
        self.by.map_or("direction", crate::ui::url::column_slug)
    }
}

const fn field(
    by: FlowColumn,
    title: &'static str,
    hint: &'static str,
    width: &'static str,
    class: &'static str,
    shown: bool,
    cell: fn(&FlowRow) -> Cell,
) -> FlowField {
    FlowField {
        by: Some(by),
        column: Column { key: Some(by as usize), title: Cow::Borrowed(title), hint: Cow::Borrowed(hint), width, class },
        shown,
        cell,
    }
}

fn text(text: &str) -> Cell {
    Cell { text: text.to_owned(), title: text.to_owned(), class: "" }
}

fn port(port: Option<u16>) -> Cell {
    Cell { text: port.map(|p| p.to_string()).unwrap_or_default(), ..Cell::default() }
}

fn number(n: u64) -> Cell {
    Cell { text: format::count(n), ..Cell::default() }
}

fn size(n: u64) -> Cell {
    Cell { text: format::bytes(n), title: format::exact_bytes(n), class: if n == 0 { "zero" } else { "" } }
}

fn time(ns: Option<i64>) -> Cell {
    ns.map_or_else(Cell::default, |ns| Cell {
        text: format::duration(ns),
        title: format::exact_seconds(ns),
        class: if ns == 0 { "zero" } else { "" },
    })
}

fn place(place: &str) -> Cell {
    let title = if place.is_empty() { String::new() } else { geo::name_of(place) };
    Cell { text: place.to_owned(), title, class: "" }
}

/// Whether a choice of columns shows countries.
pub(crate) fn has_countries(chosen: &[bool]) -> bool {
    let is_country = |f: &FlowField| matches!(f.by, Some(FlowColumn::ClientCountry | FlowColumn::ServerCountry));
    FIELDS.iter().zip(chosen).any(|(field, on)| *on && is_country(field))
}

/// In the order in which they stand.
pub(crate) static FIELDS: [FlowField; 26] = [
    field(FlowColumn::Number, "Flow", "Order of first packets in the file", "7.5ch", "num", false, |r| {
        number(u64::from(r.id) + 1)
    }),
    field(
        FlowColumn::Start,
        "Start",
        "Seconds from the start of the capture to the first packet",
        "11.5ch",
        "num",
        true,
        |r| Cell {
            text: r.first_ns.map(format::seconds).unwrap_or_default(),
            title: r.first_ns.map_or_else(|| t("no time in the file").into(), format::exact_seconds),
            class: "",
        },
    ),
    field(FlowColumn::Transport, "Proto", "Transport protocol", "8ch", "", true, |r| text(&r.transport)),
    field(
        FlowColumn::Application,
        "Application",
        "Application protocol, by content or port",
        "11.5ch",
        "",
        true,
        |r| text(&r.application),
    ),
    field(
        FlowColumn::Client,
        "Client",
        "Address of the side that opened the flow",
        "minmax(16.5ch, 1fr)",
        "mono",
        true,
        |r| {
            let title = fill("{0}: the client, because {1}", &[&r.client, &words::client_by(r.client_by)]);
            Cell {
                text: r.client.clone(),
                title,
                class: if r.client_by == ClientBy::FirstPacket { "assumed" } else { "" },
            }
        },
    ),
    field(FlowColumn::ClientPort, "Port", "Client's port", "7ch", "num", true, |r| port(r.client_port)),
    FlowField {
        by: None,
        column: Column::new("⇄", "Where most of the bytes went", "4.5ch", "mid"),
        shown: true,
        cell: |r| {
            let (text, title) = words::direction(r);
            Cell { text: text.into(), title, class: "" }
        },
    },
    field(FlowColumn::Server, "Server", "Address of the other side", "minmax(16.5ch, 1fr)", "mono", true, |r| {
        text(&r.server)
    }),
    field(FlowColumn::ServerPort, "Port", "Server's port", "7ch", "num", true, |r| port(r.server_port)),
    field(
        FlowColumn::Name,
        "Server name",
        "From TLS, HTTP, DNS or the capture file",
        "minmax(14ch, 1.4fr)",
        "",
        true,
        |r| {
            let title = if r.name.is_empty() {
                String::new()
            } else {
                format!("{}, {}", r.name, words::name_from(r.name_from))
            };
            Cell { text: r.name.clone(), title, class: "" }
        },
    ),
    field(FlowColumn::ServerCountry, "Country", "Country of the server's address", "15ch", "", false, |r| {
        place(&r.server_country)
    }),
    field(FlowColumn::ClientCountry, "Client country", "Country of the client's address", "15ch", "", false, |r| {
        place(&r.client_country)
    }),
    field(FlowColumn::Packets, "Packets", "Both directions", "9ch", "num", true, |r| {
        number(r.packets_out + r.packets_in)
    }),
    field(FlowColumn::PacketsOut, "Packets →", "Client to server", "11.5ch", "num", false, |r| number(r.packets_out)),
    field(FlowColumn::PacketsIn, "Packets ←", "Server to client", "11.5ch", "num", false, |r| number(r.packets_in)),
    field(FlowColumn::Bytes, "Bytes", "Whole frames, both directions", "9ch", "num", true, |r| {
        size(r.bytes_out + r.bytes_in)
    }),
    field(FlowColumn::BytesOut, "Bytes →", "Whole frames, client to server", "9ch", "num", true, |r| {
        size(r.bytes_out)
    }),
    field(FlowColumn::BytesIn, "Bytes ←", "Whole frames, server to client", "9ch", "num", true, |r| size(r.bytes_in)),
    field(FlowColumn::PayloadOut, "Payload →", "Transport payload, client to server", "12ch", "num", false, |r| {
        size(r.payload_out)
    }),
    field(FlowColumn::PayloadIn, "Payload ←", "Transport payload, server to client", "12ch", "num", false, |r| {
        size(r.payload_in)
    }),
    field(FlowColumn::Duration, "Duration", "First to last packet", "9.5ch", "num", true, |r| {
        time(Some(r.duration_ns))
    }),
    field(
        FlowColumn::InitialRtt,
        "Initial RTT",
        "Round-trip time of the TCP handshake (tcp.analysis.initial_rtt)",
        "10.5ch",
        "num",
        true,
        |r| time(r.initial_rtt_ns),
    ),
    field(FlowColumn::SynToSynAck, "Server half", "SYN to SYN/ACK", "12ch", "num", false, |r| {
        time(r.syn_to_syn_ack_ns)
    }),
    field(FlowColumn::SynAckToAck, "Client half", "SYN/ACK to ACK", "12ch", "num", false, |r| {
        time(r.syn_ack_to_ack_ns)
    }),
    field(FlowColumn::Flags, "Flags", "TCP flags seen in either direction", "9ch", "mono", false, |r| Cell {
        text: r.flags.clone(),
        title: words::flags(&r.flags),
        class: "",
    }),
    field(
        FlowColumn::Outcome,
        "Outcome",
        "How the connection went, as far as the capture shows",
        "12ch",
        "",
        true,
        |r| {
            let (text, title, class) = words::outcome(r.outcome);
            Cell { text: text.into(), title: title.into(), class }
        },
    ),
];

/// The display filter for what a cell shows; where there is none, that for the whole flow.
pub(crate) fn condition(by: Option<FlowColumn>, r: &FlowRow) -> String {
    use FlowColumn as C;
    let transport = r.transport.to_ascii_lowercase();
    let address =
        |address: &str| format!("{} == {address}", if address.contains(':') { "ipv6.addr" } else { "ip.addr" });
    let country = |place: &str| format!("geo.country == {}", quoted(place));
    let is_ip = |address: &str| address.parse::<std::net::IpAddr>().is_ok();
    let port = |port: Option<u16>| port.map(|port| format!("{transport}.port == {port}"));
    let found = match by {
        Some(C::Transport) => {
            Some(transport.clone()).filter(|t| ["tcp", "udp", "sctp", "icmp", "icmpv6"].contains(&t.as_str()))
        }
        Some(C::Client) if is_ip(&r.client) => Some(address(&r.client)),
        Some(C::Server) if is_ip(&r.server) => Some(address(&r.server)),
        Some(C::ClientPort) => port(r.client_port),
        Some(C::ServerCountry) if !r.server_country.is_empty() => Some(country(&r.server_country)),
        Some(C::ClientCountry) if !r.client_country.is_empty() => Some(country(&r.client_country)),
        Some(C::ServerPort) => port(r.server_port),
        // Fields of our own: of all packets of the flow, not only of the one that tells.
        Some(C::Name) if !r.name.is_empty() => Some(format!("flow.name == {}", quoted(&r.name))),
        Some(C::Application) if !r.application.is_empty() => {
            Some(format!("flow.application == {}", quoted(&r.application)))
        }
        _ => None,
    };
    found.unwrap_or_else(|| r.filter.clone())
}

/// Columns that start with the largest when first sorted by.
pub(crate) fn largest_first(by: FlowColumn) -> bool {
    use FlowColumn as C;
    !matches!(
        by,
        C::Number
            | C::Start
            | C::Transport
            | C::Application
            | C::Name
            | C::Client
            | C::ClientPort
            | C::Server
            | C::ServerPort
            | C::Flags
            | C::Outcome
            | C::ClientCountry
            | C::ServerCountry
    )
}

/// The fields of a remembered choice (`-` for none), or the usual ones.
pub(crate) fn chosen(remembered: Option<&str>) -> Vec<bool> {
    match remembered {
        Some(list) => {
            let slugs: Vec<&str> = list.split(',').collect();
            let chosen: Vec<bool> = FIELDS.iter().map(|f| slugs.contains(&f.slug())).collect();
            if chosen.iter().any(|c| *c) { chosen } else { self::chosen(None) }
        }
        None => FIELDS.iter().map(|f| f.shown).collect(),
    }
}

pub(crate) fn print(chosen: &[bool]) -> String {
    FIELDS.iter().zip(chosen).filter(|(_, on)| **on).map(|(f, _)| f.slug()).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_choice_of_columns_is_remembered() {
        let mut columns = chosen(None);
        columns[0] = true;
        columns[1] = false;
        assert_eq!(chosen(Some(&print(&columns))), columns);
        assert_eq!(chosen(Some("gone")), chosen(None));
    }

    #[test]
    fn cells_stand_for_conditions() {
        let row = FlowRow {
            transport: "TCP".into(),
            client: "10.0.0.1".into(),
            server: "fe80::1".into(),
            server_port: Some(443),
            name: "a.example".into(),
            filter: "tcp.stream == 0".into(),
            ..FlowRow::default()
        };
        let of = |by| condition(Some(by), &row);
        assert_eq!(of(FlowColumn::Client), "ip.addr == 10.0.0.1");
        assert_eq!(of(FlowColumn::Server), "ipv6.addr == fe80::1");
        assert_eq!(of(FlowColumn::ServerPort), "tcp.port == 443");
        assert_eq!(of(FlowColumn::ClientPort), "tcp.stream == 0");
        assert_eq!(of(FlowColumn::Name), "flow.name == \"a.example\"");
        assert_eq!(condition(None, &row), "tcp.stream == 0");
    }

    #[test]
    fn every_column_of_the_question_is_there() {
        let mut keys: Vec<_> = FIELDS.iter().filter_map(|f| f.column.key).collect();
        keys.sort_unstable();
        assert_eq!(keys, (0..=FlowColumn::ServerCountry as usize).collect::<Vec<_>>());
    }
}
