//! Internet key exchange: ISAKMP, RFC 2408 and RFC 2409, and IKEv2, RFC 7296; behind address translation, RFC 3948.
mod attributes;
mod words;

use crate::engine::dissect::{
    Bytes, Claim, Dissection, Field, Kind, Names, Next, Part, Payload, Problem, Protocol, Verdict, fields, name_of,
};
use attributes::{CONFIGURATION, NEGOTIATED_IPSEC, NEGOTIATED1, NEGOTIATED2, attributes};
use words::*;

fields! {
    INITIATOR: Hex(16) => "isakmp.ispi", "Initiator SPI";
    RESPONDER: Hex(16) => "isakmp.rspi", "Responder SPI";
    NEXT: Uint => "isakmp.nextpayload", "Next payload";
    VERSION: Hex(2) => "isakmp.version", "Version";
    MAJOR: Hex(1) => "isakmp.mjver", "MjVer";
    MINOR: Hex(1) => "isakmp.mnver", "MnVer";
    EXCHANGE: Uint => "isakmp.exchangetype", "Exchange type";
    FLAGS: Hex(2) => "isakmp.flags", "Flags";
    IS_INITIATOR: Bool => "isakmp.flag_i", "Initiator";
    IS_HIGHER: Bool => "isakmp.flag_v", "Version";
    IS_RESPONSE: Bool => "isakmp.flag_r", "Response";
    IS_ENCRYPTED: Bool => "isakmp.flag_e", "Encryption";
    IS_COMMIT: Bool => "isakmp.flag_c", "Commit";
    IS_AUTHENTICATED: Bool => "isakmp.flag_a", "Authentication";
    MESSAGE: Hex(8) => "isakmp.messageid", "Message ID";
    LENGTH: Uint => "isakmp.length", "Length";
    PAYLOAD: Label => "isakmp.typepayload", "Payload";
    CRITICAL: Bool => "isakmp.criticalpayload", "Critical Bit";
    RESERVED7: Hex(2) => "isakmp.reserved7", "Reserved";
    RESERVED: Bytes => "isakmp.reserved", "Reserved";
    PAYLOAD_LENGTH: Uint => "isakmp.payloadlength", "Payload length";
    DOI: Uint => "isakmp.sa.doi", "Domain of interpretation";
    SITUATION: Hex(8) => "isakmp.sa.situation", "Situation";
    IDENTITY_ONLY: Bool => "isakmp.sa.situation.identity_only", "Identity Only";
    SECRECY: Bool => "isakmp.sa.situation.secrecy", "Secrecy";
    INTEGRITY: Bool => "isakmp.sa.situation.integrity", "Integrity";
    PROPOSAL: Uint => "isakmp.prop.number", "Proposal number";
    PROPOSAL_PROTOCOL: Uint => "isakmp.prop.protoid", "Protocol ID";
    SPI_SIZE: Uint => "isakmp.spisize", "SPI Size";
    TRANSFORM_COUNT: Uint => "isakmp.prop.transforms", "Proposal transforms";
    SPI: Bytes => "isakmp.spi", "SPI";
    TRANSFORM: Uint => "isakmp.trans.number", "Transform number";
    TRANSFORM_ID: Uint => "isakmp.trans.id", "Transform ID";
    TRANSFORM_TYPE: Uint => "isakmp.tf.type", "Transform Type";
    TRANSFORM2: Uint => "isakmp.tf.id", "Transform ID";
    ENCRYPTION2: Uint => "isakmp.tf.id.encr", "Transform ID (ENCR)";
    PRF2: Uint => "isakmp.tf.id.prf", "Transform ID (PRF)";
    INTEGRITY2: Uint => "isakmp.tf.id.integ", "Transform ID (INTEG)";
    GROUP2: Uint => "isakmp.tf.id.dh", "Transform ID (D-H)";
    ESN2: Uint => "isakmp.tf.id.esn", "Transform ID (ESN)";
    GROUP: Uint => "isakmp.key_exchange.dh_group", "DH Group #";
    KEY: Bytes => "isakmp.key_exchange.data", "Key Exchange Data";
    NONCE: Bytes => "isakmp.nonce", "Nonce DATA";
    ID_TYPE: Uint => "isakmp.id.type", "ID type";
    ID_PROTOCOL: Uint => "isakmp.id.protoid", "Protocol ID";
    ID_PORT: Uint => "isakmp.id.port", "Port";
    ID: Bytes => "isakmp.id.data", "Identification Data";
    ID4: Address => "isakmp.id.data.ipv4_addr", "ID_IPV4_ADDR";
    ID6: Address => "isakmp.id.data.ipv6_addr", "ID_IPV6_ADDR";
    ID_NAME: Text => "isakmp.id.data.fqdn", "ID_FQDN";
    ID_USER: Text => "isakmp.id.data.user_fqdn", "ID_USER_FQDN";
    ID_NET4: Address => "isakmp.id.data.ipv4_subnet", "ID_IPV4_SUBNET";
    ID_START4: Address => "isakmp.id.data.ipv4_range_start", "ID_IPV4_RANGE (Start)";
    ID_END4: Address => "isakmp.id.data.ipv4_range_end", "ID_IPV4_RANGE (End)";
    ID_KEY: Bytes => "isakmp.id.data.key_id", "ID_KEY_ID";
    CERTIFICATE_KIND: Uint => "isakmp.cert.encoding", "Certificate Encoding";
    CERTIFICATE: Bytes => "isakmp.cert.data", "Certificate Data";
    REQUEST_KIND: Uint => "isakmp.certreq.type", "Certificate Type";
    AUTHORITY: Bytes => "isakmp.ike.certreq.authority", "Certificate Authority Data";
    HASH: Bytes => "isakmp.hash", "Hash DATA";
    SIGNATURE: Bytes => "isakmp.sig", "Signature DATA";
    METHOD: Uint => "isakmp.auth.method", "Authentication Method";
    AUTHENTICATION: Bytes => "isakmp.auth.data", "Authentication Data";
    NOTIFY_DOI: Uint => "isakmp.notify.doi", "Domain of interpretation";
    NOTIFY_PROTOCOL: Uint => "isakmp.notify.protoid", "Protocol ID";
    NOTIFICATION: Uint => "isakmp.notify.msgtype", "Notify Message Type";
    NOTIFY_DATA: Bytes => "isakmp.notify.data", "Notification DATA";
    ACCEPTED_GROUP: Uint => "isakmp.notify.data.accepted_dh_group", "Accepted DH group number";
    SIGNATURE_HASH: Uint => "isakmp.notify.data.signature_hash_algorithms", "Supported Signature Hash Algorithm";
    DPD_SEQUENCE: Uint => "isakmp.notify.data.dpd.are_you_there", "DPD ARE-YOU-THERE sequence";
    DELETE_DOI: Uint => "isakmp.delete.doi", "Domain of interpretation";
    DELETE_PROTOCOL: Uint => "isakmp.delete.protoid", "Protocol ID";
    SPI_COUNT: Uint => "isakmp.spinum", "Number of SPIs";
    DELETED: Bytes => "isakmp.delete.spi", "Delete SPI";
    VENDOR: Bytes => "isakmp.vid_bytes", "Vendor ID";
    VENDOR_NAME: Text => "isakmp.vid_string", "Vendor ID";
    NAT_HASH: Bytes => "isakmp.ike.nat_hash", "HASH of the address and port";
    SELECTOR_COUNT: Uint => "isakmp.ts.number", "Number of Traffic Selectors";
    SELECTOR: Label => "isakmp.ts.data", "Traffic Selector";
    SELECTOR_TYPE: Uint => "isakmp.ts.type", "Traffic Selector Type";
    SELECTOR_PROTOCOL: Uint => "isakmp.ts.protoid", "Protocol ID";
    SELECTOR_LENGTH: Uint => "isakmp.ts.selector_length", "Selector Length";
    START_PORT: Uint => "isakmp.ts.start_port", "Start Port";
    END_PORT: Uint => "isakmp.ts.end_port", "End Port";
    START4: Address => "isakmp.ts.start_ipv4", "Starting Addr";
    END4: Address => "isakmp.ts.end_ipv4", "Ending Addr";
    START6: Address => "isakmp.ts.start_ipv6", "Starting Addr";
    END6: Address => "isakmp.ts.end_ipv6", "Ending Addr";
    SETTINGS_TYPE: Uint => "isakmp.cfg.type", "Type";
    SETTINGS_ID: Uint => "isakmp.cfg.identifier", "Identifier";
    FRAGMENT: Uint => "isakmp.frag.number", "Fragment Number";
    FRAGMENTS: Uint => "isakmp.frag.total", "Total Fragments";
    CIPHERTEXT: Bytes => "isakmp.enc.data", "Encrypted Data";
    ATTRIBUTE1: Label => "isakmp.ike.attr", "IKE Attribute";
    FORMAT1: Bool => "isakmp.ike.attr.format", "Format";
    TYPE1: Uint => "isakmp.ike.attr.type", "Type";
    LENGTH1: Uint => "isakmp.ike.attr.length", "Length";
    VALUE1: Bytes => "isakmp.ike.attr.value", "Value";
    CIPHER1: Uint => "isakmp.ike.attr.encryption_algorithm", "Encryption Algorithm";
    HASH1: Uint => "isakmp.ike.attr.hash_algorithm", "HASH Algorithm";
    METHOD1: Uint => "isakmp.ike.attr.authentication_method", "Authentication Method";
    GROUP1: Uint => "isakmp.ike.attr.group_description", "Group Description";
    LIFE1: Uint => "isakmp.ike.attr.life_type", "Life Type";
    DURATION1: Uint => "isakmp.ike.attr.life_duration", "Life Duration";
    KEY_LENGTH1: Uint => "isakmp.ike.attr.key_length", "Key Length";
    ATTRIBUTE_IPSEC: Label => "isakmp.ipsec.attr", "IPsec Attribute";
    FORMAT_IPSEC: Bool => "isakmp.ipsec.attr.format", "Format";
    TYPE_IPSEC: Uint => "isakmp.ipsec.attr.type", "Type";
    LENGTH_IPSEC: Uint => "isakmp.ipsec.attr.length", "Length";
    VALUE_IPSEC: Bytes => "isakmp.ipsec.attr.value", "Value";
    LIFE_IPSEC: Uint => "isakmp.ipsec.attr.life_type", "Life Type";
    DURATION_IPSEC: Uint => "isakmp.ipsec.attr.life_duration", "Life Duration";
    GROUP_IPSEC: Uint => "isakmp.ipsec.attr.group_description", "Group Description";
    MODE_IPSEC: Uint => "isakmp.ipsec.attr.encap_mode", "Encapsulation Mode";
    AUTH_IPSEC: Uint => "isakmp.ipsec.attr.auth_algorithm", "Authentication Algorithm";
    KEY_LENGTH_IPSEC: Uint => "isakmp.ipsec.attr.key_length", "Key Length";
    ESN_IPSEC: Uint => "isakmp.ipsec.attr.ext_seq_nbr", "Extended (64-bit) Sequence Number";
    ATTRIBUTE2: Label => "isakmp.ike2.attr", "Transform Attribute";
    FORMAT2: Bool => "isakmp.ike2.attr.format", "Format";
    TYPE2: Uint => "isakmp.ike2.attr.type", "Type";
    LENGTH2: Uint => "isakmp.ike2.attr.length", "Length";
    VALUE2: Bytes => "isakmp.ike2.attr.value", "Value";
    KEY_LENGTH2: Uint => "isakmp.ike2.attr.key_length", "Key Length";
    ATTRIBUTE_CFG: Label => "isakmp.cfg.attr", "Config Attribute";
    FORMAT_CFG: Bool => "isakmp.cfg.attr.format", "Format";
    TYPE_CFG: Uint => "isakmp.cfg.attr.type", "Type";
    LENGTH_CFG: Uint => "isakmp.cfg.attr.length", "Length";
    VALUE_CFG: Bytes => "isakmp.cfg.attr.value", "Value";
    CFG_ADDRESS4: Address => "isakmp.cfg.attr.internal_ip4_address", "INTERNAL IP4 ADDRESS";
    CFG_NETMASK4: Address => "isakmp.cfg.attr.internal_ip4_netmask", "INTERNAL IP4 NETMASK";
    CFG_DNS4: Address => "isakmp.cfg.attr.internal_ip4_dns", "INTERNAL IP4 DNS";
    CFG_NBNS4: Address => "isakmp.cfg.attr.internal_ip4_nbns", "INTERNAL IP4 NBNS";
}

