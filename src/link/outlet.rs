//! Where datagrams leave one after another: the queue of a link with a rate.

use std::collections::VecDeque;

use crate::faults::Rate;
use crate::time::Time;

/// The near end of a link with a rate.
#[derive(Debug, Default)]
pub(super) struct Outlet {
    /// When the last datagram has left.
    free_at: Time,
    /// When each datagram that may still be waiting begins to leave.
    waiting: VecDeque<Time>,
}

impl Outlet {
    /// Takes a datagram of `bytes` at `now`, which never goes back; says when it has left, or nothing
    /// when the queue is full.
    pub(super) fn take(&mut self, rate: Rate, now: Time, bytes: usize) -> Option<Time> {
        while self.waiting.front().is_some_and(|begins| *begins <= now) {
            self.waiting.pop_front();
        }
        if self.free_at > now {
            if self.waiting.len() >= rate.queue as usize {
                return None;
            }
            self.waiting.push_back(self.free_at);
        }
        self.free_at = self.free_at.max(now) + rate.takes(bytes);
        Some(self.free_at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_leaves_some_wait_and_the_rest_is_dropped() {
        let rate = Rate {
            bytes_per_second: 1_000,
            queue: 2,
        };
        let mut outlet = Outlet::default();
        let mut take = |millis: u64, bytes| {
            let at = outlet.take(rate, Time::from_nanos(millis * 1_000_000), bytes);
            at.map(|at| at.as_nanos() / 1_000_000)
        };
        // (at, bytes, has left at)
        for (at, bytes, left) in [
            (0, 10, Some(10)),
            (0, 20, Some(30)),
            (5, 10, Some(40)),
            (9, 1, None),
            // The first has left, the second is leaving.
            (10, 5, Some(45)),
            (29, 1, None),
            (30, 0, Some(45)),
            (45, 7, Some(52)),
            (100, 1, Some(101)),
        ] {
            assert_eq!(take(at, bytes), left, "at {at}");
        }
    }

    #[test]
    fn without_a_queue_nothing_waits() {
        let rate = Rate {
            bytes_per_second: 1,
            queue: 0,
        };
        let mut outlet = Outlet::default();
        let second = Time::from_nanos(1_000_000_000);
        assert_eq!(outlet.take(rate, Time::ZERO, 1), Some(second));
        assert_eq!(outlet.take(rate, Time::ZERO, 1), None);
        assert!(outlet.take(rate, second, 1).is_some());
    }
}
