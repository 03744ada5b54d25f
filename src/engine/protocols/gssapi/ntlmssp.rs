//! NT LAN Manager authentication, [MS-NLMP] §2.2.1.
use crate::engine::dissect::{
    Bytes, Dissection, Field, Kind, Next, Problem, Protocol, Reader, Slot, details, fields, layouts, text,
};

fields! {
    IDENTIFIER: Text => "ntlmssp.identifier", "NTLMSSP identifier";
    TYPE: Hex(8) => "ntlmssp.messagetype", "NTLM Message Type";
    CALLING_DOMAIN: Text => "ntlmssp.negotiate.domain", "Calling workstation domain";
    CALLING_NAME: Text => "ntlmssp.negotiate.callingworkstation", "Calling workstation name";
    TARGET: Text => "ntlmssp.challenge.target_name", "Target Name";
    CHALLENGE: Bytes => "ntlmssp.ntlmserverchallenge", "NTLM Server Challenge";
    LM_RESPONSE: Bytes => "ntlmssp.auth.lmresponse", "Lan Manager Response";
    NT_RESPONSE: Bytes => "ntlmssp.auth.ntresponse", "NTLM Response";
    DOMAIN: Text => "ntlmssp.auth.domain", "Domain name";
    USER: Text => "ntlmssp.auth.username", "User name";
    HOST: Text => "ntlmssp.auth.hostname", "Host name";
    SESSION_KEY: Bytes => "ntlmssp.auth.sesskey", "Session Key";
    MAJOR: Uint => "ntlmssp.version.major", "Major Version";
    MINOR: Uint => "ntlmssp.version.minor", "Minor Version";
    BUILD: Uint => "ntlmssp.version.build_number", "Build Number";
    TARGET_INFO: Label => "ntlmssp.challenge.target_info", "Target Info";
    RESERVED: Bytes => "ntlmssp.reserved", "Reserved";
    VERSION: Label => "ntlmssp.version", "Version";
    V2: Bytes => "ntlmssp.ntlmv2_response", "NTLMv2 Response";
    V2_TIME: Text => "ntlmssp.ntlmv2_response.time", "Time";
    LENGTH: Uint => "ntlmssp.string.length", "Length";
    MOST: Uint => "ntlmssp.string.maxlen", "Maxlen";
    OFFSET: Uint => "ntlmssp.string.offset", "Offset";
    BLOB_LENGTH: Uint => "ntlmssp.blob.length", "Length";
    BLOB_MOST: Uint => "ntlmssp.blob.maxlen", "Maxlen";
    BLOB_OFFSET: Uint => "ntlmssp.blob.offset", "Offset";
    INFO_LENGTH: Uint => "ntlmssp.challenge.target_info.length", "Length";
    INFO_MOST: Uint => "ntlmssp.challenge.target_info.maxlen", "Maxlen";
    INFO_OFFSET: Uint => "ntlmssp.challenge.target_info.offset", "Offset";
    SIGNATURE: Label => "ntlmssp.verf", "NTLMSSP Verifier";
    SIGNATURE_VERSION: Uint => "ntlmssp.verf.vers", "Version Number";
    SIGNATURE_BODY: Bytes => "ntlmssp.verf.body", "Verifier Body";
    REVISION: Uint => "ntlmssp.version.ntlm_current_revision", "NTLM Current Revision";
}

