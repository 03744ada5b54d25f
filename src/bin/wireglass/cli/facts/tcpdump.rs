//! The lines of `tcpdump -nn -tt`.
use super::Sight;
use serde_json::{Value, json};
use wireglass::engine::capture::Interface;
use wireglass::engine::store::packets::NO_TIME;
use wireglass::engine::tcpdump::{Options, Printer, Time, snapped};

pub struct Collector {
    printer: Printer,
    lines: Vec<String>,
    /// libpcap reads no further than to an interface that differs from the first.
    ended: bool,
}

impl Default for Collector {
    fn default() -> Self {
        let options = Options { time: Time::Epoch, ..Options::default() };
        Self { printer: Printer::new(options), lines: Vec::new(), ended: false }
    }
}

impl Collector {
    pub fn add(&mut self, interfaces: &[Interface], sight: &Sight<'_>) {
        let Sight { store, packet, bytes, .. } = sight;
        let interface = store.stacks.interface(packet.stack) as usize;
        let (Some(first), Some(this)) = (interfaces.first(), interfaces.get(interface)) else { return };
        self.ended |= (this.link, this.snaplen) != (first.link, first.snaplen);
        if !self.ended {
            let time = store.start.filter(|_| packet.time != NO_TIME).map(|start| start.saturating_add(packet.time));
            let text = self.printer.packet(this.link, time, snapped(bytes, this.snaplen), packet.wire_len);
            self.lines.extend(text.split('\n').map(str::to_owned));
        }
    }

    pub fn facts(self) -> Value {
        json!({ "nn_tt": self.lines })
    }
}
