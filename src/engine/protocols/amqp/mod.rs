//! Advanced Message Queuing Protocol: the 0-9-1 specification; OASIS 1.0 is `modern.rs`.
mod methods;
mod modern;

use crate::engine::dissect::{
    Bytes, Claim, Dissection, Field, Frame, Next, Payload, Problem, Protocol, Stream, Verdict, fields, text,
};
use methods::{Argument, Is, METHODS, PROPERTIES, class};
use rustc_hash::FxHashMap;

fields! {
    ID: Text => "amqp.init.protocol", "Protocol";
    ID_MAJOR: Uint => "amqp.init.id_major", "Protocol ID Major";
    ID_MINOR: Uint => "amqp.init.id_minor", "Protocol ID Minor";
    INIT_ID: Uint => "amqp.init.id", "Protocol-ID";
    VERSION_MAJOR_0: Uint => "amqp.init.version_major", "Version Major";
    VERSION_MINOR_0: Uint => "amqp.init.version_minor", "Version Minor";
    REVISION: Uint => "amqp.init.version_revision", "Version-Revision";
    KIND: Uint => "amqp.type", "Type";
    CHANNEL: Uint => "amqp.channel", "Channel";
    LENGTH: Uint => "amqp.length", "Length";
    OFFSET: Uint => "amqp.doff", "Doff";
    CLASS: Uint => "amqp.method.class", "Class";
    METHOD: Uint => "amqp.method.method", "Method";
    ALL: Label => "amqp.method.arguments", "Arguments";
    FIELD: Text => "amqp.field", "AMQP";
    HEADER_CLASS: Uint => "amqp.header.class", "Class ID";
    WEIGHT: Uint => "amqp.header.weight", "Weight";
    BODY_SIZE: Uint => "amqp.header.body-size", "Body size";
    FLAGS: Hex(4) => "amqp.header.property-flags", "Property flags";
    ALL_PROPERTIES: Label => "amqp.header.properties", "Properties";
    PAYLOAD: Bytes => "amqp.payload", "Payload";
    PERFORMATIVE: Uint => "amqp.performative", "Performative";
    ACTIVE: Bool => "amqp.method.arguments.active", "Active";
    ARGUMENTS: Label => "amqp.method.arguments.arguments", "Arguments";
    AUTO_DELETE: Bool => "amqp.method.arguments.auto_delete", "Auto-Delete";
    CAPABILITIES: Text => "amqp.method.arguments.capabilities", "Capabilities";
    CHALLENGE: Bytes => "amqp.method.arguments.challenge", "Challenge";
    CHANNEL_ID: Bytes => "amqp.method.arguments.channel_id", "Channel-Id";
    CHANNEL_MAX: Uint => "amqp.method.arguments.channel_max", "Channel-Max";
    CLASS_ID: Uint => "amqp.method.arguments.class_id", "Class-Id";
    CLIENT_PROPERTIES: Label => "amqp.method.arguments.client_properties", "Client-Properties";
    CLUSTER_ID: Text => "amqp.method.arguments.cluster_id", "Cluster-Id";
    CONSUMER_COUNT: Uint => "amqp.method.arguments.consumer_count", "Consumer-Count";
    CONSUMER_TAG: Text => "amqp.method.arguments.consumer_tag", "Consumer-Tag";
    DELIVERY_TAG: Uint => "amqp.method.arguments.delivery_tag", "Delivery-Tag";
    DESTINATION: Text => "amqp.method.arguments.destination", "Destination";
    DURABLE: Bool => "amqp.method.arguments.durable", "Durable";
    EXCHANGE: Text => "amqp.method.arguments.exchange", "Exchange";
    EXCLUSIVE: Bool => "amqp.method.arguments.exclusive", "Exclusive";
    FRAME_MAX: Uint => "amqp.method.arguments.frame_max", "Frame-Max";
    GLOBAL: Bool => "amqp.method.arguments.global", "Global";
    HEARTBEAT: Uint => "amqp.method.arguments.heartbeat", "Heartbeat";
    IF_EMPTY: Bool => "amqp.method.arguments.if_empty", "If-Empty";
    IF_UNUSED: Bool => "amqp.method.arguments.if_unused", "If-Unused";
    IMMEDIATE: Bool => "amqp.method.arguments.immediate", "Immediate";
    INSIST: Bool => "amqp.method.arguments.insist", "Insist";
    INTERNAL: Bool => "amqp.method.arguments.internal", "Internal";
    KNOWN_HOSTS: Text => "amqp.method.arguments.known_hosts", "Known-Hosts";
    LOCALE: Text => "amqp.method.arguments.locale", "Locale";
    LOCALES: Bytes => "amqp.method.arguments.locales", "Locales";
    MANDATORY: Bool => "amqp.method.arguments.mandatory", "Mandatory";
    MECHANISM: Text => "amqp.method.arguments.mechanism", "Mechanism";
    MECHANISMS: Bytes => "amqp.method.arguments.mechanisms", "Mechanisms";
    MESSAGE_COUNT: Uint => "amqp.method.arguments.message_count", "Message-Count";
    METHOD_ID: Uint => "amqp.method.arguments.method_id", "Method-Id";
    MULTIPLE: Bool => "amqp.method.arguments.multiple", "Multiple";
    NO_ACK: Bool => "amqp.method.arguments.no_ack", "No-Ack";
    NO_LOCAL: Bool => "amqp.method.arguments.no_local", "No-Local";
    NOWAIT: Bool => "amqp.method.arguments.nowait", "Nowait";
    OUT_OF_BAND: Text => "amqp.method.arguments.out_of_band", "Out-Of-Band";
    PASSIVE: Bool => "amqp.method.arguments.passive", "Passive";
    PREFETCH_COUNT: Uint => "amqp.method.arguments.prefetch_count", "Prefetch-Count";
    PREFETCH_SIZE: Uint => "amqp.method.arguments.prefetch_size", "Prefetch-Size";
    QUEUE: Text => "amqp.method.arguments.queue", "Queue";
    REASON: Text => "amqp.method.arguments.reason", "Reason";
    REDELIVERED: Bool => "amqp.method.arguments.redelivered", "Redelivered";
    REPLY_CODE: Uint => "amqp.method.arguments.reply_code", "Reply-Code";
    REPLY_TEXT: Text => "amqp.method.arguments.reply_text", "Reply-Text";
    REQUEUE: Bool => "amqp.method.arguments.requeue", "Requeue";
    RESPONSE: Bytes => "amqp.method.arguments.response", "Response";
    ROUTING_KEY: Text => "amqp.method.arguments.routing_key", "Routing-Key";
    SERVER_PROPERTIES: Label => "amqp.method.arguments.server_properties", "Server-Properties";
    SOURCE: Text => "amqp.method.arguments.source", "Source";
    TICKET: Uint => "amqp.method.arguments.ticket", "Ticket";
    TYPE: Text => "amqp.method.arguments.type", "Type";
    VERSION_MAJOR: Uint => "amqp.method.arguments.version_major", "Version-Major";
    VERSION_MINOR: Uint => "amqp.method.arguments.version_minor", "Version-Minor";
    VIRTUAL_HOST: Text => "amqp.method.arguments.virtual_host", "Virtual-Host";
    PROPERTY_CONTENT_TYPE: Text => "amqp.method.properties.content_type", "Content-Type";
    PROPERTY_CONTENT_ENCODING: Text => "amqp.method.properties.content_encoding", "Content-Encoding";
    PROPERTY_HEADERS: Label => "amqp.method.properties.headers", "Headers";
    PROPERTY_DELIVERY_MODE: Uint => "amqp.method.properties.delivery_mode", "Delivery-Mode";
    PROPERTY_PRIORITY: Uint => "amqp.method.properties.priority", "Priority";
    PROPERTY_CORRELATION_ID: Text => "amqp.method.properties.correlation_id", "Correlation-Id";
    PROPERTY_REPLY_TO: Text => "amqp.method.properties.reply_to", "Reply-To";
    PROPERTY_EXPIRATION: Text => "amqp.method.properties.expiration", "Expiration";
    PROPERTY_MESSAGE_ID: Text => "amqp.method.properties.message_id", "Message-Id";
    PROPERTY_TIMESTAMP: Uint => "amqp.method.properties.timestamp", "Timestamp";
    PROPERTY_TYPE: Text => "amqp.method.properties.type", "Type";
    PROPERTY_USER_ID: Text => "amqp.method.properties.user_id", "User-Id";
    PROPERTY_APP_ID: Text => "amqp.method.properties.app_id", "App-Id";
    PROPERTY_CLUSTER_ID: Text => "amqp.method.properties.cluster_id", "Cluster-Id";
    SASL_METHOD: Uint => "amqp.sasl.method", "SASL Method";
    CONTAINER: Text => "amqp.performative.arguments.containerId", "Container-Id";
    HOST_NAME: Text => "amqp.performative.arguments.hostname", "Hostname";
    FRAME_SIZE: Uint => "amqp.performative.arguments.maxFrameSize", "Max-Frame-Size";
    CHANNELS: Uint => "amqp.performative.arguments.channelMax", "Channel-Max";
    IDLE: Uint => "amqp.performative.arguments.idleTimeout", "Idle-Timeout";
    LOCALES_OUT: Label => "amqp.performative.arguments.outgoingLocales", "Outgoing-Locales";
    LOCALE_OUT: Text => "amqp.performative.arguments.outgoingLocales_sym", "Outgoing-Locales";
    LOCALES_IN: Label => "amqp.performative.arguments.incomingLocales", "Incoming-Locales";
    LOCALE_IN: Text => "amqp.performative.arguments.incomingLocales_sym", "Incoming-Locales";
    OFFERED: Label => "amqp.arguments.offeredCapabilities", "Offered-Capabilities";
    DESIRED: Label => "amqp.performative.arguments.desiredCapabilities", "Desired-Capabilities";
    DESIRED_ONE: Text => "amqp.performative.arguments.desiredCapabilities_sym", "Desired-Capabilities";
    PROPERTIES_1: Label => "amqp.performative.arguments.properties", "Properties";
    REMOTE_CHANNEL: Uint => "amqp.performative.arguments.remoteChannel", "Remote-Channel";
    NEXT_OUT: Uint => "amqp.performative.arguments.nextOutgoingId", "Next-Outgoing-Id";
    NEXT_IN: Uint => "amqp.performative.arguments.nextIncomingId", "Next-Incoming-Id";
    WINDOW_IN: Uint => "amqp.performative.arguments.incomingWindow", "Incoming-Window";
    WINDOW_OUT: Uint => "amqp.performative.arguments.outgoingWindow", "Outgoing-Window";
    HANDLE_MAX: Uint => "amqp.performative.arguments.handleMax", "Handle-Max";
    LINK: Text => "amqp.performative.arguments.name", "Name";
    HANDLE: Uint => "amqp.performative.arguments.handle", "Handle";
    ROLE: Bool => "amqp.performative.arguments.role", "Role";
    SEND_MODE: Uint => "amqp.performative.arguments.sndSettleMode", "Send-Settle-Mode";
    RECEIVE_MODE: Uint => "amqp.performative.arguments.rcvSettleMode", "Receive-Settle-Mode";
    SOURCE_1: Label => "amqp.performative.arguments.source", "Source";
    TARGET_1: Label => "amqp.performative.arguments.target", "Target";
    UNSETTLED: Label => "amqp.performative.arguments.unsettled", "Unsettled";
    INCOMPLETE: Bool => "amqp.performative.arguments.incompleteUnsettled", "Incomplete-Unsettled";
    FIRST_COUNT: Uint => "amqp.performative.arguments.initDeliveryCount", "Initial-Delivery-Count";
    SIZE_MAX: Uint => "amqp.performative.arguments.maxMessageSize", "Max-Message-Size";
    DELIVERY_COUNT: Uint => "amqp.performative.arguments.deliveryCount", "Delivery-Count";
    CREDIT: Uint => "amqp.performative.arguments.linkCredit", "Link-Credit";
    AVAILABLE: Uint => "amqp.performative.arguments.available", "Available";
    DRAIN: Bool => "amqp.performative.arguments.drain", "Drain";
    ECHO: Bool => "amqp.performative.arguments.echo", "Echo";
    DELIVERY_ID: Uint => "amqp.performative.arguments.deliveryId", "Delivery-Id";
    TAG: Bytes => "amqp.performative.arguments.deliveryTag", "Delivery-Tag";
    FORMAT: Uint => "amqp.performative.arguments.messageFormat", "Message-Format";
    SETTLED: Bool => "amqp.performative.arguments.settled", "Settled";
    MORE: Bool => "amqp.performative.arguments.more", "More";
    STATE: Label => "amqp.performative.arguments.state", "State";
    RESUME: Bool => "amqp.performative.arguments.resume", "Resume";
    ABORTED: Bool => "amqp.performative.arguments.aborted", "Aborted";
    BATCHABLE: Bool => "amqp.performative.arguments.batchable", "Batchable";
    FIRST: Uint => "amqp.performative.arguments.first", "First";
    LAST: Uint => "amqp.performative.arguments.last", "Last";
    CLOSED: Bool => "amqp.performative.arguments.closed", "Closed";
    ERROR: Label => "amqp.performative.arguments.error", "Error";
    CONDITION: Text => "amqp.error.condition", "Condition";
    DESCRIPTION: Text => "amqp.error.description", "Description";
    RECEIVED: Label => "amqp.delivery-state.received", "Received";
    SECTION_NUMBER: Uint => "amqp.received.sectionNumber", "Section-Number";
    ACCEPTED: Label => "amqp.delivery-state.accepted", "Accepted";
    REJECTED: Label => "amqp.delivery-state.rejected", "Rejected";
    RELEASED: Label => "amqp.delivery-state.released", "Released";
    MODIFIED: Label => "amqp.delivery-state.modified", "Modified";
    FAILED: Bool => "amqp.modified.deliveryFailed", "Delivery-Failed";
    UNDELIVERABLE: Bool => "amqp.modified.undeliverableHere", "Undeliverable-Here";
    ADDRESS: Text => "amqp.performative.arguments.address.string", "Address";
    TERMINUS: Uint => "amqp.performative.arguments.terminusDurable", "Terminus-Durable";
    SASL_MECHANISMS: Label => "amqp.sasl.mechanisms", "Mechanisms";
    SASL_MECHANISM_ONE: Text => "amqp.sasl.mechanisms_sym", "Mechanisms";
    SASL_MECHANISM: Text => "amqp.sasl.mechanism", "Mechanism";
    SASL_INITIAL: Bytes => "amqp.sasl.initResponse", "Init-Response";
    SASL_CHALLENGE: Bytes => "amqp.sasl.challenge", "Challenge";
    SASL_RESPONSE: Bytes => "amqp.sasl.response", "Response";
    SASL_CODE: Uint => "amqp.sasl.saslCode", "Code";
    SASL_MORE: Bytes => "amqp.sasl.addData", "Additional-Data";
    MESSAGE_HEADER: Label => "amqp.header", "Message-Header";
    DURABLE_1: Bool => "amqp.message.durable", "Durable";
    PRIORITY_1: Uint => "amqp.message.priority", "Priority";
    TTL: Uint => "amqp.message.ttl", "Ttl";
    DELIVERY_NOTES: Label => "amqp.deliveryAnnotations", "Delivery-Annotations";
    MESSAGE_NOTES: Label => "amqp.messageAnnotations", "Message-Annotations";
    MESSAGE_PROPERTIES: Label => "amqp.properties", "Message-Properties";
    MESSAGE_ID_1: Text => "amqp.message.messageId.string", "Message-Id";
    USER_ID_1: Bytes => "amqp.message.userId", "User-Id";
    TO: Text => "amqp.message.to.string", "To";
    SUBJECT: Text => "amqp.message.subject", "Subject";
    REPLY_TO_1: Text => "amqp.message.replyTo.string", "Reply-To";
    CORRELATION: Text => "amqp.message.correlationId.string", "Correlation-Id";
    TYPE_1: Text => "amqp.message.contentType", "Content-Type";
    ENCODING_1: Text => "amqp.message.contentEncoding", "Content-Encoding";
    GROUP: Text => "amqp.message.groupId", "Group-Id";
    APPLICATION_PROPERTIES: Label => "amqp.applicationProperties", "Application-Properties";
    DATA: Bytes => "amqp.data", "Data";
    BODY_VALUE: Label => "amqp.value", "AMQP-Value";
    FOOTER: Label => "amqp.footer", "Footer";
    ELEMENT: Label => "amqp.list", "list";
}

