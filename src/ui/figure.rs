//! A drawing as data: what charts are made of. One description serves the page (marks that can be pointed at, focused and filtered by),
//! and files (with colours of their own). Pure.
use std::fmt::Write;

/// What a mark looks like; places and sizes in pixels.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Shape {
    Rect {
        x: f64,
        y: f64,
        width: f64,
        height: f64,
    },
    Circle {
        x: f64,
        y: f64,
        radius: f64,
    },
    /// SVG's path commands.
    Path(String),
    Text {
        x: f64,
        y: f64,
        anchor: Anchor,
        text: String,
    },
}

/// Which end of a text stands at its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Anchor {
    Start,
    Middle,
    End,
}

/// What a mark stands for, beside how it looks.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub(crate) struct Means {
    /// Its row in the table of the same chart.
    pub row: usize,
    /// As a screen reader says it.
    pub name: String,
    /// A display filter; empty where there is none.
    pub filter: String,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Mark {
    pub shape: Shape,
    /// Its looks: one of [`STYLE`].
    pub class: &'static str,
    pub means: Option<Means>,
}

#[derive(Clone, Debug, PartialEq, Default)]
pub(crate) struct Figure {
    pub width: f64,
    pub height: f64,
    pub marks: Vec<Mark>,
}

/// Classes as a file has them: on white paper. The page's style sheet (`www/statistics.css`) has the same in its own colours.
const STYLE: &str = "text{font:12px system-ui,sans-serif;fill:#1c2128}.quiet{fill:#59626e}.axis{stroke:#8a929e;fill:none}\
.out,.bar{fill:#4f9bd9}.back{fill:#dd9a2c}.node{fill:#59626e}.void{fill:#eef0f3}.bubble{fill:#4f9bd9;fill-opacity:.6;stroke:#0b62b0}\
.band-0{fill:#0072b2}.band-1{fill:#b36b00}.band-2{fill:#007a59}.band-3{fill:#b34a00}.band-4{fill:#9c3f78}.band-5{fill:#2b7fb0}\
.band-rest{fill:#8a929e}.band-0,.band-1,.band-2,.band-3,.band-4,.band-5,.band-rest{fill-opacity:.55}\
.heat-1{fill:#dcebf7}.heat-2{fill:#b7d5ec}.heat-3{fill:#8cbbe0}.heat-4{fill:#5d9dcf}.heat-5{fill:#347eb8}.heat-6{fill:#135f9c}.heat-7{fill:#083d6b}";

impl Figure {
    pub(crate) fn new(width: f64, height: f64) -> Figure {
        Figure { width, height, marks: Vec::new() }
    }

    pub(crate) fn put(&mut self, class: &'static str, shape: Shape) {
        self.marks.push(Mark { shape, class, means: None });
    }

    pub(crate) fn mean(&mut self, class: &'static str, shape: Shape, means: Means) {
        self.marks.push(Mark { shape, class, means: Some(means) });
    }

    pub(crate) fn text(&mut self, class: &'static str, (x, y): (f64, f64), anchor: Anchor, text: impl Into<String>) {
        self.put(class, Shape::Text { x, y, anchor, text: text.into() });
    }

    /// What stands inside the page's `svg` element. The first mark that means something can be reached with Tab, the others from it.
    pub(crate) fn inside(&self) -> String {
        let mut out = String::with_capacity(self.marks.len() * 160);
        let mut is_first = true;
        for mark in &self.marks {
            let means = mark.means.as_ref().map(|means| {
                let index = if std::mem::take(&mut is_first) { 0 } else { -1 };
                let filter = escaped(&means.filter);
                let role = if means.filter.is_empty() { "img" } else { "button" };
                let name = escaped(&means.name);
                format!(" data-bar=\"{}\" data-filter=\"{filter}\" tabindex=\"{index}\" role=\"{role}\" aria-label=\"{name}\"", means.row)
            });
            write_mark(&mut out, mark, &means.unwrap_or_else(|| " aria-hidden=\"true\"".to_owned()));
        }
        out
    }

    /// A file of its own, with a title.
    pub(crate) fn file(&self, title: &str) -> String {
        let (width, height, title) = (self.width, self.height + 26.0, escaped(title));
        let mut out = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width:.0}\" height=\"{height:.0}\" viewBox=\"0 -26 {width:.0} {height:.0}\">\
             <title>{title}</title><style>{STYLE}</style><rect y=\"-26\" width=\"100%\" height=\"100%\" fill=\"#fff\"/>\
             <text x=\"4\" y=\"-9\" font-weight=\"600\">{title}</text>"
        );
        self.marks.iter().for_each(|mark| write_mark(&mut out, mark, ""));
        out.push_str("</svg>\n");
        out
    }
}

fn write_mark(out: &mut String, mark: &Mark, more: &str) {
    let class = mark.class;
    let _ = match &mark.shape {
        Shape::Rect { x, y, width, height } => {
            write!(
                out,
                "<rect class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\"{more}/>"
            )
        }
        Shape::Circle { x, y, radius } => {
            write!(out, "<circle class=\"{class}\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{radius:.1}\"{more}/>")
        }
        Shape::Path(path) => write!(out, "<path class=\"{class}\" d=\"{path}\"{more}/>"),
        Shape::Text { x, y, anchor, text } => {
            let anchor = match anchor {
                Anchor::Start => "start",
                Anchor::Middle => "middle",
                Anchor::End => "end",
            };
            write!(
                out,
                "<text class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\"{more}>{}</text>",
                escaped(text)
            )
        }
    };
}

/// A text as markup has it: names come from captures.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            // XML has no such characters.
            c if c.is_control() => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

/// A text that fits into so many pixels, about.
pub(crate) fn cut(text: &str, width: f64) -> String {
    let most = (width / 7.2).max(3.0) as usize;
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let mut out: String = text.chars().take(most - 1).collect();
    out.push('…');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_captures_say_stays_text() {
        let mut figure = Figure::new(100.0, 20.0);
        let name = "\"><script>alert(1)</script>&\u{7}";
        let bar = Shape::Rect { x: 0.0, y: 0.0, width: 10.0, height: 5.0 };
        figure.mean("bar", bar, Means { row: 3, name: name.into(), filter: "x == \"1\"".into() });
        figure.text("quiet", (0.0, 10.0), Anchor::End, name);
        for text in [figure.inside(), figure.file(name)] {
            assert!(!text.contains("<script") && !text.contains('\u{7}'), "{text}");
        }
        assert!(
            figure
                .inside()
                .contains("data-bar=\"3\" data-filter=\"x == &quot;1&quot;\" tabindex=\"0\" role=\"button\"")
        );
        assert!(!figure.file("a").contains("tabindex"));
    }

    #[test]
    fn long_labels_are_cut() {
        assert_eq!(cut("abc", 100.0), "abc");
        assert_eq!(cut("2001:db8::1:2:3:4", 72.0), "2001:db8:…");
    }
}
