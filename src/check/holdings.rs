//! What each peer holds at any point of a run: what the scenario gives it, and what it has gained
//! and lost since.

use std::collections::BTreeMap;

use crate::event::{EventId, Recording, What};
use crate::faults::Change;
use crate::roster::EndpointId;
use crate::scenario::Scenario;
use crate::wire::{Chunk, ChunkId};

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
        for (id, event) in recording.iter() {
            if let What::Changed { change, .. } = &event.what
                && let Change::Gain(peer, _) | Change::Lose(peer, _) = &**change
            {
                changes.entry(*peer).or_default().push((id, change));
            }
        }
        Self { scenario, changes }
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
