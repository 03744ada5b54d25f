//! Logical links and their signals, pairing (Bluetooth Core Specification volume 3 parts A and H).
use crate::engine::dissect::{
    Bytes, Claim, Dissection, Next, Slot, Problem, Protocol, Reader, fields, layouts, named,
};

fields! {
    PAYLOAD: Bytes => "btl2cap.payload", "Payload";
    COMMAND: Label => "btl2cap.cmd_data", "Command";
    OPTION: Bytes => "btl2cap.conf_param_option", "Configuration Parameter Option";
}

layouts! {
    CHANNEL = [
        Uint => "btl2cap.length", "Length", 2;
        Hex(4) => "btl2cap.cid", "CID", 2;
    ]
    SIGNAL = [
        Hex(2) => "btl2cap.cmd_code", "Command Code", 1: "1=Command Reject|Connection Request|Connection Response|Configure Request|Configure Response|Disconnection Request|Disconnection Response|Echo Request|Echo Response|Information Request|Information Response|Create Channel Request|Create Channel Response|Move Channel Request|Move Channel Response|Move Channel Confirmation|Move Channel Confirmation Response|Connection Parameter Update Request|Connection Parameter Update Response|LE Credit Based Connection Request|LE Credit Based Connection Response|LE Flow Control Credit";
        Hex(2) => "btl2cap.cmd_ident", "Command Identifier", 1;
        Uint => "btl2cap.cmd_length", "Command Length", 2;
    ]
    REJECT = [
        Hex(4) => "btl2cap.rej_reason", "Reason", 2: "Command not understood|Signaling MTU exceeded|Invalid CID in request";
    ]
    CONNECT = [
        Hex(4) => "btl2cap.psm", "PSM", 2: "1=SDP|3=RFCOMM|5=TCS-BIN|7=TCS-BIN-CORDLESS|15=BNEP|17=HID-Control|19=HID-Interrupt|21=UPnP|23=AVCTP-Control|25=AVDTP|27=AVCTP-Browsing|29=UDI_C-Plane|31=ATT|33=3DSP|35=IPSP|37=OTS";
        Hex(4) => "btl2cap.scid", "Source CID", 2;
    ]
    CONNECT_ANSWER = [
        Hex(4) => "btl2cap.dcid", "Destination CID", 2;
        Hex(4) => "btl2cap.scid", "Source CID", 2;
        Hex(4) => "btl2cap.result", "Result", 2: "Successful|Pending|Refused - PSM not supported|Refused - security block|Refused - no resources available|Refused - Controller ID not supported";
        Hex(4) => "btl2cap.status", "Status", 2;
    ]
    CONFIGURE = [
        Hex(4) => "btl2cap.dcid", "Destination CID", 2;
    ]
    CONFIGURE_ANSWER = [
        Hex(4) => "btl2cap.scid", "Source CID", 2;
    ]
    BOTH = [
        Hex(4) => "btl2cap.dcid", "Destination CID", 2;
        Hex(4) => "btl2cap.scid", "Source CID", 2;
    ]
    INFORMATION = [
        Hex(4) => "btl2cap.info_type", "Information Type", 2: "1=Connectionless MTU|Extended Features Mask|Fixed Channels Supported";
    ]
    INFORMATION_ANSWER = [
        Hex(4) => "btl2cap.info_type", "Information Type", 2: "1=Connectionless MTU|Extended Features Mask|Fixed Channels Supported";
        Hex(4) => "btl2cap.info_result", "Result", 2: "Success|Not Supported";
    ]
    PARAMETERS = [
        Uint => "btl2cap.min_interval", "Min. Interval", 2;
        Uint => "btl2cap.max_interval", "Max. Interval", 2;
        Uint => "btl2cap.slave_latency", "Slave Latency", 2;
        Uint => "btl2cap.timeout_multiplier", "Timeout Multiplier", 2;
    ]
    MOVED = [
        Hex(4) => "btl2cap.move_result", "Move Result", 2: "Success|Pending|Refused - Controller ID not supported|Refused - New Controller ID is same as old|Refused - Configuration not supported|Refused - Move Channel collision|Refused - Channel not allowed to be moved";
    ]
    SECURITY = [
        Hex(2) => "btsmp.opcode", "Opcode", 1: "1=Pairing Request|Pairing Response|Pairing Confirm|Pairing Random|Pairing Failed|Encryption Information|Master Identification|Identity Information|Identity Address Information|Signing Information|Security Request|Pairing Public Key|Pairing DHKey Check|Pairing Keypress Notification";
    ]
    PAIRING = [
        Hex(2) => "btsmp.io_capability", "IO Capability", 1: "Display Only|Display Yes/No|Keyboard Only|No Input, No Output|Keyboard, Display";
        Hex(2) => "btsmp.oob_data_flags", "OOB Data Flags", 1: "OOB Auth. Data Not Present|OOB Auth. Data From Remote Device Present";
        Hex(2) => "btsmp.authreq", "AuthReq", 1;
        Hex(1) => "btsmp.reserved_flags", "Reserved", &0xe0;
        Bool => "btsmp.keypress_flag", "Keypress Flag", &0x10;
        Bool => "btsmp.sc_flag", "Secure Connection Flag", &0x8;
        Bool => "btsmp.mitm_flag", "MITM Flag", &0x4;
        Hex(1) => "btsmp.bonding_flags", "Bonding Flags", &0x3: "No Bonding|Bonding";
        Uint => "btsmp.max_enc_key_size", "Max Encryption Key Size", 1;
        Hex(2) => "btsmp.initiator_key_distribution", "Initiator Key Distribution", 1;
        Bool => "btsmp.key_dist_linkkey", "Link Key", &0x8;
        Bool => "btsmp.key_dist_sign", "Signature Key (CSRK)", &0x4;
        Bool => "btsmp.key_dist_id", "Id Key (IRK)", &0x2;
        Bool => "btsmp.key_dist_enc", "Encryption Key (LTK)", &0x1;
        Hex(2) => "btsmp.responder_key_distribution", "Responder Key Distribution", 1;
        Bool => "btsmp.key_dist_linkkey", "Link Key", &0x8;
        Bool => "btsmp.key_dist_sign", "Signature Key (CSRK)", &0x4;
        Bool => "btsmp.key_dist_id", "Id Key (IRK)", &0x2;
        Bool => "btsmp.key_dist_enc", "Encryption Key (LTK)", &0x1;
    ]
    PAIRING_FAILED = [
        Hex(2) => "btsmp.reason", "Reason", 1: "1=Passkey Entry Failed|OOB Not Available|Authentication Requirements|Confirm Value Failed|Pairing Not Supported|Encryption Key Size|Command Not Supported|Unspecified Reason|Repeated Attempts|Invalid Parameters|DHKey Check Failed|Numeric Comparison Failed|BR/EDR pairing in progress|Cross-transport Key Derivation/Generation not allowed";
    ]
    CONFIRM = [
        Bytes => "btsmp.cfm_value", "Confirm Value", 16;
    ]
    RANDOM = [
        Bytes => "btsmp.random_value", "Random Value", 16;
    ]
    LONG_TERM = [
        Bytes => "btsmp.long_term_key", "Long Term Key", 16;
    ]
    DIVERSIFIER = [
        Hex(4) => "btsmp.ediv", "Encrypted Diversifier (EDIV)", 2;
        Bytes => "btsmp.random_value", "Random Value", 8;
    ]
    IDENTITY = [
        Bytes => "btsmp.id_resolving_key", "Identity Resolving Key", 16;
    ]
    IDENTITY_ADDRESS = [
        Hex(2) => "btsmp.address_type", "Address Type", 1: "Public|Random";
        Address => "btsmp.bd_addr", "BD_ADDR", 6;
    ]
    SIGNATURE = [
        Bytes => "btsmp.signature_key", "Signature Key", 16;
    ]
    SECURITY_REQUEST = [
        Hex(2) => "btsmp.authreq", "AuthReq", 1;
        Hex(1) => "btsmp.reserved_flags", "Reserved", &0xe0;
        Bool => "btsmp.keypress_flag", "Keypress Flag", &0x10;
        Bool => "btsmp.sc_flag", "Secure Connection Flag", &0x8;
        Bool => "btsmp.mitm_flag", "MITM Flag", &0x4;
        Hex(1) => "btsmp.bonding_flags", "Bonding Flags", &0x3: "No Bonding|Bonding";
    ]
    PUBLIC_KEY = [
        Bytes => "btsmp.public_key_x", "Public Key X", 32;
        Bytes => "btsmp.public_key_y", "Public Key Y", 32;
    ]
    CHECK = [
        Bytes => "btsmp.dhkey_check", "DHKey Check", 16;
    ]
}

