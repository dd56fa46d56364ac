//! What comes out of a scenario as somebody works it out on paper, and whether it did.

use std::time::Duration;

use p2p_sim::check::{Census, Verdict};
use p2p_sim::time::Time;
use p2p_sim::wire::Type;

use crate::support::stage::Played;

/// What must come out of a scenario, worked out by hand.
pub(super) struct ByHand {
    pub(super) name: &'static str,
    pub(super) hello: u64,
    pub(super) query: u64,
    pub(super) chunks_info: u64,
    /// At least and at most.
    pub(super) get: (u64, u64),
    pub(super) response: u64,
    pub(super) duplicates: u64,
    pub(super) reached: usize,
    pub(super) by_hop: &'static [u64],
    /// How many waits of 5 s the run takes at least.
    pub(super) waits: u32,
}

/// A scenario in which nothing is missing: one search, no duplicates.
pub(super) const FOUND_ALL: ByHand = ByHand {
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

impl ByHand {
    pub(super) fn assert(&self, played: &Played, verdict: &Verdict) {
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

/// A flood that was worked out by hand, where chance says who holds what.
pub(super) struct Flood {
    pub(super) name: &'static str,
    pub(super) by_hop: &'static [u64],
    pub(super) duplicates: u64,
    pub(super) reached: usize,
}

impl Flood {
    pub(super) fn assert(&self, census: &Census) {
        let name = self.name;
        assert_eq!(census.queries_by_hop(), self.by_hop, "{name}: by hop");
        let sum: u64 = self.by_hop.iter().sum();
        assert_eq!(census.sent(Type::Query), sum, "{name}: QUERYs");
        assert_eq!(census.duplicates(), self.duplicates, "{name}: duplicates");
        assert_eq!(census.peers_reached(), self.reached, "{name}: reached");
    }
}
