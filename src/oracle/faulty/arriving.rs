//! What arrives at peers on one hop of a search.
//!
//! The invariant: what came over one link can be told from the rest, its copies and its times.

use std::cmp::Ordering;
use std::time::Duration;

use super::span::Span;
use crate::oracle::peers::Peers;

/// Copies that cross a link on one hop.
#[derive(Clone, Copy)]
pub(super) struct Carried {
    pub(super) copies: u128,
    /// When they are handled.
    pub(super) handled: Span,
}

/// What arrives at each peer on one hop.
pub(super) struct Hop {
    /// At which peers something arrives.
    pub(super) heard: Peers,
    /// By the numbers of peers; of those that are not `heard` it means nothing.
    arriving: Vec<Arriving>,
    /// When what does not come over the link in [`Arriving`] is handled, by the numbers of peers;
    /// empty as long as there are no such links.
    others: Vec<Span>,
    /// By the link back to where they came from, which is at hand when they are forwarded.
    came_from: Vec<u128>,
}

/// What arrives at one peer: as much as a line of the cache holds.
#[derive(Clone, Copy)]
#[repr(align(64))]
struct Arriving {
    copies: u128,
    handled: Span,
    /// The link that leads to where the earliest comes from, or [`NONE`]: several are as early, or
    /// no link leads there.
    early: u32,
    /// The same for the latest.
    late: u32,
    /// Over how many links it comes.
    links: u32,
}

/// No link has this number.
const NONE: u32 = u32::MAX;

impl Hop {
    /// One on which nothing arrives, with so many peers and links between them.
    pub(super) fn of(peers: usize, links: usize) -> Self {
        let nothing = Arriving {
            copies: 0,
            handled: Span::at(Duration::ZERO),
            early: NONE,
            late: NONE,
            links: 0,
        };
        Self {
            heard: Peers::none_of(peers),
            arriving: vec![nothing; peers],
            others: Vec::new(),
            came_from: vec![0; links],
        }
    }

    /// All that arrives at `peer`, which is one of those that are heard.
    pub(super) fn at(&self, peer: usize) -> Carried {
        let here = &self.arriving[peer];
        Carried {
            copies: here.copies,
            handled: here.handled,
        }
    }

    /// Takes out what arrives at `peer` and does not come from where its `link` leads, if there is
    /// any.
    pub(super) fn take_without(&mut self, peer: usize, link: usize) -> Option<Carried> {
        let here = &self.arriving[peer];
        let copies = here.copies - std::mem::take(&mut self.came_from[link]);
        if copies == 0 {
            return None;
        }
        let mut handled = here.handled;
        if here.early as usize == link {
            handled.from = self.others[peer].from;
        }
        if here.late as usize == link {
            handled.to = self.others[peer].to;
        }
        Some(Carried { copies, handled })
    }

    /// Adds what is `carried` to `peer` from where its link `back` leads, if it has one.
    pub(super) fn add(&mut self, peer: usize, back: Option<usize>, carried: Carried) {
        let Carried { copies, handled } = carried;
        let link = match back {
            Some(back) => {
                self.came_from[back] = copies;
                u32::try_from(back).expect("fewer than 2^32 links")
            }
            None => NONE,
        };
        let peers = self.arriving.len();
        let here = &mut self.arriving[peer];
        if self.heard.insert(peer) {
            *here = Arriving {
                copies,
                handled,
                early: link,
                late: link,
                links: 1,
            };
            return;
        }
        here.copies = here.copies.saturating_add(copies);
        here.links += 1;
        if handled == here.handled {
            (here.early, here.late) = (NONE, NONE);
            return;
        }
        if self.others.is_empty() {
            self.others.resize(peers, Span::default());
        }
        here.add_time(&mut self.others[peer], handled, link);
    }
}

impl Arriving {
    /// Adds that something comes over `link` during `handled`. Both bounds of `others` are kept as
    /// long as there is a link that they leave out.
    fn add_time(&mut self, others: &mut Span, handled: Span, link: u32) {
        let is_second = self.links == 2;
        match handled.from.cmp(&self.handled.from) {
            Ordering::Equal => self.early = NONE,
            Ordering::Less => {
                others.from = std::mem::replace(&mut self.handled.from, handled.from);
                self.early = link;
            }
            Ordering::Greater if is_second => others.from = handled.from,
            Ordering::Greater => others.from = others.from.min(handled.from),
        }
        match handled.to.cmp(&self.handled.to) {
            Ordering::Equal => self.late = NONE,
            Ordering::Greater => {
                others.to = std::mem::replace(&mut self.handled.to, handled.to);
                self.late = link;
            }
            Ordering::Less if is_second => others.to = handled.to,
            Ordering::Less => others.to = others.to.max(handled.to),
        }
    }
}

#[cfg(test)]
mod tests {
    use rand::rngs::ChaCha8Rng;
    use rand::{RngExt, SeedableRng};

    use super::*;

    #[test]
    fn what_came_over_one_link_can_be_told_from_the_rest() {
        let millis = Duration::from_millis;
        for seed in 0..500 {
            let mut rng = ChaCha8Rng::seed_from_u64(seed);
            let mut hop = Hop::of(3, 7);
            // Each of the links of peer 2 with what comes from where it leads, and one that leads back
            // to nobody.
            let mut came: Vec<(Option<usize>, Carried)> = Vec::new();
            for link in 0..7 {
                if rng.random_bool(0.5) {
                    let from = millis(rng.random_range(0..4));
                    let to = from + millis(rng.random_range(0..4));
                    let handled = Span { from, to };
                    let copies = rng.random_range(1..9);
                    came.push((
                        Some(link).filter(|link| *link > 0),
                        Carried { copies, handled },
                    ));
                }
            }
            for (back, carried) in &came {
                hop.add(2, *back, *carried);
            }
            assert_eq!(
                hop.heard.iter().collect::<Vec<_>>(),
                vec![2; came.len().min(1)]
            );
            for link in 1..7 {
                let rest = came.iter().filter(|(back, _)| *back != Some(link));
                let rest: Vec<Carried> = rest.map(|(_, carried)| *carried).collect();
                let spans = rest.iter().map(|carried| carried.handled);
                let naive = spans.reduce(Span::hull);
                let told = match came.is_empty() {
                    true => None,
                    false => hop.take_without(2, link),
                };
                assert_eq!(told.map(|told| told.handled), naive, "{seed} {link}");
                let copies: u128 = rest.iter().map(|carried| carried.copies).sum();
                assert_eq!(told.map_or(0, |told| told.copies), copies);
            }
        }
    }
}
