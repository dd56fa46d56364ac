//! How many copies each chunk of a Zipf placement has.

/// What the weight of the most popular chunk is. Weights are whole, and powers are not taken from
/// the platform's library, so that shares are the same everywhere.
const FIRST: f64 = (1_u64 << 40) as f64;

/// The popularity of `chunks` chunks, the first one's first: 1/rank^`exponent`, at least a little.
pub(super) fn weights(chunks: usize, exponent: f64) -> Vec<u64> {
    let weight = |rank: usize| {
        let weight = (FIRST / libm::pow(rank as f64, exponent)).round();
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "from 0 to 2^40"
        )]
        let weight = weight as u64;
        weight.max(1)
    };
    (1..=chunks).map(weight).collect()
}

/// Shares `copies` out by `weights`, which fall: by largest remainder, at least one and at most
/// `most` for each. There are enough copies for that, and not too many.
pub(super) fn shares(copies: usize, weights: &[u64], most: usize) -> Vec<usize> {
    // Who would not get a whole one gets one; the others share the rest.
    let mut sum: u128 = weights.iter().copied().map(u128::from).sum();
    let (mut sharing, mut rest) = (weights.len(), copies);
    while sharing > 0 {
        let least = u128::from(weights[sharing - 1]);
        if rest as u128 * least >= sum {
            break;
        }
        (sharing, rest, sum) = (sharing - 1, rest - 1, sum - least);
    }
    let quota = |weight: &u64| rest as u128 * u128::from(*weight);
    let whole = weights[..sharing].iter();
    let whole = whole.map(|weight| usize::try_from(quota(weight) / sum).unwrap_or(most));
    let mut shares: Vec<usize> = whole.collect();
    let mut by_remainder: Vec<usize> = (0..sharing).collect();
    by_remainder.sort_by_key(|rank| std::cmp::Reverse(quota(&weights[*rank]) % sum));
    let left = rest - shares.iter().sum::<usize>();
    for rank in by_remainder.into_iter().take(left) {
        shares[rank] += 1;
    }
    shares.resize(weights.len(), 1);
    // What is too much for one is for the next in rank that has room.
    let mut surplus = 0;
    for share in &mut shares {
        let wanted = *share + surplus;
        *share = wanted.min(most);
        surplus = wanted - *share;
    }
    shares
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn popularity_falls_with_the_rank() {
        assert_eq!(
            weights(4, 1.0),
            [1 << 40, 1 << 39, 366_503_875_925, 1 << 38]
        );
        assert_eq!(weights(3, 0.0), [1 << 40; 3]);
        assert_eq!(weights(3, 1e9), [1 << 40, 1, 1]);
    }

    #[test]
    fn copies_are_shared_by_largest_remainder() {
        // 12/25 of 25, and half, a third, a quarter of that.
        assert_eq!(shares(25, &weights(4, 1.0), 100), [12, 6, 4, 3]);
        // 4.8, 2.4, 1.6, 1.2: the remainders are .8 and .6.
        assert_eq!(shares(10, &weights(4, 1.0), 100), [5, 2, 2, 1]);
        assert_eq!(shares(7, &weights(3, 0.0), 100), [3, 2, 2]);
    }

    #[test]
    fn each_has_one_and_nobody_more_than_there_are_peers() {
        assert_eq!(shares(4, &weights(4, 1.0), 100), [1, 1, 1, 1]);
        assert_eq!(shares(10, &weights(4, 9.0), 100), [7, 1, 1, 1]);
        assert_eq!(shares(10, &weights(4, 9.0), 4), [4, 4, 1, 1]);
        assert_eq!(shares(16, &weights(4, 2.0), 4), [4, 4, 4, 4]);
        for copies in 40..=400 {
            let shares = shares(copies, &weights(40, 1.3), 10);
            assert_eq!(shares.iter().sum::<usize>(), copies);
            assert!(shares.iter().all(|share| (1..=10).contains(share)));
            assert!(shares.is_sorted_by(|a, b| a >= b), "{shares:?}");
        }
    }
}
