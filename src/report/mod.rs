//! One report of a run, in many forms.
//!
//! A [`Report`] is plain data with every name written out, made once from the scenario, the
//! prediction, the events and the verdict. [`screen`] draws it for people; serialised it is the
//! document of `--format json`, which docs/output.md describes.

pub mod outlook;
pub mod repeats;
pub mod screen;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use serde::Serialize;

use crate::check::{ChunkVerdict, Finding, Logged, Verdict};
use crate::driver::{Ended, Ran};
use crate::oracle::{Count, Prediction};
use crate::roster::Role;
use crate::scenario::Scenario;
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// One queue and a clock that jumps ([`crate::driver::lockstep`]).
    Lockstep,
    /// Each endpoint a task, in wall-clock time ([`crate::driver::live`]).
    RealTime,
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Lockstep => "lockstep",
            Self::RealTime => "real-time",
        })
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
    /// The delay of each datagram, in milliseconds.
    pub delay_ms: f64,
}

/// What came out for one client.
#[derive(Clone, Debug, Serialize)]
pub struct Client {
    /// Its name.
    pub name: String,
    /// The name of its contact.
    pub contact: String,
    /// Its log.
    pub log: PathBuf,
    /// Each wanted chunk.
    pub chunks: Vec<Chunk>,
}

/// What came out for one chunk.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Chunk {
    /// The chunk.
    pub id: u16,
    /// The source as the log has it; none when it is missing or not logged.
    pub source: Option<String>,
    /// The source's name, when it is one of the run.
    pub peer: Option<String>,
    /// Hops from the contact to the source.
    pub hops: Option<u32>,
    /// The peers that it may come from; none when it must be missing.
    pub expected: Vec<String>,
    /// Whether it may be missing.
    pub may_be_missing: bool,
    /// Whether the log has a line of it.
    pub logged: bool,
    /// `pass` or `fail`.
    pub verdict: &'static str,
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
}

/// Datagrams predicted from the scenario alone.
#[derive(Clone, Debug, Serialize)]
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
}

/// A check with its verdict.
#[derive(Clone, Debug, Serialize)]
pub struct CheckLine {
    /// Its name.
    pub name: &'static str,
    /// `pass`, `fail`, `allowed` or `not-judged`.
    pub verdict: &'static str,
}

