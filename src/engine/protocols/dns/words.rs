//! What numbers in DNS messages are called (IANA "Domain Name System (DNS) Parameters"), as Wireshark's Info column has it.
use super::message::{Record, RecordData, Section, strings, u16_at};
use super::name;

/// How a record continues in the Info column after its type.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Tail {
    /// Nothing: its data is not for people, or too much of it.
    Nothing,
    /// The name it belongs to: nothing better is known to say.
    Owner,
    /// A name in its data.
    NameAt(usize),
    /// Two bytes of preference, then a name.
    PreferenceAndName,
    /// Its character strings.
    Strings,
    /// NAPTR: order, preference, flags.
    Naptr,
}
use Tail::{NameAt, Naptr, Nothing, Owner, PreferenceAndName, Strings};

/// Every type with a name, by number.
const KINDS: &[(u16, &str, Tail)] = &[
    (0, "Unused", Owner),
    (1, "A", Nothing),
    (2, "NS", NameAt(0)),
    (3, "MD", Owner),
    (4, "MF", Owner),
    (5, "CNAME", NameAt(0)),
    (6, "SOA", NameAt(0)),
    (7, "MB", Owner),
    (8, "MG", Owner),
    (9, "MR", Owner),
    (10, "NULL", Owner),
    (11, "WKS", Nothing),
    (12, "PTR", NameAt(0)),
    (13, "HINFO", Strings),
    (14, "MINFO", Owner),
    (15, "MX", PreferenceAndName),
    (16, "TXT", Nothing),
    (17, "RP", Owner),
    (18, "AFSDB", Owner),
    (19, "X25", Owner),
    (20, "ISDN", Owner),
    (21, "RT", Owner),
    (22, "NSAP", Owner),
    (23, "NSAP-PTR", Owner),
    (24, "SIG", Nothing),
    (25, "KEY", Nothing),
    (26, "PX", Owner),
    (27, "GPOS", Owner),
    (28, "AAAA", Nothing),
    (29, "LOC", Nothing),
    (30, "NXT", NameAt(0)),
    (31, "EID", Owner),
    (32, "NIMLOC", Owner),
    (33, "SRV", Nothing),
    (34, "ATMA", Owner),
    (35, "NAPTR", Naptr),
    (36, "KX", PreferenceAndName),
    (37, "CERT", Nothing),
    (38, "A6", Nothing),
    (39, "DNAME", NameAt(0)),
    (40, "SINK", Owner),
    (41, "OPT", Nothing),
    (42, "APL", Owner),
    (43, "DS", Nothing),
    (44, "SSHFP", Nothing),
    (45, "IPSECKEY", Nothing),
    (46, "RRSIG", Nothing),
    (47, "NSEC", NameAt(0)),
    (48, "DNSKEY", Nothing),
    (49, "DHCID", Owner),
    (50, "NSEC3", Nothing),
    (51, "NSEC3PARAM", Owner),
    (52, "TLSA", Owner),
    (55, "HIP", Owner),
    (57, "RKEY", Owner),
    (58, "TALINK", Owner),
    (59, "CDS", Nothing),
    (60, "CDNSKEY", Nothing),
    (61, "OPENPGPKEY", Nothing),
    (62, "CSYNC", Nothing),
    (63, "ZONEMD", Owner),
    (64, "SVCB", Nothing),
    (65, "HTTPS", Nothing),
    (99, "SPF", Nothing),
    (100, "UINFO", Owner),
    (101, "UID", Owner),
    (102, "GID", Owner),
    (103, "UNSPEC", Owner),
    (104, "NID", Nothing),
    (105, "L32", Nothing),
    (106, "L64", Nothing),
    (107, "LP", Nothing),
    (108, "EUI48", Nothing),
    (109, "EUI64", Nothing),
    (249, "TKEY", Nothing),
    (250, "TSIG", Nothing),
    (251, "IXFR", Owner),
    (252, "AXFR", Owner),
    (253, "MAILA", Owner),
    (254, "MAILB", Owner),
    (255, "ANY", Owner),
    (256, "URI", Nothing),
    (257, "CAA", Nothing),
    (32768, "TA", Owner),
    (32769, "DLV", Nothing),
    (65281, "WINS", Nothing),
    (65282, "WINS-R", Nothing),
];

