//! Diameter, RFC 6733.
mod attributes;

use crate::engine::dissect::{
    Bytes, Claim, Dissection, Field, Frame, Next, Payload, Problem, Protocol, Role, Stream, Transport, Value, Verdict,
    fields,
};

fields! {
    VERSION: Hex(2) => "diameter.version", "Version";
    LENGTH: Uint => "diameter.length", "Length";
    FLAGS: Hex(2) => "diameter.flags", "Flags";
    REQUEST: Bool => "diameter.flags.request", "Request";
    PROXYABLE: Bool => "diameter.flags.proxyable", "Proxyable";
    ERROR: Bool => "diameter.flags.error", "Error";
    AGAIN: Bool => "diameter.flags.T", "T(Potentially re-transmitted message)";
    RESERVED4: Bool => "diameter.flags.reserved4", "Reserved";
    RESERVED5: Bool => "diameter.flags.reserved5", "Reserved";
    RESERVED6: Bool => "diameter.flags.reserved6", "Reserved";
    RESERVED7: Bool => "diameter.flags.reserved7", "Reserved";
    COMMAND: Uint => "diameter.cmd.code", "Command Code";
    APPLICATION: Uint => "diameter.applicationId", "ApplicationId";
    HOP: Hex(8) => "diameter.hopbyhopid", "Hop-by-Hop Identifier";
    END: Hex(8) => "diameter.endtoendid", "End-to-End Identifier";
    ANSWER_IN: Frame => "diameter.answer_in", "Answer In";
    ANSWER_TO: Frame => "diameter.answer_to", "Request In";
    TIME: Seconds => "diameter.resp_time", "Response Time";
    AVP: Label => "diameter.avp", "AVP";
    CODE: Uint => "diameter.avp.code", "AVP Code";
    AVP_FLAGS: Hex(2) => "diameter.avp.flags", "AVP Flags";
    BY_VENDOR: Bool => "diameter.flags.vendorspecific", "Vendor-Specific";
    MANDATORY: Bool => "diameter.flags.mandatory", "Mandatory";
    PROTECTED: Bool => "diameter.avp.flags.protected", "Protected";
    AVP_RESERVED3: Bool => "diameter.avp.flags.reserved3", "Reserved";
    AVP_RESERVED4: Bool => "diameter.avp.flags.reserved4", "Reserved";
    AVP_RESERVED5: Bool => "diameter.avp.flags.reserved5", "Reserved";
    AVP_RESERVED6: Bool => "diameter.avp.flags.reserved6", "Reserved";
    AVP_RESERVED7: Bool => "diameter.avp.flags.reserved7", "Reserved";
    AVP_LENGTH: Uint => "diameter.avp.len", "AVP Length";
    VENDOR: Uint => "diameter.avp.vendorId", "AVP Vendor Id";
    PAD: Bytes => "diameter.avp.pad", "Padding";
    UNKNOWN: Bytes => "diameter.avp.unknown", "Value";
    USER_NAME: Text => "diameter.User-Name", "User-Name";
    CLASS: Bytes => "diameter.Class", "Class";
    SESSION_TIMEOUT: Uint => "diameter.Session-Timeout", "Session-Timeout";
    CALLED: Text => "diameter.Called-Station-Id", "Called-Station-Id";
    CALLING: Text => "diameter.Calling-Station-Id", "Calling-Station-Id";
    STAMP: Text => "diameter.Event-Timestamp", "Event-Timestamp";
    INTERIM: Uint => "diameter.Acct-Interim-Interval", "Acct-Interim-Interval";
    HOST_ADDRESS: Bytes => "diameter.Host-IP-Address", "Host-IP-Address";
    FAMILY: Uint => "diameter.Host-IP-Address.addr_family", "Host-IP-Address Address Family";
    ADDRESS4: Address => "diameter.Host-IP-Address.IPv4", "Host-IP-Address Address";
    ADDRESS6: Address => "diameter.Host-IP-Address.IPv6", "Host-IP-Address Address";
    AUTH_APPLICATION: Uint => "diameter.Auth-Application-Id", "Auth-Application-Id";
    ACCT_APPLICATION: Uint => "diameter.Acct-Application-Id", "Acct-Application-Id";
    VENDOR_APPLICATION: Bytes => "diameter.Vendor-Specific-Application-Id", "Vendor-Specific-Application-Id";
    REDIRECT_USAGE: Int => "diameter.Redirect-Host-Usage", "Redirect-Host-Usage";
    REDIRECT_TIME: Uint => "diameter.Redirect-Max-Cache-Time", "Redirect-Max-Cache-Time";
    SESSION: Text => "diameter.Session-Id", "Session-Id";
    ORIGIN_HOST: Text => "diameter.Origin-Host", "Origin-Host";
    SUPPORTED_VENDOR: Uint => "diameter.Supported-Vendor-Id", "Supported-Vendor-Id";
    VENDOR_ID: Uint => "diameter.Vendor-Id", "Vendor-Id";
    FIRMWARE: Uint => "diameter.Firmware-Revision", "Firmware-Revision";
    RESULT: Int => "diameter.Result-Code", "Result-Code";
    PRODUCT: Text => "diameter.Product-Name", "Product-Name";
    DISCONNECT: Int => "diameter.Disconnect-Cause", "Disconnect-Cause";
    AUTH_REQUEST: Int => "diameter.Auth-Request-Type", "Auth-Request-Type";
    AUTH_GRACE: Uint => "diameter.Auth-Grace-Period", "Auth-Grace-Period";
    AUTH_SESSION: Int => "diameter.Auth-Session-State", "Auth-Session-State";
    ORIGIN_STATE: Uint => "diameter.Origin-State-Id", "Origin-State-Id";
    FAILED: Bytes => "diameter.Failed-AVP", "Failed-AVP";
    PROXY_HOST: Text => "diameter.Proxy-Host", "Proxy-Host";
    ERROR_MESSAGE: Text => "diameter.Error-Message", "Error-Message";
    ROUTE: Text => "diameter.Route-Record", "Route-Record";
    DESTINATION_REALM: Text => "diameter.Destination-Realm", "Destination-Realm";
    PROXY_INFO: Bytes => "diameter.Proxy-Info", "Proxy-Info";
    REAUTH: Int => "diameter.Re-Auth-Request-Type", "Re-Auth-Request-Type";
    LIFETIME: Int => "diameter.Authorization-Lifetime", "Authorization-Lifetime";
    REDIRECT_HOST: Text => "diameter.Redirect-Host", "Redirect-Host";
    DESTINATION_HOST: Text => "diameter.Destination-Host", "Destination-Host";
    REPORTER: Text => "diameter.Error-Reporting-Host", "Error-Reporting-Host";
    TERMINATION: Int => "diameter.Termination-Cause", "Termination-Cause";
    ORIGIN_REALM: Text => "diameter.Origin-Realm", "Origin-Realm";
    EXPERIMENTAL: Bytes => "diameter.Experimental-Result", "Experimental-Result";
    EXPERIMENTAL_CODE: Int => "diameter.Experimental-Result-Code", "Experimental-Result-Code";
    INBAND: Int => "diameter.Inband-Security-Id", "Inband-Security-Id";
    CC_INPUT: Uint => "diameter.CC-Input-Octets", "CC-Input-Octets";
    CC_OUTPUT: Uint => "diameter.CC-Output-Octets", "CC-Output-Octets";
    CC_NUMBER: Uint => "diameter.CC-Request-Number", "CC-Request-Number";
    CC_TYPE: Int => "diameter.CC-Request-Type", "CC-Request-Type";
    CC_UNITS: Uint => "diameter.CC-Service-Specific-Units", "CC-Service-Specific-Units";
    CC_TIME: Uint => "diameter.CC-Time", "CC-Time";
    CC_TOTAL: Uint => "diameter.CC-Total-Octets", "CC-Total-Octets";
    FINAL_UNIT: Bytes => "diameter.Final-Unit-Indication", "Final-Unit-Indication";
    GRANTED: Bytes => "diameter.Granted-Service-Unit", "Granted-Service-Unit";
    RATING: Uint => "diameter.Rating-Group", "Rating-Group";
    REQUESTED_ACTION: Int => "diameter.Requested-Action", "Requested-Action";
    REQUESTED: Bytes => "diameter.Requested-Service-Unit", "Requested-Service-Unit";
    SERVICE: Uint => "diameter.Service-Identifier", "Service-Identifier";
    SUBSCRIPTION: Bytes => "diameter.Subscription-Id", "Subscription-Id";
    SUBSCRIPTION_DATA: Text => "diameter.Subscription-Id-Data", "Subscription-Id-Data";
    USED: Bytes => "diameter.Used-Service-Unit", "Used-Service-Unit";
    VALIDITY: Uint => "diameter.Validity-Time", "Validity-Time";
    FINAL_ACTION: Int => "diameter.Final-Unit-Action", "Final-Unit-Action";
    SUBSCRIPTION_TYPE: Int => "diameter.Subscription-Id-Type", "Subscription-Id-Type";
    MULTIPLE: Int => "diameter.Multiple-Services-Indicator", "Multiple-Services-Indicator";
    SERVICES: Bytes => "diameter.Multiple-Services-Credit-Control", "Multiple-Services-Credit-Control";
    CONTEXT: Text => "diameter.Service-Context-Id", "Service-Context-Id";
    RECORD_TYPE: Int => "diameter.Accounting-Record-Type", "Accounting-Record-Type";
    RECORD_NUMBER: Uint => "diameter.Accounting-Record-Number", "Accounting-Record-Number";
    MONEY: Bytes => "diameter.CC-Money", "CC-Money";
    FAILOVER: Int => "diameter.CC-Session-Failover", "CC-Session-Failover";
    CURRENCY: Uint => "diameter.Currency-Code", "Currency-Code";
    FAILURE: Int => "diameter.Credit-Control-Failure-Handling", "Credit-Control-Failure-Handling";
    EXPONENT: Int => "diameter.Exponent", "Exponent";
    REDIRECT: Bytes => "diameter.Redirect-Server", "Redirect-Server";
    REDIRECT_ADDRESS: Text => "diameter.Redirect-Server-Address", "Redirect-Server-Address";
    PARAMETER: Bytes => "diameter.Service-Parameter-Info", "Service-Parameter-Info";
    PARAMETER_TYPE: Uint => "diameter.Service-Parameter-Type", "Service-Parameter-Type";
    PARAMETER_VALUE: Bytes => "diameter.Service-Parameter-Value", "Service-Parameter-Value";
    UNIT: Bytes => "diameter.Unit-Value", "Unit-Value";
    DIGITS: Int => "diameter.Value-Digits", "Value-Digits";
    TARIFF: Text => "diameter.Tariff-Time-Change", "Tariff-Time-Change";
    EQUIPMENT: Bytes => "diameter.User-Equipment-Info", "User-Equipment-Info";
    EQUIPMENT_TYPE: Int => "diameter.User-Equipment-Info-Type", "User-Equipment-Info-Type";
    EQUIPMENT_VALUE: Bytes => "diameter.User-Equipment-Info-Value", "User-Equipment-Info-Value";
    FEATURES: Bytes => "diameter.Supported-Features", "Supported-Features";
    FEATURE_LIST: Uint => "diameter.Feature-List-ID", "Feature-List-ID";
    RULES: Bytes => "diameter.Charging-Rule-Install", "Charging-Rule-Install";
    RULE: Bytes => "diameter.Charging-Rule-Definition", "Charging-Rule-Definition";
    RULE_NAME: Bytes => "diameter.Charging-Rule-Name", "Charging-Rule-Name";
    QOS: Bytes => "diameter.QoS-Information", "QoS-Information";
    RAT: Int => "diameter.RAT-Type", "RAT-Type";
    SUBSCRIBER: Bytes => "diameter.Subscription-Data", "Subscription-Data";
    VISITED: Bytes => "diameter.Visited-PLMN-Id", "Visited-PLMN-Id";
    VECTORS: Uint => "diameter.Number-Of-Requested-Vectors", "Number-Of-Requested-Vectors";
    AUTHENTICATION: Bytes => "diameter.Authentication-Info", "Authentication-Info";
    VECTOR: Bytes => "diameter.E-UTRAN-Vector", "E-UTRAN-Vector";
}

