//! Session descriptions, RFC 8866. They tell where media will flow.
use crate::engine::dissect::{Bytes, Dissection, Field, Kind, Next, Problem, Protocol, Span, Transport, fields, text};
use std::net::IpAddr;

fields! {
    USER: Text => "sdp.owner.username", "Owner Username";
    SESSION: Text => "sdp.owner.sessionid", "Session ID";
    SESSION_VERSION: Text => "sdp.owner.version", "Session Version";
    OWNER_NETWORK: Text => "sdp.owner.network_type", "Owner Network Type";
    OWNER_TYPE: Text => "sdp.owner.address_type", "Owner Address Type";
    OWNER_ADDRESS: Text => "sdp.owner.address", "Owner Address";
    CONNECTION_NETWORK: Text => "sdp.connection_info.network_type", "Connection Network Type";
    CONNECTION_TYPE: Text => "sdp.connection_info.address_type", "Connection Address Type";
    CONNECTION_ADDRESS: Text => "sdp.connection_info.address", "Connection Address";
    START: Text => "sdp.time.start", "Session Start Time";
    STOP: Text => "sdp.time.stop", "Session Stop Time";
    MEDIA_TYPE: Text => "sdp.media.media", "Media Type";
    MEDIA_PORT: Uint => "sdp.media.port", "Media Port";
    MEDIA_PROTOCOL: Text => "sdp.media.proto", "Media Protocol";
    MEDIA_FORMAT: Text => "sdp.media.format", "Media Format";
    BANDWIDTH_KIND: Text => "sdp.bandwidth.modifier", "Bandwidth Modifier";
    BANDWIDTH_VALUE: Text => "sdp.bandwidth.value", "Bandwidth Value";
    MEDIA_KEY: Text => "sdp.media_attribute.field", "Media Attribute Fieldname";
    MEDIA_VALUE: Text => "sdp.media_attribute.value", "Media Attribute Value";
    MIME: Text => "sdp.mime.type", "MIME Type";
    RATE: Uint => "sdp.sample_rate", "Sample Rate";
    FORMAT_PARAMETER: Text => "sdp.fmtp.parameter", "Media format specific parameters";
    KEY: Text => "sdp.session_attr.field", "Session Attribute Fieldname";
    VALUE: Text => "sdp.session_attr.value", "Session Attribute Value";
    VERSION: Text => "sdp.version", "Session Description Protocol Version (v)";
    OWNER: Text => "sdp.owner", "Owner/Creator, Session Id (o)";
    NAME: Text => "sdp.session_name", "Session Name (s)";
    INFO: Text => "sdp.session_info", "Session Information (i)";
    URI: Text => "sdp.uri", "URI of Description (u)";
    EMAIL: Text => "sdp.email", "E-mail Address (e)";
    PHONE: Text => "sdp.phone", "Phone Number (p)";
    CONNECTION: Text => "sdp.connection_info", "Connection Information (c)";
    BANDWIDTH: Text => "sdp.bandwidth", "Bandwidth Information (b)";
    TIME: Text => "sdp.time", "Time Description, active time (t)";
    MEDIA: Text => "sdp.media", "Media Description, name and address (m)";
    ATTRIBUTE: Text => "sdp.session_attr", "Session Attribute (a)";
    MEDIA_ATTRIBUTE: Text => "sdp.media_attr", "Media Attribute (a)";
    OTHER: Text => "sdp.unknown", "Other";
}

pub(super) static SDP: Protocol =
    Protocol { name: "sdp", title: "Session Description Protocol", fields: FIELDS, dissect, ..Protocol::PLAIN };

