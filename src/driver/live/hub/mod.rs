//! The one place that all datagrams of a live run pass: it records them, lets their links act on
//! them, and holds them back from receive buffers that are full. It makes the changes in time, too.
//!
//! Each receiver has [`CREDITS`](carrying::CREDITS): so many datagrams may lie in its receive buffer, which
//! keeps 92 full RESPONSEs by default. Beyond them datagrams wait in the receiver's queue, and
//! whoever reads from that socket sends the next one, through its sender's own socket. While the
//! queue is not empty all go behind it; reading never waits for sending. The invariant: what lies in
//! a receive buffer is what `on_wire` lists, in that order.
//!
//! A change never tears a reaction apart: it waits until the peer that changes, and the sender of
//! the datagram that it follows, have finished what they are handling. Between the events of one
//! reaction there is thus no change that matters to it.
//!
//! | file | what |
//! |---|---|
//! | `state` | what the hub keeps |
//! | `carrying` | what is due: datagrams at the end of their links, and changes |
//! | `reading` | what was read from a socket, and what never was |

mod carrying;
mod reading;
mod state;

use std::net::SocketAddrV4;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use bytes::Bytes;
use tokio::net::UdpSocket;
use tokio::sync::Notify;

use super::kernel;
use crate::driver::Watcher;
use crate::driver::queue::InFlight;
use crate::driver::timeline::{Sent, Standing};
use crate::endpoint::{Happening, Transmit};
use crate::event::{DropReason, EventId, Recording, What};
use crate::host::{Admission, Clock};
use crate::link::{Datagram, World};
use crate::roster::{EndpointId, Role};
use crate::scenario::Scenario;
use crate::time::Time;
use crate::wire::MAX_DATAGRAM;

use state::State;

/// What all tasks of a live run share.
pub(super) struct Hub {
    scenario: Arc<Scenario>,
    sockets: Vec<Option<Arc<UdpSocket>>>,
    clock: Clock,
    state: Mutex<State>,
    /// Something was put into the queue of delayed datagrams, or is to be tried again, or a change
    /// may be due.
    due: Notify,
    /// A client is done, or nothing is in flight.
    ended: Notify,
    /// Endpoints that have been handed something and may yet send because of it: what they were
    /// handed is not in flight any more, and what they send is not yet.
    handling: AtomicUsize,
}

/// How far a run is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Look {
    pub(super) sent: u64,
    pub(super) in_flight: u64,
    /// Endpoints that are handling something.
    pub(super) handling: usize,
    /// Peers that may send something again.
    pub(super) unacknowledged: usize,
    /// Clients that are done.
    pub(super) done: usize,
}

impl Look {
    /// Whether nothing more can come, unless a client's deadline does.
    pub(super) const fn is_still(self) -> bool {
        self.in_flight == 0 && self.handling == 0 && self.unacknowledged == 0
    }
}

