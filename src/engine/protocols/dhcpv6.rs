//! Dynamic Host Configuration Protocol for IPv6, RFC 8415; further options of RFC 3646, 4649, 4704, 5908, 5970, 6334, 6939 and 8910.
use super::numbers::ENTERPRISES;
use crate::engine::dissect::{
    Address, Bytes, Claim, Dissection, Field, Names, Next, Part, Payload, Problem, Protocol, Verdict, fields, name_of,
    text,
};

fields! {
    KIND: Uint => "dhcpv6.msgtype", "Message type";
    ID: Hex(6) => "dhcpv6.xid", "Transaction ID";
    HOPS: Uint => "dhcpv6.hopcount", "Hopcount";
    LINK: Address => "dhcpv6.linkaddr", "Link address";
    PEER: Address => "dhcpv6.peeraddr", "Peer address";
    OPTION: Label => "dhcpv6.option.type_str", "Option name";
    CODE: Uint => "dhcpv6.option.type", "Option";
    LENGTH: Uint => "dhcpv6.option.length", "Length";
    VALUE: Bytes => "dhcpv6.option.value", "Value";
    DUID: Bytes => "dhcpv6.duid.bytes", "DUID";
    DUID_TYPE: Uint => "dhcpv6.duid.type", "DUID Type";
    LLT_HARDWARE: Uint => "dhcpv6.duidllt.hwtype", "Hardware type";
    LLT_TIME: Text => "dhcpv6.duidllt.time", "DUID Time";
    LLT_ADDRESS: Address => "dhcpv6.duidllt.link_layer_addr", "Link-layer address";
    EN_ENTERPRISE: Uint => "dhcpv6.duiden.enterprise", "Enterprise ID";
    EN_ID: Bytes => "dhcpv6.duiden.identifier", "Identifier";
    LL_HARDWARE: Uint => "dhcpv6.duidll.hwtype", "Hardware type";
    LL_ADDRESS: Address => "dhcpv6.duidll.link_layer_addr", "Link-layer address";
    UUID: Bytes => "dhcpv6.duiduuid.bytes", "UUID";
    IAID: Hex(8) => "dhcpv6.iaid", "IAID";
    T1: Uint => "dhcpv6.iaid.t1", "T1";
    T2: Uint => "dhcpv6.iaid.t2", "T2";
    IATA: Hex(8) => "dhcpv6.iata", "IATA";
    ADDRESS: Address => "dhcpv6.iaaddr.ip", "IPv6 address";
    PREFERRED: Uint => "dhcpv6.iaaddr.pref_lifetime", "Preferred lifetime";
    VALID: Uint => "dhcpv6.iaaddr.valid_lifetime", "Valid lifetime";
    PREFIX_PREFERRED: Uint => "dhcpv6.iaprefix.pref_lifetime", "Preferred lifetime";
    PREFIX_VALID: Uint => "dhcpv6.iaprefix.valid_lifetime", "Valid lifetime";
    PREFIX_LENGTH: Uint => "dhcpv6.iaprefix.pref_len", "Prefix length";
    PREFIX: Address => "dhcpv6.iaprefix.pref_addr", "Prefix address";
    REQUESTED: Uint => "dhcpv6.requested_option_code", "Requested Option code";
    PREFERENCE: Uint => "dhcpv6.option_preference", "Pref-value";
    ELAPSED: Uint => "dhcpv6.elapsed_time", "Elapsed time (1/100 s)";
    UNICAST: Address => "dhcpv6.unicast", "IPv6 address";
    STATUS: Uint => "dhcpv6.status_code", "Status Code";
    STATUS_MESSAGE: Text => "dhcpv6.status_msg", "Status Message";
    AUTH_PROTOCOL: Uint => "dhcpv6.auth.protocol", "Protocol";
    AUTH_ALGORITHM: Uint => "dhcpv6.auth.algorithm", "Algorithm";
    AUTH_RDM: Uint => "dhcpv6.auth.rdm", "RDM";
    AUTH_REPLAY: Bytes => "dhcpv6.auth.replay_detection", "Replay Detection";
    AUTH_INFO: Bytes => "dhcpv6.auth.info", "Authentication Information";
    USER_LENGTH: Uint => "dhcpv6.userclass.length", "Length";
    USER_DATA: Bytes => "dhcpv6.userclass.opaque_data", "Suboption";
    CLASS_ENTERPRISE: Uint => "dhcpv6.vendorclass.enterprise", "Enterprise ID";
    CLASS_DATA: Text => "dhcpv6.vendorclass.data", "vendor-class-data";
    VENDOR: Uint => "dhcpv6.vendoropts.enterprise", "Enterprise ID";
    VENDOR_CODE: Uint => "dhcpv6.vendoropts.enterprise.option_code", "Option code";
    VENDOR_LENGTH: Uint => "dhcpv6.vendoropts.enterprise.option_length", "Option length";
    VENDOR_DATA: Bytes => "dhcpv6.vendoropts.enterprise.option_data", "Option data";
    INTERFACE: Bytes => "dhcpv6.interface_id", "Interface-ID";
    RECONFIGURE: Uint => "dhcpv6.reconf_msg", "Reconfigure message type";
    SIP_NAME: Text => "dhcpv6.sip_server_domain_search_fqdn", "SIP Server Domain Search FQDN";
    SIP: Address => "dhcpv6.sip_server_a", "SIP server address";
    DNS: Address => "dhcpv6.dns_server", "DNS server address";
    SEARCH: Text => "dhcpv6.search_list_entry", "List entry";
    SNTP: Address => "dhcpv6.sntp_server", "SNTP server address";
    LIFETIME: Uint => "dhcpv6.lifetime", "Lifetime";
    REMOTE_ENTERPRISE: Uint => "dhcpv6.remoteid.enterprise", "Enterprise ID";
    REMOTE: Bytes => "dhcpv6.remoteid_enterprise_id", "Remote-ID";
    SUBSCRIBER: Bytes => "dhcpv6.subscriber_id", "Subscriber ID";
    NAME_FLAGS: Hex(2) => "dhcpv6.client_fqdn_flags", "Flags";
    NAME_N: Bool => "dhcpv6.clientfqdn.client.n", "N bit";
    NAME_O: Bool => "dhcpv6.clientfqdn.client.o", "O bit";
    NAME_S: Bool => "dhcpv6.clientfqdn.client.s", "S bit";
    CLIENT_NAME: Text => "dhcpv6.client_domain", "Client Domain Name";
    NTP_TYPE: Uint => "dhcpv6.ntpserver.option.type", "Suboption";
    NTP_LENGTH: Uint => "dhcpv6.ntpserver.option.length", "Length";
    NTP: Address => "dhcpv6.ntpserver.addr", "NTP Server Address";
    NTP_GROUP: Address => "dhcpv6.ntpserver.mc_addr", "NTP Multicast Address";
    NTP_NAME: Text => "dhcpv6.ntpserver.fqdn", "NTP FQDN";
    BOOT_FILE: Text => "dhcpv6.bootfile_url", "Boot File URL";
    AFTR: Text => "dhcpv6.aftr_name", "DS-Lite AFTR Name";
    PORTAL: Text => "dhcpv6.captive_portal", "Captive Portal";
}

