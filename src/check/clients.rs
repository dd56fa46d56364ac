//! Holds each client's log and its stored chunks against the oracle and the events.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::net::SocketAddrV4;
use std::path::Path;

use bytes::Bytes;

use super::REQUESTS;
use super::finding::{Check, Finding, Findings};
use super::holdings::Holdings;
use super::logs::{self, LogLine};
use super::traces::Trace;
use crate::oracle::{ClientPrediction, Sources};
use crate::roster::{EndpointId, Roster};
use crate::scenario::{ClientSpec, Expect, Scenario};
use crate::wire::{Chunk, ChunkId};

/// What came out for one client.
#[derive(Clone, Debug)]
pub struct ClientVerdict {
    /// The client.
    pub client: EndpointId,
    /// Each chunk that it wants, in the order in which it asks.
    pub chunks: Vec<ChunkVerdict>,
}

/// What came out for one chunk of one client.
#[derive(Clone, Debug)]
pub struct ChunkVerdict {
    /// The chunk.
    pub id: ChunkId,
    /// What the log says of it.
    pub logged: Logged,
    /// Hops from the contact to its logged source, when that is a peer within TTL hops.
    pub hops: Option<u32>,
    /// What had to come out.
    pub expected: Sources,
    /// Whether it did.
    pub holds: bool,
}

impl ChunkVerdict {
    /// Whether the client had to get it.
    #[must_use]
    pub const fn certainty(&self) -> Certainty {
        match (
            self.expected.holders.is_empty(),
            self.expected.may_be_missing(),
        ) {
            (true, _) => Certainty::Cannot,
            (false, true) => Certainty::May,
            (false, false) => Certainty::Must,
        }
    }
}

/// Whether a client has to get a chunk, by what is known before the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Certainty {
    /// It must.
    Must,
    /// It may, or the chunk may be missing.
    May,
    /// It can't: the chunk must be missing.
    Cannot,
}

impl Certainty {
    /// The word that output uses.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Must => "must",
            Self::May => "may",
            Self::Cannot => "cannot",
        }
    }
}

/// What a log says of a chunk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Logged {
    /// Nothing.
    Not,
    /// 0.0.0.0:0: it is missing.
    Missing,
    /// It came from this address.
    From(SocketAddrV4),
}

/// One client under check.
pub(super) struct Examination<'a> {
    pub(super) scenario: &'a Scenario,
    pub(super) holdings: &'a Holdings<'a>,
    pub(super) spec: &'a ClientSpec,
    pub(super) predicted: &'a ClientPrediction,
    pub(super) trace: &'a Trace,
    pub(super) log: &'a Path,
    /// Whether the run went on to its end: only then is a missing line one.
    pub(super) complete: bool,
    /// Whether something else, which is told, may have kept chunks from the client.
    pub(super) hindered: bool,
    /// Whether it sent as many HELLOs as it had to.
    pub(super) asked_enough: bool,
}

