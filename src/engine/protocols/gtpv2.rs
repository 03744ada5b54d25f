//! GPRS Tunnelling Protocol version 2, control plane: 3GPP TS 29.274.
use crate::engine::dissect::{
    Bytes, Dissection, Field, Names, Next, Part, Problem, Protocol, Role, Value, fields, name_of, text,
};
use Part::{Date, Next as Is, Peek, Skip};

fields! {
    FLAGS: Hex(2) => "gtpv2.flags", "Flags";
    VERSION: Uint => "gtpv2.version", "Version";
    PIGGYBACK: Uint => "gtpv2.p", "Piggybacking flag (P)";
    HAS_TUNNEL: Bool => "gtpv2.t", "TEID flag (T)";
    PRIORITY: Uint => "gtpv2.mp", "Message Priority(MP)";
    MESSAGE: Uint => "gtpv2.message_type", "Message Type";
    LENGTH: Uint => "gtpv2.msg_length", "Message Length";
    TUNNEL: Hex(8) => "gtpv2.teid", "Tunnel Endpoint Identifier";
    SEQUENCE: Hex(6) => "gtpv2.seq", "Sequence Number";
    LINE: Label => "gtpv2.ie", "Information Element";
    ELEMENT: Uint => "gtpv2.ie_type", "IE Type";
    ELEMENT_LENGTH: Uint => "gtpv2.ie_len", "IE Length";
    CR: Uint => "gtpv2.cr", "CR flag";
    INSTANCE: Uint => "gtpv2.instance", "Instance";
    IMSI: Text => "e212.imsi", "IMSI";
    MSISDN: Text => "e164.msisdn", "E.164 number (MSISDN)";
    MEI: Text => "gtpv2.mei", "MEI(Mobile Equipment Identity)";
    CAUSE: Uint => "gtpv2.cause", "Cause";
    PCE: Bool => "gtpv2.pce", "PCE (PDN Connection IE Error)";
    BCE: Bool => "gtpv2.bce", "BCE (Bearer Context IE Error)";
    CS: Bool => "gtpv2.cs", "CS (Cause Source)";
    RECOVERY: Uint => "gtpv2.rec", "Restart Counter";
    APN: Text => "gtpv2.apn", "APN (Access Point Name)";
    AMBR_UP: Uint => "gtpv2.ambr_up", "AMBR Uplink (Aggregate Maximum Bit Rate for Uplink)";
    AMBR_DOWN: Uint => "gtpv2.ambr_down", "AMBR Downlink(Aggregate Maximum Bit Rate for Downlink)";
    EBI: Uint => "gtpv2.ebi", "EPS Bearer ID (EBI)";
    ADDRESS4: Address => "gtpv2.ip_address_ipv4", "IP address IPv4";
    ADDRESS6: Address => "gtpv2.ip_address_ipv6", "IP address IPv6";
    PDN_TYPE: Uint => "gtpv2.pdn_type", "PDN Type";
    PAA4: Address => "gtpv2.pdn_addr_and_prefix.ipv4", "PDN Address and Prefix(IPv4)";
    PAA_LENGTH: Uint => "gtpv2.pdn_ipv6_len", "IPv6 Prefix Length";
    PAA6: Address => "gtpv2.pdn_addr_and_prefix.ipv6", "PDN Address and Prefix(IPv6)";
    QOS_PCI: Bool => "gtpv2.bearer_qos_pci", "PCI (Pre-emption Capability)";
    QOS_PL: Uint => "gtpv2.bearer_qos_pl", "PL (Priority Level)";
    QOS_PVI: Bool => "gtpv2.bearer_qos_pvi", "PVI (Pre-emption Vulnerability)";
    QCI: Uint => "gtpv2.bearer_qos_label_qci", "Label (QCI)";
    MBR_UP: Uint => "gtpv2.bearer_qos_mbr_up", "Maximum Bit Rate For Uplink";
    MBR_DOWN: Uint => "gtpv2.bearer_qos_mbr_down", "Maximum Bit Rate For Downlink";
    GBR_UP: Uint => "gtpv2.bearer_qos_gbr_up", "Guaranteed Bit Rate For Uplink";
    GBR_DOWN: Uint => "gtpv2.bearer_qos_gbr_down", "Guaranteed Bit Rate For Downlink";
    RAT: Uint => "gtpv2.rat_type", "RAT Type";
    MCC: Text => "e212.mcc", "Mobile Country Code (MCC)";
    MNC: Text => "e212.mnc", "Mobile Network Code (MNC)";
    TAI_MCC: Text => "e212.tai.mcc", "Mobile Country Code (MCC)";
    TAI_MNC: Text => "e212.tai.mnc", "Mobile Network Code (MNC)";
    TAC: Hex(4) => "gtpv2.tai_tac", "Tracking Area Code";
    CELL_MCC: Text => "e212.ecgi.mcc", "Mobile Country Code (MCC)";
    CELL_MNC: Text => "e212.ecgi.mnc", "Mobile Network Code (MNC)";
    ECI: Hex(7) => "gtpv2.ecgi_eci", "ECI (E-UTRAN Cell Identifier)";
    HAS_V4: Bool => "gtpv2.f_teid_v4", "V4";
    HAS_V6: Bool => "gtpv2.f_teid_v6", "V6";
    INTERFACE: Uint => "gtpv2.f_teid_interface_type", "Interface Type";
    KEY: Hex(8) => "gtpv2.f_teid_gre_key", "TEID/GRE Key";
    TEID4: Address => "gtpv2.f_teid_ipv4", "F-TEID IPv4";
    TEID6: Address => "gtpv2.f_teid_ipv6", "F-TEID IPv6";
    CHARGING: Uint => "gtpv2.charging_id", "Charging id";
    CHARACTERISTIC: Hex(4) => "gtpv2.charging_characteristic", "Charging Characteristic";
    PPC: Bool => "gtpv2.bearer_flag.ppc", "PPC (Prohibit Payload Compression)";
    VB: Bool => "gtpv2.bearer_flag.vb", "VB (Voice Bearer)";
    PTI: Uint => "gtpv2.pti", "Procedure Transaction Id";
    DAYLIGHT: Uint => "gtpv2.ue_time_zone_dst", "Daylight Saving Time";
    RESTRICTION: Uint => "gtpv2.apn_rest", "APN Restriction";
    SELECTION: Uint => "gtpv2.selec_mode", "Selection Mode";
    ARP_PCI: Bool => "gtpv2.arp_pci", "Pre-emption Capability (PCI)";
    ARP_PL: Uint => "gtpv2.arp_pl", "Priority Level";
    ARP_PVI: Bool => "gtpv2.arp_pvi", "Pre-emption Vulnerability (PVI)";
    LOCATED: Text => "gtpv2.uli_timestamp", "ULI Timestamp";
    RESPONSE_IN: Frame => "gtpv2.response_in", "Response In";
    RESPONSE_TO: Frame => "gtpv2.response_to", "Response To";
    RESPONSE_TIME: Seconds => "gtpv2.response_time", "Response Time";
}

