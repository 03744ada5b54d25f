//! Management frames (IEEE 802.11-2020 §9.3.3): fixed fields, then elements (§9.4.2), as tables.
use crate::engine::dissect::{
    Bytes, Dissection, Field, Next, Problem, Protocol, Reader, Span, fields, layouts, named,
};

fields! {
    FIXED: Label => "wlan.fixed.all", "Fixed parameters";
    TAGGED: Label => "wlan.tagged.all", "Tagged parameters";
    ELEMENT: Label => "wlan.tag", "Tag";
    SSID: Text => "wlan.ssid", "SSID";
    RATES: Uint => "wlan.supported_rates", "Supported Rates";
    MORE_RATES: Uint => "wlan.extended_supported_rates", "Extended Supported Rates";
    CHANNEL: Uint => "wlan.ds.current_channel", "Current Channel";
    CURRENT_AP: Address => "wlan.fixed.current_ap", "Current AP";
    LISTEN: Hex(4) => "wlan.fixed.listen_ival", "Listen Interval";
    ASSOCIATION: Hex(4) => "wlan.fixed.aid", "Association ID";
    RANGE: Label => "wlan.country_info.fnm", "Country Info";
    POWER: Uint => "wlan.powercon.local", "Local Power Constraint";
    EXTENDED: Hex(2) => "wlan.extcap", "Extended Capabilities";
    EXTENSION: Uint => "wlan.ext_tag.number", "Ext Tag Number";
    VERSION: Uint => "wlan.rsn.version", "RSN Version";
    GROUP: Label => "wlan.rsn.gcs", "Group Cipher Suite";
    GROUP_OUI: Hex(6) => "wlan.rsn.gcs.oui", "Group Cipher Suite OUI";
    GROUP_TYPE: Uint => "wlan.rsn.gcs.type", "Group Cipher Suite type";
    PAIR_COUNT: Uint => "wlan.rsn.pcs.count", "Pairwise Cipher Suite Count";
    PAIR: Label => "wlan.rsn.pcs", "Pairwise Cipher Suite";
    PAIR_OUI: Hex(6) => "wlan.rsn.pcs.oui", "Pairwise Cipher Suite OUI";
    PAIR_TYPE: Uint => "wlan.rsn.pcs.type", "Pairwise Cipher Suite type";
    KEY_COUNT: Uint => "wlan.rsn.akms.count", "Auth Key Management (AKM) Suite Count";
    KEY: Label => "wlan.rsn.akms", "Auth Key Management (AKM) Suite";
    KEY_OUI: Hex(6) => "wlan.rsn.akms.oui", "Auth Key Management (AKM) OUI";
    KEY_TYPE: Uint => "wlan.rsn.akms.type", "Auth Key Management (AKM) type";
    WPA_VERSION: Uint => "wlan.wfa.ie.wpa.version", "WPA Version";
    MULTICAST: Label => "wlan.wfa.ie.wpa.mcs", "Multicast Cipher Suite";
    MULTICAST_OUI: Hex(6) => "wlan.wfa.ie.wpa.mcs.oui", "Multicast Cipher Suite OUI";
    MULTICAST_TYPE: Uint => "wlan.wfa.ie.wpa.mcs.type", "Multicast Cipher Suite type";
    UNICAST_COUNT: Uint => "wlan.wfa.ie.wpa.ucs.count", "Unicast Cipher Suite Count";
    UNICAST: Label => "wlan.wfa.ie.wpa.ucs", "Unicast Cipher Suite";
    UNICAST_OUI: Hex(6) => "wlan.wfa.ie.wpa.ucs.oui", "Unicast Cipher Suite OUI";
    UNICAST_TYPE: Uint => "wlan.wfa.ie.wpa.ucs.type", "Unicast Cipher Suite type";
    WPA_KEY_COUNT: Uint => "wlan.wfa.ie.wpa.akms.count", "Auth Key Management (AKM) Suite Count";
    WPA_KEY: Label => "wlan.wfa.ie.wpa.akms", "Auth Key Management (AKM) Suite";
    WPA_KEY_OUI: Hex(6) => "wlan.wfa.ie.wpa.akms.oui", "Auth Key Management (AKM) OUI";
    WPA_KEY_TYPE: Uint => "wlan.wfa.ie.wpa.type", "Auth Key Management (AKM) type";
    ACCESS: Label => "wlan.wfa.ie.wme.acp", "Ac Parameters";
    MCS_SET: Label => "wlan.ht.mcsset", "Rx Supported Modulation and Coding Scheme Set";
    MCS_BITS: Bytes => "wlan.ht.mcsset.rxbitmask", "Rx Modulation and Coding Scheme (One bit per modulation)";
    VENDOR_DATA: Bytes => "wlan.tag.vendor.data", "Vendor Specific Data";
    OUI: Hex(6) => "wlan.tag.oui", "OUI";
    DATA: Bytes => "wlan.tag.data", "Tag Data";
}

