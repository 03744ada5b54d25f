//! Financial Information eXchange, FIX 4.0 to 5.0 in its classic encoding ("FIX TagValue Encoding", FIX Trading Community): fields
//! `tag=value`, each ended by the byte 1.
mod tags;

use crate::engine::dissect::{
    Bytes, Dissection, Field, Frame, Next, Payload, Problem, Protocol, Span, Stream, Verdict, fields, name_of, text,
};

fields! {
    CONTINUATION: Bytes => "fix.data", "Continuation Data";
    OTHER: Label => "fix.field", "Field";
    OTHER_TAG: Uint => "fix.field.tag", "Field Tag";
    OTHER_VALUE: Text => "fix.field.value", "Field Value";
    GOOD: Bool => "fix.checksum_good", "Good Checksum";
    BAD: Bool => "fix.checksum_bad", "Bad Checksum";
}

pub(super) static FIX: Protocol = Protocol {
    name: "fix",
    title: "Financial Information eXchange Protocol",
    short: "FIX",
    fields: FIELDS,
    layouts: tags::ALL,
    probe: Some(probe),
    dissect,
    framing: Some(framing),
    ..Protocol::PLAIN
};

/// Behind every field.
const END: u8 = 1;
const TYPE: u32 = 35;
const CHECKSUM: u32 = 10;
/// `10=123` and its end.
const TRAILER: usize = 7;

/// A message begins with the version and the length of what follows, in this order.
enum Head {
    /// Goes on in another segment.
    Open,
    /// All of it, the checksum included.
    Whole(usize),
    Wrong,
}

fn head(bytes: &[u8]) -> Head {
    const BEGIN: &[u8] = b"8=FIX";
    const LONGEST: usize = 32;
    let start = bytes.get(..bytes.len().min(LONGEST)).unwrap_or_default();
    let mut fields = start.split(|&byte| byte == END);
    let (version, length) = (fields.next().unwrap_or_default(), fields.next());
    if !version.starts_with(BEGIN) && !BEGIN.starts_with(version) {
        return Head::Wrong;
    }
    let open = if start.len() < LONGEST { Head::Open } else { Head::Wrong };
    let Some(length) = length else { return open };
    let digits = length.strip_prefix(b"9=").unwrap_or_default();
    let is_ended = fields.next().is_some();
    match text::number(digits) {
        Some(number) if is_ended => {
            let before = version.len().saturating_add(length.len()).saturating_add(2);
            Head::Whole(before.saturating_add(number).saturating_add(TRAILER))
        }
        Some(_) => open,
        None if !is_ended && b"9=".starts_with(length) => open,
        None => Head::Wrong,
    }
}

fn probe(payload: &Payload<'_>) -> Verdict {
    let is_one = payload.is_tcp() && payload.bytes.starts_with(b"8=FIX") && !matches!(head(payload.bytes), Head::Wrong);
    if is_one { Verdict::Certain } else { Verdict::NotMine }
}

fn framing(stream: &Stream<'_>) -> Frame {
    // News and lists of securities are long; what claims to be longer is no message.
    const LONGEST: usize = 4 << 20;
    match head(stream.bytes) {
        Head::Open => Frame::More,
        Head::Whole(length) if length <= LONGEST => Frame::Message(length),
        _ => Frame::Unframed,
    }
}

/// A field: its tag, where it begins and how long it is, and the same of its value.
struct Pair<'p> {
    tag: u32,
    at: usize,
    name: usize,
    value: &'p [u8],
}

/// The fields of a message. What stands behind the length of raw data may have the byte 1 inside.
fn pairs(all: &[u8]) -> impl Iterator<Item = Pair<'_>> {
    let (mut at, mut raw) = (0_usize, None);
    std::iter::from_fn(move || {
        let rest = all.get(at..).filter(|rest| !rest.is_empty())?;
        let name = rest.iter().position(|&byte| byte == b'=')?;
        let tag = u32::try_from(text::number(rest.get(..name)?)?).ok()?;
        let value = rest.get(name.checked_add(1)?..)?;
        let length = raw.filter(|&length| value.get(length) == Some(&END));
        let length = length.or_else(|| value.iter().position(|&byte| byte == END)).unwrap_or(value.len());
        let value = value.get(..length)?;
        raw = text::number(value).filter(|_| counts_next(tag));
        let pair = Pair { tag, at, name, value };
        at = at.checked_add(name)?.checked_add(length)?.checked_add(2)?;
        Some(pair)
    })
}

