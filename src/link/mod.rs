//! What links do to datagrams as they are sent: sans-IO, for both drivers.
//!
//! [`Network::send`] is told of every datagram in the order of sending, and says what becomes of it
//! ([`Fate`]). In this order it asks
//!
//! 1. the cuts: nothing enters a link that is cut, and no fault counts it;
//! 2. the faults by meaning, in the order of the file. Each that matches counts the datagram, even
//!    one that an earlier fault has dropped. A fault acts on the datagram itself: a copy that an
//!    earlier one made stays as it was made;
//! 3. the chances of the link, for the datagram and for each copy on its own: loss, corruption,
//!    duplication, reordering, jitter, and last the queue of a link with a rate.
//!
//! | file | what |
//! |---|---|
//! | `crossing` | one datagram's way through faults and chances |
//! | `fate` | what came of it, and the events that tell |
//! | `cuts` | which links are cut |
//! | `counters` | how many datagrams each link has had |
//! | `luck` | what is drawn for a datagram |
//! | `jitter` | the distributions |
//! | `outlet` | the queue of a link with a rate |
//! | `pattern` | whether a fault is about a datagram |

mod counters;
mod crossing;
mod cuts;
mod fate;
mod jitter;
mod luck;
mod outlet;
mod pattern;

use std::time::Duration;

use foldhash::fast::RandomState;
use indexmap::IndexMap;

use crate::event::DropReason;
use crate::faults::{Cut, Faults};
use crate::luck::{Blocks, Name};
use crate::roster::{EndpointId, Role, Roster};
use crate::time::Time;

use counters::Counters;
use cuts::Cuts;
pub use fate::{Fate, Scribe, Story};
use outlet::Outlet;
pub use pattern::matches;

/// A link: who sends on it, and whom to.
type Ends = (EndpointId, EndpointId);

/// What never changes in a run.
#[derive(Clone, Copy, Debug)]
pub struct World<'a> {
    /// All that can go wrong.
    pub faults: &'a Faults,
    /// Who takes part.
    pub roster: &'a Roster,
}

/// A datagram as it is sent.
#[derive(Clone, Copy, Debug)]
pub struct Datagram<'a> {
    /// Who sends it.
    pub from: EndpointId,
    /// Who is to get it.
    pub to: EndpointId,
    /// Its bytes.
    pub payload: &'a [u8],
}

/// All links of a run, with what they remember.
#[derive(Debug)]
pub struct Network {
    /// The delay of all links when they do nothing else, and no fault is about a datagram.
    quiet: Option<Duration>,
    blocks: Blocks,
    /// The sender that something was drawn for last, and what the names of its links begin with: it
    /// often sends to several at once.
    last_sender: Option<(EndpointId, Name)>,
    /// How many datagrams were sent on each link that does more than take its delay.
    sent: Counters,
    outlets: IndexMap<Ends, Outlet, RandomState>,
    cuts: Cuts,
    /// How many datagrams each fault by meaning has counted.
    counted: Vec<u32>,
}

impl Network {
    /// The links of a run with `faults` and `seed`, none of which is cut.
    #[must_use]
    pub fn new(faults: &Faults, seed: u64) -> Self {
        let quiet = match faults.named.is_empty() {
            true => faults.links.common_delay(),
            false => None,
        };
        Self {
            quiet,
            blocks: Blocks::of(seed),
            last_sender: None,
            sent: Counters::default(),
            outlets: IndexMap::default(),
            cuts: Cuts::default(),
            counted: vec![0; faults.named.len()],
        }
    }

    /// Says what becomes of `datagram`, which is sent at `now`. On each link `now` never goes back.
    pub fn send(&mut self, world: World<'_>, now: Time, datagram: Datagram<'_>) -> Fate {
        let Datagram { from, to, .. } = datagram;
        let is_any_cut = !self.cuts.are_none();
        if let Some(delay) = self.quiet.filter(|_| !is_any_cut) {
            return Fate::Arrives(delay);
        }
        let is_client = |end| world.roster.role(end) == Role::Client;
        let has_client = is_client(from) || is_client(to);
        let conditions = world.faults.links.of(from, to, has_client);
        let number = match conditions.are_faultless() {
            true => None,
            false => Some(self.sent.next((from, to))),
        };
        if is_any_cut && self.cuts.cover(from, to) {
            return Fate::Dropped(DropReason::Cut);
        }
        match number {
            None if world.faults.named.is_empty() => Fate::Arrives(conditions.delay),
            _ => self.cross(world, now, datagram, conditions, number.unwrap_or(0)),
        }
    }

    /// Reads something of what is kept of the links of `from`, so that it is at hand when they are
    /// used.
    #[must_use]
    pub fn look(&self, from: EndpointId) -> usize {
        self.sent.look(from)
    }

    /// Cuts the links of `cut`.
    pub fn cut(&mut self, cut: &Cut) {
        self.cuts.change(cut, true);
    }

    /// Heals the links of `cut`.
    pub fn heal(&mut self, cut: &Cut) {
        self.cuts.change(cut, false);
    }

    /// Heals all links.
    pub fn heal_all(&mut self) {
        self.cuts = Cuts::default();
    }
}

#[cfg(test)]
mod tests;
