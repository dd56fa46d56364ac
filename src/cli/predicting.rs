//! How far a prediction is: of many clients it may take minutes.

use std::cell::OnceCell;

use super::progress::{Counter, Progress, Unit};
use crate::scenario::Scenario;

/// A prediction that goes on.
pub(super) struct Predicting<'a> {
    what: String,
    progress: &'a Progress,
    counter: OnceCell<Counter>,
}

impl<'a> Predicting<'a> {
    /// `scenario` is going to be predicted.
    pub(super) fn of(scenario: &Scenario, progress: &'a Progress) -> Self {
        let what = format!("{}: predicting", scenario.name);
        progress.begin(&what);
        Self {
            what,
            progress,
            counter: OnceCell::new(),
        }
    }

    /// Shows that `floods` of `all` have been worked out. One alone is all or nothing.
    pub(super) fn tell(&self, floods: u64, all: u64) {
        if all > 1 {
            let count = || {
                let unit = Unit::Things("floods");
                self.progress.count(&self.what, unit, Some(all))
            };
            self.counter.get_or_init(count).set(floods);
        }
    }
}
