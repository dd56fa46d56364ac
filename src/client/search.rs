//! One HELLO, its waits and its repeats (docs/protocol.md, "Time, repeats and loss").

use std::time::Duration;

use super::{Client, Stage};
use crate::endpoint::Outbox;
use crate::rules::Gets;
use crate::time::Time;
use crate::wire::{ChunkId, IdList, Message};

/// A HELLO of at most 500 ids with its repeats.
#[derive(Debug)]
pub(super) struct Search {
    /// The ids that the last HELLO listed: at first all, then those without a holder.
    listed: Vec<ChunkId>,
    /// How many of them have no holder yet.
    without_holder: usize,
    /// How many HELLOs were sent: one more than repeats, whose number may fill a `u16`.
    sent: u32,
    state: State,
}

/// Where a search stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Waiting {
        ends: Time,
        /// Since when each listed id has a holder.
        complete_since: Option<Time>,
    },
    Over,
}

impl Search {
    pub(super) fn new(ids: Vec<ChunkId>) -> Self {
        Self {
            without_holder: ids.len(),
            listed: ids,
            sent: 0,
            state: State::Over,
        }
    }

    pub(super) const fn is_waiting(&self) -> bool {
        matches!(self.state, State::Waiting { .. })
    }

    /// When to look at it again, if ever.
    pub(super) fn deadline(&self, gather: Duration) -> Option<Time> {
        match self.state {
            State::Over => None,
            State::Waiting {
                ends,
                complete_since: None,
            } => Some(ends),
            State::Waiting {
                ends,
                complete_since: Some(since),
            } => Some(ends.min(since + gather)),
        }
    }

    /// Takes note of a new (id, holder) pair for one of its ids.
    pub(super) fn note_holder(&mut self, now: Time, is_first_of_id: bool, wait: Duration) {
        // Every id without a holder is listed by the last HELLO, so a first holder counts here.
        if is_first_of_id {
            self.without_holder -= 1;
        }
        if let State::Waiting {
            ends,
            complete_since,
        } = &mut self.state
        {
            *ends = (*ends).max(now + wait);
            if self.without_holder == 0 && complete_since.is_none() {
                *complete_since = Some(now);
            }
        }
    }
}

impl Client {
    /// Sends the HELLO of search number `search`, listing what has no holder yet.
    pub(super) fn send_hello(&mut self, now: Time, search: usize, out: &mut Outbox) {
        let wanted = &self.wanted;
        let search = &mut self.searches[search];
        search.listed.retain(|id| wanted[id].holders.is_empty());
        search.sent += 1;
        search.state = State::Waiting {
            ends: now + self.patience.wait,
            complete_since: None,
        };
        let ids = IdList::distinct(search.listed.iter().copied());
        out.send_message(self.contact, &Message::Hello(ids));
    }

    /// Goes on with each search whose gathering time or wait is over.
    pub(super) fn end_waits(&mut self, now: Time, out: &mut Outbox) {
        for index in 0..self.searches.len() {
            let search = &self.searches[index];
            let due = search.deadline(self.patience.gather);
            if due.is_some_and(|due| due <= now) {
                self.end_wait(now, index, out);
            }
        }
    }

    fn end_wait(&mut self, now: Time, index: usize, out: &mut Outbox) {
        let search = &mut self.searches[index];
        search.state = State::Over;
        let may_repeat = search.sent <= u32::from(self.patience.repeats);
        let found_all = search.without_holder == 0;
        for id in search.listed.clone() {
            let wanted = &self.wanted[&id];
            if wanted.stage != Stage::Searching {
                continue;
            }
            let has_holder = !wanted.holders.is_empty();
            if has_holder && self.gets != Gets::Never {
                self.choose_holder(id);
            } else if has_holder || !may_repeat {
                self.settle(id, None);
            }
        }
        if may_repeat && !found_all {
            self.send_hello(now, index, out);
        }
    }
}
