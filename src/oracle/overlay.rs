//! The overlay as a graph: peers by number, links as their neighbour lists give them.
//!
//! A link is one entry of a neighbour list after the clean-up of docs/protocol.md ("Ours, for
//! safety"): a peer's own address and repeated entries are out. Addresses where no peer of the run
//! is, are sent to and never send, so they are only counted. Everything here is linear in the links.

use std::cell::OnceCell;
use std::collections::BTreeSet;
use std::hint::black_box;
use std::ops::Range;
use std::rc::Rc;

use super::backwards::Backwards;
use super::remembered::Remembered;
use super::walks::Walks;
use crate::roster::Role;
use crate::scenario::{PeerSpec, Scenario};

/// The links of all peers, in the order of the peers and of their lists.
pub(super) struct Overlay {
    /// Where the links of each peer begin, and at the end where the last one's end.
    starts: Vec<u32>,
    targets: Vec<u32>,
    /// How many neighbours of each peer are none of the run's peers.
    strangers: Vec<u32>,
    /// Found out when it is asked for: a flood of first copies does without.
    backwards: OnceCell<Backwards>,
    /// The largest ball around each contact: smaller ones are parts of it.
    balls: Remembered<Ball>,
    /// The walks from each contact.
    pub(super) walks: Remembered<Walks>,
}

impl Overlay {
    /// The overlay that the neighbour lists of `scenario` make.
    pub(super) fn of(scenario: &Scenario) -> Self {
        let written = scenario.peers.iter().map(|spec| spec.neighbours.len());
        let mut overlay = Self {
            starts: Vec::with_capacity(scenario.peers.len() + 1),
            targets: Vec::with_capacity(written.sum()),
            strangers: vec![0; scenario.peers.len()],
            backwards: OnceCell::new(),
            balls: Remembered::default(),
            walks: Remembered::default(),
        };
        overlay.starts.push(0);
        let mut listed_by = vec![NOBODY; scenario.peers.len()];
        for (peer, spec) in scenario.peers.iter().enumerate() {
            overlay.add(scenario, peer, spec, &mut listed_by);
        }
        overlay
    }

    /// Adds the links of `peer`, cleaned up. `listed_by` tells for each peer in which list it was
    /// last.
    fn add(&mut self, scenario: &Scenario, peer: usize, spec: &PeerSpec, listed_by: &mut [u32]) {
        let start = self.targets.len();
        let is_short = spec.neighbours.len() <= SHORT;
        let mut strangers = BTreeSet::new();
        for address in &spec.neighbours {
            let there = scenario.roster.at(*address);
            if there == Some(spec.endpoint) {
                continue;
            }
            match there.filter(|e| scenario.roster.role(*e) == Role::Peer) {
                Some(neighbour) => {
                    let is_new = match is_short {
                        true => !self.targets[start..].contains(&neighbour.0),
                        false => {
                            let list = &mut listed_by[neighbour.index()];
                            std::mem::replace(list, number(peer)) != number(peer)
                        }
                    };
                    if is_new {
                        self.targets.push(neighbour.0);
                    }
                }
                None => {
                    strangers.insert(*address);
                }
            }
        }
        self.starts.push(number(self.targets.len()));
        self.strangers[peer] = number(strangers.len());
    }

    /// The links looked at from their ends.
    fn backwards(&self) -> &Backwards {
        self.backwards
            .get_or_init(|| Backwards::of(&self.starts, &self.targets))
    }

    /// How many peers there are.
    pub(super) fn peers(&self) -> usize {
        self.strangers.len()
    }

    /// How many links there are between peers.
    pub(super) fn link_count(&self) -> usize {
        self.targets.len()
    }

    /// The links from `peer` to other peers, in the order of its list.
    pub(super) fn links(&self, peer: usize) -> Range<usize> {
        self.starts[peer] as usize..self.starts[peer + 1] as usize
    }

