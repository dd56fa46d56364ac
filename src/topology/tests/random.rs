//! Random overlays: what holds for every seed, and how their degrees are spread.

use proptest::prelude::*;

use super::*;

proptest! {
    #[test]
    fn gnp_is_simple(peers in 1..60_u64, p in 0.0..=1.0, seed: u64) {
        generate(Generator::Gnp { peers, p }, seed);
    }

    #[test]
    fn gnm_has_its_links(peers in 1..40_u64, part in 0.0..=1.0_f64, seed: u64) {
        let most = peers * (peers - 1) / 2;
        let links = generator::part(u128::from(most), part);
        let links = u64::try_from(links).unwrap();
        exact(Generator::Gnm { peers, links }, seed);
    }

    #[test]
    fn regular_is_regular(peers in 1..40_u64, less in 1..40_u64, seed: u64) {
        let degree = peers - less.min(peers);
        let degree = degree - degree % 2 * (peers % 2);
        let graph = exact(Generator::Regular { peers, degree }, seed);
        prop_assert!(degrees(&graph).iter().all(|of| *of as u64 == degree));
    }

    #[test]
    fn watts_strogatz_keeps_its_links(
        peers in 1..40_u64,
        less in 1..40_u64,
        p in 0.0..=1.0,
        seed: u64,
    ) {
        let k = peers - less.min(peers);
        let k = k - k % 2;
        let graph = exact(Generator::WattsStrogatz { peers, k, p }, seed);
        // Each peer keeps the near ends of its k/2 links.
        prop_assert!(degrees(&graph).iter().all(|of| *of as u64 >= k / 2));
    }

    #[test]
    fn barabasi_albert_is_in_one_piece(peers in 2..60_u64, m in 1..60_u64, seed: u64) {
        let m = m.min(peers - 1);
        let graph = exact(Generator::BarabasiAlbert { peers, m }, seed);
        prop_assert_eq!(graph.components().len(), 1);
        // The star's leaves may stay at one; who comes later brings m.
        let degrees = degrees(&graph);
        let mut later = (0..).zip(&degrees).skip_while(|(peer, _)| *peer <= m);
        prop_assert!(later.all(|(_, of)| *of as u64 >= m));
    }

    #[test]
    fn power_law_is_simple(
        peers in 2..200_u64,
        exponent in 1.01..5.0,
        min_degree in 1..10_u64,
        seed: u64,
    ) {
        let min_degree = min_degree.min(peers - 1);
        generate(Generator::PowerLaw { peers, exponent, min_degree }, seed);
    }
}

#[test]
fn regular_overlays_with_hardly_a_link_missing() {
    for peers in [2, 4, 60, 300] {
        for less in [1, 2] {
            let degree = peers - less;
            let graph = exact(Generator::Regular { peers, degree }, 3);
            assert!(degrees(&graph).iter().all(|of| *of as u64 == degree));
        }
    }
}

#[test]
fn gnm_overlays_with_hardly_a_link_missing() {
    for links in [4_948, 4_949, 4_950] {
        exact(Generator::Gnm { peers: 100, links }, 3);
    }
}

#[test]
fn no_luck_at_the_ends_of_a_probability() {
    let gnp = |p| generate(Generator::Gnp { peers: 30, p }, 5).links.links();
    assert_eq!(gnp(0.0), 0);
    assert_eq!(gnp(f64::MIN_POSITIVE), 0);
    assert_eq!(gnp(1e-17), 0);
    assert_eq!(gnp(1.0), 30 * 29);
    let ring = Generator::WattsStrogatz {
        peers: 7,
        k: 4,
        p: 0.0,
    };
    assert_eq!(exact(ring, 5).links.list(0), [1, 2, 5, 6]);
    // All are linked with all, so nothing can be rewired.
    let full = Generator::WattsStrogatz {
        peers: 7,
        k: 6,
        p: 1.0,
    };
    assert_eq!(degrees(&exact(full, 5)), [6; 7]);
}

#[test]
fn gnp_has_as_many_links_as_its_mean() {
    // 499,500 pairs; four standard deviations of the links are 4 · √(499,500 · 0.01 · 0.99) = 281.
    let gnp = Generator::Gnp {
        peers: 1_000,
        p: 0.01,
    };
    assert_eq!(gnp.size(), (1_000, 9_990));
    for seed in 0..20 {
        let links = generate(gnp, seed).links.links() / 2;
        assert!(links.abs_diff(4_995) < 281, "{links} links");
    }
}

