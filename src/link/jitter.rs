//! How long jitter is, of three draws. All of it is whole numbers and the four operations and the
//! root of IEEE 754, whose results are the same on every platform: `ln` and `cos` of the standard
//! library are the platform's own.

use std::f64::consts::{FRAC_PI_2, LN_2, SQRT_2};
use std::time::Duration;

use crate::faults::{Jitter, Shape};

/// 2^32.
const DRAWS: f64 = 4_294_967_296.0;

/// How long `jitter` is with these draws, in whole microseconds.
pub(super) fn drawn(jitter: Jitter, draws: [u32; 3]) -> Duration {
    let micros = match jitter.shape {
        Shape::Uniform => {
            // One more than the scale, so that the scale itself is drawn too.
            let values = jitter.scale.as_micros() + 1;
            (values * u128::from(draws[0])) >> 32
        }
        shape => {
            let [first, second, third] = draws.map(above_zero);
            let in_scales = match shape {
                Shape::Exponential | Shape::Uniform => -ln(first),
                // Box and Muller; a quarter of the circle is enough, as the sign is left out.
                Shape::Normal => (-2.0 * ln(first)).sqrt() * cos_of_quarter(second),
                // The cubic root of a uniform draw is distributed as the largest of three.
                Shape::Pareto => 2.0 * (1.0 / first.max(second).max(third) - 1.0),
            };
            whole(in_scales * micros_of(jitter.scale))
        }
    };
    let micros = micros.min(jitter.most().as_micros());
    Duration::from_micros(u64::try_from(micros).unwrap_or(u64::MAX))
}

/// A draw as a number above 0 and at most 1.
fn above_zero(draw: u32) -> f64 {
    (f64::from(draw) + 1.0) / DRAWS
}

fn micros_of(scale: Duration) -> f64 {
    scale.as_secs_f64() * 1e6
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "a float beyond the ends is cut off at them, which is what is meant"
)]
fn whole(value: f64) -> u128 {
    value as u128
}

/// The natural logarithm of `x`, which is above 0 and at most 1.
fn ln(x: f64) -> f64 {
    let (mut mantissa, mut halvings) = (x, 0.0);
    // At most 32 turns: x is no less than 2^-32.
    while mantissa < SQRT_2 / 2.0 {
        mantissa *= 2.0;
        halvings += 1.0;
    }
    // ln m = 2 artanh((m − 1)/(m + 1)), whose series ends soon for m near 1.
    let ratio = (mantissa - 1.0) / (mantissa + 1.0);
    let square = ratio * ratio;
    let mut sum = 0.0;
    for term in (0_u8..13).rev() {
        sum = sum * square + 1.0 / f64::from(2 * term + 1);
    }
    2.0 * ratio * sum - halvings * LN_2
}

/// The cosine of `part` of a right angle, `part` being from 0 to 1; never negative.
fn cos_of_quarter(part: f64) -> f64 {
    let angle = part * FRAC_PI_2;
    let square = angle * angle;
    let mut sum = 1.0;
    for term in (1_u8..11).rev() {
        let factors = f64::from(2 * term - 1) * f64::from(2 * term);
        sum = 1.0 - sum * square / factors;
    }
    sum.max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::luck::{Blocks, Name};

    #[test]
    fn logarithm_and_cosine_are_right() {
        for step in 1..=10_000_u32 {
            let x = f64::from(step) / 10_000.0;
            assert!((ln(x) - x.ln()).abs() < 1e-13, "{x}");
            let cos = (x * FRAC_PI_2).cos();
            assert!((cos_of_quarter(x) - cos).abs() < 1e-13, "{x}");
        }
        let least = above_zero(0);
        assert!((ln(least) - least.ln()).abs() < 1e-13);
        assert_eq!(ln(1.0), 0.0);
    }

    /// The mean, the smallest and the largest of many, in microseconds.
    fn sample(jitter: Jitter) -> (f64, u128, u128) {
        let blocks = Blocks::of(5);
        let count = 100_000;
        let drawn = (0..count).map(|number| {
            let block = blocks.draw(Name::of("jitter"), number);
            drawn(jitter, [block[6], block[7], block[8]]).as_micros()
        });
        let drawn: Vec<u128> = drawn.collect();
        let (least, most) = (drawn.iter().min(), drawn.iter().max());
        let sum: u128 = drawn.iter().sum();
        let mean = sum as f64 / count as f64;
        (mean, *least.unwrap(), *most.unwrap())
    }

    #[test]
    fn each_distribution_has_its_range_and_its_mean() {
        let scale = Duration::from_millis(5);
        // (shape, mean, the largest is at least) in microseconds
        for (shape, mean, largest) in [
            (Shape::Uniform, 2_500.0, 4_990),
            // sqrt(2/π) standard deviations.
            (Shape::Normal, 3_989.4, 19_000),
            // All but what lies beyond the cut-off, 10 means away.
            (Shape::Exponential, 5_000.0, 45_000),
            // The mean of what lies beyond 10 of them is cut off, 1/36 of the whole.
            (Shape::Pareto, 4_861.1, 50_000),
        ] {
            let jitter = Jitter { shape, scale };
            let (got, least, most) = sample(jitter);
            assert!((got - mean).abs() < mean / 100.0, "{shape}: {got}");
            assert!(least < 5, "{shape}: {least}");
            assert!(most >= largest, "{shape}: {most}");
            assert!(most <= jitter.most().as_micros(), "{shape}: {most}");
        }
    }

    #[test]
    fn the_ends_of_the_draws_are_the_ends_of_the_range() {
        for (shape, _) in Shape::ALL {
            for scale in [Duration::ZERO, Duration::from_millis(5), Duration::MAX] {
                let jitter = Jitter { shape, scale };
                for draw in [0, u32::MAX] {
                    let drawn = drawn(jitter, [draw; 3]);
                    assert!(drawn <= jitter.most(), "{shape} {scale:?}");
                }
            }
        }
        let jitter = Jitter {
            shape: Shape::Uniform,
            scale: Duration::from_millis(5),
        };
        assert_eq!(drawn(jitter, [0; 3]), Duration::ZERO);
        assert_eq!(drawn(jitter, [u32::MAX; 3]), jitter.scale);
    }

    #[test]
    fn a_draw_is_the_same_everywhere() {
        let scale = Duration::from_millis(5);
        let draws = [0x1234_5678, 0x9abc_def0, 0x0fed_cba9];
        let micros = Shape::ALL.map(|(shape, _)| drawn(Jitter { shape, scale }, draws).as_micros());
        assert_eq!(micros, [355, 6_692, 13_217, 6_544]);
    }
}
