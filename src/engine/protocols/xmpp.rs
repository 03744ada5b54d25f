//! Extensible Messaging and Presence Protocol, RFC 6120: stanzas of XML.
mod tree;

use crate::engine::dissect::{
    Bytes, Claim, Dissection, Expert, Frame, Next, Payload, Problem, Protocol, Stream, Verdict, experts, text,
};

pub(super) static XMPP: Protocol = Protocol {
    name: "xmpp",
    title: "XMPP Protocol",
    short: "XMPP/XML",
    fields: tree::ALL,
    claims: &[Claim::TcpPort(5222), Claim::TcpPort(5269), Claim::TcpPort(5275)],
    probe: Some(probe),
    dissect,
    framing: Some(framing),
    ..Protocol::PLAIN
};

fn probe(payload: &Payload<'_>) -> Verdict {
    let start = payload.bytes.trim_ascii_start();
    if !payload.is_tcp() || start.first().is_some_and(|&first| first != b'<') {
        return Verdict::NotMine;
    }
    let start = start.get(..256).unwrap_or(start);
    let opens = start.starts_with(b"<?xml") || start.starts_with(b"<stream:");
    Verdict::certain_if(opens && text::contains(start, b"<stream:stream"))
}

/// A stanza's end is not told; a segment that ends in a tag ends one.
fn framing(stream: &Stream<'_>) -> Frame {
    match stream.bytes.trim_ascii() {
        [b'<', .., b'>'] | [] => Frame::Message(stream.bytes.len()),
        [b'<', ..] => Frame::More,
        _ => Frame::Unframed,
    }
}

/// A tag with its attributes, the brackets left out.
#[derive(Clone, Copy)]
struct Tag<'p> {
    at: usize,
    whole: &'p [u8],
    empty: bool,
}

impl<'p> Tag<'p> {
    fn name(&self) -> &'p [u8] {
        let end = self.whole.iter().position(|b| b.is_ascii_whitespace() || *b == b'/').unwrap_or(self.whole.len());
        self.whole.get(..end).unwrap_or_default()
    }

    fn attribute(&self, name: &str) -> Option<String> {
        let text = std::str::from_utf8(self.whole).ok()?;
        let mut rest = text;
        loop {
            let at = rest.find(name)?;
            let before = rest.get(..at).unwrap_or_default();
            rest = rest.get(at.saturating_add(name.len())..)?;
            let value = rest
                .trim_start()
                .strip_prefix('=')
                .map(str::trim_start)
                .filter(|_| before.ends_with([' ', '\t', '\n', '\r']));
            let Some(quote) =
                value.and_then(|value| value.chars().next()).filter(|&quote| quote == '\'' || quote == '"')
            else {
                continue;
            };
            return value?.get(1..)?.split(quote).next().map(str::to_owned);
        }
    }
}

/// The opening tags from `at` on: each with how deep it stands.
fn tags(bytes: &[u8]) -> impl Iterator<Item = (usize, bool, Tag<'_>)> {
    let (mut at, mut depth) = (0_usize, 0_usize);
    std::iter::from_fn(move || {
        loop {
            let rest = bytes.get(at..)?;
            let start = at.saturating_add(rest.iter().position(|&b| b == b'<')?).saturating_add(1);
            let inside = bytes.get(start..)?;
            let length = inside.iter().position(|&b| b == b'>')?;
            let whole = inside.get(..length)?;
            at = start.saturating_add(length).saturating_add(1);
            if whole.starts_with(b"!") {
                continue;
            }
            let (closes, empty) = (whole.starts_with(b"/"), whole.ends_with(b"/") || whole.starts_with(b"?"));
            if closes {
                depth = depth.saturating_sub(1);
            }
            let here = depth;
            // A stream is never closed in the same packet: what follows stands beside it.
            if !closes && !empty && whole.get(..13) != Some(b"stream:stream") {
                depth = depth.saturating_add(1);
            }
            return Some((here, closes, Tag { at: start, whole, empty }));
        }
    })
}

