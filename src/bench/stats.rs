//! The middle of many measurements: single ones vary by a third on a machine that others use, too.

use serde::Serialize;

/// The median of some measurements, with the quartiles that say how much they vary.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Quartiles {
    /// A quarter of them is below it.
    pub lower: f64,
    /// Half of them is below it.
    pub median: f64,
    /// A quarter of them is above it.
    pub upper: f64,
}

impl Quartiles {
    /// Those of `values`, between neighbours in proportion; none if there are no values.
    #[must_use]
    pub fn of(values: &[f64]) -> Option<Self> {
        let mut sorted = values.to_vec();
        sorted.sort_by(f64::total_cmp);
        let at = |quarter: usize| {
            let last = sorted.len().checked_sub(1)?;
            // Four times the place, so that whole numbers do.
            let (place, rest) = (last * quarter / 4, last * quarter % 4);
            let next = sorted[(place + 1).min(last)];
            let part = [0.0, 0.25, 0.5, 0.75][rest];
            Some(sorted[place] + (next - sorted[place]) * part)
        };
        Some(Self {
            lower: at(1)?,
            median: at(2)?,
            upper: at(3)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quartiles(values: &[f64]) -> Option<(f64, f64, f64)> {
        Quartiles::of(values).map(|found| (found.lower, found.median, found.upper))
    }

    #[test]
    fn the_middle_is_found_whatever_the_order() {
        assert_eq!(quartiles(&[5.0, 1.0, 4.0, 2.0, 3.0]), Some((2.0, 3.0, 4.0)));
    }

    #[test]
    fn between_two_values_it_is_in_proportion() {
        assert_eq!(quartiles(&[4.0, 1.0, 3.0, 2.0]), Some((1.75, 2.5, 3.25)));
        assert_eq!(quartiles(&[1.0, 3.0]), Some((1.5, 2.0, 2.5)));
    }

    #[test]
    fn one_value_is_all_of_them_and_none_has_no_middle() {
        assert_eq!(quartiles(&[7.0]), Some((7.0, 7.0, 7.0)));
        assert_eq!(quartiles(&[]), None);
    }
}
