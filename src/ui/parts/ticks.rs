//! Round times on an axis, and in words.
use crate::ui::format;

/// Bucket widths are round numbers: say them shortly.
pub(crate) fn width_words(ns: i64) -> String {
    match ns {
        ns if ns >= 60_000_000_000 => {
            format::duration(ns).replace(" 0 s", "").replace(" 0 min", "").replace(" 0 h", "")
        }
        ns if ns >= 1_000_000_000 => format!("{} s", format::count((ns / 1_000_000_000) as u64)),
        ns if ns >= 1_000_000 => format!("{} ms", ns / 1_000_000),
        ns if ns >= 1_000 => format!("{} µs", ns / 1_000),
        _ => format!("{ns} ns"),
    }
}

/// About six round times within a span, and where they stand.
pub(crate) fn ticks(start: i64, span: i64) -> Vec<(f64, String)> {
    let step = round_step(span / 6);
    let first = start.div_euclid(step) * step;
    (0..12)
        .map(|i| first.saturating_add(step.saturating_mul(i)))
        .filter(|at| *at >= start && *at <= start.saturating_add(span))
        .map(|at| ((at - start) as f64 / span.max(1) as f64, if at == 0 { "0".into() } else { short(at) }))
        .collect()
}

/// 1, 2 or 5 times a power of ten (below a minute), then minutes and hours.
fn round_step(ns: i64) -> i64 {
    const SECOND: i64 = 1_000_000_000;
    const DAY: i64 = 86_400 * SECOND;
    const LONG: [i64; 9] = [60, 120, 300, 600, 1800, 3600, 7200, 21_600, 43_200];
    if ns > 30 * SECOND
        && let Some(step) = LONG.iter().map(|s| s * SECOND).find(|step| *step >= ns)
    {
        return step;
    }
    let mut power = if ns > DAY / 2 { DAY } else { 1 };
    while power.saturating_mul(10) <= ns {
        power *= 10;
    }
    [1, 2, 5, 10].iter().map(|m| power.saturating_mul(*m)).find(|step| *step >= ns).unwrap_or(power.saturating_mul(10))
}

/// Round times need few digits.
fn short(ns: i64) -> String {
    let seconds = ns as f64 / 1e9;
    match ns {
        60_000_000_000.. => format::duration(ns).replace(" 0 s", "").replace(" 0 min", "").replace(" 0 h", ""),
        1_000_000_000.. => format!("{seconds} s"),
        1_000_000.. => format!("{} ms", ns as f64 / 1e6),
        1_000.. => format!("{} µs", ns as f64 / 1e3),
        _ => format::duration(ns),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round() {
        let labels = |span| ticks(0, span).into_iter().map(|(_, label)| label).collect::<Vec<_>>().join(" ");
        assert_eq!(labels(40_200_000_000), "0 10 s 20 s 30 s 40 s");
        assert_eq!(labels(900_000_000), "0 200 ms 400 ms 600 ms 800 ms");
        assert_eq!(labels(7_200_000_000_000), "0 30 min 1 h 1 h 30 min 2 h");
        assert_eq!(labels(104_000_000_000_000_000), "0 500 d 1000 d");
        assert_eq!(labels(0), "0");
    }
}
