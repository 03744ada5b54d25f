//! PPP's control protocols: RFC 1661 (LCP), 1332 (IPCP), 5072 (IPV6CP), 1962 (CCP), 1334 (PAP), 1994 (CHAP) and their relatives.
use crate::engine::dissect::{Bytes, Claim, Dissection, Field, Names, Next, Part, Problem, Protocol, fields};
use Claim::Ppp;
use Part::{Bits, Next as Is};

fields! {
    CODE: Uint => "ppp.code", "Code";
    IDENTIFIER: Uint => "ppp.identifier", "Identifier";
    LENGTH: Uint => "ppp.length", "Length";
    MAGIC: Hex(8) => "lcp.magic_number", "Magic Number";
    DATA: Bytes => "ppp.data", "Data";
    REJECTED: Hex(4) => "lcp.rej_proto", "Rejected Protocol";
    OPTION: Label => "ppp.opt", "Option";
    LCP_TYPE: Uint => "lcp.opt.type", "Type";
    LCP_LENGTH: Uint => "lcp.opt.length", "Length";
    MRU_LINE: Bytes => "lcp.opt.mtu_bytes", "Maximum Receive Unit";
    MRU: Uint => "lcp.opt.mru", "Maximum Receive Unit";
    MAP_LINE: Bytes => "lcp.opt.asyncmap_bytes", "Async Control Character Map";
    MAP: Hex(8) => "lcp.opt.asyncmap", "Async Control Character Map";
    AUTHENTICATION_LINE: Bytes => "lcp.opt.auth_protocol_bytes", "Authentication Protocol";
    AUTHENTICATION: Hex(4) => "lcp.opt.auth_protocol", "Authentication Protocol";
    ALGORITHM: Uint => "lcp.opt.algorithm", "Algorithm";
    QUALITY_LINE: Bytes => "lcp.opt.quality_protocol_bytes", "Quality Protocol";
    QUALITY: Hex(4) => "lcp.opt.quality_protocol", "Quality Protocol";
    MAGIC_LINE: Bytes => "lcp.opt.magic_number_bytes", "Magic Number";
    MAGIC_OPTION: Hex(8) => "lcp.opt.magic_number", "Magic Number";
    FIELD_COMPRESSION: Bytes => "lcp.opt.field_compress", "Protocol Field Compression";
    ADDRESS_COMPRESSION: Bytes => "lcp.opt.addr_field_compress", "Address and Control Field Compression";
    CALLBACK: Bytes => "lcp.opt.callback", "Callback";
    MRRU_LINE: Bytes => "lcp.opt.multilink_mrru", "Multilink MRRU";
    MRRU: Uint => "lcp.opt.mrru", "MRRU";
    DISCRIMINATOR: Bytes => "lcp.opt.multilink_ep_disc", "Multilink Endpoint Discriminator";
    IP_TYPE: Uint => "ipcp.opt.type", "Type";
    IP_LENGTH: Uint => "ipcp.opt.length", "Length";
    COMPRESS_LINE: Bytes => "ipcp.opt.compress", "IP Compression Protocol";
    COMPRESS: Hex(4) => "ipcp.opt.compress_proto", "IP Compression Protocol";
    SLOTS: Uint => "ipcp.opt.max_slot_id", "Max Slot ID";
    SLOT_COMPRESSED: Bool => "ipcp.opt.comp_slot_id", "Comp Slot ID";
    TCP_SPACE: Uint => "ipcp.opt.tcp_space", "TCP Space";
    OTHER_SPACE: Uint => "ipcp.opt.non_tcp_space", "Non TCP Space";
    PERIOD: Uint => "ipcp.opt.f_max_period", "F Max Period";
    MOST_TIME: Uint => "ipcp.opt.f_max_time", "F Max Time";
    MOST_HEADER: Uint => "ipcp.opt.max_header", "Max Header";
    ADDRESS_LINE: Bytes => "ipcp.opt.addr", "IP Address";
    IP_ADDRESS: Address => "ipcp.opt.ip_address", "IP Address";
    DNS_LINE: Bytes => "ipcp.opt.pri_dns", "Primary DNS Server IP Address";
    DNS: Address => "ipcp.opt.pri_dns_address", "Primary DNS Address";
    NBNS_LINE: Bytes => "ipcp.opt.pri_nbns", "Primary NBNS Server IP Address";
    NBNS: Address => "ipcp.opt.pri_nbns_address", "Primary NBNS Address";
    DNS2_LINE: Bytes => "ipcp.opt.sec_dns", "Secondary DNS Server IP Address";
    DNS2: Address => "ipcp.opt.sec_dns_address", "Secondary DNS Address";
    NBNS2_LINE: Bytes => "ipcp.opt.sec_nbns", "Secondary NBNS Server IP Address";
    NBNS2: Address => "ipcp.opt.sec_nbns_address", "Secondary NBNS Address";
    IPV6_TYPE: Uint => "ipv6cp.opt.type", "Type";
    IPV6_LENGTH: Uint => "ipv6cp.opt.length", "Length";
    INTERFACE_LINE: Bytes => "ipv6cp.opt.interface_identifier", "Interface Identifier";
    INTERFACE: Bytes => "ipv6cp.interface_identifier", "Interface Identifier";
    CCP_TYPE: Uint => "ccp.opt.type", "Type";
    CCP_LENGTH: Uint => "ccp.opt.length", "Length";
    DEFLATE: Bytes => "ccp.opt.deflate", "Deflate";
    WINDOW: Uint => "ccp.opt.window", "Window";
    METHOD: Uint => "ccp.opt.method", "Method";
    ZERO: Uint => "ccp.opt.mbz", "MBZ";
    CHECK: Uint => "ccp.opt.chk", "Chk";
    MAGNALINK: Bytes => "ccp.opt.mvrca", "MVRCA (Magnalink)";
    FEATURES: Uint => "ccp.opt.fe", "Features";
    BY_PACKET: Bool => "ccp.opt.p", "Packet by Packet flag";
    HISTORY: Uint => "ccp.opt.History", "History";
    CONTEXTS: Uint => "ccp.opt.contexts", "# Contexts";
    BSD: Bytes => "ccp.opt.bsdcomp", "BSD LZW Compress";
    BSD_VERSION: Hex(2) => "ccp.opt.vd", "Vers/Dict";
    BSD_VERS: Uint => "ccp.opt.vd.vers", "Vers";
    BSD_DICT: Uint => "ccp.opt.vd.dict", "Dict";
    MICROSOFT: Bytes => "ccp.opt.mppe", "Microsoft PPE/PPC";
    SUPPORTED: Hex(8) => "ccp.opt.supported_bits", "Supported Bits";
    PEER: Text => "pap.peer_id", "Peer-ID";
    PASSWORD: Text => "pap.password", "Password";
    PAP_MESSAGE: Text => "pap.message", "Message";
    CHALLENGE: Bytes => "chap.value", "Value";
    NAME: Text => "chap.name", "Name";
    CHAP_MESSAGE: Text => "chap.message", "Message";
}

