//! Random overlays, one-way links and strangers included: exact numbers are met, bounds are kept.

use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};

use super::naive::{Played, play};
use super::*;

const SEEDS: u64 = 300;

/// At most seven peers with lists in any order, some with themselves, repeats and strangers.
pub(in crate::oracle) fn random_net(rng: &mut ChaCha8Rng) -> Net {
    let peers = rng.random_range(1..=7).max(rng.random_range(1..=7));
    let mut net = Net::of(peers);
    let both_ways = rng.random_bool(0.5);
    let links = match both_ways {
        true => rng.random_range(peers / 2..=peers * 3 / 2),
        false => rng.random_range(peers / 2..=peers * 5 / 2),
    };
    for _ in 0..links {
        let (a, b) = (rng.random_range(0..peers), rng.random_range(0..peers));
        net = match both_ways {
            true => net.link(a, b),
            false => net.one_way(a, b),
        };
        if rng.random_bool(0.1) {
            net = net.stranger(a, rng.random_range(0..10));
        }
    }
    for peer in 0..peers {
        let held: Vec<u16> = (1..=4).filter(|_| rng.random_bool(0.3)).collect();
        net = net.holds(peer, held);
    }
    for _ in 0..rng.random_range(1..=2) {
        let first = rng.random_range(1..=4);
        let contact = rng.random_range(0..peers);
        net = net.client(contact, first..=rng.random_range(first..=5));
    }
    net
}

fn check(told: &Prediction, played: &Played, what: &str) {
    for (count, got, of) in [
        (told.hello, played.hello, "HELLO"),
        (told.query, played.query, "QUERY"),
        (told.chunks_info, played.chunks_info, "CHUNKS_INFO"),
    ] {
        assert!(count.contains(got), "{what}: {got} {of}, not {count}");
    }
    for (index, client) in told.clients.iter().enumerate() {
        let heard = &played.heard[index];
        let near = |peer: &usize| client.reach.hops(endpoint(*peer)).is_some();
        assert!(heard.iter().all(near), "{what}: heard beyond the TTL");
        if client.reach.is_certain() {
            assert_eq!(heard.len(), client.reach.len(), "{what}: reach");
        }
        for (id, sources) in &client.sources {
            if played.missing[index].contains(&id.0) {
                assert!(sources.may_be_missing(), "{what}: {id} missing");
            } else {
                assert!(!sources.holders.is_empty(), "{what}: {id} found");
            }
        }
        for (id, holder) in &played.holders[index] {
            let sources = &client.sources[&ChunkId(*id)];
            assert!(sources.may_come_from(endpoint(*holder)), "{what}: {id}");
        }
        if let (Some(by_hop), 0) = (&client.queries_by_hop, index) {
            let got: Vec<u128> = played.first_by_hop.values().copied().collect();
            assert_eq!(*by_hop, got, "{what}: by hop");
        }
    }
}

/// Walks of 1 to `left` steps from `at` that do not step back to `from`, one by one.
fn walks(net: &Net, at: SocketAddrV4, from: Option<SocketAddrV4>, left: u16) -> u128 {
    let Some(peer) = (0..net.chunks.len()).find(|peer| address(*peer) == at && left > 0) else {
        return 0;
    };
    let mut list = net.neighbours[peer].clone();
    list.sort();
    list.dedup();
    let onward = list.iter().filter(|n| **n != at && Some(**n) != from);
    onward.map(|n| 1 + walks(net, *n, Some(at), left - 1)).sum()
}

#[test]
fn literal_counts_each_walk() {
    for seed in 0..SEEDS {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let net = random_net(&mut rng);
        let ttl = rng.random_range(0..=6);
        let all = net.predict(ttl, Duplicates::Literal);
        for (client, (contact, _)) in all.clients.iter().zip(&net.clients) {
            let counted = walks(&net, address(*contact), None, ttl);
            assert_eq!(client.query, Count::exact(counted) * client.hello, "{seed}");
        }
    }
}

