//! What is wrong, with every name written out.

use serde::Serialize;

use crate::check::Finding;
use crate::driver::Ran;
use crate::roster::Role;
use crate::scenario::Scenario;

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
    /// What in the scenario it is about: `[[fault]] in line 12`, `done_by`.
    pub entry: Option<String>,
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

impl FindingLine {
    pub(super) fn of(scenario: &Scenario, ran: &Ran, finding: &Finding) -> Self {
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
            entry: finding.entry.clone(),
            expected: finding.expected.clone(),
            got: finding.got.clone(),
            event: finding.event.map(|event| event.0),
            event_line: finding.event.map(|event| ran.recording.line(event, roster)),
            more: finding.more,
        }
    }
}
