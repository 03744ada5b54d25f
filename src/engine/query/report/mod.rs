//! A report: the answers to the same questions as the page's, as one text for people who do not have the capture.
mod page;
mod pseudonyms;
mod sections;

use super::{Asked, Kept};
use crate::api::{LOGINS_AT_ONCE, Report, ReportAnswer, ReportFormat, ReportSection, Unwanted, UnwantedAnswer};
use crate::catalogue::Catalogue;
use crate::engine::dissect::Address;
use crate::engine::source::Source;
use page::{Block, Page};
use pseudonyms::Pseudonyms;
use rustc_hash::FxHashSet;

/// Keys that are tried for pseudonyms of which none is a real address.
const MOST_TURNS: usize = 32;

/// # Errors
/// When the file cannot be read again.
pub fn answer(
    asked: &Asked<'_>,
    kept: &mut Kept,
    question: &Report,
    source: &mut dyn Source,
) -> Result<ReportAnswer, String> {
    let is_wanted = |section: &ReportSection| question.sections.is_empty() || question.sections.contains(section);
    let (mut blocks, mut users) = (Vec::new(), Vec::new());
    let hidden = !question.salt.is_empty();
    let name = if hidden { "a capture" } else { question.name.as_str() };
    let mut facts = vec![("Capture".to_owned(), name.to_owned())];
    if !question.filter.trim().is_empty() {
        facts.push(("Only".to_owned(), question.filter.clone()));
    }
    blocks.push(Block::Facts(facts));
    if hidden {
        let said = "Addresses and names are pseudonyms: the same everywhere in this report, others in the next one. Ports, times and sizes are real.";
        blocks.push(Block::Paragraph(said.to_owned()));
    }
    let mut report = sections::Sections { asked, kept, source, hidden, blocks };
    for section in ReportSection::ALL.into_iter().filter(is_wanted) {
        report.blocks.push(Block::Heading(section.title().to_owned()));
        match section {
            ReportSection::File => report.file(question)?,
            ReportSection::Overview => report.overview()?,
            ReportSection::Verdicts => report.verdicts()?,
            ReportSection::Unwanted => {
                let answer: UnwantedAnswer =
                    report.ask(Unwanted { allow: question.allow.clone(), read: LOGINS_AT_ONCE })?;
                let logins = answer.findings.iter().flat_map(|finding| &finding.logins);
                users = logins.map(|login| login.user.clone()).filter(|user| !user.is_empty()).collect();
                report.unwanted(answer);
            }
            ReportSection::Expert => report.expert()?,
            ReportSection::Protocols => report.protocols()?,
            ReportSection::Flows => report.flows()?,
            ReportSection::Destinations => report.destinations()?,
            ReportSection::Rtt => report.rtt()?,
            ReportSection::Losses => report.losses()?,
        }
    }
    let mut blocks = report.blocks;
    if hidden {
        hide(asked, &question.salt, users, &mut blocks);
    }
    let made = match question.made.as_str() {
        "" => "Made with Wireglass. Nothing of the capture left the computer for it.".to_owned(),
        made => format!("Made with Wireglass, {made}. Nothing of the capture left the computer for it."),
    };
    let language = if question.words.is_empty() { "en" } else { question.language.as_str() };
    let words = (!question.words.is_empty()).then(|| Catalogue::parse(&question.words));
    let title = if hidden { "Report on a capture".to_owned() } else { format!("Report on {name}") };
    let page = Page { title, blocks, made, language, words };
    let text = match question.format {
        ReportFormat::Html => page.html(),
        ReportFormat::Markdown => page.markdown(),
    };
    Ok(ReportAnswer { text })
}

/// Puts pseudonyms in the place of addresses and names.
fn hide(asked: &Asked<'_>, salt: &str, users: Vec<String>, blocks: &mut [Block]) {
    let mut names = Pseudonyms::new(salt, asked.store.names.texts(), users);
    // What is real may not stand for something else.
    let real: FxHashSet<Address> = asked.store.paths.pairs().flat_map(|pair| pair.addresses()).collect();
    let mut shown = FxHashSet::default();
    for block in blocks.iter_mut() {
        block.change(&mut |text| shown.extend(pseudonyms::addresses(text)));
    }
    for _ in 0..MOST_TURNS {
        let is_real = |address| {
            let other = names.ip(address);
            other != address && real.contains(&Address::from(other))
        };
        if !shown.iter().copied().any(is_real) {
            break;
        }
        names.turn();
    }
    for block in blocks {
        match block {
            Block::Facts(facts) => {
                for (name, text) in facts {
                    *text = if name == "Only" { names.filter(text) } else { names.text(text) };
                }
            }
            other => other.change(&mut |text| *text = names.text(text)),
        }
    }
}

#[cfg(test)]
mod tests;
