//! GPRS Tunnelling Protocol: user plane 3GPP TS 29.281, control plane version 1 TS 29.060; version 2 (TS 29.274) by name.
use crate::engine::dissect::{
    Bytes, Claim, Dissection, Names, Next, Part, Payload, Problem, Protocol, Role, Value, Verdict, fields, text,
};
use Part::{Next as Is, Peek, Skip};

fields! {
    FLAGS: Hex(2) => "gtp.flags", "Flags";
    MESSAGE: Hex(2) => "gtp.message", "Message Type";
    LENGTH: Uint => "gtp.length", "Length";
    VERSION: Uint => "gtp.flags.version", "Version";
    PROTOCOL_TYPE: Uint => "gtp.flags.payload", "Protocol type";
    RESERVED: Uint => "gtp.flags.reserved", "Reserved";
    HAS_EXTENSION: Bool => "gtp.flags.e", "Is Next Extension Header present?";
    HAS_SEQUENCE: Bool => "gtp.flags.s", "Is Sequence Number present?";
    HAS_NUMBER: Bool => "gtp.flags.pn", "Is N-PDU number present?";
    SEQUENCE: Hex(4) => "gtp.seq_number", "Sequence number";
    NUMBER: Uint => "gtp.npdu_number", "N-PDU Number";
    NEXT_EXTENSION: Hex(2) => "gtp.ext_hdr.next", "Next extension header type";
    TUNNEL: Hex(8) => "gtp.teid", "TEID";
    CAUSE: Uint => "gtp.cause", "Cause";
    IMSI: Text => "e212.imsi", "IMSI";
    REORDER: Bool => "gtp.reorder", "Reordering required";
    RECOVERY: Uint => "gtp.recovery", "Recovery";
    SELECTION: Uint => "gtp.sel_mode", "Selection mode";
    DATA_TUNNEL: Hex(8) => "gtp.teid_data", "TEID Data I";
    CONTROL_TUNNEL: Hex(8) => "gtp.teid_cp", "TEID Control Plane";
    TEARDOWN: Bool => "gtp.tear_ind", "Teardown Indicator";
    NSAPI: Uint => "gtp.nsapi", "NSAPI";
    TRACE: Hex(4) => "gtp.trace_ref", "Trace reference";
    TRACE_TYPE: Hex(4) => "gtp.trace_type", "Trace type";
    CHARGING: Hex(8) => "gtp.chrg_id", "Charging ID";
    ADDRESS_OF: Uint => "gtp.user_addr_pdp_org", "PDP type organization";
    ADDRESS_TYPE: Hex(2) => "gtp.user_addr_pdp_type", "PDP type number";
    USER4: Address => "gtp.user_ipv4", "End user address IPv4";
    USER6: Address => "gtp.user_ipv6", "End user address IPv6";
    APN_LENGTH: Uint => "gtp.apn_length", "APN length";
    APN: Text => "gtp.apn", "APN";
    GSN_LENGTH: Uint => "gtp.gsn_address_length", "GSN address length";
    GSN4: Address => "gtp.gsn_ipv4", "GSN address IPv4";
    GSN6: Address => "gtp.gsn_ipv6", "GSN address IPv6";
    MSISDN: Text => "e164.msisdn", "E.164 number (MSISDN)";
    QOS_LENGTH: Uint => "gtp.qos_umts_length", "Length";
    PRIORITY: Uint => "gtp.qos_al_ret_priority", "Allocation/Retention priority";
    LENGTH_OF: Uint => "gtp.ext_length", "Length";
    RAT: Uint => "gtp.ext_rat_type", "RAT Type";
    IMEI: Text => "gtp.ext_imeisv", "IMEI(SV)";
    AREA_COUNTRY: Uint => "e212.rai.mcc", "Mobile Country Code (MCC)";
    AREA_NETWORK: Uint => "e212.rai.mnc", "Mobile Network Code (MNC)";
    LOCATION: Uint => "gtp.lac", "Location Area Code (LAC)";
    ROUTING: Uint => "gtp.rai_rac", "Routing Area Code (RAC)";
    NUMBER_EXTENSION: Bool => "gsm_map.extension", "Extension";
    NUMBER_NATURE: Hex(2) => "gsm_map.nature_of_number", "Nature of number";
    NUMBER_PLAN: Hex(2) => "gsm_map.number_plan", "Number plan";
    VENDOR: Uint => "gtp.ext_id", "Extension identifier";
    VENDOR_VALUE: Bytes => "gtp.ext_val", "Extension value";
    SPARE1: Uint => "gtp.qos_spare1", "Spare";
    DELAY: Uint => "gtp.qos_delay", "QoS delay";
    RELIABILITY: Uint => "gtp.qos_reliability", "QoS reliability";
    PEAK: Uint => "gtp.qos_peak", "QoS peak";
    SPARE2: Uint => "gtp.qos_spare2", "Spare";
    PRECEDENCE: Uint => "gtp.qos_precedence", "QoS precedence";
    SPARE3: Uint => "gtp.qos_spare3", "Spare";
    MEAN: Uint => "gtp.qos_mean", "QoS mean";
    TRAFFIC: Uint => "gtp.qos_traf_class", "Traffic class";
    ORDER: Uint => "gtp.qos_del_order", "Delivery order";
    ERRONEOUS: Uint => "gtp.qos_del_err_sdu", "Delivery of erroneous SDU";
    UNIT_SIZE: Uint => "gtp.qos_max_sdu_size", "Maximum SDU size";
    MOST_UP: Uint => "gtp.qos_max_ul", "Maximum bit rate for uplink";
    MOST_DOWN: Uint => "gtp.qos_max_dl", "Maximum bit rate for downlink";
    BIT_ERRORS: Uint => "gtp.qos_res_ber", "Residual BER";
    UNIT_ERRORS: Uint => "gtp.qos_sdu_err_ratio", "SDU Error ratio";
    TRANSFER: Uint => "gtp.qos_trans_delay", "Transfer delay";
    HANDLING: Uint => "gtp.qos_traf_handl_prio", "Traffic handling priority";
    SURE_UP: Uint => "gtp.qos_guar_ul", "Guaranteed bit rate for uplink";
    SURE_DOWN: Uint => "gtp.qos_guar_dl", "Guaranteed bit rate for downlink";
    RESPONSE_IN: Frame => "gtp.response_in", "Response In";
    RESPONSE_TO: Frame => "gtp.response_to", "Response To";
    TIME: Seconds => "gtp.time", "Time";
}

