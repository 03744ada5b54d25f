//! What capture programs put before IEEE 802.11 frames: radiotap (<https://www.radiotap.org>), PPI ("Per-Packet Information Header
//! Specification" 1.0.10), Prism and AVS (<https://www.tcpdump.org/linktypes.html>).
use crate::engine::dissect::{Bytes, Claim, Dissection, Next, Slot, Problem, Protocol, Reader, fields, layouts};

fields! {
    RADIOTAP_REVISION: Uint => "radiotap.version", "Header revision";
    RADIOTAP_PAD: Uint => "radiotap.pad", "Header pad";
    RADIOTAP_LENGTH: Uint => "radiotap.length", "Header length";
    RADIOTAP_RATE: Float => "radiotap.datarate", "Data rate (Mb/s)";
}

layouts! {
    PPI_HEAD = [
        Uint => "ppi.version", "Version", 1;
        Hex(2) => "ppi.flags", "Flags", 1;
        Bool => "ppi.flags.alignment", "Alignment", &0x1;
        Hex(2) => "ppi.flags.reserved", "Reserved", &0xfe;
        Uint => "ppi.length", "Header length", 2;
        Uint => "ppi.dlt", "DLT", 4;
    ]
    PPI_FIELD = [
        Uint => "ppi.field_type", "Field type", 2: "2=802.11-Common|802.11n MAC Extensions|802.11n MAC+PHY Extensions|Spectrum-Map|Process-Info|Capture-Info|Aggregation Extension|802.3 Extension";
        Uint => "ppi.field_len", "Field length", 2;
    ]
    PPI_COMMON = [
        Uint => "ppi.80211-common.tsft", "TSFT", 8;
        Hex(4) => "ppi.80211-common.flags", "Flags", 2;
        Bool => "ppi.80211-common.flags.fcs", "FCS present flag", &0x1;
        Bool => "ppi.80211-common.flags.tsft", "TSFT flag", &0x2;
        Bool => "ppi.80211-common.flags.fcs-invalid", "FCS validity", &0x4;
        Bool => "ppi.80211-common.flags.phy-err", "PHY error flag", &0x8;
        Uint => "ppi.80211-common.rate", "Data rate", 2;
        Uint => "ppi.80211-common.chan.freq", "Channel frequency", 2;
        Hex(4) => "ppi.80211-common.chan.flags", "Channel flags", 2;
        Bool => "ppi.80211-common.chan.flags.turbo", "Turbo", &0x10;
        Bool => "ppi.80211-common.chan.flags.cck", "Complementary Code Keying (CCK)", &0x20;
        Bool => "ppi.80211-common.chan.flags.ofdm", "Orthogonal Frequency-Division Multiplexing (OFDM)", &0x40;
        Bool => "ppi.80211-common.chan.flags.2ghz", "2 GHz spectrum", &0x80;
        Bool => "ppi.80211-common.chan.flags.5ghz", "5 GHz spectrum", &0x100;
        Bool => "ppi.80211-common.chan.flags.passive", "Passive", &0x200;
        Bool => "ppi.80211-common.chan.flags.dynamic", "Dynamic CCK-OFDM", &0x400;
        Bool => "ppi.80211-common.chan.flags.gfsk", "Gaussian Frequency Shift Keying (GFSK)", &0x800;
        Hex(2) => "ppi.80211-common.fhss.hopset", "FHSS hopset", 1;
        Hex(2) => "ppi.80211-common.fhss.pattern", "FHSS pattern", 1;
        Int => "ppi.80211-common.dbm.antsignal", "dBm antenna signal", 1;
        Int => "ppi.80211-common.dbm.antnoise", "dBm antenna noise", 1;
    ]
    PRESENT = [
        Hex(8) => "radiotap.present.word", "Present flags word", 4;
        Bool => "radiotap.present.tsft", "TSFT", &0x1;
        Bool => "radiotap.present.flags", "Flags", &0x2;
        Bool => "radiotap.present.rate", "Rate", &0x4;
        Bool => "radiotap.present.channel", "Channel", &0x8;
        Bool => "radiotap.present.fhss", "FHSS", &0x10;
        Bool => "radiotap.present.dbm_antsignal", "dBm Antenna Signal", &0x20;
        Bool => "radiotap.present.dbm_antnoise", "dBm Antenna Noise", &0x40;
        Bool => "radiotap.present.lock_quality", "Lock Quality", &0x80;
        Bool => "radiotap.present.tx_attenuation", "TX Attenuation", &0x100;
        Bool => "radiotap.present.db_tx_attenuation", "dB TX Attenuation", &0x200;
        Bool => "radiotap.present.dbm_tx_power", "dBm TX Power", &0x400;
        Bool => "radiotap.present.antenna", "Antenna", &0x800;
        Bool => "radiotap.present.db_antsignal", "dB Antenna Signal", &0x1000;
        Bool => "radiotap.present.db_antnoise", "dB Antenna Noise", &0x2000;
        Bool => "radiotap.present.rxflags", "RX flags", &0x4000;
        Bool => "radiotap.present.txflags", "TX flags", &0x8000;
        Bool => "radiotap.present.data_retries", "data retries", &0x20000;
        Bool => "radiotap.present.xchannel", "Channel+", &0x40000;
        Bool => "radiotap.present.mcs", "MCS information", &0x80000;
        Bool => "radiotap.present.ampdu", "A-MPDU Status", &0x100000;
        Bool => "radiotap.present.vht", "VHT information", &0x200000;
        Bool => "radiotap.present.timestamp", "frame timestamp", &0x400000;
        Bool => "radiotap.present.he", "HE information", &0x800000;
        Bool => "radiotap.present.he_mu", "HE-MU information", &0x1000000;
        Bool => "radiotap.present.0_length.psdu", "0 Length PSDU", &0x4000000;
        Bool => "radiotap.present.l_sig", "L-SIG", &0x8000000;
        Bool => "radiotap.present.tlv", "TLVs", &0x10000000;
        Bool => "radiotap.present.rtap_ns", "Radiotap NS next", &0x20000000;
        Bool => "radiotap.present.vendor_ns", "Vendor NS next", &0x40000000;
        Bool => "radiotap.present.ext", "Ext", &0x80000000;
    ]
    FLAGS = [
        Hex(2) => "radiotap.flags", "Flags", 1;
        Bool => "radiotap.flags.cfp", "CFP", &0x1;
        Bool => "radiotap.flags.preamble", "Preamble", &0x2: "Long|Short";
        Bool => "radiotap.flags.wep", "WEP", &0x4;
        Bool => "radiotap.flags.frag", "Fragmentation", &0x8;
        Bool => "radiotap.flags.fcs", "FCS at end", &0x10;
        Bool => "radiotap.flags.datapad", "Data Pad", &0x20;
        Bool => "radiotap.flags.badfcs", "Bad FCS", &0x40;
        Bool => "radiotap.flags.shortgi", "Short GI", &0x80;
    ]
    CHANNEL = [
        Uint => "radiotap.channel.freq", "Channel frequency", 2;
        Hex(4) => "radiotap.channel.flags", "Channel flags", 2;
        Bool => "radiotap.channel.flags.700mhz", "700 MHz spectrum", &0x1;
        Bool => "radiotap.channel.flags.800mhz", "800 MHz spectrum", &0x2;
        Bool => "radiotap.channel.flags.900mhz", "900 MHz spectrum", &0x4;
        Bool => "radiotap.channel.flags.turbo", "Turbo", &0x10;
        Bool => "radiotap.channel.flags.cck", "Complementary Code Keying (CCK)", &0x20;
        Bool => "radiotap.channel.flags.ofdm", "Orthogonal Frequency-Division Multiplexing (OFDM)", &0x40;
        Bool => "radiotap.channel.flags.2ghz", "2 GHz spectrum", &0x80;
        Bool => "radiotap.channel.flags.5ghz", "5 GHz spectrum", &0x100;
        Bool => "radiotap.channel.flags.passive", "Passive", &0x200;
        Bool => "radiotap.channel.flags.dynamic", "Dynamic CCK-OFDM", &0x400;
        Bool => "radiotap.channel.flags.gfsk", "Gaussian Frequency Shift Keying (GFSK)", &0x800;
        Bool => "radiotap.channel.flags.gsm", "GSM (900MHz)", &0x1000;
        Bool => "radiotap.channel.flags.sturbo", "Static Turbo", &0x2000;
        Bool => "radiotap.channel.flags.half", "Half Rate Channel (10MHz Channel Width)", &0x4000;
        Bool => "radiotap.channel.flags.quarter", "Quarter Rate Channel (5MHz Channel Width)", &0x8000;
    ]
    HOPPING = [
        Uint => "radiotap.fhss.hopset", "FHSS Hop Set", 1;
        Uint => "radiotap.fhss.pattern", "FHSS Pattern", 1;
    ]
    SIGNAL = [
        Int => "radiotap.dbm_antsignal", "Antenna signal", 1;
    ]
    NOISE = [
        Int => "radiotap.dbm_antnoise", "Antenna noise", 1;
    ]
    QUALITY = [
        Uint => "radiotap.quality", "Signal Quality", 2;
    ]
    ATTENUATION = [
        Uint => "radiotap.txattenuation", "TX attenuation", 2;
    ]
    DB_ATTENUATION = [
        Uint => "radiotap.db_txattenuation", "dB TX attenuation", 2;
    ]
    POWER = [
        Int => "radiotap.txpower", "Transmit power", 1;
    ]
    ANTENNA = [
        Uint => "radiotap.antenna", "Antenna", 1;
    ]
    DB_SIGNAL = [
        Uint => "radiotap.db_antsignal", "dB antenna signal", 1;
    ]
    DB_NOISE = [
        Uint => "radiotap.db_antnoise", "dB antenna noise", 1;
    ]
    RETRIES = [
        Uint => "radiotap.data_retries", "data retries", 1;
    ]
    TIMER = [
        Uint => "radiotap.mactime", "MAC timestamp", 8;
    ]
    RECEIVED = [
        Hex(4) => "radiotap.rxflags", "RX flags", 2;
        Bool => "radiotap.rxflags.badplcp", "Bad PLCP", &0x2;
    ]
    SENT = [
        Hex(4) => "radiotap.txflags", "TX flags", 2;
        Bool => "radiotap.rxflags.fail", "Fail", &0x1;
        Bool => "radiotap.rxflags.cts", "CTS", &0x2;
        Bool => "radiotap.rxflags.rts", "RTS/CTS", &0x4;
        Bool => "radiotap.rxflags.noack", "No ACK", &0x8;
        Bool => "radiotap.rxflags.noseqno", "Has Seqnum", &0x10;
        Bool => "radiotap.rxflags.order", "Order", &0x20;
    ]
    WIDE_CHANNEL = [
        Hex(8) => "radiotap.xchannel.flags", "Channel flags", 4;
        Bool => "radiotap.xchannel.flags.turbo", "Turbo", &0x10;
        Bool => "radiotap.xchannel.flags.cck", "Complementary Code Keying (CCK)", &0x20;
        Bool => "radiotap.xchannel.flags.ofdm", "Orthogonal Frequency-Division Multiplexing (OFDM)", &0x40;
        Bool => "radiotap.xchannel.flags.2ghz", "2 GHz spectrum", &0x80;
        Bool => "radiotap.xchannel.flags.5ghz", "5 GHz spectrum", &0x100;
        Bool => "radiotap.xchannel.flags.dynamic", "Dynamic CCK-OFDM", &0x400;
        Bool => "radiotap.xchannel.flags.gfsk", "Gaussian Frequency Shift Keying (GFSK)", &0x800;
        Bool => "radiotap.xchannel.flags.gsm", "GSM (900MHz)", &0x1000;
        Bool => "radiotap.xchannel.flags.sturbo", "Static Turbo", &0x2000;
        Bool => "radiotap.xchannel.flags.half", "Half Rate Channel (10MHz Channel Width)", &0x4000;
        Bool => "radiotap.xchannel.flags.quarter", "Quarter Rate Channel (5MHz Channel Width)", &0x8000;
        Bool => "radiotap.xchannel.flags.ht20", "HT Channel (20MHz Channel Width)", &0x10000;
        Bool => "radiotap.xchannel.flags.ht40u", "HT Channel (40MHz Channel Width with Extension channel above)", &0x20000;
        Bool => "radiotap.xchannel.flags.ht40d", "HT Channel (40MHz Channel Width with Extension channel below)", &0x40000;
        Uint => "radiotap.xchannel.freq", "Channel frequency", 2;
        Uint => "radiotap.xchannel.channel", "Channel number", 1;
    ]
    CODING = [
        Hex(2) => "radiotap.mcs.known", "Known MCS information", 1;
        Bool => "radiotap.mcs.have_bw", "Bandwidth", &0x1;
        Bool => "radiotap.mcs.have_index", "MCS index", &0x2;
        Bool => "radiotap.mcs.have_gi", "Guard interval", &0x4;
        Bool => "radiotap.mcs.have_format", "Format", &0x8;
        Bool => "radiotap.mcs.have_fec", "FEC type", &0x10;
        Bool => "radiotap.mcs.have_stbc", "STBC streams", &0x20;
        Bool => "radiotap.mcs.have_ness", "Number of extension spatial streams", &0x40;
        Uint => "radiotap.mcs.ness_bit1", "Number of extension spatial streams bit 1", &0x80;
        Label => "", "", 1;
        Uint => "radiotap.mcs.bw", "Bandwidth", &0x3: "20 MHz|40 MHz|20 MHz lower|20 MHz upper";
        Uint => "radiotap.mcs.gi", "Guard interval", &0x4: "long|short";
        Uint => "radiotap.mcs.format", "Format", &0x8: "mixed|greenfield";
        Uint => "radiotap.mcs.fec", "FEC type", &0x10: "BCC|LDPC";
        Uint => "radiotap.mcs.stbc", "STBC streams", &0x60;
        Uint => "radiotap.mcs.ness_bit0", "Number of extension spatial streams bit 0", &0x80;
        Uint => "radiotap.mcs.index", "MCS index", 1;
    ]
    AGGREGATE = [
        Uint => "radiotap.ampdu.reference", "A-MPDU reference number", 4;
        Hex(4) => "radiotap.ampdu.flags", "A-MPDU flags", 2;
        Bool => "radiotap.ampdu.flags.report_zerolen", "Driver reports 0-length subframes in this A-MPDU", &0x1;
        Bool => "radiotap.ampdu.flags.is_zerolen", "This is a 0-length subframe", &0x2;
        Bool => "radiotap.ampdu.flags.lastknown", "Last subframe of this A-MPDU is known", &0x4;
        Bool => "radiotap.ampdu.flags.last", "This is the last subframe of this A-MPDU", &0x8;
        Bool => "radiotap.ampdu.flags.delim_crc_error", "Delimiter CRC error on this subframe", &0x10;
        Bool => "radiotap.ampdu.flags.eof", "EOF on this subframe", &0x40;
        Bool => "radiotap.ampdu.flags.eof_known", "EOF of this A-MPDU is known", &0x80;
        Hex(2) => "radiotap.ampdu.delim_crc", "A-MPDU subframe delimiter CRC", 1;
    ]
    VERY_HIGH = [
        Hex(4) => "radiotap.vht.known", "Known VHT information", 2;
        Bool => "radiotap.vht.have_stbc", "STBC", &0x1;
        Bool => "radiotap.vht.have_txop_ps", "TXOP_PS_NOT_ALLOWED", &0x2;
        Bool => "radiotap.vht.have_gi", "Guard interval", &0x4;
        Bool => "radiotap.vht.have_sgi_nsym_da", "SGI Nsym disambiguation", &0x8;
        Bool => "radiotap.vht.ldpc_extra", "LDPC extra OFDM symbol", &0x10;
        Bool => "radiotap.vht.have_beamformed", "Beamformed", &0x20;
        Label => "", "", 1;
        Bool => "radiotap.vht.stbc", "STBC", &0x1;
        Bool => "radiotap.vht.txop_ps", "TXOP_PS_NOT_ALLOWED", &0x2;
        Uint => "radiotap.vht.gi", "Guard interval", &0x4: "long|short";
        Bool => "radiotap.vht.sgi_nsym_da", "SGI Nsym disambiguation", &0x8;
        Bool => "radiotap.vht.beamformed", "Beamformed", &0x20;
        Uint => "radiotap.vht.bw", "Bandwidth", 1: "20 MHz|40 MHz|20 MHz lower|20 MHz upper|80 MHz|40 MHz lower|40 MHz upper|20 MHz, channel 1/4|20 MHz, channel 2/4|20 MHz, channel 3/4|20 MHz, channel 4/4|160 MHz|80 MHz lower|80 MHz upper|40 MHz, channel 1/4|40 MHz, channel 2/4|40 MHz, channel 3/4|40 MHz, channel 4/4|20 MHz, channel 1/8|20 MHz, channel 2/8|20 MHz, channel 3/8|20 MHz, channel 4/8|20 MHz, channel 5/8|20 MHz, channel 6/8|20 MHz, channel 7/8|20 MHz, channel 8/8";
        Label => "", "", 1;
        Uint => "radiotap.vht.mcs.0", "MCS index 0", &0xf0;
        Uint => "radiotap.vht.nss.0", "Spatial streams 0", &0xf;
        Label => "", "", 1;
        Uint => "radiotap.vht.mcs.1", "MCS index 1", &0xf0;
        Uint => "radiotap.vht.nss.1", "Spatial streams 1", &0xf;
        Label => "", "", 1;
        Uint => "radiotap.vht.mcs.2", "MCS index 2", &0xf0;
        Uint => "radiotap.vht.nss.2", "Spatial streams 2", &0xf;
        Label => "", "", 1;
        Uint => "radiotap.vht.mcs.3", "MCS index 3", &0xf0;
        Uint => "radiotap.vht.nss.3", "Spatial streams 3", &0xf;
        Label => "", "", 1;
        Uint => "radiotap.vht.coding.0", "Coding 0", &0x1;
        Uint => "radiotap.vht.coding.1", "Coding 1", &0x2;
        Uint => "radiotap.vht.coding.2", "Coding 2", &0x4;
        Uint => "radiotap.vht.coding.3", "Coding 3", &0x8;
        Uint => "radiotap.vht.gid", "Group Id", 1;
        Uint => "radiotap.vht.paid", "Partial AID", 2;
    ]
    STAMP = [
        Uint => "radiotap.timestamp.ts", "timestamp", 8;
        Uint => "radiotap.timestamp.accuracy", "accuracy", 2;
        Label => "", "", 1;
        Uint => "radiotap.timestamp.unit", "time unit", &0xf: "msec|usec|nsec";
        Uint => "radiotap.timestamp.samplingpos", "sampling position", &0xf0: "first MPDU bit/symbol|signal acquisition|end of frame|15=undefined";
        Label => "", "", 1;
        Bool => "radiotap.timestamp.flags.32bit", "32-bit counter", &0x1;
        Bool => "radiotap.timestamp.flags.accuracy", "accuracy field", &0x2;
    ]
}