const fn control(name: &'static str, title: &'static str, short: &'static str, claims: &'static [Claim]) -> Protocol {
    Protocol { name, title, short, claims, dissect, ..Protocol::PLAIN }
}

pub(super) static LCP: Protocol =
    Protocol { fields: FIELDS, ..control("lcp", "PPP Link Control Protocol", "PPP LCP", &[LINK]) };
pub(super) static IPCP: Protocol = control("ipcp", "PPP IP Control Protocol", "PPP IPCP", &[IP]);
pub(super) static IPV6CP: Protocol = control("ipv6cp", "PPP IPv6 Control Protocol", "PPP IPV6CP", &[IPV6]);
pub(super) static CCP: Protocol = control("ccp", "PPP Compression Control Protocol", "PPP CCP", &[COMPRESSION]);
pub(super) static BRIDGING: Protocol =
    control("bcp_ncp", "PPP Bridging Control Protocol Network Control Protocol", "PPP BCP NCP", &[Ppp(0x8031)]);
pub(super) static MPLS_CONTROL: Protocol = control("mplscp", "PPP MPLS Control Protocol", "PPP MPLSCP", &[Ppp(0x8281)]);
pub(super) static CDP_CONTROL: Protocol = control("cdpcp", "PPP CDP Control Protocol", "PPP CDPCP", &[Ppp(0x8207)]);
pub(super) static OSI_CONTROL: Protocol =
    control("osinlcp", "PPP OSI Network Layer Control Protocol", "PPP OSINLCP", &[Ppp(0x8023)]);
