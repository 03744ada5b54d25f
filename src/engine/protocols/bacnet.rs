//! BACnet, ANSI/ASHRAE 135: virtual link control over UDP (annex J) and the network layer (clause 6).
use crate::engine::dissect::{
    Bytes, Claim, Dissection, Next, Payload, Problem, Protocol, Reader, Verdict, fields, layouts, named,
};

fields! {
    FUNCTION: Hex(2) => "bvlc.function", "Function";
    TO_NETWORK: Uint => "bacnet.dnet", "Destination Network Address";
    TO_LENGTH: Uint => "bacnet.dlen", "Destination MAC Layer Address Length";
    TO_ADDRESS: Bytes => "bacnet.dadr_tmp", "Destination MAC";
    FROM_NETWORK: Uint => "bacnet.snet", "Source Network Address";
    FROM_LENGTH: Uint => "bacnet.slen", "Source MAC Layer Address Length";
    FROM_ADDRESS: Bytes => "bacnet.sadr_tmp", "Source MAC";
    HOPS: Uint => "bacnet.hopc", "Hop Count";
    MESSAGE: Uint => "bacnet.mesgtyp", "Network Layer Message Type";
    KIND: Uint => "bacapp.type", "APDU Type";
    INVOKE: Uint => "bacapp.invoke_id", "Invoke ID";
    SERVICE: Uint => "bacapp.confirmed_service", "Service Choice";
    UNCONFIRMED_SERVICE: Uint => "bacapp.unconfirmed_service", "Service Choice";
    TAG: Label => "bacapp.tag", "Tag";
    OWN_TAG: Uint => "bacapp.application_tag_number", "Application Tag Number";
    CONTEXT_TAG: Uint => "bacapp.context_tag_number", "Context Tag Number";
    TAG_CLASS: Bool => "bacapp.tag_class", "Tag Class";
    TAG_LENGTH: Uint => "bacapp.LVT", "Length Value Type";
    BRACKET: Hex(1) => "bacapp.named_tag", "Named Tag";
    OBJECT_TYPE: Uint => "bacapp.objectType", "Object Type";
    INSTANCE: Uint => "bacapp.instance_number", "Instance Number";
    VALUE: Bytes => "bacapp.value", "Value";
    OBJECT: Hex(8) => "bacapp.objectIdentifier", "ObjectIdentifier";
    PROPERTY: Uint => "bacapp.property_identifier", "Property Identifier";
}

layouts! {
    CONTROL = [
        Uint => "bacnet.version", "Version", 1;
        Hex(2) => "bacnet.control", "Control", 1;
        Bool => "bacnet.control_net", "NSDU contains", &0x80: "BACnet APDU, message type field absent.|network layer message, message type field present.";
        Bool => "bacnet.control_res1", "Reserved", &0x40;
        Bool => "bacnet.control_dest", "Destination Specifier", &0x20;
        Bool => "bacnet.control_res2", "Reserved", &0x10;
        Bool => "bacnet.control_src", "Source specifier", &0x8;
        Bool => "bacnet.control_expect", "Expecting Reply", &0x4;
        Bool => "bacnet.control_prio_high", "Priority", &0x2;
        Bool => "bacnet.control_prio_low", "Priority", &0x1;
    ]
}

pub(super) static BVLC: Protocol = Protocol {
    name: "bvlc",
    title: "BACnet Virtual Link Control",
    short: "BVLC",
    fields: &[&FUNCTION],
    claims: &[Claim::UdpPort(47808)],
    probe: Some(probe),
    dissect,
    ..Protocol::PLAIN
};

pub(super) static BACNET: Protocol = Protocol {
    name: "bacnet",
    title: "Building Automation and Control Network NPDU",
    short: "BACnet-NPDU",
    fields: &[&TO_NETWORK, &TO_LENGTH, &TO_ADDRESS, &FROM_NETWORK, &FROM_LENGTH, &FROM_ADDRESS, &HOPS, &MESSAGE],
    layouts: LAYOUTS,
    claims: &[Claim::Sap(0x82)],
    probe: None,
    dissect: dissect_network,
    ..Protocol::PLAIN
};

