//! Overlays whose floods have closed forms, and one from the world.

use std::fs;
use std::path::Path;

use super::*;

/// QUERYs of one HELLO and peers within TTL hops, when the only chunk is at the contact.
fn flood(net: &Net, contact: usize, ttl: u16, duplicates: Duplicates) -> (u128, usize) {
    let mut net = net.clone();
    net.clients = vec![(contact, vec![1])];
    net.chunks = vec![Vec::new(); net.chunks.len()];
    let all = net.holds(contact, [1]).predict(ttl, duplicates);
    assert_eq!(all.hello, Count::exact(1));
    assert!(all.query.is_exact());
    let by_hop = all.clients[0].queries_by_hop.as_ref().unwrap();
    assert_eq!(by_hop.iter().sum::<u128>(), all.query.max);
    (all.query.max, all.clients[0].reach.len())
}

#[test]
fn a_tree_sends_one_query_to_each_peer() {
    // A binary tree of 63: every peer but the contact hears exactly one.
    let tree = Net::of(63).links((1..63).map(|child| ((child - 1) / 2, child)));
    for policy in POLICIES {
        for contact in [0, 5, 40] {
            for ttl in 0..12 {
                let (queries, ball) = flood(&tree, contact, ttl, policy);
                assert_eq!(queries, ball as u128 - 1);
            }
        }
    }
    // From the root: 1 + 2 + 4 + 8 within 3 hops.
    assert_eq!(flood(&tree, 0, 3, Duplicates::Literal), (14, 15));
}

#[test]
fn a_ring_sends_two_a_hop() {
    let ring = Net::of(10).links((0..10).map(|i| (i, (i + 1) % 10)));
    for ttl in 0..5 {
        let both_ways = (2 * u128::from(ttl), 2 * usize::from(ttl) + 1);
        for policy in POLICIES {
            assert_eq!(flood(&ring, 3, ttl, policy), both_ways);
        }
    }
    // Beyond half way round the copies meet: literal ones run on, others end. At TTL 8 the nine
    // others have heard all; the last, 5 hops away, sends its first copy on, and so 4 + 4 + 1 forward
    // beside the contact.
    assert_eq!(flood(&ring, 3, 8, Duplicates::Literal), (16, 10));
    assert_eq!(flood(&ring, 3, 8, Duplicates::Best), (2 + 9, 10));
}

#[test]
fn a_complete_graph() {
    // (n−1)((n−2)^T − 1)/(n−3).
    for peers in [4, 5, 10] {
        let links = (0..peers).flat_map(|a| (0..a).map(move |b| (a, b)));
        let net = Net::of(peers).links(links);
        let n = peers as u128;
        for ttl in 1..7 {
            let queries = (n - 1) * ((n - 2).pow(ttl) - 1) / (n - 3);
            let ttl = u16::try_from(ttl).unwrap();
            assert_eq!(flood(&net, 0, ttl, Duplicates::Literal), (queries, peers));
            // The contact to all; from TTL 2 on each of them to all but the contact and itself.
            let once = match ttl {
                1 => n - 1,
                _ => (n - 1) * (n - 1),
            };
            assert_eq!(flood(&net, 0, ttl, Duplicates::First), (once, peers));
        }
    }
}

#[test]
fn an_unbounded_grid() {
    // Large enough for TTL 6: 2T² + 2T + 1 peers; 4·3^(k−1) walks of k steps, together 2(3^T − 1).
    let side = 15;
    let mut net = Net::of(side * side);
    for row in 0..side {
        for column in 0..side {
            let here = row * side + column;
            if column + 1 < side {
                net = net.link(here, here + 1);
            }
            if row + 1 < side {
                net = net.link(here, here + side);
            }
        }
    }
    let middle = side / 2 * side + side / 2;
    for ttl in 0..=6 {
        let ball = 2 * usize::from(ttl) * (usize::from(ttl) + 1) + 1;
        let walks = 2 * (3_u128.pow(u32::from(ttl)) - 1);
        assert_eq!(flood(&net, middle, ttl, Duplicates::Literal), (walks, ball));
        // 4 from the contact, 3 from each other peer closer than TTL.
        let closer = 2 * u128::from(ttl) * u128::from(ttl.max(1) - 1) + 1;
        let once = if ttl == 0 { 0 } else { 4 + 3 * (closer - 1) };
        assert_eq!(flood(&net, middle, ttl, Duplicates::Best), (once, ball));
    }
}

#[test]
fn a_star() {
    // From the hub 9 QUERYs, which end there. From a leaf 1, then 8.
    let star = Net::of(10).links((1..10).map(|leaf| (0, leaf)));
    for policy in POLICIES {
        assert_eq!(flood(&star, 0, 3, policy), (9, 10));
        assert_eq!(flood(&star, 1, 3, policy), (9, 10));
        assert_eq!(flood(&star, 1, 1, policy), (1, 2));
    }
}

#[test]
fn walks_beyond_counting() {
    // K_60 at TTL 32: 59 · 58^31 is some 10^56.
    let links = (0..60).flat_map(|a| (0..a).map(move |b| (a, b)));
    let net = Net::of(60).links(links).holds(7, [1]).client(0, [1]);
    let all = net.predict(32, Duplicates::Literal);
    assert_eq!(all.query.to_string(), "more than 10^38");
    assert_eq!(all.chunks_info.to_string(), "1 to more than 10^38");
    assert_eq!(all.hello, Count::exact(1));
    assert_eq!(all.total(), u128::MAX);
    assert_eq!(all.clients[0].queries_by_hop, None);
    assert_eq!(all.clients[0].reach.len(), 60);
    // At TTL 21, (59 · 58^21 − 59)/57 is some 1.1 · 10^37.
    assert!(net.predict(21, Duplicates::Literal).query.is_exact());
    assert_eq!(net.queries(32, Duplicates::Best), 59 * 59);

    let scenario = net.scenario(32, Duplicates::First);
    let live = predict(&scenario, Order::Live);
    assert_eq!(live.query, Count::between(59, 59 * 59));
    let fits = fitting_ttl(&scenario, Order::Lockstep, Duplicates::Literal, 20_000_000);
    // 59 · (58^4 − 1)/57 is 11.7 million.
    assert_eq!(fits, Some(Ttl(4)));
}

#[test]
fn a_gnutella_snapshot() {
    let file = "../shared/data/p2p-Gnutella08.txt";
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    let Ok(text) = fs::read_to_string(&file) else {
        #[expect(clippy::print_stderr, reason = "says which test did not run")]
        {
            eprintln!("skipped: there is no {}", file.display());
        }
        return;
    };
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    let links = lines.map(|line| {
        let (a, b) = line.split_once('\t').unwrap();
        (a.parse().unwrap(), b.parse().unwrap())
    });
    let net = Net::of(6301).links(links);
    assert_eq!(flood(&net, 0, 3, Duplicates::Literal), (9_005, 1_595));
    assert_eq!(flood(&net, 0, 4, Duplicates::Literal), (313_008, 4_962));
    assert_eq!(flood(&net, 0, 5, Duplicates::Literal).0, 7_083_435);
}
