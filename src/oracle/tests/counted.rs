//! Small overlays counted by hand.

use super::*;

fn ids(sources: &Sources) -> Vec<u32> {
    sources.holders.iter().map(|peer| peer.0).collect()
}

fn hops(client: &ClientPrediction) -> Vec<(u32, u32)> {
    client
        .reach
        .iter()
        .map(|(peer, hops)| (peer.0, hops))
        .collect()
}

/// The assignment's own example, docs/protocol.md; peer n there is n − 1 here.
fn mesh() -> Net {
    let mut net = Net::of(5);
    for (peer, neighbours) in [
        (0, &[2, 1][..]),
        (1, &[0, 4]),
        (2, &[0, 4]),
        (3, &[4]),
        (4, &[1, 2, 3]),
    ] {
        net = neighbours.iter().fold(net, |net, n| net.one_way(peer, *n));
    }
    net.holds(0, [5, 6, 7, 8])
        .holds(1, [1, 2])
        .holds(2, [3, 6, 7, 8])
        .holds(3, [6, 7, 8])
        .holds(4, [9, 10])
        .client(0, [5, 6, 7])
        .client(3, [1, 3, 4, 5, 9])
}

#[test]
fn the_assignments_example() {
    for order in [Order::Lockstep, Order::Live] {
        let all = predict(&mesh().scenario(3, Duplicates::Literal), order);
        assert_eq!(all.hello, Count::exact(7));
        assert_eq!(all.query, Count::exact(38));
        assert_eq!(all.chunks_info, Count::exact(10));
        assert_eq!(all.total(), 55);
        // Client 1's HELLO: 8 QUERYs and 5 CHUNKS_INFOs; client 2's first: 5 and 5.
        assert_eq!(all.largest_flood(), 13);

        let [one, two] = &all.clients[..] else {
            panic!("two clients")
        };
        assert_eq!(one.hello, Count::exact(1));
        assert_eq!(one.queries_by_hop, Some(vec![2, 2, 4]));
        assert_eq!(one.chunks_info, Count::exact(5));
        assert_eq!(hops(one), [(0, 0), (1, 1), (2, 1), (3, 3), (4, 2)]);
        assert_eq!(ids(&one.sources[&ChunkId(5)]), [0]);
        assert_eq!(ids(&one.sources[&ChunkId(6)]), [0, 2, 3]);
        assert_eq!(ids(&one.sources[&ChunkId(7)]), [0, 2, 3]);

        assert_eq!(two.hello, Count::exact(6));
        assert_eq!(two.queries_by_hop, Some(vec![1, 2, 2]));
        assert_eq!(two.query, Count::exact(30));
        assert_eq!(two.chunks_info, Count::exact(5));
        assert_eq!(hops(two), [(0, 3), (1, 2), (2, 2), (3, 0), (4, 1)]);
        assert_eq!(two.largest_flood, 10);
        for (id, holder) in [(1, 1), (3, 2), (5, 0), (9, 4)] {
            assert_eq!(ids(&two.sources[&ChunkId(id)]), [holder]);
            assert!(!two.sources[&ChunkId(id)].may_be_missing());
        }
        assert!(two.sources[&ChunkId(4)].holders.is_empty());
        assert!(two.sources[&ChunkId(4)].may_be_missing());
        assert!(
            all.clients
                .iter()
                .all(|c| c.loose.is_empty() && c.reach.is_certain())
        );
    }
}

#[test]
fn the_assignments_example_with_suppression() {
    // Client 1: peer 1 sends to 3 and 2, each of these to 5. Peer 5's first copy is peer 3's, which
    // stands first in peer 1's list; it sends to 2 and 4. 2 + 2 + 2. Holders: 1, 3 and 4.
    // Client 2: 4 to 5; 5 to 2 and 3; 2 and 3 to 1, where it ends. 1 + 2 + 2, six times. Holders of
    // the first: 5, 2, 3 and 1.
    for policy in [Duplicates::First, Duplicates::Best] {
        let all = mesh().predict(3, policy);
        assert_eq!(all.clients[0].queries_by_hop, Some(vec![2, 2, 2]));
        assert_eq!(all.clients[1].queries_by_hop, Some(vec![1, 2, 2]));
        assert_eq!(all.query, Count::exact(6 + 30));
        assert_eq!(all.chunks_info, Count::exact(3 + 4));
    }
}

