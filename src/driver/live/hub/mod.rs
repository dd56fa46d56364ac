//! The one place that all datagrams of a live run pass: it records them, lets their links act on
//! them, and holds them back from receive buffers that are full. It makes the changes in time, too.
//!
//! Each receiver has [`CREDITS`](buffers::CREDITS): so many datagrams may lie in its receive buffer, which
//! keeps 92 full RESPONSEs by default. Beyond them datagrams wait in the receiver's queue, and
//! whoever reads from that socket sends the next ones, through their senders' own sockets. While the
//! queue is not empty all go behind it; reading never waits for sending. The invariant: what lies in
//! a receive buffer is what `on_wire` lists, in that order.
//!
//! An endpoint's reaction is recorded at once, what it handled and all that it sends: between them
//! nothing else happens, and what it was handed does not end before what it sends has begun. Nobody
//! makes a call of the system while holding the lock, other than for addresses outside the run.
//!
//! A change of a peer never comes between what that is handed and what it makes of it: it waits until
//! the peer has reacted.
//!
//! | file | what |
//! |---|---|
//! | `state` | what the hub keeps |
//! | `sending` | what endpoints send, and what its link makes of it |
//! | `buffers` | what lies in receive buffers, and putting it there |
//! | `carrying` | what is due: datagrams at the end of their links, and changes |
//! | `reading` | what was read from a socket, and what never was |

mod buffers;
mod carrying;
mod reading;
mod sending;
mod state;

use std::sync::{Arc, Mutex, MutexGuard};

use tokio::net::UdpSocket;
use tokio::sync::Notify;

use super::kernel;
use crate::driver::Watcher;
use crate::endpoint::Happening;
use crate::event::{EventId, Recording, What};
use crate::host::{Clock, Handled, Reaction};
use crate::roster::{EndpointId, Role};
use crate::scenario::Scenario;
use crate::time::Time;

pub(super) use buffers::Load;

use buffers::FEW;
use state::State;

/// What all tasks of a live run share.
pub(super) struct Hub {
    scenario: Arc<Scenario>,
    sockets: Vec<Option<UdpSocket>>,
    clock: Clock,
    state: Mutex<State>,
    /// For each shard: something was put into its queue of delayed datagrams, or is to be tried
    /// again. For the first one also: a change may be due.
    due: Vec<Notify>,
    /// A client is done, or nothing is in flight.
    ended: Notify,
}

/// How far a run is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Look {
    pub(super) sent: u64,
    pub(super) in_flight: u64,
    /// Peers that may send something again.
    pub(super) unacknowledged: usize,
    /// Clients that are done.
    pub(super) done: usize,
}

impl Look {
    /// Whether nothing more can come, unless a client's deadline does.
    pub(super) const fn is_still(self) -> bool {
        self.in_flight == 0 && self.unacknowledged == 0
    }
}

/// The number of the shard that `endpoint` is on, of so many.
pub(super) const fn shard_of(endpoint: EndpointId, shards: usize) -> usize {
    endpoint.index() % shards
}

impl Hub {
    pub(super) fn new(
        scenario: Arc<Scenario>,
        sockets: Vec<Option<UdpSocket>>,
        shards: usize,
        clock: Clock,
        watcher: Box<dyn Watcher>,
    ) -> Self {
        Self {
            state: Mutex::new(State::new(&scenario, sockets.len(), shards, watcher)),
            scenario,
            sockets,
            clock,
            due: std::iter::repeat_with(Notify::new).take(shards).collect(),
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

    /// Records that `endpoint` handled something and what it sends because of it, and sends the next
    /// that were held back for it. `cause` is what it handled before; gives the event of what it has
    /// handled now.
    pub(super) fn reacted(
        &self,
        endpoint: EndpointId,
        cause: Option<EventId>,
        reaction: Reaction<'_>,
        load: &mut Load,
    ) -> EventId {
        let Reaction {
            now,
            handled,
            out,
            deadline,
        } = reaction;
        let mut guard = self.state();
        let state = &mut *guard;
        let handled = match handled {
            Handled::Deadline => state.record(now, cause, What::Woke { endpoint }),
            Handled::Datagram {
                from,
                bytes,
                receipt,
            } => {
                let read = self.read(state, now, endpoint, (from, bytes), receipt);
                if state.receivers[endpoint.index()].on_wire.len() <= FEW {
                    self.fill(state, now, endpoint, load);
                }
                read
            }
        };
        self.send(state, now, (endpoint, handled), out);
        self.finish(state, endpoint, deadline);
        if state.is_still() {
            self.ended.notify_one();
        }
        self.ship(guard, now, load);
        handled
    }

    /// `endpoint` has sent and told all that came of what it handled; `deadline` is its next one.
    fn finish(&self, state: &mut State, endpoint: EndpointId, deadline: Option<Time>) {
        if self.scenario.reliable.is_some() && self.scenario.roster.role(endpoint) == Role::Peer {
            match deadline {
                Some(_) => state.unacknowledged.insert(endpoint),
                None => state.unacknowledged.remove(&endpoint),
            };
        }
        if self.has_changes() {
            state.busy.remove(&endpoint);
            if state.is_change_held_up {
                self.due[0].notify_one();
            }
        }
    }

    /// A client has logged everything.
    pub(super) fn done(&self, now: Time, cause: Option<EventId>, client: EndpointId) {
        let mut state = self.state();
        state.record(now, cause, What::Done { client });
        state.done += 1;
        self.ended.notify_one();
    }

    /// What has happened to `endpoint` and it has not been told: its deadline has come. It is busy from
    /// here on, until it has reacted.
    pub(super) fn happened(&self, endpoint: EndpointId) -> Vec<Happening> {
        if !self.has_changes() {
            return Vec::new();
        }
        let mut state = self.state();
        state.busy.insert(endpoint);
        std::mem::take(&mut state.receivers[endpoint.index()].happenings)
    }

    /// Whether anything changes in time, and endpoints have to be watched for it.
    fn has_changes(&self) -> bool {
        !self.scenario.faults.timeline.is_empty()
    }

    /// The socket of `endpoint`. An address where nobody is may be another program's; it has none.
    pub(super) fn socket(&self, endpoint: EndpointId) -> Option<&UdpSocket> {
        self.sockets[endpoint.index()].as_ref()
    }

    /// All endpoints.
    pub(super) fn endpoints(&self) -> impl Iterator<Item = EndpointId> + use<> {
        (0..).map(EndpointId).take(self.sockets.len())
    }

    /// The number of the shard that `endpoint` is on.
    fn shard_of(&self, endpoint: EndpointId) -> usize {
        shard_of(endpoint, self.due.len())
    }

    /// Ready after a client was done, or nothing was in flight any more.
    pub(super) async fn something_ended(&self) {
        self.ended.notified().await;
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
