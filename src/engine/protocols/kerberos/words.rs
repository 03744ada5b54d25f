//! The messages of RFC 4120 §5 as tables, and what their numbers are called.
use super::*;
use crate::engine::dissect::asn::Inner::{Bits, By, Fields, List, Time, Value};
use crate::engine::dissect::asn::{Row, Tags};
use crate::engine::dissect::{Field, Names, name_of};

fields! {
    AS_REQ: Label => "kerberos.as_req_element", "as-req";
    AS_REP: Label => "kerberos.as_rep_element", "as-rep";
    TGS_REQ: Label => "kerberos.tgs_req_element", "tgs-req";
    TGS_REP: Label => "kerberos.tgs_rep_element", "tgs-rep";
    AP_REQ: Label => "kerberos.ap_req_element", "ap-req";
    AP_REP: Label => "kerberos.ap_rep_element", "ap-rep";
    SAFE: Label => "kerberos.krb_safe_element", "krb-safe";
    PRIV: Label => "kerberos.krb_priv_element", "krb-priv";
    CRED: Label => "kerberos.krb_cred_element", "krb-cred";
    KRB_ERROR: Label => "kerberos.krb_error_element", "krb-error";
    PVNO: Uint => "kerberos.pvno", "pvno";
    KIND: Uint => "kerberos.msg_type", "msg-type";
    PADATA: Uint => "kerberos.padata", "padata";
    PA_DATA: Label => "kerberos.PA_DATA_element", "PA-DATA";
    PADATA_TYPE: Int => "kerberos.padata_type", "padata-type";
    PADATA_VALUE: Bytes => "kerberos.padata_value", "padata-value";
    INCLUDE_PAC: Bool => "kerberos.include_pac", "include-pac";
    SALT: Bytes => "kerberos.pw_salt", "pw-salt";
    ETYPE_INFO: Label => "kerberos.ETYPE_INFO_ENTRY_element", "ETYPE-INFO-ENTRY";
    INFO_SALT: Bytes => "kerberos.info_salt", "salt";
    ETYPE_INFO2: Label => "kerberos.ETYPE_INFO2_ENTRY_element", "ETYPE-INFO2-ENTRY";
    INFO2_SALT: Text => "kerberos.info2_salt", "salt";
    S2KPARAMS: Bytes => "kerberos.s2kparams", "s2kparams";
    REQ_BODY: Label => "kerberos.req_body_element", "req-body";
    KDC_OPTIONS: Bytes => "kerberos.kdc_options", "kdc-options";
    FORWARDABLE: Bool => "kerberos.KDCOptions.forwardable", "forwardable";
    FORWARDED: Bool => "kerberos.KDCOptions.forwarded", "forwarded";
    PROXIABLE: Bool => "kerberos.KDCOptions.proxiable", "proxiable";
    PROXY: Bool => "kerberos.KDCOptions.proxy", "proxy";
    ALLOW_POSTDATE: Bool => "kerberos.KDCOptions.allow.postdate", "allow-postdate";
    POSTDATED: Bool => "kerberos.KDCOptions.postdated", "postdated";
    RENEWABLE: Bool => "kerberos.KDCOptions.renewable", "renewable";
    DELEGATION: Bool => "kerberos.KDCOptions.constrained.delegation", "constrained-delegation";
    CANONICALIZE: Bool => "kerberos.KDCOptions.canonicalize", "canonicalize";
    ANONYMOUS: Bool => "kerberos.KDCOptions.request.anonymous", "request-anonymous";
    UNCHECKED: Bool => "kerberos.KDCOptions.disable.transited.check", "disable-transited-check";
    RENEWABLE_OK: Bool => "kerberos.KDCOptions.renewable.ok", "renewable-ok";
    IN_SKEY: Bool => "kerberos.KDCOptions.enc.tkt.in.skey", "enc-tkt-in-skey";
    RENEW: Bool => "kerberos.KDCOptions.renew", "renew";
    VALIDATE: Bool => "kerberos.KDCOptions.validate", "validate";
    CNAME: Label => "kerberos.cname_element", "cname";
    SNAME: Label => "kerberos.sname_element", "sname";
    NAME_TYPE: Int => "kerberos.name_type", "name-type";
    CNAMES: Uint => "kerberos.cname_string", "cname-string";
    CLIENT: Text => "kerberos.CNameString", "CNameString";
    SNAMES: Uint => "kerberos.sname_string", "sname-string";
    SERVICE: Text => "kerberos.SNameString", "SNameString";
    REALM: Text => "kerberos.realm", "realm";
    CREALM: Text => "kerberos.crealm", "crealm";
    FROM: Text => "kerberos.from", "from";
    TILL: Text => "kerberos.till", "till";
    RTIME: Text => "kerberos.rtime", "rtime";
    NONCE: Uint => "kerberos.nonce", "nonce";
    ETYPES: Uint => "kerberos.kdc-req-body.etype", "etype";
    ENCTYPE: Int => "kerberos.ENCTYPE", "ENCTYPE";
    ADDRESSES: Uint => "kerberos.addresses", "addresses";
    HOST: Label => "kerberos.HostAddress_element", "HostAddress";
    ADDRESS_TYPE: Int => "kerberos.addr_type", "addr-type";
    AUTHORIZATION: Label => "kerberos.enc_authorization_data_element", "enc-authorization-data";
    ADDITIONAL: Uint => "kerberos.additional_tickets", "additional-tickets";
    A_TICKET: Label => "kerberos.Ticket_element", "Ticket";
    TICKET: Label => "kerberos.ticket_element", "ticket";
    VNO: Uint => "kerberos.tkt_vno", "tkt-vno";
    ENC_PART: Label => "kerberos.enc_part_element", "enc-part";
    ETYPE: Int => "kerberos.etype", "etype";
    KVNO: Uint => "kerberos.kvno", "kvno";
    CIPHER: Bytes => "kerberos.cipher", "cipher";
    AP_OPTIONS: Bytes => "kerberos.ap_options", "ap-options";
    SESSION_KEY: Bool => "kerberos.APOptions.use.session.key", "use-session-key";
    MUTUAL: Bool => "kerberos.APOptions.mutual.required", "mutual-required";
    AUTHENTICATOR: Label => "kerberos.authenticator_element", "authenticator";
    TICKETS: Uint => "kerberos.tickets", "tickets";
    CTIME: Text => "kerberos.ctime", "ctime";
    CUSEC: Uint => "kerberos.cusec", "cusec";
    STIME: Text => "kerberos.stime", "stime";
    SUSEC: Uint => "kerberos.susec", "susec";
    ERROR: Uint => "kerberos.error_code", "error-code";
    E_TEXT: Text => "kerberos.e_text", "e-text";
    E_DATA: Bytes => "kerberos.e_data", "e-data";
    MARK: Uint => "kerberos.rm.length", "Record Length";
}
pub(super) static ALL: &[&Field] = FIELDS;
pub(super) static RECORD_LENGTH: &Field = &MARK;

