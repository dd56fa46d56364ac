//! `[[link]]` entries as the conditions of links: applied key by key, later ones going first.

use std::collections::BTreeMap;
use std::time::Duration;

use super::link_tables::{CoversText, Keys, LinkTable, Said};
use super::problem::Problems;
use super::world::World;
use crate::faults::{Conditions, Covers, LinkEntry, Links, Rate};
use crate::roster::EndpointId;

/// How many datagrams may wait when `queue` is not said.
pub(super) const QUEUE: u32 = 16;
/// The least by which a datagram is held back when `reorder_by` is not said.
const HELD_BACK: Duration = Duration::from_millis(1);

/// The conditions of all links, each of which takes `delay` unless an entry has another.
pub(super) fn links(
    tables: &[LinkTable],
    delay: Duration,
    world: &World<'_>,
    problems: &mut Problems,
) -> Links {
    let mut peers = Keys::default();
    let mut clients = Keys::default();
    let mut between: BTreeMap<(EndpointId, EndpointId), Keys> = BTreeMap::new();
    let mut entries = Vec::new();
    for table in tables {
        let Some(covers) = table
            .covers
            .as_ref()
            .map(|covers| resolve(covers, world, problems))
        else {
            continue;
        };
        if matches!(covers, Covers::All | Covers::Peers) {
            peers = peers.or_later(table.keys);
        }
        if matches!(covers, Covers::All | Covers::Clients) {
            clients = clients.or_later(table.keys);
        }
        if let Covers::These(links) = &covers {
            for link in links {
                let keys = between.entry(*link).or_default();
                *keys = keys.or_later(table.keys);
            }
        }
        entries.push(LinkEntry {
            covers,
            label: problems.label_of("link", &table.header),
        });
    }
    let between = between.into_iter().map(|((from, to), keys)| {
        // What a later entry says of all links counts for this one too.
        let general = match world.is_client(from) || world.is_client(to) {
            true => clients,
            false => peers,
        };
        ((from, to), general.or_later(keys).conditions(delay))
    });
    Links {
        between: between.collect(),
        peers: peers.conditions(delay),
        clients: clients.conditions(delay),
        entries,
    }
}

fn resolve(covers: &CoversText, world: &World<'_>, problems: &mut Problems) -> Covers {
    match covers {
        CoversText::All => Covers::All,
        CoversText::Peers => Covers::Peers,
        CoversText::Clients => Covers::Clients,
        CoversText::Both(ends, span) => {
            Covers::These(world.links_between(ends, span.clone(), false, problems))
        }
        CoversText::OneWay(ends) => {
            Covers::These(world.links_between(ends, ends[1].span(), true, problems))
        }
    }
}

impl Keys {
    /// What these and `other` say together: key by key, the later entry.
    fn or_later(self, other: Self) -> Self {
        fn later<T>(one: Said<T>, other: Said<T>) -> Said<T> {
            match (one, other) {
                (Some(one), Some(other)) if one.0 > other.0 => Some(one),
                (one, other) => other.or(one),
            }
        }
        Self {
            delay: later(self.delay, other.delay),
            jitter: later(self.jitter, other.jitter),
            loss: later(self.loss, other.loss),
            duplication: later(self.duplication, other.duplication),
            reordering: later(self.reordering, other.reordering),
            reorder_by: later(self.reorder_by, other.reorder_by),
            corruption: later(self.corruption, other.corruption),
            rate: later(self.rate, other.rate),
            queue: later(self.queue, other.queue),
        }
    }

    /// The conditions of a link about which these are all that is said, beside the `delay` of all.
    fn conditions(self, delay: Duration) -> Conditions {
        fn of<T>(said: Said<T>) -> Option<T> {
            said.map(|(_, value)| value)
        }
        let delay = of(self.delay).unwrap_or(delay);
        let reordering = of(self.reordering).unwrap_or_default();
        let reorder_by = match reordering > 0.0 {
            true => of(self.reorder_by).unwrap_or(delay.saturating_mul(2).max(HELD_BACK)),
            false => Duration::ZERO,
        };
        Conditions {
            delay,
            jitter: of(self.jitter).filter(|jitter| !jitter.scale.is_zero()),
            loss: of(self.loss).unwrap_or_default(),
            duplication: of(self.duplication).unwrap_or_default(),
            reordering,
            reorder_by,
            corruption: of(self.corruption).unwrap_or_default(),
            rate: of(self.rate).map(|bytes_per_second| Rate {
                bytes_per_second,
                queue: of(self.queue).unwrap_or(QUEUE),
            }),
        }
    }
}
