//! The kinds of overlays, and how large each gets.

use super::Graph;
use super::generate::{power_law, random, regular, shapes, small_world};

/// A kind of overlay with its numbers.
///
/// Links have no direction, and the overlay is simple: no peer is linked with itself, no two peers
/// are linked twice. Peers are told here by their place from 1 on, as they are named; a [`Graph`]
/// numbers them from 0.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Generator {
    /// Each peer is linked with the next. One peer alone is a line.
    Line {
        /// How many there are, from 1.
        peers: u64,
    },
    /// A line whose last peer is linked with the first.
    Ring {
        /// How many there are, from 3.
        peers: u64,
    },
    /// Peer 1, the centre, is linked with all others. One peer alone is a star.
    Star {
        /// How many there are with the centre, from 1.
        peers: u64,
    },
    /// The full tree, breadth first: peer 1 is the root.
    Tree {
        /// How many children each peer has above the lowest level, from 1.
        arity: u64,
        /// The links from the root to the lowest level; with 0 the root is alone.
        depth: u64,
    },
    /// A grid, row by row. Each peer is linked with those above, left, right and below.
    Grid {
        /// From 1.
        rows: u64,
        /// From 1.
        columns: u64,
    },
    /// A grid whose rows and columns are rings.
    Torus {
        /// From 3.
        rows: u64,
        /// From 3.
        columns: u64,
    },
    /// Every two peers are linked.
    Complete {
        /// How many there are, from 1.
        peers: u64,
    },
    /// G(n,p): every two peers are linked with the same probability, each pair by itself (Gilbert,
    /// "Random Graphs", 1959).
    Gnp {
        /// How many there are, from 1.
        peers: u64,
        /// The probability of each link, from 0 to 1.
        p: f64,
    },
    /// G(n,m): one of all overlays with so many links, each as likely (Erdős and Rényi, "On Random
    /// Graphs I", 1959).
    Gnm {
        /// How many there are, from 1.
        peers: u64,
        /// How many links there are, up to peers · (peers − 1) / 2.
        links: u64,
    },
    /// A random regular graph: ends of links are paired at random, those that would make a link to
    /// itself or a second one are paired anew (Steger and Wormald, "Generating Random Regular
    /// Graphs Quickly", 1999); the last ones, if they fit nowhere, each break a link up and take
    /// its ends. Nearly each overlay is as likely.
    Regular {
        /// How many there are, from 1; even if `degree` is odd.
        peers: u64,
        /// How many neighbours each has, below `peers`.
        degree: u64,
    },
    /// A small world: a ring on which each peer is linked with the k/2 next on both sides, whose
    /// links then are rewired: each keeps its first end and gets, with probability p, any other end
    /// at random (Watts and Strogatz, "Collective Dynamics of 'Small-World' Networks", 1998). There
    /// are peers · k / 2 links, whatever p.
    WattsStrogatz {
        /// How many there are, from 1.
        peers: u64,
        /// How many neighbours each has before the rewiring: even, below `peers`.
        k: u64,
        /// The probability of each rewiring, from 0 to 1.
        p: f64,
    },
    /// Preferential attachment: from a star of m + 1 peers on, each further peer is linked with m
    /// different ones before it, drawn by how many neighbours these have (Barabási and Albert,
    /// "Emergence of Scaling in Random Networks", 1999). There are (peers − m) · m links.
    BarabasiAlbert {
        /// How many there are, from 2.
        peers: u64,
        /// How many links each further peer brings, from 1 and below `peers`.
        m: u64,
    },
    /// The configuration model (Molloy and Reed, "A Critical Point for Random Graphs with a Given
    /// Degree Sequence", 1995) with numbers of neighbours drawn from the power law k^−exponent,
    /// from `min_degree` up to √(peers · `min_degree`). Up to there, links from a peer to itself
    /// and second ones are few (Catanzaro, Boguñá and Pastor-Satorras, "Generation of Uncorrelated
    /// Random Scale-Free Networks", 2005); they are erased, so some peers have fewer neighbours than
    /// drawn, even fewer than `min_degree`. When the sum is odd, a random peer gets one end more.
    PowerLaw {
        /// How many there are, from 2.
        peers: u64,
        /// How steep it is; above 1, mostly 2 to 3.
        exponent: f64,
        /// The fewest neighbours that are drawn, from 1 and below `peers`.
        min_degree: u64,
    },
}