pub(super) static ISAKMP: Protocol = Protocol {
    name: "isakmp",
    title: "Internet Security Association and Key Management Protocol",
    short: "ISAKMP",
    fields: FIELDS,
    claims: &[Claim::UdpPort(500), Claim::TcpPort(500)],
    probe: Some(probe),
    dissect,
    ..Protocol::PLAIN
};

pub(super) static UDPENCAP: Protocol = Protocol {
    name: "udpencap",
    title: "UDP Encapsulation of IPsec Packets",
    short: "UDPENCAP",
    fields: &[],
    claims: &[Claim::UdpPort(4500)],
    probe: Some(probe_encapsulated),
    dissect: dissect_encapsulated,
    ..Protocol::PLAIN
};

fn probe(payload: &Payload<'_>) -> Verdict {
    if payload.is_udp() { look(&payload.window()).unwrap_or(Verdict::NotMine) } else { Verdict::NotMine }
}

fn look(bytes: &Bytes<'_>) -> Result<Verdict, Problem> {
    let [version, exchange] = bytes.array(17)?;
    let known = matches!((version, exchange), (0x10, 0..=6 | 32..=33) | (0x20, 34..=38 | 43..=44));
    if bytes.u64(0)? == 0 || !known {
        return Ok(Verdict::possible_if(matches!(version >> 4, 1 | 2)));
    }
    let length = usize::try_from(bytes.u32(24)?).unwrap_or(usize::MAX);
    // Flags: three bits are used by each version.
    let flags = bytes.u8(19)? & if version == 0x10 { 0xf8 } else { 0xc7 };
    Ok(Verdict::certain_if(length == bytes.len() && flags == 0))
}

