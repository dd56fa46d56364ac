//! Overlays without luck, counted by hand.

use super::*;

fn links(generator: Generator) -> Vec<(u32, u32)> {
    let graph = exact(generator, 1);
    assert_eq!(graph, generator.generate(2), "a seed changes a shape");
    once(&graph)
}

#[test]
fn a_line() {
    assert_eq!(
        links(Generator::Line { peers: 4 }),
        [(0, 1), (1, 2), (2, 3)]
    );
    assert_eq!(links(Generator::Line { peers: 1 }), []);
}

#[test]
fn a_ring() {
    assert_eq!(
        links(Generator::Ring { peers: 4 }),
        [(0, 1), (0, 3), (1, 2), (2, 3)]
    );
    assert_eq!(
        links(Generator::Ring { peers: 3 }),
        [(0, 1), (0, 2), (1, 2)]
    );
}

#[test]
fn a_star() {
    assert_eq!(
        links(Generator::Star { peers: 4 }),
        [(0, 1), (0, 2), (0, 3)]
    );
    assert_eq!(links(Generator::Star { peers: 1 }), []);
}

#[test]
fn a_tree() {
    let binary = Generator::Tree { arity: 2, depth: 2 };
    assert_eq!(
        links(binary),
        [(0, 1), (0, 2), (1, 3), (1, 4), (2, 5), (2, 6)]
    );
    assert_eq!(links(Generator::Tree { arity: 7, depth: 0 }), []);
    let line = Generator::Tree { arity: 1, depth: 3 };
    assert_eq!(links(line), [(0, 1), (1, 2), (2, 3)]);
    let wide = Generator::Tree {
        arity: 100_000,
        depth: 1,
    };
    assert_eq!(degrees(&exact(wide, 1))[0], 100_000);
    // 1 + 3 + 9 + 27 + 81.
    assert_eq!(Generator::Tree { arity: 3, depth: 4 }.size(), (121, 240));
    let alone = Generator::Tree {
        arity: u64::MAX,
        depth: 0,
    };
    assert_eq!(links(alone), []);
}

#[test]
fn a_grid() {
    let grid = Generator::Grid {
        rows: 2,
        columns: 3,
    };
    let expected = [(0, 1), (0, 3), (1, 2), (1, 4), (2, 5), (3, 4), (4, 5)];
    assert_eq!(links(grid), expected);
    let line = Generator::Grid {
        rows: 1,
        columns: 3,
    };
    assert_eq!(links(line), [(0, 1), (1, 2)]);
    // 100 · 99 links one way and as many the other.
    let large = Generator::Grid {
        rows: 100,
        columns: 100,
    };
    assert_eq!(links(large).len(), 19_800);
}

#[test]
fn a_torus() {
    let torus = exact(
        Generator::Torus {
            rows: 3,
            columns: 4,
        },
        1,
    );
    assert_eq!(degrees(&torus), [4; 12]);
    // Of the first: left round, right, below, above round.
    assert_eq!(torus.links.list(0), [1, 3, 4, 8]);
    assert_eq!(torus.links.list(6), [2, 5, 7, 10]);
    assert_eq!(torus.components(), [12]);
}

#[test]
fn a_complete_overlay() {
    let complete = exact(Generator::Complete { peers: 5 }, 1);
    assert_eq!(degrees(&complete), [4; 5]);
    assert_eq!(links(Generator::Complete { peers: 1 }), []);
}