pub(super) static GTP: Protocol = Protocol {
    name: "gtp",
    title: "GPRS Tunneling Protocol",
    short: "GTP",
    fields: FIELDS,
    claims: &[Claim::UdpPort(2152), Claim::UdpPort(2123)],
    probe: Some(probe),
    dissect,
    ..Protocol::PLAIN
};

const HEADER: usize = 8;
/// A subscriber's packet.
const USER_PACKET: u8 = 0xff;
/// Any of: extension header, sequence number, N-PDU number. Four bytes follow for all of them.
const OPTIONAL: u8 = 0x07;
const EXTENSION: u8 = 0x04;
const SEQUENCED: u8 = 0x02;
const NUMBERED: u8 = 0x01;

/// Version 1 as GTP and not GTP', or version 2; with a length that is not more than there is.
fn probe(payload: &Payload<'_>) -> Verdict {
    let Some([flags, message, high, low, ..]) = payload.bytes.first_chunk::<HEADER>() else { return Verdict::NotMine };
    let known = match flags >> 5 {
        0 => flags & 0x0e == 0x0e,
        1 => flags & 0x18 == 0x10,
        2 => true,
        _ => false,
    };
    let length = usize::from(u16::from_be_bytes([*high, *low]));
    let fits = payload.bytes.len() >= length || payload.bytes.len() >= 48;
    if known && fits && *message != 0 { Verdict::Possible } else { Verdict::NotMine }
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let (flags, message, length) = (bytes.u8(0)?, bytes.u8(1)?, usize::from(bytes.u16(2)?));
    let version = flags >> 5;
    if version == 2 {
        return Ok(Next::Claim(Claim::Named("gtpv2"), bytes));
    }
    let tunnel = bytes.u32(4)?;
    let role = match message {
        1 | 4 | 6 | 16 | 18 | 20 | 22 => Some(Role::Once),
        2 | 5 | 7 | 17 | 19 | 21 | 23 => Some(Role::Response),
        _ => None,
    };
    let asked = role.filter(|_| version == 1 && flags & SEQUENCED != 0);
    let partner = match asked {
        Some(role) => d.transaction(role, bytes.u16(8)?.into()),
        None => None,
    };
    if d.wants() {
        head(d, &bytes, flags, message, length);
        if version == 1 {
            d.field(&TUNNEL, bytes.span(4..8), tunnel);
            optional(d, &bytes, flags)?;
        }
        if let Some(partner) = partner {
            let answers = matches!(asked, Some(Role::Response));
            d.generated(if answers { &RESPONSE_TO } else { &RESPONSE_IN }, bytes.span(0..0), partner.packet);
            if let Some(elapsed) = partner.elapsed.filter(|_| answers) {
                d.generated(&TIME, bytes.span(0..0), Value::Nanos(elapsed));
            }
        }
    }
    if message != USER_PACKET {
        // Behind extension headers, which signalling hardly has, nothing is read.
        if d.wants() && version == 1 && flags & EXTENSION == 0 {
            let at = if flags & OPTIONAL == 0 { HEADER } else { HEADER.saturating_add(4) };
            elements(d, &bytes.limit(length.saturating_add(HEADER)).from(at))?;
        }
        return Ok(Next::End);
    }
    // Version 0 has a header of twenty bytes and no extensions (GSM 09.60 §6).
    let mut at = if version == 0 { 20 } else { HEADER };
    let whole = bytes.limit(length.saturating_add(at));
    if version == 1 && flags & OPTIONAL != 0 {
        let mut next = if flags & EXTENSION != 0 { whole.u8(11)? } else { 0 };
        at = at.saturating_add(4);
        // Each in units of four bytes, its last byte names the next.
        while next != 0 {
            let size = usize::from(whole.u8(at)?).saturating_mul(4);
            if size == 0 {
                return Err(Problem::Malformed);
            }
            at = at.saturating_add(size);
            next = whole.u8(at.saturating_sub(1))?;
        }
    }
    let rest = whole.from(at);
    // A subscriber may use PPP too; then nothing is to be told about it here.
    let packet = matches!(rest.u8(0).map(|first| first >> 4), Ok(4 | 6));
    Ok(if packet { Next::Claim(Claim::IpVersion, rest) } else { Next::End })
}