/// What stands in the header by the bits of the present flags: at multiples of how many bytes, how many, and what.
const BY_BIT: [(u8, u8, Option<&[Slot]>); 28] = [
    (8, 8, Some(TIMER)),
    (1, 1, Some(FLAGS)),
    (1, 1, None),
    (2, 4, Some(CHANNEL)),
    (1, 2, Some(HOPPING)),
    (1, 1, Some(SIGNAL)),
    (1, 1, Some(NOISE)),
    (2, 2, Some(QUALITY)),
    (2, 2, Some(ATTENUATION)),
    (2, 2, Some(DB_ATTENUATION)),
    (1, 1, Some(POWER)),
    (1, 1, Some(ANTENNA)),
    (1, 1, Some(DB_SIGNAL)),
    (1, 1, Some(DB_NOISE)),
    (2, 2, Some(RECEIVED)),
    (2, 2, Some(SENT)),
    (1, 1, None),
    (1, 1, Some(RETRIES)),
    (4, 8, Some(WIDE_CHANNEL)),
    (1, 3, Some(CODING)),
    (4, 8, Some(AGGREGATE)),
    (2, 12, Some(VERY_HIGH)),
    (8, 12, Some(STAMP)),
    (2, 12, None),
    (2, 12, None),
    (2, 6, None),
    (1, 1, None),
    (2, 4, None),
];

