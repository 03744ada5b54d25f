//! The messages of RFC 4120 §5 as tables, and what their numbers are called.
mod pre;

use super::*;
use crate::engine::dissect::asn::Inner::{Bits, By, Fields, List, Time, Value};
use crate::engine::dissect::asn::{Row, Tags};
use crate::engine::dissect::{Field, Names, Slot, name_of};

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
    RESERVED: Bool => "kerberos.KDCOptions.reserved", "reserved";
    FORWARDABLE: Bool => "kerberos.KDCOptions.forwardable", "forwardable";
    FORWARDED: Bool => "kerberos.KDCOptions.forwarded", "forwarded";
    PROXIABLE: Bool => "kerberos.KDCOptions.proxiable", "proxiable";
    PROXY: Bool => "kerberos.KDCOptions.proxy", "proxy";
    ALLOW_POSTDATE: Bool => "kerberos.KDCOptions.allow.postdate", "allow-postdate";
    POSTDATED: Bool => "kerberos.KDCOptions.postdated", "postdated";
    UNUSED7: Bool => "kerberos.KDCOptions.unused7", "unused7";
    RENEWABLE: Bool => "kerberos.KDCOptions.renewable", "renewable";
    UNUSED9: Bool => "kerberos.KDCOptions.unused9", "unused9";
    UNUSED10: Bool => "kerberos.KDCOptions.unused10", "unused10";
    HARDWARE: Bool => "kerberos.KDCOptions.opt.hardware.auth", "opt-hardware-auth";
    UNUSED12: Bool => "kerberos.KDCOptions.unused12", "unused12";
    UNUSED13: Bool => "kerberos.KDCOptions.unused13", "unused13";
    DELEGATION: Bool => "kerberos.KDCOptions.constrained.delegation", "constrained-delegation";
    CANONICALIZE: Bool => "kerberos.KDCOptions.canonicalize", "canonicalize";
    ANONYMOUS: Bool => "kerberos.KDCOptions.request.anonymous", "request-anonymous";
    UNUSED17: Bool => "kerberos.KDCOptions.unused17", "unused17";
    UNUSED18: Bool => "kerberos.KDCOptions.unused18", "unused18";
    UNUSED19: Bool => "kerberos.KDCOptions.unused19", "unused19";
    UNUSED20: Bool => "kerberos.KDCOptions.unused20", "unused20";
    UNUSED21: Bool => "kerberos.KDCOptions.unused21", "unused21";
    UNUSED22: Bool => "kerberos.KDCOptions.unused22", "unused22";
    UNUSED23: Bool => "kerberos.KDCOptions.unused23", "unused23";
    UNUSED24: Bool => "kerberos.KDCOptions.unused24", "unused24";
    UNUSED25: Bool => "kerberos.KDCOptions.unused25", "unused25";
    UNCHECKED: Bool => "kerberos.KDCOptions.disable.transited.check", "disable-transited-check";
    RENEWABLE_OK: Bool => "kerberos.KDCOptions.renewable.ok", "renewable-ok";
    IN_SKEY: Bool => "kerberos.KDCOptions.enc.tkt.in.skey", "enc-tkt-in-skey";
    UNUSED29: Bool => "kerberos.KDCOptions.unused29", "unused29";
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
    AP_RESERVED: Bool => "kerberos.APOptions.reserved", "reserved";
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
    MARK_RESERVED: Bool => "kerberos.rm.reserved", "Reserved";
    ADDRESS_IP: Address => "kerberos.addr_ip", "IP Address";
    ADDRESS_IP6: Address => "kerberos.addr_ipv6", "IPv6 Address";
    ADDRESS_NETBIOS: Text => "kerberos.addr_nb", "NetBIOS Address";
    CHECKSUM: Label => "kerberos.cksum_element", "cksum";
    CHECKSUM_TYPE: Int => "kerberos.cksumtype", "cksumtype";
    CHECKSUM_BYTES: Bytes => "kerberos.checksum", "checksum";
    SAFE_BODY: Label => "kerberos.safe_body_element", "safe-body";
    USER_DATA: Bytes => "kerberos.user_data", "user-data";
    TIMESTAMP: Text => "kerberos.timestamp", "timestamp";
    USEC: Uint => "kerberos.usec", "usec";
    SEQUENCE: Uint => "kerberos.seq_number", "seq-number";
    FROM_ADDRESS: Label => "kerberos.s_address_element", "s-address";
    TO_ADDRESS: Label => "kerberos.r_address_element", "r-address";
    CRED_PART: Label => "kerberos.encKrbCredPart_element", "encKrbCredPart";
    TICKET_INFO: Uint => "kerberos.ticket_info", "ticket-info";
    CRED_INFO: Label => "kerberos.KrbCredInfo_element", "KrbCredInfo";
    KEY: Label => "kerberos.key_element", "key";
    KEY_TYPE: Int => "kerberos.keytype", "keytype";
    KEY_VALUE: Bytes => "kerberos.keyvalue", "keyvalue";
    PREALM: Text => "kerberos.prealm", "prealm";
    PNAME: Label => "kerberos.pname_element", "pname";
    FLAGS: Bytes => "kerberos.flags", "flags";
    AUTHTIME: Text => "kerberos.authtime", "authtime";
    STARTTIME: Text => "kerberos.starttime", "starttime";
    ENDTIME: Text => "kerberos.endtime", "endtime";
    RENEW_TILL: Text => "kerberos.renew_till", "renew-till";
    SREALM: Text => "kerberos.srealm", "srealm";
    CADDR: Uint => "kerberos.caddr", "caddr";
    A_NAME: Label => "kerberos.name_element", "name";
    NAMES: Uint => "kerberos.name_string", "name-string";
    NAME: Text => "kerberos.KerberosString", "KerberosString";
    AUTH: Text => "kerberos.auth", "auth";
    ARMORED: Label => "kerberos.armored_data_element", "armored-data";
    ARMOR: Label => "kerberos.armor_element", "armor";
    ARMOR_TYPE: Int => "kerberos.armor_type", "armor-type";
    ARMOR_VALUE: Bytes => "kerberos.armor_value", "armor-value";
    REQUEST_CHECKSUM: Label => "kerberos.req_checksum_element", "req-checksum";
    FAST_REQUEST: Label => "kerberos.enc_fast_req_element", "enc-fast-req";
    FAST_REPLY: Label => "kerberos.enc_fast_rep_element", "enc-fast-rep";
    SUPPORT: Label => "kerberos.support_element", "support";
    GROUPS: Uint => "kerberos.groups", "groups";
    A_GROUP: Int => "kerberos.SPAKEGroup", "SPAKEGroup";
    CHALLENGE: Label => "kerberos.challenge_element", "challenge";
    GROUP: Int => "kerberos.group", "group";
    PUBKEY: Bytes => "kerberos.pubkey", "pubkey";
    FACTORS: Uint => "kerberos.factors", "factors";
    A_FACTOR: Label => "kerberos.SPAKESecondFactor_element", "SPAKESecondFactor";
    FACTOR_TYPE: Int => "kerberos.type", "type";
    FACTOR_DATA: Bytes => "kerberos.data", "data";
    RESPONSE: Label => "kerberos.response_element", "response";
    FACTOR: Label => "kerberos.factor_element", "factor";
    ENCDATA: Label => "kerberos.encdata_element", "encdata";
    AUTH_PACK: Label => "pkinit.signedAuthPack_element", "signedAuthPack";
    DH_DATA: Label => "pkinit.dhSignedData_element", "dhSignedData";
    KEY_PACK: Label => "pkinit.encKeyPack_element", "encKeyPack";
    CLAIMS: Bool => "kerberos.PAC.OPTIONS.FLAGS.claims", "claims";
    BRANCH: Bool => "kerberos.PAC.OPTIONS.FLAGS.branch.aware", "branch-aware";
    FORWARD: Bool => "kerberos.PAC.OPTIONS.FLAGS.forward.to.full.dc", "forward-to-full-dc";
    RESOURCE: Bool =>
        "kerberos.PAC.OPTIONS.FLAGS.resource.based.constrained.delegation", "resource-based-constrained-delegation";
    OF_TICKET_0: Bool => "kerberos.TicketFlags.reserved", "reserved";
    OF_TICKET_1: Bool => "kerberos.TicketFlags.forwardable", "forwardable";
    OF_TICKET_2: Bool => "kerberos.TicketFlags.forwarded", "forwarded";
    OF_TICKET_3: Bool => "kerberos.TicketFlags.proxiable", "proxiable";
    OF_TICKET_4: Bool => "kerberos.TicketFlags.proxy", "proxy";
    OF_TICKET_5: Bool => "kerberos.TicketFlags.may.postdate", "may-postdate";
    OF_TICKET_6: Bool => "kerberos.TicketFlags.postdated", "postdated";
    OF_TICKET_7: Bool => "kerberos.TicketFlags.invalid", "invalid";
    OF_TICKET_8: Bool => "kerberos.TicketFlags.renewable", "renewable";
    OF_TICKET_9: Bool => "kerberos.TicketFlags.initial", "initial";
    OF_TICKET_10: Bool => "kerberos.TicketFlags.pre.authent", "pre-authent";
    OF_TICKET_11: Bool => "kerberos.TicketFlags.hw.authent", "hw-authent";
    OF_TICKET_12: Bool => "kerberos.TicketFlags.transited.policy.checked", "transited-policy-checked";
    OF_TICKET_13: Bool => "kerberos.TicketFlags.ok.as.delegate", "ok-as-delegate";
    OF_TICKET_14: Bool => "kerberos.TicketFlags.unused", "unused";
    OF_TICKET_15: Bool => "kerberos.TicketFlags.enc.pa.rep", "enc-pa-rep";
    OF_TICKET_16: Bool => "kerberos.TicketFlags.anonymous", "anonymous";
}
pub(super) static ALL: &[&Field] = FIELDS;
pub(super) static RECORD_LENGTH: &Field = &MARK;
pub(super) static RECORD_RESERVED: &Field = &MARK_RESERVED;
pub(super) static LAYOUTS: &[&[Slot]] = pre::ALL;

