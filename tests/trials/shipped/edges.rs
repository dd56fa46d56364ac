//! The assignment's example, the chain and the edges, worked out by hand.

use super::by_hand::{ByHand, FOUND_ALL};

pub(super) const EDGES: [ByHand; 18] = [
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
    ByHand {
        name: "edge/alone",
        chunks_info: 1,
        get: (1, 1),
        response: 1,
        reached: 1,
        ..FOUND_ALL
    },
    ByHand {
        name: "edge/ttl-zero",
        chunks_info: 1,
        get: (1, 1),
        response: 1,
        reached: 1,
        waits: 1,
        ..FOUND_ALL
    },
    // Four hops of 1.5 s to the first answer: the HELLO at 5 s is one too many, and so is what it
    // causes. The run ends with its answer, at 11 s.
    ByHand {
        name: "edge/slow-answers",
        hello: 2,
        query: 4,
        chunks_info: 2,
        get: (1, 1),
        response: 1,
        reached: 3,
        by_hop: &[2, 2],
        waits: 2,
        ..FOUND_ALL
    },
];
