//! The page's texts stand in the catalogue: none beside it, none too many, the same values on both sides. Read from the sources.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use wireglass::catalogue::Catalogue;

/// The same in every language: names, units, keys, sizes of tracks, what goes into a filter or a file.
const SAME: &str = "\
    IEEE 802.11|Wireglass|Wireshark|tcpdump|Zeek|UTC|TCP|UDP|SCTP|SYN|FIN|RST|PSH|ACK|URG|ECE|CWR|ARP|ICMP|SMB|HTTP|DCE/RPC|UTF-8\
    |ASCII|conn_state|*REF*|English|Files|KB|MB|GB|TB|B/s|KB/s|MB/s|GB/s|bit/s|Kbit/s|Mbit/s|Gbit/s|Tbit/s|IPv4|IPv6\
    |Ethernet|SYN → SYN/ACK|SYN/ACK → ACK";
/// Attributes that nobody reads.
const UNREAD: &str = "\
    class|id|type|role|autocomplete|spellcheck|scope|viewBox|d|href|for|name|autocapitalize|inputmode|tabindex|rel|target\
    |key|controls|step|below|fill|xmlns|reason|reason |src|accept|method|path|text-anchor|preserveAspectRatio|enctype\
    |on:click|fit|module|js_name|js_name |stroke-dasharray|points|transform|dominant-baseline|aria-live|aria-hidden\
    |aria-haspopup|aria-controls|aria-describedby|aria-labelledby|aria-autocomplete|aria-orientation|aria-current\
    |aria-pressed|aria-expanded|aria-valuemin|aria-valuemax|colspan";
/// Attributes that people read or hear.
const READ: &[&str] = &["title", "aria-label", "placeholder", "label", "aria-roledescription", "aria-valuetext", "alt"];

/// A string of a source, and what stands around it.
struct Literal {
    file: String,
    line: usize,
    text: String,
    raw: bool,
    /// What stands before and behind it, without spaces.
    before: String,
    after: String,
    /// What stands right before it.
    touching: String,
}

fn sources(folder: &str) -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut pending: Vec<PathBuf> = vec![root.join(folder)];
    let mut found = Vec::new();
    while let Some(path) = pending.pop() {
        if path.is_dir() {
            pending.extend(fs::read_dir(&path).expect("a folder").map(|entry| entry.expect("an entry").path()));
        } else if path.extension().is_some_and(|kind| kind == "rs") && !path.ends_with("tests.rs") {
            let text = fs::read_to_string(&path).expect("a source");
            let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default().to_owned();
            found.push((path.strip_prefix(root).expect("below").to_string_lossy().into_owned(), text));
        }
    }
    found.sort();
    found
}

/// The string literals of a source, outside of comments.
fn literals(file: &str, source: &str) -> Vec<Literal> {
    let bytes = source.as_bytes();
    let (mut at, mut found) = (0, Vec::new());
    while at < bytes.len() {
        let rest = &source[at..];
        let word_before = at > 0 && (bytes[at - 1].is_ascii_alphanumeric() || bytes[at - 1] == b'_');
        let (start, raw, end, text) = if rest.starts_with("//") {
            at += rest.find('\n').unwrap_or(rest.len());
            continue;
        } else if let Some(length) = character(rest) {
            at += length;
            continue;
        } else if !word_before && (rest.starts_with("r\"") || rest.starts_with("r#\"")) {
            let (open, close) = if rest.starts_with("r#") { (3, "\"#") } else { (2, "\"") };
            let length = rest[open..].find(close).expect("an end");
            (at, true, at + open + length + close.len(), rest[open..open + length].to_owned())
        } else if rest.starts_with('"') {
            let is_bytes = at > 0 && bytes[at - 1] == b'b';
            let mut end = at + 1;
            while bytes[end] != b'"' {
                end += if bytes[end] == b'\\' { 2 } else { 1 };
            }
            (at, is_bytes, end + 1, unescaped(&source[at + 1..end]))
        } else {
            at += rest.chars().next().map_or(1, char::len_utf8);
            continue;
        };
        let touching = source[..start].rsplit('\n').next().unwrap_or_default().to_owned();
        let before = source[..start].trim_end();
        let before = before.chars().rev().take(24).collect::<Vec<_>>().into_iter().rev().collect();
        let after = source[end..].trim_start().chars().take(8).collect();
        let line = source[..start].matches('\n').count() + 1;
        found.push(Literal { file: file.to_owned(), line, text, raw, before, after, touching });
        at = end;
    }
    found
}

/// `'a'`, `'\n'`: not a lifetime.
fn character(rest: &str) -> Option<usize> {
    let inner = rest.strip_prefix('\'')?;
    let length = match inner.strip_prefix('\\') {
        Some(escaped) => 1 + escaped.chars().next()?.len_utf8() + escaped[1..].find('\'')?,
        None => inner.chars().next()?.len_utf8(),
    };
    inner[length..].starts_with('\'').then_some(length + 2)
}