/// A finding with every name written out.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FindingLine {
    /// The check that it breaks.
    pub check: &'static str,
    /// The client that it is about.
    pub client: Option<String>,
    /// The peer that it is about.
    pub peer: Option<String>,
    /// The chunk that it is about.
    pub chunk: Option<u16>,
    /// What should have been.
    pub expected: String,
    /// What was.
    pub got: String,
    /// The number of the event that shows it.
    pub event: Option<u32>,
    /// That event as a line of text.
    pub event_line: Option<String>,
    /// How many more like it there are.
    pub more: u64,
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
        let census = &verdict.census;
        let checks = verdict.checks.iter().map(|(check, verdict)| CheckLine {
            name: check.name(),
            verdict: verdict.name(),
        });
        let findings = verdict.findings.iter();
        let passes = verdict.passes() && ran.ended == Ended::Complete;
        Self {
            scenario: scenario.name.clone(),
            description: scenario.description.clone(),
            seed: scenario.seed,
            mode,
            setting: Setting::of(scenario),
            verdict: word(passes),
            ended: match ran.ended {
                Ended::Complete => "complete",
                Ended::Interrupted => INTERRUPTED,
                Ended::LimitReached => "limit-reached",
            },
            clients: clients(scenario, ran, verdict),
            datagrams: Datagrams {
                hello: census.sent(Type::Hello),
                query: census.sent(Type::Query),
                chunks_info: census.sent(Type::ChunksInfo),
                get: census.sent(Type::Get),
                response: census.sent(Type::Response),
            },
            predicted: Predicted {
                hello: prediction.hello,
                query: prediction.query,
                chunks_info: prediction.chunks_info,
            },
            bounds_because: bounds_because(prediction),
            accounting: Accounting::of(&census.accounting),
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

impl Setting {
    fn of(scenario: &Scenario) -> Self {
        let (links, one_way) = links(scenario);
        Self {
            peers: scenario.peers.len() as u64,
            links,
            one_way,
            ttl: scenario.ttl.0,
            duplicates: scenario.duplicates.to_string(),
            delay_ms: scenario.faults.links.peers.delay.as_secs_f64() * 1e3,
        }
    }
}

/// Why not all that is predicted is exact, each reason once.
fn bounds_because(prediction: &Prediction) -> Vec<String> {
    let reasons = prediction.clients.iter().flat_map(|client| &client.loose);
    let reasons: BTreeSet<String> = reasons.map(ToString::to_string).collect();
    reasons.into_iter().collect()
}

/// How many pairs of peers are linked, and how many of them one way only.
fn links(scenario: &Scenario) -> (u64, u64) {
    let mut directed = BTreeSet::new();
    for peer in &scenario.peers {
        let known = peer
            .neighbours
            .iter()
            .filter_map(|n| scenario.roster.at(*n));
        let others =
            known.filter(|other| *other != peer.endpoint && scenario.peer(*other).is_some());
        directed.extend(others.map(|other| (peer.endpoint, other)));
    }
    let both = directed
        .iter()
        .filter(|(a, b)| a < b && directed.contains(&(*b, *a)));
    let both = both.count() as u64;
    let one_way = directed.len() as u64 - 2 * both;
    (both + one_way, one_way)
}

fn clients(scenario: &Scenario, ran: &Ran, verdict: &Verdict) -> Vec<Client> {
    let roster = &scenario.roster;
    let judged = scenario.clients.iter().zip(&verdict.clients).zip(&ran.logs);
    let client = judged.map(|((spec, verdict), log)| Client {
        name: roster.name(spec.endpoint).to_owned(),
        contact: roster.name(spec.contact).to_owned(),
        log: log.clone(),
        chunks: verdict
            .chunks
            .iter()
            .map(|chunk| Chunk::of(scenario, chunk))
            .collect(),
    });
    client.collect()
}

impl Chunk {
    fn of(scenario: &Scenario, chunk: &ChunkVerdict) -> Self {
        let roster = &scenario.roster;
        let source = match chunk.logged {
            Logged::From(source) => Some(source),
            Logged::Missing | Logged::Not => None,
        };
        let peer = source.and_then(|source| roster.at(source));
        let expected = chunk.expected.holders.iter();
        Self {
            id: chunk.id.0,
            source: source.map(|source| source.to_string()),
            peer: peer.map(|peer| roster.name(peer).to_owned()),
            hops: chunk.hops,
            expected: expected.map(|peer| roster.name(*peer).to_owned()).collect(),
            may_be_missing: chunk.expected.may_be_missing(),
            logged: chunk.logged != Logged::Not,
            verdict: word(chunk.holds),
        }
    }
}

impl Accounting {
    fn of(books: &crate::check::Accounting) -> Self {
        let dropped = books.dropped.iter().map(|(reason, n)| (reason.name(), *n));
        Self {
            sent: books.sent,
            duplicated: books.duplicated,
            from_outside: books.outside,
            delivered: books.delivered,
            dropped: dropped.collect(),
            lost_by_kernel: books.lost,
            in_flight: books.in_flight,
        }
    }
}

impl FindingLine {
    fn of(scenario: &Scenario, ran: &Ran, finding: &Finding) -> Self {
        let roster = &scenario.roster;
        let named = |role: Role| {
            let who = finding.who.filter(|who| roster.role(*who) == role);
            who.map(|who| roster.name(who).to_owned())
        };
        Self {
            check: finding.check.name(),
            client: named(Role::Client),
            peer: named(Role::Peer),
            chunk: finding.chunk.map(|chunk| chunk.0),
            expected: finding.expected.clone(),
            got: finding.got.clone(),
            event: finding.event.map(|event| event.0),
            event_line: finding.event.map(|event| ran.recording.line(event, roster)),
            more: finding.more,
        }
    }
}
