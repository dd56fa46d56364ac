//! Holds what happened against what had to happen.
//!
//! The checker reads the *written* logs and the events, and asks the oracle; it never asks a peer
//! or a client. A finding that follows from another is not told, and the check that would repeat it
//! is [`NotJudged`](CheckVerdict::NotJudged). No check is blind for that: each silence has a finding
//! that explains it.
//!
//! | told | not told then |
//! |---|---|
//! | an endpoint sent what it may not or kept what it had to send, or the system lost a datagram | wrong sources, missing chunks, reach, counts, the limit |
//! | a client's GETs for a chunk were wrong | that the chunk is missing; the limit |
//! | a client sent too few HELLOs | its missing chunks |
//! | a chunk is wrongly logged as missing | a file of it; too many HELLOs of its client |
//! | a line of a log, or all of it, can't be read | lines that it lacks |
//! | others heard a search than should | the counts of its client |
//! | a client's HELLOs, or the QUERYs that they cause, are too many or too few | the counts further on |
//!
//! | file | what |
//! |---|---|
//! | `finding` | names of checks, findings |
//! | `census`, `effects` | what the events add up to: datagrams and searches; faults |
//! | `reached` | who had a search |
//! | `books` | where each datagram came from and what became of it |
//! | `meanings` | what each payload says, read once |
//! | `gathered` | what several checks look for in the events, found in one pass |
//! | `holdings`, `traces` | what the events say of single peers and clients |
//! | `conduct` | what peers sent |
//! | `logs`, `clients` | what clients logged and stored |
//! | `requests` | what clients sent |
//! | `flood` | who heard searches, and how many datagrams they took |
//! | `unmet`, `expectation` | what the scenario says and the run never showed |

mod acknowledge;
mod books;
mod census;
mod clients;
mod conduct;
mod effects;
mod expectation;
mod finding;
mod flood;
mod gathered;
mod holdings;
mod logs;
mod meanings;
mod reached;
mod requests;
mod traces;
mod unmet;

pub use books::Accounting;
pub use census::{Census, Search};
pub use clients::{Certainty, ChunkVerdict, ClientVerdict, Logged};
pub use effects::{Effects, FaultEffect, LinkEffect};
pub use finding::{Check, Finding};
pub use reached::Reached;

use crate::driver::{Ended, Ran};
use crate::oracle::Prediction;
use crate::scenario::{Allowed, Scenario};
use crate::threads;

use clients::Examination;
use finding::Findings;
use gathered::Gathered;
use holdings::Holdings;
use meanings::Meanings;

/// What the checks say of a run.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// Each check, in the order of [`Check::ALL`].
    pub checks: Vec<(Check, CheckVerdict)>,
    /// What is wrong, roots first.
    pub findings: Vec<Finding>,
    /// What came out for each client.
    pub clients: Vec<ClientVerdict>,
    /// The counts of the run.
    pub census: Census,
    /// What the faults of the scenario came to.
    pub effects: Effects,
}

/// What one check says of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CheckVerdict {
    /// All held.
    Pass,
    /// Something did not; there is a finding.
    Fail,
    /// Something did not, and the scenario allows it.
    Allowed,
    /// Something did not, and the scenario says that it must not.
    Demanded,
    /// It can't be said of all, because of a finding of another check or because the run was
    /// stopped.
    NotJudged,
}

impl CheckVerdict {
    /// The word that output uses.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Allowed => "allowed",
            Self::Demanded => "demanded",
            Self::NotJudged => "not-judged",
        }
    }
}

impl Verdict {
    /// Whether every check holds, or its findings are allowed, save those that the scenario says
    /// must fail: these do.
    #[must_use]
    pub fn passes(&self) -> bool {
        self.checks
            .iter()
            .all(|(_, verdict)| *verdict != CheckVerdict::Fail)
    }

    /// What `check` says.
    #[must_use]
    pub fn of(&self, check: Check) -> CheckVerdict {
        let mut checks = self.checks.iter();
        let found = checks.find(|(other, _)| *other == check);
        found.map_or(CheckVerdict::NotJudged, |(_, verdict)| *verdict)
    }
}

/// Checks whose findings may have consequences all over the run.
const HINDRANCES: [Check; 7] = [
    Check::KernelLoss,
    Check::Silent,
    Check::Answer,
    Check::Forward,
    Check::Serve,
    Check::Acknowledge,
    Check::Stray,
];

/// Checks of GETs, whose findings have consequences for their chunk and for the limit.
const REQUESTS: [Check; 2] = [Check::OneGet, Check::Announced];

/// Checks that say nothing when one of the [`HINDRANCES`] has a finding.
const NEED_SOUND_CONDUCT: [Check; 8] = [
    Check::Source,
    Check::Missing,
    Check::HelloCount,
    Check::QueryCount,
    Check::ChunksInfoCount,
    Check::Reach,
    Check::ReachLost,
    Check::Unmet,
];