fn probe_encapsulated(payload: &Payload<'_>) -> Verdict {
    let bytes = payload.window();
    match bytes.array::<4>(0) {
        Ok([0, 0, 0, 0]) if payload.is_udp() => Verdict::certain_if(look(&bytes.from(4)) == Ok(Verdict::Certain)),
        // A key kept alive is one byte; else the index of an ESP packet.
        _ => Verdict::possible_if(payload.is_udp() && (payload.bytes == [0xff] || payload.bytes.len() >= 16)),
    }
}

fn dissect_encapsulated<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if bytes.wire_len() == 1 {
        d.info(|| "NAT-keepalive".to_owned());
        return Ok(Next::End);
    }
    Ok(match bytes.u32(0)? {
        0 => Next::Claim(Claim::Named("isakmp"), bytes.from(4)),
        _ => Next::Claim(Claim::Named("esp"), bytes),
    })
}

use Part::{Bits, Next as Is, Peek, Skip};

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if !d.wants() {
        return Ok(Next::End);
    }
    let ([first, version, exchange, flags], message) = (bytes.array(16)?, bytes.u32(20)?);
    let is_new = version >> 4 == 2;
    let head = [
        Is(&INITIATOR, 8, ""),
        Is(&RESPONDER, 8, ""),
        Is(&NEXT, 1, PAYLOADS),
        Is(&VERSION, 1, ""),
        Bits(&MAJOR, 0xf0, ""),
        Bits(&MINOR, 0x0f, ""),
        Is(&EXCHANGE, 1, EXCHANGES),
        Is(&FLAGS, 1, ""),
    ];
    let bits = match is_new {
        true => [Bits(&IS_INITIATOR, 8, ""), Bits(&IS_HIGHER, 16, ""), Bits(&IS_RESPONSE, 32, "")],
        false => [Bits(&IS_ENCRYPTED, 1, ""), Bits(&IS_COMMIT, 2, ""), Bits(&IS_AUTHENTICATED, 4, "")],
    };
    d.read_layout(&bytes, 0, &head)?;
    d.nest(|d| {
        bits.iter().try_for_each(|part| match *part {
            Bits(field, mask, names) => d.read_layout(&bytes, 19, &[Peek(field, 1, mask, names)]).map(|_| ()),
            _ => Ok(()),
        })
    })?;
    let at = d.read_layout(&bytes, 20, &[Is(&MESSAGE, 4, ""), Is(&LENGTH, 4, "")])?;
    let title = match name_of(EXCHANGES, exchange.into()) {
        "" | "NONE" => {
            d.info(|| format!("Unknown {exchange}"));
            return Ok(Next::End);
        }
        title => title,
    };
    let role = if flags & 0x08 == 0 { "Responder" } else { "Initiator" };
    let what = if flags & 0x20 == 0 { "Request" } else { "Response" };
    d.info(|| if version == 0x20 { format!("{title} MID={message:02} {role} {what}") } else { title.to_owned() });
    let length = usize::try_from(bytes.u32(24)?).unwrap_or(usize::MAX);
    let body = bytes.limit(length).from(at);
    if !is_new && flags & 1 != 0 {
        d.read_layout(&body, 0, &[Is(&CIPHERTEXT, 0, "")])?;
    } else {
        payloads(d, body, first, is_new)?;
    }
    Ok(Next::End)
}