pub(super) static AMQP: Protocol = Protocol {
    name: "amqp",
    title: "Advanced Message Queuing Protocol",
    short: "AMQP",
    fields: FIELDS,
    claims: &[Claim::TcpPort(5672)],
    probe: Some(probe),
    dissect,
    framing: Some(framing),
    stateful: true,
    ..Protocol::PLAIN
};

fn probe(payload: &Payload<'_>) -> Verdict {
    if payload.is_tcp() { look(payload).unwrap_or(Verdict::Possible) } else { Verdict::NotMine }
}

/// Every frame of 0-9-1 ends with this.
const END: u8 = 0xce;
const HEAD: usize = 7;
const OPENING: usize = 8;

fn frame(bytes: &Bytes<'_>) -> Result<(u8, u16, usize), Problem> {
    let (kind, channel, length) = (bytes.u8(0)?, bytes.u16(1)?, bytes.u32(3)?);
    Ok((kind, channel, usize::try_from(length).unwrap_or(usize::MAX)))
}

fn look(payload: &Payload<'_>) -> Result<Verdict, Problem> {
    let bytes = payload.window();
    if matches!(payload.bytes, [b'A', b'M', b'Q', b'P', 0..=3, ..]) {
        return Ok(Verdict::certain_if(bytes.len() >= OPENING));
    }
    let (kind, _, length) = frame(&bytes)?;
    let known = match kind {
        1 => length >= 4 && matches!(bytes.u16(7)?, 10 | 20 | 30 | 40 | 50 | 60 | 85 | 90) && bytes.u16(9)? < 120,
        2 => length >= 14 && bytes.u16(7)? == 60 && bytes.u16(9)? == 0,
        8 => length == 0,
        _ => false,
    };
    Ok(Verdict::certain_if(known && bytes.u8(length.saturating_add(HEAD)) == Ok(END)))
}

