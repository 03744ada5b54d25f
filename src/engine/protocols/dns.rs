//! Domain Name System, RFC 1035; multicast DNS, RFC 6762; Link-Local Multicast Name Resolution, RFC 4795.
pub mod message;
mod name;
mod records;
#[cfg(test)]
mod tests;
mod words;

use crate::api::NameFrom;
use crate::engine::dissect::{
    Address, Bytes, Claim, Dissection, Field, Named, Next, Partner, Payload, Problem, Protocol, Role, Span, Transport,
    Value, Verdict, experts, fields,
};
use message::{Ended, Message, Record, RecordData, Section, kind};
use std::fmt::Write;
use std::ops::Range;

fields! {
    LENGTH: Uint => "dns.length", "Length";
    RESPONSE_IN: Uint => "dns.response_in", "Response In";
    RESPONSE_TO: Uint => "dns.response_to", "Request In";
    TIME: Seconds => "dns.time", "Time";
    ID: Hex(4) => "dns.id", "Transaction ID";
    FLAGS: Hex(4) => "dns.flags", "Flags";
    RESPONSE: Bool => "dns.flags.response", "Response";
    OPCODE: Uint => "dns.flags.opcode", "Opcode";
    AUTHORITATIVE: Bool => "dns.flags.authoritative", "Authoritative";
    CUT: Bool => "dns.flags.truncated", "Truncated";
    RECURSION_DESIRED: Bool => "dns.flags.recdesired", "Recursion desired";
    RECURSION_AVAILABLE: Bool => "dns.flags.recavail", "Recursion available";
    FLAG_Z: Bool => "dns.flags.z", "Z";
    AUTHENTICATED: Bool => "dns.flags.authenticated", "Answer authenticated";
    CHECK_DISABLED: Bool => "dns.flags.checkdisable", "Non-authenticated data";
    RCODE: Uint => "dns.flags.rcode", "Reply code";
    QUERIES: Uint => "dns.count.queries", "Questions";
    ANSWERS: Uint => "dns.count.answers", "Answer RRs";
    AUTHORITIES: Uint => "dns.count.auth_rr", "Authority RRs";
    ZONES: Uint => "dns.count.zones", "Zones";
    PREREQUISITES: Uint => "dns.count.prerequisites", "Prerequisites";
    UPDATES: Uint => "dns.count.updates", "Updates";
    ADDITIONALS: Uint => "dns.count.add_rr", "Additional RRs";
    SECTION: Label => "dns.section", "Section";
    RECORD: Label => "dns.record", "Record";
    QUERY_NAME: Text => "dns.qry.name", "Name";
    NAME_LENGTH: Uint => "dns.qry.name.len", "Name Length";
    NAME_LABELS: Uint => "dns.count.labels", "Label Count";
    QUERY_TYPE: Uint => "dns.qry.type", "Type";
    QUERY_CLASS: Hex(4) => "dns.qry.class", "Class";
    UNICAST_WISH: Bool => "dns.qry.qu", "\"QU\" question";
    NAME: Text => "dns.resp.name", "Name";
    TYPE: Uint => "dns.resp.type", "Type";
    CLASS: Hex(4) => "dns.resp.class", "Class";
    CACHE_FLUSH: Bool => "dns.resp.cache_flush", "Cache flush";
    TTL: Uint => "dns.resp.ttl", "Time to live";
    DATA_LENGTH: Uint => "dns.resp.len", "Data length";
    UDP_SIZE: Uint => "dns.rr.udp_payload_size", "UDP payload size";
    A: Address => "dns.a", "Address";
    AAAA: Address => "dns.aaaa", "AAAA Address";
    CNAME: Text => "dns.cname", "CNAME";
    DNAME: Text => "dns.dname", "Dname";
    NS: Text => "dns.ns", "Name Server";
    PTR: Text => "dns.ptr.domain_name", "Domain Name";
    MX_PREFERENCE: Uint => "dns.mx.preference", "Preference";
    MX: Text => "dns.mx.mail_exchange", "Mail Exchange";
    SRV_PRIORITY: Uint => "dns.srv.priority", "Priority";
    SRV_WEIGHT: Uint => "dns.srv.weight", "Weight";
    SRV_PORT: Uint => "dns.srv.port", "Port";
    SRV: Text => "dns.srv.target", "Target";
    SOA: Text => "dns.soa.mname", "Primary name server";
    SOA_MAILBOX: Text => "dns.soa.rname", "Responsible authority's mailbox";
    SOA_SERIAL: Uint => "dns.soa.serial_number", "Serial Number";
    SOA_REFRESH: Uint => "dns.soa.refresh_interval", "Refresh Interval";
    SOA_RETRY: Uint => "dns.soa.retry_interval", "Retry Interval";
    SOA_EXPIRE: Uint => "dns.soa.expire_limit", "Expire limit";
    SOA_MINIMUM: Uint => "dns.soa.minimum_ttl", "Minimum TTL";
    TXT_LENGTH: Uint => "dns.txt.length", "TXT Length";
    TXT: Text => "dns.txt", "TXT";
    EXTENDED_CODE: Hex(2) => "dns.resp.ext_rcode", "Higher bits in extended RCODE";
    EDNS_VERSION: Uint => "dns.resp.edns0_version", "EDNS0 version";
    Z: Hex(4) => "dns.resp.z", "Z";
    DO: Bool => "dns.resp.z.do", "DO bit";
    OPTION: Label => "dns.opt", "Option";
    OPTION_CODE: Uint => "dns.opt.code", "Option Code";
    OPTION_LENGTH: Uint => "dns.opt.len", "Option Length";
    OPTION_DATA: Bytes => "dns.opt.data", "Option Data";
    SUBNET_FAMILY: Uint => "dns.opt.client.family", "Family";
    SUBNET_MASK: Uint => "dns.opt.client.netmask", "Source Netmask";
    SUBNET_SCOPE: Uint => "dns.opt.client.scope", "Scope Netmask";
    SUBNET: Bytes => "dns.opt.client.addr", "Client Subnet";
    COOKIE: Bytes => "dns.opt.cookie.client", "Client Cookie";
    SERVER_COOKIE: Bytes => "dns.opt.cookie.server", "Server Cookie";
    PADDING: Bytes => "dns.opt.padding", "Padding";
    TIMEOUT: Uint => "dns.opt.edns_tcp_keepalive.timeout", "Timeout";
    ERROR: Uint => "dns.opt.ext_error.info_code", "Info Code";
    ERROR_TEXT: Text => "dns.opt.ext_error.extra_text", "Extra Text";
    DS_KEY: Hex(4) => "dns.ds.key_id", "Key id";
    DS_ALGORITHM: Uint => "dns.ds.algorithm", "Algorithm";
    DS_TYPE: Uint => "dns.ds.digest_type", "Digest Type";
    DS_DIGEST: Bytes => "dns.ds.digest", "Digest";
    KEY_FLAGS: Hex(4) => "dns.dnskey.flags", "Flags";
    KEY_ZONE: Bool => "dns.dnskey.flags.zone_key", "Zone Key";
    KEY_REVOKED: Bool => "dns.dnskey.flags.key_revoked", "Key Revoked";
    KEY_SIGNING: Bool => "dns.dnskey.flags.secure_entry_point", "Key Signing Key";
    KEY_PROTOCOL: Uint => "dns.dnskey.protocol", "Protocol";
    KEY_ALGORITHM: Uint => "dns.dnskey.algorithm", "Algorithm";
    KEY: Bytes => "dns.dnskey.public_key", "Public Key";
    COVERED: Uint => "dns.rrsig.type_covered", "Type Covered";
    ALGORITHM: Uint => "dns.rrsig.algorithm", "Algorithm";
    LABELS: Uint => "dns.rrsig.labels", "Labels";
    ORIGINAL_TTL: Uint => "dns.rrsig.original_ttl", "Original TTL";
    EXPIRATION: Uint => "dns.rrsig.signature_expiration", "Signature Expiration";
    INCEPTION: Uint => "dns.rrsig.signature_inception", "Signature Inception";
    KEY_TAG: Uint => "dns.rrsig.key_tag", "Key Tag";
    SIGNER: Text => "dns.rrsig.signers_name", "Signer's name";
    SIGNATURE: Bytes => "dns.rrsig.signature", "Signature";
    NEXT: Text => "dns.nsec.next_domain_name", "Next Domain Name";
    HASH: Uint => "dns.nsec3.algo", "Hash algorithm";
    HASH_FLAGS: Hex(2) => "dns.nsec3.flags", "NSEC3 flags";
    ITERATIONS: Uint => "dns.nsec3.iterations", "NSEC3 iterations";
    SALT_LENGTH: Uint => "dns.nsec3.salt_length", "Salt length";
    SALT: Bytes => "dns.nsec3.salt_value", "Salt value";
    HASH_LENGTH: Uint => "dns.nsec3.hash_length", "Hash length";
    HASHED: Bytes => "dns.nsec3.hash_value", "Next hashed owner";
    PRIORITY: Uint => "dns.svcb.svcpriority", "SvcPriority";
    TARGET: Text => "dns.svcb.targetname", "TargetName";
    PARAMETER: Label => "dns.svcb.svcparam", "SvcParam";
    PARAMETER_KEY: Uint => "dns.svcb.svcparam.key", "SvcParamKey";
    PARAMETER_LENGTH: Uint => "dns.svcb.svcparam.value.length", "SvcParamValue length";
    PARAMETER_VALUE: Bytes => "dns.svcb.svcparam.value", "SvcParamValue";
    ALPN: Text => "dns.svcb.svcparam.alpn", "ALPN";
    PORT: Uint => "dns.svcb.svcparam.port", "Port";
    HINT4: Address => "dns.svcb.svcparam.ipv4hint.ip", "IP";
    HINT6: Address => "dns.svcb.svcparam.ipv6hint.ip", "IP";
    ECH: Bytes => "dns.svcb.svcparam.echconfig", "ECHConfig";
    CAA_FLAGS: Hex(2) => "dns.caa.flags", "CAA Flags";
    CAA_LENGTH: Uint => "dns.caa.tag_length", "Tag length";
    CAA_TAG: Text => "dns.caa.tag", "Tag";
    CAA_VALUE: Text => "dns.caa.value", "Value";
    ORDER: Uint => "dns.naptr.order", "Order";
    PREFERENCE: Uint => "dns.naptr.preference", "Preference";
    FLAGS_LENGTH: Uint => "dns.naptr.flags_length", "Flags Length";
    NAPTR_FLAGS: Text => "dns.naptr.flags", "Flags";
    SERVICE_LENGTH: Uint => "dns.naptr.service_length", "Service Length";
    SERVICE: Text => "dns.naptr.service", "Service";
    REGEX_LENGTH: Uint => "dns.naptr.regex_length", "Regex Length";
    REGEX: Text => "dns.naptr.regex", "Regex";
    REPLACEMENT: Text => "dns.naptr.replacement", "Replacement";
    USAGE: Uint => "dns.tlsa.certificate_usage", "Certificate Usage";
    SELECTOR: Uint => "dns.tlsa.selector", "Selector";
    MATCHING: Uint => "dns.tlsa.matching_type", "Matching Type";
    ASSOCIATION: Bytes => "dns.tlsa.certificate_association_data", "Certificate Association Data";
    SSH_ALGORITHM: Uint => "dns.sshfp.algorithm", "Algorithm";
    SSH_TYPE: Uint => "dns.sshfp.fingerprint.type", "Fingerprint type";
    SSH_PRINT: Bytes => "dns.sshfp.fingerprint", "Fingerprint";
    CPU_LENGTH: Uint => "dns.hinfo.cpu_length", "CPU Length";
    CPU: Text => "dns.hinfo.cpu", "CPU";
    OS_LENGTH: Uint => "dns.hinfo.os_length", "OS Length";
    OS: Text => "dns.hinfo.os", "OS";
}

