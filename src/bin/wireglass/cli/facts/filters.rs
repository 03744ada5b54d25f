//! Which packets match a list of filters: what display and capture filters are compared by.
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::path::Path;
use wireglass::engine::capture::Interface;
use wireglass::engine::filter::{Wrong, capture, display};
use wireglass::engine::sight::Sight;

/// What is asked for, as JSON.
#[derive(Deserialize, Default)]
#[serde(default)]
struct List {
    display: Vec<String>,
    capture: Vec<String>,
}

/// A filter and the packets (from 1) that match it.
struct Counted<F> {
    text: String,
    filter: Result<F, Wrong>,
    packets: Vec<u32>,
}

impl<F> Counted<F> {
    fn new(text: String, compile: impl FnOnce(&str) -> Result<F, Wrong>) -> Self {
        Self { filter: compile(&text), text, packets: Vec::new() }
    }

    fn add(&mut self, number: u32, matches: impl FnOnce(&F) -> bool) {
        if self.filter.as_ref().is_ok_and(matches) {
            self.packets.push(number);
        }
    }

    fn facts(self) -> (String, Value) {
        let told = match self.filter {
            Ok(_) => json!({ "n": self.packets.len(), "frames": ranges(&self.packets) }),
            Err(wrong) => json!({ "err": wrong.message }),
        };
        (self.text, told)
    }
}

#[derive(Default)]
pub struct Collector {
    display: Vec<Counted<display::Filter>>,
    capture: Vec<Counted<capture::Filter>>,
}

impl Collector {
    /// # Errors
    /// When the list cannot be read.
    pub fn of(list: Option<&Path>, interfaces: &[Interface]) -> Result<Self, String> {
        let Some(path) = list else { return Ok(Self::default()) };
        let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
        let list: List = serde_json::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))?;
        // libpcap reads files of one link type only.
        let link = interfaces.first().map_or(1, |interface| interface.link);
        let display = list.display.into_iter().map(|text| Counted::new(text, display::Filter::parse));
        let capture = list
            .capture
            .into_iter()
            .map(|text| Counted::new(text, |text| capture::Filter::compile(text, link, capture::MASK_OF_FILES)));
        Ok(Self { display: display.collect(), capture: capture.collect() })
    }

    pub fn add(&mut self, sight: &Sight<'_>) {
        let number = sight.id.saturating_add(1);
        let seen = display::Seen::new(sight);
        for counted in &mut self.display {
            counted.add(number, |filter| filter.decide(&seen) == Some(true));
        }
        for counted in &mut self.capture {
            counted.add(number, |filter| filter.matches(&sight.bytes, sight.packet.wire_len));
        }
    }

    /// Display filters' and capture filters'.
    pub fn facts(self) -> [Map<String, Value>; 2] {
        let display = self.display.into_iter().map(Counted::facts).collect();
        let capture = self.capture.into_iter().map(Counted::facts).collect();
        [display, capture]
    }
}

/// `6-15,22-23`.
fn ranges(packets: &[u32]) -> String {
    let runs = packets.chunk_by(|a, b| a + 1 == *b).filter_map(|run| Some((run.first()?, run.last()?)));
    let texts = runs.map(|(first, last)| if first == last { first.to_string() } else { format!("{first}-{last}") });
    texts.collect::<Vec<_>>().join(",")
}
