//! Overlays without luck.

use super::{Pair, all_pairs};

pub(in super::super) fn line(peers: u32) -> Vec<Pair> {
    (1..peers).map(|peer| (peer - 1, peer)).collect()
}

pub(in super::super) fn ring(peers: u32) -> Vec<Pair> {
    let mut pairs = line(peers);
    pairs.push((0, peers - 1));
    pairs
}

pub(in super::super) fn star(peers: u32) -> Vec<Pair> {
    (1..peers).map(|leaf| (0, leaf)).collect()
}

pub(in super::super) fn complete(peers: u32) -> Vec<Pair> {
    all_pairs(peers).collect()
}

/// A tree of so many peers, breadth first.
pub(in super::super) fn tree(peers: u32, arity: u64) -> Vec<Pair> {
    // An arity beyond the number of peers makes a star, as any that is as large does.
    let arity = u32::try_from(arity).unwrap_or(u32::MAX);
    (1..peers)
        .map(|child| ((child - 1) / arity, child))
        .collect()
}

/// A grid of so many peers, row by row.
pub(in super::super) fn grid(peers: u32, columns: u32) -> Vec<Pair> {
    let links = |here: u32| {
        let is_last = (here + 1).is_multiple_of(columns);
        let right = (!is_last).then_some((here, here + 1));
        let below = here.checked_add(columns).filter(|below| *below < peers);
        right.into_iter().chain(below.map(|below| (here, below)))
    };
    (0..peers).flat_map(links).collect()
}

pub(in super::super) fn torus(rows: u32, columns: u32) -> Vec<Pair> {
    let links = |row, column| {
        let here = row * columns + column;
        let right = row * columns + (column + 1) % columns;
        let below = (row + 1) % rows * columns + column;
        [(here, right), (here, below)]
    };
    (0..rows)
        .flat_map(|row| (0..columns).flat_map(move |column| links(row, column)))
        .collect()
}