/// Whether the tag's value is the length of the next field's (type `data`).
fn counts_next(tag: u32) -> bool {
    matches!(
        tag,
        90 | 93 | 95 | 212 | 348 | 350 | 352 | 354 | 356 | 358 | 360 | 362 | 364 | 445 | 618 | 621 | 1184 | 1401 | 1403
    )
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let all = bytes.all();
    if !d.wants() {
        return Ok(Next::End);
    }
    if !matches!(head(all), Head::Whole(_)) {
        d.field(&CONTINUATION, bytes.span(0..all.len()), all);
        d.info(|| "[FIX continuation]".to_owned());
        return Ok(Next::End);
    }
    for pair in pairs(all) {
        let start = pair.at.saturating_add(pair.name).saturating_add(1);
        let span = bytes.span(pair.at..start.saturating_add(pair.value.len()).saturating_add(1));
        let value = text::shown(pair.value);
        let Some(field) = tags::field(pair.tag) else {
            d.label(&OTHER, span, || format!("{}: {value}", pair.tag));
            d.nest(|d| {
                d.field(&OTHER_TAG, bytes.span(pair.at..start.saturating_sub(1)), pair.tag);
                d.field(&OTHER_VALUE, bytes.span(start..start.saturating_add(pair.value.len())), value);
            });
            continue;
        };
        match pair.tag {
            TYPE => {
                let key = pair.value.iter().fold(0_u64, |key, &byte| key.wrapping_shl(8) | u64::from(byte));
                let name = name_of(tags::MESSAGES, key);
                d.info_append(", ", || if name.is_empty() { format!("FIX Message ({value})") } else { name.to_owned() });
                if name.is_empty() {
                    d.field(field, span, value);
                } else {
                    d.noted(field, span, value, name);
                }
            }
            CHECKSUM => checksum(d, field, span, all.get(..pair.at).unwrap_or_default(), value),
            _ => d.field(field, span, value),
        }
    }
    Ok(Next::End)
}

/// All bytes before it, added up.
fn checksum(d: &mut Dissection, field: &'static Field, span: Span, before: &[u8], value: String) {
    let sum = before.iter().fold(0_u8, |sum, &byte| sum.wrapping_add(byte));
    let is_right = text::number(value.as_bytes()) == Some(sum.into());
    let note = if is_right { "correct".to_owned() } else { format!("incorrect, should be {sum:03}") };
    d.noted(field, span, value, &note);
    d.nest(|d| {
        d.generated(&GOOD, span, is_right);
        d.generated(&BAD, span, !is_right);
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::dissect::Wanted;

    fn sealed(body: &str) -> Vec<u8> {
        let body = body.replace('|', "\u{1}");
        let mut message = format!("8=FIX.4.2\u{1}9={}\u{1}{body}", body.len()).into_bytes();
        let sum = message.iter().fold(0_u8, |sum, &byte| sum.wrapping_add(byte));
        message.extend(format!("10={sum:03}\u{1}").bytes());
        message
    }

    fn frame(bytes: &[u8]) -> Frame {
        framing(&Stream { bytes, from_port: 40000, to_port: 9000, from_client: true, memory: 0, resume: 0 })
    }

    fn told(bytes: &[u8]) -> (String, Vec<String>) {
        let mut d = Dissection::new(Wanted::Everything);
        d.enter(0, &Bytes::frame(bytes, 0));
        assert!(dissect(&mut d, Bytes::frame(bytes, 0)).is_ok());
        (d.info_text(), d.fields.iter().map(|found| format!("{}={}", found.field.name(), found.text())).collect())
    }

    #[test]
    fn messages_end_where_their_length_says() {
        let message = sealed("35=0|49=A|56=B|");
        assert_eq!(frame(&message), Frame::Message(message.len()));
        assert_eq!(frame(&[&message[..], b"8=FIX"].concat()), Frame::Message(message.len()));
        for open in [1, 4, 9, 10, 11, 12, 13] {
            assert_eq!(frame(&message[..open]), Frame::More, "{open}");
        }
        let wrong: [&[u8]; 4] = [b"junk", b"8=FX.1\x0135=A\x01", b"8=FIX.4.2\x0135=0\x01", b"8=FIX.4.2\x019=x\x0135=0\x01"];
        for bytes in wrong {
            assert_eq!(frame(bytes), Frame::Unframed, "{bytes:?}");
        }
    }

    #[test]
    fn fields_and_checksums_are_told() {
        let mut message = sealed("35=D|99999=foo|1=acc|95=3|96=a|b|58=hi|");
        let (info, fields) = told(&message);
        assert_eq!(info, "NewOrderSingle");
        for field in ["fix.MsgType=D", "fix.field.tag=99999", "fix.Account=acc", "fix.Text=hi", "fix.checksum_good=1"] {
            assert!(fields.iter().any(|found| found == field), "{field} not in {fields:?}");
        }
        assert!(fields.contains(&"fix.RawData=a\u{1}b".to_owned()), "{fields:?}");
        let last = message.len() - 2;
        message[last] ^= 1;
        assert!(told(&message).1.contains(&"fix.checksum_bad=1".to_owned()));
        assert_eq!(told(&sealed("35=AE|")).0, "TradeCaptureReport");
        assert_eq!(told(&sealed("35=U1|")).0, "FIX Message (U1)");
        assert_eq!(told(b"junk").0, "[FIX continuation]");
    }
}