/// Messages by their application tags (RFC 4120 §5.10).
pub(super) static MESSAGES: &[Row] = &[
    (0x6a, &AS_REQ, Fields(REQUEST)),
    (0x6b, &AS_REP, Fields(REPLY)),
    (0x6c, &TGS_REQ, Fields(REQUEST)),
    (0x6d, &TGS_REP, Fields(REPLY)),
    APPLICATION_REQUEST,
    (0x6f, &AP_REP, Fields(&[VERSION, MESSAGE_TYPE, (0xa2, &ENC_PART, Fields(ENCRYPTED))])),
    (
        0x74,
        &SAFE,
        Fields(&[
            VERSION,
            MESSAGE_TYPE,
            (
                0xa2,
                &SAFE_BODY,
                Fields(&[
                    (0xa0, &USER_DATA, Value("")),
                    (0xa1, &TIMESTAMP, Time),
                    (0xa2, &USEC, Value("")),
                    (0xa3, &SEQUENCE, Value("")),
                    (0xa4, &FROM_ADDRESS, By(pre::host)),
                    (0xa5, &TO_ADDRESS, By(pre::host)),
                ]),
            ),
            (0xa3, &CHECKSUM, Fields(SUM)),
        ]),
    ),
    (0x75, &PRIV, Fields(&[VERSION, MESSAGE_TYPE, (0xa3, &ENC_PART, Fields(ENCRYPTED))])),
    (
        0x76,
        &CRED,
        Fields(&[VERSION, MESSAGE_TYPE, (0xa2, &TICKETS, List(&SOME_TICKET)), (0xa3, &ENC_PART, By(pre::credentials))]),
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
            (0xac, &E_DATA, By(pre::error_data)),
        ]),
    ),
];

