//! A run as it is kept, made from what was run and what came of it.

use super::Report;
use crate::check::Verdict;
use crate::driver::Ran;
use crate::scenario::Scenario;
use crate::trace::{About, Client, End, Finding, Peer, Trace};

/// Keeps `ran`, a run of `scenario` of which `verdict` and `report` tell.
#[must_use]
pub fn keep(scenario: &Scenario, ran: Ran, verdict: &Verdict, report: &Report) -> Trace {
    let peers = scenario.peers.iter().map(|peer| Peer {
        neighbours: peer.neighbours.clone(),
        chunks: peer.chunks.ids().collect(),
    });
    let clients = scenario.clients.iter().map(|client| Client {
        contact: client.contact,
        chunks: client.chunks.clone(),
    });
    let findings = verdict.findings.iter().map(|finding| Finding {
        check: finding.check.name().to_owned(),
        who: finding.who,
        chunk: finding.chunk,
        entry: finding.entry.clone(),
        expected: finding.expected.clone(),
        got: finding.got.clone(),
        event: finding.event,
        more: finding.more,
    });
    let checks = report.checks.iter();
    Trace {
        about: About {
            scenario: report.scenario.clone(),
            description: report.description.clone(),
            seed: report.seed,
            mode: report.mode.to_string(),
            ttl: report.setting.ttl,
            duplicates: report.setting.duplicates.clone(),
            reliable: report.setting.reliable,
        },
        roster: scenario.roster.clone(),
        peers: peers.collect(),
        clients: clients.collect(),
        recording: ran.recording,
        findings: findings.collect(),
        end: Some(End {
            ended: report.ended.to_owned(),
            clock: ran.clock,
            in_flight: ran.in_flight,
            verdict: report.verdict.to_owned(),
            checks: checks
                .map(|check| (check.name.to_owned(), check.verdict.to_owned()))
                .collect(),
        }),
    }
}