fn unescaped(text: &str) -> String {
    let mut out = String::new();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match chars.next() {
            Some('\n') => while chars.next_if(|c| c.is_whitespace()).is_some() {},
            Some('n') => out.push('\n'),
            Some('t') => out.push('\t'),
            Some('u') => {
                let hex: String = chars.by_ref().skip(1).take_while(|c| *c != '}').collect();
                out.extend(u32::from_str_radix(&hex, 16).ok().and_then(char::from_u32));
            }
            Some(other) => out.push(other),
            None => {}
        }
    }
    out
}

impl Literal {
    fn is_wrapped(&self) -> bool {
        [" ", "(", "{", "=", "!", "|", "&", "["]
            .iter()
            .any(|sign| ["t(", "fill("].iter().any(|call| self.before.ends_with(&format!("{sign}{call}"))))
            || self.before == "t("
    }

    /// The attribute whose value it begins.
    fn attribute(&self) -> Option<&str> {
        let name = self.touching.strip_suffix('=').or_else(|| self.touching.strip_suffix("= "))?;
        let from = name.rfind(|c: char| !(c.is_ascii_alphanumeric() || "-_:".contains(c))).map_or(0, |at| at + 1);
        Some(&name[from..])
    }

    fn is_child(&self) -> bool {
        let opens = self.before.ends_with('>') && !self.before.ends_with("=>") && !self.before.ends_with("->");
        (opens || self.before.ends_with('}')) && (self.after.starts_with('<') || self.after.starts_with('{'))
    }

    fn macro_before(&self) -> bool {
        ["format!(", "write!(", "format_args!(", "concat!("].iter().any(|call| self.before.ends_with(call))
    }

    /// Whether people would read it, as far as its looks tell.
    fn reads_like_text(&self) -> bool {
        let text = self.text.as_str();
        if self.raw
            || !has_word(text)
            || is_one_of(SAME, text)
            || self.attribute().is_some_and(|a| is_one_of(UNREAD, a))
        {
            return false;
        }
        if self.attribute().is_some_and(|a| a.starts_with("data-"))
            || self.before.contains("=> Some(") && !text.contains(' ')
        {
            return false;
        }
        let tail = |calls: &[&str]| calls.iter().any(|call| self.before.ends_with(call));
        if tail(&[
            ".closest(",
            ".query_selector(",
            ".query_selector_all(",
            ".replace(",
            ".starts_with(",
            ".strip_prefix(",
            ".expect(",
            ".get(",
            ".contains(",
            ".join(",
            "key() ==",
            "tag_name() ==",
            "dom::recall(",
            "dom::remember(",
            "from_str(",
            "env!(",
            "cfg(",
            "include_str!(",
            "Reflect::get(&window(), &",
            "class +=",
            "put(",
        ]) {
            return false;
        }
        // A slug, a selector, a track, a field, a key of the keyboard, a path to draw.
        let is_slug = text
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"_.:#=&{}?~,/<>+*()|!%-[]'@;".contains(&b));
        let is_name = !text.contains(' ') && text.chars().skip(1).any(|c| c.is_ascii_uppercase()) && text.is_ascii();
        let is_key = ["Enter", "Escape", "Home", "End", "Tab", "Shift", "Arrow", "Delete"].contains(&text);
        let is_track =
            text.contains("minmax(") || text.ends_with("ch") && text.starts_with(|c: char| c.is_ascii_digit());
        let is_markup = text.starts_with('<') || text.starts_with(" aria-hidden") || text.starts_with("text{");
        let is_path = text.starts_with('M') && text.bytes().filter(u8::is_ascii_digit).count() * 3 > text.len();
        let is_filter = text.contains("==") && text.split(' ').count() < 8;
        let is_class = self.before.ends_with("class")
            || [
                "num gap",
                "bars phases",
                "bars whose",
                "tree-row layer",
                "tree-row generated",
                "opens in-1",
                "opens in-2",
                "opens in-3",
                "map-circle none",
                " here",
            ]
            .contains(&text);
        !(is_slug || is_name || is_key || is_track || is_path || is_markup || is_filter || is_class)
    }
}

/// Whether a text is one of a list that is parted by bars.
fn is_one_of(list: &str, text: &str) -> bool {
    list.split('|').any(|one| one == text)
}

fn has_word(text: &str) -> bool {
    text.as_bytes().windows(2).any(|pair| pair.iter().all(u8::is_ascii_alphabetic))
}

