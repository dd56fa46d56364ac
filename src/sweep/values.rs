//! A key and its values, as they are written: `ttl=1..7`, `duplicates=all`, `client.0.wait=2s,5s`.

use std::str::FromStr;

use crate::rules::{Choose, Duplicates};

/// The most values of one key.
const MOST: i128 = 1_000_000;

/// A key of the scenario, and the values that it takes one after another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Axis {
    /// The key: names and places in arrays, with dots between.
    pub key: String,
    /// The values as they were written, each once.
    pub values: Vec<String>,
}

/// Why a text is no key with values.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AxisError {
    /// There is no `=`.
    #[error("write KEY=VALUES, as in ttl=1..7")]
    NoValues,
    /// A part of the key is empty.
    #[error("`{0}` is no key; write names and places with dots between, as in client.0.wait")]
    NotAKey(String),
    /// Nothing between two commas, or nothing at all.
    #[error("there is an empty place; write values between commas, as in 1,2,5")]
    EmptyPlace,
    /// A range whose ends are no numbers.
    #[error("`{0}` is no range; write numbers, as in 1..7, 0..1:0.25 or 10ms..50ms:10ms")]
    NotARange(String),
    /// A range of fractions without a step.
    #[error("`{0}` has no step; write one, as in 0..1:0.25")]
    NoStep(String),
    /// The step is zero or negative.
    #[error("`{0}`: the step must be more than 0")]
    StepZero(String),
    /// Too many values.
    #[error("`{0}` has more than {MOST} values")]
    TooMany(String),
    /// `all` of a key that takes more than a few words.
    #[error("`all` is for duplicates and choose; write out the values of `{0}`")]
    NotWords(String),
}

impl Axis {
    /// The axis of `key`, its values as `text` says them.
    pub fn new(key: &str, text: &str) -> Result<Self, AxisError> {
        let key = key.trim();
        let is_name = |part: &str| {
            let mut letters = part.chars();
            !part.is_empty() && letters.all(|c| c.is_ascii_alphanumeric() || "_-".contains(c))
        };
        if !key.split('.').all(is_name) {
            return Err(AxisError::NotAKey(key.to_owned()));
        }
        let mut values = Vec::new();
        for place in places(text) {
            let place = place.trim();
            match place {
                "" => return Err(AxisError::EmptyPlace),
                "all" => values.extend(words(key)?),
                _ if place.contains("..") && !place.starts_with(['"', '\'', '[', '{']) => {
                    values.extend(range(place)?);
                }
                _ => values.push(place.to_owned()),
            }
        }
        let mut seen = std::collections::BTreeSet::new();
        values.retain(|value| seen.insert(value.clone()));
        Ok(Self {
            key: key.to_owned(),
            values,
        })
    }
}

impl FromStr for Axis {
    type Err = AxisError;

    fn from_str(text: &str) -> Result<Self, AxisError> {
        let (key, values) = text.split_once('=').ok_or(AxisError::NoValues)?;
        Self::new(key, values)
    }
}

/// Splits at commas that stand in no brackets and no quotes.
fn places(text: &str) -> impl Iterator<Item = &str> {
    let mut depth = 0_i32;
    let mut quote = None;
    text.split(move |letter: char| {
        match (quote, letter) {
            (Some(open), letter) if letter == open => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(letter),
            (None, '[' | '{') => depth += 1,
            (None, ']' | '}') => depth -= 1,
            (None, ',') => return depth == 0,
            _ => {}
        }
        false
    })
}

/// All words that `key` takes.
fn words(key: &str) -> Result<Vec<String>, AxisError> {
    let words: Vec<&str> = match key.rsplit('.').next() {
        Some("duplicates") => Duplicates::words().collect(),
        Some("choose") => Choose::words().collect(),
        _ => return Err(AxisError::NotWords(key.to_owned())),
    };
    Ok(words.into_iter().map(str::to_owned).collect())
}

/// A number as it is written: digits without the point, how many of them stand behind it, a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Decimal<'a> {
    digits: i128,
    scale: u32,
    unit: &'a str,
}

impl<'a> Decimal<'a> {
    fn read(text: &'a str) -> Option<Self> {
        let text = text.trim();
        let end = text
            .find(|c: char| c.is_ascii_alphabetic())
            .unwrap_or(text.len());
        let (number, unit) = text.split_at(end);
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        let has_digits = whole
            .trim_start_matches('-')
            .bytes()
            .all(|b| b.is_ascii_digit())
            && fraction.bytes().all(|b| b.is_ascii_digit());
        if !has_digits || number.ends_with('.') || number.len() > 24 {
            return None;
        }
        Some(Self {
            digits: format!("{whole}{fraction}").parse().ok()?,
            scale: u32::try_from(fraction.len()).ok()?,
            unit,
        })
    }

