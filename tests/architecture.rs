//! The rules of the map, checked in the sources: who may import whom, how long a file is, what code that reads bytes may not do.
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

const LONG: usize = 400;
const TOO_LONG: usize = 600;
/// Not there before the browser test or the benchmark ran.
const MADE_BY_RUNS: [&str; 2] = ["tests/shots", "benches/RECORD.md"];

/// A source file of ours.
struct File {
    /// `src/engine/flow/assign.rs`.
    name: String,
    text: String,
    /// `engine`, `flow`, `assign`.
    module: Vec<String>,
}

fn files() -> Vec<File> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut pending: Vec<PathBuf> = vec![root.join("src"), root.join("tests"), root.join("benches")];
    let mut files = Vec::new();
    while let Some(path) = pending.pop() {
        if path.is_dir() {
            pending.extend(fs::read_dir(&path).expect("a folder").map(|entry| entry.expect("an entry").path()));
        } else if path.extension().is_some_and(|kind| kind == "rs") {
            let name = path.strip_prefix(root).expect("below").to_string_lossy().into_owned();
            let module =
                name.trim_end_matches(".rs").trim_end_matches("/mod").split('/').skip(1).map(str::to_owned).collect();
            files.push(File { text: fs::read_to_string(&path).expect("a source"), module, name });
        }
    }
    files.sort_by(|a, b| a.name.cmp(&b.name));
    assert!(files.len() > 60, "only {} sources found", files.len());
    files
}

impl File {
    /// Without comments and without what is only compiled for tests.
    fn code(&self) -> String {
        let mut code = String::new();
        let mut lines = self.text.lines().peekable();
        while let Some(line) = lines.next() {
            if line == "#[cfg(test)]" {
                // The item: up to a line that closes it, at the margin.
                for line in lines.by_ref() {
                    if line == "}" || line.ends_with(';') && !line.starts_with(' ') {
                        break;
                    }
                }
            } else {
                code.push_str(line.split("//").next().unwrap_or_default());
                code.push('\n');
            }
        }
        code
    }

    fn is_test(&self) -> bool {
        self.name.ends_with("tests.rs") || self.name.ends_with("/testing.rs") || !self.name.starts_with("src/")
    }

    /// Our modules that the file names, absolute: `engine::store::flows::Flow`.
    fn imports(&self) -> BTreeSet<String> {
        let code = self.code();
        let mut found = BTreeSet::new();
        for (at, _) in code.match_indices("crate::").chain(code.match_indices("wireglass::")) {
            let rest = &code[at..];
            expand("", &rest[rest.find("::").expect("just found") + 2..], &mut found);
        }
        for (at, _) in code.match_indices("super::") {
            let before = &code[..at];
            if before.ends_with("super::") {
                continue;
            }
            let depth = code[at..].split("super::").take_while(|part| part.is_empty()).count();
            let up = depth.max(1);
            let parent = &self.module[..self.module.len().saturating_sub(up)];
            expand(&parent.join("::"), &code[at + up * "super::".len()..], &mut found);
        }
        found
    }
}

/// The paths at the start of `text`, braces taken apart.
fn expand(prefix: &str, text: &str, found: &mut BTreeSet<String>) {
    let join = |rest: &str| if prefix.is_empty() { rest.to_owned() } else { format!("{prefix}::{rest}") };
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '_' && c != ':').unwrap_or(text.len());
    let path = text[..end].trim_end_matches(':');
    if !text[end..].starts_with('{') {
        found.insert(join(path));
        return;
    }
    let prefix = if path.is_empty() { prefix.to_owned() } else { join(path) };
    let (mut depth, mut start) = (0, end + 1);
    for (at, c) in text[end..].char_indices().map(|(n, c)| (end + n, c)) {
        match c {
            '{' => depth += 1,
            ',' | '}' if depth == 1 => {
                let item = text[start..at].trim();
                if !item.is_empty() {
                    expand(&prefix, item, found);
                }
                start = at + 1;
                if c == '}' {
                    return;
                }
            }
            '}' => depth -= 1,
            _ => {}
        }
    }
}

/// The engine's modules in the order its documentation gives.
fn order(files: &[File]) -> Vec<String> {
    let map = &files.iter().find(|file| file.name == "src/engine/mod.rs").expect("the engine's map").text;
    let line = map.lines().find(|line| line.contains('→') && line.contains('·')).expect("a line `a · b → c`");
    let names = line.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|name| !name.is_empty());
    let order: Vec<String> = names.map(str::to_owned).collect();
    for declared in map.lines().filter_map(|line| line.trim_start_matches("pub ").strip_prefix("mod ")) {
        let name = declared.trim_end_matches(';');
        assert!(
            order.iter().any(|known| known == name) || name == "testing",
            "src/engine/mod.rs: `{name}` has no place in the order"
        );
    }
    order
}

/// What protocols' files may use of the module that they stand in.
const SHARED_BY_PROTOCOLS: [&str; 7] =
    ["media_type", "numbers", "walk", "registry", "protocol", "Protocol", "SEGMENTS"];

