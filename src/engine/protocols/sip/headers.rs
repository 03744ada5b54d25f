//! Headers that have a field of their own (IANA "Session Initiation Protocol (SIP) Parameters").
use crate::engine::dissect::{Field, fields, text};

fields! {
    ACCEPT: Text => "sip.Accept", "Accept";
    ACCEPT_CONTACT: Text => "sip.Accept-Contact", "Accept-Contact";
    ACCEPT_ENCODING: Text => "sip.Accept-Encoding", "Accept-Encoding";
    ACCEPT_LANGUAGE: Text => "sip.Accept-Language", "Accept-Language";
    ALERT_INFO: Text => "sip.Alert-Info", "Alert-Info";
    ALLOW: Text => "sip.Allow", "Allow";
    ALLOW_EVENTS: Text => "sip.Allow-Events", "Allow-Events";
    ANSWER_MODE: Text => "sip.Answer-Mode", "Answer-Mode";
    AUTHENTICATION_INFO: Text => "sip.Authentication-Info", "Authentication-Info";
    AUTHORIZATION: Text => "sip.Authorization", "Authorization";
    CALL_ID: Text => "sip.Call-ID", "Call-ID";
    CALL_INFO: Text => "sip.Call-Info", "Call-Info";
    CONTACT: Text => "sip.Contact", "Contact";
    CONTENT_DISPOSITION: Text => "sip.Content-Disposition", "Content-Disposition";
    CONTENT_ENCODING: Text => "sip.Content-Encoding", "Content-Encoding";
    CONTENT_LANGUAGE: Text => "sip.Content-Language", "Content-Language";
    CONTENT_LENGTH: Text => "sip.Content-Length", "Content-Length";
    CONTENT_TYPE: Text => "sip.Content-Type", "Content-Type";
    CSEQ: Text => "sip.CSeq", "CSeq";
    DATE: Text => "sip.Date", "Date";
    DIVERSION: Text => "sip.Diversion", "Diversion";
    ERROR_INFO: Text => "sip.Error-Info", "Error-Info";
    EVENT: Text => "sip.Event", "Event";
    EXPIRES: Text => "sip.Expires", "Expires";
    FEATURE_CAPS: Text => "sip.Feature-Caps", "Feature-Caps";
    FLOW_TIMER: Text => "sip.Flow-Timer", "Flow-Timer";
    FROM: Text => "sip.From", "From";
    GEOLOCATION: Text => "sip.Geolocation", "Geolocation";
    HISTORY_INFO: Text => "sip.History-Info", "History-Info";
    IDENTITY: Text => "sip.Identity", "Identity";
    INFO_PACKAGE: Text => "sip.Info-Package", "Info-Package";
    IN_REPLY_TO: Text => "sip.In-Reply-To", "In-Reply-To";
    JOIN: Text => "sip.Join", "Join";
    MAX_FORWARDS: Text => "sip.Max-Forwards", "Max-Forwards";
    MIME_VERSION: Text => "sip.MIME-Version", "MIME-Version";
    MIN_EXPIRES: Text => "sip.Min-Expires", "Min-Expires";
    MIN_SE: Text => "sip.Min-SE", "Min-SE";
    ORGANIZATION: Text => "sip.Organization", "Organization";
    P_ACCESS_NETWORK_INFO: Text => "sip.P-Access-Network-Info", "P-Access-Network-Info";
    P_ASSERTED_IDENTITY: Text => "sip.P-Asserted-Identity", "P-Asserted-Identity";
    P_ASSERTED_SERVICE: Text => "sip.P-Asserted-Service", "P-Asserted-Service";
    P_ASSOCIATED_URI: Text => "sip.P-Associated-URI", "P-Associated-URI";
    P_CALLED_PARTY_ID: Text => "sip.P-Called-Party-ID", "P-Called-Party-ID";
    P_CHARGING_FUNCTION_ADDRESSES: Text => "sip.P-Charging-Function-Addresses", "P-Charging-Function-Addresses";
    P_CHARGING_VECTOR: Text => "sip.P-Charging-Vector", "P-Charging-Vector";
    P_EARLY_MEDIA: Text => "sip.P-Early-Media", "P-Early-Media";
    P_MEDIA_AUTHORIZATION: Text => "sip.P-Media-Authorization", "P-Media-Authorization";
    P_PREFERRED_IDENTITY: Text => "sip.P-Preferred-Identity", "P-Preferred-Identity";
    P_PREFERRED_SERVICE: Text => "sip.P-Preferred-Service", "P-Preferred-Service";
    P_VISITED_NETWORK_ID: Text => "sip.P-Visited-Network-ID", "P-Visited-Network-ID";
    PATH: Text => "sip.Path", "Path";
    PRIORITY: Text => "sip.Priority", "Priority";
    PRIVACY: Text => "sip.Privacy", "Privacy";
    PROXY_AUTHENTICATE: Text => "sip.Proxy-Authenticate", "Proxy-Authenticate";
    PROXY_AUTHORIZATION: Text => "sip.Proxy-Authorization", "Proxy-Authorization";
    PROXY_REQUIRE: Text => "sip.Proxy-Require", "Proxy-Require";
    RACK: Text => "sip.RAck", "RAck";
    REASON: Text => "sip.Reason", "Reason";
    RECORD_ROUTE: Text => "sip.Record-Route", "Record-Route";
    RECV_INFO: Text => "sip.Recv-Info", "Recv-Info";
    REFER_SUB: Text => "sip.Refer-Sub", "Refer-Sub";
    REFER_TO: Text => "sip.Refer-To", "Refer-To";
    REJECT_CONTACT: Text => "sip.Reject-Contact", "Reject-Contact";
    REPLACES: Text => "sip.Replaces", "Replaces";
    REPLY_TO: Text => "sip.Reply-To", "Reply-To";
    REQUEST_DISPOSITION: Text => "sip.Request-Disposition", "Request-Disposition";
    REQUIRE: Text => "sip.Require", "Require";
    RESOURCE_PRIORITY: Text => "sip.Resource-Priority", "Resource-Priority";
    ROUTE: Text => "sip.Route", "Route";
    RSEQ: Text => "sip.RSeq", "RSeq";
    SECURITY_CLIENT: Text => "sip.Security-Client", "Security-Client";
    SECURITY_SERVER: Text => "sip.Security-Server", "Security-Server";
    SECURITY_VERIFY: Text => "sip.Security-Verify", "Security-Verify";
    SERVER: Text => "sip.Server", "Server";
    SERVICE_ROUTE: Text => "sip.Service-Route", "Service-Route";
    SESSION_EXPIRES: Text => "sip.Session-Expires", "Session-Expires";
    SESSION_ID: Text => "sip.Session-ID", "Session-ID";
    SUBJECT: Text => "sip.Subject", "Subject";
    SUBSCRIPTION_STATE: Text => "sip.Subscription-State", "Subscription-State";
    SUPPORTED: Text => "sip.Supported", "Supported";
    TARGET_DIALOG: Text => "sip.Target-Dialog", "Target-Dialog";
    TIMESTAMP: Text => "sip.Timestamp", "Timestamp";
    TO: Text => "sip.To", "To";
    UNSUPPORTED: Text => "sip.Unsupported", "Unsupported";
    USER_AGENT: Text => "sip.User-Agent", "User-Agent";
    VIA: Text => "sip.Via", "Via";
    WARNING: Text => "sip.Warning", "Warning";
    WWW_AUTHENTICATE: Text => "sip.WWW-Authenticate", "WWW-Authenticate";
}
pub(super) static ALL: &[&Field] = FIELDS;

/// Names of one letter.
static SHORT: &[(u8, &str)] = &[
    (b'a', "Accept-Contact"),
    (b'b', "Referred-By"),
    (b'c', "Content-Type"),
    (b'd', "Request-Disposition"),
    (b'e', "Content-Encoding"),
    (b'f', "From"),
    (b'i', "Call-ID"),
    (b'j', "Reject-Contact"),
    (b'k', "Supported"),
    (b'l', "Content-Length"),
    (b'm', "Contact"),
    (b'o', "Event"),
    (b'r', "Refer-To"),
    (b's', "Subject"),
    (b't', "To"),
    (b'u', "Allow-Events"),
    (b'v', "Via"),
    (b'x', "Session-Expires"),
    (b'y', "Identity"),
];

/// The field of a header, by its name in any case.
pub(super) fn field(name: &[u8]) -> Option<&'static Field> {
    let long = match name {
        [letter] => SHORT.iter().find(|(short, _)| short.eq_ignore_ascii_case(letter)).map(|(_, long)| long.as_bytes()),
        _ => Some(name),
    }?;
    ALL.iter().copied().find(|field| text::one_of(long, &[field.title().as_bytes()]))
}
