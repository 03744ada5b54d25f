//! Pre-authentication data: RFC 4120 §5.2.7, FAST (RFC 6113 §5.4), PKINIT (RFC 4556 §3.2) and SPAKE (draft-ietf-kitten-krb-spake-preauth);
//! addresses, and credentials that nobody encrypted.
use super::*;
use crate::engine::dissect::{Reader, layouts};

layouts! {
    SUPPORTED = [
        Hex(8) => "kerberos.supported_entypes", "SupportedEnctypes", 4;
        Bool => "kerberos.supported_entypes.des-cbc-crc", "des-cbc-crc", &0x1;
        Bool => "kerberos.supported_entypes.des-cbc-md5", "des-cbc-md5", &0x2;
        Bool => "kerberos.supported_entypes.rc4-hmac", "rc4-hmac", &0x4;
        Bool => "kerberos.supported_entypes.aes128-cts-hmac-sha1-96", "aes128-cts-hmac-sha1-96", &0x8;
        Bool => "kerberos.supported_entypes.aes256-cts-hmac-sha1-96", "aes256-cts-hmac-sha1-96", &0x10;
        Bool => "kerberos.supported_entypes.fast-supported", "fast-supported", &0x10000;
        Bool => "kerberos.supported_entypes.compound-identity-supported", "compound-identity-supported", &0x20000;
        Bool => "kerberos.supported_entypes.claims-supported", "claims-supported", &0x40000;
        Bool => "kerberos.supported_entypes.resource-sid-compression-disabled", "resource-sid-compression-disabled", &0x80000;
    ]
    PADDED = [Uint => "ber.bitstring.padding", "Padding", 1;]
}
pub(super) static ALL: &[&[Slot]] = LAYOUTS;

static CIPHER_KIND: Row = (0, &ENCTYPE, Value(CIPHERS));
static FOR_USER: &[Row] = &[
    (0xa0, &A_NAME, Fields(&[(0xa0, &NAME_TYPE, Value(NAME_TYPES)), (0xa1, &NAMES, List(&(0, &NAME, Value(""))))])),
    (0xa1, &REALM, Value("")),
    (0xa2, &CHECKSUM, Fields(SUM)),
    (0xa3, &AUTH, Value("")),
];
static PAC_OPTIONS: &[Row] =
    &[(0xa0, &FLAGS, Bits(&[(&CLAIMS, 1 << 31), (&BRANCH, 1 << 30), (&FORWARD, 1 << 29), (&RESOURCE, 1 << 28)]))];