#[test]
fn imports_go_one_way() {
    let files = files();
    let order = order(&files);
    let place = |name: &str| order.iter().position(|known| known == name);
    let mut wrong = Vec::new();
    for file in files.iter().filter(|file| file.name.starts_with("src/") && !file.is_test()) {
        for import in file.imports() {
            let to: Vec<&str> = import.split("::").collect();
            let module: Vec<&str> = file.module.iter().map(String::as_str).collect();
            let allowed = match (module.as_slice(), to.as_slice()) {
                (["api", ..], ["api", ..]) => true,
                (["api", ..], _) => false,
                // A kind of list, and texts by texts: no knowledge of ours.
                (["catalogue" | "rest"], _) => false,
                (_, ["sorted", ..])
                | (["ui" | "engine", ..], ["catalogue", ..])
                | (["ui", ..] | ["bin", "worker", ..], ["rest", ..]) => true,
                // A protocol knows how to dissect, and nothing of its siblings: only tables that several need, and the registry.
                (["engine", "protocols", "walk", ..], ["engine", "protocols", ..]) => true,
                (["engine", "protocols", own, ..], ["engine", "protocols", other, ..]) => {
                    own == other || SHARED_BY_PROTOCOLS.contains(other)
                }
                (["engine", "protocols", _, ..], ["engine", "protocols"]) => true,
                (["engine", "protocols", _, ..], ["engine", "dissect", ..] | ["api", "NameFrom"]) => true,
                (["engine", "protocols", _, ..], _) => false,
                (["engine", own, ..], ["engine", other, ..]) => place(other) <= place(own) && place(other).is_some(),
                (["engine", ..], ["api" | "engine", ..]) => true,
                (["unpack", ..], ["unpack", ..]) | (["bin", "unpack"], ["api" | "unpack", ..]) => true,
                // What a file is, the page sees by its first bytes; it unpacks nothing itself.
                (["ui", "opening"], ["unpack", "HEAD" | "Packing" | "is_capture"]) => true,
                (["ui", ..] | ["bin", "app", ..], ["api" | "ui", ..]) => true,
                (["bin", "worker" | "wireglass", ..], ["api" | "engine" | "cli", ..]) => true,
                (["bin", "wireglass", ..], [..]) if !to.contains(&"ui") => true,
                (["lib"], _) => true,
                _ => false,
            };
            if !allowed {
                wrong.push(format!("{} must not use {import}", file.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{}\nWho may use whom: src/lib.rs, src/engine/mod.rs.", wrong.join("\n"));
}

#[test]
fn files_are_short_and_say_what_they_are_for() {
    let mut wrong = Vec::new();
    for file in files() {
        let lines = file.text.lines().count();
        if lines > TOO_LONG {
            wrong.push(format!("{} has {lines} lines; {TOO_LONG} are the limit", file.name));
        } else if lines > LONG {
            println!("{} has {lines} lines, more than {LONG}", file.name);
        }
        if !file.text.starts_with("//! ") {
            wrong.push(format!("{} does not begin with a sentence about itself (//! …)", file.name));
        }
        for name in ["utils", "util", "helpers", "helper", "types", "manager", "common", "misc"] {
            if file.module.iter().any(|part| part == name) {
                wrong.push(format!("{}: `{name}` says nothing about what is in it", file.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn code_that_reads_bytes_can_neither_panic_nor_be_unsafe() {
    let files = files();
    for module in ["capture", "dissect", "protocols"] {
        let name = format!("src/engine/{module}/mod.rs");
        let text = &files.iter().find(|file| file.name == name).expect("the module").text;
        let attribute = text.split("deny(").nth(1).and_then(|rest| rest.split(')').next()).unwrap_or_default();
        for lint in ["arithmetic_side_effects", "expect_used", "indexing_slicing", "panic", "unwrap_used"] {
            assert!(attribute.contains(&format!("clippy::{lint}")), "{name}: #![deny(clippy::{lint})] is missing");
        }
    }
    let mut wrong = Vec::new();
    for file in &files {
        let parses =
            ["capture", "dissect", "protocols"].iter().any(|m| file.name.starts_with(&format!("src/engine/{m}/")));
        let code = file.code();
        for (n, line) in code.lines().enumerate() {
            let forbidden =
                ["unsafe ", "allow(unsafe", "clippy::indexing_slicing, reason", "clippy::unwrap_used, reason"];
            let lifts = forbidden.iter().find(|word| file.name.starts_with("src/") && line.contains(**word));
            let panics = [".unwrap()", ".expect(", "panic!(", "unreachable!("];
            let stops = panics.iter().find(|word| parses && !file.is_test() && line.contains(**word));
            wrong.extend(lifts.or(stops).map(|word| format!("{}: `{word}` in line {} of its code", file.name, n + 1)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn documents_name_what_there_is() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for document in ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"] {
        let Ok(text) = fs::read_to_string(root.join(document)) else { continue };
        for quoted in text.split('`').skip(1).step_by(2) {
            let is_path =
                ["src/", "tests/", "www/", "benches/", "scripts/"].iter().any(|start| quoted.starts_with(start));
            let is_plain = quoted.chars().all(|c| c.is_alphanumeric() || "/._-".contains(c));
            if is_path
                && is_plain
                && !quoted.contains("foo")
                && !MADE_BY_RUNS.iter().any(|made| quoted.starts_with(made))
            {
                assert!(root.join(quoted).exists(), "{document} names `{quoted}`, which is not there");
            }
        }
    }
}

#[test]
fn imports_are_read_as_the_compiler_reads_them() {
    let text = "use super::{store::{A, B}, flow};\nuse crate::api::C;\n// crate::no\nfn f() { super::super::x::Y }\n#[cfg(test)]\nmod tests {\n    use crate::t;\n}\n";
    let module = ["engine", "query", "rtt"].map(str::to_owned).to_vec();
    let file = File { name: "src/engine/query/rtt.rs".to_owned(), text: text.to_owned(), module };
    let expected =
        ["api::C", "engine::query::flow", "engine::query::store::A", "engine::query::store::B", "engine::x::Y"];
    assert!(file.imports().iter().eq(expected), "{:?}", file.imports());
}
