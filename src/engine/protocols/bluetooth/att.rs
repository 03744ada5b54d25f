//! Attributes of Bluetooth Low Energy devices (Bluetooth Core Specification volume 3 part F).
use crate::engine::dissect::{Bytes, Dissection, Next, Slot, Problem, Protocol, Reader, fields, layouts, named};

const UUIDS: &str = "6144=Generic Access|Generic Attribute|Immediate Alert|Link Loss|Tx Power|Current Time|Reference Time Update|Next DST Change|Glucose|Health Thermometer|Device Information|6157=Heart Rate|Phone Alert Status|Battery|Blood Pressure|Alert Notification|Human Interface Device|Scan Parameters|Running Speed and Cadence|Automation IO|Cycling Speed and Cadence|6168=Cycling Power|Location and Navigation|Environmental Sensing|Body Composition|User Data|Weight Scale|Bond Management|Continuous Glucose Monitoring|Internet Protocol Support|Indoor Positioning|Pulse Oximeter|HTTP Proxy|Transport Discovery|Object Transfer|Fitness Machine|10240=Primary Service|Secondary Service|Include|Characteristic|10496=Characteristic Extended Properties|Characteristic User Description|Client Characteristic Configuration|Server Characteristic Configuration|Characteristic Presentation Format|Characteristic Aggregate Format|Valid Range|External Report Reference|Report Reference|Number of Digitals|10752=Device Name|Appearance|Peripheral Privacy Flag|Reconnection Address|Peripheral Preferred Connection Parameters|Service Changed|Alert Level|Tx Power Level|Date Time|Day of Week|Day Date Time|Exact Time 100|Exact Time 256|DST Offset|Time Zone|Local Time Information|Secondary Time Zone|Time with DST|Time Accuracy|Time Source|Reference Time Information|Time Broadcast|Time Update Control Point|Time Update State|Glucose Measurement|Battery Level|Battery Power State|Battery Level State|Temperature Measurement|Temperature Type|Intermediate Temperature|Temperature Celsius|Temperature Fahrenheit|Measurement Interval|Boot Keyboard Input Report|System ID|Model Number String|Serial Number String|Firmware Revision String|Hardware Revision String|Software Revision String|Manufacturer Name String|10807=Heart Rate Measurement|Body Sensor Location|Heart Rate Control Point|10826=HID Information|Report Map|HID Control Point|Report|Protocol Mode|10862=Temperature|Humidity|64879=Apple, Inc.|65113=Nordic Semiconductor ASA|65194=Google LLC";
const ATTRIBUTES: &str = "1=Error Response|Exchange MTU Request|Exchange MTU Response|Find Information Request|Find Information Response|Find By Type Value Request|Find By Type Value Response|Read By Type Request|Read By Type Response|Read Request|Read Response|Read Blob Request|Read Blob Response|Read Multiple Request|Read Multiple Response|Read By Group Type Request|Read By Group Type Response|Write Request|Write Response|22=Prepare Write Request|Prepare Write Response|Execute Write Request|Execute Write Response|27=Handle Value Notification|29=Handle Value Indication|Handle Value Confirmation|82=Write Command|210=Signed Write Command";

fields! {
    DATA: Label => "btatt.attribute_data", "Attribute Data";
    GROUP_END: Hex(4) => "btatt.group_end_handle", "Group End Handle";
}

