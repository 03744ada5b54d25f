//! Filters on the command line: what is wrong with one, and `wireglass explain`.
use super::Stop;
use super::output::{Out, Table, clean, complain};
use std::ops::Range;
use wireglass::api::{CheckFilter, Fields, Filter, FilterCheck, FilterVerdict, Language, Question};
use wireglass::engine::capture::Interface;
use wireglass::engine::filter::{Compiled, Wrong};
use wireglass::engine::protocols::PROTOCOLS;
use wireglass::engine::query::fields;
use wireglass::engine::session::Session;

/// Whether the filter is one, for packets of these interfaces.
pub fn check(filter: &Filter, interfaces: &[Interface]) -> Result<(), Stop> {
    if filter.is_empty() {
        return Ok(());
    }
    Compiled::new(filter, interfaces).map(drop).map_err(|wrong| refused(&filter.text, wrong))
}

/// The filter is none.
pub fn refused(text: &str, Wrong { message, at }: Wrong) -> Stop {
    let count = |end: usize| text.char_indices().take_while(|(place, _)| *place < end).count();
    Stop::Wrong { message, text: text.to_owned(), at: count(at.start)..count(at.end) }
}

/// What is wrong with a filter, and where: characters.
pub fn point_out(message: &str, text: &str, at: &Range<usize>) {
    complain(format_args!("wireglass: {message}"));
    complain(format_args!("  {text}"));
    complain(format_args!("  {}", carets(at)));
}

fn carets(at: &Range<usize>) -> String {
    let width = at.end.saturating_sub(at.start).max(1);
    format!("{:before$}{}", "", "^".repeat(width), before = at.start)
}

/// A range of UTF-16 units as one of characters.
fn characters(text: &str, at: &Range<u32>) -> Range<usize> {
    let count = |end: u32| {
        let ends = text.chars().scan(0, |units, c| {
            *units += c.len_utf16() as u32;
            Some(*units)
        });
        ends.take_while(|&units| units <= end).count()
    };
    count(at.start)..count(at.end)
}

/// `wireglass explain`: what a filter means, for packets of a link type.
pub fn explain(filter: Filter, link: u16, json: bool) -> Result<(), Stop> {
    let mut session = Session::new();
    let failed = |message| Stop::Failed(message);
    session.feed(&empty_capture(link)).map_err(failed)?;
    session.finish().map_err(failed)?;
    let text = filter.text.clone();
    let answer = session.answer(&CheckFilter { filter }.query(), &mut &[][..]);
    let answer = answer.map_err(|failure| Stop::Failed(failure.message))?;
    let told = CheckFilter::take(answer).ok_or_else(|| Stop::Failed("no answer".to_owned()))?;
    let mut out = Out::new();
    if json {
        out.json(&told)?;
        return out.flush();
    }
    if told.verdict == FilterVerdict::Invalid {
        let at = told.at.map_or(0..text.chars().count(), |at| characters(&text, &at));
        return Err(Stop::Wrong { message: told.message, text, at });
    }
    print(&mut out, &text, &told)?;
    out.flush()
}

/// A capture without packets.
fn empty_capture(link: u16) -> Vec<u8> {
    let words = [0xa1b2_c3d4_u32, 0x0004_0002, 0, 0, 0, u32::from(link)];
    words.into_iter().flat_map(u32::to_le_bytes).collect()
}

fn print(out: &mut Out, text: &str, told: &FilterCheck) -> Result<(), Stop> {
    if told.verdict == FilterVerdict::Empty {
        return out.line("No filter: every packet matches.");
    }
    let is_display = told.language == Language::Display;
    out.line(if is_display {
        "A display filter, as Wireshark has them."
    } else {
        "A capture filter, as tcpdump has them."
    })?;
    out.line(format_args!("  {}", clean(text)))?;
    if let Some(at) = &told.at {
        out.line(format_args!("  {}", carets(&characters(text, at))))?;
    }
    if !told.message.is_empty() {
        out.line(format_args!("Doubtful: {}", clean(&told.message)))?;
    }
    if told.parts.len() > 1 {
        out.line("")?;
        out.line(if told.any {
            "A packet matches when one of these holds:"
        } else {
            "A packet matches when all of these hold:"
        })?;
        told.parts.iter().try_for_each(|part| out.line(format_args!("  {}", clean(&part.text))))?;
    }
    out.line("")?;
    out.line(match told.reads {
        false => "Answered from what is remembered of each packet; of tunnels and the like some may be read again.",
        true => "Packets that may have it are read again from the file.",
    })?;
    if told.both {
        let other = if is_display { "tcpdump (-f)" } else { "Wireshark (-Y)" };
        out.line(format_args!("It is a filter for {other} too, and may mean something else there."))?;
    }
    let [tool, same] = if is_display { ["tcpdump", &told.capture] } else { ["Wireshark", &told.display] };
    if !same.is_empty() {
        out.line(format_args!("The same for {tool}: {}", clean(same)))?;
    }
    if is_display { names(out, text) } else { Ok(()) }
}

/// The fields and protocols that a display filter names.
fn names(out: &mut Out, text: &str) -> Result<(), Stop> {
    let mut table = Table::new(&["Field", "type", "title"]);
    let mut seen = Vec::new();
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    // Every second piece is quoted.
    for unquoted in text.split('"').step_by(2) {
        for name in unquoted.split(|c| !is_part(c)).filter(|name| name.starts_with(|c: char| c.is_ascii_lowercase())) {
            if seen.contains(&name) {
                continue;
            }
            seen.push(name);
            let found = fields::answer(&Fields { pattern: name.to_owned() }).fields;
            if let Some(field) = found.into_iter().find(|field| field.name == name) {
                table.row([field.name, field.kind, field.title]);
            } else if let Some(protocol) = PROTOCOLS.iter().find(|protocol| protocol.name == name) {
                table.row([name.to_owned(), "Protocol".to_owned(), protocol.title.to_owned()]);
            }
        }
    }
    if table.is_empty() {
        return Ok(());
    }
    out.line("")?;
    table.all(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_underlined_by_characters() {
        let text = "größe == \u{1f600}x";
        let Stop::Wrong { at, .. } = refused("größe == x", Wrong { message: String::new(), at: 9..11 }) else {
            panic!("it was refused otherwise")
        };
        assert_eq!((at.clone(), carets(&at).as_str()), (7..9, "       ^^"));
        assert_eq!(characters(text, &(9..12)), 9..11);
        assert_eq!(carets(&(3..3)), "   ^");
    }
}
