//! Sorting lists that people look at. The standard library's sort is compiled anew for every type it is asked for, 4 KB of code each;
//! this one sorts places in the list, whatever it holds. For long lists of numbers the standard one stays: it is twice as fast.
use std::cmp::Ordering;

/// Brings a list into order; equals stay as they stand.
pub fn by<T>(list: &mut [T], compare: impl Fn(&T, &T) -> Ordering) {
    top(list, usize::MAX, compare);
}

pub fn by_key<T, K: Ord>(list: &mut [T], key: impl Fn(&T) -> K) {
    by(list, |a, b| key(a).cmp(&key(b)));
}

/// Brings the first `most` to the front, in order; the others stand behind them in any.
pub fn top<T>(list: &mut [T], most: usize, compare: impl Fn(&T, &T) -> Ordering) {
    let order = places(list.len(), most, &|a, b| match (list.get(a as usize), list.get(b as usize)) {
        (Some(a), Some(b)) => compare(a, b),
        _ => Ordering::Equal,
    });
    rearrange(order, &mut |a, b| list.swap(a, b));
}

/// Places in the order of what stands there, at least the first `most` of them.
pub fn places(len: usize, most: usize, compare: &dyn Fn(u32, u32) -> Ordering) -> Vec<u32> {
    let mut order: Vec<u32> = (0..len as u32).collect();
    let compare = |a: &u32, b: &u32| compare(*a, *b).then(a.cmp(b));
    if most < len {
        order.select_nth_unstable_by(most, compare);
    }
    if let Some(first) = order.get_mut(..most.min(len)) {
        first.sort_unstable_by(compare);
    }
    order
}

/// Brings keys with what they belong to into order, at least the first `most` of them; `tie` decides among equal keys.
pub fn keyed(keys: &mut [(u64, u32)], most: usize, tie: &dyn Fn(u32, u32) -> Ordering) {
    let compare = |a: &(u64, u32), b: &(u64, u32)| a.0.cmp(&b.0).then_with(|| tie(a.1, b.1)).then(a.1.cmp(&b.1));
    if most < keys.len() {
        keys.select_nth_unstable_by(most, compare);
    }
    if let Some(first) = keys.get_mut(..most.min(keys.len())) {
        first.sort_unstable_by(compare);
    }
}

/// Walks each cycle of the order once: what belongs to a place is swapped there, and the place marked as its own.
fn rearrange(mut order: Vec<u32>, swap: &mut dyn FnMut(usize, usize)) {
    for start in 0..order.len() {
        let mut here = start;
        while let Some(from) = order.get_mut(here).map(|place| std::mem::replace(place, here as u32) as usize)
            && from != start
            && from != here
        {
            swap(here, from);
            here = from;
        }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn as_the_standard_sort() {
        let mut seed = 1_u32;
        for length in 0..60 {
            let mut list: Vec<(u32, String)> = (0..length)
                .map(|n| {
                    seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    (seed >> 28, n.to_string())
                })
                .collect();
            let mut expected = list.clone();
            expected.sort_by_key(|(key, _)| *key);
            super::by_key(&mut list, |(key, _)| *key);
            assert_eq!(list, expected);
            list.reverse();
            super::top(&mut list, 3, |a, b| b.0.cmp(&a.0).then(b.1.cmp(&a.1)));
            expected.sort_by(|a, b| b.cmp(a));
            assert_eq!(list.get(..3), expected.get(..3));
        }
    }
}
