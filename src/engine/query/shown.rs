//! Numbers as people read them, in sentences and reports.
pub use super::states::{duration, plural};
pub use crate::api::count;

/// `1.4 MB`
pub fn size(bytes: u64) -> String {
    let (mut value, mut unit) = (bytes.saturating_mul(10), "B");
    for larger in ["kB", "MB", "GB", "TB"] {
        if value < 10_000 {
            break;
        }
        (value, unit) = (value / 1000, larger);
    }
    match unit {
        "B" => format!("{} B", value / 10),
        _ if value >= 1000 => format!("{} {unit}", value / 10),
        _ => format!("{}.{} {unit}", value / 10, value % 10),
    }
}

/// `12.3 %`
pub fn percent(part: u64, whole: u64) -> String {
    if whole == 0 {
        return String::new();
    }
    format!("{:.1} %", part as f64 * 100.0 / whole as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short() {
        let all = [0, 999, 1000, 1440, 99_999, 100_000, 1_400_000, 25_000_000_000].map(size);
        assert_eq!(all, ["0 B", "999 B", "1.0 kB", "1.4 kB", "99.9 kB", "100 kB", "1.4 MB", "25.0 GB"]);
        assert_eq!((percent(1, 3), percent(0, 0)), ("33.3 %".to_owned(), String::new()));
    }
}
