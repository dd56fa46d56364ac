//! GETs, their repeats, and the burst (docs/protocol.md, "Time, repeats and loss").

use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddrV4;
use std::time::Duration;

use super::{Client, Stage};
use crate::endpoint::Outbox;
use crate::rules::{BURST, Gets};
use crate::time::Time;
use crate::wire::{ChunkId, IdList, Message};

/// What is to be asked and what is outstanding, holder by holder.
#[derive(Debug, Default)]
pub(super) struct Downloads {
    holders: BTreeMap<SocketAddrV4, Holder>,
    /// Chunks outstanding over all holders; never more than [`BURST`].
    outstanding: usize,
}

/// What the client has to do with one holder.
#[derive(Debug, Default)]
struct Holder {
    /// Chosen for this holder, not yet asked.
    queue: VecDeque<ChunkId>,
    /// Asked and not arrived, in the order asked, with the number of GETs sent: one more
    /// than repeats, whose number may fill a `u16`.
    outstanding: Vec<(ChunkId, u32)>,
    /// When its silence is long enough to ask again; meaningful while something is outstanding.
    silence_ends: Time,
    /// Whether it has let a silence end since it was last heard.
    is_silent: bool,
    /// How many chunks it was chosen for, ever.
    chosen_for: usize,
}

impl Downloads {
    /// When the first silence ends, if anything is outstanding.
    pub(super) fn deadline(&self) -> Option<Time> {
        let waiting = self.holders.values().filter(|h| !h.outstanding.is_empty());
        waiting.map(|holder| holder.silence_ends).min()
    }

    /// How many chunks `holder` was chosen for.
    pub(super) fn chosen_for(&self, holder: SocketAddrV4) -> usize {
        self.holders.get(&holder).map_or(0, |h| h.chosen_for)
    }

    /// Queues `id` for `holder`.
    pub(super) fn choose(&mut self, holder: SocketAddrV4, id: ChunkId) {
        let holder = self.holders.entry(holder).or_default();
        holder.queue.push_back(id);
        holder.chosen_for += 1;
    }

    /// Takes `id` off what `holder` is or was to be asked for.
    pub(super) fn forget(&mut self, holder: SocketAddrV4, id: ChunkId) {
        if let Some(holder) = self.holders.get_mut(&holder) {
            let before = holder.outstanding.len();
            holder.outstanding.retain(|(other, _)| *other != id);
            self.outstanding -= before - holder.outstanding.len();
            holder.queue.retain(|other| *other != id);
        }
    }

    /// Takes note of a RESPONSE from `holder`: its silence starts anew.
    pub(super) fn heard(&mut self, now: Time, holder: SocketAddrV4, wait: Duration) {
        if let Some(holder) = self.holders.get_mut(&holder) {
            holder.silence_ends = now + wait;
            holder.is_silent = false;
        }
    }

    /// Takes the next GET off the queues that the burst has room for: as few GETs as possible, so a
    /// holder is asked once there is room for all that it is to be asked for, or for a whole burst.
    fn next_request(&mut self) -> Option<(SocketAddrV4, Vec<ChunkId>)> {
        let room = BURST - self.outstanding;
        let mut queued = self.holders.iter().filter(|(_, h)| !h.queue.is_empty());
        let fits = queued
            .clone()
            .find(|(_, h)| h.queue.len().min(BURST) <= room);
        let (holder, _) = match fits {
            Some(found) => found,
            // Waiting for more room is right only while somebody who answers has yet to.
            None if room > 0 && self.only_silent_ones_owe() => queued.next()?,
            None => return None,
        };
        let address = *holder;
        let queue = &mut self.holders.get_mut(&address)?.queue;
        let ids: Vec<ChunkId> = queue.drain(..queue.len().min(room)).collect();
        Some((address, ids))
    }

    fn only_silent_ones_owe(&self) -> bool {
        let mut owing = self.holders.values().filter(|h| !h.outstanding.is_empty());
        owing.all(|holder| holder.is_silent)
    }

    /// Takes note of a first GET for `ids`.
    fn asked(&mut self, now: Time, holder: SocketAddrV4, ids: &[ChunkId], wait: Duration) {
        let holder = self.holders.entry(holder).or_default();
        holder.outstanding.extend(ids.iter().map(|id| (*id, 1)));
        holder.silence_ends = now + wait;
        self.outstanding += ids.len();
    }
}

impl Client {
    /// Sends as many GETs as the burst allows.
    pub(super) fn request(&mut self, now: Time, out: &mut Outbox) {
        while let Some((holder, ids)) = self.downloads.next_request() {
            self.downloads.asked(now, holder, &ids, self.patience.wait);
            for id in &ids {
                let wanted = self
                    .wanted
                    .get_mut(id)
                    .expect("only wanted chunks are queued");
                wanted.stage = Stage::Asked;
            }
            self.send_get(holder, IdList::distinct(ids), out);
        }
    }

    /// Sends a GET, as often as it sends each.
    fn send_get(&self, holder: SocketAddrV4, ids: IdList, out: &mut Outbox) {
        let get = Message::Get(ids);
        if self.gets == Gets::Twice {
            out.send_message(holder, &get);
        }
        out.send_message(holder, &get);
    }

    /// Asks silent holders again for what has not arrived, and turns from those that stayed silent
    /// through all repeats.
    pub(super) fn end_silences(&mut self, now: Time, out: &mut Outbox) {
        let wait = self.patience.wait;
        let repeats = u32::from(self.patience.repeats);
        let mut again = Vec::new();
        let mut given_up = Vec::new();
        let mut not_asked = Vec::new();
        for (address, holder) in &mut self.downloads.holders {
            if holder.outstanding.is_empty() || now < holder.silence_ends {
                continue;
            }
            holder.is_silent = true;
            holder.silence_ends = now + wait;
            let (enough, more): (Vec<_>, Vec<_>) = holder
                .outstanding
                .drain(..)
                .partition(|(_, sent)| *sent > repeats);
            holder.outstanding = more.iter().map(|(id, sent)| (*id, sent + 1)).collect();
            self.downloads.outstanding -= enough.len();
            given_up.extend(enough.into_iter().map(|(id, _)| id));
            if more.is_empty() {
                // It owes nothing but silence: what it was yet to be asked for may go to others.
                not_asked.extend(holder.queue.iter().map(|id| (*address, *id)));
            } else {
                again.push((*address, more.into_iter().map(|(id, _)| id)));
            }
        }
        for (holder, ids) in again {
            self.send_get(holder, IdList::distinct(ids), out);
        }
        for (silent, id) in not_asked {
            if self.choose_holder(id).is_some() {
                self.downloads.forget(silent, id);
                // It was not asked for this one, so it may still be, when others fail too.
                let wanted = self.wanted.get_mut(&id);
                let wanted = wanted.expect("only wanted chunks are queued");
                wanted.chosen.retain(|holder| *holder != silent);
            }
        }
        for id in given_up {
            if self.choose_holder(id).is_none() {
                self.settle(id, None);
            }
        }
    }
}
