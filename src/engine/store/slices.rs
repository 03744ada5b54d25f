//! Interned sequences of numbers: many packets share few of them.
use super::column::Column;
use hashbrown::HashTable;
use rustc_hash::FxHasher;
use std::hash::Hasher;

/// Sequences of `u32`, each kept once.
#[derive(Debug, Default)]
pub struct Slices {
    table: HashTable<u32>,
    numbers: Column<u32>,
    /// Where each sequence ends in `numbers`.
    ends: Column<u32>,
}

fn hash(numbers: impl Iterator<Item = u32>) -> u64 {
    let mut hasher = FxHasher::default();
    numbers.for_each(|n| hasher.write_u32(n));
    hasher.finish()
}

impl Slices {
    /// The id of the sequence, made if it is new.
    #[inline]
    pub fn intern(&mut self, sequence: &[u32]) -> u32 {
        let Self { table, numbers, ends } = self;
        let hash_of = hash(sequence.iter().copied());
        if let Some(&id) = table.find(hash_of, |&id| range(ends, numbers, id).eq(sequence.iter().copied())) {
            return id;
        }
        let id = ends.len() as u32;
        sequence.iter().for_each(|&n| numbers.push(n));
        ends.push(numbers.len() as u32);
        table.insert_unique(hash_of, id, |&id| hash(range(ends, numbers, id)));
        id
    }

    /// The numbers of a sequence; none for an id that was never given.
    pub fn get(&self, id: u32) -> impl DoubleEndedIterator<Item = u32> + Clone + '_ {
        range(&self.ends, &self.numbers, id)
    }

    pub fn len(&self) -> usize {
        self.ends.len()
    }

    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Bytes held.
    pub fn memory(&self) -> usize {
        self.table.capacity() * 5 + self.numbers.memory() + self.ends.memory()
    }
}

#[inline]
fn range<'s>(
    ends: &'s Column<u32>,
    numbers: &'s Column<u32>,
    id: u32,
) -> impl DoubleEndedIterator<Item = u32> + Clone + 's {
    let end = ends.get(id as usize).copied().unwrap_or(0);
    let start = id.checked_sub(1).and_then(|before| ends.get(before as usize).copied()).unwrap_or(0);
    (start..end).filter_map(|n| numbers.get(n as usize).copied())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_sequences_have_one_id() {
        let mut slices = Slices::default();
        let ids: Vec<u32> = [&[1, 2][..], &[], &[1, 2, 3], &[1, 2], &[]].map(|s| slices.intern(s)).into();
        assert_eq!(ids, [0, 1, 2, 0, 1]);
        assert!(slices.get(2).eq([1, 2, 3]));
        assert_eq!(slices.get(9).count(), 0);
    }
}
