//! Every shipped scenario passes every check on sockets, with the numbers that were worked out by
//! hand where docs/protocol.md or the scenario gives them.

use std::time::Duration;

use p2p_sim::check::Verdict;
use p2p_sim::driver::Cast;
use p2p_sim::event::What;
use p2p_sim::time::Time;
use p2p_sim::wire::Type;

use crate::support::stage::{Played, all_shipped, assert_passes, play_on_sockets, shipped};

/// What must come out of a scenario, worked out by hand.
struct ByHand {
    name: &'static str,
    hello: u64,
    query: u64,
    chunks_info: u64,
    /// At least and at most.
    get: (u64, u64),
    response: u64,
    duplicates: u64,
    reached: usize,
    by_hop: &'static [u64],
    /// How many waits of 5 s the run takes at least.
    waits: u32,
}

/// A scenario in which nothing is missing: one search, no duplicates.
const FOUND_ALL: ByHand = ByHand {
    name: "",
    hello: 1,
    query: 0,
    chunks_info: 0,
    get: (0, 0),
    response: 0,
    duplicates: 0,
    reached: 0,
    by_hop: &[],
    waits: 0,
};

const BY_HAND: [ByHand; 15] = [
    // client1: 2 + 2 + 4 QUERYs; client2 six times 1 + 2 + 2.
    ByHand {
        name: "mesh",
        hello: 7,
        query: 38,
        chunks_info: 10,
        get: (5, 7),
        response: 7,
        duplicates: 10,
        reached: 5,
        by_hop: &[8, 14, 16],
        waits: 6,
    },
    // Six searches of three QUERYs; A, B, C and D answer the first.
    ByHand {
        name: "line",
        hello: 6,
        query: 18,
        chunks_info: 4,
        get: (4, 4),
        response: 4,
        reached: 4,
        by_hop: &[6, 6, 6],
        waits: 6,
        ..FOUND_ALL
    },
    ByHand {
        name: "edge/absent-neighbour",
        query: 2,
        chunks_info: 1,
        get: (1, 1),
        response: 1,
        reached: 2,
        by_hop: &[2],
        ..FOUND_ALL
    },
    ByHand {
        name: "edge/chunk-at-ttl",
        hello: 6,
        query: 12,
        chunks_info: 2,
        get: (2, 2),
        response: 2,
        reached: 3,
        by_hop: &[6, 6],
        waits: 6,
        ..FOUND_ALL
    },
    // p2 holds chunk 1 and answers the first of six searches.
    ByHand {
        name: "edge/chunk-nowhere",
        hello: 6,
        query: 12,
        chunks_info: 1,
        get: (1, 1),
        response: 1,
        reached: 3,
        by_hop: &[6, 6],
        waits: 6,
        ..FOUND_ALL
    },
    ByHand {
        name: "edge/contact-holds-all",
        query: 2,
        chunks_info: 3,
        get: (1, 1),
        response: 4,
        reached: 3,
        by_hop: &[2],
        ..FOUND_ALL
    },
    ByHand {
        name: "edge/empty-peer",
        query: 2,
        chunks_info: 2,
        get: (2, 2),
        response: 2,
        reached: 3,
        by_hop: &[1, 1],
        ..FOUND_ALL
    },
    // 500 + 500 + 200 ids; 18 bursts of 64 and one of 48.
    ByHand {
        name: "edge/many-ids",
        hello: 3,
        query: 3,
        chunks_info: 3,
        get: (19, 19),
        response: 1_200,
        reached: 2,
        by_hop: &[3],
        ..FOUND_ALL
    },
    // From a: a b, b c, six times. From d: d a, a b, b c.
    ByHand {
        name: "edge/one-way-links",
        hello: 7,
        query: 15,
        chunks_info: 3,
        get: (3, 3),
        response: 3,
        reached: 4,
        by_hop: &[7, 7, 1],
        waits: 6,
        ..FOUND_ALL
    },
    // Two copies round a ring of six, TTL 6: from p4 on whoever hears one has had the other. p4
    // hears both and answers both.
    ByHand {
        name: "edge/ring",
        query: 12,
        chunks_info: 2,
        get: (1, 1),
        response: 1,
        duplicates: 7,
        reached: 6,
        by_hop: &[2; 6],
        ..FOUND_ALL
    },
    // Each of three clients: 3 QUERYs to b, d, c; then 4 (b to c, d to c, c to b and d), then 6
    // from those that hear again: b from c to a, d from c to a, c from b to a and d, c from d to
    // a and b. 13 QUERYs with 10 duplicates, and each copy is answered.
    ByHand {
        name: "edge/same-chunk-everywhere",
        hello: 3,
        query: 39,
        chunks_info: 42,
        get: (3, 12),
        response: 12,
        duplicates: 30,
        reached: 4,
        by_hop: &[9, 12, 18],
        ..FOUND_ALL
    },
    ByHand {
        name: "edge/self-loop-and-repeated-neighbour",
        query: 2,
        chunks_info: 1,
        get: (1, 1),
        response: 1,
        reached: 3,
        by_hop: &[1, 1],
        ..FOUND_ALL
    },
    ByHand {
        name: "edge/star",
        query: 6,
        chunks_info: 6,
        get: (6, 6),
        response: 6,
        reached: 7,
        by_hop: &[6],
        ..FOUND_ALL
    },
    // Each client has one odd chunk and one even.
    ByHand {
        name: "edge/twenty-clients",
        hello: 20,
        query: 40,
        chunks_info: 40,
        get: (40, 40),
        response: 40,
        reached: 3,
        by_hop: &[40],
        ..FOUND_ALL
    },
    ByHand {
        name: "edge/two-islands",
        hello: 12,
        query: 12,
        chunks_info: 2,
        get: (2, 2),
        response: 2,
        reached: 4,
        by_hop: &[12],
        waits: 6,
        ..FOUND_ALL
    },
];