layouts! {
    ATTRIBUTE = [
        Hex(2) => "btatt.opcode", "Opcode", 1: ATTRIBUTES;
        Bool => "btatt.opcode.authentication_signature", "Authentication Signature", &0x80;
        Bool => "btatt.opcode.command", "Command", &0x40;
        Hex(2) => "btatt.opcode.method", "Method", &0x3f: ATTRIBUTES;
    ]
    ATTRIBUTE_ERROR = [
        Hex(2) => "btatt.req_opcode_in_error", "Request Opcode in Error", 1;
        Hex(4) => "btatt.handle", "Handle", 2;
        Hex(2) => "btatt.error_code", "Error Code", 1: "1=Invalid Handle|Read Not Permitted|Write Not Permitted|Invalid PDU|Insufficient Authentication|Request Not Supported|Invalid Offset|Insufficient Authorization|Prepare Queue Full|Attribute Not Found|Attribute Not Long|Insufficient Encryption Key Size|Invalid Attribute Value Length|Unlikely Error|Insufficient Encryption|Unsupported Group Type|Insufficient Resources|128=Application Error 0x80|Application Error 0x81|Application Error 0x82|Application Error 0x83|Application Error 0x84|Application Error 0x85|Application Error 0x86|Application Error 0x87|Application Error 0x88|Application Error 0x89|Application Error 0x8A|Application Error 0x8B|Application Error 0x8C|Application Error 0x8D|Application Error 0x8E|Application Error 0x8F|Application Error 0x90|Application Error 0x91|Application Error 0x92|Application Error 0x93|Application Error 0x94|Application Error 0x95|Application Error 0x96|Application Error 0x97|Application Error 0x98|Application Error 0x99|Application Error 0x9A|Application Error 0x9B|Application Error 0x9C|Application Error 0x9D|Application Error 0x9E|Application Error 0x9F|Command not Supported|253=Improper Client Characteristic Configuration Descriptor|Procedure Already In Progress|Out of Range";
    ]
    CLIENT_MTU = [
        Uint => "btatt.client_rx_mtu", "Client Rx MTU", 2;
    ]
    SERVER_MTU = [
        Uint => "btatt.server_rx_mtu", "Server Rx MTU", 2;
    ]
    RANGE = [
        Hex(4) => "btatt.starting_handle", "Starting Handle", 2;
        Hex(4) => "btatt.ending_handle", "Ending Handle", 2;
    ]
    UUID = [
        Hex(4) => "btatt.uuid16", "UUID", 2: UUIDS;
    ]
    UUID_LONG = [
        Bytes => "btatt.uuid128", "UUID", 16;
    ]
    HANDLE = [
        Hex(4) => "btatt.handle", "Handle", 2;
    ]
    OFFSET = [
        Uint => "btatt.offset", "Offset", 2;
    ]
    VALUE = [
        Bytes => "btatt.value", "Value", *REST;
    ]
    LENGTH = [
        Uint => "btatt.length", "Length", 1;
    ]
    FORMAT = [
        Hex(2) => "btatt.uuid_format", "UUID Format", 1: "1=16-bit UUIDs|128-bit UUIDs";
    ]
}

pub(in super::super) static ATT: Protocol = Protocol {
    name: "btatt",
    title: "Bluetooth Attribute Protocol",
    short: "ATT",
    fields: FIELDS,
    layouts: LAYOUTS,
    dissect,
    ..Protocol::PLAIN
};

