//! Runs as they are kept.

use std::time::Duration;

use p2p_sim::check::Verdict;
use p2p_sim::driver::Ran;
use p2p_sim::report::{self, Mode, Report};
use p2p_sim::rules::Carriage;
use p2p_sim::trace::Trace;

use super::stage::Played;

impl Played {
    /// The run as it is kept, with what `verdict` says of it.
    pub(crate) fn keep(&self, verdict: &Verdict) -> Trace {
        self.keep_as(verdict, Carriage::Memory)
    }

    /// The same of a run whose carrier was `carriage`.
    pub(crate) fn keep_as(&self, verdict: &Verdict, carriage: Carriage) -> Trace {
        let (scenario, ran) = (&self.scenario, &self.ran);
        let (mode, took) = (Mode::Lockstep(carriage), Duration::ZERO);
        let report = Report::new(scenario, &self.prediction, ran, verdict, mode, took);
        let ran = Ran {
            recording: ran.recording.clone(),
            logs: ran.logs.clone(),
            ..*ran
        };
        report::keep(scenario, ran, verdict, &report)
    }
}