pub(super) static PAP: Protocol = control("pap", "PPP Password Authentication Protocol", "PPP PAP", &[PASSWORDS]);
pub(super) static CHAP: Protocol =
    control("chap", "PPP Challenge Handshake Authentication Protocol", "PPP CHAP", &[HANDSHAKE]);

const LINK: Claim = Ppp(0xc021);
const IP: Claim = Ppp(0x8021);
const IPV6: Claim = Ppp(0x8057);
const COMPRESSION: Claim = Ppp(0x80fd);
const PASSWORDS: Claim = Ppp(0xc023);
const HANDSHAKE: Claim = Ppp(0xc223);

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let (code, identifier, length) = (bytes.u8(0)?, bytes.u8(1)?, usize::from(bytes.u16(2)?));
    let rest = bytes.limit(length).from(4);
    let protocol = d.through;
    if d.wants() {
        let name = code_name(protocol, code);
        d.info(|| name.to_owned());
        d.noted(&CODE, bytes.span(0..1), code, name);
        d.field(&IDENTIFIER, bytes.span(1..2), identifier);
        d.field(&LENGTH, bytes.span(2..4), length);
        match protocol {
            PASSWORDS => passwords(d, &rest, name, code)?,
            HANDSHAKE => handshake(d, &rest, name, code)?,
            // Options that lie do not make the message unreadable.
            _ if (1..=4).contains(&code) => _ = options(d, &rest, protocol),
            _ if matches!(code, 5 | 6) && !rest.is_empty() => _ = d.read(&DATA, &rest, 0..rest.len())?,
            LINK if code == 8 => d.field(&REJECTED, rest.span(0..2), rest.u16(0)?),
            LINK if (9..=13).contains(&code) => d.field(&MAGIC, rest.span(0..4), rest.u32(0)?),
            _ => {}
        }
    }
    // What the peer did not understand is quoted.
    if protocol != LINK || code != 8 {
        return Ok(Next::End);
    }
    let rejected = rest.u16(0)?;
    d.quote();
    Ok(Next::Claim(Ppp(rejected), rest.from(2)))
}

fn code_name(protocol: Claim, code: u8) -> &'static str {
    match (protocol, code) {
        (PASSWORDS, 1) => "Authenticate-Request",
        (PASSWORDS, 2) => "Authenticate-Ack",
        (PASSWORDS, 3) => "Authenticate-Nak",
        (HANDSHAKE, 1) => "Challenge",
        (HANDSHAKE, 2) => "Response",
        (HANDSHAKE, 3) => "Success",
        (HANDSHAKE, 4) => "Failure",
        (PASSWORDS | HANDSHAKE, _) => "Unknown",
        (_, 1) => "Configuration Request",
        (_, 2) => "Configuration Ack",
        (_, 3) => "Configuration Nak",
        (_, 4) => "Configuration Reject",
        (_, 5) => "Termination Request",
        (_, 6) => "Termination Ack",
        (_, 7) => "Code Reject",
        (LINK, 8) => "Protocol Reject",
        (LINK, 9) => "Echo Request",
        (LINK, 10) => "Echo Reply",
        (LINK, 11) => "Discard Request",
        (LINK, 12) => "Identification",
        (LINK, 13) => "Time Remaining",
        (COMPRESSION, 14) => "Reset Request",
        (COMPRESSION, 15) => "Reset Ack",
        _ => "Unknown",
    }
}

