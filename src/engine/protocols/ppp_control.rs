//! PPP's control protocols: RFC 1661 (LCP), 1332 (IPCP), 5072 (IPV6CP), 1962 (CCP), 1334 (PAP), 1994 (CHAP) and their relatives.
use crate::engine::dissect::{Address, Bytes, Claim, Dissection, Next, Problem, Protocol, fields};
use Claim::Ppp;

fields! {
    CODE: Uint => "ppp.code", "Code";
    IDENTIFIER: Uint => "ppp.identifier", "Identifier";
    LENGTH: Uint => "ppp.length", "Length";
    MAGIC: Hex(8) => "ppp.magic_number", "Magic Number";
    REJECTED: Hex(4) => "lcp.rej_proto", "Rejected Protocol";
    OPTION: Uint => "ppp.opt.type", "Type";
    OPTION_LENGTH: Uint => "ppp.opt.length", "Length";
    OPTION_DATA: Bytes => "ppp.opt.data", "Data";
    MRU: Uint => "lcp.opt.mru", "MRU";
    IP_ADDRESS: Address => "ipcp.opt.ip_address", "IP Address";
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
pub(super) static IPV6CP: Protocol = control("ipv6cp", "PPP IPv6 Control Protocol", "PPP IPV6CP", &[Ppp(0x8057)]);
pub(super) static CCP: Protocol = control("ccp", "PPP Compression Control Protocol", "PPP CCP", &[COMPRESSION]);
pub(super) static BRIDGING: Protocol = control(
    "bcp_ncp",
    "PPP Bridging Control Protocol Network Control Protocol",
    "PPP BCP NCP",
    &[Ppp(0x8031)],
);
pub(super) static MPLS_CONTROL: Protocol = control("mplscp", "PPP MPLS Control Protocol", "PPP MPLSCP", &[Ppp(0x8281)]);
pub(super) static CDP_CONTROL: Protocol = control("cdpcp", "PPP CDP Control Protocol", "PPP CDPCP", &[Ppp(0x8207)]);
pub(super) static OSI_CONTROL: Protocol =
    control("osinlcp", "PPP OSI Network Layer Control Protocol", "PPP OSINLCP", &[Ppp(0x8023)]);
pub(super) static PAP: Protocol = control("pap", "PPP Password Authentication Protocol", "PPP PAP", &[PASSWORDS]);
pub(super) static CHAP: Protocol =
    control("chap", "PPP Challenge Handshake Authentication Protocol", "PPP CHAP", &[HANDSHAKE]);

const LINK: Claim = Ppp(0xc021);
const IP: Claim = Ppp(0x8021);
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

fn options(d: &mut Dissection, bytes: &Bytes<'_>, protocol: Claim) -> Result<(), Problem> {
    let mut at = 0_usize;
    while at < bytes.len() {
        let (kind, length) = (bytes.u8(at)?, usize::from(bytes.u8(at.saturating_add(1))?).max(2));
        let option = bytes.from(at).limit(length);
        let name = option_name(protocol, kind);
        d.noted(&OPTION, option.span(0..1), kind, name);
        d.nest(|d| -> Result<(), Problem> {
            d.field(&OPTION_LENGTH, option.span(1..2), length);
            match (protocol, kind, length) {
                (LINK, 1, 4) => d.field(&MRU, option.span(2..4), option.u16(2)?),
                (LINK, 5, 6) => d.field(&MAGIC, option.span(2..6), option.u32(2)?),
                (IP, 3 | 129..=132, 6) => d.field(&IP_ADDRESS, option.span(2..6), Address::ipv4(option.array(2)?)),
                _ if length > 2 => d.field(&OPTION_DATA, option.span(2..length), option.take(2..length)?),
                _ => {}
            }
            Ok(())
        })?;
        at = at.saturating_add(length);
    }
    Ok(())
}

fn option_name(protocol: Claim, kind: u8) -> &'static str {
    match (protocol, kind) {
        (LINK, 1) => "Maximum Receive Unit",
        (LINK, 2) => "Async Control Character Map",
        (LINK, 3) => "Authentication Protocol",
        (LINK, 4) => "Quality Protocol",
        (LINK, 5) => "Magic Number",
        (LINK, 7) => "Protocol Field Compression",
        (LINK, 8) => "Address and Control Field Compression",
        (LINK, 13) => "Callback",
        (LINK, 17) => "Multilink MRRU",
        (LINK, 19) => "Multilink Endpoint Discriminator",
        (IP, 1) => "IP Addresses (deprecated)",
        (IP, 2) => "IP Compression Protocol",
        (IP, 3) => "IP Address",
        (IP, 129) => "Primary DNS Server IP Address",
        (IP, 130) => "Primary NBNS Server IP Address",
        (IP, 131) => "Secondary DNS Server IP Address",
        (IP, 132) => "Secondary NBNS Server IP Address",
        (Ppp(0x8057), 1) => "Interface Identifier",
        (COMPRESSION, 17) => "Stac Electronics LZS",
        (COMPRESSION, 18) => "Microsoft PPE/PPC",
        (COMPRESSION, 21) => "BSD Compress",
        (COMPRESSION, 26) => "Deflate",
        _ => "Unknown",
    }
}

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