const PROPOSAL_PAYLOAD: u8 = 2;
const TRANSFORM_PAYLOAD: u8 = 3;

/// The chain of payloads: each begins with the next one's type and its own length.
fn payloads(d: &mut Dissection, bytes: Bytes<'_>, first: u8, is_new: bool) -> Result<(), Problem> {
    let (mut rest, mut kind) = (bytes, first);
    while kind != 0 && rest.wire_len() >= 4 {
        let (next, length) = (rest.u8(0)?, usize::from(rest.u16(2)?));
        if length < 4 {
            return Err(Problem::Malformed);
        }
        let name = name_of(PAYLOADS, kind.into());
        let (whole, line) = (rest.limit(length), d.fields.len());
        d.label(&PAYLOAD, rest.span(0..length), || {
            format!("Payload: {} ({kind})", if name.is_empty() { "Unknown" } else { name })
        });
        let said = d.nest(|d| {
            header(d, &whole, is_new)?;
            payload(d, &whole.from(4), kind, is_new)
        })?;
        if let Some(note) = d.fields.get_mut(line).and_then(|found| found.note.as_mut()).filter(|_| !said.is_empty()) {
            *note = format!("{note}{said}").into();
        }
        // Behind what is encrypted stands the type of the first payload inside.
        kind = if matches!(kind, 46 | 53) { 0 } else { next };
        rest = rest.from(length);
    }
    Ok(())
}

