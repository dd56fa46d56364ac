//! Random graphs: G(n,p), G(n,m), and preferential attachment.

use std::collections::BTreeSet;

use rand::RngExt;

use super::{Pair, complement, shapes};
use crate::luck;

/// Skips from one link to the next, so that the time grows with the links and not with the pairs
/// (Batagelj and Brandes, "Efficient Generation of Large Random Networks", 2005).
pub(in super::super) fn gnp(peers: u32, p: f64, seed: u64) -> Vec<Pair> {
    let mut links = Vec::new();
    if p == 0.0 {
        return links;
    }
    let mut luck = luck::stream(seed, "overlay gnp");
    let none = libm::log1p(-p);
    // The pairs are counted through: (0, 1), (0, 2), (1, 2), (0, 3), …
    let (mut lower, mut higher) = (0_u64, 1_u64);
    loop {
        let draw: f64 = luck.random();
        lower = lower.saturating_add(skipped(libm::log1p(-draw) / none));
        while lower >= higher && higher < u64::from(peers) {
            lower -= higher;
            higher += 1;
        }
        match (u32::try_from(lower), u32::try_from(higher)) {
            (Ok(lower), Ok(higher)) if higher < peers => links.push((lower, higher)),
            _ => return links,
        }
        lower += 1;
    }
}

/// How many whole pairs are skipped.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "saturates, and it is never negative"
)]
fn skipped(pairs: f64) -> u64 {
    pairs as u64
}

/// More than half full overlays are made as the complement of an emptier one, which is as likely.
pub(in super::super) fn gnm(peers: u32, links: u64, seed: u64) -> Vec<Pair> {
    let most = u64::from(peers) * u64::from(peers - 1) / 2;
    match links > most / 2 {
        true => complement(peers, sparse_gnm(peers, most - links, seed)),
        false => sparse_gnm(peers, links, seed),
    }
}

/// Draws as many pairs as are missing until none is: one that is there already is drawn in vain.
fn sparse_gnm(peers: u32, links: u64, seed: u64) -> Vec<Pair> {
    let mut luck = luck::stream(seed, "overlay gnm");
    let links = usize::try_from(links).expect("as many links fit into memory");
    let mut pairs: Vec<Pair> = Vec::with_capacity(links);
    while pairs.len() < links {
        for _ in pairs.len()..links {
            let (a, b) = (luck.random_range(0..peers), luck.random_range(0..peers));
            if a != b {
                pairs.push((a.min(b), a.max(b)));
            }
        }
        pairs.sort();
        pairs.dedup();
    }
    pairs
}

/// A peer with k neighbours stands k times in the list of all ends of links, so that an end drawn
/// from it is a peer drawn by its degree (Batagelj and Brandes, as above).
pub(in super::super) fn barabasi_albert(peers: u32, m: u32, seed: u64) -> Vec<Pair> {
    let mut luck = luck::stream(seed, "overlay barabasi_albert");
    let mut pairs = shapes::star(m + 1);
    let mut ends: Vec<u32> = pairs.iter().flat_map(|(a, b)| [*a, *b]).collect();
    let mut chosen = BTreeSet::new();
    for peer in m + 1..peers {
        while chosen.len() < m as usize {
            chosen.insert(ends[luck.random_range(0..ends.len())]);
        }
        while let Some(other) = chosen.pop_first() {
            pairs.push((other, peer));
            ends.extend([other, peer]);
        }
    }
    pairs
}
