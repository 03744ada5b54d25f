//! What is looked at of the network: which table of addresses, in which order, which tree, which address.
use super::state::set;
use super::url::encode;
use crate::api::{
    AddressKind, ConversationColumn, ConversationSort, EndpointColumn, EndpointSort, TreeColumn, TreeKind, TreeSort,
    Unfolded,
};
use leptos::prelude::*;

/// The part of the page's state that belongs into a link.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct NetPlace {
    /// Of endpoints and conversations.
    pub of: AddressKind,
    pub endpoints: EndpointSort,
    pub conversations: ConversationSort,
    pub tree: TreeKind,
    pub ipv6: bool,
    pub sort: TreeSort,
    /// What these tables are searched for.
    pub search: String,
    /// The address whose page it is.
    pub host: String,
}

const BY_BYTES: EndpointSort = EndpointSort { by: EndpointColumn::Bytes, descending: true };

impl Default for NetPlace {
    fn default() -> NetPlace {
        NetPlace {
            of: AddressKind::Ipv4,
            endpoints: BY_BYTES,
            conversations: ConversationSort::default(),
            tree: TreeKind::Services,
            ipv6: false,
            sort: TreeSort::default(),
            search: String::new(),
            host: String::new(),
        }
    }
}

/// Slugs stay for ever: links outlive versions.
const KINDS: [(AddressKind, &str); 7] = [
    (AddressKind::Ethernet, "ethernet"),
    (AddressKind::Wlan, "wlan"),
    (AddressKind::Ipv4, "ipv4"),
    (AddressKind::Ipv6, "ipv6"),
    (AddressKind::Tcp, "tcp"),
    (AddressKind::Udp, "udp"),
    (AddressKind::Sctp, "sctp"),
];
const TREES: [(TreeKind, &str); 7] = [
    (TreeKind::Services, "services"),
    (TreeKind::Destinations, "packets"),
    (TreeKind::Addresses, "addresses"),
    (TreeKind::Sides, "sides"),
    (TreeKind::Protocols, "protocols"),
    (TreeKind::Hops, "hops"),
    (TreeKind::Lengths, "lengths"),
];
pub(crate) const ENDPOINT_COLUMNS: [(EndpointColumn, &str); 10] = [
    (EndpointColumn::Address, "address"),
    (EndpointColumn::Port, "port"),
    (EndpointColumn::Packets, "packets"),
    (EndpointColumn::Bytes, "bytes"),
    (EndpointColumn::TxPackets, "tx-packets"),
    (EndpointColumn::TxBytes, "tx-bytes"),
    (EndpointColumn::RxPackets, "rx-packets"),
    (EndpointColumn::RxBytes, "rx-bytes"),
    (EndpointColumn::Country, "country"),
    (EndpointColumn::Name, "name"),
];
pub(crate) const CONVERSATION_COLUMNS: [(ConversationColumn, &str); 16] = [
    (ConversationColumn::Number, "number"),
    (ConversationColumn::AddressA, "address-a"),
    (ConversationColumn::PortA, "port-a"),
    (ConversationColumn::AddressB, "address-b"),
    (ConversationColumn::PortB, "port-b"),
    (ConversationColumn::Packets, "packets"),
    (ConversationColumn::Bytes, "bytes"),
    (ConversationColumn::Stream, "stream"),
    (ConversationColumn::PacketsAtoB, "packets-a-to-b"),
    (ConversationColumn::BytesAtoB, "bytes-a-to-b"),
    (ConversationColumn::PacketsBtoA, "packets-b-to-a"),
    (ConversationColumn::BytesBtoA, "bytes-b-to-a"),
    (ConversationColumn::Start, "start"),
    (ConversationColumn::Duration, "duration"),
    (ConversationColumn::BitsAtoB, "bits-a-to-b"),
    (ConversationColumn::BitsBtoA, "bits-b-to-a"),
];
pub(crate) const TREE_COLUMNS: [(TreeColumn, &str); 12] = [
    (TreeColumn::Usual, "usual"),
    (TreeColumn::Item, "item"),
    (TreeColumn::Name, "name"),
    (TreeColumn::Country, "country"),
    (TreeColumn::Flows, "flows"),
    (TreeColumn::Packets, "packets"),
    (TreeColumn::Bytes, "bytes"),
    (TreeColumn::Average, "average"),
    (TreeColumn::Least, "least"),
    (TreeColumn::Most, "most"),
    (TreeColumn::BurstRate, "burst-rate"),
    (TreeColumn::BurstStart, "burst-start"),
];

fn of<T: Copy>(table: &[(T, &str)], slug: &str) -> Option<T> {
    table.iter().find(|(_, known)| *known == slug).map(|(value, _)| *value)
}

