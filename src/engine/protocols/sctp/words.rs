//! What numbers of SCTP are called (IANA "Stream Control Transmission Protocol (SCTP) Parameters").

pub(super) fn chunk(kind: u8) -> &'static str {
    match kind {
        0 => "DATA",
        1 => "INIT",
        2 => "INIT_ACK",
        3 => "SACK",
        4 => "HEARTBEAT",
        5 => "HEARTBEAT_ACK",
        6 => "ABORT",
        7 => "SHUTDOWN",
        8 => "SHUTDOWN_ACK",
        9 => "ERROR",
        10 => "COOKIE_ECHO",
        11 => "COOKIE_ACK",
        12 => "ECNE",
        13 => "CWR",
        14 => "SHUTDOWN_COMPLETE",
        15 => "AUTH",
        16 => "NR_SACK",
        64 => "I_DATA",
        128 => "ASCONF_ACK",
        129 => "PKTDROP",
        130 => "RE_CONFIG",
        132 => "PAD",
        192 => "FORWARD_TSN",
        193 => "ASCONF",
        194 => "I_FORWARD_TSN",
        255 => "IETF_EXTENSION",
        _ => "RESERVED",
    }
}

pub(super) fn parameter(kind: u16) -> &'static str {
    match kind {
        0x0001 => "Heartbeat info",
        0x0005 => "IPv4 address",
        0x0006 => "IPv6 address",
        0x0007 => "State cookie",
        0x0008 => "Unrecognized parameter",
        0x0009 => "Cookie preservative",
        0x000b => "Hostname address",
        0x000c => "Supported address types",
        0x8000 => "ECN",
        0x8002 => "Random",
        0x8003 => "Authenticated Chunk list",
        0x8004 => "Requested HMAC Algorithm",
        0x8008 => "Supported Extensions",
        0xc000 => "Forward TSN supported",
        0xc001 => "Add IP address",
        0xc002 => "Delete IP address",
        0xc004 => "Set primary address",
        0xc006 => "Adaptation Layer Indication",
        _ => "Unknown",
    }
}

pub(super) fn cause(code: u16) -> &'static str {
    match code {
        1 => "Invalid stream identifier",
        2 => "Missing mandatory parameter",
        3 => "Stale cookie error",
        4 => "Out of resource",
        5 => "Unresolvable address",
        6 => "Unrecognized chunk type",
        7 => "Invalid mandatory parameter",
        8 => "Unrecognized parameters",
        9 => "No user data",
        10 => "Cookie received while shutting down",
        11 => "Restart of an association with new addresses",
        12 => "User initiated ABORT",
        13 => "Protocol violation",
        _ => "Unknown",
    }
}

pub(super) fn payload(protocol: u32) -> &'static str {
    match protocol {
        0 => "not specified",
        1 => "IUA",
        2 => "M2UA",
        3 => "M3UA",
        4 => "SUA",
        5 => "M2PA",
        7 => "H.248/MEGACO",
        18 => "S1 Application Protocol (S1AP)",
        27 => "X2AP",
        45 => "SSH",
        46 => "DIAMETER",
        47 => "DIAMETER over DTLS",
        50 => "WebRTC Control",
        51 => "WebRTC String",
        53 => "WebRTC Binary",
        60 => "NGAP",
        61 => "XnAP",
        62 => "F1 AP",
        _ => "Unknown",
    }
}
