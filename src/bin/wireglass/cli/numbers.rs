//! Numbers as people read them.
use wireglass::api::Moment;

/// `1,234,567`
pub fn count(n: impl Into<u64>) -> String {
    let digits = n.into().to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `1 flow`, `34 flows`
pub fn counted(n: impl Into<u64>, thing: &str) -> String {
    let n = n.into();
    format!("{} {thing}{}", count(n), if n == 1 { "" } else { "s" })
}

const THOUSANDS: [&str; 7] = ["", "k", "M", "G", "T", "P", "E"];

/// `1.23 M` of what `unit` names.
fn scaled(value: f64, unit: &str) -> String {
    let steps = || std::iter::successors(Some(value), |value| Some(value / 1000.0)).zip(THOUSANDS);
    // 999.96 would be shown as 1000.0.
    let (value, prefix) = steps().find(|(value, _)| *value < 999.95).unwrap_or((value, ""));
    let decimals = if prefix.is_empty() || value >= 100.0 {
        0
    } else if value >= 10.0 {
        1
    } else {
        2
    };
    format!("{value:.decimals$} {prefix}{unit}")
}

/// `270 MB (270,100,859 bytes)`
pub fn size(bytes: u64) -> String {
    let exact = counted(bytes, "byte");
    if bytes < 1000 { exact } else { format!("{} ({exact})", scaled(bytes as f64, "B")) }
}

/// `12.3 Mbit/s`; nothing when there is no time to divide by.
pub fn bit_rate(bytes: u64, ns: i64) -> String {
    if ns <= 0 { String::new() } else { scaled(bytes as f64 * 8e9 / ns as f64, "bit/s") }
}

/// `12.34 %`
pub fn percent(part: u64, whole: u64) -> String {
    if whole == 0 { String::new() } else { format!("{:.2} %", part as f64 * 100.0 / whole as f64) }
}

/// `123 ns`, `1.234 ms`, `12.345 s`, `2 min 3 s`, `3 h 2 min`, `4 d 3 h`
pub fn duration(ns: i64) -> String {
    let sign = if ns < 0 { "-" } else { "" };
    let n = ns.unsigned_abs();
    let thousandth = |unit: u64, name| format!("{sign}{}.{:03} {name}", n / unit, n % unit / (unit / 1000));
    let seconds = n / 1_000_000_000;
    let (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86_400);
    match n {
        0..1_000 => format!("{sign}{n} ns"),
        1_000..1_000_000 => thousandth(1_000, "µs"),
        1_000_000..1_000_000_000 => thousandth(1_000_000, "ms"),
        _ if seconds < 60 => thousandth(1_000_000_000, "s"),
        _ if hours < 1 => format!("{sign}{minutes} min {} s", seconds % 60),
        _ if days < 1 => format!("{sign}{hours} h {} min", minutes % 60),
        _ => format!("{sign}{} d {} h", count(days), hours % 24),
    }
}

/// Seconds with a fixed number of decimals, not rounded: `12.345678`
pub fn seconds(ns: i64, decimals: usize) -> String {
    let n = ns.unsigned_abs();
    let fraction: String = format!("{:09}", n % 1_000_000_000).chars().take(decimals).collect();
    format!("{}{}.{fraction}", if ns < 0 { "-" } else { "" }, n / 1_000_000_000)
}

/// `2026-11-22 05:02:33.123456`, UTC.
pub fn utc(start: Moment, after_ns: i64, decimals: usize) -> String {
    let ns = i128::from(start.nanos) + i128::from(after_ns);
    // Both fit: a difference of 64 bits in ns is 292 years.
    let (seconds, nanos) = (ns.div_euclid(1_000_000_000) as i64, ns.rem_euclid(1_000_000_000) as u32);
    let moment = Moment { seconds: start.seconds.saturating_add(seconds), nanos };
    let fraction: String = format!("{nanos:09}").chars().take(decimals).collect();
    format!("{}.{fraction}", moment.calendar())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_have_separators() {
        for (n, text) in [(0u64, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567")] {
            assert_eq!(count(n), text);
        }
        assert_eq!((counted(1u32, "flow"), counted(2u32, "flow")), ("1 flow".into(), "2 flows".into()));
    }

    #[test]
    fn sizes_and_rates_have_three_digits() {
        let sizes = [
            (1, "1 byte"),
            (999, "999 bytes"),
            (999_960, "1.00 MB (999,960 bytes)"),
            (12_345, "12.3 kB (12,345 bytes)"),
        ];
        for (bytes, text) in sizes {
            assert_eq!(size(bytes), text);
        }
        assert_eq!(bit_rate(1_000_000, 1_000_000_000), "8.00 Mbit/s");
        assert_eq!(bit_rate(1, 0), "");
        assert_eq!((percent(1, 3), percent(0, 0)), ("33.33 %".into(), String::new()));
    }

    #[test]
    fn durations_have_the_unit_that_fits() {
        let durations = [
            (0, "0 ns"),
            (1_234, "1.234 µs"),
            (-1_234_567, "-1.234 ms"),
            (59_999_999_999, "59.999 s"),
            (123_000_000_000, "2 min 3 s"),
            (10_920_000_000_000, "3 h 2 min"),
            (i64::MAX, "106,751 d 23 h"),
        ];
        for (ns, text) in durations {
            assert_eq!(duration(ns), text);
        }
        assert_eq!((seconds(-1_500_000_000, 6), seconds(1, 9)), ("-1.500000".into(), "0.000000001".into()));
    }

    #[test]
    fn dates_are_gregorian() {
        let moments = [
            (0, "1970-01-01 00:00:00.000"),
            (951_782_400, "2000-02-29 00:00:00.000"),
            (-1, "1969-12-31 23:59:59.000"),
            (4_107_542_399, "2100-02-28 23:59:59.000"),
            (4_107_542_400, "2100-03-01 00:00:00.000"),
        ];
        for (seconds, text) in moments {
            assert_eq!(utc(Moment { seconds, nanos: 0 }, 0, 3), text);
        }
        assert_eq!(utc(Moment { seconds: 0, nanos: 999_999_999 }, 1, 3), "1970-01-01 00:00:01.000");
    }
}
