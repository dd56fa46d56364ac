//! How a scenario is run, by which rules and on which overlay.

use std::fmt;

use serde::{Serialize, Serializer};

use crate::rules::Carriage;
use crate::scenario::Scenario;
use crate::shape;

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

impl Setting {
    /// Those of `scenario`. Goes through all its links.
    pub(super) fn of(scenario: &Scenario) -> Self {
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

/// How many pairs of peers are linked, and how many of them one way only.
fn links(scenario: &Scenario) -> (u64, u64) {
    let (links, one_way) = shape::count_links(scenario);
    (links as u64, one_way as u64)
}
