//! The host controller interface: commands, events and packets of data (Bluetooth Core Specification volume 4 part E).
use crate::engine::dissect::{
    Bytes, Claim, Dissection, Next, Slot, Problem, Protocol, Reader, fields, layouts, named,
};

const OPCODES: &str = "1025=Inquiry|Inquiry Cancel|Periodic Inquiry Mode|Exit Periodic Inquiry Mode|Create Connection|Disconnect|Add SCO Connection|Create Connection Cancel|Accept Connection Request|Reject Connection Request|Link Key Request Reply|Link Key Request Negative Reply|PIN Code Request Reply|PIN Code Request Negative Reply|Change Connection Packet Type|1041=Authentication Requested|1043=Set Connection Encryption|1045=Change Connection Link Key|1047=Master Link Key|1049=Remote Name Request|Remote Name Request Cancel|Read Remote Supported Features|Read Remote Extended Features|Read Remote Version Information|1055=Read Clock offset|Read LMP Handle|1064=Setup Synchronous Connection|Accept Synchronous Connection Request|Reject Synchronous Connection Request|IO Capability Request Reply|User Confirmation Request Reply|User Confirmation Request Negative Reply|User Passkey Request Reply|User Passkey Request Negative Reply|Remote OOB Data Request Reply|1075=Remote OOB Data Request Negative Reply|IO Capability Request Negative Reply|Create Physical Link|Accept Physical Link|Disconnect Physical Link|Create Logical Link|Accept Logical Link|Disconnect Logical Link|Logical Link Cancel|Flow Spec Modify|Enhanced Setup Synchronous Connection|Enhanced Accept Synchronous Connection Request|Truncated Page|Truncated Page Cancel|Set Connectionless Slave Broadcast|Set Connectionless Slave Broadcast Receive|Start Synchronization Train|Receive Synchronization Train|Remote OOB Extended Data Request Reply|3073=Set Event Mask|3075=Reset|3077=Set Event Filter|3080=Flush|Read PIN Type|Write PIN Type|Create New Unit Key|3085=Read Stored Link Key|3089=Write Stored Link Key|Delete Stored Link Key|Change Local Name|Read Local Name|Read Connection Accept Timeout|Write Connection Accept Timeout|Read Page Timeout|Write Page Timeout|Read Scan Enable|Write Scan Enable|Read Page Scan Activity|Write Page Scan Activity|Read Inquiry Scan Activity|Write Inquiry Scan Activity|Read Authentication Enable|Write Authentication Enable|Read Encryption Mode|Write Encryption Mode|Read Class of Device|Write Class of Device|Read Voice Setting|Write Voice Setting|Read Automatic Flush Timeout|Write Automatic Flush Timeout|Read Num Broadcast Retransmissions|Write Num Broadcast Retransmissions|Read Hold Mode Activity|Write Hold Mode Activity|Read Tx Power Level|Read SCO Flow Control Enable|Write SCO Flow Control Enable|3121=Set Host Controller To Host Flow Control|3123=Host Buffer Size|3125=Host Number of Completed Packets|Read Link Supervision Timeout|Write Link Supervision Timeout|Read Number of Supported IAC|Read Current IAC LAP|Write Current IAC LAP|Read Page Scan Period Mode|Write Page Scan Period Mode|Read Page Scan Mode|Write Page Scan Mode|Set AFH Host Channel Classification|3138=Read Inquiry Scan Type|Write Inquiry Scan Type|Read Inquiry Mode|Write Inquiry Mode|Read Page Scan Type|Write Page Scan Type|Read AFH Channel Assessment Mode|Write AFH Channel Assessment Mode|3153=Read Extended Inquiry Response|Write Extended Inquiry Response|Refresh Encryption Key|3157=Read Simple Pairing Mode|Write Simple Pairing Mode|Read Local OOB Data|Read Inquiry Response Tx Power Level|Write Inquiry Tx Power Level|Read Default Erroneous Data Reporting|Write Default Erroneous Data Reporting|3167=Enhanced Flush|Send Keypress Notification|Read Logical Link Accept Timeout|Write Logical Link Accept Timeout|Set Event Mask Page 2|Read Location Data|Write Location Data|Read Flow Control Mode|Write Flow Control Mode|Read Enhanced Transmit Power Level|Read Best Effort Flush Timeout|Write Best Effort Flush Timeout|Short Range Mode|Read LE Host Supported|Write LE Host Supported|Set MWS Channel Parameters|Set External Frame Configuration|Set MWS Signaling|4097=Read Local Version Information|Read Local Supported Commands|Read Local Supported Features|Read Local Extended Features|Read Buffer Size|4103=Read Country Code|4105=Read BD ADDR|Read Data Block Size|Read Local Supported Codecs|Read Local Simple Pairing Options|8193=LE Set Event Mask|LE Read Buffer Size [v1]|LE Read Local Supported Features|8197=LE Set Random Address|LE Set Advertising Parameters|LE Read Advertising Channel Tx Power|LE Set Advertising Data|LE Set Scan Response Data|LE Set Advertise Enable|LE Set Scan Parameters|LE Set Scan Enable|LE Create Connection|LE Create Connection Cancel|LE Read White List Size|LE Clear White List|LE Add Device To White List|LE Remove Device From White List|LE Connection Update|LE Set Host Channel Classification|LE Read Channel Map|LE Read Remote Features|LE Encrypt|LE Rand|LE Start Encryption|LE Long Term Key Request Reply|LE Long Term Key Request Negative Reply|LE Read Supported States|LE Receiver Test [v1]|LE Transmitter Test [v1]|LE Test End|LE Remote Connection Parameter Request Reply|LE Remote Connection Parameter Request Negative Reply|LE Set Data Length|LE Read Suggested Default Data Length|LE Write Suggested Default Data Length|LE Read Local P-256 Public Key|LE Generate DHKey [v1]|LE Add Device to Resolving List|LE Remove Device From Resolving List|LE Clear Resolving List|LE Read Resolving List Size|LE Read Peer Resolvable Address|LE Read Local Resolvable Address|LE Set Address Resolution Enable|LE Set Resolvable Private Address Timeout|LE Read Maximum Data Length|LE Read PHY|LE Set Default PHY|LE Set PHY|LE Receiver Test [v2]|LE Transmitter Test [v2]|LE Set Advertising Set Random Address|LE Set Extended Advertising Parameters|LE Set Extended Advertising Data|LE Set Extended Scan Response Data|LE Set Extended Advertising Enable|LE Read Maximum Advertising Data Length|LE Read Number of Supported Advertising Sets|LE Remove Advertising Set|LE Clear Advertising Sets|LE Set Periodic Advertising Parameters|LE Set Periodic Advertising Data|LE Set Periodic Advertising Enable|LE Set Extended Scan Parameters|LE Set Extended Scan Enable";
const STATUSES: &str = "Success|Unknown HCI Command|Unknown Connection Identifier|Hardware Failure|Page Timeout|Authentication Failure|PIN or Key Missing|Memory Capacity Exceeded|Connection Timeout|Connection Limit Exceeded|Synchronous Connection Limit To A Device Exceeded|ACL Connection Already Exists|Command Disallowed|Connection Rejected due to Limited Resources|Connection Rejected due To Security Reasons|Connection Rejected due to Unacceptable BD_ADDR|Connection Accept Timeout Exceeded|Unsupported Feature or Parameter Value|Invalid HCI Command Parameters|Remote User Terminated Connection|Remote Device Terminated Connection due to Low Resources|Remote Device Terminated Connection due to Power Off|Connection Terminated by Local Host|Repeated Attempts|Pairing Not Allowed|Unknown LMP PDU|Unsupported Remote/LMP Feature|SCO Offset Rejected|SCO Interval Rejected|SCO Air Mode Rejected|Invalid LMP/LL Parameters|Unspecified Error|Unsupported LMP/LL Parameter Value|Role Change Not Allowed|LMP/LL Response Timeout|LMP Error Transaction Collision/LL Procedure Collision|LMP PDU Not Allowed|Encryption Mode Not Acceptable|Link Key cannot be Changed|Requested QoS Not Supported|Instant Passed|Pairing with Unit Key Not Supported|Different Transaction Collision|44=QoS Unacceptable Parameter|QoS Rejected|Channel Classification Not Supported|Insufficient Security|Parameter Out Of Mandatory Range|50=Role Switch Pending|52=Reserved Slot Violation|Role Switch Failed|Extended Inquiry Response Too Large|Secure Simple Pairing Not Supported By Host|Host Busy - Pairing|Connection Rejected due to No Suitable Channel Found|Controller Busy|Unacceptable Connection Parameters|Directed Advertising Timeout|Connection Terminated due to MIC Failure|Connection Failed to be Established|MAC Connection Failed|Coarse Clock Adjustment Rejected but Will Try to Adjust Using Clock Dragging|Type0 Submap Not Defined|Unknown Advertising Identifier|Limit Reached|Operation Cancelled by Host|Packet Too Long";

