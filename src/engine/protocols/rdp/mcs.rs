//! ITU-T T.125 (multipoint communication service): connections in BER, what is sent over them in aligned PER.
use super::{Agreed, gcc};
use crate::engine::dissect::{
    Bytes, Claim, Dissection, Field, Names, Next, Problem, Protocol, Reader, ber, fields, name_of,
};

pub static T125: Protocol = Protocol {
    name: "t125",
    title: "MULTIPOINT-COMMUNICATION-SERVICE T.125",
    short: "T.125",
    fields: FIELDS,
    dissect,
    ..Protocol::PLAIN
};

// Wireshark reads the PDUs of T.125's domains as T.124's, and names their fields so.
fields! {
    CONNECT: Uint => "t125.ConnectMCSPDU", "ConnectMCSPDU";
    CONNECT_INITIAL: Label => "t125.connect_initial_element", "connect-initial";
    CONNECT_RESPONSE: Label => "t125.connect_response_element", "connect-response";
    CONNECT_MORE: Label => "t125.connect_additional_element", "connect-additional";
    CONNECT_RESULT: Label => "t125.connect_result_element", "connect-result";
    CALLING: Bytes => "t125.callingDomainSelector", "callingDomainSelector";
    CALLED: Bytes => "t125.calledDomainSelector", "calledDomainSelector";
    UPWARD: Bool => "t125.upwardFlag", "upwardFlag";
    TARGET: Label => "t125.targetParameters_element", "targetParameters";
    MINIMUM: Label => "t125.minimumParameters_element", "minimumParameters";
    MAXIMUM: Label => "t125.maximumParameters_element", "maximumParameters";
    DOMAIN_PARAMETERS: Label => "t125.domainParameters_element", "domainParameters";
    CHANNELS: Uint => "t125.maxChannelIds", "maxChannelIds";
    USERS: Uint => "t125.maxUserIds", "maxUserIds";
    TOKENS: Uint => "t125.maxTokenIds", "maxTokenIds";
    PRIORITIES: Uint => "t125.numPriorities", "numPriorities";
    THROUGHPUT: Uint => "t125.minThroughput", "minThroughput";
    HEIGHT: Uint => "t125.maxHeight", "maxHeight";
    LARGEST: Uint => "t125.maxMCSPDUsize", "maxMCSPDUsize";
    VERSION: Uint => "t125.protocolVersion", "protocolVersion";
    CONNECT_RESULTED: Uint => "t125.result", "result";
    CONNECT_ID: Uint => "t125.calledConnectId", "calledConnectId";
    CONNECT_DATA: Bytes => "t125.userData", "userData";
    DOMAIN: Uint => "t124.DomainMCSPDU", "DomainMCSPDU";
    ERECT: Label => "t124.erectDomainRequest_element", "erectDomainRequest";
    DISCONNECT: Label => "t124.disconnectProviderUltimatum_element", "disconnectProviderUltimatum";
    ATTACH: Label => "t124.attachUserRequest_element", "attachUserRequest";
    ATTACHED: Label => "t124.attachUserConfirm_element", "attachUserConfirm";
    JOIN: Label => "t124.channelJoinRequest_element", "channelJoinRequest";
    JOINED: Label => "t124.channelJoinConfirm_element", "channelJoinConfirm";
    SEND: Label => "t124.sendDataRequest_element", "sendDataRequest";
    SENT: Label => "t124.sendDataIndication_element", "sendDataIndication";
    SEND_UNIFORM: Label => "t124.uniformSendDataRequest_element", "uniformSendDataRequest";
    SENT_UNIFORM: Label => "t124.uniformSendDataIndication_element", "uniformSendDataIndication";
    SUB_HEIGHT: Uint => "t124.subHeight", "subHeight";
    SUB_INTERVAL: Uint => "t124.subInterval", "subInterval";
    REASON: Uint => "t124.reason", "reason";
    INITIATOR: Uint => "t124.initiator", "initiator";
    CHANNEL: Uint => "t124.channelId", "channelId";
    REQUESTED: Uint => "t124.requested", "requested";
    RESULT: Uint => "t124.result", "result";
    PRIORITY: Uint => "t124.dataPriority", "dataPriority";
    SEGMENTATION: Bytes => "t124.segmentation", "segmentation";
    BEGINS: Bool => "t124.Segmentation.begin", "begin";
    ENDS: Bool => "t124.Segmentation.end", "end";
    DATA: Bytes => "t124.userData", "userData";
}

