//! ITU-T T.125 (multipoint communication service) and T.124 (generic conference control).
use crate::engine::dissect::{Bytes, Claim, Dissection, Field, Next, Problem, Protocol, ber, field};

pub static T125: Protocol = Protocol {
    name: "t125",
    title: "MULTIPOINT-COMMUNICATION-SERVICE T.125",
    short: "T.125",
    fields: &[&CONNECT, &DOMAIN, &INITIATOR, &CHANNEL, &REQUESTED, &RESULT, &PRIORITY, &DATA],
    dissect,
    ..Protocol::PLAIN
};

pub static T124: Protocol = Protocol {
    name: "t124",
    title: "GENERIC-CONFERENCE-CONTROL T.124",
    short: "T.124",
    fields: &[&GCC],
    dissect: dissect_conference,
    ..Protocol::PLAIN
};

static CONNECT: Field = field!(Uint => "t125.ConnectMCSPDU", "ConnectMCSPDU");
static DOMAIN: Field = field!(Uint => "t125.DomainMCSPDU", "DomainMCSPDU");
static INITIATOR: Field = field!(Uint => "t125.initiator", "initiator");
static CHANNEL: Field = field!(Uint => "t125.channelId", "channelId");
static REQUESTED: Field = field!(Uint => "t125.requested", "requested");
static RESULT: Field = field!(Uint => "t125.result", "result");
static PRIORITY: Field = field!(Uint => "t125.dataPriority", "dataPriority");
static DATA: Field = field!(Bytes => "t125.userData", "userData");
static GCC: Field = field!(Bytes => "t124.connectPDU", "connectPDU");

fn domain_title(choice: u8) -> &'static str {
    match choice {
        0 => "plumbDomainIndication",
        1 => "erectDomainRequest",
        2 => "mergeChannelsRequest",
        3 => "mergeChannelsConfirm",
        4 => "purgeChannelsIndication",
        5 => "mergeTokensRequest",
        6 => "mergeTokensConfirm",
        7 => "purgeTokensIndication",
        8 => "disconnectProviderUltimatum",
        9 => "rejectMCSPDUUltimatum",
        10 => "attachUserRequest",
        11 => "attachUserConfirm",
        12 => "detachUserRequest",
        13 => "detachUserIndication",
        14 => "channelJoinRequest",
        15 => "channelJoinConfirm",
        16 => "channelLeaveRequest",
        17 => "channelConveneRequest",
        18 => "channelConveneConfirm",
        19 => "channelDisbandRequest",
        20 => "channelDisbandIndication",
        21 => "channelAdmitRequest",
        22 => "channelAdmitIndication",
        23 => "channelExpelRequest",
        24 => "channelExpelIndication",
        25 => "sendDataRequest",
        26 => "sendDataIndication",
        27 => "uniformSendDataRequest",
        28 => "uniformSendDataIndication",
        29 => "tokenGrabRequest",
        30 => "tokenGrabConfirm",
        31 => "tokenInhibitRequest",
        32 => "tokenInhibitConfirm",
        33 => "tokenGiveRequest",
        34 => "tokenGiveIndication",
        35 => "tokenGiveResponse",
        36 => "tokenGiveConfirm",
        37 => "tokenPleaseRequest",
        38 => "tokenPleaseIndication",
        39 => "tokenReleaseRequest",
        40 => "tokenReleaseConfirm",
        41 => "tokenTestRequest",
        _ => "tokenTestConfirm",
    }
}

/// UserId in PER: 1001 and more in two bytes, of which the tree shows the offset.
fn user(d: &mut Dissection, field: &'static Field, bytes: &Bytes<'_>, at: usize) -> Result<(), Problem> {
    d.field(field, bytes.span(at..at.saturating_add(2)), bytes.u16(at)?);
    Ok(())
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let first = bytes.u8(0)?;
    if first == 0x7f {
        return connect(d, &bytes);
    }
    let choice = first >> 2;
    let title = domain_title(choice);
    d.noted(&DOMAIN, bytes.span(0..1), choice, title);
    d.info(|| title.to_owned());
    match choice {
        // Their result's four bits lie across two bytes.
        11 | 15 => {
            d.field(&RESULT, bytes.span(0..2), (first & 1) << 3 | bytes.u8(1)? >> 5);
            user(d, &INITIATOR, &bytes, 2)?;
            if choice == 15 {
                user(d, &REQUESTED, &bytes, 4)?;
                if first & 2 != 0 {
                    user(d, &CHANNEL, &bytes, 6)?;
                }
                let requested = bytes.u16(4)?;
                d.info(|| format!("{title} {requested}"));
            }
        }
        14 => {
            user(d, &INITIATOR, &bytes, 1)?;
            user(d, &CHANNEL, &bytes, 3)?;
            let channel = bytes.u16(3)?;
            d.info(|| format!("{title} {channel}"));
        }
        25..=28 => {
            user(d, &INITIATOR, &bytes, 1)?;
            user(d, &CHANNEL, &bytes, 3)?;
            d.field(&PRIORITY, bytes.span(5..6), bytes.u8(5)? >> 6);
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

/// A length determinant of aligned PER (X.691 §11.9): where what it counts begins, and how much that is.
fn per_length(bytes: &Bytes<'_>, at: usize) -> Result<(usize, usize), Problem> {
    let first = bytes.u8(at)?;
    Ok(match first {
        0..=0x7f => (at.saturating_add(1), usize::from(first)),
        _ => (at.saturating_add(2), usize::from(bytes.u16(at)? & 0x3fff)),
    })
}

fn connect<'p>(d: &mut Dissection, bytes: &Bytes<'p>) -> Result<Next<'p>, Problem> {
    let kind = bytes.u8(1)?;
    let title = match kind {
        101 => "connect-initial",
        102 => "connect-response",
        103 => "connect-additional",
        _ => "connect-result",
    };
    d.noted(&CONNECT, bytes.span(0..2), kind, title);
    d.info(|| title.to_owned());
    // The second byte is the number of a long tag: to be read as a short one.
    let (outer, _) = ber::element(&bytes.from(1))?;
    let mut rest = outer.content;
    let mut last = None;
    // The selectors are octet strings too; the user's data are the last.
    while rest.wire_len() > 0 {
        let (element, after) = ber::element(&rest)?;
        if element.tag == ber::OCTET_STRING {
            last = Some(element.content);
        }
        if element.tag == ber::ENUMERATED {
            d.field(&RESULT, element.content.span(0..1), element.content.u8(0)?);
        }
        rest = after;
    }
    let Some(data) = last.filter(|data| data.all().starts_with(&[0, 5, 0, 0x14, 0x7c, 0, 1])) else {
        return Ok(Next::End);
    };
    d.field(&DATA, data.span(0..data.len()), data.all());
    Ok(Next::Claim(Claim::Named("t124"), data))
}

fn dissect_conference<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    // Servers do not say the right length here.
    let (at, _) = per_length(&bytes, 7)?;
    let pdu = bytes.from(at);
    d.field(&GCC, pdu.span(0..pdu.len()), pdu.all());
    // The key that Microsoft's user data go by (H.221 non-standard): client's and server's.
    let found = pdu.all().windows(4).position(|window| window == b"Duca" || window == b"McDn");
    let Some(key) = found else { return Ok(Next::End) };
    let (at, length) = per_length(&pdu, key.saturating_add(4))?;
    d.again(true);
    Ok(Next::Claim(Claim::Named("rdp"), pdu.from(at).limit(length)))
}
