//! Chunk ids, lists of them on the wire, and the notation `1,3-5,9` that people write.

use std::collections::BTreeSet;
use std::fmt;

/// The number of a chunk; all of 0 to 65,535 are valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ChunkId(pub u16);

impl fmt::Display for ChunkId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The ids of one message, in their order: never more than its 16-bit count can say.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IdList(Vec<ChunkId>);

/// A list of ids is longer than the 65,535 that a count can say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0} ids do not fit into one message, whose count ends at 65,535")]
pub struct TooManyIds(pub usize);

impl IdList {
    /// Makes a list of `ids`, repeats kept, or says that they are too many.
    pub fn new(ids: Vec<ChunkId>) -> Result<Self, TooManyIds> {
        match u16::try_from(ids.len()) {
            Ok(_) => Ok(Self(ids)),
            Err(_) => Err(TooManyIds(ids.len())),
        }
    }

    /// The list of the distinct ids among `ids`, each where it first came. Always fits: there are
    /// only 65,536 ids, of which this keeps the first 65,535.
    pub fn distinct(ids: impl IntoIterator<Item = ChunkId>) -> Self {
        Self(distinct(ids).collect())
    }

    /// How many ids there are, as the wire's count.
    #[must_use]
    pub fn count(&self) -> u16 {
        u16::try_from(self.0.len()).expect("made with no more than u16::MAX ids")
    }

    /// The ids.
    #[must_use]
    pub fn as_slice(&self) -> &[ChunkId] {
        &self.0
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The ids, one after the other.
    pub fn iter(&self) -> impl Iterator<Item = ChunkId> + '_ {
        self.0.iter().copied()
    }
}

/// The distinct ids among `ids`, each where it first came: the first 65,535 of them, which a count
/// can say. Nothing is allocated for lists with a few distinct ones.
pub fn distinct(ids: impl IntoIterator<Item = ChunkId>) -> impl Iterator<Item = ChunkId> {
    let mut seen = Seen::default();
    let fresh = ids.into_iter().filter(move |id| seen.insert(*id));
    fresh.take(usize::from(u16::MAX))
}

/// Ids that have come.
struct Seen {
    /// The first ones, which are looked through.
    few: [ChunkId; Self::FEW],
    /// How many of them there are.
    count: usize,
    /// A bit for each of all ids, once the few are too many; empty before.
    all: Vec<u64>,
}

impl Seen {
    /// Looking through more than so many takes longer than making a set of them.
    const FEW: usize = 32;

    /// Adds `id`, and says whether it is new.
    fn insert(&mut self, id: ChunkId) -> bool {
        if self.all.is_empty() {
            if self.few[..self.count].contains(&id) {
                return false;
            }
            if let Some(place) = self.few.get_mut(self.count) {
                *place = id;
                self.count += 1;
                return true;
            }
            self.all = vec![0; 1 << (16 - 6)];
            self.few.into_iter().for_each(|id| {
                self.mark(id);
            });
        }
        self.mark(id)
    }

    /// Sets the bit of `id`, and says whether it was not set.
    fn mark(&mut self, id: ChunkId) -> bool {
        let word = &mut self.all[usize::from(id.0 >> 6)];
        let bit = 1 << (id.0 & 63);
        let is_new = *word & bit == 0;
        *word |= bit;
        is_new
    }
}

impl Default for Seen {
    fn default() -> Self {
        Self {
            few: [ChunkId(0); Self::FEW],
            count: 0,
            all: Vec::new(),
        }
    }
}

/// Writes ids as people do, runs shortened: `1,3-5,9`.
pub fn write_ids(ids: &[ChunkId], f: &mut impl fmt::Write) -> fmt::Result {
    let runs = ids.chunk_by(|a, b| a.0.checked_add(1) == Some(b.0));
    for (index, run) in runs.enumerate() {
        if index > 0 {
            f.write_char(',')?;
        }
        match run {
            [first, .., last] if run.len() > 2 => write!(f, "{first}-{last}")?,
            [first, last] => write!(f, "{first},{last}")?,
            [only] => write!(f, "{only}")?,
            _ => {}
        }
    }
    Ok(())
}