fn row(kind: u16) -> Option<&'static (u16, &'static str, Tail)> {
    KINDS.binary_search_by_key(&kind, |row| row.0).ok().and_then(|index| KINDS.get(index))
}

/// Whether a type has a name.
pub(super) fn is_known(kind: u16) -> bool {
    row(kind).is_some()
}

pub(super) fn kind(kind: u16) -> String {
    row(kind).map_or_else(|| format!("Unknown ({kind})"), |row| row.1.to_owned())
}

pub(super) fn class(class: u16) -> &'static str {
    match class {
        1 => "IN",
        3 => "CH",
        4 => "HS",
        254 => "NONE",
        255 => "ANY",
        _ => "Unknown",
    }
}

/// A section's title; of dynamic updates (RFC 2136) the first two are something else.
pub(super) fn section(section: Section, is_update: bool) -> &'static str {
    match (section, is_update) {
        (Section::Answer, false) => "Answers",
        (Section::Answer, true) => "Prerequisites",
        (Section::Authority, false) => "Authoritative nameservers",
        (Section::Authority, true) => "Updates",
        (Section::Additional, _) => "Additional records",
    }
}

/// What stands before the data in a record's title.
pub(super) fn lead(kind: u16) -> &'static str {
    match kind {
        1 | 28 => "addr ",
        2 => "ns ",
        5 => "cname ",
        6 => "mname ",
        15 => "mx ",
        _ => "",
    }
}

pub(super) fn opcode(opcode: u16) -> String {
    let name = match opcode {
        0 => "Standard query",
        1 => "Inverse query",
        2 => "Server status request",
        4 => "Zone change notification",
        5 => "Dynamic update",
        6 => "DNS Stateful operations (DSO)",
        other => return format!("Unknown operation ({other})"),
    };
    name.to_owned()
}

pub(super) fn rcode(rcode: u16) -> String {
    let name = match rcode {
        0 => "No error",
        1 => "Format error",
        2 => "Server failure",
        3 => "No such name",
        4 => "Not implemented",
        5 => "Refused",
        6 => "Name exists",
        7 => "RRset exists",
        8 => "RRset does not exist",
        9 => "Not authoritative",
        10 => "Name out of zone",
        11 => "DSO-Type not implemented",
        other => return format!("Unknown error ({other})"),
    };
    name.to_owned()
}

/// What the Info column says of a record after its type; `message` is the whole message, `data` where the record's data stands in it.
pub(super) fn tail(record: &Record, message: &[u8], data: std::ops::Range<usize>) -> Option<String> {
    let bytes = message.get(data.clone()).filter(|bytes| !bytes.is_empty())?;
    match &record.data {
        RecordData::Other | RecordData::Txt(_) => {}
        RecordData::Mx { preference, exchange } => return Some(format!("{preference} {exchange}")),
        RecordData::Srv { priority, weight, port, target } => {
            return Some(format!("{priority} {weight} {port} {target}"));
        }
        RecordData::Dname(name) => return Some(name.clone()),
        known => return known.text(),
    }
    let name = |skip: usize| name::text(message, data.start.checked_add(skip)?);
    match row(record.kind).map_or(Nothing, |row| row.2) {
        Nothing => None,
        Owner => Some(record.name.clone()),
        NameAt(skip) => name(skip),
        PreferenceAndName => Some(format!("{} {}", u16_at(bytes, 0)?, name(2)?)),
        Strings => Some(strings(bytes).map(name::printable).collect::<Vec<_>>().join(" ")),
        Naptr => {
            let flags = bytes.get(4..).and_then(|rest| strings(rest).next()).unwrap_or_default();
            Some(format!("{} {} {}", u16_at(bytes, 0)?, u16_at(bytes, 2)?, name::printable(flags)))
        }
    }
}

/// How long a name is written out, and of how many labels. The root has one, as in Wireshark.
pub(super) fn measure(name: &str) -> (usize, usize) {
    let labels = if name == "<Root>" { 1 } else { name.split('.').count() };
    (name.len(), labels)
}

#[cfg(test)]
mod tests {
    #[test]
    fn types_are_sorted_so_that_they_are_found() {
        assert!(super::KINDS.is_sorted_by_key(|row| row.0));
    }
}
