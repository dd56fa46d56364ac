//! What comes of searching for one id: who may announce it, and by when somebody must have.
//!
//! The invariant: an id is called announced only if limited faults can't keep each of the HELLOs
//! from a holder that would draw an announcement without them.

use std::time::Duration;

use super::passage::{Hits, Ways};
use super::span::Span;

/// A peer that may announce a chunk.
#[derive(Clone, Copy, Debug)]
pub(super) struct Holder {
    pub(super) peer: usize,
    /// When its announcement comes at the earliest.
    pub(super) earliest: Duration,
    /// When it must have come, unless the client is through with the chunk.
    pub(super) known_by: Option<Duration>,
}

/// What comes of searching for one id.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// In the order of their numbers.
    pub(super) holders: Vec<Holder>,
    /// The first HELLO that may draw an announcement.
    pub(super) first_possible: Option<u32>,
    /// The HELLO by the end of whose wait it must have been announced.
    pub(super) announced: Option<u32>,
    /// When a holder is chosen, if one is.
    pub(super) chosen: Span,
    /// The ways by which HELLOs so far must have drawn an announcement, but for limited faults.
    pub(super) ways: Vec<Way>,
    /// How long after the first HELLO it must have been announced, whatever happens.
    pub(super) at_once: Option<Duration>,
}

/// That HELLOs draw an announcement, unless limited faults hit.
#[derive(Clone, Copy, Debug)]
pub(super) struct Way {
    pub(super) cost: u64,
    pub(super) hits: Hits,
    /// How many HELLOs.
    pub(super) times: u32,
    /// The wait within which the announcement comes.
    pub(super) round: u32,
}

impl Found {
    /// Notes that `peer` may announce it.
    pub(super) fn note(&mut self, peer: usize, earliest: Duration, known_by: Option<Duration>) {
        match self
            .holders
            .binary_search_by_key(&peer, |holder| holder.peer)
        {
            Ok(place) => {
                let holder = &mut self.holders[place];
                holder.earliest = holder.earliest.min(earliest);
                holder.known_by = holder.known_by.or(known_by);
            }
            Err(place) => {
                let holder = Holder {
                    peer,
                    earliest,
                    known_by,
                };
                self.holders.insert(place, holder);
            }
        }
    }
    /// Finds out whether it must have been announced by now.
    pub(super) fn settle(&mut self, passages: &Ways<'_>) {
        if self.announced.is_some() {
            return;
        }
        let mut ways = self.ways.clone();
        ways.sort_by_key(|way| (way.cost, way.round));
        let (mut hits, mut hellos, mut by) = (Hits::NONE, 0, 0);
        for way in ways {
            hits = hits.and(way.hits);
            hellos += u64::from(way.times);
            by = by.max(way.round);
            // Each of them has to be hit, each by another hit.
            if passages.cost(hits) < hellos {
                self.announced = Some(by);
                return;
            }
        }
    }
}