impl Examination<'_> {
    /// Judges the log and what is stored beside it.
    pub(super) fn judge(&self, findings: &mut Findings) -> ClientVerdict {
        let entries = match fs::read(self.log) {
            Ok(log) => self.judge_lines(&logs::read(&log), findings),
            Err(error) => {
                // By its name alone: in which folder it is depends on the machine.
                let name = self.log.file_name().unwrap_or_default();
                let got = format!("{}: {error}", name.display());
                self.wrong(findings, Finding::new(Check::LogFormat, "a log", got));
                findings.leave_unjudged(&[Check::LogOnce]);
                BTreeMap::new()
            }
        };
        let judge = |id: &ChunkId| self.judge_chunk(*id, entries.get(id).copied(), findings);
        ClientVerdict {
            client: self.spec.endpoint,
            chunks: self.spec.chunks.iter().map(judge).collect(),
        }
    }

    fn wrong(&self, findings: &mut Findings, finding: Finding) {
        findings.add(finding.about(self.spec.endpoint));
    }

    fn roster(&self) -> &Roster {
        &self.scenario.roster
    }

    /// Checks the form of the log; gives what it says first of each wanted chunk.
    fn judge_lines(
        &self,
        lines: &[LogLine],
        findings: &mut Findings,
    ) -> BTreeMap<ChunkId, Option<SocketAddrV4>> {
        let wanted: BTreeSet<ChunkId> = self.spec.chunks.iter().copied().collect();
        let mut entries = BTreeMap::new();
        let mut malformed = false;
        for LogLine { number, entry } in lines {
            let logs::Entry { id, source } = match entry {
                Ok(entry) => *entry,
                Err(line) => {
                    malformed = true;
                    let got = format!("line {number}: {line}");
                    let expected = "lines `ip:port - id`, each ended by \\n";
                    self.wrong(findings, Finding::new(Check::LogFormat, expected, got));
                    continue;
                }
            };
            let id = ChunkId(id);
            let got = |what: &str| format!("line {number} {what}");
            if !wanted.contains(&id) {
                let finding = Finding::new(Check::LogOnce, "wanted chunks only", got("is another"));
                self.wrong(findings, finding.chunk(id));
                continue;
            }
            match entries.entry(id) {
                Entry::Vacant(place) => {
                    place.insert(source);
                }
                Entry::Occupied(_) => {
                    let finding = Finding::new(Check::LogOnce, "one line", got("is another one"));
                    self.wrong(findings, self.located(finding, id));
                }
            }
        }
        if malformed {
            // The line that can't be read may be the one that is missed.
            findings.leave_unjudged(&[Check::LogOnce]);
        } else if self.complete {
            let chunks = self.spec.chunks.iter();
            for id in chunks.filter(|id| !entries.contains_key(id)) {
                let finding = Finding::new(Check::LogOnce, "one line", "none");
                self.wrong(findings, self.located(finding, *id));
            }
        }
        entries
    }

    /// What has to come out for `id`: what the scenario says, else what the oracle does.
    fn expected(&self, id: ChunkId) -> Sources {
        match self.spec.expect.get(&id) {
            Some(Expect::From(holders)) => Sources {
                holders: holders.clone(),
                may_be_missing: false,
            },
            Some(Expect::Missing) => Sources::default(),
            None => self.predicted.sources.get(&id).cloned().unwrap_or_default(),
        }
    }

    fn judge_chunk(
        &self,
        id: ChunkId,
        entry: Option<Option<SocketAddrV4>>,
        findings: &mut Findings,
    ) -> ChunkVerdict {
        let expected = self.expected(id);
        let mut verdict = ChunkVerdict {
            id,
            logged: Logged::Not,
            hops: None,
            holds: false,
            expected,
        };
        match entry {
            None => {}
            Some(None) => {
                verdict.logged = Logged::Missing;
                verdict.holds = verdict.expected.may_be_missing();
                if verdict.holds || self.is_explained(id, findings) {
                    self.judge_stored(id, None, findings);
                } else {
                    let expected = self.describe(&verdict.expected);
                    let finding = Finding::new(Check::Missing, expected, "missing");
                    self.wrong(findings, self.located(finding, id));
                    findings.leave_unjudged(&[Check::Bytes]);
                }
            }
            Some(Some(source)) => {
                let peer = self.roster().at(source);
                verdict.logged = Logged::From(source);
                verdict.hops = peer.and_then(|peer| self.predicted.reach.hops(peer));
                verdict.holds = peer.is_some_and(|peer| verdict.expected.may_come_from(peer));
                if verdict.holds {
                    verdict.holds = self.judge_source(id, source, findings);
                } else if !self.hindered {
                    let expected = self.describe(&verdict.expected);
                    let check = match verdict.expected.holders.is_empty() {
                        true => Check::Missing,
                        false => Check::Source,
                    };
                    let finding = Finding::new(check, expected, self.roster().name_of(source));
                    self.wrong(findings, self.located(finding, id));
                }
            }
        }
        verdict
    }

    /// Whether a finding explains that chunk `id` is missing; the check says nothing then.
    fn is_explained(&self, id: ChunkId, findings: &mut Findings) -> bool {
        let wrong_get = REQUESTS
            .iter()
            .any(|check| findings.any_about(*check, self.spec.endpoint, Some(id)));
        let explained = self.hindered || wrong_get || (self.complete && !self.asked_enough);
        if explained {
            findings.leave_unjudged(&[Check::Missing]);
        }
        explained
    }

    fn located(&self, finding: Finding, id: ChunkId) -> Finding {
        let event = self.trace.logged.get(&id).copied();
        finding.chunk(id).shown_by(event)
    }

    /// Writes what had to come out: `peer1 or peer3`.
    fn describe(&self, expected: &Sources) -> String {
        let names = expected
            .holders
            .iter()
            .map(|peer| self.roster().name(*peer));
        let mut names: Vec<&str> = names.collect();
        if expected.may_be_missing() {
            names.push("missing");
        }
        names.join(" or ")
    }

    /// Whether a source that may be is one: it sent the chunk, and what is stored is what it held.
    fn judge_source(&self, id: ChunkId, source: SocketAddrV4, findings: &mut Findings) -> bool {
        let Some((reason, received)) = self.trace.received.get(&(source, id)) else {
            let others = self.trace.received.keys().filter(|(_, other)| *other == id);
            let others: Vec<String> = others
                .map(|(from, _)| self.roster().name_of(*from))
                .collect();
            let got = match others.is_empty() {
                true => "nobody did".to_owned(),
                false => format!("it came from {}", others.join(" and ")),
            };
            let expected = format!("a RESPONSE from {}", self.roster().name_of(source));
            let finding = Finding::new(Check::Sent, expected, got);
            self.wrong(findings, self.located(finding, id));
            return false;
        };
        let peer = self.roster().at(source);
        let held = peer.and_then(|peer| self.holdings.chunk(peer, id, *reason));
        self.judge_stored(id, Some((received, held)), findings)
    }

    /// Whether the file of chunk `id` is as it has to be: not there, or as its source holds it.
    fn judge_stored(
        &self,
        id: ChunkId,
        arrived: Option<(&Bytes, Option<&Chunk>)>,
        findings: &mut Findings,
    ) -> bool {
        let name = Chunk::file_name(id);
        let stored = self.log.parent().map(|dir| fs::read(dir.join(&name)));
        let stored = stored.and_then(Result::ok);
        let (expected, got) = match (arrived, stored) {
            (None, None) => return true,
            (None, Some(stored)) => {
                let got = format!("{name} of {} bytes", stored.len());
                ("no file of a missing chunk".to_owned(), got)
            }
            (Some((received, held)), stored) => {
                let right = held.map_or(received, Chunk::as_bytes);
                match stored {
                    Some(stored) if stored == *right => return true,
                    // The peer sent other bytes than it holds: its own fault, told of it.
                    Some(stored) if stored == *received => return false,
                    Some(stored) => (
                        format!("the {} bytes that its source holds", right.len()),
                        format!("{name} of {} bytes, others", stored.len()),
                    ),
                    None => (
                        format!("the {} bytes that its source holds", right.len()),
                        format!("no {name}"),
                    ),
                }
            }
        };
        let finding = Finding::new(Check::Bytes, expected, got);
        self.wrong(findings, self.located(finding, id));
        false
    }
}
