//! `wireglass ask`: a question of the page, answered as the page gets it.
use super::load::Need;
use super::output::Out;
use super::{Loaded, Stop};
use wireglass::api::Query;

/// What must be kept of the file to answer.
pub fn needs(query: &Query) -> Need {
    match query {
        Query::Timeline(line) if line.own.is_some() => Need::Again,
        Query::Timeline(_) | Query::Statistics(_) => Need::Once,
        Query::Summary(_) | Query::Hierarchy(_) | Query::Flows(_) | Query::Rtt(_) => Need::Once,
        Query::Countries(_) => Need::Once,
        Query::Endpoints(_) | Query::Conversations(_) | Query::StatsTree(_) | Query::Host(_) => Need::Once,
        Query::TcpGraph(_) | Query::Ladder(_) => Need::Once,
        Query::RoundTrips(_) | Query::DataRtt(_) | Query::Verdicts(_) => Need::Once,
        Query::States(_) | Query::Losses(_) | Query::LossSummary(_) => Need::Once,
        _ => Need::Again,
    }
}

pub fn print(loaded: &mut Loaded, out: &mut Out, query: &Query) -> Result<(), Stop> {
    let answer = loaded
        .session
        .answer_within(query, &loaded.filter, &mut loaded.file)
        .map_err(|failure| Stop::Failed(failure.message))?;
    out.json(&answer)?;
    out.flush()
}
