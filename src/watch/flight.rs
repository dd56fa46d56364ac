//! A datagram on its way.

use super::Kind;
use crate::time::Time;

/// A datagram on its way, from when to when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Flight {
    /// What it is.
    pub kind: Kind,
    /// When it was sent.
    pub begun: Time,
    /// When it arrives, if that is known.
    pub arrives: Option<Time>,
}

impl Flight {
    /// The part of its way that it has made at `clock`, from 0 to 1; what waits for a peer that stands
    /// still has made all of it.
    #[must_use]
    pub fn made(&self, clock: Time) -> f64 {
        let arrives = self.arrives.unwrap_or(self.begun);
        let whole = arrives.since(self.begun).as_secs_f64();
        match whole > 0.0 {
            true => (clock.since(self.begun).as_secs_f64() / whole).min(1.0),
            false => 1.0,
        }
    }
}