pub(super) static RADIOTAP: Protocol = Protocol {
    name: "radiotap",
    title: "IEEE 802.11 Radiotap Capture header",
    short: "Radiotap",
    fields: FIELDS,
    layouts: LAYOUTS,
    claims: &[Claim::Link(127)],
    probe: None,
    dissect,
    ..Protocol::PLAIN
};

pub(super) static PPI: Protocol = Protocol {
    name: "ppi",
    title: "PPI Packet Header",
    short: "PPI",
    claims: &[Claim::Link(192)],
    probe: None,
    dissect: dissect_ppi,
    ..Protocol::PLAIN
};

pub(super) static PRISM: Protocol = Protocol {
    name: "prism",
    title: "Prism capture header",
    short: "Prism",
    fields: &[],
    claims: &[Claim::Link(119)],
    probe: None,
    dissect: dissect_prism,
    ..Protocol::PLAIN
};

pub(super) static AVS: Protocol = Protocol {
    name: "wlancap",
    title: "AVS WLAN Capture header",
    short: "AVS",
    fields: &[],
    claims: &[Claim::Link(163)],
    probe: None,
    dissect: dissect_avs,
    ..Protocol::PLAIN
};

/// Bytes of the frame check sequence at a frame's end.
const CHECK: usize = 4;