pub(super) static DNS: Protocol = Protocol {
    name: "dns",
    title: "Domain Name System",
    short: "DNS",
    fields: FIELDS,
    claims: &[Claim::UdpPort(53), Claim::TcpPort(53)],
    probe: Some(|payload| probe(payload, 53)),
    dissect: |d, bytes| dissect(d, bytes, Flavour::Unicast),
    ..Protocol::PLAIN
};

/// Its fields are those of `dns`.
pub(super) static MDNS: Protocol = Protocol {
    name: "mdns",
    title: "Multicast Domain Name System",
    short: "MDNS",
    fields: &[],
    claims: &[Claim::UdpPort(5353)],
    probe: Some(|payload| probe(payload, 5353)),
    dissect: |d, bytes| dissect(d, bytes, Flavour::Multicast),
    ..Protocol::PLAIN
};

/// Its fields are those of `dns`.
pub(super) static LLMNR: Protocol = Protocol {
    name: "llmnr",
    title: "Link-local Multicast Name Resolution",
    short: "LLMNR",
    fields: &[],
    claims: &[Claim::UdpPort(5355)],
    probe: Some(|payload| probe(payload, 5355)),
    dissect: |d, bytes| dissect(d, bytes, Flavour::LinkLocal),
    ..Protocol::PLAIN
};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Flavour {
    Unicast,
    /// The upper bit of a class is a flag of its own.
    Multicast,
    LinkLocal,
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>, flavour: Flavour) -> Result<Next<'p>, Problem> {
    let tcp = d.segment.is_some_and(|segment| segment.transport == Transport::Tcp);
    let mut broken = false;
    let mut end = 0;
    for at in message::ranges(bytes.all(), tcp) {
        end = at.end;
        let one = bytes.all().get(at.clone()).unwrap_or_default();
        broken |= skim(d, one, flavour).is_none();
        let partner = pair(d, one);
        if d.wants() {
            if tcp {
                let length_at = at.start.saturating_sub(2)..at.start;
                d.field(&LENGTH, bytes.span(length_at), at.len());
            }
            let found = message::read(bytes.all(), at);
            describe(d, &bytes, &found, flavour);
            tell_partner(d, bytes.span(end..end), found.is_response(), partner);
        }
    }
    if bytes.is_cut() && (broken || tcp && end < bytes.wire_len()) {
        return Err(Problem::Truncated);
    }
    if broken { Err(Problem::Malformed) } else { Ok(Next::End) }
}

