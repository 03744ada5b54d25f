//! Packet Forwarding Control Protocol, 3GPP TS 29.244.
use crate::engine::dissect::{
    Bytes, Claim, Dissection, Names, Next, Part, Payload, Problem, Protocol, Role, Value, Verdict, fields, name_of,
    text,
};
use Part::{Date, Next as Is, Peek};

fields! {
    FLAGS: Hex(2) => "pfcp.flags", "Flags";
    VERSION: Uint => "pfcp.version", "Version";
    FOLLOW: Bool => "pfcp.fo_flag", "Follow On (FO)";
    PRIORITY: Bool => "pfcp.mp_flag", "Message Priority (MP)";
    HAS_SESSION: Bool => "pfcp.s", "SEID (S)";
    MESSAGE: Uint => "pfcp.msg_type", "Message Type";
    LENGTH: Uint => "pfcp.length", "Length";
    SESSION: Hex(16) => "pfcp.seid", "SEID";
    SEQUENCE: Uint => "pfcp.seqno", "Sequence Number";
    ELEMENT: Label => "pfcp.ie", "Information Element";
    ELEMENT_TYPE: Uint => "pfcp.ie_type", "IE Type";
    ELEMENT_LENGTH: Uint => "pfcp.ie_len", "IE Length";
    FEID_V4: Bool => "pfcp.f_seid_flags.v4", "V4 (IPv4)";
    FEID_V6: Bool => "pfcp.f_seid_flags.v6", "V6 (IPv6)";
    FEID4: Address => "pfcp.f_seid.ipv4", "IPv4 address";
    FEID6: Address => "pfcp.f_seid.ipv6", "IPv6 address";
    CHOOSE_ID: Bool => "pfcp.f_teid_flags.ch_id", "CHID (CHOOSE_ID)";
    CHOOSE: Bool => "pfcp.f_teid_flags.ch", "CH (CHOOSE)";
    TEID_V6: Bool => "pfcp.f_teid_flags.v6", "V6 (IPv6)";
    TEID_V4: Bool => "pfcp.f_teid_flags.v4", "V4 (IPv4)";
    TEID: Hex(8) => "pfcp.f_teid.teid", "TEID";
    TEID4: Address => "pfcp.f_teid.ipv4_addr", "IPv4 address";
    TEID6: Address => "pfcp.f_teid.ipv6_addr", "IPv6 address";
    CHOSEN: Hex(2) => "pfcp.f_teid.choose_id", "CHOOSE ID";
    SOURCE: Uint => "pfcp.source_interface", "Source Interface";
    DESTINATION: Uint => "pfcp.dst_interface", "Interface";
    INSTANCE: Text => "pfcp.network_instance", "Network Instance";
    PDR: Uint => "pfcp.pdr_id", "Rule ID";
    PRECEDENCE: Uint => "pfcp.precedence", "Precedence";
    FAR_FLAG: Bool => "pfcp.far_id_flg", "Allocation type";
    FAR: Uint => "pfcp.far_id", "FAR ID";
    URR_FLAG: Bool => "pfcp.urr_id_flg", "Allocation type";
    URR: Uint => "pfcp.urr_id", "URR ID";
    QER_FLAG: Bool => "pfcp.qer_id_flg", "Allocation type";
    QER: Uint => "pfcp.qer_id", "QER ID";
    BAR: Uint => "pfcp.bar_id", "BAR ID";
    UE_V6: Bool => "pfcp.ue_ip_address_flag.v6", "V6 (IPv6)";
    UE_V4: Bool => "pfcp.ue_ip_address_flag.v4", "V4 (IPv4)";
    UE_DESTINATION: Bool => "pfcp.ue_ip_address_flag.sd", "S/D";
    UE4: Address => "pfcp.ue_ip_addr_ipv4", "IPv4 address";
    UE6: Address => "pfcp.ue_ip_addr_ipv6", "IPv6 address";
    FILTER_BID: Bool => "pfcp.sdf_filter.bid", "BID (Bidirectional SDF Filter)";
    FILTER_FL: Bool => "pfcp.sdf_filter.fl", "FL (Flow Label)";
    FILTER_SPI: Bool => "pfcp.sdf_filter.spi", "SPI (Security Parameter Index)";
    FILTER_TTC: Bool => "pfcp.sdf_filter.ttc", "TTC (ToS Traffic Class)";
    FILTER_FD: Bool => "pfcp.sdf_filter.fd", "FD (Flow Description)";
    FLOW_LENGTH: Uint => "pfcp.flow_desc_len", "Length of Flow Description";
    FLOW: Text => "pfcp.flow_desc", "Flow Description";
    APPLICATION: Text => "pfcp.application_id_str", "Application Identifier";
    QFI: Hex(2) => "pfcp.qfi_value", "QFI";
    UL_GATE: Uint => "pfcp.gate_status.ulgate", "UL Gate";
    DL_GATE: Uint => "pfcp.gate_status.dlgate", "DL Gate";
    UL_MBR: Uint => "pfcp.ul_mbr", "UL MBR";
    DL_MBR: Uint => "pfcp.dl_mbr", "DL MBR";
    UL_GBR: Uint => "pfcp.ul_gbr", "UL GBR";
    DL_GBR: Uint => "pfcp.dl_gbr", "DL GBR";
    DFRT: Bool => "pfcp.apply_action.dfrt", "DFRT (Duplicate for Redundant Transmission)";
    IPMD: Bool => "pfcp.apply_action.ipmd", "IPMD (IP Multicast Deny)";
    IPMA: Bool => "pfcp.apply_action.ipma", "IPMA (IP Multicast Accept)";
    DUPL: Bool => "pfcp.apply_action.dupl", "DUPL (Duplicate)";
    NOCP: Bool => "pfcp.apply_action.nocp", "NOCP (Notify the CP function)";
    BUFF: Bool => "pfcp.apply_action.buff", "BUFF (Buffer)";
    FORW: Bool => "pfcp.apply_action.forw", "FORW (Forward)";
    DROP: Bool => "pfcp.apply_action.drop", "DROP (Drop)";
    CREATION: Uint => "pfcp.outer_hdr_desc", "Outer Header Creation Description";
    CREATION_TEID: Hex(8) => "pfcp.outer_hdr_creation.teid", "TEID";
    CREATION4: Address => "pfcp.outer_hdr_creation.ipv4", "IPv4 Address";
    CREATION6: Address => "pfcp.outer_hdr_creation.ipv6", "IPv6 Address";
    CREATION_PORT: Uint => "pfcp.outer_hdr_creation.port", "Port Number";
    REMOVAL: Uint => "pfcp.out_hdr_desc", "Outer Header Removal Description";
    OFFENDER: Uint => "pfcp.offending_ie", "Type of the offending IE";
    REPORT_SEQUENCE: Uint => "pfcp.ur_seqn", "UR-SEQN";
    START: Text => "pfcp.start_time", "Start Time";
    END: Text => "pfcp.end_time", "End Time";
    TOTAL: Uint => "pfcp.volume_measurement.tovol", "Total Volume";
    UPLINK: Uint => "pfcp.volume_measurement.ulvol", "Uplink Volume";
    DOWNLINK: Uint => "pfcp.volume_measurement.dlvol", "Downlink Volume";
    DURATION: Uint => "pfcp.duration_measurement", "Duration";
    UPIR: Bool => "pfcp.report_type.upir", "UPIR (User Plane Inactivity Report)";
    ERIR: Bool => "pfcp.report_type.erir", "ERIR (Error Indication Report)";
    USAR: Bool => "pfcp.report_type.usar", "USAR (Usage Report)";
    DLDR: Bool => "pfcp.report_type.dldr", "DLDR (Downlink Data Report)";
    PDN_TYPE: Uint => "pfcp.pdn_type", "PDN Type";
    INACTIVITY: Uint => "pfcp.user_plane_inactivity_timer", "User Plane Inactivity Timer";
    RESPONSE_IN: Frame => "pfcp.response_in", "Response In";
    RESPONSE_TO: Frame => "pfcp.response_to", "Response To";
    RESPONSE_TIME: Seconds => "pfcp.response_time", "Response Time";
    CAUSE: Uint => "pfcp.cause", "Cause";
    RECOVERY: Text => "pfcp.recovery_time_stamp", "Recovery Time Stamp";
    NODE_TYPE: Uint => "pfcp.node_id_type", "Address Type";
    NODE4: Address => "pfcp.node_id_ipv4", "IPv4";
    NODE6: Address => "pfcp.node_id_ipv6", "IPv6";
    NODE_NAME: Text => "pfcp.node_id_fqdn", "FQDN";
}

