//! The messages of RFC 4511 §4 as tables, and what their numbers are called.
use super::*;
use crate::engine::dissect::asn::Inner::{self, By, Choice, Fields, List, Titled, Value};
use crate::engine::dissect::asn::Row;
use crate::engine::dissect::{Field, Names, name_of};

/// Operations by their tags.
pub(super) static OPERATIONS: &[Row] = &[
    (0x60, &BIND_REQUEST, Fields(&[(0x02, &VERSION, PLAIN), (0x04, &NAME, PLAIN), (0, &AUTHENTICATION, Choice(WAYS))])),
    (0x61, &BIND_RESPONSE, Fields(ANSWER)),
    (0x42, &UNBIND_REQUEST, Fields(&[])),
    (
        0x63,
        &SEARCH_REQUEST,
        Fields(&[
            (0x04, &BASE, PLAIN),
            (0x0a, &SCOPE, Value(SCOPES)),
            (0x0a, &DEREFERENCE, Value("neverDerefAliases|derefInSearching|derefFindingBaseObj|derefAlways")),
            (0x02, &SIZE_LIMIT, PLAIN),
            (0x02, &TIME_LIMIT, PLAIN),
            (0x01, &TYPES_ONLY, PLAIN),
            (0, &FILTER, By(filter::top)),
            (0x30, &ATTRIBUTES, List(&(0x04, &ATTRIBUTE, PLAIN))),
        ]),
    ),
    (0x64, &ENTRY, Fields(&[(0x04, &OBJECT_NAME, PLAIN), (0x30, &ATTRIBUTES, List(&(0, &PARTIAL, Titled(PAIR))))])),
    (0x65, &DONE, Fields(ANSWER)),
    (0x73, &REFERENCE, List(&URLS)),
    (
        0x66,
        &MODIFY_REQUEST,
        Fields(&[(0x04, &OBJECT, PLAIN), (0x30, &CHANGES, List(&(0, &CHANGE, Fields(CHANGE_ROWS))))]),
    ),
    (0x67, &MODIFY_RESPONSE, Fields(ANSWER)),
    (0x68, &ADD_REQUEST, Fields(&[(0x04, &NEW_ENTRY, PLAIN), (0x30, &ATTRIBUTES, List(&(0, &ADDED, Titled(PAIR))))])),
    (0x69, &ADD_RESPONSE, Fields(ANSWER)),
    (0x4a, &DELETE_REQUEST, PLAIN),
    (0x6b, &DELETE_RESPONSE, Fields(ANSWER)),
    (
        0x6c,
        &MOVE_REQUEST,
        Fields(&[
            (0x04, &NEW_ENTRY, PLAIN),
            (0x04, &NEW_NAME, PLAIN),
            (0x01, &DELETE_OLD, PLAIN),
            (0x80, &NEW_SUPERIOR, PLAIN),
        ]),
    ),
    (0x6d, &MOVE_RESPONSE, Fields(ANSWER)),
    (0x6e, &COMPARE_REQUEST, Fields(&[(0x04, &NEW_ENTRY, PLAIN), (0x30, &COMPARED, Fields(ASSERTED))])),
    (0x6f, &COMPARE_RESPONSE, Fields(ANSWER)),
    (0x50, &ABANDON_REQUEST, PLAIN),
    (0x77, &EXTENDED_REQUEST, Fields(&[(0x80, &REQUEST_NAME, By(object)), (0x81, &REQUEST_VALUE, PLAIN)])),
    (0x78, &EXTENDED_RESPONSE, Fields(ANSWER)),
    (0x79, &INTERMEDIATE, Fields(&[(0x80, &RESPONSE_NAME, By(object)), (0x81, &RESPONSE_VALUE, PLAIN)])),
];

/// What may stand behind an operation.
pub(super) static CONTROLS_ROW: Row = (0xa0, &CONTROLS, List(&(0, &CONTROL, Fields(CONTROL_ROWS))));

