//! Holds what happened against what had to happen.
//!
//! The checker reads the *written* logs and the events, and asks the oracle; it never asks a peer
//! or a client. A finding that follows from another is not told: when a peer breaks the protocol,
//! wrong counts and missing chunks are its consequences, and the checks that would repeat them are
//! [`NotJudged`](CheckVerdict::NotJudged).

mod census;
mod clients;
mod conduct;
mod finding;
mod flood;
mod gets;
mod logs;

pub use census::{Accounting, Census, Search};
pub use clients::{ChunkVerdict, ClientVerdict, Logged};
pub use finding::{Check, Finding};

use crate::driver::{Ended, Ran};
use crate::oracle::Prediction;
use crate::scenario::{Allowed, Scenario};

use clients::Examination;
use finding::Findings;

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
    /// It can't be said, because of a finding of another check or because the run was stopped.
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
            Self::NotJudged => "not-judged",
        }
    }
}

impl Verdict {
    /// Whether every check holds, or its findings are allowed.
    #[must_use]
    pub fn passes(&self) -> bool {
        self.checks
            .iter()
            .all(|(_, verdict)| *verdict != CheckVerdict::Fail)
    }
}

/// Checks that say nothing when a peer broke the protocol or a datagram was lost.
const NEED_SOUND_PEERS: [Check; 7] = [
    Check::Source,
    Check::Missing,
    Check::HelloCount,
    Check::QueryCount,
    Check::ChunksInfoCount,
    Check::Reach,
    Check::ReachLost,
];

/// Checks that say nothing when the run was stopped before its end.
const NEED_THE_END: [Check; 5] = [
    Check::HelloCount,
    Check::QueryCount,
    Check::ChunksInfoCount,
    Check::Reach,
    Check::ReachLost,
];

/// Judges `ran`, a run of `scenario` of which the oracle said `prediction` before it began.
#[must_use]
pub fn judge(scenario: &Scenario, prediction: &Prediction, ran: &Ran) -> Verdict {
    let recording = &ran.recording;
    let census = Census::take(recording, &scenario.roster, ran.in_flight);
    let complete = ran.ended == Ended::Complete;
    let mut findings = Findings::default();
    conduct::check(scenario, recording, &mut findings);
    let lost = census.accounting.lost;
    if lost > 0 {
        let got = format!("{lost} lost in receive buffers");
        findings.add(Finding::new(
            Check::KernelLoss,
            "no datagram lost by the kernel",
            got,
        ));
    }
    let hindered = !findings.is_empty();
    if !census.accounting.balances() || (complete && census.accounting.in_flight > 0) {
        findings.add(unbalanced(&census.accounting));
    }
    if ran.ended == Ended::LimitReached && !hindered {
        let got = format!("stopped after {} datagrams", census.accounting.sent);
        findings.add(Finding::new(
            Check::Limit,
            "fewer datagrams than the limit",
            got,
        ));
    }
    gets::check(scenario, recording, &mut findings);
    let traces = clients::traces(scenario, recording);
    let mut verdicts = Vec::with_capacity(scenario.clients.len());
    for (index, spec) in scenario.clients.iter().enumerate() {
        let examination = Examination {
            scenario,
            spec,
            predicted: &prediction.clients[index],
            trace: &traces[index],
            log: &ran.logs[index],
            complete,
            hindered,
        };
        verdicts.push(examination.judge(&mut findings));
    }
    if complete && !hindered {
        flood::check(scenario, prediction, &census, &mut findings);
    }
    let judged = |check: &Check| {
        let verdict = match *check {
            check if findings.any_of(check) && is_allowed(scenario, check) => CheckVerdict::Allowed,
            check if findings.any_of(check) => CheckVerdict::Fail,
            check if hindered && NEED_SOUND_PEERS.contains(&check) => CheckVerdict::NotJudged,
            check if !complete && NEED_THE_END.contains(&check) => CheckVerdict::NotJudged,
            _ => CheckVerdict::Pass,
        };
        (*check, verdict)
    };
    Verdict {
        checks: Check::ALL.iter().map(judged).collect(),
        findings: findings.into_vec(),
        clients: verdicts,
        census,
    }
}

fn is_allowed(scenario: &Scenario, check: Check) -> bool {
    check == Check::ReachLost && scenario.allow.contains(&Allowed::ReachLost)
}

fn unbalanced(books: &Accounting) -> Finding {
    let begun = books.sent + books.duplicated + books.outside;
    let dropped: u64 = books.dropped.values().sum();
    let expected = format!("{begun} datagrams each ended once, none in flight");
    let got = format!(
        "{} delivered, {dropped} dropped, {} lost, {} in flight, {} ended twice",
        books.delivered, books.lost, books.in_flight, books.ended_twice
    );
    Finding::new(Check::Accounting, expected, got)
}
