//! RTCP: reports, descriptions, feedback.
use super::Is;
use crate::engine::dissect::{Bytes, Dissection, Field, Names, Next, Part, Problem, fields, name_of, text};

fields! {
    VERSION: Uint => "rtcp.version", "Version";
    PADDING: Bool => "rtcp.padding", "Padding";
    REPORTS: Uint => "rtcp.rc", "Reception report count";
    SOURCES: Uint => "rtcp.sc", "Source count";
    SUBTYPE: Uint => "rtcp.app.subtype", "Subtype";
    TRANSPORT_FORMAT: Uint => "rtcp.rtpfb.fmt", "RTCP Feedback message type (FMT)";
    PAYLOAD_FORMAT: Uint => "rtcp.psfb.fmt", "RTCP Feedback message type (FMT)";
    KIND: Uint => "rtcp.pt", "Packet type";
    LENGTH: Uint => "rtcp.length", "Length";
    SENDER: Hex(8) => "rtcp.senderssrc", "Sender SSRC";
    MEDIA: Hex(8) => "rtcp.mediassrc", "Media source SSRC";
    HIGH: Uint => "rtcp.timestamp.ntp.msw", "Timestamp, MSW";
    LOW: Uint => "rtcp.timestamp.ntp.lsw", "Timestamp, LSW";
    NTP: Text => "rtcp.timestamp.ntp", "MSW and LSW as NTP timestamp";
    RTP_TIME: Uint => "rtcp.timestamp.rtp", "RTP timestamp";
    PACKETS: Uint => "rtcp.sender.packetcount", "Sender's packet count";
    OCTETS: Uint => "rtcp.sender.octetcount", "Sender's octet count";
    IDENTIFIER: Hex(8) => "rtcp.ssrc.identifier", "Identifier";
    FRACTION: Uint => "rtcp.ssrc.fraction", "Fraction lost (of 256)";
    LOST: Int => "rtcp.ssrc.cum_nr", "Cumulative number of packets lost";
    HIGHEST: Uint => "rtcp.ssrc.ext_high", "Extended highest sequence number received";
    CYCLES: Uint => "rtcp.ssrc.high_cycles", "Sequence number cycles count";
    HIGHEST_SEQUENCE: Uint => "rtcp.ssrc.high_seq", "Highest sequence number received";
    JITTER: Uint => "rtcp.ssrc.jitter", "Interarrival jitter";
    LAST_REPORT: Uint => "rtcp.ssrc.lsr", "Last SR timestamp";
    DELAY: Uint => "rtcp.ssrc.dlsr", "Delay since last SR timestamp (1/65536 s)";
    ITEM: Uint => "rtcp.sdes.type", "Type";
    ITEM_LENGTH: Uint => "rtcp.sdes.length", "Length";
    ITEM_TEXT: Text => "rtcp.sdes.text", "Text";
    NAME: Text => "rtcp.app.name", "Name (ASCII)";
    DATA: Text => "rtcp.app.data_str", "Application specific data";
    LOST_PACKET: Uint => "rtcp.rtpfb.nack_pid", "RTCP Transport Feedback NACK PID";
    LOST_MASK: Hex(4) => "rtcp.rtpfb.nack_blp", "RTCP Transport Feedback NACK BLP";
    LIMIT_SOURCE: Hex(8) => "rtcp.rtpfb.tmmbr.fci.ssrc", "SSRC";
    LIMIT_EXPONENT: Uint => "rtcp.rtpfb.tmmbr.fci.exp", "MxTBR Exp";
    LIMIT_MANTISSA: Uint => "rtcp.rtpfb.tmmbr.fci.mantissa", "MxTBR Mantissa";
    LIMIT_OVERHEAD: Uint => "rtcp.rtpfb.tmmbr.fci.measuredoverhead", "Measured Overhead";
    BASE: Uint => "rtcp.rtpfb.transportcc.baseseq", "Base Sequence Number";
    STATUSES: Uint => "rtcp.rtpfb.transportcc.statuscount", "Packet Status Count";
    REFERENCE: Uint => "rtcp.rtpfb.transportcc.reftime", "Reference Time";
    FEEDBACKS: Uint => "rtcp.rtpfb.transportcc.pktcount", "Feedback Packets Count";
    INTRA_SOURCE: Hex(8) => "rtcp.psfb.fir.fci.ssrc", "SSRC";
    INTRA_NUMBER: Uint => "rtcp.psfb.fir.fci.csn", "Command Sequence Number";
    INTRA_RESERVED: Uint => "rtcp.psfb.fir.fci.reserved", "Reserved";
    SLICE_FIRST: Uint => "rtcp.psfb.fir.sli.first", "First MB";
    SLICE_NUMBER: Uint => "rtcp.psfb.fir.sli.number", "Number of MBs";
    SLICE_PICTURE: Uint => "rtcp.psfb.fir.sli.picture_id", "Picture ID";
    REMB: Text => "rtcp.psfb.remb.identifier", "Unique Identifier";
    REMB_SOURCES: Uint => "rtcp.psfb.remb.fci.number_ssrcs", "Number of Ssrcs";
    REMB_EXPONENT: Uint => "rtcp.psfb.remb.fci.br_exp", "BR Exp";
    REMB_MANTISSA: Uint => "rtcp.psfb.remb.fci.br_mantissa", "Br Mantissa";
    REMB_RATE: Uint => "rtcp.psfb.remb.fci.bitrate", "Maximum bit rate";
    REMB_SOURCE: Hex(8) => "rtcp.psfb.remb.fci.ssrc", "SSRC";
    BLOCK: Uint => "rtcp.xr.bt", "Type";
    BLOCK_SPECIFIC: Uint => "rtcp.xr.bs", "Type Specific";
    BLOCK_LENGTH: Uint => "rtcp.xr.bl", "Length";
    BLOCK_TIME: Text => "rtcp.xr.timestamp", "Timestamp";
    LAST_RECEIVER: Uint => "rtcp.xr.lrr", "Last RR timestamp";
    DELAY_RECEIVER: Uint => "rtcp.xr.dlrr", "Delay since last RR timestamp";
}
pub static ALL: &[&Field] = FIELDS;

