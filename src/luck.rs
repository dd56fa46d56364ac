//! Where luck comes from: one seed, a stream of its own for each concern.
//!
//! A stream is named, not numbered, so that adding a client or a link changes no other's luck. The
//! generator is ChaCha8, whose output is the same on every platform.

use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;

/// The generator for the concern called `name` in a run with `seed`.
#[must_use]
pub fn stream(seed: u64, name: &str) -> ChaCha8Rng {
    let mut generator = ChaCha8Rng::seed_from_u64(seed);
    generator.set_stream(fnv1a(name.as_bytes()));
    generator
}

/// The 64-bit FNV-1a hash: the same in every build, unlike the standard library's.
pub(crate) fn fnv1a(bytes: &[u8]) -> u64 {
    let step = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, step)
}

#[cfg(test)]
mod tests {
    use rand::Rng;

    use super::*;

    #[test]
    fn hashes_as_published() {
        // From the FNV reference's test vectors.
        assert_eq!(fnv1a(b""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(fnv1a(b"foobar"), 0x8594_4171_f739_67e8);
    }

    #[test]
    fn seeds_and_names_each_make_a_difference() {
        let first = |seed, name| stream(seed, name).next_u64();
        assert_eq!(first(1, "a"), first(1, "a"));
        assert_ne!(first(1, "a"), first(2, "a"));
        assert_ne!(first(1, "a"), first(1, "b"));
    }
}