layouts! {
    REASON = [
        Hex(4) => "wlan.fixed.reason_code", "Reason code", 2: "1=Unspecified reason|Previous authentication no longer valid|Deauthenticated because sending STA is leaving (or has left) the BSS|Disassociated due to inactivity|Disassociated because AP is unable to handle all currently associated STAs|Class 2 frame received from nonauthenticated STA|Class 3 frame received from nonassociated STA|Disassociated because sending STA is leaving (or has left) BSS|STA requesting (re)association is not authenticated with responding STA|Disassociated because the information in the Power Capability element is unacceptable|Disassociated because the information in the Supported Channels element is unacceptable|Disassociated due to BSS transition management|Invalid information element, i.e., an information element defined in this standard for which the content does not meet the specifications in Clause 9|Message integrity code (MIC) failure|4-way handshake timeout|Group key handshake timeout|Element in 4-way handshake different from (Re)Association Request/Probe Response/Beacon frame|Invalid group cipher|Invalid pairwise cipher|Invalid AKMP|Unsupported RSNE version|Invalid RSNE capabilities|IEEE 802.1X authentication failed|Cipher suite rejected because of the security policy";
    ]
    STATUS = [
        Hex(4) => "wlan.fixed.status_code", "Status code", 2: "Successful|Unspecified failure|TDLS wakeup schedule rejected but alternative schedule provided|TDLS wakeup schedule rejected|Reserved|Security disabled|Unacceptable lifetime|Not in same BSS|Reserved|Reserved|Cannot support all requested capabilities in the Capability Information field|Reassociation denied due to inability to confirm that association exists|Association denied due to reason outside the scope of this standard|Responding STA does not support the specified authentication algorithm|Received an Authentication frame with authentication transaction sequence number out of expected sequence|Authentication rejected because of challenge failure|Authentication rejected due to timeout waiting for next frame in sequence|Association denied because AP is unable to handle additional associated STAs|Association denied due to requesting STA not supporting all of the data rates in the BSSBasicRateSet parameter, the Basic HT-MCS Set field of the HT Operation parameter, or the Basic VHT-MCS and NSS Set field in the VHT Operation parameter|Association denied due to requesting STA not supporting the short preamble option|Reserved|Reserved|Association request rejected because spectrum management capability is required|Association request rejected because the information in the Power Capability element is unacceptable|Association request rejected because the information in the Supported Channels element is unacceptable|Association denied due to requesting STA not supporting short slot time|Reserved|Association denied because the requesting STA does not support HT features|R0KH unreachable|Reserved|Association request rejected temporarily; try again later|Robust management frame policy violation|Unspecified, QoS-related failure|Association denied because QoS AP or PCP has insufficient bandwidth to handle another QoS STA|Association denied due to excessive frame loss rates and/ or poor conditions on current operating channel|Association (with QoS BSS) denied because the requesting STA does not support the QoS facility|Reserved|The request has been declined|The request has not been successful as one or more parameters have invalid values|The allocation or TS has not been created because the request cannot be honored; however, a suggested TSPEC/DMG TSPEC is provided so that the initiating STA can attempt to set another allocation or TS with the suggested changes to the TSPEC/DMG TSPEC|Invalid element, i.e., an element defined in this standard for which the content does not meet the specifications in Clause 9 (Frame formats)|Invalid group cipher|Invalid pairwise cipher|Invalid AKMP|Unsupported RSNE version|Invalid RSNE capabilities|Cipher suite rejected because of security policy|The TS or allocation has not been created; however, the HC or PCP might be capable of creating a TS or allocation, in response to a request, after the time indicated in the TS Delay element|Reserved|The Destination STA is not present within this BSS|The Destination STA is not a QoS STA|Association denied because the listen interval is too large|Invalid FT Action frame count|Invalid pairwise master key identifier (PMKID)";
    ]
    TIMES = [
        Uint => "wlan.fixed.timestamp", "Timestamp", 8;
        Uint => "wlan.fixed.beacon", "Beacon Interval", 2;
    ]
    CAPABILITIES = [
        Hex(4) => "wlan.fixed.capabilities", "Capabilities Information", 2;
        Bool => "wlan.fixed.capabilities.ess", "ESS capabilities", &0x1: "Transmitter is a STA|Transmitter is an AP";
        Bool => "wlan.fixed.capabilities.ibss", "IBSS status", &0x2: "Transmitter belongs to a BSS|Transmitter belongs to an IBSS";
        Uint => "wlan.fixed.capabilities.reserved1", "Reserved", &0x4;
        Uint => "wlan.fixed.capabilities.reserved2", "Reserved", &0x8;
        Bool => "wlan.fixed.capabilities.privacy", "Privacy", &0x10: "Data confidentiality not required|Data confidentiality required";
        Bool => "wlan.fixed.capabilities.short_preamble", "Short Preamble", &0x20: "Not Allowed|Allowed";
        Uint => "wlan.fixed.capabilities.reserved3", "Reserved", &0x40;
        Uint => "wlan.fixed.capabilities.reserved4", "Reserved", &0x80;
        Bool => "wlan.fixed.capabilities.spec_man", "Spectrum Management", &0x100: "Not Implemented|Implemented";
        Bool => "wlan.fixed.capabilities.qos", "QoS", &0x200: "Not Implemented|Implemented";
        Bool => "wlan.fixed.capabilities.short_slot_time", "Short Slot Time", &0x400: "Not in use|In use";
        Bool => "wlan.fixed.capabilities.apsd", "Automatic Power Save Delivery", &0x800: "Not Implemented|Implemented";
        Bool => "wlan.fixed.capabilities.radio_measurement", "Radio Measurement", &0x1000: "Not Implemented|Implemented";
        Bool => "wlan.fixed.capabilities.epd", "EPD", &0x2000: "Not Implemented|Implemented";
        Uint => "wlan.fixed.capabilities.reserved5", "Reserved", &0x4000;
        Uint => "wlan.fixed.capabilities.reserved6", "Reserved", &0x8000;
    ]
    AUTHENTICATION = [
        Uint => "wlan.fixed.auth.alg", "Authentication Algorithm", 2: "Open System|Shared key|Fast BSS Transition|Simultaneous Authentication of Equals (SAE)|FILS Shared Key authentication without PFS|FILS Shared Key authentication with PFS|FILS Public Key authentication|Pre-Association Security Negotiation (PASN)|128=Network EAP";
        Hex(4) => "wlan.fixed.auth_seq", "Authentication SEQ", 2;
    ]
    ACTION = [
        Uint => "wlan.fixed.category_code", "Category code", 1: "Spectrum Management (SM)|Quality of Service (QoS)|Direct-Link Setup (DLS)|Block Ack|Public Action|Radio Measurement|Fast BSS Transition|High Throughput|SA Query|Protected Dual of Public Action|WNM|Unprotected WNM|TDLS|MESH|Multihop|Self-protected|DMG|Management Notification|Fast Session Transfer|Robust AV Streaming|Unprotected DMG|VHT|S1G|S1G Relay|Flow Control|Control Response MCS Negotiation|FILS|30=HE|Protected HE";
        Uint => "wlan.fixed.action_code", "Action code", 1;
    ]
    BLOCK = [
        Hex(2) => "wlan.fixed.dialog_token", "Dialog token", 1;
        Hex(4) => "wlan.fixed.baparams", "Block Ack Parameters", 2;
        Bool => "wlan.fixed.baparams.amsdu", "A-MSDUs", &0x1: "Not Permitted|Permitted in QoS Data MPDUs";
        Bool => "wlan.fixed.baparams.policy", "Block Ack Policy", &0x2: "Delayed Block Ack|Immediate Block Ack";
        Hex(1) => "wlan.fixed.baparams.tid", "Traffic Identifier", &0x3c;
        Uint => "wlan.fixed.baparams.buffersize", "Number of Buffers (1 Buffer = 2304 Bytes)", &0xffc0;
        Hex(4) => "wlan.fixed.batimeout", "Block Ack Timeout", 2;
        Hex(4) => "wlan.fixed.ssc", "Block Ack Starting Sequence Control (SSC)", 2;
        Uint => "wlan.fixed.ssc.fragment", "Fragment", &0xf;
        Uint => "wlan.fixed.ssc.sequence", "Starting Sequence Number", &0xfff0;
    ]
    TAG = [
        Uint => "wlan.tag.number", "Tag Number", 1: "SSID parameter set|Supported Rates|FH Parameter set|DS Parameter set|CF Parameter set|Traffic Indication Map (TIM)|IBSS Parameter set|Country Information|Hopping Pattern Parameters|Hopping Pattern Table|Request|QBSS Load Element|EDCA Parameter Set|Traffic Specification|Traffic Classification|Schedule|Challenge text|32=Power Constraint|Power Capability|TPC Request|TPC Report|Supported Channels|Channel Switch Announcement|Measurement Request|Measurement Report|Quiet|IBSS DFS|ERP Information|TS Delay|TCLAS Processing|HT Capabilities (802.11n D1.10)|QoS Capability|ERP Information|RSN Information|50=Extended Supported Rates|AP Channel Report|Neighbor Report|RCPI|Mobility Domain|Fast BSS Transition|Timeout Interval|RIC Data|DSE Registered Location|Supported Operating Classes|Extended Channel Switch Announcement|HT Information (802.11n D1.10)|Secondary Channel Offset (802.11n D1.10)|BSS Average Access Delay|Antenna|RSNI|Measurement Pilot Transmission|BSS Available Admission Capacity|BSS AC Access Delay/WAPI Parameter Set|Time Advertisement|RM Enabled Capabilities|Multiple BSSID|20/40 BSS Coexistence|20/40 BSS Intolerant Channel Report|Overlapping BSS Scan Parameters|RIC Descriptor|Management MIC|78=Event Request|Event Report|Diagnostic Request|Diagnostic Report|Location Parameters|Non Transmitted BSSID Capability|SSID List|Multiple BSSID Index|FMS Descriptor|FMS Request|FMS Response|QoS Traffic Capability|BSS Max Idle Period|TFS Request|TFS Response|WNM-Sleep Mode|TIM Broadcast Request|TIM Broadcast Response|Collocated Interference Report|Channel Usage|Time Zone|DMS Request|DMS Response|Link Identifier|Wakeup Schedule|104=Channel Switch Timing|PTI Control|PU Buffer Status|Interworking|Advertisement Protocol|Expedited Bandwidth Request|QoS Map Set|Roaming Consortium|Emergency Alert Identifier|Mesh Configuration|Mesh ID|Mesh Link Metric Report|Congestion Notification|Mesh Peering Management|Mesh Channel Switch Parameters|Mesh Awake Window|Beacon Timing|MCCAOP Setup Request|MCCAOP SETUP Reply|MCCAOP Advertisement|MCCAOP Teardown|Gate Announcement|Root Announcement|Extended Capabilities|Agere Proprietary|130=Path Request|Path Reply|Path Error|Cisco CCX1 CKIP + Device Name|136=Cisco CCX2|Proxy Update|Proxy Update Confirmation|Authenticated Mesh Peering Exchange|MIC (Message Integrity Code)|Destination URI|U-APSD Coexistence|Wakeup Schedule 802.11ad|Extended Schedule|STA Availability|DMG TSPEC|Next DMG ATI|DMG Capabilities|Cisco Unknown 95|Vendor Specific|DMG Operating|DMG BSS Parameter Change|DMG Beam Refinement|Channel Measurement Feedback|157=Awake Window|Multi Band|ADDBA Extension|NEXTPCP List|PCP Handover|DMG Link Margin|Switching Stream|Session Transmission|Dynamic Tone Pairing Report|Cluster Report|Relay Capabilities|Relay Transfer Parameter|Beamlink Maintenance|Multiple MAC Sublayers|U-PID|DMG Link Adaption Acknowledgment|Symbol Proprietary|MCCAOP Advertisement Overview|Quiet Period Request|177=Quiet Period Response|182=ECAPC Policy|Cluster Time Offset|Intra-Access Category Priority|SCS Descriptor|190=Antenna Sector ID|VHT Capabilities|VHT Operation|Extended BSS Load|Wide Bandwidth Channel Switch|Tx Power Envelope|Channel Switch Wrapper|199=Operating Mode Notification|201=Reduced Neighbor Report|206=Fine Time Measurement Params|S1G Open-Loop Link Margin Index|RPS|Page Slice|AID Request|AID Response|Sector Operation|S1G Beacon Compatibility|Short Beacon Interval|Change Sequence|Target Wake Time|S1G Capabilities|220=Subchannel Selective Transmission|Vendor Specific|Authentication Control|TSF Timer Accuracy|S1G Relay|Reachable Address|S1G Relay Discovery|228=AID Announcement|PV1 Probe Response Option|EL Operation|Sectorized Group ID List|S1G Operation|Header Compression|SST Operation|MAD|S1G Relay Activation|CAG Number|239=AP-CSN|FILS Indication|Differential Initial Link Setup|Fragment|244=RSN eXtension|255=Element ID Extension";
        Uint => "wlan.tag.length", "Tag length", 1;
    ]
    TRAFFIC = [
        Uint => "wlan.tim.dtim_count", "DTIM count", 1;
        Uint => "wlan.tim.dtim_period", "DTIM period", 1;
        Hex(2) => "wlan.tim.bmapctl", "Bitmap control", 1;
        Bool => "wlan.tim.bmapctl.multicast", "Multicast", &0x1;
        Hex(2) => "wlan.tim.bmapctl.offset", "Bitmap Offset", &0xfe;
        Bytes => "wlan.tim.partial_virtual_bitmap", "Partial Virtual Bitmap", *REST;
    ]
    COUNTRY = [
        Text => "wlan.country_info.code", "Code", 2;
        Uint => "wlan.country_info.environment", "Environment", 1: "1=Operating classes in the United States|Operating classes in Europe|Operating classes in Japan|Global operating classes|S1G operating classes|Operating classes in China|32=All|73=Indoor|79=Outdoor|88=Non Country Entity";
    ]
    CHANNELS = [
        Uint => "wlan.country_info.fnm.fcn", "First Channel Number", 1;
        Uint => "wlan.country_info.fnm.nc", "Number of Channels", 1;
        Int => "wlan.country_info.fnm.mtpl", "Maximum Transmit Power Level", 1;
    ]
    ERP = [
        Hex(2) => "wlan.erp_info", "ERP Information", 1;
        Bool => "wlan.erp_info.erp_present", "Non ERP Present", &0x1: "Not set|Set";
        Bool => "wlan.erp_info.use_protection", "Use Protection", &0x2: "Not set|Set";
        Bool => "wlan.erp_info.barker_preamble_mode", "Barker Preamble Mode", &0x4: "Not set|Set";
        Hex(2) => "wlan.erp_info.reserved", "Reserved", &0xf8;
    ]
    LOAD = [
        Uint => "wlan.qbss.scount", "Station Count", 2;
        Uint => "wlan.qbss.cu", "Channel Utilization", 1;
        Uint => "wlan.qbss.adc", "Available Admission Capacity", 2;
    ]
    SECURITY = [
        Hex(4) => "wlan.rsn.capabilities", "RSN Capabilities", 2;
        Bool => "wlan.rsn.capabilities.preauth", "RSN Pre-Auth capabilities", &0x1: "Transmitter does not support pre-authentication|Transmitter supports pre-authentication";
        Bool => "wlan.rsn.capabilities.no_pairwise", "RSN No Pairwise capabilities", &0x2: "Transmitter can support WEP default key 0 simultaneously with Pairwise key|Transmitter cannot support WEP default key 0 simultaneously with Pairwise key";
        Hex(1) => "wlan.rsn.capabilities.ptksa_replay_counter", "RSN PTKSA Replay Counter capabilities", &0xc: "1 replay counter per PTKSA/GTKSA/STAKeySA|2 replay counters per PTKSA/GTKSA/STAKeySA|4 replay counters per PTKSA/GTKSA/STAKeySA|16 replay counters per PTKSA/GTKSA/STAKeySA";
        Hex(1) => "wlan.rsn.capabilities.gtksa_replay_counter", "RSN GTKSA Replay Counter capabilities", &0x30: "1 replay counter per PTKSA/GTKSA/STAKeySA|2 replay counters per PTKSA/GTKSA/STAKeySA|4 replay counters per PTKSA/GTKSA/STAKeySA|16 replay counters per PTKSA/GTKSA/STAKeySA";
        Bool => "wlan.rsn.capabilities.mfpr", "Management Frame Protection Required", &0x40;
        Bool => "wlan.rsn.capabilities.mfpc", "Management Frame Protection Capable", &0x80;
        Bool => "wlan.rsn.capabilities.jmr", "Joint Multi-band RSNA", &0x100;
        Bool => "wlan.rsn.capabilities.peerkey", "PeerKey Enabled", &0x200;
        Bool => "wlan.rsn.capabilities.extended_key_id_iaf", "Extended Key ID for Individually Addressed Frames", &0x2000;
    ]
    HT = [
        Hex(4) => "wlan.ht.capabilities", "HT Capabilities Info", 2;
        Bool => "wlan.ht.capabilities.ldpccoding", "HT LDPC coding capability", &0x1;
        Bool => "wlan.ht.capabilities.width", "HT Support channel width", &0x2: "Transmitter only supports 20MHz operation|Transmitter supports 20MHz and 40MHz operation";
        Hex(1) => "wlan.ht.capabilities.sm", "HT SM Power Save", &0xc: "Static SM Power Save mode|Dynamic SM Power Save mode|Reserved|SM Power Save disabled";
        Bool => "wlan.ht.capabilities.green", "HT Green Field", &0x10;
        Bool => "wlan.ht.capabilities.short20", "HT Short GI for 20MHz", &0x20: "Not supported|Supported";
        Bool => "wlan.ht.capabilities.short40", "HT Short GI for 40MHz", &0x40;
        Bool => "wlan.ht.capabilities.txstbc", "HT Tx STBC", &0x80;
        Hex(1) => "wlan.ht.capabilities.rxstbc", "HT Rx STBC", &0x300: "No Rx STBC support|Rx support of one spatial stream|Rx support of one and two spatial streams|Rx support of one, two, and three spatial streams";
        Bool => "wlan.ht.capabilities.delayedblockack", "HT Delayed Block ACK", &0x400;
        Bool => "wlan.ht.capabilities.amsdu", "HT Max A-MSDU length", &0x800: "3839 bytes|7935 bytes";
        Bool => "wlan.ht.capabilities.dsscck", "HT DSSS/CCK mode in 40MHz", &0x1000;
        Bool => "wlan.ht.capabilities.psmp", "HT PSMP Support", &0x2000;
        Bool => "wlan.ht.capabilities.40mhzintolerant", "HT Forty MHz Intolerant", &0x4000;
        Bool => "wlan.ht.capabilities.lsig", "HT L-SIG TXOP Protection support", &0x8000;
        Hex(2) => "wlan.ht.ampduparam", "A-MPDU Parameters", 1;
        Hex(1) => "wlan.ht.ampduparam.maxlength", "Maximum Rx A-MPDU Length", &0x3;
        Hex(1) => "wlan.ht.ampduparam.mpdudensity", "MPDU Density", &0x1c: "no restriction|1/4 [usec]|1/2 [usec]|1 [usec]|2 [usec]|4 [usec]|8 [usec]|16 [usec]";
        Hex(1) => "wlan.ht.ampduparam.reserved", "Reserved", &0xe0;
    ]
    HT_MORE = [
        Hex(4) => "wlan.htex.capabilities", "HT Extended Capabilities", 2;
        Hex(8) => "wlan.txbf", "Transmit Beam Forming (TxBF) Capabilities", 4;
        Hex(2) => "wlan.asel", "Antenna Selection (ASEL) Capabilities", 1;
    ]
    HT_OPERATION = [
        Uint => "wlan.ht.info.primarychannel", "Primary Channel", 1;
        Hex(2) => "wlan.ht.info.delim1", "HT Information Subset (1 of 3)", 1;
        Hex(1) => "wlan.ht.info.secchanoffset", "Secondary channel offset", &0x3: "No secondary channel|Secondary channel is above the primary channel|Reserved|Secondary channel is below the primary channel";
        Bool => "wlan.ht.info.chanwidth", "Supported channel width", &0x4: "20 MHz channel width only|Channel of any width supported";
        Bool => "wlan.ht.info.rifs", "Reduced Interframe Spacing (RIFS)", &0x8: "Prohibited|Permitted";
        Hex(1) => "wlan.ht.info.reserved_b4_b7", "Reserved", &0xf0;
        Hex(4) => "wlan.ht.info.delim2", "HT Information Subset (2 of 3)", 2;
        Hex(1) => "wlan.ht.info.ht_protection", "HT Protection", &0x3: "No protection mode|HT non-member protection mode|20 MHz protection mode|non-HT mixed mode";
        Bool => "wlan.ht.info.greenfield", "Non-greenfield STAs present", &0x4;
        Hex(1) => "wlan.ht.info.reserved_b11", "Reserved", &0x8;
        Bool => "wlan.ht.info.obssnonht", "OBSS non-HT STAs present", &0x10;
        Uint => "wlan.ht.info.chan_center_freq_seg_2", "Channel Center Frequency Segment 2", &0x1fe0;
        Hex(1) => "wlan.ht.info.reserved_b21_b23", "Reserved", &0xe000;
        Hex(4) => "wlan.ht.info.delim3", "HT Information Subset (3 of 3)", 2;
        Hex(2) => "wlan.ht.info.reserved_b24_b29", "Reserved", &0x3f;
        Bool => "wlan.ht.info.dualbeacon", "Dual beacon", &0x40;
        Bool => "wlan.ht.info.dualcts", "Dual Clear To Send (CTS) protection", &0x80;
        Bool => "wlan.ht.info.secondarybeacon", "Beacon ID", &0x100;
        Bool => "wlan.ht.info.lsigprotsupport", "L-SIG TXOP Protection Full Support", &0x200;
        Bool => "wlan.ht.info.pco.active", "Phased Coexistence Operation (PCO)", &0x400;
        Bool => "wlan.ht.info.pco.phase", "Phased Coexistence Operation (PCO) Phase", &0x800;
        Hex(1) => "wlan.ht.info.reserved_b36_b39", "Reserved", &0xf000;
    ]
    VHT = [
        Hex(8) => "wlan.vht.capabilities", "VHT Capabilities Info", 4;
        Hex(1) => "wlan.vht.capabilities.maxmpdulength", "Maximum MPDU Length", &0x3: "3 895|7 991|11 454|Reserved";
        Hex(1) => "wlan.vht.capabilities.supportedchanwidthset", "Supported Channel Width Set", &0xc;
        Bool => "wlan.vht.capabilities.rxldpc", "Rx LDPC", &0x10;
        Bool => "wlan.vht.capabilities.short80", "Short GI for 80MHz/TVHT_MODE_4C", &0x20;
        Bool => "wlan.vht.capabilities.short160", "Short GI for 160MHz and 80+80MHz", &0x40;
        Bool => "wlan.vht.capabilities.txstbc", "Tx STBC", &0x80;
        Hex(1) => "wlan.vht.capabilities.rxstbc", "Rx STBC", &0x700;
        Bool => "wlan.vht.capabilities.subeamformer", "SU Beamformer Capable", &0x800;
        Bool => "wlan.vht.capabilities.subeamformee", "SU Beamformee Capable", &0x1000;
        Hex(1) => "wlan.vht.capabilities.beamformee_sts_cap", "Beamformee STS Capability", &0xe000;
        Hex(1) => "wlan.vht.capabilities.soundingdimensions", "Number of Sounding Dimensions", &0x70000;
        Bool => "wlan.vht.capabilities.mubeamformer", "MU Beamformer Capable", &0x80000;
        Bool => "wlan.vht.capabilities.mubeamformee", "MU Beamformee Capable", &0x100000;
        Bool => "wlan.vht.capabilities.vhttxopps", "TXOP PS", &0x200000;
        Bool => "wlan.vht.capabilities.vhthtc", "+HTC-VHT Capable", &0x400000;
        Hex(1) => "wlan.vht.capabilities.maxampdu", "Max A-MPDU Length Exponent", &0x3800000;
        Hex(1) => "wlan.vht.capabilities.linkadapt", "VHT Link Adaptation", &0xc000000;
        Bool => "wlan.vht.capabilities.rxpatconsist", "Rx Antenna Pattern Consistency", &0x10000000;
        Bool => "wlan.vht.capabilities.txpatconsist", "Tx Antenna Pattern Consistency", &0x20000000;
        Hex(1) => "wlan.vht.capabilities.ext_nss_bw_support", "Extended NSS BW Support", &0xc0000000;
        Hex(4) => "wlan.vht.mcsset.rxmcsmap", "Rx MCS Map", 2;
        Hex(1) => "wlan.vht.mcsset.rxmcsmap.ss1", "Rx 1 SS", &0x3: "MCS 0-7|MCS 0-8|MCS 0-9|Not Supported";
        Hex(1) => "wlan.vht.mcsset.rxmcsmap.ss2", "Rx 2 SS", &0xc: "MCS 0-7|MCS 0-8|MCS 0-9|Not Supported";
        Hex(1) => "wlan.vht.mcsset.rxmcsmap.ss3", "Rx 3 SS", &0x30;
        Hex(1) => "wlan.vht.mcsset.rxmcsmap.ss4", "Rx 4 SS", &0xc0;
        Hex(4) => "wlan.vht.mcsset.rxhighestlonggirate", "Rx Highest Long GI Data Rate (in Mb/s, 0 = subfield not in use)", 2;
        Hex(4) => "wlan.vht.mcsset.txmcsmap", "Tx MCS Map", 2;
        Hex(1) => "wlan.vht.mcsset.txmcsmap.ss1", "Tx 1 SS", &0x3: "MCS 0-7|MCS 0-8|MCS 0-9|Not Supported";
        Hex(1) => "wlan.vht.mcsset.txmcsmap.ss2", "Tx 2 SS", &0xc: "MCS 0-7|MCS 0-8|MCS 0-9|Not Supported";
        Hex(1) => "wlan.vht.mcsset.txmcsmap.ss3", "Tx 3 SS", &0x30;
        Hex(1) => "wlan.vht.mcsset.txmcsmap.ss4", "Tx 4 SS", &0xc0;
        Hex(4) => "wlan.vht.mcsset.txhighestlonggirate", "Tx Highest Long GI Data Rate  (in Mb/s, 0 = subfield not in use)", 2;
    ]
    VHT_OPERATION = [
        Uint => "wlan.vht.op.channelwidth", "Channel Width", 1: "20 MHz or 40 MHz BSS Bandwidth|80 MHz, 160 MHz or 80+80 MHz BSS Bandwidth|160 MHz BSS Bandwidth (deprecated)|Non-contiguous 80+80 MHz BSS Bandwidth (deprecated)";
        Uint => "wlan.vht.op.channelcenter0", "Channel Center Segment 0", 1;
        Uint => "wlan.vht.op.channelcenter1", "Channel Center Segment 1", 1;
        Hex(4) => "wlan.vht.op.basicmcsmap", "Basic MCS Map", 2;
    ]
    VENDOR = [
        Uint => "wlan.tag.vendor.oui.type", "Vendor Specific OUI Type", 1;
    ]
    WFA = [
        Hex(2) => "wlan.wfa.ie.type", "Type", 1: "1=WPA Information Element|WMM/WME|4=WPS";
    ]
    WME = [
        Uint => "wlan.wfa.ie.wme.subtype", "WME Subtype", 1: "Information Element|Parameter Element|TSPEC Element";
        Uint => "wlan.wfa.ie.wme.version", "WME Version", 1;
        Hex(2) => "wlan.wfa.ie.wme.qos_info", "WME QoS Info", 1;
        Bool => "wlan.wfa.ie.wme.qos_info.ap.u_apsd", "U-APSD", &0x80: "Disabled|Enabled";
        Hex(1) => "wlan.wfa.ie.wme.qos_info.ap.parameter_set_count", "Parameter Set Count", &0xf;
    ]
    ACP = [
        Hex(2) => "wlan.wfa.ie.wme.acp.aci_aifsn", "ACI / AIFSN Field", 1;
        Uint => "wlan.wfa.ie.wme.acp.aifsn", "AIFSN", &0xf;
        Bool => "wlan.wfa.ie.wme.acp.acm", "Admission Control Mandatory", &0x10: "No|Yes";
        Uint => "wlan.wfa.ie.wme.acp.aci", "ACI", &0x60: "Best Effort|Background|Video|Voice";
        Uint => "wlan.wfa.ie.wme.acp.reserved", "Reserved", &0x80;
        Hex(2) => "wlan.wfa.ie.wme.acp.ecw", "ECW", 1;
        Uint => "wlan.wfa.ie.wme.acp.ecw.max", "ECW Max", &0xf0;
        Uint => "wlan.wfa.ie.wme.acp.ecw.min", "ECW Min", &0xf;
        Uint => "wlan.wfa.ie.wme.acp.txop_limit", "TXOP Limit", 2;
    ]
    MCS_END = [
        Hex(4) => "wlan.ht.mcsset.highestdatarate", "Highest Supported Data Rate", 2;
        Label => "wlan.ht.mcsset.tx", "Tx", 2;
        Bool => "wlan.ht.mcsset.txsetdefined", "Tx Supported MCS Set", &0x1: "Not defined|Defined";
        Bool => "wlan.ht.mcsset.txrxmcsnotequal", "Tx and Rx MCS Set", &0x2: "Equal|Not Equal";
        Hex(1) => "wlan.ht.mcsset.txmaxss", "Maximum Number of Tx Spatial Streams Supported", &0xc;
        Bool => "wlan.ht.mcsset.txunequalmod", "Unequal Modulation", &0x10: "Not supported|Supported";
    ]
}

