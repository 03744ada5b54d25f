//! The words of a search among addresses. What a word says about addresses and names is found out once, not per row.
use super::super::Asked;
use super::super::search::folded;
use super::hosts::{HostId, Hosts};
use crate::engine::store::names::NameId;
use std::fmt::Write;

/// All words must fit.
pub struct Search {
    words: Vec<Word>,
}

enum Word {
    /// `:443`
    Port(u16),
    Text {
        text: String,
        /// By host: the word occurs in its address or its name.
        hosts: Vec<bool>,
        /// By name id − 1.
        names: Vec<bool>,
    },
}

/// What a row is known by.
#[derive(Clone, Copy, Default)]
pub struct Known<'a> {
    pub hosts: &'a [HostId],
    pub ports: &'a [u16],
    pub names: &'a [NameId],
    /// In small letters.
    pub text: &'a str,
}

impl Search {
    pub fn new(asked: &Asked<'_>, hosts: &Hosts, search: &str) -> Self {
        let word = |word: &str| match word.strip_prefix(':').and_then(|port| port.parse().ok()) {
            Some(port) => Word::Port(port),
            None => Word::of_text(asked, hosts, folded(word)),
        };
        Self { words: search.split_whitespace().map(word).collect() }
    }

    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    #[inline]
    pub fn fits(&self, known: &Known<'_>) -> bool {
        let at = |list: &[bool], index: usize| list.get(index).copied().unwrap_or(false);
        self.words.iter().all(|word| match word {
            Word::Port(port) => known.ports.contains(port),
            Word::Text { text, hosts, names } => {
                known.hosts.iter().any(|host| at(hosts, *host as usize))
                    || known.names.iter().any(|name| *name != 0 && at(names, *name as usize - 1))
                    || !known.text.is_empty() && known.text.contains(text.as_str())
            }
        })
    }
}

impl Word {
    fn of_text(asked: &Asked<'_>, hosts: &Hosts, text: String) -> Self {
        let names: Vec<bool> = asked.store.names.texts().map(|name| folded(name).contains(&text)).collect();
        let any_name = names.contains(&true);
        // Most words have a letter that no address has.
        let could_be_address = text.bytes().all(|b| b.is_ascii_hexdigit() || b == b'.' || b == b':');
        let mut buffer = String::new();
        let mut occurs = |address: &crate::engine::dissect::Address| {
            buffer.clear();
            // Writing into a String does not fail.
            _ = write!(buffer, "{address}");
            buffer.contains(&text)
        };
        let named =
            |address| super::name_id(asked, address).is_some_and(|id| names.get(id as usize - 1) == Some(&true));
        let fits = |address| could_be_address && occurs(address) || any_name && named(address);
        let hosts = if could_be_address || any_name { hosts.iter().map(fits).collect() } else { Vec::new() };
        Self::Text { text, hosts, names }
    }
}