fn head(d: &mut Dissection, bytes: &Bytes<'_>, flags: u8, message: u8, length: usize) {
    let name = words(message);
    if message == USER_PACKET {
        // What the subscriber sends is named inside.
        d.column_wrap("GTP");
    }
    d.info(|| name.to_owned());
    let at = bytes.span(0..1);
    d.field(&FLAGS, at, flags);
    d.nest(|d| {
        d.field(&VERSION, at, flags >> 5);
        d.noted(&PROTOCOL_TYPE, at, flags >> 4 & 1, if flags & 0x10 == 0 { "GTP'" } else { "GTP" });
        if flags >> 5 == 1 {
            d.field(&RESERVED, at, flags >> 3 & 1);
        }
        for (bit, field) in [(EXTENSION, &HAS_EXTENSION), (SEQUENCED, &HAS_SEQUENCE), (NUMBERED, &HAS_NUMBER)] {
            d.field(field, at, flags & bit != 0);
        }
    });
    d.noted(&MESSAGE, bytes.span(1..2), message, name);
    d.field(&LENGTH, bytes.span(2..4), length);
}

fn optional(d: &mut Dissection, bytes: &Bytes<'_>, flags: u8) -> Result<(), Problem> {
    if flags & SEQUENCED != 0 {
        d.field(&SEQUENCE, bytes.span(8..10), bytes.u16(8)?);
    }
    if flags & NUMBERED != 0 {
        d.field(&NUMBER, bytes.span(10..11), bytes.u8(10)?);
    }
    if flags & EXTENSION != 0 {
        d.field(&NEXT_EXTENSION, bytes.span(11..12), bytes.u8(11)?);
    }
    Ok(())
}

