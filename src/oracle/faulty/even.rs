//! The copies of a search whose QUERYs all fare alike: each takes as long as any other.
//!
//! Then all copies that have made so many hops are handled at one time. So it is enough to know after
//! how many hops copies first and last arrive at each peer, and how many they are. The invariant:
//! what is told is what following each copy, as `walk` does, would tell.

use super::flood::Start;
use super::passage::Passage;
use super::span::Span;
use super::walk::{ARRIVALS, Side, Walk};
use crate::oracle::overlay::Overlay;
use crate::oracle::peers::Peers;
use crate::oracle::walks::Walks;
use crate::rules::{Duplicates, MEMORY};

/// With a larger TTL copies are followed.
const TTL: u16 = 1_024;
/// Numbers of copies up to this can be counted, whatever is done with them.
const COUNTABLE: u128 = u128::MAX / 2;

/// Adds to `walk` the copies of the search that `start` begins, when each QUERY fares as `passage`
/// says of one that is sent at zero. `false`, and nothing is added, when they have to be followed:
/// each may become two or none, or they are too many.
pub(super) fn follow(
    overlay: &Overlay,
    start: &Start,
    side: Side,
    passage: &Passage,
    walk: &mut Walk,
) -> bool {
    let (hello, stays) = match side {
        Side::Least => (1, passage.is_sure()),
        Side::Most => (start.hello.copies, passage.chance.is_possible()),
    };
    let is_doubled = side == Side::Most && passage.copies > 1;
    if !stays || is_doubled || start.ttl > TTL {
        return false;
    }
    let hops = Hops::of(overlay, start);
    let after = |hops: u32| {
        let Span { from, to } = passage.handled;
        start.hello.handled.plus(Span {
            from: from.saturating_mul(hops),
            to: to.saturating_mul(hops),
        })
    };
    let ends = after(hops.last.iter().copied().max().unwrap_or(0)).to;
    // All are needed where each is answered or may be taken for the first.
    let enough = match start.duplicates == Duplicates::Literal || ends >= MEMORY {
        true => None,
        false => hops.enough(overlay, start),
    };
    let walks = match enough {
        None => Walks::count(overlay, start.contact, start.ttl),
        Some(enough) => Walks::count_to(overlay, start.contact, start.ttl, enough),
    };
    let Some(by_hop) = &walks.by_hop else {
        return false;
    };
    let total = walks.total().saturating_mul(hello);
    if total > COUNTABLE {
        return false;
    }
    walk.by_hop = match enough.is_some_and(|enough| total >= enough) {
        true => None,
        false => Some(by_hop.iter().map(|copies| copies * hello).collect()),
    };
    walk.ends = walk.ends.max(ends);
    for (peer, last) in hops.last.iter().enumerate().filter(|(_, last)| **last > 0) {
        let handled = after(hops.first[peer]).hull(after(*last));
        walk.hull[peer] = Some(walk.hull[peer].map_or(handled, |hull| hull.hull(handled)));
        // Where not all are counted, it is only asked whether there are any.
        walk.arrivals[peer] = walks.arrivals[peer].max(1) * hello;
    }
    if hops.arrivals > ARRIVALS {
        walk.spent = None;
    }
    let ttl = u32::from(start.ttl);
    if let Some(spent) = &mut walk.spent {
        let last = hops.last.iter().enumerate();
        for (peer, _) in last.filter(|(_, last)| ttl > 0 && **last == ttl) {
            spent[peer] = Some(after(ttl).from);
        }
    }
    true
}

/// After how many hops copies arrive.
struct Hops {
    /// The least, by the numbers of peers; 0 where none arrives.
    first: Vec<u32>,
    /// The most.
    last: Vec<u32>,
    /// At how many peers copies arrive, all hops together.
    arrivals: u64,
}

/// Where copies arrive on one hop: that is all it takes to know where they do on the next.
struct Hop {
    heard: Peers,
    count: u64,
    /// By the numbers of those that are `heard`: the link that leads to where alone copies come from,
    /// or [`SEVERAL`]. Others have [`SEVERAL`] too.
    from: Vec<u32>,
}

/// Copies come from several peers, or from one to which no link leads: they go on over all links.
const SEVERAL: u32 = u32::MAX;

impl Hops {
    fn of(overlay: &Overlay, start: &Start) -> Self {
        let mut hops = Self {
            first: vec![0; overlay.peers()],
            last: vec![0; overlay.peers()],
            arrivals: 0,
        };
        let last = u32::from(start.ttl);
        let none = || Hop::of(overlay);
        let [mut before, mut now, mut next] = [none(), none(), none()];
        for hop in 1..=last {
            next.clear();
            match hop {
                1 => next.send(overlay, start.contact, SEVERAL),
                _ => {
                    for peer in now.heard.iter() {
                        next.send(overlay, peer, now.from[peer]);
                    }
                }
            }
            hops.add(&next, hop);
            // What is as two hops ago goes on like that: there and back again.
            if hop > 2 && next.is_like(&before) {
                let left = last - hop;
                hops.arrivals += now.count * u64::from(left.div_ceil(2));
                hops.arrivals += next.count * u64::from(left / 2);
                hops.add_last(&now, last - (left + 1) % 2);
                hops.add_last(&next, last - left % 2);
                break;
            }
            std::mem::swap(&mut before, &mut now);
            std::mem::swap(&mut now, &mut next);
        }
        hops
    }

    /// Adds what arrives on `hop`.
    fn add(&mut self, hop: &Hop, number: u32) {
        self.arrivals += hop.count;
        for peer in hop.heard.iter() {
            if self.last[peer] == 0 {
                self.first[peer] = number;
            }
            self.last[peer] = number;
        }
    }

