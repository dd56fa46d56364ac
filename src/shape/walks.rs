//! Walks along the links of a graph, and what two lists say of each other.

use std::collections::VecDeque;

use crate::adjacency::Adjacency;

/// How many pairs of nodes have each other in their lists, which rise.
pub(super) fn both_ways(graph: &Adjacency) -> usize {
    let lower = graph.pairs().filter(|(from, to)| to < from);
    let mutual = lower.filter(|(from, to)| graph.list(*to).binary_search(from).is_ok());
    mutual.count()
}

/// The distance of each node from `start`, and who was reached last, of the farthest.
pub(super) fn distances(graph: &Adjacency, start: u32) -> (Vec<Option<u32>>, u32) {
    let mut hops = vec![None; graph.nodes()];
    hops[start as usize] = Some(0);
    let mut queue = VecDeque::from([(start, 0)]);
    let mut last = start;
    while let Some((node, distance)) = queue.pop_front() {
        last = node;
        for other in graph.list(node) {
            if hops[*other as usize].is_none() {
                hops[*other as usize] = Some(distance + 1);
                queue.push_back((*other, distance + 1));
            }
        }
    }
    (hops, last)
}

/// How far the farthest node is from `start`, and which it is.
pub(super) fn farthest(graph: &Adjacency, start: u32) -> (u32, u32) {
    let (hops, last) = distances(graph, start);
    (hops[last as usize].unwrap_or(0), last)
}