/// A frame of 1.0 says its length first; what is no frame of 0-9-1 can begin so.
fn is_modern(bytes: &Bytes<'_>) -> bool {
    bytes.u8(0) == Ok(0) || !matches!(bytes.u8(0), Ok(1..=3 | 8)) && matches!(bytes.u8(4), Ok(2..=16))
}

fn framing(stream: &Stream<'_>) -> Frame {
    const MOST: usize = 1 << 27;
    stream.headed(HEAD, MOST, |bytes| match bytes.all() {
        [b'A', b'M', b'Q', b'P', ..] => Some(OPENING),
        _ if is_modern(bytes) => usize::try_from(bytes.u32(0).ok()?).ok(),
        _ => frame(bytes).ok()?.2.checked_add(HEAD)?.checked_add(1),
    })
}

/// What the body of a channel's message is: who reads it, and what the Info column says of it.
#[derive(Default)]
struct Channels(FxHashMap<(Option<bool>, u16), (Claim, String)>);

fn reader(content_type: &str) -> Option<(Claim, String)> {
    let name = content_type.split(';').next().unwrap_or_default().trim();
    match name {
        "application/json" => Some((Claim::Named("json"), format!(", JavaScript Object Notation ({name})"))),
        "text/plain" | "text/html" => Some((Claim::Named("data-text-lines"), format!(" ({name})"))),
        "application/xml" | "text/xml" => Some((Claim::Named("xml"), String::new())),
        _ => None,
    }
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if bytes.all().starts_with(b"AMQP") {
        opening(d, &bytes)?;
        return Ok(Next::End);
    }
    if is_modern(&bytes) {
        modern::frame(d, &bytes)?;
        return Ok(Next::End);
    }
    let (kind, channel, length) = frame(&bytes)?;
    let content = bytes.from(HEAD).limit(length);
    if d.wants() {
        let name = match kind {
            1 => "Method",
            2 => "Content header",
            3 => "Content body",
            8 => "Heartbeat",
            _ => "Unknown",
        };
        d.noted(&KIND, bytes.span(0..1), kind, name);
        d.field(&CHANNEL, bytes.span(1..3), channel);
        d.field(&LENGTH, bytes.span(3..HEAD), length);
    }
    match kind {
        1 if d.wants() => method(d, &content)?,
        2 => {
            let key = (d.from_client(), channel);
            let content_type = header(d, &content)?;
            d.with_state(|_, channels: &mut Channels| match content_type.and_then(|name| reader(&name)) {
                Some(reader) => _ = channels.0.insert(key, reader),
                None => _ = channels.0.remove(&key),
            });
        }
        3 => {
            let key = (d.from_client(), channel);
            let reader = d.with_state(|_, channels: &mut Channels| channels.0.get(&key).cloned());
            d.field(&PAYLOAD, content.span(0..content.len()), content.all());
            let words = reader.as_ref().map(|(_, words)| words.as_str()).unwrap_or_default();
            d.info_add("", || format!("Content-Body {words}"));
            if let Some((claim, _)) = reader {
                d.inside();
                return Ok(Next::Claim(claim, content));
            }
        }
        8 => d.info_add("", || "Heartbeat ".to_owned()),
        _ => {}
    }
    Ok(Next::End)
}

