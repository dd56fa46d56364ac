//! One HELLO and what it causes, whatever goes wrong: who may hear it and who must, and when.
//!
//! | | who must hear it |
//! |---|---|
//! | `literal` | whom a path of sure passages leads to: every copy is forwarded |
//! | `best` | the same: a peer that has had a copy with so much TTL left has forwarded one with no less, at some time between the first copy that may come and the sure one |
//! | `first` | the same, as long as no copy that may come before the sure one has too little TTL left to be forwarded |
//!
//! A peer does not send a copy back to where it came from; but whoever sent it has had it. The
//! passages of a path have to be sure over all the time in which they may be used.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::time::Duration;

use super::passage::{Hits, Letter, Passage, Ways};
use super::span::{Chance, Span};
use super::walk::{Side, Walk, walk};
use crate::oracle::Count;
use crate::oracle::overlay::Overlay;
use crate::roster::EndpointId;
use crate::rules::{Duplicates, MEMORY};
use crate::wire::{ChunkId, Type};

/// What a flood begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Start {
    pub(super) contact: usize,
    /// When in the run the HELLO is sent. All other times of a flood are counted from then.
    pub(super) base: Span,
    /// What becomes of the HELLO.
    pub(super) hello: Passage,
    pub(super) ttl: u16,
    pub(super) duplicates: Duplicates,
}

/// That a peer hears a search, unless one of the limited faults `hits` hits.
#[derive(Clone, Copy, Debug)]
pub(super) struct Heard {
    /// When it handles the copy that it answers.
    pub(super) at: Span,
    pub(super) hits: Hits,
    /// How many hops the copy has made at most.
    hops: u32,
}

/// What one HELLO causes.
pub(super) struct Flood {
    pub(super) start: Start,
    /// All copies that may be there.
    pub(super) most: Walk,
    /// All that must be there, when the policy is to send them all.
    least: Option<Walk>,
    /// Who must hear it, whatever happens.
    pub(super) surely: Vec<Option<Heard>>,
    /// Who must hear it unless limited faults hit; the same as `surely` where there are none.
    pub(super) nearly: Option<Vec<Option<Heard>>>,
    /// QUERYs sent.
    pub(super) queries: Count,
    /// Whether a peer may take a late copy for a new search: it has forgotten the first.
    pub(super) forgets: bool,
}

impl Flood {
    /// What `start` causes with a list of which `names` tells what is in it.
    pub(super) fn of(
        ways: &Ways<'_>,
        overlay: &Overlay,
        start: Start,
        names: &dyn Fn(ChunkId) -> Chance,
    ) -> Self {
        let mut pass = |link: usize, sent: Span| {
            let letter = Letter {
                from: peer_at(overlay.source(link)),
                to: peer_at(overlay.target(link)),
                message: Type::Query,
                names,
            };
            ways.pass(&letter, start.base, sent)
        };
        let most = walk(overlay, &start, Side::Most, &mut pass);
        let sends_all = start.duplicates == Duplicates::Literal;
        let least = sends_all.then(|| walk(overlay, &start, Side::Least, &mut pass));
        let mut hearing = |with_limited| {
            let mut hearing = Hearing {
                ways,
                overlay,
                start,
                most: &most,
                with_limited,
                heard: vec![None; overlay.peers()],
            };
            hearing.run(&mut pass);
            hearing.heard
        };
        let surely = hearing(false);
        let nearly = ways.has_limited_faults().then(|| hearing(true));
        let may_forget = ways.timeline.any_crash || most.ends >= MEMORY;
        let mut flood = Self {
            start,
            forgets: start.duplicates != Duplicates::Literal && may_forget,
            most,
            least,
            surely,
            nearly,
            queries: Count::ZERO,
        };
        flood.queries = flood.count(overlay);
        flood
    }

    fn count(&self, overlay: &Overlay) -> Count {
        let most = self.most.total();
        if let Some(least) = &self.least {
            let least = least.by_hop.as_ref().map(|hops| hops.iter().sum());
            return Count::between(least.unwrap_or(0), most);
        }
        let ttl = u32::from(self.start.ttl);
        let ball = overlay.ball(self.start.contact, self.start.ttl);
        let (mut least, mut at_most): (u128, u128) = (0, 0);
        for member in ball.forwarding(self.start.ttl) {
            let all = overlay.degree(member.peer());
            let mut spared = overlay.arriving(member.peer());
            let is_contact = member.is_contact();
            let may_spare = !is_contact && spared.any(|link| overlay.back(link).is_some());
            let heard = self.surely[member.peer()];
            if heard.is_some_and(|heard| is_contact || self.forwards(member.peer(), &heard)) {
                least = least.saturating_add(all - u128::from(may_spare));
            }
            let Some(_) = self.most.hull[member.peer()] else {
                continue;
            };
            let times = match (is_contact, self.start.duplicates) {
                (true, _) => self.start.hello.copies,
                // Each time with more TTL left than before.
                (false, Duplicates::Best) => u128::from(ttl - member.hops),
                (false, _) => 1,
            };
            at_most = at_most.saturating_add(all.saturating_mul(times));
        }
        match self.forgets {
            true => Count::between(least, most),
            false => Count::between(least, most.min(at_most)),
        }
    }

    /// Whether `peer`, which must hear it as `heard` says, must send it on.
    fn forwards(&self, peer: usize, heard: &Heard) -> bool {
        forwards(&self.start, &self.most, peer, heard)
    }

