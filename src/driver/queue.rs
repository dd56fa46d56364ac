//! What is in flight, in the order in which it arrives: a hierarchical timing wheel (Varghese and
//! Lauck, "Hashed and hierarchical timing wheels", 1987).
//!
//! The invariant: entries leave in the order of (time, sequence), the sequence being the order in
//! which they were put in. So equal delays keep the order of sending.
//!
//! Each of eight levels has a slot for each value of one byte of the time. An entry lies at the level
//! of the highest byte in which its time differs from the time of what left last, in the slot of that
//! byte. So whatever lies at a lower level comes first, then what lies in a lower slot; and equal times
//! always share a slot, in the order in which they came. When the first entry lies above level 0, its
//! slot is dealt out anew. An entry is thus moved at most once a level, however many there are: a heap
//! would compare, and miss the cache, more often the more there are. Equal delays are moved by the
//! slot.

use std::collections::VecDeque;

use crate::event::{EventId, PayloadId};
use crate::roster::EndpointId;
use crate::time::Time;

/// How many levels there are: one for each byte of a time.
const LEVELS: usize = 8;
/// How many slots a level has: one for each value of a byte.
const SLOTS: usize = 256;

/// A datagram on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
#[derive(Debug)]
pub(super) struct Queue {
    /// What arrives at `now`, first in first out.
    ready: VecDeque<Entry>,
    /// The time of what left last; nothing is in here that arrives before it.
    now: u64,
    levels: Vec<Level>,
    /// Bit l is set when level l is not empty.
    filled: u8,
    /// Room that slots have had and do not need now.
    spare: Vec<VecDeque<Entry>>,
    len: usize,
}

/// A datagram and when it arrives, in nanoseconds.
#[derive(Clone, Copy, Debug)]
struct Entry {
    time: u64,
    datagram: InFlight,
}

/// The slots of one byte of the time.
#[derive(Debug)]
struct Level {
    slots: Vec<Slot>,
    /// Bit s is set when slot s is not empty.
    filled: [u64; SLOTS / 64],
}

/// What arrives at times that share their higher bytes.
#[derive(Debug)]
struct Slot {
    entries: VecDeque<Entry>,
    earliest: u64,
    latest: u64,
}

impl Default for Queue {
    fn default() -> Self {
        Self {
            ready: VecDeque::new(),
            now: 0,
            levels: (0..LEVELS).map(|_| Level::new()).collect(),
            filled: 0,
            spare: Vec::new(),
            len: 0,
        }
    }
}

impl Queue {
    /// Puts in what `arrives` then; not before what has left.
    pub(super) fn push(&mut self, arrives: Time, datagram: InFlight) {
        // Live, a thread may have read the clock before another took something out.
        let time = arrives.as_nanos().max(self.now);
        self.len += 1;
        self.put(Entry { time, datagram });
    }

    /// When the next one arrives.
    pub(super) fn next_arrival(&self) -> Option<Time> {
        let next = match self.ready.front() {
            Some(entry) => Some(entry.time),
            None => self.first_slot().map(|(level, slot)| {
                let slot = &self.levels[level].slots[slot];
                slot.earliest
            }),
        };
        next.map(Time::from_nanos)
    }

    /// Takes out the next one.
    pub(super) fn pop(&mut self) -> Option<(Time, InFlight)> {
        if self.ready.is_empty() {
            self.advance();
        }
        let Entry { time, datagram } = self.ready.pop_front()?;
        self.len -= 1;
        Some((Time::from_nanos(time), datagram))
    }