const PLAIN: Inner = Value("");
static URLS: Row = (0x04, &URL, PLAIN);
static WAYS: &[Row] = &[
    (0x80, &SIMPLE, PLAIN),
    (0xa3, &SASL, Fields(&[(0x04, &MECHANISM, PLAIN), (0x04, &CREDENTIALS, PLAIN)])),
    (0x8a, &NTLM_NEGOTIATE, PLAIN),
    (0x8b, &NTLM_AUTHENTICATE, PLAIN),
];
/// A result, and what responses to binding and to extended requests have behind it.
static ANSWER: &[Row] = &[
    (0x0a, &RESULT, Value(RESULTS)),
    (0x04, &MATCHED, PLAIN),
    (0x04, &ERROR, PLAIN),
    (0xa3, &REFERRAL, List(&URLS)),
    (0x87, &SERVER_CREDENTIALS, PLAIN),
    (0x8a, &RESPONSE_NAME, By(object)),
    (0x8b, &RESPONSE, PLAIN),
];
static PAIR: &[Row] = &[(0x04, &TYPE, PLAIN), (0x31, &VALUES, List(&(0x04, &VALUE, By(attribute_value))))];
static CHANGE_ROWS: &[Row] =
    &[(0x0a, &CHANGE_KIND, Value("add|delete|replace|increment")), (0x30, &CHANGED, Titled(PAIR))];
pub(super) static ASSERTED: &[Row] = &[(0x04, &DESCRIPTION, PLAIN), (0x04, &ASSERTION, PLAIN)];
static CONTROL_ROWS: &[Row] =
    &[(0x04, &CONTROL_TYPE, By(object)), (0x01, &CRITICAL, PLAIN), (0x04, &CONTROL_VALUE, PLAIN)];
static PIECE_ROWS: &[Row] = &[(0x80, &INITIAL, PLAIN), (0x81, &ANY, PLAIN), (0x82, &FINAL, PLAIN)];
pub(super) static SUBSTRING_ROWS: &[Row] =
    &[(0x04, &TYPE, PLAIN), (0x30, &PIECES, List(&(0, &PIECE, Choice(PIECE_ROWS))))];
pub(super) static EXTENSIBLE_ROWS: &[Row] =
    &[(0x81, &RULE, PLAIN), (0x82, &TYPE, PLAIN), (0x83, &MATCH, PLAIN), (0x84, &IN_NAME, PLAIN)];

/// Values are octets; most are text.
fn attribute_value(
    d: &mut Dissection,
    field: &'static Field,
    _: &Bytes<'_>,
    content: &Bytes<'_>,
) -> Result<(), Problem> {
    let (all, span) = (content.take(0..content.wire_len())?, content.span(0..content.len()));
    match std::str::from_utf8(all) {
        Ok(text) if text::readable(all) && !all.is_empty() => d.noted(field, span, all, text),
        _ => d.field(field, span, all),
    }
    Ok(())
}

/// An object identifier, written as text.
fn object(d: &mut Dissection, field: &'static Field, _: &Bytes<'_>, content: &Bytes<'_>) -> Result<(), Problem> {
    let number = text::shown(content.take(0..content.wire_len())?);
    let name = object_name(&number);
    d.noted(field, content.span(0..content.len()), number, &name);
    Ok(())
}

/// What an object identifier is called.
pub(super) fn object_name(number: &str) -> String {
    let known = OBJECTS.split('|').filter_map(|object| object.split_once('=')).find(|(known, _)| *known == number);
    match (known, number.strip_prefix("1.")) {
        (Some((_, name)), _) => name.to_owned(),
        (None, Some(rest)) => format!("iso.{rest}"),
        (None, None) => number.to_owned(),
    }
}

static OBJECTS: &str = "1.3.6.1.4.1.1466.20037=LDAP_START_TLS_OID|1.2.840.113556.1.4.319=pagedResultsControl";
pub(super) static SCOPES: Names = "baseObject|singleLevel|wholeSubtree";
pub(super) static RESULTS: Names = "success|operationsError|protocolError|timeLimitExceeded|sizeLimitExceeded|compareFalse|compareTrue|\
    authMethodNotSupported|strongAuthRequired|10=referral|adminLimitExceeded|unavailableCriticalExtension|confidentialityRequired|\
    saslBindInProgress|16=noSuchAttribute|undefinedAttributeType|inappropriateMatching|constraintViolation|attributeOrValueExists|\
    invalidAttributeSyntax|32=noSuchObject|aliasProblem|invalidDNSyntax|36=aliasDereferencingProblem|\
    48=inappropriateAuthentication|invalidCredentials|insufficientAccessRights|busy|unavailable|unwillingToPerform|loopDetect|\
    64=namingViolation|objectClassViolation|notAllowedOnNonLeaf|notAllowedOnRDN|entryAlreadyExists|objectClassModsProhibited|\
    71=affectsMultipleDSAs|80=other|118=canceled|noSuchOperation|tooLate|cannotCancel";

/// The name of a result.
pub(super) fn result_name(code: u32) -> String {
    match name_of(RESULTS, code.into()) {
        "" => format!("Unknown result({code})"),
        name => name.to_owned(),
    }
}