/// Flags of a message and of an attribute, by their masks.
static BITS: &[(&Field, u64)] = &[
    (&REQUEST, 0x80),
    (&PROXYABLE, 0x40),
    (&ERROR, 0x20),
    (&AGAIN, 0x10),
    (&RESERVED4, 8),
    (&RESERVED5, 4),
    (&RESERVED6, 2),
    (&RESERVED7, 1),
];
static AVP_BITS: &[(&Field, u64)] = &[
    (&BY_VENDOR, 0x80),
    (&MANDATORY, 0x40),
    (&PROTECTED, 0x20),
    (&AVP_RESERVED3, 0x10),
    (&AVP_RESERVED4, 8),
    (&AVP_RESERVED5, 4),
    (&AVP_RESERVED6, 2),
    (&AVP_RESERVED7, 1),
];

pub(super) static DIAMETER: Protocol = Protocol {
    name: "diameter",
    title: "Diameter Protocol",
    short: "DIAMETER",
    fields: FIELDS,
    claims: &[Claim::TcpPort(3868), Claim::SctpPort(3868)],
    probe: Some(probe),
    dissect,
    framing: Some(framing),
    ..Protocol::PLAIN
};

const HEADER: u32 = 20;

fn probe(payload: &Payload<'_>) -> Verdict {
    look(payload).unwrap_or(Verdict::NotMine)
}

