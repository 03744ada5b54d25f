//! Numbers as people read them, the same in the engine's sentences and on the page. English and Korean group them alike.

/// `1234567` → `1,234,567`.
pub fn count(n: impl Into<u64>) -> String {
    grouped(n.into())
}

fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// Whole seconds in their two largest units: `4 min 5 s`, `3 h 0 min`, `2 d 4 h`.
pub fn long(seconds: i64) -> String {
    let (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86_400);
    match seconds {
        ..60 => format!("{seconds} s"),
        60..3600 => format!("{minutes} min {} s", seconds % 60),
        3600..86_400 => format!("{hours} h {} min", minutes % 60),
        _ => format!("{days} d {} h", hours % 24),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_and_times_short() {
        let all = [0_u64, 12, 123, 1234, 1_234_567].map(count);
        assert_eq!(all, ["0", "12", "123", "1,234", "1,234,567"]);
        assert_eq!([59, 245, 11_000, 187_000].map(long), ["59 s", "4 min 5 s", "3 h 3 min", "2 d 3 h"]);
    }
}
