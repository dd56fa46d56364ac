//! Which peers get which chunks.

use std::collections::BTreeMap;

use fixedbitset::FixedBitSet;
use toml::Spanned;

use super::super::draws::{Popularity, distinct, some_of};
use super::super::limits::MOST_CHUNKS;
use super::super::names::Names;
use super::super::places::Places;
use super::super::problem::Problems;
use super::super::words::{counted, many, quoted};
use super::shares::{shares, weights};
use super::{How, PlacementTable};
use crate::luck;
use crate::neighbours::Neighbours;
use crate::wire::ChunkId;

/// One peer in so many is enough that it is quicker to look for each of them than to sort them.
const MANY: usize = 64;

/// The chunks that were placed, and how popular they are.
#[derive(Debug, Default)]
pub(in super::super) struct Placed {
    /// Peers with their chunks, in order, each once.
    copies: Vec<(usize, ChunkId)>,
    /// That of the chunks of Zipf placements, when there are such.
    pub(in super::super) popularity: Option<Popularity>,
}

impl Placed {
    /// The peers at which chunks were placed, rising, with these chunks: each peer once, and its
    /// chunks rising.
    pub(in super::super) fn by_peer(&self) -> impl Iterator<Item = &[(usize, ChunkId)]> {
        self.copies.chunk_by(|one, other| one.0 == other.0)
    }
}

/// Spreads chunks over the peers of a scenario.
pub(in super::super) struct Spread<'a> {
    pub(in super::super) seed: u64,
    pub(in super::super) names: &'a Names,
    pub(in super::super) places: &'a Places<'a>,
    /// The neighbours of each peer.
    pub(in super::super) neighbours: &'a [Neighbours],
    pub(in super::super) problems: &'a mut Problems,
}

