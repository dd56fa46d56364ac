//! The links of each kind of overlay, as pairs of peers counted from 0, each pair once.
//!
//! All of them take numbers that [`Generator::check`](super::Generator::check) has nothing against.

mod near;
pub(super) mod power_law;
pub(super) mod random;
pub(super) mod regular;
mod rows;
pub(super) mod shapes;
pub(super) mod small_world;

/// Two linked peers.
type Pair = (u32, u32);

/// All pairs that are not in `pairs`.
fn complement(peers: u32, mut pairs: Vec<Pair>) -> Vec<Pair> {
    pairs.sort_unstable();
    let mut out = pairs.into_iter().peekable();
    all_pairs(peers)
        .filter(|pair| out.next_if_eq(pair).is_none())
        .collect()
}

/// Every two peers, in rising order.
fn all_pairs(peers: u32) -> impl Iterator<Item = Pair> {
    (0..peers).flat_map(move |lower| (lower + 1..peers).map(move |higher| (lower, higher)))
}
