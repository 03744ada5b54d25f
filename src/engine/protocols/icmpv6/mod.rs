//! Internet Control Message Protocol for IPv6, RFC 4443; Neighbor Discovery, RFC 4861; Multicast Listener Discovery, RFC 2710 and 3810.
mod options;
mod words;

use crate::engine::dissect::{
    Address, Bytes, Claim, Dissection, Next, Partner, Problem, Protocol, Role, Segment, Transport, UNREACHABLE, Value, checksum, experts,
    fields,
};

fields! {
    TYPE: Uint => "icmpv6.type", "Type";
    CODE: Uint => "icmpv6.code", "Code";
    CHECKSUM: Hex(4) => "icmpv6.checksum", "Checksum";
    STATUS: Uint => "icmpv6.checksum.status", "Checksum Status";
    RESERVED: Bytes => "icmpv6.reserved", "Reserved";
    IDENTIFIER: Hex(4) => "icmpv6.echo.identifier", "Identifier";
    SEQUENCE: Uint => "icmpv6.echo.sequence_number", "Sequence";
    RESPONSE_IN: Uint => "icmpv6.resp_in", "Response In";
    RESPONSE_TO: Uint => "icmpv6.resp_to", "Response To";
    RESPONSE_TIME: Float => "icmpv6.resptime", "Response Time (ms)";
    MTU: Uint => "icmpv6.mtu", "MTU";
    POINTER: Uint => "icmpv6.pointer", "Pointer";
    ORIGINAL_LENGTH: Uint => "icmpv6.length", "Length of original datagram";
    HOP_LIMIT: Uint => "icmpv6.nd.ra.cur_hop_limit", "Cur hop limit";
    RA_FLAGS: Hex(2) => "icmpv6.nd.ra.flag", "Flags";
    MANAGED: Bool => "icmpv6.nd.ra.flag.m", "Managed address configuration";
    OTHER: Bool => "icmpv6.nd.ra.flag.o", "Other configuration";
    HOME_AGENT: Bool => "icmpv6.nd.ra.flag.h", "Home Agent";
    PREFERENCE: Uint => "icmpv6.nd.ra.flag.prf", "Prf (Default Router Preference)";
    PROXY: Bool => "icmpv6.nd.ra.flag.p", "Proxy";
    ROUTER_LIFETIME: Uint => "icmpv6.nd.ra.router_lifetime", "Router lifetime (s)";
    REACHABLE_TIME: Uint => "icmpv6.nd.ra.reachable_time", "Reachable time (ms)";
    RETRANS_TIMER: Uint => "icmpv6.nd.ra.retrans_timer", "Retrans timer (ms)";
    SOLICITED_TARGET: Address => "icmpv6.nd.ns.target_address", "Target Address";
    NA_FLAGS: Hex(8) => "icmpv6.nd.na.flag", "Flags";
    ROUTER: Bool => "icmpv6.nd.na.flag.r", "Router";
    SOLICITED: Bool => "icmpv6.nd.na.flag.s", "Solicited";
    OVERRIDE: Bool => "icmpv6.nd.na.flag.o", "Override";
    ADVERTISED_TARGET: Address => "icmpv6.nd.na.target_address", "Target Address";
    REDIRECT_TARGET: Address => "icmpv6.nd.rd.target_address", "Target Address";
    REDIRECT_DESTINATION: Address => "icmpv6.rd.na.destination_address", "Destination Address";
    RESPONSE_DELAY: Uint => "icmpv6.mld.maximum_response_delay", "Maximum Response Delay [ms]";
    RESPONSE_CODE: Uint => "icmpv6.mld.maximum_response_code", "Maximum Response Code";
    GROUP: Address => "icmpv6.mld.multicast_address", "Multicast Address";
    MLD_FLAGS: Hex(2) => "icmpv6.mld.flag", "Flags";
    SUPPRESS: Bool => "icmpv6.mld.flag.s", "Suppress Router-Side Processing";
    ROBUSTNESS: Uint => "icmpv6.mld.flag.qrv", "QRV (Querier's Robustness Variable)";
    QUERY_INTERVAL: Uint => "icmpv6.mld.qqi", "QQIC (Querier's Query Interval Code)";
    SOURCES: Uint => "icmpv6.mld.nb_sources", "Number of Sources";
    SOURCE: Address => "icmpv6.mld.source_address", "Source Address";
    RECORDS: Uint => "icmpv6.mldr.nb_mcast_records", "Number of Multicast Address Records";
    RECORD: Label => "icmpv6.mldr.mar", "Multicast Address Record";
    RECORD_TYPE: Uint => "icmpv6.mldr.mar.record_type", "Record Type";
    AUXILIARY: Uint => "icmpv6.mldr.mar.aux_data_len", "Aux Data Len";
    RECORD_SOURCES: Uint => "icmpv6.mldr.mar.nb_sources", "Number of Sources";
    RECORD_GROUP: Address => "icmpv6.mldr.mar.multicast_address", "Multicast Address";
    RECORD_SOURCE: Address => "icmpv6.mldr.mar.source_address", "Source Address";
}

