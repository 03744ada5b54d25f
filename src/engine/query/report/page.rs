//! What a report is made of, and how it is printed: as a page of HTML that needs nothing else, or as Markdown.
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
    /// Columns whose title begins with `>` hold numbers.
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
pub struct Page {
    pub title: String,
    pub blocks: Vec<Block>,
    /// The last line.
    pub made: String,
}

impl Page {
    pub fn html(&self) -> String {
        let mut out = String::with_capacity(64 << 10);
        // Nothing of it comes from elsewhere, and nothing in it may fetch anything: it holds texts of a stranger's packets.
        _ = writeln!(
            out,
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta name=\"robots\" content=\"noindex\">\n<title>{0}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{0}</h1>",
            Html(&self.title)
        );
        for block in &self.blocks {
            html(&mut out, block);
        }
        _ = writeln!(out, "</main>\n<footer>{}</footer>\n</body>\n</html>", Html(&self.made));
        out
    }

    pub fn markdown(&self) -> String {
        let mut out = String::with_capacity(16 << 10);
        _ = writeln!(out, "# {}\n", Mark(&self.title));
        for block in &self.blocks {
            markdown(&mut out, block);
        }
        _ = writeln!(out, "---\n{}", Mark(&self.made));
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

fn html(out: &mut String, block: &Block) {
    match block {
        Block::Heading(text) => _ = writeln!(out, "<h2>{}</h2>", Html(text)),
        Block::Paragraph(text) => _ = writeln!(out, "<p>{}</p>", Html(text)),
        Block::Facts(facts) => {
            out.push_str("<dl>\n");
            facts.iter().for_each(|(name, text)| fact(out, name, text));
            out.push_str("</dl>\n");
        }
        Block::Finding { grade, text, more, commands } => {
            let class = grade.to_ascii_lowercase();
            _ = writeln!(
                out,
                "<section class=\"finding {}\">\n<p><b class=\"grade\">{}</b> {}</p>\n<dl>",
                Html(&class),
                Html(grade),
                Html(text)
            );
            more.iter().for_each(|(name, text)| fact(out, name, text));
            out.push_str("</dl>\n");
            if !commands.is_empty() {
                out.push_str("<details><summary>Commands that block it</summary>\n");
                for (tool, text) in commands {
                    _ = writeln!(out, "<h4>{}</h4>\n<pre>{}</pre>", Html(tool), Html(text));
                }
                out.push_str("</details>\n");
            }
            out.push_str("</section>\n");
        }
        Block::Table { titles, rows } => {
            out.push_str("<table>\n<thead><tr>");
            for title in titles.iter().copied() {
                let (class, title) = column(title);
                _ = write!(out, "<th scope=\"col\"{class}>{}</th>", Html(title));
            }
            out.push_str("</tr></thead>\n<tbody>\n");
            for row in rows {
                out.push_str("<tr>");
                for (title, cell) in titles.iter().copied().zip(row) {
                    // What stands deeper is moved to the right.
                    let depth = cell.chars().take_while(|c| *c == '\u{2003}').count();
                    let (class, _) = column(title);
                    let indent =
                        if depth > 0 { format!(" style=\"padding-left:{}em\"", depth + 1) } else { String::new() };
                    _ = write!(out, "<td{class}{indent}>{}</td>", Html(cell.trim_start_matches('\u{2003}')));
                }
                out.push_str("</tr>\n");
            }
            out.push_str("</tbody>\n</table>\n");
        }
        Block::Columns { title, values, from, to, most } => columns(out, title, values, [from, to, most]),
        Block::Bars { title, rows } => bars(out, title, rows),
    }
}

/// A column's class and its title.
fn column(title: &'static str) -> (&'static str, &'static str) {
    title.strip_prefix('>').map_or(("", title), |title| (" class=\"num\"", title))
}

fn fact(out: &mut String, name: &str, text: &str) {
    let (open, close) = if is_code(name) { ("<code>", "</code>") } else { ("", "") };
    _ = writeln!(out, "<dt>{}</dt><dd>{open}{}{close}</dd>", Html(name), Html(text));
}

/// A drawing with a sentence for those who do not see it.
fn columns(out: &mut String, title: &str, values: &[u64], [from, to, most]: [&String; 3]) {
    const HEIGHT: u64 = 120;
    let top = values.iter().copied().max().unwrap_or(0).max(1);
    let width = 800.0 / values.len().max(1) as f64;
    _ = write!(
        out,
        "<figure>\n<figcaption>{0}</figcaption>\n<svg viewBox=\"0 0 800 {HEIGHT}\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"{0}: at most {1}, from {2} to {3}\">\n<path d=\"",
        Html(title),
        Html(most),
        Html(from),
        Html(to)
    );
    for (at, &value) in values.iter().enumerate().filter(|(_, value)| **value > 0) {
        let height = (value as f64 / top as f64 * HEIGHT as f64).max(1.0);
        _ = write!(out, "M{:.1} {HEIGHT}v-{height:.1}h{:.1}v{height:.1}z", at as f64 * width, (width - 0.5).max(0.5));
    }
    _ = writeln!(
        out,
        "\"/>\n</svg>\n<p class=\"axis\"><span>{}</span><span>at most {}</span><span>{}</span></p>\n</figure>",
        Html(from),
        Html(most),
        Html(to)
    );
}

fn bars(out: &mut String, title: &str, rows: &[(String, u64, String)]) {
    let top = rows.iter().map(|(_, value, _)| *value).max().unwrap_or(0).max(1);
    _ = writeln!(out, "<figure>\n<figcaption>{}</figcaption>\n<table class=\"bars\">", Html(title));
    for (label, value, text) in rows {
        let share = *value as f64 * 100.0 / top as f64;
        _ = writeln!(
            out,
            "<tr><th scope=\"row\">{}</th><td><svg viewBox=\"0 0 100 10\" preserveAspectRatio=\"none\" aria-hidden=\"true\"><rect width=\"{share:.1}\" height=\"10\"/></svg></td><td class=\"num\">{}</td></tr>",
            Html(label),
            Html(text)
        );
    }
    out.push_str("</table>\n</figure>\n");
}

fn markdown(out: &mut String, block: &Block) {
    let value = |name: &str, text: &str| if is_code(name) { code(text) } else { Mark(text).to_string() };
    match block {
        Block::Heading(text) => _ = writeln!(out, "## {}\n", Mark(text)),
        Block::Paragraph(text) => _ = writeln!(out, "{}\n", Mark(text)),
        Block::Facts(facts) => {
            for (name, text) in facts {
                _ = writeln!(out, "- **{}**: {}", Mark(name), value(name, text));
            }
            out.push('\n');
        }
        Block::Finding { grade, text, more, .. } => {
            _ = writeln!(out, "- **{}**: {}", Mark(grade), Mark(text));
            for (name, text) in more {
                _ = writeln!(out, "  - {}: {}", Mark(name), value(name, text));
            }
            out.push('\n');
        }
        Block::Table { titles, rows } => {
            let line =
                |cells: &mut dyn Iterator<Item = String>| format!("| {} |\n", cells.collect::<Vec<_>>().join(" | "));
            out.push_str(&line(&mut titles.iter().copied().map(|title| Mark(column(title).1).to_string())));
            out.push_str(&line(
                &mut titles.iter().map(|title| if title.starts_with('>') { "--:" } else { "---" }.to_owned()),
            ));
            for row in rows {
                out.push_str(&line(&mut row.iter().map(|cell| Mark(cell).to_string())));
            }
            out.push('\n');
        }
        Block::Columns { title, values, from, to, most } => {
            _ = writeln!(
                out,
                "{}: at most {}\n\n{} {} {}\n",
                Mark(title),
                Mark(most),
                Mark(from),
                code(&spark(values)),
                Mark(to)
            );
        }
        Block::Bars { title, rows } => {
            _ = writeln!(out, "{}\n", Mark(title));
            for (label, _, text) in rows {
                _ = writeln!(out, "- {}: {}", Mark(label), Mark(text));
            }
            out.push('\n');
        }
    }
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
