//! The copies of a search, hop by hop over the links: the most that there may be, or the least.
//!
//! Both go by the walks of `oracle/walks`: each copy is forwarded to all neighbours but the one that
//! it came from. [`Side::Most`] follows every datagram that may arrive, as often as it may;
//! [`Side::Least`] follows those only that must, whenever within their time they are sent. So what
//! happens under policy `literal` lies between the two, and no policy sends more than `Most`.

use std::time::Duration;

use super::arriving::{Carried, Hop};
use super::even;
use super::flood::Start;
use super::queries::Queries;
use super::span::Span;
use crate::oracle::overlay::Overlay;
use crate::rules::Duplicates;

/// Copies that are worth following one by one; a flood on more hops is only bounded.
const HOPS: u32 = 4_096;
/// When copies arrive more often, over all peers and hops, nothing is said of those without TTL left.
pub(super) const ARRIVALS: u64 = 20_000_000;

/// Which bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    /// All copies that must be there.
    Least,
    /// All that may be there.
    Most,
}

/// The copies of one flood, after so many hops each.
pub(super) struct Walk {
    /// When copies are handled at each peer, from the first to the last, the HELLO included.
    pub(super) hull: Vec<Option<Span>>,
    /// How many copies are handled at each peer, without the HELLO.
    pub(super) arrivals: Vec<u128>,
    /// QUERYs sent on hop 1, 2, …; `None` when there are more than can be counted, or more than peers
    /// send that remember, and do.
    pub(super) by_hop: Option<Vec<u128>>,
    /// For each peer from when on it may handle copies that have no TTL left, if ever. `None` when
    /// it is not known: there are too many arrivals, or the policy does not ask for it.
    pub(super) spent: Option<Vec<Option<Duration>>>,
    /// When the last copy is handled.
    pub(super) ends: Duration,
}

/// Follows the copies of the search that `start` begins; `queries` says what becomes of each.
pub(super) fn walk(overlay: &Overlay, start: &Start, side: Side, queries: &Queries<'_>) -> Walk {
    let peers = overlay.peers();
    let asks = start.duplicates == Duplicates::First;
    let mut walk = Walk {
        hull: vec![None; peers],
        arrivals: vec![0; peers],
        by_hop: Some(Vec::new()),
        spent: asks.then(|| vec![None; peers]),
        ends: start.hello.handled.to,
    };
    let begins = match side {
        Side::Least => start.hello.is_sure(),
        Side::Most => start.hello.chance.is_possible(),
    };
    if !begins {
        walk.ends = Duration::ZERO;
        return walk;
    }
    walk.hull[start.contact] = Some(start.hello.handled);
    if let Some(passage) = queries.all()
        && even::follow(overlay, start, side, passage, &mut walk)
    {
        return walk;
    }
    let mut hops = Hops {
        overlay,
        start,
        side,
        queries,
        now: Hop::of(peers, overlay.link_count()),
        next: Hop::of(peers, overlay.link_count()),
    };
    if !hops.follow(&mut walk) {
        walk.give_up(overlay, start, side);
    }
    walk
}

/// The hops of a search, one after the other.
struct Hops<'a> {
    overlay: &'a Overlay,
    start: &'a Start,
    side: Side,
    queries: &'a Queries<'a>,
    /// What arrives on the hop before.
    now: Hop,
    /// What arrives on this one, so far.
    next: Hop,
}

/// What is sent on one hop.
#[derive(Default)]
struct Sent {
    all: u128,
    /// Those that are handled, each as often as it is.
    handled: u128,
}