static KINDS: Names = "192=Full Intra-frame Request (H.261)|Negative Acknowledgement (H.261)|SMPTE time-code mapping|\
    Extended inter-arrival jitter report|200=Sender Report|Receiver Report|Source description|Goodbye|Application specific|\
    Generic RTP Feedback|Payload-specific Feedback|Extended report (RFC 3611)|AVB RTCP packet (IEEE1733)|\
    Receiver Summary Information|Port Mapping";
static ITEMS: Names = "END|CNAME (user and domain)|NAME (common name)|EMAIL (e-mail address)|PHONE (phone number)|\
    LOC (geographic location)|TOOL (name/version of source app)|NOTE (note about source)|PRIV (private extensions)";
static TRANSPORT_FORMATS: Names = "1=Generic negative acknowledgement (NACK)|\
    3=Temporary Maximum Media Stream Bit Rate Request (TMMBR)|Temporary Maximum Media Stream Bit Rate Notification (TMMBN)|\
    15=Transport-wide Congestion Control (Transport-cc)|31=Reserved for future extensions";
static PAYLOAD_FORMATS: Names = "1=Picture Loss Indication|Slice Loss Indication|Reference Picture Selection Indication|\
    Full Intra Request (FIR) Command|Temporal-Spatial Trade-off Request (TSTR)|Temporal-Spatial Trade-off Notification (TSTN)|\
    Video Back Channel Message (VBCM)|15=Application Layer Feedback|31=Reserved for future extensions";
static BLOCKS: Names = "1=Loss Run Length Encoding Report Block|Duplicate Run Length Encoding Report Block|\
    Packet Receipt Times Report Block|Receiver Reference Time Report Block|DLRR Report Block|Statistics Summary Report Block|\
    VoIP Metrics Report Block";
/// A reception report's block (RFC 3550 §6.4.1).
static REPORT: &[Part] = &[
    Is(&IDENTIFIER, 4, ""),
    Is(&FRACTION, 1, ""),
    Is(&LOST, 3, ""),
    Part::Peek(&HIGHEST, 4, u32::MAX as u64, ""),
    Is(&CYCLES, 2, ""),
    Is(&HIGHEST_SEQUENCE, 2, ""),
    Is(&JITTER, 4, ""),
    Is(&LAST_REPORT, 4, ""),
    Is(&DELAY, 4, ""),
];
/// From 1900 on.
const NTP_EPOCH: i64 = -2_208_988_800;

pub fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    if !d.wants() {
        return Ok(Next::End);
    }
    d.info(String::new);
    let mut rest = bytes;
    // Several of them stand in a datagram (RFC 3550 §6.1).
    while !rest.is_empty() {
        if rest.start() > bytes.start() {
            d.another(&rest);
        }
        let end = usize::from(rest.u16(2)?).saturating_add(1).saturating_mul(4);
        packet(d, &rest.limit(end))?;
        rest = rest.from(end);
    }
    Ok(Next::End)
}