layouts! {
    FLAGS = [
        Hex(8) => "ntlmssp.negotiateflags", "Negotiate Flags", 4;
        Bool => "ntlmssp.negotiate56", "Negotiate 56", &0x80000000;
        Bool => "ntlmssp.negotiatekeyexch", "Negotiate Key Exchange", &0x40000000;
        Bool => "ntlmssp.negotiate128", "Negotiate 128", &0x20000000;
        Bool => "ntlmssp.negotiatent10000000", "Negotiate 0x10000000", &0x10000000;
        Bool => "ntlmssp.negotiatent08000000", "Negotiate 0x08000000", &0x8000000;
        Bool => "ntlmssp.negotiatent04000000", "Negotiate 0x04000000", &0x4000000;
        Bool => "ntlmssp.negotiateversion", "Negotiate Version", &0x2000000;
        Bool => "ntlmssp.negotiatent01000000", "Negotiate 0x01000000", &0x1000000;
        Bool => "ntlmssp.negotiatetargetinfo", "Negotiate Target Info", &0x800000;
        Bool => "ntlmssp.requestnonntsession", "Request Non-NT Session", &0x400000;
        Bool => "ntlmssp.negotiatent00200000", "Negotiate 0x00200000", &0x200000;
        Bool => "ntlmssp.negotiateidentify", "Negotiate Identify", &0x100000;
        Bool => "ntlmssp.negotiatentlm2", "Negotiate Extended Security", &0x80000;
        Bool => "ntlmssp.targettypeshare", "Target Type Share", &0x40000;
        Bool => "ntlmssp.targettypeserver", "Target Type Server", &0x20000;
        Bool => "ntlmssp.targettypedomain", "Target Type Domain", &0x10000;
        Bool => "ntlmssp.negotiatealwayssign", "Negotiate Always Sign", &0x8000;
        Bool => "ntlmssp.negotiate00004000", "Negotiate 0x00004000", &0x4000;
        Bool => "ntlmssp.negotiateoemworkstationsupplied", "Negotiate OEM Workstation Supplied", &0x2000;
        Bool => "ntlmssp.negotiateoemdomainsupplied", "Negotiate OEM Domain Supplied", &0x1000;
        Bool => "ntlmssp.negotiateanonymous", "Negotiate Anonymous", &0x800;
        Bool => "ntlmssp.negotiatentonly", "Negotiate NT Only", &0x400;
        Bool => "ntlmssp.negotiatentlm", "Negotiate NTLM key", &0x200;
        Bool => "ntlmssp.negotiate00000100", "Negotiate 0x00000100", &0x100;
        Bool => "ntlmssp.negotiatelmkey", "Negotiate Lan Manager Key", &0x80;
        Bool => "ntlmssp.negotiatedatagram", "Negotiate Datagram", &0x40;
        Bool => "ntlmssp.negotiateseal", "Negotiate Seal", &0x20;
        Bool => "ntlmssp.negotiatesign", "Negotiate Sign", &0x10;
        Bool => "ntlmssp.negotiate00000008", "Request 0x00000008", &0x8;
        Bool => "ntlmssp.requesttarget", "Request Target", &0x4;
        Bool => "ntlmssp.negotiateoem", "Negotiate OEM", &0x2;
        Bool => "ntlmssp.negotiateunicode", "Negotiate UNICODE", &0x1;
    ]
    V2_HEAD = [
        Bytes => "ntlmssp.ntlmv2_response.ntproofstr", "NTProofStr", 16;
        Uint => "ntlmssp.ntlmv2_response.rversion", "Response Version", 1;
        Uint => "ntlmssp.ntlmv2_response.hirversion", "Hi Response Version", 1;
        Bytes => "ntlmssp.ntlmv2_response.z", "Z", 6;
    ]
    V2_REST = [
        Bytes => "ntlmssp.ntlmv2_response.chal", "NTLMv2 Client Challenge", 8;
        Bytes => "ntlmssp.ntlmv2_response.z", "Z", 4;
    ]
    // Type and length of an item, and what it holds by its type, from 1 on.
    CHALLENGED = [
        Hex(4) => "ntlmssp.challenge.target_info.item.type", "Target Info Item Type", 2: ITEMS;
        Uint => "ntlmssp.challenge.target_info.item.length", "Target Info Item Length", 2;
    ]
    CHALLENGED_ITEMS = [
        Text => "ntlmssp.challenge.target_info.nb_computer_name", "NetBIOS Computer Name",;
        Text => "ntlmssp.challenge.target_info.nb_domain_name", "NetBIOS Domain Name",;
        Text => "ntlmssp.challenge.target_info.dns_computer_name", "DNS Computer Name",;
        Text => "ntlmssp.challenge.target_info.dns_domain_name", "DNS Domain Name",;
        Text => "ntlmssp.challenge.target_info.dns_tree_name", "DNS Tree Name",;
        Hex(8) => "ntlmssp.challenge.target_info.flags", "Flags",;
        Text => "ntlmssp.challenge.target_info.timestamp", "Timestamp",;
        Bytes => "ntlmssp.challenge.target_info.restrictions", "Restrictions",;
        Text => "ntlmssp.challenge.target_info.target_name", "Target Name",;
        Bytes => "ntlmssp.challenge.target_info.channel_bindings", "Channel Bindings",;
    ]
    ANSWERED = [
        Hex(4) => "ntlmssp.ntlmv2_response.item.type", "NTLMV2 Response Item Type", 2: ITEMS;
        Uint => "ntlmssp.ntlmv2_response.item.length", "NTLMV2 Response Item Length", 2;
    ]
    ANSWERED_ITEMS = [
        Text => "ntlmssp.ntlmv2_response.nb_computer_name", "NetBIOS Computer Name",;
        Text => "ntlmssp.ntlmv2_response.nb_domain_name", "NetBIOS Domain Name",;
        Text => "ntlmssp.ntlmv2_response.dns_computer_name", "DNS Computer Name",;
        Text => "ntlmssp.ntlmv2_response.dns_domain_name", "DNS Domain Name",;
        Text => "ntlmssp.ntlmv2_response.dns_tree_name", "DNS Tree Name",;
        Hex(8) => "ntlmssp.ntlmv2_response.flags", "Flags",;
        Text => "ntlmssp.ntlmv2_response.timestamp", "Timestamp",;
        Bytes => "ntlmssp.ntlmv2_response.restrictions", "Restrictions",;
        Text => "ntlmssp.ntlmv2_response.target_name", "Target Name",;
        Bytes => "ntlmssp.ntlmv2_response.channel_bindings", "Channel Bindings",;
    ]
}

