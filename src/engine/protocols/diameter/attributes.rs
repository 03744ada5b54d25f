//! Attributes: those of RFC 6733 (base), RFC 8506 (credit control), RADIUS' that Diameter took over, and what is met most of 3GPP's.
use super::super::numbers::ENTERPRISES;
use super::*;
use crate::engine::dissect::{Kind, Names, details, name_of, text};

/// How an attribute's data is read (RFC 6733 §4.2 and §4.3).
enum Is {
    /// As the field's kind says; its values may have names.
    Plain(Names),
    /// The number of an application.
    Application,
    /// Seconds since 1900.
    Time,
    /// A family of two bytes, and the address.
    Host,
    /// Attributes.
    Group,
}
use Is::{Application, Group, Host, Plain, Time};

const TGPP: u32 = 10_415;

/// Vendor (0: none), code, field and form.
static ATTRIBUTES: &[(u32, u32, &Field, Is)] = &[
    (0, 1, &USER_NAME, Plain("")),
    (0, 25, &CLASS, Plain("")),
    (0, 27, &SESSION_TIMEOUT, Plain("")),
    (0, 30, &CALLED, Plain("")),
    (0, 31, &CALLING, Plain("")),
    (0, 55, &STAMP, Time),
    (0, 85, &INTERIM, Plain("")),
    (0, 257, &HOST_ADDRESS, Host),
    (0, 258, &AUTH_APPLICATION, Application),
    (0, 259, &ACCT_APPLICATION, Application),
    (0, 260, &VENDOR_APPLICATION, Group),
    (0, 261, &REDIRECT_USAGE, Plain("")),
    (0, 262, &REDIRECT_TIME, Plain("")),
    (0, 263, &SESSION, Plain("")),
    (0, 264, &ORIGIN_HOST, Plain("")),
    (0, 265, &SUPPORTED_VENDOR, Plain("")),
    (0, 266, &VENDOR_ID, Plain("")),
    (0, 267, &FIRMWARE, Plain("")),
    (0, 268, &RESULT, Plain(RESULTS)),
    (0, 269, &PRODUCT, Plain("")),
    (0, 273, &DISCONNECT, Plain("REBOOTING|BUSY|DO_NOT_WANT_TO_TALK_TO_YOU")),
    (0, 274, &AUTH_REQUEST, Plain("1=AUTHENTICATE_ONLY|AUTHORIZE_ONLY|AUTHORIZE_AUTHENTICATE")),
    (0, 276, &AUTH_GRACE, Plain("")),
    (0, 277, &AUTH_SESSION, Plain("STATE_MAINTAINED|NO_STATE_MAINTAINED")),
    (0, 278, &ORIGIN_STATE, Plain("")),
    (0, 279, &FAILED, Group),
    (0, 280, &PROXY_HOST, Plain("")),
    (0, 281, &ERROR_MESSAGE, Plain("")),
    (0, 282, &ROUTE, Plain("")),
    (0, 283, &DESTINATION_REALM, Plain("")),
    (0, 284, &PROXY_INFO, Group),
    (0, 285, &REAUTH, Plain("AUTHORIZE_ONLY|AUTHORIZE_AUTHENTICATE")),
    (0, 291, &LIFETIME, Plain("")),
    (0, 292, &REDIRECT_HOST, Plain("")),
    (0, 293, &DESTINATION_HOST, Plain("")),
    (0, 294, &REPORTER, Plain("")),
    (
        0,
        295,
        &TERMINATION,
        Plain(
            "1=DIAMETER_LOGOUT|DIAMETER_SERVICE_NOT_PROVIDED|DIAMETER_BAD_ANSWER|DIAMETER_ADMINISTRATIVE|DIAMETER_LINK_BROKEN|\
             DIAMETER_AUTH_EXPIRED|DIAMETER_USER_MOVED|DIAMETER_SESSION_TIMEOUT",
        ),
    ),
    (0, 296, &ORIGIN_REALM, Plain("")),
    (0, 297, &EXPERIMENTAL, Group),
    (0, 298, &EXPERIMENTAL_CODE, Plain("")),
    (0, 299, &INBAND, Plain("")),
    (0, 412, &CC_INPUT, Plain("")),
    (0, 413, &MONEY, Group),
    (0, 414, &CC_OUTPUT, Plain("")),
    (0, 415, &CC_NUMBER, Plain("")),
    (0, 416, &CC_TYPE, Plain("1=INITIAL_REQUEST|UPDATE_REQUEST|TERMINATION_REQUEST|EVENT_REQUEST")),
    (0, 417, &CC_UNITS, Plain("")),
    (0, 418, &FAILOVER, Plain("FAILOVER_NOT_SUPPORTED|FAILOVER_SUPPORTED")),
    (0, 420, &CC_TIME, Plain("")),
    (0, 421, &CC_TOTAL, Plain("")),
    (0, 425, &CURRENCY, Plain("")),
    (0, 427, &FAILURE, Plain("TERMINATE|CONTINUE|RETRY_AND_TERMINATE")),
    (0, 429, &EXPONENT, Plain("")),
    (0, 430, &FINAL_UNIT, Group),
    (0, 431, &GRANTED, Group),
    (0, 432, &RATING, Plain("")),
    (0, 434, &REDIRECT, Group),
    (0, 435, &REDIRECT_ADDRESS, Plain("")),
    (0, 436, &REQUESTED_ACTION, Plain("DIRECT_DEBITING|REFUND_ACCOUNT|CHECK_BALANCE|PRICE_ENQUIRY")),
    (0, 437, &REQUESTED, Group),
    (0, 439, &SERVICE, Plain("")),
    (0, 440, &PARAMETER, Group),
    (0, 441, &PARAMETER_TYPE, Plain("")),
    (0, 442, &PARAMETER_VALUE, Plain("")),
    (0, 443, &SUBSCRIPTION, Group),
    (0, 444, &SUBSCRIPTION_DATA, Plain("")),
    (0, 445, &UNIT, Group),
    (0, 446, &USED, Group),
    (0, 447, &DIGITS, Plain("")),
    (0, 448, &VALIDITY, Plain("")),
    (0, 449, &FINAL_ACTION, Plain("TERMINATE|REDIRECT|RESTRICT_ACCESS")),
    (0, 450, &SUBSCRIPTION_TYPE, Plain("END_USER_E164|END_USER_IMSI|END_USER_SIP_URI|END_USER_NAI|END_USER_PRIVATE")),
    (0, 451, &TARIFF, Time),
    (0, 455, &MULTIPLE, Plain("")),
    (0, 456, &SERVICES, Group),
    (0, 458, &EQUIPMENT, Group),
    (0, 459, &EQUIPMENT_TYPE, Plain("IMEISV|MAC|EUI64|MODIFIED_EUI64")),
    (0, 460, &EQUIPMENT_VALUE, Plain("")),
    (0, 461, &CONTEXT, Plain("")),
    (0, 480, &RECORD_TYPE, Plain("")),
    (0, 485, &RECORD_NUMBER, Plain("")),
    (TGPP, 628, &FEATURES, Group),
    (TGPP, 629, &FEATURE_LIST, Plain("")),
    (TGPP, 1001, &RULES, Group),
    (TGPP, 1003, &RULE, Group),
    (TGPP, 1005, &RULE_NAME, Plain("")),
    (TGPP, 1016, &QOS, Group),
    (TGPP, 1032, &RAT, Plain("WLAN|VIRTUAL|1000=UTRAN|GERAN|GAN|HSPA_EVOLUTION|EUTRAN|EUTRAN-NB-IoT|NG-RAN|LTE-M")),
    (TGPP, 1400, &SUBSCRIBER, Group),
    (TGPP, 1407, &VISITED, Plain("")),
    (TGPP, 1410, &VECTORS, Plain("")),
    (TGPP, 1413, &AUTHENTICATION, Group),
    (TGPP, 1414, &VECTOR, Group),
];