pub(super) static GTPV2: Protocol = Protocol {
    name: "gtpv2",
    title: "GPRS Tunneling Protocol V2",
    short: "GTPv2",
    fields: FIELDS,
    dissect,
    ..Protocol::PLAIN
};

static MESSAGES: Names = "1=Echo Request|Echo Response|Version Not Supported Indication|Node Alive Request|\
    Node Alive Response|Redirection Request|Redirection Response|25=SRVCC PS to CS Request|SRVCC PS to CS Response|\
    SRVCC PS to CS Complete Notification|SRVCC PS to CS Complete Acknowledge|SRVCC PS to CS Cancel Notification|\
    SRVCC PS to CS Cancel Acknowledge|SRVCC CS to PS Request|Create Session Request|Create Session Response|\
    Modify Bearer Request|Modify Bearer Response|Delete Session Request|Delete Session Response|\
    Change Notification Request|Change Notification Response|Remote UE Report Notification|Remote UE Report Acknowledge|\
    64=Modify Bearer Command|Modify Bearer Failure Indication|Delete Bearer Command|Delete Bearer Failure Indication|\
    Bearer Resource Command|Bearer Resource Failure Indication|Downlink Data Notification Failure Indication|\
    Trace Session Activation|Trace Session Deactivation|Stop Paging Indication|95=Create Bearer Request|\
    Create Bearer Response|Update Bearer Request|Update Bearer Response|Delete Bearer Request|Delete Bearer Response|\
    Delete PDN Connection Set Request|Delete PDN Connection Set Response|PGW Downlink Triggering Notification|\
    PGW Downlink Triggering Acknowledge|128=Identification Request|Identification Response|Context Request|\
    Context Response|Context Acknowledge|Forward Relocation Request|Forward Relocation Response|\
    Forward Relocation Complete Notification|Forward Relocation Complete Acknowledge|Forward Access Context Notification|\
    Forward Access Context Acknowledge|Relocation Cancel Request|Relocation Cancel Response|\
    Configuration Transfer Tunnel|149=Detach Notification|Detach Acknowledge|CS Paging Indication|RAN Information Relay|\
    Alert MME Notification|Alert MME Acknowledge|UE Activity Notification|UE Activity Acknowledge|ISR Status Indication|\
    UE Registration Query Request|UE Registration Query Response|Create Forwarding Tunnel Request|\
    Create Forwarding Tunnel Response|Suspend Notification|Suspend Acknowledge|Resume Notification|Resume Acknowledge|\
    Create Indirect Data Forwarding Tunnel Request|Create Indirect Data Forwarding Tunnel Response|\
    Delete Indirect Data Forwarding Tunnel Request|Delete Indirect Data Forwarding Tunnel Response|\
    Release Access Bearers Request|Release Access Bearers Response|176=Downlink Data Notification|\
    Downlink Data Notification Acknowledgement|179=PGW Restart Notification|PGW Restart Notification Acknowledge|\
    200=Update PDN Connection Set Request|Update PDN Connection Set Response|211=Modify Access Bearers Request|\
    Modify Access Bearers Response|231=MBMS Session Start Request|MBMS Session Start Response|\
    MBMS Session Update Request|MBMS Session Update Response|MBMS Session Stop Request|MBMS Session Stop Response|\
    240=SRVCC CS to PS Response|SRVCC CS to PS Complete Notification|SRVCC CS to PS Complete Acknowledge|\
    SRVCC CS to PS Cancel Notification|SRVCC CS to PS Cancel Acknowledge";
