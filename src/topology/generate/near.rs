//! Who is linked with whom while an overlay is being made.

use super::Pair;

/// All links, each once.
pub(super) fn links(near: &[Near]) -> Vec<Pair> {
    let higher = |(peer, near)| {
        let all = Near::all(near);
        all.filter(move |other| *other > peer)
            .map(move |other| (peer, other))
    };
    (0..).zip(near).flat_map(higher).collect()
}

/// The peer so many places ahead on the ring.
pub(super) fn ahead(peer: u32, places: u32, peers: u32) -> u32 {
    let place = (u64::from(peer) + u64::from(places)) % u64::from(peers);
    u32::try_from(place).expect("below the number of peers")
}

/// A peer and its neighbours, in rising order. The peer itself is among them, since it is as
/// little a stranger.
pub(super) struct Near(Vec<u32>);

impl Near {
    /// A peer among so many, linked with the k/2 next on both sides.
    pub(super) fn on_ring(peer: u32, peers: u32, k: u32) -> Self {
        let side = k / 2;
        let mut near: Vec<u32> = (0..=side)
            .flat_map(|places| [places, peers - places])
            .map(|places| ahead(peer, places, peers))
            .collect();
        near.sort_unstable();
        near.dedup();
        Self(near)
    }

    pub(super) fn count(&self) -> u32 {
        u32::try_from(self.0.len()).expect("no more than there are peers")
    }

    /// The peer that `rank` others come before, when only those are counted that are not here.
    pub(super) fn stranger(&self, rank: u32) -> u32 {
        // So many strangers come before the peer at `place`: its number less its place.
        let (mut low, mut high) = (0, self.count());
        while low < high {
            let place = low.midpoint(high);
            match self.0[place as usize] - place <= rank {
                true => low = place + 1,
                false => high = place,
            }
        }
        rank + low
    }

    /// The peers that are not strangers.
    pub(super) fn all(&self) -> impl Iterator<Item = u32> {
        self.0.iter().copied()
    }

    pub(super) fn insert(&mut self, peer: u32) {
        let place = self.0.partition_point(|other| *other < peer);
        self.0.insert(place, peer);
    }

    pub(super) fn remove(&mut self, peer: u32) {
        let place = self.0.partition_point(|other| *other < peer);
        self.0.remove(place);
    }

    pub(super) fn replace(&mut self, old: u32, new: u32) {
        self.remove(old);
        self.insert(new);
    }
}