/// IEEE 802.11 follows, with its check sequence or without.
fn frame(rest: Bytes<'_>, checked: bool) -> Next<'_> {
    let rest = if checked { rest.limit(rest.wire_len().saturating_sub(CHECK)) } else { rest };
    Next::Claim(Claim::Named("wlan_radio"), rest)
}

fn dissect<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    /// Of the first word of present flags.
    const TIMESTAMP: u32 = 0x1;
    const FLAGS: u32 = 0x2;
    /// Another word follows.
    const MORE: u32 = 0x8000_0000;
    /// Of the flags: a check sequence is at the end.
    const HAS_CHECK: u8 = 0x10;

    let length = bytes.u16_le(2)?;
    let present = bytes.u32_le(4)?;
    if d.wants() {
        d.field(&RADIOTAP_REVISION, bytes.span(0..1), bytes.u8(0)?);
        d.field(&RADIOTAP_PAD, bytes.span(1..2), bytes.u8(1)?);
        d.field(&RADIOTAP_LENGTH, bytes.span(2..4), length);
        // What is odd about the facts says nothing about the frame.
        _ = describe(d, bytes.limit(length.into()));
    }
    let mut at = 8_usize;
    let mut word = present;
    while word & MORE != 0 {
        word = bytes.u32_le(at)?;
        at = at.saturating_add(4);
    }
    // Fields stand in the order of their bits, each at a multiple of its size.
    if present & TIMESTAMP != 0 {
        at = at.next_multiple_of(8).saturating_add(8);
    }
    let flags = if present & FLAGS != 0 { bytes.u8(at)? } else { 0 };
    Ok(frame(bytes.from(usize::from(length)), flags & HAS_CHECK != 0))
}

