//! What a report is made of, and how it is printed: as a page of HTML that needs nothing else, or as Markdown; in English, or in the
//! language of a catalogue. What is the engine's own text is told while it is printed, when pseudonyms are in it already.
use crate::catalogue::{Catalogue, fill};
use std::fmt::Write;

/// A part of a report. Texts are plain: each way of printing does what it has to.
pub enum Block {
    Heading(String),
    Paragraph(String),
    /// Names with values.
    Facts(Vec<(String, String)>),
    /// Something found: a word for how grave it is, what it is, and what is to be known of it.
    Finding {
        grade: String,
        text: String,
        more: Vec<(String, String)>,
        /// Commands, by tool.
        commands: Vec<(String, String)>,
    },
    /// Columns whose title begins with `>` hold numbers, those with `~` texts of the engine.
    Table {
        titles: Vec<&'static str>,
        rows: Vec<Vec<String>>,
    },
    /// Columns over time (or over steps): what they are of, their values, and what stands at the left, at the right and at the top.
    Columns {
        title: String,
        values: Vec<u64>,
        from: String,
        to: String,
        most: String,
    },
    /// Bars: label, value, and the value in words.
    Bars {
        title: String,
        rows: Vec<(String, u64, String)>,
    },
}

impl Block {
    /// Puts another text in the place of every one that may come from the capture.
    pub fn change(&mut self, to: &mut dyn FnMut(&mut String)) {
        let pairs = |list: &mut Vec<(String, String)>, to: &mut dyn FnMut(&mut String)| {
            list.iter_mut().for_each(|(_, text)| to(text));
        };
        match self {
            Self::Heading(_) | Self::Columns { .. } => {}
            Self::Paragraph(text) => to(text),
            Self::Facts(facts) => pairs(facts, to),
            Self::Finding { text, more, commands, .. } => {
                to(text);
                pairs(more, to);
                pairs(commands, to);
            }
            Self::Table { rows, .. } => rows.iter_mut().flatten().for_each(to),
            Self::Bars { rows, .. } => rows.iter_mut().for_each(|(label, ..)| to(label)),
        }
    }
}

/// A heading, and what stands above all.
pub struct Page<'w> {
    pub title: String,
    pub blocks: Vec<Block>,
    /// The last line.
    pub made: String,
    /// The language's code, and its texts; none for English.
    pub language: &'w str,
    pub words: Option<Catalogue<'w>>,
}

impl Page<'_> {
    /// A text of the engine, in the report's language.
    fn told(&self, english: &str) -> String {
        self.words.as_ref().and_then(|words| words.told(english)).unwrap_or_else(|| english.to_owned())
    }

    /// A text with values, in the report's language.
    fn filled(&self, english: &str, values: &[&str]) -> String {
        let text = self.words.as_ref().and_then(|words| words.text(english)).unwrap_or(english);
        fill(text, |place| values.get(place).map(|value| (*value).to_owned()))
    }

    /// A fact's value: told where it is a sentence of ours, as it stands where it comes from the capture.
    fn value(&self, name: &str, text: &str) -> String {
        if is_told(name) { self.told(text) } else { text.to_owned() }
    }

    pub fn html(&self) -> String {
        let mut out = String::with_capacity(64 << 10);
        let title = self.told(&self.title);
        // Nothing of it comes from elsewhere, and nothing in it may fetch anything: it holds texts of a stranger's packets.
        _ = writeln!(
            out,
            "<!doctype html>\n<html lang=\"{1}\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta name=\"robots\" content=\"noindex\">\n<title>{0}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{0}</h1>",
            Html(&title),
            Html(self.language)
        );
        for block in &self.blocks {
            self.block(&mut out, block);
        }
        _ = writeln!(out, "</main>\n<footer>{}</footer>\n</body>\n</html>", Html(&self.told(&self.made)));
        out
    }

    pub fn markdown(&self) -> String {
        let mut out = String::with_capacity(16 << 10);
        _ = writeln!(out, "# {}\n", Mark(&self.told(&self.title)));
        for block in &self.blocks {
            self.mark(&mut out, block);
        }
        _ = writeln!(out, "---\n{}", Mark(&self.told(&self.made)));
        out
    }
}