fn opening(d: &mut Dissection, bytes: &Bytes<'_>) -> Result<(), Problem> {
    let [kind, major, minor, revision] = bytes.array(4)?;
    d.field(&ID, bytes.span(0..4), "AMQP");
    // Before 1.0: an identity of two bytes, then the version.
    if kind == 0 && major == 0 {
        d.field(&ID_MAJOR, bytes.span(4..5), kind);
        d.field(&ID_MINOR, bytes.span(5..6), major);
        d.field(&VERSION_MAJOR_0, bytes.span(6..7), minor);
        d.field(&VERSION_MINOR_0, bytes.span(7..8), revision);
        d.info_add("", || format!("Protocol-Header {kind}-{minor}-{revision}"));
        return Ok(());
    }
    d.field(&INIT_ID, bytes.span(4..5), kind);
    d.field(&VERSION_MAJOR_0, bytes.span(5..6), major);
    d.field(&VERSION_MINOR_0, bytes.span(6..7), minor);
    d.field(&REVISION, bytes.span(7..8), revision);
    d.info_add("", || format!("Protocol-Header {major}-{minor}-{revision} "));
    Ok(())
}

fn method(d: &mut Dissection, content: &Bytes<'_>) -> Result<(), Problem> {
    let (class_id, method_id) = (content.u16(0)?, content.u16(2)?);
    let Some(class_name) = class(class_id) else {
        d.field(&CLASS, content.span(0..2), class_id);
        d.info_add("", String::new);
        return Ok(());
    };
    let known = METHODS.iter().find(|(class, method, ..)| (*class, *method) == (class_id, method_id));
    let name = known.map_or_else(|| format!("{class_name}.Unknown ({method_id})"), |(.., name, _)| (*name).to_owned());
    let own = name.split_once('.').map(|(_, own)| own).unwrap_or_default();
    d.noted(&CLASS, content.span(0..2), class_id, class_name);
    d.noted(&METHOD, content.span(2..4), method_id, own);
    let mut said = format!("{name} ");
    d.label(&ALL, content.span(4..content.len()), || "Arguments".to_owned());
    let arguments = known.map(|(.., arguments)| *arguments).unwrap_or_default();
    let result = d.nest(|d| read(d, content, 4, arguments.iter(), &mut said));
    d.info_add("", || said);
    result.map(|_| ())
}