pub(super) static PFCP: Protocol = Protocol {
    name: "pfcp",
    title: "Packet Forwarding Control Protocol",
    short: "PFCP",
    fields: FIELDS,
    claims: &[Claim::UdpPort(8805)],
    probe: Some(probe),
    dissect,
    ..Protocol::PLAIN
};

/// Version 1, and no longer than there is.
fn probe(payload: &Payload<'_>) -> Verdict {
    match payload.bytes {
        [flags, _, high, low, ..] if payload.is_udp() && flags >> 5 == 1 => {
            let length = usize::from(u16::from_be_bytes([*high, *low])).saturating_add(4);
            Verdict::possible_if(length <= payload.bytes.len())
        }
        _ => Verdict::NotMine,
    }
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let (flags, message) = (bytes.u8(0)?, bytes.u8(1)?);
    let at = if flags & 1 != 0 { 12 } else { 4 };
    let role = match message {
        // What asks and what answers alternate, but for the answer to a version that is not known.
        1..=10 | 50..=57 => {
            if (message % 2 == 1) == (message < 50) {
                Role::Once
            } else {
                Role::Response
            }
        }
        12 | 14 => Role::Once,
        _ => Role::Response,
    };
    let answers = matches!(role, Role::Response);
    let partner = d.transaction(role, bytes.u24(at)?.into());
    if !d.wants() {
        return Ok(Next::End);
    }
    let name = name_of(MESSAGES, message.into());
    d.info(|| if name.is_empty() { "Unknown".to_owned() } else { name.to_owned() });
    d.read(&FLAGS, &bytes, 0..1)?;
    d.read_bits(&bytes, 0..1, &[(&VERSION, 0xe0), (&FOLLOW, 4), (&PRIORITY, 2), (&HAS_SESSION, 1)])?;
    d.read_layout(&bytes, 1, &[Is(&MESSAGE, 1, MESSAGES), Is(&LENGTH, 2, "")])?;
    if flags & 1 != 0 {
        d.read_row(&bytes, 4, &[(&SESSION, 8)])?;
    }
    d.read_row(&bytes, at, &[(&SEQUENCE, 3)])?;
    let end = usize::from(bytes.u16(2)?).saturating_add(4);
    elements(d, &bytes.limit(end).from(at.saturating_add(4)), 0)?;
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
/// From 1900 on.
const NTP_EPOCH: i64 = -2_208_988_800;

/// What elements hold: parts, and such that stand there when the first byte has a flag.
type Layout = (u16, &'static [Part], &'static [(u8, Part)]);
#[rustfmt::skip]
static LAYOUTS: &[Layout] = &[
    (19, &[Is(&CAUSE, 1, CAUSES)], &[]),
    (20, &[Peek(&SOURCE, 1, 15, "Access|Core|SGi-LAN/N6-LAN|CP-function|5G VN Internal")], &[]),
    (21, &[Peek(&CHOOSE_ID, 1, 8, ""), Peek(&CHOOSE, 1, 4, ""), Peek(&TEID_V6, 1, 2, ""), Peek(&TEID_V4, 1, 1, ""), Part::Skip(1)],
        &[(8, Is(&CHOSEN, 1, ""))]),
    (23, &[Peek(&FILTER_BID, 1, 16, ""), Peek(&FILTER_FL, 1, 8, ""), Peek(&FILTER_SPI, 1, 4, ""), Peek(&FILTER_TTC, 1, 2, ""),
        Peek(&FILTER_FD, 1, 1, ""), Part::Skip(2)], &[]),
    (24, &[Is(&APPLICATION, 0, "")], &[]),
    (25, &[Peek(&UL_GATE, 1, 12, GATES), Peek(&DL_GATE, 1, 3, GATES)], &[]),
    (26, &[Is(&UL_MBR, 5, ""), Is(&DL_MBR, 5, "")], &[]),
    (27, &[Is(&UL_GBR, 5, ""), Is(&DL_GBR, 5, "")], &[]),
    (29, &[Is(&PRECEDENCE, 4, "")], &[]),
    (39, &[Peek(&UPIR, 1, 8, ""), Peek(&ERIR, 1, 4, ""), Peek(&USAR, 1, 2, ""), Peek(&DLDR, 1, 1, "")], &[]),
    (40, &[Is(&OFFENDER, 2, ELEMENTS)], &[]),
    (42, &[Peek(&DESTINATION, 1, 15, "Access|Core|SGi-LAN/N6-LAN|CP-function|LI function|5G VN Internal")], &[]),
    (44, &[Peek(&DFRT, 1, 128, ""), Peek(&IPMD, 1, 64, ""), Peek(&IPMA, 1, 32, ""), Peek(&DUPL, 1, 16, ""), Peek(&NOCP, 1, 8, ""),
        Peek(&BUFF, 1, 4, ""), Peek(&FORW, 1, 2, ""), Peek(&DROP, 1, 1, "")], &[]),
    (56, &[Is(&PDR, 2, "")], &[]),
    (57, &[Peek(&FEID_V4, 1, 2, ""), Peek(&FEID_V6, 1, 1, ""), Part::Skip(1), Is(&SESSION, 8, "")],
        &[(2, Is(&FEID4, 4, "")), (1, Is(&FEID6, 16, ""))]),
    (66, &[Part::Skip(1)], &[(1, Is(&TOTAL, 8, "")), (2, Is(&UPLINK, 8, "")), (4, Is(&DOWNLINK, 8, ""))]),
    (67, &[Is(&DURATION, 4, "")], &[]),
    (75, &[Date(&START, NTP_EPOCH)], &[]),
    (76, &[Date(&END, NTP_EPOCH)], &[]),
    (81, &[Peek(&URR_FLAG, 4, 1 << 31, ""), Peek(&URR, 4, 0x7fff_ffff, "")], &[]),
    (84, &[Is(&CREATION, 2, "256=GTP-U/UDP/IPv4|512=GTP-U/UDP/IPv6|1024=UDP/IPv4|2048=UDP/IPv6|4096=IPv4|8192=IPv6|16384=C-TAG|32768=S-TAG")],
        &[(3, Is(&CREATION_TEID, 4, "")), (21, Is(&CREATION4, 4, "")), (42, Is(&CREATION6, 16, "")), (12, Is(&CREATION_PORT, 2, ""))]),
    (88, &[Is(&BAR, 1, "")], &[]),
    (93, &[Peek(&UE_DESTINATION, 1, 4, "Source IP address|Destination IP address"), Peek(&UE_V4, 1, 2, ""), Peek(&UE_V6, 1, 1, ""), Part::Skip(1)],
        &[(2, Is(&UE4, 4, "")), (1, Is(&UE6, 16, ""))]),
    (95, &[Is(&REMOVAL, 1, "GTP-U/UDP/IPv4|GTP-U/UDP/IPv6|UDP/IPv4|UDP/IPv6|IPv4|IPv6|GTP-U/UDP/IP|VLAN TAG POP|VLAN TAGs POP-POP")], &[]),
    (96, &[Date(&RECOVERY, NTP_EPOCH)], &[]),
    (104, &[Is(&REPORT_SEQUENCE, 4, "")], &[]),
    (108, &[Peek(&FAR_FLAG, 4, 1 << 31, ""), Peek(&FAR, 4, 0x7fff_ffff, "")], &[]),
    (109, &[Peek(&QER_FLAG, 4, 1 << 31, ""), Peek(&QER, 4, 0x7fff_ffff, "")], &[]),
    (113, &[Peek(&PDN_TYPE, 1, 7, "1=IPv4|IPv6|IPv4v6|Non-IP|Ethernet")], &[]),
    (117, &[Is(&INACTIVITY, 4, "")], &[]),
    (124, &[Peek(&QFI, 1, 0x7f, "")], &[]),
];
static GATES: Names = "OPEN|CLOSED";

/// Elements that hold others (§7).
fn is_group(kind: u16) -> bool {
    matches!(kind, 1..=18 | 51 | 54 | 58 | 59 | 68 | 77..=80 | 83 | 85..=87 | 99 | 102 | 105 | 118 | 127..=130 | 132 | 143 | 165)
}

/// Type and length of two bytes each; some hold others (§8.1).
fn elements(d: &mut Dissection, bytes: &Bytes<'_>, depth: u8) -> Result<(), Problem> {
    let mut rest = *bytes;
    while rest.wire_len() >= 4 {
        let (kind, length) = (rest.u16(0)?, usize::from(rest.u16(2)?));
        let end = length.saturating_add(4);
        let name = match name_of(ELEMENTS, kind.into()) {
            "" => "Unknown",
            name => name,
        };
        d.label(&ELEMENT, rest.span(0..end), || name.to_owned());
        let value = rest.limit(end).from(4);
        d.nest(|d| {
            d.noted(&ELEMENT_TYPE, rest.span(0..2), kind, name);
            d.field(&ELEMENT_LENGTH, rest.span(2..4), length);
            if is_group(kind) && depth < DEEPEST {
                return elements(d, &value, depth.saturating_add(1));
            }
            element(d, kind, &value)
        })?;
        rest = rest.from(end);
    }
    Ok(())
}

fn element(d: &mut Dissection, kind: u16, value: &Bytes<'_>) -> Result<(), Problem> {
    match kind {
        60 => {
            let names = "IPv4 address|IPv6 address|FQDN";
            d.read_layout(value, 0, &[Peek(&NODE_TYPE, 1, 15, names)])?;
            match value.u8(0)? & 15 {
                0 => _ = d.read_row(value, 1, &[(&NODE4, 4)])?,
                1 => _ = d.read_row(value, 1, &[(&NODE6, 16)])?,
                _ => {
                    let rest = value.from(1);
                    d.field(&NODE_NAME, rest.span(0..rest.len()), text::labels(rest.all()).0);
                }
            }
        }
        22 => {
            // As labels or, against the standard, as it is.
            let (name, size) = text::labels(value.all());
            let name = if size >= value.len() && !name.is_empty() { name } else { text::shown(value.all()) };
            d.field(&INSTANCE, value.span(0..value.len()), name);
        }
        _ => {
            let Some((_, parts, optional)) = LAYOUTS.iter().find(|(known, ..)| *known == kind) else { return Ok(()) };
            let (mut at, first) = (d.read_layout(value, 0, parts)?, value.u8(0)?);
            if kind == 21 && first & 4 == 0 {
                let address = [(1, (&TEID4, 4)), (2, (&TEID6, 16))];
                at = d.read_row(value, at, &[(&TEID, 4)])?;
                at = address
                    .iter()
                    .filter(|(flag, _)| first & flag != 0)
                    .try_fold(at, |at, (_, row)| d.read_row(value, at, &[*row]))?;
            }
            if kind == 23 && first & 1 != 0 {
                let size = usize::from(value.u16(at)?);
                d.read_row(value, at, &[(&FLOW_LENGTH, 2), (&FLOW, size)])?;
            }
            let present = optional.iter().filter(|(flag, _)| first & flag != 0);
            present.copied().try_fold(at, |at, (_, part)| d.read_layout(value, at, &[part]))?;
        }
    }
    Ok(())
}

static MESSAGES: Names = "1=PFCP Heartbeat Request|PFCP Heartbeat Response|PFCP PFD Management Request|\
    PFCP PFD Management Response|PFCP Association Setup Request|PFCP Association Setup Response|\
    PFCP Association Update Request|PFCP Association Update Response|PFCP Association Release Request|\
    PFCP Association Release Response|PFCP Version Not Supported Response|PFCP Node Report Request|\
    PFCP Node Report Response|PFCP Session Set Deletion Request|PFCP Session Set Deletion Response|\
    50=PFCP Session Establishment Request|PFCP Session Establishment Response|PFCP Session Modification Request|\
    PFCP Session Modification Response|PFCP Session Deletion Request|PFCP Session Deletion Response|\
    PFCP Session Report Request|PFCP Session Report Response";
static ELEMENTS: Names = "Reserved|Create PDR|PDI|Create FAR|Forwarding Parameters|Duplicating Parameters|Create URR|\
    Create QER|Created PDR|Update PDR|Update FAR|Update Forwarding Parameters|Update BAR (PFCP Session Report Response)|\
    Update URR|Update QER|Remove PDR|Remove FAR|Remove URR|Remove QER|Cause|Source Interface|F-TEID|Network Instance|\
    SDF Filter|Application ID|Gate Status|MBR|GBR|QER Correlation ID|Precedence|Transport Level Marking|Volume Threshold|\
    Time Threshold|Monitoring Time|Subsequent Volume Threshold|Subsequent Time Threshold|Inactivity Detection Time|\
    Reporting Triggers|Redirect Information|Report Type|Offending IE|Forwarding Policy|Destination Interface|\
    UP Function Features|Apply Action|Downlink Data Service Information|Downlink Data Notification Delay|\
    DL Buffering Duration|DL Buffering Suggested Packet Count|PFCPSMReq-Flags|PFCPSRRsp-Flags|Load Control Information|\
    Sequence Number|Metric|Overload Control Information|Timer|PDR ID|F-SEID|Application ID's PFDs|PFD context|Node ID|\
    PFD contents|Measurement Method|Usage Report Trigger|Measurement Period|FQ-CSID|Volume Measurement|\
    Duration Measurement|Application Detection Information|Time of First Packet|Time of Last Packet|Quota Holding Time|\
    Dropped DL Traffic Threshold|Volume Quota|Time Quota|Start Time|End Time|Query URR|\
    Usage Report (Session Modification Response)|Usage Report (Session Deletion Response)|\
    Usage Report (Session Report Request)|URR ID|Linked URR ID|Downlink Data Report|Outer Header Creation|Create BAR|\
    Update BAR (Session Modification Request)|Remove BAR|BAR ID|CP Function Features|Usage Information|\
    Application Instance ID|Flow Information|UE IP Address|Packet Rate|Outer Header Removal|Recovery Time Stamp|\
    DL Flow Level Marking|Header Enrichment|Error Indication Report|Measurement Information|Node Report Type|\
    User Plane Path Failure Report|Remote GTP-U Peer|UR-SEQN|Update Duplicating Parameters|Activate Predefined Rules|\
    Deactivate Predefined Rules|FAR ID|QER ID|OCI Flags|PFCP Association Release Request|Graceful Release Period|\
    PDN Type|Failed Rule ID|Time Quota Mechanism|User Plane IP Resource Information (removed in Rel 16.3)|\
    User Plane Inactivity Timer|Aggregated URRs|Multiplier|Aggregated URR ID IE|Subsequent Volume Quota|\
    Subsequent Time Quota|RQI|QFI|Query URR Reference|127=Create Traffic Endpoint|Created Traffic Endpoint|\
    Update Traffic Endpoint|Remove Traffic Endpoint|Traffic Endpoint ID|Ethernet Packet Filter|MAC address|141=User ID|\
    Ethernet PDU Session Information|156=Time Stamp|159=APN/DNN|3GPP Interface Type|PFCPSRReq-Flags|PFCPAUReq-Flags|\
    Activation Time|Deactivation Time|Create MAR";
static CAUSES: Names = "Reserved|Request accepted(success)|More Usage Report to send|Request partially accepted|\
    64=Request rejected(reason not specified)|Session context not found|Mandatory IE missing|Conditional IE missing|\
    Invalid length|Mandatory IE incorrect|Invalid Forwarding Policy|Invalid F-TEID allocation option|\
    No established PFCP Association|Rule creation / modification Failure|PFCP entity in congestion|\
    No resources available|Service not supported|System failure|Redirection Requested|All dynamic addresses are occupied|\
    Unknown Pre-defined Rule|Unknown Application ID|L2TP tunnel Establishment failure|L2TP session Establishment failure|\
    L2TP tunnel release|L2TP session release|PFCP session restoration failure";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::dissect::Wanted;

    #[test]
    fn messages_are_named_and_elements_read() {
        let table: [(&[u8], &str, &str); 2] = [
            (&[0x20, 5, 0, 13, 0, 0, 1, 0, 0, 60, 0, 5, 0, 10, 0, 0, 1], "PFCP Association Setup Request", "10.0.0.1"),
            (
                &[0x21, 51, 0, 17, 0, 0, 0, 0, 0, 0, 0, 9, 0, 0, 2, 0, 0, 19, 0, 1, 64],
                "PFCP Session Establishment Response",
                "64",
            ),
        ];
        for (bytes, info, value) in table {
            let mut d = Dissection::new(Wanted::Everything);
            assert!(dissect(&mut d, Bytes::frame(bytes, 0)).is_ok());
            assert_eq!(d.info_text(), info);
            assert!(d.fields.iter().any(|found| found.text() == value));
        }
    }
}