fn describe(d: &mut Dissection, bytes: Bytes<'_>) -> Result<(), Problem> {
    let mut r = Reader::little(bytes, 4);
    let mut words = vec![r.layout(d, PRESENT)?];
    // A further word begins anew only if the one before says so; else it goes on with bits that nobody has defined. A vendor's
    // own words say what only the vendor knows.
    let mut anew = true;
    while let Some(last) = words.last().copied().filter(|word| word & 1 << 31 != 0) {
        anew &= last & 3 << 29 == 1 << 29;
        let word = r.layout(d, if anew { PRESENT } else { PRESENT.get(..1).unwrap_or_default() })?;
        words.push(if anew { word } else { word & 1 << 31 });
    }
    for word in words {
        for (bit, (align, size, layout)) in BY_BIT.iter().enumerate().filter(|(bit, _)| word >> bit & 1 != 0) {
            r.at = r.at.next_multiple_of(usize::from(*align));
            let (start, end) = (r.at, r.at.saturating_add(usize::from(*size)));
            if let Some(layout) = layout {
                r.layout(d, layout)?;
            } else if bit == 2 {
                let rate = r.uint(1)?;
                d.field(&RADIOTAP_RATE, r.since(start), rate as f64 / 2.0);
            }
            r.at = end;
        }
    }
    Ok(())
}