#[test]
fn a_line_ends_at_the_ttl() {
    // A-B-C-D-E from A: one QUERY a hop, whatever the policy, for each of 1 + 5 HELLOs.
    let line = Net::of(5).links((0..4).map(|i| (i, i + 1)));
    let line = line.holds(3, [3]).holds(4, [4]).client(0, [3, 4]);
    for policy in POLICIES {
        for order in [Order::Lockstep, Order::Live] {
            let all = predict(&line.scenario(3, policy), order);
            let client = &all.clients[0];
            assert_eq!(hops(client), [(0, 0), (1, 1), (2, 2), (3, 3)]);
            assert!(client.reach.is_certain());
            assert_eq!(ids(&client.sources[&ChunkId(3)]), [3]);
            assert_eq!(ids(&client.sources[&ChunkId(4)]), [0_u32; 0]);
            assert_eq!(all.hello, Count::exact(6));
            assert_eq!(all.query, Count::exact(18));
            assert_eq!(all.chunks_info, Count::exact(1));
        }
        assert_eq!(line.predict(4, policy).hello, Count::exact(1));
        assert_eq!(line.predict(4, policy).query, Count::exact(4));
    }
}

#[test]
fn ttl_zero_asks_the_contact_alone() {
    let pair = Net::of(2).link(0, 1).holds(0, [1]).holds(1, [2]);
    for policy in POLICIES {
        for order in [Order::Lockstep, Order::Live] {
            let net = pair.clone().client(0, [1]).client(0, [2]);
            let all = predict(&net.scenario(0, policy), order);
            assert_eq!(all.hello, Count::exact(1 + 6));
            assert_eq!(all.query, Count::ZERO);
            assert_eq!(all.chunks_info, Count::exact(1));
            assert_eq!(hops(&all.clients[0]), [(0, 0)]);
        }
    }
}

#[test]
fn neighbour_lists_are_cleaned_up() {
    // 0's list: itself, 1, 1, an address where nobody is, twice, one outside the run. So 3 go out
    // on hop 1. 1 has 0 and a stranger: only that one is sent to. 3 + 1.
    let net = Net::of(2)
        .one_way(0, 0)
        .one_way(0, 1)
        .link(0, 1)
        .stranger(0, 1)
        .stranger(0, 1)
        .stranger(0, 9)
        .stranger(1, 2)
        .client(0, [1]);
    for policy in POLICIES {
        let client = &net.predict(2, policy).clients[0];
        assert_eq!(client.queries_by_hop, Some(vec![3, 1]));
        assert_eq!(hops(client), [(0, 0), (1, 1)]);
    }
}

#[test]
fn clients_are_no_peers() {
    // Peer 0's neighbour is the client itself (endpoint 1): sent to, never reached.
    let net = Net::of(1).one_way(0, 1).client(0, [1]);
    let client = &net.predict(3, Duplicates::Literal).clients[0];
    assert_eq!(client.queries_by_hop, Some(vec![1]));
    assert_eq!(hops(client), [(0, 0)]);
}

#[test]
fn one_way_links() {
    // 0→1→2→0, no link back: a copy runs round for ever. TTL 5: 5 QUERYs, at 1 and 2 on hops 1, 2,
    // 4, 5, at the contact on hop 3. All hold the chunk: 2 + 2 + (1 + 1) CHUNKS_INFOs.
    let round = (0..3).fold(Net::of(3), |net, i| {
        net.one_way(i, (i + 1) % 3).holds(i, [1])
    });
    let all = round.clone().client(0, [1]).predict(5, Duplicates::Literal);
    assert_eq!(all.clients[0].queries_by_hop, Some(vec![1; 5]));
    assert_eq!(all.chunks_info, Count::exact(6));
    // With memory the contact does not send it on: 3.
    assert_eq!(round.client(0, [1]).queries(5, Duplicates::First), 3);
}

