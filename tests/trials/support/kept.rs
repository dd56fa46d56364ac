//! Runs as they are kept.

use p2p_sim::check::Verdict;
use p2p_sim::driver::Ended;
use p2p_sim::trace::{About, Client, End, Finding, Peer, Trace};

use super::stage::Played;

impl Played {
    /// The run as it is kept, with what `verdict` says of it.
    pub(crate) fn keep(&self, verdict: &Verdict) -> Trace {
        let (scenario, ran) = (&self.scenario, &self.ran);
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
        let checks = verdict.checks.iter();
        let ended = match ran.ended {
            Ended::Complete => "complete",
            Ended::Interrupted => "interrupted",
            Ended::LimitReached => "limit-reached",
        };
        let verdict = match verdict.passes() {
            true => "pass",
            false => "fail",
        };
        Trace {
            about: About {
                scenario: scenario.name.clone(),
                description: scenario.description.clone(),
                seed: scenario.seed,
                mode: "lockstep".to_owned(),
                ttl: scenario.ttl.0,
                duplicates: scenario.duplicates.to_string(),
                reliable: scenario.reliable.is_some(),
            },
            roster: scenario.roster.clone(),
            peers: scenario
                .peers
                .iter()
                .map(|peer| Peer {
                    neighbours: peer.neighbours.clone(),
                    chunks: peer.chunks.ids().collect(),
                })
                .collect(),
            clients: scenario
                .clients
                .iter()
                .map(|client| Client {
                    contact: client.contact,
                    chunks: client.chunks.clone(),
                })
                .collect(),
            recording: ran.recording.clone(),
            findings: findings.collect(),
            end: Some(End {
                ended: ended.to_owned(),
                clock: ran.clock,
                in_flight: ran.in_flight,
                verdict: verdict.to_owned(),
                checks: checks
                    .map(|(check, said)| (check.name().to_owned(), said.name().to_owned()))
                    .collect(),
            }),
        }
    }
}
