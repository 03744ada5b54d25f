//! Which packet answers which: found from either side.
use super::packets::PacketId;

/// A message by its packet, and the how manieth transaction of that packet it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    pub packet: PacketId,
    pub nth: u16,
}

#[derive(Debug, Default)]
pub struct Transactions {
    /// (request, packet of its response), sorted by request when looked at.
    requests: Vec<(Place, PacketId)>,
    /// (response, packet of its request): responses come in their order.
    responses: Vec<(Place, PacketId)>,
    is_sorted: bool,
}

impl Transactions {
    pub fn add(&mut self, request: Place, response: Place) {
        self.requests.push((request, response.packet));
        self.responses.push((response, request.packet));
        self.is_sorted = false;
    }

    /// To be called before asking.
    pub fn sort(&mut self) {
        if !self.is_sorted {
            // Nearly sorted already: requests are answered about in their order.
            self.requests.sort();
            self.responses.sort();
            self.is_sorted = true;
        }
    }

    pub fn len(&self) -> usize {
        self.responses.len()
    }

    pub fn is_empty(&self) -> bool {
        self.responses.is_empty()
    }

    /// All pairs: the packets of a request and of its response.
    pub fn all(&self) -> impl Iterator<Item = (PacketId, PacketId)> + '_ {
        self.requests.iter().map(|&(request, response)| (request.packet, response))
    }

    /// Partners of a packet's messages: (which message, the other packet, whether the other one is the request).
    pub fn of(&self, packet: PacketId) -> impl Iterator<Item = (u16, PacketId, bool)> + '_ {
        let range = |list: &[(Place, PacketId)]| {
            list.partition_point(|(place, _)| place.packet < packet)
                ..list.partition_point(|(place, _)| place.packet <= packet)
        };
        let requests = self.requests.get(range(&self.requests)).unwrap_or_default();
        let responses = self.responses.get(range(&self.responses)).unwrap_or_default();
        let requests = requests.iter().map(|(place, other)| (place.nth, *other, false));
        requests.chain(responses.iter().map(|(place, other)| (place.nth, *other, true)))
    }
}
