//! Who is linked with whom while a regular overlay is being made: a row of equal length for each
//! peer, all in one piece of memory.

use super::Pair;

/// Rows that are no longer are looked through from end to end: that is faster than to guess.
const SHORT: usize = 16;

/// The neighbours of each peer, in rising order.
pub(super) struct Rows {
    /// A row for each peer: how many neighbours it has, these, and room up to the degree.
    cells: Vec<u32>,
    width: usize,
}

impl Rows {
    /// Nobody is linked, and each of `peers` has room for `degree` neighbours.
    pub(super) fn empty(peers: u32, degree: u32) -> Self {
        let width = degree as usize + 1;
        Self {
            cells: vec![0; peers as usize * width],
            width,
        }
    }

    pub(super) fn peers(&self) -> u32 {
        u32::try_from(self.cells.len() / self.width).expect("as many as it was made for")
    }

    /// The neighbours of `peer`.
    pub(super) fn of(&self, peer: u32) -> &[u32] {
        let start = peer as usize * self.width;
        let count = self.cells[start] as usize;
        &self.cells[start + 1..=start + count]
    }

    /// Whether the two are linked, or one and the same.
    pub(super) fn are_near(&self, one: u32, other: u32) -> bool {
        let near = self.of(one);
        let linked = match near.len() <= SHORT {
            true => near.contains(&other),
            false => near.binary_search(&other).is_ok(),
        };
        linked || one == other
    }

    /// Links two who are not linked, and who have room.
    pub(super) fn link(&mut self, one: u32, other: u32) {
        self.insert(one, other);
        self.insert(other, one);
    }

    /// Unlinks two who are linked.
    pub(super) fn unlink(&mut self, one: u32, other: u32) {
        self.remove(one, other);
        self.remove(other, one);
    }

    /// All links, each once, in rising order.
    pub(super) fn links(&self) -> Vec<Pair> {
        let mut links = Vec::with_capacity(self.cells.len() / 2);
        for peer in 0..self.peers() {
            let higher = self.of(peer).iter().filter(|other| **other > peer);
            links.extend(higher.map(|other| (peer, *other)));
        }
        links
    }

    /// How many neighbours of `peer` come before `other`.
    fn before(&self, peer: u32, other: u32) -> usize {
        let near = self.of(peer);
        match near.len() <= SHORT {
            true => near.iter().filter(|near| **near < other).count(),
            false => near.partition_point(|near| *near < other),
        }
    }

    fn insert(&mut self, peer: u32, other: u32) {
        let before = self.before(peer, other);
        let start = peer as usize * self.width;
        let row = &mut self.cells[start..start + self.width];
        let count = row[0] as usize;
        row.copy_within(1 + before..=count, 2 + before);
        row[1 + before] = other;
        row[0] += 1;
    }

    fn remove(&mut self, peer: u32, other: u32) {
        let before = self.before(peer, other);
        let start = peer as usize * self.width;
        let row = &mut self.cells[start..start + self.width];
        let count = row[0] as usize;
        row.copy_within(2 + before..=count, 1 + before);
        row[0] -= 1;
    }
}