/// An option of a protocol: its number, its line, and what stands behind type and length.
type Known = (Claim, u8, &'static Field, &'static [Part]);

/// RFC 1661 §6, RFC 1332 §3, RFC 1877, RFC 5072 §4, RFC 1962 §4 and what they refer to.
#[rustfmt::skip]
static OPTIONS: &[Known] = &[
    (LINK, 1, &MRU_LINE, &[Is(&MRU, 2, "")]),
    (LINK, 2, &MAP_LINE, &[Is(&MAP, 4, "")]),
    (LINK, 3, &AUTHENTICATION_LINE, &[Is(&AUTHENTICATION, 2, "")]),
    (LINK, 4, &QUALITY_LINE, &[Is(&QUALITY, 2, "")]),
    (LINK, 5, &MAGIC_LINE, &[Is(&MAGIC_OPTION, 4, "")]),
    (LINK, 7, &FIELD_COMPRESSION, &[]),
    (LINK, 8, &ADDRESS_COMPRESSION, &[]),
    (LINK, 13, &CALLBACK, &[]),
    (LINK, 17, &MRRU_LINE, &[Is(&MRRU, 2, "")]),
    (LINK, 19, &DISCRIMINATOR, &[]),
    (IP, 2, &COMPRESS_LINE, &[Is(&COMPRESS, 2, "3=ROHC|45=VJ compression|97=IPHC compression")]),
    (IP, 3, &ADDRESS_LINE, &[Is(&IP_ADDRESS, 4, "")]),
    (IP, 129, &DNS_LINE, &[Is(&DNS, 4, "")]),
    (IP, 130, &NBNS_LINE, &[Is(&NBNS, 4, "")]),
    (IP, 131, &DNS2_LINE, &[Is(&DNS2, 4, "")]),
    (IP, 132, &NBNS2_LINE, &[Is(&NBNS2, 4, "")]),
    (IPV6, 1, &INTERFACE_LINE, &[Is(&INTERFACE, 8, "")]),
    (COMPRESSION, 18, &MICROSOFT, &[Is(&SUPPORTED, 4, "")]),
    (COMPRESSION, 21, &BSD, &[Is(&BSD_VERSION, 1, ""), Bits(&BSD_VERS, 0xe0, ""), Bits(&BSD_DICT, 0x1f, "")]),
    (COMPRESSION, 24, &MAGNALINK, &[
        Part::Peek(&FEATURES, 1, 0xc0, ""), Part::Peek(&BY_PACKET, 1, 0x20, "Disabled|Enabled"), Part::Peek(&HISTORY, 1, 0x1f, ""),
        Part::Skip(1), Is(&CONTEXTS, 1, ""),
    ]),
    (COMPRESSION, 26, &DEFLATE, &[
        Part::Peek(&WINDOW, 1, 0xf0, ""), Part::Peek(&METHOD, 1, 0x0f, "8=zlib compression"), Part::Skip(1),
        Part::Peek(&ZERO, 1, 0xfc, ""), Part::Peek(&CHECK, 1, 0x03, "sequence number check method"),
    ]),
];
/// RFC 1332 §4 and RFC 2507 §14: what a way of compressing headers is set up with.
static VAN_JACOBSON: &[Part] = &[Is(&SLOTS, 1, ""), Part::Peek(&SLOT_COMPRESSED, 1, 1, SLOT)];
static SLOT: Names = "The slot identifier must not be compressed|The slot identifier may be compressed";
static IPHC: &[Part] = &[
    Is(&TCP_SPACE, 2, ""),
    Is(&OTHER_SPACE, 2, ""),
    Is(&PERIOD, 2, ""),
    Is(&MOST_TIME, 2, ""),
    Is(&MOST_HEADER, 2, ""),
];

