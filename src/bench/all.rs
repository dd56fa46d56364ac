//! All figures, with what they are and what they should be.

use super::codec::{Way, query, response};
use super::figure::{Figure, Work};
use super::floods::{Overlay, Rules};
use super::outcome::{Goal, Unit};
use super::written::Form;

/// 10,000 peers in memory: small beside [`LARGE`].
static SMALL: Figure = Figure::of_ceiling(
    "memory-10000",
    "10,000 peers in memory, best",
    None,
    Work::Memory(Overlay::Regular(10_000), Rules::best(20)),
);

/// A million peers in memory.
static LARGE: Figure = Figure::of_ceiling(
    "memory-large",
    "a million peers (--peers) in memory, best",
    Some(Goal::AtLeast(8.0)),
    Work::Memory(Overlay::Large, Rules::best(1)),
);

/// All figures, in the order in which they are measured.
pub static FIGURES: &[&Figure] = &[
    &Figure::of_ceiling(
        "mesh",
        "scenarios/mesh.toml over and over, chunks written",
        None,
        Work::Sockets(Overlay::Mesh, Rules::best(0)),
    ),
    &Figure::of_ceiling(
        "sockets-1000-best",
        "1,000 peers on sockets, best",
        Some(Goal::AtLeast(0.9)),
        Work::Sockets(Overlay::Regular(1_000), Rules::best(50)),
    ),
    &Figure::of_ceiling(
        "sockets-1000-literal",
        "1,000 peers on sockets, literal, TTL 7",
        Some(Goal::AtLeast(0.9)),
        Work::Sockets(Overlay::Regular(1_000), Rules::literal(7, 5)),
    ),
    &Figure::of_ceiling(
        "sockets-gnutella-first",
        "Gnutella on sockets, first, TTL 7, from peers 0 to 19",
        Some(Goal::AtLeast(0.85)),
        Work::Sockets(Overlay::Gnutella, Rules::gnutella(20)),
    ),
    &Figure::of_ceiling(
        "sockets-gnutella-best",
        "Gnutella on sockets, best, all reached",
        Some(Goal::AtLeast(0.85)),
        Work::Sockets(Overlay::Gnutella, Rules::best(20)),
    ),
    &Figure::of_ceiling(
        "sockets-gnutella-literal",
        "Gnutella on sockets, literal, TTL 4",
        Some(Goal::AtLeast(0.85)),
        Work::Sockets(Overlay::Gnutella, Rules::literal(4, 3)),
    ),
    &Figure::of_ceiling(
        "sockets-15000-best",
        "15,000 peers on 15,000 sockets, best",
        Some(Goal::AtLeast(0.85)),
        Work::Sockets(Overlay::Regular(15_000), Rules::best(10)),
    ),
    &Figure::of_ceiling(
        "sockets-15000-literal",
        "15,000 peers on 15,000 sockets, literal, TTL 7",
        Some(Goal::AtLeast(0.85)),
        Work::Sockets(Overlay::Regular(15_000), Rules::literal(7, 5)),
    ),
    &Figure::of_ceiling(
        "written-1000-trace",
        "1,000 peers, best, and a trace written",
        Some(Goal::AtLeast(0.8)),
        Work::Written(Overlay::Regular(1_000), Rules::best(20), Form::Trace),
    ),
    &Figure::of_ceiling(
        "written-1000-capture",
        "1,000 peers, best, and a capture written",
        Some(Goal::AtLeast(0.85)),
        Work::Written(Overlay::Regular(1_000), Rules::best(20), Form::Capture),
    ),
    &Figure::of_ceiling(
        "written-gnutella-trace",
        "Gnutella, first, and a trace written",
        Some(Goal::AtLeast(0.8)),
        Work::Written(Overlay::Gnutella, Rules::gnutella(4), Form::Trace),
    ),
    &Figure::of_ceiling(
        "written-gnutella-capture",
        "Gnutella, first, and a capture written",
        Some(Goal::AtLeast(0.85)),
        Work::Written(Overlay::Gnutella, Rules::gnutella(4), Form::Capture),
    ),
    &Figure::of_ceiling(
        "written-15000-trace",
        "15,000 peers, best, and a trace written",
        Some(Goal::AtLeast(0.8)),
        Work::Written(Overlay::Regular(15_000), Rules::best(2), Form::Trace),
    ),
    &Figure::of_ceiling(
        "written-15000-capture",
        "15,000 peers, best, and a capture written",
        Some(Goal::AtLeast(0.85)),
        Work::Written(Overlay::Regular(15_000), Rules::best(2), Form::Capture),
    ),
    &Figure::of_ceiling(
        "live-1000",
        "1,000 peers live, literal, TTL 7, two threads",
        Some(Goal::AtLeast(0.8)),
        Work::Live(Overlay::Regular(1_000), Rules::literal(7, 1)),
    ),
    &Figure::of_ceiling(
        "memory-gnutella-first",
        "Gnutella in memory, first, TTL 7, from peers 0 to 19",
        Some(Goal::AtLeast(8.0)),
        Work::Memory(Overlay::Gnutella, Rules::gnutella(20)),
    ),
    &SMALL,
    &Figure::of_ceiling(
        "memory-10000-random",
        "10,000 peers in memory, random delays",
        None,
        Work::Memory(Overlay::Regular(10_000), Rules::random(20)),
    ),
    &LARGE,
    &Figure::of_ceiling(
        "memory-large-random",
        "a million peers (--peers) in memory, random delays",
        Some(Goal::AtLeast(5.0)),
        Work::Memory(Overlay::Large, Rules::random(1)),
    ),
    &Figure::times(
        "growth",
        "a datagram in memory-large, by one in memory-10000",
        Goal::AtMost(2.5),
        Work::Growth(&SMALL, &LARGE),
    ),
    &Figure::of_ceiling(
        "bind",
        "15,000 sockets are bound, of as many bare ones",
        None,
        Work::Bind(Overlay::Regular(15_000)),
    ),
    &Figure::times(
        "process-mesh",
        "run scenarios/mesh.toml, by p2p-sim --version",
        Goal::AtMost(8.0),
        Work::Mesh,
    ),
    &Figure::times(
        "process-15000",
        "run 15,000 peers, by a bare program that does as much",
        Goal::AtMost(1.6),
        Work::Whole(Overlay::Regular(15_000), Rules::best(1)),
    ),
    &Figure::times(
        "process-million",
        "a million peers: all but the flood, by the flood",
        Goal::AtMost(1.0),
        Work::Around,
    ),
    &Figure {
        name: "room-peer",
        about: "resident memory of a peer that has heard nothing",
        unit: Unit::Bytes,
        goal: Some(Goal::AtMost(64.0)),
        work: Work::Room(|room| room.peer),
    },
    &Figure {
        name: "room-event",
        about: "resident memory of an event, with all that is kept",
        unit: Unit::Bytes,
        goal: Some(Goal::AtMost(32.0)),
        work: Work::Room(|room| room.event),
    },
    &Figure::codec("encode-query", "a QUERY of five ids", Way::Encode, query),
    &Figure::codec(
        "encode-response",
        "the longest RESPONSE",
        Way::Encode,
        response,
    ),
    &Figure::codec("decode-query", "a QUERY of five ids", Way::Decode, query),
    &Figure::codec(
        "decode-response",
        "the longest RESPONSE",
        Way::Decode,
        response,
    ),
];