/// Messages by their application tags (RFC 4120 §5.10).
pub(super) static MESSAGES: &[Row] = &[
    (0x6a, &AS_REQ, Fields(REQUEST)),
    (0x6b, &AS_REP, Fields(REPLY)),
    (0x6c, &TGS_REQ, Fields(REQUEST)),
    (0x6d, &TGS_REP, Fields(REPLY)),
    APPLICATION_REQUEST,
    (0x6f, &AP_REP, Fields(&[VERSION, MESSAGE_TYPE, (0xa2, &ENC_PART, Fields(ENCRYPTED))])),
    (0x74, &SAFE, Fields(&[VERSION, MESSAGE_TYPE])),
    (0x75, &PRIV, Fields(&[VERSION, MESSAGE_TYPE, (0xa3, &ENC_PART, Fields(ENCRYPTED))])),
    (
        0x76,
        &CRED,
        Fields(&[VERSION, MESSAGE_TYPE, (0xa2, &TICKETS, List(&SOME_TICKET)), (0xa3, &ENC_PART, Fields(ENCRYPTED))]),
    ),
    (
        0x7e,
        &KRB_ERROR,
        Fields(&[
            VERSION,
            MESSAGE_TYPE,
            (0xa2, &CTIME, Time),
            (0xa3, &CUSEC, Value("")),
            (0xa4, &STIME, Time),
            (0xa5, &SUSEC, Value("")),
            (0xa6, &ERROR, Value(ERRORS)),
            (0xa7, &CREALM, Value("")),
            (0xa8, &CNAME, Fields(CLIENT_NAME)),
            (0xa9, &REALM, Value("")),
            (0xaa, &SNAME, Fields(SERVICE_NAME)),
            (0xab, &E_TEXT, Value("")),
            (0xac, &E_DATA, By(error_data)),
        ]),
    ),
];