static CAUSES: Names = "Request IMSI|Request IMEI|Request IMSI and IMEI|No identity needed|MS refuses|\
    MS is not GPRS responding|Reactivation Requested|PDP address inactivity timer expires|59=System failure|\
    The transmit buffers are becoming full|The receive buffers are becoming full|Another node is about to go down|\
    This node is about to go down|128=Request accepted|New PDP type due to network preference|\
    New PDP type due to single address bearer only|177=CDR decoding error|192=Non-existent|Invalid message format|\
    IMSI not known|MS is GPRS detached|MS is not GPRS responding|MS refuses|Version not supported|No resource available|\
    Service not supported|Mandatory IE incorrect|Mandatory IE missing|Optional IE incorrect|System failure|\
    Roaming restriction|P-TMSI signature mismatch|GPRS connection suspended|Authentication failure|\
    User authentication failed|Context not found|All PDP dynamic addresses are occupied|No memory is available|\
    Relocation failure|Unknown mandatory extension header|Semantic error in the TFT operation|\
    Syntactic error in the TFT operation|Semantic errors in packet filter(s)|Syntactic errors in packet filter(s)|\
    Missing or unknown APN|Unknown PDP address or PDP type|PDP context without TFT already activated|\
    APN access denied - no subscription|APN Restriction type incompatibility with currently active PDP Contexts|\
    MS MBMS Capabilities Insufficient|Invalid Correlation-ID|MBMS Bearer Context Superseded|\
    Bearer Control Mode violation|Collision with network initiated request|APN Congestion|Bearer handling not supported|\
    Target access restricted for the subscriber|UE is temporarily not reachable due to power saving|\
    Relocation failure due to NAS message redirection|\
    252=Request related to possibly duplicated packets already fulfilled|Request already fulfilled|\
    Sequence numbers of released/cancelled packets IE incorrect|Request not fulfilled";
static RATS: Names = "Reserved|UTRAN|GERAN|WLAN|GAN|HSPA Evolution|EUTRAN (WB-E-UTRAN)|Virtual|EUTRAN-NB-IoT";
static SELECTIONS: Names = "MS or network provided APN, subscribed verified|MS provided APN, subscription not verified|\
    Network provided APN, subscription not verified";

/// Elements whose length their type tells: it is below 128 (TS 29.060 §7.7). The type stands in front of what is read.
#[rustfmt::skip]
static SHORT: &[(u8, usize, &[Part])] = &[
    (1, 1, &[Peek(&CAUSE, 2, 0xff, CAUSES)]),
    (2, 8, &[]),
    (3, 6, &[]),
    (4, 4, &[]),
    (5, 4, &[]),
    (8, 1, &[Peek(&REORDER, 2, 1, "")]),
    (9, 28, &[]),
    (11, 1, &[]),
    (12, 3, &[]),
    (13, 1, &[]),
    (14, 1, &[Peek(&RECOVERY, 2, 0xff, "")]),
    (15, 1, &[Skip(1), Peek(&SELECTION, 1, 3, SELECTIONS)]),
    (16, 4, &[Skip(1), Is(&DATA_TUNNEL, 4, "")]),
    (17, 4, &[Skip(1), Is(&CONTROL_TUNNEL, 4, "")]),
    (18, 5, &[]),
    (19, 1, &[Peek(&TEARDOWN, 2, 1, "")]),
    (20, 1, &[Skip(1), Peek(&NSAPI, 1, 15, "")]),
    (21, 1, &[]),
    (22, 9, &[]),
    (23, 1, &[]),
    (24, 1, &[]),
    (25, 2, &[]),
    (26, 2, &[]),
    (27, 2, &[Peek(&TRACE, 3, 0xffff, "")]),
    (28, 2, &[Peek(&TRACE_TYPE, 3, 0xffff, "")]),
    (29, 1, &[]),
    (127, 4, &[Peek(&CHARGING, 5, 0xffff_ffff, "")]),
];

