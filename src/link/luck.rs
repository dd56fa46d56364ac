//! What is drawn for a datagram: one block, in which each chance has its own place, so that none
//! changes another's luck, set or not.

use crate::luck::BLOCK;

/// What is drawn for one datagram on one link.
#[derive(Clone, Copy, Debug)]
pub(super) struct Draws(pub(super) [u32; BLOCK]);

/// Where each draw stands in its block. The places of jitter are the first of three.
mod place {
    pub(super) const LOSS: usize = 0;
    pub(super) const CORRUPTION: usize = 1;
    pub(super) const BIT: usize = 2;
    pub(super) const DUPLICATION: usize = 3;
    pub(super) const REORDERING: usize = 4;
    pub(super) const REORDERING_OF_COPY: usize = 5;
    pub(super) const JITTER: usize = 6;
    pub(super) const JITTER_OF_COPY: usize = 9;
}

/// What is drawn for one of the two that a duplication makes of a datagram.
#[derive(Clone, Copy, Debug)]
pub(super) struct DrawsOfOne {
    reordering: u32,
    /// Three draws for its jitter.
    pub(super) jitter: [u32; 3],
}

impl Draws {
    pub(super) fn is_lost(&self, chance: f64) -> bool {
        happens(self.0[place::LOSS], chance)
    }

    pub(super) fn is_corrupted(&self, chance: f64) -> bool {
        happens(self.0[place::CORRUPTION], chance)
    }

    pub(super) fn is_duplicated(&self, chance: f64) -> bool {
        happens(self.0[place::DUPLICATION], chance)
    }

    /// A bit of a byte.
    pub(super) const fn bit(&self) -> u8 {
        1 << (self.0[place::BIT] % 8)
    }

    /// The draws of the datagram itself.
    pub(super) const fn of_itself(&self) -> DrawsOfOne {
        self.of_one(place::REORDERING, place::JITTER)
    }

    /// The draws of the copy that a duplication makes.
    pub(super) const fn of_copy(&self) -> DrawsOfOne {
        self.of_one(place::REORDERING_OF_COPY, place::JITTER_OF_COPY)
    }

    const fn of_one(&self, reordering: usize, jitter: usize) -> DrawsOfOne {
        let jitter = [self.0[jitter], self.0[jitter + 1], self.0[jitter + 2]];
        DrawsOfOne {
            reordering: self.0[reordering],
            jitter,
        }
    }
}

impl DrawsOfOne {
    pub(super) fn is_held_back(&self, chance: f64) -> bool {
        happens(self.reordering, chance)
    }
}

/// Whether what has this `chance` happens: never at 0, always at 1.
fn happens(draw: u32, chance: f64) -> bool {
    // Scaling by a power of two is exact, so this is the same on every platform.
    f64::from(draw) < chance * 4_294_967_296.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn never_and_always_are_exact() {
        for draw in [0, 1, u32::MAX / 2, u32::MAX] {
            assert!(!happens(draw, 0.0));
            assert!(happens(draw, 1.0));
        }
        assert!(happens(u32::MAX / 2, 0.5));
        assert!(!happens(u32::MAX / 2 + 1, 0.5));
    }

    #[test]
    fn each_chance_has_a_draw_of_its_own() {
        let alone = |place: usize| {
            let mut block = [u32::MAX; BLOCK];
            block[place] = 0;
            let draws = Draws(block);
            let (itself, copy) = (draws.of_itself(), draws.of_copy());
            [
                draws.is_lost(0.5),
                draws.is_corrupted(0.5),
                draws.is_duplicated(0.5),
                itself.is_held_back(0.5),
                copy.is_held_back(0.5),
                itself.jitter.contains(&0),
                copy.jitter.contains(&0),
                draws.bit() == 1,
            ]
        };
        for place in 0..BLOCK {
            let met = alone(place).iter().filter(|met| **met).count();
            assert_eq!(met, usize::from(place < 12), "{place}");
        }
    }
}
