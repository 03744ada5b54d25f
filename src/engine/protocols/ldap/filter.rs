//! What is searched for: as a tree of fields, and as people write it (RFC 4515).
use super::words::{ASSERTED, EXTENSIBLE_ROWS, SUBSTRING_ROWS};
use super::*;
use crate::engine::dissect::Field;
use crate::engine::dissect::asn::Tags;

/// Filters in filters that are looked into.
const DEEPEST: u8 = 12;

/// The filter of a request.
pub(super) fn top(d: &mut Dissection, field: &'static Field, whole: &Bytes<'_>, _: &Bytes<'_>) -> Result<(), Problem> {
    if d.wants() { one(d, field, whole, 0) } else { Ok(()) }
}

fn one(d: &mut Dissection, field: &'static Field, whole: &Bytes<'_>, depth: u8) -> Result<(), Problem> {
    let (found, after) = ber::element(whole)?;
    let content = found.content;
    let all = content.span(0..content.len());
    let size = whole.len().saturating_sub(after.len());
    if depth == 0 {
        d.field(&FILTER_TEXT, whole.span(0..size), written(whole, 0)?);
    } else if depth > DEEPEST {
        return Ok(());
    }
    let label: &'static Field = match found.tag {
        0xa0 => &AND,
        0xa1 => &OR,
        0xa2 => &NOT,
        0xa3 => &EQUAL,
        0xa4 => &SUBSTRINGS,
        0xa5 => &GREATER,
        0xa6 => &LESS,
        0x87 => &PRESENT,
        0xa8 => &APPROXIMATE,
        0xa9 => &EXTENSIBLE,
        _ => return Ok(()),
    };
    d.noted(field, all, found.tag & 0x1f, label.title());
    let deeper = depth.saturating_add(1);
    d.nest(|d| match found.tag {
        0xa0 | 0xa1 => {
            let (item, line): (&'static Field, _) =
                (if found.tag == 0xa0 { &AND_ITEM } else { &OR_ITEM }, d.fields.len());
            let (mut rest, mut count) = (content, 0_u64);
            d.field(label, all, count);
            let read = d.nest(|d| {
                while rest.wire_len() > 0 {
                    one(d, item, &rest, deeper)?;
                    (_, rest) = ber::element(&rest)?;
                    count = count.saturating_add(1);
                }
                Ok(())
            });
            if let Some(found) = d.fields.get_mut(line) {
                found.value = count.into();
            }
            read
        }
        0xa2 => one(d, &NOT, &content, deeper),
        0x87 => {
            d.field(label, all, text::shown(content.all()));
            Ok(())
        }
        tag => {
            let rows = match tag {
                0xa4 => SUBSTRING_ROWS,
                0xa9 => EXTENSIBLE_ROWS,
                _ => ASSERTED,
            };
            d.label(label, all, || label.title().to_owned());
            d.nest(|d| Tags::Implicit.elements(d, &content, rows))
        }
    })
}

/// A value as it stands in a filter: what has a meaning there, and what cannot be printed, as two digits.
fn escaped(bytes: &[u8]) -> String {
    let is_text = std::str::from_utf8(bytes).is_ok();
    let mut out = Vec::with_capacity(bytes.len());
    for &byte in bytes {
        match byte {
            b'*' | b'(' | b')' | b'\\' | 0..=0x1f | 0x7f => out.extend(format!("\\{byte:02x}").bytes()),
            0x80.. if !is_text => out.extend(format!("\\{byte:02x}").bytes()),
            _ => out.push(byte),
        }
    }
    text::shown(&out)
}

/// The filter at the front of `bytes`, in the form of RFC 4515: `(&(cn=*fred*)(dn=joe))`.
fn written(bytes: &Bytes<'_>, depth: u8) -> Result<String, Problem> {
    let (found, _) = ber::element(bytes)?;
    let content = found.content;
    if content.is_cut() {
        return Err(Problem::Truncated);
    }
    if depth > DEEPEST {
        return Ok("(…)".to_owned());
    }
    let deeper = depth.saturating_add(1);
    let sign = match found.tag {
        0xa0 | 0xa1 => {
            let (mut inside, mut rest) = (String::new(), content);
            while rest.wire_len() > 0 {
                inside.push_str(&written(&rest, deeper)?);
                (_, rest) = ber::element(&rest)?;
            }
            return Ok(format!("({}{inside})", if found.tag == 0xa0 { '&' } else { '|' }));
        }
        0xa2 => return Ok(format!("(!{})", written(&content, deeper)?)),
        0xa4 => {
            let (name, rest) = ber::expect(&content, ber::OCTET_STRING)?;
            let (mut rest, _) = ber::expect(&rest, ber::SEQUENCE)?;
            let mut text = format!("({}=", text::shown(name.all()));
            let mut last = 0;
            while rest.wire_len() > 0 {
                let (piece, after) = ber::element(&rest)?;
                // Any piece but the first of the value has something before it.
                if piece.tag != 0x80 {
                    text.push('*');
                }
                text.push_str(&escaped(piece.content.all()));
                (last, rest) = (piece.tag, after);
            }
            text.push_str(if last == 0x82 { ")" } else { "*)" });
            return Ok(text);
        }
        0x87 => return Ok(format!("({}=*)", text::shown(content.all()))),
        0xa9 => {
            let [mut rule, mut name, mut value, mut within] = [const { String::new() }; 4];
            let mut rest = content;
            while rest.wire_len() > 0 {
                let (part, after) = ber::element(&rest)?;
                match part.tag {
                    0x81 => rule = format!(":{}", text::shown(part.content.all())),
                    0x82 => name = text::shown(part.content.all()),
                    0x83 => value = escaped(part.content.all()),
                    0x84 if part.content.u8(0)? != 0 => within = ":dn".to_owned(),
                    _ => {}
                }
                rest = after;
            }
            return Ok(format!("({name}{within}{rule}:={value})"));
        }
        0xa3 => "=",
        0xa5 => ">=",
        0xa6 => "<=",
        0xa8 => "~=",
        _ => return Err(Problem::Malformed),
    };
    let (name, rest) = ber::expect(&content, ber::OCTET_STRING)?;
    let (value, _) = ber::expect(&rest, ber::OCTET_STRING)?;
    Ok(format!("({}{sign}{})", text::shown(name.all()), escaped(value.all())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_are_written_as_people_write_them() {
        let told = |bytes: &[u8]| written(&Bytes::frame(bytes, bytes.len() as u32), 0);
        let fred = b"\xa0\x19\xa4\x0c\x04\x02cn0\x06\x81\x04fred\xa3\x09\x04\x02dn\x04\x03joe";
        assert_eq!(told(fred).as_deref(), Ok("(&(cn=*fred*)(dn=joe))"));
        let ends = b"\xa4\x0c\x04\x02cn0\x06\x80\x01a\x82\x01b";
        assert_eq!(told(ends).as_deref(), Ok("(cn=a*b)"));
        assert_eq!(told(b"\xa2\x06\x87\x04mail").as_deref(), Ok("(!(mail=*))"));
        assert_eq!(told(b"\xa5\x09\x04\x01n\x04\x04(*\\\xff").as_deref(), Ok("(n>=\\28\\2a\\5c\\ff)"));
        let rule = b"\xa9\x0d\x81\x01r\x82\x01t\x83\x01v\x84\x01\xff";
        assert_eq!(told(rule).as_deref(), Ok("(t:dn:r:=v)"));
    }
}
