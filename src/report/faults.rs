//! What the faults of a scenario came to, with every name written out.

use serde::Serialize;

use crate::check::{Effects, FaultEffect, LinkEffect};
use crate::driver::Ran;
use crate::event::{EventId, What};
use crate::faults::{Fault, LinkEntry};
use crate::scenario::Scenario;

/// What the faults of a scenario came to.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Faults {
    /// Each fault by meaning, in the order of the file.
    pub named: Vec<FaultLine>,
    /// Each entry about links, in the order of the file.
    pub links: Vec<LinkLine>,
    /// What changed in time, save churn, first to last.
    pub changes: Vec<ChangeLine>,
    /// What churn did.
    pub churn: Churn,
}

/// A fault by meaning.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FaultLine {
    /// Where in the file it is: `[[fault]] in line 12`.
    pub entry: String,
    /// What it does, done: `dropped`, `delayed`, `duplicated` or `corrupted`.
    pub effect: &'static str,
    /// The type of message that it is about; none for any.
    pub message: Option<&'static str>,
    /// Datagrams that it counted.
    pub matched: u64,
    /// Those to which it did something.
    pub met: u64,
}

/// An entry about links.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LinkLine {
    /// Where in the file it is: `[[link]] in line 9`.
    pub entry: String,
    /// Datagrams that were sent over its links.
    pub sent: u64,
    /// Those that were lost by chance or found a queue full.
    pub lost: u64,
    /// Copies that were made by chance.
    pub duplicated: u64,
    /// Those that were damaged by chance.
    pub corrupted: u64,
    /// Those that were held back by chance.
    pub delayed: u64,
}

/// Something that changed in time.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ChangeLine {
    /// Where in the file it is: `[[event]] in line 20`.
    pub entry: String,
    /// When it happened, in milliseconds of the run's clock.
    pub at_ms: f64,
    /// The number of its event.
    pub event: u32,
    /// What it was: `stopped p4`.
    pub what: String,
}

/// What churn did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Churn {
    /// How often a peer left.
    pub leaves: u64,
    /// How often one came back.
    pub returns: u64,
}

impl Faults {
    pub(super) fn of(scenario: &Scenario, ran: &Ran, effects: &Effects) -> Self {
        let faults = &scenario.faults;
        let named = faults.named.iter().zip(&effects.faults);
        let links = faults.links.entries.iter().zip(&effects.links);
        let changes = effects.changes.iter();
        Self {
            named: named.map(|(f, effect)| FaultLine::of(f, *effect)).collect(),
            links: links.map(|(l, effect)| LinkLine::of(l, *effect)).collect(),
            changes: changes
                .filter_map(|id| ChangeLine::of(scenario, ran, *id))
                .collect(),
            churn: Churn {
                leaves: effects.leaves,
                returns: effects.returns,
            },
        }
    }

    /// Whether there is nothing to tell.
    #[must_use]
    pub fn are_none(&self) -> bool {
        let Churn { leaves, returns } = self.churn;
        let lines = self.named.len() + self.links.len() + self.changes.len();
        lines == 0 && leaves + returns == 0
    }
}

impl FaultLine {
    fn of(fault: &Fault, effect: FaultEffect) -> Self {
        Self {
            entry: fault.label.clone(),
            effect: fault.effect.done(),
            message: fault.pattern.message.map(|message| message.name()),
            matched: effect.matched,
            met: effect.met,
        }
    }
}

impl LinkLine {
    fn of(entry: &LinkEntry, effect: LinkEffect) -> Self {
        Self {
            entry: entry.label.clone(),
            sent: effect.sent,
            lost: effect.lost,
            duplicated: effect.duplicated,
            corrupted: effect.corrupted,
            delayed: effect.delayed,
        }
    }
}

impl ChangeLine {
    fn of(scenario: &Scenario, ran: &Ran, id: EventId) -> Option<Self> {
        let event = ran.recording.event(id);
        let What::Changed { place, change } = &event.what else {
            return None;
        };
        let scheduled = scenario.faults.timeline.get(*place as usize)?;
        Some(Self {
            entry: scheduled.label.clone()?,
            at_ms: event.time.as_millis_f64(),
            event: id.0,
            what: change.text(&scenario.roster),
        })
    }
}
