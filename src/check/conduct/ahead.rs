//! Looks at the peers of the next events before their turn comes.
//!
//! In a large overlay none of them is in the processor's cache. It waits for many at once hardly
//! longer than for one, and would wait for one after the other if each were looked at when its turn
//! comes.

use std::hint::black_box;

use super::model::Models;
use crate::event::{EventId, Recording, What};
use crate::roster::EndpointId;

/// How many events are looked at together.
const AHEAD: u32 = 256;

/// Looks at what the events from `id` on make the checks ask `models`, when it is the turn of
/// `id` to be the first of some.
pub(super) fn look(id: EventId, recording: &Recording, models: &Models<'_>) {
    if !id.0.is_multiple_of(AHEAD) {
        return;
    }
    let end = recording.len().min(id.0 as usize + AHEAD as usize);
    let events = (id.0..).take(end - id.0 as usize);
    let receivers = Few::of(events.map(|id| match recording.event(EventId(id)).what {
        What::Delivered { to, .. } => (to, true),
        _ => (EndpointId(0), false),
    }));
    // Each asks for what lies where the one before has found out.
    let heard = |peer: &EndpointId| u64::from(models.first_search(*peer));
    black_box(receivers.all().iter().map(heard).sum::<u64>());
    let new = receivers.all().iter();
    let new = Few::of(new.map(|peer| (*peer, models.is_new(*peer))));
    let count = |peer: &EndpointId| models.neighbours(*peer).len();
    black_box(new.all().iter().map(count).sum::<usize>());
    // A short list lies on one line of the cache or on two.
    let ends = |peer: &EndpointId| {
        let list = models.neighbours(*peer);
        let ends = [list.first(), list.last()].into_iter().flatten();
        ends.map(|end| usize::from(end.port())).sum::<usize>()
    };
    black_box(new.all().iter().map(ends).sum::<usize>());
}

/// Up to [`AHEAD`] peers.
struct Few {
    peers: [EndpointId; AHEAD as usize],
    count: usize,
}

impl Few {
    /// Those of `peers` that count, found without a branch: which they are is chance, and a
    /// processor that guesses wrong has waited for nothing.
    fn of(peers: impl Iterator<Item = (EndpointId, bool)>) -> Self {
        let mut few = Self {
            peers: [EndpointId(0); AHEAD as usize],
            count: 0,
        };
        for (peer, counts) in peers {
            few.peers[few.count] = peer;
            few.count += usize::from(counts);
        }
        few
    }

    fn all(&self) -> &[EndpointId] {
        &self.peers[..self.count]
    }
}
