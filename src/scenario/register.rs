//! Finds names among very many, whatever their case.

use std::cmp::Ordering;

/// The places of names in a list, by the names. Names become folders, and some file systems do not
/// tell `A` from `a`: two that are alike but for case stand together.
///
/// The list itself is whoever's it is; each call is told how to read it.
#[derive(Debug, Default)]
pub(super) struct Register {
    order: Vec<u32>,
}

impl Register {
    /// Registers the first `count` names that `name` reads; where there is none, it is left out.
    pub(super) fn of<'n>(count: usize, name: impl Fn(usize) -> Option<&'n str>) -> Self {
        let places = (0..count).filter(|place| name(*place).is_some());
        let places = places.filter_map(|place| u32::try_from(place).ok());
        let mut order: Vec<u32> = places.collect();
        let read = |place: &u32| name(*place as usize).unwrap_or_default();
        // Stable: among those alike, the first stays the first.
        order.sort_by(|one, other| compare(read(one), read(other)));
        Self { order }
    }

    /// The place of the name `wanted`.
    pub(super) fn find<'n>(
        &self,
        wanted: &str,
        name: impl Fn(usize) -> Option<&'n str>,
    ) -> Option<usize> {
        let to_wanted = |place: u32| compare(name(place as usize).unwrap_or_default(), wanted);
        let order = self.order.iter().copied();
        let start = self
            .order
            .partition_point(|place| to_wanted(*place) == Ordering::Less);
        let mut alike = order
            .skip(start)
            .take_while(|place| to_wanted(*place) == Ordering::Equal)
            .map(|place| place as usize);
        alike.find(|place| name(*place) == Some(wanted))
    }

    /// Every name after the first of those alike but for case, behind that first one.
    pub(super) fn repeated<'n>(
        &self,
        name: impl Fn(usize) -> Option<&'n str>,
    ) -> Vec<(usize, usize)> {
        let read = |place: u32| name(place as usize).unwrap_or_default();
        let groups = self
            .order
            .chunk_by(|one, other| compare(read(*one), read(*other)) == Ordering::Equal);
        let repeated = groups.flat_map(|group| {
            let after = group[1..].iter();
            after.map(|place| (group[0] as usize, *place as usize))
        });
        repeated.collect()
    }
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
    fn those_alike_but_for_case_stand_together() {
        let register = Register::of(NAMES.len(), name);
        assert_eq!(register.repeated(name), [(0, 3), (1, 5)]);
    }
}