fn header(d: &mut Dissection, bytes: &Bytes<'_>, is_new: bool) -> Result<(), Problem> {
    d.read_layout(bytes, 0, &[Is(&NEXT, 1, PAYLOADS)])?;
    if is_new {
        d.read_layout(bytes, 1, &[Peek(&CRITICAL, 1, 0x80, ""), Peek(&RESERVED7, 1, 0x7f, "")])?;
    } else {
        d.read_layout(bytes, 1, &[Is(&RESERVED, 1, "")])?;
    }
    d.read_layout(bytes, 2, &[Is(&PAYLOAD_LENGTH, 2, "")])?;
    Ok(())
}

static DOIS: Names = "ISAKMP|IPSEC|GDOI";

/// A payload's content; what is to be said of it in its line.
fn payload(d: &mut Dissection, body: &Bytes<'_>, kind: u8, is_new: bool) -> Result<String, Problem> {
    let (protocols, identities) = if is_new { (PROTOCOLS2, IDENTITIES2) } else { (PROTOCOLS1, IDENTITIES1) };
    let layout: &[Part] = match kind {
        1 => {
            let head = [
                Is(&DOI, 4, DOIS),
                Is(&SITUATION, 4, ""),
                Bits(&IDENTITY_ONLY, 1, ""),
                Bits(&SECRECY, 2, ""),
                Bits(&INTEGRITY, 4, ""),
            ];
            let at = d.read_layout(body, 0, &head)?;
            proposals(d, body.from(at), is_new)?;
            return Ok(String::new());
        }
        33 => {
            proposals(d, *body, is_new)?;
            return Ok(String::new());
        }
        4 => &[Is(&KEY, 0, "")],
        34 => &[Is(&GROUP, 2, GROUPS), Is(&RESERVED, 2, ""), Is(&KEY, 0, "")],
        5 | 35 | 36 => {
            let head: &[Part] = match is_new {
                true => &[Is(&ID_TYPE, 1, identities), Is(&RESERVED, 3, "")],
                false => {
                    &[Is(&ID_TYPE, 1, identities), Is(&ID_PROTOCOL, 1, "Unused|6=TCP|17=UDP"), Is(&ID_PORT, 2, "")]
                }
            };
            d.read_layout(body, 0, head)?;
            return identity(d, &body.from(4), body.u8(0)?);
        }
        6 | 37 => &[Is(&CERTIFICATE_KIND, 1, CERTIFICATES), Is(&CERTIFICATE, 0, "")],
        38 => {
            // Hashes of authorities' keys (RFC 7296 §3.7).
            d.read_layout(body, 0, &[Is(&REQUEST_KIND, 1, CERTIFICATES)])?;
            (0..body.wire_len() / 20).try_fold(1, |at, _| d.read_row(body, at, &[(&AUTHORITY, 20)]))?;
            return Ok(String::new());
        }
        7 => &[Is(&REQUEST_KIND, 1, CERTIFICATES), Is(&AUTHORITY, 0, "")],
        8 => &[Is(&HASH, 0, "")],
        9 => &[Is(&SIGNATURE, 0, "")],
        10 | 40 => &[Is(&NONCE, 0, "")],
        39 => &[Is(&METHOD, 1, AUTHENTICATIONS), Is(&RESERVED, 3, ""), Is(&AUTHENTICATION, 0, "")],
        11 | 41 => {
            let at = if is_new { 0 } else { d.read_layout(body, 0, &[Is(&NOTIFY_DOI, 4, DOIS)])? };
            return notification(d, &body.from(at), is_new);
        }
        12 | 42 => {
            let at = if is_new { 0 } else { d.read_layout(body, 0, &[Is(&DELETE_DOI, 4, DOIS)])? };
            let size = body.u8(at.saturating_add(1))?;
            let head = [Is(&DELETE_PROTOCOL, 1, protocols), Is(&SPI_SIZE, 1, ""), Is(&SPI_COUNT, 2, "")];
            let at = d.read_layout(body, at, &head)?;
            let count = body.wire_len().saturating_sub(at).checked_div(size.into()).unwrap_or_default();
            (0..count).try_fold(at, |at, _| d.read_row(body, at, &[(&DELETED, size.into())]))?;
            return Ok(String::new());
        }
        13 | 43 => {
            d.read_layout(body, 0, &[Is(&VENDOR, 0, "")])?;
            let hex: String = body.all().iter().take(32).map(|byte| format!("{byte:02x}")).collect();
            let known = VENDORS.iter().find(|(prefix, _)| hex.starts_with(prefix));
            let name = known.map_or("Unknown Vendor ID", |(_, name)| *name);
            d.field(&VENDOR_NAME, body.span(0..body.len()), name);
            return Ok(format!(" : {name}"));
        }
        20 | 130 => &[Is(&NAT_HASH, 0, "")],
        44 | 45 => {
            selectors(d, body)?;
            return Ok(String::new());
        }
        14 | 47 => {
            let types = if is_new {
                "1=CFG_REQUEST|CFG_REPLY|CFG_SET|CFG_ACK"
            } else {
                "1=ISAKMP_CFG_REQUEST|ISAKMP_CFG_REPLY|ISAKMP_CFG_SET|ISAKMP_CFG_ACK"
            };
            let head = [Is(&SETTINGS_TYPE, 1, types), if is_new { Is(&RESERVED, 3, "") } else { Is(&RESERVED, 1, "") }];
            let mut at = d.read_layout(body, 0, &head)?;
            if !is_new {
                at = d.read_row(body, at, &[(&SETTINGS_ID, 2)])?;
            }
            attributes(d, &body.from(at), &CONFIGURATION)?;
            return Ok(String::new());
        }
        46 => &[Is(&CIPHERTEXT, 0, "")],
        53 => {
            let (number, total) = (body.u16(0)?, body.u16(2)?);
            d.info_extend(|| format!(" (fragment {number}/{total})"));
            &[Is(&FRAGMENT, 2, ""), Is(&FRAGMENTS, 2, ""), Is(&CIPHERTEXT, 0, "")]
        }
        _ => &[],
    };
    d.read_layout(body, 0, layout)?;
    Ok(String::new())
}