/// A media stream that is being described.
#[derive(Default)]
struct Stream {
    port: Option<u16>,
    control: Option<u16>,
    address: Option<IpAddr>,
    /// RTP and RTCP share the port (RFC 5761).
    shared: bool,
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    d.column_add("SDP");
    let (mut rest, mut at) = (bytes.all(), 0_usize);
    let (mut session, mut stream) = (None, Stream::default());
    let mut in_media = false;
    while !rest.is_empty() {
        let (line, after) = text::next_line(rest);
        let span = bytes.span(at..at.saturating_add(line.len()));
        at = at.saturating_add(rest.len().saturating_sub(after.len()));
        rest = after;
        let [kind, b'=', value @ ..] = line else { continue };
        match kind {
            b'c' if in_media => stream.address = address(value).or(stream.address),
            b'c' => session = address(value),
            b'm' => {
                announce(d, &stream);
                in_media = true;
                stream = Stream { port: media_port(value), address: session, ..Stream::default() };
            }
            b'a' if value.starts_with(b"rtcp:") => {
                let port = text::word(value.get(5..).unwrap_or_default()).0;
                stream.control = std::str::from_utf8(port).ok().and_then(|port| port.parse().ok());
            }
            b'a' if value.starts_with(b"rtcp-mux") => stream.shared = true,
            _ => {}
        }
        if d.wants() {
            let field = match kind {
                b'v' => &VERSION,
                b'o' => &OWNER,
                b's' => &NAME,
                b'i' => &INFO,
                b'u' => &URI,
                b'e' => &EMAIL,
                b'p' => &PHONE,
                b'c' => &CONNECTION,
                b'b' => &BANDWIDTH,
                b't' => &TIME,
                b'm' => &MEDIA,
                b'a' if in_media => &MEDIA_ATTRIBUTE,
                b'a' => &ATTRIBUTE,
                _ => &OTHER,
            };
            d.field(field, span, text::shown(value));
            d.nest(|d| parts(d, span, value, *kind, in_media));
        }
    }
    announce(d, &stream);
    Ok(Next::End)
}

/// What stands in a line, divided by blanks; of attributes, by the first colon.
fn parts(d: &mut Dissection, line: Span, value: &[u8], kind: u8, in_media: bool) {
    let fields: &[&'static Field] = match kind {
        b'o' => &[&USER, &SESSION, &SESSION_VERSION, &OWNER_NETWORK, &OWNER_TYPE, &OWNER_ADDRESS],
        b'c' => &[&CONNECTION_NETWORK, &CONNECTION_TYPE, &CONNECTION_ADDRESS],
        b't' => &[&START, &STOP],
        b'm' => &[&MEDIA_TYPE, &MEDIA_PORT, &MEDIA_PROTOCOL, &MEDIA_FORMAT],
        b'b' => &[&BANDWIDTH_KIND, &BANDWIDTH_VALUE],
        b'a' if in_media => &[&MEDIA_KEY, &MEDIA_VALUE],
        b'a' => &[&KEY, &VALUE],
        _ => return,
    };
    let divider = if matches!(kind, b'a' | b'b') { b':' } else { b' ' };
    let skip = usize::try_from(line.len()).unwrap_or_default().saturating_sub(value.len());
    let mut at = skip;
    let most = if divider == b':' { 2 } else { usize::MAX };
    for (nth, word) in value.splitn(most, |&byte| byte == divider).enumerate() {
        let narrow = |value: usize| u32::try_from(value).unwrap_or(u32::MAX);
        let span = Span::new(line.buffer(), line.start().saturating_add(narrow(at)), narrow(word.len()));
        if in_media
            && nth == 1
            && kind == b'a'
            && matches!(value.split(|&byte| byte == b':').next(), Some(b"rtpmap" | b"fmtp"))
        {
            format_parts(d, span, word, value.starts_with(b"r"));
            continue;
        }
        // The last of a media line's parts is a list.
        if let Some(field) = fields.get(nth).or_else(|| fields.last().filter(|_| kind == b'm')) {
            match text::number(word).filter(|_| field.kind == Kind::Uint) {
                Some(number) => d.field(field, span, number),
                None if field.kind == Kind::Uint => {}
                None => d.field(field, span, text::shown(word)),
            }
        }
        at = at.saturating_add(word.len()).saturating_add(1);
    }
}

