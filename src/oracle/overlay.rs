//! The overlay as a graph: peers by number, links as their neighbour lists give them.
//!
//! A link is one entry of a neighbour list after the clean-up of docs/protocol.md ("Ours, for
//! safety"): a peer's own address and repeated entries are out. Addresses where no peer of the run
//! is, are sent to and never send, so they are only counted. Everything here is linear in the links.

use std::collections::{BTreeSet, VecDeque};
use std::ops::Range;

use crate::roster::Role;
use crate::scenario::Scenario;

/// The links of all peers, in the order of the peers and of their lists.
pub(super) struct Overlay {
    /// Where the links of each peer begin, and at the end where the last one's end.
    starts: Vec<usize>,
    sources: Vec<u32>,
    targets: Vec<u32>,
    /// For each link the one the other way, if there is one.
    backs: Vec<Option<u32>>,
    /// Where the links to each peer begin in `arriving`.
    arriving_starts: Vec<usize>,
    /// Links by the peer that they lead to.
    arriving: Vec<u32>,
    /// How many neighbours of each peer are none of the run's peers.
    strangers: Vec<u32>,
}

impl Overlay {
    /// The overlay that the neighbour lists of `scenario` make.
    pub(super) fn of(scenario: &Scenario) -> Self {
        let mut starts = vec![0];
        let mut sources = Vec::new();
        let mut targets = Vec::new();
        let mut strangers = Vec::new();
        for (peer, spec) in scenario.peers.iter().enumerate() {
            let mut seen = BTreeSet::from([scenario.roster.address(spec.endpoint)]);
            let mut unknown = 0;
            for address in spec.neighbours.iter().filter(|a| seen.insert(**a)) {
                let there = scenario.roster.at(*address);
                match there.filter(|e| scenario.roster.role(*e) == Role::Peer) {
                    Some(neighbour) => {
                        sources.push(number(peer));
                        targets.push(neighbour.0);
                    }
                    None => unknown += 1,
                }
            }
            starts.push(targets.len());
            strangers.push(unknown);
        }
        let (arriving_starts, arriving) = by_target(&targets, strangers.len());
        let mut overlay = Self {
            backs: vec![None; targets.len()],
            starts,
            sources,
            targets,
            arriving_starts,
            arriving,
            strangers,
        };
        overlay.pair_links();
        overlay
    }

    /// Finds for each link the one the other way.
    fn pair_links(&mut self) {
        let mut link_to: Vec<Option<u32>> = vec![None; self.peers()];
        for peer in 0..self.peers() {
            for link in self.links(peer) {
                link_to[self.target(link)] = Some(number(link));
            }
            for arriving in self.arriving_starts[peer]..self.arriving_starts[peer + 1] {
                let link = self.arriving[arriving] as usize;
                self.backs[link] = link_to[self.source(link)];
            }
            for link in self.links(peer) {
                link_to[self.targets[link] as usize] = None;
            }
        }
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
        self.starts[peer]..self.starts[peer + 1]
    }

    /// The links from other peers to `peer`.
    pub(super) fn arriving(&self, peer: usize) -> impl Iterator<Item = usize> + '_ {
        let links = self.arriving_starts[peer]..self.arriving_starts[peer + 1];
        self.arriving[links].iter().map(|link| *link as usize)
    }

    /// The peer that sends over `link`.
    pub(super) fn source(&self, link: usize) -> usize {
        self.sources[link] as usize
    }

    /// The peer that hears what is sent over `link`.
    pub(super) fn target(&self, link: usize) -> usize {
        self.targets[link] as usize
    }

    /// The link the other way, if there is one.
    pub(super) fn back(&self, link: usize) -> Option<usize> {
        self.backs[link].map(|back| back as usize)
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
    pub(super) fn ball(&self, contact: usize, ttl: u16) -> Ball {
        let mut hops = vec![None; self.peers()];
        let mut members = Vec::new();
        let mut queue = VecDeque::from([Member {
            peer: contact,
            hops: 0,
            first_copy: None,
        }]);
        hops[contact] = Some(0);
        while let Some(member) = queue.pop_front() {
            members.push(member);
            if member.hops == u32::from(ttl) {
                continue;
            }
            for link in self.links(member.peer) {
                let neighbour = self.target(link);
                if hops[neighbour].is_none() {
                    hops[neighbour] = Some(member.hops + 1);
                    queue.push_back(Member {
                        peer: neighbour,
                        hops: member.hops + 1,
                        first_copy: Some(link),
                    });
                }
            }
        }
        Ball { members, hops }
    }
}

/// The peers within TTL hops of a contact.
pub(super) struct Ball {
    /// The contact, then the others in the order in which a search reaches them when each datagram
    /// takes equally long and those of one instant arrive as they were sent: breadth first, each
    /// list in its order.
    pub(super) members: Vec<Member>,
    /// The distance of each peer of the overlay from the contact, when it is in the ball.
    pub(super) hops: Vec<Option<u32>>,
}

impl Ball {
    /// Those that are near enough to send a search on, when it starts with `ttl`.
    pub(super) fn forwarding(&self, ttl: u16) -> impl Iterator<Item = &Member> {
        let near = move |member: &&Member| member.hops < u32::from(ttl);
        self.members.iter().filter(near)
    }
}

/// A peer of a [`Ball`].
#[derive(Clone, Copy)]
pub(super) struct Member {
    /// Which one.
    pub(super) peer: usize,
    /// Its distance from the contact.
    pub(super) hops: u32,
    /// The link over which its first copy comes, in that order; the contact has none.
    pub(super) first_copy: Option<usize>,
}

/// Sorts links by the peer that they lead to, by counting.
fn by_target(targets: &[u32], peers: usize) -> (Vec<usize>, Vec<u32>) {
    let mut starts = vec![0; peers + 1];
    for target in targets {
        starts[*target as usize + 1] += 1;
    }
    for peer in 0..peers {
        starts[peer + 1] += starts[peer];
    }
    let mut next = starts.clone();
    let mut sorted = vec![0; targets.len()];
    for (link, target) in targets.iter().enumerate() {
        let place = &mut next[*target as usize];
        sorted[*place] = number(link);
        *place += 1;
    }
    (starts, sorted)
}

fn number(index: usize) -> u32 {
    u32::try_from(index).expect("fewer than 2^32 links and peers")
}
