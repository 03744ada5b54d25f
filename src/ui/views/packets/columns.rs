//! Columns of the packet list, and the colour and marks of its rows.
use super::times;
use crate::api::{Colour, Moment, PacketRow};
use crate::sorted::Sorted;
use crate::ui::desk::{TimeFormat, USUAL_COLUMNS};
use crate::ui::filter::{quoted, span};
use crate::ui::format;
use crate::ui::parts::table::{Cell, Column, Line};
use crate::ui::say::{fill, t};
use std::borrow::Cow;

/// What a row's look depends on besides the packet.
pub(crate) struct Look<'a> {
    pub columns: &'a [String],
    pub time: TimeFormat,
    pub start: Option<Moment>,
    pub colours: bool,
    pub marks: &'a Sorted<u32, ()>,
    pub references: &'a Sorted<u32, i64>,
    pub offset_of: fn(i64) -> i64,
}

/// Columns that are no fields, besides the usual ones.
const EXTRA: [&str; 1] = ["delta"];

/// Fields among the columns, in their order: what the question asks for.
pub(crate) fn fields(columns: &[String]) -> Vec<String> {
    columns.iter().filter(|slug| !is_built_in(slug)).cloned().collect()
}

pub(crate) fn is_built_in(slug: &str) -> bool {
    USUAL_COLUMNS.contains(&slug) || EXTRA.contains(&slug)
}

/// What could be added of them.
pub(crate) fn built_in() -> impl Iterator<Item = &'static str> {
    USUAL_COLUMNS.into_iter().chain(EXTRA)
}

pub(crate) fn title(slug: &str) -> String {
    let title = match slug {
        "number" => "No.",
        "time" => "Time",
        "source" => "Source",
        "destination" => "Destination",
        "protocol" => "Protocol",
        "length" => "Length",
        "info" => "Info",
        "delta" => "Delta",
        field => return field.to_owned(),
    };
    t(title).to_owned()
}

pub(crate) fn column(slug: &str, time: TimeFormat) -> Column {
    let wide_time = matches!(time, TimeFormat::Utc | TimeFormat::Local);
    match slug {
        "number" => Column::new("No.", "Number in the file, from 1", "9.5ch", "num"),
        "time" if wide_time => Column::new("Time", "Date and time of capture", "26ch", "num"),
        "time" if time == TimeFormat::Epoch => Column::new("Time", "Seconds since 1970", "18.5ch", "num"),
        "time" if time == TimeFormat::Previous => {
            Column::new("Time", "Seconds since the packet before", "12.5ch", "num")
        }
        "time" => Column::new("Time", "Seconds since the first packet, or the time reference", "12.5ch", "num"),
        "source" => Column::new("Source", "Address of the sender", "minmax(17ch, 0.22fr)", "mono"),
        "destination" => Column::new("Destination", "Address of the receiver", "minmax(17ch, 0.22fr)", "mono"),
        "protocol" => Column::new("Protocol", "The innermost protocol", "12ch", ""),
        "length" => Column::new("Length", "Bytes on the wire", "8ch", "num"),
        "info" => Column::new("Info", "What the packet says, in short", "minmax(40ch, 1fr)", ""),
        "delta" => Column::new("Delta", "Seconds since the packet before", "12.5ch", "num"),
        field => Column {
            title: Cow::Owned(field.to_owned()),
            hint: Cow::Owned(fill("Field {0}", &[&field])),
            ..Column::new("", "", "minmax(14ch, 0.2fr)", "mono")
        },
    }
}

pub(crate) fn line(row: &PacketRow, look: &Look<'_>) -> Line {
    let id = row.number.saturating_sub(1);
    let (class, _, words) = rule(if look.colours { row.colour } else { Colour::None });
    let mut class = class.to_owned();
    let (marked, reference) = (look.marks.contains_key(&id), look.references.contains_key(&id));
    if marked {
        class += " marked";
    }
    if reference {
        class += " reference";
    }
    if row.comment {
        class += " commented";
    }
    let notes = [
        (marked, t("marked")),
        (reference, t("time reference")),
        (row.comment, t("has a comment in the file")),
        (!words.is_empty(), words),
    ];
    let notes: Vec<&str> = notes.into_iter().filter(|(is, _)| *is).map(|(_, note)| note).collect();
    let plain = |text: &str| Cell { text: text.to_owned(), ..Cell::default() };
    let mut extra = row.columns.iter();
    let cells = look.columns.iter().map(|slug| match slug.as_str() {
        "number" => Cell { text: row.number.to_string(), title: notes.join(", "), class: "" },
        "time" => {
            let (text, title) = times::shown(look.time, row, look.references, look.start, look.offset_of);
            Cell { text, title, class: "" }
        }
        "source" => Cell { text: row.source.clone(), title: row.source.clone(), class: "" },
        "destination" => Cell { text: row.destination.clone(), title: row.destination.clone(), class: "" },
        "protocol" => plain(&row.protocol),
        "length" => plain(&row.length.to_string()),
        "info" => Cell { text: row.info.clone(), title: row.info.clone(), class: "" },
        "delta" => plain(&row.delta_ns.map(format::seconds).unwrap_or_default()),
        _ => {
            let text = extra.next().cloned().unwrap_or_default();
            Cell { title: text.clone(), text, class: "" }
        }
    });
    Line { id, cells: cells.collect(), class }
}