static CAUSES: Names = "2=Local Detach|Complete Detach|RAT changed from 3GPP to Non-3GPP|ISR deactivation|\
    Error Indication received from RNC/eNodeB/S4-SGSN|IMSI Detach Only|Reactivation Requested|\
    PDN reconnection to this APN disallowed|Access changed from Non-3GPP to 3GPP|PDN connection inactivity timer expires|\
    PGW not responding|Network Failure|QoS parameter mismatch|EPS to 5GS Mobility|Request accepted|\
    Request accepted partially|New PDN type due to network preference|New PDN type due to single address bearer only|\
    64=Context Not Found|Invalid Message Format|Version not supported by next peer|Invalid length|Service not supported|\
    Mandatory IE incorrect|Mandatory IE missing|72=System failure|No resources available|\
    Semantic error in the TFT operation|Syntactic error in the TFT operation|Semantic errors in packet filter(s)|\
    Syntactic errors in packet filter(s)|Missing or unknown APN|80=GRE key not found|Relocation failure|Denied in RAT|\
    Preferred PDN type not supported|All dynamic addresses are occupied|UE context without TFT already activated|\
    Protocol type not supported|UE not responding|UE refuses|Service denied|Unable to page UE|No memory available|\
    User authentication failed|APN access denied - no subscription|Request rejected(reason not specified)|\
    P-TMSI Signature mismatch|IMSI/IMEI not known|Semantic error in the TAD operation|\
    Syntactic error in the TAD operation|100=Remote peer not responding|Collision with network initiated request|\
    Unable to page UE due to Suspension|Conditional IE missing|\
    APN Restriction type Incompatible with currently active PDN connection|\
    Invalid overall length of the triggered response message and a piggybacked initial message|\
    Data forwarding not supported|Invalid reply from remote peer|Fallback to GTPv1|Invalid peer|\
    Temporarily rejected due to handover/TAU/RAU procedure in progress|Modifications not limited to S1-U bearers|\
    Request rejected for a PMIPv6 reason|APN Congestion|Bearer handling not supported|UE already re-attached|\
    Multiple PDN connections for a given APN not allowed|Target access restricted for the subscriber|\
    119=MME/SGSN refuses due to VPLMN Policy|GTP-C Entity Congestion|Late Overlapping Request|Timed out Request|\
    UE is temporarily not reachable due to power saving|Relocation failure due to NAS message redirection|\
    UE not authorised by OCS or external AAA Server|Multiple accesses to a PDN connection not allowed|\
    Request rejected due to UE capability|S1-U Path Failure|5GC not allowed|\
    PGW mismatch with network slice subscribed by the UE|Rejection due to paging restriction";