impl Hub {
    pub(super) fn new(
        scenario: Arc<Scenario>,
        sockets: Vec<Option<Arc<UdpSocket>>>,
        clock: Clock,
        watcher: Box<dyn Watcher>,
    ) -> Self {
        Self {
            state: Mutex::new(State::new(&scenario, sockets.len(), watcher)),
            scenario,
            sockets,
            clock,
            due: Notify::new(),
            ended: Notify::new(),
            handling: AtomicUsize::new(0),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state
            .lock()
            .expect("no task panics while it holds the state")
    }

    /// Adds an event.
    pub(super) fn record(&self, now: Time, cause: Option<EventId>, what: What) -> EventId {
        self.state().record(now, cause, what)
    }

    /// A deadline of `endpoint` came; it is busy until it has [`finished`](Self::finished).
    pub(super) fn woke(&self, now: Time, cause: Option<EventId>, endpoint: EndpointId) -> EventId {
        let mut state = self.state();
        if self.has_changes() {
            state.busy.insert(endpoint);
        }
        state.record(now, cause, What::Woke { endpoint })
    }

    /// A client has logged everything.
    pub(super) fn done(&self, now: Time, cause: Option<EventId>, client: EndpointId) {
        let mut state = self.state();
        state.record(now, cause, What::Done { client });
        state.done += 1;
        self.ended.notify_one();
    }

    /// Says whether `at` gets what was read from its socket.
    pub(super) fn admit(
        &self,
        now: Time,
        at: EndpointId,
        from: SocketAddrV4,
        payload: &[u8],
    ) -> Admission {
        match self.has_changes() {
            true => self.admission(now, at, from, payload),
            false => Admission::HandOver(Vec::new()),
        }
    }

    /// Whoever was handed something has sent all that came of it.
    pub(super) fn handled(&self) {
        if self.handling.fetch_sub(1, Ordering::SeqCst) == 1 {
            self.ended.notify_one();
        }
    }

    /// What has happened to `endpoint` and it has not been told.
    pub(super) fn happened(&self, endpoint: EndpointId) -> Vec<Happening> {
        match self.has_changes() {
            true => std::mem::take(&mut self.state().receivers[endpoint.index()].happenings),
            false => Vec::new(),
        }
    }

    /// `endpoint` has sent and told all that came of what it handled; `deadline` is its next one.
    pub(super) fn finished(&self, endpoint: EndpointId, deadline: Option<Time>) {
        if self.scenario.reliable.is_some() && self.scenario.roster.role(endpoint) == Role::Peer {
            let mut state = self.state();
            match deadline {
                Some(_) => state.unacknowledged.insert(endpoint),
                None => state.unacknowledged.remove(&endpoint),
            };
            if state.unacknowledged.is_empty() {
                self.ended.notify_one();
            }
        }
        if self.has_changes() {
            let mut state = self.state();
            state.busy.remove(&endpoint);
            if state.is_change_held_up {
                self.due.notify_one();
            }
        }
    }

    /// Whether anything changes in time, and endpoints have to be watched for it.
    fn has_changes(&self) -> bool {
        !self.scenario.faults.timeline.is_empty()
    }

    /// Takes a datagram that `from` sends: its link says whether and when it arrives.
    pub(super) fn send(
        &self,
        now: Time,
        cause: Option<EventId>,
        from: EndpointId,
        Transmit { to, payload }: Transmit<'_>,
    ) {
        let payload = Bytes::copy_from_slice(payload);
        let mut guard = self.state();
        let state = &mut *guard;
        state.sent += 1;
        let kept = state.recording.intern(&payload);
        let sent = What::Sent {
            from,
            to,
            payload: kept,
        };
        let datagram = state.record(now, cause, sent);
        if state.timeline.standing(from) == Standing::Gone {
            state.end(now, datagram, DropReason::Down);
            return;
        }
        let Scenario { faults, roster, .. } = &*self.scenario;
        let receiver = roster.at(to);
        let sent = Sent {
            datagram,
            from,
            to: receiver,
            payload: &payload,
        };
        if state.timeline.note(faults, now, &sent) {
            self.due.notify_one();
        }
        match receiver.filter(|to| self.socket(*to).is_some()) {
            _ if payload.len() > MAX_DATAGRAM => {
                state.end(now, datagram, DropReason::TooLong);
            }
            None => {
                let gone = self
                    .socket(from)
                    .map(|s| s.try_send_to(&payload, to.into()));
                let reason = match gone {
                    Some(Ok(_)) => DropReason::LeftTheRun,
                    _ => DropReason::Unroutable,
                };
                state.end(now, datagram, reason);
            }
            Some(to) => {
                let payload = &payload;
                let on_link = Datagram { from, to, payload };
                let fate = state.network.send(World { faults, roster }, now, on_link);
                for (datagram, after) in fate.tell(datagram, &mut state.at(now)) {
                    let payload = state.recording.arrived_payload(datagram);
                    let in_flight = InFlight {
                        datagram,
                        from,
                        to,
                        payload: payload.expect("only datagrams arrive"),
                    };
                    self.launch(state, now, in_flight, after);
                }
            }
        }
        self.tell_if_over(state);
    }

    /// Sends `datagram` on its way, which takes so long.
    fn launch(&self, state: &mut State, now: Time, datagram: InFlight, after: Duration) {
        if after.is_zero() {
            self.offer(state, now, datagram);
        } else {
            state.delayed.push(now + after, datagram);
            self.due.notify_one();
        }
    }

    fn socket(&self, endpoint: EndpointId) -> Option<&UdpSocket> {
        self.sockets[endpoint.index()].as_deref()
    }

    /// Ready after a client was done, or nothing was in flight any more.
    pub(super) async fn something_ended(&self) {
        self.ended.notified().await;
    }

    fn tell_if_over(&self, state: &State) {
        if state.in_flight == 0 {
            self.ended.notify_one();
        }
    }

    /// Whether the run has come to its end.
    fn is_over(&self, state: &State) -> bool {
        state.done == self.scenario.clients.len() && state.in_flight == 0
    }

    /// How far the run is.
    pub(super) fn look(&self) -> Look {
        let state = self.state();
        Look {
            sent: state.sent,
            in_flight: state.in_flight,
            handling: self.handling.load(Ordering::SeqCst),
            unacknowledged: state.unacknowledged.len(),
            done: state.done,
        }
    }

    /// Takes what was recorded, and how many datagrams had not ended.
    pub(super) fn close(&self) -> (Recording, u64) {
        let mut state = self.state();
        (std::mem::take(&mut state.recording), state.in_flight)
    }
}

#[cfg(test)]
mod tests;
