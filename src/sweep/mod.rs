//! A scenario with many values of some keys: every combination is run, and what is measured of it
//! stands in one table.
//!
//! | file | what |
//! |---|---|
//! | [`values`] | `ttl=1..7`: a key and its values |
//! | [`edit`] | a scenario's text with other values |
//! | [`measure`] | one run in memory, and what it came to |
//! | [`journal`] | results in a file, so that a sweep can go on where it ended |
//! | [`results`] | all runs of each combination together: CSV, JSON |
//! | [`table`] | the same for people |

pub mod edit;
pub mod journal;
pub mod measure;
pub mod results;
pub mod table;
pub mod values;

use values::Axis;

/// One combination of values: a value for each axis, in the order of the axes.
pub type Combination = Vec<String>;

/// How many combinations `axes` make.
#[must_use]
pub fn count(axes: &[Axis]) -> u128 {
    let counts = axes.iter().map(|axis| axis.values.len() as u128);
    counts.fold(1, u128::saturating_mul)
}

/// Every combination, the last axis running fastest.
#[must_use]
pub fn combinations(axes: &[Axis]) -> Vec<Combination> {
    let mut all: Vec<Combination> = vec![Vec::new()];
    for axis in axes {
        let longer = |head: &Combination| {
            let head = head.clone();
            axis.values.iter().map(move |value| {
                let mut whole = head.clone();
                whole.push(value.clone());
                whole
            })
        };
        all = all.iter().flat_map(longer).collect();
    }
    all
}

/// `ttl = 3, duplicates = first`; `the file as it is` without axes.
#[must_use]
pub fn named(axes: &[Axis], combination: &[String]) -> String {
    let pairs = axes.iter().zip(combination);
    let pairs: Vec<String> = pairs
        .map(|(axis, value)| format!("{} = {value}", axis.key))
        .collect();
    match pairs.is_empty() {
        true => "the file as it is".to_owned(),
        false => pairs.join(", "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_axis_runs_fastest() {
        let axes = ["ttl=1,2", "duplicates=first,best"].map(|text| text.parse().unwrap());
        let all: Vec<String> = combinations(&axes)
            .iter()
            .map(|c| named(&axes, c))
            .collect();
        assert_eq!(
            all,
            [
                "ttl = 1, duplicates = first",
                "ttl = 1, duplicates = best",
                "ttl = 2, duplicates = first",
                "ttl = 2, duplicates = best",
            ]
        );
        assert_eq!(count(&axes), 4);
        assert_eq!(combinations(&[]), [Vec::<String>::new()]);
    }
}