static ELEMENTS: Names = "Reserved|International Mobile Subscriber Identity (IMSI)|Cause|Recovery (Restart Counter)|\
    71=Access Point Name (APN)|Aggregate Maximum Bit Rate (AMBR)|EPS Bearer ID (EBI)|IP Address|\
    Mobile Equipment Identity (MEI)|MSISDN|Indication|Protocol Configuration Options (PCO)|PDN Address Allocation (PAA)|\
    Bearer Level Quality of Service (Bearer QoS)|Flow Quality of Service (Flow QoS)|RAT Type|Serving Network|\
    EPS Bearer Level Traffic Flow Template (Bearer TFT)|Traffic Aggregation Description (TAD)|User Location Info (ULI)|\
    Fully Qualified Tunnel Endpoint Identifier (F-TEID)|TMSI|Global CN-Id|S103 PDN Data Forwarding Info (S103PDF)|\
    S1-U Data Forwarding Info (S1UDF)|Delay Value|Bearer Context|Charging ID|Charging Characteristics|Trace Information|\
    Bearer Flags|Paging Cause|PDN Type|Procedure Transaction ID|DRX Parameter|UE Network Capability|\
    MM Context (GSM Key and Triplets)|MM Context (UMTS Key, Used Cipher and Quintuplets)|\
    MM Context (GSM Key, Used Cipher and Quintuplets)|MM Context (UMTS Key and Quintuplets)|\
    MM Context (EPS Security Context, Quadruplets and Quintuplets)|MM Context (UMTS Key, Quadruplets and Quintuplets)|\
    PDN Connection|PDU Numbers|P-TMSI|P-TMSI Signature|Hop Counter|UE Time Zone|Trace Reference|Complete Request Message|\
    GUTI|F-Container|F-Cause|Selected PLMN ID|Target Identification|NSAPI|Packet Flow ID|RAB Context|\
    Source RNC PDCP Context Info|UDP Source Port Number|APN Restriction|Selection Mode|Source Identification|\
    Bearer Control Mode|Change Reporting Action|Fully Qualified PDN Connection Set Identifier (FQ-CSID)|Channel needed|\
    eMLPP Priority|Node Type|Fully Qualified Domain Name (FQDN)|Transaction Identifier (TI)|MBMS Session Duration|\
    MBMS Service Area|MBMS Session Identifier|MBMS Flow Identifier|MBMS IP Multicast Distribution|\
    MBMS Distribution Acknowledge|RFSP Index|User CSG Information (UCI)|CSG Information Reporting Action|CSG ID|\
    CSG Membership Indication (CMI)|Service indicator|Detach Type|Local Distinguished Name (LDN)|Node Features|\
    MBMS Time to Data Transfer|Throttling|Allocation/Retention Priority (ARP)|EPC Timer|Signalling Priority Indication|\
    Temporary Mobile Group Identity|Additional MM context for SRVCC|Additional flags for SRVCC|Max MBR/APN-AMBR (MMBR)|\
    MDT Configuration|Additional Protocol Configuration Options (APCO)|Absolute Time of MBMS Data Transfer|\
    H(e)NB Information Reporting|IPv4 Configuration Parameters (IP4CP)|Change to Report Flags|Action Indication|\
    TWAN Identifier |ULI Timestamp|MBMS Flags|RAN/NAS Cause|CN Operator Selection Entity|Trusted WLAN Mode Indication|\
    Node Number|Node Identifier|Presence Reporting Area Action|Presence Reporting Area Information|\
    TWAN Identifier Timestamp|Overload Control Information|Load Control Information|Metric|Sequence Number|\
    APN and Relative Capacity|WLAN Offloadability Indication|Paging and Service Information|Integer Number|\
    Millisecond Time Stamp";