/// The names a message tells; None when it cannot be read to its end.
fn skim(d: &mut Dissection, one: &[u8], flavour: Flavour) -> Option<()> {
    // A response without error.
    let tells = message::u16_at(one, 2).is_some_and(|flags| flags & 0x800f == 0x8000);
    message::skim(one, |ip, name_at, section| {
        if tells
            && (section == Section::Answer || flavour != Flavour::Unicast)
            && let Some(name) = name::of_host(one, name_at)
        {
            d.names.push(Named::Address(ip, name, NameFrom::Dns));
        }
    })
}

/// Seconds in which a query with the same id is the same query.
const REPEATS: u8 = 5;

experts! {
    pub REPEATED: Warning Protocol => "dns.retransmit_request", "DNS query retransmission";
}

/// A query and its response: by their id.
fn pair(d: &mut Dissection, one: &[u8]) -> Option<Partner> {
    let (id, flags) = (message::u16_at(one, 0)?, message::u16_at(one, 2)?);
    let role = if flags & 0x8000 == 0 { Role::OnceFor(REPEATS) } else { Role::Response };
    d.transaction(role, id.into())
}

fn tell_partner(d: &mut Dissection, here: Span, is_response: bool, partner: Option<Partner>) {
    let Some(Partner { packet, elapsed }) = partner else { return };
    if !is_response {
        return d.generated(&RESPONSE_IN, here, packet);
    }
    d.generated(&RESPONSE_TO, here, packet);
    if let Some(elapsed) = elapsed {
        d.generated(&TIME, here, Value::Nanos(elapsed));
    }
}

