//! The time column in its five ways. Pure, but for the local time zone, which is handed in.
use crate::api::{Moment, PacketRow};
use crate::sorted::Sorted;
use crate::ui::desk::TimeFormat;
use crate::ui::format;
use crate::ui::say::{fill, t};

pub(crate) const FORMATS: [(TimeFormat, &str); 5] = [
    (TimeFormat::Start, "Since start"),
    (TimeFormat::Previous, "Since previous"),
    (TimeFormat::Utc, "UTC"),
    (TimeFormat::Local, "Local time"),
    (TimeFormat::Epoch, "Since 1970"),
];

/// The packet's time, and how exactly that is said. `start` is the moment that times count from.
pub(crate) fn shown(
    how: TimeFormat,
    row: &PacketRow,
    references: &Sorted<u32, i64>,
    start: Option<Moment>,
    offset_of: fn(i64) -> i64,
) -> (String, String) {
    let id = row.number.saturating_sub(1);
    if references.contains_key(&id) {
        return ("*REF*".into(), t("Time reference: the packets below count from here").into());
    }
    let Some(time) = row.time_ns else { return (String::new(), t("The packet has no time").into()) };
    match how {
        TimeFormat::Start => {
            let reference = references.before(&id).map_or(0, |(_, at)| *at);
            let since = time.saturating_sub(reference);
            (format::seconds(since), format::exact_seconds(since))
        }
        TimeFormat::Previous => (
            row.delta_ns.map(format::seconds).unwrap_or_default(),
            row.delta_ns.map(format::exact_seconds).unwrap_or_default(),
        ),
        TimeFormat::Utc | TimeFormat::Local | TimeFormat::Epoch => {
            let Some(moment) = start.map(|start| after(start, time)) else { return (String::new(), String::new()) };
            let epoch = fill("{0} s since 1970", &[&format!("{}.{:09}", moment.seconds, moment.nanos)]);
            let text = match how {
                TimeFormat::Utc => format::date_time(moment, 0),
                TimeFormat::Local => format::date_time(moment, offset_of(moment.seconds)),
                _ => format!("{}.{:06}", moment.seconds, moment.nanos / 1000),
            };
            (text, epoch)
        }
    }
}

/// A moment so many nanoseconds after another.
pub(crate) fn after(start: Moment, ns: i64) -> Moment {
    let nanos = i64::from(start.nanos) + ns.rem_euclid(1_000_000_000);
    let seconds = start.seconds.saturating_add(ns.div_euclid(1_000_000_000)).saturating_add(nanos / 1_000_000_000);
    Moment { seconds, nanos: (nanos % 1_000_000_000) as u32 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(how: TimeFormat, references: &[(u32, i64)], number: u32, time: i64) -> String {
        let row = PacketRow { number, time_ns: Some(time), delta_ns: Some(5_000), ..PacketRow::default() };
        let start = Moment { seconds: 1_709_164_799, nanos: 999_999_000 };
        shown(how, &row, &references.iter().copied().collect(), Some(start), |_| 60).0
    }

    #[test]
    fn every_format_says_the_same_moment() {
        let of = |how| text(how, &[], 2, 1_000);
        assert_eq!(of(TimeFormat::Start), "0.000001");
        assert_eq!(of(TimeFormat::Previous), "0.000005");
        assert_eq!(of(TimeFormat::Utc), "2024-02-29 00:00:00.000000");
        assert_eq!(of(TimeFormat::Local), "2024-02-29 01:00:00.000000");
        assert_eq!(of(TimeFormat::Epoch), "1709164800.000000");
    }

    #[test]
    fn packets_count_from_the_reference_before_them() {
        let references = [(4, 1_000_000_000), (9, 5_000_000_000)];
        assert_eq!(text(TimeFormat::Start, &references, 3, 500_000_000), "0.500000");
        assert_eq!(text(TimeFormat::Start, &references, 5, 1_000_000_000), "*REF*");
        assert_eq!(text(TimeFormat::Start, &references, 7, 1_500_000_000), "0.500000");
        assert_eq!(text(TimeFormat::Start, &references, 12, 6_000_000_000), "1.000000");
    }

    #[test]
    fn times_before_the_start_borrow_a_second() {
        let moment = after(Moment { seconds: 10, nanos: 0 }, -1);
        assert_eq!(moment, Moment { seconds: 9, nanos: 999_999_999 });
    }
}
