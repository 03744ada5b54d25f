//! Protocols that talk in lines of text: the first line, when it looks like one.
use super::{Bytes, Out, Printed};

/// Which words a request can start with.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Commands {
    /// Every line is a request or an answer.
    None,
    Http,
    Rtsp,
    Sip,
}

const HTTP: &[&str] = &[
    "GET",
    "PUT",
    "COPY",
    "HEAD",
    "LOCK",
    "MOVE",
    "POLL",
    "POST",
    "BCOPY",
    "BMOVE",
    "MKCOL",
    "TRACE",
    "LABEL",
    "MERGE",
    "DELETE",
    "SEARCH",
    "UNLOCK",
    "REPORT",
    "UPDATE",
    "NOTIFY",
    "BDELETE",
    "CONNECT",
    "OPTIONS",
    "CHECKIN",
    "PROPFIND",
    "CHECKOUT",
    "CCM_POST",
    "SUBSCRIBE",
    "PROPPATCH",
    "BPROPFIND",
    "BPROPPATCH",
    "UNCHECKOUT",
    "MKACTIVITY",
    "MKWORKSPACE",
    "UNSUBSCRIBE",
    "RPC_CONNECT",
    "VERSION-CONTROL",
    "BASELINE-CONTROL",
];
const RTSP: &[&str] = &[
    "OPTIONS",
    "DESCRIBE",
    "ANNOUNCE",
    "SETUP",
    "PLAY",
    "PAUSE",
    "TEARDOWN",
    "GET_PARAMETER",
    "SET_PARAMETER",
    "REDIRECT",
    "RECORD",
];
const SIP: &[&str] = &[
    "ACK",
    "BYE",
    "CANCEL",
    "DO",
    "INFO",
    "INVITE",
    "MESSAGE",
    "NOTIFY",
    "OPTIONS",
    "PRACK",
    "QAUTH",
    "REFER",
    "REGISTER",
    "SPRACK",
    "SUBSCRIBE",
    "UPDATE",
    "PUBLISH",
];

pub fn print(out: &mut Out<'_>, prefix: &str, name: &'static str, bytes: Bytes<'_>, commands: Commands) -> Printed {
    out.protocol = name;
    say!(out, "{prefix}{}", name.to_ascii_uppercase());
    let words = match commands {
        Commands::None => &[],
        Commands::Http => HTTP,
        Commands::Rtsp => RTSP,
        Commands::Sip => SIP,
    };
    let talk = commands == Commands::None || starts(&bytes, words);
    if out.verbose() {
        say!(out, ", length: {}", bytes.wire_len());
    }
    if !talk {
        return Ok(());
    }
    let mut at = 0;
    let lead = if out.verbose() { "\n\t" } else { ": " };
    while let Some(next) = line(out, lead, bytes, at) {
        at = next;
        if !out.verbose() {
            break;
        }
    }
    Ok(())
}

/// Whether the text starts with one of the words, or with a three digit answer as its first or second word.
fn starts(bytes: &Bytes<'_>, words: &[&str]) -> bool {
    let Some((first, rest)) = token(bytes.all()) else { return false };
    if bytes.is_cut() && rest.is_empty() && first.len() == bytes.len() {
        return false;
    }
    let is_code = |word: &[u8]| word.len() == 3 && word.iter().all(u8::is_ascii_digit);
    let known = words.iter().any(|word| word.as_bytes().eq_ignore_ascii_case(first));
    known || token(rest).is_some_and(|(second, _)| is_code(second))
}

fn token(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = text.iter().position(|byte| !byte.is_ascii_graphic()).unwrap_or(text.len());
    let (word, rest) = text.split_at_checked(end)?;
    let ends = rest.first().is_none_or(|byte| byte.is_ascii_whitespace() || *byte == 0x0b);
    if word.is_empty() || word.len() > 126 || !ends {
        return None;
    }
    let blanks = rest.iter().position(|&byte| byte != b' ' && byte != b'\t').unwrap_or(rest.len());
    Some((word, rest.get(blanks..).unwrap_or_default()))
}

/// Prints the line that starts at `at`, and tells where the next one starts. A line that does not end in the bytes is marked; one with
/// what is no text is not printed at all.
pub fn line(out: &mut Out<'_>, lead: &str, bytes: Bytes<'_>, at: usize) -> Option<usize> {
    let text = bytes.all().get(at..).filter(|text| !text.is_empty() || bytes.is_cut())?;
    let plain = |byte: &u8| *byte == b'\t' || (0x20..0x7f).contains(byte);
    let end = text.iter().position(|byte| !plain(byte)).unwrap_or(text.len());
    let shown = String::from_utf8_lossy(text.get(..end)?).into_owned();
    let after = match text.get(end..)? {
        [b'\n', ..] => Some(1),
        [b'\r', b'\n', ..] => Some(2),
        // Cut off by the capture: nothing of it is shown.
        [] | [b'\r'] if bytes.is_cut() => {
            out.cut();
            return None;
        }
        [] => None,
        _ => return None,
    };
    say!(out, "{lead}{shown}");
    match after {
        Some(after) => Some(at.saturating_add(end).saturating_add(after)),
        None => {
            out.cut();
            None
        }
    }
}