/// Proposals, and in each its transforms (RFC 2408 §3.5, RFC 7296 §3.3).
fn proposals(d: &mut Dissection, bytes: Bytes<'_>, is_new: bool) -> Result<(), Problem> {
    let mut rest = bytes;
    while rest.wire_len() >= 8 {
        let (length, [number, protocol, size, _]) = (usize::from(rest.u16(2)?), rest.array(4)?);
        if length < 8 {
            return Err(Problem::Malformed);
        }
        let whole = rest.limit(length);
        d.label(&PAYLOAD, rest.span(0..length), || format!("Payload: Proposal ({PROPOSAL_PAYLOAD}) # {number}"));
        d.nest(|d| {
            let names = if is_new { PROTOCOLS2 } else { PROTOCOLS1 };
            let head = [
                Is(&NEXT, 1, PAYLOADS),
                Is(&RESERVED, 1, ""),
                Is(&PAYLOAD_LENGTH, 2, ""),
                Is(&PROPOSAL, 1, ""),
                Is(&PROPOSAL_PROTOCOL, 1, names),
                Is(&SPI_SIZE, 1, ""),
                Is(&TRANSFORM_COUNT, 1, ""),
            ];
            let mut at = d.read_layout(&whole, 0, &head)?;
            if size > 0 {
                at = d.read_row(&whole, at, &[(&SPI, size.into())])?;
            }
            transforms(d, whole.from(at), protocol, is_new)
        })?;
        rest = rest.from(length);
    }
    Ok(())
}

