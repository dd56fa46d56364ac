//! What lies in the receive buffers of the run's sockets, and putting it there.
//!
//! The kernel takes its time for each datagram, and nobody else is to wait for it. So a buffer is
//! filled in two steps: under the lock, the next datagrams are listed as being in it
//! ([`fill`](Hub::fill)), and then, without the lock, they are sent ([`ship`](Hub::ship)). Whoever
//! lists them has the buffer for itself until they are sent, so they lie in it in the order in which
//! they are listed.

use std::io;
use std::sync::MutexGuard;
use std::time::Duration;

use super::Hub;
use super::state::State;
use crate::driver::queue::InFlight;
use crate::driver::timeline::Standing;
use crate::event::DropReason;
use crate::roster::EndpointId;
use crate::time::Time;

/// Datagrams that may lie in one receive buffer.
pub(super) const CREDITS: usize = 64;

/// When to try again after a sender's own buffer was full.
pub(super) const TRY_AGAIN: Duration = Duration::from_millis(1);

/// A buffer with so few datagrams is filled up: several at a time cost less than one by one.
pub(super) const FEW: usize = CREDITS / 2;

/// Datagrams that are listed as being in receive buffers, and are yet to be sent there.
#[derive(Debug, Default)]
pub(in crate::driver::live) struct Load {
    datagrams: Vec<Leaving>,
    /// Their payloads, one behind the other.
    bytes: Vec<u8>,
    /// The buffers that are being filled with them.
    buffers: Vec<EndpointId>,
    /// Those that did not go into their buffers: the first to fail for each receiver, with the
    /// reason, and what comes behind it there, in order.
    unsent: Vec<(InFlight, Failure)>,
}

/// A datagram and where its payload lies.
#[derive(Clone, Copy, Debug)]
struct Leaving {
    datagram: InFlight,
    start: usize,
    end: usize,
}

/// Why a datagram did not go into its buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Failure {
    /// The sender's own buffer was full.
    FullBuffer,
    /// The system refused.
    Refused,
    /// One before it failed.
    Behind,
}

impl Load {
    /// How many datagrams there are.
    pub(super) fn len(&self) -> usize {
        self.datagrams.len()
    }

    fn push(&mut self, datagram: InFlight, payload: &[u8]) {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(payload);
        let end = self.bytes.len();
        self.datagrams.push(Leaving {
            datagram,
            start,
            end,
        });
    }

    /// Whether something for `to` has failed.
    fn has_failed(&self, to: EndpointId) -> bool {
        self.unsent.iter().any(|(failed, _)| failed.to == to)
    }
}

impl Hub {
    /// Lists as many of the datagrams that are held back for `to` as its buffer has credits for, and
    /// puts them into `load`; none while it stands still, or while somebody else fills its buffer,
    /// who then looks again.
    pub(super) fn fill(&self, state: &mut State, now: Time, to: EndpointId, load: &mut Load) {
        if state.timeline.standing(to) == Standing::Paused {
            return;
        }
        let receiver = &mut state.receivers[to.index()];
        if receiver.is_being_filled {
            return;
        }
        if !receiver.read_too_early.is_empty() {
            // What is still to be read comes before what was held back.
            if !receiver.on_wire.is_empty() {
                return;
            }
            receiver.read_too_early.append(&mut receiver.held);
            std::mem::swap(&mut receiver.held, &mut receiver.read_too_early);
        }
        while receiver.on_wire.len() < CREDITS {
            let Some(next) = receiver.held.pop_front() else {
                break;
            };
            load.push(next, state.recording.bytes(next.payload));
            receiver.on_wire.push_back(next);
            if !receiver.is_being_filled {
                receiver.is_being_filled = true;
                receiver.last_moved = now;
                load.buffers.push(to);
            }
        }
    }

    /// Sends what is in `load`, and what may follow it then; `state` is let go meanwhile.
    pub(super) fn ship<'a>(&'a self, mut state: MutexGuard<'a, State>, now: Time, load: &mut Load) {
        while load.len() > 0 {
            drop(state);
            self.send_off(load);
            state = self.state();
            self.settle(&mut state, now, load);
        }
    }

    /// Sends what is in `load`, through the senders' own sockets.
    fn send_off(&self, load: &mut Load) {
        let datagrams = std::mem::take(&mut load.datagrams);
        for Leaving {
            datagram,
            start,
            end,
        } in &datagrams
        {
            let to = datagram.to;
            let failure = match !load.unsent.is_empty() && load.has_failed(to) {
                true => Some(Failure::Behind),
                false => {
                    let address = self.scenario.roster.address(to);
                    let socket = self.socket(datagram.from).expect("who sends has a socket");
                    let sent = socket.try_send_to(&load.bytes[*start..*end], address.into());
                    sent.err().map(|error| match error.kind() {
                        io::ErrorKind::WouldBlock => Failure::FullBuffer,
                        _ => Failure::Refused,
                    })
                }
            };
            if let Some(failure) = failure {
                load.unsent.push((*datagram, failure));
            }
        }
        load.datagrams = datagrams;
        load.datagrams.clear();
        load.bytes.clear();
    }

    /// Takes back what could not be sent, and fills the buffers of `load` again where few are in them.
    fn settle(&self, state: &mut State, now: Time, load: &mut Load) {
        // The last ones are listed last.
        while let Some((datagram, failure)) = load.unsent.pop() {
            let to = datagram.to;
            let receiver = &mut state.receivers[to.index()];
            let listed = receiver.on_wire.pop_back();
            debug_assert_eq!(listed.map(|last| last.datagram), Some(datagram.datagram));
            if failure == Failure::Refused {
                state.end(now, datagram.datagram, DropReason::CannotSend);
                self.ended.notify_one();
                continue;
            }
            receiver.held.push_front(datagram);
            if failure == Failure::FullBuffer {
                let shard = self.shard_of(to);
                state.under_way[shard].again.insert(to);
                self.look_at(state, shard, now + TRY_AGAIN);
            }
        }
        let mut buffers = std::mem::take(&mut load.buffers);
        for to in buffers.drain(..) {
            let receiver = &mut state.receivers[to.index()];
            receiver.is_being_filled = false;
            receiver.last_moved = now;
            let has_to_wait = state.under_way[self.shard_of(to)].again.contains(&to);
            if receiver.on_wire.len() <= FEW && !has_to_wait {
                self.fill(state, now, to, load);
            }
        }
        if load.buffers.is_empty() {
            // Its room serves for the next time.
            load.buffers = buffers;
        }
    }
}
