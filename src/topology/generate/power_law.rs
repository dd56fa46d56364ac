//! The configuration model with a power law of degrees.

use rand::RngExt;
use rand::rngs::ChaCha8Rng;
use rand::seq::SliceRandom;

use super::super::generator::part;
use super::Pair;
use crate::luck;

/// The widest law whose mean is computed; a wider one has more than 2^32 ends, however steep.
const WIDEST: u64 = 1 << 16;

pub(in super::super) fn power_law(
    peers: u32,
    exponent: f64,
    min_degree: u32,
    seed: u64,
) -> Vec<Pair> {
    let mut luck = luck::stream(seed, "overlay power_law");
    let law = Law::new(u64::from(peers), exponent, u64::from(min_degree));
    let mut ends = Vec::new();
    for peer in 0..peers {
        ends.extend(std::iter::repeat_n(peer, law.draw(&mut luck)));
    }
    if ends.len() % 2 == 1 {
        ends.push(luck.random_range(0..peers));
    }
    ends.shuffle(&mut luck);
    let mut pairs: Vec<Pair> = ends
        .chunks_exact(2)
        .map(|two| (two[0].min(two[1]), two[0].max(two[1])))
        .filter(|(lower, higher)| lower != higher)
        .collect();
    pairs.sort_unstable();
    pairs.dedup();
    pairs
}

/// How many ends of links are drawn, in the mean; at least that many if there are too many to say.
pub(in super::super) fn ends(peers: u64, exponent: f64, min_degree: u64) -> u128 {
    let fewest = u128::from(peers) * u128::from(min_degree);
    if most(peers, min_degree) > WIDEST || min_degree == 0 || peers == 0 {
        return fewest;
    }
    let law = Law::new(peers, exponent, min_degree);
    part(u128::from(peers), law.mean())
}

/// The most neighbours that are drawn: beyond √(peers · mean), links between two peers repeat
/// themselves, and the mean is at least `min_degree`.
fn most(peers: u64, min_degree: u64) -> u64 {
    let root = (u128::from(peers) * u128::from(min_degree)).isqrt();
    let root = u64::try_from(root).expect("a root of a product of two u64");
    root.min(peers.saturating_sub(1)).max(min_degree)
}

/// How likely each number of neighbours is.
struct Law {
    min_degree: u64,
    /// For each number of neighbours, the weights up to it.
    sums: Vec<f64>,
}

impl Law {
    fn new(peers: u64, exponent: f64, min_degree: u64) -> Self {
        let mut sum = 0.0;
        let degrees = min_degree..=most(peers, min_degree);
        let sums = degrees.map(|degree| {
            // Divided by the least, so that the first weight is 1 and never vanishes.
            sum += libm::pow(degree as f64 / min_degree as f64, -exponent);
            sum
        });
        Self {
            min_degree,
            sums: sums.collect(),
        }
    }

    fn total(&self) -> f64 {
        self.sums.last().copied().unwrap_or(0.0)
    }

    fn draw(&self, luck: &mut ChaCha8Rng) -> usize {
        let drawn = luck.random::<f64>() * self.total();
        let place = self.sums.partition_point(|sum| *sum <= drawn);
        let least = usize::try_from(self.min_degree).expect("below the number of peers");
        least + place.min(self.sums.len() - 1)
    }

    fn mean(&self) -> f64 {
        // Of each degree beyond the least, the part of the draws that reach it.
        let beyond = self.sums.iter().rev().skip(1);
        let reached: f64 = beyond.map(|sum| 1.0 - sum / self.total()).sum();
        self.min_degree as f64 + reached
    }
}