impl ByHand {
    fn assert(&self, played: &Played, verdict: &Verdict) {
        let census = &verdict.census;
        let name = self.name;
        for (message_type, expected) in [
            (Type::Hello, self.hello),
            (Type::Query, self.query),
            (Type::ChunksInfo, self.chunks_info),
            (Type::Response, self.response),
        ] {
            assert_eq!(
                census.sent(message_type),
                expected,
                "{name}: {message_type}"
            );
        }
        let (least, most) = self.get;
        let gets = census.sent(Type::Get);
        assert!(least <= gets && gets <= most, "{name}: {gets} GETs");
        assert_eq!(census.duplicates(), self.duplicates, "{name}: duplicates");
        assert_eq!(census.peers_reached(), self.reached, "{name}: reached");
        assert_eq!(census.queries_by_hop(), self.by_hop, "{name}: by hop");
        let wait = Duration::from_secs(5);
        let (clock, waits) = (played.ran.clock, self.waits);
        assert!(clock >= Time::from_start(wait * waits), "{name}: {clock}");
        assert!(
            clock < Time::from_start(wait * (waits + 1)),
            "{name}: {clock}"
        );
    }
}

/// Asserts that each client logs what it wants, once, and is done then, once.
fn assert_done(played: &Played) {
    for spec in &played.scenario.clients {
        let events = played.ran.recording.iter().map(|(_, event)| &event.what);
        let own = events.filter_map(|what| match what {
            What::Logged { client, id, .. } if *client == spec.endpoint => Some(Some(*id)),
            What::Done { client } if *client == spec.endpoint => Some(None),
            _ => None,
        });
        let mut own: Vec<_> = own.collect();
        assert_eq!(own.pop(), Some(None), "{}", played.scenario.name);
        own.sort();
        let mut wanted: Vec<_> = spec.chunks.iter().map(|id| Some(*id)).collect();
        wanted.sort();
        assert_eq!(own, wanted, "{}", played.scenario.name);
    }
}

#[test]
fn each_passes_on_sockets_with_the_numbers_worked_out_by_hand() {
    let mut names = all_shipped();
    for by_hand in &BY_HAND {
        let scenario = shipped(by_hand.name, 63);
        let played = play_on_sockets(&scenario, Cast::of(&scenario));
        by_hand.assert(&played, &assert_passes(&played));
        assert_done(&played);
        names.retain(|name| name != by_hand.name);
    }
    // Scenarios of which nobody has worked out the numbers pass all the same.
    for name in names {
        let scenario = shipped(&name, 63);
        assert_passes(&play_on_sockets(&scenario, Cast::of(&scenario)));
    }
}

#[test]
fn the_assignments_example_gives_each_client_what_the_protocol_says() {
    let scenario = shipped("mesh", 64);
    let played = play_on_sockets(&scenario, Cast::of(&scenario));
    let verdict = assert_passes(&played);
    let [one, two] = &verdict.clients[..] else {
        panic!("two clients")
    };
    let sources = |client: &p2p_sim::check::ClientVerdict| -> Vec<(u16, Option<u32>)> {
        let chunks = client.chunks.iter();
        chunks.map(|chunk| (chunk.id.0, chunk.hops)).collect()
    };
    // Chunk 5 is three hops from peer4; 4 is nowhere.
    let of_two = [
        (1, Some(2)),
        (3, Some(2)),
        (4, None),
        (5, Some(3)),
        (9, Some(1)),
    ];
    assert_eq!(sources(two), of_two);
    assert_eq!(sources(one)[0], (5, Some(0)));
    let log = std::fs::read_to_string(&played.ran.logs[1]).expect("a log");
    assert!(log.ends_with("0.0.0.0:0 - 4\n"), "{log}");
    for line in [
        "127.64.0.1:5002 - 1\n",
        "127.64.0.1:5003 - 3\n",
        "127.64.0.1:5001 - 5\n",
        "127.64.0.1:5005 - 9\n",
    ] {
        assert!(log.contains(line), "{log}");
    }
    let hellos = verdict.census.searches.iter();
    let of_one = hellos.clone().find(|s| s.client == Some(one.client));
    let of_one = of_one.expect("one HELLO");
    assert_eq!(
        (of_one.queries_by_hop.as_slice(), of_one.chunks_info),
        (&[2, 2, 4][..], 5)
    );
    let of_two = hellos.filter(|s| s.client == Some(two.client));
    let of_two: Vec<_> = of_two
        .map(|s| (s.queries_by_hop.clone(), s.chunks_info))
        .collect();
    let mut expected = vec![(vec![1, 2, 2], 0); 6];
    expected[0].1 = 5;
    assert_eq!(of_two, expected);
}
