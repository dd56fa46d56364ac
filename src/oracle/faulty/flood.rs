//! One HELLO and what it causes, whatever goes wrong: who may hear it and who must, and when.
//!
//! | | who must hear it |
//! |---|---|
//! | `literal` | whom a path of sure passages leads to: every copy is forwarded |
//! | `best` | the same: a peer that has had a copy with so much TTL left has forwarded one with no less, at some time between the first copy that may come and the sure one |
//! | `first` | the same, as long as no copy that may come before the sure one has too little TTL left to be forwarded |
//!
//! A peer does not send a copy back to where it came from; but whoever sent it has had it.

use super::hearing::Hearing;
use super::passage::{Hits, Passage, Ways};
use super::queries::Queries;
use super::span::{Chance, Span};
use super::walk::{Side, Walk, walk};
use crate::oracle::Count;
use crate::oracle::overlay::Overlay;
use crate::rules::{Duplicates, MEMORY};
use crate::wire::ChunkId;

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
    pub(super) hops: u32,
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
        let queries = Queries::of(ways, start.base, names);
        let most = walk(overlay, &start, Side::Most, &queries);
        let sends_all = start.duplicates == Duplicates::Literal;
        let least = sends_all.then(|| walk(overlay, &start, Side::Least, &queries));
        let hearing = |with_limited| {
            let hearing = Hearing {
                ways,
                overlay,
                queries: &queries,
                start,
                most: &most,
                with_limited,
            };
            hearing.run()
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
        let forwarding = ball.everybody().filter(|(_, hops)| *hops < ttl);
        for (peer, hops) in forwarding {
            let all = overlay.degree(peer);
            let is_contact = peer == self.start.contact;
            let mut links = overlay.links(peer);
            let may_spare = !is_contact && links.any(|link| overlay.back(link).is_some());
            let heard = self.surely[peer];
            if heard.is_some_and(|heard| is_contact || self.forwards(peer, &heard)) {
                least = least.saturating_add(all - u128::from(may_spare));
            }
            let Some(_) = self.most.hull[peer] else {
                continue;
            };
            let times = match (is_contact, self.start.duplicates) {
                (true, _) => self.start.hello.copies,
                // Each time with more TTL left than before.
                (false, Duplicates::Best) => u128::from(ttl - hops),
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
pub(super) fn forwards(start: &Start, most: &Walk, peer: usize, heard: &Heard) -> bool {
    match start.duplicates {
        _ if peer == start.contact => start.ttl > 0,
        Duplicates::Literal | Duplicates::Best => heard.hops < u32::from(start.ttl),
        Duplicates::First => most.is_unspent(peer, heard.at.to),
    }
}