#[test]
fn the_order_of_a_list_decides_which_copy_is_first() {
    // 0 to 1 and 2; both to 3, which links back to 1 only. When 1's copy is first, 3 sends to 4
    // alone: 2 + 2 + 1; when 2's is, to 1 and 4: 2 + 2 + 2. 1 and 2 do not link back to 0. Behind
    // 4 nothing.
    let rest = |net: Net| net.link(1, 3).one_way(2, 3).one_way(3, 4).client(0, [1]);
    let one_first = rest(Net::of(5).one_way(0, 1).one_way(0, 2));
    let two_first = rest(Net::of(5).one_way(0, 2).one_way(0, 1));
    for policy in [Duplicates::First, Duplicates::Best] {
        assert_eq!(one_first.queries(3, policy), 6 * 5);
        assert_eq!(two_first.queries(3, policy), 6 * 6);
    }
}

#[test]
fn long_lists_are_searches_of_their_own() {
    // 1,200 ids of peer 1: lists of 500, 500 and 200. Ids 0 to 998 are held, 999 is in the second
    // list and 1000 to 1199 are the third: 1 + 6 + 6 HELLOs of one QUERY. The third draws nothing.
    let net = Net::of(2).link(0, 1).holds(1, 0..999).client(0, 0..1200);
    let all = net.predict(3, Duplicates::Literal);
    assert_eq!(all.hello, Count::exact(13));
    assert_eq!(all.query, Count::exact(13));
    assert_eq!(all.chunks_info, Count::exact(2));
    assert_eq!(all.clients[0].sources.len(), 1200);
    assert_eq!(all.clients[0].largest_flood, 2);
}

#[test]
fn the_largest_flood_and_the_ttl_that_fits() {
    // K_6: literal QUERYs 5, 25, 105, 425 at TTL 1 to 4; nobody holds the chunk, so six HELLOs.
    let links = (0..6).flat_map(|a| (0..a).map(move |b| (a, b)));
    let scenario = Net::of(6)
        .links(links)
        .client(0, [1])
        .scenario(4, Duplicates::Literal);
    let total = |ttl, policy| total_datagrams(&scenario, Order::Lockstep, Ttl(ttl), policy);
    assert_eq!(total(0, Duplicates::Literal), 6);
    assert_eq!(total(2, Duplicates::Literal), 6 * 26);
    assert_eq!(total(4, Duplicates::Literal), 6 * 426);
    // 5 + 5 × 4.
    assert_eq!(total(4, Duplicates::Best), 6 * 26);
    let fitting = |policy, limit| fitting_ttl(&scenario, Order::Lockstep, policy, limit);
    assert_eq!(fitting(Duplicates::Literal, 5), None);
    assert_eq!(fitting(Duplicates::Literal, 35), Some(Ttl(0)));
    assert_eq!(fitting(Duplicates::Literal, 6 * 106), Some(Ttl(3)));
    assert_eq!(fitting(Duplicates::Literal, 6 * 106 - 1), Some(Ttl(2)));
    assert_eq!(fitting(Duplicates::Best, 6 * 26), Some(Ttl(3)));
}

#[test]
fn live_bounds_of_a_square_with_a_tail() {
    // 0-1-2-3-0 and 2-4, TTL 3 from 0; hops: 1 and 3: 1, 2: 2, 4: 3. Literal 2 + 2 + 4. A copy may
    // go 0-1-2-3 and reach 3 first, with no TTL left, and likewise 1; so of `first` only the
    // contact's 2 are sure, and 2, 4 may not be reached; at most 2 + 1 + 1 + 2. `best`: at least
    // these 6; at most 2 + (3 − 1) · (1 + 1) + (3 − 2) · 2.
    let square = Net::of(5).links([(0, 1), (1, 2), (2, 3), (3, 0), (2, 4)]);
    let net = square.holds(1, [1]).holds(4, [2]).client(0, [1, 2]);
    let live = |policy| predict(&net.scenario(3, policy), Order::Live);
    assert_eq!(live(Duplicates::Literal).query, Count::exact(8));
    let best = live(Duplicates::Best);
    assert_eq!(best.query, Count::between(6, 8));
    assert_eq!(best.chunks_info, Count::exact(2));
    assert_eq!(best.clients[0].loose, [Loose::AnyOrder].into());
    assert!(best.clients[0].reach.is_certain());

    let first = live(Duplicates::First);
    assert_eq!(first.hello, Count::between(1, 6));
    assert_eq!(first.query, Count::between(2, 36));
    // Peer 1 answers the first HELLO; peer 4, if ever, each of the six.
    assert_eq!(first.chunks_info, Count::between(1, 7));
    let client = &first.clients[0];
    assert!(!client.reach.is_certain());
    assert!(!client.sources[&ChunkId(1)].may_be_missing());
    assert!(client.sources[&ChunkId(2)].may_be_missing());
    assert_eq!(ids(&client.sources[&ChunkId(2)]), [4]);
    assert_eq!(client.queries_by_hop, None);
}