static SPAKE_GROUPS: Names = "1=sPAKEGroup-edwards25519|sPAKEGroup-P-256|sPAKEGroup-P-384|sPAKEGroup-P-521";
static SPAKE: &[Row] = &[
    (0xa0, &SUPPORT, Fields(&[(0xa0, &GROUPS, List(&(0, &A_GROUP, Value(SPAKE_GROUPS))))])),
    (
        0xa1,
        &CHALLENGE,
        Fields(&[
            (0xa0, &GROUP, Value(SPAKE_GROUPS)),
            (0xa1, &PUBKEY, Value("")),
            (
                0xa2,
                &FACTORS,
                List(&(
                    0,
                    &A_FACTOR,
                    Fields(&[
                        (0xa0, &FACTOR_TYPE, Value("1=sPAKESecondFactor-SF-NONE")),
                        (0xa1, &FACTOR_DATA, Value("")),
                    ]),
                )),
            ),
        ]),
    ),
    (0xa2, &RESPONSE, Fields(&[(0xa0, &PUBKEY, Value("")), (0xa1, &FACTOR, Fields(ENCRYPTED))])),
    (0xa3, &ENCDATA, Fields(ENCRYPTED)),
];
static REQUESTED: &[Row] = &[(
    0xa0,
    &ARMORED,
    Fields(&[
        (
            0xa0,
            &ARMOR,
            Fields(&[(0xa0, &ARMOR_TYPE, Value("|fX-FAST-ARMOR-AP-REQUEST")), (0xa1, &ARMOR_VALUE, By(armor))]),
        ),
        (0xa1, &REQUEST_CHECKSUM, Fields(SUM)),
        (0xa2, &FAST_REQUEST, Fields(ENCRYPTED)),
    ]),
)];
static ANSWERED: &[Row] = &[(0xa0, &ARMORED, Fields(&[(0xa0, &FAST_REPLY, Fields(ENCRYPTED))]))];
static CREDENTIALS: &[Row] = &[(
    0x7d,
    &CRED_PART,
    Fields(&[
        (0xa0, &TICKET_INFO, List(&(0, &CRED_INFO, Fields(INFO_ROWS)))),
        (0xa1, &NONCE, Value("")),
        (0xa2, &TIMESTAMP, Time),
        (0xa3, &USEC, Value("")),
        (0xa4, &FROM_ADDRESS, By(host)),
        (0xa5, &TO_ADDRESS, By(host)),
    ]),
)];
static INFO_ROWS: &[Row] = &[
    (0xa0, &KEY, Fields(&[(0xa0, &KEY_TYPE, Value(CIPHERS)), (0xa1, &KEY_VALUE, Value(""))])),
    (0xa1, &PREALM, Value("")),
    (0xa2, &PNAME, Fields(SERVICE_NAME)),
    (0xa3, &FLAGS, Bits(TICKET_FLAGS)),
    (0xa4, &AUTHTIME, Time),
    (0xa5, &STARTTIME, Time),
    (0xa6, &ENDTIME, Time),
    (0xa7, &RENEW_TILL, Time),
    (0xa8, &SREALM, Value("")),
    (0xa9, &SNAME, Fields(SERVICE_NAME)),
    (0xaa, &CADDR, List(&A_HOST)),
];
static TICKET_FLAGS: &[(&Field, u32)] = &[
    (&OF_TICKET_0, 1 << 31),
    (&OF_TICKET_1, 1 << 30),
    (&OF_TICKET_2, 1 << 29),
    (&OF_TICKET_3, 1 << 28),
    (&OF_TICKET_4, 1 << 27),
    (&OF_TICKET_5, 1 << 26),
    (&OF_TICKET_6, 1 << 25),
    (&OF_TICKET_7, 1 << 24),
    (&OF_TICKET_8, 1 << 23),
    (&OF_TICKET_9, 1 << 22),
    (&OF_TICKET_10, 1 << 21),
    (&OF_TICKET_11, 1 << 20),
    (&OF_TICKET_12, 1 << 19),
    (&OF_TICKET_13, 1 << 18),
    (&OF_TICKET_14, 1 << 17),
    (&OF_TICKET_15, 1 << 16),
    (&OF_TICKET_16, 1 << 15),
];