const STYLE: &str = include_str!("style.css");

/// Text in HTML.
struct Html<'t>(&'t str);

impl std::fmt::Display for Html<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for c in self.0.chars() {
            match c {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\'' => f.write_str("&#39;")?,
                _ if is_harmful(c) => f.write_char('\u{fffd}')?,
                _ => f.write_char(c)?,
            }
        }
        Ok(())
    }
}

/// What would turn the direction of writing, or cannot be seen.
fn is_harmful(c: char) -> bool {
    c.is_control() && c != '\n'
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// Text in Markdown: nothing in it is a sign.
struct Mark<'t>(&'t str);

impl std::fmt::Display for Mark<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for c in self.0.chars() {
            match c {
                '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '#' | '~' | '!' | '@' => write!(f, "\\{c}")?,
                '\n' => f.write_char(' ')?,
                _ if is_harmful(c) => f.write_char('\u{fffd}')?,
                _ => f.write_char(c)?,
            }
        }
        Ok(())
    }
}

/// Text as code in Markdown.
fn code(text: &str) -> String {
    let fence = "`".repeat(text.split(|c| c != '`').map(str::len).max().unwrap_or(0) + 1);
    let text: String = text.chars().map(|c| if c == '\n' || is_harmful(c) { ' ' } else { c }).collect();
    let room = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{fence}{room}{text}{room}{fence}")
}

/// What is a filter or a command is code.
fn is_code(name: &str) -> bool {
    matches!(name, "Filter" | "Only")
}

/// Facts whose values are the engine's own sentences.
fn is_told(name: &str) -> bool {
    matches!(
        name,
        "Capture" | "Format" | "First packet" | "Cut short" | "Warning" | "Because" | "Unless" | "Login" | "Left out"
    )
}

