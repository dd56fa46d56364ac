//! The one place that all datagrams of a live run pass: it records them, delays them, and holds
//! them back from receive buffers that are full.
//!
//! Each receiver has [`CREDITS`]: so many datagrams may lie in its receive buffer, which keeps 92
//! full RESPONSEs by default. Beyond them datagrams wait in the receiver's queue, and whoever reads
//! from that socket sends the next one, through its sender's own socket. While the queue is not
//! empty all go behind it; reading never waits for sending. The invariant: what lies in a receive
//! buffer is what `on_wire` lists, in that order.

use std::collections::{BTreeSet, VecDeque};
use std::future::Future;
use std::io;
use std::net::SocketAddrV4;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use tokio::net::UdpSocket;
use tokio::sync::Notify;

use super::kernel;
use crate::driver::Watcher;
use crate::driver::queue::{InFlight, Queue};
use crate::endpoint::{Receipt, Transmit};
use crate::event::{DropReason, EventId, Recording, What};
use crate::host::Clock;
use crate::roster::{EndpointId, Role};
use crate::scenario::Scenario;
use crate::time::Time;
use crate::wire::MAX_DATAGRAM;

/// Datagrams that may lie in one receive buffer.
const CREDITS: usize = 64;
/// When to try again after a sender's own buffer was full.
const TRY_AGAIN: Duration = Duration::from_millis(1);

/// What all tasks of a live run share.
pub(super) struct Hub {
    scenario: Arc<Scenario>,
    sockets: Vec<Option<Arc<UdpSocket>>>,
    clock: Clock,
    state: Mutex<State>,
    /// Something was put into the queue of delayed datagrams, or is to be tried again.
    due: Notify,
    /// A client is done, or nothing is in flight.
    ended: Notify,
}

struct State {
    recording: Recording,
    watcher: Box<dyn Watcher>,
    /// Datagrams on their way along their links.
    delayed: Queue,
    receivers: Vec<Receiver>,
    /// Receivers whose next datagram found its sender's buffer full.
    again: BTreeSet<EndpointId>,
    sent: u64,
    in_flight: u64,
    done: usize,
}

/// What waits for one endpoint.
#[derive(Default)]
struct Receiver {
    /// Held back.
    held: VecDeque<InFlight>,
    /// In its receive buffer.
    on_wire: VecDeque<InFlight>,
    /// When a datagram was last put into its buffer or read from it.
    last_moved: Time,
}

/// How far a run is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Look {
    pub(super) sent: u64,
    pub(super) in_flight: u64,
    /// Clients that are done.
    pub(super) done: usize,
}