fn packet(d: &mut Dissection, bytes: &Bytes<'_>) -> Result<(), Problem> {
    let (first, kind) = (bytes.u8(0)?, bytes.u8(1)?);
    let (count, name) = (first & 31, name_of(KINDS, kind.into()));
    let (of_count, formats) = match kind {
        202 | 203 => (&SOURCES, ""),
        204 => (&SUBTYPE, ""),
        205 => (&TRANSPORT_FORMAT, TRANSPORT_FORMATS),
        206 => (&PAYLOAD_FORMAT, PAYLOAD_FORMATS),
        _ => (&REPORTS, ""),
    };
    d.info_extend(|| format!("{}   ", if name.is_empty() { "Unknown packet type" } else { name }));
    let head = [
        Part::Peek(&VERSION, 1, 0xc0, "2=RFC 1889 Version"),
        Part::Peek(&PADDING, 1, 0x20, ""),
        Part::Peek(of_count, 1, 0x1f, formats),
        Part::Skip(1),
        Is(&KIND, 1, KINDS),
        Is(&LENGTH, 2, ""),
    ];
    let mut at = d.read_layout(bytes, 0, &head)?;
    match kind {
        200 | 201 => {
            at = d.read_row(bytes, at, &[(&SENDER, 4)])?;
            if kind == 200 {
                d.read_row(bytes, at, &[(&HIGH, 4), (&LOW, 4)])?;
                let time = text::utc(i64::from(bytes.u32(at)?).saturating_add(NTP_EPOCH));
                d.field(&NTP, bytes.span(at..at.saturating_add(8)), time);
                let counts = [(&RTP_TIME, 4), (&PACKETS, 4), (&OCTETS, 4)];
                at = d.read_row(bytes, at.saturating_add(8), &counts)?;
            }
            (0..count).try_fold(at, |at, _| d.read_layout(bytes, at, REPORT))?;
        }
        202 => descriptions(d, bytes, at, count)?,
        203 => {
            at = (0..count).try_fold(at, |at, _| d.read_row(bytes, at, &[(&IDENTIFIER, 4)]))?;
            if at < bytes.wire_len() {
                let end = usize::from(bytes.u8(at)?).saturating_add(at).saturating_add(1);
                d.read_layout(&bytes.limit(end), at, &[Is(&ITEM_LENGTH, 1, ""), Is(&ITEM_TEXT, 0, "")])?;
            }
        }
        204 => {
            let name = text::shown(bytes.take(8..12)?);
            d.info_extend(|| format!("( {name} ) subtype={count}"));
            d.read_layout(bytes, at, &[Is(&SENDER, 4, ""), Is(&NAME, 4, ""), Is(&DATA, 0, "")])?;
        }
        205 | 206 => {
            at = d.read_row(bytes, at, &[(&SENDER, 4), (&MEDIA, 4)])?;
            feedback(d, &bytes.from(at), kind, count)?;
        }
        207 => {
            at = d.read_row(bytes, at, &[(&SENDER, 4)])?;
            while at < bytes.wire_len() {
                at = block(d, bytes, at)?;
            }
        }
        _ => {}
    }
    Ok(())
}

/// Chunks of items, each chunk filled up to four bytes (RFC 3550 §6.5).
fn descriptions(d: &mut Dissection, bytes: &Bytes<'_>, from: usize, count: u8) -> Result<(), Problem> {
    let mut at = from;
    for _ in 0..count {
        at = d.read_row(bytes, at, &[(&IDENTIFIER, 4)])?;
        while at < bytes.wire_len() {
            if bytes.u8(at)? == 0 {
                d.read_layout(bytes, at, &[Is(&ITEM, 1, ITEMS)])?;
                at = at.saturating_add(1).next_multiple_of(4);
                break;
            }
            let end = usize::from(bytes.u8(at.saturating_add(1))?).saturating_add(at).saturating_add(2);
            let item = [Is(&ITEM, 1, ITEMS), Is(&ITEM_LENGTH, 1, ""), Is(&ITEM_TEXT, 0, "")];
            at = d.read_layout(&bytes.limit(end), at, &item)?;
        }
    }
    Ok(())
}

