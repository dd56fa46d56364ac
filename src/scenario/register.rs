//! Finds names among very many, whatever their case.

use std::cmp::Ordering;
use std::ops::Range;

use crate::luck::fnv1a;
use crate::roster::NameList;

/// The places of names in a list, by the names. Names become folders, and some file systems do not
/// tell `A` from `a`: two that are alike but for case are found too.
///
/// Names in a row from the first on, as those of most overlays are, are numbers and need no register.
/// The list itself is whoever's it is, and is given to each call.
#[derive(Debug, Default)]
pub(super) struct Register {
    /// Where each name is looked for, beginning at the slot of its hash; the number of slots is a
    /// power of two. At most half of them are taken.
    slots: Vec<Slot>,
    taken: usize,
    /// Every name after the first of those alike but for case, behind that first one.
    repeated: Vec<(u32, u32)>,
}

/// Room for one name.
#[derive(Clone, Copy, Debug)]
struct Slot {
    /// The hash of the name, so that few names have to be read.
    hash: u32,
    /// Its place.
    place: u32,
}

/// Where no name is. No list is so long.
const FREE: Slot = Slot {
    hash: 0,
    place: u32::MAX,
};

impl Register {
    /// Registers all `names`; empty ones are left out.
    pub(super) fn of(names: &NameList) -> Self {
        let mut register = Self::default();
        register.extend(0..names.len(), names);
        register
    }

    /// Registers those of `names` at further `places`, which follow those before.
    pub(super) fn extend(&mut self, places: Range<usize>, names: &NameList) {
        let places = places.start.max(names.row())..places.end;
        self.make_room(places.len());
        for place in places.filter(|place| !names.name(*place).is_empty()) {
            self.add(number(place), names);
        }
    }

    fn add(&mut self, place: u32, names: &NameList) {
        let added = names.name(place as usize);
        let hash = hash(added);
        let in_row = names.find_in_row(added, |one, other| compare(one, other).is_eq());
        let mut first = in_row.map(number);
        let mut is_new = in_row.is_none_or(|place| names.name(place) != added);
        let mut at = self.first_slot(hash);
        while self.slots[at].place != FREE.place {
            let slot = self.slots[at];
            let read = || names.name(slot.place as usize);
            if slot.hash == hash && compare(read(), added).is_eq() {
                first = first.or(Some(slot.place));
                is_new &= read() != added;
            }
            at = self.after(at);
        }
        // Of those with the very same letters the first is found.
        if is_new {
            self.slots[at] = Slot { hash, place };
            self.taken += 1;
        }
        if let Some(first) = first {
            self.repeated.push((first, place));
        }
    }

    /// The place of the name `wanted`.
    pub(super) fn find(&self, wanted: &str, names: &NameList) -> Option<usize> {
        let in_row = names.find_in_row(wanted, |one, other| one == other);
        if in_row.is_some() || self.slots.is_empty() {
            return in_row;
        }
        let hash = hash(wanted);
        let mut at = self.first_slot(hash);
        while self.slots[at].place != FREE.place {
            let place = self.slots[at].place as usize;
            if self.slots[at].hash == hash && names.name(place) == wanted {
                return Some(place);
            }
            at = self.after(at);
        }
        None
    }

    /// Every name after the first of those alike but for case, behind that first one: sorted by
    /// name, then by place.
    pub(super) fn repeated(&self, names: &NameList) -> Vec<(usize, usize)> {
        let read = |place: u32| names.name(place as usize);
        let mut repeated = self.repeated.clone();
        repeated.sort_by(|one, other| {
            let by_name = compare(read(one.0), read(other.0));
            by_name.then(one.1.cmp(&other.1))
        });
        let pairs = repeated.iter();
        pairs
            .map(|(first, place)| (*first as usize, *place as usize))
            .collect()
    }

    /// Makes room for so many names more.
    fn make_room(&mut self, more: usize) {
        let slots = (2 * (self.taken + more)).next_power_of_two();
        if slots <= self.slots.len() {
            return;
        }
        let before = std::mem::replace(&mut self.slots, vec![FREE; slots]);
        // In the order of their places, so that the first of those alike stays the first.
        let mut before: Vec<Slot> = before
            .into_iter()
            .filter(|s| s.place != FREE.place)
            .collect();
        before.sort_unstable_by_key(|slot| slot.place);
        for slot in before {
            let mut at = self.first_slot(slot.hash);
            while self.slots[at].place != FREE.place {
                at = self.after(at);
            }
            self.slots[at] = slot;
        }
    }

    fn first_slot(&self, hash: u32) -> usize {
        hash as usize & (self.slots.len() - 1)
    }

    fn after(&self, slot: usize) -> usize {
        (slot + 1) & (self.slots.len() - 1)
    }
}

