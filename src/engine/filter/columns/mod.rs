//! What columns tell of packets, without the file: values of the fields they hold, and for all other fields whether a packet can have
//! them at all. Where they cannot tell they say so: wrong is forbidden, unknown costs a look at the packet.
mod plan;
mod table;
pub mod told;
mod values;

pub use plan::Plan;
pub use values::{MOST, values};

use super::display::{Expr, FieldRef, Filter, Item, Named, Node, Test, Values};
use crate::engine::dissect::{ProtocolId, Protocols};
use crate::engine::protocols::{FILES, PROTOCOLS, SEGMENTS, protocol, registry};
use crate::engine::store::stacks::Stacks;
use table::{Entry, Read, Row};
use told::{About, Told};

/// Adds the protocols of the file that this one is declared in: only code of a field's file says the field.
fn add_siblings(protocols: &mut Protocols, name: &str) {
    let file = FILES.iter().find(|file| file.iter().any(|protocol| protocol.name == name));
    for sibling in file.into_iter().copied().flatten() {
        registry().named(sibling.name).into_iter().for_each(|id| protocols.add(id));
    }
}

/// Whether columns have all that a part of a filter asks for: then hardly a packet is read again for it.
pub fn hold(node: &Node) -> bool {
    let field = |field: &FieldRef| match &field.names {
        Named::Protocol(_) => false,
        _ => !field.raw && Entry::of(field.name).is_some(),
    };
    match node {
        Node::Not(inner) => hold(inner),
        Node::And(nodes) | Node::Or(nodes) | Node::Xor(nodes) => nodes.iter().all(hold),
        Node::Test(Test::Exists(Expr::Field(asked))) => matches!(asked.names, Named::Protocol(_)) || field(asked),
        Node::Test(test) => {
            let mut all = true;
            test.each_field(&mut |asked| all &= field(asked));
            all
        }
    }
}

/// How closely a packet must be looked at for a filter.
pub enum Look {
    /// Its bytes alone tell.
    Bytes,
    /// Layers of these protocols; of all others it is enough that they are there.
    Layers(Protocols),
    Everything,
}

impl Look {
    pub fn of(filter: &Filter) -> Self {
        let (mut protocols, mut bytes_tell) = (Protocols::default(), true);
        for field in filter.fields() {
            if field.name == "frame" || field.name.starts_with("frame.") && field.name != "frame.protocols" {
                continue;
            }
            bytes_tell = false;
            // Told of one layer while another is read.
            let strays = field.name.starts_with("tcp.segment") || field.name.starts_with("tcp.reassembled");
            match Asked::new(field).by.filter(|_| !strays && field.name != "frame.protocols") {
                Some(by) => protocols.add_all(&by),
                None => return Self::Everything,
            }
        }
        if bytes_tell { Self::Bytes } else { Self::Layers(protocols) }
    }
}

/// Names that a protocol lists without a layer of their own, or with one that only a closer look finds; and whose dissection does it.
const MENTIONED: &[(&str, &str)] = &[
    ("mptcp", "tcp"),
    ("data", "http"),
    ("http", "http2"),
    ("http", "websocket"),
    ("bitcoin", "bitcoin"),
    ("xml", "xmpp"),
    ("data-text-lines", "data-text-lines"),
    ("ocsp", "tls"),
    ("tpkt", "tpkt"),
    ("snmp", "snmp"),
    ("tls", "quic"),
    ("spnego-krb5", "dcerpc"),
];

/// What a filter names, and what is known of it beforehand.
struct Asked {
    name: &'static str,
    /// Not its values, but its bytes or what the values are called.
    otherwise: bool,
    entry: Option<Entry>,
    /// One of these stands in a packet that has it. None: nobody knows which.
    by: Option<Protocols>,
    /// A protocol whose layers all are remembered.
    layer: Option<ProtocolId>,
    /// Some of them stand above the transport, where a long message is read in part.
    above: bool,
    /// Only packets of [`Store::handshakes`](crate::engine::store::Store::handshakes) have it.
    in_handshake: bool,
}

