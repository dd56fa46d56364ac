//! The run's clock as a number.
//!
//! A [`Time`] counts nanoseconds since the run began. It cannot be read from the machine: whoever
//! drives an endpoint passes it in, so the same code runs in lockstep, live and under test.

use std::fmt;
use std::ops::Add;
use std::time::Duration;

/// An instant of a run, in nanoseconds since it began.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(u64);

impl Time {
    /// The instant at which the run begins.
    pub const ZERO: Self = Self(0);

    /// The instant `nanos` nanoseconds after the beginning.
    #[must_use]
    pub const fn from_nanos(nanos: u64) -> Self {
        Self(nanos)
    }

    /// The instant `since_start` after the beginning; the last representable one when it is later.
    #[must_use]
    pub fn from_start(since_start: Duration) -> Self {
        Self::ZERO + since_start
    }

    /// Nanoseconds since the beginning.
    #[must_use]
    pub const fn as_nanos(self) -> u64 {
        self.0
    }

    /// How long after `earlier` this is; zero when it is not after it.
    #[must_use]
    pub const fn since(self, earlier: Self) -> Duration {
        Duration::from_nanos(self.0.saturating_sub(earlier.0))
    }

    /// Milliseconds since the beginning, with their fraction.
    #[must_use]
    pub fn as_millis_f64(self) -> f64 {
        Duration::from_nanos(self.0).as_secs_f64() * 1e3
    }
}

impl Add<Duration> for Time {
    type Output = Self;

    /// Saturates at the end of the clock, some 584 years after the beginning.
    fn add(self, later: Duration) -> Self {
        let nanos = u64::try_from(later.as_nanos()).unwrap_or(u64::MAX);
        Self(self.0.saturating_add(nanos))
    }
}

/// Writes seconds with six digits, `5.006000`, as packet traces do; finer digits only where they
/// are not zero.
impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (seconds, nanos) = (self.0 / 1_000_000_000, self.0 % 1_000_000_000);
        if nanos % 1_000 == 0 {
            write!(f, "{seconds}.{:06}", nanos / 1_000)
        } else {
            write!(f, "{seconds}.{nanos:09}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn adding_saturates() {
        assert_eq!(
            Time::from_nanos(u64::MAX) + Duration::from_secs(1),
            Time::from_nanos(u64::MAX)
        );
        assert_eq!(Time::from_start(Duration::MAX), Time::from_nanos(u64::MAX));
    }

    #[test]
    fn writes_six_digits_unless_there_are_more() {
        assert_eq!(Time::from_nanos(5_006_000_000).to_string(), "5.006000");
        assert_eq!(Time::from_nanos(1).to_string(), "0.000000001");
    }
}
