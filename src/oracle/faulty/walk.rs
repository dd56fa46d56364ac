//! The copies of a search, hop by hop over the links: the most that there may be, or the least.
//!
//! Both go by the walks of `oracle/walks`: each copy is forwarded to all neighbours but the one that
//! it came from. [`Side::Most`] follows every datagram that may arrive, as often as it may;
//! [`Side::Least`] follows those only that must, whenever within their time they are sent. So what
//! happens under policy `literal` lies between the two, and no policy sends more than `Most`.

use std::time::Duration;

use super::flood::Start;
use super::passage::Passage;
use super::span::Span;
use crate::oracle::overlay::Overlay;

/// Copies that are worth following one by one; a flood on more hops is only bounded.
const HOPS: u32 = 4_096;
/// How many arrivals are remembered at most, over all peers.
const REMEMBERED: usize = 20_000_000;

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
    /// QUERYs sent on hop 1, 2, …; `None` when there are more than can be counted.
    pub(super) by_hop: Option<Vec<u128>>,
    /// For each peer which hops copies may have made, with the earliest time at which one that made
    /// so many is handled; without those that another with more hops is earlier than. `None` when
    /// there are too many.
    pub(super) latest: Option<Vec<Vec<(Duration, u32)>>>,
    /// When the last copy is handled.
    pub(super) ends: Duration,
}

/// What is on a link on one hop.
#[derive(Clone, Copy)]
struct Carried {
    link: usize,
    copies: u128,
    handled: Span,
}

/// The earliest and the latest of what arrives at a peer on one hop, with its links back to where
/// they came from, and of what arrives from all others.
#[derive(Clone, Copy)]
struct Arriving {
    copies: u128,
    links: u32,
    early: (Duration, usize),
    next_early: Duration,
    late: (Duration, usize),
    next_late: Duration,
}

impl Arriving {
    const NONE: Self = Self {
        copies: 0,
        links: 0,
        early: (Duration::MAX, usize::MAX),
        next_early: Duration::MAX,
        late: (Duration::ZERO, usize::MAX),
        next_late: Duration::ZERO,
    };

    /// Adds what was `carried` here from where `back` leads, if a link does.
    fn add(&mut self, carried: &Carried, back: Option<usize>) {
        let Span { from, to } = carried.handled;
        let link = back.unwrap_or(usize::MAX);
        self.copies = self.copies.saturating_add(carried.copies);
        self.links += 1;
        if self.links == 1 {
            self.early = (from, link);
            self.late = (to, link);
            return;
        }
        if from < self.early.0 {
            self.next_early = self.early.0;
            self.early = (from, link);
        } else {
            self.next_early = self.next_early.min(from);
        }
        if to > self.late.0 {
            self.next_late = self.late.0;
            self.late = (to, link);
        } else {
            self.next_late = self.next_late.max(to);
        }
    }

    /// When all of it was handled.
    const fn all(&self) -> Span {
        Span {
            from: self.early.0,
            to: self.late.0,
        }
    }

    /// When what did not come from where `link` leads was handled.
    fn without(&self, link: usize) -> Span {
        Span {
            from: match link == self.early.1 {
                true => self.next_early,
                false => self.early.0,
            },
            to: match link == self.late.1 {
                true => self.next_late,
                false => self.late.0,
            },
        }
    }
}

