//! Redis.
use super::{Bytes, Out, Printed, Problem, safe};

/// Redis: its values, outermost first.
pub fn resp(out: &mut Out<'_>, bytes: Bytes<'_>) -> Printed {
    out.protocol = "resp";
    out.put(": RESP");
    let mut at = 0usize;
    while at < bytes.wire_len() {
        at = value(out, &bytes, at, 0)?;
    }
    Ok(())
}

/// The line at `at` without its end, and where the next starts.
pub(super) fn line<'p>(bytes: &Bytes<'p>, at: usize) -> Result<(&'p [u8], usize), Problem> {
    let rest = bytes.all().get(at..).unwrap_or_default();
    let end = rest.windows(2).position(|pair| pair == b"\r\n").ok_or(Problem::Truncated)?;
    Ok((rest.get(..end).unwrap_or_default(), at.saturating_add(end).saturating_add(2)))
}

pub(super) fn value(out: &mut Out<'_>, bytes: &Bytes<'_>, at: usize, depth: u8) -> Result<usize, Problem> {
    let kind = bytes.u8(at)?;
    let number = |text: &[u8]| std::str::from_utf8(text).ok().and_then(|text| text.parse::<i64>().ok());
    match kind {
        b'+' | b'-' | b':' => {
            let (text, next) = line(bytes, at.saturating_add(1))?;
            quoted(out, text);
            Ok(next)
        }
        b'$' => {
            let (text, next) = line(bytes, at.saturating_add(1))?;
            match number(text) {
                Some(-1) => out.put(" null"),
                Some(0) => {
                    out.put(" empty");
                    return Ok(next.saturating_add(2));
                }
                Some(length) if length > 0 => {
                    let end = next.saturating_add(usize::try_from(length).unwrap_or(usize::MAX));
                    let text = bytes.take(next..end)?;
                    quoted(out, text);
                    bytes.take(end..end.saturating_add(2))?;
                    return Ok(end.saturating_add(2));
                }
                _ => {
                    out.invalid();
                    return Ok(usize::MAX);
                }
            }
            Ok(next)
        }
        b'*' => {
            let (text, mut next) = line(bytes, at.saturating_add(1))?;
            match number(text) {
                Some(-1) => out.put(" null"),
                Some(0) => out.put(" empty"),
                Some(count) if count > 0 => {
                    for _ in 0..count {
                        if depth > 16 {
                            return Ok(usize::MAX);
                        }
                        next = value(out, bytes, next, depth.saturating_add(1))?;
                    }
                }
                _ => {
                    out.invalid();
                    return Ok(usize::MAX);
                }
            }
            Ok(next)
        }
        _ => {
            let (text, next) = line(bytes, at)?;
            quoted(out, text);
            Ok(next)
        }
    }
}

pub(super) fn quoted(out: &mut Out<'_>, text: &[u8]) {
    out.put(" \"");
    safe(out, text);
    out.put("\"");
}