/// What follows the operation's number.
const OPERATIONS: [(u8, &[&[Slot]]); 18] = [
    (0x01, &[ATTRIBUTE_ERROR]),
    (0x02, &[CLIENT_MTU]),
    (0x03, &[SERVER_MTU]),
    (0x04, &[RANGE]),
    (0x06, &[RANGE, UUID, VALUE]),
    (0x08, &[RANGE]),
    (0x0a, &[HANDLE]),
    (0x0b, &[VALUE]),
    (0x0c, &[HANDLE, OFFSET]),
    (0x0d, &[VALUE]),
    (0x10, &[RANGE]),
    (0x12, &[HANDLE, VALUE]),
    (0x16, &[HANDLE, OFFSET, VALUE]),
    (0x17, &[HANDLE, OFFSET, VALUE]),
    (0x1b, &[HANDLE, VALUE]),
    (0x1d, &[HANDLE, VALUE]),
    (0x52, &[HANDLE, VALUE]),
    (0xd2, &[HANDLE, VALUE]),
];

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if d.wants() {
        let mut r = Reader::little(bytes, 0);
        let operation = bytes.u8(0)?;
        let said = summary(&bytes, operation);
        let way = super::way(d);
        d.info(|| format!("{way}{}{said}", named(ATTRIBUTES, operation.into()).unwrap_or("Unknown")));
        r.layout(d, ATTRIBUTE)?;
        for layout in OPERATIONS.iter().find(|(number, _)| *number == operation).map_or(&[][..], |(_, layouts)| layouts)
        {
            r.layout(d, layout)?;
        }
        match operation {
            // What is asked for, by its short or long name.
            0x08 | 0x10 => uuid(d, &mut r)?,
            0x05 => {
                r.layout(d, FORMAT)?;
                let size = if bytes.u8(1)? == 1 { 2 } else { 16 };
                while r.left() > 2 {
                    entry(d, &mut r, &mut |d, r| {
                        r.layout(d, HANDLE)?;
                        uuid(d, &mut r.part(size))
                    })?;
                }
            }
            0x07 => {
                while r.left() >= 4 {
                    entry(d, &mut r, &mut |d, r| {
                        r.layout(d, HANDLE)?;
                        r.number(d, &GROUP_END, 2).map(drop)
                    })?;
                }
            }
            0x09 | 0x11 => {
                let size = usize::try_from(r.layout(d, LENGTH)?).unwrap_or(usize::MAX);
                while size >= 2 && r.left() >= size {
                    entry(d, &mut r, &mut |d, r| {
                        let mut one = r.part(size);
                        one.layout(d, HANDLE)?;
                        if operation == 0x11 {
                            one.number(d, &GROUP_END, 2)?;
                            if one.left() == 2 {
                                return uuid(d, &mut one);
                            }
                        }
                        one.layout(d, VALUE).map(drop)
                    })?;
                }
            }
            _ => {}
        }
    }
    Ok(Next::End)
}

fn entry(
    d: &mut Dissection,
    r: &mut Reader<'_>,
    add: &mut dyn FnMut(&mut Dissection, &mut Reader<'_>) -> Result<(), Problem>,
) -> Result<(), Problem> {
    let handle = r.bytes.u16_le(r.at)?;
    r.group(d, &DATA, || format!("Attribute Data, Handle: 0x{handle:04x}"), add)
}

fn uuid(d: &mut Dissection, r: &mut Reader<'_>) -> Result<(), Problem> {
    r.layout(d, if r.left() >= 16 { UUID_LONG } else { UUID }).map(drop)
}

fn summary(bytes: &Bytes<'_>, operation: u8) -> String {
    let word = |at: usize| bytes.u16_le(at).unwrap_or_default();
    let kind = || {
        if bytes.len() >= 7 {
            format!(", {}", named(UUIDS, word(5).into()).unwrap_or("Unknown"))
        } else {
            String::new()
        }
    };
    match operation {
        0x01 => {
            let names = ATTRIBUTE_ERROR.last().map_or("", |part| part.names);
            let why = named(names, bytes.u8(4).unwrap_or_default().into()).unwrap_or("Unknown");
            format!(" - {why}, Handle: 0x{:04x} (Unknown)", word(2))
        }
        0x02 => format!(", Client Rx MTU: {}", word(1)),
        0x03 => format!(", Server Rx MTU: {}", word(1)),
        0x04 => format!(", Handles: 0x{:04x}..0x{:04x}", word(1), word(3)),
        0x06 | 0x08 | 0x10 => format!("{}, Handles: 0x{:04x}..0x{:04x}", kind(), word(1), word(3)),
        0x0c | 0x16 | 0x17 => format!(", Handle: 0x{:04x} (Unknown), Offset: {}", word(1), word(3)),
        0x0a | 0x12 | 0x1b | 0x1d | 0x52 | 0xd2 => format!(", Handle: 0x{:04x} (Unknown)", word(1)),
        _ => String::new(),
    }
}
