//! A map as a sorted list, for what is kept in small numbers or arrives about in order: a tenth of a tree's code, which the compiler
//! makes anew for every pair of types.
use std::borrow::Borrow;

#[derive(Clone, Debug, PartialEq)]
pub struct Sorted<K, V>(Vec<(K, V)>);

impl<K, V> Default for Sorted<K, V> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

#[cfg_attr(not(feature = "web"), allow(dead_code, reason = "the page uses more of it"))]
impl<K: Ord, V> Sorted<K, V> {
    /// Where a key stands, or would.
    fn place<Q: Ord + ?Sized>(&self, key: &Q) -> Result<usize, usize>
    where
        K: Borrow<Q>,
    {
        self.0.binary_search_by(|(known, _)| known.borrow().cmp(key))
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn get<Q: Ord + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        self.place(key).ok().and_then(|at| self.0.get(at)).map(|(_, value)| value)
    }

    pub fn contains_key<Q: Ord + ?Sized>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
    {
        self.place(key).is_ok()
    }

    /// The last entry before a key.
    pub fn before(&self, key: &K) -> Option<&(K, V)> {
        let (Ok(at) | Err(at)) = self.place(key);
        self.0.get(..at).and_then(|before| before.last())
    }

    pub fn insert(&mut self, key: K, value: V) {
        let (Ok(at) | Err(at)) = self.place(&key);
        match self.0.get_mut(at).filter(|(known, _)| *known == key) {
            Some((_, known)) => *known = value,
            None => self.0.insert(at, (key, value)),
        }
    }

    pub fn remove<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        self.place(key).ok().map(|at| self.0.remove(at).1)
    }

    /// Forgets the entry of the lowest key.
    pub fn pop_first(&mut self) {
        if !self.0.is_empty() {
            self.0.remove(0);
        }
    }

    pub fn retain(&mut self, mut keeps: impl FnMut(&K) -> bool) {
        self.0.retain(|(key, _)| keeps(key));
    }

    pub fn iter(&self) -> impl Iterator<Item = &(K, V)> {
        self.0.iter()
    }

    pub fn keys(&self) -> impl Iterator<Item = &K> {
        self.0.iter().map(|(key, _)| key)
    }

    pub fn values(&self) -> impl Iterator<Item = &V> {
        self.0.iter().map(|(_, value)| value)
    }

    pub fn into_values(self) -> impl Iterator<Item = V> {
        self.0.into_iter().map(|(_, value)| value)
    }
}

impl<K: Ord, V> FromIterator<(K, V)> for Sorted<K, V> {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        let mut sorted = Self::default();
        sorted.extend(entries);
        sorted
    }
}

impl<K: Ord, V> Extend<(K, V)> for Sorted<K, V> {
    fn extend<I: IntoIterator<Item = (K, V)>>(&mut self, entries: I) {
        entries.into_iter().for_each(|(key, value)| self.insert(key, value));
    }
}

#[cfg(test)]
mod tests {
    use super::Sorted;

    #[test]
    fn keeps_the_last_value_of_each_key_in_order() {
        let mut map: Sorted<u32, &str> = [(7, "g"), (3, "c"), (9, "i"), (3, "d")].into_iter().collect();
        assert_eq!(map.keys().copied().collect::<Vec<_>>(), [3, 7, 9]);
        assert_eq!((map.get(&3), map.get(&4), map.contains_key(&9)), (Some(&"d"), None, true));
        assert_eq!((map.before(&9), map.before(&8), map.before(&3)), (Some(&(7, "g")), Some(&(7, "g")), None));
        map.pop_first();
        assert_eq!((map.remove(&9), map.remove(&9), map.len()), (Some("i"), None, 1));
    }
}