pub(in super::super) static L2CAP: Protocol = Protocol {
    name: "btl2cap",
    title: "Bluetooth L2CAP Protocol",
    short: "L2CAP",
    fields: FIELDS,
    layouts: LAYOUTS,
    dissect,
    ..Protocol::PLAIN
};

pub(in super::super) static PAIRINGS: Protocol = Protocol {
    name: "btsmp",
    title: "Bluetooth Security Manager Protocol",
    short: "SMP",
    dissect: pairing,
    ..Protocol::PLAIN
};

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let mut r = Reader::little(bytes, 0);
    let channel = r.layout(d, CHANNEL)?;
    let rest = bytes.from(4);
    match channel {
        4 => return Ok(Next::Claim(Claim::Named("btatt"), rest)),
        6 => return Ok(Next::Claim(Claim::Named("btsmp"), rest)),
        1 | 5 if d.wants() => {
            while r.left() >= 4 {
                signal(d, &mut r)?;
            }
        }
        _ => {
            let way = super::way(d);
            d.info(|| format!("{way}Connection oriented channel"));
            r.rest(d, &PAYLOAD);
        }
    }
    Ok(Next::End)
}

const SIGNALS: [(u64, &[Slot]); 11] = [
    (1, REJECT),
    (2, CONNECT),
    (3, CONNECT_ANSWER),
    (4, CONFIGURE),
    (5, CONFIGURE_ANSWER),
    (6, BOTH),
    (7, BOTH),
    (10, INFORMATION),
    (11, INFORMATION_ANSWER),
    (18, PARAMETERS),
    (19, MOVED),
];

