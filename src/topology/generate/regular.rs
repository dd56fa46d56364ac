//! Random regular graphs.

use rand::RngExt;
use rand::rngs::ChaCha8Rng;
use rand::seq::SliceRandom;

use super::rows::Rows;
use super::{Pair, complement};
use crate::luck;

/// More than half full overlays are made as the complement of an emptier one: the fuller it is, the
/// more pairs are drawn in vain.
pub(in super::super) fn regular(peers: u32, degree: u32, seed: u64) -> Vec<Pair> {
    let mut luck = luck::stream(seed, "overlay regular");
    let mut sparse = |degree| {
        loop {
            if let Some(near) = pair_ends(peers, degree, &mut luck) {
                return near.links();
            }
        }
    };
    match degree > (peers - 1) / 2 {
        true => complement(peers, sparse(peers - 1 - degree)),
        false => sparse(degree),
    }
}

/// So many pairs are looked at together.
const AHEAD: usize = 16;

/// Pairs all ends at random, and those anew whose link can't be. Nothing if the last ones fit
/// nowhere.
fn pair_ends(peers: u32, degree: u32, luck: &mut ChaCha8Rng) -> Option<Rows> {
    let mut near = Rows::empty(peers, degree);
    let mut ends = Vec::with_capacity(peers as usize * degree as usize);
    for peer in 0..peers {
        ends.extend(std::iter::repeat_n(peer, degree as usize));
    }
    while !ends.is_empty() {
        ends.shuffle(luck);
        let mut left = Vec::new();
        for (pair, two) in ends.chunks_exact(2).enumerate() {
            if pair.is_multiple_of(AHEAD) {
                let next = &ends[2 * pair..];
                near.look(&next[..next.len().min(2 * AHEAD)]);
            }
            match near.are_near(two[0], two[1]) {
                true => left.extend(two),
                false => near.link(two[0], two[1]),
            }
        }
        if left.len() == ends.len() {
            let (a, b) = (left.pop()?, left.pop()?);
            switch(&mut near, a, b, luck)?;
        }
        ends = left;
    }
    Some(near)
}

/// Gives room to two ends that can't be linked: some link c–d becomes a–c and b–d.
fn switch(near: &mut Rows, a: u32, b: u32, luck: &mut ChaCha8Rng) -> Option<()> {
    let not_of_a = (0..near.peers()).filter(|c| !near.are_near(a, *c));
    let links = not_of_a.flat_map(|c| near.of(c).iter().map(move |d| (c, *d)));
    let fit: Vec<Pair> = links.filter(|(_, d)| !near.are_near(b, *d)).collect();
    let (c, d) = match fit.len() {
        0 => return None,
        some => fit[luck.random_range(0..some)],
    };
    near.unlink(c, d);
    near.link(a, c);
    near.link(b, d);
    Some(())
}
