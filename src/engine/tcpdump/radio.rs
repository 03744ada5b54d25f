//! Headers that drivers put in front of 802.11 frames: radiotap, PPI, Prism, AVS.
use super::wlan::{print, print_padded};
use super::{Bytes, Out, Printed, Problem, link};

/// Radiotap (radiotap.org): fields that a word of bits announces, each aligned to its own size.
pub fn radiotap(out: &mut Out<'_>, bytes: Bytes<'_>) -> Printed {
    out.protocol = "802.11_radio";
    if bytes.len() < 8 {
        return Err(Problem::Truncated);
    }
    let length = usize::from(bytes.u16_le(2)?);
    out.link_len = length;
    if bytes.len() < length {
        return Err(Problem::Truncated);
    }
    let mut words = vec![bytes.u32_le(4)?];
    while words.last().is_some_and(|word| word & 0x8000_0000 != 0) {
        let at = words.len().saturating_mul(4).saturating_add(4);
        if at.saturating_add(4) > length {
            return Err(Problem::Truncated);
        }
        words.push(bytes.u32_le(at)?);
    }
    let mut at = words.len().saturating_mul(4).saturating_add(4);
    let header = bytes.limit(length);
    let (mut flags, mut base) = (0u8, 0u32);
    let has_mcs = words.first().is_some_and(|word| word & 1 << 19 != 0);
    'words: for word in &words {
        for bit in 0..29u32 {
            if word >> bit & 1 == 0 {
                continue;
            }
            match field(out, &header, &mut at, base.saturating_add(bit), has_mcs, &mut flags) {
                Ok(true) => {}
                // Where one field's size is unknown, so is where the next one starts.
                Ok(false) => break 'words,
                Err(_) => {
                    out.cut();
                    break 'words;
                }
            }
        }
        base = if word & 1 << 29 != 0 { 0 } else { base.saturating_add(32) };
    }
    let frame = bytes.from(length);
    let frame = if flags & 0x10 != 0 { frame.limit(frame.wire_len().saturating_sub(4)) } else { frame };
    print_padded(out, frame, flags & 0x20 != 0)
}

fn field(
    out: &mut Out<'_>,
    bytes: &Bytes<'_>,
    at: &mut usize,
    bit: u32,
    has_mcs: bool,
    flags: &mut u8,
) -> Result<bool, Problem> {
    // Size and alignment.
    let (size, align) = match bit {
        0 => (8, 8),
        1 | 2 | 5 | 6 | 10..=13 => (1, 1),
        3 => (4, 2),
        4 => (2, 2),
        7 | 8 | 14 => (2, 2),
        9 => (1, 1),
        18 => (8, 4),
        19 => (3, 1),
        20 => (8, 4),
        21 => (12, 2),
        _ => {
            say!(out, "[bit {bit}] ");
            return Ok(false);
        }
    };
    let start = at.next_multiple_of(align);
    let value = Bytes::reassembled(bytes.take(start..start.saturating_add(size))?, 0);
    *at = start.saturating_add(size);
    let signed = |at: usize| value.u8(at).map(|byte| byte as i8);
    match bit {
        0 => say!(out, "{}us tsft ", value.array::<8>(0).map(u64::from_le_bytes)?),
        1 => {
            *flags = value.u8(0)?;
            for (bit, text) in
                [(0x01, "cfp "), (0x02, "short preamble "), (0x04, "wep "), (0x08, "fragmented "), (0x40, "bad-fcs ")]
            {
                out.put(if *flags & bit != 0 { text } else { "" });
            }
        }
        2 => match value.u8(0)? {
            rate @ 0x80..=0x8f => say!(out, "MCS {} ", rate & 0x7f),
            rate => say!(out, "{:.1} Mb/s ", f64::from(rate & 0x7f) / 2.0),
        },
        3 => channel(out, value.u16_le(0)?, u32::from(value.u16_le(2)?), has_mcs),
        4 => say!(out, "fhset {} fhpat {} ", value.u8(0)?, value.u8(1)?),
        5 => say!(out, "{}dBm signal ", signed(0)?),
        6 => say!(out, "{}dBm noise ", signed(0)?),
        7 => say!(out, "{} sq ", value.u16_le(0)?),
        8 => say!(out, "{} tx power ", 0i32.saturating_sub(i32::from(value.u16_le(0)?))),
        9 => say!(out, "{}dB tx attenuation ", 0i32.saturating_sub(i32::from(value.u8(0)?))),
        10 => say!(out, "{}dBm tx power ", signed(0)?),
        11 => say!(out, "antenna {} ", value.u8(0)?),
        12 => say!(out, "{}dB signal ", value.u8(0)?),
        13 => say!(out, "{}dB noise ", value.u8(0)?),
        18 => channel(out, value.u16_le(4)?, value.u32_le(0)?, has_mcs),
        19 => mcs(out, value.u8(0)?, value.u8(1)?, value.u8(2)?),
        21 => vht(out, &value)?,
        _ => {}
    }
    Ok(true)
}

