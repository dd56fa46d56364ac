//! What the lessons, the generated and the imported overlays come to, worked out by hand.

use super::by_hand::{ByHand, FOUND_ALL, Flood};

pub(super) const COURSE: [ByHand; 12] = [
    // The first of two GETs is lost, and a wait passes.
    ByHand {
        name: "course/a-lost-get",
        query: 1,
        chunks_info: 1,
        get: (2, 2),
        response: 3,
        reached: 2,
        by_hop: &[1],
        waits: 1,
        ..FOUND_ALL
    },
    // Round a ring of four both ways, and once more: p4 from p3, and p2, who is gone. p4 answers
    // both copies, p2 one. Six GETs to p2, one to p4 for each chunk.
    ByHand {
        name: "course/a-peer-leaves",
        query: 6,
        chunks_info: 3,
        get: (8, 8),
        response: 2,
        duplicates: 2,
        reached: 4,
        by_hop: &[2, 2, 2],
        waits: 6,
        ..FOUND_ALL
    },
    ByHand {
        name: "course/cost-of-a-tree",
        query: 14,
        chunks_info: 1,
        get: (1, 1),
        response: 1,
        reached: 15,
        by_hop: &[2, 4, 8],
        ..FOUND_ALL
    },
    // 5 · 4^(h − 1) at hop h. Of 425 copies 80 come home: 5 · 4 on hop 3, 5 · 4 · 3 on hop 4. The
    // others are shared by five peers alike, and p6 answers its 69.
    ByHand {
        name: "course/cost-of-cycles",
        query: 425,
        chunks_info: 69,
        get: (1, 1),
        response: 1,
        duplicates: 420,
        reached: 6,
        by_hop: &[5, 20, 80, 320],
        ..FOUND_ALL
    },
    ByHand {
        name: "course/suppression",
        query: 25,
        chunks_info: 1,
        get: (1, 1),
        response: 1,
        duplicates: 20,
        reached: 6,
        by_hop: &[5, 20],
        ..FOUND_ALL
    },
    // Six searches: a to b and c, c to d, d to b, where both copies end.
    ByHand {
        name: "course/trap-first",
        hello: 6,
        query: 24,
        duplicates: 6,
        reached: 4,
        by_hop: &[12, 6, 6],
        waits: 6,
        ..FOUND_ALL
    },
    // As above, once; then b sends the direct copy on, to d and e.
    ByHand {
        name: "course/trap-best",
        query: 6,
        chunks_info: 1,
        get: (1, 1),
        response: 1,
        duplicates: 2,
        reached: 5,
        by_hop: &[2, 3, 1],
        ..FOUND_ALL
    },
    // What the seed draws: lost are a HELLO, two QUERYs on hop 2 and one on hop 4.
    ByHand {
        name: "course/loss-and-repeats",
        hello: 5,
        query: 12,
        chunks_info: 1,
        get: (1, 1),
        response: 1,
        reached: 5,
        by_hop: &[4, 4, 2, 2],
        waits: 4,
        ..FOUND_ALL
    },
    // One search; what the seed loses is sent again by peers, and is no new QUERY.
    ByHand {
        name: "course/reliable-flood",
        query: 5,
        chunks_info: 1,
        get: (1, 1),
        response: 1,
        reached: 6,
        by_hop: &[1; 5],
        ..FOUND_ALL
    },
    // Two searches of three QUERYs, the last of them into the cut; one of five.
    ByHand {
        name: "course/partition",
        hello: 3,
        query: 11,
        chunks_info: 1,
        get: (1, 1),
        response: 1,
        reached: 6,
        by_hop: &[3, 3, 3, 1, 1],
        waits: 2,
        ..FOUND_ALL
    },
    ByHand {
        name: "course/reach-and-ttl",
        hello: 6,
        query: 18,
        chunks_info: 1,
        get: (1, 1),
        response: 1,
        reached: 4,
        by_hop: &[6, 6, 6],
        waits: 6,
        ..FOUND_ALL
    },
    // p1 is the contact of one of ten clients: seven QUERYs on hop 1, and one and six of the
    // others.
    ByHand {
        name: "course/hot-spot",
        hello: 10,
        query: 70,
        chunks_info: 10,
        get: (10, 10),
        response: 200,
        reached: 8,
        by_hop: &[16, 54],
        ..FOUND_ALL
    },
];

pub(super) const OVERLAYS: [ByHand; 3] = [
    // p1-p4-p7-p8-p5-p4 with p5-p2-p3 and p8-p9 behind: 1, 2, 3, 5, 3 and 5 QUERYs, of which
    // seven find somebody new. Both copies round the cycle come to p9.
    ByHand {
        name: "generated/mixed",
        hello: 6,
        query: 114,
        chunks_info: 2,
        get: (1, 1),
        response: 1,
        duplicates: 72,
        reached: 8,
        by_hop: &[6, 12, 18, 30, 18, 30],
        waits: 6,
    },
    // a to b and c, both to d, which answers both.
    ByHand {
        name: "imported/drawing",
        query: 4,
        chunks_info: 2,
        get: (1, 1),
        response: 1,
        duplicates: 1,
        reached: 4,
        by_hop: &[2, 2],
        waits: 1,
        ..FOUND_ALL
    },
    // Two each hop; the second search sends one into the cut and ends. At the gate the second copy
    // is a duplicate, and so is the one that the gate sends back to the gym.
    ByHand {
        name: "imported/campus",
        hello: 2,
        query: 16,
        chunks_info: 1,
        get: (1, 1),
        response: 1,
        duplicates: 4,
        reached: 9,
        by_hop: &[4, 4, 4, 2, 2],
        waits: 1,
    },
];

pub(super) const FLOODS: [Flood; 4] = [
    // p6, p7 and p9 hear it from two sides; p6 and p7 pass each copy back up, to p2, p3, p3, p4.
    Flood {
        name: "video",
        by_hop: &[3, 6, 6],
        duplicates: 3 + 4,
        reached: 9,
    },
    // Six searches; four new peers a hop, each sending on to three.
    Flood {
        name: "course/lattice",
        by_hop: &[24, 72, 72, 72, 72],
        duplicates: 6 * (52 - 20),
        reached: 21,
    },
    // As hot-spot: where the copies are changes no flood.
    Flood {
        name: "course/replicas",
        by_hop: &[16, 54],
        duplicates: 0,
        reached: 8,
    },
    // Three searches: 4, 8, 9 and 6 new peers on the hops, each sending on to three.
    Flood {
        name: "generated/torus",
        by_hop: &[3 * 4, 3 * 12, 3 * 24, 3 * 27],
        duplicates: 3 * (67 - 27),
        reached: 30,
    },
];