/// Follows the copies of the search that `start` begins; `pass` says what becomes of one that is
/// sent over a link.
pub(super) fn walk(
    overlay: &Overlay,
    start: &Start,
    side: Side,
    pass: &mut dyn FnMut(usize, Span) -> Passage,
) -> Walk {
    let peers = overlay.peers();
    let mut walk = Walk {
        hull: vec![None; peers],
        arrivals: vec![0; peers],
        by_hop: Some(Vec::new()),
        latest: Some(vec![Vec::new(); peers]),
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
    let is_counted = walk.follow(overlay, start, side, pass);
    if !is_counted {
        walk.give_up(overlay, start, side);
    }
    walk
}

impl Walk {
    /// Goes on hop by hop until no copy is left; whether they could be counted.
    fn follow(
        &mut self,
        overlay: &Overlay,
        start: &Start,
        side: Side,
        pass: &mut dyn FnMut(usize, Span) -> Passage,
    ) -> bool {
        let mut by_hop: Vec<u128> = Vec::new();
        let mut remembered = 0;
        // By the link back to where they came from, which is at hand when they are forwarded.
        let mut came_from: Vec<u128> = vec![0; overlay.link_count()];
        let mut arriving = vec![Arriving::NONE; overlay.peers()];
        let mut heard: Vec<usize> = Vec::new();
        let mut next: Vec<Carried> = Vec::new();
        for hop in 1..=u32::from(start.ttl) {
            let mut sent: u128 = 0;
            next.clear();
            let mut send = |link: usize, copies: u128, at: Span| {
                sent = sent.saturating_add(copies);
                let passage = pass(link, at);
                let copies = match side {
                    Side::Most if passage.chance.is_possible() => {
                        copies.saturating_mul(passage.copies)
                    }
                    Side::Least if passage.is_sure() => copies,
                    _ => 0,
                };
                if copies > 0 {
                    let handled = passage.handled;
                    next.push(Carried {
                        link,
                        copies,
                        handled,
                    });
                }
            };
            let mut to_strangers: u128 = 0;
            if hop == 1 {
                let copies = match side {
                    Side::Least => 1,
                    Side::Most => start.hello.copies,
                };
                for link in overlay.links(start.contact) {
                    send(link, copies, start.hello.handled);
                }
                to_strangers = overlay.strangers(start.contact).saturating_mul(copies);
            }
            for peer in &heard {
                let here = &arriving[*peer];
                let strangers = overlay.strangers(*peer);
                to_strangers = to_strangers.saturating_add(strangers.saturating_mul(here.copies));
                for link in overlay.links(*peer) {
                    let forwarded = here.copies - std::mem::take(&mut came_from[link]);
                    if forwarded > 0 {
                        send(link, forwarded, here.without(link));
                    }
                }
            }
            sent = sent.saturating_add(to_strangers);
            if sent == 0 {
                break;
            }
            let total = by_hop.iter().fold(sent, |sum, n| sum.saturating_add(*n));
            let copies = next.iter().fold(0_u128, |n, c| n.saturating_add(c.copies));
            let too_many = total == u128::MAX || copies > u128::MAX / 2;
            if too_many || hop > HOPS {
                return false;
            }
            by_hop.push(sent);

            for peer in heard.drain(..) {
                arriving[peer] = Arriving::NONE;
            }
            for carried in &next {
                let target = overlay.target(carried.link);
                let back = overlay.back(carried.link);
                if let Some(back) = back {
                    came_from[back] = carried.copies;
                }
                if arriving[target].links == 0 {
                    heard.push(target);
                }
                arriving[target].add(carried, back);
            }
            // Who is near in memory is looked at together.
            heard.sort_unstable();
            for peer in &heard {
                let here = arriving[*peer];
                let handled = here.all();
                self.arrivals[*peer] = self.arrivals[*peer].saturating_add(here.copies);
                self.hull[*peer] =
                    Some(self.hull[*peer].map_or(handled, |hull| hull.hull(handled)));
                self.ends = self.ends.max(handled.to);
                remembered += self.remember(*peer, handled.from, hop);
            }
            if remembered > REMEMBERED {
                self.latest = None;
            }
        }
        self.by_hop = Some(by_hop);
        true
    }

    /// Notes that a copy with so many hops may be handled at `peer` from `early` on.
    fn remember(&mut self, peer: usize, early: Duration, hop: u32) -> usize {
        let Some(latest) = &mut self.latest else {
            return 0;
        };
        let latest = &mut latest[peer];
        while latest.last().is_some_and(|(time, _)| *time >= early) {
            latest.pop();
        }
        latest.push((early, hop));
        1
    }

    /// There are too many copies to follow: says only what is plain.
    fn give_up(&mut self, overlay: &Overlay, start: &Start, side: Side) {
        self.by_hop = None;
        self.latest = None;
        if side == Side::Least {
            // What was followed must be there; nothing is said of the rest.
            return;
        }
        self.ends = Duration::MAX;
        for member in overlay.ball(start.contact, start.ttl).members {
            self.hull[member.peer()] = Some(Span::since(start.hello.handled.from));
            self.arrivals[member.peer()] = u128::MAX;
        }
    }

    /// All QUERYs together; [`u128::MAX`] when they can't be counted.
    pub(super) fn total(&self) -> u128 {
        let hops = self.by_hop.as_ref().map(|hops| hops.iter().sum());
        hops.unwrap_or(u128::MAX)
    }

    /// The most hops that a copy can have made which is handled at `peer` by `time`.
    pub(super) fn most_hops(&self, peer: usize, time: Duration) -> Option<u32> {
        let latest = &self.latest.as_ref()?[peer];
        let early = latest.iter().rev().find(|(early, _)| *early <= time);
        early.map(|(_, hops)| *hops)
    }
}