#[test]
fn answers_that_come_after_the_wait() {
    // A line 0-1-2, 2 s a datagram, waits of 5 s: the contact answers after 4 s, peer 2 after 8 s.
    let line = Net::of(3)
        .links([(0, 1), (1, 2)])
        .holds(0, [1])
        .holds(2, [2]);
    let slow = |net: Net| {
        let mut scenario = net.scenario(3, Duplicates::Literal);
        scenario.faults.links = Links::all_taking(Duration::from_secs(2));
        predict(&scenario, Order::Lockstep)
    };
    let late = slow(line.clone().client(0, [2]));
    assert_eq!(late.clients[0].loose, [Loose::LateAnswers].into());
    assert_eq!(late.hello, Count::between(1, 6));
    assert_eq!(late.query, Count::between(2, 12));
    assert_eq!(late.chunks_info, Count::between(1, 6));
    // Six waits are 30 s.
    assert!(!late.clients[0].sources[&ChunkId(2)].may_be_missing());

    // The contact's answer starts the wait anew: it ends after 9 s.
    let in_time = slow(line.clone().client(0, [1, 2]));
    assert_eq!(in_time.hello, Count::exact(1));
    assert_eq!(in_time.chunks_info, Count::exact(2));
    assert!(in_time.clients[0].loose.is_empty());

    // Answers come before the deadline of the same instant: 2 · 2.5 s is in time, a breath more not.
    // Then a GET's chunk does not come within the wait either.
    let mut edge = line.clone().client(0, [1]).scenario(3, Duplicates::Literal);
    edge.faults.links = Links::all_taking(Duration::from_millis(2_500));
    let at_edge = predict(&edge, Order::Lockstep);
    assert_eq!(at_edge.hello, Count::exact(1));
    assert!(!at_edge.clients[0].sources[&ChunkId(1)].may_be_missing());
    edge.faults.links = Links::all_taking(Duration::from_nanos(2_500_000_001));
    let beyond = predict(&edge, Order::Lockstep);
    assert_eq!(beyond.hello, Count::between(1, 6));
    assert!(beyond.clients[0].sources[&ChunkId(1)].may_be_missing());

    // Nobody holds 3: all six HELLOs are sent, and the later ones may name 2.
    let endless = slow(line.client(0, [2, 3]));
    assert_eq!(endless.hello, Count::exact(6));
    assert_eq!(endless.query, Count::exact(12));
    assert_eq!(endless.chunks_info, Count::between(1, 6));
}

#[test]
fn peers_that_forget_in_mid_flood() {
    // A triangle at TTL 3, 1 s a datagram: 3 s is beyond the memory. First copies: 2 + 1 + 1;
    // literal: 2 + 2 + 2. 2.4 s is within it.
    let net = Net::of(3).links([(0, 1), (1, 2), (2, 0)]);
    let mut scenario = net
        .holds(1, [1])
        .client(0, [1])
        .scenario(3, Duplicates::Best);
    scenario.faults.links = Links::all_taking(Duration::from_secs(1));
    let forgetting = predict(&scenario, Order::Lockstep);
    assert_eq!(forgetting.query, Count::between(4, 6));
    assert_eq!(forgetting.clients[0].loose, [Loose::Forgets].into());
    assert!(forgetting.clients[0].reach.is_certain());
    scenario.faults.links = Links::all_taking(Duration::from_millis(800));
    assert_eq!(predict(&scenario, Order::Lockstep).query, Count::exact(4));
}
