//! ITU-T T.124 (generic conference control) as RDP uses it: what creates a conference, around Microsoft's own data.
use super::mcs::per_length;
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Problem, Protocol, fields};

pub static T124: Protocol = Protocol {
    name: "t124",
    title: "GENERIC-CONFERENCE-CONTROL T.124",
    short: "T.124",
    fields: FIELDS,
    dissect,
    ..Protocol::PLAIN
};

fields! {
    DATA: Label => "t124.ConnectData", "ConnectData";
    IDENTIFIER: Uint => "t124.t124Identifier", "t124Identifier";
    OBJECT: Text => "t124.object", "object";
    PDU: Bytes => "t124.connectPDU", "connectPDU";
    GCC: Uint => "t124.connectGCCPDU", "connectGCCPDU";
    REQUEST: Label => "t124.conferenceCreateRequest_element", "conferenceCreateRequest";
    RESPONSE: Label => "t124.conferenceCreateResponse_element", "conferenceCreateResponse";
    NAME: Label => "t124.conferenceName_element", "conferenceName";
    NUMERIC: Text => "t124.numeric", "numeric";
    LOCKED: Bool => "t124.lockedConference", "lockedConference";
    LISTED: Bool => "t124.listedConference", "listedConference";
    CONDUCTIBLE: Bool => "t124.conductibleConference", "conductibleConference";
    TERMINATION: Uint => "t124.terminationMethod", "terminationMethod";
    NODE: Uint => "t124.nodeID", "nodeID";
    TAG: Int => "t124.tag", "tag";
    RESULT: Uint => "t124.result", "result";
    USER_DATA: Uint => "t124.userData", "userData";
    ITEM: Label => "t124.UserData_item_element", "UserData item";
    KEY: Uint => "t124.key", "key";
    H221: Bytes => "t124.h221NonStandard", "h221NonStandard";
    VALUE: Bytes => "t124.value", "value";
}

/// The object identifier of this recommendation, 0.0.20.124.0.1.
const START: [u8; 7] = [0, 5, 0, 0x14, 0x7c, 0, 1];

pub fn is_data(data: &Bytes<'_>) -> bool {
    data.all().starts_with(&START)
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    // Servers do not say the right length here.
    let (at, length) = per_length(&bytes, START.len())?;
    let pdu = bytes.from(at);
    let end = pdu.len().min(length);
    d.label(&DATA, bytes.span(0..at.saturating_add(end)), || "ConnectData".to_owned());
    d.nest(|d| {
        d.noted(&IDENTIFIER, bytes.span(0..START.len()), 0_u8, "object");
        d.nest(|d| d.noted(&OBJECT, bytes.span(2..START.len()), "0.0.20.124.0.1", "Generic Conference Control"));
        d.field(&PDU, pdu.span(0..end), pdu.all().get(..end).unwrap_or_default());
    });
    // The key that Microsoft's user data go by (H.221 non-standard): client's and server's.
    let found = pdu.all().windows(4).position(|window| window == b"Duca" || window == b"McDn");
    let Some(key) = found else { return Ok(Next::End) };
    let (at, length) = per_length(&pdu, key.saturating_add(4))?;
    if d.wants() {
        d.nest(|d| d.nest(|d| conference(d, &pdu, key, at)));
    }
    d.again(true);
    Ok(Next::Claim(Claim::Named("rdp"), pdu.from(at).limit(length)))
}

/// The two PDUs have always the same form in RDP ([MS-RDPBCGR] §4.1.3 and §4.1.4); others keep their bytes.
fn conference(d: &mut Dissection, pdu: &Bytes<'_>, key: usize, value: usize) {
    let all = pdu.all();
    let (line, choice) = match all {
        [0, 8, 0, _, _, 1, 0xc0, 0, ..] if key == 8 => (&REQUEST, 0_u8),
        [0x14, _, _, 1, _, _, 1, 0xc0, 0, ..] if key == 9 => (&RESPONSE, 1),
        _ => return,
    };
    let whole = pdu.span(0..all.len());
    d.noted(&GCC, whole, choice, line.title());
    d.nest(|d| {
        d.label(line, whole, || line.title().to_owned());
        d.nest(|d| {
            match all {
                [0, 8, 0, digit, bits, ..] => {
                    d.label(&NAME, pdu.span(1..3), || "conferenceName".to_owned());
                    d.nest(|d| d.field(&NUMERIC, pdu.span(3..4), (digit >> 4).to_string()));
                    let bit = |at: u8| digit >> at & 1 != 0;
                    for (field, at) in [(&LOCKED, 3), (&LISTED, 2), (&CONDUCTIBLE, 1)] {
                        d.field(field, pdu.span(3..4), bit(at));
                    }
                    let method = bits >> 7;
                    d.noted(&TERMINATION, pdu.span(3..4), method, if method == 0 { "automatic" } else { "manual" });
                }
                [_, high, low, _, tag, result, ..] => {
                    // User ids begin with 1001.
                    let node = u32::from(u16::from_be_bytes([*high, *low])).saturating_add(1001);
                    d.field(&NODE, pdu.span(1..3), node);
                    d.field(&TAG, pdu.span(3..5), tag.cast_signed());
                    let result = result >> 4;
                    d.noted(&RESULT, pdu.span(5..6), result, if result == 0 { "success" } else { "failed" });
                }
                _ => {}
            }
            let item = key.saturating_sub(2);
            let span = |from: usize, to: usize| pdu.span(from..to);
            d.field(&USER_DATA, span(item.saturating_sub(2), all.len()), 1_u8);
            d.nest(|d| {
                d.label(&ITEM, span(item, all.len()), || "UserData item".to_owned());
                d.nest(|d| {
                    let end = key.saturating_add(4);
                    d.noted(&KEY, span(item, end), 1_u8, "h221NonStandard");
                    d.nest(|d| d.field(&H221, span(key, end), all.get(key..end).unwrap_or_default()));
                    d.field(&VALUE, span(value, all.len()), all.get(value..).unwrap_or_default());
                });
            });
        });
    });
}
