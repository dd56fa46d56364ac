//! Plain data: what can go wrong on links and in time. Nothing here acts.
//!
//! | file | what |
//! |---|---|
//! | `links` | by chance: what each link does to the datagrams that cross it |
//! | `named` | by meaning: what happens to this datagram and no other |
//! | `timeline` | in time: peers that stop and come back, links that are cut, chunks that change |
//!
//! The order of things is the same wherever faults act. When an endpoint sends a datagram, the cuts
//! of that instant are asked first, then the faults by meaning, in the order of the file, then the
//! chances of its link. What is on its way when a link is cut arrives. Whether its receiver is there
//! is asked when it arrives.

mod links;
mod named;
mod timeline;

pub use links::{Conditions, Covers, Jitter, LinkEntry, Links, Rate, Shape};
pub use named::{Effect, Fault, Nth, Pattern};
pub use timeline::{Change, Cut, Scheduled, When};

/// All that can go wrong in a run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Faults {
    /// What links do by chance.
    pub links: Links,
    /// Faults by meaning, in the order of the file.
    pub named: Vec<Fault>,
    /// What happens in time, in the order of the file, and behind it what churn brings.
    pub timeline: Vec<Scheduled>,
}

impl Faults {
    /// Whether every datagram takes exactly its link's delay and every peer is there all the time.
    /// Delays may differ from link to link.
    #[must_use]
    pub fn is_lossless(&self) -> bool {
        self.links.are_faultless() && self.named.is_empty() && self.timeline.is_empty()
    }
}
