//! What is known of a large flood tells what smaller ones come to.

use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};

use super::bounds::random_net;
use super::overlay::Overlay;
use super::walks::Walks;
use super::*;

#[test]
fn small_balls_are_parts_of_large_ones() {
    for seed in 0..200 {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let net = random_net(&mut rng);
        let scenario = net.scenario(1, Duplicates::Best);
        let known = Overlay::of(&scenario);
        let peers = net.chunks.len();
        for _ in 0..12 {
            let (contact, ttl) = (rng.random_range(0..peers), rng.random_range(0..6));
            let ball = known.ball(contact, ttl);
            let fresh = Overlay::of(&scenario).ball(contact, ttl);
            assert_eq!(ball.distances(), fresh.distances());
            let near = [&ball, &fresh].map(|ball| {
                let members = ball.forwarding(ttl);
                let members = members.map(|m| (m.peer(), m.hops, m.spares, m.is_contact()));
                members.collect::<Vec<_>>()
            });
            assert_eq!(near[0], near[1], "seed {seed} {contact} {ttl}");
            assert_eq!(ball.members.len(), fresh.members.len());
        }
    }
}

#[test]
fn walks_are_counted_as_far_as_it_takes() {
    let mut ended = 0;
    for seed in 0..200 {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let net = random_net(&mut rng);
        let overlay = Overlay::of(&net.scenario(1, Duplicates::Best));
        let ttl = rng.random_range(0..40);
        let fresh = Overlay::of(&net.scenario(1, Duplicates::Best));
        let all = Walks::count(&fresh, 0, ttl).by_hop.clone().unwrap();
        let enough = 1 << rng.random_range(0..10);
        let mut total = 0;
        let before = all.iter().take_while(|copies| {
            let is_needed = total < enough;
            total += **copies;
            is_needed
        });
        let needed: Vec<u128> = before.copied().collect();
        let counted = Walks::count_to(&overlay, 0, ttl, enough);
        ended += u32::from(needed.len() < all.len());
        assert_eq!(counted.by_hop, Some(needed), "seed {seed}");
    }
    assert!(ended > 20, "{ended}");
}

#[test]
fn walks_are_asked_of_the_right_contact_and_ttl() {
    let square = Net::of(5).links([(0, 1), (1, 2), (2, 3), (3, 0), (2, 4)]);
    let overlay = Overlay::of(&square.scenario(1, Duplicates::Best));
    for (contact, ttl, by_hop) in [
        (0, 3, vec![2, 2, 4]),
        (4, 3, vec![1, 2, 2]),
        (0, 3, vec![2, 2, 4]),
        (0, 2, vec![2, 2]),
        (0, 3, vec![2, 2, 4]),
    ] {
        let walks = Walks::count(&overlay, contact, ttl);
        assert_eq!(walks.by_hop, Some(by_hop.clone()), "{contact} {ttl}");
        let enough = Walks::count_to(&overlay, contact, ttl, u128::MAX);
        assert_eq!(enough.by_hop, Some(by_hop), "{contact} {ttl}");
    }
}