/// Elements that are nothing but a table; the others are read by hand.
const ELEMENTS: &[(u8, &[&[crate::engine::dissect::Slot]])] =
    &[(5, &[TRAFFIC]), (11, &[LOAD]), (42, &[ERP]), (47, &[ERP]), (191, &[VHT]), (192, &[VHT_OPERATION])];

pub(in super::super) static WLAN_MANAGEMENT: Protocol = Protocol {
    name: "wlan.mgt",
    title: "IEEE 802.11 Wireless Management",
    fields: FIELDS,
    layouts: LAYOUTS,
    dissect,
    ..Protocol::PLAIN
};

/// What kind of frame it is stands in the header before it.
fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if !d.wants() {
        return Ok(Next::End);
    }
    let found = d.fields.iter().rev().find(|found| found.field.name() == "wlan.fc.subtype");
    let subtype = found.map_or(0, |found| found.text().parse().unwrap_or(0));
    let mut r = Reader::little(bytes, 0);
    r.group(d, &FIXED, || "Fixed parameters".to_owned(), |d, r| fixed(d, r, subtype))?;
    // What follows an action's first bytes is its own; a vendor's or an unknown one is not guessed at.
    if r.left() == 0 || matches!(subtype, 13..) {
        return Ok(Next::End);
    }
    let size = r.left();
    r.group(
        d,
        &TAGGED,
        || format!("Tagged parameters ({size} bytes)"),
        |d, r| {
            while r.left() >= 2 {
                element(d, r)?;
            }
            Ok(())
        },
    )?;
    Ok(Next::End)
}

