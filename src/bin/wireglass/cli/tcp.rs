//! `wireglass tcp`: all about one connection.
use super::flows::endpoint;
use super::output::Out;
use super::{Loaded, Stop, rtt, times};
use serde::Serialize;
use wireglass::api::{
    Flow, FlowRow, Losses, LossesAnswer, RoundTrips, RoundTripsAnswer, Times, TimesPage, Verdicts, VerdictsAnswer,
};

/// Requests shown.
const ROWS: u32 = 50;

#[derive(Serialize)]
struct All {
    flow: FlowRow,
    verdicts: VerdictsAnswer,
    round_trips: RoundTripsAnswer,
    losses: LossesAnswer,
    times: TimesPage,
}

pub fn print(loaded: &mut Loaded, out: &mut Out, json: bool, flow: u32) -> Result<(), Stop> {
    let round_trips = loaded.ask(RoundTrips { flow, buckets: 0 })?;
    let all = All {
        flow: loaded.ask(Flow { id: flow, packets: 0..0 })?.row,
        verdicts: loaded.ask(Verdicts { flow: Some(flow) })?,
        round_trips,
        losses: loaded.ask(Losses { flow })?,
        times: loaded.ask(Times { rows: 0..ROWS, flow: Some(flow), ..Times::default() })?,
    };
    if json {
        return out.json(&all);
    }
    let FlowRow { client, client_port, server, server_port, application, name, .. } = &all.flow;
    let ends = [endpoint(client, *client_port), endpoint(server, *server_port)];
    let about = [application.as_str(), name.as_str()].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>();
    out.line(format_args!("{} {}", ends.join(" → "), about.join(" ")).to_string().trim_end())?;
    times::judgements(out, &all.verdicts)?;
    out.line("")?;
    rtt::flow(out, &all.round_trips)?;
    out.line("")?;
    all.losses.sentences.iter().try_for_each(|sentence| out.line(sentence))?;
    times::rows(out, &all.times)
}
