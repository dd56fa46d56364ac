//! What is worked out once for all links alike is what is found link by link.

use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};

use super::bounds::random_net;
use super::storms::storm;
use super::*;
use crate::faults::{Change, Jitter, Pattern, Scheduled, Shape, When};
use crate::scenario::ReliableFlood;

const SEEDS: u64 = 400;

fn conditions(rng: &mut ChaCha8Rng) -> Conditions {
    let delay = Duration::from_millis([0, 1, 40, 400][rng.random_range(0..4)]);
    let mut conditions = Conditions {
        delay,
        ..Conditions::default()
    };
    match rng.random_range(0..10) {
        0 => conditions.loss = 0.5,
        1 => conditions.loss = 1.0,
        2 => conditions.duplication = 0.5,
        _ => {
            let scale = delay * rng.random_range(0..=2);
            let shape = Shape::Uniform;
            conditions.jitter = Some(Jitter { shape, scale });
        }
    }
    conditions
}

/// Says of each of these links what holds of all links between peers anyway.
fn say_again(scenario: &Scenario, links: &[(usize, usize)]) -> Scenario {
    let mut scenario = scenario.clone();
    let all = scenario.faults.links.peers.clone();
    let said = links
        .iter()
        .map(|(from, to)| (endpoint(*from), endpoint(*to)));
    scenario.faults.links.between = said.map(|link| (link, all.clone())).collect();
    scenario
}

#[test]
fn links_of_which_the_same_is_said_fare_alike() {
    let mut disturbed = 0;
    for seed in 0..SEEDS {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let net = random_net(&mut rng);
        let ttl = match rng.random_range(0..10) {
            // Neither 64 bits nor 128 count all copies of the longest.
            0 => rng.random_range(20..=300),
            _ => rng.random_range(0..=9),
        };
        for policy in POLICIES {
            let mut scenario = net.scenario(ttl, policy);
            scenario.faults.links.peers = conditions(&mut rng);
            if rng.random_bool(0.3) {
                scenario.faults.links.clients = conditions(&mut rng);
            }
            disturbed += u32::from(scenario.faults.links.common_delay().is_none());
            let peers = net.chunks.len();
            let one = [(0, rng.random_range(0..peers))];
            let all = (0..peers).flat_map(|from| (0..peers).map(move |to| (from, to)));
            let all: Vec<_> = all.collect();
            for order in [Order::Lockstep, Order::Live] {
                let told = predict(&scenario, order);
                for links in [&one[..], &all] {
                    let again = predict(&say_again(&scenario, links), order);
                    assert_eq!(told, again, "seed {seed} {policy} {order:?} {links:?}");
                }
            }
        }
    }
    assert!(disturbed > 1_000, "{disturbed}");
}

#[test]
fn in_storms_too() {
    for seed in 0..SEEDS {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let mut scenario = storm(&mut rng);
        if rng.random_bool(0.3) {
            let somebody = endpoint(rng.random_range(0..scenario.peers.len()));
            scenario.reliable = Some(ReliableFlood {
                timeout: Duration::from_millis(20),
                retries: 2,
                except: [somebody].into(),
            });
            scenario.faults.links.peers.duplication = 0.5;
        }
        if rng.random_bool(0.5) {
            scenario.faults.timeline.push(Scheduled {
                when: When::After {
                    pattern: Pattern::default(),
                    nth: 1,
                    by: Duration::from_millis(rng.random_range(0..4)),
                },
                change: Change::HealAll,
                label: None,
            });
        }
        let mut again = scenario.clone();
        let links = &mut again.faults.links;
        for from in 0..scenario.peers.len() {
            for to in 0..scenario.peers.len() {
                let link = (endpoint(from), endpoint(to));
                let said = links.between.entry(link);
                said.or_insert_with(|| links.peers.clone());
            }
        }
        for order in [Order::Lockstep, Order::Live] {
            let told = predict(&scenario, order);
            assert_eq!(told, predict(&again, order), "seed {seed} {order:?}");
        }
    }
}