/// Adds the arguments that begin at `at`; what the Info column has of them goes to `said`.
fn read<'a>(
    d: &mut Dissection,
    content: &Bytes<'_>,
    mut at: usize,
    arguments: impl Iterator<Item = &'a Argument>,
    said: &mut String,
) -> Result<usize, Problem> {
    let mut bit = 0_u8;
    for Argument(is, field, shown) in arguments {
        if *is == Is::Bit {
            let byte = content.u8(at)?;
            d.field(field, content.span(at..at.saturating_add(1)), byte >> bit.min(7) & 1 == 1);
            bit = bit.saturating_add(1);
            continue;
        }
        if bit > 0 {
            (at, bit) = (at.saturating_add(1), 0);
        }
        let start = at;
        at = match is {
            Is::String => start.saturating_add(usize::from(content.u8(start)?)).saturating_add(1),
            Is::Blob | Is::Table => start.saturating_add(long(content, start)?).saturating_add(4),
            Is::Bit | Is::Octet => start.saturating_add(1),
            Is::Short => start.saturating_add(2),
            Is::Long => start.saturating_add(4),
            Is::LongLong => start.saturating_add(8),
        };
        let raw = content.take(start..at)?;
        // What says how long it is is not part of it, as in Wireshark.
        let head = match is {
            Is::String => 1,
            Is::Blob | Is::Table => 4,
            _ => 0,
        };
        let span = content.span(start.saturating_add(head)..at);
        match is {
            Is::String => {
                let value = text::shown(raw.get(1..).unwrap_or_default());
                if !shown.is_empty() {
                    said.push_str(&format!("{shown}{value} "));
                }
                d.field(field, span, value);
            }
            Is::Blob => d.field(field, span, raw.get(4..).unwrap_or_default()),
            Is::Table => {
                d.label(field, span, || field.title().to_owned());
                d.nest(|d| table(d, &content.limit(at).from(start.saturating_add(4)), true, 0))?;
            }
            _ => d.field(field, span, raw.iter().fold(0_u64, |value, byte| value << 8 | u64::from(*byte))),
        }
    }
    Ok(at)
}

