//! What happens in time.
//!
//! At one instant changes come before datagrams, in the order of the file, and both before
//! deadlines. A change that follows a datagram comes when its sender has finished what it was doing:
//! a reaction is never torn apart.

use std::sync::Arc;
use std::time::Duration;

use super::Pattern;
use crate::chunks::ChunkStore;
use crate::roster::{EndpointId, Roster};
use crate::wire::{ChunkId, write_ids};

/// A change and when it happens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scheduled {
    /// When.
    pub when: When,
    /// What.
    pub change: Change,
    /// What output calls it: `[[event]] in line 12`. `None` for churn, which nobody wrote one by
    /// one.
    pub label: Option<String>,
}

/// When something happens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum When {
    /// At this time of the run.
    At(Duration),
    /// So long after the `nth` datagram that matches was sent, counted from 1.
    After {
        /// Which datagrams are counted.
        pattern: Pattern,
        /// Which of them it follows.
        nth: u32,
        /// How long after it.
        by: Duration,
    },
}

/// Something that changes in a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// A peer is cut off from everybody: what reaches it is dropped. It keeps what it remembers.
    Stop(EndpointId),
    /// A peer is gone, and forgets the searches that it remembers.
    Crash(EndpointId),
    /// A peer that was stopped, had crashed or had not joined is there.
    Start(EndpointId),
    /// A peer stands still: what reaches it waits, and is handled in its order when it goes on.
    Pause(EndpointId, Duration),
    /// A peer that stood still goes on. Drivers make this one, `Pause` says when.
    Resume(EndpointId),
    /// Nothing crosses these links any more.
    Cut(Cut),
    /// All crosses these links again.
    Heal(Cut),
    /// All crosses all links again.
    HealAll,
    /// A peer holds these chunks too.
    Gain(EndpointId, Arc<ChunkStore>),
    /// A peer no longer holds these chunks.
    Lose(EndpointId, Vec<ChunkId>),
}

/// Links that are cut or healed together: from any of the first to any of the second. Of a link,
/// the latest cut or healing that is about it counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cut {
    /// Where the links begin, in rising order.
    pub from: Arc<[EndpointId]>,
    /// Where they end, in rising order.
    pub to: Arc<[EndpointId]>,
    /// Whether the links the other way are meant too.
    pub both_ways: bool,
}

impl Cut {
    /// Whether the link from `from` to `to` is one of them.
    #[must_use]
    pub fn covers(&self, from: EndpointId, to: EndpointId) -> bool {
        let leads = |from: &EndpointId, to: &EndpointId| {
            self.from.binary_search(from).is_ok() && self.to.binary_search(to).is_ok()
        };
        leads(&from, &to) || (self.both_ways && leads(&to, &from))
    }
}

impl Change {
    /// The peer that changes, if it is one.
    #[must_use]
    pub const fn peer(&self) -> Option<EndpointId> {
        match self {
            Self::Stop(peer)
            | Self::Crash(peer)
            | Self::Start(peer)
            | Self::Pause(peer, _)
            | Self::Resume(peer)
            | Self::Gain(peer, _)
            | Self::Lose(peer, _) => Some(*peer),
            Self::Cut(_) | Self::Heal(_) | Self::HealAll => None,
        }
    }

    /// The line of text that tells of it, with the names of `roster`: `stopped p4`.
    #[must_use]
    pub fn text(&self, roster: &Roster) -> String {
        let name = |peer: &EndpointId| roster.name(*peer).to_owned();
        match self {
            Self::Stop(peer) => format!("stopped {}", name(peer)),
            Self::Crash(peer) => format!("crashed {}", name(peer)),
            Self::Start(peer) => format!("started {}", name(peer)),
            Self::Pause(peer, time) => format!("paused {} for {time:?}", name(peer)),
            Self::Resume(peer) => format!("resumed {}", name(peer)),
            Self::Cut(cut) => format!("cut {}", cut.text(roster)),
            Self::Heal(cut) => format!("healed {}", cut.text(roster)),
            Self::HealAll => "healed all links".to_owned(),
            Self::Gain(peer, chunks) => {
                format!("{} gained chunks {}", name(peer), listed(chunks.ids()))
            }
            Self::Lose(peer, chunks) => {
                format!(
                    "{} lost chunks {}",
                    name(peer),
                    listed(chunks.iter().copied())
                )
            }
        }
    }
}

impl Cut {
    fn text(&self, roster: &Roster) -> String {
        let arrow = match self.both_ways {
            true => "-",
            false => "->",
        };
        format!(
            "{} {arrow} {}",
            some(&self.from, roster),
            some(&self.to, roster)
        )
    }
}

/// Names of endpoints, or how many there are when nobody wants to read them.
fn some(endpoints: &[EndpointId], roster: &Roster) -> String {
    match endpoints.len() {
        0..=6 => {
            let names: Vec<&str> = endpoints.iter().map(|e| roster.name(*e)).collect();
            names.join(",")
        }
        many => format!("{many} endpoints"),
    }
}

/// Ids as people write them: `1,3-5`.
fn listed(ids: impl Iterator<Item = ChunkId>) -> String {
    let ids: Vec<ChunkId> = ids.collect();
    let mut text = String::new();
    write_ids(&ids, &mut text).expect("writing to a string never fails");
    text
}