    /// Adds that what arrives on `hop` does so again, and for the last time on the one of `number`.
    fn add_last(&mut self, hop: &Hop, number: u32) {
        for peer in hop.heard.iter() {
            self.last[peer] = self.last[peer].max(number);
        }
    }

    /// As many QUERYs as peers that remember send at most, when it is known that all copies that
    /// there are can be counted.
    fn enough(&self, overlay: &Overlay, start: &Start) -> Option<u128> {
        let ttl = u32::from(start.ttl);
        let degrees = (0..overlay.peers()).map(|peer| overlay.degree(peer));
        let each = degrees.max().unwrap_or(0).checked_pow(ttl)?;
        let all = each.checked_mul(u128::from(ttl))?;
        let countable = all.checked_mul(start.hello.copies)? <= COUNTABLE;
        let of = |peer: usize| {
            let times = match start.duplicates {
                _ if peer == start.contact => start.hello.copies,
                Duplicates::Best => u128::from(ttl - self.first[peer]),
                _ => 1,
            };
            overlay.degree(peer) * times
        };
        let heard = |peer: &usize| *peer == start.contact || self.last[*peer] > 0;
        countable.then(|| (0..overlay.peers()).filter(heard).map(of).sum())
    }
}

impl Hop {
    fn of(overlay: &Overlay) -> Self {
        Self {
            heard: Peers::none_of(overlay.peers()),
            count: 0,
            from: vec![SEVERAL; overlay.peers()],
        }
    }

    fn clear(&mut self) {
        for peer in self.heard.iter() {
            self.from[peer] = SEVERAL;
        }
        self.heard.clear();
        self.count = 0;
    }

    /// Adds what `peer` sends over all its links but `except`.
    fn send(&mut self, overlay: &Overlay, peer: usize, except: u32) {
        for link in overlay.links(peer).filter(|link| *link != except as usize) {
            let target = overlay.target(link);
            let is_new = self.heard.insert(target);
            let back = overlay.back(link).and_then(|back| u32::try_from(back).ok());
            self.from[target] = match back {
                Some(back) if is_new => back,
                _ => SEVERAL,
            };
            self.count += u64::from(is_new);
        }
    }

    fn is_like(&self, other: &Self) -> bool {
        self.count == other.count && self.heard == other.heard && self.from == other.from
    }
}

#[cfg(test)]
mod tests {
    use rand::rngs::ChaCha8Rng;
    use rand::{RngExt, SeedableRng};

    use super::*;
    use crate::faults::{Jitter, Shape};
    use crate::oracle::Order;
    use crate::oracle::faulty::passage::{Hits, Ways};
    use crate::oracle::faulty::queries::Queries;
    use crate::oracle::faulty::span::Chance;
    use crate::oracle::faulty::walk::walk;
    use crate::oracle::tests::{Net, POLICIES, random_net};

    #[test]
    fn what_is_told_is_what_following_each_copy_tells() {
        let (mut capped, mut long) = (0, 0);
        for seed in 0..600 {
            let mut rng = ChaCha8Rng::seed_from_u64(seed);
            let ttl = [rng.random_range(0..=30), rng.random_range(0..=5)][rng.random_range(0..2)];
            let net = match seed % 5 {
                // There are enough copies before the first comes to the end of the tail.
                0 => {
                    let core = (0..7).flat_map(|to| (0..to).map(move |from| (from, to)));
                    let tail = (6..12).map(|from| (from, from + 1));
                    Net::of(13).links(core.chain(tail)).client(0, [1])
                }
                _ => random_net(&mut rng),
            };
            let mut scenario = net.scenario(ttl, Duplicates::Best);
            let millis = |most| std::time::Duration::from_millis(most);
            scenario.faults.links.peers.delay = millis(rng.random_range(0..=2));
            let scale = millis(rng.random_range(0..=100));
            let shape = Shape::Uniform;
            scenario.faults.links.peers.jitter = Some(Jitter { shape, scale });
            let ways = Ways::of(&scenario, Order::Lockstep, u128::MAX);
            let names = |_| Chance::Always;
            for duplicates in POLICIES {
                // Afresh, so that it does not remember what it has counted for another policy.
                let overlay = Overlay::of(&scenario);
                let start = Start {
                    contact: 0,
                    base: Span::default(),
                    hello: Passage {
                        chance: Chance::Always,
                        hits: Hits::NONE,
                        handled: Span {
                            from: millis(1),
                            to: millis(rng.random_range(1..=9)),
                        },
                        copies: rng.random_range(1..=2),
                    },
                    ttl,
                    duplicates,
                };
                for side in [Side::Least, Side::Most] {
                    let queries = Queries::of(&ways, start.base, &names);
                    assert!(queries.all().is_some());
                    let told = walk(&overlay, &start, side, &queries);
                    let followed = walk(&overlay, &start, side, &queries.one_by_one());
                    let what = format!("seed {seed} {duplicates} {side:?}");
                    assert_eq!(told.hull, followed.hull, "{what}");
                    assert_eq!(told.ends, followed.ends, "{what}");
                    assert_eq!(told.spent, followed.spent, "{what}");
                    long += u32::from(ttl > 9);
                    if told.by_hop.is_some() || duplicates == Duplicates::Literal {
                        assert_eq!(told.by_hop, followed.by_hop, "{what}");
                        assert_eq!(told.arrivals, followed.arrivals, "{what}");
                        continue;
                    }
                    capped += 1;
                    let arrives = |walk: &Walk| -> Vec<bool> {
                        walk.arrivals.iter().map(|copies| *copies > 0).collect()
                    };
                    assert_eq!(arrives(&told), arrives(&followed), "{what}");
                }
            }
        }
        assert!(capped > 200 && long > 500, "{capped} {long}");
    }
}
