//! Draws of a scenario: so many of so many, each as likely or by popularity.
//!
//! Each has a stream of its own, by a purpose and a name, so that no draw changes another. Numbers
//! are drawn as 32-bit ones, and weights are whole, so that they are the same on every platform.

use std::collections::{BTreeMap, BTreeSet};

use rand::RngExt;
use rand::rngs::ChaCha8Rng;

use crate::wire::ChunkId;

/// Draws one number below `below`, which is not 0.
pub(super) fn one(luck: &mut ChaCha8Rng, below: usize) -> usize {
    let below = u32::try_from(below).expect("drawn from fewer than 2^32");
    luck.random_range(0..below) as usize
}

/// Draws `count` different numbers below `below`, in the order in which they are drawn; `count` is
/// at most `below`.
pub(super) fn distinct(luck: &mut ChaCha8Rng, below: usize, count: usize) -> Vec<usize> {
    // The first steps of a shuffle, of which only what has moved is kept.
    let mut moved = BTreeMap::new();
    let steps = (0..count).map(|place| {
        let chosen = place + one(luck, below - place);
        let at_place = moved.get(&place).copied().unwrap_or(place);
        moved.insert(chosen, at_place).unwrap_or(chosen)
    });
    steps.collect()
}

/// Draws `count` different of `items`.
pub(super) fn some_of<T: Copy>(luck: &mut ChaCha8Rng, items: &[T], count: usize) -> Vec<T> {
    let drawn = distinct(luck, items.len(), count);
    drawn.into_iter().map(|item| items[item]).collect()
}

/// How likely each of some chunks is wanted.
#[derive(Debug, Default)]
pub(super) struct Popularity {
    chunks: Vec<ChunkId>,
    /// The weights of the chunks up to each.
    sums: Vec<u64>,
}

/// How often one of those drawn already is drawn again before the rest is looked at alone.
const PATIENCE: usize = 16;

impl Popularity {
    /// The popularity of chunks by their weights, each of which is at least 1.
    pub(super) fn of(weights: &BTreeMap<ChunkId, u64>) -> Self {
        let mut sum = 0;
        let sums = weights.values().map(|weight| {
            sum += weight;
            sum
        });
        Self {
            sums: sums.collect(),
            chunks: weights.keys().copied().collect(),
        }
    }

    /// The chunks, rising.
    pub(super) fn chunks(&self) -> &[ChunkId] {
        &self.chunks
    }

    /// Draws `count` different chunks, at most as many as there are: each time one of those left,
    /// as likely as it is popular.
    pub(super) fn draw(&self, luck: &mut ChaCha8Rng, count: usize) -> Vec<ChunkId> {
        let mut drawn = BTreeSet::new();
        let next = (0..count).filter_map(|_| {
            let item = self.draw_beside(luck, &drawn)?;
            drawn.insert(item);
            Some(self.chunks[item])
        });
        next.collect()
    }

    /// Draws one that is not in `drawn`.
    fn draw_beside(&self, luck: &mut ChaCha8Rng, drawn: &BTreeSet<usize>) -> Option<usize> {
        let all = *self.sums.last()?;
        for _ in 0..PATIENCE {
            let point = luck.random_range(0..all);
            let item = self.sums.partition_point(|sum| *sum <= point);
            if !drawn.contains(&item) {
                return Some(item);
            }
        }
        let left = || (0..self.chunks.len()).filter(|item| !drawn.contains(item));
        let weight = |item: usize| match item {
            0 => self.sums[0],
            item => self.sums[item] - self.sums[item - 1],
        };
        let mut point = luck.random_range(0..left().map(weight).sum());
        let mut left = left();
        left.find(|item| {
            let weight = weight(*item);
            let is_there = point < weight;
            point = point.saturating_sub(weight);
            is_there
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::luck;

    #[test]
    fn draws_are_the_same_on_every_platform() {
        let mut luck = luck::stream(7, "contact c1");
        let drawn: Vec<usize> = (0..6).map(|_| one(&mut luck, 100)).collect();
        assert_eq!(drawn, [68, 60, 38, 3, 63, 33]);
        assert_eq!(
            distinct(&mut luck, 1_000_000, 4),
            [924_868, 426_626, 139_777, 6_270]
        );
    }

    #[test]
    fn as_many_as_there_are_is_all_of_them_in_some_order() {
        let mut luck = luck::stream(3, "all");
        let mut drawn = distinct(&mut luck, 40, 40);
        assert_ne!(drawn, (0..40).collect::<Vec<_>>());
        drawn.sort_unstable();
        assert_eq!(drawn, (0..40).collect::<Vec<_>>());
        assert!(distinct(&mut luck, 5, 0).is_empty());
    }

    #[test]
    fn each_is_as_likely() {
        let mut luck = luck::stream(1, "even");
        let mut counts = [0_u32; 5];
        for _ in 0..5_000 {
            for drawn in distinct(&mut luck, 5, 2) {
                counts[drawn] += 1;
            }
        }
        // 2,000 each, give or take five standard deviations.
        assert!(
            counts.iter().all(|count| count.abs_diff(2_000) < 175),
            "{counts:?}"
        );
    }

    #[test]
    fn the_popular_are_drawn_more_often_and_nobody_twice() {
        let weights = [(5, 600), (6, 300), (9, 100)];
        let weights = weights.map(|(id, weight)| (ChunkId(id), weight)).into();
        let popularity = Popularity::of(&weights);
        let mut luck = luck::stream(1, "popular");
        let mut first = BTreeMap::new();
        for _ in 0..10_000 {
            let drawn = popularity.draw(&mut luck, 3);
            *first.entry(drawn[0].0).or_insert(0_u32) += 1;
            let distinct: BTreeSet<_> = drawn.into_iter().collect();
            assert_eq!(distinct.len(), 3);
        }
        for (id, expected) in [(5, 6_000), (6, 3_000), (9, 1_000)] {
            assert!(first[&id].abs_diff(expected) < 250, "{first:?}");
        }
    }

    #[test]
    fn the_last_of_the_unpopular_is_drawn_in_the_end() {
        let weights = [(1, 1 << 40), (2, 1), (3, 1)];
        let weights = weights.map(|(id, weight)| (ChunkId(id), weight)).into();
        let mut luck = luck::stream(1, "unpopular");
        assert_eq!(Popularity::of(&weights).draw(&mut luck, 3).len(), 3);
    }
}