const APPLICATION_REQUEST: Row = (0x6e, &AP_REQ, Fields(APPLICATION));
const VERSION: Row = (0xa0, &PVNO, Value(""));
const MESSAGE_TYPE: Row = (0xa1, &KIND, Value(KINDS));
static A_HOST: Row = (0, &HOST, By(pre::host));
static SUM: &[Row] = &[(0xa0, &CHECKSUM_TYPE, Value(CHECKSUMS)), (0xa1, &CHECKSUM_BYTES, Value(""))];
static SOME_TICKET: Row = (0, &A_TICKET, Fields(TICKET_ROWS));
static PRE_AUTHENTICATION: Row = (0, &PA_DATA, By(pre::data));

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
    (0xa9, &ADDRESSES, List(&A_HOST)),
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
    (0xa2, &AP_OPTIONS, Bits(&[(&AP_RESERVED, 1 << 31), (&SESSION_KEY, 1 << 30), (&MUTUAL, 1 << 29)])),
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
    (&RESERVED, 1 << 31),
    (&FORWARDABLE, 1 << 30),
    (&FORWARDED, 1 << 29),
    (&PROXIABLE, 1 << 28),
    (&PROXY, 1 << 27),
    (&ALLOW_POSTDATE, 1 << 26),
    (&POSTDATED, 1 << 25),
    (&UNUSED7, 1 << 24),
    (&RENEWABLE, 1 << 23),
    (&UNUSED9, 1 << 22),
    (&UNUSED10, 1 << 21),
    (&HARDWARE, 1 << 20),
    (&UNUSED12, 1 << 19),
    (&UNUSED13, 1 << 18),
    (&DELEGATION, 1 << 17),
    (&CANONICALIZE, 1 << 16),
    (&ANONYMOUS, 1 << 15),
    (&UNUSED17, 1 << 14),
    (&UNUSED18, 1 << 13),
    (&UNUSED19, 1 << 12),
    (&UNUSED20, 1 << 11),
    (&UNUSED21, 1 << 10),
    (&UNUSED22, 1 << 9),
    (&UNUSED23, 1 << 8),
    (&UNUSED24, 1 << 7),
    (&UNUSED25, 1 << 6),
    (&UNCHECKED, 1 << 5),
    (&RENEWABLE_OK, 1 << 4),
    (&IN_SKEY, 1 << 3),
    (&UNUSED29, 1 << 2),
    (&RENEW, 1 << 1),
    (&VALIDATE, 1),
];