pub(super) static ICMPV6: Protocol = Protocol {
    name: "icmpv6",
    title: "Internet Control Message Protocol v6",
    short: "ICMPv6",
    fields: FIELDS,
    claims: &[Claim::Ip(58)],
    probe: None,
    dissect,
    ..Protocol::PLAIN
};

/// Its options' fields, in a table of their own.
pub(super) static OPTIONS: Protocol =
    Protocol { name: "icmpv6-options", title: "ICMPv6 Option", fields: options::ALL, ..Protocol::PLAIN };

experts! {
    NO_ANSWER: Warning Sequence => "icmpv6.resp_not_found", "No response seen to ICMPv6 request in frame" [when: Unanswered];
    BAD_CHECKSUM: Warning Checksum => "icmpv6.checksum_bad.expert", "Bad checksum";
}

const ECHO_REQUEST: u8 = 128;
const ECHO_REPLY: u8 = 129;
/// A Version 2 query is longer than this (RFC 3810 §8.1).
const MLD1: usize = 24;

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let (kind, code) = (bytes.u8(0)?, bytes.u8(1)?);
    // Read in either pass: both must find the same layers.
    let found = bytes.u16(2)?;
    let pseudo = checksum::pseudo_header(d, 58, bytes.wire_len());
    let right = checksum::should_be(d, &bytes, 2, &pseudo);
    if let Some(right) = right {
        d.expert_text(&BAD_CHECKSUM, &format_args!("Bad checksum [should be {right:#06x}]"));
    }
    if d.wants() {
        d.noted(&TYPE, bytes.span(0..1), kind, words::kind(kind).unwrap_or("Unknown"));
        match words::code(kind, code) {
            Some(meaning) => d.noted(&CODE, bytes.span(1..2), code, meaning),
            None => d.field(&CODE, bytes.span(1..2), code),
        }
        d.field(&CHECKSUM, bytes.span(2..4), found);
        checksum::status(d, &bytes, &STATUS, right.is_some());
        d.info(|| words::title(kind, code));
    }
    let rest = bytes.from(8);
    let mut segment = Segment::plain(Transport::Icmpv6, rest.wire_len());
    match kind {
        // Errors quote the packet they are about (§2.4 c).
        1..=4 => {
            d.segment(segment);
            if kind == 2 && d.quoted_from.is_none() {
                d.too_big = bytes.u32(4).ok();
            }
            if kind == 1 {
                d.expert_text(&UNREACHABLE, &words::code(kind, code).unwrap_or("Destination unreachable"));
            }
            if d.wants() {
                match kind {
                    2 => d.field(&MTU, bytes.span(4..8), bytes.u32(4)?),
                    4 => d.field(&POINTER, bytes.span(4..8), bytes.u32(4)?),
                    _ => {
                        let words = bytes.u8(4)?;
                        d.field(&ORIGINAL_LENGTH, bytes.span(4..5), words);
                        d.field(&RESERVED, bytes.span(5..8), bytes.take(5..8)?);
                    }
                }
            }
            d.quote();
            Ok(if rest.wire_len() == 0 { Next::End } else { Next::Claim(Claim::Named("ipv6"), rest) })
        }
        ECHO_REQUEST | ECHO_REPLY => {
            let (identifier, sequence) = (bytes.u16(4)?, bytes.u16(6)?);
            d.field(&IDENTIFIER, bytes.span(4..6), identifier);
            d.field(&SEQUENCE, bytes.span(6..8), sequence);
            (segment.from_port, segment.to_port, segment.asks) = (identifier, identifier, Some(kind == ECHO_REQUEST));
            d.segment(segment);
            echo(d, &bytes, kind == ECHO_REQUEST, identifier, sequence, found);
            d.inside();
            Ok(Next::Data(rest))
        }
        _ => {
            d.segment(segment);
            if d.wants() {
                discovery(d, &bytes, kind)?;
            }
            Ok(if kind == 160 { Next::Data(rest) } else { Next::End })
        }
    }
}

