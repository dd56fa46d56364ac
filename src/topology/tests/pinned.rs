//! Overlays as they were drawn once. If one of these fails, a seed gives another overlay than it
//! did before: a library may have changed, and users must be told.

use super::*;

/// The 64-bit FNV-1a hash of all links, each there and back.
fn hash(graph: &Graph) -> u64 {
    let numbers = once(graph).into_iter().flat_map(|(a, b)| [a, b, b, a]);
    let bytes = numbers.flat_map(u32::to_le_bytes);
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[test]
fn a_seed_gives_the_same_overlay_for_ever() {
    let peers = 1_000;
    let generators = [
        Generator::Gnp { peers, p: 0.01 },
        Generator::Gnm {
            peers,
            links: 3_000,
        },
        Generator::Gnm {
            peers: 100,
            links: 4_900,
        },
        Generator::Regular { peers, degree: 6 },
        Generator::Regular {
            peers: 50,
            degree: 45,
        },
        Generator::WattsStrogatz {
            peers,
            k: 4,
            p: 0.1,
        },
        Generator::BarabasiAlbert { peers, m: 1 },
        Generator::BarabasiAlbert { peers, m: 3 },
        Generator::PowerLaw {
            peers,
            exponent: 2.5,
            min_degree: 1,
        },
    ];
    let expected = [
        "2fa7c225c6b3b72d",
        "f014b4eb91a3c149",
        "55a1e797e4b0c015",
        "a1539d546223ba25",
        "9f463710db903d35",
        "de7d0548e1a2bd69",
        "69f40aaaccef587d",
        "5902989d209d3109",
        "e1b98375558c1ef9",
    ];
    let hashes = generators.map(|generator| format!("{:016x}", hash(&generate(generator, 7))));
    assert_eq!(hashes.as_slice(), expected);
    for generator in generators {
        assert_ne!(
            generate(generator, 7),
            generate(generator, 8),
            "{generator:?}"
        );
    }
}

#[test]
fn small_overlays_in_full() {
    let generators = [
        Generator::Gnp { peers: 6, p: 0.6 },
        Generator::Gnm { peers: 6, links: 5 },
        Generator::Regular {
            peers: 6,
            degree: 2,
        },
        Generator::WattsStrogatz {
            peers: 6,
            k: 2,
            p: 0.5,
        },
        Generator::BarabasiAlbert { peers: 6, m: 1 },
        Generator::PowerLaw {
            peers: 6,
            exponent: 2.5,
            min_degree: 1,
        },
    ];
    let drawn = generators.map(|generator| {
        let links = once(&generate(generator, 1));
        let links = links.iter().map(|(a, b)| format!("{a}-{b}"));
        links.collect::<Vec<_>>().join(" ")
    });
    let expected = [
        "0-1 1-5 2-5 3-4 3-5",
        "0-3 1-2 1-4 1-5 4-5",
        "0-1 0-3 1-2 2-5 3-4 4-5",
        "0-3 0-5 1-2 2-4 3-4 4-5",
        "0-1 0-2 1-4 2-3 4-5",
        "0-1 2-5 3-4",
    ];
    assert_eq!(drawn.as_slice(), expected);
}