fn fixed(d: &mut Dissection, r: &mut Reader<'_>, subtype: u8) -> Result<(), Problem> {
    match subtype {
        0 | 2 => {
            r.layout(d, CAPABILITIES)?;
            r.number(d, &LISTEN, 2)?;
            if subtype == 2 {
                let start = r.at;
                let address = r.bytes.array(start).map(crate::engine::dissect::Address::wlan)?;
                r.take(6)?;
                d.field(&CURRENT_AP, r.since(start), address);
            }
        }
        1 | 3 => {
            r.layout(d, CAPABILITIES)?;
            r.layout(d, STATUS)?;
            let start = r.at;
            let number = r.uint(2)?;
            d.field(&ASSOCIATION, r.since(start), number & 0x3fff);
        }
        5 | 8 => {
            r.layout(d, TIMES)?;
            r.layout(d, CAPABILITIES)?;
        }
        10 | 12 => {
            r.layout(d, REASON)?;
        }
        11 => {
            r.layout(d, AUTHENTICATION)?;
            r.layout(d, STATUS)?;
        }
        13 | 14 => {
            let action = r.bytes.u16(r.at)?;
            r.layout(d, ACTION)?;
            // Block acknowledgements: the request has what its answer repeats.
            if action == 0x0300 {
                r.layout(d, BLOCK)?;
            }
        }
        _ => {}
    }
    Ok(())
}