pub(super) static DHCPV6: Protocol = Protocol {
    name: "dhcpv6",
    title: "DHCPv6",
    short: "DHCPv6",
    fields: FIELDS,
    claims: &[Claim::UdpPort(546), Claim::UdpPort(547)],
    probe: Some(probe),
    dissect,
    ..Protocol::PLAIN
};

fn probe(payload: &Payload<'_>) -> Verdict {
    look(payload).unwrap_or(Verdict::NotMine)
}

const RELAY_FORWARD: u8 = 12;
const RELAY_REPLY: u8 = 13;

fn options_at(kind: u8) -> usize {
    if matches!(kind, RELAY_FORWARD | RELAY_REPLY) { 34 } else { 4 }
}

fn look(payload: &Payload<'_>) -> Result<Verdict, Problem> {
    let bytes = payload.window();
    let kind = bytes.u8(0)?;
    if !payload.is_udp() || !matches!(kind, 1..=36) {
        return Ok(Verdict::NotMine);
    }
    let first = bytes.u16(options_at(kind)).unwrap_or(1);
    Ok(Verdict::possible_if(first <= 150))
}

static MESSAGES: Names = "1=Solicit|Advertise|Request|Confirm|Renew|Rebind|Reply|Release|Decline|Reconfigure|Information-request|\
    Relay-forw|Relay-reply|Leasequery|Leasequery-reply|Leasequery-done|Leasequery-data|Reconfigure-request|Reconfigure-reply";
