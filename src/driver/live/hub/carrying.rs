//! What is due: datagrams at the end of their links, and changes.

use std::future::Future;
use std::pin::pin;

use super::Hub;
use super::buffers::{Load, TRY_AGAIN};
use super::state::State;
use crate::driver::timeline::Happened;
use crate::time::Time;

/// So many datagrams that are due are taken from their links at a time: others who want the state
/// wait no longer.
const BATCH: usize = 32;
/// So many batches are taken before some are sent.
const BATCHES: usize = 16;
/// So many are sent before those who receive them get their turn: what was sent is then still in the
/// processor's cache.
const LOAD: usize = 64;

/// When a shard has to look again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// Once others have had their turn.
    Now,
    /// Then, unless it is told to before.
    At(Time),
    /// When it is told to.
    Told,
}

impl Hub {
    /// Sends datagrams on to the endpoints of `shard` as they come to the end of their links, until
    /// `stop` is ready. The first shard makes the changes, too, when they are due.
    pub(in crate::driver::live) async fn carry(
        &self,
        shard: usize,
        stop: impl Future<Output = ()>,
    ) {
        let mut stop = pin!(stop);
        let mut load = Load::default();
        loop {
            let next = self.do_what_is_due(shard, &mut load);
            let pause = async {
                match next {
                    Next::Now => tokio::task::yield_now().await,
                    Next::At(time) => self.clock.sleep_until(time).await,
                    Next::Told => std::future::pending().await,
                }
            };
            tokio::select! {
                () = &mut stop => return,
                () = pause => {}
                () = self.due[shard].notified() => {}
            }
        }
    }

    /// Does what is due on `shard`, changes first, and tells when to look again.
    ///
    /// In a heavy flood much is due at once. It is sent receiver by receiver: each then reads many in a
    /// row, which takes it less than reading one at a time does.
    pub(super) fn do_what_is_due(&self, shard: usize, load: &mut Load) -> Next {
        let now = self.clock.now();
        self.take_from_links(now, shard);
        let mut state = self.state();
        let change = match shard {
            0 => self.make_changes(&mut state, now, load),
            _ => None,
        };
        for to in std::mem::take(&mut state.under_way[shard].again) {
            self.fill(&mut state, now, to, load);
        }
        while load.len() < LOAD {
            let Some(to) = state.under_way[shard].in_line.pop_front() else {
                break;
            };
            state.receivers[to.index()].is_in_line = false;
            self.fill(&mut state, now, to, load);
        }
        self.ship(state, now, load);
        let under_way = &mut self.state().under_way[shard];
        let arrival = under_way.delayed.next_arrival();
        if !under_way.in_line.is_empty() || arrival.is_some_and(|next| next <= now) {
            return Next::Now;
        }
        let again = (!under_way.again.is_empty()).then_some(now + TRY_AGAIN);
        let next = [change, arrival, again].into_iter().flatten().min();
        under_way.next_look = next;
        next.map_or(Next::Told, Next::At)
    }

    /// Sees to it that `shard` looks at what is due at `time`.
    pub(super) fn look_at(&self, state: &mut State, shard: usize, time: Time) {
        let next_look = &mut state.under_way[shard].next_look;
        if next_look.is_none_or(|look| time < look) {
            *next_look = Some(time);
            self.due[shard].notify_one();
        }
    }

    /// Takes datagrams that have come to the end of their links, and puts their receivers in line.
    fn take_from_links(&self, now: Time, shard: usize) {
        for _ in 0..BATCHES {
            let mut state = self.state();
            let State {
                under_way,
                receivers,
                ..
            } = &mut *state;
            let under_way = &mut under_way[shard];
            under_way.next_look = Some(Time::ZERO);
            for _ in 0..BATCH {
                let arrival = under_way.delayed.next_arrival();
                if arrival.is_none_or(|arrival| now < arrival) {
                    return;
                }
                let Some((_, datagram)) = under_way.delayed.pop() else {
                    return;
                };
                let receiver = &mut receivers[datagram.to.index()];
                receiver.held.push_back(datagram);
                if !receiver.is_in_line {
                    receiver.is_in_line = true;
                    under_way.in_line.push_back(datagram.to);
                }
            }
        }
    }

    /// Makes the changes that are due, and tells when the next one is. A change waits for a peer that
    /// is handling something, and those behind it wait with it; whoever finishes says so.
    fn make_changes(&self, state: &mut State, now: Time, load: &mut Load) -> Option<Time> {
        state.is_change_held_up = false;
        while let Some(due) = state.timeline.next() {
            if due.at > now {
                return Some(due.at);
            }
            if self.is_over(state) {
                return None;
            }
            let waits_for = due.waits_for(&self.scenario.faults);
            if waits_for.is_some_and(|peer| state.busy.contains(&peer)) {
                state.is_change_held_up = true;
                return None;
            }
            let happened = state
                .timeline
                .happen(&self.scenario, &mut state.network, now);
            if let Some(happened) = happened {
                self.change(state, now, happened, load);
            }
        }
        None
    }

    fn change(&self, state: &mut State, now: Time, happened: Happened, load: &mut Load) {
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
            self.fill(state, now, peer, load);
        }
    }
}
