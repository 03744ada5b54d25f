//! Interned sequences of numbers: many packets share few of them.
use super::column::Column;
use super::hash;
use hashbrown::HashTable;

/// Sequences of `u32`, each kept once.
#[derive(Debug, Default)]
pub struct Slices {
    table: HashTable<u32>,
    /// The sequences one after the other, none of them over a chunk's end, so that each is a slice.
    chunks: Vec<Vec<u32>>,
    places: Column<Place>,
}

/// Where a sequence stands.
#[derive(Clone, Copy, Debug)]
struct Place {
    chunk: u32,
    start: u16,
    len: u16,
}

/// Numbers in a chunk; a sequence of more is cut.
const CHUNK: usize = 16_384;

fn hash(numbers: &[u32]) -> u64 {
    hash::finish(numbers.iter().fold(0, |hash, &n| hash::add(hash, n.into())))
}

impl Slices {
    /// The id of the sequence, made if it is new.
    #[inline]
    pub fn intern(&mut self, sequence: &[u32]) -> u32 {
        let hash = hash(sequence);
        match self.table.find(hash, |&id| self.is(id, sequence)) {
            Some(&id) => id,
            None => self.add(hash, sequence),
        }
    }

    #[cold]
    fn add(&mut self, hash_of: u64, sequence: &[u32]) -> u32 {
        let sequence = sequence.get(..CHUNK).unwrap_or(sequence);
        if self.chunks.last().is_none_or(|chunk| chunk.len() + sequence.len() > CHUNK) {
            self.chunks.push(Vec::with_capacity(CHUNK));
        }
        let id = self.places.len() as u32;
        let chunk = self.chunks.len().saturating_sub(1);
        if let Some(numbers) = self.chunks.last_mut() {
            self.places.push(Place { chunk: chunk as u32, start: numbers.len() as u16, len: sequence.len() as u16 });
            numbers.extend_from_slice(sequence);
        }
        let Self { table, chunks, places } = self;
        table.insert_unique(hash_of, id, |&id| hash(slice(chunks, places, id)));
        id
    }

    /// The numbers of a sequence; none for an id that was never given.
    #[inline]
    pub fn get(&self, id: u32) -> &[u32] {
        slice(&self.chunks, &self.places, id)
    }

    /// Whether the id is that of the sequence.
    #[inline]
    pub fn is(&self, id: u32, sequence: &[u32]) -> bool {
        // They are short: comparing them as bytes would be a call.
        self.get(id).iter().eq(sequence)
    }

    pub fn len(&self) -> usize {
        self.places.len()
    }

    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// Bytes held.
    pub fn memory(&self) -> usize {
        self.table.capacity() * 5 + self.chunks.len() * CHUNK * size_of::<u32>() + self.places.memory()
    }
}

#[inline]
fn slice<'s>(chunks: &'s [Vec<u32>], places: &Column<Place>, id: u32) -> &'s [u32] {
    let Some(place) = places.get(id as usize) else { return &[] };
    let numbers = chunks.get(place.chunk as usize).map_or(&[][..], Vec::as_slice);
    numbers.get(usize::from(place.start)..usize::from(place.start) + usize::from(place.len)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_sequences_have_one_id() {
        let mut slices = Slices::default();
        let ids: Vec<u32> = [&[1, 2][..], &[], &[1, 2, 3], &[1, 2], &[]].map(|s| slices.intern(s)).into();
        assert_eq!(ids, [0, 1, 2, 0, 1]);
        assert_eq!(slices.get(2), [1, 2, 3]);
        assert!(slices.get(9).is_empty());
    }
}
