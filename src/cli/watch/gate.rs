//! Lets a run go on as fast as somebody wants to see it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::stage::Stage;
use crate::driver::Watcher;
use crate::event::{EventId, Recording};
use crate::host::Clock;
use crate::time::Time;

/// However long the pace waits, a request to end is seen after this.
const PATIENCE: Duration = Duration::from_millis(50);

/// What a run has to pass before each turn.
pub(super) struct Gate {
    stage: Arc<Stage>,
    stop: Arc<AtomicBool>,
}

impl Gate {
    pub(super) const fn new(stage: Arc<Stage>, stop: Arc<AtomicBool>) -> Self {
        Self { stage, stop }
    }
}

impl Watcher for Gate {
    fn event(&mut self, recording: &Recording, id: EventId) {
        self.stage.lock().model.event(recording, id);
    }

    fn under_way(&mut self, datagram: EventId, arrives: Time) {
        self.stage.lock().model.under_way(datagram, arrives);
    }

    fn goes_step_by_step(&self) -> bool {
        true
    }

    fn before(&mut self, recording: &Recording, next: Time) {
        let mut run = self.stage.lock();
        let mut has_told = false;
        let mut passed = Duration::ZERO;
        while !self.stop.load(Ordering::Relaxed) {
            let traffic = run.model.traffic();
            let wait = run.pace.tick(next, traffic, passed);
            // Lines take longer than anything else here, so they are made for eyes only.
            if !has_told && (wait.is_some() || self.stage.take_seen()) {
                run.model.tell(recording);
                has_told = true;
            }
            let Some(wait) = wait else { return };
            let asleep = Clock::start();
            run = self.stage.wait(run, wait.min(PATIENCE));
            passed = asleep.now().since(Time::ZERO);
        }
    }
}