static ITEMS: &str = "End of list|NetBIOS computer name|NetBIOS domain name|DNS computer name|DNS domain name|DNS tree name|Flags|\
    Timestamp|Restrictions|Target Name|Channel Bindings";

pub static NTLMSSP: Protocol = Protocol {
    name: "ntlmssp",
    title: "NTLM Secure Service Provider",
    fields: FIELDS,
    layouts: LAYOUTS,
    dissect,
    ..Protocol::PLAIN
};

const UNICODE: u32 = 1;
const HAS_VERSION: u32 = 0x0200_0000;

/// Checksum and sequence number of a signed message, behind the version (§2.2.2.9).
pub(super) fn is_signature(bytes: &[u8]) -> bool {
    bytes.len() >= SIGNATURE_LENGTH && bytes.starts_with(&[1, 0, 0, 0])
}

const SIGNATURE_LENGTH: usize = 16;

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if d.wants() && is_signature(bytes.all()) {
        d.label(&SIGNATURE, bytes.span(0..SIGNATURE_LENGTH), || "NTLMSSP Verifier".to_owned());
        d.nest(|d| {
            let mut reader = Reader::little(bytes, 0);
            reader.number(d, &SIGNATURE_VERSION, 4)?;
            reader.field(d, &SIGNATURE_BODY, 12)
        })?;
        return Ok(Next::End);
    }
    if !d.wants() || !bytes.all().starts_with(b"NTLMSSP\0") {
        return Ok(Next::End);
    }
    let kind = bytes.u32_le(8)?;
    let title = match kind {
        1 => "NTLMSSP_NEGOTIATE",
        2 => "NTLMSSP_CHALLENGE",
        3 => "NTLMSSP_AUTH",
        _ => "Unknown NTLMSSP message type",
    };
    d.field(&IDENTIFIER, bytes.span(0..8), "NTLMSSP");
    d.noted(&TYPE, bytes.span(8..12), kind, title);
    d.info_join(", ", || title.to_owned());
    match kind {
        1 => {
            let flags = bytes.u32_le(12)?;
            Reader::little(bytes, 12).layout(d, FLAGS)?;
            // Old clients end here.
            if bytes.wire_len() >= 32 {
                named(d, &bytes, 16, false, &CALLING_DOMAIN)?;
                named(d, &bytes, 24, false, &CALLING_NAME)?;
                version(d, &bytes, 32, flags)?;
            }
        }
        2 => {
            let flags = bytes.u32_le(20)?;
            named(d, &bytes, 12, flags & UNICODE != 0, &TARGET)?;
            Reader::little(bytes, 20).layout(d, FLAGS)?;
            d.field(&CHALLENGE, bytes.span(24..32), bytes.take(24..32)?);
            if bytes.wire_len() >= 48 {
                d.field(&RESERVED, bytes.span(32..40), bytes.take(32..40)?);
                let info = buffer(&bytes, 40)?;
                d.label(&TARGET_INFO, info.span(0..info.len()), || "Target Info".to_owned());
                d.nest(|d| {
                    placed(d, &bytes, 40, [&INFO_LENGTH, &INFO_MOST, &INFO_OFFSET])?;
                    items(d, info, CHALLENGED, CHALLENGED_ITEMS)
                })?;
                version(d, &bytes, 48, flags)?;
            }
        }
        3 => authenticate(d, &bytes)?,
        _ => {}
    }
    Ok(Next::End)
}