const APPLICATION_REQUEST: Row = (0x6e, &AP_REQ, Fields(APPLICATION));
const VERSION: Row = (0xa0, &PVNO, Value(""));
const MESSAGE_TYPE: Row = (0xa1, &KIND, Value(KINDS));
static SOME_TICKET: Row = (0, &A_TICKET, Fields(TICKET_ROWS));
static PRE_AUTHENTICATION: Row = (0, &PA_DATA, By(pre_authentication));

static REQUEST: &[Row] = &[
    (0xa1, &PVNO, Value("")),
    (0xa2, &KIND, Value(KINDS)),
    (0xa3, &PADATA, List(&PRE_AUTHENTICATION)),
    (0xa4, &REQ_BODY, Fields(BODY)),
];
static BODY: &[Row] = &[
    (0xa0, &KDC_OPTIONS, Bits(OPTIONS)),
    (0xa1, &CNAME, Fields(CLIENT_NAME)),
    (0xa2, &REALM, Value("")),
    (0xa3, &SNAME, Fields(SERVICE_NAME)),
    (0xa4, &FROM, Time),
    (0xa5, &TILL, Time),
    (0xa6, &RTIME, Time),
    (0xa7, &NONCE, Value("")),
    (0xa8, &ETYPES, List(&(0, &ENCTYPE, Value(CIPHERS)))),
    (0xa9, &ADDRESSES, List(&(0, &HOST, Fields(&[(0xa0, &ADDRESS_TYPE, Value(ADDRESS_TYPES))])))),
    (0xaa, &AUTHORIZATION, Fields(ENCRYPTED)),
    (0xab, &ADDITIONAL, List(&SOME_TICKET)),
];
static REPLY: &[Row] = &[
    VERSION,
    MESSAGE_TYPE,
    (0xa2, &PADATA, List(&PRE_AUTHENTICATION)),
    (0xa3, &CREALM, Value("")),
    (0xa4, &CNAME, Fields(CLIENT_NAME)),
    (0xa5, &TICKET, Fields(TICKET_ROWS)),
    (0xa6, &ENC_PART, Fields(ENCRYPTED)),
];
static APPLICATION: &[Row] = &[
    VERSION,
    MESSAGE_TYPE,
    (0xa2, &AP_OPTIONS, Bits(&[(&SESSION_KEY, 1 << 30), (&MUTUAL, 1 << 29)])),
    (0xa3, &TICKET, Fields(TICKET_ROWS)),
    (0xa4, &AUTHENTICATOR, Fields(ENCRYPTED)),
];
static TICKET_ROWS: &[Row] = &[
    (0xa0, &VNO, Value("")),
    (0xa1, &REALM, Value("")),
    (0xa2, &SNAME, Fields(SERVICE_NAME)),
    (0xa3, &ENC_PART, Fields(ENCRYPTED)),
];
static ENCRYPTED: &[Row] = &[(0xa0, &ETYPE, Value(CIPHERS)), (0xa1, &KVNO, Value("")), (0xa2, &CIPHER, Value(""))];
static CLIENT_NAME: &[Row] = &[(0xa0, &NAME_TYPE, Value(NAME_TYPES)), (0xa1, &CNAMES, List(&(0, &CLIENT, Value(""))))];
static SERVICE_NAME: &[Row] =
    &[(0xa0, &NAME_TYPE, Value(NAME_TYPES)), (0xa1, &SNAMES, List(&(0, &SERVICE, Value(""))))];