fn slug<T: PartialEq>(table: &[(T, &'static str)], value: &T) -> &'static str {
    table.iter().find(|(known, _)| known == value).map_or("", |(_, slug)| slug)
}

/// `-bytes`: the largest first.
fn signed<T: PartialEq>(table: &[(T, &'static str)], by: &T, descending: bool) -> String {
    [if descending { "-" } else { "" }, slug(table, by)].concat()
}

impl NetPlace {
    /// Takes a part of a link; false when it is none of these.
    pub(crate) fn read(&mut self, key: &str, value: &str) -> bool {
        let (column, descending) = value.strip_prefix('-').map_or((value, false), |column| (column, true));
        match key {
            "addresses" => self.of = of(&KINDS, value).unwrap_or_default(),
            "endpoints" => {
                self.endpoints = of(&ENDPOINT_COLUMNS, column).map_or(BY_BYTES, |by| EndpointSort { by, descending });
            }
            "conversations" => {
                self.conversations = of(&CONVERSATION_COLUMNS, column)
                    .map_or_else(Default::default, |by| ConversationSort { by, descending });
            }
            "tree" => self.tree = of(&TREES, value).unwrap_or_default(),
            "ip" => self.ipv6 = value == "6",
            "tree-sort" => {
                self.sort = of(&TREE_COLUMNS, column).map_or_else(Default::default, |by| TreeSort { by, descending });
            }
            "among" => self.search = value.to_owned(),
            "host" => self.host = value.to_owned(),
            _ => return false,
        }
        true
    }

    pub(crate) fn print(&self) -> String {
        let usual = NetPlace::default();
        let mut out = String::new();
        let mut put = |key: &str, differs: bool, value: &str| {
            if differs {
                out += &format!("&{key}={}", encode(value));
            }
        };
        put("addresses", self.of != usual.of, slug(&KINDS, &self.of));
        let (sort, differs) = (self.endpoints, self.endpoints != usual.endpoints);
        put("endpoints", differs, &signed(&ENDPOINT_COLUMNS, &sort.by, sort.descending));
        let (sort, differs) = (self.conversations, self.conversations != usual.conversations);
        put("conversations", differs, &signed(&CONVERSATION_COLUMNS, &sort.by, sort.descending));
        put("tree", self.tree != usual.tree, slug(&TREES, &self.tree));
        put("ip", self.ipv6, "6");
        put("tree-sort", self.sort != usual.sort, &signed(&TREE_COLUMNS, &self.sort.by, self.sort.descending));
        put("among", !self.search.is_empty(), &self.search);
        put("host", !self.host.is_empty(), &self.host);
        out
    }

    /// Whether going from `before` to this deserves an entry in the history: typing in the search box does not.
    pub(crate) fn is_step_from(&self, before: &NetPlace) -> bool {
        *self != NetPlace { search: self.search.clone(), ..before.clone() }
    }
}

#[derive(Clone, Copy)]
pub(crate) struct Net {
    pub of: RwSignal<AddressKind>,
    pub endpoints: RwSignal<EndpointSort>,
    pub conversations: RwSignal<ConversationSort>,
    pub tree: RwSignal<TreeKind>,
    pub ipv6: RwSignal<bool>,
    pub sort: RwSignal<TreeSort>,
    pub search: RwSignal<String>,
    pub host: RwSignal<String>,
    /// What of trees is unfolded; not part of links.
    pub unfolded: RwSignal<Unfolded>,
    /// Nodes that are otherwise, by path.
    pub turned: RwSignal<Vec<String>>,
}

impl Net {
    pub(crate) fn new(place: NetPlace) -> Net {
        Net {
            of: RwSignal::new(place.of),
            endpoints: RwSignal::new(place.endpoints),
            conversations: RwSignal::new(place.conversations),
            tree: RwSignal::new(place.tree),
            ipv6: RwSignal::new(place.ipv6),
            sort: RwSignal::new(place.sort),
            search: RwSignal::new(place.search),
            host: RwSignal::new(place.host),
            unfolded: RwSignal::default(),
            turned: RwSignal::default(),
        }
    }

    pub(crate) fn place(&self) -> NetPlace {
        NetPlace {
            of: self.of.get(),
            endpoints: self.endpoints.get(),
            conversations: self.conversations.get(),
            tree: self.tree.get(),
            ipv6: self.ipv6.get(),
            sort: self.sort.get(),
            search: self.search.get(),
            host: self.host.get(),
        }
    }

    pub(crate) fn go(&self, place: NetPlace) {
        set(self.of, place.of);
        set(self.endpoints, place.endpoints);
        set(self.conversations, place.conversations);
        set(self.tree, place.tree);
        set(self.ipv6, place.ipv6);
        set(self.sort, place.sort);
        set(self.search, place.search);
        set(self.host, place.host);
    }

    /// Nodes are unfolded again as their tree has it.
    pub(crate) fn fold(&self, unfolded: Unfolded) {
        set(self.unfolded, unfolded);
        set(self.turned, Vec::new());
    }

    /// Another capture: other addresses.
    pub(crate) fn clear(&self) {
        set(self.search, String::new());
        set(self.host, String::new());
        self.fold(Unfolded::Fitting);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_looked_at_survives_a_link() {
        let place = NetPlace {
            of: AddressKind::Sctp,
            endpoints: EndpointSort { by: EndpointColumn::TxPackets, descending: false },
            conversations: ConversationSort { by: ConversationColumn::BitsBtoA, descending: true },
            tree: TreeKind::Hops,
            ipv6: true,
            sort: TreeSort { by: TreeColumn::BurstRate, descending: true },
            search: ":443 shop".into(),
            host: "2001:db8::1".into(),
        };
        let mut read = NetPlace::default();
        for (key, value) in place.print().split('&').filter_map(|pair| pair.split_once('=')) {
            assert!(read.read(key, &value.replace("%20", " ")), "{key}");
        }
        assert_eq!(read, place);
        assert_eq!(NetPlace::default().print(), "");
        assert!(!NetPlace { search: "a".into(), ..NetPlace::default() }.is_step_from(&NetPlace::default()));
        assert!(NetPlace { host: "::1".into(), ..NetPlace::default() }.is_step_from(&NetPlace::default()));
    }
}