/// What a length, a maximum and an offset at `at` point to.
fn buffer<'p>(bytes: &Bytes<'p>, at: usize) -> Result<Bytes<'p>, Problem> {
    let length = usize::from(bytes.u16_le(at)?);
    let offset = usize::try_from(bytes.u32_le(at.saturating_add(4))?).unwrap_or(usize::MAX);
    bytes.take(offset..offset.saturating_add(length))?;
    Ok(bytes.from(offset).limit(length))
}

fn string(bytes: &[u8], unicode: bool) -> String {
    if !unicode {
        return text::shown(bytes);
    }
    let units = bytes.chunks_exact(2).filter_map(|pair| pair.first_chunk::<2>().copied().map(u16::from_le_bytes));
    char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

fn named(
    d: &mut Dissection,
    bytes: &Bytes<'_>,
    at: usize,
    unicode: bool,
    field: &'static Field,
) -> Result<String, Problem> {
    let found = buffer(bytes, at)?;
    let value = string(found.all(), unicode);
    let shown = if value.is_empty() { "NULL".to_owned() } else { value.clone() };
    if found.is_empty() {
        // Where it would be said that it is.
        d.field(field, bytes.span(at..at.saturating_add(8)), shown);
    } else {
        d.field(field, found.span(0..found.len()), shown);
        d.nest(|d| placed(d, bytes, at, [&LENGTH, &MOST, &OFFSET]))?;
    }
    Ok(value)
}

/// The length, the maximum and the offset at `at`.
fn placed(d: &mut Dissection, bytes: &Bytes<'_>, at: usize, fields: [&'static Field; 3]) -> Result<(), Problem> {
    let mut reader = Reader::little(*bytes, at);
    for (field, size) in fields.into_iter().zip([2, 2, 4]) {
        reader.field(d, field, size)?;
    }
    Ok(())
}

/// Names and other facts about the server, of the client's answer too; a type and a length before each.
fn items(d: &mut Dissection, list: Bytes<'_>, head: &'static [Slot], known: &'static [Slot]) -> Result<(), Problem> {
    let mut reader = Reader::little(list, 0);
    while reader.left() >= 4 {
        let (kind, length) = (list.u16_le(reader.at)?, usize::from(list.u16_le(reader.at.saturating_add(2))?));
        reader.layout(d, head)?;
        let slot = usize::from(kind).checked_sub(1).and_then(|at| known.get(at));
        let start = reader.at;
        match slot.map(|slot| (&slot.field, slot.field.kind)) {
            Some((field, Kind::Text)) if kind == 7 => time(d, field, &mut reader)?,
            Some((field, Kind::Text)) => {
                let text = string(reader.take(length)?, true);
                d.field(field, reader.since(start), text);
            }
            Some((field, _)) if length > 0 => _ = reader.field(d, field, length)?,
            _ => {}
        }
        reader.at = start.saturating_add(length);
        if kind == 0 {
            break;
        }
    }
    Ok(())
}