fn long(bytes: &Bytes<'_>, at: usize) -> Result<usize, Problem> {
    Ok(usize::try_from(bytes.u32(at)?).unwrap_or(usize::MAX))
}

/// A table of named values, or an array of values (0-9-1 §4.2.5.5, with the types that RabbitMQ knows).
fn table(d: &mut Dissection, bytes: &Bytes<'_>, named: bool, depth: u8) -> Result<(), Problem> {
    const DEEPEST: u8 = 8;
    let (mut at, mut nth) = (0_usize, 0_usize);
    while at < bytes.len() && depth < DEEPEST {
        let name = if named {
            let end = at.saturating_add(1).saturating_add(usize::from(bytes.u8(at)?));
            let name = text::shown(bytes.take(at.saturating_add(1)..end)?);
            at = end;
            name
        } else {
            format!("[{nth}]")
        };
        nth = nth.saturating_add(1);
        let start = at;
        let kind = bytes.u8(at)?;
        at = at.saturating_add(1);
        let number = |size: usize| -> Result<u64, Problem> {
            Ok(bytes.take(at..at.saturating_add(size))?.iter().fold(0, |value, byte| value << 8 | u64::from(*byte)))
        };
        let (size, words, value) = match kind {
            b't' => (1, "boolean", if number(1)? == 0 { "false" } else { "true" }.to_owned()),
            b'b' => (1, "byte", bytes.u8(at)?.cast_signed().to_string()),
            b'B' => (1, "unsigned byte", number(1)?.to_string()),
            b's' => (2, "short int", bytes.u16(at)?.cast_signed().to_string()),
            b'u' => (2, "short uint", number(2)?.to_string()),
            b'I' => (4, "integer", bytes.u32(at)?.cast_signed().to_string()),
            b'i' => (4, "unsigned integer", number(4)?.to_string()),
            b'l' | b'L' => (8, "long int", bytes.u64(at)?.cast_signed().to_string()),
            b'f' => (4, "float", format!("{:.6}", f32::from_bits(bytes.u32(at)?))),
            b'd' => (8, "double", format!("{:.6}", f64::from_bits(bytes.u64(at)?))),
            b'T' => (8, "timestamp", number(8)?.to_string()),
            b'D' => {
                let scale = i32::from(bytes.u8(at)?.min(20));
                let value = f64::from(bytes.u32(at.saturating_add(1))?) / 10_f64.powi(scale);
                (5, "decimal", format!("{value:.6}"))
            }
            b'S' | b'x' => {
                let end = at.saturating_add(4).saturating_add(long(bytes, at)?);
                let value = bytes.take(at.saturating_add(4)..end)?;
                let words = if kind == b'S' { "string" } else { "byte array" };
                (end.saturating_sub(at), words, text::shown(value))
            }
            b'F' | b'A' => {
                let end = at.saturating_add(4).saturating_add(long(bytes, at)?);
                bytes.take(at..end)?;
                let words = if kind == b'F' { "field table" } else { "array" };
                d.label(&FIELD, bytes.span(start..end), || format!("{name} ({words})"));
                let inside = bytes.limit(end).from(at.saturating_add(4));
                d.nest(|d| table(d, &inside, kind == b'F', depth.saturating_add(1)))?;
                at = end;
                continue;
            }
            b'V' => (0, "void", String::new()),
            _ => return Ok(()),
        };
        at = at.saturating_add(size);
        d.label(&FIELD, bytes.span(start..at), || format!("{name} ({words}): {value}"));
    }
    Ok(())
}