fn element(d: &mut Dissection, r: &mut Reader<'_>) -> Result<(), Problem> {
    let tag = r.peek()?;
    let line = d.fields.len();
    r.group(d, &ELEMENT, String::new, |d, r| {
        let length = r.layout(d, TAG)?;
        let mut value = r.part(usize::try_from(length).unwrap_or(usize::MAX));
        contents(d, &mut value, tag)?;
        value.rest(d, &DATA);
        Ok(())
    })?;
    let name = TAG.first().and_then(|part| named(part.names, tag.into())).unwrap_or("Reserved");
    let mut said = format!("Tag: {name}");
    if tag == 0
        && let Some(ssid) =
            d.fields.get(line..).unwrap_or_default().iter().find(|found| std::ptr::eq(found.field, &raw const SSID))
    {
        said.push_str(&format!(": {:?}", ssid.text()));
    }
    if let Some(found) = d.fields.get_mut(line) {
        found.note = Some(said.into());
    }
    Ok(())
}

fn contents(d: &mut Dissection, r: &mut Reader<'_>, tag: u8) -> Result<(), Problem> {
    if let Some((_, layouts)) = ELEMENTS.iter().find(|(number, _)| *number == tag) {
        for layout in *layouts {
            r.layout(d, layout)?;
        }
        return Ok(());
    }
    match tag {
        0 => drop(r.field(d, &SSID, r.left())?),
        1 | 50 => {
            let field = if tag == 1 { &RATES } else { &MORE_RATES };
            while r.left() > 0 {
                let start = r.at;
                let rate = r.uint(1)?;
                // In steps of 500 kb/s; the highest bit says that everyone must know it.
                let half = if rate & 1 != 0 { ".5" } else { "" };
                let basic = if rate & 0x80 != 0 { "(B)" } else { "" };
                d.noted(field, r.since(start), rate, &format!("{}{half}{basic}", rate >> 1 & 0x3f));
            }
        }
        3 => drop(r.number(d, &CHANNEL, 1)?),
        7 => {
            r.layout(d, COUNTRY)?;
            while r.left() >= 3 {
                let said = format!("Country Info: First Channel Number: {}", r.peek()?);
                r.group(d, &RANGE, || said, |d, r| r.layout(d, CHANNELS))?;
            }
        }
        32 => drop(r.number(d, &POWER, 1)?),
        45 => {
            r.layout(d, HT)?;
            codings(d, r)?;
            r.layout(d, HT_MORE)?;
        }
        61 => {
            r.layout(d, HT_OPERATION)?;
            codings(d, r)?;
        }
        48 => {
            r.number(d, &VERSION, 2)?;
            suite(d, r, [&GROUP, &GROUP_OUI, &GROUP_TYPE], CIPHERS)?;
            suites(d, r, &PAIR_COUNT, [&PAIR, &PAIR_OUI, &PAIR_TYPE], CIPHERS)?;
            suites(d, r, &KEY_COUNT, [&KEY, &KEY_OUI, &KEY_TYPE], KEYS)?;
            if r.left() >= 2 {
                r.layout(d, SECURITY)?;
            }
        }
        127 => {
            while r.left() > 0 {
                r.number(d, &EXTENDED, 1)?;
            }
        }
        221 => vendor(d, r)?,
        255 => drop(r.number(d, &EXTENSION, 1)?),
        _ => {}
    }
    Ok(())
}

