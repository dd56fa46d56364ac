//! Durations as scenarios write them: `"5s"`, `"50ms"`, `"1m 30s"`.

use std::time::Duration;

/// The longest duration that a scenario may ask for.
pub(super) const LONGEST: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// Why a text is no duration.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum DurationFault {
    #[error("the unit is missing")]
    NoUnit,
    #[error("a duration can't be negative")]
    Negative,
    #[error("longer than 30 days")]
    TooLong,
    #[error("finer than a nanosecond")]
    TooFine,
    #[error("`{0}` is no unit of time")]
    UnknownUnit(String),
    #[error("not a duration")]
    NotADuration,
}

impl DurationFault {
    /// What to do about `text`, which is as wrong as `self` says.
    pub(crate) fn help(&self, text: &str) -> String {
        match self {
            Self::NoUnit => format!(
                "write \"{0}s\" for seconds, \"{0}ms\" for milliseconds",
                text.trim()
            ),
            Self::Negative => "a run begins at 0s; nothing comes before it".to_owned(),
            Self::TooLong => "30 days (\"30d\") are the most".to_owned(),
            Self::TooFine => "1ns is the least".to_owned(),
            Self::UnknownUnit(_) => "units are ns, us, ms, s, m, h and d".to_owned(),
            Self::NotADuration => "write numbers with units, as in \"5s\" or \"1m 30s\"".to_owned(),
        }
    }
}

/// Reads a duration.
pub(crate) fn parse_duration(text: &str) -> Result<Duration, DurationFault> {
    use humantime::DurationError as Error;

    let unsigned = text.trim();
    if unsigned
        .strip_prefix('-')
        .is_some_and(|rest| rest.trim_start().starts_with(|c: char| c.is_ascii_digit()))
    {
        return Err(DurationFault::Negative);
    }
    let is_number = |c: char| c.is_ascii_digit() || c == '.';
    if unsigned.parse::<f64>().is_ok() && unsigned.chars().all(is_number) {
        return Err(DurationFault::NoUnit);
    }
    let duration = humantime::parse_duration(unsigned).map_err(|error| match error {
        Error::UnknownUnit { unit, .. } if unit.is_empty() => DurationFault::NoUnit,
        Error::UnknownUnit { unit, .. } => DurationFault::UnknownUnit(unit),
        Error::NumberOverflow if unsigned.contains('.') => DurationFault::TooFine,
        Error::NumberOverflow => DurationFault::TooLong,
        _ => DurationFault::NotADuration,
    })?;
    match duration > LONGEST {
        true => Err(DurationFault::TooLong),
        false => Ok(duration),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_numbers_with_units() {
        for (text, millis) in [
            ("5s", 5_000),
            ("50ms", 50),
            ("0s", 0),
            (" 1m 30s ", 90_000),
            ("2.5s", 2_500),
            ("30d", 30 * 86_400_000),
        ] {
            assert_eq!(
                parse_duration(text),
                Ok(Duration::from_millis(millis)),
                "{text:?}"
            );
        }
    }

    #[test]
    fn says_what_is_wrong_with_a_duration() {
        for (text, fault) in [
            ("5", DurationFault::NoUnit),
            ("0", DurationFault::NoUnit),
            ("2.5", DurationFault::NoUnit),
            ("1s 5", DurationFault::NoUnit),
            ("-5", DurationFault::Negative),
            ("- 5s", DurationFault::Negative),
            ("30d 1ns", DurationFault::TooLong),
            ("18446744073709551615s 2s", DurationFault::TooLong),
            ("99999999999999999999s", DurationFault::TooLong),
            (
                "18446744073709551615s 18446744073709551615ns",
                DurationFault::TooLong,
            ),
            ("0.5ns", DurationFault::TooFine),
            ("5 parsecs", DurationFault::UnknownUnit("parsecs".into())),
            ("", DurationFault::NotADuration),
            ("soon", DurationFault::NotADuration),
            ("5,5s", DurationFault::NotADuration),
        ] {
            assert_eq!(parse_duration(text), Err(fault), "{text:?}");
        }
    }
}