static OPTIONS: Names = "1=Client Identifier|Server Identifier|Identity Association for Non-temporary Address|\
    Identity Association for Temporary Address|IA Address|Option Request|Preference|Elapsed time|Relay Message|11=Authentication|\
    Server unicast|Status code|Rapid Commit|User Class|Vendor Class|Vendor-specific Information|Interface-Id|Reconfigure Message|\
    Reconfigure Accept|SIP Server Domain Name List|SIP Servers IPv6 Address List|DNS recursive name server|Domain Search List|\
    Identity Association for Prefix Delegation|IA Prefix|31=Simple Network Time Protocol Server|Lifetime|37=Remote Identifier|\
    Subscriber Identifier|Client Fully Qualified Domain Name|41=Time Zone|Time Zone Database|Echo Request Option|Leasequery Query|\
    Leasequery Client Data|Client Last Transaction Time|Leasequery Relay Data|Leasequery Client Link Address List|53=Relay-ID|\
    56=NTP Server|59=Boot File URL|Boot File Parameters|Client System Architecture Type|Client Network Interface Identifier|\
    64=Dual-Stack Lite AFTR Name|66=Relay-Supplied Options|Prefix Exclude|74=RDNSS Selection|79=Client Link-Layer Address|\
    Link Address|RADIUS|SOL_MAX_RT|INF_MAX_RT|86=PCP Server|DHCPv4 Message|DHCP 4o6 Servers Address|S46 Rule|S46 BR|S46 DMR|\
    S46 IPv4/IPv6 Address Binding|S46 Port Parameters|S46 MAP-E Container|S46 MAP-T Container|S46 Lightweight 4over6 Container|\
    103=Captive Portal|112=Manufacturer Usage Description|135=Relay Source Port";
static STATES: Names = "Success|UnspecFail|NoAddrAvail|NoBinding|NotOnLink|UseMulticast|NoPrefixAvail|UnknownQueryType|MalformedQuery|\
    NotConfigured|NotAllowed|QueryTerminated|DataMissing|CatchUpComplete|NotSupported|TLSConnectionRefused";
static DUIDS: Names = "1=link-layer address plus time|assigned by vendor based on Enterprise number|link-layer address|\
    Universally Unique IDentifier (UUID)";
static HARDWARE: Names = "1=Ethernet|6=IEEE 802|32=InfiniBand";
static NTP_TYPES: Names = "1=NTP Server Address|NTP Multicast Address|NTP FQDN";
/// From 2000 on (RFC 8415 §11.2).
const YEAR_2000: i64 = 946_684_800;

