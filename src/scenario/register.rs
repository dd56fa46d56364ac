//! Finds names among very many, whatever their case.

use std::cmp::Ordering;

use crate::luck::fnv1a;

/// The places of names in a list, by the names. Names become folders, and some file systems do not
/// tell `A` from `a`: two that are alike but for case are found too.
///
/// The list itself is whoever's it is; each call is told how to read it.
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
    /// Registers the first `count` names that `name` reads; where there is none, it is left out.
    pub(super) fn of<'n>(count: usize, name: impl Fn(usize) -> Option<&'n str>) -> Self {
        let mut register = Self::default();
        register.extend(0..count, name);
        register
    }

    /// Registers the names at further `places`, which follow those before.
    pub(super) fn extend<'n>(
        &mut self,
        places: std::ops::Range<usize>,
        name: impl Fn(usize) -> Option<&'n str>,
    ) {
        self.make_room(places.len());
        for place in places {
            if let (Some(read), Ok(place)) = (name(place), u32::try_from(place)) {
                self.add(place, read, &name);
            }
        }
    }

    fn add<'n>(&mut self, place: u32, added: &str, name: &impl Fn(usize) -> Option<&'n str>) {
        let hash = hash(added);
        let mut first = None;
        let mut is_new = true;
        let mut at = self.first_slot(hash);
        while self.slots[at].place != FREE.place {
            let slot = self.slots[at];
            let read = || name(slot.place as usize).unwrap_or_default();
            if slot.hash == hash && compare(read(), added) == Ordering::Equal {
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
    pub(super) fn find<'n>(
        &self,
        wanted: &str,
        name: impl Fn(usize) -> Option<&'n str>,
    ) -> Option<usize> {
        if self.slots.is_empty() {
            return None;
        }
        let hash = hash(wanted);
        let mut at = self.first_slot(hash);
        while self.slots[at].place != FREE.place {
            let place = self.slots[at].place as usize;
            if self.slots[at].hash == hash && name(place) == Some(wanted) {
                return Some(place);
            }
            at = self.after(at);
        }
        None
    }

    /// Every name after the first of those alike but for case, behind that first one: sorted by
    /// name, then by place.
    pub(super) fn repeated<'n>(
        &self,
        name: impl Fn(usize) -> Option<&'n str>,
    ) -> Vec<(usize, usize)> {
        let read = |place: u32| name(place as usize).unwrap_or_default();
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

    const NAMES: [Option<&str>; 6] = [
        Some("p2"),
        Some("Straße"),
        None,
        Some("P2"),
        Some("p10"),
        Some("STRAßE"),
    ];

    fn name(place: usize) -> Option<&'static str> {
        NAMES[place]
    }

    #[test]
    fn names_are_found_by_their_very_letters() {
        let register = Register::of(NAMES.len(), name);
        for (place, wanted) in NAMES.iter().enumerate() {
            if let Some(wanted) = wanted {
                assert_eq!(register.find(wanted, name), Some(place));
            }
        }
        for absent in ["", "p", "p1", "P10", "straße", "q"] {
            assert_eq!(register.find(absent, name), None);
        }
    }

    #[test]
    fn those_alike_but_for_case_are_told() {
        let register = Register::of(NAMES.len(), name);
        assert_eq!(register.repeated(name), [(0, 3), (1, 5)]);
    }

    #[test]
    fn many_names_are_told_as_by_comparing_all() {
        // Names that come again in either case, added in two parts.
        let names: Vec<String> = (0..600_usize)
            .map(|place| match place % 7 {
                0 => format!("P{}", place / 3),
                1 => format!("é{}", place % 40),
                2 => format!("É{}", place % 50),
                _ => format!("p{}", place / 2),
            })
            .collect();
        let read = |place: usize| Some(&*names[place]);
        let mut register = Register::of(250, read);
        register.extend(250..names.len(), read);
        let mut expected = Vec::new();
        for (place, name) in names.iter().enumerate() {
            let mut before = names[..place].iter();
            let alike = before.position(|other| compare(name, other) == Ordering::Equal);
            expected.extend(alike.map(|first| (first, place)));
            let first = names.iter().position(|other| other == name);
            assert_eq!(register.find(name, read), first);
        }
        let mut repeated = register.repeated(read);
        assert!(repeated.is_sorted_by(
            |one, other| compare(&names[one.0], &names[other.0]) != Ordering::Greater
        ));
        repeated.sort_by_key(|(_, place)| *place);
        assert_eq!(repeated, expected);
        assert_eq!(register.find("p1000", read), None);
    }
}