/// A message's size and properties; its content type.
fn header(d: &mut Dissection, content: &Bytes<'_>) -> Result<Option<String>, Problem> {
    let (class_id, flags) = (content.u16(0)?, content.u16(12)?);
    let content_type = (flags & 0x8000 != 0).then(|| -> Result<String, Problem> {
        Ok(text::shown(content.take(15..usize::from(content.u8(14)?).saturating_add(15))?))
    });
    let content_type = content_type.transpose()?;
    if d.wants() {
        d.noted(&HEADER_CLASS, content.span(0..2), class_id, class(class_id).unwrap_or("Unknown"));
        d.field(&WEIGHT, content.span(2..4), content.u16(2)?);
        d.field(&BODY_SIZE, content.span(4..12), content.u64(4)?);
        d.field(&FLAGS, content.span(12..14), flags);
        let mut said = "Content-Header ".to_owned();
        d.label(&ALL_PROPERTIES, content.span(14..content.len()), || "Properties".to_owned());
        let present = PROPERTIES.iter().enumerate();
        let present =
            present.filter(|(nth, _)| flags.checked_shl(u32::try_from(*nth).unwrap_or(16)).unwrap_or(0) & 0x8000 != 0);
        let result = d.nest(|d| read(d, content, 14, present.map(|(_, property)| property), &mut said));
        d.info_add("", || said);
        result?;
    }
    Ok(content_type)
}