    /// Those that arrive together with the next one, in order; it is taken out right behind this.
    pub(super) fn next_together(&mut self) -> impl Iterator<Item = &InFlight> + '_ {
        if self.ready.is_empty() {
            self.advance();
        }
        self.ready.iter().map(|entry| &entry.datagram)
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.len
    }

    fn put(&mut self, entry: Entry) {
        let Some(level) = (entry.time ^ self.now).checked_ilog2().map(|bit| bit / 8) else {
            self.ready.push_back(entry);
            return;
        };
        let place = byte(entry.time, level);
        let level = level as usize;
        let slot = &mut self.levels[level].slots[place];
        if slot.entries.is_empty() {
            slot.entries = self.spare.pop().unwrap_or_default();
            slot.earliest = entry.time;
            slot.latest = entry.time;
            self.filled |= 1 << level;
            self.levels[level].filled[place / 64] |= 1 << (place % 64);
        }
        let slot = &mut self.levels[level].slots[place];
        slot.earliest = slot.earliest.min(entry.time);
        slot.latest = slot.latest.max(entry.time);
        slot.entries.push_back(entry);
    }

    /// The level and the slot of the earliest of what is not ready.
    fn first_slot(&self) -> Option<(usize, usize)> {
        let level = self.filled.trailing_zeros() as usize;
        let words = &self.levels.get(level)?.filled;
        let word = words.iter().position(|word| *word != 0)?;
        Some((level, word * 64 + words[word].trailing_zeros() as usize))
    }

    /// Goes on to the time of the earliest of what is not ready, which then is.
    fn advance(&mut self) {
        let Some((level, place)) = self.first_slot() else {
            return;
        };
        let words = &mut self.levels[level].filled;
        words[place / 64] &= !(1 << (place % 64));
        if words.iter().all(|word| *word == 0) {
            self.filled &= !(1 << level);
        }
        let slot = &mut self.levels[level].slots[place];
        self.now = slot.earliest;
        let mut entries = std::mem::take(&mut slot.entries);
        if slot.earliest == slot.latest {
            // All at once; what was ready before has left room.
            std::mem::swap(&mut self.ready, &mut entries);
        }
        for entry in entries.drain(..) {
            self.put(entry);
        }
        self.spare.push(entries);
    }
}

impl Level {
    fn new() -> Self {
        let slot = || Slot {
            entries: VecDeque::new(),
            earliest: 0,
            latest: 0,
        };
        Self {
            slots: std::iter::repeat_with(slot).take(SLOTS).collect(),
            filled: [0; SLOTS / 64],
        }
    }
}

/// The byte of `time` that level `level` is about.
fn byte(time: u64, level: u32) -> usize {
    ((time >> (8 * level)) & 0xff) as usize
}

#[cfg(test)]
mod tests {
    use std::cmp::Reverse;
    use std::collections::BinaryHeap;

    use proptest::prelude::*;

    use super::*;
    use crate::event::Recording;

    fn datagram(id: u32) -> InFlight {
        InFlight {
            datagram: EventId(id),
            from: EndpointId(0),
            to: EndpointId(1),
            payload: Recording::default().intern(b""),
        }
    }

    #[test]
    fn earliest_first_then_first_in() {
        let mut queue = Queue::default();
        for (time, id) in [(5, 9), (3, 8), (5, 1), (3, 2)] {
            queue.push(Time::from_nanos(time), datagram(id));
        }
        assert_eq!(queue.next_arrival(), Some(Time::from_nanos(3)));
        let order = std::iter::from_fn(|| queue.pop());
        let order: Vec<u32> = order.map(|(_, d)| d.datagram.0).collect();
        assert_eq!(order, [8, 2, 9, 1]);
    }

    #[test]
    fn a_datagram_in_flight_takes_24_bytes() {
        assert_eq!(size_of::<Entry>(), 24);
    }

    /// A delay of any size, often one of a few.
    fn delay() -> impl Strategy<Value = u64> {
        prop_oneof![
            Just(0_u64),
            Just(10_000_000),
            0..300_u64,
            (0..64_u32, any::<u64>()).prop_map(|(bits, any)| any >> bits),
        ]
    }

    proptest! {
        /// What is put in while others leave comes out as from a heap of (time, sequence).
        #[test]
        fn leaves_as_from_a_heap(
            steps in proptest::collection::vec((proptest::option::of(delay()), 0..3_u8), 1..400)
        ) {
            let mut queue = Queue::default();
            let mut heap = BinaryHeap::new();
            let mut now = 0_u64;
            for (sequence, (pushed, pops)) in (0..).zip(steps) {
                if let Some(delay) = pushed {
                    let arrives = now.saturating_add(delay);
                    queue.push(Time::from_nanos(arrives), datagram(sequence));
                    heap.push(Reverse((arrives, sequence)));
                }
                for _ in 0..pops {
                    let next = heap.peek().map(|Reverse((time, _))| Time::from_nanos(*time));
                    prop_assert_eq!(queue.next_arrival(), next);
                    let expected = heap.pop().map(|Reverse(entry)| entry);
                    let left = queue.pop().map(|(time, d)| (time.as_nanos(), d.datagram.0));
                    prop_assert_eq!(left, expected);
                    now = left.map_or(now, |(time, _)| time);
                }
                prop_assert_eq!(queue.len(), heap.len());
            }
        }
    }
}
