//! Where packets were captured, and how its clock counts.

const NANOSECONDS: u64 = 1_000_000_000;

/// An interface of a capture (draft-ietf-opsawg-pcapng, Interface Description Block; a pcap file is one interface).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interface {
    /// `LINKTYPE_` number: what the packets begin with.
    pub link: u16,
    /// Most bytes captured of a packet; 0 means no limit.
    pub snaplen: u32,
    /// Resolution of the time stamps (`if_tsresol`); 0 when the file gives one that no number of 64 bits can hold.
    pub ticks_per_second: u64,
    /// Seconds to add to every time stamp (`if_tsoffset`).
    pub offset_seconds: i64,
    /// What the system calls it, `eth0` (`if_name`).
    pub name: Option<String>,
    /// What people call it (`if_description`).
    pub description: Option<String>,
    /// The capture filter as text (`if_filter`).
    pub filter: Option<String>,
    /// The operating system of the machine it is part of (`if_os`).
    pub os: Option<String>,
    /// Packets that the capturing machine had no room for, by its own last count (`isb_ifdrop`).
    pub dropped: Option<u64>,
    /// Packets read so far.
    pub packets: u64,
    /// Which section it belongs to, counted from 0; 0 in a pcap file.
    pub section: u32,
    /// Its number inside its section.
    pub local_id: u32,
    /// Which file of a data set it belongs to, from 0.
    pub file: u32,
    /// Nanoseconds in a tick, 0 when that is no whole number: saves the division for nearly all files.
    pub(super) tick: u64,
}

impl Interface {
    pub(super) fn new(link: u16, snaplen: u32, ticks_per_second: u64, offset_seconds: i64) -> Interface {
        let whole = NANOSECONDS.checked_rem(ticks_per_second) == Some(0);
        let tick = if whole { NANOSECONDS.checked_div(ticks_per_second).unwrap_or(0) } else { 0 };
        Interface {
            link,
            snaplen,
            ticks_per_second,
            offset_seconds,
            name: None,
            description: None,
            filter: None,
            os: None,
            dropped: None,
            packets: 0,
            section: 0,
            local_id: 0,
            file: 0,
            tick,
        }
    }

    /// Nanoseconds since 1970 UTC, rounded down; `None` outside what 64 bits hold (1677 to 2262) or without a usable resolution.
    #[inline]
    pub(super) fn time(&self, ticks: u64) -> Option<i64> {
        if self.tick != 0 && self.offset_seconds == 0 {
            return i64::try_from(ticks.checked_mul(self.tick)?).ok();
        }
        let seconds = i128::from(ticks.checked_div(self.ticks_per_second)?);
        let fraction = u128::from(ticks.checked_rem(self.ticks_per_second)?);
        let nanoseconds =
            fraction.checked_mul(u128::from(NANOSECONDS))?.checked_div(u128::from(self.ticks_per_second))?;
        let whole = seconds.checked_add(i128::from(self.offset_seconds))?.checked_mul(i128::from(NANOSECONDS))?;
        i64::try_from(whole.checked_add(i128::try_from(nanoseconds).ok()?)?).ok()
    }

    /// Nanoseconds since 1970 UTC, also where 64 bits do not hold them.
    pub(super) fn clock(&self, ticks: u64) -> Option<i128> {
        let whole = i128::from(ticks).checked_mul(NANOSECONDS.into())?.checked_div(self.ticks_per_second.into())?;
        whole.checked_add(i128::from(self.offset_seconds).checked_mul(NANOSECONDS.into())?)
    }
}

/// Ticks per second from the octet of `if_tsresol`: a negative power of 10, or of 2 when the high bit is set. `None` when that is
/// more than 64 bits hold. (`pcap_parser::build_ts_resolution` refuses every power of 2.)
pub(super) fn resolution(octet: u8) -> Option<u64> {
    let exponent = u32::from(octet & 0x7f);
    if octet & 0x80 == 0 { 10u64.checked_pow(exponent) } else { 1u64.checked_shl(exponent) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resolutions() {
        for (octet, ticks) in [
            (0, Some(1)),
            (6, Some(1_000_000)),
            (9, Some(1_000_000_000)),
            (19, Some(10_000_000_000_000_000_000)),
            (20, None),
            (0x80, Some(1)),
            (0x8a, Some(1024)),
            (0xbf, Some(1 << 63)),
            (0xc0, None),
            (0xff, None),
        ] {
            assert_eq!(resolution(octet), ticks, "{octet:#x}");
        }
    }

    #[test]
    fn times() {
        const S: i64 = 1_000_000_000;
        for (octet, offset, ticks, expected) in [
            (6, 0, 1_000_001, Some(S + 1000)),
            (9, 0, 1_500_000_000, Some(S + S / 2)),
            (0, 0, 7, Some(7 * S)),
            (3, 5, 1, Some(5 * S + 1_000_000)),
            (12, 0, 1_234_567_890_123_456, Some(1_234_567_890_123)),
            (0x8a, 0, 1024 + 512, Some(S + S / 2)),
            (0xa0, 0, (3 << 32) + 1, Some(3 * S)),
            (6, -5, 1_000_001, Some(-4 * S + 1000)),
            (6, i64::MAX, 1, None),
            (6, i64::MIN, u64::MAX, None),
            (9, 0, u64::MAX, None),
            (6, 0, u64::MAX, None),
            (9, -18_000_000_000, u64::MAX, Some(446_744_073_709_551_615)),
            (0xbf, 0, u64::MAX, Some(2 * S - 1)),
            (19, 0, u64::MAX, Some(1_844_674_407)),
        ] {
            let interface = Interface::new(1, 0, resolution(octet).unwrap(), offset);
            assert_eq!(interface.time(ticks), expected, "{octet:#x} {offset} {ticks}");
        }
        assert_eq!(Interface::new(1, 0, 0, 0).time(1), None, "unknown resolution");
    }
}