/// Information elements of signalling messages; one of a type that is not known has no known length, and ends them.
fn elements(d: &mut Dissection, bytes: &Bytes<'_>) -> Result<(), Problem> {
    let mut rest = *bytes;
    while rest.wire_len() > 0 {
        let kind = rest.u8(0)?;
        if kind < 128 {
            let Some((_, size, layout)) = SHORT.iter().find(|(known, ..)| *known == kind) else { break };
            let end = size.saturating_add(1);
            let whole = rest.limit(end);
            match kind {
                3 => area(d, &whole)?,
                2 => d.field(&IMSI, whole.span(1..9), digits(whole.take(1..9)?)),
                _ => _ = d.read_layout(&whole, 0, layout)?,
            }
            rest = rest.from(end);
        } else {
            let size = usize::from(rest.u16(1)?);
            let end = size.saturating_add(3);
            let whole = rest.limit(end);
            element(d, kind, size, &whole)?;
            rest = rest.from(end);
        }
    }
    Ok(())
}

/// An element that tells its length.
fn element(d: &mut Dissection, kind: u8, size: usize, whole: &Bytes<'_>) -> Result<(), Problem> {
    let value = whole.from(3);
    let layout: &[Part] = match (kind, size) {
        (128, 6) => &[
            Skip(1),
            Is(&LENGTH, 2, ""),
            Peek(&ADDRESS_OF, 1, 15, "ETSI|IETF"),
            Skip(1),
            Is(&ADDRESS_TYPE, 1, TYPES),
            Is(&USER4, 4, ""),
        ],
        (128, 18) => &[
            Skip(1),
            Is(&LENGTH, 2, ""),
            Peek(&ADDRESS_OF, 1, 15, "ETSI|IETF"),
            Skip(1),
            Is(&ADDRESS_TYPE, 1, TYPES),
            Is(&USER6, 16, ""),
        ],
        (128, _) => {
            &[Skip(1), Is(&LENGTH, 2, ""), Peek(&ADDRESS_OF, 1, 15, "ETSI|IETF"), Skip(1), Is(&ADDRESS_TYPE, 1, TYPES)]
        }
        (131, _) => {
            d.read(&APN_LENGTH, whole, 1..3)?;
            d.field(&APN, value.span(0..value.len()), text::labels(value.all()).0);
            return Ok(());
        }
        (133, 4) => &[Skip(1), Is(&GSN_LENGTH, 2, ""), Is(&GSN4, 4, "")],
        (133, 16) => &[Skip(1), Is(&GSN_LENGTH, 2, ""), Is(&GSN6, 16, "")],
        (132, _) => &[Skip(1), Is(&LENGTH, 2, "")],
        (134, _) => {
            d.read_layout(whole, 1, NUMBER_HEAD)?;
            let number = value.from(1);
            d.field(&MSISDN, number.span(0..number.len()), digits(number.all()));
            return Ok(());
        }
        (135, _) => {
            let at = d.read_layout(whole, 1, &[Is(&QOS_LENGTH, 2, ""), Is(&PRIORITY, 1, "")])?;
            return if size < 12 { Ok(()) } else { quality(d, &whole.from(at)) };
        }
        (255, _) if size > 2 => &[Skip(1), Is(&LENGTH_OF, 2, ""), Is(&VENDOR, 2, ""), Is(&VENDOR_VALUE, 0, "")],
        (151, _) => &[Skip(1), Is(&LENGTH_OF, 2, ""), Is(&RAT, 1, RATS)],
        (154, _) => {
            d.read(&LENGTH_OF, whole, 1..3)?;
            d.field(&IMEI, value.span(0..value.len()), digits(value.all()));
            return Ok(());
        }
        _ => &[],
    };
    d.read_layout(whole, 0, layout)?;
    Ok(())
}

static TYPES: Names = "1=PPP|33=IPv4|87=IPv6|141=IPv4v6";

