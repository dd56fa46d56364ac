//! The machine's clock, which nothing but a benchmark needs.

use std::time::{Duration, Instant};

/// A clock that was started once.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stopwatch(Instant);

impl Stopwatch {
    /// Starts it.
    #[expect(
        clippy::disallowed_methods,
        reason = "what a benchmark measures is the machine's time"
    )]
    pub(super) fn start() -> Self {
        Self(Instant::now())
    }

    /// How long ago that was.
    pub(super) fn elapsed(self) -> Duration {
        self.0.elapsed()
    }
}
