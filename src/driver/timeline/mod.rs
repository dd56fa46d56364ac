//! What changes in time: which change is due when, which peers are there, what each holds now.
//! Sans-IO, for both drivers.
//!
//! A peer is there, stands still, or is gone. Every change is recorded when it happens, also one
//! that finds nothing to do:
//!
//! | change | there | stands still | gone |
//! |---|---|---|---|
//! | stop, crash | gone | gone; what waits is handed on, and so dropped | nothing |
//! | start | nothing | nothing: the pause goes on | there |
//! | pause | stands still | the later of the two ends counts | nothing |
//! | resume | | there; what waits is handed on | |
//!
//! A crash makes a peer forget its searches, wherever it stands; one that was only stopped keeps
//! them. A pause that something else has ended has no resume. Gaining and losing chunks works on any
//! peer; chunks that are gained go before those of the same id.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::chunks::ChunkStore;
use crate::endpoint::Happening;
use crate::event::{EventId, What};
use crate::faults::{Change, Faults, When};
use crate::link::{self, Network};
use crate::roster::EndpointId;
use crate::scenario::Scenario;
use crate::time::Time;

/// The timeline of a run.
#[derive(Debug)]
pub(super) struct Timeline {
    /// What is due, first to last.
    due: BTreeSet<Due>,
    /// The changes that follow a datagram which was not sent yet.
    triggers: Vec<Trigger>,
    /// The peers that are not there.
    absent: BTreeMap<EndpointId, Absent>,
    /// What peers hold that have gained or lost something.
    stores: BTreeMap<EndpointId, Arc<ChunkStore>>,
}

/// A change that is due; at one instant the order is that of the timeline's places.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Due {
    pub(super) at: Time,
    place: u32,
    /// Whether it is not the change itself but the end of the pause that it was.
    is_resume: bool,
    /// The datagram that it follows, if it follows one.
    after: Option<EventId>,
}

/// A change that follows a datagram.
#[derive(Debug)]
struct Trigger {
    place: u32,
    /// Datagrams that matched so far.
    counted: u32,
}

/// A peer that is not simply there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Absent {
    Gone,
    /// Stands still until then, because of the pause at this place.
    Paused {
        until: Time,
        place: u32,
    },
}

/// How a peer stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    There,
    Paused,
    Gone,
}

/// A datagram as it is sent, for the changes that follow it.
pub(super) struct Sent<'a> {
    pub(super) datagram: EventId,
    pub(super) from: EndpointId,
    /// Who is to get it, if it is somebody of the run.
    pub(super) to: Option<EndpointId>,
    pub(super) payload: &'a [u8],
}

/// A change that has happened, and what the driver has to do because of it.
#[derive(Debug)]
pub(super) struct Happened {
    /// The event to be recorded, and its cause.
    pub(super) what: What,
    pub(super) cause: Option<EventId>,
    /// What a peer has to be told.
    pub(super) tell: Option<(EndpointId, Happening)>,
    /// The peer that what waited for it is handed on to.
    pub(super) releases: Option<EndpointId>,
}

impl Timeline {
    /// The timeline of a run with `faults`.
    pub(super) fn new(faults: &Faults) -> Self {
        let mut due = BTreeSet::new();
        let mut triggers = Vec::new();
        for (place, scheduled) in (0..).zip(&faults.timeline) {
            match scheduled.when {
                When::At(time) => {
                    due.insert(Due {
                        at: Time::from_start(time),
                        place,
                        is_resume: false,
                        after: None,
                    });
                }
                When::After { .. } => triggers.push(Trigger { place, counted: 0 }),
            }
        }
        Self {
            due,
            triggers,
            absent: BTreeMap::new(),
            stores: BTreeMap::new(),
        }
    }

    /// Whether nothing that peers do can bring a change about, and nobody stands still: then nothing
    /// comes between datagrams that arrive at one instant.
    pub(super) fn is_calm(&self) -> bool {
        let stands_still = |absent: &Absent| matches!(absent, Absent::Paused { .. });
        self.triggers.is_empty() && !self.absent.values().any(stands_still)
    }

    /// How `endpoint` stands.
    pub(super) fn standing(&self, endpoint: EndpointId) -> Standing {
        match self.absent.get(&endpoint) {
            None => Standing::There,
            Some(Absent::Gone) => Standing::Gone,
            Some(Absent::Paused { .. }) => Standing::Paused,
        }
    }

