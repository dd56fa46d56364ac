//! The links of an overlay, looked at from their ends.

/// Where each link comes from, who is at its end, and which link leads back.
pub(super) struct Backwards {
    sources: Vec<u32>,
    /// For each link the one the other way, or [`NONE`].
    backs: Vec<u32>,
    /// Where the links to each peer begin in `arriving`.
    arriving_starts: Vec<u32>,
    /// Links by the peer that they lead to.
    arriving: Vec<u32>,
}

/// No link has this number.
const NONE: u32 = u32::MAX;

impl Backwards {
    /// Of links to `targets`, those of each peer from its place in `starts` on.
    pub(super) fn of(starts: &[u32], targets: &[u32]) -> Self {
        let mut sources = Vec::with_capacity(targets.len());
        for (peer, ends) in (0..).zip(starts.windows(2)) {
            sources.extend((ends[0]..ends[1]).map(|_| peer));
        }
        let (arriving_starts, arriving) = by_target(targets, starts.len() - 1);
        let mut links = Self {
            backs: vec![NONE; targets.len()],
            sources,
            arriving_starts,
            arriving,
        };
        links.pair(starts, targets);
        links
    }

    /// Finds for each link the one the other way.
    fn pair(&mut self, starts: &[u32], targets: &[u32]) {
        let mut link_to = vec![NONE; starts.len() - 1];
        for (peer, ends) in starts.windows(2).enumerate() {
            for link in ends[0]..ends[1] {
                link_to[targets[link as usize] as usize] = link;
            }
            for link in self.arriving_starts[peer]..self.arriving_starts[peer + 1] {
                let link = self.arriving[link as usize] as usize;
                self.backs[link] = link_to[self.sources[link] as usize];
            }
            for link in ends[0]..ends[1] {
                link_to[targets[link as usize] as usize] = NONE;
            }
        }
    }

    pub(super) fn arriving(&self, peer: usize) -> impl Iterator<Item = usize> + '_ {
        let start = self.arriving_starts[peer] as usize;
        let end = self.arriving_starts[peer + 1] as usize;
        self.arriving[start..end].iter().map(|link| *link as usize)
    }

    pub(super) fn source(&self, link: usize) -> usize {
        self.sources[link] as usize
    }

    pub(super) fn back(&self, link: usize) -> Option<usize> {
        Some(self.backs[link] as usize).filter(|_| self.backs[link] != NONE)
    }
}

/// Sorts links by the peer that they lead to, by counting.
fn by_target(targets: &[u32], peers: usize) -> (Vec<u32>, Vec<u32>) {
    let mut starts = vec![0; peers + 1];
    for target in targets {
        starts[*target as usize + 1] += 1;
    }
    for peer in 0..peers {
        starts[peer + 1] += starts[peer];
    }
    let mut next = starts.clone();
    let mut sorted = vec![0; targets.len()];
    for (link, target) in (0..).zip(targets) {
        let place = &mut next[*target as usize];
        sorted[*place as usize] = link;
        *place += 1;
    }
    (starts, sorted)
}
