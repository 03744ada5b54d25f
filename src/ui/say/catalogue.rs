//! A language's texts: looked up by the English ones, and found again where the engine put values into them. Pure; `tests/words.rs`
//! compiles this file too.
//!
//! The file: a line with the English text, below it a line `= ` with the translation. `{0}`, `{1}` … stand for values, in any order;
//! `{0~}` in the translation for a value that is a text of the engine itself. Lines that begin with `#` and empty ones say nothing.

/// Sorted by the English text.
pub(crate) struct Catalogue {
    texts: Vec<(&'static str, &'static str)>,
    /// Which texts have a value in their first word: any sentence may be one of them.
    open: Vec<usize>,
}

impl Catalogue {
    pub(crate) fn parse(file: &'static str) -> Catalogue {
        let mut texts = Vec::new();
        let mut english = "";
        for line in file.lines() {
            match line.strip_prefix("= ") {
                Some(text) if !english.is_empty() => texts.push((std::mem::take(&mut english), text)),
                _ if line.starts_with('#') => {}
                _ => english = line,
            }
        }
        texts.sort_unstable();
        let open = texts.iter().enumerate().filter(|(_, (english, _))| first_word(english).contains('{'));
        Catalogue { open: open.map(|(place, _)| place).collect(), texts }
    }

    /// The translation of exactly this text.
    pub(crate) fn text(&self, english: &str) -> Option<&'static str> {
        let place = self.texts.binary_search_by(|(key, _)| (*key).cmp(english)).ok()?;
        self.texts.get(place).map(|(_, text)| *text)
    }

    /// The translation of a text whose values were put in: of all that it can be made of, that with the most words of its own.
    pub(crate) fn told(&self, said: &str) -> Option<String> {
        if let Some(text) = self.text(said) {
            return Some(text.to_owned());
        }
        let word = first_word(said);
        let from = self.texts.partition_point(|(key, _)| *key < word);
        let near = self.texts.get(from..)?.iter().take_while(|(key, _)| key.starts_with(word));
        let open = self.open.iter().filter_map(|&place| self.texts.get(place));
        let own = |key: &str| key.len() - key.matches('{').count() * 3;
        let found = near.chain(open).filter(|(key, _)| key.contains('{'));
        let (key, text) = found.filter(|(key, _)| values(key, said).is_some()).max_by_key(|(key, _)| own(key))?;
        let values = values(key, said)?;
        let value = |place: usize| values.iter().find(|(p, _)| *p == place).map(|(_, value)| (*value).to_owned());
        let inner = |place: usize| value(place).map(|value| self.told(&value).unwrap_or(value));
        Some(fill(&text.replace("~}", "}"), |place| {
            if text.contains(&format!("{{{place}~}}")) { inner(place) } else { value(place) }
        }))
    }

    /// All of them, for tests.
    #[allow(dead_code, reason = "tests/words.rs")]
    pub(crate) fn texts(&self) -> &[(&'static str, &'static str)] {
        &self.texts
    }
}

/// Up to the first space: all of a text without one.
fn first_word(text: &str) -> &str {
    text.split(' ').next().unwrap_or_default()
}

/// A text with its `{0}`, `{1}` … replaced; one without a value stays as it stands.
pub(crate) fn fill(text: &str, value: impl Fn(usize) -> Option<String>) -> String {
    let mut parts = text.split('{');
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        match part.split_once('}').and_then(|(place, rest)| Some((value(place.parse().ok()?)?, rest))) {
            Some((value, rest)) => {
                out.push_str(&value);
                out.push_str(rest);
            }
            None => {
                out.push('{');
                out.push_str(part);
            }
        }
    }
    out
}

/// What stands in the places of `pattern` when `said` was made of it.
fn values<'a>(pattern: &str, said: &'a str) -> Option<Vec<(usize, &'a str)>> {
    let (before, rest) = pattern.split_once('{')?;
    let mut found = Vec::new();
    follow(rest, said.strip_prefix(before)?, &mut found).then_some(found)
}

/// The same from inside a place on: `0} of {1}`. A value is as short as it can be, and never empty.
fn follow<'a>(pattern: &str, said: &'a str, found: &mut Vec<(usize, &'a str)>) -> bool {
    let Some((place, rest)) = pattern.split_once('}') else { return false };
    let Ok(place) = place.parse::<usize>() else { return false };
    let Some((own, next)) = rest.split_once('{') else {
        let value = said.strip_suffix(rest).filter(|value| !value.is_empty());
        found.extend(value.map(|value| (place, value)));
        return value.is_some();
    };
    let known = found.len();
    for (at, _) in said.match_indices(own).filter(|(at, _)| *at > 0) {
        if let (Some(value), Some(after)) = (said.get(..at), said.get(at + own.len()..)) {
            found.push((place, value));
            if follow(next, after, found) {
                return true;
            }
            found.truncate(known);
        }
    }
    false
}
