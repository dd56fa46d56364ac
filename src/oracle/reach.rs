//! Whom the searches of a client reach.

use std::sync::Arc;

use super::overlay::BEYOND;
use crate::roster::EndpointId;

/// The peers within TTL hops of a contact, with their distances, and which of them hear searches.
/// Copies share it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reach {
    within: Within,
    hears: Hearing,
}

/// The peers within TTL hops with their distances.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Within {
    /// In the order of the roster.
    Few(Arc<[(EndpointId, u32)]>),
    /// So many: the distance of each peer of the roster up to the last one of them, or
    /// [`BEYOND`]. Where most are within, that takes less room, and nothing is searched for.
    Many(usize, Arc<[u32]>),
}

/// Which of them hear the searches.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Hearing {
    /// Each hears all of them.
    Everybody,
    /// At the place at which [`Within`] has a peer.
    Each(Arc<[Hears]>),
}

/// Whether a peer hears the searches of a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hears {
    /// Each of them.
    Always,
    /// Some of them, or none.
    Maybe,
    /// None of them.
    Never,
}

/// Nobody at all.
impl Default for Reach {
    fn default() -> Self {
        Self::of([])
    }
}

impl Reach {
    /// The reach that has these peers, in the order of the roster.
    pub(super) fn of(peers: impl IntoIterator<Item = (EndpointId, u32, Hears)>) -> Self {
        let peers = peers.into_iter();
        let (peers, hears): (Vec<_>, Vec<_>) = peers
            .map(|(peer, hops, hears)| ((peer, hops), hears))
            .unzip();
        let all_hear = hears.iter().all(|hears| *hears == Hears::Always);
        let numbers = peers.last().map_or(0, |(last, _)| last.index() + 1);
        if 2 * peers.len() < numbers {
            return Self {
                within: Within::Few(peers.into()),
                hears: match all_hear {
                    true => Hearing::Everybody,
                    false => Hearing::Each(hears.into()),
                },
            };
        }
        let mut distances = vec![BEYOND; numbers];
        for (peer, hops) in &peers {
            distances[peer.index()] = *hops;
        }
        let hears = match all_hear {
            true => Hearing::Everybody,
            false => {
                let mut each = vec![Hears::Never; numbers];
                for ((peer, _), hears) in peers.iter().zip(hears) {
                    each[peer.index()] = hears;
                }
                Hearing::Each(each.into())
            }
        };
        Self {
            within: Within::Many(peers.len(), distances.into()),
            hears,
        }
    }

    /// The reach in which each peer hears every search, with the distance of each peer of the roster;
    /// those that are [`BEYOND`] are not in it.
    pub(super) fn everybody(distances: &[u32]) -> Self {
        let is_within = |hops: &&u32| **hops != BEYOND;
        let numbers = distances.iter().rposition(|hops| *hops != BEYOND);
        let distances = &distances[..numbers.map_or(0, |last| last + 1)];
        let count = distances.iter().filter(is_within).count();
        let within = match 2 * count < distances.len() {
            true => {
                let peers = (0..).map(EndpointId).zip(distances.iter().copied());
                Within::Few(peers.filter(|(_, hops)| *hops != BEYOND).collect())
            }
            false => Within::Many(count, distances.into()),
        };
        Self {
            within,
            hears: Hearing::Everybody,
        }
    }

    /// Where `peer` is, and how far away.
    fn find(&self, peer: EndpointId) -> Option<(usize, u32)> {
        match &self.within {
            Within::Few(peers) => {
                let found = peers.binary_search_by_key(&peer, |(peer, _)| *peer);
                found.ok().map(|index| (index, peers[index].1))
            }
            Within::Many(_, distances) => {
                let hops = distances.get(peer.index());
                let hops = hops.filter(|hops| **hops != BEYOND);
                hops.map(|hops| (peer.index(), *hops))
            }
        }
    }

    /// How `peer` hears the searches, if it is within TTL hops.
    fn hears(&self, peer: EndpointId) -> Option<Hears> {
        let (place, _) = self.find(peer)?;
        Some(match &self.hears {
            Hearing::Everybody => Hears::Always,
            Hearing::Each(hears) => hears[place],
        })
    }