fn describe(d: &mut Dissection, bytes: &Bytes<'_>, found: &Message, flavour: Flavour) {
    // What a damaged header still has.
    if found.at.len() < 2 {
        return;
    }
    header(d, bytes, found);
    let mut info = words::opcode(found.opcode());
    if found.is_response() {
        info.push_str(" response");
    }
    // Writing to a text cannot fail.
    _ = write!(info, " 0x{:04x}", found.id);
    if found.is_response() && found.rcode() != 0 {
        _ = write!(info, " {}", words::rcode(found.rcode()));
    }
    let own_bit = |class: u16| flavour == Flavour::Multicast && class & 0x8000 != 0;
    let own_class = |class: u16| if flavour == Flavour::Multicast { class & 0x7fff } else { class };
    if let (Some(first), Some(last)) = (found.questions.first(), found.questions.last()) {
        let all = bytes.span(first.name_at.start..last.name_at.end.saturating_add(4));
        d.label(&SECTION, all, || if found.opcode() == UPDATE { "Zone".to_owned() } else { "Queries".to_owned() });
    }
    for question in &found.questions {
        let end = question.name_at.end;
        let all = bytes.span(question.name_at.start..end.saturating_add(4));
        let (kind, class) = (words::kind(question.kind), words::class(own_class(question.class)));
        d.nest(|d| {
            d.label(&RECORD, all, || format!("{}: type {kind}, class {class}", question.name));
            d.nest(|d| {
                d.field(&QUERY_NAME, bytes.span(question.name_at.clone()), question.name.as_str());
                let (length, labels) = words::measure(&question.name);
                d.generated(&NAME_LENGTH, bytes.span(question.name_at.clone()), length);
                d.generated(&NAME_LABELS, bytes.span(question.name_at.clone()), labels);
                d.noted(&QUERY_TYPE, bytes.span(after(end, 0, 2)), question.kind, &kind);
                d.noted(&QUERY_CLASS, bytes.span(after(end, 2, 4)), own_class(question.class), class);
                if flavour == Flavour::Multicast {
                    d.field(&UNICAST_WISH, bytes.span(after(end, 2, 4)), own_bit(question.class));
                }
            });
        });
        _ = write!(info, " {kind} {}", question.name);
        if flavour == Flavour::Multicast {
            info.push_str(if own_bit(question.class) { ", \"QU\" question" } else { ", \"QM\" question" });
        }
    }
    let message = bytes.all().get(found.at.clone()).unwrap_or_default();
    let mut section = None;
    for record in &found.records {
        let end = record.name_at.end;
        if section != Some(record.section) {
            section = Some(record.section);
            let mut of_section = found.records.iter().filter(|other| other.section == record.section);
            let last = of_section.next_back().map_or(end, |last| last.data_at.end);
            let title = words::section(record.section, found.opcode() == UPDATE);
            d.label(&SECTION, bytes.span(record.name_at.start..last), || title.to_owned());
        }
        let (kind, class) = (words::kind(record.kind), words::class(own_class(record.class)));
        d.nest(|d| {
            let all = bytes.span(record.name_at.start..record.data_at.end);
            d.label(&RECORD, all, || {
                let name = &record.name;
                match record.data.text() {
                    _ if record.kind == kind::OPT => format!("{name}: type OPT"),
                    Some(said) => format!("{name}: type {kind}, class {class}, {}{said}", words::lead(record.kind)),
                    None => format!("{name}: type {kind}, class {class}"),
                }
            });
            d.nest(|d| {
                d.field(&NAME, bytes.span(record.name_at.clone()), record.name.as_str());
                d.noted(&TYPE, bytes.span(after(end, 0, 2)), record.kind, &kind);
                if record.kind == kind::OPT {
                    d.field(&UDP_SIZE, bytes.span(after(end, 2, 4)), record.class);
                    records::extended(d, bytes, end, record.ttl);
                } else {
                    d.noted(&CLASS, bytes.span(after(end, 2, 4)), own_class(record.class), class);
                    if flavour == Flavour::Multicast {
                        d.field(&CACHE_FLUSH, bytes.span(after(end, 2, 4)), own_bit(record.class));
                    }
                    d.field(&TTL, bytes.span(after(end, 4, 8)), record.ttl);
                }
                d.field(&DATA_LENGTH, bytes.span(after(end, 8, 10)), record.data_at.len());
                data(d, bytes, record);
                if matches!(record.data, RecordData::Other | RecordData::Soa { .. }) {
                    // Data that is not what its type says stays without fields.
                    let (base, at) = (found.at.start, &record.data_at);
                    let at = at.start.saturating_sub(base)..at.end.saturating_sub(base);
                    _ = records::data(d, &bytes.limit(record.data_at.end).from(base), at, record.kind);
                }
            });
        });
        _ = write!(info, " {}", words::kind(record.kind));
        if record.kind != kind::OPT && own_bit(record.class) {
            info.push_str(", cache flush");
        }
        let base = found.at.start;
        let data_at = record.data_at.start.saturating_sub(base)..record.data_at.end.saturating_sub(base);
        if let Some(tail) = words::tail(record, message, data_at) {
            _ = write!(info, " {tail}");
        }
    }
    if let Some(Ended::InData(kind)) = found.ended {
        _ = write!(info, " {}", words::kind(kind));
    }
    d.info(|| info);
}