fn codings(d: &mut Dissection, r: &mut Reader<'_>) -> Result<(), Problem> {
    r.group(
        d,
        &MCS_SET,
        || "Rx Supported Modulation and Coding Scheme Set: MCS Set".to_owned(),
        |d, r| {
            r.field(d, &MCS_BITS, 10)?;
            r.layout(d, MCS_END)?;
            r.take(2)
        },
    )?;
    Ok(())
}

const CIPHERS: &str = "NONE|WEP (40-bit)|TKIP|AES (OCB)|AES (CCM)|WEP (104-bit)|BIP (128)|Group addressed traffic not allowed|\
    GCMP (128)|GCMP (256)|CCMP (256)|BIP (GMAC-128)|BIP (GMAC-256)|BIP (CMAC-256)";
const KEYS: &str = "NONE|WPA|PSK|FT over IEEE 802.1X|FT using PSK|WPA (SHA256)|PSK (SHA256)|TDLS / TPK Handshake (SHA256)|\
    SAE (SHA256)|FT using SAE (SHA256)|APPeerKey (SHA256)|WPA (SHA256-SuiteB)|WPA (SHA384-SuiteB)|FT over IEEE 802.1X (SHA384)|\
    18=Opportunistic Wireless Encryption|FT using PSK (SHA384)|PSK (SHA384)";

