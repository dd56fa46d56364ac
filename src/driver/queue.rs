//! What is in flight, in the order in which it arrives.
//!
//! The invariant: entries leave in the order of (time, sequence), the sequence being the order in
//! which they were put in. So equal delays keep the order of sending.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::event::{EventId, PayloadId};
use crate::roster::EndpointId;
use crate::time::Time;

/// A datagram on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct InFlight {
    /// The event that brought it into the run.
    pub(super) datagram: EventId,
    /// Who sent it.
    pub(super) from: EndpointId,
    /// Whose turn it is.
    pub(super) to: EndpointId,
    /// Its bytes at the end of its link.
    pub(super) payload: PayloadId,
}

/// The datagrams in flight.
#[derive(Debug, Default)]
pub(super) struct Queue {
    heap: BinaryHeap<Reverse<(Time, u64, InFlight)>>,
    sequence: u64,
}

impl Queue {
    pub(super) fn push(&mut self, arrives: Time, datagram: InFlight) {
        self.heap.push(Reverse((arrives, self.sequence, datagram)));
        self.sequence += 1;
    }

    /// When the next one arrives.
    pub(super) fn next_arrival(&self) -> Option<Time> {
        self.heap.peek().map(|Reverse((time, _, _))| *time)
    }

    pub(super) fn pop(&mut self) -> Option<(Time, InFlight)> {
        let Reverse((time, _, datagram)) = self.heap.pop()?;
        Some((time, datagram))
    }

    pub(super) fn len(&self) -> usize {
        self.heap.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn earliest_first_then_first_in() {
        let mut queue = Queue::default();
        let datagram = |id| InFlight {
            datagram: EventId(id),
            from: EndpointId(0),
            to: EndpointId(1),
            payload: crate::event::Recording::default().intern(b""),
        };
        for (time, id) in [(5, 9), (3, 8), (5, 1), (3, 2)] {
            queue.push(Time::from_nanos(time), datagram(id));
        }
        assert_eq!(queue.next_arrival(), Some(Time::from_nanos(3)));
        let order = std::iter::from_fn(|| queue.pop());
        let order: Vec<u32> = order.map(|(_, d)| d.datagram.0).collect();
        assert_eq!(order, [8, 2, 9, 1]);
    }
}
