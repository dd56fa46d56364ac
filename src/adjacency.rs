//! Adjacency lists: whom each node of a graph is linked with, all in two pieces of memory.

use std::iter;

/// The links of each node, one list behind the other. Nodes are numbered from 0; a link from a to b
/// is b in the list of a.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Adjacency {
    /// Where each list begins, and at the end where the last one ends.
    starts: Vec<u32>,
    targets: Vec<u32>,
}

/// A graph without nodes.
impl Default for Adjacency {
    fn default() -> Self {
        Self {
            starts: vec![0],
            targets: Vec::new(),
        }
    }
}

impl Adjacency {
    /// No nodes yet, and room for so many, with so many links in all.
    #[must_use]
    pub fn with_capacity(nodes: usize, links: usize) -> Self {
        let mut starts = Vec::with_capacity(nodes + 1);
        starts.push(0);
        Self {
            starts,
            targets: Vec::with_capacity(links),
        }
    }

    /// So many nodes with the links `pairs`, each from its first node to its second. A list has its
    /// links in the order of `pairs`.
    ///
    /// # Panics
    ///
    /// With 2^32 links or more, and if a link begins at a node that there is not.
    #[must_use]
    pub fn of_pairs(nodes: u32, pairs: impl Iterator<Item = (u32, u32)> + Clone) -> Self {
        let mut starts = vec![0; nodes as usize + 1];
        for (from, _) in pairs.clone() {
            starts[from as usize + 1] += 1;
        }
        let mut links = 0_usize;
        for start in &mut starts {
            links += *start as usize;
            *start = place(links);
        }
        let mut next = starts.clone();
        let mut targets = vec![0; links];
        for (from, to) in pairs {
            let place = &mut next[from as usize];
            targets[*place as usize] = to;
            *place += 1;
        }
        Self { starts, targets }
    }

    /// Nodes with `degree` links each, whose lists stand in `targets` one behind the other.
    ///
    /// # Panics
    ///
    /// With 2^32 links or more, and if `targets` are not `nodes` lists.
    #[must_use]
    pub fn regular(nodes: u32, degree: u32, targets: Vec<u32>) -> Self {
        assert_eq!(targets.len(), nodes as usize * degree as usize);
        let ends = (0..=nodes as usize).map(|node| place(node * degree as usize));
        Self {
            starts: ends.collect(),
            targets,
        }
    }

    /// Adds the next node, with this list.
    ///
    /// # Panics
    ///
    /// With 2^32 links or more.
    pub fn push(&mut self, list: impl IntoIterator<Item = u32>) {
        self.targets.extend(list);
        self.starts.push(place(self.targets.len()));
    }

    /// How many nodes there are.
    #[must_use]
    pub fn nodes(&self) -> usize {
        self.starts.len() - 1
    }

    /// How many links there are.
    #[must_use]
    pub fn links(&self) -> usize {
        self.targets.len()
    }

    /// Whom `node` is linked with.
    #[must_use]
    pub fn list(&self, node: u32) -> &[u32] {
        let node = node as usize;
        &self.targets[self.starts[node] as usize..self.starts[node + 1] as usize]
    }

    /// The list of each node in turn.
    pub fn lists(&self) -> impl Iterator<Item = (u32, &[u32])> + Clone {
        (0..).take(self.nodes()).map(|node| (node, self.list(node)))
    }

    /// All links, those of the first node first, each from its first node to its second.
    pub fn pairs(&self) -> impl Iterator<Item = (u32, u32)> + Clone {
        let lists = self.lists();
        lists.flat_map(|(from, list)| iter::repeat(from).zip(list.iter().copied()))
    }

    /// The links the other way, those to each node rising by whom they come from.
    #[must_use]
    pub fn reversed(&self) -> Self {
        let nodes = u32::try_from(self.nodes()).expect("nodes have 32-bit numbers");
        Self::of_pairs(nodes, self.pairs().map(|(from, to)| (to, from)))
    }
}

/// A place among the links.
fn place(links: usize) -> u32 {
    u32::try_from(links).expect("fewer than 2^32 links")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_keep_the_order_of_the_pairs() {
        let pairs = [(2, 0), (0, 3), (2, 3), (0, 1)];
        let graph = Adjacency::of_pairs(4, pairs.into_iter());
        assert_eq!((graph.nodes(), graph.links()), (4, 4));
        let lists: Vec<&[u32]> = graph.lists().map(|(_, list)| list).collect();
        assert_eq!(lists, [&[3, 1][..], &[], &[0, 3], &[]]);
        let all: Vec<_> = graph.pairs().collect();
        assert_eq!(all, [(0, 3), (0, 1), (2, 0), (2, 3)]);
        let back: Vec<_> = graph.reversed().pairs().collect();
        assert_eq!(back, [(0, 2), (1, 0), (3, 0), (3, 2)]);
    }

    #[test]
    fn one_list_after_the_other() {
        let mut graph = Adjacency::with_capacity(3, 4);
        graph.push([1, 2]);
        graph.push([]);
        graph.push([0, 1]);
        let pairs = [(0, 1), (0, 2), (2, 0), (2, 1)];
        assert_eq!(graph, Adjacency::of_pairs(3, pairs.into_iter()));
        assert_eq!(Adjacency::default(), Adjacency::of_pairs(0, [].into_iter()));
    }

    #[test]
    fn lists_of_equal_length() {
        let ring = Adjacency::regular(3, 2, vec![1, 2, 0, 2, 0, 1]);
        assert_eq!(ring.list(1), [0, 2]);
        assert_eq!(ring, ring.reversed());
        assert_eq!(Adjacency::regular(2, 0, Vec::new()).nodes(), 2);
    }
}