/// RFC 6733 §7.1 and RFC 8506 §9.1.
static RESULTS: Names = "1001=DIAMETER_MULTI_ROUND_AUTH|2001=DIAMETER_SUCCESS|DIAMETER_LIMITED_SUCCESS|\
    3001=DIAMETER_COMMAND_UNSUPPORTED|DIAMETER_UNABLE_TO_DELIVER|DIAMETER_REALM_NOT_SERVED|DIAMETER_TOO_BUSY|\
    DIAMETER_LOOP_DETECTED|DIAMETER_REDIRECT_INDICATION|DIAMETER_APPLICATION_UNSUPPORTED|DIAMETER_INVALID_HDR_BITS|\
    DIAMETER_INVALID_AVP_BITS|DIAMETER_UNKNOWN_PEER|4001=DIAMETER_AUTHENTICATION_REJECTED|DIAMETER_OUT_OF_SPACE|\
    DIAMETER_ELECTION_LOST|4010=DIAMETER_END_USER_SERVICE_DENIED|DIAMETER_CREDIT_CONTROL_NOT_APPLICABLE|\
    DIAMETER_CREDIT_LIMIT_REACHED|5001=DIAMETER_AVP_UNSUPPORTED|DIAMETER_UNKNOWN_SESSION_ID|DIAMETER_AUTHORIZATION_REJECTED|\
    DIAMETER_INVALID_AVP_VALUE|DIAMETER_MISSING_AVP|DIAMETER_RESOURCES_EXCEEDED|DIAMETER_CONTRADICTING_AVPS|\
    DIAMETER_AVP_NOT_ALLOWED|DIAMETER_AVP_OCCURS_TOO_MANY_TIMES|DIAMETER_NO_COMMON_APPLICATION|DIAMETER_UNSUPPORTED_VERSION|\
    DIAMETER_UNABLE_TO_COMPLY|DIAMETER_INVALID_BIT_IN_HEADER|DIAMETER_INVALID_AVP_LENGTH|DIAMETER_INVALID_MESSAGE_LENGTH|\
    DIAMETER_INVALID_AVP_BIT_COMBO|DIAMETER_NO_COMMON_SECURITY|5030=DIAMETER_USER_UNKNOWN|DIAMETER_RATING_FAILED";

