//! What each peer holds at any point of a run: what the scenario gives it, and what it has gained
//! and lost since.

use std::collections::BTreeMap;

use crate::event::{EventId, Recording, What};
use crate::faults::Change;
use crate::roster::EndpointId;
use crate::scenario::{PeerSpec, Scenario};
use crate::wire::{Chunk, ChunkId, IdList};

/// What peers hold, over time.
pub(super) struct Holdings<'a> {
    scenario: &'a Scenario,
    /// What each peer gained and lost, and with which event, first to last.
    changes: BTreeMap<EndpointId, Vec<(EventId, &'a Change)>>,
}

impl<'a> Holdings<'a> {
    /// Reads off `recording` what peers gained and lost.
    pub(super) fn read(scenario: &'a Scenario, recording: &'a Recording) -> Self {
        let mut changes: BTreeMap<EndpointId, Vec<(EventId, &Change)>> = BTreeMap::new();
        if scenario.faults.timeline.is_empty() {
            return Self { scenario, changes };
        }
        for (id, event) in recording.iter() {
            if let What::Changed { change, .. } = &event.what
                && let Change::Gain(peer, _) | Change::Lose(peer, _) = &**change
            {
                changes.entry(*peer).or_default().push((id, change));
            }
        }
        Self { scenario, changes }
    }

    /// Whether `peer` ever holds any of `ids`; at times it may not.
    pub(super) fn may_hold_any(&self, peer: EndpointId, ids: &IdList) -> bool {
        let spec = self.scenario.peer(peer);
        let is_there = |spec: &PeerSpec| ids.iter().any(|id| spec.chunks.holds(id));
        self.changes.contains_key(&peer) || spec.is_some_and(is_there)
    }

    /// The chunk `id` as `peer` holds it when event `at` happens, if it does.
    pub(super) fn chunk(&self, peer: EndpointId, id: ChunkId, at: EventId) -> Option<&'a Chunk> {
        let changes = self.changes.get(&peer).map_or(&[][..], Vec::as_slice);
        let so_far = &changes[..changes.partition_point(|(event, _)| *event < at)];
        for (_, change) in so_far.iter().rev() {
            match change {
                Change::Gain(_, gained) if gained.holds(id) => return gained.chunk(id),
                Change::Lose(_, lost) if lost.contains(&id) => return None,
                _ => {}
            }
        }
        self.scenario.peer(peer)?.chunks.chunk(id)
    }
}
