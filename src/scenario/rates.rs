//! Rates as scenarios write them: `"100kB/s"`, `"1.5Mbit/s"`.

use super::words::did_you_mean;

/// Units with their size in bits. `k` is 1,000, as on every line that is sold.
const UNITS: [(&str, u128); 8] = [
    ("B", 8),
    ("kB", 8_000),
    ("MB", 8_000_000),
    ("GB", 8_000_000_000),
    ("bit", 1),
    ("kbit", 1_000),
    ("Mbit", 1_000_000),
    ("Gbit", 1_000_000_000),
];

/// What a rate is counted in, for each second.
pub(super) fn units() -> impl Iterator<Item = &'static str> {
    UNITS.iter().map(|(unit, _)| *unit)
}

/// The fastest rate that a scenario may ask for, in bytes a second.
const FASTEST: u64 = 1_000_000_000_000;

/// Why a text is no rate.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum RateFault {
    #[error("the unit is missing")]
    NoUnit,
    #[error("this is an amount, not a rate")]
    NoSecond,
    #[error("`{0}` is no unit of a rate")]
    UnknownUnit(String),
    #[error("nothing would ever leave")]
    Zero,
    #[error("a rate can't be negative")]
    Negative,
    #[error("slower than a byte in a second")]
    TooSlow,
    #[error("faster than 1000 GB in a second")]
    TooFast,
    #[error("not a rate")]
    NotARate,
}

impl RateFault {
    /// What to do about `text`, which is as wrong as `self` says.
    pub(super) fn help(&self, text: &str) -> String {
        let text = text.trim();
        let known = "units are B/s, kB/s, MB/s, GB/s, bit/s, kbit/s, Mbit/s and Gbit/s";
        match self {
            Self::NoUnit => {
                format!("write \"{text}kB/s\" for kilobytes, \"{text}kbit/s\" for kilobits")
            }
            Self::NoSecond => format!("write \"{text}/s\""),
            Self::UnknownUnit(unit) => {
                let unit = unit.trim_end_matches("/s");
                match did_you_mean(unit, units()) {
                    Some(near) => format!("did you mean `{near}/s`?"),
                    None => known.to_owned(),
                }
            }
            Self::Zero | Self::Negative => "to let nothing pass, write loss = 1".to_owned(),
            Self::TooSlow => "\"1B/s\" is the least".to_owned(),
            Self::TooFast => "leave it out for a link that sends at once".to_owned(),
            Self::NotARate => {
                "write a number with a unit, as in \"100kB/s\" or \"1Mbit/s\"".to_owned()
            }
        }
    }
}

/// Reads a rate, in bytes a second; a fraction of a byte is left out.
pub(super) fn parse_rate(text: &str) -> Result<u64, RateFault> {
    let text = text.trim();
    if text
        .strip_prefix('-')
        .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
    {
        return Err(RateFault::Negative);
    }
    let is_number = |c: char| c.is_ascii_digit() || c == '.';
    let unit = text.trim_start_matches(is_number);
    let (whole, fraction) = decimal(&text[..text.len() - unit.len()]).ok_or(RateFault::NotARate)?;
    let unit = unit.trim();
    let size = |unit: &str| {
        UNITS
            .iter()
            .find(|(name, _)| *name == unit)
            .map(|(_, size)| *size)
    };
    let bits = match unit.strip_suffix("/s") {
        _ if unit.is_empty() => return Err(RateFault::NoUnit),
        None if size(unit).is_some() => return Err(RateFault::NoSecond),
        known => known
            .and_then(size)
            .ok_or_else(|| RateFault::UnknownUnit(unit.to_owned()))?,
    };
    let number = whole.saturating_mul(NANO).saturating_add(fraction);
    if number == 0 {
        return Err(RateFault::Zero);
    }
    match u64::try_from(number.saturating_mul(bits) / (8 * NANO)) {
        Ok(0) => Err(RateFault::TooSlow),
        Ok(bytes) if bytes <= FASTEST => Ok(bytes),
        _ => Err(RateFault::TooFast),
    }
}

const NANO: u128 = 1_000_000_000;

/// The whole part of a decimal number, and what is behind its point in billionths: at most nine
/// digits.
fn decimal(text: &str) -> Option<(u128, u128)> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let all_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if !all_digits(whole) || !all_digits(fraction) || fraction.len() > 9 {
        return None;
    }
    // Longer than any u128 it is faster than any link.
    let whole = whole.parse().unwrap_or(u128::MAX);
    Some((whole, format!("{fraction:0<9}").parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_numbers_with_units() {
        for (text, bytes) in [
            ("100kB/s", 100_000),
            ("1Mbit/s", 125_000),
            (" 1.5 MB/s ", 1_500_000),
            ("9bit/s", 1),
            ("0.001kB/s", 1),
            ("2Gbit/s", 250_000_000),
            ("1000GB/s", FASTEST),
        ] {
            assert_eq!(parse_rate(text), Ok(bytes), "{text:?}");
        }
    }

    #[test]
    fn says_what_is_wrong_with_a_rate() {
        for (text, fault) in [
            ("100", RateFault::NoUnit),
            ("100kB", RateFault::NoSecond),
            ("100kbps", RateFault::UnknownUnit("kbps".into())),
            ("100KB/s", RateFault::UnknownUnit("KB/s".into())),
            ("100/s", RateFault::UnknownUnit("/s".into())),
            ("0kB/s", RateFault::Zero),
            ("0.0B/s", RateFault::Zero),
            ("-1kB/s", RateFault::Negative),
            ("7bit/s", RateFault::TooSlow),
            ("1001GB/s", RateFault::TooFast),
            (&("9".repeat(60) + "B/s"), RateFault::TooFast),
            ("", RateFault::NotARate),
            ("fast", RateFault::NotARate),
            ("1.B/s", RateFault::NotARate),
            ("1.2.3B/s", RateFault::NotARate),
        ] {
            assert_eq!(parse_rate(text), Err(fault), "{text:?}");
        }
    }

    #[test]
    fn a_unit_in_the_wrong_case_is_told() {
        let help = |text: &str| parse_rate(text).unwrap_err().help(text);
        assert_eq!(help("100KB/s"), "did you mean `kB/s`?");
        assert!(help("100 parsecs").starts_with("units are"));
    }
}
