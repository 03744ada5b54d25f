//! `wireglass countries`: what was exchanged with each country, and with addresses that are in none.
use super::arguments::Input;
use super::load;
use super::numbers::{count, counted, percent, size};
use super::output::{Out, Table};
use super::save::Text;
use super::{Loaded, Stop};
use clap::Args;
use std::net::IpAddr;
use std::path::PathBuf;
use wireglass::api::{Countries, CountriesAnswer, CountryRow};

#[derive(Args)]
pub struct Arguments {
    #[command(flatten)]
    pub input: Input,
    #[command(flatten)]
    pub text: Text,
    /// Whose packets count as sent; without it, the busiest hosts are taken
    #[arg(long, value_name = "ADDRESS", value_delimiter = ',')]
    local: Vec<IpAddr>,
    /// Another table of countries, an .mmdb file (GeoLite2, DB-IP, IPinfo)
    #[arg(long, value_name = "FILE")]
    table: Option<PathBuf>,
}

impl Arguments {
    /// The local hosts, and the table.
    pub fn prepare(&self, loaded: &mut Loaded) -> Result<(), Stop> {
        loaded.session.set_local(&self.local.iter().map(IpAddr::to_string).collect::<Vec<_>>());
        let Some(path) = &self.table else { return Ok(()) };
        let name = path.display();
        let bytes = std::fs::read(path).map_err(|error| Stop::Refused(format!("{name}: {}", load::reason(&error))))?;
        let taken = loaded.session.set_geo(bytes);
        taken.map_err(|failure| Stop::Refused(format!("{name}: {}", failure.message)))?;
        // A filter may ask for countries: what it selects is another part now.
        loaded.select()
    }
}

pub fn print(loaded: &mut Loaded, out: &mut Out, json: bool, wanted: &Arguments) -> Result<(), Stop> {
    wanted.prepare(loaded)?;
    let answer = loaded.ask(Countries {})?;
    if json {
        return out.json(&answer);
    }
    out.line(head(&answer))?;
    if answer.local.is_empty() {
        out.line("No host is taken as local: both ends of every packet count.")?;
    } else {
        let how = if wanted.local.is_empty() { " (the busiest; --local says otherwise)" } else { "" };
        out.line(format_args!("Sent and received as seen from {}{how}", answer.local.join(", ")))?;
    }
    if answer.other_packets > 0 {
        out.line(format_args!("{} without an IP address", counted(answer.other_packets, "packet")))?;
    }
    if let Some(table) = &answer.table {
        let by = if table.shipped { "IP Geolocation by DB-IP, https://db-ip.com; ".to_owned() } else { String::new() };
        out.line(format_args!("{by}{} of {}", table.source, table.date))?;
    }
    if answer.rows.is_empty() {
        return Ok(());
    }
    out.line("")?;
    rows(&answer).all(out)
}

fn head(answer: &CountriesAnswer) -> String {
    let countries = answer.rows.iter().filter(|row| row.is_country).count() as u64;
    let countries = if countries == 1 { "1 country".to_owned() } else { format!("{} countries", count(countries)) };
    let (flows, packets) = (counted(answer.flows, "flow"), counted(answer.packets, "packet"));
    format!("{countries}: {flows}, {packets}, {}", size(answer.bytes))
}

fn rows(answer: &CountriesAnswer) -> Table {
    let titles = [
        "Country",
        "",
        ">addresses",
        ">flows",
        ">packets",
        ">bytes",
        ">% bytes",
        ">sent",
        ">received",
        "protocols",
        "peers",
    ];
    let mut table = Table::new(&titles);
    for row in &answer.rows {
        table.row([
            if row.is_country { row.country.clone() } else { String::new() },
            row.title.clone(),
            count(row.addresses),
            count(row.flows),
            count(row.packets),
            count(row.bytes),
            percent(row.bytes, answer.bytes),
            count(row.sent_bytes),
            count(row.received_bytes),
            row.protocols.iter().take(3).map(|share| share.what.as_str()).collect::<Vec<_>>().join(", "),
            peers(row),
        ]);
    }
    table
}

/// The two largest, by name where there is one.
fn peers(row: &CountryRow) -> String {
    let named = |peer: &wireglass::api::CountryShare| match peer.name.as_str() {
        "" => peer.what.clone(),
        name => format!("{name} ({})", peer.what),
    };
    row.peers.iter().take(2).map(named).collect::<Vec<_>>().join(", ")
}