impl fmt::Display for IdList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_ids(&self.0, f)
    }
}

/// Why a text is no list of ids.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdListError {
    /// Nothing between two commas, or nothing at all.
    #[error("there is an empty place; write ids and ranges between commas, as in `1,3-5,9`")]
    EmptyPlace,
    /// Something that is no number from 0 to 65,535.
    #[error("`{0}` is no chunk id; ids are whole numbers from 0 to 65535")]
    NotAnId(String),
    /// A range whose end comes before its start.
    #[error("the range `{0}-{1}` runs backwards; write `{1}-{0}`")]
    Backwards(u16, u16),
}

/// Reads `1,3-5,9`: ids and inclusive ranges between commas. Blanks around them are allowed; an id
/// that comes twice is kept once, where it first came.
pub fn parse_ids(text: &str) -> Result<Vec<ChunkId>, IdListError> {
    let mut seen = BTreeSet::new();
    let mut ids = Vec::new();
    for place in text.split(',').map(str::trim) {
        if place.is_empty() {
            return Err(IdListError::EmptyPlace);
        }
        let (first, last) = match place.split_once('-') {
            Some((first, last)) => (parse_id(first, place)?, parse_id(last, place)?),
            None => (parse_id(place, place)?, parse_id(place, place)?),
        };
        if first > last {
            return Err(IdListError::Backwards(first, last));
        }
        ids.extend((first..=last).map(ChunkId).filter(|id| seen.insert(*id)));
    }
    Ok(ids)
}

/// Reads one id; `place` is what the error shows.
fn parse_id(text: &str, place: &str) -> Result<u16, IdListError> {
    let digits = text.trim();
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(IdListError::NotAnId(place.to_owned()));
    }
    let parsed = digits.parse();
    parsed.map_err(|_| IdListError::NotAnId(place.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(numbers: &[u16]) -> Vec<ChunkId> {
        numbers.iter().copied().map(ChunkId).collect()
    }

    #[test]
    fn reads_ids_and_ranges() {
        assert_eq!(parse_ids("1,3-5, 9"), Ok(ids(&[1, 3, 4, 5, 9])));
        assert_eq!(parse_ids("5,5,4-6"), Ok(ids(&[5, 4, 6])));
        assert_eq!(parse_ids("0-65535").unwrap().len(), 65_536);
    }

    #[test]
    fn says_what_is_wrong_with_a_list() {
        for (text, error) in [
            ("", IdListError::EmptyPlace),
            ("1,,2", IdListError::EmptyPlace),
            ("1,2,", IdListError::EmptyPlace),
            ("65536", IdListError::NotAnId("65536".into())),
            ("-1", IdListError::NotAnId("-1".into())),
            ("+1", IdListError::NotAnId("+1".into())),
            ("3-", IdListError::NotAnId("3-".into())),
            ("a", IdListError::NotAnId("a".into())),
            ("5-3", IdListError::Backwards(5, 3)),
        ] {
            assert_eq!(parse_ids(text), Err(error), "{text:?}");
        }
    }

    #[test]
    fn writes_runs_short() {
        let mut text = String::new();
        write_ids(&ids(&[1, 3, 4, 5, 9, 10]), &mut text).unwrap();
        assert_eq!(text, "1,3-5,9,10");
    }

    #[test]
    fn repeats_are_weeded_out_of_short_lists_and_long_ones() {
        for count in [1, 31, 32, 33, 34, 64, 65, 1_000] {
            let once: Vec<u16> = (0..count).map(|number| number * 65).collect();
            let twice: Vec<u16> = once.iter().flat_map(|id| [*id, once[0], *id]).collect();
            let kept: Vec<ChunkId> = distinct(ids(&[&twice[..], &once].concat())).collect();
            assert_eq!(kept, ids(&once), "{count}");
        }
    }

    #[test]
    fn a_list_ends_where_the_count_does() {
        let all = (0..=u16::MAX).map(ChunkId);
        assert_eq!(IdList::new(all.clone().collect()), Err(TooManyIds(65_536)));
        assert_eq!(IdList::distinct(all).count(), u16::MAX);
    }
}
