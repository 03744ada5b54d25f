//! Names of the flow table's columns, as `--sort` takes them.
use wireglass::api::{FlowColumn, FlowSort};

const COLUMNS: [FlowColumn; 25] = [
    FlowColumn::Number,
    FlowColumn::Start,
    FlowColumn::Duration,
    FlowColumn::Transport,
    FlowColumn::Application,
    FlowColumn::Name,
    FlowColumn::Client,
    FlowColumn::ClientPort,
    FlowColumn::Server,
    FlowColumn::ServerPort,
    FlowColumn::Packets,
    FlowColumn::PacketsOut,
    FlowColumn::PacketsIn,
    FlowColumn::Bytes,
    FlowColumn::BytesOut,
    FlowColumn::BytesIn,
    FlowColumn::PayloadOut,
    FlowColumn::PayloadIn,
    FlowColumn::InitialRtt,
    FlowColumn::SynToSynAck,
    FlowColumn::SynAckToAck,
    FlowColumn::Flags,
    FlowColumn::Outcome,
    FlowColumn::ClientCountry,
    FlowColumn::ServerCountry,
];

/// `SynToSynAck` is `syn-to-syn-ack`.
fn name(column: FlowColumn) -> String {
    let mut name = String::new();
    for letter in format!("{column:?}").chars() {
        if letter.is_uppercase() && !name.is_empty() {
            name.push('-');
        }
        name.extend(letter.to_lowercase());
    }
    name
}

/// `COLUMN`, `COLUMN:asc` or `COLUMN:desc`.
pub fn parse_sort(text: &str) -> Result<FlowSort, String> {
    let (column, order) = text.split_once(':').unwrap_or((text, "asc"));
    let descending = match order {
        "asc" => false,
        "desc" => true,
        _ => return Err(format!("the order is asc or desc, not {order}")),
    };
    let by = COLUMNS.into_iter().find(|&known| name(known) == column.to_lowercase());
    let by = by.ok_or_else(|| format!("there is no such column; there are {}", COLUMNS.map(name).join(", ")))?;
    Ok(FlowSort { by, descending })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sort_orders_parse() {
        let by = FlowColumn::SynToSynAck;
        assert_eq!(parse_sort("syn-to-syn-ack"), Ok(FlowSort { by, descending: false }));
        assert_eq!(parse_sort("syn-to-syn-ack:desc"), Ok(FlowSort { by, descending: true }));
        assert!(parse_sort("bytes:up").is_err());
        assert!(parse_sort("size").is_err_and(|message| message.contains("bytes-out, bytes-in")));
    }

    /// A column added to the interface must be added here.
    #[test]
    fn no_column_is_missing() {
        assert_eq!(COLUMNS.map(|column| column as usize).to_vec(), (0..COLUMNS.len()).collect::<Vec<_>>());
        assert_eq!(FlowColumn::ServerCountry as usize + 1, COLUMNS.len());
    }
}