    /// The links from other peers to `peer`.
    pub(super) fn arriving(&self, peer: usize) -> impl Iterator<Item = usize> + '_ {
        self.backwards().arriving(peer)
    }

    /// The peer that sends over `link`.
    pub(super) fn source(&self, link: usize) -> usize {
        self.backwards().source(link)
    }

    /// The peer that hears what is sent over `link`.
    pub(super) fn target(&self, link: usize) -> usize {
        self.targets[link] as usize
    }

    /// The link the other way, if there is one.
    pub(super) fn back(&self, link: usize) -> Option<usize> {
        self.backwards().back(link)
    }

    /// How many neighbours of `peer` are none of the run's peers: they hear and do nothing.
    pub(super) fn strangers(&self, peer: usize) -> u128 {
        u128::from(self.strangers[peer])
    }

    /// How many neighbours `peer` has, whoever they are.
    pub(super) fn degree(&self, peer: usize) -> u128 {
        self.links(peer).len() as u128 + self.strangers(peer)
    }

    /// Who is within `ttl` hops of `contact`.
    pub(super) fn ball(&self, contact: usize, ttl: u16) -> Rc<Ball> {
        match self.balls.get(contact) {
            Some((known, ball)) if known == ttl => ball,
            Some((known, ball)) if known > ttl => Rc::new(ball.within(ttl)),
            _ => {
                let ball = self.grow(contact, ttl);
                self.balls.keep(contact, ttl, self.peers(), ball)
            }
        }
    }

    /// Goes through all that are within `ttl` hops of `contact`.
    fn grow(&self, contact: usize, ttl: u16) -> Ball {
        let mut hops = vec![BEYOND; self.peers()];
        hops[contact] = 0;
        let mut members = vec![Member {
            peer: number(contact),
            hops: 0,
            first_from: NOBODY,
            spares: false,
        }];
        let mut next = 0;
        while let Some(member) = members.get(next).copied() {
            if next.is_multiple_of(AHEAD) {
                let end = members.len().min(next + AHEAD);
                self.look(&members[next..end]);
            }
            if member.hops < u32::from(ttl) {
                let mut spares = false;
                for neighbour in &self.targets[self.links(member.peer())] {
                    spares |= *neighbour == member.first_from;
                    let known = &mut hops[*neighbour as usize];
                    if *known == BEYOND {
                        *known = member.hops + 1;
                        members.push(Member {
                            peer: *neighbour,
                            hops: member.hops + 1,
                            first_from: member.peer,
                            spares: false,
                        });
                    }
                }
                members[next].spares = spares;
            }
            next += 1;
        }
        Ball { members, hops }
    }

    /// Reads something of the links of `members`, whose turn comes soon. The processor waits for many
    /// at once hardly longer than for one.
    fn look(&self, members: &[Member]) {
        let first = |member: &Member| {
            let link = self.starts[member.peer()] as usize;
            u64::from(self.targets.get(link).copied().unwrap_or(0))
        };
        black_box(members.iter().map(first).sum::<u64>());
    }
}

/// So many members of a ball are looked at together.
const AHEAD: usize = 16;
/// So many entries of a list are compared each with each.
const SHORT: usize = 16;
/// No peer has this number.
const NOBODY: u32 = u32::MAX;
/// The distance of who is not in a ball.
pub(super) const BEYOND: u32 = u32::MAX;

/// The peers within TTL hops of a contact.
pub(super) struct Ball {
    /// The contact, then the others in the order in which a search reaches them when each datagram
    /// takes equally long and those of one instant arrive as they were sent: breadth first, each
    /// list in its order.
    pub(super) members: Vec<Member>,
    /// The distance of each peer of the overlay from the contact.
    hops: Vec<u32>,
}

impl Ball {
    /// Those of them that are within `ttl` hops.
    fn within(&self, ttl: u16) -> Self {
        let ttl = u32::from(ttl);
        let near = self.members.partition_point(|member| member.hops <= ttl);
        let of = |hops: &u32| match *hops <= ttl {
            true => *hops,
            false => BEYOND,
        };
        Self {
            members: self.members[..near].to_vec(),
            hops: self.hops.iter().map(of).collect(),
        }
    }

    /// The distance of `peer` from the contact, when it is in the ball.
    pub(super) fn hops(&self, peer: usize) -> Option<u32> {
        Some(self.hops[peer]).filter(|hops| *hops != BEYOND)
    }

    /// The distance of each peer from the contact; [`BEYOND`] for those that are not in the ball.
    pub(super) fn distances(&self) -> &[u32] {
        &self.hops
    }

    /// How many peers the overlay has, in the ball or beyond.
    pub(super) fn peers(&self) -> usize {
        self.hops.len()
    }

    /// Everybody in the ball with the distance from the contact, in the order of their numbers.
    pub(super) fn everybody(&self) -> impl Iterator<Item = (usize, u32)> {
        let peers = self.hops.iter().copied().enumerate();
        peers.filter(|(_, hops)| *hops != BEYOND)
    }

    /// Those that are near enough to send a search on, when it starts with `ttl`.
    pub(super) fn forwarding(&self, ttl: u16) -> impl Iterator<Item = &Member> {
        let near = move |member: &&Member| member.hops < u32::from(ttl);
        self.members.iter().filter(near)
    }
}

/// A peer of a [`Ball`].
#[derive(Clone, Copy)]
pub(super) struct Member {
    peer: u32,
    /// Its distance from the contact.
    pub(super) hops: u32,
    /// Who sends it its first copy, in that order.
    first_from: u32,
    /// Whether that one is a neighbour of its own, so that it is spared when the copy goes on. Only
    /// known of those nearer than the TTL.
    pub(super) spares: bool,
}

impl Member {
    /// Which one.
    pub(super) fn peer(&self) -> usize {
        self.peer as usize
    }

    /// Whether it is the one from which all hops are counted.
    pub(super) fn is_contact(&self) -> bool {
        self.first_from == NOBODY
    }
}

fn number(index: usize) -> u32 {
    u32::try_from(index).expect("fewer than 2^32 links and peers")
}