/// The names of the domain's PDUs by their choice (T.125 §7, part 3).
const DOMAINS: Names = "plumbDomainIndication|erectDomainRequest|mergeChannelsRequest|mergeChannelsConfirm|purgeChannelsIndication|\
    mergeTokensRequest|mergeTokensConfirm|purgeTokensIndication|disconnectProviderUltimatum|rejectMCSPDUUltimatum|\
    attachUserRequest|attachUserConfirm|detachUserRequest|detachUserIndication|channelJoinRequest|channelJoinConfirm|\
    channelLeaveRequest|channelConveneRequest|channelConveneConfirm|channelDisbandRequest|channelDisbandIndication|\
    channelAdmitRequest|channelAdmitIndication|channelExpelRequest|channelExpelIndication|sendDataRequest|\
    sendDataIndication|uniformSendDataRequest|uniformSendDataIndication|tokenGrabRequest|tokenGrabConfirm|\
    tokenInhibitRequest|tokenInhibitConfirm|tokenGiveRequest|tokenGiveIndication|tokenGiveResponse|tokenGiveConfirm|\
    tokenPleaseRequest|tokenPleaseIndication|tokenReleaseRequest|tokenReleaseConfirm|tokenTestRequest|tokenTestConfirm";
const RESULTS: Names = "rt-successful|rt-domain-merging|rt-domain-not-hierarchical|rt-no-such-channel|rt-no-such-domain|\
    rt-no-such-user|rt-not-admitted|rt-other-user-id|rt-parameters-unacceptable|rt-token-not-available|\
    rt-token-not-possessed|rt-too-many-channels|rt-too-many-tokens|rt-too-many-users|rt-unspecified-failure|\
    rt-user-rejected";
const REASONS: Names =
    "rn-domain-disconnected|rn-provider-initiated|rn-token-purged|rn-user-requested|rn-channel-purged";

fn line_of(choice: u8) -> Option<&'static Field> {
    Some(match choice {
        1 => &ERECT,
        8 => &DISCONNECT,
        10 => &ATTACH,
        11 => &ATTACHED,
        14 => &JOIN,
        15 => &JOINED,
        25 => &SEND,
        26 => &SENT,
        27 => &SEND_UNIFORM,
        28 => &SENT_UNIFORM,
        _ => return None,
    })
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let first = bytes.u8(0)?;
    if first == 0x7f {
        return connect(d, &bytes);
    }
    let choice = first >> 2;
    let title = name_of(DOMAINS, choice.into());
    // The last bits of an ultimatum stand alone in their byte.
    let whole = bytes.span(0..if choice == 8 { 1 } else { bytes.len() });
    d.noted(&DOMAIN, whole, choice, title);
    d.info(|| title.to_owned());
    let Some(line) = line_of(choice) else { return Ok(Next::End) };
    d.nest(|d| {
        d.label(line, whole, || title.to_owned());
        d.nest(|d| domain(d, bytes, choice))
    })
}

fn domain<'p>(d: &mut Dissection, bytes: Bytes<'p>, choice: u8) -> Result<Next<'p>, Problem> {
    let first = bytes.u8(0)?;
    let mut reader = Reader::new(bytes, 1);
    match choice {
        1 => {
            for field in [&SUB_HEIGHT, &SUB_INTERVAL] {
                per_integer(d, &mut reader, field)?;
            }
        }
        8 => {
            let reason = (first & 3) << 1 | bytes.u8(1)? >> 7;
            d.noted(&REASON, bytes.span(0..1), reason, name_of(REASONS, reason.into()));
        }
        // Their result's four bits lie across two bytes.
        11 | 15 => {
            let result = (first & 1) << 3 | reader.peek()? >> 5;
            d.noted(&RESULT, bytes.span(0..1), result, name_of(RESULTS, result.into()));
            reader.at = 2;
            if choice == 15 || first & 2 != 0 {
                reader.number(d, &INITIATOR, 2)?;
            }
            if choice == 15 {
                let requested = reader.number(d, &REQUESTED, 2)?;
                if first & 2 != 0 {
                    reader.number(d, &CHANNEL, 2)?;
                }
                d.info(|| format!("channelJoinConfirm {requested}"));
            }
        }
        14 => {
            reader.number(d, &INITIATOR, 2)?;
            let channel = reader.number(d, &CHANNEL, 2)?;
            d.info(|| format!("channelJoinRequest {channel}"));
        }
        25..=28 => {
            reader.number(d, &INITIATOR, 2)?;
            let channel = reader.number(d, &CHANNEL, 2)? as u16;
            d.with_state(|_, agreed: &mut Agreed| agreed.channel = channel);
            let bits = reader.uint(1)?;
            let span = bytes.span(5..6);
            d.noted(&PRIORITY, span, bits >> 6, name_of("top|high|medium|low", bits >> 6));
            let segments = bits << 2 & 0xc0;
            d.field(&SEGMENTATION, span, vec![segments as u8]);
            d.nest(|d| {
                d.field(&BEGINS, span, segments & 0x80 != 0);
                d.field(&ENDS, span, segments & 0x40 != 0);
            });
            let (at, length) = per_length(&bytes, 6)?;
            let data = bytes.from(at).limit(length);
            d.field(&DATA, data.span(0..data.len()), data.all());
            // Wireshark reads requests within this dissector: a line of the tree, not one of the protocols.
            d.again(choice == 25 || choice == 27);
            return Ok(Next::Claim(Claim::Named("rdp"), data));
        }
        _ => {}
    }
    Ok(Next::End)
}

