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

mod census;
mod clients;
mod conduct;
mod finding;
mod flood;
mod logs;
mod requests;

pub use census::{Accounting, Census, Search};
pub use clients::{ChunkVerdict, ClientVerdict, Logged};
pub use finding::{Check, Finding};

use crate::driver::{Ended, Ran};
use crate::event::DropReason;
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

/// Checks whose findings may have consequences all over the run.
const HINDRANCES: [Check; 6] = [
    Check::KernelLoss,
    Check::Silent,
    Check::Answer,
    Check::Forward,
    Check::Serve,
    Check::Stray,
];

/// Checks of GETs, whose findings have consequences for their chunk and for the limit.
const REQUESTS: [Check; 2] = [Check::OneGet, Check::Announced];

/// Checks that say nothing when one of the [`HINDRANCES`] has a finding.
const NEED_SOUND_CONDUCT: [Check; 7] = [
    Check::Source,
    Check::Missing,
    Check::HelloCount,
    Check::QueryCount,
    Check::ChunksInfoCount,
    Check::Reach,
    Check::ReachLost,
];

/// Checks that say little or nothing when the run was stopped before its end.
const NEED_THE_END: [Check; 6] = [
    Check::LogOnce,
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
    check_losses(&census.accounting, &mut findings);
    conduct::check(scenario, recording, &mut findings);
    requests::check(scenario, recording, &mut findings);
    let hindered = HINDRANCES.iter().any(|check| findings.any_of(*check));
    if hindered {
        findings.leave_unjudged(&NEED_SOUND_CONDUCT);
    }
    if !complete {
        findings.leave_unjudged(&NEED_THE_END);
    }
    check_books(&census.accounting, complete, &mut findings);
    if ran.ended == Ended::LimitReached {
        let explained = hindered || REQUESTS.iter().any(|check| findings.any_of(*check));
        check_limit(&census.accounting, explained, &mut findings);
    }
    let by_client = census.by_client();
    let traces = clients::traces(scenario, recording);
    let mut verdicts = Vec::with_capacity(scenario.clients.len());
    for (index, spec) in scenario.clients.iter().enumerate() {
        let predicted = &prediction.clients[index];
        let hellos = by_client.get(&spec.endpoint).map_or(0, Vec::len);
        let examination = Examination {
            scenario,
            spec,
            predicted,
            trace: &traces[index],
            log: &ran.logs[index],
            complete,
            hindered,
            asked_enough: predicted.hello.min <= hellos as u128,
        };
        verdicts.push(examination.judge(&mut findings));
    }
    if complete && !hindered {
        flood::check(scenario, prediction, &by_client, &mut findings);
    }
    let judged = |check: &Check| {
        let verdict = match *check {
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
    }
}

fn is_allowed(scenario: &Scenario, check: Check) -> bool {
    check == Check::ReachLost && scenario.allow.contains(&Allowed::ReachLost)
}

/// Tells of datagrams that the system threw away.
fn check_losses(books: &Accounting, findings: &mut Findings) {
    let refused = books.dropped.get(&DropReason::CannotSend).copied();
    let refused = refused.unwrap_or(0);
    let got = match (books.lost, refused) {
        (0, 0) => return,
        (lost, 0) => format!("{lost} lost in receive buffers"),
        (0, refused) => format!("{refused} that the system refused to send"),
        (lost, refused) => {
            format!("{lost} lost in receive buffers, {refused} that the system refused to send")
        }
    };
    let expected = "no datagram lost by the kernel";
    findings.add(Finding::new(Check::KernelLoss, expected, got));
}

/// Tells of datagrams without an end, or with two.
fn check_books(books: &Accounting, complete: bool, findings: &mut Findings) {
    if books.balances() && !(complete && books.in_flight > 0) {
        return;
    }
    let begun = books.sent + books.duplicated + books.outside;
    let dropped: u64 = books.dropped.values().sum();
    let expected = format!("{begun} datagrams each ended once, none in flight");
    let got = format!(
        "{} delivered, {dropped} dropped, {} lost, {} in flight, {} ended twice",
        books.delivered, books.lost, books.in_flight, books.ended_twice
    );
    findings.add(Finding::new(Check::Accounting, expected, got));
}

/// Tells that the run passed its limit, unless whoever made it do so is told of.
fn check_limit(books: &Accounting, explained: bool, findings: &mut Findings) {
    if explained {
        findings.leave_unjudged(&[Check::Limit]);
        return;
    }
    let got = format!("stopped after {} datagrams", books.sent);
    let expected = "no more datagrams than the limit";
    findings.add(Finding::new(Check::Limit, expected, got));
}