#[test]
fn every_pair_of_gnp_and_gnm_is_as_likely() {
    let gnp = Generator::Gnp { peers: 5, p: 0.3 };
    let gnm = Generator::Gnm { peers: 5, links: 7 };
    for (generator, mean) in [(gnp, 1_200), (gnm, 2_800)] {
        let mut met = std::collections::BTreeMap::new();
        for seed in 0..4_000 {
            for link in links(&generate(generator, seed)) {
                *met.entry(link).or_insert(0_u32) += 1;
            }
        }
        // Four standard deviations are 4 · √(4,000 · 0.3 · 0.7) = 116.
        assert_eq!(met.len(), 20);
        assert!(met.values().all(|times| times.abs_diff(mean) < 116));
    }
}

#[test]
fn a_share_of_a_small_world_is_rewired() {
    let small_world = Generator::WattsStrogatz {
        peers: 2_000,
        k: 6,
        p: 0.25,
    };
    let graph = exact(small_world, 9);
    let far = |&&(a, b): &&(u32, u32)| (b - a).min(2_000 - (b - a)) > 3;
    let rewired = once(&graph).iter().filter(far).count();
    // A quarter of 6,000; four standard deviations are 134, and some are rewired to near ones.
    assert!(rewired.abs_diff(1_500) < 140, "{rewired} rewired");
}

#[test]
fn rewiring_favours_no_peer() {
    // Ends that were drawn, by their distance: each of the 10 strangers of a peer about alike.
    let small_world = Generator::WattsStrogatz {
        peers: 13,
        k: 2,
        p: 0.1,
    };
    let mut met = [0_u32; 13];
    for seed in 0..4_000 {
        for (a, b) in links(&generate(small_world, seed)) {
            met[(b + 13 - a) as usize % 13] += 1;
        }
    }
    // 13 · 0.1 links a seed, 10 distances, both ways: 2 · 520.
    assert!(
        met[2..12].iter().all(|times| times.abs_diff(1_040) < 130),
        "{met:?}"
    );
}

#[test]
fn preferential_attachment_makes_hubs() {
    let graph = exact(
        Generator::BarabasiAlbert {
            peers: 10_000,
            m: 2,
        },
        4,
    );
    let degrees = degrees(&graph);
    // The share with exactly m neighbours tends to 2 / (m + 2), of each degree k to
    // 2m(m + 1) / k(k + 1)(k + 2) (Bollobás and others, 2001).
    let share = |degree| degrees.iter().filter(|of| **of == degree).count();
    assert!(share(2).abs_diff(5_000) < 200);
    assert!(share(3).abs_diff(2_000) < 160);
    assert!(share(4).abs_diff(1_000) < 120);
    assert!(degrees.iter().max() > Some(&100));
}

#[test]
fn a_power_law_has_its_degrees() {
    let generator = Generator::PowerLaw {
        peers: 10_000,
        exponent: 2.5,
        min_degree: 2,
    };
    let graph = generate(generator, 4);
    let degrees = degrees(&graph);
    let share = |degree| degrees.iter().filter(|of| **of == degree).count();
    // k^−2.5 over its sum from 2 to 141, which is 0.3413: 0.518, 0.188, 0.0916. Erased links move
    // some peers one down.
    assert!(share(2).abs_diff(5_180) < 250, "{}", share(2));
    assert!(share(3).abs_diff(1_880) < 200, "{}", share(3));
    assert!(share(4).abs_diff(916) < 150, "{}", share(4));
    // √(10,000 · 2) = 141.4, and one end more if the sum is odd.
    assert!(degrees.iter().max() <= Some(&142));
    assert!(degrees.iter().max() > Some(&70));
    let said = generator.size().1;
    let there = graph.links.links() as u128;
    assert!(
        there.abs_diff(said) * 20 < said,
        "{there} links, said {said}"
    );
}

#[test]
fn a_million_peers() {
    let peers = 1_000_000;
    let gnm = Generator::Gnm {
        peers,
        links: 1_000_000,
    };
    assert_eq!(exact(gnm, 1).nodes(), 1_000_000);
    let p = 2e-6;
    let links = generate(Generator::Gnp { peers, p }, 1).links.links();
    assert!(links.abs_diff(2_000_000) < 8_000);
}