fn options(d: &mut Dissection, bytes: &Bytes<'_>, protocol: Claim) -> Result<(), Problem> {
    let own: Option<[&'static Field; 2]> = match protocol {
        LINK => Some([&LCP_TYPE, &LCP_LENGTH]),
        IP => Some([&IP_TYPE, &IP_LENGTH]),
        IPV6 => Some([&IPV6_TYPE, &IPV6_LENGTH]),
        COMPRESSION => Some([&CCP_TYPE, &CCP_LENGTH]),
        _ => None,
    };
    let mut at = 0_usize;
    while at < bytes.len() {
        let (kind, length) = (bytes.u8(at)?, usize::from(bytes.u8(at.saturating_add(1))?).max(2));
        let option = bytes.from(at).limit(length);
        at = at.saturating_add(length);
        let known = OPTIONS.iter().find(|(whose, number, ..)| (*whose, *number) == (protocol, kind));
        let (Some((_, _, line, parts)), Some([number, size])) = (known, own) else {
            d.label(&OPTION, option.span(0..length), || format!("Unknown (0x{kind:02x}) ({length} bytes)"));
            continue;
        };
        d.read(line, &option, 0..length)?;
        d.nest(|d| {
            d.noted(number, option.span(0..1), kind, line.title());
            d.field(size, option.span(1..2), length);
            let end = d.read_layout(&option, 2, parts)?;
            let more: &[Part] = match (protocol, kind, option.u16(2)) {
                (LINK, 3, Ok(0xc223)) => &[Is(&ALGORITHM, 1, ALGORITHMS)],
                (IP, 2, Ok(0x002d)) => VAN_JACOBSON,
                (IP, 2, Ok(0x0061)) => IPHC,
                _ => &[],
            };
            d.read_layout(&option, end, more)
        })?;
    }
    Ok(())
}

static ALGORITHMS: Names = "5=CHAP with MD5|SHA-1|128=MS-CHAP|MS-CHAP-2";

/// A byte of length, then text.
fn text(bytes: &Bytes<'_>, at: usize) -> Result<(String, std::ops::Range<usize>), Problem> {
    let start = at.saturating_add(1);
    let range = start..start.saturating_add(usize::from(bytes.u8(at)?));
    Ok((String::from_utf8_lossy(bytes.take(range.clone())?).into_owned(), range))
}

fn passwords(d: &mut Dissection, bytes: &Bytes<'_>, name: &str, code: u8) -> Result<(), Problem> {
    let (first, at) = text(bytes, 0)?;
    if code != 1 {
        d.info(|| format!("{name} (Message='{first}')"));
        d.field(&PAP_MESSAGE, bytes.span(at), first);
        return Ok(());
    }
    let (second, password_at) = text(bytes, at.end)?;
    d.info(|| format!("{name} (Peer-ID='{first}', Password='{second}')"));
    d.field(&PEER, bytes.span(at), first);
    d.field(&PASSWORD, bytes.span(password_at), second);
    Ok(())
}

fn handshake(d: &mut Dissection, bytes: &Bytes<'_>, name: &str, code: u8) -> Result<(), Problem> {
    if !matches!(code, 1 | 2) {
        let message = String::from_utf8_lossy(bytes.all()).into_owned();
        d.info(|| format!("{name} (MESSAGE='{message}')"));
        d.field(&CHAP_MESSAGE, bytes.span(0..bytes.len()), message);
        return Ok(());
    }
    let end = usize::from(bytes.u8(0)?).saturating_add(1);
    let value = bytes.take(1..end)?;
    let who = String::from_utf8_lossy(bytes.from(end).all()).into_owned();
    let shown: String = value.iter().map(|byte| format!("{byte:02x}")).collect();
    d.info(|| format!("{name} (NAME='{who}', VALUE=0x{shown})"));
    d.field(&CHALLENGE, bytes.span(1..end), value);
    d.field(&NAME, bytes.span(end..bytes.len()), who);
    Ok(())
}
