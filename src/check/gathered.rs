//! What several checks look for in the events, put aside in one pass: the events of a large flood
//! are hundreds of megabytes, and each look through them costs as much as what it finds.

use super::acknowledge::Acknowledged;
use crate::event::{EventId, Recording, What};
use crate::roster::{EndpointId, Role};
use crate::scenario::Scenario;

/// What was put aside.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    /// What peers sent, by [`cause`], save what belongs to the reliable flood alone.
    pub(super) sent_by_cause: Vec<EventId>,
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
        let mut last = EventId(0);
        let mut is_in_order = true;
        for (id, event) in recording.iter() {
            match &event.what {
                What::Sent { from, .. } => match roster.role(*from) {
                    Role::Peer => {
                        gathered.has_sent[from.index()] = true;
                        if !acknowledged.is_aside(id) {
                            let cause = event.cause.unwrap_or(id);
                            is_in_order &= last <= cause;
                            last = cause;
                            gathered.sent_by_cause.push(id);
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
        if !is_in_order {
            let by_cause = |id: &EventId| (cause(recording, *id), *id);
            gathered.sent_by_cause.sort_unstable_by_key(by_cause);
        }
        gathered
    }

    /// Whether `peer` sent anything at all.
    pub(super) fn has_sent(&self, peer: EndpointId) -> bool {
        self.has_sent.get(peer.index()).copied().unwrap_or(false)
    }
}

/// The event that made somebody send `sent`. Who sends by itself has no cause: the event is then its
/// own.
pub(super) fn cause(recording: &Recording, sent: EventId) -> EventId {
    recording.event(sent).cause.unwrap_or(sent)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::event::EventId;
    use crate::time::Time;

    const LINE: &str = "[overlay.line]\npeers = 2\n\
                        [[client]]\nname = \"viewer\"\ncontact = \"p1\"\nchunks = [1]\n";

    /// Whoever sends last may have been made to first, where peers act side by side.
    #[test]
    fn what_peers_sent_is_in_the_order_of_its_causes() {
        let scenario = Scenario::read(Path::new("line.toml"), LINE.to_owned(), None, None).unwrap();
        let roster = &scenario.roster;
        let [p1, p2, viewer] = [0, 1, 2].map(EndpointId);
        let mut recording = Recording::default();
        let payload = recording.intern(b"anything");
        let mut send = |cause: u32, from, to| {
            let to = roster.address(to);
            recording.sent(Time::ZERO, EventId(cause), from, to, payload)
        };
        let of_client: Vec<EventId> = (0..8).map(|_| send(0, viewer, p1)).collect();
        let sent = [(7, p1, p2), (4, p2, p1), (7, p1, viewer), (4, p2, p1)];
        let sent = sent.map(|(cause, from, to)| send(cause, from, to));
        let acknowledged = Acknowledged::default();
        let gathered = Gathered::read(&scenario, &recording, &acknowledged);
        assert_eq!(gathered.sent_by_cause, [sent[1], sent[3], sent[0], sent[2]]);
        assert_eq!(gathered.of_clients, of_client);
        assert!(gathered.has_sent(p1) && gathered.has_sent(p2));
    }
}
