//! Who is linked with whom while a regular overlay is being made: a row of equal length for each
//! peer, all in one piece of memory.

use std::hint::black_box;

use super::Pair;

/// Shorter rows are gone through from end to end, whatever is in them: without a branch that
/// depends on it, the processor fetches many rows at once.
const SHORT: usize = 16;
/// A place where nobody is yet: behind all neighbours.
const FREE: u32 = u32::MAX;

/// The neighbours of each peer, in rising order.
pub(super) struct Rows {
    cells: Vec<u32>,
    /// How many neighbours a peer has room for; never 0.
    width: usize,
    peers: u32,
}

impl Rows {
    /// Nobody is linked, and each of `peers` has room for `degree` neighbours.
    pub(super) fn empty(peers: u32, degree: u32) -> Self {
        let width = degree.max(1) as usize;
        Self {
            cells: vec![FREE; peers as usize * width],
            width,
            peers,
        }
    }

    pub(super) fn peers(&self) -> u32 {
        self.peers
    }

    /// The neighbours of `peer`.
    pub(super) fn of(&self, peer: u32) -> &[u32] {
        let row = self.row(peer);
        &row[..row.partition_point(|near| *near != FREE)]
    }

    /// Reads something of the rows of `peers`, whose turn comes soon. The processor waits for many at
    /// once hardly longer than for one.
    pub(super) fn look(&self, peers: &[u32]) {
        let cells = peers.iter().map(|peer| u64::from(self.row(*peer)[0]));
        black_box(cells.sum::<u64>());
    }

    /// Whether the two are linked, or one and the same.
    pub(super) fn are_near(&self, one: u32, other: u32) -> bool {
        let row = self.row(one);
        let linked = match row.len() <= SHORT {
            true => row
                .iter()
                .fold(false, |found, near| found | (*near == other)),
            false => row.binary_search(&other).is_ok(),
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
        let mut links = Vec::with_capacity(self.cells.len().div_ceil(2));
        for peer in 0..self.peers {
            let higher = self.of(peer).iter().filter(|other| **other > peer);
            links.extend(higher.map(|other| (peer, *other)));
        }
        links
    }

    fn row(&self, peer: u32) -> &[u32] {
        let start = peer as usize * self.width;
        &self.cells[start..start + self.width]
    }

    fn row_mut(&mut self, peer: u32) -> &mut [u32] {
        let start = peer as usize * self.width;
        &mut self.cells[start..start + self.width]
    }

    fn insert(&mut self, peer: u32, other: u32) {
        let row = self.row_mut(peer);
        if row.len() <= SHORT {
            // Each keeps the lower one and hands the higher one on; the last hands on what is free.
            let mut handed_on = other;
            for cell in row {
                let lower = handed_on.min(*cell);
                handed_on = handed_on.max(*cell);
                *cell = lower;
            }
            return;
        }
        let before = row.partition_point(|near| *near < other);
        row.copy_within(before..row.len() - 1, before + 1);
        row[before] = other;
    }

    fn remove(&mut self, peer: u32, other: u32) {
        let row = self.row_mut(peer);
        let before = row.partition_point(|near| *near < other);
        row.copy_within(before + 1.., before);
        row[row.len() - 1] = FREE;
    }
}