pub(super) static BACAPP: Protocol = Protocol {
    name: "bacapp",
    title: "Building Automation and Control Network APDU",
    short: "BACnet-APDU",
    fields: FIELDS,
    claims: &[],
    probe: None,
    dissect: dissect_application,
    ..Protocol::PLAIN
};

fn probe(payload: &Payload<'_>) -> Verdict {
    look(payload).unwrap_or(Verdict::NotMine)
}

const TYPE: u8 = 0x81;

fn look(payload: &Payload<'_>) -> Result<Verdict, Problem> {
    let bytes = payload.window();
    if !payload.is_udp() || bytes.u8(0)? != TYPE || bytes.u8(1)? > 12 {
        return Ok(Verdict::NotMine);
    }
    let exact = usize::from(bytes.u16(2)?) == bytes.len();
    // Unicast, broadcast or forwarded: version 1 of the network layer follows.
    let network = match bytes.u8(1)? {
        10 | 11 => bytes.u8(4)? == 1,
        4 => bytes.u8(10)? == 1,
        _ => false,
    };
    Ok(Verdict::certain_if(exact && network))
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let function = bytes.u8(1)?;
    d.field(&FUNCTION, bytes.span(1..2), function);
    let network = Claim::Named("bacnet");
    Ok(match function {
        4 => Next::Claim(network, bytes.from(10)),
        9..=11 => Next::Claim(network, bytes.from(4)),
        _ => Next::End,
    })
}

fn dissect_network<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let control = bytes.u8(1)?;
    let mut r = Reader::new(bytes, 0);
    r.layout(d, CONTROL)?;
    let ends = [(0x20, &TO_NETWORK, &TO_LENGTH, &TO_ADDRESS), (0x08, &FROM_NETWORK, &FROM_LENGTH, &FROM_ADDRESS)];
    for (bit, network, length, address) in ends {
        if control & bit != 0 {
            r.number(d, network, 2)?;
            let length = r.length(d, length, 1)?;
            if length > 0 {
                r.field(d, address, length)?;
            }
        }
    }
    if control & 0x20 != 0 {
        r.number(d, &HOPS, 1)?;
    }
    // A message of the network layer itself.
    if control & 0x80 != 0 {
        r.number(d, &MESSAGE, 1)?;
        return Ok(Next::End);
    }
    Ok(Next::Claim(Claim::Named("bacapp"), bytes.from(r.at)))
}

#[rustfmt::skip]
static CONFIRMED: &[&str] = &[
    "acknowledgeAlarm", "confirmedCOVNotification", "confirmedEventNotification", "getAlarmSummary", "getEnrollmentSummary", "subscribeCOV",
    "atomicReadFile", "atomicWriteFile", "addListElement", "removeListElement", "createObject", "deleteObject", "readProperty",
    "readPropertyConditional", "readPropertyMultiple", "writeProperty", "writePropertyMultiple", "deviceCommunicationControl",
    "confirmedPrivateTransfer", "confirmedTextMessage", "reinitializeDevice", "vtOpen", "vtClose", "vtData", "authenticate",
    "requestKey", "readRange", "lifeSafetyOperation", "subscribeCOVProperty", "getEventInformation",
];

#[rustfmt::skip]
static UNCONFIRMED: &[&str] = &[
    "i-Am", "i-Have", "unconfirmedCOVNotification", "unconfirmedEventNotification", "unconfirmedPrivateTransfer",
    "unconfirmedTextMessage", "timeSynchronization", "who-Has", "who-Is", "utcTimeSynchronization", "writeGroup",
];