impl Generator {
    /// How many peers there are, and how many links, both directions counted, as [`Graph::links`]
    /// holds them. Exact, but for the links of G(n,p) (their mean) and of a power law (the mean of
    /// the ends that are drawn); `u128::MAX` stands for more than that. Takes no longer for a large
    /// overlay than for a small one.
    #[must_use]
    pub fn size(&self) -> (u128, u128) {
        match *self {
            Self::Line { peers } | Self::Star { peers } => (wide(peers), tree_links(wide(peers))),
            Self::Ring { peers } => (wide(peers), 2 * wide(peers)),
            Self::Tree { arity, depth } => {
                let peers = tree_size(wide(arity), depth);
                (peers, tree_links(peers))
            }
            Self::Grid { rows, columns } => {
                let peers = wide(rows) * wide(columns);
                let ways = peers.saturating_mul(4);
                (peers, ways.saturating_sub(2 * (wide(rows) + wide(columns))))
            }
            Self::Torus { rows, columns } => {
                let peers = wide(rows) * wide(columns);
                (peers, peers.saturating_mul(4))
            }
            Self::Complete { peers } => (wide(peers), 2 * pairs(peers)),
            Self::Gnp { peers, p } => (wide(peers), part(2 * pairs(peers), p)),
            Self::Gnm { peers, links } => (wide(peers), 2 * wide(links)),
            Self::Regular { peers, degree } => (wide(peers), wide(peers) * wide(degree)),
            Self::WattsStrogatz { peers, k, .. } => (wide(peers), wide(peers) * wide(k)),
            Self::BarabasiAlbert { peers, m } => {
                let links = wide(peers.saturating_sub(m)).saturating_mul(2 * wide(m));
                (wide(peers), links)
            }
            Self::PowerLaw {
                peers,
                exponent,
                min_degree,
            } => (wide(peers), power_law::ends(peers, exponent, min_degree)),
        }
    }

    /// Makes the overlay. Time and memory grow with the number of peers and links.
    ///
    /// # Panics
    ///
    /// If [`check`](Self::check) has something to say.
    #[must_use]
    pub fn generate(&self, seed: u64) -> Graph {
        let (peers, _) = self.size();
        let nodes = u32::try_from(peers).expect("check() finds what can't be numbered");
        let pairs = match *self {
            Self::Line { .. } => shapes::line(nodes),
            Self::Ring { .. } => shapes::ring(nodes),
            Self::Star { .. } => shapes::star(nodes),
            Self::Tree { arity, .. } => shapes::tree(nodes, arity),
            Self::Grid { columns, .. } => shapes::grid(nodes, narrow(columns)),
            Self::Torus { rows, columns } => shapes::torus(narrow(rows), narrow(columns)),
            Self::Complete { .. } => shapes::complete(nodes),
            Self::Gnp { p, .. } => random::gnp(nodes, p, seed),
            Self::Gnm { links, .. } => random::gnm(nodes, links, seed),
            Self::Regular { degree, .. } => {
                return regular::regular(nodes, narrow(degree), seed);
            }
            Self::WattsStrogatz { k, p, .. } => {
                small_world::watts_strogatz(nodes, narrow(k), p, seed)
            }
            Self::BarabasiAlbert { m, .. } => random::barabasi_albert(nodes, narrow(m), seed),
            Self::PowerLaw {
                exponent,
                min_degree,
                ..
            } => power_law::power_law(nodes, exponent, narrow(min_degree), seed),
        };
        Graph::both_ways(nodes, pairs)
    }
}

fn wide(number: u64) -> u128 {
    u128::from(number)
}

fn narrow(number: u64) -> u32 {
    u32::try_from(number).expect("check() finds what is not below the number of peers")
}

/// How many pairs of different peers there are.
pub(super) fn pairs(peers: u64) -> u128 {
    wide(peers) * wide(peers.saturating_sub(1)) / 2
}

/// The links of a tree, both directions counted.
fn tree_links(peers: u128) -> u128 {
    peers.saturating_sub(1).saturating_mul(2)
}

/// 1 + arity + arity² + …, up to `depth`.
fn tree_size(arity: u128, depth: u64) -> u128 {
    if arity < 2 {
        return 1 + arity * wide(depth);
    }
    let (mut peers, mut level) = (1_u128, 1_u128);
    for _ in 0..depth {
        level = level.saturating_mul(arity);
        peers = peers.saturating_add(level);
        if peers == u128::MAX {
            break;
        }
    }
    peers
}

/// The share `p` of `whole`, rounded.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "saturates, and no share is negative"
)]
pub(super) fn part(whole: u128, p: f64) -> u128 {
    (whole as f64 * p).round() as u128
}
