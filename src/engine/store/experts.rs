//! Expert information that packets told while they passed: which finding on which packet. What the other columns tell (TCP's flags and
//! the findings of sequence analysis) is not kept again.
use super::column::Column;
use super::packets::PacketId;
use crate::engine::dissect::{Dissection, Expert, ProtocolId};
use rustc_hash::{FxHashMap, FxHasher};
use std::hash::{Hash, Hasher};

/// Different texts kept; what says more is counted without its own words.
const MOST_TEXTS: usize = 50_000;

/// Index of an [`Item`].
pub type ItemId = u32;

/// A finding in its own words.
#[derive(Debug)]
pub struct Item {
    pub expert: &'static Expert,
    /// Whose.
    pub protocol: ProtocolId,
    pub text: Option<Box<str>>,
}

#[derive(Debug, Default)]
pub struct Experts {
    items: Vec<Item>,
    /// By hash of the item.
    known: FxHashMap<u64, ItemId>,
    rows: Column<(PacketId, ItemId), 1024>,
}

impl Item {
    fn is(&self, expert: &'static Expert, protocol: ProtocolId, text: Option<&str>) -> bool {
        std::ptr::eq(self.expert, expert) && self.protocol == protocol && self.text.as_deref() == text
    }
}

impl Experts {
    /// Keeps a packet's findings. Packets come in their order.
    #[cold]
    pub fn keep(&mut self, packet: PacketId, d: &Dissection) {
        for (said, text) in d.found() {
            let id = self.intern(said.expert, said.protocol, text);
            self.rows.push((packet, id));
        }
    }

    fn intern(&mut self, expert: &'static Expert, protocol: ProtocolId, text: Option<&str>) -> ItemId {
        let hash = |text: Option<&str>| {
            let mut hasher = FxHasher::default();
            (expert.field.name(), protocol, text).hash(&mut hasher);
            hasher.finish()
        };
        let find = |this: &Self, text| {
            let id = *this.known.get(&hash(text))?;
            this.items.get(id as usize)?.is(expert, protocol, text).then_some(id)
        };
        if let Some(id) = find(self, text) {
            return id;
        }
        let text = text.filter(|_| self.items.len() < MOST_TEXTS);
        if let (None, Some(id)) = (text, find(self, None)) {
            return id;
        }
        let id = self.items.len() as ItemId;
        self.items.push(Item { expert, protocol, text: text.map(Box::from) });
        self.known.insert(hash(text), id);
        id
    }

    pub fn item(&self, id: ItemId) -> Option<&Item> {
        self.items.get(id as usize)
    }

    /// All findings in the order of packets.
    pub fn rows(&self) -> impl Iterator<Item = (PacketId, ItemId)> + '_ {
        self.rows.iter().copied()
    }

    /// The words of a packet's finding of a kind.
    pub fn words(&self, packet: PacketId, name: &str) -> Option<&str> {
        let from = self.rows.partition_point(|&(other, _)| other < packet);
        let here = (from..).map_while(|at| self.rows.get(at)).take_while(|(other, _)| *other == packet);
        here.filter_map(|&(_, id)| self.item(id)).find(|item| item.expert.field.name() == name)?.text.as_deref()
    }

    /// Bytes held.
    pub fn memory(&self) -> usize {
        let texts: usize = self.items.iter().filter_map(|item| item.text.as_ref()).map(|text| text.len()).sum();
        texts + self.items.capacity() * size_of::<Item>() + self.known.capacity() * 16 + self.rows.memory()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::dissect::{Wanted, experts};

    experts! {
        LINE: Chat Sequence => "x.line", "A line";
    }

    #[test]
    fn texts_are_kept_once_and_up_to_a_bound() {
        let (mut experts, mut d) = (Experts::default(), Dissection::new(Wanted::Facts));
        for packet in 0..MOST_TEXTS as u32 + 10 {
            d.clear();
            d.expert_text(&LINE, &(packet / 2 * 2));
            d.expert(&LINE);
            experts.keep(packet, &d);
        }
        let rows: Vec<_> = experts.rows().take(5).collect();
        assert_eq!(rows, [(0, 0), (0, 1), (1, 0), (1, 1), (2, 2)]);
        assert_eq!(experts.item(2).and_then(|item| item.text.as_deref()), Some("2"));
        assert_eq!(experts.rows().count(), 2 * (MOST_TEXTS + 10));
        let plain = Item { expert: &LINE, protocol: 0, text: None };
        for more in 0..20 {
            d.clear();
            d.expert_text(&LINE, &format_args!("more {more}"));
            experts.items.resize_with(MOST_TEXTS.max(experts.items.len()), || Item { ..plain_again(&plain) });
            experts.keep(9_999_999, &d);
        }
        assert_eq!(experts.rows().last(), Some((9_999_999, 1)));
    }

    fn plain_again(item: &Item) -> Item {
        Item { expert: item.expert, protocol: item.protocol, text: None }
    }
}
