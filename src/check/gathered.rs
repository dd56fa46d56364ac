//! What several checks look for in the events, put aside in one pass: the events of a large flood
//! are hundreds of megabytes, and each look through them costs as much as what it finds.

use super::acknowledge::Acknowledged;
use crate::event::{EventId, Recording, What};
use crate::roster::{EndpointId, Role};
use crate::scenario::Scenario;

/// The event that made a peer send, and the datagram.
pub(super) type Caused = (EventId, EventId);

/// What was put aside.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    /// What peers sent, by cause, save what belongs to the reliable flood alone. A peer that sends
    /// by itself has no cause; the event is then its own.
    pub(super) sent_by_cause: Vec<Caused>,
    /// What clients sent, had and logged, first to last.
    pub(super) of_clients: Vec<EventId>,
    /// Of each peer, whether it sent anything at all.
    has_sent: Vec<bool>,
}

impl Gathered {
    /// Looks through `recording`, a run of `scenario`.
    pub(super) fn read(
        scenario: &Scenario,
        recording: &Recording,
        acknowledged: &Acknowledged<'_>,
    ) -> Self {
        let mut gathered = Self {
            has_sent: vec![false; scenario.peers.len()],
            ..Self::default()
        };
        let roster = &scenario.roster;
        for (id, event) in recording.iter() {
            match &event.what {
                What::Sent { from, .. } => match roster.role(*from) {
                    Role::Peer => {
                        gathered.has_sent[from.index()] = true;
                        if !acknowledged.is_aside(id) {
                            let cause = event.cause.unwrap_or(id);
                            gathered.sent_by_cause.push((cause, id));
                        }
                    }
                    Role::Client => gathered.of_clients.push(id),
                    Role::Nobody => {}
                },
                What::Delivered { to, .. } if roster.role(*to) == Role::Client => {
                    gathered.of_clients.push(id);
                }
                What::Logged { .. } => gathered.of_clients.push(id),
                _ => {}
            }
        }
        gathered.sent_by_cause.sort_unstable();
        gathered
    }

    /// Whether `peer` sent anything at all.
    pub(super) fn has_sent(&self, peer: EndpointId) -> bool {
        self.has_sent.get(peer.index()).copied().unwrap_or(false)
    }
}
