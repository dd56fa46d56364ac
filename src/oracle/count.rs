//! An exact number of datagrams, or the two that bound it.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, Mul};

use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};

/// How many datagrams of a kind there must be: at least `min`, at most `max`.
///
/// [`u128::MAX`] stands for every number that is as large or larger: arithmetic saturates.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Count {
    /// No run sends fewer.
    pub min: u128,
    /// No run sends more.
    pub max: u128,
}

impl Count {
    /// None at all.
    pub const ZERO: Self = Self::exact(0);

    /// Exactly `n`; or, with [`u128::MAX`], more than can be counted.
    #[must_use]
    pub const fn exact(n: u128) -> Self {
        Self { min: n, max: n }
    }

    /// Anything from `min` to `max`, both included.
    #[must_use]
    pub const fn between(min: u128, max: u128) -> Self {
        Self { min, max }
    }

    /// Whether only one number will do.
    #[must_use]
    pub const fn is_exact(&self) -> bool {
        self.min == self.max && self.max < u128::MAX
    }

    /// Whether `n` will do.
    #[must_use]
    pub const fn contains(&self, n: u128) -> bool {
        self.min <= n && n <= self.max
    }
}

impl Add for Count {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            min: self.min.saturating_add(other.min),
            max: self.max.saturating_add(other.max),
        }
    }
}

impl Sum for Count {
    fn sum<I: Iterator<Item = Self>>(counts: I) -> Self {
        counts.fold(Self::ZERO, Self::add)
    }
}

/// So many times so many, when the two have nothing to do with each other.
impl Mul for Count {
    type Output = Self;

    fn mul(self, other: Self) -> Self {
        Self {
            min: self.min.saturating_mul(other.min),
            max: self.max.saturating_mul(other.max),
        }
    }
}

/// Writes `38`, `9,005`, `5 to 7` or `more than 10^38`.
impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.min == self.max {
            true => f.pad(&written(self.max)),
            false => f.pad(&format!("{} to {}", written(self.min), written(self.max))),
        }
    }
}

/// Writes `n` with a comma between thousands.
fn written(n: u128) -> String {
    if n == u128::MAX {
        return "more than 10^38".to_owned();
    }
    let digits = n.to_string();
    let mut text = String::with_capacity(digits.len() * 4 / 3);
    for (index, digit) in digits.char_indices() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A number when exact, else `{"min": …, "max": …}`. What a 64-bit reader could not hold is a
/// string of digits.
impl Serialize for Count {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.min == self.max {
            return Number(self.max).serialize(serializer);
        }
        let mut bounds = serializer.serialize_struct("Count", 2)?;
        bounds.serialize_field("min", &Number(self.min))?;
        bounds.serialize_field("max", &Number(self.max))?;
        bounds.end()
    }
}

struct Number(u128);

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match u64::try_from(self.0) {
            Ok(small) => serializer.serialize_u64(small),
            Err(_) => serializer.collect_str(&self.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOO_MANY: Count = Count::exact(u128::MAX);

    #[test]
    fn adds_multiplies_and_saturates() {
        let some = Count::between(5, 7);
        assert_eq!(some + Count::exact(2), Count::between(7, 9));
        assert_eq!(some * Count::between(1, 6), Count::between(5, 42));
        assert_eq!(some + TOO_MANY, TOO_MANY);
        assert_eq!(TOO_MANY * Count::exact(2), TOO_MANY);
        assert_eq!(TOO_MANY * Count::ZERO, Count::ZERO);
        assert_eq!(
            [some, some].into_iter().sum::<Count>(),
            Count::between(10, 14)
        );
    }

    #[test]
    fn contains_its_bounds_and_nothing_beyond() {
        let within: Vec<u128> = (0..10)
            .filter(|n| Count::between(5, 7).contains(*n))
            .collect();
        assert_eq!(within, [5, 6, 7]);
        assert!(Count::exact(5).is_exact());
        assert!(!Count::between(5, 6).is_exact());
        assert!(!TOO_MANY.is_exact());
    }

    #[test]
    fn writes_what_people_and_programs_read() {
        let beyond = u128::from(u64::MAX) + 1;
        for (count, text, json) in [
            (Count::exact(38), "38", "38"),
            (Count::exact(999), "999", "999"),
            (Count::exact(7_083_435), "7,083,435", "7083435"),
            (Count::between(5, 7), "5 to 7", r#"{"min":5,"max":7}"#),
            (
                Count::between(1, beyond),
                "1 to 18,446,744,073,709,551,616",
                r#"{"min":1,"max":"18446744073709551616"}"#,
            ),
            (
                TOO_MANY,
                "more than 10^38",
                r#""340282366920938463463374607431768211455""#,
            ),
        ] {
            assert_eq!(count.to_string(), text);
            assert_eq!(serde_json::to_string(&count).unwrap(), json);
        }
    }
}
