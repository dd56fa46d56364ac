//! Names that are numbered: p1, p2, p3.

/// The first names of a list, as far as they are one text with numbers in a row behind it.
///
/// Of a million peers nearly every name that is asked for is not in the processor's cache, nor is the
/// place where it begins. Such names need no look at either.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Numbering {
    prefix: String,
    /// The number of the first name.
    first: u32,
    /// How many names there are.
    count: u32,
}

impl Numbering {
    /// Adds the name at `place` if it continues the row, all names before it having been added.
    pub(super) fn add(&mut self, place: usize, name: &str) {
        if place != self.count as usize {
            return;
        }
        if place == 0 {
            let prefix = name.trim_end_matches(|letter: char| letter.is_ascii_digit());
            let Some(first) = number(&name[prefix.len()..]) else {
                return;
            };
            prefix.clone_into(&mut self.prefix);
            self.first = first;
        }
        let behind = name.strip_prefix(self.prefix.as_str()).and_then(number);
        let next = self.first.checked_add(self.count);
        if behind.is_some() && behind == next {
            self.count += 1;
        }
    }

    /// How many names are in the row.
    pub(super) const fn len(&self) -> usize {
        self.count as usize
    }

    /// The place in the row of the name that is `name`, or one whose text before the number is
    /// `alike`.
    pub(super) fn find(&self, name: &str, alike: impl Fn(&str, &str) -> bool) -> Option<usize> {
        let text = name.trim_end_matches(|letter: char| letter.is_ascii_digit());
        let place = number(&name[text.len()..])?.checked_sub(self.first)?;
        (place < self.count && alike(text, &self.prefix)).then_some(place as usize)
    }

    /// The text and the number that are the name at `place`, if it is in the row.
    pub(super) fn parts(&self, place: usize) -> Option<(&str, u32)> {
        let place = u32::try_from(place).ok()?;
        (place < self.count).then(|| (self.prefix.as_str(), self.first + place))
    }
}

/// The number that `digits` are, written as numbers usually are.
fn number(digits: &str) -> Option<u32> {
    let is_plain = digits.bytes().all(|digit| digit.is_ascii_digit());
    let is_usual = is_plain && (digits == "0" || !digits.starts_with('0'));
    digits.parse().ok().filter(|_| is_usual)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The parts of all names, put together, of those that have any.
    fn numbered(names: &[&str]) -> Vec<String> {
        let mut numbering = Numbering::default();
        for (place, name) in names.iter().enumerate() {
            numbering.add(place, name);
        }
        let parts = (0..names.len()).map_while(|place| numbering.parts(place));
        assert_eq!(numbering.parts(names.len()), None);
        let same = |one: &str, other: &str| one == other;
        for (place, name) in names.iter().enumerate() {
            let found = numbering.find(name, same);
            assert_eq!(found, (place < numbering.len()).then_some(place), "{name}");
        }
        parts
            .map(|(text, number)| format!("{text}{number}"))
            .collect()
    }

    #[test]
    fn names_that_nearly_are_in_the_row() {
        let mut numbering = Numbering::default();
        ["p7", "p8", "p9"]
            .iter()
            .enumerate()
            .for_each(|(place, name)| numbering.add(place, name));
        let same = |one: &str, other: &str| one == other;
        for name in [
            "p6",
            "p10",
            "p08",
            "P8",
            "p",
            "8",
            "",
            "p8 ",
            "pp8",
            "p8x",
            "p4294967303",
        ] {
            assert_eq!(numbering.find(name, same), None, "{name}");
        }
        assert_eq!(numbering.find("P8", str::eq_ignore_ascii_case), Some(1));
        assert_eq!(Numbering::default().find("0", same), None);
    }

    #[test]
    fn the_row_goes_on_as_long_as_names_are_numbered() {
        // (names, so many of them are in the row)
        for (names, count) in [
            (&["p1", "p2", "p3"][..], 3),
            (&["node9", "node10", "client0", "node11"], 2),
            (&["0", "1", "2", "02", "4"], 3),
            (&["p0", "p1", "p3", "p2"], 2),
            (&["p4294967295", "p4294967296", "p0"], 1),
            (&["p07", "p08"], 0),
            (&["p7", "p+8"], 1),
            (&["p99999999999"], 0),
            (&["a", "b1", "b2"], 0),
            (&["", "1"], 0),
            (&["é1", "é2", "e3"], 2),
            (&["p1", "p", "p2"], 1),
            (&[], 0),
        ] {
            assert_eq!(numbered(names), names[..count], "{names:?}");
        }
    }
}