/// The line, the organisation and the number of a suite.
type Suite = [&'static Field; 3];

fn suite(d: &mut Dissection, r: &mut Reader<'_>, [line, oui, kind]: Suite, names: &'static str) -> Result<(), Problem> {
    let number = r.bytes.u32(r.at)?;
    let name = named(names, (number & 0xff).into()).unwrap_or("Unknown");
    let at = |from: usize, to: usize| -> Span { r.bytes.span(r.at.saturating_add(from)..r.at.saturating_add(to)) };
    d.label(line, at(0, 4), || format!("{}: {:06x} {name}", line.title(), number >> 8));
    d.nest(|d| {
        d.field(oui, at(0, 3), number >> 8);
        d.noted(kind, at(3, 4), number & 0xff, name);
    });
    r.take(4)?;
    Ok(())
}

fn suites(
    d: &mut Dissection,
    r: &mut Reader<'_>,
    count: &'static Field,
    fields: Suite,
    names: &'static str,
) -> Result<(), Problem> {
    if r.left() < 2 {
        return Ok(());
    }
    for _ in 0..r.number(d, count, 2)? {
        suite(d, r, fields, names)?;
    }
    Ok(())
}

/// Microsoft's organisation number stands for WPA and for quality of service (WMM), both of the Wi-Fi Alliance.
fn vendor(d: &mut Dissection, r: &mut Reader<'_>) -> Result<(), Problem> {
    let oui = r.bytes.u24(r.at)?;
    d.field(&OUI, r.bytes.span(r.at..r.at.saturating_add(3)), oui);
    r.take(3)?;
    let kind = r.layout(d, VENDOR)?;
    if oui == 0x00_50f2 {
        r.at = r.at.saturating_sub(1);
        r.layout(d, WFA)?;
    }
    match (oui, kind) {
        (0x00_50f2, 1) => {
            r.number(d, &WPA_VERSION, 2)?;
            suite(d, r, [&MULTICAST, &MULTICAST_OUI, &MULTICAST_TYPE], CIPHERS)?;
            suites(d, r, &UNICAST_COUNT, [&UNICAST, &UNICAST_OUI, &UNICAST_TYPE], CIPHERS)?;
            suites(d, r, &WPA_KEY_COUNT, [&WPA_KEY, &WPA_KEY_OUI, &WPA_KEY_TYPE], KEYS)?;
        }
        (0x00_50f2, 2) => {
            let subtype = r.peek()?;
            r.layout(d, WME)?;
            if subtype == 1 {
                r.take(1)?;
                while r.left() >= 4 {
                    let category = r.peek()? >> 5 & 3;
                    r.group(d, &ACCESS, || format!("Ac Parameters ACI {category}"), |d, r| r.layout(d, ACP))?;
                }
            }
        }
        _ => {}
    }
    r.rest(d, &VENDOR_DATA);
    Ok(())
}