fn after(at: usize, from: usize, to: usize) -> Range<usize> {
    at.saturating_add(from)..at.saturating_add(to)
}

/// Opcode of dynamic updates (RFC 2136): sections have other names.
const UPDATE: u16 = 5;

fn header(d: &mut Dissection, bytes: &Bytes<'_>, found: &Message) {
    let span = |from, to| bytes.span(after(found.at.start, from, to));
    let bit = |mask: u16| found.flags & mask != 0;
    let there = found.at.len();
    d.field(&ID, span(0, 2), found.id);
    if there < 4 {
        return;
    }
    d.field(&FLAGS, span(2, 4), found.flags);
    d.nest(|d| {
        let here = span(2, 4);
        let bits: [(&'static Field, u16, bool); 8] = [
            (&RESPONSE, 0x8000, true),
            (&AUTHORITATIVE, 0x0400, false),
            (&CUT, 0x0200, true),
            (&RECURSION_DESIRED, 0x0100, true),
            (&RECURSION_AVAILABLE, 0x0080, false),
            (&FLAG_Z, 0x0040, true),
            (&AUTHENTICATED, 0x0020, false),
            (&CHECK_DISABLED, 0x0010, true),
        ];
        for (field, mask, in_queries) in bits {
            if in_queries || found.is_response() {
                d.field(field, here, bit(mask));
            }
            if mask == 0x8000 {
                d.noted(&OPCODE, here, found.opcode(), &words::opcode(found.opcode()));
            }
        }
        if found.is_response() {
            d.noted(&RCODE, here, found.rcode(), &words::rcode(found.rcode()));
        }
    });
    let named: [&'static Field; 4] = if found.opcode() == UPDATE {
        [&ZONES, &PREREQUISITES, &UPDATES, &ADDITIONALS]
    } else {
        [&QUERIES, &ANSWERS, &AUTHORITIES, &ADDITIONALS]
    };
    for ((field, count), at) in named.into_iter().zip(found.counts).zip([4usize, 6, 8, 10]) {
        let end = at.saturating_add(2);
        if end <= there {
            d.field(field, span(at, end), count);
        }
    }
}

fn data(d: &mut Dissection, bytes: &Bytes<'_>, record: &Record) {
    let at = &record.data_at;
    let all = bytes.span(at.clone());
    let from = |skip: usize| bytes.span(at.start.saturating_add(skip)..at.end);
    let number = |skip: usize| bytes.span(after(at.start, skip, skip.saturating_add(2)));
    match &record.data {
        RecordData::A(ip) => d.field(&A, all, Address::from(std::net::IpAddr::V4(*ip))),
        RecordData::Aaaa(ip) => d.field(&AAAA, all, Address::from(std::net::IpAddr::V6(*ip))),
        RecordData::Cname(name) => d.field(&CNAME, all, name.as_str()),
        RecordData::Dname(name) => d.field(&DNAME, all, name.as_str()),
        RecordData::Ns(name) => d.field(&NS, all, name.as_str()),
        RecordData::Ptr(name) => d.field(&PTR, all, name.as_str()),
        RecordData::Mx { preference, exchange } => {
            d.field(&MX_PREFERENCE, number(0), *preference);
            d.field(&MX, from(2), exchange.as_str());
        }
        RecordData::Srv { priority, weight, port, target } => {
            d.field(&SRV_PRIORITY, number(0), *priority);
            d.field(&SRV_WEIGHT, number(2), *weight);
            d.field(&SRV_PORT, number(4), *port);
            d.field(&SRV, from(6), target.as_str());
        }
        RecordData::Txt(strings) => {
            let bare = message::strings(bytes.all().get(at.clone()).unwrap_or_default());
            let mut start = at.start;
            for (text, string) in strings.iter().zip(bare) {
                let end = start.saturating_add(string.len()).saturating_add(1);
                d.field(&TXT_LENGTH, bytes.span(after(start, 0, 1)), string.len());
                d.field(&TXT, bytes.span(start.saturating_add(1)..end), text.as_str());
                start = end;
            }
        }
        RecordData::Soa { .. } | RecordData::Other => {}
    }
}

/// Certain: a message that is whole, ends where the bytes end, and asks for something that has a name.
fn probe(payload: &Payload<'_>, port: u16) -> Verdict {
    /// Their messages look alike.
    const ALIKE: [u16; 4] = [53, 137, 5353, 5355];
    let (on_port, tcp) = (payload.on_port(port), payload.transport == Transport::Tcp);
    let unsure = if on_port { Verdict::Possible } else { Verdict::NotMine };
    let one = match payload.transport {
        Transport::Udp => payload.bytes,
        Transport::Tcp => payload.bytes.get(2..).unwrap_or_default(),
        _ => return Verdict::NotMine,
    };
    if tcp && port != 53 {
        return Verdict::NotMine;
    }
    // What a datagram from or to the port says is taken for DNS whatever it looks like.
    if on_port && port == 53 && !tcp && one.len() >= 12 {
        return Verdict::Certain;
    }
    if !on_port && (port != 53 || ALIKE.iter().any(|&alike| payload.on_port(alike))) {
        return Verdict::NotMine;
    }
    let Some(&[_, _, flags, low, questions_high, questions, ..]) = one.first_chunk::<12>() else { return unsure };
    let length = if tcp { message::u16_at(payload.bytes, 0) } else { None };
    let whole = length.is_none_or(|length| usize::from(length) == one.len());
    // One question, an operation in use, and the bit that must be zero is zero.
    let plausible = whole && (questions_high, questions) == (0, 1) && flags & 0x78 <= 0x28 && low & 0x40 == 0;
    if plausible && asks_in_earnest(one, port) && message::skim(one, |_, _, _| {}).is_some() {
        Verdict::Certain
    } else {
        unsure
    }
}

/// Whether the first question has a printable name, a known type and the Internet's class, and nothing stands behind it that no count tells of.
fn asks_in_earnest(one: &[u8], port: u16) -> bool {
    /// Type of NetBIOS names, which DNS does not ask for.
    const NB: u16 = 32;
    const QUESTION: usize = 12;
    let Some(end) = name::skip(one, QUESTION) else { return false };
    let printable = one
        .get(QUESTION..end)
        .is_some_and(|name| name.iter().all(|b| matches!(b, 0..=63 | b'A'..=b'Z' | b'_' | b'a'..=b'z')));
    let (kind, class) = (message::u16_at(one, end), message::u16_at(one, end.saturating_add(2)));
    let bare = one.get(6..12).is_some_and(|counts| counts.iter().all(|&b| b == 0));
    printable
        && kind.is_some_and(|kind| words::is_known(kind) && (kind != NB || port != 53))
        && class.is_some_and(|class| class & 0x7fff == 1)
        && (!bare || end.checked_add(4) == Some(one.len()))
}