    /// The digits at a finer scale.
    fn at(self, scale: u32) -> i128 {
        let finer = 10_i128.checked_pow(scale - self.scale);
        finer.map_or(i128::MAX, |finer| self.digits.saturating_mul(finer))
    }
}

/// `digits` with `scale` of them behind the point, no more zeros there than one.
fn written(digits: i128, scale: u32, unit: &str) -> String {
    if scale == 0 {
        return format!("{digits}{unit}");
    }
    let one = 10_i128.pow(scale);
    let (whole, fraction) = (digits.abs() / one, digits.abs() % one);
    let sign = if digits < 0 { "-" } else { "" };
    let fraction = format!("{fraction:0width$}", width = scale as usize);
    let fraction = fraction.trim_end_matches('0');
    let fraction = if fraction.is_empty() { "0" } else { fraction };
    format!("{sign}{whole}.{fraction}{unit}")
}

/// `1..7`, `0..1:0.25`, `100..10:10`, both ends included.
fn range(text: &str) -> Result<Vec<String>, AxisError> {
    let wrong = || AxisError::NotARange(text.to_owned());
    let (first, rest) = text.split_once("..").ok_or_else(wrong)?;
    let (last, step) = match rest.split_once(':') {
        Some((last, step)) => (last, Some(step)),
        None => (rest, None),
    };
    let first = Decimal::read(first).ok_or_else(wrong)?;
    let last = Decimal::read(last).ok_or_else(wrong)?;
    let one = Decimal {
        digits: 1,
        scale: 0,
        unit: first.unit,
    };
    let step = match step {
        Some(step) => Decimal::read(step).ok_or_else(wrong)?,
        None if first.scale + last.scale > 0 => return Err(AxisError::NoStep(text.to_owned())),
        None => one,
    };
    if first.unit != last.unit || first.unit != step.unit {
        return Err(wrong());
    }
    let scale = first.scale.max(last.scale).max(step.scale);
    let (first, last, step) = (first.at(scale), last.at(scale), step.at(scale));
    if step <= 0 {
        return Err(AxisError::StepZero(text.to_owned()));
    }
    let steps = (last - first).abs() / step;
    if steps >= MOST {
        return Err(AxisError::TooMany(text.to_owned()));
    }
    let step = if last < first { -step } else { step };
    let values = (0..=steps).map(|number| written(first + number * step, scale, one.unit));
    Ok(values.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(text: &str) -> Result<String, String> {
        let axis: Result<Axis, AxisError> = text.parse();
        axis.map(|axis| axis.values.join(" "))
            .map_err(|error| error.to_string())
    }

    #[test]
    fn lists_ranges_and_words() {
        for (text, expected) in [
            ("ttl=3", "3"),
            ("ttl=1,2,5", "1 2 5"),
            ("ttl=1..4", "1 2 3 4"),
            ("ttl=4..1", "4 3 2 1"),
            ("ttl=1..3,2,7", "1 2 3 7"),
            ("ttl=10..100:40", "10 50 90"),
            ("overlay.gnp.p=0..1:0.25", "0.0 0.25 0.5 0.75 1.0"),
            ("x=-0.1..0.1:0.1", "-0.1 0.0 0.1"),
            ("delay=10ms..30ms:10ms", "10ms 20ms 30ms"),
            ("client.0.wait=2s,5s", "2s 5s"),
            ("duplicates=all", "literal first best"),
            ("client.0.choose=all", "random first spread"),
            ("client.0.chunks=[1,2],\"3-5,9\"", "[1,2] \"3-5,9\""),
        ] {
            assert_eq!(values(text).as_deref(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn what_is_wrong_is_one_sentence() {
        for (text, said) in [
            ("ttl", "write KEY=VALUES, as in ttl=1..7"),
            (
                "=1",
                "`` is no key; write names and places with dots between, as in client.0.wait",
            ),
            (
                "ttl=",
                "there is an empty place; write values between commas, as in 1,2,5",
            ),
            (
                "ttl=1,,2",
                "there is an empty place; write values between commas, as in 1,2,5",
            ),
            (
                "p=0.0..1",
                "`0.0..1` has no step; write one, as in 0..1:0.25",
            ),
            ("ttl=1..7:0", "`1..7:0`: the step must be more than 0"),
            (
                "ttl=1..9999999",
                "`1..9999999` has more than 1000000 values",
            ),
            (
                "ttl=all",
                "`all` is for duplicates and choose; write out the values of `ttl`",
            ),
            (
                "ttl=1..x",
                "`1..x` is no range; write numbers, as in 1..7, 0..1:0.25 or 10ms..50ms:10ms",
            ),
            (
                "delay=1ms..2s",
                "`1ms..2s` is no range; write numbers, as in 1..7, 0..1:0.25 or 10ms..50ms:10ms",
            ),
        ] {
            assert_eq!(values(text), Err(said.to_owned()), "{text}");
        }
    }
}
