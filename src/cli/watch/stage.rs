//! What the thread that runs and the thread that shows both see.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::watch::{Model, Pace};

/// A run on its way to the screen.
pub(super) struct Stage {
    run: Mutex<Shown>,
    /// Somebody has changed the pace.
    told: Condvar,
    /// The screen has been drawn, and wants to know more.
    is_seen: AtomicBool,
    /// There will be no verdict.
    is_closed: AtomicBool,
    /// A thread has panicked, and the terminal is not ours any more.
    has_panicked: AtomicBool,
}

/// What is shown of a run.
pub(super) struct Shown {
    pub(super) model: Model,
    pub(super) pace: Pace,
}

impl Stage {
    pub(super) fn new(model: Model, pace: Pace) -> Self {
        Self {
            run: Mutex::new(Shown { model, pace }),
            told: Condvar::new(),
            is_seen: AtomicBool::new(true),
            is_closed: AtomicBool::new(false),
            has_panicked: AtomicBool::new(false),
        }
    }

    /// The run, for one thread at a time. A thread that panicked ends the program; what it left is
    /// good enough until then.
    pub(super) fn lock(&self) -> MutexGuard<'_, Shown> {
        self.run.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Gives `run` away for as long as `patience`, or until somebody has changed the pace.
    pub(super) fn wait<'a>(
        &self,
        run: MutexGuard<'a, Shown>,
        patience: Duration,
    ) -> MutexGuard<'a, Shown> {
        let waited = self.told.wait_timeout(run, patience);
        waited.unwrap_or_else(PoisonError::into_inner).0
    }

    /// Tells whoever waits that the pace is another.
    pub(super) fn tell(&self) {
        self.told.notify_all();
    }

    /// Notes that the screen has been drawn.
    pub(super) fn seen(&self) {
        self.is_seen.store(true, Ordering::Relaxed);
    }

    /// Whether the screen has been drawn since this was last asked.
    pub(super) fn take_seen(&self) -> bool {
        self.is_seen.load(Ordering::Relaxed) && self.is_seen.swap(false, Ordering::Relaxed)
    }

    /// Ends the screen: no verdict will come.
    pub(super) fn close(&self) {
        self.is_closed.store(true, Ordering::Relaxed);
    }

    /// Notes that a thread panics.
    pub(super) fn panicked(&self) {
        self.has_panicked.store(true, Ordering::Relaxed);
    }

    /// Whether a thread has panicked.
    pub(super) fn has_panicked(&self) -> bool {
        self.has_panicked.load(Ordering::Relaxed)
    }

    /// Whether the screen is to end.
    pub(super) fn is_closed(&self) -> bool {
        self.is_closed.load(Ordering::Relaxed)
    }
}