fn transforms(d: &mut Dissection, bytes: Bytes<'_>, protocol: u8, is_new: bool) -> Result<(), Problem> {
    let mut rest = bytes;
    while rest.wire_len() >= 8 {
        let (length, kind) = (usize::from(rest.u16(2)?), rest.u8(4)?);
        if length < 8 {
            return Err(Problem::Malformed);
        }
        let whole = rest.limit(length);
        d.label(&PAYLOAD, rest.span(0..length), || {
            let number = if is_new { String::new() } else { format!(" # {kind}") };
            format!("Payload: Transform ({TRANSFORM_PAYLOAD}){number}")
        });
        d.nest(|d| {
            let at =
                d.read_layout(&whole, 0, &[Is(&NEXT, 1, PAYLOADS), Is(&RESERVED, 1, ""), Is(&PAYLOAD_LENGTH, 2, "")])?;
            let (parts, kinds) = match (is_new, protocol) {
                (true, _) => {
                    let (field, names) = match kind {
                        1 => (&ENCRYPTION2, CIPHERS2),
                        2 => (&PRF2, PRFS),
                        3 => (&INTEGRITY2, INTEGRITIES),
                        4 => (&GROUP2, GROUPS),
                        5 => (&ESN2, ESNS),
                        _ => (&TRANSFORM2, ""),
                    };
                    ([Is(&TRANSFORM_TYPE, 1, TRANSFORMS), Is(&RESERVED, 1, ""), Is(field, 2, names)], &NEGOTIATED2)
                }
                (false, 1) => {
                    ([Is(&TRANSFORM, 1, ""), Is(&TRANSFORM_ID, 1, "1=KEY_IKE"), Is(&RESERVED, 2, "")], &NEGOTIATED1)
                }
                (false, protocol) => {
                    let names = if protocol == 3 { ESP_TRANSFORMS } else { "" };
                    ([Is(&TRANSFORM, 1, ""), Is(&TRANSFORM_ID, 1, names), Is(&RESERVED, 2, "")], &NEGOTIATED_IPSEC)
                }
            };
            let at = d.read_layout(&whole, at, &parts)?;
            attributes(d, &whole.from(at), kinds)
        })?;
        rest = rest.from(length);
    }
    Ok(())
}

