//! IEC 60870-5-104, telecontrol over TCP: the control information and the data units behind it.
use crate::engine::dissect::{
    Bytes, Claim, Dissection, Frame, Next, Payload, Problem, Protocol, Reader, Stream, Verdict, fields,
};

fields! {
    LENGTH: Uint => "iec60870_104.apdulen", "ApduLen";
    TYPE: Hex(2) => "iec60870_104.type", "Type";
    FUNCTION: Hex(2) => "iec60870_104.utype", "UType";
    SENT: Uint => "iec60870_104.tx", "Tx";
    RECEIVED: Uint => "iec60870_104.rx", "Rx";
    TYPE_ID: Uint => "iec60870_asdu.typeid", "TypeId";
    SEQUENCE: Bool => "iec60870_asdu.sq", "SQ";
    COUNT: Uint => "iec60870_asdu.numix", "NumIx";
    CAUSE: Uint => "iec60870_asdu.causetx", "CauseTx";
    NEGATIVE: Bool => "iec60870_asdu.nega", "Negative";
    TEST: Bool => "iec60870_asdu.test", "Test";
    ORIGINATOR: Uint => "iec60870_asdu.oa", "OA";
    ADDRESS: Uint => "iec60870_asdu.addr", "Addr";
    OBJECT: Uint => "iec60870_asdu.ioa", "IOA";
    DATA: Bytes => "iec60870_asdu.rawdata", "Raw Data";
}

pub(super) static IEC104: Protocol = Protocol {
    name: "iec60870_104",
    title: "IEC 60870-5-104",
    short: "IEC 60870-5-104",
    fields: &[&LENGTH, &TYPE, &FUNCTION, &SENT, &RECEIVED],
    claims: &[Claim::TcpPort(2404)],
    probe: Some(probe),
    dissect,
    framing: Some(framing),
    ..Protocol::PLAIN
};

pub(super) static ASDU: Protocol = Protocol {
    name: "iec60870_asdu",
    title: "IEC 60870-5-101/104 ASDU",
    short: "IEC 60870-5 ASDU",
    fields: &[&TYPE_ID, &SEQUENCE, &COUNT, &CAUSE, &NEGATIVE, &TEST, &ORIGINATOR, &ADDRESS, &OBJECT, &DATA],
    dissect: dissect_asdu,
    ..Protocol::PLAIN
};

/// Start, length, four bytes of control.
const HEAD: usize = 6;
const START: u8 = 0x68;

fn probe(payload: &Payload<'_>) -> Verdict {
    if !payload.is_tcp() {
        return Verdict::NotMine;
    }
    match payload.bytes {
        // U frames: start, stop, test; the other three bytes are zero.
        [START, 4, 0x07 | 0x0b | 0x13 | 0x23 | 0x43 | 0x83, 0, 0, 0] => Verdict::Certain,
        [START, 4..=253, ..] => Verdict::Possible,
        _ => Verdict::NotMine,
    }
}

fn framing(stream: &Stream<'_>) -> Frame {
    if stream.bytes.first().is_some_and(|&start| start != START) {
        return Frame::Unframed;
    }
    stream.headed(2, 255, |head| head.u8(1).ok().map(|length| usize::from(length).saturating_add(2)))
}

fn function(control: u8) -> Option<&'static str> {
    Some(match control {
        0x07 => "STARTDT act",
        0x0b => "STARTDT con",
        0x13 => "STOPDT act",
        0x23 => "STOPDT con",
        0x43 => "TESTFR act",
        0x83 => "TESTFR con",
        _ => return None,
    })
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let (start, length, control) = (bytes.u8(0)?, bytes.u8(1)?, bytes.u8(2)?);
    if start != START {
        return Err(Problem::Malformed);
    }
    let kind = match control & 3 {
        0 | 2 => 0,
        other => other,
    };
    if d.wants() {
        d.field(&LENGTH, bytes.span(1..2), length);
        let name = ["I", "S", "", "U"].get(usize::from(kind)).copied().unwrap_or_default();
        d.noted(&TYPE, bytes.span(2..3), kind, name);
        let (sent, received) = (bytes.u16_le(2)? >> 1, bytes.u16_le(4)? >> 1);
        let arrow = if d.from_server(&[2404]) { "->" } else { "<-" };
        let text = match kind {
            0 => {
                d.field(&SENT, bytes.span(2..4), sent);
                d.field(&RECEIVED, bytes.span(4..6), received);
                format!("{arrow} I ({sent},{received}) ")
            }
            1 => {
                d.field(&RECEIVED, bytes.span(4..6), received);
                format!("{arrow} S ({received}) ")
            }
            _ => {
                let name = function(control).unwrap_or("Unknown");
                d.noted(&FUNCTION, bytes.span(2..3), control >> 2, name);
                format!("{arrow} U ({name}) ")
            }
        };
        // What the data unit before this one said stands before it.
        match d.is_again() {
            true => d.info_join(" | ", || text),
            false => d.info(|| text),
        }
    }
    if kind != 0 || bytes.wire_len() <= HEAD {
        return Ok(Next::End);
    }
    Ok(Next::Claim(Claim::Named("iec60870_asdu"), bytes.from(HEAD)))
}

