//! The packet list's columns: what the layers of a packet say for it.
//!
//! The innermost layer that says something wins; what an ICMP error quotes does not speak for the packet.
use super::{Dissection, ProtocolId};
use std::borrow::Cow;

#[derive(Debug, Default)]
pub(super) struct Columns {
    /// Source and Destination of a layer whose addresses make no conversations; how many pairs stood before it.
    addresses: Option<(String, String, usize)>,
    /// What layers say about the Protocol column, each with how many layers stood up to it.
    protocol: Vec<(usize, Says)>,
    /// What stands before every text of the Info column: findings on the segment.
    prefix: String,
    info: String,
    suffix: String,
    /// Whose layer set the Info column last.
    info_of: Option<ProtocolId>,
}

#[derive(Debug)]
enum Says {
    Name(Cow<'static, str>),
    Add(&'static str),
    Wrap(&'static str),
    /// Nothing, whatever its protocol is usually called.
    Nothing,
}

impl Columns {
    pub(super) fn clear(&mut self) {
        self.addresses = None;
        self.protocol.clear();
        self.prefix.clear();
        self.info.clear();
        self.suffix.clear();
        self.info_of = None;
    }
}

impl Dissection {
    /// Whether columns are wanted of this layer.
    #[inline(never)]
    fn speaks(&self) -> bool {
        self.wants() && self.quoted_from.is_none()
    }

    /// Sets the Info column.
    #[inline]
    pub fn info(&mut self, text: impl FnOnce() -> String) {
        if self.speaks() {
            self.set_info(text());
        }
    }

    #[inline(never)]
    fn set_info(&mut self, text: String) {
        self.columns.info = text;
        self.columns.info_of = self.current();
    }

    /// Appends to what an earlier message of the same protocol said, after `separator`; else sets the Info column.
    pub fn info_add(&mut self, separator: &str, text: impl FnOnce() -> String) {
        if self.speaks() {
            self.add_info(separator, text());
        }
    }

    #[inline(never)]
    fn add_info(&mut self, separator: &str, text: String) {
        if self.columns.info_of == self.current() && !self.columns.info.is_empty() {
            self.columns.info.push_str(separator);
            self.columns.info.push_str(&text);
        } else {
            self.set_info(text);
        }
    }

    /// Appends to the Info column, whoever said what stands there.
    pub fn info_join(&mut self, separator: &str, text: impl FnOnce() -> String) {
        if self.speaks() {
            self.join_info(separator, &text());
        }
    }

    #[inline(never)]
    fn join_info(&mut self, separator: &str, text: &str) {
        if !self.columns.info.is_empty() {
            self.columns.info.push_str(separator);
        }
        self.columns.info.push_str(text);
    }

    /// Text that stands behind all that layers say.
    pub fn info_suffix(&mut self, text: impl FnOnce() -> String) {
        if self.speaks() {
            self.columns.suffix = text();
        }
    }

    /// As [`Dissection::info_add`], but findings on the segment (what stands before the column's text) count as something said.
    pub fn info_append(&mut self, separator: &str, text: impl FnOnce() -> String) {
        if self.speaks() && self.columns.info_of != self.current() && !self.columns.prefix.is_empty() {
            self.info(|| format!("{separator}{}", text()));
        } else {
            self.info_add(separator, text);
        }
    }

    /// Appends to what the layers so far said.
    pub fn info_extend(&mut self, text: impl FnOnce() -> String) {
        if self.speaks() {
            self.columns.info.push_str(&text());
        }
    }

    /// Takes words off the Info column's end, if it ends with them.
    pub fn info_strip(&mut self, end: &str) {
        if self.speaks() && self.columns.info.ends_with(end) {
            self.columns.info.truncate(self.columns.info.len().saturating_sub(end.len()));
        }
    }

    /// Text that stands before whatever the Info column says.
    pub fn info_prefix(&mut self, text: String) {
        if self.speaks() {
            self.columns.prefix = text;
        }
    }

    /// The Info column.
    pub fn info_text(&self) -> String {
        format!("{}{}{}", self.columns.prefix, self.columns.info, self.columns.suffix)
    }

    pub(super) fn current(&self) -> Option<ProtocolId> {
        self.layers.last().map(|layer| layer.protocol)
    }

    /// The Protocol column is this layer's, by this name: where it depends on what the layer carries (`TLSv1.3`).
    pub fn column(&mut self, name: impl Into<Cow<'static, str>>) {
        self.says(Says::Name(name.into()));
    }

    #[inline(never)]
    fn says(&mut self, says: Says) {
        if self.speaks() {
            self.columns.protocol.push((self.layers.len(), says));
        }
    }

    /// Whether this layer has said what the Protocol column says.
    pub fn has_column(&self) -> bool {
        self.columns.protocol.last().is_some_and(|(at, _)| *at == self.layers.len())
    }

    /// Appends to the Protocol column: `HTTP/JSON`.
    pub fn column_add(&mut self, name: &'static str) {
        self.says(Says::Add(name));
    }

    /// This layer does not name the packet.
    pub fn column_nothing(&mut self) {
        self.says(Says::Nothing);
    }

    /// What the layers inside say stands in brackets: `GTP <DNS>`.
    pub fn column_wrap(&mut self, name: &'static str) {
        self.says(Says::Wrap(name));
    }

    /// Sets Source and Destination columns of a layer whose addresses make no conversations here.
    #[inline]
    pub fn columns(&mut self, text: impl FnOnce() -> (String, String)) {
        if self.speaks() {
            let (source, destination) = text();
            self.columns.addresses = Some((source, destination, self.pairs.len()));
        }
    }

    /// The Protocol column. `short` tells a protocol's usual name for it.
    pub fn protocol_name(&self, short: impl Fn(ProtocolId) -> &'static str) -> Cow<'static, str> {
        let outside = self.quoted_from.unwrap_or(self.layers.len());
        let layers = self.layers.get(..outside).unwrap_or_default();
        let mut name: Cow<'static, str> = Cow::Borrowed("");
        let mut wraps: Vec<&str> = Vec::new();
        let mut said = self.columns.protocol.iter().peekable();
        for (index, layer) in (1_usize..).zip(layers) {
            let short = short(layer.protocol);
            let before = name.clone();
            if !short.is_empty() {
                name = Cow::Borrowed(short);
            }
            while let Some((_, says)) = said.next_if(|(at, _)| *at <= index) {
                match says {
                    Says::Name(new) => name = new.clone(),
                    Says::Nothing => name = before.clone(),
                    Says::Add(more) if name.is_empty() => name = Cow::Borrowed(more),
                    Says::Add(more) => name = Cow::Owned(format!("{name}/{more}")),
                    Says::Wrap(around) => {
                        wraps.push(around);
                        name = Cow::Borrowed("");
                    }
                }
            }
        }
        wraps.into_iter().rev().fold(name, |name, around| match name.is_empty() {
            true => Cow::Owned(around.to_owned()),
            false => Cow::Owned(format!("{around} <{name}>")),
        })
    }

    /// The Source and Destination columns: the innermost layer that has addresses decides.
    pub fn source_destination(&self) -> (String, String) {
        let sent = self.quoted_from.unwrap_or(usize::MAX);
        let pair = self.pairs.iter().enumerate().rev().find(|(_, (_, _, layer))| usize::from(*layer) < sent);
        match (&self.columns.addresses, pair) {
            (Some((source, destination, before)), pair) if pair.is_none_or(|(index, _)| index < *before) => {
                (source.clone(), destination.clone())
            }
            (_, Some((_, (source, destination, _)))) => (source.to_string(), destination.to_string()),
            (_, None) => Default::default(),
        }
    }
}