/// ISDN address strings of MAP (TS 29.002 §17.7.8).
static NUMBER_HEAD: &[Part] = &[
    Is(&LENGTH, 2, ""),
    Peek(&NUMBER_EXTENSION, 1, 0x80, "Extension|No Extension"),
    Peek(&NUMBER_NATURE, 1, 0x70, "unknown|International Number|National Significant Number"),
    Peek(&NUMBER_PLAN, 1, 0x0f, "unknown|ISDN/Telephony Numbering (Rec ITU-T E.164)"),
];
/// Quality of service (TS 24.008 §10.5.6.5): what release 98 had, then the first of release 99.
static QUALITY: &[Part] = &[
    Peek(&SPARE1, 1, 0xc0, ""),
    Peek(&DELAY, 1, 0x38, "1=Delay class 1|Delay class 2|Delay class 3|Delay class 4 (best effort)"),
    Peek(&RELIABILITY, 1, 0x07, ""),
    Skip(1),
    Peek(&PEAK, 1, 0xf0, ""),
    Peek(&SPARE2, 1, 0x08, ""),
    Peek(&PRECEDENCE, 1, 0x07, "1=High priority|Normal priority|Low priority"),
    Skip(1),
    Peek(&SPARE3, 1, 0xe0, ""),
    Peek(&MEAN, 1, 0x1f, "31=Best effort"),
    Skip(1),
    Peek(&TRAFFIC, 1, 0xe0, "1=Conversational class|Streaming class|Interactive class|Background class"),
    Peek(&ORDER, 1, 0x18, "1=With delivery order ('yes')|Without delivery order ('no')"),
    Peek(
        &ERRONEOUS,
        1,
        0x07,
        "1=No detect ('-')|Erroneous SDUs are delivered ('yes')|Erroneous SDUs are not delivered ('no')",
    ),
];
static ERRORS: &[Part] = &[
    Peek(&BIT_ERRORS, 1, 0xf0, ""),
    Peek(&UNIT_ERRORS, 1, 0x0f, ""),
    Skip(1),
    Peek(&TRANSFER, 1, 0xfc, ""),
    Peek(&HANDLING, 1, 0x03, "1=Priority level 1|Priority level 2|Priority level 3"),
];

fn quality(d: &mut Dissection, bytes: &Bytes<'_>) -> Result<(), Problem> {
    d.read_layout(bytes, 0, QUALITY)?;
    // Sizes of ten bytes each, up to 1500.
    if let size @ 1..=150 = bytes.u8(4)? {
        d.field(&UNIT_SIZE, bytes.span(4..5), u32::from(size).saturating_mul(10));
    }
    d.read_layout(bytes, 7, ERRORS)?;
    for (at, field) in [(5, &MOST_UP), (6, &MOST_DOWN), (9, &SURE_UP), (10, &SURE_DOWN)] {
        // kb/s, in steps that grow.
        let value = u32::from(bytes.u8(at)?);
        let rate = match value {
            0 => continue,
            1..=63 => value,
            64..=127 => value.saturating_sub(56).saturating_mul(8),
            128..=254 => value.saturating_sub(119).saturating_mul(64),
            _ => 0,
        };
        d.field(field, bytes.span(at..at.saturating_add(1)), rate);
    }
    Ok(())
}

/// Routing area (TS 24.008 §10.5.5.15): digits of country and network, whose third digit stands between them.
fn area(d: &mut Dissection, bytes: &Bytes<'_>) -> Result<(), Problem> {
    let [first, second, third] = bytes.array(1)?;
    let join =
        |digits: &[u8]| digits.iter().fold(0_u32, |all, digit| all.saturating_mul(10).saturating_add((*digit).into()));
    d.field(&AREA_COUNTRY, bytes.span(1..3), join(&[first & 15, first >> 4, second & 15]));
    let network = [third & 15, third >> 4, second >> 4];
    let known = if second >> 4 == 15 { network.get(..2) } else { network.get(..) };
    d.field(&AREA_NETWORK, bytes.span(2..4), join(known.unwrap_or_default()));
    d.read_row(bytes, 4, &[(&LOCATION, 2), (&ROUTING, 1)])?;
    Ok(())
}

/// Digits of four bits, the lower ones first, up to a filler.
fn digits(bytes: &[u8]) -> String {
    let halves = bytes.iter().flat_map(|byte| [byte & 15, byte >> 4]);
    halves.take_while(|digit| *digit < 10).map(|digit| char::from(b'0'.saturating_add(digit))).collect()
}