#[rustfmt::skip]
static OBJECTS: &[&str] = &[
    "analog-input", "analog-output", "analog-value", "binary-input", "binary-output", "binary-value", "calendar", "command", "device",
    "event-enrollment", "file", "group", "loop", "multi-state-input", "multi-state-output", "notification-class", "program",
    "schedule", "averaging", "multi-state-value", "trend-log",
];

fn property(number: u32) -> Option<&'static str> {
    Some(match number {
        8 => "all",
        12 => "application-software-version",
        28 => "description",
        36 => "event-state",
        44 => "firmware-revision",
        58 => "location",
        62 => "max-apdu-length-accepted",
        70 => "model-name",
        75 => "object-identifier",
        76 => "object-list",
        77 => "object-name",
        79 => "object-type",
        81 => "out-of-service",
        85 => "present-value",
        87 => "priority-array",
        96 => "protocol-object-types-supported",
        97 => "protocol-services-supported",
        98 => "protocol-version",
        103 => "reliability",
        104 => "relinquish-default",
        107 => "segmentation-supported",
        111 => "status-flags",
        112 => "system-status",
        117 => "units",
        120 => "vendor-identifier",
        121 => "vendor-name",
        _ => return None,
    })
}

/// Values by their tags (clause 20.2.1): of the application, or of the context; brackets hold others.
fn tags(d: &mut Dissection, mut r: Reader<'_>) -> Result<(), Problem> {
    const APPLICATION: &str = "Null|Boolean|Unsigned Integer|Signed Integer (2's complement)|Real (ANSI/IEE-754 floating point)|\
        Double (ANSI/IEE-754 double precision floating point)|Octet String|Character String|Bit String|Enumerated|Date|Time|\
        BACnetObjectIdentifier";
    while r.left() > 0 {
        let (first, start) = (r.peek()?, r.at);
        let is_context = first & 8 != 0;
        r.take(1)?;
        let number = if first >> 4 == 15 { r.uint(1)? } else { u64::from(first >> 4) };
        let bracket = is_context && matches!(first & 7, 6 | 7);
        let length = match first & 7 {
            _ if bracket => 0,
            5 => match r.size(1)? {
                254 => r.size(2)?,
                255 => r.size(4)?,
                short => short,
            },
            // A boolean is its length.
            _ if !is_context && number == 1 => 0,
            short => usize::from(short),
        };
        let (head, name) = (r.since(start), named(APPLICATION, number).unwrap_or("Reserved"));
        let value = r.bytes.from(r.at).limit(length);
        d.label(&TAG, r.bytes.span(start..r.at.saturating_add(length)), || match is_context {
            true => format!("Context Tag: {number}, Length/Value/Type: {}", first & 7),
            false => format!("Application Tag: {name}, Length/Value/Type: {}", first & 7),
        });
        d.nest(|d| {
            d.field(&TAG_CLASS, head, is_context);
            match is_context {
                true => d.field(&CONTEXT_TAG, head, number),
                false => d.noted(&OWN_TAG, head, number, name),
            }
            match bracket {
                true => d.noted(&BRACKET, head, first & 7, if first & 1 == 0 { "Opening Tag" } else { "Closing Tag" }),
                false => d.field(&TAG_LENGTH, head, first & 7),
            }
            match value.u32(0) {
                Ok(object) if length == 4 && (!is_context && number == 12 || is_context && number == 0) => {
                    let kind = usize::try_from(object >> 22).ok().and_then(|kind| OBJECTS.get(kind)).copied();
                    d.noted(&OBJECT_TYPE, value.span(0..4), object >> 22, kind.unwrap_or("Unknown"));
                    d.field(&INSTANCE, value.span(0..4), object & 0x3f_ffff);
                }
                _ if length > 0 => d.field(&VALUE, value.span(0..length), value.all()),
                _ => {}
            }
        });
        r.take(length)?;
    }
    Ok(())
}

