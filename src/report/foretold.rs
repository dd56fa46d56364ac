//! What can be said of a run before it begins.

use super::Setting;
use crate::oracle::{self, Order, Prediction, Told};
use crate::scenario::Scenario;
use crate::threads;

/// With so many peers it is worth a thread to look through their neighbours.
const WORTH_A_THREAD: usize = 50_000;

/// What can be said of a run from its scenario alone.
#[derive(Clone, Debug)]
pub struct Foretold {
    /// What must come out.
    pub prediction: Prediction,
    /// The rules, and the size of the overlay.
    pub setting: Setting,
}

impl Foretold {
    /// What can be said of `scenario` when datagrams arrive in this `order`. Tells how far it is.
    #[must_use]
    pub fn of(scenario: &Scenario, order: Order, told: Told<'_>) -> Self {
        // Both look through the whole overlay, and one processor takes as long for each.
        let (setting, prediction) = threads::both(
            scenario.peers.len() >= WORTH_A_THREAD,
            || Setting::of(scenario),
            || oracle::predict_telling(scenario, order, told),
        );
        Self {
            prediction,
            setting,
        }
    }
}
