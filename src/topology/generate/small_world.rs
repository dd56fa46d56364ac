//! Watts and Strogatz's small worlds.

use rand::RngExt;

use super::Pair;
use super::near::{Near, ahead, links};
use crate::luck;

/// Rewires the ring's links in the paper's order: first those to the next peer, once round, then
/// those to the one after it, and so on. A peer that is linked with all others keeps its links.
pub(in super::super) fn watts_strogatz(peers: u32, k: u32, p: f64, seed: u64) -> Vec<Pair> {
    let mut luck = luck::stream(seed, "overlay watts_strogatz");
    let mut near: Vec<Near> = (0..peers)
        .map(|peer| Near::on_ring(peer, peers, k))
        .collect();
    for apart in 1..=k / 2 {
        for peer in 0..peers {
            let strangers = peers - near[peer as usize].count();
            if strangers > 0 && luck.random_bool(p) {
                let old = ahead(peer, apart, peers);
                let new = near[peer as usize].stranger(luck.random_range(0..strangers));
                near[peer as usize].replace(old, new);
                near[old as usize].remove(peer);
                near[new as usize].insert(peer);
            }
        }
    }
    links(&near)
}