/// What a client proves or asks for beforehand: a type, and octets that are read by it.
pub(super) fn data(
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
        2 | 138 => Tags::Explicit.elements(d, &ber::expect(value, ber::SEQUENCE)?.0, ENCRYPTED),
        3 => {
            d.field(&SALT, value.span(0..value.len()), value.all());
            Ok(())
        }
        11 => each(d, &INFO, &ber::expect(value, ber::SEQUENCE)?.0),
        19 => each(d, &INFO2, &ber::expect(value, ber::SEQUENCE)?.0),
        16 | 17 => keys(d, kind, value),
        128 => Tags::Explicit.elements(d, &ber::expect(value, ber::SEQUENCE)?.0, PAC),
        129 => Tags::Explicit.elements(d, &ber::expect(value, ber::SEQUENCE)?.0, FOR_USER),
        136 => fast(d, value),
        151 => Tags::Explicit.elements(d, value, SPAKE),
        161 => each(d, &CIPHER_KIND, &ber::expect(value, ber::SEQUENCE)?.0),
        165 => Reader::little(*value, 0).layout(d, SUPPORTED).map(|_| ()),
        167 => Tags::Explicit.elements(d, &ber::expect(value, ber::SEQUENCE)?.0, PAC_OPTIONS),
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
pub(super) fn error_data(
    d: &mut Dissection,
    field: &'static Field,
    _: &Bytes<'_>,
    content: &Bytes<'_>,
) -> Result<(), Problem> {
    d.field(field, content.span(0..content.len()), content.all());
    match ber::expect(content, ber::SEQUENCE) {
        // A list, of a type [1] and a value each; errors have other data, too.
        Ok((list, _)) if matches!(ber::expect(&list, ber::SEQUENCE), Ok((first, _)) if first.u8(0) == Ok(0xa1)) => {
            d.nest(|d| each(d, &PRE_AUTHENTICATION, &list))
        }
        _ => Ok(()),
    }
}

/// Only a request says how its armor is made: a reply has but the encrypted part.
fn fast(d: &mut Dissection, value: &Bytes<'_>) -> Result<(), Problem> {
    let (armored, _) = ber::element(value)?;
    let (_, behind) = ber::element(&ber::expect(&armored.content, ber::SEQUENCE)?.0)?;
    Tags::Explicit.elements(d, value, if behind.wire_len() > 0 { REQUESTED } else { ANSWERED })
}

/// What an armor key is taken from.
fn armor(d: &mut Dissection, field: &'static Field, _: &Bytes<'_>, content: &Bytes<'_>) -> Result<(), Problem> {
    static REQUESTS: &[Row] = &[APPLICATION_REQUEST];
    d.field(field, content.span(0..content.len()), content.all());
    d.nest(|d| Tags::Explicit.elements(d, content, REQUESTS))
}

/// Signed or encrypted by certificates: what is in there is CMS (RFC 5652).
fn keys(d: &mut Dissection, kind: u32, value: &Bytes<'_>) -> Result<(), Problem> {
    let found =
        if kind == 16 { ber::element(&ber::expect(value, ber::SEQUENCE)?.0)?.0 } else { ber::element(value)?.0 };
    let field = match (kind, found.tag & 0x1f) {
        (16, _) => &AUTH_PACK,
        (_, 0) => &DH_DATA,
        _ => &KEY_PACK,
    };
    d.label(field, found.content.span(0..found.content.len()), || field.title().to_owned());
    Ok(())
}

/// An address of its type (RFC 4120 §7.5.3).
pub(super) fn host(
    d: &mut Dissection,
    field: &'static Field,
    whole: &Bytes<'_>,
    content: &Bytes<'_>,
) -> Result<(), Problem> {
    static TYPE: Row = (0xa0, &ADDRESS_TYPE, Value(ADDRESS_TYPES));
    let (kind, rest) = ber::element(content)?;
    let (kind, _) = ber::integer(&kind.content)?;
    d.label(field, whole.span(0..whole.len()), || field.title().to_owned());
    d.nest(|d| {
        Tags::Explicit.element(d, &TYPE, content)?;
        let (wrapped, _) = ber::element(&rest)?;
        let (address, _) = ber::expect(&wrapped.content, ber::OCTET_STRING)?;
        let field = match (kind, address.len()) {
            (2, 4) => &ADDRESS_IP,
            (24, 16) => &ADDRESS_IP6,
            (20, 16) => &ADDRESS_NETBIOS,
            _ => return Ok(()),
        };
        let size = address.len();
        match kind {
            // The last byte says what kind of name it is; spaces fill it up.
            20 => {
                let name = crate::engine::dissect::text::shown(address.take(0..15)?);
                let name = name.trim_end();
                d.noted(field, address.span(0..size), name, &format!("{name}<{:02x}>", address.u8(15)?));
            }
            _ => _ = Reader::new(address, 0).field(d, field, size)?,
        }
        Ok(())
    })
}

/// What credentials are encrypted with: nothing, often.
pub(super) fn credentials(
    d: &mut Dissection,
    field: &'static Field,
    whole: &Bytes<'_>,
    content: &Bytes<'_>,
) -> Result<(), Problem> {
    d.label(field, whole.span(0..whole.len()), || field.title().to_owned());
    d.nest(|d| Tags::Explicit.elements(d, content, ENCRYPTED))?;
    let (kind, rest) = ber::element(content)?;
    if ber::integer(&kind.content)?.0 != 0 {
        return Ok(());
    }
    let (wrapped, _) = ber::element(&rest)?;
    let (plain, _) = ber::expect(&wrapped.content, ber::OCTET_STRING)?;
    d.nest(|d| d.nest(|d| Tags::Explicit.elements(d, &plain, CREDENTIALS)))
}
