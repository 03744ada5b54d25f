//! Times as rows and cells of a map are called: by the clock on the wall, no finer than they are wide. Pure.
use crate::api::Moment;
use crate::ui::format;

const SECOND: i64 = 1_000_000_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

#[derive(Clone, Copy, Debug, PartialEq, Default)]
pub(super) struct Times {
    /// When time 0 was.
    pub start: Option<Moment>,
    /// Seconds that the clock is ahead of UTC.
    pub offset: i32,
}

impl Times {
    /// `2026-11-22 14:12:43`, and the nanoseconds behind it.
    fn clock(&self, ns: i64) -> Option<(String, i64)> {
        let start = self.start?;
        let past = i128::from(start.nanos) + i128::from(ns);
        let seconds = i64::try_from(past.div_euclid(i128::from(SECOND))).ok()?;
        let seconds = start.seconds.checked_add(seconds)?.checked_add(self.offset.into())?;
        Some((Moment { seconds, nanos: 0 }.calendar(), past.rem_euclid(i128::from(SECOND)) as i64))
    }

    /// The part of a moment that tells spans of this width apart.
    fn words(&self, ns: i64, width: i64, is_alone: bool) -> String {
        let Some((clock, rest)) = self.clock(ns) else { return format!("{} s", format::seconds(ns)) };
        let part = |range: std::ops::Range<usize>| clock.get(range).unwrap_or_default().to_owned();
        match width {
            DAY.. => part(0..10),
            HOUR.. => part(if is_alone { 5..13 } else { 11..13 }) + "h",
            MINUTE.. => part(11..16),
            SECOND.. => part(11..19),
            _ => format!("{}.{:03}", part(if is_alone { 11..19 } else { 17..19 }), rest / 1_000_000),
        }
    }

    pub(super) fn row(&self, ns: i64, width: i64) -> String {
        self.words(ns, width, true)
    }

    /// Within its row.
    pub(super) fn cell(&self, ns: i64, width: i64) -> String {
        let Some((clock, rest)) = self.clock(ns) else { return format!("{}", ns / width.max(1)) };
        let part = |range: std::ops::Range<usize>| clock.get(range).unwrap_or_default().to_owned();
        match width {
            HOUR.. => part(11..13),
            MINUTE.. => part(14..16),
            SECOND.. => part(17..19),
            _ => format!(".{}", rest / 100_000_000),
        }
    }

    /// As it stands alone.
    pub(super) fn span(&self, ns: i64, width: i64) -> String {
        self.words(ns, width, true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_as_fine_as_they_are_wide() {
        let times = Times { start: Some(Moment { seconds: 1_700_000_000, nanos: 250_000_000 }), offset: 3600 };
        let rows = [DAY, HOUR, MINUTE, SECOND, SECOND / 10].map(|width| times.row(50_000_000, width));
        assert_eq!(rows, ["2023-11-14", "11-14 23h", "23:13", "23:13:20", "23:13:20.300"]);
        let cells = [HOUR, MINUTE, SECOND, SECOND / 10].map(|width| times.cell(-250_000_000, width));
        assert_eq!(cells, ["23", "13", "20", ".0"]);
        assert_eq!(Times::default().row(1_500_000_000, DAY), "1.500000 s");
    }
}