fields! {
    PARAMETER: Bytes => "bthci_cmd.parameter", "Parameter";
    RETURNED: Bytes => "bthci_evt.ret_params", "Return Parameter";
    SOUND: Bytes => "bthci_sco.data", "Data";
}

layouts! {
    COMMAND = [
        Hex(4) => "bthci_cmd.opcode", "Command Opcode", 2: OPCODES;
        Hex(2) => "bthci_cmd.opcode.ogf", "Opcode Group Field", &0xfc00: "1=Link Control Commands|Link Policy Commands|Host Controller & Baseband Commands|Informational Parameters|Status Parameters|Testing Commands|8=LE Controller Commands|62=Bluetooth Logo Testing Commands|Vendor-Specific Commands";
        Hex(3) => "bthci_cmd.opcode.ocf", "Opcode Command Field", &0x3ff;
        Uint => "bthci_cmd.param_length", "Parameter Total Length", 1;
    ]
    DISCONNECT = [
        Hex(4) => "bthci_cmd.connection_handle", "Connection Handle", 2;
        Hex(2) => "bthci_cmd.reason", "Reason", 1: STATUSES;
    ]
    CREATE = [
        Address => "bthci_cmd.bd_addr", "BD_ADDR", 6;
    ]
    SCAN = [
        Hex(2) => "bthci_cmd.le_scan_type", "Scan Type", 1: "Passive|Active";
        Uint => "bthci_cmd.le_scan_interval", "Scan Interval", 2;
        Uint => "bthci_cmd.le_scan_window", "Scan Window", 2;
        Hex(2) => "bthci_cmd.le_own_address_type", "Own Address Type", 1: "Public Device Address|Random Device Address|Public Identity Address (Corresponds to Resolved Private Address)|Random (Static) Identity Address (Corresponds to Resolved Private Address)";
        Hex(2) => "bthci_cmd.le_scan_filter_policy", "Scan Filter Policy", 1;
    ]
    SCAN_ENABLE = [
        Hex(2) => "bthci_cmd.le_scan_enable", "Scan Enable", 1: "false|true";
        Hex(2) => "bthci_cmd.le_filter_duplicates", "Filter Duplicates", 1: "false|true";
    ]
    LE_CREATE = [
        Uint => "bthci_cmd.le_scan_interval", "Scan Interval", 2;
        Uint => "bthci_cmd.le_scan_window", "Scan Window", 2;
        Hex(2) => "bthci_cmd.le_initiator_filter_policy", "Initiator Filter Policy", 1;
        Hex(2) => "bthci_cmd.le_peer_address_type", "Peer Address Type", 1: "Public Device Address|Random Device Address|Public Identity Address (Corresponds to Resolved Private Address)|Random (Static) Identity Address (Corresponds to Resolved Private Address)";
        Address => "bthci_cmd.bd_addr", "BD_ADDR", 6;
        Hex(2) => "bthci_cmd.le_own_address_type", "Own Address Type", 1;
        Uint => "bthci_cmd.le_con_interval_min", "Connection Interval Min", 2;
        Uint => "bthci_cmd.le_con_interval_max", "Connection Interval Max", 2;
        Uint => "bthci_cmd.le_con_latency", "Max Connection Latency", 2;
        Uint => "bthci_cmd.le_supv_timeout", "Supervision Timeout", 2;
        Uint => "bthci_cmd.le_min_ce_length", "Min CE Length", 2;
        Uint => "bthci_cmd.le_max_ce_length", "Max CE Length", 2;
    ]
    ADVERTISE = [
        Uint => "bthci_cmd.le_advts_interval_min", "Advertising Interval Min", 2;
        Uint => "bthci_cmd.le_advts_interval_max", "Advertising Interval Max", 2;
        Hex(2) => "bthci_cmd.le_advts_type", "Advertising Type", 1: "Connectable Undirected Advertising|Connectable Directed Advertising|Scannable Undirected Advertising|Non-Connectable Undirected Advertising";
        Hex(2) => "bthci_cmd.le_own_address_type", "Own Address Type", 1;
        Hex(2) => "bthci_cmd.le_direct_address_type", "Direct Address Type", 1;
        Address => "bthci_cmd.bd_addr", "BD_ADDR", 6;
        Label => "", "", 1;
        Hex(1) => "bthci_cmd.le_advts_ch_map_1", "Channel 37", &0x1;
        Hex(1) => "bthci_cmd.le_advts_ch_map_2", "Channel 38", &0x2;
        Hex(1) => "bthci_cmd.le_advts_ch_map_3", "Channel 39", &0x4;
        Hex(2) => "bthci_cmd.le_advts_filter_policy", "Advertising Filter Policy", 1;
    ]
    ADVERTISE_ENABLE = [
        Hex(2) => "bthci_cmd.le_advts_enable", "Advertising Enable", 1: "false|true";
    ]
    DATA_LENGTH = [
        Uint => "bthci_cmd.le_data_length", "Data Length", 1;
    ]
    EVENT = [
        Hex(2) => "bthci_evt.code", "Event Code", 1: "1=Inquiry Complete|Inquiry Result|Connect Complete|Connect Request|Disconnect Complete|Authentication Complete|Remote Name Request Complete|Encryption Change|Change Connection Link Key Complete|Master Link Key Complete|Read Remote Supported Features|Read Remote Version Information Complete|QoS Setup Complete|Command Complete|Command Status|Hardware Error|Flush Occurred|Role Change|Number of Completed Packets|Mode Change|Return Link Keys|PIN Code Request|Link Key Request|Link Key Notification|Loopback Command|Data Buffer Overflow|Max Slots Change|Read Clock Offset Complete|Connection Packet Type Changed|QoS Violation|Page Scan Mode Change|Page Scan Repetition Mode Change|Flow Specification Complete|Inquiry Result With RSSI|Read Remote Extended Features Complete|44=Synchronous Connection Complete|Synchronous Connection Changed|Sniff Subrating|Extended Inquiry Result|Encryption Key Refresh Complete|IO Capability Request|IO Capability Response|User Confirmation Request|User Passkey Request|Remote OOB Data Request|Simple Pairing Complete|56=Link Supervision Timeout Changed|Enhanced Flush Complete|59=User Passkey Notification|Keypress Notification|Remote Host Supported Features Notification|LE Meta|64=Physical Link Complete|Channel Selected|Disconnect Physical Link Complete|Physical Link Loss Early Warning|Physical Link Recovery|Logical Link Complete|Disconnect Logical Link Complete|Flow Spec Modify Complete|Number Of Completed Data Blocks|AMP Start Test|AMP Test End|AMP Receiver Report|Short Range Mode Change Complete|AMP Status Change|Triggered Clock Capture|Synchronization Train Complete|Synchronization Train Received|Connectionless Slave Broadcast Receive|Connectionless Slave Broadcast Timeout|Truncated Page Complete|Slave Page Response Timeout|Connectionless Slave Broadcast Channel Map Change|Inquiry Response Notification|Authenticated Payload Timeout Expired|SAM Status Change|255=Vendor-Specific";
        Uint => "bthci_evt.param_length", "Parameter Total Length", 1;
    ]
    COMPLETE = [
        Uint => "bthci_evt.num_command_packets", "Number of Allowed Command Packets", 1;
        Hex(4) => "bthci_evt.opcode", "Command Opcode", 2: OPCODES;
        Hex(2) => "bthci_evt.opcode.ogf", "Opcode Group Field", &0xfc00;
        Hex(3) => "bthci_evt.opcode.ocf", "Opcode Command Field", &0x3ff;
    ]
    STATUS = [
        Hex(2) => "bthci_evt.status", "Status", 1: STATUSES;
    ]
    CONNECTED = [
        Hex(2) => "bthci_evt.status", "Status", 1: STATUSES;
        Hex(4) => "bthci_evt.connection_handle", "Connection Handle", 2;
        Address => "bthci_evt.bd_addr", "BD_ADDR", 6;
        Hex(2) => "bthci_evt.link_type", "Link Type", 1: "SCO connection (Voice Channels)|ACL connection (Data Channels)|eSCO connection (Voice Channels)";
        Hex(2) => "bthci_evt.encryption_mode", "Encryption Mode", 1: "Encryption Disabled|Encryption only for point-to-point packets|Encryption for both point-to-point and broadcast packets";
    ]
    DISCONNECTED = [
        Hex(2) => "bthci_evt.status", "Status", 1;
        Hex(4) => "bthci_evt.connection_handle", "Connection Handle", 2;
        Hex(2) => "bthci_evt.reason", "Reason", 1: STATUSES;
    ]
    NAMED = [
        Hex(2) => "bthci_evt.status", "Status", 1;
        Address => "bthci_evt.bd_addr", "BD_ADDR", 6;
        Text => "bthci_evt.remote_name", "Remote Name", *REST;
    ]
    ENCRYPTED = [
        Hex(2) => "bthci_evt.status", "Status", 1;
        Hex(4) => "bthci_evt.connection_handle", "Connection Handle", 2;
        Hex(2) => "bthci_evt.encryption_enable", "Encryption Enable", 1: "Link Level Encryption is OFF|Link Level Encryption is ON";
    ]
    COMPLETED = [
        Uint => "bthci_evt.num_handles", "Number of Connection Handles", 1;
        Hex(4) => "bthci_evt.connection_handle", "Connection Handle", 2;
        Uint => "bthci_evt.num_compl_packets", "Number of Completed Packets", 2;
    ]
    META = [
        Hex(2) => "bthci_evt.le_meta_subevent", "Sub Event", 1: "1=LE Connection Complete|LE Advertising Report|LE Connection Update Complete|LE Read Remote Features Complete|LE Long Term Key Request|LE Remote Connection Parameter Request|LE Data Length Change|LE Read Local P-256 Public Key Complete|LE Generate DHKey Complete|LE Enhanced Connection Complete|LE Direct Advertising Report|LE PHY Update Complete|LE Extended Advertising Report|LE Periodic Advertising Sync Established|LE Periodic Advertising Report|LE Periodic Advertising Sync Lost|LE Scan Timeout|LE Advertising Set Terminated|LE Scan Request Received|LE Channel Selection Algorithm|LE Connectionless IQ Report|LE Connection IQ Report|LE CTE Request Failed|LE Periodic Advertising Sync Transfer Received|LE CIS Established|LE CIS Request|LE Create BIG Complete|LE Terminate BIG Complete|LE BIG Sync Established|LE BIG Sync Lost|LE Request Peer SCA Complete|LE Path Loss Threshold|LE Transmit Power Reporting|LE BIGInfo Advertising Report|LE Subrate Change";
    ]
    LE_CONNECTED = [
        Hex(2) => "bthci_evt.status", "Status", 1;
        Hex(4) => "bthci_evt.connection_handle", "Connection Handle", 2;
        Hex(2) => "bthci_evt.role", "Role", 1: "Master|Slave";
        Hex(2) => "bthci_evt.le_peer_address_type", "Peer Address Type", 1: "Public Device Address|Random Device Address|Public Identity Address (Corresponds to Resolved Private Address)|Random (Static) Identity Address (Corresponds to Resolved Private Address)";
        Address => "bthci_evt.bd_addr", "BD_ADDR", 6;
        Uint => "bthci_evt.le_con_interval", "Connection Interval", 2;
        Uint => "bthci_evt.le_con_latency", "Connection Latency", 2;
        Uint => "bthci_evt.le_supv_timeout", "Supervision Timeout", 2;
        Hex(2) => "bthci_evt.le_master_clock_accuracy", "Master Clock Accuracy", 1: "251-500 ppm|151-250 ppm|101-150 ppm|76-100 ppm|51-75 ppm|31-50 ppm|21-30 ppm|0-20 ppm";
    ]
    REPORT = [
        Uint => "bthci_evt.le_num_reports", "Num Reports", 1;
        Hex(2) => "bthci_evt.le_advts_event_type", "Event Type", 1: "Connectable Undirected Advertising|Connectable Directed Advertising|Scannable Undirected Advertising|Non-Connectable Undirected Advertising|Scan Response";
        Hex(2) => "bthci_evt.le_peer_address_type", "Peer Address Type", 1: "Public Device Address|Random Device Address|Public Identity Address (Corresponds to Resolved Private Address)|Random (Static) Identity Address (Corresponds to Resolved Private Address)";
        Address => "bthci_evt.bd_addr", "BD_ADDR", 6;
        Uint => "bthci_evt.data_length", "Data Length", 1;
    ]
    STRENGTH = [
        Int => "bthci_evt.rssi", "RSSI", 1;
    ]
    ACL = [
        Label => "", "", 2;
        Hex(3) => "bthci_acl.chandle", "Connection Handle", &0xfff;
        Uint => "bthci_acl.pb_flag", "PB Flag", &0x3000: "First Non-automatically Flushable Packet|Continuing Fragment|First Automatically Flushable Packet";
        Uint => "bthci_acl.bc_flag", "BC Flag", &0xc000: "Point-To-Point|Active Broadcast|Piconet Broadcast";
        Uint => "bthci_acl.length", "Data Total Length", 2;
    ]
    SCO = [
        Label => "", "", 2;
        Hex(3) => "bthci_sco.chandle", "Connection Handle", &0xfff;
        Uint => "bthci_sco.length", "Data Total Length", 1;
    ]
}

