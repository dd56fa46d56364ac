//! What was read from a socket: which datagram it is, whether its endpoint gets it, and what the
//! kernel has lost.

use std::net::SocketAddrV4;
use std::time::Duration;

use super::buffers::Load;
use super::state::State;
use super::{Hub, kernel};
use crate::driver::queue::InFlight;
use crate::driver::timeline::Standing;
use crate::endpoint::Receipt;
use crate::event::{DropReason, EventId, What};
use crate::host::Admission;
use crate::roster::{EndpointId, Role};
use crate::time::Time;

/// What was read.
struct Read {
    /// The event that brought it into the run.
    datagram: EventId,
    /// It as it was on its way, unless it comes from outside.
    own: Option<InFlight>,
}

impl Hub {
    /// Says whether `at` gets what was read from its socket, and ends or keeps what it does not get.
    /// If it does, it is busy from here on, until it has reacted.
    pub(in crate::driver::live) fn admit(
        &self,
        now: Time,
        at: EndpointId,
        (from, payload): (SocketAddrV4, &[u8]),
        load: &mut Load,
    ) -> Admission {
        if !self.has_changes() {
            return Admission::HandOver(Vec::new());
        }
        let mut guard = self.state();
        let state = &mut *guard;
        let standing = state.timeline.standing(at);
        // What is read behind one that waits has to wait, too.
        let is_behind = !state.receivers[at.index()].read_too_early.is_empty();
        let waits = standing == Standing::Paused || is_behind;
        if standing == Standing::There && !waits {
            state.busy.insert(at);
            let happenings = &mut state.receivers[at.index()].happenings;
            return Admission::HandOver(std::mem::take(happenings));
        }
        let Read { datagram, own } = self.identify(state, now, at, from, payload);
        match own {
            // It was in the buffer when the pause began.
            Some(own) if waits => {
                state.receivers[at.index()].read_too_early.push_back(own);
            }
            // Nobody can send for a stranger what the pause keeps waiting.
            _ => {
                state.end(now, datagram, DropReason::Down);
            }
        }
        self.fill(state, now, at, load);
        if state.is_still() {
            self.ended.notify_one();
        }
        self.ship(guard, now, load);
        Admission::Keep
    }

    /// Records what `at` read from its socket.
    pub(super) fn read(
        &self,
        state: &mut State,
        now: Time,
        at: EndpointId,
        (from, payload): (SocketAddrV4, &[u8]),
        receipt: Receipt,
    ) -> EventId {
        let Read { datagram, .. } = self.identify(state, now, at, from, payload);
        match self.scenario.roster.role(at) {
            Role::Nobody => state.end(now, datagram, DropReason::NobodyThere),
            Role::Peer | Role::Client => {
                let delivered = What::Delivered {
                    datagram,
                    to: at,
                    receipt,
                };
                state.record(now, Some(datagram), delivered)
            }
        }
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
    ) -> Read {
        let State {
            receivers,
            recording,
            ..
        } = state;
        let receiver = &mut receivers[at.index()];
        receiver.last_moved = now;
        let is_it = |sent: &InFlight| {
            self.scenario.roster.address(sent.from) == from
                && recording.bytes(sent.payload) == payload
        };
        let Some(place) = receiver.on_wire.iter().position(is_it) else {
            let payload = state.recording.intern(payload);
            let datagram = state.record(now, None, What::Outside { at, from, payload });
            return Read {
                datagram,
                own: None,
            };
        };
        let lost: Vec<InFlight> = receiver.on_wire.drain(..place).collect();
        let found = receiver.on_wire.pop_front().expect("it was found there");
        state.lose(now, lost);
        Read {
            datagram: found.datagram,
            own: Some(found),
        }
    }

    /// Finds what the kernel has lost: it went into a receive buffer that is empty now, and was not
    /// read for as long as `patience`.
    pub(in crate::driver::live) fn find_lost(&self, patience: Duration) {
        let is_stuck = |state: &State, endpoint: EndpointId| {
            let receiver = &state.receivers[endpoint.index()];
            let still_since = self.clock.now().since(receiver.last_moved);
            !receiver.on_wire.is_empty() && !receiver.is_being_filled && still_since >= patience
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
        let mut load = Load::default();
        let mut guard = self.state();
        let state = &mut *guard;
        let now = self.clock.now();
        for endpoint in stuck {
            let address = self.scenario.roster.address(endpoint);
            if is_stuck(state, endpoint) && buffers.is_empty(address) {
                let receiver = &mut state.receivers[endpoint.index()];
                let lost: Vec<InFlight> = receiver.on_wire.drain(..).collect();
                receiver.last_moved = now;
                state.lose(now, lost);
                self.fill(state, now, endpoint, &mut load);
            }
        }
        self.ship(guard, now, &mut load);
    }
}