static OPTIONS: &[(&Field, u32)] = &[
    (&FORWARDABLE, 1 << 30),
    (&FORWARDED, 1 << 29),
    (&PROXIABLE, 1 << 28),
    (&PROXY, 1 << 27),
    (&ALLOW_POSTDATE, 1 << 26),
    (&POSTDATED, 1 << 25),
    (&RENEWABLE, 1 << 23),
    (&DELEGATION, 1 << 17),
    (&CANONICALIZE, 1 << 16),
    (&ANONYMOUS, 1 << 15),
    (&UNCHECKED, 1 << 5),
    (&RENEWABLE_OK, 1 << 4),
    (&IN_SKEY, 1 << 3),
    (&RENEW, 1 << 1),
    (&VALIDATE, 1),
];

/// What a client proves or asks for beforehand: a type, and octets that are read by it.
fn pre_authentication(
    d: &mut Dissection,
    field: &'static Field,
    whole: &Bytes<'_>,
    content: &Bytes<'_>,
) -> Result<(), Problem> {
    static TYPE: Row = (0xa1, &PADATA_TYPE, Value(PRE_AUTHENTICATIONS));
    let (kind, rest) = ber::element(content)?;
    let (number, _) = ber::integer(&kind.content)?;
    let name = name_of(PRE_AUTHENTICATIONS, u64::from(number));
    d.label(field, whole.span(0..whole.len()), || format!("{} {name}", field.title()));
    d.nest(|d| {
        Tags::Explicit.element(d, &TYPE, content)?;
        let (wrapped, _) = ber::element(&rest)?;
        let (value, _) = ber::expect(&wrapped.content, ber::OCTET_STRING)?;
        d.nest(|d| {
            d.field(&PADATA_VALUE, value.span(0..value.len()), value.all());
            d.nest(|d| inside(d, number, &value))
        })
    })
}

/// What pre-authentication data is, as far as it can be read without keys.
fn inside(d: &mut Dissection, kind: u32, value: &Bytes<'_>) -> Result<(), Problem> {
    static REQUESTS: &[Row] = &[APPLICATION_REQUEST];
    static PAC: &[Row] = &[(0xa0, &INCLUDE_PAC, Value(""))];
    static INFO: Row = (0, &ETYPE_INFO, Fields(&[(0xa0, &ETYPE, Value(CIPHERS)), (0xa1, &INFO_SALT, Value(""))]));
    static INFO2: Row = (
        0,
        &ETYPE_INFO2,
        Fields(&[(0xa0, &ETYPE, Value(CIPHERS)), (0xa1, &INFO2_SALT, Value("")), (0xa2, &S2KPARAMS, Value(""))]),
    );
    if value.wire_len() == 0 {
        return Ok(());
    }
    match kind {
        1 => Tags::Explicit.elements(d, value, REQUESTS),
        2 => Tags::Explicit.elements(d, &ber::expect(value, ber::SEQUENCE)?.0, ENCRYPTED),
        3 => {
            d.field(&SALT, value.span(0..value.len()), value.all());
            Ok(())
        }
        11 => each(d, &INFO, &ber::expect(value, ber::SEQUENCE)?.0),
        19 => each(d, &INFO2, &ber::expect(value, ber::SEQUENCE)?.0),
        128 => Tags::Explicit.elements(d, &ber::expect(value, ber::SEQUENCE)?.0, PAC),
        _ => Ok(()),
    }
}

fn each(d: &mut Dissection, row: &'static Row, list: &Bytes<'_>) -> Result<(), Problem> {
    let mut rest = *list;
    while rest.wire_len() > 0 {
        Tags::Explicit.element(d, row, &rest)?;
        (_, rest) = ber::element(&rest)?;
    }
    Ok(())
}

/// What an error tells besides: which pre-authentication the server takes.
fn error_data(d: &mut Dissection, field: &'static Field, _: &Bytes<'_>, content: &Bytes<'_>) -> Result<(), Problem> {
    d.field(field, content.span(0..content.len()), content.all());
    match ber::expect(content, ber::SEQUENCE) {
        // A list, of a type [1] and a value each; errors have other data, too.
        Ok((list, _)) if matches!(ber::expect(&list, ber::SEQUENCE), Ok((first, _)) if first.u8(0) == Ok(0xa1)) => {
            d.nest(|d| each(d, &PRE_AUTHENTICATION, &list))
        }
        _ => Ok(()),
    }
}

