//! Overlays: hand-counted shapes, properties of random ones, expected draws, files.

mod dot;
mod edge_list;
mod graphml;
mod impossible;
mod pinned;
mod random;
mod shapes;

use super::*;

/// How many neighbours each node has.
fn degrees(graph: &Graph) -> Vec<usize> {
    graph.links.lists().map(|(_, list)| list.len()).collect()
}

/// All links, those of the first node first.
fn links(graph: &Graph) -> Vec<(u32, u32)> {
    graph.links.pairs().collect()
}

/// Each link of a graph without directions once.
fn once(graph: &Graph) -> Vec<(u32, u32)> {
    let ways = graph.links.pairs();
    ways.filter(|(low, high)| low < high).collect()
}

/// Generates, and holds what every generated overlay must be: without names, as large as was said,
/// simple, both ways, neighbours rising.
fn generate(generator: Generator, seed: u64) -> Graph {
    assert_eq!(generator.check(), []);
    let graph = generator.generate(seed);
    assert!(graph.names.is_empty());
    assert_eq!(generator.size().0, u128::from(graph.nodes()));
    assert_eq!(graph.links, graph.links.reversed());
    for (node, list) in graph.links.lists() {
        assert!(list.is_sorted_by(|a, b| a < b), "{list:?}");
        assert!(!list.contains(&node), "{node} is linked with itself");
    }
    graph
}

/// As before, for a generator whose number of links is no estimate.
fn exact(generator: Generator, seed: u64) -> Graph {
    let graph = generate(generator, seed);
    assert_eq!(generator.size().1, graph.links.links() as u128);
    graph
}

#[test]
fn components_ignore_directions() {
    let pairs = [(1, 0), (1, 2), (4, 5)];
    let graph = Graph::generated(Adjacency::of_pairs(7, pairs.into_iter()));
    assert_eq!(graph.components(), [3, 2, 1, 1]);
    let none = Graph::generated(Adjacency::default());
    assert!(none.components().is_empty());
}