const fn protocol(name: &'static str, title: &'static str, short: &'static str) -> Protocol {
    Protocol { name, title, short, ..Protocol::PLAIN }
}

pub(in super::super) static HCI_COMMAND: Protocol = Protocol {
    fields: FIELDS,
    layouts: LAYOUTS,
    dissect: command,
    ..protocol("bthci_cmd", "Bluetooth HCI Command", "HCI_CMD")
};
pub(in super::super) static HCI_EVENT: Protocol =
    Protocol { dissect: event, ..protocol("bthci_evt", "Bluetooth HCI Event", "HCI_EVT") };
pub(in super::super) static HCI_ACL: Protocol =
    Protocol { dissect: data, ..protocol("bthci_acl", "Bluetooth HCI ACL Packet", "HCI_ACL") };
pub(in super::super) static HCI_SCO: Protocol =
    Protocol { dissect: voice, ..protocol("bthci_sco", "Bluetooth HCI SCO Packet", "HCI_SCO") };

/// Parameters of commands.
const COMMANDS: [(u64, &[Slot]); 9] = [
    (0x0405, CREATE),
    (0x0406, DISCONNECT),
    (0x0419, CREATE),
    (0x2006, ADVERTISE),
    (0x2008, DATA_LENGTH),
    (0x200a, ADVERTISE_ENABLE),
    (0x200b, SCAN),
    (0x200c, SCAN_ENABLE),
    (0x200d, LE_CREATE),
];