fn dissect_ppi<'p>(d: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    const WLAN_LINK: u32 = 105;
    const COMMON_FIELD: u16 = 2;

    let (length, link) = (usize::from(bytes.u16_le(2)?), bytes.u32_le(4)?);
    let rest = bytes.from(length);
    if link != WLAN_LINK {
        return Ok(match u16::try_from(link) {
            Ok(link) => Next::Claim(Claim::Linked(link), rest),
            Err(_) => Next::Data(rest),
        });
    }
    let header = bytes.limit(length);
    let mut r = Reader::little(header, 0);
    r.layout(d, PPI_HEAD)?;
    let mut at = 8_usize;
    let mut checked = false;
    while let (Ok(kind), Ok(size)) = (header.u16_le(at), header.u16_le(at.saturating_add(2))) {
        if d.wants() {
            r.at = at;
            r.layout(d, PPI_FIELD)?;
        }
        if kind == COMMON_FIELD {
            r.at = at.saturating_add(4);
            r.layout(d, PPI_COMMON)?;
            checked = header.u16_le(at.saturating_add(12))? & 1 != 0;
        }
        at = at.saturating_add(4).saturating_add(usize::from(size));
    }
    Ok(frame(rest, checked))
}

/// Cookie and version of an AVS header, which some drivers send under Prism's link type.
const AVS_MAGIC: u32 = 0x8021_1000;

