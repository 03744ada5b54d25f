//! Real-time Transport Protocol and its control protocol, RFC 3550; payload types, RFC 3551; header extensions, RFC 8285; feedback,
//! RFC 4585 and RFC 5104; extended reports, RFC 3611.
mod control;

use crate::engine::dissect::{
    Bytes, Claim, Dissection, Names, Next, Part, Payload, Problem, Protocol, Verdict, fields, name_of,
};

fields! {
    VERSION: Uint => "rtp.version", "Version";
    PADDING: Bool => "rtp.padding", "Padding";
    EXTENSION: Bool => "rtp.ext", "Extension";
    COUNT: Uint => "rtp.cc", "Contributing source identifiers count";
    MARKER: Bool => "rtp.marker", "Marker";
    KIND: Uint => "rtp.p_type", "Payload type";
    SEQUENCE: Uint => "rtp.seq", "Sequence number";
    TIMESTAMP: Uint => "rtp.timestamp", "Timestamp";
    SOURCE: Hex(8) => "rtp.ssrc", "Synchronization Source identifier";
    CONTRIBUTORS: Label => "rtp.csrc.items", "Contributing Source identifiers";
    CONTRIBUTOR: Hex(8) => "rtp.csrc.item", "CSRC item";
    PROFILE: Hex(4) => "rtp.ext.profile", "Defined by profile";
    EXTENSION_LENGTH: Uint => "rtp.ext.len", "Extension length";
    EXTENSIONS: Label => "rtp.hdr_exts", "Header extensions";
    EXTENSION_WORD: Hex(8) => "rtp.hdr_ext", "Header extension";
    ELEMENT_ID: Uint => "rtp.ext.rfc5285.id", "Identifier";
    ELEMENT_LENGTH: Uint => "rtp.ext.rfc5285.len", "Length";
    ELEMENT_DATA: Bytes => "rtp.ext.rfc5285.data", "Extension Data";
    PAYLOAD: Bytes => "rtp.payload", "Payload";
    PADDING_DATA: Bytes => "rtp.padding.data", "Padding data";
    PADDING_COUNT: Uint => "rtp.padding.count", "Padding count";
}

pub(super) static RTP: Protocol = Protocol {
    name: "rtp",
    title: "Real-Time Transport Protocol",
    short: "RTP",
    fields: FIELDS,
    claims: &[],
    probe: Some(probe),
    dissect,
    ..Protocol::PLAIN
};

pub(super) static RTCP: Protocol = Protocol {
    name: "rtcp",
    title: "Real-time Transport Control Protocol",
    short: "RTCP",
    fields: control::ALL,
    claims: &[Claim::UdpPort(5005)],
    probe: Some(probe_control),
    dissect: control::dissect,
    ..Protocol::PLAIN
};

fn probe(payload: &Payload<'_>) -> Verdict {
    look(payload).unwrap_or(Verdict::NotMine)
}

fn probe_control(payload: &Payload<'_>) -> Verdict {
    look_control(payload).unwrap_or(Verdict::NotMine)
}

/// One packet says little: certain only for the narrow-band codecs, whose frames have a few fixed lengths, between even ports.
fn look(payload: &Payload<'_>) -> Result<Verdict, Problem> {
    let bytes = payload.window();
    let [first, second] = bytes.array(0)?;
    if !payload.is_udp() || first >> 6 != 2 || matches!(second, 192..=223) {
        return Ok(Verdict::NotMine);
    }
    let even = payload.from_port.is_multiple_of(2)
        && payload.to_port.is_multiple_of(2)
        && payload.from_port.min(payload.to_port) >= 1024;
    let sized = match second & 0x7f {
        // µ-law, A-law, G.722: 8 bytes a millisecond, in frames of 10, 20, 30 or 40.
        0 | 8 | 9 => matches!(bytes.len(), 92 | 172 | 252 | 332),
        // GSM
        3 => bytes.len() == 45,
        // G.723
        4 => matches!(bytes.len(), 32 | 36 | 60),
        // G.729
        18 => matches!(bytes.len(), 22 | 32 | 42 | 52),
        _ => false,
    };
    Ok(Verdict::certain_if(first == 0x80 && even && sized && bytes.u32(8)? > 0xffff))
}

/// A compound packet: a report first, and the lengths of its parts fill the datagram.
fn look_control(payload: &Payload<'_>) -> Result<Verdict, Problem> {
    let bytes = payload.window();
    let [first, kind] = bytes.array(0)?;
    if !payload.is_udp() || first >> 6 != 2 || !matches!(kind, 192..=207) {
        return Ok(Verdict::NotMine);
    }
    let (mut at, mut parts) = (0_usize, 0_u8);
    while at < bytes.len() {
        let ([first, kind], words) = (bytes.array(at)?, bytes.u16(at.saturating_add(2))?);
        if first >> 6 != 2 || !matches!(kind, 192..=213) {
            return Ok(Verdict::NotMine);
        }
        parts = parts.saturating_add(1);
        at = at.saturating_add(usize::from(words).saturating_add(1).saturating_mul(4));
    }
    // Blocks of a report have fixed lengths (§6.4).
    let blocks = u16::from(first & 31).saturating_mul(6);
    let words = bytes.u16(2)?;
    let report = match kind {
        200 => words >= blocks.saturating_add(6),
        201 => words >= blocks.saturating_add(1),
        _ => false,
    };
    Ok(Verdict::certain_if(at == bytes.len() && report && (parts >= 2 || bytes.len() >= 28)))
}

