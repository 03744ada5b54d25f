//! Steps of colour: round numbers, each a like factor above the one before, for traffic spans many powers of ten. Pure.

/// Steps at most, as the style sheet has colours (`map-1` …).
pub(super) const MOST: usize = 6;

/// Where the steps begin, ascending: from the series 1, 2, 5 times a power of ten. What is smaller than the first has no colour, and
/// nothing is: the first is not above the least value.
pub(super) fn steps(values: impl Iterator<Item = u64> + Clone) -> Vec<u64> {
    let values = values.filter(|value| *value > 0);
    let (Some(least), Some(most)) = (values.clone().min(), values.max()) else { return Vec::new() };
    let mut series = Vec::new();
    let mut power = 1_u64;
    'all: loop {
        for factor in [1, 2, 5] {
            let step = power.saturating_mul(factor);
            if step > most {
                break 'all;
            }
            series.push(step);
        }
        match power.checked_mul(10) {
            Some(next) => power = next,
            None => break,
        }
    }
    let first = series.iter().rposition(|step| *step <= least).unwrap_or(0);
    let series = series.get(first..).unwrap_or_default();
    // Every so many of them, the least always.
    let stride = series.len().div_ceil(MOST).max(1);
    series.iter().step_by(stride).copied().collect()
}

/// In which step a value is, from 1; 0: there is nothing.
pub(super) fn step(steps: &[u64], value: u64) -> usize {
    if value == 0 { 0 } else { steps.partition_point(|step| *step <= value) }
}

/// The colour of a step, of so many: all of them are used, however few steps there are.
pub(super) fn shade(step: usize, steps: usize) -> usize {
    (step * MOST).div_ceil(steps.max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_round_and_reach_from_the_least_to_the_largest() {
        let of = |values: &[u64]| steps(values.iter().copied());
        assert!(of(&[]).is_empty());
        assert!(of(&[0]).is_empty());
        assert_eq!(of(&[7]), [5]);
        assert_eq!(of(&[1, 3, 12]), [1, 2, 5, 10]);
        assert_eq!(of(&[60, 1_500_000]), [50, 500, 5000, 50_000, 500_000]);
        for values in [[1, u64::MAX], [999, 1000], [42, 43_000_000]] {
            let steps = of(&values);
            assert!(steps.len() <= MOST && steps.windows(2).all(|pair| pair[0] < pair[1]), "{steps:?}");
            assert!(values.iter().all(|value| (1..=MOST).contains(&step(&steps, *value))), "{steps:?}");
        }
        assert_eq!([1, 2, 3].map(|step| shade(step, 3)), [2, 4, 6]);
        assert_eq!((shade(0, 0), shade(0, 3), shade(1, 1), shade(6, 6)), (0, 0, MOST, MOST));
        assert_eq!((step(&[5, 10], 0), step(&[5, 10], 5), step(&[5, 10], 99)), (0, 1, 2));
    }
}
