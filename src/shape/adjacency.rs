//! Lists of whom each peer is linked with, and walks along them.

use std::collections::VecDeque;

/// The links of each peer, one list behind the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Adjacency {
    /// Where each list begins, and at the end where the last one ends.
    pub(super) starts: Vec<usize>,
    pub(super) targets: Vec<u32>,
}

impl Adjacency {
    /// Of `pairs`, which are sorted.
    pub(super) fn of(peers: usize, pairs: &[(u32, u32)]) -> Self {
        let mut starts = vec![0; peers + 1];
        for (from, _) in pairs {
            starts[*from as usize + 1] += 1;
        }
        for peer in 0..peers {
            starts[peer + 1] += starts[peer];
        }
        Self {
            starts,
            targets: pairs.iter().map(|(_, to)| *to).collect(),
        }
    }

    /// Of whom each peer knows, in any order and perhaps more than once.
    pub(super) fn of_lists(lists: impl Iterator<Item = impl Iterator<Item = u32>>) -> Self {
        let mut adjacency = Self {
            starts: vec![0],
            targets: Vec::new(),
        };
        let mut list: Vec<u32> = Vec::new();
        for of_peer in lists {
            list.clear();
            list.extend(of_peer);
            list.sort_unstable();
            list.dedup();
            adjacency.targets.extend_from_slice(&list);
            adjacency.starts.push(adjacency.targets.len());
        }
        adjacency
    }

    /// The links the other way, those to each peer rising by whom they come from.
    pub(super) fn reversed(&self) -> Self {
        let mut starts = vec![0; self.starts.len()];
        for to in &self.targets {
            starts[*to as usize + 1] += 1;
        }
        for peer in 1..starts.len() {
            starts[peer] += starts[peer - 1];
        }
        let mut next = starts.clone();
        let mut targets = vec![0; self.targets.len()];
        for from in (0..).take(self.starts.len() - 1) {
            for to in self.list(from) {
                let place = &mut next[*to as usize];
                targets[*place] = from;
                *place += 1;
            }
        }
        Self { starts, targets }
    }

    /// How many pairs of peers have each other in their lists, which rise.
    pub(super) fn both_ways(&self) -> usize {
        let peers = (0..).take(self.starts.len() - 1);
        let known = peers.flat_map(|peer| self.list(peer).iter().map(move |other| (peer, *other)));
        let lower = known.filter(|(peer, other)| other < peer);
        let mutual = lower.filter(|(peer, other)| self.list(*other).binary_search(peer).is_ok());
        mutual.count()
    }

    pub(super) fn list(&self, peer: u32) -> &[u32] {
        &self.targets[self.starts[peer as usize]..self.starts[peer as usize + 1]]
    }

    /// The distance of each peer from `start`, and who was reached last, of the farthest.
    pub(super) fn distances(&self, start: u32) -> (Vec<Option<u32>>, u32) {
        let mut hops = vec![None; self.starts.len() - 1];
        hops[start as usize] = Some(0);
        let mut queue = VecDeque::from([(start, 0)]);
        let mut last = start;
        while let Some((peer, distance)) = queue.pop_front() {
            last = peer;
            for other in self.list(peer) {
                if hops[*other as usize].is_none() {
                    hops[*other as usize] = Some(distance + 1);
                    queue.push_back((*other, distance + 1));
                }
            }
        }
        (hops, last)
    }

    /// How far the farthest peer is from `start`, and which it is.
    pub(super) fn farthest(&self, start: u32) -> (u32, u32) {
        let (hops, last) = self.distances(start);
        (hops[last as usize].unwrap_or(0), last)
    }
}