/// One attribute behind the other.
pub(super) fn list(d: &mut Dissection, mut rest: Bytes<'_>, depth: u8) -> Result<(), Problem> {
    while rest.wire_len() >= 8 {
        let length = usize::try_from(rest.u24(5)?).unwrap_or(usize::MAX);
        attribute(d, &rest.limit(length.max(8).next_multiple_of(4)), length, depth)?;
        rest = rest.from(length.max(8).next_multiple_of(4));
    }
    Ok(())
}

fn attribute(d: &mut Dissection, bytes: &Bytes<'_>, length: usize, depth: u8) -> Result<(), Problem> {
    let (code, flags) = (bytes.u32(0)?, bytes.u8(4)?);
    let vendor = if flags & 0x80 == 0 { 0 } else { bytes.u32(8)? };
    let start = if flags & 0x80 == 0 { 8 } else { 12 };
    let known = ATTRIBUTES.iter().find(|(by, number, ..)| (*by, *number) == (vendor, code));
    let name = known.map_or("Unknown", |(_, _, field, _)| field.title());
    let line = d.fields.len();
    let letters: String = [(0x80, 'V'), (0x40, 'M'), (0x20, 'P')]
        .into_iter()
        .map(|(bit, letter)| if flags & bit == 0 { '-' } else { letter })
        .collect();
    let by = match vendor {
        0 => String::new(),
        TGPP => " vnd=TGPP".to_owned(),
        _ => format!(" vnd={vendor}"),
    };
    d.label(&AVP, bytes.span(0..bytes.len()), || format!("AVP: {name}({code}) l={length} f={letters}{by}"));
    let value = d.nest(|d| {
        d.noted(&CODE, bytes.span(0..4), code, name);
        d.field(&AVP_FLAGS, bytes.span(4..5), flags);
        d.read_bits(bytes, 4..5, AVP_BITS)?;
        d.field(&AVP_LENGTH, bytes.span(5..8), length);
        if start == 12 {
            d.noted(&VENDOR, bytes.span(8..12), vendor, name_of(ENTERPRISES, vendor.into()));
        }
        let data = bytes.limit(length).from(start);
        let at = d.fields.len();
        let read = match known {
            _ if length < start => Err(Problem::Malformed),
            Some((_, _, field, is)) => value(d, field, is, &data, depth),
            None if data.wire_len() == 0 => Ok(()),
            None => d.read(&UNKNOWN, &data, 0..data.wire_len()).map(|_| ()),
        };
        details(read)?;
        if bytes.wire_len() > length {
            d.read(&PAD, bytes, length..bytes.wire_len())?;
        }
        Ok(at)
    })?;
    // The line says the value, too; not that of a group.
    let said = d.fields.get(value).filter(|found| !matches!(known, Some((.., Group)) | None) && found.depth > 0);
    let said = said.map(|found| match &found.note {
        Some(note) => format!(" val={note} ({})", found.text()),
        None => format!(" val={}", found.text()),
    });
    if let (Some(said), Some(found)) = (said, d.fields.get_mut(line)) {
        let before = found.note.take().unwrap_or_default();
        found.note = Some(format!("{before}{said}").into());
    }
    Ok(())
}

fn value(d: &mut Dissection, field: &'static Field, is: &Is, data: &Bytes<'_>, depth: u8) -> Result<(), Problem> {
    const DEEPEST: u8 = 6;
    let size = data.wire_len();
    if size == 0 {
        return Ok(());
    }
    match is {
        Plain(names) if matches!(field.kind, Kind::Uint | Kind::Int) && matches!(size, 4 | 8) => {
            d.read_named(field, data, 0..size, |value| name_of(names, value)).map(|_| ())
        }
        Plain(_) if matches!(field.kind, Kind::Uint | Kind::Int) => Err(Problem::Malformed),
        Plain(_) => d.read(field, data, 0..size).map(|_| ()),
        Application => {
            let number = data.u32(0)?;
            d.noted(field, data.span(0..4), number, application_name(number));
            Ok(())
        }
        Time => {
            const FROM_1900: i64 = 2_208_988_800;
            let seconds = i64::from(data.u32(0)?).saturating_sub(FROM_1900);
            d.field(field, data.span(0..4), text::utc(seconds));
            Ok(())
        }
        Host => {
            d.read(field, data, 0..size)?;
            d.nest(|d| {
                d.read(&FAMILY, data, 0..2)?;
                match size {
                    6 => d.read(&ADDRESS4, data, 2..6),
                    18 => d.read(&ADDRESS6, data, 2..18),
                    _ => Ok(0),
                }
            })?;
            Ok(())
        }
        Group => {
            d.read(field, data, 0..size)?;
            if depth >= DEEPEST {
                return Ok(());
            }
            d.nest(|d| list(d, *data, depth.saturating_add(1)))
        }
    }
}