impl Spread<'_> {
    /// Places the chunks of `tables`; what can't be placed is noted.
    pub(in super::super) fn place(mut self, tables: &[PlacementTable]) -> Placed {
        let copies = tables
            .iter()
            .map(|table| Some((table, self.copies(table)?)));
        let copies: Vec<_> = copies.collect::<Vec<_>>().into_iter().flatten().collect();
        let mut sum = 0;
        for (table, copies) in &copies {
            sum += copies.iter().map(|copies| *copies as u128).sum::<u128>();
            if sum > u128::from(MOST_CHUNKS) {
                let title = format!("{} copies of chunks would be placed", many(sum));
                let label = format!("from here on more than {}", many(MOST_CHUNKS.into()));
                let problem = self.problems.add(table.header.clone(), title, label);
                problem.help("place fewer chunks, or fewer copies of each");
                return Placed::default();
            }
        }
        let mut placed = Placed::default();
        let mut popularity: BTreeMap<ChunkId, u64> = BTreeMap::new();
        for (table, copies) in &copies {
            if let How::Zipf { exponent, .. } = &table.how {
                let weights = weights(copies.len(), *exponent);
                for (chunk, weight) in table.chunks.get_ref().iter().zip(weights) {
                    *popularity.entry(*chunk).or_default() += weight;
                }
            }
            self.spread(table, copies, &mut placed.copies);
        }
        placed.copies.sort_unstable();
        placed.copies.dedup();
        placed.popularity = (!popularity.is_empty()).then(|| Popularity::of(&popularity));
        placed
    }

    fn peers(&self) -> usize {
        self.names.people().peers()
    }

    /// How many copies each chunk of `table` has; nothing when there can't be so many, which is
    /// noted.
    fn copies(&mut self, table: &PlacementTable) -> Option<Vec<usize>> {
        let (chunks, peers) = (table.chunks.get_ref().len(), self.peers());
        if peers == 0 {
            // That has been noted.
            return None;
        }
        match &table.how {
            How::RoundRobin | How::One { .. } => Some(vec![1; chunks]),
            How::Distance { replicas, .. } => Some(vec![*replicas; chunks]),
            How::Uniform { replicas } => {
                let count = *replicas.get_ref();
                if count > peers {
                    let title = format!("there are too few peers for {count} copies of one chunk");
                    let label = format!("there {}", counted(peers, "peer"));
                    let problem = self.problems.add(replicas.span(), title, label);
                    problem.help(format!("place at most {peers}"));
                    return None;
                }
                Some(vec![count; chunks])
            }
            How::Zipf { replicas, exponent } => {
                let (count, most) = (*replicas.get_ref(), chunks * peers);
                if count < chunks {
                    let source = self.problems.source().clone();
                    let title = format!("{count} copies are too few for {chunks} chunks");
                    let label = "these are all copies together";
                    let problem = self.problems.add(replicas.span(), title, label);
                    problem.label(&source, table.chunks.span(), "each has at least one");
                    problem.help(format!("place {chunks} or more"));
                    return None;
                }
                if count > most {
                    let title = format!("there is no room for {count} copies");
                    let label = format!("there {}", counted(peers, "peer"));
                    let problem = self.problems.add(replicas.span(), title, label);
                    problem.help(format!(
                        "place at most {most}: one of each chunk at every peer"
                    ));
                    return None;
                }
                Some(shares(count, &weights(chunks, *exponent), peers))
            }
        }
    }

    /// Adds to `placed` the peers at which the `copies` of each chunk of `table` are.
    fn spread(
        &mut self,
        table: &PlacementTable,
        copies: &[usize],
        placed: &mut Vec<(usize, ChunkId)>,
    ) {
        let (peers, seed) = (self.peers(), self.seed);
        let chunks = table.chunks.get_ref().iter().copied();
        let stream = |how: &str, chunk: ChunkId| {
            luck::stream(seed, &format!("placement.{how} {} {chunk}", table.number))
        };
        match &table.how {
            How::RoundRobin => {
                let in_turn = chunks.enumerate();
                placed.extend(in_turn.map(|(index, chunk)| (index % peers, chunk)));
            }
            How::Uniform { .. } | How::Zipf { .. } => {
                let how = match table.how {
                    How::Zipf { .. } => "zipf",
                    _ => "uniform",
                };
                for (chunk, copies) in chunks.zip(copies) {
                    let drawn = distinct(&mut stream(how, chunk), peers, *copies);
                    placed.extend(drawn.into_iter().map(|peer| (peer, chunk)));
                }
            }
            How::Distance {
                from,
                hops,
                replicas,
            } => {
                let there = self.at_distance(from, hops, *replicas);
                for chunk in chunks.filter(|_| !there.is_empty()) {
                    let drawn = some_of(&mut stream("distance", chunk), &there, *replicas);
                    placed.extend(drawn.into_iter().map(|peer| (peer, chunk)));
                }
            }
            How::One { peer } => {
                if let Some(peer) = self.names.peer(peer, self.problems) {
                    placed.extend(chunks.map(|chunk| (peer, chunk)));
                }
            }
        }
    }

    /// The peers that are exactly `hops` from the peer `from`, by the shortest way of QUERYs. None
    /// when there are fewer than `wanted`, which is noted.
    fn at_distance(
        &mut self,
        from: &Spanned<String>,
        hops: &Spanned<usize>,
        wanted: usize,
    ) -> Vec<usize> {
        let Some(start) = self.names.peer(from, self.problems) else {
            return Vec::new();
        };
        let hops_away = *hops.get_ref();
        let (there, farthest) = self.ring(start, hops_away);
        if there.len() >= wanted {
            return there;
        }
        let name = quoted(from.get_ref());
        let hops_words = match hops_away {
            1 => "1 hop".to_owned(),
            hops => format!("{hops} hops"),
        };
        let title = match there.len() {
            0 => format!("nobody is exactly {hops_words} from {name}"),
            1 => format!("only 1 peer is exactly {hops_words} from {name}"),
            peers => format!("only {peers} peers are exactly {hops_words} from {name}"),
        };
        let label = match there.len() {
            0 if farthest == 0 => "it has no neighbours".to_owned(),
            0 if farthest == 1 => "the farthest peer is 1 hop away".to_owned(),
            0 => format!("the farthest peer is {farthest} hops away"),
            _ => format!("{wanted} are wanted"),
        };
        self.problems.add(hops.span(), title, label);
        Vec::new()
    }

    /// The peers that are exactly `hops` from the peer `start`, rising, and how far the farthest of
    /// all is that can be reached.
    fn ring(&self, start: usize, hops: usize) -> (Vec<usize>, usize) {
        let mut found = FixedBitSet::with_capacity(self.peers());
        found.insert(start);
        let mut ring = Vec::new();
        let mut farthest = 0;
        let mut peers = vec![start];
        loop {
            let mut farther = Vec::new();
            for peer in &peers {
                let neighbours = self.neighbours[*peer].iter();
                for next in neighbours.filter_map(|address| self.places.peer_at(*address)) {
                    if !found.put(next) {
                        farther.push(next);
                    }
                }
            }
            if farthest == hops {
                ring = peers;
            }
            if farther.is_empty() {
                return (ring, farthest);
            }
            // In the order in which the lists of neighbours lie, which are more than any cache.
            peers = self.in_order(farther);
            farthest += 1;
        }
    }

    /// `peers`, each of whom is there once, rising.
    fn in_order(&self, mut peers: Vec<usize>) -> Vec<usize> {
        if peers.len() < self.peers() / MANY {
            peers.sort_unstable();
            return peers;
        }
        let mut there = FixedBitSet::with_capacity(self.peers());
        there.extend(peers);
        there.ones().collect()
    }
}
