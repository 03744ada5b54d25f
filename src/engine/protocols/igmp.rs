//! Internet Group Management Protocol, RFC 1112, 2236 and 3376, and the others that share its protocol number.
use crate::engine::dissect::{Address, Bytes, Claim, Dissection, Next, Problem, Protocol, fields};

fields! {
    VERSION: Uint => "igmp.version", "IGMP Version";
    TYPE: Hex(2) => "igmp.type", "Type";
    MAX_RESPONSE: Uint => "igmp.max_resp", "Max Resp Time";
    RESERVED: Bytes => "igmp.reserved", "Reserved";
    CHECKSUM: Hex(4) => "igmp.checksum", "Checksum";
    GROUP: Address => "igmp.maddr", "Multicast Address";
    SUPPRESS: Bool => "igmp.s", "S";
    ROBUSTNESS: Uint => "igmp.qrv", "QRV";
    QUERY_INTERVAL: Uint => "igmp.qqic", "QQIC";
    SOURCES: Uint => "igmp.num_src", "Num Src";
    SOURCE: Address => "igmp.saddr", "Source Address";
    RECORDS: Uint => "igmp.num_grp_recs", "Num Group Records";
    RECORD: Label => "igmp.group_record", "Group Record";
    RECORD_TYPE: Uint => "igmp.record_type", "Record Type";
    AUXILIARY: Uint => "igmp.aux_data_len", "Aux Data Len";
}

pub(super) static IGMP: Protocol = Protocol {
    name: "igmp",
    title: "Internet Group Management Protocol",
    short: "IGMP",
    fields: FIELDS,
    claims: &[NUMBERED],
    probe: None,
    dissect,
    ..Protocol::PLAIN
};

const NUMBERED: Claim = Claim::Ip(2);
/// Where routers and switches talk RGMP (RFC 3488 §2).
const RGMP_GROUP: [u8; 4] = [224, 0, 0, 25];
/// Shorter queries are of the versions before the third.
const QUERY3: usize = 12;

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let kind = bytes.u8(0)?;
    // The common header and the message are listed both, as Wireshark does; only the message is a layer of the tree.
    if d.through == NUMBERED {
        let to_switches = d.pairs.last().is_some_and(|(_, to, _)| *to == Address::ipv4(RGMP_GROUP));
        let name = match kind {
            0x01..=0x08 | 0x11 | 0x12 | 0x16 | 0x17 | 0x1e | 0x1f | 0x22 => "igmp",
            0x13 => "dvmrp",
            0x14 => "pim",
            0x40..=0x42 => "igap",
            0xfc..=0xff if to_switches => "rgmp",
            _ => {
                d.field(&TYPE, bytes.span(0..1), kind);
                d.info(|| format!("Unknown Type:0x{kind:02x}"));
                return Ok(Next::End);
            }
        };
        d.hide();
        return Ok(Next::Claim(Claim::Named(name), bytes));
    }
    if d.wants() {
        message(d, &bytes, kind)?;
    }
    Ok(Next::End)
}

fn message(d: &mut Dissection, bytes: &Bytes<'_>, kind: u8) -> Result<(), Problem> {
    let code = bytes.u8(1)?;
    let version = match kind {
        0x11 if bytes.wire_len() >= QUERY3 => 3,
        0x11 if code == 0 => 1,
        0x11 | 0x16 | 0x17 => 2,
        0x12 => 1,
        0x22 => 3,
        _ => 0,
    };
    let name = name(kind);
    match (version, kind) {
        (0, 0x1e | 0x1f) => d.column("IGMP"),
        (0, _) => d.column("IGMPv0"),
        (1, _) => d.column("IGMPv1"),
        (2, _) => d.column("IGMPv2"),
        _ => d.column("IGMPv3"),
    }
    d.info(|| name.to_owned());
    d.generated(&VERSION, bytes.span(0..0), version as u32);
    d.noted(&TYPE, bytes.span(0..1), kind, name);
    if kind == 0x11 && version > 1 {
        let tenths = tenths(code);
        d.noted(&MAX_RESPONSE, bytes.span(1..2), code, &format!("{}.{} sec", tenths / 10, tenths % 10));
    } else {
        d.field(&RESERVED, bytes.span(1..2), bytes.take(1..2)?);
    }
    d.field(&CHECKSUM, bytes.span(2..4), bytes.u16(2)?);
    match kind {
        0x22 => return report(d, bytes),
        0x1e => {
            let blocks = bytes.wire_len().saturating_sub(24) / 32;
            d.info(|| format!("Traceroute Response, {blocks} blocks"));
        }
        0x1f => d.info(|| "Traceroute Query".to_owned()),
        0x01..=0x08 => return Ok(()),
        _ => {}
    }
    let group = Address::ipv4(bytes.array(4)?);
    d.field(&GROUP, bytes.span(4..8), group);
    match (kind, version) {
        (0x11, 2 | 3) if group == Address::ipv4([0; 4]) => d.info(|| "Membership Query, general".to_owned()),
        (0x11, 2 | 3) => d.info(|| format!("Membership Query, specific for group {group}")),
        (0x16, _) => d.info(|| format!("Membership Report group {group}")),
        (0x17, _) => d.info(|| format!("Leave Group {group}")),
        _ => {}
    }
    if version == 3 {
        let flags = bytes.u8(8)?;
        d.field(&SUPPRESS, bytes.span(8..9), flags & 8 != 0);
        d.field(&ROBUSTNESS, bytes.span(8..9), flags & 7);
        d.field(&QUERY_INTERVAL, bytes.span(9..10), bytes.u8(9)?);
        let count = bytes.u16(10)?;
        d.field(&SOURCES, bytes.span(10..12), count);
        let sources = addresses(d, bytes, 12, count)?;
        if count > 0 {
            d.info_add("", || format!(", sources {{{sources}}}"));
        }
    }
    Ok(())
}

