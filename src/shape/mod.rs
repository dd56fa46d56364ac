//! The overlay of a scenario as a graph to be looked at: who is linked to whom, how densely, in how
//! many parts, how far apart.
//!
//! Tables and drawings read it; what must come out of a run is the oracle's to say, which has a
//! graph of its own. A peer's own address, repeated neighbours and addresses where no peer is are
//! no links here.

mod walks;

use crate::adjacency::Adjacency;
use crate::roster::Role;
use crate::scenario::Scenario;

/// Beyond so many steps from link to link the diameter is not worked out, but bounded.
const MOST_STEPS: usize = 400_000_000;

/// The graph of an overlay. Peers are numbered from 0, in the order of the scenario.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shape {
    links: Vec<Link>,
    /// Whom each peer sends QUERYs to.
    onward: Adjacency,
    /// Whom each peer is linked with, whichever way.
    around: Adjacency,
}

/// Two peers that are linked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Link {
    /// A peer that knows the other one; of two that know each other, the one that comes first.
    pub from: u32,
    /// The other one.
    pub to: u32,
    /// Whether both know each other.
    pub both_ways: bool,
}

/// How many others the peers are linked with, whichever way.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Degrees {
    /// The fewest.
    pub min: u64,
    /// On average.
    pub mean: f64,
    /// The most.
    pub max: u64,
}

/// How far the two peers of a component are apart that are farthest from each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Diameter {
    /// In links, whichever way they go.
    pub hops: u32,
    /// Whether it is the number itself; a large overlay has a lower bound.
    pub is_exact: bool,
}

/// How many pairs of peers of `scenario` are linked, and how many of them one way only: what
/// [`Shape::links`] and [`Shape::one_way`] tell, without the graph.
#[must_use]
pub fn count_links(scenario: &Scenario) -> (usize, usize) {
    counts(&onward(scenario))
}

fn counts(onward: &Adjacency) -> (usize, usize) {
    let (all, both_ways) = (onward.links(), walks::both_ways(onward));
    (all - both_ways, all - 2 * both_ways)
}

/// Whom each peer sends QUERYs to.
fn onward(scenario: &Scenario) -> Adjacency {
    let roster = &scenario.roster;
    let lists = scenario.peers.iter().map(|peer| {
        let known = peer.neighbours.iter().filter_map(|at| roster.at(*at));
        let peers = known.filter(|other| roster.role(*other) == Role::Peer);
        let others = peers.filter(|other| *other != peer.endpoint);
        others.map(|other| other.0)
    });
    rising(lists)
}

/// Of lists in any order, in which nodes may stand more than once.
fn rising(lists: impl Iterator<Item = impl Iterator<Item = u32>>) -> Adjacency {
    let mut graph = Adjacency::default();
    let mut list: Vec<u32> = Vec::new();
    for of_node in lists {
        list.clear();
        list.extend(of_node);
        list.sort_unstable();
        list.dedup();
        graph.push(list.iter().copied());
    }
    graph
}

impl Shape {
    /// The overlay that the neighbour lists of `scenario` make.
    #[must_use]
    pub fn of(scenario: &Scenario) -> Self {
        Self::knowing(onward(scenario))
    }

    /// The graph of `peers` peers, the first of each pair of which knows the second.
    #[must_use]
    pub fn between(peers: u32, mut directed: Vec<(u32, u32)>) -> Self {
        directed.sort_unstable();
        directed.dedup();
        Self::knowing(Adjacency::of_pairs(peers, directed.iter().copied()))
    }

    /// The graph of peers who know those of whom `onward` has lists.
    fn knowing(onward: Adjacency) -> Self {
        let incoming = onward.reversed();
        let mut links = Vec::with_capacity(onward.links() / 2);
        let mut around = Adjacency::with_capacity(onward.nodes(), onward.links());
        let mut linked = Vec::new();
        for (from, list) in onward.lists() {
            // Both lists rise.
            let mut to_it = incoming.list(from).iter().copied().peekable();
            for to in list.iter().copied() {
                while let Some(other) = to_it.next_if(|other| *other < to) {
                    linked.push(other);
                }
                let both_ways = to_it.next_if_eq(&to).is_some();
                linked.push(to);
                if !both_ways || from < to {
                    links.push(Link {
                        from,
                        to,
                        both_ways,
                    });
                }
            }
            linked.extend(to_it);
            around.push(linked.drain(..));
        }
        Self {
            links,
            onward,
            around,
        }
    }

    /// How many peers there are.
    #[must_use]
    pub fn peers(&self) -> usize {
        self.around.nodes()
    }

    /// Each pair of peers that are linked, one way or both.
    #[must_use]
    pub fn links(&self) -> &[Link] {
        &self.links
    }

    /// How many pairs of peers are linked one way only.
    #[must_use]
    pub fn one_way(&self) -> usize {
        self.links.iter().filter(|link| !link.both_ways).count()
    }

    /// Whom `peer` is linked with, whichever way.
    #[must_use]
    pub fn around(&self, peer: u32) -> &[u32] {
        self.around.list(peer)
    }

