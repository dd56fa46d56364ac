//! Who must hear one HELLO and what it causes, and when.
//!
//! The passages of a path have to be sure over all the time in which they may be used. The invariant:
//! whoever is told to hear a search is led to by such a path (see `flood`).

use std::collections::BTreeMap;
use std::time::Duration;

use super::flood::{Heard, Start, forwards};
use super::passage::{Hits, Passage, Ways};
use super::queries::Queries;
use super::span::Span;
use super::walk::Walk;
use crate::oracle::overlay::Overlay;
use crate::rules::Duplicates;

/// A flood whose copies have been followed.
pub(super) struct Hearing<'a> {
    pub(super) ways: &'a Ways<'a>,
    pub(super) overlay: &'a Overlay,
    pub(super) queries: &'a Queries<'a>,
    pub(super) start: Start,
    /// All copies that may be there.
    pub(super) most: &'a Walk,
    /// Whether limited faults may be on the way; they are noted then.
    pub(super) with_limited: bool,
}

/// What is better: fewer limited faults on the way, then sooner, then fewer hops.
type Rank = (u64, Duration, u32);

/// Peers that have yet to hear it, each with how it does: those of the least key are next, in the
/// order in which they were added. One peer may be there several times.
struct Queue {
    /// With `first` the hops of the sure copy mean nothing, so whoever is heard best goes first. Else
    /// the TTL bounds the way, and a way of fewer hops goes first.
    by_hops: bool,
    waiting: BTreeMap<(u32, Rank), Vec<(usize, Heard)>>,
    /// The best rank with which each peer was ever added.
    best: Vec<Option<Rank>>,
}

impl Hearing<'_> {
    /// How each peer hears it that must.
    pub(super) fn run(&self) -> Vec<Option<Heard>> {
        let mut heard: Vec<Option<Heard>> = vec![None; self.overlay.peers()];
        let hello = self.start.hello;
        if !hello.chance.is_sure() || !self.is_good(hello.hits) {
            return heard;
        }
        let first = Heard {
            at: hello.handled,
            hits: hello.hits,
            hops: 0,
        };
        let by_hops = self.start.duplicates != Duplicates::First;
        if by_hops && let Some(passage) = self.queries.all() {
            self.run_evenly(&first, passage, &mut heard);
            return heard;
        }
        let mut queue = Queue {
            by_hops,
            waiting: BTreeMap::new(),
            best: vec![None; self.overlay.peers()],
        };
        queue.add(self.start.contact, first, self.rank(&first));
        // Whoever hears it from one of these has made more hops and comes behind all of them.
        while let Some(((_, rank), hearing)) = queue.waiting.pop_first() {
            for (peer, how) in hearing {
                if heard[peer].is_some_and(|known| self.rank(&known) <= rank) {
                    continue;
                }
                heard[peer] = Some(how);
                if forwards(&self.start, self.most, peer, &how) {
                    self.send_on(peer, &how, &mut queue);
                }
            }
        }
        heard
    }

    /// How each peer hears it, of which the contact does as `first` says, when what is sent at zero
    /// fares as `passage` says: over the shortest way, and all peers that are as far away alike.
    fn run_evenly(&self, first: &Heard, passage: &Passage, heard: &mut [Option<Heard>]) {
        let goes_on = passage.chance.is_sure() && self.is_good(passage.hits);
        let ttl = match goes_on {
            true => self.start.ttl,
            false => 0,
        };
        let ball = self.overlay.ball(self.start.contact, ttl);
        for (peer, hops) in ball.everybody() {
            if hops == 0 {
                heard[peer] = Some(*first);
                continue;
            }
            let Span { from, to } = passage.handled;
            let mut at = first.at.plus(Span {
                from: from.saturating_mul(hops),
                to: to.saturating_mul(hops),
            });
            at.from = self.earliest(peer, at.from);
            let hits = first.hits.and(passage.hits);
            heard[peer] = Some(Heard { at, hits, hops });
        }
    }

    /// Adds those that hear it from `peer`, which hears it as `how` says.
    fn send_on(&self, peer: usize, how: &Heard, queue: &mut Queue) {
        for link in self.overlay.links(peer) {
            let target = self.overlay.target(link);
            let passage = self.queries.pass(peer, target, how.at);
            if !(passage.chance.is_sure() && self.is_good(passage.hits)) {
                continue;
            }
            let mut there = Heard {
                at: passage.handled,
                hits: how.hits.and(passage.hits),
                hops: how.hops + 1,
            };
            let rank = self.rank(&there);
            if queue.is_better(target, rank) {
                there.at.from = self.earliest(target, there.at.from);
                queue.add(target, there, rank);
            }
        }
    }

    /// When `target`, which handles a copy at `time`, handles the one that it answers at the earliest.
    fn earliest(&self, target: usize, time: Duration) -> Duration {
        if self.start.duplicates == Duplicates::Literal {
            return time;
        }
        // Another copy may have come first, and this one be only one more.
        let earliest = self.most.hull[target].map_or(Duration::ZERO, |hull| hull.from);
        time.min(earliest)
    }

    fn is_good(&self, hits: Hits) -> bool {
        self.with_limited || hits.is_none()
    }

    fn rank(&self, heard: &Heard) -> Rank {
        (self.ways.cost(heard.hits), heard.at.to, heard.hops)
    }
}

impl Queue {
    /// Whether `peer` was never added with a rank as good as this. If it was, it was with no more
    /// hops, and its turn is before one that is added now.
    fn is_better(&self, peer: usize, rank: Rank) -> bool {
        self.best[peer].is_none_or(|known| rank < known)
    }

    fn add(&mut self, peer: usize, how: Heard, rank: Rank) {
        self.best[peer] = Some(rank);
        let hops = match self.by_hops {
            true => how.hops,
            false => 0,
        };
        let alike = self.waiting.entry((hops, rank)).or_default();
        alike.push((peer, how));
    }
}