/// Checks that say little or nothing when the run was stopped before its end.
const NEED_THE_END: [Check; 7] = [
    Check::LogOnce,
    Check::HelloCount,
    Check::QueryCount,
    Check::ChunksInfoCount,
    Check::Reach,
    Check::ReachLost,
    Check::Unmet,
];

/// With so many events a thread is worth its start many times over.
const WORTH_A_THREAD: usize = 100_000;

/// Judges `ran`, a run of `scenario` of which the oracle said `prediction` before it began.
#[must_use]
pub fn judge(scenario: &Scenario, prediction: &Prediction, ran: &Ran) -> Verdict {
    let recording = &ran.recording;
    let holdings = Holdings::read(scenario, recording);
    let effects = Effects::read(scenario, recording);
    let complete = ran.ended == Ended::Complete;
    let mut findings = Findings::default();
    let acknowledged = acknowledge::check(scenario, ran, &mut findings);
    let meanings = Meanings::read(recording);
    let take_census = || Census::read(ran, scenario, &acknowledged, &meanings);
    let judge_conduct = || {
        let gathered = Gathered::read(scenario, recording, &acknowledged);
        let ground = conduct::Ground {
            scenario,
            recording,
            holdings: &holdings,
            acknowledged: &acknowledged,
            meanings: &meanings,
            gathered: &gathered,
        };
        (conduct::check(ground), gathered)
    };
    // These two read every event, and neither asks the other.
    let is_large = recording.len() >= WORTH_A_THREAD;
    let (census, (of_conduct, gathered)) = threads::both(is_large, take_census, judge_conduct);
    books::losses(&census.accounting, &mut findings);
    of_conduct.into_iter().for_each(|found| findings.add(found));
    let of_clients = &gathered.of_clients;
    requests::check(scenario, recording, of_clients, &mut findings);
    let hindered = HINDRANCES.iter().any(|check| findings.any_of(*check));
    if hindered {
        findings.leave_unjudged(&NEED_SOUND_CONDUCT);
    }
    if !complete {
        findings.leave_unjudged(&NEED_THE_END);
    }
    books::sums(&census.accounting, complete, &mut findings);
    if ran.ended == Ended::LimitReached {
        let explained = hindered || REQUESTS.iter().any(|check| findings.any_of(*check));
        books::limit(&census.accounting, explained, &mut findings);
    }
    let traces = traces::read(scenario, recording, of_clients);
    let mut verdicts = Vec::with_capacity(scenario.clients.len());
    for (index, spec) in scenario.clients.iter().enumerate() {
        let predicted = &prediction.clients[index];
        let hellos = census.hellos.get(&spec.endpoint).copied().unwrap_or(0);
        let examination = Examination {
            scenario,
            holdings: &holdings,
            spec,
            predicted,
            trace: &traces[index],
            log: &ran.logs[index],
            complete,
            hindered,
            asked_enough: predicted.hello.min <= u128::from(hellos),
        };
        verdicts.push(examination.judge(&mut findings));
    }
    if complete && !hindered {
        flood::check(scenario, prediction, &census, &mut findings);
        unmet::check(scenario, ran, &effects, &mut findings);
    }
    expectation::check(
        scenario,
        ran,
        &census,
        &acknowledged,
        complete,
        &mut findings,
    );
    let disappointed = check_demands(scenario, complete, &mut findings);
    let judged = |check: &Check| {
        let verdict = match *check {
            check if disappointed.contains(&check) => CheckVerdict::Fail,
            check if findings.any_of(check) && is_demanded(scenario, check) => {
                CheckVerdict::Demanded
            }
            check if findings.any_of(check) && is_allowed(scenario, check) => CheckVerdict::Allowed,
            check if findings.any_of(check) => CheckVerdict::Fail,
            check if findings.is_left_unjudged(check) => CheckVerdict::NotJudged,
            _ => CheckVerdict::Pass,
        };
        (*check, verdict)
    };
    Verdict {
        checks: Check::ALL.iter().map(judged).collect(),
        findings: findings.into_vec(),
        clients: verdicts,
        census,
        effects,
    }
}

fn is_allowed(scenario: &Scenario, check: Check) -> bool {
    check == Check::ReachLost && scenario.allow.contains(&Allowed::ReachLost)
}

fn is_demanded(scenario: &Scenario, check: Check) -> bool {
    scenario.expect.must_fail.contains(check.name())
}

/// Tells of checks that must fail, by the scenario, and do not; gives them.
fn check_demands(scenario: &Scenario, complete: bool, findings: &mut Findings) -> Vec<Check> {
    let demanded = Check::ALL.iter().copied();
    let demanded = demanded.filter(|check| is_demanded(scenario, *check));
    let disappointed: Vec<Check> = demanded
        .filter(|check| complete && !findings.any_of(*check))
        .collect();
    for check in &disappointed {
        let expected = format!("a finding of {check}");
        let got = match findings.is_left_unjudged(*check) {
            true => "none: it could not be judged",
            false => "none",
        };
        findings.add(Finding::new(*check, expected, got).entry("must_fail"));
    }
    disappointed
}
