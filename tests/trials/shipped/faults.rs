//! What goes wrong by name or in time, worked out by hand.

use super::by_hand::{ByHand, FOUND_ALL};

pub(super) const FAULTS: [ByHand; 15] = [
    // Two GETs of two chunks.
    ByHand {
        name: "faults/asks-twice",
        query: 1,
        chunks_info: 1,
        get: (2, 2),
        response: 4,
        reached: 2,
        by_hop: &[1],
        ..FOUND_ALL
    },
    // Gathering takes 2 s; six waits for a holder that is none any more.
    ByHand {
        name: "faults/chunk-moves",
        query: 2,
        chunks_info: 1,
        get: (6, 6),
        reached: 3,
        by_hop: &[2],
        waits: 6,
        ..FOUND_ALL
    },
    ByHand {
        name: "faults/corrupted-answer",
        hello: 2,
        query: 2,
        chunks_info: 2,
        get: (1, 1),
        response: 1,
        reached: 2,
        by_hop: &[2],
        waits: 1,
        ..FOUND_ALL
    },
    // p1 to both, p2 and p3 to each other, and p2, who has forgotten, to p1: three copies are one
    // too many for p3, p2 and p1.
    ByHand {
        name: "faults/crash-forgets",
        query: 5,
        chunks_info: 2,
        get: (1, 1),
        response: 1,
        duplicates: 3,
        reached: 3,
        by_hop: &[2, 2, 1],
        ..FOUND_ALL
    },
    // The copy at p3 is nobody's QUERY; p3 and p4 send two each.
    ByHand {
        name: "faults/duplicated-query",
        query: 6,
        chunks_info: 2,
        get: (1, 1),
        response: 1,
        duplicates: 3,
        reached: 5,
        by_hop: &[1, 1, 2, 2],
        ..FOUND_ALL
    },
    ByHand {
        name: "faults/joins-late",
        hello: 3,
        query: 6,
        chunks_info: 1,
        get: (1, 1),
        response: 1,
        reached: 3,
        by_hop: &[3, 3],
        waits: 2,
        ..FOUND_ALL
    },
    ByHand {
        name: "faults/late-answer",
        hello: 2,
        query: 2,
        chunks_info: 2,
        get: (1, 1),
        response: 1,
        reached: 2,
        by_hop: &[2],
        waits: 1,
        ..FOUND_ALL
    },
    // The copies meet at p4, and that is where the TTL ends.
    ByHand {
        name: "faults/never-gets",
        query: 6,
        chunks_info: 1,
        duplicates: 1,
        reached: 6,
        by_hop: &[2, 2, 2],
        ..FOUND_ALL
    },
    ByHand {
        name: "faults/one-way-cut",
        query: 5,
        chunks_info: 1,
        get: (1, 1),
        response: 1,
        reached: 5,
        by_hop: &[2, 1, 1, 1],
        ..FOUND_ALL
    },
    ByHand {
        name: "faults/lost-query",
        query: 5,
        chunks_info: 1,
        get: (1, 1),
        response: 1,
        reached: 5,
        by_hop: &[2, 1, 1, 1],
        ..FOUND_ALL
    },
    ByHand {
        name: "faults/lost-query-in-a-line",
        hello: 2,
        query: 5,
        chunks_info: 1,
        get: (1, 1),
        response: 1,
        reached: 5,
        by_hop: &[2, 1, 1, 1],
        waits: 1,
        ..FOUND_ALL
    },
    // As cost-of-cycles with a hop less: 20 of 105 copies come home, 17 come to p6.
    ByHand {
        name: "faults/over-budget",
        query: 105,
        chunks_info: 17,
        get: (1, 1),
        response: 1,
        duplicates: 100,
        reached: 6,
        by_hop: &[5, 20, 80],
        ..FOUND_ALL
    },
    ByHand {
        name: "faults/paused-holder",
        query: 1,
        chunks_info: 1,
        get: (1, 1),
        response: 1,
        reached: 2,
        by_hop: &[1],
        ..FOUND_ALL
    },
    // Ten RESPONSEs, of which five find the queue full, and these again.
    ByHand {
        name: "faults/slow-uplink",
        query: 1,
        chunks_info: 1,
        get: (2, 2),
        response: 15,
        reached: 2,
        by_hop: &[1],
        waits: 1,
        ..FOUND_ALL
    },
    // Two searches round a ring of five: p3 and p4 send each other the last copies, and answer
    // them. Each peer has one chunk of each five.
    ByHand {
        name: "faults/two-requests",
        hello: 2,
        query: 12,
        chunks_info: 14,
        get: (10, 10),
        response: 10,
        duplicates: 4,
        reached: 5,
        by_hop: &[4, 4, 4],
        waits: 2,
    },
];