experts! {
    CHALLENGE: Chat Response => "xmpp.challenge", "CHALLENGE";
    RESPONSE: Chat Response => "xmpp.response", "RESPONSE";
    SUCCESS: Chat Response => "xmpp.success", "SUCCESS";
    FAILURE: Chat Response => "xmpp.failure", "FAILURE";
}

static ANSWERS: [(&[u8], &Expert); 4] =
    [(b"<challenge", &CHALLENGE), (b"<response", &RESPONSE), (b"<success", &SUCCESS), (b"<failure", &FAILURE)];

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let all = bytes.all();
    if all.starts_with(b"<proceed") || all.starts_with(b"<?xml version='1.0'?><proceed") {
        d.switch("tls");
    }
    if let Some((_, expert)) = ANSWERS.iter().find(|(start, _)| all.starts_with(start)) {
        d.expert(expert);
    }
    if !d.wants() {
        return Ok(Next::End);
    }
    d.mention("xml");
    tree::show(d, &bytes);
    let to_client = d.from_server(&[5222, 5269, 5275]);
    let mut said = None;
    let mut stanza: Option<Tag<'_>> = None;
    let mut child: Option<Tag<'_>> = None;
    for (depth, closes, tag) in tags(all) {
        if depth == 0 && (!closes || tag.whole.starts_with(b"/stream:stream")) {
            if let Some(before) = stanza.replace(tag) {
                said = Some(describe(&before, child.as_ref(), to_client)).filter(|_| !before.whole.starts_with(b"?"));
            }
            child = None;
        } else if depth == 1 && child.is_none() && !closes {
            child = Some(tag);
        }
    }
    if let Some(last) = stanza {
        said = Some(describe(&last, child.as_ref(), to_client));
    }
    if let Some(said) = said {
        d.info(|| said);
    }
    Ok(Next::End)
}

/// What the Info column says of a stanza.
fn describe(tag: &Tag<'_>, child: Option<&Tag<'_>>, to_client: bool) -> String {
    let (sign, end) = if to_client { ('<', tag.attribute("from")) } else { ('>', tag.attribute("to")) };
    let end = end.map(|end| format!("{sign} {end}")).unwrap_or_default();
    let of = |name: &str| format!("{name} {end}").trim_end().to_owned() + " ";
    match tag.name() {
        b"stream:stream" => of("STREAM"),
        b"message" => of("MESSAGE"),
        b"presence" => of("PRESENCE"),
        b"iq" => {
            let kind = tag.attribute("type").unwrap_or_default();
            let inside = child.and_then(query).map(|query| query + " ").unwrap_or_default();
            format!("IQ({kind}) {inside}{end} ")
        }
        b"stream:features" | b"features" => "FEATURES ".to_owned(),
        b"starttls" => "STARTTLS".to_owned(),
        b"proceed" => "PROCEED".to_owned(),
        b"auth" => "AUTH".to_owned(),
        b"challenge" => "CHALLENGE ".to_owned(),
        b"response" => "RESPONSE ".to_owned(),
        b"success" => "SUCCESS ".to_owned(),
        b"failure" => "FAILURE ".to_owned(),
        b"?xml" => "XML ".to_owned(),
        b"" if tag.whole.starts_with(b"/stream:stream") => "STREAM END".to_owned(),
        _ => "UNKNOWN PACKET ".to_owned(),
    }
}

/// What an IQ is about.
fn query(child: &Tag<'_>) -> Option<String> {
    Some(match child.name() {
        b"query" => {
            let space = child.attribute("xmlns").unwrap_or_default();
            format!("QUERY({})", space.rsplit('/').next().unwrap_or_default())
        }
        b"jingle" => format!("JINGLE({})", child.attribute("action").unwrap_or_default()),
        name @ (b"bind" | b"session" | b"vCard" | b"pubsub" | b"blocklist" | b"ping" | b"command" | b"si" | b"time"
        | b"services") => text::shown(name).to_ascii_uppercase(),
        _ => return None,
    })
}
