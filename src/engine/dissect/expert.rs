//! Expert information: what a protocol finds worth saying about a packet. Told in the index pass too, without allocating.
use super::{Dissection, Field, ProtocolId, Value, fields};
pub use crate::api::{Concern, Severity};
use std::fmt::{Display, Write};
use std::ops::Range;

/// Something that a protocol may find in a packet. A `static`; its address is its identity.
#[derive(Debug)]
pub struct Expert {
    /// Its name (`tcp.connection.syn`) and what it says; where messages have a text of their own, what they have in common.
    pub field: Field,
    pub severity: Severity,
    pub concern: Concern,
    /// What Wireshark calls the protocol, if not as in the Protocol column.
    pub protocol: &'static str,
    pub when: When,
}

/// Whether it holds at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    Always,
    /// Only if nothing in the rest of the capture answers the packet.
    Unanswered,
    /// Only if the fragment's datagram never becomes whole.
    Unassembled,
}

/// What was found in a packet.
#[derive(Clone, Debug)]
pub struct Said {
    pub expert: &'static Expert,
    /// Whose finding it is.
    pub protocol: ProtocolId,
    /// Its own text among [`Dissection::sayings`], if it has one.
    pub text: Option<Range<usize>>,
}

/// Findings of a packet at most: nobody reads more.
const MOST: usize = 64;
/// Bytes of a text at most; Wireshark's are not longer.
const LONGEST: usize = 239;

/// Declares what a protocol may find: `SYN: Chat Sequence => "tcp.connection.syn", "Connection establish request (SYN)";`, behind it
/// in brackets what differs from the usual.
macro_rules! experts {
    ($($visible:vis $id:ident: $severity:ident $concern:ident => $name:literal, $text:literal $([$($more:ident: $value:expr),*])?;)*) => {
        $($visible static $id: $crate::engine::dissect::Expert = {
            #[allow(unused_imports, reason = "seldom needed")]
            use $crate::engine::dissect::When::*;
            #[allow(clippy::needless_update, reason = "not all say everything")]
            $crate::engine::dissect::Expert {
                $($($more: $value,)*)?
                ..$crate::engine::dissect::Expert::usual(
                    $crate::engine::dissect::field!(Label => $name, $text),
                    $crate::engine::dissect::Severity::$severity,
                    $crate::engine::dissect::Concern::$concern,
                )
            }
        };)*
        /// All of them, for those who look for one by its name.
        #[allow(dead_code, reason = "some files have theirs listed elsewhere")]
        pub(in crate::engine) static EXPERTS: &[&$crate::engine::dissect::Expert] = &[$(&$id),*];
    };
}
pub(crate) use experts;

impl Expert {
    pub const fn usual(field: Field, severity: Severity, concern: Concern) -> Self {
        Self { field, severity, concern, protocol: "", when: When::Always }
    }

    pub fn text(&self) -> &'static str {
        self.field.title()
    }
}

experts! {
    pub FRAGMENT_LOST: Note Reassemble => "wireglass.fragment_lost", "A fragment of a datagram that never becomes whole" [when: Unassembled];
    pub UNREACHABLE: Warning Response => "wireglass.unreachable", "An ICMP error says that a flow's packets do not arrive";
}

fields! {
    EXPERT: Label => "_ws.expert", "Expert Info";
    MESSAGE: Text => "_ws.expert.message", "Message";
    SEVERITY: Text => "_ws.expert.severity", "Severity level";
    GROUP: Text => "_ws.expert.group", "Group";
}

/// Findings of the engine itself.
pub static OUR_EXPERTS: &[&Expert] = EXPERTS;

/// Fields of every finding's lines in the tree.
pub static EXPERT_FIELDS: &[&Field] = FIELDS;

impl Dissection {
    /// The current layer has found something.
    #[cold]
    pub fn expert(&mut self, expert: &'static Expert) {
        self.expert_of(self.current().unwrap_or_default(), expert, None);
    }

    /// The same with words of its own: `d.expert_text(&TTL, &format_args!("\"Time To Live\" only {ttl}"))`.
    #[cold]
    pub fn expert_text(&mut self, expert: &'static Expert, text: &dyn Display) {
        self.expert_of(self.current().unwrap_or_default(), expert, Some(text));
    }

