//! Overlays from files: edge lists, GraphML, DOT.
//!
//! In all of them, a link from a node to itself and a second one between the same two are left out
//! silently, as peers leave them out of their neighbours.

mod dot;
mod edge_list;
mod graphml;
mod nodes;
mod problems;

pub use dot::dot;
pub use edge_list::edge_list;
pub use graphml::graphml;
pub use problems::LineProblem;

use super::Graph;
use crate::adjacency::Adjacency;

impl Graph {
    /// The graph with the nodes called `names`, and each of the links that is not to itself at its
    /// first place.
    fn simple(names: Vec<String>, mut links: Vec<(u32, u32)>) -> Self {
        links.retain(|(from, to)| from != to);
        let mut order: Vec<usize> = (0..links.len()).collect();
        order.sort_by_key(|place| links[*place]);
        let mut is_first = vec![true; links.len()];
        for two in order.windows(2) {
            is_first[two[1]] = links[two[0]] != links[two[1]];
        }
        let mut is_first = is_first.into_iter();
        links.retain(|_| is_first.next() == Some(true));
        let nodes = u32::try_from(names.len()).expect("a text has fewer than 2^32 names");
        Self {
            names,
            links: Adjacency::of_pairs(nodes, links.into_iter()),
        }
    }
}

/// A link as a file has it: one way or both.
fn ways(from: u32, to: u32, directed: bool) -> impl Iterator<Item = (u32, u32)> {
    let back = (!directed).then_some((to, from));
    std::iter::once((from, to)).chain(back)
}
