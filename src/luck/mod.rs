//! Where luck comes from: one seed, a stream of its own for each concern.
//!
//! A stream is named, not numbered, so that adding a client or a link changes no other's luck. The
//! generator is ChaCha8, whose output is the same on every platform.

mod chacha;

use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;

/// The generator for the concern called `name` in a run with `seed`.
#[must_use]
pub fn stream(seed: u64, name: &str) -> ChaCha8Rng {
    let mut generator = ChaCha8Rng::seed_from_u64(seed);
    generator.set_stream(fnv1a(name.bytes()));
    generator
}

/// So many draws are in a block.
pub const BLOCK: usize = 16;

/// The streams of one seed, for concerns so many that none can keep a generator: each draws whole
/// blocks, by number, and remembers no more than the number of the next.
#[derive(Clone, Copy, Debug)]
pub struct Blocks {
    /// What a generator with the run's seed begins with.
    key: [u32; 8],
}

impl Blocks {
    /// The streams of a run with `seed`.
    #[must_use]
    pub fn of(seed: u64) -> Self {
        let bytes = ChaCha8Rng::seed_from_u64(seed).get_seed();
        let (words, _) = bytes.as_chunks();
        let key = std::array::from_fn(|place| u32::from_le_bytes(words[place]));
        Self { key }
    }

    /// Block `number` of the stream called `name`.
    #[must_use]
    pub fn draw(self, name: Name, number: u64) -> [u32; BLOCK] {
        chacha::block(self.key, name.0, number)
    }
}

/// The name of a stream, which may be put together of parts: by what it comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Name(u64);

impl Name {
    /// The name that begins with `part`.
    #[must_use]
    pub fn of(part: &str) -> Self {
        Self(fnv1a(part.bytes()))
    }

    /// This name with `part` behind it.
    #[must_use]
    pub fn and(self, part: &str) -> Self {
        Self(fnv1a_behind(self.0, part.bytes()))
    }

    /// This name with `number` behind it, in decimal digits.
    #[must_use]
    pub fn and_number(self, number: u32) -> Self {
        self.and(itoa::Buffer::new().format(number))
    }
}

/// The 64-bit FNV-1a hash: the same in every build, unlike the standard library's.
pub(crate) fn fnv1a(bytes: impl Iterator<Item = u8>) -> u64 {
    fnv1a_behind(0xcbf2_9ce4_8422_2325, bytes)
}

/// The hash of what has `hash`, and `bytes` behind it.
fn fnv1a_behind(hash: u64, bytes: impl Iterator<Item = u8>) -> u64 {
    let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    bytes.fold(hash, step)
}

#[cfg(test)]
mod tests {
    use rand::Rng;

    use super::*;

    #[test]
    fn hashes_as_published() {
        // From the FNV reference's test vectors.
        let hash = |text: &str| fnv1a(text.bytes());
        assert_eq!(hash(""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(hash("foobar"), 0x8594_4171_f739_67e8);
    }

    #[test]
    fn seeds_and_names_each_make_a_difference() {
        let first = |seed, name| stream(seed, name).next_u64();
        assert_eq!(first(1, "a"), first(1, "a"));
        assert_ne!(first(1, "a"), first(2, "a"));
        assert_ne!(first(1, "a"), first(1, "b"));
    }

    #[test]
    fn a_name_may_be_put_together() {
        let whole = Name::of("link p1>p4000000000");
        assert_eq!(Name::of("link p").and("1>").and("p4000000000"), whole);
        assert_eq!(Name::of("link p1>p").and_number(4_000_000_000), whole);
    }

    #[test]
    fn blocks_are_the_stream_itself_in_any_order() {
        let blocks = Blocks::of(7);
        let mut whole = stream(7, "link a>b");
        let told: Vec<u32> = (0..3 * BLOCK).map(|_| whole.next_u32()).collect();
        for number in [2, 0, 1] {
            let place = number * BLOCK;
            let drawn = blocks.draw(Name::of("link ").and("a").and(">").and("b"), number as u64);
            assert_eq!(drawn[..], told[place..place + BLOCK]);
        }
        let a = Name::of("a");
        assert_ne!(blocks.draw(a, 1 << 32), blocks.draw(a, 0));
    }
}