impl Hub {
    pub(super) fn new(
        scenario: Arc<Scenario>,
        sockets: Vec<Option<Arc<UdpSocket>>>,
        clock: Clock,
        watcher: Box<dyn Watcher>,
    ) -> Self {
        let receivers = sockets.iter().map(|_| Receiver::default()).collect();
        Self {
            scenario,
            sockets,
            clock,
            state: Mutex::new(State {
                recording: Recording::default(),
                watcher,
                delayed: Queue::default(),
                receivers,
                again: BTreeSet::new(),
                sent: 0,
                in_flight: 0,
                done: 0,
            }),
            due: Notify::new(),
            ended: Notify::new(),
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

    /// A client has logged everything.
    pub(super) fn done(&self, now: Time, cause: Option<EventId>, client: EndpointId) {
        let mut state = self.state();
        state.record(now, cause, What::Done { client });
        state.done += 1;
        self.ended.notify_one();
    }

    /// Takes a datagram that `from` sends: it arrives after the delay of its link.
    pub(super) fn send(
        &self,
        now: Time,
        cause: Option<EventId>,
        from: EndpointId,
        Transmit { to, payload }: Transmit,
    ) {
        let mut state = self.state();
        state.sent += 1;
        state.in_flight += 1;
        let too_long = payload.len() > MAX_DATAGRAM;
        let sent = What::Sent {
            from,
            to,
            payload: payload.clone(),
        };
        let datagram = state.record(now, cause, sent);
        let inside = self
            .scenario
            .roster
            .at(to)
            .filter(|to| self.socket(*to).is_some());
        match inside {
            _ if too_long => {
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
                let datagram = InFlight { datagram, from, to };
                if self.scenario.faults.links.peers.delay.is_zero() {
                    self.offer(&mut state, now, datagram);
                } else {
                    state
                        .delayed
                        .push(now + self.scenario.faults.links.peers.delay, datagram);
                    self.due.notify_one();
                }
            }
        }
    }

    fn socket(&self, endpoint: EndpointId) -> Option<&UdpSocket> {
        self.sockets[endpoint.index()].as_deref()
    }

    /// A datagram has come to the end of its link.
    fn offer(&self, state: &mut State, now: Time, datagram: InFlight) {
        state.receivers[datagram.to.index()]
            .held
            .push_back(datagram);
        self.pump(state, now, datagram.to);
    }

    /// Puts as many datagrams into the receive buffer of `to` as it has credits for.
    fn pump(&self, state: &mut State, now: Time, to: EndpointId) {
        loop {
            let receiver = &mut state.receivers[to.index()];
            if receiver.on_wire.len() >= CREDITS {
                return;
            }
            let Some(next) = receiver.held.front().copied() else {
                return;
            };
            let payload = state
                .recording
                .payload(next.datagram)
                .expect("only datagrams wait");
            let address = self.scenario.roster.address(to);
            let socket = self.socket(next.from).expect("who sends has a socket");
            let sent = socket.try_send_to(payload, address.into());
            let receiver = &mut state.receivers[to.index()];
            match sent {
                Ok(_) => {
                    receiver.held.pop_front();
                    receiver.on_wire.push_back(next);
                    receiver.last_moved = now;
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    state.again.insert(to);
                    self.due.notify_one();
                    return;
                }
                Err(_) => {
                    receiver.held.pop_front();
                    state.end(now, next.datagram, DropReason::CannotSend);
                    self.ended.notify_one();
                }
            }
        }
    }

    /// Records what `at` read from its socket, and sends it the next that was held back.
    pub(super) fn received(
        &self,
        now: Time,
        at: EndpointId,
        from: SocketAddrV4,
        payload: &[u8],
        receipt: Receipt,
    ) -> EventId {
        let mut state = self.state();
        let datagram = self.identify(&mut state, now, at, from, payload);
        let id = match self.scenario.roster.role(at) {
            Role::Nobody => state.end(now, datagram, DropReason::NobodyThere),
            Role::Peer | Role::Client => {
                state.in_flight -= 1;
                let delivered = What::Delivered {
                    datagram,
                    to: at,
                    receipt,
                };
                state.record(now, Some(datagram), delivered)
            }
        };
        self.pump(&mut state, now, at);
        if state.in_flight == 0 {
            self.ended.notify_one();
        }
        id
    }

    /// Which datagram of the run it is that `at` read. Those that went into its buffer before it and
    /// were not read have been lost; one that nobody of the run sent comes from outside.
    fn identify(
        &self,
        state: &mut State,
        now: Time,
        at: EndpointId,
        from: SocketAddrV4,
        payload: &[u8],
    ) -> EventId {
        let State {
            receivers,
            recording,
            ..
        } = state;
        let receiver = &mut receivers[at.index()];
        receiver.last_moved = now;
        let is_it = |sent: &InFlight| {
            self.scenario.roster.address(sent.from) == from
                && recording
                    .payload(sent.datagram)
                    .is_some_and(|sent| sent == payload)
        };
        let Some(place) = receiver.on_wire.iter().position(is_it) else {
            let payload = bytes::Bytes::copy_from_slice(payload);
            state.in_flight += 1;
            return state.record(now, None, What::Outside { at, from, payload });
        };
        let lost: Vec<InFlight> = receiver.on_wire.drain(..place).collect();
        let found = receiver.on_wire.pop_front().expect("it was found there");
        state.lose(now, lost);
        found.datagram
    }

    /// Sends datagrams on as they come to the end of their links, until `stop` is ready.
    pub(super) async fn carry(&self, stop: impl Future<Output = ()>) {
        let mut stop = pin!(stop);
        loop {
            let next = self.send_due();
            let pause = async {
                match next {
                    Some(time) => self.clock.sleep_until(time).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = &mut stop => return,
                () = pause => {}
                () = self.due.notified() => {}
            }
        }
    }

    /// Sends what is due, and tells when to look again.
    fn send_due(&self) -> Option<Time> {
        let mut state = self.state();
        let now = self.clock.now();
        for to in std::mem::take(&mut state.again) {
            self.pump(&mut state, now, to);
        }
        while state
            .delayed
            .next_arrival()
            .is_some_and(|arrival| arrival <= now)
        {
            if let Some((_, datagram)) = state.delayed.pop() {
                self.offer(&mut state, now, datagram);
            }
        }
        let arrival = state.delayed.next_arrival();
        let again = (!state.again.is_empty()).then_some(now + TRY_AGAIN);
        arrival.into_iter().chain(again).min()
    }

    /// Ready after a client was done, or nothing was in flight any more.
    pub(super) async fn something_ended(&self) {
        self.ended.notified().await;
    }

    /// Finds what the kernel has lost: it went into a receive buffer that is empty now, and was not
    /// read for as long as `patience`.
    pub(super) fn find_lost(&self, patience: Duration) {
        let is_stuck = |state: &State, endpoint: EndpointId| {
            let receiver = &state.receivers[endpoint.index()];
            let still_since = self.clock.now().since(receiver.last_moved);
            !receiver.on_wire.is_empty() && still_since >= patience
        };
        let endpoints = || self.scenario.roster.iter().map(|(endpoint, _)| endpoint);
        let stuck: Vec<EndpointId> = {
            let state = self.state();
            endpoints()
                .filter(|endpoint| is_stuck(&state, *endpoint))
                .collect()
        };
        if stuck.is_empty() {
            return;
        }
        // Asking the kernel takes its time; nobody else has to wait for it.
        let buffers = kernel::ReceiveBuffers::read();
        let mut state = self.state();
        let now = self.clock.now();
        for endpoint in stuck {
            let address = self.scenario.roster.address(endpoint);
            if is_stuck(&state, endpoint) && buffers.is_empty(address) {
                let receiver = &mut state.receivers[endpoint.index()];
                let lost: Vec<InFlight> = receiver.on_wire.drain(..).collect();
                receiver.last_moved = now;
                state.lose(now, lost);
                self.pump(&mut state, now, endpoint);
            }
        }
    }

    /// How far the run is.
    pub(super) fn look(&self) -> Look {
        let state = self.state();
        Look {
            sent: state.sent,
            in_flight: state.in_flight,
            done: state.done,
        }
    }

    /// Takes what was recorded, and how many datagrams had not ended.
    pub(super) fn close(&self) -> (Recording, u64) {
        let mut state = self.state();
        (std::mem::take(&mut state.recording), state.in_flight)
    }
}

impl State {
    fn record(&mut self, now: Time, cause: Option<EventId>, what: What) -> EventId {
        let id = self.recording.record(now, cause, what);
        self.watcher.event(&self.recording, id);
        id
    }

    /// Ends `datagram` on its way.
    fn end(&mut self, now: Time, datagram: EventId, reason: DropReason) -> EventId {
        self.in_flight -= 1;
        self.record(now, Some(datagram), What::Dropped { datagram, reason })
    }

    fn lose(&mut self, now: Time, lost: Vec<InFlight>) {
        for InFlight { datagram, .. } in lost {
            self.in_flight -= 1;
            self.record(now, Some(datagram), What::LostByKernel { datagram });
        }
    }
}

#[cfg(test)]
mod tests;
