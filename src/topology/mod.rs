//! Overlays: who is linked with whom, generated from a few numbers and a seed or read from a file.
//!
//! Same generator, same seed: same [`Graph`], on every platform. [`Generator::check`] and
//! [`Generator::size`] are cheap, so that what can't be or is too large is known before anything is
//! allocated.
//!
//! | file | what |
//! |---|---|
//! | `generator` | the kinds of overlays, how large each gets |
//! | `impossible` | which numbers have no overlay, and why |
//! | `generate/` | shapes, random graphs, small worlds, power laws |
//! | `import/` | edge lists as SNAP publishes them, GraphML, DOT |
//!
//! # Where the generators come from
//!
//! They are our own, with draws from [`luck`](crate::luck). petgraph has no random ones.
//! rustworkx-core has, but needs a package under MPL or LGPL; it also lacks Watts–Strogatz, power
//! laws and the torus, takes logarithms from the platform's C library, which need not round alike
//! everywhere, fails for Barabási–Albert with m = 1 and reserves room for peers × arity links of a
//! tree. Here logarithms and powers are libm's, which is the same code on every platform.

mod generate;
mod generator;
mod import;
mod impossible;

#[cfg(test)]
mod tests;

pub use generator::Generator;
pub use import::{LineProblem, dot, edge_list, graphml};
pub use impossible::Impossible;

use petgraph::unionfind::UnionFind;

use crate::adjacency::Adjacency;

/// An overlay: numbered peers and their links.
///
/// It is simple: no link from a node to itself, and none twice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Graph {
    /// The names of the nodes as a file gives them; empty for a generated overlay, whose nodes the
    /// caller names.
    pub names: Vec<String>,
    /// The links of the nodes, which are numbered from 0. One without direction stands there both ways. Each node's neighbours rise in
    /// a generated overlay; in one from a file, they stand in the order in which they first appear
    /// there.
    pub links: Adjacency,
}

impl Graph {
    /// The graph without names whose links are `pairs`, each both ways. No pair may be there twice,
    /// in whichever order.
    fn both_ways(nodes: u32, mut pairs: Vec<(u32, u32)>) -> Self {
        for pair in &mut pairs {
            *pair = (pair.0.min(pair.1), pair.0.max(pair.1));
        }
        pairs.sort_unstable();
        let ways = pairs.iter().flat_map(|(a, b)| [(*a, *b), (*b, *a)]);
        Self::generated(Adjacency::of_pairs(nodes, ways))
    }

    /// The graph without names that has these links.
    fn generated(links: Adjacency) -> Self {
        Self {
            names: Vec::new(),
            links,
        }
    }

    /// How many nodes there are.
    #[must_use]
    pub fn nodes(&self) -> u32 {
        u32::try_from(self.links.nodes()).expect("nodes have 32-bit numbers")
    }

    /// The sizes of the components, largest first. Directions are ignored: nodes are in one
    /// component when some way of links leads from one to the other.
    #[must_use]
    pub fn components(&self) -> Vec<usize> {
        let nodes = self.links.nodes();
        let mut together = UnionFind::<u32>::new(nodes);
        for (from, to) in self.links.pairs() {
            together.union(from, to);
        }
        let mut sizes = vec![0; nodes];
        for label in together.into_labeling() {
            sizes[label as usize] += 1;
        }
        sizes.retain(|size| *size > 0);
        sizes.sort_unstable_by(|a, b| b.cmp(a));
        sizes
    }
}