/// A place as it is kept.
fn number(place: usize) -> u32 {
    u32::try_from(place).expect("no list has 2^32 names")
}

/// The same for names that are alike but for case.
fn hash(name: &str) -> u32 {
    let hash = match name.is_ascii() {
        true => fnv1a(name.bytes().map(|byte| byte.to_ascii_lowercase())),
        false => {
            let lower = name.chars().flat_map(char::to_lowercase);
            let bytes = lower.flat_map(|c| {
                let mut bytes = [0; 4];
                let length = c.encode_utf8(&mut bytes).len();
                bytes.into_iter().take(length)
            });
            fnv1a(bytes)
        }
    };
    let [high, low] = [hash >> 32, hash & u64::from(u32::MAX)];
    u32::try_from(high ^ low).expect("both have 32 bits")
}

/// Compares two names without regard to case.
fn compare(one: &str, other: &str) -> Ordering {
    if one.is_ascii() && other.is_ascii() {
        let (one, other) = (one.bytes(), other.bytes());
        let lower = |byte: u8| byte.to_ascii_lowercase();
        return one.map(lower).cmp(other.map(lower));
    }
    let (one, other) = (one.chars(), other.chars());
    one.flat_map(char::to_lowercase)
        .cmp(other.flat_map(char::to_lowercase))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list<'n>(names: impl IntoIterator<Item = &'n str>) -> NameList {
        let mut list = NameList::default();
        names.into_iter().for_each(|name| list.push(name));
        list
    }

    /// The place of each of `wanted`, as those of `names` are found.
    fn found(names: &NameList, wanted: &[&str]) -> Vec<Option<usize>> {
        let register = Register::of(names);
        let wanted = wanted.iter();
        wanted.map(|wanted| register.find(wanted, names)).collect()
    }

    #[test]
    fn names_are_found_by_their_very_letters() {
        let written = ["p2", "Straße", "", "P2", "p10", "STRAßE", "p3"];
        let names = list(written);
        let expected = [0, 1, 3, 4, 5, 6].map(Some);
        let there: Vec<&str> = written
            .into_iter()
            .filter(|name| !name.is_empty())
            .collect();
        assert_eq!(found(&names, &there), expected);
        let absent = ["", "p", "p1", "P10", "straße", "q"];
        assert_eq!(found(&names, &absent), [None; 6]);
        let names = list(["p1", "p2", "p3", "x", "P1"]);
        assert_eq!(names.row(), 3);
        let wanted = ["p1", "p3", "P1", "x", "p0", "p4", "P2"];
        let expected = [Some(0), Some(2), Some(4), Some(3), None, None, None];
        assert_eq!(found(&names, &wanted), expected);
    }

    #[test]
    fn those_alike_but_for_case_are_told() {
        let repeated = |names: &[&str]| {
            let names = list(names.iter().copied());
            Register::of(&names).repeated(&names)
        };
        let names = ["p2", "Straße", "", "P2", "p10", "STRAßE", ""];
        assert_eq!(repeated(&names), [(0, 3), (1, 5)]);
        // With two in the row: the same again, in the other case, and that again.
        let names = ["p1", "p2", "p1", "P2", "P2", "p2", "p01"];
        assert_eq!(repeated(&names), [(0, 2), (1, 3), (1, 4), (1, 5)]);
    }

    #[test]
    fn many_names_are_told_as_by_comparing_all() {
        // Names that come again in either case, added in two parts; the first are in a row.
        let names: Vec<String> = (0..600_usize)
            .map(|place| match place % 7 {
                _ if place < 60 => format!("p{}", place + 40),
                0 => format!("P{}", place / 3),
                1 => format!("é{}", place % 40),
                2 => format!("É{}", place % 50),
                _ => format!("p{}", place / 2),
            })
            .collect();
        let listed = list(names.iter().map(String::as_str));
        assert_eq!(listed.row(), 60);
        let mut register = Register::default();
        register.extend(0..250, &listed);
        register.extend(250..names.len(), &listed);
        let mut expected = Vec::new();
        for (place, name) in names.iter().enumerate() {
            let mut before = names[..place].iter();
            let alike = before.position(|other| compare(name, other) == Ordering::Equal);
            expected.extend(alike.map(|first| (first, place)));
            let first = names.iter().position(|other| other == name);
            assert_eq!(register.find(name, &listed), first);
        }
        let mut repeated = register.repeated(&listed);
        assert!(repeated.is_sorted_by(
            |one, other| compare(&names[one.0], &names[other.0]) != Ordering::Greater
        ));
        repeated.sort_by_key(|(_, place)| *place);
        assert_eq!(repeated, expected);
        assert_eq!(register.find("p1000", &listed), None);
    }
}