/// Source addresses; and as one text.
fn addresses(d: &mut Dissection, bytes: &Bytes<'_>, from: usize, count: u16) -> Result<String, Problem> {
    let mut texts = Vec::new();
    for at in (from..).step_by(4).take(count.into()) {
        let source = Address::ipv4(bytes.array(at)?);
        d.field(&SOURCE, bytes.span(at..at.saturating_add(4)), source);
        texts.push(source.to_string());
    }
    Ok(texts.join(", "))
}

fn report(d: &mut Dissection, bytes: &Bytes<'_>) -> Result<(), Problem> {
    d.field(&RESERVED, bytes.span(4..6), bytes.take(4..6)?);
    let count = bytes.u16(6)?;
    d.field(&RECORDS, bytes.span(6..8), count);
    if count == 0 {
        d.info(|| "Membership Report - General query".to_owned());
    }
    let mut at = 8_usize;
    for _ in 0..count {
        let record = bytes.from(at);
        let (kind, auxiliary, sources) = (record.u8(0)?, record.u8(1)?, record.u16(2)?);
        let group = Address::ipv4(record.array(4)?);
        let words = usize::from(sources).saturating_add(auxiliary.into());
        let end = words.saturating_mul(4).saturating_add(8);
        let name = record_name(kind);
        d.label(&RECORD, record.span(0..end), || format!("Group Record : {group}  {name}"));
        let list = d.nest(|d| {
            d.noted(&RECORD_TYPE, record.span(0..1), kind, name);
            d.field(&AUXILIARY, record.span(1..2), auxiliary);
            d.field(&SOURCES, record.span(2..4), sources);
            d.field(&GROUP, record.span(4..8), group);
            addresses(d, &record, 8, sources)
        })?;
        d.info_add(" / ", || match (kind, sources) {
            (1 | 3, 0) => format!("Leave group {group}"),
            (2 | 4, 0) => format!("Join group {group} for any sources"),
            (1, _) => format!("Join group {group} for sources in {{{list}}}"),
            (3, _) => format!("Join group {group} for source {{{list}}}"),
            (2 | 4, _) => format!("Join group {group}, for source not {{{list}}}"),
            (5, 0) => format!("Group {group}, ALLOW_NEW_SOURCES but no source specified (?)"),
            (5, _) => format!("Group {group}, new source {{{list}}}"),
            (6, 0) => format!("Group {group}, BLOCK_OLD_SOURCES but no source specified (?)"),
            (6, _) => format!("Group {group}, block sources {{{list}}}"),
            _ => format!("Group {group}, unknown record type (?)"),
        });
        at = at.saturating_add(end);
    }
    Ok(())
}

/// Tenths of a second; from 128 on a floating-point number (RFC 3376 §4.1.1).
fn tenths(code: u8) -> u32 {
    match code {
        0..=127 => code.into(),
        _ => u32::from(code & 15 | 16) << (u32::from(code >> 4 & 7).saturating_add(3)),
    }
}

fn name(kind: u8) -> &'static str {
    match kind {
        0x01 => "Create Group Request",
        0x02 => "Create Group Reply",
        0x03 => "Join Group Request",
        0x04 => "Join Group Reply",
        0x05 => "Leave Group Request",
        0x06 => "Leave Group Reply",
        0x07 => "Confirm Group Request",
        0x08 => "Confirm Group Reply",
        0x11 => "Membership Query",
        0x12 | 0x16 | 0x22 => "Membership Report",
        0x17 => "Leave Group",
        0x1e => "Traceroute Response",
        0x1f => "Traceroute Query or Request",
        _ => "Unknown",
    }
}

fn record_name(kind: u8) -> &'static str {
    match kind {
        1 => "Mode Is Include",
        2 => "Mode Is Exclude",
        3 => "Change To Include Mode",
        4 => "Change To Exclude Mode",
        5 => "Allow New Sources",
        6 => "Block Old Sources",
        _ => "Unknown",
    }
}
