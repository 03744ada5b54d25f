//! RADIUS, RFC 2865 and RFC 2866; with its attributes for EAP (RFC 3579), tunnels (RFC 2868), IPv6 (RFC 3162) and changes (RFC 5176).
use super::numbers::ENTERPRISES;
use crate::engine::dissect::{
    Bytes, Claim, Dissection, Field, Names, Next, Part, Payload, Problem, Protocol, Role, Value, Verdict, fields,
    name_of,
};

fields! {
    CODE: Uint => "radius.code", "Code";
    ID: Uint => "radius.id", "Packet identifier";
    LENGTH: Uint => "radius.length", "Length";
    AUTHENTICATOR: Bytes => "radius.authenticator", "Authenticator";
    RESPONSE_IN: Frame => "radius.rspframe", "The response to this request is in frame";
    REQUEST_IN: Frame => "radius.reqframe", "This is a response to a request in frame";
    TIME: Seconds => "radius.time", "Time from request";
    ATTRIBUTE: Label => "radius.avp", "AVP";
    TYPE: Uint => "radius.avp.type", "Type";
    ATTRIBUTE_LENGTH: Uint => "radius.avp.length", "Length";
    VENDOR: Uint => "radius.avp.vendor_id", "Vendor ID";
    VENDOR_TYPE: Uint => "radius.avp.vendor_type", "Type";
    VENDOR_LENGTH: Uint => "radius.avp.vendor_len", "Length";
    EAP_FRAGMENT: Bytes => "radius.eap_fragment", "EAP fragment";
    UNKNOWN: Bytes => "radius.Unknown_Attribute", "Unknown-Attribute";
    USER_NAME: Text => "radius.User_Name", "User-Name";
    USER_PASSWORD: Bytes => "radius.User_Password_encrypted", "User-Password (encrypted)";
    CHAP_PASSWORD: Bytes => "radius.CHAP_Password", "CHAP-Password";
    NAS_IP_ADDRESS: Address => "radius.NAS_IP_Address", "NAS-IP-Address";
    NAS_PORT: Uint => "radius.NAS_Port", "NAS-Port";
    SERVICE_TYPE: Uint => "radius.Service_Type", "Service-Type";
    FRAMED_PROTOCOL: Uint => "radius.Framed_Protocol", "Framed-Protocol";
    FRAMED_IP_ADDRESS: Address => "radius.Framed-IP-Address", "Framed-IP-Address";
    FRAMED_IP_NETMASK: Address => "radius.Framed_IP_Netmask", "Framed-IP-Netmask";
    FRAMED_ROUTING: Uint => "radius.Framed_Routing", "Framed-Routing";
    FILTER_ID: Text => "radius.Filter_Id", "Filter-Id";
    FRAMED_MTU: Uint => "radius.Framed_MTU", "Framed-MTU";
    FRAMED_COMPRESSION: Uint => "radius.Framed_Compression", "Framed-Compression";
    LOGIN_IP_HOST: Address => "radius.Login_IP_Host", "Login-IP-Host";
    LOGIN_SERVICE: Uint => "radius.Login_Service", "Login-Service";
    LOGIN_TCP_PORT: Uint => "radius.Login_TCP_Port", "Login-TCP-Port";
    REPLY_MESSAGE: Text => "radius.Reply_Message", "Reply-Message";
    CALLBACK_NUMBER: Text => "radius.Callback_Number", "Callback-Number";
    CALLBACK_ID: Text => "radius.Callback_Id", "Callback-Id";
    FRAMED_ROUTE: Text => "radius.Framed_Route", "Framed-Route";
    STATE: Bytes => "radius.State", "State";
    CLASS: Bytes => "radius.Class", "Class";
    SESSION_TIMEOUT: Uint => "radius.Session_Timeout", "Session-Timeout";
    IDLE_TIMEOUT: Uint => "radius.Idle_Timeout", "Idle-Timeout";
    TERMINATION_ACTION: Uint => "radius.Termination_Action", "Termination-Action";
    CALLED_STATION_ID: Text => "radius.Called_Station_Id", "Called-Station-Id";
    CALLING_STATION_ID: Text => "radius.Calling_Station_Id", "Calling-Station-Id";
    NAS_IDENTIFIER: Text => "radius.NAS_Identifier", "NAS-Identifier";
    PROXY_STATE: Bytes => "radius.Proxy_State", "Proxy-State";
    ACCT_STATUS_TYPE: Uint => "radius.Acct_Status_Type", "Acct-Status-Type";
    ACCT_DELAY_TIME: Uint => "radius.Acct_Delay_Time", "Acct-Delay-Time";
    ACCT_INPUT_OCTETS: Uint => "radius.Acct_Input_Octets", "Acct-Input-Octets";
    ACCT_OUTPUT_OCTETS: Uint => "radius.Acct_Output_Octets", "Acct-Output-Octets";
    ACCT_SESSION_ID: Text => "radius.Acct_Session_Id", "Acct-Session-Id";
    ACCT_AUTHENTIC: Uint => "radius.Acct_Authentic", "Acct-Authentic";
    ACCT_SESSION_TIME: Uint => "radius.Acct_Session_Time", "Acct-Session-Time";
    ACCT_INPUT_PACKETS: Uint => "radius.Acct_Input_Packets", "Acct-Input-Packets";
    ACCT_OUTPUT_PACKETS: Uint => "radius.Acct_Output_Packets", "Acct-Output-Packets";
    ACCT_TERMINATE_CAUSE: Uint => "radius.Acct_Terminate_Cause", "Acct-Terminate-Cause";
    ACCT_MULTI_SESSION_ID: Text => "radius.Acct_Multi_Session_Id", "Acct-Multi-Session-Id";
    ACCT_LINK_COUNT: Uint => "radius.Acct_Link_Count", "Acct-Link-Count";
    ACCT_INPUT_GIGAWORDS: Uint => "radius.Acct_Input_Gigawords", "Acct-Input-Gigawords";
    ACCT_OUTPUT_GIGAWORDS: Uint => "radius.Acct_Output_Gigawords", "Acct-Output-Gigawords";
    EVENT_TIMESTAMP: Text => "radius.Event_Timestamp", "Event-Timestamp";
    CHAP_CHALLENGE: Bytes => "radius.CHAP_Challenge", "CHAP-Challenge";
    NAS_PORT_TYPE: Uint => "radius.NAS_Port_Type", "NAS-Port-Type";
    PORT_LIMIT: Uint => "radius.Port_Limit", "Port-Limit";
    TUNNEL_TYPE: Uint => "radius.Tunnel_Type", "Tunnel-Type";
    TUNNEL_TYPE_TAG: Hex(2) => "radius.Tunnel_Type.tag", "Tag";
    TUNNEL_MEDIUM_TYPE: Uint => "radius.Tunnel_Medium_Type", "Tunnel-Medium-Type";
    TUNNEL_MEDIUM_TYPE_TAG: Hex(2) => "radius.Tunnel_Medium_Type.tag", "Tag";
    TUNNEL_CLIENT_ENDPOINT: Text => "radius.Tunnel_Client_Endpoint", "Tunnel-Client-Endpoint";
    TUNNEL_CLIENT_ENDPOINT_TAG: Hex(2) => "radius.Tunnel_Client_Endpoint.tag", "Tag";
    TUNNEL_SERVER_ENDPOINT: Text => "radius.Tunnel_Server_Endpoint", "Tunnel-Server-Endpoint";
    TUNNEL_SERVER_ENDPOINT_TAG: Hex(2) => "radius.Tunnel_Server_Endpoint.tag", "Tag";
    TUNNEL_PASSWORD: Bytes => "radius.Tunnel_Password_encrypted", "Tunnel-Password (encrypted)";
    TUNNEL_PASSWORD_TAG: Hex(2) => "radius.Tunnel_Password.tag", "Tag";
    PASSWORD_RETRY: Uint => "radius.Password_Retry", "Password-Retry";
    PROMPT: Uint => "radius.Prompt", "Prompt";
    CONNECT_INFO: Text => "radius.Connect_Info", "Connect-Info";
    CONFIGURATION_TOKEN: Text => "radius.Configuration_Token", "Configuration-Token";
    MESSAGE_AUTHENTICATOR: Bytes => "radius.Message_Authenticator", "Message-Authenticator";
    TUNNEL_PRIVATE_GROUP_ID: Text => "radius.Tunnel_Private_Group_Id", "Tunnel-Private-Group-Id";
    TUNNEL_PRIVATE_GROUP_ID_TAG: Hex(2) => "radius.Tunnel_Private_Group_Id.tag", "Tag";
    TUNNEL_ASSIGNMENT_ID: Text => "radius.Tunnel_Assignment_Id", "Tunnel-Assignment-Id";
    TUNNEL_ASSIGNMENT_ID_TAG: Hex(2) => "radius.Tunnel_Assignment_Id.tag", "Tag";
    TUNNEL_PREFERENCE: Uint => "radius.Tunnel_Preference", "Tunnel-Preference";
    TUNNEL_PREFERENCE_TAG: Hex(2) => "radius.Tunnel_Preference.tag", "Tag";
    ACCT_INTERIM_INTERVAL: Uint => "radius.Acct_Interim_Interval", "Acct-Interim-Interval";
    NAS_PORT_ID: Text => "radius.NAS_Port_Id", "NAS-Port-Id";
    FRAMED_POOL: Text => "radius.Framed_Pool", "Framed-Pool";
    CHARGEABLE_USER_IDENTITY: Text => "radius.Chargeable_User_Identity", "Chargeable-User-Identity";
    TUNNEL_CLIENT_AUTH_ID: Text => "radius.Tunnel_Client_Auth_Id", "Tunnel-Client-Auth-Id";
    TUNNEL_CLIENT_AUTH_ID_TAG: Hex(2) => "radius.Tunnel_Client_Auth_Id.tag", "Tag";
    TUNNEL_SERVER_AUTH_ID: Text => "radius.Tunnel_Server_Auth_Id", "Tunnel-Server-Auth-Id";
    TUNNEL_SERVER_AUTH_ID_TAG: Hex(2) => "radius.Tunnel_Server_Auth_Id.tag", "Tag";
    NAS_IPV6_ADDRESS: Address => "radius.NAS_IPv6_Address", "NAS-IPv6-Address";
    FRAMED_INTERFACE_ID: Bytes => "radius.Framed_Interface_Id", "Framed-Interface-Id";
    FRAMED_IPV6_PREFIX: Bytes => "radius.Framed_IPv6_Prefix", "Framed-IPv6-Prefix";
    LOGIN_IPV6_HOST: Address => "radius.Login_IPv6_Host", "Login-IPv6-Host";
    FRAMED_IPV6_ROUTE: Text => "radius.Framed_IPv6_Route", "Framed-IPv6-Route";
    FRAMED_IPV6_POOL: Text => "radius.Framed_IPv6_Pool", "Framed-IPv6-Pool";
    ERROR_CAUSE: Uint => "radius.Error_Cause", "Error-Cause";
    DELEGATED_IPV6_PREFIX: Bytes => "radius.Delegated_IPv6_Prefix", "Delegated-IPv6-Prefix";
    FRAMED_IPV6_ADDRESS: Address => "radius.Framed_IPv6_Address", "Framed-IPv6-Address";
    DNS_SERVER_IPV6_ADDRESS: Address => "radius.DNS_Server_IPv6_Address", "DNS-Server-IPv6-Address";
    CISCO_AVPAIR: Text => "radius.Cisco_AVPair", "Cisco-AVPair";
    CISCO_NAS_PORT: Text => "radius.Cisco_NAS_Port", "Cisco-NAS-Port";
    MS_CHAP_RESPONSE: Bytes => "radius.MS_CHAP_Response", "MS-CHAP-Response";
    MS_CHAP_ERROR: Text => "radius.MS_CHAP_Error", "MS-CHAP-Error";
    MS_MPPE_ENCRYPTION_POLICY: Uint => "radius.MS_MPPE_Encryption_Policy", "MS-MPPE-Encryption-Policy";
    MS_MPPE_ENCRYPTION_TYPES: Uint => "radius.MS_MPPE_Encryption_Types", "MS-MPPE-Encryption-Types";
    MS_CHAP_DOMAIN: Text => "radius.MS_CHAP_Domain", "MS-CHAP-Domain";
    MS_CHAP_CHALLENGE: Bytes => "radius.MS_CHAP_Challenge", "MS-CHAP-Challenge";
    MS_MPPE_SEND_KEY: Bytes => "radius.MS_MPPE_Send_Key", "MS-MPPE-Send-Key";
    MS_MPPE_RECV_KEY: Bytes => "radius.MS_MPPE_Recv_Key", "MS-MPPE-Recv-Key";
    MS_CHAP2_RESPONSE: Bytes => "radius.MS_CHAP2_Response", "MS-CHAP2-Response";
    MS_CHAP2_SUCCESS: Bytes => "radius.MS_CHAP2_Success", "MS-CHAP2-Success";
    MS_PRIMARY_DNS_SERVER: Address => "radius.MS_Primary_DNS_Server", "MS-Primary-DNS-Server";
    MS_SECONDARY_DNS_SERVER: Address => "radius.MS_Secondary_DNS_Server", "MS-Secondary-DNS-Server";
    GPP_IMSI: Text => "radius.3GPP_IMSI", "3GPP-IMSI";
    GPP_CHARGING_ID: Uint => "radius.3GPP_Charging_ID", "3GPP-Charging-ID";
    GPP_IMSI_MCC_MNC: Text => "radius.3GPP_IMSI_MCC_MNC", "3GPP-IMSI-MCC-MNC";
    GPP_SGSN_MCC_MNC: Text => "radius.3GPP_SGSN_MCC_MNC", "3GPP-SGSN-MCC-MNC";
    WISPR_LOCATION_ID: Text => "radius.WISPr_Location_ID", "WISPr-Location-ID";
    WISPR_LOCATION_NAME: Text => "radius.WISPr_Location_Name", "WISPr-Location-Name";
    WISPR_BANDWIDTH_MAX_UP: Uint => "radius.WISPr_Bandwidth_Max_Up", "WISPr-Bandwidth-Max-Up";
    WISPR_BANDWIDTH_MAX_DOWN: Uint => "radius.WISPr_Bandwidth_Max_Down", "WISPr-Bandwidth-Max-Down";
    MIKROTIK_RECV_LIMIT: Uint => "radius.Mikrotik_Recv_Limit", "Mikrotik-Recv-Limit";
    MIKROTIK_GROUP: Text => "radius.Mikrotik_Group", "Mikrotik-Group";
    MIKROTIK_RATE_LIMIT: Text => "radius.Mikrotik_Rate_Limit", "Mikrotik-Rate-Limit";
    ARUBA_USER_ROLE: Text => "radius.Aruba_User_Role", "Aruba-User-Role";
    ARUBA_USER_VLAN: Uint => "radius.Aruba_User_Vlan", "Aruba-User-Vlan";
}