/// What a format is and how it is used (RFC 8866 §6.6, §6.15): `104 AMR-WB/16000`, `104 octet-align=0; max-red=0`.
fn format_parts(d: &mut Dissection, line: Span, value: &[u8], is_map: bool) {
    let mut put = |field: &'static Field, at: usize, part: &[u8]| {
        let narrow = |value: usize| u32::try_from(value).unwrap_or(u32::MAX);
        let span = Span::new(line.buffer(), line.start().saturating_add(narrow(at)), narrow(part.len()));
        match text::number(part).filter(|_| field.kind == Kind::Uint) {
            Some(number) => d.field(field, span, number),
            None if part.is_empty() || field.kind == Kind::Uint => {}
            None => d.field(field, span, text::shown(part)),
        }
    };
    let (format, rest) = text::word(value);
    put(&MEDIA_FORMAT, 0, format);
    let mut at = value.len().saturating_sub(rest.len());
    let divider = if is_map { b'/' } else { b';' };
    for (nth, part) in rest.split(|&byte| byte == divider).enumerate() {
        let blanks = part.len().saturating_sub(part.trim_ascii_start().len());
        match (is_map, nth) {
            (true, 0) => put(&MIME, at, part),
            (true, 1) => put(&RATE, at, part),
            (true, _) => {}
            (false, _) => put(&FORMAT_PARAMETER, at.saturating_add(blanks), part.trim_ascii()),
        }
        at = at.saturating_add(part.len()).saturating_add(1);
    }
}

/// `IN IP4 192.0.2.1/127`; an unspecified address says nothing.
fn address(value: &[u8]) -> Option<IpAddr> {
    let text = std::str::from_utf8(value).ok()?.split(' ').nth(2)?;
    text.split('/').next()?.parse().ok().filter(|address: &IpAddr| !address.is_unspecified())
}

/// `audio 49170 RTP/AVP 0`: the port, if it is RTP's.
fn media_port(value: &[u8]) -> Option<u16> {
    let mut words = std::str::from_utf8(value).ok()?.split(' ').skip(1);
    let (port, transport) = (words.next()?, words.next()?);
    let port = port.split('/').next()?.parse().ok().filter(|&port| port > 0);
    port.filter(|_| transport.contains("RTP/AVP") || transport.contains("RTP/SAVP"))
}

/// RTP on the port, its control protocol on the one above (RFC 3550 §11).
fn announce(d: &mut Dissection, stream: &Stream) {
    let Some(port) = stream.port else { return };
    d.announce(Transport::Udp, stream.address, port, "rtp");
    let control = stream.control.or_else(|| port.checked_add(1));
    if let Some(control) = control.filter(|_| !stream.shared) {
        d.announce(Transport::Udp, stream.address, control, "rtcp");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::dissect::Wanted;

    #[test]
    fn media_are_announced() {
        let bytes = Bytes::reassembled(
            b"v=0\r\nc=IN IP4 10.0.0.1\r\nm=audio 4000 RTP/AVP 0\r\na=rtcp:4009\r\nm=video 5000 RTP/AVP 96\r\nc=IN IP4 10.0.0.2\r\nm=text 0 RTP/AVP 98\r\n",
            0,
        );
        let mut d = Dissection::new(Wanted::Everything);
        d.enter(0, &bytes);
        assert!(dissect(&mut d, bytes).is_ok());
        let told: Vec<_> =
            d.context.expected.iter().map(|e| format!("{} {} {:?}", e.protocol, e.port, e.address)).collect();
        let one = "Some(10.0.0.1)";
        let two = "Some(10.0.0.2)";
        assert_eq!(
            told,
            [
                format!("rtp 4000 {one}"),
                format!("rtcp 4009 {one}"),
                format!("rtp 5000 {two}"),
                format!("rtcp 5001 {two}")
            ]
        );
    }
}
