//! NT LAN Manager authentication, [MS-NLMP] §2.2.1.
use crate::engine::dissect::{Bytes, Dissection, Next, Problem, Protocol, fields, text};

fields! {
    IDENTIFIER: Text => "ntlmssp.identifier", "NTLMSSP identifier";
    TYPE: Hex(8) => "ntlmssp.messagetype", "NTLM Message Type";
    FLAGS: Hex(8) => "ntlmssp.negotiateflags", "Negotiate Flags";
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
    ITEM_TYPE: Hex(4) => "ntlmssp.challenge.target_info.item.type", "Target Info Item Type";
    ITEM_TEXT: Text => "ntlmssp.challenge.target_info.item.text", "Name";
}

pub static NTLMSSP: Protocol =
    Protocol { name: "ntlmssp", title: "NTLM Secure Service Provider", fields: FIELDS, dissect, ..Protocol::PLAIN };

const UNICODE: u32 = 1;
const HAS_VERSION: u32 = 0x0200_0000;

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
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
            d.field(&FLAGS, bytes.span(12..16), flags);
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
            d.field(&FLAGS, bytes.span(20..24), flags);
            d.field(&CHALLENGE, bytes.span(24..32), bytes.take(24..32)?);
            if bytes.wire_len() >= 48 {
                target_info(d, &buffer(&bytes, 40)?)?;
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
    field: &'static crate::engine::dissect::Field,
) -> Result<String, Problem> {
    let found = buffer(bytes, at)?;
    let value = string(found.all(), unicode);
    let shown = if value.is_empty() { "NULL".to_owned() } else { value.clone() };
    d.field(field, found.span(0..found.len()), shown);
    Ok(value)
}

fn version(d: &mut Dissection, bytes: &Bytes<'_>, at: usize, flags: u32) -> Result<(), Problem> {
    if flags & HAS_VERSION == 0 {
        return Ok(());
    }
    let Ok(version) = bytes.array::<4>(at) else { return Ok(()) };
    let [major, minor, low, high] = version;
    d.field(&MAJOR, bytes.span(at..at.saturating_add(1)), major);
    d.field(&MINOR, bytes.span(at.saturating_add(1)..at.saturating_add(2)), minor);
    d.field(&BUILD, bytes.span(at.saturating_add(2)..at.saturating_add(4)), u16::from_le_bytes([low, high]));
    Ok(())
}

fn target_info(d: &mut Dissection, list: &Bytes<'_>) -> Result<(), Problem> {
    let mut rest = *list;
    while rest.len() >= 4 {
        let (kind, length) = (rest.u16_le(0)?, usize::from(rest.u16_le(2)?));
        let name = match kind {
            0 => "End of list",
            1 => "NetBIOS computer name",
            2 => "NetBIOS domain name",
            3 => "DNS computer name",
            4 => "DNS domain name",
            5 => "DNS tree name",
            6 => "Flags",
            7 => "Timestamp",
            8 => "Restrictions",
            9 => "Target Name",
            10 => "Channel Bindings",
            _ => "Unknown",
        };
        let end = length.saturating_add(4);
        d.noted(&ITEM_TYPE, rest.span(0..2), kind, name);
        if matches!(kind, 1..=5 | 9) {
            let value = string(rest.take(4..end)?, true);
            d.nest(|d| d.field(&ITEM_TEXT, rest.span(4..end), value));
        }
        rest = rest.from(end);
    }
    Ok(())
}

fn authenticate(d: &mut Dissection, bytes: &Bytes<'_>) -> Result<(), Problem> {
    // Where the first content begins the header ends: old clients have no flags.
    let first = [12_usize, 20, 28, 36, 44].into_iter().filter_map(|at| bytes.u32_le(at.saturating_add(4)).ok()).min();
    let flags = if first.is_some_and(|first| first >= 64) { bytes.u32_le(60)? } else { UNICODE };
    let unicode = flags & UNICODE != 0;
    for (at, field) in [(12, &LM_RESPONSE), (20, &NT_RESPONSE)] {
        let response = buffer(bytes, at)?;
        d.field(field, response.span(0..response.len()), response.all());
    }
    let domain = named(d, bytes, 28, unicode, &DOMAIN)?;
    let user = named(d, bytes, 36, unicode, &USER)?;
    named(d, bytes, 44, unicode, &HOST)?;
    d.info_join(", ", || format!("User: {domain}\\{user}"));
    if first.is_some_and(|first| first >= 64) {
        let key = buffer(bytes, 52)?;
        d.field(&SESSION_KEY, key.span(0..key.len()), key.all());
        d.field(&FLAGS, bytes.span(60..64), flags);
        version(d, bytes, 64, flags)?;
    }
    Ok(())
}