fn version(d: &mut Dissection, bytes: &Bytes<'_>, at: usize, flags: u32) -> Result<(), Problem> {
    if flags & HAS_VERSION == 0 {
        return Ok(());
    }
    let Ok(version) = bytes.array::<4>(at) else { return Ok(()) };
    let [major, minor, low, high] = version;
    d.label(&VERSION, bytes.span(at..at.saturating_add(8)), || {
        format!("Version {major}.{minor} (Build {})", u16::from_le_bytes([low, high]))
    });
    d.nest(|d| {
        d.field(&MAJOR, bytes.span(at..at.saturating_add(1)), major);
        d.field(&MINOR, bytes.span(at.saturating_add(1)..at.saturating_add(2)), minor);
        d.field(&BUILD, bytes.span(at.saturating_add(2)..at.saturating_add(4)), u16::from_le_bytes([low, high]));
        if let Ok(revision) = bytes.u8(at.saturating_add(7)) {
            d.field(&REVISION, bytes.span(at.saturating_add(7)..at.saturating_add(8)), revision);
        }
    });
    Ok(())
}

fn authenticate(d: &mut Dissection, bytes: &Bytes<'_>) -> Result<(), Problem> {
    // Where the first content begins the header ends: old clients have no flags.
    let first = [12_usize, 20, 28, 36, 44].into_iter().filter_map(|at| bytes.u32_le(at.saturating_add(4)).ok()).min();
    let flags = if first.is_some_and(|first| first >= 64) { bytes.u32_le(60)? } else { UNICODE };
    let unicode = flags & UNICODE != 0;
    for (at, field) in [(12, &LM_RESPONSE), (20, &NT_RESPONSE)] {
        let response = buffer(bytes, at)?;
        if response.is_empty() {
            d.field(field, bytes.span(at..at.saturating_add(8)), bytes.take(at..at.saturating_add(8))?);
            continue;
        }
        d.field(field, response.span(0..response.len()), response.all());
        d.nest(|d| {
            placed(d, bytes, at, [&BLOB_LENGTH, &BLOB_MOST, &BLOB_OFFSET])?;
            // Longer than version 1's 24 bytes.
            if at == 20 && response.wire_len() > 24 { details(second(d, response)) } else { Ok(()) }
        })?;
    }
    let domain = named(d, bytes, 28, unicode, &DOMAIN)?;
    let user = named(d, bytes, 36, unicode, &USER)?;
    named(d, bytes, 44, unicode, &HOST)?;
    d.info_join(", ", || format!("User: {domain}\\{user}"));
    if first.is_some_and(|first| first >= 64) {
        let key = buffer(bytes, 52)?;
        d.field(&SESSION_KEY, key.span(0..key.len()), key.all());
        d.nest(|d| placed(d, bytes, 52, [&BLOB_LENGTH, &BLOB_MOST, &BLOB_OFFSET]))?;
        Reader::little(*bytes, 60).layout(d, FLAGS)?;
        version(d, bytes, 64, flags)?;
    }
    Ok(())
}

fn time(d: &mut Dissection, field: &'static Field, reader: &mut Reader<'_>) -> Result<(), Problem> {
    let start = reader.at;
    let ticks = reader.uint(8)?;
    d.field(field, reader.since(start), text::file_time(ticks));
    Ok(())
}

/// An answer of version 2 (§2.2.2.7).
fn second(d: &mut Dissection, response: Bytes<'_>) -> Result<(), Problem> {
    d.field(&V2, response.span(0..response.len()), response.all());
    d.nest(|d| {
        let mut reader = Reader::little(response, 0);
        reader.layout(d, V2_HEAD)?;
        time(d, &V2_TIME, &mut reader)?;
        reader.layout(d, V2_REST)?;
        items(d, response.from(reader.at), ANSWERED, ANSWERED_ITEMS)
    })
}
