//! Every field there is.
use crate::api::{FieldView, Fields, FieldsAnswer};
use crate::engine::dissect::Kind;
use crate::engine::protocols::PROTOCOLS;
use crate::engine::sort;

/// Fields of one answer at most.
const MOST: usize = 500;

pub fn answer(question: &Fields) -> FieldsAnswer {
    let pattern = question.pattern.to_ascii_lowercase();
    let mut fields: Vec<FieldView> = Vec::new();
    for protocol in PROTOCOLS {
        for field in protocol.all_fields() {
            if field.name().contains(&pattern) || field.title().to_ascii_lowercase().contains(&pattern) {
                fields.push(FieldView {
                    name: field.name().to_owned(),
                    title: field.title().to_owned(),
                    kind: kind(field.kind).to_owned(),
                    protocol: protocol.title.to_owned(),
                });
            }
        }
    }
    sort::by(&mut fields, |a, b| a.name.cmp(&b.name));
    fields.dedup_by(|a, b| a.name == b.name);
    let total = fields.len() as u32;
    // The whole table is for the command line; a page shows what it can.
    if !pattern.is_empty() {
        fields.truncate(MOST);
    }
    FieldsAnswer { total, fields }
}

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Uint | Kind::Hex(_) => "Unsigned integer",
        Kind::Int => "Signed integer",
        Kind::Float => "Floating point",
        Kind::Bool => "Boolean",
        Kind::Text => "Text",
        Kind::Bytes => "Bytes",
        Kind::Guid => "GUID",
        Kind::Address => "Address",
        Kind::Seconds => "Duration",
        Kind::Frame => "Frame number",
        Kind::Label => "Label",
    }
}