static KINDS: Names = "10=krb-as-req|krb-as-rep|krb-tgs-req|krb-tgs-rep|krb-ap-req|krb-ap-rep|krb-tgt-req|krb-tgt-rep|20=krb-safe|\
    krb-priv|krb-cred|30=krb-error";
static NAME_TYPES: Names = "kRB5-NT-UNKNOWN|kRB5-NT-PRINCIPAL|kRB5-NT-SRV-INST|kRB5-NT-SRV-HST|kRB5-NT-SRV-XHST|kRB5-NT-UID|\
    kRB5-NT-X500-PRINCIPAL|kRB5-NT-SMTP-NAME|10=kRB5-NT-ENTERPRISE-PRINCIPAL|kRB5-NT-WELLKNOWN|kRB5-NT-SRV-HST-DOMAIN|\
    4294967166=kRB5-NT-ENT-PRINCIPAL-AND-ID|kRB5-NT-MS-PRINCIPAL-AND-ID|kRB5-NT-MS-PRINCIPAL";
static ADDRESS_TYPES: Names = "2=iPv4|5=cHAOS|xEROX|iSO|12=dECNET|16=aPPLETALK|20=nETBIOS|24=iPv6";
static CIPHERS: Names = "eTYPE-NULL|eTYPE-DES-CBC-CRC|eTYPE-DES-CBC-MD4|eTYPE-DES-CBC-MD5|5=eTYPE-DES3-CBC-MD5|\
    16=eTYPE-DES3-CBC-SHA1|eTYPE-AES128-CTS-HMAC-SHA1-96|eTYPE-AES256-CTS-HMAC-SHA1-96|eTYPE-AES128-CTS-HMAC-SHA256-128|\
    eTYPE-AES256-CTS-HMAC-SHA384-192|23=eTYPE-ARCFOUR-HMAC-MD5|eTYPE-ARCFOUR-HMAC-MD5-56|eTYPE-CAMELLIA128-CTS-CMAC|\
    eTYPE-CAMELLIA256-CTS-CMAC|4294967161=eTYPE-ARCFOUR-HMAC-OLD-EXP|4294967163=eTYPE-ARCFOUR-HMAC-OLD|\
    4294967168=eTYPE-ARCFOUR-MD4";
static PRE_AUTHENTICATIONS: Names = "pA-NONE|pA-TGS-REQ|pA-ENC-TIMESTAMP|pA-PW-SALT|10=pA-AFS3-SALT|pA-ETYPE-INFO|pA-SAM-CHALLENGE|\
    pA-SAM-RESPONSE|pA-PK-AS-REQ-19|pA-PK-AS-REP-19|pA-PK-AS-REQ|pA-PK-AS-REP|pA-PK-OCSP-RESPONSE|pA-ETYPE-INFO2|\
    128=pA-PAC-REQUEST|pA-FOR-USER|pA-FOR-X509-USER|pA-FOR-CHECK-DUPS|pA-PK-AS-09-BINDING|pA-FX-COOKIE|pA-AUTHENTICATION-SET|\
    pA-AUTH-SET-SELECTED|pA-FX-FAST|pA-FX-ERROR|pA-ENCRYPTED-CHALLENGE|141=pA-OTP-CHALLENGE|pA-OTP-REQUEST|pA-OTP-CONFIRM|\
    pA-OTP-PIN-CHANGE|147=pA-PKINIT-KX|pA-PKU2U-NAME|pA-REQ-ENC-PA-REP|pA-AS-FRESHNESS|pA-SPAKE|161=pA-KERB-KEY-LIST-REQ|\
    pA-KERB-KEY-LIST-REP|165=pA-SUPPORTED-ETYPES|pA-EXTENDED-ERROR|pA-PAC-OPTIONS";