fn dissect_prism<'p>(_: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    const LENGTH: usize = 144;
    if bytes.u32(0)? & 0xffff_fff0 == AVS_MAGIC {
        return Ok(Next::Claim(Claim::Named("wlancap"), bytes));
    }
    bytes.take(0..8)?;
    Ok(frame(bytes.from(LENGTH), false))
}

fn dissect_avs<'p>(_: &mut Dissection, bytes: Bytes<'p>) -> Result<Next<'p>, Problem> {
    let length = usize::try_from(bytes.u32(4)?).unwrap_or(usize::MAX);
    Ok(frame(bytes.from(length), false))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::dissect::Wanted;

    fn rest(bytes: &[u8]) -> Option<(u32, usize)> {
        let mut d = Dissection::new(Wanted::Facts);
        match dissect(&mut d, Bytes::frame(bytes, 0)) {
            Ok(Next::Claim(_, rest)) => Some((rest.start(), rest.len())),
            _ => None,
        }
    }

    #[test]
    fn radiotap_flags_tell_whether_a_check_sequence_follows() {
        // Length 17, timestamp and flags present: flags stand behind the timestamp, which stands at a multiple of 8.
        let mut bytes = [0_u8; 17 + 10];
        (bytes[2], bytes[4], bytes[16]) = (17, 3, 0x10);
        assert_eq!(rest(&bytes), Some((17, 6)));
        bytes[16] = 0;
        assert_eq!(rest(&bytes), Some((17, 10)));
        // A second word of present flags moves the timestamp to 16.
        let mut bytes = [0_u8; 25 + 10];
        (bytes[2], bytes[4], bytes[7], bytes[24]) = (25, 3, 0x80, 0x10);
        assert_eq!(rest(&bytes), Some((25, 6)));
    }
}
