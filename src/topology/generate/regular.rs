//! Random regular graphs.

use rand::RngExt;
use rand::rngs::ChaCha8Rng;
use rand::seq::SliceRandom;

use super::super::Graph;
use super::complement;
use super::rows::Rows;
use crate::luck;
use crate::threads;

/// More than half full overlays are made as the complement of an emptier one: the fuller it is, the
/// more pairs are drawn in vain.
pub(in super::super) fn regular(peers: u32, degree: u32, seed: u64) -> Graph {
    let mut luck = luck::stream(seed, "overlay regular");
    let mut sparse = |degree| {
        loop {
            if let Some(near) = pair_ends(peers, degree, &mut luck) {
                return near.into_lists();
            }
        }
    };
    match degree > (peers - 1) / 2 {
        true => {
            let out = sparse(peers - 1 - degree);
            let out = out.pairs().filter(|(lower, higher)| lower < higher);
            Graph::both_ways(peers, complement(peers, out.collect()))
        }
        false => Graph::generated(sparse(degree)),
    }
}

/// Pairing so many ends is worth a thread.
const WORTH_A_THREAD: usize = 100_000;

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
        let (mut lower, mut higher) = near.halves();
        let (mut places, of_higher) = threads::both(
            ends.len() >= WORTH_A_THREAD,
            || lower.link_all(&ends),
            || higher.link_all(&ends),
        );
        places.extend(of_higher);
        places.sort_unstable();
        let left = places.iter().flat_map(|at| [ends[*at], ends[at + 1]]);
        let mut left: Vec<u32> = left.collect();
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
    // Of each peer c, how many of its neighbours d fit. There may be millions of such links, and
    // one of them is needed.
    let mut fit: Vec<usize> = (0..near.peers()).map(|c| near.of(c).len()).collect();
    for d in near.of(b).iter().chain([&b]) {
        near.of(*d).iter().for_each(|c| fit[*c as usize] -= 1);
    }
    for c in near.of(a).iter().chain([&a]) {
        fit[*c as usize] = 0;
    }
    let mut rank = match fit.iter().sum() {
        0 => return None,
        some => luck.random_range(0..some),
    };
    let (c, _) = (0..).zip(&fit).find(|(_, fit)| {
        let is_here = rank < **fit;
        rank -= if is_here { 0 } else { **fit };
        is_here
    })?;
    let of_c = near.of(c).iter().copied();
    let d = of_c.filter(|d| !near.are_near(b, *d)).nth(rank)?;
    near.unlink(c, d);
    near.link(a, c);
    near.link(b, d);
    Some(())
}

#[cfg(test)]
mod tests {
    use super::super::Pair;
    use super::*;

    /// Rows of the links `pairs`.
    fn rows(peers: u32, degree: u32, pairs: &[Pair]) -> Rows {
        let mut near = Rows::empty(peers, degree);
        pairs.iter().for_each(|(a, b)| near.link(*a, *b));
        near
    }

    /// All links, each once.
    fn links(near: &Rows) -> Vec<Pair> {
        let all = (0..near.peers()).flat_map(|c| near.of(c).iter().map(move |d| (c, *d)));
        all.filter(|(c, d)| c < d).collect()
    }

    #[test]
    fn two_ends_of_one_peer_get_room() {
        // Peer 0 has two ends left; 1–2, 2–3 and 1–3 are there to be broken up, either way round.
        let pairs = [(1, 2), (2, 3), (1, 3)];
        let mut switched = Vec::new();
        for seed in 0..40 {
            let mut near = rows(4, 2, &pairs);
            switch(&mut near, 0, 0, &mut luck::stream(seed, "test")).unwrap();
            switched.push(links(&near));
        }
        switched.sort();
        switched.dedup();
        let one_of = |kept: [Pair; 2], made: [Pair; 2]| [&made[..], &kept].concat();
        let expected = [
            one_of([(1, 2), (1, 3)], [(0, 2), (0, 3)]),
            one_of([(1, 2), (2, 3)], [(0, 1), (0, 3)]),
            one_of([(1, 3), (2, 3)], [(0, 1), (0, 2)]),
        ];
        let mut expected = expected.to_vec();
        expected.sort();
        assert_eq!(switched, expected);
    }

    #[test]
    fn each_link_that_fits_is_as_likely() {
        // 0 and 1 are linked and have an end left each. c can be neither 0 nor one of its neighbours
        // 1 and 2, d neither 1 nor one of its neighbours 0 and 3.
        let pairs = [(0, 1), (0, 2), (1, 3), (4, 5), (2, 4), (3, 5)];
        let mut seen: Vec<Vec<Pair>> = Vec::new();
        for seed in 0..400 {
            let mut near = rows(6, 3, &pairs);
            switch(&mut near, 0, 1, &mut luck::stream(seed, "test")).unwrap();
            seen.push(links(&near));
        }
        let after = |c: u32, d: u32| {
            let mut links: Vec<Pair> = pairs.to_vec();
            links.retain(|link| *link != (c.min(d), c.max(d)));
            links.extend([(0, c), (1, d)]);
            links.sort_unstable();
            links
        };
        for (c, d) in [(3, 5), (4, 2), (4, 5), (5, 4)] {
            let times = seen.iter().filter(|links| **links == after(c, d)).count();
            assert!((60..140).contains(&times), "{c}–{d}: {times}");
            seen.retain(|links| *links != after(c, d));
        }
        assert_eq!(seen, Vec::<Vec<Pair>>::new());
    }

    #[test]
    fn where_nothing_fits_it_is_said() {
        let mut triangle = rows(3, 3, &[(0, 1), (0, 2), (1, 2)]);
        let mut luck = luck::stream(1, "test");
        assert_eq!(switch(&mut triangle, 0, 1, &mut luck), None);
    }
}