impl Hops<'_> {
    /// Goes on hop by hop until no copy is left; whether they could be counted.
    fn follow(&mut self, walk: &mut Walk) -> bool {
        let mut by_hop: Vec<u128> = Vec::new();
        let mut arrivals = 0;
        let last = u32::from(self.start.ttl);
        for hop in 1..=last {
            let sent = match hop {
                1 => self.begin(),
                _ => self.forward(walk, &mut arrivals),
            };
            if sent.all == 0 {
                break;
            }
            let total = by_hop
                .iter()
                .fold(sent.all, |sum, n| sum.saturating_add(*n));
            let too_many = total == u128::MAX || sent.handled > u128::MAX / 2;
            if too_many || hop > HOPS {
                return false;
            }
            by_hop.push(sent.all);
            std::mem::swap(&mut self.now, &mut self.next);
        }
        for peer in self.now.heard.iter() {
            let here = self.now.at(peer);
            walk.add(peer, here);
            arrivals += 1;
            if let Some(spent) = &mut walk.spent {
                spent[peer] = Some(here.handled.from);
            }
        }
        if arrivals > ARRIVALS {
            walk.spent = None;
        }
        walk.by_hop = Some(by_hop);
        true
    }

    /// Sends what the contact does.
    fn begin(&mut self) -> Sent {
        let contact = self.start.contact;
        let copies = match self.side {
            Side::Least => 1,
            Side::Most => self.start.hello.copies,
        };
        let hello = Carried {
            copies,
            handled: self.start.hello.handled,
        };
        let mut sent = Sent::default();
        for link in self.overlay.links(contact) {
            self.send(contact, link, hello, &mut sent);
        }
        sent.add(self.overlay.strangers(contact), copies);
        sent
    }

    /// Adds what arrives now to `walk`, and sends it on.
    fn forward(&mut self, walk: &mut Walk, arrivals: &mut u64) -> Sent {
        let mut sent = Sent::default();
        let mut heard = std::mem::take(&mut self.now.heard);
        for peer in heard.iter() {
            let here = self.now.at(peer);
            walk.add(peer, here);
            *arrivals += 1;
            sent.add(self.overlay.strangers(peer), here.copies);
            for link in self.overlay.links(peer) {
                if let Some(forwarded) = self.now.take_without(peer, link) {
                    self.send(peer, link, forwarded, &mut sent);
                }
            }
        }
        heard.clear();
        self.now.heard = heard;
        sent
    }

    /// Sends what `from` has handled over `link`.
    fn send(&mut self, from: usize, link: usize, copies: Carried, sent: &mut Sent) {
        sent.add(1, copies.copies);
        let target = self.overlay.target(link);
        let passage = self.queries.pass(from, target, copies.handled);
        let copies = match self.side {
            Side::Most if passage.chance.is_possible() => {
                copies.copies.saturating_mul(passage.copies)
            }
            Side::Least if passage.is_sure() => copies.copies,
            _ => return,
        };
        sent.handled = sent.handled.saturating_add(copies);
        if copies > 0 {
            let handled = passage.handled;
            let carried = Carried { copies, handled };
            self.next.add(target, self.overlay.back(link), carried);
        }
    }
}

impl Sent {
    /// Adds so many copies to each of so many `neighbours`.
    fn add(&mut self, neighbours: u128, copies: u128) {
        self.all = self.all.saturating_add(neighbours.saturating_mul(copies));
    }
}

impl Walk {
    /// Adds what arrives at `peer`.
    fn add(&mut self, peer: usize, here: Carried) {
        let handled = here.handled;
        self.arrivals[peer] = self.arrivals[peer].saturating_add(here.copies);
        self.hull[peer] = Some(self.hull[peer].map_or(handled, |hull| hull.hull(handled)));
        self.ends = self.ends.max(handled.to);
    }

    /// There are too many copies to follow: says only what is plain.
    fn give_up(&mut self, overlay: &Overlay, start: &Start, side: Side) {
        self.by_hop = None;
        self.spent = None;
        if side == Side::Least {
            // What was followed must be there; nothing is said of the rest.
            return;
        }
        self.ends = Duration::MAX;
        for member in &overlay.ball(start.contact, start.ttl).members {
            self.hull[member.peer()] = Some(Span::since(start.hello.handled.from));
            self.arrivals[member.peer()] = u128::MAX;
        }
    }

    /// All QUERYs together; [`u128::MAX`] when they can't be counted.
    pub(super) fn total(&self) -> u128 {
        let hops = self.by_hop.as_ref().map(|hops| hops.iter().sum());
        hops.unwrap_or(u128::MAX)
    }

    /// Whether copies may be handled at `peer` by `time`, and each of them has TTL left.
    pub(super) fn is_unspent(&self, peer: usize, time: Duration) -> bool {
        let Some(spent) = &self.spent else {
            return false;
        };
        let arrives = self.hull[peer].is_some_and(|hull| hull.from <= time);
        arrives && spent[peer].is_none_or(|early| early > time)
    }
}
