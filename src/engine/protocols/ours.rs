//! What the engine knows of a packet's flow, as fields that filters and columns can ask for. None of Wireshark's; their values are made
//! in `engine/filter/columns/told.rs`.
use crate::engine::dissect::{Protocol, fields};

fields! {
    ID: Uint => "flow.id", "Number of the packet's flow in the flow table";
    APPLICATION: Text => "flow.application", "What the flow speaks, as the flow table says it: TLS";
    NAME: Text => "flow.name", "Name of the flow's server: from TLS, HTTP, DNS or the file";
    CLIENT: Address => "flow.client", "Address that began the flow";
    SERVER: Address => "flow.server", "Address that was asked";
    CLIENT_PORT: Uint => "flow.client_port", "Port of the client";
    SERVER_PORT: Uint => "flow.server_port", "Port of the server";
    FROM_CLIENT: Bool => "flow.from_client", "The packet was sent by the client";
    PACKETS: Uint => "flow.packets", "Packets of the flow";
    BYTES: Uint => "flow.bytes", "Bytes of the flow, whole frames";
    BYTES_OUT: Uint => "flow.bytes_out", "Bytes from the client, whole frames";
    BYTES_IN: Uint => "flow.bytes_in", "Bytes from the server, whole frames";
    DURATION: Seconds => "flow.duration", "Time between the flow's first and last packet";
    OUTCOME: Text => "flow.outcome", "What became of a connection: open, closed, reset, refused, no answer, unknown";
}

/// Not a layer: stands for packets that have a flow.
pub(super) static FLOW: Protocol = Protocol { name: "flow", title: "Flow", fields: FIELDS, ..Protocol::PLAIN };

mod round_trip {
    use crate::engine::dissect::{Field, fields};
    fields! {
        INITIAL: Seconds => "rtt.initial", "Round trip of the connection's handshake";
        SERVER: Seconds => "rtt.server", "Its part between the capture and the server";
        CLIENT: Seconds => "rtt.client", "Its part between the client and the capture";
    }
    pub(super) static ALL: &[&Field] = FIELDS;
}

mod place {
    use crate::engine::dissect::{Field, fields};
    fields! {
        SOURCE: Text => "geo.src_country", "Country of the sender: two letters, or a word like private or multicast";
        DESTINATION: Text => "geo.dst_country", "Country of the receiver";
    }
    pub(super) static ALL: &[&Field] = FIELDS;
}

/// `geo.country` stands for both.
pub(super) static GEO: Protocol = Protocol { name: "geo", title: "Country", fields: place::ALL, ..Protocol::PLAIN };

pub(super) static ROUND_TRIP: Protocol =
    Protocol { name: "rtt", title: "Round trip", fields: round_trip::ALL, ..Protocol::PLAIN };

mod of_file {
    use crate::engine::dissect::{Field, fields};
    fields! {
        NAME: Text => "file.name", "Name of the file that the packet is in";
        NUMBER: Uint => "file.number", "Number of that file among those that were opened together";
    }
    pub(super) static ALL: &[&Field] = FIELDS;
}

pub(super) static FILE: Protocol = Protocol { name: "file", title: "File", fields: of_file::ALL, ..Protocol::PLAIN };
