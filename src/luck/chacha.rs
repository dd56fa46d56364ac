//! One block of the stream of ChaCha with eight rounds ("ChaCha, a variant of Salsa20", Bernstein
//! 2008), in the layout of that paper: 64 bits for the number of the block, 64 for the stream.
//!
//! The library's generator makes four blocks at a time. Who draws a block of a million streams each
//! would throw three away: this takes about half as long.

use super::BLOCK;

/// Eight rounds are four times a round of the columns and one of the diagonals.
const DOUBLE_ROUNDS: usize = 4;

/// "expand 32-byte k", which each block begins with.
const CONSTANTS: [u32; 4] = [0x6170_7865, 0x3320_646e, 0x7962_2d32, 0x6b20_6574];

/// Block `number` of `stream` with `key`.
pub(super) fn block(key: [u32; 8], stream: u64, number: u64) -> [u32; BLOCK] {
    let [c0, c1, c2, c3] = CONSTANTS;
    let [k0, k1, k2, k3, k4, k5, k6, k7] = key;
    let [n0, n1] = halves(number);
    let [s0, s1] = halves(stream);
    let begin = [
        c0, c1, c2, c3, k0, k1, k2, k3, k4, k5, k6, k7, n0, n1, s0, s1,
    ];
    let mut words = begin;
    for _ in 0..DOUBLE_ROUNDS {
        quarter(&mut words, 0, 4, 8, 12);
        quarter(&mut words, 1, 5, 9, 13);
        quarter(&mut words, 2, 6, 10, 14);
        quarter(&mut words, 3, 7, 11, 15);
        quarter(&mut words, 0, 5, 10, 15);
        quarter(&mut words, 1, 6, 11, 12);
        quarter(&mut words, 2, 7, 8, 13);
        quarter(&mut words, 3, 4, 9, 14);
    }
    std::array::from_fn(|place| words[place].wrapping_add(begin[place]))
}

/// The quarter of a round that mixes the words at these places.
#[inline(always)]
fn quarter(words: &mut [u32; BLOCK], a: usize, b: usize, c: usize, d: usize) {
    let mut mix = |sum: usize, with: usize, turned: usize, by| {
        words[sum] = words[sum].wrapping_add(words[with]);
        words[turned] = (words[turned] ^ words[sum]).rotate_left(by);
    };
    mix(a, b, d, 16);
    mix(c, d, b, 12);
    mix(a, b, d, 8);
    mix(c, d, b, 7);
}

/// The low half, then the high one.
#[expect(
    clippy::cast_possible_truncation,
    reason = "the halves are what is asked for"
)]
const fn halves(whole: u64) -> [u32; 2] {
    [whole as u32, (whole >> 32) as u32]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rand::rngs::ChaCha8Rng;
    use rand::{Rng, SeedableRng};

    use super::*;

    proptest! {
        #[test]
        fn a_block_is_that_of_the_library(key: [u8; 32], stream: u64, number: u64) {
            let mut library = ChaCha8Rng::from_seed(key);
            library.set_stream(stream);
            library.set_word_pos(u128::from(number) * BLOCK as u128);
            let expected = std::array::from_fn(|_| library.next_u32());
            let (words, _) = key.as_chunks();
            let key = std::array::from_fn(|place| u32::from_le_bytes(words[place]));
            prop_assert_eq!(block(key, stream, number), expected);
        }
    }
}
