//! What is looked at packet by packet: the packet list, the selection in it, its columns, marks and panels.
use super::dom;
use super::state::set;
use super::url::DeskPlace;
use crate::sorted::Sorted;
use leptos::prelude::*;

/// What stands below the packet list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(crate) enum Panel {
    /// Detail tree and bytes.
    #[default]
    Details,
    /// Follow stream.
    Stream,
    /// tcpdump's lines.
    Lines,
}

/// How the time column counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(crate) enum TimeFormat {
    /// Seconds since the first packet, or since the time reference before it.
    #[default]
    Start,
    /// Seconds since the packet before.
    Previous,
    Utc,
    Local,
    /// Seconds since 1970.
    Epoch,
}

/// The columns of a fresh page: Wireshark's. Any other name is that of a field.
pub(crate) const USUAL_COLUMNS: [&str; 7] = ["number", "time", "source", "destination", "protocol", "length", "info"];

#[derive(Clone, Copy)]
pub(crate) struct Desk {
    /// The selected packet, from 0.
    pub packet: RwSignal<Option<u32>>,
    /// The flow whose packets alone are listed.
    pub of: RwSignal<Option<u32>>,
    pub panel: RwSignal<Panel>,
    /// The flow whose stream is shown.
    pub followed: RwSignal<Option<u32>>,
    pub time: RwSignal<TimeFormat>,
    pub columns: RwSignal<Vec<String>>,
    pub colours: RwSignal<bool>,
    pub marks: RwSignal<Sorted<u32, ()>>,
    /// Time references, with their times.
    pub references: RwSignal<Sorted<u32, i64>>,
    /// Counts leaps to a packet: each is a step of the history, and brings the packet into sight even if it was selected already.
    pub jumps: RwSignal<u32>,
    /// Bytes to point at in the selected packet, where a search found them.
    pub spot: RwSignal<Option<(u32, std::ops::Range<u32>)>>,
    /// Which layers and fields the user expanded or collapsed, by name: holds for all packets.
    pub expanded: RwSignal<Sorted<String, bool>>,
    /// Whether the panel takes the place of the list.
    pub tall: RwSignal<bool>,
}

impl Desk {
    pub(crate) fn new(place: DeskPlace) -> Desk {
        let columns = place.columns.or_else(|| dom::recall("packet-columns").and_then(|list| split(&list)));
        let time = place.time.or_else(|| dom::recall("packet-time").and_then(|slug| super::url::time_of(&slug)));
        Desk {
            packet: RwSignal::new(place.packet),
            of: RwSignal::new(place.of),
            panel: RwSignal::new(place.panel),
            followed: RwSignal::new(place.followed),
            time: RwSignal::new(time.unwrap_or_default()),
            columns: RwSignal::new(columns.unwrap_or_else(usual)),
            colours: RwSignal::new(dom::recall("packet-colours").as_deref() != Some("off")),
            marks: RwSignal::default(),
            references: RwSignal::default(),
            jumps: RwSignal::new(0),
            spot: RwSignal::new(None),
            expanded: RwSignal::default(),
            tall: RwSignal::new(false),
        }
    }

    /// What of it belongs into a link.
    pub(crate) fn place(&self) -> DeskPlace {
        let time = self.time.get();
        DeskPlace {
            packet: self.packet.get(),
            of: self.of.get(),
            panel: self.panel.get(),
            followed: self.followed.get(),
            time: (time != TimeFormat::default()).then_some(time),
            columns: self.columns.with(|columns| (*columns != usual()).then(|| columns.clone())),
        }
    }

    pub(crate) fn go(&self, place: DeskPlace) {
        set(self.packet, place.packet);
        set(self.of, place.of);
        set(self.panel, place.panel);
        set(self.followed, place.followed);
        set(self.time, place.time.unwrap_or_default());
        set(self.columns, place.columns.unwrap_or_else(usual));
    }

    /// Another capture: its packets have other numbers.
    pub(crate) fn clear(&self) {
        set(self.packet, None);
        set(self.of, None);
        set(self.followed, None);
        set(self.panel, Panel::Details);
        set(self.marks, Sorted::default());
        set(self.references, Sorted::default());
        set(self.spot, None);
    }

    /// Selects a packet from elsewhere than its row.
    pub(crate) fn jump(&self, id: u32) {
        set(self.packet, Some(id));
        self.jumps.update(|n| *n += 1);
    }

    pub(crate) fn toggle_mark(&self, id: u32) {
        self.marks.update(|marks| {
            if marks.remove(&id).is_none() {
                marks.insert(id, ());
            }
        });
    }

    pub(crate) fn toggle_reference(&self, id: u32, time: Option<i64>) {
        self.references.update(|references| {
            if references.remove(&id).is_none()
                && let Some(time) = time
            {
                references.insert(id, time);
            }
        });
    }

    pub(crate) fn set_columns(&self, columns: Vec<String>) {
        let columns = if columns.is_empty() { usual() } else { columns };
        dom::remember("packet-columns", &columns.join(","));
        set(self.columns, columns);
    }

    pub(crate) fn set_time(&self, time: TimeFormat) {
        dom::remember("packet-time", super::url::time_slug(time));
        set(self.time, time);
    }

    pub(crate) fn set_colours(&self, on: bool) {
        dom::remember("packet-colours", if on { "on" } else { "off" });
        set(self.colours, on);
    }
}

pub(crate) fn usual() -> Vec<String> {
    USUAL_COLUMNS.map(str::to_owned).to_vec()
}

/// Columns of a link or a memory: each once; `None` when there are none.
pub(crate) fn split(list: &str) -> Option<Vec<String>> {
    let mut columns: Vec<String> = Vec::new();
    let names = list.split(',').filter(|name| !name.is_empty());
    for name in names.filter(|name| name.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b))).take(40) {
        if !columns.iter().any(|known| known == name) {
            columns.push(name.to_owned());
        }
    }
    (!columns.is_empty()).then_some(columns)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_of_a_link_are_taken_once_and_only_if_they_are_names() {
        let wanted = Some(vec!["number".to_owned(), "tcp.seq".to_owned()]);
        assert_eq!(split("number,tcp.seq,number,,<b>"), wanted);
        assert_eq!(split(","), None);
    }
}