/// A colouring rule's class, its sign beside the number (colour alone tells nothing to many), and its name.
pub(crate) fn rule(colour: Colour) -> (&'static str, &'static str, &'static str) {
    let (class, sign, name) = match colour {
        Colour::BadTcp => ("c-bad", "✗", "bad TCP: retransmission, gap or the like"),
        Colour::IcmpError => ("c-icmp-error", "!", "ICMP error"),
        Colour::Arp => ("c-arp", "", "ARP"),
        Colour::Icmp => ("c-icmp", "", "ICMP"),
        Colour::Reset => ("c-reset", "R", "TCP reset"),
        Colour::LowTtl => ("c-ttl", "T", "low TTL"),
        Colour::Checksum => ("c-checksum", "C", "checksum error"),
        Colour::Smb => ("c-smb", "", "SMB"),
        Colour::Http => ("c-http", "", "HTTP"),
        Colour::DceRpc => ("c-dcerpc", "", "DCE/RPC"),
        Colour::Routing => ("c-routing", "", "routing"),
        Colour::SynFin => ("c-synfin", "", "TCP SYN or FIN"),
        Colour::Tcp => ("c-tcp", "", ""),
        Colour::Udp => ("c-udp", "", ""),
        Colour::Broadcast => ("c-broadcast", "", "broadcast or multicast"),
        Colour::None => ("", "", ""),
    };
    (class, sign, t(name))
}

/// In the order of the rules: what the legend shows.
pub(crate) const RULES: [Colour; 15] = [
    Colour::BadTcp,
    Colour::IcmpError,
    Colour::Arp,
    Colour::Icmp,
    Colour::Reset,
    Colour::LowTtl,
    Colour::Checksum,
    Colour::Smb,
    Colour::Http,
    Colour::DceRpc,
    Colour::Routing,
    Colour::SynFin,
    Colour::Tcp,
    Colour::Udp,
    Colour::Broadcast,
];

/// The display filter that selects packets with this value in this column; `None` where there is none.
pub(crate) fn filter(slug: &str, value: &str, time: Option<i64>) -> Option<String> {
    let address = |end: &str| {
        let layer = match value {
            _ if value.is_empty() || value.contains(' ') => return None,
            _ if value.len() == 17 && value.matches(':').count() == 5 => "eth",
            _ if value.contains(':') => "ipv6",
            _ if value.bytes().all(|b| b.is_ascii_digit() || b == b'.') => "ip",
            _ => return None,
        };
        Some(format!("{layer}.{end} == {value}"))
    };
    match slug {
        "number" => Some(format!("frame.number == {value}")),
        "source" => address("src"),
        "destination" => address("dst"),
        "length" => Some(format!("frame.len == {value}")),
        "protocol" => Some(format!("_ws.col.protocol == \"{value}\"")),
        "info" => Some(format!("_ws.col.info == {}", quoted(value))),
        "time" => time.map(|time| span((time, time))),
        slug if is_built_in(slug) || value.is_empty() => None,
        field => {
            // Of several values the first.
            let value = value.split(',').next().unwrap_or_default();
            let is_plain = value.bytes().all(|b| b.is_ascii_alphanumeric() || b".:-".contains(&b));
            Some(format!("{field} == {}", if is_plain { value.to_owned() } else { quoted(value) }))
        }
    }
}

/// The row as one line of text, columns parted by tabs.
pub(crate) fn summary(line: &Line) -> String {
    line.cells.iter().map(|cell| cell.text.as_str()).collect::<Vec<_>>().join("\t")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_become_filters() {
        let of = |slug, value| filter(slug, value, None).unwrap_or_default();
        assert_eq!(of("source", "10.0.0.1"), "ip.src == 10.0.0.1");
        assert_eq!(of("destination", "fe80::1"), "ipv6.dst == fe80::1");
        assert_eq!(of("source", "02:00:5e:00:02:01"), "eth.src == 02:00:5e:00:02:01");
        assert_eq!(of("info", "say \"a\""), "_ws.col.info == \"say \\\"a\\\"\"");
        assert_eq!(of("http.host", "a b"), "http.host == \"a b\"");
        assert_eq!(of("tcp.port", "80,443"), "tcp.port == 80");
        assert_eq!(filter("time", "0.1", Some(100_000_000)).as_deref(), Some("frame.time_relative == 0.1"));
    }

    #[test]
    fn cells_follow_the_columns_and_fields_their_own_order() {
        let columns = ["tcp.seq", "info", "number", "ip.ttl"].map(str::to_owned);
        let row = PacketRow {
            number: 8,
            info: "hello".into(),
            columns: vec!["1".into(), "64".into()],
            colour: Colour::Reset,
            ..PacketRow::default()
        };
        let (marks, references) = ([(7, ())].into_iter().collect(), Sorted::default());
        let look = Look {
            columns: &columns,
            time: TimeFormat::Start,
            start: None,
            colours: true,
            marks: &marks,
            references: &references,
            offset_of: |_| 0,
        };
        let line = line(&row, &look);
        assert_eq!(summary(&line), "1\thello\t8\t64");
        assert_eq!((line.id, line.class.as_str()), (7, "c-reset marked"));
        assert_eq!(line.cells[2].title, "marked, TCP reset");
        assert_eq!(fields(&columns), ["tcp.seq", "ip.ttl"]);
    }
}
