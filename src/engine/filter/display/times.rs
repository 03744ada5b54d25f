//! Moments as people write them: `2011-07-04 12:34:56.789`, `Nov 12, 1999 08:55:44`, with a zone behind it or without (UTC).

const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
/// Minutes east of Greenwich.
const ZONES: &[(&str, i64)] = &[
    ("z", 0),
    ("utc", 0),
    ("gmt", 0),
    ("est", -300),
    ("edt", -240),
    ("cst", -360),
    ("cdt", -300),
    ("mst", -420),
    ("mdt", -360),
    ("pst", -480),
    ("pdt", -420),
    ("cet", 60),
    ("cest", 120),
    ("kst", 540),
    ("jst", 540),
];
const SECOND: i64 = 1_000_000_000;

/// ns since 1970.
pub fn moment(text: &str) -> Option<i64> {
    let text = text.trim().to_ascii_lowercase();
    let (date, rest) = date(&text)?;
    let rest = rest.strip_prefix('t').unwrap_or(rest).trim_start();
    if rest.is_empty() {
        return days(date)?.checked_mul(86_400 * SECOND);
    }
    let end = rest.find(|c: char| !(c.is_ascii_digit() || matches!(c, ':' | '.' | ','))).unwrap_or(rest.len());
    let (clock, zone) = rest.split_at(end);
    let minutes = offset(zone.trim())?;
    days(date)?.checked_mul(86_400 * SECOND)?.checked_add(time_of_day(clock)?)?.checked_sub(minutes * 60 * SECOND)
}

/// Whether a moment says of which zone it is.
pub fn has_zone(text: &str) -> bool {
    let text = text.trim().to_ascii_lowercase();
    let zone = date(&text).map_or("", |(_, rest)| rest);
    zone.get(1..).is_some_and(|clock| clock.contains(|c: char| c.is_ascii_alphabetic() || matches!(c, '+' | '-')))
}

/// Year, month, day; and what stands behind them.
fn date(text: &str) -> Option<([i64; 3], &str)> {
    if let Some(month) = MONTHS.iter().position(|month| text.starts_with(month)) {
        let (day, rest) = number(text[3..].trim_start())?;
        let (year, rest) = number(rest.strip_prefix(',')?.trim_start())?;
        return rest.starts_with([' ']).then_some(([year, month as i64 + 1, day], rest));
    }
    let (year, rest) = number(text)?;
    let (month, rest) = number(rest.strip_prefix('-')?)?;
    let (day, rest) = number(rest.strip_prefix('-')?)?;
    (year >= 1000).then_some(([year, month, day], rest))
}

fn number(text: &str) -> Option<(i64, &str)> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    Some((text[..end].parse().ok()?, &text[end..]))
}

/// Hours and minutes, seconds, their fraction.
fn time_of_day(clock: &str) -> Option<i64> {
    let mut parts = clock.split(':');
    let (hours, minutes, seconds) = (parts.next()?, parts.next()?, parts.next());
    let whole = |text: &str, most: i64| text.parse::<i64>().ok().filter(|value| *value <= most);
    if parts.next().is_some() {
        return None;
    }
    let ns = match seconds {
        Some(seconds) => duration(&seconds.replace(',', ".")).filter(|ns| *ns < 61 * SECOND)?,
        None => 0,
    };
    Some((whole(hours, 23)? * 3600 + whole(minutes, 59)? * 60) * SECOND + ns)
}

/// Seconds with a fraction, as ns; digits that are finer are cut off.
pub fn duration(text: &str) -> Option<i64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(fraction) || whole.is_empty() && fraction.is_empty() {
        // Ten to the power of: rare enough to be less exact.
        let number: f64 = text.parse().ok().filter(|number: &f64| number.is_finite())?;
        return Some((number * 1e9).round() as i64);
    }
    let nanos: i64 = format!("{:0<9}", &fraction[..fraction.len().min(9)]).parse().ok()?;
    let whole: i64 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    whole.checked_mul(SECOND)?.checked_add(nanos)
}

/// Minutes that a zone is east of Greenwich.
fn offset(zone: &str) -> Option<i64> {
    if zone.is_empty() {
        return Some(0);
    }
    if let Some((_, minutes)) = ZONES.iter().find(|(name, _)| *name == zone) {
        return Some(*minutes);
    }
    let (sign, digits) = match zone.as_bytes() {
        [b'+', ..] => (1, &zone[1..]),
        [b'-', ..] => (-1, &zone[1..]),
        _ => return None,
    };
    let digits = digits.replace(':', "");
    let value: i64 = digits.parse().ok()?;
    match digits.len() {
        4 => Some(sign * (value / 100 * 60 + value % 100)),
        2 => Some(sign * value * 60),
        _ => None,
    }
}

/// Days since 1970 (Howard Hinnant's days_from_civil).
fn days([year, month, day]: [i64; 3]) -> Option<i64> {
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) || year > 9999 {
        return None;
    }
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year - era * 400;
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    Some(era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_in_all_their_forms() {
        let same = 1_041_342_931_300_000_000;
        for text in [
            "Dec 31, 2002 13:55:31.3",
            "2002-12-31 13:55:31.3",
            "2002-12-31T13:55:31.3Z",
            "2002-12-31 13:55:31.3 UTC",
            "2002-12-31 15:55:31.3 +02:00",
            "2002-12-31 05:55:31.3 PST",
            "Dec  31, 2002 13:55:31.300000000",
        ] {
            assert_eq!(moment(text), Some(same), "{text}");
        }
        for (text, zone) in [
            ("2002-12-31 13:55:31", false),
            ("2002-12-31T13:55", false),
            ("Dec 31, 2002 13:55:31.3", false),
            ("1970-01-02", false),
            ("2002-12-31T13:55:31Z", true),
            ("2002-12-31 13:55:31 +0900", true),
            ("2002-12-31 13:55-08:00", true),
            ("Dec 31, 2002 13:55:31 PST", true),
        ] {
            assert_eq!(has_zone(text), zone, "{text}");
        }
        assert_eq!(moment("1970-01-02"), Some(86_400 * SECOND));
        assert_eq!(moment("2000-01-01 00:00"), Some(946_684_800 * SECOND));
        for text in [
            "2002-12-31 13:55.3",
            "mrt 1, 2000 00:00:00",
            "2002",
            "Jan 1, 2000",
            "01/01/2000",
            "1",
            "",
            "2002-13-01",
            "9999-01-01",
        ] {
            assert_eq!(moment(text), None, "{text}");
        }
        assert_eq!(
            (duration("1.5"), duration("492204e-3"), duration(".5"), duration("x")),
            (Some(1_500_000_000), Some(492_204_000_000), Some(SECOND / 2), None)
        );
    }
}