#[test]
fn lockstep_is_exact() {
    for seed in 0..SEEDS {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let net = random_net(&mut rng);
        let ttl = rng.random_range(0..=5);
        for policy in POLICIES {
            let mut scenario = net.scenario(ttl, policy);
            let millis = rng.random_range(0..=2) * 20;
            scenario.faults.links = Links::all_taking(Duration::from_millis(millis));
            let told = predict(&scenario, Order::Lockstep);
            for count in [told.hello, told.query, told.chunks_info] {
                assert!(count.is_exact());
            }
            assert!(told.clients.iter().all(|c| c.loose.is_empty()));
            let played = play(&net, &scenario, &mut || millis * 1_000_000);
            check(&told, &played, &format!("seed {seed} {policy}"));
        }
    }
}

#[test]
fn slow_links_keep_the_bounds() {
    let (mut late, mut forgetting) = (0, 0);
    for seed in 0..2 * SEEDS {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let net = random_net(&mut rng);
        let ttl = rng.random_range(0..=5);
        let millis = rng.random_range(1..=40) * 100;
        let wait = Duration::from_millis(2_600 + 200 * rng.random_range(0..=20));
        let repeats = rng.random_range(0..=3);
        for policy in POLICIES {
            let mut scenario = net.scenario(ttl, policy);
            scenario.faults.links = Links::all_taking(Duration::from_millis(millis));
            for client in &mut scenario.clients {
                client.requests[0].patience.wait = wait;
                client.requests[0].patience.repeats = repeats;
            }
            let told = predict(&scenario, Order::Lockstep);
            let has = |loose| told.clients.iter().any(|c| c.loose.contains(&loose));
            late += u32::from(has(Loose::LateAnswers));
            forgetting += u32::from(has(Loose::Forgets));
            let exact = [told.hello, told.query, told.chunks_info];
            if told.clients.iter().all(|c| c.loose.is_empty()) {
                assert!(exact.iter().all(Count::is_exact));
            }
            let played = play(&net, &scenario, &mut || millis * 1_000_000);
            check(&told, &played, &format!("seed {seed} {policy}"));
        }
    }
    assert!(late > 100 && forgetting > 100, "{late} {forgetting}");
}

#[test]
fn any_order_keeps_the_bounds() {
    // How often the run went to the very bound, so that the bounds are not merely wide; and how
    // often `first` lost somebody.
    let (mut at_least, mut at_most, mut lost) = (0, 0, 0);
    for seed in 0..2 * SEEDS {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let net = random_net(&mut rng);
        let ttl = rng.random_range(0..=5);
        for policy in POLICIES {
            let mut scenario = net.scenario(ttl, policy);
            scenario.faults.links = Links::all_taking(Duration::ZERO);
            for client in &mut scenario.clients {
                client.requests[0].patience.repeats = rng.random_range(0..=1);
            }
            let told = predict(&scenario, Order::Live);
            if policy != Duplicates::First {
                assert!(told.chunks_info.is_exact() && told.hello.is_exact());
                assert!(told.clients.iter().all(|c| c.reach.is_certain()));
            }
            for round in 0..8 {
                // Either any magnitude from a microsecond to a tenth of a second, or some much
                // slower than all the others: a long way round is often the faster one.
                let mut delay = || match round % 2 {
                    0 => 10_u64.pow(rng.random_range(3..=7)) * rng.random_range(1..=10),
                    _ if rng.random_bool(0.3) => 100_000_000,
                    _ => rng.random_range(1_000..=1_000_000),
                };
                let played = play(&net, &scenario, &mut delay);
                check(
                    &told,
                    &played,
                    &format!("seed {seed} {policy} round {round}"),
                );
                let mut reached = played.heard.iter().zip(&told.clients);
                let all = reached.all(|(heard, c)| heard.len() == c.reach.len());
                assert!(all || policy == Duplicates::First);
                lost += u32::from(!all);
                if !told.query.is_exact() {
                    at_least += u32::from(played.query == told.query.min);
                    at_most += u32::from(played.query == told.query.max);
                }
            }
        }
    }
    let often = at_least > 50 && at_most > 50 && lost > 20;
    assert!(often, "{at_least} {at_most} {lost}");
}