    /// QUERYs on hop 1, 2, …, where only one number will do.
    pub(super) fn by_hop(&self) -> Option<&Vec<u128>> {
        let by_hop = self.most.by_hop.as_ref()?;
        (Some(by_hop) == self.least.as_ref()?.by_hop.as_ref()).then_some(by_hop)
    }

    /// How many copies `peer` answers, if it holds what is searched for.
    pub(super) fn answers(&self, peer: usize) -> Count {
        let is_contact = peer == self.start.contact;
        let own = match is_contact && self.start.hello.chance.is_possible() {
            true => self.start.hello.copies,
            false => 0,
        };
        let most = self.most.arrivals[peer].saturating_add(own);
        if let Some(least) = &self.least {
            let surely_own = u128::from(is_contact && self.start.hello.is_sure());
            let least = least.arrivals[peer].saturating_add(surely_own);
            return Count::between(least, most);
        }
        let once = match is_contact {
            true => own,
            false => 1,
        };
        let least = u128::from(self.surely[peer].is_some());
        match self.forgets {
            true => Count::between(least, most),
            false => Count::between(least, most.min(once)),
        }
    }

    /// When `peer` handles copies that it must answer, where these are all that it must.
    pub(super) fn answering(&self, peer: usize) -> Option<Span> {
        match &self.least {
            Some(least) => least.hull[peer],
            None => self.surely[peer].map(|heard| heard.at),
        }
    }
}

/// Whether `peer`, which hears the search as `heard` says, sends it on for sure.
fn forwards(start: &Start, most: &Walk, peer: usize, heard: &Heard) -> bool {
    let hops = match start.duplicates {
        _ if peer == start.contact => Some(0),
        Duplicates::Literal | Duplicates::Best => Some(heard.hops),
        Duplicates::First => most.most_hops(peer, heard.at.to),
    };
    hops.is_some_and(|hops| hops < u32::from(start.ttl))
}

fn peer_at(index: usize) -> EndpointId {
    EndpointId(u32::try_from(index).expect("fewer than 2^32 peers"))
}

/// Works out who must hear a search.
struct Hearing<'a> {
    ways: &'a Ways<'a>,
    overlay: &'a Overlay,
    start: Start,
    most: &'a Walk,
    /// Whether limited faults may be on the way; they are noted then.
    with_limited: bool,
    heard: Vec<Option<Heard>>,
}

/// What is better: fewer limited faults on the way, then sooner, then fewer hops.
type Rank = (u64, Duration, u32);

impl Hearing<'_> {
    fn run(&mut self, pass: &mut dyn FnMut(usize, Span) -> Passage) {
        let hello = self.start.hello;
        if !hello.chance.is_sure() || !(self.with_limited || hello.hits.is_none()) {
            return;
        }
        let first = Heard {
            at: hello.handled,
            hits: hello.hits,
            hops: 0,
        };
        // With `first` the hops of the sure copy mean nothing, so whoever is heard best goes first.
        // Else the TTL bounds the way, and a way of fewer hops goes first.
        let by_hops = self.start.duplicates != Duplicates::First;
        let mut queue: BinaryHeap<Reverse<(u32, Rank, usize)>> = BinaryHeap::new();
        let mut ways = vec![first];
        let key = |heard: &Heard, rank: Rank| match by_hops {
            true => (heard.hops, rank),
            false => (0, rank),
        };
        let mut targets = vec![self.start.contact];
        let (hops, rank) = key(&first, self.rank(&first));
        queue.push(Reverse((hops, rank, 0)));
        while let Some(Reverse((_, rank, way))) = queue.pop() {
            let (peer, heard) = (targets[way], ways[way]);
            if self.heard[peer].is_some_and(|known| self.rank(&known) <= rank) {
                continue;
            }
            self.heard[peer] = Some(heard);
            let sends_on = match peer == self.start.contact && heard.hops == 0 {
                true => self.start.ttl > 0,
                false => forwards(&self.start, self.most, peer, &heard),
            };
            if !sends_on {
                continue;
            }
            for link in self.overlay.links(peer) {
                let passage = pass(link, heard.at);
                let is_good = self.with_limited || passage.hits.is_none();
                if !(passage.chance.is_sure() && is_good) {
                    continue;
                }
                let target = self.overlay.target(link);
                let there = self.arrived(target, &heard, &passage);
                let rank = self.rank(&there);
                if self.heard[target].is_some_and(|known| self.rank(&known) <= rank) {
                    continue;
                }
                let (hops, rank) = key(&there, rank);
                queue.push(Reverse((hops, rank, ways.len())));
                ways.push(there);
                targets.push(target);
            }
        }
    }

    /// How `target` hears what `heard` sends on.
    fn arrived(&self, target: usize, heard: &Heard, passage: &Passage) -> Heard {
        let mut at = passage.handled;
        if self.start.duplicates != Duplicates::Literal {
            // Another copy may have come first, and this one be only one more.
            let earliest = self.most.hull[target].map_or(Duration::ZERO, |hull| hull.from);
            at.from = at.from.min(earliest);
        }
        Heard {
            at,
            hits: heard.hits.and(passage.hits),
            hops: heard.hops + 1,
        }
    }

    fn rank(&self, heard: &Heard) -> Rank {
        (self.ways.cost(heard.hits), heard.at.to, heard.hops)
    }
}