static INTERFACES: Names = "S1-U eNodeB GTP-U interface|S1-U SGW GTP-U interface|S12 RNC GTP-U interface|\
    S12 SGW GTP-U interface|S5/S8 SGW GTP-U interface|S5/S8 PGW GTP-U interface|S5/S8 SGW GTP-C interface|\
    S5/S8 PGW GTP-C interface|S5/S8 SGW PMIPv6 interface|S5/S8 PGW PMIPv6 interface|S11 MME GTP-C interface|\
    S11/S4 SGW GTP-C interface|S10 MME GTP-C interface|S3 MME GTP-C interface|S3 SGSN GTP-C interface|\
    S4 SGSN GTP-U interface|S4 SGW GTP-U interface|S4 SGSN GTP-C interface|S16 SGSN GTP-C interface|\
    eNodeB/gNodeB GTP-U interface for DL data forwarding|eNodeB GTP-U interface for UL data forwarding|\
    RNC GTP-U interface for data forwarding|SGSN GTP-U interface for data forwarding|\
    SGW GTP-U interface for data forwarding|Sm MBMS GW GTP-C interface|Sn MBMS GW GTP-C interface|Sm MME GTP-C interface|\
    Sn SGSN GTP-C interface|SGW GTP-U interface for UL data forwarding|Sn SGSN GTP-U interface|S2b ePDG GTP-C interface|\
    S2b-U ePDG GTP-U interface|S2b PGW GTP-C interface|S2b-U PGW GTP-U interface|S2a TWAN GTP-U interface|\
    S2a TWAN GTP-C interface|S2a PGW GTP-C interface|S2a PGW GTP-U interface|S11 MME GTP-U interface|\
    S11 SGW GTP-U interface|N26 AMF GTP-C interface";
static RATS: Names = "Reserved|UTRAN|GERAN|WLAN|GAN|HSPA Evolution|EUTRAN|Virtual|EUTRAN-NB-IoT|LTE-M|NR";
static PDN_TYPES: Names = "1=IPv4|IPv6|IPv4/IPv6|Non-IP|Ethernet";
static SELECTIONS: Names = "MS or network provided APN, subscribed verified|MS provided APN, subscription not verified|\
    Network provided APN, subscription not verified";
/// From 1900 on.
const NTP_EPOCH: i64 = -2_208_988_800;