fn feedback(d: &mut Dissection, bytes: &Bytes<'_>, kind: u8, format: u8) -> Result<(), Problem> {
    // What one entry is, and its size.
    let (entry, size): (&[Part], usize) = match (kind, format) {
        (205, 1) => (&[Is(&LOST_PACKET, 2, ""), Is(&LOST_MASK, 2, "")], 4),
        (205, 3 | 4) => (
            &[
                Is(&LIMIT_SOURCE, 4, ""),
                Part::Peek(&LIMIT_EXPONENT, 4, 0xfc00_0000, ""),
                Part::Peek(&LIMIT_MANTISSA, 4, 0x03ff_fe00, ""),
                Part::Peek(&LIMIT_OVERHEAD, 4, 0x01ff, ""),
                Part::Skip(4),
            ],
            8,
        ),
        (205, 15) => {
            let head = [(&BASE, 2), (&STATUSES, 2), (&REFERENCE, 3), (&FEEDBACKS, 1)];
            return d.read_row(bytes, 0, &head).map(|_| ());
        }
        (206, 2) => (
            &[
                Part::Peek(&SLICE_FIRST, 4, 0xfff8_0000, ""),
                Part::Peek(&SLICE_NUMBER, 4, 0x0007_ffc0, ""),
                Part::Peek(&SLICE_PICTURE, 4, 0x3f, ""),
                Part::Skip(4),
            ],
            4,
        ),
        (206, 4) => (&[Is(&INTRA_SOURCE, 4, ""), Is(&INTRA_NUMBER, 1, ""), Is(&INTRA_RESERVED, 3, "")], 8),
        (206, 15) if bytes.all().starts_with(b"REMB") => return bandwidth(d, bytes),
        _ => (&[], 0),
    };
    if kind == 206 {
        let short = name_of("1=PLI|SLI|RPSI|FIR|TSTR|TSTN|VBCM|15=ALFB", format.into());
        d.info_extend(|| format!("{short}  "));
    }
    let entries = bytes.wire_len().checked_div(size).unwrap_or_default();
    (0..entries).try_fold(0, |at, _| d.read_layout(bytes, at, entry))?;
    Ok(())
}

/// The receiver's estimate of the bandwidth (draft-alvestrand-rmcat-remb).
fn bandwidth(d: &mut Dissection, bytes: &Bytes<'_>) -> Result<(), Problem> {
    d.info_extend(|| "ALFB  ".to_owned());
    let head = [
        Is(&REMB, 4, ""),
        Is(&REMB_SOURCES, 1, ""),
        Part::Peek(&REMB_EXPONENT, 1, 0xfc, ""),
        Part::Peek(&REMB_MANTISSA, 3, 0x3_ffff, ""),
    ];
    let at = d.read_layout(bytes, 0, &head)?;
    let rate = bytes.u24(at)?;
    let rate = u64::from(rate & 0x3_ffff).checked_shl(rate >> 18).unwrap_or(u64::MAX);
    d.generated(&REMB_RATE, bytes.span(at..at.saturating_add(3)), rate);
    (0..bytes.u8(4)?).try_fold(8, |at, _| d.read_row(bytes, at, &[(&REMB_SOURCE, 4)]))?;
    Ok(())
}

/// A block of an extended report (RFC 3611 §3); returns where it ends.
fn block(d: &mut Dissection, bytes: &Bytes<'_>, from: usize) -> Result<usize, Problem> {
    let head = [Is(&BLOCK, 1, BLOCKS), Is(&BLOCK_SPECIFIC, 1, ""), Is(&BLOCK_LENGTH, 2, "")];
    let at = d.read_layout(bytes, from, &head)?;
    let words = usize::from(bytes.u16(from.saturating_add(2))?);
    let end = at.saturating_add(words.saturating_mul(4));
    match bytes.u8(from)? {
        4 => {
            let time = text::utc(i64::from(bytes.u32(at)?).saturating_add(NTP_EPOCH));
            d.field(&BLOCK_TIME, bytes.span(at..at.saturating_add(8)), time);
        }
        5 => {
            let report = [(&IDENTIFIER, 4), (&LAST_RECEIVER, 4), (&DELAY_RECEIVER, 4)];
            (0..words / 3).try_fold(at, |at, _| d.read_row(bytes, at, &report))?;
        }
        _ => {}
    }
    Ok(end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::dissect::Wanted;

    #[test]
    fn every_packet_of_a_datagram_has_a_line() {
        let bytes = [0x80, 201, 0, 1, 1, 2, 3, 4, 0x81, 203, 0, 1, 1, 2, 3, 4];
        let mut d = Dissection::new(Wanted::Everything);
        d.enter(0, &Bytes::frame(&bytes, 0));
        assert!(dissect(&mut d, Bytes::frame(&bytes, 0)).is_ok());
        assert_eq!((d.layers.len(), d.info_text().as_str()), (2, "Receiver Report   Goodbye   "));
    }
}