impl Page<'_> {
    fn block(&self, out: &mut String, block: &Block) {
        match block {
            Block::Heading(text) => _ = writeln!(out, "<h2>{}</h2>", Html(&self.told(text))),
            Block::Paragraph(text) => _ = writeln!(out, "<p>{}</p>", Html(&self.told(text))),
            Block::Facts(facts) => self.facts(out, facts),
            Block::Finding { grade, text, more, commands } => {
                _ = writeln!(
                    out,
                    "<section class=\"finding {}\">\n<p><b class=\"grade\">{}</b> {}</p>",
                    Html(&grade.to_ascii_lowercase()),
                    Html(&self.told(grade)),
                    Html(&self.told(text))
                );
                self.facts(out, more);
                if !commands.is_empty() {
                    let title = self.told("Commands that block it");
                    _ = writeln!(out, "<details><summary>{}</summary>", Html(&title));
                    for (tool, text) in commands {
                        _ = writeln!(out, "<h4>{}</h4>\n<pre>{}</pre>", Html(tool), Html(text));
                    }
                    out.push_str("</details>\n");
                }
                out.push_str("</section>\n");
            }
            Block::Table { titles, rows } => self.table(out, titles, rows),
            Block::Columns { title, values, from, to, most } => self.columns(out, title, values, [from, to, most]),
            Block::Bars { title, rows } => self.bars(out, title, rows),
        }
    }

    fn facts(&self, out: &mut String, facts: &[(String, String)]) {
        out.push_str("<dl>\n");
        for (name, text) in facts {
            let (open, close) = if is_code(name) { ("<code>", "</code>") } else { ("", "") };
            let (title, text) = (self.told(name), self.value(name, text));
            _ = writeln!(out, "<dt>{}</dt><dd>{open}{}{close}</dd>", Html(&title), Html(&text));
        }
        out.push_str("</dl>\n");
    }

    fn table(&self, out: &mut String, titles: &[&'static str], rows: &[Vec<String>]) {
        out.push_str("<div class=\"wide\" tabindex=\"0\">\n<table>\n<thead><tr>");
        for title in titles {
            let (kind, title) = column(title);
            _ = write!(out, "<th scope=\"col\"{}>{}</th>", kind.class(), Html(&self.told(title)));
        }
        out.push_str("</tr></thead>\n<tbody>\n");
        for row in rows {
            out.push_str("<tr>");
            for (title, cell) in titles.iter().copied().zip(row) {
                // What stands deeper is moved to the right.
                let depth = cell.chars().take_while(|c| *c == '\u{2003}').count();
                let kind = column(title).0;
                let indent = if depth > 0 { format!(" style=\"padding-left:{}em\"", depth + 1) } else { String::new() };
                let text = self.cell(kind, cell.trim_start_matches('\u{2003}'));
                _ = write!(out, "<td{}{indent}>{}</td>", kind.class(), Html(&text));
            }
            out.push_str("</tr>\n");
        }
        out.push_str("</tbody>\n</table>\n</div>\n");
    }

    fn cell(&self, kind: Kind, text: &str) -> String {
        if kind == Kind::Told { self.told(text) } else { text.to_owned() }
    }

    /// A drawing with a sentence for those who do not see it.
    fn columns(&self, out: &mut String, title: &str, values: &[u64], [from, to, most]: [&String; 3]) {
        const HEIGHT: u64 = 120;
        let top = values.iter().copied().max().unwrap_or(0).max(1);
        let width = 800.0 / values.len().max(1) as f64;
        let title = self.told(title);
        let label = self.filled("{0}: at most {1}, from {2} to {3}", &[&title, most, from, to]);
        _ = write!(
            out,
            "<figure>\n<figcaption>{}</figcaption>\n<svg viewBox=\"0 0 800 {HEIGHT}\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"{}\">\n<path d=\"",
            Html(&title),
            Html(&label)
        );
        for (at, &value) in values.iter().enumerate().filter(|(_, value)| **value > 0) {
            let height = (value as f64 / top as f64 * HEIGHT as f64).max(1.0);
            _ = write!(
                out,
                "M{:.1} {HEIGHT}v-{height:.1}h{:.1}v{height:.1}z",
                at as f64 * width,
                (width - 0.5).max(0.5)
            );
        }
        _ = writeln!(
            out,
            "\"/>\n</svg>\n<p class=\"axis\"><span>{}</span><span>{}</span><span>{}</span></p>\n</figure>",
            Html(from),
            Html(&self.filled("at most {0}", &[most])),
            Html(to)
        );
    }

    fn bars(&self, out: &mut String, title: &str, rows: &[(String, u64, String)]) {
        let top = rows.iter().map(|(_, value, _)| *value).max().unwrap_or(0).max(1);
        let title = self.told(title);
        _ = writeln!(out, "<figure>\n<figcaption>{}</figcaption>\n<table class=\"bars\">", Html(&title));
        for (label, value, text) in rows {
            let share = *value as f64 * 100.0 / top as f64;
            _ = writeln!(
                out,
                "<tr><th scope=\"row\">{}</th><td><svg viewBox=\"0 0 100 10\" preserveAspectRatio=\"none\" aria-hidden=\"true\"><rect width=\"{share:.1}\" height=\"10\"/></svg></td><td class=\"num\">{}</td></tr>",
                Html(label),
                Html(&self.told(text))
            );
        }
        out.push_str("</table>\n</figure>\n");
    }

    fn mark(&self, out: &mut String, block: &Block) {
        let told = |text: &str| Mark(&self.told(text)).to_string();
        let value = |name: &str, text: &str| match is_code(name) {
            true => code(text),
            false => Mark(&self.value(name, text)).to_string(),
        };
        match block {
            Block::Heading(text) => _ = writeln!(out, "## {}\n", told(text)),
            Block::Paragraph(text) => _ = writeln!(out, "{}\n", told(text)),
            Block::Facts(facts) => {
                for (name, text) in facts {
                    _ = writeln!(out, "- **{}**: {}", told(name), value(name, text));
                }
                out.push('\n');
            }
            Block::Finding { grade, text, more, .. } => {
                _ = writeln!(out, "- **{}**: {}", told(grade), told(text));
                for (name, text) in more {
                    _ = writeln!(out, "  - {}: {}", told(name), value(name, text));
                }
                out.push('\n');
            }
            Block::Table { titles, rows } => {
                let kinds: Vec<_> = titles.iter().map(|title| column(title)).collect();
                let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
                out.push_str(&line(kinds.iter().map(|(_, title)| told(title)).collect()));
                let rule = |kind| if kind == Kind::Number { "--:" } else { "---" }.to_owned();
                out.push_str(&line(kinds.iter().map(|(kind, _)| rule(*kind)).collect()));
                for row in rows {
                    let cells =
                        kinds.iter().zip(row).map(|((kind, _), cell)| Mark(&self.cell(*kind, cell)).to_string());
                    out.push_str(&line(cells.collect()));
                }
                out.push('\n');
            }
            Block::Columns { title, values, from, to, most } => {
                let most = self.filled("at most {0}", &[most]);
                _ = writeln!(
                    out,
                    "{}: {}\n\n{} {} {}\n",
                    told(title),
                    Mark(&most),
                    Mark(from),
                    code(&spark(values)),
                    Mark(to)
                );
            }
            Block::Bars { title, rows } => {
                _ = writeln!(out, "{}\n", told(title));
                for (label, _, text) in rows {
                    _ = writeln!(out, "- {}: {}", Mark(label), told(text));
                }
                out.push('\n');
            }
        }
    }
}