static TYPES: Names = "ITU-T G.711 PCMU|USA Federal Standard FS-1016|ITU-T G.721|GSM 06.10|ITU-T G.723|DVI4 8000 samples/s|\
    DVI4 16000 samples/s|Experimental linear predictive encoding from Xerox PARC|ITU-T G.711 PCMA|ITU-T G.722|\
    16-bit uncompressed audio, stereo|16-bit uncompressed audio, monaural|Qualcomm Code Excited Linear Predictive coding|\
    Comfort noise|MPEG-I/II Audio|ITU-T G.728|DVI4 11025 samples/s|DVI4 22050 samples/s|ITU-T G.729|Comfort noise (old)|\
    25=Sun CellB video encoding|JPEG-compressed video|28='nv' program|31=ITU-T H.261|MPEG-I/II Video|MPEG-II transport streams|\
    ITU-T H.263";

use Part::Next as Is;

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if !d.wants() {
        return Ok(Next::End);
    }
    let [first, second] = bytes.array(0)?;
    let kind = second & 0x7f;
    let codec = match (name_of(TYPES, kind.into()), kind) {
        ("", 96..=127) => format!("DynamicRTP-Type-{kind}"),
        ("", _) => format!("Type-{kind}"),
        (name, _) => name.to_owned(),
    };
    let head = [
        Part::Peek(&VERSION, 1, 0xc0, "2=RFC 1889 Version"),
        Part::Peek(&PADDING, 1, 0x20, ""),
        Part::Peek(&EXTENSION, 1, 0x10, ""),
        Part::Peek(&COUNT, 1, 0x0f, ""),
        Part::Skip(1),
        Part::Peek(&MARKER, 1, 0x80, ""),
    ];
    d.read_layout(&bytes, 0, &head)?;
    d.noted(&KIND, bytes.span(1..2), kind, &codec);
    let mut at = d.read_row(&bytes, 2, &[(&SEQUENCE, 2), (&TIMESTAMP, 4), (&SOURCE, 4)])?;
    let (sequence, timestamp, source) = (bytes.u16(2)?, bytes.u32(4)?, bytes.u32(8)?);
    let mark = if second & 0x80 == 0 { "" } else { ", Mark" };
    d.info(|| format!("PT={codec}, SSRC=0x{source:X}, Seq={sequence}, Time={timestamp}{mark}"));
    let count = usize::from(first & 15);
    if count > 0 {
        let end = at.saturating_add(count.saturating_mul(4));
        d.label(&CONTRIBUTORS, bytes.span(at..end), || format!("{} ({count} items)", CONTRIBUTORS.title()));
        at = d.nest(|d| (0..count).try_fold(at, |at, _| d.read_row(&bytes, at, &[(&CONTRIBUTOR, 4)])))?;
    }
    if first & 0x10 != 0 {
        at = extension(d, &bytes, at)?;
    }
    let padding = if first & 0x20 == 0 { 0 } else { bytes.all().last().copied().unwrap_or_default().into() };
    let (end, rest) = (bytes.len().saturating_sub(padding), bytes.from(at));
    d.read_layout(&rest.limit(end.saturating_sub(at)), 0, &[Is(&PAYLOAD, 0, "")])?;
    if padding > 0 && end >= at {
        let last = bytes.len().saturating_sub(1);
        d.read_layout(&bytes.limit(last), end, &[Is(&PADDING_DATA, 0, "")])?;
        d.read(&PADDING_COUNT, &bytes, last..bytes.len())?;
    }
    Ok(Next::End)
}

/// Elements with heads of one byte (profile 0xbede) or two (0x1000), else words (RFC 8285 §4); returns where it ends.
fn extension(d: &mut Dissection, bytes: &Bytes<'_>, from: usize) -> Result<usize, Problem> {
    let at = d.read_row(bytes, from, &[(&PROFILE, 2), (&EXTENSION_LENGTH, 2)])?;
    let (profile, words) = (bytes.u16(from)?, usize::from(bytes.u16(from.saturating_add(2))?));
    let end = at.saturating_add(words.saturating_mul(4));
    d.label(&EXTENSIONS, bytes.span(at..end), || EXTENSIONS.title().to_owned());
    let mut rest = bytes.limit(end).from(at);
    d.nest(|d| {
        while rest.wire_len() > 0 {
            let (first, short) = (rest.u8(0)?, profile == 0xbede);
            if !short && profile & 0xfff0 != 0x1000 {
                d.read(&EXTENSION_WORD, &rest, 0..4)?;
                rest = rest.from(4);
                continue;
            }
            if first == 0 {
                rest = rest.from(1);
                continue;
            }
            if short && first >> 4 == 15 {
                break;
            }
            let (id, length) = if short { (first >> 4, (first & 15).saturating_add(1)) } else { (first, rest.u8(1)?) };
            let (start, counted) = if short { (1, 0..1) } else { (2, 1..2) };
            d.field(&ELEMENT_ID, rest.span(0..1), id);
            d.field(&ELEMENT_LENGTH, rest.span(counted), length);
            let end = usize::from(length).saturating_add(start);
            d.read_layout(&rest.limit(end), start, &[Is(&ELEMENT_DATA, 0, "")])?;
            rest = rest.from(end);
        }
        Ok(())
    })?;
    Ok(end)
}