fn look(payload: &Payload<'_>) -> Result<Verdict, Problem> {
    let bytes = payload.window();
    let (version, length, flags, command) = (bytes.u8(0)?, bytes.u24(1)?, bytes.u8(4)?, bytes.u24(5)?);
    if !matches!(payload.transport, Transport::Tcp | Transport::Sctp)
        || version != 1
        || length < HEADER
        || length % 4 != 0
    {
        return Ok(Verdict::NotMine);
    }
    // Exchange of capabilities and those the registry knows; the first attribute is mandatory and fits.
    let known = matches!(command, 257..=282 | 300..=325 | 8_388_608..=8_388_737);
    let (attribute, attribute_length) = (bytes.u32(20)?, bytes.u24(25)?);
    let fits =
        (1..=10_000).contains(&attribute) && attribute_length >= 8 && attribute_length <= length.saturating_sub(HEADER);
    Ok(Verdict::certain_if(known && flags & 0x0f == 0 && fits))
}

fn framing(stream: &Stream<'_>) -> Frame {
    if stream.bytes.first().is_some_and(|&version| version != 1) {
        return Frame::Unframed;
    }
    stream.headed(4, 1 << 24, |head| usize::try_from(head.u24(1).ok()?).ok())
}

/// Of the applications that IANA numbers.
fn application_name(application: u32) -> &'static str {
    match application {
        0 => "Diameter Common Messages",
        1 => "NASREQ",
        2 => "Diameter Mobile IPv4",
        3 => "Diameter Base Accounting",
        4 => "Diameter Credit Control Application",
        5 => "Diameter Extensible Authentication Protocol (EAP) Application",
        6 => "Diameter Session Initiation Protocol (SIP) Application",
        16_777_216 => "3GPP Cx",
        16_777_217 => "3GPP Sh",
        16_777_236 => "3GPP Rx",
        16_777_238 => "3GPP Gx",
        16_777_251 => "3GPP S6a/S6d",
        16_777_252 => "3GPP S13/S13'",
        0xffff_ffff => "Relay",
        _ => "Unknown",
    }
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let (flags, command, application) = (bytes.u8(4)?, bytes.u24(5)?, bytes.u32(8)?);
    let (hop, end) = (bytes.u32(12)?, bytes.u32(16)?);
    let request = flags & 0x80 != 0;
    let partner = d.transaction(if request { Role::Latest } else { Role::Response }, hop.into());
    if !d.wants() {
        return Ok(Next::End);
    }
    d.field(&VERSION, bytes.span(0..1), bytes.u8(0)?);
    d.field(&LENGTH, bytes.span(1..4), bytes.u24(1)?);
    d.field(&FLAGS, bytes.span(4..5), flags);
    d.read_bits(&bytes, 4..5, BITS)?;
    let name = match command {
        257 => "Capabilities-Exchange",
        258 => "Re-Auth",
        265 => "AA",
        271 => "Accounting",
        272 => "Credit-Control",
        274 => "Abort-Session",
        275 => "Session-Termination",
        280 => "Device-Watchdog",
        282 => "Disconnect-Peer",
        300 => "User-Authorization",
        301 => "Server-Assignment",
        302 => "Location-Info",
        303 => "Multimedia-Auth",
        306 => "User-Data",
        316 => "3GPP-Update-Location",
        317 => "3GPP-Cancel-Location",
        318 => "3GPP-Authentication-Information",
        321 => "3GPP-Purge-UE",
        323 => "3GPP-Notify",
        _ => "Unknown",
    };
    let what = if flags & 0x80 == 0 { "Answer" } else { "Request" };
    let letters: String = [(0x80, 'R'), (0x40, 'P'), (0x20, 'E'), (0x10, 'T')]
        .into_iter()
        .map(|(bit, letter)| if flags & bit == 0 { '-' } else { letter })
        .collect();
    let by = application_name(application);
    d.noted(&COMMAND, bytes.span(5..8), command, name);
    d.noted(&APPLICATION, bytes.span(8..12), application, by);
    d.field(&HOP, bytes.span(12..16), hop);
    d.field(&END, bytes.span(16..20), end);
    if let Some(partner) = partner {
        d.generated(if request { &ANSWER_IN } else { &ANSWER_TO }, Default::default(), partner.packet);
        if let Some(elapsed) = partner.elapsed.filter(|_| !request) {
            d.generated(&TIME, Default::default(), Value::Nanos(elapsed));
        }
    }
    d.info_add("", || {
        format!("cmd={name} {what}({command}) flags={letters} appl={by}({application}) h2h={hop:x} e2e={end:x} | ")
    });
    attributes::list(d, bytes.limit(usize::try_from(bytes.u24(1)?).unwrap_or_default()).from(20), 0)?;
    Ok(Next::End)
}