impl Asked {
    fn new(field: &FieldRef) -> Self {
        let mut by = Protocols::default();
        let mut layer = None;
        let mut is_known = true;
        match &field.names {
            Named::Protocol(id) => {
                let name = protocol(*id).name;
                is_known = *id != SEGMENTS && name != "frame" && !name.starts_with("_ws.");
                layer = Some(*id).filter(|_| is_known);
                by.add(*id);
                for (_, host) in MENTIONED.iter().filter(|(mentioned, _)| *mentioned == name) {
                    add_siblings(&mut by, host);
                }
                // Parts of a certificate and of a handshake are no layers.
                if PROTOCOLS
                    .get(usize::from(*id))
                    .is_some_and(|protocol| protocol.claims.is_empty() && protocol.probe.is_none())
                {
                    add_siblings(&mut by, name);
                }
            }
            Named::Fields(fields) => {
                for protocol in PROTOCOLS {
                    if protocol.all_fields().any(|field| fields.iter().any(|named| std::ptr::eq(*named, field))) {
                        is_known &= protocol.name != "frame" && !protocol.name.starts_with("_ws.");
                        add_siblings(&mut by, protocol.name);
                    }
                }
            }
            Named::Expert | Named::Column(_) => is_known = false,
        }
        let transport = registry().named("sctp").unwrap_or(0);
        let above = (0..).take(PROTOCOLS.len()).any(|id| id > transport && by.has(id));
        let otherwise = is_otherwise(field);
        let in_handshake = is_known && field.name.starts_with("tls.handshake");
        let entry = if otherwise { None } else { Entry::of(field.name) };
        Self { name: field.name, otherwise, entry, by: Some(by).filter(|_| is_known), layer, above, in_handshake }
    }

    fn is(&self, field: &FieldRef) -> bool {
        self.name == field.name && self.otherwise == is_otherwise(field)
    }

    fn needs(&self) -> u16 {
        self.entry.map_or(0, |entry| entry.needs) | told::needs::STACK
    }

    /// Whether packets with these layers cannot have it.
    fn is_absent(&self, stacks: &Stacks, stack: u16) -> bool {
        let Some(by) = &self.by else { return false };
        let is_cut = stacks.is_in_part(stack) && (self.above || stacks.levels(stack).count() < 2);
        !is_cut && !stacks.levels(stack).any(|(id, _)| by.has(id)) && !stacks.others(stack).any(|id| by.has(id))
    }

    /// Whether this packet cannot have it, though its layers could.
    fn is_passed_by(&self, about: &About<'_>) -> bool {
        let handshakes = &about.store.handshakes;
        self.in_handshake && !about.store.stacks.is_in_part(about.packet.stack) && {
            let at = handshakes.partition_point(|&packet| packet < about.id);
            handshakes.get(at) != Some(&about.id)
        }
    }

    /// Whether packets with these layers are known to have it.
    fn is_layer(&self, stacks: &Stacks, stack: u16) -> bool {
        let is_it = |id| Some(id) == self.layer;
        stacks.levels(stack).any(|(id, _)| is_it(id)) || stacks.others(stack).any(is_it)
    }
}

fn is_otherwise(field: &FieldRef) -> bool {
    field.raw || field.by_name
}

/// One packet's values.
struct Columns<'p> {
    row: &'p Row<'p>,
    asked: &'p [Asked],
    /// What is found counts for this packet alone.
    alone: bool,
}

impl Columns<'_> {
    fn asked(&self, field: &FieldRef) -> Option<&Asked> {
        self.asked.iter().find(|asked| asked.is(field))
    }
}

impl Values for Columns<'_> {
    fn of<'s>(&'s self, field: &FieldRef, into: &mut Vec<Item<'s>>) -> bool {
        let Some(asked) = self.asked(field) else { return false };
        let before = into.len();
        let is_told = match asked.entry {
            Some(Entry { read: Read::Each(read, which), .. }) => read(self.row, which, into),
            Some(entry) => match entry.one(self.row) {
                Told::Unknown => false,
                Told::Absent => true,
                Told::Is(value) => {
                    into.push(Item { value, layer: 1 });
                    true
                }
            },
            None => false,
        };
        if !is_told {
            into.truncate(before);
        }
        is_told
            || asked.is_absent(&self.row.about.store.stacks, self.row.about.packet.stack)
            || self.alone && asked.is_passed_by(&self.row.about)
    }

    fn has(&self, field: &FieldRef) -> Option<bool> {
        let asked = self.asked(field)?;
        let (stacks, stack) = (&self.row.about.store.stacks, self.row.about.packet.stack);
        if asked.layer.is_some() && asked.is_layer(stacks, stack) || field.name == "frame" {
            return Some(true);
        }
        let mut items = Vec::new();
        self.of(field, &mut items).then_some(!items.is_empty())
    }
}
