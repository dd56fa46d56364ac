//! What is told of a run that nobody wanted to see judged: its counts.

use std::fmt;

use anstyle::{AnsiColor, Style};

use crate::driver::{Ended, Ran};
use crate::event::What;
use crate::oracle::Count;
use crate::scenario::Scenario;

const BAD: Style = AnsiColor::Red.on_default().bold();

/// A run as it is known without a check.
#[derive(Clone, Debug)]
pub(super) struct Unjudged {
    pub(super) scenario: String,
    has_ended: bool,
    sent: u64,
    delivered: u64,
    in_flight: u64,
    arrived: u64,
    missing: u64,
    clock_ms: f64,
}

impl Unjudged {
    /// Counts what happened in `ran`, a run of `scenario`.
    pub(super) fn of(scenario: &Scenario, ran: &Ran) -> Self {
        let mut unjudged = Self {
            scenario: scenario.name.clone(),
            has_ended: ran.ended == Ended::Complete,
            sent: 0,
            delivered: 0,
            in_flight: ran.in_flight,
            arrived: 0,
            missing: 0,
            clock_ms: ran.clock.as_millis_f64(),
        };
        for (_, event) in ran.recording.iter() {
            match event.what {
                What::Sent { .. } => unjudged.sent += 1,
                What::Delivered { .. } => unjudged.delivered += 1,
                What::Logged {
                    source: Some(_), ..
                } => unjudged.arrived += 1,
                What::Logged { source: None, .. } => unjudged.missing += 1,
                _ => {}
            }
        }
        unjudged
    }
}

impl fmt::Display for Unjudged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = match self.has_ended {
            true => "the run had ended and was not checked",
            false => "the run had not ended and was not checked",
        };
        let [sent, delivered, in_flight] =
            [self.sent, self.delivered, self.in_flight].map(|count| Count::exact(count.into()));
        let [arrived, missing] =
            [self.arrived, self.missing].map(|count| Count::exact(count.into()));
        writeln!(f, "{BAD}INTERRUPTED{BAD:#} {}: {state}", self.scenario)?;
        writeln!(
            f,
            " {sent} sent, {delivered} delivered, {in_flight} in flight"
        )?;
        writeln!(
            f,
            " chunks logged: {arrived} arrived, {missing} missing; run's clock {:.2} s",
            self.clock_ms / 1e3
        )
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::atomic::AtomicBool;

    use super::*;
    use crate::driver::{self, Cast, Control, Memory, lockstep};

    #[test]
    fn the_counts_are_those_of_the_run() {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/mesh.toml");
        let scenario = Scenario::load(&file, None, None).unwrap();
        let told = |max_datagrams, stop: bool| {
            let out = tempfile::tempdir().unwrap();
            let control = Control {
                max_datagrams,
                stop: &AtomicBool::new(stop),
                watcher: &mut (),
            };
            let logs = driver::open_logs(&scenario, out.path()).unwrap();
            let cast = Cast::of(&scenario);
            let ran = lockstep::run(&scenario, cast, &mut Memory, logs, control).unwrap();
            let told = Unjudged::of(&scenario, &ran).to_string();
            anstream::adapter::strip_str(&told).to_string()
        };
        assert_eq!(
            told(100, false),
            "INTERRUPTED mesh: the run had ended and was not checked\n \
             68 sent, 68 delivered, 0 in flight\n \
             chunks logged: 7 arrived, 1 missing; run's clock 30.00 s\n"
        );
        assert_eq!(
            told(100, true),
            "INTERRUPTED mesh: the run had not ended and was not checked\n \
             0 sent, 0 delivered, 0 in flight\n \
             chunks logged: 0 arrived, 0 missing; run's clock 0.00 s\n"
        );
    }
}
