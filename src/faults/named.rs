//! Faults by meaning: this datagram, not one that bad luck picks.

use std::time::Duration;

use crate::roster::EndpointId;
use crate::wire::{ChunkId, Type};

/// What happens to which datagrams.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What happens to them.
    pub effect: Effect,
    /// Which datagrams are counted.
    pub pattern: Pattern,
    /// Which of those that are counted are meant.
    pub nth: Nth,
    /// Datagrams sent before this time of the run are not counted.
    pub since: Duration,
    /// Nor are those sent at this time or later.
    pub until: Option<Duration>,
    /// What output calls it: `[[fault]] in line 12`.
    pub label: String,
}

/// What happens to a datagram.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// It is lost.
    Drop,
    /// It takes so much longer.
    Delay(Duration),
    /// It arrives twice.
    Duplicate,
    /// It arrives as no message at all, as [`Conditions::corruption`](super::Conditions) has it.
    Corrupt,
}

impl Effect {
    /// What has been done to the datagram, in one word.
    #[must_use]
    pub const fn done(self) -> &'static str {
        match self {
            Self::Drop => "dropped",
            Self::Delay(_) => "delayed",
            Self::Duplicate => "duplicated",
            Self::Corrupt => "corrupted",
        }
    }
}

/// Which datagrams; what is empty or `None` matches all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pattern {
    /// Their type.
    pub message: Option<Type>,
    /// Who sends them: one of these.
    pub from: Vec<EndpointId>,
    /// Whom they are sent to: one of these.
    pub to: Vec<EndpointId>,
    /// A chunk whose id they name.
    pub chunk: Option<ChunkId>,
}

/// Which of the datagrams that a pattern matches, counted from 1 in the order of sending.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Nth {
    /// All of them.
    Every,
    /// These, in rising order; never empty, never 0.
    These(Vec<u32>),
}

impl Nth {
    /// Whether the datagram that is counted as `number` is meant.
    #[must_use]
    pub fn means(&self, number: u32) -> bool {
        match self {
            Self::Every => true,
            Self::These(numbers) => numbers.binary_search(&number).is_ok(),
        }
    }
}

impl Pattern {
    /// Whether it matches a datagram from `from` to `to` that is a `message` and names `chunks`.
    #[must_use]
    pub fn matches(
        &self,
        from: EndpointId,
        to: Option<EndpointId>,
        message: Option<Type>,
        names: impl FnOnce(ChunkId) -> bool,
    ) -> bool {
        (self.message.is_none() || self.message == message)
            && (self.from.is_empty() || self.from.contains(&from))
            && (self.to.is_empty() || to.is_some_and(|to| self.to.contains(&to)))
            && self.chunk.is_none_or(names)
    }
}