    /// How many peers are within TTL hops, the contact among them.
    #[must_use]
    pub fn len(&self) -> usize {
        match &self.within {
            Within::Few(peers) => peers.len(),
            Within::Many(count, _) => *count,
        }
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many hops `peer` is away from the contact; `None` beyond TTL hops or without any way.
    /// The contact itself is at 0.
    #[must_use]
    pub fn hops(&self, peer: EndpointId) -> Option<u32> {
        self.find(peer).map(|(_, hops)| hops)
    }

    /// Everybody within TTL hops with the distance from the contact, in the order of the roster.
    pub fn iter(&self) -> impl Iterator<Item = (EndpointId, u32)> + '_ {
        let (few, many): (&[_], &[u32]) = match &self.within {
            Within::Few(peers) => (peers, &[]),
            Within::Many(_, distances) => (&[], distances),
        };
        let many = (0..).map(EndpointId).zip(many.iter().copied());
        let many = many.filter(|(_, hops)| *hops != BEYOND);
        few.iter().copied().chain(many)
    }

    /// Whether `peer` must hear each search. When a peer within TTL hops need not, faults may keep
    /// the search from it; or policy `first` loses it: a first copy that came a long way round may
    /// have no TTL left to be forwarded (docs/protocol.md, "Duplicates"); or peers that forget in
    /// mid-flood take a repeat for another copy of what came late.
    #[must_use]
    pub fn must_hear(&self, peer: EndpointId) -> bool {
        self.hears(peer) == Some(Hears::Always)
    }

    /// Whether `peer` may hear some search: it is within TTL hops, and faults do not keep all
    /// searches from it.
    #[must_use]
    pub fn may_hear(&self, peer: EndpointId) -> bool {
        self.hears(peer).is_some_and(|hears| hears != Hears::Never)
    }

    /// Whether each peer within TTL hops must hear each search.
    #[must_use]
    pub fn is_certain(&self) -> bool {
        matches!(self.hears, Hearing::Everybody)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_and_many_are_told_alike() {
        use Hears::{Always, Maybe, Never};
        for (step, hearing) in [
            (1, vec![Always; 6]),
            (1, vec![Always, Maybe, Never, Always, Never, Maybe]),
            (9, vec![Always; 6]),
            (9, vec![Always, Maybe, Never, Always, Never, Maybe]),
        ] {
            let peers: Vec<(EndpointId, u32, Hears)> = (0..)
                .zip(&hearing)
                .map(|(index, hears)| (EndpointId(2 + index * step), index % 4, *hears))
                .collect();
            let reach = Reach::of(peers.clone());
            let is_certain = hearing.iter().all(|hears| *hears == Always);
            assert_eq!(matches!(reach.within, Within::Few(_)), step == 9);
            if is_certain {
                let mut distances = vec![BEYOND; 100];
                for (peer, hops, _) in &peers {
                    distances[peer.index()] = *hops;
                }
                assert_eq!(Reach::everybody(&distances), reach);
            }
            let told: Vec<_> = reach.iter().collect();
            let given: Vec<_> = peers.iter().map(|(peer, hops, _)| (*peer, *hops)).collect();
            assert_eq!(told, given);
            assert_eq!(reach.len(), peers.len());
            assert_eq!(reach.is_certain(), is_certain);
            for number in 0..80 {
                let asked = EndpointId(number);
                let known = peers.iter().find(|(peer, ..)| *peer == asked);
                assert_eq!(reach.hops(asked), known.map(|known| known.1));
                let hears = known.map(|known| known.2);
                assert_eq!(reach.must_hear(asked), hears == Some(Always));
                assert_eq!(
                    reach.may_hear(asked),
                    hears.is_some_and(|hears| hears != Never)
                );
            }
        }
        assert_eq!(Reach::everybody(&[BEYOND; 3]), Reach::default());
        assert!(Reach::default().is_empty());
        assert!(Reach::default().is_certain());
    }
}
