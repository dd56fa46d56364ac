//! What can't be, and how it is told.

use super::*;

/// All that is wrong: parameter, sentence and way out.
fn told(generator: Generator) -> Vec<String> {
    let told = |problem: &Impossible| {
        let help = problem.help.as_deref().unwrap_or("-");
        format!("{}: {}; {help}", problem.parameter, problem.why)
    };
    generator.check().iter().map(told).collect()
}

#[test]
fn too_few() {
    let none = "peers: an overlay needs at least one peer; give 1 or more";
    assert_eq!(told(Generator::Line { peers: 0 }), [none]);
    assert_eq!(told(Generator::Star { peers: 0 }), [none]);
    assert_eq!(told(Generator::Complete { peers: 0 }), [none]);
    assert_eq!(told(Generator::Gnp { peers: 0, p: 0.5 }), [none]);
    assert_eq!(told(Generator::Gnm { peers: 0, links: 3 }), [none]);
    assert_eq!(
        told(Generator::Regular {
            peers: 0,
            degree: 3
        }),
        [none]
    );
    assert_eq!(
        told(Generator::Ring { peers: 2 }),
        [
            "peers: a ring takes at least 3 peers to go round, and this is 2; give 3 or more, or \
             take a line for fewer"
        ]
    );
    assert_eq!(
        told(Generator::Tree { arity: 0, depth: 1 }),
        ["arity: `arity` must be at least 1, and this is 0; give 1 or more"]
    );
    assert_eq!(
        told(Generator::Grid {
            rows: 0,
            columns: 0
        }),
        [
            "rows: `rows` must be at least 1, and this is 0; give 1 or more",
            "columns: `columns` must be at least 1, and this is 0; give 1 or more"
        ]
    );
    assert_eq!(
        told(Generator::Torus {
            rows: 2,
            columns: 1
        }),
        [
            "rows: a column of a torus takes at least 3 peers to go round, and this is 2; give 3 \
             or more, or take a grid for fewer",
            "columns: a row of a torus takes at least 3 peers to go round, and this is 1; give 3 \
             or more, or take a grid for fewer"
        ]
    );
}

#[test]
fn probabilities() {
    for (p, shown) in [(-0.1, "-0.1"), (1.5, "1.5"), (f64::NAN, "NaN")] {
        let expected = format!(
            "p: `p` is a probability, and {shown} is not between 0 and 1; give a number from 0 to 1"
        );
        assert_eq!(told(Generator::Gnp { peers: 5, p }), [expected.as_str()]);
        let small_world = Generator::WattsStrogatz { peers: 5, k: 2, p };
        assert_eq!(told(small_world), [expected]);
    }
}

#[test]
fn too_many_links() {
    assert_eq!(
        told(Generator::Gnm {
            peers: 5,
            links: 11
        }),
        ["links: 5 peers have room for 10 links, and this is 11; give at most 10, or more peers"]
    );
}

#[test]
fn degrees_that_cannot_be() {
    assert_eq!(
        told(Generator::Regular {
            peers: 5,
            degree: 3
        }),
        [
            "degree: each link has two ends, and 5 peers with 3 neighbours each have an odd \
             number of ends; make `degree` or `peers` even"
        ]
    );
    assert_eq!(
        told(Generator::Regular {
            peers: 4,
            degree: 4
        }),
        [
            "degree: `degree` must be below the number of peers: each of 4 has 3 others to be \
             linked with, and this is 4; give at most 3, or more peers"
        ]
    );
}

#[test]
fn small_worlds_that_cannot_be() {
    assert_eq!(
        told(Generator::WattsStrogatz {
            peers: 4,
            k: 5,
            p: 2.0
        }),
        [
            "k: `k` must be below the number of peers: each of 4 has 3 others to be linked with, \
             and this is 5; give at most 3, or more peers",
            "k: half of the `k` neighbours stand on each side, and 5 is odd; give 4 or 6",
            "p: `p` is a probability, and 2 is not between 0 and 1; give a number from 0 to 1"
        ]
    );
}

#[test]
fn scale_free_overlays_that_cannot_be() {
    let m = |peers, m| told(Generator::BarabasiAlbert { peers, m });
    assert_eq!(
        m(5, 0),
        ["m: `m` must be at least 1, and this is 0; give 1 or more"]
    );
    assert_eq!(
        m(5, 5),
        [
            "m: `m` must be below the number of peers: each of 5 has 4 others to be linked with, \
             and this is 5; give at most 4, or more peers"
        ]
    );
    let power_law = |exponent, min_degree| {
        told(Generator::PowerLaw {
            peers: 5,
            exponent,
            min_degree,
        })
    };
    for exponent in [1.0, f64::NAN, f64::INFINITY, -3.0] {
        assert_eq!(
            power_law(exponent, 0),
            [
                format!(
                    "exponent: the exponent of a power law is above 1, and this is {exponent}; give \
                     a number above 1; in most networks it is from 2 to 3"
                ),
                "min_degree: `min_degree` must be at least 1, and this is 0; give 1 or more"
                    .to_owned()
            ]
        );
    }
    assert_eq!(power_law(2.0, 5).len(), 1);
}

#[test]
fn more_than_can_be_numbered() {
    let tree = Generator::Tree {
        arity: 10,
        depth: 100,
    };
    assert_eq!(
        told(tree),
        [
            "depth: more than 10^38 peers are more than can be numbered; make it smaller; \
             4294967295 peers can be numbered"
        ]
    );
    assert_eq!(tree.size(), (u128::MAX, u128::MAX));
    let line = Generator::Tree {
        arity: 1,
        depth: u64::MAX,
    };
    assert_eq!(line.size().0, 1 << 64);
    assert_eq!(line.check().len(), 1);
    let (rows, columns) = (u64::MAX, u64::MAX);
    let torus = Generator::Torus { rows, columns };
    assert_eq!(torus.check()[0].parameter, "rows");
    assert_eq!(torus.size().1, u128::MAX);
    let line = Generator::Line {
        peers: 5_000_000_000,
    };
    assert_eq!(
        told(line),
        [
            "peers: 5000000000 peers are more than can be numbered; make it smaller; 4294967295 \
             peers can be numbered"
        ]
    );
}

#[test]
fn sizes_of_what_cannot_be_do_not_overflow() {
    let most = u64::MAX;
    for generator in [
        Generator::Complete { peers: most },
        Generator::Gnp {
            peers: most,
            p: f64::INFINITY,
        },
        Generator::Gnm {
            peers: most,
            links: most,
        },
        Generator::Regular {
            peers: most,
            degree: most,
        },
        Generator::WattsStrogatz {
            peers: most,
            k: most,
            p: 0.0,
        },
        Generator::BarabasiAlbert {
            peers: most,
            m: most / 2,
        },
        Generator::PowerLaw {
            peers: most,
            exponent: f64::NAN,
            min_degree: most,
        },
        Generator::Grid {
            rows: most,
            columns: most,
        },
    ] {
        assert!(!generator.check().is_empty());
        assert!(generator.size().0 >= u128::from(most));
    }
}
