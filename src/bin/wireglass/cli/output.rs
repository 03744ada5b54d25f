//! The way out: standard output that may be closed at any time, JSON, and text that cannot harm a terminal.
use super::Stop;
use serde::Serialize;
use std::fmt::{Arguments, Display, Write as _};
use std::io::{BufWriter, IsTerminal, StdoutLock, Write, stderr, stdout};

/// Standard output.
pub struct Out {
    to: BufWriter<StdoutLock<'static>>,
}

impl Out {
    pub fn new() -> Self {
        Self { to: BufWriter::with_capacity(64 << 10, stdout().lock()) }
    }

    /// One line of text.
    pub fn line(&mut self, line: impl Display) -> Result<(), Stop> {
        Ok(writeln!(self.to, "{line}")?)
    }

    /// One JSON document: indented for people, on one line for programs.
    pub fn json(&mut self, value: &impl Serialize) -> Result<(), Stop> {
        let written = if stdout().is_terminal() {
            serde_json::to_writer_pretty(&mut self.to, value)
        } else {
            serde_json::to_writer(&mut self.to, value)
        };
        match written {
            Ok(()) => self.line(""),
            Err(error) if error.is_io() => Err(std::io::Error::from(error).into()),
            Err(error) => Err(Stop::Failed(error.to_string())),
        }
    }

    /// Bytes as they are.
    pub fn bytes(&mut self, bytes: &[u8]) -> Result<(), Stop> {
        Ok(self.to.write_all(bytes)?)
    }

    /// Offset, hexadecimal, text: sixteen bytes a line.
    pub fn dump(&mut self, offset: u64, bytes: &[u8]) -> Result<(), Stop> {
        for (line, bytes) in (0..).zip(bytes.chunks(16)) {
            let hex: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            let shown = |&byte: &u8| if matches!(byte, 0x20..=0x7e) { char::from(byte) } else { '.' };
            let text: String = bytes.iter().map(shown).collect();
            self.line(format_args!("{:08x}  {:47}  {text}", offset + line * 16, hex.join(" ")))?;
        }
        Ok(())
    }

    pub fn flush(&mut self) -> Result<(), Stop> {
        Ok(self.to.flush()?)
    }
}

/// One line on standard error; there is nobody to tell when that fails.
pub fn complain(line: Arguments<'_>) {
    let _ = writeln!(stderr(), "{}", clean(&line.to_string()));
}

/// Text from a capture or a file name as one can show it: what would move a terminal's cursor, change its colours or turn the
/// direction of writing is replaced.
pub fn clean(text: &str) -> String {
    let harmful = |c: char| {
        c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
    };
    text.chars().map(|c| if harmful(c) { '\u{fffd}' } else { c }).collect()
}

/// Rows of text in aligned columns. Columns never get narrower, so that a table printed in parts stays one.
pub struct Table {
    columns: Vec<Column>,
    rows: Vec<Vec<String>>,
}

struct Column {
    title: &'static str,
    right: bool,
    width: usize,
}

impl Table {
    /// A title that starts with `>` is a column of numbers, aligned right.
    pub fn new(titles: &[&'static str]) -> Self {
        let column = |title: &&'static str| {
            let (title, right) = title.strip_prefix('>').map_or((*title, false), |title| (title, true));
            Column { title, right, width: title.chars().count() }
        };
        Self { columns: titles.iter().map(column).collect(), rows: Vec::new() }
    }

    pub fn row(&mut self, cells: impl Into<Vec<String>>) {
        let cells: Vec<String> = cells.into().iter().map(|cell| clean(cell)).collect();
        for (column, cell) in self.columns.iter_mut().zip(&cells) {
            column.width = column.width.max(cell.chars().count());
        }
        self.rows.push(cells);
    }

    pub fn titles(&self, out: &mut Out) -> Result<(), Stop> {
        self.print(out, &self.columns.iter().map(|column| column.title).collect::<Vec<_>>())
    }

    /// Prints the rows so far, and forgets them.
    pub fn rows(&mut self, out: &mut Out) -> Result<(), Stop> {
        for row in std::mem::take(&mut self.rows) {
            self.print(out, &row.iter().map(String::as_str).collect::<Vec<_>>())?;
        }
        Ok(())
    }

    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Titles and rows.
    pub fn all(mut self, out: &mut Out) -> Result<(), Stop> {
        self.titles(out)?;
        self.rows(out)
    }

    fn print(&self, out: &mut Out, cells: &[&str]) -> Result<(), Stop> {
        let mut line = String::new();
        for (n, (column, cell)) in self.columns.iter().zip(cells).enumerate() {
            let gap = if n == 0 { "" } else { "  " };
            let width = column.width;
            let _ = match column.right {
                true => write!(line, "{gap}{cell:>width$}"),
                false => write!(line, "{gap}{cell:width$}"),
            };
        }
        out.line(line.trim_end())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_do_not_reach_a_terminal() {
        assert_eq!(clean("a\x1b[31mb\u{9b}2J\r\n\u{202e}c"), "a\u{fffd}[31mb\u{fffd}2J\u{fffd}\u{fffd}\u{fffd}c");
        assert_eq!(clean("GET /größe → 200"), "GET /größe → 200");
    }
}