#[rustfmt::skip]
static LAYOUTS: &[(u8, &[Part])] = &[
    (2, &[Is(&CAUSE, 1, CAUSES), Peek(&PCE, 1, 4, ""), Peek(&BCE, 1, 2, ""), Peek(&CS, 1, 1, "")]),
    (3, &[Is(&RECOVERY, 1, "")]),
    (72, &[Is(&AMBR_UP, 4, ""), Is(&AMBR_DOWN, 4, "")]),
    (73, &[Peek(&EBI, 1, 15, "")]),
    (79, &[Peek(&PDN_TYPE, 1, 7, PDN_TYPES), Skip(1)]),
    (80, &[Peek(&QOS_PCI, 1, 0x40, ""), Peek(&QOS_PL, 1, 0x3c, ""), Peek(&QOS_PVI, 1, 1, ""), Skip(1), Is(&QCI, 1, ""), Is(&MBR_UP, 5, ""),
        Is(&MBR_DOWN, 5, ""), Is(&GBR_UP, 5, ""), Is(&GBR_DOWN, 5, "")]),
    (82, &[Is(&RAT, 1, RATS)]),
    (87, &[Peek(&HAS_V4, 1, 0x80, ""), Peek(&HAS_V6, 1, 0x40, ""), Peek(&INTERFACE, 1, 0x3f, INTERFACES), Skip(1), Is(&KEY, 4, "")]),
    (94, &[Is(&CHARGING, 4, "")]),
    (95, &[Is(&CHARACTERISTIC, 2, "")]),
    (97, &[Peek(&PPC, 1, 1, ""), Peek(&VB, 1, 2, "")]),
    (99, &[Peek(&PDN_TYPE, 1, 7, PDN_TYPES)]),
    (100, &[Is(&PTI, 1, "")]),
    (114, &[Skip(1), Peek(&DAYLIGHT, 1, 3, "No Adjustments for Daylight Saving Time|+1 Hour|+2 Hours")]),
    (127, &[Is(&RESTRICTION, 1, "No Existing Contexts or Restriction|Public-1|Public-2|Private-1|Private-2")]),
    (128, &[Peek(&SELECTION, 1, 3, SELECTIONS)]),
    (155, &[Peek(&ARP_PCI, 1, 0x40, ""), Peek(&ARP_PL, 1, 0x3c, ""), Peek(&ARP_PVI, 1, 1, "")]),
    (170, &[Date(&LOCATED, NTP_EPOCH)]),
];

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let (flags, message) = (bytes.u8(0)?, bytes.u8(1)?);
    let at = if flags & 8 != 0 { 8 } else { 4 };
    // What asks and what answers, by pairs of messages.
    let role = match message {
        1 | 4 | 6 | 25 | 31 | 32 | 34 | 36 | 38 | 95 | 97 | 99 | 101 | 128 | 130 | 133 | 139 | 158 | 160 | 166
        | 168 | 170 | 176 | 200 | 211 | 231 | 233 | 235 => Some(Role::Once),
        2 | 5 | 7 | 26 | 33 | 35 | 37 | 39 | 96 | 98 | 100 | 102 | 129 | 131 | 134 | 140 | 159 | 161 | 167 | 169
        | 171 | 177 | 201 | 212 | 232 | 234 | 236 | 240 => Some(Role::Response),
        _ => None,
    };
    let answers = matches!(role, Some(Role::Response));
    let sequence = bytes.u24(at)?;
    let partner = role.and_then(|role| d.transaction(role, sequence.into()));
    if !d.wants() {
        return Ok(Next::End);
    }
    let name = name_of(MESSAGES, message.into());
    d.info(|| if name.is_empty() { "Unknown" } else { name }.to_owned());
    let head = [
        Is(&FLAGS, 1, ""),
        Part::Bits(&VERSION, 0xe0, ""),
        Part::Bits(&PIGGYBACK, 0x10, ""),
        Part::Bits(&HAS_TUNNEL, 8, ""),
        Part::Bits(&PRIORITY, 4, ""),
        Is(&MESSAGE, 1, MESSAGES),
        Is(&LENGTH, 2, ""),
    ];
    d.read_layout(&bytes, 0, &head)?;
    if flags & 8 != 0 {
        d.read(&TUNNEL, &bytes, 4..8)?;
    }
    d.read_row(&bytes, at, &[(&SEQUENCE, 3)])?;
    let length = usize::from(bytes.u16(2)?);
    elements(d, &bytes.limit(length.saturating_add(4)).from(at.saturating_add(4)), 0)?;
    if let Some(partner) = partner {
        d.generated(if answers { &RESPONSE_TO } else { &RESPONSE_IN }, bytes.span(0..0), partner.packet);
        if let Some(elapsed) = partner.elapsed.filter(|_| answers) {
            d.generated(&RESPONSE_TIME, bytes.span(0..0), Value::Nanos(elapsed));
        }
    }
    Ok(Next::End)
}

/// Groups nest no deeper in the standard.
const DEEPEST: u8 = 6;

/// Information elements (§8.2.1): type, length of the value, instance.
fn elements(d: &mut Dissection, bytes: &Bytes<'_>, depth: u8) -> Result<(), Problem> {
    let mut rest = *bytes;
    while rest.wire_len() >= 4 {
        let (kind, size) = (rest.u8(0)?, usize::from(rest.u16(1)?));
        let (end, name) = (size.saturating_add(4), name_of(ELEMENTS, kind.into()));
        d.label(&LINE, rest.span(0..end), || if name.is_empty() { "Unknown" } else { name }.to_owned());
        d.nest(|d| {
            let head = [
                Is(&ELEMENT, 1, ELEMENTS),
                Is(&ELEMENT_LENGTH, 2, ""),
                Peek(&CR, 1, 0xf0, ""),
                Peek(&INSTANCE, 1, 15, ""),
            ];
            d.read_layout(&rest, 0, &head)?;
            let value = rest.limit(end).from(4);
            // Bearer contexts, PDN connections, overload and load control hold others.
            if matches!(kind, 93 | 109 | 180 | 181) && depth < DEEPEST {
                return elements(d, &value, depth.saturating_add(1));
            }
            element(d, kind, &value)
        })?;
        rest = rest.from(end);
    }
    Ok(())
}

