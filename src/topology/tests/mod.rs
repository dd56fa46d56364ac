//! Overlays: hand-counted shapes, properties of random ones, expected draws, files.

mod dot;
mod edge_list;
mod graphml;
mod impossible;
mod pinned;
mod random;
mod shapes;

use super::*;

/// Each node's neighbours.
fn neighbours(graph: &Graph) -> Vec<Vec<u32>> {
    let mut all = vec![Vec::new(); graph.nodes as usize];
    for (from, to) in &graph.links {
        all[*from as usize].push(*to);
    }
    all
}

/// How many neighbours each node has.
fn degrees(graph: &Graph) -> Vec<usize> {
    neighbours(graph).iter().map(Vec::len).collect()
}

/// Generates, and holds what every generated overlay must be: without names, as large as was said,
/// simple, both ways, neighbours rising.
fn generate(generator: Generator, seed: u64) -> Graph {
    assert_eq!(generator.check(), []);
    let graph = generator.generate(seed);
    assert!(graph.names.is_empty());
    assert_eq!(generator.size().0, u128::from(graph.nodes));
    for two in graph.links.chunks(2) {
        let (low, high) = two[0];
        assert!(low < high && high < graph.nodes);
        assert_eq!(two[1], (high, low));
    }
    let firsts: Vec<_> = graph.links.iter().step_by(2).collect();
    assert!(firsts.is_sorted_by(|a, b| a < b));
    assert!(neighbours(&graph).iter().all(|peers| peers.is_sorted()));
    graph
}

/// As before, for a generator whose number of links is no estimate.
fn exact(generator: Generator, seed: u64) -> Graph {
    let graph = generate(generator, seed);
    assert_eq!(generator.size().1, graph.links.len() as u128);
    graph
}

#[test]
fn components_ignore_directions() {
    let graph = Graph {
        names: Vec::new(),
        nodes: 7,
        links: vec![(1, 0), (1, 2), (4, 5)],
    };
    assert_eq!(graph.components(), [3, 2, 1, 1]);
    let none = Graph {
        names: Vec::new(),
        nodes: 0,
        links: Vec::new(),
    };
    assert!(none.components().is_empty());
}
