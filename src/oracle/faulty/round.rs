//! One HELLO of a list. The invariant: what it stands for is sent within its flood's time, if it is.

use std::rc::Rc;
use std::time::Duration;

use super::flood::Flood;
use super::span::Span;
use crate::oracle::Count;

/// One HELLO of a list, or several that fare alike.
pub(super) struct Round {
    /// How many were sent before it.
    pub(super) first: u32,
    /// How many it stands for.
    pub(super) times: u32,
    /// When in the run it is sent; the times of its flood are counted from then.
    pub(super) base: Span,
    pub(super) flood: Rc<Flood>,
    /// Whether peers may still remember the HELLO before it and take this one for a copy.
    pub(super) is_stale: bool,
    /// CHUNKS_INFOs that each of them draws.
    pub(super) answers: Count,
    /// When the last wait of it ends at the latest.
    pub(super) ends: Duration,
}

impl Round {
    /// How many of them are sent when `hellos` of the whole list are.
    pub(super) fn sent(&self, hellos: u128) -> u128 {
        let sent = hellos.saturating_sub(u128::from(self.first));
        sent.min(u128::from(self.times))
    }
}
