//! A growing column of values that never copies what it holds.
//!
//! `Vec` doubling at a few hundred megabytes is how a wasm tab dies; here growth takes a chunk at a time.

/// Rows of a chunk where nothing else is said.
pub const ROWS: usize = 16_384;

/// Rows in chunks of `CHUNK`, a power of two.
#[derive(Debug)]
pub struct Column<T, const CHUNK: usize = ROWS> {
    chunks: Vec<Vec<T>>,
}

impl<T, const CHUNK: usize> Default for Column<T, CHUNK> {
    fn default() -> Self {
        Self { chunks: Vec::new() }
    }
}

impl<T, const CHUNK: usize> Column<T, CHUNK> {
    #[inline]
    pub fn push(&mut self, value: T) {
        match self.chunks.last_mut() {
            Some(chunk) if chunk.len() < CHUNK => chunk.push(value),
            _ => self.push_chunk(value),
        }
    }

    #[cold]
    fn push_chunk(&mut self, value: T) {
        let mut chunk = Vec::with_capacity(CHUNK);
        chunk.push(value);
        self.chunks.push(chunk);
    }

    pub fn len(&self) -> usize {
        self.chunks.last().map_or(0, |last| (self.chunks.len() - 1) * CHUNK + last.len())
    }

    pub fn is_empty(&self) -> bool {
        self.chunks.is_empty()
    }

    #[inline]
    pub fn get(&self, row: usize) -> Option<&T> {
        self.chunks.get(row / CHUNK)?.get(row % CHUNK)
    }

    #[inline]
    pub fn get_mut(&mut self, row: usize) -> Option<&mut T> {
        self.chunks.get_mut(row / CHUNK)?.get_mut(row % CHUNK)
    }

    #[inline]
    pub fn last_mut(&mut self) -> Option<&mut T> {
        self.chunks.last_mut()?.last_mut()
    }

    /// How many rows at the beginning fulfil a condition that those behind them do not.
    pub fn partition_point(&self, is_before: impl Fn(&T) -> bool) -> usize {
        let full = self.chunks.partition_point(|chunk| chunk.last().is_some_and(&is_before));
        self.chunks.get(full).map_or(self.len(), |chunk| full * CHUNK + chunk.partition_point(is_before))
    }

    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.chunks.iter().flatten()
    }

    /// The chunks, for loops over several columns side by side.
    pub fn chunks(&self) -> &[Vec<T>] {
        &self.chunks
    }

    /// All rows of one chunk.
    pub fn chunk(&self, chunk: usize) -> &[T] {
        self.chunks.get(chunk).map_or(&[], Vec::as_slice)
    }

    /// Rows of one chunk.
    #[inline]
    pub fn part(&self, chunk: usize, rows: &std::ops::Range<usize>) -> &[T] {
        self.chunks.get(chunk).and_then(|chunk| chunk.get(rows.start..rows.end.min(chunk.len()))).unwrap_or_default()
    }

    /// Bytes held.
    pub fn memory(&self) -> usize {
        self.chunks.len() * CHUNK * size_of::<T>()
    }
}

impl<T: PartialEq, const CHUNK: usize> Column<T, CHUNK> {
    /// The first row from `row` on that holds a value.
    pub fn find_from(&self, row: usize, value: &T) -> Option<usize> {
        let first = row / CHUNK;
        self.chunks.iter().enumerate().skip(first).find_map(|(at, chunk)| {
            let start = if at == first { row % CHUNK } else { 0 };
            let found = chunk.get(start..)?.iter().position(|held| held == value)?;
            Some(at * CHUNK + start + found)
        })
    }

    /// The last row before `row` that holds a value.
    pub fn find_before(&self, row: usize, value: &T) -> Option<usize> {
        let last = row / CHUNK;
        self.chunks.iter().enumerate().take(last + 1).rev().find_map(|(at, chunk)| {
            let end = if at == last { chunk.len().min(row % CHUNK) } else { chunk.len() };
            let found = chunk.get(..end)?.iter().rposition(|held| held == value)?;
            Some(at * CHUNK + found)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grows_over_chunk_borders() {
        let mut column = Column::<u32, 4>::default();
        for n in 0..11 {
            column.push(n);
        }
        assert_eq!(column.len(), 11);
        assert!(column.iter().copied().eq(0..11));
        assert_eq!((column.get(7), column.get(11)), (Some(&7), None));
        assert_eq!(column.memory(), 48);
    }

    #[test]
    fn parts_over_chunk_borders() {
        let mut column = Column::<u32, 4>::default();
        for n in 0..=9 {
            assert_eq!(column.partition_point(|&row| row < 5), (n as usize).min(5));
            column.push(n);
        }
        assert_eq!([0, 4, 8, 10, 99].map(|end| column.partition_point(|&row| row < end)), [0, 4, 8, 10, 10]);
        assert_eq!(column.last_mut(), Some(&mut 9));
    }

    #[test]
    fn ordered_rows_are_parted() {
        for rows in 0..10 {
            let mut column = Column::<u32, 4>::default();
            (0..rows).for_each(|n| column.push(n));
            for least in 0..12 {
                assert_eq!(column.partition_point(|&n| n < least), least.min(rows) as usize, "{least} of {rows}");
            }
        }
    }

    #[test]
    fn finds_over_chunk_borders() {
        let mut column = Column::<u32, 4>::default();
        for n in [7, 0, 0, 7, 0, 0, 0, 0, 0, 7] {
            column.push(n);
        }
        assert_eq!([0, 1, 4, 10, 99].map(|row| column.find_from(row, &7)), [Some(0), Some(3), Some(9), None, None]);
        assert_eq!([0, 3, 9, 10].map(|row| column.find_before(row, &7)), [None, Some(0), Some(3), Some(9)]);
    }
}