/// Reply and request differ by 0x0100 in their checksums (their addresses only change places): that is what pairs them.
fn pairing(asks: bool, checksum: u16) -> u64 {
    let sum = u32::from(!checksum);
    let sum = if asks { sum.saturating_add(0x0100) } else { sum };
    let folded = (sum & 0xffff).saturating_add(sum >> 16) & 0xffff;
    u64::from(if folded == 0xffff { 0 } else { folded })
}

fn echo(d: &mut Dissection, bytes: &Bytes<'_>, asks: bool, identifier: u16, sequence: u16, checksum: u16) {
    let role = if asks { Role::Latest } else { Role::Response };
    let partner = d.transaction(role, pairing(asks, checksum));
    if asks && partner.is_none() {
        d.expert(&NO_ANSWER);
    }
    if !d.wants() {
        return;
    }
    let here = bytes.span(0..0);
    let end = match (asks, partner) {
        (true, Some(Partner { packet, .. })) => {
            d.generated(&RESPONSE_IN, here, packet);
            format!(" (reply in {packet})")
        }
        (true, None) => " (no response found!)".to_owned(),
        (false, Some(Partner { packet, elapsed })) => {
            d.generated(&RESPONSE_TO, here, packet);
            if let Some(elapsed) = elapsed {
                d.generated(&RESPONSE_TIME, here, elapsed as f64 / 1e6);
            }
            format!(" (request in {packet})")
        }
        (false, None) => String::new(),
    };
    let hops = d.fields.iter().rev().find(|found| found.field.name() == "ipv6.hlim").map(|found| &found.value);
    let hops = if let Some(Value::Uint(hops)) = hops { format!(", hop limit={hops}") } else { String::new() };
    let which = if asks { "request" } else { "reply" };
    d.info(|| format!("Echo (ping) {which} id=0x{identifier:04x}, seq={sequence}{hops}{end}"));
}