/// `device,61`
fn object(value: u32) -> String {
    let kind = usize::try_from(value >> 22).unwrap_or(usize::MAX);
    let instance = value & 0x3f_ffff;
    match OBJECTS.get(kind) {
        Some(name) => format!("{name},{instance}"),
        None => format!("{kind},{instance}"),
    }
}

fn dissect_application<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if !d.wants() {
        return Ok(Next::End);
    }
    let kinds =
        ["Confirmed-REQ", "Unconfirmed-REQ", "Simple-ACK", "Complex-ACK", "Segment-ACK", "Error", "Reject", "Abort"];
    let first = bytes.u8(0)?;
    let kind = kinds.get(usize::from(first >> 4)).copied().unwrap_or("Unknown");
    d.noted(&KIND, bytes.span(0..1), first >> 4, kind);
    d.info(|| kind.to_owned());
    // Where the invoke id and the service stand; segments have two bytes more between them.
    let segmented = if first & 8 != 0 { 2_usize } else { 0 };
    let (invoke_at, service_at) = match first >> 4 {
        0 => (Some(2), segmented.saturating_add(3)),
        1 => (None, 1),
        2 | 5 => (Some(1), 2),
        3 => (Some(1), segmented.saturating_add(2)),
        _ => return Ok(Next::End),
    };
    let service = bytes.u8(service_at)?;
    let names = if invoke_at.is_some() { CONFIRMED } else { UNCONFIRMED };
    let name = names.get(usize::from(service)).copied().unwrap_or("unknown");
    let rest = bytes.from(service_at.saturating_add(1));
    let span = bytes.span(service_at..service_at.saturating_add(1));
    let mut info = match invoke_at {
        Some(at) => {
            let invoke = bytes.u8(at)?;
            d.field(&INVOKE, bytes.span(at..at.saturating_add(1)), invoke);
            d.noted(&SERVICE, span, service, name);
            format!("{kind:<15} {name}[{invoke:>3}]")
        }
        None => {
            d.noted(&UNCONFIRMED_SERVICE, span, service, name);
            format!("{kind} {name}")
        }
    };
    for word in words(d, &rest, invoke_at.is_some(), service) {
        info.push(' ');
        info.push_str(&word);
    }
    d.info(|| info);
    // What is odd about a value says nothing about those before it.
    _ = tags(d, Reader::new(rest, 0));
    Ok(Next::End)
}

/// The objects and properties that a service is about, as far as the usual ones go (clause 20.2: tags and their contents).
fn words(d: &mut Dissection, bytes: &Bytes<'_>, confirmed: bool, service: u8) -> Vec<String> {
    let mut words = Vec::new();
    let mut object_at = |d: &mut Dissection, at: usize| {
        if let Ok(value) = bytes.u32(at) {
            d.noted(&OBJECT, bytes.span(at..at.saturating_add(4)), value, &object(value));
            words.push(object(value));
        }
    };
    match (confirmed, service, bytes.all()) {
        // i-Am, i-Have: an object identifier of the application's tags.
        (false, 0 | 1, [0xc4, ..]) => object_at(d, 1),
        // readProperty, writeProperty: object [0], property [1], then the value [3].
        (true, 12 | 15, [0x0c, _, _, _, _, tag @ (0x19 | 0x1a), rest @ ..]) => {
            object_at(d, 1);
            let (number, after) = match (*tag, rest) {
                (0x19, [number, after @ ..]) => (u32::from(*number), after),
                (_, [high, low, after @ ..]) => (u32::from(u16::from_be_bytes([*high, *low])), after),
                _ => return words,
            };
            let name = property(number).map_or_else(|| format!("({number}) Vendor Proprietary Value"), str::to_owned);
            d.noted(&PROPERTY, bytes.span(6..7), number, &name);
            words.push(name);
            if let [0x3e, 0xc4, a, b, c, e, ..] = after {
                words.push(object(u32::from_be_bytes([*a, *b, *c, *e])));
            }
        }
        _ => {}
    }
    words
}