/// How an attribute's value stands there.
#[derive(Clone, Copy)]
enum Form {
    Plain,
    /// Seconds since 1970.
    Dated,
    /// Behind a byte that says which tunnel it is about (RFC 2868 §3).
    Tagged(&'static Field),
}
use Form::{Dated, Plain, Tagged};

#[rustfmt::skip]
static ATTRIBUTES: &[(u8, &Field, Form, Names)] = &[
    (1, &USER_NAME, Plain, ""),
    (2, &USER_PASSWORD, Plain, ""),
    (3, &CHAP_PASSWORD, Plain, ""),
    (4, &NAS_IP_ADDRESS, Plain, ""),
    (5, &NAS_PORT, Plain, ""),
    (6, &SERVICE_TYPE, Plain, "1=Login|Framed|Callback-Login|Callback-Framed|Outbound|Administrative|NAS-Prompt|\
        Authenticate-Only|Callback-NAS-Prompt|Call-Check|Callback-Administrative|Voice|Fax|Modem-Relay|IAPP-Register|\
        IAPP-AP-Check|Authorize-Only|Framed-Management"),
    (7, &FRAMED_PROTOCOL, Plain, "1=PPP|SLIP|ARAP|Gandalf-SLML|Xylogics-IPX-SLIP|X.75-Synchronous"),
    (8, &FRAMED_IP_ADDRESS, Plain, ""),
    (9, &FRAMED_IP_NETMASK, Plain, ""),
    (10, &FRAMED_ROUTING, Plain, "None|Broadcast|Listen|Broadcast-Listen"),
    (11, &FILTER_ID, Plain, ""),
    (12, &FRAMED_MTU, Plain, ""),
    (13, &FRAMED_COMPRESSION, Plain, "None|Van-Jacobsen-TCP-IP|IPX-Header-Compression|Stac-LZS"),
    (14, &LOGIN_IP_HOST, Plain, ""),
    (15, &LOGIN_SERVICE, Plain, "Telnet|Rlogin|TCP-Clear|PortMaster|LAT|X25-PAD|X25-T3POS|8=TCP-Clear-Quiet"),
    (16, &LOGIN_TCP_PORT, Plain, ""),
    (18, &REPLY_MESSAGE, Plain, ""),
    (19, &CALLBACK_NUMBER, Plain, ""),
    (20, &CALLBACK_ID, Plain, ""),
    (22, &FRAMED_ROUTE, Plain, ""),
    (24, &STATE, Plain, ""),
    (25, &CLASS, Plain, ""),
    (27, &SESSION_TIMEOUT, Plain, ""),
    (28, &IDLE_TIMEOUT, Plain, ""),
    (29, &TERMINATION_ACTION, Plain, "Default|RADIUS-Request"),
    (30, &CALLED_STATION_ID, Plain, ""),
    (31, &CALLING_STATION_ID, Plain, ""),
    (32, &NAS_IDENTIFIER, Plain, ""),
    (33, &PROXY_STATE, Plain, ""),
    (40, &ACCT_STATUS_TYPE, Plain, "1=Start|Stop|Interim-Update|7=Accounting-On|Accounting-Off|Tunnel-Start|Tunnel-Stop|\
        Tunnel-Reject|Tunnel-Link-Start|Tunnel-Link-Stop|Tunnel-Link-Reject|Failed"),
    (41, &ACCT_DELAY_TIME, Plain, ""),
    (42, &ACCT_INPUT_OCTETS, Plain, ""),
    (43, &ACCT_OUTPUT_OCTETS, Plain, ""),
    (44, &ACCT_SESSION_ID, Plain, ""),
    (45, &ACCT_AUTHENTIC, Plain, "1=RADIUS|Local|Remote|Diameter"),
    (46, &ACCT_SESSION_TIME, Plain, ""),
    (47, &ACCT_INPUT_PACKETS, Plain, ""),
    (48, &ACCT_OUTPUT_PACKETS, Plain, ""),
    (49, &ACCT_TERMINATE_CAUSE, Plain, "1=User-Request|Lost-Carrier|Lost-Service|Idle-Timeout|Session-Timeout|Admin-Reset|\
        Admin-Reboot|Port-Error|NAS-Error|NAS-Request|NAS-Reboot|Port-Unneeded|Port-Preempted|Port-Suspended|\
        Service-Unavailable|Callback|User-Error|Host-Request|Supplicant-Restart|Reauthentication-Failure|Port-Reinit|\
        Port-Disabled"),
    (50, &ACCT_MULTI_SESSION_ID, Plain, ""),
    (51, &ACCT_LINK_COUNT, Plain, ""),
    (52, &ACCT_INPUT_GIGAWORDS, Plain, ""),
    (53, &ACCT_OUTPUT_GIGAWORDS, Plain, ""),
    (55, &EVENT_TIMESTAMP, Dated, ""),
    (60, &CHAP_CHALLENGE, Plain, ""),
    (61, &NAS_PORT_TYPE, Plain, "Async|Sync|ISDN|ISDN-V120|ISDN-V110|Virtual|PIAFS|HDLC-Clear-Channel|X.25|X.75|G.3-Fax|SDSL|\
        ADSL-CAP|ADSL-DMT|IDSL|Ethernet|xDSL|Cable|Wireless-Other|Wireless-802.11|Token-Ring|FDDI"),
    (62, &PORT_LIMIT, Plain, ""),
    (64, &TUNNEL_TYPE, Tagged(&TUNNEL_TYPE_TAG), "1=PPTP|L2F|L2TP|ATMP|VTP|AH|IP|MIN-IP|ESP|GRE|DVS|IP-in-IP|VLAN"),
    (65, &TUNNEL_MEDIUM_TYPE, Tagged(&TUNNEL_MEDIUM_TYPE_TAG), "1=IPv4|IPv6|NSAP|HDLC|BBN-1822|IEEE-802|E.163|E.164|F.69|\
        X.121|IPX|Appletalk|DecNet4|Banyan-Vines|E.164-NSAP"),
    (66, &TUNNEL_CLIENT_ENDPOINT, Tagged(&TUNNEL_CLIENT_ENDPOINT_TAG), ""),
    (67, &TUNNEL_SERVER_ENDPOINT, Tagged(&TUNNEL_SERVER_ENDPOINT_TAG), ""),
    (69, &TUNNEL_PASSWORD, Tagged(&TUNNEL_PASSWORD_TAG), ""),
    (75, &PASSWORD_RETRY, Plain, ""),
    (76, &PROMPT, Plain, "No-Echo|Echo"),
    (77, &CONNECT_INFO, Plain, ""),
    (78, &CONFIGURATION_TOKEN, Plain, ""),
    (80, &MESSAGE_AUTHENTICATOR, Plain, ""),
    (81, &TUNNEL_PRIVATE_GROUP_ID, Tagged(&TUNNEL_PRIVATE_GROUP_ID_TAG), ""),
    (82, &TUNNEL_ASSIGNMENT_ID, Tagged(&TUNNEL_ASSIGNMENT_ID_TAG), ""),
    (83, &TUNNEL_PREFERENCE, Tagged(&TUNNEL_PREFERENCE_TAG), ""),
    (85, &ACCT_INTERIM_INTERVAL, Plain, ""),
    (87, &NAS_PORT_ID, Plain, ""),
    (88, &FRAMED_POOL, Plain, ""),
    (89, &CHARGEABLE_USER_IDENTITY, Plain, ""),
    (90, &TUNNEL_CLIENT_AUTH_ID, Tagged(&TUNNEL_CLIENT_AUTH_ID_TAG), ""),
    (91, &TUNNEL_SERVER_AUTH_ID, Tagged(&TUNNEL_SERVER_AUTH_ID_TAG), ""),
    (95, &NAS_IPV6_ADDRESS, Plain, ""),
    (96, &FRAMED_INTERFACE_ID, Plain, ""),
    (97, &FRAMED_IPV6_PREFIX, Plain, ""),
    (98, &LOGIN_IPV6_HOST, Plain, ""),
    (99, &FRAMED_IPV6_ROUTE, Plain, ""),
    (100, &FRAMED_IPV6_POOL, Plain, ""),
    (101, &ERROR_CAUSE, Plain, "201=Residual-Context-Removed|Invalid-EAP-Packet|401=Unsupported-Attribute|Missing-Attribute|\
        NAS-Identification-Mismatch|Invalid-Request|Unsupported-Service|Unsupported-Extension|Invalid-Attribute-Value|\
        501=Administratively-Prohibited|Proxy-Request-Not-Routable|Session-Context-Not-Found|Session-Context-Not-Removable|\
        Proxy-Processing-Error|Resources-Unavailable|Request-Initiated|Multiple-Session-Selection-Unsupported"),
    (123, &DELEGATED_IPV6_PREFIX, Plain, ""),
    (168, &FRAMED_IPV6_ADDRESS, Plain, ""),
    (169, &DNS_SERVER_IPV6_ADDRESS, Plain, ""),
];

/// Some of those that vendors made, by the vendor's number.
#[rustfmt::skip]
static VENDORS: &[(u32, u8, &Field, Form, Names)] = &[
    (9, 1, &CISCO_AVPAIR, Plain, ""),
    (9, 2, &CISCO_NAS_PORT, Plain, ""),
    (311, 1, &MS_CHAP_RESPONSE, Plain, ""),
    (311, 2, &MS_CHAP_ERROR, Plain, ""),
    (311, 7, &MS_MPPE_ENCRYPTION_POLICY, Plain, "1=Encryption-Allowed|Encryption-Required"),
    (311, 8, &MS_MPPE_ENCRYPTION_TYPES, Plain, ""),
    (311, 10, &MS_CHAP_DOMAIN, Plain, ""),
    (311, 11, &MS_CHAP_CHALLENGE, Plain, ""),
    (311, 16, &MS_MPPE_SEND_KEY, Plain, ""),
    (311, 17, &MS_MPPE_RECV_KEY, Plain, ""),
    (311, 25, &MS_CHAP2_RESPONSE, Plain, ""),
    (311, 26, &MS_CHAP2_SUCCESS, Plain, ""),
    (311, 28, &MS_PRIMARY_DNS_SERVER, Plain, ""),
    (311, 29, &MS_SECONDARY_DNS_SERVER, Plain, ""),
    (10415, 1, &GPP_IMSI, Plain, ""),
    (10415, 2, &GPP_CHARGING_ID, Plain, ""),
    (10415, 8, &GPP_IMSI_MCC_MNC, Plain, ""),
    (10415, 18, &GPP_SGSN_MCC_MNC, Plain, ""),
    (14122, 1, &WISPR_LOCATION_ID, Plain, ""),
    (14122, 2, &WISPR_LOCATION_NAME, Plain, ""),
    (14122, 7, &WISPR_BANDWIDTH_MAX_UP, Plain, ""),
    (14122, 8, &WISPR_BANDWIDTH_MAX_DOWN, Plain, ""),
    (14988, 1, &MIKROTIK_RECV_LIMIT, Plain, ""),
    (14988, 3, &MIKROTIK_GROUP, Plain, ""),
    (14988, 8, &MIKROTIK_RATE_LIMIT, Plain, ""),
    (14823, 1, &ARUBA_USER_ROLE, Plain, ""),
    (14823, 2, &ARUBA_USER_VLAN, Plain, ""),
];

pub(super) static RADIUS: Protocol = Protocol {
    name: "radius",
    title: "RADIUS Protocol",
    short: "RADIUS",
    fields: FIELDS,
    claims: &[
        Claim::UdpPort(1645),
        Claim::UdpPort(1646),
        Claim::UdpPort(1812),
        Claim::UdpPort(1813),
        Claim::UdpPort(3799),
    ],
    probe: Some(probe),
    dissect,
    ..Protocol::PLAIN
};

fn probe(payload: &Payload<'_>) -> Verdict {
    look(payload).unwrap_or(Verdict::NotMine)
}

const HEADER: usize = 20;

static CODES: Names = "1=Access-Request|Access-Accept|Access-Reject|Accounting-Request|Accounting-Response|11=Access-Challenge|\
    Status-Server|40=Disconnect-Request|Disconnect-ACK|Disconnect-NAK|CoA-Request|CoA-ACK|CoA-NAK";

fn look(payload: &Payload<'_>) -> Result<Verdict, Problem> {
    let bytes = payload.window();
    let length = usize::from(bytes.u16(2)?);
    if !payload.is_udp() || name_of(CODES, bytes.u8(0)?.into()).is_empty() || !(HEADER..=4096).contains(&length) {
        return Ok(Verdict::NotMine);
    }
    // The attributes fill the message to its end, none of them a stranger.
    let (mut at, mut count) = (HEADER, 0_u8);
    while at < length && length == bytes.len() {
        let (kind, size) = (bytes.u8(at)?, bytes.u8(at.saturating_add(1))?);
        if kind == 0 || size < 2 {
            return Ok(Verdict::NotMine);
        }
        at = at.saturating_add(usize::from(size));
        count = count.saturating_add(1);
    }
    Ok(Verdict::certain_if(at == length && count >= 2))
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let (code, id, length) = (bytes.u8(0)?, bytes.u8(1)?, usize::from(bytes.u16(2)?));
    let asks = matches!(code, 1 | 4 | 12 | 40 | 43);
    let partner = d.transaction(if asks { Role::Once } else { Role::Response }, id.into());
    let header = [
        Part::Next(&CODE, 1, CODES),
        Part::Next(&ID, 1, ""),
        Part::Next(&LENGTH, 2, ""),
        Part::Next(&AUTHENTICATOR, 16, ""),
    ];
    if d.wants() {
        let name = name_of(CODES, code.into());
        d.info(|| format!("{} id={id}", if name.is_empty() { "Unknown" } else { name }));
        d.read_layout(&bytes, 0, &header)?;
    }
    if let Some(partner) = partner {
        d.generated(if asks { &RESPONSE_IN } else { &REQUEST_IN }, bytes.span(0..0), partner.packet);
        if let Some(elapsed) = partner.elapsed.filter(|_| !asks) {
            d.generated(&TIME, bytes.span(0..0), Value::Nanos(elapsed));
        }
    }
    // EAP's messages are cut into attributes (RFC 3579 §3.1).
    let (mut message, mut pieces, mut joined) = (None, 0_u8, Vec::new());
    let mut rest = bytes.limit(length).from(HEADER);
    while rest.wire_len() > 0 {
        let (kind, size) = (rest.u8(0)?, usize::from(rest.u8(1)?));
        if size < 2 || size > rest.wire_len() {
            return Err(Problem::Malformed);
        }
        let value = rest.limit(size).from(2);
        if kind == EAP_MESSAGE {
            if let Some(first) = message.replace(value).filter(|_| pieces == 0) {
                let first: Bytes<'_> = first;
                joined.extend_from_slice(first.all());
                pieces = 1;
            }
            if pieces > 0 {
                joined.extend_from_slice(value.all());
            }
        }
        if d.wants() {
            attribute(d, &rest, kind, &value)?;
        }
        rest = rest.from(size);
    }
    Ok(match message {
        Some(_) if pieces > 0 => Next::Made(Claim::Named("eap"), "Reassembled EAP", joined),
        Some(whole) => Next::Claim(Claim::Named("eap"), whole),
        None => Next::End,
    })
}

const EAP_MESSAGE: u8 = 79;
const VENDOR_SPECIFIC: u8 = 26;

fn attribute(d: &mut Dissection, bytes: &Bytes<'_>, kind: u8, value: &Bytes<'_>) -> Result<(), Problem> {
    let known = ATTRIBUTES.iter().find(|(code, ..)| *code == kind);
    let name = match (kind, known) {
        (EAP_MESSAGE, _) => "EAP-Message",
        (VENDOR_SPECIFIC, _) => "Vendor-Specific",
        (_, Some((_, field, ..))) => field.title().trim_end_matches(" (encrypted)"),
        _ => UNKNOWN.title(),
    };
    let (line, size) = (d.fields.len(), value.wire_len().saturating_add(2));
    d.label(&ATTRIBUTE, bytes.span(0..size), String::new);
    d.nest(|d| {
        d.noted(&TYPE, bytes.span(0..1), kind, name);
        d.read(&ATTRIBUTE_LENGTH, bytes, 1..2)?;
        match (kind, known) {
            (VENDOR_SPECIFIC, _) => vendor(d, value),
            (EAP_MESSAGE, _) => read(d, value, &EAP_FRAGMENT, Plain, ""),
            (_, Some(&(_, field, form, names))) => read(d, value, field, form, names),
            _ => read(d, value, &UNKNOWN, Plain, ""),
        }
    })?;
    let told = match (kind, d.fields.last()) {
        (VENDOR_SPECIFIC, _) => {
            let vendor = value.u32(0).unwrap_or_default();
            format!(" vnd={}({vendor})", name_of(ENTERPRISES, vendor.into()))
        }
        (EAP_MESSAGE, _) | (_, None) => String::new(),
        (_, Some(found)) => match &found.note {
            Some(note) => format!(" val={note}({})", found.text()),
            None => format!(" val={}", found.text()),
        },
    };
    if let Some(found) = d.fields.get_mut(line) {
        found.note = Some(format!("AVP: t={name}({kind}) l={size}{told}").into());
    }
    Ok(())
}

fn read(d: &mut Dissection, value: &Bytes<'_>, field: &'static Field, form: Form, names: Names) -> Result<(), Problem> {
    let next = Part::Next(field, 0, names);
    match form {
        Plain => d.read_layout(value, 0, &[next]),
        Dated => d.read_layout(value, 0, &[Part::Date(field, 0)]),
        // Text may go without: printable bytes are no tags.
        Tagged(_) if value.u8(0)? > 0x1f => d.read_layout(value, 0, &[next]),
        Tagged(tag) => d.read_layout(value, 0, &[Part::Next(tag, 1, ""), next]),
    }?;
    Ok(())
}

/// Attributes of a vendor (RFC 2865 §5.26), as nearly all write them.
fn vendor(d: &mut Dissection, value: &Bytes<'_>) -> Result<(), Problem> {
    let vendor = value.u32(0)?;
    d.read_layout(value, 0, &[Part::Next(&VENDOR, 4, ENTERPRISES)])?;
    let mut rest = value.from(4);
    while rest.wire_len() > 2 {
        let (kind, size) = (rest.u8(0)?, usize::from(rest.u8(1)?));
        if size < 2 || size > rest.wire_len() {
            d.read(&UNKNOWN, &rest, 0..rest.len())?;
            break;
        }
        let known = VENDORS.iter().find(|(of, code, ..)| *of == vendor && *code == kind);
        let (field, form, names) =
            known.map_or((&UNKNOWN, Plain, ""), |&(_, _, field, form, names)| (field, form, names));
        d.label(&ATTRIBUTE, rest.span(0..size), || format!("VSA: t={}({kind}) l={size}", field.title()));
        d.nest(|d| {
            d.read_layout(&rest, 0, &[Part::Next(&VENDOR_TYPE, 1, ""), Part::Next(&VENDOR_LENGTH, 1, "")])?;
            read(d, &rest.limit(size).from(2), field, form, names)
        })?;
        rest = rest.from(size);
    }
    Ok(())
}