/// Messages, 3GPP TS 29.060 §7.1.
fn words(message: u8) -> &'static str {
    match message {
        1 => "Echo request",
        2 => "Echo response",
        3 => "Version not supported",
        4 => "Node alive request",
        5 => "Node alive response",
        6 => "Redirection request",
        7 => "Redirection response",
        16 => "Create PDP context request",
        17 => "Create PDP context response",
        18 => "Update PDP context request",
        19 => "Update PDP context response",
        20 => "Delete PDP context request",
        21 => "Delete PDP context response",
        22 => "Initiate PDP Context Activation Request",
        23 => "Initiate PDP Context Activation Response",
        24 => "Delete AA PDP Context Request",
        25 => "Delete AA PDP Context Response",
        26 => "Error indication",
        27 => "PDU notification request",
        28 => "PDU notification response",
        29 => "PDU notification reject request",
        30 => "PDU notification reject response",
        31 => "Supported extension header notification",
        32 => "Send routing information for GPRS request",
        33 => "Send routing information for GPRS response",
        34 => "Failure report request",
        35 => "Failure report response",
        36 => "Note MS GPRS present request",
        37 => "Note MS GPRS present response",
        48 => "Identification request",
        49 => "Identification response",
        50 => "SGSN context request",
        51 => "SGSN context response",
        52 => "SGSN context acknowledgement",
        53 => "Forward relocation request",
        54 => "Forward relocation response",
        55 => "Forward relocation complete",
        56 => "Relocation cancel request",
        57 => "Relocation cancel response",
        58 => "Forward SRNS context",
        59 => "Forward relocation complete acknowledge",
        60 => "Forward SRNS context acknowledge",
        61 => "UE Registration Query Request",
        62 => "UE Registration Query Response",
        70 => "RAN Information Relay",
        96 => "MBMS Notification Request",
        97 => "MBMS Notification Response",
        98 => "MBMS Notification Reject Request",
        99 => "MBMS Notification Reject Response",
        100 => "Create MBMS Context Request",
        101 => "Create MBMS Context Response",
        102 => "Update MBMS Context Request",
        103 => "Update MBMS Context Response",
        104 => "Delete MBMS Context Request",
        105 => "Delete MBMS Context Response",
        112 => "MBMS Registration Request",
        113 => "MBMS Registration Response",
        114 => "MBMS De-Registration Request",
        115 => "MBMS De-Registration Response",
        116 => "MBMS Session Start Request",
        117 => "MBMS Session Start Response",
        118 => "MBMS Session Stop Request",
        119 => "MBMS Session Stop Response",
        120 => "MBMS Session Update Request",
        121 => "MBMS Session Update Response",
        128 => "MS Info Change Notification Request",
        129 => "MS Info Change Notification Response",
        240 => "Data record transfer request",
        241 => "Data record transfer response",
        254 => "End Marker",
        255 => "T-PDU",
        _ => "Unknown",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::dissect::Wanted;

    fn inner(bytes: &[u8]) -> Option<u32> {
        let mut d = Dissection::new(Wanted::Facts);
        match dissect(&mut d, Bytes::frame(bytes, 0)) {
            Ok(Next::Claim(Claim::IpVersion, rest)) => Some(rest.start()),
            _ => None,
        }
    }

    #[test]
    fn the_packet_stands_behind_all_extension_headers() {
        assert_eq!(inner(&[0x30, 0xff, 0, 1, 0, 0, 0, 1, 0x45]), Some(8));
        assert_eq!(inner(&[0x32, 0xff, 0, 5, 0, 0, 0, 1, 0, 7, 0, 0, 0x45]), Some(12));
        let two = [0x34, 0xff, 0, 13, 0, 0, 0, 1, 0, 7, 0, 0x85, 1, 0, 0, 0xc0, 1, 0, 0, 0, 0x45];
        assert_eq!(inner(&two), Some(20));
        assert_eq!(inner(&[0x34, 0xff, 0, 13, 0, 0, 0, 1, 0, 7, 0, 0x85, 0, 0, 0, 0, 0x45]), None);
    }
}
