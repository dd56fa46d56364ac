//! Who is linked with whom while a regular overlay is being made: a row of equal length for each
//! peer, all in one piece of memory.

use std::hint::black_box;

use crate::adjacency::Adjacency;

/// Shorter rows are gone through from end to end, whatever is in them: without a branch that
/// depends on it, the processor fetches many rows at once.
const SHORT: usize = 16;
/// A place where nobody is yet: behind all neighbours.
const FREE: u32 = u32::MAX;
/// So many ends are looked at together.
const AHEAD: usize = 64;

/// The neighbours of each peer, in rising order.
pub(super) struct Rows {
    cells: Vec<u32>,
    /// How many neighbours a peer has room for.
    degree: u32,
    peers: u32,
}

/// The rows of some peers in a row.
pub(super) struct Part<'a> {
    cells: &'a mut [u32],
    degree: u32,
    /// The first of these peers.
    first: u32,
}

impl Rows {
    /// Nobody is linked, and each of `peers` has room for `degree` neighbours.
    pub(super) fn empty(peers: u32, degree: u32) -> Self {
        Self {
            cells: vec![FREE; peers as usize * degree as usize],
            degree,
            peers,
        }
    }

    pub(super) fn peers(&self) -> u32 {
        self.peers
    }

    /// The neighbours of `peer`.
    pub(super) fn of(&self, peer: u32) -> &[u32] {
        let start = peer as usize * self.degree as usize;
        let row = &self.cells[start..start + self.degree as usize];
        &row[..row.partition_point(|near| *near != FREE)]
    }

    /// Whether the two are linked, or one and the same.
    pub(super) fn are_near(&self, one: u32, other: u32) -> bool {
        one == other || self.of(one).binary_search(&other).is_ok()
    }

    /// Links two who are not linked, and who have room.
    pub(super) fn link(&mut self, one: u32, other: u32) {
        let mut all = self.all();
        insert(all.row(one), other);
        insert(all.row(other), one);
    }

    /// Unlinks two who are linked.
    pub(super) fn unlink(&mut self, one: u32, other: u32) {
        let mut all = self.all();
        remove(all.row(one), other);
        remove(all.row(other), one);
    }

    /// Those of the lower half of the peers, and the others.
    pub(super) fn halves(&mut self) -> (Part<'_>, Part<'_>) {
        let (degree, first) = (self.degree, self.peers / 2);
        let middle = first as usize * degree as usize;
        let (lower, higher) = self.cells.split_at_mut(middle);
        let part = |cells, first| Part {
            cells,
            degree,
            first,
        };
        (part(lower, 0), part(higher, first))
    }

    /// All links, once every row is full.
    pub(super) fn into_lists(self) -> Adjacency {
        Adjacency::regular(self.peers, self.degree, self.cells)
    }

    fn all(&mut self) -> Part<'_> {
        Part {
            cells: &mut self.cells,
            degree: self.degree,
            first: 0,
        }
    }
}

impl Part<'_> {
    /// Links every two of `ends` that can be linked, as far as these peers are among them: whoever
    /// does it with all parts links them both ways. Gives the places of those that can't, of whom
    /// the first is one of these peers.
    pub(super) fn link_all(&mut self, ends: &[u32]) -> Vec<usize> {
        let mut left = Vec::new();
        for (block, ends) in ends.chunks(AHEAD).enumerate() {
            // Which ends are here is chance: the processor can't guess a branch that asks it.
            let mut places = [0; AHEAD];
            let mut here = 0;
            for (place, end) in ends.iter().enumerate() {
                places[here] = place;
                here += usize::from(self.has(*end));
            }
            let here = &places[..here];
            self.look(here.iter().map(|place| ends[*place]));
            for place in here {
                // Whether two are linked, both rows say alike.
                let is_new = self.add(ends[*place], ends[*place ^ 1]);
                if !is_new && place.is_multiple_of(2) {
                    left.push(block * AHEAD + place);
                }
            }
        }
        left
    }

    /// Reads something of the rows of `peers`, whose turn comes soon. The processor waits for many
    /// at once hardly longer than for one.
    fn look(&self, peers: impl Iterator<Item = u32>) {
        let cells = peers.map(|peer| u64::from(self.cells[self.start(peer)]));
        black_box(cells.sum::<u64>());
    }

    /// Adds `other` to the neighbours of `peer`; says whether they were neither linked nor the same.
    fn add(&mut self, peer: u32, other: u32) -> bool {
        let row = self.row(peer);
        let linked = match row.len() <= SHORT {
            true => row
                .iter()
                .fold(false, |found, near| found | (*near == other)),
            false => row.binary_search(&other).is_ok(),
        };
        let is_new = !linked && peer != other;
        if is_new {
            insert(row, other);
        }
        is_new
    }

    fn has(&self, peer: u32) -> bool {
        self.start(peer) < self.cells.len()
    }

    /// Where the row of `peer` begins, if it is here; else a place beyond all.
    fn start(&self, peer: u32) -> usize {
        peer.wrapping_sub(self.first) as usize * self.degree as usize
    }

    fn row(&mut self, peer: u32) -> &mut [u32] {
        let start = self.start(peer);
        &mut self.cells[start..start + self.degree as usize]
    }
}

fn insert(row: &mut [u32], other: u32) {
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

fn remove(row: &mut [u32], other: u32) {
    let before = row.partition_point(|near| *near < other);
    row.copy_within(before + 1.., before);
    row[row.len() - 1] = FREE;
}