fn channel(out: &mut Out<'_>, frequency: u16, flags: u32, has_mcs: bool) {
    say!(out, "{frequency} MHz");
    let is = |wanted: u32| flags & wanted == wanted;
    let half = if is(0x4000) {
        "/10Mhz"
    } else if is(0x8000) {
        "/5Mhz"
    } else {
        ""
    };
    if has_mcs {
        out.put(" 11n");
    } else {
        if is(0x800) {
            out.put(" FH");
        }
        if is(0x140) {
            say!(out, " 11a{half}");
        }
        if is(0xc0) || is(0x480) {
            say!(out, " 11g{half}");
        } else if is(0xa0) {
            out.put(" 11b");
        }
        if is(0x10) {
            out.put(" Turbo");
        }
    }
    if is(0x1_0000) {
        out.put(" ht/20");
    } else if is(0x4_0000) {
        out.put(" ht/40-");
    } else if is(0x2_0000) {
        out.put(" ht/40+");
    }
    out.put(" ");
}

/// Mb/s of the first stream's eight schemes: 20 MHz long and short guard interval, then 40 MHz.
const RATES: [[f64; 8]; 4] = [
    [6.5, 13.0, 19.5, 26.0, 39.0, 52.0, 58.5, 65.0],
    [7.2, 14.4, 21.7, 28.9, 43.3, 57.8, 65.0, 72.2],
    [13.5, 27.0, 40.5, 54.0, 81.0, 108.0, 121.5, 135.0],
    [15.0, 30.0, 45.0, 60.0, 90.0, 120.0, 135.0, 150.0],
];

fn mcs(out: &mut Out<'_>, known: u8, flags: u8, index: u8) {
    if known & 2 != 0 {
        let wide = known & 1 != 0 && flags & 3 == 1;
        let short = known & 4 != 0 && flags & 4 != 0;
        let row = usize::from(wide).saturating_mul(2).saturating_add(usize::from(short));
        let single = RATES.get(row).and_then(|row| row.get(usize::from(index & 7))).copied().unwrap_or(0.0);
        let streams = f64::from(index >> 3) + 1.0;
        // Short intervals give a tenth more; the tables' tenths are of the whole, not of one stream.
        let rate = if short && !wide { long_rate(index) * streams / 0.9 } else { single * streams };
        if index < 32 {
            say!(out, "{:.1} Mb/s MCS {index} ", (rate * 10.0 + 1e-6).round() / 10.0);
        } else {
            say!(out, "MCS {index} ");
        }
    }
    if known & 1 != 0 {
        out.put(["20 MHz ", "40 MHz ", "20 MHz (L) ", "20 MHz (U) "].get(usize::from(flags & 3)).unwrap_or(&""));
    }
    if known & 4 != 0 {
        out.put(if flags & 4 != 0 { "short GI " } else { "long GI " });
    }
    if known & 8 != 0 {
        out.put(if flags & 8 != 0 { "greenfield " } else { "mixed " });
    }
    if known & 16 != 0 {
        out.put(if flags & 16 != 0 { "LDPC FEC " } else { "BCC FEC " });
    }
    if known & 32 != 0 {
        say!(out, "RX-STBC{} ", flags >> 5 & 3);
    }
}

