//! Numbers as people read them: counts, bytes, durations, rates, moments. Pure.
use crate::api::{Moment, long};
use crate::ui::say::fill;

/// `1234567` → `1,234,567`.
pub(crate) fn count(n: u64) -> String {
    crate::api::count(n)
}

/// A number at the scale of a chart: whole where it is whole.
pub(crate) fn scale(value: f64) -> String {
    if value.fract() == 0.0 { count(value as u64) } else { format!("{value:.1}") }
}

/// `1 flow`, `2 flows`: of the texts `{0} flow` and `{0} flows`, in the page's language.
pub(crate) fn counted(n: u64, one: &'static str, many: &'static str) -> String {
    fill(if n == 1 { one } else { many }, &[&count(n)])
}

/// Three significant digits: `0.57`, `12.3`, `123`.
fn significant(value: f64) -> String {
    match value.abs() {
        v if v >= 99.95 || v == 0.0 => format!("{value:.0}"),
        v if v >= 9.995 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

/// Scales by thousands to the unit in which the value has one to three digits before the point.
fn scaled(value: f64, units: &[&str]) -> String {
    let (mut value, mut unit) = (value, 0);
    while value >= 999.5 && unit + 1 < units.len() {
        value /= 1000.0;
        unit += 1;
    }
    let unit = units.get(unit).copied().unwrap_or_default();
    format!("{} {unit}", significant(value))
}

/// Decimal units throughout (1 KB = 1000 bytes), as file managers and link speeds count.
pub(crate) fn bytes(n: u64) -> String {
    if n < 1000 {
        return format!("{n} B");
    }
    scaled(n as f64, &["B", "KB", "MB", "GB", "TB"])
}

/// For tooltips: the exact number behind [`bytes`].
pub(crate) fn exact_bytes(n: u64) -> String {
    counted(n, "{0} byte", "{0} bytes")
}

/// Bits a second from bytes over a duration; a dash when no time passed.
pub(crate) fn bit_rate(bytes: u64, duration_ns: i64) -> String {
    if duration_ns <= 0 {
        return "–".into();
    }
    let bits = bytes as f64 * 8.0 / (duration_ns as f64 / 1e9);
    if bits < 1000.0 {
        format!("{} bit/s", significant(bits))
    } else {
        scaled(bits, &["bit/s", "Kbit/s", "Mbit/s", "Gbit/s", "Tbit/s"])
    }
}

/// Bytes a second, for the progress line.
pub(crate) fn byte_rate(bytes: u64, elapsed_ms: f64) -> String {
    if elapsed_ms < 1.0 {
        return String::new();
    }
    scaled(bytes as f64 / elapsed_ms * 1000.0, &["B/s", "KB/s", "MB/s", "GB/s"])
}

/// `1.234 ms`, `12.3 s`, `4 min 5 s`: about four digits, never more than two units.
pub(crate) fn duration(ns: i64) -> String {
    if ns < 0 {
        return format!("−{}", duration(ns.saturating_neg()));
    }
    let value = ns as f64;
    match ns {
        0..1_000 => format!("{ns} ns"),
        1_000..1_000_000 => format!("{} µs", four(value / 1e3)),
        1_000_000..1_000_000_000 => format!("{} ms", four(value / 1e6)),
        1_000_000_000..60_000_000_000 => format!("{} s", four(value / 1e9)),
        _ => long(ns / 1_000_000_000),
    }
}

fn four(value: f64) -> String {
    match value {
        v if v >= 99.995 => format!("{value:.1}"),
        v if v >= 9.9995 => format!("{value:.2}"),
        _ => format!("{value:.3}"),
    }
}

/// As Wireshark's time column has it: seconds with six decimals.
pub(crate) fn seconds(ns: i64) -> String {
    let micros = (i128::from(ns).abs() + 500) / 1000;
    let sign = if ns < 0 && micros > 0 { "−" } else { "" };
    format!("{sign}{}.{:06}", micros / 1_000_000, micros % 1_000_000)
}

/// Seconds with all nine decimals, for tooltips.
pub(crate) fn exact_seconds(ns: i64) -> String {
    let sign = if ns < 0 { "−" } else { "" };
    let ns = ns.unsigned_abs();
    format!("{sign}{}.{:09} s", ns / 1_000_000_000, ns % 1_000_000_000)
}

/// Share of a whole: `12.3 %`, `<0.1 %`, `100 %`.
pub(crate) fn percent(part: u64, whole: u64) -> String {
    if whole == 0 || part == 0 {
        return "0 %".into();
    }
    let share = part as f64 * 100.0 / whole as f64;
    match share {
        s if s < 0.05 => "<0.1 %".into(),
        s if s >= 99.95 && part < whole => "99.9 %".into(),
        s if s >= 99.95 => "100 %".into(),
        _ => format!("{share:.1} %"),
    }
}

/// `2024-05-06 07:08:09.123456` of a moment shifted by an offset from UTC.
pub(crate) fn date_time(moment: Moment, offset_minutes: i64) -> String {
    let shifted = Moment { seconds: moment.seconds.saturating_add(offset_minutes * 60), ..moment };
    format!("{}.{:06}", shifted.calendar(), moment.nanos / 1000)
}

/// Address and port as one endpoint: `10.0.0.1:443`, `[2001:db8::1]:443`.
pub(crate) fn endpoint(address: &str, port: Option<u16>) -> String {
    match port {
        Some(port) if address.contains(':') => format!("[{address}]:{port}"),
        Some(port) => format!("{address}:{port}"),
        None => address.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_grouped() {
        assert_eq!(
            ["0", "12", "123", "1,234", "1,234,567"],
            [0, 12, 123, 1234, 1_234_567].map(count).each_ref().map(|s| s.as_str())
        );
        assert_eq!(counted(1, "{0} flow", "{0} flows"), "1 flow");
        assert_eq!([0.0, 1.5, 25_000.0].map(scale), ["0", "1.5", "25,000"]);
    }

    #[test]
    fn bytes_have_three_digits() {
        let shown = [0, 999, 1000, 1234, 12_345, 999_499, 999_500, 268_435_456].map(bytes);
        assert_eq!(shown, ["0 B", "999 B", "1.00 KB", "1.23 KB", "12.3 KB", "999 KB", "1.00 MB", "268 MB"]);
    }

    #[test]
    fn durations_change_units() {
        let shown = [0, 999, 1234, 1_234_000, 12_340_000, 123_400_000, 12_340_000_000, 245_000_000_000].map(duration);
        assert_eq!(shown, ["0 ns", "999 ns", "1.234 µs", "1.234 ms", "12.34 ms", "123.4 ms", "12.34 s", "4 min 5 s"]);
        assert_eq!(duration(90_061_000_000_000), "1 d 1 h");
        assert_eq!(duration(-1500), "−1.500 µs");
    }

    #[test]
    fn seconds_round_to_microseconds() {
        assert_eq!(
            [0, 1_500, 1_234_567_891, -1_000_000].map(seconds),
            ["0.000000", "0.000002", "1.234568", "−0.001000"]
        );
        assert_eq!(exact_seconds(1_234_567_891), "1.234567891 s");
    }

    #[test]
    fn shares_never_lie_about_all_or_nothing() {
        assert_eq!(percent(1, 1_000_000), "<0.1 %");
        assert_eq!(percent(999_999, 1_000_000), "99.9 %");
        assert_eq!(percent(5, 5), "100 %");
        assert_eq!(percent(0, 0), "0 %");
    }

    #[test]
    fn moments_are_calendar_dates() {
        let leap = Moment { seconds: 1_709_164_800, nanos: 5_000 };
        assert_eq!(date_time(leap, 0), "2024-02-29 00:00:00.000005");
        assert_eq!(date_time(leap, -60), "2024-02-28 23:00:00.000005");
        assert_eq!(date_time(Moment { seconds: -1, nanos: 0 }, 0), "1969-12-31 23:59:59.000000");
    }

    #[test]
    fn rates_need_time() {
        assert_eq!(bit_rate(125, 1_000_000_000), "1.00 Kbit/s");
        assert_eq!(bit_rate(125, 0), "–");
        assert_eq!(byte_rate(2_000_000, 1000.0), "2.00 MB/s");
    }

    #[test]
    fn endpoints_bracket_ipv6() {
        assert_eq!(endpoint("::1", Some(53)), "[::1]:53");
        assert_eq!(endpoint("10.0.0.1", None), "10.0.0.1");
    }
}
