//! The QUERYs of one flood: what may become of each of them on its link.
//!
//! On a large overlay few links have conditions of their own, and few peers are met by a fault or a
//! change. All others are alike at all times, so what becomes of a QUERY between two of them is
//! worked out once. The invariant: [`Queries::pass`] says what [`Ways::pass`] does.

use super::passage::{Letter, Passage, Ways};
use super::peer_at;
use super::span::{Chance, Span};
use crate::faults::Fault;
use crate::roster::EndpointId;
use crate::wire::{ChunkId, Type};

/// The QUERYs of one flood.
pub(super) struct Queries<'a> {
    ways: &'a Ways<'a>,
    /// When in the run its HELLO is sent; other times are counted from then.
    base: Span,
    /// What is in its list.
    names: &'a dyn Fn(ChunkId) -> Chance,
    usual: Option<Usual>,
}

/// What becomes of QUERYs between peers of whom nothing is said.
struct Usual {
    /// Of one that is sent at zero.
    passage: Passage,
    /// By the number of each peer, whether something is said of it; empty when of nobody.
    is_unusual: Vec<bool>,
}

impl<'a> Queries<'a> {
    /// Those that a HELLO during `base` causes, with a list of which `names` tells what is in it.
    pub(super) fn of(ways: &'a Ways<'a>, base: Span, names: &'a dyn Fn(ChunkId) -> Chance) -> Self {
        let mut queries = Self {
            ways,
            base,
            names,
            usual: None,
        };
        queries.usual = queries.usual();
        queries
    }

    /// What may become of the one from peer `from` to peer `to` that is sent during `sent`.
    pub(super) fn pass(&self, from: usize, to: usize, sent: Span) -> Passage {
        match &self.usual {
            Some(usual) if usual.covers(from, to) => Passage {
                handled: sent.plus(usual.passage.handled),
                ..usual.passage
            },
            _ => self.look(from, to, sent),
        }
    }

    /// The same, each of which is looked at by itself.
    #[cfg(test)]
    pub(super) fn one_by_one(self) -> Self {
        Self {
            usual: None,
            ..self
        }
    }

    /// What may become of each that is sent at zero, when all fare alike.
    pub(super) fn all(&self) -> Option<&Passage> {
        let usual = self.usual.as_ref()?;
        usual.is_unusual.is_empty().then_some(&usual.passage)
    }

    /// What [`Self::pass`] says, whoever the two are.
    fn look(&self, from: usize, to: usize, sent: Span) -> Passage {
        let letter = Letter {
            from: peer_at(from),
            to: peer_at(to),
            message: Type::Query,
            names: self.names,
        };
        self.ways.pass(&letter, self.base, sent)
    }

    fn usual(&self) -> Option<Usual> {
        let is_unusual = self.ways.unusual_peers()?;
        // Nothing is said of it at either end of a link, so it may as well be at both.
        let somebody = match is_unusual.is_empty() {
            true => 0,
            false => is_unusual.iter().position(|is_unusual| !is_unusual)?,
        };
        Some(Usual {
            passage: self.look(somebody, somebody, Span::default()),
            is_unusual,
        })
    }
}

impl Usual {
    fn covers(&self, from: usize, to: usize) -> bool {
        self.is_unusual.is_empty() || !(self.is_unusual[from] || self.is_unusual[to])
    }
}

impl Ways<'_> {
    /// Whether it makes no difference to any `message` when in the run it is sent.
    pub(super) fn are_timeless(&self, message: Type) -> bool {
        let mut faults = self.scenario.faults.named.iter();
        let changing = |fault: &Fault| !is_permanent(fault) && is_about(fault, message);
        let affected = self.timeline.affected();
        affected.is_some_and(|peers| peers.is_empty()) && !faults.any(changing)
    }

    /// By the number of each peer, whether a QUERY from it or to it may fare otherwise than others,
    /// or not always alike. Empty when none is meant, `None` when all may be.
    fn unusual_peers(&self) -> Option<Vec<bool>> {
        let mut unusual: Vec<EndpointId> = self.timeline.affected()?;
        for (from, to) in self.scenario.faults.links.between.keys() {
            unusual.extend([from, to]);
        }
        for fault in &self.scenario.faults.named {
            let pattern = &fault.pattern;
            match (&pattern.from[..], &pattern.to[..]) {
                _ if !is_about(fault, Type::Query) => {}
                ([], []) if is_permanent(fault) => {}
                ([], []) => return None,
                ([], ends) | (ends, _) => unusual.extend(ends),
            }
        }
        if let Some(reliable) = &self.scenario.reliable {
            unusual.extend(&reliable.except);
        }
        let peers = self.scenario.peers.len();
        let mut is_unusual = Vec::new();
        for peer in unusual.into_iter().map(EndpointId::index) {
            // Links with clients are none of a flood's.
            if peer < peers {
                is_unusual.resize(peers, false);
                is_unusual[peer] = true;
            }
        }
        Some(is_unusual)
    }
}

fn is_permanent(fault: &Fault) -> bool {
    fault.since.is_zero() && fault.until.is_none()
}

fn is_about(fault: &Fault, message: Type) -> bool {
    let meant = fault.pattern.message;
    meant.is_none_or(|meant| meant == message)
}