fn type_name(kind: u64) -> Option<&'static str> {
    Some(match kind {
        1 => "M_SP_NA_1",
        2 => "M_SP_TA_1",
        3 => "M_DP_NA_1",
        4 => "M_DP_TA_1",
        5 => "M_ST_NA_1",
        6 => "M_ST_TA_1",
        7 => "M_BO_NA_1",
        8 => "M_BO_TA_1",
        9 => "M_ME_NA_1",
        10 => "M_ME_TA_1",
        11 => "M_ME_NB_1",
        12 => "M_ME_TB_1",
        13 => "M_ME_NC_1",
        14 => "M_ME_TC_1",
        15 => "M_IT_NA_1",
        16 => "M_IT_TA_1",
        20 => "M_PS_NA_1",
        21 => "M_ME_ND_1",
        30 => "M_SP_TB_1",
        31 => "M_DP_TB_1",
        32 => "M_ST_TB_1",
        33 => "M_BO_TB_1",
        34 => "M_ME_TD_1",
        35 => "M_ME_TE_1",
        36 => "M_ME_TF_1",
        37 => "M_IT_TB_1",
        45 => "C_SC_NA_1",
        46 => "C_DC_NA_1",
        47 => "C_RC_NA_1",
        48 => "C_SE_NA_1",
        49 => "C_SE_NB_1",
        50 => "C_SE_NC_1",
        51 => "C_BO_NA_1",
        58 => "C_SC_TA_1",
        59 => "C_DC_TA_1",
        60 => "C_RC_TA_1",
        61 => "C_SE_TA_1",
        62 => "C_SE_TB_1",
        63 => "C_SE_TC_1",
        64 => "C_BO_TA_1",
        70 => "M_EI_NA_1",
        100 => "C_IC_NA_1",
        101 => "C_CI_NA_1",
        102 => "C_RD_NA_1",
        103 => "C_CS_NA_1",
        105 => "C_RP_NA_1",
        107 => "C_TS_TA_1",
        110 => "P_ME_NA_1",
        111 => "P_ME_NB_1",
        112 => "P_ME_NC_1",
        113 => "P_AC_NA_1",
        _ => return None,
    })
}

fn cause_name(cause: u64) -> Option<&'static str> {
    Some(match cause {
        1 => "Per/Cyc",
        2 => "Back",
        3 => "Spont",
        4 => "Init",
        5 => "Req",
        6 => "Act",
        7 => "ActCon",
        8 => "Deact",
        9 => "DeactCon",
        10 => "ActTerm",
        11 => "Retrem",
        12 => "Retloc",
        13 => "File",
        20 => "Inrogen",
        21 => "Inro1",
        22 => "Inro2",
        37 => "Reqcogen",
        44 => "UkTypeId",
        45 => "UkCauseTx",
        46 => "UkComAdrASDU",
        47 => "UkIOA",
        _ => return None,
    })
}

fn dissect_asdu<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if !d.wants() {
        return Ok(Next::End);
    }
    let mut reader = Reader::little(bytes, 0);
    let kind = reader.named(d, &TYPE_ID, 1, type_name)?;
    let start = reader.at;
    let qualifier = reader.uint(1)?;
    let (in_sequence, count) = (qualifier & 0x80 != 0, qualifier & 0x7f);
    let span = reader.since(start);
    d.field(&SEQUENCE, span, in_sequence);
    d.field(&COUNT, span, count);
    let start = reader.at;
    let cause = reader.uint(1)?;
    let span = reader.since(start);
    d.noted(&CAUSE, span, cause & 0x3f, cause_name(cause & 0x3f).unwrap_or("Unknown"));
    d.field(&NEGATIVE, span, cause & 0x40 != 0);
    d.field(&TEST, span, cause & 0x80 != 0);
    reader.number(d, &ORIGINATOR, 1)?;
    let address = reader.number(d, &ADDRESS, 2)?;
    let first = bytes.array(reader.at).map(|[a, b, c]: [u8; 3]| u32::from_le_bytes([a, b, c, 0]))?;
    let type_name = type_name(kind).map_or_else(|| format!("<TypeId={kind}>"), str::to_owned);
    let mut what = cause_name(cause & 0x3f).map_or_else(|| format!(" <CauseTx={}>", cause & 0x3f), str::to_owned);
    what.push_str(if cause & 0x40 != 0 { "_NEGA" } else { "" });
    what.push_str(if cause & 0x80 != 0 { "_TEST" } else { "" });
    let objects = if count > 1 { format!("IOA[{count}]={first},...") } else { format!("IOA={first}") };
    d.info_join("", || format!("ASDU={address} {type_name} {what:<7} {objects}"));
    // Each object has an address of its own, unless they follow one another.
    let size = reader.left().checked_sub(if in_sequence { 3 } else { 0 }).and_then(|all| all.checked_div(usize::try_from(count).ok()?));
    for nth in 0..count {
        if nth == 0 || !in_sequence {
            reader.number(d, &OBJECT, 3)?;
        }
        let content = size.unwrap_or_default().saturating_sub(if in_sequence { 0 } else { 3 });
        d.nest(|d| reader.field(d, &DATA, content))?;
    }
    Ok(Next::End)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::dissect::Wanted;

    #[test]
    fn objects_have_addresses() {
        let mut d = Dissection::new(Wanted::Everything);
        let bytes = [100, 1, 6, 0, 10, 0, 0, 0, 0, 20];
        dissect_asdu(&mut d, Bytes::frame(&bytes, 10)).unwrap();
        assert_eq!(d.info_text(), "ASDU=10 C_IC_NA_1 Act     IOA=0");
    }
}
