//! `--shift`: clocks that were wrong. What is typed once counts for every file the command reads.
use super::Stop;
use std::sync::OnceLock;

/// What is added to the times of one of the files, or of all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shift {
    /// Counted from 0.
    file: Option<usize>,
    ns: i64,
}

static SHIFTS: OnceLock<Vec<Shift>> = OnceLock::new();

/// Once, before anything is read.
pub fn remember(shifts: Vec<Shift>) {
    _ = SHIFTS.set(shifts);
}

/// `1.5`, `-0.25`: all files; `2=1.5`: the second one.
pub fn parse(text: &str) -> Result<Shift, String> {
    let (file, seconds) = match text.split_once('=') {
        None => (None, text),
        Some((number, seconds)) => {
            let number = number.trim().parse::<usize>().ok().and_then(|number| number.checked_sub(1));
            (Some(number.ok_or("files are counted from 1: 2=1.5")?), seconds)
        }
    };
    let ns = nanoseconds(seconds.trim())
        .ok_or("seconds are written as 1.5 or -0.000250, at most nine digits behind the point")?;
    Ok(Shift { file, ns })
}

fn nanoseconds(text: &str) -> Option<i64> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.len() + part.len() == 0 || part.len() > 9 || !is_number(whole) || !is_number(part) {
        return None;
    }
    let whole = if whole.is_empty() { 0 } else { whole.parse::<i64>().ok()? };
    let part = format!("{part:0<9}").parse::<i64>().ok()?;
    let ns = whole.checked_mul(1_000_000_000)?.checked_add(part)?;
    Some(if negative { -ns } else { ns })
}

/// What each of so many files is shifted by, ns.
pub fn of(files: usize) -> Result<Vec<i64>, Stop> {
    added(SHIFTS.get().map_or(&[][..], Vec::as_slice), files)
}

fn added(shifts: &[Shift], files: usize) -> Result<Vec<i64>, Stop> {
    let mut sums = vec![0_i64; files];
    for shift in shifts {
        let Some(at) = shift.file else {
            sums.iter_mut().for_each(|sum| *sum = sum.saturating_add(shift.ns));
            continue;
        };
        let wrong = || Stop::Refused(format!("--shift is about file {}, and there are {files}", at.saturating_add(1)));
        let sum = sums.get_mut(at).ok_or_else(wrong)?;
        *sum = sum.saturating_add(shift.ns);
    }
    Ok(sums)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_are_exact() {
        let of = |text| parse(text).map(|shift| (shift.file, shift.ns));
        assert_eq!(of("1.5"), Ok((None, 1_500_000_000)));
        assert_eq!(of("2=-0.000000001"), Ok((Some(1), -1)));
        assert_eq!(of("1=+3600"), Ok((Some(0), 3_600_000_000_000)));
        assert_eq!(of(".25"), Ok((None, 250_000_000)));
        for wrong in ["", "-", "1e3", "0=1", "x=1", "1=", "1.0000000001", "99999999999999999999", "1..2"] {
            assert!(parse(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn shifts_add_up_and_need_their_file() {
        let shifts: Vec<Shift> = ["1", "2=0.5"].iter().map(|text| parse(text).expect("a shift")).collect();
        assert_eq!(added(&shifts, 2).ok(), Some(vec![1_000_000_000, 1_500_000_000]));
        assert!(added(&shifts, 1).is_err());
    }
}