/// Without the values.
fn skeleton(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, inner)) = rest.split_once('{') {
        out += before;
        out += "{}";
        rest = inner.split_once('}').map_or("", |(_, rest)| rest);
    }
    out + rest
}

/// `{0}`, `{1}` … of a text, `{0~}` as `{0}`.
fn places(text: &str) -> BTreeSet<String> {
    let parts = text.split('{').skip(1).filter_map(|part| part.split_once('}'));
    parts.map(|(place, _)| place.trim_end_matches('~').to_owned()).filter(|place| place.parse::<u8>().is_ok()).collect()
}

fn korean() -> Catalogue<'static> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("www/words/ko.txt");
    Catalogue::parse(String::leak(fs::read_to_string(path).expect("the catalogue")))
}

fn page() -> Vec<Literal> {
    sources("src/ui").iter().flat_map(|(file, source)| literals(file, source)).collect()
}

#[test]
fn no_text_stands_outside_the_catalogue() {
    let korean = korean();
    let mut wrong = Vec::new();
    // Titles of the API are looked up where they are shown.
    let titles = sources("src/api").iter().flat_map(|(file, source)| literals(file, source)).collect::<Vec<_>>();
    for literal in
        titles.into_iter().filter(|literal| literal.reads_like_text() && korean.text(&literal.text).is_none())
    {
        let is_code = ["::", "\n", "{"].iter().any(|sign| literal.text.contains(sign));
        if !is_code && !OTHER.contains(&literal.text.as_str()) {
            wrong.push(format!("{}:{}: not in the catalogue: {:?}", literal.file, literal.line, literal.text));
        }
    }
    for literal in page() {
        let Literal { file, line, text, .. } = &literal;
        let is_key = korean.text(text).is_some();
        if literal.is_wrapped() {
            if !is_key && !text.is_empty() && !is_one_of(SAME, text.as_str()) {
                wrong.push(format!("{file}:{line}: not in the catalogue: {text:?}"));
            }
            continue;
        }
        let is_read = literal.is_child() || literal.attribute().is_some_and(|name| READ.contains(&name));
        if is_read && has_word(text) && !is_one_of(SAME, text.as_str().trim()) {
            wrong.push(format!("{file}:{line}: not wrapped by t(…): {text:?}"));
        } else if literal.macro_before() {
            let own = skeleton(text).replace("{}", " ");
            let words: Vec<&str> =
                own.split_whitespace().filter(|w| w.len() > 2 && w.bytes().all(|b| b.is_ascii_alphabetic())).collect();
            let is_filter = own.contains("==") || own.contains("||") || own.contains("&&") || own.contains("contains");
            if words.len() > 1
                && !is_filter
                && !words.iter().all(|w| is_one_of(SAME, w))
                && !MADE.contains(&text.as_str())
            {
                wrong.push(format!("{file}:{line}: a sentence by format!: {text:?}"));
            }
        } else if !is_key && literal.reads_like_text() && !OTHER.contains(&text.as_str()) {
            wrong.push(format!("{file}:{line}: a text that is not in the catalogue: {text:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}\n{} texts", wrong.join("\n"), wrong.len());
}

/// Sentences by `format!` that are none: classes, paths, what other programs read; and those that pass through `told`.
const MADE: &[&str] = &[
    "import \"{watch}\"; import \"{loader}\";",
    // What ifconfig prints.
    "        RX packets {}  bytes {} ({})",
    "        TX packets {}  bytes {} ({})",
    "        longest frame sent {} bytes",
];
/// Texts that are none: messages to developers, what is drawn.
const OTHER: &[&str] = &[
    "the component macro expands to pub items",
    "the table's own pieces, handed on once",
    "one search, which may go round the end once",
    "M{:.3} 100v-{height:.2}h{:.3}v{height:.2}z",
    "{step}{}.5 {:.2}",
    "a list was expected",
    "a structure was expected",
    "Grave",
];

#[test]
fn values_stand_on_both_sides() {
    let korean = korean();
    let wrong: Vec<_> = korean.texts().iter().filter(|(english, text)| places(english) != places(text)).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    let doubled: Vec<_> =
        korean.texts().windows(2).filter(|pair| pair[0].0 == pair[1].0).map(|pair| pair[0].0).collect();
    assert!(doubled.is_empty(), "twice: {doubled:#?}");
    let spaced: Vec<_> =
        korean.texts().iter().filter(|(e, t)| e.trim() != *e || t.trim() != *t || t.is_empty()).collect();
    assert!(spaced.is_empty(), "{spaced:#?}");
    // Which of two forms a particle has depends on the value before it: sentences are written so that none follows one.
    let forms = ["(을)", "(를)", "(이)", "(가)", "(은)", "(는)", "(과)", "(와)", "(으)"];
    let unsure: Vec<_> =
        korean.texts().iter().filter(|(_, text)| forms.iter().any(|form| text.contains(form))).collect();
    assert!(unsure.is_empty(), "{unsure:#?}");
}

/// What the engine puts together of several literals; each of them is met by a test of what it says.
const COMPOSED: &[&str] = &[
    "Reset by the ",
    "Captured ",
    "client to server: ",
    "server to client: ",
    "{0~}; the ",
    "{0~}, after ",
    "{0} of {1} segments of the ",
    "{0} SYN",
    "{0} TCP connection",
    "{0} hole",
    "The {0~} is gone",
    "{0} takes ",
    "There is no field or protocol",
    "\"{0}\" ",
    "{0~}: ",
    "Nothing stands out",
    "One finding",
    "{0} findings in",
    "The same in",
    "to one of",
    "median of the",
    "after {0} of",
    "in ",
    "instead of",
    "right after",
    "{0} refused ",
    "{0} connection",
    "The {0~} reset",
    "a Microsoft Network Monitor",
    "a file compressed",
    "tcpdump: ",
    "Duplicate ACK",
    "DNS query retransmission. ",
    "Unpacked it is larger",
    "A login in plain text ",
    "{0} flow",
    "{0} host",
    "No response seen",
    "{0} bytes missing at",
    "text",
    "zeros",
    "JSON",
    "XML",
    "Bad length value",
    "{0} request",
    "{0} segment",
];

#[test]
fn no_text_is_there_for_nothing() {
    let of_page: BTreeSet<String> =
        page().into_iter().chain(sources("src/api").iter().flat_map(|(f, s)| literals(f, s))).map(|l| l.text).collect();
    let engine = ["src/engine", "src/bin", "src/unpack", "src/rest.rs"].into_iter().flat_map(sources);
    let of_engine: BTreeMap<String, ()> = engine
        .flat_map(|(file, source)| literals(&file, &source))
        .map(|l| (skeleton(&l.text).trim_start_matches(['>', '~']).trim_matches([' ', ',', ';', '.']).to_owned(), ()))
        .collect();
    let scripts = scripts();
    let korean = korean();
    let unused = korean.texts().iter().map(|(english, _)| *english).filter(|english| {
        let bare = skeleton(english);
        let bare = bare.trim_matches([' ', ',', ';', '.']);
        let of_ui = of_page.contains(*english)
            || of_page.iter().any(|text| text.contains("{}") && skeleton(text) == skeleton(english));
        !of_ui
            && !of_engine.contains_key(bare)
            && !scripts.contains(&format!("\"{english}\""))
            && !COMPOSED.iter().any(|part| english.starts_with(part))
    });
    let unused: Vec<_> = unused.collect();
    assert!(unused.is_empty(), "{unused:#?}\n{} are not used", unused.len());
}

/// The pages' own scripts.
fn scripts() -> String {
    let www = Path::new(env!("CARGO_MANIFEST_DIR")).join("www");
    let files =
        [www.clone(), www.join("import")].into_iter().flat_map(|folder| fs::read_dir(folder).expect("a folder"));
    let paths = files
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|kind| kind == "js"));
    paths.map(|path| fs::read_to_string(path).expect("a script")).collect()
}

#[test]
fn the_texts_of_scripts_are_in_the_catalogue() {
    let (korean, scripts) = (korean(), scripts());
    let calls =
        ["t(\"", "fill(\""].into_iter().flat_map(|call| scripts.split(call).skip(1).zip(scripts.match_indices(call)));
    let is_call = |at: usize| !scripts[..at].ends_with(|c: char| c.is_ascii_alphanumeric() || c == '.' || c == '_');
    let texts = calls.filter(|(_, (at, _))| is_call(*at)).filter_map(|(rest, _)| rest.split('"').next());
    let wrong: BTreeSet<&str> = texts.filter(|text| korean.text(text).is_none()).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn what_was_filled_in_is_found_again() {
    let file = "{0}.\n= {0}?\n[told]\nYou have {0} of {1}\n= {1} / {0}\nYou have {0} of {1~}, all in all\n= {1~} : {0}\nfive\n= fünf\n{0} is it\n= {0}!\n";
    let catalogue = Catalogue::parse(file);
    let told = |said: &str| catalogue.told(said);
    assert_eq!(told("five").as_deref(), Some("fünf"));
    assert_eq!(told("You have 3 of 4").as_deref(), Some("4 / 3"));
    assert_eq!(told("You have 3 of five, all in all").as_deref(), Some("fünf : 3"));
    assert_eq!(told("This is it").as_deref(), Some("This!"));
    assert_eq!(told("You have nothing"), None);
    assert_eq!(told("Not of the engine."), None);
    assert_eq!(catalogue.text("You have {0} of {1}"), Some("{1} / {0}"));
}
