//! Random regular graphs.

use rand::RngExt;
use rand::rngs::ChaCha8Rng;
use rand::seq::SliceRandom;

use super::near::{Near, links};
use super::{Pair, complement};
use crate::luck;

/// More than half full overlays are made as the complement of an emptier one: the fuller it is, the
/// more pairs are drawn in vain.
pub(in super::super) fn regular(peers: u32, degree: u32, seed: u64) -> Vec<Pair> {
    let mut luck = luck::stream(seed, "overlay regular");
    let mut sparse = |degree| {
        loop {
            if let Some(near) = pair_ends(peers, degree, &mut luck) {
                return links(&near);
            }
        }
    };
    match degree > (peers - 1) / 2 {
        true => complement(peers, sparse(peers - 1 - degree)),
        false => sparse(degree),
    }
}

/// Pairs all ends at random, and those anew whose link can't be. Nothing if the last ones fit
/// nowhere.
fn pair_ends(peers: u32, degree: u32, luck: &mut ChaCha8Rng) -> Option<Vec<Near>> {
    let mut near: Vec<Near> = (0..peers)
        .map(|peer| Near::on_ring(peer, peers, 0))
        .collect();
    let ends = (0..peers).flat_map(|peer| std::iter::repeat_n(peer, degree as usize));
    let mut ends: Vec<u32> = ends.collect();
    while !ends.is_empty() {
        ends.shuffle(luck);
        let mut left = Vec::new();
        for two in ends.chunks_exact(2) {
            match near[two[0] as usize].has(two[1]) {
                true => left.extend(two),
                false => link(&mut near, two[0], two[1]),
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

fn link(near: &mut [Near], a: u32, b: u32) {
    near[a as usize].insert(b);
    near[b as usize].insert(a);
}

/// Gives room to two ends that can't be linked: some link c–d becomes a–c and b–d.
fn switch(near: &mut [Near], a: u32, b: u32, luck: &mut ChaCha8Rng) -> Option<()> {
    let not_of_a = (0..).zip(&*near).filter(|(c, _)| !near[a as usize].has(*c));
    let links = not_of_a.flat_map(|(c, of)| of.all().map(move |d| (c, d)));
    let fit: Vec<Pair> = links
        .filter(|(c, d)| c != d && !near[b as usize].has(*d))
        .collect();
    let (c, d) = match fit.len() {
        0 => return None,
        some => fit[luck.random_range(0..some)],
    };
    near[c as usize].remove(d);
    near[d as usize].remove(c);
    link(near, a, c);
    link(near, b, d);
    Some(())
}
