//! Stretches of time and what is known of a statement over one.
//!
//! The invariant of both: when a bound is not known it is given too wide, never too narrow.

use std::time::Duration;

/// A stretch of time, both ends included. [`Duration::MAX`] is "for ever".
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Span {
    pub(super) from: Duration,
    pub(super) to: Duration,
}

impl Span {
    /// One instant.
    pub(super) const fn at(time: Duration) -> Self {
        Self {
            from: time,
            to: time,
        }
    }

    /// From `from` for ever.
    pub(super) const fn since(from: Duration) -> Self {
        Self {
            from,
            to: Duration::MAX,
        }
    }

    /// This one, so much later as `by` says.
    pub(super) const fn plus(self, by: Self) -> Self {
        Self {
            from: self.from.saturating_add(by.from),
            to: self.to.saturating_add(by.to),
        }
    }

    /// The shortest one that holds both.
    pub(super) fn hull(self, other: Self) -> Self {
        Self {
            from: self.from.min(other.from),
            to: self.to.max(other.to),
        }
    }

    /// This one, longer by `by` at both ends.
    pub(super) const fn widened(self, by: Duration) -> Self {
        Self {
            from: self.from.saturating_sub(by),
            to: self.to.saturating_add(by),
        }
    }
}

/// How often a statement is true, over a stretch of time or all that may happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Chance {
    /// At no time, whatever happens.
    Never,
    /// Nothing is known.
    Maybe,
    /// At each time, whatever happens.
    Always,
}

impl Chance {
    /// Whether it may be true.
    pub(super) fn is_possible(self) -> bool {
        self != Self::Never
    }

    /// Whether it is true.
    pub(super) fn is_sure(self) -> bool {
        self == Self::Always
    }

    /// That both are true.
    pub(super) fn and(self, other: Self) -> Self {
        self.min(other)
    }

    /// That it is false.
    pub(super) const fn not(self) -> Self {
        match self {
            Self::Never => Self::Always,
            Self::Maybe => Self::Maybe,
            Self::Always => Self::Never,
        }
    }
}

/// A statement that changes between true and false at known times.
#[derive(Clone, Debug, Default)]
pub(super) struct Course {
    /// When it becomes true or false, in rising order, each time once.
    turns: Vec<(Duration, bool)>,
    /// From when on nothing is known: a change may come then whose time is not known.
    unknown_since: Option<Duration>,
}

impl Course {
    /// Adds a change at `time`, which is not before those that were added.
    pub(super) fn turn(&mut self, time: Duration, to: bool) {
        match self.turns.last_mut() {
            // Changes of one instant all come before its datagrams.
            Some(last) if last.0 == time => last.1 = to,
            _ => self.turns.push((time, to)),
        }
    }

    /// Adds a change that may come at `time` or any time later.
    pub(super) fn doubt(&mut self, time: Duration) {
        self.unknown_since = Some(self.unknown_since.map_or(time, |known| known.min(time)));
    }

    /// How often it is true over `span`, when it is `at_first` before all changes.
    pub(super) fn over(&self, span: Span, at_first: bool) -> Chance {
        if self.unknown_since.is_some_and(|since| since <= span.to) {
            return Chance::Maybe;
        }
        let begun = self.turns.partition_point(|(time, _)| *time <= span.from);
        let first = match begun {
            0 => at_first,
            _ => self.turns[begun - 1].1,
        };
        let within = self.turns[begun..].iter();
        let mut within = within.take_while(|(time, _)| *time <= span.to);
        match (within.any(|(_, state)| *state != first), first) {
            (true, _) => Chance::Maybe,
            (false, true) => Chance::Always,
            (false, false) => Chance::Never,
        }
    }
}
