//! What flows speak, numbered: their application, or their transport where that is not known.
use super::super::flows::{application, of_application, of_transport, transport_name};
use crate::engine::dissect::Transport;
use crate::engine::protocols::{PROTOCOLS, protocol};
use crate::engine::store::flows::{Flow, number};
use rustc_hash::FxHashMap;

/// Protocols of the same name count together.
pub(super) struct Speech {
    /// By number of the protocol: the first with its name.
    same: Vec<usize>,
}

impl Speech {
    pub(super) fn new() -> Self {
        let mut first: FxHashMap<&str, usize> = FxHashMap::default();
        Self { same: PROTOCOLS.iter().enumerate().map(|(at, p)| *first.entry(p.short).or_insert(at)).collect() }
    }

    /// Numbers there are.
    pub(super) fn len(&self) -> usize {
        self.same.len() + 256
    }

    pub(super) fn of(&self, flow: &Flow) -> usize {
        if application(flow).is_empty() {
            return self.same.len() + usize::from(number(flow.key.transport));
        }
        self.same.get(usize::from(flow.app)).copied().unwrap_or_default()
    }

    /// Its name, and a display filter.
    pub(super) fn words(&self, at: usize) -> (String, String) {
        if at < self.same.len() {
            let name = protocol(at as _).short;
            return (name.to_owned(), of_application(name));
        }
        let transport = transport((at - self.same.len()) as u8);
        (transport_name(transport).into_owned(), of_transport(transport))
    }
}

/// The transport with an IP protocol's number.
fn transport(wanted: u8) -> Transport {
    use Transport::{Dccp, Icmp, Icmpv6, Sctp, Tcp, Udp};
    [Tcp, Udp, Sctp, Dccp, Icmp, Icmpv6].into_iter().find(|t| number(*t) == wanted).unwrap_or(Transport::Ip(wanted))
}