fn element(d: &mut Dissection, kind: u8, value: &Bytes<'_>) -> Result<(), Problem> {
    let (size, whole) = (value.wire_len(), value.span(0..value.len()));
    match kind {
        1 => d.field(&IMSI, whole, digits(value.all())),
        75 => d.field(&MEI, whole, digits(value.all())),
        76 => d.field(&MSISDN, whole, digits(value.all())),
        71 => d.field(&APN, whole, text::labels(value.all()).0),
        74 if size == 4 => _ = d.read(&ADDRESS4, value, 0..4)?,
        74 if size == 16 => _ = d.read(&ADDRESS6, value, 0..16)?,
        83 => network(d, value, 0, [&MCC, &MNC])?,
        86 => location(d, value)?,
        _ => {
            let Some((_, layout)) = LAYOUTS.iter().find(|(known, _)| *known == kind) else { return Ok(()) };
            let at = d.read_layout(value, 0, layout)?;
            let first = value.u8(0)?;
            match (kind, first & 7) {
                (79, 1) => _ = d.read(&PAA4, value, at..at.saturating_add(4))?,
                (79, 2) => _ = d.read_row(value, at, &[(&PAA_LENGTH, 1), (&PAA6, 16)])?,
                (79, 3) => _ = d.read_row(value, at, &[(&PAA_LENGTH, 1), (&PAA6, 16), (&PAA4, 4)])?,
                (87, _) => {
                    let addresses = [(0x80, (&TEID4, 4)), (0x40, (&TEID6, 16))];
                    let present = addresses.iter().filter(|(flag, _)| first & flag != 0);
                    present.copied().try_fold(at, |at, (_, row)| d.read_row(value, at, &[row]))?;
                }
                _ => {}
            }
        }
    }
    Ok(())
}

/// Digits of four bits, the lower ones first, up to a filler.
fn digits(bytes: &[u8]) -> String {
    let halves = bytes.iter().flat_map(|byte| [byte & 15, byte >> 4]);
    halves.take_while(|digit| *digit < 10).map(|digit| char::from(b'0'.saturating_add(digit))).collect()
}

/// Country and network code in three bytes (3GPP TS 24.008 §10.5.1.3).
fn network(
    d: &mut Dissection,
    value: &Bytes<'_>,
    at: usize,
    [country, network]: [&'static Field; 2],
) -> Result<(), Problem> {
    let [a, b, c] = value.array(at)?;
    let (middle, end) = (at.saturating_add(1), at.saturating_add(3));
    d.field(country, value.span(at..at.saturating_add(2)), digits(&[a, b | 0xf0]));
    // The third digit of the network's code stands before the other two, if there is one.
    let third = if b >> 4 < 10 { digits(&[b >> 4 | 0xf0]) } else { String::new() };
    d.field(network, value.span(middle..end), format!("{}{third}", digits(&[c])));
    Ok(())
}

/// Of the kinds of places, each with its flag, the tracking area and the cell of E-UTRAN (§8.21).
fn location(d: &mut Dissection, value: &Bytes<'_>) -> Result<(), Problem> {
    let (flags, mut at) = (value.u8(0)?, 1_usize);
    for bit in [1, 2, 4, 8, 16] {
        if flags & bit == 0 {
            continue;
        }
        match bit {
            8 => {
                network(d, value, at, [&TAI_MCC, &TAI_MNC])?;
                d.read_row(value, at.saturating_add(3), &[(&TAC, 2)])?;
                at = at.saturating_add(5);
            }
            16 => {
                network(d, value, at, [&CELL_MCC, &CELL_MNC])?;
                d.read_layout(value, at.saturating_add(3), &[Peek(&ECI, 4, 0x0fff_ffff, "")])?;
            }
            _ => at = at.saturating_add(7),
        }
    }
    Ok(())
}
