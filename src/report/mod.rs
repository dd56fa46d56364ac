//! One report of a run, in many forms.
//!
//! A [`Report`] is plain data with every name written out, made once from the scenario, the
//! prediction, the events and the verdict. [`screen`] draws it for people; serialised it is the
//! document of `--format json`, which docs/output.md describes.

mod clients;
mod datagrams;
mod faults;
mod findings;
mod foretold;
mod kept;
pub mod outlook;
pub mod repeats;
pub mod screen;
mod setting;

pub use clients::{Chunk, Client};
pub use datagrams::{Accounting, Datagrams, Predicted};
pub use faults::{ChangeLine, Churn, FaultLine, Faults, LinkLine};
pub use findings::FindingLine;
pub use foretold::Foretold;
pub use kept::keep;
pub use setting::{Mode, Setting};

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde::Serialize;

use crate::check::{self, Check, CheckVerdict, Verdict};
use crate::driver::{Ended, Ran};
use crate::oracle::Prediction;
use crate::scenario::Scenario;

/// The version of the JSON document; it grows when a field changes its meaning or goes.
pub const FORMAT_VERSION: u32 = 1;

/// The document of `--format json`.
#[derive(Clone, Debug, Serialize)]
pub struct Document<'a> {
    /// [`FORMAT_VERSION`].
    pub format_version: u32,
    /// A report for each scenario, in the order in which they were named.
    pub runs: &'a [Report],
}

/// All that is told of one run.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// The scenario's name: its file's, without the ending.
    pub scenario: String,
    /// What it says of itself.
    pub description: String,
    /// The seed of the run.
    pub seed: u64,
    /// How it was run.
    pub mode: Mode,
    /// Through what datagrams went: `sockets` or `memory`.
    pub carrier: String,
    /// The rules and the size of the overlay.
    pub setting: Setting,
    /// `pass` or `fail`.
    pub verdict: &'static str,
    /// `complete`, `interrupted` or `limit-reached`.
    pub ended: &'static str,
    /// What came out for each client.
    pub clients: Vec<Client>,
    /// Datagrams sent, by type.
    pub datagrams: Datagrams,
    /// Datagrams predicted before the run.
    pub predicted: Predicted,
    /// Why some of what is predicted are bounds; empty when all is exact.
    pub bounds_because: Vec<String>,
    /// Where datagrams came from and what became of them.
    pub accounting: Accounting,
    /// What the scenario's faults came to.
    pub faults: Faults,
    /// Datagrams that endpoints did not act on, by reason.
    pub ignored: BTreeMap<&'static str, u64>,
    /// Datagrams with bytes behind their message.
    pub tails: u64,
    /// Peers that had a HELLO or QUERY, contacts included.
    pub peers_reached: u64,
    /// QUERYs delivered to a peer that had that search already.
    pub duplicates: u64,
    /// QUERYs sent by hop, those of the first hop first.
    pub queries_by_hop: Vec<u64>,
    /// Each check with its verdict.
    pub checks: Vec<CheckLine>,
    /// What is wrong.
    pub findings: Vec<FindingLine>,
    /// The run's clock at its end, in milliseconds.
    pub clock_ms: f64,
    /// How long the run took, in milliseconds of wall-clock time.
    pub wall_ms: f64,
}

/// A check with its verdict.
#[derive(Clone, Debug, Serialize)]
pub struct CheckLine {
    /// Its name.
    pub name: &'static str,
    /// `pass`, `fail`, `allowed`, `demanded` or `not-judged`.
    pub verdict: &'static str,
}

impl Report {
    /// Puts together what is told of `ran`, which took `wall` of wall-clock time.
    #[must_use]
    pub fn new(
        scenario: &Scenario,
        prediction: &Prediction,
        ran: &Ran,
        verdict: &Verdict,
        mode: Mode,
        wall: Duration,
    ) -> Self {
        let setting = Setting::of(scenario);
        Self::in_setting(setting, (scenario, prediction), (ran, verdict), mode, wall)
    }

    /// Judges `ran`, of which `foretold` was said beforehand, and puts together what is told of it;
    /// `wall` tells what it took once it is judged.
    #[must_use]
    pub fn judge(
        scenario: &Scenario,
        foretold: &Foretold,
        ran: &Ran,
        mode: Mode,
        wall: impl FnOnce() -> Duration,
    ) -> (Verdict, Self) {
        let prediction = &foretold.prediction;
        let verdict = check::judge(scenario, prediction, ran);
        let (setting, of) = (foretold.setting.clone(), (scenario, prediction));
        let report = Self::in_setting(setting, of, (ran, &verdict), mode, wall());
        (verdict, report)
    }

    fn in_setting(
        setting: Setting,
        (scenario, prediction): (&Scenario, &Prediction),
        (ran, verdict): (&Ran, &Verdict),
        mode: Mode,
        wall: Duration,
    ) -> Self {
        let census = &verdict.census;
        let checks = verdict.checks.iter().map(|(check, verdict)| CheckLine {
            name: check.name(),
            verdict: verdict.name(),
        });
        let findings = verdict.findings.iter();
        let ended_as_it_should = match ran.ended {
            Ended::Complete => true,
            Ended::Interrupted => false,
            Ended::LimitReached => verdict.of(Check::Limit) == CheckVerdict::Demanded,
        };
        let passes = verdict.passes() && ended_as_it_should;
        Self {
            scenario: scenario.name.clone(),
            description: scenario.description.clone(),
            seed: scenario.seed,
            mode,
            carrier: mode.carriage().to_string(),
            setting,
            verdict: word(passes),
            ended: match ran.ended {
                Ended::Complete => "complete",
                Ended::Interrupted => INTERRUPTED,
                Ended::LimitReached => "limit-reached",
            },
            clients: clients::all(scenario, ran, verdict),
            datagrams: Datagrams::of(census),
            predicted: Predicted::of(prediction),
            bounds_because: bounds_because(prediction),
            accounting: Accounting::of(census),
            faults: Faults::of(scenario, ran, &verdict.effects),
            ignored: census.ignored.clone(),
            tails: census.tails,
            peers_reached: census.peers_reached() as u64,
            duplicates: census.duplicates(),
            queries_by_hop: census.queries_by_hop(),
            checks: checks.collect(),
            findings: findings
                .map(|f| FindingLine::of(scenario, ran, f))
                .collect(),
            clock_ms: ran.clock.as_millis_f64(),
            wall_ms: wall.as_secs_f64() * 1e3,
        }
    }

    /// Whether somebody stopped the run before its end.
    #[must_use]
    pub fn was_interrupted(&self) -> bool {
        self.ended == INTERRUPTED
    }

    /// Whether the run passed.
    #[must_use]
    pub fn passed(&self) -> bool {
        self.verdict == word(true)
    }
}

/// What a report calls the end of a run that somebody stopped.
const INTERRUPTED: &str = "interrupted";

fn word(passes: bool) -> &'static str {
    if passes { "pass" } else { "fail" }
}

/// Why not all that is predicted is exact, each reason once.
fn bounds_because(prediction: &Prediction) -> Vec<String> {
    let reasons = prediction.clients.iter().flat_map(|client| &client.loose);
    let reasons: BTreeSet<String> = reasons.map(ToString::to_string).collect();
    reasons.into_iter().collect()
}
