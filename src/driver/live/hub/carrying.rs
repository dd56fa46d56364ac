//! What is due: datagrams at the end of their links, and changes.

use std::future::Future;
use std::io;
use std::pin::pin;
use std::time::Duration;

use super::Hub;
use super::state::State;
use crate::driver::queue::InFlight;
use crate::driver::timeline::{Happened, Standing};
use crate::event::DropReason;
use crate::roster::EndpointId;
use crate::time::Time;

/// Datagrams that may lie in one receive buffer.
pub(super) const CREDITS: usize = 64;
/// When to try again after a sender's own buffer was full.
const TRY_AGAIN: Duration = Duration::from_millis(1);

impl Hub {
    /// Sends datagrams on as they come to the end of their links, and makes changes when they are
    /// due, until `stop` is ready.
    pub(in crate::driver::live) async fn carry(&self, stop: impl Future<Output = ()>) {
        let mut stop = pin!(stop);
        loop {
            let next = self.do_what_is_due();
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

    /// Does what is due, changes first, and tells when to look again.
    pub(super) fn do_what_is_due(&self) -> Option<Time> {
        let mut state = self.state();
        let now = self.clock.now();
        let change = self.make_changes(&mut state, now);
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
        [change, arrival, again].into_iter().flatten().min()
    }

    /// Makes the changes that are due, and tells when the next one is. A change waits for endpoints
    /// that it must not interrupt, and those behind it wait with it; whoever finishes says so.
    fn make_changes(&self, state: &mut State, now: Time) -> Option<Time> {
        state.is_change_held_up = false;
        while let Some(due) = state.timeline.next() {
            if due.at > now {
                return Some(due.at);
            }
            if self.is_over(state) {
                return None;
            }
            let waits_for = due.waits_for(&self.scenario.faults);
            if waits_for.iter().flatten().any(|e| state.busy.contains(e)) {
                state.is_change_held_up = true;
                return None;
            }
            let happened = state
                .timeline
                .happen(&self.scenario, &mut state.network, now);
            if let Some(happened) = happened {
                self.change(state, now, happened);
            }
        }
        None
    }

    fn change(&self, state: &mut State, now: Time, happened: Happened) {
        let Happened {
            what,
            cause,
            tell,
            releases,
        } = happened;
        state.record(now, cause, what);
        if let Some((peer, happening)) = tell {
            state.receivers[peer.index()].happenings.push(happening);
        }
        if let Some(peer) = releases {
            self.pump(state, now, peer);
        }
    }

    /// A datagram has come to the end of its link.
    pub(super) fn offer(&self, state: &mut State, now: Time, datagram: InFlight) {
        state.receivers[datagram.to.index()]
            .held
            .push_back(datagram);
        self.pump(state, now, datagram.to);
    }

    /// Puts as many datagrams into the receive buffer of `to` as it has credits for, unless it stands
    /// still.
    pub(super) fn pump(&self, state: &mut State, now: Time, to: EndpointId) {
        if state.timeline.standing(to) == Standing::Paused {
            return;
        }
        let receiver = &mut state.receivers[to.index()];
        if !receiver.read_too_early.is_empty() {
            // What is still to be read comes before what was held back.
            if !receiver.on_wire.is_empty() {
                return;
            }
            receiver.read_too_early.append(&mut receiver.held);
            std::mem::swap(&mut receiver.held, &mut receiver.read_too_early);
        }
        loop {
            let receiver = &mut state.receivers[to.index()];
            if receiver.on_wire.len() >= CREDITS {
                return;
            }
            let Some(next) = receiver.held.front().copied() else {
                return;
            };
            let payload = state.recording.bytes(next.payload);
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
}