fn names(layout: &'static [Slot], at: usize, value: u16) -> &'static str {
    layout.get(at).and_then(|part| named(part.names, value.into())).unwrap_or("Unknown")
}

fn signal(d: &mut Dissection, r: &mut Reader<'_>) -> Result<(), Problem> {
    let code = u64::from(r.peek()?);
    let name = SIGNAL.first().and_then(|part| named(part.names, code)).unwrap_or("Unknown");
    r.group(
        d,
        &COMMAND,
        || format!("Command: {name}"),
        |d, r| {
            let length = r.layout(d, SIGNAL)?;
            let mut one = r.part(usize::try_from(length).unwrap_or(usize::MAX));
            let word = |nth: usize| one.bytes.u16_le(one.at.saturating_add(nth.saturating_mul(2))).unwrap_or_default();
            let said = match code {
                2 => format!(" ({}, SCID: 0x{:04x})", names(CONNECT, 0, word(0)), word(1)),
                3 => format!(
                    " - {} (SCID: 0x{:04x}, DCID: 0x{:04x})",
                    names(CONNECT_ANSWER, 2, word(2)),
                    word(1),
                    word(0)
                ),
                4 => format!(" (DCID: 0x{:04x})", word(0)),
                6 | 7 => format!(" (SCID: 0x{:04x}, DCID: 0x{:04x})", word(1), word(0)),
                10 => format!(" ({})", names(INFORMATION, 0, word(0))),
                11 => format!(" ({}, {})", names(INFORMATION, 0, word(0)), names(INFORMATION_ANSWER, 1, word(1))),
                19 => format!(" ({})", if word(0) == 0 { "Accepted" } else { "Rejected" }),
                _ => String::new(),
            };
            let way = super::way(d);
            d.info_add(", ", || format!("{way}{name}{said}"));
            if let Some((_, layout)) = SIGNALS.iter().find(|(number, _)| *number == code) {
                one.layout(d, layout)?;
            }
            one.rest(d, &OPTION);
            Ok(())
        },
    )
}

const PAIRS: [(u64, &[Slot]); 14] = [
    (1, PAIRING),
    (2, PAIRING),
    (3, CONFIRM),
    (4, RANDOM),
    (5, PAIRING_FAILED),
    (6, LONG_TERM),
    (7, DIVERSIFIER),
    (8, IDENTITY),
    (9, IDENTITY_ADDRESS),
    (10, SIGNATURE),
    (11, SECURITY_REQUEST),
    (12, PUBLIC_KEY),
    (13, CHECK),
    (14, &[]),
];

fn pairing<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if d.wants() {
        let mut r = Reader::little(bytes, 0);
        let opcode = r.layout(d, SECURITY)?;
        let name = SECURITY.first().and_then(|part| named(part.names, opcode)).unwrap_or("Unknown");
        let way = super::way(d);
        let why =
            if opcode == 5 { format!(": {}", names(PAIRING_FAILED, 0, bytes.u8(1)?.into())) } else { String::new() };
        d.info(|| format!("{way}{name}{why}"));
        if let Some((_, layout)) = PAIRS.iter().find(|(number, _)| *number == opcode) {
            r.layout(d, layout)?;
        }
    }
    Ok(Next::End)
}
