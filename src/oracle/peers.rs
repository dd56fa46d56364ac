//! A set of peers.

/// Some of the peers of an overlay, a bit for each. Who is near in memory is told together.
#[derive(Default, PartialEq, Eq)]
pub(super) struct Peers(Vec<u64>);

impl Peers {
    /// None of so many.
    pub(super) fn none_of(peers: usize) -> Self {
        Self(vec![0; peers.div_ceil(64)])
    }

    /// Adds `peer`; whether it was missing.
    pub(super) fn insert(&mut self, peer: usize) -> bool {
        let (bits, bit) = (&mut self.0[peer / 64], 1 << (peer % 64));
        let is_new = *bits & bit == 0;
        *bits |= bit;
        is_new
    }

    /// All of them in the order of their numbers.
    pub(super) fn iter(&self) -> impl Iterator<Item = usize> + '_ {
        let words = self.0.iter().enumerate();
        words.flat_map(|(word, bits)| {
            let mut bits = *bits;
            std::iter::from_fn(move || {
                let bit = bits.trailing_zeros() as usize;
                bits &= bits.checked_sub(1)?;
                Some(64 * word + bit)
            })
        })
    }

    /// Takes all of them out.
    pub(super) fn clear(&mut self) {
        self.0.fill(0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_told_once_and_in_order() {
        let mut peers = Peers::none_of(130);
        let added = [129, 0, 64, 63, 0, 129].map(|peer| peers.insert(peer));
        assert_eq!(added, [true, true, true, true, false, false]);
        assert_eq!(peers.iter().collect::<Vec<_>>(), [0, 63, 64, 129]);
        peers.clear();
        assert_eq!(peers.iter().next(), None);
        assert!(peers.insert(64));
    }
}
