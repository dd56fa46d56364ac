//! Very many names in little room.

use std::fmt;

use super::numbering::Numbering;

/// A list of names, one behind the other in one text.
#[derive(Clone, Default, PartialEq, Eq)]
pub(crate) struct NameList {
    text: String,
    /// Where in the text each name ends.
    ends: Vec<u32>,
    numbering: Numbering,
}

impl NameList {
    /// How many names there are.
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The name at `place`; panics where there is none.
    pub(crate) fn name(&self, place: usize) -> &str {
        let start = match place.checked_sub(1) {
            Some(before) => self.ends[before],
            None => 0,
        };
        &self.text[start as usize..self.ends[place] as usize]
    }

    /// The text and the number that are the name at `place`, where that is known without a look at it:
    /// of names in a row, as far as they go from the first on.
    #[inline]
    pub(crate) fn numbered(&self, place: usize) -> Option<(&str, u32)> {
        self.numbering.parts(place)
    }

    /// How many names are in a row from the first on: a text with one number after the other.
    pub(crate) fn row(&self) -> usize {
        self.numbering.len()
    }

    /// The place in that row of the name that is `name`, or one whose text before the number is
    /// `alike`; found without a look at any name.
    pub(crate) fn find_in_row(
        &self,
        name: &str,
        alike: impl Fn(&str, &str) -> bool,
    ) -> Option<usize> {
        self.numbering.find(name, alike)
    }

    /// All names in order.
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = &str> + ExactSizeIterator {
        (0..self.len()).map(|place| self.name(place))
    }

    /// Adds a name at the end.
    ///
    /// # Panics
    ///
    /// When all names together are longer than 4 GiB.
    pub(crate) fn push(&mut self, name: &str) {
        self.text.push_str(name);
        let end = u32::try_from(self.text.len()).expect("names of less than 4 GiB");
        let place = self.ends.len();
        self.ends.push(end);
        let start = place.checked_sub(1).map_or(0, |before| self.ends[before]);
        self.numbering
            .add(place, &self.text[start as usize..end as usize]);
    }

    /// Adds the name `prefix` and `rest`; panics as [`push`](Self::push) does.
    pub(crate) fn push_behind(&mut self, prefix: &str, rest: &str) {
        self.text.push_str(prefix);
        self.push(rest);
    }

    /// Adds the name `prefix` and `number`; panics as [`push`](Self::push) does.
    pub(crate) fn push_numbered(&mut self, prefix: &str, number: u32) {
        fmt::Write::write_fmt(&mut self.text, format_args!("{prefix}{number}"))
            .expect("a String takes any text");
        self.push("");
    }
}

impl fmt::Debug for NameList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}
