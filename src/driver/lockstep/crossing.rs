//! Datagrams that cross before their turn.
//!
//! What arrives at one instant crosses some at a time, one after the other in the order of their
//! turns, and is handled then. The kernel's code and ours push each other out of the processor's
//! caches, so they take longer turns.

use std::collections::VecDeque;
use std::net::SocketAddrV4;

use bytes::Bytes;

use crate::driver::queue::{InFlight, Queue};
use crate::driver::{Carried, Carrier};
use crate::event::Recording;

/// How many cross at a time.
const AT_A_TIME: usize = 256;

/// Lets datagrams cross.
pub(super) struct Crossing<'a> {
    carrier: &'a mut dyn Carrier,
    /// What became of those that come next and have crossed.
    carried: VecDeque<Carried>,
    /// What strangers sent to the receiver of the last of them.
    strangers: Vec<(SocketAddrV4, Bytes)>,
}

/// What became of a datagram.
pub(super) struct Crossed {
    pub(super) carried: Carried,
    /// What strangers sent to its receiver, read before it.
    pub(super) strangers: Vec<(SocketAddrV4, Bytes)>,
}

impl<'a> Crossing<'a> {
    pub(super) fn by(carrier: &'a mut dyn Carrier) -> Self {
        Self {
            carrier,
            carried: VecDeque::with_capacity(AT_A_TIME),
            strangers: Vec::new(),
        }
    }

    /// Whether the next one has crossed.
    pub(super) fn is_ahead(&self) -> bool {
        !self.carried.is_empty()
    }

    /// Lets some cross of those that are next in `queue` and arrive together. Nothing may come between
    /// their turns.
    pub(super) fn ahead(&mut self, queue: &mut Queue, recording: &Recording) {
        for &next in queue.next_together().take(AT_A_TIME) {
            let carried = self.carry(next, recording);
            self.carried.push_back(carried);
            // Strangers are told of at its turn, and waiting for what is lost takes long enough.
            if carried == Carried::Lost || !self.strangers.is_empty() {
                return;
            }
        }
    }

    /// What became of `datagram`, whose turn it is; it crosses now unless it has.
    pub(super) fn cross(&mut self, datagram: InFlight, recording: &Recording) -> Crossed {
        let carried = self.carried.pop_front();
        let carried = carried.unwrap_or_else(|| self.carry(datagram, recording));
        let strangers = match self.carried.is_empty() {
            true => std::mem::take(&mut self.strangers),
            false => Vec::new(),
        };
        Crossed { carried, strangers }
    }

    fn carry(&mut self, datagram: InFlight, recording: &Recording) -> Carried {
        let InFlight {
            from, to, payload, ..
        } = datagram;
        let payload = recording.bytes(payload);
        self.carrier.carry(from, to, payload, &mut self.strangers)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::EventId;
    use crate::roster::EndpointId;
    use crate::time::Time;

    /// Notes to whom it carries; what goes to 3 is lost, and at 5 a stranger has been.
    #[derive(Default)]
    struct Noted(Vec<u32>);

    impl Carrier for Noted {
        fn carry(
            &mut self,
            _: EndpointId,
            to: EndpointId,
            payload: &[u8],
            strangers: &mut Vec<(SocketAddrV4, Bytes)>,
        ) -> Carried {
            assert_eq!(payload, b"payload");
            self.0.push(to.0);
            if to.0 == 5 {
                let stranger = "127.0.0.1:9".parse().expect("an address");
                strangers.push((stranger, Bytes::from_static(b"hi")));
            }
            match to.0 {
                3 => Carried::Lost,
                _ => Carried::Arrived,
            }
        }
    }

    /// Datagrams to these, at these times.
    fn queue(recording: &mut Recording, arrivals: &[(u64, u32)]) -> Queue {
        let payload = recording.intern(b"payload");
        let mut queue = Queue::default();
        for &(time, to) in arrivals {
            let datagram = InFlight {
                datagram: EventId(to),
                from: EndpointId(0),
                to: EndpointId(to),
                payload,
            };
            queue.push(Time::from_nanos(time), datagram);
        }
        queue
    }

    #[test]
    fn those_of_one_instant_cross_in_their_order_up_to_one_that_is_lost_or_meets_a_stranger() {
        let mut recording = Recording::default();
        let arrivals = [(7, 1), (7, 2), (7, 3), (7, 4), (7, 5), (7, 6), (8, 7)];
        let mut queue = queue(&mut recording, &arrivals);
        let mut noted = Noted::default();
        let mut crossing = Crossing::by(&mut noted);
        let mut told = Vec::new();
        while let Some((_, next)) = {
            if !crossing.is_ahead() {
                crossing.ahead(&mut queue, &recording);
                told.push((0, Carried::Arrived, crossing.carried.len()));
            }
            queue.pop()
        } {
            let crossed = crossing.cross(next, &recording);
            told.push((next.to.0, crossed.carried, crossed.strangers.len()));
        }
        let arrived = |to, strangers| (to, Carried::Arrived, strangers);
        let batch = |length| (0, Carried::Arrived, length);
        let expected = [
            batch(3),
            arrived(1, 0),
            arrived(2, 0),
            (3, Carried::Lost, 0),
            batch(2),
            arrived(4, 0),
            arrived(5, 1),
            batch(1),
            arrived(6, 0),
            batch(1),
            arrived(7, 0),
            batch(0),
        ];
        assert_eq!(told, expected);
        assert_eq!(noted.0, [1, 2, 3, 4, 5, 6, 7]);
    }

    #[test]
    fn what_has_not_crossed_does_so_at_its_turn() {
        let mut recording = Recording::default();
        let mut queue = queue(&mut recording, &[(7, 5), (7, 6)]);
        let mut noted = Noted::default();
        let mut crossing = Crossing::by(&mut noted);
        let (_, next) = queue.pop().expect("there are two");
        let crossed = crossing.cross(next, &recording);
        assert_eq!(
            (crossed.carried, crossed.strangers.len()),
            (Carried::Arrived, 1)
        );
        assert!(!crossing.is_ahead());
        assert_eq!(noted.0, [5]);
    }
}