static KINDS: Names = "10=krb-as-req|krb-as-rep|krb-tgs-req|krb-tgs-rep|krb-ap-req|krb-ap-rep|krb-tgt-req|krb-tgt-rep|20=krb-safe|\
    krb-priv|krb-cred|30=krb-error";
static NAME_TYPES: Names = "kRB5-NT-UNKNOWN|kRB5-NT-PRINCIPAL|kRB5-NT-SRV-INST|kRB5-NT-SRV-HST|kRB5-NT-SRV-XHST|kRB5-NT-UID|\
    kRB5-NT-X500-PRINCIPAL|kRB5-NT-SMTP-NAME|10=kRB5-NT-ENTERPRISE-PRINCIPAL|kRB5-NT-WELLKNOWN|kRB5-NT-SRV-HST-DOMAIN|\
    4294967166=kRB5-NT-ENT-PRINCIPAL-AND-ID|kRB5-NT-MS-PRINCIPAL-AND-ID|kRB5-NT-MS-PRINCIPAL";
static ADDRESS_TYPES: Names = "2=iPv4|5=cHAOS|xEROX|iSO|12=dECNET|16=aPPLETALK|20=nETBIOS|24=iPv6";
static CHECKSUMS: Names = "cKSUMTYPE-NONE|cKSUMTYPE-CRC32|cKSUMTYPE-RSA-MD4|cKSUMTYPE-RSA-MD4-DES|cKSUMTYPE-DES-MAC|\
    cKSUMTYPE-DES-MAC-K|cKSUMTYPE-RSA-MD4-DES-K|cKSUMTYPE-RSA-MD5|cKSUMTYPE-RSA-MD5-DES|12=cKSUMTYPE-HMAC-SHA1-DES3-KD|\
    cKSUMTYPE-HMAC-SHA1-DES3|cKSUMTYPE-SHA1|cKSUMTYPE-HMAC-SHA1-96-AES-128|cKSUMTYPE-HMAC-SHA1-96-AES-256|\
    4294967158=cKSUMTYPE-HMAC-MD5";
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