/// An integer without an upper bound: its length, and so many bytes. The field covers both.
fn per_integer(d: &mut Dissection, reader: &mut Reader<'_>, field: &'static Field) -> Result<(), Problem> {
    let start = reader.at;
    let size = reader.size(1)?;
    let value = reader.uint(size)?;
    d.field(field, reader.since(start), value);
    Ok(())
}

/// A length determinant of aligned PER (X.691 §11.9): where what it counts begins, and how much that is.
pub fn per_length(bytes: &Bytes<'_>, at: usize) -> Result<(usize, usize), Problem> {
    let first = bytes.u8(at)?;
    Ok(match first {
        0..=0x7f => (at.saturating_add(1), usize::from(first)),
        _ => (at.saturating_add(2), usize::from(bytes.u16(at)? & 0x3fff)),
    })
}

/// What follows each other in the PDUs of a connection; parameters are a sequence of numbers.
static INITIAL: [&Field; 7] = [&CALLING, &CALLED, &UPWARD, &TARGET, &MINIMUM, &MAXIMUM, &CONNECT_DATA];
static RESPONSE: [&Field; 4] = [&CONNECT_RESULTED, &CONNECT_ID, &DOMAIN_PARAMETERS, &CONNECT_DATA];
static PARAMETERS: [&Field; 8] = [&CHANNELS, &USERS, &TOKENS, &PRIORITIES, &THROUGHPUT, &HEIGHT, &LARGEST, &VERSION];

fn connect<'p>(d: &mut Dissection, bytes: &Bytes<'p>) -> Result<Next<'p>, Problem> {
    let kind = bytes.u8(1)?;
    let (line, parts): (_, &'static [&'static Field]) = match kind {
        101 => (&CONNECT_INITIAL, &INITIAL),
        102 => (&CONNECT_RESPONSE, &RESPONSE),
        103 => (&CONNECT_MORE, &[]),
        _ => (&CONNECT_RESULT, &[]),
    };
    d.noted(&CONNECT, bytes.span(0..bytes.len()), kind, line.title());
    d.info(|| line.title().to_owned());
    // The second byte is the number of a long tag: to be read as a short one.
    let (outer, _) = ber::element(&bytes.from(1))?;
    let data = d.nest(|d| {
        d.label(line, outer.content.span(0..outer.content.len()), || line.title().to_owned());
        d.nest(|d| elements(d, outer.content, parts))
    })?;
    Ok(match data.filter(|data| gcc::is_data(data)) {
        Some(data) => Next::Claim(Claim::Named("t124"), data),
        None => Next::End,
    })
}

/// Adds the elements one after the other; what the last of them holds.
fn elements<'p>(
    d: &mut Dissection,
    mut rest: Bytes<'p>,
    parts: &'static [&'static Field],
) -> Result<Option<Bytes<'p>>, Problem> {
    let mut last = None;
    for field in parts {
        let (element, after) = ber::element(&rest)?;
        let (content, whole) = (element.content, rest.len().saturating_sub(after.len()));
        let span = content.span(0..content.len());
        let number = || content.all().iter().fold(0, |value: u64, &byte| value << 8 | u64::from(byte));
        match element.tag {
            ber::SEQUENCE => {
                d.label(field, rest.span(0..whole), || field.title().to_owned());
                d.nest(|d| elements(d, content, &PARAMETERS))?;
            }
            ber::OCTET_STRING => d.field(field, span, content.all()),
            1 => d.field(field, span, number() != 0),
            ber::ENUMERATED => d.noted(field, span, number(), name_of(RESULTS, number())),
            _ => d.field(field, span, number()),
        }
        last = Some(content).filter(|_| element.tag == ber::OCTET_STRING);
        rest = after;
    }
    Ok(last)
}
