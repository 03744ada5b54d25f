//! What numbers of ICMPv6 are called (IANA "ICMPv6 Parameters").

pub(super) fn kind(kind: u8) -> Option<&'static str> {
    Some(match kind {
        1 => "Destination Unreachable",
        2 => "Packet Too Big",
        3 => "Time Exceeded",
        4 => "Parameter Problem",
        100 | 101 | 200 | 201 => "Private experimentation",
        127 => "Reserved for expansion of ICMPv6 error messages",
        128 => "Echo (ping) request",
        129 => "Echo (ping) reply",
        130 => "Multicast Listener Query",
        131 => "Multicast Listener Report",
        132 => "Multicast Listener Done",
        133 => "Router Solicitation",
        134 => "Router Advertisement",
        135 => "Neighbor Solicitation",
        136 => "Neighbor Advertisement",
        137 => "Redirect",
        138 => "Router Renumbering",
        139 => "Node Information Query",
        140 => "Node Information Reply",
        141 => "Inverse Neighbor Discovery Solicitation",
        142 => "Inverse Neighbor Discovery Advertisement",
        143 => "Multicast Listener Report Message v2",
        144 => "Home Agent Address Discovery Request",
        145 => "Home Agent Address Discovery Reply",
        146 => "Mobile Prefix Solicitation",
        147 => "Mobile Prefix Advertisement",
        148 => "Certification Path Solicitation",
        149 => "Certification Path Advertisement",
        150 => "Experimental Mobility",
        151 => "Multicast Router Advertisement",
        152 => "Multicast Router Solicitation",
        153 => "Multicast Router Termination",
        154 => "FMIPv6",
        155 => "RPL Control",
        156 => "Locator Update",
        157 => "Duplicate Address Request",
        158 => "Duplicate Address Confirmation",
        159 => "MPL Control Message",
        160 => "Extended Echo request",
        161 => "Extended Echo reply",
        255 => "Reserved for expansion of ICMPv6 informational messages",
        _ => return None,
    })
}

/// What a code means, of types whose codes mean something.
pub(super) fn code(kind: u8, code: u8) -> Option<&'static str> {
    const UNREACHABLE: &[&str] = &[
        "no route to destination", "Administratively prohibited", "Beyond scope of source address", "Address unreachable",
        "Port unreachable", "Source address failed ingress/egress policy", "Reject route to destination",
        "Error in Source Routing Header",
    ];
    const EXCEEDED: &[&str] = &["hop limit exceeded in transit", "fragment reassembly time exceeded"];
    const PARAMETER: &[&str] = &[
        "erroneous header field encountered", "unrecognized Next Header type encountered", "unrecognized IPv6 option encountered",
        "IPv6 First Fragment has incomplete IPv6 Header Chain",
    ];
    const QUERY: &[&str] =
        &["Query subject = IPv6 addresses", "Query subject = DNS name or empty", "Query subject = IPv4 addresses"];
    const REPLY: &[&str] = &["Successful", "Refused", "Unknown query type"];
    const EXTENDED: &[&str] =
        &["No error", "Malformed Query", "No Such Interface", "No Such Table Entry", "Multiple Interfaces Satisfy Query"];
    const ROUTING: &[&str] = &[
        "DODAG Information Solicitation", "DODAG Information Object", "Destination Advertisement Object",
        "Destination Advertisement Object Acknowledgement",
    ];
    let list = match kind {
        1 => UNREACHABLE,
        3 => EXCEEDED,
        4 => PARAMETER,
        138 if code == 255 => return Some("Sequence number reset"),
        138 => &["Command", "Result"],
        139 => QUERY,
        140 => REPLY,
        150 | 154 => &[],
        155 => ROUTING,
        160 => &["No error"],
        161 => EXTENDED,
        _ => return None,
    };
    Some(list.get(usize::from(code)).copied().unwrap_or("Unknown"))
}

/// The Info column of a message, before what it says itself.
pub(super) fn title(message: u8, number: u8) -> String {
    match (kind(message), code(message, number)) {
        (None, _) => format!("Unknown ({message})"),
        (Some(name), None) => name.to_owned(),
        (Some(name), Some("Unknown")) => format!("{name} (Unknown ({number}))"),
        (Some(name), Some(meaning)) => format!("{name} ({meaning})"),
    }
}

pub(super) fn option(kind: u8) -> &'static str {
    match kind {
        1 => "Source link-layer address",
        2 => "Target link-layer address",
        3 => "Prefix information",
        4 => "Redirected header",
        5 => "MTU",
        7 => "Advertisement Interval",
        8 => "Home Agent Information",
        11 => "CGA",
        12 => "RSA Signature",
        13 => "Timestamp",
        14 => "Nonce",
        24 => "Route Information",
        25 => "Recursive DNS Server",
        26 => "RA Flags Extension",
        31 => "DNS Search List Option",
        33 => "Address Registration Option",
        34 => "6LoWPAN Context Option",
        35 => "Authoritative Border Router",
        37 => "DHCP Captive-Portal",
        38 => "PREF64 Option",
        _ => "Unknown",
    }
}

/// RFC 4191 §2.1.
pub(super) fn preference(value: u8) -> &'static str {
    match value {
        0 => "Medium",
        1 => "High",
        3 => "Low",
        _ => "Reserved",
    }
}

pub(super) fn record(kind: u8) -> &'static str {
    match kind {
        1 => "Include",
        2 => "Exclude",
        3 => "Changed to include",
        4 => "Changed to exclude",
        5 => "Allow new sources",
        6 => "Block old sources",
        _ => "Unknown",
    }
}
