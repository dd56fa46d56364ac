//! How far long work is: one line on a terminal, for all commands.
//!
//! A command says which [phase](Progress::begin) it is in, and whoever works in it counts into a
//! [`Counter`], an atomic number that costs as little as a plain one. A thread looks at both some
//! times a second and draws, so that work never waits for the terminal. Work that is done in half a
//! second shows nothing.

mod counted;
mod line;
#[cfg(test)]
mod tests;

use std::fmt;
use std::io::IsTerminal;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::thread;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget};

pub(super) use counted::{Count, Counted};
pub(super) use line::Unit;

use crate::host::Clock;
use crate::time::Time;

/// Work that takes no longer shows nothing.
const MOMENT: Duration = Duration::from_millis(500);
/// How often the line is drawn.
const TICK: Duration = Duration::from_millis(100);

/// What a command is busy with, as somebody at a terminal sees it. Clones are the same.
#[derive(Clone, Debug)]
pub(super) struct Progress {
    /// None where nobody looks.
    stage: Option<Arc<Mutex<Stage>>>,
}

/// How much of a phase is done.
#[derive(Clone, Debug, Default)]
pub(super) struct Counter(Arc<AtomicU64>);

impl Counter {
    /// So much is done.
    pub(super) fn set(&self, count: u64) {
        self.0.store(count, Ordering::Relaxed);
    }

    /// So much more is done.
    pub(super) fn add(&self, count: u64) {
        self.0.fetch_add(count, Ordering::Relaxed);
    }

    fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

impl Progress {
    /// Shows what goes on, on standard error, if it is a terminal and somebody wants to know.
    pub(super) fn new(is_wanted: bool) -> Self {
        if !is_wanted || !std::io::stderr().is_terminal() {
            return Self { stage: None };
        }
        let progress = Self::on(Box::new(ProgressDrawTarget::stderr));
        if let Some(stage) = &progress.stage {
            let stage = Arc::downgrade(stage);
            thread::spawn(move || draw_until_over(&stage));
        }
        progress
    }

    /// Nothing is ever shown.
    pub(super) const fn hidden() -> Self {
        Self { stage: None }
    }

    fn on(target: Target) -> Self {
        let stage = Stage {
            target,
            shown: None,
            since: None,
            is_closed: false,
        };
        Self {
            stage: Some(Arc::new(Mutex::new(stage))),
        }
    }

    /// Whether anybody looks.
    pub(super) const fn is_shown(&self) -> bool {
        self.stage.is_some()
    }

    /// From now on the work is `what`, of which nothing can be counted.
    pub(super) fn begin(&self, what: impl fmt::Display) {
        self.phase(what, line::uncounted);
    }

    /// From now on the work is `what`, of which units are counted, `total` in all if that is known.
    pub(super) fn count(&self, what: impl fmt::Display, unit: Unit, total: Option<u64>) -> Counter {
        self.phase(what, || line::counted(unit, total))
    }

    fn phase(&self, what: impl fmt::Display, bar: impl FnOnce() -> ProgressBar) -> Counter {
        let counter = Counter::default();
        if let Some(mut stage) = self.lock() {
            stage.clear();
            if !stage.is_closed {
                stage.since.get_or_insert_with(Clock::start);
                stage.shown = Some(Shown {
                    bar: bar().with_message(line::shortened(&what.to_string())),
                    counter: counter.clone(),
                    is_visible: false,
                });
            }
        }
        counter
    }

    /// Takes the line away until the next phase begins: something else is going to be printed.
    pub(super) fn rest(&self) {
        if let Some(mut stage) = self.lock() {
            stage.clear();
            stage.since = None;
        }
    }

    /// Takes the line away for good, also when work that was given up begins another phase.
    pub(super) fn close(&self) {
        if let Some(mut stage) = self.lock() {
            stage.clear();
            stage.is_closed = true;
        }
    }

    fn lock(&self) -> Option<MutexGuard<'_, Stage>> {
        let stage = self.stage.as_ref()?;
        // What a thread that panicked left is good enough to be cleared.
        Some(stage.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Makes what is drawn on.
type Target = Box<dyn Fn() -> ProgressDrawTarget + Send>;

/// What there is to be drawn.
struct Stage {
    target: Target,
    shown: Option<Shown>,
    /// When the first phase after a rest began: short phases one after another are long work.
    since: Option<Clock>,
    is_closed: bool,
}

impl fmt::Debug for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stage")
            .field("is_closed", &self.is_closed)
            .finish_non_exhaustive()
    }
}

/// The phase that goes on.
struct Shown {
    bar: ProgressBar,
    counter: Counter,
    is_visible: bool,
}

impl Stage {
    /// Draws how far the work is, `taken` being how long it has gone on.
    fn draw(&mut self, taken: Duration) {
        let Some(shown) = &mut self.shown else {
            return;
        };
        let count = shown.counter.get();
        if shown.bar.length().is_some_and(|length| length < count) {
            shown.bar.set_length(count);
        }
        if taken >= MOMENT && !shown.is_visible {
            shown.bar.set_draw_target((self.target)());
            shown.is_visible = true;
        }
        shown.bar.set_position(count);
        shown.bar.tick();
    }

    fn clear(&mut self) {
        if let Some(shown) = self.shown.take() {
            shown.bar.finish_and_clear();
        }
    }
}

/// Draws some times a second, as long as the command goes on.
fn draw_until_over(stage: &Weak<Mutex<Stage>>) {
    loop {
        thread::sleep(TICK);
        let Some(stage) = stage.upgrade() else {
            return;
        };
        let mut stage = stage.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(since) = stage.since {
            stage.draw(since.now().since(Time::ZERO));
        }
    }
}