/// RFC 4120 §7.5.9, and RFC 4556 §3.1.3.
pub(super) static ERRORS: Names = "KRB5KDC_ERR_NONE|KRB5KDC_ERR_NAME_EXP|KRB5KDC_ERR_SERVICE_EXP|KRB5KDC_ERR_BAD_PVNO|\
    KRB5KDC_ERR_C_OLD_MAST_KVNO|KRB5KDC_ERR_S_OLD_MAST_KVNO|KRB5KDC_ERR_C_PRINCIPAL_UNKNOWN|KRB5KDC_ERR_S_PRINCIPAL_UNKNOWN|\
    KRB5KDC_ERR_PRINCIPAL_NOT_UNIQUE|KRB5KDC_ERR_NULL_KEY|KRB5KDC_ERR_CANNOT_POSTDATE|KRB5KDC_ERR_NEVER_VALID|KRB5KDC_ERR_POLICY|\
    KRB5KDC_ERR_BADOPTION|KRB5KDC_ERR_ETYPE_NOSUPP|KRB5KDC_ERR_SUMTYPE_NOSUPP|KRB5KDC_ERR_PADATA_TYPE_NOSUPP|\
    KRB5KDC_ERR_TRTYPE_NOSUPP|KRB5KDC_ERR_CLIENT_REVOKED|KRB5KDC_ERR_SERVICE_REVOKED|KRB5KDC_ERR_TGT_REVOKED|\
    KRB5KDC_ERR_CLIENT_NOTYET|KRB5KDC_ERR_SERVICE_NOTYET|KRB5KDC_ERR_KEY_EXP|KRB5KDC_ERR_PREAUTH_FAILED|\
    KRB5KDC_ERR_PREAUTH_REQUIRED|KRB5KDC_ERR_SERVER_NOMATCH|KRB5KDC_ERR_MUST_USE_USER2USER|KRB5KDC_ERR_PATH_NOT_ACCEPTED|\
    KRB5KDC_ERR_SVC_UNAVAILABLE|31=KRB5KRB_AP_ERR_BAD_INTEGRITY|KRB5KRB_AP_ERR_TKT_EXPIRED|KRB5KRB_AP_ERR_TKT_NYV|\
    KRB5KRB_AP_ERR_REPEAT|KRB5KRB_AP_ERR_NOT_US|KRB5KRB_AP_ERR_BADMATCH|KRB5KRB_AP_ERR_SKEW|KRB5KRB_AP_ERR_BADADDR|\
    KRB5KRB_AP_ERR_BADVERSION|KRB5KRB_AP_ERR_MSG_TYPE|KRB5KRB_AP_ERR_MODIFIED|KRB5KRB_AP_ERR_BADORDER|KRB5KRB_AP_ERR_ILL_CR_TKT|\
    KRB5KRB_AP_ERR_BADKEYVER|KRB5KRB_AP_ERR_NOKEY|KRB5KRB_AP_ERR_MUT_FAIL|KRB5KRB_AP_ERR_BADDIRECTION|KRB5KRB_AP_ERR_METHOD|\
    KRB5KRB_AP_ERR_BADSEQ|KRB5KRB_AP_ERR_INAPP_CKSUM|KRB5KDC_AP_PATH_NOT_ACCEPTED|KRB5KRB_ERR_RESPONSE_TOO_BIG|\
    60=KRB5KRB_ERR_GENERIC|KRB5KRB_ERR_FIELD_TOOLONG|\
    KDC_ERROR_CLIENT_NOT_TRUSTED|KDC_ERROR_KDC_NOT_TRUSTED|KDC_ERROR_INVALID_SIG|KDC_ERR_KEY_TOO_WEAK|\
    KDC_ERR_CERTIFICATE_MISMATCH|KRB_AP_ERR_NO_TGT|KDC_ERR_WRONG_REALM|KRB_AP_ERR_USER_TO_USER_REQUIRED|\
    KDC_ERR_CANT_VERIFY_CERTIFICATE|KDC_ERR_INVALID_CERTIFICATE|KDC_ERR_REVOKED_CERTIFICATE|KDC_ERR_REVOCATION_STATUS_UNKNOWN|\
    KDC_ERR_REVOCATION_STATUS_UNAVAILABLE|KDC_ERR_CLIENT_NAME_MISMATCH|KDC_ERR_KDC_NAME_MISMATCH";