/// Messages between neighbours: read for their fields only.
fn discovery(d: &mut Dissection, bytes: &Bytes<'_>, kind: u8) -> Result<(), Problem> {
    let ip = |at: usize| bytes.array(at).map(Address::ipv6);
    match kind {
        130 if bytes.wire_len() > MLD1 => {
            d.field(&RESPONSE_CODE, bytes.span(4..6), bytes.u16(4)?);
            d.field(&GROUP, bytes.span(8..24), ip(8)?);
            let flags = bytes.u8(24)?;
            d.field(&MLD_FLAGS, bytes.span(24..25), flags);
            d.nest(|d| {
                d.field(&SUPPRESS, bytes.span(24..25), flags & 8 != 0);
                d.field(&ROBUSTNESS, bytes.span(24..25), flags & 7);
            });
            d.field(&QUERY_INTERVAL, bytes.span(25..26), bytes.u8(25)?);
            let count = bytes.u16(26)?;
            d.field(&SOURCES, bytes.span(26..28), count);
            for at in (28..).step_by(16).take(count.into()) {
                d.field(&SOURCE, bytes.span(at..at.saturating_add(16)), ip(at)?);
            }
        }
        130..=132 => {
            d.field(&RESPONSE_DELAY, bytes.span(4..6), bytes.u16(4)?);
            d.field(&RESERVED, bytes.span(6..8), bytes.take(6..8)?);
            d.field(&GROUP, bytes.span(8..24), ip(8)?);
        }
        133 => {
            d.field(&RESERVED, bytes.span(4..8), bytes.take(4..8)?);
            options::read(d, bytes, 8)?;
        }
        134 => {
            d.field(&HOP_LIMIT, bytes.span(4..5), bytes.u8(4)?);
            let flags = bytes.u8(5)?;
            let at = bytes.span(5..6);
            d.field(&RA_FLAGS, at, flags);
            d.nest(|d| {
                d.field(&MANAGED, at, flags & 0x80 != 0);
                d.field(&OTHER, at, flags & 0x40 != 0);
                d.field(&HOME_AGENT, at, flags & 0x20 != 0);
                let preference = flags >> 3 & 3;
                d.noted(&PREFERENCE, at, preference, words::preference(preference));
                d.field(&PROXY, at, flags & 0x04 != 0);
            });
            d.field(&ROUTER_LIFETIME, bytes.span(6..8), bytes.u16(6)?);
            d.field(&REACHABLE_TIME, bytes.span(8..12), bytes.u32(8)?);
            d.field(&RETRANS_TIMER, bytes.span(12..16), bytes.u32(12)?);
            options::read(d, bytes, 16)?;
        }
        135 => {
            let target = ip(8)?;
            d.field(&RESERVED, bytes.span(4..8), bytes.take(4..8)?);
            d.field(&SOLICITED_TARGET, bytes.span(8..24), target);
            d.info(|| format!("Neighbor Solicitation for {target}"));
            options::read(d, bytes, 24)?;
        }
        136 => {
            let (flags, target) = (bytes.u32(4)?, ip(8)?);
            let bits = [(0x8000_0000, "rtr", &ROUTER), (0x4000_0000, "sol", &SOLICITED), (0x2000_0000, "ovr", &OVERRIDE)];
            let at = bytes.span(4..8);
            d.field(&NA_FLAGS, at, flags);
            d.nest(|d| bits.iter().for_each(|(bit, _, field)| d.field(field, at, flags & bit != 0)));
            d.field(&ADVERTISED_TARGET, bytes.span(8..24), target);
            let set: Vec<_> = bits.iter().filter(|(bit, _, _)| flags & bit != 0).map(|(_, name, _)| *name).collect();
            let set = if set.is_empty() { String::new() } else { format!(" ({})", set.join(", ")) };
            d.info(|| format!("Neighbor Advertisement {target}{set}"));
            options::read(d, bytes, 24)?;
        }
        137 => {
            d.field(&RESERVED, bytes.span(4..8), bytes.take(4..8)?);
            d.field(&REDIRECT_TARGET, bytes.span(8..24), ip(8)?);
            d.field(&REDIRECT_DESTINATION, bytes.span(24..40), ip(24)?);
            options::read(d, bytes, 40)?;
        }
        143 => {
            let count = bytes.u16(6)?;
            d.field(&RESERVED, bytes.span(4..6), bytes.take(4..6)?);
            d.field(&RECORDS, bytes.span(6..8), count);
            let mut at = 8;
            for _ in 0..count {
                at = record(d, &bytes.from(at)).map(|length| at.saturating_add(length))?;
            }
        }
        _ => {}
    }
    Ok(())
}

/// A multicast address record (RFC 3810 §5.2); its length.
fn record(d: &mut Dissection, bytes: &Bytes<'_>) -> Result<usize, Problem> {
    let (kind, auxiliary, count) = (bytes.u8(0)?, bytes.u8(1)?, bytes.u16(2)?);
    let group = Address::ipv6(bytes.array(4)?);
    let sources_end = usize::from(count).saturating_mul(16).saturating_add(20);
    let end = sources_end.saturating_add(usize::from(auxiliary).saturating_mul(4));
    let name = words::record(kind);
    d.label(&RECORD, bytes.span(0..end), || format!("Multicast Address Record {name}: {group}"));
    d.nest(|d| {
        d.noted(&RECORD_TYPE, bytes.span(0..1), kind, name);
        d.field(&AUXILIARY, bytes.span(1..2), auxiliary);
        d.field(&RECORD_SOURCES, bytes.span(2..4), count);
        d.field(&RECORD_GROUP, bytes.span(4..20), group);
        for at in (20..sources_end).step_by(16) {
            d.field(&RECORD_SOURCE, bytes.span(at..at.saturating_add(16)), Address::ipv6(bytes.array(at)?));
        }
        Ok(end)
    })
}
