//! A language's texts: looked up by the English ones, and found again where the engine put values into them. Pure: the
//! page speaks with one, and a report is told with the one that came with the question.
//!
//! The file: a line with the English text, below it a line `= ` with the translation. `{0}`, `{1}` … stand for values, in any order;
//! `{0~}` for one that is a text of the engine itself, and is looked up too. Lines that begin with `#` and empty ones say nothing.

/// Sorted by the English texts.
pub struct Catalogue<'f> {
    /// As it was parsed.
    pub file: &'f str,
    texts: Vec<(&'f str, &'f str)>,
    /// Those of the engine with values in them, and which of these have one in their first word: any sentence may be one of them.
    told: Vec<(&'f str, &'f str)>,
    open: Vec<(&'f str, &'f str)>,
}

/// What stands in the file behind this line, the engine says: only that is found by pattern.
const TOLD: &str = "[told]";

impl<'f> Catalogue<'f> {
    pub fn parse(file: &'f str) -> Self {
        let (mut texts, mut told, mut open) = (Vec::new(), Vec::new(), Vec::new());
        let (mut english, mut is_told) = ("", false);
        for line in file.lines() {
            match line.strip_prefix("= ") {
                Some(text) if !english.is_empty() => {
                    let pair = (std::mem::take(&mut english), text);
                    texts.push(pair);
                    if is_told && pair.0.contains('{') {
                        if first_word(pair.0).contains('{') { &mut open } else { &mut told }.push(pair);
                    }
                }
                _ if line == TOLD => is_told = true,
                _ if line.starts_with('#') => {}
                _ => english = line,
            }
        }
        texts.sort_unstable();
        told.sort_unstable();
        Self { file, texts, told, open }
    }

    /// The translation of exactly this text.
    pub fn text(&self, english: &str) -> Option<&'f str> {
        let place = self.texts.binary_search_by(|(key, _)| (*key).cmp(english)).ok()?;
        self.texts.get(place).map(|(_, text)| *text)
    }

    /// The translation of a text whose values were put in; of several sentences, that of each.
    pub fn told(&self, said: &str) -> Option<String> {
        let sentences = || {
            said.match_indices(". ").find_map(|(at, _)| {
                let (first, rest) = (said.get(..=at)?, said.get(at + 2..)?);
                Some(format!("{} {}", self.filled(first, false)?, self.told(rest)?))
            })
        };
        // A value in which a sentence ends has more likely swallowed the next one.
        self.filled(said, true).or_else(sentences).or_else(|| self.filled(said, false))
    }

    /// Of all texts that this one can be made of, that with the most words of its own. `within`: no value goes beyond a sentence.
    fn filled(&self, said: &str, within: bool) -> Option<String> {
        if let Some(text) = self.text(said) {
            return Some(text.to_owned());
        }
        let word = first_word(said);
        let from = self.told.partition_point(|(key, _)| *key < word);
        let near = self.told.get(from..)?.iter().take_while(|(key, _)| key.starts_with(word));
        let fits =
            |key| values(key, said).is_some_and(|all| !within || all.iter().all(|(_, value)| !value.contains(". ")));
        let found = near.chain(&self.open).filter(|(key, _)| fits(key));
        let (key, text) = found.max_by_key(|(key, _)| own(key))?;
        let values = values(key, said)?;
        let value = |place: usize| values.iter().find(|(p, _)| *p == place).map(|(_, value)| (*value).to_owned());
        let inner = |place: usize| value(place).map(|value| self.told(&value).unwrap_or(value));
        Some(fill(&text.replace("~}", "}"), |place| {
            if text.contains(&format!("{{{place}~}}")) { inner(place) } else { value(place) }
        }))
    }

    /// All of them, for tests.
    pub fn texts(&self) -> &[(&'f str, &'f str)] {
        &self.texts
    }
}

/// How much of a text is its own: what is not a place.
fn own(text: &str) -> usize {
    text.split('{').map(|part| part.split_once('}').map_or(part, |(_, own)| own).len()).sum()
}

/// Up to the first space: all of a text without one.
fn first_word(text: &str) -> &str {
    text.split(' ').next().unwrap_or_default()
}

/// A text with its `{0}`, `{1}` … replaced; one without a value stays as it stands.
pub fn fill(text: &str, value: impl Fn(usize) -> Option<String>) -> String {
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
    let fits = follow(rest, said.strip_prefix(before)?, &mut found);
    // A value that goes beyond the sentence is none.
    (fits && found.iter().all(|(_, value)| !value.contains(". "))).then_some(found)
}

/// The same from inside a place on: `0} of {1}`. A value is as short as it can be, and never empty.
fn follow<'a>(pattern: &str, said: &'a str, found: &mut Vec<(usize, &'a str)>) -> bool {
    let Some((place, rest)) = pattern.split_once('}') else { return false };
    let Ok(place) = place.trim_end_matches('~').parse::<usize>() else { return false };
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
