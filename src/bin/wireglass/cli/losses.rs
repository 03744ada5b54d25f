//! `wireglass losses`: where segments were lost, of all connections or of one.
use super::numbers::{count, duration, seconds};
use super::output::{Out, Table};
use super::{Loaded, Stop};
use wireglass::api::{DirectionLosses, LossSummary, Losses};

pub fn print(loaded: &mut Loaded, out: &mut Out, json: bool, flow: Option<u32>) -> Result<(), Stop> {
    match flow {
        Some(flow) => one(loaded, out, json, flow),
        None => all(loaded, out, json),
    }
}

fn sentences(out: &mut Out, sentences: &[String]) -> Result<(), Stop> {
    if sentences.is_empty() {
        return out.line("Nothing was lost.");
    }
    sentences.iter().try_for_each(|sentence| out.line(sentence))
}

fn one(loaded: &mut Loaded, out: &mut Out, json: bool, flow: u32) -> Result<(), Stop> {
    let answer = loaded.ask(Losses { flow })?;
    if json {
        return out.json(&answer);
    }
    sentences(out, &answer.sentences)?;
    if answer.events.is_empty() {
        return Ok(());
    }
    let mut table = Table::new(&[">Packet", ">time", "from", "what", ">sequence", ">bytes", ">other packet", ">after"]);
    for event in &answer.events {
        table.row([
            event.packet.to_string(),
            event.time_ns.map(|ns| seconds(ns, 6)).unwrap_or_default(),
            if event.from_client { "client" } else { "server" }.to_owned(),
            format!("{:?}", event.kind),
            event.seq.to_string(),
            count(event.bytes),
            event.other.map(|packet| packet.to_string()).unwrap_or_default(),
            event.after_ns.map(duration).unwrap_or_default(),
        ]);
    }
    out.line("")?;
    table.all(out)?;
    match answer.total_events as usize - answer.events.len() {
        0 => Ok(()),
        more => out.line(format_args!("… and {} more", count(more as u64))),
    }
}

fn all(loaded: &mut Loaded, out: &mut Out, json: bool) -> Result<(), Stop> {
    let answer = loaded.ask(LossSummary {})?;
    if json {
        return out.json(&answer);
    }
    sentences(out, &answer.sentences)?;
    let titles = &[
        "",
        "direction",
        ">segments",
        ">lost before",
        ">lost after",
        ">ACK lost",
        ">needless",
        ">reordered",
        ">twice",
        ">not captured",
    ];
    let mut table = Table::new(titles);
    for service in &answer.services {
        rows(&mut table, &service.service, &service.client_to_server, &service.server_to_client);
    }
    for flow in &answer.flows {
        rows(&mut table, &format!("flow {}", flow.flow), &flow.client_to_server, &flow.server_to_client);
    }
    if answer.services.is_empty() {
        return Ok(());
    }
    out.line("")?;
    table.all(out)
}

fn rows(table: &mut Table, what: &str, to_server: &DirectionLosses, to_client: &DirectionLosses) {
    for (losses, direction) in [(to_server, "to server"), (to_client, "to client")] {
        let counts = [
            losses.before,
            losses.after,
            losses.ack_lost,
            losses.needless,
            losses.reordered,
            losses.duplicates,
            losses.not_captured,
        ];
        let mut cells = vec![what.to_owned(), direction.to_owned(), count(losses.segments)];
        cells.extend(counts.iter().map(|of| count(of.segments)));
        table.row(cells);
    }
}