fn long_rate(index: u8) -> f64 {
    RATES.first().and_then(|row| row.get(usize::from(index & 7))).copied().unwrap_or(0.0)
}

fn vht(out: &mut Out<'_>, value: &Bytes<'_>) -> Printed {
    let (known, flags, bandwidth) = (value.u16_le(0)?, value.u8(2)?, value.u8(3)?);
    let coding = value.u8(8)?;
    for user in 0..4u8 {
        let scheme = value.u8(usize::from(user).saturating_add(4))?;
        if scheme & 15 == 0 {
            continue;
        }
        say!(out, "User {user} MCS {} ", scheme >> 4);
        out.put(if coding & 1 << user != 0 { "LDPC" } else { "BCC" });
        out.put(" FEC ");
    }
    if known & 0x40 != 0 {
        const WIDTHS: [&str; 26] = [
            "20 MHz",
            "40 MHz",
            "20 MHz (L)",
            "20 MHz (U)",
            "80 MHz",
            "80 MHz (L)",
            "80 MHz (U)",
            "80 MHz (LL)",
            "80 MHz (LU)",
            "80 MHz (UL)",
            "80 MHz (UU)",
            "160 MHz",
            "160 MHz (L)",
            "160 MHz (U)",
            "160 MHz (LL)",
            "160 MHz (LU)",
            "160 MHz (UL)",
            "160 MHz (UU)",
            "160 MHz (LLL)",
            "160 MHz (LLU)",
            "160 MHz (LUL)",
            "160 MHz (LUU)",
            "160 MHz (ULL)",
            "160 MHz (ULU)",
            "160 MHz (UUL)",
            "160 MHz (UUU)",
        ];
        match WIDTHS.get(usize::from(bandwidth & 0x1f)) {
            Some(width) => say!(out, "{width} "),
            None => say!(out, "unknown bandwidth ({}) ", bandwidth & 0x1f),
        }
    }
    if known & 4 != 0 {
        out.put(if flags & 4 != 0 { "short GI " } else { "long GI " });
    }
    Ok(())
}

/// CACE's header: its length and the link type of what follows.
pub fn ppi(out: &mut Out<'_>, bytes: Bytes<'_>) -> Printed {
    out.protocol = "ppi";
    if bytes.len() < 8 {
        return Err(Problem::Truncated);
    }
    let (length, kind) = (usize::from(bytes.u16_le(2)?), bytes.u32_le(4)?);
    if length < 8 || bytes.len() < length {
        return Err(Problem::Truncated);
    }
    if out.options.e {
        say!(out, "DLT {} ({kind}) len {}: ", if kind == 105 { "IEEE802_11" } else { "EN10MB" }, bytes.wire_len());
    }
    let rest = bytes.from(length);
    let kind = u16::try_from(kind).unwrap_or(u16::MAX);
    if kind == 192 {
        return Ok(());
    }
    out.inside(|out| link::print(out, kind, rest))
}

/// Prism's (119) and AVS' (163) headers.
pub fn other(out: &mut Out<'_>, bytes: Bytes<'_>, kind: u16) -> Printed {
    out.protocol = if kind == 119 { "prism" } else { "802.11_radio_avs" };
    let magic = bytes.u32(0)?;
    let length = match magic {
        0x8021_1001 | 0x8021_1002 => bytes.u32(4)? as usize,
        _ if kind == 119 => 144,
        _ => bytes.u32(4)? as usize,
    };
    if bytes.len() < length {
        return Err(Problem::Truncated);
    }
    out.link_len = length;
    print(out, bytes.from(length))
}