/// What a column holds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Plain,
    Number,
    /// Texts of the engine.
    Told,
}

impl Kind {
    fn class(self) -> &'static str {
        if self == Self::Number { " class=\"num\"" } else { "" }
    }
}

/// A column's kind and its title.
fn column(title: &'static str) -> (Kind, &'static str) {
    let number = title.strip_prefix('>').map(|title| (Kind::Number, title));
    number.or_else(|| title.strip_prefix('~').map(|title| (Kind::Told, title))).unwrap_or((Kind::Plain, title))
}

/// Columns as eighths of a letter's height, at most 60 of them.
fn spark(values: &[u64]) -> String {
    const LEVELS: [char; 9] = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let part = values.len().div_ceil(60).max(1);
    let sums: Vec<u64> = values.chunks(part).map(|part| part.iter().sum()).collect();
    let top = sums.iter().copied().max().unwrap_or(0).max(1);
    sums.iter().map(|&sum| LEVELS[(sum.saturating_mul(8).div_ceil(top) as usize).min(8)]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_from_packets_is_no_markup() {
        let evil = "<script>alert(1)</script> `x` | [a](b) \u{202e}";
        let page = Page {
            title: evil.into(),
            blocks: vec![
                Block::Paragraph(evil.into()),
                Block::Facts(vec![("Filter".into(), evil.into()), ("File".into(), evil.into())]),
                Block::Table { titles: vec!["Name", ">Count"], rows: vec![vec![evil.into(), "1".into()]] },
                Block::Bars { title: evil.into(), rows: vec![(evil.into(), 3, evil.into())] },
                Block::Columns {
                    title: evil.into(),
                    values: vec![1, 2],
                    from: evil.into(),
                    to: evil.into(),
                    most: evil.into(),
                },
                Block::Finding {
                    grade: evil.into(),
                    text: evil.into(),
                    more: vec![],
                    commands: vec![(evil.into(), evil.into())],
                },
            ],
            made: evil.into(),
            language: "en",
            words: None,
        };
        let html = page.html();
        assert!(!html.contains("<script") && !html.contains('\u{202e}'), "{html}");
        let markdown = page.markdown();
        let is_code = |line: &&str| line.contains("**Filter**");
        assert!(!markdown.lines().any(|line| line.contains("[a](b)") && !is_code(&line)), "{markdown}");
        assert!(!markdown.contains('\u{202e}'), "{markdown}");
        assert!(markdown.contains("- **Filter**: ``<script>alert(1)</script> `x` | [a](b)  ``"), "{markdown}");
        assert!(markdown.lines().filter(|line| line.starts_with('|')).all(|line| line.matches(" | ").count() <= 2));
    }

    #[test]
    fn columns_are_drawn_as_letters() {
        assert_eq!(spark(&[0, 1, 4, 8]), " ▁▄█");
        assert_eq!(spark(&[]), "");
        assert!(spark(&[1; 1000]).chars().count() <= 60);
    }
}