fn identity(d: &mut Dissection, body: &Bytes<'_>, kind: u8) -> Result<String, Problem> {
    d.read_layout(body, 0, &[Is(&ID, 0, "")])?;
    let layout: &[Part] = match (kind, body.wire_len()) {
        (1, 4) => &[Is(&ID4, 4, "")],
        (2, _) => &[Is(&ID_NAME, 0, "")],
        (3, _) => &[Is(&ID_USER, 0, "")],
        (4, 8) => &[Is(&ID4, 4, ""), Is(&ID_NET4, 4, "")],
        (5, 16) => &[Is(&ID6, 16, "")],
        (7, 8) => &[Is(&ID_START4, 4, ""), Is(&ID_END4, 4, "")],
        (11, _) => &[Is(&ID_KEY, 0, "")],
        _ => &[Skip(0)],
    };
    d.nest(|d| d.read_layout(body, 0, layout))?;
    Ok(String::new())
}

fn notification(d: &mut Dissection, body: &Bytes<'_>, is_new: bool) -> Result<String, Problem> {
    let (size, kind) = (body.u8(1)?, body.u16(2)?);
    let (protocols, names) = if is_new { (PROTOCOLS2, NOTIFICATIONS2) } else { (PROTOCOLS1, NOTIFICATIONS1) };
    let head = [Is(&NOTIFY_PROTOCOL, 1, protocols), Is(&SPI_SIZE, 1, ""), Is(&NOTIFICATION, 2, names)];
    let mut at = d.read_layout(body, 0, &head)?;
    if size > 0 {
        at = d.read_row(body, at, &[(&SPI, size.into())])?;
    }
    let data = body.from(at);
    d.read_layout(&data, 0, &[Is(&NOTIFY_DATA, 0, "")])?;
    match (is_new, kind) {
        (true, 17) => _ = d.read_layout(&data, 0, &[Is(&ACCEPTED_GROUP, 2, GROUPS)])?,
        (true, 16431) => {
            (0..data.wire_len() / 2)
                .try_fold(0, |at, _| d.read_layout(&data, at, &[Is(&SIGNATURE_HASH, 2, SIGNATURE_HASHES)]))?;
        }
        (false, 36136 | 36137) => _ = d.read_layout(&data, 0, &[Is(&DPD_SEQUENCE, 4, "")])?,
        _ => {}
    }
    let name = name_of(names, kind.into());
    Ok(if is_new && !name.is_empty() { format!(" - {name}") } else { String::new() })
}

fn selectors(d: &mut Dissection, body: &Bytes<'_>) -> Result<(), Problem> {
    let at = d.read_layout(body, 0, &[Is(&SELECTOR_COUNT, 1, ""), Is(&RESERVED, 3, "")])?;
    let mut rest = body.from(at);
    while rest.wire_len() >= 8 {
        let (kind, length) = (rest.u8(0)?, usize::from(rest.u16(2)?).max(8));
        d.label(&SELECTOR, rest.span(0..length), || format!("{}: {}", SELECTOR.title(), name_of(SELECTORS, kind.into())));
        d.nest(|d| {
            let head = [
                Is(&SELECTOR_TYPE, 1, SELECTORS),
                Is(&SELECTOR_PROTOCOL, 1, "Unused|1=ICMP|6=TCP|17=UDP|58=ICMPv6"),
                Is(&SELECTOR_LENGTH, 2, ""),
                Is(&START_PORT, 2, ""),
                Is(&END_PORT, 2, ""),
            ];
            let at = d.read_layout(&rest, 0, &head)?;
            match kind {
                7 => d.read_row(&rest, at, &[(&START4, 4), (&END4, 4)]),
                8 => d.read_row(&rest, at, &[(&START6, 16), (&END6, 16)]),
                _ => Ok(at),
            }
        })?;
        rest = rest.from(length);
    }
    Ok(())
}
