//! An answer as text for reading and comparing: a line a value, a table for a list of records, in the order of declaration.
use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use std::fmt::{self, Write};

/// JSON that keeps the order of its keys.
pub enum Tree {
    Leaf(String),
    List(Vec<Tree>),
    Map(Vec<(String, Tree)>),
}

/// Adds an answer under a heading, without the keys `but` names.
pub fn section(to: &mut String, title: &str, answer: &impl serde::Serialize, but: &[&str]) {
    let json = serde_json::to_string(answer).expect("answers are data");
    let tree: Tree = serde_json::from_str(&json).expect("JSON");
    let Tree::Map(pairs) = tree else { panic!("{title}: an answer is a map") };
    writeln!(to, "## {title}").expect("memory");
    for (key, value) in pairs.iter().filter(|(key, _)| !but.contains(&key.as_str())) {
        match value {
            Tree::List(rows) if matches!(rows.first(), Some(Tree::Map(_))) => {
                writeln!(to, "{key}:").expect("memory");
                table(to, rows, but);
            }
            value => writeln!(to, "{key}: {}", inline(value)).expect("memory"),
        }
    }
    to.push('\n');
}

fn table(to: &mut String, rows: &[Tree], but: &[&str]) {
    let cells = |row: &Tree, of: fn(&(String, Tree)) -> String| match row {
        Tree::Map(pairs) => {
            pairs.iter().filter(|(key, _)| !but.contains(&key.as_str())).map(of).collect::<Vec<_>>().join(" | ")
        }
        other => inline(other),
    };
    let head = rows.iter().take(1).map(|row| cells(row, |(key, _)| key.clone()));
    let body = rows.iter().map(|row| cells(row, |(_, value)| inline(value)));
    for line in head.chain(body) {
        writeln!(to, "  {}", line.trim_end()).expect("memory");
    }
}

fn inline(value: &Tree) -> String {
    match value {
        Tree::Leaf(text) => text.escape_debug().to_string().replace("\\\"", "\"").replace("\\'", "'"),
        Tree::List(items) => format!("[{}]", items.iter().map(inline).collect::<Vec<_>>().join(", ")),
        Tree::Map(pairs) => {
            let pairs = pairs.iter().map(|(key, value)| format!("{key}={}", inline(value)));
            format!("({})", pairs.collect::<Vec<_>>().join(" "))
        }
    }
}

impl<'de> Deserialize<'de> for Tree {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Reader)
    }
}

struct Reader;

macro_rules! leaves {
    ($($visit:ident: $type:ty),*) => {
        $(fn $visit<E: Error>(self, value: $type) -> Result<Tree, E> { Ok(Tree::Leaf(value.to_string())) })*
    };
}

impl<'de> Visitor<'de> for Reader {
    type Value = Tree;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    leaves! { visit_bool: bool, visit_i64: i64, visit_u64: u64, visit_f64: f64, visit_str: &str }

    fn visit_unit<E: Error>(self) -> Result<Tree, E> {
        Ok(Tree::Leaf("-".to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Tree, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Tree::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut pairs: A) -> Result<Tree, A::Error> {
        let mut map = Vec::new();
        while let Some(pair) = pairs.next_entry()? {
            map.push(pair);
        }
        Ok(Tree::Map(map))
    }
}
