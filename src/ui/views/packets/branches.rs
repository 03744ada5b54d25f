//! The arithmetic of the detail tree: what is shown of it, where keys go, which field a byte belongs to. Pure.
use crate::api::TreeRow;
use crate::sorted::Sorted;

/// Whether a row has rows below it.
pub(crate) fn has_children(tree: &[TreeRow], at: usize) -> bool {
    let depth = |at: usize| tree.get(at).map(|row| row.depth);
    depth(at + 1) > depth(at)
}

/// What a row's being open is remembered under: protocols and fields are, not their occurrences.
pub(crate) fn memory(row: &TreeRow) -> String {
    format!("{}/{}", row.layer, row.name)
}

/// Whether a row is open: as the user left its kind, else the last layer is, and what is below layers is not.
pub(crate) fn is_open(tree: &[TreeRow], at: usize, remembered: &Sorted<String, bool>) -> bool {
    let Some(row) = tree.get(at) else { return false };
    remembered.get(&memory(row)).copied().unwrap_or_else(|| {
        let last_layer = tree.iter().rposition(|row| row.depth == 0);
        last_layer == Some(at)
    })
}

/// The rows that no closed row hides, by index.
pub(crate) fn visible(tree: &[TreeRow], remembered: &Sorted<String, bool>) -> Vec<usize> {
    let mut shown = Vec::new();
    let mut hidden_below = None;
    for (at, row) in tree.iter().enumerate() {
        if hidden_below.is_some_and(|depth| row.depth > depth) {
            continue;
        }
        hidden_below = (has_children(tree, at) && !is_open(tree, at, remembered)).then_some(row.depth);
        shown.push(at);
    }
    shown
}

pub(crate) fn parent(tree: &[TreeRow], at: usize) -> Option<usize> {
    let depth = tree.get(at)?.depth;
    (0..at).rev().find(|i| tree.get(*i).is_some_and(|row| row.depth < depth))
}

/// The layer a row belongs to.
pub(crate) fn layer(tree: &[TreeRow], at: usize) -> Option<usize> {
    (0..=at).rev().find(|i| tree.get(*i).is_some_and(|row| row.depth == 0))
}

/// The row that says most exactly what a byte is: the shortest range around it, the deepest of several.
pub(crate) fn at_byte(tree: &[TreeRow], buffer: u8, byte: u32) -> Option<usize> {
    let covers = |row: &TreeRow| {
        row.buffer == buffer && row.length > 0 && (row.start..row.start.saturating_add(row.length)).contains(&byte)
    };
    let rows = tree.iter().enumerate().filter(|(_, row)| covers(row));
    rows.min_by_key(|(_, row)| (row.length, u8::MAX - row.depth)).map(|(at, _)| at)
}

/// Rows to open so that a row is seen.
pub(crate) fn ancestors(tree: &[TreeRow], at: usize) -> Vec<usize> {
    std::iter::successors(parent(tree, at), |at| parent(tree, *at)).collect()
}

/// The row of another packet's tree that stands for the same: same name, same occurrence.
pub(crate) fn same(before: &[TreeRow], at: usize, now: &[TreeRow]) -> Option<usize> {
    let row = before.get(at)?;
    let is_one = |other: &TreeRow| other.name == row.name && other.layer == row.layer;
    let nth = before.iter().take(at).filter(|other| is_one(other)).count();
    let found = now.iter().enumerate().filter(|(_, other)| is_one(other)).nth(nth);
    found.map(|(at, _)| at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(depth: u8, name: &str, start: u32, length: u32) -> TreeRow {
        TreeRow { depth, name: name.into(), layer: "x".into(), start, length, ..TreeRow::default() }
    }

    fn tree() -> Vec<TreeRow> {
        vec![
            row(0, "eth", 0, 14),
            row(1, "eth.dst", 0, 6),
            row(2, "eth.dst.lg", 0, 3),
            row(1, "eth.src", 6, 6),
            row(0, "ip", 14, 20),
            row(1, "ip.flags", 20, 1),
            row(2, "ip.flags.df", 20, 1),
            row(1, "ip.src", 26, 4),
        ]
    }

    #[test]
    fn the_last_layer_is_open_until_the_user_says_otherwise() {
        let mut remembered = Sorted::default();
        assert_eq!(visible(&tree(), &remembered), [0, 4, 5, 7]);
        remembered.insert("x/eth".into(), true);
        remembered.insert("x/ip".into(), false);
        assert_eq!(visible(&tree(), &remembered), [0, 1, 3, 4]);
        remembered.insert("x/eth.dst".into(), true);
        assert_eq!(visible(&tree(), &remembered), [0, 1, 2, 3, 4]);
    }

    #[test]
    fn a_byte_belongs_to_the_smallest_field_around_it() {
        assert_eq!(at_byte(&tree(), 0, 1), Some(2));
        assert_eq!(at_byte(&tree(), 0, 5), Some(1));
        assert_eq!(at_byte(&tree(), 0, 20), Some(6));
        assert_eq!(at_byte(&tree(), 0, 30), Some(4));
        assert_eq!(at_byte(&tree(), 1, 20), None);
        assert_eq!(at_byte(&tree(), 0, 99), None);
    }

    #[test]
    fn rows_know_their_ancestors_and_likes() {
        assert_eq!(ancestors(&tree(), 6), [5, 4]);
        assert_eq!(layer(&tree(), 6), Some(4));
        assert_eq!(parent(&tree(), 0), None);
        let other = vec![row(0, "ip", 0, 20), row(1, "ip.src", 12, 4), row(0, "ip", 30, 20), row(1, "ip.src", 42, 4)];
        assert_eq!(same(&tree(), 7, &other), Some(1));
        assert_eq!(same(&other, 3, &tree()), None);
        assert_eq!(same(&other, 3, &other), Some(3));
    }
}
