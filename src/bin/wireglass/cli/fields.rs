//! `wireglass fields`: every field there is. Needs no capture.
use super::Stop;
use super::output::{Out, Table};
use wireglass::api::Fields;
use wireglass::engine::query::fields;

pub fn print(pattern: String, json: bool) -> Result<(), Stop> {
    let mut out = Out::new();
    let answer = fields::answer(&Fields { pattern });
    if json {
        out.json(&answer)?;
        return out.flush();
    }
    let mut table = Table::new(&["Field", "Kind", "Title", "Protocol"]);
    for field in answer.fields {
        table.row([field.name, field.kind, field.title, field.protocol]);
    }
    table.titles(&mut out)?;
    table.rows(&mut out)?;
    out.flush()
}