    /// Takes note of a datagram that is sent at `now`; says whether a change follows it.
    pub(super) fn note(&mut self, faults: &Faults, now: Time, sent: &Sent<'_>) -> bool {
        if self.triggers.is_empty() {
            return false;
        }
        let before = self.triggers.len();
        self.triggers.retain_mut(|trigger| {
            let place = trigger.place;
            let When::After { pattern, nth, by } = &faults.timeline[place as usize].when else {
                return false;
            };
            if !link::matches(pattern, sent.from, sent.to, sent.payload) {
                return true;
            }
            trigger.counted += 1;
            if trigger.counted < *nth {
                return true;
            }
            self.due.insert(Due {
                at: now + *by,
                place,
                is_resume: false,
                after: Some(sent.datagram),
            });
            false
        });
        self.triggers.len() < before
    }

    /// The change that is due next.
    pub(super) fn next(&self) -> Option<&Due> {
        self.due.first()
    }

    /// Makes the change that is due next, at `now`. Nothing happens when it was the end of a pause
    /// that had ended already.
    pub(super) fn happen(
        &mut self,
        scenario: &Scenario,
        network: &mut Network,
        now: Time,
    ) -> Option<Happened> {
        let due = self.due.pop_first()?;
        let place = due.place;
        let mut change = scenario.faults.timeline[place as usize].change.clone();
        if due.is_resume {
            let peer = change.peer()?;
            let until = due.at;
            if self.absent.get(&peer) != Some(&Absent::Paused { until, place }) {
                return None;
            }
            change = Change::Resume(peer);
        }
        let mut happened = Happened {
            what: What::Changed {
                place,
                change: Arc::new(change.clone()),
            },
            cause: due.after,
            tell: None,
            releases: None,
        };
        match &change {
            Change::Stop(peer) | Change::Crash(peer) => {
                if self.absent.insert(*peer, Absent::Gone) != Some(Absent::Gone) {
                    happened.releases = Some(*peer);
                }
                if matches!(change, Change::Crash(_)) {
                    happened.tell = Some((*peer, Happening::Forgot));
                }
            }
            Change::Start(peer) => {
                if self.standing(*peer) == Standing::Gone {
                    self.absent.remove(peer);
                }
            }
            Change::Pause(peer, time) => self.pause(*peer, now + *time, place),
            Change::Resume(peer) => {
                self.absent.remove(peer);
                happened.releases = Some(*peer);
            }
            Change::Cut(cut) => network.cut(cut),
            Change::Heal(cut) => network.heal(cut),
            Change::HealAll => network.heal_all(),
            Change::Gain(peer, gained) => {
                happened.tell = self.hold(scenario, *peer, |held| held.with(gained));
            }
            Change::Lose(peer, lost) => {
                happened.tell = self.hold(scenario, *peer, |held| held.without(lost));
            }
        }
        Some(happened)
    }

    fn pause(&mut self, peer: EndpointId, until: Time, place: u32) {
        match self.absent.get(&peer) {
            Some(Absent::Gone) => return,
            Some(Absent::Paused { until: other, .. }) if *other >= until => return,
            _ => {}
        }
        self.absent.insert(peer, Absent::Paused { until, place });
        self.due.insert(Due {
            at: until,
            place,
            is_resume: true,
            after: None,
        });
    }

    /// Changes what `peer` holds; gives what it has to be told.
    fn hold(
        &mut self,
        scenario: &Scenario,
        peer: EndpointId,
        change: impl FnOnce(&ChunkStore) -> ChunkStore,
    ) -> Option<(EndpointId, Happening)> {
        let first = &scenario.peer(peer)?.chunks;
        let held = self.stores.entry(peer).or_insert_with(|| Arc::clone(first));
        *held = Arc::new(change(held));
        Some((peer, Happening::Holds(Arc::clone(held))))
    }
}

impl Due {
    /// Who must have finished what it is doing before it happens: the peer that changes.
    pub(super) fn waits_for(&self, faults: &Faults) -> Option<EndpointId> {
        faults.timeline[self.place as usize].change.peer()
    }
}

#[cfg(test)]
mod tests;
