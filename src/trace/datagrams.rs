//! The journeys of all datagrams, packed: a run may have millions, and most are alike.

use std::collections::BTreeMap;
use std::net::SocketAddrV4;

use super::journeys::{Fate, Hop, Journey};
use crate::event::EventId;

/// The life of each datagram of a run, in the order in which they came into it. A datagram's number is
/// its place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Datagrams {
    packed: Vec<Packed>,
    /// What links did to those few to which they did something.
    deeds: BTreeMap<u32, Deeds>,
}

/// A datagram to which no link did anything, as most are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Packed {
    born: EventId,
    from: SocketAddrV4,
    to: SocketAddrV4,
    fate: Fate,
    /// The search that it belongs to, or [`NONE`].
    search: u32,
    hop: u32,
    is_duplicate: bool,
    /// Whether it has [`Deeds`].
    was_touched: bool,
}

/// No search.
const NONE: u32 = u32::MAX;

/// What links did to a datagram.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Deeds {
    copy_of: Option<u32>,
    damaged: Option<EventId>,
    delayed: Option<EventId>,
}

impl Datagrams {
    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.packed.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.packed.is_empty()
    }

    /// The datagram of this number.
    ///
    /// # Panics
    ///
    /// When there are not so many.
    #[must_use]
    pub fn get(&self, number: u32) -> Journey {
        self.unpack(number, &self.packed[number as usize])
    }

    /// All of them, first to last.
    pub fn iter(&self) -> impl Iterator<Item = Journey> + '_ {
        self.behind(0)
    }

    /// Those behind the first `passed`.
    pub(super) fn behind(&self, passed: usize) -> impl Iterator<Item = Journey> + '_ {
        let left = (number_of(passed)..).zip(&self.packed[passed..]);
        left.map(|(number, packed)| self.unpack(number, packed))
    }

    /// The number of the one that came into the run with `event`, if one did.
    pub(super) fn born_with(&self, event: EventId) -> Option<u32> {
        let found = self.packed.binary_search_by_key(&event, |d| d.born);
        found.ok().map(number_of)
    }

    /// Makes room for `more`.
    pub(super) fn reserve(&mut self, more: usize) {
        self.packed.reserve_exact(more);
    }

    /// Adds one behind all others, and gives its number.
    pub(super) fn push(&mut self, journey: Journey) -> u32 {
        let number = number_of(self.packed.len());
        let deeds = Deeds {
            copy_of: journey.copy_of,
            damaged: journey.damaged,
            delayed: journey.delayed,
        };
        let was_touched = deeds != Deeds::default();
        if was_touched {
            self.deeds.insert(number, deeds);
        }
        self.packed.push(Packed {
            born: journey.born,
            from: journey.from,
            to: journey.to,
            fate: journey.fate,
            search: journey.hop.map_or(NONE, |hop| hop.search),
            hop: journey.hop.map_or(0, |hop| hop.number),
            is_duplicate: journey.is_duplicate,
            was_touched,
        });
        number
    }

    /// Notes what became of one.
    pub(super) fn end(&mut self, number: u32, fate: Fate) {
        self.packed[number as usize].fate = fate;
    }

    /// Notes that a link damaged one with event `id`.
    pub(super) fn damage(&mut self, number: u32, id: EventId) {
        self.deeds(number).damaged = Some(id);
    }

    /// Notes that a link held one back with event `id`.
    pub(super) fn delay(&mut self, number: u32, id: EventId) {
        self.deeds(number).delayed = Some(id);
    }

    /// Notes where in a search one stands.
    pub(super) fn stand(&mut self, number: u32, hop: Hop) {
        let packed = &mut self.packed[number as usize];
        (packed.search, packed.hop) = (hop.search, hop.number);
    }

    /// Where in a search one stands.
    pub(super) fn hop(&self, number: u32) -> Option<Hop> {
        self.packed[number as usize].hop()
    }

    /// Notes that one reached a peer which had its search before.
    pub(super) fn repeat(&mut self, number: u32) {
        self.packed[number as usize].is_duplicate = true;
    }

    fn deeds(&mut self, number: u32) -> &mut Deeds {
        self.packed[number as usize].was_touched = true;
        self.deeds.entry(number).or_default()
    }

    fn unpack(&self, number: u32, packed: &Packed) -> Journey {
        let deeds = match packed.was_touched {
            true => self.deeds.get(&number).copied().unwrap_or_default(),
            false => Deeds::default(),
        };
        Journey {
            born: packed.born,
            from: packed.from,
            to: packed.to,
            copy_of: deeds.copy_of,
            damaged: deeds.damaged,
            delayed: deeds.delayed,
            fate: packed.fate,
            hop: packed.hop(),
            is_duplicate: packed.is_duplicate,
        }
    }
}

impl Packed {
    fn hop(&self) -> Option<Hop> {
        (self.search != NONE).then_some(Hop {
            search: self.search,
            number: self.hop,
        })
    }
}

/// The number of the datagram at `index`.
fn number_of(index: usize) -> u32 {
    u32::try_from(index).expect("fewer datagrams than events")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::DropReason;

    #[test]
    fn what_is_noted_of_one_is_there_and_nothing_of_it_at_another() {
        let address = |port| SocketAddrV4::new([127, 0, 0, 1].into(), port);
        let plain = |born| Journey::new(EventId(born), address(1), address(2), None);
        let hop = |number| Hop { search: 4, number };
        let copy = Journey {
            copy_of: Some(0),
            hop: Some(hop(0)),
            ..plain(7)
        };
        let mut datagrams = Datagrams::default();
        assert!(datagrams.is_empty());
        let numbers = [plain(3), copy, plain(9)].map(|journey| datagrams.push(journey));
        assert_eq!((numbers, datagrams.len()), ([0, 1, 2], 3));
        datagrams.damage(1, EventId(8));
        datagrams.delay(2, EventId(10));
        datagrams.stand(2, hop(3));
        datagrams.repeat(2);
        datagrams.end(0, Fate::Dropped(EventId(11), DropReason::Fault(5)));
        let expected = [
            Journey {
                fate: Fate::Dropped(EventId(11), DropReason::Fault(5)),
                ..plain(3)
            },
            Journey {
                damaged: Some(EventId(8)),
                ..copy
            },
            Journey {
                delayed: Some(EventId(10)),
                hop: Some(hop(3)),
                is_duplicate: true,
                ..plain(9)
            },
        ];
        assert!(datagrams.iter().eq(expected));
        assert_eq!(numbers.map(|number| datagrams.get(number)), expected);
        assert_eq!(
            numbers.map(|number| datagrams.hop(number)),
            expected.map(|j| j.hop)
        );
        let born = [3, 7, 8, 9].map(|event| datagrams.born_with(EventId(event)));
        assert_eq!(born, [Some(0), Some(1), None, Some(2)]);
    }

    /// What millions of them take is new memory, and costs as much time as reading them off.
    #[test]
    fn a_datagram_takes_40_bytes() {
        assert_eq!(size_of::<Packed>(), 40);
    }
}
