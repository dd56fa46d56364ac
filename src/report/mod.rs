//! One report of a run, in many forms.
//!
//! A [`Report`] is plain data with every name written out, made once from the scenario, the
//! prediction, the events and the verdict. [`screen`] draws it for people; serialised it is the
//! document of `--format json`, which docs/output.md describes.

mod clients;
mod faults;
mod findings;
mod foretold;
mod kept;
pub mod outlook;
pub mod repeats;
pub mod screen;

pub use clients::{Chunk, Client};
pub use faults::{ChangeLine, Churn, FaultLine, Faults, LinkLine};
pub use findings::FindingLine;
pub use foretold::Foretold;
pub use kept::keep;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::time::Duration;

use serde::{Serialize, Serializer};

use crate::check::{self, Census, Check, CheckVerdict, Verdict};
use crate::driver::{Ended, Ran};
use crate::oracle::{Count, Prediction};
use crate::rules::Carriage;
use crate::scenario::Scenario;
use crate::shape;
use crate::wire::Type;

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

/// How a scenario is run: `lockstep` or `real-time`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// One queue and a clock that jumps ([`crate::driver::lockstep`]), with this carrier.
    Lockstep(Carriage),
    /// Each endpoint a task, in wall-clock time ([`crate::driver::live`]).
    RealTime,
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Lockstep(_) => "lockstep",
            Self::RealTime => "real-time",
        })
    }
}

impl Serialize for Mode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl Mode {
    /// Through what datagrams go.
    #[must_use]
    pub const fn carriage(self) -> Carriage {
        match self {
            Self::Lockstep(carriage) => carriage,
            Self::RealTime => Carriage::Sockets,
        }
    }
}

/// The rules of a run and the size of its overlay.
#[derive(Clone, Debug, Serialize)]
pub struct Setting {
    /// How many peers.
    pub peers: u64,
    /// How many pairs of peers are linked, one way or both.
    pub links: u64,
    /// How many of them one way only.
    pub one_way: u64,
    /// The initial TTL.
    pub ttl: u16,
    /// The duplicate policy.
    pub duplicates: String,
    /// The delay of every link, in milliseconds; none when links differ.
    pub delay_ms: Option<f64>,
    /// Whether peers acknowledge QUERYs to each other, an extension.
    pub reliable: bool,
}

/// Datagrams sent, by type.
#[derive(Clone, Debug, Serialize)]
pub struct Datagrams {
    /// HELLOs.
    pub hello: u64,
    /// QUERYs.
    pub query: u64,
    /// CHUNKS_INFOs.
    pub chunks_info: u64,
    /// GETs.
    pub get: u64,
    /// RESPONSEs.
    pub response: u64,
    /// QUERYs that the reliable flood sent again; `query` does not count them.
    pub query_again: u64,
    /// Acknowledgements of the reliable flood.
    pub ack: u64,
}

/// Datagrams predicted from the scenario alone.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Predicted {
    /// HELLOs.
    pub hello: Count,
    /// QUERYs.
    pub query: Count,
    /// CHUNKS_INFOs.
    pub chunks_info: Count,
}

/// sent + duplicated + from outside = delivered + dropped + lost by the kernel + in flight.
#[derive(Clone, Debug, Serialize)]
pub struct Accounting {
    /// Sent by endpoints of the run.
    pub sent: u64,
    /// Copies that links made.
    pub duplicated: u64,
    /// Came from outside the run.
    pub from_outside: u64,
    /// Reached an endpoint.
    pub delivered: u64,
    /// Ended on their way, by reason.
    pub dropped: BTreeMap<&'static str, u64>,
    /// Lost by the kernel.
    pub lost_by_kernel: u64,
    /// On their way when the run ended.
    pub in_flight: u64,
    /// Damaged by links; what became of them is counted above.
    pub corrupted: u64,
    /// Held back by links; what became of them is counted above.
    pub delayed: u64,
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
            datagrams: Datagrams {
                hello: census.sent(Type::Hello),
                query: census.sent(Type::Query),
                chunks_info: census.sent(Type::ChunksInfo),
                get: census.sent(Type::Get),
                response: census.sent(Type::Response),
                query_again: census.resent,
                ack: census.acks,
            },
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

impl Predicted {
    fn of(prediction: &Prediction) -> Self {
        Self {
            hello: prediction.hello,
            query: prediction.query,
            chunks_info: prediction.chunks_info,
        }
    }
}

impl Setting {
    fn of(scenario: &Scenario) -> Self {
        let (links, one_way) = links(scenario);
        Self {
            peers: scenario.peers.len() as u64,
            links,
            one_way,
            ttl: scenario.ttl.0,
            duplicates: scenario.duplicates.to_string(),
            delay_ms: delay_ms(scenario),
            reliable: scenario.reliable.is_some(),
        }
    }
}

/// The delay that all links have, if it is one; what they do beside is not asked.
fn delay_ms(scenario: &Scenario) -> Option<f64> {
    let links = &scenario.faults.links;
    let delay = links.peers.delay;
    let are_alike = links.conditions().all(|link| link.delay == delay);
    are_alike.then_some(delay.as_secs_f64() * 1e3)
}

/// Why not all that is predicted is exact, each reason once.
fn bounds_because(prediction: &Prediction) -> Vec<String> {
    let reasons = prediction.clients.iter().flat_map(|client| &client.loose);
    let reasons: BTreeSet<String> = reasons.map(ToString::to_string).collect();
    reasons.into_iter().collect()
}

/// How many pairs of peers are linked, and how many of them one way only.
fn links(scenario: &Scenario) -> (u64, u64) {
    let (links, one_way) = shape::count_links(scenario);
    (links as u64, one_way as u64)
}

impl Accounting {
    fn of(census: &Census) -> Self {
        let books = &census.accounting;
        let mut dropped: BTreeMap<&'static str, u64> = BTreeMap::new();
        for (reason, count) in &books.dropped {
            *dropped.entry(reason.name()).or_default() += count;
        }
        Self {
            sent: books.sent,
            duplicated: books.duplicated,
            from_outside: books.outside,
            delivered: books.delivered,
            dropped,
            lost_by_kernel: books.lost,
            in_flight: books.in_flight,
            corrupted: census.corrupted,
            delayed: census.delayed,
        }
    }
}