    /// How many others peers are linked with; all 0 without peers.
    #[must_use]
    pub fn degrees(&self) -> Degrees {
        let degrees = self.around.lists().map(|(_, list)| list.len());
        #[expect(clippy::cast_precision_loss, reason = "a mean for people")]
        let mean = self.around.links() as f64 / self.peers().max(1) as f64;
        Degrees {
            min: degrees.clone().min().unwrap_or(0) as u64,
            mean,
            max: degrees.max().unwrap_or(0) as u64,
        }
    }

    /// How many hops each peer is away from `contact`, the way that QUERYs go.
    #[must_use]
    pub fn hops_from(&self, contact: u32) -> Vec<Option<u32>> {
        walks::distances(&self.onward, contact).0
    }

    /// The parts that no link leads out of, whichever way, the largest first: their peers.
    #[must_use]
    pub fn components(&self) -> Vec<Vec<u32>> {
        let mut seen = vec![false; self.peers()];
        let mut components = Vec::new();
        for start in (0..).take(self.peers()) {
            if std::mem::replace(&mut seen[start as usize], true) {
                continue;
            }
            let mut members = vec![start];
            let mut next = 0;
            while let Some(peer) = members.get(next).copied() {
                next += 1;
                for other in self.around.list(peer) {
                    if !std::mem::replace(&mut seen[*other as usize], true) {
                        members.push(*other);
                    }
                }
            }
            components.push(members);
        }
        components.sort_by_key(|members| std::cmp::Reverse(members.len()));
        components
    }

    /// The diameter of the component with the peers `members`.
    ///
    /// Where a walk from each of them would take too long, two walks bound it from below: one from
    /// anywhere, and one from the peer where the first ended. In most overlays they find it.
    #[must_use]
    pub fn diameter(&self, members: &[u32]) -> Diameter {
        let links: usize = members.iter().map(|peer| self.around(*peer).len()).sum();
        // A walk looks at each link twice, and at all peers of the overlay once.
        let walk = links + self.peers();
        if walk.saturating_mul(members.len()) <= MOST_STEPS {
            let farthest = members
                .iter()
                .map(|peer| walks::farthest(&self.around, *peer).0);
            return Diameter {
                hops: farthest.max().unwrap_or(0),
                is_exact: true,
            };
        }
        let end = members
            .first()
            .map(|peer| walks::farthest(&self.around, *peer).1);
        Diameter {
            hops: end.map_or(0, |end| walks::farthest(&self.around, end).0),
            is_exact: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn both_ways(pairs: impl IntoIterator<Item = (u32, u32)>) -> Vec<(u32, u32)> {
        let pairs = pairs.into_iter();
        pairs.flat_map(|(a, b)| [(a, b), (b, a)]).collect()
    }

    #[test]
    fn a_path_a_triangle_and_a_loner() {
        let mut links = both_ways([(0, 1), (1, 2), (2, 3), (4, 5), (5, 6)]);
        links.extend([(6, 4), (6, 4)]);
        let shape = Shape::between(8, links);
        assert_eq!(shape.links().len(), 6);
        assert_eq!(shape.one_way(), 1);
        let degrees = shape.degrees();
        assert_eq!((degrees.min, degrees.max), (0, 2));
        assert!((degrees.mean - 1.5).abs() < 1e-9);
        let components = shape.components();
        assert_eq!(components, [vec![0, 1, 2, 3], vec![4, 5, 6], vec![7]]);
        let of = |members: &[u32]| shape.diameter(members);
        let exact = |hops| Diameter {
            hops,
            is_exact: true,
        };
        assert_eq!(of(&components[0]), exact(3));
        assert_eq!(of(&components[1]), exact(1));
        assert_eq!(of(&components[2]), exact(0));
    }

    #[test]
    fn links_are_counted_without_the_graph() {
        // Lists in any order, with repeats; peer 3 knows nobody.
        let lists = [vec![4, 1, 2, 1], vec![0], vec![4, 0, 4], vec![], vec![3, 2]];
        let onward = rising(lists.iter().map(|list| list.iter().copied()));
        let directed = (0..).zip(&lists);
        let directed = directed.flat_map(|(from, list)| list.iter().map(move |to| (from, *to)));
        let shape = Shape::between(5, directed.collect());
        assert_eq!(onward, shape.onward);
        assert_eq!((shape.links().len(), shape.one_way()), (5, 2));
        assert_eq!(counts(&onward), (5, 2));
    }

    #[test]
    fn hops_go_the_way_of_the_links() {
        let shape = Shape::between(3, vec![(0, 1), (1, 2)]);
        assert_eq!(shape.hops_from(0), [Some(0), Some(1), Some(2)]);
        assert_eq!(shape.hops_from(2), [None, None, Some(0)]);
        assert_eq!(shape.around(1), [0, 2]);
    }

    #[test]
    fn a_long_path_is_bounded_by_two_walks() {
        let peers = 30_000_u32;
        let shape = Shape::between(peers, both_ways((1..peers).map(|p| (p - 1, p))));
        let diameter = shape.diameter(&shape.components()[0]);
        assert_eq!(
            diameter,
            Diameter {
                hops: peers - 1,
                is_exact: false
            }
        );
    }
}