/// What an option's value is.
#[derive(Clone, Copy)]
enum Form {
    Parts(&'static [Part]),
    /// Fixed parts, and options behind them.
    Holds(&'static [Part]),
    Duid,
    /// The same part again and again.
    Each(Part, usize),
    /// Domain names, behind so many bytes.
    Domains(&'static Field),
    /// Texts behind lengths of two bytes; behind an enterprise's number or not.
    Classes(&'static [Part], &'static [Part]),
    Vendor,
    Ntp,
    Message,
}
use Form::{Classes, Domains, Duid, Each, Holds, Message, Ntp, Parts, Vendor};
use Part::{Bits, Date, Next as Is};

#[rustfmt::skip]
static FORMS: &[(u16, Form)] = &[
    (1, Duid),
    (2, Duid),
    (3, Holds(&[Is(&IAID, 4, ""), Is(&T1, 4, ""), Is(&T2, 4, "")])),
    (4, Holds(&[Is(&IATA, 4, "")])),
    (5, Holds(&[Is(&ADDRESS, 16, ""), Is(&PREFERRED, 4, ""), Is(&VALID, 4, "")])),
    (6, Each(Is(&REQUESTED, 2, OPTIONS), 2)),
    (7, Parts(&[Is(&PREFERENCE, 1, "")])),
    (8, Parts(&[Is(&ELAPSED, 2, "")])),
    (9, Message),
    (11, Parts(&[Is(&AUTH_PROTOCOL, 1, ""), Is(&AUTH_ALGORITHM, 1, ""), Is(&AUTH_RDM, 1, ""), Is(&AUTH_REPLAY, 8, ""), Is(&AUTH_INFO, 0, "")])),
    (12, Parts(&[Is(&UNICAST, 16, "")])),
    (13, Parts(&[Is(&STATUS, 2, STATES), Is(&STATUS_MESSAGE, 0, "")])),
    (14, Parts(&[])),
    (15, Classes(&[], &[Is(&USER_LENGTH, 2, ""), Is(&USER_DATA, 0, "")])),
    (16, Classes(&[Is(&CLASS_ENTERPRISE, 4, ENTERPRISES)], &[Part::Skip(2), Is(&CLASS_DATA, 0, "")])),
    (17, Vendor),
    (18, Parts(&[Is(&INTERFACE, 0, "")])),
    (19, Parts(&[Is(&RECONFIGURE, 1, MESSAGES)])),
    (20, Parts(&[])),
    (21, Domains(&SIP_NAME)),
    (22, Each(Is(&SIP, 16, ""), 16)),
    (23, Each(Is(&DNS, 16, ""), 16)),
    (24, Domains(&SEARCH)),
    (25, Holds(&[Is(&IAID, 4, ""), Is(&T1, 4, ""), Is(&T2, 4, "")])),
    (26, Holds(&[Is(&PREFIX_PREFERRED, 4, ""), Is(&PREFIX_VALID, 4, ""), Is(&PREFIX_LENGTH, 1, ""), Is(&PREFIX, 16, "")])),
    (31, Each(Is(&SNTP, 16, ""), 16)),
    (32, Parts(&[Is(&LIFETIME, 4, "")])),
    (37, Parts(&[Is(&REMOTE_ENTERPRISE, 4, ENTERPRISES), Is(&REMOTE, 0, "")])),
    (38, Parts(&[Is(&SUBSCRIBER, 0, "")])),
    (39, Domains(&CLIENT_NAME)),
    (56, Ntp),
    (59, Parts(&[Is(&BOOT_FILE, 0, "")])),
    (64, Domains(&AFTR)),
    (103, Parts(&[Is(&PORTAL, 0, "")])),
];

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if d.wants() {
        d.info(String::new);
        message(d, &bytes, 0)?;
    }
    Ok(Next::End)
}

static UNREAD: &[Part] = &[Is(&VALUE, 0, "")];

/// Options hold others, and relays' messages those of hosts.
const DEEPEST: u8 = 12;

fn message(d: &mut Dissection, bytes: &Bytes<'_>, depth: u8) -> Result<(), Problem> {
    let kind = bytes.u8(0)?;
    let name = name_of(MESSAGES, kind.into());
    d.info_extend(|| if name.is_empty() { "Message Type Unknown " } else { name }.to_owned());
    let at = if options_at(kind) > 4 {
        let layout = [Is(&KIND, 1, MESSAGES), Is(&HOPS, 1, ""), Is(&LINK, 16, ""), Is(&PEER, 16, "")];
        let at = d.read_layout(bytes, 0, &layout)?;
        d.info_extend(|| bytes.array(2).map(|link| format!(" L: {} ", Address::ipv6(link))).unwrap_or_default());
        at
    } else {
        let at = d.read_layout(bytes, 0, &[Is(&KIND, 1, MESSAGES), Is(&ID, 3, "")])?;
        let id = bytes.u24(1)?;
        d.info_extend(|| format!(" XID: 0x{id:06x} "));
        at
    };
    options(d, &bytes.from(at), depth)
}

fn options(d: &mut Dissection, bytes: &Bytes<'_>, depth: u8) -> Result<(), Problem> {
    let mut rest = *bytes;
    while rest.wire_len() > 0 && depth < DEEPEST {
        let (code, length) = (rest.u16(0)?, usize::from(rest.u16(2)?));
        let end = length.saturating_add(4);
        let name = match name_of(OPTIONS, code.into()) {
            "" => "DHCP option",
            name => name,
        };
        d.label(&OPTION, rest.span(0..end), || name.to_owned());
        let value = rest.limit(end).from(4);
        d.nest(|d| {
            d.read_layout(&rest, 0, &[Is(&CODE, 2, OPTIONS), Is(&LENGTH, 2, "")])?;
            let form = FORMS.iter().find(|(known, _)| *known == code).map_or(Parts(UNREAD), |(_, form)| *form);
            option(d, code, form, &value, depth.saturating_add(1))
        })?;
        rest = rest.from(end);
    }
    Ok(())
}

fn option(d: &mut Dissection, code: u16, form: Form, value: &Bytes<'_>, depth: u8) -> Result<(), Problem> {
    match form {
        Parts(parts) => _ = d.read_layout(value, 0, parts)?,
        Holds(parts) => {
            let at = d.read_layout(value, 0, parts)?;
            if code == 5 {
                d.info_extend(|| value.array(0).map(|ip| format!("IAA: {} ", Address::ipv6(ip))).unwrap_or_default());
            }
            options(d, &value.from(at), depth)?;
        }
        Duid => {
            let parts: &[Part] = match value.u16(0)? {
                1 => &[Is(&LLT_HARDWARE, 2, HARDWARE), Date(&LLT_TIME, YEAR_2000), Is(&LLT_ADDRESS, 0, "")],
                2 => &[Is(&EN_ENTERPRISE, 4, ENTERPRISES), Is(&EN_ID, 0, "")],
                3 => &[Is(&LL_HARDWARE, 2, HARDWARE), Is(&LL_ADDRESS, 0, "")],
                4 => &[Is(&UUID, 0, "")],
                _ => &[],
            };
            if code == 1 {
                let duid: String = value.all().iter().map(|byte| format!("{byte:02x}")).collect();
                d.info_extend(|| format!("CID: {duid} "));
            }
            d.read(&DUID, value, 0..value.wire_len())?;
            let at = d.read_layout(value, 0, &[Is(&DUID_TYPE, 2, DUIDS)])?;
            d.read_layout(value, at, parts)?;
        }
        Each(part, size) => {
            let count = value.wire_len().checked_div(size).unwrap_or_default();
            (0..count).try_fold(0, |at, _| d.read_layout(value, at, &[part]))?;
        }
        Domains(field) => {
            let mut at = 0_usize;
            if code == 39 {
                let flags = [Is(&NAME_FLAGS, 1, ""), Bits(&NAME_N, 4, ""), Bits(&NAME_O, 2, ""), Bits(&NAME_S, 1, "")];
                at = d.read_layout(value, 0, &flags)?;
            }
            while at < value.len() {
                let (name, size) = text::labels(value.all().get(at..).unwrap_or_default());
                let end = at.saturating_add(size.max(1));
                d.field(field, value.span(at..end), name);
                at = end;
            }
        }
        Classes(before, each) => {
            let mut at = d.read_layout(value, 0, before)?;
            while at < value.wire_len() {
                let size = usize::from(value.u16(at)?).saturating_add(2);
                d.read_layout(&value.from(at).limit(size), 0, each)?;
                at = at.saturating_add(size);
            }
        }
        Vendor => {
            let mut at = d.read_layout(value, 0, &[Is(&VENDOR, 4, ENTERPRISES)])?;
            while at < value.wire_len() {
                let size = usize::from(value.u16(at.saturating_add(2))?).saturating_add(4);
                let parts = [Is(&VENDOR_CODE, 2, ""), Is(&VENDOR_LENGTH, 2, ""), Is(&VENDOR_DATA, 0, "")];
                d.read_layout(&value.from(at).limit(size), 0, &parts)?;
                at = at.saturating_add(size);
            }
        }
        Ntp => {
            let mut at = 0_usize;
            while at < value.wire_len() {
                let (kind, size) = (value.u16(at)?, usize::from(value.u16(at.saturating_add(2))?).saturating_add(4));
                let part = value.from(at).limit(size);
                d.read_layout(&part, 0, &[Is(&NTP_TYPE, 2, NTP_TYPES), Is(&NTP_LENGTH, 2, "")])?;
                let rest = part.from(4);
                match kind {
                    1 => _ = d.read_layout(&rest, 0, &[Is(&NTP, 16, "")])?,
                    2 => _ = d.read_layout(&rest, 0, &[Is(&NTP_GROUP, 16, "")])?,
                    3 => d.field(&NTP_NAME, rest.span(0..rest.len()), text::labels(rest.all()).0),
                    _ => {}
                }
                at = at.saturating_add(size);
            }
        }
        Message => message(d, value, depth)?,
    }
    Ok(())
}