    /// A protocol has found something, whatever the current layer is.
    #[cold]
    pub fn expert_of(&mut self, protocol: ProtocolId, expert: &'static Expert, text: Option<&dyn Display>) {
        // What is quoted was said when it was sent.
        if self.experts.len() >= MOST || self.quoted_from.is_some() {
            return;
        }
        let start = self.sayings.len();
        let text = text.map(|text| {
            // Writing into a text does not fail.
            let _ = write!(self.sayings, "{text}");
            let mut end = self.sayings.len().min(start.saturating_add(LONGEST));
            while !self.sayings.is_char_boundary(end) {
                end = end.saturating_sub(1);
            }
            self.sayings.truncate(end);
            start..self.sayings.len()
        });
        self.experts.push(Said { expert, protocol, text: text.clone() });
        if self.wants() {
            let message = text.and_then(|range| self.sayings.get(range)).unwrap_or(expert.text()).to_owned();
            let layer = self.layers.len().saturating_sub(1);
            self.show_expert(layer, self.depth, expert, message);
        }
    }

    /// Lines of the tree about a finding: at the end of what is there so far.
    pub fn show_expert(&mut self, layer: usize, depth: u8, expert: &'static Expert, message: String) {
        let (severity, concern) = (expert.severity.name(), expert.concern.name());
        let below = depth.saturating_add(1);
        let line = format!("Expert Info ({severity}/{concern}): {message}");
        self.attach(layer, depth, &EXPERT, Value::Nothing, Some(&line));
        self.attach(layer, below, &expert.field, Value::Nothing, Some(&message));
        for (field, value) in [(&MESSAGE, message), (&SEVERITY, severity.to_owned()), (&GROUP, concern.to_owned())] {
            self.attach(layer, below, field, Value::Text(value), None);
        }
    }

    /// The packet's findings with their texts.
    pub fn found(&self) -> impl Iterator<Item = (&Said, Option<&str>)> {
        self.experts.iter().map(|said| (said, said.text.clone().and_then(|range| self.sayings.get(range))))
    }
}

/// Bytes of a line as Wireshark prints them in a text: line ends and other control characters escaped.
pub struct Escaped<'p>(pub &'p [u8]);

impl Display for Escaped<'_> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for chunk in self.0.utf8_chunks() {
            for c in chunk.valid().chars() {
                match c {
                    '\r' => out.write_str("\\r")?,
                    '\n' => out.write_str("\\n")?,
                    '\t' => out.write_str("\\t")?,
                    c if c.is_control() => write!(out, "\\{:03o}", u32::from(c))?,
                    c => out.write_char(c)?,
                }
            }
            if !chunk.invalid().is_empty() {
                out.write_char('\u{fffd}')?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::Wanted;
    use super::*;

    experts! {
        PLAIN: Note Protocol => "x.plain", "Something plain";
        WORDS: Chat Sequence => "x.words", "Words" [protocol: "X", when: Unanswered];
    }

    #[test]
    fn findings_keep_their_words_and_forget_them_with_the_packet() {
        for wanted in [Wanted::Facts, Wanted::Everything] {
            let mut d = Dissection::new(wanted);
            d.expert(&PLAIN);
            d.expert_text(&WORDS, &Escaped(b"GET / \x01\r\n"));
            d.expert_text(&WORDS, &"é".repeat(500));
            let found: Vec<_> =
                d.found().map(|(said, text)| (said.expert.field.name(), text.map(str::to_owned))).collect();
            assert_eq!(found[0], ("x.plain", None));
            assert_eq!(found[1], ("x.words", Some("GET / \\001\\r\\n".to_owned())));
            assert_eq!(found[2].1.as_ref().map(String::len), Some(238));
            assert_eq!(d.fields.len(), if wanted == Wanted::Facts { 0 } else { 15 });
            d.clear();
            assert_eq!(d.found().count(), 0);
        }
        assert_eq!((WORDS.protocol, WORDS.when, PLAIN.when), ("X", When::Unanswered, When::Always));
    }
}