/// Parameters of events.
const EVENTS: [(u8, &[Slot]); 6] =
    [(0x01, STATUS), (0x03, CONNECTED), (0x05, DISCONNECTED), (0x07, NAMED), (0x08, ENCRYPTED), (0x13, COMPLETED)];

const UNKNOWN: &str = "Unknown";

fn command<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if !d.wants() {
        return Ok(Next::End);
    }
    let opcode = u64::from(bytes.u16_le(0)?);
    d.info(|| format!("Sent {}", named(OPCODES, opcode).unwrap_or(UNKNOWN)));
    let mut r = Reader::little(bytes, 0);
    r.layout(d, COMMAND)?;
    if let Some((_, layout)) = COMMANDS.iter().find(|(number, _)| *number == opcode) {
        let length = r.layout(d, layout)?;
        if opcode == 0x2008 {
            return Ok(advertised(&r, length));
        }
    }
    r.rest(d, &PARAMETER);
    Ok(Next::End)
}

fn advertised<'p>(r: &Reader<'p>, length: u64) -> Next<'p> {
    let length = usize::try_from(length).unwrap_or(usize::MAX);
    Next::Claim(Claim::Named("btcommon"), r.bytes.from(r.at).limit(length))
}

fn event<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if !d.wants() {
        return Ok(Next::End);
    }
    let mut r = Reader::little(bytes, 0);
    let code = bytes.u8(0)?;
    r.layout(d, EVENT)?;
    let name = EVENT.first().and_then(|part| named(part.names, code.into())).unwrap_or(UNKNOWN);
    d.info(|| format!("Rcvd {name}"));
    match code {
        0x0e | 0x0f => {
            if code == 0x0f {
                r.layout(d, STATUS)?;
            }
            let opcode = r.layout(d, COMPLETE)?;
            d.info(|| format!("Rcvd {name} ({})", named(OPCODES, opcode).unwrap_or(UNKNOWN)));
            if code == 0x0e && r.left() > 0 {
                r.layout(d, STATUS)?;
            }
        }
        0x3e => {
            let sub = r.layout(d, META)?;
            let kind = META.first().and_then(|part| named(part.names, sub)).unwrap_or(UNKNOWN);
            d.info(|| format!("Rcvd {name} ({kind})"));
            match sub {
                1 => drop(r.layout(d, LE_CONNECTED)?),
                2 => {
                    let length = r.layout(d, REPORT)?;
                    let rest = advertised(&r, length);
                    r.at = r.at.saturating_add(usize::try_from(length).unwrap_or(usize::MAX));
                    r.layout(d, STRENGTH)?;
                    return Ok(rest);
                }
                _ => {}
            }
        }
        _ => {
            if let Some((_, layout)) = EVENTS.iter().find(|(number, _)| *number == code) {
                r.layout(d, layout)?;
            }
        }
    }
    r.rest(d, &RETURNED);
    Ok(Next::End)
}

fn data<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let mut r = Reader::little(bytes, 0);
    let length = usize::try_from(r.layout(d, ACL)?).unwrap_or(usize::MAX);
    let rest = bytes.from(4).limit(length);
    // What continues an earlier packet, or does not end here, is in pieces.
    let continues = bytes.u16_le(0)? >> 12 & 3 == 1;
    if continues || usize::from(rest.u16_le(0)?).saturating_add(4) > rest.wire_len() {
        let way = super::way(d);
        d.info(|| format!("{way}{}", if continues { "Continuation Fragment" } else { "Start Fragment" }));
        return Ok(Next::End);
    }
    Ok(Next::Claim(Claim::Named("btl2cap"), rest))
}

fn voice<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let mut r = Reader::little(bytes, 0);
    r.layout(d, SCO)?;
    r.rest(d, &SOUND);
    Ok(Next::End)
}
